"""The report as GitLab's Code Quality: what a merge request shows beside its lines.

https://docs.gitlab.com/ci/testing/code_quality/
"""

from __future__ import annotations

from mnlint.model.finding import Finding, Report
from mnlint.model.typing import Final
from mnlint.reports import escape, severest

_SEVERITIES: Final = {"error": "critical", "warning": "major", "note": "info"}


def render(report: Report) -> str:
    """A JSON list in ASCII without what is suppressed. Code Quality has no word for what is undecided."""
    return escape.document([_entry(finding, report) for finding in severest.standing(report)])


def _entry(finding: Finding, report: Report) -> dict[str, object]:
    span, source = finding.primary.span, report.sources.get(finding.primary.span.file)
    first = source.line_column(span.start)[0] if source else 1
    return {
        "description": escape.terminal(finding.message),
        "check_name": finding.policy,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity.level],
        "location": {"path": span.file, "lines": {"begin": first}},
    }
