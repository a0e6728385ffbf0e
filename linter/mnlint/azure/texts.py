"""A value as a text of which parts may not be known, for what is asked of texts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mnlint.azure.hosts import HOLE
from mnlint.azure.kleene import missing
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, choice, doubt, form_of

# Words about a text that may have holes: empty if there is nothing to say, None if what stands in the holes decides.
Tell = Callable[[str], str | None]

_BRACES: Final = str.maketrans("⦃⦄", "{}")


def told(node: Node, tell: Tell) -> Node:
    """What there is to say of a text, at its place; each option of a Choice for itself."""
    value = node.value
    if isinstance(value, Choice):
        return choice([told(option, tell) for option in value.options], value.why, node)
    text = text_of(node)
    if text is None:
        return node.holding(ABSENT)
    words = tell(text)
    if words is None:
        why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, _called(node))
        return node.holding(Unknown(why.cause, why.span, why.label))
    return node.holding(words or ABSENT)


def text_of(node: Node) -> str | None:
    """A value, no Choice, as a text with a hole for each part that nobody knows; None if it is none."""
    value = node.value
    if isinstance(value, Map | Seq) or missing(node):
        return None
    if isinstance(value, str):
        return value
    return HOLE if isinstance(value, Ref) else _with_holes(form_of(node) or HOLE)


def _with_holes(form: str) -> str:
    made, depth = [], 0
    for char in form:
        if char == "{":
            depth += 1
        elif char == "}" and depth > 0:
            depth -= 1
            made.append("" if depth else HOLE)
        elif depth == 0:
            made.append(char)
    return "".join(made).translate(_BRACES)


def _called(node: Node) -> str:
    value = node.value
    return ".".join((value.address, *value.rest)) if isinstance(value, Ref) else "this value"
