"""A line at a terminal that says how far a long run is; nothing else, and nowhere else."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType

from mnlint.model.typing import Final, Self

AFTER: Final = 2.0  # seconds of a run before anything is said
EVERY: Final = 0.1  # seconds between two lines


class Progress:
    """Called with how many of how many deployments are judged. It clears its line when it ends."""

    def __init__(self, *, shown: bool) -> None:
        dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("CI"))
        self._shown = shown and not dumb and sys.stderr.isatty()
        self._next = time.monotonic() + AFTER
        self._written = False

    def __call__(self, done: int, of: int) -> None:
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next, self._written = now + EVERY, True
            sys.stderr.write(f"\r\x1b[Kmnlint: {done} of {of} deployments")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
