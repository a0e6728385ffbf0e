"""ARM JSON templates and parameter files, read into the same declarations as every other language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from mnlint.formats import armjson
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
from mnlint.model.text import Source, Span

MAX_RESOURCES: Final = 10_000  # of a file; Azure takes 800 of a template
MAX_WAITS: Final = 800  # resources that one waits for
MAX_DEFINITIONS: Final = 20  # `$ref`s from one definition to the next
MAX_NAME: Final = 200  # characters of a name that others are made of

_DEPLOYMENTS: Final = "microsoft.resources/deployments"
_SCOPES: Final = {
    "deploymenttemplate": "resourceGroup",
    "subscriptiondeploymenttemplate": "subscription",
    "managementgroupdeploymenttemplate": "managementGroup",
    "tenantdeploymenttemplate": "tenant",
}
_NOT_BODY: Final = frozenset(
    ("apiversion", "comments", "condition", "copy", "dependson", "existing", "metadata", "resources", "type")
)
_SCHEMA_FILE = re.compile(r"([a-z]+)\.json#?$", re.IGNORECASE)
_MARK = re.compile(  # strings, comments and brackets are all that matters for telling how deep a place is
    r'"(?P<text>(?:[^"\\]++|\\.)*+)"?+(?P<key>\s*+:)?+'
    r"|//[^\r\n]*+|/\*.*?(?:\*/|\Z)|(?P<open>[\[{])|(?P<close>[\]}])",
    re.DOTALL,
)


def is_template(content: str | bytes) -> bool:
    """True if a file's content says, by the `$schema` of its outermost object, that it is an ARM template."""
    return _schema(content, "deploymenttemplate.json") in _SCOPES


def is_parameters(content: str | bytes) -> bool:
    """True if a file's content says so that it is a file of parameters, for ARM or Bicep."""
    return _schema(content, "deploymentparameters.json").endswith("deploymentparameters")


def _schema(content: str | bytes, needle: str) -> str:
    """The last word of `$schema` in lower case, such as `deploymenttemplate`; empty if it is none of ours."""
    if isinstance(content, bytes):
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        if not wide and needle.encode() not in content.lower():
            return ""
        content = content.decode("utf-16" if wide else "utf-8", "replace")
    if needle not in content.lower():
        return ""
    depth, key = 0, ""
    for found in _MARK.finditer(content):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif depth == 1 and found["key"]:
            key = found["text"]
        elif depth == 1 and found["text"] and key == "$schema":
            return _last_word(found["text"])
    return ""


def _last_word(schema: str) -> str:
    found = _SCHEMA_FILE.search(schema.strip()[-100:])
    return found[1].lower() if found else ""


def read(source: Source) -> Template:
    """An ARM template. A nested deployment with a scope of its own is a Call of a Template over the same file."""
    document = armjson.parse(source)
    reader = _Reader(source)
    template = reader.template(document.root)
    notices = (*document.notices, *reader.lowering.notices)
    return replace(template, comments=document.comments, notices=notices)


def read_parameters(source: Source) -> Template:
    """A file of parameters: `names` are the assignments, `symbol` the name of the parameter as written.

    Azure evaluates no expressions in such a file, so text in square brackets is just text.
    """
    document = armjson.parse(source)
    reader = _Reader(source)
    root, sections = document.root, members(document.root)
    if "parameters" not in sections and root.op is not Op.OPAQUE and not is_open(root):
        reader.lowering.note(_first(root.span), "no `parameters` here")
    assigned = [(key, value) for key, value in reader.section(sections, "parameters")]
    names = tuple(Binding(str(key.args[0]), reader.assigned(key, value), key.span) for key, value in assigned)
    notices = (*document.notices, *reader.lowering.notices)
    return Template(source, "armparams", names=names, comments=document.comments, notices=notices)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a resource takes over from what it stands in: a resource, or a deployment in whose place it is put."""

    resources: list[Declared]  # of the template that is being read
    calls: list[Call]
    inner: bool  # a nested deployment that does not say so has a scope of its own
    prefix: str = ""  # of made-up symbols
    parent: Declared | None = None
    condition: Expr | None = None
    loop: Loop | None = None
    batch: Expr | None = None
    waits_for: tuple[Expr, ...] = ()


class _Reader:
    """One file: what it declares is returned, what is wrong with it gathers in `lowering`."""

    __slots__ = ("left", "lowering", "seen", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lowering = Lowering(source)
        self.left = MAX_RESOURCES
        self.seen: dict[int, Members] = {}  # by id(): of objects that `$ref`s lead to, so that many are one search

    # ── sections ──

    def template(self, root: Expr) -> Template:
        sections = members(root)
        if root.op is not Op.OPAQUE and not sections.keys() & {"$schema", "resources"} and not is_open(root):
            self.lowering.note(_first(root.span), "no ARM template: `$schema` and `resources` were expected")
        around = _Around([], [], _has_version_2(sections))
        self.resources(get(sections, "resources"), around)
        return Template(
            self.source,
            "arm",
            inputs=tuple(self.input(key, value, root) for key, value in self.section(sections, "parameters")),
            names=(*self.functions(sections), *self.variables(sections)),
            resources=tuple(around.resources),
            calls=tuple(around.calls),
            outputs=tuple(self.output(key, value) for key, value in self.section(sections, "outputs")),
            scope=_SCOPES.get(_last_word(text(get(sections, "$schema")) or "")),
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

    def input(self, key: Expr, value: Expr, root: Expr) -> Input:
        name = str(key.args[0])
        if value.op not in (Op.OBJECT, Op.OPAQUE):
            self.lowering.note(value.span, f"the parameter {name} must be an object with a `type`")
        declared = members(value)
        kinds = [declared, *self.definitions(declared, root)]
        return Input(
            symbol=f"parameters.{name.lower()}",
            name=name,
            span=key.span,
            default=self.lowering.maybe(get(declared, "defaultvalue")),
            allowed=next((kind["allowedvalues"][1] for kind in kinds if "allowedvalues" in kind), None),
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

    def output(self, key: Expr, value: Expr) -> Binding:
        inside = members(value)
        name = str(key.args[0])
        made = self.lowering.maybe(get(inside, "value"))
        if made is None and "copy" in inside:
            made = self.lowering.repeated(inside["copy"][1], name, None)
        if made is None:
            made = opaque(value.span, "an output without a value")
        condition = get(inside, "condition")
        if condition is not None:
            nothing = Expr(Op.LITERAL, condition.span, (None,))
            made = Expr(Op.COND, made.span, (self.lowering.value(condition), made, nothing))
        return Binding(name, made, key.span)

    def assigned(self, key: Expr, value: Expr) -> Expr:
        """The value that `{"value": ...}` and its kin give a parameter."""
        inside = members(value)
        if "value" in inside:
            return inside["value"][1]
        if "reference" in inside:
            return opaque(inside["reference"][1].span, "a Key Vault reference")
        if "expression" in inside:
            return opaque(inside["expression"][1].span, "a value from outside the file")
        if value.op not in (Op.OBJECT, Op.ARRAY, Op.LITERAL, Op.OPAQUE):
            # What Bicep's compiler makes of a ternary: if(test, createObject('value', 1), createObject('value', 2)).
            return Expr(Op.MEMBER, value.span, (value, "value", False))
        if value.op in (Op.OBJECT, Op.ARRAY, Op.LITERAL) and not is_open(value):
            self.lowering.note(value.span, f"no value for {key.args[0]}: `value` or `reference` was expected")
        return value if value.op is Op.OPAQUE else opaque(value.span, "an assignment without a value")

    # ── resources ──

    def resources(self, section: Expr | None, around: _Around) -> None:
        """The resources of a section: an array, or in language version 2.0 an object of symbols."""
        if section is not None and section.op is Op.OBJECT:
            found = [(str(key.args[0]), one) for key, one in pairs(section)]
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
        index = loop.names[0] if loop else None
        waits = tuple(self.lowering.value(one, index) for one in self.waits(get(inside, "dependson")))
        one = Declared(
            symbol=symbol,
            type=_full_type(text(kind) or "", around.parent),
            body=whole,
            head=kind.span if kind else _first(whole.span),
            mode=Mode.EXISTING if is_true(get(inside, "existing")) else Mode.DECLARED,
            api_version=self.lowering.maybe(get(inside, "apiversion"), index),
            condition=_both(around.condition, self.lowering.maybe(get(inside, "condition"), index)),
            loop=loop,
            batch=batch,
            waits_for=(*around.waits_for, *waits)[:MAX_WAITS] if waits else around.waits_for,
            parent=Expr(Op.NAME, around.parent.head, (around.parent.symbol,)) if around.parent else None,
        )
        if one.type.lower() == _DEPLOYMENTS and one.mode is Mode.DECLARED:
            self.deployment(one, inside, around)
            return
        kept = tuple(e for e in whole.args if e[0].op is not Op.LITERAL or e[0].args[0].lower() not in _NOT_BODY)
        body = self.lowering.value(Expr(Op.OBJECT, whole.span, kept), index)
        around.resources.append(replace(one, body=body))
        below = replace(around, prefix=f"{symbol[:MAX_NAME]}.", parent=one, loop=loop, batch=batch)
        self.resources(get(inside, "resources"), below)

    def loop(self, copy: Expr | None, around: _Around) -> tuple[Loop | None, Expr | None]:
        """The copy loop of a resource and, if it goes by batches, their size."""
        inside = members(copy)
        count, mode = get(inside, "count"), get(inside, "mode")
        if count is None:
            return around.loop, around.batch
        if around.loop is not None:
            says = "a copy loop inside a loop of what it stands in: only the inner one is followed"
            self.lowering.note(inside["count"][0].span, says, "MN912", "note")
        batch = None
        if mode is not None and word(mode) == "serial":
            batch = self.lowering.maybe(get(inside, "batchsize")) or Expr(Op.LITERAL, mode.span, (1,))
        name = f"copyIndex:{word(get(inside, 'name'))}"
        return Loop((name,), self.lowering.value(count), counted=True), batch

    def waits(self, value: Expr | None) -> tuple[Expr, ...]:
        if value is None or value.op is not Op.ARRAY:
            return () if value is None else (value,)
        if len(value.args) > MAX_WAITS:
            says = f"too large: the rest, after {MAX_WAITS} resources to wait for, is not read"
            self.lowering.note(_first(value.span), says, "MN912")
        return items(value)[:MAX_WAITS]

    # ── nested deployments ──

    def deployment(self, one: Declared, inside: Members, around: _Around) -> None:
        """A deployment in a template: a Call; or its resources themselves, where it shares the scope around it."""
        index = one.loop.names[0] if one.loop else None
        properties = members(get(inside, "properties"))
        template = get(properties, "template")
        scope = word(get(members(get(properties, "expressionevaluationoptions")), "scope"))
        own = scope == "inner" if scope in ("inner", "outer") else around.inner
        if template is not None and template.op is Op.OBJECT and not own:
            nested = members(template)
            below = _Around(around.resources, around.calls, _has_version_2(nested), f"{one.symbol[:MAX_NAME]}.")
            below = replace(below, condition=one.condition, loop=one.loop, batch=one.batch, waits_for=one.waits_for)
            self.resources(get(nested, "resources"), below)
            return
        arguments, whole = self.arguments(properties, index)
        around.calls.append(
            Call(
                symbol=one.symbol,
                source=self.deployed(properties, index, get(inside, "properties"), one.head),
                arguments=arguments,
                head=one.head,
                condition=one.condition,
                loop=one.loop,
                waits_for=one.waits_for,
                arguments_object=whole,
                name=self.lowering.maybe(get(inside, "name"), index),
            )
        )

    def arguments(self, properties: Members, index: str | None) -> tuple[dict[str, Expr], Expr | None]:
        """What a deployment gives the parameters of its template: by name, and what nobody can tell by name."""
        given = get(properties, "parameters")
        if given is None:
            link = properties.get("parameterslink")
            return {}, opaque(link[1].span, "linked parameters") if link else None
        made = self.lowering.value(given, index)
        if given.op is not Op.OBJECT:
            return {}, _unwrapped(made)
        named = {str(key.args[0]): self.assigned(key, value) for key, value in members(made).values()}
        return named, opaque(given.span, "parameters that could not be read") if is_open(given) else None

    def deployed(self, properties: Members, index: str | None, whole: Expr | None, head: Span) -> Expr | Template:
        """What a deployment deploys: a template of its own, or one in another place."""
        template, link = get(properties, "template"), members(get(properties, "templatelink"))
        if template is not None:
            made_by = "a template that is given by an expression"
            return self.template(template) if template.op is Op.OBJECT else opaque(template.span, made_by)
        if "relativepath" in link:
            return self.lowering.value(link["relativepath"][1], index)
        for name, says in (("uri", "a linked template at"), ("id", "a template spec,")):
            if name in link:
                return opaque(link[name][1].span, f"{says} {self.words(link[name][1].span)}")
        return opaque(whole.span if whole else head, "a deployment without a template that can be read")

    def words(self, span: Span) -> str:
        cut = " ".join(self.source.text[span.start : min(span.end, span.start + 1_000)].strip('"').split())
        return cut if len(cut) <= 80 else cut[:79] + "…"


def _first(span: Span) -> Span:
    return Span(span.file, span.start, min(span.start + 1, span.end))


def _is_index(name: str, length: int) -> bool:
    return name.isdecimal() and len(name) < 4 and int(name) < length


def _has_version_2(sections: Members) -> bool:
    return word(get(sections, "languageversion")).startswith("2.")


def _both(first: Expr | None, second: Expr | None) -> Expr | None:
    if first is None or second is None:
        return first or second
    return Expr(Op.CALL, second.span, ("&&", (first, second)))


def _unwrapped(given: Expr) -> Expr:
    """`{x: {value: 1}}`, given by an expression, as `{x: 1}`."""
    value, name = (Expr(Op.NAME, given.span, (f"<{part}>",)) for part in ("argument", "name"))
    inside = Expr(Op.MEMBER, given.span, (value, "value", False))
    return Expr(Op.FOR, given.span, (("<argument>", "<name>"), given, name, inside, None, False))


def _full_type(written: str, parent: Declared | None) -> str:
    """A child's type is its parent's and a segment; unless it is whole already, as an extension's is."""
    if parent is None or "." in written.partition("/")[0] or len(parent.type) > MAX_NAME:
        return written
    return f"{parent.type}/{written}"
