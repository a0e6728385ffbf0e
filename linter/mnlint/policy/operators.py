"""What each operator asks of one known scalar; texts compare without case unless a policy says `case: exact`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

Operator = Callable[[Any, Any, bool], bool]


def _same(value: Any, argument: Any, exact: bool) -> bool:
    if isinstance(value, bool) or isinstance(argument, bool):
        return value is argument
    if isinstance(value, str) and isinstance(argument, str):
        return value == argument if exact else value.casefold() == argument.casefold()
    return bool(value == argument)


def _among(value: Any, argument: Any, exact: bool) -> bool:
    return any(_same(value, member, exact) for member in argument)


def _matches(value: Any, argument: Any, exact: bool) -> bool:
    return isinstance(value, str) and pattern(argument, exact).fullmatch(value) is not None


# No group may be repeated and no reference made, so that matching takes linear time for each alternative.
_SAFE = re.compile(
    r"(?:[^\\()\[\]{}^$*+?|.]|\\[.\\/*+?()\[\]{}|^$dwsDWS-]|\[\^?(?:[^\]\\]|\\.)+\]|[*+?|.]|\((?:\?:)?|\)(?![*+{]))*"
)


@cache
def pattern(text: str, exact: bool) -> re.Pattern[str]:
    """A compiled `matches` pattern; ValueError if it is not of the small dialect that cannot run wild."""
    if (
        not _SAFE.fullmatch(text)
        or re.search(r"[*+?][*+]|\((?:\?:)?[*+?]", text)
        or text.count("*") + text.count("+") > 8
    ):
        raise ValueError("only literals, classes, `.`, `*`, `+`, `?`, `|` and groups that are not repeated")
    return re.compile(text, 0 if exact else re.IGNORECASE)


# For a value known not to be there, the negated ones hold.
NEGATED = frozenset({"notEquals", "notIn"})

OPERATORS: dict[str, Operator] = {
    "equals": _same,
    "notEquals": lambda value, argument, exact: not _same(value, argument, exact),
    "in": _among,
    "notIn": lambda value, argument, exact: not _among(value, argument, exact),
    "matches": _matches,
}

# Answered by the node itself, not by its scalar.
NODE_OPERATORS = ("exists", "isResourceId", "refersTo")
