"""Which lines of a file are not what they were: those that are new, and the heads of what something was taken from."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

MOST: Final = 4000  # lines that are compared; of a longer stretch with changes at both ends, every line counts as new


def changed_lines(before: bytes | None, after: bytes) -> frozenset[int]:
    """Numbers of lines, from 1. Of a file that was not there all are new.

    Where lines are gone, the heads of the blocks around them are what has changed: the lines above that are further
    left, one for each level. So it is with a managed network that is no longer there.
    """
    now = after.splitlines()
    if before is None:
        return frozenset(range(1, len(now) + 1))
    old = before.splitlines()
    start = 0
    while start < min(len(old), len(now)) and old[start] == now[start]:
        start += 1
    end = 0
    while end < min(len(old), len(now)) - start and old[-1 - end] == now[-1 - end]:
        end += 1
    old, middle = old[start : len(old) - end], now[start : len(now) - end]
    found: set[int] = set()
    if max(len(old), len(middle)) > MOST:
        found.update(range(start + 1, start + len(middle) + 1))
        return frozenset(found | _around(now, start))
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, middle, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        found.update(range(start + new_start + 1, start + new_end + 1))
        if old_end - old_start > new_end - new_start:
            found |= _around(now, start + new_start)
    return frozenset(found)


def _around(lines: list[bytes], at: int) -> set[int]:
    """The heads of the blocks that the place before the line of index `at` lies in."""
    found: set[int] = set()
    beside = [_indent(line) for line in lines[max(at - 1, 0) : at + 1] if line.strip()]
    inside = max(beside, default=0) + 1
    for number in range(min(at, len(lines)), 0, -1):
        line = lines[number - 1]
        if line.strip() and _indent(line) < inside and not line.lstrip().startswith((b"}", b"]", b")")):
            found.add(number)
            inside = _indent(line)
            if inside == 0:
                break
    return found


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
