"""What was once taken for known although it is not, or for equal although it may differ: faults that were mended."""

from __future__ import annotations

import json
from typing import Any

import pytest

import stands_for
from functions import bicep, value_of
from mnlint import formats, resolve, testing
from mnlint.model.expr import Template
from mnlint.model.text import OUTSIDE
from mnlint.model.value import Node, Ref, member
from mnlint.resolve.forms import deep_form

HUB = "Microsoft.MachineLearningServices/workspaces"
V = "2024-10-01"
TWO = ("one", "two")

# An expression of Bicep, what it was taken for, and why that may be wrong.
NOT_KNOWN: list[tuple[str, object, str]] = [
    ("union(o, {a: {x: 1}}).a.?y", None, "objects in objects are merged, too: o.a may have a y"),
    ("contains(union(o, {a: {x: 1}}).a, 'y')", False, "the same asked in another way"),
    ("union({a: o}, {a: {x: 1}}).a.?y", None, "the member below is not known"),
    ("union({a: b ? {y: 1} : {}}, {a: {x: 1}}).a.?y", None, "the member below is one of two"),
    ("toObject(union([{k: 'a', v: 1}], a), x => x.k).a.v", 1, "a member nobody sees may have that key"),
    ("reduce(filter(['a'], x => b), '', (x, y) => y) == b", True, "what is reduced is not what it hangs on"),
    ("'${b ? 1 : 2}' == '1'", False, "a text with a number in it is a text"),
    ("'${b ? true : false}' == 'True'", False, "or with a truth"),
    ("'${b ? null : 'a'}' == ''", False, "or with nothing"),
    ("o['x.y'] == o.x.y", True, "a name with a dot in it is one name"),
    ("(resourceGroup().tags.?env ?? 'dev') == resourceGroup().tags.?env", True, "a group may have no such tag"),
]
KNOWN: list[tuple[str, object, str]] = [
    ("['a', 'b'][?-1] ?? 'z'", "z", "only `^` counts from the end"),
    ("['a', 'b'][^1]", "b", "as it does here"),
    ("['a', 'b'][?^3] ?? 'z'", "z", "and no further than to the first"),
    ("length(distinct([{a: 1, b: 2}, {b: 2, a: 1}]))", 1, "the order of members does not tell objects apart"),
    ("union(o, {a: {x: 1}}).a.x", 1, "what is laid on top is known"),
]


@pytest.mark.parametrize(("text", "taken_for", "reason"), NOT_KNOWN, ids=[row[0] for row in NOT_KNOWN])
def test_it_is_not_known(text: str, taken_for: object, reason: str) -> None:
    node = bicep(text)
    assert value_of(node) != taken_for, reason


@pytest.mark.parametrize(("text", "expected", "reason"), KNOWN, ids=[row[0] for row in KNOWN])
def test_it_is_known(text: str, expected: object, reason: str) -> None:
    assert value_of(bicep(text)) == expected, reason


def test_two_choices_that_lead_to_the_same_values_otherwise_are_two() -> None:
    before = """
        var one = '1'
        var three = '3'
        var left = {a: one, b: one, c: three}
        var right = {a: one, b: three, c: three}
        @allowed(['a', 'b', 'c'])
        param x string
    """
    assert deep_form(bicep("left[x]", before=before)) != deep_form(bicep("right[x]", before=before))
    assert value_of(bicep("[left[x]] == [right[x]]", before=before)) is not True
    assert value_of(bicep("[left[x]] == [left[x]]", before=before)) is True


def test_the_members_of_two_lambdas_are_not_one_because_a_function_lies_between() -> None:
    before = "func f(l array, y string) array => map(l, z => z == y)"
    through = deep_form(bicep("map(a, x => map(a, w => f(a, w)))", before=before))
    assert through != deep_form(bicep("map(a, x => map(a, w => map(a, z => true)))"))


# ── whole templates: the properties of the resource `it` ──


def asked(files: str | dict[str, str], binding: str | None = None) -> Any:
    """The properties of the resource called `it`."""
    texts = files if isinstance(files, dict) else {"main.bicep": files}
    templates, roots = testing.read_case(texts)
    assert not [notice.message for template in templates.values() for notice in template.notices]
    root = next(root for root in roots if root.entry in ("main.bicep", "main.json", ""))
    (bindings, *_) = root.bindings
    deployment = resolve.resolve(templates, root, bindings)
    return next(value_of(found) for found in map(_properties, deployment.resources) if found is not None)


def _properties(resource: Any) -> Node | None:
    return member(resource.body, "properties", fold=True) if resource.name.value == "it" else None


def it(properties: str) -> str:
    return f"resource it '{HUB}@{V}' = {{ name: 'it', kind: 'Hub', properties: {properties} }}\n"


def test_what_may_not_be_deployed_may_say_nothing() -> None:
    module = {
        "main.bicep": "param b bool\nmodule m 'm.bicep' = if (b) { name: 'm' }\n"
        + it("{ x: m.?outputs.?mode ?? 'Disabled', y: m.outputs.mode }"),
        "m.bicep": "output mode string = 'Good'",
    }
    assert asked(module) == {"x": {"?": ["Good", "Disabled"]}, "y": "Good"}
    resource = f"param b bool\nresource r '{HUB}@{V}' = if (b) {{ name: 'r', kind: 'Hub' }}\n"
    assert asked(resource + it("{ x: r.?name ?? 'none' }")) == {"x": {"?": ["r", "none"]}}


def test_a_member_of_a_loop_that_may_not_be_deployed() -> None:
    def loop(condition: str, properties: str) -> Any:
        loop = f"resource r '{HUB}@{V}' = [for x in ['a', 'c']: if ({condition}) {{ name: x, kind: 'Hub' }}]\n"
        return asked("param b bool\n" + loop + it(properties))

    assert loop("b || x == 'c'", "{ x: r[0].?name ?? 'none', y: r[1].?name ?? 'none' }") == {
        "x": {"?": ["a", "none"]},
        "y": "c",
    }
    assert loop("x == 'c'", "{ x: r[0].id, y: r[1].id }") == {"x": "?r[0]", "y": "?r[1]"}, "the others do not move up"
    assert loop("x == 'c'", "{ x: r[0].?name ?? 'none' }") == {"x": "none"}


def test_a_parameter_of_a_function_is_not_the_resource_of_its_name() -> None:
    loop = f"resource r '{HUB}@{V}' = [for x in ['a']: {{ name: x, kind: 'Hub' }}]\n"
    assert asked(f"{loop}func f(r array) string => r[0]\n" + it("{ x: f(['v']), y: r[0].name }")) == {
        "x": "v",
        "y": "a",
    }


def test_the_number_of_instances_is_known_only_if_all_of_them_are_there() -> None:
    loop = f"resource r '{HUB}@{V}' = [for x in (b ? ['a'] : ['a', 'c']): {{ name: x, kind: 'Hub' }}]\n"
    assert asked(f"param b bool\n{loop}" + it("{ n: length(r) }")) == {"n": {"?": [2, 1]}}
    sure = loop.replace("b ? ['a'] : ['a', 'c']", "['a', 'c']")
    assert asked(sure + it("{ n: length(r) }")) == {"n": 2}
    some = f"resource r '{HUB}@{V}' = [for x in ['a', 'c']: if (x != 'a') {{ name: x, kind: 'Hub' }}]\n"
    assert asked(some + it("{ n: length(r) }")) != {"n": 1}, "whether it counts those left out is not written down"


def test_a_count_in_terraform_that_may_be_none() -> None:
    text = """
        variable "b" {}
        resource "azurerm_ai_foundry" "x" {
          count = var.b ? 1 : 0
          name  = "x"
        }
        resource "azurerm_ai_foundry" "it" {
          name       = "it"
          depends_on = [azurerm_ai_foundry.x]
          properties = {
            some = length(azurerm_ai_foundry.x) > 0 ? "yes" : "no"
            all  = azurerm_ai_foundry.x[*].name
          }
        }
    """
    assert asked({"main.tf": text}) == {"some": {"?": ["yes", "no"]}, "all": {"?": [["x"], []]}}
    templates, (root,) = testing.read_case({"main.tf": text})
    step = resolve.resolve(templates, root).steps["azurerm_ai_foundry.it"]
    waited = [node.value.address for node in step.waits_for if isinstance(node.value, Ref)]
    assert waited == ["azurerm_ai_foundry.x"], "it waits all the same"


def test_a_loop_in_a_resource_that_is_not_there_is_not_there() -> None:
    def inside(condition: str) -> str:
        return f"""
            param b bool
            resource hub '{HUB}@{V}' = if ({condition}) {{
              name: 'hub'
              kind: 'Hub'
              resource rules 'outboundRules' = [for r in ['a']: {{ name: r, properties: {{}} }}]
            }}
        """

    for condition, expected in (("false", []), ("b", [["{param:b}"]] * 2), ("true", [[]] * 2)):
        templates, (root,) = testing.read_case({"main.bicep": inside(condition)})
        made = resolve.resolve(templates, root).resources
        assert [[guard.value.form for guard in r.guards] for r in made] == expected, condition  # type: ignore[union-attr]


def test_members_of_one_of_two_lists_need_that_to_be_the_one() -> None:
    text = f"""
        param b bool
        param l array
        resource one '{HUB}@{V}' = [for i in (b ? [for z in l: z] : []): {{ name: 'one', kind: 'Hub' }}]
        resource two '{HUB}@{V}' = [for i in [for z in l: z]: {{ name: 'two', kind: 'Hub' }}]
    """
    templates, (root,) = testing.read_case({"main.bicep": text})
    one, two = resolve.resolve(templates, root).resources
    assert deep_form(one.guards[0]) is None or deep_form(one.guards[0]) != deep_form(two.guards[0])
    assert deep_form(two.guards[0]) is not None


def test_an_argument_is_what_it_is_even_if_it_has_a_value() -> None:
    files = {
        "main.bicep": "module m 'm.bicep' = { name: 'm', params: { ...{ cfg: { value: 'x' } } } }",
        "m.bicep": "param cfg object\n" + it("{ cfg: cfg }"),
    }
    assert asked(files) == {"cfg": {"value": "x"}}


def arm(**sections: Any) -> str:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", **sections})


def test_a_deployment_of_the_same_name_in_another_group_is_another_one() -> None:
    inner = json.loads(arm(resources=[], outputs={"x": {"type": "string", "value": "Disabled"}}))
    nested = {"expressionEvaluationOptions": {"scope": "inner"}, "mode": "Incremental", "template": inner}
    deployments = "Microsoft.Resources/deployments"
    here = {"type": deployments, "apiVersion": "2022-09-01", "name": "here", "properties": nested}
    there = {**here, "name": "there", "resourceGroup": "rg2"}

    def output(of: str) -> str:
        return f"[reference({of}).outputs.x.value]"

    properties = {
        "name": output("'here'"),
        "own": output(f"resourceId('{deployments}', 'here')"),
        "extension": output(f"extensionResourceId(resourceGroup().id, '{deployments}', 'here')"),
        "other": output(f"resourceId('rg2', '{deployments}', 'there')"),
        "wrongOther": output(f"resourceId('rg2', '{deployments}', 'here')"),
        "wrongOwn": output(f"resourceId('{deployments}', 'there')"),
        "wrongLevel": output(f"subscriptionResourceId('{deployments}', 'here')"),
    }
    hub = {"type": HUB, "apiVersion": V, "name": "it", "kind": "Hub", "properties": properties}
    found = asked({"main.json": arm(resources=[here, there, hub])})
    assert {name for name, value in found.items() if value == "Disabled"} == {"name", "own", "extension", "other"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("b == null ? '#{MODE}#' : 'x'", "?"),
        ("{ '__NAME__': 1, a: 2 }", "{"),
        ("{ a: 'x' }", {"a": "x"}),
    ],
)
def test_placeholders_in_branches_and_names(given: str, expected: Any) -> None:
    files = {
        "main.bicep": "param b string?\nparam x object\n" + it("{ x: x, a: x.a }"),
        "main.bicepparam": f"using 'main.bicep'\nvar b = readEnvironmentVariable('B')\nparam x = {given}\n",
    }
    found = asked(files)
    text = str(found)
    if isinstance(expected, dict):
        assert found["x"] == expected
    else:
        assert "#{" not in text and "__NAME__" not in text and "2" not in text


def test_an_alias_is_what_it_is_in_its_own_folder() -> None:
    """Of two files that import from the same alias, each has a bicepconfig.json of its own."""
    files = {
        "main.bicep": "module one 'one/m.bicep' = { name: 'a' }\nmodule two 'two/m.bicep' = { name: 'b' }\n"
        + it("{ one: one.outputs.mode, two: two.outputs.mode }"),
        **{f"{folder}/m.bicep": "import { mode } from 'br/x:m:1.0.0'\noutput mode string = mode\n" for folder in TWO},
    }

    def modules_of(caller: str, source: str) -> Template:
        folder = caller.partition("/")[0]
        return formats.read(f"{OUTSIDE}br:{folder}/m:1.0.0", f"@export()\nvar mode = '{folder}'\n".encode(), "bicep")

    templates, roots = testing.read_case(files)
    (root,) = [root for root in roots if root.entry == "main.bicep"]
    made = resolve.resolve(templates, root, (), modules_of).resources
    assert [value_of(found) for found in map(_properties, made) if found] == [{"one": "one", "two": "two"}]


def test_stands_for_tells_what_cannot_be() -> None:
    """The other tests lean on it."""
    template = stands_for.bicep("{a: [p, 'x'], b: b}")
    less = stands_for.value(template, {})
    for given in ({"p": "q"}, {"p": "q", "b": False}):
        assert stands_for.stands_for(less, stands_for.value(template, given))
        assert not stands_for.stands_for(stands_for.value(template, {"p": "other"}), stands_for.value(template, given))
    for other in ("{a: [p], b: b}", "{a: [p, 'y'], b: b}", "{a: [p, 'x']}", "{a: [p, 'x'], b: b, c: 1}", "[p]", "1"):
        assert not stands_for.stands_for(less, stands_for.value(stands_for.bicep(other), {"p": "q"})), other
