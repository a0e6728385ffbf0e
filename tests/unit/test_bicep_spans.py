"""Where every kind of node of a Bicep file stands: one file with all of them, and each node's own characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mnlint.formats.bicep import read
from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Loop, Op, Template
from mnlint.model.text import Source

# The first column is a node's operation, the second its characters; a row for each kind and each form it has.
EXPRESSIONS = [
    ("null", ["literal null"]),
    ("-12", ["call -12", "literal 12"]),
    ("!true", ["call !true", "literal true"]),
    (r"'a\'${b}c'", [r"text 'a\'${b}c'", r"literal a\'", "name b", "literal c"]),
    ("'''x'''", ["literal '''x'''"]),
    ("$'''\nx${a}'''", ["text $'''\nx${a}'''", "literal x", "name a"]),
    ("(a)", ["name a"]),
    ("(a + b) * c", ["call (a + b) * c", "call a + b", "name a", "name b", "name c"]),
    ("a ?? b", ["call a ?? b", "name a", "name b"]),
    ("a ? b\n : c", ["cond a ? b\n : c", "name a", "name b", "name c"]),
    ("a.b", ["member a.b", "name a"]),
    ("a.?b", ["member a.?b", "name a"]),
    ("a::b", ["member a::b", "name a"]),
    ("a!.b", ["member a!.b", "name a"]),
    ("a[0]", ["index a[0]", "name a", "literal 0"]),
    ("a[?'b']", ["index a[?'b']", "name a", "literal 'b'"]),
    ("a[^1]", ["index a[^1]", "name a", "call ^1", "literal 1"]),
    ("f(a, b)", ["call f(a, b)", "name a", "name b"]),
    ("a.f(b)", ["call a.f(b)", "name a", "name b"]),
    ("az.f(b)", ["call az.f(b)", "name b"]),
    ("types.a.b", ["member types.a.b", "name types.a"]),
    ("types.f(b)", ["call types.f(b)", "name b"]),
    ("[a, ...b]", ["array [a, ...b]", "name a", "spread ...b", "name b"]),
    ("{\n a: b\n 'c': d, ...e\n}",
     ["object {\n a: b\n 'c': d, ...e\n}", "literal a", "name b", "literal 'c'", "name d", "spread ...e", "name e"]),
    ("[for a in b: c]", ["for [for a in b: c]", "name b", "name c"]),
    ("[for (a, i) in b: if (c) { d: i }]",
     ["for [for (a, i) in b: if (c) { d: i }]", "name b", "object { d: i }", "literal d", "name i", "name c"]),
    ("f(a => b)", ["call f(a => b)", "lambda a => b", "name b"]),
    ("f((a, i) => b)", ["call f((a, i) => b)", "lambda (a, i) => b", "name b"]),
]  # fmt: skip


def nodes(part: object) -> Iterator[Expr]:
    """An expression and all that it is made of, in the order of their arguments."""
    if isinstance(part, Expr):
        yield part
        part = part.args
    if isinstance(part, tuple):
        for inner in part:
            yield from nodes(inner)


def shown(template: Template, part: Any) -> list[str]:
    return [f"{expr.op.value} {template.source.cut(expr.span)}" for expr in nodes(part)]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_an_expression(text: str, expected: list[str]) -> None:
    template = read(Source("main.bicep", f"import * as types from 't.bicep'\nvar v = {text} // end\n"))
    assert template.notices == ()
    assert shown(template, template.names[0].expr) == expected


def test_every_operation_has_its_row() -> None:
    named = {line.split(" ")[0] for _, expected in EXPRESSIONS for line in expected}
    assert named == {op.value for op in Op} - {Op.OPAQUE.value}


FILE = """\
targetScope = 'resourceGroup'
import { mode as kind, 'odd name' as odd } from './types.bicep'
@description('d')
@allowed(['x', 'y'])
param p string = 'x'
param union 'a' | -1 | kind
var v string = p
func f(a string) string => a
resource r 'T/t@2024-01-01' existing = if (c) {
  name: 'r'
  resource child 'u' = { name: 'c' }
}
@batchSize(2)
resource many 'T/t@2024-02-02' = [for (x, i) in xs: { name: x, scope: s, parent: r, dependsOn: [d] }]
@batchSize(1)
module m './m.bicep' = [for x in xs: if (c) { name: 'n', scope: s, params: { a: x }, dependsOn: [d, e] }]
output o string = v
"""


def declarations(template: Template) -> Iterator[tuple[str, str]]:
    """Every part of every declaration with its characters."""
    cut = template.source.cut
    for thing in (*template.inputs, *template.names, *template.resources, *template.calls, *template.outputs):
        match thing:
            case Input():
                yield f"param {thing.symbol}", cut(thing.span)
                yield from parts(template, default=thing.default, allowed=thing.allowed)
            case Binding():
                yield f"name {thing.symbol}", cut(thing.span)
                yield from parts(template, value=thing.expr)
            case Declared():
                yield f"resource {thing.symbol}", cut(thing.head)
                yield from parts(template, version=thing.api_version, body=thing.body, condition=thing.condition)
                yield from parts(template, batch=thing.batch, parent=thing.parent)
            case Call():
                yield f"module {thing.symbol}", cut(thing.head)
                yield from parts(template, source=thing.source, name=thing.name, scope=thing.scope, batch=thing.batch)
                yield from parts(template, condition=thing.condition, **thing.arguments)
        if isinstance(thing, Declared | Call):
            loop: Loop | None = thing.loop
            yield from parts(template, collection=loop and loop.collection)
            yield from parts(template, **{f"waits for {at}": expr for at, expr in enumerate(thing.waits_for)})
    for name in template.imports:
        yield f"import {name.symbol} as {name.name}", cut(name.span)
        yield from parts(template, source=name.source)


def parts(template: Template, **given: Expr | None) -> Iterator[tuple[str, str]]:
    for name, expr in given.items():
        if expr is not None:
            yield name, template.source.cut(expr.span)


def test_every_declaration() -> None:
    template = read(Source("main.bicep", FILE))
    assert template.notices == ()
    assert list(declarations(template)) == [
        ("param p", "param p string"),
        ("default", "'x'"),
        ("allowed", "['x', 'y']"),
        ("param union", "param union 'a' | -1 | kind"),
        ("name v", "v"),
        ("value", "p"),
        ("name f", "f"),
        ("value", "(a string) string => a"),
        ("resource r", "resource r 'T/t@2024-01-01'"),
        ("version", "2024-01-01"),
        ("body", "{\n  name: 'r'\n  resource child 'u' = { name: 'c' }\n}"),
        ("condition", "c"),
        ("resource child", "resource child 'u'"),
        ("version", "2024-01-01"),
        ("body", "{ name: 'c' }"),
        ("parent", "r"),
        ("resource many", "resource many 'T/t@2024-02-02'"),
        ("version", "2024-02-02"),
        ("body", "{ name: x, scope: s, parent: r, dependsOn: [d] }"),
        ("batch", "2"),
        ("parent", "r"),
        ("collection", "xs"),
        ("waits for 0", "d"),
        ("module m", "module m './m.bicep'"),
        ("source", "'./m.bicep'"),
        ("name", "'n'"),
        ("scope", "s"),
        ("batch", "1"),
        ("condition", "c"),
        ("a", "x"),
        ("collection", "xs"),
        ("waits for 0", "d"),
        ("waits for 1", "e"),
        ("name o", "o"),
        ("value", "v"),
        ("import kind as mode", "kind"),
        ("source", "'./types.bicep'"),
        ("import odd as odd name", "odd"),
        ("source", "'./types.bicep'"),
    ]


def test_a_nested_resource_takes_its_version_from_the_one_around_it() -> None:
    template = read(Source("main.bicep", FILE))
    outer, inner, _ = template.resources
    assert inner.api_version == outer.api_version
    assert inner.type == "T/t/u"
