"""Settings: what a run was asked to do."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.model import limits
from mnlint.model.record import dataclass, field, fields
from mnlint.model.typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = ("default", "strict")
ALL = "all"  # in place of the names of all that is locked
CHANGED = ("lines", "networks")
FAIL_ON = ("note", "warning", "error", "never")  # the strictest first


@dataclass(frozen=True, slots=True)
class Override:
    """The severity of a policy by somebody's own settings, where that stands, and whether a lock holds for it."""

    policy: str  # its id or its name
    level: str  # a severity's, or `off`
    place: tuple[str, int, int] = ("", 1, 1)
    within_lock: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ListChange:
    """A list by somebody's own settings: entries beside the shipped ones (`extend`), in their place (`replace`), or of
    a list that does not come along (`new`)."""

    name: str
    how: str
    entries: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """The deployments of a root, each by its parameter files; all paths are from the boundary."""

    root: str
    deployments: tuple[tuple[str, ...], ...]


def _says(about: str, key: str = "") -> dict[str, str]:
    """What a field says of itself: its sentence, for --help and the page of settings, and its key in a file."""
    return {"about": about, "key": key}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that options and a settings file decide."""

    # What a settings file may say, in the order of its page.
    profile: str = field(
        default="default",
        metadata=_says("`strict` makes errors of the policies that are marked for it.", "profile"),
    )
    severities: tuple[Override, ...] = field(  # in order: of two for one policy, the last one holds
        default=(),
        metadata=_says("Policies by id or name: another severity, or `off`.", "policies"),
    )
    policies: tuple[Path, ...] = field(
        default=(),
        metadata=_says("A folder of policies of your own, beside those that come along.", "policy-folders"),
    )
    exclude: tuple[str, ...] = field(
        default=(),
        metadata=_says("A pattern of files and folders that are not looked at, such as `examples/**`.", "exclude"),
    )
    deployments: tuple[Parameters, ...] = field(
        default=(),
        metadata=_says("Parameter files of a template or Terraform folder: one or several a deployment.", "parameters"),
    )
    subscriptions: tuple[tuple[str, str], ...] = field(
        default=(),
        metadata=_says("The tenant of a subscription, by their ids, for resources of others.", "subscriptions"),
    )
    lists: tuple[ListChange, ...] = field(
        default=(),
        metadata=_says("Lists of facts: entries that extend or replace those that come along, or a new list.", "lists"),
    )
    fail_on: str = field(
        default="error",
        metadata=_says("The lowest severity that makes the exit code 1.", "fail-on"),
    )
    fail_on_undecided: bool = field(
        default=False,
        metadata=_says("What could not be decided makes the exit code 1, too.", "fail-on-undecided"),
    )
    allow_no_input: bool = field(
        default=False,
        metadata=_says("Not one template under the paths is no error.", "allow-no-input"),
    )
    baseline: Path | None = field(
        default=None,
        metadata=_says("A file of findings that were there before: they are counted, and fail no run.", "baseline"),
    )
    inline: bool = field(
        default=True,
        metadata=_says("Comments in templates silence findings; no is for gates on strangers' work.", "inline-ignores"),
    )
    # What only options say: what is asked of one run.
    boundary: Path | None = field(  # the git top level of the paths, else their common folder
        default=None,
        metadata=_says("Nothing outside this folder is opened. Default: the git repository that holds the paths."),
    )
    parameters: tuple[Path, ...] = field(
        default=(),
        metadata=_says("A parameter file (.bicepparam, .json, .tfvars) to judge with. Repeat for several deployments."),
    )
    restored_modules: Path | None = field(  # nothing else is looked up
        default=None,
        metadata=_says("A folder of registry modules as `bicep restore` keeps them in ~/.bicep (with br/ and ts/)."),
    )
    as_of: str | None = field(  # an ISO date
        default=None,
        metadata=_says("Judge by what was so on that day, such as 2024-02-13. Default: by the newest facts."),
    )
    base: str | None = field(
        default=None,
        metadata=_says("A git revision: what was isolated there must stay so, and what changed is told."),
    )
    changed_since: str | None = field(
        default=None,
        metadata=_says("Report only what has changed since a git revision. Everything is read all the same."),
    )
    changed: str = field(
        default="lines",
        metadata=_says("What of it: what comes by a changed line, or all of a network that one has to do with."),
    )
    prefilter: bool = field(
        default=True,
        metadata=_says("Read all templates, even those whose bytes hint at nothing that policies are about."),
    )
    jobs: int = field(
        default=0,
        metadata=_says("How many processes judge at a time. Default: as many as there are for, if it is worth it."),
    )
    # What a check may take at most. A settings file has no word in it: it may come with what is to be checked.
    max_file_bytes: int = field(
        default=limits.FILE_BYTES,
        metadata=_says(
            "Bytes of a file, such as 5M or 500K; of a .tf or .tfvars file a fifth. Larger ones are left out."
        ),
    )
    max_evaluations: int = field(
        default=limits.EVALUATIONS,
        metadata=_says("Expressions that are evaluated of one deployment. What comes behind is not decided."),
    )
    max_modules: int = field(
        default=limits.MODULES,
        metadata=_says("Modules that one deployment calls, each as often as it is called. No more are looked into."),
    )
    max_module_depth: int = field(
        default=limits.MODULE_DEPTH,
        metadata=_says("Modules inside each other. Deeper ones are not looked into."),
    )
    max_facts: int = field(
        default=limits.FACTS,
        metadata=_says(
            "Networks, rules and connections of one deployment. If there are more, nothing in it is judged."
        ),
    )
    timeout: int = field(
        default=limits.SECONDS,
        metadata=_says(
            "Seconds that a check may take. What was not judged by then is reported, and the exit code is 1."
        ),
    )
    stdin: tuple[Path, bytes] | None = None  # a file and its text, in place of what is on disk
    today: str | None = None  # the ISO date by which comments and the baseline end; None for the clock's
    debug: bool = False  # let a fault of ours end the run, with its traceback
    # What tools keep, wherever it is; `.terraform` is looked into for restored modules.
    excludes: tuple[str, ...] = (".git", ".terraform", "node_modules", ".venv", ".mnlint.yaml")
    locked: tuple[str, ...] = ()  # policies that a settings file may raise only, by id or name; or ALL
    told: str = ""  # what a settings file takes out of the check: a reader of the report must know

    def most_bytes(self, file: str) -> int:
        """How large a file may be, by its name."""
        return self.max_file_bytes // (limits.SLOWER if file.lower().endswith(limits.SLOW) else 1)


def about(name: str) -> str:
    """The sentence on a setting, by its field."""
    return next(str(f.metadata["about"]) for f in fields(Settings) if f.name == name)


def keys() -> dict[str, str]:
    """The settings that a file may have: key to field."""
    return {f.metadata["key"]: f.name for f in fields(Settings) if f.metadata.get("key")}
