"""Settings: what a run was asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that options and, later, a settings file decide."""

    boundary: Path | None = (
        None  # nothing outside is opened; default: the git top level of the paths, else their common folder
    )
    policies: tuple[Path, ...] = ()  # folders beside the shipped one
    parameters: tuple[Path, ...] = ()
    allow_no_input: bool = False  # not one template is an empty report, no error
    restored_modules: Path | None = None  # a folder of registry modules as Bicep keeps them: nothing else is looked up
    subscriptions: tuple[tuple[str, str], ...] = ()  # subscription id to tenant id
    baseline: Path | None = None  # a file of findings that were there before
    inline: bool = True  # comments in templates may silence findings
    today: str | None = None  # the ISO date by which such comments end; None for the clock's
    base: str | None = None  # the git revision that networks are compared with
    changed_since: str | None = None  # the git revision since which changes are asked about
    changed: str = "lines"  # what of them: findings that come by changed "lines", or all of changed "networks"
    as_of: str | None = None  # the ISO date whose facts are asked for; None for the newest
    max_file_bytes: int = 5 * 1024 * 1024
    debug: bool = False  # let a fault of ours end the run, with its traceback
    excludes: tuple[str, ...] = field(default=(".git", ".terraform", "node_modules", ".venv"))
