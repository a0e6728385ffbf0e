"""Which rules of a network, as resources of their own, are deployed at once: none of two waits for the other."""

from __future__ import annotations

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import is_text
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Seq, literal

RULES, NAMES, REMEDY = "parallelRules", "parallelNames", "serialisedBy"


def make_waiting(drafts: Drafts) -> None:
    """For each network the rules of which nothing makes one wait for another, their names, and what would do so."""
    rules = sorted((draft for draft in drafts.of("outboundRule") if _counts(draft)), key=_place)
    for network in drafts.of("managedNetwork"):
        nothing = literal(ABSENT, network.head, "no rules at once")
        network.fields.update(
            {RULES: literal(Seq(()), network.head, "no rules at once"), NAMES: nothing, REMEDY: nothing}
        )
    if rules:
        from mnlint.azure.at_once import judge

        judge(drafts, rules)


def _counts(draft: Draft) -> bool:
    """Whether a rule is a resource of its own that is made here."""
    own = draft.view is not None and not draft.view.updates
    return own and is_text(draft["written"], "inline") is Tri.FALSE and is_text(draft["declared"], "true") is Tri.TRUE


def _place(draft: Draft) -> tuple[str, int]:
    return draft.head.file, draft.head.start
