"""The reader of Terraform: expressions with places, what each block declares, and mistakes that cost one block."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnlint.formats import terraform, terraform_reader, tfvars
from mnlint.model.expr import Declared, Expr, Mode, Op, Template
from mnlint.model.text import Source, Span


def read(text: str) -> Template:
    template = terraform.read(Source("main.tf", text))
    assert template.notices == ()
    return template


def value(text: str) -> tuple[Expr, Source]:
    """A text as the value of a local."""
    template = read(f"locals {{\n  a = {text}\n}}\n")
    return template.names[0].expr, template.source


def shown(expr: Expr) -> str:
    """An expression in one line: names in `<>`, unlike members; texts that are put together in T()."""
    return _SHOWN[expr.op](*expr.args)


def _for(names: tuple[str, ...], over: Expr, key: Expr | None, made: Expr, test: Expr | None, grouped: bool) -> str:
    made_of = f"{shown(key)} => {shown(made)}{'...' if grouped else ''}" if key else shown(made)
    return f"(for {', '.join(names)} in {shown(over)}: {made_of}{f' if {shown(test)}' if test else ''})"


_SHOWN = {
    Op.LITERAL: lambda v: json.dumps(v, ensure_ascii=False),
    Op.TEXT: lambda *parts: f"T({', '.join(map(shown, parts))})",
    Op.NAME: lambda name: f"<{name}>",
    Op.MEMBER: lambda target, name, safe: f"{shown(target)}{'?' if safe else ''}.{name}",
    Op.INDEX: lambda target, at, safe: f"{shown(target)}{'?' if safe else ''}[{shown(at)}]",
    Op.CALL: lambda name, args: f"{name}({', '.join(map(shown, args))})",
    Op.COND: lambda test, yes, no: f"({shown(test)} ? {shown(yes)} : {shown(no)})",
    Op.ARRAY: lambda *items: f"[{', '.join(map(shown, items))}]",
    Op.OBJECT: lambda *entries: f"{{{', '.join(f'{shown(k)}: {shown(v)}' for k, v in entries)}}}",
    Op.SPREAD: lambda item: f"...{shown(item)}",
    Op.FOR: _for,
    Op.OPAQUE: lambda words: f"?{words}?",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # literals
        ("null", "null"),
        ("true", "true"),
        ("12", "12"),
        ("1.5e3", "1500"),
        ("-1", "-1"),
        ("-12", "-12"),  # one token to python-hcl2, unlike -1
        ("- 12.5", "-12.5"),
        ("9" * 500, "?a number that is not kept as it is written?"),
        ("1e999", "?a number that is not kept as it is written?"),
        ("0.1234567890123456789", "?a number that is not kept as it is written?"),  # a float would be another number
        ("1e21", "1000000000000000000000"),  # whole, as Terraform has it
        ('"x"', '"x"'),
        ('""', '""'),
        # names: how many words belong to one
        ("var.x", "<var.x>"),
        ("var.x.y.z", "<var.x>.y.z"),
        ("local.x", "<local.x>"),
        ("each.key", "<each.key>"),
        ("each.value.x", "<each.value>.x"),
        ("count.index", "<count.index>"),
        ("path.module", "<path.module>"),
        ("terraform.workspace", "<terraform.workspace>"),
        ("self.id", "<self.id>"),
        ("module.m.out", "<module.m>.out"),
        ('module.m["a"].out', '<module.m>["a"].out'),
        ("data.t.n.id", "<data.t.n>.id"),
        ("data.t.n[0].id", "<data.t.n>[0].id"),
        ("azurerm_x.y.id", "<azurerm_x.y>.id"),
        ("azurerm_x.y[count.index].id", "<azurerm_x.y>[<count.index>].id"),
        ("x", "<x>"),
        ('x["y"]', '<x>["y"]'),
        ("(var.x).y", "<var.x>.y"),
        ("f(x).y[0]", "f(<x>).y[0]"),
        ("var.x.0.y", "<var.x>[0].y"),  # as Terraform 0.11 wrote it
        ("var.x.true", "<var.x>.true"),
        ("var.x.for", "<var.x>.for"),
        # operators and calls
        ("a + b * c", "+(<a>, *(<b>, <c>))"),
        ("(a + b) * c", "*(+(<a>, <b>), <c>)"),
        ("a - b - c", "-(-(<a>, <b>), <c>)"),
        ("a -1", "-(<a>, 1)"),
        ("a == b && c != d || !e", "||(&&(==(<a>, <b>), !=(<c>, <d>)), !(<e>))"),
        ("a >= 1 ? b : c ? d : e", "(>=(<a>, 1) ? <b> : (<c> ? <d> : <e>))"),
        ("-var.x", "-(<var.x>)"),
        ("!var.x.y", "!(<var.x>.y)"),
        ("f()", "f()"),
        ("f(1, g(2))", "f(1, g(2))"),
        ("f(1, b...)", "f(1, ...<b>)"),
        ("provider::azurerm::f(1)", "provider::azurerm::f(1)"),
        # collections
        ("[]", "[]"),
        ("[1, 2,]", "[1, 2]"),
        ("{}", "{}"),
        ("{ a = 1, b : 2 }", '{"a": 1, "b": 2}'),
        ("{\n a = 1\n b = 2\n}", '{"a": 1, "b": 2}'),
        ('{ "a b" = 1 }', '{"a b": 1}'),
        ("{ (a) = 1 }", "{<a>: 1}"),  # in brackets it is no bare word
        ("{ (var.a) = 1 }", "{<var.a>: 1}"),
        ('{ "${var.a}-b" = 1 }', '{T(<var.a>, "-b"): 1}'),
        ("{ in = 1, null = 2, 3 = 4 }", '{"in": 1, "null": 2, "3": 4}'),
        # for expressions: names only where they are in scope
        ("[for v in a : v.x]", "(for v in <a>: <v>.x)"),
        ("[for k, v in a : k if v.ok]", "(for k, v in <a>: <k> if <v>.ok)"),
        ("{for k, v in a : k => v.x}", "(for k, v in <a>: <k> => <v>.x)"),
        ("{for k, v in a : v.x => k...}", "(for k, v in <a>: <v>.x => <k>...)"),
        ("[for v in v.x : v.y]", "(for v in <v.x>: <v>.y)"),
        ("[[for v in a : v.x], v.x]", "[(for v in <a>: <v>.x), <v.x>]"),
        ("[for v in a : [for w in v.x : w.y]]", "(for v in <a>: (for w in <v>.x: <w>.y))"),
    ],
)
def test_expressions(text: str, expected: str) -> None:
    assert shown(value(text)[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b[*].c.d", "(for <splat{0}> in <a.b>: <<splat{0}>>.c.d)"),
        ("a.b[*].c[0]", "(for <splat{0}> in <a.b>: <<splat{0}>>.c[0])"),  # takes all that follows
        ("a.b.*.c[0]", "(for <splat{0}> in <a.b>: <<splat{0}>>.c)[0]"),  # takes names only
        ("a.b.*.c.0", "(for <splat{0}> in <a.b>: <<splat{0}>>.c[0])"),
        ("a.b[*]", "(for <splat{0}> in <a.b>: <<splat{0}>>)"),
        ("a.b[*].c[*].d", "(for <splat{0}> in <a.b>: (for <splat{1}> in <<splat{0}>>.c: <<splat{1}>>.d))"),
        ("(a.b[*].c)[*].d", "(for <splat{1}> in (for <splat{0}> in <a.b>: <<splat{0}>>.c): <<splat{1}>>.d)"),
    ],
)
def test_splats_are_for_expressions(text: str, expected: str) -> None:
    expr, source = value(text)
    places = [n for n in range(len(source.text)) if source.text.startswith(("[*]", ".*"), n)]
    assert shown(expr) == expected.format(*places)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a${var.x}b"', 'T("a", <var.x>, "b")'),
        ('"${var.x}"', "<var.x>"),  # nothing but an interpolation is what stands in it
        ('"${var.x}${var.y}"', "T(<var.x>, <var.y>)"),
        ('" ${~ var.x ~} "', "T(<var.x>)"),  # text all the same
        ('"a  ${~ var.x ~}  b"', 'T("a", <var.x>, "b")'),
        ('"${"${var.x}"}"', "<var.x>"),
        ('"${f("a", "}")}b"', 'T(f("a", "}"), "b")'),
        (r'"\n\t\r\"\\"', r'"\n\t\r\"\\"'),
        (r'"\u00e9\U0001F600"', '"é😀"'),
        (r'"\ud83d\ude00\UFFFFFFFF"', '"\ufffd\ufffd\ufffd"'),  # what no text can hold
        ('"$${a} %%{b} $ % $$ 5%"', '"${a} %{b} $ % $$ 5%"'),
        ('"a%{ if b }c%{ endif }"', 'T("a", (<b> ? "c" : ""))'),
        ('"a%{ if b.x }c%{ else }${d}%{ endif }"', 'T("a", (<b.x> ? "c" : T(<d>, "")))'),
        ('"a %{~ if b ~} c %{~ endif ~} d"', 'T("a", (<b> ? "c" : ""), "d")'),
        ('"%{ for k, v in m }${v.x}${w}%{ endfor }${v.x}"', 'T(join("", (for k, v in <m>: T(<v>.x, <w>, ""))), <v.x>)'),
        ('"größe"', '"größe"'),
        # heredocs
        ("<<E\nx\n y\nE", r'"x\n y\n"'),
        ("<<E\nE", '""'),
        ('<<E\n"\\n" $${a}\nE', r'"\"\\n\" ${a}\n"'),  # no escapes with backslashes
        ("<<E\na ${var.x} b\nE", r'T("a ", <var.x>, " b\n")'),
        ("<<E\n${var.x}\nE", r'T(<var.x>, "\n")'),
        ("<<E\na\n  ${~ var.x ~}\nb\nE", r'T("a\n", <var.x>, "b\n")'),  # trims to the end of the line
        ("<<E\na\n  E  ", r'"a\n"'),
        ("<<-E\n    a\n      b\n\n    c\n    E", r'"a\n  b\n\nc\n"'),
        ("<<-E\n    a\n   ${var.x}\n    E", r'T(" a\n", <var.x>, "\n")'),
        ("<<-E\n    a\n${var.x}\n    E", r'T("    a\n", <var.x>, "\n")'),
        ("<<E\r\nx\r\nE", r'"x\r\n"'),
        ("<<E\n%{ for x in y }z%{ endfor }\nE", r'T(join("", (for x in <y>: "z")), "\n")'),
    ],
)
def test_strings(text: str, expected: str) -> None:
    assert shown(value(text)[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/* c */ 1 /* d */ + /* e */ 2", "+(1, 2)"),
        ("[ # c\n 1, // d\n 2 /* e\n */ ]", "[1, 2]"),
        ("(\n a\n - b)", "-(<a>, <b>)"),  # a line end before a minus
        ("(\n a\n .b\n .c)", "<a.b>.c"),
        ("(\n a\n ? b\n : c)", "(<a> ? <b> : <c>)"),
        ("[f\n(1)]", "[f(1)]"),
        ("f(\n 1, a\n ...\n)", "f(1, ...<a>)"),
        ("[for v in a :\n v\n if v.x]", "(for v in <a>: <v> if <v>.x)"),
        ("{\n # c\n for v in a :\n v => v...\n}", "(for v in <a>: <v> => <v>...)"),
        ('"${\n a\n}"', "<a>"),
        ('"${~ a ~}"', "<a>"),
        ("!!a", "!(!(<a>))"),
        ("!!a && b", "&&(!(!(<a>)), <b>)"),
        ("!-a", "!(-(<a>))"),
        ("- - 15", "15"),
        ("a - - -b", "-(<a>, -(-(<b>)))"),
        ("(\n !!a)", "!(!(<a>))"),
        ("größe.länge", "<größe.länge>"),
        ("{ größe = 1 }", '{"größe": 1}'),
        ("<<E\n" + "\n" * 9 + "E \t", json.dumps("\n" * 9)),  # white space after a heredoc's last word
    ],
)
def test_what_python_hcl2_rejects_is_prepared_for_it(text: str, expected: str) -> None:
    assert shown(value(text)[0]) == expected
    assert shown(value(text.replace("\n", "\r\n"))[0]) == expected.replace("\\n", "\\r\\n")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a + b # c", ["a + b", "a", "b"]),
        ("(a + b)", ["a + b", "a", "b"]),  # brackets are not part of what they enclose
        ("(a) + (b)", ["(a) + (b)", "a", "b"]),
        ("!!a && b", ["!!a && b", "!!a", "!a", "a", "b"]),
        ("- - a", ["- - a", "- a", "a"]),
        ("-12", ["-12"]),
        ("var.x.y[0]", ["var.x.y[0]", "var.x.y", "var.x", "0"]),
        ("a.b.0", ["a.b.0", "a.b", "0"]),
        ("a.b[*].c", ["a.b[*].c", "a.b", "[*].c", "[*]"]),
        ("a.b.*.c[0]", ["a.b.*.c[0]", "a.b.*.c", "a.b", ".*.c", ".*", "0"]),
        ('"a${ b }c"', ['"a${ b }c"', "a", "b", "c"]),
        ('"${b}"', ["b"]),
        ('"b"', ['"b"']),
        ("<<E\na\n${b}\nE", ["<<E\na\n${b}\nE", "a\n", "b", "\n"]),
        ("a ? b : c /* d */", ["a ? b : c", "a", "b", "c"]),
        ("f(1, b...)", ["f(1, b...)", "1", "b", "b"]),
        ('{ "a" = 1, (b) = c }', ['{ "a" = 1, (b) = c }', '"a"', "1", "b", "c"]),
        ("[for k, v in a : v if k]", ["[for k, v in a : v if k]", "a", "v", "k"]),
    ],
)
def test_places(text: str, places: list[str]) -> None:
    expr, source = value(text)
    assert [source.cut(span) for span in spans(expr)] == places


def spans(part: object) -> list[Span]:
    """The places of an expression and all in it, from the outside in."""
    if isinstance(part, Expr):
        return [part.span, *(span for arg in part.args for span in spans(arg))]
    return [span for item in part for span in spans(item)] if isinstance(part, tuple) else []


@pytest.mark.parametrize(
    ("text", "default", "allowed", "secret", "nullable"),
    [
        ('variable "x" {}', None, None, False, False),
        ('variable "x" {\n type = string\n description = "d"\n}', None, None, False, False),
        ('variable "x" {\n default = "a"\n}', '"a"', None, False, False),
        ('variable "x" {\n default = null\n}', "null", None, False, True),
        ('variable "x" {\n sensitive = true\n}', None, None, True, False),
        ('variable "x" {\n sensitive = false\n}', None, None, False, False),
        (
            'variable "x" {\n validation {\n condition = contains(["a", "b"], var.x)\n}\n}',
            None, '["a", "b"]', False, False,
        ),
        # may be something else than what is in the list
        ('variable "x" {\n validation {\n condition = !contains(["a"], var.x)\n}\n}', None, None, False, False),
        ('variable "x" {\n validation {\n condition = contains(["a"], var.y)\n}\n}', None, None, False, False),
        ('variable "x" {\n validation {\n condition = anytrue(["a"], var.x)\n}\n}', None, None, False, False),
    ],
)  # fmt: skip
def test_variables(text: str, default: str | None, allowed: str | None, secret: bool, nullable: bool) -> None:
    template = read(text)
    (made,) = template.inputs
    assert (made.symbol, made.name, template.source.cut(made.span)) == ("var.x", "x", 'variable "x"')
    assert (made.secret, made.nullable) == (secret, nullable)
    assert (made.default and shown(made.default), made.allowed and shown(made.allowed)) == (default, allowed)


def test_locals_and_outputs() -> None:
    template = read('locals {\n a = 1\n b = local.a\n}\nlocals { c = 3 }\noutput "o" {\n value = local.b\n}\n')
    assert [(b.symbol, shown(b.expr), template.source.cut(b.span)) for b in template.names] == [
        ("local.a", "1", "a"),
        ("local.b", "<local.a>", "b"),
        ("local.c", "3", "c"),
    ]
    (output,) = template.outputs
    assert (output.symbol, shown(output.expr), template.source.cut(output.span)) == ("o", "<local.b>", 'output "o"')


RESOURCE = """resource "azurerm_ai_foundry" "hub" {
  count      = var.n
  provider   = azurerm.hub
  depends_on = [azurerm_x.y, module.m, "azurerm_z.w", "no reference"]
  name       = "hub"

  managed_network { # here
    isolation_mode = var.mode
  }
  rule { a = 1 }
  tags = {}
  rule { a = 2 }
}
"""


def test_resources() -> None:
    template = read(RESOURCE)
    (made,) = template.resources
    cut = template.source.cut
    assert (made.symbol, made.type, made.mode) == ("azurerm_ai_foundry.hub", "azurerm_ai_foundry", Mode.DECLARED)
    assert cut(made.head) == 'resource "azurerm_ai_foundry" "hub"'
    assert made.loop is not None
    assert (made.loop.names, made.loop.counted, made.loop.keyed) == (("count.index",), True, False)
    assert shown(made.loop.collection) == "<var.n>"
    assert made.provider is not None
    assert shown(made.provider) == "<azurerm.hub>"
    assert [shown(e) for e in made.waits_for] == ["<azurerm_x.y>", "<module.m>", "<azurerm_z.w>", '"no reference"']
    assert shown(made.body) == (
        '{"name": "hub", "managed_network": [{"isolation_mode": <var.mode>}], "rule": [{"a": 1}, {"a": 2}], "tags": {}}'
    )
    assert made.body.span == Span("main.tf", 0, len(RESOURCE) - 1)
    network, rule = made.body.args[1], made.body.args[2]
    assert cut(network[0].span) == "managed_network"
    assert cut(network[1].args[0].span).startswith("managed_network {")
    assert cut(network[1].args[0].span).endswith("var.mode\n  }")
    assert [cut(block.span) for block in rule[1].args] == ["rule { a = 1 }", "rule { a = 2 }"]


def test_resources_for_each_and_data() -> None:
    template = read('data "t" "n" {\n for_each = toset(["a"])\n name = each.key\n}\ndata "t" "m" {}\n')
    first, second = template.resources
    assert (first.symbol, first.type, first.mode) == ("data.t.n", "t", Mode.DATA)
    assert first.loop is not None
    assert (first.loop.names, first.loop.counted, first.loop.keyed) == (("each.value", "each.key"), False, True)
    assert shown(first.body) == '{"name": <each.key>}'
    assert (second.loop, shown(second.body)) == (None, "{}")


def body(text: str) -> Declared:
    return read(f'resource "t" "n" {{\n{text}\n}}').resources[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'dynamic "x" {\n for_each = var.l\n content {\n a = x.value.b\n c = x.key\n }\n}',
            '{"x": [...(for x.key, x.value in <var.l>: {"a": <x.value>.b, "c": <x.key>})]}',
        ),
        (
            'dynamic "x" {\n for_each = var.l\n iterator = it\n content {\n a = it.value\n b = x.value\n }\n}',
            '{"x": [...(for it.key, it.value in <var.l>: {"a": <it.value>, "b": <x.value>})]}',
        ),
        (
            'x { a = 1 }\ndynamic "x" {\n for_each = var.l\n content {}\n}\nx { a = 2 }',
            '{"x": [{"a": 1}, ...(for x.key, x.value in <var.l>: {}), {"a": 2}]}',
        ),
        (
            'dynamic "x" {\n for_each = a\n content {\n dynamic "y" {\n for_each = x.value\n content {}\n}\n}\n}',
            '{"x": [...(for x.key, x.value in <a>: {"y": [...(for y.key, y.value in <x.value>: {})]})]}',
        ),
        ('dynamic "x" {\n content {}\n}', '{"x": [...?a dynamic block without for_each or content?]}'),
        ('dynamic "x" {\n for_each = a\n}', '{"x": [...?a dynamic block without for_each or content?]}'),
        ('provisioner "local-exec" {\n command = "x"\n}', '{"provisioner": [{"command": "x"}]}'),
    ],
)
def test_bodies(text: str, expected: str) -> None:
    assert shown(body(text).body) == expected


def test_the_name_of_an_iterator_hides_the_name_of_a_loop() -> None:
    made = read('locals {\n a = [for x in l : x.value]\n}\nresource "t" "n" {\n b = x.value\n}')
    assert shown(made.names[0].expr) == "(for x in <l>: <x>.value)"
    assert shown(made.resources[0].body) == '{"b": <x.value>}'


def test_a_dynamic_block_is_marked_at_its_head() -> None:
    template = read('resource "t" "n" {\n dynamic "x" {\n for_each = a\n content {\n b = 1\n}\n}\n}')
    key, blocks = template.resources[0].body.args[0]
    assert template.source.cut(key.span) == 'dynamic "x"'
    assert template.source.cut(blocks.args[0].args[0].args[3].span) == "content {\n b = 1\n}"


def test_modules() -> None:
    template = read(
        'module "m" {\n source = "./m"\n version = "1"\n for_each = var.e\n depends_on = [a.b]\n mode = each.value\n'
        " providers = {\n azurerm = azurerm.hub\n azurerm.x = azurerm\n }\n}\n"
    )
    (made,) = template.calls
    assert (made.symbol, template.source.cut(made.head)) == ("module.m", 'module "m"')
    assert isinstance(made.source, Expr)
    assert shown(made.source) == '"./m"'
    assert {k: shown(v) for k, v in made.arguments.items()} == {"mode": "<each.value>"}
    assert {k: shown(v) for k, v in made.providers.items()} == {"azurerm": "<azurerm.hub>", "azurerm.x": "<azurerm>"}
    assert made.loop is not None
    assert made.loop.keyed
    assert [shown(e) for e in made.waits_for] == ["<a.b>"]


def test_providers_and_what_is_required() -> None:
    template = read(
        'provider "azurerm" {\n features {}\n}\nprovider "azurerm" {\n alias = "hub"\n tenant_id = var.t\n}\n'
        'terraform {\n required_version = ">= 1.5"\n required_providers {\n'
        '  azurerm = {\n   source = "hashicorp/azurerm"\n   version = "~> 4.0"\n  }\n'
        '  azapi = "~> 2.0"\n  time = { source = "hashicorp/time" }\n }\n}\n'
    )
    assert [(p.symbol, p.type, shown(p.body)) for p in template.providers] == [
        ("azurerm", "azurerm", '{"features": [{}]}'),
        ("azurerm.hub", "azurerm", '{"tenant_id": <var.t>}'),
    ]
    assert {name: shown(expr) for name, expr in template.requires.items()} == {
        "terraform": '">= 1.5"',
        "azurerm": '"~> 4.0"',
        "azapi": '"~> 2.0"',
    }


def test_comments_are_kept() -> None:
    template = read("# one\nlocals {\n a = 1 // two\n /* three */\n}\n")
    assert [c.text for c in template.comments] == ["# one", "// two", "/* three */"]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("  a = = 1", "`=` cannot stand here; expected a value", 3),
        ("  a = 1 +", "this ends too early; expected a value", 3),
        ("  a = b ? 1", "this ends too early; expected `:`", 3),
        ("  a b", "this ends too early; expected `{`", 3),
        ("  a = (1", "`(` is never closed", 3),
        ("  a = 1 b = 2", "`b` cannot stand here; expected a new line", 3),
        ("  a = 1\n  c = '1'", "`'` cannot stand here; expected a value", 4),
        ("  größe = = 1", "`=` cannot stand here; expected a value", 3),
    ],
)
def test_a_mistake_costs_one_block(text: str, message: str, line: int) -> None:
    template = terraform.read(
        Source("a.tf", f'variable "v" {{}}\nresource "t" "bad" {{\n{text}\n}}\nresource "t" "good" {{\n  a = 1\n}}\n')
    )
    (notice,) = template.notices
    assert (notice.level, notice.code) == ("error", "MN911")
    assert notice.message.startswith(message)
    assert notice.place is not None
    assert template.source.line_column(notice.place.span.start)[0] == line
    bad, good = template.resources
    assert bad.symbol == "t.bad"
    assert good.symbol == "t.good"
    assert shown(good.body) == '{"a": 1}'


def test_what_cannot_be_read_is_opaque_and_not_absent() -> None:
    bad = "{\n a = = 1\n}\n"
    text = "".join(
        head + bad
        for head in (
            'variable "v" ',
            'output "o" ',
            'resource "t" "n" ',
            'data "t" "n" ',
            'module "m" ',
            'provider "p" ',
        )
    ).replace("a = = 1", "default = = 1", 1)
    template = terraform.read(Source("a.tf", text))
    assert len(template.notices) == 6
    parts = [
        template.inputs[0].default,
        template.outputs[0].expr,
        *(r.body for r in template.resources),
        template.calls[0].source,
        template.calls[0].arguments_object,
        template.providers[0].body,
    ]
    assert len(parts) == 7
    assert [part.op for part in parts if isinstance(part, Expr)] == [Op.OPAQUE] * 7


def test_a_mistake_costs_one_local() -> None:
    template = terraform.read(Source("a.tf", "locals {\n a = 1\n b = = 2\n c = [\n 3\n ]\n}\n"))
    assert [(b.symbol, shown(b.expr)) for b in template.names] == [
        ("local.a", "1"),
        ("local.b", "?text that could not be read?"),
        ("local.c", "[3]"),
    ]
    assert [n.code for n in template.notices] == ["MN911"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('resource "t" {}', "`resource` with 1 labels; expected 2"),
        ("variable {}", "`variable` with 0 labels; expected 1"),
        ("a = 1", "`a =` cannot stand here; expected a block"),
        ("locals = {}", "`locals =` cannot stand here; expected a block"),
        ("check {", "`{` is never closed"),  # in a block that is not even parsed
    ],
)
def test_mistakes_between_blocks(text: str, message: str) -> None:
    template = terraform.read(Source("a.tf", text))
    (notice,) = template.notices
    assert notice.message.startswith(message)
    assert (template.names, template.inputs, template.resources) == ((), (), ())


def test_only_so_many_mistakes_are_told() -> None:
    template = terraform.read(Source("a.tf", "locals { a = = 1 }\n" * 50 + 'variable "v" {}\n'))
    assert len(template.notices) == terraform_reader.MAX_NOTICES
    assert len(template.inputs) == 1


def test_a_long_block_is_not_read_and_the_others_are() -> None:
    text = f'resource "t" "long" {{\n  a = "{"x" * terraform_reader.MAX_BLOCK}"\n}}\nresource "t" "short" {{}}\n'
    template = terraform.read(Source("a.tf", text))
    assert [(n.level, n.code) for n in template.notices] == [("note", "MN912")]
    assert [r.body.op for r in template.resources] == [Op.OPAQUE, Op.OBJECT]


def test_of_long_locals_each_is_read_alone() -> None:
    half = "x" * (terraform_reader.MAX_BLOCK * 2 // 3)
    template = terraform.read(Source("a.tf", f'locals {{\n a = "{half}"\n b = "{half}"\n c = "{half}{half}"\n}}\n'))
    assert [b.expr.op for b in template.names] == [Op.LITERAL, Op.LITERAL, Op.OPAQUE]
    assert [n.code for n in template.notices] == ["MN912"]


def test_of_what_is_hard_to_read_only_so_much_is_parsed() -> None:
    hard = '"%{ if true }x%{ endif }"'
    text = f'locals {{\n a = {hard}\n b = {hard}\n c = 1\n}}\nresource "t" "n" {{\n d = {hard}\n}}\n'
    template = terraform.read(Source("a.tf", text), left=0)
    assert [b.expr.op for b in template.names] == [Op.TEXT, Op.OPAQUE, Op.LITERAL]
    assert template.resources[0].body.op is Op.OPAQUE
    assert [(n.level, n.code) for n in template.notices] == [("error", "MN912")]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 150 + "]" * 150,
        "1 + " * 5_000 + "1",
        "a" + ".b" * 5_000,
        "a" + "[0]" * 5_000,
        "a" + "[*].b" * 2_000,
        "!" * 5_000 + "a",
        "-" + " -" * 5_000 + " 12",
        "a ? b : " * 2_000 + "c",
        '"${' * 60 + "a" + '}"' * 60 + " + 1" * 60,
        "f(" * 120 + ")" * 120,
        "[for a in b : " * 120 + "a" + "]" * 120,
    ],
)
def test_depth_is_limited(text: str) -> None:
    template = terraform.read(Source("a.tf", f"locals {{\n a = {text}\n b = 1\n}}\n"))
    assert [(n.level, n.code) for n in template.notices] == [("note", "MN912")]
    assert template.notices[0].message == "nested too deeply: more than 100 levels"
    assert shown(template.names[1].expr) == "1"
    assert "?something nested too deeply?" in shown(template.names[0].expr)


@pytest.mark.parametrize(
    ("begin", "end"), [("a {\n" * 150, "}\n" * 150), ('dynamic "x" {\n for_each = a\n content {\n' * 60, "}\n" * 120)]
)
def test_depth_of_blocks_is_limited(begin: str, end: str) -> None:
    template = terraform.read(Source("a.tf", f'resource "t" "n" {{\n{begin}{end}}}'))
    assert [n.code for n in template.notices] == ["MN912"]
    assert "?something nested too deeply?" in shown(template.resources[0].body)


def test_brackets_alone_add_no_depth() -> None:
    assert shown(value("(" * 150 + "a" + ")" * 150)[0]) == "<a>"


SAMPLE = """variable "v" { default = "a" }
locals {
  a = "x${var.v}%{ if b }y%{ endif }"
  b = [for k, v in { c = 1 } : v]
  c = <<-E
    x ${d[*].e}
    E
}
resource "t" "n" {
  dynamic "x" {
    for_each = !!a ? [1] : []
    content { b = x.value }
  }
}
# end
"""


def test_a_text_that_breaks_off_anywhere_is_read_as_far_as_it_goes() -> None:
    whole = {SAMPLE[: SAMPLE.index(mark) + 1] for mark in ("}\nlocals", "}\nresource", "}\n# end")}
    for end in range(1, SAMPLE.index("# end")):
        template = terraform.read(Source("a.tf", SAMPLE[:end]))
        assert (not template.notices) == (SAMPLE[:end].rstrip() in whole)
        assert len(template.inputs) == (end > SAMPLE.index("{"))


def test_variable_files() -> None:
    template = tfvars.read(
        Source("a.tfvars", '# c\nmode = "Disabled"\nn = 1 # d\nrules = {\n  a = ["x", <<E\ny\nE\n  ]\n}\n')
    )
    assert template.notices == ()
    assert [(b.symbol, shown(b.expr), template.source.cut(b.span)) for b in template.names] == [
        ("mode", '"Disabled"', "mode"),
        ("n", "1", "n"),
        ("rules", r'{"a": ["x", "y\n"]}', "rules"),
    ]
    assert [c.text for c in template.comments] == ["# c", "# d"]
    assert template.language == "terraform"


def test_a_mistake_in_a_variable_file_costs_one_variable() -> None:
    template = tfvars.read(Source("a.tfvars", 'a = 1\nb = "x\nlocals {}\nc = = 3\nd = 4\n'))
    assert [(b.symbol, b.expr.op) for b in template.names] == [
        ("a", Op.LITERAL),
        ("b", Op.OPAQUE),
        ("c", Op.OPAQUE),
        ("d", Op.LITERAL),
    ]
    places = [n.place for n in template.notices if n.place]
    assert [template.source.line_column(p.span.start)[0] for p in places] == [2, 3, 4]


def python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return done.stdout.strip()


def test_python_hcl2_is_imported_only_where_something_can_be_wrong() -> None:
    said = python(
        "import sys\n"
        "from mnlint.formats import terraform, tfvars\n"
        "from mnlint.model.text import Source\n"
        "terraform.read(Source('a.tf', '''variable \"x\" {\\n type = string\\n}\\nvariable \"y\" {}'''))\n"
        "print('hcl2' in sys.modules or 'lark' in sys.modules)\n"
        "print(terraform.read(Source('a.tf', 'locals { a = f(1) }')).names[0].expr.op)\n"
        "print('hcl2' in sys.modules)\n"
        "terraform.read(Source('a.tf', 'locals { a = f(1 2) }'))\n"
        "print('hcl2' in sys.modules)"
    )
    assert said.split() == ["False", "call", "False", "True"]


def test_no_pickle_of_the_user_is_read(tmp_path: Path) -> None:
    """python-hcl2 keeps its grammar beside its modules. A pipeline may share the user's folder: it is data alone."""
    folder = tmp_path / "mnlint"
    folder.mkdir(mode=0o700)
    (folder / "hcl2-grammar.bin").write_bytes(f"x\ncos\nmkdir\n(V{tmp_path}/run\ntR.".encode())
    said = python(
        "import hcl2.parser\n"
        "from pathlib import Path\n"
        "from mnlint.formats import terraform\n"
        "from mnlint.model.text import Source\n"
        f"hcl2.parser.PARSER_FILE = Path({str(tmp_path / 'none' / 'x.bin')!r})\n"
        "print(terraform.read(Source('a.tf', 'locals { a = f(1 2) }')).notices[0].code)",
        XDG_CACHE_HOME=str(tmp_path),
    )
    assert said == "MN911"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mnlint"]
