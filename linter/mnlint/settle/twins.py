"""A JSON template beside the Bicep file it was compiled from: one fault in both is one finding, at the Bicep place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from mnlint.model.finding import Notice, Outcome, Place, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.settle.findings import Draft

Found = Sequence[tuple[Outcome, Draft]]


def joined(found: Found, outcomes: Mapping[str, Outcome]) -> tuple[list[Draft], list[Notice]]:
    """The drafts without those that a twin's draft already says, and notices about twins that differ.

    The Bicep draft shows the JSON place, too. `outcomes` are all, by their root.
    """
    theirs_of: dict[int, list[Draft]] = {}
    said: set[int] = set()
    notices = []
    for compiled in outcomes.values():
        source = outcomes.get(compiled.compiled_from) if compiled.compiled_from else None
        if source is None:
            continue
        ours = [draft for outcome, draft in found if outcome is source]
        theirs = [draft for outcome, draft in found if outcome is compiled]
        pairs = _pairs(ours, theirs)
        for our, their in pairs:
            said.add(id(their))
            theirs_of.setdefault(id(our), []).append(their)
        known = {id(draft) for pair in pairs for draft in pair}
        if _differ([d for d in ours if id(d) not in known], compiled) or _differ(
            [d for d in theirs if id(d) not in known], source
        ):
            what = f"{compiled.root} differs from {source.root}, which it was compiled from: compile it again"
            notices.append(Notice("warning", "compiled", what, Place(Span(compiled.root, 0, 0), "the file")))
    kept = [draft for _, draft in found if id(draft) not in said]
    return [_with(d, theirs_of[id(d)]) if id(d) in theirs_of else d for d in kept], notices


def _with(our: Draft, theirs: Sequence[Draft]) -> Draft:
    """A draft that shows where the compiled forms say the same; what has changed in one of them has changed in it."""
    places = [Place(their.primary.span, "the same in the compiled template") for their in theirs]
    spans = tuple(span for their in theirs for span in (their.primary.span, *their.way()))
    touched = True if any(draft.touched for draft in (our, *theirs)) else our.touched
    return replace(our, related=(*our.related, *places), twins=spans, touched=touched)


def _pairs(ours: Sequence[Draft], theirs: Sequence[Draft]) -> list[tuple[Draft, Draft]]:
    """Drafts of the Bicep file and of its compiled form that say one thing: of a name, else of all without a name."""
    pairs = _matched(ours, theirs, lambda d: (d.policy, d.deployments, d.name, d.message))
    for key in (_by_name, _by_place):
        known = {id(draft) for pair in pairs for draft in pair}
        left = [d for d in ours if id(d) not in known], [d for d in theirs if id(d) not in known]
        pairs += _matched(*left, key)
    return pairs


def _by_name(draft: Draft) -> object:
    return draft.policy, draft.deployments, draft.name


def _by_place(draft: Draft) -> object:
    """What drafts have in common whose names nobody knows: the compiler keeps the order of the declarations."""
    declared, field = draft.identity[2:]
    symbol = declared.split(" ", 1)[0]  # what follows is the part of the resource that the draft is about
    unnamed = draft.name.startswith(("a resource named by ", "resources[")) or draft.name == symbol
    return (draft.policy, draft.deployments, field, draft.severity) if unnamed else id(draft)


def _matched(
    ours: Iterable[Draft], theirs: Iterable[Draft], key: Callable[[Draft], object]
) -> list[tuple[Draft, Draft]]:
    """Pairs of equal keys, in order; none of a key that one side has more often, for who is whose is not known then."""
    groups: dict[object, tuple[list[Draft], list[Draft]]] = {}
    for side, drafts in enumerate((ours, theirs)):
        for draft in drafts:
            groups.setdefault(key(draft), ([], []))[side].append(draft)
    return [
        pair for left, right in groups.values() if len(left) == len(right) for pair in zip(left, right, strict=True)
    ]


def _differ(drafts: Iterable[Draft], other: Outcome) -> bool:
    """Whether the other form of a template says of something that it is right, or does not have it."""
    if any(notice.level == "error" for notice in other.notices):
        return False
    open_ones = {judgement.policy for judgement in other.judgements if judgement.verdict is Verdict.UNKNOWN}
    return any(draft.policy not in open_ones for draft in drafts)
