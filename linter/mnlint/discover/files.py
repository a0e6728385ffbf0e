"""The files under the boundary: which are opened, and which are left out and why."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping, Sequence

from mnlint import regular
from mnlint.discover.contents import Below, Content, below, contents, nothing
from mnlint.discover.patterns import matcher
from mnlint.discover.restored import MANIFEST, Calls, calls_of, is_restored
from mnlint.model import hints
from mnlint.model.digest import digest
from mnlint.model.finding import Notice, Place
from mnlint.model.record import dataclass, field
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.typing import StrPath

KEPT = 2 * 1024 * 1024  # bytes of files that were asked for last


_OF_JSON = (hints.ARM, hints.ARM_PARAMETERS, b'"planned_values"', b'"resource_changes"')
_OF_YAML = (b"azuremlschemas", *(b"\n" + key + b":" for key in sorted(hints.WORKSPACE_KEYS)))
_LONGEST = max(map(len, (*_OF_JSON, *_OF_YAML)))
_PIECE = 1024 * 1024  # bytes of a large file that are looked at in one go


class Held(Mapping[str, bytes]):
    """The bytes of files by path (relative, with `/`), in order: read when they are asked for, and soon forgotten.

    A repository is larger than what matters in it. Asking raises OSError for what cannot be read any more.
    """

    def __init__(self, boundary: str = "", files: Mapping[str, bytes | None] | None = None, most: int = 0) -> None:
        self._boundary, self._most = boundary, most
        self._files = dict(files or {})  # None for what is on disk
        self._last: dict[str, bytes] = {}
        self._size = 0
        self.asked: set[str] = set()  # the files of which somebody has read
        self.unchanged: Mapping[str, tuple[str, int]] = {}  # of files that are what they were when they were read
        self.digests: dict[str, str] = {}  # of what was read of files last, if somebody keeps anything; "" if it failed

    def __getitem__(self, file: str) -> bytes:
        self.asked.add(file)
        given = self._files[file]
        if given is not None:
            return given
        if file in self._last:
            return self._last[file]
        path = f"{self._boundary}/{file}"
        is_known = file in self.digests
        if is_known:  # it may be another one than at first sight: what is kept, is kept of this one
            self.digests[file] = ""
        data = regular.read(path, self._most)  # what has taken its place since is not followed or waited for
        if len(data) > self._most:
            raise OSError(0, "it has grown", path)
        if is_known:
            self.digests[file] = digest(data)
        self._last[file] = data
        self._size += len(data)
        while self._size > KEPT and len(self._last) > 1:
            self._size -= len(self._last.pop(next(iter(self._last))))
        return data

    def told(self, file: str) -> tuple[str, int] | None:
        """The digest and the size of a file on disk, if they are known without reading it."""
        return self.unchanged.get(file) if self._files[file] is None else None

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, file: object) -> bool:
        return file in self._files

    def put(self, file: str, data: bytes | None = None) -> None:
        """Adds a file, with its bytes if they are not those on disk."""
        self._files[file] = data

    def drop(self, file: str) -> None:
        """Leaves a file out."""
        del self._files[file]


@dataclass(slots=True)
class Files:
    """What was found under the boundary."""

    data: Held = field(default_factory=Held)
    skipped: dict[str, str] = field(default_factory=dict)  # files that are not read, and why
    notices: list[Notice] = field(default_factory=list)
    content: Content = nothing  # of files that templates load
    below: Below = nothing  # the files of folders that templates list
    restored: Calls = field(default_factory=dict)  # what calls of Terraform's modules from elsewhere mean
    excluded: list[str] = field(default_factory=list)  # files that settings exclude

    def lose(self, file: str, why: str) -> None:
        """Leaves a file out that cannot be read."""
        self.data.drop(file)
        self.skipped[file] = "unreadable"
        self.tell(file, f"this file cannot be read: {why}")

    def tell(self, file: str, words: str, level: str = "error") -> None:
        """Says that a file, or what is in a folder, was not looked at."""
        self.notices.append(Notice(level, "MN910", words, Place(Span(file, 0, 0), "the file")))


def boundary_of(paths: Sequence[StrPath], settings: Settings) -> str:
    """The folder out of which nothing is opened: as set, else the git top level that holds the paths, and the parameter
    files given if there is one that does, else their common folder."""
    if settings.boundary is not None:
        return os.path.realpath(settings.boundary)
    real = list(map(os.path.realpath, paths))
    own = _common(real)
    # A link among the parameter files is none that is given: where it leads may be anywhere.
    whole = _common([*real, *map(os.path.abspath, settings.parameters)])
    top = _top(whole) or _top(own)  # a file from elsewhere opens no repository to what lies around it
    return top or (own if whole == os.path.dirname(whole) else whole)  # nor the whole disk


def _top(folder: str) -> str:
    """The top level of the repository that holds a folder; empty if none does."""
    while not _mode(os.path.join(folder, ".git")):
        folder, below = os.path.dirname(folder), folder
        if folder == below:
            return ""
    return folder


def _common(paths: Sequence[str]) -> str:
    return os.path.commonpath([path if stat.S_ISDIR(_mode(path)) else os.path.dirname(path) for path in paths])


def _mode(path: str) -> int:
    """What lies at a path, as the system says it; 0 for nothing.

    Raises OSError where that may not be known: of a folder whose files nobody may see, a check would say that all is
    well.
    """
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return 0
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link to itself
            return 0
        raise


def collect(
    boundary: str,
    settings: Settings,
    suffixes: tuple[str, ...],
    unchanged: Mapping[str, tuple[str, int]],
    names: Mapping[str, str],
) -> Files:
    """Every regular file with one of the suffixes under the boundary; links are not followed. None is opened.

    Of files that are `unchanged` since they were read, the system is not asked again: it gives their digest and size;
    nor of folders that are what they were, of which the `names` say what is in them (`regular.names`).
    """
    held = Held(boundary, most=settings.max_file_bytes)
    held.unchanged = unchanged
    files = Files(held, content=contents(boundary, settings.max_file_bytes), below=below(boundary))
    excluded = matcher(settings.exclude)
    todo = [""]  # folders with their slash, the next one last
    while todo:
        folder = todo.pop()
        known, told = names.get(folder), not excluded(folder.rstrip("/") or ".")
        if names and known is None and os.path.islink(f"{boundary}/{folder}".rstrip("/")):
            continue  # whoever kept the names said that it is a folder
        inside, plain = _listed(boundary, folder, files, known, told=told)
        if ".terraform" in inside and ".terraform" in settings.excludes:
            root = folder.rstrip("/")
            if not excluded(root or "."):
                _restored(root, boundary, settings, files)
        todo += [f"{folder}{name}/" for name in reversed(inside) if name not in settings.excludes]
        for name, kind in plain:
            if name.lower().endswith(suffixes) and name not in settings.excludes:
                file = folder + name
                if excluded(file):
                    files.excluded.append(file)
                elif kind == regular.FILE and file in unchanged and unchanged[file][1] <= settings.most_bytes(file):
                    held.put(file)
                else:
                    _take(file, boundary, settings, files)
    return files


def _listed(
    boundary: str, folder: str, files: Files, known: str | None = None, *, told: bool = True
) -> tuple[list[str], list[tuple[str, str]]]:
    """The folders in a folder that are no links, and what else there is and of which kind, in order. That it cannot be
    listed is `told`."""
    try:
        found = regular.names(f"{boundary}/{folder}", known)
    except OSError as error:
        if told:
            # git makes no folder that its user may not enter: one that is there is no part of what is proposed.
            level = "warning" if isinstance(error, PermissionError) else "error"
            files.tell(folder.rstrip("/") or ".", f"this folder cannot be listed: {error.strerror}", level)
        return [], []
    return [name for name, kind in found if kind == regular.FOLDER], [one for one in found if one[1] != regular.FOLDER]


def _restored(root: str, boundary: str, settings: Settings, files: Files) -> None:
    """The modules that Terraform has put into a root's `.terraform`: the folders that its list names, no others."""
    root = "" if root == "." else root
    manifest = files.content(posixpath.join(root, MANIFEST))
    calls = calls_of(root, manifest) if manifest is not None else {}
    for caller, named in calls.items():
        files.restored.setdefault(caller, {}).update(named)
    for folder in sorted({f for named in calls.values() for f, _ in named.values() if is_restored(f)}):
        path = os.path.join(boundary, folder)
        is_folder = regular.is_there(path) and os.path.isdir(path)
        if not is_folder or not regular.is_inside(os.path.realpath(path), os.path.realpath(boundary)):
            continue
        for name, _ in _listed(boundary, f"{folder}/", files)[1]:
            file = f"{folder}/{name}"
            if name.lower().endswith((".tf", ".tf.json")) and file not in files.data:
                _take(file, boundary, settings, files)


def _take(file: str, boundary: str, settings: Settings, files: Files) -> None:
    path = f"{boundary}/{file}"
    try:
        about = os.lstat(path)
        # A folder somewhere, whatever its name; another day there may be a file.
        if stat.S_ISLNK(about.st_mode) and regular.is_there(path) and os.path.isdir(path):
            return
        if not stat.S_ISREG(about.st_mode):
            files.skipped[file] = "not a regular file"
            is_link = stat.S_ISLNK(about.st_mode)
            if words := _why_not_read(path, boundary, is_link=is_link):
                files.tell(file, words, "note" if is_link and _is_of_many(file) else "error")
        elif about.st_size > settings.most_bytes(file):
            _too_large(path, file, settings, files)
        else:
            files.data.put(file)
    except OSError as error:
        files.data.put(file)
        files.lose(file, str(error.strerror))


def _why_not_read(path: str, boundary: str, *, is_link: bool) -> str:
    """Why what is no regular file is not read, in words; none for a link to nowhere, or to what is read where it is."""
    if not is_link:
        return "this is not a regular file, so that it is not read"
    real = os.path.realpath(path)
    if not os.path.lexists(real) or regular.is_inside(real, boundary):
        return ""
    return "this is a link that leads out of the checked folder, so that it is not read"


def _too_large(path: str, file: str, settings: Settings, files: Files) -> None:
    files.skipped[file] = "too large"
    # Of other JSON and YAML nobody wants to hear.
    if not _is_of_many(file) or _is_ours(path):
        limit = f"larger than {settings.most_bytes(file)} bytes (--max-file-size), so that it is left out"
        files.notices.append(Notice("error", "MN912", f"this file is {limit}", Place(Span(file, 0, 0), "the file")))


def _is_ours(path: str) -> bool:
    """Whether a file of any size has words, wherever, without which no JSON or YAML is ours."""
    needles = _OF_JSON if path.lower().endswith(".json") else _OF_YAML
    before = b""
    for data in regular.pieces(path, _PIECE):
        piece = (before or b"\n") + data.replace(b"\0", b"").lower()
        piece = hints.spelled_out(piece)
        if any(needle in piece for needle in needles):
            return True
        before = piece[-_LONGEST:]
    return False


def _is_of_many(file: str) -> bool:
    """Whether a file has a suffix that most other files have, too."""
    name = file.lower()
    return name.endswith((".json", ".yml", ".yaml")) and not name.endswith((".tf.json", ".tfvars.json"))
