"""One root: its templates to facts, and every policy's verdict on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain

from mnlint import azure, coverage, lists, policy
from mnlint.deadline import Deadline, OutOfTimeError
from mnlint.deploying import facts_of
from mnlint.model.expr import Template
from mnlint.model.fact import Fact, Facts
from mnlint.model.finding import Coverage, Judgement, Notice, Outcome, Place, Verdict
from mnlint.model.hints import WORDS
from mnlint.model.policy import Policy, types_of
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import doubt
from mnlint.reading import Readers, left_open
from mnlint.settle import speaks
from mnlint.touched import noting, on_lines

if TYPE_CHECKING:
    from mnlint.discover.changed import Change
    from mnlint.model.change import NetworkChange
    from mnlint.model.past import PastNetwork

Judge = Callable[[Policy, Fact, Facts], "Judgement | None"]  # None for what is not worth a word


def lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork] | None = None,
    changed: Change | None = None,
    deadline: Deadline | None = None,
    judge: Judge = policy.told,
) -> Outcome:
    """Everything about one deployment root; no state is shared with any other. A fault of ours is a notice, and so is
    an end of time or memory. Who wants to know of what holds, too, lets `policy.judge` do it."""
    name = root.entry or "this folder"
    try:
        with deadline.watching() if deadline is not None else nullcontext():
            return _lint(root, readers, policies, tables, settings, past, changed, judge)
    except OutOfTimeError:
        code, what = "MN912", f"{name} was not judged: the check took more than {settings.timeout:,} s (--timeout)"
    except (MemoryError, RecursionError) as error:
        if settings.debug:
            raise
        short = "it takes more memory than there is" if isinstance(error, MemoryError) else "it is nested too deeply"
        code, what = "MN912", f"{name} was not judged: {short}"
    except Exception as error:
        if settings.debug:
            raise
        code, what = "crash", f"mnlint failed on {name} ({type(error).__name__}); please report it"
    notice = Notice("error", code, what, Place(Span(root.files[0], 0, 0), "the root"))
    return Outcome(root.entry, (), (notice,), {}, Coverage(), open=frozenset([what]), complete=False)


def _lint(
    root: Root,
    readers: Readers,
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
    past: Sequence[PastNetwork] | None,
    changed: Change | None,
    judge: Judge,
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
    # Whoever compares two days wants to know all that could not be read on either.
    alone = past is None and changed is None
    types = types_of(policies)
    barren = alone and azure.is_barren(read, readers.modules, types)
    begins = azure.beginnings(read, readers.modules, types) if alone and not barren else None
    for bindings in root.bindings if not barren else ():
        if begins is not None:  # then the rest, if anything does
            deployment, facts = facts_of(root, bindings, read, tables, settings, readers, None, types, begins)
            if not facts.by_address and not _worth_saying(deployment.notices, (), read):
                continue
        deployment, facts = facts_of(root, bindings, read, tables, settings, readers, past, types)
        apart: frozenset[str] | None = None
        # Values out of a file that a template loads have their place where it is loaded.
        whole = whole or (changed is not None and any(map(changed.lines, loaded)))
        if whole:
            apart = frozenset()
        elif changed is not None and settings.changed == "networks":
            is_changed = on_lines(changed, {file: template.source for file, template in read.items()})
            from mnlint.azure.together import untouched

            apart = untouched(facts, is_changed)
        found = [
            replace(said, deployment=deployment.binding or "", touched=None if apart is None else address not in apart)
            for address, said in _told(policies, facts, judge)
        ]
        judgements += found
        embedded = [notice for notice in azure.unseen(deployment) if _is_ours(notice, read)]
        notices += [*_worth_saying(deployment.notices, found, read), *embedded]
        looked_at = coverage.with_facts(looked_at, facts)
        opened |= left_open([*deployment.notices, *embedded])
        if past is None and facts.before is None:
            continue  # nobody compares its networks
        now = [replace(one, root=root.entry, deployment=deployment.binding or "") for one in facts.networks]
        networks += now
        if facts.before is not None:
            from mnlint.azure.changes import by_address, network_changes

            whole = not opened
            by_plan = network_changes(facts.before, now, key=by_address, whole_before=whole, whole_now=whole)
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


def judge_all(policies: Sequence[Policy], facts: Facts) -> list[Judgement]:
    """Every policy's verdict on every fact it is about."""
    return [policy.judge(p, fact, facts) for p, fact in _asked(policies, facts)]


def _told(policies: Sequence[Policy], facts: Facts, judge: Judge) -> Iterator[tuple[str, Judgement]]:
    """What is said of facts, each with the address of its fact."""
    for p, fact in _asked(policies, facts):
        said = judge(p, fact, facts)
        if said is not None:
            yield fact.address, said


def _asked(policies: Sequence[Policy], facts: Facts) -> Iterator[tuple[Policy, Fact]]:
    """Every policy with every fact it is about."""
    of_kind: dict[str, list[Fact]] = {}
    for fact in facts.by_address.values():
        of_kind.setdefault(fact.kind, []).append(fact)
    for p in policies:
        for fact in of_kind.get(p.subject, ()):
            if policy.is_about(p, fact):
                yield p, fact


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
            ours = "://" not in templates[span.file].source.cut(span) and _is_ours(notice, templates)
            if (span.file, span.start) not in waiting and not ours:
                continue
        kept.append(notice)
    return kept


def _is_ours(notice: Notice, templates: Mapping[str, Template]) -> bool:
    """Whether what a notice marks has a word of ours in it."""
    span = notice.place.span if notice.place else None
    if span is None or span.file not in templates:
        return False
    text = templates[span.file].source.cut(span).lower().encode()
    return any(word in text for word in WORDS)
