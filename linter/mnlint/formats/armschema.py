"""What the `$schema` of a JSON text says it is: a template and what that deploys to, or a file of parameters."""

from __future__ import annotations

import re
from typing import Final

from mnlint.model.pattern import pattern

SCOPES: Final = {
    "deploymenttemplate": "resourceGroup",
    "subscriptiondeploymenttemplate": "subscription",
    "managementgroupdeploymenttemplate": "managementGroup",
    "tenantdeploymenttemplate": "tenant",
}
_SCHEMA_FILE = pattern(r"([a-z]+)\.json#?$", re.IGNORECASE)
_MARK = pattern(  # strings, comments and brackets are all that matters for telling how deep a place is
    r'"(?P<text>(?:[^"\\]++|\\.)*+)"?+(?P<key>\s*+:)?+'
    r"|//[^\r\n]*+|/\*.*?(?:\*/|\Z)|(?P<open>[\[{])|(?P<close>[\]}])",
    re.DOTALL,
)


def is_template(content: str | bytes) -> bool:
    """True if a file's content says, by the `$schema` of its outermost object, that it is an ARM template."""
    return _schema(content, "deploymenttemplate.json") in SCOPES


def is_parameters(content: str | bytes) -> bool:
    """True if a file's content says so that it is a file of parameters, for ARM or Bicep."""
    return _schema(content, "deploymentparameters.json").endswith("deploymentparameters")


def _schema(content: str | bytes, needle: str) -> str:
    """The last word of `$schema` in lower case, such as `deploymenttemplate`; empty if it is none of ours."""
    if isinstance(content, bytes):
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return _schema(content.decode("utf-16", "replace"), needle)
        where = content.lower().rfind(needle.encode())
        if where < 0:
            return ""
        # Nothing behind its last mention can be what is looked for.
        content = content[: content.find(b'"', where) + 1 or None].decode("utf-8", "replace")
    if needle not in content.lower():
        return ""
    depth, key = 0, ""
    for found in _MARK.finditer(content):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif depth == 1 and found["key"]:
            key = found["text"]
        elif depth == 1 and found["text"] and key == "$schema":
            return last_word(found["text"])
    return ""


def last_word(schema: str) -> str:
    """The last word of the address of a schema in lower case, such as `deploymenttemplate`."""
    found = _SCHEMA_FILE.search(schema.strip()[-100:])
    return found[1].lower() if found else ""
