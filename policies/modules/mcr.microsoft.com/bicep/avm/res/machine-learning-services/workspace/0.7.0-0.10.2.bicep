// br/public:avm/res/machine-learning-services/workspace, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/118a86f486b0a557ff22855cd44cc49e9c02b962/avm/res/machine-learning-services/workspace/main.bicep
// Checked: 2026-11-23

param name string
param kind string = 'Default'
param associatedStorageAccountResourceId string?
param associatedKeyVaultResourceId string?
param associatedContainerRegistryResourceId string?
param hubResourceId string?
param privateEndpoints array?
param managedNetworkSettings object?
param connections array?
param publicNetworkAccess string = 'Disabled'

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-04-01-preview' = {
  ...unlisted
  name: name
  kind: kind
  identity: { ...unlisted, tenantId: null }
  properties: {
    ...unlisted
    storageAccount: associatedStorageAccountResourceId
    keyVault: associatedKeyVaultResourceId
    containerRegistry: associatedContainerRegistryResourceId
    hubResourceId: hubResourceId
    managedNetwork: managedNetworkSettings
    provisionNetworkNow: null
    publicNetworkAccess: publicNetworkAccess
  }
}

resource connection 'Microsoft.MachineLearningServices/workspaces/connections@2024-04-01' = [
  for one in (connections ?? []): {
    parent: workspace
    name: one.name
    properties: union(
      {
        ...unlisted
        category: one.category
        target: one.target
        metadata: one.?metadata ?? {}
        isSharedToAll: one.?isSharedToAll
      },
      one.connectionProperties
    )
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = [
  for one in (privateEndpoints ?? []): {
    ...unlisted
    properties: {
      ...unlisted
      privateLinkServiceConnections: [{ properties: { ...unlisted, privateLinkServiceId: workspace.id } }]
      manualPrivateLinkServiceConnections: null
    }
  }
]

output name string = workspace.name
output resourceId string = workspace.id
