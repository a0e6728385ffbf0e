"""Terraform's functions over known texts; what counts as a character is what a reader sees as one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from mnlint.model.typing import Any, Final
from mnlint.resolve.functions.terraform.patterns import captured, matches, substituted
from mnlint.resolve.typed.scalars import FailsError, as_text, whole

Plain = Callable[..., Any]
MAX_MADE: Final = 200_000  # characters of a text that a function makes
_WHITE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Joiners, flags, skin tones, Hangul by its letters: what belongs together there is not told here.
_JOINING: Final = ((0x1100, 0x1200), (0xA960, 0xA980), (0xD7B0, 0xD800), (0x1F1E6, 0x1F200), (0x1F3FB, 0x1F400))


def split_characters(value: Any) -> list[str]:
    """The characters of a text, each with the marks on it. Raises ValueError where that takes more than marks."""
    text = as_text(value)
    if text.isascii() and "\r" not in text:
        return list(text)
    made: list[str] = []
    for char in text:
        code = ord(char)
        if char in "\u200c\u200d" or any(low <= code < high for low, high in _JOINING):
            raise ValueError("characters that join")
        kind = unicodedata.category(char)
        if kind in ("Cf", "Mc", "Cn", "Co"):
            raise ValueError("characters that may join")
        if made and ((kind in ("Mn", "Me") and made[-1] not in "\r\n") or (char == "\n" and made[-1] == "\r")):
            made[-1] += char
        else:
            made.append(char)
    return made


def length(value: str) -> int:
    """The number of characters of a text."""
    return len(split_characters(value))


def _substr(value: Any, offset: Any, size: Any) -> str:
    """substr(text, offset, length): a negative offset counts from the end, a negative length is all the rest.

    With a negative offset, no length at all is all the rest, too: so it is written, and so it stays.
    """
    found, first, wanted = split_characters(value), whole(offset), whole(size)
    if first >= 0 and wanted == 0:
        return ""
    start = first if first >= 0 else max(first + len(found), 0)
    return "".join(found[start:] if wanted <= 0 else found[start : start + wanted])


def _each(value: Any, change: Callable[[str], str]) -> str:
    """A text with each character changed alone, as Go does it: one that would become two stays."""
    return "".join(made if len(made := change(char)) == 1 else _simple(char, made) for char in as_text(value))


def _simple(char: str, made: str) -> str:
    """A character whose other case is more than one, in the one that Go has for it."""
    if made[:1] == "i":
        return "i"  # of a capital with a dot on it
    return char.title() if len(char.title()) == 1 and made[-1] == "\u0399" else char


def _title(value: Any) -> str:
    """The first letter of each word as a capital; a word is letters, digits and underscores."""
    made, before = [], " "
    for char in as_text(value):
        inside = before.isalnum() or before == "_" if before.isascii() else not before.isspace()
        made.append(char if inside or len(char.title()) != 1 else char.title())
        before = char
    return "".join(made)


def _indent(spaces: Any, value: Any) -> str:
    width, text = whole(spaces), as_text(value)
    if width < 0:
        raise FailsError
    if width > MAX_MADE or len(text) + width * text.count("\n") > MAX_MADE:
        raise ValueError("too large")
    return text.replace("\n", "\n" + " " * width)


def _replace(value: Any, old: Any, new: Any) -> str:
    """replace(text, part, new), and with a pattern between slashes what it finds."""
    text, part, put = as_text(value), as_text(old), as_text(new)
    if len(part) > 1 and part.startswith("/") and part.endswith("/"):
        return substituted(part[1:-1], text, put)
    if len(text) + (text.count(part) + 1) * len(put) > MAX_MADE * 5:
        raise ValueError("too large")
    return text.replace(part, put)


def _regex(pattern: Any, value: Any) -> object:
    """regex(pattern, text): the first match, or its groups."""
    wanted = as_text(pattern)
    found = next(matches(wanted, as_text(value)), None)
    if found is None:
        raise FailsError
    return captured(wanted, found)


def _regex_all(pattern: Any, value: Any) -> list[object]:
    wanted = as_text(pattern)
    return [captured(wanted, found) for found in matches(wanted, as_text(value))]


def _split(by: Any, value: Any) -> list[str]:
    mark, text = as_text(by), as_text(value)
    return text.split(mark) if mark else list(text)


TABLE: dict[str, tuple[Plain, int, int]] = {
    "chomp": (lambda s: as_text(s).rstrip("\r\n"), 1, 1),
    "endswith": (lambda s, x: as_text(s).endswith(as_text(x)), 2, 2),
    "indent": (_indent, 2, 2),
    "lower": (lambda s: _each(s, str.lower), 1, 1),
    "regex": (_regex, 2, 2),
    "regexall": (_regex_all, 2, 2),
    "replace": (_replace, 3, 3),
    "split": (_split, 2, 2),
    "startswith": (lambda s, x: as_text(s).startswith(as_text(x)), 2, 2),
    "strcontains": (lambda s, x: as_text(x) in as_text(s), 2, 2),
    "strrev": (lambda s: "".join(reversed(split_characters(s))), 1, 1),
    "substr": (_substr, 3, 3),
    "title": (_title, 1, 1),
    "trim": (lambda s, cut: as_text(s).strip(cut) if as_text(cut) else as_text(s), 2, 2),
    "trimprefix": (lambda s, cut: as_text(s).removeprefix(as_text(cut)), 2, 2),
    "trimspace": (lambda s: as_text(s).strip(_WHITE), 1, 1),
    "trimsuffix": (lambda s, cut: as_text(s).removesuffix(as_text(cut)), 2, 2),
    "upper": (lambda s: _each(s, str.upper), 1, 1),
}
