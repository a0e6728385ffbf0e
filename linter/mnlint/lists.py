"""Azure's own lists as plain tables, and what of them, and of policies, holds at a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mnlint.documents import DocumentError, place_of, read_documents, read_text

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def load(folder: Path, as_of: str | None = None, others: Sequence[Path] = ()) -> Tables:
    """Every list of a folder and of others by its name; `as_of` is an ISO date, None the newest state."""
    tables: dict[str, Sequence[Mapping[str, Any]]] = {}
    files: dict[str, Path] = {}
    for path in (path for one in (folder, *others) for path in sorted(one.glob("*.yaml"))):
        documents = read_documents(path)
        name, entries = _table(path, next(iter(documents), None))
        if name in files:
            raise _wrong(path, ("list",), f"the name {name} is taken by {files[name]}")
        files[name] = path
        tables[name] = [e for e in entries if holds(e.get("since"), e.get("until"), as_of)]
    return tables


def columns(name: str, *folders: Path) -> frozenset[str]:
    """What the entries of a list say at any date, by its name in some folders."""
    tables = (_table(path, next(iter(read_documents(path)), None)) for one in folders for path in one.glob("*.yaml"))
    return frozenset(key for found, entries in tables if found == name for entry in entries for key in entry)


def _table(path: Path, table: Any) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The name and the entries of a list's document."""
    if not isinstance(table, dict) or not isinstance(table.get("entries"), list) or "list" not in table:
        raise DocumentError(str(path), 1, 1, "a list needs `list:` with its name and `entries:`")
    if not isinstance(table["list"], str) or not table["list"]:
        raise _wrong(path, ("list",), "the name of a list is a text")
    for at, entry in enumerate(table["entries"]):
        if not isinstance(entry, dict):
            raise _wrong(path, ("entries", at), "an entry is keys and values, such as `- host: pypi.org`")
        for key in ("since", "until"):
            if not isinstance(entry.get(key, ""), str):
                what = "a date is written as 2024-02-13, in quotation marks"
                raise _wrong(path, ("entries", at, key), what)
    return table["list"], table["entries"]


def _wrong(path: Path, where: tuple[str | int, ...], what: str) -> DocumentError:
    return DocumentError(str(path), *place_of(read_text(path), 0, where), what)


def checked(folder: Path) -> dict[str, str]:
    """The day on which somebody last compared each list with its sources, by the list's name."""
    documents = (read_documents(path)[0] for path in sorted(folder.glob("*.yaml")))
    return {str(d["list"]): str(d["checked"]) for d in documents if isinstance(d, dict)}


def holds(since: str | None, until: str | None, as_of: str | None) -> bool:
    """Whether what is so from one day on, and from another one on no more, is so at a date; None for the newest."""
    if as_of is None:
        return until is None
    return (since is None or since <= as_of) and (until is None or as_of < until)
