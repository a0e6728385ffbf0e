"""Where azurerm resources hold what facts are about, and which ARM type each of them is."""

from __future__ import annotations

from typing import Final

from mnlint.azure.views import View, constant
from mnlint.model.value import Node

WORKSPACES: Final = ("azurerm_machine_learning_workspace", "azurerm_ai_foundry", "azurerm_ai_foundry_project")
PROJECT: Final = "azurerm_ai_foundry_project"
RULES: Final = {
    "azurerm_machine_learning_workspace_network_outbound_rule_fqdn": "FQDN",
    "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint": "PrivateEndpoint",
    "azurerm_machine_learning_workspace_network_outbound_rule_service_tag": "ServiceTag",
}
PRIVATE_ENDPOINT: Final = "azurerm_private_endpoint"
USES: Final = {"storage": "storage_account_id", "key vault": "key_vault_id", "registry": "container_registry_id"}

# The ARM types of azurerm types that are no private-endpoint targets (those are in the list of targets), or are only at
# some dates: what a resource is does not depend on the day.
# Source: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs, the import section of each resource.
ARM_TYPES: Final = {
    "azurerm_mssql_managed_instance": "Microsoft.Sql/managedInstances",
    "azurerm_sql_managed_instance": "Microsoft.Sql/managedInstances",
    "azurerm_postgresql_flexible_server": "Microsoft.DBforPostgreSQL/flexibleServers",
    "azurerm_api_management": "Microsoft.ApiManagement/service",
    "azurerm_monitor_private_link_scope": "Microsoft.Insights/privateLinkScopes",
    "azurerm_application_gateway": "Microsoft.Network/applicationGateways",
    "azurerm_ai_foundry_project": "Microsoft.MachineLearningServices/workspaces",
    "azurerm_private_endpoint": "Microsoft.Network/privateEndpoints",
    "azurerm_virtual_network": "Microsoft.Network/virtualNetworks",
    "azurerm_subnet": "Microsoft.Network/virtualNetworks/subnets",
    "azurerm_private_link_service": "Microsoft.Network/privateLinkServices",
    "azurerm_lb": "Microsoft.Network/loadBalancers",
    "azurerm_linux_virtual_machine": "Microsoft.Compute/virtualMachines",
    "azurerm_windows_virtual_machine": "Microsoft.Compute/virtualMachines",
    "azurerm_managed_disk": "Microsoft.Compute/disks",
    "azurerm_disk_access": "Microsoft.Compute/diskAccesses",
    "azurerm_servicebus_namespace": "Microsoft.ServiceBus/namespaces",
    "azurerm_relay_namespace": "Microsoft.Relay/namespaces",
    "azurerm_eventgrid_topic": "Microsoft.EventGrid/topics",
    "azurerm_eventgrid_domain": "Microsoft.EventGrid/domains",
    "azurerm_iothub": "Microsoft.Devices/IotHubs",
    "azurerm_kusto_cluster": "Microsoft.Kusto/clusters",
    "azurerm_synapse_workspace": "Microsoft.Synapse/workspaces",
    "azurerm_kubernetes_cluster": "Microsoft.ContainerService/managedClusters",
    "azurerm_automation_account": "Microsoft.Automation/automationAccounts",
    "azurerm_app_configuration": "Microsoft.AppConfiguration/configurationStores",
    "azurerm_signalr_service": "Microsoft.SignalRService/SignalR",
    "azurerm_web_pubsub": "Microsoft.SignalRService/WebPubSub",
    "azurerm_batch_account": "Microsoft.Batch/batchAccounts",
    "azurerm_purview_account": "Microsoft.Purview/accounts",
    "azurerm_application_insights": "Microsoft.Insights/components",
    "azurerm_log_analytics_workspace": "Microsoft.OperationalInsights/workspaces",
    "azurerm_recovery_services_vault": "Microsoft.RecoveryServices/vaults",
    "azurerm_resource_group": "Microsoft.Resources/resourceGroups",
}

# The arguments that say whether a resource is reached from public networks.
PUBLIC_ACCESS: Final = ("public_network_access_enabled", "public_network_access", "public_network_enabled")


def rule(view: View) -> dict[str, Node]:
    """The fields of one of the three rule resources."""
    return {
        "type": constant(RULES[view.terraform], view, view.terraform),
        "host": view.at("destination_fqdn"),
        "target": view.at("service_resource_id"),
        "subresource": view.at("sub_resource_target"),
        "serviceTag": view.at("service_tag"),
        "protocol": view.at("protocol"),
        "ports": view.at("port_ranges"),
    }


def endpoint_targets(view: View) -> list[Node]:
    """The id that a customer's private endpoint leads to."""
    return [view.at("private_service_connection", "private_connection_resource_id")]
