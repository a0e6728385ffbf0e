"""Which function a call means: special forms, functions over structure, over scalars, ids; anything else is unknown."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.expr import Expr, Op
from mnlint.model.text import Span
from mnlint.model.value import Cause, Choice, Hop, HopKind, Node, Unknown, choice, literal, unknown
from mnlint.resolve.forms import call_form, doubt_of
from mnlint.resolve.functions import ids, lazy, scalars, structure, texts
from mnlint.resolve.joined import MAX_OPTIONS
from mnlint.resolve.scope import Scope

MAX_SIZE = 100_000  # characters of a text, members of a list, that a function may make


def call(name: str, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """The value of a call; unknown with its cause if the function or an argument is."""
    wanted = name.lower() if scope.fold else name
    own = scope.top.function(name)
    if own is not None:
        return _user_function(own, args, scope)
    special = lazy.TABLE.get(wanted)
    if special is not None:
        return special(args, span, scope)
    nodes = _arguments(args, scope)
    if nodes is None:
        return unknown(Cause.DYNAMIC, span, scope.words(span))
    return apply(wanted, nodes, span, scope)


def apply(name: str, nodes: list[Node], span: Span, scope: Scope) -> Node:
    """A function over values; over a Choice it is a Choice of what it makes of each option."""
    over_nodes = structure.TABLE.get(name) or ids.TABLE.get(name) or texts.TABLE.get(name)
    table = scalars.TERRAFORM if scope.language == "terraform" else scalars.ARM
    over_scalars = table.get(name, _no_function)
    if over_nodes is None and over_scalars is _no_function:
        cause = Cause.RUNTIME if name in ids.RUNTIME else Cause.SECRET if name.startswith("list") else Cause.FUNCTION
        return unknown(cause, span, scope.words(span), call_form(name, nodes))
    spread = _by_option(name, nodes, span, scope)
    if spread is not None:
        return spread
    if over_nodes is not None:
        return over_nodes(nodes, span, scope)
    why = doubt_of(nodes)
    text = texts.formatted(nodes, span, scope) if name == "format" and why is not None else None
    if text is not None:
        return text
    if why is not None:
        made = Unknown(why.cause, why.span, why.label, call_form(name, nodes))
        return Node(made, span, (Hop(HopKind.COMPUTED, span, f"{name}(…)"),))
    try:
        value = over_scalars(*[node.value for node in nodes])
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    if isinstance(value, str) and len(value) > MAX_SIZE:
        return unknown(Cause.LIMIT, span, scope.words(span))
    made_node = structure.located(value, span)
    # A function of one value only dresses it up: the place to mend is where that value was written.
    if len([n for n in nodes if n.trail and not span.covers(n.origin)]) == 1 and len(nodes) == 1:
        return Node(made_node.value, span, (Hop(HopKind.COMPUTED, span, f"{name}(…)"), *nodes[0].trail))
    return made_node


def _no_function() -> None:
    """Stands for a function nobody wrote down."""


def _arguments(args: Sequence[Expr], scope: Scope) -> list[Node] | None:
    """The values of the arguments; None if `x...` expands to nobody knows how many."""
    nodes: list[Node] = []
    for arg in args:
        if arg.op is not Op.SPREAD:
            nodes.append(scope.world.evaluate(arg, scope))
            continue
        items = structure.items_of(scope.world.evaluate(arg.args[0], scope))
        if items is None:
            return None
        nodes.extend(items)
    return nodes


def _by_option(name: str, nodes: list[Node], span: Span, scope: Scope) -> Node | None:
    for at, node in enumerate(nodes):
        value = node.value
        if isinstance(value, Choice):
            if len(value.options) > MAX_OPTIONS:
                return Node(Unknown(value.why.cause, value.why.span, value.why.label), span, node.trail)
            made = [apply(name, [*nodes[:at], o, *nodes[at + 1 :]], span, scope) for o in value.options]
            joined = choice(made, value.why, literal(None, span))
            if isinstance(joined.value, Choice) and len(joined.value.options) > MAX_OPTIONS:
                return Node(Unknown(value.why.cause, value.why.span, value.why.label), span, node.trail)
            return joined
    return None


def _user_function(own: Expr, args: Sequence[Expr], scope: Scope) -> Node:
    names, body = own.args
    nodes = [scope.world.evaluate(arg, scope) for arg in args]
    return scope.world.evaluate(body, scope.top.within(dict(zip(names, nodes, strict=False))))
