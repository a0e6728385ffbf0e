"""Azure's own lists as plain tables, and what of them, and of policies, holds at a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnlint.documents import DocumentError, read_documents

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry that was not always so, or is so no more, with its list's name and the addresses of its sources."""

    name: str  # of its list
    entry: Mapping[str, Any]
    sources: Mapping[str, str]

    @property
    def days(self) -> list[str]:
        """The days on which it comes and goes."""
        return [self.entry[word] for word in ("since", "until") if word in self.entry]


def load(folder: Path, as_of: str | None = None) -> Tables:
    """Every list of a folder by its name; `as_of` is an ISO date, None the newest state."""
    tables: dict[str, Sequence[Mapping[str, Any]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        documents = read_documents(path)
        table = documents[0] if documents else None
        if not isinstance(table, dict) or not isinstance(table.get("entries"), list) or "list" not in table:
            raise DocumentError(str(path), 1, 1, "a list needs `list:` with its name and `entries:`")
        entries = [e for e in table["entries"] if isinstance(e, dict)]
        tables[str(table["list"])] = [e for e in entries if holds(e.get("since"), e.get("until"), as_of)]
    return tables


def dated(folder: Path) -> list[Dated]:
    """Every entry with a date, list by list."""
    tables = [read_documents(path)[0] for path in sorted(folder.glob("*.yaml"))]
    return [
        Dated(table["list"], entry, {name: table["sources"][name] for name in entry.get("source", ())})
        for table in tables
        for entry in table["entries"]
        if "since" in entry or "until" in entry
    ]


def checked(folder: Path) -> dict[str, str]:
    """The day on which somebody last compared each list with its sources, by the list's name."""
    documents = (read_documents(path)[0] for path in sorted(folder.glob("*.yaml")))
    return {str(d["list"]): str(d["checked"]) for d in documents if isinstance(d, dict)}


def holds(since: str | None, until: str | None, as_of: str | None) -> bool:
    """Whether what is so from one day on, and from another one on no more, is so at a date; None for the newest."""
    if as_of is None:
        return until is None
    return (since is None or since <= as_of) and (until is None or as_of < until)
