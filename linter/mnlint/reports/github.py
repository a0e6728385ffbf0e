"""The report as annotations of a GitHub workflow: the ten worst, since a step shows no more, and a notice on the rest.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from mnlint.model.finding import Finding, Report
from mnlint.model.typing import Final
from mnlint.reports import escape, severest

MOST: Final = 10  # of one kind and step; what is more is dropped without a word
_KINDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """A command for each finding, and nothing at all where there is nothing to say."""
    findings = severest.standing(report)
    names = {card.id: card.name for card in report.cards}
    lines = [_annotation(finding, names.get(finding.policy, ""), report) for finding in findings[:MOST]]
    rest = severest.summary(len(findings) - len(lines), severest.undecided(report))
    if rest:
        lines.append(f"::notice title=mnlint::{escape.github(rest)}: the log and the other reports have them")
    lines += [
        f"::{_KINDS[n.level]} title=mnlint {escape.github_property(n.code)}::{escape.github(n.message)}"
        for n in report.notices
    ]
    return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding, name: str, report: Report) -> str:
    span, source = finding.primary.span, report.sources.get(finding.primary.span.file)
    properties = {"file": span.file}
    if source is not None:
        line, column = source.line_column(span.start)
        end_line, end_column = source.line_column(span.end)
        properties |= {"line": str(line), "endLine": str(end_line)}
        if line == end_line:  # columns of several lines are refused
            properties |= {"col": str(column), "endColumn": str(end_column)}
    properties["title"] = f"{finding.policy} {name}".strip()
    listed = ",".join(f"{key}={escape.github_property(value)}" for key, value in properties.items())
    return f"::{_KINDS[finding.severity.level]} {listed}::{escape.github(finding.message)}"
