"""Values as the type of a Terraform variable has them: converted, with the defaults of attributes left out."""

from __future__ import annotations

from collections.abc import Callable

from mnlint.model.expr import Expr, Op
from mnlint.model.record import replace
from mnlint.model.typing import Final
from mnlint.model.value import Absent, Choice, Hop, HopKind, Map, Node, Seq, Type, choice
from mnlint.resolve.typed.fails import has_failed
from mnlint.resolve.typed.types import ANY, BOOL, NUMBER, STRING, list_of, map_of, object_of, tuple_of
from mnlint.resolve.typed.values import converted

Evaluate = Callable[[Expr], Node]
_WORDS: Final = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": ANY}
_OF_ANY: Final = {"list": list_of(ANY), "map": map_of(ANY)}  # as Terraform 0.11 had it, where it is the whole type
MAX_DEPTH: Final = 50


def completed(node: Node, constraint: Expr, evaluate: Evaluate) -> Node:
    """A value as its variable holds it. One that its type does not allow stays as it is: Terraform stops there."""
    word, argument = _parts(constraint)
    wanted = _OF_ANY.get(word) if argument is None else None
    wanted = wanted or type_named(constraint)
    if wanted is None:
        return node
    made = converted(_with_defaults(node, constraint, evaluate), wanted)
    return node if has_failed(made) else made


def type_named(constraint: Expr, depth: int = 0) -> Type | None:
    """The type that a constraint says; None where it makes no sense. Terraform 0.11 had the words in quotes."""
    word, argument = _parts(constraint)
    if argument is None:
        return _WORDS.get(word)
    if depth > MAX_DEPTH:
        return None
    if word in ("list", "set", "map"):
        member = type_named(argument, depth + 1)
        return None if member is None else Type(word, (member,))
    if word == "tuple" and argument.op is Op.ARRAY:
        parts = [type_named(part, depth + 1) for part in argument.args]
        known = [part for part in parts if part is not None]
        return tuple_of(known) if len(known) == len(parts) else None
    if word == "object" and argument.op is Op.OBJECT:
        return _object_named(argument, depth)
    return None


def _object_named(attributes: Expr, depth: int) -> Type | None:
    members: dict[str, Type] = {}
    optional: set[str] = set()
    for key, constraint in attributes.args:
        name = key.args[0] if key.op is Op.LITERAL else None
        if not isinstance(name, str) or constraint is None:
            return None
        kind, _, may_be_left_out = _attribute(constraint)
        made = type_named(kind, depth + 1)
        if made is None:
            return None
        members[name] = made
        if may_be_left_out:
            optional.add(name)
    return object_of(members, frozenset(optional))


def _parts(constraint: Expr) -> tuple[str, Expr | None]:
    """The word of a type and its argument."""
    if constraint.op is Op.CALL:
        word, arguments = constraint.args
        return word, arguments[0] if len(arguments) == 1 else None
    name = constraint.args[0] if constraint.op in (Op.NAME, Op.LITERAL) else ""
    return (name if isinstance(name, str) else ""), None


def _attribute(constraint: Expr) -> tuple[Expr, Expr | None, bool]:
    """The type of an attribute, its default if it has one, and whether it may be left out."""
    if constraint.op is not Op.CALL or constraint.args[0] != "optional" or not constraint.args[1]:
        return constraint, None, False
    kind, *default = constraint.args[1]
    return kind, default[0] if default else None, True


def _with_defaults(node: Node, constraint: Expr, evaluate: Evaluate) -> Node:
    """A value with the defaults of its attributes, before it is converted; the same node where there are none."""
    value = node.value
    if isinstance(value, Choice):
        options = [_with_defaults(option, constraint, evaluate) for option in value.options]
        return choice(options, value.why, node)
    word, argument = _parts(constraint)
    if argument is None or not isinstance(value, Map | Seq):
        return node
    if isinstance(value, Map) and word == "object" and argument.op is Op.OBJECT:
        return node.holding(_object(value, argument, evaluate))
    if isinstance(value, Map) and word == "map":
        entries = {name: _with_defaults(member, argument, evaluate) for name, member in value.entries.items()}
        changed = any(entries[name] is not member for name, member in value.entries.items())
        return node.holding(replace(value, entries=entries, of=None)) if changed else node
    kinds = (argument,) * len(getattr(value, "items", ())) if word != "tuple" else argument.args
    if isinstance(value, Seq) and word in ("list", "set", "tuple") and len(kinds) == len(value.items):
        items = tuple(_with_defaults(item, kind, evaluate) for item, kind in zip(value.items, kinds, strict=True))
        changed = any(new is not old for new, old in zip(items, value.items, strict=True))
        return node.holding(replace(value, items=items, is_set=False, of=None)) if changed else node
    return node


def _object(value: Map, attributes: Expr, evaluate: Evaluate) -> Map:
    entries = dict(value.entries)
    for key, constraint in attributes.args:
        name = key.args[0] if key.op is Op.LITERAL else None
        if not isinstance(name, str) or constraint is None:
            return value
        kind, default, _ = _attribute(constraint)
        found = entries.get(name)
        if default is not None and (found is not None or value.more is None):
            found = _or_default(found, name, default, evaluate)
        if found is not None:
            entries[name] = _with_defaults(found, kind, evaluate)
    return replace(value, entries=entries, of=None)


def _or_default(found: Node | None, name: str, default: Expr, evaluate: Evaluate) -> Node:
    if found is not None and isinstance(found.value, Choice):
        options = [_or_default(option, name, default, evaluate) for option in found.value.options]
        return choice(options, found.value.why, found)
    if found is not None and found.value is not None and not isinstance(found.value, Absent):
        return found
    return evaluate(default).through(Hop(HopKind.DEFAULT, default.span, f"default of {name}"))
