"""The pipeline on one screen: the only module that knows all stages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from mnlint import azure, coverage, formats, lists, policy
from mnlint.catalogue import identifiers, load_policies, tables_of
from mnlint.discover import Content
from mnlint.documents import DocumentError, read_text
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Baseline, Card, Coverage, Judgement, Notice, Outcome, Place, Report, Verdict
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span
from mnlint.model.value import doubt
from mnlint.reading import Readers, open_base, open_changed, open_project
from mnlint.resolve import resolve
from mnlint.settle import (
    BaselineError,
    Silencing,
    baseline_of,
    parse_baseline,
    render_baseline,
    settle,
    speaks,
)

Lines = Callable[[str], frozenset[int]]  # of a file, those that have changed

RECURSION = 20_000  # our evaluators count their own depth; Python's guard must not come first


class NoInputError(Exception):
    """Not one file with a known suffix under the given paths, but perhaps some that settings exclude."""

    def __init__(self, excluded: int) -> None:
        super().__init__(excluded)
        self.excluded = excluded


def check(paths: Sequence[Path], settings: Settings) -> Report:
    """Everything about the files under `paths`. Raises DocumentError for a wrong policy, NoInputError for none."""
    tables = tables_of(settings.policies, settings.as_of, settings.lists)
    policies = load_policies(settings, tables)
    project = open_project(paths, settings, types_of(policies))
    plan, files = project.plan, project.files
    if plan.seen == 0 and not files.notices and not settings.allow_no_input:
        raise NoInputError(len(files.excluded))
    past = networks_at_base(paths, tables, settings) if settings.base is not None else ()
    changed = open_changed(paths, settings, project) if settings.changed_since is not None else None
    outcomes = [lint(root, project.readers, policies, tables, settings, past, changed) for root in plan.roots]
    notices = [*files.notices, *([Notice("note", "settings", settings.told)] if settings.told else [])]
    looked_at = Outcome("", (), tuple(notices), {}, coverage.of_files(plan, files))
    silencing = Silencing(
        today=settings.today or date.today().isoformat(),
        inline=settings.inline,
        looked_at=partial(project.covers, read=frozenset(file for outcome in outcomes for file in outcome.sources)),
        changed=_on_lines(changed, outcomes) if changed is not None else None,
        known=partial(identifiers, settings),
    )
    baseline = read_baseline(settings.baseline) if settings.baseline is not None else None
    return settle([*outcomes, looked_at], [_card(p, settings) for p in policies], silencing, baseline)


def _card(policy: Policy, settings: Settings) -> Card:
    """A policy's card; whoever names it in a lock does not want it silenced either."""
    named = policy.card.id in settings.locked or policy.card.name in settings.locked
    return replace(policy.card, suppressible=False) if named else policy.card


def made_baseline(paths: Sequence[Path], settings: Settings, file: Path) -> str:
    """The text of a baseline with everything that is found now; what somebody noted in the file that is there stays."""
    before = read_baseline(file) if file.exists() else Baseline()
    report = check(paths, replace(settings, baseline=None))
    return render_baseline(baseline_of(report.findings, {card.id: card for card in report.cards}, before))


def read_baseline(path: Path) -> Baseline:
    """A baseline from its file. Raises DocumentError."""
    try:
        return parse_baseline(read_text(path))
    except BaselineError as error:
        raise DocumentError(str(path), 1, 1, str(error)) from error


def lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork] = (),
    changed: Lines | None = None,
) -> Outcome:
    """Everything about one deployment root; no state is shared with any other. A fault of ours is a notice."""
    try:
        return _lint(root, readers, policies, tables, settings, past, changed)
    except Exception as error:
        if settings.debug:
            raise
        place = Place(Span(root.files[0], 0, 0), "the root")
        what = f"mnlint failed on {root.entry or 'this folder'} ({type(error).__name__}); please report it"
        return Outcome(root.entry, (), (Notice("error", "crash", what, place),), {}, Coverage())


def _lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork],
    changed: Lines | None,
) -> Outcome:
    loaded: set[str] = set()
    readers = replace(readers, content=_noting(readers.content, loaded))
    read = {file: readers.template(file) for file in root.files}
    judgements: list[Judgement] = []
    notices = [notice for template in read.values() for notice in template.notices]
    looked_at = Coverage()
    for bindings in root.bindings:
        deployment, facts = facts_of(root, bindings, read, tables, settings, readers, past, types_of(policies))
        apart: frozenset[str] | None = None
        if changed is not None and settings.changed == "networks":
            on_lines = _on_lines_of(changed, {file: template.source for file, template in read.items()})
            # Values out of a file that a template loads have their place where it is loaded.
            apart = frozenset() if any(map(changed, loaded)) else azure.untouched(facts, on_lines)
        found = [replace(j, deployment=deployment.binding or "") for j in judge_all(policies, facts, apart)]
        judgements += found
        notices += _worth_saying(deployment.notices, found, read)
        looked_at = coverage.with_facts(looked_at, facts)
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
    )


def facts_of(
    root: Root,
    bindings: Sequence[str],
    templates: Mapping[str, Template],
    tables: lists.Tables,
    settings: Settings,
    readers: Readers,
    past: Sequence[PastNetwork] = (),
    types: Collection[str] = (),
) -> tuple[Deployment, Facts]:
    """The deployment of a root with one set of parameter files, and its facts; each resource of `types` is one."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    deployment = resolve(
        templates, root, bindings, readers.modules, readers.content, readers.below, formats.template_text
    )
    return deployment, azure.extract(deployment, tables, dict(settings.subscriptions), past, types)


def networks_at_base(paths: Sequence[Path], tables: lists.Tables, settings: Settings) -> list[PastNetwork]:
    """The managed networks of the base revision, wherever in the repository they were declared."""
    project = open_base(paths, settings)
    found: list[PastNetwork] = []
    for root in project.plan.roots:
        read = {file: project.readers.template(file) for file in root.files}

        def where(span: Span, read: Mapping[str, Template] = read) -> str:
            template = read.get(span.file)
            line = template.source.line_column(span.start)[0] if template is not None else 0
            return f"at {settings.base}:{span.file}:{line}" if line else f"at {settings.base}"

        for bindings in root.bindings:
            _, facts = facts_of(root, bindings, read, tables, settings, project.readers)
            found += azure.past_networks(facts, where)
    return found


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


def _noting(content: Content, loaded: set[str]) -> Content:
    """The same, and a note of each file that was loaded."""

    def noted(file: str) -> bytes | None:
        loaded.add(file)
        return content(file)

    return noted


def _on_lines(changed: Lines, outcomes: Iterable[Outcome]) -> Callable[[Span], bool]:
    """Whether a place is on a line that has changed, in any file that was read."""
    return _on_lines_of(changed, {file: source for outcome in outcomes for file, source in outcome.sources.items()})


def _on_lines_of(changed: Lines, sources: Mapping[str, Source]) -> Callable[[Span], bool]:
    def is_changed(span: Span) -> bool:
        source = sources.get(span.file)
        new = changed(span.file) if source is not None else ()
        if source is None or not new:
            return False
        first, last = source.line_column(span.start)[0], source.line_column(span.end)[0]
        return first in new or (last > first and any(first <= line <= last for line in new))

    return is_changed


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
