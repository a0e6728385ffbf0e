"""Calls that do not evaluate all their arguments first: logic, fallbacks, and functions that take a lambda."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.expr import Call, Expr, Op
from mnlint.model.ids import segments
from mnlint.model.text import Span
from mnlint.model.value import (
    Absent,
    Cause,
    Choice,
    Map,
    Node,
    Seq,
    Unknown,
    choice,
    form_of,
    literal,
    negated,
    unknown,
)
from mnlint.resolve.forms import call_form, deep_form, doubt_of
from mnlint.resolve.scope import Scope

Special = Callable[[Sequence[Expr], Span, Scope], Node]


def _and(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _logic(args, span, scope, "&&", stops=False)


def _or(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _logic(args, span, scope, "||", stops=True)


def _logic(args: Sequence[Expr], span: Span, scope: Scope, name: str, *, stops: bool) -> Node:
    """Kleene's *and* and *or*: one member decides, doubt about the others does not matter then."""
    nodes: list[Node] = []
    for arg in args:
        node = scope.world.evaluate(arg, scope)
        if node.value is stops:
            return node
        nodes.append(node)
    open_ones = [n for n in nodes if not isinstance(n.value, bool)]
    if not open_ones:
        return literal(not stops, span)
    if len(open_ones) == 1:
        return open_ones[0]
    why = doubt_of(open_ones) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label, call_form(name, open_ones)), span, open_ones[0].trail)


def _not(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    node = scope.world.evaluate(args[0], scope)
    value = node.value
    if isinstance(value, bool):
        return Node(not value, span, node.trail)
    if isinstance(value, Choice) and all(isinstance(o.value, bool) for o in value.options):
        return choice([o.holding(not o.value) for o in value.options], value.why, node)
    why = doubt_of([node]) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label, negated(deep_form(node))), span, node.trail)


def _unequal(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _not([Expr(Op.CALL, span, ("==", tuple(args)))], span, scope)


def _fallback(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """`a ?? b`: b only if a is known to be null."""
    node = scope.world.evaluate(args[0], scope)
    value = node.value
    if value is None or isinstance(value, Absent):
        return scope.world.evaluate(args[1], scope)
    if isinstance(value, Choice):
        options = [
            scope.world.evaluate(args[1], scope) if o.value is None or isinstance(o.value, Absent) else o
            for o in value.options
        ]
        return choice(options, value.why, node)
    if isinstance(value, Unknown):
        other = scope.world.evaluate(args[1], scope)
        form = call_form("??", [node, other])
        return Node(Unknown(value.cause, value.span, value.label, form), span, node.trail)
    return node


def _try(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """try(a, b): what cannot be read at all falls through; what is only unknown does not."""
    for arg in args[:-1]:
        node = scope.world.evaluate(arg, scope)
        if isinstance(node.value, Absent):
            continue
        if isinstance(node.value, Unknown) and node.value.cause is Cause.UNEXPECTED_TYPE:
            continue
        return node
    return scope.world.evaluate(args[-1], scope)


def _can(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    node = scope.world.evaluate(args[0], scope)
    if isinstance(node.value, Absent):
        return literal(False, span)
    why = doubt_of([node])
    return literal(True, span) if why is None else Node(Unknown(why.cause, why.span, why.label), span, node.trail)


def _map(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _over(args, span, scope, lambda item, made: made)


def _filter(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _over(args, span, scope, lambda item, made: item if made.value is True else made)


def _over(args: Sequence[Expr], span: Span, scope: Scope, keep: Callable[[Node, Node], Node]) -> Node:
    collection = scope.world.evaluate(args[0], scope)
    value = collection.value
    if isinstance(value, Choice):
        made = [_over_known(o, args, span, scope, keep) for o in value.options]
        return choice(made, value.why, collection)
    return _over_known(collection, args, span, scope, keep)


def _over_known(
    collection: Node, args: Sequence[Expr], span: Span, scope: Scope, keep: Callable[[Node, Node], Node]
) -> Node:
    value = collection.value
    if not isinstance(value, Seq) or len(args) < 2 or args[1].op is not Op.LAMBDA or len(value.items) > 2_000:
        why = doubt_of([collection]) or Unknown(Cause.FUNCTION, span, scope.words(span))
        return literal(Seq((), why), span)
    names, body = args[1].args
    items: list[Node] = []
    more = value.more
    filtering = keep(collection, literal(True, span)) is collection
    for at, item in enumerate(value.items):
        given = dict(zip(names, (item, literal(at, span)), strict=False))
        made = scope.world.evaluate(body, scope.within(given))
        if filtering and made.value is not True:
            if made.value is not False:
                more = more or doubt_of([made]) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
            continue
        items.append(keep(item, made))
    return literal(Seq(tuple(items), more), span)


def _to_object(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """toObject(list, item => key, item => value)."""
    collection = scope.world.evaluate(args[0], scope)
    value = collection.value
    if not isinstance(value, Seq) or any(a.op is not Op.LAMBDA for a in args[1:]):
        why = doubt_of([collection]) or Unknown(Cause.FUNCTION, span, scope.words(span))
        return Node(why, span, collection.trail)
    entries: dict[str, Node] = {}
    more = value.more
    for item in value.items:
        made = [
            scope.world.evaluate(a.args[1], scope.within(dict(zip(a.args[0], (item,), strict=False)))) for a in args[1:]
        ]
        if isinstance(made[0].value, str):
            entries[made[0].value] = made[1] if len(made) > 1 else item
        else:
            more = more or doubt_of([made[0]])
    return literal(Map(entries, span, more), span)


def _reference(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """reference(): a nested deployment, by its name or id, for its outputs; anything else is known to Azure alone."""
    nodes = [scope.world.evaluate(arg, scope) for arg in args]
    *above, last = segments((form_of(nodes[0]) if nodes else None) or "")
    if last and (not above or above[-1].lower() == "deployments"):
        for call in scope.top.declarations():
            named = isinstance(call, Call) and call.name is not None and form_of(scope.world.evaluate(call.name, scope))
            if named and str(named).lower() == last.lower():
                return scope.top.lookup(call.symbol, span)
    return unknown(Cause.RUNTIME, span, scope.words(span), call_form("reference", nodes))


def _sensitive(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return unknown(Cause.SECRET, span, "a sensitive value")


TABLE: dict[str, Special] = {
    "&&": _and,
    "and": _and,
    "||": _or,
    "or": _or,
    "!": _not,
    "not": _not,
    "!=": _unequal,
    "??": _fallback,
    "try": _try,
    "can": _can,
    "map": _map,
    "filter": _filter,
    "toobject": _to_object,
    "sensitive": _sensitive,
    "reference": _reference,
}
