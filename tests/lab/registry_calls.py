"""Calls of the modules of Terraform's registry that we have texts for, each with what uses the module.

They vary what policies look at: known, left out, null, and of a value that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

Version = tuple[int, int, int]

ROOT: Final = """\
variable "any" {}
data "azurerm_client_config" "current" {}
resource "azurerm_resource_group" "group" {
  name     = "group"
  location = "westeurope"
}
resource "azurerm_subnet" "work" {
  name              = "work"
  service_endpoints = ["Microsoft.Storage"]
}
"""
SCOPE: Final = "/subscriptions/s/resourceGroups/g/providers"
GROUP: Final = "  resource_group_name = azurerm_resource_group.group.name\n"
PARENT: Final = "  parent_id           = azurerm_resource_group.group.id\n"
NAMED: Final = '  name                = "NAME"\n  location            = "westeurope"\n'


def text_of(module: str, version: Version) -> str:
    """A root with all calls of a version of a module."""
    written = ".".join(map(str, version))
    calls, use = CALLS[module]
    parts = [ROOT]
    for at, arguments in enumerate(dict.fromkeys(calls(version))):
        parts.append(f'module "m{at}" {{\n  source  = "Azure/{module}/azurerm"\n  version = "{written}"\n')
        parts.append(f"{arguments.replace('NAME', f'name{at}')}}}\n")
        parts.append(use(version).replace("AT", str(at)))
    return "".join(parts)


def varied(*choices: list[str] | tuple[str, ...]) -> Iterator[str]:
    """Each pair of the first two, and with it one of each further choice in turn."""
    pairs = [first + second for first, second in product(*choices[:2])]
    for at in range(max(len(pairs), *(len(choice) for choice in choices[2:]))):
        yield pairs[at % len(pairs)] + "".join(choice[at % len(choice)] for choice in choices[2:])


# ── workspaces and Foundry accounts ──


def workspace(version: Version) -> Iterator[str]:
    kinds = ("Default", "hub", "project") if version < (0, 2, 0) else ("Default", "Hub", "Project")
    group = GROUP
    if version < (0, 2, 0):
        group = '  resource_group = { id = azurerm_resource_group.group.id, name = "group" }\n'
    kind = [f"{NAMED}{group}  kind = {kind}\n" for kind in (*(f'"{kind}"' for kind in kinds), "var.any")]
    network = list(_networks(version))
    yield from varied(kind, network, _resources(version), _settings(version))
    yield from varied(kind, _resources(version), network)


def _networks(version: Version) -> Iterator[str]:
    if version < (0, 2, 0):
        yield from ("", "  is_private = true\n", "  is_private = var.any\n")
        return
    mode = "  workspace_managed_network = { isolation_mode = %s }\n"
    yield ""
    yield from (mode % written for written in ('"Disabled"', '"AllowInternetOutbound"', "var.any"))
    if version >= (0, 3, 1):
        rules = '  outbound_rules = { data = { resource_id = %s, sub_resource_target = "blob" } }\n'
        yield mode % '"AllowInternetOutbound"' + rules % "var.any"
        yield mode % '"AllowOnlyApprovedOutbound"' + rules % f'"{SCOPE}/Microsoft.Storage/storageAccounts/x"'
    if version >= (0, 3, 8):
        yield """\
  workspace_managed_network = {
    isolation_mode = "AllowOnlyApprovedOutbound"
    firewall_sku   = "Basic"
    outbound_rules = {
      fqdn             = { pypi = { destination = "pypi.org" } }
      private_endpoint = { data = { resource_id = var.any, sub_resource_target = "blob" } }
      service_tag      = { open = { action = "Allow", service_tag = "Storage", protocol = "TCP", port_ranges = "443" } }
    }
  }
"""


def _resources(version: Version) -> list[str]:
    """The workspace's storage, vault and registry: given, or made by older versions."""
    kinds = {"storage_account": "Storage/storageAccounts", "container_registry": "ContainerRegistry/registries"}
    kinds["key_vault"] = "KeyVault/vaults"
    taken = "" if version >= (0, 5, 0) else "create_new = false, "
    given = (f'  {name} = {{ {taken}resource_id = "{SCOPE}/Microsoft.{kind}/x" }}\n' for name, kind in kinds.items())
    unknown = (f"  {name} = {{ {taken}resource_id = var.any }}\n" for name in kinds)
    either = (0, 1, 2) <= version < (0, 5, 0)
    made = [f"  {name} = {{ create_new = var.any }}\n" for name in kinds] if either else []
    return ["", "".join(given), "".join(unknown), *(["".join(made)] if made else [])]


def _settings(version: Version) -> list[str]:
    endpoint = '  private_endpoints = { one = { subnet_resource_id = var.any, subresource_name = "amlworkspace" } }\n'
    if version < (0, 2, 0):
        return ["", endpoint]
    connects = "create_service_connection = true, " if (0, 3, 0) <= version < (0, 8, 0) else ""
    kinds = ("", connects) if version < (0, 8, 0) else ()
    made = [f"  aiservices = {{ {kind}create_new = true }}\n" for kind in dict.fromkeys(kinds)]
    more = ["  provision_network_now_enabled = true\n"] if version >= (0, 9, 0) else []
    account = f"  aiservices = {{ {connects}name = var.any, resource_group_id = var.any }}\n"
    return ["", account, f"  is_private = true\n{endpoint}", "  is_private = var.any\n", *made, *more]


def foundry(_: Version) -> Iterator[str]:
    for private, agents, where in product(
        ("true", "false"),
        ("true", "false", "var.any"),
        ("null", '[{ subnetArmId = "", useMicrosoftManagedNetwork = true }]', "var.any"),
    ):
        yield (
            f'  base_name = "b"\n  resource_group_resource_id = var.any\n  create_private_endpoints = {private}\n'
            f'  ai_foundry = {{\n    name = "NAME"\n    create_ai_agent_service = {agents}\n'
            f"    network_injections = {where}\n  }}\n"
        )


# ── what they use ──

ACCESS: Final = ("", *(f"  public_network_access_enabled = {word}\n" for word in ("true", "false", "var.any")))
SUBNETS: Final = ("[azurerm_subnet.work.id]", "[]", "[var.any]", "var.any", "null")
UNKNOWN_ENDPOINTS: Final = "  private_endpoints = var.any\n"
ENDPOINTS: Final = [
    "",
    "  private_endpoints = {}\n",
    UNKNOWN_ENDPOINTS,
    *(
        f"  private_endpoints = {{ one = {{ {one} }} }}\n"
        + managed.replace("IS", "private_endpoints_manage_dns_zone_group")
        for one, managed in (
            ('subnet_resource_id = azurerm_subnet.work.id, subresource_name = "blob"', ""),
            ('subnet_resource_id = "x", subresource_name = "y", resource_group_name = "z"', ""),
            ("subnet_resource_id = var.any, subresource_name = var.any, name = var.any", "  IS = false\n"),
            ('subnet_resource_id = var.any, subresource_name = "blob"', "  IS = var.any\n"),
        )
    ),
]


def storage(version: Version) -> Iterator[str]:
    rules = [f"{{ virtual_network_subnet_ids = {subnets} }}" for subnets in SUBNETS]
    given = ["", *(f"  network_rules = {rule}\n" for rule in ("null", "{}", "var.any", *rules))]
    nested = ["", "  use_nested_nacl = true\n", "  use_nested_nacl = var.any\n"]
    endpoints = ENDPOINTS
    if version < (0, 1, 2):  # lists of subresources, then
        endpoints = [re.sub(r"(subresource_name = )([^,} ]+)", r"\1[\2]", written) for written in endpoints]
    basic = NAMED + (GROUP if version < (0, 7, 0) else PARENT)
    for call in varied(given, ACCESS, endpoints, nested if (0, 1, 2) <= version <= (0, 2, 0) else [""]):
        yield basic + call


def vault(version: Version) -> Iterator[str]:
    acls = [f"{{ virtual_network_subnet_ids = {subnets} }}" for subnets in SUBNETS]
    given = ["", *(f"  network_acls = {acl}\n" for acl in ("null", "{}", "var.any", *acls))]
    tenant = ["data.azurerm_client_config.current.tenant_id", "var.any", '"0000"']
    for call in varied(given, ACCESS if version >= (0, 2, 0) else [""], ENDPOINTS):
        for tenant_id in tenant[: 1 if call else 3]:
            yield f"{NAMED}{GROUP}  tenant_id = {tenant_id}\n{call}"


def registry(version: Version) -> Iterator[str]:
    networks = [f"{{ virtual_network = {networks} }}" for networks in _rules("subnet_id")]
    given = ["null", "{}", "var.any", *(networks if version < (0, 4, 0) else ())]
    skus = ["", '  sku = "Basic"\n', "  sku = var.any\n"]
    for call in varied(["", *(f"  network_rule_set = {rule}\n" for rule in given)], ACCESS, ENDPOINTS, skus):
        yield NAMED + GROUP + call


def search(_: Version) -> Iterator[str]:
    skus = ["", '  sku = "free"\n', "  sku = var.any\n"]
    for call in varied(ACCESS, ENDPOINTS, skus):
        yield NAMED + GROUP + call


def account(version: Version) -> Iterator[str]:
    rules = [f'{{ default_action = "Deny", virtual_network_rules = {rules} }}' for rules in _rules("subnet_id")]
    given = ["", *(f"  network_acls = {rule}\n" for rule in ("null", "var.any", '{ default_action = "Deny" }', *rules))]
    kinds = [f"  kind = {kind}\n" for kind in ('"AIServices"', '"OpenAI"', "var.any")]
    injected = [""]
    if version >= (0, 10, 0):
        into = '  network_injections = { subnet_id = "", scenario = "agent", microsoft_managed_network_enabled = %s }\n'
        injected += ["  network_injections = var.any\n", *(into % word for word in ("true", "false", "var.any"))]
    basic = NAMED + (GROUP if version < (0, 10, 2) else PARENT) + '  sku_name = "S0"\n'
    # Since then they are made of what another module answers: of an unknown answer, they are of no known type.
    endpoints = [written for written in ENDPOINTS if version < (0, 11, 0) or written != UNKNOWN_ENDPOINTS]
    for call in varied(kinds, given, ACCESS, injected, endpoints):
        yield basic + call


def _rules(subnet: str) -> Iterator[str]:
    listed = ("azurerm_subnet.work.id", "var.any")
    yield from (f"[{{ {subnet} = {written} }}]" for written in listed)
    yield from ("[]", "var.any", "null")


# ── what uses them ──

HUB: Final = """\
resource "azurerm_ai_foundry" "userAT" {
  name = "userAT"
  USE
  managed_network { isolation_mode = "AllowOnlyApprovedOutbound" }
}
"""
RULE: Final = """\
resource "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint" "ruleAT" {
  name                = "ruleAT"
  workspace_id        = azurerm_ai_foundry.userAT.id
  service_resource_id = USE
  sub_resource_target = "SUBRESOURCE"
}
"""


def _nothing(_: Version) -> str:
    return ""


def _uses_storage(version: Version) -> str:
    return HUB.replace("USE", f"storage_account_id = module.mAT.{'id' if version < (0, 1, 2) else 'resource_id'}")


def _uses_vault(version: Version) -> str:
    return HUB.replace("USE", f"key_vault_id = module.mAT.{'resource.id' if version < (0, 6, 0) else 'resource_id'}")


def _uses_registry(_: Version) -> str:
    return HUB.replace("USE", "container_registry_id = module.mAT.resource_id")


def _leads_to(subresource: str) -> Callable[[Version], str]:
    rule = RULE.replace("USE", "module.mAT.resource_id").replace("SUBRESOURCE", subresource)
    return lambda _: HUB.replace("  USE\n", "") + rule


CALLS: Final[dict[str, tuple[Callable[[Version], Iterator[str]], Callable[[Version], str]]]] = {
    "avm-res-machinelearningservices-workspace": (workspace, _nothing),
    "avm-ptn-aiml-ai-foundry": (foundry, _nothing),
    "avm-res-storage-storageaccount": (storage, _uses_storage),
    "avm-res-keyvault-vault": (vault, _uses_vault),
    "avm-res-containerregistry-registry": (registry, _uses_registry),
    "avm-res-search-searchservice": (search, _leads_to("searchService")),
    "avm-res-cognitiveservices-account": (account, _leads_to("account")),
}
