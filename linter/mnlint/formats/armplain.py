"""JSON without mistakes as a tree with places, of which an object or an array is read when somebody looks into it."""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from functools import partial

from mnlint.formats.armjson import COMMA, MAX_DEPTH, MAX_DIGITS, MAX_VALUES, SPACE, Reader
from mnlint.model.expr import Expr, Op
from mnlint.model.record import dataclass, deferred
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final

# It matches anything, be it one character that makes no sense, so that no text is looked at twice.
_TO_BRACKET: Final = re.compile(
    r'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+(?:[\[\]{}]|.|\Z)', re.DOTALL
).finditer


@dataclass(frozen=True, slots=True)
class Plain:
    """A JSON text twice: `value` as Python has it, without places, and `root` as `armjson.parse` would make it."""

    value: Any
    root: Expr


def parse(source: Source) -> Plain | None:
    """Reads an object or an array; None for a text that `armjson.parse` has anything to say of, be it a comment."""
    text = source.text
    if sum(map(text.count, ",{[")) >= MAX_VALUES:
        return None
    found = _brackets(text)
    if found is None:
        return None
    try:
        value = json.loads(
            text, strict=False, object_pairs_hook=_once, parse_int=_number, parse_float=_float, parse_constant=_float
        )
    except ValueError:
        return None
    return Plain(value, _Lookup(source, *found).node(found[0][0]))


def _brackets(text: str) -> tuple[array[int], array[int]] | None:
    """Where objects and arrays begin, in order, and where each of them ends.

    None if there are none, or if they are deeper in each other than Python's own reader may go. Behind what makes no
    sense there are none: no reader of JSON comes that far.
    """
    starts, ends = array("I"), array("I")
    opened: list[int] = []
    for run in _TO_BRACKET(text):
        end = run.end()
        char = text[end - 1 : end]
        if char == "{" or char == "[":
            opened.append(len(starts))
            starts.append(end - 1)
            ends.append(end)
            if len(opened) > MAX_DEPTH:
                return None
        elif opened and (char == "}" or char == "]"):
            ends[opened.pop()] = end
        else:
            break
    return (starts, ends) if starts else None


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) != len(members):
        raise ValueError("a key is written twice")
    return made


def _number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(digits)
    return int(digits)


def _float(digits: str) -> float:
    made = float(digits)
    if len(digits) > MAX_DIGITS or made in (float("inf"), float("-inf")) or made != made:
        raise ValueError(digits)
    return made


class _Lookup(Reader):
    """One text that is known to be JSON, and where its objects and arrays begin and end."""

    __slots__ = ("ends", "starts")

    def __init__(self, source: Source, starts: array[int], ends: array[int]) -> None:
        super().__init__(source)
        self.starts, self.ends = starts, ends

    def node(self, start: int) -> Expr:
        span = Span(self.file, start, self.ends[bisect_left(self.starts, start)])
        op, make = (Op.OBJECT, self.members) if self.text[start] == "{" else (Op.ARRAY, self.items)
        return deferred(Expr, partial(make, span), op=op, span=span)

    def members(self, span: Span) -> Expr:
        found: list[tuple[Expr, Expr]] = []
        at, last = SPACE(self.text, span.start + 1).end(), span.end - 1  # type: ignore[union-attr]
        while at < last:
            key, at = self.key(at)
            value, at = self.one(at)
            found.append((key, value))
            at = COMMA(self.text, at).end()  # type: ignore[union-attr]
        return Expr(Op.OBJECT, span, tuple(found))

    def items(self, span: Span) -> Expr:
        found: list[Expr] = []
        at, last = SPACE(self.text, span.start + 1).end(), span.end - 1  # type: ignore[union-attr]
        while at < last:
            value, at = self.one(at)
            found.append(value)
            at = COMMA(self.text, at).end()  # type: ignore[union-attr]
        return Expr(Op.ARRAY, span, tuple(found))

    def one(self, at: int) -> tuple[Expr, int]:
        char = self.text[at]
        if char == '"':
            return self.string(at)
        if char in "{[":
            node = self.node(at)
            return node, node.span.end
        return self.scalar(at)
