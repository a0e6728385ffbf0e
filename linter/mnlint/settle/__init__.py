"""Judgements in, Report out: what was found, once each and in order, what nobody knows, and how much was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from mnlint.model.finding import Baseline, Card, Coverage, Notice, Outcome, Report, Verdict
from mnlint.model.text import Source
from mnlint.model.typing import TYPE_CHECKING
from mnlint.settle.cards import CARDS
from mnlint.settle.changed import Touches
from mnlint.settle.comments import Silencing, speaks
from mnlint.settle.doubts import doubts_of
from mnlint.settle.findings import Draft, draft_of_judgement, draft_of_notice, identity_of, merged

if TYPE_CHECKING:
    from mnlint.model.change import NetworkChange

__all__ = [
    "CARDS",
    "Silencing",
    "settle",
    "speaks",
]

_WITH_CARD = frozenset(card.id for card in CARDS)


def settle(
    outcomes: Iterable[Outcome],
    cards: Sequence[Card],
    changes: Sequence[NetworkChange] | None = None,
    silencing: Silencing | None = None,
    baseline: Baseline | None = None,
) -> Report:
    """The report of all roots' outcomes. `cards` are those of the policies that ran; our own are added if missing.
    `changes` is how networks differ from a base revision, if there is one; what plans say comes to it.

    Violations become findings, one for each policy, place and message, however many roots or callers show it; doubts
    are grouped by cause; notices about inputs become findings, too, and only those about the run stay notices.
    """
    ordered = sorted(outcomes, key=lambda outcome: outcome.root)
    whole = all(outcome.whole for outcome in ordered)
    sources: dict[str, Source] = {}
    for outcome in ordered:
        sources.update(outcome.sources)
    failed = [
        (o, draft_of_judgement(j, sources, several=len(o.deployments) > 1))
        for o in ordered
        for j in o.judgements
        if j.verdict is Verdict.FAIL
    ]
    drafts = [draft for _, draft in failed]
    about_inputs: dict[tuple[str, str, object], Draft] = {}
    about_the_run: dict[Notice, None] = {}
    if any(outcome.compiled_from for outcome in ordered):
        from mnlint.settle.twins import joined

        drafts, differing = joined(failed, {outcome.root: outcome for outcome in ordered})
        about_the_run |= dict.fromkeys(differing)
    for outcome in ordered:
        for notice in outcome.notices:
            if notice.code in _WITH_CARD:
                draft = draft_of_notice(notice, outcome)
                about_inputs.setdefault((notice.code, notice.message, draft.primary.span), draft)
            else:
                about_the_run[notice] = None
    all_cards = {card.id: card for card in (*CARDS, *cards)}
    silencing = silencing or Silencing()
    touches = Touches(silencing.changed, sources)
    found = [*drafts, *about_inputs.values()]
    if any(outcome.comments for outcome in ordered):
        from mnlint.settle.suppress import suppress

        found = suppress(found, ordered, all_cards, sources, silencing)
    findings = merged(touches.drafts(found))
    left = None
    if baseline is not None:
        from mnlint.settle.baseline import mark

        undecided = {identity_of(j, sources) for o in ordered for j in o.judgements if j.verdict is Verdict.UNKNOWN}
        asked = silencing.looked_at if whole and silencing.changed is None else _never
        marked = mark(findings, baseline, all_cards, undecided, silencing.today, asked)
        findings, left = marked.findings, marked.left
        about_the_run |= dict.fromkeys(marked.notices)
    here = tuple(finding for finding in findings if finding.touched)
    waiting, away = touches.undecided(ordered)
    return Report(
        findings=here,
        doubts=doubts_of(waiting, sources),
        notices=tuple(sorted(about_the_run, key=_notice_order)),
        cards=tuple(card for _, card in sorted(all_cards.items())),
        coverage=_sum(outcome.coverage for outcome in ordered),
        sources=sources,
        baseline=left,
        elsewhere=len(findings) - len(here) + away,
        changes=_all_changes(ordered, changes),
        whole=whole,
    )


def _all_changes(
    outcomes: Iterable[Outcome], changes: Sequence[NetworkChange] | None
) -> tuple[NetworkChange, ...] | None:
    """Each change once, those of plans first; None if there is nothing to compare with."""
    by_plans = [outcome.changes for outcome in outcomes if outcome.changes is not None]
    if changes is None and not by_plans:
        return None
    return tuple(dict.fromkeys([*(change for plan in by_plans for change in plan), *(changes or ())]))


def _never(_: str) -> bool:
    return False


def _notice_order(notice: Notice) -> tuple[str, str, str, int]:
    place = notice.place
    return notice.code, notice.message, place.span.file if place else "", place.span.start if place else 0


def _sum(coverages: Iterable[Coverage]) -> Coverage:
    numbers: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for one in coverages:
        for name in ("seen", "read", "networks", "decided", "by_default", "undecided"):
            numbers[name] += getattr(one, name)
        skipped.update(one.skipped)
    return Coverage(**numbers, skipped=dict(sorted(skipped.items())))
