"""The files that build services read: by their schemas, by a security linter, and their commands in a shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.real

TREE = Path(__file__).parents[2]
TOOLS = TREE / ".real" / "tools" / "bin"
STARTERS = TREE / "linter" / "mnlint" / "starters"
ACTION = TREE / "action.yml"
WRONG = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""


def run(*command: str | Path, cwd: Path = TREE, **environment: str) -> tuple[int, str]:
    env = {
        name: os.environ[name] for name in ("PATH", "HOME", "PIP_INDEX_URL", "PIP_CONFIG_FILE") if name in os.environ
    }
    done = subprocess.run(command, cwd=cwd, env=env | environment, capture_output=True, encoding="utf-8", timeout=300)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        (ACTION, "vendor.github-actions"),
        (STARTERS / "github.yml", "vendor.github-workflows"),
        (STARTERS / "gitlab-ci.yml", "vendor.gitlab-ci"),
        (STARTERS / "azure-pipelines.yml", "vendor.azure-pipelines"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_it_has_its_schema(file: Path, schema: str) -> None:
    # Azure's schema has a pattern that is none in JavaScript.
    options = ["--regex-variant", "python", "--builtin-schema", schema]
    code, said = run(TOOLS / "check-jsonschema", *options, file)
    assert code == 0, said


def test_the_security_linter_for_workflows_finds_nothing() -> None:
    code, said = run(
        TOOLS / "zizmor", "--offline", "--persona=pedantic", "--no-progress", ACTION, STARTERS / "github.yml"
    )
    assert (code, "No findings to report" in said) == (0, True), said


# ── the action's steps, as written ──


def steps(file: Path) -> dict[str, dict[str, Any]]:
    action = yaml.safe_load(file.read_text("utf-8"))
    listed = action["runs"]["steps"] if "runs" in action else action["jobs"]["mnlint"]["steps"]
    return {step.get("name", step.get("uses", "")): step for step in listed}


def bash(script: str, folder: Path, **environment: str) -> tuple[int, str]:
    return run("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script, cwd=folder, **environment)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's folder for temporary files, in which the action has installed mnlint."""
    folder = tmp_path_factory.mktemp("runner")
    python = str(Path(sys.base_prefix) / "bin" / "python3")
    code, said = bash(steps(ACTION)["Install"]["run"], folder, PYTHON=python, SOURCE=str(TREE), RUNNER_TEMP=str(folder))
    assert code == 0, said
    return folder


def check(runner: Path, folder: Path, **inputs: str) -> tuple[int, str, str]:
    """The exit code that the action reports, what it prints, and the summary."""
    defaults = {
        name: str(value.get("default", "")) for name, value in yaml.safe_load(ACTION.read_text())["inputs"].items()
    }
    given = {name.upper().replace("-", "_"): value for name, value in defaults.items()} | inputs
    output, summary = folder / "output", folder / "summary"
    for file in (output, summary):
        file.write_text("")
    environment = given | {
        "RUNNER_TEMP": str(runner),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    code, said = bash(steps(ACTION)["Check"]["run"], folder, **environment)
    assert code == 0, said
    reported = output.read_text().strip().removeprefix("exit-code=")
    assert bash(steps(ACTION)["Result"]["run"], folder, CODE=reported)[0] == int(reported)
    return int(reported), said, summary.read_text()


def test_the_action_finds_shows_and_sums_up(runner: Path, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(WRONG)
    code, said, summary = check(runner, tmp_path)
    assert code == 1
    assert "error[MN001]: hub: the isolation mode is Disabled" in said
    assert "::error file=main.bicep,line=4," in said
    assert "**error** [`MN001` `isolation-disabled`]" in summary
    assert json.loads((tmp_path / "mnlint.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "MN001"


def test_the_action_takes_its_inputs_as_words(runner: Path, tmp_path: Path) -> None:
    hostile = "$(touch stolen) `touch stolen`; touch stolen"
    (tmp_path / hostile).mkdir()
    (tmp_path / hostile / "--fail-on=never.bicep").write_text(WRONG)
    paths = f"{hostile}/--fail-on=never.bicep\n"
    code, said, summary = check(
        runner, tmp_path, PATHS=paths, ANNOTATIONS="false", SUMMARY="false", OPTIONS="--no-inline-ignores\n\n"
    )
    assert (code, summary) == (1, "")
    assert "::error" not in said
    assert not (tmp_path / "stolen").exists()
    assert check(runner, tmp_path, PATHS=hostile, FAIL_ON="never")[0] == 0
    assert check(runner, tmp_path, PATHS="nowhere")[0] == 2


def commands(file: str) -> list[str]:
    """The lines that start mnlint in a starter."""
    return [
        line.partition("mnlint check")[2]
        for line in (STARTERS / file).read_text().splitlines()
        if "mnlint check" in line
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("github.yml", "::error file=main.bicep"),
        ("azure-pipelines.yml", "##vso[task.logissue type=error;sourcepath=main.bicep;"),
        ("gitlab-ci.yml", "error[MN001]"),
    ],
)
def test_the_commands_of_a_starter(file: str, expected: str, runner: Path, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(WRONG)
    (arguments,) = commands(file)
    environment = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "BUILD_ARTIFACTSTAGINGDIRECTORY": str(tmp_path)}
    code, said = bash(
        f'"$PROGRAM" check {arguments}', tmp_path, PROGRAM=str(runner / "mnlint/bin/mnlint"), **environment
    )
    assert (code, expected in said) == (1, True), said
    reports = {
        "github.yml": "mnlint.sarif",
        "azure-pipelines.yml": "mnlint.sarif",
        "gitlab-ci.yml": "gl-code-quality-report.json",
    }
    assert json.loads((tmp_path / reports[file]).read_text())


@pytest.mark.parametrize(
    ("file", "base"),
    [
        ("github.yml", {"BASE": "main"}),
        ("azure-pipelines.yml", {"BASE": "main"}),
        ("gitlab-ci.yml", {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "origin/main"}),
    ],
)
def test_a_pull_request_is_compared_with_its_base(
    file: str, base: dict[str, str], runner: Path, tmp_path: Path
) -> None:
    before, work = tmp_path / "before", tmp_path / "work"
    before.mkdir()
    (before / "main.bicep").write_text(WRONG.replace("Disabled", "AllowOnlyApprovedOutbound"))
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "x"]):
        assert run("git", *who, *arguments, cwd=before)[0] == 0
    assert run("git", "clone", "-q", before, work)[0] == 0
    (work / "main.bicep").write_text(WRONG)
    environment = {"GITHUB_STEP_SUMMARY": str(work / "summary"), "BUILD_ARTIFACTSTAGINGDIRECTORY": str(work), **base}
    (arguments_,) = commands(file)
    code, said = bash(f'"$PROGRAM" check {arguments_}', work, PROGRAM=str(runner / "mnlint/bin/mnlint"), **environment)
    assert (code, "MN005" in said) == (1, True), said


def test_sarif_tools_reads_compares_and_renders_our_files(runner: Path, tmp_path: Path) -> None:
    program = runner / "mnlint/bin/mnlint"
    for name, text in (("before", WRONG), ("after", WRONG + WRONG.replace("hub", "other"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.bicep").write_text(text)
        assert run(program, "check", "--output", "sarif=main.sarif", cwd=tmp_path / name)[0] == 1
    sarif = TOOLS / "sarif"
    code, said = run(sarif, "summary", "after/main.sarif", cwd=tmp_path)
    assert (code, "error: 2" in said) == (0, True), said
    assert run(sarif, "--check", "error", "summary", "after/main.sarif", cwd=tmp_path)[0] > 0  # how many there are
    code, said = run(sarif, "diff", "before/main.sarif", "after/main.sarif", cwd=tmp_path)
    assert (code, "+1" in said) == (0, True), said
    for form in ("csv", "html", "codeclimate"):
        code, said = run(sarif, form, "after/main.sarif", "-o", f"report.{form}", cwd=tmp_path)
        assert (code, "MN001" in (tmp_path / f"report.{form}").read_text()) == (0, True), said
