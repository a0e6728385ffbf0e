"""What is not as it was where the checked-out work left a revision: lines, files that are gone, and settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from mnlint import discover, formats, git
from mnlint.discover.changed import Change, changed_lines, taken_from, takes_away
from mnlint.model.settings import Settings
from mnlint.model.typing import Final, StrPath
from mnlint.reading import SUFFIXES, Project, left_out, relative

_SETTINGS: Final = (".mnlint.yaml", "pyproject.toml")


def open_changed(paths: Sequence[StrPath], settings: Settings, project: Project) -> Change:
    """The change, of which the project is what came out. Raises GitError.

    What settings say is about every root: if they have changed, everything has.
    """
    boundary = discover.boundary_of(paths, settings)
    folder = Path(boundary)
    held = git.revision(folder, git.fork_point(folder, settings.changed_since or ""))
    data = project.files.data
    other = [file for file, now in data.items() if file in held.files and not git.is_object(held.files[file][0], now)]
    gone = [file for file in held.files if file not in data and _is_gone(file, folder, settings)]
    before = {file: _plain(was) for file, was in held.read([*other, *gone]).items()}

    @cache
    def lines(file: str) -> frozenset[int]:
        if file not in data:  # what a template loads, by a name of any kind
            return frozenset([1]) if _other(file, project.files.content(file), held) else frozenset()
        if file in held.files and file not in before:
            return frozenset()
        return changed_lines(before.get(file), _plain(data[file]))

    taking = frozenset(file for file in other if takes_away(file, before[file], _plain(data[file])))
    missing = {file: before[file] for file in gone if formats.language_of(file, before[file].lower()) is not None}
    set_anew = any(_differs(path, folder, held) for path in _of_settings(boundary, settings))
    return Change(lines, lambda files: set_anew or taken_from(files, taking, missing))


def _is_gone(file: str, boundary: Path, settings: Settings) -> bool:
    """Whether a file that might matter is not there any more; what settings exclude did not matter before, either."""
    out = left_out(file, settings) or discover.matcher(settings.exclude)(file)
    return file.lower().endswith(SUFFIXES) and not out and not _is_file(boundary / file)


def _plain(data: bytes) -> bytes:
    """Bytes whose lines are those of the text: in UTF-16 half a character may look like the end of one."""
    text = formats.decode(data)
    return data if text is None else text.encode("utf-8", "surrogatepass")


def _of_settings(boundary: str, settings: Settings) -> Iterator[str]:
    """The files and folders that say how everything is judged, as far as they lie in the repository."""
    yield from _SETTINGS
    for path in (settings.baseline, settings.restored_modules, *settings.policies):
        if path is not None and relative(path, boundary) != "\0":
            yield relative(path, boundary)


def _differs(path: str, boundary: Path, held: git.Revision) -> bool:
    """Whether a file, or one of a folder, is not what it was. Of pyproject.toml only what is ours counts."""
    there = boundary / path
    files = [there] if not there.is_dir() else [file for file in there.rglob("*") if _is_file(file)]
    now = {relative(file, str(boundary)): file for file in files if _is_file(file)}
    was = {file for file in held.files if file == path or file.startswith(f"{path}/")}
    for file in was | now.keys():
        text = now[file].read_bytes() if file in now else None
        ours = file != "pyproject.toml" or any(b"mnlint" in one for one in (text or b"", *held.read([file]).values()))
        if ours and _other(file, text, held):
            return True
    return False


def _other(file: str, now: bytes | None, held: git.Revision) -> bool:
    """Whether the content of a file, if it is there, is not what it was; ends of lines are as somebody checks out."""
    if now is None or file not in held.files:
        return now is not None or file in held.files
    return not git.is_object(held.files[file][0], now) and now.splitlines() != held.read([file])[file].splitlines()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
