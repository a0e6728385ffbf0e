"""Deployments of which much is not known, in Bicep: whatever may be the same as something else is where pairs hide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.modules import HUB

_HUB: Final = """resource hub{0} '{kind}@2024-10-01' = {{
  name: {1}
  location: 'westeurope'
  kind: 'Hub'
  properties: {{ managedNetwork: {{ isolationMode: 'AllowOnlyApprovedOutbound' }} }}
}}
"""
_RULE: Final = """resource rule{0} '{kind}/outboundRules@2024-10-01' = {{
{1}
  properties: {{ {2} }}
}}
"""
_STORAGE: Final = """resource st{0} 'Microsoft.Storage/storageAccounts@2023-05-01' = {{
  name: {1}
  location: 'westeurope'
  sku: {{ name: 'Standard_ZRS' }}
  kind: 'StorageV2'
  properties: {{ publicNetworkAccess: 'Disabled' }}
}}
"""
_GROUP: Final = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/"


def hub(number: int, name: str) -> str:
    return _HUB.format(number, name, kind=HUB)


def rule(number: int, lines: str, properties: str) -> str:
    return _RULE.format(number, lines, properties, kind=HUB)


def _host(number: int) -> str:
    return f"type: 'FQDN', destination: 'host{number}.example.com'"


def _endpoint(target: str) -> str:
    return f"type: 'PrivateEndpoint', destination: {{ serviceResourceId: {target}, subresourceTarget: 'blob' }}"


def rules_of_a_workspace_nobody_knows(count: int) -> str:
    """So many hubs, and so many rules of a workspace whose name is a parameter."""
    texts = ["param hubName string\n"]
    texts += [hub(n, f"'hub-{n}'") for n in range(count)]
    texts += [rule(n, f"  name: '${{hubName}}/rule-{n}'", _host(n)) for n in range(count)]
    return "".join(texts)


def rules_of_as_many_workspaces_nobody_knows(count: int) -> str:
    """Rules of workspaces that are not here, each of one of its own."""
    texts = [f"param hubName{n} string\n" for n in range(count)]
    texts += [rule(n, f"  name: '${{hubName{n}}}/rule'", _host(n)) for n in range(count)]
    return "".join(texts)


def accounts_with_made_names(count: int) -> str:
    """Accounts with a name that only Azure knows, and a rule to each of as many others, by their ids."""
    texts = [hub(0, "'hub'")]
    texts += [_STORAGE.format(n, f"'st${{uniqueString(resourceGroup().id, '{n}')}}'") for n in range(count)]
    kind = "Microsoft.Storage/storageAccounts"
    texts += [
        rule(n, f"  parent: hub0\n  name: 'rule-{n}'", _endpoint(f"'{_GROUP}{kind}/st{n}'")) for n in range(count)
    ]
    return "".join(texts)


def rules_to_made_names(count: int) -> str:
    """A rule to each of so many accounts with a name that only Azure knows, and as many to others, by their ids."""
    texts = [hub(0, "'hub'")]
    texts += [_STORAGE.format(n, f"'st${{uniqueString(resourceGroup().id, '{n}')}}'") for n in range(count)]
    kind = "Microsoft.Storage/storageAccounts"
    targets = [*(f"st{n}.id" for n in range(count)), *(f"'{_GROUP}{kind}/st{n}'" for n in range(count))]
    texts += [rule(n, f"  parent: hub0\n  name: 'rule-{n}'", _endpoint(target)) for n, target in enumerate(targets)]
    return "".join(texts)


def rules_to_names(count: int) -> str:
    """Rules whose target is the name of an account, which is no id."""
    texts = [hub(0, "'hub'")]
    texts += [_STORAGE.format(n, f"'stmade{n}'") for n in range(count)]
    texts += [rule(n, f"  parent: hub0\n  name: 'rule-{n}'", _endpoint(f"st{n}.name")) for n in range(count)]
    return "".join(texts)


SHAPES: Final[dict[str, Callable[[int], str]]] = {
    shape.__name__.replace("_", " "): shape
    for shape in (
        rules_of_a_workspace_nobody_knows,
        rules_of_as_many_workspaces_nobody_knows,
        accounts_with_made_names,
        rules_to_made_names,
        rules_to_names,
    )
}
