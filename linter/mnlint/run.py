"""The pipeline on one screen: the only module that knows all stages."""

from __future__ import annotations

import gc
import posixpath
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from mnlint import cache, coverage
from mnlint.catalogue import identifiers, load_policies, own_texts, tables_of
from mnlint.deadline import Deadline, OutOfTimeError
from mnlint.discover import Below, Content, boundary_of
from mnlint.inputs import DocumentError, read_text
from mnlint.kept import Make, Outcomes, Read, settings_key
from mnlint.model.digest import digest
from mnlint.model.finding import Baseline, Card, Coverage, Notice, Outcome, Place, Report
from mnlint.model.policy import Policy, types_of
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING, Final, StrPath
from mnlint.reading import Project, left_open, open_project, relative, source_of
from mnlint.settle import Silencing, settle

if TYPE_CHECKING:
    from pathlib import Path

LARGE: Final = 1024 * 1024  # bytes of a root of which nothing should be held longer than it is asked for
MAX_BASELINE: Final = 64 * 1024 * 1024  # bytes: some hundred thousand findings


class NoInputError(Exception):
    """Not one file with a known suffix under the given paths, but perhaps some that settings exclude, or folders that
    nobody can list."""

    def __init__(self, excluded: int, unlisted: Sequence[str]) -> None:
        super().__init__(excluded, unlisted)
        self.excluded, self.unlisted = excluded, unlisted


class UnfinishedError(Exception):
    """Not everything was judged, so that there is no baseline of it."""


def check(
    paths: Sequence[StrPath],
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
    opened: Callable[[Project], None] | None = None,
) -> Report:
    """Everything about the files under `paths`. Raises DocumentError for a wrong policy, NoInputError for none.

    `progress` is told how many of how many roots are judged, `opened` what there was to judge.
    """
    deadline = Deadline.after(settings.timeout)
    base = past = changed = None
    try:
        with deadline.watching():
            tables = tables_of(settings.policies, settings.as_of, settings.lists)
            policies = load_policies(settings, tables)
            project = open_project(paths, settings, types_of(policies))
            if settings.base is not None:
                from mnlint.since import networks_at_base

                base = networks_at_base(paths, tables, settings)
                past = base.networks
            if settings.changed_since is not None:
                from mnlint.changed_since import open_changed

                changed = open_changed(paths, settings, project)
    except OutOfTimeError:
        return settle([_not_begun(paths, settings)], ())
    if opened is not None:
        opened(project)
    plan, files = project.plan, project.files
    if plan.seen == 0 and not settings.allow_no_input and all(one.level == "warning" for one in files.notices):
        raise NoInputError(len(files.excluded), [one.place.span.file for one in files.notices if one.place is not None])
    readers = project.readers

    def linted(root: Root, template: Read, content: Content, below: Below) -> Outcome:
        from mnlint.judging import lint  # with all that judges: most runs have nothing new to judge

        own = replace(readers, template=template, content=content, below=below)
        return lint(root, own, policies, tables, settings, past, changed, deadline)

    outcomes = []
    for number, outcome in enumerate(_outcomes(project, settings, linted, deadline)):
        if progress is not None:
            progress(number + 1, len(plan.roots))
        outcomes.append(outcome)
    project.kept.keep(project.sizes)
    cache.store().close()
    outcomes.append(_of_files(project, outcomes, settings))
    changes = None
    if base is not None:
        from mnlint.since import changes_since

        changes = changes_since(base, outcomes, project)
    asked = None
    if changed is not None:
        from mnlint.touched import in_any

        asked = in_any(changed, outcomes)
    silencing = Silencing(
        today=settings.today or time.strftime("%Y-%m-%d"),
        inline=settings.inline,
        looked_at=project.covers if settings.as_of is None else _nothing,
        changed=asked,
        known=partial(identifiers, settings),
    )
    baseline = read_baseline(settings.baseline) if settings.baseline is not None else None
    return settle(outcomes, [_card(p, settings) for p in policies], changes, silencing, baseline)


def _not_begun(paths: Sequence[StrPath], settings: Settings) -> Outcome:
    """What there is to say if the time was over before anybody knew what there is to judge."""
    boundary = boundary_of(paths, settings)
    what = f"nothing below was judged: the check took more than {settings.timeout:,} s (--timeout)"
    places = [Place(Span(relative(path, boundary).strip("\0") or ".", 0, 0), "asked for") for path in paths]
    notices = tuple(Notice("error", "MN912", what, place) for place in places)
    return Outcome("", (), notices, {}, Coverage(), open=frozenset([what]), complete=False)


def _outcomes(project: Project, settings: Settings, linted: Make, deadline: Deadline) -> Iterator[Outcome]:
    """The outcome of each root, in order: what is kept of it, else what is made now, here or by several processes."""
    key = settings_key(settings, own_texts(settings))
    aliases = sorted(made for file, made in project.digests.items() if posixpath.basename(file) == "bicepconfig.json")
    remembered = Outcomes(
        cache.store(),
        digest(key or "", repr(sorted(project.files.restored.items())), *aliases),
        project.digests if key is not None else {},
        project.kept,
        partial(source_of, project.files.data),
        project.readers.template,
        project.readers.content,
        project.readers.below,
        partial(_finished, project),
    )
    sizes = {root.entry: sum(project.sizes.get(file, 0) for file in root.files) for root in project.plan.roots}
    jobs = settings.jobs if key is not None else 1
    return remembered.each(project.plan.roots, sizes, linted, jobs, deadline.ends)


def _finished(project: Project, root: Root) -> None:
    project.finished(root)
    if sum(project.sizes.get(file, 0) for file in root.files) >= LARGE:
        gc.collect(1)  # what was made of it leans on itself, and holds its text


def _of_files(project: Project, outcomes: Sequence[Outcome], settings: Settings) -> Outcome:
    """What there is to say of the files and settings as a whole; of a module that is not here, if no root says it."""
    said = {notice.place for outcome in outcomes for notice in outcome.notices if notice.code == "MN913"}
    kept = [notice for notice in project.files.notices if notice.code != "MN913" or notice.place not in said]
    marked = {notice.place.span.file for notice in kept if notice.code == "MN913" and notice.place is not None}
    sources = {file: source_of(project.files.data, file) for file in sorted(marked)}
    if settings.told:
        kept.append(Notice("note", "settings", settings.told))
    looked_at = coverage.of_files(project.plan, project.files)
    return Outcome("", (), tuple(kept), sources, looked_at, open=left_open(project.files.notices))


def _card(policy: Policy, settings: Settings) -> Card:
    """A policy's card; whoever names it in a lock does not want it silenced either."""
    named = policy.card.id in settings.locked or policy.card.name in settings.locked
    return replace(policy.card, suppressible=False) if named else policy.card


def made_baseline(paths: Sequence[StrPath], settings: Settings, file: Path) -> str:
    """The text of a baseline with everything that is found now, changed or not.

    Of the file that is there, what somebody noted stays, and what this run cannot tell to be gone. Raises
    UnfinishedError.
    """
    from mnlint.settle import baseline

    there = file.exists()
    report = check(paths, replace(settings, baseline=file if there else None, changed_since=None))
    if not report.whole:
        raise UnfinishedError
    cards = {card.id: card for card in report.cards}
    return baseline.render(baseline.of(report.findings, cards, report.baseline or Baseline()))


def _nothing(_: str) -> bool:
    return False  # by what was so on another day, nothing that was found today is gone


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file. Raises DocumentError."""
    from mnlint.settle import baseline

    try:
        return baseline.parse(read_text(path, MAX_BASELINE))
    except baseline.BaselineError as error:
        raise DocumentError(str(path), 1, 1, str(error)) from error
