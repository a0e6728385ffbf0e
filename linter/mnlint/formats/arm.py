"""ARM JSON templates and parameter files, read into the same declarations as every other language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from mnlint.formats import armjson, armplain, remarks
from mnlint.formats.armschema import SCOPES, last_word
from mnlint.formats.armsound import MAX_RESOURCES, MAX_WAITS, sound
from mnlint.formats.armvalue import (
    Lowering,
    Members,
    get,
    is_copy,
    is_open,
    is_true,
    items,
    members,
    opaque,
    pairs,
    text,
    word,
)
from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Loop, Mode, Op, Template
from mnlint.model.record import dataclass, field, replace
from mnlint.model.text import Source, Span
from mnlint.model.typing import Final

MAX_DEFINITIONS: Final = 20  # `$ref`s from one definition to the next
MAX_NAME: Final = 200  # characters of a name that others are made of

_DEPLOYMENTS: Final = "microsoft.resources/deployments"
_NOT_BODY: Final = frozenset(
    ("apiversion", "comments", "condition", "copy", "dependson", "existing", "metadata", "resources", "type")
)


def read(source: Source) -> Template:
    """An ARM template. A nested deployment with a scope of its own is a Call of a Template over the same file.

    If there is no mistake in it to be told, its parts are read when somebody asks for them.
    """
    plain = armplain.parse(source)
    seen = sound(plain.value, source.text) if plain is not None else None
    if plain is not None and seen is not None:
        root = plain.root
        del plain  # its value is many times as large as the text, and nobody needs it any more
        made = _Reader(source, at_once=False).template(root)
        return replace(made, comments=remarks.of_arm(root, source.text), namespaces=seen.namespaces)
    document = armjson.parse(source)
    reader = _Reader(source)
    template = reader.template(document.root)
    notices = (*document.notices, *reader.lowering.notices)
    comments = (*document.comments, *remarks.of_arm(document.root, source.text))
    return replace(template, comments=comments, notices=notices)


def read_parameters(source: Source) -> Template:
    """A file of parameters: `names` are the assignments, `symbol` the name of the parameter as written.

    Azure evaluates no expressions in such a file, so text in square brackets is just text.
    """
    from mnlint.formats import armdeployment

    document = armjson.parse(source)
    reader = _Reader(source)
    root, sections = document.root, members(document.root)
    if "parameters" not in sections and root.op is not Op.OPAQUE and not is_open(root):
        reader.lowering.note(_first(root.span), "no `parameters` here")
    assigned = [(key, value) for key, value in reader.section(sections, "parameters")]
    names = tuple(
        Binding(str(key.args[0]), armdeployment.assigned(key, value, reader.lowering), key.span)
        for key, value in assigned
    )
    notices = (*document.notices, *reader.lowering.notices)
    return Template(source, "armparams", names=names, comments=document.comments, notices=notices)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a resource takes over from the template and the resource it stands in."""

    resources: list[Declared]  # of the template that is being read
    calls: list[Call]
    inner: bool  # a nested deployment that does not say so has names of its own
    variables: Members  # of the template whose names are meant
    versions: Expr | None = None  # what says the API version of resources that do not
    symbols: Mapping[str, str] = field(default_factory=dict)  # in lower case to what they are, in language version 2.0
    index: str | None = None  # what a bare copyIndex() stands for outside of any loop of this template
    prefix: str = ""  # of made-up symbols
    parent: Declared | None = None
    loop: Loop | None = None
    batch: Expr | None = None


class _Reader:
    """One file: what it declares is returned, what is wrong with it gathers in `lowering`."""

    __slots__ = ("left", "lowering", "seen", "source")

    def __init__(self, source: Source, *, at_once: bool = True) -> None:
        self.source = source
        self.lowering = Lowering(source, at_once=at_once)
        self.left = MAX_RESOURCES
        self.seen: dict[int, Members] = {}  # by id(): of objects that `$ref`s lead to, so that many are one search

    # ── sections ──

    def template(self, root: Expr) -> Template:
        sections = members(root)
        if root.op is not Op.OPAQUE and not sections.keys() & {"$schema", "resources"} and not is_open(root):
            self.lowering.note(_first(root.span), "no ARM template: `$schema` and `resources` were expected")
        around = _around(sections, members(get(sections, "variables")), None)
        self.resources(get(sections, "resources"), around)
        return Template(
            self.source,
            "arm",
            inputs=tuple(self.declared(key, value, root) for key, value in self.section(sections, "parameters")),
            names=(*self.functions(sections), *self.variables(sections)),
            resources=tuple(around.resources),
            calls=tuple(around.calls),
            outputs=self.outputs(sections, None),
            scope=SCOPES.get(last_word(text(get(sections, "$schema")) or "")),
        )

    def shared(self, root: Expr, outside: _Around, index: str | None) -> Template:
        """A nested template whose expressions are evaluated outside of it: what it declares itself, nobody can name."""
        sections = members(root)
        around = _around(sections, outside.variables, index)
        self.resources(get(sections, "resources"), around)
        return Template(
            self.source,
            "arm",
            resources=tuple(around.resources),
            calls=tuple(around.calls),
            outputs=self.outputs(sections, index),
            scope=SCOPES.get(last_word(text(get(sections, "$schema")) or "")),
        )

    def section(self, sections: Members, name: str) -> Iterator[tuple[Expr, Expr]]:
        """The members of a section, each once; a notice if it is no object."""
        value = get(sections, name)
        if value is not None and value.op not in (Op.OBJECT, Op.OPAQUE):
            self.lowering.note(value.span, f"`{name}` must be an object of names")
        yield from members(value).values()

    def array(self, value: Expr | None, name: str) -> tuple[Expr, ...]:
        if value is not None and value.op not in (Op.ARRAY, Op.OPAQUE):
            self.lowering.note(value.span, f"`{name}` must be an array")
        return items(value)

    def declared(self, key: Expr, value: Expr, root: Expr) -> Input:
        name = str(key.args[0])
        return self.lowering.made(
            Input, partial(self.input, key, value, root), symbol=f"parameters.{name.lower()}", name=name, span=key.span
        )

    def input(self, key: Expr, value: Expr, root: Expr) -> Input:
        name = str(key.args[0])
        if value.op not in (Op.OBJECT, Op.OPAQUE):
            self.lowering.note(value.span, f"the parameter {name} must be an object with a `type`")
        declared = members(value)
        kinds = [declared, *self.definitions(declared, root)]
        listed = any(word(get(kind, "type")) == "array" for kind in kinds)  # then they are what may be in it
        return Input(
            symbol=f"parameters.{name.lower()}",
            name=name,
            span=key.span,
            default=self.lowering.maybe(get(declared, "defaultvalue")),
            allowed=None if listed else next((k["allowedvalues"][1] for k in kinds if "allowedvalues" in k), None),
            secret=any(word(get(kind, "type")) in ("securestring", "secureobject") for kind in kinds),
            nullable=any(is_true(get(kind, "nullable")) for kind in kinds),
        )

    def definitions(self, declared: Members, root: Expr) -> Iterator[Members]:
        """The definitions that a parameter's `$ref` leads to, one after the other."""
        for _ in range(MAX_DEFINITIONS):
            path = text(get(declared, "$ref"))
            if path is None or not path.startswith("#/"):
                return
            value: Expr | None = root
            for step in path[2:].split("/"):
                name = step.replace("~1", "/").replace("~0", "~").lower()
                if value is not None and value.op is Op.ARRAY:
                    value = value.args[int(name)] if _is_index(name, len(value.args)) else None
                else:
                    value = get(self.known(value), name)
            declared = self.known(value)
            yield declared

    def known(self, value: Expr | None) -> Members:
        found = self.seen.get(id(value))
        if found is None:
            found = self.seen[id(value)] = members(value)
        return found

    def variables(self, sections: Members) -> Iterator[Binding]:
        for key, value in self.section(sections, "variables"):
            name = str(key.args[0]).lower()
            if name == "copy" and is_copy(value):
                for made_key, made in self.lowering.copies(value, None):
                    if made is not None:
                        yield Binding(f"variables.{made_key.args[0].lower()}", made, made_key.span)
            else:
                yield Binding(f"variables.{name}", self.lowering.value(value), key.span)

    def functions(self, sections: Members) -> Iterator[Binding]:
        """A template's own functions: LAMBDAs whose parameters hide the template's."""
        for space in self.array(get(sections, "functions"), "functions"):
            inside = members(space)
            for key, value in self.section(inside, "members"):
                function = members(value)
                given = tuple(f"parameters.{word(get(members(p), 'name'))}" for p in items(get(function, "parameters")))
                body = self.lowering.maybe(get(members(get(function, "output")), "value"))
                made = Expr(Op.LAMBDA, value.span, (given, body or opaque(key.span, "a function without a value")))
                yield Binding(f"{word(get(inside, 'namespace'))}.{key.args[0].lower()}", made, key.span)

    def outputs(self, sections: Members, index: str | None) -> tuple[Binding, ...]:
        return tuple(
            self.lowering.made(Binding, partial(self.output, key, value, index), symbol=str(key.args[0]), span=key.span)
            for key, value in self.section(sections, "outputs")
        )

    def output(self, key: Expr, value: Expr, index: str | None) -> Binding:
        inside = members(value)
        name = str(key.args[0])
        made = self.lowering.maybe(get(inside, "value"), index)
        if made is None and "copy" in inside:
            made = self.lowering.repeated(inside["copy"][1], name, index)
        if made is None:
            made = opaque(value.span, "an output without a value")
        condition = get(inside, "condition")
        if condition is not None:
            nothing = Expr(Op.LITERAL, condition.span, (None,))
            made = Expr(Op.COND, made.span, (self.lowering.value(condition, index), made, nothing))
        return Binding(name, made, key.span)

    # ── resources ──

    def resources(self, section: Expr | None, around: _Around) -> None:
        """The resources of a section: an array, or in language version 2.0 an object of symbols."""
        if section is not None and section.op is Op.OBJECT:
            found = [(str(key.args[0]), one) for key, one in pairs(section)]
            around = replace(around, symbols={symbol.lower(): symbol for symbol, _ in found})
        else:
            listed = self.array(section, "resources")
            found = [(f"{around.prefix}resources[{at}]", one) for at, one in enumerate(listed)]
        for symbol, one in found:
            if one.op is Op.OPAQUE:
                continue
            if one.op is not Op.OBJECT:
                self.lowering.note(one.span, "a resource must be an object")
                continue
            self.left -= 1
            if self.left < 0:
                says = f"too large: the rest, after {MAX_RESOURCES} resources, is not read"
                self.lowering.note(_first(one.span), says, "MN912")
                return
            self.resource(symbol, one, around)

    def resource(self, symbol: str, whole: Expr, around: _Around) -> None:
        inside = members(whole)
        kind = get(inside, "type")
        if kind is None and not is_open(whole):
            self.lowering.note(_first(whole.span), "a resource without a `type`")
        loop, batch = self.loop(get(inside, "copy"), around)
        index = loop.names[0] if loop else around.index
        waits = (self.lowering.value(one, index) for one in self.waits(get(inside, "dependson")))
        one = Declared(
            symbol=symbol,
            type=_full_type(text(kind) or "", around.parent),
            body=whole,
            head=kind.span if kind else _first(whole.span),
            mode=Mode.EXISTING if is_true(get(inside, "existing")) else Mode.DECLARED,
            api_version=self.lowering.maybe(get(inside, "apiversion"), index) or around.versions,
            condition=self.lowering.maybe(get(inside, "condition"), index),
            loop=loop,
            batch=batch,
            waits_for=tuple(_by_symbol(wait, around.symbols) for wait in waits),
            parent=_parent(around),
        )
        if one.type.lower() == _DEPLOYMENTS and one.mode is Mode.DECLARED:
            make = partial(self.deployment, one, inside, around, index)
            known = {"symbol": one.symbol, "head": one.head, "condition": one.condition, "loop": one.loop}
            around.calls.append(self.lowering.made(Call, make, **known))
            return
        kept = tuple(e for e in whole.args if e[0].op is not Op.LITERAL or not _is_about(e[0].args[0].lower()))
        body = self.lowering.value(Expr(Op.OBJECT, whole.span, kept), index)
        around.resources.append(replace(one, body=body))
        below = replace(around, prefix=f"{symbol[:MAX_NAME]}.", parent=one, loop=loop, batch=batch)
        self.resources(get(inside, "resources"), below)

    def loop(self, copy: Expr | None, around: _Around) -> tuple[Loop | None, Expr | None]:
        """The copy loop of a resource, else of its parent, and the size of its batches if it goes by these."""
        inside = members(copy)
        count, mode = get(inside, "count"), get(inside, "mode")
        if count is None:
            return around.loop, around.batch
        if around.loop is not None:
            says = "a copy loop of a child inside a loop of its parent: only the inner one is followed"
            self.lowering.note(inside["count"][0].span, says, "MN912", "note")
        batch = None
        if mode is not None and self.lowering.value(mode, around.index).op is not Op.LITERAL:
            batch = opaque(mode.span, "whether its instances go one after the other")
        elif mode is not None and word(mode) == "serial":
            batch = self.lowering.maybe(get(inside, "batchsize")) or Expr(Op.LITERAL, mode.span, (1,))
        name = f"copyIndex:{word(get(inside, 'name'))}"
        return Loop((name,), self.lowering.value(count, around.index), counted=True), batch

    def waits(self, value: Expr | None) -> tuple[Expr, ...]:
        if value is None or value.op is not Op.ARRAY:
            return () if value is None else (value,)
        if len(value.args) > MAX_WAITS:
            says = f"too large: the rest, after {MAX_WAITS} resources to wait for, is not read"
            self.lowering.note(_first(value.span), says, "MN912")
        return items(value)[:MAX_WAITS]

    # ── deployments in deployments ──

    def deployment(self, one: Declared, inside: Members, around: _Around, index: str | None) -> Call:
        """A deployment in a template: a Call, whose template may share the names of what stands around it."""
        from mnlint.formats import armdeployment

        properties = members(get(inside, "properties"))
        template = get(properties, "template")
        found = armdeployment.written_out(template, self.lowering, around.variables) if template is not None else None
        # A template that an expression made is read by its own deployment, whatever the options say.
        own = found is not template or armdeployment.has_own_names(properties, unless_said=around.inner)
        shares = found is not None and not own
        arguments, whole = ({}, None) if shares else armdeployment.arguments(properties, self.lowering, index)
        if found is not None:
            make = partial(self.shared, found, around, index) if shares else partial(self.template, found)
            source: Expr | Template = self.lowering.made(Template, make, source=self.source, language="arm")
        else:
            place = get(inside, "properties")
            where = place.span if place else one.head
            source = armdeployment.linked(properties, around.variables, self.lowering, index, where)
        return Call(
            symbol=one.symbol,
            source=source,
            arguments=arguments,
            head=one.head,
            condition=one.condition,
            loop=one.loop,
            waits_for=one.waits_for,
            arguments_object=whole,
            name=self.lowering.maybe(get(inside, "name"), index),
            batch=one.batch,
            scope=armdeployment.scope(inside, self.lowering, index),
            shares=shares,
        )


def _first(span: Span) -> Span:
    return Span(span.file, span.start, min(span.start + 1, span.end))


def _is_index(name: str, length: int) -> bool:
    return name.isdecimal() and len(name) < 4 and int(name) < length


def _has_version_2(sections: Members) -> bool:
    return word(get(sections, "languageversion")).startswith("2.")


def _around(sections: Members, variables: Members, index: str | None) -> _Around:
    profile = sections.get("apiprofile")
    versions = opaque(profile[1].span, "the API version of a profile") if profile else None
    return _Around([], [], _has_version_2(sections), variables, versions, index=index)


def _parent(around: _Around) -> Expr | None:
    """The resource that one stands in; where that is a loop, the one of its own turn."""
    if around.parent is None:
        return None
    span = around.parent.head
    named = Expr(Op.NAME, span, (around.parent.symbol,))
    if around.parent.loop is None:
        return named
    return Expr(Op.INDEX, span, (named, Expr(Op.NAME, span, around.parent.loop.names), False))


def _by_symbol(wait: Expr, symbols: Mapping[str, str]) -> Expr:
    """What a resource waits for: the resource of that symbol, or one turn of its loop, if it is said by symbol."""
    if not symbols:
        return wait
    if wait.op is Op.LITERAL and str(wait.args[0]).lower() in symbols:
        return Expr(Op.NAME, wait.span, (symbols[str(wait.args[0]).lower()],))
    name, given = wait.args if wait.op is Op.CALL else ("", ())
    pattern = text(given[0]) if name == "format" and len(given) == 2 else None
    if pattern is None or not pattern.endswith("[{0}]"):
        return wait
    symbol = symbols.get(pattern.removesuffix("[{0}]").lower())
    return wait if symbol is None else Expr(Op.INDEX, wait.span, (Expr(Op.NAME, wait.span, (symbol,)), given[1], False))


def _is_about(name: str) -> bool:
    """True for a member of a resource that Azure's deployments read, and not the resource itself."""
    return name in _NOT_BODY or name.startswith("@")


def _full_type(written: str, parent: Declared | None) -> str:
    """A child's type is its parent's and a segment; unless it is whole already, as an extension's is."""
    if parent is None or "." in written.partition("/")[0] or len(parent.type) > MAX_NAME:
        return written
    return f"{parent.type}/{written}"
