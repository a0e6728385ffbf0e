"""What is kept from one run for the next: where this process keeps it, if it does, and for which program."""

from __future__ import annotations

import os
import sys

from mnlint import __version__
from mnlint.cache.folder import Store, folder_of_user, open_store
from mnlint.model.digest import digest

TYPE_CHECKING = False
if TYPE_CHECKING:  # who only asks whether anything has changed has no time for it
    from collections.abc import Callable
    from typing import Any

__all__ = ["Store", "compiled", "open_store", "program", "store", "switch"]

_decided: dict[str, Store] = {}  # what a process decides once


def switch(*, on: bool) -> None:
    """Whether this process keeps anything, and looks at what others have kept."""
    _decided.clear()
    if not on:
        _decided["store"] = Store(None)


def store() -> Store:
    """Where this process keeps things."""
    if "store" not in _decided:
        _decided["store"] = open_store(folder_of_user())
    return _decided["store"]


def compiled(key: str, make: Callable[[], Any]) -> Any:
    """Data for JSON that depends on `key` alone: what is kept of it, else what is made now."""
    found = store().get("policies", key)
    if found is None:
        found = make()
        store().put("policies", key, found)
    return found


_PACKAGES = ("site-packages", "dist-packages")  # how folders are called in which packages are installed
_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_programs: list[str] = []


def program() -> str:
    """A text that is another one for another version of this program, of Python, or of the packages that it uses."""
    if not _programs:
        about = [(path, one.st_mtime_ns, one.st_size) for path in _sources() for one in [os.stat(path)]]
        # Whatever is installed or taken away changes its folder, be it another version of a parser.
        beside = [path for path in sys.path if os.path.basename(path) in _PACKAGES and os.path.isdir(path)]
        installed = [(path, os.stat(path).st_mtime_ns) for path in beside]
        _programs.append(digest(__version__, sys.version, repr(about), repr(installed)))
    return _programs[0]


def _sources() -> list[str]:
    """The files that say which program it is: of a wheel what was made when it was built, else all of a checkout."""
    made = f"{_PACKAGE}/_policies/compiled.jsonl"
    if os.path.exists(made):
        return [made]
    folders = (_PACKAGE, f"{_PACKAGE}/../../policies")
    files = [f"{above}/{name}" for folder in folders for above, _, names in os.walk(folder) for name in names]
    return sorted(file for file in files if not file.endswith(".pyc"))
