"""What users may write for a list: entries beside those that come along, in their place, or of a list of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mnlint import lists
from mnlint.forms import Day, Either, Form, ListOf, MapOf, Problem, Text, Truth, Where, fields
from mnlint.model.record import replace
from mnlint.model.typing import Any

# Where an entry comes from. What a user says of his own has none, or another.
PROVENANCE: Mapping[str, Form] = {
    "since": Day(),
    "until": Day(),
    "checked": Day(),
    "date": Day(),
    "source": Either((Text(), ListOf(Text()))),
    "note": Text(),
    "verified": Truth(),
}


def own_form() -> Form:
    """What an entry of a list of the user's own may be: names with texts, lists of texts, or truths."""
    return MapOf(Text(), Either((Text(), Truth(), ListOf(Text()))), {key: Day() for key in lists.DAYS})


def entry_form(folder: Path, name: str, *, complete: bool = True) -> Form:
    """What an entry of a list may be, as the list itself says; not `complete` if another entry gives the rest."""
    shapes = lists.document_of(folder / f"{name}.yaml")["entry"]
    made = [fields(shape, PROVENANCE) for shape in (shapes if isinstance(shapes, list) else [shapes])]
    if not complete:
        made = [replace(form, required=frozenset()) for form in made]
    return made[0] if len(made) == 1 else Either(made)


def own_entries(
    folder: Path, name: str, how: str, raw: Sequence[Any], where: Where, problems: list[Problem]
) -> tuple[lists.Entry, ...]:
    """Entries of a user's for a list, checked against its form. Mistakes go to `problems`."""
    if how == "new":
        return tuple(own_form().read(entry, (*where, at), problems) for at, entry in enumerate(raw))
    table = lists.document_of(folder / f"{name}.yaml")
    whole, part = entry_form(folder, name), entry_form(folder, name, complete=False)
    made = []
    for at, entry in enumerate(raw):
        known = (
            lists.same(table["entries"], entry, lists.key_of(table))
            if how == "extend" and isinstance(entry, dict)
            else []
        )
        form = part if known else whole
        read = form.read(entry, (*where, at), problems)
        if isinstance(read, dict):
            # Who writes an entry says that it is so, and on every day.
            base = _bare(known[-1]) if known else {}
            spelling = {name: base[name] for name in lists.key_of(table) if name in base}
            made.append({"verified": True, **base, **read, **spelling, "own": True})
    return tuple(made)


def _bare(entry: lists.Entry) -> lists.Entry:
    return {name: value for name, value in entry.items() if name not in PROVENANCE}
