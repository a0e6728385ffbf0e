"""The report as a page of Markdown: a comment on a pull request, or the summary of a workflow."""

from __future__ import annotations

from mnlint.model.change import NetworkChange
from mnlint.model.finding import Card, Doubt, Finding, Place, Report
from mnlint.model.typing import Final
from mnlint.reports import changes, escape, severest, text

MOST: Final = 60_000  # characters: a comment on GitHub may have 65,536, and a summary that is too long is dropped whole


def render(report: Report) -> str:
    """A heading, findings with the worst first, what is undecided, and what was looked at.

    Whatever comes from an input stands in a span of code, where no link, mention or image is one.
    """
    findings = severest.standing(report)
    cards = {card.id: card for card in report.cards}
    page = _Page()
    closing = text.closing(report)
    page.add("### mnlint: managed networks", always=True)
    if report.changes:
        page.add(f"#### Changed: {text.count(len(report.changes), 'managed network')}")
        page.items("networks", [_change(change, report) for change in report.changes])
    page.items("findings", [_finding(f, cards.get(f.policy), report) for f in findings])
    if report.doubts:
        checks = severest.undecided(report)
        page.add(
            f"#### Not decided: {text.count(checks, 'check')} for want of {text.count(len(report.doubts), 'value')}"
        )
        page.items("values", [_doubt(doubt, report) for doubt in report.doubts])
    page.items("notices", [f"- **{n.level}** {escape.code(f'{n.code}: {n.message}')}" for n in report.notices])
    page.add(escape.code(closing), always=True)
    return page.text()


class _Page:
    """Blocks of Markdown up to MOST characters."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.left = MOST

    def add(self, block: str, *, always: bool = False) -> bool:
        """Whether there was room for a block."""
        fits = always or len(block) + 2 <= self.left
        if fits:
            self.blocks.append(block)
            self.left -= len(block) + 2
        return fits

    def items(self, what: str, items: list[str]) -> None:
        """A list, cut with a word on how many are left out."""
        room, kept = self.left - 1000, 0
        while kept < len(items) and len(items[kept]) + 1 <= room:
            room -= len(items[kept]) + 1
            kept += 1
        if kept:
            self.add("\n".join(items[:kept]))
        if kept < len(items):
            self.add(f"… and {len(items) - kept} more {what}: they are in the other reports.", always=True)

    def text(self) -> str:
        return "\n\n".join(self.blocks) + "\n"


def _change(change: NetworkChange, report: Report) -> str:
    """What became of a network: its name and place, and a line for each setting and rule that is another one now."""
    head = changes.headline(change)
    at = f" at {escape.code(text.at(Place(change.place, ''), report.sources))}" if change.place is not None else ""
    lines = [(f"`{line.sign}` " if line.sign else "") + escape.code(line.words) for line in changes.lines(change)]
    return "\n".join([f"- `{head.sign}` **{escape.code(head.words)}**{at}", *(f"  - {line}" for line in lines)])


def _finding(finding: Finding, card: Card | None, report: Report) -> str:
    link = next((found for address in card.see if (found := escape.web(address)) is not None), None) if card else None
    policy = f"{escape.code(finding.policy)} {escape.code(card.name)}" if card else escape.code(finding.policy)
    named = f"[{policy}]({link})" if link else policy
    at = escape.code(text.at(finding.primary, report.sources))
    return f"- **{finding.severity.level}** {named} at {at}<br>{escape.code(finding.message)}"


def _doubt(doubt: Doubt, report: Report) -> str:
    at = escape.code(text.at(doubt.place, report.sources))
    policies = sorted({policy for policy, _ in doubt.judgements})
    says = escape.code(f"{doubt.place.says}: {doubt.remedy}")
    wait = "waits" if len(policies) == 1 else "wait"
    return f"- {at} {says}<br>{', '.join(map(escape.code, policies))} {wait} for it"
