"""What azapi's updates write to a resource that another one declares, in whichever language that is."""

from __future__ import annotations

from mnlint.azure.draft import Drafts
from mnlint.azure.kleene import excluded, implied, missing, unsure
from mnlint.azure.one_resource import same_resource
from mnlint.azure.views import View
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri
from mnlint.model.value import Cause, Choice, Hop, HopKind, Node, Unknown, choice, doubt


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """A resource that writes to another one, and why it may not: another one's, or under a condition."""

    view: View
    why: Unknown | None


def updated(other: View) -> Node:
    """What says which resource an update is for: its id, or its name."""
    return other.parent_id if missing(other.name) and other.parent_id is not None else other.name


def updates_of(drafts: Drafts, view: View) -> list[Update]:
    """The updates that write to a resource, or may; which may write to which is asked once."""
    if drafts.updates is None:
        made: dict[View, list[tuple[View, Tri]]] = {}
        for other in drafts.index.views:
            if other.updates and other.known and (other.type or other.untyped is not None):
                for target, tri in _targets(drafts, other):
                    made.setdefault(target, []).append((other, tri))
        drafts.updates = made
    found: list[Update] = []
    for other, tri in drafts.updates.get(view, ()):
        if excluded(other.guards, view.guards):
            continue
        node = updated(other)
        why = unsure(other.guards, view.guards) if not implied(other.guards, view.guards) else None
        if tri is Tri.UNKNOWN:
            why = doubt(other.untyped or view.untyped or node)
            why = why or Unknown(Cause.RUNTIME, node.origin, f"the resource that {other.address} updates")
        found.append(Update(other, why))
    return found


def _targets(drafts: Drafts, other: View) -> list[tuple[View, Tri]]:
    """The resources that an update may be for, and whether it is."""
    node = updated(other)
    if node is other.name:
        like = drafts.index.like(other.type, other.names) if other.type else drafts.index.views
        near = [(view, same_resource(other, view)) for view in like]
    else:
        near = drafts.index.possible(node)
    kind = other.type.lower()
    fits = [(v, tri) for v, tri in near if not v.updates and tri is not Tri.FALSE]
    perhaps = [(v, Tri.UNKNOWN) for v, _ in fits if _perhaps_alike(other, v)]
    return perhaps + [(v, tri) for v, tri in fits if v.type.lower() == kind and other.untyped is None]


def _perhaps_alike(one: View, two: View) -> bool:
    """Whether two resources may be of one type, which nobody knows of one of them."""
    if one.untyped is None:
        return two.may_be(one.type.lower())
    return one.may_be(two.type.lower()) if two.type else two.untyped is not None


def with_updates(drafts: Drafts, view: View, own: Node, *path: str) -> Node:
    """A value of a resource, or what its updates write at a path of ARM's body: the last of them that says it."""
    made = own
    for update in updates_of(drafts, view):
        found = update.view.at(*path)
        if not missing(found):
            found = or_else(found, made)
            made = found if update.why is None else choice([found, made], update.why, found)
    return made


def or_else(node: Node, other: Node) -> Node:
    """A value, or another one where it is not given; each option of a Choice for itself."""
    if isinstance(node.value, Choice):
        return choice([or_else(option, other) for option in node.value.options], node.value.why, node)
    return other if missing(node) else node


def or_default(written: Node, value: str, source: str) -> Node:
    """A written value, or what the service takes where nothing is written; each option of a Choice for itself."""
    if isinstance(written.value, Choice):
        options = tuple(or_default(option, value, source) for option in written.value.options)
        return written.holding(Choice(options, written.value.why))
    if not missing(written):
        return written
    hop = Hop(HopKind.PLATFORM_DEFAULT, written.origin, f"Azure's default, {source}")
    return Node(value, written.span, (*written.trail[:-1], hop))
