"""The policies and lists that come along as data: out of the wheel, which has them compiled, else made afresh.

They are kept as lines of JSON: one for all but the lists, and one for each list, which is read if somebody asks for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial

from mnlint import __version__, lists
from mnlint.cache import compiled
from mnlint.cache.records import decode, encode
from mnlint.model.policy import Policy
from mnlint.model.record import dataclass
from mnlint.model.typing import TYPE_CHECKING, Any, Final, StrPath, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "compiled.jsonl"  # beside the policies of a wheel, made when that is built
# The sources on which it depends what is made of a policy or a list.
SOURCES: Final = (
    *("__init__.py", "catalogue.py", "compiled.py", "documents.py", "forms.py", "inputs.py", "lists.py"),
    *("azure/schema.py", "cache/records.py", "model/*.py", "policy/*.py"),
)

Made = TypeVar("Made")


class ByNeed(Mapping[str, Made]):
    """What there is by some names, each made when it is first asked for."""

    def __init__(self, names: Sequence[str], make: Callable[[str], Made]) -> None:
        self._names, self._make = dict.fromkeys(names), make
        self._made: dict[str, Made] = {}

    def __getitem__(self, name: str) -> Made:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What comes along: `policies`, whose files are called from their folder, and lists.

    `documents` are those by the names of their files, which are theirs, too; `newest` the entries that hold today, with
    which the policies were compiled. `made_from` is the digest of all that it was made from.
    """

    policies: tuple[Policy, ...]
    documents: Mapping[str, lists.Document]
    newest: lists.Tables
    made_from: str


def text(policies: Sequence[Policy], documents: Mapping[str, lists.Document], made_from: str) -> str:
    """The form in which all of it is kept. ValueError for what could not be read again."""
    for name, document in documents.items():
        if document["list"] != name:
            raise ValueError(f"the file of the list {document['list']} is called {name}")
    about = {"version": __version__, "made-from": made_from, "lists": list(documents)}
    return "".join(map(_line, ({**about, "policies": encode(tuple(policies))}, *documents.values())))


def _line(value: Mapping[str, Any]) -> str:
    """A line of it. What JSON cannot say comes back as something else, and is refused."""
    made = json.dumps(value, separators=(",", ":"))
    if repr(json.loads(made)) != repr(value):
        raise ValueError("a list has something in it that is not for JSON")
    return made + "\n"


@cache
def load(folder: StrPath, made_from: Callable[[StrPath], str], make: Callable[[StrPath], str]) -> Compiled:
    """What a folder holds, compiled. Only a wheel's has been when it was built."""
    try:
        return read(folder, in_wheel(folder) or compiled(made_from(folder), lambda: make(folder)))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):  # what was kept is none of ours
        return read(folder, make(folder))


def read(folder: StrPath, kept: str) -> Compiled:
    """What was kept of a folder. ValueError, or another error, for what this version has not made."""
    about, *lines = kept.split("\n")
    head = json.loads(about)
    policies, names, made_from = decode(head["policies"]), head["lists"], head["made-from"]
    if head["version"] != __version__ or lines.pop() or len(set(names)) != len(names):
        raise ValueError("of another version, or cut off, or two lists of one name")
    if not isinstance(made_from, str) or not all(isinstance(one, Policy) for one in policies):
        raise ValueError("no policies")
    documents = ByNeed(names, partial(_document, folder, dict(zip(names, lines, strict=True))))
    return Compiled(policies, documents, ByNeed(names, lambda name: lists.on(documents[name]["entries"])), made_from)


def _document(folder: StrPath, lines: Mapping[str, str], name: str) -> lists.Document:
    """A list from its line; from its file if that line is none of ours."""
    try:
        found: lists.Document = json.loads(lines[name])
        entries = found["entries"]
        if found["list"] == name and type(entries) is list and all(isinstance(entry, dict) for entry in entries):
            return found
    except (LookupError, RecursionError, TypeError, ValueError):
        pass
    return lists.document_of(os.path.join(folder, "lists", f"{name}.yaml"))


def in_wheel(folder: StrPath) -> str | None:
    """What was compiled when a wheel was built; None where there is no such thing."""
    try:
        with open(os.path.join(folder, FILE), "rb") as stream:
            return stream.read().decode()
    except (OSError, ValueError):
        return None


def digest(folder: Path, files: Sequence[Path]) -> str:
    """A text that is another one as soon as one of some files is, or one of the sources."""
    from hashlib import sha256
    from pathlib import Path

    package = Path(__file__).parent
    sources = sorted(path for pattern in SOURCES for path in package.glob(pattern))
    made = sha256()
    for root, path in (*((folder, path) for path in files), *((package, path) for path in sources)):
        content = path.read_bytes()
        made.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        made.update(content)
    return made.hexdigest()
