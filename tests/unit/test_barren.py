"""What can come to no fact is known by its types alone; whatever is not sure counts as something of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mnlint import azure, formats, reading
from mnlint.catalogue import shipped

TYPES = {"Acme.Widgets/widgets", "azurerm_search_service"}
STORAGE = "resource st 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'st' }\n"
MODULES = {"AVM": "br/public:avm/res/machine-learning-services/workspace:0.10.1", "OTHER": "br/public:x/y:1.0.0"}


def is_barren(files: Mapping[str, str]) -> bool:
    languages = {file: formats.language_of(file, text.lower().encode()) for file, text in files.items()}
    templates = {f: formats.read(f, files[f].encode(), one.name) for f, one in languages.items() if one is not None}
    assert len(templates) == len(files)
    return azure.is_barren(templates, reading.at_hand().modules, TYPES)


def resource(kind: str, more: str = "") -> str:
    return f"resource r '{kind}@2024-10-01' {more}= {{ name: 'r' }}\n"


def module(path: str) -> str:
    return f"module m '{MODULES.get(path, path)}' = {{ name: 'm' }}\n"


def arm(*resources: object) -> str:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "resources": resources})


def nested(kind: str) -> object:
    inner = json.loads(arm({"type": kind, "name": "x"}))
    return {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"template": inner}}


def held(kind: str, template: str = "[variables('t')]") -> str:
    """A deployment of a template that a variable holds."""
    whole = json.loads(arm(nested(kind)))
    whole["variables"] = {"t": whole["resources"][0]["properties"]["template"]}
    whole["resources"][0]["properties"]["template"] = template
    return json.dumps(whole)


@pytest.mark.parametrize(
    "files",
    [
        {"main.bicep": "param hub string = 'Microsoft.MachineLearningServices/workspaces'\n" + STORAGE},
        {"main.bicep": module("m.bicep"), "m.bicep": STORAGE + module("main.bicep")},
        {"main.bicep": module("m.bicep"), "m.bicep": module("not-here.bicep")},
        {"main.bicep": module("OTHER")},
        {"main.json": arm(nested("Microsoft.Storage/storageAccounts"))},
        {"main.json": arm(nested("Microsoft.Storage/storageAccounts"), nested("Microsoft.Storage/x")) + "\n//"},
        {"main.json": arm({"type": "A.B/c", "name": "x", "resources": [{"type": "workspaces", "name": "y"}]})},
        {"main.json": held("Microsoft.Storage/storageAccounts")},
        {"main.bicep": STORAGE, "main.bicepparam": "using 'main.bicep'\nparam p = 'machinelearningservices'\n"},
    ],
)
def test_other_resources_come_to_nothing(files: Mapping[str, str]) -> None:
    assert is_barren(files)


@pytest.mark.parametrize(
    "files",
    [
        {"main.bicep": resource("microsoft.machinelearningservices/Workspaces")},
        {"main.bicep": resource("Microsoft.MachineLearningServices/workspaces", "existing ")},
        {"main.bicep": resource("Microsoft.CognitiveServices/accounts/projects", "existing ")},
        {"main.bicep": resource("Acme.Widgets/widgets")},
        {"main.bicep": resource("nobody-knows")},
        {"main.bicep": STORAGE + module("m.bicep"), "m.bicep": resource("Microsoft.MachineLearningServices/x")},
        {"main.bicep": module("machine-learning.bicep")},
        {"main.bicep": module("AVM")},
        {"main.json": arm(nested("Microsoft.MachineLearningServices/workspaces"))},
        {"main.json": arm(nested("Microsoft.MachineLearningServices/workspaces")) + "\n//"},
        {
            "main.json": arm(
                {"type": "A.B/c", "name": "x", "resources": [{"type": "Acme.Widgets/widgets", "name": "y"}]}
            )
        },
        {"main.json": held("Microsoft.MachineLearningServices/workspaces")},
        {"main.json": held("Microsoft.Storage/storageAccounts", template="[variables('other')]")},
        {"main.json": arm({"type": 1, "name": "x"})},
        {"main.json": arm({"type": "[variables('type')]", "name": "x"})},
        {"main.json": arm({"type": "[concat('Microsoft.Machine', 'LearningServices/x')]", "name": "x"})},
        {
            "main.json": arm(
                {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"templateLink": {}}}
            )
        },
        {"main.tf": 'resource "azurerm_storage_account" "st" {}\n'},
    ],
)
def test_what_may_be_ours_is_looked_at(files: Mapping[str, str]) -> None:
    assert not is_barren(files)


def test_nobody_asks_for_locks_but_a_policy_about_locks() -> None:
    locks = "microsoft.authorization/locks"
    assert locks in azure.unasked(TYPES)
    assert locks not in azure.unasked({*TYPES, "Microsoft.Authorization/locks"})


def test_no_policy_of_ours_and_no_fact_is_about_what_nobody_asks_for() -> None:
    package, policies = Path(azure.__file__).parent, shipped()
    texts = {path: path.read_text("utf-8").lower() for path in (*package.glob("*.py"), *policies.rglob("*.yaml"))}
    named = {path.name for path, text in texts.items() for kind in azure.unasked(()) if kind in text}
    assert named == {"barren.py"}
