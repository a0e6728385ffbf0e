"""How many cases policies have, by language and verdict: the table of `mnlint test --summary`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mnlint.model.finding import Verdict
from mnlint.model.policy import Policy
from mnlint.model.record import dataclass, field
from mnlint.testing import DIALECTS_OF, FILE_OF, Case

VERDICTS = (Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN, Verdict.SKIP)
CANNOT = "-"

Cannot = Mapping[str, Mapping[Verdict, str]]  # the reasons, by language


@dataclass(slots=True)
class Tally:
    """The cases counted so far."""

    policies: dict[str, tuple[Policy, Cannot]] = field(default_factory=dict)
    counts: Counter[tuple[str, str, Verdict]] = field(default_factory=Counter)

    def counting(self, cases: Iterable[Case], cannot: Cannot) -> Iterator[Case]:
        """The same cases, all of one policy, each counted as it passes."""
        for case in cases:
            self.policies[case.policy.id] = case.policy, cannot
            self.counts[case.policy.id, case.language, case.expect] += 1
            yield case

    def lines(self) -> list[str]:
        """A line for each policy, then one for each language."""
        word = "/".join(verdict.value for verdict in VERDICTS)
        rows = [["policy", *FILE_OF, "cases"]]
        rows += [
            [name, *(self._cell(name, language) for language in FILE_OF), str(self._sum(policy=name))]
            for name in sorted(self.policies)
        ]
        sums = [["language", *(verdict.value for verdict in VERDICTS), "cases"]]
        for language in (*FILE_OF, None):
            each = (self._sum(language=language, verdict=verdict) for verdict in VERDICTS)
            sums.append([language or "all", *map(str, each), str(self._sum(language=language))])
        return [f"{word}; {CANNOT} where a language cannot say it", *_table(rows), "", *_table(sums)]

    def _sum(self, policy: str | None = None, language: str | None = None, verdict: Verdict | None = None) -> int:
        wanted = (policy, language, verdict)
        return sum(
            number
            for key, number in self.counts.items()
            if all(part in (None, own) for part, own in zip(wanted, key, strict=True))
        )

    def _cell(self, name: str, language: str) -> str:
        policy, cannot = self.policies[name]
        counts = [self.counts[name, language, verdict] for verdict in VERDICTS]
        if policy.dialects and not set(policy.dialects) & set(DIALECTS_OF[language]):
            return CANNOT
        declared = cannot.get(language, {})
        each = [CANNOT if v in declared else str(n) for v, n in zip(VERDICTS, counts, strict=True)]
        return "/".join(each) if any(counts) else "0"


def _table(rows: list[list[str]]) -> list[str]:
    """Rows with their columns under each other: the first to the left, the numbers to the right."""
    first, *others = ([len(cell) for cell in column] for column in zip(*rows, strict=True))
    widths = [max(first), *(max(column) for column in others)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
