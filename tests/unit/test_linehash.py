"""GitHub's line fingerprints: its own published examples, and its algorithm step by step."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnlint.reports.linehash import line_hashes

EMPTY = "c129715d7a2bc9a3:1"
GREETING = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    EMPTY,
]

# github/codeql-action at f3f1edbe, src/fingerprints.test.ts
PUBLISHED = [
    ("nothing at all", "", [EMPTY]),
    (
        "blanks and tabs do not count",
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    ),
    (
        "no line end at the end",
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    ("LF", " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETING),
    ("CR", " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETING),
    ("CRLF", " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETING),
    ("all of them", " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETING),
    (
        "equal lines are counted, until the end of the file comes into their sight",
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            EMPTY,
        ],
    ),
    (
        "short lines differ by what follows them",
        "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
        [
            "e54938cc54b302f1:1",
            "bb609acbe9138d60:1",
            "1131fd5871777f34:1",
            "5c482a0f8b35ea28:1",
            "54517377da7028d2:1",
            "2c644846cb18d53e:1",
            "f1b89f20de0d133:1",
            EMPTY,
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in PUBLISHED], ids=[row[0] for row in PUBLISHED])
def test_the_published_examples(text: str, expected: list[str]) -> None:
    assert list(line_hashes(text, range(1, len(expected) + 1)).values()) == expected


def test_only_what_is_asked_for_and_what_there_is() -> None:
    text = "Lorem ipsum dolor sit amet.\n" * 10
    assert line_hashes(text, {3, 12}) == {3: "a7f2ff13bc495cf2:3"}


def test_a_character_of_two_units_is_two() -> None:
    assert line_hashes("a😀b", [1]) == dict(enumerate(step_by_step("a😀b"), 1))
    assert line_hashes("a😀b", [1]) != line_hashes("a\ufffdb", [1])


@given(st.text(alphabet=" \t\r\nab\0\uffff😀", max_size=400))
def test_as_step_by_step(text: str) -> None:
    expected = step_by_step(text)
    assert list(line_hashes(text, range(1, len(expected) + 1)).values()) == expected


def test_a_long_line_and_many_short_ones_take_no_time() -> None:
    assert len(line_hashes("x" * 1_000_000 + "\n" * 200_000, range(1, 5001))) == 5000


def step_by_step(text: str) -> list[str]:
    """The algorithm as it is described: unit after unit through a window of 100, with a hash that rolls along."""
    data = text.encode("utf-16-le", "surrogatepass")
    window, lines = [0] * 100, [0] * 100
    value, line, index, starts, after_cr = 0, 0, 0, True, False
    seen: dict[int, int] = {}
    found: list[str] = []
    units = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
    for read, step in zip([*units, 65535, *[0] * 100], count(), strict=False):
        unit = read
        if step <= len(units):
            if read in (32, 9) or (after_cr and read == 10):
                after_cr = False
                continue
            after_cr = read == 13
            unit = 10 if after_cr else read
        if lines[index]:
            seen[value] = seen.get(value, 0) + 1
            found.append(f"{value:x}:{seen[value]}")
            lines[index] = 0
        if step <= len(units):
            if starts:
                line += 1
                lines[index] = line
            starts = unit == 10
        value = (value * 37 + unit - 37**100 * window[index]) % 2**64
        window[index] = unit
        index = (index + 1) % 100
    return found
