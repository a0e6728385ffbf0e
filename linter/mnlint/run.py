"""The pipeline on one screen: the only module that knows all stages."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from mnlint import azure, cache, coverage, formats, lists, policy, pool
from mnlint.catalogue import identifiers, load_policies, own_texts, tables_of
from mnlint.changed_since import open_changed
from mnlint.deploying import RECURSION, facts_of, left_open
from mnlint.discover import Below, Change, Content
from mnlint.inputs import DocumentError, read_text
from mnlint.kept import Make, Outcomes, settings_key
from mnlint.model.change import NetworkChange
from mnlint.model.digest import digest
from mnlint.model.expr import Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Baseline, Card, Coverage, Judgement, Notice, Outcome, Place, Report, Verdict
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span
from mnlint.model.value import doubt
from mnlint.reading import Project, Readers, open_project
from mnlint.settle import BaselineError, Silencing, baseline_of, parse_baseline, render_baseline, settle, speaks
from mnlint.since import changes_since, networks_at_base
from mnlint.touched import in_any, noting, on_lines

__all__ = ["RECURSION", "NoInputError", "check", "facts_of", "judge_all", "lint", "made_baseline", "types_of"]


WORTH_A_PROCESS = 2 * 1024 * 1024  # bytes of templates to judge
MAX_BASELINE = 64 * 1024 * 1024  # bytes: some hundred thousand findings


class NoInputError(Exception):
    """Not one file with a known suffix under the given paths, but perhaps some that settings exclude."""

    def __init__(self, excluded: int) -> None:
        super().__init__(excluded)
        self.excluded = excluded


def check(paths: Sequence[Path], settings: Settings, progress: Callable[[int, int], None] | None = None) -> Report:
    """Everything about the files under `paths`. Raises DocumentError for a wrong policy, NoInputError for none.

    `progress` is told how many of how many roots are judged.
    """
    tables = tables_of(settings.policies, settings.as_of, settings.lists)
    policies = load_policies(settings, tables)
    project = open_project(paths, settings, types_of(policies))
    plan, files = project.plan, project.files
    if plan.seen == 0 and not files.notices and not settings.allow_no_input:
        raise NoInputError(len(files.excluded))
    base = networks_at_base(paths, tables, settings) if settings.base is not None else None
    past = base.networks if base is not None else None
    changed = open_changed(paths, settings, project) if settings.changed_since is not None else None
    readers = project.readers

    def linted(root: Root, content: Content, below: Below) -> Outcome:
        own = replace(readers, content=content, below=below)
        made = lint(root, own, policies, tables, settings, past, changed)
        project.finished(root)
        return made

    outcomes = []
    for number, outcome in enumerate(_outcomes(project, settings, linted)):
        if progress is not None:
            progress(number + 1, len(plan.roots))
        outcomes.append(outcome)
    cache.store().close()
    outcomes.append(_of_files(project, outcomes, settings))
    changes = changes_since(base, outcomes, project) if base is not None else None
    silencing = Silencing(
        today=settings.today or date.today().isoformat(),
        inline=settings.inline,
        looked_at=project.covers if settings.as_of is None else _nothing,
        changed=in_any(changed, outcomes) if changed is not None else None,
        known=partial(identifiers, settings),
    )
    baseline = read_baseline(settings.baseline) if settings.baseline is not None else None
    return settle(outcomes, [_card(p, settings) for p in policies], changes, silencing, baseline)


def _outcomes(project: Project, settings: Settings, linted: Make) -> Iterator[Outcome]:
    """The outcome of each root, in order: what is kept of it, else what is made now, here or by several processes."""
    key = settings_key(settings, own_texts(settings))
    aliases = sorted(made for file, made in project.digests.items() if posixpath.basename(file) == "bicepconfig.json")
    remembered = Outcomes(
        cache.store(),
        digest(key or "", repr(sorted(project.files.restored.items())), *aliases),
        project.digests if key is not None else {},
        lambda file: Source(file, formats.decode(project.files.data[file]) or ""),
        project.readers.content,
        project.readers.below,
    )
    roots = project.plan.roots
    found = [remembered.kept(root) for root in roots]
    missing = [root for root, outcome in zip(roots, found, strict=True) if outcome is None]
    made = _by_several(missing, remembered, project, settings, linted) if key is not None else {}
    for root, outcome in zip(roots, found, strict=True):
        yield outcome or made.get(root.entry) or remembered.made(root, linted)


def _by_several(
    roots: Sequence[Root], remembered: Outcomes, project: Project, settings: Settings, linted: Make
) -> dict[str, Outcome]:
    """The outcomes of roots by their entries that several processes have made, if there is enough to do for them."""
    sizes = [sum(project.sizes.get(file, 0) for file in root.files) for root in roots]
    jobs = settings.jobs or min(pool.processors(), sum(sizes) // WORTH_A_PROCESS)
    if min(jobs, len(roots)) < 2 or pool.processors() == 0:
        return {}
    made: dict[str, Outcome] = {}
    work = partial(_as_bytes, roots, remembered, linted)
    for number, data in pool.done(pool.spread(sizes, jobs), work):
        outcome = remembered.restored(json.loads(data), roots[number])
        if outcome is not None:
            made[roots[number].entry] = outcome
    return made


def _as_bytes(roots: Sequence[Root], remembered: Outcomes, linted: Make, number: int) -> bytes:
    return json.dumps(remembered.data(roots[number], linted)).encode()


def _of_files(project: Project, outcomes: Sequence[Outcome], settings: Settings) -> Outcome:
    """What there is to say of the files and settings as a whole; of a module that is not here, if no root says it."""
    said = {notice.place for outcome in outcomes for notice in outcome.notices if notice.code == "MN913"}
    kept = [notice for notice in project.files.notices if notice.code != "MN913" or notice.place not in said]
    marked = {notice.place.span.file for notice in kept if notice.code == "MN913" and notice.place is not None}
    sources = {file: project.readers.template(file).source for file in sorted(marked)}
    if settings.told:
        kept.append(Notice("note", "settings", settings.told))
    looked_at = coverage.of_files(project.plan, project.files)
    return Outcome("", (), tuple(kept), sources, looked_at, open=left_open(project.files.notices))


def _card(policy: Policy, settings: Settings) -> Card:
    """A policy's card; whoever names it in a lock does not want it silenced either."""
    named = policy.card.id in settings.locked or policy.card.name in settings.locked
    return replace(policy.card, suppressible=False) if named else policy.card


def made_baseline(paths: Sequence[Path], settings: Settings, file: Path) -> str:
    """The text of a baseline with everything that is found now, changed or not.

    Of the file that is there, what somebody noted stays, and what this run cannot tell to be gone.
    """
    there = file.exists()
    report = check(paths, replace(settings, baseline=file if there else None, changed_since=None))
    cards = {card.id: card for card in report.cards}
    return render_baseline(baseline_of(report.findings, cards, report.baseline or Baseline()))


def _nothing(_: str) -> bool:
    return False  # by what was so on another day, nothing that was found today is gone


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file. Raises DocumentError."""
    try:
        return parse_baseline(read_text(path, MAX_BASELINE))
    except BaselineError as error:
        raise DocumentError(str(path), 1, 1, str(error)) from error


def lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork] | None = None,
    changed: Change | None = None,
) -> Outcome:
    """Everything about one deployment root; no state is shared with any other. A fault of ours is a notice."""
    try:
        return _lint(root, readers, policies, tables, settings, past, changed)
    except Exception as error:
        if settings.debug:
            raise
        place = Place(Span(root.files[0], 0, 0), "the root")
        what = f"mnlint failed on {root.entry or 'this folder'} ({type(error).__name__}); please report it"
        notice = Notice("error", "crash", what, place)
        return Outcome(root.entry, (), (notice,), {}, Coverage(), open=frozenset([what]))


def _lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork] | None,
    changed: Change | None,
) -> Outcome:
    loaded: set[str] = set()
    readers = replace(readers, content=noting(readers.content, loaded))
    read = {file: readers.template(file) for file in root.files}
    judgements: list[Judgement] = []
    notices = [notice for template in read.values() for notice in template.notices]
    opened = left_open(notices)
    looked_at = Coverage()
    networks: list[PastNetwork] = []
    changes: list[NetworkChange] | None = None
    whole = changed is not None and changed.whole(root.files)
    for bindings in root.bindings:
        deployment, facts = facts_of(root, bindings, read, tables, settings, readers, past, types_of(policies))
        apart: frozenset[str] | None = None
        # Values out of a file that a template loads have their place where it is loaded.
        whole = whole or (changed is not None and any(map(changed.lines, loaded)))
        if whole:
            apart = frozenset()
        elif changed is not None and settings.changed == "networks":
            is_changed = on_lines(changed, {file: template.source for file, template in read.items()})
            apart = azure.untouched(facts, is_changed)
        found = [replace(j, deployment=deployment.binding or "") for j in judge_all(policies, facts, apart)]
        judgements += found
        notices += _worth_saying(deployment.notices, found, read)
        looked_at = coverage.with_facts(looked_at, facts)
        opened |= left_open(deployment.notices)
        now = [replace(one, root=root.entry, deployment=deployment.binding or "") for one in facts.networks]
        networks += now
        if facts.before is not None:
            whole = not opened
            by_plan = azure.network_changes(
                facts.before, now, key=azure.by_address, whole_before=whole, whole_now=whole
            )
            changes = [*(changes or ()), *by_plan]
    sources = {file: template.source for file, template in read.items()}
    deployments = tuple(group[-1] for group in root.bindings if group)
    speaking = [template.comments for template in read.values() if any(map(speaks, template.comments))]
    return Outcome(
        root.entry,
        tuple(judgements),
        tuple(notices),
        sources,
        looked_at,
        comments=tuple(chain.from_iterable(speaking)),
        compiled_from=root.compiled_from,
        deployments=deployments,
        networks=tuple(networks),
        changes=tuple(changes) if changes is not None else None,
        open=opened,
        changed=whole,
    )


def judge_all(policies: Sequence[Policy], facts: Facts, apart: frozenset[str] | None = None) -> list[Judgement]:
    """Every policy's verdict on every fact it is about. If a change is asked about, `apart` is what it leaves alone."""
    return [
        policy.judge(p, fact, facts)
        if apart is None
        else replace(policy.judge(p, fact, facts), touched=fact.address not in apart)
        for p in policies
        for fact in facts.of(p.subject)
        if policy.is_about(p, fact)
    ]


def types_of(policies: Iterable[Policy]) -> frozenset[str]:
    """The types of resources that policies name for want of a fact."""
    return frozenset(kind for p in policies for kind in p.types)


def _worth_saying(
    notices: Iterable[Notice], judgements: Sequence[Judgement], templates: Mapping[str, Template]
) -> list[Notice]:
    """A module nobody can read is worth a word only if a setting waits for it, or its name says it is about ours."""
    waiting = {
        (why.span.file, why.span.start)
        for j in judgements
        if j.verdict is Verdict.UNKNOWN
        for node in j.because
        if (why := doubt(node)) is not None
    }
    kept = []
    for notice in notices:
        span = notice.place.span if notice.place else None
        if notice.code == "MN913" and span is not None:
            words = templates[span.file].source.cut(span).lower().encode()
            ours = b"://" not in words and any(n in words for n in azure.NEEDLES)
            if (span.file, span.start) not in waiting and not ours:
                continue
        kept.append(notice)
    return kept
