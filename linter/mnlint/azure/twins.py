"""Rules of one network that say the same: under one name, or to one destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.join import Members
from mnlint.azure.kleene import is_text
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Cause, Node, Ref, Unknown, doubt, literal

BY_NAME: Final = "sameNameBefore"
BY_DESTINATION: Final = "sameDestinationBefore"


def make_twins(drafts: Drafts) -> None:
    """For each rule those that say the same; of two of them the later one, by file and place, knows the earlier."""
    for draft in drafts.of("outboundRule"):
        draft.fields["destination"] = _destination(draft)
        for name in (BY_NAME, BY_DESTINATION):
            draft.fields[name] = draft.unseen or literal(ABSENT, draft.head, "no other one")
    rules = sorted((draft for draft in drafts.of("outboundRule") if _counts(draft)), key=_place)
    named, led = _found(drafts, rules)
    for draft in rules:
        for node, why in draft.replaced:
            # One that a later one of the same key replaces, so that it comes to nothing.
            named[draft.address].add(node, Tri.TRUE if why is None else Tri.UNKNOWN, why, (), ())
        _open_loop(drafts, draft, named[draft.address])
    for draft in (draft for draft in rules if draft.unseen is None):
        _open_loop(drafts, draft, led[draft.address])
        draft.fields[BY_NAME] = named[draft.address].node(draft.head, "no other one of this name")
        draft.fields[BY_DESTINATION] = led[draft.address].node(draft.head, "no other one to this destination")


def _counts(draft: Draft) -> bool:
    """Whether a rule is one that is made here, and no update of another one."""
    update = draft.view is not None and draft.view.updates and not is_inline(draft)
    return is_text(draft["declared"], "true") is Tri.TRUE and not update


def is_inline(draft: Draft) -> bool:
    """Whether a rule stands in a map of its network."""
    return is_text(draft["written"], "inline") is Tri.TRUE


def _place(draft: Draft) -> tuple[str, int, bool]:
    """By file and place; of the members of a loop those that nobody knows come first, for they may be any."""
    symbolic = draft.view is not None and draft.view.resource.symbolic
    return draft.head.file, draft.head.start, not symbolic


def _found(drafts: Drafts, rules: Sequence[Draft]) -> tuple[Mapping[str, Members], Mapping[str, Members]]:
    """For each rule, by its address, those before it of its name, and those to its destination."""
    if len(rules) < 2:
        return {rule.address: Members() for rule in rules}, {rule.address: Members() for rule in rules}
    from mnlint.azure import pairs

    return pairs.of_one_name(drafts, rules), pairs.to_one_destination(drafts, rules)


def _open_loop(drafts: Drafts, draft: Draft, members: Members) -> None:
    """A rule for each of something unknown may be its own twin, if there are two that say the same."""
    network = draft["network"].value
    if draft.view is None or not draft.view.resource.symbolic:
        return
    home = drafts.by_address[network.address].view if isinstance(network, Ref) else None
    if home is None or not home.resource.symbolic:  # else each may be of a network of its own
        why = next(filter(None, map(doubt, draft.guards)), None)
        members.open(why or Unknown(Cause.DYNAMIC, draft.head, "this rule"))


def _destination(draft: Draft) -> Node:
    """Where a rule leads, at the place where that is written: its host, its target or its tag."""
    for kind, name in (("PrivateEndpoint", "target"), ("ServiceTag", "serviceTag")):
        if is_text(draft["type"], kind) is Tri.TRUE:
            return draft[name]
    return draft["host"]
