"""Commands by which a repository, or a shell, takes mnlint up: they write files after asking, or print."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from mnlint.checking import EXIT_WRONG, say
from mnlint.cli_options import FOLDER, tell
from mnlint.init import BASELINE, SETTINGS, Step

_BOTH = (SETTINGS, "pyproject.toml")  # one of the two has the settings
SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Set a repository up.")
@click.argument("folder", required=False, type=FOLDER)
@click.option("--ci", type=click.Choice(["github", "azure", "gitlab", "none"]), help="Default: the one in use already.")
@click.option("--yes", is_flag=True, help="Write without asking. A file that is there is never written over.")
def init(folder: Path | None, ci: str | None, yes: bool) -> None:
    """Set a repository up: settings, a pre-commit hook, a workflow, and a baseline of what there is to find.

    FOLDER is in the repository (default: the current one).
    """
    from mnlint import init as starters
    from mnlint.discover import boundary_of
    from mnlint.model.settings import Settings

    root = Path(boundary_of([folder or Path()], Settings()))
    tell(f"Setting mnlint up in {root}")
    service = starters.service_of(root) if ci is None else ci
    held = _settings_in(root)
    steps = [step for step in starters.steps(None if service == "none" else service) if (step.path, held) != _BOTH]
    if held == _BOTH[1]:
        tell(f"  {held}: has settings already, not touched")
    there = _listed(root, steps)
    remains = [_written(root, step, yes=yes) for step in steps]
    remains.append(_baseline(root, yes=yes))
    if _listed(root, steps) != there:
        remains.append("commit these files")
    left = [words for words in remains if words]
    if left:
        tell("")
        tell("What remains to be done:")
    for words in left:
        for at, line in enumerate(words.rstrip().split("\n")):
            tell(f"{' ' if at else '-'} {line}".rstrip())


def _listed(root: Path, steps: Sequence[Step]) -> list[str]:
    """Which of the files that may be written there are."""
    return [name for name in (*(step.path for step in steps), BASELINE) if os.path.lexists(root / name)]


def _settings_in(root: Path) -> str:
    """The file with the settings that there are; one that is wrong is told when they are needed."""
    from mnlint.effective import effective
    from mnlint.inputs import DocumentError

    try:
        return "".join(Path(file).name for file in effective([root], {"boundary": root}).files)
    except DocumentError:
        return ""


def _create(root: Path, name: str, text: str) -> None:
    """Writes a file that is not there, and nowhere but in the repository: a folder in it may be a link out of it."""
    path = root / name
    try:
        if not path.parent.resolve().is_relative_to(root.resolve()):
            raise OSError(errno.EXDEV, "its folder is a link out of the repository")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        say(f"cannot write {name}: {error.strerror}")
        sys.exit(EXIT_WRONG)


def _written(root: Path, step: Step, *, yes: bool) -> str:
    """Writes a file if it may; what remains to be done by hand."""
    path = root / step.path
    if path.exists() or path.is_symlink():
        ours = step.by_hand and not _names_us(path)
        tell(f"  {step.path}: there already, not touched")
        return f"{step.path}: {step.by_hand}" if ours else ""
    if not (yes or click.confirm(f"  write {step.path}, {step.about}?", default=True)):
        return ""
    _create(root, step.path, step.text)
    tell(f"  {step.path}: written ({step.about})")
    return f"{step.path}: {step.then}" if step.then else ""


def _names_us(path: Path) -> bool:
    try:
        return "mnlint" in path.read_text("utf-8", "replace")
    except OSError:
        return False


def _baseline(root: Path, *, yes: bool) -> str:
    """Offers to accept what is found now, so that only what is new fails; what remains to be done."""
    from mnlint import init as starters
    from mnlint.effective import effective
    from mnlint.inputs import DocumentError
    from mnlint.run import NoInputError, check, made_baseline

    path = root / BASELINE
    try:
        settings = effective([root], {"boundary": root}).settings
        report = check([root], settings)
    except NoInputError:
        tell("  no template is here yet")
        return ""
    except DocumentError as error:
        return f"mend {error}"
    standing = [finding for finding in report.findings if finding.suppressed is None]
    if not standing:
        what = "all that is found here is silenced" if report.findings else "nothing is found here"
        tell(f"  {what}: no baseline is needed")
        return ""
    several = f"{len(standing)} findings are" if len(standing) > 1 else "1 finding is"
    if settings.baseline is not None:
        return f"look at what is not in the baseline: mnlint check {root}"
    there = os.path.lexists(path)
    if there or not (yes or click.confirm(f"  {several} here. Accept them in {path.name}?", default=True)):
        return f"look at what is found: mnlint check {root}"
    _create(root, path.name, made_baseline([root], settings, path))
    todo = "look at what is found, and mend it: mnlint check --show-suppressed"
    file, line = root / starters.SETTINGS, f"baseline: {path.name}\n"
    text = next(starters.steps(None)).text
    held = _settings_in(root)
    if held == file.name and file.read_bytes() == text.encode():
        file.write_text(text + line, "utf-8", newline="\n")
    else:
        tell(f"  {path.name}: written")
        line = f'baseline = "{path.name}"' if held == _BOTH[1] else line
        return f"name it in {held or SETTINGS}, as `{line.strip()}`; then {todo}"
    tell(f"  {path.name}: written, and named in {file.name}")
    return todo


@click.command(short_help="Make a shell complete options.")
@click.argument("shell", type=click.Choice(SHELLS))
def completions(shell: str) -> None:
    """Print what makes a shell complete options and commands, such as `mnlint completions bash >> ~/.bashrc`."""
    from click.shell_completion import ShellComplete, get_completion_class

    from mnlint.cli import program

    made = get_completion_class(shell)
    if made is not None:  # bash's own `source` starts a bash, to ask for its version: we start nothing
        click.echo(ShellComplete.source(made(program, {}, "mnlint", "_MNLINT_COMPLETE")))
