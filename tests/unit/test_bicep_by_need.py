"""Bicep files that are read where somebody looks: the same declarations and the same mistakes as read at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from as_data import said
from mnlint.formats import bicep
from mnlint.formats.bicep import outline, read_at_once, types, waiting
from mnlint.model.expr import Shape, Template
from mnlint.model.text import Source, decode

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXTS = [
    text
    for file in sorted(FIXTURES.glob("**/*.bicep"))
    if (text := decode(file.read_bytes())) is not None and len(text) < 20_000
]
LANGUAGE = """\
// what a file may hold
targetScope = 'resourceGroup'
metadata name = 'all'
import { a, b as c } from 'x.bicep'
import * as types from 'y.bicep'
#disable-next-line no-unused-params
@description('It\\'s one. /* no comment */')
param one string = 'a${two}-${toLower('b')}' // first
@secure()
@sys.minLength(1)
param two string?
param three ('a' | 'b' | null)[] = ['a', 'b']
param four types.kind = { a: 1, b: [1, -2], 'c-d': true ? 1 : 2 }
param five resourceInput<'A.B/c@2024-01-01'>.properties.x
@export()
type kind = {
  @description('x')
  a: int
  b: ('x' | 'y')?
  *: string[]
}
var six = [for (x, i) in range(0, 3): if (i > 1) { n: x!, m: map([1], v => v + i)[0].?y ?? 2 }]
var seven = !empty(one)
  ? { ...four, d: four.a }
  : {}
var eight = '''
it's
''' /* nine */
resource r 'A.B/c@2024-01-01' existing = { name: 'r' }
resource s 'A.B/c@2024-01-01' = if (one == 'a' && (three[0] != null)) {
  name: 's'
  dependsOn: [ r ]
}
@batchSize(2)
resource t 'A.B/c@2024-01-01' = [for n in three: { name: '${n}', parent: r }]
resource u 'A.B/c@2024-01-01' = {
  name: 'u'
  resource v 'd' = { name: 'v' }
}
module m 'm.bicep' = [for n in ['a']: if (true) { name: n, params: { p: s.id, q: u::v.id } }]
module o 'br/public:x/y:1.0' = { name: 'o' }
func f(x string, y int) string => '${x}${y}'
output p string = f(one, 1)
output q object = reduce([1], 0, (a, b) => a + b)
"""
ALL = [LANGUAGE, *TEXTS]


def read(source: Source) -> Template:
    return waiting.read_by_need(source) or read_at_once(source)


def assert_same(text: str) -> None:
    source = Source("main.bicep", text)
    assert said(read(source)) == said(read_at_once(source))


def waits(text: str) -> bool:
    """Whether nothing but imports of a file has to be parsed for knowing what it declares."""
    found = outline.outline_of(Source("main.bicep", text))
    return found is not None and all(one.plain for one in found.statements)


@pytest.mark.parametrize("text", ALL)
def test_a_file_is_the_same_however_it_is_read(text: str) -> None:
    assert_same(text)
    assert_same(text.replace("\n", "\r\n"))


def test_most_statements_wait() -> None:
    found = outline.outline_of(Source("main.bicep", LANGUAGE.replace(" /* nine */", "")))
    assert found is not None
    assert [one.keyword for one in found.statements if not one.plain] == ["resource", "func"]
    assert sum(map(waits, TEXTS)) > len(TEXTS) * 0.7


@pytest.mark.parametrize(
    "text",
    [
        "param a string = 'x\\q'",
        "param a string = 'x${b\\n}'",
        "param a string = '${}'",
        "var a = 12345678901234567890",
        "var a = 1 +",
        "var a = [1,\n2]",
        "var a = [1,,2]",
        "var a = f(1,)",
        "var a = (1\n)",
        "var a = (1, 2)",
        "var a = {\n  b: 1 c: 2\n}",
        "var a = { b }",
        "var a = [b: 1]",
        "var a = b ? c",
        "var a = x[]",
        "var a = 1 /* it's */ + 'b' }",
        "var a = /* b\nvar c = 1\n*/ 2 }",
        "var a = " + "(" * 101 + "1" + ")" * 101,
        "var a = " + "x => " * 101 + "1",
        "resource a 'b' other = {}",
        "resource a 'b' = []",
        "resource a '${b}' = {}",
        "module a 'b' = [for c in d: e]",
        "import { a b } from 'c'",
        "param a = 1",
        "@description('x')",
        "@description\nvar a = 1\n@",
        "#disable-next-line\nvar a = 1",
        "var a = 1 var b = 2",
        "  var a = 1\n  var b = }",
        "output a string",
        "\ufeffvar a = }",
    ],
)
def test_mistakes_are_told(text: str) -> None:
    assert read(Source("main.bicep", text)).notices != ()
    assert_same(text)
    assert_same(f"{text}\n{LANGUAGE}")
    assert_same(f"{LANGUAGE}\n{text}")


SIGNS = ("'", "''", "'''", "${", "}", "{", "(", ")", "[", "]", "\n", ",", ":", "?", "=", "//", "/*", "*/", "@", "|")
WORDS = (" for ", " in ", " if ", "null", "a", "0", "resource x 'y' = {\n}\n")
PIECES = ("", *SIGNS, "<", "\\", "!", "-", "#", "=>", "...", "::", ".", *WORDS)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(ALL), st.data())
@example(LANGUAGE, None)
def test_mistakes_anywhere_are_told_the_same(text: str, data: st.DataObject | None) -> None:
    for _ in range(data.draw(st.integers(1, 3)) if data is not None else 0):
        assert data is not None
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.sampled_from([0, 0, 1, 2, 30])))
        text = text[:at] + data.draw(st.sampled_from(PIECES)) + text[end:]
    assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "@secure()\n  param a string\n@secure()\nparam b string",
        "var a = 1\n param b string\n param c int",
        "var a = 1\n import * as b from 'c'",
        "import * as b from 'c'\n var a = b.d",
        "type a = string\n type b = int\nparam c b",
    ],
)
def test_statements_may_be_indented(text: str) -> None:
    assert_same(text)


@pytest.mark.parametrize("first", ["a", "b", "c", "d"])
def test_types_that_are_a_circle_mean_anything_whichever_is_asked_for_first(first: str) -> None:
    names = ["a", "b", "c", "d"]
    written = "type a = b\ntype b = c?\ntype c = a?\ntype d = b\n"
    text = written + "".join(f"param p{name} {name}\n" for name in [first, *names])
    assert_same(text)
    asked = {one.name: (one.nullable, said(one.shape)) for one in read(Source("main.bicep", text)).inputs}
    other = written + "".join(f"param p{name} {name}\n" for name in [*names, first])
    assert asked == {one.name: (one.nullable, said(one.shape)) for one in read(Source("main.bicep", other)).inputs}


def test_a_chain_of_types_is_followed_once_however_long() -> None:
    many = 50_000  # of which each pair would take minutes
    aliases = {f"t{n}": Shape(alias=(f"t{n + 1}",)) for n in range(many)}
    known = types.resolve({**aliases, f"t{many}": Shape(nullable=True, alias=("string",))})
    assert known["t0"].nullable
    assert types.resolve({**aliases, f"t{many}": Shape(alias=("t0",), nullable=True)})["t0"] == Shape()


def test_where_there_is_much_to_read_it_waits() -> None:
    source = Source("main.bicep", LANGUAGE.replace(" /* nine */", ""))
    made = [bicep.read(source) for _ in range(bicep.FIRST // len(source.text) + 2)][-1]
    with pytest.raises(AttributeError):
        object.__getattribute__(made.calls[0], "arguments")  # which asks nobody to make it
    assert said(made) == said(read_at_once(source))
    assert made.calls[0].arguments.keys() == {"p", "q"}


@pytest.mark.parametrize(
    ("written", "loop", "condition"),
    [
        ("{ ", None, None),
        ("if (length({ a: [1] }) > 0) { ", None, "length({ a: [1] }) > 0"),
        ("[for (n, i) in [{ a: b }, [1]]: { ", ("n", "i"), None),
        ("[for n in a ? b : c: if (n != {}) { ", ("n",), "n != {}"),
        ("[for n in items({ if: 1, for: [2] }): { ", ("n",), None),
        ("[for n in items({ if: (1) }): if ({ if: n } != {}) { ", ("n",), "{ if: n } != {}"),
    ],
)
def test_whether_something_is_there_is_known_before_it_is_parsed(
    written: str, loop: tuple[str, ...] | None, condition: str | None
) -> None:
    end = "}]" if loop else "}"
    text = f"resource r 'A.B/c@1' = {written}name: parent\n{end}\nmodule m 'm.bicep' = {written}name: 'm'\n{end}\n"
    assert_same(text)
    made = read(Source("main.bicep", text))
    for one, rest in ((made.resources[0], "body"), (made.calls[0], "arguments")):
        assert (one.loop.names if one.loop else None) == loop
        place = one.condition.span if one.condition else None
        assert (text[place.start : place.end] if place else None) == condition
        with pytest.raises(AttributeError):
            object.__getattribute__(one, rest)


FORMS = (
    *("({0})", "[{0}, {1}]", "{{ if: {0}, for: {1} }}", "{{ 'k-${{a}}': {0} }}", "{0} ? ({1}) : {2}", "{0} == {1}"),
    *("f({0}, {1})", "map({0}, n => {1})", "{0} ?? {1}", "(a)[?{0}]", "a[{0}].b"),
)
PARTS = st.recursive(
    st.sampled_from(["a", "1", "true", "'s: {'", "'${a}'", "'" * 3 + "m [" + "'" * 3, "{}", "a.?b"]),
    lambda part: st.builds(lambda form, *parts: str(form.format(*parts)), st.sampled_from(FORMS), part, part, part),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["[for n in {0}: {{", "[for (n, i) in {0}: if ({1}) {{", "if ({0}) {{"]),
    st.sampled_from(["resource r 'A.B/c@1'", "module m 'm.bicep'"]),
    st.tuples(PARTS, PARTS, PARTS),
)
def test_loops_and_conditions_of_any_kind_are_the_same(head: str, what: str, parts: tuple[str, str, str]) -> None:
    text = f"{what} = {head.format(*parts)} name: {parts[2]}\n}}{']' if head[0] == '[' else ''}\n"
    assert waits(text)
    assert_same(text)


def test_two_resources_of_one_name_inside_of_others_are_two() -> None:
    nested = "resource %s 'A.B/c@1' = {\n  name: 'x'\n  resource inner 'd' = { name: 'y' }\n}\n"
    text = nested % "a" + nested % "b"
    assert [one.symbol for one in read(Source("main.bicep", text)).resources] == ["a", "a::inner", "b", "b::inner"]
    assert_same(text)
    assert_same(nested % "a" + "var inner = 1\n")


@pytest.mark.parametrize(
    "one", ["'", "(", "{", "[", "a ", "@a ", "/*", "//", "${", "'${", "x\n", "!", "-", "a.", "a?", "a=>"]
)
def test_no_text_is_looked_at_many_times(one: str) -> None:
    outline.outline_of(Source("main.bicep", "var a = " + one * (90_000 // len(one))))


def test_a_very_large_file_is_read_at_once() -> None:
    text = "var a = 1\n" * (outline.MOST // 10)
    assert outline.outline_of(Source("main.bicep", text)) is None  # too many tokens
    assert outline.outline_of(Source("main.bicep", "\n" * outline.MOST)) is not None
    assert outline.outline_of(Source("main.bicep", "\n" * (outline.MOST + 1))) is None
