"""When Terraform says that two values are equal: never of two types, and the types of containers are not known here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mnlint.model.tri import Tri, both
from mnlint.model.value import Absent, Choice, HopKind, Map, Node, Ref, Seq, Unknown
from mnlint.resolve.forms import deep_form
from mnlint.resolve.functions.terraform.conversions import as_text

MAX_COMPARED = 20_000  # members that one comparison looks at


@dataclass(slots=True)
class _Budget:
    left: int  # members that are still looked at
    containers: Tri  # what containers of equal members are


def same(left: Node, right: Node, *, of_one_type: bool = False) -> Tri:
    """Whether two values are equal. Containers of equal members may still be a list and a tuple: nobody knows.

    `of_one_type`: the members of a list or a set, which Terraform has made one.
    """
    return _same(left, right, _Budget(MAX_COMPARED, Tri.TRUE if of_one_type else Tri.UNKNOWN))


def _same(left: Node, right: Node, budget: _Budget) -> Tri:
    budget.left -= 1
    if budget.left < 0:
        return Tri.UNKNOWN
    a, b = left.value, right.value
    if isinstance(a, Choice | Unknown) or isinstance(b, Choice | Unknown):
        return _doubtful(left, right, budget)
    if isinstance(a, Ref) or isinstance(b, Ref):
        return _refs(a, b)
    if isinstance(a, Map) and isinstance(b, Map):
        return _maps(a, b, budget)
    if isinstance(a, Seq) and isinstance(b, Seq):
        return _lists(a, b, budget)
    if isinstance(a, Map | Seq) or isinstance(b, Map | Seq):
        return Tri.FALSE
    a, b = (None if isinstance(value, Absent) else value for value in (a, b))
    if a is None or b is None:
        return Tri.of(a is None and b is None)
    if isinstance(a, str) is not isinstance(b, str):
        # A type that was not seen on the way may have made one of them the other.
        return Tri.of(False) if as_text(a) != as_text(b) or (_written(left) and _written(right)) else Tri.UNKNOWN
    return Tri.of(isinstance(a, bool) is isinstance(b, bool) and a == b)


def _written(node: Node) -> bool:
    """Whether a value stands right there, so that its type is what it looks like."""
    return len(node.trail) == 1 and node.trail[0].kind is HopKind.LITERAL


def _doubtful(left: Node, right: Node, budget: _Budget) -> Tri:
    forms = deep_form(left), deep_form(right)
    if forms[0] is not None and forms[0] == forms[1]:
        return Tri.TRUE
    for one, other in ((left, right), (right, left)):
        if isinstance(one.value, Choice):
            answers = {_same(option, other, budget) for option in one.value.options}
            return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    return Tri.UNKNOWN


def _refs(a: object, b: object) -> Tri:
    if isinstance(a, Ref) and isinstance(b, Ref):
        return Tri.TRUE if (a.address, a.rest) == (b.address, b.rest) else Tri.UNKNOWN
    ref, other = (a, b) if isinstance(a, Ref) else (b, a)
    whole = isinstance(ref, Ref) and ref.rest in ((), ("id",))
    return Tri.FALSE if whole and (other is None or isinstance(other, Absent)) else Tri.UNKNOWN


def _lists(a: Seq, b: Seq, budget: _Budget) -> Tri:
    if a.more is not None or b.more is not None:
        return Tri.UNKNOWN
    if len(a.items) != len(b.items):
        return Tri.FALSE
    return _all(zip(a.items, b.items, strict=True), budget)


def _maps(a: Map, b: Map, budget: _Budget) -> Tri:
    if a.more is not None or b.more is not None:
        return Tri.UNKNOWN
    if a.entries.keys() != b.entries.keys():
        # An attribute that is null may be one that a type has and nobody wrote.
        odd = [m.entries[k] for m in (a, b) for k in a.entries.keys() ^ b.entries.keys() if k in m.entries]
        return Tri.FALSE if any(isinstance(n.value, bool | int | float | str) for n in odd) else Tri.UNKNOWN
    return _all(((one, b.entries[key]) for key, one in a.entries.items()), budget)


def _all(pairs: Iterable[tuple[Node, Node]], budget: _Budget) -> Tri:
    found = budget.containers
    for one, other in pairs:
        found = both(found, _same(one, other, budget))
        if found is Tri.FALSE:
            break
    return found
