"""Terraform's scalars: how texts, numbers and truths become each other, and what a call does that must fail."""

from __future__ import annotations

import re
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final

from mnlint.resolve.plain import number_text

Number = int | float
MAX_BITS: Final = 512  # of a number in Terraform
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?:[eE][+-]?[0-9]{1,3})?")
_DIGITS = re.compile(r"[0-9.+-]++")


class FailsError(Exception):
    """A call that Terraform stops at for certain; any other exception only says that it is not told here."""


def as_text(value: Any) -> str:
    """A known scalar as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    raise FailsError


def as_number(value: Any) -> Number:
    """A known scalar as a number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise FailsError
    if not _NUMBER.fullmatch(value):
        if len(value) > 300 or _DIGITS.match(value):
            raise ValueError("a number in a form that is not read here")
        raise FailsError
    return exact(Fraction(value))


def as_bool(value: Any) -> bool:
    """A known scalar as a truth: of texts only `true` and `false` are documented."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    if isinstance(value, str) and value in ("0", "1"):
        raise ValueError("taken by some versions only")
    raise FailsError


def whole(value: Any) -> int:
    """A known scalar as a whole number."""
    found = as_number(value)
    if not isinstance(found, int):
        raise FailsError
    return found


def exact(value: Fraction) -> Number:
    """A number as it is kept. Raises ValueError where it would not be the same any more."""
    if value.denominator == 1:
        if value.numerator.bit_length() > MAX_BITS:
            raise ValueError("more bits than a number has")
        return value.numerator
    made = float(value)
    if fraction(made) != value:
        raise ValueError("more digits than are kept here")
    return made


def fraction(value: Number) -> Fraction:
    """A number by the digits that it is written with."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def rounded(value: Number, digits: int) -> str:
    """A number with so many digits behind the point."""
    with localcontext(Context(prec=400)):
        return f"{Decimal(repr(value)):.{digits}f}"
