"""What is said where a deployment passes a limit: once for each limit, for all that comes behind it."""

from __future__ import annotations

from mnlint.model.finding import Notice, Place
from mnlint.model.text import Span
from mnlint.model.typing import Final
from mnlint.model.value import Cause, Node, unknown
from mnlint.resolve.scope import MAX_DEPTH, Scope

CHARACTERS: Final = 64  # of a text that cost as much as one evaluation
MODULE: Final = 50  # what it costs to look at a call of a module, be it equal to another one
TOO_DEEP: Final = 10  # what it costs to be told so: who asks again and again is stopped in the end


def passes(limit: str, words: str, span: Span, scope: Scope, level: str = "error") -> None:
    """Says that a limit was passed at a place: a note if values are not known, an error if networks may be hidden."""
    world = scope.world
    if limit not in world.passed:
        world.passed.add(limit)
        world.notices.append(Notice(level, "MN912", words, Place(scope.shown(span), "the limit was passed here")))


def too_much(span: Span, scope: Scope) -> Node:
    """What is not evaluated any more, be it for all that was before or for what it is inside of."""
    world = scope.world
    if world.fuel <= 0:
        most = f"more than {world.limits.evaluations:,} evaluations (--max-evaluations)"
        passes("evaluations", f"{most}: what comes from here on is not decided", span, scope, "note")
    else:
        most = f"more than {MAX_DEPTH} evaluations inside each other"
        passes("depth", f"{most}: what is deeper is not decided", span, scope, "note")
        world.fuel -= TOO_DEEP
    return unknown(Cause.LIMIT, span, scope.words(span))
