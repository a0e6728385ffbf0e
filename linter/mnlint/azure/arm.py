"""Where ARM, Bicep and azapi bodies hold what facts are about."""

from __future__ import annotations

from mnlint.azure.views import View
from mnlint.model.typing import Final
from mnlint.model.value import Absent, Node, Seq, member

WORKSPACE: Final = "microsoft.machinelearningservices/workspaces"
WORKSPACE_NETWORK: Final = f"{WORKSPACE}/managednetworks"
WORKSPACE_RULES: Final = (f"{WORKSPACE}/outboundrules", f"{WORKSPACE_NETWORK}/outboundrules")
CONNECTION: Final = f"{WORKSPACE}/connections"
COMPUTE: Final = f"{WORKSPACE}/computes"
ACCOUNT: Final = "microsoft.cognitiveservices/accounts"
ACCOUNT_NETWORK: Final = f"{ACCOUNT}/managednetworks"
ACCOUNT_RULES: Final = f"{ACCOUNT_NETWORK}/outboundrules"
SEARCH: Final = "microsoft.search/searchservices"
STORAGE: Final = "microsoft.storage/storageaccounts"
PRIVATE_ENDPOINT: Final = "microsoft.network/privateendpoints"

# Properties of which something of an unknown type has one, if it is one of these.
OF_CONNECTIONS: Final = ("category", "metadata")
OF_COMPUTES: Final = ("computeType", "properties")
OF_RULES: Final = ("type", "destination")

# What a workspace uses, by its role.
USES: Final = {
    "storage": ("properties", "storageAccount"),
    "key vault": ("properties", "keyVault"),
    "registry": ("properties", "containerRegistry"),
}
# The type that each of them can only have.
USED_TYPES: Final = {
    "storage": "Microsoft.Storage/storageAccounts",
    "key vault": "Microsoft.KeyVault/vaults",
    "registry": "Microsoft.ContainerRegistry/registries",
}


def network_settings(view: View) -> Node:
    """The managed-network object of a workspace or of a managedNetworks child."""
    if view.type.lower() == WORKSPACE:
        return view.at("properties", "managedNetwork")
    wrapped = view.at("properties", "managedNetwork")
    return view.at("properties") if isinstance(wrapped.value, Absent) else wrapped


def rule(settings: Node) -> dict[str, Node]:
    """The fields of a rule from its object (inline) or its `properties` (child)."""

    def at(*path: str) -> Node:
        node = settings
        for step in path:
            node = member(node, step, fold=True)
        return node

    return {
        "whole": settings,
        "type": at("type"),
        "category": at("category"),
        "status": at("status"),
        "host": at("destination"),
        "target": at("destination", "serviceResourceId"),
        "subresource": at("destination", "subresourceTarget"),
        "sparkEnabled": at("destination", "sparkEnabled"),
        "fqdns": at("fqdns"),
        "serviceTag": at("destination", "serviceTag"),
        "addressPrefixes": at("destination", "addressPrefixes"),
        "protocol": at("destination", "protocol"),
        "ports": at("destination", "portRanges"),
    }


def connection(view: View) -> dict[str, Node]:
    return {
        "category": view.at("properties", "category"),
        "target": view.at("properties", "target"),
        "resourceId": view.at("properties", "metadata", "resourceId"),
    }


def compute(view: View) -> dict[str, Node]:
    return {
        "type": view.at("properties", "computeType"),
        "subnet": view.at("properties", "properties", "subnet", "id"),
    }


def endpoint_targets(view: View) -> list[Node]:
    """The ids that a customer's private endpoint leads to."""

    found: list[Node] = []
    for name in ("privateLinkServiceConnections", "manualPrivateLinkServiceConnections"):
        listed = view.at("properties", name)
        items = (
            listed.value.items
            if isinstance(listed.value, Seq)
            else ()
            if isinstance(listed.value, Absent)
            else (listed,)
        )
        if name.startswith("private") and len(items) == 0 and not isinstance(listed.value, Seq | Absent):
            items = (listed,)
        found.extend(member(member(i, "properties", fold=True), "privateLinkServiceId", fold=True) for i in items)
    return [node for node in found if not isinstance(node.value, Absent)]
