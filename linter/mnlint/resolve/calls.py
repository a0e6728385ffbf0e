"""Calls: those that are another way of writing something, those of secrets, and functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.expr import Declared, Expr, Op
from mnlint.model.text import Span
from mnlint.model.value import Cause, Node, Ref, unknown
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions import call
from mnlint.resolve.scope import Scope


def call_of(expr: Expr, scope: Scope) -> Node:
    name, args = expr.args
    if scope.fold and scope.top.function(name) is None:
        spelled = _SPELLED.get(name.lower())
        if spelled is not None and len(args) > 1:
            return scope.world.evaluate(spelled(args, expr.span), scope)
        if args and name.lower().removeprefix(".").startswith("list"):
            return _secrets(name, args, expr.span, scope)
    return call(name, args, expr.span, scope)


def _as_steps(args: Sequence[Expr], span: Span) -> Expr:
    """`tryGet(a, 'b', 0)` as `a.?b[?0]`."""
    made = args[0]
    for arg in args[1:]:
        made = Expr(Op.INDEX, span, (made, arg, True))
    return made


# What ARM JSON says by a function, and Bicep by a dot.
_SPELLED: dict[str, Callable[[Sequence[Expr], Span], Expr]] = {"tryget": _as_steps}


def _secrets(name: str, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """list*(): keys and other secrets of a resource, which Bicep calls as a method and ARM by symbol or id."""
    nodes = [scope.world.evaluate(arg, scope) for arg in args]
    of = nodes[0].value
    symbol = scope.top.declaration(of) if isinstance(of, str) else None
    if isinstance(of, Ref) and not of.rest:
        instance = scope.world.instances.get(of.address)
        version = instance.declared.api_version if instance and isinstance(instance.declared, Declared) else None
        nodes[0] = nodes[0].holding(Ref(of.address, ("id",)))
        if instance is not None and version is not None and len(nodes) == 1:
            nodes.append(scope.world.evaluate(version, instance.scope))
    elif symbol is not None and symbol.loop is None:
        nodes[0] = nodes[0].holding(Ref(scope.top.prefix + symbol.symbol, ("id",)))
    form = call_form(name.lower().removeprefix("."), nodes)
    return unknown(Cause.SECRET, span, scope.words(span), form)
