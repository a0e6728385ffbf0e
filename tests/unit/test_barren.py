"""What can come to no fact is known by its types alone; whatever is not sure counts as something of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mnlint import azure, deploying, formats, reading, testing
from mnlint.catalogue import shipped
from mnlint.model.expr import Template
from shipped import TABLES, all_cases

TYPES = {"Acme.Widgets/widgets", "azurerm_search_service"}
STORAGE = "resource st 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'st' }\n"
MODULES = {"AVM": "br/public:avm/res/machine-learning-services/workspace:0.10.1", "OTHER": "br/public:x/y:1.0.0"}


def read(files: Mapping[str, str]) -> dict[str, Template]:
    languages = {file: formats.language_of(file, text.lower().encode()) for file, text in files.items()}
    templates = {f: formats.read(f, files[f].encode(), one.name) for f, one in languages.items() if one is not None}
    assert len(templates) == len(files)
    return templates


def is_barren(files: Mapping[str, str]) -> bool:
    return azure.is_barren(read(files), reading.at_hand().modules, TYPES)


def beginnings(files: Mapping[str, str]) -> set[str] | None:
    """The symbols of the resources and modules with which a network can begin; None if that may be all."""
    templates = read(files)
    found = azure.beginnings(templates, reading.at_hand().modules, TYPES)
    if found is None:
        return None
    declared = [one for template in templates.values() for one in (*template.resources, *template.calls)]
    return {one.symbol for one in declared if found(one)}


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


ACCOUNT = "resource ai 'Microsoft.CognitiveServices/accounts@2025-06-01' = { name: 'ai' }\n"


def called(symbol: str, path: str) -> str:
    return f"module {symbol} '{path}' = {{ name: '{symbol}' }}\n"


@pytest.mark.parametrize(
    ("files", "symbols"),
    [
        ({"main.bicep": ACCOUNT + STORAGE}, {"ai"}),
        ({"main.bicep": ACCOUNT.lower().replace("= {", "existing = {")}, {"ai"}),
        ({"main.bicep": ACCOUNT + resource("Microsoft.CognitiveServices/accounts/projects")}, {"ai"}),
        ({"main.bicep": ACCOUNT + resource("Microsoft.CognitiveServices/accounts/managedNetworks")}, {"ai", "r"}),
        (
            {"main.bicep": ACCOUNT + resource("Microsoft.CognitiveServices/accounts/managedNetworks/outboundRules")},
            {"ai", "r"},
        ),
        (
            {
                "main.bicep": called("a", "a.bicep") + called("st", "st.bicep") + called("far", "br/public:x/y:1.0.0"),
                "a.bicep": called("b", "b.bicep") + called("st2", "st.bicep"),
                "b.bicep": ACCOUNT + called("gone", "not-here.bicep"),
                "st.bicep": STORAGE,
            },
            {"a", "b", "ai"},
        ),
        ({"main.bicep": ACCOUNT + called("again", "main.bicep")}, {"ai", "again"}),
        ({"main.bicep": called("m", "m.bicep"), "m.bicep": ACCOUNT + called("x", "main.bicep")}, {"m", "ai", "x"}),
        ({"main.bicep": called("known", "br/public:avm/res/cognitive-services/account:0.10.1")}, {"known"}),
        ({"main.bicep": STORAGE}, set()),
    ],
)  # fmt: skip
def test_what_a_network_of_an_account_begins_with(files: Mapping[str, str], symbols: set[str]) -> None:
    assert beginnings(files) == symbols


@pytest.mark.parametrize(
    "files",
    [
        {"main.bicep": ACCOUNT + resource("Microsoft.MachineLearningServices/workspaces", "existing ")},
        {"main.bicep": ACCOUNT + resource("Microsoft.MachineLearningServices/registries")},
        {"main.bicep": ACCOUNT + resource("Acme.Widgets/widgets")},
        {"main.bicep": ACCOUNT + resource("nobody-knows")},
        {"main.bicep": ACCOUNT + module("m.bicep"), "m.bicep": resource("Microsoft.MachineLearningServices/x")},
        {"main.bicep": ACCOUNT + module("machine-learning.bicep")},
        {"main.bicep": ACCOUNT + module("AVM")},
        {"main.json": arm({"type": "[variables('type')]", "name": "x"})},
        {"main.json": arm({"type": "Microsoft.CognitiveServices/accounts", "name": "x"}, {"type": "A/b", "name": 1})
            .replace("A/b", "Microsoft.MachineLearningServices/workspaces")},
        {"main.bicep": ACCOUNT, "main.tf": ""},
    ],
)  # fmt: skip
def test_a_network_may_begin_with_anything_else(files: Mapping[str, str]) -> None:
    assert beginnings(files) is None


def test_an_account_in_arm_json() -> None:
    account = {"type": "Microsoft.CognitiveServices/accounts", "name": "ai"}
    found = beginnings({"main.json": arm(account, nested("Microsoft.Storage/x"), {"type": "A.B/c", "name": "c"})})
    assert found is not None
    assert [symbol for symbol in found if "CognitiveServices" in symbol or "[0]" in symbol] == sorted(found)
    inner = beginnings({"main.json": arm(nested("Microsoft.CognitiveServices/accounts"))})
    assert inner


def test_where_no_network_begins_there_is_no_fact() -> None:
    """Of all cases of our policies that are of accounts: what is passed over makes none, and changes none."""
    seen = {False: 0, True: 0}
    for case in all_cases():
        templates, roots = testing.read_case(case.files)
        begins = azure.beginnings(templates, reading.at_hand().modules, ())
        for root in roots if begins is not None else ():
            for bindings in root.bindings:
                asked = root, bindings, templates, TABLES, case.settings, reading.at_hand()
                few = deploying.facts_of(*asked, None, (), begins)[1].of("managedNetwork")
                whole = deploying.facts_of(*asked)[1]
                assert [fact.address for fact in few] == [f.address for f in whole.of("managedNetwork")], case.title
                assert any(whole.of("managedNetwork")) or not whole.by_address, case.title
                seen[bool(whole.by_address)] += 1
    assert seen[True] > 30
    assert seen[False] > 0


def test_nobody_asks_for_locks_but_a_policy_about_locks() -> None:
    locks = "microsoft.authorization/locks"
    assert locks in azure.unasked(TYPES)
    assert locks not in azure.unasked({*TYPES, "Microsoft.Authorization/locks"})


def test_no_policy_of_ours_and_no_fact_is_about_what_nobody_asks_for() -> None:
    package, policies = Path(azure.__file__).parent, shipped()
    texts = {path: path.read_text("utf-8").lower() for path in (*package.glob("*.py"), *policies.rglob("*.yaml"))}
    named = {path.name for path, text in texts.items() for kind in azure.unasked(()) if kind in text}
    assert named == {"barren.py"}
