"""Go's verbs: format() and formatlist(), with holes where an argument is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Any, Final
from mnlint.model.value import Choice, Node, Seq, Unknown, literal
from mnlint.resolve.functions.outcome import MAX_SIZE, doubtful, nothing
from mnlint.resolve.functions.terraform.encodings import go_json
from mnlint.resolve.functions.terraform.texts import length as characters
from mnlint.resolve.functions.terraform.texts import split_characters
from mnlint.resolve.joined import LOWER, text_of
from mnlint.resolve.plain import NotKnownError, plain
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import has_failed
from mnlint.resolve.typed.kinds import type_of
from mnlint.resolve.typed.scalars import FailsError, as_bool, as_number, as_text, general, rounded
from mnlint.resolve.typed.types import ANY, STRING
from mnlint.resolve.typed.values import converted

MAX_WIDTH: Final = 1_000
_VERB = pattern(r"%(?:(%)|([-+ #0]*)([1-9][0-9]{0,8})?(?:\.([0-9]{0,8}))?(?:\[([1-9][0-9]{0,8})\])?([A-Za-z]))")
_LONG = re.compile(r"[0-9]{9}").search


def formatted(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """format(pattern, arguments...)."""
    pattern, arguments = nodes[0].value, nodes[1:]
    # A null that is written has no type, and so what is made of it is never known to Terraform.
    if not isinstance(pattern, str) or any(type_of(node) == ANY for node in arguments):
        return doubtful(nodes, span, scope, "format")
    parts: list[Node] = []
    try:
        for piece in _pieces(pattern, arguments):
            part = literal(piece, span) if isinstance(piece, str) else _placed(*piece, span)
            if part is None:
                return doubtful(nodes, span, scope, "format")
            parts.append(part)
    except FailsError:
        return failed(span, scope)
    except ValueError:
        return doubtful(nodes, span, scope, "format")
    return text_of(parts, span, LOWER)


def _pieces(pattern: str, arguments: Sequence[Node]) -> Iterator[str | tuple[re.Match[str], Node]]:
    """The texts of a pattern, and its verbs with their arguments. No argument may be left over behind the last used."""
    end = at = used = 0
    for found in _VERB.finditer(pattern):
        yield _text(pattern[end : found.start()])
        end = found.end()
        if found[1]:
            yield "%"
            continue
        at = int(found[5]) - 1 if found[5] else at
        if at >= len(arguments):
            raise FailsError
        yield found, arguments[at]
        at += 1
        used = max(used, at)
    yield _text(pattern[end:])
    if used < len(arguments):
        raise FailsError


def _text(piece: str) -> str:
    if "%" in piece:
        raise ValueError("a long number") if _LONG(piece) else FailsError
    return piece


def _placed(verb: re.Match[str], node: Node, span: Span) -> Node | None:
    """An argument as its verb writes it; None where that is not told here."""
    flags, width, kind = verb[2], verb[3], verb[6]
    if kind not in "vtbdoxXeEfgGsq" or (kind != "v" and nothing(node)):
        raise FailsError
    known = isinstance(node.value, bool | int | float | str)
    if not known and not (flags or width or "." in verb[0]) and kind in "sd":
        return converted(node, STRING)
    try:
        value = plain(node)
    except NotKnownError:
        return None
    return literal(_shaped(value, kind, flags, int(width or 0), verb), span)


def _shaped(value: Any, kind: str, flags: str, width: int, verb: re.Match[str]) -> str:
    if width > MAX_WIDTH:
        raise ValueError("too wide")
    if kind in "vsqt":
        made = _written(value, kind, flags, verb)
        if kind == "t" or not width:
            return made
        fill = "0" if "0" in flags else " "
        missing = fill * (width - characters(made))
        return made + missing if "-" in flags else missing + made
    made = _number(value, kind, verb)
    if "+" in flags and not made.startswith("-"):
        made = "+" + made
    elif " " in flags or "#" in flags:
        raise ValueError("a flag that is not read here")
    if "-" in flags:
        return made.ljust(width)
    if "0" in flags:
        sign = made[:1] if made[:1] in ("+", "-") else ""
        return sign + made[len(sign) :].rjust(width - len(sign), "0")
    return made.rjust(width)


def _written(value: Any, kind: str, flags: str, verb: re.Match[str]) -> str:
    """A value as a text, a truth or as JSON."""
    if kind == "v":
        return _default(value, "#" in flags)
    if kind == "t":
        return as_text(as_bool(value))
    text = as_text(value)
    if int(verb[4] or 0) > 0:
        text = "".join(split_characters(text)[: int(verb[4])])
    return text if kind == "s" else _json(text)


def _number(value: Any, kind: str, verb: re.Match[str]) -> str:
    number = as_number(value)
    if kind == "f":
        return rounded(number, int(verb[4] or 0) if "." in verb[0] else 6)
    if kind not in "dboxX" or "." in verb[0]:
        raise ValueError("a verb that is not read here")
    if not isinstance(number, int):
        raise FailsError
    return f"{number:{kind}}"


def _default(value: Any, as_json: bool) -> str:
    """%v: a text as it is, a number with an exponent if it is long, all else as JSON; %#v all as JSON."""
    if not as_json and isinstance(value, str):
        return str(value)
    if not as_json and isinstance(value, int | float) and not isinstance(value, bool):
        return general(value)
    return _json(value)


def _json(value: Any) -> str:
    try:
        return go_json(value)
    except NotKnownError as error:
        raise ValueError("characters that are written in another way") from error


def format_list(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """formatlist(pattern, lists or values...): format() once for each row of the lists."""
    lists = [node.value for node in nodes[1:] if isinstance(node.value, Seq)]
    if any(type_of(node) == ANY for node in nodes[1:]):
        return doubtful(nodes, span, scope, "formatlist")
    if any(isinstance(n.value, Unknown | Choice) for n in nodes[1:]) or any(one.more is not None for one in lists):
        return doubtful(nodes, span, scope, "formatlist")
    sizes = {len(one.items) for one in lists}
    if len(sizes) > 1:
        return failed(span, scope)
    rows = sizes.pop() if sizes else 1
    if rows > MAX_SIZE:
        return doubtful(nodes, span, scope, "formatlist")
    made = [
        formatted([n.value.items[at] if isinstance(n.value, Seq) else n for n in nodes], span, scope)
        for at in range(rows)
    ]
    return failed(span, scope) if any(map(has_failed, made)) else literal(Seq(tuple(made), of=STRING), span)
