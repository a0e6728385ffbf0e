"""Terraform's version constraints: between which versions a registry may choose."""

from __future__ import annotations

from mnlint.model.pattern import pattern
from mnlint.model.typing import Final

Version = tuple[int, int, int]

_LOWEST: Final = (0, 0, 0)
_NUMBER: Final = r"[0-9]{1,9}"
_TERM: Final = pattern(rf"(=|!=|>=?|<=?|~>|)[ \t]*v?({_NUMBER}(?:\.{_NUMBER}){{0,2}})")


def bounds(constraint: str) -> tuple[Version, Version | None] | None:
    """The lowest version that a constraint may admit and the first one above all that it may, None if there is none.

    None in place of both if it cannot be read, or names a version before its release. `!=` is passed over: the bounds
    hold all that is admitted, and may hold more. No constraint admits every version.
    """
    lowest: Version = _LOWEST
    above: Version | None = None
    for term in constraint.split(",") if constraint.strip() else ():
        read = _TERM.fullmatch(term.strip())
        if read is None:
            return None
        least, first = _bounds(read[1], tuple(map(int, read[2].split("."))))
        lowest = max(lowest, least)
        above = first if above is None else above if first is None else min(above, first)
    return lowest, above


def next_after(version: Version) -> Version:
    """The lowest version above another one."""
    return (*version[:2], version[2] + 1)


def _bounds(sign: str, numbers: tuple[int, ...]) -> tuple[Version, Version | None]:
    major, minor, patch = (*numbers, 0, 0)[:3]
    named = (major, minor, patch)
    after = next_after(named)
    if sign == "~>":  # with one number it is `>=`
        return named, ((major, minor + 1, 0) if len(numbers) == 3 else (major + 1, 0, 0) if len(numbers) == 2 else None)
    table: dict[str, tuple[Version, Version | None]] = {
        "": (named, after),
        "=": (named, after),
        "!=": (_LOWEST, None),
        ">": (after, None),
        ">=": (named, None),
        "<": (_LOWEST, named),
        "<=": (_LOWEST, after),
    }
    return table[sign]
