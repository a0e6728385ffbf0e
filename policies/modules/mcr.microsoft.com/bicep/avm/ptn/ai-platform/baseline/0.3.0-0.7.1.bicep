// br/public:avm/ptn/ai-platform/baseline, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/fb4a005ed1373018d76b9440d97376616fbd3438/avm/ptn/ai-platform/baseline/main.bicep
// Checked: 2026-11-23

param name string
param keyVaultConfiguration object?
param storageAccountConfiguration object?
param containerRegistryConfiguration object?
param workspaceConfiguration object?
param virtualNetworkConfiguration object?

module keyVault 'br/public:avm/res/key-vault/vault:0.6.2' = {
  name: 'keyVault'
  params: {
    name: keyVaultConfiguration.?name ?? 'kv-${name}'
    networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' }
    publicNetworkAccess: 'Disabled'
  }
}

module storageAccount 'br/public:avm/res/storage/storage-account:0.11.0' = {
  name: 'storageAccount'
  params: {
    name: storageAccountConfiguration.?name ?? 'st${name}'
    networkAcls: { defaultAction: 'Deny', bypass: 'AzureServices' }
    publicNetworkAccess: 'Disabled'
    privateEndpoints: virtualNetworkConfiguration.?enabled != false ? [{ service: 'blob' }, { service: 'file' }] : null
  }
}

module containerRegistry 'br/public:avm/res/container-registry/registry:0.3.1' = {
  name: 'containerRegistry'
  params: {
    name: containerRegistryConfiguration.?name ?? 'cr${name}'
    acrSku: 'Premium'
    publicNetworkAccess: 'Disabled'
  }
}

module workspaceHub 'br/public:avm/res/machine-learning-services/workspace:0.5.0' = {
  name: 'workspaceHub'
  params: {
    name: workspaceConfiguration.?name ?? 'hub-${name}'
    kind: 'Hub'
    associatedKeyVaultResourceId: keyVault.outputs.resourceId
    associatedStorageAccountResourceId: storageAccount.outputs.resourceId
    associatedContainerRegistryResourceId: containerRegistry.outputs.resourceId
    managedNetworkSettings: {
      isolationMode: workspaceConfiguration.?networkIsolationMode ?? 'AllowInternetOutbound'
      outboundRules: workspaceConfiguration.?networkOutboundRules
    }
    privateEndpoints: virtualNetworkConfiguration.?enabled != false ? [{ service: 'amlworkspace' }] : null
  }
}

module workspaceProject 'br/public:avm/res/machine-learning-services/workspace:0.5.0' = {
  name: 'workspaceProject'
  params: {
    name: workspaceConfiguration.?projectName ?? 'project-${name}'
    kind: 'Project'
    hubResourceId: workspaceHub.outputs.resourceId
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
output workspaceProjectResourceId string = workspaceProject.outputs.resourceId
output workspaceProjectName string = workspaceProject.outputs.name
