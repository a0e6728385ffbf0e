"""Terraform: which blocks there are, and what each of them declares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from mnlint.formats.terraform_reader import MAX_PARSED, Entries, Given, Reader, entries_of, notice_at
from mnlint.formats.terraform_signs import badly_closed
from mnlint.formats.tfblocks import Block, cut
from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Loop, Mode, Op, Template
from mnlint.model.record import dataclass, deferred, field
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Any, Final

_REFERENCE = re.compile(r"[\w-]+(?:\.[\w-]+)+").fullmatch


def read(source: Source, left: int = MAX_PARSED) -> Template:
    """Reads a .tf file, already without byte order mark. Mistakes are notices; what can be read is there all the same.

    Where python-hcl2 has to parse more than `left` characters, what the other blocks declare is OPAQUE.
    """
    found = cut(source)
    return template(Reader(source, left), found.blocks, found.comments)


def template(reader: Reader, blocks: Iterable[Block], comments: tuple[Comment, ...]) -> Template:
    """What the blocks of a file declare."""
    made = _Made(reader)
    for block in blocks:
        declare = _KINDS.get(block.word)
        if declare is None:  # it says nothing about what is deployed, but it may be wrong
            made.reader.given(block)
        else:
            wanted = _LABELS.get(block.word, 0)
            if len(block.labels) == wanted:
                declare(made, block)
            else:
                message = f"`{block.word}` with {len(block.labels)} labels; expected {wanted}"
                made.reader.reject(notice_at("MN911", message, block.head))
    known: dict[str, Any] = {
        "source": reader.source,
        "language": "terraform",
        "inputs": tuple(made.inputs),
        "names": tuple(made.names),
        "resources": tuple(made.resources),
        "calls": tuple(made.calls),
        "outputs": tuple(made.outputs),
        "providers": tuple(made.providers),
        "comments": comments,
        "notices": tuple(made.reader.notices),
    }
    if not made.settings:
        return Template(**known)
    settings = tuple(made.settings)
    rest: dict[str, object] = {"scope": None, "imports": (), "types": {}, "before": None, "replaced": frozenset()}
    return deferred(Template, lambda: Template(**known, requires=_requires(settings)), **known, **rest)


def assignments(reader: Reader, blocks: tuple[Block, ...], prefix: str = "") -> list[Binding]:
    """The bindings of a list of `name = value`, each symbol with a prefix before its name."""
    made = []
    for block in blocks:
        value = reader.value(block)
        if block.word and not block.labels:
            made.append(Binding(prefix + block.word, value, block.head))
    return made


# ── what each block declares ──


@dataclass(slots=True)
class _Made:
    """What the blocks read so far declare."""

    reader: Reader
    inputs: list[Input] = field(default_factory=list)
    names: list[Binding] = field(default_factory=list)
    resources: list[Declared] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    outputs: list[Binding] = field(default_factory=list)
    providers: list[Declared] = field(default_factory=list)
    settings: list[Given] = field(default_factory=list)  # of blocks called `terraform`


def _without(given: Given, *names: str) -> Expr:
    """The body of a block without some of its arguments."""
    if not given.plain:
        return _left(given.body, names)
    return deferred(Expr, lambda: _left(given.body, names)) if given.entries.keys() & names else given.body


def _left(body: Expr, names: tuple[str, ...]) -> Expr:
    if body.op is not Op.OBJECT:
        return body
    return Expr(body.op, body.span, tuple(entry for entry in body.args if entry[0].args[0] not in names))


def _variable(made: _Made, block: Block) -> None:
    name = block.labels[0]
    symbol = f"var.{name}"
    given = made.reader.given(block, _OF_VARIABLES)
    if not given.plain:
        made.inputs.append(_input(symbol, name, block.head, given.body))
        return
    default = given.entries.get("default")
    known: dict[str, object] = {
        "symbol": symbol,
        "name": name,
        "span": block.head,
        "default": default,
        "constraint": given.entries.get("type"),
        "secret": _is_secret(given.entries),
        "never_null": _is_never_null(given.entries),
        "shape": None,
    }
    known |= {"allowed": None} if "validation" not in given.inside else {}
    known |= {"nullable": False} if default is None else {}
    made.inputs.append(deferred(Input, lambda: _input(symbol, name, block.head, given.body), **known))


def _input(symbol: str, name: str, head: Span, body: Expr) -> Input:
    given = entries_of(body)
    default = body if body.op is Op.OPAQUE else given.get("default")
    return Input(
        symbol,
        name,
        head,
        default,
        allowed=_allowed(given.get("validation"), symbol),
        secret=_is_secret(given),
        nullable=default is not None and default.op is Op.LITERAL and default.args == (None,),
        constraint=given.get("type"),
        never_null=_is_never_null(given),
    )


def _is_secret(given: Entries) -> bool:
    return any(word in given and given[word].args == (True,) for word in _SECRET)


def _is_never_null(given: Entries) -> bool:
    return "nullable" in given and given["nullable"].args == (False,)


def _allowed(validations: Expr | None, symbol: str) -> Expr | None:
    """The list of a `validation` whose condition is `contains([...], var.x)` and nothing else."""
    for validation in validations.args if validations and validations.op is Op.ARRAY else ():
        condition = entries_of(validation).get("condition")
        if condition and condition.op is Op.CALL and condition.args[0] == "contains" and len(condition.args[1]) == 2:
            options, asked = condition.args[1]
            if asked.op is Op.NAME and asked.args == (symbol,) and options.op is Op.ARRAY:
                return options  # type: ignore[no-any-return]
    return None


def _locals(made: _Made, block: Block) -> None:
    """Each local is parsed alone, so that a bad or a huge one costs no other."""
    if block.ready is not None:
        made.names.extend(
            Binding(f"local.{name}", value, value.span) for name, value in entries_of(block.ready).items()
        )
        return
    end = block.span.end - (made.reader.source.text[block.span.end - 1] == "}")
    inner = cut(made.reader.source, block.inside, end, assignments=True).blocks
    if inner and block.fault is None:
        wrong = badly_closed(block.text, block.span, inner[0].span, inner[-1].span, len(inner))
        if wrong is not None:
            made.reader.reject(wrong)
    if block.fault and not any(local.fault for local in inner):
        made.reader.reject(block.fault)
    made.names.extend(assignments(made.reader, inner, "local."))


def _output(made: _Made, block: Block) -> None:
    given = made.reader.given(block, ("value",))
    value = given.entries.get("value")
    if value is None:
        missing = Expr(Op.OPAQUE, block.head, ("an output without a value",))
        value = given.body if not given.plain and given.body.op is Op.OPAQUE else missing
    made.outputs.append(Binding(block.labels[0], value, block.head))


def _resource(made: _Made, block: Block) -> None:
    kind, name = block.labels
    data = block.word == "data"
    given = made.reader.given(block, _OF_RESOURCES)
    entries = {name: value for name, value in given.entries.items() if name in _OF_RESOURCES}
    known: dict[str, Any] = {
        "symbol": f"data.{kind}.{name}" if data else f"{kind}.{name}",
        "type": kind,
        "body": _without(given, *_OF_RESOURCES),
        "head": block.head,
        "mode": Mode.DATA if data else Mode.DECLARED,
        "loop": _loop(entries),
        "provider": _reference(entries["provider"]) if "provider" in entries else None,
    }

    def whole() -> Declared:
        return Declared(**known, waits_for=_waits_for(entries))

    rest: dict[str, object] = {"api_version": None, "condition": None, "batch": None, "parent": None}
    rest |= {} if "depends_on" in entries else {"waits_for": ()}
    made.resources.append(deferred(Declared, whole, **known, **rest) if given.plain else whole())


def _module(made: _Made, block: Block) -> None:
    given = made.reader.given(block, None)
    entries = given.entries
    opaque = not given.plain and given.body.op is Op.OPAQUE
    missing = given.body if opaque else Expr(Op.OPAQUE, block.head, ("a module without a source",))
    source = made.reader.source
    known: dict[str, Any] = {
        "symbol": f"module.{block.labels[0]}",
        "source": _joined(entries.get("source", missing)),
        "arguments": {name: value for name, value in entries.items() if name not in _OF_MODULES},
        "head": block.head,
        "loop": _loop(entries),
        "arguments_object": given.body if opaque else None,
        "version": entries.get("version"),
    }

    def whole() -> Call:
        providers = entries.get("providers")
        return Call(
            **known,
            waits_for=_waits_for(entries),
            providers={
                source.cut(key.span).strip('"'): _reference(value)
                for key, value in (providers.args if providers and providers.op is Op.OBJECT else ())
            },
        )

    rest: dict[str, object] = {"condition": None, "name": None, "scope": None, "batch": None, "shares": False}
    rest |= {} if "depends_on" in entries else {"waits_for": ()}
    rest |= {} if "providers" in entries else {"providers": {}}
    made.calls.append(deferred(Call, whole, **known, **rest) if given.plain else whole())


def _joined(source: Expr) -> Expr:
    """A text that is put together from texts as the text it is: Terraform takes it for one."""
    parts = [part.args[0] for part in source.args if part.op is Op.LITERAL] if source.op is Op.TEXT else []
    if not parts or len(parts) < len(source.args) or not all(isinstance(part, str) for part in parts):
        return source
    return Expr(Op.LITERAL, source.span, ("".join(map(str, parts)),))


def _provider(made: _Made, block: Block) -> None:
    given = made.reader.given(block, ("alias",))
    kind = block.labels[0]
    alias = given.entries.get("alias")
    symbol = f"{kind}.{alias.args[0]}" if alias and alias.op is Op.LITERAL else kind
    made.providers.append(Declared(symbol, kind, _without(given, "alias"), block.head))


def _terraform(made: _Made, block: Block) -> None:
    made.settings.append(made.reader.given(block))


def _requires(settings: Iterable[Given]) -> Entries:
    """What versions of Terraform and of providers the blocks called `terraform` ask for."""
    requires: Entries = {}
    for one in settings:
        given = entries_of(one.body)
        if "required_version" in given:
            requires.setdefault("terraform", given["required_version"])
        blocks = given.get("required_providers")
        for group in blocks.args if blocks and blocks.op is Op.ARRAY else ():
            for name, wanted in entries_of(group).items():
                version = entries_of(wanted).get("version") if wanted.op is Op.OBJECT else wanted
                if version is not None:
                    requires[name] = version
    return requires


def _loop(given: Entries) -> Loop | None:
    if "count" in given:
        return Loop(("count.index",), given["count"], counted=True)
    if "for_each" in given:
        return Loop(("each.value", "each.key"), given["for_each"], keyed=True)
    return None


def _waits_for(given: Entries) -> tuple[Expr, ...]:
    wanted = given.get("depends_on")
    return tuple(_reference(item) for item in wanted.args) if wanted and wanted.op is Op.ARRAY else ()


def _reference(expr: Expr) -> Expr:
    """A reference that is written in quotes, as Terraform 0.11 had them, as what it refers to."""
    if expr.op is Op.LITERAL and isinstance(expr.args[0], str) and _REFERENCE(expr.args[0]):
        return Expr(Op.NAME, expr.span, expr.args)
    return expr


_SECRET: Final = ("sensitive", "ephemeral")
_OF_VARIABLES: Final = ("default", "type", "nullable", *_SECRET)
_OF_RESOURCES: Final = ("count", "for_each", "depends_on", "provider")
_OF_MODULES: Final = ("source", "version", "providers", "count", "for_each", "depends_on")
_LABELS: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}
# Other blocks (moved, import, check, removed ...) say nothing about what is deployed.
_KINDS: Final[dict[str, Callable[[_Made, Block], None]]] = {
    "variable": _variable,
    "locals": _locals,
    "output": _output,
    "resource": _resource,
    "data": _resource,
    "module": _module,
    "provider": _provider,
    "terraform": _terraform,
}
