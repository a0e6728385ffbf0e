"""What a provider would say in a plan: names, ids, what it computes and what it leaves out."""

from __future__ import annotations

from typing import Any

from mnlint import catalogue, lists
from mnlint.azure import arm_types

# What a provider computes where nothing is written, and what it leaves null: of its schema, the part that matters here.
# azapi's is that of its 2.x: https://github.com/Azure/terraform-provider-azapi, internal/services at
# c43c57bbdd5e4f8cc8bcaea8c6b83bb6b669db49.
COMPUTED = {
    "azurerm_ai_foundry": ("discovery_url", "high_business_impact_enabled", "managed_network", "workspace_id"),
    "azurerm_ai_foundry_project": ("high_business_impact_enabled", "project_id"),
    "azurerm_machine_learning_workspace": ("discovery_url", "managed_network", "workspace_id"),
    "azurerm_storage_account": ("access_tier", "primary_blob_endpoint", "primary_location", "network_rules"),
    "azurerm_key_vault": ("vault_uri", "network_acls"),
    "azapi_resource": ("output",),
    "azapi_update_resource": ("name", "output", "parent_id", "resource_id"),
}
WITH_THE_BODY = {"azapi_resource": ("location", "tags")}  # computed while something in the body is unknown
WRITE_ONLY = ("sensitive_body",)  # null in every plan
UNSET: dict[str, dict[str, Any]] = {
    "azurerm_ai_foundry": {
        "application_insights_id": None,
        "container_registry_id": None,
        "description": None,
        "encryption": [],
        "friendly_name": None,
        "public_network_access": "Enabled",
        "tags": None,
        "timeouts": None,
    },
    "azurerm_machine_learning_workspace": {
        "container_registry_id": None,
        "description": None,
        "encryption": [],
        "image_build_compute_name": None,
        "public_network_access_enabled": True,
        "tags": None,
        "timeouts": None,
    },
    "azurerm_storage_account": {"public_network_access_enabled": True, "tags": None, "timeouts": None},
    "azurerm_key_vault": {"public_network_access_enabled": True, "tags": None, "timeouts": None},
    "azapi_resource": {
        "body": {},
        "identity": [],
        "ignore_casing": False,
        "ignore_missing_property": True,
        "location": None,
        "locks": None,
        "response_export_values": None,
        "schema_validation_enabled": True,
        "tags": None,
        "timeouts": None,
    },
    "azapi_update_resource": {
        "ignore_casing": False,
        "ignore_missing_property": True,
        "locks": None,
        "response_export_values": None,
        "timeouts": None,
    },
}
PROVIDERS = {
    "azurerm": {"full_name": "registry.terraform.io/hashicorp/azurerm", "version_constraint": "~> 4.0"},
    "azapi": {"full_name": "registry.terraform.io/azure/azapi", "version_constraint": "~> 2.0"},
    "random": {"full_name": "registry.terraform.io/hashicorp/random", "version_constraint": "~> 3.6"},
}
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GROUPS = "Microsoft.Resources/resourceGroups"
TENANT = "00000000-0000-0000-0000-00000000aaaa"
ARM_TYPES = arm_types(lists.load(catalogue.shipped() / "lists"))
MORE_TYPES = {
    "azurerm_ai_foundry": "Microsoft.MachineLearningServices/workspaces",
    "azurerm_machine_learning_workspace": "Microsoft.MachineLearningServices/workspaces",
    "azurerm_storage_account": "Microsoft.Storage/storageAccounts",
    "azurerm_key_vault": "Microsoft.KeyVault/vaults",
}
RULE = "azurerm_machine_learning_workspace_network_outbound_rule_"


def data_value(address: str, attribute: str, known: dict[str, dict[str, Any]]) -> str:
    """An attribute of a data source, of which what it is asked for is known."""
    given = known.get(address, {})
    _, kind, name = address.split(".")
    if attribute == "id":
        return arm_id(kind, {"name": name, **given})
    told = {"tenant_id": TENANT, "subscription_id": SUBSCRIPTION}
    return str(given.get(attribute, told.get(attribute, f"{name}.{attribute}")))


def arm_id(kind: str, about: dict[str, Any]) -> str:
    """The id of a resource. azapi says its type and its parent, azurerm does not."""
    arm_type = str(about["type"]).partition("@")[0] if kind.startswith("azapi_") and "type" in about else None
    if arm_type is None:
        return f"{GROUP}/providers/{arm_type_of(kind)}/{about['name']}"
    parent = about.get("parent_id") or (f"/subscriptions/{SUBSCRIPTION}" if arm_type == GROUPS else GROUP)
    if arm_type == GROUPS:
        return f"{parent}/resourceGroups/{about['name']}"
    below = arm_type.count("/") > 1
    return f"{parent}/{arm_type.rpartition('/')[2] if below else f'providers/{arm_type}'}/{about['name']}"


def arm_type_of(kind: str) -> str:
    if kind.startswith(RULE):
        return "Microsoft.MachineLearningServices/workspaces/hub/outboundRules"
    return {**ARM_TYPES, **MORE_TYPES}.get(kind, f"Microsoft.Other/{kind}")


def provider_name(kind: str) -> str:
    return PROVIDERS[kind.split("_", 1)[0]]["full_name"]
