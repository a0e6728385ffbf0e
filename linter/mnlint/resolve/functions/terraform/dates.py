"""Terraform's dates: RFC 3339 in, formatted, moved and compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from mnlint.model.pattern import pattern
from mnlint.model.typing import Any, Final
from mnlint.resolve.typed.scalars import FailsError, as_text

Plain = Callable[..., Any]
_STAMP = pattern(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z|[+-]\d\d:\d\d)", re.ASCII)
_DURATION = pattern(r"[+-]?(?:[0-9]{1,9}(?:\.[0-9]{1,6})?(?:h|ms|m|s))+")
_PART = pattern(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(h|ms|m|s)")
_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_TOKEN = pattern(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _read(value: Any) -> datetime:
    found = _STAMP.fullmatch(as_text(value))
    if found is None:
        raise ValueError("no date in a form that is read here")
    return datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00"))


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + _zone(moment, ":", "Z")


def _zone(moment: datetime, by: str, zero: str) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes and zero:
        return zero
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{by}{abs(minutes) % 60:02d}"


def _add(value: Any, duration: Any) -> str:
    """timeadd(date, Go's duration)."""
    moment, text = _read(value), as_text(duration)
    if not _DURATION.fullmatch(text):
        raise ValueError("no duration that is read here")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    if seconds != int(seconds):
        raise ValueError("parts of seconds")
    return _written(moment + timedelta(seconds=-seconds if text.startswith("-") else seconds))


def _compare(left: Any, right: Any) -> int:
    a, b = _read(left), _read(right)
    return (a > b) - (a < b)


_PARTS: Final[dict[str, Callable[[datetime], str]]] = {
    "YYYY": lambda m: f"{m.year:04d}",
    "YY": lambda m: f"{m.year % 100:02d}",
    "MMMM": lambda m: _MONTHS[m.month - 1],
    "MMM": lambda m: _MONTHS[m.month - 1][:3],
    "MM": lambda m: f"{m.month:02d}",
    "M": lambda m: str(m.month),
    "DD": lambda m: f"{m.day:02d}",
    "D": lambda m: str(m.day),
    "EEEE": lambda m: _DAYS[m.weekday()],
    "EEE": lambda m: _DAYS[m.weekday()][:3],
    "hh": lambda m: f"{m.hour:02d}",
    "h": lambda m: str(m.hour),
    "HH": lambda m: f"{(m.hour + 11) % 12 + 1:02d}",
    "H": lambda m: str((m.hour + 11) % 12 + 1),
    "AA": lambda m: "PM" if m.hour >= 12 else "AM",
    "aa": lambda m: "pm" if m.hour >= 12 else "am",
    "mm": lambda m: f"{m.minute:02d}",
    "m": lambda m: str(m.minute),
    "ss": lambda m: f"{m.second:02d}",
    "s": lambda m: str(m.second),
    "ZZZZZ": lambda m: _zone(m, ":", ""),
    "ZZZZ": lambda m: _zone(m, "", ""),
    "ZZZ": lambda m: _zone(m, "", "UTC"),
    "Z": lambda m: _zone(m, ":", "Z"),
}


def _format(form: Any, value: Any) -> str:
    """formatdate(form, date): letters are parts of the date, other signs and what stands in quotes themselves."""
    moment, text, made, at = _read(value), as_text(form), "", 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise FailsError
        if token[2]:
            part = _PARTS.get(token[0])
            if part is None:
                raise FailsError
            made += part(moment)
        else:
            made += token[0] if token[1] is None else token[1].replace("''", "'")
        at = token.end()
    return made


TABLE: dict[str, tuple[Plain, int, int]] = {
    "formatdate": (_format, 2, 2),
    "timeadd": (_add, 2, 2),
    "timecmp": (_compare, 2, 2),
}
