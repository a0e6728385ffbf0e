"""What the project is made of: everything has its version and its digest, and nothing runs by being installed.

What needs a registry: `make audit` (weaknesses that are known) and tests/real/test_ci_files.py (zizmor). What a wheel
holds: test_packaging.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
STARTERS = TREE / "linter" / "mnlint" / "starters"
PROJECT = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))
LOCK = (TREE / "requirements.lock").read_text("utf-8")
MAKEFILE = (TREE / "Makefile").read_text("utf-8")
# An entry: a name, its version, perhaps for which systems, then nothing but digests and remarks.
ENTRY = re.compile(
    r"([a-z0-9-]+)==([0-9][0-9a-z.]*)(?: ; [^\\\n]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+(?:    #.*\n)*"
)


def locked() -> dict[str, str]:
    return {found[1]: found[2] for found in ENTRY.finditer(LOCK)}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", requirement, maxsplit=1)[0]).lower()


def test_the_lock_is_versions_and_digests_alone() -> None:
    assert ENTRY.sub("", LOCK) == "", "neither a link, nor another index, nor an option"
    assert len(locked()) >= 40


def test_everything_that_is_asked_for_is_locked() -> None:
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    asked += PROJECT["build-system"]["requires"]
    assert {name_of(one) for one in asked} <= set(locked())
    assert {name_of(one) for one in PROJECT["project"]["dependencies"]} == {
        *("click", "jsonpath-ng", "python-hcl2", "pyyaml")
    }


def test_what_those_ask_for_is_locked() -> None:
    """By what is installed here: whatever a package of the lock needs on this system is in it, too."""
    todo = [name_of(one) for one in PROJECT["project"]["dependencies"]]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            assert name in locked()
            todo += [name_of(one) for one in metadata.requires(name) or () if "extra ==" not in one]
    assert "lark" in seen


def test_what_is_installed_comes_by_its_digest() -> None:
    assert "pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock" in MAKEFILE
    assert "--no-deps --no-build-isolation -e ." in MAKEFILE


def test_every_tool_has_its_version() -> None:
    """The tools that tests compare with are no part of the product: they have their versions, and no digests."""
    words = [
        word for line in re.findall(r"^[A-Z_]+ := (.*[=@]=?[0-9].*)$", MAKEFILE, re.MULTILINE) for word in line.split()
    ]
    tools = [word for word in words if not word.startswith((".real", ".bench"))]
    assert len(tools) >= 10
    assert [tool for tool in tools if not re.fullmatch(r"@?[a-z/-]+[a-z0-9-]*(?:==|@)[0-9.]+", tool)] == []
    for line in re.findall(r"^\t.*\bpip install .*$", MAKEFILE, re.MULTILINE):
        assert re.search(r"\$\([A-Z]+\)|requirements\.lock| -e \.|mnlint-\*\.whl", line), line


def test_nothing_runs_by_being_installed() -> None:
    assert all("--ignore-scripts" in line for line in re.findall(r"^\tnpm install.*$", MAKEFILE, re.MULTILINE))
    assert not [name for name in ("setup.py", "setup.cfg", "package.json", "MANIFEST.in") if (TREE / name).exists()]
    assert not list((TREE / "linter").rglob("*.pth"))
    assert PROJECT["build-system"]["build-backend"] == "hatchling.build"
    assert "backend-path" not in PROJECT["build-system"]
    project = PROJECT["project"]
    assert project["scripts"] == {"mnlint": "mnlint.start:console"}
    assert not {"gui-scripts", "entry-points", "optional-dependencies"} & set(project)


USES = re.compile(r"^\s*(?:- )?uses: (.*)$", re.MULTILINE)


@pytest.mark.parametrize("file", [TREE / "action.yml", *sorted(STARTERS.glob("*.yml")), TREE / "docs" / "ci.md"])
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    found = USES.findall(file.read_text("utf-8"))
    assert found or file.name not in ("action.yml", "github.yml")
    wrong = [one for one in found if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[0-9.]+", one)]
    assert wrong == []


@pytest.mark.parametrize("file", [*sorted(STARTERS.glob("*.y*ml"))], ids=lambda file: file.name)
def test_starters_install_one_version(file: Path) -> None:
    text = file.read_text("utf-8")
    for line in re.findall(r".*(?:pip install|additional_dependencies).*", text):
        assert re.search(r"'mnlint==[0-9.]+'", line), line
    assert "curl" not in text
    assert "pull_request_target" not in text


def test_what_is_said_of_a_file_is_its_digest() -> None:
    """A lock in which a digest were of another length would say nothing."""
    assert not ENTRY.fullmatch("click==8.1 \\\n    --hash=sha256:00\n")
    assert not ENTRY.fullmatch("click==8.1 \\\n    --hash=md5:" + "0" * 64 + "\n")
    assert ENTRY.fullmatch("click==8.1 \\\n    --hash=sha256:" + "0" * 64 + "\n")
