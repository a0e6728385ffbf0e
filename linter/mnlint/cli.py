"""Options to settings, one call into the pipeline, an exit code: the only module that prints or exits."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import click

from mnlint import __version__
from mnlint.model.finding import Report, Severity
from mnlint.model.settings import Settings

FORMATS = ("text", "sarif", "json")
LEVELS = {"note": Severity.NOTE, "warning": Severity.WARNING, "error": Severity.ERROR}

EXIT_CLEAN, EXIT_FINDINGS, EXIT_WRONG, EXIT_NO_INPUT = 0, 1, 2, 3


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
    program(prog_name="mnlint")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mnlint")
def program() -> None:
    """Checks the managed networks of Azure AI hubs and Azure ML workspaces in Bicep, ARM JSON, Terraform and YAML."""


PATHS = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
BOUNDARY = click.option(
    "--boundary", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Nothing outside this folder is opened. Default: the git repository that holds the paths.",
)  # fmt: skip
PARAMETERS = click.option(
    "--parameters", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A parameter file (.bicepparam, .json, .tfvars) to judge with. Repeat for several deployments.",
)  # fmt: skip
RESTORED = click.option(
    "--restored-modules", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of registry modules as `bicep restore` keeps them in ~/.bicep (with br/ and ts/).",
)  # fmt: skip
POLICIES = click.option(
    "--policies", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of policies of your own, beside those that come along.",
)  # fmt: skip


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from datetime import date

    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date such as 2024-02-13") from error


AS_OF = click.option(
    "--as-of", metavar="DATE", callback=_day,
    help="Judge by what was so on that day, such as 2024-02-13. Default: by the newest facts.",
)  # fmt: skip


@program.command()
@PATHS
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=PATH]",
    help="text, sarif or json, to the terminal or to a file. Repeat for several reports. Default: text.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="error",
    show_default=True,
    help="The lowest severity that makes the exit code 1.",
)
@click.option("--fail-on-undecided", is_flag=True, help="What could not be decided makes the exit code 1, too.")
@click.option("--exit-zero", is_flag=True, help="Findings do not change the exit code.")
@click.option("--allow-no-input", is_flag=True, help="Not one template under the paths is no error.")
@PARAMETERS
@RESTORED
@POLICIES
@AS_OF
@click.option(
    "--base",
    metavar="REVISION",
    help="A git revision to compare with, such as origin/main: what was isolated there must stay so.",
)
@click.option(
    "--tenant-of",
    "tenants",
    multiple=True,
    metavar="SUBSCRIPTION=TENANT",
    help="The tenant of a subscription, by their ids, for resources of other subscriptions. Repeatable.",
)
@BOUNDARY
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of a fault of mnlint itself.")
def check(
    paths: tuple[Path, ...],
    outputs: tuple[str, ...],
    fail_on: str,
    fail_on_undecided: bool,
    exit_zero: bool,
    allow_no_input: bool,
    parameters: tuple[Path, ...],
    restored_modules: Path | None,
    policies: tuple[Path, ...],
    as_of: str | None,
    base: str | None,
    tenants: tuple[str, ...],
    boundary: Path | None,
    color: str,
    verbose: bool,
) -> None:
    """Check the templates under PATHS (default: the current folder).

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong options or policies or a fault of mnlint, 3 no
    template under the paths.
    """  # fmt: skip
    from mnlint.documents import DocumentError
    from mnlint.git import GitError
    from mnlint.run import NoInputError
    from mnlint.run import check as run_check

    wanted = [_output(spec) for spec in outputs or ("text",)]
    settings = Settings(
        boundary=boundary,
        policies=policies,
        parameters=parameters,
        allow_no_input=allow_no_input,
        subscriptions=_tenants(tenants),
        restored_modules=restored_modules,
        as_of=as_of,
        base=base,
        debug=verbose,
    )
    try:
        report = run_check(paths or (Path(),), settings)
    except NoInputError:
        click.echo("mnlint: no template under the given paths (use --allow-no-input if that is fine)", err=True)
        sys.exit(EXIT_NO_INPUT)
    except DocumentError as error:
        click.echo(f"mnlint: {error}", err=True)
        sys.exit(EXIT_WRONG)
    except GitError as error:
        click.echo(f"mnlint: --base {base}: {error}", err=True)
        sys.exit(EXIT_WRONG)
    except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
        if verbose:
            traceback.print_exc()
        click.echo(f"mnlint: a fault of mnlint itself ({type(error).__name__}); please report it", err=True)
        sys.exit(EXIT_WRONG)
    _write(report, wanted, color)
    faults = [notice for notice in report.notices if notice.code == "crash"]
    for fault in faults:
        click.echo(f"mnlint: {fault.message}", err=True)
    sys.exit(EXIT_WRONG if faults else _exit_code(report, fail_on, fail_on_undecided, exit_zero))


def _output(spec: str) -> tuple[str, Path | None]:
    name, _, path = spec.partition("=")
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}", param_hint="--output")
    return name, Path(path) if path else None


def _tenants(given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition("=") for text in given]
    if not all(subscription and tenant for subscription, _, tenant in pairs):
        raise click.BadParameter("a subscription and its tenant are written as ID=ID", param_hint="--tenant-of")
    return tuple((subscription.lower(), tenant) for subscription, _, tenant in pairs)


def _write(report: Report, outputs: list[tuple[str, Path | None]], color: str) -> None:
    from mnlint.reports import render

    for name, path in outputs:
        options: dict[str, Any] = {"color": path is None and _colored(color)} if name == "text" else {}
        text = render(report, name, **options)
        if path is None:
            sys.stdout.write(text)
            continue
        try:
            _replace(path, text)
        except OSError as error:
            click.echo(f"mnlint: cannot write {path}: {error.strerror}", err=True)
            sys.exit(EXIT_WRONG)
    sys.stdout.flush()


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


def _exit_code(report: Report, fail_on: str, fail_on_undecided: bool, exit_zero: bool) -> int:
    if exit_zero:
        return EXIT_CLEAN
    bad = fail_on != "never" and any(f.severity >= LEVELS[fail_on] and not f.suppressed for f in report.findings)
    return EXIT_FINDINGS if bad or (fail_on_undecided and report.doubts) else EXIT_CLEAN


@program.command()
@POLICIES
@AS_OF
def rules(policies: tuple[Path, ...], as_of: str | None) -> None:
    """List every policy."""
    for made in _loaded(policies, as_of):
        click.echo(f"{made.id}  {made.card.severity.level:7}  {made.card.name:36}  {made.card.title}")


@program.command()
@click.argument("rule", metavar="ID")
@click.option("--language", help="The language of the example: bicep, arm, terraform, azapi or azureml.")
@POLICIES
def explain(rule: str, language: str | None, policies: tuple[Path, ...]) -> None:
    """Explain one policy: what, why, and what to do, with an example."""
    from difflib import get_close_matches

    from mnlint import catalogue, lists
    from mnlint.explain import LANGUAGES, examples, page
    from mnlint.settle import CARDS
    from mnlint.testing import cases_of

    if language is not None and language not in LANGUAGES:
        raise click.BadParameter(f"{language!r} is none of {', '.join(LANGUAGES)}", param_hint="--language")
    loaded = {p.id: p for p in _loaded(policies)}
    cards = {card.id: card for card in (*(p.card for p in loaded.values()), *CARDS)}
    named = {card.name: card for card in cards.values()}
    card = cards.get(rule.upper()) or named.get(rule.lower())
    if card is None:
        near = get_close_matches(rule, [*cards, *named], 1)
        raise click.BadParameter(f"no such policy: {rule}{f'; did you mean {near[0]}?' if near else ''}")
    found = []
    if card.id in loaded:
        found = examples(cases_of(Path(loaded[card.id].file), lists.load(catalogue.shipped() / "lists")))
    shown = next((e for e in found if language in (None, e.language)), None)
    click.echo(page(card, shown), nl=False)


@program.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--summary", is_flag=True, help="Print, too, how many cases of each verdict there are, by language.")
def test(folder: Path | None, summary: bool) -> None:
    """Run the cases of the policies in FOLDER (default: of those that come along)."""
    from mnlint import catalogue, lists, tally, testing
    from mnlint.documents import DocumentError

    passed = failed = 0
    counted = tally.Tally()
    try:
        tables = lists.load(catalogue.shipped() / "lists")
        files = [folder] if folder and folder.is_file() else catalogue.policy_files(folder or catalogue.shipped())
        for path in files:
            for case in counted.counting(testing.cases_of(path, tables), testing.cannot_of(path)):
                wrong = testing.problems(case, testing.run_case(case, tables))
                failed, passed = failed + bool(wrong), passed + (not wrong)
                for line in wrong:
                    click.echo(f"{case.title}: {line}")
    except DocumentError as error:
        click.echo(f"mnlint: {error}", err=True)
        sys.exit(EXIT_WRONG)
    for line in counted.lines() if summary else ():
        click.echo(line)
    click.echo(f"{passed} cases hold, {failed} do not")
    sys.exit(EXIT_FINDINGS if failed else EXIT_CLEAN)


@program.command()
@PATHS
@PARAMETERS
@RESTORED
@AS_OF
@BOUNDARY
def facts(
    paths: tuple[Path, ...],
    parameters: tuple[Path, ...],
    restored_modules: Path | None,
    as_of: str | None,
    boundary: Path | None,
) -> None:
    """Print every fact with its value, its place, the way it came, and its doubt."""
    from mnlint.documents import DocumentError
    from mnlint.dump import dump
    from mnlint.reports.escape import terminal

    settings = Settings(boundary=boundary, parameters=parameters, restored_modules=restored_modules, as_of=as_of)
    try:
        for line in dump(paths or (Path(),), settings):
            click.echo(terminal(line))
    except DocumentError as error:
        click.echo(f"mnlint: {error}", err=True)
        sys.exit(EXIT_WRONG)


@program.command()
def facts_age() -> None:
    """Say how old each list of facts about Azure is."""
    from datetime import date

    from mnlint import catalogue, lists

    today = date.today()
    for name, day in lists.checked(catalogue.shipped() / "lists").items():
        click.echo(f"{name:22}  checked {day}, {(today - date.fromisoformat(day)).days} days ago")


def _loaded(folders: tuple[Path, ...], as_of: str | None = None) -> list[Any]:
    from mnlint import catalogue, lists
    from mnlint.documents import DocumentError

    try:
        tables = lists.load(catalogue.shipped() / "lists", as_of)
        return list(catalogue.load_policies(Settings(policies=folders, as_of=as_of), tables))
    except DocumentError as error:
        click.echo(f"mnlint: {error}", err=True)
        sys.exit(EXIT_WRONG)
