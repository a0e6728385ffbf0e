"""Our abridged texts of Terraform's modules against the modules themselves: every verdict is the same.

`MNLINT_TERRAFORM_MODULES` is a folder with a clone or a bare clone of each repository, called as it is called on
GitHub: `terraform-azurerm-avm-res-machinelearningservices-workspace`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from mnlint import lists, run
from mnlint.catalogue import load_policies, shipped
from mnlint.model.settings import Settings
from mnlint.reading import open_project

pytestmark = pytest.mark.lab

FOLDER: Final = os.environ.get("MNLINT_TERRAFORM_MODULES", "")
TABLE: Final = shipped() / "modules"
ENTRIES: Final = sorted(TABLE.rglob("*.tf"))
HUB: Final = """\
  name                = "hub01"
  location            = "westeurope"
  resource_group_name = "group"
  kind                = "Hub"
  storage_account     = { resource_id = var.any }
"""
OFF: Final = '  workspace_managed_network = { isolation_mode = "Disabled" }\n'
RULES: Final = """\
  workspace_managed_network = {
    isolation_mode = "AllowOnlyApprovedOutbound"
    firewall_sku   = "Basic"
    outbound_rules = {
      fqdn             = { pypi = { destination = "pypi.org" } }
      private_endpoint = { data = { resource_id = var.any, sub_resource_target = "blob" } }
      service_tag      = { open = { action = "Allow", service_tag = "Storage", protocol = "TCP", port_ranges = "443" } }
    }
  }
"""
ARGUMENTS: Final = {
    "avm-res-machinelearningservices-workspace": [
        HUB.replace('"Hub"', kind) + network + more
        for kind in ('"Default"', '"Hub"', '"Project"', "var.any")
        for network in ("", OFF, RULES, OFF.replace('"Disabled"', "var.any"))
        for more in (
            "",
            "  provision_network_now_enabled = true\n",
            "  aiservices = { create_service_connection = true, name = var.any, resource_group_id = var.any }\n",
            "  is_private = true\n  private_endpoints = { one = { subnet_resource_id = var.any } }\n",
        )
    ],
    "avm-ptn-aiml-ai-foundry": [
        f'  base_name = "b"\n  resource_group_resource_id = var.any\n  create_private_endpoints = {private}\n'
        f'  ai_foundry = {{\n    name = "hub01"\n    create_ai_agent_service = {agents}\n'
        f"    network_injections = {where}\n  }}\n"
        for private in ("true", "false")
        for agents in ("true", "false", "var.any")
        for where in ("null", '[{ subnetArmId = "", useMicrosoftManagedNetwork = true }]', "var.any")
    ],
}


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
@pytest.mark.parametrize("end", [0, -1], ids=["first", "last"])
def test_every_verdict_is_that_of_the_module_itself(path: Path, end: int, tmp_path: Path) -> None:
    if not Path(FOLDER or "-").is_dir():
        pytest.fail("MNLINT_TERRAFORM_MODULES must name a folder with clones of the modules' repositories")
    module, version = path.parent.parent.name, path.stem.split("-")[end]
    calls = [
        f'module "m{at}" {{\n  source = "Azure/{module}/azurerm"\n  version = "{version}"\n'
        f"{arguments.replace('hub01', f'hub{at}')}}}\n"
        for at, arguments in enumerate(ARGUMENTS[module])
    ]
    ours, real = tmp_path / "ours", tmp_path / "real"
    for folder in (ours, real):
        folder.mkdir()
        (folder / "main.tf").write_text('variable "any" {}\n' + "".join(calls))
    put = real / ".terraform" / "modules" / "m"
    put.mkdir(parents=True)
    restore(Path(FOLDER) / f"terraform-azurerm-{module}", version, put)
    listed = [{"Key": f"m{at}", "Dir": ".terraform/modules/m"} for at in range(len(calls))]
    (put.parent / "modules.json").write_text(json.dumps({"Modules": listed}))
    made, wanted = verdicts(ours), verdicts(real)
    assert made
    assert made == wanted


def restore(clone: Path, version: str, folder: Path) -> None:
    """The files of a version as `terraform init` lays them out, without its examples."""
    git = ["git", "-C", str(clone)]
    tags = subprocess.run([*git, "tag"], capture_output=True, text=True, check=True).stdout.split()
    tag = next(tag for tag in tags if tag.removeprefix("v") == version)
    packed = subprocess.run([*git, "archive", tag], capture_output=True, check=True).stdout
    subprocess.run(["tar", "x", "-C", folder, "--exclude=examples"], input=packed, check=True)


def verdicts(folder: Path) -> dict[tuple[str, str], list[str]]:
    """Every verdict by its policy and what it is about."""
    settings = Settings(debug=True)
    tables = lists.load(shipped() / "lists")
    policies = load_policies(settings, tables)
    project = open_project([folder], settings)
    found: dict[tuple[str, str], list[str]] = {}
    for root in project.plan.roots:
        for judgement in run.lint(root, project.readers, policies, tables, settings).judgements:
            found.setdefault((judgement.policy, judgement.subject), []).append(judgement.verdict.value)
    return found
