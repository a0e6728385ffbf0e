"""How the blocks of a Terraform file are read: a plain one once somebody asks for it, any other by python-hcl2, now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from mnlint.formats.terraform_expr import body_of, value_of
from mnlint.formats.terraform_outline import Argument, is_plain, outline
from mnlint.formats.terraform_plain import OddError, plain_body, plain_value
from mnlint.formats.tfblocks import Block, cut
from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, deferred
from mnlint.model.text import Source, Span
from mnlint.model.typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lark import Token, Tree

MAX_BLOCK: Final = 64 * 1024  # characters of one block; python-hcl2 takes 0.1 to 0.3 s for as many
MAX_NOTICES: Final = 20  # mistakes reported of one file; after that it is some other language
MAX_PARSED: Final = 192 * 1024  # characters of a file that python-hcl2 may have to parse; real files have half
_EACH: Final = 150  # characters that parsing a block costs more than its text

_TOO_MUCH: Final = f"more than {MAX_PARSED:,} characters that are hard to read: from here on such blocks are not read"

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
_WORD = pattern(r"[\w-]{1,40}|\S")

Entries = dict[str, Expr]


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

    def __init__(self, source: Source, left: int = MAX_PARSED) -> None:
        self.source = source
        self.notices: list[Notice] = []
        self.told = False  # that too much would have to be parsed
        self.left = left  # characters that may still be parsed; what is plain costs none

    def given(self, block: Block, wanted: Collection[str] | None = ()) -> Given:
        """What is given to a block, with those arguments that are wanted, or all of them."""
        found = outline(block, self.source.text) if self._may_wait(block) else None
        inside = frozenset(name for name, one in (found or {}).items() if one is None)
        if found is None or (inside if wanted is None else not inside.isdisjoint(wanted)):
            body = self.parsed_body(block)
            return Given(body, entries_of(body), plain=False)
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
        return block.ready is None and len(block.text) <= MAX_BLOCK

    def _read(self, block: Block, lower: Callable[..., tuple[Expr, Notice | None]]) -> Expr:
        """What a block or an assignment holds, by python-hcl2."""
        if block.ready is not None:
            return block.ready
        notice = block.fault
        if notice is None and len(block.text) > MAX_BLOCK:
            notice = notice_at("MN912", f"longer than {MAX_BLOCK:,} characters: not read", block.head)
        if notice is None and self.left < 0:
            if not self.told:
                self.told = True
                self.notices.append(Notice("error", "MN912", _TOO_MUCH, Place(block.head, "here")))
            return Expr(Op.OPAQUE, block.span, (_TOO_MUCH,))
        if notice is None:
            self.left -= len(block.text) + _EACH
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
        return made


def notice_at(code: str, message: str, span: Span) -> Notice:
    return Notice("error" if code == "MN911" else "note", code, message, Place(span, "here"))


def _parse(block: Block, source: Source) -> Tree[Token] | Notice:
    """The tree of a block, or what is wrong with it in our words."""
    # Imported on first use. It keeps its grammar as a pickle beside its own modules, and where nobody may write there
    # it takes a second more: no other folder is as trusted as that one.
    from hcl2 import parses_to_tree
    from lark.exceptions import LarkError

    try:
        return parses_to_tree(block.text)
    except LarkError as error:
        at = getattr(getattr(error, "token", None), "start_pos", None)
        at = getattr(error, "pos_in_stream", None) if at is None else at
        expected = getattr(error, "expected", None) or getattr(error, "allowed", None) or ()
    at = min(len(block.text) if at is None else at, len(block.text))
    before = len(block.text[:at].rstrip())
    message, start, end = "this ends too early", before - 1, before
    if "RBRACE" in expected or "\n" not in block.text[before:at]:  # else it is missing on the line before
        found = _WORD.match(source.text, block.span.start + at, block.span.end)
        if found:
            message, start, end = f"`{found[0]}` cannot stand here", at, at + len(found[0])
    span = Span(source.file, block.span.start + start, block.span.start + end)
    if "INT_LITERAL" in expected:
        expected = set(expected) - {"LBRACE", "NAME"}  # values, too
    wanted = " or ".join([words for name, words in _EXPECTED.items() if name in expected][:3])
    return notice_at("MN911", f"{message}; expected {wanted}" if wanted else message, span)


def _assignment(source: Source) -> tuple[Tree[Token], Block] | None:
    """The tree of a text that is one assignment; None if it cannot be read."""
    blocks = cut(source, assignments=True).blocks
    if len(blocks) != 1 or blocks[0].fault is not None or len(blocks[0].text) > MAX_BLOCK:
        return None
    tree = _parse(blocks[0], source)
    return None if isinstance(tree, Notice) else (tree, blocks[0])


def entries_of(body: Expr) -> Entries:
    """The arguments of a body by name."""
    return {str(key.args[0]): value for key, value in body.args} if body.op is Op.OBJECT else {}


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
