"""Plans that terraform made are judged as their sources are, at the places in the sources; alone, never otherwise."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mnlint import catalogue, judging, lists, reading
from mnlint.model.finding import Outcome, Verdict
from mnlint.model.settings import Settings
from mnlint.policy import judge

PLANS = Path(__file__).parents[1] / "fixtures" / "plans"
NAMES = sorted(folder.name for folder in PLANS.iterdir())
TOLD = (Verdict.FAIL, Verdict.UNKNOWN)
TABLES = lists.load(catalogue.shipped() / "lists")
POLICIES = catalogue.load_policies(Settings(), TABLES)

Line = tuple[str, str, str]  # policy, verdict, the subject's name


def judged(plan: Path) -> Outcome:
    """What a plan gives, with the sources that lie beside it."""
    settings = Settings(boundary=plan.parent, debug=True)
    project = reading.open_project([plan], settings)
    (root,) = (root for root in project.plan.roots if root.entry == plan.name)
    return judging.lint(root, project.readers, POLICIES, TABLES, settings, judge=judge)


def told(outcome: Outcome) -> list[Line]:
    return sorted((j.policy, j.verdict.value, j.name) for j in outcome.judgements if j.verdict in TOLD)


def expected(name: str) -> list[Line]:
    lines = (PLANS / name / "expected.txt").read_text("utf-8").splitlines()
    return [(policy, verdict, subject) for policy, verdict, subject in (line.split(" ", 2) for line in lines)]


def test_there_are_plans_of_every_kind() -> None:
    actions = set()
    for name in NAMES:
        changes = json.loads((PLANS / name / "plan.json").read_text("utf-8"))["resource_changes"]
        actions |= {"+".join(change["change"]["actions"]) for change in changes}
    assert len(NAMES) >= 12
    assert actions >= {"create", "update", "delete+create", "delete", "no-op"}


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_beside_its_sources(name: str) -> None:
    outcome = judged(PLANS / name / "plan.json")
    assert outcome.notices == ()
    assert told(outcome) == expected(name)
    assert any(j.verdict is Verdict.PASS for j in outcome.judgements), "nothing was seen"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_marked_in_the_sources(name: str) -> None:
    for judgement in judged(PLANS / name / "plan.json").judgements:
        if judgement.verdict is Verdict.FAIL:
            assert judgement.because[0].origin.file.endswith(".tf")
            assert judgement.head.file.endswith(".tf")


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_alone_knows_less_but_nothing_else(name: str, tmp_path: Path) -> None:
    shutil.copy(PLANS / name / "plan.json", tmp_path)
    outcome = judged(tmp_path / "plan.json")
    assert outcome.notices == ()
    # A rule whose hub nobody knows is that of a hub without a name.
    found = [line for line in told(outcome) if line[2] != "an undeclared workspace"]
    failed = {line for line in found if line[1] == "fail"}
    doubted = {policy for policy, verdict, _ in found if verdict == "unknown"}
    assert failed <= set(expected(name))
    for policy, verdict, subject in expected(name):
        assert (policy, verdict, subject) in failed or policy in doubted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_plan_as_powershell_writes_it(encoding: str, tmp_path: Path) -> None:
    text = (PLANS / "create" / "plan.json").read_text("utf-8")
    (tmp_path / "plan.json").write_bytes(json.dumps(json.loads(text)).encode(encoding))
    assert ("MN001", "fail", "hub") in told(judged(tmp_path / "plan.json"))


def test_a_sensitive_value_is_printed_nowhere() -> None:
    secret = "AllowInternetOutbound-5f1c9e"  # noqa: S105  (as in the fixture)
    plan = PLANS / "sensitive" / "plan.json"
    assert secret in plan.read_text("utf-8")
    outcome = judged(plan)
    assert secret not in outcome.sources["plan.json"].text
    assert all(secret not in judgement.message for judgement in outcome.judgements)
