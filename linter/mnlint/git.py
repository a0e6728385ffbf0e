"""Files of a revision, out of git's object database: the only module that starts a process.

Nothing is checked out or written, and nothing that the repository's own configuration names is run: no hook, no
monitor, no filter, no transport. Whose repository it is does not matter then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mnlint.model.record import dataclass

_SAFE = (
    *("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never"),
    *("-c", "safe.directory=*", "--no-pager", "--no-replace-objects"),
)
_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",  # of a partial clone; git knows that from 2.45 on, and before it must not find a way
    "GIT_ALLOW_PROTOCOL": "",  # above all that a repository allows
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
MOST_SECONDS = 120
NO_REVISION = "no such revision in this clone"


class GitError(Exception):
    """What git did not do, in words for whoever named the revision."""


@dataclass(frozen=True, slots=True)
class Revision:
    """The regular files below a folder at a revision: object and size by path from the folder, and who reads one."""

    name: str
    files: Mapping[str, tuple[str, int]]
    read: Callable[[Sequence[str]], Mapping[str, bytes]]  # contents by path


def revision(folder: Path, name: str) -> Revision:
    """What a repository holds below a folder at a revision. Raises GitError if there is none, or no git."""
    commit = _commit(folder, name)
    prefix = _git(folder, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").removesuffix("\n")
    listed = _git(folder, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", *([prefix] if prefix else []))
    files: dict[str, tuple[str, int]] = {}
    for entry in listed.split(b"\0"):
        about, _, path = entry.partition(b"\t")
        words = about.split()
        if len(words) == 4 and words[0] in (b"100644", b"100755"):
            name_of = path.decode("utf-8", "surrogateescape").removeprefix(prefix)
            files[name_of] = (words[2].decode(), int(words[3]))

    def read(paths: Sequence[str]) -> Mapping[str, bytes]:
        wanted = [path for path in paths if path in files]
        asked = "".join(f"{files[path][0]}\n" for path in wanted).encode()
        return dict(zip(wanted, _contents(_git(folder, "cat-file", "--batch", given=asked)), strict=True))

    return Revision(name, files, read)


def fork_point(folder: Path, name: str) -> str:
    """The commit where what is checked out has left a revision; that revision itself if the clone does not go so far.

    Raises GitError if there is no such revision.
    """
    commit = _commit(folder, name)
    try:
        return _git(folder, "merge-base", commit, "HEAD").decode().strip()
    except GitError:
        return commit


def _commit(folder: Path, name: str) -> str:
    said = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode().strip()
    if not said:
        raise GitError(NO_REVISION)
    return said


def is_object(object_id: str, data: bytes) -> bool:
    """Whether an object of git's holds these bytes."""
    import hashlib

    whole = b"blob %d\0" % len(data) + data
    made = hashlib.sha256(whole) if len(object_id) == 64 else hashlib.sha1(whole, usedforsecurity=False)
    return made.hexdigest() == object_id


def _contents(batch: bytes) -> list[bytes]:
    """The objects of `cat-file --batch`: a line with object, type and size, the content, and a line's end."""
    found: list[bytes] = []
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        words = batch[at:end].split()
        if len(words) != 3:
            raise GitError("an object of that revision is not in this clone: fetch it, or clone with its history")
        size = int(words[2])
        found.append(batch[end + 1 : end + 1 + size])
        at = end + size + 2
    return found


def _programs(folder: Path) -> list[str]:
    """Where programs are: not in the current folder, where some systems look first, nor in the one that is checked."""
    named = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return [one for one in named if Path(one).is_absolute() and not Path(one).is_relative_to(folder)]


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    import subprocess

    known = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    programs = _programs(folder)
    found = (os.path.join(one, "git.exe" if os.name == "nt" else "git") for one in programs)
    program = next((one for one in found if os.path.isfile(one) and os.access(one, os.X_OK)), None)
    if program is None:
        raise GitError("git is not installed, or not on the PATH")
    top = next((one for one in (folder, *folder.parents) if os.path.exists(one / ".git")), None)
    if top is None:
        raise GitError("not a git repository")
    # Said outright: a folder of theirs may look like a repository, and one's settings may say that it lies elsewhere.
    where = {"GIT_DIR": str(top / ".git"), "GIT_WORK_TREE": str(top)}
    try:
        done = subprocess.run(  # noqa: S603
            [program, *_SAFE, "-C", str(folder), *arguments],
            input=given,
            capture_output=True,
            env={**known, **_QUIET, **where, "PATH": os.pathsep.join(programs)},
            timeout=MOST_SECONDS,
            check=False,
        )
    except (OSError, ValueError) as error:  # a name with NUL, or half a character, or longer than any
        raise GitError(NO_REVISION) from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git did not answer within {MOST_SECONDS} seconds") from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        said = [line for line in lines if not line.startswith("hint:")]  # which is about something else, such as grafts
        raise GitError(said[-1] if said else NO_REVISION)
    return done.stdout
