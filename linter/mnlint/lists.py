"""Azure's own lists as plain tables, what of them, and of policies, holds at a date, and how users change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.inputs import DocumentError, read_text
from mnlint.model.record import dataclass
from mnlint.model.settings import ListChange
from mnlint.model.typing import TYPE_CHECKING, Any, StrPath

if TYPE_CHECKING:
    from pathlib import Path

Entry = Mapping[str, Any]
Tables = Mapping[str, Sequence[Entry]]
Document = Mapping[str, Any]  # a list with all that stands beside its entries

DAYS = ("since", "until")  # what an entry may say of when it holds


@dataclass(frozen=True, slots=True)
class Dated:
    """An entry that was not always so, or is so no more, with its list's name and the addresses of its sources."""

    name: str  # of its list
    entry: Entry
    sources: Mapping[str, str]

    @property
    def days(self) -> list[str]:
        """The days on which it comes and goes."""
        return [self.entry[word] for word in ("since", "until") if word in self.entry]


def load(
    folder: Path,
    as_of: str | None = None,
    changes: Sequence[ListChange] = (),
    others: Sequence[Path] = (),
    read: Mapping[str, Document] | None = None,
) -> Tables:
    """Every list of a folder by its name, as users have changed it, and of other folders.

    `as_of` is an ISO date, None the newest state. `read` are the folder's documents, if somebody has them.
    """
    tables: dict[str, Sequence[Entry]] = {}
    files: dict[str, tuple[Path, str]] = {}
    ours = documents(folder) if read is None else read
    found = [(folder, ours), *((other, documents(other)) for other in others)]
    for file, table in (((one, stem), table) for one, held in found for stem, table in held.items()):
        name = table["list"]
        if name in files:
            raise _wrong(_path(*file), ("list",), f"the name {name} is taken by {_path(*files[name])}")
        files[name], tables[name] = file, table["entries"]
        for change in changes:
            if change.name == name:
                tables[name] = _changed(tables[name], change, key_of(table))
    tables |= {change.name: change.entries for change in changes if change.how == "new"}
    return {name: on(entries, as_of) for name, entries in tables.items()}


def _path(folder: Path, stem: str) -> Path:
    return folder / f"{stem}.yaml"


def columns(name: str, folders: Sequence[Path], changes: Sequence[ListChange] = ()) -> frozenset[str]:
    """What the entries of a list say at any date, by its name in some folders or settings."""
    tables = [table for one in folders for path in one.glob("*.yaml") if (table := document_of(path))["list"] == name]
    entries = [entry for table in tables for entry in table["entries"]]
    entries += [entry for change in changes if change.name == name for entry in change.entries]
    return frozenset(key for entry in entries for key in entry)


def documents(folder: Path) -> dict[str, Document]:
    """The lists of a folder as they are written, by the names of their files."""
    return {path.stem: document_of(path) for path in sorted(folder.glob("*.yaml"))}


def document_of(path: StrPath) -> Document:
    """A list's document, checked as far as every list is alike."""
    from mnlint.documents import read_documents
    from mnlint.forms import is_day

    table = next(iter(read_documents(path)), None)
    if not isinstance(table, dict) or not isinstance(table.get("entries"), list) or "list" not in table:
        raise DocumentError(str(path), 1, 1, "a list needs `list:` with its name and `entries:`")
    if not isinstance(table["list"], str) or not table["list"]:
        raise _wrong(path, ("list",), "the name of a list is a text")
    for at, entry in enumerate(table["entries"]):
        if not isinstance(entry, dict):
            raise _wrong(path, ("entries", at), "an entry is keys and values, such as `- host: pypi.org`")
        for key in DAYS:
            if key in entry and not is_day(entry[key]):
                what = "a date is written as 2024-02-13, in quotation marks"
                raise _wrong(path, ("entries", at, key), what)
    return table


def _wrong(path: StrPath, where: tuple[str | int, ...], what: str) -> DocumentError:
    from mnlint.documents import place_of

    return DocumentError(str(path), *place_of(read_text(path), 0, where), what)


def dated(folder: Path) -> list[Dated]:
    """Every entry with a date, list by list."""
    tables = [document_of(path) for path in sorted(folder.glob("*.yaml"))]
    return [
        Dated(table["list"], entry, {name: table["sources"][name] for name in entry.get("source", ())})
        for table in tables
        for entry in table["entries"]
        if "since" in entry or "until" in entry
    ]


def checked(folder: Path) -> dict[str, str]:
    """The day on which somebody last compared each list with its sources, by the list's name."""
    return {str(table["list"]): str(table["checked"]) for table in documents(folder).values()}


def on(entries: Sequence[Entry], as_of: str | None = None) -> list[Entry]:
    """The entries of a list that hold at a date; None for the newest."""
    return [entry for entry in entries if holds(entry.get("since"), entry.get("until"), as_of)]


def holds(since: str | None, until: str | None, as_of: str | None) -> bool:
    """Whether what is so from one day on, and from another one on no more, is so at a date; None for the newest."""
    if as_of is None:
        return until is None
    return (since is None or since <= as_of) and (until is None or as_of < until)


# ── what users make of them ──


def names(folder: Path) -> list[str]:
    """The names of the lists that come along: those of their files."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def about(folder: Path, name: str) -> str:
    """What a list that comes along is about, in a line."""
    return str(document_of(folder / f"{name}.yaml")["about"])


def key(folder: Path, name: str) -> tuple[str, ...]:
    """The fields by which an entry of a list is the one that is meant."""
    return key_of(document_of(folder / f"{name}.yaml"))


def is_open(folder: Path, name: str) -> bool:
    """Whether users may change a list: it says what an entry is."""
    return "entry" in document_of(folder / f"{name}.yaml")


def key_of(table: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields by which an entry is the one that another list has, too."""
    return tuple(table.get("key", ()))


def same(entries: Sequence[Entry], entry: Entry, key: Sequence[str]) -> list[Entry]:
    """The entries of a list that are meant by another one, by the fields of a key."""
    wanted = [_folded(entry.get(name)) for name in key]
    return [e for e in entries if key and [_folded(e.get(name)) for name in key] == wanted]


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else value


def _changed(entries: Sequence[Entry], change: ListChange, key: Sequence[str]) -> Sequence[Entry]:
    if change.how == "replace":
        return change.entries
    kept = list(entries)
    for own in change.entries:
        for equal in same(kept, own, key):
            kept.remove(equal)
    return [*kept, *change.entries]
