"""Terraform's scalars: how texts, numbers and truths become each other, and what a call does that must fail."""

from __future__ import annotations

from mnlint.model.pattern import pattern
from mnlint.model.typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fractions import Fraction

Number = int | float
MAX_BITS: Final = 512  # of a number in Terraform
MAX_DIGITS: Final = 300  # of a text that is read as a number
_NUMBER = pattern(r"[+-]?([0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:([eEpP])[+-]?([0-9]++))?")
_LARGEST: Final = 2**63 - 1  # of a whole number that a function counts with


class Binary(float):
    """A number of 64 bits, as Go's own mathematics gives it: it is not what its digits say."""


class FailsError(Exception):
    """A call that Terraform stops at for certain; any other exception only says that it is not told here."""


def as_text(value: Any) -> str:
    """A known scalar as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        from mnlint.resolve.plain import number_text

        return number_text(value)
    raise FailsError


def normal(value: Any) -> Any:
    """A plain value as Terraform keeps it: texts with each letter in one form (NFC), 1.0 as 1."""
    if isinstance(value, float) and value.is_integer() and not isinstance(value, Binary):
        from fractions import Fraction

        return int(Fraction(repr(value)))
    if isinstance(value, str):
        if value.isascii():
            return value
        import unicodedata

        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, dict):
        return {normal(key): normal(member) for key, member in value.items()}
    return value


def as_number(value: Any) -> Number:
    """A known scalar as a number."""
    from fractions import Fraction

    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise FailsError
    found = _NUMBER.fullmatch(value)
    if found is None:
        if value.lstrip("+-") in ("Inf", "inf"):
            raise ValueError("no number that is kept here")
        raise FailsError
    if len(value) > MAX_DIGITS or len(found[3] or "") > 3 or found[2] in ("p", "P"):
        raise ValueError("a number in a form that is not read here")
    return exact(Fraction(value))


def as_bool(value: Any) -> bool:
    """A known scalar as a truth."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in ("true", "false", "1", "0"):
        return value in ("true", "1")
    raise FailsError


def whole(value: Any) -> int:
    """A known scalar as a whole number."""
    found = as_number(value)
    if isinstance(found, float) and found.is_integer():
        found = int(fraction(found))
    if not isinstance(found, int) or not -_LARGEST <= found <= _LARGEST:
        raise FailsError
    return found


def exact(value: Fraction) -> Number:
    """A number of so many bits as Terraform has. Raises ValueError where it would not be the same any more."""
    kept = in_bits(value)
    if kept.denominator == 1:
        return kept.numerator
    made = float(kept)
    if fraction(made) != kept:
        raise ValueError("more digits than are kept here")
    return made


def fraction(value: Number) -> Fraction:
    """A number by the digits that it is written with, as Terraform keeps it."""
    from fractions import Fraction

    if isinstance(value, int | Binary):
        return Fraction(value)
    return in_bits(Fraction(repr(value)))


def in_bits(value: Fraction) -> Fraction:
    """A number rounded to the bits that Terraform keeps of it, to an even last one where two are equally near."""
    from fractions import Fraction

    top, bottom = abs(value.numerator), value.denominator
    if bottom == 1 and top.bit_length() <= MAX_BITS:
        return value
    shift = MAX_BITS - top.bit_length() + bottom.bit_length()
    kept, rest, whole = _divided(top, bottom, shift)
    if kept.bit_length() > MAX_BITS:
        shift -= 1
        kept, rest, whole = _divided(top, bottom, shift)
    kept += 2 * rest > whole or (2 * rest == whole and kept % 2)
    made = Fraction(kept, 1 << shift) if shift >= 0 else Fraction(kept << -shift)
    return made if value >= 0 else -made


def _divided(top: int, bottom: int, shift: int) -> tuple[int, int, int]:
    """`top * 2**shift / bottom`, what is left of it, and by what it was divided."""
    top, bottom = (top << shift, bottom) if shift >= 0 else (top, bottom << -shift)
    return *divmod(top, bottom), bottom


def rounded(value: Number, digits: int) -> str:
    """A number with so many digits behind the point."""
    found = round(fraction(value) * 10**digits)
    sign, text = "-" if found < 0 else "", f"{abs(found):0{digits + 1}d}"
    return f"{sign}{text[: len(text) - digits]}.{text[len(text) - digits :]}" if digits else f"{sign}{text}"


def general(value: Number, digits: int = 0) -> str:
    """A number as Go's %g writes it, with so many digits at most, or as few as are needed: with an exponent if it is
    large or small."""
    from decimal import Decimal

    from mnlint.resolve.plain import number_text

    text = number_text(abs(value))
    if digits and sum(map(str.isdecimal, text.strip("0."))) > digits:
        text = f"{Decimal(text):.{digits - 1}e}"
        text = f"{Decimal(text):f}"
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    exponent = len(whole) - 1 if whole != "0" else -(len(part) - len(part.lstrip("0")) + 1)
    least = len((whole + part).strip("0")) if whole != "0" else len(part.lstrip("0"))
    most = digits or 6
    if digits and most > least >= exponent + 1:
        most = least
    sign = "-" if value < 0 else ""
    if not value or -5 < exponent < most:
        return sign + whole + (f".{part}" if part else "")
    shown = (whole + part).strip("0")
    fraction = f".{shown[1:]}" if len(shown) > 1 else ""
    return f"{sign}{shown[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
