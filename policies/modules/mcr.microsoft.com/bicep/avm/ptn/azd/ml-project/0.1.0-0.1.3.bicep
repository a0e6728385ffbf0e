// br/public:avm/ptn/azd/ml-project, abridged: `unlisted` stands for whatever is left out.
// Source: https://github.com/Azure/bicep-registry-modules/blob/86ca03b043a56974b4b8dbe5e5efe3e834c6ac00/avm/ptn/azd/ml-project/main.bicep
// Checked: 2026-11-23

param name string
param projectKind string = 'Project'
param publicNetworkAccess string = 'Enabled'
param hubResourceId string

module project 'br/public:avm/res/machine-learning-services/workspace:0.7.0' = {
  name: 'project'
  params: {
    name: name
    kind: projectKind
    publicNetworkAccess: publicNetworkAccess
    hubResourceId: hubResourceId
  }
}

output projectName string = project.outputs.name
output projectResourceId string = project.outputs.resourceId
