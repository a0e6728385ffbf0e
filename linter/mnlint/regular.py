"""Opens regular files and nothing else, lists folders, and notes which: no pipe is waited for, no device is read, and
nothing past a limit."""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing it is what a glimpse has no time for
    from collections.abc import Iterator

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

opened: set[str] = set()  # the files that this process has opened, or asked for
listed: dict[str, str | None] = {}  # the folders that it has listed, and what was in each, as a text; None if it failed


FILE, FOLDER, LINK, OTHER = "file", "folder", "link", "other"


class NoFileError(OSError):
    """What is there is no regular file."""


def read(path: str | os.PathLike[str], most: int, *, follows: bool = False) -> bytes:
    """The bytes of a file, and not more than one above `most`, which tells that it is larger.

    A link in the file's place is refused unless this `follows` it: whoever looked where it leads may be late. Raises
    OSError.
    """
    handle, size = _opened(path, follows)
    try:
        wanted = min(size, most) + 1
        pieces = []
        while wanted > 0 and (piece := os.read(handle, wanted)):
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)


def pieces(path: str | os.PathLike[str], size: int) -> Iterator[bytes]:
    """All bytes of a file of any length, so many at a time. Raises OSError."""
    handle, _ = _opened(path, follows=False)
    with os.fdopen(handle, "rb") as stream:
        while piece := stream.read(size):
            yield piece


def names(folder: str, known: str | None = None) -> list[tuple[str, str]]:
    """What is in a folder, in order: each name, and what it is: a file, folder, link, or other. Raises OSError.

    `known` is the text of what was in it, if it is what it was: then nobody lists it again.
    """
    listed[folder] = known
    if known is not None:
        words = known.split("/") if known else []
        return list(zip(words[::2], words[1::2], strict=False))
    with os.scandir(folder) as entries:
        found = [(entry.name, _kind(entry)) for entry in entries]
    found.sort()
    listed[folder] = "/".join(map("/".join, found))  # which no name has
    return found


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        if entry.is_file(follow_symlinks=False):
            return FILE
        return LINK if entry.is_symlink() else FOLDER if entry.is_dir() else OTHER
    except OSError:
        return OTHER


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether there is anything, be it a link to nowhere."""
    opened.add(os.fspath(path))
    return os.path.lexists(path)


def is_inside(path: str, folder: str) -> bool:
    """Whether a whole path is that of a folder, or of something below it. No link is followed."""
    path, folder = os.path.normcase(path), os.path.normcase(folder)  # on Windows, capitals are all the same
    return path == folder or path.startswith(os.path.join(folder, ""))


def _opened(path: str | os.PathLike[str], follows: bool) -> tuple[int, int]:
    """A regular file's handle, and how many bytes it had then. Raises OSError."""
    opened.add(os.fspath(path))
    handle = os.open(path, _FLAGS if follows else _FLAGS | _NO_LINK)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise NoFileError(0, "not a regular file", path)
    except OSError:
        os.close(handle)
        raise
    return handle, about.st_size
