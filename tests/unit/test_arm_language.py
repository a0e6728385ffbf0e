"""The ARM template language from text to what is deployed: loops, nested and linked deployments, symbols, functions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mnlint import formats
from mnlint.model.deployment import Deployment, Resource
from mnlint.model.root import Root
from mnlint.model.value import Choice, Map, Node, Ref, Seq, Unknown
from mnlint.resolve import resolve

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
PARAMETERS = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
DEPLOYMENTS = '"type": "Microsoft.Resources/deployments"'


def template(body: str) -> str:
    return f'{{"$schema": "{SCHEMA}", {body}}}'


def deployed(body: str, others: dict[str, str] | None = None, bindings: tuple[str, ...] = ()) -> Deployment:
    """What a template deploys; `others` are files beside it."""
    files = {"main.json": template(body), **(others or {})}
    languages = {file: "armparams" if PARAMETERS in text else "arm" for file, text in files.items()}
    read = {file: formats.read(file, text.encode(), languages[file]) for file, text in files.items()}
    assert [n for t in read.values() for n in t.notices if n.level == "error"] == []
    return resolve(read, Root("main.json", "arm", tuple(files)), bindings)


def plain(node: Node | None) -> Any:
    """A value as plain data: unknown ones as `?` and their form."""
    if node is None:
        return None
    value = node.value
    if isinstance(value, Map):
        return {**{k: plain(v) for k, v in value.entries.items()}, **({"...": True} if value.more else {})}
    if isinstance(value, Seq):
        return [*(plain(item) for item in value.items), *(["..."] if value.more else [])]
    if isinstance(value, Unknown):
        return f"?{value.cause.name} {value.form}"
    if isinstance(value, Choice):
        return ("or", *(plain(option) for option in value.options))
    if isinstance(value, Ref):
        return ".".join((f"<{value.address}>", *value.rest))
    return value


def bodies(made: Deployment) -> list[tuple[str, Any]]:
    return [(resource.type, plain(resource.body)) for resource in made.resources]


def names(made: Deployment) -> list[Any]:
    return [plain(resource.name) for resource in made.resources]


def resource(made: Deployment, kind: str) -> Resource:
    (found,) = [r for r in made.resources if r.type == kind]
    return found


def value(expression: str, sections: str = '"parameters": {}', **options: Any) -> Any:
    """What an expression is worth as a property."""
    written = json.dumps(expression)
    made = deployed(f'{sections}, "resources": [{{"type": "A.B/c", "name": "n", "v": {written}}}]', **options)
    return plain(resource(made, "A.B/c").body)["v"]


# ── loops ──

TWO = '"copy": {"name": "L", "count": 2}'

# reason, a resource, the names and bodies that it makes
COPIES: list[tuple[str, str, list[Any]]] = [
    ("a number", '"name": "[concat(\'n\', copyIndex())]", ' + TWO, [{"name": "n0"}, {"name": "n1"}]),
    ("a name", '"name": "[copyIndex(\'l\')]", ' + TWO, [{"name": 0}, {"name": 1}]),
    ("an offset", '"name": "[copyIndex(5)]", ' + TWO, [{"name": 5}, {"name": 6}]),
    ("a name and an offset", '"name": "[copyIndex(\'L\', 5)]", ' + TWO, [{"name": 5}, {"name": 6}]),
    ("an offset by expression", '"name": "[copyIndex(length(\'ab\'))]", ' + TWO, [{"name": 2}, {"name": 3}]),
    ("a count by expression", '"name": "[copyIndex()]", "copy": {"name": "l", "count": "[add(1, 1)]"}',
     [{"name": 0}, {"name": 1}]),
    ("a count of none", '"name": "n", "copy": {"name": "l", "count": 0}', []),
    ("a condition for each", '"name": "n", "condition": "[equals(copyIndex(), 1)]", ' + TWO, [{"name": "n"}]),
    ("a property", '"p": {"copy": [{"name": "x", "count": 2, "input": "[copyIndex(\'x\', 1)]"}]}',
     [{"p": {"x": [1, 2]}}]),
    ("several in one object", ('"p": {"copy": [{"name": "x", "count": 1, "input": 7}, '
     '{"name": "y", "count": 2, "input": {"a": "[copyIndex(\'y\')]"}}], "z": 3}'),
     [{"p": {"x": [7], "y": [{"a": 0}, {"a": 1}], "z": 3}}]),
    ("a property in a resource's loop", '"p": {"copy": [{"name": "x", "count": 2, '
     '"input": "[concat(copyIndex(), copyIndex(\'x\'))]"}]}, ' + TWO,
     [{"p": {"x": ["00", "01"]}}, {"p": {"x": ["10", "11"]}}]),
    ("a loop in a loop", ('"p": {"copy": [{"name": "x", "count": 2, "input": {"copy": [{"name": "y", "count": 2, '
     '"input": "[concat(copyIndex(\'x\'), copyIndex(\'y\'))]"}]}}]}'),
     [{"p": {"x": [{"y": ["00", "01"]}, {"y": ["10", "11"]}]}}]),
    ("deep in arrays", '"p": [[{"q": {"copy": [{"name": "x", "count": 1, "input": "i"}]}}]]',
     [{"p": [[{"q": {"x": ["i"]}}]]}]),
    ("input by expression", '"p": {"copy": [{"name": "x", "count": 2, "input": "[createArray(copyIndex(\'x\'))]"}]}',
     [{"p": {"x": [[0], [1]]}}]),
    ("a member that is only called so", '"p": {"copy": "yes"}', [{"p": {"copy": "yes"}}]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "wanted"), [row[1:] for row in COPIES], ids=[row[0] for row in COPIES])
def test_copy_in_resources(written: str, wanted: list[Any]) -> None:
    made = deployed(f'"resources": [{{"type": "A.B/c", {written}}}]')
    assert [body for _, body in bodies(made)] == wanted


def test_copy_in_variables_and_outputs() -> None:
    variables = """"variables": {
      "copy": [{"name": "top", "count": 2, "input": "[concat('t', copyIndex('top', 1))]"},
               {"name": "objects", "count": "[length(variables('top'))]",
                "input": {"n": "[variables('top')[copyIndex('objects')]]"}}],
      "inside": {"copy": [{"name": "a", "count": 2, "input": "[copyIndex('a')]"}], "b": 1}}"""
    assert value("[variables('top')]", variables) == ["t1", "t2"]
    assert value("[variables('objects')]", variables) == [{"n": "t1"}, {"n": "t2"}]
    assert value("[variables('inside')]", variables) == {"a": [0, 1], "b": 1}
    inner = template('"resources": [], "outputs": {"o": {"copy": {"count": 2, "input": "[add(copyIndex(), 5)]"}}}')
    nested = f'{{{DEPLOYMENTS}, "name": "d", "properties": {{"template": {inner}}}}}'
    made = deployed(f'"resources": [{nested}, {{"type": "A.B/c", "name": "[reference(\'d\').outputs.o.value[1]]"}}]')
    assert names(made) == [6]


def test_children_of_a_loop_are_each_their_own_parents() -> None:
    made = deployed(
        f'"resources": [{{"type": "A.B/p", "name": "[concat(\'p\', copyIndex())]", {TWO}, "resources": ['
        '{"type": "k", "name": "[concat(\'k\', copyIndex())]"}, {"type": "A.X/e", "name": "e"}]}]'
    )
    parents = {r.address: r for r in made.resources if r.type == "A.B/p"}
    found = [(r.type, plain(r.name), plain(parents[r.parent.value.address].name)) for r in made.resources
             if r.parent is not None and isinstance(r.parent.value, Ref)]  # fmt: skip
    assert found == [("A.B/p/k", "k0", "p0"), ("A.B/p/k", "k1", "p1"), ("A.X/e", "e", "p0"), ("A.X/e", "e", "p1")]


# ── nested deployments ──


def nested(properties: str, around: str = '"name": "d"') -> str:
    return f'{{{DEPLOYMENTS}, {around}, "properties": {{{properties}}}}}'


BOTH = """"parameters": {"p": {"type": "string", "defaultValue": "outer"}}, "variables": {"v": "outer v"},
  "functions": [{"namespace": "f", "members": {"x": {"output": {"type": "string", "value": "outer f"}}}}]"""
INNER = """"template": {"parameters": {"p": {"type": "string", "defaultValue": "inner"}}, "variables": {"v": "inner v"},
  "functions": [{"namespace": "f", "members": {"x": {"output": {"type": "string", "value": "inner f"}}}}],
  "resources": [{"type": "A.B/c", "name": "[concat(parameters('p'), ', ', variables('v'), ', ', f.x())]"}],
  "outputs": {"o": {"type": "string", "value": "[parameters('p')]"}}}"""


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("", ["outer, outer v, outer f", "outer"]),
        ('"expressionEvaluationOptions": {"scope": "Outer"},', ["outer, outer v, outer f", "outer"]),
        ('"expressionEvaluationOptions": {"scope": "inner"},', ["inner, inner v, inner f", "inner"]),
        (
            '"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"p": {"value": "given"}},',
            ["given, inner v, inner f", "given"],
        ),
        ('"parameters": {"p": {"value": "given"}},', ["outer, outer v, outer f", "outer"]),
    ],
    ids=["nothing said", "outer", "inner", "inner with parameters", "outer, whose parameters nobody can name"],
)
def test_where_names_are_looked_up(options: str, wanted: list[str]) -> None:
    asks = '{"type": "A.B/c", "name": "[reference(\'d\').outputs.o.value]"}'
    made = deployed(f'{BOTH}, "resources": [{nested(options + INNER)}, {asks}]')
    assert sorted(names(made)) == sorted(wanted)


def test_loops_outside_and_inside_of_an_outer_deployment() -> None:
    inside = """{"type": "A.B/c", "name": "[concat(copyIndex('o'), copyIndex('i'))]",
      "copy": {"name": "i", "count": "[add(copyIndex('o'), 1)]"}}, {"type": "A.B/d", "name": "[copyIndex()]"}"""
    deployment = nested(
        f'"template": {{"resources": [{inside}], "outputs": {{"x": {{"value": "[copyIndex()]"}}}}}}',
        '"name": "[concat(\'d\', copyIndex())]", "copy": {"name": "o", "count": 2}',
    )
    asks = """{"type": "A.B/e", "name": "[reference('d1').outputs.x.value]"},
      {"type": "A.B/e", "name": "[reference(resourceId('Microsoft.Resources/deployments', 'd0')).outputs.x.value]"}"""
    made = deployed(f'"resources": [{deployment}, {asks}]')
    assert [(r.type, plain(r.name)) for r in made.resources] == [
        ("A.B/e", 1), ("A.B/e", 0),
        ("A.B/c", "00"), ("A.B/d", 0),
        ("A.B/c", "10"), ("A.B/c", "11"), ("A.B/d", 1),
    ]  # fmt: skip
    assert len({r.address for r in made.resources}) == 7


def test_a_name_outside_is_no_value_for_a_deployment_with_names_of_its_own() -> None:
    inside = '"template": {"resources": [{"type": "A.B/c", "name": "[parameters(\'p\')]"}]}'
    options = '"expressionEvaluationOptions": {"scope": "inner"},'
    made = deployed(f'{BOTH}, "resources": [{nested(options + inside)}]')
    assert names(made) == ["?UNDECLARED {name:parameters.p@module.resources[0].}"]


def test_outer_in_outer_in_inner() -> None:
    deepest = nested('"template": {"resources": [{"type": "A.B/c", "name": "[parameters(\'p\')]"}]}')
    middle = nested(f'"template": {{"resources": [{deepest}]}}')
    options = (
        '"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"p": {"value": "[parameters(\'p\')]"}},'
    )
    top = nested(f'{options} "template": {{"parameters": {{"p": {{"type": "string"}}}}, "resources": [{middle}]}}')
    assert names(deployed(f'{BOTH}, "resources": [{top}]')) == ["outer"]


def test_conditions_of_deployments_and_what_is_in_them() -> None:
    inside = '"template": {"resources": [{"type": "A.B/c", "name": "n", "condition": "[parameters(\'b\')]"}]}'
    sections = '"parameters": {"a": {"type": "bool"}, "b": {"type": "bool"}}'
    made = deployed(f'{sections}, "resources": [{nested(inside, around_condition("a"))}]')
    assert [plain(g) for g in made.resources[0].guards] == ["?NO_VALUE {param:a}", "?NO_VALUE {param:b}"]
    assert deployed(f'{sections}, "resources": [{nested(inside, around_condition(None))}]').resources == ()


def around_condition(name: str | None) -> str:
    return '"condition": false' if name is None else f'"condition": "[parameters(\'{name}\')]"'


def test_two_deployments_of_one_name_are_none() -> None:
    inside = '"template": {"resources": [], "outputs": {"x": {"value": 1}}}'
    asks = '{"type": "A.B/c", "name": "[reference(\'d\').outputs.x.value]"}'
    made = deployed(f'"resources": [{nested(inside)}, {nested(inside)}, {asks}]')
    assert names(made)[0].startswith("?RUNTIME")


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('"resourceGroup": "rg"', "resourcegroup('rg')"),
        ('"subscriptionId": "[parameters(\'p\')]", "resourceGroup": "rg"', "resourcegroup(parameters.p, 'rg')"),
        ('"subscriptionId": "s", "location": "here"', "subscription('s')"),
        ('"scope": "[concat(\'x\')]"', "concat('x')"),
        ('"scope": "/"', "'/'"),
        ('"name": "d"', "None"),
    ],
)
def test_where_a_deployment_deploys(written: str, wanted: str) -> None:
    text = template(f'"resources": [{nested(INNER, written)}]')
    (call,) = formats.read("main.json", text.encode(), "arm").calls
    scope = call.scope
    parts = [str(a.args[0]) if a.op.value == "name" else repr(a.args[0]) for a in scope.args[1]] if (
        scope is not None and scope.op.value == "call") else []  # fmt: skip
    shown = "None" if scope is None else f"{scope.args[0]}({', '.join(parts)})" if parts else repr(scope.args[0])
    assert shown == wanted


# ── templates in other places ──

LINKED = template(
    """"parameters": {"m": {"type": "string"}}, "resources": [{"type": "A.B/x", "name": "[parameters('m')]"}],
    "outputs": {"o": {"value": "[concat(parameters('m'), '!')]"}}"""
)
# reason, the link, whether it is followed
LINKS = [
    ("beside", '"relativePath": "nested/x.json"', True),
    ("beside, put together", '"relativePath": "[concat(variables(\'folder\'), \'/x.json\')]"', True),
    ("from its own address", '"uri": "[uri(deployment().properties.templateLink.uri, \'nested/x.json\')]"', True),
    ("by a variable", '"uri": "[variables(\'link\')]"', True),
    ("by a member of a variable", '"uri": "[variables(\'links\').hub]"', True),
    ("from an address that is given", '"uri": "[uri(parameters(\'from\'), \'nested/x.json\')]"', False),
    ("with a token", ('"uri": "[uri(deployment().properties.templateLink.uri, concat(\'nested/x.json\', '
     'parameters(\'from\')))]"'), False),
    ("anywhere", '"uri": "https://example.org/nested/x.json"', False),
    ("outside of the folder", '"relativePath": "../nested/x.json"', False),
    ("a template spec", '"id": "/subscriptions/s/resourceGroups/g/providers/P/templateSpecs/t/versions/1"', False),
]  # fmt: skip


@pytest.mark.parametrize(("link", "followed"), [row[1:] for row in LINKS], ids=[row[0] for row in LINKS])
def test_links(link: str, followed: bool) -> None:
    deployment = nested(f'"templateLink": {{{link}}}, "parameters": {{"m": {{"value": "M"}}}}')
    variables = """"parameters": {"from": {"type": "string"}},
      "variables": {"folder": "nested", "links": {"hub": "[variables('link')]"},
      "link": "[uri(deployment().properties.templateLink.uri, concat(variables('folder'), '/', 'x.json'))]"}"""
    asks = '{"type": "A.B/c", "name": "[reference(\'d\').outputs.o.value]"}'
    made = deployed(f'{variables}, "resources": [{deployment}, {asks}]', {"nested/x.json": LINKED})
    if followed:
        assert sorted(names(made)) == ["M", "M!"]
        assert made.notices == ()
    else:
        assert names(made)[0].startswith("?MODULE")
        assert [n.code for n in made.notices] == ["MN913"]


def test_a_template_in_a_variable() -> None:
    variables = """"variables": {"t": {"hub": {"parameters": {"a": {"type": "string"}}, "resources": [
      {"type": "A.B/x", "name": "[[concat(parameters('a'), '[x]')]", "kind": "[concat('k')]"}]}}}"""
    deployment = nested('"template": "[variables(\'t\').hub]", "parameters": {"a": {"value": "A"}}')
    made = deployed(f'{variables}, "resources": [{deployment}]')
    assert bodies(made) == [("A.B/x", {"name": "A[x]", "kind": "?UNREADABLE None"})]
    assert made.resources[0].name.span.start == template(f'{variables}, "resources": [{deployment}]').index(
        "concat(par"
    )
    for unread in ("[parameters('t')]", "[variables('none')]", "[if(true(), variables('t'), variables('t'))]"):
        deployment = nested(f'"template": "{unread}"')
        made = deployed(f'{variables}, "resources": [{deployment}]')
        assert (made.resources, [n.code for n in made.notices]) == ((), ["MN913"])


# ── language version 2.0 ──


def test_symbols() -> None:
    inner = (
        '"template": {"parameters": {"a": {"type": "string"}}, "resources": {}, '
        '"outputs": {"x": {"value": "[parameters(\'a\')]"}}}'
    )
    each = nested('"parameters": {"a": {"value": "[copyIndex()]"}},' + inner, f'"name": "[copyIndex()]", {TWO}')
    made = deployed(
        f""""languageVersion": "2.0", "definitions": {{}}, "imports": {{}}, "extensions": {{}},
        "asserts": {{"a": true}},
        "resources": {{
          "hub": {{"type": "A.B/hub", "name": "h", "apiVersion": "1", "@options": {{"retryOn": []}}}},
          "old": {{"existing": true, "type": "A.B/old", "name": "o", "apiVersion": "1"}},
          "many": {{"type": "A.B/many", "name": "[copyIndex()]", {TWO}, "dependsOn": ["hub"]}},
          "one": {nested('"parameters": {"a": {"value": "A"}},' + inner)},
          "each": {each},
          "end": {{"type": "A.B/end", "name": "e", "dependsOn": ["one", "old", "[format('many[{{0}}]', 1)]"],
            "one": "[reference('one').outputs.x.value]",
            "each": "[reference(format('each[{{0}}]', 1)).outputs.x.value]",
            "property": "[reference('hub').x]", "whole": "[reference('hub', '1', 'full').properties.x]",
            "id": "[resourceInfo('hub').id]", "name": "[resourceInfo('hub').name]", "not": "[reference('nobody').x]"}}
        }}"""
    )
    end = resource(made, "A.B/end")
    assert plain(end.body) == {
        "one": "A", "each": 1, "property": "<hub>.properties.x", "whole": "<hub>.properties.x", "id": "<hub>.id",
        "name": "h", "not": "?RUNTIME {reference('nobody').x}",
    }  # fmt: skip
    waits = {address: [plain(node) for node in step.waits_for] for address, step in made.steps.items()}
    assert waits["end"] == ["<one>", "<old>", "<many[1]>", "<each[1]>", "<hub>", "nobody"]
    assert (waits["many[0]"], waits["many[1]"], waits["hub"]) == (["<hub>"], ["<hub>"], [])
    assert plain(resource(made, "A.B/hub").body) == {"name": "h"}
    assert resource(made, "A.B/old").mode.value == "existing"


def test_a_profile_says_the_versions_that_are_not_written() -> None:
    resources = '"resources": [{"type": "A.B/c"}, {"type": "A.B/d", "apiVersion": "1"}]'
    made = deployed(f'"apiProfile": "2018-03-01-hybrid", {resources}')
    assert [plain(r.api_version) for r in made.resources] == ["?UNREADABLE None", "1"]
    assert [plain(r.api_version) for r in deployed(resources).resources] == [None, "1"]


# ── functions, brackets ──


def test_functions_of_the_user_hide_the_templates_parameters() -> None:
    sections = """"parameters": {"a": {"type": "string", "defaultValue": "template"}}, "functions": [
      {"namespace": "__bicep", "members": {
        "twice": {"parameters": [{"type": "string", "name": "A"}],
          "output": {"value": "[concat(parameters('a'), parameters('a'))]"}},
        "four": {"parameters": [{"type": "string", "name": "x"}],
          "output": {"value": "[__bicep.twice(__bicep.twice(parameters('x')))]"}},
        "object": {"parameters": [], "output": {"value": {"k": ["[concat('v')]"]}}}}}]"""
    assert value("[__bicep.Twice('x')]", sections) == "xx"
    assert value("[__bicep.four(parameters('a'))]", sections) == "template" * 4
    assert value("[__bicep.object().k[0]]", sections) == "v"
    assert value("[map(createArray(1, 2), lambda('x', __bicep.twice(string(lambdaVariables('x')))))]", sections) == [
        "11",
        "22",
    ]


# reason, a property's text, its value
BRACKETS: list[tuple[str, str, Any]] = [
    ("doubled", "[[concat('x')]", "[concat('x')]"),
    ("never closed", "[concat('x')", "[concat('x')"),
    ("doubled and never closed", "[[concat('x')", "[[concat('x')"),
    ("closed only", "concat('x')]", "concat('x')]"),
    ("a space before it", " [concat('x')]", " [concat('x')]"),
    ("in a text of an expression", "[concat('[', 'x', ']')]", "[x]"),
    ("a quote", "[concat('it''s')]", "it's"),
    ("spaces and lines inside", "[ concat (\n 'x' ,\t'y' ) ]", "xy"),
    ("a file that was loaded", "[variables('$fxv#0')]", "text"),
    ("a member by name", "[variables('o')['a b']]", 1),
    ("a member that is not there, safely", "[coalesce(tryGet(variables('o'), 'none'), 'else')]", "else"),
]


@pytest.mark.parametrize(("written", "wanted"), [row[1:] for row in BRACKETS], ids=[row[0] for row in BRACKETS])
def test_brackets(written: str, wanted: Any) -> None:
    assert value(written, '"variables": {"$fxv#0": "text", "o": {"a b": 1}}') == wanted


def test_names_of_members_are_expressions_too() -> None:
    written = """"variables": {"o": {"[concat('a', 'b')]": 1, "[[x]": 2, "[y": 3}},
      "resources": [{"type": "A.B/c", "p": "[variables('o')]"}]"""
    assert bodies(deployed(written)) == [("A.B/c", {"p": {"ab": 1, "[x]": 2, "[y": 3}})]


# ── parameters ──


def test_files_of_parameters() -> None:
    given = f"""{{"$schema": "{PARAMETERS}", "parameters": {{
      "plain": {{"value": "[concat('just', 'text')]"}},
      "vault": {{"reference": {{"keyVault": {{"id": "/x"}}, "secretName": "s"}}}},
      "outside": {{"expression": "[externalInput('sys.envVar', 'X')]"}}, "secret": {{"value": "seen"}},
      "Object": {{"value": {{"k": [1]}}}}}}}}"""
    sections = """"parameters": {"Plain": {"type": "string", "defaultValue": "not this"}, "vault": {"type": "string"},
      "outside": {"type": "string"}, "secret": {"type": "secureString"},
      "safe": {"type": "secureObject", "defaultValue": {"a": 1}},
      "object": {"type": "object"}, "none": {"type": "string", "nullable": true}, "ref": {"$ref": "#/definitions/d"}},
      "definitions": {"d": {"type": "securestring"}}"""
    wanted = {
        "plain": "[concat('just', 'text')]",
        "secret": "?SECRET {param:secret}",
        "safe": "?SECRET {param:safe}",
        "ref": "?SECRET {param:ref}",
        "object": {"k": [1]},
        "none": None,
    }
    for name, expected in wanted.items():
        found = value(f"[parameters('{name}')]", sections, others={"p.json": given}, bindings=("p.json",))
        assert found == expected, name
    for name in ("vault", "outside"):
        found = value(f"[parameters('{name}')]", sections, others={"p.json": given}, bindings=("p.json",))
        assert found.startswith("?SECRET" if name == "vault" else "?"), name


# ── text ──

# reason, a file
TEXTS = [
    ("comments before and between", '/* a */ // b\n{"resources": /* c */ [ // d\n {"type": "A.B/c", "name": "n"} ]}'),
    ("commas at ends", '{"resources": [{"type": "A.B/c", "name": "n",},],}'),
    ("lines in texts", '{"resources": [{"type": "A.B/c", "name": "[concat(\n  \'n\'\t)]"}]}'),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [row[1] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_json_that_azure_takes(text: str, encoding: str) -> None:
    read = formats.read("main.json", text.encode(encoding), "arm")
    assert read.notices == ()
    assert names(resolve({"main.json": read}, Root("main.json", "arm", ("main.json",)))) == ["n"]


def test_of_a_key_written_twice_the_last_one_holds_and_that_is_told() -> None:
    read = formats.read("main.json", b'{"resources": [{"type": "A.B/c", "name": "first", "name": "n"}]}', "arm")
    assert [(notice.level, notice.code) for notice in read.notices] == [("warning", "MN911")]
    assert names(resolve({"main.json": read}, Root("main.json", "arm", ("main.json",)))) == ["n"]


def test_a_broken_key_costs_nothing_else() -> None:
    text = '{"resources": [{type: "A.B/c", "name": "n", \'kind\': "k"}, {"type": "A.B/d", "name": "m"}]}'
    read = formats.read("main.json", text.encode(), "arm")
    assert [(n.level, n.code) for n in read.notices] == [("error", "MN911")] * 2
    made = resolve({"main.json": read}, Root("main.json", "arm", ("main.json",)))
    assert bodies(made) == [("A.B/c", {"name": "n", "kind": "k"}), ("A.B/d", {"name": "m"})]


# ── what is hostile ──


def test_references_in_circles_end() -> None:
    inside = '"template": {"resources": [], "outputs": {"x": {"value": "[reference(\'d\').outputs.x.value]"}}}'
    around = '"name": "d", "condition": "[equals(reference(\'d\').outputs.x.value, reference(\'d\').outputs.x.value)]"'
    made = deployed(
        f'"resources": [{nested(inside, around)}, {{"type": "A.B/c", "name": "[reference(\'d\').outputs.x.value]"}}]'
    )
    assert str(names(made)[0]).startswith("?")


def test_names_of_deployments_that_lean_on_deployments_end() -> None:
    inside = '"template": {"resources": [], "outputs": {"x": {"value": 1}}}'
    around = '"name": "[reference(\'d\').outputs.x.value]", "copy": {"name": "l", "count": 3}'
    made = deployed(
        f'"resources": [{nested(inside, around)}, {{"type": "A.B/c", "name": "[reference(\'d\').outputs.x.value]"}}]'
    )
    assert str(names(made)[0]).startswith("?")
