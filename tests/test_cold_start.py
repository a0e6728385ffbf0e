"""What is not needed is not imported: told by sys.modules, not by a clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = ("yaml", "jsonpath_ng", "hcl2", "lark")
BICEP = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
TERRAFORM = """resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = "Disabled" }
}
"""
# Runs the program as its console script does, then says what has been imported, whatever it exits with.
PROGRAM = """
import sys
from mnlint.start import main
try:
    main()
except SystemExit as end:
    code = end.code
print("\\nexit", code, "imported", *sorted(sys.modules), file=sys.stderr)
"""


def start(folder: Path, *arguments: str, python: str | Path = sys.executable) -> tuple[int, set[str]]:
    """The exit code of a run in its own process, and the modules that it has imported."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        [python, "-c", PROGRAM, *arguments],
        cwd=folder,
        env={**kept, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    words = done.stderr.splitlines()[-1].split() if done.stderr else []
    assert words[:1] == ["exit"], done.stderr
    return int(words[1]), set(words[3:])


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_words_about_the_program_need_no_readers(option: str, tmp_path: Path) -> None:
    code, imported = start(tmp_path, option)
    assert code == 0
    assert not imported & set(SLOW)


@pytest.mark.parametrize("command", ["check", "rules", "explain", "test", "facts", "config", "schema"])
def test_help_on_a_command_needs_no_readers(command: str, tmp_path: Path) -> None:
    code, imported = start(tmp_path, command, "--help")
    assert code == 0
    assert not imported & set(SLOW)


def test_bicep_needs_no_reader_of_terraform(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(BICEP)
    code, imported = start(tmp_path, "check", ".")
    assert code == 1, "the isolation is switched off"
    assert not imported & {"hcl2", "lark"}


def test_what_a_template_does_not_have_is_not_imported(tmp_path: Path) -> None:
    """Functions, rules of a network, prices: judged for those that have them."""
    rare = {
        *("mnlint.resolve.functions", "mnlint.resolve.joined", "mnlint.azure.twins", "mnlint.azure.at_once"),
        *("mnlint.azure.cost", "mnlint.settle.baseline", "mnlint.reports.changes"),
        *("mnlint.resolve.modules", "mnlint.resolve.imports", "mnlint.resolve.budget", "mnlint.resolve.shapes"),
        *("mnlint.azure.hosts", "mnlint.azure.leads", "mnlint.azure.skus", "mnlint.azure.tags", "mnlint.azure.azureml"),
        *("mnlint.azure.schema", "mnlint.azure.prices", "mnlint.model.past", "mnlint.policy.patterns"),
        *("mnlint.git", "mnlint.pool", "mnlint.discover.changed", "decimal", "fractions", "select", "signal"),
        *("typing", "mnlint.registry", "mnlint.azure.pairs", "mnlint.resolve.plain"),
    }
    (tmp_path / "main.bicep").write_text(BICEP.replace("'hub'\n", "toLower('hub')\n"))
    _, imported = start(tmp_path, "check", ".")  # which also compiles the policies, as a wheel has them
    assert {"mnlint.resolve.functions", "mnlint.resolve.functions.strings"} <= imported
    (tmp_path / "main.bicep").write_text(BICEP)
    code, imported = start(tmp_path, "check", "--output", "sarif", ".")
    assert code == 1
    assert "mnlint.judging" in imported
    assert imported & rare == set()


def test_what_is_kept_is_told_without_those_who_judge(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(BICEP)
    (tmp_path / ".git").mkdir()
    first = start(tmp_path, "check", "--output", "sarif", ".")
    again = start(tmp_path, "check", "--output", "sarif", ".")
    assert again[0] == first[0] == 1
    judging = {
        "mnlint.judging",
        "mnlint.azure",
        "mnlint.resolve",
        "mnlint.policy.judge",
        "mnlint.model.fact",
    }
    assert judging <= first[1]
    assert again[1] & judging == set()
    (tmp_path / ".mnlint.yaml").write_text("fail-on: warning\n")
    assert "yaml" in start(tmp_path, "check", ".")[1]
    assert not start(tmp_path, "check", ".")[1] & set(SLOW)


def test_terraform_that_cannot_matter_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "azurerm_storage_account" "data" { name = "data" }\n')
    code, imported = start(tmp_path, "check", ".")
    assert code == 0
    assert not imported & {"hcl2", "lark"}


def test_terraform_needs_its_reader(tmp_path: Path) -> None:
    """The test above could not fail if the name of the package changed."""
    (tmp_path / "main.tf").write_text(
        TERRAFORM.replace('"hub" {\n  name = "hub"', '"hub" {\n  name = "%{ if true }hub%{ endif }"')
    )
    code, imported = start(tmp_path, "check", ".")
    assert code == 1
    assert {"hcl2", "lark", "yaml"} <= imported


def test_terraform_that_is_plain_needs_no_parser(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    code, imported = start(tmp_path, "check", ".")
    assert code == 1
    assert not imported & {"hcl2", "lark"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["check", "."], 1), (["check", "--exit-zero", "."], 0), (["rules"], 0), (["check", "--nonsense"], 2)],
)
def test_a_shell_gets_all_words_and_the_exit_code_at_once(words: list[str], expected: int, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(BICEP)
    said = []
    for end in ("main", "console"):
        program = f"import atexit; atexit.register(print, 'taken apart'); from mnlint.start import {end}; {end}()"
        done = subprocess.run([sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == expected, done.stderr
        said.append((done.stdout, done.stderr))
    assert said[0][0] == f"{said[1][0]}taken apart\n"
    assert said[0][1] == said[1][1]
