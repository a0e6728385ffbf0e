"""What networks were at a base revision, and how they differ from those of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint import azure, lists
from mnlint.azure.changes import network_changes
from mnlint.deploying import facts_of
from mnlint.model.change import NetworkChange
from mnlint.model.expr import Template
from mnlint.model.finding import Outcome
from mnlint.model.past import PastNetwork
from mnlint.model.record import dataclass, replace
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.typing import StrPath
from mnlint.reading import Project, left_open, open_base


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The managed networks of the base revision, and what of it could not be read, in words."""

    networks: Sequence[PastNetwork]
    open: frozenset[str]


def networks_at_base(paths: Sequence[StrPath], tables: lists.Tables, settings: Settings) -> Base:
    """The managed networks of the base revision, wherever in the repository they were declared. Raises GitError."""
    project = open_base(paths, settings)
    found: list[PastNetwork] = []
    opened = left_open(project.files.notices)
    for root in project.plan.roots:
        read = {file: project.readers.template(file) for file in root.files}
        opened |= left_open(notice for template in read.values() for notice in template.notices)

        def where(span: Span, read: Mapping[str, Template] = read) -> str:
            template = read.get(span.file)
            line = template.source.line_column(span.start)[0] if template is not None else 0
            return f"at {settings.base}:{span.file}:{line}" if line else f"at {settings.base}"

        for bindings in root.bindings:
            deployment, facts = facts_of(root, bindings, read, tables, settings, project.readers)
            opened |= left_open(deployment.notices)
            own = deployment.binding or ""
            found += (replace(one, root=root.entry, deployment=own) for one in azure.past_networks(facts, where))
    return Base(found, opened | project.unread())


def changes_since(base: Base, outcomes: Sequence[Outcome], project: Project) -> list[NetworkChange]:
    """What changed since the base revision. A plan says itself what it changes, but its networks are there."""
    opened = project.unread().union(*(outcome.open for outcome in outcomes))

    def is_here(network: PastNetwork) -> bool:
        return all(project.under(head.file) for head in network.heads if not head.outside)

    return network_changes(
        base.networks,
        [network for outcome in outcomes if outcome.changes is None for network in outcome.networks],
        is_here=is_here,
        others=[network for outcome in outcomes if outcome.changes is not None for network in outcome.networks],
        whole_before=base.open <= opened,  # what could not be read on either day hides the same
        whole_now=opened <= base.open and project.under(""),
    )
