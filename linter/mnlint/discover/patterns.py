"""Patterns of files and folders, as settings exclude them: `*` and `?` inside a name, `**` for any folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path from the boundary, or a folder that it lies in, is one of those meant.

    A pattern without a slash is for a name anywhere, one with a slash for a path from the boundary.
    """
    meant = [_parts(pattern) for pattern in patterns]

    def matches(path: str) -> bool:
        return any(_leads(pattern, path.split("/")) for pattern in meant)

    return matches if meant else lambda path: False


def _parts(pattern: str) -> list[str]:
    path = pattern.removeprefix("./").rstrip("/")
    return [part for part in path.split("/") if part] if "/" in path else ["**", path]


def _leads(pattern: Sequence[str], path: Sequence[str]) -> bool:
    """Whether a pattern fits a path or its beginning. `at` are all places in the pattern where one may be by then."""
    from fnmatch import fnmatchcase  # few runs have patterns

    at = _without_folders(pattern, {0})
    for name in path:
        stay = {one for one in at if one < len(pattern) and pattern[one] == "**"}
        on = {one + 1 for one in at - stay if one < len(pattern) and fnmatchcase(name, pattern[one])}
        at = _without_folders(pattern, stay | on)
        if len(pattern) in at:
            return True
    return False


def _without_folders(pattern: Sequence[str], at: set[int]) -> set[int]:
    """And where one may be if `**` stands for no folder at all."""
    found = set(at)
    for one in range(len(pattern)):
        if one in found and pattern[one] == "**":
            found.add(one + 1)
    return found
