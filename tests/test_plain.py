"""Command lines that are read without click: they mean what it makes of them, and what may be wrong is left to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from conftest import Program
from mnlint import plain
from mnlint.cli import check

HUB = """// mnlint: ignore[MN014] it is a demonstration
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: mode } }
}
"""
BASELINE = '{"version": 1, "findings": []}'
POLICY = """id: OWN001
name: no-hubs
title: There are no hubs
severity: error
for: workspace
require: { kind: Default }
message: "{name} is a hub"
why: A sentence.
fix: Another one.
see: []
tags: []
added: "0.1"
"""
FILES = {
    "infra/main.bicep": f"param mode string\n{HUB}",
    "infra/off.json": '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",'
    ' "parameters": {"mode": {"value": "Disabled"}}}',
    "nothing/notes.md": "",
    "own/hubs.yaml": POLICY,
    "restored/br/x": "",
    "settings.yaml": "fail-on: never\n",
    "lock.yaml": "profile: strict\n",
    "mine.json": BASELINE,
    "broken.yaml": "fail-on: [\n",
}
ALIKE = (
    *("infra", "-- infra", "infra infra/main.bicep --exit-zero", "nothing", "--allow-no-input -- nothing"),
    *(
        "--allow-no-input --no-allow-no-input nothing",
        "--boundary . infra",
        "--boundary=infra infra",
        "--boundary own .",
    ),
    *("--no-prefilter infra", "--no-inline-ignores infra", "--no-inline-ignores --inline-ignores infra"),
    *("--fail-on-undecided infra", "--fail-on-undecided --no-fail-on-undecided infra", "--fail-on never infra"),
    *("--parameters infra/off.json infra", "--parameters=infra/off.json --parameters infra/off.json infra"),
    *("--parameters infra/main.bicep infra", "--restored-modules restored infra", "--policies own infra"),
    *("--policies own --policies=own infra", "--policies nothing infra", "--config settings.yaml infra"),
    *("--config broken.yaml infra", "--isolated infra", "--policy-lock lock.yaml infra", "--policy-lock=broken.yaml ."),
    *("--baseline mine.json infra", "--baseline settings.yaml infra", "--base HEAD infra", "--base= infra"),
    *("--changed-since HEAD infra", "--changed networks --changed-since nonsense infra", "--profile strict -q infra"),
    *("--output json --output sarif infra", "--max-results 1 --output=sarif --sarif-category x infra"),
    *("--output json=report.json/ infra", "--output json=./own//./report infra", "--output=json=. infra"),
    *("--output json=nowhere/./report.json infra", "--output json=own/ infra", "--output json=mine.json/ infra"),
)
WRONG = (
    *("--boundary nowhere infra", "--boundary infra/main.bicep infra", "--boundary", "--boundary= infra"),
    *("--parameters infra infra", "--parameters nowhere.json infra", "--baseline . infra", "--config nowhere infra"),
    *(
        "--config settings.yaml --isolated infra",
        "--changed words infra",
        "--no-prefilter=1 infra",
        "--isolated= infra",
    ),
    *("--polices own infra", "--policies mine.json infra", "--restored-modules mine.json infra", "--base", "nowhere"),
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("line", ALIKE)
def test_a_plain_line_says_what_click_makes_of_it(
    line: str, tree: Path, mnlint: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    by_click = mnlint("check", *line.split(), cwd=tree)
    capsys.readouterr()
    code = plain.run(line.split())
    said = capsys.readouterr()
    assert (code, said.out, said.err) == (by_click.exit_code, by_click.stdout, by_click.stderr)


@pytest.mark.parametrize("line", WRONG)
def test_what_may_be_wrong_is_left_to_click(line: str, tree: Path, mnlint: Program) -> None:
    assert plain.run(line.split()) is None
    assert mnlint("check", *line.split(), cwd=tree).exit_code == 2


def test_plain_options_are_those_of_click() -> None:
    params = {name: param for param in check.params for name in (*param.opts, *param.secondary_opts)}
    names = {name: (field, True) for name, field in plain.FLAGS.items()} | {plain.ISOLATED: ("isolated", True)}
    for name, (field, on) in (names | dict(plain.SWITCHES)).items():
        param = params[name]
        assert isinstance(param, click.Option)
        assert param.is_flag
        assert (param.name, name in param.opts and param.flag_value is not False) == (field, on), name
    for table in (plain.WORDS, plain.SETTINGS, plain.NUMBERS, plain.FILES, plain.FOLDERS):
        for name, field in table.items():
            param = params[name]
            assert (param.name, param.multiple) == (field, field in plain.SEVERAL), name
            assert isinstance(param.type, click.Path) is (table in (plain.FILES, plain.FOLDERS)), name
            assert isinstance(param.type, click.Choice) is (name in plain.TAKEN), name
            if isinstance(param.type, click.Choice):
                assert tuple(param.type.choices) == tuple(plain.TAKEN[name])
            if isinstance(param.type, click.Path):
                assert (param.type.file_okay, param.type.dir_okay) == (table is plain.FILES, table is plain.FOLDERS)


@pytest.mark.parametrize("words", [["--allow-no-input", "--", "."], ["--exit-zero", "infra"], ["--boundary", ".", "."]])
def test_the_lines_of_hooks_need_no_click(words: list[str], tree: Path) -> None:
    program = "import sys\nfrom mnlint.start import main\ntry:\n    main()\nfinally:\n    print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, "check", *words], cwd=tree, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    assert "click" not in done.stdout.splitlines()[-1].split()
