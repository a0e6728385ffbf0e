"""Files of any bytes through every stage, as `check` would, and what has to be so of any of them."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from mnlint import catalogue, discover, formats, judging, reading, reports
from mnlint.model.expr import Template
from mnlint.model.finding import Report
from mnlint.model.policy import Policy
from mnlint.model.record import replace
from mnlint.model.root import Language
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span
from mnlint.settle import settle
from shipped import TABLES

SETTINGS = Settings(debug=True)  # a fault of ours is raised
POLICIES = tuple(catalogue.load_policies(SETTINGS, TABLES))
ROWS = {name: [row for row in formats.LANGUAGES if row.name == name] for name in {r.name for r in formats.LANGUAGES}}


def through(
    files: Mapping[str, bytes], languages: Mapping[str, str] | None = None, policies: Sequence[Policy] = POLICIES
) -> Report:
    """What comes of files, as if each of them mattered. `languages` are of those that may not look like it."""

    def recognise(file: str, lower: bytes) -> Language | None:
        name = (languages or {}).get(file)
        return formats.language_of(file, lower) if name is None else row_of(file, name)

    seen = discover.look(files, recognise, (b"",))
    templates = reading.Templates(reading.Reading(files, seen.languages, debug=True))
    plan = discover.plan(files, seen, lambda file: True, templates)

    def below(folder: str) -> list[str]:
        return sorted(posixpath.relpath(file, folder or ".") for file in files)

    readers = replace(reading.at_hand(), template=templates, content=files.get, below=below)
    outcomes = [judging.lint(root, readers, policies, TABLES, SETTINGS) for root in plan.roots]
    return settle(outcomes, [policy.card for policy in policies])


def row_of(file: str, language: str) -> Language:
    """The row of a language that a file would be read by."""
    return next((row for row in ROWS[language] if file.endswith(row.suffixes)), ROWS[language][-1])


def is_valid(report: Report) -> None:
    """Every report of it can be written, and those in JSON can be read."""
    for name in reports.RENDERERS:
        text = reports.render(report, name)
        if name in ("json", "sarif", "gitlab"):
            json.loads(text, parse_constant=_no_number)
        text.encode()


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def read_whole(file: str, data: bytes, language: str) -> Template:
    """A file's Template, everything in it asked for, however late it is read; every place lies in the file."""
    template = formats.read(file, data, language)
    size = len(template.source.text)
    for notice in template.notices:
        assert notice.message
        assert notice.code in reading.UNREAD or notice.level != "error", notice
        assert notice.place is not None, notice
    todo: list[Any] = [template]
    seen: dict[int, object] = {}
    while todo:
        one = todo.pop()
        kind = type(one)
        if kind is tuple or kind is list:
            todo.extend(one)
        elif kind is Span:
            assert one.file != file or 0 <= one.start <= one.end <= size, one
        elif kind is dict:
            todo.extend(one.values())
        elif kind is not str and kind is not Source and kind.__module__.startswith("mnlint.") and id(one) not in seen:
            seen[id(one)] = one
            if hasattr(kind, "__match_args__"):
                todo.extend(getattr(one, field) for field in kind.__match_args__)
    return template
