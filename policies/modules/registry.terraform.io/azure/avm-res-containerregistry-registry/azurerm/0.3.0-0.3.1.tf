# Azure/avm-res-containerregistry-registry/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-containerregistry-registry/blob/483a629a3c6e6e77dec004eca64816f2e1b24c37/main.tf
# Checked: 2026-11-29

variable "name" {
  type = string
}

variable "location" {
  type     = string
  nullable = false
}

variable "resource_group_name" {
  type = string
}

variable "sku" {
  type    = string
  default = "Premium"
}

variable "network_rule_set" {
  type = object({
    default_action = optional(string, "Deny")
    virtual_network = optional(list(object({
      subnet_id = string
    })), [])
  })
  default = null
}

variable "public_network_access_enabled" {
  type    = bool
  default = true
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

resource "azurerm_container_registry" "this" {
  location                      = var.location
  name                          = var.name
  resource_group_name           = var.resource_group_name
  sku                           = var.sku
  public_network_access_enabled = var.public_network_access_enabled
  admin_enabled                 = unlisted
  anonymous_pull_enabled        = unlisted
  data_endpoint_enabled         = unlisted
  export_policy_enabled         = unlisted
  network_rule_bypass_option    = unlisted
  quarantine_policy_enabled     = unlisted
  tags                          = unlisted
  zone_redundancy_enabled       = unlisted
  georeplications               = unlisted
  identity                      = unlisted
  encryption                    = unlisted
  retention_policy              = unlisted
  trust_policy                  = unlisted

  dynamic "network_rule_set" {
    for_each = var.network_rule_set != null ? { this = var.network_rule_set } : {}

    content {
      default_action = network_rule_set.value.default_action
      ip_rule        = unlisted

      dynamic "virtual_network" {
        for_each = network_rule_set.value.virtual_network

        content {
          action    = "Allow"
          subnet_id = virtual_network.value.subnet_id
        }
      }
    }
  }
}

resource "azurerm_private_endpoint" "this" {
  for_each = { for k, v in var.private_endpoints : k => v if var.private_endpoints_manage_dns_zone_group }

  location                      = coalesce(each.value.location, var.location)
  name                          = each.value.name != null ? each.value.name : "pe-${var.name}"
  resource_group_name           = each.value.resource_group_name != null ? each.value.resource_group_name : var.resource_group_name
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  tags                          = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = azurerm_container_registry.this.id
    subresource_names              = ["registry"]
  }
}

resource "azurerm_private_endpoint" "this_unmanaged_dns_zone_groups" {
  for_each = { for k, v in var.private_endpoints : k => v if !var.private_endpoints_manage_dns_zone_group }

  location                      = coalesce(each.value.location, var.location)
  name                          = each.value.name != null ? each.value.name : "pe-${var.name}"
  resource_group_name           = each.value.resource_group_name != null ? each.value.resource_group_name : var.resource_group_name
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  tags                          = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = azurerm_container_registry.this.id
    subresource_names              = ["registry"]
  }
}

output "name" {
  value = azurerm_container_registry.this.name
}

output "resource" {
  value = azurerm_container_registry.this
}

output "resource_id" {
  value = azurerm_container_registry.this.id
}

output "private_endpoints" {
  value = var.private_endpoints_manage_dns_zone_group ? azurerm_private_endpoint.this : azurerm_private_endpoint.this_unmanaged_dns_zone_groups
}
