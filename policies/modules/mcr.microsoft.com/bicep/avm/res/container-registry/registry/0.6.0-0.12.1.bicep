// br/public:avm/res/container-registry/registry, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/cc1e2996da40711830c474cd3b38dbe141f5bc9e/avm/res/container-registry/registry/main.bicep
// Checked: 2026-11-23

param name string
param acrSku string = 'Premium'
param networkRuleSetIpRules array?
param publicNetworkAccess string?
param privateEndpoints array?

resource registry 'Microsoft.ContainerRegistry/registries@2023-06-01-preview' = {
  ...unlisted
  name: name
  sku: { name: acrSku }
  properties: {
    ...unlisted
    networkRuleSet: { ...unlisted, virtualNetworkRules: null }
    publicNetworkAccess: !empty(publicNetworkAccess) ? publicNetworkAccess : (!empty(privateEndpoints) && empty(networkRuleSetIpRules) ? 'Disabled' : null)
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = [
  for one in (privateEndpoints ?? []): {
    ...unlisted
    properties: {
      ...unlisted
      privateLinkServiceConnections: [{ properties: { ...unlisted, privateLinkServiceId: registry.id } }]
      manualPrivateLinkServiceConnections: null
    }
  }
]

output name string = registry.name
output resourceId string = registry.id
