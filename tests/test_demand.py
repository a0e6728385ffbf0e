"""What nobody asks for is not read: told by how often a run calls those who read a block, not by a clock."""

from __future__ import annotations

import cProfile
import json
import pstats
from pathlib import Path

import pytest

from conftest import Program
from mnlint import azure, judging, resolve, testing
from shipped import TABLES, by_language

CASES = {name: cases for name, cases in by_language().items() if name.split()[1] in ("terraform", "azapi")}
READERS = ("plain_body", "plain_value", "_parse")
HUB = """
variable "mode" {
  type    = string
  default = "AllowOnlyApprovedOutbound"
}
resource "azurerm_ai_foundry" "hub" {
  name                = "hub"
  location            = var.location
  resource_group_name = azurerm_resource_group.main.name
  storage_account_id  = azurerm_storage_account.main.id
  key_vault_id        = module.vault.id
  managed_network {
    isolation_mode = var.mode
  }
}
resource "azurerm_resource_group" "main" {
  name     = lower("hub")
  location = var.location
}
resource "azurerm_storage_account" "main" {
  name = lower("hub")
}
variable "location" {
  type = string
}
module "vault" {
  source = "./vault"
  name   = upper(var.location)
}
"""
VAULT = """
variable "name" {
  type = string
}
resource "azurerm_key_vault" "this" {
  name = join("-", [var.name, "vault"])
}
output "id" {
  value = azurerm_key_vault.this.id
}
"""
OTHER = """
locals {{
  tags{0} = merge({{ number = {0} }}, var.tags)
}}
variable "tags" {{
  type    = map(string)
  default = {{ by = "us" }}
}}
resource "azurerm_log_analytics_workspace" "this" {{
  name = format("logs-%s", {0})
  tags = local.tags{0}
}}
resource "azurerm_monitor_diagnostic_setting" "this" {{
  name                       = "all"
  target_resource_id         = azurerm_log_analytics_workspace.this.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
}}
output "id" {{
  value = azurerm_log_analytics_workspace.this["{0}"].id
}}
"""


def closure(folder: Path, others: int) -> None:
    """A hub with a module of its own, beside modules that have nothing to do with it."""
    (folder / "main.tf").write_text(HUB)
    (folder / "vault").mkdir()
    (folder / "vault" / "main.tf").write_text(VAULT)
    for number in range(others):
        name = f"other{number}"
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(OTHER.format(number))
        with (folder / "main.tf").open("a") as stream:
            stream.write(f'module "{name}" {{\n  source = "./{name}"\n  tags   = merge(var.tags, {{}})\n}}\n')


def reads(mnlint: Program, folder: Path) -> tuple[int, dict[str, object]]:
    """How many blocks and arguments a run has read, and its report."""
    profile = cProfile.Profile()
    done = profile.runcall(mnlint, "check", "--boundary", ".", "--exit-zero", "--output", "json", ".", cwd=folder)
    rows = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    count = sum(row[1] for (file, _, name), row in rows if name in READERS and Path(file).stem.startswith("terraform"))
    return count, json.loads(done.stdout)


@pytest.mark.parametrize("others", [0, 5, 20])
def test_what_has_nothing_to_do_with_a_hub_is_not_read(others: int, mnlint: Program, tmp_path: Path) -> None:
    closure(tmp_path, others)
    count, report = reads(mnlint, tmp_path)
    assert report["coverage"] == report["coverage"] | {"files_read": 2 + others, "networks": 1}
    assert count == READ + others, "and where each module is"


READ = 11  # the hub, and what it leads to: a group, an account, a module and the vault in it


def test_what_is_wrong_is_said_of_what_nobody_asks_for(mnlint: Program, tmp_path: Path) -> None:
    """The notices of a file do not depend on what of it is needed."""
    closure(tmp_path, 3)
    broken = tmp_path / "other1" / "main.tf"
    broken.write_text(broken.read_text().replace('format("logs-%s", 1)', 'format("logs-%s" 1)'))
    count, report = reads(mnlint, tmp_path)
    assert count == READ + 3 + 1, "where each module is, and what is broken"
    findings = report["findings"]
    assert isinstance(findings, list)
    told = [f["place"]["file"] for f in findings if f["policy"] == "MN911"]
    assert told == ["other1/main.tf"]


def judged(case: testing.Case, *, whole: bool) -> list[str]:
    """All that is said of a case; `whole` if every block of it was read before."""
    templates, roots = testing.read_case(case.files)
    if whole:
        assert all(len(repr(template)) > 0 for template in templates.values())
    return [
        repr(judgement)
        for root in roots
        for bindings in root.bindings
        for judgement in judging.judge_all(
            [case.policy], azure.extract(resolve.resolve(templates, root, bindings), TABLES)
        )
    ]


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_on_demand_is_judged_as_what_was_read_before(name: str) -> None:
    cases = CASES[name][::4]
    for case in cases:
        assert judged(case, whole=False) == judged(case, whole=True), case.title
