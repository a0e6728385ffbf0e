"""Every line that a command says, whoever has written what it is about: no terminal and no build agent obeys it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from test_escape import is_command

from conftest import Program
from mnlint import checking

PACKAGE = Path(checking.__file__).parent
# Words that a terminal and every build agent would obey, in one: in Bicep, YAML, and names of files, but for `/`.
BAD = "##vso[task.complete result=Failed;]\x1b[2J\x9b2J\u202e"
LINE = f"::error::{BAD}"
HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'NAME'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
POLICY = f"""\
id: ACME001
name: hub-name
title: {json.dumps(LINE)}
severity: warning
for: workspace
require: {{field: name, matches: "acme-.*"}}
message: {json.dumps(LINE + " {name}")}
why: {json.dumps(LINE)}
fix: {json.dumps(LINE)}
see: [{json.dumps("https://a.org/" + LINE)}]
tags: [{json.dumps(LINE)}]
added: {json.dumps(LINE)}
---
cases:
  - name: {json.dumps(LINE)}
    expect: pass
    bicep: {json.dumps(f"{LINE}{chr(10)}" + HUB)}
"""


def hostile(tmp_path: Path, **files: str) -> Path:
    (tmp_path / ".git").mkdir(parents=True)
    for name, text in {"main.bicep": HUB.replace("NAME", LINE), f"{LINE}.bicep": HUB, **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


OWN = {"own/ACME001-hub-name.yaml": POLICY}
SETTINGS = {
    "a wrong key": f"{json.dumps(LINE)}: 1\n",
    "a wrong value": f"fail-on: {json.dumps(LINE)}\n",
    "a wrong list": f"lists: {{{json.dumps(LINE)}: {{extend: [a]}}}}\n",
    "a wrong policy": f"policies: {{{json.dumps(LINE)}: off}}\n",
    "a folder that is not there": f"policy-folders: [{json.dumps(BAD)}]\n",
    "a baseline that is not there": f"baseline: {json.dumps(BAD)}\n",
    "no YAML": f"a: [{LINE}\n",
    "a tag": f"a: !{LINE} 1\n",
}
COMMANDS: dict[str, tuple[dict[str, str], list[str], int]] = {
    "check": ({}, ["check", "."], 1),
    "check, of a file": ({}, ["check", f"./{LINE}.bicep"], 1),
    "check, of no file": ({}, ["check", f"{LINE}"], 2),
    "check, of an unknown format": ({}, ["check", "--output", LINE], 2),
    "check, into no folder": ({}, ["check", "--output", f"json={BAD}/x", "."], 2),
    "check, with an unknown option": ({}, ["check", f"--{LINE}"], 2),
    "check, with an unknown level": ({}, ["check", "--fail-on", LINE], 2),
    "check, from an unknown revision": ({}, ["check", "--base", LINE, "."], 2),
    "check, since an unknown revision": ({}, ["check", "--changed-since", LINE, "."], 2),
    "check, with a parameter file of nobody": ({}, ["check", "--parameters", f"{LINE}.bicep", "."], 2),
    "check, without templates": ({}, ["check", "--exclude", "**", "."], 3),
    "check, of a text": ({}, ["check", "-", "--stdin-filename", LINE], 2),
    "check, by a baseline": ({"b.json": json.dumps({"version": LINE})}, ["check", "--baseline", "b.json"], 2),
    "check, by another": (
        {"b.json": json.dumps({"version": 1, "findings": [{LINE: 1}]})},
        ["check", "--baseline", "b.json"],
        2,
    ),
    "check, by own policies": (OWN, ["check", "--policies", "own", "--show-suppressed"], 1),
    "an unknown command": ({}, [LINE], 2),
    "an unknown option": ({}, [f"--{LINE}"], 2),
    "facts": ({}, ["facts", "."], 0),
    "facts of a type": ({}, ["facts", "--type", "Microsoft.MachineLearningServices/workspaces", "."], 0),
    "config": ({".mnlint.yaml": f"exclude: [{json.dumps(BAD)}]\n"}, ["config", "show", "."], 0),
    "rules": (OWN, ["rules", "--policies", "own"], 0),
    "explain": (OWN, ["explain", "ACME001", "--policies", "own"], 0),
    "explain nothing": ({}, ["explain", LINE], 2),
    "explain in no language": ({}, ["explain", "MN001", "--language", LINE], 2),
    "test": (OWN, ["test", "own"], 1),
    "test of what is wrong": ({"own/x.yaml": f"{json.dumps(LINE)}: 1\n"}, ["test", "own"], 2),
    "new": ({}, ["new", "ACME001", "a-name", BAD], 0),
    "new, of a wrong name": ({}, ["new", LINE, LINE], 2),
    "init": ({}, ["init", "--yes", "."], 0),
    "merge": ({f"{LINE}.sarif": "{}"}, ["merge", f"{LINE}.sarif"], 2),
    **{f"check, with {name}": ({".mnlint.yaml": text}, ["check", "."], 2) for name, text in SETTINGS.items()},
    **{f"init, with {name}": ({".mnlint.yaml": text}, ["init", "--yes"], 0) for name, text in SETTINGS.items()},
}  # fmt: skip


def assert_harmless(said: str) -> None:
    bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not [c for c in said if unicodedata.category(c) in bad and c != "\n"]
    assert not [line for line in said.split("\n") if is_command(line)]


@pytest.mark.parametrize("name", COMMANDS)
def test_nobody_obeys_a_command(name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    files, words, code = COMMANDS[name]
    done = mnlint(*words, cwd=hostile(tmp_path / "tree", **files))
    tried("T13", 1)
    assert done.exit_code == code, done.output
    assert done.output
    assert_harmless(done.stdout)
    assert_harmless(done.stderr)


def test_a_log_of_another_version_may_say_what_it_likes(
    mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    mnlint("check", "--output", "sarif=a.sarif", cwd=hostile(tmp_path / "tree"))
    log = json.loads((tmp_path / "tree" / "a.sarif").read_text())
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = LINE
    (tmp_path / "tree" / "b.sarif").write_text(json.dumps(log))
    for pair in (("a.sarif", "b.sarif"), ("b.sarif", "b.sarif")):
        done = mnlint("merge", *pair, cwd=tmp_path / "tree")
        tried("T13", 1)
        assert done.output
        assert_harmless(done.output)


def test_a_file_that_is_called_like_an_option(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    (tmp_path / f"--{BAD}").write_text("x")
    done = subprocess.run(
        [Path(sys.executable).with_name("mnlint"), "check", f"--{BAD}"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    tried("T13", 1)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is an option and also a file here" in done.stderr
    assert_harmless(done.stderr)


def test_a_fault_of_ours_with_its_traceback(
    capsys: pytest.CaptureFixture[str], tried: Callable[[str, int], None]
) -> None:
    try:
        raise ValueError(f"{BAD}\n{LINE}\r{LINE}")
    except ValueError as error:
        assert checking.failed(error, verbose=True) == 2
    tried("T13", 1)
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert_harmless(said)


# ── no other sinks ──

# Where text leaves the program, as it is written there: one that is new is to pass the escapes, or to say here why not.
SINKS = {
    "start.py": {
        "sys.stdout.write(shown)": "words and numbers of ours, or the report of an earlier run",
    },
    "progress.py": {
        "sys.stderr.write(f'\\r\\x1b[Kmnlint: {done} of {of} deployments')": "numbers",
        "sys.stderr.write('\\r\\x1b[K')": "ours",
    },
    "checking.py": {
        "sys.stdout.write(shown)": "reports, whose renderers escape",
        "sys.stderr.write(f'mnlint: {terminal(words)}\\n')": "escaped",
        "sys.stderr.writelines((f'{alone(one)}\\n' for one in traceback.format_exc().splitlines()))": "escaped",
    },
    "cli.py": {"sys.stdout.write(text)": "a document in ASCII"},
    "cli_options.py": {"click.echo(alone(line))": "escaped"},
    "cli_policies.py": {"click.echo(document(made[what]()), nl=False)": "a document in ASCII"},
    "cli_adopt.py": {
        "click.echo(ShellComplete.source(made(program, {}, 'mnlint', '_MNLINT_COMPLETE')))": "click's own"
    },
    "cache/folder.py": {
        "sys.stderr.write(f'mnlint: {folder!a} is not yours alone (mode 0700), "
        "so that nothing is kept in it\\n')": "the user's own folder",
    },
}  # fmt: skip
WAYS_OUT = ("write", "writelines", "echo", "secho", "print", "print_exc", "print_exception", "warn", "excepthook")
OTHER_WRITERS = ("stream", "self", "writer")  # into files, and of what patterns are made of


def test_there_are_no_other_sinks() -> None:
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            out = called.split(".")[-1] in WAYS_OUT and called.split(".")[0] not in OTHER_WRITERS
            if out or called.startswith(("logging.", "log.", "warnings.")):
                found.setdefault(path.relative_to(PACKAGE).as_posix(), set()).add(ast.unparse(node))
    assert found == {file: set(calls) for file, calls in SINKS.items()}
