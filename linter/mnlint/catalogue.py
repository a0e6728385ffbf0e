"""The policies of a run: those that come along and a team's own, each loaded from its file, each id once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mnlint import azure, lists, policy
from mnlint.documents import DocumentError, place_of, read_first, read_text
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings

SUFFIXES = (".yaml", ".yml")


def shipped() -> Path:
    """The folder of the policies that come along: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "_policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder and below: not its `lists`, and nothing hidden. DocumentError if there is none."""
    found = _files(folder)
    if not found:
        raise DocumentError(str(folder), 1, 1, "no policy is in this folder: they are files that end with .yaml")
    return found


def holds_policies(folder: Path) -> bool:
    """Whether a folder has any."""
    return bool(_files(folder))


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in SUFFIXES and path.is_file() and not _left_out(path.relative_to(folder).parts)
    ]


def _left_out(parts: tuple[str, ...]) -> bool:
    return "lists" in parts or any(part.startswith(".") for part in parts)


def tables_of(folders: Iterable[Path] = (), as_of: str | None = None) -> lists.Tables:
    """The lists that come along, and those in the `lists` of a team's own folders of policies."""
    ours, *others = _lists(folders)
    return lists.load(ours, as_of, others)


def _lists(folders: Iterable[Path]) -> list[Path]:
    return [folder / "lists" for folder in (shipped(), *folders)]


def load_policies(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy of a day, ours and the user's own. Raises DocumentError with the place of a mistake."""
    loaded: dict[str, Policy] = {}
    names: dict[str, Policy] = {}
    for folder in (shipped(), *settings.policies):
        for path in policy_files(folder):
            made = load_policy(path, tables, settings.policies)
            for key, word, taken in (("id", made.id, loaded), ("name", made.card.name, names)):
                if word in taken:
                    what = f"the {key} {word} is taken by {taken[word].file}"
                    raise DocumentError(str(path), *place_of(read_text(path), 0, (key,)), what)
                taken[word] = made
    return [p for _, p in sorted(loaded.items()) if lists.holds(p.since, p.until, settings.as_of)]


def load_policy(path: Path, tables: lists.Tables, folders: Iterable[Path] = ()) -> Policy:
    """One policy, which may name the lists that come along and those of `folders`."""
    document = read_first(path)

    def columns(name: str) -> frozenset[str]:
        return lists.columns(name, *_lists(folders))

    try:
        return policy.load(document, azure.SCHEMA, tables, str(path), columns)
    except policy.PolicyError as error:
        line, column = place_of(read_text(path), 0, error.where)
        raise DocumentError(str(path), line, column, error.what) from error
