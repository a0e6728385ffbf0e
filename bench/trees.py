"""Whole trees: cold, again, and after a change, beside the raw read of the same files and beside the peers."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bench import made, page, tools
from bench.alternate import WORK, Effort, Job, Measured, alternate, ratio
from bench.page import Goal
from bench.starts import emptied

ROUNDS: Final = 3
SETTLED: Final = 3  # seconds: what was written within two is looked into each time, and nobody has just written a tree
USED: Final = "mnlint, one file changed inside, of which an instance is made"
MOST_MEMORY: Final = 100.0  # MiB
PROJECTS: Final = {"projects": 20, "beside": 12}


class Tree(NamedTuple):
    """A public repository at a commit, and two files of it: one that no network depends on, and one that one does.

    The module that the second one is in may have no instance, so that nothing is made of it: then there is a third one,
    of which something is.
    """

    name: str
    repository: str
    commit: str
    framework: str  # checkov's
    outside: str
    inside: str
    made_of: str = ""
    checkov_least: float | None = None  # how many times our time checkov takes, if we are as fast as we want to be
    floor_most: float | None = None  # how many times the floor we may take
    whole_least: float | None = None  # as checkov_least, where every file is parsed
    only: str = ""  # the end of the names of those files that are taken; all if empty

    @property
    def folder(self) -> str:
        return self.repository.partition("/")[2]


TREES: Final = (
    Tree(
        "bicep-modules",
        "Azure/bicep-registry-modules",
        "9f9ea1a18204e262be9a4a64e3e3cc7fbe5e509d",
        "bicep",
        outside="avm/res/sql/server/tests/e2e/defaults/main.test.bicep",
        inside="avm/res/machine-learning-services/workspace/main.bicep",
        checkov_least=10,
        floor_most=3,
        whole_least=4,
        only=".bicep",
    ),
    Tree(
        "bicep-modules-whole",
        "Azure/bicep-registry-modules",
        "9f9ea1a18204e262be9a4a64e3e3cc7fbe5e509d",
        "bicep arm",
        outside="avm/res/sql/server/tests/e2e/defaults/main.test.bicep",
        inside="avm/res/machine-learning-services/workspace/main.bicep",
    ),
    Tree(
        "terraform-caf",
        "aztfmod/terraform-azurerm-caf",
        "e09d494a521cb23e30ff7af6ceff2c06b043bab7",
        "terraform",
        outside="modules/msgraph/groups/variables.tf",
        inside="modules/analytics/machine_learning/workspace.tf",
        made_of="machine_learning.tf",
        checkov_least=50,
    ),
)


def how_to_fetch() -> str:
    """The commands, one tree after the other."""
    lines: list[str] = []
    for tree in {tree.repository: tree for tree in TREES}.values():
        lines += [
            f"    git clone https://github.com/{tree.repository}",
            f"    git -C {tree.folder} checkout {tree.commit}",
        ]
    return "\n".join(lines)


def public(tree: Tree, folder: Path | None, effort: Effort) -> str:
    """The part about a public tree; without a checkout, it says so."""
    title = f"The tree {tree.repository}" + (f", its {tree.only} alone" if tree.only else "")
    source = folder / tree.folder if folder is not None else None
    if source is None or not source.is_dir():
        wanted = f"a folder `{tree.folder}` with a checkout of `{tree.commit}`"
        return page.part(title, tree.name, f"Not measured: {wanted} was not given.")
    copy = _copied(source, tree.name, tree.only)
    time.sleep(SETTLED)
    found = alternate(_jobs(copy, tree.framework.split(), tree.outside, tree.inside, tree.made_of), ROUNDS, effort)
    floor, cold, _, outside, inside, whole, checkov, *others = found
    semgrep = [one for one in others if one.name.startswith("semgrep")]
    used = [one for one in others if one.name == USED]
    wanted = []
    if tree.checkov_least is not None:
        wanted.append(Goal("checkov ÷ mnlint, cold", ratio(checkov, cold), least=tree.checkov_least))
    if tree.floor_most is not None:
        wanted.append(Goal("cold ÷ raw read and scan", ratio(cold, floor), most=tree.floor_most))
    if tree.whole_least is not None:
        wanted.append(Goal("checkov ÷ mnlint --no-prefilter", ratio(checkov, whole), least=tree.whole_least))
    wanted += [Goal("mnlint, cold ÷ semgrep with one rule", ratio(cold, one), most=1) for one in semgrep]
    wanted += _of_second_runs(floor, cold, outside, inside)
    wanted += [Goal("changed inside, where an instance is ÷ cold", ratio(one, cold), most=0.2) for one in used]
    wanted += [Goal("what --no-prefilter cannot read", _count(whole.seen.failures), most=0), *_of_memory(found)]
    told = _told(source)
    about = f"`{tree.commit}`{told}. Changed outside: `{tree.outside}`; inside: `{tree.inside}`."
    if tree.made_of:
        about += f" Of that module there is no instance; of what is in `{tree.made_of}` there is."
    return page.part(title, tree.name, about, _table(found, cold), page.goals(wanted))


def generated(effort: Effort) -> str:
    """The part about the tree that anybody can make."""
    copy = WORK / "trees" / "made"
    shutil.rmtree(copy, ignore_errors=True)
    expected = made.write(copy, **PROJECTS)
    jobs = _jobs(copy, ("bicep", "arm", "terraform"), made.OUTSIDE, made.INSIDE)
    time.sleep(SETTLED)
    floor, cold, _, outside, inside, _, _, *_ = found = alternate(jobs, ROUNDS, effort)
    missing = None if cold.seen.networks is None else float(expected.networks - cold.seen.networks)
    wanted = [
        *_of_second_runs(floor, cold, outside, inside),
        Goal("networks that are there and not seen", missing, most=0),
        *_of_memory(found),
    ]
    about = (
        f"{expected.files:,} files that the script makes, in Bicep, ARM JSON and Terraform with azurerm and azapi: "
        f"{PROJECTS['projects']} projects in each language, with modules {made.DEPTH} deep, each called "
        f"{made.FAN_OUT} times, and so {expected.networks} networks; the other files are about something else."
    )
    return page.part("A tree that the script makes", "made", about, _table(found, cold), page.goals(wanted))


def _jobs(copy: Path, frameworks: Sequence[str], outside: str, inside: str, made_of: str = "") -> list[Job]:
    cache = WORK / "cache" / copy.name
    kept = "" if tools.has("--no-cache") else "no cache in this version"
    whole = "" if tools.has("--no-prefilter") else "no such option in this version"
    changed = copy / made_of
    used = [Job(tools.mnlint(USED), copy, cache, _changes(changed), absent=kept)] if made_of else []
    peers = [tools.checkov(frameworks)]
    peers += [tools.semgrep(), tools.tfparse()] if "terraform" in frameworks else []
    return [
        Job(tools.floor(), copy),
        Job(tools.mnlint("mnlint, cold"), copy, cache, emptied(cache)),
        Job(tools.mnlint("mnlint, again"), copy, cache, absent=kept),
        Job(tools.mnlint("mnlint, one file changed outside"), copy, cache, _changes(copy / outside), absent=kept),
        Job(tools.mnlint("mnlint, one file changed inside"), copy, cache, _changes(copy / inside), absent=kept),
        Job(tools.mnlint("mnlint --no-prefilter", "--no-prefilter", "--no-cache"), copy, cache, absent=whole),
        Job(peers[0], copy, rounds=2),
        *used,
        *(Job(peer, copy, rounds=2) for peer in peers[1:]),
    ]


def _changes(file: Path) -> Callable[[int], None]:
    """Puts a comment at the end of a file, another one each time."""
    plain = file.read_bytes()
    sign = b"//" if file.suffix == ".bicep" else b"#"

    def change(number: int) -> None:
        file.write_bytes(plain.rstrip() + b"\n" + sign + b" change %d\n" % number)

    return change


def _copied(source: Path, name: str, only: str = "") -> Path:
    """The tree to work on: the checkout itself is left alone."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        files = {name for name in names if not name.endswith(only) and not Path(folder, name).is_dir()}
        return {".git"} | files

    copy = WORK / "trees" / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy, ignore=left_out, symlinks=True)
    (copy / ".semgrepignore").touch()  # it would leave out folders that are called tests
    return copy


def _told(source: Path) -> str:
    """What the checkout says of its commit, if that is another one or not known."""
    if not (source / ".git").exists():
        return " (the folder is no clone: its commit is not known)"
    done = subprocess.run(["git", "-C", str(source), "rev-parse", "HEAD"], capture_output=True, text=True)
    head = done.stdout.strip()
    return "" if head and f"`{head}`" and head in {tree.commit for tree in TREES} else f", but it was at `{head}`"


def _of_second_runs(floor: Measured, cold: Measured, outside: Measured, inside: Measured) -> list[Goal]:
    return [
        Goal("changed outside ÷ raw read and scan", ratio(outside, floor), most=1.5),
        Goal("changed inside ÷ cold", ratio(inside, cold), most=0.2),
    ]


def _of_memory(found: list[Measured]) -> list[Goal]:
    ours = [one.memory for one in found if one.name.startswith("mnlint") and one.runs]
    return [Goal("peak memory of ours, MiB", max(ours, default=None), most=MOST_MEMORY)]


def _count(found: int | None) -> float | None:
    return None if found is None else float(found)


def _table(found: list[Measured], cold: Measured) -> str:
    head = ("what", "CPU", "wall", "memory", "÷ cold", "files", "unread", "networks", "findings")
    rows = [
        (one.name, *page.times(one), str(ratio(one, cold) or page.NONE), *map(page.number, one.seen)) for one in found
    ]
    return page.table(head, rows)
