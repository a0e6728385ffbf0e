"""Range and Cost: what something costs a month, between two bounds where not everything is known."""

from __future__ import annotations

from decimal import Decimal

from mnlint.model.record import dataclass
from mnlint.model.typing import Final

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Range:
    """An amount of money from `low` to `high`, both included; None is no bound on that side."""

    low: Decimal | None = ZERO
    high: Decimal | None = ZERO

    @property
    def exact(self) -> bool:
        """Whether it is one known amount."""
        return self.low is not None and self.low == self.high

    def plus(self, other: Range) -> Range:
        return Range(_sum(self.low, other.low), _sum(self.high, other.high))

    def minus(self, other: Range) -> Range:
        return self.plus(Range(_opposite(other.high), _opposite(other.low)))

    def hull(self, other: Range) -> Range:
        """The smallest range that holds both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Range(low, high)

    def holds(self, other: Range) -> bool:
        """Whether all of another range lies in this one."""
        low = self.low is None or (other.low is not None and self.low <= other.low)
        return low and (self.high is None or (other.high is not None and other.high <= self.high))


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _opposite(one: Decimal | None) -> Decimal | None:
    return None if one is None else -one


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is billed. `doubts` is what its range hangs on: equal for equal doubt, at any revision."""

    name: str
    range: Range
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cost:
    """What all items cost a month, and `basis`: whose prices, of which day, in words."""

    items: tuple[Item, ...]
    currency: str
    basis: tuple[str, ...]

    @property
    def total(self) -> Range:
        made = Range()
        for item in self.items:
            made = made.plus(item.range)
        return made

    def minus(self, other: Cost) -> Range:
        """How much more this is than another one. What hangs on the same doubt both times is no difference."""
        mine, theirs = ({item.name: item for item in cost.items} for cost in (self, other))
        made = Range()
        for name in (*mine, *(name for name in theirs if name not in mine)):
            one, two = mine.get(name), theirs.get(name)
            if one is None or one != two:
                made = made.plus((one.range if one else Range()).minus(two.range if two else Range()))
        return made
