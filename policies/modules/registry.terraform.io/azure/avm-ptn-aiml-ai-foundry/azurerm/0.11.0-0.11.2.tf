# Azure/avm-ptn-aiml-ai-foundry/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-ptn-aiml-ai-foundry/blob/84ab86f1424acce35645b8d5faa4a2af357c1edf/main.foundry.tf
# Checked: 2026-11-23

variable "base_name" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_resource_id" {
  type = string
}

variable "cognitive_services_api_version" {
  type    = string
  default = "2025-10-01-preview"
}

variable "create_private_endpoints" {
  type    = bool
  default = false
}

variable "private_endpoint_subnet_resource_id" {
  type    = string
  default = null
}

variable "private_endpoint_resource_group_location" {
  type    = string
  default = null
}

variable "private_endpoint_resource_group_name" {
  type    = string
  default = null
}

variable "private_endpoints_manage_dns_zone_groups" {
  type    = bool
  default = true
}

variable "ai_foundry" {
  type = object({
    name                          = optional(string, null)
    create_ai_agent_service       = optional(bool, false)
    public_network_access_enabled = optional(bool, null)
    network_injections = optional(list(object({
      scenario                   = optional(string, "agent")
      subnetArmId                = string
      useMicrosoftManagedNetwork = optional(bool, false)
    })), null)
  })
  default = {}
}

resource "azapi_resource" "ai_foundry" {
  location  = var.location
  name      = coalesce(var.ai_foundry.name, "aif-${var.base_name}-${unlisted}")
  parent_id = var.resource_group_resource_id
  type      = "Microsoft.CognitiveServices/accounts@${var.cognitive_services_api_version}"
  body = merge(unlisted, {
    kind = "AIServices"
    properties = merge(unlisted, {
      publicNetworkAccess = (
        var.ai_foundry.public_network_access_enabled == null ?
        (var.create_private_endpoints ? "Disabled" : "Enabled") :
        (var.ai_foundry.public_network_access_enabled ? "Enabled" : "Disabled")
      )
      networkInjections   = var.ai_foundry.create_ai_agent_service ? var.ai_foundry.network_injections : null
    })
  })
}

resource "azurerm_private_endpoint" "ai_foundry" {
  count = var.create_private_endpoints && var.private_endpoints_manage_dns_zone_groups ? 1 : 0

  location               = coalesce(var.private_endpoint_resource_group_location, var.location)
  name                   = "pe-${azapi_resource.ai_foundry.name}"
  resource_group_name    = coalesce(var.private_endpoint_resource_group_name, basename(var.resource_group_resource_id))
  subnet_id              = var.private_endpoint_subnet_resource_id
  tags                   = unlisted
  private_dns_zone_group = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = "psc-${azapi_resource.ai_foundry.name}"
    private_connection_resource_id = azapi_resource.ai_foundry.id
    subresource_names              = ["account"]
  }
}

resource "azurerm_private_endpoint" "unmanaged_ai_foundry" {
  count = var.create_private_endpoints && !var.private_endpoints_manage_dns_zone_groups ? 1 : 0

  location               = coalesce(var.private_endpoint_resource_group_location, var.location)
  name                   = "pe-${azapi_resource.ai_foundry.name}"
  resource_group_name    = coalesce(var.private_endpoint_resource_group_name, basename(var.resource_group_resource_id))
  subnet_id              = var.private_endpoint_subnet_resource_id
  tags                   = unlisted
  private_dns_zone_group = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = "psc-${azapi_resource.ai_foundry.name}"
    private_connection_resource_id = azapi_resource.ai_foundry.id
    subresource_names              = ["account"]
  }
}

output "ai_foundry_id" {
  value = azapi_resource.ai_foundry.id
}

output "ai_foundry_name" {
  value = azapi_resource.ai_foundry.name
}
