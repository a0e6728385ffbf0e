"""Findings: one for each policy, place and message, with a fingerprint that survives moved and changed lines."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

from mnlint.model.finding import Finding, Judgement, Notice, Outcome, Place, Severity
from mnlint.model.text import Span
from mnlint.settle.places import RELATED_AT_MOST, places_of


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
    hidden: tuple[Span, ...]
    identity: tuple[str, ...]
    instances: int

    def order(self) -> tuple[str, int, str, int, str, str]:
        """What findings are sorted by: place, then policy, then whatever tells two of them apart."""
        span = self.primary.span
        return span.file, span.start, self.policy, span.end, self.message, self.subject


def draft_of_judgement(judgement: Judgement, files: Container[str]) -> Draft:
    """A failed judgement with its places; `files` are those that were read."""
    places = places_of(judgement, files)
    declared = judgement.declared_in or judgement.head.file, judgement.symbol or judgement.subject
    return Draft(
        policy=judgement.policy,
        severity=judgement.severity,
        message=judgement.message,
        help=judgement.help,
        subject=judgement.subject,
        name=judgement.name,
        primary=places.primary,
        related=places.related,
        hidden=places.hidden,
        identity=(judgement.policy, *declared, judgement.field),
        instances=judgement.instances,
    )


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
        hidden=(at.span,),
        identity=(notice.code, file, notice.message),
        instances=1,
    )


def merged(drafts: Sequence[Draft]) -> tuple[Finding, ...]:
    """Findings in order of place; those of one policy, place and message are one."""
    groups: dict[tuple[str, Span, str], list[Draft]] = {}
    for draft in sorted(drafts, key=Draft.order):
        groups.setdefault((draft.policy, draft.primary.span, draft.message), []).append(draft)
    equal: Counter[tuple[str, ...]] = Counter()
    findings = []
    for group in groups.values():
        identity = group[0].identity
        equal[identity] += 1
        findings.append(_united(group, _fingerprint(identity, equal[identity])))
    return tuple(findings)


def _united(group: Sequence[Draft], fingerprint: str) -> Finding:
    first = group[0]
    return Finding(
        policy=first.policy,
        severity=max(draft.severity for draft in group),
        message=first.message,
        help=first.help,
        subject=first.subject,
        name=first.name,
        primary=first.primary,
        related=tuple(dict.fromkeys(place for draft in group for place in draft.related))[:RELATED_AT_MOST],
        hidden=tuple(dict.fromkeys(span for draft in group for span in draft.hidden)),
        fingerprint=fingerprint,
        instances=sum(draft.instances for draft in group),
    )


def _fingerprint(identity: tuple[str, ...], number: int) -> str:
    # NUL separates: it stands in no name, so that no two identities write the same text.
    text = "\0".join((*identity, str(number)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
