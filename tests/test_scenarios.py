"""Whole repositories in small, and what the program prints about them.

A scenario is a folder: command.txt holds what a user types behind `mnlint`, expected.txt what it prints and its exit
code, everything else is the repository. `pytest tests/test_scenarios.py --update` writes expected.txt anew.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from conftest import Program

SCENARIOS = Path(__file__).parents[1] / "fixtures" / "scenarios"
NAMES = sorted(folder.name for folder in SCENARIOS.iterdir())


def test_there_are_scenarios() -> None:
    assert len(NAMES) >= 4


@pytest.mark.parametrize("name", NAMES)
def test_the_program_prints_what_is_expected(name: str, mnlint: Program, update: bool, tmp_path: Path) -> None:
    scenario, repository = SCENARIOS / name, tmp_path / name
    shutil.copytree(scenario, repository, ignore=shutil.ignore_patterns("command.txt", "expected.txt"))
    (repository / ".git").mkdir()  # so that it is a repository of its own, wherever the tests lie
    done = mnlint(*shlex.split((scenario / "command.txt").read_text("utf-8")), cwd=repository)
    said = f"{done.stdout}{done.stderr}exit {done.exit_code}\n"
    expected = scenario / "expected.txt"
    if update:
        expected.write_text(said, "utf-8", newline="\n")
    assert said == expected.read_text("utf-8")
