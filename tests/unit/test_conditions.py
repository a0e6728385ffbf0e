"""What a condition answers of a node, of a list, of a fact; and what follows for the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mnlint.azure.schema import SCHEMA
from mnlint.model.fact import Fact, Facts
from mnlint.model.finding import Verdict
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, literal
from mnlint.policy import judge
from mnlint.policy.conditions import answer
from mnlint.policy.load import load

F, U, T = Tri.FALSE, Tri.UNKNOWN, Tri.TRUE
HERE, HEAD = Span("f", 5, 9), Span("f", 0, 3)
VAULT = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
WHY = Unknown(Cause.NO_VALUE, HERE, "parameter p", "{param:p}")
AN_ID = Unknown(Cause.NO_VALUE, HERE, "parameter p", "{scope}/providers/Microsoft.X/y/{param:p}")


def node(value: Any) -> Node:
    return literal(value, HERE)


def one_of(*values: Any) -> Choice:
    return Choice(tuple(node(value) for value in values), WHY)


# The tables of ARCHITECTURE 8.2: one row a kind of value, one column an operator.
OPERATORS: dict[str, Any] = {
    "equals": "Hub",
    "notEquals": "Hub",
    "in": ("Hub", "Lab"),
    "notIn": ("Hub", "Lab"),
    "matches": "H.b",
    "exists": True,
    "isResourceId": True,
    "refersTo": "a.b",
}
NODES: list[tuple[str, Any, tuple[Tri, ...]]] = [
    # value                          equals notEquals in notIn matches exists isResourceId refersTo
    ("the very text", "Hub", (T, F, T, F, T, T, F, U)),
    ("the same in another case", "hUB", (T, F, T, F, T, T, F, U)),
    ("another text of the list", "Lab", (F, T, T, F, F, T, F, U)),
    ("another text", "Project", (F, T, F, T, F, T, F, U)),
    ("an id", VAULT, (F, T, F, T, F, T, T, U)),
    ("an empty text", "", (F, T, F, T, F, T, F, U)),
    ("null, which is nothing", None, (F, T, F, T, F, F, F, F)),
    ("nothing", ABSENT, (F, T, F, T, F, F, F, F)),
    ("an unknown", WHY, (U, U, U, U, U, U, U, U)),
    ("an unknown in the form of an id, so that it is there", AN_ID, (U, U, U, U, U, T, T, U)),
    ("a resource's id", Ref("a.b", ("id",)), (U, U, U, U, U, T, T, T)),
    ("another resource's id", Ref("c.d", ("id",)), (U, U, U, U, U, T, T, F)),
    ("an attribute", Ref("a.b", ("name",)), (U, U, U, U, U, T, U, T)),
    ("a truth where a text belongs", True, (U, U, U, U, U, T, U, U)),
    ("a number where a text belongs", 7, (U, U, U, U, U, T, U, U)),
    ("an object where a text belongs", Map({}, HEAD), (U, U, U, U, U, T, U, U)),
    ("a list where a text belongs", Seq(()), (U, U, U, U, U, T, U, U)),
    ("two that agree", one_of("Hub", "hub"), (T, F, T, F, T, T, F, U)),
    ("two that do not", one_of("Hub", "Project"), (U, U, U, U, U, T, F, U)),
    ("two of the list", one_of("Hub", "Lab"), (U, U, T, F, U, T, F, U)),
    ("one that may be nothing", one_of("Hub", ABSENT), (U, U, U, U, U, U, F, U)),
    ("one that may be unknown", one_of("Hub", WHY), (U, U, U, U, U, U, U, U)),
]


@pytest.mark.parametrize(("words", "value", "answers"), NODES, ids=[row[0] for row in NODES])
def test_a_question_to_one_node(words: str, value: Any, answers: tuple[Tri, ...]) -> None:
    made = {name: answer(node(value), name, argument).tri for name, argument in OPERATORS.items()}
    assert made == dict(zip(OPERATORS, answers, strict=True))


@pytest.mark.parametrize(("words", "value", "answers"), NODES, ids=[row[0] for row in NODES])
def test_every_answer_says_why(words: str, value: Any, answers: tuple[Tri, ...]) -> None:
    assert all(answer(node(value), name, argument).because for name, argument in OPERATORS.items())


@pytest.mark.parametrize(
    "value", ["Hub", "Project", None, ABSENT, WHY, one_of("Hub", "Project"), one_of("Hub", ABSENT)]
)
def test_the_negative_questions_mirror_the_positive_ones(value: Any) -> None:
    for positive, negative in (("equals", "notEquals"), ("in", "notIn")):
        argument = OPERATORS[positive]
        assert answer(node(value), negative, argument).tri is answer(node(value), positive, argument).tri.negated()
    for name in ("exists", "isResourceId"):
        assert answer(node(value), name, False).tri is answer(node(value), name, True).tri.negated()


@pytest.mark.parametrize(
    ("value", "argument", "tri", "reason"),
    [
        (True, True, T, "a truth"),
        (False, True, F, "the other truth"),
        ("true", True, U, "a text is no truth"),
        (1, True, U, "nor is a number"),
        (1, 1, T, "a number"),
        (1.0, 1, T, "however it is written"),
        (2, 1, F, "another number"),
    ],
)
def test_truths_and_numbers(value: Any, argument: Any, tri: Tri, reason: str) -> None:
    assert answer(node(value), "equals", argument).tri is tri, reason


@pytest.mark.parametrize(("value", "tri"), [("Hub", T), ("hub", F), ("HUB", F)])
def test_case_exact(value: str, tri: Tri) -> None:
    for name in ("equals", "in", "matches"):
        assert answer(node(value), name, OPERATORS[name], exact=True).tri is tri


def test_a_pattern_is_for_the_whole_text() -> None:
    assert answer(node("Hubs"), "matches", "Hub").tri is F
    assert answer(node("Hub\n"), "matches", "Hub").tri is F


def test_an_odd_value_is_a_doubt_of_its_own_kind() -> None:
    (why,) = answer(node(7), "equals", "Hub").because
    assert isinstance(why.value, Unknown)
    assert why.value.cause is Cause.UNEXPECTED_TYPE


# ── lists and relations: 8.3 ──

NETWORK = "hub network"


def fact(kind: str, address: str, fields: Mapping[str, Any], guards: tuple[Node, ...] = ()) -> Fact:
    return Fact(kind, address, Map({name: node(value) for name, value in fields.items()}, HEAD), HEAD, "bicep", guards)


def verdict_on(
    kind: str, fields: Mapping[str, Any], *others: Fact, guards: tuple[Node, ...] = (), **policy: Any
) -> Verdict:
    """What a policy of these conditions says of a fact."""
    subject = fact(kind, "subject", {"name": "hub", **fields}, guards)
    facts = Facts({one.address: one for one in (subject, *others)})
    texts = {"title": "t", "message": "m", "why": "w", "fix": "f", "see": [], "added": "0.1", "severity": "error"}
    loaded = load({"id": "MN999", "name": "n", "for": kind, **texts, **policy}, SCHEMA, {}, "f.yaml")
    return judge(loaded, subject, facts).verdict


def asked(require: Any, rules: Any, *others: Fact) -> Tri:
    """The answer to a condition on a network with these rules."""
    found = verdict_on("managedNetwork", {"rules": rules}, *others, require=require)
    return {Verdict.PASS: T, Verdict.UNKNOWN: U, Verdict.FAIL: F}[found]


GOOD, BAD, ODD = (
    fact("outboundRule", name, {"type": kind}) for name, kind in (("g", "FQDN"), ("b", "ServiceTag"), ("o", WHY))
)
FQDN = {"field": "type", "equals": "FQDN"}
LISTS: list[tuple[str, Any, tuple[Tri, Tri, Tri]]] = [
    # a list                        some every none
    ("absent", ABSENT, (F, T, T)),
    ("null", None, (F, T, T)),
    ("empty", Seq(()), (F, T, T)),
    ("empty and open", Seq((), WHY), (U, U, U)),
    ("one good", Seq((node(Ref("g")),)), (T, T, F)),
    ("one bad", Seq((node(Ref("b")),)), (F, F, T)),
    ("one in doubt", Seq((node(Ref("o")),)), (U, U, U)),
    ("good and bad", Seq((node(Ref("g")), node(Ref("b")))), (T, F, F)),
    ("good and in doubt", Seq((node(Ref("g")), node(Ref("o")))), (T, U, F)),
    ("bad and in doubt", Seq((node(Ref("b")), node(Ref("o")))), (U, F, U)),
    ("one good of an open list", Seq((node(Ref("g")),), WHY), (T, U, F)),
    ("one bad of an open list", Seq((node(Ref("b")),), WHY), (U, F, U)),
    ("a member that leads nowhere", Seq((node(Ref("gone")),)), (U, U, U)),
    ("unknown", WHY, (U, U, U)),
    ("one of two", one_of(Seq(()), Seq(())), (U, U, U)),
    ("no list at all", "text", (U, U, U)),
]


@pytest.mark.parametrize(("words", "rules", "answers"), LISTS, ids=[row[0] for row in LISTS])
def test_a_question_to_a_list(words: str, rules: Any, answers: tuple[Tri, Tri, Tri]) -> None:
    made = tuple(asked({word: "rules", "where": FQDN}, rules, GOOD, BAD, ODD) for word in ("some", "every", "none"))
    assert made == answers


@pytest.mark.parametrize(
    ("rules", "limits", "tri", "reason"),
    [
        ("", {"atLeast": 1}, F, "none is less than one"),
        ("g", {"atLeast": 1}, T, "one is enough"),
        ("gb", {"atLeast": 2}, F, "the bad one does not count"),
        ("go", {"atLeast": 2}, U, "the one in doubt may"),
        ("g+", {"atLeast": 1}, T, "one is enough, however many there are"),
        ("g+", {"atLeast": 2}, U, "there may be more than are seen"),
        ("gg", {"atMost": 1}, F, "two are too many"),
        ("go", {"atMost": 1}, U, "two perhaps"),
        ("gb", {"atMost": 1}, T, "one is not"),
        ("g+", {"atMost": 1}, U, "nobody knows how many more"),
        ("gg+", {"atMost": 1}, F, "already too many"),
        ("gg", {"atLeast": 1, "atMost": 3}, T, "between the two"),
        ("", {"atLeast": 1, "atMost": 3}, F, "below"),
    ],
)
def test_counting(rules: str, limits: dict[str, int], tri: Tri, reason: str) -> None:
    items = tuple(node(Ref(name)) for name in rules.rstrip("+"))
    listed = Seq(items, WHY if rules.endswith("+") else None)
    assert asked({"count": "rules", "where": FQDN, **limits}, listed, GOOD, BAD, ODD) is tri, reason


@pytest.mark.parametrize(
    ("network", "tri", "reason"),
    [
        (Ref("n"), T, "the network's own field"),
        (Ref("gone"), U, "a relation that leads nowhere"),
        (WHY, U, "a relation that nobody knows"),
        (one_of(Ref("n"), Ref("m")), U, "one of two"),
        (ABSENT, F, "no network has no mode"),
    ],
)
def test_a_path_through_a_relation(network: Any, tri: Tri, reason: str) -> None:
    other = fact("managedNetwork", "n", {"effectiveMode": "Disabled"})
    require = {"field": "network.effectiveMode", "equals": "Disabled"}
    found = verdict_on("outboundRule", {"network": network}, other, require=require)
    assert {Verdict.PASS: T, Verdict.UNKNOWN: U, Verdict.FAIL: F}[found] is tri, reason


# ── the verdict: 8.4 ──

SAYS = {T: "Hub", U: WHY, F: "Project"}


@pytest.mark.parametrize(
    ("when", "require", "verdict"),
    [
        (T, T, Verdict.PASS),
        (T, U, Verdict.UNKNOWN),
        (T, F, Verdict.FAIL),
        (U, T, Verdict.PASS),
        (U, U, Verdict.UNKNOWN),
        (U, F, Verdict.UNKNOWN),
        (F, T, Verdict.SKIP),
        (F, U, Verdict.SKIP),
        (F, F, Verdict.SKIP),
    ],
)
def test_when_implies_require(when: Tri, require: Tri, verdict: Verdict) -> None:
    made = verdict_on(
        "workspace",
        {"kind": SAYS[when], "apiVersion": SAYS[require]},
        when={"field": "kind", "equals": "Hub"},
        require={"field": "apiVersion", "equals": "Hub"},
    )
    assert made is verdict


@pytest.mark.parametrize(
    ("form", "verdict", "reason"),
    [
        ("{param:p}", Verdict.PASS, "wherever the workspace exists, the first branch is taken"),
        ("{!param:p}", Verdict.FAIL, "wherever it exists, the second one is"),
        ("{param:q}", Verdict.UNKNOWN, "another condition tells nothing"),
        (None, Verdict.UNKNOWN, "a condition that nobody can name tells nothing"),
    ],
)
def test_a_branch_that_hangs_on_the_condition_of_existence(form: str | None, verdict: Verdict, reason: str) -> None:
    guard = node(Unknown(Cause.NO_VALUE, HERE, "parameter p", form))
    require = {"field": "kind", "equals": "Hub"}
    made = verdict_on("workspace", {"kind": one_of("Hub", "Project")}, guards=(guard,), require=require)
    assert made is verdict, reason
