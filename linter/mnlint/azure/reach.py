"""Which closed resources a managed network uses, and whether a private endpoint of its own leads there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure import arm, azurerm
from mnlint.azure.dependencies import Listed, by_network, is_of, meant_by, not_declared, of_network
from mnlint.azure.draft import Draft, Drafts, Tables, once
from mnlint.azure.join import Members
from mnlint.azure.kleene import excluded, implied, is_text, missing, unsure
from mnlint.azure.openness import Openness, openness
from mnlint.azure.views import View
from mnlint.model.ids import id_of
from mnlint.model.record import dataclass, field
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import ABSENT, Cause, Hop, HopKind, Node, Ref, Unknown, doubt, literal

if TYPE_CHECKING:
    from mnlint.azure.leads import Lead

Guards = tuple[Node, ...]
AI = (arm.ACCOUNT, arm.SEARCH)


@dataclass(slots=True, eq=False)
class _Reach:
    """The rules and connections of all networks, and what each connection leads to."""

    drafts: Drafts
    rules: Listed
    connections: Listed
    leads: Mapping[str, Sequence[Lead]]
    by_id: Mapping[View, Sequence[tuple[Draft, Lead]]]
    supported: frozenset[str]
    opened: dict[View, Openness] = field(default_factory=dict)
    _ruled: Mapping[View, Sequence[tuple[Draft, Tri]]] | None = None

    def ruled(self, view: View) -> Sequence[tuple[Draft, Tri]]:
        """The rules that lead to a resource or may, and whether they do; asked once for all resources."""
        if self._ruled is None:
            self._ruled = _ruled(self.drafts)
        return self._ruled.get(view, ())

    def openness(self, view: View) -> Openness:
        if view not in self.opened:
            self.opened[view] = openness(self.drafts, view)
        return self.opened[view]


def join_reach(drafts: Drafts) -> None:
    """managedNetwork.unreached, and what speaks against the private AI resources that connections lead to."""
    connections = drafts.of("connection")
    leads: Mapping[str, Sequence[Lead]] = {}
    if connections:
        from mnlint.azure.leads import all_leads

        leads = all_leads(drafts)
    by_id: dict[View, list[tuple[Draft, Lead]]] = {}
    for connection in connections:
        for lead in leads[connection.address]:
            if lead.by_id is not Tri.FALSE:  # by an address alone the service makes no endpoint
                by_id.setdefault(lead.view, []).append((connection, lead))
    reach = _Reach(
        drafts,
        by_network(drafts, "outboundRule"),
        by_network(drafts, "connection"),
        leads,
        by_id,
        _supported(drafts.tables),
    )
    for network in drafts.of("managedNetwork"):
        members = Members()
        if network.unseen is not None:  # it may be no workspace, and what it names be something else
            members.open(doubt(network.unseen))
        if network.view is not None and network["declared"].value is True:
            _own(reach, network, members)
            _connected(reach, network, members)
        network.fields["unreached"] = members.node(network.head, "what it uses is reached")
    for connection in connections:
        _private_ai(reach, connection)


@once
def _supported(tables: Tables) -> frozenset[str]:
    """The types that the private endpoint of a workspace's network may lead to."""
    return frozenset(str(e["type"]).lower() for e in tables.get("pe-targets", ()) if "workspace" in e["families"])


def _ruled(drafts: Drafts) -> Mapping[View, Sequence[tuple[Draft, Tri]]]:
    """The rules that lead to a resource or may, and whether they do."""
    made: dict[View, list[tuple[Draft, Tri]]] = {}
    for rule in drafts.of("outboundRule"):
        if missing(rule["target"]) or is_text(rule["type"], "PrivateEndpoint") is Tri.FALSE:
            continue
        for view, tri in drafts.index.possible(rule["target"], lift=True):
            made.setdefault(view, []).append((rule, tri))
    return made


# ── what a network does not reach ──


def _own(reach: _Reach, network: Draft, members: Members) -> None:
    """The workspace's own storage, vault and registry: the service makes endpoints to them, but to selected networks'
    only in approved mode."""
    view = network.view
    if view is None or not view.known or view.type.lower() != arm.WORKSPACE:
        return
    approved = is_text(network["effectiveMode"], "AllowOnlyApprovedOutbound")
    for role, path in arm.USES.items():
        node = view.at(azurerm.USES[role]) if view.terraform else view.at(*path)
        if missing(node) or approved is Tri.TRUE:
            continue
        used = next((v for v in meant_by(reach.drafts, node) if v.known), None)
        elsewhere = not_declared(node, role)
        selected, why, said = Tri.UNKNOWN, elsewhere, None
        if used is not None:
            found = reach.openness(used)
            perhaps = unsure(used.guards, network.guards)
            selected = found.selected if perhaps is None else Tri.UNKNOWN  # not deployed, it is one that is elsewhere
            why, said = perhaps or found.why or elsewhere, found
        by = network.guards if used is None else (*network.guards, *used.guards)
        ruled, unsure_of = _by_rule(reach, network, node, used, by)
        tri = both(selected, approved.negated(), ruled.negated())
        doubts = (why if selected is Tri.UNKNOWN else None, doubt(network["effectiveMode"]), unsure_of)
        words = _item(node, used, said, f"{role} ")
        members.add(words, tri, next((d for d in doubts if d is not None), None), (), network.guards)


def _connected(reach: _Reach, network: Draft, members: Members) -> None:
    """What the connections of a network's workspace and projects lead to."""
    for connection in of_network(reach.connections, network):
        belongs, whose = is_of(connection, network)
        for lead in reach.leads[connection.address] if belongs is not Tri.FALSE else ():
            found, by = reach.openness(lead.view), (*connection.guards, *network.guards)
            told_of = lead.tri is Tri.UNKNOWN and members.more is not None  # one doubt is enough
            if told_of or found.closed is Tri.FALSE or excluded(lead.view.guards, by):
                continue
            perhaps = unsure(lead.view.guards, by)
            there = Tri.TRUE if perhaps is None else Tri.UNKNOWN
            reached, unsure_of = _reached(reach, network, lead.view, (*by, *lead.view.guards))
            told = both(_is_ai(lead.view), found.off, is_text(network["kind"], "Hub"))  # another policy's
            tri = both(belongs, lead.tri, there, found.closed, reached.negated(), told.negated())
            doubts = (whose, lead.why, perhaps, found.why, unsure_of, doubt(network["kind"]))
            why = next((d for d in doubts if d is not None), None)
            members.add(_item(lead.node, lead.view, found, ""), tri, why, connection.guards, network.guards)


def _is_ai(view: View) -> Tri:
    return Tri.of(view.type.lower() in AI) if view.type else Tri.UNKNOWN


def _item(node: Node, view: View | None, found: Openness | None, role: str) -> Node:
    """What is not reached, in words, at the reference; by way of what closes it."""
    if view is None or found is None:
        return node
    words = f"{role}{_called(view)} {found.words}"
    closing = Hop(HopKind.REFERENCE, found.said.origin, f"{_called(view)} {found.words}")
    used = () if node.span == node.origin and node.trail else (Hop(HopKind.REFERENCE, node.span, "used here"),)
    return Node(words, node.span, (closing, *node.trail, *used))


def _called(view: View) -> str:
    return view.name.value if isinstance(view.name.value, str) else view.resource.symbol


# ── what reaches a resource ──


def _reached(reach: _Reach, network: Draft, view: View, by: Guards) -> tuple[Tri, Unknown | None]:
    """Whether a private endpoint of a network that is managed leads to a declared resource, and why nobody knows."""
    answers = [_by_rule(reach, network, None, view, by), _by_role(reach, network, view)]
    supported = Tri.of(view.type.lower() in reach.supported) if view.type else Tri.UNKNOWN
    for connection, lead in reach.by_id.get(view, ()):
        belongs, whose = is_of(connection, network)
        if belongs is not Tri.FALSE and not excluded(connection.guards, by):
            from mnlint.azure.leads import places

            there = Tri.TRUE if implied(connection.guards, by) else Tri.UNKNOWN
            tri = both(belongs, there, supported, lead.by_id)
            doubts = (whose, lead.why, unsure(connection.guards, by), *map(doubt, places(connection)))
            answers.append((tri, next((d for d in doubts if d is not None), None)))
    return _joined(answers)


def _by_role(reach: _Reach, network: Draft, view: View) -> tuple[Tri, Unknown | None]:
    """Whether a resource is the workspace's own storage, vault or registry, to which the service makes an endpoint."""
    own = network.view
    if own is None or not own.known or own.type.lower() != arm.WORKSPACE:
        return Tri.FALSE, None
    approved = is_text(network["effectiveMode"], "AllowOnlyApprovedOutbound")
    found = reach.openness(view)
    answers: list[tuple[Tri, Unknown | None]] = []
    for role, path in arm.USES.items():
        node = own.at(azurerm.USES[role]) if own.terraform else own.at(*path)
        if not missing(node) and view.type.lower() in (arm.USED_TYPES[role].lower(), ""):
            tri = both(reach.drafts.index.refers(node, view, lift=True), either(approved, found.off))
            answers.append((tri, doubt(node) or doubt(network["effectiveMode"]) or found.why))
    return _joined(answers)


def _by_rule(
    reach: _Reach, network: Draft, node: Node | None, view: View | None, by: Guards
) -> tuple[Tri, Unknown | None]:
    """Whether an active rule of a network leads to a resource, declared here or only referred to."""
    answers: list[tuple[Tri, Unknown | None]] = []
    hidden = doubt(network["rules"])
    if hidden is not None:
        answers.append((Tri.UNKNOWN, hidden))
    if view is not None:
        led = list(reach.ruled(view))
    else:
        led = [(rule, Tri.UNKNOWN) for rule in of_network(reach.rules, network)]
    if not led:
        return _joined(answers)
    from mnlint.azure.same import same_target

    for rule, perhaps in led:
        kind, target = is_text(rule["type"], "PrivateEndpoint"), rule["target"]
        belongs, whose = is_of(rule, network)
        if Tri.FALSE in (kind, belongs) or missing(target) or excluded(rule.guards, by):
            continue
        same = same_target(reach.drafts.index, target, node) if view is None and node is not None else perhaps
        active = is_text(rule["status"], "Inactive").negated()
        there = Tri.TRUE if implied(rule.guards, by) and rule.unseen is None else Tri.UNKNOWN
        tri = both(kind, same, belongs, active, there)
        doubts = (whose, *(doubt(rule[name]) for name in ("target", "type", "status")), unsure(rule.guards, by))
        late = Unknown(Cause.RUNTIME, target.origin, "where this rule leads")
        answers.append((tri, next((d for d in doubts if d is not None), late)))
    return _joined(answers)


def _joined(answers: Sequence[tuple[Tri, Unknown | None]]) -> tuple[Tri, Unknown | None]:
    tri = either(Tri.FALSE, *(tri for tri, _ in answers))
    return tri, next((why for one, why in answers if one is tri), None) if tri is Tri.UNKNOWN else None


# ── private AI ──


def _private_ai(reach: _Reach, connection: Draft) -> None:
    """connection.privateTarget and connection.privateFault, and the type that it leads to."""
    leads = [lead for lead in reach.leads[connection.address] if _is_ai(lead.view) is not Tri.FALSE]
    leads = [lead for lead in leads if not excluded(lead.view.guards, connection.guards)]
    nothing = literal(ABSENT, connection.head, "leads to no private AI resource")
    target, fault, kind = nothing, nothing, nothing
    for lead in leads:
        found = reach.openness(lead.view)
        perhaps = unsure(lead.view.guards, connection.guards)
        there = Tri.TRUE if perhaps is None else Tri.UNKNOWN
        closed = both(lead.tri, there, _is_ai(lead.view), found.off)
        if closed is Tri.FALSE or (closed is Tri.UNKNOWN and not missing(target)):
            continue
        words, reached, unsure_of = _ai_fault(reach, connection, lead)
        speaks = both(closed, reached.negated())
        doubts = (lead.why, perhaps, found.why, unsure_of)
        late = Unknown(Cause.RUNTIME, lead.node.origin, "what this leads to")
        why = next((d for d in doubts if d is not None), late)
        item = _item(lead.node, lead.view, found, "")
        target = _answered(item, item.value, closed, why)
        fault = _answered(item, words, speaks, why)
        kind = item.holding(lead.view.type) if lead.view.type else item.holding(_plain(why))
        if closed is Tri.TRUE:
            break
    else:
        target, fault, kind = _elsewhere(reach, connection, (target, fault, kind))
    connection.fields.update(privateTarget=target, privateFault=fault, targetType=kind)


def _answered(node: Node, words: object, tri: Tri, why: Unknown) -> Node:
    """Words where they are true, nothing where they are not, at the place of a node."""
    return node.holding(str(words) if tri is Tri.TRUE else ABSENT if tri is Tri.FALSE else _plain(why))


def _plain(why: Unknown) -> Unknown:
    return Unknown(why.cause, why.span, why.label)


def _unsupported(reach: _Reach, kind: str) -> Tri:
    """Whether hubs do not support private resources of a type, as of the day."""
    listed = [str(e["type"]).lower() for e in reach.drafts.tables.get("private-ai", ())]
    return Tri.of(kind.lower() in listed) if kind or not listed else Tri.UNKNOWN


def _ai_fault(reach: _Reach, connection: Draft, lead: Lead) -> tuple[str, Tri, Unknown | None]:
    """What speaks against a private AI resource in words, whether nothing does, and why nobody knows."""
    refused = _unsupported(reach, lead.view.type)
    if refused is Tri.TRUE:
        return (
            "which a hub does not support: AI services and AI Search that are attached to it have to be public",
            (Tri.FALSE),
            None,
        )
    relation = connection["network"].value
    network = reach.drafts.by_address.get(relation.address) if isinstance(relation, Ref) else None
    named = [e["subresources"] for e in reach.drafts.tables.get("pe-targets", ()) if _fits(e, lead.view.type)]
    rule = f"a PrivateEndpoint rule with subresource {named[0][0]}" if named else "a PrivateEndpoint rule"
    words = f"and no private endpoint of the managed network leads there: it needs {rule}, or its id in this connection"
    if network is None:
        return words, Tri.UNKNOWN, doubt(connection["network"])
    by = (*connection.guards, *network.guards, *lead.view.guards)
    reached, why = _reached(reach, network, lead.view, by)
    return words, both(reached, refused.negated()), why


def _fits(entry: Mapping[str, object], kind: str) -> bool:
    return str(entry["type"]).lower() == kind.lower()


def _elsewhere(reach: _Reach, connection: Draft, found: tuple[Node, Node, Node]) -> tuple[Node, Node, Node]:
    """Of an AI resource that is not declared here, only Azure knows how open it is; for its id an endpoint is made."""
    if any(lead.tri is Tri.TRUE for lead in reach.leads[connection.address]):
        return found
    from mnlint.azure.leads import is_address, places
    from mnlint.azure.rule_targets import target_type

    refused = bool(reach.drafts.tables.get("private-ai", ()))
    for node in places(connection):
        kind = target_type(reach.drafts, node)
        is_id, ai = id_of(node)[0], is_text(kind, *AI)
        if (
            is_id is Tri.FALSE
            or ai is Tri.FALSE
            or is_address(reach.drafts, node)
            or (is_id is Tri.UNKNOWN and not missing(found[0]))
        ):
            continue
        why = not_declared(node, "resource")
        fault = _plain(why) if refused else ABSENT
        return node.holding(_plain(why)), node.holding(fault), kind
    return found
