"""Functions over objects and lists, which keep the place of every member they pass on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.text import Span
from mnlint.model.value import (
    ABSENT,
    Absent,
    Cause,
    Choice,
    Map,
    Node,
    Ref,
    Seq,
    Unknown,
    carried,
    choice,
    literal,
    member,
    unknown,
)
from mnlint.resolve.forms import call_form, doubt_of
from mnlint.resolve.joined import text_of
from mnlint.resolve.scope import Scope

Function = Callable[[Sequence[Node], Span, Scope], Node]


def located(value: object, span: Span) -> Node:
    """A plain Python value as a Node written at `span`."""
    if isinstance(value, dict):
        return literal(Map({str(k): located(v, span) for k, v in value.items()}, span), span)
    if isinstance(value, list | tuple):
        return literal(Seq(tuple(located(v, span) for v in value)), span)
    if value is None or isinstance(value, bool | int | float | str):
        return literal(value, span)
    return unknown(Cause.UNEXPECTED_TYPE, span, "an unexpected value")


def items_of(node: Node) -> list[Node] | None:
    """The members of a closed list, None if there may be others."""
    value = node.value
    return list(value.items) if isinstance(value, Seq) and value.more is None else None


def nothing(node: Node) -> bool:
    return node.value is None or isinstance(node.value, Absent)


def merged(nodes: Sequence[Node], span: Span, head: Span, scope: Scope, *, deep: bool) -> Node:
    """Objects laid over each other, the later on top. What something unknown lies on top of is no longer sure."""
    for at, node in enumerate(nodes):
        if isinstance(node.value, Choice) and len(node.value.options) <= 4 and at <= 8:
            options = [
                merged([*nodes[:at], o, *nodes[at + 1 :]], span, head, scope, deep=deep) for o in node.value.options
            ]
            return choice(options, node.value.why, literal(None, span))
    entries: dict[str, Node] = {}
    hidden: list[tuple[str, Node]] = []
    more: Unknown | None = None
    for node in nodes:
        value = node.value
        if nothing(node):
            continue
        if isinstance(value, Map):
            if value.more is not None:
                entries = {k: _unsure(n, value.more) for k, n in entries.items()}
                more = more or value.more
            for key, raw in value.entries.items():
                child = carried(raw, node)
                known = next((k for k in entries if k.lower() == key.lower()), key) if scope.fold else key
                below = entries.pop(known, None)
                if deep and below is not None and isinstance(below.value, Map) and isinstance(child.value, Map):
                    entries[key] = merged([below, child], child.span, child.value.head, scope, deep=True)
                else:
                    entries[key] = child
            hidden.extend(value.hidden)
            continue
        why = doubt_of([node]) or Unknown(Cause.UNEXPECTED_TYPE, node.span, scope.words(node.span))
        entries = {k: _unsure(n, why) for k, n in entries.items()}
        more = more or why
    return literal(Map(entries, head, more, tuple(hidden)), span)


def _unsure(node: Node, why: Unknown) -> Node:
    return Node(Unknown(why.cause, why.span, why.label), node.span, node.trail)


def _union(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """ARM's union and Terraform's merge; of lists, the distinct members."""
    if any(isinstance(n.value, Seq) for n in nodes):
        return _distinct([_concat(nodes, span, scope)], span, scope)
    return merged(nodes, span, span, scope, deep=scope.language != "terraform")


def _shallow_merge(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0]) if len(nodes) == 1 else None
    if items is None:
        return _doubtful(nodes, span, scope, "shallowmerge")
    return merged(items, span, span, scope, deep=False)


def _concat(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Lists one after the other; texts put together where the language does that."""
    if scope.language != "terraform" and not any(isinstance(n.value, Seq) for n in nodes):
        return text_of(nodes, span)
    items: list[Node] = []
    more: Unknown | None = None
    for node in nodes:
        value = node.value
        if isinstance(value, Seq):
            items.extend(value.items)
            more = more or value.more
        elif not nothing(node):
            more = more or doubt_of([node]) or Unknown(Cause.UNEXPECTED_TYPE, node.span, scope.words(node.span))
    return literal(Seq(tuple(items), more), span)


def _distinct(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Seq):
        return nodes[0] if isinstance(value, Unknown) else _doubtful(nodes, span, scope, "distinct")
    seen: dict[object, Node] = {}
    for at, item in enumerate(value.items):
        scalar = isinstance(item.value, bool | int | float | str)
        seen.setdefault((type(item.value), item.value) if scalar else at, item)
    return literal(Seq(tuple(seen.values()), value.more), span)


def _coalesce(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The first that is not null; unknown as soon as one before it may or may not be null."""
    for node in nodes:
        if nothing(node) or (scope.language == "terraform" and node.value == ""):
            continue
        value = node.value
        if isinstance(value, Unknown):
            return Node(Unknown(value.cause, value.span, value.label, call_form("coalesce", nodes)), span, node.trail)
        return node
    return literal(None, span)


def _create_object(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    pairs = list(zip(nodes[::2], nodes[1::2], strict=False))
    known = {str(k.value): v for k, v in pairs if isinstance(k.value, str)}
    why = doubt_of([k for k, _ in pairs])
    return literal(Map(known, span, why), span)


def _create_array(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return literal(Seq(tuple(nodes)), span)


def _array(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return nodes[0] if isinstance(nodes[0].value, Seq | Unknown) else literal(Seq((nodes[0],)), span)


def _same(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Functions that change nothing we look at: conversions of lists and maps, any(), jsonencode and back."""
    return nodes[0] if nodes else unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))


def _length(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if isinstance(value, Seq) and value.more is None:
        return literal(len(value.items), span)
    if isinstance(value, Map) and value.more is None:
        return literal(len(value.entries), span)
    if isinstance(value, str):
        return literal(len(value), span)
    return _doubtful(nodes, span, scope, "length")


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
    if isinstance(value, Ref):
        return literal(False, span)
    return _doubtful(nodes, span, scope, "empty")


def _first(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _at(nodes, 0, span, scope)


def _last(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _at(nodes, -1, span, scope)


def _at(nodes: Sequence[Node], number: int, span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if isinstance(value, str):
        return literal(value[number : number + 1 or None], span)
    items = items_of(nodes[0])
    if items is None:
        return _doubtful(nodes, span, scope, "first")
    return items[number] if items else literal(None, span)


def _one(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    if items is None or len(items) > 1:
        return _doubtful(nodes, span, scope, "one")
    return items[0] if items else literal(None, span)


def _element(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    items = items_of(nodes[0])
    number = nodes[1].value
    if not items or not isinstance(number, int):
        return _doubtful(nodes, span, scope, "element")
    return items[number % len(items)]


def _lookup(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """lookup(map, key, default): the default only if the key is known not to be there."""
    key = nodes[1].value
    if not isinstance(key, str):
        return _doubtful(nodes, span, scope, "lookup")
    found = member(nodes[0], key, fold=scope.fold)
    return nodes[2] if nothing(found) and len(nodes) > 2 else found


def _try_get(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    found = nodes[0]
    for step in nodes[1:]:
        if isinstance(step.value, str):
            found = member(found, step.value, fold=scope.fold)
        elif isinstance(step.value, int) and (items := items_of(found)) is not None:
            found = items[step.value] if -len(items) <= step.value < len(items) else literal(None, span)
        else:
            return _doubtful([found, step], span, scope, "tryget")
    return found.holding(None) if found.value is ABSENT else found


def _contains(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    holder, wanted = nodes[0].value, nodes[1].value
    if isinstance(holder, str) and isinstance(wanted, str):
        return literal(wanted in holder, span)
    if isinstance(holder, Map) and isinstance(wanted, str):
        found = member(nodes[0], wanted, fold=scope.fold)
        if found.value is ABSENT:
            return literal(False, span)
        if holder.find(wanted, fold=scope.fold) is not None:
            return literal(True, span)
    if isinstance(holder, Seq) and isinstance(wanted, str | int | bool):
        if any(item.value == wanted for item in holder.items):
            return literal(True, span)
        if holder.more is None and all(isinstance(i.value, str | int | bool) for i in holder.items):
            return literal(False, span)
    return _doubtful(nodes, span, scope, "contains")


def _keys(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Map):
        return _doubtful(nodes, span, scope, "keys")
    names = sorted(value.entries) if scope.language == "terraform" else list(value.entries)
    return literal(Seq(tuple(literal(k, value.entries[k].span) for k in names), value.more), span)


def _values(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Map):
        return _doubtful(nodes, span, scope, "values")
    return literal(Seq(tuple(value.entries[k] for k in sorted(value.entries)), value.more), span)


def _items(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Bicep's items(): {key, value} for each member, by key."""
    value = nodes[0].value
    if not isinstance(value, Map):
        return _doubtful(nodes, span, scope, "items")
    made = [
        literal(Map({"key": literal(k, value.entries[k].span), "value": value.entries[k]}, value.entries[k].span), span)
        for k in sorted(value.entries, key=str.lower)
    ]
    return literal(Seq(tuple(made), value.more), span)


def _flatten(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Seq):
        return _doubtful(nodes, span, scope, "flatten")
    items: list[Node] = []
    more = value.more
    for item in value.items:
        inner = item
        if scope.language == "terraform" and isinstance(item.value, Seq):
            inner = _flatten([item], span, scope)
        if isinstance(inner.value, Seq):
            items.extend(inner.value.items)
            more = more or inner.value.more
        elif isinstance(inner.value, Unknown | Choice):
            more = more or doubt_of([inner])
        else:
            items.append(inner)
    return literal(Seq(tuple(items), more), span)


def _compact(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    value = nodes[0].value
    if not isinstance(value, Seq):
        return _doubtful(nodes, span, scope, "compact")
    unsure = [i for i in value.items if isinstance(i.value, Unknown | Choice)]
    kept = tuple(i for i in value.items if not nothing(i) and i.value != "" and i not in unsure)
    return literal(Seq(kept, value.more or (doubt_of(unsure) if unsure else None)), span)


def _zipmap(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    keys, values = items_of(nodes[0]), items_of(nodes[1])
    if keys is None or values is None or not all(isinstance(k.value, str) for k in keys):
        return _doubtful(nodes, span, scope, "zipmap")
    return literal(Map({str(k.value): v for k, v in zip(keys, values, strict=False)}, span), span)


def _range(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    numbers = [n.value for n in nodes]
    if not all(isinstance(n, int) for n in numbers):
        return _doubtful(nodes, span, scope, "range")
    whole = [int(str(n)) for n in numbers]
    made = range(whole[0], whole[0] + whole[1]) if scope.language != "terraform" else range(*whole)
    if len(made) > 2_000:
        return unknown(Cause.LIMIT, span, scope.words(span))
    return literal(Seq(tuple(literal(n, span) for n in made)), span)


def _equal(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """Equality: of known scalars, of equal forms, and with null; else unknown."""
    left, right = nodes[0], nodes[1]
    for one, other in ((left, right), (right, left)):
        if nothing(one) and not isinstance(other.value, Unknown):
            return literal(nothing(other), span)
    plain = (bool, int, float, str)
    if isinstance(left.value, plain) and isinstance(right.value, plain):
        return literal(left.value == right.value, span)
    form = call_form("==", nodes)
    forms = [call_form("", [n]) for n in nodes]
    if forms[0] is not None and forms[0] == forms[1]:
        return literal(True, span)
    why = doubt_of(nodes) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label, form), span, left.trail)


def _json_text(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """json() and jsondecode(): of what jsonencode() made, that; of a text, its value."""
    import json

    value = nodes[0].value
    if not isinstance(value, str):
        return nodes[0]
    try:
        return located(json.loads(value), span)
    except (ValueError, RecursionError):
        return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))


def _doubtful(nodes: Sequence[Node], span: Span, scope: Scope, name: str) -> Node:
    why = doubt_of(nodes)
    if why is None:
        return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label, call_form(name, nodes)), span, nodes[0].trail)


TABLE: dict[str, Function] = {
    "union": _union,
    "merge": _union,
    "shallowmerge": _shallow_merge,
    "concat": _concat,
    "distinct": _distinct,
    "coalesce": _coalesce,
    "createobject": _create_object,
    "createarray": _create_array,
    "array": _array,
    "any": _same,
    "tolist": _same,
    "toset": _same,
    "tomap": _same,
    "sort": _same,
    "nonsensitive": _same,
    "jsonencode": _same,
    "json": _json_text,
    "jsondecode": _json_text,
    "length": _length,
    "empty": _empty,
    "first": _first,
    "last": _last,
    "one": _one,
    "element": _element,
    "lookup": _lookup,
    "tryget": _try_get,
    "contains": _contains,
    "keys": _keys,
    "objectkeys": _keys,
    "values": _values,
    "items": _items,
    "flatten": _flatten,
    "compact": _compact,
    "zipmap": _zipmap,
    "range": _range,
    "==": _equal,
    "equals": _equal,
    "setunion": _union,
}
