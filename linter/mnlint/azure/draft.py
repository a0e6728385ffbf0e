"""A fact while it is being put together: its relations are filled in once every fact is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mnlint.azure.views import Index, View
from mnlint.model.deployment import Deployment
from mnlint.model.fact import Fact
from mnlint.model.text import Span
from mnlint.model.value import Map, Node, literal

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


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
    symbol: str = ""  # what readers call it if it has neither a known name nor a resource

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
            resource.callers if resource else (),
            resource.instances if resource else 1,
            resource.declared_in if resource else self.head.file,
            resource.symbol if resource else self.symbol or self.address,
            resource.address if resource else self.address,
            self.unseen,
        )


@dataclass(slots=True, eq=False)
class Drafts:
    """Everything of one deployment while facts are made of it."""

    deployment: Deployment
    tables: Tables
    index: Index
    subscriptions: Mapping[str, str]
    by_address: dict[str, Draft] = field(default_factory=dict)

    def add(self, draft: Draft) -> Draft:
        # Two resources that nobody can tell apart by address are still two.
        at, count = draft.address, 2
        while draft.address in self.by_address:
            draft.address = f"{at} ({count})"
            count += 1
        self.by_address[draft.address] = draft
        return draft

    def of(self, kind: str) -> list[Draft]:
        return [d for d in self.by_address.values() if d.kind == kind]

    def behind(self, view: View | None) -> Draft | None:
        """The fact of a view's own resource."""
        return next((d for d in self.by_address.values() if d.view is view), None) if view is not None else None


def said(value: str, span: Span, label: str) -> Node:
    """A value that the tool says, not the template."""
    return literal(value, span, label)
