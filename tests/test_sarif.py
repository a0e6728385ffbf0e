"""The three reports of every fixture: valid, in the profile of code scanning, and of one mind to the character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sarif_kit import validation_errors

from conftest import Program
from mnlint.formats import decode
from sarif_profile import problems

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDERS = [
    FIXTURES / "demo",
    *sorted(folder for kind in ("triplets", "scenarios", "broken") for folder in (FIXTURES / kind).glob("*/")),
]

Json = dict[str, Any]


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.relative_to(FIXTURES).as_posix())
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param  # type: ignore[no-any-return]


def reports(folder: Path, program: Program, out: Path) -> tuple[str, Json, Json]:
    """The text, JSON and SARIF of one run."""
    outputs = [f"--output={name}={out / name}" for name in ("text", "json", "sarif")]
    done = program("check", "--boundary", folder, *outputs, folder, cwd=out)
    assert done.output == ""
    text, plain, sarif = ((out / name).read_text("utf-8") for name in ("text", "json", "sarif"))
    return text, json.loads(plain), json.loads(sarif)


def lines_of(folder: Path, file: str) -> list[str]:
    """The lines of a file with their ends, as any editor counts them."""
    text = decode((folder / file).read_bytes()) or ""
    return [*re.findall("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text), ""]


def cut(lines: list[str], start: tuple[int, int], end: tuple[int, int], unit: int) -> str:
    """The text between two places (line and column from 1), columns counted in UTF-16 (2) or in code points (4)."""
    encoding = {2: "utf-16-le", 4: "utf-32-le"}[unit]
    part = [line.encode(encoding) for line in lines[start[0] - 1 : end[0]]]
    part[-1] = part[-1][: (end[1] - 1) * unit]
    part[0] = part[0][(start[1] - 1) * unit :]
    return b"".join(part).decode(encoding)


def cut_by_sarif(folder: Path, location: Json) -> tuple[str, str]:
    physical = location["physicalLocation"]
    file, region = unquote(physical["artifactLocation"]["uri"]), physical["region"]
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    return file, cut(lines_of(folder, file), start, end, 2)


def cut_by_json(folder: Path, place: Json) -> tuple[str, str]:
    start, end = (place["line"], place["column"]), (place["endLine"], place["endColumn"])
    return place["file"], cut(lines_of(folder, place["file"]), start, end, 4)


def in_text(text: str) -> Iterator[tuple[str, str, str]]:
    """Level, policy and place of every finding of a text report."""
    yield from re.findall(r"^(error|warning|note)\[(MN\d{3})\]: .*\n +--> (.*)$", text, re.MULTILINE)


def test_the_reports_are_valid_and_say_the_same(folder: Path, mnlint: Program, tmp_path: Path) -> None:
    text, plain, sarif = reports(folder, mnlint, tmp_path)
    assert validation_errors(sarif) == []
    assert problems(sarif) == []
    same_characters(folder, text, plain, sarif)


def same_characters(folder: Path, text: str, plain: Json, sarif: Json) -> None:
    """Whether the reports tell the same findings, in one order, at the same characters."""
    (run,) = sarif["runs"]
    findings, results = plain["findings"], run["results"]
    assert [(r["ruleId"], r["level"]) for r in results] == [(f["policy"], f["severity"]) for f in findings]
    assert [(level, policy) for level, policy, _ in in_text(text)] == [(f["severity"], f["policy"]) for f in findings]
    for finding, result, (_, _, shown) in zip(findings, results, in_text(text), strict=True):
        place = finding["place"]
        marked = cut_by_json(folder, place)
        assert cut_by_sarif(folder, result["locations"][0]) == marked
        assert shown == f"{place['file']}:{place['line']}:{place['column']}"
        related = [cut_by_json(folder, place) for place in finding["related"]]
        assert [cut_by_sarif(folder, location) for location in result.get("relatedLocations", [])] == related
        if finding["policy"] not in ("MN910", "MN911"):  # what could not be read has no characters
            assert marked[1].strip()
        assert result["partialFingerprints"]["mnlint/v1"] == finding["fingerprint"]
    said = run["invocations"][0].get("toolExecutionNotifications", [])
    assert [cut_by_sarif(folder, notification["locations"][0]) for notification in said] == [
        cut_by_json(folder, told["place"]) for told in (*plain["doubts"], *plain["notices"])
    ]
    assert text.count("\n   = help:") >= len(plain["doubts"])


def test_characters_of_two_units_are_among_the_fixtures(mnlint: Program, tmp_path: Path) -> None:
    """Else columns could be of either kind, and nobody would see it."""
    _, plain, sarif = reports(FIXTURES / "broken" / "utf-16", mnlint, tmp_path)
    finding, result = plain["findings"][0], sarif["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (finding["place"]["column"], region["startColumn"]) == (29, 30)
