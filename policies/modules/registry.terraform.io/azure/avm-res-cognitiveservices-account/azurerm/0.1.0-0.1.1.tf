# Azure/avm-res-cognitiveservices-account/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-cognitiveservices-account/blob/eb3ce834dbbfde984e5899ebb26081f21fd854d4/main.tf
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
  type    = bool
  default = null
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

resource "azurerm_cognitive_account" "this" {
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

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoints

  location               = var.location
  name                   = coalesce(each.value.name, "pep-${var.name}")
  resource_group_name    = coalesce(each.value.resource_group_name, var.resource_group_name)
  subnet_id              = each.value.subnet_resource_id
  tags                   = unlisted
  ip_configuration       = unlisted
  private_dns_zone_group = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = azurerm_cognitive_account.this.id
    subresource_names              = ["account"]
  }
}

output "name" {
  value = azurerm_cognitive_account.this.name
}

output "resource" {
  value = azurerm_cognitive_account.this
}

output "resource_id" {
  value = azurerm_cognitive_account.this.id
}

output "private_endpoints" {
  value = azurerm_private_endpoint.this
}
