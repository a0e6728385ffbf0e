"""Outbound rules as facts, however they are written, and the network each belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from mnlint.azure import arm, azurerm
from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.join import Members, entries_of, reference
from mnlint.azure.kleene import is_text
from mnlint.azure.network_settings import Setting, is_map, settings_of
from mnlint.azure.networks import count_words, implied_network, network_of, relation_to
from mnlint.azure.one_resource import same_resource, together
from mnlint.azure.updates import or_else
from mnlint.azure.views import View, first
from mnlint.model.ids import same_names
from mnlint.model.text import Span
from mnlint.model.tri import Tri, both
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
    doubt,
    form_of,
    literal,
    member,
)

FIELDS = (
    "type",
    "category",
    "status",
    "host",
    "target",
    "subresource",
    "sparkEnabled",
    "fqdns",
    "serviceTag",
    "addressPrefixes",
    "protocol",
    "ports",
)


def make_rules(drafts: Drafts) -> None:
    """A fact for each rule; inline ones know their network at once, others by their parent."""
    lists = _Lists((network.address, Members()) for network in drafts.of("managedNetwork"))
    for network in drafts.of("managedNetwork"):
        _inline(drafts, network, lists[network.address])
    for view in drafts.index.views:
        kind = view.type.lower()
        if view.terraform in azurerm.RULES or kind in arm.WORKSPACE_RULES or kind == arm.ACCOUNT_RULES:
            _child(drafts, view, lists)
        elif any(view.may_be(rule, *arm.OF_RULES) for rule in (*arm.WORKSPACE_RULES, arm.ACCOUNT_RULES)):
            _perhaps(drafts, view, lists)
    with_rules = _with_rules(drafts)
    for network in drafts.of("managedNetwork"):
        members = lists[network.address]
        referred = network.view is not None and network["declared"].value is False
        if referred and not members.items and network.address not in with_rules:
            _forget(drafts, network)
            continue
        network.hidden = members.hidden
        network.fields["rules"] = members.node(network.head, f"the outbound rules of {network.address}")
        network.fields["fqdnRules"] = said(_fqdn_words(drafts, members), network.head, "counted")
        network.fields["openedTo"] = said("", network.head, "counted")  # if there are no rules


class _Lists(dict[str, Members]):
    """The rules of each network by its address."""

    _open: int = 0  # as many, the oldest ones, have been opened already, and once is enough

    def open_all(self, why: Unknown) -> None:
        """There is a rule that may be of any network here, so that none of their lists is closed."""
        for members in islice(self.values(), self._open, None):
            members.open(why)
        self._open = len(self)


def _with_rules(drafts: Drafts) -> set[str]:
    """The addresses of the networks of which some rule here is, be it under a condition."""
    relations = (rule["network"].value for rule in drafts.of("outboundRule"))
    return {value.address for value in relations if isinstance(value, Ref)}


def _forget(drafts: Drafts, network: Draft) -> None:
    """A network that is only referred to, and that nothing here changes, is not this deployment's matter."""
    drafts.remove(network)
    why = Unknown(Cause.RUNTIME, network.head, f"the network of {network.view.resource.symbol}" if network.view else "")
    for workspace in drafts.of("workspace"):
        relation = workspace.fields["network"]
        if isinstance(relation.value, Ref) and relation.value.address == network.address:
            workspace.fields["network"] = relation.holding(why)


def _fqdn_words(drafts: Drafts, members: Members) -> str:
    counted = Members()
    for item in members.items:
        rule = drafts.by_address[item.value.address]  # type: ignore[union-attr]
        tri = is_text(rule["type"], "FQDN")
        counted.add(item, tri, doubt(rule["type"]), (), ())
    counted.open(members.more)
    number = count_words(counted)
    return f"{number} FQDN rule{'' if number.endswith(' 1') or number == '1' else 's'}"


def _inline(drafts: Drafts, network: Draft, members: Members) -> None:
    def opened(why: Unknown | None) -> None:
        members.open(why)
        network.unlisted = (*network.unlisted, why) if why is not None else network.unlisted

    for setting in settings_of(drafts, network):
        view = setting.view
        if view.terraform:
            if not view.known:  # what rules a data source has, only Azure knows
                opened(doubt(setting.node))
            continue
        if setting.sure is not Tri.TRUE:
            opened(perhaps_written(setting))
            continue
        listed = _listed(setting)
        entries, more = entries_of(listed)
        replaced = hidden_of(listed)
        opened(more)
        for key, node, own in entries:
            fields = arm.rule(node)
            name = literal(key, _head(node), "the rule's key")
            if view.dialect == "azureml":
                name = or_else(member(node, "name", fold=True), name)
            guards = own if view is network.view else (*view.guards, *own)
            draft = _rule(
                drafts, view, f"{network.address} rule {key}", name, fields, "inline", (*network.guards, *guards)
            )
            draft.head, draft.unseen, draft.replaced = _head(node), network.unseen, replaced.get(key.casefold(), ())
            if view.dialect == "azureml" and own:  # a later one of the list, whose name nobody knows, may take its name
                draft.replaced = (*draft.replaced, (name, doubt(own[0])))
            draft.fields["network"] = reference(network.address, draft.head, "its network")
            members.add(reference(draft.address, draft.head, key), Tri.TRUE, None, guards, network.guards)
        if more is not None and view.known:
            _unseen(drafts, network, setting, more)


def _listed(setting: Setting) -> Node:
    return member(first(setting.node), "outboundRules", fold=True)


def perhaps_written(setting: Setting) -> Unknown | None:
    """Why a network may have rules from settings that may be another one's; None if they have none, or are its own."""
    if setting.view.terraform or setting.sure is Tri.TRUE:
        return None
    entries, more = entries_of(_listed(setting))
    return setting.why if entries else more


def hidden_of(node: Node) -> dict[str, Sequence[tuple[Node, Unknown | None]]]:
    """The members of an object that later ones of the same key replace, by that key in lower case."""
    value = node.value
    maps = [o.value for o in value.options] if isinstance(value, Choice) else [value]
    why = value.why if isinstance(value, Choice) else None
    made: dict[str, list[tuple[Node, Unknown | None]]] = {}
    for one in maps:
        for key, child in one.hidden if isinstance(one, Map) else ():
            made.setdefault(key.casefold(), []).append((literal(key, _head(child), "the other rule"), why))
    return dict(made)


def _unseen(drafts: Drafts, network: Draft, setting: Setting, why: Unknown) -> None:
    """One rule for those that nobody can see: that there may be wrong ones is worth saying."""
    hidden = Node(Unknown(why.cause, why.span, why.label), why.span, (Hop(HopKind.DECLARATION, why.span, why.label),))
    address, guards = f"{network.address} rules not seen", (*network.guards, *setting.view.guards)
    draft = _rule(drafts, setting.view, address, hidden, arm.rule(hidden), "inline", guards)
    draft.head, draft.unseen = _head(setting.node), hidden
    draft.fields["network"] = reference(network.address, draft.head, "its network")


def _head(node: Node) -> Span:

    value = node.value
    if isinstance(value, Choice):
        value = value.options[0].value
    return value.head if isinstance(value, Map) else node.span


def _child(drafts: Drafts, view: View, lists: _Lists) -> None:
    fields = azurerm.rule(view) if view.terraform else arm.rule(view.at("properties"))
    written = "azurerm" if view.terraform else "child"
    draft = _rule(drafts, view, view.address, view.own_name, fields, written, view.guards)
    network, why = _network_of(drafts, view)
    if network is not None:
        draft.fields["network"] = relation_to(network, draft)
        members = lists.setdefault(network.address, Members())
        sure = Tri.UNKNOWN if view.resource.symbolic else Tri.TRUE
        open_by = next((doubt(g) for g in view.guards), None)
        members.add(reference(draft.address, draft.head, view.address), sure, open_by, view.guards, network.guards)
        for other in doubles(drafts, network).values():
            lists[other.address].open(doubt(draft.fields["network"]) or named(network, other))
        return
    why = why or Unknown(Cause.RUNTIME, draft.head, "the rule's workspace")
    place = view.at("workspace_id") if view.terraform else view.parent_id or view.name
    lists.open_all(why)
    implied = implied_network(drafts, f"network of {_key(place, view, draft)}", why, view)
    lists.setdefault(implied.address, Members()).add(
        reference(draft.address, draft.head, view.address), Tri.TRUE, None, view.guards, implied.guards
    )
    draft.fields["network"] = Node(Unknown(why.cause, why.span, why.label), place.span, place.trail)


def _perhaps(drafts: Drafts, view: View, lists: _Lists) -> None:
    """What is of a type that nobody knows but may be a rule: no list of a network that may be its own is closed."""
    node = view.resource.parent or view.parent_id
    if node is None or view.untyped is None:
        return
    above = {v: tri for lift in (True, False) for v, tri in drafts.index.possible(node, lift=lift)}
    for middle in [v for v in above if v.type.lower() == arm.WORKSPACE_NETWORK]:
        above |= dict.fromkeys(drafts.index.possible_parents(middle, [arm.WORKSPACE]), above[middle])
    networks = [(n, above[n.view]) for n in drafts.of("managedNetwork") if n.view in above]
    for network, _ in networks:
        lists[network.address].open(doubt(view.untyped))
    from mnlint.azure.schema import RULE_TYPES

    fields = arm.rule(view.at("properties"))
    if is_text(fields["type"], *RULE_TYPES) is not Tri.TRUE and not (networks and is_map(view.at("properties"))):
        return
    draft = _rule(drafts, view, view.address, view.own_name, fields, "child", view.guards)
    draft.unseen = view.untyped
    sure = [network for network, tri in networks if tri is Tri.TRUE]
    families = {str(network["family"].value): network["family"] for network, _ in networks}
    draft.fields["network"] = relation_to(sure[0], draft) if sure else view.untyped
    draft.fields["family"] = families.popitem()[1] if len(families) == 1 else view.untyped


def _key(place: Node, view: View, draft: Draft) -> str:
    """What is told of a rule's workspace: `{hub}` by the rule's name `{hub}/pypi`, too."""
    above = "/".join(view.names[:-1])
    by_name = place is view.name and above and "{?}" not in above
    return above if by_name else form_of(place) or draft.address


def doubles(drafts: Drafts, network: Draft) -> Mapping[str, Draft]:
    """The networks of which nobody knows whether they are the same as one, by address; asked once for each."""
    if network.address not in drafts.doubles:
        found = (other for other in _elsewhere(drafts, network) if may_be_one(network, other))
        drafts.doubles[network.address] = {other.address: other for other in found}
    return drafts.doubles[network.address]


def _elsewhere(drafts: Drafts, network: Draft) -> Sequence[Draft]:
    """The networks that may be the same as one, declared elsewhere; of one that is itself, all."""
    if network.view is None:
        return ()
    if not network.view.known:
        return drafts.of("managedNetwork")
    strangers = drafts.index.strangers.get(network.view.type.lower(), ())
    found = (drafts.made_of(view, "managedNetwork") for view in strangers)
    return [draft for draft in found if draft is not None]


def may_be_one(network: Draft, other: Draft) -> bool:
    """Whether nobody knows if two workspaces are one, declared here and referred to by a name."""
    one, two = network.view, other.view
    if one is None or two is None or one is two or (one.known and two.known) or one.type.lower() != two.type.lower():
        return False
    return same_resource(one, two) is Tri.UNKNOWN


def named(*networks: Draft) -> Unknown:
    """Why nobody knows whether workspaces are one: the name of one of them."""
    names = [network["name"] for network in networks]
    why = next((found for found in map(doubt, names) if found is not None), None)
    return why or Unknown(Cause.RUNTIME, names[0].origin, "the name of the workspace")


def _network_of(drafts: Drafts, view: View) -> tuple[Draft | None, Unknown | None]:
    """The network of a rule that is a resource of its own, or why nobody knows which."""
    index = drafts.index
    if view.terraform:
        node = view.at("workspace_id")
        sure = [other for other in index.meant(node) if drafts.made_of(other, "workspace") is not None]
        if sure:
            return network_of(drafts, sure[0]), None
        return None, doubt(node) or Unknown(Cause.RUNTIME, node.origin, "the rule's workspace")
    kind = view.type.lower()
    parents = [arm.ACCOUNT_NETWORK] if kind == arm.ACCOUNT_RULES else [arm.WORKSPACE]
    if kind == arm.WORKSPACE_RULES[1]:
        middle, why = index.parent_of(view, [arm.WORKSPACE_NETWORK])
        if middle is None:
            parent, why = _grandparent(drafts, view, arm.WORKSPACE)
        else:
            parent, why = index.parent_of(middle, [arm.WORKSPACE])
            own = drafts.made_of(middle, "managedNetwork")
            if own is not None:  # of a workspace that is not declared here
                return own, None
    else:
        parent, why = index.parent_of(view, parents)
        # It may be of an account that says itself that it has a network, if no declared network may be the rule's.
        if parent is None and kind == arm.ACCOUNT_RULES and not index.possible_parents(view, parents):
            parent, other = _grandparent(drafts, view, arm.ACCOUNT)
            parent = parent if parent is not None and drafts.made_of(parent, "managedNetwork") is not None else None
            why = why or other
    if parent is None:
        return None, why
    if kind == arm.ACCOUNT_RULES:
        return drafts.made_of(parent, "managedNetwork"), why
    return network_of(drafts, parent), why


def _grandparent(drafts: Drafts, view: View, kind: str) -> tuple[View | None, Unknown | None]:
    """The workspace or account of a rule whose managedNetworks level is not declared: by its parent's id, or by its
    name `hub/default/rule`."""
    node, names = view.parent_id, view.names
    for other in drafts.index.of_type(kind):
        if other.updates:
            continue
        by_name = both(same_names(names[:1], other.names), together(view, other)) if len(names) == 3 else Tri.FALSE
        if (drafts.index.refers(node, other, lift=True) if node is not None else by_name) is Tri.TRUE:
            return other, None
    place = node if node is not None else view.name
    return None, doubt(place) or Unknown(Cause.RUNTIME, view.resource.head, "the rule's workspace")


def _rule(
    drafts: Drafts,
    view: View,
    address: str,
    name: Node,
    fields: dict[str, Node],
    written: str,
    guards: tuple[Node, ...],
) -> Draft:
    from mnlint.azure.rule_names import name_fault, system_made
    from mnlint.azure.rule_parts import part_fault
    from mnlint.azure.rule_targets import as_taken, namespace, subresource_hint, target_type

    draft = Draft("outboundRule", address, view.resource.head, view.dialect, {}, view, guards)
    foundry = view.type.lower() in (arm.ACCOUNT_RULES, arm.ACCOUNT_NETWORK, arm.ACCOUNT)
    nothing = literal(ABSENT, draft.head, "not there")
    draft.fields.update(
        {field: fields.get(field, nothing) for field in FIELDS},
        name=name,
        dialect=said(view.dialect, draft.head, view.dialect),
        written=said(written, draft.head, written),
        family=said("foundry" if foundry else "workspace", draft.head, "family"),
        declared=literal(view.known, draft.head, "declared here" if view.known else "not declared here"),
    )
    draft.whole = fields.get("whole")
    draft.fields["target"] = as_taken(drafts, view, draft["target"])
    draft.fields["targetType"] = target_type(drafts, draft["target"])
    draft.fields["targetNamespace"] = namespace(draft["targetType"])
    draft.fields["subresourceHint"] = subresource_hint(drafts, draft["targetType"], draft["subresource"])
    draft.fields["nameFault"] = name_fault(name)
    draft.fields["systemMade"] = system_made(drafts, draft)
    draft.fields["partFault"] = part_fault(view, fields.get("whole", nothing))
    return drafts.add(draft)
