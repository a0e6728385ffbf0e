"""Sees what the linter opens, starts, loads and asks a network for: one audit hook of Python's, for the whole process.

What counts is whatever a frame of the package stands behind, by however many calls: neither what a test does itself,
nor pytest, nor Python's own start. It may touch the folders of the tests, the checkout and the installation of Python,
and start git from `mnlint.git`. All else is a line in a file, which forked processes and started ones share: an
exception might be caught. It imports nothing that a quick start of the program would not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from types import FrameType

REPORT, ROOTS, FORBIDDEN = "WATCH_REPORT", "WATCH_ROOTS", "WATCH_FORBIDDEN"  # for processes that are started
PACKAGE = tuple(f"{os.sep}{above}{os.sep}mnlint{os.sep}" for above in ("linter", "site-packages"))
GIT = tuple(f"{package}git.py" for package in PACKAGE)
# Where the paths stand among the arguments of an event.
PATHS = {
    **dict.fromkeys(("open", "os.scandir", "os.listdir", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"), (0,)),
    **dict.fromkeys(("os.chmod", "os.chown", "os.utime", "os.chdir", "os.listxattr", "os.getxattr"), (0,)),
    **dict.fromkeys(("os.rename", "os.link"), (0, 1)),
    "os.symlink": (1,),
    "import": (1,),  # the file of a library in machine code
}
NOT_FOLLOWED = ("os.remove", "os.rename", "os.link", "os.symlink")
NEVER = (
    *("socket.", "ctypes.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.startfile", "pty.spawn"),
    *("urllib.", "http.client.", "ftplib.", "smtplib.", "webbrowser.", "winreg."),
)
SUBPROCESS = os.path.join(os.path.dirname(os.__file__), "subprocess.py")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class _Watch:
    """What is allowed, and what was seen: one for a process, since a hook cannot be taken off."""

    def __init__(self, report: str, roots: Iterable[str], forbidden: str) -> None:
        self.report = os.open(report, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        checkout = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        modules = filter(os.path.isabs, sys.path)  # importing lists these
        self.everybodys = _inside(checkout, sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), *modules)
        self.roots = (*_inside(*roots), *self.everybodys)
        (self.forbidden,) = _inside(forbidden)
        self.opened: list[str] = []  # real paths, since the last test, but those that are everybody's
        self.before: dict[str, Callable[[], object]] = {}
        self.acting = False
        self.folders: dict[str, str] = {}
        self.harmless = {"builtins.id"}  # what has been asked about, and is nothing of what is looked for

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in self.harmless or self.acting:  # what a test does in the middle is its own
            return
        if event in PATHS:
            self.look_at_paths(event, arguments)
        elif event == "exec":
            name = getattr(arguments[0], "co_filename", "<no code>")
            if not name.startswith(("<", *self.everybodys)) and _has_part(sys._getframe()):
                self.tell(f"executed {name}")
        elif event == "subprocess.Popen":
            if _has_part(sys._getframe()) and not (_is_git(arguments) and _has_part(sys._getframe(), GIT)):
                self.tell(f"started {arguments[:2]}")
        elif event == "os.posix_spawn" and sys._getframe(1).f_code.co_filename == SUBPROCESS:
            return  # asked about already, by an event of its own: so it starts programs from Python 3.13 on
        elif not event.startswith(NEVER):
            self.harmless.add(event)
        elif _has_part(sys._getframe()):
            self.tell(f"{event} {arguments}")

    def look_at_paths(self, event: str, arguments: tuple[object, ...]) -> None:
        for given in (arguments[at] for at in PATHS[event]):
            if not isinstance(given, (str, bytes, os.PathLike)):  # a file that is open already
                continue
            path = os.path.abspath(os.fsdecode(given))
            if path in self.before and _has_part(sys._getframe()):
                act, self.acting = self.before.pop(path), True
                act()
                self.acting = False
            real = self.real(path, follows=event not in NOT_FOLLOWED and not _opens_no_link(event, arguments))
            if real in ("/dev/null", "/dev/full", "nul") or f"{real}{os.sep}".startswith(self.everybodys):
                continue
            if not _has_part(sys._getframe()):  # asked last: it takes the longest
                continue
            self.opened.append(real)
            whole = f"{real}{os.sep}"
            hidden = whole.startswith(self.forbidden) and f"{os.sep}.cache{os.sep}" not in whole
            if hidden or not whole.startswith(self.roots):
                self.tell(f"{event} {path} ({real})")

    def real(self, path: str, *, follows: bool) -> str:
        """Where a path leads. Folders stay the same during a test, mostly: to ask for each would be slow."""
        folder, name = os.path.split(path)
        if folder not in self.folders:
            self.folders[folder] = folder if folder == path else self.real(folder, follows=True)
        found = os.path.join(self.folders[folder], name)
        return os.path.realpath(found) if follows and os.path.islink(found) else found

    def tell(self, words: str) -> None:
        os.write(self.report, words.encode("ascii", "backslashreplace").replace(b"\n", b" ") + b"\n")


_watch: _Watch | None = None


def begin(report: str, roots: Iterable[str], forbidden: str) -> None:
    """Watches from now on. A second call changes nothing: a hook cannot be taken off, and two would tell twice."""
    global _watch  # noqa: PLW0603
    if _watch is None:
        _watch = _Watch(report, roots, forbidden)
        sys.addaudithook(_watch.hook)


def again() -> list[str]:
    """What was seen that may not be since the last time; from now on it is another test."""
    assert _watch is not None
    _watch.folders, _watch.before, _watch.opened = {}, {}, []
    size = os.fstat(_watch.report).st_size
    if not size:
        return []
    lines = os.pread(_watch.report, size, 0).decode().splitlines()
    os.ftruncate(_watch.report, 0)
    return lines


def opened() -> list[str]:
    """The real paths that the linter touched during this test in this process, but those that are everybody's."""
    assert _watch is not None
    return _watch.opened


def just_before(path: str, act: Callable[[], object]) -> None:
    """Has something happen once, at the very moment when the linter is about to open a path."""
    assert _watch is not None
    _watch.before[os.path.abspath(path)] = act


def _inside(*folders: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(os.path.realpath(folder).rstrip(os.sep) + os.sep for folder in folders))


def _has_part(frame: FrameType | None, parts: tuple[str, ...] = PACKAGE) -> bool:
    """Whether a file of the package stands behind what is done now."""
    while frame is not None:
        file = frame.f_code.co_filename
        if parts[0] in file or parts[1] in file:
            return True
        frame = frame.f_back
    return False


def _is_git(arguments: tuple[object, ...]) -> bool:
    words = arguments[1]
    first = words[0] if isinstance(words, (list, tuple)) and words else words
    return os.path.basename(str(first)) in ("git", "git.exe")


def _opens_no_link(event: str, arguments: tuple[object, ...]) -> bool:
    return event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _NO_LINK)
