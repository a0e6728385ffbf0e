"""Only what has changed since a revision: by line and by network, in real repositories, and nothing lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Program
from mnlint.discover import changed_lines
from mnlint.discover.changed import MOST
from test_base import Commit, commit, git, repository, write  # noqa: F401

HUB = """\
resource NAME 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'NAME'
  kind: 'Hub'
  properties: {
    friendlyName: 'NAME'
    managedNetwork: {
      isolationMode: 'MODE'
    }
  }
}
"""
RULE = """\
resource RULE 'Microsoft.MachineLearningServices/workspaces/outboundRules@2024-10-01' = {
  parent: NAME
  name: 'RULE'
  properties: {
    type: 'FQDN'
    destination: 'HOST'
  }
}
"""


def hub(name: str, mode: str = "Disabled") -> str:
    return HUB.replace("NAME", name).replace("MODE", mode)


def rule(name: str, of: str, host: str) -> str:
    return RULE.replace("RULE", name).replace("NAME", of).replace("HOST", host)


def told(mnlint: Program, folder: Path, *arguments: str) -> list[tuple[str, str]]:
    """Policy and first word of each finding's message, and how many are elsewhere."""
    done = mnlint("check", "--changed-since", "main", "--output", "json", "--exit-zero", *arguments, cwd=folder)
    assert (done.exit_code, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    return [(finding["policy"], finding["message"].split(":")[0]) for finding in report["findings"]]


def elsewhere(mnlint: Program, folder: Path, *arguments: str) -> str:
    done = mnlint("check", "--changed-since", "main", "--exit-zero", *arguments, cwd=folder)
    return done.stdout.splitlines()[-1].rpartition("; ")[2]


@pytest.fixture
def branch(repository: Path, commit: Commit) -> Path:  # noqa: F811
    """A repository with two hubs that are wrong, and a branch that has not changed anything yet."""
    commit({"main.bicep": hub("first") + hub("second"), "other/main.bicep": hub("third")})
    git(repository, "checkout", "--quiet", "-b", "work")
    return repository


def test_nothing_has_changed(mnlint: Program, branch: Path) -> None:
    assert told(mnlint, branch) == []
    assert elsewhere(mnlint, branch) == "no findings, 3 not in what has changed"
    assert mnlint("check", "--changed-since", "main", cwd=branch).exit_code == 0
    assert mnlint("check", cwd=branch).exit_code == 1


def test_a_line_has_changed(mnlint: Program, branch: Path) -> None:
    write(branch, {"main.bicep": hub("first") + hub("second", "DISABLED")})
    assert told(mnlint, branch) == [("MN001", "second")]
    assert elsewhere(mnlint, branch) == "1 error, 2 not in what has changed"


def test_lines_around_it_have_not(mnlint: Program, branch: Path) -> None:
    write(
        branch,
        {"main.bicep": "// a word\n" + hub("first") + "\n" + hub("second").replace("friendlyName", "description")},
    )
    assert told(mnlint, branch) == []
    assert told(mnlint, branch, "--changed", "networks") == []


def test_a_step_of_the_way_has_changed(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    module = "param mode string\n" + hub("inner").replace("'MODE'", "mode").replace("'Disabled'", "mode")
    call = "module lab 'hub.bicep' = {\n  name: 'lab'\n  params: {\n    mode: 'Disabled'\n  }\n}\n"
    commit({"main.bicep": call, "hub.bicep": module})
    git(repository, "checkout", "--quiet", "-b", "work")
    assert told(mnlint, repository) == []
    write(repository, {"hub.bicep": module.replace("isolationMode: mode", "isolationMode: (mode)")})
    assert told(mnlint, repository) == [("MN001", "inner")]


def test_a_new_file(mnlint: Program, branch: Path) -> None:
    write(branch, {"new.bicep": hub("fourth")})
    assert told(mnlint, branch) == [("MN001", "fourth")]


def test_a_block_that_is_gone(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    commit({"main.bicep": hub("first", "AllowInternetOutbound") + hub("second")})
    git(repository, "checkout", "--quiet", "-b", "work")
    gone = hub("first").replace("    managedNetwork: {\n      isolationMode: 'Disabled'\n    }\n", "")
    write(repository, {"main.bicep": gone + hub("second")})
    assert told(mnlint, repository) == [("MN002", "first")]
    assert told(mnlint, repository, "--changed", "networks") == [("MN002", "first")]


def test_all_of_a_network(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    rules = rule("py", "open", "pypi.org") + rule("web", "open", "https://a.example")
    commit({"main.bicep": hub("open", "AllowInternetOutbound") + rules + hub("other")})
    git(repository, "checkout", "--quiet", "-b", "work")
    write(
        repository, {"main.bicep": hub("open", "AllowInternetOutbound") + rules.replace("pypi", "pypi2") + hub("other")}
    )
    lines = told(mnlint, repository)
    networks = told(mnlint, repository, "--changed", "networks")
    assert {name for _, name in networks} == {"open", "py", "web"}
    assert set(lines) < set(networks)
    assert ("MN031", "web") not in lines
    assert elsewhere(mnlint, repository, "--changed", "networks").endswith("1 not in what has changed")


def test_what_main_has_changed_meanwhile_is_not_ours(mnlint: Program, branch: Path, commit: Commit) -> None:  # noqa: F811
    commit({"new.bicep": hub("ours")})
    git(branch, "checkout", "--quiet", "main")
    commit({"other/main.bicep": hub("third", "DISABLED")})
    git(branch, "checkout", "--quiet", "work")
    assert told(mnlint, branch) == [("MN001", "ours")]


def test_what_waits_for_a_value(mnlint: Program, branch: Path) -> None:
    open_hub = "param mode string\n" + hub("fourth").replace("'Disabled'", "mode")
    commit_less = {"new.bicep": open_hub}
    write(branch, commit_less)
    report = json.loads(mnlint("check", "--changed-since", "main", "--output", "json", cwd=branch).stdout)
    assert len(report["doubts"]) == 1
    git(branch, "add", "--all")
    git(branch, "commit", "--quiet", "--message", "x")
    git(branch, "branch", "--force", "main")
    done = mnlint("check", "--changed-since", "main", "--fail-on-undecided", cwd=branch)
    assert (done.exit_code, "not decided" in done.stdout) == (0, False)


def test_a_file_that_a_template_loads(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    text = "var mode = loadTextContent('mode.txt')\n" + hub("first").replace("'Disabled'", "mode")
    commit({"main.bicep": text, "mode.txt": "Disabled"})
    git(repository, "checkout", "--quiet", "-b", "work")
    assert told(mnlint, repository, "--changed", "networks") == []
    write(repository, {"mode.txt": "DISABLED"})
    assert told(mnlint, repository, "--changed", "networks") == [("MN001", "first")]


def test_a_comment_elsewhere_is_not_unused(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    quiet = hub("first").replace("      isolationMode", "      // mnlint: ignore[MN001] a lab\n      isolationMode")
    commit({"main.bicep": quiet})
    git(repository, "checkout", "--quiet", "-b", "work")
    write(repository, {"main.bicep": quiet.replace("a lab", "a lab of ours")})
    assert told(mnlint, repository) == []


def test_a_broken_file(mnlint: Program, branch: Path, commit: Commit) -> None:  # noqa: F811
    commit({"broken.bicep": hub("x") + "resource {\n"})
    git(branch, "branch", "--force", "main")
    assert told(mnlint, branch) == []
    write(branch, {"broken.bicep": "// a word\n" + hub("x") + "resource {\n"})
    assert told(mnlint, branch)[0][0] == "MN911"


def test_a_revision_that_is_not_there(mnlint: Program, branch: Path) -> None:
    done = mnlint("check", "--changed-since", "nowhere", cwd=branch)
    assert done.exit_code == 2
    assert done.stderr.startswith("mnlint: --changed-since nowhere: no such revision")


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("nothing", "a\nb\n", "a\nb\n", set()),
        ("other line ends", "a\nb\n", "a\r\nb\r\n", set()),
        ("a new file", None, "a\nb\n", {1, 2}),
        ("one line", "a\nb\nc\n", "a\nx\nc\n", {2}),
        ("one more", "a\nc\n", "a\nb\nc\n", {2}),
        ("two places", "a\nb\nc\nd\n", "x\nb\nc\ny\n", {1, 4}),
        ("one less", "a {\n  b {\n    c\n    d\n  }\n  e\n}\n", "a {\n  b {\n    d\n  }\n  e\n}\n", {1, 2}),
        ("the last of a block", "a {\n  b {\n    c\n  }\n  e\n}\n", "a {\n  b {\n  }\n  e\n}\n", {1, 2}),
        ("a block", "a {\n  b {\n    c\n  }\n  e\n}\nf\n", "a {\n  e\n}\nf\n", {1}),
        ("all", "a\nb\n", "", set()),
        ("YAML", "n: x\nm:\n  i: y\n  o: z\nk: v\n", "n: x\nm:\n  i: y\nk: v\n", {2, 3}),
    ],
)
def test_which_lines(name: str, before: str | None, after: str, expected: set[int]) -> None:
    found = changed_lines(None if before is None else before.encode(), after.encode())
    assert expected <= found, name
    assert len(found - expected) <= 1, name  # the line before what is gone may count, too


def test_a_long_stretch_ends() -> None:
    before = "\n".join(f"a{number % 7}" for number in range(MOST * 10)).encode()
    after = b"x\n" + b"\n".join(reversed(before.split(b"\n"))) + b"\ny"
    assert len(changed_lines(before, after)) >= MOST * 10
