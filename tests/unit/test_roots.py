"""From files to roots: who calls whom, what begins a deployment, and which parameter files belong to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from mnlint import discover, formats, reading
from mnlint.model import hints
from mnlint.model.root import Root

WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
HUB = f"param mode string = 'Disabled'\nresource hub '{WORKSPACE}@2024-10-01' = {{ name: 'hub' }}\n"
EMPTY = "param location string = 'westeurope'\n"
ARM_HUB = (
    '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "parameters": '
    '{"mode": {"type": "string", "defaultValue": "Disabled"}}, "resources": [{"type": "WORKSPACE", "name": "hub"}]}'
)
ARM_HUB = ARM_HUB.replace("WORKSPACE", WORKSPACE)
COMPILED = ARM_HUB.replace('"parameters"', '"metadata": {"_generator": {"name": "bicep"}}, "parameters"', 1)
TF_HUB = 'variable "mode" {}\nresource "azurerm_ai_foundry" "hub" { name = "hub" }\n'


def module(path: str) -> str:
    return f"module m '{path}' = {{ name: 'm' }}\n"


def linked(path: str) -> str:
    deployment = '{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"templateLink": {%s}}}'
    return ARM_HUB.split('"resources"')[0] + '"resources": [%s]}' % (deployment % f'"relativePath": "{path}"')


def given(**values: object) -> str:
    inside = ", ".join(f'"{name}": {{"value": "{value}"}}' for name, value in values.items())
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
    return f'{{"$schema": "{schema}", "parameters": {{{inside}}}}}'


def planned(
    files: Mapping[str, str], *parameters: str, asked: Callable[[str], bool] = lambda file: True
) -> discover.Plan:
    data = {name: text.encode() for name, text in files.items()}
    seen = discover.look(data, formats.language_of, hints.NEEDLES)
    return discover.plan(data, seen, asked, reading.Templates(reading.Reading(data, seen.languages)), parameters)


def roots(files: Mapping[str, str], *parameters: str) -> dict[str, Root]:
    return {root.entry: root for root in planned(files, *parameters).roots}


# --- entries


@pytest.mark.parametrize(
    ("reason", "files", "entries"),
    [
        ("nobody calls it", {"main.bicep": HUB}, ["main.bicep"]),
        ("a module is judged with its caller",
            {"main.bicep": module("m/hub.bicep"), "m/hub.bicep": HUB}, ["main.bicep"]),
        ("so is one that is called by way of another", {
            "main.bicep": module("a.bicep"), "a.bicep": module("b.bicep"), "b.bicep": HUB}, ["main.bicep"]),
        ("a call in a line comment is none",
            {"main.bicep": "// " + module("hub.bicep"), "hub.bicep": HUB}, ["hub.bicep"]),
        ("a call in a block comment is none", {
            "main.bicep": f"/* {module('hub.bicep')} */", "hub.bicep": HUB}, ["hub.bicep"]),
        ("a call in a text is none", {
            "main.bicep": "var x = '''\n" + module("hub.bicep") + "'''\n", "hub.bicep": HUB}, ["hub.bicep"]),
        ("a path that is only a text calls nothing", {
            "main.bicep": "var x = 'hub.bicep'\n", "hub.bicep": HUB}, ["hub.bicep"]),
        ("a comment between the words of a call", {
            "main.bicep": "module /* the */ m /* hub */ 'hub.bicep' = { name: 'm' }\n", "hub.bicep": HUB},
            ["main.bicep"]),
        ("an apostrophe in a comment before the call", {
            "main.bicep": "/* don't */ " + module("hub.bicep"), "hub.bicep": HUB}, ["main.bicep"]),
        ("a call that a syntax error hides is none", {
            "main.bicep": "module m = 'hub.bicep' {\n}\n", "hub.bicep": HUB}, ["hub.bicep"]),
        ("a circle begins somewhere", {
            "a.bicep": module("b.bicep") + HUB, "b.bicep": module("a.bicep")}, ["a.bicep"]),
        ("a circle that somebody enters begins there", {
            "z.bicep": module("a.bicep"), "a.bicep": module("b.bicep") + HUB, "b.bicep": module("a.bicep")},
            ["z.bicep"]),
        ("what calls itself is still there", {"a.bicep": module("a.bicep") + HUB}, ["a.bicep"]),
        ("an ARM template by its relative path", {"main.json": linked("hub.json"), "hub.json": ARM_HUB}, ["main.json"]),
        ("in whatever case the link is written", {
            "main.json": linked("hub.json").replace("templateLink", "TEMPLATElink"), "hub.json": ARM_HUB},
            ["main.json"]),
        ("a relative path in a comment is none", {
            "main.json": linked("x.json").replace("{", '{ // "relativePath": "hub.json"\n', 1), "hub.json": ARM_HUB},
            ["hub.json"]),
        ("a Bicep module that is an ARM template", {
            "main.bicep": module("hub.json"), "hub.json": ARM_HUB}, ["main.bicep"]),
        ("a module in Terraform", {
            "main.tf": 'module "m" {\n  source = "./hub"\n}\n', "hub/main.tf": TF_HUB}, [""]),
        ("a commented module in Terraform", {
            "main.tf": '# module "m" { source = "./hub" }\n', "hub/main.tf": TF_HUB}, ["hub"]),
        ("what leads to nothing of ours is left out", {"main.bicep": EMPTY, "other.bicep": HUB}, ["other.bicep"]),
        ("a module that a parameter file deploys is deployed by itself, too", {
            "main.bicep": module("hub.bicep"), "hub.bicep": HUB, "hub.bicepparam": "using 'hub.bicep'\n"},
            ["hub.bicep", "main.bicep"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_entries(reason: str, files: dict[str, str], entries: list[str]) -> None:
    assert sorted(roots(files)) == entries, reason


@pytest.mark.parametrize("marked", ["", "\ufeff"])
def test_an_arm_template_in_utf16_calls_others(marked: str) -> None:
    texts = {"main.json": linked("hub.json"), "hub.json": ARM_HUB}
    data = {name: (marked + text).encode("utf-16-le") for name, text in texts.items()}
    seen = discover.look(data, formats.language_of, hints.NEEDLES)
    plan = discover.plan(data, seen, lambda file: True, reading.Templates(reading.Reading(data, seen.languages)))
    assert [root.entry for root in plan.roots] == ["main.json"]


def test_only_what_may_call_others_is_read_for_its_calls() -> None:
    texts = {
        "one.json": ARM_HUB,
        "two.bicep": HUB,
        "hub.json": ARM_HUB,
        "three.json": linked("hub.json"),
        "four.bicep": module("hub.json"),
    }
    data = {name: text.encode() for name, text in texts.items()}
    seen = discover.look(data, formats.language_of, hints.NEEDLES)
    read = []
    reader = reading.Templates(reading.Reading(data, seen.languages))
    plan = discover.plan(data, seen, lambda file: True, lambda file: read.append(file) or reader(file))
    assert sorted(set(read)) == ["four.bicep", "three.json"]
    assert [root.entry for root in plan.roots] == ["four.bicep", "one.json", "three.json", "two.bicep"]


@pytest.mark.parametrize("needle", hints.NEEDLES)
def test_every_needle_is_found_alone(needle: bytes) -> None:
    data = {"a.bicep": b"// " + needle.upper(), "b.bicep": b"// " + needle[:-1]}
    assert discover.look(data, formats.language_of, hints.NEEDLES).hits == {"a.bicep"}


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\ufeff",
        "\n",
        "\r\n",
        "\n  ",
        "\n\t",
        "@batchSize(1) ",
        "@batchSize(1)",
        "@batchSize(1)\t\t",
        "/* so */ ",
        "/**/",
    ],
)
def test_a_call_that_is_not_plain_is_for_its_reader(before: str) -> None:
    texts = {"main.bicep": f"{before}module m /* why */ 'hub.bicep' = {{ name: 'm' }}\n"}
    seen = discover.look({name: text.encode() for name, text in texts.items()}, formats.language_of, hints.NEEDLES)
    assert seen.glances["main.bicep"].odd


@pytest.mark.parametrize(
    "text",
    [
        "metadata name = 'the hub module'",
        "metadata description = 'This module\\'s name'",
        "// e.g., for a module 'network/x' and the like",
        "var x = '${name}-module'",
        "var x = { module: 'x' }",
        "module m 'hub.bicep' = { name: 'the module' }",
        "module m 'br/public:avm/res/x:1.0.0' = { name: 'm' }",
    ],
)
def test_a_module_in_a_sentence_is_no_call(text: str) -> None:
    """A file with one need not be read: most repositories of modules have it in their texts."""
    seen = discover.look({"main.bicep": f"{text}\n".encode()}, formats.language_of, hints.NEEDLES)
    assert not seen.glances["main.bicep"].odd


def test_a_root_reads_what_it_imports_and_not_what_it_only_mentions() -> None:
    files = {
        "main.bicep": "import { x } from 'types.bicep'\nvar y = 'notes.bicep'\n" + HUB,
        "types.bicep": "import { z } from 'more.bicep'\n",
        "more.bicep": EMPTY,
        "notes.bicep": EMPTY,
    }
    assert roots(files)["main.bicep"].files == ("main.bicep", "more.bicep", "types.bicep")


def test_only_roots_that_need_what_was_asked_for() -> None:
    files = {"a/main.bicep": module("../hub.bicep"), "b/main.bicep": HUB, "hub.bicep": HUB}
    assert [r.entry for r in planned(files, asked=lambda file: file == "hub.bicep").roots] == ["a/main.bicep"]


def test_asking_for_a_parameter_file_is_asking_for_its_template() -> None:
    files = {
        "main.bicep": HUB,
        "env/dev.bicepparam": "using '../main.bicep'\n",
        "main.parameters.json": given(mode="x"),
    }
    for file in ("env/dev.bicepparam", "main.parameters.json"):
        assert [r.entry for r in planned(files, asked=lambda f, file=file: f == file).roots] == ["main.bicep"]


def test_many_files_take_linear_time() -> None:
    chain = {f"m{n}.bicep": module(f"m{n + 1}.bicep") for n in range(3_000)}
    assert len(roots({**chain, "m3000.bicep": HUB})) == 1


# --- parameter files


@pytest.mark.parametrize(
    ("reason", "template", "file", "text", "belongs"),
    [
        ("azd and many others", "main.bicep", "main.parameters.json", given(mode="x"), True),
        ("for an environment", "main.bicep", "main.prod.parameters.json", given(mode="x"), True),
        ("for an environment behind", "main.bicep", "main.parameters.prod.json", given(mode="x"), True),
        ("whatever the case", "main.bicep", "Main.Parameters.json", given(MODE="x"), True),
        ("short", "nfs-ha.json", "nfs-ha.param.json", given(mode="x"), True),
        ("the quickstarts", "azuredeploy.json", "azuredeploy.parameters.us.json", given(mode="x"), True),
        ("in a folder for such", "main.bicep", "parameters/main.prod.json", given(mode="x"), True),
        ("of any name, with fitting parameters", "main.bicep", "dev.json", given(mode="x"), True),
        ("of any name in a folder for such", "main.bicep", "params/dev.json", given(mode="x"), True),
        ("of any name, with other parameters", "main.bicep", "dev.json", given(mood="x"), False),
        ("of any name, without parameters", "main.bicep", "dev.json", given(), False),
        ("in another folder", "main.bicep", "other/dev.json", given(mode="x"), False),
        ("named after it, with other parameters, as Azure says itself", "main.bicep", "main.parameters.json",
            given(mood="x"), True),
        ("using", "main.bicep", "dev.bicepparam", "using './main.bicep'\n", True),
        ("using what it was compiled to", "main.json", "dev.bicepparam", "using 'main.json'\n", True),
        ("using another", "main.bicep", "dev.bicepparam", "using 'other.bicep'\n", False),
        ("using in a comment", "main.bicep", "dev.bicepparam", "// using 'main.bicep'\nusing none\n", False),
        ("a comment in between", "main.bicep", "dev.bicepparam", "using /* it */ 'main.bicep'\n", True),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)  # fmt: skip
def test_a_parameter_file_beside(reason: str, template: str, file: str, text: str, belongs: bool) -> None:
    files = {template: HUB if template.endswith(".bicep") else ARM_HUB, file: text}
    assert roots(files)[template].bindings == (((file,),) if belongs else ((),)), reason


def test_each_parameter_file_is_a_deployment() -> None:
    files = {"main.bicep": HUB, "b.bicepparam": "using 'main.bicep'\n", "a.bicepparam": "using 'main.bicep'\n"}
    assert roots(files)["main.bicep"].bindings == (("a.bicepparam",), ("b.bicepparam",))


def test_what_a_parameter_file_extends_lies_below_it_and_is_no_deployment() -> None:
    files = {
        "main.bicep": HUB,
        "prod.bicepparam": "using 'main.bicep'\nextends 'env/europe.bicepparam'\n",
        "env/europe.bicepparam": "using none\nextends 'all.bicepparam'\n",
        "env/all.bicepparam": "using none\n",
    }
    assert roots(files)["main.bicep"].bindings == (("env/all.bicepparam", "env/europe.bicepparam", "prod.bicepparam"),)


def test_a_circle_of_extended_files_ends() -> None:
    files = {
        "main.bicep": HUB,
        "a.bicepparam": "using 'main.bicep'\nextends 'b.bicepparam'\n",
        "b.bicepparam": "using none\nextends 'a.bicepparam'\n",
    }
    assert roots(files)["main.bicep"].bindings == (("b.bicepparam", "a.bicepparam"),)


def test_the_longest_name_counts() -> None:
    files = {"main.bicep": HUB, "main.prod.bicep": HUB, "main.prod.parameters.json": given(mode="x")}
    found = roots(files)
    assert found["main.bicep"].bindings == ((),)
    assert found["main.prod.bicep"].bindings == (("main.prod.parameters.json",),)


def test_what_fits_two_templates_is_nobodys() -> None:
    files = {"a.bicep": HUB, "b.bicep": HUB, "dev.json": given(mode="x")}
    assert {root.bindings for root in roots(files).values()} == {((),)}


@pytest.mark.parametrize("compiled", ["main.json", "azuredeploy.json"])
def test_a_template_and_what_it_was_compiled_to_have_the_same_parameter_files(compiled: str) -> None:
    file = compiled.replace(".json", ".parameters.json")
    found = roots({"main.bicep": HUB, compiled: COMPILED, file: given(mode="x")})
    assert {root.bindings for root in found.values()} == {((file,),)}
    assert found[compiled].compiled_from == "main.bicep"


# --- parameter files that were asked for


def test_those_given_come_before_those_beside() -> None:
    files = {"main.bicep": HUB, "main.parameters.json": given(mode="x"), "elsewhere/y.json": given(mode="y")}
    assert roots(files, "elsewhere/y.json")["main.bicep"].bindings == (("elsewhere/y.json",),)


def test_one_given_is_for_the_templates_that_declare_what_it_gives() -> None:
    other = HUB.replace("mode", "isolation")
    files = {"a.bicep": HUB, "b.bicep": other, "c.json": ARM_HUB, "e/dev.json": given(mode="x")}
    found = {entry: root.bindings for entry, root in roots(files, "e/dev.json").items()}
    assert found == {"a.bicep": (("e/dev.json",),), "b.bicep": ((),), "c.json": (("e/dev.json",),)}


def test_one_given_that_names_a_template_is_for_that_one() -> None:
    files = {"a.bicep": HUB, "b.bicep": HUB, "a.parameters.json": given(mode="x")}
    found = {entry: root.bindings for entry, root in roots(files, "a.parameters.json").items()}
    assert found == {"a.bicep": (("a.parameters.json",),), "b.bicep": ((),)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (given(mood="x"), "no template here takes e/dev.json: main.bicep declares no parameter mood"),
        (given(mode="x"), None),
        ('{"$schema": "deploymentParameters.json#", "parameters": {"mode": ', None),
    ],
    ids=["a wrong name", "a right name", "broken, so that its error is told"],
)
def test_one_that_fits_nothing_is_told(text: str, says: str | None) -> None:
    plan = planned({"main.bicep": HUB, "e/dev.json": text}, "e/dev.json")
    assert [notice.message for notice in plan.notices] == ([says] if says else [])


def test_variables_of_terraform_go_where_they_are_declared() -> None:
    files = {"a/main.tf": TF_HUB, "b/main.tf": TF_HUB.replace("mode", "x"), "p.tfvars": 'mode = "y"\nother = 1\n'}
    found = {entry: root.bindings for entry, root in roots(files, "p.tfvars").items()}
    assert found == {"a": (("p.tfvars",),), "b": ((),)}
