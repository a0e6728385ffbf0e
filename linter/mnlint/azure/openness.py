"""How far a resource is closed to public networks: to all of them, or to all but selected ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mnlint.azure import azurerm
from mnlint.azure.defaults import DEFAULT_ACCESS, DEFAULT_ACCESS_SOURCE
from mnlint.azure.draft import Drafts
from mnlint.azure.kleene import excluded, implied, is_text, missing, unsure
from mnlint.azure.updates import or_default, with_updates
from mnlint.azure.views import View
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Any
from mnlint.model.value import Cause, Choice, Node, Seq, Unknown, doubt, literal

OWN_ACCESS = ("properties", "publicNetworkAccess")


@dataclass(frozen=True, slots=True, eq=False)
class Openness:
    """Whether public access is `off`, whether networks that are not selected are `denied`, what says so, and why nobody
    knows."""

    off: Tri
    denied: Tri
    said: Node
    why: Unknown | None

    @property
    def closed(self) -> Tri:
        return either(self.off, self.denied)

    @property
    def selected(self) -> Tri:
        """Whether public access is on, but for selected networks only."""
        return both(self.off.negated(), self.denied)

    @property
    def words(self) -> str:
        return "is open to selected networks only" if self.selected is Tri.TRUE else "is closed to public networks"


def openness(drafts: Drafts, view: View) -> Openness:
    """How open a declared resource is to public networks."""
    access = public_access(drafts, view)
    off = Tri.UNKNOWN if not view.type else is_text(access, "Disabled")
    perimeter = is_text(access, "SecuredByPerimeter")  # whose rules are not in the template
    actions = list(_default_actions(drafts, view))
    denied = either(Tri.FALSE, *(tri for _, tri, _ in actions))
    if perimeter is not Tri.FALSE or not view.type:
        off, denied = either(off, Tri.UNKNOWN), Tri.UNKNOWN
    said = access if off is Tri.TRUE else next((node for node, tri, _ in actions if tri is Tri.TRUE), access)
    unsure_of = [doubt(access), *(why for _, tri, why in actions if tri is Tri.UNKNOWN)]
    return Openness(off, denied, said, next((why for why in unsure_of if why is not None), None))


# ── public access ──


def public_access(drafts: Drafts, view: View) -> Node:
    """Enabled or Disabled, whatever word or truth the resource's own property takes; Azure's default if not said."""
    entry = entry_of(drafts, view)
    path = tuple(str(step) for step in entry.get("access", OWN_ACCESS))
    return _as_access(with_updates(drafts, view, _own_access(view, entry, path), *path))


def entry_of(drafts: Drafts, view: View) -> Mapping[str, Any]:
    """What the list says of a resource's type; nothing of a type that is not on it."""
    listed = drafts.tables.get("resource-access", ())
    return next((e for e in listed if e["type"].lower() == view.type.lower()), {}) if view.type else {}


def _own_access(view: View, entry: Mapping[str, Any], path: tuple[str, ...]) -> Node:
    default = str(entry.get("default", DEFAULT_ACCESS))
    if not view.terraform:
        return or_default(view.at(*path), default, DEFAULT_ACCESS_SOURCE)
    names = [str(entry["azurerm_access"])] if "azurerm_access" in entry else azurerm.PUBLIC_ACCESS
    for name in names:
        node = view.at(name)
        if not missing(node):
            return node
    return or_default(view.at(names[0]), default, DEFAULT_ACCESS_SOURCE)


def _as_access(node: Node) -> Node:
    if isinstance(node.value, Choice):
        return node.holding(Choice(tuple(_as_access(o) for o in node.value.options), node.value.why))
    words = {True: "Enabled", False: "Disabled"}
    return node.holding(words[node.value]) if isinstance(node.value, bool) else node


# ── selected networks ──


def _default_actions(drafts: Drafts, view: View) -> Iterator[tuple[Node, Tri, Unknown | None]]:
    """What says whether networks that are not selected are denied, whether it says so, and why nobody knows."""
    entry = entry_of(drafts, view)
    path = [str(step) for step in entry.get("default_action", ())]
    if not path:
        return
    if "child" not in entry:
        places = [p for p in entry.get("azurerm", ()) if p["type"] == view.terraform and "joined_by" not in p]
        nothing = literal(None, view.resource.head)
        own = view.at(*path) if not view.terraform else view.at(*places[0]["path"]) if places else nothing
        node = with_updates(drafts, view, own, *path)
        tri, why = is_text(node, "Deny"), doubt(node)
        let_in = _let_in(drafts, view, entry, places)
        if tri is Tri.TRUE and let_in is not None:  # whether the workspace is among those, only Azure knows
            tri, why = Tri.UNKNOWN, let_in
        yield node, tri, why
    else:
        yield from _of_children(drafts, view, str(entry["child"]).lower(), path)
        for place in entry.get("azurerm", ()):
            if place["type"] == view.terraform:
                node = view.at(*place["path"])
                yield node, is_text(node, "Deny"), doubt(node)
    for place in entry.get("azurerm", ()):
        if "joined_by" in place:
            joined = str(place["joined_by"])
            for other, tri in drafts.index.pointing_at(view, str(place["type"]), joined):
                let_in = _named_in(other.at(*place["instances"])) if "instances" in place else None
                why = let_in or doubt(other.at(joined))
                sure = tri if let_in is None else both(tri, Tri.UNKNOWN)
                yield _beside(other, other.at(*place["path"]), sure, why, view)


def _let_in(drafts: Drafts, view: View, entry: Mapping[str, Any], places: list[Mapping[str, Any]]) -> Unknown | None:
    """Why a resource may let in resources that it names, a workspace among them, whatever network those are in."""
    path = [str(step) for step in entry.get("instances", ())]
    own = view.at(*path) if not view.terraform else view.at(*places[0].get("instances", ["-"])) if places else None
    if not path or own is None:
        return None
    return _named_in(with_updates(drafts, view, own, *path))


def _named_in(node: Node) -> Unknown | None:
    empty = missing(node) or (isinstance(node.value, Seq) and not node.value.items and node.value.more is None)
    return None if empty else doubt(node) or Unknown(Cause.RUNTIME, node.origin, "what its resource instances are")


def _of_children(drafts: Drafts, view: View, kind: str, path: list[str]) -> Iterator[tuple[Node, Tri, Unknown | None]]:
    for other in drafts.index.below(view.type.lower(), kind).of.get(view, ()):
        if other.known:
            tri, why = drafts.index.is_child(other, view)
            yield _beside(other, other.at(*path), tri, why, view)


def _beside(other: View, node: Node, tri: Tri, why: Unknown | None, view: View) -> tuple[Node, Tri, Unknown | None]:
    """What another resource says for one, if it is for this one and there whenever this one is."""
    if excluded(other.guards, view.guards):
        return node, Tri.FALSE, None
    there = Tri.TRUE if implied(other.guards, view.guards) else Tri.UNKNOWN
    found = both(tri, there, is_text(node, "Deny"))
    return node, found, why or unsure(other.guards, view.guards) or doubt(node)
