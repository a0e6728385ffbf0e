"""Where azurerm resources hold what facts are about."""

from __future__ import annotations

from mnlint.azure.kleene import missing
from mnlint.azure.views import View, constant
from mnlint.model.typing import Final
from mnlint.model.value import Node

WORKSPACES: Final = ("azurerm_machine_learning_workspace", "azurerm_ai_foundry", "azurerm_ai_foundry_project")
PROJECT: Final = "azurerm_ai_foundry_project"
HUBS: Final = ("azurerm_ai_foundry",)
RULES: Final = {
    "azurerm_machine_learning_workspace_network_outbound_rule_fqdn": "FQDN",
    "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint": "PrivateEndpoint",
    "azurerm_machine_learning_workspace_network_outbound_rule_service_tag": "ServiceTag",
}
COMPUTES: Final = {
    "azurerm_machine_learning_compute_cluster": "AmlCompute",
    "azurerm_machine_learning_compute_instance": "ComputeInstance",
}
COMPUTE_OF: Final = "machine_learning_workspace_id"
PRIVATE_ENDPOINT: Final = "azurerm_private_endpoint"
USES: Final = {"storage": "storage_account_id", "key vault": "key_vault_id", "registry": "container_registry_id"}

# The arguments that say whether a resource is reached from public networks.
PUBLIC_ACCESS: Final = ("public_network_access_enabled", "public_network_access", "public_network_enabled")


def rule(view: View) -> dict[str, Node]:
    """The fields of one of the three rule resources."""
    return {
        "type": constant(RULES[view.terraform], view, view.terraform),
        "host": view.at("destination_fqdn"),
        "target": view.at("service_resource_id"),
        "subresource": view.at("sub_resource_target"),
        "sparkEnabled": view.at("spark_enabled"),
        "serviceTag": view.at("service_tag"),
        "protocol": view.at("protocol"),
        "ports": view.at("port_ranges"),
    }


def compute(view: View) -> dict[str, Node]:
    """The fields of a compute cluster or instance."""
    return {
        "type": constant(COMPUTES[view.terraform], view, view.terraform),
        "subnet": view.at("subnet_resource_id"),
    }


def endpoint_targets(view: View) -> list[Node]:
    """The id that a customer's private endpoint leads to."""
    target = view.at("private_service_connection", "private_connection_resource_id")
    return [] if missing(target) else [target]  # one that is made by an alias leads to a private link service
