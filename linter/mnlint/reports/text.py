"""The report for people at a terminal and in a build log; no line of it begins with words from an input."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from mnlint.model.finding import Card, Doubt, Finding, Notice, Place, Report, Severity
from mnlint.model.pattern import pattern
from mnlint.model.text import Source
from mnlint.model.typing import TYPE_CHECKING, Final
from mnlint.reports import cells, escape
from mnlint.reports.excerpt import excerpt

if TYPE_CHECKING:
    from mnlint.model.change import NetworkChange

WIDE: Final = 80  # columns of prose
FIX: Final = 160  # characters of a card's fix that still are a help and not a page
SUBJECTS: Final = 6  # that are named in one doubt
_PAINTED: Final = pattern("(\x1b\\[[0-9;]*m)([^\x1b]*)\x1b\\[0m")
_CODE: Final = pattern(r" *+[0-9]*+ *+\|")  # a line of a file, and the marks under it
_COLOURS: Final = {"error": "1;31", "warning": "1;33", "note": "1;36"}

Sources = Mapping[str, Source]


def render(
    report: Report, *, color: bool = False, show_suppressed: bool = False, quiet: bool = False, wide: int = 0
) -> str:
    """The report as text: findings, what changed, what is not decided, notices, and one line on what was looked at.

    What is silenced is counted, and listed only if it is asked for. If `quiet`, there are findings, or nothing. For a
    terminal so many columns `wide` long lines are folded between words; in a log each thing has one line.
    """
    cards = {card.id: card for card in report.cards}
    seen = [finding for finding in report.findings if finding.suppressed is None]
    blocks = ["\n".join(_finding(finding, cards.get(finding.policy), report.sources, color)) for finding in seen]
    if quiet:
        return _joined(blocks, wide)
    if report.changes:
        blocks.append("\n".join(_changes(report.changes, report.sources)))
    if report.doubts:
        blocks.append("\n".join(_doubts(report.doubts, report.sources)))
    blocks += ["\n".join(_notice(notice, report.sources, color)) for notice in report.notices]
    silenced = [finding for finding in report.findings if finding.suppressed is not None]
    if show_suppressed and silenced:
        blocks.append("\n".join(_silenced(silenced, report.sources)))
    blocks.append(closing(report))
    return _joined(blocks, wide)


def _joined(blocks: list[str], wide: int) -> str:
    lines = "\n\n".join(blocks).split("\n")
    folded = [part for line in lines for part in (_folded(line, wide) if wide else [line])]
    return "\n".join(folded) + "\n" if blocks else ""


def _folded(line: str, wide: int) -> list[str]:
    """A line in parts that fit, the later ones further in; code and what is marked in it stay as they are."""
    painted = _PAINTED.match(line)
    bare = painted[2] + line[painted.end() :] if painted else line
    if cells.width(bare) <= wide or _CODE.match(bare):
        return [line]
    indent = bare[: len(bare) - len(bare.lstrip())]
    first, *others = cells.wrap(bare, wide - len(indent) - 4)
    if painted:
        first = painted[0] + first[len(painted[2]) :]
    # A line that begins with a command would be one to an agent that gives us a terminal.
    return [indent + first, *(f"{indent}    {'| ' if more[:1] in ':#' else ''}{more}" for more in others)]


def _finding(finding: Finding, card: Card | None, sources: Sources, color: bool) -> Iterator[str]:
    level, policy = finding.severity.level, escape.terminal(finding.policy)
    yield f"{_paint(f'{level}[{policy}]', level, color)}: {escape.terminal(finding.message)}"
    source = sources.get(finding.primary.span.file)
    shown = excerpt(source, finding.primary.span) if source else None
    margin = " " * (len(str(shown.number)) if shown else 1)
    yield f"{margin} --> {at(finding.primary, sources)}"
    if shown:
        yield f"{margin}  |"
        yield f" {shown.number} | {shown.line}"
        yield f"{margin}  | {shown.indent}{_paint(shown.marks, level, color)}"
    says = [cells.fit(escape.terminal(place.says), 72) for place in finding.related]
    column = max([40, *map(cells.width, says)])
    for words, place in zip(says, finding.related, strict=True):
        yield f"{margin}  = {cells.pad(words, column)}  {at(place, sources)}"
    if finding.instances > 1:
        yield f"{margin}  = instances: {finding.instances}"
    yield from _help(finding.help or (_brief(card.fix) if card else ""), margin)
    yield f"{margin}  = docs: mnlint explain {policy}"


def _help(words: str, margin: str) -> Iterator[str]:
    """Prose wrapped; text of several lines as it is, for it is there to be pasted."""
    lines = words.strip("\n").splitlines()
    wrapped = lines if len(lines) > 1 else cells.wrap(words, WIDE - len(margin) - len("  = help: "))
    for at, line in enumerate(wrapped):
        # A bar and not only blanks in front of the next lines: build agents look at what follows the blanks.
        text = escape.terminal(line.replace(cells.TAB, cells.BLANKS))
        yield f"{margin}  {'|      ' if at else '= help:'} {text}".rstrip()


def _brief(fix: str) -> str:
    """The first sentences of a fix: one in any case, more as long as they are short."""
    first, *others = re.split(r"(?<=[.!?])\s+", " ".join(fix.split()))
    for sentence in others:
        if len(first) + len(sentence) > FIX:
            break
        first += " " + sentence
    return first


def _changes(changed: tuple[NetworkChange, ...], sources: Sources) -> Iterator[str]:
    from mnlint.model.cost import Range
    from mnlint.reports import changes

    yield f"changed: {count(len(changed), 'managed network')}"
    for change in changed:
        head, place, was = changes.headline(change), change.place, escape.terminal(change.where)
        name = escape.terminal(head.words)
        now = f"  --> {at(Place(place, ''), sources)}" if place is not None else f"  was {was}" if was else ""
        now += f", perhaps what was {was}" if place is not None and was and not change.sure else ""
        parameters = f" with {escape.terminal(change.deployment)}" if change.deployment else ""
        yield f"  {head.sign} {name}{now}{parameters}"
        for line in changes.lines(change):
            first, *others = cells.wrap(escape.terminal(line.words), WIDE - len("  |   + "))
            yield f"  |   {line.sign or ' '} {first}"
            yield from (f"  |       {more}" for more in others)
    costs = [change.cost for change in changed if change.cost is not None and change.cost.more != Range()]
    if costs:
        basis = ", ".join(dict.fromkeys(part for cost in costs for part in cost.basis))
        words = escape.terminal(f"list prices without charges for data: {basis}")
        first, *others = cells.wrap(words, WIDE - len("  = cost: "))
        yield f"  = cost: {first}"
        yield from (f"  |       {more}" for more in others)


def _doubts(doubts: tuple[Doubt, ...], sources: Sources) -> Iterator[str]:
    checks = len({judgement for doubt in doubts for judgement in doubt.judgements})
    wait = "check waits" if checks == 1 else "checks wait"
    yield f"not decided: {checks} {wait} for {count(len(doubts), 'value')}"
    places = [at(doubt.place, sources) for doubt in doubts]
    says = [cells.fit(escape.terminal(doubt.place.says), 72) for doubt in doubts]
    first, second = min(40, max(map(cells.width, places))), min(60, max(map(cells.width, says)))
    for place, words, doubt in zip(places, says, doubts, strict=True):
        yield f"  --> {cells.pad(place, first)}  {cells.pad(words, second)}  {_waiting(doubt)}"
        yield f"   = help: {escape.terminal(doubt.remedy)}"


def _waiting(doubt: Doubt) -> str:
    subjects: dict[str, list[str]] = {}
    for policy, subject in doubt.judgements:
        subjects.setdefault(subject, []).append(escape.terminal(policy))
    named = [f"{' '.join(policies)} ({cells.fit(escape.terminal(s), 40)})" for s, policies in subjects.items()]
    return ", ".join(named[:SUBJECTS]) + (f" and {len(named) - SUBJECTS} more" if len(named) > SUBJECTS else "")


def _silenced(findings: list[Finding], sources: Sources) -> Iterator[str]:
    yield f"silenced: {count(len(findings), 'finding')}"
    for finding in findings:
        said = f"{escape.terminal(finding.policy)} {escape.terminal(finding.message)}"
        yield f"  --> {at(finding.primary, sources)}  {said}"
        why = finding.suppressed
        if why is not None:
            where = "by the baseline" if why.place is None else f"at {at(why.place, sources)}"
            until = f" until {escape.terminal(why.until)}" if why.until else ""
            reason = f": {escape.terminal(why.reason)}" if why.reason else ""
            yield f"   = {where}{until}{reason}"


def _notice(notice: Notice, sources: Sources, color: bool) -> Iterator[str]:
    code = f"{notice.level}[{escape.terminal(notice.code)}]"
    yield f"{_paint(code, notice.level, color)}: {escape.terminal(notice.message)}"
    if notice.place:
        yield f"  --> {at(notice.place, sources)}"


def closing(report: Report) -> str:
    """One line by which silence can be read: nothing wrong, or nothing seen."""
    coverage = report.coverage
    files = "checked no files"
    if coverage.seen:
        skipped = [f"{number} {escape.terminal(why)}" for why, number in coverage.skipped.items()]
        how = f", {sum(coverage.skipped.values())} skipped: {', '.join(skipped)}" if skipped else ""
        files = f"checked {count(coverage.seen, 'file')} ({coverage.read} read{how})"
    networks = "no managed network was seen"
    if coverage.networks:
        by_default = f", {coverage.by_default} by default only" if coverage.by_default else ""
        settings = f"{count(coverage.decided, 'setting')} decided{by_default}, {coverage.undecided} undecided"
        networks = f"{count(coverage.networks, 'managed network')}: {settings}"
    numbers = Counter(finding.severity for finding in report.findings if finding.suppressed is None)
    found = [
        count(numbers[severity], severity.level) for severity in sorted(Severity, reverse=True) if numbers[severity]
    ]
    counts = found or ["no findings"]
    silenced = Counter(f.suppressed.place is None for f in report.findings if f.suppressed is not None)
    counts += [f"{silenced[False]} suppressed"] * bool(silenced[False])
    counts += [f"{silenced[True]} in the baseline"] * bool(silenced[True])
    counts += [f"{report.elsewhere} not in what has changed"] * bool(report.elsewhere)
    return f"{files}, {networks}; {', '.join(counts)}"


def at(place: Place, sources: Sources) -> str:
    """A place in words; of a file that is not at hand, the file alone."""
    span, source = place.span, sources.get(place.span.file)
    name = escape.terminal(span.file)
    return f"{name}:{':'.join(map(str, source.line_column(span.start)))}" if source else name


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _paint(text: str, level: str, color: bool) -> str:
    return f"\x1b[{_COLOURS[level]}m{text}\x1b[0m" if color and level in _COLOURS else text
