// br/public:avm/res/storage/storage-account, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/fe92253dbe2c9e5ea28bc13e7afcc85970cd3f9e/avm/res/storage/storage-account/main.bicep
// Checked: 2026-11-23

param name string
param networkAcls object?
param publicNetworkAccess string?
param privateEndpoints array?

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  ...unlisted
  name: name
  properties: {
    ...unlisted
    networkAcls: !empty(networkAcls)
      ? { ...unlisted, virtualNetworkRules: networkAcls.?virtualNetworkRules }
      : { bypass: 'AzureServices', defaultAction: 'Deny' }
    publicNetworkAccess: !empty(publicNetworkAccess) ? publicNetworkAccess : (!empty(privateEndpoints) && empty(networkAcls) ? 'Disabled' : null)
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = [
  for one in (privateEndpoints ?? []): {
    ...unlisted
    properties: {
      ...unlisted
      privateLinkServiceConnections: [{ properties: { ...unlisted, privateLinkServiceId: account.id } }]
      manualPrivateLinkServiceConnections: null
    }
  }
]

output name string = account.name
output resourceId string = account.id
