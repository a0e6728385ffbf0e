"""Pure functions over known scalars, a table for each language: Python values in, a Python value out.

A wrong argument raises TypeError, ValueError, LookupError or ArithmeticError; the caller makes that unknown.
Sources: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions and
https://developer.hashicorp.com/terraform/language/functions.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from typing import Any

Plain = Callable[..., Any]
MAX_PAD = 10_000


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str | int | float):
        return "" if value is None else str(value)
    raise TypeError("not a scalar")


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise TypeError("not a number")
    if isinstance(value, int | float):
        return value
    text = _text(value).strip()
    if len(text) > 300:
        raise ValueError("too long")
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value != 0
    return {"true": True, "false": False, "1": True, "0": False}[_text(value).lower()]


def _format_arm(pattern: str, *args: Any) -> str:
    """.NET's composite format with plain places; one with a width or a format is not evaluated."""

    def place(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        return _string(args[int(found[1])])

    if re.search(r"(?<!\{)\{\d+[^\d}]", _text(pattern)):
        raise ValueError("format not evaluated")
    return re.sub(r"\{\{|\}\}|\{(\d+)\}", place, pattern)


def _format_terraform(pattern: str, *args: Any) -> str:
    """Go's verbs %s %d %v %q %% and zero-padded %0Nd."""
    given = iter(args)

    def verb(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        width, kind = found[1], found[2]
        value = next(given)
        if kind == "d":
            return f"{int(_number(value)):{width}d}" if width else str(int(_number(value)))
        text = _string(value)
        return f'"{text}"' if kind == "q" else text.rjust(int(width)) if width else text

    if re.search(r"%(?!%|0?\d{0,3}[sdvq])", re.sub(r"%%", "", _text(pattern))):
        raise ValueError("format not evaluated")
    made = re.sub(r"%%|%(0?\d{0,3})([sdvq])", verb, pattern)
    if next(given, None) is not None:
        raise ValueError("too many arguments")
    return made


def _substring(text: str, start: int, length: int | None = None) -> str:
    if start < 0 or start > len(_text(text)):
        raise ValueError("out of range")
    return text[start:] if length is None else text[start : start + length]


def _substr(text: str, offset: int, length: int) -> str:
    start = offset if offset >= 0 else max(len(_text(text)) + offset, 0)
    return text[start:] if length < 0 else text[start : start + length]


def _pad(text: Any, width: int, char: str = " ") -> str:
    if width > MAX_PAD:
        raise ValueError("too wide")
    return _string(text).rjust(width, char)


def _replace_terraform(text: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        raise ValueError("regular expressions are not evaluated")
    return _text(text).replace(_text(old), _text(new))


def _divide(a: Any, b: Any) -> int:
    return math.trunc(_number(a) / _number(b))


def _remainder(a: Any, b: Any) -> int | float:
    return int(math.fmod(int(_number(a)), int(_number(b))))


def _split(text: str, by: str) -> list[str]:
    return _text(text).split(_text(by)) if by else list(_text(text))


def _title(text: str) -> str:
    return re.sub(r"(^|\s)(\S)", lambda m: m[1] + m[2].upper(), _text(text))


_OPERATORS: dict[str, Plain] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: _number(a) + _number(b),
    "-": lambda a, b=None: -_number(a) if b is None else _number(a) - _number(b),
    "*": lambda a, b: _number(a) * _number(b),
    "%": _remainder,
    "=~": lambda a, b: _text(a).lower() == _text(b).lower(),
    "!~": lambda a, b: _text(a).lower() != _text(b).lower(),
}

ARM: dict[str, Plain] = {
    **_OPERATORS,
    "/": _divide,
    "^": lambda n: -int(_number(n)),  # `items[^1]` counts from the end
    "add": _OPERATORS["+"],
    "sub": _OPERATORS["-"],
    "mul": _OPERATORS["*"],
    "div": _divide,
    "mod": _remainder,
    "less": _OPERATORS["<"],
    "lessorequals": _OPERATORS["<="],
    "greater": _OPERATORS[">"],
    "greaterorequals": _OPERATORS[">="],
    "min": lambda *n: min(_number(x) for x in n),
    "max": lambda *n: max(_number(x) for x in n),
    "tolower": lambda s: _text(s).lower(),
    "toupper": lambda s: _text(s).upper(),
    "trim": lambda s: _text(s).strip(),
    "replace": lambda s, old, new: _text(s).replace(_text(old), _text(new)) if old else s,
    "substring": _substring,
    "split": _split,
    "startswith": lambda s, x: _text(s).lower().startswith(_text(x).lower()),
    "endswith": lambda s, x: _text(s).lower().endswith(_text(x).lower()),
    "indexof": lambda s, x: _text(s).lower().find(_text(x).lower()),
    "lastindexof": lambda s, x: _text(s).lower().rfind(_text(x).lower()),
    "padleft": _pad,
    "string": _string,
    "int": lambda v: int(_number(v)),
    "float": lambda v: float(_number(v)),
    "bool": _bool,
    "format": _format_arm,
    "base64": lambda s: base64.b64encode(_text(s).encode()).decode(),
    "base64tostring": lambda s: base64.b64decode(_text(s), validate=True).decode(),
    "true": lambda: True,
    "false": lambda: False,
    "null": lambda: None,
    "xor": lambda a, b: bool(a) != bool(b),
}

TERRAFORM: dict[str, Plain] = {
    **_OPERATORS,
    "/": lambda a, b: _number(a) / _number(b),
    "lower": lambda s: _text(s).lower(),
    "upper": lambda s: _text(s).upper(),
    "title": _title,
    "trimspace": lambda s: _text(s).strip(),
    "trim": lambda s, cut: _text(s).strip(_text(cut)),
    "trimprefix": lambda s, cut: _text(s).removeprefix(_text(cut)),
    "trimsuffix": lambda s, cut: _text(s).removesuffix(_text(cut)),
    "chomp": lambda s: _text(s).rstrip("\r\n"),
    "replace": _replace_terraform,
    "split": lambda by, s: _split(s, by),
    "substr": _substr,
    "startswith": lambda s, x: _text(s).startswith(_text(x)),
    "endswith": lambda s, x: _text(s).endswith(_text(x)),
    "strcontains": lambda s, x: _text(x) in _text(s),
    "format": _format_terraform,
    "tostring": _string,
    "tonumber": _number,
    "tobool": _bool,
    "abs": lambda n: abs(_number(n)),
    "ceil": lambda n: math.ceil(_number(n)),
    "floor": lambda n: math.floor(_number(n)),
    "min": lambda *n: min(_number(x) for x in n),
    "max": lambda *n: max(_number(x) for x in n),
    "base64encode": lambda s: base64.b64encode(_text(s).encode()).decode(),
    "base64decode": lambda s: base64.b64decode(_text(s), validate=True).decode(),
}
