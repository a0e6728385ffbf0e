"""Terraform's functions over lists, sets and tuples; every member keeps its place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Final

from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import Choice, Map, Node, Ref, Seq, Unknown, carried, has_text, literal
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
from mnlint.resolve.functions.terraform.conversions import FailsError, as_text
from mnlint.resolve.functions.terraform.equality import same
from mnlint.resolve.functions.terraform.fails import failed
from mnlint.resolve.functions.terraform.kinds import as_set, is_scalar, texted, unified
from mnlint.resolve.functions.terraform.texts import length as characters
from mnlint.resolve.joined import LOWER, text_of
from mnlint.resolve.scope import Scope

MAX_PAIRS: Final = 200_000  # comparisons of members that one call makes
MANY: Final = 10_000  # arguments of a call
MAX_NESTING: Final = 100


def _truths(name: str, decides: bool) -> Function:
    """alltrue() and anytrue(): one member decides, whatever the others are."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        value = nodes[0].value
        if not isinstance(value, Seq):
            return doubtful(nodes, span, scope, name)
        texts = {"true": True, "false": False}
        found = [texts.get(n.value, n.value) if isinstance(n.value, str) else n.value for n in value.items]
        if any(one is decides for one in found) or (not decides and any(one is None for one in found)):
            return literal(decides, span)
        if value.more is None and all(isinstance(one, bool) or one is None for one in found):
            return literal(not decides, span)
        return doubtful(nodes, span, scope, name)

    return function


def _chunks(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items, size = items_of(nodes[0]), nodes[1].value
    if items is None or not isinstance(size, int) or isinstance(size, bool) or size < 0:
        return doubtful(nodes, span, scope, "chunklist")
    items = unified(items)
    step = size or max(len(items), 1)
    made = [literal(Seq(tuple(items[at : at + step])), span) for at in range(0, len(items), step)]
    return literal(Seq(tuple(made)), span)


def _coalesce(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The first that is neither null nor an empty text; unknown as soon as one before it may be."""
    nodes = unified(nodes)
    if any(isinstance(n.value, Map | Seq) for n in nodes) and any(map(is_scalar, nodes)):
        return failed(span, scope)
    for node in nodes:
        value = node.value
        if nothing(node) or value == "":
            continue
        if isinstance(value, Unknown | Ref) and not _is_there(node):
            return doubtful(nodes, span, scope, "coalesce")
        return node
    return failed(span, scope)


def _coalesce_list(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    for node in nodes:
        value = node.value
        if nothing(node) or (isinstance(value, Seq) and not value.items and value.more is None):
            continue
        if isinstance(value, Seq) and value.items:
            return node
        return doubtful(nodes, span, scope, "coalescelist")
    return failed(span, scope)


def _compact(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A list of texts without those that are null or empty."""
    value = nodes[0].value
    if not isinstance(value, Seq):
        return doubtful(nodes, span, scope, "compact")
    unsure = [i for i in value.items if isinstance(i.value, Unknown | Choice | Ref)]
    if unsure and len(value.items) == 1:
        return doubtful(nodes, span, scope, "compact") if not _is_there(unsure[0]) else nodes[0]
    kept = [texted(i) for i in value.items if is_scalar(i) and i.value != ""]
    if all(map(_is_there, unsure)):
        kept = [texted(i) for i in value.items if not nothing(i) and i.value != ""]
        unsure = []
    more = value.more or (unseen(reason(unsure[0], scope)) if unsure else None)
    return literal(Seq(tuple(kept), more), span)


def _is_there(node: Node) -> bool:
    """Whether a value that is not known is surely neither null nor empty."""
    value = node.value
    if isinstance(value, Unknown):
        return has_text(value.form)
    return isinstance(value, Ref) and value.rest in ((), ("id",), ("name",))


def _concat(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Lists one after the other."""
    items: list[Node] = []
    more: Unknown | None = None
    for node in nodes:
        value = node.value
        if isinstance(value, Seq):
            items.extend(carried(item, node) for item in value.items)
            more = more or value.more
        elif nothing(node):
            return failed(span, scope)
        else:
            more = more or reason(node, scope)
    form = call_form("concat", nodes) if more is not None else None
    return too_large(span, scope) if len(items) > MAX_SIZE else literal(Seq(tuple(items), more, form), span)


def _contains(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    holder = nodes[0].value
    if isinstance(holder, Seq) and len(holder.items) < MAX_PAIRS:
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
    for item in unified(value.items):
        if is_scalar(item):
            key = (isinstance(item.value, bool), item.value)
            if key not in seen:
                seen.add(key)
                kept.append(item)
            continue
        answers = {same(item, other, of_one_type=True) for other in kept}
        if Tri.TRUE in answers:
            continue
        if Tri.UNKNOWN in answers:
            more = more or unseen(reason(item, scope))
        else:
            kept.append(item)
    return literal(Seq(tuple(kept), more), span)


def _element(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """element(list, number): behind the end it begins anew."""
    items, number = items_of(nodes[0]), nodes[1].value
    if items is None or not isinstance(number, int) or isinstance(number, bool):
        return doubtful(nodes, span, scope, "element")
    return carried(items[number % len(items)], nodes[0]) if items else failed(span, scope)


def _flatten(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Seq):
        return doubtful(nodes, span, scope, "flatten")
    items: list[Node] = []
    more = _flat(nodes[0], value, items, scope, 0)
    return too_large(span, scope) if len(items) > MAX_SIZE else literal(Seq(tuple(items), more), span)


def _flat(holder: Node, value: Seq, items: list[Node], scope: Scope, depth: int) -> Unknown | None:
    more = value.more
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
    values, keys, wanted = (items_of(node) for node in nodes)
    if values is None or keys is None or wanted is None or len(keys) * len(wanted) > MAX_PAIRS:
        return doubtful(nodes, span, scope, "matchkeys")
    if len(values) != len(keys):
        return failed(span, scope)
    both = unified([*keys, *wanted])
    keys, wanted = both[: len(keys)], both[len(keys) :]
    kept: list[Node] = []
    for value, key in zip(values, keys, strict=True):
        answers = {same(key, one, of_one_type=True) for one in wanted}
        if Tri.TRUE not in answers and Tri.UNKNOWN in answers:
            return doubtful(nodes, span, scope, "matchkeys")
        if Tri.TRUE in answers:
            kept.append(value)
    return literal(Seq(tuple(kept)), span)


def _one(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    if items is None:
        return doubtful(nodes, span, scope, "one")
    if len(items) > 1:
        return failed(span, scope)
    return carried(items[0], nodes[0]) if items else literal(None, span)


def _reverse(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    return doubtful(nodes, span, scope, "reverse") if items is None else literal(Seq(tuple(reversed(items))), span)


def _intersection(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _sets("setintersection", nodes, span, scope)


def _subtraction(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _sets("setsubtract", nodes, span, scope)


def _sets(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """What is in the first set and in all others, or in none of them."""
    wanted = name == "setintersection"
    given = [items_of(node) for node in nodes]
    lists = [items for items in given if items is not None]
    if len(lists) < len(nodes) or not all(is_scalar(item) for items in lists for item in items):
        return doubtful(nodes, span, scope, name)
    together = unified([item for items in lists for item in items])
    sets: list[dict[tuple[bool, object], Node]] = []
    for items in lists:
        own, together = together[: len(items)], together[len(items) :]
        sets.append({(isinstance(item.value, bool), item.value): item for item in own})
    first, *others = sets
    kept = [item for key, item in first.items() if all((key in other) is wanted for other in others)]
    return literal(as_set(kept, None, scope), span)


def _union(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    whole = _concat(nodes, span, scope)
    value = whole.value
    if not isinstance(value, Seq):
        return whole
    return literal(as_set(value.items, value.more, scope, call_form("setunion", nodes)), span)


def _product(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """setproduct(lists...): each with each."""
    given = [items_of(node) for node in nodes]
    lists = [unified(items) for items in given if items is not None]
    if len(lists) < len(nodes):
        return doubtful(nodes, span, scope, "setproduct")
    if math.prod(map(len, lists)) * len(lists) > MAX_SIZE:
        return too_large(span, scope)
    # A product of equal members to the last is one of sets or of lists: the order is that of the arguments.
    return literal(Seq(tuple(literal(Seq(row), span) for row in product(*lists))), span)


def _slice(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    start, end = nodes[1].value, nodes[2].value
    if items is None or not isinstance(start, int) or not isinstance(end, int):
        return doubtful(nodes, span, scope, "slice")
    if not 0 <= start <= end <= len(items):
        return failed(span, scope)
    return literal(Seq(tuple(carried(item, nodes[0]) for item in items[start:end])), span)


def _sort(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A list of texts by their characters."""
    items = items_of(nodes[0])
    if items is None or not all(map(is_scalar, items)):
        return doubtful(nodes, span, scope, "sort")
    return literal(Seq(tuple(sorted(map(texted, items), key=lambda n: str(n.value)))), span)


def _to_list(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if isinstance(value, Seq):
        return nodes[0].holding(Seq(tuple(unified(value.items)), value.more, value.form))
    return literal(None, span) if nothing(nodes[0]) else doubtful(nodes, span, scope, "tolist")


def _to_set(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if isinstance(value, Seq):
        return nodes[0].holding(as_set(value.items, value.more, scope, call_form("toset", nodes)))
    return literal(None, span) if nothing(nodes[0]) else doubtful(nodes, span, scope, "toset")


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
    "setintersection": (_intersection, 1, MANY),
    "setproduct": (_product, 2, MANY),
    "setsubtract": (_subtraction, 2, 2),
    "setunion": (_union, 1, MANY),
    "slice": (_slice, 3, 3),
    "sort": (_sort, 1, 1),
    "tolist": (_to_list, 1, 1),
    "toset": (_to_set, 1, 1),
}
