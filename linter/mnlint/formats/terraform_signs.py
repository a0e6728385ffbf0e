"""What the single signs of Terraform mean: digits, escapes, blanks before the lines of a heredoc, braces."""

from __future__ import annotations

import re

from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mnlint.formats.terraform_directives import Piece

MAX_BITS: Final = 512  # of a number in Terraform
MAX_DIGITS: Final = 400  # of a number: far beyond any real one, far below what makes int() slow

_ESCAPE = pattern(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([$%])\4\{')
_ANY_ESCAPE = pattern(r'\\(?:([nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|.?)')
_DOUBLED = pattern(r"([$%])\1\{")  # all that is escaped in a heredoc
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def number_of(digits: str) -> int | float | None:
    """A number as it is written; None if it cannot be kept as that. To Terraform, 1.0 is 1.

    What python-hcl2 takes for one number may be a difference: `-1-5e3`.
    """
    exponent = digits.lower().partition("e")[2]
    if len(digits) > MAX_DIGITS or len(exponent.lstrip("+-")) > 3:
        return None
    if "-" in digits.lower().partition("e")[0][1:]:
        return None
    if digits.isascii() and digits.isdigit():
        whole = int(digits)
        return whole if whole.bit_length() <= MAX_BITS else None
    from fractions import Fraction  # which takes as long as to read a small file

    exact = Fraction(digits)
    if exact.denominator == 1:
        return exact.numerator if exact.numerator.bit_length() <= MAX_BITS else None
    value = float(exact)
    return value if Fraction(repr(value)) == exact else None


def _escaped(found: re.Match[str]) -> str:
    """The character that an escape stands for; one that there is not is the replacement character."""
    if found[1]:
        return _ESCAPED[found[1]]
    if found[4]:
        return found[4] + "{"
    code = int(found[2] or found[3], 16)
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


def unindent(pieces: list[Piece]) -> None:
    """Takes from each line of a `<<-` heredoc the white space that all of them begin with; blank lines do not count."""
    indents: list[int] = []
    indented: list[int] = []
    begins = True
    for at, (_, value) in enumerate(pieces):
        if begins and not isinstance(value, str):
            indents.append(0)
        elif begins and isinstance(value, str) and (value.strip() or not value.endswith("\n")):
            indents.append(len(value) - len(value.lstrip()))
            indented.append(at)
        begins = isinstance(value, str) and value.endswith("\n")
    for at in indented:
        place, value = pieces[at]
        pieces[at] = (place, str(value)[min(indents) :])


def unescaped(text: str, *, quoted: bool) -> str:
    """What a part of a quoted string, or of a heredoc, stands for."""
    return _ESCAPE.sub(_escaped, text) if quoted else _DOUBLED.sub(r"\1{", text)


def bad_escape(text: str, start: int, end: int) -> tuple[int, int] | None:
    """From where to where an escape sequence stands that there is not."""
    return next((found.span() for found in _ANY_ESCAPE.finditer(text, start, end) if found[1] is None), None)


def badly_closed(
    text: str, around: Span, first: Span, last: Span, size: int, offset: int | None = None
) -> Notice | None:
    """What is wrong with where the braces around a body stand: they have lines of their own, or hold one attribute.

    `text` is that of a block as python-hcl2 gets it, from the offset on.
    """
    offset = around.start if offset is None else offset
    begin, end = first.start - offset, last.end - offset
    opened = "\n" in text[text.rfind("{", 0, begin) : begin]
    closed = "\n" in text[end : around.end - offset]
    if opened and closed:
        return None
    if not opened and (size > 1 or closed):
        message, place = "a block on one line holds one argument; expected a new line", first
    elif opened:
        message, place = "`}` cannot stand here; expected a new line", Span(around.file, around.end - 1, around.end)
    else:
        return None
    return Notice("error", "MN911", message, Place(place, "here"))
