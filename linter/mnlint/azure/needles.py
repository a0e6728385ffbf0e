"""The byte strings without which a file cannot hold anything that policies are about; in lower case."""

from __future__ import annotations

from collections.abc import Iterable

from mnlint.model.hints import NEEDLES


def needles_of(types: Iterable[str]) -> tuple[bytes, ...]:
    """Those of everything, and of resources of some types: an ARM type is written in parts, but its provider is not."""
    own = {kind.lower().partition("/")[0].encode() for kind in types}
    return (*NEEDLES, *sorted(own - set(NEEDLES)))
