"""What templates load from files as they are compiled: the only reader of files that no template is made of."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

Content = Callable[[str], bytes | None]  # by a path from the boundary


def nothing(file: str) -> bytes | None:
    """Reads no file at all."""
    return None


def contents(boundary: Path, most: int) -> Content:
    """Who reads a file by its path from the boundary: its bytes, or None.

    None is what there is for a file that is not there, not regular, larger than `most` bytes, or outside of the
    boundary, be it by its path or by a link on the way. Nothing outside is opened.
    """
    root = boundary.resolve()

    def read(file: str) -> bytes | None:
        try:
            real = Path(os.path.realpath(root / file))
            if "\0" in file or not real.is_relative_to(root):
                return None
            # No link is followed any more, and a pipe is not waited for.
            handle = os.open(real, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except (OSError, ValueError):
            return None
        try:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode) or about.st_size > most:
                return None
            with os.fdopen(handle, "rb", closefd=False) as stream:
                data = stream.read(most + 1)
        except OSError:
            return None
        finally:
            os.close(handle)
        return data if len(data) <= most else None

    return read
