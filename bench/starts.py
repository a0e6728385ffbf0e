"""What it takes to start, and to judge one file: what an editor and a pre-commit hook feel."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import page, tools
from bench.alternate import WORK, Effort, Job, Measured, alternate, ratio
from bench.page import Goal

ROUNDS: Final = 25  # of programs that take hundredths of a second
SLOW_ROUNDS: Final = 3  # of programs that take seconds
SARIF: Final = ("--exit-zero", "--output", "sarif")
DEMO: Final = tools.ROOT / "fixtures" / "demo"
# Each language's file, checkov's name for it, how many times a bare Python we may take, cold and again, and how many
# times as long checkov should take.
FILES: Final = {
    "Bicep": ("bicep/modules/hub.bicep", "bicep", 6, None, 14, None),
    "ARM JSON": ("arm/azuredeploy.json", "arm", 6, None, 14, None),
    "Terraform": ("terraform/modules/hub/main.tf", "terraform", 25, 6, 7, 25),
}
IRRELEVANT: Final = "resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: 'st' }\n"


def emptied(cache: Path) -> Callable[[int], None]:
    """What makes a run a cold one."""
    return lambda _round: shutil.rmtree(cache, ignore_errors=True)


def starting(effort: Effort) -> str:
    """The part about runs that have nothing to judge."""
    folder = WORK / "nothing"
    for name, settings in (("plain", None), ("with-settings", "fail-on: error\n")):
        below = folder / name
        (below / ".git").mkdir(parents=True, exist_ok=True)
        (below / "main.bicep").write_text(IRRELEVANT, "utf-8")
        if settings is not None:
            (below / ".mnlint.yaml").write_text(settings, "utf-8")
    # A hook runs in its repository, and what is kept is kept for each.
    caches = [WORK / "cache" / f"starting-{name}" for name in ("nothing", "plain", "with-settings")]
    for cache in caches:
        emptied(cache)(0)
    check = {
        name: tools.started(f"mnlint check, no relevant file, {name}")
        for name in ("no settings file", "settings file, again")
    }
    version = tools.Tool("mnlint --version", lambda _tree, _out: [tools.MNLINT, "--version"])
    jobs = [
        Job(tools.bare(), folder),
        Job(version, folder, caches[0]),
        Job(check["no settings file"], folder / "plain", caches[1]),
        Job(check["settings file, again"], folder / "with-settings", caches[2]),
        Job(tools.version_of("checkov"), folder, rounds=SLOW_ROUNDS),
        Job(tools.version_of("semgrep", "--disable-version-check"), folder, rounds=SLOW_ROUNDS),
    ]
    found = alternate(jobs, ROUNDS, effort, warm_up=True)
    floor, ours = found[0], found[1:4]
    rows = [(one.name, *page.times(one), str(ratio(one, floor) or page.NONE)) for one in found]
    return page.part(
        "Starting",
        "starting",
        "What has to be paid before anything is judged.",
        page.table(("command", "CPU", "wall", "memory", "÷ python"), rows),
        page.goals([Goal(f"{one.name} ÷ `python -c pass`", ratio(one, floor), most=2) for one in ours]),
    )


def one_file(effort: Effort) -> str:
    """The part about one file, with all policies and SARIF as the report."""
    rows, wanted = [], []
    for language, (file, framework, cold_most, warm_most, cold_least, warm_least) in FILES.items():
        folder = WORK / "one-file" / framework
        (folder / ".git").mkdir(parents=True, exist_ok=True)
        alone = folder / Path(file).name
        shutil.copyfile(DEMO / file, alone)
        cold, warm = WORK / "cache" / f"cold-{framework}", WORK / "cache" / f"warm-{framework}"
        emptied(warm)(0)
        jobs = [
            Job(tools.bare(), alone),
            Job(tools.started("mnlint, cold", *SARIF), alone, cold, emptied(cold)),
            Job(tools.started("mnlint, again", *SARIF), alone, warm),
            Job(tools.checkov([framework], "sarif"), alone, rounds=SLOW_ROUNDS),
        ]
        floor, first, again, peer = found = alternate(jobs, ROUNDS, effort, warm_up=True)
        rows += [
            (
                f"{language}: {one.name}",
                *page.times(one),
                str(ratio(one, floor) or page.NONE),
                str(ratio(peer, one) or page.NONE),
            )
            for one in found[1:]
        ]
        wanted += _goals(language, floor, peer, ((first, cold_most, cold_least), (again, warm_most, warm_least)))
    return page.part(
        "One file",
        "one-file",
        "One file that matters, alone in its folder, from `fixtures/demo`: all policies, SARIF as the report.",
        page.table(("what", "CPU", "wall", "memory", "÷ python", "checkov ÷ this"), rows),
        page.goals(wanted),
    )


def _goals(
    language: str, floor: Measured, peer: Measured, ours: tuple[tuple[Measured, int | None, int | None], ...]
) -> list[Goal]:
    made = []
    for one, most, least in ours:
        if most is not None:
            made.append(Goal(f"{language}: {one.name} ÷ `python -c pass`", ratio(one, floor), most=most))
        if least is not None:
            made.append(Goal(f"{language}: checkov ÷ {one.name}", ratio(peer, one), least=least))
    return made
