"""What the target of a rule is: of which type, and which subresources that has."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.azure.draft import Drafts
from mnlint.azure.kleene import missing
from mnlint.azure.views import View
from mnlint.model.ids import id_of, top_type
from mnlint.model.tri import Tri
from mnlint.model.value import (
    ABSENT,
    Cause,
    Choice,
    Hop,
    HopKind,
    Node,
    Ref,
    Unknown,
    choice,
    doubt,
)


def as_taken(drafts: Drafts, view: View, target: Node) -> Node:
    """A target that is no id; one taken from another resource, such as its name, is wrong where it was taken."""
    if id_of(target)[0] is not Tri.FALSE or len(target.trail) < 2:
        return target
    other = drafts.index.written_in(target.origin, view)
    if other is None:
        return target
    body = other.resource.body.span
    way = [hop for hop in target.trail if not body.covers(hop.span)]
    return Node(target.value, target.span, tuple(way)) if way else target


def target_type(drafts: Drafts, target: Node) -> Node:
    """The ARM type of a target, of a child its parent's; at the place of the target itself."""
    value = target.value
    if isinstance(value, Choice):
        return choice([target_type(drafts, option) for option in value.options], value.why, target)
    if missing(target):
        return target.holding(ABSENT)
    is_id, found = id_of(target)
    kind = top_type(drafts.index.type_of(found)) if found is not None else ""
    if kind:
        return target.holding(kind)
    if is_id is Tri.FALSE:
        return target.holding(ABSENT)
    why = doubt(target) or Unknown(Cause.RUNTIME, target.origin, "the target's type")
    return Node(Unknown(why.cause, why.span, why.label), target.span, target.trail or (_here(target),))


def namespace(kind: Node) -> Node:
    """The part of a type before its first slash."""
    if isinstance(kind.value, Choice):
        return choice([namespace(option) for option in kind.value.options], kind.value.why, kind)
    return kind.holding(kind.value.partition("/")[0]) if isinstance(kind.value, str) else kind


def subresource_hint(drafts: Drafts, kind: Node, subresource: Node) -> Node:
    """What the subresource of a target of type `kind` should be, in words; absent where it is right or nobody says."""
    if isinstance(kind.value, Choice):
        made = [subresource_hint(drafts, option, subresource) for option in kind.value.options]
        return choice(made, kind.value.why, subresource)
    if isinstance(subresource.value, Choice):
        made = [subresource_hint(drafts, kind, option) for option in subresource.value.options]
        return choice(made, subresource.value.why, subresource)
    why = doubt(kind) or doubt(subresource)
    if why is None and isinstance(subresource.value, Ref):
        why = Unknown(Cause.RUNTIME, subresource.origin, subresource.value.address)
    if why is not None:
        return Node(Unknown(why.cause, why.span, why.label), subresource.span, subresource.trail)
    return subresource.holding(_hint(_subresources(drafts, str(kind.value)), str(subresource.value)) or ABSENT)


def _subresources(drafts: Drafts, kind: str) -> Sequence[str]:
    """The subresources of an ARM type by the list of targets, where they are the same for every family."""
    listed = (e["subresources"] for e in drafts.tables.get("pe-targets", ()) if e["type"].lower() == kind.lower())
    return next(listed, ())


def _hint(allowed: Sequence[str], written: str) -> str:
    """The nearest good word, else all of them; empty if `written` is one, or there is none."""
    by_lower = {name.lower(): name for name in allowed}
    if not allowed or written.lower() in by_lower:
        return ""
    from difflib import get_close_matches

    near = get_close_matches(written.lower(), by_lower, 1)
    return by_lower[near[0]] if near else allowed[0] if len(allowed) == 1 else f"one of {', '.join(allowed)}"


def _here(node: Node) -> Hop:
    return Hop(HopKind.LITERAL, node.span, "written here")
