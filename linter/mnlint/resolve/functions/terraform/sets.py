"""Terraform's operations on sets, whose members are made of one type first."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Node, Seq, Type, Unknown, carried, literal
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.outcome import Function, doubtful, items_of, reason
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.equality import same_members
from mnlint.resolve.typed.fails import has_failed
from mnlint.resolve.typed.sets import as_set
from mnlint.resolve.typed.types import ANY, UNSURE, set_of, unified
from mnlint.resolve.typed.values import converted

MAX_PAIRS: Final = 200_000  # comparisons of members that one call makes
MANY: Final = 10_000  # arguments of a call


def _of_one_type(nodes: Sequence[Node]) -> tuple[list[Node], Type] | None:
    """Sets whose members have one type; None where Terraform finds none."""
    types = [n.value.of if isinstance(n.value, Seq) and n.value.of is not None else UNSURE for n in nodes]
    types = [kind for kind in types if kind != ANY]  # of an empty one that could be of any
    kind = unified(types) if types else ANY
    if kind is None:
        return None
    made = [converted(node, set_of(kind)) for node in nodes]
    return None if any(map(has_failed, made)) else (made, kind)


def _union(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    found = _of_one_type(nodes)
    if found is None:
        return failed(span, scope)
    items: list[Node] = []
    more: Unknown | None = None
    for node in found[0]:
        if isinstance(node.value, Seq):
            items.extend(carried(item, node) for item in node.value.items)
            more = more or node.value.more
        else:
            more = more or reason(node, scope)
    return literal(as_set(items, more, found[1], call_form("setunion", nodes)), span)


def _kept(name: str, wanted: bool) -> Function:
    """What is in the first set and in all others (`wanted`), or in none of them."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        found = _of_one_type(nodes)
        if found is None:
            return failed(span, scope)
        given = [items_of(node) for node in found[0]]
        sets = [items for items in given if items is not None]
        pairs = len(sets[0]) * sum(map(len, sets[1:])) if sets else 0
        if len(sets) < len(nodes) or pairs > MAX_PAIRS:
            return doubtful(nodes, span, scope, name)
        kept = []
        for item in sets[0]:
            answers = [_among(item, other) for other in sets[1:]]
            if Tri.UNKNOWN in answers and Tri.of(not wanted) not in answers:
                return doubtful(nodes, span, scope, name)
            if all(answer is Tri.of(wanted) for answer in answers):
                kept.append(item)
        return literal(as_set(kept, None, found[1]), span)

    return function


def _among(item: Node, others: Sequence[Node]) -> Tri:
    answers = {same_members(item, other) for other in others}
    return Tri.TRUE if Tri.TRUE in answers else Tri.UNKNOWN if Tri.UNKNOWN in answers else Tri.FALSE


TABLE: dict[str, tuple[Function, int, int]] = {
    "setintersection": (_kept("setintersection", True), 1, MANY),
    "setsubtract": (_kept("setsubtract", False), 2, 2),
    "setunion": (_union, 1, MANY),
}
