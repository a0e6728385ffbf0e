"""Looking for needles first finds what reading everything finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Program

FIXTURES = Path(__file__).parents[1] / "fixtures"
STORAGE = "resource st 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'st' }\n"


def report(mnlint: Program, folder: Path, *options: str) -> dict[str, Any]:
    done = mnlint("check", "--exit-zero", *options, "--output", "json", ".", cwd=folder)
    assert done.exit_code == 0, done.output
    made: dict[str, Any] = json.loads(done.output)
    return made


@pytest.mark.parametrize("name", ["broken", "demo", "plans", "scenarios", "triplets"])
def test_what_is_found_is_found_either_way(name: str, mnlint: Program) -> None:
    filtered, whole = (report(mnlint, FIXTURES / name, *how) for how in ((), ("--no-prefilter",)))
    about_networks = [[one for one in made["findings"] if one["policy"] < "MN900"] for made in (filtered, whole)]
    assert about_networks[0] == about_networks[1]
    assert about_networks[0], "else this would tell nothing"
    assert filtered["doubts"] == whole["doubts"]


def test_what_cannot_matter_is_read_on_request_only(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(STORAGE + "}\n")
    assert report(mnlint, tmp_path)["findings"] == []
    found = report(mnlint, tmp_path, "--no-prefilter")
    assert [one["policy"] for one in found["findings"]] == ["MN911"]
    assert found["coverage"]["files_read"] == 1


ACCOUNT = """resource ai 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: 'ai'
  kind: 'AIServices'
  properties: PROPERTIES
}
"""
MANAGED = "[{ scenario: 'agent', useMicrosoftManagedNetwork: true }]"
INJECTED = f"{{ networkInjections: {MANAGED} }}"
GIVEN = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
AS_JSON = {"networkInjections": [{"scenario": "agent", "useMicrosoftManagedNetwork": True}]}
# Where it is said that an account has a managed network: never in the template that declares the account.
ELSEWHERE: dict[str, tuple[dict[str, str], list[str]]] = {
    "a member in a parameter file": (
        {
            "main.bicep": "param x array\n" + ACCOUNT.replace("PROPERTIES", "{ networkInjections: x }"),
            "main.bicepparam": f"using 'main.bicep'\nparam x = {MANAGED}\n",
        },
        [],
    ),
    "all properties in a parameter file": (
        {
            "main.bicep": "param x object\n" + ACCOUNT.replace("PROPERTIES", "x"),
            "main.bicepparam": f"using 'main.bicep'\nparam x = {INJECTED}\n",
        },
        [],
    ),
    "in one for its caller": (
        {
            "main.bicep": "param x object\nmodule a 'm/a.bicep' = { name: 'a', params: { x: x } }\n",
            "m/a.bicep": "param x object\n" + ACCOUNT.replace("PROPERTIES", "x"),
            "main.parameters.json": json.dumps({"$schema": GIVEN, "parameters": {"x": {"value": AS_JSON}}}),
        },
        [],
    ),
    "in one that is given": (
        {
            "app/main.bicep": "param x object\n" + ACCOUNT.replace("PROPERTIES", "x"),
            "given/prod.json": json.dumps({"$schema": GIVEN, "parameters": {"x": {"value": AS_JSON}}}),
        },
        ["--parameters", "given/prod.json"],
    ),
    "in one by settings": (
        {
            "app/main.bicep": "param x object\n" + ACCOUNT.replace("PROPERTIES", "x"),
            "given/prod.json": json.dumps({"$schema": GIVEN, "parameters": {"x": {"value": AS_JSON}}}),
            ".mnlint.yaml": "parameters: {app/main.bicep: [[given/prod.json]]}\n",
        },
        [],
    ),
    "in a file that is imported": (
        {
            "main.bicep": "import { x } from 'shared/x.bicep'\n" + ACCOUNT.replace("PROPERTIES", "x"),
            "shared/x.bicep": "import { y } from 'y.bicep'\n@export()\nvar x = y\n",
            "shared/y.bicep": f"@export()\nvar y = {INJECTED}\n",
        },
        [],
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_network_that_another_file_gives_is_found(name: str, mnlint: Program, tmp_path: Path) -> None:
    files, options = ELSEWHERE[name]
    for file, text in {".git/HEAD": "", **files}.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, "utf-8")
    filtered, whole = (report(mnlint, tmp_path, *options, *how) for how in ((), ("--no-prefilter",)))
    assert filtered["coverage"]["networks"] == 1
    assert filtered == whole
