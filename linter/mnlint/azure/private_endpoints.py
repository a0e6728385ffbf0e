"""What gives a resource that managed networks use a private endpoint: a network itself, its rules and connections, a
customer's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mnlint.azure import arm, azurerm
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.join import Members
from mnlint.azure.kleene import excluded, is_text
from mnlint.azure.views import View
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both, either
from mnlint.model.value import Hop, HopKind, Node, Unknown, doubt


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One reference from a network to a resource; `unsure` is why it may be none, or another network's."""

    network: Draft
    role: str
    node: Node
    guards: tuple[Node, ...] = ()
    unsure: Unknown | None = None


def private_endpoints(drafts: Drafts, uses: Sequence[Use], access: Mapping[View, Node]) -> dict[View, Members]:
    """What gives each of some declared resources a private endpoint, by what is known of its public access.

    One doubt is enough: where there is one, only what is sure to lead there is asked for.
    """
    made = {view: Members() for view in access}
    certain = set(made)  # those of which there is no doubt yet

    def add(view: View, node: Node, tri: Tri, why: Unknown | None, guards: tuple[Node, ...]) -> None:
        made[view].add(node, tri, why, guards, view.guards)
        if made[view].more is not None:
            certain.discard(view)

    for use in uses if made else ():
        for view, tri in drafts.index.possible(use.node, lift=True, perhaps=certain):
            if view in made:
                makes = both(tri, _makes_endpoint(use, access[view]), Tri.TRUE if use.unsure is None else Tri.UNKNOWN)
                mode = use.network["effectiveMode"]
                why = doubt(use.node) if tri is Tri.UNKNOWN else doubt(mode) or doubt(access[view])
                add(view, _endpoint_node(use), makes, use.unsure or why, (*use.guards, *use.network.guards))
    unseen = _unseen(drafts) if certain else []
    for view in tuple(certain):
        hidden = next((why for network, why in unseen if not excluded(network.guards, view.guards)), None)
        if hidden is not None:
            made[view].open(hidden)
            certain.discard(view)
    for other, target in _ends(drafts) if made else ():
        why = doubt(target) if other.untyped is None else doubt(other.untyped)
        for view, tri in drafts.index.possible(target, lift=True, perhaps=certain):
            if view in made and view is not other:
                add(view, target, both(tri, Tri.TRUE if other.untyped is None else Tri.UNKNOWN), why, other.guards)
    return made


def _unseen(drafts: Drafts) -> list[tuple[Draft, Unknown]]:
    """The networks that may have rules and connections that nobody sees, which may lead to anything, and why."""
    managed = (network for network in drafts.of("managedNetwork") if _managed(network) is not Tri.FALSE)
    asked = ((network, doubt(network["rules"]) or doubt(network["connections"])) for network in managed)
    return [(network, why) for network, why in asked if why is not None]


def _ends(drafts: Drafts) -> Iterator[tuple[View, Node]]:
    """What a customer's own private endpoints lead to."""
    for view in drafts.index.views:
        if view.terraform == azurerm.PRIVATE_ENDPOINT:
            targets = azurerm.endpoint_targets(view)
        elif (view.type.lower() == arm.PRIVATE_ENDPOINT and view.known) or view.may_be(arm.PRIVATE_ENDPOINT):
            targets = arm.endpoint_targets(view)
        else:
            continue
        yield from ((view, target) for target in targets)


def _makes_endpoint(use: Use, access: Node) -> Tri:
    """Whether a network makes a private endpoint for this use.

    In approved mode for its own storage, vault and registry always, in internet mode for those with public access
    off; for a rule's or a connection's target whenever the network is managed.
    """
    if use.role in ("rule target", "connection"):
        return _managed(use.network)
    approved = is_text(use.network["effectiveMode"], "AllowOnlyApprovedOutbound")
    return either(approved, both(_managed(use.network), is_text(access, "Disabled")))


def _managed(network: Draft) -> Tri:
    return is_text(network["effectiveMode"], "AllowOnlyApprovedOutbound", "AllowInternetOutbound")


def _endpoint_node(use: Use) -> Node:
    if use.role in ("rule target", "connection"):
        return use.node
    mode = use.network["effectiveMode"]
    label = (
        f"a private endpoint comes with {use.network['name'].value}"
        if isinstance(use.network["name"].value, str)
        else ("a private endpoint comes with the mode")
    )
    return Node(mode.value, mode.span, (Hop(HopKind.REFERENCE, mode.span, label), *mode.trail))
