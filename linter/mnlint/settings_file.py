"""Settings from .mnlint.yaml, [tool.mnlint] or a file that is named, within a lock, and from options, which win."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from mnlint import lists
from mnlint.catalogue import no_such_policy, shipped, shipped_names
from mnlint.discover import boundary_of
from mnlint.documents import MAX_DEPTH, DocumentError, DocumentsError, parse_plain, place_of, read_text
from mnlint.forms import Problem, Where, nearest
from mnlint.model.record import dataclass, field, replace
from mnlint.model.settings import ALL, FAIL_ON, ListChange, Override, Parameters, Settings, keys
from mnlint.settings_forms import ENTRIES, form_of_file, inside

NAME: Final = ".mnlint.yaml"
MISNAMED: Final = ".mnlint.yml"
PYPROJECT: Final = "pyproject.toml"
MAX_BYTES: Final = 256 * 1024
MAX_PYPROJECT: Final = 2 * 1024 * 1024  # of all tools together
MOST: Final = 20  # mistakes that are told at once

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings of a run, where each comes from (by its key), and the files they were read from."""

    settings: Settings
    origins: Mapping[str, str]
    boundary: Path
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What one file says: values by the fields of Settings, and the place of each key."""

    file: str
    values: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    locked: Sequence[str] = ()


def effective(
    paths: Sequence[Path],
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
    more = "policies" in given
    held = _named(lock, boundary, more=more, lock=True) if lock is not None else Written("")
    more = more or "policies" in held.values
    written = Written("")
    if config is not None:
        written = _named(config, boundary, more=more)
    elif not isolated:
        written = _found(boundary, more=more) or written
    values = dict(held.values)
    origins = {key: f"{_text(place)}, the lock" for key, place in held.places.items()}
    locked = _locked_policies(held)
    values |= _within(held, written, values)
    for key, place in written.places.items():
        both = key in ("policies", "policy-folders") and key in origins
        origins[key] = f"{origins[key]}; {_text(place)}" if both else _text(place)
    fields = {name: key for key, name in keys().items()}
    origins |= {fields.get(name, f"--{name}"): "an option" for name in given}
    told = "" if not written.values else _told(written)
    files = tuple(one.file for one in (held, written) if one.file)
    return Effective(replace(Settings(told=told, locked=locked), **{**values, **given}), origins, boundary, files)


def _text(place: Place) -> str:
    return ":".join(map(str, place))


def _told(written: Written) -> str:
    """What a file takes out of the check, in words."""
    off = [one.policy for one in written.values.get("severities", ()) if one.level == "off"]
    changed = [one.name for one in written.values.get("lists", ()) if one.how != "new"]
    parts = [f"{', '.join(off)} {'is' if len(off) == 1 else 'are'} off"] if off else []
    if changed:
        several = len(changed) > 1
        named = f"the list{'s' if several else ''} {', '.join(changed)}"
        parts.append(f"{named} {'are' if several else 'is'} changed")
    return f"by {written.file}, {'; '.join(parts)}" if parts else ""


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


# ── files ──


def _label(path: Path) -> str:
    """A file as somebody in the current folder names it."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return str(path)


def _content(path: Path, limit: int = MAX_BYTES) -> str:
    """A file's text; DocumentError, with the file as somebody names it, if it is none or too large."""
    try:
        return read_text(path, limit)
    except DocumentError as error:
        raise DocumentError(_label(path), error.line, error.column, error.what) from error


def _found(boundary: Path, *, more: bool) -> Written | None:
    """The settings at the boundary: one file, which is a regular one and lies there indeed."""
    if (boundary / MISNAMED).is_file():
        raise DocumentError(_label(boundary / MISNAMED), 1, 1, f"settings are read from {NAME}: rename this file")
    path, other = boundary / NAME, boundary / PYPROJECT
    here = os.path.lexists(path)
    readable = other.is_file() and isinstance(inside(boundary, boundary, PYPROJECT), Path)
    table = _table(other, _label(other)) if readable else None
    if here and table is not None:
        raise DocumentError(_label(path), 1, 1, f"{PYPROJECT} has [tool.mnlint], too: keep one of the two")
    if here:
        if isinstance(real := inside(boundary, boundary, NAME), str):
            raise DocumentError(_label(path), 1, 1, real)
        return _Reader(path, boundary, more=more).read()
    return _Reader(other, boundary, table, more=more).read() if table is not None else None


def _named(path: Path, boundary: Path, *, more: bool, lock: bool = False) -> Written:
    """The settings of a file that somebody has named."""
    table = None
    if path.suffix == ".toml":
        table = _table(path, _label(path))
        if table is None:
            raise DocumentError(_label(path), 1, 1, "there is no [tool.mnlint] in it")
    return _Reader(path, boundary, table, more=more, lock=lock).read()


@dataclass(frozen=True, slots=True)
class _Table:
    """[tool.mnlint] as plain values, and the text around it."""

    values: Any
    text: str


def _table(path: Path, label: str) -> _Table | None:
    text = _content(path, MAX_PYPROJECT)
    if "mnlint" not in text:
        return None
    if len(text) > MAX_BYTES:
        raise DocumentError(label, 1, 1, f"larger than {MAX_BYTES} bytes: settings of mnlint fit into {NAME}")
    try:
        tool = tomllib.loads(text, parse_float=str).get("tool")
        own = tool.get("mnlint") if isinstance(tool, dict) else None
        return None if own is None else _Table(_plain(own), text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (max(1, len(text.splitlines())), 1)
        raise DocumentError(label, line, column, str(error).partition(" (at ")[0]) from error
    except (RecursionError, ValueError) as error:
        raise DocumentError(label, 1, 1, "nested too deeply, or no TOML") from error


def _plain(value: Any, depth: int = 0) -> Any:
    """TOML's values as YAML has them here: texts, truths, lists and mappings."""
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        return {key: _plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    return value if isinstance(value, bool) else str(value)


class _Reader:
    """One settings file: its values as Settings has them, or all of its mistakes, each with its place."""

    def __init__(
        self, path: Path, boundary: Path, table: _Table | None = None, *, more: bool, lock: bool = False
    ) -> None:
        self.label, self.table, self.more, self.lock = _label(path), table, more, lock
        self.text = table.text if table is not None else _content(path)
        self.folder = path.resolve().parent
        # A file that does not lie in the checked folder speaks of what lies beside itself.
        self.boundary = boundary
        self.limit = boundary if self.folder.is_relative_to(boundary) else self.folder
        self.problems: list[Problem] = []
        self.elsewhere: list[DocumentError] = []

    def read(self) -> Written:
        raw = self.table.values if self.table is not None else parse_plain(self.text, self.label)
        if not self.lock and isinstance(raw, dict) and "locked" in raw:
            words = "`locked` is for the file of --policy-lock, which another file cannot change"
            self.problems.append(Problem(("locked",), words, in_value=False))
            raw = {key: value for key, value in raw.items() if key != "locked"}
        read = form_of_file(lock=self.lock).read({} if raw is None else raw, (), self.problems)
        wrong = {one.where[0] for one in self.problems if one.where}
        fields, values = keys(), {}
        for key, value in read.items():
            if key not in wrong and key in fields:
                values[fields[key]] = self._meant(key, value)
        locked = read.get("locked", ())
        if not self.more and "policy-folders" not in read:  # else policies are looked for once all are loaded
            self._check_names(read.get("policies", {}), () if locked == ALL else locked)
        if self.problems or self.elsewhere:
            told = sorted((self._error(one) for one in self.problems[:MOST]), key=lambda e: (e.line, e.column))
            raise DocumentsError([*told, *self.elsewhere][:MOST])
        places = {key: self.place((key,), value=False) for key in read}
        return Written(self.label, values, places, (ALL,) if locked == ALL else locked)

    def _meant(self, key: str, value: Any) -> Any:
        """A value as its field of Settings has it."""
        if key == "policies":
            return tuple(Override(name, level, self.place((key, name), value=False)) for name, level in value.items())
        if key == "policy-folders":
            return tuple(self._path(text, (key, at), "folder") for at, text in enumerate(value))
        if key == "baseline":
            return self._path(value, (key,), "file")
        if key == "subscriptions":
            return tuple((subscription.lower(), tenant) for subscription, tenant in value.items())
        if key == "parameters":
            return tuple(self._parameters(root, several) for root, several in value.items())
        if key == "lists":
            return tuple(one if isinstance(one, ListChange) else self._list(*one) for one in value)
        return tuple(value) if isinstance(value, list) else value

    def _parameters(self, root: str, several: Sequence[Any]) -> Parameters:
        where = ("parameters", root)
        deployments = []
        for at, one in enumerate(several):
            files = [((*where, at), one)] if isinstance(one, str) else [((*where, at, n), f) for n, f in enumerate(one)]
            deployments.append(tuple(self._from_boundary(text, place, "file") for place, text in files))
        return Parameters(self._from_boundary(root, where, ""), tuple(deployments))

    def _from_boundary(self, text: str, where: Where, kind: str) -> str:
        """The path from the boundary of what a setting names; a mistake if it is none of the checked files."""
        path = self._path(text, where, kind)
        if not path.is_relative_to(self.boundary):
            self.problems.append(Problem(where, f"{text} is not in the checked folder"))
            return ""
        made = path.relative_to(self.boundary).as_posix()
        return "" if made == "." else made

    def _path(self, text: str, where: Where, kind: str) -> Path:
        """A path that a setting names; a mistake if it leads out, is not there, or is no `kind`."""
        path = inside(self.folder, self.limit, text)
        if isinstance(path, str):
            self.problems.append(Problem(where, path))
            return self.folder
        if (kind == "folder" and not path.is_dir()) or (kind == "file" and not path.is_file()):
            self.problems.append(Problem(where, f"{text} is no {kind}"))
        return path

    def _list(self, name: str, how: str, text: str) -> ListChange:
        """A list whose entries stand in a file of its own."""
        where = ("lists", name, how)
        before = len(self.problems)
        path = self._path(text, where, "file")
        if len(self.problems) > before:
            return ListChange(name, how, ())
        label = _label(path)
        try:
            content = _content(path)
            document = parse_plain(content, label)
        except DocumentError as error:
            self.elsewhere.append(error)
            return ListChange(name, how, ())
        raw = document.get("entries") if isinstance(document, dict) else None
        wrong: list[Problem] = []
        if not isinstance(raw, list):
            wrong.append(Problem((), "a list needs `entries:`"))
        raw = ENTRIES.read(raw if isinstance(raw, list) else [], ("entries",), wrong)
        made = lists.own_entries(shipped() / "lists", name, how, raw, ("entries",), wrong)
        for one in wrong[:MOST]:
            line, column = place_of(content, 0, one.where, value=one.in_value)
            self.elsewhere.append(DocumentError(label, line, column, one.what))
        return ListChange(name, how, made)

    def _check_names(self, policies: Iterable[str], locked: Sequence[str]) -> None:
        """Names of policies that come along."""
        known = shipped_names()
        for name in policies:
            if name.upper() not in known and name not in known:
                self.problems.append(Problem(("policies", name), no_such_policy(name, known), in_value=False))
        for at, name in enumerate(locked):
            if name not in known and name not in keys():
                words = f"no such setting or policy: {name}{nearest(name, (*keys(), *known))}"
                self.problems.append(Problem(("locked", at), words))

    # ── places ──

    def _error(self, problem: Problem) -> DocumentError:
        words = problem.what
        if self.table is not None:
            words = f"[{'.'.join(map(str, ('tool', 'mnlint', *problem.where)))}] {words}"
        return DocumentError(*self.place(problem.where, value=problem.in_value), words)

    def place(self, where: Where, *, value: bool = True) -> Place:
        if self.table is None:
            return (self.label, *place_of(self.text, 0, where, value=value))
        return self.label, _toml_line(self.text, where), 1


def _toml_line(text: str, where: Where) -> int:
    """The line of the last name on a way that has one below the table's head; Python's reader tells no places."""
    lines = text.splitlines()
    heads = (at for at, line in enumerate(lines) if re.match(r"\s*\[+\s*tool\s*\.\s*mnlint\b", line))
    found = next(heads, None)
    for name in where if found is not None else ():
        named = re.compile(rf"\s*(?:\[.*\.\s*)?[\"']?{re.escape(str(name))}[\"']?\s*[\].=]")
        found = next((at for at in range(found or 0, len(lines)) if named.match(lines[at])), found)
    return (found or 0) + 1
