"""Bicep's expressions, and how reading goes on after a mistake so that it costs as little as can be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

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

T = TypeVar("T")

MAX_NESTING: Final = 100
MAX_NOTICES: Final = 20  # of one file: after so many mistakes the rest says nothing new

# https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators#operator-precedence-and-associativity
_RANK: Final = {
    "*": 7, "/": 7, "%": 7,
    "+": 6, "-": 6,
    "<": 5, "<=": 5, ">": 5, ">=": 5,
    "==": 4, "!=": 4, "=~": 4, "!~": 4,
    "&&": 3, "||": 2, "??": 1,
}  # fmt: skip
_NAMESPACES: Final = ("az", "sys")
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_AFTER_KEYWORD: Final = (WORD, STRING, MULTI, LEFT, "=", "{", "*")

_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9A-Fa-f]++)\}|(.?))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}


class Fault(Exception):  # noqa: N818  (the text's error, not ours)
    """A mistake in the text, on its way to the next place where reading can go on. Never leaves the readers."""

    def __init__(self, message: str, start: int, end: int, token: int, code: str = "MN911") -> None:
        super().__init__(message)
        self.message, self.start, self.end, self.token, self.code = message, start, end, token, code


class Parser:
    """A cursor over the tokens of one file. What it reads is an Expr; what it cannot read is a Notice and OPAQUE."""

    def __init__(self, source: Source, keywords: frozenset[str]) -> None:
        read = tokens(source)
        self.file, self.text, self.source = source.file, source.text, source
        self.kinds, self.starts, self.ends = read.kinds, read.starts, read.ends
        self.comments, self.keywords = read.comments, keywords
        self.notices: list[Notice] = []
        self.renamed: Mapping[str, str] = {}  # names that mean another symbol than themselves at the cursor
        self.unbalanced: Expr | None = None  # set when what stands inside which bracket is a guess
        self.at = 0
        self._faults = read.faults
        self._open: list[str] = []  # what closes each bracket that is open, innermost last
        self._noted = -1  # the token of the last mistake: what follows from it at the same place is no news

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
        if fault.token != self._noted and len(self.notices) < MAX_NOTICES:
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

    def at_margin(self, at: int) -> bool:
        """True if a token is the first of its line, and not indented."""
        start = self.starts[at]
        return not start or self.text[start - 1] in "\r\n\ufeff"

    def _left_behind(self, at: int) -> bool:
        """True if the brackets that are open cannot be closed any more: the file ends or a declaration begins here."""
        if self.kinds[at] == END:
            return True
        return at > 0 and self.kinds[at - 1] == LINE and self.begins_statement(at, indented=False)

    def lose(self, fault: Fault, first: int, depth: int) -> Expr:
        """Notes a mistake in the member that begins at `first`, and goes on to what separates or ends members."""
        lost = self.note(fault)
        kinds, at = self.kinds, self.at
        skipped = Brackets(self._open[depth:])
        del self._open[depth:]
        if skipped.open and skipped.open[-1] != "{":
            # Nothing but a forgotten ) or ] puts a property on the next line.
            at -= next((n for n in (1, 2) if kinds[at - n] == LINE and self.looks_like_property(at - n + 1)), 0)
        while not self._left_behind(at):
            kind = kinds[at]
            if kind == LINE and skipped.open and skipped.open[-1] != "{" and self.looks_like_property(at + 1):
                break
            if (kind in (LINE, ",") and not skipped.open) or not skipped.pass_over(kind):
                break
            at += 1
        self.at = at
        return Expr(Op.OPAQUE, Span(self.file, self.starts[first], max(lost.span.end, self.ends[at - 1])), lost.args)

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
            if at > first and kinds[at - 1] == LINE and self.begins_statement(at, indented=sure):
                if not self.begins_statement(at, indented=False):
                    self.unbalanced = lost  # it may be a nested resource whose parent was closed too early
                break
            if not skipped.pass_over(kinds[at]):
                self.unbalanced = lost
            at += 1
        self.at = at
        return Expr(Op.OPAQUE, Span(self.file, self.starts[first], max(lost.span.end, self.ends[at - 1])), lost.args)

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
                    raise self.expected(f"a new line, a comma or {closer}")
                found.append(read)
            except Fault as fault:
                if self._left_behind(start):
                    self.at = start
                    del self._open[depth:]
                else:
                    found.append(lost(self.lose(fault, start, depth)))
                while kinds[self.at] in OPENER and kinds[self.at] not in self._open:
                    self.at += 1  # closes nothing that is open
                kind = kinds[self.at]
                if kind != closer and (kind in self._open or kind == MIDDLE or self._left_behind(self.at)):
                    found.append(lost(self._unclosed(first, closer)))
                    self.leave()
                    return found
            if kinds[self.at] in (",", LINE):
                self.at += 1
                self.lines()
        self.leave()
        self.at += 1
        return found

    def _unclosed(self, first: int, closer: str) -> Expr:
        line, _ = self.source.line_column(self.starts[self.at])
        where = "the end of the file" if self.kinds[self.at] == END else f"line {line}"
        opener = self.word(first)
        message = f"this {opener} is not closed: expected {closer} before {where}"
        self.unbalanced = self.note(Fault(message, self.starts[first], self.ends[first], self.at))
        return self.unbalanced

    # ── expressions ──

    def expression(self) -> Expr:
        """Any expression. Chains of operators and of conditions are loops here, however long."""
        first = self.at
        test = self._operators()
        if not self._asks():
            return test
        waiting = []
        while self._asks():
            self.lines()
            self.enter("?")
            self.at += 1
            yes = self.expression()
            if self.kinds[self.at] == LINE and self.kinds[self.at + 1] == ":":
                self.at += 1
            self.take(":")
            self.leave()
            waiting.append((first, test, yes))
            first = self.at
            test = self._operators()
        for first, condition, yes in reversed(waiting):
            test = self.node(Op.COND, first, condition, yes, test)
        return test

    def _asks(self) -> bool:
        kind = self.kinds[self.at]
        return kind == "?" or (kind == LINE and self.kinds[self.at + 1] == "?")

    def _operators(self) -> Expr:
        kinds = self.kinds
        waiting: list[tuple[int, Expr, str]] = []  # left operands with their first token and the operator after them
        while True:
            first = self.at
            right = self._operand()
            sign = kinds[self.at]
            rank = _RANK.get(sign, 0)
            while waiting and _RANK[waiting[-1][2]] >= rank:
                first, left, operator = waiting.pop()
                right = self.node(Op.CALL, first, operator, (left, right))
            if not rank:
                return right
            waiting.append((first, right, sign))
            self.at += 1

    def _operand(self) -> Expr:
        """An operand with the signs before it and the accesses behind it."""
        kinds, first = self.kinds, self.at
        begin = first
        while kinds[begin] in ("!", "-"):
            begin += 1
        self.at = begin
        read = self._PRIMARY.get(kinds[begin])
        if read is None:
            raise self.expected("an expression")
        found = read(self)
        while (access := self._ACCESS.get(kinds[self.at])) is not None:
            found = access(self, found, begin)
        for at in range(begin - 1, first - 1, -1):
            found = self.node(Op.CALL, at, kinds[at], (found,))
        return found

    def literal(self) -> Expr:
        """A string, a number or a word, without the signs before it and the accesses behind it."""
        read = self._PRIMARY.get(self.kinds[self.at])
        if read is None:
            raise self.expected("a literal")
        return read(self)

    def _member(self, target: Expr, first: int) -> Expr:
        self.at += 1
        safe = self.kinds[self.at] == "?" and self.kinds[self.at - 1] == "."
        self.at += safe
        name = self.word(self.take(WORD, "the name of a function or property"))
        if self.kinds[self.at] != "(":
            return self.node(Op.MEMBER, first, target, name, safe)
        args = self._arguments()
        if target.op is Op.NAME and target.args[0] in _NAMESPACES:
            return self.node(Op.CALL, first, name, args)
        return self.node(Op.CALL, first, f".{name}", (target, *args))

    def _index(self, target: Expr, first: int) -> Expr:
        self.enter("]")
        self.at += 1
        safe = self.kinds[self.at] == "?"
        self.at += safe
        begin = self.at
        from_end = self.kinds[begin] == "^"
        self.at += from_end
        index = self.expression()
        if from_end:
            index = self.node(Op.CALL, begin, "^", (index,))
        self.take("]")
        self.leave()
        return self.node(Op.INDEX, first, target, index, safe)

    def _assertion(self, target: Expr, first: int) -> Expr:
        self.at += 1
        return target  # `x!` says that x is not null, and changes nothing

    def _word(self) -> Expr:
        first, word = self.at, self.word(self.at)
        self.at += 1
        kind = self.kinds[self.at]
        if kind == "(":
            return self.node(Op.CALL, first, word, self._arguments())
        if kind == "=>":
            return self._lambda(first, (word,))
        if word in _WORDS:
            return self.node(Op.LITERAL, first, _WORDS[word])
        return self.node(Op.NAME, first, self.renamed.get(word, word))

    def _lambda(self, first: int, names: tuple[str, ...]) -> Expr:
        self.take("=>")
        self.enter("=>")
        self.lines()
        body = self.expression()
        self.leave()
        return self.node(Op.LAMBDA, first, names, body)

    def _arguments(self) -> tuple[Expr, ...]:
        self.enter(")")
        self.at += 1
        found = []
        self.lines()
        while self.kinds[self.at] != ")":
            found.append(self.expression())
            self.lines()
            if self.kinds[self.at] == ",":
                self.at += 1
                self.lines()
            elif self.kinds[self.at] != ")":
                raise self.expected("a comma or )")
        self.leave()
        self.at += 1
        return tuple(found)

    def _parenthesis(self) -> Expr:
        first = self.at
        found = self._arguments()
        if self.kinds[self.at] == "=>":
            names = tuple(str(item.args[0]) for item in found if item.op is Op.NAME)
            if len(names) == len(found):
                return self._lambda(first, names)
        if len(found) != 1:
            raise Fault("expected one expression between ( and )", self.starts[first], self.ends[self.at - 1], self.at)
        return found[0]

    def _number(self) -> Expr:
        first, digits = self.at, self.word(self.at)
        if len(digits.lstrip("0")) > 19:
            raise Fault("expected a 64-bit integer", self.starts[first], self.ends[first], first)
        self.at += 1
        return self.node(Op.LITERAL, first, int(digits))

    def _string(self) -> Expr:
        first = self.at
        value = self._unescaped(self.starts[first] + 1, self.ends[first] - 1)
        self.at += 1
        return self.node(Op.LITERAL, first, value)

    def _multi(self) -> Expr:
        first = self.at
        start = self._first_character(first)
        self.at += 1
        return self.node(Op.LITERAL, first, self.text[start : self.ends[first] - 3])

    def _first_character(self, token: int) -> int:
        """Where the text of a multi-line string begins: behind its quotes, and behind a line end right after them."""
        start = self.text.index("'", self.starts[token]) + 3
        if self.text.startswith("\r", start):
            start += 1
        return start + self.text.startswith("\n", start)

    def _interpolated(self) -> Expr:
        """A string with holes."""
        first = self.at
        dollars = self.text.index("'", self.starts[first]) - self.starts[first]
        self.enter(RIGHT)
        parts: list[Expr] = []
        start = self._first_character(first) if dollars else self.starts[first] + 1
        while True:
            last = self.kinds[self.at] == RIGHT
            end = self.ends[self.at] - ((3 if dollars else 1) if last else max(dollars, 1) + 1)
            if start < end:
                text = self.text[start:end] if dollars else self._unescaped(start, end)
                parts.append(Expr(Op.LITERAL, Span(self.file, start, end), (text,)))
            self.at += 1
            if last:
                break
            parts.append(self.expression())
            if self.kinds[self.at] not in (MIDDLE, RIGHT):
                raise self.expected("}")
            start = self.starts[self.at] + 1
        self.leave()
        return self.node(Op.TEXT, first, *parts)

    def _unescaped(self, start: int, end: int) -> str:
        raw = self.text[start:end]
        if "\\" not in raw:
            return raw
        parts: list[str] = []
        at = 0
        for found in _ESCAPE.finditer(raw):
            digits, letter = found[1], found[2]
            point = int(digits, 16) if digits and len(digits.lstrip("0")) <= 6 else -1
            meant = _ESCAPED.get(letter) if digits is None else chr(point) if 0 <= point <= 0x10FFFF else None
            if meant is None:
                message = r"unknown escape sequence: expected \\, \', \n, \r, \t, \$ or \u{...}"
                raise Fault(message, start + found.start(), start + found.end(), self.at)
            parts += (raw[at : found.start()], meant)
            at = found.end()
        value = "".join((*parts, raw[at:]))
        # Halves of a character outside the first 65,536 may be written one by one; a lone one is no text.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def read_array(self) -> Expr:
        """`[...]`, or `[for ...]`."""
        first = self.at
        if self.is_loop():
            names, collection, (value, condition) = self.loop(self._loop_body)
            return self.node(Op.FOR, first, names, collection, None, value, condition, False)
        return self.node(Op.ARRAY, first, *self.members("]", self._item, _spread))

    def _item(self) -> Expr:
        first = self.at
        if self.kinds[first] == "...":
            self.at += 1
            return self.node(Op.SPREAD, first, self.expression())
        return self.expression()

    def is_loop(self) -> bool:
        """True if the cursor is at `[for`."""
        if self.kinds[self.at] != "[":
            return False
        at = self.at + 1
        at += self.kinds[at] == LINE
        return self.kinds[at] == WORD and self.word(at) == "for"

    def loop(self, body: Callable[[], T]) -> tuple[tuple[str, ...], Expr, T]:
        """`[for x in xs: <body>]`: its names, its collection, and what `body` read."""
        first = self.at
        self.enter("]")
        self.at += 1
        self.lines()
        self.take_word("for")
        if self.kinds[self.at] == "(":
            self.at += 1
            item = self.name("the loop's item")
            self.take(",")
            names: tuple[str, ...] = (item, self.name("the loop's index"))
            self.take(")")
        else:
            names = (self.name("the loop's item"),)
        self.take_word("in")
        collection = self.expression()
        self.take(":")
        self.lines()
        found = body()
        self.lines()
        if self.kinds[self.at] != "]" and self._left_behind(self.at):
            self._unclosed(first, "]")
        else:
            self.take("]")
        self.leave()
        return names, collection, found

    def _loop_body(self) -> tuple[Expr, Expr | None]:
        condition = self.condition()
        return self.expression(), condition

    def condition(self) -> Expr | None:
        """`if (...)`, if there is one."""
        if not (self.is_word("if") and self.kinds[self.at + 1] == "("):
            return None
        self.at += 1
        return self._parenthesis()

    def read_object(self, nested: Callable[[], None] | None = None) -> Expr:
        """`{...}`. Where a `resource` in it is a declaration, `nested` reads it, and it is no member."""
        first = self.at
        if self.kinds[first] != "{":
            raise self.expected("{")
        if nested is None:
            entries = self.members("}", self._property, _hidden)
        else:
            found = self.members("}", lambda: self._property_or(nested), _hidden)
            entries = [entry for entry in found if entry is not None]
        return self.node(Op.OBJECT, first, *entries)

    def _property_or(self, nested: Callable[[], None]) -> tuple[Expr, Expr | None] | None:
        kind = self.kinds[self.at]
        if kind == "@" or (self.is_word("resource") and self.kinds[self.at + 1] == WORD):
            nested()
            return None
        return self._property()

    def _property(self) -> tuple[Expr, Expr | None]:
        first, depth = self.at, len(self._open)
        kind = self.kinds[first]
        if kind == WORD:
            self.at += 1
            key = self.node(Op.LITERAL, first, self.word(first))
        elif kind in (STRING, LEFT, MULTI):
            key = self.literal()
        elif kind == "...":
            self.at += 1
            return self.node(Op.SPREAD, first, self.expression()), None
        else:
            raise self.expected("the name of a property")
        self.take(":", ": after the name of a property")
        begin = self.at
        try:
            value = self.expression()
            if self.kinds[self.at] not in (",", LINE, "}", END):
                raise self.expected("a new line, a comma or }")
            return key, value
        except Fault as fault:
            return key, self.lose(fault, begin, depth)

    def decorators(self) -> tuple[Expr, ...]:
        """The decorators of what follows, `sys.` cut off."""
        found = []
        while self.kinds[self.at] == "@":
            self.at += 1
            if self.kinds[self.at] != WORD:
                raise self.expected("the name of a decorator")
            found.append(self._operand())
            self.lines()
        return tuple(found)

    _PRIMARY: Final[Mapping[str, Callable[[Parser], Expr]]] = {
        WORD: _word,
        NUMBER: _number,
        STRING: _string,
        MULTI: _multi,
        LEFT: _interpolated,
        "(": _parenthesis,
        "[": read_array,
        "{": read_object,
    }
    _ACCESS: Final[Mapping[str, Callable[[Parser, Expr, int], Expr]]] = {
        ".": _member,
        "::": _member,
        "[": _index,
        "!": _assertion,
    }


def _spread(lost: Expr) -> Expr:
    return Expr(Op.SPREAD, lost.span, (lost,))


def _hidden(lost: Expr) -> tuple[Expr, None]:
    return _spread(lost), None
