"""Writes a report's file, as a whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:  # who only says again what was said has no time for it
    from typing import Any

    File = str | os.PathLike[str]


class NotWrittenError(Exception):
    """A file that cannot be written, and why, in words."""


def written(path: File, text: str) -> None:
    """Writes a file as a whole or not at all; a signal that ends the run waits. Raises NotWrittenError."""
    try:
        _replace(path, text)
    except OSError as error:
        raise NotWrittenError(f"cannot write {path}: {error.strerror}") from error


def _replace(path: File, text: str) -> None:
    handle = _opened(path)
    if handle is not None:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        return
    import signal

    hold: Any = getattr(signal, "pthread_sigmask", None)  # not on every system
    before = hold(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)) if hold else ()
    try:
        _put_beside_and_move(path, text)
    finally:
        if hold:
            hold(signal.SIG_SETMASK, before)


def _opened(path: File) -> int | None:
    """A handle on what is written to, never replaced: an open stream, a pipe, a device. None for a file."""
    number = _stream(path)
    if number is not None:
        return os.dup(number)
    if not os.path.exists(path) or os.path.isfile(path):
        return None
    handle = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe that nobody reads is not waited for
    os.set_blocking(handle, True)
    return handle


def _stream(path: File) -> int | None:
    """The number of the open stream that a name stands for, by which it is neither replaced nor begun anew."""
    folder, name = os.path.split(os.path.abspath(path))
    if folder in ("/dev/fd", "/proc/self/fd") and name.isdigit():
        return int(name)
    return {"/dev/stdout": 1, "/dev/stderr": 2}.get(f"{folder}/{name}")


def _put_beside_and_move(path: File, text: str) -> None:
    own = f".mnlint-{os.getpid()}-{os.urandom(6).hex()}"  # the file's own name may be as long as names are
    temporary = os.path.join(os.path.dirname(path), own)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
