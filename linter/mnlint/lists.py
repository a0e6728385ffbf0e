"""Azure's own lists as plain tables, cut to what holds at a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mnlint.documents import DocumentError, read_documents

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def load(folder: Path, as_of: str | None = None) -> Tables:
    """Every list of a folder by its name; `as_of` is an ISO date, None the newest state."""
    tables: dict[str, Sequence[Mapping[str, Any]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        documents = read_documents(path)
        table = documents[0] if documents else None
        if not isinstance(table, dict) or not isinstance(table.get("entries"), list) or "list" not in table:
            raise DocumentError(str(path), 1, 1, "a list needs `list:` with its name and `entries:`")
        tables[str(table["list"])] = [e for e in table["entries"] if isinstance(e, dict) and _holds(e, as_of)]
    return tables


def _holds(entry: Mapping[str, Any], as_of: str | None) -> bool:
    since, until = entry.get("since"), entry.get("until")
    if as_of is None:
        return until is None
    return (since is None or since <= as_of) and (until is None or as_of < until)
