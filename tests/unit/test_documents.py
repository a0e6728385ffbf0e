"""How settings are read: plain scalars are texts, and every mistake has a place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mnlint import documents


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"),
        ("2024-02-13", "2024-02-13"),
        ("0912.50", "0912.50"),
        ("1:30", "1:30"),
        ("true", True),
        ("'true'", "true"),
        ("~", None),
        ("", None),
        ("{on: 1, true: [x, null]}", {"on": "1", "true": ["x", None]}),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_plain_scalars_are_as_they_were_written(text: str, value: object) -> None:
    assert documents.parse_plain(text, "f") == value


@pytest.mark.parametrize("text", ["!x a", "! a", "[!!str a]", "!!map {a: b}", "{!x a: b}", "&a b", "{<<: {a: b}}"])
def test_settings_take_no_tags_anchors_or_merges(text: str) -> None:
    with pytest.raises(documents.DocumentError, match=r"^f:1:\d: "):
        documents.parse_plain(text, "f")


def test_the_place_of_a_value_and_of_its_key() -> None:
    text = "a:\n  b: [x, yy]\n"
    assert documents.place_of(text, 0, ("a", "b")) == (2, 3)
    assert documents.place_of(text, 0, ("a", "b"), value=True) == (2, 6)
    assert documents.place_of(text, 0, ("a", "b", 1), value=True) == (2, 10)
    assert documents.place_of(text, 0, ("a", "c"), value=True) == (1, 1), "where it would stand"


def test_a_pipe_is_no_document(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(documents.DocumentError, match="not a regular file"):
        documents.read_text(tmp_path / "pipe.yaml")
