"""Doubts: each value that nobody knows once, with every judgement that waits for it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from mnlint.model.finding import Doubt, Judgement, Outcome, Place, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import Cause, Node, Ref, Unknown, doubt
from mnlint.settle.places import shown


def doubts_of(outcomes: Iterable[Outcome], files: Container[str]) -> tuple[Doubt, ...]:
    """The doubts of undecided judgements, by the place of their causes. Every judgement is in one of them at least.

    `files` are those that were read: a cause inside a module of a registry is shown where we call that. A doubt that
    only some of a root's parameter files leave open names them.
    """
    causes: dict[tuple[Span, str, str], Unknown] = {}
    waiting: dict[tuple[Span, str, str], set[tuple[str, str]]] = {}
    left_open: dict[tuple[Span, str, str], set[str]] = {}
    siblings: dict[tuple[Span, str, str], set[str]] = {}
    undecided = ((o, j) for o in outcomes for j in o.judgements if j.verdict is Verdict.UNKNOWN)
    for outcome, judgement in undecided:
        for found in _causes(judgement):
            cause = found if not found.span.outside else replace(found, span=shown(judgement, files))
            key = cause.span, cause.cause.name, cause.label
            causes.setdefault(key, cause)
            waiting.setdefault(key, set()).add((judgement.policy, judgement.name))
            left_open.setdefault(key, set()).add(judgement.deployment)
            siblings.setdefault(key, set()).update(outcome.deployments)
    ordered = sorted(causes, key=lambda key: (key[0].file, key[0].start, key[0].end, key[1], key[2]))
    return tuple(_doubt(causes[key], waiting[key], _only(left_open[key], siblings[key], key[0])) for key in ordered)


def _only(files: set[str], siblings: set[str], span: Span) -> str:
    """With which parameter files alone a doubt is there; empty if it is with all, or stands in that file itself."""
    if "" in files or files >= siblings or files == {span.file}:
        return ""
    return f", only with {' and '.join(sorted(files))}"


def _doubt(cause: Unknown, waiting: set[tuple[str, str]], only: str) -> Doubt:
    place = Place(cause.span, f"{cause.label} {cause.cause.says}{only}")
    return Doubt(cause, place, cause.cause.remedy, tuple(sorted(waiting)))


def _causes(judgement: Judgement) -> Iterator[Unknown]:
    """What is not known of an undecided judgement's nodes; something in any case, for doubt never passes in silence."""
    found = [cause for node in judgement.because if (cause := doubt(node)) is not None]
    if found:
        yield from found
    elif judgement.because:
        yield from (_of_known(node) for node in judgement.because)
    else:
        yield Unknown(Cause.UNEXPECTED_TYPE, judgement.head, judgement.name)


def _of_known(node: Node) -> Unknown:
    """The doubt about a value that is known and yet gives no answer: an id before deployment, or an odd shape."""
    if isinstance(node.value, Ref):
        return Unknown(Cause.RUNTIME, node.origin, ".".join((node.value.address, *node.value.rest)))
    return Unknown(Cause.UNEXPECTED_TYPE, node.origin, "this value")
