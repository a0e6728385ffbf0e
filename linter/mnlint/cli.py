"""Commands: options to settings, one call into the pipeline, what is printed, and an exit code."""

from __future__ import annotations

import gc
import io
import os
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mnlint import __version__, cli_policies
from mnlint.cli_adopt import completions, init
from mnlint.cli_options import (
    EVERY,
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_WRONG,
    FILE,
    WRITTEN,
    Grouped,
    with_settings,
    wrong,
)
from mnlint.model.finding import Report, Severity
from mnlint.model.record import replace
from mnlint.model.settings import Settings
from mnlint.progress import Progress

if TYPE_CHECKING:
    from mnlint.settings_file import Effective

FORMATS = ("text", "concise", "json", "sarif", "github", "azure", "gitlab", "junit", "markdown")
LEVELS = {"note": Severity.NOTE, "warning": Severity.WARNING, "error": Severity.ERROR}

EXIT_NO_INPUT = 3
MAX_LOG = 256 * 1024 * 1024  # bytes of a SARIF file; 5,000 results are 6 MB


def main() -> None:
    """The program as a shell starts it."""
    for name in ("SIGINT", "SIGPIPE"):  # an end by them is 130 and 141, never 1, which means findings
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal's encoding lacks is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    # What we make is kept to the end and holds few circles: looking for garbage often is half the time of a large run.
    gc.set_threshold(100_000, 50, 100)
    _refuse_files_as_options(sys.argv[1:])
    program(prog_name="mnlint")


def _refuse_files_as_options(words: list[str]) -> None:
    """Somebody may have committed a file called `--exit-zero`, and a hook may pass it without `--` in front of it."""
    before = words[: words.index("--")] if "--" in words else words
    for word in before:
        if word.startswith("-") and word != "-" and os.path.lexists(word):
            click.echo(f"mnlint: {word!a} is an option and also a file here: put -- before the paths", err=True)
            sys.exit(EXIT_WRONG)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mnlint")
def program() -> None:
    """Checks the managed networks of Azure AI hubs and Azure ML workspaces in Bicep, ARM JSON, Terraform and YAML."""


@program.command(cls=Grouped, short_help="Check templates.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help=f"One of {', '.join(FORMATS)}, to the terminal or to a file. Repeat for several. Default: text.",
)
@click.option("--exit-zero", is_flag=True, help="Findings do not change the exit code.")
@click.option("--write-baseline", type=WRITTEN, help="Write all findings of today to a baseline. Notes in it stay.")
@click.option("--no-baseline", is_flag=True, help="Report what the baseline of the settings holds, too.")
@click.option("--prune-baseline", is_flag=True, help="Take out of the --baseline what is gone.")
@click.option(
    "--sarif-category",
    metavar="NAME",
    default="",
    help="What tells several SARIF files for one commit apart. GitHub's upload has a `category` of its own.",
)
@click.option(
    "--sarif-include",
    multiple=True,
    type=click.Choice(["suppressed", "undecided"]),
    help="Write these into SARIF, too, for viewers that tell them apart: code scanning would show them as alerts.",
)
@click.option(
    "--stdin-filename",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What the text is called that is read with the path `-`: judged in its place, as an editor has it.",
)
@click.option("-q", "--quiet", is_flag=True, help="In the text, findings only.")
@click.option("--show-suppressed", is_flag=True, help="List in the text what is silenced, why, and until when.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of a fault of mnlint itself.")
@with_settings(*EVERY)
def check(
    paths: tuple[Path, ...],
    effective: Effective,
    outputs: tuple[str, ...],
    exit_zero: bool,
    write_baseline: Path | None,
    no_baseline: bool,
    prune_baseline: bool,
    sarif_category: str,
    sarif_include: tuple[str, ...],
    stdin_filename: Path | None,
    quiet: bool,
    show_suppressed: bool,
    color: str,
    verbose: bool,
) -> None:
    """Check the templates under PATHS (default: the current folder).

    Settings come from .mnlint.yaml at the top of the repository; options win. Exit codes: 0 nothing at or above
    --fail-on, 1 findings, 2 wrong options, settings or policies or a fault of mnlint, 3 no template under the paths.
    """
    from mnlint.documents import DocumentError
    from mnlint.git import GitError
    from mnlint.run import NoInputError, made_baseline
    from mnlint.run import check as run_check
    from mnlint.settle import render_baseline

    wanted = [_output(spec) for spec in outputs or ("text",)]
    settings = replace(effective.settings, debug=verbose)
    if no_baseline:
        settings = replace(settings, baseline=None)
    if Path("-") in paths:
        paths, settings = _from_stdin(paths, settings, stdin_filename)
    if prune_baseline and settings.baseline is None:
        raise click.UsageError("--prune-baseline needs the --baseline that it prunes")
    if write_baseline is not None and settings.baseline not in (None, write_baseline):
        raise click.UsageError("--write-baseline writes everything: it goes without --baseline")
    try:
        if write_baseline is not None:
            _replace_or_exit(write_baseline, made_baseline(paths, settings, write_baseline))
            settings = replace(settings, baseline=write_baseline)
        with Progress(shown=not quiet) as progress:
            report = run_check(paths, settings, progress)
        if prune_baseline and settings.baseline is not None and report.baseline is not None:
            _replace_or_exit(settings.baseline, render_baseline(report.baseline))
    except NoInputError as error:
        but = f" but {error.excluded} excluded" if error.excluded else ""
        click.echo(f"mnlint: no template under the given paths{but} (use --allow-no-input if that is fine)", err=True)
        sys.exit(EXIT_NO_INPUT)
    except DocumentError as error:
        wrong(error)
    except GitError as error:
        asked = f"--base {settings.base}" if settings.base is not None else f"--changed-since {settings.changed_since}"
        click.echo(f"mnlint: {asked}: {error}", err=True)
        sys.exit(EXIT_WRONG)
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        if verbose:
            traceback.print_exc()
        click.echo(f"mnlint: a fault of mnlint itself ({type(error).__name__}); please report it", err=True)
        sys.exit(EXIT_WRONG)
    text = {"show_suppressed": show_suppressed, "quiet": quiet}
    _write(report, wanted, color, {"text": text, "sarif": {"category": sarif_category, "include": sarif_include}})
    faults = [notice for notice in report.notices if notice.code == "crash"]
    for fault in faults:
        click.echo(f"mnlint: {fault.message}", err=True)
    sys.exit(EXIT_WRONG if faults else _exit_code(report, settings, exit_zero=exit_zero))


def _from_stdin(paths: tuple[Path, ...], settings: Settings, name: Path | None) -> tuple[tuple[Path, ...], Settings]:
    """The text of standard input in the place of the file that it is called after."""
    if name is None:
        raise click.UsageError("the path `-` needs --stdin-filename: what the text is called, such as infra/main.bicep")
    from mnlint.reading import SUFFIXES

    if not name.name.lower().endswith(SUFFIXES):
        raise click.UsageError(f"--stdin-filename must end like a template: {', '.join(sorted(SUFFIXES))}")
    text = sys.stdin.buffer.read(settings.max_file_bytes + 1)
    return tuple(name if path == Path("-") else path for path in paths), replace(settings, stdin=(name, text))


def _output(spec: str) -> tuple[str, Path | None]:
    name, _, path = spec.partition("=")
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}", param_hint="--output")
    return name, Path(path) if path else None


def _write(
    report: Report, outputs: list[tuple[str, Path | None]], color: str, given: dict[str, dict[str, Any]]
) -> None:
    from mnlint.reports import render

    for name, path in outputs:
        options = dict(given.get(name, {}))
        if name == "text":
            options["color"] = path is None and _colored(color)
            options["wide"] = shutil.get_terminal_size().columns if path is None and sys.stdout.isatty() else 0
        text = render(report, name, **options)
        if path is None:
            sys.stdout.write(text)
            continue
        _replace_or_exit(path, text)
    sys.stdout.flush()


def _replace_or_exit(path: Path, text: str) -> None:
    from mnlint.reports.escape import terminal

    try:
        _replace(path, text)
    except OSError as error:
        click.echo(f"mnlint: cannot write {terminal(str(path))}: {error.strerror}", err=True)
        sys.exit(EXIT_WRONG)


def _replace(path: Path, text: str) -> None:
    """Write a report as a whole or not at all."""
    if path.exists() and not path.is_file():  # a pipe or a device such as /dev/stdout is written to, never replaced
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _colored(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _undecided(report: Report) -> bool:
    """Whether anything could not be judged: for want of a value, or of a module with all that it declares."""
    return bool(report.doubts) or any(f.policy == "MN913" and f.suppressed is None for f in report.findings)


def _exit_code(report: Report, settings: Settings, *, exit_zero: bool) -> int:
    if exit_zero:
        return EXIT_CLEAN
    level = LEVELS.get(settings.fail_on)
    bad = level is not None and any(f.severity >= level and not f.suppressed for f in report.findings)
    return EXIT_FINDINGS if bad or (settings.fail_on_undecided and _undecided(report)) else EXIT_CLEAN


@program.command(short_help="Make one SARIF file of several.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--output", "target", type=WRITTEN, help="Where to. Default: the terminal.")
def merge(files: tuple[Path, ...], target: Path | None) -> None:
    """Make one SARIF file of several: of parts of a repository that were checked apart."""
    from mnlint.documents import DocumentError, read_text
    from mnlint.reports.escape import terminal
    from mnlint.reports.merge import MergeError
    from mnlint.reports.merge import merge as merge_logs

    try:
        text = merge_logs([(str(file), read_text(file, MAX_LOG)) for file in files])
    except DocumentError as error:
        wrong(error)
    except MergeError as error:
        click.echo(f"mnlint: {terminal(str(error))}", err=True)
        sys.exit(EXIT_WRONG)
    if target is None:
        sys.stdout.write(text)
    else:
        _replace_or_exit(target, text)


@program.command(short_help="Print every fact about networks.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="TYPE",
    help="Print the whole body of each resource of this type, ARM's or azurerm's, too. Repeatable.",
)
@with_settings("parameters", "restored_modules", "subscriptions", "exclude", "as_of", "boundary")
def facts(paths: tuple[Path, ...], effective: Effective, types: tuple[str, ...]) -> None:
    """Print every fact with its value, its place, the way it came, and its doubt."""
    from mnlint.documents import DocumentError
    from mnlint.dump import dump
    from mnlint.reports.escape import terminal

    try:
        for line in dump(paths, effective.settings, types):
            click.echo(terminal(line))
    except DocumentError as error:
        wrong(error)


@program.group()
def config() -> None:
    """What is set, and where."""


@config.command()
@with_settings(*EVERY)
def show(paths: tuple[Path, ...], effective: Effective) -> None:
    """Print the settings for checking PATHS (default: the current folder), and where each comes from."""
    from mnlint.reports.escape import terminal
    from mnlint.settings_shown import lines

    cli_policies.loaded(effective.settings)  # a policy that is not there, or locked, is told here, too
    for line in lines(effective):
        click.echo(terminal(line))


for command in (
    *(cli_policies.rules, cli_policies.explain, cli_policies.facts_age),
    *(cli_policies.new, cli_policies.test, cli_policies.schema, init, completions),
):
    program.add_command(command)
