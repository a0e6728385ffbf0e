"""The report as JUnit's XML: a test for each policy, failed, skipped where it is undecided, or passed.

https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mnlint.model.finding import Doubt, Finding, Report
from mnlint.model.typing import Final
from mnlint.reports import escape, severest, text

NAME: Final = "mnlint"


def render(report: Report) -> str:
    """One suite. A policy with findings has a failure for each; a policy that waits for a value never has passed."""
    findings: dict[str, list[Finding]] = {}
    for finding in severest.standing(report):
        findings.setdefault(finding.policy, []).append(finding)
    doubts: dict[str, list[Doubt]] = {}
    for doubt in report.doubts:
        for policy in dict.fromkeys(policy for policy, _ in doubt.judgements):
            doubts.setdefault(policy, []).append(doubt)
    suite = Element("testsuite", name=NAME)
    skipped = 0
    for card in report.cards:
        case = SubElement(suite, "testcase", classname=NAME, name=escape.xml(f"{card.id} {card.name}"))
        if card.id in findings:
            _failures(case, findings[card.id], report)
        elif card.id in doubts:
            skipped += 1
            words = "; ".join(f"{text.at(d.place, report.sources)} {d.place.says}" for d in doubts[card.id])
            SubElement(case, "skipped", message=escape.xml(f"not decided: {words}"))
    errors = [notice for notice in report.notices if notice.level == "error"]
    for notice in errors:
        case = SubElement(suite, "testcase", classname=NAME, name=escape.xml(notice.code))
        SubElement(case, "error", message=escape.xml(notice.message))
    suite.attrib |= {
        "tests": str(len(suite)),
        "failures": str(sum(len(of) for of in findings.values())),
        "errors": str(len(errors)),
        "skipped": str(skipped),
    }
    indent(suite)
    body: bytes = tostring(suite, encoding="us-ascii")
    return f'<?xml version="1.0" encoding="US-ASCII"?>\n{body.decode()}\n'


def _failures(case: Element, findings: Sequence[Finding], report: Report) -> None:
    for finding in findings:
        at = text.at(finding.primary, report.sources)
        failure = SubElement(case, "failure", type=finding.severity.level, message=escape.xml(finding.message))
        failure.text = escape.xml(f"{at}: {finding.message}")
