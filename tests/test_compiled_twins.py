"""A Bicep text and the JSON that a compiler writes for it deploy the same, construct by construct.

The JSON is what Bicep's compiler makes of the text, as its samples and the templates of public registries show.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiled import Comparison, compare, deployed, twins
from mnlint import formats
from mnlint.model.expr import Template
from mnlint.model.value import form_of, member
from mnlint.resolve.forms import deep_form

TYPE = "Microsoft.Storage/storageAccounts"
API = "2023-05-01"


def read(file: str, text: str) -> Template:
    made = formats.read(file, text.encode(), "arm" if file.endswith(".json") else "bicep")
    assert not made.notices
    return made


def template(resources: dict[str, Any], parameters: dict[str, Any] | None = None, **more: Any) -> str:
    """A template of language version 2, with what the compiler writes around it."""
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    start = {"$schema": schema, "languageVersion": "2.0", "contentVersion": "1.0.0.0"}
    return json.dumps({**start, "parameters": parameters or {}, **more, "resources": resources})


def account(properties: object, **more: object) -> dict[str, object]:
    return {"type": TYPE, "apiVersion": API, "name": "data", "properties": properties, **more}


def nested(template_text: str, parameters: dict[str, Any], **more: object) -> dict[str, object]:
    inner = {"expressionEvaluationOptions": {"scope": "inner"}, "mode": "Incremental", "parameters": parameters}
    whole = {**inner, "template": json.loads(template_text)}
    return {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "properties": whole, **more}


PARAM = {"type": "string"}
THING = {"type": "object"}
LIST = {"type": "array"}
BICEP = f"resource data '{TYPE}@{API}' = {{\n  name: 'data'\n  properties: "

# Why they must be one: the parameters and `properties` of one account in Bicep; the parameters and them in JSON.
PROPERTIES: dict[str, tuple[str, str, dict[str, Any], object]] = {
    "?? compiles to coalesce()": (
        "param o object",
        "{ a: o.?x ?? 'z' }",
        {"o": THING},
        {"a": "[coalesce(tryGet(parameters('o'), 'x'), 'z')]"},
    ),
    "a row of ?? compiles to a nest": (
        "param o object",
        "{ a: o.?x ?? o.?y ?? 'z' }",
        {"o": THING},
        {"a": "[coalesce(coalesce(tryGet(parameters('o'), 'x'), tryGet(parameters('o'), 'y')), 'z')]"},
    ),
    "?? null changes nothing": (
        "param o object",
        "{ a: o.?x ?? null }",
        {"o": THING},
        {"a": "[tryGet(parameters('o'), 'x')]"},
    ),
    "a number in a safe index": (
        "param l array",
        "{ a: l[?0].?name }",
        {"l": LIST},
        {"a": "[tryGet(tryGet(parameters('l'), 0), 'name')]"},
    ),
    "operators compile to functions": (
        "param n int",
        "{ a: n + 1 > 2 ? 'many' : 'few' }",
        {"n": {"type": "int"}},
        {"a": "[if(greater(add(parameters('n'), 1), 2), 'many', 'few')]"},
    ),
    "interpolation compiles to format()": (
        "param p string",
        "{ a: '${p}-x-${toLower(p)}' }",
        {"p": PARAM},
        {"a": "[format('{0}-x-{1}', parameters('p'), toLower(parameters('p')))]"},
    ),
    "a spread compiles to shallowMerge()": (
        "param o object",
        "{ ...o, b: 1 }",
        {"o": THING},
        "[shallowMerge(createArray(parameters('o'), createObject('b', 1)))]",
    ),
    "a table's row for a key that nobody knows": (
        "param p string\nvar table = { a: 'one', b: 'two' }",
        "{ a: table[p] }",
        {"p": PARAM},
        {"a": "[variables('table')[parameters('p')]]"},
    ),
    "a loop over a list that nobody knows": (
        "param l array",
        "{ a: [for x in l: { n: x.name, m: 'y${x.id}' }] }",
        {"l": LIST},
        {
            "copy": [
                {
                    "name": "a",
                    "count": "[length(parameters('l'))]",
                    "input": {
                        "n": "[parameters('l')[copyIndex('a')].name]",
                        "m": "[format('y{0}', parameters('l')[copyIndex('a')].id)]",
                    },
                }
            ]
        },
    ),
    "an index of a loop": (
        "param l array",
        "{ a: [for (x, i) in l: { n: i, m: x }] }",
        {"l": LIST},
        {
            "copy": [
                {
                    "name": "a",
                    "count": "[length(parameters('l'))]",
                    "input": {"n": "[copyIndex('a')]", "m": "[parameters('l')[copyIndex('a')]]"},
                }
            ]
        },
    ),
    "a condition in a condition": (
        "param n int",
        "{ a: n == 1 ? 'x' : n == 2 ? 'y' : null }",
        {"n": {"type": "int"}},
        {"a": "[if(equals(parameters('n'), 1), 'x', if(equals(parameters('n'), 2), 'y', null()))]"},
    ),
    "the same twice is said once": (
        "param p bool",
        "{ a: p && p ? 'x' : 'y' }",
        {"p": {"type": "bool"}},
        {"a": "[if(parameters('p'), 'x', 'y')]"},
    ),
}


def whole(parameters: str, properties: str) -> str:
    return f"{parameters}\n{BICEP}{properties}\n}}\n"


@pytest.mark.parametrize("why", PROPERTIES)
def test_properties_are_the_same(why: str) -> None:
    parameters, properties, declared, compiled = PROPERTIES[why]
    variables = {"table": {"a": "one", "b": "two"}} if "table" in parameters else {}
    text = template({"data": account(compiled)}, declared, variables=variables)
    found = same(whole(parameters, properties), text)
    assert found.leaves > found.known, "nothing here is unknown: the row says nothing about forms"


def same(bicep: str, compiled: str, **modules: str) -> Comparison:
    """Compares, and fails with the first difference."""
    templates = {
        f: read(f, text) for f, text in (("main.bicep", bicep), *((f"{m}.bicep", t) for m, t in modules.items()))
    }
    found = compare(*twins(templates, "main.bicep", read("main.json", compiled)))
    assert not found.differences
    assert found.resources
    assert found.equal == found.leaves
    return found


def test_a_reference_is_the_resource_whatever_it_is_called_by() -> None:
    bicep = f"""
        resource hub '{TYPE}@{API}' existing = {{ name: 'hub' }}
        resource data '{TYPE}@{API}' = {{
          name: 'data'
          properties: {{
            a: hub.id, b: hub.properties.x, c: hub.sku.name
            d: 'of ${{hub.id}}', e: hub.listKeys().keys[0].value
          }}
        }}"""
    hub = {"existing": True, "type": TYPE, "apiVersion": API, "name": "hub"}
    said = {
        "a": f"[resourceId('{TYPE}', 'hub')]",
        "b": "[reference('hub').x]",
        "c": f"[reference('hub', '{API}', 'full').sku.name]",
        "d": f"[format('of {{0}}', resourceId('{TYPE}', 'hub'))]",
        "e": f"[listKeys('hub', '{API}').keys[0].value]",
    }
    same(bicep, template({"hub": hub, "data": account(said)}))


def test_a_module_is_entered_and_its_outputs_come_back() -> None:
    main = f"""
        param p string
        module inner 'inner.bicep' = {{ name: 'inner', params: {{ mode: p, tags: null }} }}
        resource data '{TYPE}@{API}' = {{ name: 'data', properties: {{ a: inner.outputs.mode }} }}"""
    inner = f"""
        param mode string
        param tags object = {{ a: 'b' }}
        resource made '{TYPE}@{API}' = {{ name: 'made', tags: tags, properties: {{ m: mode }} }}
        output mode string = '${{mode}}!'"""
    made = {"type": TYPE, "apiVersion": API, "name": "made", "tags": "[parameters('tags')]"}
    inside = template(
        {"made": {**made, "properties": {"m": "[parameters('mode')]"}}},
        {"mode": PARAM, "tags": {"type": "object", "defaultValue": {"a": "b"}}},
        outputs={"mode": {"type": "string", "value": "[format('{0}!', parameters('mode'))]"}},
    )
    given = {"mode": {"value": "[parameters('p')]"}, "tags": {"value": None}}
    said = account({"a": "[reference('inner').outputs.mode.value]"})
    same(main, template({"inner": nested(inside, given, name="inner"), "data": said}, {"p": PARAM}), inner=inner)


@pytest.mark.parametrize("given, tags", [("null", {"a": "b"}), ("{ c: 'd' }", {"c": "d"}), ("{}", {})])
def test_null_for_a_parameter_with_a_default_is_the_default(given: str, tags: dict[str, str]) -> None:
    main = f"module inner 'inner.bicep' = {{ name: 'inner', params: {{ tags: {given} }} }}"
    inner = f"param tags object = {{ a: 'b' }}\nresource made '{TYPE}@{API}' = {{ name: 'made', tags: tags }}"
    templates = {"main.bicep": read("main.bicep", main), "inner.bicep": read("inner.bicep", inner)}
    only = deployed(templates, "main.bicep", "bicep").resources[0]
    found = only.body.value.entries["tags"].value.entries  # type: ignore[union-attr]
    assert {key: node.value for key, node in found.items()} == tags


def test_what_may_be_null_may_be_the_default() -> None:
    """Two modules with other defaults do not get the same of one argument that may be null."""
    main = """
        param o object
        module one 'one.bicep' = { name: 'one', params: { mode: o.?mode } }
        module two 'two.bicep' = { name: 'two', params: { mode: o.?mode } }"""
    text = "param mode string = '%s'\nresource made '" + f"{TYPE}@{API}' = {{ name: mode }}"
    templates = {f: read(f, t) for f, t in (("main.bicep", main), ("one.bicep", text % 1), ("two.bicep", text % 2))}
    one, two = (r.name.value.form for r in deployed(templates, "main.bicep", "bicep").resources)  # type: ignore[union-attr]
    assert one is not None and two is not None
    assert one != two


def test_a_resource_made_for_each_of_a_list_that_nobody_knows() -> None:
    bicep = f"""
        param l array
        resource data '{TYPE}@{API}' = [for (x, i) in l: if (x.on) {{
          name: x.name
          properties: {{ at: i, of: x }}
        }}]"""
    copy = {"name": "data", "count": "[length(parameters('l'))]"}
    said = account({"at": "[copyIndex()]", "of": "[parameters('l')[copyIndex()]]"})
    said |= {
        "name": "[parameters('l')[copyIndex()].name]",
        "condition": "[parameters('l')[copyIndex()].on]",
        "copy": copy,
    }
    same(bicep, template({"data": said}, {"l": LIST}))


def test_a_resource_in_a_conditional_one_is_conditional() -> None:
    bicep = f"""
        param p bool
        param q bool
        resource data '{TYPE}@{API}' = if (p) {{
          name: 'data'
          resource blobs 'blobServices' = {{
            name: 'default'
            resource boxes 'containers' = if (q) {{ name: 'boxes' }}
          }}
        }}"""
    of = {"apiVersion": API, "condition": "[parameters('p')]"}
    same(
        bicep,
        template(
            {
                "data": {**of, "type": TYPE, "name": "data"},
                "data::blobs": {**of, "type": f"{TYPE}/blobServices", "name": "data/default"},
                "data::blobs::boxes": {
                    **of,
                    "condition": "[and(parameters('p'), parameters('q'))]",
                    "type": f"{TYPE}/blobServices/containers",
                    "name": "data/default/boxes",
                },
            },
            {"p": {"type": "bool"}, "q": {"type": "bool"}},
        ),
    )


def test_language_version_1_has_no_symbols() -> None:
    bicep = f"""
        param p string
        resource hub '{TYPE}@{API}' existing = {{ name: p }}
        resource data '{TYPE}@{API}' = {{ name: 'data', properties: {{ a: hub.id, b: hub.properties.x }} }}"""
    said = {
        "a": f"[resourceId('{TYPE}', parameters('p'))]",
        "b": f"[reference(resourceId('{TYPE}', parameters('p')), '{API}').x]",
    }
    text = json.loads(template({}, {"p": PARAM}))
    del text["languageVersion"]
    text["resources"] = [account(said)]
    same(bicep, json.dumps(text))


# What is not the same, and must not be made the same: parameters, properties in Bicep, properties in JSON.
DIFFERENT = {
    "another member": ("param o object", "{ a: o.x }", {"o": THING}, {"a": "[parameters('o').y]"}),
    "another fallback": (
        "param o object",
        "{ a: o.?x ?? 'y' }",
        {"o": THING},
        {"a": "[coalesce(tryGet(parameters('o'), 'x'), 'z')]"},
    ),
    "another order": ("param p string", "{ a: '${p}x' }", {"p": PARAM}, {"a": "[format('x{0}', parameters('p'))]"}),
    "another table": (
        "param p string",
        "{ a: { a: 1 }[p] }",
        {"p": PARAM},
        {"a": "[createObject('a', 2)[parameters('p')]]"},
    ),
    "another condition": (
        "param p bool",
        "{ a: p ? 1 : 2 }",
        {"p": {"type": "bool"}},
        {"a": "[if(not(parameters('p')), 1, 2)]"},
    ),
    "another body of a loop": (
        "param l array",
        "{ a: [for x in l: x.name] }",
        {"l": LIST},
        {
            "copy": [
                {"name": "a", "count": "[length(parameters('l'))]", "input": "[parameters('l')[copyIndex('a')].id]"}
            ]
        },
    ),
    "a number and not the member of that number": (
        "param l array",
        "{ a: [for (x, i) in l: x] }",
        {"l": LIST},
        {"copy": [{"name": "a", "count": "[length(parameters('l'))]", "input": "[copyIndex('a')]"}]},
    ),
    "a text like a call": ("param p string", "{ a: toLower(p) }", {"p": PARAM}, {"a": "{tolower({param:p})}"}),
    "a member more": ("param p string", "{ a: p }", {"p": PARAM}, {"a": "[parameters('p')]", "b": None}),
}


@pytest.mark.parametrize("why", DIFFERENT)
def test_what_differs_is_told(why: str) -> None:
    parameters, properties, declared, compiled = DIFFERENT[why]
    templates = {"main.bicep": read("main.bicep", whole(parameters, properties))}
    found = compare(*twins(templates, "main.bicep", read("main.json", template({"data": account(compiled)}, declared))))
    assert len(found.differences) == 1
    assert found.equal == found.leaves - 1


def test_a_resource_on_one_side_only_is_told() -> None:
    templates = {"main.bicep": read("main.bicep", whole("", "{}"))}
    arm = read("main.json", template({"data": account({}), "more": account({}, name="more")}))
    assert [d.kind for d in compare(*twins(templates, "main.bicep", arm)).differences] == ["only in json"]


def test_a_long_form_is_told_from_another_by_its_digest() -> None:
    """A table too long for a form still says whether two rows of it are one."""
    rows = " ".join(f"row{n}: 'the text of number {n}'\n" for n in range(200))
    text = f"param p string\nparam q string\nvar table = {{\n{rows}}}\n"
    made = f"resource data '{TYPE}@{API}' = {{ name: 'data', properties: {{ a: table[p], b: table[p], c: table[q] }} }}"
    only = deployed({"main.bicep": read("main.bicep", text + made)}, "main.bicep", "bicep").resources[0]
    a, b, c = (only.body.value.entries["properties"].value.entries[k].value.form for k in "abc")  # type: ignore[union-attr]
    assert a is not None and len(a) < 200
    assert a == b != c


def test_two_modules_do_not_share_what_a_symbol_of_theirs_means() -> None:
    """`reference('x')` of something undeclared is another thing in each template."""
    inside = template({"made": account({"a": "[reference('gone').x]"})})
    text = template({"one": nested(inside, {}, name="one"), "two": nested(inside, {}, name="two")})
    made = deployed({"main.json": read("main.json", text)}, "main.json", "arm")
    one, two = (r.body.value.entries["properties"].value.entries["a"].value.form for r in made.resources)  # type: ignore[union-attr]
    assert one != two


# Why two values are not one, though they come of one thing: parameters and variables, and the two.
NOT_ONE = {
    "two lists in a row are not the first of them": (
        "param l array\nparam m array\nvar a = [for x in l: x.a]\nvar b = [for x in m: x.b]",
        "a[0]",
        "concat(a, b)[0]",
    ),
    "two objects in one are not the first of them": ("param o object\nparam p object", "o.a", "union(o, p).a"),
    "a member of an object with a key that nobody knows is not one of the key": (
        "param o object",
        "o.key.a",
        "{ '${o.key}': { a: 1 } }.a",
    ),
    "a member of another object with that key": ("param p string", "{ '${p}': 1 }.a", "{ '${p}': 2 }.a"),
    "another body of a loop": ("param l array", "map(l, x => x.a)", "map(l, x => x.b)"),
    "a list in a list": ("param l array", "[for x in l: x.a][0]", "[for x in l: [x.a]][0]"),
}


@pytest.mark.parametrize("why", NOT_ONE)
def test_two_values_are_not_one(why: str) -> None:
    declared, one, other = NOT_ONE[why]
    text = whole(declared, f"{{ one: {one}\n other: {other} }}")
    only = deployed({"main.bicep": read("main.bicep", text)}, "main.bicep", "bicep").resources[0]
    forms = [
        deep_form(member(member(only.body, "properties", fold=False), key, fold=False)) for key in ("one", "other")
    ]
    assert forms[0] is None or forms[0] != forms[1]


def test_the_rest_of_a_list_is_not_the_doubt_of_its_members() -> None:
    text = f"param l array\nresource data '{TYPE}@{API}' = [for x in union([{{ n: 'a' }}], l): {{ name: x.n }}]"
    names = [r.name for r in deployed({"main.bicep": read("main.bicep", text)}, "main.bicep", "bicep").resources]
    assert names[0].value == "a"
    assert len(names) == 2
    assert "param:l" not in (form_of(names[1]) or "")
