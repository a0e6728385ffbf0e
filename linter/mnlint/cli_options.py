"""Options that are settings: what they are called, what they take, and how they meet the settings file."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from mnlint import checking
from mnlint.checking import EXIT_WRONG
from mnlint.model import limits
from mnlint.model.settings import CHANGED, FAIL_ON, PROFILES, Settings, about
from mnlint.model.typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from mnlint.inputs import DocumentError

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITTEN = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _option(name: str, field: str, more: str = "", **how: Any) -> Decorator:
    """An option for a field of Settings, with the field's own sentence. What is not given is None, or empty."""
    default: dict[str, Any] = {} if how.get("multiple") else {"default": None}
    return click.option(name, field, help=f"{about(field)}{more}", **default, **how)


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    from datetime import date

    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date such as 2024-02-13") from error


def _tenants(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = [text.partition("=") for text in given]
    if not all(subscription and tenant for subscription, _, tenant in pairs):
        raise click.BadParameter("a subscription and its tenant are written as ID=ID")
    return tuple((subscription.lower(), tenant) for subscription, _, tenant in pairs)


def _patterns(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from mnlint.settings_forms import pattern_fault

    for words in filter(None, map(pattern_fault, given)):
        raise click.BadParameter(words)
    return given


def _size(context: click.Context, parameter: click.Parameter, value: str | None) -> int | None:
    made = None if value is None else limits.size(value)
    if value is not None and made is None:
        raise click.BadParameter(f"{value!r} is no size such as 5M, 500K or 20000, of 1G at most")
    return made


def number(field: str) -> click.IntRange:
    """What an option for a limit takes."""
    return click.IntRange(*limits.RANGES[field])


def _limit(name: str, field: str) -> Decorator:
    return _option(name, field, f" Default: {getattr(Settings(), field)}.", type=number(field))


OPTIONS: Final[Mapping[str, Decorator]] = {
    "profile": _option("--profile", "profile", type=click.Choice(PROFILES)),
    "policies": _option("--policies", "policies", " Repeatable.", multiple=True, type=FOLDER),
    "exclude": _option("--exclude", "exclude", " Repeatable.", multiple=True, metavar="PATTERN", callback=_patterns),
    "subscriptions": _option(
        "--tenant-of", "subscriptions", " Repeatable.", multiple=True, metavar="SUBSCRIPTION=TENANT", callback=_tenants
    ),
    "fail_on": _option("--fail-on", "fail_on", " Default: error.", type=click.Choice(FAIL_ON)),
    "fail_on_undecided": _option("--fail-on-undecided/--no-fail-on-undecided", "fail_on_undecided"),
    "allow_no_input": _option("--allow-no-input/--no-allow-no-input", "allow_no_input"),
    "parameters": _option("--parameters", "parameters", multiple=True, type=FILE),
    "restored_modules": _option("--restored-modules", "restored_modules", type=FOLDER),
    "as_of": _option("--as-of", "as_of", metavar="DATE", callback=_day),
    "base": _option("--base", "base", metavar="REVISION"),
    "baseline": _option("--baseline", "baseline", type=FILE),
    "inline": _option("--inline-ignores/--no-inline-ignores", "inline"),
    "changed_since": _option("--changed-since", "changed_since", metavar="REVISION"),
    "changed": _option("--changed", "changed", " Default: lines.", type=click.Choice(CHANGED)),
    "boundary": _option("--boundary", "boundary", type=FOLDER),
    "jobs": _option("--jobs", "jobs", type=click.IntRange(1, 64), metavar="N"),
    "max_file_bytes": _option("--max-file-size", "max_file_bytes", " Default: 5M.", metavar="SIZE", callback=_size),
    "max_evaluations": _limit("--max-evaluations", "max_evaluations"),
    "max_modules": _limit("--max-modules", "max_modules"),
    "max_module_depth": _limit("--max-module-depth", "max_module_depth"),
    "max_facts": _limit("--max-facts", "max_facts"),
    "timeout": _limit("--timeout", "timeout"),
    "prefilter": _option("--no-prefilter", "prefilter", is_flag=True, flag_value=False),
}
EVERY: Final = tuple(OPTIONS)

# Under which heading --help shows an option, by its parameter; what is not here is shown under the last one.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Input": (
        *("parameters", "restored_modules", "exclude", "boundary", "stdin_filename", "allow_no_input"),
        *("prefilter", "no_cache", "jobs"),
    ),
    "Policies": ("profile", "policies", "subscriptions", "as_of", "base", "config", "isolated", "lock"),
    "Output": (
        *("outputs", "color", "quiet", "show_suppressed", "sarif_category", "sarif_include"),
        *("changed_since", "changed"),
    ),
    "Gate": (
        *("fail_on", "fail_on_undecided", "exit_zero", "baseline", "no_baseline", "write_baseline", "prune_baseline"),
        "inline",
    ),
    "Limits": (
        *("max_file_bytes", "max_evaluations", "max_modules", "max_module_depth", "max_facts", "max_results"),
        "timeout",
    ),
    "Other": (),
}


def tell(line: str) -> None:
    """A line of what a command answers. Names in it may be anybody's."""
    from mnlint.reports.escape import alone

    click.echo(alone(line))


class Program(click.Group):
    """All commands. What click says of wrong words, it says with these words in it, which may be names of files."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        with _harmless():
            return super().make_context(*given, **named)

    def invoke(self, ctx: click.Context) -> Any:
        with _harmless():
            return super().invoke(ctx)


@contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        from mnlint.reports.escape import terminal

        error.message = terminal(error.message)  # type: ignore[misc]  # only its type says that it never changes
        raise


class Grouped(click.Command):
    """A command whose options stand under headings."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        headings = {name: heading for heading, names in GROUPS.items() for name in names}
        rows: dict[str, list[tuple[str, str]]] = {heading: [] for heading in GROUPS}
        for param in self.get_params(ctx):
            row = param.get_help_record(ctx)
            if row is not None:
                rows[headings.get(param.name or "", "Other")].append(row)
        for heading, listed in rows.items():
            if listed:
                with formatter.section(heading):
                    formatter.write_dl(listed)


SOURCES: Final = (
    click.option("--config", type=FILE, help="The settings file, in place of .mnlint.yaml or [tool.mnlint]."),
    click.option("--isolated", is_flag=True, help="No settings file: for what strangers have written."),
    click.option(
        "--policy-lock", "lock", type=FILE, help="Settings that the settings file may tighten, and not loosen."
    ),
)


def with_settings(*fields: str, paths: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command `effective`, made of these options and the settings file; and `paths`, by default the folder.

    Exits where the settings are wrong.
    """

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**named: Any) -> None:
            given = {field: value for field in fields if (value := named.pop(field)) not in (None, ())}
            config, isolated, lock = (named.pop(name) for name in ("config", "isolated", "lock"))
            if config is not None and isolated:
                raise click.UsageError("--config names a settings file, and --isolated takes none")
            if paths:
                named["paths"] = tuple(map(Path, named["paths"])) or (Path(),)
            from mnlint import cache
            from mnlint.effective import effective
            from mnlint.inputs import DocumentError

            if named.pop("no_cache", False):  # before anything that is kept: settings are, too
                cache.switch(on=False)
            try:
                named["effective"] = effective(
                    named.get("paths", (Path(),)), given, config=config, isolated=isolated, lock=lock
                )
            except DocumentError as error:
                wrong(error)
            except Exception as error:  # noqa: BLE001  (the exit code must say so, whatever it is)
                sys.exit(checking.failed(error))
            command(**named)

        made: Callable[..., None] = run
        decorators: list[Decorator] = [*SOURCES, *(OPTIONS[field] for field in fields)]
        for option in reversed(decorators):
            made = option(made)
        return click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True))(made) if paths else made

    return wrap


def wrong(error: DocumentError) -> NoReturn:
    """Says what is wrong with a document, in lines of their own, and exits: names in it may be anybody's."""
    checking.wrong(error)
    sys.exit(EXIT_WRONG)
