"""Workspaces, accounts and their managed networks as facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mnlint.azure import arm, azurerm
from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.join import Members, reference
from mnlint.azure.kleene import excluded, implied, is_text, is_there, missing, unsure
from mnlint.azure.one_resource import same_resource
from mnlint.azure.openness import public_access
from mnlint.azure.prices import firewall_price
from mnlint.azure.provisioning import can_provision, provision_now
from mnlint.azure.schema import DEFAULT_MODE, DEFAULT_MODE_SOURCE, DEFAULT_SKU, DEFAULT_SKU_SOURCE
from mnlint.azure.updates import or_default, or_else, updated, with_updates
from mnlint.azure.versions import unsupported, version_of
from mnlint.azure.views import View, constant, first
from mnlint.model.record import dataclass, replace
from mnlint.model.tri import Tri, both, either
from mnlint.model.value import (
    ABSENT,
    Cause,
    Choice,
    Hop,
    HopKind,
    Map,
    Node,
    Ref,
    Seq,
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
            managedNetwork=_at_head(view.at("managed_network") if view.terraform else arm.network_settings(view)),
        )
        if project is not Tri.TRUE:
            _network(drafts, workspace, view, project)
    networks = [d.view for d in drafts.of("managedNetwork") if d.view is not None]
    joined = {s.view for view in networks for s in _settings(drafts, view) if s.sure is Tri.TRUE}
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
    settings = view.at("properties", "managedNetwork")
    if not is_map(settings) and not _may_be_workspace(kind):
        return
    setting = [Setting(settings, view)]
    mode = _written(setting, "isolationMode")
    if view.updates:  # what it does not say, the workspace says
        mode = or_else(mode, untyped)
    address = f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    draft.unseen = untyped
    _fill(drafts, draft, mode, setting, view.name, "workspace", declared=True)
    ahead, compute = provision_now(drafts, view), _image_build_compute(drafts, view)
    draft.fields.update(canProvision=untyped, provisionNow=ahead, imageBuildCompute=compute)


def is_map(node: Node) -> bool:
    """Whether an object is written there, be it under a condition."""
    value = node.value
    return isinstance(value, Map) or (
        isinstance(value, Choice) and any(isinstance(o.value, Map) for o in value.options)
    )


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


def make_accounts(drafts: Drafts) -> None:
    """A network fact for each Foundry account that has a managed network, by a child or by its injection."""
    children = drafts.index.of_type(arm.ACCOUNT_NETWORK)
    perhaps = [view for view in drafts.index.of_type("") if view.may_be(arm.ACCOUNT_NETWORK) and not view.updates]
    for view in children:
        account, why = drafts.index.parent_of(view, [arm.ACCOUNT])
        name = account.name if account else Node(why, view.resource.head, ()) if why else view.name
        _foundry(drafts, view, arm.network_settings(view), name)
    done: set[View] = set()
    for view in drafts.index.of_type(arm.ACCOUNT, ""):
        if view.terraform or not view.known:
            continue
        listed = member(view.at("properties"), "networkInjections", fold=True)
        if not view.type and not (view.may_be(arm.ACCOUNT) and isinstance(listed.value, Seq)):
            continue
        injected, managed = _injected(listed)
        # An account may be declared by one resource and say by another one where its network is.
        account = next(iter(drafts.index.meant(updated(view))), view) if view.updates else view
        said_by, why = _child_of(drafts, account, [*children, *perhaps])
        if injected is Tri.FALSE or said_by is Tri.TRUE or account in done:
            continue
        done.add(account)
        settings = managed.holding(ABSENT if why is None else Unknown(why.cause, why.span, why.label))
        network = _foundry(drafts, account, settings, account.name)
        network.unseen = view.untyped
        if account is not view:
            network.guards = (*account.guards, *view.guards)
        if injected is Tri.UNKNOWN:
            why = doubt(managed) or Unknown(Cause.RUNTIME, managed.origin, "whose network it is")
            guard = Unknown(why.cause, why.span, why.label, f"{{managed network:{account.address}}}")
            network.guards = (*network.guards, managed.holding(guard))


def _child_of(drafts: Drafts, account: View, children: Sequence[View]) -> tuple[Tri, Unknown | None]:
    """Whether a child says what an account's network is like; why it may: it may be another one's, or not be there."""
    perhaps: Unknown | None = None
    for child in children:
        if excluded(child.guards, account.guards):
            continue
        tri, why = drafts.index.is_child(child, account)
        if child.untyped is not None:
            tri, why = both(tri, Tri.UNKNOWN), doubt(child.untyped)
        if tri is Tri.TRUE:
            why = unsure(child.guards, account.guards)
            if why is None:
                return Tri.TRUE, None
        if tri is not Tri.FALSE:
            perhaps = perhaps or why or Unknown(Cause.RUNTIME, child.resource.head, f"the account of {child.address}")
    return Tri.FALSE if perhaps is None else Tri.UNKNOWN, perhaps


def _injected(listed: Node) -> tuple[Tri, Node]:
    """Whether an account's injections say that its agents run in a network of Microsoft's, and what says so."""
    value = listed.value
    if isinstance(value, Choice):
        answers = [_injected(option) for option in value.options]
        return answers[0] if len({tri for tri, _ in answers}) == 1 else (Tri.UNKNOWN, listed)
    items = list(value.items) if isinstance(value, Seq) else [] if missing(listed) else [listed]
    if isinstance(value, Seq) and value.more is not None:
        items.append(listed.holding(value.more))
    found = [member(item, "useMicrosoftManagedNetwork", fold=True) for item in items]
    answers = [(is_text(managed, "true"), managed) for managed in found]
    return max(answers, key=lambda answer: answer[0], default=(Tri.FALSE, listed))


def _network(drafts: Drafts, workspace: Draft, view: View, project: Tri) -> None:
    settings = _settings(drafts, view)
    mode = _written(settings, "isolationMode")
    declared = view.known or any(not missing(_written([s], "isolationMode")) for s in settings[1:])
    guards = view.guards
    if project is Tri.UNKNOWN:
        # A project has its hub's network: this one is there only if the workspace is none, and nothing is said of a
        # mode that is not written.
        unsure = _unknown_like(mode, view.at("kind"))
        mode = unsure if missing(mode) else mode
        guards = (*guards, _is_hub(unsure, view)) if view.known else guards
    address = f"{workspace.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, guards))
    _fill(drafts, draft, mode, settings, view.name, "workspace", declared=declared)
    draft.fields.update(canProvision=can_provision(drafts, view), provisionNow=provision_now(drafts, view))
    # Whose rules of spelling hold for the mode: an azapi update of an azurerm workspace is azapi's.
    writers = [s.view for s in settings if not missing(_written([s], "isolationMode"))]
    draft.fields["dialect"] = said(writers[-1].dialect if writers else view.dialect, draft.head, "the mode's language")


def _is_hub(unsure: Node, view: View) -> Node:
    """The condition that a workspace is no project, which nobody knows."""
    why = doubt(unsure)
    assert why is not None, "the kind is not known"  # noqa: S101
    return unsure.holding(Unknown(why.cause, why.span, why.label, f"{{no project:{view.address}}}"))


def is_addition(view: View) -> bool:
    """Whether a resource adds settings to a workspace that another one declares: a child or an update."""
    kind = view.type.lower()
    return kind == arm.WORKSPACE_NETWORK or (kind == arm.WORKSPACE and view.updates)


def _addition(drafts: Drafts, view: View) -> None:
    """A network of which only what a child or an update says is known: its workspace is not declared here."""
    node = arm.network_settings(view)
    if missing(node):
        return
    settings = [Setting(node, view)]
    mode = _written(settings, "isolationMode")
    declared = not missing(mode)
    elsewhere = Unknown(Cause.RUNTIME, view.resource.head, f"the workspace of {view.resource.symbol}")
    mode = or_else(mode, mode.holding(elsewhere))
    address = f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    _fill(drafts, draft, mode, settings, view.name, "workspace", declared=declared)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """An object with settings of a network and the resource it stands in.

    `sure` is whether it is this network's, `why` why it may not count: not this network's, or under a condition.
    """

    node: Node
    view: View
    sure: Tri = Tri.TRUE
    why: Unknown | None = None


def _settings(drafts: Drafts, view: View) -> list[Setting]:
    """The network settings of a workspace, and of children and updates that add to them."""
    own = view.at("managed_network") if view.terraform else arm.network_settings(view)
    found = [Setting(own, view)]
    for other in _additions_to(drafts, view):
        if other is view or excluded(other.guards, view.guards):
            continue
        sure, why = _adds_to(drafts, other, view)
        if other.untyped is not None:
            sure, why = both(sure, Tri.UNKNOWN), doubt(other.untyped)
        if sure is Tri.TRUE and not implied(other.guards, view.guards):
            why = unsure(other.guards, view.guards)
        if sure is not Tri.FALSE:
            found.append(Setting(arm.network_settings(other), other, sure, why))
    return found


def _may_add(other: View) -> bool:
    """Whether a resource may be such an addition, of which nobody knows the type."""
    return other.may_be(arm.WORKSPACE_NETWORK) or (other.updates and other.may_be(arm.WORKSPACE))


def _additions_to(drafts: Drafts, view: View) -> Sequence[View]:
    """Children and updates that may add to a workspace; which may add to which is asked once."""
    if drafts.additions is None:
        made: dict[View, list[View]] = {}
        for other in drafts.index.of_type(arm.WORKSPACE_NETWORK, arm.WORKSPACE, ""):
            if other.known and (is_addition(other) or _may_add(other)):
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
    return [view for view, _ in index.possible(node, lift=lift) if view.type.lower() == arm.WORKSPACE]


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


def settings_of(drafts: Drafts, network: Draft) -> list[Setting]:
    """Every object that holds settings of a network, with the resource it stands in."""
    view = network.view
    if view is None:
        return []
    if view.type.lower() == arm.ACCOUNT_NETWORK or is_addition(view):
        return [Setting(arm.network_settings(view), view)]
    if network.unseen is not None:  # whose type nobody knows
        return [Setting(view.at("properties", "managedNetwork"), view)]
    return _settings(drafts, view) if view.type.lower() == arm.WORKSPACE else []


AZURERM_NAMES: Final = {"isolationMode": "isolation_mode"}


def _written(settings: Sequence[Setting], *path: str) -> Node:
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


def _foundry(drafts: Drafts, view: View, settings: Node, name: Node) -> Draft:
    address = view.address if view.type.lower() == arm.ACCOUNT_NETWORK else f"{view.address} network"
    draft = drafts.add(Draft("managedNetwork", address, view.resource.head, view.dialect, {}, view, view.guards))
    own = [Setting(settings, view)]
    _fill(drafts, draft, _written(own, "isolationMode"), own, name, "foundry", declared=view.known)
    return draft


def implied_network(drafts: Drafts, key: str, why: Unknown, child: View) -> Draft:
    """The network that a rule belongs to but that is not declared here: all of it is unknown."""
    known = drafts.by_address.get(key)
    if known is not None:
        return known
    unknown_node = Node(why, why.span, (Hop(HopKind.DECLARATION, why.span, why.label),))
    family = "foundry" if child.type.lower() == arm.ACCOUNT_RULES else "workspace"
    draft = drafts.add(Draft("managedNetwork", key, child.resource.head, child.dialect, {}, None, child.guards))
    name = said("an undeclared workspace", why.span, why.label)
    _fill(drafts, draft, unknown_node, [], name, family, declared=False)
    return draft


def _fill(
    drafts: Drafts, draft: Draft, mode: Node, settings: Sequence[Setting], name: Node, family: str, *, declared: bool
) -> None:
    foundry = family == "foundry"
    written = mode  # nothing of an undeclared network is known
    if draft.view is not None:
        block = draft.view.known and bool(draft.view.terraform)
        nothing = literal(ABSENT, draft.head, "azurerm has no firewall SKU")
        says = [Setting(nothing, draft.view), *settings[1:]] if block else settings
        written = _written(says, "firewallSku")
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
        sparkReady=_written(settings, "status", "sparkReady") if settings else mode,
        canProvision=literal(False, draft.head, "no workspace that is declared here"),
        provisionNow=literal(False, draft.head, "only with the first compute"),
        imageBuildCompute=_image_build_compute(drafts, workspace) if workspace is not None else mode.holding(ABSENT),
        firewallPrice=said(firewall_price(sku, drafts.tables), draft.head, "by the price list"),
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
