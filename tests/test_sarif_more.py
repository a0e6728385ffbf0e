"""SARIF on request: what is silenced, what is undecided, a category, and several logs as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Program
from sarif_profile import problems

HUB = """\
resource NAME 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'NAME'
  kind: 'Hub'
  properties: { managedNetwork: {
    MODE
  } }
}
"""
Json = dict[str, Any]


def hub(name: str, mode: str = "isolationMode: 'Disabled'") -> str:
    return HUB.replace("NAME", name).replace("MODE", mode)


SILENCED = hub("quiet", "// mnlint: ignore[MN001] a lab\n    isolationMode: 'Disabled'")
OPEN = "param mode string\n" + hub("open", "isolationMode: mode")


def sarif(mnlint: Program, folder: Path, files: dict[str, str], *options: str) -> Json:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    done = mnlint("check", "--output", "sarif", "--exit-zero", "--boundary", ".", *options, cwd=folder)
    assert done.exit_code == 0
    log = json.loads(done.stdout)
    assert problems(log, undecided="undecided" in options) == []
    made: Json = log["runs"][0]
    return made


def test_what_is_silenced_comes_if_it_is_asked_for(mnlint: Program, tmp_path: Path) -> None:
    files = {"a.bicep": SILENCED, "b.bicep": hub("loud")}
    assert len(sarif(mnlint, tmp_path, files)["results"]) == 1
    run = sarif(mnlint, tmp_path, files, "--sarif-include", "suppressed")
    assert [result["suppressions"] for result in run["results"]] == [
        [{"kind": "inSource", "status": "accepted", "justification": "a lab"}],
        [],
    ]


OWN = """\
id: {id}
name: {name}
title: A hub is here
severity: warning
why: Nobody may have one.
fix: Remove it.
for: managedNetwork
require: {{field: isolationMode, equals: AllowOnlyApprovedOutbound}}
message: "{{name}}: a hub is here"
see: []
added: "1"
"""


def test_a_fingerprint_stays_when_lines_policies_and_parameter_files_move(mnlint: Program, tmp_path: Path) -> None:
    files = {
        "main.bicep": "param mode string\n" + hub("one", "isolationMode: mode"),
        "dev.bicepparam": "using 'main.bicep'\nparam mode = 'Disabled'\n",
        "own/OWN001-first.yaml": OWN.format(id="OWN001", name="first"),
        "own/OWN002-second.yaml": OWN.format(id="OWN002", name="second"),
    }

    def fingerprints() -> dict[str, Json]:
        run = sarif(mnlint, tmp_path, {}, "--policies", "own")
        return {result["ruleId"]: result["partialFingerprints"] for result in run["results"]}

    sarif(mnlint, tmp_path, files)
    before = fingerprints()
    assert {"MN001", "OWN001", "OWN002"} <= set(before)
    (tmp_path / "main.bicep").write_text("// one\n" * 5 + files["main.bicep"], "utf-8")
    (tmp_path / "dev.bicepparam").rename(tmp_path / "prod.bicepparam")
    (tmp_path / "own/OWN001-first.yaml").rename(tmp_path / "own/z.yaml")
    after = fingerprints()
    ours = [name for name in before["MN001"] if name.startswith("mnlint")]
    assert ours
    assert {rule: [marks[name] for name in ours] for rule, marks in after.items()} == {
        rule: [marks[name] for name in ours] for rule, marks in before.items()
    }


def test_what_the_baseline_holds_is_silenced_from_outside(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "b.bicep").write_text(hub("loud"), "utf-8")
    mnlint("check", "--boundary", ".", "--write-baseline", "base.json", cwd=tmp_path)
    run = sarif(mnlint, tmp_path, {}, "--baseline", "base.json", "--sarif-include", "suppressed")
    assert [result["suppressions"] for result in run["results"]] == [[{"kind": "external", "status": "accepted"}]]


def test_what_is_undecided_comes_if_it_is_asked_for(mnlint: Program, tmp_path: Path) -> None:
    assert sarif(mnlint, tmp_path, {"a.bicep": OPEN})["results"] == []
    include = ["--sarif-include", "undecided", "--sarif-include", "suppressed"]
    results = sarif(mnlint, tmp_path, {"a.bicep": OPEN + SILENCED}, *include)["results"]
    kinds = [(result["ruleId"], result.get("kind"), result["level"]) for result in results]
    assert kinds[0] == ("MN001", None, "error")
    assert ("MN001", "open", "none") in kinds[1:]
    assert results[1]["message"]["text"].startswith("Not decided for open: parameter mode has no value. give it one")
    assert all("suppressions" in result for result in results)


def test_a_category(mnlint: Program, tmp_path: Path) -> None:
    run = sarif(mnlint, tmp_path, {"a.bicep": hub("x")}, "--sarif-category", "infra")
    assert run["automationDetails"] == {"id": "infra/"}


def test_the_text_lists_what_is_silenced_if_asked(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "a.bicep").write_text(SILENCED, "utf-8")
    done = mnlint("check", "--show-suppressed", cwd=tmp_path)
    title, finding, reason = done.stdout.splitlines()[:3]
    assert (title, reason) == ("silenced: 1 finding", "   = at a.bicep:5:5: a lab")
    assert finding.startswith("  --> a.bicep:6:20  MN001 quiet: the isolation mode is Disabled:")


# --- several logs


def shards(mnlint: Program, folder: Path) -> list[Path]:
    made = []
    for name, files in {"one": {"a/a.bicep": hub("first")}, "two": {"b/b.bicep": hub("second") + OPEN}}.items():
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, "utf-8")
        path = folder / f"{name}.sarif"
        mnlint("check", "--boundary", ".", f"--output=sarif={path}", "--exit-zero", *files, cwd=folder)
        made.append(path)
    return made


def test_one_log_of_several(mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("merge", *shards(mnlint, tmp_path), cwd=tmp_path)
    log = json.loads(done.stdout)
    assert problems(log) == []
    whole = mnlint("check", "--boundary", ".", "--output", "sarif", "--exit-zero", "a", "b", cwd=tmp_path)
    assert log == json.loads(whole.stdout)


def test_one_log_of_the_same_twice(mnlint: Program, tmp_path: Path) -> None:
    one, _ = shards(mnlint, tmp_path)
    assert mnlint("merge", one, one, "--output", "merged.sarif", cwd=tmp_path).exit_code == 0
    assert json.loads((tmp_path / "merged.sarif").read_text()) == json.loads(one.read_text())


def test_equal_fingerprints_of_two_shards_stay_apart(mnlint: Program, tmp_path: Path) -> None:
    one, _ = shards(mnlint, tmp_path)
    other = one.read_text().replace('"startLine": 5', '"startLine": 3').replace('"endLine": 5', '"endLine": 3')
    (tmp_path / "other.sarif").write_text(other)
    log = json.loads(mnlint("merge", one, "other.sarif", cwd=tmp_path).stdout)
    assert (len(log["runs"][0]["results"]), problems(log)) == (2, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no SARIF log of mnlint"),
        ('{"runs": []}', "no SARIF log of mnlint"),
        ('{"$schema": "x", "runs": [{"tool": {"driver": {"name": "other"}}}]}', "no SARIF log of mnlint"),
        ("[" * 100_000, "no SARIF log of mnlint"),
        (
            json.dumps(
                {
                    "$schema": "x",
                    "runs": [
                        {"tool": {"driver": {"name": "mnlint", "semanticVersion": "9", "rules": []}}, "results": []}
                    ],
                }
            ),
            "by version 9",
        ),
    ],
)
def test_what_is_no_log(text: str, message: str, mnlint: Program, tmp_path: Path) -> None:
    one, _ = shards(mnlint, tmp_path)
    (tmp_path / "bad.sarif").write_text(text)
    done = mnlint("merge", one, "bad.sarif", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert "bad.sarif" in done.stderr


def parts(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a document: what holds it, and its key there; of a list only the first entry."""
    keys = list(value) if isinstance(value, dict) else [0] if isinstance(value, list) and value else []
    return [*((value, key) for key in keys), *(one for key in keys for one in parts(value[key]))]


@pytest.mark.parametrize("instead", [None, 1, "x", [], {}, [None]], ids=repr)
def test_a_log_that_somebody_has_made_is_refused_or_taken(instead: Any, mnlint: Program, tmp_path: Path) -> None:
    one, other = shards(mnlint, tmp_path)
    log = json.loads(other.read_text())
    for holder, key in parts(log):
        kept = holder[key]
        for gone in (False, True) if instead is None and isinstance(holder, dict) else (False,):
            holder[key] = instead
            if gone:
                del holder[key]
            (tmp_path / "made.sarif").write_text(json.dumps(log))
            done = mnlint("merge", one, "made.sarif", cwd=tmp_path)
            assert done.exit_code in (0, 2), (key, done.exception)
            assert (done.exit_code == 0) is bool(done.stdout)
            holder[key] = kept


def test_the_name_of_a_log_is_no_command(mnlint: Program, tmp_path: Path) -> None:
    name = "\x1b[2J\n::error::x.sarif"
    (tmp_path / name).write_text("{")
    done = mnlint("merge", name, cwd=tmp_path)
    assert (done.exit_code, len(done.stderr.splitlines()), "\x1b" in done.stderr) == (2, 1, False)
