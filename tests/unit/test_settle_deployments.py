"""One fault in several deployments, callers or compiled forms: one finding, with all of them told."""

from __future__ import annotations

import pytest
from report_samples import HUB, doubted, judged, outcome, span, written

from mnlint.model.finding import Judgement, Outcome, Report, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Source
from mnlint.settle import settle

MODE = written(HUB, "local.m")
HEAD = span(HUB, 'resource "azurerm_ai_foundry" "hub"')
FILES = ("env/dev.tfvars", "env/prod.tfvars", "env/test.tfvars")


def named(name: str, deployment: str = "", tail: str = "the mode is Disabled", **others: object) -> Judgement:
    said = {"message": f"{name}: {tail}", "names": (name,), "frame": f"\0: {tail}", "symbol": "hub", **others}
    return judged(MODE, head=HEAD, name=name, deployment=deployment, **said)  # type: ignore[arg-type]


def root(*judgements: Judgement, **others: object) -> Outcome:
    sources = (HUB, *(Source(file, "") for file in FILES))
    return replace(outcome(*judgements, sources=sources), deployments=FILES, **others)  # type: ignore[arg-type]


def shown(report: Report) -> list[tuple[str, list[str], int]]:
    """The message of each finding, the parameter files it shows with, and its instances."""
    return [
        (f.message, [p.span.file for p in f.related if p.says == "with these parameters"], f.instances)
        for f in report.findings
    ]


@pytest.mark.parametrize(
    ("reason", "judgements", "expected"),
    [
        ("with one of three", [named("a", FILES[0])], [("a: the mode is Disabled", [FILES[0]], 1)]),
        ("with all", [named("a", file) for file in FILES], [("a: the mode is Disabled", list(FILES), 1)]),
        (
            "with other names",
            [named("a", FILES[0]), named("b", FILES[1])],
            [("a and b: the mode is Disabled", [FILES[0], FILES[1]], 1)],
        ),
        (
            "twice in each, which are two at once",
            [named("a", file, subject=str(at)) for file in FILES for at in range(2)],
            [("a: the mode is Disabled", list(FILES), 2)],
        ),
        (
            "with another fault",
            [named("a", FILES[0]), named("a", FILES[1], tail="the mode is odd")],
            [("a: the mode is Disabled", [FILES[0]], 1), ("a: the mode is odd", [FILES[1]], 1)],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_names_the_parameter_files_it_shows_with(
    reason: str, judgements: list[Judgement], expected: list[tuple[str, list[str], int]]
) -> None:
    assert shown(settle([root(*judgements)], [])) == expected, reason


def test_the_one_parameter_file_of_a_root_is_no_news() -> None:
    made = settle([replace(root(named("a", FILES[0])), deployments=FILES[:1])], [])
    assert shown(made) == [("a: the mode is Disabled", [], 1)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("a", "a: the mode is Disabled"),
        ("ab", "a and b: the mode is Disabled"),
        ("abc", "a, b and c: the mode is Disabled"),
        ("abcde", "a, b and 3 more: the mode is Disabled"),
    ],
)
def test_callers_of_one_module_are_one_finding(names: str, expected: str) -> None:
    made = settle([outcome(named(name), root=f"{name}.tf") for name in names], [])
    assert shown(made) == [(expected, [], len(names))]


def test_other_names_in_the_middle_of_a_sentence() -> None:
    many = [
        named("rule", names=("rule", n), frame="\0: refused by \0 now", message=f"rule: refused by {n} now")
        for n in ("a", "b", "c", "d")
    ]
    assert shown(settle([outcome(*many)], [])) == [("rule: refused by a (and b, 2 more) now", [], 4)]


def test_other_declarations_are_other_findings() -> None:
    assert len(settle([outcome(named("a"), named("b", symbol="lab"))], []).findings) == 2


# --- doubts


@pytest.mark.parametrize(
    ("open_with", "says"),
    [
        (FILES[:1], "parameter mode has no value, only with env/dev.tfvars"),
        (FILES[:2], "parameter mode has no value, only with env/dev.tfvars and env/prod.tfvars"),
        (FILES, "parameter mode has no value"),
    ],
)
def test_a_doubt_says_which_parameter_files_leave_it_open(open_with: tuple[str, ...], says: str) -> None:
    judgements = [
        replace(doubted(), deployment=file, verdict=Verdict.UNKNOWN if file in open_with else Verdict.PASS)
        for file in FILES
    ]
    assert [doubt.place.says for doubt in settle([root(*judgements)], []).doubts] == [says]


# --- compiled templates

SOURCE, COMPILED = Source("main.bicep", "hub Disabled lab"), Source("main.json", '"hub" "Disabled" "lab"')


def one(source: Source, name: str, symbol: str, verdict: Verdict = Verdict.FAIL, policy: str = "MN001") -> Judgement:
    return judged(
        written(source, "Disabled"), head=span(source, "hub"), name=name, symbol=symbol, verdict=verdict,
        policy=policy, message=f"{name}: wrong", declared_in=source.file,
    )  # fmt: skip


def twins(ours: list[Judgement], theirs: list[Judgement]) -> Report:
    bicep = outcome(*ours, sources=(SOURCE,), root="main.bicep")
    arm = replace(outcome(*theirs, sources=(COMPILED,), root="main.json"), compiled_from="main.bicep")
    return settle([bicep, arm], [])


@pytest.mark.parametrize(
    ("reason", "ours", "theirs", "findings", "differ"),
    [
        ("the same name", [("hub", "hub")], [("hub", "resources[0]")], ["main.bicep"], False),
        ("a name nobody knows", [("hub", "hub network")], [("a resource named by prefix", "resources[0] network")],
            ["main.bicep"], False),
        ("one name known and another one not", [("x", "hub")], [("a resource named by prefix", "resources[0]")],
            ["main.bicep", "main.json"], True),
        ("other names", [("x", "hub")], [("y", "resources[0]")], ["main.bicep", "main.json"], True),
        ("only in the compiled one", [], [("hub", "resources[0]")], ["main.json"], True),
        ("only in the source", [("hub", "hub")], [], ["main.bicep"], True),
        ("in none", [], [], [], False),
        ("one of two without a name", [("hub", "hub"), ("lab", "lab")],
            [("a resource named by prefix", "resources[0]")], ["main.bicep", "main.bicep", "main.json"], True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_compiled_template(
    reason: str, ours: list[tuple[str, str]], theirs: list[tuple[str, str]], findings: list[str], differ: bool
) -> None:
    made = twins([one(SOURCE, *each) for each in ours], [one(COMPILED, *each) for each in theirs])
    assert [finding.primary.span.file for finding in made.findings] == findings, reason
    assert [notice.code for notice in made.notices] == (["compiled"] if differ else [])


def test_a_doubt_on_one_side_is_no_difference() -> None:
    made = twins([one(SOURCE, "hub", "hub")], [one(COMPILED, "x", "resources[0]", Verdict.UNKNOWN)])
    assert made.notices == ()
