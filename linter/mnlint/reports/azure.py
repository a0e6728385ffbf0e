"""The report as logging commands of Azure Pipelines: an issue for each error and warning, and a step that has issues.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from mnlint.model.finding import Finding, Report, Severity
from mnlint.reports import concise, escape, severest


def render(report: Report) -> str:
    """A command or, for notes and what is undecided, which have none, a line of text for each."""
    findings = severest.standing(report)
    lines = [_line(finding, report) for finding in findings]
    undecided = severest.undecided(report)
    if undecided:
        lines.append(f"mnlint: {severest.summary(0, undecided)}; the text report names the values that are missing")
    lines += [f"mnlint: {n.level} {escape.terminal(n.code)} {escape.terminal(n.message)}" for n in report.notices]
    if any(finding.severity > Severity.NOTE for finding in findings):
        lines.append("##vso[task.complete result=SucceededWithIssues;]mnlint has findings")
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding, report: Report) -> str:
    if finding.severity is Severity.NOTE:
        at = concise.at_start(finding.primary, report)
        return f"{at}: note {escape.terminal(finding.policy)} {escape.terminal(finding.message)}"
    span, source = finding.primary.span, report.sources.get(finding.primary.span.file)
    properties = {"type": finding.severity.level, "sourcepath": span.file}
    if source is not None:
        line, column = source.line_column(span.start)
        properties |= {"linenumber": str(line), "columnnumber": str(column)}
    properties["code"] = finding.policy
    listed = "".join(f"{key}={escape.azure_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {listed}]{escape.azure(finding.message)}"
