"""Whoever starts the linter hands on streams, signals, a folder and a PATH as they are there: a report is the same."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from test_folders_without_leave import without_privileges

from conftest import MNLINT
from mnlint import writing

pytestmark = pytest.mark.skipif(os.name == "nt", reason="streams, signals and modes are others there")

PATIENCE = 60  # seconds for anything
HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound' } }
}
"""
OPEN = HUB.replace("AllowOnlyApprovedOutbound", "Disabled")
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "main.bicep").write_text(OPEN, "utf-8")
    return folder


@pytest.fixture
def start(tree: Path, tmp_path: Path) -> Start:
    """The program in the tree, in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TMPDIR") if name in os.environ}

    def begin(*words: str | Path, **more: object) -> subprocess.Popen[bytes]:
        given: dict[str, object] = {"cwd": tree, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        environment = {**kept, "XDG_CACHE_HOME": str(tmp_path / "caches"), **given.pop("env", {})}  # type: ignore[dict-item]
        return subprocess.Popen([MNLINT, *words], env=environment, **given)  # type: ignore[call-overload, no-any-return]

    return begin


def ended(started: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = started.communicate(timeout=PATIENCE)
    return started.returncode, out.decode(), err.decode()


# ── streams that do not wait ──


def test_a_text_that_comes_in_parts(start: Start, tried: Callable[[str, int], None]) -> None:
    """The pipe is one of an event loop's: nothing to be read at a moment is not the end."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    started = start("check", "-", "--stdin-filename", "main.bicep", stdin=reader)
    os.close(reader)
    for part in ("// first\n", OPEN):
        time.sleep(0.3)  # it has begun to read, mostly; if it has not, there is nothing to see
        os.write(writer, part.encode())
    os.close(writer)
    code, said, wrong = ended(started)
    tried("T19", 1)
    assert (code, wrong) == (1, "")
    assert "MN001" in said
    assert "main.bicep:5:" in said, "with the part that came first"


def test_whoever_reads_is_slow(start: Start, tree: Path, tried: Callable[[str, int], None]) -> None:
    for number in range(50):
        (tree / f"hub{number}.bicep").write_text(OPEN.replace("'hub'", f"'hub{number}'"), "utf-8")
    whole = ended(start("check", "--output", "sarif", "."))
    assert len(whole[1]) > 2 * 65_536, "more than a pipe holds"
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    started = start("check", "--output", "sarif", ".", stdout=writer)
    os.close(writer)
    time.sleep(1)  # if the pipe is not full by then, there is nothing to see
    with os.fdopen(reader, "rb") as stream:
        said = stream.read().decode()
    assert started.stderr is not None
    assert (started.wait(PATIENCE), said, started.stderr.read().decode()) == whole
    started.stderr.close()
    tried("T19", 1)


# ── streams by their names ──


@pytest.mark.parametrize(
    ("name", "number"),
    [("/dev/stdout", 1), ("/dev/stderr", 2), ("/dev/fd/7", 7), ("/proc/self/fd/12", 12), ("/dev/../dev/stdout", 1)],
)
def test_a_stream_by_its_name(name: str, number: int) -> None:
    assert writing._stream(name) == number


@pytest.mark.parametrize("name", ["report.sarif", "stdout", "/dev/null", "/dev/fd/x", "/srv/dev/stdout", "/dev/fd"])
def test_what_is_no_name_of_a_stream(name: str) -> None:
    assert writing._stream(name) is None


def test_a_report_goes_behind_what_a_stream_has(start: Start, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("before\n")
    with (tmp_path / "log").open("ab") as log:
        assert start("check", "--output", "concise=/dev/fd/1", ".", stdout=log, stderr=None).wait(PATIENCE) == 1
    text = (tmp_path / "log").read_text("utf-8")
    assert text.startswith("before\nmain.bicep:4:")


# ── signals ──


def ignoring(one: signal.Signals) -> Callable[[], object]:
    return lambda: signal.signal(one, signal.SIG_IGN)


def git(folder: Path, *words: str) -> None:
    who = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **who}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True, timeout=PATIENCE)


@pytest.fixture
def history(tree: Path) -> Path:
    """The tree as a repository: isolated at first, and no more."""
    git(tree, "init", "--quiet")
    for text in (HUB, OPEN):
        (tree / "main.bicep").write_text(text, "utf-8")
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "--message", "x")
    return tree


@pytest.mark.parametrize("option", ["--base", "--changed-since"])
@pytest.mark.parametrize("revision", ["nowhere", "HEAD~1", "HEAD~7"])
def test_ends_of_processes_are_known(option: str, revision: str, history: Path, start: Start) -> None:
    """Where they are ignored, as some daemons do, git would have succeeded whatever it did."""
    plain = ended(start("check", option, revision, "."))
    assert ended(start("check", option, revision, ".", preexec_fn=ignoring(signal.SIGCHLD))) == plain
    assert plain[0] == (1 if revision == "HEAD~1" else 2)


def test_a_job_in_the_background_is_not_interrupted(start: Start) -> None:
    """Shells start those with interrupts ignored."""
    reader, writer = os.pipe()
    started = start("check", "-", "--stdin-filename", "main.bicep", stdin=reader, preexec_fn=ignoring(signal.SIGINT))
    os.close(reader)
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    os.write(writer, OPEN.encode())
    os.close(writer)
    assert ended(started)[0] == 1


# ── folders ──


@pytest.mark.parametrize("words", [("check",), ("check", "--verbose"), ("rules",), ("facts",)])
def test_the_current_folder_is_gone(words: tuple[str, ...], start: Start, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code, said, wrong = ended(start(*words, cwd=gone, preexec_fn=gone.rmdir))
    assert (code, said, wrong) == (2, "", "mnlint: cannot find the current folder: No such file or directory\n")


def test_a_folder_that_nobody_may_enter_on_the_path(history: Path, start: Start, tmp_path: Path) -> None:
    """As /root/bin is for whom a container runs as."""
    (tmp_path / "closed").mkdir(mode=0)
    path = os.pathsep.join([str(tmp_path / "closed"), os.environ["PATH"]])
    plain = ended(start("check", "--base", "HEAD~1", "."))
    found = ended(start("check", "--base", "HEAD~1", ".", env={"PATH": path}, preexec_fn=without_privileges))
    (tmp_path / "closed").rmdir()
    assert found == plain
    assert plain[0] == 1


# ── git ──


@pytest.mark.parametrize("revision", ["HEAD~1", "HEAD~7", "nowhere"])
def test_a_clone_without_its_history(revision: str, history: Path, start: Start, tmp_path: Path) -> None:
    """The first mistake that everybody makes: what is said is no hint of git's about something else."""
    git(tmp_path, "clone", "--quiet", "--depth", "1", history.as_uri(), "shallow")
    code, said, wrong = ended(start("check", "--base", revision, ".", cwd=tmp_path / "shallow"))
    assert (code, said) == (2, "")
    assert wrong == f"mnlint: --base {revision}: no such revision in this clone\n"
