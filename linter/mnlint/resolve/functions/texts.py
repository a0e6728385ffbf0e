"""Text that functions put together of parts, with holes where a part is not known: format and join."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mnlint.model.text import Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown, literal, unknown
from mnlint.resolve.forms import call_form, doubt_of
from mnlint.resolve.functions.structure import Function, items_of
from mnlint.resolve.joined import text_of
from mnlint.resolve.scope import Scope

# What a pattern holds: numbered places in ARM (what Bicep's interpolation compiles to), verbs in order in Terraform.
_PLACES = re.compile(r"\{\{|\}\}|\{(\d+)\}")
_VERBS = re.compile(r"%%|%[sv]")


def formatted(nodes: Sequence[Node], span: Span, scope: Scope) -> Node | None:
    """format(pattern, arguments...) as interpolated text; None where the pattern does more than place arguments."""
    pattern, arguments = nodes[0].value, nodes[1:]
    in_order = scope.language == "terraform"
    grammar = _VERBS if in_order else _PLACES
    if not isinstance(pattern, str) or re.search("%" if in_order else "[{}]", grammar.sub("", pattern)):
        return None
    parts: list[Node] = []
    end = used = 0
    for found in grammar.finditer(pattern):
        parts.append(literal(pattern[end : found.start()], span))
        end = found.end()
        if found[0] in ("%%", "{{", "}}"):
            parts.append(literal(found[0][0], span))
            continue
        number = used if in_order else int(found[1])
        used += 1
        if number >= len(arguments):
            return None
        parts.append(arguments[number])
    return text_of([*parts, literal(pattern[end:], span)], span)


def _join(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """join(list, separator); in Terraform the separator comes first."""
    if len(nodes) == 2:
        listed, by = (nodes[1], nodes[0]) if scope.language == "terraform" else (nodes[0], nodes[1])
        items = items_of(listed)
        if items is not None:
            return text_of([part for item in items for part in (by, item)][1:], span)
    why = doubt_of(nodes)
    if why is None:
        return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    made = Unknown(why.cause, why.span, why.label, call_form("join", nodes))
    return Node(made, span, (Hop(HopKind.COMPUTED, span, "join(…)"),))


TABLE: dict[str, Function] = {"join": _join}
