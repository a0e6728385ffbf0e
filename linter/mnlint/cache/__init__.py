"""What is kept from one run for the next, and the form in which it is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from mnlint.cache.folder import Store, folder_of_user, open_store
from mnlint.cache.records import decode, encode

__all__ = ["Store", "compiled", "decode", "encode", "open_store", "store", "switch"]

_switched = {"on": True}  # what a process decides once


def switch(*, on: bool) -> None:
    """Whether this process keeps anything, and looks at what others have kept."""
    _switched["on"] = on
    store.cache_clear()


@cache
def store() -> Store:
    """Where this process keeps things."""
    return open_store(folder_of_user()) if _switched["on"] else Store(None)


def compiled(key: str, make: Callable[[], Any]) -> Any:
    """Data for JSON that depends on `key` alone: what is kept of it, else what is made now."""
    found = store().get("policies", key)
    if found is None:
        found = make()
        store().put("policies", key, found)
    return found
