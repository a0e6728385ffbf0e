"""NetworkChange: how a managed network differs from what it was, in words that any output can show."""

from __future__ import annotations

from enum import StrEnum

from mnlint.model.cost import Range
from mnlint.model.record import dataclass
from mnlint.model.text import Span


class Change(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that was `before` and is `after`, each None where it is not there; `sure` if it is known to differ."""

    name: str
    before: str | None
    after: str | None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule, by its name, and what it opens in words: before, and now. `settings` are those that differ."""

    name: str
    what: Change
    before: str | None = None
    after: str | None = None
    sure: bool = True
    settings: tuple[SettingChange, ...] = ()


@dataclass(frozen=True, slots=True)
class CostChange:
    """What a network cost a month and costs now, and how much more that is, in words and as amounts.

    `before` and `after` are None where the network is not there. `basis` says whose prices those are, and of which day.
    """

    before: str | None
    after: str | None
    difference: str
    amount_before: Range | None
    amount_after: Range | None
    more: Range
    currency: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NetworkChange:
    """What became of one network. `sure` is whether it is known to be added or removed; what changed says so itself.

    `place` is where it is declared now, `where` says in words where it was, and `deployment` is the parameter file it
    is judged with, where not every one shows the same.
    """

    name: str
    family: str
    what: Change
    sure: bool = True
    place: Span | None = None
    where: str = ""
    deployment: str = ""
    settings: tuple[SettingChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    cost: CostChange | None = None
    mode: str = ""  # the isolation mode now, in words; of one that is gone, what it was
