"""Which settings a workspace has at the API version, or with the versions of azurerm, that it is written for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure.draft import Drafts, Tables, once
from mnlint.azure.kleene import is_there
from mnlint.azure.views import View
from mnlint.constraints import bounds
from mnlint.model.tri import Tri
from mnlint.model.typing import Any
from mnlint.model.value import (
    ABSENT,
    Absent,
    Cause,
    Choice,
    Hop,
    HopKind,
    Node,
    Seq,
    Unknown,
    doubt,
    literal,
)

Entry = Mapping[str, Any]


def version_of(drafts: Drafts, view: View) -> Node:
    """The API version of a workspace; of azurerm, the versions that the root asks for; absent if it does not say."""
    if not view.terraform:
        return view.api_version or view.name.holding(ABSENT)
    asked = drafts.deployment.requires.get("azurerm")
    return asked if asked is not None else literal(ABSENT, view.resource.head, "no version of azurerm is asked for")


def unsupported(drafts: Drafts, view: View) -> Node:
    """The names of the settings that are written though the version does not have them, at that version's place."""
    version = version_of(drafts, view)
    items: list[Node] = []
    more: Unknown | None = None
    for entry, path in _entries(drafts, view):
        has = _has(entry, version, drafts)
        if has is Tri.TRUE:
            continue
        node, name = view.at(*path), path[-1]
        there, why = is_there(node), doubt(node)
        if there is Tri.FALSE or (why is not None and why.cause is Cause.MODULE):
            continue  # whoever wrote a module chose the version that it needs
        if there is Tri.TRUE and has is Tri.FALSE:
            way = (Hop(HopKind.REFERENCE, node.span, f"{name} is written here"), *version.trail)
            items.append(Node(name, version.span, way))
        else:
            more = more or (why if there is Tri.UNKNOWN else None) or _why(version)
    return literal(Seq(tuple(items), more), view.resource.head, "settings that the version does not have")


def has_setting(drafts: Drafts, view: View, path: Sequence[str]) -> Node:
    """Whether the version has a setting at all, by its path; not so for a resource of azurerm without it."""
    version = version_of(drafts, view)
    entry = next((e for e, own in _entries(drafts, view) if own == tuple(path)), None)
    if entry is None:
        return literal(False, view.resource.head, f"{view.resource.type} has no {path[-1]}")
    has = _has(entry, version, drafts)
    place = literal(has is Tri.TRUE, version.span, "this version has the setting")
    return place.holding(_why(version)) if has is Tri.UNKNOWN else place


def _why(version: Node) -> Unknown:
    found = doubt(version)
    return found or Unknown(Cause.RUNTIME, version.origin, f"what version {version.value} has")


def _entries(drafts: Drafts, view: View) -> Sequence[tuple[Entry, tuple[str, ...]]]:
    """The settings that some versions of a resource have, each with its path."""
    own = ("argument", view.terraform) if view.terraform else ("property", view.type.lower())
    return _by_resource(drafts.tables).get(own, ())


@once
def _by_resource(tables: Tables) -> Mapping[tuple[str, str], Sequence[tuple[Entry, tuple[str, ...]]]]:
    made: dict[tuple[str, str], list[tuple[Entry, tuple[str, ...]]]] = {}
    for entry in tables.get("api-versions", ()):
        for key, path in (("resource", "argument"), ("type", "property")):
            if path in entry:
                own = path, str(entry.get(key, "")).lower()
                made.setdefault(own, []).append((entry, tuple(entry[path])))
    return made


def _has(entry: Entry, version: Node, drafts: Drafts) -> Tri:
    """Whether a version has a setting."""
    value = version.value
    if isinstance(value, Choice):
        answers = {_has(entry, option, drafts) for option in value.options}
        return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    if "provider_since" in entry:
        return _provider_has(str(entry["provider_since"]), value)
    if isinstance(value, Absent):
        return Tri.TRUE  # Azure ML YAML says none: its tools take the newest that they know
    if not isinstance(value, str):
        return Tri.UNKNOWN
    versions, own = list(entry["versions"]), value.lower()
    if own in versions:
        return Tri.TRUE
    if not versions:
        return Tri.UNKNOWN  # a list of the user's that says nothing
    known = _listed(drafts.tables)
    if own in known or own[:10] < min(versions)[:10]:
        return Tri.FALSE
    newest = max(known, key=lambda v: v[:10])
    if own[:10] <= newest[:10]:
        return Tri.UNKNOWN  # a version that nobody has listed
    return Tri.of(newest in versions)


@once
def _listed(tables: Tables) -> frozenset[str]:
    """Every API version that some setting is listed with."""
    return frozenset(v for e in tables.get("api-versions", ()) for v in e.get("versions", ()))


def _provider_has(since: str, constraint: object) -> Tri:
    """Whether the provider has it in the newest version that a constraint admits."""
    found = (
        bounds("" if isinstance(constraint, Absent) else constraint) if isinstance(constraint, Absent | str) else None
    )
    first = bounds(since)
    if found is None or first is None:
        return Tri.UNKNOWN
    # Terraform takes the newest that is admitted, if no lock file says otherwise; then it stops before any plan.
    return Tri.of(found[1] is None or found[1] > first[0])
