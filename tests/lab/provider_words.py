"""What a provider would say in a plan: names, ids, what it computes and what it leaves out."""

from __future__ import annotations

from typing import Any

from mnlint import catalogue, lists
from mnlint.azure import arm_types

# What azurerm computes where nothing is written, and what it leaves null: of its schema, the part that matters here.
COMPUTED = {
    "azurerm_ai_foundry": ("discovery_url", "high_business_impact_enabled", "managed_network", "workspace_id"),
    "azurerm_ai_foundry_project": ("high_business_impact_enabled", "project_id"),
    "azurerm_machine_learning_workspace": ("discovery_url", "managed_network", "workspace_id"),
    "azurerm_storage_account": ("access_tier", "primary_blob_endpoint", "primary_location", "network_rules"),
    "azurerm_key_vault": ("vault_uri", "network_acls"),
    "azapi_resource": ("output",),
}
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
    "azapi_resource": {"locks": None, "response_export_values": None, "tags": None, "timeouts": None},
}
PROVIDERS = {
    "azurerm": {"full_name": "registry.terraform.io/hashicorp/azurerm", "version_constraint": "~> 4.0"},
    "azapi": {"full_name": "registry.terraform.io/azure/azapi", "version_constraint": "~> 2.0"},
    "random": {"full_name": "registry.terraform.io/hashicorp/random", "version_constraint": "~> 3.6"},
}
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers"
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
    given = known.get(address, {})
    _, kind, name = address.split(".")
    if attribute == "id":
        return f"{SUBSCRIPTION}/{arm_type(kind)}/{given.get('name', name)}"
    return str(given.get(attribute, TENANT if attribute == "tenant_id" else f"{name}.{attribute}"))


def arm_type(kind: str) -> str:
    if kind.startswith(RULE):
        return "Microsoft.MachineLearningServices/workspaces/hub/outboundRules"
    return {**ARM_TYPES, **MORE_TYPES}.get(kind, f"Microsoft.Other/{kind}")


def provider_name(kind: str) -> str:
    return PROVIDERS[kind.split("_", 1)[0]]["full_name"]
