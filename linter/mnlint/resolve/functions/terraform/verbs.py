"""Go's verbs: format() and formatlist(), with holes where an argument is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from mnlint.model.text import Span
from mnlint.model.value import Choice, Node, Seq, Unknown, literal
from mnlint.resolve.functions.outcome import MAX_SIZE, doubtful
from mnlint.resolve.functions.terraform.conversions import FailsError, as_bool, as_number, as_text, rounded
from mnlint.resolve.functions.terraform.encodings import go_json
from mnlint.resolve.functions.terraform.fails import failed
from mnlint.resolve.joined import LOWER, text_of
from mnlint.resolve.plain import NotKnownError, plain
from mnlint.resolve.scope import Scope

MAX_WIDTH: Final = 1_000
SHORT: Final = 1_000_000  # %v writes larger numbers with an exponent
_VERB = re.compile(r"%(?:(%)|([-+ #0]*)([0-9]{1,4})?(?:\.([0-9]{1,3})?)?(?:\[([0-9]{1,3})\])?([A-Za-z]))")
_SIMPLE = re.compile(r"[\x20-\x7e]*")


def formatted(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """format(pattern, arguments...)."""
    pattern, arguments = nodes[0].value, nodes[1:]
    if not isinstance(pattern, str):
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
    """The texts of a pattern, and its verbs with their arguments."""
    end = at = 0
    used: set[int] = set()
    numbered = False
    for found in _VERB.finditer(pattern):
        yield _text(pattern[end : found.start()])
        end = found.end()
        if found[1]:
            yield "%"
            continue
        if found[5]:
            at, numbered = int(found[5]) - 1, True
        if not 0 <= at < len(arguments):
            raise FailsError
        used.add(at)
        yield found, arguments[at]
        at += 1
    yield _text(pattern[end:])
    if not numbered and len(used) < len(arguments):
        raise FailsError


def _text(piece: str) -> str:
    if "%" in piece:
        raise ValueError("a verb that is not read here")
    return piece


def _placed(verb: re.Match[str], node: Node, span: Span) -> Node | None:
    """An argument as its verb writes it; None where that is not told here."""
    flags, width, kind = verb[2], verb[3], verb[6]
    bare = not (flags or width or "." in verb[0])
    known = isinstance(node.value, bool | int | float | str)
    if bare and (kind == "s" or (kind == "d" and not known)):
        return node
    try:
        value = plain(node)
    except NotKnownError:
        return None
    return literal(_shaped(value, kind, flags, int(width or 0), verb), span)


def _shaped(value: Any, kind: str, flags: str, width: int, verb: re.Match[str]) -> str:
    if width > MAX_WIDTH:
        raise ValueError("too wide")
    made = _written(value, kind, flags, verb)
    if "+" in flags and kind in "dfFv" and isinstance(value, int | float) and value >= 0:
        made = "+" + made
    elif " " in flags:
        raise ValueError("a flag that is not read here")
    if "-" in flags:
        return made.ljust(width)
    if "0" in flags and kind in "dfFxXob":
        sign = made[:1] if made[:1] in ("+", "-") else ""
        return sign + made[len(sign) :].rjust(width - len(sign), "0")
    return made.rjust(width)


def _written(value: Any, kind: str, flags: str, verb: re.Match[str]) -> str:
    precise = "." in verb[0]
    if kind == "v":
        return _default(value, "#" in flags)
    if "#" in flags or (precise and kind not in "fF"):
        raise ValueError("a flag that is not read here")
    if kind == "s":
        return as_text(value)
    if kind == "q":
        text = as_text(value)
        if not _SIMPLE.fullmatch(text):
            raise ValueError("characters that are written in another way")
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if kind == "t":
        return as_text(as_bool(value))
    if kind in "fF":
        return rounded(as_number(value), int(verb[4] or 0) if precise else 6)
    number = as_number(value)
    if not isinstance(number, int):
        raise ValueError("a part of a number")
    if kind not in "dboxX":
        raise ValueError("a verb that is not read here")
    return f"{number:{kind}}"


def _default(value: Any, as_json: bool) -> str:
    """%v: a text or a truth as it is, a number unless it is long, all else as JSON; %#v all as JSON."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value and not 1e-4 <= abs(value) < SHORT:
            raise ValueError("written with an exponent")
        return as_text(value)
    try:
        return go_json(value) if as_json or not isinstance(value, str | bool) else as_text(value)
    except NotKnownError as error:
        raise ValueError("characters that are written in another way") from error


def format_list(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """formatlist(pattern, lists or values...): format() once for each row of the lists."""
    lists = [node.value for node in nodes[1:] if isinstance(node.value, Seq)]
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
    return literal(Seq(tuple(made)), span)
