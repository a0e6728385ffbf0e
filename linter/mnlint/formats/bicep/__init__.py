"""Bicep files as Templates: read at once, or, where nothing is wrong in a statement, when somebody asks for it."""

from __future__ import annotations

from mnlint.formats.bicep.declarations import File
from mnlint.model.expr import Template
from mnlint.model.text import Source
from mnlint.model.typing import Final

FIRST: Final = 300_000  # characters of files that cost no more than what has to be made for reading any of them by need
_read = [0]  # characters so far


def read(source: Source) -> Template:
    """Reads a .bicep file. Mistakes are in the Template's notices, MN911 and MN912, at most 20 of them."""
    _read[0] += len(source.text)
    if _read[0] > FIRST:
        from mnlint.formats.bicep.waiting import read_by_need

        made = read_by_need(source)
        if made is not None:
            return made
    return read_at_once(source)


def read_at_once(source: Source) -> Template:
    """The same, all of it parsed now."""
    file = File(source, {})
    file.read()
    shared = file.shared_names()
    if shared:
        # Nested resources of several parents may have one name, which means another one in each parent: read the file
        # again with symbols of their own for them.
        file = File(source, shared)
        file.read()
    return file.template(source)
