"""Which texts are near each other: all that may be one, of whichever rules they are."""

from itertools import product

import pytest

from mnlint.azure.alike import Alike
from mnlint.azure.same import apart, same_value
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import Cause, Node, Unknown

SPAN = Span("main.bicep", 0, 0)
LONG = "a" * 60
TEXTS = [
    *("", "pypi", "pypi-1", "1", "my-pypi", "pypi-{param:x}", "{param:x}", "{param:x}-pypi", "my-{param:x}-pypi"),
    *("{param:x}{param:y}", "p{param:x}", "{param:x}i", "{?}", "my-{?}", "{f({param:x})}-1", "my-{param:x}", "my"),
    *(LONG, f"{LONG}b", f"{LONG}{{param:x}}", f"{LONG}b{{param:x}}", f"{{param:x}}{LONG}", f"{{param:x}}b{LONG}"),
]


@pytest.mark.parametrize(("left", "right"), list(product(TEXTS, TEXTS)))
def test_texts_that_may_be_one_are_near(left: str, right: str) -> None:
    near = 1 in Alike({1: [left]}).near([right])

    assert near or apart(left, right) or (left != right and "{" not in left + right)


@pytest.mark.parametrize("text", TEXTS)
def test_among_many_a_text_finds_all_that_may_be_one(text: str) -> None:
    found = set(Alike({number: [own] for number, own in enumerate(TEXTS)}).near([text]))

    wanted = {number for number, own in enumerate(TEXTS) if same_value(_node(own), _node(text)) is not Tri.FALSE}
    assert wanted <= found


def test_what_nobody_knows_is_near_to_everything() -> None:
    alike = Alike({1: ["pypi"], 2: None, 3: []})

    assert set(alike.near(["conda"])) == {2}
    assert set(alike.near(None)) == {1, 2, 3}
    assert set(alike.near(["pypi", "conda"])) == {1, 2}


def test_most_others_are_not_near() -> None:
    """Else there would be a question for every pair."""
    whole = Alike({number: [f"rule-{number}"] for number in range(1000)})
    ends = Alike({number: [f"{{param:x}}-rule-{number}-"] for number in range(1000)})

    assert list(whole.near(["rule-7"])) == [7]
    assert set(ends.near(["{param:x}-rule-7-"])) == {7}


def _node(form: str) -> Node:
    return Node(Unknown(Cause.NO_VALUE, SPAN, "x", form) if "{" in form else form, SPAN, ())
