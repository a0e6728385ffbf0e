"""Dates that follow from their arguments alone: dateTimeAdd and the conversions from and to seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from mnlint.model.pattern import pattern
from mnlint.model.typing import Any
from mnlint.resolve.functions.strings import Plain, text, whole

_DURATION = pattern(
    r"(-?)P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?",
    re.ASCII,
)
# What a date is written like, and how its like is written again; what is not here is not told.
_SHAPES = (
    (pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII), "%Y-%m-%dT%H:%M:%SZ"),
    (pattern(r"\d{8}T\d{6}Z", re.ASCII), "%Y%m%dT%H%M%SZ"),
)
_READABLE = (*_SHAPES, (pattern(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", re.ASCII), "%Y-%m-%d %H:%M:%SZ"))
_TOKEN = pattern(r"yyyy|MM|dd|HH|mm|ss|[-/:. TZ]")
_STANDARD = {"u": "%Y-%m-%d %H:%M:%SZ", "s": "%Y-%m-%dT%H:%M:%S"}
_PARTS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
# .NET's duration of a year and of a month, as the documentation's examples have it.
_DAYS_OF_YEAR, _DAYS_OF_MONTH = 365, 30


def _read(value: Any) -> tuple[datetime, str]:
    for shape, written in _READABLE:
        if shape.fullmatch(text(value)):
            return datetime.strptime(value, written).replace(tzinfo=UTC), written
    raise ValueError("no date in a form that is read here")


def _written(moment: datetime, pattern: str) -> str:
    if moment.year < 1000:
        raise ValueError("years of four digits only")
    return moment.strftime(pattern)


def _add(base: Any, duration: Any, form: Any = None) -> str:
    """dateTimeAdd(base, ISO 8601 duration, [.NET format])."""
    moment, pattern = _read(base)
    found = _DURATION.fullmatch(text(duration))
    if found is None:
        raise ValueError("no duration")
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    days += years * _DAYS_OF_YEAR + months * _DAYS_OF_MONTH
    step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if form is not None:
        pattern = _pattern(text(form))
    elif pattern not in [known for _, known in _SHAPES]:
        raise ValueError("documented with several results")
    return _written(moment - step if found[1] else moment + step, pattern)


def _pattern(form: str) -> str:
    """A .NET format as one of Python's; only four-digit years and two-digit parts."""
    if form in _STANDARD:
        return _STANDARD[form]
    if len(form) < 2 or _TOKEN.sub("", form):
        raise ValueError("a format that is not read here")
    return _TOKEN.sub(lambda found: _PARTS.get(found[0], found[0]), form)


def _to_epoch(value: Any) -> int:
    return int(_read(value)[0].timestamp())


def _from_epoch(value: Any) -> str:
    return _written(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole(value)), "%Y-%m-%dT%H:%M:%SZ")


TABLE: dict[str, Plain] = {
    "datetimeadd": _add,
    "datetimefromepoch": _from_epoch,
    "datetimetoepoch": _to_epoch,
}
