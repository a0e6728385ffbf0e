# Azure/avm-res-machinelearningservices-workspace/azurerm, abridged: `unlisted` stands for whatever is left out.
# Source: https://github.com/Azure/terraform-azurerm-avm-res-machinelearningservices-workspace/blob/1a5e27ffd7b79786e657e03323857dbeb21b7adc/main.tf
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

variable "kind" {
  type    = string
  default = "Default"
}

variable "storage_account" {
  type = object({
    resource_id = optional(string, null)
    create_new  = bool
  })
  default = {
    create_new = true
  }
}

variable "key_vault" {
  type = object({
    resource_id = optional(string, null)
    create_new  = bool
    network_acls = optional(object({
      default_action = optional(string, "Deny")
    }))
    private_endpoints = optional(map(object({
      name               = optional(string, null)
      subnet_resource_id = optional(string, null)
    })), {})
  })
  default = {
    create_new = true
  }
}

variable "container_registry" {
  type = object({
    resource_id = optional(string, null)
    create_new  = bool
  })
  default = {
    create_new = false
  }
}

variable "ai_studio_hub_id" {
  type    = string
  default = null
}

variable "is_private" {
  type    = bool
  default = false
}

variable "vnet" {
  type    = any
  default = null
}

variable "aiservices" {
  type = object({
    create_new        = optional(bool, false)
    name              = optional(string, null)
    resource_group_id = optional(string, null)
  })
  default = {
    create_new = false
  }
}

variable "workspace_managed_network" {
  type = object({
    isolation_mode = string
    spark_ready    = optional(bool, true)
  })
  default = {
    isolation_mode = "Disabled"
    spark_ready    = true
  }
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

data "azurerm_resource_group" "current" {
  name = var.resource_group_name
}

module "avm_res_storage_storageaccount" {
  source  = "Azure/avm-res-storage-storageaccount/azurerm"
  version = "~> 0.1"
  count   = var.storage_account.create_new ? 1 : 0

  name                          = unlisted
  location                      = var.location
  resource_group_name           = unlisted
  public_network_access_enabled = unlisted
  network_rules                 = unlisted
  private_endpoints             = unlisted
}

module "avm_res_keyvault_vault" {
  source  = "Azure/avm-res-keyvault-vault/azurerm"
  version = "0.8.0"
  count   = var.key_vault.create_new ? 1 : 0

  tenant_id                     = data.azurerm_client_config.current.tenant_id
  name                          = "kv-${var.name}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  public_network_access_enabled = var.is_private ? false : true
  network_acls                  = var.key_vault.network_acls

  private_endpoints = var.is_private && var.vnet != null ? {
    for key, value in var.key_vault.private_endpoints :
    key => {
      name               = value.name == null ? "pe-${key}-${var.name}" : value.name
      subnet_resource_id = value.subnet_resource_id
    }
  } : {}
}

module "avm_res_containerregistry_registry" {
  source  = "Azure/avm-res-containerregistry-registry/azurerm"
  version = "~> 0.1"
  count   = var.container_registry.create_new ? 1 : 0

  name                          = unlisted
  location                      = var.location
  resource_group_name           = unlisted
  public_network_access_enabled = unlisted
  network_rule_set              = unlisted
  private_endpoints             = unlisted
}

data "azapi_resource" "existing_aiservices" {
  count = (var.aiservices.name != null && var.aiservices.resource_group_id != null) ? 1 : 0

  type      = "Microsoft.CognitiveServices/accounts@2024-04-01-preview"
  name      = var.aiservices.name
  parent_id = var.aiservices.resource_group_id
}

resource "azapi_resource" "aiservice" {
  count = var.aiservices.create_new ? 1 : 0

  type = "Microsoft.CognitiveServices/accounts@2024-04-01-preview"
  body = merge(unlisted, {
    properties = merge(unlisted, {
      publicNetworkAccess = (var.is_private && var.kind != "hub") ? "Disabled" : "Enabled"
      networkAcls         = null
      networkInjections   = null
    })
    kind = "AIServices"
  })
  location  = var.location
  name      = "ai-svc-${var.name}"
  parent_id = data.azurerm_resource_group.current.id
}

locals {
  ai_services           = var.aiservices.create_new ? azapi_resource.aiservice[0].output : (var.aiservices.name != null && var.aiservices.resource_group_id != null) ? data.azapi_resource.existing_aiservices[0].output : null
  ai_services_id        = var.aiservices.create_new ? azapi_resource.aiservice[0].id : (var.aiservices.name != null && var.aiservices.resource_group_id != null) ? jsondecode(data.azapi_resource.existing_aiservices[0].output).id : null
  aml_resource          = var.kind == "Default" ? azapi_resource.this[0] : var.kind == "Hub" ? azapi_resource.hub[0] : azapi_resource.project[0]
  storage_account_id    = var.storage_account.create_new ? module.avm_res_storage_storageaccount[0].resource_id : var.storage_account.resource_id
  key_vault_id          = var.key_vault.create_new ? replace(module.avm_res_keyvault_vault[0].resource_id, "Microsoft.KeyVault", "Microsoft.Keyvault") : var.key_vault.resource_id
  container_registry_id = var.container_registry.create_new ? module.avm_res_containerregistry_registry[0].resource_id : var.container_registry.resource_id
}

resource "azapi_resource" "this" {
  count = var.kind == "Default" ? 1 : 0

  location  = var.location
  name      = "aml-${var.name}"
  parent_id = data.azurerm_resource_group.current.id
  type      = "Microsoft.MachineLearningServices/workspaces@2024-04-01"
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
        isolationMode = var.workspace_managed_network.isolation_mode
        status = {
          sparkReady = var.workspace_managed_network.spark_ready
        }
      }
    })
    kind = var.kind
  })
}

resource "azapi_resource" "hub" {
  count = var.kind == "Hub" ? 1 : 0

  location  = var.location
  name      = "hub-${var.name}"
  parent_id = data.azurerm_resource_group.current.id
  type      = "Microsoft.MachineLearningServices/workspaces@2024-04-01"
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
        isolationMode = var.workspace_managed_network.isolation_mode
        status = {
          sparkReady = var.workspace_managed_network.spark_ready
        }
      }
    })
    kind = var.kind
  })
}

resource "azapi_resource" "project" {
  count = var.kind == "Project" ? 1 : 0

  location  = var.location
  name      = "aihubproject-${var.name}"
  parent_id = data.azurerm_resource_group.current.id
  type      = "Microsoft.MachineLearningServices/workspaces@2024-04-01"
  identity  = merge(unlisted, { tenantId = null })
  body = merge(unlisted, {
    properties = merge(unlisted, {
      hubResourceId       = var.ai_studio_hub_id
      publicNetworkAccess = null
      keyVault            = null
      storageAccount      = null
      containerRegistry   = null
      managedNetwork      = null
      provisionNetworkNow = null
    })
    kind = var.kind
  })
}

resource "azapi_resource" "aiserviceconnection" {
  count = var.aiservices.create_new || (var.aiservices.name != null && var.aiservices.resource_group_id != null) ? 1 : 0

  type = "Microsoft.MachineLearningServices/workspaces/connections@2024-04-01"
  body = merge(unlisted, {
    properties = merge(unlisted, {
      category      = "AIServices"
      target        = jsondecode(local.ai_services).properties.endpoint
      authType      = "AAD"
      isSharedToAll = true
      metadata = {
        ApiType    = "Azure",
        ResourceId = local.ai_services_id
      }
    })
  })
  name      = "aiserviceconnection${var.name}"
  parent_id = local.aml_resource.id
}

resource "azurerm_private_endpoint" "this" {
  for_each = var.private_endpoints

  location                      = each.value.location != null ? each.value.location : var.location
  name                          = each.value.name != null ? each.value.name : "pe-${var.name}"
  resource_group_name           = var.resource_group_name
  subnet_id                     = each.value.subnet_resource_id
  custom_network_interface_name = unlisted
  tags                          = unlisted
  ip_configuration              = unlisted
  private_dns_zone_group        = unlisted

  private_service_connection {
    is_manual_connection           = false
    name                           = unlisted
    private_connection_resource_id = local.aml_resource.id
    subresource_names              = ["amlworkspace"]
  }
}

output "resource_id" {
  value = local.aml_resource.id
}

output "resource" {
  value = local.aml_resource
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
