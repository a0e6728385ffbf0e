"""What each operator asks of one known scalar; texts compare without case unless a policy says `case: exact`."""

from __future__ import annotations

from collections.abc import Callable

from mnlint.model.typing import Any, Final

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
    if not isinstance(value, str):
        return False
    from mnlint.policy.patterns import compiled  # most runs of most policies ask for no pattern

    return compiled(argument).fits(value, exact=exact)


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

ALL: Final = (*OPERATORS, *NODE_OPERATORS)
VALUE: Final = "value"  # the kind of what stands in a resource's body: no schema says what it is
# What may be asked of a field, by its kind; of the members of lists `some`, `every`, `none` and `count` ask.
TAKEN: Final = {
    "text": ALL,
    "enum": ("equals", "notEquals", "in", "notIn", "exists"),
    "bool": ("equals", "notEquals", "exists"),
    "number": ("equals", "notEquals", "in", "notIn", "exists"),
    "object": ("exists",),
    "one": ("exists", "refersTo"),
    "list": (),
    "many": (),
    VALUE: ALL,
}
WITH_CASE: Final = ("equals", "notEquals", "in", "notIn", "matches")  # beside which `case: exact` means something
