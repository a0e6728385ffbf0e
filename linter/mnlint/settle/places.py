"""Where a finding is shown: the place to mend, and how the value came from there."""

from __future__ import annotations

from collections.abc import Container

from mnlint.model.finding import Judgement, Place
from mnlint.model.record import dataclass
from mnlint.model.text import OUTSIDE, Span
from mnlint.model.value import HopKind, Node

RELATED_AT_MOST = 20
AS_THEY_ARE = ("because ", "if ", "unless ", "depends on ", "Azure's default")


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one finding that are shown."""

    primary: Place
    related: tuple[Place, ...]


def places_of(judgement: Judgement, files: Container[str]) -> Places:
    """The places of a judgement. `files` are those that were read: nothing else can be mended here.

    Primary is the origin of the first deciding node, or the first step after it in a file that was read: the inside of
    somebody else's module is not ours to mend, the argument that we pass to it is.
    """
    because, head = judgement.because, shown(judgement, files)
    way = _way(because[0]) if because else []
    at = next((at for at, hop in enumerate(way) if hop[0].file in files), None)
    related: dict[Span, str] = {}
    if at is None:
        primary, rest = Place(head, f"in {judgement.subject}"), []
        if way and way[0][0].outside:
            related[head] = _inside(because[0], *way[0])
    else:
        primary, rest = Place(*way[at]), way[at + 1 :]

    def add(span: Span, says: str) -> None:
        if span != primary.span and not span.outside and len(related) < RELATED_AT_MOST:
            related.setdefault(span, says)

    for span, label in rest:
        add(span, label if label.startswith("because ") else f"by way of {label}")
    if not primary.span.covers(head):
        # ARM gives most resources no symbol: then their name says more than our own word for them.
        add(head, f"in {judgement.name if 'resources[' in judgement.subject else judgement.subject}")
    for call in judgement.callers:
        add(call, "called here")
    for node in because[1:]:
        span, label = _way(node)[0]
        known = isinstance(node.value, str) and label == "written here"
        add(span, f"{node.value} is {label}" if known else label)
    for guard in judgement.guards:
        add(guard.span, "only if this holds")
    return Places(primary, tuple(Place(*item) for item in related.items()))


def way_of(judgement: Judgement, files: Container[str]) -> tuple[Span, ...]:
    """Every place on the way of a judgement, where a comment may silence it."""
    nodes = (*judgement.because, *judgement.guards)
    spans = [span for node in nodes for span in (*(hop.span for hop in node.trail), node.span)]
    return tuple(dict.fromkeys([*spans, shown(judgement, files), *judgement.callers]))


def _inside(node: Node, span: Span, label: str) -> str:
    """What a module of a registry holds: nobody sees its text here."""
    words = label.removesuffix(" here")
    if isinstance(node.value, str) and label == "written here":
        default = next((hop.label for hop in reversed(node.trail) if hop.kind is HopKind.DEFAULT), "written")
        words = f"{node.value} is {default}"
    return f"{words} in {span.file.removeprefix(OUTSIDE)}"


def shown(judgement: Judgement, files: Container[str]) -> Span:
    """The head of a judgement's subject; of one in a module of a registry, the call of ours that leads to it."""
    heads = (judgement.head, *judgement.callers)
    return next((span for span in heads if span.file in files), judgement.head)


def _way(node: Node) -> list[tuple[Span, str]]:
    """The steps of a node from its origin to its use; never empty."""
    return [(hop.span, hop.label) for hop in reversed(node.trail)] or [(node.span, "here")]
