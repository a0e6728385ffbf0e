"""What templates load from files and list of folders: the only reader of what no template is made of."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache

from mnlint import regular
from mnlint.model.typing import StrPath

Content = Callable[[str], bytes | None]  # by a path from the boundary
Below = Callable[[str], Sequence[str] | None]  # by a folder's
MOST_LISTED = 10_000  # files of one folder and those in it


def nothing(path: str) -> None:
    """Reads no file at all, and no folder."""
    return


def contents(boundary: StrPath, most: int) -> Content:
    """Who reads a file by its path from the boundary: its bytes, or None.

    None is what there is for a file that is not there, not regular, larger than `most` bytes, or outside of the
    boundary, be it by its path or by a link on the way. Nothing outside is opened.
    """
    root = os.path.realpath(boundary)

    def read(file: str) -> bytes | None:
        try:
            path = os.path.join(root, file)
            real = os.path.realpath(path)
            if "\0" in file or not regular.is_there(path) or not regular.is_inside(real, root):
                return None
            data = regular.read(real, most)
        except (OSError, ValueError):
            return None
        return data if len(data) <= most else None

    return read


def below(boundary: StrPath) -> Below:
    """Who lists a folder by its path from the boundary: the regular files below it, by their paths from it, or None.

    None is what there is for no folder, one outside of the boundary, one of more than 10,000 files, and one with a
    link in it, since nobody follows where that leads.
    """
    root = os.path.realpath(boundary)

    @cache
    def names(folder: str) -> Sequence[str] | None:
        found: list[str] = []
        todo = [""]
        try:
            path = os.path.join(root, folder) if folder != "." else root  # as it is noted when it is listed
            real = os.path.realpath(path)
            if not regular.is_there(path) or not regular.is_inside(real, root):
                return None
            while todo:
                inside = todo.pop()
                for name, kind in regular.names(f"{real}/{inside}"):
                    if kind == regular.LINK or len(found) > MOST_LISTED:
                        return None
                    if kind == regular.FOLDER:
                        todo.append(f"{inside}{name}/")
                    elif kind == regular.FILE:
                        found.append(inside + name)
        except (OSError, ValueError):
            return None
        return sorted(found)

    return names
