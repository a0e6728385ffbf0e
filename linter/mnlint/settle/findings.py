"""Findings: one for each policy, place and message, with a fingerprint that survives moved and changed lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from functools import partial

from mnlint.model.digest import sha256
from mnlint.model.finding import Finding, Identity, Judgement, Notice, Outcome, Place, Severity, Suppression
from mnlint.model.record import dataclass
from mnlint.model.text import Span
from mnlint.settle.places import RELATED_AT_MOST, places_of, shown, way_of

DEPLOYMENTS_AT_MOST = 10  # parameter files that are shown
NAMES_AT_MOST = 3  # of subjects in one message


@dataclass(frozen=True, slots=True)
class Draft:
    """A violation before equal ones are merged: a Finding with the words its fingerprint is made of."""

    policy: str
    severity: Severity
    message: str
    help: str | None
    subject: str
    name: str
    primary: Place
    related: tuple[Place, ...]
    way: Callable[[], tuple[Span, ...]]  # every place where a comment may silence it: few files have one
    identity: Identity
    instances: int
    deployments: tuple[str, ...] = ()  # the parameter files it shows with, of a root that has several
    names: tuple[str, ...] = ()  # as in Judgement
    frame: str = ""
    suppressed: Suppression | None = None
    twins: tuple[Span, ...] = ()  # where the compiled form of the template says the same
    touched: bool | None = None  # by the change that is asked about; None: its lines have to say

    def order(self) -> tuple[str, int, str, int, str, str]:
        """What findings are sorted by: place, then policy, then whatever tells two of them apart."""
        span = self.primary.span
        return span.file, span.start, self.policy, span.end, self.message, self.subject


def draft_of_judgement(judgement: Judgement, files: Container[str], *, several: bool = False) -> Draft:
    """A failed judgement with its places; `files` are those that were read, `several` if its root has deployments."""
    places = places_of(judgement, files)
    return Draft(
        policy=judgement.policy,
        severity=judgement.severity,
        message=judgement.message,
        help=judgement.help,
        subject=judgement.subject,
        name=judgement.name,
        primary=places.primary,
        related=places.related,
        way=partial(way_of, judgement, files),
        identity=identity_of(judgement, files),
        instances=judgement.instances,
        deployments=(judgement.deployment,) if several else (),
        names=judgement.names,
        frame=judgement.frame,
        touched=judgement.touched,
    )


def identity_of(judgement: Judgement, files: Container[str]) -> Identity:
    """What a judgement is about, wherever its lines stand."""
    declared = judgement.declared_in or judgement.head.file, judgement.symbol or judgement.subject
    if judgement.head.outside:  # a module of a registry says nothing of who calls it
        declared = shown(judgement, files).file, judgement.subject
    return judgement.policy, *declared, judgement.field


def draft_of_notice(notice: Notice, outcome: Outcome) -> Draft:
    """A notice about an input; without a place it is put at the head of what the outcome is about.

    It must become a finding in any case: a gate that overlooks a file it could not read is open.
    """
    at = notice.place or Place(Span(min(outcome.sources, default=outcome.root), 0, 0), "here")
    file = at.span.file
    return Draft(
        policy=notice.code,
        severity=Severity[notice.level.upper()],
        message=notice.message,
        help=None,
        subject=file,
        name=file,
        primary=at,
        related=(),
        way=lambda: (at.span,),
        identity=(notice.code, file, notice.message, ""),
        instances=1,
        touched=True if outcome.changed else None,
    )


def merged(drafts: Sequence[Draft]) -> tuple[Finding, ...]:
    """Findings in order of place; those of one policy, place and message are one.

    So are those of one declaration that only names tell apart: of a module that several call, of a template that is
    deployed with several parameter files.
    """
    alike: dict[tuple[object, ...], list[Draft]] = {}
    for draft in sorted(drafts, key=Draft.order):
        alike.setdefault((draft.policy, draft.primary.span, draft.message, draft.suppressed), []).append(draft)
    groups: dict[tuple[object, ...], list[Draft]] = {}
    for same in alike.values():
        first = same[0]
        key = first.identity, first.primary.span, first.frame or first.message, first.suppressed
        groups.setdefault(key, []).extend(same)
    equal: Counter[Identity] = Counter()
    numbers: dict[tuple[object, ...], int] = {}
    # What is silenced comes last, so that a comment on one of several equal findings is no news of the others.
    for at, group in sorted(groups.items(), key=lambda item: item[1][0].suppressed is not None):
        equal[group[0].identity] += 1
        numbers[at] = equal[group[0].identity]
    return tuple(_united(group, _fingerprint(group[0].identity, numbers[at])) for at, group in groups.items())


def _united(group: Sequence[Draft], fingerprint: str) -> Finding:
    first = group[0]
    way = dict.fromkeys(place for draft in group for place in draft.related)
    shown = {first.primary.span.file, *(place.span.file for place in way)}
    files = sorted({file for draft in group for file in draft.deployments} - shown)[:DEPLOYMENTS_AT_MOST]
    deployments = [Place(Span(file, 0, 0), "with these parameters") for file in files]
    return Finding(
        policy=first.policy,
        severity=max(draft.severity for draft in group),
        message=_message(group),
        help=first.help,
        subject=first.subject,
        name=first.name,
        primary=first.primary,
        related=(*list(way)[: RELATED_AT_MOST - len(deployments)], *deployments),
        fingerprint=fingerprint,
        identity=first.identity,
        instances=_instances(group),
        suppressed=first.suppressed,
        touched=any(draft.touched is not False for draft in group),
    )


def _message(group: Sequence[Draft]) -> str:
    """The message of drafts that only names tell apart: all of them in each place."""
    if all(draft.message == group[0].message for draft in group):
        return group[0].message
    parts = group[0].frame.split("\0")
    names = [list(dict.fromkeys(at)) for at in zip(*(draft.names for draft in group), strict=True)]
    words = [_also(each) if "".join(parts[: at + 1]) else _listed(each) for at, each in enumerate(names)]
    return "".join(f"{part}{word}" for part, word in zip(parts, [*words, ""], strict=True))


def _listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b and 7 more`: for those that a message is about."""
    *some, last = _few(names)
    return f"{', '.join(some)} and {last}" if some else last


def _also(names: Sequence[str]) -> str:
    """`a`, `a (and b)`, `a (and b, 7 more)`: for others, so that the sentence around them stays one."""
    first, *others = _few(names)
    return f"{first} (and {', '.join(others)})" if others else first


def _few(names: Sequence[str]) -> list[str]:
    more = len(names) - NAMES_AT_MOST + 1
    return list(names) if more <= 1 else [*names[: NAMES_AT_MOST - 1], f"{more} more"]


def _instances(group: Sequence[Draft]) -> int:
    """How many subjects there are at once: deployments of one template with other parameters do not add up."""
    numbers: Counter[tuple[str, ...]] = Counter()
    for draft in group:
        numbers[draft.deployments] += draft.instances
    alone = numbers.pop((), 0)
    return alone + max(numbers.values(), default=0)


def _fingerprint(identity: Identity, number: int) -> str:
    # NUL separates: it stands in no name, so that no two identities write the same text.
    text = "\0".join((*identity, str(number)))
    return sha256(text.encode("utf-8", "surrogatepass"))[:16]
