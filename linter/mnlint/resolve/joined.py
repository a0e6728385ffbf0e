"""Parts put together as text: known, one of several texts, or unknown with a form."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.text import Span
from mnlint.model.value import Absent, Cause, Choice, Hop, HopKind, Map, Node, Seq, Unknown, choice, literal, unknown
from mnlint.resolve.forms import doubt_of, text_form

MAX_OPTIONS = 16  # a Choice of more is Unknown
MAX_TEXT = 100_000


def text_of(parts: Sequence[Node], span: Span) -> Node:
    """Parts put together as text: known, a Choice of texts, or unknown with a form."""
    for at, part in enumerate(parts):
        if isinstance(part.value, Choice):
            if len(part.value.options) > MAX_OPTIONS:
                break
            made = [text_of([*parts[:at], o, *parts[at + 1 :]], span) for o in part.value.options]
            joined = choice(made, part.value.why, literal(None, span))
            if isinstance(joined.value, Choice) and len(joined.value.options) > MAX_OPTIONS:
                break
            return joined
    why = doubt_of(parts)
    if why is not None:
        return Node(Unknown(why.cause, why.span, why.label, text_form(parts)), span, _way(parts, span))
    if any(isinstance(p.value, Map | Seq) for p in parts):
        return unknown(Cause.UNEXPECTED_TYPE, span, "text with an object in it")
    made_text = "".join(_as_text(p) for p in parts)
    if len(made_text) > MAX_TEXT:
        return unknown(Cause.LIMIT, span, "a very long text")
    return Node(made_text, span, _way(parts, span))


def _way(parts: Sequence[Node], span: Span) -> tuple[Hop, ...]:
    """The trail of a value made of several: that of the only part not written right there, if there is one."""
    foreign = [p for p in parts if p.trail and not span.covers(p.origin)]
    here = Hop(HopKind.COMPUTED, span, "put together here")
    return (here, *foreign[0].trail) if len(foreign) == 1 and len(parts) == 1 else (here,)


def _as_text(node: Node) -> str:
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, Absent) else str(value)
