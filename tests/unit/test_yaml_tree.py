"""YAML of users as a tree with places, and what no YAML can do to the run."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from mnlint.formats.yaml_tree import MAX_LEVELS, MAX_NODES, Tree, parse_tree
from mnlint.model.expr import Expr, Op


def plain(expr: Expr) -> Any:
    """A tree as plain values; what could not be read as `...`."""
    if expr.op is Op.OBJECT:
        return {plain(k) if k.op is not Op.SPREAD else ("<<", plain(k.args[0])): v and plain(v) for k, v in expr.args}
    if expr.op is Op.ARRAY:
        return [plain(item) for item in expr.args]
    if expr.op is Op.SPREAD:
        return ("<<", plain(expr.args[0]))
    return expr.args[0] if expr.op is Op.LITERAL else ...


def tree(text: str) -> Tree:
    return parse_tree(text, "a.yml")


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [
        ("a: b", {"a": "b"}, "a mapping"),
        ("- 1\n- x", [1, "x"], "a list"),
        ("a: yes\nb: Off\nc: 'yes'", {"a": True, "b": False, "c": "yes"}, "YAML 1.1's truths, quoted ones are text"),
        ("a: ~\nb:\nc: null", {"a": None, "b": None, "c": None}, "three ways to write nothing"),
        ("a: 1_000\nb: 0x1f\nc: 1.5\nd: .inf", {"a": 1000, "b": 31, "c": 1.5, "d": float("inf")}, "numbers"),
        ("a: 2024-01-01", {"a": "2024-01-01"}, "a date stays text"),
        ("on: 1\n2: x", {"on": 1, "2": "x"}, "keys are text, whatever they look like"),
        ("a: |\n  x\n  y\nb: >\n  x\n  y", {"a": "x\ny\n", "b": "x y"}, "block scalars"),
        ("a: &x 1\nb: *x", {"a": 1, "b": 1}, "an alias"),
        ("a: !!str 1", {"a": "1"}, "a tag that is known"),
        ("a: {b: [1, {c: d}]}", {"a": {"b": [1, {"c": "d"}]}}, "flow style"),
        ("a: 1\n---\na: 2", {"a": 1}, "the first document only"),
        ('{"a": {"b": null}}', {"a": {"b": None}}, "JSON is YAML"),
    ],
)
def test_values(text: str, value: object, reason: str) -> None:
    made = tree(text)
    assert (plain(made.root), made.notices) == (value, ()), reason


def test_merge_keys_come_first_for_others_override_them() -> None:
    made = tree("x: &x {a: 1}\ny: &y {a: 2}\nz:\n  b: 3\n  <<: [*x, *y]\n")
    entries = made.root.args[2][1].args
    assert [key.op for key, _ in entries] == [Op.SPREAD, Op.SPREAD, Op.LITERAL]
    assert [plain(key.args[0]) for key, _ in entries[:2]] == [{"a": 2}, {"a": 1}], "the first of them counts most"


@pytest.mark.parametrize(
    ("text", "cut", "reason"),
    [
        ("é: ü\n😀: x", ["é", "ü", "😀", "x"], "places are code points"),
        ("a: 'x'\nb: \"y\"", ["a", "'x'", "b", '"y"'], "quotes are part of a scalar"),
        ("a:\n  b: c\n\n# end\n", ["a", "b: c", "b", "c"], "a block ends with its last scalar"),
        ("a: {b: c }\nd: []", ["a", "{b: c }", "b", "c", "d", "[]"], "flow style ends with its bracket"),
        ("a:\nb: 1", ["a", "a", "b", "1"], "nothing is written: the key is all there is to see"),
    ],
)
def test_places(text: str, cut: list[str], reason: str) -> None:
    found: list[str] = []

    def visit(expr: Expr) -> None:
        found.append(text[expr.span.start : expr.span.end])
        for part in expr.args if expr.op in (Op.OBJECT, Op.ARRAY) else ():
            for one in part if isinstance(part, tuple) else (part,):
                visit(one)

    visit(tree(text).root)
    assert found[1:] == cut, reason


def test_an_offset_moves_all_places() -> None:
    made = parse_tree("a: [", "a.yml", 100)
    assert made.root.span.start == 100 and made.notices[0].place and made.notices[0].place.span.start >= 100


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "a0: &a0 x\n" + "".join(f"a{n}: &a{n} [[[*a{n - 1}]]]\n" for n in range(1, 200))


@pytest.mark.parametrize(
    ("text", "value", "code", "message", "reason"),
    [
        ("a: 1\na: 2", {"a": 2}, "MN911", "written twice", "a key written twice"),
        ("a: !!python/object/apply:os.system [x]", {"a": ...}, "MN911", "no tag", "a tag that makes objects"),
        ("a: !vault x", {"a": ...}, "MN911", "no tag", "a tag of some tool"),
        ("a: *x", {"a": ...}, "MN911", "no anchor", "an alias of nothing"),
        ("a: &a [*a]", {"a": [...]}, "MN911", "no anchor", "a list in itself"),
        ("a: 1\nb: [1, 2", {"a": 1, "b": [1, 2, ("<<", ...)], ("<<", ...): None}, "MN911", "", "never closed"),
        ("a: 1\n b: 2", None, "MN911", "", "indented wrongly"),
        ("a: 'x", None, "MN911", "", "a quote that is never closed"),
        ("a: b\0c", ..., "MN911", "does not allow", "a NUL"),
        ("a: \x01", ..., "MN911", "does not allow", "a control character"),
        ("\ta: 1", ..., "MN911", "", "a tab where a token should begin"),
        ("a: " + "[" * 500, None, "MN912", "nested too deeply", "too deep"),
        ("- " * 500, None, "MN912", "nested too deeply", "too deep in block style"),
        (BOMB, None, "MN912", "aliases", "aliases of aliases"),
        (CHAIN, None, "MN912", "nested too deeply", "deep by way of aliases"),
        ("".join(f"- {n}\n" for n in range(MAX_NODES + 10)), None, "MN912", "too large", "too many values"),
        ("a: " + "x" * 3_000_000, ..., "MN912", "larger", "too large"),
        ("k" * 2_000 + ": 1", None, "MN911", "", "a key longer than YAML takes"),
    ],
)
def test_broken_and_hostile(text: str, value: object, code: str, message: str, reason: str) -> None:
    start = perf_counter()
    made = tree(text)
    assert perf_counter() - start < 5, reason
    (notice, *_) = made.notices
    assert notice.code == code and message in notice.message and notice.level == "error", reason
    assert notice.place is not None and 0 <= notice.place.span.start < notice.place.span.end <= len(text), reason
    if value is not None:
        assert plain(made.root) == value, reason


def test_what_is_deep_is_not_too_deep() -> None:
    assert tree("[" * MAX_LEVELS + "]" * MAX_LEVELS).notices == ()


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "0x" + "f" * 100_000, "1:" * 10_000 + "1", "&a " * 10_000, "? " * 10_000]
)
def test_odd_scalars_take_no_time(text: str) -> None:
    start = perf_counter()
    tree(f"a: {text}")
    assert perf_counter() - start < 2
