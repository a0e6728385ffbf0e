"""The report as a JSON document, version 1: columns in code points from 1, everything in the report's own order.

Members may come to it within a version; none goes, and none changes its meaning. `changes` is null where there is
nothing to compare with; else it holds each network that differs from what it was:

* `network` its name, `family` workspace or foundry, `change` added, removed or changed, `sure` false of one that may be
  new or gone, `mode` its isolation mode in words; `file` and `line` where it is now, `before` where it was, in words,
  and `parameters` the parameter file;
* `settings` and `rules` that differ, with `before` and `after` in words, null where there is nothing; `sure` is false
  of what may have changed. A rule is known by its name;
* `monthlyCost`: `before`, `after` and how much `more` that is, each from `low` to `high`, as texts; null is no bound,
  or, of all of `before` or `after`, no network. `basis` says whose prices those are; charges for data are not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mnlint
from mnlint.model.finding import Coverage, Doubt, Finding, Notice, Place, Report, Suppression
from mnlint.model.text import Source
from mnlint.model.typing import TYPE_CHECKING, Final
from mnlint.reports import escape

if TYPE_CHECKING:
    from mnlint.model.change import NetworkChange

VERSION: Final = 1

Json = dict[str, object]


def render(report: Report) -> str:
    """The report as JSON in ASCII, indented by 2. Places in files without text have their file alone."""
    names = {card.id: card.name for card in report.cards}
    sources = report.sources
    return escape.document(
        {
            "version": VERSION,
            "tool": {"name": "mnlint", "version": mnlint.__version__},
            "findings": [_finding(finding, names, sources) for finding in report.findings],
            "doubts": [_doubt(doubt, sources) for doubt in report.doubts],
            "notices": [_notice(notice, sources) for notice in report.notices],
            "coverage": _coverage(report.coverage),
            "changes": None if report.changes is None else _changes(report.changes, sources),
        }
    )


def _changes(changed: Sequence[NetworkChange], sources: Mapping[str, Source]) -> list[Json]:
    from mnlint.reports import changes  # with prices: few runs compare

    return [changes.data(one, sources) for one in changed]


def _finding(finding: Finding, names: Mapping[str, str], sources: Mapping[str, Source]) -> Json:
    return {
        "policy": finding.policy,
        "name": names.get(finding.policy, ""),
        "severity": finding.severity.level,
        "message": finding.message,
        "help": finding.help,
        "subject": finding.subject,
        "place": _place(finding.primary, sources),
        "related": [_place(place, sources) for place in finding.related],
        "fingerprint": finding.fingerprint,
        "instances": finding.instances,
        "suppressed": _suppressed(finding.suppressed, sources),
    }


def _suppressed(suppression: Suppression | None, sources: Mapping[str, Source]) -> Json | None:
    if suppression is None:
        return None
    place = suppression.place
    return {
        "reason": suppression.reason,
        "until": suppression.until,
        "place": None if place is None else _place(place, sources),
    }


def _doubt(doubt: Doubt, sources: Mapping[str, Source]) -> Json:
    return {
        "cause": doubt.cause.cause.name,
        "label": doubt.cause.label,
        "says": doubt.place.says,
        "remedy": doubt.remedy,
        "place": _place(doubt.place, sources),
        "judgements": [{"policy": policy, "subject": subject} for policy, subject in doubt.judgements],
    }


def _notice(notice: Notice, sources: Mapping[str, Source]) -> Json:
    return {
        "level": notice.level,
        "code": notice.code,
        "message": notice.message,
        "place": None if notice.place is None else _place(notice.place, sources),
    }


def _coverage(coverage: Coverage) -> Json:
    return {
        "files_seen": coverage.seen,
        "files_read": coverage.read,
        "files_skipped": dict(coverage.skipped),
        "networks": coverage.networks,
        "decided": coverage.decided,
        "by_default": coverage.by_default,
        "undecided": coverage.undecided,
    }


def _place(place: Place, sources: Mapping[str, Source]) -> Json:
    span, source = place.span, sources.get(place.span.file)
    line, column = source.line_column(span.start) if source else (None, None)
    end_line, end_column = source.line_column(span.end) if source else (None, None)
    return {
        "file": span.file,
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
        "says": place.says,
    }
