"""The policies of a run: those that come along and a team's own, each loaded from its file, each id once."""

from __future__ import annotations

from pathlib import Path

from mnlint import azure, lists, policy
from mnlint.documents import DocumentError, place_of, read_first, read_text
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings


def shipped() -> Path:
    """The folder of the policies that come along: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "_policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder and below; its `lists` are none."""
    return [p for p in sorted(folder.rglob("*.yaml")) if "lists" not in p.relative_to(folder).parts]


def load_policies(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy of a day, ours and the user's own. Raises DocumentError with the place of a mistake."""
    return [p for p in every_policy(settings, tables) if lists.holds(p.since, p.until, settings.as_of)]


def every_policy(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy, whatever the days on which it holds: for what explains them."""
    loaded: dict[str, Policy] = {}
    for folder in (shipped(), *settings.policies):
        for path in policy_files(folder):
            made = load_policy(path, tables)
            if made.id in loaded:
                raise DocumentError(str(path), 1, 1, f"the id {made.id} is taken by {loaded[made.id].file}")
            loaded[made.id] = made
    return [p for _, p in sorted(loaded.items())]


def load_policy(path: Path, tables: lists.Tables) -> Policy:
    document = read_first(path)
    try:
        return policy.load(document, azure.SCHEMA, tables, str(path))
    except policy.PolicyError as error:
        line, column = place_of(read_text(path), 0, error.where)
        raise DocumentError(str(path), line, column, error.what) from error
