"""A cursor over Bicep's tokens, and how reading goes on after a mistake so that it costs as little as can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnlint.formats.bicep.tokens import (
    BAD,
    END,
    LEFT,
    LINE,
    MIDDLE,
    MULTI,
    NUMBER,
    OPENER,
    RIGHT,
    STRING,
    WORD,
    Brackets,
    tokens,
)
from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.text import Source, Span
from mnlint.model.typing import Final, TypeVar

T = TypeVar("T")

MAX_NESTING: Final = 100
MAX_NOTICES: Final = 20  # of one file: after so many mistakes the rest says nothing new

_AFTER_KEYWORD: Final = (WORD, STRING, MULTI, LEFT, "=", "{", "*")
_OF_ITS_OWN: Final = (WORD, NUMBER, BAD, "@")  # such a token at the margin is no rest of the statement before


class Fault(Exception):  # noqa: N818  (the text's error, not ours)
    """A mistake in the text, on its way to the next place where reading can go on. Never leaves the readers."""

    def __init__(self, message: str, start: int, end: int, token: int, code: str = "MN911") -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.token, self.code = message, start, end, token, code


class Parser:
    """A cursor over the tokens of one file. What it reads is an Expr; what it cannot read is a Notice and OPAQUE.

    Of a `part` of a file, from here to there, the `namespaces` of the whole have to be told.
    """

    def __init__(
        self,
        source: Source,
        keywords: frozenset[str],
        part: tuple[int, int] | None = None,
        namespaces: frozenset[str] | None = None,
    ) -> None:
        read = tokens(source, part)
        self.file, self.text, self.source = source.file, source.text, source
        self.kinds, self.starts, self.ends = read.kinds, read.starts, read.ends
        self.comments, self.keywords = read.comments, keywords
        self.notices: list[Notice] = []
        self.renamed: Mapping[str, str] = {}  # names that mean another symbol than themselves at the cursor
        self.unbalanced: Expr | None = None  # set when what stands inside which bracket is a guess
        self.namespaces = self._namespaces() if namespaces is None else namespaces
        self.at = 0
        self._faults = read.faults
        self._open: list[str] = []  # what closes each bracket that is open, innermost last
        self._torn = False  # something is nested too deeply, and never closed
        self._noted = -2  # the token of the last mistake: what follows from it at the same place is no news
        self._unread = len(self.kinds) if read.whole else len(self.kinds) - 2  # the first token that is not read
        if not read.whole:
            message, end = read.faults[self._unread]
            at = self.starts[self._unread]
            self.notices.append(
                Notice("error", "MN912", message, Place(Span(self.file, at, end), "reading stopped here"))
            )
        for message, start, end in read.odd:
            self.note(Fault(message, start, end, -1))
            self._noted = -2

    def _namespaces(self) -> frozenset[str]:
        """The names that stand for all that is imported from a file: `import * as types from ...`."""
        kinds, found, at = self.kinds, [], 0
        for _ in range(kinds.count("*")):
            at = kinds.index("*", at) + 1
            is_import = at > 1 and kinds[at - 2] == WORD and self.word(at - 2) == "import"
            if is_import and kinds[at] == WORD and self.word(at) == "as" and kinds[at + 1] == WORD:
                found.append(self.word(at + 1))
        return frozenset(found)

    # ── places and words ──

    def span(self, first: int) -> Span:
        """From the token `first` to the one before the cursor."""
        return Span(self.file, self.starts[first], self.ends[self.at - 1])

    def node(self, op: Op, first: int, *args: object) -> Expr:
        return Expr(op, Span(self.file, self.starts[first], self.ends[self.at - 1]), args)

    def word(self, at: int) -> str:
        """The text of a token."""
        return self.text[self.starts[at] : self.ends[at]]

    def is_word(self, word: str) -> bool:
        return self.kinds[self.at] == WORD and self.word(self.at) == word

    # ── mistakes ──

    def expected(self, what: str) -> Fault:
        """The mistake that something else stands at the cursor."""
        at = self.at
        start, end, kind = self.starts[at], self.ends[at], self.kinds[at]
        if kind == BAD:
            message, end = self._faults[at]
            return Fault(message, start, end, at)
        if kind in (LINE, END):
            return Fault(f"expected {what} before the end of the {'line' if kind == LINE else 'file'}", start, end, at)
        # Never the text of a string: it may be a secret.
        found = "a string" if kind in (STRING, MULTI, LEFT, MIDDLE, RIGHT) else self.text[start:end]
        return Fault(f"expected {what}, not {found if len(found) <= 40 else found[:39] + '…'}", start, end, at)

    def note(self, fault: Fault) -> Expr:
        """Keeps a mistake as a Notice, unless it only follows from the last one; what stands in for what is lost."""
        span = Span(self.file, fault.start, fault.end)
        news = fault.token != self._noted and fault.token < self._unread
        if news and len(self.notices) < MAX_NOTICES:
            self.notices.append(Notice("error", fault.code, fault.message, Place(span, "reading stopped here")))
        self._noted = fault.token
        return Expr(Op.OPAQUE, span, (fault.message,))

    def begins_statement(self, at: int, *, indented: bool) -> bool:
        """True if a declaration seems to begin at a token that follows a LINE."""
        if not indented and not self.at_margin(at):
            return False
        kind = self.kinds[at]
        if kind == "@":
            return self.kinds[at + 1] == WORD
        return kind == WORD and self.word(at) in self.keywords and self.kinds[at + 1] in _AFTER_KEYWORD

    def is_keyword(self, at: int) -> bool:
        """True if a token is a word that begins declarations."""
        return self.kinds[at] == WORD and self.word(at) in self.keywords

    def at_margin(self, at: int) -> bool:
        """True if a token is the first of its line, and not indented."""
        start = self.starts[at]
        return not start or self.text[start - 1] in "\r\n\ufeff"

    def left_behind(self, at: int) -> bool:
        """True if the brackets that are open cannot be closed any more: the file ends or a declaration begins here."""
        if self.kinds[at] == END:
            return True
        return at > 0 and self.kinds[at - 1] == LINE and self.begins_statement(at, indented=False)

    def lose(self, fault: Fault, first: int, depth: int) -> Expr:
        """Notes a mistake in the member that begins at `first`, and goes on to what separates or ends members."""
        lost = self.note(fault)
        kinds, at = self.kinds, self.at
        if fault.code == "MN912" and self._step_over(depth):
            return Expr(Op.OPAQUE, Span(self.file, self.starts[first], self.ends[self.at - 1]), lost.args)
        skipped = Brackets(self._open[depth:])
        del self._open[depth:]
        if skipped.open and skipped.open[-1] != "{":
            # Nothing but a forgotten ) or ] puts a property on the next line.
            at -= next((n for n in (1, 2) if kinds[at - n] == LINE and self.looks_like_property(at - n + 1)), 0)
        while not self.left_behind(at):
            kind = kinds[at]
            if kind == LINE and skipped.open and skipped.open[-1] != "{" and self.looks_like_property(at + 1):
                break
            if (kind in (LINE, ",") and not skipped.open) or not skipped.pass_over(kind):
                break
            at += 1
        self.at = at
        return Expr(Op.OPAQUE, Span(self.file, self.starts[first], max(lost.span.end, self.ends[at - 1])), lost.args)

    def _step_over(self, depth: int) -> bool:
        """Goes over what is nested too deeply, to where all of its brackets are closed; False if they never are."""
        if self._torn:
            return False
        skipped = Brackets(self._open[depth:])
        kinds, at = self.kinds, self.at
        while skipped.open or kinds[at] not in (LINE, ","):
            if kinds[at] == END:
                self._torn = True  # looked for once in a file, or it would take a square of its length
                return False
            if not skipped.pass_over(kinds[at]):
                break
            at += 1
        self.at = at
        del self._open[depth:]
        return True

    def looks_like_property(self, at: int) -> bool:
        """True if a token seems to begin a property of an object."""
        return self.kinds[at] in (WORD, STRING) and self.kinds[at + 1] == ":"

    def lose_statement(self, fault: Fault, first: int) -> Expr:
        """Notes a mistake in the statement that begins at `first`, and goes on to the next one."""
        lost = self.note(fault)
        kinds, at = self.kinds, self.at
        skipped = Brackets(self._open)
        self._open.clear()
        while kinds[at] != END:
            sure = not skipped.open and self.unbalanced is None
            if at > first and kinds[at - 1] == LINE and sure and kinds[at] in _OF_ITS_OWN and self.at_margin(at):
                break
            if at > first and kinds[at - 1] == LINE and self.begins_statement(at, indented=sure):
                if not self.begins_statement(at, indented=False):
                    self.unbalanced = lost  # it may be a nested resource whose parent was closed too early
                break
            if not skipped.pass_over(kinds[at]):
                self.unbalanced = lost
            at += 1
        self.at = at
        return Expr(Op.OPAQUE, Span(self.file, self.starts[first], max(lost.span.end, self.ends[at - 1])), lost.args)

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self._open)

    # ── steps ──

    def lines(self) -> None:
        """Over the end of a line, if it is one."""
        if self.kinds[self.at] == LINE:
            self.at += 1

    def take(self, kind: str, what: str = "") -> int:
        """Over a token that must be there; its number."""
        at = self.at
        if self.kinds[at] != kind:
            raise self.expected(what or kind)
        self.at = at + 1
        return at

    def take_word(self, word: str) -> None:
        if not self.is_word(word):
            raise self.expected(word)
        self.at += 1

    def name(self, of: str) -> str:
        """Over an identifier; its text."""
        return self.word(self.take(WORD, f"the name of {of}"))

    def enter(self, closer: str) -> None:
        """One level deeper, until `leave`."""
        if len(self._open) >= MAX_NESTING:
            start, end = self.starts[self.at], self.ends[self.at]
            raise Fault(f"nested too deeply: more than {MAX_NESTING} levels", start, end, self.at, "MN912")
        self._open.append(closer)

    def leave(self) -> None:
        self._open.pop()

    def members(self, closer: str, member: Callable[[], T], lost: Callable[[Expr], T]) -> list[T]:
        """From a bracket over its members, each on lines of its own or between commas, to behind the closing bracket.

        A member that cannot be read is `lost`. So are those after the last one if the bracket is never closed.
        """
        kinds, first = self.kinds, self.at
        self.enter(closer)
        depth = len(self._open)
        self.at += 1
        found: list[T] = []
        self.lines()
        while kinds[self.at] != closer:
            start = self.at
            try:
                read = member()
                if kinds[self.at] not in (",", LINE, closer):
                    if self.unbalanced is not None and self.left_behind(self.at):
                        # A resource in this one is not closed, so nor is this one; nothing is read twice.
                        found += (read, lost(self.unclosed(first, closer)))
                        self.leave()
                        return found
                    raise self.expected(f"a new line, a comma or {closer}")
                found.append(read)
            except Fault as fault:
                if fault.code != "MN912" and self.left_behind(start):
                    self.at = start
                    del self._open[depth:]
                else:
                    found.append(lost(self.lose(fault, start, depth)))
                while kinds[self.at] in OPENER and kinds[self.at] not in self._open:
                    self.at += 1  # closes nothing that is open
                kind = kinds[self.at]
                if kind != closer and (kind in self._open or kind == MIDDLE or self.left_behind(self.at)):
                    found.append(lost(self.unclosed(first, closer)))
                    self.leave()
                    return found
            if kinds[self.at] == "," and kinds[self.at + 1] == LINE:
                self.at += 1
                start, end = self.starts[self.at], self.ends[self.at]
                self.note(Fault("expected a comma or a new line, not both", start, end, self.at))
            if kinds[self.at] in (",", LINE):
                self.at += 1
                self.lines()
        self.leave()
        self.at += 1
        return found

    def unclosed(self, first: int, closer: str) -> Expr:
        line, _ = self.source.line_column(self.starts[self.at])
        where = "the end of the file" if self.kinds[self.at] == END else f"line {line}"
        opener = self.word(first)
        message = f"this {opener} is not closed: expected {closer} before {where}"
        cut = self._unread < len(self.kinds)  # it may be closed in what is not read: no mistake, but no end either
        at = self._unread if cut else self.at
        self.unbalanced = self.note(Fault(message, self.starts[first], self.ends[first], at))
        return self.unbalanced
