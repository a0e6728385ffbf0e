// br/public:avm/res/machine-learning-services/workspace, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/61ba61ff3fb34e991cdc076d276305f9b5d2aad6/avm/res/machine-learning-services/workspace/main.bicep
// Checked: 2026-11-23

param name string
param kind string = 'Default'
param associatedStorageAccountResourceId string?
param associatedKeyVaultResourceId string?
param associatedContainerRegistryResourceId string?
param hubResourceId string?
param privateEndpoints array?
param publicNetworkAccess string?

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-04-01' = {
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
