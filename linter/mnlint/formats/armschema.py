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
_HEAD: Final = 4_096  # characters or bytes: `$schema` is said at the top if anywhere
_SCHEMA_FILE = pattern(r"([a-z]+)\.json#?$", re.IGNORECASE)
_MARK = pattern(  # strings, comments and brackets are all that matters for telling how deep a place is
    r'"(?P<text>(?:[^"\\]++|\\.)*+)"?+(?P<key>\s*+:)?+'
    r"|//[^\r\n]*+|/\*.*?(?:\*/|\Z)|(?P<open>[\[{])|(?P<close>[\]}])",
    re.DOTALL,
)


def is_template(content: str | bytes) -> bool:
    """True if a file's content says, by the `$schema` of its outermost object, that it is an ARM template."""
    return _schema(content) in SCOPES


def is_parameters(content: str | bytes) -> bool:
    """True if a file's content says so that it is a file of parameters, for ARM or Bicep."""
    return _schema(content).endswith("deploymentparameters")


def _schema(content: str | bytes) -> str:
    """The last word of `$schema` in lower case, such as `deploymenttemplate`; empty if there is none."""
    said = _said(content[:_HEAD], whole=len(content) <= _HEAD)
    if said is None:
        said = _said(content, whole=True) or ""
    return last_word(said)


def _said(content: str | bytes, *, whole: bool) -> str | None:
    """What `$schema` says; None if it says nothing in this part of a text."""
    if isinstance(content, bytes):
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff") and b"\0" in content  # without, it is only half of the bytes
        content = content.decode("utf-16" if wide else "utf-8", "replace")
    depth, key = 0, ""
    for found in _MARK.finditer(content):
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif depth == 1 and found["key"]:
            key = found["text"]
        elif depth == 1 and found["text"] and key == "$schema" and (whole or found.end() < len(content)):
            return found["text"]
    return None


def last_word(schema: str) -> str:
    """The last word of the address of a schema in lower case, such as `deploymenttemplate`."""
    found = _SCHEMA_FILE.search(schema.strip()[-100:])
    return found[1].lower() if found else ""
