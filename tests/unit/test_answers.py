"""What an answer names as its reason, and what is asked of bodies, of looked-up lists and behind relations."""

from __future__ import annotations

from typing import Any

import pytest

from mnlint.model.fact import Fact, Facts
from mnlint.model.policy import ROOT, Condition, Lookup
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.tri import Answer, Tri
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, Value, literal
from mnlint.policy import patterns
from mnlint.policy.conditions import Subject, answer, ask, field

F, U, T = Tri.FALSE, Tri.UNKNOWN, Tri.TRUE
HERE, HEAD = Span("f", 5, 9), Span("f", 0, 3)
WHY = Unknown(Cause.NO_VALUE, HERE, "parameter p", "{param:p}")
BUT_FOR_END = Unknown(Cause.NO_VALUE, HERE, "a text with parameter p", "kv-{param:p}")


def node(value: Value) -> Node:
    return literal(value, HERE)


def one_of(*values: Value, form: str | None = "{param:p}") -> Choice:
    return Choice(tuple(node(value) for value in values), replace(WHY, form=form))


def fact(address: str, /, *guards: Node, dialect: str = "bicep", **fields: Value) -> Fact:
    nodes = {ROOT if name == "body" else name: node(value) for name, value in fields.items()}
    return Fact("k", address, Map(nodes, HEAD), HEAD, dialect, guards)


def subject(*guards: Node, dialect: str = "bicep", others: tuple[Fact, ...] = (), **fields: Value) -> Subject:
    return Subject.of(fact("a", *guards, dialect=dialect, **fields), Facts({one.address: one for one in others}))


def told(made: Answer) -> tuple[Tri, list[object]]:
    """An answer with its reasons: values, and of what nobody knows why."""
    return made.tri, [reason(n) for n in made.because]


def reason(one: Node) -> object:
    value = one.value
    if isinstance(value, Unknown):
        return f"{value.label} {value.cause.name}"
    return "a list" if isinstance(value, Seq) else "one of two" if isinstance(value, Choice) else value


def asks(path: str, operator: str = "equals", argument: object = "Hub", exact: bool = False) -> Condition:
    steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
    return Condition("test", path=steps, operator=operator, argument=argument, exact=exact)


RUNTIME = "a.b.name RUNTIME"
AN_ID = Ref("a.b", ("id",))
ODD = "this value UNEXPECTED_TYPE"


@pytest.mark.parametrize(
    ("value", "operator", "argument", "expected", "why"),
    [
        (BUT_FOR_END, "exists", True, (T, ["a text with parameter p NO_VALUE"]), "whatever its end is, it is there"),
        (BUT_FOR_END, "exists", False, (F, ["a text with parameter p NO_VALUE"]), "asked the other way"),
        (BUT_FOR_END, "isResourceId", True, (F, ["a text with parameter p NO_VALUE"]), "no id begins so"),
        (BUT_FOR_END, "isResourceId", False, (T, ["a text with parameter p NO_VALUE"]), "asked the other way"),
        (BUT_FOR_END, "equals", "kv-1", (U, ["a text with parameter p NO_VALUE"]), "it may be that"),
        (Ref("a.b", ("name",)), "equals", "x", (U, [RUNTIME]), "what Azure says is known later"),
        (Ref("a.b", ("name",)), "isResourceId", True, (U, [RUNTIME]), "whether it is an id, too"),
        (Ref("a.b", ("name",)), "isResourceId", False, (U, [RUNTIME]), "or none"),
        (Ref("a.b", ("state",)), "exists", True, (U, ["a.b.state RUNTIME"]), "and whether it is null"),
        (AN_ID, "isResourceId", True, (T, [AN_ID]), "an id is one already"),
        (7, "isResourceId", True, (U, [7]), "a number is known now"),
        (7, "equals", "7", (U, [ODD]), "and no text"),
        ("7", "equals", 7, (U, [ODD]), "nor is a text a number"),
        (True, "equals", 1, (U, [ODD]), "nor a truth"),
        (1, "equals", 1.0, (T, [1]), "but a number is one however it is written"),
        (1, "notEquals", 1.5, (T, [1]), "equal or not"),
        (True, "in", (True, "Hub"), (T, [True]), "of values of two kinds it may be either"),
        ("Hub", "in", (True, "Hub"), (T, ["Hub"]), "as may a text"),
        (1, "in", (True, "Hub"), (U, [ODD]), "a number is neither"),
        (Map({}, HEAD), "equals", 1, (U, [ODD]), "an object is nothing that is compared"),
        (Map({}, HEAD), "in", (), (U, [ODD]), "not even with none"),
        ("Hub", "in", (), (F, ["Hub"]), "of none it is none"),
        (1, "notIn", (), (T, [1]), "whatever it is"),
        (1.5, "in", (), (F, [1.5]), "a number"),
        (True, "in", (), (F, [True]), "or a truth"),
        ("a" * patterns.LONGEST, "matches", "a*", (T, ["a" * patterns.LONGEST]), "as long as a text may be"),
        ("a" * 2_001, "matches", "a*", (U, ["this text LIMIT"]), "too long for a pattern"),
        ("a" * 2_001, "equals", "a", (F, ["a" * 2_001]), "but not for a comparison"),
        (one_of("Hub", "hub"), "equals", "Hub", (T, ["Hub", "hub"]), "both that it may be"),
        (one_of("Hub", "Lab"), "equals", "Hub", (U, ["one of two"]), "which of the two decides"),
        (one_of(WHY, WHY), "equals", "Hub", (U, ["one of two"]), "which of the two is not known comes first"),
    ],
)
def test_what_an_answer_names(
    value: Value, operator: str, argument: object, expected: tuple[Tri, list[object]], why: str
) -> None:
    assert told(answer(node(value), operator, argument)) == expected, why


def test_a_reference_that_may_be_null_refers_to_its_resource() -> None:
    assert answer(node(Ref("a.b", ("state",))), "refersTo", "a.b").tri is T


def test_case_counts_for_all_that_it_may_be() -> None:
    assert answer(node(one_of("Hub", "hub")), "equals", "Hub").tri is T
    assert answer(node(one_of("Hub", "hub")), "equals", "Hub", exact=True).tri is U


# ── paths ──


@pytest.mark.parametrize(
    ("network", "expected", "why"),
    [
        (Ref("n"), "Off", "the other's own"),
        (Ref("m"), "no mode", "which may not have it"),
        (WHY, "parameter p NO_VALUE", "a relation that nobody knows stays what it is"),
        (one_of(Ref("n"), Ref("m")), "parameter p NO_VALUE", "and one of two is not known for that reason"),
        ("text", ODD, "a text is no relation"),
        (ABSENT, ABSENT, "nothing leads nowhere"),
    ],
)
def test_what_is_behind_a_relation(network: Value, expected: object, why: str) -> None:
    others = (fact("n", mode="Off"), fact("m"))
    found = field(("network", "mode"), subject(network=network, others=others))
    assert (found.trail[0].label if expected == "no mode" else reason(found)) == expected, why


def guard(form: str | None) -> Node:
    return node(replace(WHY, form=form))


@pytest.mark.parametrize(
    ("guards", "value", "expected", "why"),
    [
        ((guard("{param:p}"),), one_of("Hub", "Lab"), "Hub", "where it is there, the first branch is taken"),
        ((guard("{!param:p}"),), one_of("Hub", "Lab"), "Lab", "or the second"),
        ((node(True), guard("{param:p}")), one_of("Hub", "Lab"), "Hub", "a condition that holds anyway says nothing"),
        ((guard("{param:p}"),), one_of("Hub", "Lab", "Old"), "one of two", "of three nobody knows which is first"),
        ((guard("{param:p}"),), "Hub", "Hub", "a value is what it is"),
        ((guard(None),), one_of("Hub", "Lab", form=None), "one of two", "two that nobody can name are not one"),
        ((), one_of("Hub", "Lab"), "one of two", "without conditions nobody knows"),
    ],
)
def test_the_branch_that_is_taken(guards: tuple[Node, ...], value: Value, expected: object, why: str) -> None:
    assert reason(field(("kind",), subject(*guards, kind=value))) == expected, why
    body = Map({"kind": node(value)}, HEAD)
    assert reason(field((ROOT, "kind"), subject(*guards, body=body))) == expected, why


# ── lists that hang on another field ──

TYPES = Lookup({"vault": ("Hub", "Lab"), "blob": ("file",)}, (), ("type",))


@pytest.mark.parametrize(
    ("kind", "value", "expected", "why"),
    [
        ("vault", "hub", (T, ["hub"]), "one of the vault's"),
        ("VAULT", "file", (F, ["file"]), "case does not count, and that is the blob's"),
        ("blob", "file", (T, ["file"]), "so that it is here"),
        ("queue", "file", (F, ["file"]), "what is not listed has none"),
        (WHY, "file", (U, ["parameter p NO_VALUE"]), "whose it would be nobody knows"),
        (one_of("vault", "blob"), "file", (U, ["one of two"]), "or only that it is one of two"),
        (one_of("vault", "Vault"), "Hub", (T, ["Hub", "Hub"]), "which have the same"),
    ],
)
def test_a_list_that_hangs_on_another_field(kind: Value, value: Value, expected: object, why: str) -> None:
    asked = subject(type=kind, kind=value)
    assert told(ask(asks("kind", "in", TYPES), asked)) == expected, why


def test_case_counts_in_lists_where_it_is_exact() -> None:
    plain = Lookup(None, ("Hub", "Lab"))
    for asked in (TYPES, plain):
        made = [ask(asks("kind", "in", asked, exact), subject(type="vault", kind="hub")).tri for exact in (False, True)]
        assert made == [T, F]
    assert ask(asks("kind", "in", plain), subject(kind="file")).tri is F


# ── lists of facts ──

GOOD, BAD, DOUBTED = fact("g", type="Hub"), fact("b", type="Lab"), fact("o", type=WHY)
RULES = {"G": Ref("g"), "B": Ref("b"), "O": Ref("o")}
MORE = Unknown(Cause.DYNAMIC, HERE, "others")


def rules(text: str) -> Seq:
    items = tuple(node(RULES[letter]) for letter in text.rstrip("+"))
    return Seq(items, MORE if text.endswith("+") else None)


def members(word: str, given: Value, where: bool = True, **limits: int) -> tuple[Tri, list[object]]:
    asked = Condition(word, (asks("type"),) if where else (), ("rules",), **limits)
    return told(ask(asked, subject(rules=given, others=(GOOD, BAD, DOUBTED))))


P = "parameter p NO_VALUE"


@pytest.mark.parametrize(
    ("word", "given", "expected", "why"),
    [
        ("some", rules("GB"), (T, ["Hub"]), "the one that is so"),
        ("some", rules("BB"), (F, ["a list"]), "none of the list"),
        ("some", rules("BO+"), (U, [P, "others DYNAMIC"]), "the one in doubt, and those that nobody sees"),
        ("every", rules("GB"), (F, ["Lab"]), "the one that is not"),
        ("every", rules("GG"), (T, ["a list"]), "the whole list"),
        ("every", rules("GO+"), (U, [P, "others DYNAMIC"]), "the one in doubt, and those that nobody sees"),
        ("none", rules("BB"), (T, ["a list"]), "the whole list"),
        ("none", rules("GB"), (F, ["Hub"]), "the one that is so"),
        ("some", WHY, (U, [P]), "a list that nobody knows"),
        ("some", one_of(rules("G"), rules("G")), (U, ["one of two"]), "or only that it is one of two"),
        ("some", "text", (U, [ODD]), "what is no list"),
    ],
)
def test_what_decides_of_a_list(word: str, given: Value, expected: object, why: str) -> None:
    assert members(word, given) == expected, why


def test_a_list_may_be_asked_for_any_member() -> None:
    assert members("some", rules("B"), where=False) == (T, [RULES["B"]])
    assert members("some", rules(""), where=False) == (F, ["a list"])
    assert members("none", rules("BG"), where=False) == (F, [RULES["B"], RULES["G"]])


@pytest.mark.parametrize(
    ("given", "limits", "expected", "why"),
    [
        (rules("GB"), {"at_least": 1}, (T, ["Hub"]), "those that count"),
        (rules("B"), {"at_least": 1}, (F, ["a list"]), "none of the list counts"),
        (rules("GBO"), {"at_least": 2}, (U, [P]), "the one in doubt"),
        (rules("GBO+"), {"at_least": 3}, (U, [P, "others DYNAMIC"]), "and those that nobody sees"),
        (rules("GGO"), {"at_most": 1}, (F, ["Hub", "Hub"]), "those that are too many"),
        (rules("GO"), {"at_most": 2}, (T, ["Hub"]), "even with the one in doubt"),
    ],
)
def test_what_decides_of_a_number(given: Value, limits: dict[str, int], expected: object, why: str) -> None:
    assert members("count", given, **limits) == expected, why


# ── bodies ──


def of(*entries: tuple[str, Value]) -> Map:
    return Map({name: node(value) for name, value in entries}, HEAD)


BODY = of(("properties", of(("mode", "Hub"), ("rules", Seq((node(of(("kind", "Hub"))), node(of(("kind", "Lab")))))))))


@pytest.mark.parametrize(("dialect", "found"), [("bicep", T), ("arm", T), ("azapi", T), ("azurerm", F)])
def test_the_case_of_names_counts_in_azurerm_alone(dialect: str, found: Tri) -> None:
    asked = subject(dialect=dialect, body=BODY)
    assert ask(asks("$.properties.mode"), asked).tri is T
    assert ask(asks("$.Properties.Mode"), asked).tri is found
    listed = Condition("some", (asks("$.Kind"),), (ROOT, "Properties", "Rules", "*"))
    assert ask(listed, asked).tri is found


@pytest.mark.parametrize(
    ("word", "kind", "expected", "why"),
    [
        ("some", "Hub", (T, ["Hub"]), "the member that is so"),
        ("some", "Old", (F, ["a list"]), "none of the list"),
        ("every", "Hub", (F, ["Lab"]), "the member that is not"),
        ("none", "Old", (T, ["a list"]), "the whole list"),
    ],
)
def test_what_decides_of_a_body(word: str, kind: str, expected: object, why: str) -> None:
    listed = Condition(word, (asks("$.kind", argument=kind),), (ROOT, "properties", "rules", "*"))
    assert told(ask(listed, subject(body=BODY))) == expected, why


def test_members_of_a_body_that_nobody_sees() -> None:
    listed = Condition("some", (asks("$.kind"),), (ROOT, "rules", "*"))
    seen = node(of(("kind", "Hub")))
    assert told(ask(listed, subject(body=of(("rules", Seq((), MORE)))))) == (U, ["others DYNAMIC"])
    assert told(ask(listed, subject(body=of(("rules", Seq((seen,), MORE)))))) == (T, ["Hub"])
    assert told(ask(listed, subject(body=of(("rules", WHY))))) == (U, [P])


def test_a_body_may_be_asked_for_any_member() -> None:
    listed = Condition("some", (), (ROOT, "properties", "rules", "*"))
    found, because = told(ask(listed, subject(body=BODY)))
    assert (found, len(because)) == (T, 2)
    assert ask(listed, subject(body=of())).tri is F


@pytest.mark.parametrize(("dialect", "found"), [("bicep", T), ("azurerm", F)])
def test_each_language_is_asked_in_its_own_words(dialect: str, found: Tri) -> None:
    both = Condition("body", (asks("$.mode", argument="arm"), asks("$.mode", argument="azurerm")))
    assert ask(both, subject(dialect=dialect, body=of(("mode", "arm")))).tri is found
    assert ask(both, subject(dialect=dialect, body=of(("mode", "azurerm")))).tri is found.negated()


# ── what joins them ──


@pytest.mark.parametrize(
    ("word", "kinds", "expected"),
    [
        ("allOf", ("Hub", "Hub"), T),
        ("allOf", ("Hub", "Lab"), F),
        ("anyOf", ("Lab", "Hub"), T),
        ("anyOf", ("Lab", "Lab"), F),
        ("not", ("Lab",), T),
        ("not", ("Hub",), F),
    ],
)
def test_what_joins_conditions(word: str, kinds: tuple[str, ...], expected: Tri) -> None:
    parts = tuple(asks(f"k{number}") for number in range(len(kinds)))
    fields: dict[str, Any] = {f"k{number}": kind for number, kind in enumerate(kinds)}
    assert ask(Condition(word, parts), subject(**fields)).tri is expected
