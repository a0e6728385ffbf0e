// br/public:avm/res/key-vault/vault, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/4f750c70f333b2df6170e3b56ae90faa852361d2/avm/res/key-vault/vault/main.bicep
// Checked: 2026-11-23

param name string
param networkAcls object?
param publicNetworkAccess string?
param privateEndpoints array?

resource vault 'Microsoft.KeyVault/vaults@2022-07-01' = {
  ...unlisted
  name: name
  properties: {
    ...unlisted
    tenantId: subscription().tenantId
    networkAcls: !empty(networkAcls)
      ? { ...unlisted, virtualNetworkRules: networkAcls.?virtualNetworkRules ?? [] }
      : null
    publicNetworkAccess: !empty(publicNetworkAccess) ? publicNetworkAccess : (!empty(privateEndpoints) && empty(networkAcls) ? 'Disabled' : null)
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = [
  for one in (privateEndpoints ?? []): {
    ...unlisted
    properties: {
      ...unlisted
      privateLinkServiceConnections: [{ properties: { ...unlisted, privateLinkServiceId: vault.id } }]
      manualPrivateLinkServiceConnections: null
    }
  }
]

output name string = vault.name
output resourceId string = vault.id
