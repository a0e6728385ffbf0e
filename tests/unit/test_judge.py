"""What a judgement says: the verdict with what decided it, whom it is about, how bad it is, and its message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from mnlint.azure.schema import SCHEMA
from mnlint.model.fact import Fact, Facts
from mnlint.model.finding import Judgement, Severity, Verdict
from mnlint.model.policy import Policy
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, Value, literal
from mnlint.policy import judge
from mnlint.policy.judge import is_about
from mnlint.policy.load import load

HERE, HEAD, CALL = Span("f", 5, 9), Span("f", 0, 3), Span("g", 1, 2)
WHY = Unknown(Cause.NO_VALUE, HERE, "parameter p", "{param:p}")
NO_NAME = Unknown(Cause.NO_VALUE, HERE, "a text with parameter q")
TEXTS = {"title": "t", "message": "m", "why": "w", "fix": "f", "see": [], "added": "0.1", "severity": "error"}


def node(value: Value, place: Span = HERE) -> Node:
    return literal(value, place)


def one_of(*values: Value) -> Choice:
    return Choice(tuple(node(value) for value in values), WHY)


def fact(of: str = "workspace", address: str = "a", /, **fields: Value | Node) -> Fact:
    nodes = {name: one if isinstance(one, Node) else node(one) for name, one in fields.items()}
    return Fact(of, address, Map(nodes, HEAD), HEAD, "bicep")


def policy(**texts: Any) -> Policy:
    made = {"id": "MN999", "name": "n", "for": "workspace", **TEXTS, "require": {"field": "kind", "equals": "Hub"}}
    return load({**made, **texts}, SCHEMA, {}, "f.yaml")


def judged(subject: Fact, *others: Fact, **texts: Any) -> Judgement:
    facts = Facts({one.address: one for one in (subject, *others)})
    return judge(policy(**texts), subject, facts)


def message(subject: Fact, text: str, *others: Fact) -> str:
    return judged(subject, *others, message=text).message


# ── whom a policy is asked about ──


def resource(kind: Value, dialect: str = "bicep", declared: bool = True) -> Fact:
    return replace(fact("resource", type=kind, declared=declared), dialect=dialect)


ARM, RM = "Microsoft.Network/virtualNetworks", "azurerm_virtual_network"


def about(made: Fact, types: Sequence[str] = (ARM,), dialects: Sequence[str] = (), existing: bool = False) -> bool:
    return is_about(replace(policy(), types=tuple(types), dialects=tuple(dialects), existing=existing), made)


@pytest.mark.parametrize(
    ("made", "asked", "expected", "reason"),
    [
        (resource(ARM), {"types": ()}, True, "a policy of a kind of facts takes each of the kind"),
        (resource(ARM), {"types": (), "dialects": ("bicep",)}, True, "in the dialects that it names"),
        (resource(ARM), {"types": (), "dialects": ("arm",)}, False, "and in no other"),
        (resource(ARM, declared=False), {"types": ()}, True, "types are all that tells of what is declared elsewhere"),
        (resource(ARM), {}, True, "its type"),
        (resource(ARM.upper()), {}, True, "a type's case does not count"),
        (resource("microsoft.network/virtualnetworks"), {}, True, "nor that of a policy"),
        (resource("Microsoft.Network/publicIPAddresses"), {}, False, "another type"),
        (resource(WHY), {}, True, "a type that nobody knows may be this one"),
        (resource("Microsoft.Network/publicIPAddresses"), {"types": ("A.B/c", ARM)}, False, "none of two types"),
        (resource(ARM), {"types": ("A.B/c", ARM)}, True, "one of two types"),
        (resource(ARM, declared=False), {}, False, "what is declared elsewhere is judged there"),
        (resource(ARM, declared=False), {"existing": True}, True, "unless a policy asks for it"),
        (resource(ARM), {"existing": True}, True, "beside what is declared here"),
        (resource(RM, "azurerm"), {"types": (ARM, RM)}, True, "azurerm has types of its own"),
        (resource(WHY, "azurerm"), {}, False, "ARM's types are none of azurerm's, whatever is not known"),
        (resource(WHY), {"types": (RM,)}, False, "nor azurerm's of ARM's"),
        (resource(WHY, "azapi"), {"types": (RM,)}, False, "azapi speaks ARM's"),
    ],
)
def test_whom_a_policy_is_about(made: Fact, asked: dict[str, Any], expected: bool, reason: str) -> None:
    assert about(made, **asked) is expected, reason


# ── the verdict and what decided it ──


def because(made: Judgement) -> list[object]:
    return [f"?{n.value.label}" if isinstance(n.value, Unknown) else n.value for n in made.because]


BOTH = {"when": {"field": "kind", "equals": "Hub"}, "require": {"field": "apiVersion", "equals": "Hub"}}


@pytest.mark.parametrize(
    ("kind", "version", "verdict", "reasons"),
    [
        ("Hub", "Lab", Verdict.FAIL, ["Lab", "Hub"]),
        ("Hub", "Hub", Verdict.PASS, []),
        ("Lab", "Lab", Verdict.SKIP, []),
        ("Hub", WHY, Verdict.UNKNOWN, ["?parameter p"]),
        (WHY, "Lab", Verdict.UNKNOWN, ["?parameter p"]),
        (WHY, NO_NAME, Verdict.UNKNOWN, ["?a text with parameter q", "?parameter p"]),
    ],
)
def test_what_decided(kind: Value, version: Value, verdict: Verdict, reasons: list[object]) -> None:
    made = judged(fact(kind=kind, apiVersion=version), **BOTH)
    assert (made.verdict, because(made)) == (verdict, reasons)


def test_a_value_that_decides_twice_is_told_once() -> None:
    made = judged(fact(kind="Lab"), when={"field": "kind", "equals": "Lab"})
    assert (made.verdict, because(made)) == (Verdict.FAIL, ["Lab"])


def test_what_stands_for_others_that_nobody_sees_never_fails() -> None:
    unseen = replace(fact(kind="Lab"), unseen=node(WHY))
    made = judged(unseen)
    assert (made.verdict, because(made)) == (Verdict.UNKNOWN, ["?parameter p"])
    assert judged(replace(fact(kind="Hub"), unseen=node(WHY))).verdict is Verdict.PASS
    skipped = judged(unseen, when={"field": "kind", "equals": "Hub"})
    assert (skipped.verdict, because(skipped)) == (Verdict.SKIP, [])


@pytest.mark.parametrize(
    ("kind", "marked", "reasons", "reason"),
    [
        ("Lab", "apiVersion", ["v1", "Lab"], "what is marked comes first"),
        ("Lab", "kind", ["Lab"], "and is not told again"),
        ("Lab", None, ["Lab"], "without a mark, what decided"),
        (one_of("Lab", "Project"), "kind", ["Lab", "Project"], "each of what it may be is wrong"),
        ("Hub", "apiVersion", [], "nothing is marked where nothing is wrong"),
        (WHY, "apiVersion", ["?parameter p"], "nor where nobody knows"),
    ],
)
def test_what_is_marked(kind: Value, marked: str | None, reasons: list[object], reason: str) -> None:
    mark = {"mark": marked} if marked else {}
    assert because(judged(fact(kind=kind, apiVersion="v1"), **mark)) == reasons, reason


# ── how bad, of whom, where ──

SEVERITIES = [
    {"is": "error", "when": {"field": "apiVersion", "equals": "old"}},
    {"is": "warning", "when": {"field": "apiVersion", "equals": "new"}},
    {"is": "note"},
]


@pytest.mark.parametrize(
    ("version", "severity"),
    [("old", Severity.ERROR), ("new", Severity.WARNING), ("other", Severity.NOTE), (WHY, Severity.NOTE)],
)
def test_how_bad_it_is(version: Value, severity: Severity) -> None:
    assert judged(fact(kind="Lab", apiVersion=version), severity=SEVERITIES).severity is severity


def test_without_conditions_it_is_as_bad_as_its_card_says() -> None:
    without = replace(policy(severity="warning"), severities=())
    subject = fact(kind="Lab")
    assert judge(without, subject, Facts({"a": subject})).severity is Severity.WARNING


def test_whom_and_where_it_is_about() -> None:
    guard = node(WHY)
    subject = replace(
        fact("workspace", "module.m.hub/network", kind="Lab", name="h"),
        dialect="azurerm",
        guards=(guard,),
        callers=(CALL,),
        instances=3,
        declared_in="m.tf",
        symbol="hub",
        resource="module.m.hub",
    )
    made = judged(subject)
    assert (made.policy, made.kind, made.dialect, made.head, made.help) == ("MN999", "workspace", "azurerm", HEAD, None)
    assert (made.subject, made.name, made.instances, made.declared_in) == ("module.m.hub", "h", 3, "m.tf")
    assert (made.guards, made.callers) == ((guard,), (CALL,))
    assert judged(fact(kind="Lab")).subject == "a"


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({}, "kind"),
        ({"mark": "apiVersion"}, "apiVersion"),
        ({"require": {"field": "network.effectiveMode", "equals": "Disabled"}}, "network.effectiveMode"),
        ({"require": {"allOf": [{"field": "kind", "equals": "Hub"}]}}, ""),
    ],
)
def test_the_field_that_it_is_about(texts: dict[str, Any], field: str) -> None:
    assert judged(fact(kind="Lab"), **texts).field == field


PLACE = "main.json.resources[0]"


@pytest.mark.parametrize(
    ("fields", "symbol", "reason"),
    [
        ({"symbol": "hub", "resource": "m.hub", "address": "m.hub"}, "hub", "its own symbol, without the modules"),
        ({"symbol": "hub", "resource": "m.hub", "address": "m.hub/net"}, "hub/net", "with the part of it"),
        ({"symbol": "hub", "resource": "", "address": "m.hub"}, "hub m.hub", "without a resource, with its address"),
        ({"symbol": "hub", "resource": "x", "address": "m.hub"}, "hub m.hub", "or with one that is none of its own"),
        ({"symbol": "hub", "named": "h", "resource": "a", "address": "a"}, "hub", "a symbol needs no name beside it"),
        ({"symbol": PLACE, "named": "h", "resource": "a", "address": "a"}, "@h", "a place is none"),
        ({"symbol": PLACE, "resource": "a", "address": "a"}, PLACE, "but all there is without a name"),
    ],
)
def test_what_it_is_in_its_file(fields: dict[str, str], symbol: str, reason: str) -> None:
    assert judged(replace(fact(kind="Lab"), **fields)).symbol == symbol, reason


@pytest.mark.parametrize(
    ("name", "symbol", "expected", "reason"),
    [
        ("hub", "w", "hub", "its name"),
        (one_of("hub", "lab"), "w", "hub or lab", "each that it may be"),
        (WHY, "w", "w", "one that nobody knows is said by its symbol"),
        (one_of("hub", WHY), "w", "w", "as is one that may be such a one"),
        (ABSENT, "w", "w", "and one that is not there"),
        (Ref("b", ("name",)), "w", "w", "or is another resource's"),
        (None, "w", "w", "or nowhere said"),
        (WHY, PLACE, "a resource named by parameter p", "what has no symbol is said by what names it"),
        (one_of("hub", WHY), PLACE, "a resource named by hub or parameter p", "all of it"),
        (None, PLACE, PLACE, "and by its place where nothing does"),
        (ABSENT, PLACE, PLACE, "a name that is not there names nothing"),
    ],
)
def test_what_it_is_called(name: Value, symbol: str, expected: str, reason: str) -> None:
    fields = {} if name is None else {"name": name}
    made = judged(replace(fact(kind="Lab", **fields), symbol=symbol), message="{name} is wrong")
    assert (made.name, made.message) == (expected, f"{expected} is wrong"), reason


# ── the message ──


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Lab", "Lab"),
        (True, "true"),
        (7, "7"),
        (1.5, "1.5"),
        ("As It Is", "As It Is"),
        (None, "not set"),
        (ABSENT, "not set"),
        (WHY, "parameter p"),
        (one_of("Lab", "Lab", "Hub"), "Lab or Hub"),
        (Ref("b", ("properties", "id")), "b.properties.id"),
        (Seq((node("x"), node("y"), node("x"))), "x, y"),
        (Seq(()), "nothing"),
        (Map({}, HEAD), "an object"),
        ("a\0b", "ab"),  # else a name could pretend to stand there
    ],
)
def test_a_value_in_a_message(value: Value, text: str) -> None:
    assert message(fact(apiVersion=value, kind="Lab"), "it is {apiVersion}.") == f"it is {text}."


def test_what_tells_subjects_apart_stands_in_a_message_but_not_in_its_frame() -> None:
    network = fact("managedNetwork", "n", name="net")
    made = judged(fact(name="hub", kind="Lab", network=Ref("n")), network, message="{kind} {name} of {network.name}!")
    assert made.message == "Lab hub of net!"
    assert (made.frame, made.names) == ("Lab \0 of \0!", ("hub", "net"))


def test_what_is_billed_tells_subjects_apart() -> None:
    network = fact("managedNetwork", "n", billed="b", effectiveMode="Lab")
    texts = {"require": {"field": "effectiveMode", "equals": "Disabled"}, "message": "{billed} {effectiveMode}"}
    made = judged(network, **{"for": "managedNetwork", **texts})
    assert (made.message, made.frame, made.names) == ("b Lab", "\0 Lab", ("b",))


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (Ref("n"), "the network n-symbol"),  # named by its declaration, as the subject itself is
        (Ref("gone"), "the network this value"),
        (WHY, "the network parameter p"),
        (ABSENT, "the network not set"),
    ],
)
def test_the_name_of_another(network: Value, expected: str) -> None:
    other = replace(fact("managedNetwork", "n", name=WHY), symbol="n-symbol")
    assert message(fact(kind="Lab", name="hub", network=network), "the network {network.name}", other) == expected


def test_the_name_of_another_behind_another() -> None:
    hub, network = fact("workspace", "h", network=Ref("n")), fact("managedNetwork", "n", name="far")
    assert message(fact(kind="Lab", hub=Ref("h")), "of {hub.network.name}", hub, network) == "of far"


def test_only_what_fails_has_a_message() -> None:
    text = "{name} is {kind}"
    fails, passes = (judged(fact(name="hub", kind=kind), message=text) for kind in ("Project", "Hub"))
    assert (fails.verdict, fails.message, fails.frame, fails.names) == (
        Verdict.FAIL,
        "hub is Project",
        "\0 is Project",
        ("hub",),
    )
    assert (passes.verdict, passes.message, passes.frame, passes.names) == (Verdict.PASS, "", "", ())


def test_braces_that_are_no_placeholder_stay() -> None:
    subject = fact(kind="Lab")
    with_braces = replace(policy(), message="{1} {} {kind}~ {-}")
    made = judge(with_braces, subject, Facts({"a": subject}))
    assert made.message == "{1} {} Lab~ {-}"
