"""The files under the boundary: which are opened, and which are left out and why."""

from __future__ import annotations

import os
import posixpath
import stat
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mnlint.discover.contents import Below, Content, below, contents, nothing
from mnlint.discover.patterns import matcher
from mnlint.discover.restored import MANIFEST, Calls, calls_of, is_restored
from mnlint.model.finding import Notice, Place
from mnlint.model.record import dataclass, field
from mnlint.model.settings import Settings
from mnlint.model.text import Span


@dataclass(slots=True)
class Files:
    """What was found under the boundary: bytes by path (relative, with `/`), in order."""

    data: dict[str, bytes] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)
    content: Content = nothing  # of files that templates load
    below: Below = nothing  # the files of folders that templates list
    restored: Calls = field(default_factory=dict)  # what calls of Terraform's modules from elsewhere mean
    excluded: list[str] = field(default_factory=list)  # files that settings exclude


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
    files = Files(content=contents(boundary, settings.max_file_bytes), below=below(boundary))
    excluded = matcher(settings.exclude)
    for folder, names, plain in os.walk(boundary, followlinks=False, onerror=None):
        base = Path(folder)
        if ".terraform" in names and ".terraform" in settings.excludes:
            root = base.relative_to(boundary).as_posix()
            if not excluded(root):
                _restored(root, boundary, settings, files)
        names[:] = sorted(n for n in names if n not in settings.excludes)
        for name in sorted(plain):
            if name.lower().endswith(suffixes) and name not in settings.excludes:
                file = (base / name).relative_to(boundary).as_posix()
                if excluded(file):
                    files.excluded.append(file)
                else:
                    _take(base / name, file, settings, files)
    return files


def _restored(root: str, boundary: Path, settings: Settings, files: Files) -> None:
    """The modules that Terraform has put into a root's `.terraform`: the folders that its list names, no others."""
    root = "" if root == "." else root
    manifest = files.content(posixpath.join(root, MANIFEST))
    calls = calls_of(root, manifest) if manifest is not None else {}
    for caller, named in calls.items():
        files.restored.setdefault(caller, {}).update(named)
    for folder in sorted({f for named in calls.values() for f in named.values() if is_restored(f)}):
        path = boundary / folder
        if not path.resolve().is_relative_to(boundary.resolve()) or not path.is_dir():
            continue
        for own in sorted(path.iterdir()):
            file = f"{folder}/{own.name}"
            if own.name.lower().endswith((".tf", ".tf.json")) and file not in files.data:
                _take(own, file, settings, files)


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
        head = stream.read(4096).replace(b"\0", b"").lower()
    # Of other JSON and YAML nobody wants to hear.
    ours = (b"deploymenttemplate.json", b'"format_version"', b"azuremlschemas", b"managed_network:")
    name = file.lower()
    of_many = name.endswith((".json", ".yml", ".yaml")) and not name.endswith((".tf.json", ".tfvars.json"))
    if not of_many or any(needle in head for needle in ours):
        limit = f"larger than {settings.max_file_bytes} bytes, so that it is left out"
        files.notices.append(Notice("error", "MN912", f"this file is {limit}", Place(Span(file, 0, 0), "the file")))
