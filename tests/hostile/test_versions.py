"""What another version has written: what is known is read; what is not is exit 2 and a sentence, and stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Program
from test_kept import TREE
from threats import least

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
ENTRY = '"policy": "MN001", "path": "main.bicep", "address": "hub network", "property": "isolationMode"'
# As they were written once: these texts never change.
OLD = {
    "the first that there was": f'{{"version": 1, "findings": [{{{ENTRY}, "count": 1}}]}}',
    "by hand, with the least": f'{{"version":1,"findings":[{{{ENTRY}}}]}}',
    "with notes": f'{{"version": 1, "findings": [{{{ENTRY}, "count": 1, "reason": "a lab", "until": "2999-01-01"}}]}}',
    "with lines of Windows": f'{{\r\n  "version": 1,\r\n  "findings": [\r\n {{{ENTRY}, "count": 1}}\r\n ]\r\n}}\r\n',
    "with keys of other tools": f'{{"$schema": "x", "version": 1, "made-by": "a", "findings": [{{{ENTRY}}}]}}',
    "with policies that are gone": f'{{"version": 1, "findings": [{{{ENTRY.replace("001", "899")}}}, {{{ENTRY}}}]}}',
}
UNKNOWN = {
    "the next": "2",
    "the one before": "0",
    "below": "-1",
    "a text": '"1"',
    "with a point": "1.5",
    "a number that is equal": "1.0",
    "true": "true",
    "nothing": "null",
    "a list": "[1]",
    "an object": '{"major": 1}',
    "a very large one": "1" * 4000,
    "too large for Python": "1" * 5000,
    "no number": "NaN",
    "one without end": "1e999",
    "a deep one": "[" * 900 + "]" * 900,
    "one with commands": '"\\u001b[2J##vso[task.complete result=Failed;]\\n::error::x"',
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.bicep").write_text(HUB)
    return tmp_path


@pytest.mark.parametrize("name", OLD)
def test_an_old_baseline_is_read(name: str, mnlint: Program, tree: Path, tried: Callable[[str, int], None]) -> None:
    (tree / "base.json").write_text(OLD[name], newline="")
    done = mnlint("check", "--baseline", "base.json", cwd=tree)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("no findings, 1 in the baseline\n")
    tried("T23", 1)
    done = mnlint("check", "--baseline", "base.json", "--prune-baseline", cwd=tree)
    assert done.exit_code == 0
    now = json.loads((tree / "base.json").read_text())
    assert [entry["policy"] for entry in now["findings"]] == ["MN001", *["MN899"] * ("MN899" in OLD[name])]


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_version_is_a_sentence_and_stays(
    name: str, option: str, mnlint: Program, tree: Path, tried: Callable[[str, int], None]
) -> None:
    text = f'{{"version": {UNKNOWN[name]}, "findings": []}}'
    (tree / "base.json").write_text(text)
    more = ["--prune-baseline"] if option == "--baseline" else []
    done = mnlint("check", option, "base.json", *more, cwd=tree)
    assert (done.exit_code, done.stdout) == (2, "")
    tried("T23", 1)
    assert done.stderr.startswith("mnlint: base.json:1:1: ")
    assert done.stderr.count("\n") == 1
    assert "is not known; this mnlint reads 1" in done.stderr or len(text) > 1000
    assert "fault" not in done.stderr
    assert done.stderr[:-1].isprintable()
    assert (tree / "base.json").read_text() == text


POLICY = TREE["own/ACME001-hub-name.yaml"]
# What a later version may understand.
NEWER = {
    "settings with a version": ({".mnlint.yaml": "version: 2\n"}, [], "version"),
    "settings with a new key": ({".mnlint.yaml": "fail-on: error\ntelemetry: on\n"}, [], "telemetry"),
    "settings with a new value": ({".mnlint.yaml": "fail-on: critical\n"}, [], "critical"),
    "settings with a new profile": ({".mnlint.yaml": "profile: paranoid\n"}, [], "paranoid"),
    "settings in TOML with a new key": ({"pyproject.toml": "[tool.mnlint]\ntelemetry = true\n"}, [], "telemetry"),
    "settings about a new policy": ({".mnlint.yaml": "policies: {MN899: off}\n"}, [], "MN899"),
    "a new list": ({".mnlint.yaml": "lists: {quantum-hosts: {extend: [a.org]}}\n"}, [], "quantum-hosts"),
    "a policy with a new key": ({"own/ACME001-hub-name.yaml": POLICY + "regions: [x]\n"}, ["own"], "regions"),
    "a policy with a new level": (
        {"own/ACME001-hub-name.yaml": POLICY.replace("warning", "critical")},
        ["own"],
        "critical",
    ),
    "a policy for a new subject": (
        {"own/ACME001-hub-name.yaml": POLICY.replace("for: workspace", "for: galaxy")},
        ["own"],
        "galaxy",
    ),
    "a policy with a new operator": (
        {"own/ACME001-hub-name.yaml": POLICY.replace("matches:", "resembles:")},
        ["own"],
        "resembles",
    ),
    "a policy about a new field": (
        {"own/ACME001-hub-name.yaml": POLICY.replace("field: name", "field: colour")},
        ["own"],
        "colour",
    ),
}


@pytest.mark.parametrize("name", NEWER)
def test_what_a_later_version_may_understand(
    name: str, mnlint: Program, tree: Path, tried: Callable[[str, int], None]
) -> None:
    files, folders, word = NEWER[name]
    for file, text in files.items():
        (tree / file).parent.mkdir(exist_ok=True)
        (tree / file).write_text(text)
    done = mnlint("check", *(part for folder in folders for part in ("--policies", folder)), cwd=tree)
    tried("T23", 1)
    assert (done.exit_code, done.stdout) == (2, "")
    assert word in done.stderr
    assert done.stderr.startswith(f"mnlint: {next(iter(files))}:"), "with its place"


def test_a_log_of_another_version_is_not_merged(mnlint: Program, tree: Path, tried: Callable[[str, int], None]) -> None:
    assert mnlint("check", "--output", "sarif=a.sarif", cwd=tree).exit_code == 1
    log = json.loads((tree / "a.sarif").read_text())
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = "99.0.0"
    (tree / "b.sarif").write_text(json.dumps(log))
    (tree / "c.sarif").write_text("of yesterday")
    done = mnlint("merge", "a.sarif", "b.sarif", "--output", "c.sarif", cwd=tree)
    tried("T23", 1)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "b.sarif: made by version 99.0.0" in done.stderr
    assert (tree / "c.sarif").read_text() == "of yesterday"


# Of the JSON report of version 1: members may come, none may go.
MEMBERS = {
    "": {"version", "tool", "findings", "doubts", "notices", "coverage", "changes"},
    "findings": {"policy", "name", "severity", "message", "help", "subject", "place", "related", "fingerprint"},
    "doubts": {"cause", "label", "says", "remedy", "place", "judgements"},
}


def test_a_report_keeps_its_members(mnlint: Program, tree: Path) -> None:
    (tree / "other.bicep").write_text("param mode string\n" + HUB.replace("'Disabled'", "mode"))
    report = json.loads(mnlint("check", "--output", "json", cwd=tree).stdout)
    assert report["version"] == 1
    for name, members in MEMBERS.items():
        assert members <= set(report[name][0] if name else report)


def test_there_are_enough() -> None:
    assert len(OLD) + 2 * len(UNKNOWN) + len(NEWER) >= least("T23")
