"""Which findings a report with room for a few takes: those that stand, the worst first."""

from __future__ import annotations

from mnlint.model.finding import Finding, Report


def standing(report: Report) -> list[Finding]:
    """The findings that nobody has silenced, the worst first, and of equals those that come first in the files."""
    return sorted((f for f in report.findings if f.suppressed is None), key=lambda f: -f.severity)


def summary(findings: int, undecided: int) -> str:
    """`3 findings and 2 checks not decided`, or what of it there is; empty if there is nothing."""
    parts = []
    if findings:
        parts.append(f"{findings} more finding{'s' if findings > 1 else ''}")
    if undecided:
        parts.append(f"{undecided} check{'s' if undecided > 1 else ''} not decided")
    return " and ".join(parts)


def undecided(report: Report) -> int:
    """How many checks are not decided."""
    return len({judgement for doubt in report.doubts for judgement in doubt.judgements})
