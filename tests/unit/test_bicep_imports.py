"""What Bicep files take from each other: variables, functions and types, and what their types say of a parameter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from mnlint import formats
from mnlint.model.root import Root
from mnlint.model.value import Absent, Choice, Map, Node, Seq, Unknown
from mnlint.resolve import resolve

SHARED = """\
import { word } from 'deep/words.bicep'
import * as words from './deep/words.bicep'
@export()
var mode = '${half}abled'
var half = 'Dis'
@export()
var fromFurther = '${word}-${words.word}'
@export()
func greet(name string) string => '${name} is ${half}'
@export()
type modes = 'Disabled' | 'AllowInternetOutbound'
@export()
type network = {
  mode: modes
  @secure()
  key: string
  rules: { @secure()
    token: string, port: int }[]?
}
@export()
@secure()
type password = string
@export()
type maybe = modes?
type tree = { left: tree?, @secure()
  leaf: string }
@export()
type forest = tree[]
"""
WORDS = "@export()\nvar word = 'deep'\n"
ARM = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "languageVersion": "2.0",
        "variables": {"half": "Dis", "mode": "[concat(variables('half'), 'abled')]"},
        "functions": [
            {
                "namespace": "__bicep",
                "members": {
                    "loud": {
                        "parameters": [{"name": "text", "type": "string"}],
                        "output": {"type": "string", "value": "[toUpper(parameters('text'))]"},
                    }
                },
            }
        ],
        "resources": {},
    }
)
FILES = {"shared.bicep": SHARED, "deep/words.bicep": WORDS, "shared.json": ARM}
HEAD = """\
import { mode, greet as hail, modes, network, password, maybe, fromFurther } from './shared.bicep'
import * as all from 'shared.bicep'
import { mode as jsonMode, loud, half } from 'shared.json'
import { lost, format } from './gone.bicep'
import * as br from 'br/public:avm/x:1.0.0'
"""


def plain(node: Node) -> Any:
    """A value as Python's own; what is not known as the name of its cause."""
    value = node.value
    if isinstance(value, Map):
        return {key: plain(child) for key, child in value.entries.items()}
    if isinstance(value, Seq):
        return [plain(item) for item in value.items]
    if isinstance(value, Choice):
        return {plain(option) for option in value.options}
    if isinstance(value, Unknown):
        return f"<{value.cause.name}>"
    return None if isinstance(value, Absent) else value


def properties(files: Mapping[str, str], bindings: tuple[str, ...] = ()) -> dict[str, Node]:
    """The properties of the one resource that main.bicep declares."""
    languages = {"bicep": "bicep", "bicepparam": "bicepparam", "json": "arm"}
    read = {name: formats.read(name, text.encode(), languages[name.rpartition(".")[2]]) for name, text in files.items()}
    assert [notice.message for template in read.values() for notice in template.notices] == []
    root = Root("main.bicep", "bicep", tuple(read), (bindings,))
    (resource,) = resolve(read, root, bindings).resources
    found = resource.body.value
    assert isinstance(found, Map)
    inner = found.entries["properties"].value
    assert isinstance(inner, Map)
    return dict(inner.entries)


def used(expression: str, declared: str = "", files: Mapping[str, str] = FILES) -> Node:
    body = f"resource r 'T/t@2024-01-01' = {{ name: 'r', properties: {{ v: {expression} }} }}\n"
    return properties({**files, "main.bicep": f"{HEAD}{declared}\n{body}"})["v"]


VALUES = [
    ("mode", "Disabled", "a variable, and what it is made of in its own file"),
    ("all.mode", "Disabled", "of all that a file exports"),
    ("hail('it')", "it is Dis", "a function under another name; its own file's names"),
    ("all.greet('it')", "it is Dis", ""),
    ("map(['a'], x => all.greet(x))", ["a is Dis"], "inside a lambda"),
    ("fromFurther", "deep-deep", "what the other file imports itself, in both forms"),
    ("jsonMode", "Disabled", "of a template in ARM JSON"),
    ("loud(half)", "DIS", ""),
    ("lost", "<MODULE>", "no such file"),
    ("format('{0}', 'x')", "<MODULE>", "an imported function is never the one of ours with its name"),
    ("br.anything", "<MODULE>", "nobody has the registry's file"),
    ("br.f('x')", "<MODULE>", ""),
    ("all.nothing", "<MODULE>", "the file has no such name"),
]


@pytest.mark.parametrize(("expression", "expected", "_why"), VALUES)
def test_values_and_functions(expression: str, expected: object, _why: str) -> None:
    assert plain(used(expression)) == expected


def test_a_value_stands_where_it_was_written() -> None:
    files = {**FILES, "flat.bicep": "@export()\nvar flat = 'x'\n@export()\nfunc made() string => 'y'\n"}
    for expression, origin in (("flat", "'x'"), ("made()", "'y'")):
        node = used(expression, "import { flat, made } from 'flat.bicep'", files)
        assert (node.span.file, node.origin.file) == ("main.bicep", "flat.bicep")
        assert node.origin.start == files["flat.bicep"].index(origin)
    assert used("lost").origin.file == "main.bicep"


def test_what_is_not_at_hand_is_equal_to_itself_only() -> None:
    again = "import { lost as same } from 'gone.bicep'\nimport { lost as other } from 'elsewhere.bicep'"
    assert plain(used("[lost == same, lost == other]", again)) == [True, "<MODULE>"]
    assert plain(used("br.f('x') == br.f('x')")) == "<MODULE>", "whether it is pure nobody knows"


PARAMETERS = [
    ("param p modes", "p", {"Disabled", "AllowInternetOutbound"}, "an imported type's literals"),
    ("param p all.modes", "p", {"Disabled", "AllowInternetOutbound"}, ""),
    ("param p modes | 'Other'", "p", {"Disabled", "AllowInternetOutbound", "Other"}, "a union of one and a literal"),
    ("param p all.network.mode", "p", {"Disabled", "AllowInternetOutbound"}, "a part of a type"),
    ("type mine = modes\nparam p mine", "p", {"Disabled", "AllowInternetOutbound"}, "by way of a type of our own"),
    ("param p modes | br.thing", "p", "<NO_VALUE>", "a member that nobody can read"),
    ("param p maybe", "p", None, "null unless given"),
    ("param p modes[]", "p", "<NO_VALUE>", "a list of them is none of them"),
    ("param p password = 'x'", "p", "<SECRET>", "a secret type"),
    ("param p all.password?", "p", "<SECRET>", ""),
    (
        "param p network = { mode: 'Disabled', key: 'x', rules: [{ token: 'x', port: 1 }] }",
        "p",
        {"mode": "Disabled", "key": "<SECRET>", "rules": [{"token": "<SECRET>", "port": 1}]},
        "secret parts, and only those",
    ),
    ("param p network = { mode: 'Disabled', KEY: 'x' }", "p.key", "<SECRET>", "whatever the case of the name"),
    (
        "param p all.forest = [{ left: { leaf: 'x' }, leaf: 'y' }]",
        "p",
        [{"left": {"leaf": "<SECRET>"}, "leaf": "<SECRET>"}],
        "a type that holds itself",
    ),
    ("param p { *: network } = { any: { key: 'x' } }", "p", {"any": {"key": "<SECRET>"}}, "any other property"),
    ("param p [string, password] = ['a', 'x']", "p", ["a", "<SECRET>"], "a tuple"),
    (
        "@discriminator('kind')\nparam p { kind: 'a' } | { kind: 'b', @secure()\n s: string } = { kind: 'b', s: 'x' }",
        "p",
        {"kind": "b", "s": "<SECRET>"},
        "a member of a union",
    ),
    ("param p securestring = 'x'", "p", "<SECRET>", "as ARM calls it"),
    ("type a = b\ntype b = a\nparam p a = 'x'", "p", "x", "a circle says nothing"),
    ("param p resourceInput<'T/t@1'>.properties.x = 'x'", "p", "x", "a resource's own type says nothing here"),
]


@pytest.mark.parametrize(("declared", "expression", "expected", "_why"), PARAMETERS)
def test_what_a_type_says_of_a_parameter(declared: str, expression: str, expected: object, _why: str) -> None:
    assert plain(used(expression, declared)) == expected


def test_circles_of_imports_end() -> None:
    files = {
        "a.bicep": "import { y } from 'b.bicep'\nimport { t } from 'b.bicep'\nimport { f } from 'b.bicep'\n"
        "@export()\nvar x = y\n",
        "b.bicep": "import { x, t, f } from 'a.bicep'\n@export()\nvar y = x\n",
    }
    lines = "import { x, t, f } from 'a.bicep'\nparam p t = 'given'"
    assert plain(used("x", lines, {**FILES, **files})) == "<CYCLE>"
    assert plain(used("f('x')", lines, {**FILES, **files})) == "<MODULE>"
    assert plain(used("p", lines, {**FILES, **files})) == "given"


def test_a_path_never_leads_out() -> None:
    assert plain(used("x", "import { x } from '../../../etc/passwd'")) == "<MODULE>"


def test_parameter_files_import_and_extend() -> None:
    files = {
        **FILES,
        "main.bicep": "param a string\nparam b string\nparam c string\nparam d string\n"
        "resource r 'T/t@2024-01-01' = { name: 'r', properties: { a: a, b: b, c: c, d: d } }\n",
        "base.bicepparam": "using none\nimport * as all from 'shared.bicep'\n"
        "param a = all.greet('base')\nparam b = 'base'\n",
        "main.bicepparam": "using 'main.bicep'\nextends './base.bicepparam'\nimport { mode } from 'shared.bicep'\n"
        "var own = '${mode}!'\nparam b = own\nparam c = readEnvironmentVariable('C', 'default')\n"
        "param d = externalInput('sys.cli', 'd')\n",
    }
    found = properties(files, ("base.bicepparam", "main.bicepparam"))
    assert {name: plain(node) for name, node in found.items()} == {
        "a": "base is Dis",
        "b": "Disabled!",
        "c": "<RUNTIME>",
        "d": "<RUNTIME>",
    }


def test_what_a_resource_finds_of_itself_is_never_equal_to_what_another_one_finds() -> None:
    main = """\
resource r 'T/t@2024-01-01' = [for n in ['a']: {
  name: n
  properties: { v: this.exists() == this.exists(), w: this.existingResource().?sku.name ?? 'Standard' }
}]
"""
    found = properties({"main.bicep": main})
    assert (plain(found["v"]), plain(found["w"])) == ("<FUNCTION>", "<FUNCTION>")
