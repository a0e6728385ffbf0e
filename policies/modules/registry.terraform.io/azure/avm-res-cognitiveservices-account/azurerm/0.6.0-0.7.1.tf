# Azure/avm-res-cognitiveservices-account/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-cognitiveservices-account/blob/4387767bea92ac50e5b40b0b30d90608e64a40df/main.tf
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

resource "azurerm_cognitive_account" "this" {
  count = var.kind != "AIServices" ? 1 : 0

  kind                                         = var.kind
  location                                     = var.location
  name                                         = var.name
  resource_group_name                          = var.resource_group_name
  sku_name                                     = unlisted
  public_network_access_enabled                = var.public_network_access_enabled
  custom_question_answering_search_service_id  = unlisted
  custom_question_answering_search_service_key = unlisted
  custom_subdomain_name                        = unlisted
  dynamic_throttling_enabled                   = unlisted
  fqdns                                        = unlisted
  local_auth_enabled                           = unlisted
  metrics_advisor_aad_client_id                = unlisted
  metrics_advisor_aad_tenant_id                = unlisted
  metrics_advisor_super_user_name              = unlisted
  metrics_advisor_website_name                 = unlisted
  outbound_network_access_restricted           = unlisted
  qna_runtime_endpoint                         = unlisted
  tags                                         = unlisted
  identity                                     = unlisted
  storage                                      = unlisted

  dynamic "network_acls" {
    for_each = var.network_acls == null ? [] : [var.network_acls]

    content {
      default_action = network_acls.value.default_action
      bypass         = unlisted
      ip_rules       = unlisted

      dynamic "virtual_network_rules" {
        for_each = network_acls.value.virtual_network_rules == null ? [] : network_acls.value.virtual_network_rules

        content {
          subnet_id                            = virtual_network_rules.value.subnet_id
          ignore_missing_vnet_service_endpoint = unlisted
        }
      }
    }
  }
}

resource "azurerm_ai_services" "this" {
  count = var.kind == "AIServices" ? 1 : 0

  location                           = var.location
  name                               = var.name
  resource_group_name                = var.resource_group_name
  sku_name                           = unlisted
  public_network_access              = var.public_network_access_enabled ? "Enabled" : "Disabled"
  custom_subdomain_name              = unlisted
  fqdns                              = unlisted
  local_authentication_enabled       = unlisted
  outbound_network_access_restricted = unlisted
  tags                               = unlisted
  customer_managed_key               = unlisted
  identity                           = unlisted
  storage                            = unlisted

  dynamic "network_acls" {
    for_each = var.network_acls == null ? [] : [var.network_acls]

    content {
      default_action = network_acls.value.default_action
      ip_rules       = unlisted

      dynamic "virtual_network_rules" {
        for_each = network_acls.value.virtual_network_rules == null ? [] : network_acls.value.virtual_network_rules

        content {
          subnet_id                            = virtual_network_rules.value.subnet_id
          ignore_missing_vnet_service_endpoint = unlisted
        }
      }
    }
  }
}

locals {
  resource_block = merge(unlisted, {
    id   = try(azurerm_cognitive_account.this[0].id, azurerm_ai_services.this[0].id)
    name = try(azurerm_cognitive_account.this[0].name, azurerm_ai_services.this[0].name)
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
