"""Runs a program as a process of its own and tells what it took.

A process begins with the memory of the one that starts it. So the one that starts must be small: it is this file, run
as a script, which imports next to nothing.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

KILLED = -1


class Run(NamedTuple):
    """What one run of a whole process took: seconds on the clock and of processors, and its peak memory (MiB).

    The processors' time is that of the process and of those that it started and waited for, in the programs and in the
    system; the memory is that of the largest one of them.
    """

    wall: float
    cpu: float
    memory: float
    status: int  # the exit code; KILLED after the time-out


def measure(command: list[str], *, out: Path, cwd: Path, cache: Path, timeout: float = 600) -> Run:
    """One run; what it prints goes to `out`, its errors to `out`.err. The environment holds what a program needs."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cache.parent),
        "XDG_CACHE_HOME": str(cache),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }
    starter = [sys.executable, "-I", "-S", __file__, str(timeout), str(out), *command]
    done = subprocess.run(starter, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    wall, cpu, memory, status = json.loads(done.stdout)
    return Run(wall, cpu, memory, status)


def _start(timeout: float, out: str, command: list[str]) -> tuple[float, float, float, int]:
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    files += [(os.POSIX_SPAWN_OPEN, number, name, writing, 0o600) for number, name in ((1, out), (2, f"{out}.err"))]
    late = []
    begun = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=files, setpgroup=0)

    def kill(number: int, _: object) -> None:
        late.append(number)
        os.killpg(process, signal.SIGKILL)

    for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, kill)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    if late and late[0] != signal.SIGALRM:
        sys.exit(130)
    code = KILLED if late else os.waitstatus_to_exitcode(status)
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code


if __name__ == "__main__":
    print(json.dumps(_start(float(sys.argv[1]), sys.argv[2], sys.argv[3:])))
