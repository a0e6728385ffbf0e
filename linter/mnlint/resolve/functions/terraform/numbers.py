"""Terraform's operators and functions over numbers; results that cannot be kept exactly are not told."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

from mnlint.model.typing import Any, Final
from mnlint.resolve.typed.scalars import (
    Binary,
    FailsError,
    Number,
    as_bool,
    as_number,
    as_text,
    exact,
    fraction,
    in_bits,
    whole,
)

Plain = Callable[..., Any]
MAX_POWER: Final = 2_000
MAX_DIGITS: Final = 300
CLOSE: Final = 1e-9
EXACT: Final = 2**53  # whole numbers up to here are what they are in 64 bits
_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_LOG: Final = (
    *(6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01),
    *(1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01),
)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _pair(a: Any, b: Any) -> tuple[Fraction, Fraction]:
    return fraction(as_number(a)), fraction(as_number(b))


def _add(a: Any, b: Any) -> Number:
    left, right = _pair(a, b)
    return exact(left + right)


def _negate_or_subtract(*given: Any) -> Number:
    """`a - b`, and `-a`."""
    left, right = _pair(*(given if len(given) == 2 else (0, *given)))
    return exact(left - right)


def _multiply(a: Any, b: Any) -> Number:
    left, right = _pair(a, b)
    return exact(left * right)


def _divide(a: Any, b: Any) -> Number:
    left, right = _pair(a, b)
    if not right:
        raise ValueError("without end") if left else FailsError
    return exact(left / right)


def _remainder(a: Any, b: Any) -> Number:
    """With the sign of the dividend; of nothing at all the dividend itself."""
    left, right = _pair(a, b)
    return exact(left - in_bits(right * math.trunc(in_bits(left / right))) if right else left)


def _log(value: Any, base: Any) -> Number:
    """log(number, base), in 64 bits."""
    number, radix = as_number(value), as_number(base)
    if number <= 0 or radix <= 0 or radix == 1:
        raise ValueError("no number that is kept here")
    return _of_64_bits(natural(float(number)) / natural(float(radix)))


def _of_64_bits(value: float) -> Number:
    if abs(value) > EXACT:  # to infinity
        raise ValueError("no number that is kept here")
    if not value.is_integer() and abs(value - round(value)) < CLOSE:
        raise ValueError("a whole number to some machines and not to others")
    return int(value) if value.is_integer() else Binary(value)


def natural(x: float) -> float:
    """The natural logarithm as Go computes it, to the last bit."""
    f, k = math.frexp(x)
    f, k = (2 * f - 1, k - 1) if f < math.sqrt(2) / 2 else (f - 1, k)
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_LOG[0] + s4 * (_LOG[2] + s4 * (_LOG[4] + s4 * _LOG[6])))
    even = s4 * (_LOG[1] + s4 * (_LOG[3] + s4 * _LOG[5]))
    half = 0.5 * f * f
    return k * _LN2_HIGH - ((half - (s * (half + odd + even) + k * _LN2_LOW)) - f)


def _pow(base: Any, power: Any) -> Number:
    """pow(number, power), in 64 bits, for whole powers: squares of squares, as Go has it."""
    a, b = as_number(base), as_number(power)
    if not isinstance(b, int) or abs(b) > MAX_POWER or not a:
        if a and b in (0.5, -0.5) and a > 0:
            return _of_64_bits(math.sqrt(a) if b > 0 else 1 / math.sqrt(a))
        raise ValueError("not told here")
    x, exponent = math.frexp(float(a))
    made, left, shift = 1.0, abs(b), 0
    while left:
        if left & 1:
            made, shift = made * x, shift + exponent
        x, exponent = x * x, exponent * 2
        if abs(x) < 0.5:
            x, exponent = x * 2, exponent - 1
        left >>= 1
    return _of_64_bits(math.ldexp(made, shift) if b >= 0 else math.ldexp(1 / made, -shift))


def _parse(value: Any, base: Any) -> int:
    """parseint(text, base 2 to 62)."""
    radix, text = whole(base), value
    if not isinstance(text, str) or not 2 <= radix <= 62:
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
    made = Fraction(0)
    for value in values:
        made = in_bits(made + fraction(as_number(value)))
    return exact(made)


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
        start = in_bits(start + step)
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
    "abs": (lambda n: exact(abs(fraction(as_number(n)))), 1, 1),
    "ceil": (lambda n: math.ceil(fraction(as_number(n))), 1, 1),
    "floor": (lambda n: math.floor(fraction(as_number(n))), 1, 1),
    "log": (_log, 2, 2),
    "max": (lambda *n: max(map(as_number, n)), 1, 10_000),
    "min": (lambda *n: min(map(as_number, n)), 1, 10_000),
    "parseint": (_parse, 2, 2),
    "pow": (_pow, 2, 2),
    "range": (_range, 1, 3),
    "signum": (lambda n: (whole(n) > 0) - (whole(n) < 0), 1, 1),
    "sum": (_sum, 1, 1),
    "tobool": (lambda v: None if v is None else as_bool(v), 1, 1),
    "tonumber": (lambda v: None if v is None else as_number(v), 1, 1),
    "tostring": (lambda v: None if v is None else as_text(v), 1, 1),
}
