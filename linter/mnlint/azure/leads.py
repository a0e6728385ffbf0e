"""Which declared resource a connection leads to: by an id, by an endpoint taken from it, or by its name in a host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import is_text, missing
from mnlint.azure.openness import entry_of
from mnlint.azure.same import apart
from mnlint.azure.views import View
from mnlint.model.ids import id_of, parse, same_text, segments, top_type
from mnlint.model.tri import Tri, both, either
from mnlint.model.value import Cause, Choice, Node, Ref, Unknown, doubt, form_of

# A resource's own part in a form: what `reference()` is asked for.
_REFERENCE: Final = re.compile(r"reference\('((?:[^']|'')+)'", re.IGNORECASE)
_PORT: Final = re.compile(r":\d+$")


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """A resource that a connection leads to, or may; the value that says so, whether by the resource's id, and why
    nobody knows."""

    view: View
    tri: Tri
    node: Node
    by_id: Tri
    why: Unknown | None


def leads_of(drafts: Drafts, connection: Draft) -> list[Lead]:
    """The declared resources that a connection leads to or may lead to."""
    kinds, sure = _kinds(drafts, connection["category"])
    found = []
    for view in drafts.index.views:
        entry = entry_of(drafts, view)
        nameless = not view.type and not view.terraform  # of a type that nobody knows
        if not view.known or view.updates or not (entry or nameless):
            continue
        fits = Tri.TRUE if not sure else Tri.UNKNOWN if nameless else Tri.of(view.type.lower() in kinds)
        lead = _lead(drafts, connection, view, entry, fits)
        if lead is not None:
            found.append(lead)
    return found


def places(connection: Draft) -> list[Node]:
    """Where a connection may say what it leads to."""
    return [node for node in (connection["resourceId"], connection["target"]) if not missing(node)]


def _kinds(drafts: Drafts, category: Node) -> tuple[frozenset[str], bool]:
    """The types that connections of a category lead to, and whether they lead to no other."""
    entries = drafts.tables.get("connection-categories", ())
    answers = [(str(e["type"]).lower(), is_text(category, str(e["category"]))) for e in entries]
    return frozenset(kind for kind, tri in answers if tri is not Tri.FALSE), any(tri is Tri.TRUE for _, tri in answers)


def _lead(drafts: Drafts, connection: Draft, view: View, entry: Mapping[str, Any], fits: Tri) -> Lead | None:
    """The strongest of what a connection's id and its target say; what is only possible has to fit its category."""
    best: Lead | None = None
    for node in places(connection):
        address = _endpoint(drafts, node, view, entry)
        by_id = Tri.FALSE if _taken(node) or address is Tri.TRUE else drafts.index.refers(node, view, lift=True)
        by_id, address = (tri if tri is Tri.TRUE else both(tri, fits) for tri in (by_id, address))
        tri = either(by_id, address)
        if best is not None:
            by_id = either(by_id, best.by_id)
            best = replace(best, by_id=by_id)
        if tri is not Tri.FALSE and (best is None or tri > best.tri):
            why = doubt(node) or doubt(view.name) or Unknown(Cause.RUNTIME, node.origin, "what this leads to")
            best = Lead(view, tri, node, by_id, why if tri is Tri.UNKNOWN else None)
    return best


def _taken(node: Node) -> bool:
    """Whether a value is a part of a resource other than its id."""
    return isinstance(node.value, Ref) and node.value.rest != ("id",)


# ── endpoints ──


def _endpoint(drafts: Drafts, node: Node, view: View, entry: Mapping[str, Any]) -> Tri:
    """Whether a value is an address at which a resource is reached."""
    value = node.value
    if isinstance(value, Choice):
        answers = {_endpoint(drafts, option, view, entry) for option in value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    form = form_of(node)
    if form is None:
        return Tri.UNKNOWN if isinstance(value, Unknown) else Tri.FALSE
    if not isinstance(value, str) and id_of(node)[0] is Tri.TRUE:
        return Tri.FALSE
    host = _host(form)
    own = [drafts.index.refers(ref, view, lift=True) for ref in _mentioned(drafts, node, host)]
    if own:
        return either(*own)
    return _named(host, view, entry)


def is_address(drafts: Drafts, node: Node) -> bool:
    """Whether a value is an address that is taken from a resource, declared here or not: so it is no id."""
    form = form_of(node)
    if form is None or id_of(node)[0] is Tri.TRUE:
        return False
    return next(_mentioned(drafts, node, _host(form)), None) is not None


def _host(form: str) -> str:
    """The host of an address, with holes."""
    parts = segments(form)
    behind_scheme = len(parts) > 2 and parts[0].endswith(":") and not parts[1]
    return _PORT.sub("", parts[2] if behind_scheme else parts[0])


def _mentioned(drafts: Drafts, node: Node, host: str) -> Iterator[Node]:
    """The ids of resources with hosts of their own of which a part stands in a host."""
    for view in drafts.index.views:
        if f"{{ref:{view.address}." in host and (entry_of(drafts, view) or not view.type):
            yield node.holding(Ref(view.address, ("id",)))
    listed = {str(e["type"]).lower() for e in drafts.tables.get("resource-access", ())}
    for found in _REFERENCE.finditer(host):
        meant = parse(found[1])
        if meant is not None and top_type(meant.type).lower() in listed:
            why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, "a reference")
            yield node.holding(Unknown(why.cause, why.span, why.label, found[1]))


def _named(host: str, view: View, entry: Mapping[str, Any]) -> Tri:
    """Whether a host is one of a resource, by its name."""
    label, _, ending = _cut(host)
    if not ending:
        return Tri.UNKNOWN if "{" in host else Tri.FALSE
    open_ended = not view.type or "{" in ending
    of_type = Tri.UNKNOWN if open_ended else Tri.of(ending.lower() in entry.get("hosts", ()))
    return both(of_type, _same_name(label, form_of(_first_name(view, entry))))


def _cut(host: str) -> tuple[str, str, str]:
    """A host at its first dot outside of holes."""
    depth = 0
    for at, char in enumerate(host):
        depth += (char == "{") - (char == "}")
        if char == "." and depth == 0:
            return host[:at], ".", host[at + 1 :]
    return host, "", ""


def _first_name(view: View, entry: Mapping[str, Any]) -> Node:
    """The name that a resource's hosts begin with."""
    if "subdomain" in entry:
        own = view.at(str(entry["azurerm_subdomain"])) if view.terraform else view.at(*entry["subdomain"])
        if not missing(own):
            return own
    return view.name


def _same_name(label: str, name: str | None) -> Tri:
    if name is None:
        return Tri.UNKNOWN
    return Tri.FALSE if apart(label.lower(), name.lower()) else same_text(label, name)
