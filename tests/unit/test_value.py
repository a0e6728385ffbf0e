"""Located values: members of what is known, open, or not known; choices; forms; trails."""

from __future__ import annotations

from typing import Any

import pytest

from mnlint.model.text import Span
from mnlint.model.value import (
    ABSENT,
    Absent,
    Cause,
    Choice,
    Hop,
    HopKind,
    Map,
    Node,
    Ref,
    Seq,
    Unknown,
    absent,
    choice,
    form_of,
    literal,
    member,
    negated,
    strip_hole,
    unknown,
    walk,
)

HERE, HEAD = Span("f", 10, 20), Span("f", 10, 12)
WHY = Unknown(Cause.NO_VALUE, Span("f", 0, 5), "parameter p", "{param:p}")


def node(value: Any) -> Node:
    return literal(value, HERE)


def obj(more: Unknown | None = None, **entries: Any) -> Node:
    return node(Map({key: node(value) for key, value in entries.items()}, HEAD, more))


def shown(made: Node) -> Any:
    """A value in a form that can be compared."""
    value = made.value
    if isinstance(value, Unknown):
        return ("?", value.label, value.form)
    if isinstance(value, Choice):
        return [shown(option) for option in value.options]
    if isinstance(value, Ref):
        return ("->", value.address, value.rest)
    return value


@pytest.mark.parametrize(
    ("of", "name", "fold", "expected", "reason"),
    [
        (obj(mode=1), "mode", False, 1, "it is there"),
        (obj(mode=1), "Mode", True, 1, "ARM does not mind the case"),
        (obj(mode=1), "Mode", False, ABSENT, "Terraform does"),
        (obj(), "mode", False, ABSENT, "a closed object has no other members"),
        (obj(WHY), "mode", False, ("?", "parameter p", "{param:p.mode}"), "an open one may have"),
        (obj(WHY, mode=1), "mode", False, 1, "what is seen is known although others are not"),
        (node(WHY), "mode", False, ("?", "parameter p", "{param:p.mode}"), "a part of an unknown has a form, too"),
        (node(Unknown(Cause.RUNTIME, HERE, "x")), "mode", False, ("?", "x", None), "unless the whole has none"),
        (node(Ref("a.b", ("id",))), "x", False, ("->", "a.b", ("id", "x")), "a part of a resource"),
        (node("text"), "mode", False, ABSENT, "a text has no members"),
        (node(Seq((node(1),))), "mode", False, ABSENT, "nor has a list"),
        (node(None), "mode", False, ABSENT, "nor null"),
        (choice([obj(m=1), obj(m=2)], WHY, node(0)), "m", False, [1, 2], "of each option its own"),
        (choice([obj(m=1), obj()], WHY, node(0)), "m", False, [1, ABSENT], "where one lacks it, that is an option"),
        (choice([obj(m=1), node(None)], WHY, node(0)), "m", False, [1, ABSENT], "as with `cond ? {...} : null`"),
    ],
)
def test_member(of: Node, name: str, fold: bool, expected: Any, reason: str) -> None:
    assert shown(member(of, name, fold=fold)) == expected, reason


def test_a_missing_member_is_marked_at_the_little_that_is_there() -> None:
    assert member(obj(), "mode", fold=False).span == HEAD
    assert member(obj(WHY), "mode", fold=False).span == HEAD


def test_an_exact_name_comes_before_one_in_another_case() -> None:
    assert member(obj(Mode=1, mode=2), "mode", fold=True).value == 2


def test_a_choice_has_no_choice_among_its_options() -> None:
    inner = choice([node(1), node(2)], WHY, node(0))
    assert shown(choice([inner, node(3)], WHY, node(0))) == [1, 2, 3]


def test_a_choice_of_one_is_that_one() -> None:
    only = node(1)
    assert choice([only], WHY, node(0)) is only


def test_what_is_passed_on_keeps_its_origin() -> None:
    use = Span("g", 1, 2)
    passed = node("x").through(Hop(HopKind.REFERENCE, use, "var.x"))
    assert (passed.value, passed.span, passed.origin) == ("x", use, HERE)
    assert [hop.kind for hop in passed.trail] == [HopKind.REFERENCE, HopKind.LITERAL]


def test_another_value_at_the_same_place() -> None:
    made = node("x").holding("y")
    assert (made.value, made.span, made.origin) == ("y", HERE, HERE)


@pytest.mark.parametrize(
    ("made", "form", "reason"),
    [
        (node("kv"), "kv", "a text is its own form"),
        (node("a{b}c"), "a⦃b⦄c", "a brace of a text is no hole"),
        (node(7), "7", "a number as text"),
        (node(True), "true", "a truth as templates write it"),
        (node(WHY), "{param:p}", "an unknown has the form it was given"),
        (unknown(Cause.RUNTIME, HERE, "x"), None, "or none"),
        (node(Ref("a.b", ("id",))), "{ref:a.b.id}", "a reference is a hole with an address"),
        (node(None), None, "null is no text"),
        (absent(HEAD, "nothing"), None, "nor is nothing"),
        (obj(), None, "nor an object"),
        (choice([node(1), node(2)], WHY, node(0)), None, "nor one of two"),
    ],
)
def test_form_of(made: Node, form: str | None, reason: str) -> None:
    assert form_of(made) == form, reason


@pytest.mark.parametrize(
    ("form", "opposite"),
    [
        (None, None),
        ("{param:a}", "{!param:a}"),
        ("{!param:a}", "{param:a}"),
        ("{!&&({param:a},{param:b})}", "{&&({param:a},{param:b})}"),
        ("{&&({param:a},{param:b})}", "{!&&({param:a},{param:b})}"),
    ],
)
def test_negated(form: str | None, opposite: str | None) -> None:
    assert negated(form) == opposite
    assert negated(opposite) == form


def test_the_negation_of_a_text_with_holes_is_another_form() -> None:
    for form in ("{param:a}-x", "x-{param:a}", "{param:a}{param:b}"):
        assert negated(form) != form


@pytest.mark.parametrize(
    ("form", "inside"),
    [("{param:a}", "param:a"), ("x{a}", "x{a}"), ("{a}{b}", "{a}{b}"), ("", ""), ("{f({a})}", "{f({a})}")],
)
def test_strip_hole(form: str, inside: str) -> None:
    assert strip_hole(form) == inside


def test_walk_gives_every_node_with_its_path() -> None:
    tree = obj(a=Seq((node(1), choice([node(2), node(3)], WHY, node(0)))), b="x")
    assert {".".join(path): shown(one) for path, one in walk(tree) if not isinstance(one.value, Map | Seq)} == {
        "a.0": 1,
        "a.1": [2, 3],
        "a.1.?0": 2,
        "a.1.?1": 3,
        "b": "x",
    }


def test_nothing_is_one_thing() -> None:
    assert Absent() == ABSENT
    assert not Absent() == None  # noqa: E711, SIM201  (null has a place of its own)
