"""A fact while it is being put together: its relations are filled in once every fact is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps

from mnlint.azure.index import Index
from mnlint.azure.views import View
from mnlint.model.deployment import Deployment
from mnlint.model.fact import Fact
from mnlint.model.record import dataclass, field
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.typing import TYPE_CHECKING, Any, Final, TypeVar
from mnlint.model.value import Map, Node, Unknown, literal

if TYPE_CHECKING:
    from mnlint.model.cost import Cost

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Made = TypeVar("Made")

_KEPT: Final = 8  # sets of lists; a run has one, tests have some


def once(make: Callable[[Tables], Made]) -> Callable[[Tables], Made]:
    """What is made of the lists alone, made once for each set of them: every deployment asks for it."""
    kept: dict[int, tuple[Tables, Made]] = {}

    @wraps(make)
    def made(tables: Tables) -> Made:
        of, found = kept.get(id(tables), (None, None))
        if of is not tables or found is None:
            found = make(tables)
            if len(kept) >= _KEPT:
                kept.clear()
            kept[id(tables)] = tables, found  # kept with what it is made of, so that no other can have its id
        return found

    return made


class TooManyError(Exception):
    """A deployment has more than can be judged in time; `head` is that of the first one that is too much."""

    def __init__(self, head: Span, most: int) -> None:
        super().__init__(f"more than {most:,} networks, rules and connections (--max-facts): nothing here is judged")
        self.head = head


@dataclass(slots=True, eq=False)
class Draft:
    """One fact in the making. `view` is the resource behind it, None for what is only referred to."""

    kind: str
    address: str
    head: Span
    dialect: str
    fields: dict[str, Node]
    view: View | None = None
    guards: tuple[Node, ...] = ()
    unseen: Node | None = None
    hidden: Unknown | None = None  # of a network: why it may have rules that nobody sees here
    unlisted: tuple[Unknown, ...] = ()  # of a network: why it may have rules that are no facts
    cost: Cost | None = None  # of a network: what it costs a month
    firewall: Tri = Tri.UNKNOWN  # of a network: whether the service builds one for it
    symbol: str = ""  # what readers call it if it has neither a known name nor a resource
    whole: Node | None = None  # the object of a rule, in ARM's shape
    replaced: Sequence[tuple[Node, Unknown | None]] = ()  # earlier members of the same key, and why there may be none
    callers: tuple[Span, ...] = ()  # heads of the module calls that lead to its head if it has no resource

    def __getitem__(self, name: str) -> Node:
        return self.fields[name]

    def fact(self) -> Fact:
        resource = self.view.resource if self.view else None
        return Fact(
            self.kind,
            self.address,
            Map(self.fields, self.head),
            self.head,
            self.dialect,
            self.guards,
            resource.callers if resource else self.callers,
            resource.instances if resource else 1,
            resource.declared_in if resource else self.head.file,
            resource.symbol if resource else self.symbol or self.address,
            resource.address if resource else self.address,
            name if self.view and isinstance(name := self.view.name.value, str) else "",
            self.unseen,
        )


@dataclass(slots=True, eq=False)
class Drafts:
    """Everything of one deployment while facts are made of it."""

    deployment: Deployment
    tables: Tables
    index: Index
    subscriptions: Mapping[str, str]
    most: int  # facts; each costs every policy that is about it
    by_address: dict[str, Draft] = field(default_factory=dict)
    _by_kind: dict[str, dict[str, Draft]] = field(default_factory=dict)
    _by_view: dict[View, list[Draft]] = field(default_factory=dict)
    additions: Mapping[View, Sequence[View]] | None = None  # see network_settings.py, which alone uses it
    settings: dict[View, Any] = field(default_factory=dict)  # of networks, likewise
    updates: Mapping[View, Sequence[tuple[View, Tri]]] | None = None  # see updates.py, which alone uses it
    doubles: dict[str, Mapping[str, Draft]] = field(default_factory=dict)  # see rules.py, which alone uses it
    hints_at_tenants: bool | None = None  # see dependencies.py, which alone uses it

    def add(self, draft: Draft) -> Draft:
        """Takes a fact in. Raises TooManyError."""
        if len(self.by_address) >= self.most:
            raise TooManyError(_shown(draft), self.most)
        # Two resources that nobody can tell apart by address are still two.
        at, count = draft.address, 2
        while draft.address in self.by_address:
            draft.address = f"{at} ({count})"
            count += 1
        self.by_address[draft.address] = self._by_kind.setdefault(draft.kind, {})[draft.address] = draft
        if draft.view is not None:
            self._by_view.setdefault(draft.view, []).append(draft)
        return draft

    def remove(self, draft: Draft) -> None:
        del self.by_address[draft.address], self._by_kind[draft.kind][draft.address]
        self.doubles.clear()
        if draft.view is not None:
            self._by_view[draft.view].remove(draft)

    def of(self, kind: str) -> list[Draft]:
        return list(self._by_kind.get(kind, {}).values())

    def behind(self, view: View | None) -> Draft | None:
        """The fact of a view's own resource."""
        return next(iter(self._by_view.get(view, ())), None) if view is not None else None

    def made_of(self, view: View, kind: str) -> Draft | None:
        """The first fact of a kind that a view is behind."""
        return next((draft for draft in self._by_view.get(view, ()) if draft.kind == kind), None)


def _shown(draft: Draft) -> Span:
    """Where readers of this repository see a fact: a module of a registry is shown by its call."""
    callers = draft.view.resource.callers if draft.view else draft.callers
    return next((span for span in (draft.head, *callers) if not span.outside), draft.head)


def said(value: str, span: Span, label: str) -> Node:
    """A value that the tool says, not the template."""
    return literal(value, span, label)
