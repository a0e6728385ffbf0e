"""Names of files that are options, commands or no text: each is a path, shown and never obeyed."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Program, Shell
from threats import least

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such names")

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
# What a name begins with: `.bicep` is added.
NAMES = [
    "--exit-zero",
    "--output=text=x",
    "--config=x",
    "-",
    "--",
    "-q",
    "-v",
    "--fail-on=never",
    "@x",
    "a b",
    " a",
    "a ",
    "'a'",
    '"a"',
    "`a`",
    "$(touch ran)",
    ";touch ran;",
    "&& touch ran",
    "a\nb",
    "a\n::error::x",
    "\r::stop-commands::x",
    "##vso[task.complete result=Succeeded;]",
    "a\tb",
    "\x1b[2Ja",
    "\x1b]8;;http:!x\x07a",
    "\x1b]52;c;eA==\x07",
    "\x7f\x80\x9b31m",
    "a\u202eb",
    "a\u2028b",
    "a\ufeffb",
    "A\u030a",
    "*",
    "[a]",
    "{0}",
    "%s%n",
    "%0A::error::x",
    "~",
    "..a",
    "\\\\server\\share",
    "C:",
    "a:1:1",
    "a|b",
    "<img src=x>",
    "](command:x)",
    "https:",
    "CON",
    "\udcff\udcfe",
    "\udc80",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "x" * 249,
]
FORMATS = ("text", "json", "sarif", "gitlab", "github", "azure", "junit", "markdown", "concise")
ORDERS = re.compile(r"^\s*(::|##vso|##\[)", re.MULTILINE)
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

OURS = {
    "github": ("::error ", "::warning ", "::notice "),
    "azure": ("##vso[task.logissue ", "##vso[task.complete result=SucceededWithIssues;]mnlint has findings\n"),
}


def valid(form: str, said: str) -> None:
    """Whoever reads a report finds what we wrote, and no order or control character of a name."""
    if form in ("json", "sarif", "gitlab"):
        assert json.loads(said)
    elif form == "junit":
        assert ElementTree.fromstring(said) is not None
    if form in ("text", "concise", "markdown", "azure", "github"):
        assert not RAW.search(said), said
    ours = OURS.get(form, ())
    for found in ORDERS.finditer(said):
        assert said[found.start() :].startswith(ours), said


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_a_path(name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    root, said = tmp_path / "root", tmp_path / "said"
    root.mkdir()
    said.mkdir()
    file = f"{name}.bicep"
    (root / file).write_text(HUB, "utf-8")
    outputs = [f"--output={form}={said}/{form}" for form in FORMATS]
    for paths in ((".",), ("--", file)):
        done = mnlint("check", "--boundary", ".", *outputs, *paths, cwd=root)
        assert done.exit_code == 1, done.output
        for form in FORMATS:
            written = (said / form).read_text("utf-8")
            assert "MN001" in written
            valid(form, written)
    done = mnlint("facts", "--boundary", ".", cwd=root)
    assert (done.exit_code, RAW.search(done.stdout)) == (0, None)
    assert [path.name for path in root.iterdir()] == [file]
    tried("T14", 3)


@pytest.mark.parametrize("option", ["--parameters", "--baseline", "--config", "--policy-lock"])
@pytest.mark.parametrize(
    "name", [NAMES[0], NAMES[18], NAMES[19], NAMES[21], NAMES[23], NAMES[27], NAMES[46]], ids=ascii
)
def test_what_is_wrong_with_a_file_is_told_in_a_line(
    option: str, name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    (tmp_path / "main.bicep").write_text(HUB, "utf-8")
    (tmp_path / f"{name}.json").write_text("[what: is, this", "utf-8")
    done = mnlint("check", "--boundary", ".", f"{option}={name}.json", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("mnlint: ")
    assert not RAW.search(done.stderr)
    assert not ORDERS.search(done.stderr)
    tried("T14", 1)


@pytest.mark.parametrize("name", ["--exit-zero", "--output=json=x", "-q", "-v", "--isolated", "--help"])
def test_without_two_dashes_it_is_refused(
    name: str, shell: Shell, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    """As a hook passes it that does not put `--` in front of the files of a commit."""
    (tmp_path / name).write_text("x", "utf-8")
    (tmp_path / "main.bicep").write_text(HUB, "utf-8")
    done = shell("check", name, "main.bicep", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "put -- before the paths" in done.stderr
    tried("T14", 1)


def test_a_process_gets_names_of_any_bytes(shell: Shell, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    names = [name for name in NAMES if not name.startswith("x")]
    for name in names:
        (tmp_path / f"{name}.bicep").write_text(HUB, "utf-8")
    done = shell("check", "--output", "concise", "--", *(f"{name}.bicep" for name in names), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("error MN001") == len(names)
    assert not RAW.search(done.stdout)
    assert not (tmp_path / "ran").exists()
    tried("T14", len(names))


def test_at_least_as_many_as_are_promised() -> None:
    assert len(NAMES) >= least("T14")
