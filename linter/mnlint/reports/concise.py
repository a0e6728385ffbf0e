"""The report as one line a finding, `path:line:col: error MN001 message`: what problem matchers and editors read."""

from __future__ import annotations

from mnlint.model.finding import Place, Report
from mnlint.reports import escape, text


def render(report: Report) -> str:
    """Findings, then what is undecided, then notices, then the line on what was looked at; not what is suppressed."""
    seen = [finding for finding in report.findings if finding.suppressed is None]
    lines = [
        f"{at_start(f.primary, report)}: {f.severity.level} {escape.terminal(f.policy)} {escape.terminal(f.message)}"
        for f in seen
    ]
    for doubt in report.doubts:
        policies = " ".join(sorted({escape.terminal(policy) for policy, _ in doubt.judgements}))
        says = f"{escape.terminal(doubt.place.says)} ({escape.terminal(doubt.remedy)})"
        lines.append(f"{at_start(doubt.place, report)}: undecided {policies} {says}")
    for notice in report.notices:
        at = f"{at_start(notice.place, report)}: " if notice.place else "mnlint: "
        lines.append(f"{at}{notice.level} {escape.terminal(notice.code)} {escape.terminal(notice.message)}")
    lines.append(text.closing(report))
    return "\n".join(lines) + "\n"


def at_start(place: Place, report: Report) -> str:
    """A place as the beginning of a line: a file may be called like a command, which counts only there."""
    words = text.at(place, report.sources)
    return words if words[:1].isalnum() or words[:1] in "._" else f"./{words}"
