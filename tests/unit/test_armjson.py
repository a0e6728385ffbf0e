"""JSON with places: the same data as Python's own parser, and what that one cannot: comments, places, mistakes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnlint.formats.armjson import MAX_DEPTH, MAX_NOTICES, MAX_VALUES, Document, parse
from mnlint.model.expr import Expr, Op
from mnlint.model.text import Source


def parsed(text: str) -> Document:
    return parse(Source("a.json", text))


def data(expr: Expr) -> Any:
    """The plain value of an expression; what could not be read is shown as `?`, an open end as `...`."""
    if expr.op is Op.LITERAL:
        return expr.args[0]
    if expr.op is Op.ARRAY:
        return [data(item) for item in expr.args]
    if expr.op is Op.OBJECT:
        return {data(key): None if value is None else data(value) for key, value in expr.args}
    return "..." if expr.op is Op.SPREAD else "?"


def nodes(expr: Expr) -> list[Expr]:
    """An expression and all below it; the value beside a SPREAD is none."""
    below = [e for pair in expr.args for e in pair if e is not None] if expr.op is Op.OBJECT else ()
    below = expr.args if expr.op is Op.ARRAY else below
    return [expr, *(found for child in below for found in nodes(child))]


READS = [
    ("an object", '{"a": 1, "b": [true, null]}', {"a": 1, "b": [True, None]}),
    ("nothing in it", '{"a": {}, "b": []}', {"a": {}, "b": []}),
    ("a line comment", '{ // one\n"a": 1 }', {"a": 1}),
    ("a block comment in every gap", '/*0*/{/*1*/"a"/*2*/:/*3*/1/*4*/,/*5*/"b":[/*6*/]}/*7*/', {"a": 1, "b": []}),
    ("a comment right behind a comma", "[1,// one\n2,/*two*/3]", [1, 2, 3]),
    ("a comment is no comment in a string", '["// no", "/* no */"]', ["// no", "/* no */"]),
    ("trailing commas", '{"a": [1, 2,], }', {"a": [1, 2]}),
    ("a string over two lines", '["a\nb\tc"]', ["a\nb\tc"]),
    ("escapes", r'["\"\\\/\b\f\n\r\t\u00e9"]', ['"\\/\b\f\n\r\t\u00e9']),
    ("a pair of surrogates", r'["\ud83d\ude00"]', ["\U0001f600"]),
    ("half a pair stands for nothing", r'["a\ud800b"]', ["a\ufffdb"]),
    ("an escape in a key", r'{"\u0061": 1}', {"a": 1}),
    ("numbers", "[0, -0, 12, -3.5, 1e3, 2E-2]", [0, 0, 12, -3.5, 1000.0, 0.02]),
    ("numbers that end at a comment", "[1/**/, 2//\n]", [1, 2]),
    ("space that only Unicode knows", "[\u00a01,\u20282]", [1, 2]),
    ("Windows line ends", '{\r\n"a"\r\n:\r\n1\r\n}\r\n', {"a": 1}),
]


@pytest.mark.parametrize(("text", "wanted"), [row[1:] for row in READS], ids=[row[0] for row in READS])
def test_reads(text: str, wanted: Any) -> None:
    document = parsed(text)
    assert data(document.root) == wanted
    assert document.notices == ()


def test_types_of_numbers() -> None:
    assert [type(value) for value in data(parsed("[1, 1.0, 1e2, true]").root)] == [int, float, float, bool]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)  # the machine may be busy
@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_same_data_as_json_loads(value: Any, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    document = parsed(text)
    assert document.notices == ()
    assert data(document.root) == json.loads(text)
    for node in nodes(document.root):
        again = json.loads(text[node.span.start : node.span.end])
        assert (again, type(again)) == (data(node), type(data(node)))


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet="{}[]\",:/*\\\n ab0-.etruefalsn'") | st.text())
def test_any_text_is_read_without_an_exception(text: str) -> None:
    document = parsed(text)
    for node in nodes(document.root):
        assert 0 <= node.span.start <= node.span.end <= len(text)
    try:
        wanted = json.loads(text, strict=False)
    except ValueError:
        return
    if "NaN" not in text and "Infinity" not in text:
        assert (document.notices, data(document.root)) == ((), wanted)


def test_spans_include_quotes_and_brackets() -> None:
    text = '{ "a" : "x" , "b":[ 1 , {"c":null} ] }'
    root = parsed(text).root
    cuts = [text[node.span.start : node.span.end] for node in nodes(root)]
    assert cuts == [text, '"a"', '"x"', '"b"', '[ 1 , {"c":null} ]', "1", '{"c":null}', '"c"', "null"]


def test_a_key_written_twice_is_there_twice() -> None:
    root = parsed('{"a": 1, "b": 2, "a": 3}').root
    assert [(data(key), data(value)) for key, value in root.args] == [("a", 1), ("b", 2), ("a", 3)]


def test_comments_with_their_places() -> None:
    text = '{ // mnlint: ignore\n "a": 1 /* two\nlines */ }'
    found = parsed(text).comments
    assert [c.text for c in found] == ["// mnlint: ignore", "/* two\nlines */"]
    assert [text[c.span.start : c.span.end] for c in found] == [c.text for c in found]


END = {"...": None}
# reason, text, what is read, code, the text that is marked
MISTAKES = [
    ("empty", "", "?", "MN911", ""),
    ("only a comment", "// x", "?", "MN911", "x"),
    ("not JSON at all", "param x string", "?", "MN911", "param"),
    ("more than one value", '{"a": 1} {}', {"a": 1}, "MN911", "{"),
    ("a comma is missing in an object", '{"a": 1 "b": 2}', {"a": 1, "b": 2}, "MN911", '"'),
    ("a comma is missing in an array", "[1 2 {} []]", [1, 2, {}, []], "MN911", "2"),
    ("a comma too many", "[1,,2]", [1, 2], "MN911", ","),
    ("a comma before anything", '{,"a": 1}', {"a": 1}, "MN911", ","),
    ("NaN is no JSON", '{"a": NaN, "b": 2}', {"a": "?", "b": 2}, "MN911", "NaN"),
    ("nor Infinity", '{"a": -Infinity}', {"a": "?"}, "MN911", "-Infinity"),
    ("Python's words", '{"a": True}', {"a": "?"}, "MN911", "True"),
    ("single quotes", "{\"a\": 'x'}", {"a": "?"}, "MN911", "'x'"),
    ("a leading zero", "[01]", ["?"], "MN911", "01"),
    ("a leading dot", "[.5]", ["?"], "MN911", ".5"),
    ("a trailing dot", "[5.]", ["?"], "MN911", "5."),
    ("a number out of range", "[1e999]", ["?"], "MN911", "1e999"),
    ("a number too long to be one", "[" + "1" * 401 + "]", ["?"], "MN912", "1" * 401),
    ("an escape that is none", r'{"a": "C:\dir", "b": 1}', {"a": "?", "b": 1}, "MN911", r"\d"),
    ("a key without quotes", '{"a": 1, b: 2, "c": 3}', {"a": 1, "b": 2, "c": 3}, "MN911", "b"),
    ("a key in single quotes", "{\"a\": 1, 'b-2' : 2}", {"a": 1, "b-2": 2}, "MN911", "'b-2'"),
    ("a key that is none", '{"a": 1, [2]: 2}', {"a": 1, "...": None}, "MN911", "["),
    ("a key without a value", '{"a"}', {**END}, "MN911", "}"),
    ("a key and a colon", '{"a":}', {"a": "?", **END}, "MN911", "}"),
    ("the wrong bracket", '{"a": [1}', {"a": [1, "..."], **END}, "MN911", "}"),
    ("never closed", '{"a": {"b": 1, "c": [2', {"a": {"b": 1, "c": [2, "..."], **END}, **END}, "MN911", "["),
    ("a string that never ends", '{"a": 1, "b": "x}', {"a": 1, "b": "?", **END}, "MN911", '"'),
    ("a comment that never ends", '{"a": 1 /* x }', {"a": 1, **END}, "MN911", "/"),
    ("a slash", '{"a": / 1}', {**END}, "MN911", "/"),
]


@pytest.mark.parametrize(
    ("text", "wanted", "code", "marked"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_a_notice_and_the_rest_is_read(text: str, wanted: Any, code: str, marked: str) -> None:
    document = parsed(text)
    assert data(document.root) == wanted
    first = document.notices[0]
    assert (first.level, first.code) == ("error", code)
    assert first.place is not None
    assert text[first.place.span.start : first.place.span.end] == marked


def test_messages_say_what_is_and_what_was_expected() -> None:
    assert parsed('{"a" 1}').notices[0].message == "`:` after the key was expected, not `1`"
    assert parsed('{"a": [1}').notices[0].message == "`,` or `]` was expected, not `}`"
    assert parsed('{"a": [1').notices[0].message == "never closed: the text ends where `,` or `]` was expected"


def test_depth_up_to_the_limit_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parsed(text).notices == ()


def test_what_is_nested_deeper_is_stepped_over() -> None:
    deep = "[" * MAX_DEPTH + '{"x": "}]", "y": [/* ] */]}' + "]" * MAX_DEPTH
    document = parsed(f'{{"a": {deep[1:-1]}, "b": 2}}')
    assert [n.code for n in document.notices] == ["MN912"]
    assert data(document.root)["b"] == 2
    skipped = [node.args for node in nodes(document.root) if node.op is Op.OPAQUE]
    assert skipped == [("something nested too deeply",)]


def test_a_file_of_mistakes_is_given_up() -> None:
    document = parsed("[" + "x," * 10_000 + "]")
    assert len(document.notices) == MAX_NOTICES + 1
    assert data(document.root)[-1] == "..."


def test_too_many_values_and_comments() -> None:
    half = MAX_VALUES // 2
    assert parsed("[" + "0," * (half - 10) + "//\n" * half + "]").notices == ()
    document = parsed("[" + "0," * half + "//\n" * (half + 5) + "0]")
    assert [n.code for n in document.notices] == ["MN912"]
    assert data(document.root)[-1] == "..."


HOSTILE = {
    "brackets": "[" * 2_000_000,
    "objects": '{"a":' * 400_000,
    "brackets that close": "[" * 1_000_000 + "]" * 1_000_000,
    "pairs too deep": "[" * MAX_DEPTH + "[" + "[]," * 600_000 + "]" + "]" * MAX_DEPTH,
    "comment starts": "/*" * 1_000_000,
    "block comments": "[/*" + "/*" * 1_000_000,
    "escaped quotes": '{"' + '\\"' * 1_000_000,
    "escaped backslashes": '["' + "\\\\" * 1_000_000,
    "bad escapes": "[" + '"\\x",' * 400_000,
    "spaces": " " * 2_000_000,
    "digits": "1" * 2_000_000,
    "exponents": "[" + "1e9," * 350_000,
    "quotes": '"' * 2_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_takes_linear_time(text: str) -> None:
    begin = time.process_time()
    document = parsed(text)
    assert document.notices
    assert time.process_time() - begin < 60  # about a second; anything quadratic takes many minutes
