"""Policy and Condition: a check as data, by names and paths only, so that it can go to another process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mnlint.model.finding import Card, Severity
from mnlint.model.record import dataclass

ROOT = "$"  # the first step of a path into a resource's body, or into a member of it


@dataclass(frozen=True, slots=True)
class Condition:
    """One question. `word` says which; the other members are what that word needs.

    allOf, anyOf (`parts`), not (`parts` of one), test (`path`, `operator`, `argument`, `exact`), some, every, none,
    count (`path`, `where` as `parts` of one or none; count: `at_least`, `at_most`), body (`parts`: what is asked of a
    body in ARM's shape, and of one in azurerm's).
    """

    word: str
    parts: tuple[Condition, ...] = ()
    path: tuple[str | int, ...] = ()
    operator: str = ""
    argument: object = None
    exact: bool = False
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """An argument of `in` that is looked up in a list: `{list: pe-targets, at: targetType, take: subresources}`."""

    values: Mapping[str, tuple[str, ...]] | None  # by the folded key when `at` is given
    plain: tuple[str, ...]
    at: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A check. `severities` are tried in order, the first whose condition is TRUE counts; the last has none."""

    card: Card
    subject: str  # a fact kind, or "resource"
    require: Condition
    message: str
    severities: tuple[tuple[Condition | None, Severity], ...]
    when: Condition | None = None
    strict: Severity | None = None  # what it is at least in the profile `strict`
    mark: tuple[str | int, ...] = ()
    types: tuple[str, ...] = ()  # of subject "resource": ARM's or azurerm's
    existing: bool = False  # of subject "resource": whether those count that are declared elsewhere
    dialects: tuple[str, ...] = ()  # where it applies, if not everywhere
    since: str | None = None
    until: str | None = None
    file: str = ""
    lists: tuple[str, ...] = ()  # the lists that its conditions have taken something from

    @property
    def id(self) -> str:
        return self.card.id


def types_of(policies: Iterable[Policy]) -> frozenset[str]:
    """The types of resources that policies name for want of a fact."""
    return frozenset(kind for p in policies for kind in p.types)
