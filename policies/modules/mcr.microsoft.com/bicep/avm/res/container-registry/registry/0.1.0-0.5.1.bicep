// br/public:avm/res/container-registry/registry, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/36b45011bcb5a433eeed4b26fae94325f6dc137c/avm/res/container-registry/registry/main.bicep
// Checked: 2026-11-23

param name string
param acrSku string = 'Basic'
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
