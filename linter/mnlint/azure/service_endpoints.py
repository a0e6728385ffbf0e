"""The virtual network rules of a resource, wherever its type keeps them: they let a subnet in by a service endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure.draft import Drafts
from mnlint.azure.join import Members
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.azure.updates import updates_of
from mnlint.azure.views import View, first
from mnlint.model.tri import Tri
from mnlint.model.typing import Any
from mnlint.model.value import Cause, Choice, Map, Node, Ref, Seq, Unknown, doubt, member


def may_have(drafts: Drafts, kind: str) -> bool:
    return not kind or any(e["type"].lower() == kind.lower() for e in drafts.tables.get("service-endpoints", ()))


def service_endpoints(drafts: Drafts, view: View) -> Node:
    """The virtual network rules of a resource, wherever its type keeps them."""
    if view.untyped is not None and not view.known:  # what is looked up may have any
        return view.untyped
    members, own = Members(), Members()  # of other resources, and of its own body
    seen: set[str] = set()
    kinds = {str(e["type"]).lower() for e in drafts.tables.get("service-endpoints", ())}
    kinds = {kind for kind in kinds if kind == view.type.lower() or view.may_be(kind)}
    entries = [e for e in drafts.tables.get("service-endpoints", ()) if e["type"].lower() in kinds]
    for entry in entries:
        for place in entry.get("azurerm", ()):
            if repr(place) not in seen:
                seen.add(repr(place))
                _azurerm_rules(drafts, view, place, own if place.get("joined_by") is None else members)
        if view.terraform and "child" not in entry:
            continue
        where = repr((entry.get("child"), entry.get("rules")))
        at_version = _at_this_version(entry, view)
        if where in seen or at_version is Tri.FALSE:
            continue
        found = Members()
        _arm_rules(drafts, view, entry, found)
        into = members if "child" in entry else own
        if at_version is Tri.TRUE:
            seen.add(where)
            into.items += found.items
            into.open(found.more)
        elif found.items or found.more is not None:
            version = view.api_version
            into.open((doubt(version) if version is not None else None) or found.more)
    own = _after_updates(drafts, view, entries, own)
    own.items += members.items
    own.open(members.more)
    if view.untyped is not None and (own.items or own.more is not None):  # if it has a type whose rules these are
        own = Members()
        own.open(doubt(view.untyped))
    return own.node(view.resource.head, "no virtual network rule")


def _after_updates(drafts: Drafts, view: View, entries: Sequence[Mapping[str, Any]], own: Members) -> Members:
    """The rules of a resource's own body once its updates are written: one that lists rules lists all of them."""
    for update in updates_of(drafts, view):
        for entry in entries:
            rules = entry.get("rules")
            if not isinstance(rules, list) or "child" in entry or _at_this_version(entry, update.view) is Tri.FALSE:
                continue
            if missing(update.view.at(*[str(step) for step in rules[:-1]])):
                continue
            listed = member(update.view.at(*[str(step) for step in rules[:-1]]), str(rules[-1]), fold=True)
            if missing(listed):
                continue
            found = Members()
            switch = _switch_of(view, update.view, entry)
            if switch is None or _switched_on(switch, found):
                _each(listed, [str(step) for step in entry.get("subnet", ())], found, (), view, fold=True)
            if update.why is not None:  # then nobody knows whose list holds
                found = Members()
                found.open(update.why)
            own = found
            break
    return own


def _switch_of(view: View, update: View, entry: Mapping[str, Any]) -> Node | None:
    """What must be true for rules to count: as the update writes it, else as the resource does."""
    way = entry.get("switch")
    if not isinstance(way, list):
        return None
    written = update.at(*[str(step) for step in way])
    if not missing(written):
        return written
    if not view.terraform:
        return view.at(*[str(step) for step in way])
    named = (str(place["switch"]) for place in entry.get("azurerm", ()) if "switch" in place)
    return next((view.at(name) for name in named), None)


def _at_this_version(entry: Mapping[str, Any], view: View) -> Tri:
    """Whether a resource is written at a version whose rules an entry describes."""
    versions = entry.get("api_versions")
    if not isinstance(versions, list):
        return Tri.TRUE
    return Tri.UNKNOWN if view.api_version is None else is_text(view.api_version, *versions)


def _arm_rules(drafts: Drafts, view: View, entry: Mapping[str, Any], members: Members) -> None:
    holders: list[tuple[View, tuple[Node, ...]]] = [(view, ())]
    if "child" in entry:
        kind = str(entry["child"]).lower()
        holders = []
        below = drafts.index.below(view.type.lower(), kind)
        for other in below.of.get(view, ()):
            if drafts.index.parent_of(other, [view.type.lower()])[0] is view:
                holders.append((other, other.guards))
        members.open(below.lost)
        for other in drafts.index.of_type(""):
            parents = drafts.index.possible_parents(other, [view.type.lower()]) if other.may_be(kind) else ()
            if view in parents and other.untyped is not None:
                found = Members()
                _rules_in(other, entry, found, (), view)
                if found.items or found.more is not None:
                    members.open(doubt(other.untyped))
    for holder, guards in holders:
        _rules_in(holder, entry, members, guards, view)


def _rules_in(holder: View, entry: Mapping[str, Any], members: Members, guards: tuple[Node, ...], view: View) -> None:
    """The rules that a resource's body has, or that of a child which holds them."""
    rules, switch, way = entry.get("rules"), entry.get("switch"), entry.get("subnet")
    if isinstance(switch, list) and not _switched_on(holder.at(*[str(step) for step in switch]), members):
        return
    path = [str(step) for step in way] if isinstance(way, list) else []
    if isinstance(rules, list):
        *above, last = (str(step) for step in rules)
        _each(member(holder.at(*above), last, fold=True), path, members, guards, view, fold=True)
    else:
        _take(holder.at(*path), members, guards, view, given=_is_written(holder.body, path, fold=True))


def _switched_on(switch: Node, members: Members) -> bool:
    """Whether the rules behind a switch count; where nobody knows, there may be some."""
    tri = is_text(switch, "true")
    if tri is Tri.UNKNOWN:
        members.open(doubt(switch) or Unknown(Cause.RUNTIME, switch.origin, "whether its rules count"))
    return tri is Tri.TRUE


def _azurerm_rules(drafts: Drafts, view: View, place: Mapping[str, Any], members: Members) -> None:
    joined = place.get("joined_by")
    path = place.get("path")
    steps = [str(step) for step in path] if isinstance(path, list) else []
    if joined is None:
        if not view.terraform:
            return
        switch = place.get("switch")
        if place["type"] == view.terraform and (switch is None or _switched_on(view.at(str(switch)), members)):
            _blocks(view, steps, str(place["subnet"]), members, (), view)
        return
    for other, tri in _joined(drafts, view, str(place["type"]), str(joined)):
        node = other.at(str(joined))
        if tri is Tri.TRUE:
            _blocks(other, steps, str(place["subnet"]), members, other.guards, view)
        elif tri is Tri.UNKNOWN:
            members.open(doubt(node) or Unknown(Cause.RUNTIME, node.origin, str(joined)))


def _joined(drafts: Drafts, view: View, kind: str, argument: str) -> Sequence[tuple[View, Tri]]:
    """The resources of a type that say by an id or a name that they belong to another one, or may."""
    if not argument.endswith("_name"):
        return drafts.index.pointing_at(view, kind, argument)
    # Such names are taken in all of Azure.
    return drafts.index.called(view, kind, argument)


def _blocks(
    holder: View, steps: list[str], subnet: str, members: Members, guards: tuple[Node, ...], view: View
) -> None:
    """The subnets of a block, or of each block, at a path through blocks."""
    nodes = [holder.body]
    for step in steps:
        below: list[Node] = []
        for node in nodes:
            found = member(node, step, fold=False)
            if isinstance(found.value, Seq):
                below.extend(found.value.items)
                members.open(found.value.more)
            elif isinstance(found.value, Choice | Unknown):
                members.open(doubt(found))
            elif not missing(found):
                below.append(found)
        nodes = below
    for node in nodes:
        found = member(node, subnet, fold=False)
        given = _is_written(node, [subnet], fold=False)
        _take(found, members, guards, view, several=subnet.endswith("ids"), given=given)


def _is_written(node: Node, path: list[str], *, fold: bool) -> bool:
    """Whether there is something at a path, known or not; False if only nobody can see that there is not."""
    for step in path:
        value = first(node).value
        found = value.find(step, fold=fold) if isinstance(value, Map) else None
        if found is None:
            return False
        node = found
    return True


def _each(listed: Node, path: list[str], members: Members, guards: tuple[Node, ...], view: View, *, fold: bool) -> None:
    value = listed.value
    if not isinstance(value, Seq):
        if not missing(listed):
            members.add(listed, Tri.UNKNOWN, doubt(listed), guards, view.guards)
        return
    members.open(value.more)
    for item in value.items:
        node = item
        for step in path:
            node = first(member(node, step, fold=fold))
        # The member is a rule whatever its subnet is; only whether it is there at all can be in doubt.
        members.add(node, is_there(item), doubt(item), guards, view.guards)


def _take(
    node: Node, members: Members, guards: tuple[Node, ...], view: View, *, several: bool = False, given: bool
) -> None:
    """A subnet (there if it is `given`, whatever its value) or, with `several`, a list of them."""
    value = node.value
    if isinstance(value, Seq):
        for item in value.items:
            members.add(item, is_there(item), doubt(item), guards, view.guards)
        members.open(value.more)
    elif isinstance(value, Ref | str) or not several:
        there = Tri.TRUE if given and isinstance(value, Unknown) else is_there(node)
        members.add(node, there, doubt(node), guards, view.guards)
    elif not missing(node):
        members.add(node, Tri.UNKNOWN, doubt(node), guards, view.guards)
