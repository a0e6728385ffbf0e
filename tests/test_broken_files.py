"""Files that no reader may choke on: what is wrong is said at its place, and what is good is judged all the same.

Each folder of fixtures/broken is checked as a repository of its own. Its expected.txt holds the exit code and every
finding: its place, its policy, and for ours who it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Program
from mnlint import catalogue, judging, lists, reading
from mnlint.model.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures"
BROKEN = FIXTURES / "broken"
NAMES = sorted(folder.name for folder in BROKEN.iterdir() if folder.is_dir())
# What a terminal could obey: all controls but the line end.
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def lines(report: str) -> Iterator[str]:
    """A line for each finding of a JSON report."""
    for finding in json.loads(report)["findings"]:
        place, about = finding["place"], finding["message"].partition(":")[0]
        who = "" if finding["policy"].startswith("MN9") else f" {about}"
        yield f"{place['file']}:{place['line']}:{place['column']} {finding['policy']}{who}"


def test_there_are_broken_files() -> None:
    assert len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_said_and_what_is_good_is_judged(name: str, mnlint: Program, update: bool) -> None:
    folder = BROKEN / name
    done = mnlint("check", "--boundary", ".", "--output", "json", ".", cwd=folder)
    said = "\n".join([f"exit {done.exit_code}", *lines(done.stdout)]) + "\n"
    expected = folder / "expected.txt"
    if update:
        expected.write_text(said, "utf-8", newline="\n")
    assert done.stderr == ""
    assert said == expected.read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_broken_file_reaches_the_terminal_to_be_obeyed(name: str, mnlint: Program) -> None:
    done = mnlint("check", "--boundary", ".", ".", cwd=BROKEN / name)
    assert CONTROLS.findall(done.stdout) == []


def cuts(file: Path) -> Iterator[bytes]:
    """A file cut behind each of its lines, and in the middle of each."""
    data, at = file.read_bytes(), 0
    for line in data.splitlines(keepends=True):
        yield data[: at + len(line) // 2]
        at += len(line)
        yield data[:at]


@pytest.mark.lab
@pytest.mark.parametrize(
    "file",
    sorted([*FIXTURES.glob("triplets/*/main.*"), *FIXTURES.glob("triplets/*/azapi/main.tf")]),
    ids=lambda file: file.relative_to(FIXTURES / "triplets").as_posix(),
)
def test_a_file_cut_anywhere_is_no_fault_of_ours(file: Path, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    tables = lists.load(catalogue.shipped() / "lists")
    settings = Settings(boundary=tmp_path, debug=True)
    policies = catalogue.load_policies(settings, tables)
    for data in cuts(file):
        (tmp_path / file.name).write_bytes(data)
        project = reading.open_project([tmp_path], settings)
        for root in project.plan.roots:
            judging.lint(root, project.readers, policies, tables, settings)
        tried("T2", 1)
