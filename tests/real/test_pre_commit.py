"""Our hook in a stranger's repository: the real pre-commit installs mnlint from a git repository and runs it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

TREE = Path(__file__).parents[2]

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    managedNetwork: {
      isolationMode: '%s'
    }
  }
}
"""
ISOLATED = HUB % "AllowOnlyApprovedOutbound"
OPEN = HUB % "Disabled"

ARM_OPEN = """\
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {
      "type": "Microsoft.MachineLearningServices/workspaces",
      "apiVersion": "2024-10-01",
      "name": "hub",
      "kind": "Hub",
      "location": "westeurope",
      "properties": { "managedNetwork": { "isolationMode": "Disabled" } }
    }
  ]
}
"""

GOTCHA = "raise SystemExit('code of the checked repository ran')\n"


def environment(home: Path) -> dict[str, str]:
    """Ours, without what steers git, pre-commit, Python or mnlint from outside."""
    steering = ("GIT_", "PRE_COMMIT", "PYTHON", "MNLINT", "SKIP", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "A Tester"), ("EMAIL", "tester@example.invalid"))
    }
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **who}
    return {**kept, **git, "PRE_COMMIT_HOME": str(home / "pre-commit"), "XDG_CACHE_HOME": str(home / "cache")}


def git(folder: Path, *arguments: str, home: Path) -> str:
    command = ["git", "-c", "core.autocrlf=false", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(home), capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def commit_all(folder: Path, home: Path) -> None:
    git(folder, "init", "--quiet", "--initial-branch=main", home=home)
    git(folder, "add", "--all", home=home)
    git(folder, "commit", "--quiet", "--no-verify", "--message=all", home=home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def hooks(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the project as it stands in the work tree, committed or not, under a tag."""
    copy = tmp_path_factory.mktemp("hooks")
    listed = git(TREE, "ls-files", "--cached", "--others", "--exclude-standard", "-z", home=home)
    for name in filter(None, listed.split("\0")):
        if (TREE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TREE / name, copy / name, follow_symlinks=False)
    commit_all(copy, home)
    git(copy, "tag", "v0", home=home)
    return copy


def pre_commit(folder: Path, files: dict[str, str], hooks: Path, home: Path, hook: str = "mnlint") -> tuple[int, str]:
    """Commit `files` in a new repository that uses our hook, then run the hook over all of them."""
    config = f"repos:\n- repo: '{hooks.as_posix()}'\n  rev: v0\n  hooks:\n  - id: {hook}\n"
    for name, text in {".pre-commit-config.yaml": config, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    commit_all(folder, home)
    return run(folder, home, "--all-files")


def run(folder: Path, home: Path, *options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pre_commit", "run", "--color=never", "--verbose", *options]
    done = subprocess.run(
        command, cwd=folder, env=environment(home), capture_output=True, encoding="utf-8", timeout=600
    )
    said = done.stdout + done.stderr
    assert "hook id: mnlint" in said, said
    return done.returncode, said


def test_the_manifest_is_valid() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    done = subprocess.run(command, cwd=TREE, capture_output=True, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_network_without_isolation_stops_the_commit(hooks: Path, home: Path, tmp_path: Path) -> None:
    code, said = pre_commit(tmp_path, {"infra/hub.bicep": OPEN}, hooks, home)
    assert code == 1, said
    assert "exit code: 1" in said
    assert "MN001" in said
    assert "infra/hub.bicep:8:" in said


def test_an_isolated_network_passes(hooks: Path, home: Path, tmp_path: Path) -> None:
    code, said = pre_commit(tmp_path, {"infra/hub.bicep": ISOLATED}, hooks, home)
    assert code == 0, said
    assert "MN001" not in said


def test_a_repository_without_templates_passes(hooks: Path, home: Path, tmp_path: Path) -> None:
    code, said = pre_commit(tmp_path, {"settings.yaml": "a: 1\n"}, hooks, home)
    assert code == 0, said


def test_a_file_that_is_called_like_an_option_passes_as_a_file(hooks: Path, home: Path, tmp_path: Path) -> None:
    code, said = pre_commit(tmp_path, {"--fail-on=x.json": "{}\n", "hub.bicep": ISOLATED}, hooks, home)
    assert code == 0, said


def test_a_file_that_is_called_like_an_option_is_judged_as_a_file(hooks: Path, home: Path, tmp_path: Path) -> None:
    code, said = pre_commit(tmp_path, {"--fail-on=x.json": ARM_OPEN, "hub.bicep": ISOLATED}, hooks, home)
    assert code == 1, said
    assert "MN001" in said
    assert "--fail-on=x.json:11:" in said


# Each with `.bicep` behind it. What is no UTF-8 pre-commit itself does not take.
NAMES = [
    *("--exit-zero", "--output=text=x", "-q", "-", "@x", "a b", " a", "'a'", '"a"', "$(touch ran)", ";touch ran;", "*"),
    *(
        "a\nb",
        "a\n::error::x",
        "\r::stop-commands::x",
        "##vso[task.complete]",
        "\x1b[2Ja",
        "a\u202eb",
        "{0}",
        "x" * 249,
    ),
]


@pytest.mark.skipif(os.name == "nt", reason="no such names")
@pytest.mark.parametrize("hook", ["mnlint", "mnlint-files"])
def test_a_name_is_a_path(hook: str, hooks: Path, home: Path, tmp_path: Path) -> None:
    code, said = pre_commit(tmp_path, {f"{name}.bicep": OPEN for name in NAMES}, hooks, home, hook)
    assert code == 1, said
    assert said.count("error[MN001]") == len(NAMES)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said)
    assert not re.search("^ *(::|##vso)", said, re.MULTILINE)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("template", "expected"), [(ISOLATED, 0), (OPEN, 1)])
def test_folders_called_like_ours_do_not_matter(
    template: str, expected: int, hooks: Path, home: Path, tmp_path: Path
) -> None:
    ours = [
        "linter/__init__.py",
        "linter/mnlint/__init__.py",
        "mnlint/__init__.py",
        "mnlint/cli.py",
        "click.py",
        "sitecustomize.py",
    ]
    code, said = pre_commit(tmp_path, {**dict.fromkeys(ours, GOTCHA), "hub.bicep": template}, hooks, home)
    assert code == expected, said
    assert "code of the checked repository ran" not in said
    assert ("MN001" in said) == (expected == 1)


MODULE = "param mode string\n" + HUB.replace("'%s'", "mode")
CALL = "module hub 'modules/hub.bicep' = {\n  name: 'hub'\n  params: { mode: '%s' }\n}\n"


def staged(folder: Path, home: Path, files: dict[str, str | None]) -> tuple[int, str]:
    """Stages changes, and runs the hook as a commit does."""
    for name, text in files.items():
        (folder / name).unlink() if text is None else (folder / name).write_text(text, encoding="utf-8", newline="\n")
    git(folder, "add", "--all", home=home)
    return run(folder, home)


@pytest.mark.parametrize("hook", ["mnlint", "mnlint-files"])
def test_a_module_that_changes_is_judged_with_its_callers(hook: str, hooks: Path, home: Path, tmp_path: Path) -> None:
    files = {"main.bicep": CALL % "AllowOnlyApprovedOutbound", "modules/hub.bicep": MODULE, "other.bicep": OPEN}
    code, said = pre_commit(tmp_path, files, hooks, home, hook)
    assert (code, said.count("MN001")) == (1, 2), said  # a finding and a link
    git(tmp_path, "rm", "--quiet", "other.bicep", home=home)
    git(tmp_path, "commit", "--quiet", "--no-verify", "--message=less", home=home)
    wrong = MODULE.replace("isolationMode: mode", "isolationMode: 'Disabled'")
    code, said = staged(tmp_path, home, {"modules/hub.bicep": wrong})
    assert code == 1, said
    assert "modules/hub.bicep:9:" in said


def test_the_second_hook_leaves_alone_what_the_commit_does_not_touch(hooks: Path, home: Path, tmp_path: Path) -> None:
    pre_commit(tmp_path, {"main.bicep": ISOLATED, "other/main.bicep": OPEN}, hooks, home, "mnlint-files")
    code, said = staged(tmp_path, home, {"main.bicep": "// a word\n" + ISOLATED})
    assert code == 0, said
    assert "MN001" not in said


def test_a_commit_that_only_deletes_is_not_judged_by_pre_commit(hooks: Path, home: Path, tmp_path: Path) -> None:
    """It passes no deleted file, so that the hook is skipped: CI is the gate."""
    files = {"main.bicepparam": "using 'main.bicep'\nparam mode = 'AllowOnlyApprovedOutbound'\n", "main.bicep": MODULE}
    assert pre_commit(tmp_path, files, hooks, home)[0] == 0
    code, said = staged(tmp_path, home, {"main.bicepparam": None})
    assert (code, "no files to check" in said) == (0, True), said
