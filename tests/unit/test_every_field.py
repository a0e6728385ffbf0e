"""Every text that a report holds, in every format: found by walking the records, so that a new field is tried, too.

A report is made of nothing but types: each text in it is harmless, but for those of one field, which are somebody's.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from itertools import product
from types import UnionType
from typing import Any

import pytest
from test_escape import TEXTS
from test_injection import READERS, SOURCES

from mnlint.model import change, cost, finding, text, value
from mnlint.model.finding import Report
from mnlint.model.record import fields
from mnlint.reports import RENDERERS, render
from threats import least

Field = tuple[str, str]  # the class, and the name
NAMES = {name: kind for module in (text, value, cost, change, finding) for name, kind in vars(module).items()}
# What must be equal wherever it stands, or the parts of a report would not fit together.
TOGETHER: dict[Field, str] = {
    ("Span", "file"): "main.tf",
    ("Source", "file"): "main.tf",
    ("Report", "sources"): "main.tf",
    ("Finding", "policy"): "MN001",
    ("Doubt", "judgements"): "MN001",
    ("Card", "id"): "MN001",
}
# What is never an input's: words and digits of our own, one of a few. All others are taken for anybody's.
OURS: dict[Field, str] = {
    ("Notice", "level"): "error",
    ("Finding", "fingerprint"): "0123456789abcdef",
    ("Card", "precision"): "very-high",
}
VARIANTS = range(3)  # of what is there or is not, is so or is not, and of the words of a table
OPTIONS: dict[str, list[dict[str, object]]] = {
    "text": [{"show_suppressed": True}, {"quiet": True, "wide": 40}, {"show_suppressed": True, "wide": 60}],
    "sarif": [{}, {"include": ("suppressed", "undecided"), "category": "x"}],
}


class Filling:
    """Makes records out of their types; `found` are the fields in which a text stands."""

    def __init__(self, variant: int, hostile: Mapping[Field, str]) -> None:
        self.variant, self.hostile = variant, hostile
        self.found: set[Field] = set()
        self.inside: list[object] = []  # what is being made: one that holds its own kind holds none of them

    def text(self, at: Field) -> str:
        self.found.add(at)
        return self.hostile.get(at) or OURS.get(at) or TOGETHER.get(at) or "words"

    def record(self, kind: type) -> Any:
        self.inside.append(kind)
        hints = typing.get_type_hints(kind, vars(typing) | NAMES)
        names = [one.name for one in fields(kind) if not one.name.startswith("_")]
        given = {name: self.of(hints[name], (kind.__name__, name)) for name in names}
        self.inside.pop()
        if kind is text.Span:
            given |= {"start": 0, "end": 4}
        if kind is text.Source:
            given["text"] = f"{given['text']}\n{given['text']}\n"
        return kind(**given)

    def of(self, hint: Any, at: Field) -> Any:
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, UnionType):
            left = [one for one in inner if one is not type(None)]
            none = len(left) < len(inner) and (
                self.variant == 1 or left[0] in (*self.inside, value.Node)
            )  # of a value only its doubt is shown
            return None if none else self.of(left[0], at)
        if origin is tuple and inner[0] in self.inside:
            return ()
        if origin is tuple:
            return tuple(self.of(one, at) for one in inner if one is not ...)
        if origin is frozenset:
            return frozenset({self.of(inner[0], at)})
        if origin is not None and issubclass(origin, Mapping):
            return {self.of(inner[0], at): self.of(inner[1], at)}
        if hint is str:
            return self.text(at)
        if hint in (int, float, Decimal):
            return hint(self.variant + 1)
        if hint is bool:
            return self.variant == 0
        if issubclass(hint, Enum):
            members = list(hint)
            return members[(0, -1, len(members) // 2)[self.variant]]
        return self.record(hint)


def fields_of_text() -> list[Field]:
    filling = Filling(0, {})
    filling.record(Report)
    return sorted(filling.found - set(OURS))


def hostile(at: Field, words: str) -> dict[Field, str]:
    """A field with somebody's words, and all that must be equal to it."""
    same = TOGETHER.get(at)
    return dict.fromkeys({at} if same is None else {one for one, w in TOGETHER.items() if w == same}, words)


def looked_at(name: str, made: Report, words: str) -> int:
    options = OPTIONS.get(name, [{}])
    for given in options:
        READERS[name](render(made, name, **given), made, words)
    return len(options)


def tried_of(at: Field, name: str, variant: int, words: str) -> int:
    return looked_at(name, Filling(variant, hostile(at, words)).record(Report), words)


FIELDS = fields_of_text()


@pytest.mark.parametrize("name", RENDERERS)
def test_nobody_obeys_any_field(name: str, tried: Callable[[str, int], None]) -> None:
    for number, (at, variant) in enumerate(product(FIELDS, VARIANTS)):
        tried("T13", tried_of(at, name, variant, TEXTS[number % len(TEXTS)]))


@pytest.mark.lab
@pytest.mark.parametrize("name", RENDERERS)
def test_nobody_obeys_any_text_in_any_field(name: str, tried: Callable[[str, int], None]) -> None:
    tried("T13", sum(tried_of(at, name, *pair) for at in FIELDS for pair in product(VARIANTS, TEXTS)))


def test_the_walk_finds_the_fields() -> None:
    assert {("Finding", "message"), ("Notice", "code"), ("RuleChange", "before"), ("Unknown", "label")} <= set(FIELDS)
    assert {("Coverage", "skipped"), ("Suppression", "reason"), ("Card", "see"), ("Source", "text")} <= set(FIELDS)
    assert len(FIELDS) > 50
    marks = {at: f"{at[0]}-{at[1]}" for at in FIELDS if at not in TOGETHER}
    shown = [Filling(variant, marks).record(Report) for variant in VARIANTS]
    everything = "".join(render(r, name, **o) for r in shown for name in RENDERERS for o in OPTIONS.get(name, [{}]))
    assert {at for at, mark in marks.items() if mark not in everything} == {
        *(("Finding", "identity"), ("Finding", "name"), ("Unknown", "form"), ("Card", "added")),
        *(("Card", "seed"), ("Card", "basis"), ("BaselineEntry", "reason"), ("BaselineEntry", "until")),
        *(("Baseline", "entries"), ("Card", "cwe"), ("Card", "see")),  # of these two digits, and pages of the web
    }


def test_there_are_enough() -> None:
    assert len(FIELDS) * len(VARIANTS) >= len(TEXTS), "each of them is tried"
    here = len(FIELDS) * len(VARIANTS) * sum(len(OPTIONS.get(name, [{}])) for name in RENDERERS)
    assert here + len(TEXTS) * len(SOURCES) * len(RENDERERS) >= least("T13")
