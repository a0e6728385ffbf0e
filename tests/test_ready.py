"""Rules that a wheel has ready: the texts that are made of the same cards, and of no other card or file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from mnlint import catalogue, ready
from mnlint.model.digest import digest
from mnlint.model.finding import Card
from mnlint.model.record import replace
from mnlint.model.settings import Override, Settings
from mnlint.reports import escape, render, sarif_rules
from mnlint.settle import CARDS, settle
from shipped import TABLES

MADE = catalogue.ours()
GOOD = ready.text(MADE)
OUR = [*(policy.card for policy in MADE.policies), *CARDS]
NAMES = sarif_rules.names(sarif_rules.taxonomies(OUR))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ready.FILE).write_text(GOOD, encoding="utf-8")
    return tmp_path


def as_report(cards: Sequence[Card], folder: Path | None = None) -> str:
    given = {} if folder is None else {"ready": partial(ready.read, folder, MADE)}
    return render(settle([], cards), "sarif", **given)


def test_each_text_is_the_one_that_is_made(folder: Path) -> None:
    found = ready.read(folder, MADE, OUR, NAMES)
    assert found == {card.id: escape.inline(sarif_rules.rule(card, NAMES)) for card in OUR}


def of(settings: Settings) -> list[Card]:
    return [policy.card for policy in catalogue.load_policies(settings, TABLES)]


LOWER = Override("MN001", "note", ("a", 1, 1))
STRICTER = [p for p in MADE.policies if p.strict is not None and p.strict > p.card.severity]
AS_THEY_COME = of(Settings())
FIRST, *REST = AS_THEY_COME
# Cards of a report, and how many of them have to be made.
OTHERS = {
    "as they come": (AS_THEY_COME, 0),
    "strict": (of(Settings(profile="strict")), len(STRICTER)),
    "one lowered": (of(Settings(severities=(LOWER,))), 1),
    "one locked": ([replace(FIRST, suppressible=False), *REST], 1),
    "one that is a team's own": ([replace(FIRST, why="Look ##[error] and \ud800 [here](b)."), *REST], 1),
    "a catalogue less": ([replace(card, azure_policy=()) for card in AS_THEY_COME], len([*AS_THEY_COME, *CARDS])),
    "a policy less": (REST, 0),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_report_is_the_same_with_them_and_without(name: str, folder: Path) -> None:
    cards, made = OTHERS[name]
    assert as_report(cards, folder) == as_report(cards)
    every = settle([], cards).cards
    found = ready.read(folder, MADE, every, sarif_rules.names(sarif_rules.taxonomies(every)))
    assert len(found) == len(every) - made


HEAD, _, BODY = GOOD.partition("\n")


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace('"level": "error"', '"level": "note"', 1),
        GOOD[:-1],
        GOOD[: len(GOOD) // 2],
        *("", "\n", "\x80", BODY),
        f"{digest('', BODY)}\n{BODY}",  # of other policies
        *(f"{digest(MADE.made_from, body)}\n{body}" for body in ("", "[", "\x80", BODY[:-2000], BODY + BODY)),
    ],
    ids=lambda text: text[-20:],
)
def test_of_any_other_file_nothing_is_taken(text: str, folder: Path) -> None:
    (folder / ready.FILE).write_bytes(text.encode("latin-1"))
    assert ready.read(folder, MADE, OUR, NAMES) == {}
    assert as_report(AS_THEY_COME, folder) == as_report(AS_THEY_COME)


def test_where_no_wheel_is_nothing_is_ready(tmp_path: Path) -> None:
    assert ready.read(tmp_path, MADE, OUR, NAMES) == {}
