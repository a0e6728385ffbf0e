"""How time and memory grow with a deployment: each shape at n, 2n and 4n, in each language that can say it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bench import doubtful, large, modules, page, tools
from bench.alternate import WORK, Effort
from bench.process import KILLED, Run, measure

ROUNDS: Final = 5
AGAIN: Final = 4  # times as many where a ratio seems to be above
MOST: Final = 2.2  # times as much for twice as much
LEAST: Final = 0.02  # seconds: of less, a ratio tells nothing
LEAST_MEMORY: Final = 5.0  # MiB
CUT: Final = (b"[MN911]", b"[MN912]")  # findings of what is too large to be read or followed to its end
MODE: Final = "AllowOnlyApprovedOutbound"
Files = Mapping[str, str]


class Axis(NamedTuple):
    """What grows: the files of a deployment for a number, and the first such number, which may differ by language."""

    files: Callable[[str, int], Files]
    size: int
    languages: Sequence[str] = tuple(modules.LANGUAGES)
    sizes: Mapping[str, int] = {}
    policies: bool = False  # whether as many policies of one's own grow with it


def _roots(language: str, count: int) -> Files:
    files: dict[str, str] = {}
    for number in range(count):
        made = modules.deployment(language, modules.star(1, MODE))
        files |= {f"root{number}/{path}": text for path, text in made.items()}
    return files


def _beside(language: str, count: int) -> Files:
    suffix = modules.SUFFIX[language]
    files = {f"beside{number}/main.{suffix}": modules.beside(language, number) for number in range(count)}
    return {**modules.deployment(language, modules.star(1, MODE)), **files}


def _one_hub(language: str, _count: int) -> Files:
    return modules.deployment(language, modules.star(1, MODE))


def _shape(shape: str) -> Callable[[str, int], Files]:
    return lambda language, count: dict([large.text(language, shape, count)])


def _in_one(files: Callable[[str, int], Mapping[str, modules.Made]]) -> Callable[[str, int], Files]:
    return lambda language, count: modules.deployment(language, files(MODE, count))


def _some(times: int, files: Callable[[str, int], Files]) -> Callable[[str, int], Files]:
    """Some deployments of one kind: one that is small is over before it can be measured, and what comes in lumps, as a
    collection of garbage does, is much of it."""

    def made(language: str, count: int) -> Files:
        one = files(language, count)
        return {f"root{number}/{path}": text for number in range(times) for path, text in one.items()}

    return made


def _doubtful(shape: Callable[[int], str]) -> Callable[[str, int], Files]:
    return lambda _language, count: {"main.bicep": shape(count)}


AXES: Final[dict[str, Axis]] = {
    "roots": Axis(_roots, 60, sizes={"azurerm": 30, "azapi": 30}),
    "files beside a root": Axis(_beside, 2000),
    # More than 32 modules in a chain are refused, and so is the 1,000th instance of a module in all.
    "modules in a chain": Axis(_some(30, _in_one(lambda mode, n: modules.chain(n, mode))), 7),
    "modules in a chain, for each of 4": Axis(_in_one(lambda mode, n: modules.chain(n, mode, each=4)), 7),
    "calls of one module": Axis(_in_one(lambda mode, n: modules.star(n, mode)), 80),
    "modules called once": Axis(
        _in_one(lambda mode, n: modules.star(n, mode, files=n)), 80, sizes={"azurerm": 40, "azapi": 40}
    ),
    # Of more than 200 members only what all have in common is looked at.
    "members of a loop": Axis(_some(8, _in_one(lambda mode, n: modules.loop(n, mode))), 15),
    "policies of one's own": Axis(_one_hub, 150, ["Bicep"], policies=True),
    **{
        shape: Axis(_some(3, _shape(shape)), size, sizes={"azurerm": small, "azapi": small})
        for shape, size, small in (
            ("closed storage", 300, 100),
            ("fqdn rules", 200, 100),
            ("fqdn rules at once", 200, 100),
            ("inline fqdn rules", 100, 100),
            ("endpoint rules", 100, 60),
            ("hubs", 15, 8),
            ("connections", 120, 60),
        )
    },
    # More than 1,000 networks, rules, connections and what they use are refused.
    **{shape: Axis(_some(3, _doubtful(text)), 60, ["Bicep"]) for shape, text in doubtful.SHAPES.items()},
}

POLICY: Final = """id: OWN{number:03}
name: own-{number}
title: A network of ours needs a mode
severity: warning
added: "1"
for: managedNetwork
require: {{field: effectiveMode, notEquals: Disabled}}
message: "{{name}}: {{effectiveMode}}"
why: To see how time grows with policies.
fix: Set the isolation mode.
see: []
"""


def part(effort: Effort, wanted: Sequence[str]) -> str:
    """The part about growth; with words, only of axes and languages that have one of them in their name."""
    rows, above = [], 0
    for name, axis in AXES.items():
        for language in axis.languages:
            if wanted and not any(word in f"{name} {language}" for word in wanted):
                continue
            row, ratios = _row(name, language, axis, effort)
            above += sum(ratio is None or ratio > MOST for ratio in ratios)
            rows.append(row)
            print(" | ".join(row), file=sys.stderr, flush=True)
    head = ("what", "n", "n: CPU", "2n", "4n", "2n ÷ n", "4n ÷ 2n", "memory 4n ÷ 2n", "")
    words = (
        f"Each deployment at n, 2n and 4n, one after the other, {ROUNDS} times, or up to {ROUNDS * AGAIN} where a "
        "ratio seems too large: the medians of the processor's time, without what a deployment of 1 takes, and of "
        f"the ratios of each time. Twice as much should take at most {MOST} times as long, counted by what each one "
        "more than the first takes. "
        "Of what is over soon there are some deployments, one after the other. Memory is the peak, without that of 1, "
        "too, and with what of earlier ones is not collected yet. A ratio of less than can be measured is a dash. "
        "What is cut short is more than mnlint follows to its end, and says so: that is what bounds it."
    )
    missed = "every ratio is at most that." if not above else f"{above} ratios are above that: they are marked."
    return page.part("Growth", "growth", words, page.table(head, rows), f"Of {2 * len(rows)} ratios, {missed}")


def _row(name: str, language: str, axis: Axis, effort: Effort) -> tuple[tuple[str, ...], list[float | None]]:
    size = axis.sizes.get(language, axis.size)
    counts = (1, size, 2 * size, 4 * size)
    folder = WORK / "growth"
    shutil.rmtree(folder, ignore_errors=True)
    commands = [_written(folder / str(count), language, axis, count) for count in counts]
    runs: list[list[Run]] = [[] for _ in counts]
    ratios: list[float | None] = []
    cut = False
    # What seems to be above is measured more often before it is said.
    for round_ in range(min(ROUNDS * AGAIN, effort.rounds)):
        if round_ and not round_ % ROUNDS and not _is_above(ratios):
            break
        for at, command in enumerate(commands):
            if not any(run.status == KILLED for run in runs[at]):
                out, cache = folder / "out", folder / "cache"
                runs[at].append(measure(command, out=out, cwd=folder, cache=cache, timeout=effort.patience))
                cut = cut or any(sign in out.read_bytes() for sign in CUT)
        ratios = [_median_growth([[run.cpu for run in some] for some in runs], at, counts[at + 1]) for at in (0, 1)]
    for some in runs:
        if any(run.status for run in some):
            why = "over the time" if any(run.status == KILLED for run in some) else "failed"
            return (f"{name}, {language}", f"{size:,}", *[page.NONE] * 6, f"**{why}**"), [None, None]
    start, *times = (median(run.cpu for run in some) for some in runs)
    least, *peaks = (min(run.memory for run in some) for some in runs)
    memory = growth_of(peaks[1], peaks[2], least, 2 * size) if peaks[1] > least + LEAST_MEMORY else None
    row = (
        f"{name}, {language}",
        f"{size:,}",
        *(page.seconds(one - start) for one in times),
        *(f"{ratio:.2f}" if ratio is not None else page.NONE for ratio in ratios),
        f"{memory:.2f}" if memory is not None else page.NONE,
        ", ".join([*(["**above**"] if _is_above(ratios) else []), *(["cut short"] if cut else [])]),
    )
    return row, [ratio for ratio in ratios if ratio is not None]


def _is_above(ratios: Sequence[float | None]) -> bool:
    return any(ratio is not None and ratio > MOST for ratio in ratios)


def _median_growth(times: Sequence[Sequence[float]], at: int, count: int) -> float | None:
    """The median of what each round says: a machine is faster in some minutes than in others, not within a round."""
    found = [growth_of(round_[at + 1], round_[at + 2], round_[0], count) for round_ in zip(*times, strict=False)]
    ratios = [ratio for ratio in found if ratio is not None]
    return median(ratios) if 2 * len(ratios) > len(found) else None


def growth_of(once: float, twice: float, start: float, count: int) -> float | None:
    """How many times as much twice the number takes, by what each one more than the first takes; None if too little."""
    if once <= start + LEAST:
        return None
    return 2 * (twice - start) / (2 * count - 1) / ((once - start) / (count - 1))


def _written(folder: Path, language: str, axis: Axis, count: int) -> list[str]:
    """Writes a deployment; the command that judges it."""
    tree, own = folder / "tree", folder / "policies"
    for path, text in axis.files(language, count).items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text(text, "utf-8")
    options = ["--no-cache"] if tools.has("--no-cache") else []
    if axis.policies:
        own.mkdir()
        for number in range(count):
            (own / f"OWN{number:03}.yaml").write_text(POLICY.format(number=number), "utf-8")
        options += ["--policies", str(own)]
    return [tools.MNLINT, "check", "--exit-zero", "--quiet", "--boundary", str(tree), *options, str(tree)]
