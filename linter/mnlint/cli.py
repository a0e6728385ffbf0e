"""Commands: options to settings, one call into the pipeline, what is printed, and an exit code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mnlint import __version__, cli_policies
from mnlint.checking import EXIT_WRONG, Asked, checked, failed, say
from mnlint.cli_adopt import completions, init
from mnlint.cli_options import EVERY, FILE, WRITTEN, Grouped, Program, number, tell, with_settings, wrong
from mnlint.model.limits import RESULTS
from mnlint.model.record import replace
from mnlint.model.settings import Settings
from mnlint.model.typing import TYPE_CHECKING
from mnlint.reports import RENDERERS
from mnlint.writing import NotWrittenError, written

if TYPE_CHECKING:
    from mnlint.effective import Effective

MAX_LOG = 256 * 1024 * 1024  # bytes of a SARIF file; 5,000 results are 6 MB

MAX_RESULTS = click.option(
    "--max-results",
    type=number("max_results"),
    default=RESULTS,
    show_default=True,
    help="Findings that a SARIF file holds: of more, the worst.",
)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mnlint")
def program() -> None:
    """Checks the managed networks of Azure AI hubs and Azure ML workspaces in Bicep, ARM JSON, Terraform and YAML."""


@program.command(cls=Grouped, short_help="Check templates.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help=f"One of {', '.join(RENDERERS)}, to the terminal or to a file. Repeat for several. Default: text.",
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
@MAX_RESULTS
@click.option(
    "--stdin-filename",
    type=click.Path(dir_okay=False, path_type=Path),
    help="What the text is called that is read with the path `-`: judged in its place, as an editor has it.",
)
@click.option("-q", "--quiet", is_flag=True, help="In the text, findings only.")
@click.option("--show-suppressed", is_flag=True, help="List in the text what is silenced, why, and until when.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--no-cache", is_flag=True, help="Keep nothing for the next run, and take nothing from earlier ones.")
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
    max_results: int,
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
    wanted = tuple(_output(spec) for spec in outputs or ("text",))
    settings = effective.settings
    if no_baseline:
        settings = replace(settings, baseline=None)
    if Path("-") in paths:
        paths, settings = _from_stdin(paths, settings, stdin_filename)
    if prune_baseline and settings.baseline is None:
        raise click.UsageError("--prune-baseline needs the --baseline that it prunes")
    if write_baseline is not None and settings.baseline not in (None, write_baseline):
        raise click.UsageError("--write-baseline writes everything: it goes without --baseline")
    asked = Asked(
        outputs=wanted,
        exit_zero=exit_zero,
        write_baseline=write_baseline,
        prune_baseline=prune_baseline,
        sarif_category=sarif_category,
        sarif_include=sarif_include,
        max_results=max_results,
        quiet=quiet,
        show_suppressed=show_suppressed,
        color=color,
        verbose=verbose,
    )
    sys.exit(checked(paths, settings, asked))


def _from_stdin(paths: tuple[Path, ...], settings: Settings, name: Path | None) -> tuple[tuple[Path, ...], Settings]:
    """The text of standard input in the place of the file that it is called after."""
    if name is None:
        raise click.UsageError("the path `-` needs --stdin-filename: what the text is called, such as infra/main.bicep")
    from mnlint.reading import SUFFIXES

    if not name.name.lower().endswith(SUFFIXES):
        raise click.UsageError(f"--stdin-filename must end like a template: {', '.join(sorted(SUFFIXES))}")
    text = sys.stdin.buffer.read(settings.most_bytes(name.name) + 1)
    return tuple(name if path == Path("-") else path for path in paths), replace(settings, stdin=(name, text))


def _output(spec: str) -> tuple[str, Path | None]:
    name, _, path = spec.partition("=")
    if name not in RENDERERS:
        raise click.BadParameter(f"{name!r} is none of {', '.join(RENDERERS)}", param_hint="--output")
    return name, Path(path) if path else None


@program.command(short_help="Make one SARIF file of several.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--output", "target", type=WRITTEN, help="Where to. Default: the terminal.")
@MAX_RESULTS
def merge(files: tuple[Path, ...], target: Path | None, max_results: int) -> None:
    """Make one SARIF file of several: of parts of a repository that were checked apart."""
    from mnlint.inputs import DocumentError, read_text
    from mnlint.reports.merge import MergeError
    from mnlint.reports.merge import merge as merge_logs

    try:
        text = merge_logs([(str(file), read_text(file, MAX_LOG)) for file in files], max_results)
        if target is None:
            sys.stdout.write(text)
        else:
            written(target, text)
    except DocumentError as error:
        wrong(error)
    except MergeError as error:
        say(str(error))
        sys.exit(EXIT_WRONG)
    except NotWrittenError as error:
        say(str(error))
        sys.exit(EXIT_WRONG)


@program.command(short_help="Print every fact about networks.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="TYPE",
    help="Print the whole body of each resource of this type, ARM's or azurerm's, too. Repeatable.",
)
@with_settings(
    *("parameters", "restored_modules", "subscriptions", "exclude", "as_of", "boundary"),
    *("max_file_bytes", "max_evaluations", "max_modules", "max_module_depth", "max_facts"),
)
def facts(paths: tuple[Path, ...], effective: Effective, types: tuple[str, ...]) -> None:
    """Print every fact with its value, its place, the way it came, and its doubt."""
    from mnlint.dump import dump
    from mnlint.inputs import DocumentError

    try:
        for line in dump(paths, effective.settings, types):
            tell(line)
    except DocumentError as error:
        wrong(error)
    except OSError:  # of the terminal, which `start` tells
        raise
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        sys.exit(failed(error))


@program.group()
def config() -> None:
    """What is set, and where."""


@config.command()
@with_settings(*EVERY)
def show(paths: tuple[Path, ...], effective: Effective) -> None:
    """Print the settings for checking PATHS (default: the current folder), and where each comes from."""
    from mnlint.settings_shown import lines

    cli_policies.loaded(effective.settings)  # a policy that is not there, or locked, is told here, too
    for line in lines(effective):
        tell(line)


for command in (
    *(cli_policies.rules, cli_policies.explain, cli_policies.facts_age),
    *(cli_policies.new, cli_policies.test, cli_policies.schema, init, completions),
):
    program.add_command(command)
