"""Every function of Terraform, and how it is met here; nothing that the language has is forgotten.

Source: https://developer.hashicorp.com/terraform/language/functions, and the table of its own core functions.
"""

from __future__ import annotations

from mnlint.model.typing import Final
from mnlint.resolve.functions.catalogue import Kind

FUNCTIONS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.EVALUATED: (
        *("abs", "ceil", "floor", "log", "max", "min", "parseint", "pow", "signum", "sum"),
        *("chomp", "endswith", "format", "formatlist", "indent", "join", "lower", "regex", "regexall", "replace"),
        *("split", "startswith", "strcontains", "strrev", "substr", "templatestring", "title", "trim", "trimprefix"),
        *("trimspace", "trimsuffix", "upper"),
        *("alltrue", "anytrue", "chunklist", "coalesce", "coalescelist", "compact", "concat", "contains", "distinct"),
        *("element", "flatten", "index", "keys", "length", "lookup", "matchkeys", "merge", "one", "range", "reverse"),
        *("setintersection", "setproduct", "setsubtract", "setunion", "slice", "sort", "transpose", "values", "zipmap"),
        *("base64decode", "base64encode", "csvdecode", "jsondecode", "jsonencode", "textdecodebase64"),
        *("textencodebase64", "urlencode", "yamldecode", "yamlencode"),
        *("basename", "dirname", "file", "filebase64", "fileexists", "fileset", "pathexpand", "templatefile"),
        *("formatdate", "timeadd", "timecmp"),
        *("base64sha256", "base64sha512", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256"),
        *("filesha512", "md5", "sha1", "sha256", "sha512", "uuidv5"),
        *("cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets"),
        *("can", "convert", "ephemeralasnull", "issensitive", "nonsensitive", "sensitive", "tobool", "tolist", "tomap"),
        *("tonumber", "toset", "tostring", "try"),
    ),
    Kind.SYMBOLIC: ("base64gzip", "list", "map", "type"),
    Kind.SECRETS: ("rsadecrypt",),
    Kind.IMPURE: ("bcrypt", "plantimestamp", "timestamp", "uuid"),
    Kind.LATER: (
        "abspath",
        *("provider::terraform::applying", "provider::terraform::decode_tfvars"),
        *("provider::terraform::encode_expr", "provider::terraform::encode_tfvars"),
    ),
}

KIND_OF: Final[dict[str, Kind]] = {name: kind for kind, names in FUNCTIONS.items() for name in names}
