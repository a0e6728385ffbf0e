"""What a repository needs to adopt mnlint: which files, where, and what to do by hand where a file is there already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mnlint.model.record import dataclass
from mnlint.model.typing import Final

STARTERS: Final = Path(__file__).parent / "starters"
SETTINGS: Final = ".mnlint.yaml"
HOOK: Final = ".pre-commit-config.yaml"
BASELINE: Final = ".mnlint-baseline.json"
# By build service: what says that a repository uses it, the starter, where it goes, and what else there is to do.
SERVICES: Final = {
    "github": ((".github",), "github.yml", ".github/workflows/mnlint.yml", ""),
    "azure": (
        ("azure-pipelines.yml", ".azuredevops", ".azure-pipelines"),
        "azure-pipelines.yml",
        ".azure-pipelines/mnlint.yml",
        "create a pipeline from it, and add it to the branch policy as build validation",
    ),
    "gitlab": (
        (".gitlab-ci.yml",),
        "gitlab-ci.yml",
        ".gitlab/mnlint.yml",
        "include it in .gitlab-ci.yml: include: [{local: .gitlab/mnlint.yml}]",
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write, with a few words on it; `by_hand` is what to do instead if it is there, `then` what remains."""

    path: str
    text: str
    about: str
    by_hand: str = ""
    then: str = ""


def service_of(root: Path) -> str:
    """The build service that a repository uses already; GitHub's if there is no sign of one."""
    found = [name for name, (signs, *_) in SERVICES.items() if any((root / sign).exists() for sign in signs)]
    return found[0] if found else "github"


def steps(service: str | None) -> Iterator[Step]:
    """The files of a repository that adopts mnlint, but for its baseline; without a service no workflow."""
    yield Step(SETTINGS, _text("mnlint.yaml"), "settings")
    hook = _text("pre-commit.yaml")
    entry = hook.partition("repos:\n")[2].rstrip("\n")
    yield Step(
        HOOK, hook, "a pre-commit hook", f"add under `repos:` of {HOOK}:\n\n{entry}\n", "run `pre-commit install`"
    )
    if service is not None:
        _, starter, path, then = SERVICES[service]
        yield Step(path, _text(starter), f"a workflow ({service})", "compare it with what it holds", then)


def _text(name: str) -> str:
    return (STARTERS / name).read_text("utf-8")
