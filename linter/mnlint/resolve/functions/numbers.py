"""Arithmetic and conversions of whole numbers of 64 bits, and the comparison of numbers and texts."""

from __future__ import annotations

from mnlint.model.typing import Any
from mnlint.resolve.functions.order import precedes
from mnlint.resolve.functions.strings import Plain, text, whole

LEAST, MOST = -(2**63), 2**63 - 1


def _fitting(number: int) -> int:
    if not LEAST <= number <= MOST:
        raise OverflowError("more than 64 bits")
    return number


def _divide(a: Any, b: Any) -> int:
    """Towards zero, as .NET divides."""
    made = abs(whole(a)) // abs(whole(b))
    return _fitting(made if (a < 0) == (b < 0) else -made)


def _remainder(a: Any, b: Any) -> int:
    """With the sign of the dividend."""
    return int(whole(a) - whole(b) * _divide(a, b))


def _subtract(a: Any, b: Any = None) -> int:
    return _fitting(-whole(a) if b is None else whole(a) - whole(b))


def _int(value: Any) -> int:
    if isinstance(value, str):
        digits = value[1:] if value[:1] in ("-", "+") else value
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 30):
            raise ValueError("no whole number")
        return _fitting(int(value))
    return whole(value)


def _float(value: Any) -> float:
    if isinstance(value, str):
        left, _, right = value.removeprefix("-").partition(".")
        if not (value.isascii() and (left + right).isdecimal() and left and len(value) < 30):
            raise ValueError("no number")
        return float(value)
    return value if isinstance(value, float) else float(whole(value))


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    return {"true": True, "false": False}[text(value).lower()]


def _least(*values: Any) -> int:
    return min(_numbers(values))


def _greatest(*values: Any) -> int:
    return max(_numbers(values))


def _numbers(values: tuple[Any, ...]) -> list[int]:
    listed = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return [whole(value) for value in listed]


def _not_after(left: Any, right: Any) -> bool:
    return not precedes(right, left)


TABLE: dict[str, Plain] = {
    "+": lambda a, b: _fitting(whole(a) + whole(b)),
    "-": _subtract,
    "*": lambda a, b: _fitting(whole(a) * whole(b)),
    "/": _divide,
    "%": _remainder,
    "^": lambda n: -whole(n),  # `items[^1]` counts from the end
    "<": precedes,
    "<=": _not_after,
    ">": lambda a, b: precedes(b, a),
    ">=": lambda a, b: _not_after(b, a),
    "bool": _bool,
    "float": _float,
    "int": _int,
    "max": _greatest,
    "min": _least,
}
