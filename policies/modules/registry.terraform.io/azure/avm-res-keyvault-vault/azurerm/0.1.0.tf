# Azure/avm-res-keyvault-vault/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-keyvault-vault/blob/b542cf37e29461632726b2827173da30ef92fc60/main.tf
# Checked: 2026-11-29

variable "name" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "tenant_id" {
  type = string
}

variable "network_acls" {
  type = object({
    default_action             = optional(string, "Deny")
    virtual_network_subnet_ids = optional(list(string), [])
  })
  default = null
}

variable "private_endpoints" {
  type = map(object({
    name                = optional(string, null)
    subnet_resource_id  = string
    location            = optional(string, null)
    resource_group_name = optional(string, null)
  }))
  default = {}
}

resource "azurerm_key_vault" "this" {
  location                        = var.location
  name                            = var.name
  resource_group_name             = var.resource_group_name
  sku_name                        = unlisted
  tenant_id                       = var.tenant_id
  enabled_for_deployment          = unlisted
  enabled_for_disk_encryption     = unlisted
  enabled_for_template_deployment = unlisted
  purge_protection_enabled        = unlisted
  tags                            = unlisted
  enable_rbac_authorization       = unlisted
  contact                         = unlisted

  dynamic "network_acls" {
    for_each = var.network_acls != null ? { this = var.network_acls } : {}

    content {
      bypass                     = unlisted
      default_action             = network_acls.value.default_action
      ip_rules                   = unlisted
      virtual_network_subnet_ids = network_acls.value.virtual_network_subnet_ids
    }
  }
}

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoints

  location                      = each.value.location != null ? each.value.location : var.location
  name                          = each.value.name != null ? each.value.name : "pe-${var.name}"
  resource_group_name           = each.value.resource_group_name != null ? each.value.resource_group_name : var.resource_group_name
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = azurerm_key_vault.this.id
    subresource_names              = ["vault"]
  }
}

output "resource" {
  value = azurerm_key_vault.this
}

output "private_endpoints" {
  value = azurerm_private_endpoint.this
}
