"""A settings file as plain values and the places of its names: read as YAML once for each text, and kept."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint import cache
from mnlint.model.digest import digest
from mnlint.model.record import dataclass
from mnlint.model.typing import Any

Way = tuple[str | int, ...]  # of a key, or of a policy: what is asked for of a file in which nothing is wrong


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """What a text holds, and at which line and column its keys and the names of policies stand."""

    values: Any
    places: Mapping[Way, tuple[int, int]]


def parsed(text: str, file: str) -> Parsed:
    """The one document of a text, as parse_plain reads it. Raises DocumentError."""
    key = digest(cache.program(), text)
    try:
        kept = cache.store().get("settings", key)
        return _read(_made(text, file, key) if kept is None else kept)
    except (AttributeError, LookupError, TypeError, ValueError):  # what was kept is none of ours
        return _read(_made(text, file, key))


def _read(kept: Any) -> Parsed:
    return Parsed(kept["values"], {tuple(way): (int(line), int(column)) for way, line, column in kept["places"]})


def _made(text: str, file: str, key: str) -> dict[str, Any]:
    from mnlint.documents import parse_plain, place_of

    values = parse_plain(text, file)
    names = values if isinstance(values, dict) else {}
    policies = names.get("policies")
    ways: list[Way] = [(name,) for name in names]
    ways += [("policies", name) for name in policies] if isinstance(policies, dict) else []
    made = {"values": values, "places": [[way, *place_of(text, 0, way)] for way in ways]}
    cache.store().put("settings", key, made)
    return made
