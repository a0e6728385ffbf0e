"""What the bytes of a file tell before anybody parses it: its language, whether it can matter, what it may call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from mnlint.model.record import dataclass
from mnlint.model.root import Language

_GENERATED = re.compile(rb'"_generator"\s*:\s*\{\s*"name"\s*:\s*"bicep"')

Recognise = Callable[[str, bytes], Language | None]
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """What is to be seen at a glance: each of these may stand in a comment, and is settled by reading."""

    hit: bool  # it holds a needle
    calls: Names = ()  # what may be paths of modules
    imports: Names = ()  # ... of files that names are taken from
    names: Names = ()  # ... of the template that a parameter file is for
    modules: Names = ()  # ... names of modules of registries
    generated: bool = False  # Bicep's compiler wrote it


@dataclass(frozen=True, slots=True)
class Seen:
    """Every file's language and what is to be seen of it, of those that have one, and the files that hold a needle."""

    languages: Mapping[str, Language]
    hits: frozenset[str]
    glances: Mapping[str, Glance]
    unreadable: Mapping[str, str]  # why each of those cannot be read that cannot


def glance(file: str, content: bytes, recognise: Recognise, needles: Iterable[bytes]) -> tuple[Language, Glance] | None:
    """A file's language and what is to be seen of it; None if it has no language."""
    plain = content.replace(b"\0", b"") if b"\0" in content else content  # UTF-16 is looked at without its zeros
    lower = plain.lower()
    language = recognise(file, lower)
    if language is None:
        return None
    hit = language.relevant or any(needle in lower for needle in needles)
    return language, Glance(
        hit,
        _matches(language.calls, plain) if language.calls_by in lower else (),
        _matches(language.imports, plain),
        _matches(language.names, plain),
        _matches(language.modules, plain) if language.calls_by in lower else (),
        generated=language.name == "arm" and b'"_generator"' in plain and _GENERATED.search(plain) is not None,
    )


def _matches(pattern: bytes, content: bytes) -> Names:
    if not pattern:
        return ()
    return tuple(dict.fromkeys(found.decode("utf-8", "replace") for found in _compiled(pattern).findall(content)))


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)


def look(data: Mapping[str, bytes], recognise: Recognise, needles: Iterable[bytes]) -> Seen:
    """What the files are, by their bytes alone; each is read once."""
    needles = tuple(needles)
    languages, glances, unreadable = {}, {}, {}
    for file in data:
        try:
            seen = glance(file, data[file], recognise, needles)
        except OSError as error:
            unreadable[file] = str(error.strerror)
            continue
        if seen is not None:
            languages[file], glances[file] = seen
    return Seen(languages, frozenset(file for file, seen in glances.items() if seen.hit), glances, unreadable)
