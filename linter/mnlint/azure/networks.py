"""Workspaces and their managed networks as facts."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.azure import arm, azurerm
from mnlint.azure.defaults import DEFAULT_MODE, DEFAULT_MODE_SOURCE, DEFAULT_SKU, DEFAULT_SKU_SOURCE
from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.join import Members, reference
from mnlint.azure.kleene import implied, is_text, is_there, missing, unsure
from mnlint.azure.network_settings import Setting, is_addition, is_map, own_settings, settings_on, written_in
from mnlint.azure.openness import public_access
from mnlint.azure.priced import firewall_price
from mnlint.azure.provisioning import can_provision, provision_now
from mnlint.azure.updates import or_default, or_else, with_updates
from mnlint.azure.versions import unsupported, version_of
from mnlint.azure.views import View, constant
from mnlint.model.record import replace
from mnlint.model.tri import Tri, either
from mnlint.model.value import (
    ABSENT,
    Cause,
    Choice,
    Hop,
    HopKind,
    Map,
    Node,
    Ref,
    Unknown,
    choice,
    doubt,
    form_of,
    literal,
    member,
)


def make_workspaces(drafts: Drafts) -> None:
    """A workspace fact for each workspace, and a network fact for each that is known or may be no project."""
    for view in drafts.index.views:
        if view.type.lower() != arm.WORKSPACE or view.updates:
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
            declared=constant(view.known, view, "declared here" if view.known else "not declared here"),
            kind=constant("Project", view, view.terraform) if view.terraform == azurerm.PROJECT else view.at("kind"),
            apiVersion=version_of(drafts, view),
            unsupported=unsupported(drafts, view),
            publicAccess=public_access(drafts, view),
            managedNetwork=_at_head(own_settings(view)),
        )
        if project is not Tri.TRUE:
            _network(drafts, workspace, view, project)
    networks = [d.view for d in drafts.of("managedNetwork") if d.view is not None]
    joined = {s.view for view in networks for s in settings_on(drafts, view) if s.sure is Tri.TRUE}
    for view in drafts.index.views:
        if view.known and view not in joined and is_addition(view):
            _addition(drafts, view)
        elif view.untyped is not None and view.known:
            _perhaps(drafts, view, view.untyped)


def _at_head(node: Node) -> Node:
    """An object at the little that is marked of it, not at all of its lines."""
    value = node.value
    if isinstance(value, Choice):
        return node.holding(Choice(tuple(_at_head(option) for option in value.options), value.why))
    if not isinstance(value, Map):
        return node
    return Node(value, value.head, (*node.trail[:-1], Hop(HopKind.LITERAL, value.head, "written here")))


def _perhaps(drafts: Drafts, view: View, untyped: Node) -> None:
    """A network for a resource whose type nobody knows but whose body or type says that it may be a workspace."""
    kind = member(view.resource.body, "type", fold=False)
    if not is_map(own_settings(view)) and not _may_be_workspace(kind):
        return
    settings = settings_on(drafts, view)
    mode = written_in(settings, "isolationMode")
    if view.updates:  # what it does not say, the workspace says
        mode = or_else(mode, untyped)
    address = f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    draft.unseen = untyped
    fill(drafts, draft, mode, settings, view.name, "workspace", declared=True)
    ahead, compute = provision_now(drafts, view), _image_build_compute(drafts, view)
    draft.fields.update(canProvision=untyped, provisionNow=ahead, imageBuildCompute=compute)


def _may_be_workspace(kind: Node) -> bool:
    """Whether a type that is not known names the provider of workspaces in a part that is."""
    options = kind.value.options if isinstance(kind.value, Choice) else (kind,)
    forms = [(form_of(option) or "").partition("@")[0].lower() for option in options]
    provider = arm.WORKSPACE.partition("/")[0]
    return any(form.startswith(f"{provider}/") and form.count("/") == 1 for form in forms)


def is_project(view: View) -> Tri:
    if view.terraform:
        return Tri.of(view.terraform == azurerm.PROJECT)
    kind = view.at("kind")
    # A project names its hub whatever its kind says; of an existing workspace nobody knows either.
    hub = is_there(view.at("properties", "hubResourceId"))
    named = is_text(kind, "Project")
    return either(named, Tri.FALSE if not view.known else hub) if named is not Tri.UNKNOWN else Tri.UNKNOWN


def _network(drafts: Drafts, workspace: Draft, view: View, project: Tri) -> None:
    settings = settings_on(drafts, view)
    mode = written_in(settings, "isolationMode")
    declared = view.known or any(not missing(written_in([s], "isolationMode")) for s in settings[1:])
    guards = view.guards
    if project is Tri.UNKNOWN:
        # A project has its hub's network: this one is there only if the workspace is none, and nothing is said of a
        # mode that is not written.
        unsure = _unknown_like(mode, view.at("kind"))
        mode = unsure if missing(mode) else mode
        guards = (*guards, _is_hub(unsure, view)) if view.known else guards
    address = f"{workspace.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, guards))
    fill(drafts, draft, mode, settings, view.name, "workspace", declared=declared)
    draft.fields.update(canProvision=can_provision(drafts, view), provisionNow=provision_now(drafts, view))
    # Whose rules of spelling hold for the mode: an azapi update of an azurerm workspace is azapi's.
    writers = [s.view for s in settings if not missing(written_in([s], "isolationMode"))]
    draft.fields["dialect"] = said(writers[-1].dialect if writers else view.dialect, draft.head, "the mode's language")


def _is_hub(unsure: Node, view: View) -> Node:
    """The condition that a workspace is no project, which nobody knows."""
    why = doubt(unsure)
    assert why is not None, "the kind is not known"  # noqa: S101
    return unsure.holding(Unknown(why.cause, why.span, why.label, f"{{no project:{view.address}}}"))


def _addition(drafts: Drafts, view: View) -> None:
    """A network of which only what a child or an update says is known: its workspace is not declared here."""
    node = arm.network_settings(view)
    if missing(node):
        return
    settings = [Setting(node, view)]
    mode = written_in(settings, "isolationMode")
    declared = not missing(mode)
    elsewhere = Unknown(Cause.RUNTIME, view.resource.head, f"the workspace of {view.resource.symbol}")
    mode = or_else(mode, mode.holding(elsewhere))
    address = f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    fill(drafts, draft, mode, settings, view.name, "workspace", declared=declared)


def implied_network(drafts: Drafts, key: str, why: Unknown, child: View) -> Draft:
    """The network that a rule belongs to but that is not declared here: all of it is unknown."""
    known = drafts.by_address.get(key)
    if known is not None:
        return known
    unknown_node = Node(why, why.span, (Hop(HopKind.DECLARATION, why.span, why.label),))
    family = "foundry" if child.type.lower() == arm.ACCOUNT_RULES else "workspace"
    draft = drafts.add(Draft("managedNetwork", key, child.resource.head, child.dialect, {}, None, child.guards))
    name = said("an undeclared workspace", why.span, why.label)
    fill(drafts, draft, unknown_node, [], name, family, declared=False)
    return draft


def fill(
    drafts: Drafts, draft: Draft, mode: Node, settings: Sequence[Setting], name: Node, family: str, *, declared: bool
) -> None:
    """The fields of a network, whose `family` is workspace or foundry: of its mode and of what its settings say."""
    foundry = family == "foundry"
    written = mode  # nothing of an undeclared network is known
    if draft.view is not None:
        block = draft.view.known and bool(draft.view.terraform)
        nothing = literal(ABSENT, draft.head, "azurerm has no firewall SKU")
        says = [Setting(nothing, draft.view), *settings[1:]] if block else settings
        written = written_in(says, "firewallSku")
    sku = or_default(written, DEFAULT_SKU, DEFAULT_SKU_SOURCE)
    of_mode = doubt(mode)
    if isinstance(sku.value, Unknown) and of_mode is not None and sku.value.label == of_mode.label:
        # What is not known of it is the whole workspace, whose name says nothing of a firewall in a message.
        sku = sku.holding(replace(sku.value, label="SKU not known here"))
    workspace = draft.view if draft.view is not None and draft.view.type.lower() == arm.WORKSPACE else None
    draft.fields.update(
        name=name,
        dialect=said(draft.dialect, draft.head, draft.dialect),
        family=said(family, draft.head, family),
        kind=_kind(workspace) if workspace is not None else _kind_elsewhere(draft, foundry=foundry),
        declared=literal(declared, draft.head, "declared here" if declared else "not declared here"),
        isolationMode=mode,
        # What a Foundry account starts with is not documented.
        effectiveMode=_unknown_default(mode) if foundry else or_default(mode, DEFAULT_MODE, DEFAULT_MODE_SOURCE),
        firewallSku=written,
        effectiveSku=sku,
        sparkReady=written_in(settings, "status", "sparkReady") if settings else mode,
        canProvision=literal(False, draft.head, "no workspace that is declared here"),
        provisionNow=literal(False, draft.head, "only with the first compute"),
        imageBuildCompute=_image_build_compute(drafts, workspace) if workspace is not None else mode.holding(ABSENT),
        firewallPrice=firewall_price(sku, drafts.tables, draft.head),
    )


def _kind(view: View) -> Node:
    """The kind of a workspace as written; of one that is known by an update alone, only Azure knows."""
    if view.terraform in azurerm.HUBS:
        return constant("Hub", view, view.terraform)
    kind = view.at("kind")
    if view.updates and missing(kind):
        return kind.holding(Unknown(Cause.RUNTIME, view.resource.head, f"the workspace of {view.resource.symbol}"))
    return kind


def _kind_elsewhere(draft: Draft, *, foundry: bool) -> Node:
    if foundry:
        return literal(ABSENT, draft.head, "an account has none")
    symbol = draft.view.resource.symbol if draft.view is not None else draft.address
    return literal(Unknown(Cause.RUNTIME, draft.head, f"the workspace of {symbol}"), draft.head)


def _image_build_compute(drafts: Drafts, view: View) -> Node:
    """The compute that a workspace builds images with; of one that is known by an update alone, only Azure knows."""
    own = view.at("image_build_compute_name") if view.terraform else view.at("properties", "imageBuildCompute")
    if view.updates and missing(own):
        return own.holding(Unknown(Cause.RUNTIME, view.resource.head, f"the workspace of {view.resource.symbol}"))
    return with_updates(drafts, view, own, "properties", "imageBuildCompute")


def _unknown_default(written: Node) -> Node:
    if isinstance(written.value, Choice):
        return choice([_unknown_default(option) for option in written.value.options], written.value.why, written)
    if not missing(written):
        return written
    return written.holding(Unknown(Cause.RUNTIME, written.origin, "the mode a Foundry account starts with"))


def _unknown_like(node: Node, of: Node) -> Node:
    why = doubt(of) or Unknown(Cause.RUNTIME, of.origin, "the kind of workspace")
    return Node(Unknown(why.cause, why.span, why.label), of.span, of.trail)


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
    for view in drafts.index.meant(hub_id):
        other = drafts.made_of(view, "workspace")
        if other is not None and other is not draft:
            draft.fields["hub"] = reference(other.address, hub_id.span, "the project's hub")
            if view in networks:
                return reference(networks[view].address, hub_id.span, "the hub's network")
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


def relation_to(network: Draft, child: Draft, above: tuple[Node, ...] = ()) -> Node:
    """The relation of a workspace's child to its network; in doubt if that exists only under a condition of its own,
    or by the conditions `above` the child."""
    relation = reference(network.address, child.head, "its network")
    guards = (*network.guards, *above)
    if implied(guards, child.guards):
        return relation
    why = unsure(guards, child.guards)
    return relation.holding(Unknown(why.cause, why.span, why.label)) if why is not None else relation


def count_words(members: Members) -> str:
    """How many members, in words: `3`, or `at least 3` of an open list."""
    return f"at least {len(members.items)}" if members.more is not None else str(len(members.items))
