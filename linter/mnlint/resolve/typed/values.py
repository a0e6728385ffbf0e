"""Values with types: what type a value has, and what Terraform makes of it where another type is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.record import replace
from mnlint.model.typing import Final
from mnlint.model.value import (
    Absent,
    Cause,
    Choice,
    Map,
    Node,
    Ref,
    Seq,
    Type,
    Unknown,
    choice,
    literal,
    unknown,
)
from mnlint.resolve.forms import FAILED, deep_doubt
from mnlint.resolve.typed.fails import has_failed, may_fail
from mnlint.resolve.typed.kinds import if_there, is_marked, marked, type_of
from mnlint.resolve.typed.scalars import FailsError, as_bool, as_number, as_text
from mnlint.resolve.typed.types import ANY, UNSURE, becomes, is_sure, plain_type, unified


def failing(node: Node) -> Node:
    """What Terraform stops at, in the place of a value that is of the wrong type."""
    return unknown(Cause.UNEXPECTED_TYPE, node.span, "a value of another type than is wanted", FAILED)


def in_common(nodes: Sequence[Node]) -> list[Node] | None:
    """Values made one type; None where Terraform finds none for them."""
    if all(type(node.value) is str for node in nodes):
        return list(nodes)
    types = [type_of(node) for node in nodes]
    kind = unified(types)
    if kind is None:
        return None
    made = [_converted(node, kind) for node in nodes]
    # One of a type that nobody knows may be one that has nothing in common with the others.
    return made if all(map(is_sure, types)) else [_unsure(node) for node in made]


def either_of(first: Node, second: Node) -> list[Node] | None:
    """The two results of a condition as values of one type; None where Terraform finds none.

    A null that is written is of the type of the other one. A result that Terraform stops at is of any type, and the
    other one stays as it is: where nobody knows whether it stops there, nobody knows what the other one is made.
    """
    both = (first, second)
    if any(has_failed(node) and node.of is None for node in both):
        return list(both)
    types = [node.of if has_failed(node) and node.of is not None else type_of(node) for node in both]
    if ANY in types:
        return [_converted(node, types[1 - at]) if types[at] == ANY else node for at, node in enumerate(both)]
    unsure = [may_fail(node) and not has_failed(node) for node in both]
    kind = unified(types)
    if kind is None:
        return [_unsure(first), _unsure(second)] if any(unsure) else None
    made = [_converted(node, kind) for node in both]
    if not all(map(is_sure, types)):
        made = [_unsure(node) for node in made]
    for at, node in enumerate(both):
        if unsure[1 - at] and types[at] != kind:
            made[at] = _unsure(node if kind.word != "set" else _in_any_order(node))
    return made


def _in_any_order(node: Node) -> Node:
    """A list that may have become a set."""
    value = node.value
    if not isinstance(value, Seq) or value.is_set or len(value.items) < 2:
        return node
    why = deep_doubt([node]) or Unknown(Cause.UNEXPECTED_TYPE, node.span, "a list that may be a set")
    return node.holding(replace(value, more=value.more or replace(why, form=None)))


def _unsure(node: Node) -> Node:
    """A value of which nobody knows whether it is of the right type: numbers and truths in it may become texts."""
    value = node.value
    if isinstance(value, Choice):
        return node.holding(Choice(tuple(map(_unsure, value.options)), value.why))
    if isinstance(value, Map):
        entries = {name: _unsure(child) for name, child in value.entries.items()}
        return replace(node, value=replace(value, entries=entries), of=UNSURE)
    if isinstance(value, Seq):
        return replace(node, value=replace(value, items=tuple(map(_unsure, value.items))), of=UNSURE)
    return node if value is None or isinstance(value, Absent) or has_failed(node) else replace(node, of=UNSURE)


def converted(node: Node, wanted: Type) -> Node:
    """A value as a type has it; what nobody knows stays as it is, and `failing` where Terraform has no way."""
    kind = type_of(node)
    return failing(node) if is_sure(kind) and not becomes(kind, wanted) else _converted(node, wanted)


def _converted(node: Node, wanted: Type) -> Node:
    value = node.value
    if wanted.word == "any" or isinstance(value, Absent):
        return node
    if wanted == UNSURE:
        return node if isinstance(value, str) else _unsure(node)
    if value is None or isinstance(value, Unknown):
        return _typed(node, wanted)
    if isinstance(value, Choice):
        options = [_converted(option, wanted) for option in value.options]
        return choice(options, value.why, node) if any(map(_differs, options, value.options)) else node
    return marked(_of_type(node, wanted), [node])


def _of_type(node: Node, wanted: Type) -> Node:
    value = node.value
    scalar = _SCALARS.get(wanted.word)
    if scalar is not None:
        return _scalar(node, scalar) if not isinstance(value, Map | Seq) else failing(node)
    if isinstance(value, Ref):
        return node
    if isinstance(value, Seq) and wanted.word in ("list", "set"):
        return _listed(node, value, wanted)
    if isinstance(value, Seq) and wanted.word == "tuple" and value.of is None and not value.is_set:
        return _tuple(node, value, wanted)
    if isinstance(value, Map) and wanted.word == "map":
        return _mapped(node, value, wanted.parts[0])
    if isinstance(value, Map) and wanted.word == "object":
        return _object(node, value, wanted)
    return failing(node)


def _typed(node: Node, wanted: Type) -> Node:
    """A null or something unknown of the type that is wanted, where that says all."""
    if _is_open(wanted) or has_failed(node) or is_marked(node):
        return node
    return replace(node, of=plain_type(wanted))


def _differs(new: Node, old: Node) -> bool:
    return new is not old


def _scalar(node: Node, change: Callable[[object], object]) -> Node:
    if isinstance(node.value, Ref):
        return node
    try:
        made = change(node.value)
    except FailsError:
        return failing(node)
    except ValueError:
        return unknown(Cause.UNEXPECTED_TYPE, node.span, "a text that is not read as a number here")
    if type(made) is type(node.value):
        return node
    return node.holding(made if isinstance(made, bool | int | float | str) else None)


def _listed(node: Node, value: Seq, wanted: Type) -> Node:
    """A list or a set of members of one type."""
    member = wanted.parts[0]
    if wanted.word == ("set" if value.is_set else "list") and value.of == member and member.word not in ("", "any"):
        return node
    items, kind = _of_one_type(value.items, member, value.of)
    if items is None or not _fit(items, kind):
        return failing(node)
    found = next(filter(has_failed, items), None)
    if found is not None:
        return found
    from mnlint.resolve.typed.sets import as_set, order_in_doubt

    if wanted.word == "set":
        return node.holding(as_set(items, value.more, kind, value.form))
    return node.holding(Seq(tuple(items), value.more or order_in_doubt(value), value.form, of=kind))


def _of_one_type(items: Sequence[Node], member: Type, before: Type | None) -> tuple[list[Node] | None, Type]:
    """Members of the type that is wanted; where that leaves something open, of the one that they have in common."""
    made = [_converted(item, member) for item in items]
    if not _is_open(member):
        return made, member
    if not made or (before is not None and member.word == "any"):
        return made, before or member
    types = [type_of(item) for item in made]
    kind = unified(types)
    if kind is not None and _is_open(kind):  # a map of whatever there is
        made = [_converted(item, kind) for item in made]
        types = [type_of(item) for item in made]
        kind = unified(types)
        if kind is not None and _is_open(kind) and len({part for part in types if is_sure(part)} - {ANY}) > 1:
            return None, UNSURE
    if kind is None:
        return None, UNSURE
    made = [_converted(item, kind) for item in made]
    # One of a type that nobody knows may have nothing in common with the others.
    return (made if all(map(is_sure, types)) else list(map(if_there, made))), kind


def _fit(items: Sequence[Node], kind: Type) -> bool:
    """Whether members that have only `any` in common are all of that: nulls."""
    return kind != ANY or all(item.value is None or type_of(item) == UNSURE for item in items)


def _is_open(kind: Type) -> bool:
    """Whether a constraint leaves a type open."""
    return kind.word == "any" or any(map(_is_open, kind.parts))


def _tuple(node: Node, value: Seq, wanted: Type) -> Node:
    if value.more is not None:
        return node
    if len(value.items) != len(wanted.parts):
        return failing(node)
    items = tuple(map(_converted, value.items, wanted.parts))
    return next(filter(has_failed, items), None) or node.holding(Seq(items))


def _mapped(node: Node, value: Map, member: Type) -> Node:
    """A map of members of one type; nulls that are of none do not count."""
    if value.of == member and member.word not in ("", "any"):
        return node
    names = list(value.entries)
    items, kind = _of_one_type([value.entries[name] for name in names], member, value.of)
    if items is None:
        return failing(node)
    if kind == ANY:
        others = list(dict.fromkeys(type_of(item) for item in items if type_of(item) != ANY))
        if len(others) > 1:
            return failing(node) if all(map(is_sure, others)) else _unsure(node)
        kind = others[0] if others else ANY
    found = next(filter(has_failed, items), None)
    if found is not None:
        return found
    entries = dict(zip(names, items, strict=True))
    return node.holding(Map(entries, value.head, value.more, value.hidden, value.only, kind))


def _object(node: Node, value: Map, wanted: Type) -> Node:
    """The attributes that a type names; others are dropped, and one that may be left out is null then."""
    entries: dict[str, Node] = {}
    for name, kind in zip(wanted.names, wanted.parts, strict=True):
        found = value.entries.get(name)
        if found is not None:
            made = _converted(found, kind)
            if has_failed(made):
                return made
            entries[name] = made
        elif value.more is None and name in wanted.optional:
            entries[name] = literal(None, value.head, f"no {name} here")
        elif value.more is None:
            return failing(node)
    return node.holding(Map(entries, value.head, value.more, value.hidden, value.only))


_SCALARS: Final[dict[str, Callable[[object], object]]] = {"string": as_text, "number": as_number, "bool": as_bool}
