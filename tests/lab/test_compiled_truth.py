"""Every Bicep file that ships with its compiled JSON deploys the same in both languages: resources, leaves, verdicts.

The pairs are those of a clone of Azure/bicep-registry-modules, whose folder MNLINT_REGISTRY_MODULES names.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from compiled import Comparison, Difference, compare, forms_of, local_files, twins
from mnlint import azure, catalogue, formats, judging, lists
from mnlint.discover import contents
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Mode, Template
from mnlint.model.fact import Facts
from mnlint.model.settings import Settings

VARIABLE = "MNLINT_REGISTRY_MODULES"
FEWEST_PAIRS = 150
MOST = 5_000_000  # bytes of a file that a template loads
WORKSPACE = "'microsoft.machinelearningservices/workspaces"
# What the last run reached: it should only ever grow. Equal leaves of all leaves, in percent.
EQUAL = 97.5
EQUAL_CALLED = 97.0

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def root() -> Path:
    given = os.environ.get(VARIABLE, "")
    folder = Path(given)
    if not given or not folder.is_dir():
        pytest.fail(f"{VARIABLE} must name the folder of a clone of Azure/bicep-registry-modules")
    return folder


def _read(root: Path, file: str, language: str) -> Template | None:
    path = root / file
    return formats.read(file, path.read_bytes(), language) if path.is_file() else None


def _pairs(root: Path) -> list[str]:
    """The Bicep files with a JSON beside them."""
    found = sorted(path.relative_to(root).as_posix() for path in root.glob("**/main.json"))
    return [f"{file[:-5]}.bicep" for file in found if (root / f"{file[:-5]}.bicep").is_file()]


def _told(title: str, compared: dict[str, Comparison]) -> float:
    """Prints the figures, and returns how much of all leaves is equal, in percent."""
    leaves = sum(c.leaves for c in compared.values())
    equal = sum(c.equal for c in compared.values())
    found = [(file, d) for file, c in compared.items() for d in c.differences]
    print(f"\n{title}: {len(compared)} pairs, {sum(c.resources for c in compared.values())} resources")
    print(f"  leaves {leaves}, equal {equal} (known {sum(c.known for c in compared.values())})")
    for side in ("bicep", "json"):
        print(f"  leaves of which {side} knows more: {sum(c.more[side] for c in compared.values())}")
    print(f"  resources of registry modules, which only JSON has: {sum(c.unreadable for c in compared.values())}")
    print(f"  deployments written as resources in Bicep: {sum(c.nested for c in compared.values())}")
    print(f"  values too large or too deep: {sum(c.limits for c in compared.values())}")
    print(f"  pairs without a difference: {sum(not c.differences for c in compared.values())}")
    examples: dict[str, tuple[str, Difference]] = {}
    for file, one in found:
        examples.setdefault(one.kind, (file, one))
    for kind, number in Counter(d.kind for _, d in found).most_common():
        file, one = examples[kind]
        print(f"  {kind}: {number}, such as {file} {one.where}")
        print(f"    bicep: {one.bicep[:300]}\n    json:  {one.json[:300]}")
    return 100 * equal / max(leaves, 1)


def _twins(root: Path, file: str, caller: str | None = None) -> tuple[Deployment, Deployment] | None:
    """What a Bicep file and its JSON deploy, by themselves or called; None if the caller does not call it."""
    templates = local_files(caller or file, lambda f: _read(root, f, "bicep"))
    json = _read(root, f"{file[:-6]}.json", "arm")
    assert json is not None
    return twins(templates, file, json, caller, contents(root, MOST)) if file in templates else None


def _callers(root: Path, file: str) -> list[str]:
    """The end-to-end tests of a module: what it was made for, with arguments."""
    found = (root / file).parent.glob("tests/e2e/*/main.test.bicep")
    return sorted(path.relative_to(root).as_posix() for path in found)


def test_compiled_files_deploy_the_same(root: Path) -> None:
    pairs = {file: _twins(root, file) for file in _pairs(root)}
    compared = {file: compare(*pair) for file, pair in pairs.items() if pair is not None}
    assert len(compared) >= FEWEST_PAIRS
    assert _told("as they are", compared) >= EQUAL
    assert not [d for c in compared.values() for d in c.differences if d.kind in ("only in bicep", "type", "mode")]


def test_compiled_files_deploy_the_same_with_arguments(root: Path) -> None:
    """Called by their own end-to-end tests: known values in many more places."""
    compared: dict[str, Comparison] = {}
    for file in _pairs(root):
        for caller in _callers(root, file):
            pair = _twins(root, file, caller)
            if pair is not None:
                compared[caller] = compare(*pair)
    assert _told("with arguments", compared) >= EQUAL_CALLED


def test_workspaces_have_the_same_facts_and_verdicts(root: Path) -> None:
    """Of the files that declare a workspace themselves, alone and with arguments: every field, every verdict."""
    settings = Settings(boundary=root, debug=True)
    tables = lists.load(catalogue.shipped() / "lists")
    policies = catalogue.load_policies(settings, tables)
    declaring = [f for f in _pairs(root) if WORKSPACE in (root / f).read_text("utf-8").lower()]
    assert len(declaring) >= 4
    seen = verdicts = 0
    wrong = []
    for file in declaring:
        for caller in (None, *_callers(root, file)):
            pair = _twins(root, file, caller)
            if pair is None:
                continue
            facts = [azure.extract(one, tables, {}) for one in pair]
            # Language version 1 does not say which resources of others it refers to.
            named = {r.address for r in pair[1].resources}
            elsewhere = {r.address for r in pair[0].resources if r.mode is Mode.EXISTING} - named
            said = [_facts(one, deployment, elsewhere) for one, deployment in zip(facts, pair, strict=True)]
            judged = [
                sorted((j.policy, j.subject.lower(), j.verdict.value) for j in judging.judge_all(policies, f))
                for f in facts
            ]
            seen += len(said[0])
            verdicts += len(judged[0])
            wrong += [f"{caller or file}: {row}" for row in set(said[0].items()) ^ set(said[1].items())]
            wrong += [f"{caller or file}: {row}" for row in set(judged[0]) ^ set(judged[1])]
    print(
        f"\n{len(declaring)} files declare workspaces: {seen} fields of facts, {verdicts} verdicts, {len(wrong)} differ"
    )
    print("\n".join(wrong[:20]))
    assert seen
    assert verdicts
    assert not wrong


def _facts(facts: Facts, deployment: Deployment, elsewhere: set[str]) -> dict[str, str]:
    """What each field of each fact says, without those of resources that only one side names."""
    forms = forms_of(deployment)
    return {
        f"{fact.kind} {fact.address} {name}".lower(): forms.said(node)
        for fact in facts.by_address.values()
        for name, node in fact.fields.entries.items()
        if name != "dialect" and fact.resource not in elsewhere and fact.address not in elsewhere
    }
