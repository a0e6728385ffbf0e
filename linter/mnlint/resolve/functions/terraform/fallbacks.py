"""Terraform's calls that do not take all arguments as they are: try, can, sensitive, conversion to a type."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.expr import Expr, Op
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import Cause, Choice, Node, Ref, Unknown, choice, literal, unknown
from mnlint.resolve.forms import call_form, deep_doubt
from mnlint.resolve.functions.outcome import doubtful
from mnlint.resolve.optional import completed
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import fails, may_fail

Special = Callable[[Sequence[Expr], Span, Scope], Node]


def _try(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """try(a, b, ...): the first that Terraform does not stop at; in doubt where nobody knows whether it does."""
    return _or_next(scope.world.evaluate(args[0], scope), args[1:], span, scope)


def _or_next(node: Node, args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    value = node.value
    if isinstance(value, Choice):
        return choice([_or_next(option, args, span, scope) for option in value.options], value.why, node)
    if fails(node):
        return _try(args, span, scope) if args else failed(span, scope)
    if not args:
        return node
    guards = _guards(node, scope)
    if guards:
        first = guards[0].value
        why = first if isinstance(first, Unknown) else Unknown(Cause.GUARD, span, scope.words(span))
        form = why.form if len(guards) == 1 else None
        return choice([node, _try(args, span, scope)], replace(why, form=form), node)
    if not may_fail(node):
        return node
    other = _try(args, span, scope)
    if isinstance(value, Unknown):
        form = None if value.cause is Cause.SECRET else call_form("try", [node, other])
        return Node(Unknown(value.cause, value.span, value.label, form), span, node.trail)
    doubt = deep_doubt([node])
    if doubt is None:  # seen to its last member, but nobody knows whether it is there
        return choice([node, other], Unknown(Cause.GUARD, span, scope.words(span)), node)
    return choice([node, other], replace(doubt, form=call_form("can", [node])), node)


def _guards(node: Node, scope: Scope) -> list[Node]:
    """What has to hold for a resource to be there that this scope does not depend on itself."""
    value = node.value
    instance = scope.world.instances.get(value.address) if isinstance(value, Ref) else None
    return [guard for guard in instance.guards if guard not in scope.guards] if instance is not None else []


def _can(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    node = scope.world.evaluate(args[0], scope)
    if isinstance(node.value, Choice):
        answers = {fails(option) for option in node.value.options if fails(option) or not may_fail(option)}
        sure = all(fails(option) or not may_fail(option) for option in node.value.options)
        if sure and len(answers) == 1:
            return literal(not answers.pop(), span)
        return doubtful([node], span, scope, "can")
    if fails(node):
        return literal(False, span)
    if not may_fail(node) and not _guards(node, scope):
        return literal(True, span)
    if deep_doubt([node]) is None:
        return unknown(Cause.GUARD, span, scope.words(span))
    return doubtful([node], span, scope, "can")


def _sensitive(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return unknown(Cause.SECRET, span, "a sensitive value")


def _is_sensitive(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    node = scope.world.evaluate(args[0], scope)
    if args[0].op is Op.LITERAL:  # what comes from elsewhere may have been made one on its way
        return literal(False, span)
    if isinstance(node.value, Unknown) and node.value.cause is Cause.SECRET:
        return literal(True, span)
    return doubtful([node], span, scope, "issensitive")


def _as_it_is(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """nonsensitive() and ephemeralasnull(): a secret is none for Terraform any more, but it stays one for us."""
    return scope.world.evaluate(args[0], scope)


def _convert(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """convert(value, type)."""
    if len(args) != 2:
        return failed(span, scope)
    node = scope.world.evaluate(args[0], scope)
    return completed(node, args[1], lambda expr: scope.world.evaluate(expr, scope))


def _known_after_apply(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    """What a plan leaves open; its argument is the way to it, so that no two are one."""
    form = call_form("known after apply", [scope.world.evaluate(arg, scope) for arg in args])
    return unknown(Cause.RUNTIME, span, scope.words(span), form)


TABLE: dict[str, Special] = {
    "try": _try,
    "can": _can,
    "convert": _convert,
    "sensitive": _sensitive,
    "nonsensitive": _as_it_is,
    "ephemeralasnull": _as_it_is,
    "issensitive": _is_sensitive,
    "known after apply": _known_after_apply,
}
