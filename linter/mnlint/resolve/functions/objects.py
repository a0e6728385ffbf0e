"""Functions over objects, which keep the place of every member; and how objects are laid over each other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.tri import Tri, both
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, carried, choice, literal, member
from mnlint.resolve.equality import same
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.order import key_order
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful, items_of, nothing, reason, unseen
from mnlint.resolve.scope import Scope

MAX_MERGES = 64  # of one object in several alternatives
MAX_NESTING = 100


def merged(nodes: Sequence[Node], span: Span, head: Span, scope: Scope, *, deep: bool, depth: int = 0) -> Node:
    """Objects laid over each other, the later on top. What something unknown lies on top of is no longer sure.

    `deep`: objects within objects are merged, too. A null on top hides what is below it.
    """
    options = [len(n.value.options) for n in nodes if isinstance(n.value, Choice)]
    if options and math.prod(options) <= MAX_MERGES:
        for at, node in enumerate(nodes):
            if isinstance(node.value, Choice):
                each = [[*nodes[:at], o, *nodes[at + 1 :]] for o in node.value.options]
                made = [merged(one, span, head, scope, deep=deep, depth=depth) for one in each]
                return choice(made, node.value.why, literal(None, span))
    entries: dict[str, Node] = {}
    unsure: set[str] = set()
    folded: dict[str, str] = {}  # how a member is written, by its name in lower case
    hidden: list[tuple[str, Node]] = []
    more: Unknown | None = None
    only: frozenset[str] | None = frozenset()
    for node in nodes:
        value = node.value
        if nothing(node):
            continue
        if not isinstance(value, Map):
            found = reason(node, scope)
            why = found if isinstance(value, Unknown | Ref) else replace(found, form=None)
            entries, unsure = {k: _unsure(n, why) for k, n in entries.items()}, set(entries)
            more, only = _either(more, why), None
            continue
        lower = more  # what of this object lies on: not on its own members that nobody sees
        if value.more is not None:
            hit = {key for key in entries if value.may_have(key, fold=scope.fold)}
            entries = {k: _unsure(n, value.more) if k in hit else n for k, n in entries.items()}
            unsure |= hit
            more = _either(more, value.more)
            only = only | value.only if only is not None and value.only is not None else None
        for key, raw in value.entries.items():
            child = carried(raw, node)
            known = folded.get(key.lower(), key) if scope.fold else key
            below = entries.get(known)
            if below is not None and deep and isinstance(below.value, Map) and isinstance(child.value, Map):
                if depth < MAX_NESTING:
                    child = merged([below, child], child.span, child.value.head, scope, deep=True, depth=depth + 1)
                else:
                    child = _unsure(child, Unknown(Cause.LIMIT, child.span, key))
            elif below is not None and deep and isinstance(below.value, Unknown | Choice):
                child = _opened(child, reason(below, scope), MAX_NESTING - depth)
            elif below is not None and deep and not _decided(below, child):
                child = _unsure(child, reason(child, scope))
            elif below is None and deep and lower is not None:
                child = _opened(child, lower, MAX_NESTING - depth)
            if known != key:
                entries.pop(known, None)
            unsure.discard(known)
            entries[key] = child
            folded[key.lower()] = key
        hidden.extend(value.hidden)
    if more is not None and (unsure or more.form is None):
        # Nobody knows what these members are, but in a merge of the same objects they are the same.
        objects = [n for n in nodes if not (isinstance(n.value, Map) and not n.value.entries and n.value.more is None)]
        whole = replace(more, form=call_form("union" if deep else "shallowmerge", objects))
        for key in unsure:
            entries[key] = _of_merge(entries[key], key, whole, scope)
        more = more if more.form is not None else whole
    return literal(Map(entries, head, more, tuple(hidden), only if more is not None else None), span)


def _opened(node: Node, why: Unknown, left: int) -> Node:
    """A member of an object that may lie on one nobody sees: an object in it may get further members from there."""
    value = node.value
    if isinstance(value, Unknown | Choice) or (isinstance(value, Map) and left <= 0):
        return _unsure(node, why)
    if not isinstance(value, Map):
        return node
    entries = {key: _opened(child, why, left - 1) for key, child in value.entries.items()}
    return node.holding(replace(value, entries=entries, more=unseen(why), only=None))


def _decided(below: Node, above: Node) -> bool:
    """Whether a deep merge is known to take the upper of two members as it is: not if both may be objects."""
    return not (isinstance(above.value, Unknown | Choice) and isinstance(below.value, Map))


def _either(one: Unknown | None, other: Unknown) -> Unknown:
    """Why members of one of two objects are not known: nobody knows whose they are."""
    return other if one is None else replace(one, form=None)


def _of_merge(node: Node, key: str, whole: Unknown, scope: Scope) -> Node:
    """A member that nobody knows of a merge that has a form."""
    return member(node.holding(whole), key, fold=scope.fold)


def _unsure(node: Node, why: Unknown) -> Node:
    return Node(Unknown(why.cause, why.span, why.label), node.span, node.trail)


def shallow_merge(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """shallowMerge([objects]), which is also what Bicep's spread becomes."""
    items = items_of(nodes[0]) if len(nodes) == 1 else None
    if items is None:
        return doubtful(nodes, span, scope, "shallowmerge")
    return merged(items, span, span, scope, deep=False)


def common(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """intersection() of objects: the members that all have with the same value."""
    first, *others = (n.value for n in nodes)
    maps = [value for value in others if isinstance(value, Map)]
    if not isinstance(first, Map) or len(maps) != len(others):
        return doubtful(nodes, span, scope, "intersection")
    more = next((m.more for m in (first, *maps) if m.more is not None), None)
    kept: dict[str, Node] = {}
    for key, child in first.entries.items():
        answer = Tri.TRUE
        for other in maps:
            found = other.find(key, fold=scope.fold)
            answer = both(
                answer, same(child, found) if found is not None else Tri.FALSE if other.more is None else Tri.UNKNOWN
            )
        if answer is Tri.TRUE:
            kept[key] = child
        elif answer is Tri.UNKNOWN:
            more = more or reason(child, scope)
    return literal(Map(kept, span, unseen(more)), span)


def _items(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """items(): {key, value} for each member, by key."""
    value = nodes[0].value if len(nodes) == 1 else None
    if not isinstance(value, Map):
        return doubtful(nodes, span, scope, "items")
    made = []
    for key in sorted(value.entries, key=key_order):
        child = value.entries[key]
        pair = {"key": literal(key, child.span), "value": carried(child, nodes[0])}
        made.append(literal(Map(pair, child.span), span))
    return literal(Seq(tuple(made), value.more), span)


def _object_keys(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value if len(nodes) == 1 else None
    if not isinstance(value, Map):
        return doubtful(nodes, span, scope, "objectkeys")
    names = sorted(value.entries, key=key_order)
    return literal(Seq(tuple(literal(key, value.entries[key].span) for key in names), value.more), span)


def _create_object(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """createObject(key, value, ...); a key nobody knows may be any member."""
    if len(nodes) % 2:
        return doubtful(nodes, span, scope, "createobject")
    layers: list[Node] = []
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        known = isinstance(key.value, str)
        layers.append(literal(Map({str(key.value): value}, span), span) if known else _any_member(key, span, scope))
    return merged(layers, span, span, scope, deep=False)


def _any_member(key: Node, span: Span, scope: Scope) -> Node:
    return literal(Map({}, span, unseen(reason(key, scope))), span)


def _try_get(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """tryGet(value, key or number, ...): null where there is no such member."""
    found = nodes[0]
    for at, step in enumerate(nodes[1:], 1):
        items = items_of(found)
        if nothing(found):
            return literal(None, span)
        if isinstance(step.value, str):
            found = member(found, step.value, fold=scope.fold)
        elif isinstance(step.value, int) and items is not None:
            inside = 0 <= step.value < len(items)
            found = carried(items[step.value], found) if inside else literal(None, span)
        else:
            return doubtful([found, *nodes[at:]], span, scope, "tryget")
    return literal(None, found.span) if found.value is ABSENT else found


# With the number of arguments that each takes, from and to.
TABLE: dict[str, tuple[Function, int, int]] = {
    "createobject": (_create_object, 0, MAX_SIZE),
    "items": (_items, 1, 1),
    "objectkeys": (_object_keys, 1, 1),
    "shallowmerge": (shallow_merge, 1, 1),
    "tryget": (_try_get, 2, MAX_SIZE),
}
