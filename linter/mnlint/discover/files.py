"""The files under the boundary: which are opened, and which are left out and why."""

from __future__ import annotations

import os
import posixpath
import stat
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mnlint.discover.contents import Below, Content, below, contents, nothing
from mnlint.discover.patterns import matcher
from mnlint.discover.restored import MANIFEST, Calls, calls_of, is_restored
from mnlint.model.finding import Notice, Place
from mnlint.model.record import dataclass, field
from mnlint.model.settings import Settings
from mnlint.model.text import Span

KEPT = 2 * 1024 * 1024  # bytes of files that were asked for last


class Held(Mapping[str, bytes]):
    """The bytes of files by path (relative, with `/`), in order: read when they are asked for, and soon forgotten.

    A repository is larger than what matters in it. Asking raises OSError for what cannot be read any more.
    """

    def __init__(self, boundary: str = "", files: Mapping[str, bytes | None] | None = None) -> None:
        self._boundary = boundary
        self._files = dict(files or {})  # None for what is on disk
        self._last: dict[str, bytes] = {}
        self._size = 0

    def __getitem__(self, file: str) -> bytes:
        given = self._files[file]
        if given is not None:
            return given
        if file in self._last:
            return self._last[file]
        with open(f"{self._boundary}/{file}", "rb", opener=_no_link) as stream:
            data = stream.read()
        self._last[file] = data
        self._size += len(data)
        while self._size > KEPT and len(self._last) > 1:
            self._size -= len(self._last.pop(next(iter(self._last))))
        return data

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


def _no_link(path: str, flags: int) -> int:
    """Opens what was a regular file when it was found; what has taken its place since is not followed or waited for."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


@dataclass(slots=True)
class Files:
    """What was found under the boundary."""

    data: Held = field(default_factory=Held)
    skipped: Counter[str] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)
    content: Content = nothing  # of files that templates load
    below: Below = nothing  # the files of folders that templates list
    restored: Calls = field(default_factory=dict)  # what calls of Terraform's modules from elsewhere mean
    excluded: list[str] = field(default_factory=list)  # files that settings exclude

    def lose(self, file: str, why: str) -> None:
        """Leaves a file out that cannot be read."""
        self.data.drop(file)
        self.skipped["unreadable"] += 1
        place = Place(Span(file, 0, 0), "the file")
        self.notices.append(Notice("error", "MN910", f"this file cannot be read: {why}", place))


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
    """Every regular file with one of the suffixes under the boundary; links are not followed. None is opened."""
    files = Files(Held(str(boundary)), content=contents(boundary, settings.max_file_bytes), below=below(boundary))
    excluded = matcher(settings.exclude)
    todo = [""]  # folders with their slash, the next one last
    while todo:
        folder = todo.pop()
        inside, plain = _listed(boundary, folder)
        if ".terraform" in inside and ".terraform" in settings.excludes:
            root = folder.rstrip("/")
            if not excluded(root or "."):
                _restored(root, boundary, settings, files)
        todo += [f"{folder}{name}/" for name in sorted(inside, reverse=True) if name not in settings.excludes]
        for name, entry in sorted(plain.items()):
            if name.lower().endswith(suffixes) and name not in settings.excludes:
                file = folder + name
                if excluded(file):
                    files.excluded.append(file)
                else:
                    _take(entry, file, settings, files)
    return files


def _listed(boundary: Path, folder: str) -> tuple[list[str], dict[str, os.DirEntry[str]]]:
    """The folders in a folder that are no links, and what else there is. Of what cannot be listed, nothing."""
    folders: list[str] = []
    plain: dict[str, os.DirEntry[str]] = {}
    try:
        with os.scandir(f"{boundary}/{folder}") as entries:
            for entry in entries:
                if not _is_folder(entry):
                    plain[entry.name] = entry
                elif not entry.is_symlink():
                    folders.append(entry.name)
    except OSError:
        return [], {}
    return folders, plain


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _restored(root: str, boundary: Path, settings: Settings, files: Files) -> None:
    """The modules that Terraform has put into a root's `.terraform`: the folders that its list names, no others."""
    root = "" if root == "." else root
    manifest = files.content(posixpath.join(root, MANIFEST))
    calls = calls_of(root, manifest) if manifest is not None else {}
    for caller, named in calls.items():
        files.restored.setdefault(caller, {}).update(named)
    for folder in sorted({f for named in calls.values() for f in named.values() if is_restored(f)}):
        path = boundary / folder
        # Other than Path, this says of what no system could have as a name that there is no such folder.
        if not os.path.isdir(path) or not path.resolve().is_relative_to(boundary.resolve()):  # noqa: PTH112
            continue
        for name, entry in sorted(_listed(boundary, f"{folder}/")[1].items()):
            file = f"{folder}/{name}"
            if name.lower().endswith((".tf", ".tf.json")) and file not in files.data:
                _take(entry, file, settings, files)


def _take(entry: os.DirEntry[str], file: str, settings: Settings, files: Files) -> None:
    try:
        about = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(about.st_mode):
            files.skipped["not a regular file"] += 1
        elif about.st_size > settings.max_file_bytes:
            _too_large(Path(entry.path), file, settings, files)
        else:
            files.data.put(file)
    except OSError as error:
        files.data.put(file)
        files.lose(file, str(error.strerror))


def _too_large(path: Path, file: str, settings: Settings, files: Files) -> None:
    files.skipped["too large"] += 1
    with path.open("rb") as stream:
        head = stream.read(4096).replace(b"\0", b"").lower()
    # Of other JSON and YAML nobody wants to hear.
    ours = (b"deploymenttemplate.json", b'"format_version"', b"azuremlschemas", b"managed_network:")
    name = file.lower()
    of_many = name.endswith((".json", ".yml", ".yaml")) and not name.endswith((".tf.json", ".tfvars.json"))
    if not of_many or any(needle in head for needle in ours):
        limit = f"larger than {settings.max_file_bytes} bytes, so that it is left out"
        files.notices.append(Notice("error", "MN912", f"this file is {limit}", Place(Span(file, 0, 0), "the file")))
