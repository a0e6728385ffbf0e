"""The words that each language is made of, for texts that are put together at random."""

from __future__ import annotations

from mnlint.azure.schema import SCHEMA
from mnlint.model.settings import keys
from mnlint.policy import load
from mnlint.policy.operators import ALL as OPERATORS
from mnlint.resolve.functions import catalogue
from mnlint.resolve.functions.terraform import catalogue as of_terraform


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


# What is odd in any language: ends of lines, letters that are none, numbers that are too long.
ODD = (
    *("\n", "\r\n", "\r", "\t", " ", "\0", "\f", "\ufeff", "\u2028", "\u202e", "\xe4", "\U0001f600", "9" * 400),
    *_words(
        "\\ \\n \\u -1 0 1e999 0x 1.5 // /* */ # ' \" ''' ${ %{ } { ( ) [ ] , : = ; . .. ... ? ! @ $ && || ??",
        "< > |",
    ),
)
AZURE = _words(
    "Microsoft.MachineLearningServices/workspaces@2024-10-01 Microsoft.MachineLearningServices/workspaces",
    "Microsoft.MachineLearningServices/workspaces/outboundRules Microsoft.CognitiveServices/accounts",
    "properties managedNetwork isolationMode outboundRules AllowOnlyApprovedOutbound Disabled AllowInternetOutbound",
    "type FQDN PrivateEndpoint ServiceTag destination serviceResourceId subresourceTarget serviceTag protocol",
    "portRanges firewallSku kind Hub name hub mode id location identity tags dependsOn parent scope",
)
FUNCTIONS = tuple(name for names in catalogue.FUNCTIONS.values() for name in names)
OF_TERRAFORM = tuple(name for names in of_terraform.FUNCTIONS.values() for name in names)

BICEP = (
    *_words(
        "param var resource module output type func import using extends from as for in if existing targetScope",
        "with metadata assert true false null string int bool object array secureString @secure() @allowed([",
        "@batchSize(1) => == =~ != !~ <= >= :: .? [? ... !. '${ }' \\u{10ffff} #disable-next-line './main.bicep'",
        "= {",
    ),
    *("resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {\n", "a: [for i in range(0, 3): i]"),
    *(
        "[for (a, i) in b: {",
        "dependsOn: [",
        "param a string = 'a'\n",
        "// a\n",
        "'''\n",
        "func f(a int) int => f(a)\n",
    ),
    *FUNCTIONS,
)
TERRAFORM = (
    *_words(
        "resource data variable locals module output provider terraform moved removed dynamic content for_each",
        "count lifecycle ignore_changes depends_on source required_providers default type sensitive nullable",
        "validation var.mode local.a each.key each.value count.index path.module self for in if else endif endfor",
        "=> [*] .*. true false null %%{ $${ object({ map(any) set(string) optional(string) azapi_resource",
        "workspace_id destination_fqdn azurerm_machine_learning_workspace",
        "azurerm_machine_learning_workspace_network_outbound_rule_fqdn",
    ),
    *(
        "<<EOT\n",
        "<<-EOT\n",
        "\nEOT\n",
        "%{ if a ~}",
        "%{ for a in b }",
        "%{~ endif ~}",
        "%{ endfor }",
        "%{ else }",
        "}\n",
    ),
    *(
        'resource "azurerm_ai_foundry" "hub" {\n',
        "managed_network {\n",
        'isolation_mode = "Disabled"\n',
        "# a\n",
        "a = 1\n",
    ),
    *OF_TERRAFORM,
)
JSON = _words(
    '" ": ":{ ":[ ":" ", {} [] true false null NaN Infinity -0 1E-400 \\ud800 \\udc00 \\u0000 \\/ ,, ,} ,] //a /*a*/'
)
ARM = (
    *_words(
        '"languageVersion":"2.0", "resources":[{ "resources":{ "parameters":{ "variables":{ "outputs":{',
        '"functions":[ "definitions":{ "$ref":"#/definitions/a" "copy":{"name":"a","count":3} "copy":[',
        '"condition": "dependsOn":[ "apiVersion": "existing":true "type":"Microsoft.Resources/deployments"',
        '"template":{ "input": "defaultValue": "templateLink":{"relativePath":"a.json"}',
        '"expressionEvaluationOptions":{"scope":"inner"} "value": "reference":{ "[ ]" [[ parameters(\'a\')',
        "variables('a') copyIndex() copyIndex('a') reference( [if( '' [0] .a",
    ),
    '"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",',
    "deploymentParameters.json#",
    *FUNCTIONS,
    *JSON,
)
TERRAFORM_JSON = (
    *_words(
        '"resource":{"azurerm_ai_foundry":{"hub":{ "variable":{ "locals":{ "module":{ "dynamic":{ "provider":',
        '"terraform": "//": "for_each": "content": "${ }" ${var.mode} "managed_network":{ "count":',
    ),
    *JSON,
    *TERRAFORM,
)
PLAN = (
    *_words(
        '"format_version":"1.2" "planned_values":{ "root_module":{ "resources":[ "child_modules":[',
        '"resource_changes":[ "change":{ "actions":["create"] "actions":["delete","create"] "before":{ "after":{',
        '"after_unknown":{ "address": "configuration":{ "expressions":{ "references":[ "constant_value":',
        '"module_calls":{ "for_each_expression":{ "mode":"managed" "type":"azurerm_ai_foundry" "provider_name":',
        '"prior_state":{ "values":{ "sensitive_values":{ "after_sensitive":true "index":0 "module_address":',
        '"previous_address": "count_expression":{ "after":null',
    ),
    *JSON,
)
YAML = (
    *_words(
        "--- ... - : ? & * !! !!binary << | > |- >- ~ yes off 2024-99-99 1:30 .inf 0o7 1_000 %YAML &a *a {{ }}",
        "${{ }}",
    ),
    *("\n", "\n  ", "\n    ", "- ", ": ", "\n---\n", " # a", "\n- ", "!!python/object:os.system ", "<<: *a\n"),
)
AZUREML = (
    *_words(
        "$schema: name: kind: hub project workspace managed_network: isolation_mode: allow_only_approved_outbound",
        "outbound_rules: type: fqdn service_tag private_endpoint destination: service_resource_id:",
        "storage_account: allow_internet_outbound disabled hub_id: tags: public_network_access: firewall_sku:",
        "resource_group: location:",
    ),
    *YAML,
)
POLICY = (
    *(f"{key}: " for key in (*load.REQUIRED, *load.OPTIONAL, *load.OF_RESOURCES)),
    *(f"{name}: " for name in OPERATORS),
    *SCHEMA.kinds,
    *dict.fromkeys(name for fields in SCHEMA.kinds.values() for name in fields),
    *_words(
        "field: all: any: not: some: every: none: count: take: list: where: error warning note cases: expect:",
        "bicep: exists: (a+)+$ {name} {{ [a-z]{1,100} (?=a) \\1 is: when:",
    ),
    *YAML,
)
SETTINGS = (
    *(f"{key}: " for key in keys()),
    *_words("MN001 MN002 error warning note off extend: replace: new: lock: ../ /etc ~ locked: all strict *.bicep **"),
    *YAML,
)
PYPROJECT = (
    *("[tool.mnlint]\n", "[tool.mnlint.policies]\n", "[[tool.mnlint.lists]]\n", '"""', "'''", "= [", "{", "}", "\n"),
    *(f"{key} = " for key in keys()),
    *_words("MN001 off 1979-05-27T07:32:00Z 0xff inf nan a.b.c true false"),
)
BESIDE = (
    *_words(
        '"Modules":[ "Key": "Source": "Dir": "hub" "hub.inner" ".terraform/modules/hub" ".." "" "version":1',
        '"findings":[ "policy":"MN001" "path": "address": "summary": "count": "reason": "until":"2024-02-13"',
        '"moduleAliases":{ "br":{ "ts":{ "public":{ "registry": "modulePath": "subscription": "resourceGroup":',
    ),
    *JSON,
)


def in_bytes(*words: str) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(word.encode() for word in words))
