"""The policies and lists that come along as data: out of the wheel, which has them compiled, else made afresh."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from mnlint import __version__, lists
from mnlint.cache import compiled
from mnlint.cache.records import decode, encode
from mnlint.model.policy import Policy
from mnlint.model.record import dataclass

FILE: Final = "compiled.json"  # beside the policies of a wheel, made when that is built
# The sources on which it depends what is made of a policy or a list.
SOURCES: Final = (
    *("__init__.py", "catalogue.py", "compiled.py", "documents.py", "forms.py", "inputs.py", "lists.py"),
    *("azure/schema.py", "cache/records.py", "model/*.py", "policy/*.py"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """What comes along: `policies`, whose files are called from their folder, and lists.

    `documents` are those by the names of their files, `newest` the entries that hold today, with which the policies
    were compiled.
    """

    policies: tuple[Policy, ...]
    documents: Mapping[str, lists.Document]
    newest: lists.Tables


def data(policies: Sequence[Policy], documents: Mapping[str, lists.Document], made_from: str) -> dict[str, Any]:
    """The form in which all of it is kept."""
    return {"version": __version__, "made-from": made_from, "policies": encode(tuple(policies)), "lists": documents}


def text(kept: Mapping[str, Any]) -> str:
    """The text of the file in a wheel. What JSON cannot say comes back as something else, and is refused."""
    made = json.dumps(kept, separators=(",", ":"))
    if repr(json.loads(made)) != repr(kept):
        raise ValueError("a list has something in it that is not for JSON")
    return made + "\n"


@cache
def load(folder: Path, made_from: Callable[[Path], str], make: Callable[[Path], Any]) -> Compiled:
    """What a folder holds, compiled. Only a wheel's has been when it was built."""
    try:
        return _read(folder, in_wheel(folder) or compiled(made_from(folder), lambda: make(folder)))
    except (AttributeError, LookupError, TypeError, ValueError):  # what was kept is none of ours
        return _read(folder, make(folder))


def _read(folder: Path, kept: Any) -> Compiled:
    policies, documents = decode(kept["policies"]), kept["lists"]
    if not isinstance(documents, dict) or not all(isinstance(one, Policy) for one in policies):
        raise ValueError("neither policies nor lists")
    return Compiled(policies, documents, lists.load(folder / "lists", read=documents))


def in_wheel(folder: Path) -> Any:
    """What was compiled when the wheel of this version was built; None where there is no such thing."""
    try:
        kept = json.loads((folder / FILE).read_text("utf-8"))
    except (OSError, RecursionError, ValueError):
        return None
    return kept if isinstance(kept, dict) and kept.get("version") == __version__ else None


def digest(folder: Path, files: Sequence[Path]) -> str:
    """A text that is another one as soon as one of some files is, or one of the sources."""
    from hashlib import sha256

    package = Path(__file__).parent
    sources = sorted(path for pattern in SOURCES for path in package.glob(pattern))
    made = sha256()
    for root, path in (*((folder, path) for path in files), *((package, path) for path in sources)):
        content = path.read_bytes()
        made.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        made.update(content)
    return made.hexdigest()
