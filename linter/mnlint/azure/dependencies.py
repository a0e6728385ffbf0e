"""What managed networks use, declared here or not, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mnlint.azure import arm, azurerm
from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.join import Members, reference
from mnlint.azure.kleene import excluded, implied, is_text, missing, same_word
from mnlint.azure.networks import network_of, relation_to
from mnlint.azure.openness import public_access
from mnlint.azure.private_endpoints import Use, private_endpoints
from mnlint.azure.service_endpoints import may_have, service_endpoints
from mnlint.azure.tenants import differs, tenant_of, tenant_of_id
from mnlint.azure.views import View
from mnlint.model.ids import id_of, top_type
from mnlint.model.tri import Tri, both
from mnlint.model.typing import Final
from mnlint.model.value import (
    ABSENT,
    Cause,
    Choice,
    Hop,
    HopKind,
    Node,
    Ref,
    Seq,
    Unknown,
    choice,
    doubt,
    form_of,
    literal,
)


def make_connections(drafts: Drafts) -> None:
    """A fact for each connection of a workspace, led to the network of its workspace or hub."""
    for view in drafts.index.views:
        if view.type.lower() != arm.CONNECTION and not view.may_be(arm.CONNECTION, *arm.OF_CONNECTIONS):
            continue
        workspace, why = drafts.index.parent_of(view, [arm.WORKSPACE])
        if view.untyped is not None and not drafts.index.possible_parents(view, [arm.WORKSPACE]):
            continue
        guards = (*view.guards, *(workspace.guards if workspace is not None else ()))
        draft = drafts.add(Draft("connection", view.address, view.resource.head, view.dialect, {}, view, guards))
        draft.unseen = view.untyped
        draft.fields.update(name=view.own_name, **arm.connection(view))
        draft.fields["network"] = network_of_child(drafts, draft, workspace, why)
    list_by_network(drafts, "connection", "connections")


def network_of_child(drafts: Drafts, draft: Draft, workspace: View | None, why: Unknown | None) -> Node:
    """The relation of a workspace's child to the network of that workspace or its hub; `why` nobody knows which."""
    network = network_of(drafts, workspace)
    if network is not None and workspace is not None:
        return relation_to(network, draft, workspace.guards)  # a project may not be there, though its hub is
    why = why or Unknown(Cause.RUNTIME, draft.head, f"the {draft.kind}'s workspace")
    return Node(why, draft.head, (Hop(HopKind.DECLARATION, draft.head, why.label),))


def list_by_network(drafts: Drafts, kind: str, relation: str) -> None:
    """Fills in a relation of every network: the facts of a kind that are its own, open where one may be."""
    listed = by_network(drafts, kind)
    for network in drafts.of("managedNetwork"):
        members = Members()
        for draft in of_network(listed, network):
            own = draft["network"]
            tri = Tri.of(own.value.address == network.address) if isinstance(own.value, Ref) else Tri.UNKNOWN
            why = doubt(own)
            if draft.unseen is not None:
                tri, why = both(tri, Tri.UNKNOWN), doubt(draft.unseen)
            members.add(reference(draft.address, draft.head, draft.address), tri, why, draft.guards, network.guards)
        network.fields[relation] = members.node(network.head, relation)


def make_dependencies(drafts: Drafts) -> None:
    """A fact for each resource that a network refers to, declared here or not."""
    listed = {kind: _leading(by_network(drafts, kind), field) for kind, _, field in _LEADING}
    uses = [use for network in drafts.of("managedNetwork") for use in _uses(drafts, network, listed)]
    declared: dict[View, list[Use]] = {}
    elsewhere: dict[str, list[Use]] = {}
    for use in uses:
        views = meant_by(drafts, use.node)
        for view in views:
            declared.setdefault(view, []).append(use)
        if not views:
            elsewhere.setdefault(_key(use), []).append(use)
    access = {view: public_access(drafts, view) for view in declared}
    endpoints = private_endpoints(drafts, uses, access)
    for view, found in declared.items():
        _declared(drafts, view, found, access[view], endpoints[view])
    for key, found in elsewhere.items():
        _elsewhere(drafts, key, found)
    used: dict[str, list[Draft]] = {}
    for draft in drafts.of("dependency"):
        items = draft["networks"].value
        for address in dict.fromkeys(n.value.address for n in items.items) if isinstance(items, Seq) else ():  # type: ignore[union-attr]
            used.setdefault(address, []).append(draft)
    perhaps = {use.network.address: use.unsure for use in uses if use.unsure is not None}
    for network in drafts.of("managedNetwork"):
        members = Members()
        for draft in used.get(network.address, ()):
            members.add(
                reference(draft.address, draft.head, draft.address), Tri.TRUE, None, draft.guards, network.guards
            )
        members.open(perhaps.get(network.address))
        network.fields["dependencies"] = members.node(network.head, "dependencies")


# What leads to a resource, as what, and where it says so.
_LEADING: Final = (("outboundRule", "rule target", "target"), ("connection", "connection", "resourceId"))
Listed = Mapping[str | None, Sequence[tuple[int, Draft]]]


def by_network(drafts: Drafts, kind: str) -> Listed:
    """The facts of a kind, numbered, by the address of their network; those of which nobody knows it by None."""
    made: dict[str | None, list[tuple[int, Draft]]] = {}
    for at, draft in enumerate(drafts.of(kind)):
        relation = draft["network"].value
        made.setdefault(relation.address if isinstance(relation, Ref) else None, []).append((at, draft))
    return made


def of_network(listed: Listed, network: Draft) -> list[Draft]:
    """Those that are or may be a network's, in their order."""
    found = [*listed.get(network.address, ()), *listed.get(None, ())]
    return [draft for _, draft in sorted(found, key=lambda entry: entry[0])]


def _leading(listed: Listed, field: str) -> Listed:
    """Those that may lead anywhere: what is the id of no resource, nothing can use."""

    def leads(draft: Draft) -> bool:
        return not missing(draft[field]) and id_of(draft[field])[0] is not Tri.FALSE

    return {home: [entry for entry in found if leads(entry[1])] for home, found in listed.items()}


def _uses(drafts: Drafts, network: Draft, listed: Mapping[str, Listed]) -> Iterator[Use]:
    view = network.view
    # What a workspace uses that is not declared here, only Azure knows: a doubt about each would drown the report.
    if view is not None and view.known and (view.type.lower() == arm.WORKSPACE or view.untyped is not None):
        perhaps = doubt(network.unseen) if network.unseen is not None else None
        for role, path in arm.USES.items():
            node = view.at(azurerm.USES[role]) if view.terraform else view.at(*path)
            if not missing(node):
                yield Use(network, role, node, (), perhaps)
    for kind, role, field in _LEADING:
        for draft in of_network(listed[kind], network):
            made = is_text(draft["type"], "PrivateEndpoint") if kind == "outboundRule" else Tri.TRUE
            tri, why = is_of(draft, network)
            if both(made, tri) is not Tri.FALSE:
                unsure = why if tri is Tri.UNKNOWN else doubt(draft["type"]) if made is Tri.UNKNOWN else None
                for unseen in (draft.unseen, network.unseen):
                    unsure = unsure or (doubt(unseen) if unseen is not None else None)
                yield Use(network, role, draft[field], draft.guards, unsure)


def is_of(draft: Draft, network: Draft) -> tuple[Tri, Unknown | None]:
    """Whether a rule or connection is a network's, and why nobody knows."""
    relation = draft["network"]
    if isinstance(relation.value, Ref):
        return Tri.of(relation.value.address == network.address), None
    family = draft.fields.get("family")
    same = is_text(network["family"], "workspace") if family is None else same_word(network["family"], family)
    if same is Tri.FALSE or excluded(draft.guards, network.guards):
        return Tri.FALSE, None
    return Tri.UNKNOWN, doubt(relation) or Unknown(Cause.RUNTIME, relation.origin, "its network")


def meant_by(drafts: Drafts, node: Node) -> list[View]:
    """The views that a reference is sure to mean: the one declared here before one that only exists."""
    found = [v for v in drafts.index.meant(node, lift=True) if not v.updates]
    known = [v for v in found if v.known]
    return (known or found)[:1]


def _key(use: Use) -> str:
    """What two uses have in common if they are sure to mean one resource."""
    node = use.node
    _, found = id_of(node)
    if found is not None:
        names = "/".join(found.names[:1]).lower()
        return f"{found.scope.lower()}|{top_type(found.type).lower()}|{names}|{found.root or ''}"
    value = node.value
    why = doubt(node)
    form = form_of(node)
    return form or (f"{why.span.file}:{why.span.start} {use.role}" if why else repr(value))


def _declared(drafts: Drafts, view: View, uses: list[Use], access: Node, endpoints: Members) -> None:
    from mnlint.azure.skus import sku_of

    draft = drafts.add(
        Draft("dependency", f"{view.address} as used", view.resource.head, view.dialect, {}, view, view.guards)
    )
    nameless = view.untyped or literal(ABSENT, draft.head, "no ARM type")
    kind = said(view.type, draft.head, view.type) if view.type else nameless
    draft.fields.update(
        name=view.name,
        type=kind,
        publicAccess=access,
        sku=sku_of(drafts, view),
        serviceEndpoints=service_endpoints(drafts, view),
        privateEndpoints=endpoints.node(draft.head, "no private endpoint leads here"),
    )
    _relate(drafts, draft, uses, _tenant(drafts, uses[0].node))


def _elsewhere(drafts: Drafts, key: str, uses: list[Use]) -> None:
    """A resource that is only referred to: what it is like is known to Azure alone."""
    use = min(uses, key=_doubtfulness)
    node = use.node
    why = not_declared(node, use.role)
    _, found = id_of(node)
    unknown = Node(Unknown(why.cause, why.span, why.label), node.span, node.trail)
    head = use.network.head
    draft = drafts.add(Draft("dependency", f"resource {key}", head, use.network.dialect, {}))
    draft.symbol = f"the {use.role} of {_called(use.network)}"
    draft.callers = use.network.view.resource.callers if use.network.view is not None else ()
    kind = top_type(drafts.index.type_of(found)) if found is not None else ""
    kind = kind or arm.USED_TYPES.get(use.role, "")
    draft.fields.update(
        name=node.holding(found.names[0]) if found is not None and found.names else unknown,
        type=node.holding(kind) if kind else unknown,
        publicAccess=unknown,
        sku=unknown,
        serviceEndpoints=unknown if may_have(drafts, kind) else literal(Seq(()), node.span, "none"),
        privateEndpoints=unknown,
    )
    _relate(drafts, draft, uses, _tenant(drafts, node))


def not_declared(node: Node, role: str) -> Unknown:
    """Why nobody knows what a resource is like to which no declaration is found."""
    _, found = id_of(node)
    called = found.names[0] if found is not None and found.names else f"the {role}"
    return doubt(node) or Unknown(Cause.UNDECLARED, node.origin, called)


def _called(network: Draft) -> str:
    """What readers call a network: by its name, or by the symbol of its resource where nobody knows that."""
    name = network["name"].value
    return name if isinstance(name, str) else network.view.resource.symbol if network.view else network.address


def _relate(drafts: Drafts, draft: Draft, uses: list[Use], tenant: Node | None) -> None:
    networks = Members()
    seen: set[str] = set()
    for use in sorted(uses, key=_doubtfulness):
        if use.network.address in seen:
            continue
        seen.add(use.network.address)
        node = reference(use.network.address, use.node.span, f"used by {use.network.address}")
        sure = Tri.TRUE if use.unsure is None else Tri.UNKNOWN
        networks.add(node, sure, use.unsure, use.guards, draft.guards + use.network.guards)
    draft.fields["networks"] = networks.node(draft.head, "networks that use it")
    draft.fields["role"] = said(uses[0].role, uses[0].node.span, uses[0].role)
    draft.fields["reference"] = uses[0].node
    draft.fields.update(_tenants(drafts, draft, uses, tenant))
    # It is a dependency only where something uses it.
    least = min(uses, key=_doubtfulness)
    draft.guards = (*draft.guards, *(g for g in (*least.guards, *least.network.guards) if g not in draft.guards))


def _doubtfulness(use: Use) -> tuple[bool, int]:
    """For sorting: a use that is sure comes before one that is in doubt or under conditions."""
    return use.unsure is not None, len(use.guards)


def _tenants(drafts: Drafts, draft: Draft, uses: list[Use], tenant: Node | None) -> dict[str, Node]:
    """Whether it is in another tenant than a network that uses it, and which two; absent without any hint.

    The place is the reference, since that is where the wrong resource was chosen.
    """
    found: list[tuple[Tri, Use, Node, Node]] = []
    for use in uses:
        own = _network_tenant(drafts, use)
        tri = differs(tenant, own)
        if tri is not None and tenant is not None and own is not None:
            found.append((tri if use.unsure is None else Tri.UNKNOWN, use, tenant, own))
    if not found:
        nothing = literal(ABSENT, draft.head, "nothing hints at its tenant")
        return {"otherTenant": nothing, "tenant": nothing, "networkTenant": nothing}
    # One network in another tenant is enough; without one, a doubt comes before a match.
    tri, use, target, own = max(found, key=lambda entry: entry[0])
    answer: bool | Unknown = tri is Tri.TRUE
    if tri is Tri.UNKNOWN:
        why = doubt(target) or doubt(own) or use.unsure or Unknown(Cause.RUNTIME, use.node.origin, "the tenant")
        answer = Unknown(why.cause, why.span, why.label)
    way = use.node.trail or (Hop(HopKind.REFERENCE, use.node.span, "the reference"),)
    return {"otherTenant": Node(answer, use.node.span, way), "tenant": target, "networkTenant": own}


def _network_tenant(drafts: Drafts, use: Use) -> Node | None:
    """The tenant of the workspace that uses something; its own key vault is in it, too."""
    view = use.network.view
    if view is None:
        return None
    own = tenant_of(view, drafts.deployment, drafts.index, drafts.subscriptions)
    if own is not None or use.role == "key vault":
        return own
    vault = view.at(azurerm.USES["key vault"]) if view.terraform else view.at(*arm.USES["key vault"])
    if missing(vault):
        return None
    found = _tenant(drafts, vault)
    guards = tuple(guard for meant in meant_by(drafts, vault) for guard in meant.guards)
    if found is None or implied(guards, use.network.guards):
        return found
    why = next((why for why in map(doubt, guards) if why is not None), None)
    return found.holding(Unknown(why.cause, why.span, why.label)) if why is not None else found


def _tenant(drafts: Drafts, node: Node) -> Node | None:
    """The tenant of what an id leads to, by its declaration or its subscription; in doubt if it may lead to a hint."""

    def hint(view: View) -> Node | None:
        return tenant_of(view, drafts.deployment, drafts.index, drafts.subscriptions)

    if isinstance(node.value, Choice):
        options = [_tenant(drafts, option) for option in node.value.options if not missing(option)]
        known = [option for option in options if option is not None]
        if len(known) == len(node.value.options):
            return choice(known, node.value.why, node)
        return node.holding(node.value.why) if known else None
    meant = meant_by(drafts, node)
    is_id, by_id = id_of(node)
    found = next((hint(view) for view in meant), None) or tenant_of_id(node, by_id, drafts.subscriptions)
    if found is not None or meant:
        return found
    if drafts.hints_at_tenants is None:
        drafts.hints_at_tenants = any(hint(view) is not None for view in drafts.index.views)
    hinted = drafts.hints_at_tenants
    if hinted and (is_id is not Tri.UNKNOWN or by_id is not None):  # else it may lead anywhere
        hinted = any(hint(view) is not None for view, _ in drafts.index.possible(node, lift=True))
    if (by_id is None and drafts.subscriptions) or hinted:
        why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, "what this refers to")
        return node.holding(Unknown(why.cause, why.span, why.label))
    return None
