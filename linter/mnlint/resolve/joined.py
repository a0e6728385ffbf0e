"""Parts put together as text: known, one of several texts, or unknown with a form."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mnlint.model.expr import Expr
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.typing import Final
from mnlint.model.value import (
    Absent,
    Cause,
    Choice,
    Hop,
    HopKind,
    Map,
    Node,
    Ref,
    Seq,
    Unknown,
    choice,
    literal,
    unknown,
)
from mnlint.resolve.budget import CHARACTERS
from mnlint.resolve.forms import FAILED, deep_doubt, doubt_of, text_form
from mnlint.resolve.plain import NotKnownError, compact, number_text, plain
from mnlint.resolve.scope import MAX_OPTIONS, Scope
from mnlint.resolve.typed.kinds import marked
from mnlint.resolve.typed.types import STRING

MAX_TEXT = 100_000

# What .NET makes of true and false in a text, and what Terraform does.
DOTNET: Final = ("True", "False")
LOWER: Final = ("true", "false")


def text_in(expr: Expr, scope: Scope) -> Node:
    """What a text with expressions in it is worth."""
    parts = [scope.world.evaluate(part, scope) for part in expr.args]
    if len(parts) == 1:
        value = parts[0].value
        options = value.options if isinstance(value, Choice) else (parts[0],)
        if all(isinstance(option.value, str | Unknown | Ref) for option in options):
            return parts[0]
    made = text_of(parts, expr.span, LOWER if scope.language == "terraform" else DOTNET)
    if isinstance(made.value, Unknown) and made.value.form is None:
        # What is put in is like nothing else, but the text around it is known.
        parts = [_like_no_other(part, scope) for part in parts]
        made = text_of(parts, expr.span, LOWER if scope.language == "terraform" else DOTNET)
    if isinstance(made.value, str):
        scope.world.fuel -= len(made.value) // CHARACTERS
    return made


def _like_no_other(part: Node, scope: Scope) -> Node:
    """Something without a form with one that no other evaluation has."""
    value = part.value
    if not isinstance(value, Unknown) or value.form is not None:
        return part
    scope.world.holes += 1
    return part.holding(replace(value, form=f"{{hole:{scope.world.holes}}}"))


def text_of(parts: Sequence[Node], span: Span, truth: tuple[str, str] = DOTNET) -> Node:
    """Parts put together as text: known, a Choice of texts, or unknown with a form."""
    if math.prod(len(p.value.options) for p in parts if isinstance(p.value, Choice)) <= MAX_OPTIONS:
        for at, part in enumerate(parts):
            if isinstance(part.value, Choice):
                made = [text_of([*parts[:at], o, *parts[at + 1 :]], span, truth) for o in part.value.options]
                return choice(made, part.value.why, literal(None, span))
    if truth is LOWER and any(p.value is None or isinstance(p.value, Absent) for p in parts):
        return _no_text(span, "null in a text")
    why = doubt_of(parts)
    if why is not None:
        of = STRING if truth is LOWER else None
        return Node(Unknown(why.cause, why.span, why.label, text_form(parts, truth)), span, _way(parts, span), of)
    texts: list[str] = []
    for part in parts:
        text = _as_text(part, truth)
        if text is None and truth is LOWER:
            return _no_text(span, "a text with a list or an object in it")
        if text is None:
            found = deep_doubt([part]) or Unknown(Cause.UNEXPECTED_TYPE, span, "text with an object in it")
            return Node(Unknown(found.cause, found.span, found.label, text_form(parts, truth)), span, _way(parts, span))
        texts.append(text)
    if sum(map(len, texts)) > MAX_TEXT:
        return unknown(Cause.LIMIT, span, "a very long text")
    return marked(Node("".join(texts), span, _way(parts, span)), parts)


def _no_text(span: Span, label: str) -> Node:
    """What Terraform stops at; that it is a text nevertheless is known."""
    return replace(unknown(Cause.UNEXPECTED_TYPE, span, label, FAILED), of=STRING)


def _way(parts: Sequence[Node], span: Span) -> tuple[Hop, ...]:
    """The trail of a value made of several: that of the only part not written right there, if there is one."""
    foreign = [p for p in parts if p.trail and not span.covers(p.origin)]
    here = Hop(HopKind.COMPUTED, span, "put together here")
    return (here, *foreign[0].trail) if len(foreign) == 1 and len(parts) == 1 else (here,)


def _as_text(node: Node, truth: tuple[str, str]) -> str | None:
    value = node.value
    if isinstance(value, bool):
        return truth[0] if value else truth[1]
    if isinstance(value, Map | Seq):
        return None if truth is LOWER else _of_object(node)
    if truth is LOWER and isinstance(value, int | float):
        return number_text(value)
    return "" if value is None or isinstance(value, Absent) else str(value)


def _of_object(node: Node) -> str | None:
    """An object in a text, which .NET writes as JSON with single quotes; None where quotes would need more thought."""
    try:
        text = compact(plain(node))
    except NotKnownError:
        return None
    return None if "'" in text or "\\" in text else text.replace('"', "'")
