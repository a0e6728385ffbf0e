"""What Terraform's fileset() finds in a folder on disk: what terraform finds, inside of the boundary alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from functions import terraform, value_of
from mnlint import run
from mnlint.discover import below
from mnlint.model.settings import Settings

FILES = (
    *("rules/a.json", "rules/ab.json", "rules/b.json", "rules/.hidden.json", "rules/c.yaml", "rules/x[1].json"),
    *("rules/deep/d.json", "rules/deep/er/e.json", "other/o.json", "top.json"),
)

# As terraform 1.11 answers in a folder of these files; `?` where nobody is sure what a pattern means.
ANSWERS: list[tuple[str, str | None]] = [
    ("*.json", "top.json"),
    ("**.json", "top.json"),
    ("rules/?.json", "rules/a.json rules/b.json"),
    ("rules/[ab].json", "rules/a.json rules/b.json"),
    ("rules/[^a].json", "rules/b.json"),
    ("rules/[a-b]*.json", "rules/a.json rules/ab.json rules/b.json"),
    ("rules/{a,b}.json", "rules/a.json rules/b.json"),
    ("rules/{,a}b.json", "rules/ab.json rules/b.json"),
    ("rules/*.{json,yaml}", "rules/.hidden.json rules/a.json rules/ab.json rules/b.json rules/c.yaml rules/x[1].json"),
    ("rules/a**.json", "rules/a.json rules/ab.json"),
    ("rules/*/d.json", "rules/deep/d.json"),
    ("rules/deep/**", "rules/deep/d.json rules/deep/er/e.json"),
    ("rules/deep/**/e.json", "rules/deep/er/e.json"),
    ("**/e.json", "rules/deep/er/e.json"),
    ("**/**/e.json", "rules/deep/er/e.json"),
    ("**/o.json", "other/o.json"),
    ("./rules/a.json", "rules/a.json"),
    ("rules//a.json", "rules/a.json"),
    ("rules/../top.json", "top.json"),
    ("/rules/a.json", "rules/a.json"),
    ("RULES/*", None),  # none at all: they may be made before
    ("rules", None),  # a folder is no file
    ("rules/[!a].json", None),
    ("rules/[]a].json", None),
    ("rules/{a,deep/d}.json", None),
    ("rules/{a,{b,c}}.*", None),
    ("rules/x\\\\[1\\\\].json", None),
    ("rules/{a,b", None),
    ("../*", None),
]


@pytest.fixture(scope="module")
def boundary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fileset") / "root"
    for file in FILES:
        path = root / "in" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", "utf-8")
    (root / "linked").mkdir()
    (root / "linked" / "out").symlink_to(root.parent)
    (root / "away").symlink_to(root.parent)
    (root / "near").symlink_to(root / "in" / "rules")
    (root / "piped").mkdir()
    (root / "piped" / "a").write_text("", "utf-8")
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "piped" / "pipe")
    (root.parent / "secret.json").write_text("{}", "utf-8")
    return root


@pytest.mark.parametrize(("pattern", "expected"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_patterns(boundary: Path, pattern: str, expected: str | None) -> None:
    found = value_of(terraform(f'fileset(path.module, "{pattern}")', below=below(boundary)))
    assert found == expected.split() if expected is not None else found.startswith("?")


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("in/rules/deep", ["d.json", "er/e.json"]),
        ("in/rules/deep/", ["d.json", "er/e.json"]),
        ("near/deep", ["d.json", "er/e.json"]),
        ("piped", ["a"]),
        ("linked", None),
        ("away", None),
        ("in/../..", None),
        ("nowhere", None),
        ("in/top.json", None),
        ("a\0b", None),
        ("/", None),
    ],
)
def test_what_is_listed_lies_inside(boundary: Path, folder: str, expected: list[str] | None) -> None:
    assert below(boundary)(folder) == expected


MAIN = """\
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = "AllowInternetOutbound" }
}

locals {
  folder = "${path.module}/rules"
  rules  = { for name in fileset(local.folder, "*.yaml") : name => yamldecode(file("${local.folder}/${name}")) }
}

resource "azurerm_machine_learning_workspace_network_outbound_rule_fqdn" "rule" {
  for_each         = local.rules
  name             = trimsuffix(each.key, ".yaml")
  workspace_id     = azurerm_ai_foundry.hub.id
  destination_fqdn = each.value.host
}
"""


def test_rules_of_a_folder_are_judged(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN, "utf-8")
    (tmp_path / "rules").mkdir()
    for name in ("pypi", "conda"):
        (tmp_path / "rules" / f"{name}.yaml").write_text(f"host: {name}.org\n", "utf-8")
    report = run.check([tmp_path], Settings(boundary=tmp_path))
    (finding,) = [f for f in report.findings if f.policy == "MN010"]
    assert (finding.name, finding.instances) == ("conda", 2)
    assert report.doubts == ()
