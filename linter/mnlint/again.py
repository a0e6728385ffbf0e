"""Whether the last command in a folder would say the same again: what it looked at, and whether that is what it was.

What a run looks at are the files that it opens and the folders that it lists. As with git's index, what the system says
of each tells that it is the same: when it was changed, its size, which one it is. Where that is not what it was, its
content decides. A file that nothing was read of may have another one, if what is to be seen of it at a glance is not.
"""

from __future__ import annotations

import os
import stat
import sys
import time

from mnlint import cache, regular
from mnlint.model.digest import digest

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing it takes as long as all that is done here
    from collections.abc import Container, Iterable, Sequence
    from typing import Any

    from mnlint.model.root import Glance, Language
    from mnlint.model.typing import StrPath

    Answer = tuple[int, list[tuple[str, str]], str]  # the exit code, files and their texts, and what is printed

# Whatever was changed so shortly before a run may have been changed in it, too, at the same time by the system's clock.
LATELY = 2.0  # seconds
BEHIND = 0.01  # seconds that the system's clock for files may be late
CHANGED, MEANWHILE = "?", "!"  # stand for what the system says, where that does not tell: lately, or in the run itself
GONE, NOWHERE = "", "->"  # of what is not there, and of a link to nowhere
MANY = 20  # changes that cost less than keeping that they are none

_runs: list[Run] = []  # the one run of this process, if it may be said again


class Run:
    """The run of a command: where, when it began, and what it was asked."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words, self.folder, self.began = list(words), os.getcwd(), time.time()
        self.key = digest(self.folder)  # where it is kept: for each folder the last one
        self.question = self.asks()
        self.inside = ""  # the boundary of the run before, with its slash
        # Of what is in it and was what it is when this run began, by the paths from there:
        self.unchanged: dict[str, tuple[str, int]] = {}  # the digest and the size of each file,
        self.names: dict[str, str] = {}  # the text of what is in each folder,
        self.signs: dict[str, str] = {}  # and what the system says of either

    def asks(self) -> str:
        """All on which it depends what it says, but for what it looks at, as it is now."""
        asked = [self.folder, time.strftime("%Y-%m-%d"), sys.stdout.encoding, *self.named()]
        environment = [os.environ.get(name, "") for name in ("NO_COLOR", "FORCE_COLOR")]
        return digest(cache.program(), repr((self.words, asked, environment, _terminal())))

    def named(self) -> list[str]:
        """Where all leads that its words may name: `--output=json=path` names one behind its second `=`."""
        words = (word.split("=", 2) for word in self.words)
        return [os.path.realpath("=".join(parts[at:])) for parts in words for at in range(len(parts))]


def _terminal() -> object:
    """What a terminal has to do with what is printed there: lines are folded, and some words have colours."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size(), os.environ.get("TERM")


def said(words: Sequence[str]) -> Answer | None:
    """What a command has said before, if it would say the same now. If not, what it will say may be kept."""
    if os.name != "posix" or "--no-cache" in words:  # elsewhere the system does not say when a file was changed
        return None
    try:
        run = Run(words)
        _runs[:] = [run]
        kept = cache.store().get("said", run.key)
        if kept is not None:
            changed = {path for path, sign, *_ in kept["looked"] if _sign(kept["boundary"], path) != sign}
            if kept["question"] == run.question and _is_as_it_was(run, kept, changed):
                files = [(path, text) for path, text in kept["files"]]
                if {os.path.realpath(path) for path, _ in files} <= set(run.named()):  # nothing else is written, ever
                    return int(kept["code"]), files, str(kept["shown"])
            _note_unchanged(run, kept, changed)
    except Exception:  # noqa: BLE001, S110  (what was kept is none of ours, or cannot be compared: a run will tell)
        pass
    for noted in (regular.opened, regular.listed):  # that was not the run
        noted.clear()
    return None


def unchanged(boundary: str) -> tuple[dict[str, tuple[str, int]], dict[str, str]]:
    """What need not be looked at for that, by its path from a boundary: the digests and sizes of files, and what is in
    folders, as texts."""
    run = _runs[0] if _runs and _runs[0].inside == f"{boundary}/" else None
    return (run.unchanged, run.names) if run is not None else ({}, {})


def running() -> Run | None:
    """The run of this process, if what it says may be kept."""
    return _runs[0] if _runs and cache.store().folder is not None else None


# ── what was looked at ──


def keep(
    run: Run,
    paths: Iterable[StrPath],
    boundary: str,
    texts: dict[str, tuple[str, str]],
    needles: Iterable[bytes],
    most: int,
    answer: Answer,
) -> None:
    """Keeps what a run says, with all that this process has looked at.

    `texts` are the files inside the boundary: the digest of each and, if nothing was read of it, what is to be seen of
    it (`look`), with these needles. A file of more than `most` bytes would be looked at in another way.
    """
    if run.asks() != run.question or None in regular.listed.values():
        return  # a link leads elsewhere now, it is another day, or somebody may be let into a folder who was not
    inside = f"{boundary}/"
    listed = {  # nearly all of them as they are, since to join paths takes time
        folder if folder[0] == "/" == folder[-1] else os.path.join(run.folder, folder, ""): names
        for folder, names in regular.listed.items()
    }
    # Folders come first: what lies in one that has become a link to elsewhere is not opened.
    looked = [(path, "", "") for path in _others(run, inside, texts, listed)]
    looked += [(folder.removeprefix(inside) or folder, names or "", "") for folder, names in listed.items()]
    looked += [(file, *about) for file, about in texts.items()]
    known = run.signs if run.inside == inside else {}
    rows = []
    for path, *about in looked:
        # What was not looked into has the sign of when the run began: if it has changed since, the next one sees that.
        before = known.get(path) if about[1] or run.names.get(path) == about[0] else None
        rows.append([path, before or _sign(inside, path, run.began), *about])
    code, files, shown = answer
    own = {os.path.join(os.path.realpath(os.path.dirname(path)), "") for path, _ in files}
    if any(sign == MEANWHILE and not look and os.path.join(inside, path) not in own for path, sign, _, look in rows):
        return  # what was read may have been there for a moment only
    kept = {
        "question": run.question,
        "boundary": inside,
        "git": _tops(paths),
        "looked": rows,
        "most": most,
        "needles": [needle.hex() for needle in needles],
        "code": code,
        "files": files,
        "shown": shown,
    }
    cache.store().put("said", run.key, kept)


def _others(run: Run, inside: str, texts: Container[str], listed: Container[str]) -> list[str]:
    """What was asked for by name, and is neither a text nor a folder that was listed, unless a link is on the way."""
    named = (os.path.join(run.folder, path) for path in regular.opened)
    return [
        path
        for path in named
        if path.removeprefix(inside) not in texts and not (f"{path}/" in listed and os.path.realpath(path) == path)
    ]


def look(seen: tuple[Language, Glance] | None) -> str:
    """What is to be seen of a file as a text: two files of the same look are the same to whoever reads neither."""
    if seen is None:
        return digest("")
    language, glance = seen
    if glance.hit:
        return ""
    told = glance.calls, glance.odd, glance.imports, glance.names, glance.modules, glance.generated
    return digest(repr((language.name, *told)))


def _sign(inside: str, path: str, began: float | None = None) -> str:
    """What the system says of a file or folder, which is another text if it has changed; of what has changed so
    shortly before a run `began` that nobody can tell, no text that it will ever have. Of a path that is not one from
    the boundary it says where that leads, too: what is the same may lie inside and outside."""
    is_far = path[0] == "/"
    is_folder = not is_far and path[-1] == "/"
    path = path if is_far else inside + path
    try:
        one = os.lstat(path[:-1]) if is_folder else os.stat(path)
        if is_folder and stat.S_ISLNK(one.st_mode):
            is_folder, one = False, os.stat(path)
    except (OSError, ValueError):  # no system could have a name with NUL, or half a character
        return NOWHERE if os.path.lexists(path) else GONE
    if began is not None and max(one.st_mtime, one.st_ctime) > began - LATELY:
        return CHANGED if one.st_ctime < began - BEHIND else MEANWHILE
    leads = os.path.realpath(path) if is_far else "/" if is_folder else ""
    return f"{one.st_mtime_ns} {one.st_ctime_ns} {one.st_size} {one.st_ino} {one.st_dev} {one.st_mode} {leads}"


def _tops(paths: Iterable[StrPath]) -> list[tuple[str, bool]]:
    """The folders around paths, and whether each is the top of a repository."""
    found: dict[str, bool] = {}
    for path in paths:
        folder = os.path.realpath(path)
        while folder not in found:
            found[folder] = os.path.exists(f"{folder}/.git")
            folder = os.path.dirname(folder)
    return list(found.items())


def _is_as_it_was(run: Run, kept: dict[str, Any], changed: Container[str]) -> bool:
    """Whether what has `changed` is as good as it was, as far as that can matter."""
    inside: str = kept["boundary"]
    for folder, is_top in kept["git"]:
        if os.path.exists(f"{folder}/.git") != is_top:
            return False
    rows = [row for row in kept["looked"] if row[0] in changed]
    for row in rows:
        sign = _sign(inside, row[0], run.began)
        made = _as_good(inside, kept, *row)
        if made is None:
            return False
        row[1:3] = sign, made
    if len(rows) > MANY:
        cache.store().put("said", run.key, kept)
    return True


def _note_unchanged(run: Run, kept: dict[str, Any], changed: Container[str]) -> None:
    """Notes the files and folders inside the boundary of which the system says what it said."""
    run.inside = kept["boundary"]
    for path, sign, was, _ in kept["looked"]:
        if path in changed:
            continue
        if path[-1] == "/":
            if sign[-1:] == "/" and ".." not in was:  # else it is a link, or leads out: that is asked again
                run.names[path] = was
                run.signs[path] = sign
        elif was:
            run.unchanged[path] = was, int(sign.split(" ", 3)[2])
            run.signs[path] = sign


def _as_good(inside: str, kept: dict[str, Any], path: str, _: str, was: str, looked: str) -> str | None:
    """The digest of what something that has been changed is now, if that is as good as what it was; else None."""
    whole = os.path.join(inside, path)
    if path.endswith("/"):
        regular.names(whole)
        return was if regular.listed[whole] == was else None
    if not was:
        return None
    data = regular.read(whole, kept["most"])
    if len(data) > kept["most"]:
        return None
    made = digest(data)
    if made == was:
        return made
    if not looked:
        return None
    from mnlint.discover.scan import by_stem, glance
    from mnlint.formats import language_of

    now = glance(path, data, language_of, by_stem(map(bytes.fromhex, kept["needles"])))
    return made if look(now) == looked else None
