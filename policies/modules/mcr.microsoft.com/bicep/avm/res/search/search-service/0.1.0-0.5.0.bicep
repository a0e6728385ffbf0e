// br/public:avm/res/search/search-service, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/f351865b9359d6715f512f02b7f78b1399a263ce/avm/res/search/search-service/main.bicep
// Checked: 2026-11-23

param name string
param sku string = 'standard'
param publicNetworkAccess string = 'enabled'
param privateEndpoints array?

resource search 'Microsoft.Search/searchServices@2024-03-01-preview' = {
  ...unlisted
  name: name
  sku: { name: sku }
  properties: {
    ...unlisted
    publicNetworkAccess: publicNetworkAccess
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = [
  for one in (privateEndpoints ?? []): {
    ...unlisted
    properties: {
      ...unlisted
      privateLinkServiceConnections: [{ properties: { ...unlisted, privateLinkServiceId: search.id } }]
      manualPrivateLinkServiceConnections: null
    }
  }
]

output name string = search.name
output resourceId string = search.id
