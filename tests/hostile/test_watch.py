"""The watch around every test is awake: what is planted in the name of the linter is seen, what tests do is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import mnlint
from canary import CANARY
from conftest import Program, Shell
from mnlint.inputs import read_text
from watching import watch

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="what is planted is for systems with forks and links")

PACKAGE = Path(mnlint.__file__).parent
STARTS = f"import subprocess\nsubprocess.run([{sys.executable!r}, '-c', ''])"
GIT = "import subprocess\nsubprocess.run(['git', '--version'], capture_output=True)"
# What a weakness of the linter might do, and what is seen; `OUT` is outside of all roots, `IN` may be read.
PLANTED = {
    "reads": ("open('OUT/secret.txt').close()", "open OUT/secret.txt"),
    "reads by a link": ("import os\nos.symlink('OUT/hub.bicep', 'IN/x')\nopen('IN/x').close()", "IN/x (OUT/hub.bicep)"),
    "reads below a link": ("import os\nos.symlink('OUT', 'IN/x')\nopen('IN/x/hub.bicep').close()", "(OUT/hub.bicep)"),
    "reads the system": ("open('/etc/passwd').close()", "open /etc/passwd"),
    "reads the home": ("import os\nopen(os.path.expanduser('~/secret.txt')).close()", "open OUT/home/secret.txt"),
    "opens by number": ("import os\nos.close(os.open('OUT/secret.txt', os.O_RDONLY))", "open OUT/secret.txt"),
    "lists": ("import os\nos.listdir('OUT')", "os.listdir OUT"),
    "walks": ("import pathlib\nlist(pathlib.Path('OUT').rglob('*'))", "os.scandir OUT"),
    "writes": ("open('OUT/new', 'w').close()", "open OUT/new"),
    "renames": ("import os\nopen('IN/a', 'w').close()\nos.replace('IN/a', 'OUT/a')", "os.rename OUT/a"),
    "removes": ("import os\nopen('OUT/b', 'w').close()\nos.unlink('OUT/b')", "os.remove OUT/b"),
    "makes a folder": ("import os\nos.mkdir('OUT/folder')", "os.mkdir OUT/folder"),
    "a socket": ("import socket\nsocket.socket().close()", "socket.__new__"),
    "a name": ("import socket\ntry: socket.getaddrinfo('localhost', 1)\nexcept OSError: pass", "socket.getaddrinfo"),
    "a program": (STARTS, "started "),
    "git, by others": (GIT, "started "),
    "a shell": ("import os\nos.system('true')", "os.system"),
    "another program": ("import os\nif not os.fork():\n    os.execv('/bin/true', ['true'])\nos.wait()", "os.exec"),
    "a library": ("import ctypes\nctypes.CDLL(None)", "ctypes.dlopen"),
    "a fork": (
        "import os\nif not os.fork():\n    open('OUT/secret.txt').close()\n    os._exit(0)\nos.wait()",
        "open OUT/secret.txt",
    ),
    "what it catches": ("try: open('OUT/none')\nexcept OSError: pass", "open OUT/none"),
    "code": ("exec(compile('1', 'OUT/code.py', 'exec'))", "executed OUT/code.py"),
}


def run(text: str, file: Path, elsewhere: Path, tmp_path: Path) -> None:
    """Runs a text as if it stood in a file."""
    exec(compile(text.replace("OUT", str(elsewhere)).replace("IN", str(tmp_path)), str(file), "exec"), {})  # noqa: S102


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_planted_is_seen(name: str, elsewhere: Path, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    text, seen = PLANTED[name]
    run(text, PACKAGE / "planted.py", elsewhere, tmp_path)
    lines = watch.again()
    assert any(seen.replace("OUT", str(elsewhere)).replace("IN", str(tmp_path)) in line for line in lines), lines
    tried("T10", 1)


@pytest.mark.parametrize("name", ["reads", "git, by others", "lists", "a socket"])
def test_what_a_test_does_is_not_held_against_the_linter(name: str, elsewhere: Path, tmp_path: Path) -> None:
    run(PLANTED[name][0], tmp_path / "test.py", elsewhere, tmp_path)
    assert watch.again() == []


def test_what_python_does_for_the_linter_is_the_linter_s(elsewhere: Path) -> None:
    assert CANARY in read_text(elsewhere / "secret.txt")
    assert watch.again() == [f"open {elsewhere}/secret.txt ({elsewhere}/secret.txt)"]


def test_git_may_be_started_by_its_module_only(tmp_path: Path) -> None:
    run(GIT, PACKAGE / "git.py", tmp_path, tmp_path)
    assert watch.again() == []
    run(STARTS, PACKAGE / "git.py", tmp_path, tmp_path)
    assert len(watch.again()) == 1


def test_a_process_that_is_started_is_watched_too(shell: Shell, elsewhere: Path, tmp_path: Path) -> None:
    assert shell("check", "--isolated", elsewhere / "home", cwd=tmp_path).returncode == 0
    assert any(line.startswith(f"os.scandir {elsewhere}/home") for line in watch.again())


@pytest.mark.parametrize("way", ["mnlint", "shell"])
def test_the_canary_is_seen(way: str, request: pytest.FixtureRequest, elsewhere: Path, tmp_path: Path) -> None:
    program = request.getfixturevalue(way)
    with pytest.raises(AssertionError, match=CANARY):
        program("check", "--isolated", "--boundary", elsewhere, elsewhere, cwd=tmp_path)
    assert watch.again()


def test_what_happens_just_before_a_file_is_opened(mnlint: Program, tmp_path: Path) -> None:
    """Other tests take a file away, or put another one into its place, at that moment."""
    path = tmp_path / "main.bicep"
    path.write_text("param x string\n", "utf-8")
    watch.just_before(str(path), path.unlink)
    mnlint("check", "--no-prefilter", cwd=tmp_path)
    assert not path.exists()
    assert str(path) in watch.opened()


def test_the_canary_is_where_nobody_looks() -> None:
    given = subprocess.run([sys.executable, "-c", "import os; print(os.environ)"], capture_output=True, text=True)
    assert CANARY in given.stdout
    assert CANARY in (Path(os.environ["HOME"]) / ".netrc").read_text("utf-8")
