# Azure/avm-res-storage-storageaccount/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-storage-storageaccount/blob/9cd53ea0f2904c1f32c861428a31748e8717382e/main.tf
# Checked: 2026-11-29

variable "name" {
  type = string
}

variable "location" {
  type     = string
  nullable = false
}

variable "parent_id" {
  type     = string
  nullable = false
}

variable "network_rules" {
  type = object({
    default_action             = optional(string, "Deny")
    virtual_network_subnet_ids = optional(set(string), [])
  })
  default = {}
}

variable "public_network_access_enabled" {
  type    = bool
  default = false
}

variable "private_endpoints" {
  type = map(object({
    name                = optional(string, null)
    subnet_resource_id  = string
    subresource_name    = string
    location            = optional(string, null)
    resource_group_name = optional(string, null)
  }))
  default  = {}
  nullable = false
}

variable "resource_types" {
  type = object({
    storage_account  = optional(string, "Microsoft.Storage/storageAccounts@2025-08-01")
    private_endpoint = optional(string, "Microsoft.Network/privateEndpoints@2025-05-01")
  })
  default  = {}
  nullable = false
}

resource "azapi_resource" "this" {
  location  = var.location
  name      = var.name
  parent_id = var.parent_id
  type      = var.resource_types.storage_account
  body = merge(unlisted, {
    properties = merge(unlisted, {
      networkAcls = var.network_rules == null ? null : merge(unlisted, {
        defaultAction = var.network_rules.default_action
        virtualNetworkRules = var.network_rules.virtual_network_subnet_ids == null ? null : [
          for id in var.network_rules.virtual_network_subnet_ids : { id = id, action = "Allow" }
        ]
      })
      publicNetworkAccess = var.public_network_access_enabled == null ? null : (var.public_network_access_enabled ? "Enabled" : "Disabled")
    })
  })
}

resource "azapi_resource" "private_endpoint" {
  for_each = var.private_endpoints

  location  = each.value.location != null ? each.value.location : var.location
  name      = each.value.name != null ? each.value.name : "pe-${var.name}"
  parent_id = each.value.resource_group_name != null ? unlisted : var.parent_id
  type      = var.resource_types.private_endpoint
  body = merge(unlisted, {
    properties = merge(unlisted, {
      subnet = { id = each.value.subnet_resource_id }
      privateLinkServiceConnections = [
        {
          name = unlisted
          properties = {
            privateLinkServiceId = azapi_resource.this.id
            groupIds             = [each.value.subresource_name]
          }
        }
      ]
      manualPrivateLinkServiceConnections = null
    })
  })
}

output "name" {
  value = azapi_resource.this.name
}

output "resource" {
  value = azapi_resource.this
}

output "resource_id" {
  value = azapi_resource.this.id
}

output "private_endpoints" {
  value = {
    for k, made in azapi_resource.private_endpoint :
    k => merge(unlisted, {
      id   = made.id
      name = made.name
    })
  }
}
