"""Terraform's texts of other things: base64, digests, JSON, YAML, CSV, URLs, ids of names."""

from __future__ import annotations

import base64
import binascii
import csv
import hashlib
import io
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from urllib.parse import quote_plus

from mnlint import inputs
from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Any, Final
from mnlint.model.value import Hop, HopKind, Node, Unknown
from mnlint.resolve.encoded import Encoded, decoded
from mnlint.resolve.functions.outcome import doubtful
from mnlint.resolve.plain import NotKnownError, is_deep, number_text, plain
from mnlint.resolve.scope import Scope
from mnlint.resolve.typed.scalars import FailsError, as_number, as_text, exact

Plain = Callable[..., Any]
MAX_TEXT: Final = 1_000_000
MAX_NESTING: Final = 100
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
}
_NAMESPACES: Final = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}
_UUID = pattern(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLAIN_TEXT = pattern(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\U00010000-\U0010ffff\"\\]*")
_ODD = pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_HTML: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_HTML_SIGNS = pattern("[<>&\u2028\u2029]")


def go_json(value: Any) -> str:
    """JSON as Go writes it: without spaces, names in order, `<`, `>` and `&` escaped. Raises NotKnownError."""
    if isinstance(value, str):
        if _ODD.search(value):
            raise NotKnownError
        return _HTML_SIGNS.sub(lambda sign: _HTML[sign[0]], json.dumps(str(value), ensure_ascii=False))
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return f"[{','.join(map(go_json, value))}]"
    return "{" + ",".join(f"{go_json(key)}:{go_json(value[key])}" for key in sorted(value)) + "}"


def _json_encode(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """jsonencode(): a text that remembers what it is the text of, so that every member keeps its place."""
    try:
        made = go_json(plain(nodes[0]))
    except NotKnownError:
        node = doubtful(nodes, span, scope, "jsonencode")
        value = node.value
        if isinstance(value, Unknown):
            return node.holding(Unknown(value.cause, value.span, value.label, value.form, nodes[0]))
        return node
    return Node(Encoded(made, nodes[0]), span, (Hop(HopKind.COMPUTED, span, "jsonencode(…)"), *nodes[0].trail))


def _json_decode(nodes: Sequence[Node], span: Span, scope: Scope) -> Node | None:
    """jsondecode() of what jsonencode() made; None for any other text."""
    found = decoded(nodes[0])
    return found if found is not nodes[0] else None


def _json(value: Any) -> Any:
    text = as_text(value)
    if len(text) > MAX_TEXT or is_deep(text):
        raise ValueError("too large")
    try:
        return json.loads(
            text, parse_constant=_refused, parse_float=_float, parse_int=_int, object_pairs_hook=_without_doubles
        )
    except json.JSONDecodeError as error:
        raise FailsError from error


def _refused(word: str) -> Any:
    raise FailsError


def _float(text: str) -> int | float:
    if len(text) > 300 or "e" in text.lower():
        raise ValueError("a number that is not read here")
    return exact(Fraction(text))


def _int(text: str) -> int:
    if len(text) > 150:
        raise ValueError("a number that is too large")
    return int(text)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a member twice")
    return made


_YAML_WORDS: Final = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_YAML_INT = pattern(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_YAML_FLOAT = pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_YAML_DATE = pattern(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})([Tt ].*)?")


def _yaml(value: Any) -> Any:
    """yamldecode(), by YAML 1.1 as Terraform has it: `yes` is a truth, `012` is twelve, a date has a time."""
    from mnlint import documents  # YAML is slow to import

    try:
        return documents.parse_with(as_text(value), "", _yaml_plain, as_text)
    except inputs.DocumentError as error:
        raise ValueError("no YAML that is read here") from error


def _yaml_plain(text: str) -> Any:
    if text in _YAML_WORDS:
        return _YAML_WORDS[text]
    if text.lstrip("+-").lower() in (".inf", ".nan", "<<"):
        raise ValueError("not told here")
    date = _YAML_DATE.fullmatch(text)
    if date is not None and date[4] is None:
        return _yaml_date(text, *map(int, date.groups()[:3]))
    if date is not None:
        raise ValueError("a time in a form that is not read here")
    if _YAML_INT.fullmatch(text) and text[1:2] in ("o", "x"):
        return int(text, 0)
    return as_number(text) if _YAML_INT.fullmatch(text) or _YAML_FLOAT.fullmatch(text) else text


def _yaml_date(text: str, year: int, month: int, day: int) -> str:
    try:
        return f"{datetime(year, month, day).isoformat()}Z"
    except ValueError:
        return text


def _yaml_encode(value: Any) -> str:
    lines = _yaml_lines(value, 0)
    end = ["..."] if not isinstance(value, str | list | dict) else []
    return "\n".join([*lines, *end, ""])


def _yaml_lines(value: Any, depth: int) -> list[str]:
    if depth > MAX_NESTING:
        raise ValueError("nested too deeply")
    if isinstance(value, list) and value:
        made = []
        for item in value:
            first, *others = _yaml_lines(item, depth + 1)
            made += [f"- {first}", *(f"  {line}" for line in others)]
        return made
    if isinstance(value, dict) and value:
        made = []
        for key in sorted(value):
            lines = _yaml_lines(value[key], depth + 1)
            if isinstance(value[key], list | dict) and value[key]:
                indent = "" if isinstance(value[key], list) else "  "
                made += [f"{_yaml_scalar(key)}:", *(indent + line for line in lines)]
            else:
                made.append(f"{_yaml_scalar(key)}: {lines[0]}")
        return made
    return [_yaml_scalar(value)]


def _yaml_scalar(value: Any) -> str:
    if isinstance(value, str):
        if not _PLAIN_TEXT.fullmatch(value):
            raise ValueError("a text that is written in another way")
        return f'"{value}"'
    if isinstance(value, list | dict):
        return "[]" if isinstance(value, list) else "{}"
    return "null" if value is None else as_text(value)


def _csv(value: Any) -> list[dict[str, str]]:
    text = as_text(value)
    if '"' in text or "\r" in text.replace("\r\n", ""):
        raise ValueError("quoted, which is not read here")
    rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    if not rows or len(set(rows[0])) < len(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        raise FailsError
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def _from_base64(value: Any) -> bytes:
    text = as_text(value).replace("\r", "").replace("\n", "")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FailsError from error


def _base64_decode(value: Any) -> str:
    try:
        return _from_base64(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FailsError from error


def _codec(name: Any) -> str:
    codec = _CODECS.get(as_text(name).lower())
    if codec is None:
        raise ValueError("an encoding that is not read here")
    return codec


def text_of_bytes(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _uuid5(namespace: Any, name: Any) -> str:
    import uuid

    space = as_text(namespace)
    known = _NAMESPACES.get(space)
    if known is None and not _UUID.fullmatch(space.lower()):
        raise FailsError if len(space) != 36 and "urn" not in space and "{" not in space else ValueError
    return str(uuid.uuid5(known or uuid.UUID(space), as_text(name)))


DIGESTS: Final[dict[str, Callable[[bytes], str]]] = {
    "base64sha256": lambda data: text_of_bytes(hashlib.sha256(data).digest()),
    "base64sha512": lambda data: text_of_bytes(hashlib.sha512(data).digest()),
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
    "sha512": lambda data: hashlib.sha512(data).hexdigest(),
}


def _digest(made: Callable[[bytes], str]) -> Plain:
    return lambda value: made(as_text(value).encode())


TABLE: dict[str, tuple[Plain, int, int]] = {
    **{name: (_digest(made), 1, 1) for name, made in DIGESTS.items()},
    "base64decode": (_base64_decode, 1, 1),
    "base64encode": (lambda s: text_of_bytes(as_text(s).encode()), 1, 1),
    "csvdecode": (_csv, 1, 1),
    "jsondecode": (_json, 1, 1),
    "textdecodebase64": (lambda s, codec: _from_base64(s).decode(_codec(codec)), 2, 2),
    "textencodebase64": (lambda s, codec: text_of_bytes(as_text(s).encode(_codec(codec))), 2, 2),
    "urlencode": (lambda s: quote_plus(as_text(s), safe=""), 1, 1),
    "uuidv5": (_uuid5, 2, 2),
    "yamldecode": (_yaml, 1, 1),
    "yamlencode": (_yaml_encode, 1, 1),
}
JSON_ENCODE = _json_encode
JSON_DECODE = _json_decode
