"""Terraform's functions over maps and objects, whose members are always in the order of their names."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Map, Node, Seq, carried, literal, member
from mnlint.resolve.functions.objects import merged
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful, items_of, nothing
from mnlint.resolve.functions.terraform.lists import MANY, is_wrong, text_key
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import has_failed
from mnlint.resolve.typed.kinds import type_of
from mnlint.resolve.typed.types import STRING, list_of
from mnlint.resolve.typed.values import converted

MAX_PAIRS: Final = 100_000


def _is_wrong(node: Node) -> bool:
    """Whether a value is surely no map and no object."""
    return isinstance(node.value, bool | int | float | str | Seq)


def _keys(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Map):
        return failed(span, scope) if _is_wrong(nodes[0]) else doubtful(nodes, span, scope, "keys")
    keys = tuple(literal(key, value.entries[key].span) for key in sorted(value.entries))
    return literal(Seq(keys, value.more, of=None if value.of is None else STRING), span)


def _values(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Map):
        return failed(span, scope) if _is_wrong(nodes[0]) else doubtful(nodes, span, scope, "values")
    items = tuple(carried(value.entries[key], nodes[0]) for key in sorted(value.entries))
    return literal(Seq(items, value.more, of=value.of), span)


def _lookup(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """lookup(map, key, default): the default only where the key is known not to be there."""
    key = text_key(nodes[1])
    value = nodes[0].value
    if _is_wrong(nodes[0]):
        return failed(span, scope)
    if not isinstance(value, Map):
        return doubtful(nodes, span, scope, "lookup")
    default = nodes[2] if len(nodes) > 2 else None
    if default is not None and value.of is not None:
        default = converted(default, value.of)
        if has_failed(default):
            return failed(span, scope)
    if key is None:
        return doubtful(nodes, span, scope, "lookup")
    found = member(nodes[0], key, fold=False)
    if found.value is ABSENT:
        return default if default is not None else failed(span, scope)
    seen = key in value.entries
    return found if seen or default is None else doubtful(nodes, span, scope, "lookup")


def _merge(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Maps laid over each other; one that is null is left out. Of maps of one type, one more of it."""
    if any(map(_is_wrong, nodes)):
        return failed(span, scope)
    if all(map(nothing, nodes)):
        return literal(Map({}, span), span)
    made = merged(nodes, span, span, scope, deep=False)
    types = {type_of(node) for node in nodes}
    kind = types.pop()
    if types or kind.word != "map" or not isinstance(made.value, Map):
        return made
    return made.holding(replace(made.value, of=kind.parts[0]))


def _transpose(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    made: dict[str, list[Node]] = {}
    if not isinstance(value, Map) or value.more is not None:
        return doubtful(nodes, span, scope, "transpose")
    for key in sorted(value.entries):
        items = items_of(value.entries[key])
        if nothing(value.entries[key]) or any(map(nothing, items or ())):
            return failed(span, scope)
        if items is None or not all(isinstance(item.value, str) for item in items) or len(made) > MAX_PAIRS:
            return doubtful(nodes, span, scope, "transpose")
        for item in items:
            made.setdefault(str(item.value), []).append(literal(key, value.entries[key].span))
    entries = {key: literal(Seq(tuple(made[key]), of=STRING), span) for key in sorted(made)}
    return literal(Map(entries, span, of=list_of(STRING)), span)


def _zip(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """zipmap(keys, values): a map of a list of values, an object of a tuple."""
    keys, values, of = items_of(nodes[0]), items_of(nodes[1]), nodes[1].value
    if is_wrong(nodes[1], sets=False) or any(map(nothing, keys or ())):
        return failed(span, scope)
    names = [text_key(key) for key in keys or ()]
    if keys is None or values is None or len(names) > MAX_SIZE or None in names:
        return doubtful(nodes, span, scope, "zipmap")
    if len(keys) != len(values):
        return failed(span, scope)
    entries = {str(key): value for key, value in zip(names, values, strict=True)}
    return literal(Map(entries, span, of=of.of if isinstance(of, Seq) else None), span)


TABLE: dict[str, tuple[Function, int, int]] = {
    "keys": (_keys, 1, 1),
    "lookup": (_lookup, 2, 3),
    "merge": (_merge, 0, MANY),
    "transpose": (_transpose, 1, 1),
    "values": (_values, 1, 1),
    "zipmap": (_zip, 2, 2),
}
