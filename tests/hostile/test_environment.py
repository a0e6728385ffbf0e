"""The environment stays out: no value of it is one of a template's, and git runs nothing that a repository names."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from canary import CANARY, VARIABLES
from conftest import Program, Shell
from threats import least

HUB = """\
MODE
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: mode } }
}
"""
PARAMETER = HUB.replace("MODE", "param mode string")
AZURERM = """\
variable "mode" {
  type = string
}
variable "name" {
  default = "hub"
}
resource "azurerm_ai_foundry" "hub" {
  name = var.name
  managed_network {
    isolation_mode = MODE
  }
}
"""
ARM = (
    '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": [{'
    '"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "hub", '
    '"properties": {"managedNetwork": {"isolationMode": "[MODE]"}}}]}'
)
USING = "using 'main.bicep'\nparam mode = "
# What a template might hope to get from whoever runs the linter: files by name.
READS: dict[str, dict[str, str]] = {
    "readEnvironmentVariable": {"main.bicep": PARAMETER, "p.bicepparam": f"{USING}readEnvironmentVariable('CANARY')\n"},
    "with a default": {"main.bicep": PARAMETER, "p.bicepparam": f"{USING}readEnvironmentVariable('CANARY', 'x')\n"},
    "its name is computed": {
        "main.bicep": PARAMETER,
        "p.bicepparam": f"{USING}readEnvironmentVariable(concat('CAN', 'ARY'))\n",
    },
    "externalInput": {"main.bicep": PARAMETER, "p.bicepparam": f"{USING}externalInput('sys.envVar', 'CANARY')\n"},
    "in a template": {"main.bicep": HUB.replace("MODE", "var mode = readEnvironmentVariable('CANARY')")},
    "ARM": {"main.json": ARM.replace("MODE", "readEnvironmentVariable('CANARY')")},
    "TF_VAR": {"main.tf": AZURERM.replace("MODE", "var.mode")},
    "TF_CLI_ARGS": {"main.tf": AZURERM.replace("MODE", "var.mode"), ".terraformrc": ""},
    "a file at home": {"main.tf": AZURERM.replace("MODE", 'file("~/secret.txt")')},
    "pathexpand": {"main.tf": AZURERM.replace("MODE", 'file(pathexpand("~/secret.txt"))')},
    "the home by its variable": {"main.tf": AZURERM.replace("MODE", 'file("$HOME/secret.txt")')},
    "path.cwd": {"main.tf": AZURERM.replace("MODE", 'file("${path.cwd}/../elsewhere/home/secret.txt")')},
    "a variable in a path": {"main.bicep": HUB.replace("MODE", "var mode = loadTextContent('%HOME%/secret.txt')")},
    "home in Bicep": {"main.bicep": HUB.replace("MODE", "var mode = loadTextContent('~/secret.txt')")},
    "a module at home": {"main.bicep": "module machinelearningservices '~/hub.bicep' = { name: 'm' }\n"},
    "a folder at home": {"main.tf": AZURERM.replace("MODE", "var.mode") + 'module "m" {\n  source = "~/"\n}\n'},
    "a restored module at home": {
        "main.bicep": f"{PARAMETER}module m 'br:mcr.microsoft.com/bicep/avm/res/x:1.0.0' = {{ name: 'm' }}\n"
    },
    "an alias at home": {"main.bicep": PARAMETER + "module m 'br/x:hub:1.0.0' = { name: 'machinelearning' }\n"},
    "data of the environment": {
        "main.tf": AZURERM.replace("MODE", "data.external.env.result.CANARY")
        + 'data "external" "env" {\n  program = ["env"]\n}\n'
    },
    "a provisioner": {
        "main.tf": AZURERM.replace("MODE", "var.mode")
        + 'resource "null_resource" "x" {\n  provisioner "local-exec" {\n    command = "touch ran"\n  }\n}\n'
    },
    "Azure ML YAML": {
        "ws.yml": "$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json\nname: hub\n"
        "managed_network:\n  isolation_mode: ${CANARY}\n"
    },
}
FORMATS = ("text", "json", "sarif", "gitlab", "github", "azure", "junit", "markdown", "concise")


@pytest.mark.parametrize("name", READS)
def test_no_value_comes_from_the_environment(
    name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    for file, text in READS[name].items():
        (tmp_path / file).write_text(text, "utf-8")
    outputs = [word for form in FORMATS for word in ("--output", f"{form}=out.{form}")]
    done = mnlint("check", "--boundary", ".", *outputs, cwd=tmp_path)
    assert done.exit_code in (0, 1), done.output
    said = "".join((tmp_path / f"out.{form}").read_text("utf-8") for form in FORMATS)
    said += mnlint("facts", "--boundary", ".", cwd=tmp_path).output
    assert CANARY not in said
    report = json.loads((tmp_path / "out.json").read_text("utf-8"))
    known = [f["policy"] for f in report["findings"] if f["policy"] in ("MN001", "MN003")]
    assert not known, "whether the mode is allowed depends on what is not known"
    assert not (tmp_path / "ran").exists()
    tried("T9", 1)


def test_at_least_as_many_as_are_promised() -> None:
    assert len(READS) + len(RUNS) + len(STEERS) >= least("T9")


# ── variables that steer programs ──

STEERS = {
    "another git folder": {"GIT_DIR": "OUT"},
    "another work tree": {"GIT_WORK_TREE": "OUT"},
    "another index": {"GIT_INDEX_FILE": "OUT/index"},
    "other objects": {"GIT_OBJECT_DIRECTORY": "OUT", "GIT_ALTERNATE_OBJECT_DIRECTORIES": "OUT"},
    "settings by variables": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": "RUN",
    },
    "settings by arguments": {"GIT_CONFIG_PARAMETERS": "'core.fsmonitor=RUN'"},
    "a file of settings": {"GIT_CONFIG_GLOBAL": "OUT/home/.gitconfig"},
    "where git's programs lie": {"GIT_EXEC_PATH": "HERE"},
    "a shell": {"GIT_SSH_COMMAND": "RUN", "GIT_PAGER": "RUN", "PAGER": "RUN", "GIT_EDITOR": "RUN"},
    "who asks for passwords": {"GIT_ASKPASS": "RUN", "SSH_ASKPASS": "RUN"},
    "another difference": {"GIT_EXTERNAL_DIFF": "RUN"},
    "traces": {"GIT_TRACE": "HERE/ran", "GIT_TRACE2_EVENT": "HERE/ran"},
    "the current folder is on the way": {"PATH": f":.:HERE:{os.environ['PATH']}"},
    "settings of its own": {"XDG_CONFIG_HOME": "OUT/home/.config"},
    "a proxy": {"https_proxy": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"},
    "modules of Python": {"PYTHONSTARTUP": "HERE/git", "PYTHONINSPECT": ""},
}


@pytest.mark.parametrize("name", STEERS)
def test_git_is_not_steered(
    name: str, tmp_path: Path, shell: Shell, elsewhere: Path, tried: Callable[[str, int], None]
) -> None:
    repo = repository(tmp_path)
    run = program(repo)
    (repo / "git").write_bytes(run.read_bytes())
    (repo / "git").chmod(0o755)
    given = {
        key: value.replace("OUT", str(elsewhere)).replace("RUN", str(run)).replace("HERE", str(repo))
        for key, value in STEERS[name].items()
    }
    done = shell("check", "--base", "HEAD~1", "--output", "concise", ".", cwd=repo, **given)
    assert (done.returncode, "MN005" in done.stdout) == (1, True), done.stdout + done.stderr
    assert not (repo / "ran").exists()
    tried("T9", 1)


# ── a repository whose settings name programs ──

RUNS = {
    "a monitor": [("core.fsmonitor", "RUN")],
    "a way to a host": [("core.sshCommand", "RUN")],
    "hooks": [("core.hooksPath", "HERE/hooks")],
    "a pager": [("core.pager", "RUN"), ("pager.cat-file", "RUN"), ("pager.ls-tree", "RUN")],
    "an editor": [("core.editor", "RUN"), ("sequence.editor", "RUN")],
    "a difference": [("diff.external", "RUN"), ("diff.x.textconv", "RUN"), ("diff.x.command", "RUN")],
    "filters": [("filter.x.process", "RUN"), ("filter.x.smudge", "RUN"), ("filter.x.clean", "RUN")],
    "filters that must be": [("filter.x.process", "RUN"), ("filter.x.required", "true")],
    "another word for a command": [("alias.cat-file", "!RUN"), ("alias.ls-tree", "!RUN"), ("alias.rev-parse", "!RUN")],
    "who knows passwords": [("credential.helper", "!RUN"), ("core.askPass", "RUN")],
    "a proxy": [("core.gitProxy", "RUN")],
    "signatures": [("gpg.program", "RUN"), ("log.showSignature", "true"), ("gpg.ssh.program", "RUN")],
    "another file": [("include.path", "HERE/more"), ("core.attributesFile", "HERE/more")],
    "a merge": [("merge.x.driver", "RUN"), ("mergetool.x.cmd", "RUN")],
    "what a remote runs": [("remote.origin.uploadpack", "RUN"), ("remote.origin.url", "HERE")],
    "what sends": [("uploadpack.packObjectsHook", "RUN"), ("core.alternateRefsCommand", "RUN")],
    "a partial clone": [*(PROMISED := [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("protocol.allow", "always"),
    ]), ("remote.origin.url", "ext::RUN"), ("protocol.ext.allow", "always")],
    "a partial clone by ssh": [
        *PROMISED, ("remote.origin.url", "ssh://h/r"), ("core.sshCommand", "RUN"), ("protocol.ssh.allow", "always")
    ],
    "a partial clone from a folder": [
        *PROMISED, ("remote.origin.url", "HERE"), ("remote.origin.uploadpack", "RUN"), ("protocol.file.allow", "always")
    ],
    "a partial clone by a helper": [
        *PROMISED, ("remote.origin.vcs", "x"), ("remote.origin.url", "x"), ("protocol.x.allow", "always")
    ],
    "submodules": [("submodule.recurse", "true"), ("submodule.sub.update", "!RUN"), ("submodule.sub.url", "ext::RUN")],
    "where it is at work": [("core.worktree", "HERE/..")],
}  # fmt: skip


def git(folder: Path, *words: str, **more: str) -> str:
    """A test's own git: not the linter's."""
    kept = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"]
    done = subprocess.run(["git", *who, *words], cwd=folder, env=kept, capture_output=True, text=True, check=True)
    return done.stdout


def repository(folder: Path) -> Path:
    """One with two commits: a hub's isolation is switched off in the second."""
    repo = folder / "repo"
    repo.mkdir()
    git(repo, "init", "--quiet", "--initial-branch=main")
    for mode in ("AllowOnlyApprovedOutbound", "Disabled"):
        (repo / "main.bicep").write_text(HUB.replace("MODE", f"var mode = '{mode}'"), "utf-8")
        (repo / ".gitattributes").write_text("* filter=x diff=x merge=x\n", "utf-8")
        git(repo, "add", "--all")
        git(repo, "commit", "--quiet", "--message=x")
    return repo


def program(repo: Path) -> Path:
    """One that leaves a file behind, and the same under every name that a hook may have."""
    made = repo / "run"
    made.write_text(f"#!/bin/sh\ntouch '{repo}/ran'\nexit 1\n", "utf-8")
    made.chmod(0o755)
    for folder in (repo / "hooks", repo / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in (
            "post-checkout",
            "reference-transaction",
            "post-index-change",
            "pre-auto-gc",
            "fsmonitor-watchman",
        ):
            (folder / hook).unlink(missing_ok=True)
            (folder / hook).symlink_to(made)
    (repo / "git-remote-x").symlink_to(made)
    (repo / "more").write_text(f"[core]\n\tfsmonitor = {made}\n", "utf-8")
    return made


@pytest.mark.skipif(os.name == "nt", reason="what is planted is a shell script")
@pytest.mark.parametrize("name", RUNS)
def test_git_runs_nothing(
    name: str, mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tried: Callable[[str, int], None]
) -> None:
    repo = repository(tmp_path)
    base = git(repo, "rev-parse", "HEAD~1").strip()
    run = program(repo)
    promised = any(key == "remote.origin.promisor" for key, _ in RUNS[name])
    if promised:  # a blob that is not there would be fetched
        blob = git(repo, "rev-parse", "HEAD~1:main.bicep").strip()
        (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for key, value in RUNS[name]:
        git(repo, "config", key, value.replace("RUN", str(run)).replace("HERE", str(repo)))
    monkeypatch.setenv("PATH", f"{repo}{os.pathsep}{os.environ['PATH']}")
    for option in ("--base", "--changed-since"):
        done = mnlint("check", option, base, "--output", "concise", ".", cwd=repo)
        assert not (repo / "ran").exists(), f"{name}, {option}"
        assert "Traceback" not in done.output
        if promised:
            assert (done.exit_code, "mnlint: " in done.stderr) == (2, True), done.output
        else:
            assert ("MN005" if option == "--base" else "MN001") in done.stdout, done.output
    tried("T9", 1)


def test_what_is_planted_would_run(tmp_path: Path) -> None:
    """A git that is not ours runs it: else the tests above could not fail."""
    repo = repository(tmp_path)
    git(repo, "config", "core.fsmonitor", str(program(repo)))
    git(repo, "status")
    assert (repo / "ran").exists()
    (repo / "ran").unlink()
    git(repo, "config", "--unset", "core.fsmonitor")
    blob = git(repo, "rev-parse", "HEAD~1:main.bicep").strip()
    (repo / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for key, value in RUNS["a partial clone"]:
        git(repo, "config", key, value.replace("RUN", str(repo / "run")))
    with pytest.raises(subprocess.CalledProcessError):
        git(repo, "-c", "protocol.allow=never", "cat-file", "-p", blob)
    assert (repo / "ran").exists()
    (repo / "ran").unlink()
    with pytest.raises(subprocess.CalledProcessError):  # what keeps versions from it that do not know of lazy fetches
        git(repo, "cat-file", "-p", blob, GIT_ALLOW_PROTOCOL="")
    assert not (repo / "ran").exists()


def test_no_grafted_or_replaced_history_is_believed(mnlint: Program, tmp_path: Path) -> None:
    repo = repository(tmp_path)
    first, last = git(repo, "rev-parse", "HEAD~1", "HEAD").split()
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "grafts").write_text(f"{last}\n", "utf-8")  # the last commit has no parent
    git(repo, "replace", first, last)
    for name in (first, "HEAD~1"):
        done = mnlint("check", "--base", name, "--output", "concise", ".", cwd=repo)
        assert "MN005" in done.stdout, done.output


def test_a_folder_that_looks_like_a_repository_is_none(mnlint: Program, tmp_path: Path) -> None:
    """Its files are anybody's, and with them what it says of other days: here that isolation was never on."""
    repo = repository(tmp_path)
    git(repo, "clone", "--quiet", "--bare", ".", "inner")
    template = repo / "inner" / "main.bicep"
    template.write_text(HUB.replace("MODE", "var mode = 'AllowOnlyApprovedOutbound'"), "utf-8")
    git(repo, "add", "--force", "inner/main.bicep")
    git(repo, "commit", "--quiet", "--message=x")
    template.write_text((repo / "main.bicep").read_text("utf-8"), "utf-8")
    done = mnlint("check", "--base", "HEAD", "--boundary", ".", "--output", "concise", ".", cwd=repo / "inner")
    assert (done.exit_code, "MN005" in done.stdout) == (1, True), done.output


def test_every_variable_of_the_canary_is_set() -> None:
    assert VARIABLES.items() <= os.environ.items()
