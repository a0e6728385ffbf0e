"""YAML made to explode, to surprise or to crash: refused with its place and cause, or read as the text it is."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mnlint.documents import parse_core, parse_documents, parse_plain, parse_with
from mnlint.formats.yaml_tree import parse_tree
from mnlint.inputs import DocumentError
from threats import least

SECONDS = 1.0  # each takes some hundredths
Tried = Callable[[str, int], None]

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {k: 1}\n" + "".join(
    f"{b}: &{b} {{<<: [{', '.join([f'*{a}'] * 9)}]}}\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
ANCHORS, TAGS = "anchors and aliases are not taken here", "tags are not taken here"

# What policies, cases, lists and settings refuse: the text, the place, and a word of the cause.
REFUSED = {
    "laughs": (LAUGHS, (1, 4), ANCHORS),
    "merges": (MERGES, (1, 4), ANCHORS),
    "a merge of its own": ("a:\n  <<: {b: 1}\n", (2, 3), "merge keys are not taken here"),
    "itself": ("a: 1\nb: &b [*b]\n", (2, 4), ANCHORS),
    "10,000 aliases": ("a: &a x\nb: [" + "*a, " * 10_000 + "]\n", (1, 4), ANCHORS),
    "an alias of nothing": ("a: *b\n", (1, 4), ANCHORS),
    "a tag that runs something": ("a: !!python/object/apply:os.system [ls]\n", (1, 4), TAGS),
    "a tag that is none": ("a: !!bool perhaps\n", (1, 4), TAGS),
    "a tag on what it does not fit": ("a: !!timestamp perhaps\n", (1, 4), TAGS),
    "a tag of a list on a map": ("a: !!str [b]\n", (1, 4), TAGS),
    "a tag of one's own": ("a: 1\nb: !mine c\n", (2, 4), TAGS),
    "bytes": ("a: !!binary Zg==\n", (1, 4), TAGS),
    "a set": ("a: !!set {b, c}\n", (1, 4), TAGS),
    "a key twice": ("a: 1\nb: 2\na: 3\n", (3, 1), "written twice"),
    "a key twice inside": ("a: {b: 1, b: 2}\n", (1, 11), "written twice"),
    "NUL": ("a: b\nc: \0\n", (2, 4), "control characters are not allowed"),
    "ESC": ("a: b\nc: é\x1b[2J\n", (2, 5), "control characters are not allowed"),
    "half a character": ('a: 1\nb: "\\ud800"\n', (2, 7), "invalid Unicode character"),
    "nested 50,000 deep": ("a: 1\nb: " + "[" * 50_000, (2, 53), "nested deeper than 50 levels"),
    "dashes 50,000 deep": ("- " * 50_000, (1, 101), "nested deeper than 50 levels"),
    "keys 50,000 deep": ("? " * 50_000, (1, 101), "nested deeper than 50 levels"),
    "two documents too many": ("a: 1\n%YAML 9.9\n---\nb: 1\n", (2, 1), ""),
    "a tab": ("a:\n\t- b\n", (2, 1), "cannot start any token"),
    "never closed": ("a: [b\n", (2, 1), ""),
}
FURTHER = {"nested 50,000 deep": (2, 1003)}
# What only readers that make numbers and days of words refuse.
NO_VALUES = {
    "a day that there is not": ("a:\n  b: 2024-99-99\n", (2, 6), "month must be in 1..12"),
    "an hour that there is not": ("a: 2001-12-14t21:59:43.10-99:99\n", (1, 4), "offset must be"),
    "5,000 digits": ("a: 1\nb: " + "1" * 5_000 + "\n", (2, 4), "more than 400 digits"),
    "100,000 sixtieths": ("a: " + ":".join(["1"] * 100_000) + "\n", (1, 4), "more than 400 digits"),
    "100,000 sixtieths and a half": ("a: " + ":".join(["1"] * 100_000) + ".5\n", (1, 4), "more than 400 digits"),
}
READERS = {
    "documents": lambda text: parse_documents(text, "x.yaml"),
    "plain": lambda text: parse_plain(text, "x.yaml"),
    "core": lambda text: parse_core(text, "x.yaml"),
    "with": lambda text: parse_with(text, "x.yaml", str, str),
}


def refused(text: str, reader: str = "documents") -> DocumentError:
    begun = time.process_time()
    with pytest.raises(DocumentError) as error:
        READERS[reader](text)
    assert time.process_time() - begun < SECONDS
    return error.value


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_reader_takes(name: str, tried: Tried) -> None:
    text, place, cause = REFUSED[name]
    for reader in READERS:
        error = refused(text, reader)
        if reader in ("documents", "plain"):  # the others read what templates load: the call is the place
            # PyYAML from 6.0.4 on counts to 1,000 ahead of us: as deep as that, and in the same line, is as good.
            assert (error.line, error.column) in (place, FURTHER.get(name, place)), reader
        assert cause in error.what, reader
    tried("T4", len(READERS))


@pytest.mark.parametrize("name", NO_VALUES)
def test_values_that_there_are_not(name: str, tried: Tried) -> None:
    text, place, cause = NO_VALUES[name]
    error = refused(text)
    assert ((error.line, error.column), cause in error.what) == (place, True)
    assert isinstance(parse_plain(text, "x.yaml"), dict), "a text to who takes words as they are"
    assert "..." in repr(parse_core(text, "x.yaml")).replace("Ellipsis", "...") or "t21" in text, "nobody knows what"
    tried("T4", 3)


def test_words_that_are_truths_to_yaml_alone(tried: Tried) -> None:
    assert parse_plain("[no, off, 1:30, 0x10, 0o7, .inf]", "x.yaml") == ["no", "off", "1:30", "0x10", "0o7", ".inf"]
    assert parse_core("[no, off, 1:30, true]", "x.yaml") == ["no", "off", ..., True]
    with pytest.raises(DocumentError, match=r"x.yaml:1:5: `no` is a truth to YAML"):
        parse_documents("a: {no: 1}\n", "x.yaml", words=True)
    tried("T4", 3)


# ── YAML of Azure ML: a tree, and mistakes are notices ──

HEAD = "name: hub\nmanaged_network:\n  isolation_mode: disabled\n"
TREES = {
    "laughs": (HEAD + LAUGHS, "MN912", 8),
    "merges": (HEAD + MERGES, "MN912", 8),
    "itself": (HEAD + "b: &b [*b]\n", "MN911", 4),
    "60,000 aliases": (HEAD + "a: &a x\nb: [" + "*a, " * 60_000 + "]\n", "MN912", 5),
    "a tag that runs something": (HEAD + "a: !!python/object/apply:os.system [ls]\n", "MN911", 4),
    "a key twice": (HEAD + "name: other\n", "MN911", 4),
    "NUL": (HEAD + "a: \0\n", "MN911", 4),
    "half a character": (HEAD + 'a: "\\ud800"\n', "MN911", 4),
    "a lone surrogate": (HEAD + "a: \ud800\n", "MN911", 4),
    "nested 50,000 deep": (HEAD + "a: " + "[" * 50_000, "MN912", 4),
    "keys 50,000 deep": (HEAD + "a:\n " + "? " * 50_000, "MN912", 5),
    "20,000 keys": (HEAD + "".join(f"k{n}: 1\n" for n in range(20_000)), "MN912", 10_000),
}
READ_AS_TEXT = {
    "a day that there is not": ("2024-99-99", "2024-99-99"),
    "5,000 digits": ("1" * 5_000, "1" * 5_000),
    "100,000 sixtieths": (":".join(["1"] * 100_000), ":".join(["1"] * 100_000)),
    "Norway": ("no", False),
    "half past one": ("1:30", 90),
}


@pytest.mark.parametrize("name", TREES)
def test_trees_end_where_it_is_too_much(name: str, tried: Tried) -> None:
    text, code, line = TREES[name]
    begun = time.process_time()
    tree = parse_tree(text, "hub.yml")
    assert time.process_time() - begun < 2 * SECONDS
    first = tree.notices[0]
    assert first.place is not None
    assert (first.code, first.level, text.count("\n", 0, first.place.span.start) + 1) == (code, "error", line)
    tried("T4", 1)


@pytest.mark.parametrize("name", READ_AS_TEXT)
def test_trees_keep_what_is_no_value(name: str, tried: Tried) -> None:
    written, value = READ_AS_TEXT[name]
    tree = parse_tree(f"a: {written}\n", "hub.yml")
    assert not tree.notices
    (member,) = tree.root.args
    assert member[1].args == (value,)
    tried("T4", 1)


# ── the whole program ──

SINKS = {
    "a policy": ("own/x.yaml", "id: X1\n", ("--policies", "own")),
    "settings": (".mnlint.yaml", "fail-on: error\n", ()),
    "a list": ("own/lists/x.yaml", "", ("--policies", "own")),
}
PUT = ("laughs", "merges", "a tag that runs something", "a key twice", "NUL", "half a character", "nested 50,000 deep")


@pytest.mark.parametrize("sink", SINKS)
def test_the_program_names_file_and_line(
    sink: str, tmp_path: Path, mnlint: Callable[..., Result], tried: Tried
) -> None:
    name, above, options = SINKS[sink]
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.bicep").write_text("param a string\n")
    (tmp_path / "own/lists").mkdir(parents=True)
    for bomb in PUT:
        text, (line, _), cause = REFUSED[bomb]
        (tmp_path / name).write_text(above + text)
        result = mnlint("check", *options, ".", cwd=tmp_path)
        place = f"{Path(name).name}:{line + above.count(chr(10))}:"
        assert (result.exit_code, place in result.output, cause in result.output) == (2, True, True), (
            bomb,
            result.output,
        )
    (tmp_path / name).write_bytes((above + "a: 1\n").encode("utf-16"))
    result = mnlint("check", *options, ".", cwd=tmp_path)
    assert (result.exit_code, "not UTF-8" in result.output) == (2, True)
    tried("T4", len(PUT) + 1)


def test_libyaml_does_not_take_the_process_down_with_it(tmp_path: Path, tried: Tried) -> None:
    """The parser in C builds trees by recursion, and 50,000 levels end it by a signal: we stop it before."""
    (tmp_path / "hub.yml").write_text(HEAD + "tags: " + "[" * 50_000)
    (tmp_path / ".mnlint.yaml").write_text("exclude: " + "[" * 50_000)
    program = [sys.executable, "-c", "from mnlint.start import main; main()", "check"]
    isolated = subprocess.run([*program, "--isolated", "."], cwd=tmp_path, capture_output=True, text=True)
    assert (isolated.returncode, "MN912" in isolated.stdout, isolated.stderr) == (1, True, "")
    settings = subprocess.run([*program, "."], cwd=tmp_path, capture_output=True, text=True)
    assert (settings.returncode, "nested deeper than 50 levels" in settings.stderr) == (2, True)
    tried("T4", 2)


def test_there_are_as_many_as_promised() -> None:
    assert len(REFUSED) + len(NO_VALUES) + len(TREES) + len(READ_AS_TEXT) + len(SINKS) * len(PUT) >= least("T4")
