"""Large deployments of one shape, made up, as each language writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

HUB: Final = "Microsoft.MachineLearningServices/workspaces"
RULE: Final = f"{HUB}/outboundRules"
STORAGE: Final = "Microsoft.Storage/storageAccounts"
VNET: Final = "Microsoft.Network/virtualNetworks"
VERSIONS: Final = {HUB: "2024-10-01", STORAGE: "2023-05-01", VNET: "2024-01-01"}
VERSIONS_BELOW: Final = {RULE: "2024-10-01", f"{HUB}/connections": "2024-10-01", f"{VNET}/subnets": "2024-01-01"}
RESOURCE_GROUP: Final = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"


@dataclass(frozen=True, slots=True)
class Id:
    """The id of another resource of the deployment."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Made:
    """A resource, as ARM has it."""

    kind: str
    symbol: str
    name: str
    properties: dict[str, Any]
    parent: str | None = None
    top: dict[str, Any] = field(default_factory=dict)
    after: str | None = None

    @property
    def version(self) -> str:
        return (VERSIONS | VERSIONS_BELOW)[self.kind]


# ── shapes ──


def _hub(symbol: str = "hub", *, rules: dict[str, Any] | None = None) -> Made:
    network: dict[str, Any] = {"isolationMode": "AllowOnlyApprovedOutbound"}
    if rules is not None:
        network["outboundRules"] = rules
    name = symbol.replace("_", "-")
    return Made(HUB, symbol, f"my-{name}", {"managedNetwork": network}, top={"location": "westeurope", "kind": "Hub"})


def _storage(symbol: str, subnet: str | None = None) -> Made:
    closed: dict[str, Any] = {"publicNetworkAccess": "Disabled"}
    if subnet is not None:
        closed = {"networkAcls": {"defaultAction": "Deny", "virtualNetworkRules": [{"id": Id(subnet)}]}}
    top = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
    return Made(STORAGE, symbol, f"stmade{symbol.replace('_', '')}", closed, top=top)


def _fqdn(number: int) -> dict[str, Any]:
    return {"type": "FQDN", "destination": f"host{number}.example.com"}


def _endpoint(target: Id) -> dict[str, Any]:
    return {"type": "PrivateEndpoint", "destination": {"serviceResourceId": target, "subresourceTarget": "blob"}}


def _rule(symbol: str, hub: str, properties: dict[str, Any], after: str | None) -> Made:
    name = f"rule-{symbol.rpartition('_')[2]}"  # each hub names its rules alike
    return Made(RULE, symbol, name, properties, parent=hub, after=after)


def fqdn_rules(count: int) -> Iterator[Made]:
    """FQDN rules of one hub, each a resource that waits for the one before."""
    yield _hub()
    for n in range(count):
        yield _rule(f"rule_{n}", "hub", _fqdn(n), f"rule_{n - 1}" if n else None)


def fqdn_rules_at_once(count: int) -> Iterator[Made]:
    """FQDN rules of one hub, none of which waits for another one."""
    yield _hub()
    for n in range(count):
        yield _rule(f"rule_{n}", "hub", _fqdn(n), None)


def inline_fqdn_rules(count: int) -> Iterator[Made]:
    """FQDN rules that stand in their hub."""
    yield _hub(rules={f"rule-{n}": _fqdn(n) for n in range(count)})


def endpoint_rules(count: int) -> Iterator[Made]:
    """Private endpoint rules of one hub, each to a storage account of its own."""
    yield _hub()
    for n in range(count):
        yield _storage(f"st_{n}")
        yield _rule(f"rule_{n}", "hub", _endpoint(Id(f"st_{n}")), f"rule_{n - 1}" if n else None)


def hubs(count: int) -> Iterator[Made]:
    """Hubs, each with five private endpoint rules to one storage account and others, and five FQDN rules."""
    for n in range(5):
        yield _storage(f"st_{n}")
    for hub in range(count):
        yield _hub(f"hub_{hub}")
        for n in range(10):
            properties = _endpoint(Id(f"st_{n}")) if n < 5 else _fqdn(n)
            yield _rule(f"rule_{hub}_{n}", f"hub_{hub}", properties, f"rule_{hub}_{n - 1}" if n else None)


def connections(count: int) -> Iterator[Made]:
    """Connections of one hub to storage accounts."""
    yield _hub()
    for n in range(count):
        yield _storage(f"st_{n}")
        properties = {
            "category": "AzureBlob",
            "authType": "AAD",
            "target": f"https://stmadest{n}.blob.core.windows.net/",
            "metadata": {"ResourceId": Id(f"st_{n}")},
        }
        yield Made(f"{HUB}/connections", f"connection_{n}", f"connection-{n}", properties, parent="hub")


def closed_storage(count: int) -> Iterator[Made]:
    """Storage accounts that let one subnet in, and a private endpoint rule to every tenth of them."""
    yield Made(VNET, "net", "net", {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}, top={"location": "x"})
    yield Made(f"{VNET}/subnets", "subnet", "work", {"addressPrefix": "10.0.1.0/24"}, parent="net")
    yield _hub()
    before = None
    for n in range(count):
        yield _storage(f"st_{n}", "subnet")
        if n % 10 == 0:
            yield _rule(f"rule_{n}", "hub", _endpoint(Id(f"st_{n}")), before)
            before = f"rule_{n}"


SHAPES: Final[dict[str, Callable[[int], Iterator[Made]]]] = {
    shape.__name__.replace("_", " "): shape
    for shape in (
        *(fqdn_rules, fqdn_rules_at_once, inline_fqdn_rules, endpoint_rules),
        *(hubs, connections, closed_storage),
    )
}


# ── languages ──


def bicep(made: list[Made]) -> str:
    return "\n".join(_bicep_resource(one) for one in made) + "\n"


def _bicep_resource(one: Made) -> str:
    lines = [f"resource {one.symbol} '{one.kind}@{one.version}' = {{"]
    lines += [f"  parent: {one.parent}"] if one.parent else []
    lines += [f"  name: '{one.name}'"]
    lines += [f"  {key}: {_bicep(value, 1)}" for key, value in one.top.items()]
    lines += [f"  properties: {_bicep(one.properties, 1)}"]
    lines += [f"  dependsOn: [{one.after}]"] if one.after else []
    return "\n".join([*lines, "}"])


def _bicep(value: Any, depth: int) -> str:
    indent = "  " * (depth + 1)
    match value:
        case dict():
            return "\n".join(
                ["{", *(f"{indent}'{k}': {_bicep(v, depth + 1)}" for k, v in value.items()), indent[2:] + "}"]
            )
        case list():
            return "\n".join(["[", *(f"{indent}{_bicep(v, depth + 1)}" for v in value), indent[2:] + "]"])
        case Id():
            return f"{value.symbol}.id"
        case _:
            return f"'{value}'"


def arm(made: list[Made]) -> str:
    by_symbol = {one.symbol: one for one in made}
    listed = []
    for one in made:
        after = [_arm_id(by_symbol, s) for s in (one.parent, one.after) if s]
        listed.append(
            {
                "type": one.kind,
                "apiVersion": one.version,
                "name": "/".join(_arm_names(by_symbol, one)),
                **one.top,
                **({"dependsOn": after} if after else {}),
                "properties": _arm(by_symbol, one.properties),
            }
        )
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": listed}, indent=2) + "\n"


def _arm_names(by_symbol: dict[str, Made], one: Made) -> list[str]:
    return [*(_arm_names(by_symbol, by_symbol[one.parent]) if one.parent else ()), one.name]


def _arm_id(by_symbol: dict[str, Made], symbol: str) -> str:
    one = by_symbol[symbol]
    names = ", ".join(f"'{name}'" for name in _arm_names(by_symbol, one))
    return f"[resourceId('{one.kind}', {names})]"


def _arm(by_symbol: dict[str, Made], value: Any) -> Any:
    match value:
        case dict():
            return {key: _arm(by_symbol, child) for key, child in value.items()}
        case list():
            return [_arm(by_symbol, child) for child in value]
        case Id():
            return _arm_id(by_symbol, value.symbol)
        case _:
            return value


def azapi(made: list[Made]) -> str:
    return "\n".join(_azapi_resource(one) for one in made) + "\n"


def _azapi_resource(one: Made, labels: dict[str, str] | None = None) -> str:
    above = f"{_label(one.parent, labels)}.id" if one.parent else f'"{RESOURCE_GROUP}"'
    body = {**{k: v for k, v in one.top.items() if k != "location"}, "properties": one.properties}
    lines = [
        f'resource "azapi_resource" "{one.symbol}" {{',
        f'  type      = "{one.kind}@{one.version}"',
        f'  name      = "{one.name}"',
        f"  parent_id = {above}",
        f"  body = {_hcl(body, 1, labels)}",
    ]
    lines += [f"  depends_on = [{_label(one.after, labels)}]"] if one.after else []
    return "\n".join([*lines, "}"])


def _label(symbol: str, labels: dict[str, str] | None) -> str:
    return f"{(labels or {}).get(symbol, 'azapi_resource')}.{symbol}"


def _hcl(value: Any, depth: int, labels: dict[str, str] | None) -> str:
    indent = "  " * (depth + 1)
    match value:
        case dict():
            inner = (f'{indent}"{k}" = {_hcl(v, depth + 1, labels)}' for k, v in value.items())
            return "\n".join(["{", *inner, indent[2:] + "}"])
        case list():
            return f"[{', '.join(_hcl(v, depth + 1, labels) for v in value)}]"
        case Id():
            return f"{_label(value.symbol, labels)}.id"
        case _:
            return f'"{value}"'


_FQDN: Final = "azurerm_machine_learning_workspace_network_outbound_rule_fqdn"
_ENDPOINT: Final = "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint"
_AZURERM: Final = {
    HUB: "azurerm_ai_foundry",
    STORAGE: "azurerm_storage_account",
    VNET: "azurerm_virtual_network",
    f"{VNET}/subnets": "azurerm_subnet",
}


def azurerm(made: list[Made]) -> str:
    """What azurerm has no resource for, or not here, is azapi's."""
    labels = {one.symbol: label for one in made if (label := _azurerm_label(one)) is not None}
    return (
        "\n".join(
            _azurerm_resource(one, labels[one.symbol], labels) if one.symbol in labels else _azapi_resource(one, labels)
            for one in made
        )
        + "\n"
    )


def _azurerm_label(one: Made) -> str | None:
    if one.kind == RULE:
        return _FQDN if one.properties["type"] == "FQDN" else _ENDPOINT
    return None if "outboundRules" in one.properties.get("managedNetwork", ()) else _AZURERM.get(one.kind)


def _azurerm_resource(one: Made, label: str, labels: dict[str, str]) -> str:
    group = 'resource_group_name = "rg"'
    destination = one.properties.get("destination")
    name = f'name = "{one.name}"'
    parent = _label(one.parent, labels) if one.parent else ""
    match one.kind:
        case "Microsoft.MachineLearningServices/workspaces":
            lines = [name, group, 'location = "westeurope"', 'storage_account_id = "x"', 'key_vault_id = "x"']
            lines += ["managed_network {", '  isolation_mode = "AllowOnlyApprovedOutbound"', "}"]
        case "Microsoft.Storage/storageAccounts":
            lines = [name, group, 'location = "westeurope"', 'account_tier = "Standard"']
            lines += ['account_replication_type = "ZRS"']
            acls = one.properties.get("networkAcls")
            if acls is None:
                lines += ["public_network_access_enabled = false"]
            else:
                subnets = [rule["id"] for rule in acls["virtualNetworkRules"]]
                lines += ["network_rules {", '  default_action = "Deny"']
                lines += [f"  virtual_network_subnet_ids = {_hcl(subnets, 1, labels)}", "}"]
        case "Microsoft.Network/virtualNetworks":
            lines = [name, group, 'location = "westeurope"', 'address_space = ["10.0.0.0/16"]']
        case "Microsoft.Network/virtualNetworks/subnets":
            lines = [name, group, f"virtual_network_name = {parent}.name", 'address_prefixes = ["10.0.1.0/24"]']
        case _ if isinstance(destination, dict):
            lines = [name, f"workspace_id = {parent}.id", 'sub_resource_target = "blob"']
            lines += [f"service_resource_id = {_hcl(destination['serviceResourceId'], 1, labels)}"]
        case _:
            lines = [name, f"workspace_id = {parent}.id", f'destination_fqdn = "{destination}"']
    lines += [f"depends_on = [{_label(one.after, labels)}]"] if one.after else []
    return "\n".join([f'resource "{label}" "{one.symbol}" {{', *(f"  {line}" for line in lines), "}"])


LANGUAGES: Final[dict[str, tuple[str, Callable[[list[Made]], str]]]] = {
    "Bicep": ("main.bicep", bicep),
    "ARM JSON": ("main.json", arm),
    "azurerm": ("main.tf", azurerm),
    "azapi": ("main.tf", azapi),
}


def text(language: str, shape: str, count: int) -> tuple[str, str]:
    """The name of a file and its text."""
    name, render = LANGUAGES[language]
    return name, render(list(SHAPES[shape](count)))
