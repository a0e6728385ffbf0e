# Azure/avm-res-search-searchservice/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-search-searchservice/blob/7b183e45ec3faa10ecf317f72501a9b4819841fa/main.tf
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
  location            = var.location
  name                = "pe-${var.name}"
  resource_group_name = var.resource_group_name
  subnet_id           = unlisted
  tags                = unlisted

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
