"""What .mnlint.yaml, [tool.mnlint], a lock or a file that is named says: values of settings, each with its place."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mnlint import list_forms, regular
from mnlint.catalogue import no_such_policy, shipped, shipped_names
from mnlint.effective import MAX_PYPROJECT, MISNAMED, NAME, PYPROJECT, Place, Written
from mnlint.forms import Problem, Where, nearest
from mnlint.inputs import DocumentError, DocumentsError, read_text
from mnlint.model.record import dataclass
from mnlint.model.settings import ALL, ListChange, Override, Parameters, keys
from mnlint.model.typing import Any, Final
from mnlint.settings_forms import ENTRIES, form_of_file, inside
from mnlint.settings_kept import Parsed, parsed

MAX_BYTES: Final = 256 * 1024
MOST: Final = 20  # mistakes that are told at once


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


def found(boundary: Path, *, more: bool) -> Written | None:
    """The settings at the boundary: one file, which is a regular one and lies there indeed."""
    if regular.is_there(boundary / MISNAMED) and (boundary / MISNAMED).is_file():
        raise DocumentError(_label(boundary / MISNAMED), 1, 1, f"settings are read from {NAME}: rename this file")
    path, other = boundary / NAME, boundary / PYPROJECT
    here, beside = regular.is_there(path), regular.is_there(other)
    readable = beside and other.is_file() and isinstance(inside(boundary, boundary, PYPROJECT), Path)
    table = _table(other, _label(other)) if readable else None
    if here and table is not None:
        raise DocumentError(_label(path), 1, 1, f"{PYPROJECT} has [tool.mnlint], too: keep one of the two")
    if here:
        if isinstance(real := inside(boundary, boundary, NAME), str):
            raise DocumentError(_label(path), 1, 1, real)
        return _Reader(path, boundary, more=more).read()
    return _Reader(other, boundary, table, more=more).read() if table is not None else None


def named(path: Path, boundary: Path, *, more: bool, lock: bool = False) -> Written:
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
    import tomllib

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
    from mnlint.documents import MAX_DEPTH

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
        self.parsed = Parsed(None, {})
        self.problems: list[Problem] = []
        self.elsewhere: list[DocumentError] = []

    def read(self) -> Written:
        if self.table is None:
            self.parsed = parsed(self.text, self.label)
        raw = self.table.values if self.table is not None else self.parsed.values
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
        from mnlint.documents import parse_plain, place_of

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
        made = list_forms.own_entries(shipped() / "lists", name, how, raw, ("entries",), wrong)
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
            known = None if value else self.parsed.places.get(where)
            if known is not None:
                return (self.label, *known)
            from mnlint.documents import place_of

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
