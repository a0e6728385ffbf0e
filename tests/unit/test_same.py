"""Whether two values are one: a table of texts with and without holes, of ports, and of lists."""

from __future__ import annotations

import pytest

from mnlint.azure.same import same_list, same_ports, same_value
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Cause, Choice, Node, Seq, Unknown, literal

AT = Span("main.bicep", 0, 1)
YES, NO, MAYBE = Tri.TRUE, Tri.FALSE, Tri.UNKNOWN


def form(text: str | None) -> Node:
    return literal(Unknown(Cause.NO_VALUE, AT, "x", text), AT)


def text(value: object) -> Node:
    return literal(value, AT)  # type: ignore[arg-type]


def one_of(*values: str) -> Node:
    why = Unknown(Cause.NO_VALUE, AT, "lab")
    return literal(Choice(tuple(text(value) for value in values), why), AT)


def seq(*values: str, more: bool = False) -> Node:
    return literal(Seq(tuple(text(v) for v in values), Unknown(Cause.DYNAMIC, AT, "l") if more else None), AT)


VALUES = [
    (text("pypi"), text("PyPI"), YES, "case does not matter"),
    (text("pypi"), text(" pypi"), YES, "nor do blanks around it"),
    (text("pypi"), text("files"), NO, "two texts"),
    (text(ABSENT), text(ABSENT), NO, "nothing is no text that two have in common"),
    (form("{param:a}"), form("{param:a}"), YES, "equal unknowns"),
    (form("{param:a}"), form("{param:b}"), MAYBE, "unequal ones"),
    (form(None), form(None), MAYBE, "nothing is known of either"),
    (form("fqdn-{param:a}"), form("pe-{param:a}"), NO, "they begin differently"),
    (form("{param:a}-fqdn"), form("{param:b}-blob"), NO, "they end differently"),
    (form("pypi-{param:a}"), text("pypi"), NO, "what is known of one is longer than the other"),
    (form("pypi{param:a}"), text("pypi"), MAYBE, "the rest may be empty"),
    (one_of("a", "b"), text("c"), NO, "none of the options"),
    (one_of("a", "b"), text("a"), MAYBE, "one of the options"),
    (one_of("a", "A"), text("a"), YES, "all of the options"),
]


@pytest.mark.parametrize(("left", "right", "expected", "reason"), VALUES, ids=[row[3] for row in VALUES])
def test_values(left: Node, right: Node, expected: Tri, reason: str) -> None:
    assert same_value(left, right) is expected, reason
    assert same_value(right, left) is expected, f"{reason}, the other way round"


PORTS = [
    (text("80,443"), text("443, 80"), YES, "order and blanks"),
    (text("443"), text(443), YES, "a number"),
    (text("443"), text("80, 443"), NO, "more ports"),
    (form("80,{param:a}"), form("443,{param:b}"), MAYBE, "the unknown parts may be the other's"),
    (form("80,{param:a}"), form("80,{param:a}"), YES, "equal unknowns"),
    (text(ABSENT), text("443"), NO, "none"),
    (one_of("443", "80"), text("443"), MAYBE, "one of two"),
]


@pytest.mark.parametrize(("left", "right", "expected", "reason"), PORTS, ids=[row[3] for row in PORTS])
def test_ports(left: Node, right: Node, expected: Tri, reason: str) -> None:
    assert same_ports(left, right) is expected, reason
    assert same_ports(right, left) is expected, f"{reason}, the other way round"


@pytest.mark.parametrize(
    ("left", "right", "expected", "reason"),
    [
        (seq("a", "b"), seq("b", "a"), YES, "order"),
        (seq("a"), seq("a", "b"), NO, "one more"),
        (seq("a", more=True), seq("a"), MAYBE, "there may be one more"),
        (text(ABSENT), seq("a"), NO, "no list"),
        (form("{param:l}"), seq("a"), MAYBE, "a list that nobody knows"),
    ],
)
def test_lists(left: Node, right: Node, expected: Tri, reason: str) -> None:
    assert same_list(left, right) is expected, reason
    assert same_list(right, left) is expected, f"{reason}, the other way round"
