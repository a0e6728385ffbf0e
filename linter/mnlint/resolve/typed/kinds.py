"""What type a value has, as far as it is known."""

from __future__ import annotations

from collections.abc import Iterable

from mnlint.model.record import replace
from mnlint.model.typing import Final
from mnlint.model.value import Absent, Choice, HopKind, Map, Node, Ref, Seq, Type, Unknown
from mnlint.resolve.typed.types import (
    ANY,
    BOOL,
    IF_THERE,
    NUMBER,
    STRING,
    UNSURE,
    list_of,
    map_of,
    object_of,
    set_of,
    tuple_of,
)

MAX_LOOKED_AT: Final = 20_000  # members of a value whose type is wanted


def type_of(node: Node) -> Type:
    """The type of a value, UNSURE in it where that is not known."""
    return _type_of(node, [MAX_LOOKED_AT])


def _type_of(node: Node, left: list[int]) -> Type:
    value = node.value
    left[0] -= 1
    if is_marked(node):
        return UNSURE
    if left[0] < 0 or isinstance(value, Absent | Unknown | Ref):
        text = isinstance(value, Ref) and value.rest in (("id",), ("name",))
        return STRING if text else node.of or UNSURE
    if value is None:
        return node.of or (ANY if _is_written(node) else UNSURE)
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, str):
        return STRING
    if isinstance(value, int | float):
        return NUMBER
    if isinstance(value, Choice):
        types = {_type_of(option, left) for option in value.options}
        return types.pop() if len(types) == 1 else UNSURE
    if isinstance(value, Map) and value.of is not None:
        return map_of(value.of)
    if isinstance(value, Seq) and value.of is not None:
        if value.of == UNSURE:
            return UNSURE
        return set_of(value.of) if value.is_set else list_of(value.of)
    if value.more is not None or (isinstance(value, Seq) and value.is_set):
        return UNSURE
    if isinstance(value, Map):
        return object_of({name: _type_of(child, left) for name, child in value.entries.items()})
    return tuple_of([_type_of(item, left) for item in value.items])


def is_marked(node: Node) -> bool:
    """Whether nobody knows if a value that is seen is there at all."""
    return node.of in (UNSURE, IF_THERE)


def marked(node: Node, by: Iterable[Node]) -> Node:
    """What is made of other values: there only if they are."""
    return if_there(node) if any(map(is_marked, by)) else node


def if_there(node: Node) -> Node:
    """A value of which nobody knows whether it is there at all."""
    value = node.value
    if isinstance(value, Choice):
        return node.holding(Choice(tuple(map(if_there, value.options)), value.why))
    keeps = value is None or isinstance(value, Unknown | Absent)  # of those it is the type
    return node if keeps or node.of is not None else replace(node, of=IF_THERE)


def _is_written(node: Node) -> bool:
    """Whether a null is one that is written somewhere, and so is of no type."""
    origin = node.origin
    return origin.end - origin.start == len("null") and all(hop.kind is not HopKind.COMPUTED for hop in node.trail)
