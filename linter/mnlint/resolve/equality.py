"""When two values are one: one comparison, three-valued, to the last member; what differs by language is its Rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown, has_text
from mnlint.resolve.forms import deep_form, may_be_null

MAX_COMPARED = 20_000  # members that one comparison looks at


@dataclass(slots=True)
class Rules:
    """What a language says of equality: of two scalars, and of two objects whose members have other names."""

    scalars: Callable[[Node, Node], Tri]
    other_names: Callable[[Map, Map], Tri]
    containers: Tri = Tri.TRUE  # what containers of equal members are
    left: int = MAX_COMPARED


def same(left: Node, right: Node) -> Tri:
    """Whether ARM and Bicep say so: texts by case, numbers and texts never, objects whatever the order of members."""
    return compare(left, right, Rules(_scalars, _other_names))


def compare(left: Node, right: Node, rules: Rules) -> Tri:
    """Whether two values are equal by a language's rules; unknown past MAX_COMPARED members."""
    rules.left -= 1
    if rules.left < 0:
        return Tri.UNKNOWN
    a, b = left.value, right.value
    if isinstance(a, Choice | Unknown) or isinstance(b, Choice | Unknown):
        return _doubtful(left, right, rules)
    if isinstance(a, Ref) or isinstance(b, Ref):
        return _refs(a, b)
    if isinstance(a, Map) and isinstance(b, Map):
        return _maps(a, b, rules)
    if isinstance(a, Seq) and isinstance(b, Seq):
        return _lists(a, b, rules)
    if isinstance(a, Map | Seq) or isinstance(b, Map | Seq):
        return Tri.FALSE
    return rules.scalars(left, right)


def _doubtful(left: Node, right: Node, rules: Rules) -> Tri:
    forms = deep_form(left), deep_form(right)
    if forms[0] is not None and forms[0] == forms[1]:
        return Tri.TRUE
    for one, other in ((left, right), (right, left)):
        if isinstance(one.value, Unknown) and _is_null(other) and not may_be_null(one.value):
            return Tri.FALSE
        if isinstance(one.value, Unknown) and other.value == "" and has_text(one.value.form):
            return Tri.FALSE
        if isinstance(one.value, Choice):
            answers = {compare(option, other, rules) for option in one.value.options}
            return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    return Tri.UNKNOWN


def _refs(a: object, b: object) -> Tri:
    if isinstance(a, Ref) and isinstance(b, Ref):
        return Tri.TRUE if (a.address, a.rest) == (b.address, b.rest) else Tri.UNKNOWN
    ref, other = (a, b) if isinstance(a, Ref) else (b, a)
    whole = isinstance(ref, Ref) and ref.rest in ((), ("id",), ("name",))
    return Tri.FALSE if whole and (other is None or other == "" or isinstance(other, Absent)) else Tri.UNKNOWN


def _is_null(node: Node) -> bool:
    return node.value is None or isinstance(node.value, Absent)


def _lists(a: Seq, b: Seq, rules: Rules) -> Tri:
    if a.more is not None or b.more is not None:
        return Tri.UNKNOWN
    if len(a.items) != len(b.items):
        return Tri.FALSE
    return _all(zip(a.items, b.items, strict=True), rules)


def _maps(a: Map, b: Map, rules: Rules) -> Tri:
    if a.more is not None or b.more is not None:
        return Tri.UNKNOWN
    if a.entries.keys() != b.entries.keys():
        return rules.other_names(a, b)
    return _all(((one, b.entries[key]) for key, one in a.entries.items()), rules)


def _all(pairs: Iterable[tuple[Node, Node]], rules: Rules) -> Tri:
    found = rules.containers
    for one, other in pairs:
        found = both(found, compare(one, other, rules))
        if found is Tri.FALSE:
            break
    return found


def _scalars(left: Node, right: Node) -> Tri:
    a, b = (None if isinstance(node.value, Absent) else node.value for node in (left, right))
    if isinstance(a, float) != isinstance(b, float) and a == b:
        return Tri.UNKNOWN  # 1 and 1.0
    return Tri.of((type(a) is type(b) or isinstance(a, float) or isinstance(b, float)) and a == b)


def _other_names(a: Map, b: Map) -> Tri:
    folded = {key.casefold() for key in a.entries} == {key.casefold() for key in b.entries}
    return Tri.UNKNOWN if folded else Tri.FALSE
