# Azure/avm-res-storage-storageaccount/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-storage-storageaccount/blob/83ceb978776db0da45a0166a92996d13654b8bd2/main.tf
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

variable "private_endpoints_manage_dns_zone_group" {
  type     = bool
  default  = true
  nullable = false
}

resource "azurerm_storage_account" "this" {
  account_replication_type          = unlisted
  account_tier                      = unlisted
  location                          = var.location
  name                              = var.name
  resource_group_name               = var.resource_group_name
  public_network_access_enabled     = var.public_network_access_enabled
  access_tier                       = unlisted
  account_kind                      = unlisted
  allow_nested_items_to_be_public   = unlisted
  allowed_copy_scope                = unlisted
  cross_tenant_replication_enabled  = unlisted
  default_to_oauth_authentication   = unlisted
  edge_zone                         = unlisted
  infrastructure_encryption_enabled = unlisted
  is_hns_enabled                    = unlisted
  large_file_share_enabled          = unlisted
  min_tls_version                   = unlisted
  nfsv3_enabled                     = unlisted
  queue_encryption_key_type         = unlisted
  sftp_enabled                      = unlisted
  shared_access_key_enabled         = unlisted
  table_encryption_key_type         = unlisted
  tags                              = unlisted
  azure_files_authentication        = unlisted
  blob_properties                   = unlisted
  custom_domain                     = unlisted
  identity                          = unlisted
  immutability_policy               = unlisted
  queue_properties                  = unlisted
  routing                           = unlisted
  sas_policy                        = unlisted
  share_properties                  = unlisted
  static_website                    = unlisted
  https_traffic_only_enabled        = unlisted
  local_user_enabled                = unlisted
  provisioned_billing_model_version = unlisted

  dynamic "network_rules" {
    for_each = var.network_rules == null ? [] : [var.network_rules]

    content {
      default_action             = network_rules.value.default_action
      bypass                     = unlisted
      ip_rules                   = unlisted
      virtual_network_subnet_ids = network_rules.value.virtual_network_subnet_ids
      private_link_access        = unlisted
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
    private_connection_resource_id = azurerm_storage_account.this.id
    subresource_names              = [each.value.subresource_name]
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
    private_connection_resource_id = azurerm_storage_account.this.id
    subresource_names              = [each.value.subresource_name]
  }
}

output "name" {
  value = azurerm_storage_account.this.name
}

output "resource" {
  value = azurerm_storage_account.this
}

output "resource_id" {
  value = azurerm_storage_account.this.id
}

output "private_endpoints" {
  value = unlisted
}
