"""What of the files is not what it was: new lines, heads of what something was taken from, files that are gone.

Where it is not clear what a change has to do with, more counts as changed, never less.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from mnlint.discover.parameters import homes_of
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.typing import Final

MOST: Final = 4000  # lines that are compared; of a longer stretch with changes at both ends, every line counts as new

_ENDS: Final = (b"}", b"]", b")")
_COMMENTS: Final = (b"//", b"#", b"*", b"/*")
_SILENCES: Final = (b"mnlint", b"#disable-next-line", b"ignore[")
_PROPERTY: Final = pattern(rb"""\s*((?:param\s+)?["']?[$\w.-]+["']?)\s*[:=]""")
# What a file declares that others do not name: nothing else misses it if it is gone.
_DECLARED: Final = pattern(rb'^[ \t]*(?:resource|module)[ \t]+[^\r\n={@]*|"type"\s*:\s*"[^"\r\n]*"', re.MULTILINE)
_ASSIGNED: Final = pattern(rb'^[ \t]*(?:param[ \t]+)?"?([$\w.-]+)"?[ \t]*[:=]', re.MULTILINE)
_BY_DECLARATION: Final = (".bicep", ".tf", ".tofu")


@dataclass(frozen=True, slots=True)
class Change:
    """What a change has to do with: `lines` of a file; whether all of what is made of some files counts."""

    lines: Callable[[str], frozenset[int]]
    whole: Callable[[Collection[str]], bool]


def taken_from(files: Collection[str], taking: Collection[str], gone: Mapping[str, bytes]) -> bool:
    """Whether something is missing that these files were deployed with: no line of theirs has to say so.

    From the files `taking` a declaration was taken; of those that are `gone` it is said what was in them.
    """
    if not set(taking).isdisjoint(files):
        return True
    folders = {posixpath.dirname(file) for file in files}
    names = {posixpath.basename(file).encode("utf-8", "surrogateescape") for file in files}
    return any(
        not folders.isdisjoint(homes_of(file)) or any(name in was for name in names) for file, was in gone.items()
    )


def takes_away(file: str, before: bytes, after: bytes) -> bool:
    """Whether something that a file declared on its own, or assigned, is not there any more."""
    declares = file.lower().endswith(_BY_DECLARATION) or b"deploymenttemplate.json" in before.lower()
    pattern = _DECLARED if declares else _ASSIGNED
    was, now = (Counter(map(bytes.strip, pattern.findall(text))) for text in (before, after))
    return bool(was - now)


def changed_lines(before: bytes | None, after: bytes) -> frozenset[int]:
    """Numbers of lines, from 1. Of a file that was not there all are new.

    Where lines are gone, the heads of the blocks around them are what has changed: the lines above that are further
    left, one for each level. So it is with a managed network that is no longer there. Where a comment is gone that
    may have silenced something, that is the line of code below, too.
    """
    now = after.splitlines()
    if before is None:
        return frozenset(range(1, len(now) + 1))
    old = before.splitlines()
    found: set[int] = set()
    for was, new in _apart(old, now):
        found.update(range(new.start + 1, new.stop + 1))
        lines, others = old[was.start : was.stop], now[new.start : new.stop]
        silenced = [line for line in lines if any(word in line for word in _SILENCES)]
        if any(b"ignore-file" in line or line.lstrip().startswith(b'"') for line in silenced):
            return frozenset(range(1, len(now) + 1))
        if silenced or len(lines) > len(others) or _properties(lines) - _properties(others):
            found |= _around(now, new.start)
        if silenced:
            found.add(_code_below(now, new.stop))
    return frozenset(found)


def _properties(lines: Sequence[bytes]) -> set[bytes]:
    """What lines assign, by name."""
    return {match[1] for line in lines if (match := _PROPERTY.match(line)) is not None}


def _code_below(lines: Sequence[bytes], at: int) -> int:
    """The number of the first line of code from the index `at` on."""
    code = (n for n in range(at, len(lines)) if lines[n].strip() and not lines[n].lstrip().startswith(_COMMENTS))
    return next(code, len(lines)) + 1


def _apart(old: Sequence[bytes], now: Sequence[bytes]) -> Iterator[tuple[range, range]]:
    """The stretches that differ, by the lines that are there once on both sides and hold them together.

    Not the fewest: a search for those takes minutes on lines that somebody has made for it.
    """
    waiting = [(range(len(old)), range(len(now)))]
    while waiting:
        was, new = waiting.pop()
        start = 0
        while start < min(len(was), len(new)) and old[was[start]] == now[new[start]]:
            start += 1
        was, new = was[start:], new[start:]
        end = 0
        while end < min(len(was), len(new)) and old[was[-1 - end]] == now[new[-1 - end]]:
            end += 1
        was, new = was[: len(was) - end], new[: len(new) - end]
        held = _held([old[at] for at in was], [now[at] for at in new]) if max(len(was), len(new)) <= MOST else []
        if held:
            edges = [(-1, -1), *held, (len(was), len(new))]
            waiting += [
                (was[first[0] + 1 : second[0]], new[first[1] + 1 : second[1]]) for first, second in pairwise(edges)
            ]
        elif was or new:
            yield was, new


def _held(old: Sequence[bytes], now: Sequence[bytes]) -> list[tuple[int, int]]:
    """The longest row of lines that are there once on both sides, in the same order."""
    once = [{line for line, number in Counter(side).items() if number == 1} for side in (old, now)]
    both = once[0] & once[1]
    where = {line: at for at, line in enumerate(now) if line in both}
    ends: list[int] = []  # for each length the smallest end of a row, and which line that is
    last: list[int] = []
    rows: list[tuple[int, int, int]] = []  # place on both sides, and the row's line before it
    for at, line in enumerate(old):
        if line in both:
            length = bisect_left(ends, where[line])
            rows.append((at, where[line], last[length - 1] if length else -1))
            ends[length : length + 1] = [where[line]]
            last[length : length + 1] = [len(rows) - 1]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(rows[number][:2])
        number = rows[number][2]
    return found[::-1]


def _around(lines: Sequence[bytes], at: int) -> set[int]:
    """The heads of the blocks that the place before the line of index `at` lies in."""
    found: set[int] = set()
    beside = [_indent(line) for line in lines[max(at - 1, 0) : at + 1] if line.strip()]
    inside = max(beside, default=0) + 1
    for number in range(min(at, len(lines)), 0, -1):
        line = lines[number - 1]
        if line.strip() and _indent(line) < inside and not line.lstrip().startswith(_ENDS):
            found.add(number)
            inside = _indent(line)
            if inside == 0:
                break
    return found


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
