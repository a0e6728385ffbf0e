"""A value as a text of which parts may not be known, for what is asked of texts only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.azure.kleene import missing
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, choice, doubt, form_of

HOLE: Final = "\0"  # a part of a text that nobody knows: it may be empty, and it may hold commas

# Words about a text that may have holes: empty if there is nothing to say, None if what stands in the holes decides.
Tell = Callable[[str], str | None]

ENDING: Final = "{environment().suffixes.storage}"  # as a form says it

_BRACES: Final = str.maketrans("⦃⦄", "{}")


def shown(text: str) -> str:
    """A text as messages show it."""
    return text.replace(HOLE, "…")


def may_be(text: str, other: str) -> bool:
    """Whether a text with holes becomes another one if they are filled in rightly."""
    if HOLE not in text:
        return False
    first, *middle, last = text.split(HOLE)
    at = len(first)
    if len(first) + len(last) > len(other) or not other.startswith(first) or not other.endswith(last):
        return False
    for part in middle:
        at = other.find(part, at, len(other) - len(last))
        if at < 0:
            return False
        at += len(part)
    return True


def told(node: Node, tell: Tell, endings: Sequence[str] = ()) -> Node:
    """What there is to say of a text, at its place; each option of a Choice for itself.

    `endings` is what the text may have for the ending of storage hosts in this cloud.
    """
    value = node.value
    if isinstance(value, Choice):
        return choice([told(option, tell, endings) for option in value.options], value.why, node)
    text = text_of(node)
    if text is None:
        return node.holding(ABSENT)
    words = _agreed([tell(one) for one in _in_each_cloud(node, endings) or [text]])
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


def _agreed(found: Sequence[str | None]) -> str | None:
    """The first of several words if there is something to say in any case, or nothing; None if that differs."""
    return found[0] if all(found) or not any(words is None or words for words in found) else None


def _in_each_cloud(node: Node, endings: Sequence[str]) -> list[str]:
    form = form_of(node) if isinstance(node.value, Unknown) else None
    if form is None or ENDING not in form.lower():
        return []
    before, after = form.lower().split(ENDING, 1)
    return [_with_holes(f"{before}{ending}{after}") for ending in endings]


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
