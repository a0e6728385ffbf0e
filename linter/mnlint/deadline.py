"""The time by which a run ends: who is at work then is stopped, be it in the middle of a loop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from mnlint.model.record import dataclass
from mnlint.model.typing import Final

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
else:  # what it imports makes enums of all numbers first, which takes as long as three modules of ours
    import _signal as signal

AGAIN: Final = 0.5  # seconds until somebody is stopped once more whom the first time did not reach


class OutOfTimeError(BaseException):
    """The time is over. It is no fault, so that nobody takes it for one who makes notices of faults."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a run has to end, by a clock that all its processes have in common."""

    seconds: int
    ends: float

    @classmethod
    def after(cls, seconds: int) -> Deadline:
        """So many seconds from now."""
        return cls(seconds, time.monotonic() + seconds)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Raises OutOfTimeError in what runs inside, once the time is over, or at once if it was over before.

        Only the main thread of a process can be stopped, and not on Windows: elsewhere, what has begun is finished.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        try:
            before, listens = signal.signal(signal.SIGALRM, _stop), True
        except (AttributeError, ValueError):  # no such signal on this system, or another thread than the main one
            before, listens = None, False
        try:
            if listens:
                signal.setitimer(signal.ITIMER_REAL, left, AGAIN)
            yield
        finally:
            while listens:  # until no alarm comes between
                with suppress(OutOfTimeError):
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
                    listens = False


def _stop(number: int, frame: FrameType | None) -> None:
    raise OutOfTimeError
