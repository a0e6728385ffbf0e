"""Expressions made to cost much: each ends soon, in a value or in doubt, and never in a crash."""

from __future__ import annotations

import time

import pytest

from functions import arm, bicep
from mnlint.model.value import Choice, Map, Node, Seq, Unknown, walk
from mnlint.resolve.plain import located

MOST = 60  # seconds, on a slow machine
OPTIONS = "(b ? 'x' : 'y')"

HOSTILE = [
    ("reduce(range(0, 60), 'a', (c, n) => concat(c, c))", "a text that doubles"),
    ("reduce(range(0, 60), 'a', (c, n) => '${c}${c}')", "by interpolation"),
    ("reduce(range(0, 60), ['a'], (c, n) => concat(c, c))", "a list that doubles"),
    ("reduce(range(0, 60), [['a']], (c, n) => flatten([c, c]))", "by flattening"),
    ("reduce(range(0, 60), ['a'], (c, n) => union(c, c))", "by union"),
    ("length(string(reduce(range(0, 60), ['a'], (c, n) => [c, c])))", "a value that is 2^60 when it is written down"),
    ("reduce(range(0, 60), ['a'], (c, n) => [c, c]) == reduce(range(0, 60), ['a'], (c, n) => [c, c])", "two of them"),
    ("uniqueString(reduce(range(0, 60), [p], (c, n) => [c, c]))", "its form"),
    ("contains([reduce(range(0, 60), [p], (c, n) => [c, c])], p)", "what is in it"),
    ("distinct([reduce(range(0, 60), [p], (c, n) => [c, c])])", "its members"),
    ("string(reduce(range(0, 3000), {}, (c, n) => { a: c }))", "a value 3,000 deep"),
    ("union(reduce(range(0, 3000), {}, (c, n) => { a: c }), reduce(range(0, 3000), {}, (c, n) => { a: c }))", "merged"),
    ("map(range(0, 10000), i => range(0, 10000))", "10,000 lists of 10,000"),
    ("map(range(0, 10000), i => padLeft('x', 100000))", "10,000 long texts"),
    ("padLeft('x', 2147483647)", "a wide text"),
    ("format('{0,2147483647}', 'x')", "a wide place"),
    ("format('{0:D99}{0:D2147483647}', 1)", "a wide number"),
    ("range(0, 2147483647)", "a long list"),
    ("replace(padLeft('x', 100000), ' ', padLeft('x', 100000))", "10^10 characters"),
    ("split(padLeft('x', 100000), ' ')", "a list of 100,000"),
    ("like(padLeft('b', 90000, 'a'), '*a*a*a*a*a*a*a*a*a*a*a*a*c')", "a pattern that goes back"),
    ("uri('http://a/${padLeft('!', 3000, 'a')}', 'b')", "an address that goes back"),
    ("json(padLeft('1', 100000, '['))", "JSON that is nested"),
    ("json(padLeft('\"', 100000, '\\\\'))", "a text full of escapes"),
    ("json(padLeft('1', 99999, '9'))", "a long number"),
    ("int(padLeft('1', 99999, '9'))", "another"),
    ("dateTimeAdd('2020-01-01T00:00:00Z', 'P9999Y')", "a date beyond the calendar"),
    ("dateTimeFromEpoch(9223372036854775807)", "another"),
    ("cidrSubnet('::/0', 128, 9223372036854775807)", "many subnets"),
    ("9223372036854775807 * 9223372036854775807", "a product"),
    ("-9223372036854775807 - 9223372036854775807", "a difference"),
    ("'" + "${" + OPTIONS + "}" * 1 + "${b ? 'x' : 'y'}" * 40 + "'", "2^41 texts"),
    (f"union({', '.join('(b ? {a: 1} : {b: 2})' for _ in range(40))})", "2^40 objects"),
    ("{" + " ".join(f"...(b ? {{a{n}: 1}} : {{b: 2}})\n" for n in range(40)) + "}", "2^40 objects by spreading"),
    (f"concat({', '.join(OPTIONS for _ in range(40))})", "2^40 texts by concat"),
    (f"max({', '.join('(b ? 1 : 2)' for _ in range(40))})", "2^40 numbers"),
    ("sort(range(0, 10000), (x, y) => x > y)", "a long sort"),
    ("sort(range(0, 1000), (x, y) => n > 1)", "a sort by nothing known"),
    ("intersection(range(0, 10000), range(0, 10000))", "10^8 comparisons"),
    ("union(map(range(0, 5000), x => [x]), map(range(0, 5000), x => [x]))", "a union of lists"),
    ("indexOf(map(range(0, 10000), x => [x]), [9999])", "a search of lists"),
    ("groupBy(range(0, 10000), x => '${x}')", "10,000 groups"),
    ("toObject(range(0, 10000), x => '${x}')", "10,000 members"),
    ("filter(range(0, 10000), x => x == n)", "10,000 questions"),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE, ids=[row[1] for row in HOSTILE])
def test_it_ends_soon(text: str, reason: str) -> None:
    begun = time.process_time()
    node = bicep(text)
    assert isinstance(node, Node)
    assert time.process_time() - begun < MOST, reason


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *[(name, 1_000) for name in ("coalesce", "concat", "union", "createArray", "max", "resourceId", "format")],
        *[(name, 90) for name in ("and", "or")],
    ],
)
def test_many_arguments(name: str, count: int) -> None:
    begun = time.process_time()
    arm(f"{name}({','.join(['parameters(`p`)'.replace('`', chr(39))] * count)})")
    assert time.process_time() - begun < MOST


@pytest.mark.parametrize(
    "name", ["concat", "union", "format", "contains", "map", "reduce", "items", "resourceId", "guid"]
)
@pytest.mark.parametrize(
    "arguments", ["", "1", "null", "'a'", "[]", "{}", "p", "1, 2, 3, 4, 5", "x => x", "[p], x => x"]
)
def test_wrong_arguments_are_no_crash(name: str, arguments: str) -> None:
    assert isinstance(bicep(f"{name}({arguments})"), Node)


def test_every_function_takes_anything() -> None:
    """No function fails on a kind of argument it was not made for."""
    from mnlint.resolve.functions import OVER_KNOWN, OVER_NODES, SPECIAL

    names = [name for name in {*OVER_KNOWN, *OVER_NODES, *SPECIAL} if name.isalnum()]
    given = [
        "null",
        "true",
        "1",
        "-1",
        "'x'",
        "''",
        "[1, 'a']",
        "{a: 1}",
        "p",
        "o",
        "b ? 1 : 'x'",
        "[p]",
        "{a: p}",
        "x => x",
    ]
    for name in sorted(names):
        calls = [f"{name}()", f"{name}([1], 2, x => x)", *[f"{name}({one})" for one in given]]
        calls += [f"{name}({one}, {other})" for one in given for other in given]
        made = bicep("[\n" + "\n".join(calls) + "\n]").value
        assert isinstance(made, Seq)
        assert len(made.items) == len(calls)


def test_a_known_value_has_no_doubt_in_it() -> None:
    node = bicep("union({a: [1, {b: 2}]}, json('{\"c\": [null]}'))")
    assert not [n for _, n in walk(node) if isinstance(n.value, Unknown | Choice)]
    assert isinstance(node.value, Map)
    assert node.value.more is None
    assert isinstance(located([1], node.span).value, Seq)
