"""Fact and Schema: what policies talk about, and the form of a schema that declares it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mnlint.model.record import Deferrable, dataclass, field
from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import Map, Node

if TYPE_CHECKING:
    from mnlint.model.past import PastNetwork


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a fact kind.

    `kind` is text, enum, bool, number, list (of scalars), one (relation to one fact) or many (to several); relations
    name the kind they lead to in `to`. `about` is a sentence; a default of the platform brings its `source`.
    """

    name: str
    kind: str
    about: str
    values: tuple[str, ...] = ()
    to: str = ""
    default: str | bool | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """Every fact kind with its fields, and a sentence on each kind."""

    kinds: Mapping[str, Mapping[str, Field]]
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One thing policies are asked about: `fields` is a Map whose relations are Refs to other facts' addresses."""

    kind: str
    address: str
    fields: Map
    head: Span
    dialect: str
    guards: tuple[Node, ...] = ()
    callers: tuple[Span, ...] = ()  # heads of the module calls that lead to the declaration
    instances: int = 1
    declared_in: str = ""
    symbol: str = ""
    resource: str = ""  # the address of the resource behind it, for readers
    named: str = ""  # the name of that resource, where it is known
    unseen: Node | None = None  # why it stands for facts that nobody can see, and that there need not be


@dataclass(frozen=True, slots=True, eq=False)
class Facts(Deferrable):
    """All facts of a deployment, by address and by kind.

    `networks` are its managed networks as they are to be remembered, `before` what a plan says was there; None of it.
    """

    by_address: Mapping[str, Fact] = field(default_factory=dict)
    networks: tuple[PastNetwork, ...] = ()
    before: tuple[PastNetwork, ...] | None = None

    def of(self, kind: str) -> Iterator[Fact]:
        """The facts of a kind, in the order in which they were found."""
        return (fact for fact in self.by_address.values() if fact.kind == kind)

    def get(self, address: str) -> Fact | None:
        return self.by_address.get(address)
