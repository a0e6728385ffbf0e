"""Where the settings of a managed network are written: in its workspace, in children of that, in updates of it."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.azure import arm
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import excluded, implied, missing, unsure
from mnlint.azure.one_resource import same_resource
from mnlint.azure.updates import or_else, updated
from mnlint.azure.views import View, first
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both
from mnlint.model.typing import Final
from mnlint.model.value import (
    Cause,
    Choice,
    Map,
    Node,
    Unknown,
    choice,
    doubt,
    member,
)


def is_map(node: Node) -> bool:
    """Whether an object is written there, be it under a condition."""
    value = node.value
    return isinstance(value, Map) or (
        isinstance(value, Choice) and any(isinstance(o.value, Map) for o in value.options)
    )


def is_addition(view: View) -> bool:
    """Whether a resource adds settings to a workspace that another one declares: a child or an update."""
    kind = view.type.lower()
    return kind == arm.WORKSPACE_NETWORK or (kind == arm.WORKSPACE and view.updates)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """An object with settings of a network and the resource it stands in.

    `sure` is whether it is this network's, `why` why it may not count: not this network's, or under a condition.
    """

    node: Node
    view: View
    sure: Tri = Tri.TRUE
    why: Unknown | None = None


def own_settings(view: View) -> Node:
    """The network settings that a workspace says itself."""
    return view.at("managed_network") if view.terraform else view.at("properties", "managedNetwork")


def settings_on(drafts: Drafts, view: View) -> Sequence[Setting]:
    """The network settings of a workspace, or of an update that may be of one, and of children and updates that add to
    a workspace's; looked for once."""
    found: Sequence[Setting] | None = drafts.settings.get(view)
    if found is None:
        found = drafts.settings[view] = _settings_on(drafts, view)
    return found


def _settings_on(drafts: Drafts, view: View) -> Sequence[Setting]:
    found = [Setting(own_settings(view), view)]
    for other in _additions_to(drafts, view) if not view.updates else ():
        if other is view or excluded(other.guards, view.guards):
            continue
        sure, why = _adds_to(drafts, other, view)
        untyped = other.untyped or view.untyped
        if untyped is not None:
            sure, why = both(sure, Tri.UNKNOWN), doubt(untyped)
        if sure is Tri.TRUE and not implied(other.guards, view.guards):
            why = unsure(other.guards, view.guards)
        if sure is not Tri.FALSE:
            found.append(Setting(arm.network_settings(other), other, sure, why))
    return found


def may_add(other: View) -> bool:
    """Whether a resource adds settings to a workspace, or may, if nobody knows its type."""
    return is_addition(other) or other.may_be(arm.WORKSPACE_NETWORK) or (other.updates and other.may_be(arm.WORKSPACE))


def _additions_to(drafts: Drafts, view: View) -> Sequence[View]:
    """Children and updates that may add to a workspace; which may add to which is asked once."""
    if drafts.additions is None:
        made: dict[View, list[View]] = {}
        for other in drafts.index.of_type(arm.WORKSPACE_NETWORK, arm.WORKSPACE, ""):
            if other.known and may_add(other):
                for workspace in _workspaces_of(drafts, other):
                    made.setdefault(workspace, []).append(other)
        drafts.additions = made
    return drafts.additions.get(view, ())


def _workspaces_of(drafts: Drafts, other: View) -> list[View]:
    """The workspaces that a child or an update may add to."""
    index = drafts.index
    if _is_child(other):
        found, _ = index.parent_of(other, [arm.WORKSPACE])
        return [found] if found is not None else index.possible_parents(other, [arm.WORKSPACE])
    node = updated(other)
    if node is other.name:
        return index.like(arm.WORKSPACE, other.names)
    lift = not other.type  # it may be the id of the network, too
    near = [view for view, _ in index.possible(node, lift=lift)]
    return [v for v in near if v.type.lower() == arm.WORKSPACE or (not v.updates and v.may_be(arm.WORKSPACE))]


def _is_child(other: View) -> bool:
    return other.type.lower() == arm.WORKSPACE_NETWORK or not (other.type or other.updates)


def _adds_to(drafts: Drafts, other: View, view: View) -> tuple[Tri, Unknown | None]:
    """Whether a child's or an update's workspace is this one, and why nobody knows."""
    if _is_child(other):
        return drafts.index.is_child(other, view)
    node = updated(other)
    lift = not other.type
    tri = drafts.index.refers(node, view, lift=lift) if node is other.parent_id else same_resource(other, view)
    why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, "the workspace that is updated")
    return tri, why if tri is Tri.UNKNOWN else None


def settings_of(drafts: Drafts, network: Draft) -> Sequence[Setting]:
    """Every object that holds settings of a network, with the resource it stands in."""
    view = network.view
    if view is None:
        return []
    if view.type.lower() == arm.ACCOUNT_NETWORK or is_addition(view):
        return [Setting(arm.network_settings(view), view)]
    unsure = network.unseen is not None  # nobody knows the type
    return settings_on(drafts, view) if unsure or view.type.lower() == arm.WORKSPACE else []


AZURERM_NAMES: Final = {"isolationMode": "isolation_mode"}


def written_in(settings: Sequence[Setting], *path: str) -> Node:
    """What the last of the settings that says it says; absent at the first one's innermost block if none does."""
    made: Node | None = None
    for setting in settings:
        azurerm_like = bool(setting.view.terraform)
        found = first(setting.node)
        for name in path:
            called = AZURERM_NAMES.get(name, name) if azurerm_like else name
            found = first(member(found, called, fold=not azurerm_like))
        if made is None:
            made = found
        elif not missing(found):
            found = or_else(found, made)
            made = found if setting.why is None else choice([found, made], setting.why, found)
    assert made is not None, "a network has settings"  # noqa: S101  (empty ones at least)
    return made
