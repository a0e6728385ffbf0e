"""`mnlint new`: what it writes loads, and its cases say what to write next; nothing of the user's is overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mnlint.azure.schema import SCHEMA

NEW = ("new", "ACME001", "some-fault", "own")


@pytest.mark.parametrize("kind", SCHEMA.kinds)
def test_what_is_written_loads_and_its_cases_run(kind: str, mnlint: Any, tmp_path: Path) -> None:
    done = mnlint(*NEW, "--for", kind, cwd=tmp_path)
    assert done.exit_code == 0
    path = Path("own", "ACME001-some-fault.yaml")
    assert done.stdout == f"wrote {path}: fill in each TODO, and try its cases with `mnlint test own`\n"
    listed = mnlint("rules", "--policies", "own", cwd=tmp_path)
    assert "ACME001  warning  some-fault" in listed.stdout
    tested = mnlint("test", "own", cwd=tmp_path)
    assert (tested.exit_code, tested.stderr) == (1, "")
    assert tested.stdout.splitlines()[1:3] == [
        "  expected fail, got skip",
        f"  there is no {kind}{' of Provider.Name/type' if kind == 'resource' else ''} in the case, nor any other fact",
    ]
    assert tested.stdout.endswith("0 cases hold, 6 do not\n")


def test_the_help_names_every_kind(mnlint: Any, tmp_path: Path) -> None:
    words = mnlint("new", "--help", cwd=tmp_path).stdout.replace(",", " ").replace(".", " ").split()
    assert set(SCHEMA.kinds) <= set(words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ACME001", "other", "own"), "the id is taken by"),
        (("ACME002", "some-fault", "own"), "the name is taken by"),
        (("MN001", "other", "own"), "the id is taken by"),
        (("ACME002", "isolation-disabled", "own"), "the name is taken by"),
        (("MN001", "other", "elsewhere"), "the id is taken by"),
        (("acme2", "other", "own"), "an id is capital letters and at least three digits"),
        (("ACME002", "Other_Fault", "own"), "a name is small letters, digits and hyphens"),
        (("ACME002", "../other", "own"), "a name is small letters, digits and hyphens"),
        (("ACME002", "x: {y", "own"), "a name is small letters, digits and hyphens"),
        (("../ACME002", "other", "own"), "an id is capital letters"),
        (("ACME002", "other", "own", "--for", "outboundRules"), "no such kind of fact: outboundRules; did you mean"),
        (("ACME002", "other", "file"), "file"),
    ],
)
def test_what_cannot_be_written_is_told(arguments: tuple[str, ...], words: str, mnlint: Any, tmp_path: Path) -> None:
    assert mnlint(*NEW, cwd=tmp_path).exit_code == 0
    (tmp_path / "file").write_text("")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = mnlint("new", *arguments, cwd=tmp_path)
    assert (done.exit_code, done.stdout, words in done.stderr) == (2, "", True), done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_file_that_is_there_stays(mnlint: Any, tmp_path: Path) -> None:
    """Also one that is no policy, and so has no id that could be taken."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own/ACME001-some-fault.yaml").write_text("# nothing yet\n")
    done = mnlint(*NEW, cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert (tmp_path / "own/ACME001-some-fault.yaml").read_text() == "# nothing yet\n"


@pytest.mark.parametrize("name", ["true", "null", "1e5", "123"])
def test_a_name_that_yaml_takes_for_something_else(name: str, mnlint: Any, tmp_path: Path) -> None:
    assert mnlint("new", "ACME001", name, "own", cwd=tmp_path).exit_code == 0
    assert f"ACME001  warning  {name}" in mnlint("rules", "--policies", "own", cwd=tmp_path).stdout
