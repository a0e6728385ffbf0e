"""Modules that `terraform init` has restored are read where its list says; nothing outside of the boundary is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mnlint import run
from mnlint.model.settings import Settings

ROOT = """\
variable "mode" {}
module "hub" {
  source  = "Azure/hub/azurerm"
  version = "1.0.0"
  mode    = var.mode
}
"""
HUB = """\
variable "mode" {}
module "network" {
  source = "./network"
  mode   = var.mode
}
"""
NETWORK = """\
variable "mode" {}
resource "azurerm_ai_foundry" "this" {
  name = "hub"
  managed_network { isolation_mode = var.mode }
}
"""
RESTORED = [
    {"Key": "", "Source": "", "Dir": "."},
    {"Key": "hub", "Source": "registry.terraform.io/Azure/hub/azurerm", "Dir": ".terraform/modules/hub"},
    {"Key": "hub.network", "Source": "./network", "Dir": ".terraform/modules/hub/network"},
]


def laid_out(folder: Path, modules: object, files: dict[str, str]) -> Path:
    root = folder / "repository" / "infra"
    for name, text in {**files, ".terraform/modules/modules.json": json.dumps(modules)}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "repository" / ".git").mkdir()
    return root


FILES = {
    "main.tf": ROOT,
    ".terraform/modules/hub/main.tf": HUB,
    ".terraform/modules/hub/network/main.tf": NETWORK,
    ".terraform/modules/unused/main.tf": NETWORK,
    "terraform.tfvars": 'mode = "Disabled"\n',
}


def test_a_restored_module_is_entered_with_its_arguments(tmp_path: Path) -> None:
    root = laid_out(tmp_path, {"Modules": RESTORED}, FILES)
    report = run.check([root], Settings())
    assert [(f.policy, f.primary.span.file) for f in report.findings if f.policy == "MN001"] == [
        ("MN001", "infra/terraform.tfvars")
    ]
    assert not [n for n in report.notices if n.code == "MN913"]


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        ({"Modules": [{"Key": "hub", "Dir": "../../outside"}]}, "outside of the boundary"),
        ({"Modules": [{"Key": "hub", "Dir": "/etc"}]}, "outside of the boundary"),
        ({"Modules": [{"Key": "hub", "Dir": 1}, 2, None]}, "no list of modules"),
        ({"Modules": {}}, "no list of modules"),
        ([[[]]], "no list of modules"),
        ({"Modules": [{"Key": "other", "Dir": ".terraform/modules/hub"}]}, "of another call"),
    ],
)
def test_what_is_not_restored_is_not_read(tmp_path: Path, modules: object, why: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text(NETWORK.replace("var.mode", '"Disabled"'), "utf-8")
    root = laid_out(tmp_path, modules, FILES)
    report = run.check([root], Settings())
    assert [f.policy for f in report.findings if f.policy == "MN001"] == [], why


def test_a_link_out_of_the_boundary_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(NETWORK.replace("var.mode", '"Disabled"'), "utf-8")
    root = laid_out(tmp_path, {"Modules": [{"Key": "hub", "Dir": ".terraform/modules/link"}]}, {"main.tf": ROOT})
    (root / ".terraform/modules/link").symlink_to(outside)
    report = run.check([root], Settings())
    assert [f.policy for f in report.findings if f.policy == "MN001"] == []


def test_several_files_of_variables_make_several_deployments(tmp_path: Path) -> None:
    files = {**FILES, "a.tfvars": 'mode = "Disabled"\n', "b.tfvars": 'mode = "AllowOnlyApprovedOutbound"\n'}
    root = laid_out(tmp_path, {"Modules": RESTORED}, files)
    report = run.check([root], Settings(parameters=(root / "a.tfvars", root / "b.tfvars")))
    (finding,) = [f for f in report.findings if f.policy == "MN001"]
    assert finding.primary.span.file == "infra/a.tfvars"


def test_files_that_terraform_loads_itself_lie_over_each_other_in_its_order(tmp_path: Path) -> None:
    files = {
        **FILES,
        "terraform.tfvars": 'mode = "AllowOnlyApprovedOutbound"\n',
        "b.auto.tfvars": 'mode = "Disabled"\n',
        "a.auto.tfvars": 'mode = "AllowInternetOutbound"\n',
    }
    root = laid_out(tmp_path, {"Modules": RESTORED}, files)
    report = run.check([root], Settings())
    assert [f.primary.span.file for f in report.findings if f.policy == "MN001"] == ["infra/b.auto.tfvars"]
