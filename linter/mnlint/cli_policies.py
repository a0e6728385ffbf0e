"""Commands about policies: which there are, why, what their cases say, how to write one, how old their facts are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mnlint.checking import EXIT_CLEAN, EXIT_FINDINGS
from mnlint.cli_options import tell, with_settings, wrong
from mnlint.model.record import replace
from mnlint.model.settings import Settings
from mnlint.model.typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mnlint.effective import Effective


@click.command()
@click.option("--coverage", is_flag=True, help="What the documentation says, and which policies stand for it.")
@with_settings("profile", "policies", "as_of", "boundary", paths=False)
def rules(effective: Effective, coverage: bool) -> None:
    """List every policy."""
    made = {policy.id: policy for policy in loaded(effective.settings)}
    if coverage:
        from mnlint import article

        for row in article.table(article.load(), list(made)):
            tell(row)
        return
    every = {policy.id: policy for policy in loaded(replace(effective.settings, severities=()))}
    for id_, policy in every.items():
        level = made[id_].card.severity.level if id_ in made else "off"
        tell(f"{id_}  {level:7}  {policy.card.name:36}  {policy.card.title}")


@click.command(short_help="Explain one policy.")
@click.argument("rule", metavar="ID")
@click.option("--language", help="The language of the example: bicep, arm, terraform, azapi, azureml or plan.")
@with_settings("profile", "policies", "boundary", paths=False)
def explain(rule: str, language: str | None, effective: Effective) -> None:
    """Explain one policy: what, why, and what to do, with an example."""
    from difflib import get_close_matches

    from mnlint import catalogue
    from mnlint.explain import LANGUAGES, days, examples, page
    from mnlint.settle import CARDS
    from mnlint.testing import cases_of

    if language is not None and language not in LANGUAGES:
        raise click.BadParameter(f"{language!r} is none of {', '.join(LANGUAGES)}", param_hint="--language")
    settings = replace(effective.settings, severities=())  # what is off has its reasons, too
    every = {p.id: p for p in loaded(settings, any_day=True)}
    cards = {card.id: card for card in (*(p.card for p in every.values()), *CARDS)}
    named = {card.name: card for card in cards.values()}
    card = cards.get(rule.upper()) or named.get(rule.lower())
    if card is None:
        near = get_close_matches(rule, [*cards, *named], 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        own = "" if settings.policies else ". One of your own is found with --policies."
        raise click.BadParameter(f"no such policy: {rule}{hint}{own}")
    found, held = [], ""
    if card.id in every:
        held = days(every[card.id])
        tables = catalogue.tables_of(settings.policies, changes=settings.lists)
        found = examples(cases_of(Path(every[card.id].file), tables, settings))
    shown = next((e for e in found if language in (None, e.language)), None)
    for text in page(card, shown, held).splitlines():
        tell(text)


@click.command(short_help="Run the cases of policies.")
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--summary", is_flag=True, help="Print, too, how many cases of each verdict there are, by language.")
@with_settings("boundary", paths=False)
def test(folder: Path | None, effective: Effective, summary: bool) -> None:
    """Run the cases of the policies in FOLDER (default: of those that come along).

    Lists of the settings count for policies of your own only.
    """
    from mnlint import catalogue, tally, testing
    from mnlint.inputs import DocumentError

    passed = failed = 0
    counted = tally.Tally()
    try:
        own = () if folder is None else (folder.parent if folder.is_file() else folder,)
        settings = Settings(policies=own, lists=effective.settings.lists if folder else ())
        tables = catalogue.tables_of(own, changes=settings.lists)
        files = [folder] if folder and folder.is_file() else catalogue.policy_files(folder or catalogue.shipped())
        for path in files:
            for case in counted.counting(testing.cases_of(path, tables, settings), testing.cannot_of(path)):
                found = testing.problems(case, testing.run_case(case, tables))
                failed, passed = failed + bool(found), passed + (not found)
                for line in (f"{case.place}: {case.title}", *(f"  {words}" for words in found)) if found else ():
                    tell(line)
    except DocumentError as error:
        wrong(error)
    for line in counted.lines() if summary else ():
        tell(line)
    tell(f"{passed} cases hold, {failed} do not")
    sys.exit(EXIT_FINDINGS if failed else EXIT_CLEAN)


@click.command(short_help="Say how old the lists of facts are.")
def facts_age() -> None:
    """Say how old each list of facts about Azure is."""
    from datetime import date

    from mnlint import catalogue, lists

    today = date.today()
    for name, day in lists.checked(catalogue.shipped() / "lists").items():
        tell(f"{name:22}  checked {day}, {(today - date.fromisoformat(day)).days} days ago")


@click.command(short_help="Print a JSON Schema for editors.")
@click.argument("what", metavar="WHAT", type=click.Choice(["policy", "settings"]))
def schema(what: str) -> None:
    """Print the JSON Schema of what you write, for editors: of a `policy` file, or of the `settings` file."""
    from mnlint import schemas
    from mnlint.reports.escape import document

    made = {"policy": schemas.policy_schema, "settings": schemas.settings_schema}
    click.echo(document(made[what]()), nl=False)


@click.command(short_help="Write a policy to fill in.")
@click.argument("rule", metavar="ID")
@click.argument("name")
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--for",
    "kind",
    default="managedNetwork",
    show_default=True,
    metavar="KIND",
    help="The kind of fact it is asked of: workspace, managedNetwork, outboundRule, dependency, connection, compute or "
    "resource.",
)
def new(rule: str, name: str, folder: Path, kind: str) -> None:
    """Write a new policy to fill in, ID-NAME.yaml, into FOLDER (default: the current one)."""
    from mnlint import skeleton
    from mnlint.inputs import DocumentError

    try:
        path = skeleton.write_new(folder, rule, name, kind)
    except DocumentError as error:
        wrong(error)
    tell(f"wrote {path}: fill in each TODO, and try its cases with `mnlint test {folder}`")


def loaded(settings: Settings, *, any_day: bool = False) -> list[Any]:
    from mnlint import catalogue
    from mnlint.inputs import DocumentError

    try:
        tables = catalogue.tables_of(settings.policies, settings.as_of, settings.lists)
        load = catalogue.every_policy if any_day else catalogue.load_policies
        return list(load(settings, tables))
    except DocumentError as error:
        wrong(error)
