// br/public:avm/res/machine-learning-services/workspace, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/ddadca9db6865d4eee1c5a2396050731e784d96b/avm/res/machine-learning-services/workspace/main.bicep
// Checked: 2026-11-23

param name string
param kind string = 'Default'
param associatedStorageAccountResourceId string?
param associatedKeyVaultResourceId string?
param associatedContainerRegistryResourceId string?
param hubResourceId string?
param privateEndpoints array?
param managedNetworkSettings object?
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
