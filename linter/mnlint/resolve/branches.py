"""Conditions: one of two values, or a choice where nobody knows which."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.expr import Expr
from mnlint.model.value import Absent, Cause, Choice, Hop, HopKind, Node, Unknown, choice
from mnlint.resolve.forms import deep_form, doubt_of
from mnlint.resolve.scope import MAX_OPTIONS, Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import has_failed, may_fail
from mnlint.resolve.typed.kinds import if_there, marked, type_of
from mnlint.resolve.typed.types import BOOL
from mnlint.resolve.typed.values import converted, either_of


def one_of_two(expr: Expr, scope: Scope) -> Node:
    test_expr, yes, no = expr.args
    test = scope.world.evaluate(test_expr, scope)
    words = scope.words(test_expr.span, 40)
    if scope.language == "terraform":
        return _typed_cond(expr, test, words, scope)
    if isinstance(test.value, bool):
        taken = scope.world.evaluate(yes if test.value else no, scope)
        return taken.through(Hop(HopKind.BRANCH, expr.span, f"because {words} is {str(test.value).lower()}"))
    return _either(expr, test, [scope.world.evaluate(yes, scope), scope.world.evaluate(no, scope)], words, scope)


def _typed_cond(expr: Expr, test: Node, words: str, scope: Scope) -> Node:
    """Both results have one type, to which the one that is taken is converted; without one Terraform stops."""
    _, yes, no = expr.args
    sure = not may_fail(test) and type_of(test) == BOOL
    test = converted(test, BOOL)
    results = either_of(scope.world.evaluate(yes, scope), scope.world.evaluate(no, scope))
    if results is None or test.value is None or isinstance(test.value, Absent) or has_failed(test):
        return failed(expr.span, scope)
    if isinstance(test.value, bool):
        taken = marked(results[0 if test.value else 1], [test])
        return taken.through(Hop(HopKind.BRANCH, expr.span, f"because {words} is {str(test.value).lower()}"))
    if isinstance(test.value, Choice) and any(map(has_failed, test.value.options)):
        made = [failed(expr.span, scope) if has_failed(o) else results[not o.value] for o in test.value.options]
        return choice(made, test.value.why, Node(None, expr.span, test.trail))
    if not sure:
        results = [if_there(result) for result in results]
    return _either(expr, test, results, words, scope)


def _either(expr: Expr, test: Node, results: Sequence[Node], words: str, scope: Scope) -> Node:
    """One of two results, where nobody knows which."""
    _, yes, no = expr.args
    why = _reason(test, scope)
    options = [
        results[0].through(Hop(HopKind.BRANCH, yes.span, f"if {words}")),
        results[1].through(Hop(HopKind.BRANCH, no.span, f"unless {words}")),
    ]
    made = choice(options, why, Node(None, expr.span, (Hop(HopKind.COMPUTED, expr.span, f"depends on {words}"),)))
    if isinstance(made.value, Choice) and len(made.value.options) > MAX_OPTIONS:
        return Node(Unknown(why.cause, why.span, why.label), expr.span, test.trail)
    return made


def _reason(test: Node, scope: Scope) -> Unknown:
    found = doubt_of([test])
    if found is None:
        return Unknown(Cause.UNEXPECTED_TYPE, test.span, scope.words(test.span, 40))
    return Unknown(found.cause, found.span, found.label, deep_form(test))
