// br/public:avm/ptn/azd/ml-ai-environment, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/b673ec8840fa9eee5e71fa76bf991b0899d5714d/avm/ptn/azd/ml-ai-environment/main.bicep
// Checked: 2026-11-23

param hubName string
param projectName string
param containerRegistryName string = ''
param cognitiveServicesName string
param keyVaultName string
param storageAccountName string
param searchServiceName string = ''
param openAiConnectionName string
param searchConnectionName string

module hubDependencies 'br/public:avm/ptn/azd/ml-hub-dependencies:0.1.0' = {
  name: 'hubDependencies'
  params: {
    cognitiveServicesName: cognitiveServicesName
    keyVaultName: keyVaultName
    storageAccountName: storageAccountName
    containerRegistryName: containerRegistryName
    searchServiceName: searchServiceName
  }
}

module hub 'br/public:avm/res/machine-learning-services/workspace:0.8.1' = {
  name: 'hub'
  params: {
    name: hubName
    kind: 'Hub'
    associatedKeyVaultResourceId: hubDependencies.outputs.keyVaultResourceId
    associatedStorageAccountResourceId: hubDependencies.outputs.storageAccountResourceId
    associatedContainerRegistryResourceId: !empty(containerRegistryName) ? hubDependencies.outputs.containerRegistryResourceId : null
    managedNetworkSettings: { isolationMode: 'Disabled' }
    publicNetworkAccess: 'Enabled'
    connections: union(
      [
        { name: 'aoai-connection', category: 'AzureOpenAI', target: unlisted, metadata: { ...unlisted, ResourceId: hubDependencies.outputs.cognitiveServicesResourceId }, connectionProperties: {} }
        { name: openAiConnectionName, category: 'AzureOpenAI', target: unlisted, metadata: { ...unlisted, ResourceId: hubDependencies.outputs.cognitiveServicesResourceId }, connectionProperties: {} }
      ],
      !empty(searchServiceName)
        ? [{ name: searchConnectionName, category: 'CognitiveSearch', target: 'https://${searchServiceName}.search.windows.net/', connectionProperties: {} }]
        : []
    )
  }
}

module project 'br/public:avm/ptn/azd/ml-project:0.1.1' = {
  name: 'project'
  params: {
    name: projectName
    hubResourceId: hub.outputs.resourceId
  }
}

output hubName string = hub.outputs.name
output projectName string = project.outputs.projectName
output keyVaultName string = hubDependencies.outputs.keyVaultName
output storageAccountName string = hubDependencies.outputs.storageAccountName
output containerRegistryName string = hubDependencies.outputs.containerRegistryName
output openAiName string = hubDependencies.outputs.cognitiveServicesName
output searchServiceName string = hubDependencies.outputs.searchServiceName
