"""Deployments of many files, made up, as each language writes them: a root, modules that call modules, and a hub."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

HUB: Final = "Microsoft.MachineLearningServices/workspaces"
SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
PARAMETERS: Final = ("name", "mode")  # of every file; the root has values for them

Files = dict[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a module, once or for each of some members, which gives its name on with a suffix."""

    module: str
    suffix: str
    each: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """A file with calls of modules, a hub if it is to have one, and the values of its parameters if it is a root."""

    calls: tuple[Call, ...] = ()
    hub: bool = False
    values: Mapping[str, str] | None = None


def deployment(language: str, files: Mapping[str, Made]) -> Files:
    """Files by their paths; the one called "main" is the root, beside the folder of all others."""
    place, write = LANGUAGES[language]
    return {place(name): write(made, name == "main") for name, made in files.items()}


def chain(depth: int, mode: str, *, fan_out: int = 1, each: int = 1) -> dict[str, Made]:
    """A root, and modules one below the other, each called `fan_out` times, or once for each of some; then a hub."""
    files = {}
    for level in range(depth):
        calls = tuple(Call(f"level{level + 1}", f"-{n}", each) for n in range(fan_out))
        files[f"level{level}" if level else "main"] = Made(calls)
    files[f"level{depth}"] = Made(hub=True)
    return files | {"main": Made(files["main"].calls, values={"name": "hub", "mode": mode})}


def star(count: int, mode: str, *, files: int = 1) -> dict[str, Made]:
    """A root that calls modules with a hub, all of them one of so many files in turn."""
    calls = tuple(Call(f"hub{n % files}", f"-{n}") for n in range(count))
    hubs = {f"hub{n}": Made(hub=True) for n in range(files)}
    return {"main": Made(calls, values={"name": "hub", "mode": mode}), **hubs}


def loop(count: int, mode: str) -> dict[str, Made]:
    """A root that calls a module with a hub for each of so many members."""
    calls = (Call("hub0", "", max(count, 2)),)
    return {"main": Made(calls, values={"name": "hub", "mode": mode}), "hub0": Made(hub=True)}


# ── languages ──


def _bicep(made: Made, root: bool) -> str:
    values = made.values or {}
    lines = [f"param {name} string" + (f" = '{values[name]}'" if name in values else "") for name in PARAMETERS]
    folder = "modules/" if root else ""
    for number, call in enumerate(made.calls):
        lines.append(f"module call{number} '{folder}{call.module}.bicep' = {_opened(call)}")
        lines.append(f"  name: 'call{number}{'-${i}' if call.each > 1 else ''}'")
        member = "-${i}" if call.each > 1 else ""
        lines.append(f"  params: {{ name: '${{name}}{call.suffix}{member}', mode: mode }}")
        lines.append("}]" if call.each > 1 else "}")
    if made.hub:
        lines += [
            f"resource hub '{HUB}@2024-10-01' = {{",
            "  name: name",
            "  location: 'westeurope'",
            "  kind: 'Hub'",
            "  properties: {",
            "    managedNetwork: {",
            "      isolationMode: mode",
            "      outboundRules: { pypi: { type: 'FQDN', destination: 'pypi.org' } }",
            "    }",
            "  }",
            "}",
        ]
    return "\n".join(lines) + "\n"


def _opened(call: Call) -> str:
    return f"[for i in range(0, {call.each}): {{" if call.each > 1 else "{"


def _arm(made: Made, root: bool) -> str:
    values = made.values or {}
    parameters = {
        name: {"type": "string", **({"defaultValue": values[name]} if name in values else {})} for name in PARAMETERS
    }
    resources = [_deployment(number, call, "modules/" if root else "") for number, call in enumerate(made.calls)]
    if made.hub:
        rules = {"pypi": {"type": "FQDN", "destination": "pypi.org"}}
        network = {"isolationMode": "[parameters('mode')]", "outboundRules": rules}
        resources.append(
            {
                "type": HUB,
                "apiVersion": "2024-10-01",
                "name": "[parameters('name')]",
                "location": "westeurope",
                "kind": "Hub",
                "properties": {"managedNetwork": network},
            }
        )
    template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": parameters, "resources": resources}
    return json.dumps(template, indent=2) + "\n"


def _deployment(number: int, call: Call, folder: str) -> dict[str, Any]:
    member = ", '-', string(copyIndex())" if call.each > 1 else ""
    given = {"name": f"[concat(parameters('name'), '{call.suffix}'{member})]", "mode": "[parameters('mode')]"}
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": f"[concat('call{number}'{member})]",
        **({"copy": {"name": f"call{number}", "count": call.each}} if call.each > 1 else {}),
        "properties": {
            "mode": "Incremental",
            "templateLink": {"relativePath": f"{folder}{call.module}.json"},
            "parameters": {name: {"value": value} for name, value in given.items()},
        },
    }


def _terraform(made: Made, root: bool, hub: str) -> str:
    values = made.values or {}
    lines = []
    for name in PARAMETERS:
        lines += [f'variable "{name}" {{', "  type = string"]
        lines += [f'  default = "{values[name]}"'] if name in values else []
        lines += ["}"]
    for number, call in enumerate(made.calls):
        lines += [f'module "call{number}" {{', f'  source = "{"./modules" if root else ".."}/{call.module}"']
        if call.each > 1:
            members = ", ".join(f'"m{n}"' for n in range(call.each))
            lines.append(f"  for_each = toset([{members}])")
        member = "-${each.key}" if call.each > 1 else ""
        lines += [f'  name = "${{var.name}}{call.suffix}{member}"', "  mode = var.mode", "}"]
    return "\n".join([*lines, *([hub] if made.hub else [])]) + "\n"


_AZURERM: Final = """resource "azurerm_ai_foundry" "hub" {
  name                = var.name
  location            = "westeurope"
  resource_group_name = "rg"
  storage_account_id  = "x"
  key_vault_id        = "x"
  managed_network {
    isolation_mode = var.mode
  }
}
resource "azurerm_machine_learning_workspace_network_outbound_rule_fqdn" "pypi" {
  name             = "pypi"
  workspace_id     = azurerm_ai_foundry.hub.id
  destination_fqdn = "pypi.org"
}"""

_AZAPI: Final = f"""resource "azapi_resource" "hub" {{
  type      = "{HUB}@2024-10-01"
  name      = var.name
  location  = "westeurope"
  parent_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
  body = {{
    kind = "Hub"
    properties = {{
      managedNetwork = {{
        isolationMode = var.mode
        outboundRules = {{ pypi = {{ type = "FQDN", destination = "pypi.org" }} }}
      }}
    }}
  }}
}}"""

LANGUAGES: Final[dict[str, tuple[Callable[[str], str], Callable[[Made, bool], str]]]] = {
    "Bicep": (lambda name: f"{'' if name == 'main' else 'modules/'}{name}.bicep", _bicep),
    "ARM JSON": (lambda name: f"{'' if name == 'main' else 'modules/'}{name}.json", _arm),
    "azurerm": (
        lambda name: "main.tf" if name == "main" else f"modules/{name}/main.tf",
        lambda made, root: _terraform(made, root, _AZURERM),
    ),
    "azapi": (
        lambda name: "main.tf" if name == "main" else f"modules/{name}/main.tf",
        lambda made, root: _terraform(made, root, _AZAPI),
    ),
}
SUFFIX: Final = {"Bicep": "bicep", "ARM JSON": "json", "azurerm": "tf", "azapi": "tf"}


def beside(language: str, number: int) -> str:
    """A template about something else, that nobody calls."""
    match language:
        case "Bicep":
            return f"""param location string = resourceGroup().location
resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {{
  name: 'st{number}'
  location: location
  sku: {{ name: 'Standard_ZRS' }}
  kind: 'StorageV2'
  properties: {{ publicNetworkAccess: 'Disabled', minimumTlsVersion: 'TLS1_2' }}
}}
output id string = account.id
"""
        case "ARM JSON":
            account = {
                "type": "Microsoft.Storage/storageAccounts",
                "apiVersion": "2023-05-01",
                "name": f"st{number}",
                "location": "[resourceGroup().location]",
                "sku": {"name": "Standard_ZRS"},
                "kind": "StorageV2",
                "properties": {"publicNetworkAccess": "Disabled"},
            }
            return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [account]}, indent=2) + "\n"
        case _:
            return f"""variable "location" {{ default = "westeurope" }}
resource "azurerm_storage_account" "account" {{
  name                          = "st{number}"
  location                      = var.location
  resource_group_name           = "rg"
  account_tier                  = "Standard"
  account_replication_type      = "ZRS"
  public_network_access_enabled = false
}}
output "id" {{ value = azurerm_storage_account.account.id }}
"""
