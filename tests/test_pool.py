"""Any number of processes give the same report, and one that dies costs time alone."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from mnlint import pool

FIXTURES = Path(__file__).parents[1] / "fixtures"


def squared(number: int) -> bytes:
    return f"{os.getpid()} {number * number}".encode()


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
def test_every_piece_is_done_once_by_processes_of_their_own(jobs: int) -> None:
    shares = pool.spread([1] * 20, jobs)
    found = dict(pool.done(shares, squared))
    assert {number: int(made.split()[1]) for number, made in found.items()} == {n: n * n for n in range(20)}
    processes = {made.split()[0] for made in found.values()}
    assert len(processes) == jobs
    assert str(os.getpid()).encode() not in processes


def test_neighbours_go_together_and_the_largest_apart() -> None:
    assert pool.spread([1, 100, 2, 99, 3], 2) == [[0, 1, 2], [3, 4]]
    assert pool.spread([1] * 16, 2) == [[0, 1, 4, 5, 8, 9, 12, 13], [2, 3, 6, 7, 10, 11, 14, 15]]
    assert pool.spread([5], 8) == [[0]]
    assert pool.spread([], 2) == []


def test_results_larger_than_a_pipe_arrive_whole() -> None:
    found = dict(pool.done([[0, 1], [2]], lambda number: bytes([number]) * 3_000_000))
    assert found == {number: bytes([number]) * 3_000_000 for number in range(3)}


def fragile(number: int) -> bytes:
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 4:
        raise ValueError("four")
    return b"done"


def test_what_a_process_that_dies_leaves_is_missing() -> None:
    found = dict(pool.done([[0, 1, 2], [3, 4, 5], [6]], fragile))
    assert found == {0: b"done", 3: b"done", 6: b"done"}


def test_nobody_is_left_behind() -> None:
    list(pool.done([[0], [1]], squared))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
