"""The patterns of `matches`: they mean what regular expressions do, and none of them can run wild."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from mnlint.policy import patterns

ROWS = [  # a pattern, what it fits, what it does not
    ("hub", ["hub", "HUB"], ["", "hubs", "ahub"]),
    ("hub.*", ["hub", "hub-a"], ["a-hub", "hub\n"]),
    (r"(.+\.)?acme\.example", ["acme.example", "a.b.acme.example"], [".acme.example", "xacme.example", "acme-example"]),
    ("[a-z0-9-]{3,5}", ["abc", "a-9-b"], ["ab", "abcdef", "a_b"]),
    ("a{2}", ["aa"], ["a", "aaa"]),
    ("a{2,}", ["aa", "aaaa"], ["a"]),
    ("a{0,1}b", ["b", "ab"], ["aab"]),
    ("(ab|c)+", ["ab", "cab", "abab"], ["", "a", "abb"]),
    ("(?:ab)*", ["", "abab"], ["aba"]),
    (r"\d+\.\d+", ["1.10"], ["1.", "a.1"]),
    (r"\w+\s\W", ["a_1 -"], ["a b"]),
    (r"[^\d.]+", ["abc"], ["a1", "a.b"]),
    ("[]]", [], []),
    ("", [""], ["a"]),
    ("a|", ["a", ""], ["b"]),
    (r"\{x\}", ["{x}"], ["x"]),
    ("ü", ["ü", "Ü"], ["u"]),
]


@pytest.mark.parametrize(("pattern", "good", "bad"), ROWS, ids=[row[0] or "nothing" for row in ROWS])
def test_what_a_pattern_fits(pattern: str, good: list[str], bad: list[str]) -> None:
    if pattern == "[]]":
        with pytest.raises(patterns.PatternError, match="a class is empty"):
            patterns.compiled(pattern)
        return
    made = patterns.compiled(pattern)
    assert [text for text in good if not made.fits(text, exact=False)] == []
    assert [text for text in bad if made.fits(text, exact=False)] == []


def test_case_counts_where_it_is_exact() -> None:
    made = patterns.compiled("[a-c]B")
    assert (made.fits("aB", exact=True), made.fits("Ab", exact=True), made.fits("Ab", exact=False)) == (
        True,
        False,
        True,
    )


def of(random: Random, depth: int = 0) -> str:
    """Some pattern, which Python reads as we do."""
    made = []
    for _ in range(random.randint(1, 3)):
        atom = random.choice(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w"])
        if depth < 3 and random.random() < 0.4:
            atom = f"({of(random, depth + 1)}{random.choice(['', '|' + of(random, depth + 1)])})"
        made.append(atom + random.choice(["", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}"]))
    return "".join(made)


def texts(random: Random) -> Iterator[str]:
    for length in (0, 1, 1, 2, 3, 4, 5):
        yield "".join(random.choice("abA1_") for _ in range(length))


@pytest.mark.parametrize("seed", range(400))
def test_patterns_mean_what_they_do_elsewhere(seed: int) -> None:
    random = Random(seed)
    pattern = of(random)
    try:
        made = patterns.compiled(pattern)
    except patterns.PatternError as error:
        assert "characters" in str(error)  # too large, after counts of counts
        return
    theirs = {exact: re.compile(pattern, re.ASCII if exact else re.ASCII | re.IGNORECASE) for exact in (True, False)}
    for text in texts(random):
        for exact, other in theirs.items():
            assert made.fits(text, exact=exact) is (other.fullmatch(text) is not None), (pattern, text, exact)


EVIL = [  # each takes time beyond all bounds where ways are tried one after the other
    ("(a+)+", "a" * 200 + "!"),
    ("(a*)*", "a" * 200 + "!"),
    ("(a|aa)+", "a" * 200 + "!"),
    ("(a|a)*b", "a" * 200),
    ("(.*)*x", "a" * 200),
    ("(.*a){12}", "a" * 200 + "!"),
    (".*.*.*.*.*.*.*.*.*x", "a" * 200),
    ("a?" * 60 + "a" * 60, "a" * 59),
    (r"([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*@(([a-z0-9])+\.)+[a-z]{2,4}", "a" * 150 + "!"),
    (r"(\w+\s?)*", "a " * 100 + "!"),
    (r"((a{1,10}){1,10})+b", "a" * 200),
    (r"(([a-z])+.)+[A-Z]([a-z])+", "a" * 200 + "1"),
]


@pytest.mark.parametrize(("pattern", "text"), EVIL, ids=[row[0][:40] for row in EVIL])
def test_no_pattern_runs_wild(pattern: str, text: str) -> None:
    """Measured in steps, not by the clock: never more at a character than the pattern has characters of its own."""
    made = patterns.compiled(pattern)
    assert made.fits(text, exact=True) is False
    steps = sum(states.bit_count() for states in made.ways(text, exact=True))
    assert steps <= len(text) * len(made.takes)
    assert len(made.takes) <= patterns.MAX_STATES


@pytest.mark.parametrize(
    "pattern", ["a{400}b", "(a{100}){100}", "((a{9}){9}){9}", "a" * 401, "(" * 30 + "a" + ")" * 30]
)
def test_a_pattern_is_not_too_large(pattern: str) -> None:
    with pytest.raises(patterns.PatternError, match=r"characters|deeper"):
        patterns.compiled(pattern)


REFUSED = [
    ("a**", "is not repeated again"),
    ("a+?", "lazy"),
    ("a{2}{3}", "is not repeated again"),
    ("*a", "repeats nothing"),
    ("(?=a)", "neither ahead nor back"),
    ("(?P<n>a)", "has no name"),
    ("(?i)a", "a group is written"),
    ("^a", "not needed"),
    ("a$", "not needed"),
    (r"(a)\1", "means nothing here"),
    (r"\p{L}", "means nothing here"),
    ("(a", "not closed"),
    ("a)", "closes nothing"),
    ("[a", "not closed"),
    ("[b-a]", "lower to a higher"),
    (r"[a-\d]", "lower to a higher"),
    (r"[\D]", "no negated class"),
    ("a{b}", "begins a count"),
    ("a{3,2}", "smaller to a larger"),
    ("a{0}", "smaller to"),
    ("a\\", "means nothing here"),
    ("[^]", "a class is empty"),
]


@pytest.mark.parametrize(("pattern", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_pattern(pattern: str, words: str) -> None:
    with pytest.raises(patterns.PatternError, match=re.escape(words)):
        patterns.compiled(pattern)


def test_a_text_without_end_is_not_asked_about() -> None:
    from mnlint.model.text import Span
    from mnlint.model.tri import Tri
    from mnlint.model.value import literal
    from mnlint.policy.conditions import answer

    node = literal("a" * (patterns.LONGEST + 1), Span("f", 0, 1))
    assert answer(node, "matches", "a*").tri is Tri.UNKNOWN
