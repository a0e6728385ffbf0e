# Azure/avm-res-machinelearningservices-workspace/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-machinelearningservices-workspace/blob/e218f117bdce82ef207a8c1e339c13414d437fb1/main.tf
# Checked: 2026-11-29

variable "name" {
  type = string
}

variable "location" {
  type     = string
  nullable = false
}

variable "resource_group" {
  type = object({
    id   = string
    name = string
  })
  nullable = false
}

variable "kind" {
  type    = string
  default = "Default"
}

variable "storage_account" {
  type = object({
    resource_id = optional(string, null)
  })
  default = {}
}

variable "key_vault" {
  type = object({
    resource_id = optional(string, null)
  })
  default = {}
}

variable "container_registry" {
  type = object({
    resource_id = optional(string, null)
  })
  default = {}
}

variable "is_private" {
  type    = bool
  default = false
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

data "azurerm_client_config" "current" {}

module "avm_res_storage_storageaccount" {
  source  = "Azure/avm-res-storage-storageaccount/azurerm"
  version = "~> 0.1"
  count   = var.storage_account.resource_id == null ? 1 : 0

  name                          = unlisted
  location                      = var.location
  resource_group_name           = unlisted
  public_network_access_enabled = unlisted
  network_rules                 = unlisted
  private_endpoints             = unlisted
}

module "avm_res_keyvault_vault" {
  source  = "Azure/avm-res-keyvault-vault/azurerm"
  version = "~> 0.7"
  count   = var.key_vault.resource_id == null ? 1 : 0

  name                          = unlisted
  location                      = var.location
  resource_group_name           = unlisted
  public_network_access_enabled = unlisted
  network_acls                  = unlisted
  private_endpoints             = unlisted
  tenant_id                     = data.azurerm_client_config.current.tenant_id
}

module "avm_res_containerregistry_registry" {
  source  = "Azure/avm-res-containerregistry-registry/azurerm"
  version = "~> 0.1"
  count   = var.container_registry.resource_id == null ? 1 : 0

  name                          = unlisted
  location                      = var.location
  resource_group_name           = unlisted
  public_network_access_enabled = unlisted
  network_rule_set              = unlisted
  private_endpoints             = unlisted
}

locals {
  storage_account_id    = var.storage_account.resource_id == null ? module.avm_res_storage_storageaccount[0].resource_id : var.storage_account.resource_id
  key_vault_id          = var.key_vault.resource_id == null ? replace(module.avm_res_keyvault_vault[0].resource_id, "Microsoft.KeyVault", "Microsoft.Keyvault") : var.key_vault.resource_id
  container_registry_id = var.container_registry.resource_id == null ? module.avm_res_containerregistry_registry[0].resource_id : var.container_registry.resource_id
}

resource "azapi_resource" "this" {
  location  = var.location
  name      = "aml-${var.name}"
  parent_id = var.resource_group.id
  type      = "Microsoft.MachineLearningServices/workspaces@2024-04-01-preview"
  identity  = merge(unlisted, { tenantId = null })
  body = merge(unlisted, {
    properties = merge(unlisted, {
      publicNetworkAccess = var.is_private ? "Disabled" : "Enabled"
      keyVault            = local.key_vault_id
      storageAccount      = local.storage_account_id
      containerRegistry   = local.container_registry_id
      hubResourceId       = null
      provisionNetworkNow = null
      managedNetwork = {
        isolationMode = "AllowInternetOutbound"
        status = {
          sparkReady = true
          status     = "Active"
        }
      }
    })
    kind = var.kind
  })
}

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoints

  location                      = each.value.location != null ? each.value.location : var.location
  name                          = each.value.name != null ? each.value.name : "pe-${var.name}"
  resource_group_name           = var.resource_group.name
  subnet_id                     = each.value.subnet_resource_id == null ? unlisted : each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  tags                          = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = azapi_resource.this.id
    subresource_names              = ["amlworkspace"]
  }
}

output "resource_id" {
  value = azapi_resource.this.id
}

output "resource" {
  value = azapi_resource.this
}

output "private_endpoints" {
  value = azurerm_private_endpoint.this
}

output "storage_account" {
  value = unlisted
}

output "container_registry" {
  value = unlisted
}

output "key_vault" {
  value = length(module.avm_res_keyvault_vault) == 1 ? merge(unlisted, {
    resource_id = module.avm_res_keyvault_vault[0].resource_id
    uri         = module.avm_res_keyvault_vault[0].uri
  }) : null
}
