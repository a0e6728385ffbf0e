"""Every command that a page shows, run as it is written, in a repository such as its reader has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MNLINT = Path(sys.executable).with_name("mnlint")
NAMES = ("index", "ci", "silencing", "reports", "settings")
PAGES = [
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("index", "ci", "silencing", "reports", "settings")),
]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
# What is no command of ours: other tests run it, or it stands for what the reader has.
OTHERS = {"make demo", "make test"}


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in BLOCK.findall(page.read_text("utf-8")):
            lines = [line.partition(" #")[0].strip() for line in block.splitlines()]
            found += [(page.name, line) for line in lines if line and line not in OTHERS]
    return found


COMMANDS = commands()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two hubs, a parameter file, modules that were restored, and a policy of its own."""
    repo = tmp_path_factory.mktemp("made")
    files = {
        "main.bicep": HUB,
        "infra/main.bicep": "param mode string\n" + HUB.replace("'Disabled'", "mode"),
        "prod.bicepparam": "using 'infra/main.bicep'\nparam mode = 'AllowOnlyApprovedOutbound'\n",
        ".bicep/br/readme.txt": "",
        "our-policies/lists/readme.txt": "",
        "lock.yaml": "locked: all\n",
        ".mnlint-baseline.json": '{"version": 1, "findings": []}\n',
        "a.sarif": "",
    }
    for name, text in files.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text, "utf-8")
    own = ROOT / "fixtures" / "own-policies" / "OWN001-endpoint-missing.yaml"
    (repo / "our-policies" / own.name).write_text(own.read_text("utf-8"), "utf-8")
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "x"]):
        subprocess.run(["git", *who, *arguments], cwd=repo, check=True, capture_output=True)
    subprocess.run(
        [Path(sys.executable).with_name("mnlint"), "check", "--output", "sarif=a.sarif", "--exit-zero"],
        cwd=repo,
        check=True,
    )
    return repo


@pytest.fixture
def repo(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "repo")


def test_there_are_commands() -> None:
    assert {page for page, _ in COMMANDS} == {page.name for page in PAGES} - {"settings.md"} | (
        {"settings.md"} & {p for p, _ in COMMANDS}
    )
    assert len(COMMANDS) > 25


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=[f"{page}: {command}" for page, command in COMMANDS])
def test_it_runs(page: str, command: str, repo: Path) -> None:
    assert command.startswith("mnlint "), "run it, or name it here"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", command], cwd=repo, env={**os.environ, "PATH": path}, input="", capture_output=True, text=True
    )
    asks = command.startswith("mnlint init")  # and gets no answer here
    assert done.returncode in ((0, 1) if not asks else (1,)), done.stdout + done.stderr
    assert "Usage" not in done.stderr and "Traceback" not in done.stderr, done.stderr
