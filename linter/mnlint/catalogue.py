"""The policies of a run: those that come along and a team's own, each loaded from its file, each id once."""

from __future__ import annotations

import re
from pathlib import Path

from mnlint import azure, lists, policy
from mnlint.documents import DocumentError, place_of, read_first, read_text
from mnlint.model.policy import Policy
from mnlint.model.settings import Settings
from mnlint.settle import CARDS


def shipped() -> Path:
    """The folder of the policies that come along: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "_policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder and below; its `lists` are none."""
    return [p for p in sorted(folder.rglob("*.yaml")) if "lists" not in p.relative_to(folder).parts]


def load_policies(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy of a day, ours and the user's own. Raises DocumentError with the place of a mistake."""
    loaded: dict[str, Policy] = {}
    for folder in (shipped(), *settings.policies):
        for path in policy_files(folder):
            made = load_policy(path, tables)
            if made.id in loaded:
                raise DocumentError(str(path), 1, 1, f"the id {made.id} is taken by {loaded[made.id].file}")
            loaded[made.id] = made
    return [p for _, p in sorted(loaded.items()) if lists.holds(p.since, p.until, settings.as_of)]


def identifiers(settings: Settings) -> frozenset[str]:
    """The ids of all policies, whether or not they hold on the day that is asked for, and of our own rules."""
    files = [path for folder in (shipped(), *settings.policies) for path in policy_files(folder)]
    found = [re.search(r"^id:\s*[\"']?([\w-]+)", read_text(path), re.MULTILINE) for path in files]
    return frozenset(match[1] for match in found if match) | {card.id for card in CARDS}


def load_policy(path: Path, tables: lists.Tables) -> Policy:
    document = read_first(path)
    try:
        return policy.load(document, azure.SCHEMA, tables, str(path))
    except policy.PolicyError as error:
        line, column = place_of(read_text(path), 0, error.where)
        raise DocumentError(str(path), line, column, error.what) from error
