"""A JSON template beside the Bicep file it was compiled from: one fault in both is one finding, at the Bicep place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mnlint.model.finding import Outcome, Place
from mnlint.settle.findings import Draft


def joined(found: Sequence[tuple[Outcome, Draft]]) -> list[Draft]:
    """The drafts without those that a twin's draft already says; that one shows the JSON place, too."""
    by_root: dict[str, list[Draft]] = {}
    for outcome, draft in found:
        by_root.setdefault(outcome.root, []).append(draft)
    kept: list[Draft] = []
    shown: dict[int, list[Place]] = {}
    for outcome, draft in found:
        twin = _said(draft, by_root.get(outcome.compiled_from, ())) if outcome.compiled_from else None
        if twin is None:
            kept.append(draft)
        else:
            shown.setdefault(id(twin), []).append(Place(draft.primary.span, "the same in the compiled template"))
    return [replace(d, related=(*d.related, *shown[id(d)])) if id(d) in shown else d for d in kept]


def _said(draft: Draft, others: Iterable[Draft]) -> Draft | None:
    """The draft of the Bicep file that says the same of a resource of the same name."""
    return next((d for d in others if (d.policy, d.name) == (draft.policy, draft.name)), None)
