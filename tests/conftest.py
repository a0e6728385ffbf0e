"""What every test stands on: an environment without surprises, `--update`, and the program as a function."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from canary import CANARY, FILES, VARIABLES
from mnlint import cache
from mnlint.cli import program
from watching import watch

Program = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]

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
WATCHING = Path(watch.__file__).parent
LINTER = WATCHING.parents[1] / "linter"
MNLINT = Path(sys.executable).with_name("mnlint")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what scenarios print into their expected.txt")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: nobody has to look through it for garbage, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # as for a run of the program


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests have counted: variants that were blurred, inputs of each threat."""
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


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside of all that is checked, with a home folder in it: whatever lies there has the canary in it.

    From here on the linter is watched, in this process and in those that are started.
    """
    folder = tmp_path_factory.getbasetemp() / "elsewhere"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    tempfile.tempdir = str(tmp_path_factory.getbasetemp())  # where tests have folders of their own
    report = tmp_path_factory.getbasetemp() / "watched"
    watch.begin(str(report), [str(tmp_path_factory.getbasetemp())], str(folder))
    return folder


@pytest.fixture(autouse=True)
def _watched(elsewhere: Path) -> Iterator[None]:
    """No test may see the linter open, start or ask for what is none of its business."""
    watch.again()
    yield
    wrong = watch.again()
    assert not wrong, "the linter touched what it may not: " + "; ".join(wrong)


@pytest.fixture(scope="session")
def ours(elsewhere: Path) -> Iterator[dict[str, str]]:
    """The environment that we were started in. In its place comes one without surprises, once for all tests."""
    given = dict(os.environ)
    for name in given:
        if name in STEERING or name.startswith(STEERING_PREFIXES) or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ.update({"COLUMNS": "80", **VARIABLES, **watched(elsewhere)})
    yield given
    restore(given)


def restore(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture(autouse=True)
def _scrubbed(request: pytest.FixtureRequest, ours: dict[str, str]) -> Iterator[None]:
    if not request.node.get_closest_marker("real"):
        yield
        return
    scrubbed = dict(os.environ)
    restore(ours)  # those fetch the counterpart, and scrub what they start themselves
    yield
    restore(scrubbed)


def watched(elsewhere: Path) -> dict[str, str]:
    """The environment in which a process that is started is watched, too."""
    base = elsewhere.parent
    return {
        "HOME": str(elsewhere / "home"),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(WATCHING), os.environ.get("PYTHONPATH")))),
        watch.REPORT: str(base / "watched"),
        watch.ROOTS: str(base),
        watch.FORBIDDEN: str(elsewhere),
    }


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
            done = CliRunner().invoke(program, [str(argument) for argument in arguments], prog_name="mnlint")
        finally:
            sys.setrecursionlimit(limit)
        assert CANARY not in done.output
        return done

    return run


@pytest.fixture
def shell(elsewhere: Path) -> Shell:
    """The program of this checkout in a process of its own: `shell("check", ".", cwd=folder)`, watched as in this one.

    Of our environment it gets what every program needs, beside what a test gives it.
    """
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in os.environ}
    given = {**kept, **VARIABLES, **watched(elsewhere), "PYTHONPATH": os.pathsep.join(map(str, (WATCHING, LINTER)))}

    def run(*arguments: str | Path, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [MNLINT, *arguments],
            cwd=cwd,
            env={**given, **more},
            capture_output=True,
            timeout=60,
            encoding="utf-8",
            errors="surrogateescape",
        )
        assert CANARY not in done.stdout + done.stderr
        return done

    return run
