"""Records as plain data, for comparing what two ways of reading give: whatever was made late is made now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mnlint.model.text import Source


def said(value: Any) -> Any:
    """A record and all that is in it as plain data; of a source only the name."""
    if isinstance(value, Source):
        return value.file
    if isinstance(value, Mapping):
        return {key: said(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return tuple(map(said, value))
    names = getattr(value, "__match_args__", None)
    return value if names is None else (type(value).__name__, *(said(getattr(value, name)) for name in names))
