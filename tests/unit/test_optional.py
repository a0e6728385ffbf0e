"""Attributes that a variable's type declares optional have their defaults, however deep they are."""

from __future__ import annotations

import pytest

from mnlint import catalogue, deploying, lists, reading, testing
from mnlint.model.settings import Settings
from mnlint.model.value import Choice, Node, Unknown

MAIN = """\
variable "asked" {}
variable "hub" {
  type    = TYPE
  default = VALUE
}
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = var.hub.MODE }
}
"""
FLAT = 'object({ mode = optional(string, "Disabled") })'
DEEP = 'object({ net = optional(object({ mode = optional(string, "Disabled") }), {}) })'

ROWS = [  # type, value, path, what is expected, why
    (FLAT, "{}", "mode", "Disabled", "left out"),
    (FLAT, "{ mode = null }", "mode", "Disabled", "null is as good as left out"),
    (FLAT, '{ mode = "A" }', "mode", "A", "given"),
    (FLAT, "{ mode = var.asked }", "mode", "?", "given, and nobody knows what"),
    (FLAT, '{ mode = var.asked ? "A" : null }', "mode", "A or Disabled", "one of two is null"),
    (FLAT, "var.asked ? {} : { mode = null }", "mode", "Disabled", "each of two objects has the one default"),
    (FLAT, "merge(var.asked, {})", "mode", "?", "it may be in what nobody sees"),
    ("object({ mode = optional(string) })", "{}", "mode", "nothing", "optional without a default is null"),
    ("object({ mode = string })", '{ mode = "A" }', "mode", "A", "nothing optional"),
    (DEEP, "{}", "net.mode", "Disabled", "a default is completed, too"),
    (DEEP, "{ net = {} }", "net.mode", "Disabled", "an object in an object"),
    (f"map({FLAT})", "{ a = {} }", "a.mode", "Disabled", "a map of objects"),
    (f"list({FLAT})", "[{}]", "0.mode", "Disabled", "a list of objects"),
    ('object({ mode = optional(string, lower(upper("a"))) })', "{}", "mode", "a", "a default is an expression"),
    ("object({ mode = optional() })", '{ mode = "A" }', "mode", "A", "what makes no sense changes nothing"),
    ("any", '{ mode = "A" } # optional(', "mode", "A", "no type to speak of"),
]


def said(node: Node) -> str:
    if isinstance(node.value, Choice):
        return " or ".join(said(option) for option in node.value.options)
    if isinstance(node.value, Unknown):
        return "?"
    return node.value if isinstance(node.value, str) else "nothing"


@pytest.mark.parametrize(("type_", "value", "path", "expected", "why"), ROWS, ids=[row[4] for row in ROWS])
def test_defaults_of_optional_attributes(type_: str, value: str, path: str, expected: str, why: str) -> None:
    text = MAIN.replace("TYPE", type_).replace("VALUE", value).replace("hub.MODE", f"hub.{path}".replace(".0", "[0]"))
    templates, (root,) = testing.read_case({"main.tf": text})
    assert templates["main.tf"].notices == ()
    _, facts = deploying.facts_of(
        root, (), templates, lists.load(catalogue.shipped() / "lists"), Settings(), reading.at_hand()
    )
    (network,) = facts.of("managedNetwork")
    assert said(network.fields.entries["isolationMode"]) == expected, why


def test_what_a_caller_gives_is_completed_and_marked_where_the_default_stands() -> None:
    files = {
        "main.tf": 'module "hub" {\n  source = "./hub"\n  hub = {}\n}\n',
        "hub/main.tf": MAIN.replace("TYPE", FLAT).replace("  default = VALUE\n", "").replace("MODE", "mode"),
    }
    templates, (root,) = testing.read_case(files)
    _, facts = deploying.facts_of(
        root, (), templates, lists.load(catalogue.shipped() / "lists"), Settings(), reading.at_hand()
    )
    (network,) = facts.of("managedNetwork")
    mode = network.fields.entries["isolationMode"]
    assert mode.value == "Disabled"
    assert templates["hub/main.tf"].source.cut(mode.origin) == '"Disabled"'
