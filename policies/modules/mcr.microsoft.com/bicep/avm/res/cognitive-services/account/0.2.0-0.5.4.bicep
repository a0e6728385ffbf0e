// br/public:avm/res/cognitive-services/account, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/fb0d4621c8750c0123bdaa15116267c3b34e50b4/avm/res/cognitive-services/account/main.bicep
// Checked: 2026-11-23

param name string
param kind string
param networkAcls object?
param publicNetworkAccess string?
param privateEndpoints array?

resource account 'Microsoft.CognitiveServices/accounts@2023-05-01' = {
  ...unlisted
  name: name
  kind: kind
  properties: {
    ...unlisted
    networkAcls: !empty(networkAcls)
      ? { ...unlisted, virtualNetworkRules: networkAcls.?virtualNetworkRules ?? [] }
      : null
    networkInjections: null
    publicNetworkAccess: !empty(publicNetworkAccess) ? publicNetworkAccess : (!empty(networkAcls) ? 'Enabled' : 'Disabled')
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
