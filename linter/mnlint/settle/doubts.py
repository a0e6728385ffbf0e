"""Doubts: each value that nobody knows once, with every judgement that waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mnlint.model.finding import Doubt, Judgement, Place
from mnlint.model.text import Span
from mnlint.model.value import Cause, Node, Ref, Unknown, doubt


def doubts_of(judgements: Iterable[Judgement]) -> tuple[Doubt, ...]:
    """The doubts of undecided judgements, by the place of their causes. Every judgement is in one of them at least."""
    causes: dict[tuple[Span, str, str], Unknown] = {}
    waiting: dict[tuple[Span, str, str], set[tuple[str, str]]] = {}
    for judgement in judgements:
        for cause in _causes(judgement):
            key = cause.span, cause.cause.name, cause.label
            causes.setdefault(key, cause)
            waiting.setdefault(key, set()).add((judgement.policy, judgement.name))
    ordered = sorted(causes, key=lambda key: (key[0].file, key[0].start, key[0].end, key[1], key[2]))
    return tuple(_doubt(causes[key], waiting[key]) for key in ordered)


def _doubt(cause: Unknown, waiting: set[tuple[str, str]]) -> Doubt:
    place = Place(cause.span, f"{cause.label} {cause.cause.says}")
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
