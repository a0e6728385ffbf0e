"""The page docs/benchmarks.md: its head, and one part for each thing measured, of which each may be renewed alone."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from bench.alternate import Measured, Ratio
from bench.tools import MNLINT, PYTHON, ROOT, versions

PAGE: Final = ROOT / "docs" / "benchmarks.md"
HEAD: Final = Path(__file__).with_name("page.in")
NONE: Final = "-"


class Goal(NamedTuple):
    """What should be so: a ratio or an amount that is at most, or at least, some number."""

    words: str
    found: Ratio | float | None
    most: float | None = None
    least: float | None = None

    @property
    def verdict(self) -> str:
        found = self.found.value if isinstance(self.found, Ratio) else self.found
        if found is None:
            return "not measured"
        bound = isinstance(self.found, Ratio) and (self.found.least or self.found.most)
        if self.most is not None:
            met, sure = found <= self.most, not (bound and isinstance(self.found, Ratio) and self.found.least)
        else:
            assert self.least is not None
            met, sure = found >= self.least, not (bound and isinstance(self.found, Ratio) and self.found.most)
        if met:
            return "met" if sure else "not known"
        return "**missed**" if not bound or not sure else "not known"


def goals(those: Sequence[Goal]) -> str:
    """A table of goals."""
    rows = []
    for goal in those:
        found = (
            NONE if goal.found is None else f"{goal.found:.3g}" if isinstance(goal.found, float) else str(goal.found)
        )
        wanted = f"≤ {goal.most:g}" if goal.most is not None else f"≥ {goal.least:g}"
        rows.append((goal.words, wanted, found, goal.verdict))
    return table(("goal", "wanted", "found", ""), rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first one are figures."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def times(one: Measured) -> tuple[str, str, str]:
    """CPU, wall and memory of what was run, or why there is none."""
    if not one.runs or one.fault:
        return one.fault or "not measured", "", ""
    sign = "> " if one.over else ""
    return f"{sign}{seconds(one.cpu)}", f"{sign}{seconds(one.wall)}", f"{one.memory:.0f} MiB"


def seconds(number: float) -> str:
    """Seconds, or thousandths where there are few."""
    return f"{number:.1f} s" if number >= 10 else f"{number:.2f} s" if number >= 1 else f"{number * 1000:.0f} ms"


def number(found: int | None) -> str:
    """A count, or a dash."""
    return NONE if found is None else f"{found:,}"


def part(title: str, name: str, *paragraphs: str) -> str:
    """A part of the page, with the command that renews it."""
    made = f"`make bench BENCH={name}`, {datetime.now(UTC):%Y-%m-%d}, {_machine()}, {_programs()}."
    return "\n".join([f"## {title}\n", *(f"{text.rstrip()}\n" for text in paragraphs), made + "\n"])


def write(parts: Sequence[str], trees: str, file: Path = PAGE, *, whole: bool = False) -> None:
    """The page with these parts in the place of those with the same title; others stay as they are, or go."""
    before = (
        re.split(r"^(?=## )", file.read_text("utf-8"), flags=re.MULTILINE)[1:] if file.exists() and not whole else []
    )
    kept = {text.splitlines()[0]: text.strip() for text in before}
    kept |= {text.splitlines()[0]: text.strip() for text in parts}
    file.write_text(
        "\n\n".join([HEAD.read_text("utf-8").replace("{trees}", trees).strip(), *kept.values()]) + "\n", "utf-8"
    )


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*:\s*(.+)$", info.read_text(), re.MULTILINE) if info.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    kind = model[1] if model else platform.machine()
    return f"{kind}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def _programs() -> str:
    said = [
        subprocess.run([program, "--version"], capture_output=True, text=True).stdout for program in (PYTHON, MNLINT)
    ]
    own = ["python " + said[0].split()[-1], "mnlint " + said[1].split()[-1] + _commit()]
    return ", ".join([*own, *(f"{name} {version}" for name, version in versions().items())])


def _commit() -> str:
    asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(asked, capture_output=True, text=True)
    return f" ({done.stdout.strip()})" if done.returncode == 0 else ""
