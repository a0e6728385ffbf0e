"""Calls made at random over parameters without a value: what is known of them is so for all values of the parameters.

And of two calls with one form the values are one, whatever the parameters are. Only their types may differ: the text
`'${n}'` has the form of the number n.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

import stands_for
from functions import value_of
from mnlint.model.value import Node
from mnlint.resolve.forms import deep_form

SOME, MANY = 2_500, 60_000
# What a hole of a type is filled with: `S` a text, `N` a number, `B` a truth, `O` an object, `A` an array, `X` any.
GRAMMAR = {
    "S": [
        *("p", "q", "'a'", "'b'", "'A'", "''", "'${S}-${S}'", "'${N}/${S}'", "toLower(S)", "toUpper(S)"),
        *("concat(S, S)", "format('{0}-{1}', S, S)", "format('{0}/{1}', N, S)", "substring(S, 0, 1)", "take(S, N)"),
        *("skip(S, N)", "replace(S, S, S)", "trim(S)", "padLeft(S, 3, '0')", "join(A, S)", "first(A)", "B ? S : S"),
        *("O.?x ?? S", "O.?y ?? S", "O['x']", "base64(S)", "string(N)", "string(B)", "last(A)", "uniqueString(S)"),
        *("A[0]", "A[?1] ?? S", "t[S]", "reduce(A, S, (x, y) => y)", "guid(S, S)", "{'${S}': S}.?a ?? 'z'"),
    ],
    "N": [
        *("n", "0", "1", "2", "N + N", "N - N", "-N", "N * N", "N / 2", "N % 2", "length(A)", "length(S)", "length(O)"),
        *("indexOf(S, S)", "indexOf(A, S)", "lastIndexOf(A, S)", "min(N, N)", "max(N, N)", "B ? N : N", "int('1')"),
    ],
    "B": [
        *("b", "true", "false", "!B", "B && B", "B || B", "X == X", "S == S", "N == N", "X != X", "S =~ S", "N < N"),
        *("contains(A, S)", "contains(O, S)", "contains(S, S)", "empty(S)", "empty(A)", "empty(O)", "startsWith(S, S)"),
        *("endsWith(S, 'a')", "O.?x == null", "A == A", "O == O", "any(B)", "bool('true')", "N >= N"),
    ],
    "O": [
        *("o", "{}", "{x: S}", "{x: S, y: X}", "{x: {a: S}}", "union(O, O)", "{...O, x: S}", "{...O, ...O}"),
        *("intersection(O, O)", "B ? O : O", "{'${S}': X}", "toObject(A, m => m)", "toObject(A, m => S, m => N)"),
        *("mapValues(O, m => S)", "groupBy(A, m => S)", "O.?x ?? O", "shallowMerge([O, O])", "first([O, O])"),
    ],
    "A": [
        *("a", "[]", "[S]", "[S, S]", "[p, q]", "concat(A, A)", "union(A, A)", "intersection(A, A)", "skip(A, N)"),
        *("take(A, N)", "filter(A, m => m == S)", "filter(A, m => B)", "map(A, m => m)", "map(A, m => '${m}${S}')"),
        *("map(A, (m, i) => '${i}')", "[for m in A: '${m}!']", "[for (m, i) in A: S]", "B ? A : A", "split(S, '-')"),
        *(
            "sort(A, (x, y) => x < y)",
            "objectKeys(O)",
            "flatten([A, A])",
            "array(S)",
            "[...A, S]",
            "map(items(O), m => m.key)",
        ),
        *(
            "map(range(0, 2), i => '${i}')",
            "distinct(A)",
            "createArray(S)",
            "json('[]')",
            "[for i in range(0, length(A)): S]",
        ),
    ],
    "X": ["S", "N", "B", "O", "A"],
}
SHORT = {"S": ("p", "q", "'a'"), "N": ("n", "1"), "B": ("b", "true"), "O": ("o", "{x: 'a'}"), "A": ("a", "['a', p]")}
T = "var t = {a: '1', b: p, A: '3'}"
VALUES = [
    {"p": "a", "q": "b", "n": 0, "b": True, "o": {}, "a": []},
    {"p": "a", "q": "a", "n": 1, "b": False, "o": {"x": "a"}, "a": ["a"]},
    {"p": "", "q": "A", "n": 2, "b": True, "o": {"x": "b", "y": None}, "a": ["b", "a"]},
    {"p": "b", "q": "a-b", "n": -1, "b": False, "o": {"y": {"a": 1}, "x": {"a": "q"}}, "a": ["a", "b", "a"]},
    {"p": "x", "q": "x", "n": 1, "b": True, "o": {"a": "x", "x": {}}, "a": ["x", "a", "A"]},
]


def made(kind: str, depth: int, draw: random.Random) -> str:
    """An expression of a type."""
    if kind == "X":
        kind = draw.choice("SNBOA")
    text = draw.choice(SHORT[kind] if depth <= 0 else GRAMMAR[kind])
    return "".join(made(c, depth - 1, draw) if _is_hole(text, at) else c for at, c in enumerate(text))


def _is_hole(text: str, at: int) -> bool:
    alone = not any(one.isalnum() for one in (text[at - 1 : at], text[at + 1 : at + 2]) if one)
    return text[at] in GRAMMAR and alone and text[at - 1 : at + 2] != "'A'"


def faults(seed: int, number: int) -> tuple[int, list[str]]:
    """How many results were known or shared their form with another one, and what is wrong with them."""
    draw = random.Random(seed)
    told, wrong = 0, []
    by_form: dict[str, dict[str, list[Node]]] = defaultdict(dict)
    for text in sorted({made(draw.choice("SNBOA"), draw.choice((1, 2, 2, 3)), draw) for _ in range(number)}):
        template = stands_for.bicep(text, T)
        if template.notices:
            continue
        unknown = stands_for.value(template, {})
        sharp = [stands_for.value(template, values) for values in VALUES]
        for values, known in zip(VALUES, sharp, strict=True):
            if not stands_for.stands_for(unknown, known):
                wrong.append(f"{text}: {value_of(unknown)}, but {value_of(known)} for {values}")
        form = deep_form(unknown)
        if form is not None:
            by_form[form][text] = sharp
    for form, texts in by_form.items():
        (first, known), *others = texts.items()
        for text, sharp in others:
            told += 1
            for values, one, other in zip(VALUES, known, sharp, strict=True):
                if isinstance(one.value, str) is isinstance(other.value, str) and not _alike(one, other):
                    wrong.append(f"{form}: {first} and {text} are {value_of(one)} and {value_of(other)} for {values}")
    return told, wrong


def _alike(one: Node, other: Node) -> bool:
    return stands_for.stands_for(one, other) and stands_for.stands_for(other, one)


def test_what_is_known_of_calls_is_so_for_all_values() -> None:
    told, wrong = faults(1, SOME)
    assert told > 100
    assert not wrong


@pytest.mark.lab
@pytest.mark.parametrize("seed", range(2, 8))
def test_what_is_known_of_many_calls_is_so_for_all_values(seed: int) -> None:
    assert not faults(seed, MANY // 6)[1]
