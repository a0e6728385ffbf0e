"""What a module of a registry stands for: its text restored to disk, else our abridged one of a well-known module.

Bicep names one version. Terraform's constraint admits several, of which its registry chooses the newest: only where
all that it admits are known here, and are known by one text, is it that text. `~> 0.9` and no constraint at all admit
versions that nobody has seen yet. Between two of our texts for a module of Terraform nothing was published. A lock
file does not help: it holds providers. What `terraform init` has put beside a root never comes here, being a local
module by then.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache

from mnlint import formats, regular
from mnlint.constraints import Version, bounds, next_after
from mnlint.discover import Seen
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.root import Language
from mnlint.model.text import OUTSIDE, Source
from mnlint.model.typing import Final, StrPath

# Names as the registries themselves take them: none of them can lead out of a folder.
_HOST: Final = pattern(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?")
_SEGMENT: Final = pattern(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_TAG: Final = pattern(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST: Final = pattern(r"sha256:[a-f0-9]{64}")
_SPEC_PART: Final = pattern(r"[A-Za-z0-9_(-][A-Za-z0-9._()-]{0,89}")
_VERSION: Final = pattern(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})")
_LONGEST: Final = 512
_PROVIDER: Final = pattern(r"[\w-]+/[\w-]+")  # no module of Terraform's is named by two words
_TERRAFORM: Final = pattern(r"[0-9A-Za-z](?:[0-9A-Za-z_-]{0,62}[0-9A-Za-z])?")

PUBLIC: Final = ("mcr.microsoft.com", "bicep")  # what Bicep's own alias `public` stands for
# OpenTofu's registry hands out the same modules.
TERRAFORM: Final = ("registry.terraform.io", "registry.opentofu.org")
SUFFIXES: Final = {"bicep": ".bicep", "terraform": ".tf"}  # of our own texts, by their language
KNOWN_FROM: Final = "known here from version"
NO_MODULE: Final = "no module of a registry"
CONFIG: Final = "bicepconfig.json"


@dataclass(frozen=True, slots=True)
class Reference:
    """A module and its version: `place` is its way in Bicep's cache, `known` its way in our table."""

    says: str
    place: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    admits: tuple[Version, Version | None] | None = None  # from which version on, and from which one no more
    language: str = "bicep"


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a module. `file` names it in places: no checked file is called so."""

    file: str
    data: bytes
    language: str


Texts = Callable[[str, str], Text | str]
Modules = Callable[[str, str], Template | str]
Aliases = Mapping[str, tuple[str, ...]]


def texts(table: StrPath, restored: StrPath | None, data: Mapping[str, bytes], max_bytes: int) -> Texts:
    """Answers which text a module stands for, by the calling file and the module as written; else why there is none.

    `table` is the folder of our own abridged texts, `restored` a folder laid out as Bicep's cache, and `data` the
    checked files, among which a bicepconfig.json may name further registries. A restored module comes before ours.
    """
    root = os.path.realpath(restored) if restored is not None else None
    own = cache(lambda file: _aliases(data[file]))
    configs = frozenset(posixpath.dirname(file) for file in data if posixpath.basename(file) == CONFIG)
    nearest = cache(lambda folder: _config_for(folder, configs))
    ours = cache(lambda: _table(table))

    @cache
    def found(reference: Reference) -> Text | str:
        if root is not None and reference.place:
            answer = _restored(reference, root, max_bytes)
            if answer is not None:
                return answer
        return _known(reference, ours()) if reference.known else ""

    @cache
    def named(source: str, config: str | None) -> Reference | None:
        aliases = own(config) if config is not None else {}
        return parse(source, aliases) if aliases is not None else None

    def text(caller: str, source: str) -> Text | str:
        if source.startswith("tf:"):
            called = parse_terraform(source)
            return found(called) if called is not None else ""
        if not source.startswith(("br:", "br/", "ts:", "ts/")):
            return NO_MODULE
        inside = caller.startswith(OUTSIDE)  # a module of a registry does not see our aliases
        reference = named(source, None if inside else nearest(posixpath.dirname(caller)))
        return found(reference) if reference is not None else "its name, or the alias in it, means nothing here"

    return text


def unread(seen: Seen, text: Texts) -> frozenset[str]:
    """The modules from elsewhere that files name and whose text is not at hand: nobody knows what is in them."""
    found = set()
    for file, glance in seen.glances.items():
        for words in glance.modules:
            elsewhere = not words.startswith(".") and not _PROVIDER.fullmatch(words)
            if elsewhere and isinstance(text(file, _asked(words, seen.languages[file])), str):
                found.add(words)
    return frozenset(found)


def leading(seen: Seen, text: Texts, needles: Iterable[bytes]) -> frozenset[str]:
    """The files that name a module whose text holds a needle: they can matter, whatever they hold themselves.

    Those in Terraform that name a known module do, too, since its version may stand anywhere near.
    """
    needles = tuple(needles)
    holds = cache(lambda found: any(needle in found.data.replace(b"\0", b"").lower() for needle in needles))
    files = set()
    for file, glance in seen.glances.items():
        language = seen.languages[file]
        for name in glance.modules if language.name in SUFFIXES else ():
            found = text(file, _asked(name, language))
            known = isinstance(found, str) and language.name == "terraform" and found.startswith(KNOWN_FROM)
            if known or (isinstance(found, Text) and holds(found)):
                files.add(file)
    return frozenset(files)


def _asked(name: str, language: Language) -> str:
    """A module as `Texts` are asked for it. Of Terraform the version is not known here: it may stand anywhere near."""
    return f"tf:{name}:" if language.name == "terraform" else name


def modules(text: Texts) -> Modules:
    """The same as templates, each read once; a text that cannot be read as a whole is as good as none."""

    @cache
    def read(found: Text) -> Template | str:
        template = formats.read(found.file, found.data, found.language)
        fault = next((n.message for n in template.notices if n.level == "error"), None)
        return template if fault is None else f"the restored one cannot be read: {fault}"

    def template(caller: str, source: str) -> Template | str:
        found = text(caller, source)
        return found if isinstance(found, str) else read(found)

    return template


def parse(source: str, aliases: Aliases) -> Reference | None:
    """A module as written, such as `br/public:avm/res/x:1.0.0`; None if it is none that a registry would take."""
    if len(source) > _LONGEST:
        return None
    scheme, _, rest = source.partition(":")
    scheme, slash, alias = scheme.partition("/")
    prefix: tuple[str, ...] | None = ()
    if slash:
        prefix = aliases.get(f"{scheme}/{alias}", PUBLIC if (scheme, alias) == ("br", "public") else None)
    mark = "@" if "@" in rest and scheme == "br" else ":"
    path, _, version = rest.rpartition(mark)
    if prefix is None or not path:
        return None
    parts = (*prefix, *path.split("/"))
    return (_oci if scheme == "br" else _spec)(parts, version, mark)


def _oci(parts: tuple[str, ...], version: str, mark: str) -> Reference | None:
    host, *segments = parts
    well_formed = _HOST.fullmatch(host) and segments and all(map(_SEGMENT.fullmatch, segments))
    if not well_formed or not (_TAG if mark == ":" else _DIGEST).fullmatch(version):
        return None
    host = host.lower()
    folder = f"{version}$" if mark == ":" else version.replace(":", "#")
    place = ("br", host.replace(":", "$"), "$".join(segments), folder)
    public = (host, *segments)[: len(PUBLIC)] == PUBLIC
    name = "br/public:" + "/".join(segments[1:]) if public else "br:" + "/".join((host, *segments))
    numbers = _numbers(version) if mark == ":" else None
    admits = (numbers, next_after(numbers)) if numbers is not None else None
    return Reference(f"{name}{mark}{version}", place, (host, *segments), admits)


def _spec(parts: tuple[str, ...], version: str, mark: str) -> Reference | None:
    if len(parts) != 3 or not all(map(_SPEC_PART.fullmatch, (*parts, version))):
        return None
    return Reference(f"ts:{'/'.join(parts)}:{version}", ("ts", *(part.lower() for part in (*parts, version))))


def parse_terraform(source: str) -> Reference | None:
    """`tf:<source>:<version constraint>` as a call of Terraform's has them; None for what is no module of its registry.

    That are all folders, URLs, and modules of other registries or inside of a module.
    """
    path, _, version = source.removeprefix("tf:").rpartition(":")
    parts = path.split("/")
    if len(source) > _LONGEST or len(parts) not in (3, 4):
        return None
    host = parts[-4].lower() if len(parts) == 4 else TERRAFORM[0]
    if host not in TERRAFORM or not all(map(_TERRAFORM.fullmatch, parts[-3:])):
        return None
    known = (TERRAFORM[0], *(part.lower() for part in parts[-3:]))  # to a registry, case is all the same
    says = f"{path} {version}".strip()
    return Reference(says, known=known, admits=bounds(version), language="terraform")


# ── restored modules ──


def _restored(reference: Reference, root: str, max_bytes: int) -> Text | str | None:
    """The compiled module at its place in the folder; None if it is not there, or only by a link that leads out."""
    *above, last = reference.place
    try:
        folder = os.path.realpath(os.path.join(root, *above), strict=True)
        if not regular.is_inside(folder, root):
            return None
        if last.endswith("$"):  # Bicep adds which letters of a tag are capitals
            last = next((name for name in sorted(os.listdir(folder)) if name.startswith(last)), last)
        path = os.path.realpath(os.path.join(folder, last, "main.json"), strict=True)
        if not regular.is_inside(path, root):
            return None
        data = regular.read(path, max_bytes)
    except (OSError, ValueError, RuntimeError):
        return None
    if len(data) > max_bytes:
        return f"the restored one is larger than {max_bytes} bytes"
    found = formats.language_of("main.json", data.replace(b"\0", b"").lower())
    if found is None or found.name != "arm":
        return "the restored one is no template"
    return Text(OUTSIDE + reference.says, data, "arm")


# ── well-known modules ──


Ranges = list[tuple[tuple[Version, Version], str]]  # the files for them


def _table(folder: StrPath) -> Mapping[tuple[str, ...], Ranges]:
    """Our abridged texts by the way to them: a file for each range of versions, `1.0.0-1.2.0.bicep` or `1.0.0.bicep`,
    in order. What ends the way is the suffix."""
    made: dict[tuple[str, ...], Ranges] = {}
    for above, _, files in os.walk(folder):
        way = tuple(os.path.relpath(above, folder).split(os.sep))
        for stem, suffix in map(os.path.splitext, files):
            ends = _range(stem)
            if ends is not None:
                made.setdefault((*way, suffix), []).append((ends, os.path.join(above, stem + suffix)))
    return {way: sorted(ranges) for way, ranges in made.items()}


def _known(reference: Reference, ours: Mapping[tuple[str, ...], Ranges]) -> Text | str:
    """Our abridged text of a module for a version."""
    ranges = ours.get((*reference.known, SUFFIXES[reference.language]))
    if ranges is None:
        return ""
    (first, _), (_, last) = ranges[0][0], ranges[-1][0]
    lowest, above = reference.admits or (first, None)
    if above is not None and first <= lowest and above <= next_after(last):
        fits = [path for ends, path in ranges if ends[0] < above and lowest <= ends[1]]
        if len(fits) == 1:
            with open(fits[0], "rb") as stream:
                return Text(OUTSIDE + reference.says, stream.read(), reference.language)
    return f"{KNOWN_FROM} {'.'.join(map(str, first))} to {'.'.join(map(str, last))}"


def _range(stem: str) -> tuple[Version, Version] | None:
    ends = [_numbers(end) for end in stem.split("-")]
    first, last = ends[0], ends[-1]
    return (first, last) if first is not None and last is not None and len(ends) <= 2 else None


def _numbers(version: str) -> Version | None:
    match = _VERSION.fullmatch(version)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


# ── aliases ──


def _config_for(folder: str, configs: Collection[str]) -> str | None:
    """The nearest bicepconfig.json, in a folder or above it; `configs` are the folders that have one."""
    while configs and folder not in configs:
        if not folder:
            return None
        folder = posixpath.dirname(folder)
    return posixpath.join(folder, CONFIG) if configs else None


def _aliases(content: bytes) -> Aliases | None:
    """What a bicepconfig.json calls registries and groups of template specs; None if it cannot be read."""
    from mnlint.formats import armjson

    text = formats.decode(content)
    document = armjson.parse(Source(CONFIG, text)) if text is not None else None
    if document is None or any(notice.level == "error" for notice in document.notices):
        return None
    listed = _member(document.root, "moduleAliases")
    aliases: dict[str, tuple[str, ...]] = {}
    for name, settings in _entries(_member(listed, "br")):
        path = _word(_member(settings, "modulePath"))
        aliases[f"br/{name}"] = (_word(_member(settings, "registry")), *(path.split("/") if path else ()))
    for name, settings in _entries(_member(listed, "ts")):
        aliases[f"ts/{name}"] = tuple(_word(_member(settings, key)) for key in ("subscription", "resourceGroup"))
    return aliases


def _entries(expr: Expr | None) -> list[tuple[str, Expr]]:
    if expr is None or expr.op is not Op.OBJECT:
        return []
    return [(str(key.args[0]), value) for key, value in expr.args if key.op is Op.LITERAL]


def _member(expr: Expr | None, name: str) -> Expr | None:
    return dict(_entries(expr)).get(name)


def _word(expr: Expr | None) -> str:
    found = expr.args[0] if expr is not None and expr.op is Op.LITERAL else None
    return found if isinstance(found, str) else ""
