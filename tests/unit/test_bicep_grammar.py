"""What Bicep's grammar does not take: the line that is told, and that no other line pays for it."""

from __future__ import annotations

import pytest

from mnlint.formats import bicepparam
from mnlint.formats.bicep import read
from mnlint.model.expr import Op
from mnlint.model.text import Source

# The text of a file, and the lines on which something is wrong. `var last = 1` on a line of its own comes after each.
WRONG = [
    ("var a = --b", [1], "one sign only"),
    ("var a = !!b", [1], ""),
    ("var a = f(b,)", [1], "no comma after the last argument"),
    ("var a = f(\n  b,\n)", [3], ""),
    ("var a = f(\n  b\n  c\n)", [2], "arguments stand between commas"),
    ("var a = (\n  b\n)", [1], "no lines between parentheses"),
    ("var a = (b,)", [1], ""),
    ("var a = ()", [1], ""),
    ("var a = (", [1], ""),
    ("var a = null()", [1], "a word that is a value is no function"),
    ("var a = b =>", [1], "a lambda without a body"),
    ("var a = {\n  b: 1,\n  c: 2\n}", [2], "a comma and a new line"),
    ("var a = [\n  1,\n  2\n]", [2], ""),
    ("var a = [for b in c:\n  b\n]", [1], "what a loop makes begins on its line"),
    ("@secure() param a string", [1], "a decorator stands on a line of its own"),
    ("resource r 'T/t@1' = {\n  @description('x')\n  var v = 1\n}", [2], "only resources stand inside of resources"),
    ("#madeup-directive", [1], "not one of the three"),
    ("#disable-next-line", [1], "without a code"),
    ("/* c */ #disable-next-line BCP001", [1], "not the first on its line"),
    ("v\nva\nvar\nvar 2 = 1\nparam % string\nparam 3\n@&&\noutput 2", [1, 2, 3, 4, 5, 6, 7, 8], "each on its own"),
    ("hello world\n  a: b\n", [1], "what is indented belongs to the line above"),
]


@pytest.mark.parametrize(("text", "expected", "_why"), WRONG)
def test_a_mistake_is_told_on_its_line(text: str, expected: list[int], _why: str) -> None:
    template = read(Source("main.bicep", f"var first = 0\n{text}\nvar last = 1\n"))
    told = [template.source.line_column(n.place.span.start)[0] - 1 for n in template.notices if n.place]
    assert told == expected
    kept = {name.symbol: name.expr.args for name in template.names}
    assert (kept["first"], kept["last"]) == ((0,), (1,))


def test_a_decorator_of_nothing() -> None:
    template = read(Source("main.bicep", "var a = 1\n@description('x')\n// the end\n"))
    assert [n.message for n in template.notices] == ["expected a declaration after this decorator"]
    place = template.notices[0].place
    assert place is not None
    assert template.source.cut(place.span) == "description('x')"


RIGHT = [
    "var a = f(\n  b,\n  c\n)",
    "var a = f(\n  b, c)",
    "var a = f((\n  b,\n  c\n) => d)",
    "var a = f(b =>\n  c)",
    "var a = {b: 1, c: 2}",
    "var a = [1, 2\n3]",
    "var a = [1,]",
    "var a = -f(b)",
    "var a = !(!b)",
    "var a = b\n  ? c\n  : d",
    "  #disable-next-line BCP001 no-unused-vars // why\nvar a = 1",
    "#disable-diagnostics BCP001\nvar a = 1\n#restore-diagnostics BCP001",
    "@description('x')\n@secure()\nparam a string",
    "param a resourceInput<'T/t@1'>.properties.b[*].c.*?",
    "param a -1 | !true | 'x' | null",
    "type a = 'x'\n  | 'y'",
    "var a = x!.y![?^1].?z::w",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_the_grammar_takes(text: str) -> None:
    assert read(Source("main.bicep", f"{text}\n")).notices == ()


def test_a_line_inside_of_parentheses_costs_no_value() -> None:
    template = read(Source("main.bicep", "var a = (\n  1\n)\n"))
    assert (template.names[0].expr.op, template.names[0].expr.args) == (Op.LITERAL, (1,))


def test_the_configuration_of_an_extension_needs_with() -> None:
    template = bicepparam.read(Source("main.bicepparam", "using none\nextensionConfig k8s\nparam a = 1\n"))
    assert [(n.message, n.place and template.source.line_column(n.place.span.start)[0]) for n in template.notices] == [
        ("expected with before the end of the line", 2)
    ]
    assert [name.symbol for name in template.names] == ["a"]


def test_directives_are_kept_as_comments() -> None:
    text = (
        "#disable-next-line BCP001 /* c */\nvar a = {\n  #disable-next-line BCP002\n  b: 1\n}\n#restore-diagnostics x\n"
    )
    found = [comment.text for comment in read(Source("main.bicep", text)).comments]
    assert found == ["#disable-next-line BCP001", "/* c */", "#disable-next-line BCP002", "#restore-diagnostics x"]
