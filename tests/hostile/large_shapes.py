"""Large files of one shape for every reader: what costs most, as long as one asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

Make = Callable[[int], str]  # a text of about so many characters

# ── pieces: what is written again and again between a beginning and an end ──


def _many(start: str, one: str, end: str) -> Make:
    """`one` as often as there is room; `{n}` in it is the number, `{m}` the one before."""

    def made(size: int) -> str:
        parts, left, n = [start], size - len(start) - len(end), 0
        if "{n}" not in one and "{m}" not in one:
            return start + one * max(left // len(one), 1) + end
        while left > 0:
            parts.append(one.replace("{n}", str(n)).replace("{m}", str(n - 1 if n else "z")))
            left -= len(parts[-1])
            n += 1
        return "".join([*parts, end])

    return made


# ── Bicep ──

HUB: Final = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound' } }
}
"""
_HUBS = HUB.replace("resource hub", "resource hub{n}").replace("'hub'", "'hub{n}'")
_RULE = "p{n}: { type: 'FQDN', destination: 'h{n}.example.com' }\n"
_WITH_RULES = HUB.replace("Outbound'", "Outbound'\noutboundRules: {\n").partition(" } }\n}")
_CHILD = """resource r{n} 'Microsoft.MachineLearningServices/workspaces/outboundRules@2024-10-01' = {
  parent: hub
  name: 'r{n}'
  properties: { type: 'FQDN', destination: 'h{n}.example.com' }
}
"""
_STORAGE = """resource s{n} 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 's{n}'
  properties: { publicNetworkAccess: 'Disabled' }
}
"""
_ENDPOINT = "e{n}: { type: 'PrivateEndpoint', destination: { serviceResourceId: s.id, subresourceTarget: 'blob' } }\n"
_LIST = HUB + "param z string\nvar list = ["

BICEP: Final[Mapping[str, Make]] = {
    "numbers": _many(_LIST, "1\n", "]\n"),
    "numbers in a rule": _many(
        HUB.replace("Outbound' }", "Outbound', outboundRules: [\n").partition(" }\n}")[0], "1\n", "]}}}\n"
    ),
    "objects": _many(_LIST, "{}\n", "]\n"),
    "members": _many(HUB + "var o = {", "a{n}: 1\n", "}\n"),
    "texts": _many(_LIST, "'a'\n", "]\n"),
    "one text": _many(HUB + "var a = '", "x", "'\n"),
    "one text with escapes": _many(HUB + "var a = '", r"\n", "'\n"),
    "one long text": _many(HUB + "var a = '''", "x\n", "'''\n"),
    "one comment": _many(HUB + "/*", "x ", "*/\n"),
    "comments": _many(HUB, "// a\n", ""),
    "ignores": _many(HUB, "// mnlint: ignore[MN001] x\n", ""),
    "blanks": _many(HUB, " ", "\n"),
    "lines": _many(HUB, "\n", ""),
    "resources": _many(HUB, _STORAGE, ""),
    "nested resources": _many(HUB[:-2], "resource r{n} 'computes' = { name: 'r{n}' }\n", "}\n"),
    "hubs": _many("", _HUBS, ""),
    "rules": _many(_WITH_RULES[0], _RULE, "}" + "".join(_WITH_RULES[1:])),
    "endpoints": _many(
        "resource s 'Microsoft.Storage/storageAccounts@2023-05-01' = { name: 's' }\n" + _WITH_RULES[0],
        _ENDPOINT,
        "}" + "".join(_WITH_RULES[1:]),
    ),
    "rules beside": _many(HUB, _CHILD, ""),
    "params": _many(HUB, "param p{n} string\n", ""),
    "params with defaults": _many(HUB + "param z string\n", "param p{n} string = p{m}\n", ""),
    "types": _many(HUB, "type t{n} = { a: string }\n", ""),
    "chain of types": _many(HUB + "type tz = string\n", "type t{n} = t{m}\n", ""),
    "variables": _many(HUB, "var v{n} = 1\n", ""),
    "chain": _many(
        HUB.replace("'AllowOnlyApprovedOutbound'", "last") + "param vz string\n",
        "var v{n} = v{m}\n",
        "var last = v3000\n",
    ),
    "outputs": _many(HUB, "output o{n} string = hub.id\n", ""),
    "modules": _many(HUB, "module m{n} 'module.bicep' = { name: 'm{n}' }\n", ""),
    "missing modules": _many(HUB, "module m{n} 'none{n}.bicep' = { name: 'm{n}' }\n", ""),
    "registry modules": _many(HUB, "module m{n} 'br:x.azurecr.io/a:v{n}' = { name: 'm{n}' }\n", ""),
    "expressions": _many(HUB + "param z int\n", "var v{n} = z == 1 ? z + {n} : z\n", ""),
    "operators": _many(HUB + "var a = 1", " + 1", "\n"),
    "conditions": _many(HUB + "param z bool\nvar a = ", "z ? 1 : ", "1\n"),
    "members of members": _many(HUB + "param z object\nvar a = z", ".a", "\n"),
    "indices": _many(HUB + "param z object\nvar a = z", "[0]", "\n"),
    "assertions": _many(HUB + "param z object\nvar a = z", "!", "\n"),
    "arguments": _many(HUB + "var a = concat(", "[], ", "[])\n"),
    "holes": _many(HUB + "param z string\nvar a = '", "${z}", "'\n"),
    "one name": _many(HUB + "param z string\nvar a = [", "z\n", "]\n"),
    "waits": _many(
        HUB.replace("kind:", "dependsOn: [").partition(" 'Hub'")[0], "s\n", "]}\n" + _STORAGE.replace("{n}", "")
    ),
    "loops": _many(HUB, "var l{n} = [for i in range(0, 100): i]\n", ""),
    "decorators": _many(HUB, "@description('x')\n", "param z string\n"),
    "allowed": _many(
        HUB.replace("'AllowOnlyApprovedOutbound'", "mode") + "@allowed([", "'a{n}'\n", "])\nparam mode string\n"
    ),
    "errors": _many(HUB, "var = ?\n", ""),
    "words": _many(HUB, "a\n", ""),
    "odd characters": _many(HUB, "\\ ", "\n"),
    "odd lines": _many(HUB, "\\\n", "\n"),
    "[": _many(HUB + "var a = ", "[", ""),
    "(": _many(HUB + "var a = ", "(", ""),
    "{": _many(HUB + "var a = ", "{", ""),
    "[ lines": _many(HUB, "var a = [\n", ""),
    "f(": _many(HUB + "var a = ", "f(", ""),
    "'": _many(HUB + "var a = ", "'", ""),
    "''' ": _many(HUB + "var a = ", "''' ", ""),
    "/*": _many(HUB, "/*", ""),
    "'${": _many(HUB + "var a = ", "'${", ""),
    "$": _many(HUB + "var a = ", "$", "'''x"),
    "!": _many(HUB + "var a = ", "!", ""),
    "?": _many(HUB + "var a = ", "1?", ""),
    "@": _many(HUB, "@", ""),
    "@a(": _many(HUB, "@a(\n", ""),
    "=>": _many(HUB + "var a = ", "a=>", ""),
    "resource {": _many(HUB, "resource a 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n", ""),
    "nul": _many(HUB, "\0", ""),
    "letters": _many(HUB, "é", "\n"),
}

# ── ARM ──

_SCHEMA = '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",\n'
_HEAD = _SCHEMA + '"contentVersion": "1.0.0.0",\n'
_ARM_HUB = """{"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01",
  "name": "hub", "kind": "Hub",
  "properties": {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}}}"""
_ARM = _HEAD + '"resources": [' + _ARM_HUB
_ARM_STORAGE = """,
{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "s{n}",
  "properties": {"publicNetworkAccess": "Disabled"}}"""
_ARM_RULES = (
    _HEAD + '"resources": [' + _ARM_HUB.replace('Outbound"}', 'Outbound", "outboundRules": {').removesuffix("}}")
)
_ARM_CHILD = """,
{"type": "Microsoft.MachineLearningServices/workspaces/outboundRules", "apiVersion": "2024-10-01", "name": "hub/r{n}",
  "properties": {"type": "FQDN", "destination": "h{n}.example.com"}}"""
_DEPLOYMENT = """,
{"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": "d{n}",
 "properties": {"mode": "Incremental",
 "expressionEvaluationOptions": {"scope": "inner"},
 "template": {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "contentVersion": "1.0.0.0", "resources": []}}}"""
_VARIABLES = _ARM + '],\n"variables": {"z": 1'
_HUB_OF = _HEAD + '"resources": [' + _ARM_HUB.replace('"AllowOnlyApprovedOutbound"', "\"[variables('v3000')]\"")

ARM: Final[Mapping[str, Make]] = {
    "numbers": _many(_VARIABLES + ', "a": [0', ",1", "]}}"),
    "objects": _many(_VARIABLES + ', "a": [0', ",{}", "]}}"),
    "members": _many(_VARIABLES + ', "a": {"b":1', ',"{n}":1', "}}}"),
    "texts": _many(_VARIABLES + ', "a": ["a"', ',"a"', "]}}"),
    "one text": _many(_VARIABLES + ', "a": "', "x", '"}}'),
    "one text with escapes": _many(_VARIABLES + ', "a": "', "\\n", '"}}'),
    "one text with surrogates": _many(_VARIABLES + ', "a": "', "\\ud800", '"}}'),
    "one expression": _many(_VARIABLES + ', "a": "[concat(\'', "x", "')]\"}}"),
    "one comment": _many(_ARM + "/*", "x ", "*/]}"),
    "comments": _many(_ARM, "//\n", "]}"),
    "ignores": _many(_ARM, "// mnlint: ignore[MN001] x\n", "]}"),
    "blanks": _many(_ARM, " ", "]}"),
    "resources": _many(_ARM, _ARM_STORAGE, "]}"),
    "symbolic resources": _many(
        _HEAD + '"languageVersion": "2.0", "resources": {"hub": ' + _ARM_HUB, ', "r{n}": ' + _ARM_STORAGE[2:], "}}"
    ),
    "nothing resources": _many(_ARM, ",{}", "]}"),
    "hubs": _many(_HEAD + '"resources": [' + _ARM_HUB, ",\n" + _ARM_HUB.replace('"hub"', '"hub{n}"'), "]}"),
    "rules": _many(_ARM_RULES, '"p{n}": {"type": "FQDN", "destination": "h{n}.example.com"},\n', '"z": {}}}}}]}'),
    "rules beside": _many(_ARM, _ARM_CHILD, "]}"),
    "parameters": _many(_ARM + '], "parameters": {"z": {"type": "int"}', ',"p{n}": {"type": "string"}', "}}"),
    "parameters with defaults": _many(
        _ARM + '], "parameters": {"pz": {"type": "int"}',
        ',"p{n}": {"type": "string", "defaultValue": "[parameters(\'p{m}\')]"}',
        "}}",
    ),
    "variables": _many(_VARIABLES, ', "v{n}": 1', "}}"),
    "chain": _many(_HUB_OF + '], "variables": {"vz": 1', ', "v{n}": "[variables(\'v{m}\')]"', "}}"),
    "outputs": _many(
        _ARM + '], "outputs": {"z": {"type": "int", "value": 1}', ',"o{n}": {"type": "int", "value": 1}', "}}"
    ),
    "definitions": _many(
        _ARM + '], "languageVersion": "2.0", "definitions": {"tz": {"type": "int"}',
        ',"t{n}": {"$ref": "#/definitions/t{m}"}',
        "}}",
    ),
    "deployments": _many(_ARM, _DEPLOYMENT, "]}"),
    "linked": _many(
        _ARM,
        ', {"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": "d{n}", "properties": '
        '{"mode": "Incremental", "templateLink": {"relativePath": "none{n}.json"}}}',
        "]}",
    ),
    "copies": _many(_ARM, _ARM_STORAGE.replace('"name"', '"copy": {"name": "c{n}", "count": 100}, "name"'), "]}"),
    "expressions": _many(_VARIABLES, ', "v{n}": "[concat(variables(\'z\'), {n})]"', "}}"),
    "short expressions": _many(_VARIABLES + ', "a": [0', ',"[1]"', "]}}"),
    "escaped texts": _many(_VARIABLES + ', "a": [0', ',"[["', "]}}"),
    "wrong expressions": _many(_VARIABLES + ', "a": [0', ',"[("', "]}}"),
    "long expression": _many(_VARIABLES + ', "v": "[concat(', "1,", '1)]"}}'),
    "one name": _many(_VARIABLES + ', "a": [0', ",\"[variables('z')]\"", "]}}"),
    "waits": _many(_ARM + ', {"type": "a/b", "apiVersion": "2", "name": "x", "dependsOn": ["hub"', ',"hub"', "]}]}"),
    "missing waits": _many(
        _ARM + ', {"type": "a/b", "apiVersion": "2", "name": "x", "dependsOn": ["hub"', ',"h{n}"', "]}]}"
    ),
    "allowed": _many(
        _HEAD
        + '"resources": ['
        + _ARM_HUB.replace('"AllowOnlyApprovedOutbound"', "\"[parameters('m')]\"")
        + '], "parameters": {"m": {"type": "string", "allowedValues": ["a"',
        ',"a{n}"',
        "]}}}",
    ),
    "keys twice": _many(_VARIABLES, ', "v": 1', "}}"),
    "errors": _many(_VARIABLES + ', "a": [0', ",x", "]}}"),
    "commas": _many(_VARIABLES + ', "a": [0', ",", "]}}"),
    "[": _many(_VARIABLES + ', "a": ', "[", ""),
    "{": _many(_VARIABLES + ', "a": ', "{", ""),
    '{"a":': _many(_VARIABLES + ', "a": ', '{"a":', ""),
    "[]": _many(_VARIABLES + ', "a": [' + "[" * 200, "[]", ""),
    '"': _many(_VARIABLES + ', "a": ', '"', ""),
    "/": _many(_VARIABLES + ', "a": ', "/", ""),
    "/*": _many(_VARIABLES + ', "a": ', "/*", ""),
    "\\": _many(_VARIABLES + ', "a": "', "\\", ""),
    "schemas": _many("{", '"$schema": "x",\n', '"a": "deploymenttemplate.json#"}'),
    "schema behind": lambda size: (
        '{"resources": [' + _ARM_HUB + '], "a": [0' + ",{}" * (size // 3) + "]," + _SCHEMA[1:] + '"b":1}'
    ),
    "metadata": _many(
        _ARM, ', {"type": "a/b", "apiVersion": "2", "name": "x{n}", "metadata": {"mnlint": "ignore[MN001] x"}}', "]}"
    ),
}

# ── parameter files ──

_PARAMETERS = (
    '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",\n'
    '"contentVersion": "1.0.0.0", "parameters": {"z": {"value": 1}'
)
ARM_PARAMETERS: Final[Mapping[str, Make]] = {
    "parameters": _many(_PARAMETERS, ',"p{n}": {"value": {n}}', "}}"),
    "numbers": _many(_PARAMETERS + ', "a": {"value": [0', ",1", "]}}}"),
    "objects": _many(_PARAMETERS + ', "a": {"value": [0', ",{}", "]}}}"),
    "members": _many(_PARAMETERS + ', "a": {"value": {"z": 1', ',"{n}":1', "}}}}"),
    "[": _many(_PARAMETERS + ', "a": {"value": ', "[", ""),
}
BICEP_PARAMETERS: Final[Mapping[str, Make]] = {
    "parameters": _many("using 'main.bicep'\n", "param p{n} = {n}\n", ""),
    "numbers": _many("using 'main.bicep'\nparam a = [\n", "1\n", "]\n"),
    "variables": _many("using 'main.bicep'\nvar vz = 1\n", "var v{n} = v{m}\n", "param z = v2000\n"),
    "usings": _many("using 'main.bicep'\n", "using 'main.bicep'\n", ""),
    "errors": _many("using 'main.bicep'\n", "param = ?\n", ""),
    "[": _many("using 'main.bicep'\nparam a = ", "[", ""),
}

# ── Terraform ──

_TF_HUB = """resource "azurerm_machine_learning_workspace" "hub" {
  name = "hub"
  kind = "Default"
  managed_network {
    isolation_mode = "AllowOnlyApprovedOutbound"
  }
}
"""
_TF_STORAGE = """resource "azurerm_storage_account" "s{n}" {
  name = "s{n}"
  public_network_access_enabled = false
}
"""
_TF_RULE = """resource "azurerm_machine_learning_workspace_network_outbound_rule_fqdn" "r{n}" {
  name = "r{n}"
  workspace_id = azurerm_machine_learning_workspace.hub.id
  destination_fqdn = "h{n}.example.com"
}
"""
TERRAFORM: Final[Mapping[str, Make]] = {
    "numbers": _many(_TF_HUB + "locals {\n  a = [", "1,", "]\n}\n"),
    "objects": _many(_TF_HUB + "locals {\n  a = [", "{},", "]\n}\n"),
    "members": _many(_TF_HUB + "locals {\n  a = {\n", "a{n} = 1\n", "}\n}\n"),
    "texts": _many(_TF_HUB + "locals {\n  a = [", '"a",', "]\n}\n"),
    "one text": _many(_TF_HUB + 'locals {\n  a = "', "x", '"\n}\n'),
    "one comment": _many(_TF_HUB + "/*", "x ", "*/\n"),
    "comments": _many(_TF_HUB, "#\n", ""),
    "ignores": _many(_TF_HUB, "# mnlint: ignore[MN001] x\n", ""),
    "blanks": _many(_TF_HUB, " ", "\n"),
    "lines": _many(_TF_HUB, "\n", ""),
    "resources": _many(_TF_HUB, _TF_STORAGE, ""),
    "empty resources": _many(_TF_HUB, 'resource "a" "s{n}" {}\n', ""),
    "hubs": _many("", _TF_HUB.replace('"hub"', '"hub{n}"'), ""),
    "rules": _many(_TF_HUB, _TF_RULE, ""),
    "variables": _many(_TF_HUB, 'variable "v{n}" {}\n', ""),
    "variables with types": _many(
        _TF_HUB, 'variable "v{n}" {\n  type = object({ a = optional(string, "x") })\n}\n', ""
    ),
    "checked variables": _many(
        _TF_HUB,
        'variable "v{n}" {\n  validation {\n    condition = contains(["a"], var.v{n})\n  }\n}\n',
        "",
    ),
    "locals": _many(_TF_HUB + "locals {\n", "v{n} = 1\n", "}\n"),
    "blocks of locals": _many(_TF_HUB, "locals {\n v{n} = 1\n}\n", ""),
    "chain": _many(
        _TF_HUB.replace('"AllowOnlyApprovedOutbound"', "local.v2000") + "locals {\n vz = 1\n",
        "v{n} = local.v{m}\n",
        "}\n",
    ),
    "outputs": _many(_TF_HUB, 'output "o{n}" {\n  value = 1\n}\n', ""),
    "modules": _many(_TF_HUB, 'module "m{n}" {\n  source = "./none{n}"\n}\n', ""),
    "modules here": _many(_TF_HUB, 'module "m{n}" {\n  source = "./module"\n}\n', ""),
    "registry modules": _many(_TF_HUB, 'module "m{n}" {\n  source = "a/b{n}/c"\n}\n', ""),
    "expressions": _many(_TF_HUB + "locals {\n", "v{n} = var.z == 1 ? {n} + 1 : {n}\n", "}\n"),
    "odd expressions": _many(_TF_HUB + "locals {\n", 'v{n} = "%{ if true }a%{ endif }"\n', "}\n"),
    "odd resources": _many(_TF_HUB, 'resource "a" "b{n}" {\n  a = "%{ if true }a%{ endif }"\n}\n', ""),
    "signs": _many(_TF_HUB + "locals {\n", "v{n} = !!true\n", "}\n"),
    "operators": _many(_TF_HUB + "locals {\n  a = 1", " + 1", "\n}\n"),
    "dynamics": _many(
        _TF_HUB, 'resource "a" "d{n}" {\n  dynamic "x" {\n    for_each = [1]\n    content {}\n  }\n}\n', ""
    ),
    "inner blocks": _many(_TF_HUB + 'resource "a" "b" {\n', "x {}\n", "}\n"),
    "heredocs": _many(_TF_HUB + "locals {\n", "v{n} = <<E\nx\nE\n", "}\n"),
    "open heredocs": _many(_TF_HUB + "locals {\n  a = [", "<<E{n}\n", "]\n}\n"),
    "heredocs of one end": _many(_TF_HUB + "locals {\n  a = [", "<<E\n${\n", "E\n"),
    "holes": _many(_TF_HUB + 'locals {\n  a = "', "${z}", '"\n}\n'),
    "one name": _many(_TF_HUB + "locals {\n  a = [", "var.z,", "]\n}\n"),
    "waits": _many(_TF_HUB + 'resource "a" "b" {\n  depends_on = [', "a.c,", "]\n}\n"),
    "counts": _many(_TF_HUB, 'resource "azurerm_storage_account" "s{n}" {\n  count = 100\n}\n', ""),
    "moved": _many(_TF_HUB, "moved {\n  from = a.b\n  to = a.c\n}\n", ""),
    "errors": _many(_TF_HUB, "?\n", ""),
    "wrong blocks": _many(_TF_HUB, 'resource "a" "b" {\n  a = ?\n}\n', ""),
    "wrong locals": _many(_TF_HUB + "locals {\n", "a = ?\n", "}\n"),
    "words": _many(_TF_HUB, "a\n", ""),
    "[": _many(_TF_HUB + "locals {\n  a = ", "[", ""),
    "(": _many(_TF_HUB + "locals {\n  a = ", "(", ""),
    "{": _many(_TF_HUB + "locals {\n  a = ", "{", ""),
    "a {": _many(_TF_HUB, "a {\n", ""),
    "{ lines": _many(_TF_HUB, 'resource "a" "b" {\n a = {\n', ""),
    '"': _many(_TF_HUB + "locals {\n  a = ", '"', ""),
    '"${': _many(_TF_HUB + "locals {\n  a = ", '"${', ""),
    "/*": _many(_TF_HUB, "/*", ""),
    "<<": _many(_TF_HUB + "locals {\n  a = ", "<<", ""),
    "-": _many(_TF_HUB + "locals {\n  a = ", "-", "1\n}\n"),
    "- -": _many(_TF_HUB + "locals {\n  a = ", "- a ", "1\n}\n"),
    "letters": _many(_TF_HUB + "locals {\n  a = ", "é ", "\n}\n"),
    "nul": _many(_TF_HUB, "\0", ""),
}
TERRAFORM_VALUES: Final[Mapping[str, Make]] = {
    "values": _many("", "v{n} = 1\n", ""),
    "numbers": _many("a = [", "1,", "]\n"),
    "texts": _many("", 'v{n} = "a"\n', ""),
    "errors": _many("", "a = ?\n", ""),
    "[": _many("a = ", "[", ""),
}
_TFJSON_HUB = (
    '"azurerm_machine_learning_workspace": {"hub": {"name": "hub", "managed_network": '
    '{"isolation_mode": "AllowOnlyApprovedOutbound"}}}'
)
_TFJSON = '{"resource": {' + _TFJSON_HUB
TERRAFORM_JSON: Final[Mapping[str, Make]] = {
    "numbers": _many(_TFJSON + '}, "locals": {"a": [0', ",1", "]}}"),
    "objects": _many(_TFJSON + '}, "locals": {"a": [0', ",{}", "]}}"),
    "members": _many(_TFJSON + '}, "locals": {"a": 1', ',"v{n}":1', "}}"),
    "resources": _many(_TFJSON + ', "azurerm_storage_account": {"z": {}', ',"s{n}": {"name": "s{n}"}', "}}}"),
    "variables": _many(_TFJSON + '}, "variable": {"z": {}', ',"v{n}": {}', "}}"),
    "expressions": _many(_TFJSON + '}, "locals": {"a": 1', ',"v{n}":"${1 + 1}"', "}}"),
    "holes": _many(_TFJSON + '}, "locals": {"a": "', "${z}", '"}}'),
    "wrong expressions": _many(_TFJSON + '}, "locals": {"a": 1', ',"v{n}":"${"', "}}"),
    "escapes": _many(_TFJSON + '}, "locals": {"a": "${z}', "\\n", '"}}'),
    "comments": _many(_TFJSON + '}, "locals": {"a": 1', ', "//": "mnlint: ignore[MN001] x"', "}}"),
    "dynamics": _many(
        _TFJSON + ', "a": {"z": {}', ',"s{n}": {"dynamic": {"x": {"for_each": [1], "content": {}}}}', "}}}"
    ),
    "[": _many(_TFJSON + '}, "locals": {"a": ', "[", ""),
}

# ── plans ──

_PLAN = '{"format_version": "1.2", "terraform_version": "1.9.0", '
_VALUES = '{"name": "hub", "managed_network": [{"isolation_mode": "AllowOnlyApprovedOutbound"}]}'


def _change(kind: str, name: str, values: str) -> str:
    return (
        f'{{"address": "{kind}.{name}", "mode": "managed", "type": "{kind}", "name": "{name}", '
        f'"provider_name": "registry.terraform.io/hashicorp/azurerm", "change": {{"actions": ["create"], '
        f'"before": null, "after": {values}, "after_unknown": {{}}}}}}'
    )


_PLANNED = _PLAN + '"resource_changes": [' + _change("azurerm_machine_learning_workspace", "hub", _VALUES)
PLAN: Final[Mapping[str, Make]] = {
    "changes": _many(_PLANNED, ",\n" + _change("azurerm_storage_account", "s{n}", '{"name": "s{n}"}'), "]}"),
    "other changes": _many(_PLANNED, ",\n" + _change("null_resource", "s{n}", "{}"), "]}"),
    "hubs": _many(
        _PLANNED, ",\n" + _change("azurerm_machine_learning_workspace", "h{n}", _VALUES.replace("hub", "h{n}")), "]}"
    ),
    "rules": _many(
        _PLANNED,
        ",\n"
        + _change(
            "azurerm_machine_learning_workspace_network_outbound_rule_fqdn",
            "r{n}",
            '{"name": "r{n}", "destination_fqdn": "h{n}.x.com"}',
        ),
        "]}",
    ),
    "numbers": _many(
        _PLANNED.removesuffix("}}")
        .replace('"name": "hub", "man', '"name": "hub", "tags": [0', 1)
        .partition("aged_network")[0],
        ",1",
        "]}}}]}",
    ),
    "nothing changes": _many(_PLANNED, ",{}", "]}"),
    "outside": _many(_PLANNED + '], "prior_state": [0', ",{}", "]}"),
    "configuration": _many(
        _PLANNED + '], "configuration": {"root_module": {"resources": [{}',
        ',{"address": "a.b{n}", "mode": "managed", "type": "a", "name": "b{n}", "expressions": '
        '{"x": {"references": ["a.b{m}.id", "a.b{m}"]}}}',
        "]}}}",
    ),
    "variables": _many(_PLANNED + '], "variables": {"z": {}', ',"v{n}": {"value": 1}', "}}"),
    "secrets": _many(
        _PLANNED + ",\n",
        '{"address": "azurerm_storage_account.s{n}", "mode": "managed", '
        '"type": "azurerm_storage_account", "name": "s{n}", '
        '"change": {"actions": ["create"], "before": null, "after": {"name": "secret{n}"}, "after_unknown": {}, '
        '"after_sensitive": {"name": true}}},\n',
        "{}]}",
    ),
    "[": _many(_PLANNED + '], "variables": ', "[", ""),
    "{": _many(_PLANNED + '], "variables": ', '{"a":', ""),
}

# ── YAML ──

_YAML_HUB = """$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json
name: hub
managed_network:
  isolation_mode: allow_only_approved_outbound
"""
YAML: Final[Mapping[str, Make]] = {
    "numbers": _many(_YAML_HUB + "tags: [", "1,", "]\n"),
    "items": _many(_YAML_HUB + "tags:\n", "- 1\n", ""),
    "objects": _many(_YAML_HUB + "tags: [", "{},", "]\n"),
    "members": _many(_YAML_HUB + "tags:\n", "  t{n}: 1\n", ""),
    "one text": _many(_YAML_HUB + "description: '", "x", "'\n"),
    "one block": _many(_YAML_HUB + "description: |\n", "  x\n", ""),
    "one comment": _many(_YAML_HUB + "#", "x", "\n"),
    "comments": _many(_YAML_HUB, "#\n", ""),
    "ignores": _many(_YAML_HUB, "# mnlint: ignore[MN001] x\n", ""),
    "blanks": _many(_YAML_HUB, " ", "\n"),
    "lines": _many(_YAML_HUB, "\n", ""),
    "rules": _many(
        _YAML_HUB + "  outbound_rules:\n", "  - name: r{n}\n    type: fqdn\n    destination: h{n}.example.com\n", ""
    ),
    "documents": _many(_YAML_HUB, "---\n" + _YAML_HUB.replace("hub\n", "hub{n}\n"), ""),
    "empty documents": _many(_YAML_HUB, "---\n", ""),
    "asked keys": _many(_YAML_HUB, "? a\n: b\n", ""),
    "carriage returns": _many(_YAML_HUB, "\r", ""),
    "escapes": _many(_YAML_HUB + 'x: "', "\\x6e", '"\n'),
    "anchors": _many(_YAML_HUB + "tags:\n", "- &a{n} x\n", ""),
    "aliases": _many(_YAML_HUB + "x: &a 1\ntags:\n", "- *a\n", ""),
    "merges": _many(_YAML_HUB + "x: &a {b: 1}\ntags:\n", "- <<: *a\n", ""),
    "keys twice": _many(_YAML_HUB, "a: 1\n", ""),
    "indented": _many("", "  # x\n", _YAML_HUB.replace("\n", "\n  ")),
    "directives": _many("", "%A b\n", "---\n" + _YAML_HUB),
    "[": _many(_YAML_HUB + "tags: ", "[", ""),
    "{": _many(_YAML_HUB + "tags: ", "{a: ", ""),
    "- ": _many(_YAML_HUB + "tags: ", "- ", ""),
    "'": _many(_YAML_HUB + "tags: ", "'", ""),
    "? ": _many(_YAML_HUB + "tags:\n  ", "? ", ""),
    "placeholders": _many(_YAML_HUB + "description: '", "${{x}}", "'\n"),
    "half placeholders": _many(_YAML_HUB + "description: '", "${{", "'\n"),
}

# The file that each reader gets, and what lies beside it.
FILES: Final[Mapping[str, tuple[str, Mapping[str, Make]]]] = {
    "bicep": ("main.bicep", BICEP),
    "arm": ("main.json", ARM),
    "terraform": ("main.tf", TERRAFORM),
    "tfjson": ("main.tf.json", TERRAFORM_JSON),
    "plan": ("plan.json", PLAN),
    "yaml": ("workspace.yml", YAML),
    "bicepparam": ("main.bicepparam", BICEP_PARAMETERS),
    "armparams": ("main.parameters.json", ARM_PARAMETERS),
    "tfvars": ("terraform.tfvars", TERRAFORM_VALUES),
}
BESIDE: Final[Mapping[str, Mapping[str, str]]] = {
    "bicep": {"module.bicep": "param x string = 'a'\n"},
    "terraform": {"module/main.tf": 'variable "x" {}\n'},
    "bicepparam": {"main.bicep": HUB},
    "armparams": {"main.json": _ARM + "]}"},
    "tfvars": {"main.tf": _TF_HUB},
}
_LARGEST: Final = {"terraform": 1.0, "tfvars": 1.0, "yaml": 5.0}  # MiB of which anything is read; of the others 5


def written(reader: str, shape: str, size: int) -> dict[str, str]:
    """The files of a folder with a file of one shape."""
    name, shapes = FILES[reader]
    return {name: shapes[shape](size), **BESIDE.get(reader, {})}


def largest(reader: str) -> int:
    """The size of the largest file of which anything is read, a little less."""
    return int(_LARGEST.get(reader, 5.0) * 2**20) - 2_000
