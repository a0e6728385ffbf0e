"""Values so simple that they are read without a parser: a plain text, a literal, a name with its members, a type."""

from __future__ import annotations

import re
from typing import Final

from mnlint.model.expr import Expr, Op
from mnlint.model.text import Span

LITERALS: Final = {"true": True, "false": False, "null": None}
LONG_ROOTS: Final = ("data", "ephemeral")  # names of three words; all others have two
_WORD: Final = r"[A-Za-z_][A-Za-z0-9_-]*+"
_SIMPLE = re.compile(
    rf'[ \t]*+(?:"([^"\\$%\r\n]*+)"|({_WORD}(?:\.{_WORD}){{0,20}}+)|(list|set|map)\(({_WORD})\)|(\d{{1,9}})'
    r"|\[\]|(\{\}))"
).fullmatch
_DOT = re.compile(r"\.|$").finditer


def simple(file: str, text: str, start: int, end: int) -> Expr | None:
    """The expression between two offsets of a file's text, blanks before it aside; None if it is not simple.

    It has to be known to be one.
    """
    found = _SIMPLE(text, start, end)
    if found is None:
        return None
    kind = found.lastindex
    if kind == 2:
        return _named(file, found[2], found.start(2))
    if kind == 4:
        inner = _named(file, found[4], found.start(4))
        return Expr(Op.CALL, Span(file, found.start(3), end), (found[3], (inner,)))
    if kind == 1:
        return Expr(Op.LITERAL, Span(file, found.start(1) - 1, end), (found[1],))
    if kind == 5:
        return Expr(Op.LITERAL, Span(file, found.start(5), end), (int(found[5]),))
    return Expr(Op.OBJECT if kind else Op.ARRAY, Span(file, end - 2, end), ())


def _named(file: str, written: str, start: int) -> Expr:
    """A literal word, or a name with the members that stand behind it."""
    ends = [dot.start() for dot in _DOT(written)]
    if len(ends) == 1 and written in LITERALS:
        return Expr(Op.LITERAL, Span(file, start, start + ends[0]), (LITERALS[written],))
    length = 3 if written[: ends[0]] in LONG_ROOTS else 2
    root = ends[min(length, len(ends)) - 1]
    made = Expr(Op.NAME, Span(file, start, start + root), (written[:root],))
    for before, after in zip(ends[length - 1 :], ends[length:], strict=False):
        made = Expr(Op.MEMBER, Span(file, start, start + after), (made, written[before + 1 : after], False))
    return made
