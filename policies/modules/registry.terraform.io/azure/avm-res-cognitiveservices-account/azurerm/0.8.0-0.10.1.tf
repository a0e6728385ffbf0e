# Azure/avm-res-cognitiveservices-account/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-cognitiveservices-account/blob/49d830828520457fc31172b96b084a3574c381a5/main.tf
# Checked: 2026-11-29

variable "name" {
  type     = string
  nullable = false
}

variable "kind" {
  type     = string
  nullable = false
}

variable "location" {
  type     = string
  nullable = false
}

variable "resource_group_name" {
  type     = string
  nullable = false
}

variable "network_acls" {
  type = object({
    default_action = string
    virtual_network_rules = optional(set(object({
      subnet_id = string
    })))
  })
  default = null
}

variable "network_injections" {
  type = object({
    subnet_id                         = string
    scenario                          = string
    microsoft_managed_network_enabled = optional(bool, false)
  })
  default = null
}

variable "public_network_access_enabled" {
  type     = bool
  default  = true
  nullable = false
}

variable "private_endpoints" {
  type = map(object({
    name                = optional(string, null)
    subnet_resource_id  = string
    location            = optional(string, null)
    resource_group_name = optional(string, null)
  }))
  default  = {}
  nullable = false
}

variable "private_endpoints_manage_dns_zone_group" {
  type     = bool
  default  = true
  nullable = false
}

data "azurerm_resource_group" "rg" {
  name = var.resource_group_name
}

resource "azapi_resource" "this" {
  count = var.kind != "AIServices" ? 1 : 0

  location  = var.location
  name      = var.name
  parent_id = data.azurerm_resource_group.rg.id
  type      = "Microsoft.CognitiveServices/accounts@2025-06-01"
  body = merge(unlisted, {
    kind = var.kind
    properties = merge(unlisted, {
      publicNetworkAccess = var.public_network_access_enabled ? "Enabled" : "Disabled"
      networkAcls = var.network_acls == null ? null : merge(unlisted, {
        defaultAction = var.network_acls.default_action
        virtualNetworkRules = var.network_acls.virtual_network_rules == null ? null : [
          for rule in var.network_acls.virtual_network_rules : {
            id                               = rule.subnet_id
            ignoreMissingVnetServiceEndpoint = unlisted
          }
        ]
      })
      networkInjections = null
    })
  })
}

resource "azapi_resource" "ai_service" {
  count = var.kind == "AIServices" ? 1 : 0

  location  = var.location
  name      = var.name
  parent_id = data.azurerm_resource_group.rg.id
  type      = "Microsoft.CognitiveServices/accounts@2025-06-01"
  body = merge(unlisted, {
    kind = "AIServices"
    properties = merge(unlisted, {
      publicNetworkAccess = var.public_network_access_enabled ? "Enabled" : "Disabled"
      networkAcls = var.network_acls == null ? null : merge(unlisted, {
        defaultAction = var.network_acls.default_action
        virtualNetworkRules = var.network_acls.virtual_network_rules == null ? null : [
          for rule in var.network_acls.virtual_network_rules : {
            id                               = rule.subnet_id
            ignoreMissingVnetServiceEndpoint = unlisted
          }
        ]
      })
      networkInjections = var.network_injections != null ? [{
        subnetArmId                = var.network_injections.subnet_id
        scenario                   = var.network_injections.scenario
        useMicrosoftManagedNetwork = var.network_injections.microsoft_managed_network_enabled
      }] : null
    })
  })
}

locals {
  resource_block = merge(unlisted, {
    id   = try(azapi_resource.this[0].id, azapi_resource.ai_service[0].id)
    name = try(azapi_resource.this[0].name, azapi_resource.ai_service[0].name)
  })
}

resource "azurerm_private_endpoint" "this" {
  for_each = { for k, v in var.private_endpoints : k => v if var.private_endpoints_manage_dns_zone_group }

  location                      = each.value.location != null ? each.value.location : var.location
  name                          = each.value.name != null ? each.value.name : "pep-${var.name}"
  resource_group_name           = each.value.resource_group_name != null ? each.value.resource_group_name : var.resource_group_name
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  tags                          = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = local.resource_block.id
    subresource_names              = ["account"]
  }
}

resource "azurerm_private_endpoint" "this_unmanaged_dns_zone_groups" {
  for_each = { for k, v in var.private_endpoints : k => v if !var.private_endpoints_manage_dns_zone_group }

  location                      = each.value.location != null ? each.value.location : var.location
  name                          = each.value.name != null ? each.value.name : "pep-${var.name}"
  resource_group_name           = each.value.resource_group_name != null ? each.value.resource_group_name : var.resource_group_name
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  tags                          = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = local.resource_block.id
    subresource_names              = ["account"]
  }
}

output "name" {
  value = local.resource_block.name
}

output "resource" {
  value = local.resource_block
}

output "resource_id" {
  value = local.resource_block.id
}

output "private_endpoints" {
  value = azurerm_private_endpoint.this
}
