"""Looking for needles first finds what reading everything finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Program

FIXTURES = Path(__file__).parents[1] / "fixtures"
STORAGE = "resource st 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'st' }\n"


def report(mnlint: Program, folder: Path, *options: str) -> dict[str, Any]:
    done = mnlint("check", "--exit-zero", *options, "--output", "json", ".", cwd=folder)
    assert done.exit_code == 0, done.output
    made: dict[str, Any] = json.loads(done.output)
    return made


@pytest.mark.parametrize("name", ["broken", "demo", "plans", "scenarios", "triplets"])
def test_what_is_found_is_found_either_way(name: str, mnlint: Program) -> None:
    filtered, whole = (report(mnlint, FIXTURES / name, *how) for how in ((), ("--no-prefilter",)))
    about_networks = [[one for one in made["findings"] if one["policy"] < "MN900"] for made in (filtered, whole)]
    assert about_networks[0] == about_networks[1]
    assert about_networks[0], "else this would tell nothing"
    assert filtered["doubts"] == whole["doubts"]


def test_what_cannot_matter_is_read_on_request_only(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(STORAGE + "}\n")
    assert report(mnlint, tmp_path)["findings"] == []
    found = report(mnlint, tmp_path, "--no-prefilter")
    assert [one["policy"] for one in found["findings"]] == ["MN911"]
    assert found["coverage"]["files_read"] == 1
