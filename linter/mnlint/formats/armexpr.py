"""The language inside `"[...]"` strings of ARM templates, lowered to expressions with spans in the JSON text."""

from __future__ import annotations

import re
from collections.abc import Callable

from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final

MAX_DEPTH: Final = 100  # of the tree that is made: calls inside calls, and members of members
MAX_LENGTH: Final = 30_000  # characters; Azure takes 24,576
MAX_TOKENS: Final = 200_000  # of all expressions of a file; real templates reach 110,000

_TOKEN = pattern(
    r"(?<!\s)\s*+('[^']*+(?:''[^']*+)*+'"  # a text; blanks that nothing follows are looked at once
    r"|-?[0-9]{1,30}(?:\.[0-9]{1,30})?"  # a number
    r"|[A-Za-z_$][\w$]*+"  # a word
    r"|\S)"  # a sign, or what is none
)
_UNIT = pattern(  # one character as JSON writes it; two escapes may be the halves of one
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


def is_expression(value: object) -> bool:
    """True for text that Azure evaluates: in square brackets, the first of them not doubled."""
    return isinstance(value, str) and value[:1] == "[" and value[-1:] == "]" and value[:2] != "[["


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a string says, what is wrong with it, and how many tokens of a file's MAX_TOKENS that took."""

    expr: Expr
    notice: Notice | None
    tokens: int


def lower(literal: Expr, source: Source, index: str | None = None, most: int = MAX_TOKENS) -> Lowered:
    """The expression in a JSON string, a LITERAL that `is_expression`; OPAQUE with a notice if it is none after all.

    `index` is the name that a bare `copyIndex()` stands for, `copyIndex:<loop>`, or None where there is no loop.
    Names of functions, parameters and variables are in lower case, for Azure does not tell cases apart.
    """
    parser = _Parser(literal, source, index)
    try:
        return Lowered(parser.whole(most), None, len(parser.tokens))
    except _Wrong as wrong:
        place = Place(parser.span(wrong.start, wrong.end), "here")
        broken = Expr(Op.OPAQUE, literal.span, ("an expression that could not be read",))
        return Lowered(broken, Notice("error", wrong.code, wrong.message, place), len(parser.tokens))


class _Wrong(Exception):  # noqa: N818  (it never leaves this module)
    def __init__(self, start: int, end: int, message: str, code: str = "MN911") -> None:
        super().__init__(message)
        self.start, self.end, self.message, self.code = start, end, message, code


class _Parser:
    """A recursive descent over the tokens of one string. A token is its text; the end is an empty one."""

    __slots__ = ("at", "file", "first", "index", "offsets", "starts", "text", "tokens")

    def __init__(self, literal: Expr, source: Source, index: str | None) -> None:
        self.text: str = literal.args[0]
        self.file, self.index = literal.span.file, index
        self.first = literal.span.start + 1  # behind the quote
        self.offsets: list[int] | None = None
        escaped = literal.span.end - self.first - 1 != len(self.text)  # each is longer than what it stands for
        if escaped and len(self.text) <= MAX_LENGTH:
            ends = [unit.end() for unit in _UNIT.finditer(source.text, self.first, literal.span.end - 1)]
            self.offsets = [self.first, *ends]
        self.at = 0
        self.tokens: list[str] = []
        self.starts: list[int] = []

    def span(self, start: int, end: int) -> Span:
        """The place in the file of a range of the decoded string."""
        if self.offsets is None:
            return Span(self.file, self.first + start, self.first + end)
        return Span(self.file, self.offsets[start], self.offsets[end])

    def whole(self, most: int) -> Expr:
        last = len(self.text) - 1
        if last > MAX_LENGTH:
            raise _Wrong(0, 1, f"too large: an expression of more than {MAX_LENGTH} characters", "MN912")
        if last > most:  # it may have as many tokens as it has characters
            raise _Wrong(0, 1, f"too large: the rest, after {MAX_TOKENS} words of expressions, is not read", "MN912")
        found = list(_TOKEN.finditer(self.text, 1, last))
        self.tokens = [one[1] for one in found]
        self.starts = [one.start(1) for one in found]
        self.tokens.append("")
        self.starts.append(last)
        made, _ = self.expression(1)
        if self.tokens[self.at]:
            raise self.unexpected("nothing more")
        return made

    def expression(self, depth: int) -> tuple[Expr, int]:
        """The expression that begins here, and how deep it is."""
        at = self.at
        token, start = self.tokens[at], self.starts[at]
        head = token[:1]
        if depth > MAX_DEPTH:
            raise self.too_deep()
        self.at = at + 1
        height = 1
        if head == "'" != token:
            made = Expr(Op.LITERAL, self.span(start, start + len(token)), (token[1:-1].replace("''", "'"),))
        elif head.isalpha() or head in ("_", "$"):
            made, height = self.call(token.lower(), start, depth)
        elif token[-1:].isdecimal():
            number = float(token) if "." in token else int(token)
            made = Expr(Op.LITERAL, self.span(start, start + len(token)), (number,))
        else:
            self.at = at
            raise self.unexpected("a function call, a text in single quotes or a number")
        return self.parts(made, height, start, depth) if self.tokens[self.at] in (".", "[") else (made, height)

    def call(self, name: str, start: int, depth: int) -> tuple[Expr, int]:
        tokens = self.tokens
        while tokens[self.at] == ".":
            self.at += 1
            name += "." + self.word("the name of a function").lower()
        if tokens[self.at] != "(":
            raise self.unexpected(f"`(` after `{name[:40]}`")
        self.at += 1
        args: list[Expr] = []
        height = 0
        while tokens[self.at] != ")":
            if args:
                if tokens[self.at] != ",":
                    raise self.unexpected("`,` or `)`")
                self.at += 1
            made, deep = self.expression(depth + 1)
            args.append(made)
            if deep > height:
                height = deep
        self.at += 1
        height += max(1, len(args) - 1) if name in _SIGNS else 1
        if height > MAX_DEPTH:
            raise self.too_deep()
        return self.lowered(name, tuple(args), self.span(start, self.starts[self.at - 1] + 1)), height

    def lowered(self, name: str, args: tuple[Expr, ...], span: Span) -> Expr:
        if name == "copyindex":
            return self.copy_index(args, span)
        form = _FORMS.get(name)
        made = form(args, span) if form is not None else None
        return made or Expr(Op.CALL, span, (name, args))

    def copy_index(self, args: tuple[Expr, ...], span: Span) -> Expr:
        """copyIndex(), copyIndex(offset), copyIndex('loop') and copyIndex('loop', offset)."""
        loop, offsets = _text_of(args[:1]), args
        name = self.index
        if loop is not None:
            name, offsets = f"copyIndex:{loop.lower()}", args[1:]
        if name is None or len(offsets) > 1:
            return Expr(Op.CALL, span, ("copyindex", args))
        number = Expr(Op.NAME, span, (name,))
        return Expr(Op.CALL, span, ("+", (number, *offsets))) if offsets else number

    def parts(self, expr: Expr, height: int, start: int, depth: int) -> tuple[Expr, int]:
        """What follows a value: `.name`, `.?name`, `[key]`, `[?key]`."""
        while True:
            args: tuple[Any, ...]
            sign = self.tokens[self.at]
            if sign == ".":
                self.at += 1
                safe = self.took("?")
                op, args = Op.MEMBER, (expr, self.word("the name of a member"), safe)
            elif sign == "[":
                self.at += 1
                safe = self.took("?")
                key, deep = self.expression(depth + 1)
                if not self.took("]"):
                    raise self.unexpected("`]`")
                op, args = Op.INDEX, (expr, key, safe)
                height = max(height, deep)
            else:
                return expr, height
            height += 1
            if height > MAX_DEPTH:
                raise self.too_deep()
            last = self.at - 1
            expr = Expr(op, self.span(start, self.starts[last] + len(self.tokens[last])), args)

    def took(self, sign: str) -> bool:
        if self.tokens[self.at] != sign:
            return False
        self.at += 1
        return True

    def word(self, wanted: str) -> str:
        token = self.tokens[self.at]
        if not (token[:1].isalpha() or token[:1] in ("_", "$")):
            raise self.unexpected(wanted)
        self.at += 1
        return token

    def too_deep(self) -> _Wrong:
        start = self.starts[self.at]
        return _Wrong(start, start + 1, f"nested too deeply: more than {MAX_DEPTH} levels", "MN912")

    def unexpected(self, wanted: str) -> _Wrong:
        there, start = self.tokens[self.at], self.starts[self.at]
        if there == "'":
            return _Wrong(start, start + 1, "this text never ends: a single quote was expected")
        found = f"`{there[:20]}`" if there else "the end of the expression"
        return _Wrong(start, start + max(len(there), 1), f"{wanted} was expected, not {found}")


Form = Callable[[tuple[Expr, ...], Span], Expr | None]


def _text_of(args: tuple[Expr, ...]) -> str | None:
    """The text of the one argument, if it is a literal text."""
    only = args[0] if len(args) == 1 else None
    return only.args[0] if only is not None and only.op is Op.LITERAL and isinstance(only.args[0], str) else None


def _named(prefix: str) -> Form:
    def form(args: tuple[Expr, ...], span: Span) -> Expr | None:
        name = _text_of(args)
        return None if name is None else Expr(Op.NAME, span, (f"{prefix}.{name.lower()}",))

    return form


def _constant(value: bool | None) -> Form:
    return lambda args, span: None if args else Expr(Op.LITERAL, span, (value,))


def _sign(sign: str) -> Form:
    def form(args: tuple[Expr, ...], span: Span) -> Expr | None:
        if len(args) < 2:
            return None
        made = args[0]
        for arg in args[1:]:
            made = Expr(Op.CALL, span, (sign, (made, arg)))
        return made

    return form


def _not(args: tuple[Expr, ...], span: Span) -> Expr | None:
    return Expr(Op.CALL, span, ("!", args)) if len(args) == 1 else None


def _if(args: tuple[Expr, ...], span: Span) -> Expr | None:
    return Expr(Op.COND, span, args) if len(args) == 3 else None


def _object(args: tuple[Expr, ...], span: Span) -> Expr | None:
    return None if len(args) % 2 else Expr(Op.OBJECT, span, tuple(zip(args[::2], args[1::2], strict=True)))


def _array(args: tuple[Expr, ...], span: Span) -> Expr:
    return Expr(Op.ARRAY, span, args)


def _lambda(args: tuple[Expr, ...], span: Span) -> Expr | None:
    names = [_text_of((arg,)) for arg in args[:-1]]
    if not args or None in names:
        return None
    return Expr(Op.LAMBDA, span, (tuple(f"lambdaVariables.{str(name).lower()}" for name in names), args[-1]))


_SIGNS: Final = {"and": "&&", "or": "||"}
_FORMS: Final[dict[str, Form]] = {
    "and": _sign(_SIGNS["and"]),
    "createarray": _array,
    "createobject": _object,
    "false": _constant(False),
    "if": _if,
    "lambda": _lambda,
    "lambdavariables": _named("lambdaVariables"),
    "not": _not,
    "null": _constant(None),
    "or": _sign(_SIGNS["or"]),
    "parameters": _named("parameters"),
    "true": _constant(True),
    "variables": _named("variables"),
}
