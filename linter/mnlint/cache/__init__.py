"""What is kept from one run for the next, and the form in which it is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mnlint.cache.records import decode, encode

__all__ = ["compiled", "decode", "encode"]


def compiled(key: str, make: Callable[[], Any]) -> Any:
    """Data for JSON that depends on `key` alone: what is kept of it, else what is made now."""
    return make()
