"""Offsets, lines and columns."""

from __future__ import annotations

import pytest

from mnlint.model.text import Source, Span


@pytest.mark.parametrize(
    ("text", "offset", "place", "reason"),
    [
        ("ab\ncd", 0, (1, 1), "both count from one"),
        ("ab\ncd", 2, (1, 3), "a line end belongs to its line"),
        ("ab\ncd", 3, (2, 1), "and the next line begins behind it"),
        ("ab\ncd", 5, (2, 3), "the end of the text"),
        ("ab\ncd", 99, (2, 3), "past the end is the end"),
        ("ab\ncd", -1, (1, 1), "before the beginning is the beginning"),
        ("ab\r\ncd", 4, (2, 1), "carriage return and line feed are one line end"),
        ("ab\r\ncd", 3, (1, 4), "the line feed of the two is still on the first line"),
        ("ab\rcd", 3, (2, 1), "a lone carriage return is one, too"),
        ("ab\rcd\nef\r\ngh", 10, (4, 1), "all three kinds"),
        ("", 0, (1, 1), "an empty text has one line"),
        ("é𝄞x", 2, (1, 3), "columns are code points"),
        ("ab\n", 3, (2, 1), "behind the last line end there is an empty line"),
    ],
)
def test_line_column(text: str, offset: int, place: tuple[int, int], reason: str) -> None:
    assert Source("f", text).line_column(offset) == place, reason


@pytest.mark.parametrize(
    ("text", "number", "line"),
    [
        ("ab\ncd", 1, "ab"),
        ("ab\ncd", 2, "cd"),
        ("ab\r\ncd", 1, "ab"),
        ("ab\ncd", 3, ""),
        ("ab\ncd", 0, ""),
        ("", 1, ""),
    ],
)
def test_line(text: str, number: int, line: str) -> None:
    assert Source("f", text).line(number) == line


@pytest.mark.parametrize(("number", "start"), [(1, 0), (2, 3), (3, 7), (99, 7), (0, 0)])
def test_line_start(number: int, start: int) -> None:
    assert Source("f", "ab\ncd\r\nef").line_start(number) == start


def test_every_offset_is_on_its_line() -> None:
    source = Source("f", "ab\r\n\rcd\n\n𝄞e")
    for offset in range(len(source.text) + 1):
        line, column = source.line_column(offset)
        assert source.line_start(line) + column - 1 == offset


def test_cut() -> None:
    assert Source("f", "abcdef").cut(Span("f", 1, 3)) == "bc"


@pytest.mark.parametrize(
    ("inner", "covered"),
    [
        (Span("f", 2, 4), True),
        (Span("f", 2, 5), True),
        (Span("f", 3, 3), True),
        (Span("f", 1, 3), False),
        (Span("f", 4, 6), False),
        (Span("g", 2, 4), False),
    ],
)
def test_covers(inner: Span, covered: bool) -> None:
    assert Span("f", 2, 5).covers(inner) is covered
