"""What the settings of a run are: options, which win, over a settings file, over a lock, over defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from mnlint import regular
from mnlint.discover import boundary_of
from mnlint.inputs import DocumentError, DocumentsError
from mnlint.model.record import dataclass, field, replace
from mnlint.model.settings import ALL, FAIL_ON, Settings, keys
from mnlint.model.typing import TYPE_CHECKING, Any, Final, StrPath

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = ".mnlint.yaml"
MISNAMED: Final = ".mnlint.yml"
PYPROJECT: Final = "pyproject.toml"
MAX_PYPROJECT: Final = 2 * 1024 * 1024  # of all tools together

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings of a run, where each comes from (by its key), and the files they were read from."""

    settings: Settings
    origins: Mapping[str, str]
    boundary: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What one file says: values by the fields of Settings, and the place of each key."""

    file: str
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    locked: Sequence[str] = ()


def effective(
    paths: Sequence[StrPath],
    given: Mapping[str, Any],
    *,
    config: Path | None = None,
    isolated: bool = False,
    lock: Path | None = None,
) -> Effective:
    """The settings for checking `paths`. `given` are the options, by the fields of Settings. Raises DocumentError.

    A file is looked for at the boundary only: what lies above is somebody else's, what lies below a part of it.
    """
    boundary = boundary_of(paths, Settings(boundary=given.get("boundary"), parameters=given.get("parameters", ())))
    named = (config, lock, given.get("baseline"), given.get("restored_modules"), *given.get("policies", ()))
    for path in filter(None, named):
        _stays(path, boundary)
    more = "policies" in given
    held = _read(lock, boundary, more=more, lock=True) if lock is not None else Written("")
    more = more or "policies" in held.values
    written = Written("")
    if config is not None or (not isolated and there(boundary)):
        written = _read(config, boundary, more=more)
    values = dict(held.values)
    origins = {key: f"{_text(place)}, the lock" for key, place in held.places.items()}
    locked = _locked_policies(held)
    values |= _within(held, written, values)
    for key, place in written.places.items():
        both = key in ("policies", "policy-folders") and key in origins
        origins[key] = f"{origins[key]}; {_text(place)}" if both else _text(place)
    fields = {name: key for key, name in keys().items()}
    origins |= {fields.get(name, f"--{name}"): "an option" for name in given}
    told = "" if not written.values else _told(written, boundary)
    files = tuple(one.file for one in (held, written) if one.file)
    return Effective(replace(Settings(told=told, locked=locked), **{**values, **given}), origins, boundary, files)


def _stays(path: StrPath, boundary: str) -> None:
    """Who names a file in the checked folder means what lies there: a link that a branch puts into its place is none.

    Raises DocumentError.
    """
    if regular.is_inside(os.path.abspath(path), boundary) and not regular.is_inside(os.path.realpath(path), boundary):
        raise DocumentError(str(path), 1, 1, "a link that leads out of the folder that may be read")


def there(boundary: str) -> bool:
    """Whether a settings file, or one that may be meant as such, lies at the boundary."""
    if any(regular.is_there(os.path.join(boundary, name)) for name in (NAME, MISNAMED)):
        return True
    path = os.path.join(boundary, PYPROJECT)
    try:
        return b"mnlint" in regular.read(path, MAX_PYPROJECT)
    except OSError:
        return os.path.islink(path)  # where it leads is for others to see


def _read(file: Path | None, boundary: str, *, more: bool, lock: bool = False) -> Written:
    """What a settings file says, the one at the boundary if none is named."""
    from pathlib import Path

    from mnlint.settings_file import found, named

    if file is not None:
        return named(file, Path(boundary), more=more, lock=lock)
    return found(Path(boundary), more=more) or Written("")


def _text(place: Place) -> str:
    return ":".join(map(str, place))


def _told(written: Written, boundary: str) -> str:
    """What a file takes out of the check, in words for reports, which say the same from any working folder."""
    off = [one.policy for one in written.values.get("severities", ()) if one.level == "off"]
    changed = [one.name for one in written.values.get("lists", ()) if one.how != "new"]
    parts = [f"{', '.join(off)} {'is' if len(off) == 1 else 'are'} off"] if off else []
    if changed:
        several = len(changed) > 1
        named = f"the list{'s' if several else ''} {', '.join(changed)}"
        parts.append(f"{named} {'are' if several else 'is'} changed")
    file = os.path.relpath(written.file, boundary).replace(os.sep, "/")
    return f"by {file}, {'; '.join(parts)}" if parts else ""


# ── the lock ──


def _within(held: Written, written: Written, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says on top of a lock. Raises DocumentError where it loosens what is locked."""
    names = set(held.locked)
    everything = ALL in names
    made: dict[str, Any] = {}
    problems = []
    for key, name in keys().items():
        if name not in written.values:
            continue
        value = written.values[name]
        if name == "severities":
            made[name] = (*values.get(name, ()), *(replace(one, within_lock=True) for one in value))
        elif name == "policies":
            made[name] = (*values.get(name, ()), *value)
        elif (everything or key in names or name in held.values) and not _tighter(name, value, values):
            what = f"`{key}` is locked by {held.file}{'' if key in _RULES else ', and cannot be set here'}"
            problems.append(DocumentError(*written.places[key], f"{what}{_RULES.get(key, '')}"))
        else:
            made[name] = value
    if problems:
        raise DocumentsError(problems)
    return made


def _locked_policies(held: Written) -> tuple[str, ...]:
    """The policies that a lock names. Which those are is known once all policies are loaded."""
    if ALL in held.locked or "policies" in held.locked:
        return (ALL,)
    fields = keys()
    named = [name for name in held.locked if name not in fields]
    return (*named, *(one.policy for one in held.values.get("severities", ())))


_RULES: Final = {
    "profile": ": only `strict` is taken",
    "fail-on": ": only a lower severity is taken",
    "fail-on-undecided": ": only true is taken",
    "allow-no-input": ": only false is taken",
    "inline-ignores": ": only false is taken",
    "lists": ": only `new` ones are taken",
}


def _tighter(name: str, value: Any, values: Mapping[str, Any]) -> bool:
    """Whether a value is at least as strict as what was there before."""
    before = values.get(name, getattr(Settings(), name))
    rules: dict[str, Callable[[], bool]] = {
        "profile": lambda: value == "strict",
        "fail_on": lambda: FAIL_ON.index(value) <= FAIL_ON.index(before),
        "fail_on_undecided": lambda: value is True,
        "allow_no_input": lambda: value is False,
        "inline": lambda: value is False,
        "lists": lambda: all(change.how == "new" for change in value),
    }
    return bool(value == before) or (name in rules and rules[name]())
