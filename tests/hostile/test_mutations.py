"""Real templates, made wrong at a place drawn at random: every stage and every report goes on with what is left.

What `test_broken.py` does not try, which cuts and takes away a character: words doubled, swapped and taken away, bytes
turned over. Which ones is the same in every run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from zlib import crc32

import pytest

from fuzz.mutations import KINDS as ALL_KINDS
from fuzz.mutations import mutated
from fuzz.readers import READERS
from fuzz.stages import is_valid, through
from mnlint import formats, reports
from sarif_profile import problems
from shipped import FILES, cases_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = ("delete", "double", "swap", "cut", "flip")
WAYS = 2  # each file of a fixture is made wrong in so many of these
OFTEN = 20  # one in so many of them has all reports made
OF = {"bicepparam": "bicep", "tfvars": "terraform", "armparams": "arm"}
WORDS = (b"",)  # these kinds need none
# In a long run, by the end of a file's name: whose words come into it.
READER_OF = {".bicep": "bicep", ".bicepparam": "bicepparam", ".tf": "terraform", ".json": "arm", ".yml": "azureml"}
SOME = 5  # one case in so many is tried in an ordinary run
MORE = 50  # mutations of each case in a long run
FOLDERS = sorted({path.parent for path in FIXTURES.rglob("*") if path.suffix in (".bicep", ".tf", ".json", ".yml")})


def texts(folder: Path) -> dict[str, tuple[bytes, str]]:
    """The files of a folder that have a language, and which ones are of one kind: a template and its parameters."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    languages = {name: formats.language_of(name, data.lower()) for name, data in found.items()}
    return {name: (found[name], OF.get(made.name, made.name)) for name, made in languages.items() if made is not None}


def of_folder(folder: Path) -> int:
    """Each file of a fixture made wrong, beside the others of its kind as they are, by all policies."""
    files = texts(folder)
    number = 0
    for name, (data, kind) in files.items():
        seed = crc32(f"{folder.relative_to(FIXTURES).as_posix()} {name}".encode())
        for way in range(WAYS):
            number += 1
            made = mutated(Random(seed + way), data, WORDS, KINDS[(seed + way) % len(KINDS)])
            beside = {other: text for other, (text, of) in files.items() if of == kind}
            report = through({**beside, name: made})
            if seed % OFTEN == way:
                is_valid(report)
                assert not problems(json.loads(reports.render(report, "sarif")))
    return number


def of_policy(path: Path, times: int, step: int = 1) -> int:
    """A file of each case, or of some, made wrong, by its policy; many times, by words of its language, too."""
    kinds = KINDS if times == 1 else ALL_KINDS
    number = 0
    for case in cases_of(path)[::step]:
        files = {name: text.encode() for name, text in case.files.items()}
        known = {name: formats.language_of(name, data.lower()) for name, data in files.items()}
        languages = {name: language.name for name, language in known.items() if language is not None}
        for time in range(times):
            number += 1
            random = Random(crc32(f"{case.title} {time}".encode()))
            name = random.choice(list(files))
            kind = kinds[(crc32(case.title.encode()) + time) % len(kinds)]
            made = mutated(random, files[name], words_of(name), kind)
            report = through({**files, name: made}, languages, [case.policy])
            if random.random() < 1 / OFTEN / 2:
                is_valid(report)
    return number


def words_of(file: str) -> tuple[bytes, ...]:
    """The words of the language of a file."""
    return READERS[READER_OF.get(Path(file).suffix, "tfvars")].words


def ids(paths: Sequence[Path], below: Path) -> list[str]:
    return [path.relative_to(below).as_posix() for path in paths]


@pytest.mark.parametrize("folder", FOLDERS, ids=ids(FOLDERS, FIXTURES))
def test_a_fixture_made_wrong(folder: Path, tried: Callable[[str, int], None]) -> None:
    tried("T2", of_folder(folder))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_case_made_wrong(path: Path, tried: Callable[[str, int], None]) -> None:
    tried("T2", of_policy(path, 1, SOME))


@pytest.mark.lab
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_case_made_wrong_many_times(path: Path, tried: Callable[[str, int], None]) -> None:
    tried("T2", of_policy(path, MORE))
