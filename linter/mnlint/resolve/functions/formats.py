""".NET's composite format `{0,5:D3}` and joining, with holes where a part is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.value import Choice, Node, literal
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful, items_of
from mnlint.resolve.functions.strings import cut
from mnlint.resolve.joined import text_of
from mnlint.resolve.scope import Scope

MAX_WIDTH = 10_000
_PLACE = pattern(r"\{\{|\}\}|\{([0-9]{1,4})(?:,(-?[0-9]{1,6}))?(?::([^{}]{0,100}))?\}")
_STANDARD = pattern(r"([DNFXdnfx])([0-9]{0,2})")


def _format(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """format(pattern, arguments...): what Bicep's interpolated texts become."""
    pattern, arguments = nodes[0].value, nodes[1:]
    if not isinstance(pattern, str) or re.search("[{}]", _PLACE.sub("", pattern)):
        return doubtful(nodes, span, scope, "format")
    parts: list[Node] = []
    end = 0
    for found in _PLACE.finditer(pattern):
        parts.append(literal(pattern[end : found.start()], span))
        end = found.end()
        if found[0] in ("{{", "}}"):
            parts.append(literal(found[0][0], span))
            continue
        part = arguments[int(found[1])] if int(found[1]) < len(arguments) else None
        if part is not None and (found[2] or found[3]):
            part = _shaped(part, int(found[2] or 0), found[3] or "", span)
        if part is None:
            return doubtful(nodes, span, scope, "format")
        parts.append(part)
    return text_of([*parts, literal(pattern[end:], span)], span)


def _shaped(part: Node, width: int, shape: str, span: Span) -> Node | None:
    """An argument in a width and a shape; None where that is not told here."""
    value = part.value
    if abs(width) > MAX_WIDTH or isinstance(value, Choice):
        return None
    try:
        if isinstance(value, str):  # a shape means nothing to a text
            made = cut(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            made = _number(value, shape)
        else:
            return None
    except ValueError:
        return None
    return literal(made.ljust(-width) if width < 0 else made.rjust(width), span)


def _number(value: int, shape: str) -> str:
    if not shape:
        return str(value)
    if shape.strip("0") == "":
        return f"{'-' if value < 0 else ''}{abs(value):0{len(shape)}d}"
    found = _STANDARD.fullmatch(shape)
    if found is None:
        raise ValueError("a shape that is not written here")
    kind, digits = found[1], int(found[2] or 0)
    if kind in "Dd":
        return f"{'-' if value < 0 else ''}{abs(value):0{digits}d}"
    if kind in "Xx" and value >= 0:
        return f"{value:0{digits}{kind}}"
    if kind in "NnFf":
        places = digits if found[2] else 2
        return f"{value:{',' if kind in 'Nn' else ''}d}" + ("." + "0" * places if places else "")
    raise ValueError("a shape that is not written here")


def _join(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """join(array, delimiter)."""
    items = items_of(nodes[0])
    if items is None:
        return doubtful(nodes, span, scope, "join")
    return text_of([part for item in items for part in (nodes[1], item)][1:], span)


TABLE: dict[str, tuple[Function, int, int]] = {"format": (_format, 1, MAX_SIZE), "join": (_join, 2, 2)}
