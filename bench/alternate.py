"""Runs commands by turns, round after round, and tells what each took; compares only what ran side by side."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.process import KILLED, Run, measure
from bench.tools import HOME, PEERS, Seen, Tool

WORK = HOME / "work"


class Job(NamedTuple):
    """A tool on a tree, and what is done before each of its runs."""

    tool: Tool
    tree: Path
    cache: Path = WORK / "cache" / "nothing"
    before: Callable[[int], None] = lambda _round: None
    rounds: int = 99  # at most
    absent: str = ""  # why it cannot be run
    codes: tuple[int, ...] = (0,)


class Effort(NamedTuple):
    """How long a run may take before it is ended, in seconds, and how many rounds there are at most."""

    patience: float = 60
    rounds: int = 99


class Measured(NamedTuple):
    """The runs of a job, and what its last report said. `fault` says in words why there is no more of it."""

    name: str
    runs: tuple[Run, ...] = ()
    seen: Seen = Seen()
    fault: str = ""
    over: bool = False  # the time-out ended it: its times are lower bounds

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def memory(self) -> float:
        return max(run.memory for run in self.runs)


def alternate(jobs: Sequence[Job], rounds: int, effort: Effort, *, warm_up: bool = False) -> list[Measured]:
    """Every job once a round, in their order. What fails or is over the time-out is not run again."""
    found = [Measured(job.tool.name, fault=_absent(job)) for job in jobs]
    rounds = min(rounds, effort.rounds)
    for number in range(-1 if warm_up else 0, rounds):
        _say(f"{jobs[-1].tree.name}: round {number + 1} of {rounds}")
        for at, job in enumerate(jobs):
            if found[at].fault or found[at].over or number >= job.rounds:
                continue
            run, seen, fault = _once(job, number, effort.patience)
            over = run.status == KILLED
            runs = (*found[at].runs, run) if number >= 0 or over else ()
            found[at] = Measured(job.tool.name, runs, seen, fault, over)
    return found


def _absent(job: Job) -> str:
    if job.tool.peer and not PEERS.exists():
        return "not measured: not installed"
    return f"not measured: {job.absent}" if job.absent else ""


def _once(job: Job, number: int, patience: float) -> tuple[Run, Seen, str]:
    job.before(number)
    folder = WORK / "out"
    folder.mkdir(parents=True, exist_ok=True)
    job.cache.parent.mkdir(parents=True, exist_ok=True)
    printed, report = folder / "printed", folder / "report"
    command = job.tool.command(job.tree, report)
    run = measure(command, out=printed, cwd=WORK, cache=job.cache, timeout=patience)
    if run.status == KILLED:
        return run, Seen(), ""
    if run.status not in job.codes:
        errors = Path(f"{printed}.err").read_text("utf-8", "replace").strip().splitlines()
        _say(f"  ended with {run.status}: {errors[-1] if errors else ''}")
        return run, Seen(), f"failed with exit code {run.status}"
    try:
        return run, job.tool.seen((printed if job.tool.printed else report).read_text("utf-8")), ""
    except (OSError, ValueError, LookupError, json.JSONDecodeError) as error:
        return run, Seen(), f"left no report that can be read ({type(error).__name__})"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


class Ratio(NamedTuple):
    """How many times as much time one took as another: the median over the rounds that both were in."""

    value: float
    least: bool = False  # at least that: the time-out ended the first one
    most: bool = False  # at most that: it ended the second one

    def __str__(self) -> str:
        sign = "≥ " if self.least else "≤ " if self.most else ""
        return f"{sign}{self.value:.0f}" if self.value >= 100 else f"{sign}{self.value:.2g}"


def ratio(one: Measured, other: Measured) -> Ratio | None:
    """By processor time, which suffers least from what else the machine does. None if one of them was not run."""
    pairs = list(zip(one.runs, other.runs, strict=False))
    if not pairs or one.fault or other.fault or (one.over and other.over):
        return None
    return Ratio(statistics.median(a.cpu / b.cpu for a, b in pairs), one.over, other.over)
