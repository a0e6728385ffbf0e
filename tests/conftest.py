"""What every test stands on: an environment without surprises, `--update`, and the program as a function."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mnlint import cache
from mnlint.cli import program

Program = Callable[..., Result]

# What decides on colours, widths or places outside of a test's own words. No test may reach a network.
STEERING = (
    "PYTHONDONTWRITEBYTECODE",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "LINES",
    "PYTHONWARNINGS",
)
STEERING_PREFIXES = ("MNLINT", "GIT_", "PRE_COMMIT")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what scenarios print into their expected.txt")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: nobody has to look through it for garbage, again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many variants the blur tests tried: it should only ever grow."""
    counts: dict[str, int] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, number in report.user_properties:
                if isinstance(number, int):
                    counts[name] = counts.get(name, 0) + number
    for name, number in sorted(counts.items()):
        terminalreporter.write_line(f"{name}: {number:,}")


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """`tried("T3", 7)`: a test has given the linter seven inputs of a threat; the end of the run adds them up."""
    return record_property


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are to be written instead of compared."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(autouse=True)
def _scrubbed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("real"):  # those fetch the counterpart, and scrub what they start themselves
        return
    for name in list(os.environ):
        if name in STEERING or name.startswith(STEERING_PREFIXES) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """No test sees what another one has kept, but those about keeping."""
    cache.switch(on=False)
    yield
    cache.switch(on=False)


@pytest.fixture
def mnlint(monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program: `mnlint("check", ".", cwd=folder)`, in this process, as a user would start it in `cwd`."""

    def run(*arguments: str | Path, cwd: Path) -> Result:
        limit = sys.getrecursionlimit()
        monkeypatch.chdir(cwd)
        try:
            return CliRunner().invoke(program, [str(argument) for argument in arguments], prog_name="mnlint")
        finally:
            sys.setrecursionlimit(limit)

    return run
