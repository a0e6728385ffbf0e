"""Terraform's `&&`, `||`, `!` and `!=`: operands are truths or texts that say one; one side may decide alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.expr import Expr, Op
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import Cause, Choice, Node, Unknown, choice, literal, negated
from mnlint.resolve.forms import call_form, deep_form, doubt_of
from mnlint.resolve.functions.outcome import nothing
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import fails, has_failed, may_fail
from mnlint.resolve.typed.kinds import if_there, type_of
from mnlint.resolve.typed.types import BOOL
from mnlint.resolve.typed.values import converted

Special = Callable[[Sequence[Expr], Span, Scope], Node]


def _connective(sign: str, stops: bool) -> Special:
    def function(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
        """Kleene's *and* or *or*: since Terraform 1.12 one side decides even where the other one cannot be had.

        One that is no truth does not count where it stands further inside than the side that decides.
        """
        operands = [scope.world.evaluate(arg, scope) for arg in _operands(args, sign)]
        nodes = [converted(operand, BOOL) for operand in operands]
        outer = range(len(nodes))[-1:] if len(nodes) > 2 else range(2)
        if any(has_failed(nodes[at]) and not fails(operands[at]) for at in outer):
            return replace(failed(span, scope), of=BOOL)
        found = _decided(nodes, span, scope)
        sure = all(type_of(operand) == BOOL and not may_fail(operand) for operand in operands)
        return found if sure or found.of is not None else if_there(found)

    def _decided(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        stopper = next((node for node in nodes if node.value is stops), None)
        if stopper is not None:
            return stopper
        open_ones = [node for node in nodes if not isinstance(node.value, bool)]
        forms = [deep_form(node) for node in open_ones]
        # `a && a` is `a`
        open_ones = [n for at, n in enumerate(open_ones) if forms[at] is None or forms[at] not in forms[:at]]
        if not open_ones:
            return literal(not stops, span)
        if all(map(fails, open_ones)):
            return replace(failed(span, scope), of=BOOL)
        if len(open_ones) == 1 and not nothing(open_ones[0]):
            return open_ones[0]
        why = doubt_of(open_ones) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
        made = Unknown(why.cause, why.span, why.label, call_form(sign, open_ones))
        return Node(made, span, open_ones[0].trail, BOOL)

    return function


def _operands(args: Sequence[Expr], sign: str) -> list[Expr]:
    """The operands of an operator and of the same one among them: `a && b && c` is one of three."""
    todo, made = list(reversed(args)), []
    while todo:
        expr = todo.pop()
        if expr.op is Op.CALL and expr.args[0] == sign:
            todo.extend(reversed(expr.args[1]))
        else:
            made.append(expr)
    return made


def _not(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    node = converted(scope.world.evaluate(args[0], scope), BOOL)
    value = node.value
    if isinstance(value, bool):
        return Node(not value, span, node.trail)
    if nothing(node) or fails(node):
        return replace(failed(span, scope), of=BOOL)
    if isinstance(value, Choice) and all(isinstance(option.value, bool) for option in value.options):
        return choice([option.holding(not option.value) for option in value.options], value.why, node)
    why = doubt_of([node]) or Unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label, negated(deep_form(node))), span, node.trail, BOOL)


def _unequal(args: Sequence[Expr], span: Span, scope: Scope) -> Node:
    return _not([Expr(Op.CALL, span, ("==", tuple(args)))], span, scope)


TABLE: dict[str, Special] = {
    "&&": _connective("&&", stops=False),
    "||": _connective("||", stops=True),
    "!": _not,
    "!=": _unequal,
}
