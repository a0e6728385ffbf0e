// br/public:avm/res/search/search-service, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/fe92253dbe2c9e5ea28bc13e7afcc85970cd3f9e/avm/res/search/search-service/main.bicep
// Checked: 2026-11-23

param name string
param sku string = 'standard'
param publicNetworkAccess string = 'Enabled'
param privateEndpoints array?

resource search 'Microsoft.Search/searchServices@2024-03-01-preview' = {
  ...unlisted
  name: name
  sku: { name: sku }
  properties: {
    ...unlisted
    publicNetworkAccess: toLower(publicNetworkAccess)
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
