"""Text that breaks off, or lacks a character, is never more than a notice: all stages go on with what can be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import PurePath
from zlib import crc32

import pytest

from mnlint import azure, formats, judging, resolve, testing
from mnlint.model.expr import Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Verdict
from shipped import TABLES, by_language
from threats import least

CASES = by_language()
# How many places of a file are tried, of which share of the cases: hcl2 takes ten times as long as the other readers.
TRIES = {"bicep": (2, 1), "arm": (2, 1), "terraform": (2, 4), "azapi": (2, 4), "azureml": (2, 1), "plan": (2, 4)}
# Of a policy with many cases, at most so many of them in an ordinary run: their texts are much alike.
MANY = 24


@pytest.mark.parametrize("name", CASES)
def test_a_text_that_breaks_off(name: str, tried: Callable[[str, int], None]) -> None:
    tries, cases = share_of(name)
    number = 0
    for case in cases:
        for file, text, at in places(case, tries):
            template = read(case, file, text[:at])
            number += 1
            if is_unfinished(file, text[:at]):
                assert template.notices, f"{case.title}: {file} cut at {at}: nothing is said of {text[:at][-30:]!r}"
    assert number >= len(cases)
    tried("T2", number)


@pytest.mark.parametrize("name", CASES)
def test_a_text_that_lacks_a_character(name: str, tried: Callable[[str, int], None]) -> None:
    tries, cases = share_of(name)
    number = 0
    for case in cases:
        for file, text, at in places(case, tries):
            number += 1
            read(case, file, text[:at] + text[at + 1 :])
    tried("T2", number)


def test_an_ordinary_run_tries_as_many_as_are_promised() -> None:
    shares = [(tries, case) for name in CASES for tries, cases in [share_of(name)] for case in cases]
    assert 2 * sum(1 for tries, case in shares for _ in places(case, tries)) >= least("T2")


def share_of(name: str) -> tuple[int, Sequence[testing.Case]]:
    """How many places of each file are tried in an ordinary run, and of which cases."""
    tries, share = TRIES[name.split()[1]]
    return tries, CASES[name][:: max(share, -(-len(CASES[name]) // MANY))]


@pytest.mark.lab
@pytest.mark.parametrize("name", CASES)
def test_a_text_that_breaks_off_anywhere(name: str, tried: Callable[[str, int], None]) -> None:
    number = 0
    for case in CASES[name]:
        for file, text, at in places(case, len(text_of(case))):
            number += 1
            assert read(case, file, text[:at]).notices or not is_unfinished(file, text[:at])
    tried("T2", number)


def text_of(case: testing.Case) -> str:
    return max(case.files.values(), key=len)


def places(case: testing.Case, most: int) -> Iterator[tuple[str, str, int]]:
    """Evenly spread offsets of every file of a case; which ones depends on the title, so that all are met."""
    for file, text in case.files.items():
        step = max(len(text) // most, 1)
        for at in range(crc32(case.title.encode()) % step, len(text), step):
            yield file, text, at


def is_unfinished(file: str, text: str) -> bool:
    """Whether a text is surely broken: what it opens it does not close."""
    if file.endswith(".json"):
        with suppress(ValueError):
            json.loads(text)
            return False
        return "deploymenttemplate.json" in text.lower()  # else it is no template yet
    return text.count("{") > text.count("}") and PurePath(file).suffix in (".bicep", ".tf")


def read(case: testing.Case, file: str, text: str) -> Template:
    """A file of a case with another text, through every stage; the case's other files as they are."""
    data = {name: written.encode() for name, written in {**case.files, file: text}.items()}
    language = formats.language_of(file, data[file].lower())
    templates, roots = testing.read_case({name: written.decode() for name, written in data.items()})
    for root in roots:
        for bindings in root.bindings:
            facts = azure.extract(resolve.resolve(templates, root, bindings), TABLES)
            judge(case, facts)
    template = templates.get(file) or formats.read(file, data[file], language.name if language else "arm")
    check_places([template])
    return template


def judge(case: testing.Case, facts: Facts) -> None:
    for judgement in judging.judge_all([case.policy], facts):
        assert bool(judgement.message) is (judgement.verdict is Verdict.FAIL)


def check_places(templates: Sequence[Template]) -> None:
    """Every place that is told of lies in its file."""
    for template in templates:
        for notice in template.notices:
            assert notice.code != "crash", notice.message
            assert notice.place is not None
            assert 0 <= notice.place.span.start <= notice.place.span.end <= len(template.source.text), notice
