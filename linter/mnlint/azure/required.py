"""What the service makes itself: its private endpoints, and rules of a template that say what one of its own says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mnlint.azure import arm, azurerm
from mnlint.azure.draft import Draft, Drafts, Tables, once
from mnlint.azure.join import Members
from mnlint.azure.kleene import is_text, is_there, missing, unsure
from mnlint.azure.openness import public_access
from mnlint.azure.updates import with_updates
from mnlint.azure.views import View
from mnlint.model.ids import same_text
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Any, Final
from mnlint.model.value import (
    ABSENT,
    Choice,
    Hop,
    HopKind,
    Node,
    Ref,
    Seq,
    Unknown,
    doubt,
    form_of,
    literal,
    member,
)

FIELD: Final = "requiredTwins"
_APPROVED: Final = "AllowOnlyApprovedOutbound"
_ROLES: Final = {"storage": "storage", "key-vault": "key vault", "registry": "registry"}  # in the list, in arm.USES

Entry = Mapping[str, Any]


def make_required_twins(drafts: Drafts) -> None:
    """For each rule the rules that the service makes itself and that say the same."""
    for draft in drafts.of("outboundRule"):
        if draft.unseen is not None:
            draft.fields[FIELD] = draft.unseen
            continue
        members, network = Members(), _network(drafts, draft)
        endpoint, tag = (is_text(draft["type"], kind) is not Tri.FALSE for kind in ("PrivateEndpoint", "ServiceTag"))
        for entry in drafts.tables.get("required-rules", ()) if endpoint or tag else ():
            if is_text(draft["family"], *entry["families"]) is Tri.FALSE or entry.get("may_be_declared"):
                continue
            why = None
            if entry["kind"] == "private-endpoint" and endpoint:
                tri, node, why = _endpoint(drafts, draft, network, entry)
            elif entry["kind"] == "service-tag" and entry["direction"] == "outbound" and tag:
                tri, node = _tag(draft, network, entry)
            else:
                continue
            if tri is not Tri.FALSE:
                members.add(node, tri, why or _why(draft, network, node), (), ())
        draft.fields[FIELD] = members.node(draft.head, "the service makes no such rule")


def _network(drafts: Drafts, draft: Draft) -> Draft | None:
    relation = draft["network"].value
    return drafts.by_address[relation.address] if isinstance(relation, Ref) else None


def _mode(draft: Draft, network: Draft | None) -> Node:
    """The mode of a rule's network; as unknown as the network if nobody knows which that is."""
    return network["effectiveMode"] if network is not None else draft["network"]


def _why(draft: Draft, network: Draft | None, node: Node) -> Unknown | None:
    """Why nobody knows whether a rule says what the service does."""
    asked = (draft[name] for name in ("type", "subresource", "target", "serviceTag", "protocol", "ports"))
    nodes = (*asked, _mode(draft, network), node)
    return next((why for why in map(doubt, nodes) if why is not None), None)


# ── private endpoints ──


def _endpoint(drafts: Drafts, draft: Draft, network: Draft | None, entry: Entry) -> tuple[Tri, Node, Unknown | None]:
    """Whether a rule leads where the service makes an endpoint by an entry, what says so, and why nobody may know."""
    kind = both(is_text(draft["type"], "PrivateEndpoint"), is_text(draft["subresource"], *entry["subresources"]))
    mode = _mode(draft, network)
    tri = both(kind, is_text(mode, entry["mode"]))
    view = network.view if network is not None else None
    if tri is Tri.FALSE:
        return tri, mode, None
    if view is None or view.type.lower() != arm.WORKSPACE:  # of a workspace that is not declared here
        return both(tri, Tri.UNKNOWN), mode, None
    if entry["target"] == "workspace":
        own = drafts.index.refers(draft["target"], view, lift=True)
        closed, why = _private(drafts, draft.guards, entry, [view])
        wanted, addresses = _ip_rules(drafts, view)
        node = _labelled(literal(None, view.resource.head), "the workspace itself")
        return both(tri, own, closed, wanted.negated()), node, addresses or why if own is Tri.TRUE else None
    role = _ROLES[entry["target"]]
    named = view.at(azurerm.USES[role]) if view.terraform else view.at(*arm.USES[role])
    if missing(named):
        return Tri.FALSE, mode, None
    from mnlint.azure.same import same_target

    own = same_target(drafts.index, draft["target"], named) if not missing(draft["target"]) else Tri.FALSE
    meant = [v for v in drafts.index.meant(named, lift=True) if not v.updates]
    closed, why = _private(drafts, draft.guards, entry, [v for v in meant if v.known] or meant)
    return both(tri, own, closed), _labelled(named, f"the workspace's own {role}"), why if own is Tri.TRUE else None


def _private(drafts: Drafts, guards: tuple[Node, ...], entry: Entry, meant: list[View]) -> tuple[Tri, Unknown | None]:
    """Whether a resource is as closed as the service wants it before it makes an endpoint, and why nobody knows."""
    if entry["when"] != "public-access-off":
        return Tri.TRUE, None
    if not meant:
        return Tri.UNKNOWN, None
    access, perhaps = public_access(drafts, meant[0]), unsure(meant[0].guards, guards)
    # Where it is not deployed, the id is that of one which only Azure knows.
    return (is_text(access, "Disabled"), doubt(access)) if perhaps is None else (Tri.UNKNOWN, perhaps)


def _ip_rules(drafts: Drafts, view: View) -> tuple[Tri, Unknown | None]:
    """Whether a workspace lets chosen addresses in: then a rule to itself is asked for. And why nobody knows."""
    found, why = Tri.FALSE, None
    for path in _chosen_addresses(drafts.tables):
        own = literal(ABSENT, view.resource.head) if view.terraform else view.at(*path)
        node = with_updates(drafts, view, own, *path)
        found, why = either(found, _some(node)), why or doubt(node)
    return found, why


@once
def _chosen_addresses(tables: Tables) -> Sequence[Sequence[str]]:
    """Where a workspace says which addresses it lets in."""
    exceptions = (entry for entry in tables.get("required-rules", ()) if entry["kind"] == "exception")
    return [field["path"] for entry in exceptions for field in entry.get("fields", ())]


def _some(node: Node) -> Tri:
    """Whether a list has members."""
    value = node.value
    if isinstance(value, Choice):
        answers = {_some(option) for option in value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    if isinstance(value, Seq) and not value.items:
        return Tri.FALSE if value.more is None else Tri.UNKNOWN
    return is_there(node)


def _labelled(node: Node, label: str) -> Node:
    return Node(node.value, node.origin, (Hop(HopKind.REFERENCE, node.origin, label),))


@dataclass(frozen=True, slots=True)
class Made:
    """Private endpoints that the service makes itself for a network: what for, how many, when, and what decides."""

    name: str
    number: int
    mode: str  # in which they are made
    there: Tri  # whether they are in that mode
    because: tuple[Node | Unknown | None, ...]


def made_endpoints(drafts: Drafts, network: Draft) -> Iterator[Made]:
    """The endpoints of a network that no rule has to ask for, whatever its mode: each mode brings its own."""
    for entry in _endpoints(drafts.tables):
        if is_text(network["family"], *entry["families"]) is Tri.FALSE:
            continue
        there, why = _is_made(drafts, network, entry)
        yield Made(str(entry["target"]), len(entry["subresources"]), entry["mode"], there, why)


@once
def _endpoints(tables: Tables) -> Sequence[Entry]:
    return [entry for entry in tables.get("required-rules", ()) if entry["kind"] == "private-endpoint"]


def _is_made(drafts: Drafts, network: Draft, entry: Entry) -> tuple[Tri, tuple[Node | Unknown | None, ...]]:
    """Whether the service makes the endpoints of an entry in its mode, and what decides."""
    view = network.view
    if entry.get("may_be_declared") or view is None or view.type.lower() != arm.WORKSPACE or view.updates:
        return Tri.UNKNOWN, ()  # for connections that are not seen, or a workspace that is not
    if entry["target"] == "workspace":
        closed, why = _private(drafts, network.guards, entry, [view])
        # To admit chosen addresses, a rule is asked for.
        wanted, addresses = _ip_rules(drafts, view)
        return both(closed, Tri.TRUE if wanted is Tri.FALSE else Tri.UNKNOWN), (why, addresses)
    named = _named_by(drafts, view, _ROLES[entry["target"]])
    if missing(named):
        # Azure ML's command line makes what its YAML does not name; of what it makes, nothing is known.
        return Tri.UNKNOWN if view.dialect == "azureml" else Tri.FALSE, ()
    meant = [v for v in drafts.index.meant(named, lift=True) if not v.updates]
    closed, why = _private(drafts, network.guards, entry, [v for v in meant if v.known] or meant)
    return both(is_there(named), closed), (named, why)


def own_resources(drafts: Drafts, network: Draft) -> list[Node]:
    """What a workspace names as its storage, vault and registry."""
    view = network.view
    if view is None or view.type.lower() != arm.WORKSPACE or view.updates:
        return []
    return [node for role in _ROLES.values() if not missing(node := _named_by(drafts, view, role))]


def _named_by(drafts: Drafts, view: View, role: str) -> Node:
    own = view.at(azurerm.USES[role]) if view.terraform else view.at(*arm.USES[role])
    return with_updates(drafts, view, own, *arm.USES[role])


# ── service tags ──


def _tag(draft: Draft, network: Draft | None, entry: Entry) -> tuple[Tri, Node]:
    mode = _mode(draft, network)
    asked = both(is_text(draft["type"], "ServiceTag"), is_text(mode, _APPROVED))
    if asked is Tri.FALSE:
        return asked, mode
    whole = draft.whole or literal(ABSENT, draft.head)
    # Beside address prefixes the tag does not count, and what is denied is not what the service opens.
    prefixes = _some(member(member(whole, "destination", fold=True), "addressPrefixes", fold=True))
    denied = is_text(member(whole, "action", fold=True), "Deny")
    view = network.view if network is not None else None
    named = _is_named(draft["serviceTag"], entry, view)
    tri = both(asked, named, _covered(draft, entry))
    return both(tri, prefixes.negated(), denied.negated()), _labelled(
        mode, f"in this mode the service adds {entry['tag']}"
    )


def _is_named(tag: Node, entry: Entry, view: View | None) -> Tri:
    """Whether a tag is that of an entry, without a region or with the workspace's own."""
    if isinstance(tag.value, Choice):
        answers = {_is_named(option, entry, view) for option in tag.value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    from mnlint.azure.same import same_value

    plain = [same_value(tag, literal(name, tag.span)) for name in (entry["tag"], *entry.get("also_written", ()))]
    return either(*plain, *([_regional(tag, entry["tag"], view)] if entry.get("regional") else []))


def _regional(tag: Node, base: str, view: View | None) -> Tri:
    form, begin = form_of(tag), f"{base}.".lower()
    if form is None:
        return Tri.FALSE if missing(tag) else Tri.UNKNOWN
    known = form.partition("{")[0].lower()
    if not begin.startswith(known[: len(begin)]) or ("{" not in form and not known.startswith(begin)):
        return Tri.FALSE
    place = view.at("location") if view is not None else None
    if place is None or not known.startswith(begin):
        return Tri.UNKNOWN
    region = place.value.replace(" ", "") if isinstance(place.value, str) else form_of(place)
    return same_text(form[len(begin) :], region)


def _covered(draft: Draft, entry: Entry) -> Tri:
    """Whether the service opens all that a rule opens for the tag: other ports are the user's own."""
    seen = entry.get("seen", ())
    opened = (both(_within(draft["protocol"], one["protocol"]), _within(draft["ports"], one["ports"])) for one in seen)
    return either(Tri.FALSE, *opened) if seen else Tri.TRUE


def _within(node: Node, most: str) -> Tri:
    """Whether a protocol or a list of ports is among those of a rule of the service."""
    value = node.value
    if isinstance(value, Choice):
        answers = {_within(option, most) for option in value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    if most == "*":
        return is_there(node)
    if isinstance(value, str | int):
        from mnlint.azure.same import ports_of

        return Tri.of({part.upper() for part in ports_of(value)} <= ports_of(most))
    return Tri.FALSE if missing(node) else Tri.UNKNOWN
