"""When Terraform says that two values are equal: never of two types, and the types of containers are not known here."""

from __future__ import annotations

from mnlint.model.tri import Tri
from mnlint.model.value import Absent, HopKind, Map, Node
from mnlint.resolve.functions.equality import Rules, compare
from mnlint.resolve.functions.terraform.conversions import as_text


def same(left: Node, right: Node, *, of_one_type: bool = False) -> Tri:
    """Whether two values are equal. Containers of equal members may still be a list and a tuple: nobody knows.

    `of_one_type`: the members of a list or a set, which Terraform has made one.
    """
    return compare(left, right, Rules(_scalars, _other_names, Tri.TRUE if of_one_type else Tri.UNKNOWN))


def _scalars(left: Node, right: Node) -> Tri:
    a, b = (None if isinstance(node.value, Absent) else node.value for node in (left, right))
    if a is None or b is None:
        return Tri.of(a is None and b is None)
    if isinstance(a, str) is not isinstance(b, str):
        # A type that was not seen on the way may have made one of them the other.
        return Tri.of(False) if as_text(a) != as_text(b) or (_written(left) and _written(right)) else Tri.UNKNOWN
    return Tri.of(isinstance(a, bool) is isinstance(b, bool) and a == b)


def _written(node: Node) -> bool:
    """Whether a value stands right there, so that its type is what it looks like."""
    return len(node.trail) == 1 and node.trail[0].kind is HopKind.LITERAL


def _other_names(a: Map, b: Map) -> Tri:
    # An attribute that is null may be one that a type has and nobody wrote.
    odd = [m.entries[k] for m in (a, b) for k in a.entries.keys() ^ b.entries.keys() if k in m.entries]
    return Tri.FALSE if any(isinstance(n.value, bool | int | float | str) for n in odd) else Tri.UNKNOWN
