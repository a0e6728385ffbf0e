"""The same bytes in, the same bytes out: 180 runs of one tree that differ in all that should not matter.

An ordinary run has a process for each hash seed and locale, which checks the tree in each of the other ways, a
different one of them first. `make lab` has a process for each, and a larger tree.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import pytest

from mnlint.reports import RENDERERS
from threats import least

FIXTURES = Path(__file__).parents[2] / "fixtures"
SEEDS = ["0", "1", "2", "3", "4294967295"]
# An old locale whose names are no UTF-8, one for every system, and one whose letters have other capitals.
LOCALES: dict[str, dict[str, str]] = {
    "ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
}
JOBS = ["1", "2", "8"]
ORDERS = ["sorted", "shuffled"]
PLACES = ["inside", "elsewhere"]
WAYS = list(product(JOBS, ORDERS, PLACES))
RUNS = list(product(SEEDS, LOCALES, WAYS))
# What changes with a process beside its seed and locale, each from another list.
ZONES = ["UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Kiritimati"]
COLUMNS = ["10", "80", "1000"]
MASKS = [0o022, 0o077, 0o000]
CREATED = ["sorted", "backwards", "shuffled"]

FILES = 200
SMALL = (*(FIXTURES / "demo" / name for name in ("arm", "terraform")), FIXTURES / "scenarios" / "azure-ml-yaml")
LARGE = tuple(path for name in ("demo", "scenarios", "broken") for path in (FIXTURES / name).iterdir() if path.is_dir())
HUB = """\
resource größe 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'größe İ'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
OTHERS = {
    ".bicep": "resource st{n} 'Microsoft.Storage/storageAccounts@2023-01-01' = {{ name: 'st{n}' }}\n",
    ".tf": 'resource "azurerm_storage_account" "st{n}" {{ name = "st{n}" }}\n',
    ".json": '{{"name": "package{n}"}}\n',
    ".yaml": "name: {n}\n",
}
# Checks in each way that it is told, and says what came of it.
PROGRAM = """
import json, os, sys
from pathlib import Path
from mnlint import cache
from mnlint.start import main
os.umask(int(sys.argv[1]))
codes = []
for folder, words in json.loads(sys.argv[2]):
    os.chdir(folder)
    cache.switch(on=True)  # as it is in a new process
    here, sys.argv = sys.argv, ["mnlint", *words]
    try:
        main()  # of which an old locale makes another process, with all of this
    except SystemExit as end:
        codes.append(end.code)
    sys.argv = here
print(codes)
"""


def shuffled(names: Sequence[str], seed: str) -> list[str]:
    made = list(names)
    random.Random(seed).shuffle(made)
    return made


def texts(folders: Sequence[Path]) -> dict[str, bytes]:
    """The files of the tree: of fixtures, some with names that few terminals have, and what has nothing for us."""
    made: dict[str, bytes] = {".git/HEAD": b"", ".mnlint.yaml": b"policies: {MN014: error, MN005: off}\n"}
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            made[f"{folder.parent.name}-{folder.name}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    made |= {f"größe/{name}.bicep": HUB.encode() for name in ("ağ", "İ", "名前")}
    made["größe/main.bicep"] = "module a 'ağ.bicep' = { name: 'a' }\n".encode()
    for number in range(FILES - len(made)):
        suffix = list(OTHERS)[number % len(OTHERS)]
        made[f"other{number % 7}/x{number}{suffix}"] = OTHERS[suffix].format(n=number).encode()
    return made


def grow(folder: Path, files: dict[str, bytes], order: str) -> Path:
    names = sorted(files, reverse=order == "backwards")
    for name in shuffled(names, "names") if order == "shuffled" else names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(files[name])
    return folder


def words(tree: Path, way: tuple[str, str, str], target: Path, *more: str) -> tuple[str, list[str]]:
    """The folder to check in, and the command line: every report to a file."""
    jobs, order, place = way
    names = sorted(path.name for path in tree.iterdir() if path.is_dir() and path.name != ".git")
    if order == "shuffled":
        names = shuffled(names, f"{target}")
    paths = names if place == "inside" else [str(tree / name) for name in names]
    outputs = [word for form in RENDERERS for word in ("--output", f"{form}={target}.{form}")]
    return str(tree if place == "inside" else target.parent), ["check", "--jobs", jobs, *more, *outputs, *paths]


def started(
    tree: Path, seed: str, locale: str, mask: int, runs: list[tuple[str, list[str]]], **environment: str
) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(mask), json.dumps(runs)],
        env={**kept, "PYTHONHASHSEED": seed, **LOCALES[locale], **environment},
        cwd=tree, capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip


def digests(target: Path) -> dict[str, str]:
    """What was written, by format. The files go: nine times 180 of them are many."""
    found = {}
    for form in RENDERERS:
        path = Path(f"{target}.{form}")
        found[form] = hashlib.sha256(path.read_bytes()).hexdigest()
        path.unlink()
    return found


def compared(tmp_path: Path, files: dict[str, bytes], at_once: int) -> int:
    """Makes all the runs, so many of them in one process; how many there were, all of them equal."""
    trees = [grow(tmp_path / f"tree-{order}", files, order) for order in CREATED]
    whole: dict[str, str] = {}
    count = 0
    groups = [RUNS[at : at + at_once] for at in range(0, len(RUNS), at_once)]
    for number, group in enumerate(groups):
        tree, reports = trees[number % len(trees)], tmp_path / f"reports{number}"
        reports.mkdir()
        seed, locale, _ = group[0]
        first = number % len(group)
        ways = [way for *_, way in group[first:] + group[:first]]
        targets = [reports / f"r{at}" for at in range(len(ways))]
        runs = [words(tree, way, target, "--no-cache") for way, target in zip(ways, targets, strict=True)]
        for kept in ("cold", "warm"):  # what is kept changes nothing either
            targets.append(reports / kept)
            runs.append(words(tree, ("2", "shuffled", "inside"), reports / kept))
        done = started(
            tree, seed, locale, MASKS[number % len(MASKS)], runs,
            XDG_CACHE_HOME=str(reports / "caches"),
            TZ=ZONES[number % len(ZONES)], COLUMNS=COLUMNS[number // 3 % len(COLUMNS)],
        )  # fmt: skip
        assert (done.stdout, done.stderr) == (f"{[1] * len(runs)}\n", ""), group[0]
        for target in targets:
            made = digests(target)
            whole = whole or made
            assert made == whole, f"{target} of {seed} {locale} {ways}"
            count += 1
        assert any((reports / "caches").rglob("root-*.json"))
        shutil.rmtree(reports)
    return count


def test_there_are_enough() -> None:
    assert len(RUNS) >= least("T21")
    assert len(SEEDS) * len(LOCALES) * len(JOBS) * len(ORDERS) * len(PLACES) == len(set(map(str, RUNS)))


def test_the_same_bytes_180_times(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    files = texts(SMALL)
    assert len(files) == FILES
    tried("T21", compared(tmp_path, files, len(WAYS)))


@pytest.mark.lab
def test_the_same_bytes_in_180_processes(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    tried("T21", compared(tmp_path, texts(LARGE), 1))
