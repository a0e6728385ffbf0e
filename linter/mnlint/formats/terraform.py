"""Terraform: which blocks there are, what each of them declares, and how python-hcl2 is used to read one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from mnlint.formats.terraform_expr import body_of, value_of
from mnlint.formats.terraform_outline import Argument, is_plain, outline
from mnlint.formats.terraform_plain import OddError, plain_body, plain_value
from mnlint.formats.terraform_signs import badly_closed
from mnlint.formats.tfblocks import Block, cut
from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Loop, Mode, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.record import dataclass, deferred, field
from mnlint.model.text import Comment, Source, Span

if TYPE_CHECKING:
    from lark import Token, Tree

MAX_BLOCK: Final = 64 * 1024  # characters of one block; python-hcl2 takes 0.1 to 0.3 s for as many
MAX_NOTICES: Final = 20  # mistakes reported of one file; after that it is some other language
SECONDS: Final = 60.0  # of parsing for one file; looked at between blocks

# What python-hcl2 says it expected, in words; the first few of them are said.
_EXPECTED: Final = {
    "INT_LITERAL": "a value",
    "EQ": "`=`",
    "LBRACE": "`{`",
    "COLON": "`:`",
    "IN": "`in`",
    "FOR_OBJECT_ARROW": "`=>`",
    "COMMA": "`,`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "NAME": "a name",
    "NL_OR_COMMENT": "a new line",
    "RBRACE": "`}`",
}
_WORD = re.compile(r"[\w-]{1,40}|\S").match
_REFERENCE = re.compile(r"[\w-]+(?:\.[\w-]+)+").fullmatch

Entries = dict[str, Expr]


def read(source: Source, seconds: float = SECONDS) -> Template:
    """Reads a .tf file, already without byte order mark. Mistakes are notices; what can be read is there all the same.

    After `seconds` no further block is parsed: what they declare is OPAQUE.
    """
    found = cut(source)
    return template(Reader(source, seconds), found.blocks, found.comments)


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
                made.reader.reject(_notice("MN911", message, block.head))
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


@dataclass(frozen=True, slots=True)
class Given:
    """What is given to a block: all that is in it, and arguments by name. Of a plain one nothing is parsed before
    somebody asks for it."""

    body: Expr  # an OBJECT of arguments and blocks; OPAQUE if it cannot be read
    entries: Entries
    plain: bool
    inside: frozenset[str] = frozenset()  # the types of the blocks inside of a plain one


class Reader:
    """Has the blocks of one file parsed, one at a time, so that a bad one costs no other."""

    def __init__(self, source: Source, seconds: float = SECONDS) -> None:
        self.source = source
        self.notices: list[Notice] = []
        self.seconds = seconds  # that are left

    def given(self, block: Block, wanted: Collection[str] | None = ()) -> Given:
        """What is given to a block, with those arguments that are wanted, or all of them."""
        found = outline(block, self.source.text) if self._may_wait(block) else None
        inside = frozenset(name for name, one in (found or {}).items() if one is None)
        if found is None or (inside if wanted is None else not inside.isdisjoint(wanted)):
            body = self.parsed_body(block)
            return Given(body, _entries(body), plain=False)
        entries = {
            name: self._argument(block, name, one)
            for name, one in found.items()
            if one is not None and (wanted is None or name in wanted)
        }
        body = deferred(Expr, partial(self._read_plain, block, plain_body, body_of))
        return Given(body, entries, True, inside)

    def value(self, block: Block) -> Expr:
        """What an assignment assigns; OPAQUE if it cannot be read."""
        if self._may_wait(block) and is_plain(block, self.source.text):
            return deferred(Expr, partial(self._read_plain, block, plain_value, value_of))
        return self.parsed(block)

    def parsed(self, block: Block) -> Expr:
        """The same, by python-hcl2."""
        return self._read(block, value_of)

    def parsed_body(self, block: Block) -> Expr:
        """The OBJECT of a block's arguments and blocks, by python-hcl2; OPAQUE if it cannot be read."""
        return self._read(block, body_of)

    def _argument(self, block: Block, name: str, found: Argument) -> Expr:
        """One argument of a plain block, which is read alone."""
        file, by = self.source.file, block.span.start
        span, head = Span(file, found.start, found.end), Span(file, found.start, found.start + len(name))
        text = block.text[found.start - by : found.end - by]
        alone = Block(span, name, (), head, found.value, text, block.templates, block.signs)
        return deferred(Expr, partial(self._read_plain, alone, plain_value, value_of))

    def _read_plain(self, block: Block, read: Callable[[Block, Source], Expr], lower: Callable[..., Any]) -> Expr:
        """What a plain block holds, once somebody asks: no parser is needed for it."""
        try:
            return read(block, self.source)
        except OddError:
            return self._read(block, lower)

    def reject(self, notice: Notice) -> None:
        """Keeps a notice, if there are not too many."""
        if len(self.notices) < MAX_NOTICES:
            self.notices.append(notice)

    def _may_wait(self, block: Block) -> bool:
        return block.ready is None and len(block.text) <= MAX_BLOCK and self.seconds >= 0

    def _read(self, block: Block, lower: Callable[..., tuple[Expr, Notice | None]]) -> Expr:
        """What a block or an assignment holds, by python-hcl2."""
        if block.ready is not None:
            return block.ready
        notice = block.fault
        if notice is None and len(block.text) > MAX_BLOCK:
            notice = _notice("MN912", f"longer than {MAX_BLOCK:,} characters: not read", block.head)
        if notice is None and self.seconds < 0:
            notice = _notice("MN912", "reading this file takes too long: not read from here on", block.head)
            if any(n.message == notice.message for n in self.notices):
                return Expr(Op.OPAQUE, block.span, (notice.message,))
        begun = monotonic()
        tree = notice or _parse(block, self.source)
        if isinstance(tree, Notice):
            self.reject(tree)
            made = Expr(
                Op.OPAQUE, block.span, (tree.message if tree.code == "MN912" else "text that could not be read",)
            )
        else:
            made, notice = lower(tree, block, self.source, _assignment)
            if notice:
                self.reject(notice)
        self.seconds -= monotonic() - begun
        return made


def _notice(code: str, message: str, span: Span) -> Notice:
    return Notice("error" if code == "MN911" else "note", code, message, Place(span, "here"))


@cache
def _parser() -> Callable[[str], Tree[Token]]:
    """python-hcl2, imported on first use, and with a folder where it can keep its grammar tables."""
    import hcl2
    import hcl2.parser

    kept = Path(hcl2.parser.PARSER_FILE)
    if not kept.exists() and not os.access(kept.parent, os.W_OK):  # else every run takes a second more
        folder = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "mnlint"
        with suppress(OSError, RuntimeError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            state = folder.stat()
            if state.st_uid == os.getuid() and not state.st_mode & 0o077:  # what is kept there is a pickle
                hcl2.parser.PARSER_FILE = folder / "hcl2-grammar.bin"
    return hcl2.parses_to_tree


def _parse(block: Block, source: Source) -> Tree[Token] | Notice:
    """The tree of a block, or what is wrong with it in our words."""
    parse = _parser()
    from lark.exceptions import LarkError

    try:
        return parse(block.text)
    except LarkError as error:
        at = getattr(getattr(error, "token", None), "start_pos", None)
        at = getattr(error, "pos_in_stream", None) if at is None else at
        expected = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    at = min(len(block.text) if at is None else at, len(block.text))
    before = len(block.text[:at].rstrip())
    message, start, end = "this ends too early", before - 1, before
    if "RBRACE" in expected or "\n" not in block.text[before:at]:  # else it is missing on the line before
        found = _WORD(source.text, block.span.start + at, block.span.end)
        if found:
            message, start, end = f"`{found[0]}` cannot stand here", at, at + len(found[0])
    span = Span(source.file, block.span.start + start, block.span.start + end)
    if "INT_LITERAL" in expected:
        expected = set(expected) - {"LBRACE", "NAME"}  # values, too
    wanted = " or ".join([words for name, words in _EXPECTED.items() if name in expected][:3])
    return _notice("MN911", f"{message}; expected {wanted}" if wanted else message, span)


def _assignment(source: Source) -> tuple[Tree[Token], Block] | None:
    """The tree of a text that is one assignment; None if it cannot be read."""
    blocks = cut(source, assignments=True).blocks
    if len(blocks) != 1 or blocks[0].fault is not None or len(blocks[0].text) > MAX_BLOCK:
        return None
    tree = _parse(blocks[0], source)
    return None if isinstance(tree, Notice) else (tree, blocks[0])


def template_text(text: str, names: frozenset[str], span: Span) -> Expr | None:
    """The text of a template, which may use these names, as an expression that stands at `span` to its last part.

    None if it cannot be read.
    """
    word = "MNLINT_END"
    if word in text:
        return None
    source = Source(span.file, f"_ = <<{word}\n{text}\n{word}\n")
    read = _assignment(source)
    if read is None:
        return None
    made, notice = value_of(read[0], read[1], source, _assignment, names)
    return None if notice else _placed(_without_last_line_end(made), span)


def _without_last_line_end(made: Expr) -> Expr:
    """A heredoc without the line end that only it has."""
    if made.op is Op.LITERAL and isinstance(made.args[0], str):
        return Expr(Op.LITERAL, made.span, (made.args[0].removesuffix("\n"),))
    if made.op is Op.TEXT and made.args:
        return Expr(Op.TEXT, made.span, (*made.args[:-1], _without_last_line_end(made.args[-1])))
    return made


def _placed(value: Any, span: Span) -> Any:
    if isinstance(value, Expr):
        return Expr(value.op, span, _placed(value.args, span))
    return tuple(_placed(part, span) for part in value) if isinstance(value, tuple) else value


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


def _entries(body: Expr) -> Entries:
    """The arguments of a body by name."""
    return {str(key.args[0]): value for key, value in body.args} if body.op is Op.OBJECT else {}


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
    given = _entries(body)
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
        condition = _entries(validation).get("condition")
        if condition and condition.op is Op.CALL and condition.args[0] == "contains" and len(condition.args[1]) == 2:
            options, asked = condition.args[1]
            if asked.op is Op.NAME and asked.args == (symbol,) and options.op is Op.ARRAY:
                return options  # type: ignore[no-any-return]
    return None


def _locals(made: _Made, block: Block) -> None:
    """Each local is parsed alone, so that a bad or a huge one costs no other."""
    if block.ready is not None:
        made.names.extend(Binding(f"local.{name}", value, value.span) for name, value in _entries(block.ready).items())
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
        "source": entries.get("source", missing),
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
        given = _entries(one.body)
        if "required_version" in given:
            requires.setdefault("terraform", given["required_version"])
        blocks = given.get("required_providers")
        for group in blocks.args if blocks and blocks.op is Op.ARRAY else ():
            for name, wanted in _entries(group).items():
                version = _entries(wanted).get("version") if wanted.op is Op.OBJECT else wanted
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
