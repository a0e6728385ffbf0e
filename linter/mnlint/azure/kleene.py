"""Three-valued questions to nodes, for derived fields; a plain comparison would forget doubt."""

from __future__ import annotations

from mnlint.model.record import replace
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Absent, Choice, Node, Ref, Unknown, has_text, negated


def is_text(node: Node, *values: str) -> Tri:
    """Whether a value is one of these texts, whatever the case."""
    value = node.value
    if isinstance(value, Unknown | Ref):
        return Tri.UNKNOWN
    if isinstance(value, Choice):
        answers = {is_text(option, *values) for option in value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    if isinstance(value, bool | int | float | str):
        text = str(value).lower()
        for one in values:  # a loop, since this is asked more often than anything else
            if one.lower() == text:
                return Tri.TRUE
    return Tri.FALSE


def is_there(node: Node) -> Tri:
    """Whether a value is given: null counts as not."""
    value = node.value
    if isinstance(value, Unknown):
        return Tri.TRUE if has_text(value.form) else Tri.UNKNOWN
    if isinstance(value, Choice):
        answers = {is_there(option) for option in value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    if isinstance(value, Ref):
        return Tri.UNKNOWN if value.may_be_null else Tri.TRUE
    return Tri.of(not (value is None or isinstance(value, Absent)))


def same_word(one: Node, two: Node) -> Tri:
    """Whether two values that are one of a few words are the same one."""
    return is_text(one, two.value) if isinstance(two.value, str) else Tri.UNKNOWN


def whole_number(node: Node) -> int | None:
    """A whole number; None of anything else, known or not."""
    return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else None


def missing(node: Node) -> bool:
    """True if a value is known not to be given."""
    return is_there(node) is Tri.FALSE


def implied(guards: tuple[Node, ...], by: tuple[Node, ...]) -> bool:
    """Whether every guard is known to hold wherever those of `by` do: the same form is among them."""
    forms = _forms(by)
    return all(isinstance(g.value, Unknown) and g.value.form in forms for g in guards)


def unsure(guards: tuple[Node, ...], by: tuple[Node, ...]) -> Unknown | None:
    """Why guards need not hold wherever those of `by` do; with a form only if one of them decides alone."""
    open_ones = [g.value for g in guards if isinstance(g.value, Unknown) and not implied((g,), by)]
    if not open_ones:
        return None
    return open_ones[0] if len(open_ones) == 1 else replace(open_ones[0], form=None)


def excluded(guards: tuple[Node, ...], by: tuple[Node, ...]) -> bool:
    """Whether some guard is known to fail wherever those of `by` hold: the opposite form is among them."""
    forms = _forms(by)
    return any(negated(form) in forms for form in _forms(guards))


def _forms(guards: tuple[Node, ...]) -> set[str]:
    return {g.value.form for g in guards if isinstance(g.value, Unknown) and g.value.form is not None}


def no_value(node: Node) -> Node:
    """The same place, with nothing there."""
    return node.holding(ABSENT)
