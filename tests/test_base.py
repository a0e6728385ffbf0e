"""What was there at a git revision: real repositories with real commits, read without touching or running anything."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import Program

Commit = Callable[[Mapping[str, str | None]], str]

HUB = """\
param mode string = 'AllowOnlyApprovedOutbound'
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'team-hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: mode } }
}
"""
OFF = HUB.replace("AllowOnlyApprovedOutbound", "Disabled")
OPEN = HUB.replace("AllowOnlyApprovedOutbound", "AllowInternetOutbound")
TERRAFORM = """\
resource "azurerm_ai_foundry" "hub" {
  name = "team-hub"
  managed_network { isolation_mode = "%s" }
}
"""


def git(folder: Path, *arguments: str) -> str:
    known = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, env=known, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "main")
    return root


@pytest.fixture
def commit(repository: Path) -> Commit:
    """Writes files (None removes one), commits them, and says the commit."""

    def made(files: Mapping[str, str | None]) -> str:
        write(repository, files)
        git(repository, "add", "--all")
        git(repository, "commit", "--quiet", "--message", "a change")
        return git(repository, "rev-parse", "HEAD").strip()

    return made


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def found(mnlint: Program, folder: Path, *options: str) -> list[tuple[str, str, str]]:
    """Policy, place and name of what is found of the two policies that look back."""
    done = mnlint("check", "--output", "json", *options, ".", cwd=folder)
    assert done.exit_code in (0, 1), done.stderr
    listed = json.loads(done.stdout)["findings"]
    return [
        (f["policy"], f"{f['place']['file']}:{f['place']['line']}", f["message"])
        for f in listed
        if f["policy"] in ("MN005", "MN006")
    ]


def test_a_network_that_is_switched_off(repository: Path, commit: Commit, mnlint: Program) -> None:
    commit({"infra/main.bicep": HUB})
    commit({"infra/main.bicep": OFF})
    assert found(mnlint, repository) == [], "nothing to compare with"
    ((policy, place, message),) = found(mnlint, repository, "--base", "HEAD~1")
    assert (policy, place) == ("MN005", "infra/main.bicep:1")
    assert "was AllowOnlyApprovedOutbound at HEAD~1:infra/main.bicep:1 and is Disabled now" in message


def test_a_change_that_is_not_committed_counts(repository: Path, commit: Commit, mnlint: Program) -> None:
    commit({"main.bicep": HUB})
    write(repository, {"main.bicep": OPEN})
    assert [policy for policy, _, _ in found(mnlint, repository, "--base", "HEAD")] == ["MN006"]
    assert found(mnlint, repository, "--base", "HEAD", "--as-of", "2024-02-13") == [], "the article says nothing of it"


@pytest.mark.parametrize(
    ("before", "after", "expected", "reason"),
    [
        ({"a.bicep": HUB}, {"a.bicep": None, "moved/b.bicep": OFF}, ["MN005"], "a file that was renamed"),
        ({"a.bicep": HUB}, {"a.bicep": OFF.replace(" hub ", " ws ")}, ["MN005"], "a symbol that was renamed"),
        ({"a.bicep": HUB}, {"a.bicep": None, "main.tf": TERRAFORM % "Disabled"}, ["MN005"], "in another language now"),
        ({"a.bicep": HUB}, {"a.bicep": OFF.replace("team-hub", "Team-Hub")}, ["MN005"], "names have no case"),
        ({"a.bicep": HUB}, {"a.bicep": OFF.replace("team-hub", "lab-hub")}, [], "another workspace"),
        ({"a.bicep": HUB}, {"a.bicep": "param x string\n"}, [], "a workspace that is deleted loosens nothing"),
        ({"main.tf": TERRAFORM % "AllowInternetOutbound"}, {"main.tf": TERRAFORM % "Disabled"}, ["MN005"], "Terraform"),
        (
            {"main.tf": TERRAFORM % "AllowInternetOutbound"},
            {"main.tf": 'resource "azurerm_ai_foundry" "hub" {\n  name = "team-hub"\n}\n'},
            [],
            "a block that is gone changes nothing in azurerm",
        ),
        (
            {"hub.bicep": HUB, "main.bicep": "module m 'hub.bicep' = { name: 'm' }\n"},
            {"main.bicep": "module m 'hub.bicep' = { name: 'm', params: { mode: 'Disabled' } }\n"},
            ["MN005"],
            "by the argument of a module",
        ),
        (
            {"main.bicep": HUB, "prod.bicepparam": "using 'main.bicep'\nparam mode = 'AllowInternetOutbound'\n"},
            {"prod.bicepparam": "using 'main.bicep'\nparam mode = 'Disabled'\n"},
            ["MN005"],
            "by a parameter file",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_networks_are_known_by_their_names(
    before: Mapping[str, str],
    after: Mapping[str, str | None],
    expected: list[str],
    reason: str,
    repository: Path,
    commit: Commit,
    mnlint: Program,
) -> None:
    base = commit(before)
    commit(after)
    assert [policy for policy, _, _ in found(mnlint, repository, "--base", base)] == expected, reason


def test_what_lies_outside_of_the_boundary_is_not_looked_at(repository: Path, commit: Commit, mnlint: Program) -> None:
    base = commit({"one/main.bicep": HUB, "two/main.bicep": HUB.replace("team-hub", "lab-hub")})
    commit({"one/main.bicep": OFF, "two/main.bicep": OFF.replace("team-hub", "lab-hub")})
    inside = found(mnlint, repository / "one", "--base", base, "--boundary", ".")
    assert [place for _, place, _ in inside] == ["main.bicep:1"]


def test_nothing_is_touched_and_nothing_is_run(repository: Path, commit: Commit, mnlint: Program) -> None:
    base = commit({"main.bicep": HUB})
    commit({"main.bicep": OFF})
    canary = repository.parent / "canary"
    script = repository.parent / "script"
    script.write_text(f"#!/bin/sh\ntouch '{canary}'\n", "utf-8")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "diff.external"):
        git(repository, "config", key, str(script))
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (repository / ".git" / "hooks").mkdir(exist_ok=True)
        (repository / ".git" / "hooks" / hook).symlink_to(script)
    untouched = {path: path.lstat().st_mtime_ns for path in repository.rglob("*")}
    assert [policy for policy, _, _ in found(mnlint, repository, "--base", base)] == ["MN005"]
    assert not canary.exists()
    assert {path: path.lstat().st_mtime_ns for path in repository.rglob("*")} == untouched


@pytest.mark.parametrize("base", ["no-such-branch", "--output=x", "-h", "", "HEAD~99", "HEAD:main.bicep"])
def test_what_is_no_revision_is_refused(base: str, repository: Path, commit: Commit, mnlint: Program) -> None:
    commit({"main.bicep": HUB})
    done = mnlint("check", f"--base={base}", ".", cwd=repository)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("mnlint: --base ")
    assert sorted(path.name for path in repository.iterdir()) == [".git", "main.bicep"]


def test_a_folder_that_is_no_repository_is_refused(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(HUB, "utf-8")
    done = mnlint("check", "--base", "HEAD", "--boundary", ".", ".", cwd=tmp_path)
    assert done.exit_code == 2
    assert "not a git repository" in done.stderr


def test_a_clone_without_that_history_says_so(repository: Path, commit: Commit, mnlint: Program) -> None:
    base = commit({"main.bicep": HUB})
    commit({"main.bicep": OFF})
    shallow = repository.parent / "shallow"
    git(repository.parent, "clone", "--quiet", "--depth", "1", repository.as_uri(), str(shallow))
    done = mnlint("check", "--base", base, ".", cwd=shallow)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no such revision in this clone" in done.stderr
