"""A condition over a fact, to an answer in Kleene's three values with the nodes that decided it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnlint.model.fact import Fact, Facts
from mnlint.model.ids import id_of
from mnlint.model.policy import ROOT, Condition, Lookup
from mnlint.model.record import dataclass, replace
from mnlint.model.tri import Answer, Tri, all_of, any_of
from mnlint.model.value import Absent, Cause, Choice, Map, Node, Ref, Seq, Unknown, absent, negated
from mnlint.policy.operators import NEGATED, OPERATORS

AZURERM = "azurerm"  # the dialect whose bodies are not in ARM's shape


@dataclass(frozen=True, slots=True)
class Subject:
    """What a condition is asked about: the fields of a fact, among all facts.

    `holds` are the forms of the conditions under which the fact exists: where it is asked about, they are true. `arm`
    is whether the body of a resource, and of its members, is in ARM's shape, in which the case of names does not count.
    """

    fields: Map
    facts: Facts
    holds: frozenset[str]
    arm: bool

    @classmethod
    def of(cls, fact: Fact, facts: Facts) -> Subject:
        """A fact as the subject, with the conditions of its existence."""
        forms = (guard.value.form for guard in fact.guards if isinstance(guard.value, Unknown))
        holds = frozenset(form for form in forms if form is not None)
        return cls(fact.fields, facts, holds, fact.dialect != AZURERM)


def field(path: tuple[str | int, ...], subject: Subject) -> Node:
    """The value at a path, through to-one relations; absent or unknown where it cannot be had."""
    node = _own(subject.fields, path[0])
    if path[0] == ROOT:
        from mnlint.policy.body import value_at

        return _taken(value_at(node, path[1:], fold=subject.arm), subject.holds)
    for step in path[1:]:
        other = _related(node, subject)
        if other is None:
            if isinstance(node.value, Choice):
                return node.holding(node.value.why)
            return node if isinstance(node.value, Unknown | Absent) else node.holding(_odd(node))
        node = _own(other.fields, step)
    return _taken(node, subject.holds)


def _taken(node: Node, holds: frozenset[str]) -> Node:
    """The branch of a two-way choice that is taken wherever the subject exists; the node itself if nobody knows."""
    value = node.value
    if not isinstance(value, Choice) or len(value.options) != 2:
        return node
    if value.why.form in holds:
        return value.options[0]
    return value.options[1] if negated(value.why.form) in holds else node


def related(path: tuple[str | int, ...], subject: Subject) -> Fact | None:
    """The fact that a path of to-one relations leads to, if it is known."""
    return _related(field(path, subject), subject)


def _own(fields: Map, name: str | int) -> Node:
    found = fields.entries.get(str(name))
    return found if found is not None else absent(fields.head, f"no {name}")


def _related(node: Node, subject: Subject) -> Fact | None:
    return subject.facts.get(node.value.address) if isinstance(node.value, Ref) else None


def ask(condition: Condition, subject: Subject) -> Answer:
    """The answer to a condition."""
    return _WORDS[condition.word](condition, subject)


def _test(condition: Condition, subject: Subject) -> Answer:
    argument = condition.argument
    if isinstance(argument, Lookup) and argument.values is not None:
        key = field(argument.at, subject)
        return _looked_up(condition, argument.values, key, field(condition.path, subject))
    plain = argument.plain if isinstance(argument, Lookup) else argument
    return answer(field(condition.path, subject), condition.operator, plain, exact=condition.exact)


def _looked_up(condition: Condition, lists: Mapping[str, tuple[str, ...]], key: Node, node: Node) -> Answer:
    """`in` a list that depends on another field."""
    value = key.value
    if isinstance(value, Unknown):
        return Answer(Tri.UNKNOWN, (key,))
    if isinstance(value, Choice):
        return _shared([_looked_up(condition, lists, option, node) for option in value.options], key)
    members = lists.get(str(value).casefold(), ())
    return answer(node, condition.operator, members, exact=condition.exact)


def answer(node: Node, operator: str, argument: object, *, exact: bool = False) -> Answer:
    """The answer to a question to one node."""
    value = node.value
    if isinstance(value, Choice):
        return _shared([answer(option, operator, argument, exact=exact) for option in value.options], node)
    if isinstance(value, Unknown):
        tri = id_of(node)[0] if operator in ("isResourceId", "exists") else Tri.UNKNOWN
        if operator == "exists" and tri is Tri.FALSE:
            tri = Tri.TRUE  # known to be the id of something else: it is there
        return Answer(tri if argument else tri.negated(), (node,))
    nothing = value is None or isinstance(value, Absent)
    if operator == "exists" and isinstance(value, Ref) and value.may_be_null:
        return Answer(Tri.UNKNOWN, (_later(node, value),))
    if operator == "exists":
        return Answer(Tri.of(nothing is not argument), (node,))
    if operator == "isResourceId":
        tri = Tri.FALSE if nothing else id_of(node)[0]
        because = _later(node, value) if isinstance(value, Ref) and tri is Tri.UNKNOWN else node
        return Answer(tri if argument else tri.negated(), (because,))
    if operator == "refersTo":
        tri = Tri.of(value.address == argument) if isinstance(value, Ref) else Tri.of(False) if nothing else Tri.UNKNOWN
        return Answer(tri, (node,))
    if nothing:
        return Answer(Tri.of(operator in NEGATED), (node,))
    if isinstance(value, Ref):
        return Answer(Tri.UNKNOWN, (_later(node, value),))
    if not _fits(value, argument):
        return Answer(Tri.UNKNOWN, (node.holding(_odd(node)),))
    if operator == "matches" and isinstance(value, str):
        from mnlint.policy.patterns import LONGEST

        if len(value) > LONGEST:
            return Answer(Tri.UNKNOWN, (node.holding(Unknown(Cause.LIMIT, node.origin, "this text")),))
    return Answer(Tri.of(OPERATORS[operator](value, argument, exact)), (node,))


def _fits(value: object, argument: object) -> bool:
    """Whether a scalar is of the kind that the question is about; a number is no text: the template is odd there."""
    wanted = argument if isinstance(argument, tuple) else (argument,)
    if not wanted:  # a list in which nothing was found: no scalar is in it
        return isinstance(value, int | float | str)
    return _kind(value) in {_kind(one) for one in wanted}


def _kind(value: object) -> type:
    return float if type(value) is int else type(value)


def _shared(answers: list[Answer], node: Node) -> Answer:
    """What all options answer; if they differ, nobody knows."""
    tris = {a.tri for a in answers}
    if len(tris) == 1 and Tri.UNKNOWN not in tris:
        return Answer(tris.pop(), tuple(n for a in answers for n in a.because))
    return Answer(Tri.UNKNOWN, (node,))


def _later(node: Node, part: Ref) -> Node:
    """A part of a resource, which is known only once that is deployed."""
    return node.holding(Unknown(Cause.RUNTIME, node.origin, ".".join((part.address, *part.rest))))


def _odd(node: Node) -> Unknown:
    return Unknown(Cause.UNEXPECTED_TYPE, node.origin, "this value")


def _members(condition: Condition, subject: Subject) -> tuple[list[Answer], Answer | None, Node]:
    """An answer for each member of a list, one for those nobody can see, and the list itself."""
    if condition.path[0] == ROOT:
        return _body_members(condition, subject)
    node = field(condition.path, subject)
    value = node.value
    if isinstance(value, Unknown | Choice):
        return [], Answer(Tri.UNKNOWN, (node,)), node
    if not isinstance(value, Seq):
        nothing = value is None or isinstance(value, Absent)
        return [], None if nothing else Answer(Tri.UNKNOWN, (node.holding(_odd(node)),)), node
    answers = [_member(item, condition, subject) for item in value.items]
    hidden = None if value.more is None else Answer(Tri.UNKNOWN, (node.holding(value.more),))
    return answers, hidden, node


def _body_members(condition: Condition, subject: Subject) -> tuple[list[Answer], Answer | None, Node]:
    """The same of a list in a body: each member is the body that is asked about then."""
    from mnlint.policy.body import members_at

    found = members_at(_own(subject.fields, ROOT), condition.path[1:], fold=subject.arm)
    answers = [
        ask(condition.parts[0], replace(subject, fields=Map({ROOT: item}, item.span)))
        if condition.parts
        else Answer(Tri.TRUE, (item,))
        for item in found.items
    ]
    return answers, Answer(Tri.UNKNOWN, found.hidden) if found.hidden else None, found.holder


def _member(item: Node, condition: Condition, subject: Subject) -> Answer:
    if not condition.parts:
        return Answer(Tri.TRUE, (item,))
    fact = _related(item, subject)
    if fact is None:
        return Answer(Tri.UNKNOWN, (item,))
    return ask(condition.parts[0], replace(subject, fields=fact.fields))


def _some(condition: Condition, subject: Subject) -> Answer:
    answers, hidden, node = _members(condition, subject)
    made = any_of([*answers, *([hidden] if hidden else [])])
    return Answer(Tri.FALSE, (node,)) if made.tri is Tri.FALSE else made


def _every(condition: Condition, subject: Subject) -> Answer:
    answers, hidden, node = _members(condition, subject)
    made = all_of([*answers, *([hidden] if hidden else [])])
    return Answer(Tri.TRUE, (node,)) if made.tri is Tri.TRUE else made


def _none(condition: Condition, subject: Subject) -> Answer:
    return _some(condition, subject).negated()


def _count(condition: Condition, subject: Subject) -> Answer:
    answers, hidden, node = _members(condition, subject)
    sure = [a for a in answers if a.tri is Tri.TRUE]
    maybe = len([a for a in answers if a.tri is Tri.UNKNOWN])
    most = None if hidden is not None else len(sure) + maybe
    asked: list[Tri] = []
    if condition.at_least is not None:
        enough, never = len(sure) >= condition.at_least, most is not None and most < condition.at_least
        asked.append(Tri.TRUE if enough else Tri.FALSE if never else Tri.UNKNOWN)
    if condition.at_most is not None:
        over, held = len(sure) > condition.at_most, most is not None and most <= condition.at_most
        asked.append(Tri.FALSE if over else Tri.TRUE if held else Tri.UNKNOWN)
    tri = min(asked)
    unsure = [n for a in answers if a.tri is Tri.UNKNOWN for n in a.because] + list(hidden.because if hidden else ())
    because = unsure if tri is Tri.UNKNOWN else [n for a in sure for n in a.because] or [node]
    return Answer(tri, tuple(because))


_WORDS: dict[str, Callable[[Condition, Subject], Answer]] = {
    "allOf": lambda c, s: all_of([ask(part, s) for part in c.parts]),
    "anyOf": lambda c, s: any_of([ask(part, s) for part in c.parts]),
    "not": lambda c, s: ask(c.parts[0], s).negated(),
    "test": _test,
    "some": _some,
    "every": _every,
    "none": _none,
    "count": _count,
    "body": lambda c, s: ask(c.parts[0 if s.arm else 1], s),
}
