"""Expr to Node: the only place where values are made from expressions, or where it is said who makes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from mnlint.model.expr import Expr, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.typing import Final
from mnlint.model.value import Absent, Cause, Map, Node, Seq, Unknown, literal, unknown
from mnlint.resolve.forms import call_form, doubt_of
from mnlint.resolve.scope import MAX_DEPTH, Scope
from mnlint.resolve.typed.scalars import as_text, normal

Evaluator = Callable[[Expr, Scope], Node]

_LITERAL, _OBJECT = Op.LITERAL, Op.OBJECT  # the most frequent by far: a member of an enum is slow to look up
_WORD = pattern(r"[\w-]++")
# Who evaluates what not every template has, each imported only when there is such a thing.
_ELSEWHERE: Final = {
    Op.TEXT: "joined:text_in",
    Op.MEMBER: "members:member_of",
    Op.INDEX: "members:index_of",
    Op.CALL: "calls:call_of",
    Op.COND: "branches:one_of_two",
    Op.FOR: "comprehensions:for_each",
}


def evaluate(expr: Expr, scope: Scope, head: Span | None = None) -> Node:
    """The value of an expression. `head` is what to mark if a member of the object written here is missing."""
    world = scope.world
    if world.fuel <= 0 or world.depth >= MAX_DEPTH:
        from mnlint.resolve.budget import too_much

        return too_much(expr.span, scope)
    world.fuel -= 1
    op = expr.op
    if op is _LITERAL:
        return _literal(expr, scope)
    world.depth += 1
    try:
        if op is _OBJECT:
            return _object(expr, scope, head)
        return _evaluator(op)(expr, scope)
    finally:
        world.depth -= 1


def _literal(expr: Expr, scope: Scope) -> Node:
    value = expr.args[0]
    return literal(normal(value) if scope.language == "terraform" else value, expr.span)


def _name(expr: Expr, scope: Scope) -> Node:
    return scope.lookup(expr.args[0], expr.span)


def _array(expr: Expr, scope: Scope) -> Node:
    items: list[Node] = []
    more: Unknown | None = None
    for item in expr.args:
        if item.op is not Op.SPREAD:
            items.append(evaluate(item, scope))
            continue
        spread = evaluate(item.args[0], scope)
        value = spread.value
        if isinstance(value, Seq):
            items.extend(value.items)
            more = more or value.more
        elif value is not None and not isinstance(value, Absent):
            more = more or doubt_of([spread]) or Unknown(Cause.UNEXPECTED_TYPE, item.span, scope.words(item.span))
    return literal(Seq(tuple(items), more), expr.span)


def _object(expr: Expr, scope: Scope, head: Span | None) -> Node:
    layers: list[Node] = []
    entries: dict[str, Node] = {}
    spelled: dict[str, str] = {}  # how the members are written, by what they are called whatever the case
    hidden: list[tuple[str, Node]] = []
    more: Unknown | None = None
    mark = head or _first_word(expr.span, scope)

    def layer() -> Node:
        return literal(Map(dict(entries), mark, more, tuple(hidden)), expr.span)

    for key_expr, value_expr in expr.args:
        if key_expr.op is Op.SPREAD:
            layers += [layer(), evaluate(key_expr.args[0], scope)]
            entries, spelled, hidden, more = {}, {}, [], None
            continue
        key = evaluate(key_expr, scope)
        if not isinstance(key.value, str | int | float) or isinstance(key.value, bool):
            # Nobody knows which member this is: it may be any, so what stands before it is no longer sure.
            why = doubt_of([key]) or Unknown(Cause.UNEXPECTED_TYPE, key_expr.span, scope.words(key_expr.span))
            form = call_form("object", [key, evaluate(value_expr, scope, key_expr.span)])
            layers += [layer(), Node(replace(why, form=form), key_expr.span, key.trail)]
            entries, spelled, hidden, more = {}, {}, [], None
            continue
        name = as_text(key.value)
        known = spelled.get(name.lower(), name) if scope.fold else name
        if known in entries:
            hidden.append((name, entries.pop(known)))
        spelled[name.lower()] = name
        entries[name] = evaluate(value_expr, scope, key_expr.span)
    if not layers:
        return layer()
    from mnlint.resolve.functions.objects import merged

    return merged([*layers, layer()], expr.span, mark, scope, deep=False)


def _first_word(span: Span, scope: Scope) -> Span:
    """A block's type, or the brace of an object."""
    source = scope.source(span.file)
    word = _WORD.match(source.text, span.start, span.end) if source else None
    return Span(span.file, span.start, word.end() if word else span.start + 1)


def _opaque(expr: Expr, scope: Scope) -> Node:
    return unknown(Cause.UNREADABLE, expr.span, expr.args[0])


def _not_a_value(expr: Expr, scope: Scope) -> Node:
    return unknown(Cause.FUNCTION, expr.span, scope.words(expr.span))


_TABLE: Final[dict[Op, Evaluator]] = {
    Op.LITERAL: _literal,
    Op.NAME: _name,
    Op.ARRAY: _array,
    Op.OPAQUE: _opaque,
    Op.SPREAD: _not_a_value,
    Op.LAMBDA: _not_a_value,
}


@cache
def _evaluator(op: Op) -> Evaluator:
    if op in _TABLE:
        return _TABLE[op]
    module, _, name = _ELSEWHERE[op].partition(":")
    found: Evaluator = getattr(import_module(f"mnlint.resolve.{module}"), name)
    return found
