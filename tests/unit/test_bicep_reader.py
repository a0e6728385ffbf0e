"""The Bicep reader: what text becomes, which characters each part of it stands at, and what a mistake costs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from mnlint.formats import bicepparam
from mnlint.formats.bicep import read
from mnlint.formats.bicep.tokens import tokens
from mnlint.model.expr import Declared, Expr, Mode, Op, Template
from mnlint.model.text import Source, Span


def bicep(text: str) -> Template:
    return read(Source("main.bicep", text))


def param(text: str) -> Template:
    return bicepparam.read(Source("main.bicepparam", text))


def clean(text: str) -> Template:
    """A file read without a notice."""
    template = bicep(text)
    assert [n.message for n in template.notices] == []
    return template


def value(text: str) -> Expr:
    return clean(f"var v = {text}\n").names[0].expr


def tree(expr: Expr | None) -> str:
    """An expression in one line, every step of it visible."""
    if expr is None:
        return "-"
    args = expr.args
    match expr.op:
        case Op.LITERAL:
            return repr(args[0])
        case Op.TEXT:
            return f"text({', '.join(map(tree, args))})"
        case Op.NAME:
            return str(args[0])
        case Op.MEMBER:
            return f"{tree(args[0])}{'.?' if args[2] else '.'}{args[1]}"
        case Op.INDEX:
            return f"{tree(args[0])}{'[?' if args[2] else '['}{tree(args[1])}]"
        case Op.CALL:
            return f"{args[0]}({', '.join(map(tree, args[1]))})"
        case Op.COND:
            return f"if({', '.join(map(tree, args))})"
        case Op.ARRAY:
            return f"[{', '.join(map(tree, args))}]"
        case Op.OBJECT:
            return "{" + ", ".join(tree(k) if v is None else f"{tree(k)}: {tree(v)}" for k, v in args) + "}"
        case Op.SPREAD:
            return f"...{tree(args[0])}"
        case Op.FOR:
            names, collection, key, body, condition, grouped = args
            assert (key, grouped) == (None, False)
            return f"for({' '.join(names)} in {tree(collection)} if {tree(condition)}: {tree(body)})"
        case Op.LAMBDA:
            return f"({' '.join(args[0])} => {tree(args[1])})"
        case Op.OPAQUE:
            return "<?>"


def within(expr: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Every expression below one, with the one it is directly part of. A loop: some of these are deep."""
    waiting = [expr]
    while waiting:
        whole = waiting.pop()
        parts = list(whole.args)
        while parts:
            part = parts.pop()
            if isinstance(part, tuple):
                parts.extend(part)
            elif isinstance(part, Expr):
                waiting.append(part)
                yield whole, part


def expressions(template: Template) -> Iterator[Expr]:
    """The expressions a template holds."""
    for given in template.inputs:
        yield from filter(None, (given.default, given.allowed))
    for name in (*template.names, *template.outputs):
        yield name.expr
    for resource in template.resources:
        wanted = (resource.body, resource.condition, resource.api_version, resource.batch, resource.parent)
        yield from filter(None, (*wanted, *resource.waits_for, resource.loop and resource.loop.collection))
    for call in template.calls:
        assert isinstance(call.source, Expr)
        yield from filter(None, (call.source, call.condition, call.arguments_object, *call.arguments.values()))
    yield from template.requires.values()


EXPRESSIONS = [
    # literals
    ("1", "1", ""),
    ("true", "True", ""),
    ("null", "None", ""),
    ("'a'", "'a'", ""),
    ("''", "''", "an empty string is not the beginning of a multi-line one"),
    (r"'a\'b\\c\n\r\t\$d'", r'''"a'b\\c\n\r\t$d"''', "all escapes of one letter"),
    (r"'\${a}'", "'${a}'", "an escaped hole is text"),
    ("'$a $'", "'$a $'", "a $ without { is text"),
    (r"'\u{1F600}\u{41}'", "'\U0001f600A'", ""),
    (r"'\u{D83D}\u{DE00}'", "'\U0001f600'", "two halves of a character make one, as in .NET"),
    (r"'\u{D83D}'", "'\N{REPLACEMENT CHARACTER}'", "half a character could never be written to a report"),
    ("'''\nab\n'c' \\n ${d}'''", r'''"ab\n'c' \\n ${d}"''', "no escapes, no holes, and no line end first"),
    ("'''a''''", '''"a'"''', "of four quotes the last three close"),
    ("''''''", "''", ""),
    # holes
    ("'${a}'", "text(a)", "text even if it is nothing but a hole"),
    ("'x${a}y${b.c}z'", "text('x', a, 'y', b.c, 'z')", ""),
    ("'a${'b${c}d'}e'", "text('a', text('b', c, 'd'), 'e')", "strings in holes of strings"),
    ("'${ {a: {b: 1}}.a }'", "text({'a': {'b': 1}}.a)", "braces in a hole do not close it"),
    (r"'\n${a}\t'", r"text('\n', a, '\t')", ""),
    ("$'''\na${b}\nc'''", r"text('a', b, '\nc')", ""),
    ("$$'''a${b}$${c}$$${d}'''", "text('a${b}', c, '$', d)", "as many $ before a hole as before the quotes"),
    ("$'''a'''", "'a'", "no hole at all"),
    # operators, by https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators
    ("1 + 2 * 3", "+(1, *(2, 3))", ""),
    ("1 * 2 + 3", "+(*(1, 2), 3)", ""),
    ("(1 + 2) * 3", "*(+(1, 2), 3)", ""),
    ("1 - 2 - 3", "-(-(1, 2), 3)", "from left to right"),
    ("a / b % c", "%(/(a, b), c)", ""),
    ("a ?? b || c && d == e < f + g * !h", "??(a, ||(b, &&(c, ==(d, <(e, +(f, *(g, !(h))))))))", "every rank"),
    ("a * b + c < d == e && f || g ?? h", "??(||(&&(==(<(+(*(a, b), c), d), e), f), g), h)", "every rank, backwards"),
    ("a =~ b", "=~(a, b)", ""),
    ("a !~ b != c", "!=(!~(a, b), c)", ""),
    ("a >= b <= c > d", ">(<=(>=(a, b), c), d)", ""),
    ("-a.b", "-(a.b)", "a sign binds looser than an access"),
    ("!a && -1 == b", "&&(!(a), ==(-(1), b))", ""),
    ("a ? b : c", "if(a, b, c)", ""),
    ("a ? b : c ? d : e", "if(a, b, if(c, d, e))", "to the right"),
    ("a ? b ? c : d : e", "if(a, if(b, c, d), e)", ""),
    ("a ?? b ? c : d", "if(??(a, b), c, d)", ""),
    ("a\n  ? b\n  : c", "if(a, b, c)", "over several lines"),
    # accesses
    ("a.b.?c", "a.b.?c", ""),
    ("a[0][?b]", "a[0][?b]", ""),
    ("a[^1]", "a[^(1)]", "counted from the end"),
    ("a[?^1]", "a[?^(1)]", ""),
    ("a::b.c", "a.b.c", "a nested resource is a member"),
    ("a!.b", "a.b", "x! says something to the compiler only"),
    ("a!", "a", ""),
    ("f()", "f()", ""),
    ("f(a, [\n  1\n], b)", "f(a, [1], b)", ""),
    ("f(\n  a,\n  b\n)", "f(a, b)", ""),
    ("az.f(a).b", "f(a).b", "az. and sys. are where the functions are"),
    ("sys.f()", "f()", ""),
    ("other.f(a)", ".f(other, a)", "any other target is the first argument"),
    ("a.b().c(d)", ".c(.b(a), d)", ""),
    ("az.b", "az.b", "not a function"),
    # arrays, objects
    ("[]", "[]", ""),
    ("[\n]", "[]", ""),
    ("[1, 2]", "[1, 2]", ""),
    ("[\n  1\n\n  // c\n  2\n]", "[1, 2]", ""),
    ("[\n  1, 2\n  3\n]", "[1, 2, 3]", "commas and lines"),
    ("[1, 2,]", "[1, 2]", ""),
    ("[\n  1\n  -1\n]", "[1, -(1)]", "a sign on a new line begins a new member"),
    ("[1, ...a, 2]", "[1, ...a, 2]", ""),
    ("{}", "{}", ""),
    ("{ a: 1, 'b c': 2 }", "{'a': 1, 'b c': 2}", ""),
    ("{\n  a: 1\n  ...b\n  '${c}': 2\n}", "{'a': 1, ...b, text(c): 2}", ""),
    ("{ resource: 1, if: 2, for: 3, param: 4 }", "{'resource': 1, 'if': 2, 'for': 3, 'param': 4}", "no reserved words"),
    ("{\n  a: b\n    ? 1\n    : 2\n  c: 3\n}", "{'a': if(b, 1, 2), 'c': 3}", ""),
    # loops, lambdas
    ("[for x in xs: x.a]", "for(x in xs if -: x.a)", ""),
    ("[for (x, i) in xs: { a: i }]", "for(x i in xs if -: {'a': i})", ""),
    ("[\n  for x in a ? b : c: [for y in x: y]\n]", "for(x in if(a, b, c) if -: for(y in x if -: y))", ""),
    ("[for x in xs: if (x.a) { b: 1 }]", "for(x in xs if x.a: {'b': 1})", ""),
    ("map(a, x => x.b)", "map(a, (x => x.b))", ""),
    ("sort(a, (x, y) => x < y)", "sort(a, (x y => <(x, y)))", ""),
    ("f(() => 1)", "f(( => 1))", ""),
    ("a => b => c", "(a => (b => c))", ""),
    # layout
    ("a // b\n", "a", ""),
    ("/* b\n */ a /**/", "a", ""),
    ("a\r\n", "a", ""),
]


@pytest.mark.parametrize(("text", "wanted", "_why"), EXPRESSIONS, ids=[row[0] for row in EXPRESSIONS])
def test_expressions(text: str, wanted: str, _why: str) -> None:
    assert tree(value(text)) == wanted


SPANS = [
    ("1 + 2 * 3", ["1 + 2 * 3", "2 * 3", "3", "2", "1"]),
    ("(1 + 2) * (3)", ["(1 + 2) * (3)", "3", "1 + 2", "2", "1"]),
    ("'a${b}c'", ["'a${b}c'", "c", "b", "a"]),
    ("'a' == 'b'", ["'a' == 'b'", "'b'", "'a'"]),
    ("{ 'k': [1, x!.y] }", ["{ 'k': [1, x!.y] }", "[1, x!.y]", "x!.y", "x", "1", "'k'"]),
    ("{ a: !b, ...c }", ["{ a: !b, ...c }", "...c", "c", "!b", "b", "a"]),
    ("f(a.b[0], -c)", ["f(a.b[0], -c)", "-c", "c", "a.b[0]", "0", "a.b", "a"]),
    ("a ? b : c // d", ["a ? b : c", "c", "b", "a"]),
    ("[for x in xs: y]", ["[for x in xs: y]", "y", "xs"]),
    ("(x, y) => x", ["(x, y) => x", "x"]),
    ("a[^1]", ["a[^1]", "^1", "1", "a"]),
]


@pytest.mark.parametrize(("text", "wanted"), SPANS, ids=[row[0] for row in SPANS])
def test_spans(text: str, wanted: list[str]) -> None:
    source = Source("main.bicep", f"var v = {text}\n")
    found: list[str] = []

    def visit(expr: Expr) -> None:
        found.append(source.cut(expr.span))
        parts = [part for whole, part in within(expr) if whole is expr]
        for part in sorted(parts, key=lambda part: -part.span.start):
            visit(part)

    visit(read(source).names[0].expr)
    assert found == wanted


INPUTS = [
    # text, the mark, default, allowed, nullable, secret, why
    ("param a string", "param a string", "-", "-", False, False, ""),
    ("param a string = 'x'", "param a string", "'x'", "-", False, False, "the default is not part of the mark"),
    ("@allowed(['x', 'y'])\nparam a string", "param a string", "-", "['x', 'y']", False, False, ""),
    ("@sys.allowed([\n  'x'\n])\nparam a string", "param a string", "-", "['x']", False, False, ""),
    ("@secure()\nparam a string", "param a string", "-", "-", False, True, ""),
    ("@description('d')\n@sys.secure()\nparam a string", "param a string", "-", "-", False, True, ""),
    ("param a string?", "param a string?", "-", "-", True, False, ""),
    ("param a 'x' | 'y'", "param a 'x' | 'y'", "-", "['x', 'y']", False, False, ""),
    ("param a ('x' | 'y')?", "param a ('x' | 'y')?", "-", "['x', 'y']", True, False, ""),
    ("param a 'x' | 2 | true | null", "param a 'x' | 2 | true | null", "-", "['x', 2, True]", True, False, ""),
    ("param a\n  | 'x'\n  | 'y'\n", "param a\n  | 'x'\n  | 'y'", "-", "['x', 'y']", False, False, ""),
    ("param a 'x'", "param a 'x'", "-", "['x']", False, False, ""),
    ("@allowed(['x'])\nparam a string[]", "param a string[]", "-", "-", False, False, ""),
    ("param a -1 | 2", "param a -1 | 2", "-", "[-(1), 2]", False, False, "the sign is part of the value"),
    ("param a 'x' | b", "param a 'x' | b", "-", "-", False, False, "what b is nobody knows"),
    ("param a ('x' | 'y')[]", "param a ('x' | 'y')[]", "-", "-", False, False, "an array is none of them"),
    ("@allowed(['x'])\nparam a array", "param a array", "-", "-", False, False, "@allowed is about the members"),
    ("param a b\ntype b = 'x' | 'y'", "param a b", "-", "['x', 'y']", False, False, "declared later"),
    ("type b = c?\n@secure()\ntype c = string\nparam a b", "param a b", "-", "-", True, True, "a name of a name"),
    ("type b = c\ntype c = b\nparam a b", "param a b", "-", "-", False, False, "a circle says nothing"),
    ("param a { b: 'x' }", "param a { b: 'x' }", "-", "-", False, False, ""),
    (
        "param a resourceInput<'T/t@1'>.properties.*",
        "param a resourceInput<'T/t@1'>.properties.*",
        "-",
        "-",
        False,
        False,
        "",
    ),
    ("param a resource 'T/t@1'", "param a resource 'T/t@1'", "-", "-", False, False, ""),
    ("param a {\n  @d('x')\n  b: -1 | 2\n  *: [string, int?][]\n}?", None, "-", "-", True, False, ""),
]


@pytest.mark.parametrize(("text", "mark", "default", "allowed", "nullable", "secret", "_why"), INPUTS)
def test_parameters(
    text: str, mark: str | None, default: str, allowed: str, nullable: bool, secret: bool, _why: str
) -> None:
    template = clean(text)
    (given,) = template.inputs
    assert (given.symbol, given.name) == ("a", "a")
    assert (tree(given.default), tree(given.allowed), given.nullable, given.secret) == (
        default,
        allowed,
        nullable,
        secret,
    )
    if mark is not None:
        assert template.source.cut(given.span) == mark


def test_names_and_outputs_are_marked_at_the_name() -> None:
    template = clean("""\
var a = 1
var b string = 'x'
var c = [for i in range(0, 2): i]
func d(x string, y int?) string => '${x}${y}'
output e string = a
output f resource = g
output h array = [for i in c: i]
""")
    assert [(b.symbol, tree(b.expr), template.source.cut(b.span)) for b in (*template.names, *template.outputs)] == [
        ("a", "1", "a"),
        ("b", "'x'", "b"),
        ("c", "for(i in range(0, 2) if -: i)", "c"),
        ("d", "(x y => text(x, y))", "d"),
        ("e", "a", "e"),
        ("f", "g", "f"),
        ("h", "for(i in c if -: i)", "h"),
    ]
    assert template.scope is None


def test_the_rest_of_the_language_is_read_over() -> None:
    template = clean("""\
targetScope = 'subscription'
metadata m = { a: 1 }
import { x, y as z } from './shared.bicep'
import {
  'quoted name' as q
} from './shared.bicep'
import * as all from 'br:example.azurecr.io/shared:1'
import 'az@1.0.0' as old
extension microsoftGraph
extension 'br:mcr.microsoft.com/bicep/extensions/x:1' with { a: 1 } as b
provider 'kubernetes@1.0.0' with {
  namespace: 'default'
} as k8s
assert big = 2 > 1
test t 'test.bicep' = {
  params: {}
}
@export()
@description('d')
type u = {
  a: string
  *: int
}
@discriminator('kind')
type w = v | { kind: 'x' }
""")
    assert template.scope == "subscription"
    assert [(i.symbol, i.name, i.source.args[0], template.source.cut(i.span)) for i in template.imports] == [
        ("x", "x", "./shared.bicep", "x"),
        ("z", "y", "./shared.bicep", "z"),
        ("q", "quoted name", "./shared.bicep", "q"),
        ("all", None, "br:example.azurecr.io/shared:1", "all"),
    ]
    assert template.names == ()


def resource(text: str) -> tuple[Template, Declared]:
    template = clean(text)
    return template, template.resources[0]


def test_a_resource() -> None:
    template, found = resource("""\
@batchSize(2)
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  parent: other
  scope: resourceGroup('x')
  dependsOn: [
    a
    b[0]
  ]
}
""")
    cut = template.source.cut
    assert (found.symbol, found.type, found.mode) == (
        "hub",
        "Microsoft.MachineLearningServices/workspaces",
        Mode.DECLARED,
    )
    assert cut(found.head) == "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01'"
    assert found.api_version is not None
    assert (tree(found.api_version), cut(found.api_version.span)) == ("'2024-10-01'", "2024-10-01")
    assert tree(found.body) == ("{'name': 'hub', 'parent': other, 'scope': resourceGroup('x'), 'dependsOn': [a, b[0]]}")
    assert (tree(found.parent), [tree(w) for w in found.waits_for], tree(found.batch)) == ("other", ["a", "b[0]"], "2")
    assert (found.condition, found.loop) == (None, None)


RESOURCES = [
    # what follows the =, condition, names, collection, body
    ("{}", "-", None, "-", "{}"),
    ("if (a == 1) {}", "==(a, 1)", None, "-", "{}"),
    ("\n  if (a) {}", "a", None, "-", "{}"),
    ("\n  if (a) {}", "a", None, "-", "{}"),
    ("[for x in xs: {}]", "-", ("x",), "xs", "{}"),
    ("[for (x, i) in xs: if (i > 0) { name: x }]", ">(i, 0)", ("x", "i"), "xs", "{'name': x}"),
    ("[\n  for i in range(0, 2): {}\n]", "-", ("i",), "range(0, 2)", "{}"),
]


@pytest.mark.parametrize("keyword", ["resource a 'T/t@1'", "module a './a.bicep'"])
@pytest.mark.parametrize(("text", "condition", "names", "collection", "body"), RESOURCES)
def test_conditions_and_loops(
    keyword: str, text: str, condition: str, names: tuple[str, ...] | None, collection: str, body: str
) -> None:
    template = clean(f"{keyword} = {text}\n")
    (found,) = (*template.resources, *template.calls)
    assert tree(found.condition) == condition
    if names is None:
        assert found.loop is None
    else:
        assert found.loop is not None
        assert (found.loop.names, tree(found.loop.collection)) == (names, collection)
        assert (found.loop.counted, found.loop.keyed) == (False, False)
    if isinstance(found, Declared):
        assert tree(found.body) == body


def test_existing_and_versionless_resources() -> None:
    template = clean("resource a 'T/t@1' existing = {\n  name: 'x'\n}\nresource b 'T/t' = {}\n")
    assert [(r.mode, r.type, tree(r.api_version)) for r in template.resources] == [
        (Mode.EXISTING, "T/t", "'1'"),
        (Mode.DECLARED, "T/t", "-"),
    ]


def test_nested_resources_get_whole_types_and_parents() -> None:
    template = clean("""\
resource ws 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = if (on) {
  name: 'ws'
  @description('a rule')
  resource rule 'outboundRules' = {
    name: 'r'
    resource deeper 'x@2025-01-01' = { name: 'd' }
  }
  resource compute 'computes@2023-04-01' existing = {
    name: 'c'
  }
  location: 'westeurope'
}
output o string = ws::rule::deeper.id
""")
    cut = template.source.cut
    found = [(r.symbol, r.type, tree(r.api_version), tree(r.parent), r.mode) for r in template.resources]
    kind = "Microsoft.MachineLearningServices/workspaces"
    assert found == [
        ("ws", kind, "'2024-10-01'", "-", Mode.DECLARED),
        ("rule", f"{kind}/outboundRules", "'2024-10-01'", "ws", Mode.DECLARED),
        ("deeper", f"{kind}/outboundRules/x", "'2025-01-01'", "rule", Mode.DECLARED),
        ("compute", f"{kind}/computes", "'2023-04-01'", "ws", Mode.EXISTING),
    ]
    ws, rule, deeper, compute = template.resources
    assert tree(ws.body) == "{'name': 'ws', 'location': 'westeurope'}"
    assert [r.condition for r in (rule, deeper, compute)] == [None] * 3, "a child inherits no condition"
    assert cut(rule.head) == "resource rule 'outboundRules'"
    assert rule.parent is not None
    assert cut(rule.parent.span) == "ws"
    assert tree(template.outputs[0].expr) == "ws.rule.deeper.id"


def test_nested_resources_of_one_name_are_kept_apart() -> None:
    template = clean("""\
param other string
resource a 'T/t@1' = {
  name: child.name
  resource child 'c' = { name: 'of a' }
  resource second 'd' = { name: child.id }
}
resource b 'T/t@1' = {
  resource child 'c' = { name: 'of b' }
  resource other 'd' = { name: other.id }
}
output o string = other
""")
    symbols = [r.symbol for r in template.resources]
    assert symbols == ["a", "a::child", "second", "b", "b::child", "b::other"]
    bodies = [tree(r.body) for r in template.resources]
    assert bodies[0] == "{'name': a::child.name}"
    assert bodies[2] == "{'name': a::child.id}"
    assert bodies[5] == "{'name': b::other.id}"
    assert tree(template.outputs[0].expr) == "other", "outside its parent the name is the parameter's"


def test_a_property_may_be_called_resource() -> None:
    _, found = resource("resource a 'T/t@1' = {\n  resource: 'x'\n  properties: { resource: b }\n}\n")
    assert tree(found.body) == "{'resource': 'x', 'properties': {'resource': b}}"


MODULES = [
    ("{ name: 'n', params: { a: 1, 'b': c } }", {"a": "1", "b": "c"}, "-", "an object literal"),
    ("{ name: 'n' }", {}, "-", "no parameters"),
    ("{ params: union(a, b) }", {}, "union(a, b)", "one expression for all of them"),
    ("{ params: { ...a, b: 1 } }", {}, "{...a, 'b': 1}", "nobody sees what a spread brings"),
    ("{ params: { '${a}': 1 } }", {}, "{text(a): 1}", "nobody sees what name it is"),
    ("{ ...a }", {}, "<?>", "there may be params in it"),
]


@pytest.mark.parametrize(("text", "arguments", "whole", "_why"), MODULES, ids=[row[3] for row in MODULES])
def test_modules(text: str, arguments: dict[str, str], whole: str, _why: str) -> None:
    template = clean(f"module m './m.bicep' = {text}\n")
    (call,) = template.calls
    assert isinstance(call.source, Expr)
    assert (call.symbol, tree(call.source)) == ("m", "'./m.bicep'")
    assert template.source.cut(call.source.span) == "'./m.bicep'"
    assert template.source.cut(call.head) == "module m './m.bicep'"
    assert {name: tree(given) for name, given in call.arguments.items()} == arguments
    assert tree(call.arguments_object) == whole


def test_a_module_waits_for_others() -> None:
    (call,) = clean("module m 'm.bicep' = {\n  dependsOn: [a, b]\n}\n").calls
    assert [tree(waited) for waited in call.waits_for] == ["a", "b"]


def test_comments_and_pragmas() -> None:
    template = clean("""\
// one
#disable-next-line BCP037 no-unused-vars   // two
var a = 1 /* three
*/ + 2 // four
#disable-diagnostics five
var b = 'no // comment'
""")
    assert [c.text for c in template.comments] == [
        "// one",
        "#disable-next-line BCP037 no-unused-vars",
        "// two",
        "/* three\n*/",
        "// four",
        "#disable-diagnostics five",
    ]
    assert all(template.source.cut(c.span) == c.text for c in template.comments)


def test_line_ends_and_a_byte_order_mark() -> None:
    for end in ("\n", "\r\n", "\r"):
        template = clean(f"\ufeffparam a string{end}{end}  {end}var b = [{end}  a{end}]{end}")
        assert [tree(b.expr) for b in template.names] == ["[a]"]


# ── mistakes ──

MISTAKES = [
    # text, [(marked text, message)], what is left
    (
        "prama x string\nvar a = 1\n",
        [("prama", "expected a declaration such as param, var or resource, not prama")],
        "a=1",
        "a line nobody understands costs itself",
    ),
    ("var a =\nvar b = 1\n", [("", "expected an expression before the end of the line")], "a=<?> b=1", ""),
    ("var = 1\nvar b = 1\n", [("=", "expected the name of the variable, not =")], "b=1", ""),
    ("var a = 1 2\nvar b = 1\n", [("2", "expected a new line, not 2")], "a=1 b=1", ""),
    ("param a string: 'x'\nvar b = 1\n", [(":", "expected a new line, not :")], "a b=1", ""),
    ("param a = 'x'\nvar b = 1\n", [("=", "expected a type, not =")], "a b=1", ""),
    ("@\nparam a string\n", [("", "expected the name of a decorator before the end of the line")], "a", ""),
    ("var a = 'x\nvar b = 1\n", [("'x", "this string is not closed: expected ' on the same line")], "a=<?> b=1", ""),
    ("var a = '${x\nvar b = 1\n", [("", "this string is not closed: expected ' on the same line")], "a=<?> b=1", ""),
    (
        "var b = 1\nvar a = '''x\nvar c = 1\n",
        [("'''", "this multi-line string is not closed: expected '''")],
        "b=1 a=<?>",
        "",
    ),
    ("var b = 1\n/* x\nvar c = 1\n", [("/*", "this comment is not closed: expected */")], "b=1", ""),
    (
        "var a = { b: '\\x', c: 1 }\n",
        [("\\x", r"unknown escape sequence: expected \\, \', \n, \r, \t, \$ or \u{...}")],
        "a={'b': <?>, 'c': 1}",
        "",
    ),
    (
        "var a = '\\u{110000}'\n",
        [("\\u{110000}", r"unknown escape sequence: expected \\, \', \n, \r, \t, \$ or \u{...}")],
        "a=<?>",
        "",
    ),
    ('var a = "x"\n', [('"', 'unexpected ": strings stand between single quotes')], "a=<?>", ""),
    ("var a = 3.14\n", [("14", "expected the name of a function or property, not 14")], "a=<?>", ""),
    ("var a = 99999999999999999999\n", [("99999999999999999999", "expected a 64-bit integer")], "a=<?>", ""),
    (
        "var a = {\n  b: 1\n  c 2\n  d: 3\n}\n",
        [("2", "expected : after the name of a property, not 2")],
        "a={'b': 1, ...<?>, 'd': 3}",
        "a property without a name hides in what nobody can see",
    ),
    (
        "var a = {\n  b: 1 + \n  d: 3\n}\n",
        [("", "expected an expression before the end of the line")],
        "a={'b': <?>, 'd': 3}",
        "",
    ),
    (
        "var a = {\n  b: f(1, 2\n  d: 3\n}\n",
        [("", "expected a comma or ) before the end of the line")],
        "a={'b': <?>, 'd': 3}",
        "a forgotten ) costs the property it is in",
    ),
    (
        "var a = {\n  b: c(\n  d: 3\n}\n",
        [(":", "expected a comma or ), not :")],
        "a={'b': <?>, 'd': 3}",
        "... also if the next property is taken for its argument first",
    ),
    (
        "var a = {\n  b: 'x' 'y'\n  d: 3\n}\n",
        [("'y'", "expected a new line, a comma or }, not a string")],
        "a={'b': <?>, 'd': 3}",
        "what stands before something odd may not be meant",
    ),
    ("var a = [1, *, 3]\n", [("*", "expected an expression, not *")], "a=[1, ...<?>, 3]", ""),
    ("var a = [1 2]\nvar b = 1\n", [("2", "expected a new line, a comma or ], not 2")], "a=[...<?>] b=1", ""),
    (
        "var a = {\n  b: {\n    c: 1\n}\nvar d = 2\n",
        [("{", "this { is not closed: expected } before line 5")],
        "a=<?> d=2",
        "which bracket is missing nobody knows, so all of the value is in doubt",
    ),
    ("var a = [\n  1\n", [("[", "this [ is not closed: expected ] before the end of the file")], "a=<?>", ""),
    (
        "resource a 'T/t@1' = {\n  name: 'x'\n}\n  kind: 'y'\n}\nvar b = 1\n",
        [("kind", "expected a declaration such as param, var or resource, not kind")],
        "a:<?> b=1",
        "with a bracket too many the resource was not read to its end",
    ),
    (
        "resource a 'T/t@1' = {\n  name: 'x'\n}\n}\nvar b = 1\n",
        [("}", "expected a declaration such as param, var or resource, not }")],
        "a:<?> b=1",
        "... even if nothing else is left",
    ),
    (
        "resource a 'T/t@1' = {\n  name: 'x'\n}\n  kind: 'y'\nvar b = 1\n",
        [("kind", "expected a declaration such as param, var or resource, not kind")],
        "a:<?> b=1",
        "... and what is left need not end with a bracket",
    ),
    (
        "resource a 'T/t@1' = {\n  b: }{\n  }\n  c: 1\n  resource d 'e' = {}\nvar f = 1\n",
        None,
        "a:<?> d:{} f=1",
        "a declaration that is indented may have had a parent",
    ),
    (
        "resource a 'T/t@1' = {\n  b: c }\n  resource d 'e' = {}\n  resource f 'g' = {}\n}\nvar h = 1\n",
        [("}", "expected a declaration such as param, var or resource, not }")],
        "a:<?> d:<?> f:<?> h=1",
        "... and so may several",
    ),
    (
        "resource a 'T/t@1' = {\n  name: 'x'\nresource b 'T/t@1' = {\n  name: 'y'\n}\n",
        [("{", "this { is not closed: expected } before line 3")],
        "a:<?> b:{'name': 'y'}",
        "a whole type is not that of a nested resource",
    ),
    (
        "resource a 'T/t@1' = {\n  resource b 'c' =\n  name: 'x'\n}\n",
        [("", "expected {, if (...) or [for ... before the end of the line")],
        "a:{...<?>, 'name': 'x'} b:<?>",
        "",
    ),
    (
        "resource a 'T/${b}@1' = {\n  name: 'x'\n}\nvar b = 1\n",
        [("'T/${", "expected the type of the resource without ${...}, not a string")],
        "b=1",
        "",
    ),
    (
        "resource a 'T/t@1' = [for x in : {\n  name: 'x'\n}]\nvar b = 1\n",
        [(":", "expected an expression, not :")],
        "a:<?> b=1",
        "",
    ),
    ("module a = {}\n", [("=", "expected the path of the module between single quotes, not =")], "", ""),
    ("module a 'm.bicep' = 1\n", [("1", "expected {, if (...) or [for ..., not 1")], "a(<?>)", ""),
    ("var a = (1, 2)\nvar b = ()\n", None, "a=<?> b=<?>", ""),
    ("import a from 'b'\nvar b = 1\n", [("a", "expected { or *, not a")], "b=1", ""),
    ("var a = \u00e9\x00\n", [("\u00e9", "unexpected \u00e9")], "a=<?>", ""),
    ("var a = \x01\n", [("\x01", "unexpected U+0001")], "a=<?>", ""),
]


def left(template: Template) -> str:
    found = [f"{i.symbol}" for i in template.inputs]
    found += [f"{r.symbol}:{tree(r.body)}" for r in template.resources]
    found += [f"{c.symbol}({tree(c.arguments_object)})" for c in template.calls]
    found += [f"{b.symbol}={tree(b.expr)}" for b in template.names]
    return " ".join(found)


@pytest.mark.parametrize(("text", "wanted", "rest", "_why"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_mistakes(text: str, wanted: list[tuple[str, str]] | None, rest: str, _why: str) -> None:
    template = bicep(text)
    found = [(template.source.cut(n.place.span), n.message) for n in template.notices if n.place is not None]
    if wanted is not None:
        assert found == wanted
    assert {(n.level, n.code) for n in template.notices} == {("error", "MN911")}
    assert left(template) == rest


def test_twenty_mistakes_are_enough() -> None:
    template = bicep("var = 1\n" * 30 + "var a = 1\n")
    assert len(template.notices) == 20
    assert left(template) == "a=1"


# ── parameter files ──


def test_a_parameter_file() -> None:
    template = param("""\
using './main.bicep'
extends 'base.bicepparam'
import { shared } from './shared.bicep'
var region = 'westeurope'
@description('d')
param location = region
param tags = {
  env: 'prod'
}
param key = readEnvironmentVariable('KEY', '')
param copy = base.tags
type t = string
""")
    assert template.notices == ()
    assert template.language == "bicepparam"
    assert [(b.symbol, tree(b.expr), template.source.cut(b.span)) for b in template.names] == [
        ("location", "region", "location"),
        ("tags", "{'env': 'prod'}", "tags"),
        ("key", "readEnvironmentVariable('KEY', '')", "key"),
        ("copy", "base.tags", "copy"),
    ]
    assert {name: (tree(path), template.source.cut(path.span)) for name, path in template.requires.items()} == {
        "using": ("'./main.bicep'", "'./main.bicep'"),
        "extends": ("'base.bicepparam'", "'base.bicepparam'"),
    }
    own = [(i.symbol, tree(i.default), template.source.cut(i.span)) for i in template.inputs]
    assert own == [("region", "'westeurope'", "region")], "these assign nothing"
    assert [(i.symbol, i.name, tree(i.source)) for i in template.imports] == [("shared", "shared", "'./shared.bicep'")]


def test_using_none_and_with() -> None:
    template = param("using none\n")
    assert (template.notices, tree(template.requires["using"])) == ((), "None")
    template = param("using 'main.bicep' with {\n  mode: 'stack'\n}\nextensionConfig k8s with { a: 1 }\n")
    assert (template.notices, tree(template.requires["using"])) == ((), "'main.bicep'")


def test_mistakes_in_a_parameter_file() -> None:
    template = param("using './main.bicep'\nresource x 'T/t@1' = {}\nparam a =\nparam b = 1\n")
    assert [n.message for n in template.notices] == [
        "expected a declaration such as using, param or var, not resource",
        "expected an expression before the end of the line",
    ]
    assert [(b.symbol, tree(b.expr)) for b in template.names] == [("a", "<?>"), ("b", "1")]


# ── all of the language at once, whole and in pieces ──

WHOLE = """\
targetScope = 'resourceGroup'
import { x, y as z } from './shared.bicep' // why
@description('''
multi'line
''')
@allowed(['a', 'b'])
param mode string = 'a'
param many { a: 'x' | 'y', b: int[]? }[] = []
@secure()
param key string?
var names = [for (n, i) in many: '${n.a}-${i + 1}${'in${i}ner'}']
var shape = {
  ...z
  'quoted key': !(a == b) ? c.?d[?0] : e!.f(g => g * -1, $'''h${i}''')
  one: { two: [1, 2, { three: null }] }
}
#disable-next-line BCP081
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = if (mode != 'a') {
  name: 'hub-${uniqueString(resourceGroup().id)}'
  properties: { managedNetwork: { isolationMode: mode } }
  resource rule 'outboundRules' = [for r in many: if (r.a =~ 'X') {
    name: r.a
    properties: { type: 'FQDN' }
  }]
}
module child './child.bicep' = [for n in names: {
  name: n
  params: { hub: hub::rule.id, last: names[^1] }
  dependsOn: [hub]
}]
func double(n int) int => n * 2
output id string = hub.id /* end */
"""


def test_every_part_stands_inside_the_whole_it_is_part_of() -> None:
    template = clean(WHOLE)
    seen = 0
    for expr in expressions(template):
        for whole, part in within(expr):
            seen += 1
            assert whole.span.covers(part.span), (template.source.cut(whole.span), template.source.cut(part.span))
    assert seen > 70


def assert_sound(template: Template) -> None:
    """Whatever was read, its places are places in the text."""
    size = len(template.source.text)
    places = [n.place.span for n in template.notices if n.place is not None]
    for expr in expressions(template):
        places.append(expr.span)
        places.extend(part.span for _, part in within(expr))
    assert all(0 <= place.start <= place.end <= size for place in places)


def test_cut_anywhere_it_is_still_read() -> None:
    cut = tokens(Source("main.bicep", WHOLE))
    whole = clean(WHOLE)
    for at in sorted({*cut.starts, *cut.ends}):
        template = bicep(WHOLE[:at])
        assert_sound(template)
        complete = [r.symbol for r in whole.resources if r.head.end <= at]
        assert [r.symbol for r in template.resources][: len(complete)] == complete
        opened = [Span("main.bicep", s, e) for k, s, e in zip(cut.kinds, cut.starts, cut.ends, strict=True) if k == "{"]
        closed = [s for k, s in zip(cut.kinds, cut.starts, strict=True) if k == "}"]
        if sum(o.end <= at for o in opened) > sum(c < at for c in closed):
            assert template.notices, WHOLE[:at][-40:]


JUNK = [(junk, 0.07) for junk in ["", "{", "}", "[", "]", "(", ")", "${", ":", ",", "@", "\n", "="]]
JUNK += [("'", 0.15), ("'''", 0.65), ("/*", 0.65)]  # these take what follows with them


@pytest.mark.parametrize(("junk", "share"), JUNK)
def test_one_token_replaced_by_junk_costs_little(junk: str, share: float) -> None:
    cut = tokens(Source("main.bicep", WHOLE))
    whole = {r.symbol for r in clean(WHOLE).resources}
    lost = 0
    places = list(zip(cut.starts, cut.ends, strict=True))[::2]
    for start, end in places:
        template = bicep(WHOLE[:start] + junk + WHOLE[end:])
        assert_sound(template)
        lost += len(whole - {r.symbol for r in template.resources})
        assert len(template.notices) <= 5, "one mistake is not many"
    assert lost <= share * len(whole) * len(places)


# ── hostile input ──

N = 45_000  # most of them just below the limit of words
FEW = 10_000
LARGE = {
    # what it is: text, notices
    "a string of 1 MB": ("var v = '" + "x" * 1_000_000 + "'", 0),
    "binary operators": ("var v = 1" + " + 1" * N, 0),
    "accesses": ("var v = a" + ".b" * N, 0),
    "array": ("var v = [" + "1, " * N + "]", 0),
    "array in lines": ("var v = [" + "\n1" * N + "\n]", 0),
    "object": ("var v = {" + "\na: 1" * N + "\n}", 1),
    "operators of all ranks": ("var v = 1" + " + 1 * 2 == 3 && 4 || 5 ?? 6" * (FEW // 2), 0),
    "escapes": ("var v = '" + r"\n" * N + "'", 0),
    "holes": ("var v = '" + "${a}" * FEW + "'", 0),
    "indexes": ("var v = a" + "[0]" * FEW, 0),
    "method calls": ("var v = a" + ".b()" * FEW, 0),
    "lists of lists": ("param a string" + "[]" * FEW, 0),
    "parts of parts": ("param a b" + ".c" * FEW, 0),
    "unions": ("param a b" + " | {c: d}" * FEW, 0),
    "stars": ("type a = b" + ".*" * FEW + "\n" + "import * as c from 'd'\n" * 1000, 0),
    "directives": ("#disable-next-line/**/" * FEW, 2),
    "signs": ("var v = " + "!" * FEW + "a", 1),
    "conditions": ("var v = " + "a ? b : " * FEW + "c", 0),
    "union": ("param v 'x'" + " | 'x'" * FEW, 0),
    "nullable": ("param v string" + " ?" * N, 0),
    "aliases": ("".join(f"type t{n} = t{n + 1}\nparam p{n} t0\n" for n in range(5000)), 0),
    "nested of one name": ("".join(f"resource r{n} 'T/t@1' = {{\nresource x 'c' = {{}}\n}}\n" for n in range(3000)), 0),
    "blank lines": (" \n" * 500_000, 0),
    "quotes": ("'" * 1_000_000, 1),
    "dollars": ("var v = " + "$" * 1_000_000, 1),
    "stars and slashes": ("/*" * 100_000, 1),
    "odd characters": ("\0" * 1_000_000, 1),
    "lines of garbage": ("var = (\n" * FEW, 20),
    "properties of garbage": ("var v = {\n" + "a: f(1 2, [3\n" * FEW + "}", 20),
    "garbage on every level": ("var v = " + "{a: f([" * 30 + "[" + "1, " * FEW + "]" + "] x)}" * 30, 20),
    "closing brackets": ("var v = " + "(" * FEW + "]" * FEW, 1),
    "opening brackets": ("var v = " + "[" * FEW, 2),
    "opening braces": ("var v = " + "{a:" * FEW, 2),
    "opening parentheses": ("var v = " + "f(" * FEW, 1),
    "opening holes": ("var v = " + "'${" * FEW, 1),
    "nested types": ("param v " + "{a: " * FEW, 2),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_and_hostile_files_take_linear_time(name: str) -> None:
    text, notices = LARGE[name]
    started = time.process_time()
    template = bicep(text)
    # Each needs about a second; what takes quadratic time needs minutes.
    assert time.process_time() - started < 10
    assert len(template.notices) == notices


NESTED = {
    "parentheses": ("var v = {0}1{1}", "(", ")"),
    "arrays": ("var v = {0}1{1}", "[", "]"),
    "objects": ("var v = {0}1{1}", "{a:", "}"),
    "calls": ("var v = {0}1{1}", "f(", ")"),
    "methods": ("var v = {0}1{1}", "a.b(", ")"),
    "indexes": ("var v = {0}1{1}", "a[", "]"),
    "holes": ("var v = {0}1{1}", "'${", "}'"),
    "loops": ("var v = {0}1{1}", "[for x in y: ", "]"),
    "lambdas": ("var v = {0}1{1}", "x => ", ""),
    "conditions": ("var v = {0}1{1}", "a ? ", " : b"),
    "types": ("param v {0}int{1}", "{a: ", "}"),
    "type arguments": ("param v {0}int{1}", "a<", ">"),
}


@pytest.mark.parametrize("name", NESTED)
def test_nesting_has_a_limit_and_costs_what_is_too_deep(name: str) -> None:
    shape, opening, closing = NESTED[name]

    def nest(levels: int) -> str:
        return shape.replace("{0}", opening * levels).replace("{1}", closing * levels) + "\nvar after = 1\n"

    assert clean(nest(99)).names[-1].symbol == "after"
    template = bicep(nest(101))
    assert [n.code for n in template.notices] == ["MN912"]
    assert "nested too deeply" in template.notices[0].message
    assert tree(template.names[-1].expr) == "1"


def test_nested_resources_have_a_limit_too() -> None:
    template = bicep("resource a 'T/t@1' = {\n" + " resource a 'c' = {\n" * 200 + "}\n" * 201 + "var after = 1\n")
    assert [n.code for n in template.notices] == ["MN912"]
    assert tree(template.names[-1].expr) == "1"
