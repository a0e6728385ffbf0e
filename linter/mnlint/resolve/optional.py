"""Terraform's `optional(type, default)` in the type of a variable: filled in where a value lacks the attribute."""

from __future__ import annotations

from collections.abc import Callable

from mnlint.model.expr import Expr, Op
from mnlint.model.value import Choice, Hop, HopKind, Map, Node, Seq, choice

Evaluate = Callable[[Expr], Node]


def completed(node: Node, constraint: Expr, evaluate: Evaluate) -> Node:
    """A value as its variable holds it: attributes that are null or not there have their defaults."""
    name, arguments = constraint.args if constraint.op is Op.CALL else ("", ())
    value = node.value
    if not arguments or not isinstance(value, Map | Seq | Choice):
        return node
    inner = arguments[0]
    if isinstance(value, Choice):
        return choice([completed(option, constraint, evaluate) for option in value.options], value.why, node)
    if name == "object" and isinstance(value, Map):
        return node.holding(_object(value, inner, evaluate))
    if name == "map" and isinstance(value, Map):
        entries = {key: completed(member, inner, evaluate) for key, member in value.entries.items()}
        return node.holding(Map(entries, value.head, value.more, value.hidden))
    if name in ("list", "set") and isinstance(value, Seq):
        return node.holding(Seq(tuple(completed(item, inner, evaluate) for item in value.items), value.more))
    return node


def _object(value: Map, attributes: Expr, evaluate: Evaluate) -> Map:
    entries = dict(value.entries)
    for key, constraint in attributes.args if attributes.op is Op.OBJECT else ():
        name = key.args[0] if key.op is Op.LITERAL else None
        if not isinstance(name, str) or constraint is None:
            continue
        kind, default = _declared(constraint)
        found = entries.get(name)
        if default is not None and (found is not None or value.more is None):
            found = _or_default(found, name, default, evaluate)
        if found is not None:
            entries[name] = completed(found, kind, evaluate)
    return Map(entries, value.head, value.more, value.hidden)


def _declared(constraint: Expr) -> tuple[Expr, Expr | None]:
    """The type of an attribute, and its default if it has one."""
    if constraint.op is not Op.CALL or constraint.args[0] != "optional" or not constraint.args[1]:
        return constraint, None
    kind, *default = constraint.args[1]
    return kind, default[0] if default else None


def _or_default(found: Node | None, name: str, default: Expr, evaluate: Evaluate) -> Node:
    if found is not None and isinstance(found.value, Choice):
        options = [_or_default(option, name, default, evaluate) for option in found.value.options]
        return choice(options, found.value.why, found)
    if found is not None and found.value is not None:
        return found
    return evaluate(default).through(Hop(HopKind.DEFAULT, default.span, f"default of {name}"))
