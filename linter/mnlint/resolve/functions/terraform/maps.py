"""Terraform's functions over maps and objects, whose members are always in the order of their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mnlint.model.text import Span
from mnlint.model.value import ABSENT, Map, Node, Seq, Unknown, carried, literal, member
from mnlint.resolve.functions.objects import merged
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful, items_of, nothing
from mnlint.resolve.functions.terraform.fails import failed
from mnlint.resolve.functions.terraform.kinds import is_scalar, unified
from mnlint.resolve.functions.terraform.lists import MANY, text_key
from mnlint.resolve.scope import Scope

MAX_PAIRS: Final = 100_000


def _keys(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Map):
        return doubtful(nodes, span, scope, "keys")
    return literal(Seq(tuple(literal(k, value.entries[k].span) for k in sorted(value.entries)), value.more), span)


def _values(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Map):
        return doubtful(nodes, span, scope, "values")
    return literal(Seq(tuple(carried(value.entries[k], nodes[0]) for k in sorted(value.entries)), value.more), span)


def _lookup(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """lookup(map, key, default): the default only where the key is known not to be there."""
    key = text_key(nodes[1])
    value = nodes[0].value
    if key is None or not isinstance(value, Map):
        return doubtful(nodes, span, scope, "lookup")
    found = member(nodes[0], key, fold=False)
    if found.value is ABSENT:
        return nodes[2] if len(nodes) > 2 else failed(span, scope)
    seen = key in value.entries
    return found if seen or len(nodes) < 3 else doubtful(nodes, span, scope, "lookup")


def _merge(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Maps laid over each other; one that is null is left out."""
    if all(map(nothing, nodes)):
        return literal(Map({}, span), span)
    return merged(nodes, span, span, scope, deep=False)


def _transpose(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    made: dict[str, list[Node]] = {}
    if not isinstance(value, Map) or value.more is not None:
        return doubtful(nodes, span, scope, "transpose")
    for key in sorted(value.entries):
        items = items_of(value.entries[key])
        if items is None or not all(isinstance(item.value, str) for item in items) or len(made) > MAX_PAIRS:
            return doubtful(nodes, span, scope, "transpose")
        for item in items:
            made.setdefault(str(item.value), []).append(literal(key, value.entries[key].span))
    return literal(Map({key: literal(Seq(tuple(made[key])), span) for key in sorted(made)}, span), span)


def _zip(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    keys, values = items_of(nodes[0]), items_of(nodes[1])
    names = [text_key(key) if is_scalar(key) else None for key in keys or ()]
    if keys is None or values is None or len(names) > MAX_SIZE or None in names:
        return doubtful(nodes, span, scope, "zipmap")
    if len(keys) != len(values):
        return failed(span, scope)
    return literal(Map({str(k): v for k, v in zip(names, values, strict=True)}, span), span)


def _to_map(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if isinstance(value, Map):
        entries = dict(zip(value.entries, unified(list(value.entries.values())), strict=True))
        return nodes[0].holding(Map(entries, value.head, value.more, value.hidden))
    if nothing(nodes[0]):
        return literal(None, span)
    return doubtful(nodes, span, scope, "tomap") if isinstance(value, Unknown) else failed(span, scope)


TABLE: dict[str, tuple[Function, int, int]] = {
    "keys": (_keys, 1, 1),
    "lookup": (_lookup, 2, 3),
    "merge": (_merge, 0, MANY),
    "tomap": (_to_map, 1, 1),
    "transpose": (_transpose, 1, 1),
    "values": (_values, 1, 1),
    "zipmap": (_zip, 2, 2),
}
