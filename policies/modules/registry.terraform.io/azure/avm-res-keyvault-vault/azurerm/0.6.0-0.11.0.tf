# Azure/avm-res-keyvault-vault/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-keyvault-vault/blob/02719320e9d412b8c95eae8240f3812c0e75ed2c/main.tf
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

variable "tenant_id" {
  type = string
}

variable "network_acls" {
  type = object({
    default_action             = optional(string, "Deny")
    virtual_network_subnet_ids = optional(list(string), [])
  })
  default = {}
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

resource "azurerm_key_vault" "this" {
  location                        = var.location
  name                            = var.name
  resource_group_name             = var.resource_group_name
  sku_name                        = unlisted
  tenant_id                       = var.tenant_id
  public_network_access_enabled   = var.public_network_access_enabled
  enabled_for_deployment          = unlisted
  enabled_for_disk_encryption     = unlisted
  enabled_for_template_deployment = unlisted
  purge_protection_enabled        = unlisted
  soft_delete_retention_days      = unlisted
  tags                            = unlisted
  enable_rbac_authorization       = unlisted
  rbac_authorization_enabled      = unlisted
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
  for_each = { for k, v in var.private_endpoints : k => v if var.private_endpoints_manage_dns_zone_group }

  location                      = each.value.location != null ? each.value.location : var.location
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
    private_connection_resource_id = azurerm_key_vault.this.id
    subresource_names              = ["vault"]
  }
}

resource "azurerm_private_endpoint" "this_unmanaged_dns_zone_groups" {
  for_each = { for k, v in var.private_endpoints : k => v if !var.private_endpoints_manage_dns_zone_group }

  location                      = each.value.location != null ? each.value.location : var.location
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
    private_connection_resource_id = azurerm_key_vault.this.id
    subresource_names              = ["vault"]
  }
}

output "name" {
  value = azurerm_key_vault.this.name
}

output "resource_id" {
  value = azurerm_key_vault.this.id
}

output "uri" {
  value = azurerm_key_vault.this.vault_uri
}

output "private_endpoints" {
  value = unlisted
}
