"""Which comments may be for us, and what a run has to know about what they silence."""

from __future__ import annotations

from collections.abc import Callable, Collection

from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Comment, Span
from mnlint.model.typing import Final

_ID_OF_ANY: Final = pattern(r"[A-Z]{2}[0-9]{3}")  # is in the id of every policy, a team's own ones among them


@dataclass(frozen=True, slots=True, eq=False)
class Silencing:
    """What a run has to know about silencing.

    `known` are the ids of all policies, whether or not they ran. `looked_at` tells whether the run was about a file.
    """

    today: str = ""
    inline: bool = True
    looked_at: Callable[[str], bool] = bool
    changed: Callable[[Span], bool] | None = None  # None: no change is asked about
    known: Callable[[], Collection[str]] = frozenset


def speaks(comment: Comment) -> bool:
    """Whether a comment may be one for us; all others of a file that has none need not be kept.

    Of what the compiler is told by a directive, most has the name of one of its rules, which is no policy's id.
    """
    text = comment.text
    return "mnlint" in text or (text.startswith("#disable-next-line") and bool(_ID_OF_ANY.search(text.upper())))
