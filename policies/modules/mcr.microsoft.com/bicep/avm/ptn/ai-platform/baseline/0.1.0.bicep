// br/public:avm/ptn/ai-platform/baseline, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/0dcaa30cb2e26f9ae3e933a9549b5ffc0c9d6017/avm/ptn/ai-platform/baseline/main.bicep
// Checked: 2026-11-23

param name string
param keyVaultSettings object?
param storageAccountSettings object?
param containerRegistrySettings object?
param workspaceHubSettings object?

module keyVault 'br/public:avm/res/key-vault/vault:0.6.2' = {
  name: 'keyVault'
  params: {
    name: keyVaultSettings.?name ?? 'kv-${name}'
    networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' }
    publicNetworkAccess: 'Disabled'
  }
}

module storageAccount 'br/public:avm/res/storage/storage-account:0.11.0' = {
  name: 'storageAccount'
  params: {
    name: storageAccountSettings.?name ?? 'st${name}'
    networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' }
    publicNetworkAccess: 'Disabled'
  }
}

module containerRegistry 'br/public:avm/res/container-registry/registry:0.3.1' = {
  name: 'containerRegistry'
  params: {
    name: containerRegistrySettings.?name ?? 'cr${name}'
    acrSku: 'Premium'
    publicNetworkAccess: 'Disabled'
  }
}

module workspaceHub 'br/public:avm/res/machine-learning-services/workspace:0.4.0' = {
  name: 'workspaceHub'
  params: {
    name: workspaceHubSettings.?name ?? 'hub-${name}'
    kind: 'Hub'
    associatedKeyVaultResourceId: keyVault.outputs.resourceId
    associatedStorageAccountResourceId: storageAccount.outputs.resourceId
    associatedContainerRegistryResourceId: containerRegistry.outputs.resourceId
    managedNetworkSettings: {
      isolationMode: workspaceHubSettings.?networkIsolationMode ?? 'AllowInternetOutbound'
      outboundRules: workspaceHubSettings.?networkOutboundRules
    }
  }
}

output keyVaultResourceId string = keyVault.outputs.resourceId
output keyVaultName string = keyVault.outputs.name
output storageAccountResourceId string = storageAccount.outputs.resourceId
output storageAccountName string = storageAccount.outputs.name
output containerRegistryResourceId string = containerRegistry.outputs.resourceId
output containerRegistryName string = containerRegistry.outputs.name
output workspaceHubResourceId string = workspaceHub.outputs.resourceId
output workspaceHubName string = workspaceHub.outputs.name
