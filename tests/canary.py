"""A word that no output of the linter may hold: it stands where the linter has no business to read."""

from __future__ import annotations

from typing import Final

CANARY: Final = "kanarienvogel-7c1f"
_HUB: Final = (
    f"resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {{\n  name: '{CANARY}'\n"
    "  properties: { managedNetwork: { isolationMode: 'Disabled' } }\n}\n"
)
_AZURERM: Final = (
    f'resource "azurerm_ai_foundry" "hub" {{\n  name = "{CANARY}"\n'
    '  managed_network {\n    isolation_mode = "Disabled"\n  }\n}\n'
)

# In every test, variables of the environment; `mode` and `name` are what templates of tests call their inputs.
VARIABLES: Final = {
    "CANARY": CANARY,
    "TF_VAR_mode": CANARY,
    "TF_VAR_name": CANARY,
    "TF_CLI_ARGS": f"-var=mode={CANARY}",
    "AZURE_SUBSCRIPTION_ID": CANARY,
    "ARM_SUBSCRIPTION_ID": CANARY,
    "HTTPS_PROXY": f"http://{CANARY}.invalid:1",
    "USER": CANARY,
}
# And files: in the home folder, and outside of it, by the path from a folder that no test may look into.
FILES: Final = {
    "home/.gitconfig": f"[canary]\n\tname = {CANARY}\n",
    "home/.config/git/config": f"[canary]\n\tname = {CANARY}\n",
    "home/.config/mnlint/config.yaml": f"policies: {{{CANARY}: off}}\n",
    "home/.mnlint.yaml": f"policies: {{{CANARY}: off}}\n",
    "home/.netrc": f"machine example.com login {CANARY} password {CANARY}\n",
    "home/.terraformrc": f'credentials "example.com" {{\n  token = "{CANARY}"\n}}\n',
    "home/.azure/config": f"[defaults]\ngroup = {CANARY}\n",
    "home/.bicep/br/mcr.microsoft.com/bicep$avm$res$x/1.0.0$/main.json": f'{{"{CANARY}": 1}}\n',
    "home/bicepconfig.json": f'{{"moduleAliases": {{"br": {{"x": {{"registry": "{CANARY}"}}}}}}}}\n',
    "home/terraform.tfvars": f'mode = "{CANARY}"\n',
    "home/secret.txt": f"{CANARY}\n",
    "secret.txt": f"{CANARY}\n",
    "secret.json": f'{{"mode": "{CANARY}", "{CANARY}": ["{CANARY}"]}}\n',
    "secret.yaml": f"mode: {CANARY}\n{CANARY}: [{CANARY}]\n",
    "hub.bicep": _HUB,
    "main.bicep": _HUB,
    "main.tf": _AZURERM,
    "terraform.tfvars": f'mode = "{CANARY}"\n',
    "p.bicepparam": f"using 'hub.bicep'\nparam mode = '{CANARY}'\n",
}
