"""Calls that do not evaluate all their arguments first: logic, equality's negation, fallbacks, references."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.expr import Expr, Op
from mnlint.model.text import Span
from mnlint.model.value import Cause, Choice, Node, Unknown, choice, literal, negated, unknown
from mnlint.resolve.forms import FAILED, call_form, deep_form, doubt_of, may_be_null
from mnlint.resolve.functions import references
from mnlint.resolve.functions.outcome import nothing
from mnlint.resolve.scope import Scope

Special = Callable[[Sequence[Expr], Span, Scope], Node]


def _and(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _logic(_spread(args, ("&&", "and")), span, scope, "&&", stops=False)


def _or(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _logic(_spread(args, ("||", "or")), span, scope, "||", stops=True)


def _spread(args: Sequence[Expr], names: tuple[str, ...]) -> list[Expr]:
    """The arguments of a call and of the same calls among them: `a && b && c` is one call of three."""
    todo, made = list(reversed(args)), []
    while todo:
        expr = todo.pop()
        if expr.op is Op.CALL and expr.args[0] in names:
            todo.extend(reversed(expr.args[1]))
        else:
            made.append(expr)
    return made


def _logic(args: Sequence[Expr], span: Span, scope: Scope, name: str, *, stops: bool) -> Node:
    """Kleene's *and* and *or*: one member decides, doubt about the others does not matter then."""
    open_ones: list[Node] = []
    forms: set[str | None] = set()  # `a && a` is `a`
    for arg in args:
        node = scope.world.evaluate(arg, scope)
        if node.value is stops:
            return node
        form = deep_form(node)
        if not isinstance(node.value, bool) and (form is None or form not in forms):
            open_ones.append(node)
            forms.add(form)
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
    if scope.language == "terraform" and nothing(node):  # Terraform stops at `!null`: try() goes on
        return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span), FAILED)
    why = doubt_of([node]) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label, negated(deep_form(node))), span, node.trail)


def _unequal(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _not([Expr(Op.CALL, span, ("==", tuple(args)))], span, scope)


def _alike(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """`a =~ b`, which Bicep's compiler writes as equals(toLower(a), toLower(b))."""
    lowered = tuple(Expr(Op.CALL, arg.span, ("tolower", (arg,))) for arg in args)
    return scope.world.evaluate(Expr(Op.CALL, span, ("==", lowered)), scope)


def _unlike(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _not([Expr(Op.CALL, span, ("=~", tuple(args)))], span, scope)


def _minus(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """`-a` is `0 - a`, so that both have one form."""
    zero = Expr(Op.LITERAL, span, (0,))
    given = (zero, *args) if len(args) == 1 else tuple(args)
    return scope.world.evaluate(Expr(Op.CALL, span, ("sub", given)), scope)


def _coalesce(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """`a ?? b ?? c` and coalesce(a, b, c): the first that is not null; doubt where one before it may be."""
    tried: list[Node] = []
    for arg in _spread(args, ("??", "coalesce")):
        node = scope.world.evaluate(arg, scope)
        if not nothing(node):
            tried.append(node)
            if not _may_be_null(node):
                break
    if not tried:
        return literal(None, span)
    made = tried.pop()
    while tried:
        made = _or_else(tried.pop(), made, span)
    return made


def _may_be_null(node: Node) -> bool:
    value = node.value
    if isinstance(value, Choice):
        return any(may_be_null(option.value) for option in value.options)
    return may_be_null(value)


def _or_else(node: Node, other: Node, span: Span) -> Node:
    value = node.value
    if nothing(node):
        return other
    if isinstance(value, Choice):
        return choice([_or_else(option, other, span) for option in value.options], value.why, node)
    if may_be_null(value) and not nothing(other):
        why = doubt_of([node]) or Unknown(Cause.RUNTIME, node.span, "a value")
        return Node(Unknown(why.cause, why.span, why.label, call_form("??", [node, other])), span, node.trail)
    return node


def _name_of(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """nameof(a.b.c): the last name written."""
    expr = args[0] if len(args) == 1 else None
    if expr is not None and expr.op is Op.NAME:
        return literal(expr.args[0], span)
    if expr is not None and expr.op is Op.MEMBER:
        return literal(expr.args[1], span)
    return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))


TABLE: dict[str, Special] = {
    "&&": _and,
    "and": _and,
    "||": _or,
    "or": _or,
    "!": _not,
    "not": _not,
    "!=": _unequal,
    "=~": _alike,
    "!~": _unlike,
    "-": _minus,
    "??": _coalesce,
    "coalesce": _coalesce,
    "nameof": _name_of,
    "reference": references.reference,
    "resourceinfo": references.resource_info,
}
