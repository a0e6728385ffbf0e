"""Our SARIF before Microsoft's own validator, with the rules of the standard and those of GitHub."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.real

TREE = Path(__file__).parents[2]
FIXTURES = TREE / "fixtures"

# The program itself, not npm's wrapper: that hands its arguments to a shell, for which the `;` of "Sarif;Ghas" ends the
# command. The rules of GitHub would not be asked, and nobody would be told.
PACKAGE = TREE / ".real" / "node_modules" / "@microsoft" / f"sarif-multitool-{sys.platform}"
VALIDATOR = PACKAGE / ("Sarif.Multitool.exe" if sys.platform == "win32" else "Sarif.Multitool")

# Advice that we do not take. Each is of level note; errors and warnings are never excused.
NOT_TAKEN = {
    ("SARIF2002", "Note_Default"): "messages by id and arguments: GitHub asks for finished text",
    ("SARIF2003", "Note_Default"): "the commit in the report: equal files give equal reports, in whatever commit",
    ("SARIF2006", "Note_Default"): "reachable links: there may be no network where this runs",
    ("SARIF2010", "Note_Default"): "a copy of the marked text: whoever shows the report has the file",
    ("SARIF2011", "Note_Default"): "a copy of the lines around it: likewise",
    ("SARIF2012", "Note_FriendlyNameNotAPascalIdentifier"): "names in Pascal case: a rule has its policy's name",
}

# Every folder of fixtures/, and every folder in those: single deployments as well as many at once.
FOLDERS = sorted(path for pattern in ("*", "*/*") for path in FIXTURES.glob(pattern) if path.is_dir())


def validate(folder: Path) -> list[str]:
    """What the validator says about the SARIF files of a folder: by its report, for its exit code is always 0."""
    assert VALIDATOR.is_file(), "no SARIF validator: `make test-real` installs it"
    out = folder / "validator.json"
    rules = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"]
    command = [VALIDATOR, "validate", *sorted(folder.glob("*.sarif")), "-o", out, "--log", "ForceOverwrite", *rules]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    said: list[str] = []
    for run in json.loads(out.read_text(encoding="utf-8-sig"))["runs"]:
        assert all(invocation["executionSuccessful"] for invocation in run["invocations"])
        said += [one_line(result) for result in run["results"] if not excused(result)]
    return said


def excused(result: dict[str, Any]) -> bool:
    return result.get("level") == "note" and (result["ruleId"], result["message"].get("id")) in NOT_TAKEN


def one_line(result: dict[str, Any]) -> str:
    place = result["locations"][0]["physicalLocation"]
    name = place["artifactLocation"]["uri"].rsplit("/", 1)[-1]
    message = " ".join(result["message"].get("arguments", [result["message"].get("text", "")]))
    line = place.get("region", {}).get("startLine")
    return f"{name}:{line}: {result.get('level', 'warning')} {result['ruleId']} {result['message'].get('id')} {message}"


def check(folder: Path, sarif: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return mnlint(folder, sarif, "check", "--output", f"sarif={sarif}", *options, ".")


def mnlint(folder: Path, sarif: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("mnlint")
    env = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ} | {
        "HOME": str(sarif.parent)
    }
    return subprocess.run(
        [program, *arguments], cwd=folder, env=env, capture_output=True, encoding="utf-8", timeout=300
    )


def test_there_is_something_to_validate() -> None:
    assert FIXTURES / "demo" in FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(FIXTURES).as_posix())
def test_the_validator_finds_nothing(folder: Path, tmp_path: Path) -> None:
    done = check(folder, tmp_path / "report.sarif")
    if not (
        tmp_path / "report.sarif"
    ).exists():  # wrong settings, or a folder without templates: said so, and nothing to report on
        assert done.returncode in {2, 3}, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return
    assert done.returncode in {0, 1, 3}, done.stdout + done.stderr
    assert validate(tmp_path) == []


HUB = """\
resource {name} 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {{
  name: '{name}'
  kind: 'Hub'
  properties: {{ managedNetwork: {{ {mode} }} }}
}}
"""


def test_what_is_silenced_undecided_or_merged(tmp_path: Path) -> None:
    tree, out = tmp_path / "tree", tmp_path / "out"
    (tree / ".git").mkdir(parents=True)
    out.mkdir()
    silenced = HUB.format(name="quiet", mode="isolationMode: 'Disabled' // mnlint: ignore[MN001] a lab")
    silenced = silenced.replace(" a lab }", " a lab\n }")
    loud = HUB.format(name="loud", mode="isolationMode: 'Disabled'")
    (tree / "a.bicep").write_text(silenced + loud, "utf-8")
    (tree / "b.bicep").write_text("param mode string\n" + HUB.format(name="open", mode="isolationMode: mode"), "utf-8")
    include = ("--sarif-include", "suppressed", "--sarif-include", "undecided", "--sarif-category", "infra")
    assert check(tree, out / "all.sarif", *include).returncode == 1
    results = json.loads((out / "all.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert {(bool(result["suppressions"]), result.get("kind", "fail")) for result in results} >= {
        (True, "fail"),
        (False, "fail"),
        (False, "open"),
    }
    assert check(tree, out / "some.sarif").returncode == 1
    assert mnlint(tree, out, "merge", out / "some.sarif", "--output", out / "merged.sarif").returncode == 0
    assert validate(out) == []


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        pytest.param({"results": [{"message": {"text": "no rule"}}]}, "SARIF1010", id="against the standard"),
        pytest.param(
            {"results": [{"ruleId": "MN001", "message": {"text": "x"}}]}, "GH1015", id="against GitHub's rules"
        ),
        pytest.param({"results": "none"}, "JSON1", id="against the schema"),
    ],
)
def test_the_validator_is_awake(wrong: dict[str, object], expected: str, tmp_path: Path) -> None:
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    log = {"$schema": schema, "version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, **wrong}]}
    (tmp_path / "wrong.sarif").write_text(json.dumps(log), encoding="utf-8")
    assert any(expected in line for line in validate(tmp_path))
