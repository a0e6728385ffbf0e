# Azure/avm-res-cognitiveservices-account/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-cognitiveservices-account/blob/02ac1c992bbadd4286d36171cfd43792a513c375/main.tf
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

variable "parent_id" {
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

resource "azapi_resource" "this" {
  count = var.kind != "AIServices" ? 1 : 0

  location  = var.location
  name      = var.name
  parent_id = var.parent_id
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
  parent_id = var.parent_id
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

resource "azapi_resource" "private_endpoints" {
  for_each = { for k, v in var.private_endpoints : k => v if var.private_endpoints_manage_dns_zone_group }

  location  = each.value.location != null ? each.value.location : var.location
  name      = each.value.name != null ? each.value.name : unlisted
  parent_id = each.value.resource_group_name != null ? unlisted : var.parent_id
  type      = "Microsoft.Network/privateEndpoints@2024-05-01"
  body = merge(unlisted, {
    properties = merge(unlisted, {
      subnet = { id = each.value.subnet_resource_id }
      privateLinkServiceConnections = [
        {
          name = unlisted
          properties = {
            privateLinkServiceId = local.resource_block.id
            groupIds             = ["account"]
          }
        }
      ]
      manualPrivateLinkServiceConnections = null
    })
  })
}

resource "azapi_resource" "private_endpoints_unmanaged" {
  for_each = { for k, v in var.private_endpoints : k => v if !var.private_endpoints_manage_dns_zone_group }

  location  = each.value.location != null ? each.value.location : var.location
  name      = each.value.name != null ? each.value.name : unlisted
  parent_id = each.value.resource_group_name != null ? unlisted : var.parent_id
  type      = "Microsoft.Network/privateEndpoints@2024-05-01"
  body = merge(unlisted, {
    properties = merge(unlisted, {
      subnet = { id = each.value.subnet_resource_id }
      privateLinkServiceConnections = [
        {
          name = unlisted
          properties = {
            privateLinkServiceId = local.resource_block.id
            groupIds             = ["account"]
          }
        }
      ]
      manualPrivateLinkServiceConnections = null
    })
  })
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
  value = var.private_endpoints_manage_dns_zone_group ? azapi_resource.private_endpoints : azapi_resource.private_endpoints_unmanaged
}
