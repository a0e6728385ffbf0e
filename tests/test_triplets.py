"""The same deployment in Bicep, ARM JSON, Terraform and as Terraform's plan is judged the same, each file alone.

A plan is judged with the sources it was made from. Some triplets have none: of variables without a value terraform
makes no plan, and of dynamic blocks our generator does not (tests/lab/plans.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mnlint import catalogue, lists, reading, run
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings

TRIPLETS = Path(__file__).parents[1] / "fixtures" / "triplets"
FILES = ("main.bicep", "main.json", "main.tf")
PLAN = "plan.json"
AZURE_ML = "main.yml"  # where it can say the same
NAMES = sorted(folder.name for folder in TRIPLETS.iterdir())
TOLD = (Verdict.FAIL, Verdict.UNKNOWN)

Line = tuple[str, str, str]  # policy, verdict, the subject's name


@cache
def policies() -> tuple[Sequence[Policy], lists.Tables]:
    tables = lists.load(catalogue.shipped() / "lists")
    return catalogue.load_policies(Settings(), tables), tables


def expected(name: str) -> list[Line]:
    lines = (TRIPLETS / name / "expected.txt").read_text("utf-8").splitlines()
    return [(policy, verdict, subject) for policy, verdict, subject in (line.split(" ", 2) for line in lines)]


def judged(file: Path) -> list[Judgement]:
    """Every judgement of every policy on a file and the modules it calls, whatever languages a policy is for."""
    shipped, tables = policies()
    settings = Settings(boundary=file.parent, debug=True)
    project = reading.open_project([file], settings)
    (root,) = project.plan.roots
    everywhere = [replace(policy, dialects=()) for policy in shipped]
    outcome = run.lint(root, project.readers, everywhere, tables, settings)
    assert outcome.notices == (), "a triplet is read without a word"
    return list(outcome.judgements)


def test_there_are_triplets() -> None:
    assert len(NAMES) >= 14


@pytest.mark.parametrize("name", NAMES)
def test_expectations_are_sorted_and_about_policies_there_are(name: str) -> None:
    lines = expected(name)
    assert lines == sorted(lines)
    assert {policy for policy, _, _ in lines} <= {policy.id for policy in policies()[0]}
    assert {verdict for _, verdict, _ in lines} <= {verdict.value for verdict in TOLD}


@pytest.mark.parametrize("name", [name for name in NAMES if (TRIPLETS / name / AZURE_ML).exists()])
def test_azure_ml_yaml_is_judged_as_the_others(name: str) -> None:
    # It declares no resource but the workspace: what the others it uses are like, only Azure knows.
    others = {("MN014", "unknown"), ("MN024", "unknown")}
    expect = [line for line in expected(name) if line[:2] not in others]
    judgements = judged(TRIPLETS / name / AZURE_ML)
    assert {Verdict.PASS, Verdict.FAIL} & {j.verdict for j in judgements}, "nothing was seen"
    said = sorted((j.policy, j.verdict.value, j.name) for j in judgements if j.verdict in TOLD)
    assert [line for line in said if line[:2] not in others] == expect


def test_most_triplets_have_a_plan() -> None:
    assert len([name for name in NAMES if (TRIPLETS / name / PLAN).is_file()]) >= 18


COLUMNS = [
    (name, file) for name in NAMES for file in (*FILES, PLAN) if file != PLAN or (TRIPLETS / name / PLAN).is_file()
]


@pytest.mark.parametrize(("name", "file"), COLUMNS)
def test_a_language_is_judged_as_the_others(name: str, file: str) -> None:
    dialects = {policy.id: policy.dialects for policy in policies()[0]}
    judgements = judged(TRIPLETS / name / file)
    assert {Verdict.PASS, Verdict.FAIL} & {j.verdict for j in judgements}, "nothing was seen"
    # A policy that says itself that it is not for a language is not expected to speak there.
    silent = {(j.policy, j.name) for j in judgements if dialects[j.policy] and j.dialect not in dialects[j.policy]}
    said = sorted((j.policy, j.verdict.value, j.name) for j in judgements if j.verdict in TOLD)
    assert [line for line in said if (line[0], line[2]) not in silent] == [
        line for line in expected(name) if (line[0], line[2]) not in silent
    ]
