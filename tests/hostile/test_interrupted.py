"""An end in the middle: signals, closed and full streams. The exit code says so, and nothing is left behind.

The program is slow here by the size of its input. That it is at work is seen by what it keeps for the next run: one
file for each root that is judged. That nobody of it is left is seen by its streams: they end with the last of it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from threats import least

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and streams are others there")

MNLINT = str(Path(sys.executable).with_name("mnlint"))
PATIENCE = 60  # seconds for anything
HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: {
    managedNetwork: {
      isolationMode: 'Disabled'
      outboundRules: {
RULES      }
    }
  }
}
"""


def hub(rules: int) -> str:
    lines = (f"        r{n}: {{ type: 'FQDN', destination: 'h{n}.example.org' }}\n" for n in range(rules))
    return HUB.replace("RULES", "".join(lines))


MUCH = 3000  # rules: seconds of work


def grow(folder: Path, files: dict[str, str]) -> Path:
    (folder / ".git").mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is judged at once, and two hubs that take long: for another process each, if there are three."""
    files = {"a.bicep": hub(0), "b.bicep": hub(MUCH), "c.bicep": hub(MUCH)}
    return grow(tmp_path_factory.mktemp("large") / "tree", files)


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small trees: one for the whole program, and one that is seen through at a glimpse."""
    folder = tmp_path_factory.mktemp("trees")
    grow(folder / "hub", {"main.bicep": hub(0)})
    grow(folder / "quiet", {"main.bicep": "param x string\n"})
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TMPDIR") if name in os.environ}
    return {**kept, "XDG_CACHE_HOME": str(tmp_path / "caches")}


# Where no file can grow, Python would leave half of a module's bytecode in the checkout, for all that come after.
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}

# ── streams ──

FULL, CLOSED = "No space left on device", "Bad file descriptor"
# What a shell makes of the streams, what the exit code is, and what is said, if anybody can hear it.
STREAMS: dict[str, tuple[str, int, str]] = {
    "the report on a full disk": ("check hub >/dev/full", 2, FULL),
    "a short report on a full disk": ("check quiet >/dev/full", 2, FULL),
    "a report in a file that is full": ("check --output json=/dev/full hub", 2, f"cannot write /dev/full: {FULL}"),
    "the version on a full disk": ("--version >/dev/full", 2, FULL),
    "the rules on a full disk": ("rules >/dev/full", 2, FULL),
    "facts on a full disk": ("facts hub >/dev/full", 2, FULL),
    "a report by the number of a stream": ("check --output json=/dev/fd/1 hub >r.json", 1, ""),
    "a report by the name of a process's own": ("check --output json=/proc/self/fd/1 hub >r.json", 1, ""),
    "a report by another number": ("check --output json=/dev/fd/3 hub 3>r.json", 1, ""),
    "a report by a number of no stream": ("check --output json=/dev/fd/9 hub", 2, f"cannot write /dev/fd/9: {CLOSED}"),
    "no stdout": ("check hub >&-", 2, CLOSED),
    "no stdout at a glimpse": ("check quiet >&-", 2, CLOSED),
    "no stdout for the version": ("--version >&-", 2, CLOSED),
    "no stdout, and none needed": ("check --output json=r.json hub >&-", 1, ""),
    "no stream at all": ("check --output json=r.json hub <&- >&- 2>&-", 1, ""),
    "no stream at all, but one is needed": ("check hub <&- >&- 2>&-", 2, ""),
    "no stderr": ("check hub 2>&-", 1, ""),
    "no stderr at a glimpse": ("check quiet 2>&-", 0, ""),
    "no stderr for what is wrong": ("check nowhere 2>&-", 2, ""),
    "a full stderr": ("check hub 2>/dev/full", 1, ""),
    "a full stderr for what is wrong": ("check nowhere 2>/dev/full", 2, ""),
    "no stdin for a text": ("check - --stdin-filename hub/main.bicep <&-", 2, CLOSED),
    "no stdin, and none needed": ("check hub <&-", 1, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_takes_nothing(
    name: str, trees: Path, environment: dict[str, str], tried: Callable[[str, int], None]
) -> None:
    words, code, said = STREAMS[name]
    (trees / "r.json").unlink(missing_ok=True)
    done = subprocess.run(
        ["sh", "-c", f'"$0" {words}', MNLINT],
        cwd=trees, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    tried("T19", 1)
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == (said != ""), done.stderr
    assert said in done.stderr
    if "r.json" in words:
        assert json.loads((trees / "r.json").read_text())["findings"]
    assert sorted(path.name for path in trees.iterdir()) == sorted(
        {"hub", "quiet"} | ({"r.json"} if "r.json" in words else set())
    )


@pytest.mark.parametrize("words", ["check --output text --output json=r.json --output sarif large", "rules"])
def test_whoever_reads_has_gone(
    words: str, environment: dict[str, str], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    grow(tmp_path / "large", {"main.bicep": hub(200)})
    started = subprocess.Popen(
        [MNLINT, *words.split()], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert started.stdout is not None
    started.stdout.read(1)
    started.stdout.close()
    assert started.stderr is not None
    said = started.stderr.read()
    started.stderr.close()
    tried("T19", 1)
    assert (started.wait(PATIENCE), said) in ((-signal.SIGPIPE, b""), (0, b"")), "all may have been in the pipe already"
    if "r.json" in words:
        assert json.loads((tmp_path / "r.json").read_text())["findings"], "files are there before anybody can go"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_is_full_in_the_middle_of_the_report(
    unbuffered: str, trees: Path, environment: dict[str, str], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    """What fits is written, and the rest is not forgotten, also where Python is told to do without buffers."""
    environment |= {"PYTHONUNBUFFERED": unbuffered, **NO_BYTECODE}
    words = f'ulimit -f 9; "$0" check --output sarif hub >{tmp_path}/r.sarif'
    done = subprocess.run(
        ["sh", "-c", words, MNLINT], cwd=trees, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
    tried("T19", 1)
    assert (tmp_path / "r.sarif").stat().st_size > 0
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "File too large" in done.stderr


# ── signals ──

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]
JOBS = ["1", "3"]


def begun(large: Path, folder: Path, environment: dict[str, str], jobs: str) -> subprocess.Popen[bytes]:
    """The program at work: of the large tree something is judged, and much is not."""
    command = [MNLINT, "check", "--jobs", jobs, "--output", f"sarif={folder / 'r.sarif'}", str(large)]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + PATIENCE
    while not any(Path(environment["XDG_CACHE_HOME"]).rglob("root-*.json")):
        assert started.poll() is None, "it has ended too early"
        assert time.monotonic() < until
        time.sleep(0.01)
    return started


@pytest.mark.parametrize("jobs", JOBS)
@pytest.mark.parametrize("end", SIGNALS, ids=lambda end: end.name)
def test_a_signal_in_the_middle(
    end: signal.Signals,
    jobs: str,
    large: Path,
    environment: dict[str, str],
    tmp_path: Path,
    tried: Callable[[str, int], None],
) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "r.sarif").write_text("of yesterday")
    with begun(large, tmp_path / "reports", environment, jobs) as started:
        started.send_signal(end)
        assert started.wait(PATIENCE) == -end, "a shell shows 128 and its number"
        out, err = started.communicate(timeout=2)  # ends with the last process that has these streams
    tried("T19", 1)
    assert (out, err) == (b"", b"")
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["r.sarif"]
    assert (tmp_path / "reports" / "r.sarif").read_text() == "of yesterday"


def test_what_was_kept_by_then_is_whole(
    environment: dict[str, str], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    tree = grow(tmp_path / "tree", {f"hub{n}.bicep": hub(20) for n in range(9)})
    with begun(tree, tmp_path, environment, "3") as started:
        started.kill()
    check = [MNLINT, "check", "--output", "json", str(tree)]
    after, fresh = (
        subprocess.run([*check, *more], env=environment, capture_output=True, timeout=PATIENCE, check=False)
        for more in ([], ["--no-cache"])
    )
    tried("T19", 1)
    assert (after.returncode, after.stdout, after.stderr) == (1, fresh.stdout, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_stopped_for_a_while_in_the_middle_of_the_report(
    unbuffered: str, environment: dict[str, str], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    """As by Ctrl-Z: a pipe has taken what it holds by then, and is given the rest."""
    import fcntl  # which not every system has
    import termios

    tree = grow(tmp_path / "tree", {"main.bicep": hub(100)})
    command = [MNLINT, "check", "--output", "sarif", str(tree)]
    whole = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE, check=False).stdout
    assert len(whole) > 2 * 65_536, "more than a pipe holds, on Linux and macOS at most"
    environment["PYTHONUNBUFFERED"] = unbuffered
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        held = [0, 0]
        while not held[-1] or held[-1] != held[-2]:  # it writes until the pipe is full
            time.sleep(0.05)
            there = fcntl.ioctl(started.stdout, termios.FIONREAD, bytes(4))
            held.append(int.from_bytes(there, sys.byteorder))
        started.send_signal(signal.SIGSTOP)
        os.waitpid(started.pid, os.WUNTRACED)
        started.send_signal(signal.SIGCONT)
        said = started.stdout.read()
    tried("T19", 1)
    assert said == whole
    assert started.returncode == 1


WRITES = """
import sys
from pathlib import Path
from mnlint.checking import written
written(Path("report.json"), "0123456789" * 4_000_000)
"""


@pytest.fixture
def writing(tmp_path: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has begun to write a large report."""
    (tmp_path / "reports").mkdir()
    started = subprocess.Popen([sys.executable, "-c", WRITES], cwd=tmp_path / "reports", env=environment)
    until = time.monotonic() + PATIENCE
    while not any((tmp_path / "reports").iterdir()):
        assert time.monotonic() < until
    with started:
        yield started


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda end: end.name)
def test_a_signal_while_a_report_is_written(
    end: signal.Signals, writing: subprocess.Popen[bytes], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    writing.send_signal(end)
    assert writing.wait(PATIENCE) != 0
    tried("T19", 1)
    assert [(path.name, path.stat().st_size) for path in (tmp_path / "reports").iterdir()] == [
        ("report.json", 40_000_000)
    ]


def test_no_room_for_a_report(
    trees: Path, environment: dict[str, str], tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    """A limit for the size of files stops a write as a full disk does: in its middle."""
    (tmp_path / "r.json").write_text("of yesterday")
    words = f'ulimit -f 1; "$0" check --output json={tmp_path}/r.json --output sarif={tmp_path}/r.sarif hub'
    done = subprocess.run(
        ["sh", "-c", words, MNLINT],
        cwd=trees, env=environment | NO_BYTECODE, capture_output=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    tried("T19", 1)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mnlint: cannot write {tmp_path}/r.json: File too large")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["caches", "r.json"]
    assert (tmp_path / "r.json").read_text() == "of yesterday"


def test_there_are_enough() -> None:
    assert len(STREAMS) + len(SIGNALS) * len(JOBS) >= least("T19")
