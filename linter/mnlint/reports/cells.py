"""How wide text is on a terminal, and how to cut and wrap it by that."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

ELLIPSIS = "…"
TAB, BLANKS = "\t", "    "  # whatever the terminal makes of tabs


def width(text: str) -> int:
    """The cells that a text takes: two for wide characters, none for marks that stand on the one before."""
    return len(text) if text.isascii() else sum(map(_width, text))


def fit(text: str, most: int, *, more: bool = False) -> str:
    """The text in at most so many cells, its end cut off if need be; `more` if something was cut off before."""
    if not more and width(text) <= most:
        return text
    return "".join(_first(text, most - 1)) + ELLIPSIS


def fit_end(text: str, most: int, *, more: bool = False) -> str:
    """The text in at most so many cells, its beginning cut off if need be; `more` if something was cut off before."""
    if not more and width(text) <= most:
        return text
    return ELLIPSIS + "".join(reversed(list(_first(reversed(text), most - 1))))


def pad(text: str, cells: int) -> str:
    """The text with blanks up to so many cells."""
    return text + " " * (cells - width(text))


def wrap(text: str, most: int) -> list[str]:
    """The words of a text in lines of at most so many cells; a longer word has a line for itself."""
    lines: list[str] = []
    room = 0
    for word in text.split():
        cells = width(word)
        if lines and cells < room:
            lines[-1] += " " + word
            room -= cells + 1
        else:
            lines.append(word)
            room = most - cells
    return lines


def _first(text: Iterable[str], most: int) -> Iterator[str]:
    left = most
    for character in text:
        left -= _width(character)
        if left < 0:
            return
        yield character


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
