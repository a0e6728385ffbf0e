"""GitHub's own fingerprint of a line, `primaryLocationLineHash`, by which code scanning knows an alert again.

Described by github/codeql-action, src/fingerprints.ts: of the text without blanks and tabs, with every line end as one
LF and with 0xFFFF at its end, take the 100 UTF-16 units from the line's start, filled up with zeros: the digits of a
number to the base 37, cut to 64 bits. It is written in hex, then `:` and how many lines down to this one have it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

_UNITS = 100
_BASE = 37
_END = "\uffff"


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """The fingerprints of some lines of a text, by their numbers from 1; lines that it does not have are left out.

    Equal numbers come from equal units: lines are counted by their units, and only what is asked for is computed.
    """
    units = _units(text)
    asked = set(lines)
    windows = {number: units[start : start + _UNITS] for number, start in _starts(units) if number in asked}
    wanted, last = set(windows.values()), max(windows, default=0)
    seen: Counter[str] = Counter()
    hashes: dict[int, str] = {}
    for number, start in _starts(units):
        if number > last:
            break
        window = units[start : start + _UNITS]
        if window in wanted:
            seen[window] += 1
            if number in windows:
                hashes[number] = f"{_number(window):x}:{seen[window]}"
    return hashes


def _units(text: str) -> str:
    """The text as the algorithm reads it, each of its characters one UTF-16 unit."""
    one_end = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if not one_end.isascii():
        one_end = re.sub("[\U00010000-\U0010ffff]", _pair, one_end)
    return one_end + _END + "\0" * (_UNITS - 1)


def _pair(found: re.Match[str]) -> str:
    above = ord(found[0]) - 0x10000
    return chr(0xD800 + (above >> 10)) + chr(0xDC00 + (above & 0x3FF))


def _starts(units: str) -> Iterator[tuple[int, int]]:
    number, start = 1, 0
    while True:
        yield number, start
        start = units.find("\n", start) + 1
        if start == 0:
            return
        number += 1


def _number(window: str) -> int:
    value = 0
    for unit in window:
        value = value * _BASE + ord(unit)
    return value % 2**64
