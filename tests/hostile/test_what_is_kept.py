"""Whatever lies in the folder where things are kept: a report is the one of `--no-cache`, and nothing of it runs.

What is changed, cut or forged there, and links, modes and eight runs at once: `test_kept`.
"""

from __future__ import annotations

import ast
import json
import os
import pickle
import resource
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import test_kept
from conftest import Program
from mnlint import cache
from mnlint.cache import folder as stores
from test_kept import POISON, START, each_kept, forged, fresh, report
from threats import least

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such files there")

PACKAGE = Path(cache.__file__).parents[1]
CANARY = "CANARY-3f1b"


tree, folder = test_kept.tree, test_kept.folder


def made_into(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


class Run:
    """What a pickle may be of: a command."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (f"{Path.cwd()}/{CANARY}",)


def sealed(path: Path, body: bytes) -> bytes:
    kind, _, key = path.stem.partition("-")
    return stores._seal(kind, key, body) + b"\n" + body


def listening(path: Path) -> None:
    """A socket by its short name: the whole one may be too long."""
    here = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as stream:
        stream.truncate(size)


NAMES = {"names": ["os.system"], "given": 0, "rows": ["x", [9, 0]]}
NESTED = b"[" * 200_000 + b"]" * 200_000
ENTRIES: dict[str, Callable[[Path], object]] = {
    "a FIFO": os.mkfifo,
    "a socket": listening,
    "a folder": Path.mkdir,
    "a folder with something in it": lambda path: (path / "x").mkdir(parents=True),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link out": lambda path: path.symlink_to(path.parents[2] / "tree" / "hub.bicep"),
    "a second name of a file of the tree": lambda path: path.hardlink_to(path.parents[2] / "tree" / "hub.bicep"),
    "nothing that may be read": lambda path: (path.touch(0), path.chmod(0)),
    "nothing": lambda path: None,
    "large and empty inside": lambda path: sparse(path, 1 << 40),
    "as large as may be": lambda path: sparse(path, stores.MOST_OF_ONE),
    "a pickle": lambda path: path.write_bytes(pickle.dumps(Run())),
    "a pickle behind a seal": lambda path: path.write_bytes(sealed(path, pickle.dumps(Run()))),
    "deep behind a seal": lambda path: path.write_bytes(sealed(path, NESTED)),
    "a long number behind a seal": lambda path: path.write_bytes(sealed(path, b"1" * 100_000)),
    "no number behind a seal": lambda path: path.write_bytes(sealed(path, b"[NaN, Infinity, -1e999]")),
    "half a character behind a seal": lambda path: path.write_bytes(sealed(path, b'"\\ud800"')),
    "no text behind a seal": lambda path: path.write_bytes(sealed(path, b'"\xff\xfe"')),
    "names of a library behind a seal": lambda path: path.write_bytes(
        forged(*path.stem.split("-", 1), {"outcome": NAMES, "read": {}, "listed": {}, "sources": []})
    ),
    "a folder's table with names of a library": lambda path: path.write_bytes(forged(*path.stem.split("-", 1), NAMES)),
    "a path out of the tree to look at": lambda path: path.write_bytes(
        forged(*path.stem.split("-", 1), {"outcome": {}, "read": {"/etc/hostname": ""}, "listed": {"/": ""}})
    ),
    "code": lambda path: path.write_text(f"__import__('os').mkdir('{CANARY}')\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRIES)
def test_what_lies_in_place_of_an_entry(
    name: str,
    mnlint: Program,
    folder: Path,
    tree: Path,
    tried: Callable[[str, int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tree.parent)
    expected = report(mnlint, tree)
    for path in each_kept(folder):
        if not path.name.startswith("policies"):
            made_into(path, ENTRIES[name])
    hub = (tree / "hub.bicep").read_bytes()
    begun = time.process_time()
    assert report(mnlint, tree) == expected
    tried("T18", 1)
    assert time.process_time() - begun < 20
    assert (tree / "hub.bicep").read_bytes() == hub
    assert not list(tree.parent.rglob(CANARY))


def test_what_lies_in_place_of_policies(folder: Path, tree: Path, tried: Callable[[str, int], None]) -> None:
    """Our own policies are kept compiled where they are no part of a wheel; a process asks for them once."""
    command = [*START, "check", "--output", "json", str(tree)]
    plain = subprocess.run([*command, "--no-cache"], capture_output=True, timeout=60, check=False)
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    for name in ("a FIFO", "a pickle behind a seal", "deep behind a seal", "names of a library behind a seal"):
        kept = each_kept(folder)
        assert any(path.name.startswith("policies-") for path in kept) or (PACKAGE / "_policies").is_dir()
        for path in kept:
            if not path.is_dir():
                made_into(path, ENTRIES[name])
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        tried("T18", 1)
        assert (done.returncode, done.stdout, done.stderr) == (1, plain.stdout, b""), name


# ── the folder ──


def small_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


FOLDERS: dict[str, Callable[[Path], object]] = {
    "everybody's": lambda folder: folder.chmod(0o777),
    "everybody's, as /tmp is": lambda folder: folder.chmod(0o1777),
    "that others may enter": lambda folder: folder.chmod(0o711),
    "read only": lambda folder: folder.chmod(0o500),
    "that nobody may enter": lambda folder: folder.chmod(0o000),
    "a FIFO": lambda folder: (folder.rmdir(), os.mkfifo(folder)),
    "a link to a folder of one's own": lambda folder: (folder.rename(folder.with_name("x")), folder.symlink_to("x")),
    "a link to itself": lambda folder: (folder.rmdir(), folder.symlink_to(folder.name)),
    "below a file": lambda folder: (folder.rmdir(), folder.parent.rmdir(), folder.parent.touch()),
    "below a link to nothing": lambda folder: (
        folder.rmdir(),
        folder.parent.rmdir(),
        folder.parent.symlink_to("nowhere/at/all"),
    ),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_what_the_folder_is(
    name: str, mnlint: Program, folder: Path, tree: Path, tried: Callable[[str, int], None]
) -> None:
    expected = fresh(mnlint, tree)
    folder.mkdir(parents=True, mode=0o700)
    FOLDERS[name](folder)
    found = report(mnlint, tree)
    tried("T18", 1)
    assert (found[1], found[3]) == (expected[1], expected[3])
    assert set(found[2].splitlines()) <= {
        f"mnlint: {str(folder)!a} is not yours alone (mode 0700), so that nothing is kept in it"
    }
    if folder.is_dir():
        folder.chmod(0o700)


def test_the_folder_of_another(
    mnlint: Program, folder: Path, tree: Path, tried: Callable[[str, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fresh(mnlint, tree)
    report(mnlint, tree)
    before = sorted(folder.iterdir())
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    cache.switch(on=True)
    found = report(mnlint, tree)
    tried("T18", 1)
    assert (found[1], found[3]) == (expected[1], expected[3])
    assert "is not yours alone" in found[2]
    assert sorted(folder.iterdir()) == before


def test_no_room_in_it(folder: Path, tree: Path, tried: Callable[[str, int], None]) -> None:
    """A limit for the size of files stops a write as a full disk does: in its middle."""
    command = [*START, "check", "--output", "json", str(tree)]
    plain = subprocess.run([*command, "--no-cache"], capture_output=True, timeout=60, check=False)
    command_there = [command[0], "-B", *command[1:]]  # or half of a module's bytecode would stay in the checkout
    full = subprocess.run(command_there, capture_output=True, timeout=60, preexec_fn=small_disk, check=False)
    again = subprocess.run(command, capture_output=True, timeout=60, check=False)
    tried("T18", 1)
    assert plain.returncode == 1
    assert (full.returncode, full.stdout, full.stderr) == (1, plain.stdout, b"")
    assert (again.returncode, again.stdout, again.stderr) == (1, plain.stdout, b"")
    assert not [path for path in folder.iterdir() if path.suffix != ".json"], "nothing half-written is left"


# ── nothing runs ──


def test_nothing_that_can_run_what_it_reads_is_imported() -> None:
    """Neither here nor in the whole package; a record's methods are made of the names of its fields."""
    runs = {"pickle", "marshal", "shelve", "dill", "joblib", "runpy", "code", "codeop", "imp", "dbm"}
    calls: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not runs & {name.split(".")[0] for name in names}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                calls.setdefault(node.func.id, set()).add(path.relative_to(PACKAGE).as_posix())
    assert {name: calls.get(name, set()) for name in ("exec", "eval", "compile", "__import__")} == {
        "exec": {"model/record.py"},
        "eval": set(),
        "compile": set(),
        "__import__": set(),
    }
    modules = {"cache/records.py", "formats/__init__.py", "reports/__init__.py"}
    modules |= {"resolve/evaluate.py", "resolve/functions/__init__.py"}
    assert calls["import_module"] == modules, "by a name from a table; of the cache's, only classes of the model"


def test_there_are_enough() -> None:
    assert len(ENTRIES) + len(FOLDERS) + len(POISON) >= least("T18")
    assert json.loads(forged("a", "b", [1]).partition(b"\n")[2]) == [1]
