"""What of a report a change has to do with: findings and doubts that come by a changed line, or of a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from mnlint.model.finding import Judgement, Outcome, Verdict
from mnlint.model.record import dataclass, replace
from mnlint.model.text import Source, Span
from mnlint.model.typing import Final
from mnlint.settle.findings import Draft
from mnlint.settle.places import places_of, way_of

OF_FILES: Final = frozenset(("MN910", "MN911", "MN912"))  # whatever changes in a file, it is still broken


@dataclass(frozen=True, slots=True)
class Touches:
    """`is_changed` tells of a place whether it is on a changed line; None if all is asked about."""

    is_changed: Callable[[Span], bool] | None
    sources: Mapping[str, Source]

    def drafts(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """The drafts, each with a word on whether the change has to do with it."""
        if self.is_changed is None:
            return drafts
        return [replace(draft, touched=self._touched(draft)) for draft in drafts]

    def undecided(self, outcomes: Iterable[Outcome]) -> tuple[Sequence[Outcome], int]:
        """The outcomes without the undecided judgements that are apart from the change, and how many those are."""
        ordered = list(outcomes)
        if self.is_changed is None:
            return ordered, 0
        away = 0
        made = []
        for outcome in ordered:
            kept = tuple(j for j in outcome.judgements if j.verdict is not Verdict.UNKNOWN or self._waits(j))
            away += len(outcome.judgements) - len(kept)
            made.append(replace(outcome, judgements=kept))
        return made, away

    def _touched(self, draft: Draft) -> bool:
        if draft.touched is not None:
            return draft.touched
        if draft.policy in OF_FILES:
            source = self.sources.get(draft.primary.span.file)  # what nobody could read may have changed
            return source is None or self._on_a_line([Span(source.file, 0, len(source.text))])
        return self._on_a_line((draft.primary.span, *draft.way(), *draft.twins))

    def _waits(self, judgement: Judgement) -> bool:
        if judgement.touched is not None:
            return judgement.touched
        places = places_of(judgement, self.sources)
        return self._on_a_line((places.primary.span, *way_of(judgement, self.sources)))

    def _on_a_line(self, spans: Iterable[Span]) -> bool:
        return self.is_changed is not None and any(map(self.is_changed, spans))
