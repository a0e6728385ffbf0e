"""Kleene's three truth values, their connectives, and Answer: a truth with the values that made it so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum

from mnlint.model.record import dataclass
from mnlint.model.typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from mnlint.model.value import Node


class Tri(IntEnum):
    """False, unknown or true: *and* is min, *or* is max, *not* mirrors."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __bool__(self) -> NoReturn:
        # `if answer:` would silently turn doubt into a yes; say `is Tri.TRUE`.
        raise TypeError("a Tri is not a bool: compare it with Tri.TRUE, Tri.FALSE or Tri.UNKNOWN")

    @classmethod
    def of(cls, known: object) -> Tri:
        """The truth of something that is known to be so or not so."""
        return cls.TRUE if known else cls.FALSE

    def negated(self) -> Tri:
        return Tri(2 - self.value)


def both(first: Tri, *others: Tri) -> Tri:
    """Kleene's *and*."""
    asked = (first, *others)
    return Tri.FALSE if Tri.FALSE in asked else Tri.UNKNOWN if Tri.UNKNOWN in asked else Tri.TRUE


def either(first: Tri, *others: Tri) -> Tri:
    """Kleene's *or*."""
    asked = (first, *others)
    return Tri.TRUE if Tri.TRUE in asked else Tri.UNKNOWN if Tri.UNKNOWN in asked else Tri.FALSE


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A truth and the nodes that decided it, the most telling one first."""

    tri: Tri
    because: tuple[Node, ...] = ()

    def negated(self) -> Answer:
        return Answer(self.tri.negated(), self.because)


def all_of(answers: Iterable[Answer]) -> Answer:
    """*And* over answers; what decided are the members that have the joint truth. TRUE for none."""
    return _fold(list(answers), both, Tri.TRUE)


def any_of(answers: Iterable[Answer]) -> Answer:
    """*Or* over answers; what decided are the members that have the joint truth. FALSE for none."""
    return _fold(list(answers), either, Tri.FALSE)


def _fold(answers: list[Answer], join: Callable[..., Tri], none: Tri) -> Answer:
    if not answers:
        return Answer(none)
    tri = join(*(a.tri for a in answers))
    return Answer(tri, tuple(node for a in answers if a.tri is tri for node in a.because))
