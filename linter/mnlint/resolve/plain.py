"""Plain Python values out of nodes and back: what functions compute with once nothing is in doubt."""

from __future__ import annotations

import json

from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Any
from mnlint.model.value import Absent, Cause, Map, Node, Seq, literal, unknown

MAX_MEMBERS = 100_000  # of a value and all that is in it
MAX_NESTING = 100

# JSON is written differently by different libraries where one of these is in a text.
_BRACKET = pattern(r"[\[\]{}]")
_ODD = frozenset("\x7f\x85\u2028\u2029")


class NotKnownError(Exception):
    """A value is not known to its last member."""


class TooLargeError(NotKnownError):
    """A value is too large to be looked through."""


def plain(node: Node) -> Any:
    """The value as None, bool, int, float, str, list or dict. Raises NotKnownError if any member is in doubt."""
    return _plain(node, [MAX_MEMBERS], 0)


def _plain(node: Node, left: list[int], depth: int) -> Any:
    value = node.value
    left[0] -= 1
    if left[0] < 0 or depth > MAX_NESTING:
        raise TooLargeError
    if value is None or isinstance(value, Absent):
        return None
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Seq) and value.more is None:
        return [_plain(item, left, depth + 1) for item in value.items]
    if isinstance(value, Map) and value.more is None:
        return {key: _plain(child, left, depth + 1) for key, child in value.entries.items()}
    raise NotKnownError


def located(value: object, span: Span) -> Node:
    """A plain Python value as a Node written at `span`; a value of another kind is unknown."""
    if isinstance(value, dict):
        return literal(Map({str(k): located(v, span) for k, v in value.items()}, span), span)
    if isinstance(value, list | tuple):
        return literal(Seq(tuple(located(v, span) for v in value)), span)
    if value is None or isinstance(value, bool | int | float | str):
        return literal(value, span)
    return unknown(Cause.UNEXPECTED_TYPE, span, "an unexpected value")


def number_text(value: int | float) -> str:
    """A number in digits alone, as Terraform writes it: `1.0` is 1, and there is no exponent."""
    from decimal import Decimal

    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)).normalize():f}"


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises ValueError where it is none, or nested too deeply."""
    if is_deep(text):
        raise ValueError("nested too deeply")
    return json.loads(text)


def is_deep(text: str) -> bool:
    """Whether a JSON text may be nested more deeply than is read; one with many brackets in its texts may seem so."""
    depth = most = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        most = max(most, depth)
    return most > MAX_NESTING


def compact(value: Any) -> str:
    """JSON without spaces, as the platform writes it. Raises NotKnownError where libraries differ."""
    made = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if _ODD.intersection(made) or _has_float(value):
        raise NotKnownError
    return made


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(member) for member in value.values())
    if isinstance(value, list):
        return any(_has_float(member) for member in value)
    return isinstance(value, float)
