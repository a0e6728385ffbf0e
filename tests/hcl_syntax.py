"""Texts of HCL that Terraform refuses, such that it takes, and texts made at random of our own fixtures."""

from __future__ import annotations

import random
from pathlib import Path

# Text, what we say of it, the words that are marked. `terraform fmt` refuses each of them.
REFUSED: list[tuple[str, str, str]] = [
    ('locals {\n  a = "x\\qy"\n}', "`\\q` is no escape sequence", "\\q"),
    ('locals {\n  a = "\\u12"\n}', "`\\u` is no escape sequence", "\\u"),
    ('locals {\n  a = "x%{ endif }"\n}', "a directive in this text has no end, or no beginning", '"x%{ endif }"'),
    ('locals {\n  a = "%{ if b }x"\n}', "a directive in this text has no end, or no beginning", '"%{ if b }x"'),
    ('locals {\n  a = "%{ while b }"\n}', "a directive that cannot be read; expected `if`", "%{ while b }"),
    ('locals {\n  a = "%{ if b }x%{ els }%{ endif }"\n}', "a directive that cannot be read; expected `if`", "%{ els }"),
    ('locals {\n  a = "%{ if }x%{ endif }"\n}', "a directive that cannot be read; expected an expression", "%{ if }"),
    (
        'locals {\n  a = "%{ if b }x%{ else y }%{ endif }"\n}',
        "a directive that cannot be read; expected `if`",
        "%{ else y }",
    ),
    (
        'resource "t" "n" {\n  dynamic "b" {\n    for_each = c\n    content {} }\n}',
        "`}` cannot stand here; expected a new line",
        "}",
    ),
    ('resource "t" "n" {\n  b "${c}" {}\n}', "a label is a plain text or a name", '"${c}"'),
    ('resource "t" "n" {\n  a = 1\n  a = 2\n}', "`a` is set twice", "a"),
    ('resource "t" "n" { a = 1\n  b = 2\n}', "a block on one line holds one argument; expected a new line", "a = 1"),
    ('resource "t" "n" { b {} }', "a block on one line holds one argument; expected a new line", "b {}"),
    ('resource "t" "n" {\n  a = 1 }', "`}` cannot stand here; expected a new line", "}"),
    ('resource "t" "n" {\n  b { c {} }\n}', "a block on one line holds one argument; expected a new line", "c {}"),
    ("locals { a = 1\n  b = 2\n}", "a block on one line holds one argument; expected a new line", "a = 1"),
    ("locals {\n  a = 1\n  b = 2 }", "`}` cannot stand here; expected a new line", "}"),
    ('variable "v" {\n  description = "a"b"\n}', 'this string is not closed; expected `"` on the same line', '"'),
    (
        'variable "v" { description = "a"\n}',
        "a block on one line holds one argument; expected a new line",
        'description = "a"',
    ),
    ('variable "v" {\n  type = string type = string\n}', "`type` cannot stand here; expected a new line", "type"),
    ('variable "v" {\n  type = string\n  type = string\n}', "`type` is set twice", "type"),
    ('variable "v" {\n  wrong "is this"\n}', "this ends too early; expected `{`", '"'),
    ("moved {\n  from = = a.b\n}", "`=` cannot stand here; expected a value", "="),
    ('terraform {\n  backend "local" {\n}', "`{` is never closed", "{"),
    ('variable "v" {} variable "w" {}', "`v` cannot stand here; expected a new line", "v"),
    ('variable "v"\n{}', "expected `{` on the same line", 'variable "v"'),
    ('resource "t" "n" {\n  b\n  {\n  }\n}', "expected `{` on the same line", "b"),
    ('variable "a${b}" {}', "a label is a plain text or a name", '"'),
    ("locals {\n  a = { b = 1 c = 2 }\n}", "this cannot stand here; expected `,` or a new line", "c = 2"),
    ("locals {\n  a = {\n    b = c\n    || d\n  }\n}", "a new line cannot stand before this", "||"),
    ('resource "t" "n" {\n  a = b\n    ? c : d\n}', "a new line cannot stand before this", "c"),
    ("locals {\n  a = b.0.1\n}", "a number cannot stand behind a number; write it in brackets", ".1"),
    ("locals {\n  a = 1\r}\n", "a carriage return without a line feed", "\r"),
]
TAKEN: list[str] = [
    'resource "t" "n" { a = 1 }',
    'resource "t" "n" {}',
    'resource "t" "n" {\n  b {}\n  c { d = 1 }\n}',
    "locals { a = 1 }",
    "locals {\n  a = (\n    b\n    ? c\n    : d\n  )\n}",
    "locals {\n  a = [\n    b,\n    c\n    ,\n  ]\n}",
    "locals {\n  a = { b = 1, c = 2 }\n  d = {\n    e = 1\n    f = 2,\n    g : 3\n  }\n}",
    'locals {\n  a = "\\n\\r\\t\\"\\\\\\u00e4\\U0001f600 $${b} %%{c} $ % $$ 5%"\n}',
    'locals {\n  a = "%{ if b ~} c %{~ else }${d}%{ endif }%{ for e, f in g }${f}%{ endfor }"\n}',
    'variable "v" {\n\n  type = list(string)\n  description = "what it is"\n}',
    'variable "v" { type = string }',
    'moved {\n  from = a.b\n  to   = a.c[0]\n}\nimport {\n  id = "x"\n  to = a.d\n}',
    'check "health" {\n  data "http" "x" {\n    url = "y"\n  }\n  assert {\n    condition = true\n  }\n}',
    "locals {\n  a = <<-E\n    one\n      ${b}\n    E\n  c = b.0.d\n}",
]
# What holds all forms of the language, and is then cut and mixed.
RICH = """\
# A comment
/* another
   one */
locals { one = 1 }
variable "hub" {
  description = "The hub: \\"its\\" $${name}"
  type        = object({ name = string, mode = optional(string, "Disabled") })
  default     = { name = "hub" }
  validation {
    condition     = contains(["a", "b"], var.hub.name) && length(var.hub.name) > 1 // so it is
    error_message = "Not ${var.hub.name}."
  }
}
resource "azurerm_ai_foundry" "hub" {
  for_each = { for k, v in local.hubs : k => v if v != null }
  name     = "${var.hub.name}-${each.key}%{ if each.value.dev ~} -dev %{ else }%{ endif }"
  location = var.a ? "x" : (
    !var.b ? "y" : "z"
  )
  tags = merge({ a = 1, "b" : -2.5e3 }, var.tags, { (var.k) = [for t in var.t : upper(t)] }, var.more...)
  note = <<-EOT
    One ${each.value.name}
    %{ for n in each.value.names ~}
      ${n}
    %{ endfor ~}
  EOT
  dynamic "managed_network" {
    for_each = var.net[*].mode
    content { isolation_mode = managed_network.value }
  }
  lifecycle {
    ignore_changes = [tags["x"], name]
  }
}
output "ids" {
  value = [azurerm_ai_foundry.hub["a"].id, local.list.*.id, local.list[0].x[*].y.0.z]
}
"""
PIECES = (
    *('"', "${", "}", "{", "[", "]", "(", ")", "=", ",", "\n", " ", ".", "*", "?", ":", "#", "//", "/*", "*/", "<<E\n"),
    *("<<-E\n", "E\n", "%{ if x }", "%{ endif }", "\\", "\\q", "\\u12", "$", "%", "for", "in", "if", "...", "=>", "=="),
    *("!", "-", "&&", "||", '"a"', "1", "1.", "1e", ".5", "null", 'resource "a" "b" {', "é", "\t", "\r\n", "\r", ";"),
    *("|", "&", "@", "`", "'", "~", "<", ">", "::", "\u00a0", "2a", "a.0", "a.0.1", "[*]", ".*", '"${a}"', '"%%{a}"'),
    *("{for a in b: c=>d}", "[for a,b in c: d if e]", "a ? b : c", "(\na\n)", "{a=1 b=2}", "{a=1\nb=2}", "{a:1,b:2}"),
    *("x = 1\n", "x {\n}\n", "x {}", 'x "l" {}\n', "x { a = 1 }", "x { a = 1\n }", "x { a = 1 b = 2 }"),
)


def own_texts(tree: Path) -> list[str]:
    """The texts that others are made of: RICH, often, and the smaller fixtures."""
    return [RICH, RICH, RICH, *(text for text in fixtures(tree) if 100 < len(text) < 2_000)]


def fixtures(tree: Path) -> list[str]:
    """The fixtures' texts, but for those that are broken on purpose."""
    paths = [path for path in sorted(tree.glob("fixtures/**/*.tf")) if "broken" not in path.parts]
    return [path.read_text("utf-8") for path in paths]


def mixed(drawn: random.Random, texts: list[str]) -> str:
    """A text in one or two places of which something is left out, put in, or put somewhere else."""
    text = drawn.choice(texts)
    for _ in range(drawn.choice((1, 1, 2))):
        at, way = drawn.randrange(len(text)), drawn.random()
        if way < 0.35:
            text = text[:at] + text[at + drawn.randint(1, 3) :]
        elif way < 0.9:
            text = text[:at] + drawn.choice(PIECES) + text[at:]
        else:
            other = drawn.randrange(len(text))
            text = text[:at] + text[other : other + drawn.randint(1, 30)] + text[at:]
    return text
