"""When Terraform says that two values are equal: never of two types."""

from __future__ import annotations

from mnlint.model.tri import Tri
from mnlint.model.value import Absent, HopKind, Map, Node
from mnlint.resolve.equality import Rules, compare
from mnlint.resolve.typed.kinds import type_of
from mnlint.resolve.typed.scalars import as_text, fraction
from mnlint.resolve.typed.types import UNSURE, is_sure


def same(left: Node, right: Node) -> Tri:
    """Whether two values are equal. Where a type is not known, containers of equal members may be of two types."""
    if left.value is not None and right.value is not None:
        kinds = type_of(left), type_of(right)
        if is_sure(kinds[0]) and is_sure(kinds[1]):
            return same_members(left, right) if kinds[0] == kinds[1] else Tri.FALSE
    return compare(left, right, Rules(_scalars, _other_names, Tri.UNKNOWN))


def same_members(left: Node, right: Node) -> Tri:
    """Whether two values of one type are equal."""
    return compare(left, right, Rules(_scalars, _other_names, Tri.TRUE))


def _scalars(left: Node, right: Node) -> Tri:
    a, b = (None if isinstance(node.value, Absent) else node.value for node in (left, right))
    if a is None or b is None:
        return Tri.of(a is None and b is None)
    if isinstance(a, str) is not isinstance(b, str):
        # A type that was not seen on the way may have made one of them the other.
        return Tri.of(False) if as_text(a) != as_text(b) or (_written(left) and _written(right)) else Tri.UNKNOWN
    if isinstance(a, float) and isinstance(b, float):
        equal = fraction(a) == fraction(b)
    else:
        equal = isinstance(a, bool) is isinstance(b, bool) and a == b
    if equal and not isinstance(a, str) and (left.of == UNSURE) is not (right.of == UNSURE):
        return Tri.UNKNOWN  # one of them may have become a text
    return Tri.of(equal)


def _written(node: Node) -> bool:
    """Whether a value stands right there, so that its type is what it looks like."""
    return len(node.trail) == 1 and node.trail[0].kind is HopKind.LITERAL


def _other_names(a: Map, b: Map) -> Tri:
    if a.of is not None and b.of is not None:
        return Tri.FALSE
    # An attribute that is null may be one that a type has and nobody wrote.
    odd = [m.entries[k] for m in (a, b) for k in a.entries.keys() ^ b.entries.keys() if k in m.entries]
    return Tri.FALSE if any(isinstance(n.value, bool | int | float | str) for n in odd) else Tri.UNKNOWN
