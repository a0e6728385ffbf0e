// br/public:avm/res/storage/storage-account, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/6e086ba1bd31e3199954fbead329cf88d621a2ca/avm/res/storage/storage-account/main.bicep
// Checked: 2026-11-23

param name string
param networkAcls object = { bypass: 'AzureServices', defaultAction: 'Deny' }
param publicNetworkAccess string?
param privateEndpoints array?

resource account 'Microsoft.Storage/storageAccounts@2022-09-01' = {
  ...unlisted
  name: name
  properties: {
    ...unlisted
    networkAcls: !empty(networkAcls)
      ? { ...unlisted, virtualNetworkRules: networkAcls.?virtualNetworkRules }
      : null
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
