"""Terraform's operators and functions over numbers; results that cannot be kept exactly are not told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from mnlint.resolve.functions.terraform.conversions import (
    FailsError,
    Number,
    as_bool,
    as_number,
    as_text,
    exact,
    fraction,
    whole,
)

Plain = Callable[..., Any]
MAX_POWER: Final = 2_000
MAX_DIGITS: Final = 300
CLOSE: Final = 1e-9
EXACT: Final = 2**53  # whole numbers up to here are what they are in 64 bits
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _pair(a: Any, b: Any) -> tuple[Fraction, Fraction]:
    return fraction(as_number(a)), fraction(as_number(b))


def _add(a: Any, b: Any) -> Number:
    left, right = _pair(a, b)
    return exact(left + right)


def _subtract(a: Any, b: Any = 0) -> Number:
    """`a - b`, and `-a`."""
    left, right = _pair(a, b)
    return exact(left - right)


def _negate_or_subtract(*given: Any) -> Number:
    return _subtract(0, *given) if len(given) == 1 else _subtract(*given)


def _multiply(a: Any, b: Any) -> Number:
    left, right = _pair(a, b)
    return exact(left * right)


def _divide(a: Any, b: Any) -> Number:
    left, right = _pair(a, b)
    if not right:
        raise FailsError
    return exact(left / right)


def _remainder(a: Any, b: Any) -> Number:
    """With the sign of the dividend."""
    left, right = _pair(a, b)
    if not right:
        raise FailsError
    return exact(left - right * math.trunc(left / right))


def _log(value: Any, base: Any) -> Number:
    """In 64 bits, as Terraform has it."""
    made = math.log(as_number(value)) / math.log(as_number(base))
    return _of_64_bits(made)


def _pow(base: Any, power: Any) -> Number:
    a, b = as_number(base), as_number(power)
    if abs(b) > MAX_POWER or abs(a) > EXACT:
        raise ValueError("too large")
    return _of_64_bits(float(a) ** float(b))


def _of_64_bits(value: float) -> Number:
    if isinstance(value, complex) or not math.isfinite(value) or abs(value) > EXACT:
        raise ValueError("no number that is kept exactly")
    if not value.is_integer() and abs(value - round(value)) < CLOSE:
        raise ValueError("a whole number to some machines and not to others")
    return int(value) if value.is_integer() else value


def _parse(value: Any, base: Any) -> int:
    """parseint(text, base 2 to 62)."""
    radix, text = whole(base), as_text(value)
    if not 2 <= radix <= 62:
        raise FailsError
    digits = re.fullmatch(rf"[+-]?([0-9a-zA-Z]{{1,{MAX_DIGITS}}})", text)
    if digits is None:
        raise FailsError if len(text) < MAX_DIGITS and "_" not in text else ValueError
    made = 0
    for digit in digits[1] if radix > 36 else digits[1].lower():
        at = _DIGITS.index(digit)
        if at >= radix:
            raise FailsError
        made = made * radix + at
    return -made if text.startswith("-") else made


def _sum(values: Any) -> Number:
    if not isinstance(values, list) or not values:
        raise FailsError
    return exact(sum((fraction(as_number(value)) for value in values), Fraction(0)))


def _range(*given: Any) -> list[Number]:
    """range(limit), range(start, limit), range(start, limit, step): 1,024 numbers at most."""
    numbers = [fraction(as_number(value)) for value in given]
    start, limit = (Fraction(0), numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) == 3 else Fraction(1 if start <= limit else -1)
    if not step or ((start < limit) is not (step > 0) and start != limit):
        raise FailsError
    if abs(limit - start) > 1024 * abs(step):
        raise FailsError
    made: list[Number] = []
    while (start < limit) if step > 0 else (start > limit):
        made.append(exact(start))
        start += step
    return made


TABLE: dict[str, tuple[Plain, int, int]] = {
    "+": (_add, 2, 2),
    "-": (_negate_or_subtract, 1, 2),
    "*": (_multiply, 2, 2),
    "/": (_divide, 2, 2),
    "%": (_remainder, 2, 2),
    "<": (lambda a, b: as_number(a) < as_number(b), 2, 2),
    "<=": (lambda a, b: as_number(a) <= as_number(b), 2, 2),
    ">": (lambda a, b: as_number(a) > as_number(b), 2, 2),
    ">=": (lambda a, b: as_number(a) >= as_number(b), 2, 2),
    "abs": (lambda n: abs(as_number(n)), 1, 1),
    "ceil": (lambda n: math.ceil(as_number(n)), 1, 1),
    "floor": (lambda n: math.floor(as_number(n)), 1, 1),
    "log": (_log, 2, 2),
    "max": (lambda *n: max(map(as_number, n)), 1, 10_000),
    "min": (lambda *n: min(map(as_number, n)), 1, 10_000),
    "parseint": (_parse, 2, 2),
    "pow": (_pow, 2, 2),
    "range": (_range, 1, 3),
    "signum": (lambda n: (as_number(n) > 0) - (as_number(n) < 0), 1, 1),
    "sum": (_sum, 1, 1),
    "tobool": (lambda v: None if v is None else as_bool(v), 1, 1),
    "tonumber": (lambda v: None if v is None else as_number(v), 1, 1),
    "tostring": (lambda v: None if v is None else as_text(v), 1, 1),
}
