// br/public:avm/ptn/azd/ml-hub-dependencies, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/518b4856683fa1d98a583333e85ae7bccafa3c51/avm/ptn/azd/ml-hub-dependencies/main.bicep
// Checked: 2026-11-23

param keyVaultName string
param storageAccountName string
param cognitiveServicesName string
param cognitiveServicesKind string = 'AIServices'
param cognitiveServicesNetworkAcls object = { defaultAction: 'Deny' }
param cognitiveServicesPublicNetworkAccess string = 'Disabled'
param containerRegistryName string = ''
param registryAcrSku string = 'Basic'
param registryPublicNetworkAccess string = 'Enabled'
param searchServiceName string = ''
param searchServiceSku string = 'standard'
param searchServicePublicNetworkAccess string = 'Enabled'
param networkAcls object = { bypass: 'AzureServices', defaultAction: 'Deny' }
param publicNetworkAccess string = 'Enabled'

module keyVault 'br/public:avm/res/key-vault/vault:0.12.1' = {
  name: 'keyVault'
  params: { name: keyVaultName }
}

module storageAccount 'br/public:avm/res/storage/storage-account:0.19.0' = {
  name: 'storageAccount'
  params: {
    name: storageAccountName
    networkAcls: networkAcls
    publicNetworkAccess: publicNetworkAccess
  }
}

module cognitiveServices 'br/public:avm/res/cognitive-services/account:0.10.2' = {
  name: 'cognitiveServices'
  params: {
    name: cognitiveServicesName
    kind: cognitiveServicesKind
    networkAcls: cognitiveServicesNetworkAcls
    publicNetworkAccess: cognitiveServicesPublicNetworkAccess
  }
}

module containerRegistry 'br/public:avm/res/container-registry/registry:0.9.1' = if (!empty(containerRegistryName)) {
  name: 'containerRegistry'
  params: {
    name: containerRegistryName
    acrSku: registryAcrSku
    publicNetworkAccess: registryPublicNetworkAccess
  }
}

module searchService 'br/public:avm/res/search/search-service:0.10.0' = if (!empty(searchServiceName)) {
  name: 'searchService'
  params: {
    name: searchServiceName
    sku: searchServiceSku
    publicNetworkAccess: searchServicePublicNetworkAccess
  }
}

output keyVaultName string = keyVault.outputs.name
output keyVaultResourceId string = keyVault.outputs.resourceId
output storageAccountName string = storageAccount.outputs.name
output storageAccountResourceId string = storageAccount.outputs.resourceId
output cognitiveServicesName string = cognitiveServices.outputs.name
output cognitiveServicesResourceId string = cognitiveServices.outputs.resourceId
output containerRegistryName string = !empty(containerRegistryName) ? containerRegistry.outputs.name : ''
output containerRegistryResourceId string = !empty(containerRegistryName) ? containerRegistry.outputs.resourceId : ''
output searchServiceName string = !empty(searchServiceName) ? searchService.outputs.name : ''
output searchServiceResourceId string = !empty(searchServiceName) ? searchService.outputs.resourceId : ''
