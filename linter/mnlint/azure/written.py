"""How the rules of a network are written: in the network itself, or as resources of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.join import Members, reference
from mnlint.azure.kleene import is_text, same_word
from mnlint.azure.network_settings import settings_of
from mnlint.azure.rules import doubles, named, perhaps_written
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Cause, Ref, Unknown, doubt

INLINE: Final = "inlineRules"
OWN: Final = "childRules"


def make_written(drafts: Drafts) -> None:
    """Two relations of each network: its rules by how they are written, each open only where one of these may be."""
    lists = {network.address: {INLINE: Members(), OWN: Members()} for network in drafts.of("managedNetwork")}
    closed = {
        kind: [(network, lists[network.address][kind]) for network in drafts.of("managedNetwork")]
        for kind in (INLINE, OWN)
    }
    for draft in drafts.of("outboundRule"):
        if is_text(draft["declared"], "true") is not Tri.TRUE:
            continue
        kind = INLINE if is_text(draft["written"], "inline") is Tri.TRUE else OWN
        if kind == OWN and draft.view is not None and draft.view.updates:
            continue  # it writes to a rule that another resource makes
        relation = draft["network"].value
        if not isinstance(relation, Ref):
            closed[kind] = list(_may_be_of_any(draft, closed[kind]))
            continue
        network = drafts.by_address[relation.address]
        _add(draft, network, lists[network.address][kind])
        for other in doubles(drafts, network).values():
            lists[other.address][kind].open(named(network, other))
    for network in drafts.of("managedNetwork"):
        for setting in settings_of(drafts, network):
            lists[network.address][INLINE].open(perhaps_written(setting))
        for kind, members in lists[network.address].items():
            network.fields[kind] = members.node(network.head, f"{kind} of {network.address}")


def _may_be_of_any(draft: Draft, lists: Iterable[tuple[Draft, Members]]) -> Iterator[tuple[Draft, Members]]:
    """A rule of which nobody knows the network may be of any of its family; those that stay closed."""
    why = doubt(draft["network"]) or Unknown(Cause.RUNTIME, draft.head, "the rule's workspace")
    node = reference(draft.address, draft.head, draft.address)
    for network, members in lists:
        if same_word(network["family"], draft["family"]) is not Tri.FALSE:
            members.add(node, Tri.UNKNOWN, why, draft.guards, ())
        if members.more is None:
            yield network, members


def _add(draft: Draft, network: Draft, members: Members) -> None:
    symbolic = draft.view is not None and draft.view.resource.symbolic
    tri = Tri.UNKNOWN if draft.unseen is not None or symbolic else Tri.TRUE
    nodes = (*((draft.unseen,) if draft.unseen is not None else ()), *draft.guards)
    why = next((found for found in map(doubt, nodes) if found is not None), None)
    members.add(reference(draft.address, draft.head, draft.address), tri, why, draft.guards, network.guards)
