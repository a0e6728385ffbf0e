"""The folder of ours among the user's caches: who may look into it, what a file in it looks like, and when it goes.

It is never in the repository: a pull request could bring its own. Nobody but the user may write there, and a file is
taken only if it is what we wrote, by its digest. Files appear whole or not at all, so that any number of runs can share
the folder. Whatever goes wrong with it costs time and nothing else.
"""

from __future__ import annotations

import os
import stat
import sys
import time

from mnlint.model.digest import digest

TYPE_CHECKING = False
if TYPE_CHECKING:  # who only asks whether anything has changed has no time for it
    from collections.abc import Callable
    from typing import Any, Final

MOST: Final = 256 * 1024 * 1024  # bytes in all; above it the files go that were used the longest ago
KEPT: Final = MOST * 3 // 4  # bytes that stay then
MOST_OF_ONE: Final = 64 * 1024 * 1024
TOUCHED: Final = 24 * 3600  # seconds for which a file counts as just used
NAME: Final = "mnlint"


def folder_of_user(environment: dict[str, str] | os._Environ[str] = os.environ) -> str | None:
    """The folder for caches of the person who runs it, by the rules of the system; None if nobody can tell."""
    named = environment.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return named
    if os.name == "nt":
        local = environment.get("LOCALAPPDATA", "")
        return local or None
    home = environment.get("HOME", "")
    if not os.path.isabs(home):
        return None
    return f"{home}/Library/Caches" if sys.platform == "darwin" else f"{home}/.cache"


class Store:
    """What was kept, by the kind of it and a key. Without a folder, it keeps nothing."""

    def __init__(self, folder: str | None) -> None:
        self.folder = folder
        self._written = False

    def get(self, kind: str, key: str) -> Any:
        """What is kept, as JSON gives it; None if there is nothing, or nothing that we wrote."""
        if self.folder is None:
            return None
        path = f"{self.folder}/{kind}-{key}.json"
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(handle, "rb") as stream:
                about = os.fstat(stream.fileno())
                if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_OF_ONE:
                    return None
                head, _, body = stream.read().partition(b"\n")
            if head != _seal(kind, key, body):
                return None
            if time.time() - about.st_mtime > TOUCHED:
                _try(os.utime, path)
            import json  # where there is something: a small run that finds nothing kept should not be felt

            return json.loads(body)
        except (OSError, ValueError, RecursionError):
            return None

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keeps something, if that can be done."""
        if self.folder is None:
            return
        import json

        body = json.dumps(value, separators=(",", ":")).encode()
        if len(body) > MOST_OF_ONE:
            return
        path = f"{self.folder}/{kind}-{key}.json"
        temporary = f"{path}.{os.getpid()}-{os.urandom(4).hex()}"
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(_seal(kind, key, body) + b"\n" + body)
            os.replace(temporary, path)
            self._written = True
        except OSError:
            _try(os.unlink, temporary)

    def close(self) -> None:
        """Lets go of what was used the longest ago, if there is too much."""
        if self.folder is None or not self._written:
            return
        self._written = False
        found = _held(self.folder)
        size = sum(one for _, one, _ in found)
        if size <= MOST:
            return
        for _, one, path in sorted(found):
            if size <= KEPT:
                break
            size -= one
            _try(os.unlink, path)


def _held(folder: str) -> list[tuple[float, int, str]]:
    """The files in the folder: when each was used last, its size, its path. Others may be at them, too."""
    found: list[tuple[float, int, str]] = []
    try:
        names = os.listdir(folder)
    except OSError:
        return found
    for path in (f"{folder}/{name}" for name in names):
        try:
            about = os.lstat(path)
        except OSError:
            continue
        found.append((about.st_mtime, about.st_size, path))
    return found


def _try(call: Callable[..., object], *words: object) -> None:
    """Does what may fail: that costs time and nothing else."""
    try:
        call(*words)
    except OSError:
        return


def open_store(caches: str | os.PathLike[str] | None) -> Store:
    """Our folder below one for caches, made if need be; a store that keeps nothing if it is not the user's alone."""
    if caches is None:
        return Store(None)
    folder = os.path.join(caches, NAME)
    try:
        os.makedirs(caches, mode=0o700, exist_ok=True)
        _try(os.mkdir, folder, 0o700)
        about = os.lstat(folder)
    except OSError:
        return Store(None)
    if not _is_private(about):
        sys.stderr.write(f"mnlint: {folder!a} is not yours alone (mode 0700), so that nothing is kept in it\n")
        return Store(None)
    return Store(folder)


def _is_private(about: os.stat_result) -> bool:
    """Whether it is a folder, no link to one, that is ours and that nobody else may enter."""
    if not stat.S_ISDIR(about.st_mode):
        return False
    if os.name == "nt":  # the folder for caches is the user's there, and modes say nothing
        return True
    return about.st_uid == os.getuid() and not about.st_mode & 0o077


def _seal(kind: str, key: str, body: bytes) -> bytes:
    """What the first line of a file is, if the rest is what we wrote under this name."""
    return digest(kind, key, body).encode()
