"""Measures the command as users start it: whole processes, alternating, as ratios to a bare Python in one run."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
MNLINT = str(Path(sys.executable).with_name("mnlint"))
ROUNDS = 7
FLOOR = [sys.executable, "-c", "pass"]


def jobs() -> dict[str, list[str]]:
    """What is measured, by name."""
    demo = ROOT / "fixtures" / "demo"
    return {
        "python -c pass": FLOOR,
        "mnlint --version": [MNLINT, "--version"],
        "mnlint check, Bicep": [MNLINT, "check", "--exit-zero", "--boundary", str(demo / "bicep"), str(demo / "bicep")],
        "mnlint check, ARM JSON": [MNLINT, "check", "--exit-zero", "--boundary", str(demo / "arm"), str(demo / "arm")],
        "mnlint check, Terraform": [
            MNLINT, "check", "--exit-zero", "--boundary", str(demo / "terraform"), str(demo / "terraform"),
        ],
    }  # fmt: skip


class Run(NamedTuple):
    """Seconds on the clock and of the processor in the program itself, and peak memory (MiB)."""

    wall: float
    user: float
    memory: float


def measure(command: list[str]) -> Run:
    """One run of a whole process."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink)
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sink.seek(0)
            sys.exit(f"{command} failed: {sink.read().decode(errors='replace')}")
    return Run(time.perf_counter() - started, usage.ru_utime, usage.ru_maxrss / 1024)


def main() -> None:
    """Prints a Markdown table."""
    found: dict[str, list[Run]] = {name: [] for name in jobs()}
    for command in jobs().values():
        measure(command)  # once for the file caches
    for _ in range(ROUNDS):
        for name, command in jobs().items():
            found[name].append(measure(command))
    floor = statistics.median(run.wall for run in found["python -c pass"])
    print("| command | median | ratio | peak memory |\n|---|---|---|---|")
    for name, runs in found.items():
        seconds = statistics.median(run.wall for run in runs)
        print(f"| {name} | {seconds * 1000:.0f} ms | {seconds / floor:.1f} | {max(r.memory for r in runs):.0f} MiB |")


if __name__ == "__main__":
    main()
