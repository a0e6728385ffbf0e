"""Modules entered one by one, and counted where there are too many of them."""

import pytest

from mnlint.formats import read
from mnlint.model.deployment import Deployment
from mnlint.model.root import Root
from mnlint.resolve import resolve
from mnlint.resolve.collect import EXACT, LONGEST

BICEP_CALL = """module {0} './m{1}.bicep' = {{
  name: '{0}'
  params: {{ mode: mode, name: {2} }}
}}
"""
BICEP_LEAF = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: name
  properties: { managedNetwork: { isolationMode: mode } }
}
"""
TERRAFORM_CALL = """module "{0}" {{
  source = "../m{1}"
  mode   = var.mode
  name   = {2}
}}
"""
TERRAFORM_LEAF = """resource "azurerm_ai_foundry" "hub" {
  name = var.name
  managed_network { isolation_mode = var.mode }
}
"""


def bicep(levels: int, names: tuple[str, str]) -> Deployment:
    head = "param mode string = 'Disabled'\nparam name string = 'hub'\n"
    files = {
        f"m{at}.bicep": head + "".join(BICEP_CALL.format(m, at + 1, n) for m, n in zip("ab", names, strict=True))
        for at in range(levels)
    }
    files[f"m{levels}.bicep"] = head + BICEP_LEAF
    return resolved(files, "bicep", "m0.bicep")


def terraform(levels: int, names: tuple[str, str]) -> Deployment:
    head = 'variable "mode" { default = "Disabled" }\nvariable "name" { default = "hub" }\n'
    files = {
        f"m{at}/main.tf": head + "".join(TERRAFORM_CALL.format(m, at + 1, n) for m, n in zip("ab", names, strict=True))
        for at in range(levels)
    }
    files[f"m{levels}/main.tf"] = head + TERRAFORM_LEAF
    return resolved(files, "terraform", "m0")


def resolved(files: dict[str, str], language: str, entry: str) -> Deployment:
    templates = {file: read(file, text.encode(), language) for file, text in files.items()}
    assert [notice for template in templates.values() for notice in template.notices] == []
    return resolve(templates, Root(entry, language, tuple(files)))


DIAMONDS = pytest.mark.parametrize(
    ("made", "same"), [(bicep, "name"), (terraform, "var.name")], ids=["bicep", "terraform"]
)


@DIAMONDS
@pytest.mark.parametrize("levels", [1, 4, 12, 29])
def test_a_diamond_of_modules_costs_its_height(made, same, levels):
    deployment = made(levels, (same, same))
    assert sum(resource.instances for resource in deployment.resources) == 2**levels
    assert len(deployment.resources) <= EXACT
    assert deployment.notices == ()


@DIAMONDS
def test_few_modules_are_entered_one_by_one(made, same):
    deployment = made(6, (same, same))
    assert [resource.instances for resource in deployment.resources] == [1] * 64
    assert len({resource.address for resource in deployment.resources}) == 64


def test_instances_with_other_arguments_are_not_counted_as_equal():
    deployment = bicep(8, ("'${name}a'", "'${name}b'"))
    assert sorted({str(r.name.value) for r in deployment.resources}) == sorted(
        "hub" + f"{n:08b}".replace("0", "a").replace("1", "b") for n in range(256)
    )


def test_instances_whose_argument_was_written_elsewhere_are_not_counted_as_equal():
    """Equal values at two places are two places to mend."""
    calls = "".join(
        f"module m{n} './m.bicep' = {{\n  name: 'm{n}'\n  params: {{ mode: 'Disabled', name: 'hub' }}\n}}\n"
        for n in range(EXACT + 50)
    )
    leaf = "param mode string\nparam name string\n" + BICEP_LEAF
    deployment = resolved({"main.bicep": calls, "m.bicep": leaf}, "bicep", "main.bicep")
    assert len(deployment.resources) == EXACT + 50


def test_an_instance_nobody_can_compare_is_entered():
    """The time of a deployment is another one each time it is asked for."""
    calls = "".join(f"module m{n} './m.bicep' = {{\n  name: 'm{n}'\n}}\n" for n in range(EXACT + 50))
    leaf = "param name string = newGuid()\n" + BICEP_LEAF.replace("mode }", "'Disabled' }")
    deployment = resolved({"main.bicep": calls, "m.bicep": leaf}, "bicep", "main.bicep")
    assert len(deployment.resources) == EXACT + 50


def test_outputs_of_an_instance_that_was_only_counted_are_its_own():
    head = "param name string = 'hub'\n"
    calls = "".join(f"module m{n} './m.bicep' = {{\n  name: 'm{n}'\n}}\n" for n in range(EXACT + 50))
    last = EXACT + 49
    use = (
        f"resource r 'Microsoft.Storage/storageAccounts@2023-05-01' = {{\n  name: m{last}.outputs.name\n"
        f"  properties: {{ hub: m{last}.outputs.id }}\n}}\n"
    )
    leaf = (
        head + BICEP_LEAF.replace("mode }", "'Disabled' }") + "output name string = name\noutput id string = hub.id\n"
    )
    deployment = resolved({"main.bicep": calls + use, "m.bicep": leaf}, "bicep", "main.bicep")
    made = {resource.address: resource for resource in deployment.resources}
    assert made["r"].name.value == "hub"
    ref = made["r"].body.value.entries["properties"].value.entries["hub"].value
    assert ref.address == f"module.m{last}.hub"
    assert ref.address not in made


LOCK = "resource lock 'Microsoft.Authorization/Locks@2020-05-01' = if (on) {\n  name: 'l'\n  scope: hub\n}\n"
HUB = """param on bool
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
}
"""
ARM_LOCK = """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "resources": [{"type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "l"}]}"""


@pytest.mark.parametrize(
    ("text", "language", "stays"),
    [
        (HUB + LOCK, "bicep", False),
        (HUB + LOCK.replace("= if (on) {", "= [for n in range(0, 3): {").replace("}\n", "}]\n"), "bicep", False),
        (HUB + LOCK + "output id string = lock.id\n", "bicep", True),
        (HUB + LOCK + "module m './m.bicep' = {\n  name: 'm'\n  dependsOn: [lock]\n}\n", "bicep", True),
        (
            HUB + LOCK.replace("resource lock", "resource la") + "var lab = 'no name of it, but the same letters'\n",
            "bicep",
            True,
        ),
        (HUB.replace("'hub'\n", "'hub'\n  dependsOn: any([extensionResourceId('x', 'y')])\n") + LOCK, "bicep", True),
        (HUB.replace("'hub'\n", "'hub'\n  dependsOn: [\n    a, 'l'\n  ]\n") + LOCK, "bicep", True),
        (HUB.replace("'hub'\n", "'hub'\n  dependsOn: [ a, b ]\n  kind: 'Hub'\n") + LOCK, "bicep", False),
        (HUB + LOCK + "//" + "-" * LONGEST + "\n", "bicep", True),
        (ARM_LOCK, "arm", True),  # there anything may lead to it by its name
    ],
)
def test_what_nobody_asks_for_is_left_out_where_nothing_can_refer_to_it(text: str, language: str, stays: bool) -> None:
    templates = {"main": read("main", text.encode(), language)}
    assert not templates["main"].notices
    root = Root("main", language, ("main",))
    unasked = {"microsoft.authorization/locks"}
    types = [r.type.lower() for r in resolve(templates, root, unasked=unasked).resources]
    assert ("microsoft.authorization/locks" in types) is stays
    assert ("microsoft.machinelearningservices/workspaces" in types) is (language == "bicep")
    asked = [r.type.lower() for r in resolve(templates, root).resources]
    assert "microsoft.authorization/locks" in asked
