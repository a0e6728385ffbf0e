"""The same deployment in Bicep, ARM JSON, Terraform and as Terraform's plan is judged the same, each file alone.

Terraform has two columns: `main.tf` is mostly azurerm's, `azapi/main.tf` is azapi's alone, in a folder of its own since
Terraform reads a folder as one. Some are written for azapi 1.x, whose body is JSON text. Every triplet has both.

A plan is judged with the sources it was made from, and those of azapi have one of their own. Some triplets have none
(`UNPLANNED`). What was deployed before, if it matters, is in `earlier/`: a plan says it itself, the others are told.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from mnlint import azure, catalogue, deploying, judging, lists, reading
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy
from mnlint.model.record import replace
from mnlint.model.settings import Settings
from mnlint.policy import judge

TRIPLETS = Path(__file__).parents[1] / "fixtures" / "triplets"
AZAPI = "azapi/main.tf"
FILES = ("main.bicep", "main.json", "main.tf", AZAPI)
PLANS = ("plan.json", "azapi/plan.json")
UNPLANNED = {  # a plan is made when every variable has its value, and then nobody is in doubt of what these doubt
    "ids-as-parameters": "of what kind the target is",
    "mode-by-environment": "which of two modes it is",
    "mode-without-value": "which mode it is",
}
AZURE_ML = "main.yml"  # where it can say the same
NAMES = sorted(folder.name for folder in TRIPLETS.iterdir())
TOLD = (Verdict.FAIL, Verdict.UNKNOWN)
# What a language's version has: each is written for one of its own, and one that lacks a setting is not asked for it.
BY_VERSION = {"MN009"}
# Azure ML YAML declares no resource but the workspace: what the others that it uses are like, only Azure knows.
OF_OTHERS = {"MN024", "MN025", "MN052"}
UPDATE = "azapi_update_resource"  # what only azapi can write, and what is said of it is said there alone
# azurerm has rules as resources of their own only, which these triplets have at once, as people do. In the other
# languages they stand in the workspace, or go one after the other.
AT_ONCE = {"MN018"}

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
    past = list(networks_before(file))
    outcome = judging.lint(root, project.readers, everywhere, tables, settings, past, judge=judge)
    assert outcome.notices == (), "a triplet is read without a word"
    return list(outcome.judgements)


def networks_before(file: Path) -> Iterator[PastNetwork]:
    """The networks as an earlier revision of a file had them."""
    earlier = file.parent / "earlier" / file.name
    if not earlier.is_file():
        return
    _, tables = policies()
    settings = Settings(boundary=earlier.parent, debug=True)
    project = reading.open_project([earlier], settings)
    (root,) = project.plan.roots
    read = {name: project.readers.template(name) for name in root.files}
    for bindings in root.bindings:
        _, facts = deploying.facts_of(root, bindings, read, tables, settings, project.readers)
        yield from azure.past_networks(facts, lambda span: "earlier")


def test_there_are_triplets() -> None:
    assert len(NAMES) >= 30


def failing(names: Sequence[str]) -> set[str]:
    """The policies that fail in some of these triplets."""
    return {policy for name in names for policy, verdict, _ in expected(name) if verdict == Verdict.FAIL.value}


def test_every_policy_fails_in_a_triplet() -> None:
    """That the languages say it alike, the columns below show."""
    assert {policy.id for policy in policies()[0]} - failing(NAMES) == set(), "add it to a triplet, or make one"


def test_every_policy_fails_in_plans() -> None:
    """In those of azurerm with some azapi, and in those of azapi alone, wherever these can say it."""
    planned = [name for name in NAMES if name not in UNPLANNED]
    assert {policy.id for policy in policies()[0]} - failing(planned) == set()
    assert all((TRIPLETS / name / plan).is_file() for name in planned for plan in PLANS)


@pytest.mark.parametrize("name", NAMES)
def test_azapi_says_what_bicep_says(name: str) -> None:
    # Both write ARM's bodies, so that even what passes is the same. A name that nobody knows is told in other words.
    bicep, azapi = (judged(TRIPLETS / name / file) for file in ("main.bicep", AZAPI))
    own = {(j.policy, j.name) for j in azapi if UPDATE in j.message}
    counted = (Counter((j.policy, j.verdict) for j in js if (j.policy, j.name) not in own) for js in (bicep, azapi))
    assert next(counted) == next(counted)


def test_azapi_is_written_as_people_write_it() -> None:
    texts = ["\n".join(f.read_text("utf-8") for f in (TRIPLETS / name / "azapi").rglob("*.tf")) for name in NAMES]
    assert not [text for text in texts if "azurerm" in text]
    for words in ("jsonencode(", "templatefile(", "merge(", "azapi_update_resource", "for_each", "count ", "module "):
        assert [text for text in texts if words in text], words
    assert len([text for text in texts if "body = jsonencode(" in text]) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_expectations_are_sorted_and_about_policies_there_are(name: str) -> None:
    lines = expected(name)
    assert lines == sorted(lines)
    assert {policy for policy, _, _ in lines} <= {policy.id for policy in policies()[0]}
    assert {verdict for _, verdict, _ in lines} <= {verdict.value for verdict in TOLD}


def told(judgements: Sequence[Judgement]) -> tuple[list[Line], set[tuple[str, str]]]:
    """What is said, and by which policies of whom nothing is expected: they are not for that language or version."""
    dialects = {policy.id: policy.dialects for policy in policies()[0]}
    silent = {(j.policy, j.name) for j in judgements if dialects[j.policy] and j.dialect not in dialects[j.policy]}
    silent |= {(j.policy, j.name) for j in judgements if j.policy in BY_VERSION and j.verdict is Verdict.SKIP}
    silent |= {(j.policy, j.name) for j in judgements if UPDATE in j.message}
    silent |= {
        (j.policy, j.name)
        for j in judgements
        if j.policy in AT_ONCE and j.dialect != "azurerm" and j.verdict is Verdict.PASS
    }
    said = sorted((j.policy, j.verdict.value, j.name) for j in judgements if j.verdict in TOLD)
    return [line for line in said if (line[0], line[2]) not in silent], silent


@pytest.mark.parametrize("name", [name for name in NAMES if (TRIPLETS / name / AZURE_ML).exists()])
def test_azure_ml_yaml_is_judged_as_the_others(name: str) -> None:
    judgements = judged(TRIPLETS / name / AZURE_ML)
    assert {Verdict.PASS, Verdict.FAIL} & {j.verdict for j in judgements}, "nothing was seen"
    assert not any(j.verdict is Verdict.FAIL for j in judgements if j.policy in OF_OTHERS)
    said, silent = told(judgements)
    assert [line for line in said if is_known(line)] == [
        line for line in expected(name) if is_known(line) and (line[0], line[2]) not in silent
    ]


def is_known(line: Line) -> bool:
    """Whether Azure ML YAML can say so: not what hangs on other resources, or on the version."""
    return line[0] not in OF_OTHERS | BY_VERSION and line[:2] != ("MN014", "unknown")


PLANNED = [(name, plan) for name in NAMES if name not in UNPLANNED for plan in PLANS]
COLUMNS = [*((name, file) for name in NAMES for file in FILES), *PLANNED]


@pytest.mark.parametrize(("name", "plan"), PLANNED)
def test_a_plan_alone_contradicts_nothing(name: str, plan: str, tmp_path: Path) -> None:
    shutil.copy(TRIPLETS / name / plan, tmp_path / "plan.json")
    judgements = judged(tmp_path / "plan.json")
    said, silent = told(judgements)
    passed = {(j.policy, j.name) for j in judgements if j.verdict is Verdict.PASS} - silent
    assert {line for line in said if line[1] == Verdict.FAIL.value} <= set(expected(name))
    assert not {(policy, subject) for policy, _, subject in expected(name)} & passed


@pytest.mark.parametrize(("name", "file"), COLUMNS)
def test_a_language_is_judged_as_the_others(name: str, file: str) -> None:
    judgements = judged(TRIPLETS / name / file)
    assert {Verdict.PASS, Verdict.FAIL} & {j.verdict for j in judgements}, "nothing was seen"
    said, silent = told(judgements)
    assert said == [line for line in expected(name) if (line[0], line[2]) not in silent]
