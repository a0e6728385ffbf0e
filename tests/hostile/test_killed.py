"""A process that judges dies: the report is the one that there would be if nothing had happened.

Each dies by an alarm that it gets as soon as it is forked, so that it may be anywhere in its work.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Program
from mnlint import pool
from threats import least

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="one process there")

DEMO = Path(__file__).parents[2] / "fixtures" / "demo"
PROCESSES = 4
AT_ONCE = 1e-6
# Who dies, by number, and after how many seconds.
DEATHS: dict[str, dict[int, float]] = {
    "one at once": {1: AT_ONCE},
    "the first": {0: AT_ONCE},
    "the last": {PROCESSES - 1: AT_ONCE},
    "all at once": dict.fromkeys(range(PROCESSES), AT_ONCE),
    "all but one": dict.fromkeys(range(1, PROCESSES), AT_ONCE),
    "all, one after the other": {number: 0.02 * (number + 1) for number in range(PROCESSES)},
    **{f"all after {ms} ms": dict.fromkeys(range(PROCESSES), ms / 1000) for ms in (10, 40, 80)},
}
Dying = Callable[[dict[int, float]], None]


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Dying:
    """Gives some of the processes that are forked from now on their alarm."""

    def among(deaths: dict[int, float]) -> None:
        fork, numbers = os.fork, iter(range(100))

        def forked() -> int:
            number, child = next(numbers), fork()
            if child == 0 and number in deaths:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_REAL, deaths[number])
            return child

        monkeypatch.setattr(os, "fork", forked)

    return among


def report(mnlint: Program, jobs: int) -> tuple[str, int]:
    done = mnlint(
        *("check", "--jobs", jobs, "--output", "json", "--output", "sarif", "--output", "text", "."), cwd=DEMO
    )
    return done.output, done.exit_code


@pytest.fixture(scope="module")
def alone() -> list[tuple[str, int]]:
    """What one process says: found by the first test that asks."""
    return []


@pytest.mark.parametrize("name", DEATHS)
def test_a_death_is_not_to_be_seen(
    name: str, mnlint: Program, dying: Dying, alone: list[tuple[str, int]], tried: Callable[[str, int], None]
) -> None:
    if not alone:
        alone.append(report(mnlint, 1))
    dying(DEATHS[name])
    assert report(mnlint, PROCESSES) == alone[0]
    assert alone[0][1] == 1
    tried("T20", 1)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_half_a_result_is_none(dying: Dying, tried: Callable[[str, int], None]) -> None:
    """Results that take long to write: some die in the middle of one."""

    def work(number: int) -> bytes:
        return bytes([number]) * 20_000_000

    whole, deaths = 0, [0.002 * step for step in range(1, 11)]
    for seconds in deaths:
        with pytest.MonkeyPatch.context() as patch:
            fork = os.fork

            def forked(seconds: float = seconds, fork: Callable[[], int] = fork) -> int:
                child = fork()
                if child == 0:
                    signal.signal(signal.SIGALRM, signal.SIG_DFL)
                    signal.setitimer(signal.ITIMER_REAL, seconds)
                return child

            patch.setattr(os, "fork", forked)
            found = dict(pool.done([[1, 2, 3]], work))
        assert found == {number: work(number) for number in found}
        assert sorted(found) == list(range(1, len(found) + 1))
        whole += len(found)
    tried("T20", len(deaths))
    assert whole < 3 * len(deaths), "nobody has died"


@pytest.mark.parametrize("most", [0, 1, 3])
def test_no_more_processes(
    most: int, mnlint: Program, monkeypatch: pytest.MonkeyPatch, alone: list[tuple[str, int]]
) -> None:
    """What cannot be forked is done by who would have forked it."""
    if not alone:
        alone.append(report(mnlint, 1))
    fork, numbers = os.fork, iter(range(100))

    def forked() -> int:
        if next(numbers) >= most:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return fork()

    monkeypatch.setattr(os, "fork", forked)
    before = len(list(Path("/dev/fd").iterdir()))
    assert report(mnlint, PROCESSES) == alone[0]
    assert len(list(Path("/dev/fd").iterdir())) == before, "and no pipe is left open"


def test_no_more_threads(
    mnlint: Program, monkeypatch: pytest.MonkeyPatch, alone: list[tuple[str, int]], tmp_path: Path
) -> None:
    """A process that cannot see whether its parent is alive does nothing, least of all what its parent was about to."""
    if not alone:
        alone.append(report(mnlint, 1))
    said = tmp_path / "said"

    def none(function: object, arguments: object) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(pool._thread, "start_new_thread", none)
    monkeypatch.setattr(os, "_exit", lambda code, end=os._exit: (said.open("a").write(f"{code}\n"), end(code)))
    assert report(mnlint, PROCESSES) == alone[0]
    assert set(said.read_text().split()) == {"0"}, "each that was forked has ended there"


def test_no_more_files() -> None:
    import resource  # not everywhere

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 8, hard))
        done = dict(pool.done([[number] for number in range(20)], lambda number: b"x"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert 0 < len(done) < 20, "the others are for who asked"


def test_there_are_enough() -> None:
    assert len(DEATHS) >= least("T20")
