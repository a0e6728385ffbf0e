"""The report as SARIF 2.1.0, in the form that code scanning takes: one run, finished messages, relative places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby

import mnlint
from mnlint.model.digest import sha256
from mnlint.model.finding import Card, Doubt, Finding, Notice, Place, Report
from mnlint.model.limits import RESULTS
from mnlint.model.text import Source
from mnlint.model.typing import Final
from mnlint.reports import escape, sarif_rules
from mnlint.reports.regions import Regions

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, object]
# Of some cards, and the names of the catalogues, the rules that somebody has at hand, by id.
Ready = Callable[[Sequence[Card], Sequence[str]], Mapping[str, escape.Inline]]

# How the words of a related place begin; what follows is a name, and becomes the link.
_BEFORE_NAMES: Final = ("by way of ", "in ")


def render(
    report: Report,
    *,
    category: str = "",
    include: Collection[str] = (),
    max_results: int = RESULTS,
    ready: Ready = lambda cards, catalogues: {},
) -> str:
    """The report as a SARIF log. `category` tells several uploads for one commit apart; code scanning sets its own.

    `include` may hold `suppressed` and `undecided`, for consumers that understand them: code scanning makes alerts of
    both. Of more than `max_results` findings the worst are written. Rules that are `ready` are not made again.
    """
    cards, catalogues = report.cards, sarif_rules.taxonomies(report.cards)
    names = sarif_rules.names(catalogues)
    at_hand = ready(cards, names)
    findings, left_out = _chosen(report.findings, "suppressed" in include, max_results)
    open_ones = report.doubts if "undecided" in include else ()
    regions = Regions(report.sources)
    driver: Json = {
        "name": "mnlint",
        "fullName": "mnlint, a linter for the managed virtual networks of Azure AI and Azure Machine Learning",
        "semanticVersion": mnlint.__version__,
        "informationUri": sarif_rules.INFORMATION,
        "rules": [at_hand.get(card.id) or sarif_rules.rule(card, names) for card in cards],
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(report, left_out, regions)],
        "results": [
            *_results(findings, cards, report.sources, regions, suppressions="suppressed" in include),
            *_open(open_ones, cards, report.sources, regions, suppressions="suppressed" in include),
        ],
    }
    if catalogues:
        driver["supportedTaxonomies"] = [{"name": name, "index": at} for at, name in enumerate(names)]
        run["taxonomies"] = catalogues
    if report.changes:
        from mnlint.reports import changes

        changed = [changes.data(one, report.sources, escape.terminal) for one in report.changes]
        run["properties"] = {"networkChanges": changed}
    if category:
        run["automationDetails"] = {"id": f"{category}/"}
    return escape.document({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _chosen(findings: Sequence[Finding], suppressed: bool, most: int) -> tuple[list[Finding], int]:
    """The findings to write, the worst ones if there are too many, and how many are left out."""
    # Those suppressed come only if they are asked for: code scanning shows them as open alerts.
    standing = [finding for finding in findings if suppressed or finding.suppressed is None]
    worst = sorted(range(len(standing)), key=lambda at: -standing[at].severity)[:most]
    return [standing[at] for at in sorted(worst)], len(standing) - len(worst)


def _results(
    findings: Sequence[Finding],
    cards: Sequence[Card],
    sources: Mapping[str, Source],
    regions: Regions,
    *,
    suppressions: bool,
) -> Iterator[Json]:
    index = {card.id: at for at, card in enumerate(cards)}
    hashes = _hashes(findings, sources)
    for finding in findings:
        linked = [place for place in finding.related if place.span.file in sources]
        result: Json = {
            "ruleId": finding.policy,
            "ruleIndex": index[finding.policy],
            "level": finding.severity.level,
            "message": {"text": _text(finding, linked)},
            "locations": [{"physicalLocation": regions.location(finding.primary.span)}],
            "partialFingerprints": {
                "primaryLocationLineHash": hashes[_line(finding.primary, sources)],
                "mnlint/v1": finding.fingerprint,
            },
        }
        if linked:
            result["relatedLocations"] = [
                {
                    "id": number,
                    "message": {"text": escape.message(place.says)},
                    "physicalLocation": regions.location(place.span),
                }
                for number, place in enumerate(linked, 1)
            ]
        if suppressions:  # all results have them, or none
            result["suppressions"] = _suppressions(finding)
        yield result


def _suppressions(finding: Finding) -> list[Json]:
    silenced = finding.suppressed
    if silenced is None:
        return []
    said: Json = {"kind": "external" if silenced.place is None else "inSource", "status": "accepted"}
    if silenced.reason:
        said["justification"] = escape.message(silenced.reason)
    return [said]


def _open(
    doubts: Sequence[Doubt],
    cards: Sequence[Card],
    sources: Mapping[str, Source],
    regions: Regions,
    *,
    suppressions: bool,
) -> Iterator[Json]:
    """A result of kind `open` for each policy that waits for a value: there is not enough information."""
    index = {card.id: at for at, card in enumerate(cards)}
    seen: Counter[str] = Counter()
    for doubt in doubts:
        for policy in sorted({policy for policy, _ in doubt.judgements}):
            subjects = sorted({subject for waiting, subject in doubt.judgements if waiting == policy})
            words = f"Not decided for {', '.join(subjects)}: {doubt.place.says}. {doubt.remedy}"
            identity = f"{policy}\0{doubt.place.span.file}\0{doubt.place.says}"
            seen[identity] += 1
            line = _line(doubt.place, sources)
            from mnlint.reports.linehash import line_hashes

            hashes = line_hashes(sources[line[0]].text if line[0] in sources else "", {line[1]})
            made: Json = {
                "ruleId": policy,
                "ruleIndex": index[policy],
                "kind": "open",
                "level": "none",
                "message": {"text": _sentence(escape.message(words))},
                "locations": [{"physicalLocation": regions.location(doubt.place.span)}],
                "partialFingerprints": {
                    "primaryLocationLineHash": hashes[line[1]],
                    "mnlint/v1": sha256(f"{identity}\0{seen[identity]}".encode("utf-8", "replace"))[:16],
                },
            }
            yield made | ({"suppressions": []} if suppressions else {})


def _text(finding: Finding, linked: Sequence[Place]) -> str:
    """The alert's title, then the way in links; what is in no file at hand (an earlier revision) in words alone."""
    numbers = {id(place): number for number, place in enumerate(linked, 1)}
    parts = []
    for before, places in groupby(finding.related, key=_before):
        names = [(escape.message(place.says[len(before) :]), place) for place in places]
        parts.append(
            before
            + ", ".join(
                f"[{name}]({numbers[id(place)]})"
                if id(place) in numbers
                else f"{name} ({escape.message(place.span.file)})"
                for name, place in names
            )
        )
    title, way = _sentence(escape.message(finding.message)), ", ".join(parts)
    return f"{title} {way[0].upper()}{way[1:]}." if way else title


def _before(place: Place) -> str:
    return next((words for words in _BEFORE_NAMES if place.says.startswith(words)), "")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _line(place: Place, sources: Mapping[str, Source]) -> tuple[str, int]:
    source = sources.get(place.span.file)
    return place.span.file, source.line_column(place.span.start)[0] if source else 1


def _hashes(findings: Sequence[Finding], sources: Mapping[str, Source]) -> dict[tuple[str, int], str]:
    """GitHub's fingerprints of the lines of findings, each file looked at once; an unread file counts as empty."""
    asked: dict[str, set[int]] = {}
    for finding in findings:
        file, line = _line(finding.primary, sources)
        asked.setdefault(file, set()).add(line)
    if not asked:
        return {}
    from mnlint.reports.linehash import line_hashes

    return {
        (file, line): value
        for file, lines in asked.items()
        for line, value in line_hashes(sources[file].text if file in sources else "", lines).items()
    }


def _invocation(report: Report, left_out: int, regions: Regions) -> Json:
    notifications = [_doubt(doubt, regions) for doubt in report.doubts]
    notifications += [_notice(notice, regions) for notice in report.notices]
    if left_out:
        notifications.append(capped(left_out))
    # False marks the whole upload as failed, and so does, by the standard, a notification of level error: both are for
    # faults of our own. What is wrong with an input is a result.
    invocation: Json = {"executionSuccessful": not any(notice.level == "error" for notice in report.notices)}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    return invocation


def capped(left_out: int) -> Json:
    """What there is to say of findings that are too many."""
    words = f"{left_out} findings are left out: those written are the worst ones (--max-results)."
    return {"level": "note", "descriptor": {"id": "capped"}, "message": {"text": words}}


def _doubt(doubt: Doubt, regions: Regions) -> Json:
    policies = sorted({policy for policy, _ in doubt.judgements})
    subjects = sorted({subject for _, subject in doubt.judgements})
    what = f"{', '.join(policies)} of {', '.join(subjects)}"
    return {
        "level": "note",
        "descriptor": {"id": "undecided"},
        "message": {
            "text": f"{escape.message(doubt.place.says)}. Not decided: {escape.message(what)}. "
            f"Remedy: {_sentence(escape.message(doubt.remedy))}"
        },
        "locations": [{"physicalLocation": regions.location(doubt.place.span)}],
        "properties": {"cause": doubt.cause.cause.name, "policies": policies},
    }


def _notice(notice: Notice, regions: Regions) -> Json:
    said: Json = {
        "level": notice.level,
        "descriptor": {"id": escape.message(notice.code)},
        "message": {"text": _sentence(escape.message(notice.message))},
    }
    if notice.place:
        said["locations"] = [{"physicalLocation": regions.location(notice.place.span)}]
    return said
