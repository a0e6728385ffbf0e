"""What the bytes of a file tell before anybody parses it: its language, whether it can matter, what it may call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from functools import cache

from mnlint.model.digest import digest
from mnlint.model.hints import spelled_out
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.model.root import Glance, Language
from mnlint.model.text import decode

_GENERATED = pattern(rb'"_generator"\s*:\s*\{\s*"name"\s*:\s*"bicep"')

_ALIKE = 7  # characters that needles begin with

Recognise = Callable[[str, bytes], Language | None]
Known = MutableMapping[str, tuple[Language, Glance] | None]  # by a file's name and the digest of what is in it


@dataclass(frozen=True, slots=True)
class Seen:
    """Every file's language and what is to be seen of it, of those that have one, and the files that hold a needle."""

    languages: Mapping[str, Language]
    hits: frozenset[str]
    glances: Mapping[str, Glance]
    unreadable: Mapping[str, str]  # why each of those cannot be read that cannot
    sizes: Mapping[str, int]  # in bytes, of those that have a language
    digests: Mapping[str, str] = field(default_factory=dict)  # of what is in each file, if it was asked for


def look(
    data: Mapping[str, bytes],
    recognise: Recognise,
    needles: Iterable[bytes],
    known: Known | None = None,
    told: Callable[[str], tuple[str, int] | None] = lambda file: None,
) -> Seen:
    """What the files are, by their bytes alone; each is read once.

    `known` is what was seen on other days: it is asked by digests, and has afterwards what was seen today. A file of
    which it is `told` which digest and how many bytes it has, and which is known by that, is not read.
    """
    stems = by_stem(needles)
    languages, glances, unreadable, sizes, digests = {}, {}, {}, {}, {}
    for file in data:
        about, content = told(file), b""
        if known is None or about is None or f"{file}\0{about[0]}" not in known:
            try:
                content = data[file]
            except OSError as error:
                unreadable[file] = str(error.strerror)
                continue
            about = digest(content) if known is not None else "", len(content)
        made, size = about
        if known is None:
            seen = glance(file, content, recognise, stems)
        else:
            digests[file] = made
            key = f"{file}\0{made}"
            if key not in known:
                known[key] = glance(file, content, recognise, stems)
            seen = known[key]
        if seen is not None:
            languages[file], glances[file] = seen
            sizes[file] = size
    hits = frozenset(file for file, seen in glances.items() if seen.hit)
    return Seen(languages, hits, glances, unreadable, sizes, digests)


def by_stem(needles: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Needles by their beginning: where several have one, a text without it is looked through once for all of them."""
    alike: dict[bytes, list[bytes]] = {}
    for needle in needles:
        alike.setdefault(needle[:_ALIKE], []).append(needle)
    return {stem if len(own) > 1 else own[0]: own for stem, own in alike.items()}


def glance(
    file: str, content: bytes, recognise: Recognise, needles: Mapping[bytes, Sequence[bytes]]
) -> tuple[Language, Glance] | None:
    """A file's language and what is to be seen of it; None if it has no language. `needles` are by their stems."""
    plain = spelled_out(_plain(content) if b"\0" in content else content)
    lower = plain.lower()
    language = recognise(file, lower)
    if language is None:
        return None
    calls = language.calls_by in lower
    return language, Glance(
        language.relevant
        or any(stem in lower and any(needle in lower for needle in own) for stem, own in needles.items()),
        _matches(language.calls, plain) if calls else (),
        calls and any(_compiled(pattern).search(lower) is not None for pattern in language.odd),
        _matches(language.imports, plain),
        _matches(language.names, plain),
        _matches(language.modules, plain) if calls else (),
        generated=language.name == "arm" and b'"_generator"' in plain and _GENERATED.search(plain) is not None,
    )


def _plain(content: bytes) -> bytes:
    """UTF-16 as UTF-8: taken byte by byte, half a character may be a quotation mark."""
    text = decode(content)
    return (content if text is None else text.encode("utf-8", "surrogatepass")).replace(b"\0", b"")


def _matches(pattern: bytes, content: bytes) -> tuple[str, ...]:
    if not pattern:
        return ()
    return tuple(dict.fromkeys(found.decode("utf-8", "replace") for found in _compiled(pattern).findall(content)))


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern)
