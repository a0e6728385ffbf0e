// br/public:avm/res/cognitive-services/account, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/f1070229a704c42897f07bdc19913cba26895bae/avm/res/cognitive-services/account/main.bicep
// Checked: 2026-11-23

param name string
param kind string
param networkAcls object?
param networkInjections object?
param publicNetworkAccess string?
param privateEndpoints array?

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  ...unlisted
  name: name
  kind: kind
  properties: {
    ...unlisted
    networkAcls: !empty(networkAcls)
      ? { ...unlisted, virtualNetworkRules: networkAcls.?virtualNetworkRules ?? [] }
      : null
    networkInjections: !empty(networkInjections)
      ? [
          {
            scenario: networkInjections.?scenario
            subnetArmId: networkInjections.?subnetResourceId
            useMicrosoftManagedNetwork: networkInjections.?useMicrosoftManagedNetwork ?? false
          }
        ]
      : null
    publicNetworkAccess: publicNetworkAccess != null ? publicNetworkAccess : (!empty(networkAcls) ? 'Enabled' : 'Disabled')
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
