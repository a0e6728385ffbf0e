"""What the `$schema` of a JSON text says it is: a template and what that deploys to, or a file of parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mnlint.model.pattern import pattern
from mnlint.model.text import decode
from mnlint.model.typing import Final

SCOPES: Final = {
    "deploymenttemplate": "resourceGroup",
    "subscriptiondeploymenttemplate": "subscription",
    "managementgroupdeploymenttemplate": "managementGroup",
    "tenantdeploymenttemplate": "tenant",
}
_HEAD: Final = 4_096  # characters or bytes: `$schema` is said at the top if anywhere
_FILE: Final = r"(?<![a-z])([a-z]++)\.json(?:$|[#?])"
_LOWER = pattern(_FILE)
_ANY_CASE = pattern(_FILE, re.IGNORECASE)  # letters beyond ASCII are in it, and to compile it takes five times as long
# Strings, comments and brackets are all that matters for telling how deep a place is. No JSON has single quotes and
# keys without any, but some tools take them: whoever reads it has a word to say of it.
_MARK = pattern(
    r'(?:"(?P<text>(?:[^"\\]++|\\.)*+)"?+|\'(?P<single>(?:[^\'\\]++|\\.)*+)\'?+|(?P<bare>\$schema))(?P<key>\s*+:)?+'
    r"|//[^\r\n]*+|/\*.*?(?:\*/|\Z)|(?P<open>[\[{])|(?P<close>[\]}])",
    re.DOTALL,
)


def is_template(content: str | bytes) -> bool:
    """True if a file's content says, by a `$schema` of its outermost object, that it is an ARM template."""
    return _says(content, SCOPES.__contains__)


def is_parameters(content: str | bytes) -> bool:
    """True if a file's content says so that it is a file of parameters, for ARM or Bicep."""
    return _says(content, lambda word: word.endswith("deploymentparameters"))


def _says(content: str | bytes, fits: Callable[[str], bool]) -> bool:
    """Whether the last word of a `$schema` fits. Of several, which are told, each counts: tools take the last one."""
    text = content if isinstance(content, str) else _text(content)
    if fits(last_word(_first(text[:_HEAD]))):
        return True
    head = any(fits(last_word(said)) for said in _said(text[:_HEAD]))
    return head or (len(text) > _HEAD and any(fits(last_word(said)) for said in _said(text)))


def _first(head: str) -> str:
    """The `$schema` of a text that begins with one, as nearly all do; else nothing."""
    opens, *words = head.split('"', 4)
    begins = len(words) == 4 and opens.strip() == "{" and words[0] == "$schema" and words[1].strip() == ":"
    if not begins or "\\" in words[2] or words[3].lstrip()[:1] == ":":  # a key where its value should be
        return ""
    return words[2]


def _text(content: bytes) -> str:
    wide = decode(content) if b"\0" in content else None  # without zeros, it is only half of the bytes
    return content.decode("utf-8", "replace") if wide is None else wide


def _said(content: str) -> Iterator[str]:
    """What each `$schema` of the outermost object says."""
    depth, key = 0, ""
    for found in _MARK.finditer(content):
        text = found["text"] or found["single"] or found["bare"] or ""
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth -= 1
        elif depth == 1 and (found["key"] or text == "$schema"):
            key = text
        elif depth == 1 and text and key == "$schema":
            yield text


def last_word(schema: str) -> str:
    """The last word of the address of a schema in lower case, such as `deploymenttemplate`."""
    words = schema.strip()
    found = _LOWER.search(words.lower()) if words.isascii() else _ANY_CASE.search(words)
    return found[1].lower() if found else ""
