"""A plan that is kept is the one that would be made now; where it is not, one is made, and the report tells no lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import test_kept
from conftest import Program
from mnlint import cache
from test_kept import fresh, report, write

folder = test_kept.folder

HUB = """param mode string = 'Disabled'
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: mode } }
}
"""
MAIN = """param mode string
module hub 'modules/hub.bicep' = { name: 'hub', params: { mode: mode } }
"""
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
LINKED = {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"templateLink": {"relativePath": "x"}}}
ALIASES = {"moduleAliases": {"br": {"own": {"registry": "mcr.microsoft.com", "modulePath": "bicep"}}}}
TREE = {
    "bicepconfig.json": json.dumps(ALIASES),
    "alias.bicep": "module ai 'br/own:avm/ptn/ai-platform/baseline:0.8.0' = { name: 'ai', params: { name: 'x' } }\n",
    "main.bicep": MAIN,
    "main.bicepparam": "using 'main.bicep'\nparam mode = 'AllowInternetOutbound'\n",
    "modules/hub.bicep": HUB,
    "modules/other.bicep": HUB.replace("'Disabled'", "'AllowOnlyApprovedOutbound'"),
    "plain.bicep": "param x string\n",
    "lacking/main.bicep": "module gone 'managednetwork.bicep' = { name: 'gone' }\n" + HUB,
    "arm/main.json": json.dumps({"$schema": SCHEMA, "resources": [LINKED]}).replace('"x"', '"hub.json"'),
    "arm/hub.json": json.dumps(
        {
            "$schema": SCHEMA,
            "resources": [
                {
                    "type": "Microsoft.MachineLearningServices/workspaces",
                    "apiVersion": "2024-10-01",
                    "name": "hub",
                    "kind": "Hub",
                    "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
                }
            ],
        }
    ),
    "tf/main.tf": 'module "hub" {\n  source = "./hub"\n}\n',
    "tf/hub/main.tf": 'resource "azurerm_ai_foundry" "hub" {\n  managed_network { isolation_mode = "Disabled" }\n}\n',
}
# Of these, neither who calls whom nor what is given to whom is another one.
SAME: dict[str, dict[str, str]] = {
    "nothing": {},
    "a value": {"modules/hub.bicep": HUB.replace("'Disabled'", "'AllowInternetOutbound'")},
    "a line above all": {"modules/hub.bicep": "// one more\n" + HUB},
    "a line above a call": {"main.bicep": "// one more\n" + MAIN},
    "what a call is given": {"main.bicep": MAIN.replace("mode: mode", "mode: 'Disabled'")},
    "a resource more": {"modules/hub.bicep": HUB + HUB.replace("hub", "hub2").partition("\n")[2]},
    "a mistake": {"modules/hub.bicep": HUB + "resource\n"},
    "what nobody reads": {"plain.bicep": "param y string\n"},
    "a block in Terraform": {"tf/hub/main.tf": TREE["tf/hub/main.tf"].replace("Disabled", "Off")},
    "a value in ARM": {"arm/hub.json": TREE["arm/hub.json"].replace("Disabled", "AllowInternetOutbound")},
}
OTHER: dict[str, dict[str, str]] = {
    "a call more": {"main.bicep": MAIN + MAIN.partition("\n")[2].replace("hub", "other")},
    "a call less": {"main.bicep": "param mode string\n"},
    "another call": {"main.bicep": MAIN.replace("modules/hub", "modules/other")},
    "a call in a comment": {"main.bicep": "param mode string\n/*" + MAIN.partition("\n")[2] + "*/\n"},
    "another parameter": {"main.bicep": MAIN.replace("param mode string", "param isolation string")},
    "a parameter file": {"main.bicepparam": TREE["main.bicepparam"].replace("AllowI", "D")},
    "a parameter file for another one": {"main.bicepparam": "using 'modules/hub.bicep'\n"},
    "a new file": {"new.bicep": HUB},
    "a file less": {"modules/other.bicep": ""},
    "a line above a module that is not here": {"lacking/main.bicep": "\n\n" + TREE["lacking/main.bicep"]},
    "the module that was not here": {"lacking/managednetwork.bicep": HUB},
    "a word of ours": {"plain.bicep": HUB},
    "a word of ours less": {"modules/other.bicep": "param x string\n"},
    "what is taken from another file": {
        "main.bicep": "import { x } from 'plain.bicep'\n" + MAIN,
        "plain.bicep": "@export()\nvar x = 1\n",
    },
    "a module of a registry": {"plain.bicep": "module m 'br:x.azurecr.io/managednetwork:1.0.0' = { name: 'm' }\n"},
    "an alias of a registry": {"bicepconfig.json": TREE["bicepconfig.json"].replace("mcr.", "x.")},
    "another call in Terraform": {"tf/main.tf": TREE["tf/main.tf"].replace("./hub", "./none")},
    "a call in Terraform that nobody knows": {"tf/main.tf": TREE["tf/main.tf"].replace('"./hub"', "var.x")},
    "another link": {"arm/main.json": TREE["arm/main.json"].replace("hub.json", "none.json")},
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    (made / ".git").mkdir(parents=True)
    change(made, TREE)
    return made


def change(tree: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        write(tree, name, text) if text else (tree / name).unlink()


def plans(folder: Path) -> dict[str, int]:
    """The plans that are kept, and when each was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("plan-*.json")}


@pytest.mark.parametrize("name", [*SAME, *OTHER])
def test_a_plan_is_what_would_be_made_now(name: str, mnlint: Program, folder: Path, tree: Path) -> None:
    report(mnlint, tree)
    before = plans(folder)
    assert len(before) == 1
    change(tree, {**SAME, **OTHER}[name])
    after = report(mnlint, tree)
    assert after == fresh(mnlint, tree)
    assert (plans(folder) == before) is (name in SAME), "kept where nothing of it is another one, else made"
    assert report(mnlint, tree) == after
    change(tree, TREE)
    assert report(mnlint, tree) == fresh(mnlint, tree), "as it was"


@pytest.mark.parametrize("options", [["tf"], ["--no-prefilter", "."], ["--parameters", "main.bicepparam", "."]])
def test_another_question_has_another_plan(options: list[str], mnlint: Program, folder: Path, tree: Path) -> None:
    report(mnlint, tree)
    before = plans(folder)
    found = mnlint("check", "--output", "json", *options, cwd=tree)
    assert found.exit_code == 1
    assert len(plans(folder)) == len(before) + 1
    cache.switch(on=False)
    assert mnlint("check", "--output", "json", *options, cwd=tree).output == found.output


FORGED: dict[str, Callable[[dict[str, object]], object]] = {
    "no heads": lambda kept: {**kept, "heads": 7},
    "no plan": lambda kept: {**kept, "plan": {}},
    "heads of what is not there": lambda kept: {**kept, "heads": {"../outside.bicep": ["", ""]}},
    "roots of what is not there": lambda kept: {
        **kept,
        "plan": json.loads(json.dumps(kept["plan"]).replace("main.bicep", "../outside.bicep")),
    },
    "nothing": lambda kept: {},
    "a list": lambda kept: [kept],
}


@pytest.mark.parametrize("name", FORGED)
def test_a_plan_that_is_none_of_ours_is_not_taken(name: str, mnlint: Program, folder: Path, tree: Path) -> None:
    expected = report(mnlint, tree)
    (path,) = folder.glob("plan-*.json")
    key = path.stem.partition("-")[2]
    kept = cache.store().get("plan", key)
    assert kept is not None
    cache.store().put("plan", key, FORGED[name](kept))
    assert report(mnlint, tree) == expected
