"""The policies of a run: those that come along and a team's own, each id once, with the severities of settings."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Mapping, Sequence

from mnlint import cache, compiled, lists, regular
from mnlint.cache.records import decode, encode
from mnlint.inputs import DocumentError, DocumentsError, read_text
from mnlint.model.digest import digest
from mnlint.model.finding import Severity
from mnlint.model.policy import Policy
from mnlint.model.record import replace
from mnlint.model.settings import ALL, ListChange, Override, Settings
from mnlint.model.typing import TYPE_CHECKING, StrPath
from mnlint.settle import CARDS

if TYPE_CHECKING:
    from pathlib import Path

OFF = "off"
LEVELS = (OFF, *(severity.level for severity in Severity))  # what a setting may make of a policy

SUFFIXES = (".yaml", ".yml")


@functools.cache
def home() -> str:
    """The folder of the policies that come along: inside the wheel, or beside the sources."""
    package = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(package, "_policies")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(os.path.dirname(package)), "policies")


def shipped() -> Path:
    """The same folder for who looks around in it."""
    from pathlib import Path

    return Path(home())


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder and below: not its `lists`, and nothing hidden.

    Raises DocumentError if there is none, and for a link that leads out.
    """
    found = _files(folder)
    if not found:
        raise DocumentError(str(folder), 1, 1, "no policy is in this folder: they are files that end with .yaml")
    return _inside(folder, found)


def _inside(folder: Path, files: list[Path]) -> list[Path]:
    """Files of a folder. Raises DocumentError for a link that leads out: what it leads to is not a team's to show."""
    real = os.path.realpath(folder)
    for path in files:
        if path.is_symlink() and not regular.is_inside(os.path.realpath(path), real):
            raise DocumentError(str(path), 1, 1, "a link that leads out of the folder of policies")
    return files


def holds_policies(folder: Path) -> bool:
    """Whether a folder has any."""
    return bool(_files(folder))


def _files(folder: Path) -> list[Path]:
    """Raises DocumentError for a folder that cannot be listed: policies in it would be passed over."""
    for above, *_ in os.walk(folder, onerror=functools.partial(_unlisted, folder)):
        for name, kind in regular.names(above):
            if kind == regular.LINK:  # it may lead to a folder now, and to a file another day
                regular.is_there(os.path.join(above, name))
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and not path.is_dir() and not _left_out(path.relative_to(folder).parts)
    ]


def _unlisted(folder: Path, error: OSError) -> None:
    from pathlib import Path

    path = Path(error.filename)
    regular.is_there(path)
    if not any(part.startswith(".") for part in path.relative_to(folder).parts):
        raise DocumentError(str(path), 1, 1, f"this folder of policies cannot be listed: {error.strerror}") from error


def own_texts(settings: Settings) -> list[tuple[str, bytes]]:
    """What is in the folders of a team's own policies and lists, file by file."""
    folders = settings.policies
    files = [path for folder in folders for path in (*policy_files(folder), *sorted((folder / "lists").glob("*.yaml")))]
    return [(str(path), read_text(path).encode()) for path in files]


def _left_out(parts: tuple[str, ...]) -> bool:
    return "lists" in parts or any(part.startswith(".") for part in parts)


def tables_of(
    folders: Iterable[Path] = (), as_of: str | None = None, changes: Sequence[ListChange] = ()
) -> lists.Tables:
    """The lists that come along, as settings change them, and those in the `lists` of a team's own folders."""
    own = _own_lists(folders)
    if as_of is None and not changes and not any(map(lists.names, own)):
        return ours().newest
    return lists.load(shipped() / "lists", as_of, changes, own, ours().documents)


def ours() -> compiled.Compiled:
    """What comes along, compiled."""
    return compiled.load(home(), made_from, compile_all)


def compile_all(folder: StrPath) -> str:
    """The policies and lists of a folder as they are kept; the policies of any day, by the newest state of lists."""
    from pathlib import Path

    folder = Path(folder)
    tables = lists.load(folder / "lists")
    policies = [(path, load_policy(path, tables)) for path in policy_files(folder)]
    made = tuple(replace(one, file=path.relative_to(folder).as_posix()) for path, one in policies)
    return compiled.text(made, lists.documents(folder / "lists"), made_from(folder))


def made_from(folder: StrPath) -> str:
    """A digest of everything on which it depends what the policies and lists of a folder are compiled to."""
    from pathlib import Path

    folder = Path(folder)
    return compiled.digest(folder, [*policy_files(folder), *sorted((folder / "lists").glob("*.yaml"))])


def _own_lists(folders: Iterable[Path]) -> list[Path]:
    """The folders of a team's own lists. Raises DocumentError for a link that leads out."""
    own = list(folders)
    for folder in own:
        for files in ([folder / "lists"], (folder / "lists").glob("*.yaml")):  # the second if the first leads nowhere
            _inside(folder, list(files))
    return [folder / "lists" for folder in own]


def load_policies(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy of a day that is not off, ours and the user's own. Raises DocumentError for a mistake."""
    return [p for p in every_policy(settings, tables) if lists.holds(p.since, p.until, settings.as_of)]


def every_policy(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy that is not off, whatever the days on which it holds: for what explains them."""
    loaded: dict[str, Policy] = {}
    names: dict[str, Policy] = {}
    for made in _loaded(settings, tables):
        for key, word, taken in (("id", made.id, loaded), ("name", made.card.name, names)):
            if word in taken:
                from mnlint.documents import place_of

                what = f"the {key} {word} is taken by {taken[word].file}"
                raise DocumentError(made.file, *place_of(read_text(made.file), 0, (key,)), what)
            taken[word] = made
    return [p for _, p in sorted(_as_set(loaded, settings).items())]


def _loaded(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Those that come along as they have been compiled, but where a list that one looks into is another one now; these
    and a team's own from their files."""
    known, folder = ours(), home()
    all_ours = {os.path.join(folder, made.file): made for made in known.policies}
    as_is = {
        file: replace(made, file=file)
        for file, made in all_ours.items()
        if tables is known.newest or all(_equal(tables.get(name, ()), known.newest[name]) for name in made.lists)
    }
    own = [str(path) for folder in settings.policies for path in policy_files(folder)]
    files = [*all_ours, *own]
    others = iter(_from_files([file for file in files if file not in as_is], settings, tables))
    return [as_is.get(file) or next(others) for file in files]


def _from_files(files: Sequence[str], settings: Settings, tables: lists.Tables) -> Sequence[Policy]:
    """Policies from their files: compiled once for the same texts and lists."""
    if not files:
        return ()

    def fresh() -> tuple[Policy, ...]:
        return tuple(load_policy(path, tables, settings) for path in files)

    about = repr((files, settings.as_of, settings.lists, own_texts(settings)))
    try:
        made: tuple[Policy, ...] = decode(cache.compiled(digest(cache.program(), about), lambda: encode(fresh())))
        if len(made) == len(files) and all(isinstance(one, Policy) for one in made):
            return made
    except (TypeError, ValueError):  # what was kept is none of ours, or one cannot be kept
        pass
    return fresh()


def _equal(one: Sequence[lists.Entry], other: Sequence[lists.Entry]) -> bool:
    """Whether two lists have equal entries, of which true is not 1."""
    return len(one) == len(other) and all(a is b or repr(a) == repr(b) for a, b in zip(one, other, strict=True))


def identifiers(settings: Settings) -> frozenset[str]:
    """The ids of all policies, whether or not they hold on the day that is asked for, and of our own rules."""
    known = {made.id for made in ours().policies}
    files = [path for folder in settings.policies for path in policy_files(folder)]
    found = [re.search(r"^id:\s*[\"']?([\w-]+)", read_text(path), re.MULTILINE) for path in files]
    return frozenset(match[1] for match in found if match) | known | {card.id for card in CARDS}


def load_policy(path: StrPath, tables: lists.Tables, settings: Settings | None = None) -> Policy:
    """One policy, which may name the lists that come along, those of the settings and of the folders they name."""
    from mnlint.azure.schema import SCHEMA
    from mnlint.documents import place_of, read_first
    from mnlint.policy.load import load
    from mnlint.policy.mistakes import PolicyError

    document = read_first(path)
    settings = settings or Settings()

    def columns(name: str) -> frozenset[str]:
        return lists.columns(name, [shipped() / "lists", *_own_lists(settings.policies)], settings.lists)

    try:
        return load(document, SCHEMA, tables, str(path), columns)
    except PolicyError as error:
        line, column = place_of(read_text(path), 0, error.where)
        raise DocumentError(str(path), line, column, error.what) from error


# ── what settings make of them ──


@functools.cache
def shipped_names() -> Mapping[str, str]:
    """Ids and names of the policies that come along, to the id: by their files, without reading them."""
    stems = (path.stem.partition("-") for path in policy_files(shipped()))
    return {name: id_ for id_, _, rest in stems for name in (id_, rest)}


def no_such_policy(name: str, known: Iterable[str]) -> str:
    """Why a policy's name in settings means nothing."""
    if name.upper() in {card.id for card in CARDS}:
        return f"{name} is about what could be read, and cannot be set; `exclude` leaves files out"
    return f"no such policy: {name}{_near(name, known)}"


def _near(name: str, known: Iterable[str]) -> str:
    from mnlint.forms import nearest

    hint = nearest(name, known)
    return hint if "did you mean" in hint else "; `mnlint rules` lists them"


def _as_set(loaded: Mapping[str, Policy], settings: Settings) -> dict[str, Policy]:
    """The policies with the severities of the profile and of settings, without those that are off."""
    made = {id_: _strict(p) if settings.profile == "strict" else p for id_, p in loaded.items()}
    names = {name: p.id for p in loaded.values() for name in (p.id, p.card.name)}

    def called(name: str) -> str | None:
        return names.get(name.upper()) or names.get(name)

    locked = set(loaded) if ALL in settings.locked else set(map(called, settings.locked))
    off: set[str] = set()
    wrong: list[DocumentError] = []
    for override in settings.severities:
        id_ = called(override.policy)
        if id_ is None:
            wrong.append(DocumentError(*override.place, no_such_policy(override.policy, names)))
            continue
        before = LEVELS[0] if id_ in off else max(severity for _, severity in made[id_].severities).level
        if override.within_lock and id_ in locked and LEVELS.index(override.level) < LEVELS.index(before):
            what = f"{id_} is locked: it is {before}, and can be raised only"
            wrong.append(DocumentError(*override.place, what))
        elif override.level == OFF:
            off.add(id_)
        else:
            off.discard(id_)
            made[id_] = _with_severity(made[id_], override)
    if wrong:
        raise DocumentsError(wrong)
    return {id_: p for id_, p in made.items() if id_ not in off}


def _strict(p: Policy) -> Policy:
    if p.strict is None:
        return p
    severities = tuple((condition, max(severity, p.strict)) for condition, severity in p.severities)
    return replace(p, severities=severities, card=replace(p.card, severity=severities[-1][1]))


def _with_severity(p: Policy, override: Override) -> Policy:
    severity = Severity[override.level.upper()]
    return replace(p, severities=((None, severity),), card=replace(p.card, severity=severity))
