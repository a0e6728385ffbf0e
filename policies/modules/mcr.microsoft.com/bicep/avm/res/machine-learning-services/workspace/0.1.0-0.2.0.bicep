// br/public:avm/res/machine-learning-services/workspace, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/dc7914a45c79950231f26b0f704a89fc4c3d3613/avm/res/machine-learning-services/workspace/main.bicep
// Checked: 2026-11-23

param name string
param associatedStorageAccountResourceId string?
param associatedKeyVaultResourceId string?
param associatedContainerRegistryResourceId string?
param privateEndpoints array?
param publicNetworkAccess string?

resource workspace 'Microsoft.MachineLearningServices/workspaces@2022-10-01' = {
  ...unlisted
  name: name
  kind: null
  identity: { ...unlisted, tenantId: null }
  properties: {
    ...unlisted
    storageAccount: associatedStorageAccountResourceId
    keyVault: associatedKeyVaultResourceId
    containerRegistry: associatedContainerRegistryResourceId
    hubResourceId: null
    managedNetwork: null
    provisionNetworkNow: null
    publicNetworkAccess: !empty(publicNetworkAccess) ? publicNetworkAccess : (!empty(privateEndpoints) ? 'Disabled' : 'Enabled')
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
