"""Only what has changed since a revision: by line and by network, in real repositories, and nothing lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Program
from mnlint.discover.changed import MOST, changed_lines
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
        {
            "main.bicep": "// a word\n"
            + hub("first")
            + "\n"
            + hub("second").replace("friendlyName: 'second'", "friendlyName: 'ours'")
        },
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
    assert told(mnlint, repository) == [("MN001", "first")]  # as suppressed
    assert mnlint("check", "--changed-since", "main", cwd=repository).exit_code == 0


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


def test_lines_that_are_hard_to_compare_end() -> None:
    half = MOST // 2 - 2
    before, after = b"y\n" + b"a\nb\n" * half + b"x\n", b"z\n" + b"a\nc\n" * half + b"w\n"
    assert {1, 3, MOST - 2} <= changed_lines(before, after)


APPROVED = "AllowOnlyApprovedOutbound"
VALUE = {
    "main.bicep": "param mode string = 'Disabled'\n" + hub("a").replace("'Disabled'", "mode"),
    "main.bicepparam": f"using 'main.bicep'\nparam mode = '{APPROVED}'\n",
}
TF = """\
variable "mode" {
  default = "Disabled"
}
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network {
    isolation_mode = var.mode
  }
}
"""
LOADED = {"main.bicep": "var mode = loadTextContent('mode.txt')\n" + VALUE["main.bicep"].partition("\n")[2]}
ARM = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.MachineLearningServices/workspaces",
                "apiVersion": "2024-10-01",
                "name": "a",
                "kind": "Hub",
                "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
                "metadata": {"mnlint": "ignore[MN001] a lab"},
            }
        ],
    },
    indent=2,
)
BASELINE = '{"version": 1, "findings": [ENTRIES]}'
ENTRY = json.dumps({"policy": "MN001", "path": "main.bicep", "address": "a network", "property": "isolationMode"})
QUIET = hub("a").replace("      isolationMode", "      // mnlint: ignore[MN001] a lab\n      isolationMode")
# What a change takes away, and no line of a finding's way says so: files before, and after (None: gone).
TAKEN: dict[str, tuple[dict[str, str], dict[str, str | None]]] = {
    "a comment above a resource": ({"main.bicep": "// mnlint: ignore[MN001] x\n" + hub("a")}, {"main.bicep": hub("a")}),
    "a comment on the file": ({"main.bicep": "// mnlint: ignore-file[MN001] x\n" + hub("a")}, {"main.bicep": hub("a")}),
    "the id in a comment": ({"main.bicep": QUIET}, {"main.bicep": QUIET.replace("[MN001]", "[MN003]")}),
    "the id in a remark": ({"main.json": ARM}, {"main.json": ARM.replace("[MN001]", "[MN003]")}),
    "a remark": ({"main.json": ARM}, {"main.json": ARM.replace('"mnlint"', '"lint"')}),
    "a parameter file": (VALUE, {"main.bicepparam": None}),
    "an assignment": (VALUE, {"main.bicepparam": "using 'main.bicep'\n"}),
    "an assignment for another": (VALUE, {"main.bicepparam": "using 'main.bicep'\nparam other = 1\n"}),
    "values of Terraform": ({"main.tf": TF, "a.auto.tfvars": f'mode = "{APPROVED}"\n'}, {"a.auto.tfvars": None}),
    "a file of Terraform": ({"main.tf": TF, "more.tf": 'resource "x" "y" {\n}\n'}, {"more.tf": None}),
    "a rule": ({"main.bicep": hub("a") + rule("r", "a", "b.com")}, {"main.bicep": hub("a")}),
    "what is in a file that is loaded": ({**LOADED, "mode.txt": APPROVED}, {"mode.txt": "Disabled"}),
    "an entry of the baseline": (
        {
            "main.bicep": hub("a"),
            "base.json": BASELINE.replace("ENTRIES", ENTRY),
            ".mnlint.yaml": "baseline: base.json\n",
        },
        {"base.json": BASELINE.replace("ENTRIES", "")},
    ),
    "a setting": (
        {"main.bicep": hub("a"), ".mnlint.yaml": "policies: {MN001: off}\n"},
        {".mnlint.yaml": "fail-on: note\n"},
    ),
    "the settings": ({"main.bicep": hub("a"), ".mnlint.yaml": "policies: {MN001: off}\n"}, {".mnlint.yaml": None}),
}


@pytest.mark.parametrize("how", ["lines", "networks"])
@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_away_is_a_change(
    name: str,
    how: str,
    mnlint: Program,
    repository: Path,  # noqa: F811
    commit: Commit,  # noqa: F811
) -> None:
    before, after = TAKEN[name]
    commit(before)
    assert mnlint("check", "--changed-since", "main", cwd=repository).exit_code == 0
    for file, text in after.items():
        if text is None:
            (repository / file).unlink()
        else:
            write(repository, {file: text})
    done = mnlint("check", "--changed-since", "main", "--changed", how, "--output", "concise", cwd=repository)
    assert (done.exit_code, "MN001" in done.stdout) == (1, True)


def test_a_file_that_is_a_link_now_is_gone(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    commit(VALUE)
    (repository / "main.bicepparam").unlink()
    (repository / "main.bicepparam").symlink_to("elsewhere")
    assert told(mnlint, repository)[0][0] == "MN001"


def test_a_file_that_is_loaded_and_gone(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    commit({**LOADED, "mode.txt": APPROVED})
    (repository / "mode.txt").unlink()
    done = mnlint("check", "--changed-since", "main", "--fail-on-undecided", cwd=repository)
    assert (done.exit_code, "not decided" in done.stdout) == (1, True)


def test_names_may_change_at_the_top(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    commit({"main.bicep": hub("a") + "var x = 1\n", "pyproject.toml": "[project]\n", "package.json": "{}"})
    write(repository, {"main.bicep": hub("a") + "var y = 1\n", "pyproject.toml": "[build]\n"})
    (repository / "package.json").unlink()
    assert told(mnlint, repository) == []


def test_lines_of_sixteen_bits(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    def wide(text: str) -> bytes:
        return b"\xff\xfe" + ("// \u010a\n" + text).replace("\n", "\r\n").encode("utf-16-le")

    (repository / "main.bicep").write_bytes(wide(hub("z") + hub("a", APPROVED)))
    commit({"README.md": "x"})
    (repository / "main.bicep").write_bytes(wide(hub("z") + hub("a")))
    assert told(mnlint, repository) == [("MN001", "a")]


def test_a_compiled_template_alone(mnlint: Program, repository: Path, commit: Commit) -> None:  # noqa: F811
    compiled = ARM.replace('"mnlint"', '"lint"').replace("{", '{"metadata": {"_generator": {"name": "bicep"}},', 1)
    commit({"main.bicep": hub("a"), "main.json": compiled.replace("Disabled", APPROVED)})
    write(repository, {"main.json": compiled})
    assert told(mnlint, repository) == [("MN001", "a")]


@pytest.mark.parametrize("name", ["--help", "HEAD:main.bicep", "", "a\0b", "x" * 200_000])
def test_what_is_no_revision(name: str, mnlint: Program, branch: Path) -> None:
    done = mnlint("check", f"--changed-since={name}", cwd=branch)
    assert (done.exit_code, "no such revision in this clone" in done.stderr) == (2, True)


def test_a_baseline_holds_what_has_not_changed(mnlint: Program, branch: Path) -> None:
    assert mnlint("check", "--changed-since", "main", "--write-baseline", "base.json", cwd=branch).exit_code == 0
    assert len(json.loads((branch / "base.json").read_text("utf-8"))["findings"]) == 3


def test_a_long_stretch_ends() -> None:
    before = "\n".join(f"a{number % 7}" for number in range(MOST * 10)).encode()
    after = b"x\n" + b"\n".join(reversed(before.split(b"\n"))) + b"\ny"
    assert len(changed_lines(before, after)) >= MOST * 10
