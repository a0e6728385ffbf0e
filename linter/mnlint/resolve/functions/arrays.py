"""Functions over arrays (and those that take a text or an object as well); members keep their places."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import Map, Node, Ref, Seq, Unknown, carried, has_text, literal
from mnlint.resolve.equality import same
from mnlint.resolve.forms import deep_form
from mnlint.resolve.functions.objects import common, merged
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful, items_of, nothing, reason, too_large
from mnlint.resolve.functions.strings import units
from mnlint.resolve.joined import text_of
from mnlint.resolve.plain import NotKnownError, plain
from mnlint.resolve.scope import Scope

MAX_RANGE = 10_000  # members, by the documentation
MAX_PAIRS = 200_000  # comparisons of members that one call makes


def _array(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """array(value): an array as it is, any other value as the only member of one."""
    value = nodes[0].value
    if len(nodes) != 1 or isinstance(value, Unknown):
        return doubtful(nodes, span, scope, "array")
    return nodes[0] if isinstance(value, Seq) else literal(Seq((nodes[0],)), span)


def _create_array(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return literal(Seq(tuple(nodes)), span)


def _concat(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Arrays one after the other, or texts put together; what is unknown is what the others are."""
    if not any(isinstance(n.value, Seq) for n in nodes):
        return text_of(nodes, span)
    items: list[Node] = []
    more: Unknown | None = None
    for node in nodes:
        value = node.value
        if isinstance(value, Seq):
            items.extend(value.items)
            more = more or value.more
        else:
            more = more or reason(node, scope)
    return too_large(span, scope) if len(items) > MAX_SIZE else literal(Seq(tuple(items), more), span)


def _contains(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """contains(text, text), contains(array, member), contains(object, key)."""
    holder, wanted = nodes[0].value, nodes[1].value
    if isinstance(holder, str) and isinstance(wanted, str):
        return literal(wanted in holder, span)
    if isinstance(holder, Map) and isinstance(wanted, str | int) and not isinstance(wanted, bool):
        if holder.find(str(wanted), fold=True) is not None:
            return literal(True, span)
        if holder.more is None:
            return literal(False, span)
    if isinstance(holder, Seq) and len(holder.items) < MAX_PAIRS:
        answers = {same(item, nodes[1]) for item in holder.items}
        if Tri.TRUE in answers:
            return literal(True, span)
        if holder.more is None and answers <= {Tri.FALSE}:
            return literal(False, span)
    return doubtful(nodes, span, scope, "contains")


def _index_of(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _found(nodes, span, scope, "indexof", last=False)


def _last_index_of(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _found(nodes, span, scope, "lastindexof", last=True)


def _found(nodes: Sequence[Node], span: Span, scope: Scope, name: str, *, last: bool) -> Node:
    """The number of a member of an array, or of the first character of a text in a text whatever the case; else -1."""
    holder, wanted = (n.value for n in nodes)
    if isinstance(holder, str) and isinstance(wanted, str):
        if not (holder.isascii() and wanted.isascii()) or (last and not wanted):
            return doubtful(nodes, span, scope, name)
        text, part = holder.lower(), wanted.lower()
        return literal(text.rfind(part) if last else text.find(part), span)
    items = items_of(nodes[0])
    if items is None:
        return doubtful(nodes, span, scope, name)
    for at in reversed(range(len(items))) if last else range(len(items)):
        answer = same(items[at], nodes[1])
        if answer is Tri.TRUE:
            return literal(at, span)
        if answer is Tri.UNKNOWN:
            return doubtful(nodes, span, scope, name)
    return literal(-1, span)


def _length(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if len(nodes) == 1 and isinstance(value, Seq | Map) and value.more is None:
        return literal(len(value.items if isinstance(value, Seq) else value.entries), span)
    if len(nodes) == 1 and isinstance(value, str):
        return literal(units(value), span)
    return doubtful(nodes, span, scope, "length")


def _empty(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if nothing(nodes[0]):
        return literal(True, span)
    if isinstance(value, Seq | Map):
        members = value.items if isinstance(value, Seq) else value.entries
        if members or value.more is None:
            return literal(not members, span)
    if isinstance(value, str):
        return literal(not value, span)
    if isinstance(value, Ref) and value.rest in ((), ("id",), ("name",)):
        return literal(False, span)
    if isinstance(value, Unknown) and has_text(value.form):
        return literal(False, span)
    return doubtful(nodes, span, scope, "empty")


def _first(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _at(nodes, 0, span, scope, "first")


def _last(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _at(nodes, -1, span, scope, "last")


def _at(nodes: Sequence[Node], number: int, span: Span, scope: Scope, name: str) -> Node:
    value = nodes[0].value
    if isinstance(value, str) and units(value) == len(value):
        return literal(value[number : number + 1 or None], span)
    items = items_of(nodes[0])
    if items is None:
        return doubtful(nodes, span, scope, name)
    return carried(items[number], nodes[0]) if items else literal(None, span)


def _index_from_end(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _from_end(nodes, span, scope, "indexfromend")


def _try_index_from_end(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _from_end(nodes, span, scope, "tryindexfromend")


def _from_end(nodes: Sequence[Node], span: Span, scope: Scope, name: str) -> Node:
    """The member so many before the end, 1 the last; null where there is none and the name begins with `try`."""
    items, number = items_of(nodes[0]), nodes[1].value
    if items is not None and isinstance(number, int) and not isinstance(number, bool):
        if 1 <= number <= len(items):
            return carried(items[-number], nodes[0])
        if name.startswith("try"):
            return literal(None, span)
    return doubtful(nodes, span, scope, name)


def _take(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _part(nodes, span, scope, "take")


def _skip(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _part(nodes, span, scope, "skip")


def _part(nodes: Sequence[Node], span: Span, scope: Scope, name: str) -> Node:
    """The first members or characters, or those behind them; fewer than none is none, too many is all."""
    value, number = nodes[0].value, nodes[1].value
    if isinstance(number, int) and not isinstance(number, bool):
        number = max(number, 0)
        if isinstance(value, str) and units(value) == len(value):
            return literal(value[:number] if name == "take" else value[number:], span)
        items = items_of(nodes[0])
        if items is not None:
            return literal(Seq(tuple(items[:number] if name == "take" else items[number:])), span)
    return doubtful(nodes, span, scope, name)


def _range(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """range(first, count)."""
    first, count = (n.value for n in nodes)
    if isinstance(first, bool) or isinstance(count, bool) or not isinstance(first, int) or not isinstance(count, int):
        return doubtful(nodes, span, scope, "range")
    if not 0 <= count <= MAX_RANGE or not first >= -(2**31) or first + count > 2**31 - 1:
        return too_large(span, scope)
    return literal(Seq(tuple(literal(n, span) for n in range(first, first + count))), span)


def _flatten(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The members of the arrays in an array; of what is unknown nobody sees them."""
    value = nodes[0].value
    if not isinstance(value, Seq):
        return doubtful(nodes, span, scope, "flatten")
    items: list[Node] = []
    more = value.more
    for item in value.items:
        if isinstance(item.value, Seq):
            items.extend(item.value.items)
            more = more or item.value.more
        else:
            more = more or reason(item, scope)
        if len(items) > MAX_SIZE:
            return too_large(span, scope)
    return literal(Seq(tuple(items), more), span)


def _union(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Objects merged down to the last member, or the distinct members of arrays in order."""
    if any(isinstance(n.value, Map) for n in nodes):
        return merged(nodes, span, span, scope, deep=True)
    if not any(isinstance(n.value, Seq) for n in nodes):
        return doubtful(nodes, span, scope, "union")
    joined = _concat(nodes, span, scope)
    return _distinct([joined], span, scope) if isinstance(joined.value, Seq) else joined


def _distinct(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Each member once, where it first stood. Of members that may be equal both are kept, and their number is open."""
    value = nodes[0].value
    if not isinstance(value, Seq):
        return doubtful(nodes, span, scope, "distinct")
    kept: dict[str, Node] = {}  # equal forms are equal values
    unsure: list[Node] = []
    for at, item in enumerate(value.items):
        form = _unordered(item)
        if form is None:
            unsure.append(item)
        kept.setdefault(f"{at}" if form is None else f"={form}", item)
    unsure += [n for n in kept.values() if "{" in (deep_form(n) or "")]
    why = value.more or (reason(unsure[0], scope) if unsure and len(kept) > 1 else None)
    return literal(Seq(tuple(kept.values()), why), span)


def _unordered(node: Node) -> str | None:
    """A value's form in which the members of objects are sorted: their order does not tell two objects apart."""
    if isinstance(node.value, Map | Seq):
        try:
            return json.dumps(plain(node), sort_keys=True)
        except NotKnownError:
            pass
    return deep_form(node)


def _intersection(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The members that all arrays have, in the order of the first; or the members that all objects have."""
    first, *others = (n.value for n in nodes)
    lists = [value for value in others if isinstance(value, Seq)]
    if not isinstance(first, Seq) or len(lists) != len(others):
        return common(nodes, span, scope)
    if len(first.items) * sum(len(one.items) for one in lists) > MAX_PAIRS:
        return too_large(span, scope)
    more = next((s.more for s in (first, *lists) if s.more is not None), None)
    kept: list[Node] = []
    for item in first.items:
        answers = [_among(item, one) for one in lists]
        if all(answer is Tri.TRUE for answer in answers):
            kept.append(item)
        elif Tri.FALSE not in answers:
            more = more or reason(item, scope)
    return _distinct([literal(Seq(tuple(kept), more), span)], span, scope)


def _among(item: Node, of: Seq) -> Tri:
    answers = {same(item, other) for other in of.items}
    if Tri.TRUE in answers:
        return Tri.TRUE
    return Tri.UNKNOWN if Tri.UNKNOWN in answers or of.more is not None else Tri.FALSE


def _any(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return nodes[0] if len(nodes) == 1 else doubtful(nodes, span, scope, "any")


def _equals(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    answer = same(nodes[0], nodes[1])
    return doubtful(nodes, span, scope, "==") if answer is Tri.UNKNOWN else literal(answer is Tri.TRUE, span)


__all__ = ["TABLE"]

# With the number of arguments that each takes, from and to.
TABLE: dict[str, tuple[Function, int, int]] = {
    "any": (_any, 1, 1),
    "array": (_array, 1, 1),
    "concat": (_concat, 1, MAX_SIZE),
    "contains": (_contains, 2, 2),
    "createarray": (_create_array, 0, MAX_SIZE),
    "distinct": (_distinct, 1, 1),
    "empty": (_empty, 1, 1),
    "equals": (_equals, 2, 2),
    "first": (_first, 1, 1),
    "flatten": (_flatten, 1, 1),
    "indexfromend": (_index_from_end, 2, 2),
    "indexof": (_index_of, 2, 2),
    "intersection": (_intersection, 2, MAX_SIZE),
    "last": (_last, 1, 1),
    "lastindexof": (_last_index_of, 2, 2),
    "length": (_length, 1, 1),
    "range": (_range, 2, 2),
    "skip": (_skip, 2, 2),
    "take": (_take, 2, 2),
    "tryindexfromend": (_try_index_from_end, 2, 2),
    "union": (_union, 1, MAX_SIZE),
}
