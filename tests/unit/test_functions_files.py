"""What Bicep loads from files: read inside of the boundary alone, and in doubt with its reason where it is not."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from functions import bicep, value_of
from mnlint import run
from mnlint.discover import contents
from mnlint.model.settings import Settings
from mnlint.model.value import Cause, Unknown

NSG = {"description": "Allows SSH traffic", "protocol": "Tcp", "priority": 100, "tags": ["a", {"b": None}]}
FILES: dict[str, bytes] = {
    "in/rules.json": json.dumps(NSG).encode(),
    "in/loose.json": b"{ // a comment\n 'a': [1,], }",
    "in/rules.yaml": b"description: Allows SSH traffic\nprotocol: Tcp\npriority: 100\ntags: [a, {b: }]\n",
    "in/odd.yaml": b"a: yes\nb: 'yes'\nc: 012\nd: 12:30\ne: true\nf: 2001-01-01\ng: -3\nh: 1.5\n",
    "in/anchors.yaml": b"a: &x 1\nb: *x\n",
    "in/script.ps1": b"line 1\r\nline 2\n",
    "in/mark.txt": "\ufeffgrün".encode(),
    "in/utf16.txt": "grün".encode("utf-16"),
    "in/big16.txt": "grün".encode("utf-16-be"),
    "in/latin.txt": "grün".encode("latin-1"),
    "in/deep.json": b"[" * 5_000 + b"]" * 5_000,
    "in/long.txt": b"x" * 131_073,
    "in/long.bin": b"x" * (96 * 1024 + 1),
    "other/far.txt": b"far",
}

# text, what it is worth, why
READ: list[tuple[str, Any, str]] = [
    ("loadTextContent('script.ps1')", "line 1\r\nline 2\n", "line ends stay as they are"),
    ("loadTextContent('./script.ps1', 'us-ascii')", "line 1\r\nline 2\n", "an encoding"),
    ("loadTextContent('mark.txt')", "grün", "the mark is no text"),
    ("loadTextContent('utf16.txt', 'utf-16')", "grün", "with its mark"),
    ("loadTextContent('big16.txt', 'utf-16BE')", "grün", "without one"),
    ("loadTextContent('latin.txt', 'iso-8859-1')", "grün", "one byte each"),
    ("loadTextContent('../other/far.txt')", "far", "beside the caller's folder, inside of the boundary"),
    ("loadTextContent('a/../../other/../other/far.txt')", "far", "by a detour"),
    ("loadFileAsBase64('script.ps1')", "bGluZSAxDQpsaW5lIDIK", "as bytes"),
    ("loadJsonContent('rules.json')", NSG, "an object"),
    ("loadJsonContent('rules.json').priority", 100, "and a member"),
    ("loadJsonContent('rules.json', 'priority')", 100, "a part"),
    ("loadJsonContent('rules.json', '.tags[0]')", "a", "a part of a part"),
    ("loadJsonContent('rules.json', '$.tags[1]')", {"b": None}, "from the root"),
    ("loadJsonContent('rules.json', '[\\'protocol\\']')", "Tcp", "by a name in brackets"),
    ("loadJsonContent('loose.json')", {"a": [1]}, "with comments"),
    ("loadYamlContent('rules.yaml')", NSG, "the same in YAML"),
    ("loadYamlContent('rules.yaml', 'tags')", NSG["tags"], "a part"),
    (
        "loadYamlContent('odd.yaml')",
        {"a": "yes", "b": "yes", "c": "?None", "d": "?None", "e": True, "f": "?None", "g": -3, "h": 1.5},
        "what versions of YAML read differently is in doubt",
    ),
    ("json(loadTextContent('rules.json')).protocol", "Tcp", "as text first"),
    ("length(loadTextContent('script.ps1'))", 15, "a function of it"),
    ("map(['script.ps1', 'mark.txt'], x => length(loadTextContent(x)))", [15, 4], "each its own file"),
]
NOT_READ = [
    ("loadTextContent('missing.txt')", "cannot be read here"),
    ("loadTextContent('/etc/passwd')", "outside of the checked folder"),
    ("loadTextContent('../../secret.txt')", "outside of the checked folder"),
    ("loadTextContent('..\\\\secret.txt')", "outside of the checked folder"),
    ("loadTextContent('latin.txt')", "is not text in utf-8"),
    ("loadTextContent('script.ps1', 'rot13')", "encoding that is not read here"),
    ("loadTextContent('long.txt')", "longer than 131072"),
    ("loadFileAsBase64('long.bin')", "larger than 98304"),
    ("loadJsonContent('script.ps1')", "is not JSON"),
    ("loadJsonContent('deep.json')", "is not JSON"),
    ("loadJsonContent('rules.json', 'nothing.here')", "has nothing at"),
    ("loadJsonContent('rules.json', '$..*')", "in a way that is not read here"),
    ("loadYamlContent('anchors.yaml')", "is not YAML"),
]


@pytest.mark.parametrize(("text", "expected", "reason"), READ, ids=[row[0] for row in READ])
def test_what_is_read(text: str, expected: Any, reason: str) -> None:
    assert value_of(bicep(text, FILES.get)) == expected, reason


@pytest.mark.parametrize(("text", "why"), NOT_READ, ids=[row[0] for row in NOT_READ])
def test_what_is_not_read(text: str, why: str) -> None:
    found = bicep(text, FILES.get).value
    assert isinstance(found, Unknown)
    assert found.cause is Cause.FILE
    assert why in found.label
    assert found.form is not None, "twice the same file is the same"


def test_a_path_nobody_knows() -> None:
    found = bicep("loadTextContent(p)", FILES.get).value
    assert isinstance(found, Unknown)
    assert found.cause is Cause.NO_VALUE


def test_nothing_outside_is_asked_for() -> None:
    """The reader is never given a path that leaves the boundary."""
    asked: list[str] = []

    def content(file: str) -> bytes | None:
        asked.append(file)
        return None

    for text, _ in NOT_READ:
        bicep(text, content)
    assert asked
    assert not [file for file in asked if file.startswith(("/", "..")) or "\\" in file]


@pytest.fixture
def boundary(tmp_path: Path) -> Path:
    """A folder with all that is no file to read; outside of it a secret."""
    (tmp_path / "secret.txt").write_text("SECRET", "utf-8")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "plain.txt").write_text("plain", "utf-8")
    (root / "large.txt").write_text("x" * 101, "utf-8")
    (root / "inside").symlink_to("plain.txt")
    (root / "outside").symlink_to("../secret.txt")
    (root / "way").symlink_to("..")
    (root / "round").symlink_to("round")
    (root / "null").symlink_to(os.devnull)
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    ("file", "expected", "reason"),
    [
        ("plain.txt", b"plain", "a file"),
        ("folder/../plain.txt", b"plain", "by a detour"),
        ("inside", b"plain", "a link to a file inside"),
        ("missing", None, "no such file"),
        ("large.txt", None, "larger than is read"),
        ("folder", None, "a folder"),
        ("", None, "the boundary itself"),
        ("pipe", None, "a pipe, which is not waited for"),
        ("null", None, "a device, by a link"),
        ("outside", None, "a link that leads outside"),
        ("way/secret.txt", None, "a folder's link that leads outside"),
        ("way/root/plain.txt", b"plain", "outside and in again, which is inside"),
        ("round", None, "a link to itself"),
        ("../secret.txt", None, "a path that leads outside"),
        ("folder/../../secret.txt", None, "by a detour"),
        ("plain.txt/x", None, "below a file"),
        ("a\0b", None, "no path at all"),
        ("x" * 5_000, None, "no path either"),
    ],
)
def test_the_reader_stays_inside(boundary: Path, file: str, expected: bytes | None, reason: str) -> None:
    assert contents(boundary, 100)(file) == expected, reason


def test_the_reader_takes_no_absolute_path(boundary: Path) -> None:
    assert contents(boundary, 100)(str(boundary.parent / "secret.txt")) is None


MAIN = """\
var settings = loadJsonContent('settings.json')
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  location: resourceGroup().location
  properties: { managedNetwork: { isolationMode: settings.mode } }
}
"""


@pytest.mark.parametrize(
    ("mode", "expected"), [("Disabled", True), ("AllowOnlyApprovedOutbound", False), (None, False)]
)
def test_a_setting_from_a_file_is_judged(tmp_path: Path, mode: str | None, expected: bool) -> None:
    (tmp_path / "main.bicep").write_text(MAIN, "utf-8")
    if mode is not None:
        (tmp_path / "settings.json").write_text(json.dumps({"mode": mode}), "utf-8")
    report = run.check([tmp_path], Settings(boundary=tmp_path))
    assert ("MN001" in [finding.policy for finding in report.findings]) is expected
