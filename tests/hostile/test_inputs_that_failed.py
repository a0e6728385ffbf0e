"""Inputs that once were a failure of ours, each as small as it could be made: none is one any more.

Each lies in `inputs`, in the folder of the reader that failed. A new one needs nothing but its file there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Program
from fuzz.readers import CALLER, READERS

INPUTS = Path(__file__).parent / "inputs"
FILES = sorted(path for path in INPUTS.rglob("*") if path.is_file())
HUB = "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: 'hub' }\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(INPUTS).as_posix())
def test_the_program_takes_it(path: Path, tmp_path: Path, mnlint: Program, tried: Callable[[str, int], None]) -> None:
    data, reader = path.read_bytes(), READERS[path.parent.name]
    reader.whole(data)
    (tmp_path / "hub.bicep").write_text(HUB, "utf-8")
    (tmp_path / "main.tf").write_bytes(CALLER)
    file = tmp_path / reader.file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    done = mnlint("check", "--boundary", ".", "--no-cache", "--output", "json", *reader.options, ".", cwd=tmp_path)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 1, 2, 3)
    assert "please report it" not in done.output
    if done.exit_code in (0, 1):
        json.loads(done.stdout)
    tried("T1", 1)


def test_each_lies_with_its_reader() -> None:
    assert FILES
    assert {path.parent.name for path in FILES} <= READERS.keys()
