"""Kleene's tables, and which nodes an answer keeps."""

from __future__ import annotations

import itertools

import pytest

from mnlint.model.text import Span
from mnlint.model.tri import Answer, Tri, all_of, any_of, both, either
from mnlint.model.value import literal

F, U, T = Tri.FALSE, Tri.UNKNOWN, Tri.TRUE

# first, second, and, or
TABLE = [
    (F, F, F, F),
    (F, U, F, U),  # a no decides an `and` whatever the other is
    (F, T, F, T),
    (U, F, F, U),
    (U, U, U, U),
    (U, T, U, T),  # a yes decides an `or`
    (T, F, F, T),
    (T, U, U, T),
    (T, T, T, T),
]


@pytest.mark.parametrize(("first", "second", "conjunction", "disjunction"), TABLE)
def test_the_connectives(first: Tri, second: Tri, conjunction: Tri, disjunction: Tri) -> None:
    assert both(first, second) is conjunction
    assert either(first, second) is disjunction


@pytest.mark.parametrize(("tri", "negated"), [(F, T), (U, U), (T, F)])
def test_not_mirrors(tri: Tri, negated: Tri) -> None:
    assert tri.negated() is negated
    assert Answer(tri).negated().tri is negated


def test_one_alone_is_itself() -> None:
    assert all(both(tri) is either(tri) is tri for tri in Tri)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(Tri, repeat=2)))
def test_de_morgan(first: Tri, second: Tri) -> None:
    assert both(first, second).negated() is either(first.negated(), second.negated())


@pytest.mark.parametrize(("first", "second"), list(itertools.product(Tri, repeat=2)))
def test_less_knowledge_never_decides_otherwise(first: Tri, second: Tri) -> None:
    """If one side is forgotten, the answer stays or becomes unknown."""
    for connective in (both, either):
        assert connective(U, second) in (U, connective(first, second))


@pytest.mark.parametrize(("known", "tri"), [(True, T), (False, F), ("x", T), ("", F), (None, F), (0, F)])
def test_what_is_known_is_true_or_false(known: object, tri: Tri) -> None:
    assert Tri.of(known) is tri


@pytest.mark.parametrize("tri", Tri)
def test_a_tri_is_no_bool(tri: Tri) -> None:
    with pytest.raises(TypeError, match=r"^a Tri is not a bool: compare it with Tri.TRUE, Tri.FALSE or Tri.UNKNOWN$"):
        assert not tri


# --- answers


def answer(tri: Tri, name: str) -> Answer:
    return Answer(tri, (literal(name, Span("f", 0, 0)),))


def because(made: Answer) -> str:
    return "".join(str(node.value) for node in made.because)


@pytest.mark.parametrize(
    ("members", "tri", "deciding", "reason"),
    [
        ("", T, "", "nothing is wrong with none"),
        ("TT", T, "01", "all of them hold"),
        ("TFU", F, "1", "the one that fails decides, not the one in doubt"),
        ("FTF", F, "02", "all that fail do"),
        ("TUU", U, "12", "those in doubt are why nobody knows"),
    ],
)
def test_all_of(members: str, tri: Tri, deciding: str, reason: str) -> None:
    made = all_of(answer({"F": F, "U": U, "T": T}[m], str(n)) for n, m in enumerate(members))
    assert (made.tri, because(made)) == (tri, deciding), reason


@pytest.mark.parametrize(
    ("members", "tri", "deciding", "reason"),
    [
        ("", F, "", "none of none holds"),
        ("FF", F, "01", "all of them fail"),
        ("FTU", T, "1", "the one that holds decides"),
        ("FUU", U, "12", "those in doubt might hold"),
    ],
)
def test_any_of(members: str, tri: Tri, deciding: str, reason: str) -> None:
    made = any_of(answer({"F": F, "U": U, "T": T}[m], str(n)) for n, m in enumerate(members))
    assert (made.tri, because(made)) == (tri, deciding), reason


def test_not_keeps_what_decided() -> None:
    assert because(answer(T, "x").negated()) == "x"
