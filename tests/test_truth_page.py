"""docs/where-static-truth-ends.md: every sample prints what stands under it, and every cause of doubt has one.

`pytest tests/test_truth_page.py --update` writes what is printed into the page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import Program
from mnlint.model.value import Cause

PAGE = Path(__file__).parents[1] / "docs/where-static-truth-ends.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^## .*?(?:\(`(\w+)`\))?$", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """The files of a sample, what the page says about them, and the cause whose section it stands in."""

    cause: str
    number: int
    files: dict[str, str]
    shown: str
    at: tuple[int, int]  # of what is shown, in the page


def samples() -> list[Sample]:
    text = PAGE.read_text("utf-8")
    headings = [(found.start(), found[1] or "") for found in HEADING.finditer(text)]
    made: list[Sample] = []
    files: dict[str, str] = {}
    for block in BLOCK.finditer(text):
        if block[1] != "text":
            files[block[2]] = block[3]
            continue
        cause = [name for start, name in headings if start < block.start()][-1]
        made.append(Sample(cause, len(made) + 1, files, block[3], block.span(3)))
        files = {}
    assert not files, "a sample without a report"
    return made


SAMPLES = samples()


def test_every_cause_of_doubt_has_a_section() -> None:
    assert {sample.cause for sample in SAMPLES} - {""} == {cause.name for cause in Cause}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.number}-{sample.cause or 'known'}")
def test_a_sample_prints_what_the_page_says(sample: Sample, mnlint: Program, tmp_path: Path, update: bool) -> None:
    repository = tmp_path / "sample"
    (repository / ".git").mkdir(parents=True)
    for name, text in sample.files.items():
        (repository / name).write_text(text, "utf-8", newline="\n")
    said = mnlint("check", ".", cwd=repository).stdout
    if update:
        text = PAGE.read_text("utf-8")
        at = samples()[sample.number - 1].at  # the page has changed meanwhile
        PAGE.write_text(f"{text[: at[0]]}{said}{text[at[1] :]}", "utf-8", newline="\n")
        sample = samples()[sample.number - 1]
    assert sample.shown == said
    doubts = json.loads(mnlint("check", "--output", "json", ".", cwd=repository).stdout)["doubts"]
    assert {doubt["cause"] for doubt in doubts} == ({sample.cause} if sample.cause else set())
