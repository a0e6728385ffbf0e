"""Folders that the user who runs the linter may not enter: what may be in one is never passed over in silence."""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_special_files import CLEAN, POLICY

from conftest import LINTER, MNLINT, WATCHING

DROP_FROM_BOUNDS, OVERRIDES, READS_ALL = 24, 1, 2  # Linux: what prctl is asked for, and what root may by itself


def without_privileges() -> None:
    """In a process that is about to begin: not even root reads there what its mode forbids."""
    system = ctypes.CDLL(None)
    for capability in (OVERRIDES, READS_ALL):
        system.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0)


@pytest.fixture
def forbid() -> Iterator[Callable[[Path], None]]:
    closed: list[Path] = []

    def close(folder: Path) -> None:
        folder.chmod(0)
        closed.append(folder)

    yield close
    for folder in closed:
        folder.chmod(0o700)


def run(repo: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [MNLINT, *arguments],
        cwd=repo,
        env={"PATH": "", "HOME": str(repo / "home"), "PYTHONPATH": f"{WATCHING}:{LINTER}"},
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=without_privileges,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / "main.bicep").write_text(CLEAN)
    for name in ("ours/more/OWN001-endpoint-missing.yaml", "infra/main.bicep"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(POLICY if name.endswith(".yaml") else CLEAN)
    return tmp_path


def test_what_is_open_is_read(repo: Path) -> None:
    code, said = run(repo, "check", "--policies", "ours", ".")
    assert "OWN001" in said
    assert code == 0  # it is a warning


@pytest.mark.parametrize("folder", ["ours/more", "ours/lists"])
def test_policies_are_not_passed_over(repo: Path, folder: str, forbid: Callable[[Path], None]) -> None:
    (repo / folder).mkdir(exist_ok=True)
    forbid(repo / folder)
    code, said = run(repo, "check", "--policies", "ours", ".")
    assert f"{folder}:1:1: this folder of policies cannot be listed: Permission denied" in said
    assert code == 2


def test_hidden_folders_hold_no_policies(repo: Path, forbid: Callable[[Path], None]) -> None:
    (repo / "ours" / ".cache").mkdir()
    forbid(repo / "ours" / ".cache")
    code, said = run(repo, "check", "--policies", "ours", ".")
    assert "OWN001" in said
    assert code == 0


def test_nothing_but_folders_that_nobody_can_list(tmp_path: Path, forbid: Callable[[Path], None]) -> None:
    """That nothing was seen at all is no pass, as if the folder were not there."""
    (tmp_path / ".git").mkdir()
    for name in ("infra", "modules"):
        (tmp_path / name).mkdir()
        forbid(tmp_path / name)
    code, said = run(tmp_path, "check", "--no-cache")
    assert code == 3
    assert "but folders that cannot be listed, such as infra" in said
    assert run(tmp_path, "check", "--no-cache", "--allow-no-input")[0] == 0


def test_a_folder_of_templates_is_told(repo: Path, forbid: Callable[[Path], None]) -> None:
    forbid(repo / "infra")
    code, said = run(repo, "check", ".")
    assert "infra" in said
    assert "this folder cannot be listed: Permission denied" in said
    assert code == 0
