"""Workspaces, accounts and their managed networks as facts."""

from __future__ import annotations

from mnlint.azure import arm, azurerm
from mnlint.azure.cost import firewall_price, firewall_prices
from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.join import Members, reference
from mnlint.azure.kleene import doubt, is_text, is_there, missing
from mnlint.azure.schema import (
    DEFAULT_ACCESS,
    DEFAULT_ACCESS_SOURCE,
    DEFAULT_MODE,
    DEFAULT_MODE_SOURCE,
    DEFAULT_SKU,
    DEFAULT_SKU_SOURCE,
)
from mnlint.azure.views import View, constant
from mnlint.model.expr import Mode
from mnlint.model.tri import Tri, either
from mnlint.model.value import ABSENT, Cause, Choice, Hop, HopKind, Map, Node, Ref, Unknown


def make_workspaces(drafts: Drafts) -> None:
    """A workspace fact for each workspace, and a network fact for each that is known or may be no project."""
    for view in drafts.index.views:
        if view.type.lower() != arm.WORKSPACE or view.resource.mode is Mode.UPDATE:
            continue
        if view.terraform and view.terraform not in azurerm.WORKSPACES:
            continue
        workspace = drafts.add(
            Draft("workspace", view.address, view.resource.head, view.dialect, {}, view, view.guards)
        )
        project = is_project(view)
        workspace.fields.update(
            name=view.name,
            dialect=constant(view.dialect, view, view.dialect),
            kind=constant("Project", view, view.terraform) if view.terraform == azurerm.PROJECT else view.at("kind"),
            apiVersion=view.api_version or view.name.holding(ABSENT),
            publicAccess=public_access(view),
        )
        if project is not Tri.TRUE:
            _network(drafts, workspace, view, project)


def is_project(view: View) -> Tri:
    if view.terraform:
        return Tri.of(view.terraform == azurerm.PROJECT)
    kind = view.at("kind")
    # A project names its hub whatever its kind says; of an existing workspace nobody knows either.
    hub = is_there(view.at("properties", "hubResourceId"))
    named = is_text(kind, "Project")
    return either(named, Tri.FALSE if not view.known else hub) if named is not Tri.UNKNOWN else Tri.UNKNOWN


def make_accounts(drafts: Drafts) -> None:
    """A network fact for each Foundry account that has a managed network, by a child or by its injection."""
    for view in drafts.index.views:
        kind = view.type.lower()
        if kind == arm.ACCOUNT_NETWORK:
            account, why = drafts.index.parent_of(view, [arm.ACCOUNT])
            name = account.name if account else Node(why, view.resource.head, ()) if why else view.name
            _foundry(drafts, view, arm.network_settings(view), name)
    for view in drafts.index.views:
        if view.type.lower() != arm.ACCOUNT or view.terraform:
            continue
        injections = view.at("properties", "networkInjections")
        if not isinstance(injections.value, Map) or any(
            drafts.index.parent_of(d.view, [arm.ACCOUNT])[0] is view
            for d in drafts.of("managedNetwork")
            if d.view and d.view.type.lower() == arm.ACCOUNT_NETWORK
        ):
            continue
        managed = view.at("properties", "networkInjections", "useMicrosoftManagedNetwork")
        if is_text(managed, "true") is Tri.TRUE:
            _foundry(drafts, view, managed.holding(ABSENT), view.name)


def _network(drafts: Drafts, workspace: Draft, view: View, project: Tri) -> None:
    settings = [s for s, _ in _settings(drafts, view)]
    mode = _written(settings, "isolation_mode" if view.terraform else "isolationMode", view)
    if project is Tri.UNKNOWN and missing(mode):
        # A project has its hub's network, so that nothing is said of one that may be a project.
        mode = _unknown_like(mode, view.at("kind"))
    address = f"{workspace.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    _fill(drafts, draft, mode, settings, view.name, "workspace")


def _settings(drafts: Drafts, view: View) -> list[tuple[Node, View]]:
    """The network settings of a workspace, and of children and updates that add to them."""
    own = view.at("managed_network") if view.terraform else arm.network_settings(view)
    found = [(own, view)]
    for other in drafts.index.views:
        if other.type.lower() == arm.WORKSPACE_NETWORK and drafts.index.parent_of(other, [arm.WORKSPACE])[0] is view:
            found.append((arm.network_settings(other), other))
        is_update = other.resource.mode is Mode.UPDATE and other.type.lower() == arm.WORKSPACE
        if is_update and other.parent_id is not None and drafts.index.refers(other.parent_id, view) is Tri.TRUE:
            found.append((arm.network_settings(other), other))
    return found


def settings_of(drafts: Drafts, network: Draft) -> list[tuple[Node, View]]:
    """Every object that holds settings of a network, with the resource it stands in."""
    view = network.view
    if view is None:
        return []
    if view.type.lower() == arm.ACCOUNT_NETWORK:
        return [(arm.network_settings(view), view)]
    return _settings(drafts, view) if view.type.lower() == arm.WORKSPACE else []


def _written(settings: list[Node], name: str, view: View) -> Node:
    """What the last of the settings that says it says; absent at the first one's innermost block if none does."""
    from mnlint.azure.views import first
    from mnlint.model.value import member

    found = [
        first(member(first(s), name if at == 0 else "isolationMode", fold=not view.terraform or at > 0))
        for at, s in enumerate(settings)
    ]
    there = [node for node in found if not missing(node)]
    return there[-1] if there else found[0]


def _foundry(drafts: Drafts, view: View, settings: Node, name: Node) -> None:
    address = view.address if view.type.lower() == arm.ACCOUNT_NETWORK else f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    mode = _written([settings], "isolationMode", view)
    _fill(drafts, draft, mode, [settings], name, "foundry")


def implied_network(drafts: Drafts, key: str, why: Unknown, child: View) -> Draft:
    """The network that a rule belongs to but that is not declared here: all of it is unknown."""
    known = drafts.by_address.get(key)
    if known is not None:
        return known
    unknown_node = Node(why, why.span, (Hop(HopKind.DECLARATION, why.span, why.label),))
    family = "foundry" if child.type.lower() == arm.ACCOUNT_RULES else "workspace"
    draft = drafts.add(Draft("managedNetwork", key, child.resource.head, child.dialect, {}, None, child.guards))
    _fill(drafts, draft, unknown_node, [unknown_node], said("an undeclared workspace", why.span, why.label), family)
    return draft


def _fill(drafts: Drafts, draft: Draft, mode: Node, settings: list[Node], name: Node, family: str) -> None:
    foundry = family == "foundry"
    prices = firewall_prices(drafts.tables.get("prices", ()))
    sku_settings = settings[1:] if draft.view is not None and draft.view.terraform else settings
    written = _written(sku_settings, "firewallSku", draft.view) if sku_settings and draft.view else mode.holding(ABSENT)
    sku = _default(written, DEFAULT_SKU, DEFAULT_SKU_SOURCE)
    draft.fields.update(
        name=name,
        dialect=said(draft.dialect, draft.head, draft.dialect),
        family=said(family, draft.head, family),
        isolationMode=mode,
        # What a Foundry account starts with is not documented.
        effectiveMode=_unknown_default(mode) if foundry else _default(mode, DEFAULT_MODE, DEFAULT_MODE_SOURCE),
        firewallSku=sku,
        firewallPrice=said(firewall_price(sku, prices), draft.head, "by the price list"),
    )


def _default(written: Node, value: str, source: str) -> Node:
    """A written value, or what the service takes where nothing is written; each option of a Choice for itself."""
    if isinstance(written.value, Choice):
        options = tuple(_default(option, value, source) for option in written.value.options)
        return written.holding(Choice(options, written.value.why))
    if not missing(written):
        return written
    hop = Hop(HopKind.PLATFORM_DEFAULT, written.origin, f"Azure's default, {source}")
    return Node(value, written.span, (*written.trail[:-1], hop))


def _unknown_default(written: Node) -> Node:
    if not missing(written):
        return written
    return written.holding(Unknown(Cause.RUNTIME, written.origin, "the mode a Foundry account starts with"))


def _unknown_like(node: Node, of: Node) -> Node:
    why = doubt(of) or Unknown(Cause.RUNTIME, of.origin, "the kind of workspace")
    return Node(Unknown(why.cause, why.span, why.label), of.span, of.trail)


def public_access(view: View) -> Node:
    """Enabled or Disabled, whatever word or truth the resource's own property takes; Azure's default if not said."""
    if not view.terraform:
        return _default(view.at("properties", "publicNetworkAccess"), DEFAULT_ACCESS, DEFAULT_ACCESS_SOURCE)
    for name in azurerm.PUBLIC_ACCESS:
        node = view.at(name)
        if not missing(node):
            return _as_access(node)
    return _default(view.at("public_network_access_enabled"), DEFAULT_ACCESS, DEFAULT_ACCESS_SOURCE)


def _as_access(node: Node) -> Node:
    if isinstance(node.value, Choice):
        return node.holding(Choice(tuple(_as_access(o) for o in node.value.options), node.value.why))
    words = {True: "Enabled", False: "Disabled"}
    return node.holding(words[node.value]) if isinstance(node.value, bool) else node


def join_projects(drafts: Drafts) -> None:
    """workspace.network and workspace.hub: a project leads to its hub and the hub's network."""
    networks = {d.view: d for d in drafts.of("managedNetwork") if d.view is not None}
    for draft in drafts.of("workspace"):
        view = draft.view
        if view is None:
            continue
        hub_id = view.at("ai_services_hub_id") if view.terraform else view.at("properties", "hubResourceId")
        draft.fields["hub"] = hub_id.holding(ABSENT)
        own = networks.get(view)
        draft.fields["network"] = (
            reference(own.address, draft.head, str(own.address))
            if own
            else _hub_network(drafts, draft, hub_id, networks)
        )


def _hub_network(drafts: Drafts, draft: Draft, hub_id: Node, networks: dict[View, Draft]) -> Node:
    for other in drafts.of("workspace"):
        if other is draft or other.view is None:
            continue
        if drafts.index.refers(hub_id, other.view) is Tri.TRUE:
            draft.fields["hub"] = reference(other.address, hub_id.span, "the project's hub")
            if other.view in networks:
                return reference(networks[other.view].address, hub_id.span, "the hub's network")
    why = doubt(hub_id) or Unknown(Cause.RUNTIME, hub_id.origin, "the project's hub")
    unknown_node = Node(Unknown(why.cause, why.span, why.label), hub_id.span, hub_id.trail)
    if missing(draft.fields["hub"]) and not missing(hub_id):
        draft.fields["hub"] = unknown_node
    return unknown_node


def network_of(drafts: Drafts, workspace_view: View | None) -> Draft | None:
    """The network that a workspace's children have: its own, or its hub's."""
    draft = drafts.behind(workspace_view)
    if draft is None or draft.kind != "workspace":
        return None
    relation = draft.fields.get("network")
    if relation is None or not isinstance(relation.value, Ref):
        return None
    return drafts.by_address.get(relation.value.address)


def count_words(members: Members) -> str:
    """How many members, in words: `3`, or `at least 3` of an open list."""
    return f"at least {len(members.items)}" if members.more is not None else str(len(members.items))
