"""The pipeline on one screen: the only module that knows all stages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mnlint import azure, coverage, formats, lists, policy
from mnlint.catalogue import load_policies, shipped
from mnlint.model.change import NetworkChange
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Coverage, Judgement, Notice, Outcome, Place, Report, Verdict
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.value import doubt
from mnlint.reading import Project, Readers, open_base, open_project
from mnlint.resolve import resolve
from mnlint.settle import settle

UNREAD = ("MN910", "MN911", "MN912", "MN913", "crash")
RECURSION = 20_000  # our evaluators count their own depth; Python's guard must not come first


class NoInputError(Exception):
    """Not one file with a known suffix under the given paths."""


def check(paths: Sequence[Path], settings: Settings) -> Report:
    """Everything about the files under `paths`. Raises DocumentError for a wrong policy, NoInputError for none."""
    tables = lists.load(shipped() / "lists", settings.as_of)
    policies = load_policies(settings, tables)
    project = open_project(paths, settings)
    plan, files = project.plan, project.files
    if plan.seen == 0 and not files.notices and not settings.allow_no_input:
        raise NoInputError
    base = networks_at_base(paths, tables, settings) if settings.base is not None else None
    past = base.networks if base is not None else None
    outcomes = [lint(root, project.readers, policies, tables, settings, past) for root in plan.roots]
    opened = _left_open(files.notices)
    outcomes.append(Outcome("", (), tuple(files.notices), {}, coverage.of_files(plan, files), open=opened))
    changes = since(base, outcomes, project) if base is not None else None
    return settle(outcomes, [p.card for p in policies], changes)


def lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork] | None = None,
) -> Outcome:
    """Everything about one deployment root; no state is shared with any other. A fault of ours is a notice."""
    try:
        return _lint(root, readers, policies, tables, settings, past)
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
) -> Outcome:
    read = {file: readers.template(file) for file in root.files}
    judgements: list[Judgement] = []
    notices = [notice for template in read.values() for notice in template.notices]
    opened = _left_open(notices)
    looked_at = Coverage()
    networks: list[PastNetwork] = []
    changes: list[NetworkChange] | None = None
    for bindings in root.bindings:
        deployment, facts = facts_of(root, bindings, read, tables, settings, readers, past)
        found = [replace(j, deployment=deployment.binding or "") for j in judge_all(policies, facts)]
        judgements += found
        notices += _worth_saying(deployment.notices, found, read)
        looked_at = coverage.with_facts(looked_at, facts)
        opened |= _left_open(deployment.notices)
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
    return Outcome(
        root.entry,
        tuple(judgements),
        tuple(notices),
        sources,
        looked_at,
        root.compiled_from,
        deployments,
        tuple(networks),
        tuple(changes) if changes is not None else None,
        opened,
    )


def facts_of(
    root: Root,
    bindings: Sequence[str],
    templates: Mapping[str, Template],
    tables: lists.Tables,
    settings: Settings,
    readers: Readers,
    past: Sequence[PastNetwork] | None = None,
) -> tuple[Deployment, Facts]:
    """The deployment of a root with one set of parameter files, and its facts."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    deployment = resolve(
        templates, root, bindings, readers.modules, readers.content, readers.below, formats.template_text
    )
    return deployment, azure.extract(deployment, tables, dict(settings.subscriptions), past)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The managed networks of the base revision, and what of it could not be read, in words."""

    networks: Sequence[PastNetwork]
    open: frozenset[str]


def networks_at_base(paths: Sequence[Path], tables: lists.Tables, settings: Settings) -> Base:
    """The managed networks of the base revision, wherever in the repository they were declared."""
    project = open_base(paths, settings)
    found: list[PastNetwork] = []
    opened = _left_open(project.files.notices)
    for root in project.plan.roots:
        read = {file: project.readers.template(file) for file in root.files}
        opened |= _left_open(notice for template in read.values() for notice in template.notices)

        def where(span: Span, read: Mapping[str, Template] = read) -> str:
            template = read.get(span.file)
            line = template.source.line_column(span.start)[0] if template is not None else 0
            return f"at {settings.base}:{span.file}:{line}" if line else f"at {settings.base}"

        for bindings in root.bindings:
            deployment, facts = facts_of(root, bindings, read, tables, settings, project.readers)
            opened |= _left_open(deployment.notices)
            own = deployment.binding or ""
            found += (replace(one, root=root.entry, deployment=own) for one in azure.past_networks(facts, where))
    return Base(found, opened | project.unread())


def since(base: Base, outcomes: Sequence[Outcome], project: Project) -> list[NetworkChange]:
    """What changed since the base revision. A plan says itself what it changes, but its networks are there."""
    opened = project.unread().union(*(outcome.open for outcome in outcomes))

    def is_here(network: PastNetwork) -> bool:
        return all(project.under(head.file) for head in network.heads if not head.outside)

    return azure.network_changes(
        base.networks,
        [network for outcome in outcomes if outcome.changes is None for network in outcome.networks],
        is_here=is_here,
        others=[network for outcome in outcomes if outcome.changes is not None for network in outcome.networks],
        whole_before=base.open <= opened,  # what could not be read on either day hides the same
        whole_now=opened <= base.open and project.under(""),
    )


def _left_open(notices: Iterable[Notice]) -> frozenset[str]:
    """What could not be read, in words."""
    return frozenset(notice.message for notice in notices if notice.code in UNREAD)


def judge_all(policies: Sequence[Policy], facts: Facts) -> list[Judgement]:
    """Every policy's verdict on every fact it is about."""
    return [
        policy.judge(p, fact, facts)
        for p in policies
        for fact in facts.of(p.subject)
        if not p.dialects or fact.dialect in p.dialects
    ]


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
