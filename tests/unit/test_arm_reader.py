"""ARM templates and parameter files as declarations: what is read from where, and the places it keeps."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnlint.formats.arm import MAX_RESOURCES, MAX_WAITS, read, read_parameters
from mnlint.formats.armschema import is_parameters, is_template, last_word
from mnlint.model.expr import Binding, Call, Declared, Expr, Mode, Op, Template
from mnlint.model.text import Source, Span

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def template(body: str) -> Template:
    """A template with these sections, as text so that places can be looked up."""
    return read(Source("main.json", f'{{"$schema": "{SCHEMA}", {body}}}'))


def clean(body: str) -> Template:
    made = template(body)
    assert made.notices == ()
    return made


def cut(made: Template, span: Span) -> str:
    return made.source.cut(span)


def shown(expr: Expr | None) -> Any:
    """An expression as plain data, short enough to compare with."""
    if expr is None:
        return None
    args = expr.args
    if expr.op is Op.LITERAL:
        return args[0]
    if expr.op is Op.NAME:
        return f"<{args[0]}>"
    if expr.op is Op.CALL:
        return f"{args[0]}({', '.join(str(shown(a)) for a in args[1])})"
    if expr.op is Op.MEMBER:
        return f"{shown(args[0])}.{args[1]}"
    if expr.op is Op.COND:
        return f"{shown(args[0])} ? {shown(args[1])} : {shown(args[2])}"
    if expr.op is Op.ARRAY:
        return [shown(item) for item in args]
    if expr.op is Op.OBJECT:
        return {shown(key): shown(value) for key, value in args}
    if expr.op is Op.FOR:
        names, collection, key, value, condition, grouped = args
        assert (condition, grouped) == (None, False)
        head = f"for {', '.join(names)} in {shown(collection)}"
        return (head, shown(value)) if key is None else (head, shown(key), shown(value))
    if expr.op is Op.LAMBDA:
        return f"({', '.join(args[0])}) => {shown(args[1])}"
    return f"<{expr.op}: {args[0] if isinstance(args[0], str) else shown(args[0])}>"


def values(bindings: tuple[Binding, ...]) -> dict[str, Any]:
    return {binding.symbol: shown(binding.expr) for binding in bindings}


def one(made: Template) -> Declared:
    (found,) = made.resources
    return found


def call(made: Template) -> Call:
    (found,) = made.calls
    return found


# ── what is ours ──

SNIFFED = [
    ("a template", f'{{"$schema": "{SCHEMA}"}}', True),
    ("an old one, without #", '{"$schema": "http://x/2015-01-01/DeploymentTemplate.json"}', True),
    ("for a subscription", '{"$schema": "https://x/2018-05-01/subscriptionDeploymentTemplate.json#"}', True),
    ("for a management group", '{"$schema": "https://x/managementGroupDeploymentTemplate.json#"}', True),
    ("for a tenant", '{"$schema": "https://x/tenantDeploymentTemplate.json#"}', True),
    ("in capitals", '{"$schema": "HTTPS://X/DEPLOYMENTTEMPLATE.JSON"}', True),
    ("in capitals, behind a letter of no ASCII", '{"$schema": "https://\u00e9/DEPLOYMENTTEMPLATE.JSON"}', True),
    ("not first", f'{{"a": {{"b": [1, "x"]}}, "$schema": "{SCHEMA}"}}', True),
    ("behind comments", f'/* {{ */ // {{\n{{ /* x */ "$schema" : // y\n "{SCHEMA}"}}', True),
    ("broken later on", f'{{"$schema": "{SCHEMA}", "resources": [', True),
    ("a policy that holds a template", f'{{"policyRule": {{"template": {{"$schema": "{SCHEMA}"}}}}}}', False),
    ("the words in a string", f'{{"a": "\\"$schema\\": \\"{SCHEMA}\\""}}', False),
    ("the words as a value", f'{{"a": "$schema", "b": "{SCHEMA}"}}', False),
    ("a key in place of the value", f'{{"$schema": "{SCHEMA}" : 1}}', False),
    ("parameters", '{"$schema": "https://x/deploymentParameters.json#"}', False),
    ("another schema", '{"$schema": "https://x/createUIDefinition.json#", "a": "deploymentTemplate.json"}', False),
    ("nothing", "", False),
]


@pytest.mark.parametrize(("text", "wanted"), [row[1:] for row in SNIFFED], ids=[row[0] for row in SNIFFED])
def test_is_template(text: str, wanted: bool) -> None:
    assert is_template(text) is wanted
    assert is_template(text.encode()) is wanted
    assert is_template(text.encode("utf-8-sig")) is wanted
    assert is_template(text.encode("utf-16")) is wanted
    assert is_template(text.encode("utf-16").replace(b"\0", b"")) is wanted  # as languages are told apart


def test_a_letter_beyond_ascii_may_be_part_of_the_last_word() -> None:
    """One that is an s but for its case, and one that is a k."""
    assert last_word("https://x/\u017fdeploymentTemplate.JSON#") == "\u017fdeploymenttemplate"
    assert last_word("https://x/wor\u212aspaces.j\u017fon") == "workspaces"


def test_is_template_behind_much_else() -> None:
    for size in (4_000, 4_060, 4_090, 4_096, 100_000):
        for text in (f'{{"a": "{"x" * size}", "$schema": "{SCHEMA}"}}', f'{{{" " * size}"$schema": "{SCHEMA}"}}'):
            assert is_template(text)
            assert is_template(text.encode())
            assert is_template(text.encode("utf-16"))
            assert not is_template(text.replace("$schema", "schema"))


def test_is_parameters() -> None:
    assert is_parameters('{"$schema": "https://x/2019-04-01/deploymentParameters.json#"}')
    assert is_parameters(b'{"$schema": "https://x/subscriptionDeploymentParameters.json"}')
    assert not is_parameters(f'{{"$schema": "{SCHEMA}", "a": "deploymentParameters.json"}}')


@pytest.mark.parametrize("unit", ['\\"', "/*", "//", '"', "{", "[", "\\\\", "// \n"])
def test_sniffing_takes_linear_time(unit: str) -> None:
    begin = time.process_time()
    assert not is_template('{"' + unit * 500_000 + " deploymentTemplate.json")
    assert not is_template("{" + unit * 500_000 + " deploymentTemplate.json")
    assert time.process_time() - begin < 60  # about a second; anything quadratic takes many minutes


# ── sections ──


def test_scope_and_language() -> None:
    made = clean('"resources": []')
    assert (made.language, made.scope, made.file) == ("arm", "resourceGroup", "main.json")
    other = read(Source("a.json", '{"$schema": "https://x/subscriptionDeploymentTemplate.json#", "resources": []}'))
    assert other.scope == "subscription"


def test_inputs() -> None:
    made = clean(
        """"resources": [], "parameters": {
          "isolationMode": {"type": "string", "defaultValue": "Disabled", "allowedValues": ["Disabled", "[x]"]},
          "Name": {"type": "string", "defaultValue": "[concat('hub', uniqueString(resourceGroup().id))]"},
          "password": {"type": "secureString"}, "keys": {"type": "SecureObject"},
          "maybe": {"type": "string", "nullable": true}, "text": {"type": "string", "defaultValue": "[[x]"}
        }"""
    )
    found = {i.name: i for i in made.inputs}
    assert [i.symbol for i in made.inputs][:2] == ["parameters.isolationmode", "parameters.name"]
    assert cut(made, found["isolationMode"].span) == '"isolationMode"'
    assert shown(found["isolationMode"].default) == "Disabled"
    assert shown(found["isolationMode"].allowed) == ["Disabled", "[x]"]  # never evaluated
    assert shown(found["Name"].default) == "concat(hub, uniquestring(resourcegroup().id))"
    assert shown(found["text"].default) == "[x]"
    assert [name for name, i in found.items() if i.secret] == ["password", "keys"]
    assert [name for name, i in found.items() if i.nullable] == ["maybe"]
    assert found["password"].default is None


def test_inputs_by_definition() -> None:
    made = clean(
        """"languageVersion": "2.0", "resources": {}, "definitions": {
          "mode": {"$ref": "#/definitions/modes/properties/a~1b"},
          "modes": {"type": "object", "properties": {"a/b": {"type": "string", "allowedValues": ["A", "B"]}}},
          "secret": {"type": "securestring", "nullable": true}, "round": {"$ref": "#/definitions/round"},
          "tuple": {"type": "array", "prefixItems": [{"type": "string", "nullable": true}]}
        }, "parameters": {
          "mode": {"$ref": "#/definitions/mode"}, "secret": {"$ref": "#/definitions/secret"},
          "first": {"$ref": "#/definitions/tuple/prefixItems/0"}, "none": {"$ref": "#/definitions/tuple/prefixItems/7"},
          "round": {"$ref": "#/definitions/round"}, "odd": {"$ref": "elsewhere.json"}
        }"""
    )
    found = {i.name: i for i in made.inputs}
    assert shown(found["mode"].allowed) == ["A", "B"]
    assert (found["secret"].secret, found["secret"].nullable) == (True, True)
    assert (found["first"].nullable, found["none"].nullable, found["round"].nullable) == (True, False, False)


def test_variables() -> None:
    made = clean(
        """"resources": [], "variables": {
          "Hub": "[concat(parameters('p'), '-hub')]", "object": {"a": ["[variables('hub')]", 1]},
          "copy": [{"name": "Rules", "count": "[length(parameters('r'))]", "input": "[copyIndex('rules', 1)]"},
                   {"name": "more", "count": 2, "input": {"n": "[copyIndex()]"}}],
          "inner": {"keep": 1, "copy": [{"name": "disks", "count": 3, "input": {"lun": "[copyIndex('disks')]"}}]},
          "Copy2": {"copy": "a word"}
        }"""
    )
    assert values(made.names) == {
        "variables.hub": "concat(<parameters.p>, -hub)",
        "variables.object": {"a": ["<variables.hub>", 1]},
        "variables.rules": ("for copyIndex:rules in range(0, length(<parameters.r>))", "+(<copyIndex:rules>, 1)"),
        "variables.more": ("for copyIndex:more in range(0, 2)", {"n": "<copyIndex:more>"}),
        "variables.inner": {"keep": 1, "disks": ("for copyIndex:disks in range(0, 3)", {"lun": "<copyIndex:disks>"})},
        "variables.copy2": {"copy": "a word"},
    }
    assert [cut(made, name.span) for name in made.names][:4] == ['"Hub"', '"object"', '"Rules"', '"more"']


def test_functions() -> None:
    made = clean(
        """"resources": [], "functions": [{"namespace": "Contoso", "members": {"uniqueName": {
          "parameters": [{"name": "Prefix", "type": "string"}],
          "output": {"type": "string", "value": "[concat(parameters('prefix'), 'x')]"}}}}],
        "variables": {"n": "[contoso.uniqueName('a')]"}"""
    )
    assert values(made.names) == {
        "contoso.uniquename": "(parameters.prefix) => concat(<parameters.prefix>, x)",
        "variables.n": "contoso.uniquename(a)",
    }


def test_outputs() -> None:
    made = clean(
        """"resources": [], "outputs": {
          "hubId": {"type": "string", "value": "[resourceId('a/b', 'c')]"},
          "maybe": {"type": "string", "condition": "[parameters('p')]", "value": 1},
          "many": {"type": "array", "copy": {"count": 2, "input": "[copyIndex()]"}}, "none": {"type": "string"}
        }"""
    )
    assert values(made.outputs) == {
        "hubId": "resourceid(a/b, c)",
        "maybe": "<parameters.p> ? 1 : None",
        "many": ("for copyIndex:many in range(0, 2)", "<copyIndex:many>"),
        "none": "<opaque: an output without a value>",
    }
    assert cut(made, made.outputs[0].span) == '"hubId"'


def test_sections_in_any_case_and_the_last_of_two() -> None:
    made = clean('"Resources": [], "VARIABLES": {"a": 1}, "variables": {"a": 2, "A": 3}')
    assert values(made.names) == {"variables.a": 3}


# ── resources ──

HUB = """{
  "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-04-01", "name": "[parameters('n')]",
  "kind": "Hub", "condition": "[parameters('deploy')]", "comments": "[not evaluated", "metadata": {"a": "[nor this]"},
  "dependsOn": ["[resourceId('a/b', 'c')]", "other"], "tags": {"[concat('hidden-', 'x')]": "Resource"},
  "properties": {"managedNetwork": {"isolationMode": "Disabled"}}
}"""


def test_a_resource() -> None:
    made = clean(f'"resources": [{HUB}]')
    hub = one(made)
    assert hub.symbol == "resources[0]"
    assert hub.type == "Microsoft.MachineLearningServices/workspaces"
    assert cut(made, hub.head) == '"Microsoft.MachineLearningServices/workspaces"'
    assert cut(made, hub.body.span) == HUB
    assert shown(hub.body) == {
        "name": "<parameters.n>",
        "kind": "Hub",
        "tags": {"concat(hidden-, x)": "Resource"},
        "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
    }
    assert (shown(hub.api_version), shown(hub.condition)) == ("2024-04-01", "<parameters.deploy>")
    assert [shown(w) for w in hub.waits_for] == ["resourceid(a/b, c)", "other"]
    assert (hub.mode, hub.loop, hub.batch, hub.parent) == (Mode.DECLARED, None, None, None)


def test_places_down_to_a_value() -> None:
    made = clean(f'"resources": [{HUB}]')
    properties = one(made).body.args[-1][1]
    key, network = properties.args[0]
    assert cut(made, key.span) == '"managedNetwork"'
    mode_key, mode = network.args[0]
    assert (cut(made, mode_key.span), cut(made, mode.span)) == ('"isolationMode"', '"Disabled"')


def test_symbolic_names_and_existing() -> None:
    made = clean(
        """"languageVersion": "2.0", "resources": {
          "Hub": {"type": "A.B/c", "apiVersion": "1", "name": "h", "dependsOn": ["vault"]},
          "vault": {"existing": true, "type": "A.B/vaults", "apiVersion": "1", "name": "v"}
        }"""
    )
    assert [(r.symbol, r.mode) for r in made.resources] == [("Hub", Mode.DECLARED), ("vault", Mode.EXISTING)]
    assert shown(made.resources[1].body) == {"name": "v"}


def test_children() -> None:
    made = clean(
        """"resources": [{"type": "A.B/c", "name": "p", "condition": "[f()]", "resources": [
          {"type": "d", "name": "x", "resources": [{"type": "e", "name": "y"}]},
          {"type": "A.B/c/f", "name": "p/z"}, {"type": "X.Y/locks", "name": "l"}, {"type": "providers/g", "name": "h"}
        ]}]"""
    )
    assert [(r.symbol, r.type, shown(r.parent)) for r in made.resources] == [
        ("resources[0]", "A.B/c", None),
        ("resources[0].resources[0]", "A.B/c/d", "<resources[0]>"),
        ("resources[0].resources[0].resources[0]", "A.B/c/d/e", "<resources[0].resources[0]>"),
        ("resources[0].resources[1]", "A.B/c/f", "<resources[0]>"),
        ("resources[0].resources[2]", "X.Y/locks", "<resources[0]>"),
        ("resources[0].resources[3]", "A.B/c/providers/g", "<resources[0]>"),
    ]
    assert [shown(r.body)["name"] for r in made.resources] == ["p", "x", "y", "p/z", "l", "h"]
    assert [shown(r.condition) for r in made.resources] == ["f()", None, None, None, None, None]  # Azure: no cascade


def test_copy_loops() -> None:
    made = clean(
        """"resources": [
          {"type": "A.B/c", "name": "[concat('n', copyIndex(1))]", "dependsOn": ["[concat('d', copyIndex())]"],
           "condition": "[equals(copyIndex(), 0)]",
           "copy": {"name": "Hubs", "count": "[parameters('n')]", "mode": "Serial", "batchSize": 2},
           "properties": {"i": "[copyIndex('hubs')]", "copy": [
             {"name": "rules", "count": 3, "input": {"outer": "[copyIndex()]", "own": "[copyIndex('rules')]"}}]}},
          {"type": "A.B/c", "name": "s", "copy": {"name": "s", "count": 2, "mode": "serial"}},
          {"type": "A.B/c", "name": "p", "copy": {"name": "p", "count": 2, "mode": "parallel", "batchSize": 9},
           "resources": [{"type": "d", "name": "[copyIndex()]"}]},
          {"type": "A.B/c", "name": "o", "properties": {"copy": [{"name": "x", "count": 2, "input": "[copyIndex()]"}]}}
        ]"""
    )
    first, serial, parallel, child, alone = made.resources
    assert first.loop is not None
    assert (first.loop.names, shown(first.loop.collection)) == (("copyIndex:hubs",), "<parameters.n>")
    assert (first.loop.counted, first.loop.keyed, shown(first.batch)) == (True, False, 2)
    assert shown(first.condition) == "equals(<copyIndex:hubs>, 0)"
    assert [shown(w) for w in first.waits_for] == ["concat(d, <copyIndex:hubs>)"]
    assert shown(first.body) == {
        "name": "concat(n, +(<copyIndex:hubs>, 1))",
        "properties": {
            "i": "<copyIndex:hubs>",
            "rules": (
                "for copyIndex:rules in range(0, 3)",
                {"outer": "<copyIndex:hubs>", "own": "<copyIndex:rules>"},
            ),
        },
    }
    assert (shown(serial.batch), cut(made, serial.batch.span) if serial.batch else "") == (1, '"serial"')
    assert parallel.batch is None
    assert child.loop == parallel.loop
    assert shown(child.body) == {"name": "<copyIndex:p>"}
    assert shown(alone.body)["properties"] == {"x": ("for copyIndex:x in range(0, 2)", "<copyIndex:x>")}


def test_the_key_of_a_copied_member_is_its_name() -> None:
    made = clean('"resources": [{"type": "A.B/c", "properties": {"copy": [{"name": "r", "count": 1, "input": 0}]}}]')
    key, _ = one(made).body.args[0][1].args[0]
    assert (shown(key), cut(made, key.span)) == ("r", '"r"')


def test_properties_that_are_one_expression() -> None:
    made = clean('"resources": [{"type": "A.B/c", "properties": "[union(variables(\'a\'), createObject(\'b\', 1))]"}]')
    assert shown(one(made).body)["properties"] == "union(<variables.a>, {'b': 1})"


# ── nested deployments ──


def nested(properties: str, around: str = "", version: str = "") -> Template:
    """A template with one nested deployment: its `properties`, and what stands `around` them."""
    head = '"type": "Microsoft.Resources/deployments", "name": "[f()]"'
    return template(f'{version} "resources": [{{{head}, {around} "properties": {{{properties}}}}}]')


INNER = """"template": {"$schema": "https://x/subscriptionDeploymentTemplate.json#",
  "parameters": {"mode": {"type": "string"}}, "variables": {"v": "[parameters('mode')]"},
  "resources": [{"type": "A.B/c", "name": "x", "condition": "[g()]", "dependsOn": ["own"]}],
  "outputs": {"id": {"value": 1}}}"""


def test_a_deployment_with_a_scope_of_its_own_is_a_call() -> None:
    made = nested(
        f""""expressionEvaluationOptions": {{"scope": "Inner"}}, {INNER},
        "parameters": {{"mode": {{"value": "[parameters('m')]"}}, "list": {{"copy": [
          {{"name": "value", "count": 2, "input": "[copyIndex('value')]"}}]}},
          "key": {{"reference": {{"keyVault": {{"id": "x"}}, "secretName": "s"}}}}, "none": {{}}}}""",
        around='"condition": "[c()]", "copy": {"name": "l", "count": 2}, "dependsOn": ["d"],',
    )
    assert made.resources == ()
    found = call(made)
    assert isinstance(found.source, Template)
    assert {name: shown(value) for name, value in found.arguments.items()} == {
        "mode": "<parameters.m>",
        "list": ("for copyIndex:value in range(0, 2)", "<copyIndex:value>"),
        "key": "getsecret({'keyVault': {'id': 'x'}, 'secretName': 's'})",
        "none": "<opaque: an assignment without a value>",
    }
    assert (found.symbol, shown(found.name), found.arguments_object) == ("resources[0]", "f()", None)
    assert (shown(found.condition), [shown(w) for w in found.waits_for]) == ("c()", ["d"])
    assert found.loop is not None
    assert found.loop.names == ("copyIndex:l",)
    assert cut(made, found.head) == '"Microsoft.Resources/deployments"'
    inner = found.source
    assert (inner.source, inner.scope, [i.name for i in inner.inputs]) == (made.source, "subscription", ["mode"])
    assert values(inner.names) == {"variables.v": "<parameters.mode>"}
    assert [(r.symbol, r.type, shown(r.condition)) for r in inner.resources] == [("resources[0]", "A.B/c", "g()")]
    assert values(inner.outputs) == {"id": 1}
    assert [n.message for n in made.notices] == ["no value for none: `value` or `reference` was expected"]


@pytest.mark.parametrize("scope", ['"expressionEvaluationOptions": {"scope": "OUTER"},', ""], ids=["outer", "not said"])
def test_a_deployment_in_the_scope_around_it_shares_its_names(scope: str) -> None:
    made = nested(
        f'{scope} "parameters": {{"mode": {{"value": "no one can name it"}}}}, {INNER}',
        around='"condition": "[c()]", "copy": {"name": "l", "count": 2}, "dependsOn": ["d"],',
    )
    assert (made.resources, made.notices) == ((), ())
    found = call(made)
    assert (found.shares, found.arguments, found.arguments_object) == (True, {}, None)
    assert (shown(found.condition), [shown(w) for w in found.waits_for]) == ("c()", ["d"])
    assert found.loop is not None
    assert found.loop.names == ("copyIndex:l",)
    assert isinstance(found.source, Template)
    assert (found.source.inputs, found.source.names, found.source.scope) == ((), (), "subscription")
    assert [(r.symbol, r.type, shown(r.condition)) for r in found.source.resources] == [
        ("resources[0]", "A.B/c", "g()")
    ]
    assert values(found.source.outputs) == {"id": 1}


def test_a_bare_copy_index_in_a_deployment_is_that_of_the_loop_around_it() -> None:
    inside = """{"type": "A.B/c", "copy": {"name": "i", "count": "[copyIndex()]"}, "name": "[copyIndex()]"},
      {"type": "A.B/d", "name": "[copyIndex()]", "condition": "[f(copyIndex())]"}"""
    outputs = '"outputs": {"x": {"value": "[copyIndex()]"}}'
    made = nested(f'"template": {{"resources": [{inside}], {outputs}}}', around='"copy": {"name": "o", "count": 2},')
    inner = call(made).source
    assert isinstance(inner, Template)
    looped, once = inner.resources
    assert looped.loop is not None
    assert (shown(looped.body), shown(looped.loop.collection)) == ({"name": "<copyIndex:i>"}, "<copyIndex:o>")
    assert (shown(once.body), shown(once.condition)) == ({"name": "<copyIndex:o>"}, "f(<copyIndex:o>)")
    assert values(inner.outputs) == {"x": "<copyIndex:o>"}
    assert made.notices == ()


def test_a_loop_of_a_child_in_the_loop_of_its_parent_is_told() -> None:
    child = '{"type": "d", "copy": {"name": "i", "count": 3}, "name": "[copyIndex()]"}'
    made = template(f'"resources": [{{"type": "A.B/c", "copy": {{"name": "o", "count": 2}}, "resources": [{child}]}}]')
    assert shown(made.resources[1].body) == {"name": "<copyIndex:i>"}
    assert [(n.level, n.code) for n in made.notices] == [("note", "MN912")]


def test_language_version_2_has_inner_scope_if_none_is_said() -> None:
    made = nested(INNER, version='"languageVersion": "2.0",')
    assert isinstance(call(made).source, Template)
    assert made.resources == ()


def test_the_version_that_counts_is_that_of_the_template_around_it() -> None:
    deeper = '{"type": "Microsoft.Resources/deployments", "properties": {"template": {"resources": []}}}'
    symbols = f'{{"hub": {{"type": "A.B/c"}}, "deeper": {deeper}}}'
    made = nested(f'"template": {{"languageVersion": "2.0", "resources": {symbols}}}')
    inner = call(made).source
    assert isinstance(inner, Template)
    assert [r.symbol for r in inner.resources] == ["hub"]
    assert (call(made).shares, call(inner).symbol, call(inner).shares) == (True, "deeper", False)


def test_an_existing_deployment_deploys_nothing() -> None:
    made = nested('"mode": "Incremental"', around='"existing": true,')
    assert (made.calls, one(made).mode) == ((), Mode.EXISTING)


def test_a_deployment_of_symbols_in_a_deployment() -> None:
    made = nested(
        """"expressionEvaluationOptions": {"scope": "inner"}, "template": {"languageVersion": "2.0", "resources": {
          "hub": {"type": "A.B/c", "name": "x"}, "deeper": {"type": "Microsoft.Resources/deployments", "name": "d",
            "properties": {"template": {"resources": [{"type": "A.B/d"}]}}}}}"""
    )
    inner = call(made).source
    assert isinstance(inner, Template)
    assert [r.symbol for r in inner.resources] == ["hub"]
    assert call(inner).symbol == "deeper"
    assert isinstance(call(inner).source, Template)


# reason, properties, what is deployed
LINKS = [
    ("a file beside it", '"templateLink": {"relativePath": "nested/a.json"}', "nested/a.json"),
    ("a uri", '"templateLink": {"uri": "https://x/a.json"}', "<opaque: a linked template at https://x/a.json>"),
    ("a uri that is put together", '"templateLink": {"uri": "[uri(parameters(\'l\'), \'a.json\')]"}',
     "<opaque: a linked template at [uri(parameters('l'), 'a.json')]>"),
    ("a template spec", '"templateLink": {"id": "[f()]"}', "<opaque: a template spec, [f()]>"),
    ("an expression", '"template": "[variables(\'t\')]"', "<opaque: a template that is given by an expression>"),
    ("nothing", '"mode": "Incremental"', "<opaque: a deployment without a template that can be read>"),
]  # fmt: skip


@pytest.mark.parametrize(("properties", "wanted"), [row[1:] for row in LINKS], ids=[row[0] for row in LINKS])
def test_templates_in_other_places(properties: str, wanted: str) -> None:
    made = nested(properties)
    source = call(made).source
    assert isinstance(source, Expr)
    assert shown(source) == wanted
    assert made.notices == ()


def test_an_argument_that_is_an_expression_as_a_whole() -> None:
    given = "[if(f(), createObject('value', 1), createObject('value', 2))]"  # what Bicep's compiler makes of a ternary
    made = nested(f'"templateLink": {{"relativePath": "a.json"}}, "parameters": {{"x": "{given}"}}')
    assert made.notices == ()
    assert shown(call(made).arguments["x"]) == "f() ? {'value': 1} : {'value': 2}.value"


def test_parameters_of_a_deployment_as_one_expression() -> None:
    made = nested('"templateLink": {"relativePath": "a.json"}, "parameters": "[variables(\'p\')]"')
    head = "for <argument>, <name> in <variables.p>"
    assert shown(call(made).arguments_object) == (head, "<<name>>", "<<argument>>.value")
    linked = nested('"templateLink": {"relativePath": "a.json"}, "parametersLink": {"uri": "x"}')
    assert shown(call(linked).arguments_object) == "<opaque: linked parameters>"


# ── mistakes and limits ──

# reason, sections, code, the text that is marked, words of the message
MISTAKES = [
    ("a bad expression", '"resources": [], "variables": {"a": "[f(]"}', "MN911", "]", "was expected, not the end"),
    ("resources that are a word", '"resources": "x"', "MN911", '"x"', "`resources` must be an array"),
    ("parameters that are a list", '"resources": [], "parameters": []', "MN911", "[]", "must be an object"),
    ("a parameter that is a value", '"resources": [], "parameters": {"a": 1}', "MN911", "1", "must be an object"),
    ("a resource that is a value", '"resources": [7]', "MN911", "7", "a resource must be an object"),
    ("a resource without a type", '"resources": [{"name": "x"}]', "MN911", "{", "a resource without a `type`"),
]


@pytest.mark.parametrize(
    ("body", "code", "marked", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_a_notice(body: str, code: str, marked: str, words: str) -> None:
    made = template(body)
    (notice,) = made.notices
    assert (notice.level, notice.code) == ("error", code)
    assert words in notice.message
    assert notice.place is not None
    assert cut(made, notice.place.span) == marked


@pytest.mark.parametrize("text", ["[]", "1", '{"a": 1}'])
def test_what_is_no_template(text: str) -> None:
    made = read(Source("a.json", text))
    assert [n.message for n in made.notices] == ["no ARM template: `$schema` and `resources` were expected"]


def test_a_broken_file_keeps_what_was_read_and_stays_open() -> None:
    text = f'{{"$schema": "{SCHEMA}", "parameters": {{"a": {{}}}}, "resources": [{{"type": "A.B/c", "name": "x"'
    made = read(Source("a.json", text))
    assert [n.code for n in made.notices] == ["MN911"]
    assert [i.name for i in made.inputs] == ["a"]
    spread_key, spread_value = one(made).body.args[-1]
    assert (one(made).type, spread_key.op, spread_value) == ("A.B/c", Op.SPREAD, None)


def test_comments_are_kept() -> None:
    made = clean('"resources": [] // mnlint: ignore MN001\n')
    assert [c.text for c in made.comments] == ["// mnlint: ignore MN001"]


def test_nested_too_deeply() -> None:
    made = template('"resources": [' + '{"type": "A.B/c", "resources": [' * 60 + "]}" * 60 + "]")
    assert [n.code for n in made.notices] == ["MN912"]
    assert 40 < len(made.resources) < 60


def test_deployments_in_deployments_up_to_the_limit() -> None:
    head = '[{"type": "Microsoft.Resources/deployments", "properties": {"template": {"resources": '
    made = clean('"resources": ' + head * 24 + '[{"type": "A.B/c"}]' + "}}}]" * 24)
    for _ in range(24):
        inner = call(made).source
        assert isinstance(inner, Template)
        made = inner
    assert one(made).type == "A.B/c"


def test_limits() -> None:
    made = template('"resources": [' + '{"type": "A.B/c"},' * (MAX_RESOURCES + 1) + "]")
    assert (len(made.resources), [n.code for n in made.notices]) == (MAX_RESOURCES, ["MN912"])
    waits = '"dependsOn": [' + '"x",' * (MAX_WAITS + 1) + "]"
    made = template(f'"resources": [{{"type": "A.B/c", {waits}}}]')
    assert (len(one(made).waits_for), [n.code for n in made.notices]) == (MAX_WAITS, ["MN912"])
    made = template('"resources": [], "variables": {"a": [' + '"[f(]",' * 1_000 + "]}")
    assert 10 < len(made.notices) < 100


CHILDREN = '"resources": [' + '{"type": "c"},' * 15_000 + "]"
WAITING = '{"type": "A.B/c", "dependsOn": ["c"]},' * 15_000
HOSTILE = {
    "waits in a deployment": '[{"type": "Microsoft.Resources/deployments", "dependsOn": ['
    + '"a",' * 800
    + f'], "properties": {{"template": {{"resources": [{WAITING}]}}}}}}]',
    "a long type with many children": f'[{{"type": "{"a" * 1_000_000}/b", {CHILDREN}}}]',
    "a long symbol with many children": f'{{"{"a" * 1_000_000}": {{"type": "A.B/c", {CHILDREN}}}}}',
    "a long loop name said often": f'[{{"type": "A.B/c", "copy": {{"name": "{"a" * 500_000}", "count": 2}}, "x": ['
    + '"[copyIndex()]",' * 20_000
    + "]}]",
    "many definitions": '[], "definitions": {'
    + ",".join(f'"d{i}": {{"type": "int"}}' for i in range(20_000))
    + '}, "parameters": {'
    + ",".join(f'"p{i}": {{"$ref": "#/definitions/d{i}"}}' for i in range(20_000))
    + "}",
    "many expressions": '[], "variables": {"a": [' + '"[f(1)]",' * 90_000 + "]}",
    "escapes": '[], "variables": {"a": [' + ('"[' + "\\n" * 20_000 + 'f()]",') * 100 + "]}",
}


@pytest.mark.parametrize("resources", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_templates_take_linear_time(resources: str) -> None:
    begin = time.process_time()
    made = template(f'"resources": {resources}')
    assert made.resources or made.names or made.inputs or made.calls
    names = [text for r in made.resources for text in (r.symbol, r.type)]
    assert sum(map(len, names)) < 10_000_000  # a long name is not said again in each of its children
    assert time.process_time() - begin < 60  # about a second; anything quadratic takes many minutes


WORDS = st.sampled_from(
    ["type", "copy", "name", "count", "input", "resources", "properties", "template", "parameters", "value", "$ref"]
) | st.sampled_from(
    ["templateLink", "uri", "dependsOn", "condition", "variables", "functions", "members", "output", "outputs", "mode"]
)
TEXTS = WORDS | st.sampled_from(
    ["Microsoft.Resources/deployments", "A.B/c", "[copyIndex()]", "[true()]", "[f(]", "[[x]", "#/outputs/a/0", "serial"]
)
PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | TEXTS, inner, max_size=5),
    max_leaves=40,
)


@settings(deadline=None)  # the machine may be busy
@given(PARTS, st.integers(min_value=0, max_value=2_000))
def test_any_json_is_read_without_an_exception(value: Any, keep: int) -> None:
    for text in (json.dumps(value), json.dumps(value)[:keep]):
        for reader in (read, read_parameters):
            made = reader(Source("a.json", text))
            for notice in made.notices:
                assert notice.place is not None
                assert 0 <= notice.place.span.start <= notice.place.span.end <= len(text)


# ── parameter files ──


def test_parameters() -> None:
    text = """{"$schema": "https://x/deploymentParameters.json#", "contentVersion": "1.0.0.0", "parameters": { // values
      "isolationMode": {"value": "Disabled"}, "Rules": {"value": {"a": [1, null]}}, "text": {"value": "[f()]"},
      "secret": {"reference": {"keyVault": {"id": "x"}, "secretName": "s"}},
      "outside": {"expression": "[externalInput('x')]"}
    }}"""
    made = read_parameters(Source("main.parameters.json", text))
    assert made.notices == ()
    assert values(made.names) == {
        "isolationMode": "Disabled",
        "Rules": {"a": [1, None]},
        "text": "[f()]",  # Azure evaluates nothing in these files
        "secret": "getsecret({'keyVault': {'id': 'x'}, 'secretName': 's'})",
        "outside": "externalinput(x)",
    }
    assert cut(made, made.names[0].span) == '"isolationMode"'
    assert cut(made, made.names[0].expr.span) == '"Disabled"'
    assert [c.text for c in made.comments] == ["// values"]


def test_parameters_with_mistakes() -> None:
    made = read_parameters(Source("a.json", '{"parameters": {"a": "Disabled", "b": {"value": 1}}}'))
    assert values(made.names) == {"a": "<opaque: an assignment without a value>", "b": 1}
    assert [n.message for n in made.notices] == ["no value for a: `value` or `reference` was expected"]
    made = read_parameters(Source("a.json", '{"a": {"value": 1}}'))
    assert [n.message for n in made.notices] == ["no `parameters` here"]


def test_a_large_file() -> None:
    rules = ", ".join(f'"rule{i}": {{"type": "FQDN", "destination": "[variables(\'host{i}\')]"}}' for i in range(10))
    unit = HUB.replace("[not evaluated", "").replace('"Disabled"', f'"Disabled", "outboundRules": {{{rules}}}')
    text = '"resources": [' + ", ".join([unit] * 1_000) + "]"
    assert len(text) > 1_000_000
    begin = time.process_time()
    assert len(clean(text).resources) == 1_000
    assert time.process_time() - begin < 60  # about a second; anything quadratic takes many minutes
