"""The settings of a run in lines that a settings file could hold, each with where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from mnlint.effective import Effective, Place
from mnlint.model.record import fields
from mnlint.model.settings import Override, Settings, keys
from mnlint.model.typing import Any

OPTIONS_ONLY = (
    *("parameters", "restored_modules", "as_of", "base", "changed_since", "changed"),
    *("max_file_bytes", "max_evaluations", "max_modules", "max_module_depth", "max_facts", "timeout"),
)


def lines(effective: Effective) -> Iterator[str]:
    """Every setting, those of the file first."""
    settings = effective.settings
    yield f"# settings for {effective.boundary}"
    yield f"# read from {', '.join(effective.files) or 'no file'}"
    for key, name in keys().items():
        value = getattr(settings, name)
        origin = effective.origins.get(key, "default")
        if name == "severities":
            yield from _severities(value, origin)
        elif value is None:
            yield f"# {key}: none  # {origin}"
        else:
            yield f"{key}: {_flow(_plain(name, value, effective))}  # {origin}"
    for one in fields(Settings):
        if one.name in OPTIONS_ONLY and f"--{one.name}" in effective.origins:
            yield f"# --{one.name.replace('_', '-')}: {_flow(_plain(one.name, getattr(settings, one.name), effective))}"


def _severities(overrides: tuple[Override, ...], origin: str) -> Iterator[str]:
    if not overrides:
        yield f"policies: {{}}  # {origin}"
        return
    yield "policies:"
    last = {one.policy: one for one in overrides}
    for one in last.values():
        yield f"  {_word(one.policy)}: {one.level}  # {_at(one.place)}"


def _at(place: Place) -> str:
    return ":".join(map(str, place))


def _plain(name: str, value: Any, effective: Effective) -> Any:
    """A value as the file would have it."""
    if name == "deployments":
        return {one.root or ".": [list(d) if len(d) > 1 else d[0] for d in one.deployments if d] for one in value}
    if name == "subscriptions":
        return dict(value)
    if name == "lists":
        return {one.name: {one.how: f"{len(one.entries)} entries"} for one in value}
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value if isinstance(value, bool | str) or value is None else str(value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_word(key)}: {_flow(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return _word(value)


def _word(text: str) -> str:
    """A text, in quotation marks unless it is a plain word in any YAML."""
    plain = text.replace("-", "").replace("_", "").isalnum() and not text[:1].isdigit() and text.isascii()
    return (
        text
        if plain and text.lower() not in ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
        else json.dumps(text)
    )
