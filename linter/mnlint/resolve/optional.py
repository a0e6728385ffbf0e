"""Values as the type of a Terraform variable has them: converted, with the defaults of attributes left out."""

from __future__ import annotations

from collections.abc import Callable

from mnlint.model.expr import Expr, Op
from mnlint.model.value import Absent, Choice, Hop, HopKind, Map, Node, Seq, Unknown, choice, literal
from mnlint.resolve.plain import number_text

Evaluate = Callable[[Expr], Node]


def completed(node: Node, constraint: Expr, evaluate: Evaluate) -> Node:
    """A value as its variable holds it. One that its type does not allow stays as it is: Terraform stops there."""
    value = node.value
    if isinstance(value, Choice):
        return choice([completed(option, constraint, evaluate) for option in value.options], value.why, node)
    if value is None or isinstance(value, Absent | Unknown):
        return node
    name, arguments = _kind(constraint)
    scalar = _SCALARS.get(name)
    if scalar is not None:
        return scalar(node)
    inner = arguments[0] if arguments else None
    if inner is None:
        return node
    if name == "object" and isinstance(value, Map) and inner.op is Op.OBJECT:
        return node.holding(_object(node, value, inner, evaluate))
    if name == "map" and isinstance(value, Map):
        entries = {key: completed(member, inner, evaluate) for key, member in value.entries.items()}
        return node.holding(Map(entries, value.head, value.more, value.hidden))
    if name == "tuple" and isinstance(value, Seq) and inner.op is Op.ARRAY and len(inner.args) == len(value.items):
        pairs = zip(value.items, inner.args, strict=True)
        return node.holding(Seq(tuple(completed(item, kind, evaluate) for item, kind in pairs), value.more))
    if name in ("list", "set") and isinstance(value, Seq):
        items = tuple(completed(item, inner, evaluate) for item in value.items)
        return node.holding(_set(items, value) if name == "set" else Seq(items, value.more, value.form))
    return node


def _kind(constraint: Expr) -> tuple[str, tuple[Expr, ...]]:
    """The word of a type and its arguments; Terraform 0.11 had the words in quotes."""
    if constraint.op is Op.CALL:
        return constraint.args
    name = constraint.args[0] if constraint.op in (Op.NAME, Op.LITERAL) else ""
    return (name, ()) if isinstance(name, str) else ("", ())


def _text(node: Node) -> Node:
    value = node.value
    if isinstance(value, bool):
        return node.holding("true" if value else "false")
    return node.holding(number_text(value)) if isinstance(value, int | float) else node


def _number(node: Node) -> Node:
    value = node.value
    plain = isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19
    return node.holding(int(str(value))) if plain else node


def _truth(node: Node) -> Node:
    return node.holding(node.value == "true") if node.value in ("true", "false") else node


_SCALARS: dict[str, Callable[[Node], Node]] = {"string": _text, "number": _number, "bool": _truth}


def _set(items: tuple[Node, ...], value: Seq) -> Seq:
    """The members of a set, texts and numbers in order and none twice; those not known are left where they stand."""
    known = {(type(n.value), n.value): n for n in reversed(items) if isinstance(n.value, bool | int | float | str)}
    if len(known) == 0 or any(isinstance(n.value, Map | Seq) for n in items):
        return Seq(items, value.more, value.form, is_set=True)
    if all(isinstance(key, str) for _, key in known) or not any(isinstance(key, str) for _, key in known):
        ordered = sorted(known.values(), key=lambda n: (str(n.value) if isinstance(n.value, str) else "", _size(n)))
    else:
        ordered = list(known.values())[::-1]
    others = tuple(item for item in items if not isinstance(item.value, bool | int | float | str))
    return Seq((*ordered, *others), value.more, value.form, is_set=True)


def _size(node: Node) -> float:
    return float(node.value) if isinstance(node.value, int | float) else 0.0


def _object(node: Node, value: Map, attributes: Expr, evaluate: Evaluate) -> Map:
    """The attributes that a type names; others are dropped, and one that is optional and not there is null."""
    entries: dict[str, Node] = {}
    for key, constraint in attributes.args:
        name = key.args[0] if key.op is Op.LITERAL else None
        if not isinstance(name, str) or constraint is None:
            return value
        kind, default, optional = _declared(constraint)
        found = value.entries.get(name)
        if default is not None and (found is not None or value.more is None):
            found = _or_default(found, name, default, evaluate)
        elif optional and found is None and value.more is None:
            found = literal(None, value.head, f"no {name} here")
        if found is not None:
            entries[name] = completed(found, kind, evaluate)
    return Map(entries, value.head, value.more, value.hidden)


def _declared(constraint: Expr) -> tuple[Expr, Expr | None, bool]:
    """The type of an attribute, its default if it has one, and whether it may be left out."""
    if constraint.op is not Op.CALL or constraint.args[0] != "optional" or not constraint.args[1]:
        return constraint, None, False
    kind, *default = constraint.args[1]
    return kind, default[0] if default else None, True


def _or_default(found: Node | None, name: str, default: Expr, evaluate: Evaluate) -> Node:
    if found is not None and isinstance(found.value, Choice):
        options = [_or_default(option, name, default, evaluate) for option in found.value.options]
        return choice(options, found.value.why, found)
    if found is not None and found.value is not None and not isinstance(found.value, Absent):
        return found
    return evaluate(default).through(Hop(HopKind.DEFAULT, default.span, f"default of {name}"))
