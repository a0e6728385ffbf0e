"""When two values are one: of one type and equal to the last member, or of one form; else nobody knows."""

from __future__ import annotations

from mnlint.model.tri import Tri, both
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.resolve.forms import deep_form

MAX_COMPARED = 20_000  # members that one comparison looks at


def same(left: Node, right: Node) -> Tri:
    """Whether two values are equal: texts by case, numbers and texts never, objects whatever the order of members."""
    return _same(left, right, [MAX_COMPARED])


def _same(left: Node, right: Node, budget: list[int]) -> Tri:
    budget[0] -= 1
    if budget[0] < 0:
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
    if isinstance(a, float) != isinstance(b, float) and a == b:
        return Tri.UNKNOWN  # 1 and 1.0
    return Tri.of((type(a) is type(b) or isinstance(a, float) or isinstance(b, float)) and a == b)


def _doubtful(left: Node, right: Node, budget: list[int]) -> Tri:
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
    whole = isinstance(ref, Ref) and (not ref.rest or ref.rest == ("id",))
    return Tri.FALSE if whole and (other is None or isinstance(other, Absent)) else Tri.UNKNOWN


def _lists(a: Seq, b: Seq, budget: list[int]) -> Tri:
    if a.more is not None or b.more is not None:
        return Tri.UNKNOWN
    if len(a.items) != len(b.items):
        return Tri.FALSE
    found = Tri.TRUE
    for one, other in zip(a.items, b.items, strict=True):
        found = both(found, _same(one, other, budget))
        if found is Tri.FALSE:
            break
    return found


def _maps(a: Map, b: Map, budget: list[int]) -> Tri:
    if a.more is not None or b.more is not None:
        return Tri.UNKNOWN
    if a.entries.keys() != b.entries.keys():
        folded = {key.casefold() for key in a.entries} == {key.casefold() for key in b.entries}
        return Tri.UNKNOWN if folded else Tri.FALSE
    found = Tri.TRUE
    for key, one in a.entries.items():
        found = both(found, _same(one, b.entries[key], budget))
        if found is Tri.FALSE:
            break
    return found
