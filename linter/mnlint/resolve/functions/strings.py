"""Pure functions over known texts, as .NET computes them: plain values in, a plain value out.

A wrong argument, or one whose result depends on a culture, raises ValueError or TypeError: the result is unknown.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from mnlint.model.typing import Any
from mnlint.resolve.plain import compact

Plain = Callable[..., Any]
MAX_PAD = 100_000
_WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def text(value: Any) -> str:
    """The value if it is a text."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def whole(value: Any) -> int:
    """The value if it is a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a whole number")
    return value


def units(value: str) -> int:
    """The length of a text as .NET counts it: characters beyond the first 65,536 are two."""
    return len(value) if value.isascii() else len(value) + sum(char > "\uffff" for char in value)


def cut(value: Any) -> str:
    """A text in which .NET's positions are ours."""
    found = text(value)
    if units(found) != len(found):
        raise ValueError("characters of two units")
    return found


def as_text(value: Any) -> str:
    """string(): a text as it is, all else as JSON, but true and false as .NET writes them."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, float):
        raise ValueError("not written down anywhere")
    return compact(value)


def _lower(value: Any) -> str:
    return "".join(low if len(low := char.lower()) == 1 else char for char in text(value))


def _upper(value: Any) -> str:
    return "".join(up if len(up := char.upper()) == 1 else char for char in text(value))


def _folded(value: Any) -> str:
    """A text for comparing whatever the case; only ASCII, since cultures differ beyond."""
    if not text(value).isascii():
        raise ValueError("the case of these characters depends on a culture")
    return str(value).lower()


def _starts(value: Any, part: Any) -> bool:
    return value == part or _folded(value).startswith(_folded(part))


def _ends(value: Any, part: Any) -> bool:
    return value == part or _folded(value).endswith(_folded(part))


def _substring(value: Any, start: Any, length: Any = None) -> str:
    found, first = cut(value), whole(start)
    last = len(found) if length is None else first + whole(length)
    if not 0 <= first <= last <= len(found):
        raise ValueError("out of range")
    return found[first:last]


def _split(value: Any, by: Any) -> list[str]:
    """split(text, delimiter or delimiters); at each place the first delimiter that fits."""
    found = text(value)
    marks = [text(mark) for mark in ([by] if isinstance(by, str) else by)]
    if not marks or "" in marks:
        raise ValueError("nothing to split by")
    if len(marks) == 1:
        return found.split(marks[0])
    if any(one != other and one in other for one in marks for other in marks) or len(marks) > 100:
        raise ValueError("delimiters in delimiters")
    for mark in marks[1:]:
        found = found.replace(mark, marks[0])
    if all(len(mark) == 1 for mark in marks):
        return found.split(marks[0])
    raise ValueError("delimiters that may overlap")


def _pad(value: Any, width: Any, char: Any = " ") -> str:
    found = cut(str(whole(value)) if isinstance(value, int) else value)
    if whole(width) < 0 or width > MAX_PAD or len(cut(char)) != 1:
        raise ValueError("too wide, or not one character")
    return found.rjust(width, char)


def _replace(value: Any, old: Any, new: Any) -> str:
    found = text(value)
    if not text(old):
        raise ValueError("nothing to replace")
    if len(found) + found.count(old) * len(text(new)) > MAX_PAD * 10:
        raise ValueError("too large")
    return found.replace(old, new)


def _like(value: Any, pattern: Any) -> bool:
    """like(text, pattern): `*` is any text; whatever the case."""
    found, parts = _folded(value), _folded(pattern).split("*")
    if "?" in str(pattern):
        raise ValueError("not written down anywhere")
    if len(parts) == 1:
        return found == parts[0]
    if len(found) < sum(map(len, parts)) or not found.startswith(parts[0]) or not found.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(found) - len(parts[-1])
    for part in parts[1:-1]:
        at = found.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def _base64(value: Any) -> str:
    return base64.b64encode(text(value).encode()).decode()


def from_base64(value: Any) -> str:
    """base64ToString()."""
    try:
        return base64.b64decode(text(value), validate=True).decode("utf-8")
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _data_uri(value: Any) -> str:
    return f"data:text/plain;charset=utf8;base64,{_base64(value)}"


def _from_data_uri(value: Any) -> str:
    head, comma, body = text(value).partition(",")
    scheme, _, about = head.partition(":")
    *parameters, encoding = about.lower().split(";")
    charsets = [p.removeprefix("charset=") for p in parameters if p.startswith("charset=")]
    if not comma or scheme.lower() != "data" or encoding != "base64" or not set(charsets) <= {"utf8", "utf-8"}:
        raise ValueError("no data URI in base64 and UTF-8")
    return from_base64(body)


TABLE: dict[str, Plain] = {
    "base64": _base64,
    "base64tostring": from_base64,
    "datauri": _data_uri,
    "datauritostring": _from_data_uri,
    "endswith": _ends,
    "like": _like,
    "padleft": _pad,
    "replace": _replace,
    "split": _split,
    "startswith": _starts,
    "string": as_text,
    "substring": _substring,
    "tolower": _lower,
    "toupper": _upper,
    "trim": lambda value: text(value).strip(_WHITE),
}
