"""Functions that take a lambda, which is evaluated once for each member."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key

from mnlint.model.expr import Expr, Op
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import Choice, Hop, HopKind, Map, Node, Seq, Unknown, carried, choice, literal
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.outcome import doubtful, reason, too_large, unseen
from mnlint.resolve.scope import Scope

Special = Callable[[Sequence[Expr], Span, Scope], Node]
Over = Callable[[Node, Sequence[Expr], Span, Scope], Node]
MAX_MEMBERS = 10_000


class _Undecided(Exception):  # noqa: N818  (it never leaves this module)
    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node


def _over(name: str, kind: type[Seq | Map], work: Over, lambdas: tuple[int, ...]) -> Special:
    """A function whose first argument is a collection of a kind, and whose arguments at `lambdas` are lambdas."""

    def special(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
        given = [arg for at, arg in enumerate(args) if at in lambdas]
        if not args or not given or any(arg.op is not Op.LAMBDA for arg in given):
            return doubtful((), span, scope, name)
        collection = scope.world.evaluate(args[0], scope)
        if isinstance(collection.value, Choice):
            made = [over_one(option, args, span, scope) for option in collection.value.options]
            return choice(made, collection.value.why, literal(None, span))
        return over_one(collection, args, span, scope)

    def over_one(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
        value = collection.value
        if not isinstance(value, kind):
            why = reason(collection, scope)
            trail = (Hop(HopKind.COMPUTED, span, f"{name}(…)"), *collection.trail)
            return Node(Unknown(why.cause, why.span, why.label, _form(name, collection, args, scope)), span, trail)
        if len(value.items if isinstance(value, Seq) else value.entries) > MAX_MEMBERS:
            return too_large(span, scope)
        return work(collection, args, span, scope)

    return special


def _form(name: str, collection: Node, args: Sequence[Expr], scope: Scope) -> str | None:
    """The form of a call over a collection nobody knows: what the lambdas make of holes that stand for a member."""
    parts = [collection]
    for arg in args[1:]:
        if arg.op is Op.LAMBDA:
            names = arg.args[0]
            why = reason(collection, scope)
            holes = [replace(why, form=f"{{#{scope.level}.{at}}}") for at in range(len(names))]
            parts.append(_applied(arg, [Node(hole, arg.span, ()) for hole in holes], scope))
        else:
            parts.append(scope.world.evaluate(arg, scope))
    return call_form(name, parts)


def _applied(function: Expr, given: Sequence[Node], scope: Scope) -> Node:
    names, body = function.args
    return scope.world.evaluate(body, scope.within(dict(zip(names, given, strict=False))))


def _members(collection: Node) -> list[Node]:
    value = collection.value
    return [carried(item, collection) for item in value.items] if isinstance(value, Seq) else []


def _more(collection: Node) -> Unknown | None:
    value = collection.value
    return value.more if isinstance(value, Seq | Map) else None


def _numbered(at: int, collection: Node, span: Span, scope: Scope) -> Node:
    """A member's number; not known if others may stand before it."""
    why = _more(collection)
    return literal(at, span) if why is None else Node(Unknown(why.cause, why.span, why.label), span, ())


def _map(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    items = _members(collection)
    made = [_applied(args[1], (n, _numbered(at, collection, span, scope)), scope) for at, n in enumerate(items)]
    return literal(Seq(tuple(made), _more(collection)), span)


def _filter(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """The members of which the lambda is true; of those it may be true of nobody sees whether they are there."""
    kept: list[Node] = []
    more = _more(collection)
    for at, item in enumerate(_members(collection)):
        test = _applied(args[1], (item, _numbered(at, collection, span, scope)), scope)
        if test.value is True:
            kept.append(item)
        elif test.value is not False:
            more = more or reason(test, scope)
    return literal(Seq(tuple(kept), more), span)


def _reduce(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """reduce(array, start, (so far, next) => ...)."""
    why = _more(collection)
    if why is not None or len(args) < 3:
        return Node(replace(why or reason(collection, scope), form=None), span, collection.trail)
    made = scope.world.evaluate(args[1], scope)
    for at, item in enumerate(_members(collection)):
        made = _applied(args[2], (made, item, literal(at, span)), scope)
    return made


def _sort(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """sort(array, (a, b) => whether a comes before b); where that is not known the order is open."""

    def before(a: Node, b: Node) -> bool:
        answer = _applied(args[1], (a, b), scope)
        if not isinstance(answer.value, bool):
            raise _Undecided(answer)
        return answer.value

    def compared(a: Node, b: Node) -> int:
        return -1 if before(a, b) else int(before(b, a))

    items = _members(collection)
    try:
        ordered = sorted(items, key=cmp_to_key(compared))
    except _Undecided as undecided:
        why = _more(collection) or reason(undecided.node, scope)
        return literal(Seq(tuple(items), why), span)
    return literal(Seq(tuple(ordered), _more(collection)), span)


def _to_object(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """toObject(array, member => key, [member => value])."""
    entries: dict[str, Node] = {}
    more = _more(collection)
    for item in _members(collection):
        key = _applied(args[1], (item,), scope)
        if not isinstance(key.value, str):
            more = more or reason(key, scope)
        elif any(known.lower() == key.value.lower() for known in entries):
            return doubtful((key,), span, scope, "toobject")  # which of two it takes is not written down
        else:
            entries[key.value] = _applied(args[2], (item,), scope) if len(args) > 2 else item
        if len(entries) > 2_000:
            return too_large(span, scope)
    # A member that is not seen, or whose key is not known, may stand for any of those that are.
    if more is not None:
        entries = {k: Node(Unknown(more.cause, more.span, more.label), n.span, n.trail) for k, n in entries.items()}
    return literal(Map(entries, span, unseen(more)), span)


def _map_values(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    value = collection.value
    entries = value.entries if isinstance(value, Map) else {}
    made = {key: _applied(args[1], (carried(child, collection),), scope) for key, child in entries.items()}
    return literal(Map(made, span, unseen(_more(collection))), span)


def _group_by(collection: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """groupBy(array, member => key, [member => value]): under each key the members that have it."""
    groups: dict[str, list[Node]] = {}
    written: dict[str, str] = {}
    more = _more(collection)
    for item in _members(collection):
        key = _applied(args[1], (item,), scope)
        if isinstance(key.value, str):
            name = written.setdefault(key.value.lower(), key.value)
            if name != key.value:
                return doubtful((key,), span, scope, "groupby")  # whether case matters is not written down
            groups.setdefault(name, []).append(_applied(args[2], (item,), scope) if len(args) > 2 else item)
        else:
            more = more or reason(key, scope)
    made = {key: literal(Seq(tuple(nodes), more), span) for key, nodes in groups.items()}
    return literal(Map(made, span, unseen(more)), span)


TABLE: dict[str, Special] = {
    "filter": _over("filter", Seq, _filter, (1,)),
    "groupby": _over("groupby", Seq, _group_by, (1, 2)),
    "map": _over("map", Seq, _map, (1,)),
    "mapvalues": _over("mapvalues", Map, _map_values, (1,)),
    "reduce": _over("reduce", Seq, _reduce, (2,)),
    "sort": _over("sort", Seq, _sort, (1,)),
    "toobject": _over("toobject", Seq, _to_object, (1, 2)),
}
