"""ARM's expression language: what each form is lowered to, and that every span points at its own text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnlint.formats import armjson
from mnlint.formats.armexpr import MAX_DEPTH, MAX_LENGTH, MAX_TOKENS, Lowered, is_expression, lower
from mnlint.model.expr import Expr, Op
from mnlint.model.text import Source


def lowered(written: str, index: str | None = None) -> tuple[str, Lowered]:
    """The JSON text of a string that is written so, and what is in the string."""
    text = f'{{"k": {written}}}'
    source = Source("a.json", text)
    value = armjson.parse(source).root.args[0][1]
    return text, lower(value, source, index)


def shown(expr: Expr | None) -> Any:
    """An expression as text, short enough for a table."""
    if expr is None:
        return "-"
    args = expr.args
    if expr.op is Op.LITERAL:
        return json.dumps(args[0])
    if expr.op is Op.NAME:
        return args[0]
    if expr.op is Op.MEMBER:
        return f"{shown(args[0])}{'.?' if args[2] else '.'}{args[1]}"
    if expr.op is Op.INDEX:
        return f"{shown(args[0])}[{'?' if args[2] else ''}{shown(args[1])}]"
    if expr.op is Op.CALL:
        return f"{args[0]}({', '.join(shown(a) for a in args[1])})"
    if expr.op is Op.COND:
        return f"({' ? '.join(shown(a) for a in args)})"
    if expr.op is Op.ARRAY:
        return f"[{', '.join(shown(a) for a in args)}]"
    if expr.op is Op.OBJECT:
        return f"{{{', '.join(f'{shown(k)}: {shown(v)}' for k, v in args)}}}"
    if expr.op is Op.LAMBDA:
        names = [name.removeprefix("lambdaVariables.") for name in args[0]]
        return f"({', '.join(names)}) => {shown(args[1])}"
    return f"<{expr.op}>"


# reason, expression, what it is
FORMS = [
    ("a parameter", "parameters('Mode')", "parameters.mode"),
    ("in any case", "PARAMETERS('Mode')", "parameters.mode"),
    ("a variable", "variables('hubName')", "variables.hubname"),
    ("a parameter whose name is not written", "parameters(concat('a', 'b'))", 'parameters(concat("a", "b"))'),
    ("a variable whose name is not written", "variables(parameters('x'))", "variables(parameters.x)"),
    ("a text", "'it''s'", '"it\'s"'),
    ("an empty text", "''", '""'),
    ("quotes only", "''''", '"\'"'),
    ("a number", "42", "42"),
    ("a negative number", "sub(-1, 2)", "sub(-1, 2)"),
    ("a fraction", "f(1.5)", "f(1.5)"),
    ("true, false and null", "f(true(), False(), NULL())", "f(true, false, null)"),
    ("true with an argument is a function", "true(1)", "true(1)"),
    ("a condition", "if(parameters('a'), 1, 2)", "(parameters.a ? 1 ? 2)"),
    ("a condition with a part missing", "if(true(), 1)", "if(true, 1)"),
    ("and", "and(f(), g(), h())", "&&(&&(f(), g()), h())"),
    ("or", "Or(f(), g())", "||(f(), g())"),
    ("not", "not(f())", "!(f())"),
    ("and of one", "and(f())", "and(f())"),
    ("equality stays a call", "equals(1, 2)", "equals(1, 2)"),
    ("names of functions are in lower case", "resourceGroup().location", "resourcegroup().location"),
    ("members keep their case", "f().Outputs.HubId.value", "f().Outputs.HubId.value"),
    ("a member that may be missing", "f().?a.?b", "f().?a.?b"),
    ("an index", "f()[0]['x']", 'f()[0]["x"]'),
    ("an index that may be missing", "f()[?parameters('n')]", "f()[?parameters.n]"),
    ("index and member", "variables('a')[parameters('b')].c", "variables.a[parameters.b].c"),
    ("an object", "createObject('a', 1, 'b', f())", '{"a": 1, "b": f()}'),
    ("an empty object", "createObject()", "{}"),
    ("an object with a key that is computed", "createObject(f(), 1)", "{f(): 1}"),
    ("an object with a part missing", "createObject('a')", 'createobject("a")'),
    ("an array", "createArray(1, 'a')", '[1, "a"]'),
    ("coalesce stays a call", "coalesce(tryGet(f(), 'a'), 'b')", 'coalesce(tryget(f(), "a"), "b")'),
    ("a lambda", "map(f(), lambda('X', lambdaVariables('x').y))", "map(f(), (x) => lambdaVariables.x.y)"),
    ("a lambda of two", "reduce(f(), 0, lambda('a', 'b', 1))", "reduce(f(), 0, (a, b) => 1)"),
    ("a template's own function", "Contoso.uniqueName('a')", 'contoso.uniquename("a")'),
    ("a function that Bicep made", "__bicep.f_1()", "__bicep.f_1()"),
    ("space wherever it may be", "  if ( f ( ) , 'a' , g ( ) [ 0 ] . b )  ", '(f() ? "a" ? g()[0].b)'),
    ("brackets and commas in a text", "concat('[', '],)')", 'concat("[", "],)")'),
    ("a copy's number", "copyIndex('Loop')", "copyIndex:loop"),
    ("a copy's number from one", "copyIndex('loop', 1)", "+(copyIndex:loop, 1)"),
]


@pytest.mark.parametrize(("inside", "wanted"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_forms(inside: str, wanted: str) -> None:
    _, made = lowered(json.dumps(f"[{inside}]"))
    assert made.notice is None
    assert shown(made.expr) == wanted


# reason, expression, the loop around it, what it is
COPIES = [
    ("inside a loop", "copyIndex()", "copyIndex:hubs", "copyIndex:hubs"),
    ("inside a loop, from one", "copyIndex(1)", "copyIndex:hubs", "+(copyIndex:hubs, 1)"),
    ("another loop by its name", "copyIndex('disks')", "copyIndex:hubs", "copyIndex:disks"),
    ("an offset that is computed", "copyIndex(variables('o'))", "copyIndex:hubs", "+(copyIndex:hubs, variables.o)"),
    ("outside of any loop", "copyIndex()", None, "copyindex()"),
    ("an argument too many", "copyIndex('a', 1, 2)", "copyIndex:hubs", 'copyindex("a", 1, 2)'),
]


@pytest.mark.parametrize(("inside", "index", "wanted"), [row[1:] for row in COPIES], ids=[row[0] for row in COPIES])
def test_copy_index(inside: str, index: str | None, wanted: str) -> None:
    _, made = lowered(json.dumps(f"[{inside}]"), index)
    assert shown(made.expr) == wanted


def test_a_lambda_and_its_body_call_a_variable_the_same() -> None:
    _, made = lowered("\"[lambda('Rule', lambdaVariables('rule'))]\"")
    names, body = made.expr.args
    assert (names, body.args) == (("lambdaVariables.rule",), ("lambdaVariables.rule",))


def test_which_text_is_an_expression() -> None:
    texts = ["[f()]", "[]", "[[f()]", "[f()", "f()]", " [f()]", "", "["]
    assert [text for text in texts if is_expression(text)] == ["[f()]", "[]"]


def places(expr: Expr, text: str) -> list[tuple[str, str]]:
    """Every expression with the JSON text its span covers, outermost first."""
    parts = [a for a in expr.args if isinstance(a, Expr)]
    if expr.op is Op.CALL:
        parts = list(expr.args[1])
    if expr.op is Op.ARRAY:
        parts = list(expr.args)
    return [(shown(expr), text[expr.span.start : expr.span.end]), *(p for part in parts for p in places(part, text))]


def test_spans_of_every_part() -> None:
    text, made = lowered("\"[ if(parameters('a'), f('x').b[0], 7) ]\"")
    assert places(made.expr, text) == [
        ('(parameters.a ? f("x").b[0] ? 7)', "if(parameters('a'), f('x').b[0], 7)"),
        ("parameters.a", "parameters('a')"),
        ('f("x").b[0]', "f('x').b[0]"),
        ('f("x").b', "f('x').b"),
        ('f("x")', "f('x')"),
        ('"x"', "'x'"),
        ("0", "0"),
        ("7", "7"),
    ]


# reason, what stands in the file before the last argument
ESCAPED = [
    ("nothing", "'a'"),
    ("a quote", r"'\"'"),
    ("a line end", r"'\n'"),
    ("a tab between", r"\t 'a' \r\n"),
    ("a quote by its number", r"\u0027a\u0027"),
    ("a pair of surrogates", r"'\ud83d\ude00'"),
    ("half a pair", r"'\ud83d'"),
    ("halves in the wrong order", r"'\ude00\ud83d'"),
    ("a backslash", r"'\\'"),
    ("a backslash and an n", r"'\\n'"),
    ("a character beyond 16 bits, as it is", "'\U0001f600\\t'"),
    ("a raw line end", "'a\n'"),
]


@pytest.mark.parametrize("before", [row[1] for row in ESCAPED], ids=[row[0] for row in ESCAPED])
def test_json_escapes_shift_no_span(before: str) -> None:
    text, made = lowered(f"\"[concat({before}, parameters('last'), '\\u0078')]\"")
    assert made.notice is None
    assert made.expr.op is Op.CALL
    last, x = made.expr.args[1][1:]
    assert text[last.span.start : last.span.end] == "parameters('last')"
    assert (x.args[0], text[x.span.start : x.span.end]) == ("x", r"'\u0078'")
    assert text[made.expr.span.start :].startswith("concat(")
    assert text[made.expr.span.end :] == ']"}'


VALUE = "a function call, a text in single quotes or a number"
# reason, the string in JSON, the text that is marked, the message
WRONG = [
    ("nothing", '"[]"', "]", f"{VALUE} was expected, not the end of the expression"),
    ("a word that is not called", '"[true]"', "]", "`(` after `true` was expected, not the end of the expression"),
    ("a call that is not closed", '"[f(1]"', "]", "`,` or `)` was expected, not the end of the expression"),
    ("a call that never ends", '"[f(1, g()]"', "]", "`,` or `)` was expected, not the end of the expression"),
    ("a comma too many", '"[f(1,)]"', ")", f"{VALUE} was expected, not `)`"),
    ("a comma missing", '"[f(1 2)]"', "2", "`,` or `)` was expected, not `2`"),
    ("something behind it", '"[f() g()]"', "g", "nothing more was expected, not `g`"),
    ("an operator", '"[1 + 2]"', "+", "nothing more was expected, not `+`"),
    ("a text that never ends", '"[f(\'a)]"', "'", "this text never ends: a single quote was expected"),
    ("a member without a name", '"[f().]"', "]", "the name of a member was expected, not the end of the expression"),
    ("a member that is a number", '"[f().0]"', "0", "the name of a member was expected, not `0`"),
    ("an index that is not closed", '"[f()[0]"', "]", "`]` was expected, not the end of the expression"),
    ("behind an escape", r'"[concat(\"a\")]"', r"\"", f'{VALUE} was expected, not `"`'),
    ("prose in brackets", '"[Optional] The [name]"', "]", "`(` after `optional` was expected, not `]`"),
]


@pytest.mark.parametrize(("written", "marked", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_mistake_is_a_notice(written: str, marked: str, message: str) -> None:
    text, made = lowered(written)
    assert made.expr.op is Op.OPAQUE
    assert text[made.expr.span.start : made.expr.span.end] == written
    assert made.notice is not None
    assert (made.notice.level, made.notice.code, made.notice.message) == ("error", "MN911", message)
    assert made.notice.place is not None
    assert text[made.notice.place.span.start : made.notice.place.span.end] == marked


def depth(expr: Expr) -> int:
    """How deep a tree is, without recursion."""
    most, left = 0, [(expr, 1)]
    while left:
        found, level = left.pop()
        most = max(most, level)
        flat = [a for arg in found.args for a in (arg if isinstance(arg, tuple) else (arg,))]
        left += [(a, level + 1) for a in flat if isinstance(a, Expr)]
    return most


DEEP = {
    "calls": ("f(" * 5_000 + ")" * 5_000),
    "indexes": ("f()" + "[f()" * 4_000 + "]" * 4_000),
    "members": ("f()" + ".a" * 10_000),
    "and": ("and(" + "f()," * 4_000 + "f())"),
    "both ways": ("f(" * 60 + "f()" + ".a" * 60 + ")" * 60),
    "members inside indexes": ("f()[" * 60 + "f()" + ".a" * 60 + "]" * 60),
    "and in and": ("and(f(),f(),f(),f()," * 60 + "f(),f()" + ")" * 60),
}


@pytest.mark.parametrize("inside", DEEP.values(), ids=DEEP.keys())
def test_a_tree_too_deep_is_refused(inside: str) -> None:
    _, made = lowered(json.dumps(f"[{inside}]"))
    assert made.notice is not None
    assert (made.notice.code, made.notice.message) == ("MN912", f"nested too deeply: more than {MAX_DEPTH} levels")


def test_a_tree_as_deep_as_allowed_is_read() -> None:
    for inside in ("f(" * MAX_DEPTH + ")" * MAX_DEPTH, "f()" + ".a" * (MAX_DEPTH - 1)):
        _, made = lowered(json.dumps(f"[{inside}]"))
        assert made.notice is None
        assert depth(made.expr) == MAX_DEPTH


def test_limits_of_size() -> None:
    _, made = lowered(json.dumps("[f(" + "1," * MAX_LENGTH + "1)]"))
    assert made.notice is not None
    assert made.notice.code == "MN912"
    source = Source("a.json", '"[f(1, 2)]"')
    literal = armjson.parse(source).root
    assert lower(literal, source, most=MAX_TOKENS).tokens == 7
    refused = lower(literal, source, most=3)
    assert refused.notice is not None
    assert (refused.notice.code, refused.tokens) == ("MN912", 0)


@settings(deadline=None)  # the machine may be busy
@given(st.text(alphabet="fg()[].,?'\"\\ 01-\n_$é") | st.text())
def test_any_text_is_lowered_without_an_exception(inside: str) -> None:
    text, made = lowered(json.dumps(f"[{inside}]"))
    assert depth(made.expr) <= MAX_DEPTH
    assert text[made.expr.span.start - 1] in '" [\\' or made.notice is None
    if made.notice is None:
        assert made.expr.op is not Op.OPAQUE
