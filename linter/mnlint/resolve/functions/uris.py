"""URIs put together and encoded, as far as .NET leaves their parts as they are."""

from __future__ import annotations

from urllib.parse import quote, unquote, urljoin

from mnlint.model.pattern import pattern
from mnlint.model.typing import Any
from mnlint.resolve.functions.strings import Plain, text

# .NET rewrites hosts in capitals, ports, dots as segments and odd characters; none of that is imitated.
_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_BASE = pattern(rf"https?://[a-z0-9.-]+/(?:{_SEGMENT}/)*(?:{_SEGMENT})?")
_RELATIVE = pattern(rf"{_SEGMENT}(?:/{_SEGMENT})*/?")
MAX_URI = 4_000


def _uri(base: Any, relative: Any) -> str:
    if len(text(base)) > MAX_URI or len(text(relative)) > MAX_URI:
        raise ValueError("too long")
    if not _BASE.fullmatch(base) or not _RELATIVE.fullmatch(relative):
        raise ValueError("a URI that .NET may rewrite")
    return str(urljoin(base, relative))


def _decoded(value: Any) -> str:
    return unquote(text(value), errors="strict")


TABLE: dict[str, Plain] = {
    "uri": _uri,
    "uricomponent": lambda value: quote(text(value), safe=""),
    "uricomponenttostring": _decoded,
}
