"""PastNetwork: a managed network as somebody remembers it, to be compared with another day's."""

from __future__ import annotations

from mnlint.model.cost import Cost
from mnlint.model.record import dataclass
from mnlint.model.text import Span
from mnlint.model.value import Node


@dataclass(frozen=True, slots=True)
class Told:
    """A value in words. Values of one `identity` are equal; of different ones, they differ if both are `known`."""

    words: str
    identity: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class PastRule:
    """A rule: what it is called, what it opens in words, and its settings, by their names for readers.

    `key` is the form of its name, by which it is found again, None if nobody can compare it; `sure` is whether it is
    known to be there.
    """

    name: str
    key: str | None
    opens: str
    settings: tuple[tuple[str, Told], ...]
    sure: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class PastNetwork:
    """A managed network of a base revision, of what is deployed now, or of today, to be remembered.

    `name` is the form of the name of its workspace or account, None if nobody can compare it; `address` is that of its
    resource, `mode` the isolation mode in effect, with any place, and `where` says where it was written. It is not
    `declared` where only its rules are; `only_if` are the conditions under which it is there, and `hidden` is why it
    may have rules that nobody sees. `heads` are its own place and those of the calls that lead there, and `root` and
    `deployment` say which template and parameter file it is of.
    """

    family: str
    address: str
    name: str | None
    mode: Node
    where: str
    declared: bool = True
    shown: str = ""
    settings: tuple[tuple[str, Told], ...] = ()
    rules: tuple[PastRule, ...] = ()
    hidden: Told | None = None
    only_if: tuple[str, ...] = ()
    cost: Cost | None = None
    heads: tuple[Span, ...] = ()
    root: str = ""
    deployment: str = ""
