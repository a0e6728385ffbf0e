"""Terraform's override files: whatever they are called, what they say is what is deployed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result

HUB = """resource "azurerm_machine_learning_workspace" "hub" {
  name = "hub"
  managed_network {
    isolation_mode = MODE
  }
}
"""
OPEN, CLOSED = '"Disabled"', '"AllowOnlyApprovedOutbound"'
OVER = 'resource "azurerm_machine_learning_workspace" "hub" {\n  managed_network {\n    isolation_mode = MODE\n  }\n}\n'
JSON = json.dumps({"resource": {"azurerm_machine_learning_workspace": {"hub": {"managed_network": [{}]}}}})
VARIABLE = 'variable "mode" {\n  default = MODE\n}\n'
FOLDER = VARIABLE.replace("MODE", CLOSED) + HUB.replace("MODE", "var.mode")


def mode(text: str, value: str) -> str:
    return text.replace("MODE", value)


# A tree, and whether its network is not isolated.
TREES: Mapping[str, tuple[Mapping[str, str], bool]] = {
    "a block": ({"main.tf": mode(HUB, CLOSED), "a_override.tf": mode(OVER, OPEN)}, True),
    "in a file behind": ({"main.tf": mode(HUB, CLOSED), "z_override.tf": mode(OVER, OPEN)}, True),
    "in the file of all": ({"main.tf": mode(HUB, CLOSED), "override.tf": mode(OVER, OPEN)}, True),
    "in JSON": (
        {
            "main.tf": mode(HUB, CLOSED),
            "a_override.tf.json": JSON.replace("[{}]", '{"isolation_mode": "Disabled"}'),
        },
        True,
    ),
    "the last one of two": (
        {"main.tf": mode(HUB, CLOSED), "a_override.tf": mode(OVER, CLOSED), "b_override.tf": mode(OVER, OPEN)},
        True,
    ),
    "something else": ({"main.tf": mode(HUB, OPEN), "z_override.tf": OVER.split("  managed")[0] + "}\n"}, True),
    "what mends it": ({"main.tf": mode(HUB, OPEN), "a_override.tf": mode(OVER, CLOSED)}, False),
    "another file is none": ({"main.tf": mode(HUB, CLOSED), "override_not.tf": "locals {}\n"}, False),
    "a default": ({"main.tf": FOLDER, "a_override.tf": mode(VARIABLE, OPEN)}, True),
    "what else a variable says": (
        {"main.tf": FOLDER.replace(CLOSED, OPEN), "z_override.tf": 'variable "mode" {\n  description = "x"\n}\n'},
        True,
    ),
    "a local": (
        {
            "main.tf": f"locals {{\n  mode = {CLOSED}\n}}\n" + mode(HUB, "local.mode"),
            "a_override.tf": f"locals {{\n  mode = {OPEN}\n}}\n",
        },
        True,
    ),
    "an argument of a module": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n}\n',
            "a_override.tf": f'module "m" {{\n  mode = {OPEN}\n}}\n',
            "m/main.tf": FOLDER,
        },
        True,
    ),
    "the source of a module": (
        {
            "main.tf": 'module "m" {\n  source = "./other"\n}\n',
            "a_override.tf": f'module "m" {{\n  source = "./m"\n  mode   = {OPEN}\n}}\n',
            "m/main.tf": FOLDER,
            "other/main.tf": "locals {}\n",
        },
        True,
    ),
    "in a module": (
        {
            "main.tf": 'module "m" {\n  source = "./m"\n}\n',
            "m/main.tf": FOLDER,
            "m/a_override.tf": mode(VARIABLE, OPEN),
        },
        True,
    ),
    "what cannot be read": (
        {"main.tf": mode(HUB, CLOSED), "a_override.tf": mode(OVER, OPEN).replace("isolation", ")isolation")},
        False,  # it is told, and makes the exit code 1 all the same
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_it_takes_the_place_of_what_others_say(name: str, tmp_path: Path, mnlint: Callable[..., Result]) -> None:
    files, is_open = TREES[name]
    (tmp_path / ".git").mkdir()
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    done = mnlint("check", "--output", "json", ".", cwd=tmp_path)
    found = [one["policy"] for one in json.loads(done.output)["findings"] if one["policy"] in ("MN001", "MN911")]
    told = name == "what cannot be read"
    assert found == (["MN001"] if is_open else ["MN911"] if told else [])
    assert done.exit_code == (1 if is_open or told else 0)
