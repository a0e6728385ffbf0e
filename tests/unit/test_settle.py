"""From judgements to a report: places, merging, fingerprints, doubts by cause, and sums."""

from __future__ import annotations

import re

import pytest
from report_samples import (
    BROKEN,
    CARD,
    HUB,
    MAIN,
    NOTICE,
    OTHER,
    at_module,
    by_module,
    doubted,
    judged,
    node,
    outcome,
    report,
    span,
    written,
)

from mnlint.model.finding import Coverage, Judgement, Notice, Place, Report, Severity, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.model.value import Cause, Choice, HopKind, Map, Node, Ref, Seq, Unknown, absent
from mnlint.settle import CARDS, settle
from mnlint.settle.places import way_of

HEAD = span(HUB, 'resource "azurerm_ai_foundry" "hub"')


def cut(report: Report, place: Place) -> str:
    return report.sources[place.span.file].cut(place.span)


def said(report: Report, places: tuple[Place, ...]) -> list[tuple[str, str]]:
    return [(place.says, cut(report, place)) for place in places]


# --- places


def test_the_origin_is_marked_and_the_way_to_the_use_is_told() -> None:
    made = report(at_module())
    (finding,) = made.findings
    assert said(made, (finding.primary,)) == [("written here", '"Disabled"')]
    assert said(made, finding.related) == [
        ("by way of var.mode", "var.mode"),
        ("by way of local.m", "local.m"),
        ("in module.hub.azurerm_ai_foundry.hub", 'resource "azurerm_ai_foundry" "hub"'),
    ]
    assert {made.sources[s.file].cut(s) for s in way_of(at_module(), made.sources)} == {
        '"Disabled"',
        "var.mode",
        "local.m",
        'resource "azurerm_ai_foundry" "hub"',
    }


def test_what_is_not_there_is_marked_at_the_head_once() -> None:
    made = report(judged(absent(HEAD, "no managed_network here"), head=HEAD))
    (finding,) = made.findings
    assert said(made, (finding.primary,)) == [("no managed_network here", 'resource "azurerm_ai_foundry" "hub"')]
    assert finding.related == ()


def test_a_head_inside_the_primary_place_is_not_told_again() -> None:
    whole = Span(HUB.file, HEAD.start, HEAD.end + 5)
    made = report(judged(node("x", (HopKind.LITERAL, whole, "written here")), head=HEAD))
    assert made.findings[0].related == ()


def test_a_node_without_a_way_is_marked_where_it_stands() -> None:
    made = report(judged(Node("x", span(HUB, "local.m"), ()), head=HEAD))
    assert cut(made, made.findings[0].primary) == "local.m"


def test_without_any_node_the_subject_is_marked() -> None:
    made = report(judged(head=HEAD))
    assert made.findings[0].primary == Place(HEAD, "in azurerm_ai_foundry.hub")


def test_what_was_not_read_cannot_be_mended() -> None:
    registry = Span("registry/main.tf", 3, 9)
    way = (
        (HopKind.LITERAL, registry, "written here"),
        (HopKind.ARGUMENT, span(MAIN, '"Disabled"'), "mode of module hub"),
        (HopKind.REFERENCE, span(HUB, "local.m"), "local.m"),
    )
    judgement = judged(node("Disabled", *way), head=HEAD)
    made = report(judgement)
    (finding,) = made.findings
    assert said(made, (finding.primary,)) == [("mode of module hub", '"Disabled"')]
    assert [place.says for place in finding.related] == ["by way of local.m", "in azurerm_ai_foundry.hub"]
    assert registry in way_of(judgement, made.sources)


def test_other_deciding_nodes_and_conditions_come_last() -> None:
    guard = Node(Unknown(Cause.NO_VALUE, span(HUB, "var.mode"), "variable on"), span(HUB, "locals"), ())
    second = written(MAIN, '"./hub"')
    judgement = judged(written(HUB, "local.m"), second, head=HEAD, guards=(guard,))
    made = report(judgement)
    (finding,) = made.findings
    assert said(made, finding.related) == [
        ("in azurerm_ai_foundry.hub", 'resource "azurerm_ai_foundry" "hub"'),
        ('"./hub" is written here', '"./hub"'),
        ("only if this holds", "locals"),
    ]
    assert span(HUB, "locals") in way_of(judgement, made.sources)


def test_a_place_is_shown_once_and_at_most_twenty_are() -> None:
    source = Source("many.tf", "x " * 100)
    way = [(HopKind.REFERENCE, Span("many.tf", 2 * n, 2 * n + 1), f"var.v{n}") for n in range(50)]
    twice = [step for step in way for _ in range(2)]
    judgement = judged(node("x", *twice), head=Span("many.tf", 198, 199))
    made = report(judgement, sources=(source,))
    (finding,) = made.findings
    assert [place.says for place in finding.related] == [f"by way of var.v{n}" for n in range(1, 21)]
    assert len(way_of(judgement, made.sources)) == 51


# --- merging and order


def test_one_finding_in_several_roots_is_one() -> None:
    made = settle([outcome(at_module(), root="a"), outcome(at_module(), root="b")], [CARD])
    assert [(finding.policy, finding.instances) for finding in made.findings] == [("MN001", 2)]


def test_equal_findings_of_several_callers_are_one_with_all_their_places() -> None:
    callers = [judged(by_module(), head=HEAD, subject=f"module.{name}.hub", instances=3) for name in ("b", "a")]
    (finding,) = report(*callers).findings
    assert finding.instances == 6
    assert finding.subject == "module.a.hub"
    assert [place.says for place in finding.related] == [
        "by way of var.mode",
        "by way of local.m",
        "in module.a.hub",
        "in module.b.hub",
    ]


@pytest.mark.parametrize(
    ("reason", "second"),
    [
        ("another policy", at_module(policy="MN004")),
        ("another message", at_module(message="lab: managed network isolation is Disabled")),
        ("another place", judged(written(HUB, "local.m"), head=HEAD)),
    ],
)
def test_what_differs_stays_two(reason: str, second: Judgement) -> None:
    assert len(report(at_module(), second).findings) == 2, reason


def test_findings_are_in_order_of_place_and_then_policy_whatever_order_they_come_in() -> None:
    judgements = [
        judged(written(HUB, "local.m"), head=HEAD, policy="MN004", severity=Severity.NOTE),
        judged(written(HUB, "local.m"), head=HEAD),
        judged(written(HUB, '"hub"'), head=HEAD),
        at_module(),
    ]
    orders = [judgements, judgements[::-1], judgements[2:] + judgements[:2]]
    reports = [report(*order) for order in orders]
    assert [(f.primary.span.file, f.policy) for f in reports[0].findings] == [
        ("hub/main.tf", "MN001"),
        ("hub/main.tf", "MN001"),
        ("hub/main.tf", "MN004"),
        ("main.tf", "MN001"),
    ]
    assert len({tuple((f.policy, f.primary, f.fingerprint) for f in r.findings) for r in reports}) == 1


def test_only_violations_are_findings() -> None:
    made = report(*(at_module(verdict=verdict) for verdict in (Verdict.PASS, Verdict.SKIP)))
    assert (made.findings, made.doubts) == ((), ())


def test_of_equal_findings_the_worst_severity_counts() -> None:
    levels = (Severity.NOTE, Severity.ERROR, Severity.WARNING)
    (finding,) = report(*(at_module(severity=severity) for severity in levels)).findings
    assert finding.severity is Severity.ERROR


def test_the_order_in_which_roots_are_ready_changes_nothing() -> None:
    roots = [outcome(replace(at_module(), help=f"help of {root}"), root=root) for root in "abc"]
    helps = {settle(order, [CARD]).findings[0].help for order in (roots, roots[::-1], roots[1:] + roots[:1])}
    assert helps == {"help of a"}


# --- fingerprints


def print_of(**others: object) -> str:
    (finding,) = report(at_module(**others)).findings
    return finding.fingerprint


def test_a_fingerprint_is_sixteen_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{16}", print_of())


@pytest.mark.parametrize(
    ("reason", "other", "same"),
    [
        ("not of words", {"message": "the network of hub is open"}, True),
        ("not of the module path, if the declaration is known", {"subject": "module.x.hub"}, True),
        ("of the declaration", {"symbol": "azurerm_ai_foundry.lab"}, False),
        ("of its file", {"declared_in": "lab/main.tf"}, False),
        ("of the field", {"field": "rules"}, False),
        ("of the policy", {"policy": "MN004"}, False),
    ],
)
def test_what_a_fingerprint_is_made_of(reason: str, other: dict[str, str], same: bool) -> None:
    declared = {"declared_in": "hub/main.tf", "symbol": "azurerm_ai_foundry.hub", "field": "isolationMode"}
    assert (print_of(**declared) == print_of(**{**declared, **other})) is same, reason


def test_a_fingerprint_survives_moved_and_changed_lines() -> None:
    moved = Source(HUB.file, "# a new line\n\n" + HUB.text.replace("local.m", "local.mode"))
    head = span(moved, 'resource "azurerm_ai_foundry" "hub"')
    before = report(judged(written(HUB, "local.m"), head=HEAD)).findings[0]
    after = report(judged(written(moved, "local.mode"), head=head), sources=(moved,)).findings[0]
    assert before.fingerprint == after.fingerprint


def test_equal_identities_are_counted() -> None:
    judgements = [judged(written(HUB, text), head=HEAD, message=text) for text in ("local.m", '"hub"')]
    first, second = report(*judgements).findings
    assert first.fingerprint != second.fingerprint
    assert report(judgements[0]).findings[0].fingerprint == first.fingerprint


# --- notices


def test_notices_about_inputs_are_findings_and_those_about_the_run_are_not() -> None:
    made = report(notices=(NOTICE, BROKEN, NOTICE))
    (finding,) = made.findings
    assert (finding.policy, finding.severity, finding.message) == ("MN911", Severity.ERROR, "expected } here")
    assert cut(made, finding.primary) == "source"
    assert made.notices == (NOTICE,)


def test_a_notice_of_several_roots_is_one_finding() -> None:
    made = settle([outcome(notices=(BROKEN,), root=root) for root in "abc"], [])
    assert [(finding.policy, finding.instances) for finding in made.findings] == [("MN911", 1)]


def test_the_level_of_a_notice_is_the_severity_of_its_finding() -> None:
    limit = Notice("note", "MN912", "the loop has too many members", BROKEN.place)
    assert [finding.severity for finding in report(notices=(limit,)).findings] == [Severity.NOTE]


def test_a_notice_about_an_input_without_a_place_is_a_finding_too() -> None:
    lost = Notice("error", "MN912", "too many modules")
    made = settle([outcome(notices=(lost,)), outcome(notices=(lost,), sources=(), root="empty.bicep")], [])
    assert [finding.primary.span for finding in made.findings] == [Span("empty.bicep", 0, 0), Span("hub/main.tf", 0, 0)]


# --- doubts


def test_a_cause_is_told_once_with_all_that_wait_for_it() -> None:
    made = settle([outcome(doubted("MN004"), doubted(), root="b"), outcome(doubted(), doubted(name="lab"))], [CARD])
    (doubt,) = made.doubts
    assert doubt.place.says == "parameter mode has no value"
    assert cut(made, doubt.place) == 'variable "mode"'
    assert doubt.remedy == Cause.NO_VALUE.remedy
    assert doubt.judgements == (("MN001", "hub"), ("MN001", "lab"), ("MN004", "hub"))


AT = span(HUB, "var.mode")
WHY = Unknown(Cause.NO_VALUE, AT, "variable lab")


@pytest.mark.parametrize(
    ("reason", "value", "expected"),
    [
        ("an unknown is its own cause", WHY, "variable lab has no value"),
        ("of a choice nobody knows which", Choice((), WHY), "variable lab has no value"),
        ("a map may have more members", Map({}, HEAD, more=WHY), "variable lab has no value"),
        ("so may a list", Seq((), more=WHY), "variable lab has no value"),
        ("an id exists after deployment", Ref("sa", ("id",)), "sa.id is known only after deployment"),
        ("a shape that no question fits", Seq(()), "this value has a type that is not expected here"),
    ],
)
def test_what_a_judgement_waits_for(reason: str, value: object, expected: str) -> None:
    judgement = judged(Node(value, AT, ()), head=HEAD, verdict=Verdict.UNKNOWN)  # type: ignore[arg-type]
    assert [doubt.place.says for doubt in report(judgement).doubts] == [expected], reason


def test_what_is_known_is_no_cause_beside_what_is_not() -> None:
    judgement = judged(Node("x", AT, ()), Node(WHY, AT, ()), head=HEAD, verdict=Verdict.UNKNOWN)
    assert [doubt.cause for doubt in report(judgement).doubts] == [WHY]


def test_doubt_never_passes_in_silence() -> None:
    (doubt,) = report(judged(head=HEAD, verdict=Verdict.UNKNOWN)).doubts
    assert doubt.place.span == HEAD


def test_doubts_are_in_order_of_place() -> None:
    places = [span(MAIN, "source"), span(HUB, "local.m"), span(HUB, "var.mode")]
    judgements = [
        judged(Node(Unknown(Cause.RUNTIME, at, "x"), at, ()), head=HEAD, verdict=Verdict.UNKNOWN) for at in places
    ]
    assert [doubt.place.span for doubt in report(*judgements).doubts] == [places[2], places[1], places[0]]


# --- the rest


def test_coverage_is_summed_and_sources_are_united() -> None:
    made = settle(
        [
            outcome(sources=(MAIN,), coverage=Coverage(3, 2, {"not relevant": 1}, 1, 5, 2, 1)),
            outcome(sources=(HUB,), coverage=Coverage(4, 1, {"not relevant": 2, "too large": 1}, 2, 7, 1, 0)),
        ],
        [],
    )
    assert made.coverage == Coverage(7, 3, {"not relevant": 3, "too large": 1}, 3, 12, 3, 1)
    assert set(made.sources) == {"main.tf", "hub/main.tf"}


def test_nothing_is_a_report_too() -> None:
    made = settle([], [])
    assert (made.findings, made.doubts, made.notices, made.coverage) == ((), (), (), Coverage())


def test_our_own_cards_are_always_there_and_all_are_in_order() -> None:
    ids = [card.id for card in settle([], [OTHER, CARD, *CARDS]).cards]
    assert ids == ["MN001", "MN004", "MN900", "MN901", "MN902", "MN903", "MN910", "MN911", "MN912", "MN913", "MN914"]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_our_own_cards_say_everything(card: object) -> None:
    words = [getattr(card, name) for name in ("title", "why", "fix")]
    assert all(len(text) > 20 for text in words)
    assert re.fullmatch("[a-z]+(-[a-z]+)+", card.name)  # type: ignore[attr-defined]
