"""Every function of ARM JSON and Bicep, and how it is met here; nothing that the languages have is forgotten.

Sources: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions,
https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions, and the compiler's own lists of its
namespaces `sys` and `az`.
"""

from __future__ import annotations

from enum import Enum

from mnlint.model.typing import Final


class Kind(Enum):
    """How a function is met."""

    EVALUATED = "computed from its arguments where they are known, and a form where they are not"
    READ = "lowered by the reader: no call is left of it"
    SYMBOLIC = "not computed, but equal to itself: the same arguments have the same form"
    RUNTIME = "known to the platform alone once something runs, with a form as far as one deployment goes"
    SECRETS = "gives secrets, which are never evaluated"
    IMPURE = "gives another value each time: no form"
    LATER = "deterministic, but not computed here"


FUNCTIONS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.EVALUATED: (
        *("any", "array", "concat", "contains", "createArray", "distinct", "empty", "first", "flatten", "indexFromEnd"),
        *("indexOf", "intersection", "last", "lastIndexOf", "length", "range", "skip", "take", "tryIndexFromEnd"),
        *("union", "createObject", "items", "objectKeys", "shallowMerge", "tryGet", "json"),
        *("filter", "groupBy", "map", "mapValues", "reduce", "sort", "toObject"),
        *("coalesce", "equals", "greater", "greaterOrEquals", "less", "lessOrEquals", "and", "or", "not", "bool"),
        *("add", "div", "float", "int", "max", "min", "mod", "mul", "sub"),
        *("base64", "base64ToJson", "base64ToString", "dataUri", "dataUriToString", "endsWith", "format", "join"),
        *("like", "padLeft", "replace", "split", "startsWith", "string", "substring", "toLower", "toUpper", "trim"),
        *("uri", "uriComponent", "uriComponentToString"),
        *("dateTimeAdd", "dateTimeFromEpoch", "dateTimeToEpoch", "parseCidr", "cidrSubnet", "cidrHost"),
        *("extensionResourceId", "managementGroupResourceId", "resourceId", "subscriptionResourceId"),
        *("tenantResourceId", "nameof", "loadFileAsBase64", "loadJsonContent", "loadTextContent", "loadYamlContent"),
        *("reference", "resourceInfo"),
    ),
    Kind.READ: ("false", "if", "lambda", "lambdaVariables", "null", "parameters", "true", "variables", "copyIndex"),
    Kind.SYMBOLIC: ("guid", "uniqueString"),
    Kind.RUNTIME: (
        *("deployer", "deployment", "environment", "managementGroup", "resourceGroup", "subscription", "tenant"),
        *("externalInput", "extensions", "pickZones", "providers", "readCliArg", "readEnvironmentVariable"),
        *("references", "roleDefinitions", "toLogicalZone", "toLogicalZones", "toPhysicalZone", "toPhysicalZones"),
        "fail",
    ),
    Kind.SECRETS: ("getSecret", "listAccountSas", "listKeys", "listSecrets"),
    Kind.IMPURE: ("newGuid", "utcNow"),
    Kind.LATER: ("buildUri", "loadDirectoryFileInfo", "parseUri"),
}

KIND_OF: Final[dict[str, Kind]] = {name.lower(): kind for kind, names in FUNCTIONS.items() for name in names}
