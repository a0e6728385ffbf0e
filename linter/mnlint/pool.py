"""Several processes for one list of work: forked, so that each has at hand what was read, giving back bytes in order.

What a process does not give back, for whatever reason, is done by who asked: it costs time and nothing else. No
process outlives the one that it was forked from, however that ends.
"""

from __future__ import annotations

import _thread
import gc
import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

LATE = 1.5  # seconds that a process has for coming back by itself, once the time is over
RUNS = 4  # of neighbours, for each process
HEAD = 12  # bytes before each result: its number and its length


def processors() -> int:
    """How many processes this one may have at work at a time; 0 where none can be forked."""
    if not hasattr(os, "fork"):
        return 0
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(sizes: Sequence[int], jobs: int) -> list[list[int]]:
    """The numbers of some pieces of work for each of several processes.

    Neighbours go together, since they are likely to need the same. The largest runs of them go first, to who has least.
    """
    most = sum(sizes) / (jobs * RUNS)
    runs: list[list[int]] = []
    load = 0
    for number, size in enumerate(sizes):
        if not runs or load + size > most:
            runs.append([])
            load = 0
        runs[-1].append(number)
        load += size
    shares: list[list[int]] = [[] for _ in range(jobs)]
    loads = [0] * jobs
    for run in sorted(runs, key=lambda one: -sum(sizes[number] for number in one)):
        least = loads.index(min(loads))
        shares[least] += run
        loads[least] += sum(sizes[number] for number in run) + len(run)
    return [sorted(share) for share in shares if share]


def done(
    shares: Sequence[Sequence[int]], work: Callable[[int], bytes], ends: float | None = None
) -> Iterator[tuple[int, bytes]]:
    """What `work` gives for each number of each share, a process for each, as it comes; some may be missing.

    `ends` is when all have to be back, by time.monotonic(): who is not, soon after, is ended.
    """
    readers: dict[int, bytearray] = {}
    children = []
    gc.freeze()  # what is there is looked through by no process any more, and stays shared
    life, ours = os.pipe()  # nobody but this process can write there, and so it ends with it
    try:
        for share in shares:
            forked = _forked(share, work, life, ours)
            if forked is None:
                break
            child, reader = forked
            readers[reader] = bytearray()
            children.append(child)
        while readers:
            left = None if ends is None else ends + LATE - time.monotonic()
            if left is not None and left <= 0:
                for child in children:
                    os.kill(child, signal.SIGKILL)  # not waited for yet, so that the number is nobody else's
                ends = left = None
            for reader in select.select(list(readers), [], [], left)[0]:
                data = os.read(reader, 1 << 20)
                readers[reader] += data
                yield from _whole(readers[reader])
                if not data:
                    os.close(reader)
                    del readers[reader]
    finally:
        for handle in (*readers, life, ours):
            os.close(handle)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _forked(share: Sequence[int], work: Callable[[int], bytes], life: int, ours: int) -> tuple[int, int] | None:
    """A process at work, and where it gives back; None if there can be no more of them."""
    try:
        reader, writer = os.pipe()
    except OSError:
        return None
    try:
        child = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None
    if child == 0:
        try:
            os.close(reader)
            os.close(ours)
            _thread.start_new_thread(_end_with, (life,))
            _work(share, work, writer)
        finally:
            os._exit(0)  # nothing of what it was forked from is flushed or closed twice, whatever has failed
    os.close(writer)
    return child, reader


def _end_with(life: int) -> None:
    """Ends this process when its parent has ended."""
    os.read(life, 1)
    os._exit(1)


def _work(share: Sequence[int], work: Callable[[int], bytes], writer: int) -> None:
    """What a forked process does."""
    with os.fdopen(writer, "wb") as stream:
        for number in share:
            made = work(number)
            stream.write(number.to_bytes(4, "little") + len(made).to_bytes(8, "little") + made)
            stream.flush()


def _whole(data: bytearray) -> Iterator[tuple[int, bytes]]:
    """The results that have arrived as a whole, taken out."""
    while len(data) >= HEAD:
        length = int.from_bytes(data[4:HEAD], "little")
        if len(data) < HEAD + length:
            return
        yield int.from_bytes(data[:4], "little"), bytes(data[HEAD : HEAD + length])
        del data[: HEAD + length]
