"""Terraform's functions over lists, sets and tuples; every member keeps its place.

Their arguments are those of `signatures.py`: of the right types, or not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Type, Unknown, carried, has_text, literal
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.outcome import (
    MAX_SIZE,
    Function,
    doubtful,
    items_of,
    nothing,
    reason,
    too_large,
    unseen,
)
from mnlint.resolve.functions.terraform.texts import length as characters
from mnlint.resolve.joined import LOWER, text_of
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.equality import same, same_members
from mnlint.resolve.typed.fails import has_failed
from mnlint.resolve.typed.kinds import type_of
from mnlint.resolve.typed.scalars import FailsError, as_text, whole
from mnlint.resolve.typed.sets import order_in_doubt
from mnlint.resolve.typed.types import ANY, list_of, tuple_of, unified
from mnlint.resolve.typed.values import converted, in_common

MAX_PAIRS: Final = 200_000  # comparisons of members that one call makes
MANY: Final = 10_000  # arguments of a call
MAX_NESTING: Final = 100


def is_wrong(node: Node, *, sets: bool = True) -> bool:
    """Whether a value is surely no list, set or tuple; `sets`: whether a set will do."""
    value = node.value
    if isinstance(value, Seq):
        return value.is_set and not sets
    return isinstance(value, bool | int | float | str | Map) or (value is None and type_of(node) == ANY)


def number_of(node: Node) -> int | None:
    """A whole number; None if it is not known. Raises FailsError for any other one."""
    return whole(node.value) if isinstance(node.value, int | float) else None


def _truths(name: str, decides: bool) -> Function:
    """alltrue() and anytrue(): one member decides, whatever the others are."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        value = nodes[0].value
        if not isinstance(value, Seq):
            return doubtful(nodes, span, scope, name)
        found = [item.value for item in value.items]
        if any(one is decides or (one is None and not decides) for one in found):
            return literal(decides, span)
        if value.more is None and all(isinstance(one, bool) or one is None for one in found):
            return literal(not decides, span)
        return doubtful(nodes, span, scope, name)

    return function


def _chunks(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items, size, of = items_of(nodes[0]), number_of(nodes[1]), _member_type(nodes[0])
    if size is not None and size < 0:
        return failed(span, scope)
    if items is None or size is None:
        return doubtful(nodes, span, scope, "chunklist")
    step = size or max(len(items), 1)
    made = [_list(items[at : at + step], span, of) for at in range(0, len(items), step)]
    return _list(made, span, None if of is None else list_of(of))


def _member_type(node: Node) -> Type | None:
    return node.value.of if isinstance(node.value, Seq) else None


def _list(items: Sequence[Node], span: Span, of: Type | None) -> Node:
    return literal(Seq(tuple(items), of=of), span)


def _coalesce(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The first that is neither null nor an empty text; unknown as soon as one before it may be."""
    found = in_common(nodes)
    if found is None or any(map(has_failed, found)):
        return failed(span, scope)
    for node in found:
        value = node.value
        if nothing(node) or value == "":
            continue
        if isinstance(value, Unknown | Ref) and not _is_there(node):
            return doubtful(nodes, span, scope, "coalesce")
        return node
    return failed(span, scope)


def _coalesce_list(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    for node in nodes:
        if isinstance(node.value, Unknown | Choice | Ref):
            break
        if is_wrong(node, sets=False):
            return failed(span, scope)
    for node in nodes:
        value = node.value
        if nothing(node) or (isinstance(value, Seq) and not value.items and value.more is None):
            continue
        return node if isinstance(value, Seq) and value.items else doubtful(nodes, span, scope, "coalescelist")
    return failed(span, scope)


def _compact(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A list of texts without those that are null or empty."""
    value = nodes[0].value
    if not isinstance(value, Seq):
        return doubtful(nodes, span, scope, "compact")
    unsure = [i for i in value.items if isinstance(i.value, Unknown | Choice | Ref) and not _is_there(i)]
    if unsure and len(value.items) == 1:
        return doubtful(nodes, span, scope, "compact")
    kept = [i for i in value.items if i not in unsure and not nothing(i) and i.value != ""]
    more = value.more or (unseen(reason(unsure[0], scope)) if unsure else None)
    return literal(Seq(tuple(kept), more, of=value.of), span)


def _is_there(node: Node) -> bool:
    """Whether a value that is not known is surely neither null nor empty."""
    value = node.value
    if isinstance(value, Unknown):
        return has_text(value.form)
    return isinstance(value, Ref) and value.rest in ((), ("id",), ("name",))


def _concat(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Lists one after the other: a list of what all members have in common, or a tuple if one of them is."""
    if any(is_wrong(node, sets=False) or nothing(node) for node in nodes):
        return failed(span, scope)
    types = [type_of(node) for node in nodes]
    of = None
    if all(kind.word == "list" for kind in types):
        common = unified(types)
        if common is not None and common.word == "list":
            nodes, of = [converted(node, common) for node in nodes], common.parts[0]
    items: list[Node] = []
    more: Unknown | None = None
    for node in nodes:
        value = node.value
        if isinstance(value, Seq):
            items.extend(carried(item, node) for item in value.items)
            more = more or value.more
        else:
            more = more or reason(node, scope)
    form = call_form("concat", nodes) if more is not None else None
    return too_large(span, scope) if len(items) > MAX_SIZE else literal(Seq(tuple(items), more, form, of=of), span)


def _contains(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Whether a value is among others; null is looked for by some versions only."""
    holder = nodes[0].value
    if is_wrong(nodes[0]):
        return failed(span, scope)
    if isinstance(holder, Seq) and len(holder.items) < MAX_PAIRS and not nothing(nodes[1]):
        answers = {same(item, nodes[1]) for item in holder.items}
        if Tri.TRUE in answers:
            return literal(True, span)
        if holder.more is None and answers <= {Tri.FALSE}:
            return literal(False, span)
    return doubtful(nodes, span, scope, "contains")


def _distinct(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Seq) or len(value.items) ** 2 > MAX_PAIRS * 20:
        return doubtful(nodes, span, scope, "distinct")
    kept: list[Node] = []
    seen: set[tuple[bool, object]] = set()
    more = value.more
    for item in value.items:
        if isinstance(item.value, bool | int | float | str):
            key = (isinstance(item.value, bool), item.value)
            if key not in seen:
                seen.add(key)
                kept.append(item)
            continue
        answers = {same_members(item, other) for other in kept}
        if Tri.TRUE in answers:
            continue
        if Tri.UNKNOWN in answers:
            more = more or unseen(reason(item, scope))
        else:
            kept.append(item)
    return literal(Seq(tuple(kept), more, of=value.of), span)


def _element(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """element(list, number): behind the end it begins anew."""
    items, number = items_of(nodes[0]), number_of(nodes[1])
    if is_wrong(nodes[0], sets=False) or items == []:
        return failed(span, scope)
    if items is None or number is None:
        return doubtful(nodes, span, scope, "element")
    return carried(items[number % len(items)], nodes[0])


def _flatten(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if is_wrong(nodes[0]):
        return failed(span, scope)
    if not isinstance(value, Seq):
        return doubtful(nodes, span, scope, "flatten")
    items: list[Node] = []
    more = _flat(nodes[0], value, items, scope, 0)
    return too_large(span, scope) if len(items) > MAX_SIZE else literal(Seq(tuple(items), more), span)


def _flat(holder: Node, value: Seq, items: list[Node], scope: Scope, depth: int) -> Unknown | None:
    more = value.more or order_in_doubt(value)
    for raw in value.items:
        item = carried(raw, holder)
        if depth > MAX_NESTING or len(items) > MAX_SIZE:
            return more or reason(item, scope)
        if isinstance(item.value, Seq):
            inner = _flat(item, item.value, items, scope, depth + 1)
            more = more or inner
        elif isinstance(item.value, Unknown | Choice | Ref):
            more = more or unseen(reason(item, scope))
        else:
            items.append(item)
    return more


def _index(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    if is_wrong(nodes[0], sets=False):
        return failed(span, scope)
    items = items_of(nodes[0])
    for at, item in enumerate(items or ()):
        answer = same(item, nodes[1])
        if answer is Tri.TRUE:
            return literal(at, span)
        if answer is Tri.UNKNOWN:
            return doubtful(nodes, span, scope, "index")
    return doubtful(nodes, span, scope, "index") if items is None else failed(span, scope)


def _join(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """join(separator, lists...)."""
    items: list[Node] = []
    for node in nodes[1:]:
        found = items_of(node)
        if found is None:
            return doubtful(nodes, span, scope, "join")
        items += found
    return text_of([part for item in items for part in (nodes[0], item)][1:], span, LOWER)


def _length(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if isinstance(value, bool | int | float):
        return failed(span, scope)
    if isinstance(value, Seq | Map) and value.more is None:
        return literal(len(value.items if isinstance(value, Seq) else value.entries), span)
    try:
        if isinstance(value, str):
            return literal(characters(value), span)
    except ValueError:
        pass
    return doubtful(nodes, span, scope, "length")


def _match_keys(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """matchkeys(values, keys, wanted): the values whose keys are wanted."""
    common = in_common(nodes[1:])
    if common is None:
        return failed(span, scope)
    values, keys, wanted = (items_of(node) for node in (nodes[0], *common))
    if values is None or keys is None or wanted is None or len(keys) * len(wanted) > MAX_PAIRS:
        return doubtful(nodes, span, scope, "matchkeys")
    if len(values) != len(keys):
        return failed(span, scope)
    kept: list[Node] = []
    for value, key in zip(values, keys, strict=True):
        answers = {same_members(key, one) for one in wanted}
        if Tri.TRUE not in answers and Tri.UNKNOWN in answers:
            return doubtful(nodes, span, scope, "matchkeys")
        if Tri.TRUE in answers:
            kept.append(value)
    return _list(kept, span, _member_type(nodes[0]))


def _one(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    if is_wrong(nodes[0]) or (items is not None and len(items) > 1):
        return failed(span, scope)
    if items is None:
        return doubtful(nodes, span, scope, "one")
    return carried(items[0], nodes[0]) if items else literal(None, span)


def _reverse(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    if is_wrong(nodes[0]):
        return failed(span, scope)
    value = nodes[0].value
    if not isinstance(value, Seq) or value.more is not None or order_in_doubt(value) is not None:
        return doubtful(nodes, span, scope, "reverse")
    return _list(value.items[::-1], span, value.of)


def _product(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """setproduct(lists...): each with each; a list where all of them are lists or tuples, else a set."""
    if any(map(is_wrong, nodes)):
        return failed(span, scope)
    lists: list[list[Node]] = []
    types: list[Type] = []
    for node in nodes:
        items = items_of(node)
        if items is None:
            return doubtful(nodes, span, scope, "setproduct")
        kind = _member_type(node)
        if kind is None:
            kind = unified([type_of(item) for item in items]) if items else ANY
        if kind is None:
            return failed(span, scope)
        lists.append([converted(item, kind) for item in items])
        types.append(kind)
    if math.prod(map(len, lists)) * len(lists) > MAX_SIZE:
        return too_large(span, scope)
    rows = [_list(row, span, None) for row in product(*lists)]
    kind = tuple_of(types)
    if any(isinstance(node.value, Seq) and node.value.is_set for node in nodes):
        return converted(_list(rows, span, kind), Type("set", (kind,)))
    return _list(rows, span, kind)


def _slice(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    start, end = number_of(nodes[1]), number_of(nodes[2])
    if is_wrong(nodes[0], sets=False):
        return failed(span, scope)
    if items is None or start is None or end is None:
        return doubtful(nodes, span, scope, "slice")
    if not 0 <= start <= end <= len(items):
        return failed(span, scope)
    return _list([carried(item, nodes[0]) for item in items[start:end]], span, _member_type(nodes[0]))


def _sort(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A list of texts by their characters."""
    items = items_of(nodes[0])
    if items is not None and any(map(nothing, items)):
        return failed(span, scope)
    if items is None or not all(isinstance(item.value, str) for item in items):
        return doubtful(nodes, span, scope, "sort")
    return _list(sorted(items, key=lambda item: str(item.value).encode()), span, _member_type(nodes[0]))


def _to(name: str, kind: Type) -> Function:
    """A conversion that is asked for."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        if nothing(nodes[0]):
            return literal(None, span)
        made = converted(nodes[0], kind)
        if has_failed(made):
            return failed(span, scope)
        value = made.value
        if not isinstance(value, Map | Seq | Unknown | Ref | Absent):
            return made
        if isinstance(value, Seq) and value.is_set and value.more is not None:
            return made.holding(Seq(value.items, value.more, call_form(name, nodes), is_set=True, of=value.of))
        return made if isinstance(value, Map | Seq) else doubtful(nodes, span, scope, name)

    return function


def _equal(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """`==`: of two types never."""
    answer = same(nodes[0], nodes[1])
    return doubtful(nodes, span, scope, "==") if answer is Tri.UNKNOWN else literal(answer is Tri.TRUE, span)


def text_key(node: Node) -> str | None:
    """A key of a map; None if it is none, or not known."""
    try:
        return as_text(node.value)
    except FailsError:
        return None


TABLE: dict[str, tuple[Function, int, int]] = {
    "==": (_equal, 2, 2),
    "alltrue": (_truths("alltrue", False), 1, 1),
    "anytrue": (_truths("anytrue", True), 1, 1),
    "chunklist": (_chunks, 2, 2),
    "coalesce": (_coalesce, 1, MANY),
    "coalescelist": (_coalesce_list, 1, MANY),
    "compact": (_compact, 1, 1),
    "concat": (_concat, 1, MANY),
    "contains": (_contains, 2, 2),
    "distinct": (_distinct, 1, 1),
    "element": (_element, 2, 2),
    "flatten": (_flatten, 1, 1),
    "index": (_index, 2, 2),
    "join": (_join, 2, MANY),
    "length": (_length, 1, 1),
    "matchkeys": (_match_keys, 3, 3),
    "one": (_one, 1, 1),
    "reverse": (_reverse, 1, 1),
    "setproduct": (_product, 2, MANY),
    "slice": (_slice, 3, 3),
    "sort": (_sort, 1, 1),
    "tolist": (_to("tolist", list_of(ANY)), 1, 1),
    "tomap": (_to("tomap", Type("map", (ANY,))), 1, 1),
    "toset": (_to("toset", Type("set", (ANY,))), 1, 1),
}
