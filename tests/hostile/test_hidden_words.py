"""Words in other letters, and calls in other words: no spelling hides a network from whoever looks at bytes first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from threats import least

Program = Callable[..., Result]
Tried = Callable[[str, int], None]

BICEP = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { 'managedNetwork': { isolationMode: 'Disabled' } }
}
"""
ARM = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{ "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "hub",
    "kind": "Hub", "properties": { "managedNetwork": { "isolationMode": "Disabled" } } }]
}
"""
AZURERM = """resource "azurerm_machine_learning_workspace" "hub" {
  name = "hub"
  managed_network {
    isolation_mode = "Disabled"
  }
}
"""
BODY = '{ kind = "Hub", properties = { "managedNetwork" = { isolationMode = "Disabled" } } }'
TYPE = "Microsoft.MachineLearningServices/workspaces@2024-10-01"
AZAPI = f"""resource "azapi_resource" "hub" {{
  type = "{TYPE}"
  name = "hub"
  body = {BODY}
}}
"""


def escaped(text: str, escape: str) -> str:
    """A text whose words that matter have one letter as an escape."""
    for word in ("MachineLearning", "managedNetwork", "deploymentTemplate", "machine_learning"):
        text = text.replace(word, word[0] + escape.format(ord(word[1])) + word[2:])
    return text


SPLIT = AZAPI.replace("Machine", '${"Machine"}').replace("managedNetwork", 'managed${"Network"}')
BY_FILE = AZAPI.replace(f'"{TYPE}"', "var.type").replace(BODY, "var.body") + 'variable "type" {}\nvariable "body" {}\n'
YAML = "name: hub\nkind: hub\nmanaged_network:\n  isolation_mode: disabled\n"
FLOW = "{name: hub, kind: hub, managed_network: {isolation_mode: disabled}}\n"
# Half of a character of these, or one in UTF-16 without its zeros, is a quotation mark or a brace.
WIDE = ARM.replace("{", '{ "metadata": "\u0122{",', 1)
COMMENT = "// \u0a0a{\n" + ARM

# Each has a network without isolation, which somebody has to say; `code` is what is said.
HIDDEN: Mapping[str, tuple[str, Mapping[str, str | bytes]]] = {
    "a letter in Bicep": ("MN001", {"main.bicep": escaped(BICEP, "\\u{{{:x}}}")}),
    "a letter in Bicep with zeros": ("MN001", {"main.bicep": escaped(BICEP, "\\u{{000{:X}}}")}),
    "a letter in JSON": ("MN001", {"main.json": escaped(ARM, "\\u{:04x}")}),
    "a letter in azapi": ("MN001", {"main.tf": escaped(AZAPI, "\\u{:04X}")}),
    "a long letter in azapi": ("MN001", {"main.tf": escaped(AZAPI, "\\U{:08x}")}),
    "a letter in azurerm": ("MN911", {"main.tf": escaped(AZURERM, "\\u{:04x}")}),
    "a text of parts": ("MN001", {"main.tf": SPLIT}),
    "a type by a file of variables": (
        "MN001",
        {"main.tf": BY_FILE, "terraform.tfvars": f'type = "{TYPE}"\nbody = {BODY}\n'},
    ),
    "a type from another file": (
        "MN001",
        {"main.tf": AZAPI.replace(f'"{TYPE}"', 'jsondecode(file("a.json")).t'), "a.json": json.dumps({"t": TYPE})},
    ),
    "the key of the schema": ("MN001", {"main.json": ARM.replace("$schema", "\\u0024schema")}),
    "the schema behind another one": ("MN911", {"main.json": ARM.replace('"$schema"', '"$schema": "x", "$schema"')}),
    "the schema before another one": ("MN911", {"main.json": ARM.replace('#"', '#", "$schema": "x"')}),
    "the schema with a fragment": ("MN001", {"main.json": ARM.replace('.json#"', '.json#/definitions"')}),
    "the schema with a query": ("MN001", {"main.json": ARM.replace('.json#"', ".json?" + "x" * 200 + '"')}),
    "single quotes": ("MN911", {"main.json": ARM.replace('"', "'")}),
    "a key without quotes": ("MN911", {"main.json": ARM.replace('"$schema"', "$schema")}),
    "a character of UTF-16 with a quote in it": ("MN001", {"main.json": WIDE.encode("utf-16")}),
    "one of UTF-16 without a mark": ("MN001", {"main.json": WIDE.encode("utf-16-be")}),
    "a letter in YAML": ("MN001", {"a.yml": YAML.replace("managed_n", '"managed_\\x6e').replace("work:", 'work":')}),
    "letters of all keys": (
        "MN001",
        {"a.yml": '"k\\x69nd": hub\n"n\\u0061me": a\n"managed_n\\U00000065twork": {"isolation_m\\x6fde": disabled}\n'},
    ),
    "braces": ("MN001", {"a.yml": FLOW}),
    "braces behind a line": ("MN001", {"a.yml": f"--- !!map {FLOW}"}),
    "braces on lines": ("MN001", {"a.yml": FLOW.replace(", ", " ,\n").replace("kind", '"kind"')}),
    "braces of the network": ("MN001", {"a.yml": 'name: hub\nmanaged_network: {"isolation_mode": disabled}\n'}),
    "question marks": (
        "MN001",
        {"a.yml": "? name\n: hub\n? kind # x\n\n# y\n: hub\n? managed_network\n: isolation_mode: disabled\n"},
    ),
    "anchors": ("MN001", {"a.yml": YAML.replace("kind", "&k kind").replace("managed", "&m !!str managed")}),
    "merged": ("MN001", {"a.yml": f"<<: {FLOW}"}),
    "behind what looks like a document": ("MN001", {"a.yml": f"{{a: 1, --- : x}}\n---\n{YAML}"}),
    "in a document that looks like two": (
        "MN001",
        {"a.yml": "  name: hub\n  kind: hub\n  --- : x\n  managed_network:\n    isolation_mode: disabled\n"},
    ),
    "two ends of lines in a character": ("MN001", {"main.json": COMMENT.encode("utf-16")}),
}


def policies(folder: Path, files: Mapping[str, str | bytes], mnlint: Program, *options: str) -> tuple[int, set[str]]:
    """The exit code, and the policies that have something to say."""
    (folder / ".git").mkdir()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    done = mnlint("check", *options, "--output", "json", ".", cwd=folder)
    report: Any = json.loads(done.output)
    return done.exit_code, {one["policy"] for one in report["findings"]}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_word_in_other_letters_is_that_word(name: str, tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    code, files = HIDDEN[name]
    exit_code, found = policies(tmp_path, files, mnlint)
    assert (exit_code, code in found) == (1, True), found
    tried("T12", 1)


# A module is harmless by its own default, and its caller makes something else of it.
CALLED = "param mode string = 'AllowOnlyApprovedOutbound'\n" + BICEP.replace("'Disabled'", "mode")
CALL = "module m PATH = {\n  name: 'm'\n  params: { mode: 'Disabled' }\n}\n"
FOLDER = 'variable "mode" {\n  default = "AllowOnlyApprovedOutbound"\n}\n' + AZURERM.replace('"Disabled"', "var.mode")
MODULE = 'module "m" {\n  source = PATH\n  mode   = "Disabled"\n}\n'
LINKED = ARM.replace(
    '"resources"',
    '"parameters": { "mode": { "type": "string", "defaultValue": "AllowOnlyApprovedOutbound" } }, "resources"',
).replace('"Disabled"', "\"[parameters('mode')]\"")
LINK = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
    "properties": { "mode": "Incremental", "parameters": { "mode": { "value": "Disabled" } },
    "templateLink": { "relativePath": "PATH" } } }]
}
"""


def by_bicep(path: str, file: str) -> Mapping[str, str]:
    return {"main.bicep": CALL.replace("PATH", path), file: CALLED}


def by_terraform(path: str) -> Mapping[str, str]:
    return {"main.tf": MODULE.replace("PATH", path), "mod/main.tf": FOLDER}


def by_json(text: str) -> Mapping[str, str]:
    return {"main.tf.json": text, "mod/main.tf": FOLDER}


def by_link(text: str) -> Mapping[str, str]:
    return {"main.json": text, "nested.json": LINKED}


CALLS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "plain Bicep": ("MN001", by_bicep("'./mod.bicep'", "mod.bicep")),
    "a letter in Bicep": ("MN001", by_bicep("'./m\\u{6f}d.bicep'", "mod.bicep")),
    "a quote in a name": ("MN001", by_bicep("'./it\\'s.bicep'", "it's.bicep")),
    "a quote in a name by its number": ("MN001", by_bicep("'./it\\u{27}s.bicep'", "it's.bicep")),
    "another suffix": ("MN913", by_bicep("'./mod.txt'", "mod.txt")),
    "no suffix": ("MN913", by_bicep("/* x */ '''./mod'''", "mod")),
    "plain Terraform": ("MN001", by_terraform('"./mod"')),
    "parentheses": ("MN001", by_terraform('("./mod")')),
    "a comment": ("MN001", by_terraform('/* x */ "./mod"')),
    "a comment before the sign": (
        "MN001",
        {"main.tf": MODULE.replace("source =", "source /* x */ =").replace("PATH", '"./mod"'), "mod/main.tf": FOLDER},
    ),
    "parts": ("MN001", by_terraform('"./${"mod"}"')),
    "a letter in Terraform": ("MN001", by_terraform('"./m\\u006fd"')),
    "a dot in Terraform": ("MN001", by_terraform('"\\u002e/mod"')),
    "a condition": ("MN913", by_terraform('true ? "./mod" : "./other"')),
    "a letter in JSON": ("MN001", by_json('{"module": {"m": {"source": "./m\\u006fd", "mode": "Disabled"}}}')),
    "a letter of a key": ("MN001", by_json('{"module": {"m": {"s\\u006furce": "./mod", "mode": "Disabled"}}}')),
    "a letter of a word": ("MN001", by_json('{"m\\u006fdule": {"m": {"source": "./mod", "mode": "Disabled"}}}')),
    "an escaped slash": ("MN001", by_json('{"module": {"m": {"source": ".\\/mod", "mode": "Disabled"}}}')),
    "a plain link": ("MN001", by_link(LINK.replace("PATH", "nested.json"))),
    "a letter in a link": ("MN001", by_link(LINK.replace("PATH", "n\\u0065sted.json"))),
    "the key of a link": (
        "MN001",
        by_link(LINK.replace("PATH", "nested.json").replace("templateLink", "templ\\u0061teLink")),
    ),
    "a link of parts": ("MN001", by_link(LINK.replace("PATH", "[concat('nes', 'ted.json')]"))),
    "a suffix of its own": ("MN001", by_link(LINK.replace("PATH", "[concat('nested', '.json')]"))),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_in_other_words_is_that_call(name: str, tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    code, files = CALLS[name]
    exit_code, found = policies(tmp_path, files, mnlint)
    assert code in found
    assert exit_code == (0 if code == "MN913" else 1)
    tried("T12", 1)


def test_there_are_as_many_as_promised() -> None:
    assert len(HIDDEN) + len(CALLS) >= 50
    assert least("T12") == 90, "the others: test_encodings.py"


@pytest.mark.parametrize("written", ["registry.terraform.io/x/y/azurerm", "./other", ""])
def test_a_list_of_modules_that_names_another_source_hides_none(
    written: str, tmp_path: Path, mnlint: Program, tried: Tried
) -> None:
    """Terraform would fetch the module anew, and it is a known one, whose network is open by default."""
    source = "Azure/avm-res-machinelearningservices-workspace/azurerm"
    call = f'module "m" {{\n  source  = "{source}"\n  version = "0.9.0"\n}}\n'
    entries = [{"Key": "", "Source": "", "Dir": "."}, {"Key": "m", "Source": written, "Dir": "harmless"}]
    files = {
        "main.tf": call,
        ".terraform/modules/modules.json": json.dumps({"Modules": entries}),
        "harmless/main.tf": "locals {}\n",
    }
    assert "MN001" in policies(tmp_path, files, mnlint)[1]
    tried("T12", 1)


def test_documents_before_a_workspace_do_not_hide_it(tmp_path: Path, mnlint: Program) -> None:
    hub = "kind: hub\nname: hub\nmanaged_network:\n  isolation_mode: disabled\n"
    (tmp_path / "hub.yml").write_text("name: x\n---\n" * 1_000 + hub, "utf-8")
    done = mnlint("check", "--output", "concise", ".", cwd=tmp_path)
    assert "error MN001 hub" in done.stdout
    (tmp_path / "hub.yml").write_text("---\n".join([hub.replace("disabled", "allow_internet_outbound")] * 201), "utf-8")
    done = mnlint("check", "--output", "concise", ".", cwd=tmp_path)
    assert "hub.yml:1001:1: error MN912" in done.stdout, done.stdout[-500:]
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("template", "told"),
    [
        (f"template_content = <<-E\n{ARM}E\n", True),
        (
            'template_content = jsonencode({ a = [{ type = "Microsoft.MachineLearningServices/workspaces" }] })',
            True,
        ),
        ('template_content = jsonencode({ resources = [{ type = "Microsoft.Storage/storageAccounts" }] })', False),
        ('template_spec_version_id = "/subscriptions/0/machinelearningservices"', False),
    ],
)
def test_a_template_inside_of_a_resource_is_told(template: str, told: bool, tmp_path: Path, mnlint: Program) -> None:
    text = f'resource "azurerm_resource_group_template_deployment" "hub" {{\n  {template}\n}}\n'
    (tmp_path / "main.tf").write_text(text, "utf-8")
    done = mnlint("check", "--output", "concise", ".", cwd=tmp_path)
    words = "note MN913 the template that azurerm_resource_group_template_deployment.hub deploys is not looked into"
    assert (words in done.stdout) is told, done.stdout


def test_a_template_that_azapi_deploys_is_told(tmp_path: Path, mnlint: Program) -> None:
    body = '{ properties = { template = { resources = [{ type = "microsoft.machinelearningservices/a" }] } } }'
    kind = "Microsoft.Resources/deployments@2024-03-01"
    azapi = f'resource "azapi_resource" "d" {{\n  type = "{kind}"\n  body = {body}\n}}\n'
    (tmp_path / "main.tf").write_text(azapi, "utf-8")
    done = mnlint("check", "--output", "concise", ".", cwd=tmp_path)
    assert "note MN913 the template that azapi_resource.d deploys" in done.stdout
