"""Which declared resource a connection leads to: by an id, by an endpoint taken from it, or by its name in a host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import is_text, missing
from mnlint.azure.openness import entry_of
from mnlint.azure.views import View
from mnlint.model.ids import id_of, parse, same_text, segments, top_type
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, replace
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import TYPE_CHECKING, Any, Final
from mnlint.model.value import Cause, Choice, Node, Ref, Unknown, doubt, form_of

if TYPE_CHECKING:
    from mnlint.azure.alike import Texts

# A resource's own part in a form: what `reference()` is asked for.
_REFERENCE: Final = pattern(r"reference\('((?:[^']|'')+)'", re.IGNORECASE)
_PORT: Final = pattern(r":\d+$")


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """A resource that a connection leads to, or may; the value that says so, whether by the resource's id, and why
    nobody knows."""

    view: View
    tri: Tri
    node: Node
    by_id: Tri
    why: Unknown | None


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """A declared resource that a connection may lead to, the name that its hosts begin with, and how they end."""

    view: View
    name: str | None
    endings: frozenset[str]


def all_leads(drafts: Drafts) -> dict[str, list[Lead]]:
    """The declared resources that each connection leads to or may lead to, by the connection's address."""
    connections = drafts.of("connection")
    candidates = _Candidates(drafts) if connections else None
    return {draft.address: _leads_of(drafts, draft, candidates) for draft in connections if candidates is not None}


class _Candidates:
    """The declared resources that connections may lead to, in their order, by resource and by name."""

    def __init__(self, drafts: Drafts) -> None:
        from mnlint.azure.alike import Alike

        self._index = drafts.index
        self._all = list(_candidates(drafts))
        self._by_view = {one.view: number for number, one in enumerate(self._all)}
        self._named = Alike({n: None if one.name is None else [one.name] for n, one in enumerate(self._all)})

    def near(self, given: Sequence[tuple[Node, Addresses]]) -> list[_Candidate]:
        """Those to which a connection may lead by its ids, by what its addresses are taken from, or by their hosts."""
        found: set[int] = set()
        for node, addresses in given:
            if not _taken(node):
                found.update(self._meant_by(node))
            for address in addresses:
                if address.of:
                    found.update(number for part in address.of for number in self._meant_by(part))
                else:
                    found.update(self._named.near(_label_of(address.host)))
        return [self._all[number] for number in sorted(found)]

    def _meant_by(self, node: Node) -> Iterator[int]:
        possible = (view for view, _ in self._index.possible(node, lift=True))
        return (self._by_view[view] for view in possible if view in self._by_view)


def _candidates(drafts: Drafts) -> Iterator[_Candidate]:
    subdomains = [e["subdomain"] for e in drafts.tables.get("resource-access", ()) if "subdomain" in e]
    for view in drafts.index.views:
        untyped = not view.type and not view.terraform
        if view.known and not view.updates and (untyped or entry_of(drafts, view)):
            entry = entry_of(drafts, view)
            name = form_of(_first_name(view, entry))
            if untyped and not all(missing(view.at(*path)) for path in subdomains):
                name = None  # of a type that has a name for its hosts, or of another
            yield _Candidate(view, name and name.lower(), frozenset(map(str, entry.get("hosts", ()))))


def _leads_of(drafts: Drafts, connection: Draft, candidates: _Candidates) -> list[Lead]:
    kinds, sure = _kinds(drafts, connection["category"])
    given = [(node, _addresses(drafts, node)) for node in places(connection)]
    found = []
    for one in candidates.near(given):
        kind = one.view.type.lower()
        fits = Tri.TRUE if not sure else Tri.of(kind in kinds) if kind else Tri.UNKNOWN
        lead = _lead(drafts, given, one, fits)
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


def _lead(drafts: Drafts, given: Sequence[tuple[Node, Addresses]], one: _Candidate, fits: Tri) -> Lead | None:
    """The strongest of what a connection's id and its target say; what is only possible has to fit its category."""
    best: Lead | None = None
    for node, addresses in given:
        address = _shared(_reaches(drafts, found, one) for found in addresses)
        by_id = Tri.FALSE
        if address is not Tri.TRUE and not _taken(node):
            by_id = drafts.index.refers(node, one.view, lift=True)
        by_id, address = (tri if tri is Tri.TRUE else both(tri, fits) for tri in (by_id, address))
        tri = either(by_id, address)
        if best is not None:
            by_id = either(by_id, best.by_id)
            best = replace(best, by_id=by_id)
        if tri is not Tri.FALSE and (best is None or tri > best.tri):
            untyped = one.view.untyped
            why = doubt(node) or doubt(one.view.name) or (doubt(untyped) if untyped is not None else None)
            why = why or Unknown(Cause.RUNTIME, node.origin, "what this leads to")
            best = Lead(one.view, tri, node, by_id, why if tri is Tri.UNKNOWN else None)
    return best


def _shared(answers: Iterable[Tri]) -> Tri:
    """What all options answer."""
    found = set(answers)
    return found.pop() if len(found) == 1 else Tri.UNKNOWN


def _taken(node: Node) -> bool:
    """Whether a value is a part of a resource other than its id."""
    return isinstance(node.value, Ref) and not _is_named_id(node.value)


def _is_named_id(ref: Ref) -> bool:
    """Whether a part of a resource is its id, or says so: azapi's `output.id`, which may be that of something else."""
    return bool(ref.rest) and ref.rest[-1].lower().endswith("id")


# ── endpoints ──


@dataclass(frozen=True, slots=True, eq=False)
class _Address:
    """A value as an address: its host with holes, None if nobody knows, empty if it is none; and whose part that is."""

    host: str | None
    of: tuple[Node, ...] = ()


Addresses = Sequence[_Address]


def _addresses(drafts: Drafts, node: Node) -> Addresses:
    """What a value is as an address, each option of a Choice for itself."""
    if isinstance(node.value, Choice):
        return [found for option in node.value.options for found in _addresses(drafts, option)]
    form = form_of(node)
    if form is None:
        return [_Address(None if isinstance(node.value, Unknown) else "")]
    if not isinstance(node.value, str) and id_of(node)[0] is Tri.TRUE:
        return [_Address("")]
    if isinstance(node.value, Ref) and _is_named_id(node.value):
        return [_Address(None)]
    host = _host(form)
    return [_Address(host, tuple(_mentioned(drafts, node, host)))]


def _reaches(drafts: Drafts, address: _Address, one: _Candidate) -> Tri:
    """Whether an address is one at which a resource is reached."""
    if address.of:
        return either(*(drafts.index.refers(node, one.view, lift=True) for node in address.of))
    return Tri.UNKNOWN if address.host is None else _named(address.host, one)


def is_address(drafts: Drafts, node: Node) -> bool:
    """Whether a value is an address that is taken from a resource, declared here or not: so it is no id."""
    form = form_of(node)
    if form is None or id_of(node)[0] is Tri.TRUE or (isinstance(node.value, Ref) and _is_named_id(node.value)):
        return False
    return next(_mentioned(drafts, node, _host(form)), None) is not None


def _host(form: str) -> str:
    """The host of an address, with holes."""
    parts = segments(form)
    behind_scheme = len(parts) > 2 and parts[0].endswith(":") and not parts[1]
    return _PORT.sub("", parts[2] if behind_scheme else parts[0])


def _mentioned(drafts: Drafts, node: Node, host: str) -> Iterator[Node]:
    """The ids of resources with hosts of their own of which a part stands in a host."""
    for view in dict.fromkeys(_referred(drafts, host)):
        if not (view.type or view.terraform) or entry_of(drafts, view):
            yield node.holding(Ref(view.address, ("id",)))
    listed = {str(e["type"]).lower() for e in drafts.tables.get("resource-access", ())}
    for found in _REFERENCE.finditer(host) if "(" in host else ():
        meant = parse(found[1])
        if meant is not None and top_type(meant.type).lower() in listed:
            why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, "a reference")
            yield node.holding(Unknown(why.cause, why.span, why.label, found[1]))


def _referred(drafts: Drafts, host: str) -> Iterator[View]:
    """The resources of this deployment of which a part stands in a host; an address may have dots itself."""
    for behind in host.split("{ref:")[1:]:
        parts = behind.split(".")
        for end in range(1, len(parts)):
            view = drafts.index.by_address.get(".".join(parts[:end]))
            if view is not None:
                yield view


def _label_of(host: str | None) -> Texts:
    """What a resource's name is like that is reached at a host; None of one that may be any."""
    label, _, ending = _cut((host or "").lower())
    if ending:
        return [label]
    return None if host is None or "{" in host else []


def _named(host: str, one: _Candidate) -> Tri:
    """Whether a host is one of a resource, by its name."""
    label, _, ending = _cut(host.lower())
    if not ending:
        return Tri.UNKNOWN if "{" in host else Tri.FALSE
    if one.view.type and "{" not in ending and ending not in one.endings:
        return Tri.FALSE
    of_type = Tri.TRUE if one.view.type and "{" not in ending else Tri.UNKNOWN
    if one.name is None:
        return Tri.UNKNOWN
    from mnlint.azure.same import apart

    return Tri.FALSE if apart(label, one.name) else both(of_type, same_text(label, one.name))


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
