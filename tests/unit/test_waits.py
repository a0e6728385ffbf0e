"""What each resource and module waits for, as resolve says it: by what it lists, and by what it refers to."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from mnlint import testing
from mnlint.model.deployment import Step
from mnlint.model.value import Absent, Choice, Node, Ref, Unknown
from mnlint.resolve import resolve


def steps(files: Mapping[str, str]) -> Mapping[str, Step]:
    comment = {"bicep": "// ", "tf": "# ", "json": "// "}
    about = "machinelearningservices/workspaces"  # else nobody would look into them
    written = {name: f"{comment[name.rpartition('.')[2]]}{about}\n{text}" for name, text in files.items()}
    templates, roots = testing.read_case(written)
    assert not [n.message for t in templates.values() for n in t.notices]
    return resolve(templates, roots[0]).steps


def plain(node: Node) -> object:
    value = node.value
    if isinstance(value, Choice):
        return [plain(option) for option in value.options]
    if isinstance(value, Unknown):
        return ...
    return value.address if isinstance(value, Ref) else None if isinstance(value, Absent) else value


def waits(files: Mapping[str, str]) -> dict[str, list[object]]:
    return {address: [plain(node) for node in step.waits_for] for address, step in steps(files).items()}


ONE = "resource one 'A.B/c@1' = { name: 'one' }\n"
MANY = "resource many 'A.B/c@1' = [for n in [ 'a', 'b' ]: { name: n }]\n"
MODULE = (
    "param x string = ''\nresource inner 'A.B/c@1' = { name: 'i', properties: { x: x } }\noutput o string = inner.id\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resource two 'A.B/c@1' = { name: 'two', dependsOn: [ one ] }", ["one"]),
        ("resource two 'A.B/c@1' = { name: 'two', properties: { a: [ one.id ] } }", ["one"]),
        ("resource two 'A.B/c@1' = { name: 'two-${one.name}' }", ["one"]),
        ("var v = { a: one.name }\nresource two 'A.B/c@1' = { name: v.a }", ["one"]),
        ("resource two 'A.B/c@1' = { name: 'two', properties: { a: [for one in [ 1 ]: one] } }", []),
        ("resource two 'A.B/c@1' = { name: 'two', properties: { a: map([ 1 ], one => one) } }", []),
        ("resource two 'A.B/c/d@1' = { name: 'two', parent: one }", ["one"]),
        ("resource two 'A.B/c@1' = { name: 'two', dependsOn: [ many ] }", ["many"]),
        ("resource two 'A.B/c@1' = { name: 'two', dependsOn: [ many[1] ] }", ["many[1]"]),
        ("resource two 'A.B/c@1' = { name: 'two', dependsOn: [ many[9] ] }", []),
        ("param i int\nresource two 'A.B/c@1' = { name: 'two', dependsOn: [ many[i] ] }", [["many", None]]),
        ("param p bool\nresource two 'A.B/c@1' = { name: 'two', dependsOn: p ? [ one ] : [] }", [["one", None]]),
        ("param l array\nresource two 'A.B/c@1' = { name: 'two', dependsOn: l }", [...]),
        ("resource two 'A.B/c@1' = { name: 'two', dependsOn: [ mod ] }", ["mod"]),
        ("resource two 'A.B/c@1' = { name: mod.outputs.o }", ["mod"]),
    ],
)
def test_bicep(text: str, expected: list[object]) -> None:
    module = "module mod 'mod.bicep' = { name: 'mod' }\n"
    assert waits({"main.bicep": ONE + MANY + module + text, "mod.bicep": MODULE})["two"] == expected


def test_each_turn_of_a_loop_waits_for_its_own() -> None:
    text = MANY + "resource two 'A.B/c@1' = [for i in range(0, 2): { name: 'n${i}', dependsOn: [ many[i] ] }]"
    found = waits({"main.bicep": text})
    assert (found["two[0]"], found["two[1]"]) == (["many[0]"], ["many[1]"])


def test_a_module_waits_for_what_it_is_given_and_what_is_in_it_waits_with_it() -> None:
    found = steps(
        {"main.bicep": ONE + "module mod 'mod.bicep' = { name: 'm', params: { x: one.id } }", "mod.bicep": MODULE}
    )
    assert [plain(node) for node in found["mod"].waits_for] == ["one"]
    inner = found["module.mod.inner"]
    assert (inner.within, inner.waits_for) == ("mod", ())


@pytest.mark.parametrize(
    ("decorator", "size"), [("@batchSize(1)\n", 1), ("@batchSize(2)\n", 2), ("@description('x')\n", None), ("", None)]
)
def test_in_batches_of_how_many_a_loop_goes(decorator: str, size: int | None) -> None:
    for word, rest in (
        ("resource", "'A.B/c@1' = [for n in [ 'a', 'b' ]: { name: n }]"),
        ("module", "'mod.bicep' = [for n in [ 'a', 'b' ]: { name: n }]"),
    ):
        found = steps({"main.bicep": f"{decorator}{word} many {rest}", "mod.bicep": MODULE})
        assert [found[f"many[{n}]"].loop for n in (0, 1)] == ["many", "many"]
        sizes = [step.batch.value if step.batch is not None else None for step in (found["many[0]"], found["many[1]"])]
        assert sizes == [size, size]


@pytest.mark.parametrize(
    ("copy", "size"),
    [
        ('"mode": "serial", "batchSize": 2', 2),
        ('"mode": "Serial"', 1),
        ('"mode": "parallel", "batchSize": 2', None),
        ('"batchSize": 1', None),
        ('"mode": "[parameters(\'m\')]"', ...),
    ],
)
def test_in_batches_of_how_many_a_copy_goes(copy: str, size: object) -> None:
    for kind, rest in (
        ("A.B/c", ""),
        ("Microsoft.Resources/deployments", ', "properties": {"template": {"resources": []}}'),
    ):
        text = f"""{{
          "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          "parameters": {{"m": {{"type": "string"}}}},
          "resources": [{{"type": "{kind}", "apiVersion": "1", "name": "[concat('n', copyIndex())]",
            "copy": {{"name": "many", "count": 2, {copy}}}{rest}}}]
        }}"""
        for step in steps({"main.json": text}).values():
            assert (None if step.batch is None else plain(step.batch)) == size


TF_ONE = 'resource "a_b" "one" {\n  name = "one"\n}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("depends_on = [a_b.one]", ["a_b.one"]),
        ("depends_on = [a_b.many]", ["a_b.many"]),
        ('depends_on = [a_b.many["x"]]', ["a_b.many"]),
        ("depends_on = [module.mod]", ["module.mod"]),
        ("name = a_b.one.name", ["a_b.one"]),
        ('name = "x-${a_b.many["x"].name}"', ["a_b.many"]),
        ("name = local.first", ["a_b.one"]),
        ("name = module.mod.out", ["module.mod.a_b.inner"]),
        ("name = module.mod.given", ["a_b.one"]),
        ("name = module.mod.nothing", []),
        ("count = length(a_b.many)", ["a_b.many"]),
        ("name = data.a_c.d.name", ["data.a_c.d"]),
        ("name = path.module", []),
    ],
)
def test_terraform(text: str, expected: list[str]) -> None:
    main = TF_ONE + 'resource "a_b" "many" {\n  for_each = toset(["x", "y"])\n  name     = each.key\n}\n'
    main += "locals {\n  first = a_b.one.name\n}\n"
    main += 'data "a_c" "d" {\n  name = a_b.one.name\n}\n'
    main += 'module "mod" {\n  source = "./mod"\n  x      = a_b.one.name\n}\n'
    module = 'variable "x" {}\nresource "a_b" "inner" {\n  name = "inner"\n}\n'
    module += 'output "out" {\n  value = a_b.inner.id\n}\noutput "given" {\n  value = var.x\n}\n'
    found = waits({"main.tf": main + f'resource "a_b" "two" {{\n  {text}\n}}\n', "mod/main.tf": module})
    assert found["a_b.two[0]" if text.startswith("count") else "a_b.two"] == expected
    assert found["data.a_c.d"] == ["a_b.one"]
    assert found["module.mod"] == []  # in Terraform only what uses an argument waits for it


def test_what_leans_on_itself_comes_to_an_end() -> None:
    text = (
        "locals {\n  a = local.b\n  b = local.a\n}\n" + 'resource "a_b" "x" {\n  name = "${local.a}${a_b.x.name}"\n}\n'
    )
    assert waits({"main.tf": text})["a_b.x"] == ["a_b.x"]


def test_no_template_is_too_deep() -> None:
    doubling = "".join(f"var a{n} = [ a{n - 1}, a{n - 1} ]\n" for n in range(1, 40))
    text = ONE + "var a0 = one.id\n" + doubling + "resource two 'A.B/c@1' = { name: 'two', p: length(a39) }\n"
    assert waits({"main.bicep": text})["two"] == ["one"]
    chain = "".join(f"var b{n} = b{n - 1}\n" for n in range(1, 3_000))
    text = ONE + "var b0 = one.id\n" + chain + "resource two 'A.B/c@1' = { name: 'two', p: length(b2999) }\n"
    assert waits({"main.bicep": text})["two"] == [...]
    long = " + ".join(["1"] * 20_000)
    assert waits({"main.bicep": ONE + f"resource two 'A.B/c@1' = {{ name: one.name, p: {long} }}\n"})["two"] == ["one"]


# ── plans ──


def plan(rules: list[dict[str, object]], **configuration: object) -> dict[str, str]:
    """A plan with these resources, each as its configuration has it, and `at`, its address."""
    changes = [
        {
            "address": r["at"],
            "mode": "managed",
            "type": "a_b",
            "change": {"actions": ["create"], "after": {"name": "x"}},
        }
        for r in rules
    ]
    return {
        "plan.json": json.dumps(
            {
                "format_version": "1.2",
                "about": "machinelearningservices/workspaces",
                "resource_changes": changes,
                "configuration": configuration,
            }
        )
    }


def config(address: str, references: tuple[str, ...] = (), **more: object) -> dict[str, object]:
    return {"address": address, "mode": "managed", "expressions": {"x": {"references": list(references)}}, **more}


def test_a_plan_says_what_waits_by_its_configuration() -> None:
    inner = {
        "resources": [config("a_b.inner"), config("a_b.uses", ("var.after",))],
        "outputs": {"id": {"expression": {"references": ["a_b.inner.id", "a_b.inner"]}}},
    }
    module = {"module": inner, "expressions": {"after": {"references": ["a_b.one.id", "a_b.one"]}}}
    root = {
        "resources": [
            config("a_b.one"),
            config("a_b.two", ("a_b.one.id", "a_b.one")),
            config("a_b.three", depends_on=["module.m"]),
            config("a_b.four", ("module.m.id", "module.m")),
            config("a_b.five", ("local.x",)),
            config("a_b.six", ("each.key", "path.module", "data.a_c.d")),
            {"address": "data.a_c.d", "mode": "data", "expressions": {"x": {"references": ["a_b.one.id"]}}},
        ],
        "module_calls": {"m": module, "n": {"module": inner, "depends_on": ["a_b.two"]}},
    }
    named = ("one", "two", "three", "four", "five", 'six["a"]')
    addresses = [f"a_b.{name}" for name in named] + ["module.m.a_b.inner", "module.m.a_b.uses", "module.n[0].a_b.inner"]
    templates, roots = testing.read_case(plan([{"at": a} for a in addresses], root_module=root))
    found = resolve(templates, roots[0]).steps
    waited = {address: [plain(node) for node in step.waits_for] for address, step in found.items()}
    assert waited["a_b.two"] == ["a_b.one"]
    assert waited["a_b.three"] == ["module.m.a_b.inner", "module.m.a_b.uses"]
    assert waited["a_b.four"] == ["module.m.a_b.inner"]
    assert waited["a_b.five"] == [...]
    assert waited['a_b.six["a"]'] == ["a_b.one"]
    assert waited["module.m.a_b.uses"] == ["a_b.one"]
    assert waited["module.n[0].a_b.inner"] == ["a_b.two"]
    assert (found['a_b.six["a"]'].loop, found["module.n[0]"].loop) == ("a_b.six", "module.n")
    assert (found["module.n[0].a_b.inner"].within, found["module.n[0].a_b.inner"].symbol) == (
        "module.n[0]",
        "a_b.inner",
    )
