"""Terraform's JSON syntax: the same deployment as the same thing in HCL, at places in the JSON file."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from mnlint import formats, testing
from mnlint.formats.tfjson import read, read_variables
from mnlint.model.expr import Op, Template
from mnlint.model.text import Source
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown, form_of
from mnlint.resolve import resolve


def template(text: str) -> Template:
    return read(Source("a.tf.json", text))


def plain(node: Node) -> Any:
    """A value as plain data; what is not known by its form."""
    value = node.value
    if isinstance(value, Map):
        return {key: plain(child) for key, child in value.entries.items()} | ({"...": 1} if value.more else {})
    if isinstance(value, Seq):
        return [plain(child) for child in value.items] + (["..."] if value.more else [])
    if isinstance(value, Unknown | Ref):
        return f"unknown {form_of(node)}"
    if isinstance(value, Choice):
        return {"one of": [plain(option) for option in value.options]}
    return "absent" if isinstance(value, Absent) else value


def deployed(files: dict[str, str]) -> list[Any]:
    """Address, values, conditions and provider of everything that is deployed."""
    templates, (root,) = testing.read_case(files)
    assert not [n.message for t in templates.values() for n in t.notices]
    deployment = resolve(templates, root, root.bindings[0])
    found = [
        (r.address, plain(r.body), len(r.guards), r.provider, [plain(w) for w in deployment.steps[r.address].waits_for])
        for r in deployment.resources
    ]
    return [*found, {name: plain(node) for name, node in deployment.providers.items()}]


HUB = {"name": "hub", "managed_network": [{"isolation_mode": "Disabled"}]}
TF = "azurerm_ai_foundry"
PAIRS = [
    (
        'resource "azurerm_ai_foundry" "a" {\n name = "hub"\n managed_network {\n isolation_mode = "Disabled"\n}\n}',
        {"resource": {TF: {"a": HUB}}},
        "a resource",
    ),
    (
        'resource "azurerm_ai_foundry" "a" {\n name = "hub"\n managed_network {\n isolation_mode = "Disabled"\n}\n}',
        [{"//": "x"}, {"resource": [{TF: [{"a": [{**HUB, "//": "why"}]}]}]}],
        "lists at every level, and comments",
    ),
    (
        'variable "m" { default = "$${x}" }\nresource "azurerm_ai_foundry" "a" { name = var.m }',
        {"variable": {"m": {"default": "${x}"}}, "resource": {TF: {"a": {"name": "${var.m}"}}}},
        "a default is a literal",
    ),
    (
        'variable "m" {}\nresource "azurerm_ai_foundry" "a" { name = "x-${upper("a")}-${var.m}" }',
        {"variable": {"m": {}}, "resource": {TF: {"a": {"name": 'x-${upper("a")}-${var.m}'}}}},
        "a template with quotes in it",
    ),
    (
        'resource "azurerm_ai_foundry" "a" { name = "a$${b}\\n\\"c\\\\" }',
        {"resource": {TF: {"a": {"name": 'a$${b}\n"c\\'}}}},
        "what is escaped",
    ),
    (
        'locals {\n a = { x = [1, null] }\n b = local.a.x[0]\n}\nresource "azurerm_ai_foundry" "a" { n = local.b }',
        {
            "locals": [{"a": {"x": [1, None]}}, {"b": "${local.a.x[0]}"}],
            "resource": {TF: {"a": {"n": "${local.b}"}}},
        },
        "locals",
    ),
    (
        'variable "on" {}\nresource "azurerm_ai_foundry" "a" {\n count = var.on ? 1 : 0\n name = "n${count.index}"\n}',
        {"variable": {"on": {}}, "resource": {TF: {"a": {"count": "${var.on ? 1 : 0}", "name": "n${count.index}"}}}},
        "count",
    ),
    (
        'resource "azurerm_ai_foundry" "a" {\n for_each = { x = "1", y = "2" }\n name = "${each.key}${each.value}"\n}',
        {"resource": {TF: {"a": {"for_each": {"x": "1", "y": "2"}, "name": "${each.key}${each.value}"}}}},
        "for_each",
    ),
    (
        (
            'resource "azurerm_ai_foundry" "a" {\n dynamic "managed_network" {\n for_each = ["Disabled"]\n'
            " iterator = it\n content { isolation_mode = it.value }\n}\n}"
        ),
        {
            "resource": {
                TF: {
                    "a": {
                        "dynamic": {
                            "managed_network": {
                                "for_each": ["Disabled"],
                                "iterator": "it",
                                "content": {"isolation_mode": "${it.value}"},
                            }
                        }
                    }
                }
            }
        },
        "a dynamic block",
    ),
    (
        (
            'provider "azurerm" {\n features {}\n}\n'
            'provider "azurerm" {\n alias = "b"\n tenant_id = "t"\n features {}\n}'
            '\nresource "azurerm_ai_foundry" "a" {\n provider = azurerm.b\n depends_on = [azurerm_x.y]\n}\n'
            'resource "azurerm_x" "y" {}'
        ),
        {
            "provider": {"azurerm": [{"features": [{}]}, {"alias": "b", "tenant_id": "t", "features": [{}]}]},
            "resource": {
                TF: {"a": {"provider": "azurerm.b", "depends_on": ["azurerm_x.y"]}},
                "azurerm_x": {"y": {}},
            },
        },
        "providers and references in quotes",
    ),
    (
        (
            'variable "o" {\n type = object({ a = optional(string, "q") })\n default = {}\n}\n'
            'resource "azurerm_ai_foundry" "a" { name = var.o.a }'
        ),
        {
            "variable": {"o": {"type": 'object({ a = optional(string, "q") })', "default": {}}},
            "resource": {TF: {"a": {"name": "${var.o.a}"}}},
        },
        "a type with defaults",
    ),
    (
        (
            'variable "m" {\n validation {\n condition = contains(["a", "b"], var.m)\n error_message = "x"\n}\n}\n'
            'resource "azurerm_ai_foundry" "a" { name = var.m }'
        ),
        {
            "variable": {"m": {"validation": {"condition": '${contains(["a", "b"], var.m)}', "error_message": "x"}}},
            "resource": {TF: {"a": {"name": "${var.m}"}}},
        },
        "a validation that lists what is allowed",
    ),
]


@pytest.mark.parametrize(("hcl", "data", "reason"), PAIRS)
def test_the_same_as_in_hcl(hcl: str, data: object, reason: str) -> None:
    expected = deployed({"main.tf": hcl})
    assert expected[0], reason
    assert deployed({"main.tf.json": json.dumps(data)}) == expected, reason
    assert deployed({"main.tf.json": json.dumps(data, indent=2)}) == expected, f"{reason}, over several lines"


def test_modules_and_outputs_between_both_syntaxes() -> None:
    inner = {"variable": {"mode": {}}, "output": {"name": {"value": "${var.mode}-x"}}}
    outer = {
        "module": {"m": {"source": "./m", "mode": "Disabled"}},
        "resource": {TF: {"a": {"name": "${module.m.name}"}}},
    }
    found = deployed({"main.tf.json": json.dumps(outer), "m/main.tf.json": json.dumps(inner)})
    hcl = 'variable "mode" {}\noutput "name" {\n value = "${var.mode}-x"\n}\n'
    assert found == deployed({"main.tf.json": json.dumps(outer), "m/main.tf": hcl})
    assert found[0][1] == {"name": "Disabled-x"}


def test_one_folder_in_both_syntaxes_is_one_module() -> None:
    hcl = 'variable "m" {}\nlocals { n = var.m }'
    data = {"resource": {TF: {"a": {"name": "${local.n}"}}}}
    given = '{"m": "%{literal}"}'
    files = {"b.tf": hcl, "a.tf.json": json.dumps(data), "terraform.tfvars.json": given}
    assert deployed(files)[0][1] == {"name": "%{literal}"}
    files["z.auto.tfvars.json"] = '{"m": "later"}'
    assert deployed(files)[0][1] == {"name": "later"}, "the later file counts"
    files["zz.auto.tfvars"] = 'm = "last"'
    assert deployed(files)[0][1] == {"name": "last"}, "in the order of their names, whatever the syntax"


def test_a_version_wanted() -> None:
    data = {"terraform": {"required_version": ">= 1.5", "required_providers": {"azurerm": {"version": "~> 4.0"}}}}
    requires = template(json.dumps(data)).requires
    assert {name: expr.args[0] for name, expr in requires.items()} == {"terraform": ">= 1.5", "azurerm": "~> 4.0"}


@pytest.mark.parametrize(
    ("written", "marks", "reason"),
    [
        ('"${var.mode}"', ["var.mode"], "nothing but an expression"),
        ('"a-${var.mode}-${local.b}"', ["a-", "var.mode", "-", "local.b"], "a text of parts"),
        ('"\\u0061\\n${var.mode}"', ["\\u0061\\n", "var.mode"], "behind escapes"),
        ('"\\ud83d\\ude00${var.mode}"', ["\\ud83d\\ude00", "var.mode"], "behind a pair of surrogates"),
        ('"${lookup(local.m, \\"k\\")}"', ['lookup(local.m, \\"k\\")'], "quotes in an expression"),
    ],
)
def test_places(written: str, marks: list[str], reason: str) -> None:
    text = f'{{"locals": {{"x": {written}}}}}'
    made = template(text)
    (name,) = made.names
    parts = name.expr.args if name.expr.op is Op.TEXT else (name.expr,)
    assert [made.source.cut(part.span) for part in parts] == marks, reason
    assert made.notices == (), reason


@pytest.mark.parametrize(
    ("text", "code", "cut", "reason"),
    [
        ('{"resource": {"a": {"b": {"name": "x"', "MN911", "{", "cut off"),
        ('{"resource": ["a"]}', "MN911", '"a"', "no object"),
        ('{"resource": {"a": 1}}', "MN911", "1", "no object below the type"),
        ("3", "MN911", "3", "no blocks at all"),
        ('{"locals": {"x": "a${"}}', "MN911", "${", "an expression that never ends"),
        ('{"locals": {"x": "${1 +}"}}', "MN911", "}", "an expression that makes no sense"),
        ('{"locals": {"x": ' + "[" * 200 + "]" * 200 + "}}", "MN912", "[", "nested too deeply"),
        ('{"locals": {"x": "${' + "(" * 300 + "1" + ")" * 300 + '}"}}', "MN912", None, "an expression too deep"),
        ('{"locals": {"x": "${' + "a" * 100_000 + '}"}}', "MN912", None, "an expression too long"),
    ],
)
def test_broken(text: str, code: str, cut: str | None, reason: str) -> None:
    made = template(text)
    (notice, *_) = made.notices
    assert notice.code == code and notice.place is not None, reason
    assert cut is None or made.source.cut(notice.place.span).startswith(cut), reason


def test_what_is_behind_a_mistake_may_be_anything() -> None:
    data = '{"resource": {"azurerm_ai_foundry": {"a": {"name": "x", "managed_network": [{"a": 1'
    (declared,) = template(data).resources
    assert any(key.op is Op.SPREAD for key, _ in declared.body.args)


def test_of_templates_that_are_hard_to_read_only_so_many_are_parsed() -> None:
    plain = {f"x{n}": "a${local.b}" for n in range(5_000)}
    hard = {f"y{n}": "%{ if true }x%{ endif }" for n in range(2_000)}
    start = process_time()
    made = read(Source("a.tf.json", json.dumps({"locals": plain | hard})))
    assert process_time() - start < 60
    read_all = [name.expr.op is not Op.OPAQUE for name in made.names]
    assert all(read_all[:5_000])
    assert 400 < sum(read_all[5_000:]) < 2_000
    assert [n.code for n in made.notices] == ["MN912"], "said once"


@pytest.mark.parametrize("text", ['"${MNLINT_TEMPLATE}"', '"a\\nMNLINT_TEMPLATE\\n${x}"'])
def test_the_word_that_ends_a_template_cannot_be_smuggled_in(text: str) -> None:
    (name,) = template(f'{{"locals": {{"x": {text}}}}}').names
    assert name.expr.op is Op.OPAQUE


def test_variables() -> None:
    made = read_variables(Source("a.tfvars.json", '{"a": "${x}", "b": {"c": [1]}, "//": "why"}'))
    assert [(n.symbol, n.expr.op) for n in made.names] == [("a", Op.LITERAL), ("b", Op.OBJECT)]
    assert [n.code for n in read_variables(Source("a.tfvars.json", "[1]")).notices] == ["MN911"]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("main.tf.json", "terraform"),
        ("MAIN.TF.JSON", "terraform"),
        ("a.auto.tfvars.json", "tfvars"),
        ("tf.json", None),
        ("a.json", None),
    ],
)
def test_files_are_known_by_their_suffix(file: str, name: str | None) -> None:
    found = formats.language_of(file, b"{}")
    assert (found.name if found else None) == name
