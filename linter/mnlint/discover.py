"""Paths to roots: which files there are, which call which, and which of them can matter at all."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mnlint.model.finding import Notice, Place
from mnlint.model.root import Language, Root
from mnlint.model.settings import Settings
from mnlint.model.text import Span

Recognise = Callable[[str, bytes], Language | None]


@dataclass(slots=True)
class Files:
    """What was found under the boundary: bytes by path (relative, with `/`), in order."""

    data: dict[str, bytes] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """The roots to look at, and what was left out and why."""

    roots: tuple[Root, ...]
    languages: Mapping[str, str]  # of every file that some root may need
    seen: int  # files with a known suffix among those asked for
    skipped: Mapping[str, int]


def boundary_of(paths: Sequence[Path], settings: Settings) -> Path:
    """The folder out of which nothing is opened: as set, else the git top level that holds the paths and the parameter
    files given, else their common folder."""
    if settings.boundary is not None:
        return settings.boundary.resolve()
    real = [path.resolve() for path in (*paths, *settings.parameters)]
    common = Path(os.path.commonpath([p if p.is_dir() else p.parent for p in real]))
    for folder in (common, *common.parents):
        if (folder / ".git").exists():
            return folder
    return common


def collect(boundary: Path, settings: Settings, suffixes: tuple[str, ...]) -> Files:
    """Every regular file with one of the suffixes under the boundary; links are not followed."""
    files = Files()
    for folder, names, plain in os.walk(boundary, followlinks=False, onerror=None):
        names[:] = sorted(n for n in names if n not in settings.excludes)
        base = Path(folder)
        for name in sorted(plain):
            if name.lower().endswith(suffixes):
                _take(base / name, (base / name).relative_to(boundary).as_posix(), settings, files)
    return files


def _take(path: Path, file: str, settings: Settings, files: Files) -> None:
    try:
        about = path.lstat()
        if not stat.S_ISREG(about.st_mode):
            files.skipped["not a regular file"] += 1
            return
        if about.st_size > settings.max_file_bytes:
            _too_large(path, file, settings, files)
            return
        files.data[file] = path.read_bytes()
    except OSError as error:
        files.skipped["unreadable"] += 1
        place = Place(Span(file, 0, 0), "the file")
        files.notices.append(Notice("error", "MN910", f"this file cannot be read: {error.strerror}", place))


def _too_large(path: Path, file: str, settings: Settings, files: Files) -> None:
    files.skipped["too large"] += 1
    with path.open("rb") as stream:
        head = stream.read(4096).lower()
    if not file.lower().endswith(".json") or b"deploymenttemplate.json" in head:
        limit = f"larger than {settings.max_file_bytes} bytes, so that it is left out"
        files.notices.append(Notice("error", "MN912", f"this file is {limit}", Place(Span(file, 0, 0), "the file")))


def plan(
    data: Mapping[str, bytes],
    asked: Callable[[str], bool],
    recognise: Recognise,
    needles: Iterable[bytes],
    parameters: Sequence[str] = (),
) -> Plan:
    """The roots among files: what nobody calls and what leads, by whatever modules, to a file with a needle.

    `asked` tells whether a file is under the paths that were given: only roots that reach one of them are kept.
    """
    needles = tuple(needles)
    languages: dict[str, Language] = {}
    hits: set[str] = set()
    for file, content in data.items():
        lower = content.replace(b"\0", b"").lower()
        found = recognise(file, lower)
        if found is not None:
            languages[file] = found
            if any(needle in lower for needle in needles):
                hits.add(file)
    units = _units(languages)
    calls = {unit: _calls(unit, files, data, languages, units) for unit, files in units.items()}
    relevant = {unit for unit, files in units.items() if not hits.isdisjoint(files)}
    reach = {unit: _closure(unit, calls) for unit in units}
    called = {callee for unit, callees in calls.items() for callee in callees if callee != unit}
    entries = [unit for unit in units if unit not in called]
    covered = {other for entry in entries for other in reach[entry]}
    for unit in sorted(units):  # a circle that nobody enters begins somewhere
        if unit not in covered:
            entries.append(unit)
            covered |= reach[unit]
    roots = []
    for entry in sorted(entries):
        if not reach[entry] & relevant:
            continue
        files = [f for unit in (entry, *sorted(reach[entry] - {entry})) for f in units[unit]]
        if any(asked(f) for f in files):
            language = languages[units[entry][0]].name
            bindings = _bindings(entry, language, data, languages, parameters)
            bound = [f for group in bindings for f in group if f not in files]
            roots.append(Root(entry, language, tuple(dict.fromkeys([*files, *bound])), bindings))
    used = {f for root in roots for f in root.files}
    seen = [f for f in data if asked(f)]
    skipped = Counter("not relevant" if f in languages else "not a template" for f in seen if f not in used)
    return Plan(tuple(roots), {f: languages[f].name for f in used}, len(seen), dict(sorted(skipped.items())))


def _units(languages: Mapping[str, Language]) -> dict[str, list[str]]:
    """What is deployed or called as one: a file, or a folder's files for Terraform; parameter files are none."""
    units: dict[str, list[str]] = {}
    for file, language in languages.items():
        if language.by_folder:
            units.setdefault(posixpath.dirname(file), []).append(file)
        elif language.name not in ("bicepparam", "armparams", "tfvars"):
            units[file] = [file]
    return units


def _calls(
    unit: str,
    files: Sequence[str],
    data: Mapping[str, bytes],
    languages: Mapping[str, Language],
    units: Mapping[str, object],
) -> set[str]:
    found = set()
    for file in files:
        language = languages[file]
        for match in re.finditer(language.calls, data[file]) if language.calls else ():
            path = _beside(file, match[1])
            if path in units and path != unit:
                found.add(path)
    return found


def _beside(file: str, path: bytes) -> str:
    """A relative path as written in a file, as a path from the boundary."""
    made = posixpath.normpath(posixpath.join(posixpath.dirname(file), path.decode("utf-8", "replace")))
    return "" if made == "." else made


def _closure(unit: str, calls: Mapping[str, set[str]]) -> set[str]:
    seen, todo = {unit}, [unit]
    while todo:
        for callee in calls[todo.pop()]:
            if callee not in seen:
                seen.add(callee)
                todo.append(callee)
    return seen


def _bindings(
    entry: str,
    language: str,
    data: Mapping[str, bytes],
    languages: Mapping[str, Language],
    parameters: Sequence[str],
) -> tuple[tuple[str, ...], ...]:
    """The sets of parameter files of a root: those given, those that name it, those Terraform loads itself."""
    kinds = {"bicep": ("bicepparam", "armparams"), "arm": ("armparams",), "terraform": ("tfvars",)}[language]
    given = [f for f in parameters if f in languages and languages[f].name in kinds]
    if language == "terraform":
        beside = [f for f, found in languages.items() if found.name == "tfvars" and posixpath.dirname(f) == entry]
        own = [f for f in beside if f.endswith("/terraform.tfvars") or f == "terraform.tfvars"]
        own += sorted(f for f in beside if f.endswith(".auto.tfvars"))
        return tuple((*own, f) for f in given) or (tuple(own),)
    naming = [f for f, found in languages.items() if found.names and entry in _named(f, data[f], found)]
    chosen = [f for f in given if languages[f].name == "armparams" or f in naming]
    return tuple((f,) for f in chosen or naming) or ((),)


def _named(file: str, content: bytes, language: Language) -> list[str]:
    return [_beside(file, match[1]) for match in re.finditer(language.names, content, re.MULTILINE)]
