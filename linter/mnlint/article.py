"""What the documentation says, from docs/coverage.yaml: its statements, with the policies that stand for them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mnlint.documents import read_first
from mnlint.model.record import dataclass
from mnlint.model.typing import Any, Final

WIDTH: Final = 100
COLUMN: Final = 20  # of the ids: three of them


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page or its readers say, in our words, with the policies for it, or why a template cannot show it."""

    says: str
    under: str  # the heading, or for what users met with its name
    policies: tuple[str, ...] = ()
    because: str | None = None
    page: str | None = None
    sources: tuple[str, ...] = ()  # their names
    entries: tuple[Mapping[str, Any], ...] = ()  # of a change: which dated entries of lists it is about

    def is_about(self, name: str, entry: Mapping[str, Any]) -> bool:
        """Whether this is a change that an entry of the list of that name stands for."""
        return any(
            chosen["list"] == name and all(entry.get(key) == value for key, value in chosen.items() if key != "list")
            for chosen in self.entries
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything that docs/coverage.yaml holds."""

    title: str
    date: str
    headings: tuple[str, ...]
    sources: Mapping[str, str]
    statements: tuple[Statement, ...]
    later: tuple[Statement, ...]
    pitfalls: tuple[Statement, ...]
    changes: tuple[Statement, ...]


def load() -> Coverage:
    """The file that comes along: inside the wheel, or among the documentation of the sources."""
    inside = Path(__file__).parent / "_coverage.yaml"
    raw = read_first(inside if inside.is_file() else Path(__file__).parents[2] / "docs" / "coverage.yaml")
    return Coverage(
        title=raw["article"]["title"],
        date=raw["article"]["date"],
        headings=tuple(raw["headings"]),
        sources=raw["sources"],
        **{name: tuple(map(_statement, raw[name])) for name in ("statements", "later", "pitfalls", "changes")},
    )


def _statement(raw: Mapping[str, Any]) -> Statement:
    return Statement(
        says=raw["says"],
        under=raw.get("heading") or raw.get("id", ""),
        policies=tuple(raw.get("policies", ())),
        because=raw.get("because"),
        page=raw.get("page"),
        sources=tuple(raw.get("source", ())),
        entries=tuple(raw.get("entries", ())),
    )


def table(coverage: Coverage, known: Iterable[str]) -> Iterator[str]:
    """Every statement with its policies, in lines for a terminal; then the policies that are for none, and counts."""
    yield from _part(f"{coverage.title} ({coverage.date})", coverage.statements)
    for page in dict.fromkeys(s.page for s in coverage.later):
        yield from _part(f"Later: {coverage.sources[str(page)]}", [s for s in coverage.later if s.page == page])
    yield from _part("What users met with", coverage.pitfalls, coverage.sources)
    named = {
        name for part in (coverage.statements, coverage.later, coverage.pitfalls) for s in part for name in s.policies
    }
    others = [name for name in known if name not in named]
    if others:
        yield from _row(Statement("They rest on schemas and on our own judgement.", "", tuple(others)))
    for words, part in (
        ("statements of the article", coverage.statements),
        ("statements of later pages", coverage.later),
        ("things that users met with", coverage.pitfalls),
    ):
        shown = sum(bool(s.policies) for s in part)
        yield f"{len(part)} {words}: {shown} with a policy, {len(part) - shown} that a template cannot show"


def _part(title: str, statements: Sequence[Statement], sources: Mapping[str, str] | None = None) -> Iterator[str]:
    yield title
    for heading in dict.fromkeys(s.under for s in statements):
        yield f"  {heading}"
        for statement in statements:
            if statement.under == heading:
                yield from _row(statement)
                yield from (f"    {'':{COLUMN}}  {sources[name]}" for name in statement.sources if sources)
    yield ""


def _row(statement: Statement) -> Iterator[str]:
    """The ids in one column, what is said in the other one, and below it the reason for having none."""
    ids = textwrap.wrap(" ".join(statement.policies) or "-", COLUMN)
    said = textwrap.wrap(statement.says, WIDTH - COLUMN - 6)
    said += [f"({line}" if at == 0 else f" {line}" for at, line in enumerate(_reason(statement))]
    for at in range(max(len(ids), len(said))):
        left, right = (column[at] if at < len(column) else "" for column in (ids, said))
        yield f"    {left:{COLUMN}}  {right}".rstrip()


def _reason(statement: Statement) -> list[str]:
    return textwrap.wrap(f"{statement.because})", WIDTH - COLUMN - 7) if statement.because else []
