# Azure/avm-res-search-searchservice/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-search-searchservice/blob/995f2903d3628f5d42f12b333a07bbbc0d24e106/main.tf
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
  default = "standard"
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

resource "azurerm_search_service" "this" {
  location                                 = var.location
  name                                     = var.name
  resource_group_name                      = var.resource_group_name
  sku                                      = var.sku
  public_network_access_enabled            = var.public_network_access_enabled
  allowed_ips                              = unlisted
  authentication_failure_mode              = unlisted
  customer_managed_key_enforcement_enabled = unlisted
  hosting_mode                             = unlisted
  local_authentication_enabled             = unlisted
  partition_count                          = unlisted
  replica_count                            = unlisted
  semantic_search_sku                      = unlisted
  tags                                     = unlisted
  identity                                 = unlisted
}

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoints

  location               = coalesce(each.value.location, var.location)
  name                   = each.value.name != null ? each.value.name : "pe-${var.name}"
  resource_group_name    = each.value.resource_group_name != null ? each.value.resource_group_name : var.resource_group_name
  subnet_id              = each.value.subnet_resource_id
  tags                   = unlisted
  ip_configuration       = unlisted
  private_dns_zone_group = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = azurerm_search_service.this.id
    subresource_names              = ["searchService"]
  }
}

output "resource" {
  value = azurerm_search_service.this
}

output "resource_id" {
  value = azurerm_search_service.this.id
}

output "private_endpoints" {
  value = azurerm_private_endpoint.this
}
