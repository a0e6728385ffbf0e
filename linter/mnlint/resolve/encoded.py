"""A JSON text that remembers the value it is the text of, so that what reads it as an object finds every place."""

from __future__ import annotations

from mnlint.model.typing import Final
from mnlint.model.value import Choice, Map, Node, Unknown, choice
from mnlint.resolve.plain import located, parsed

MAX_TEXT: Final = 1_000_000


class Encoded(str):  # a text like any other: all that is made of it is a plain one again
    """The text that jsonencode() made of a node."""

    __slots__ = ("of",)
    of: Node

    def __new__(cls, text: str, of: Node) -> Encoded:
        made = super().__new__(cls, text)
        made.of = of
        return made

    def __getnewargs__(self) -> tuple[str, Node]:  # type: ignore[override]
        return str(self), self.of


def decoded(node: Node) -> Node:
    """What a JSON text was made of, if that is remembered; else the node itself."""
    value = node.value
    if isinstance(value, Encoded):
        return value.of
    if isinstance(value, Unknown):
        return value.of or node
    if isinstance(value, Choice):
        options = [decoded(option) for option in value.options]
        changed = any(new is not old for new, old in zip(options, value.options, strict=True))
        return choice(options, value.why, node) if changed else node
    return node


def opened(body: Node) -> Node:
    """A resource's body whose arguments that are JSON texts are what those were made of."""
    value = body.value
    if not isinstance(value, Map):
        return body
    entries = {name: decoded(child) for name, child in value.entries.items()}
    if "body" in entries:
        entries["body"] = _parsed(entries["body"])
    if all(entries[name] is child for name, child in value.entries.items()):
        return body
    return body.holding(Map(entries, value.head, value.more, value.hidden))


def _parsed(node: Node) -> Node:
    """A body that is written as JSON text, every member of it at the place of the text."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_parsed(option) for option in value.options], value.why, node)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return node
    try:
        made = parsed(value)
    except ValueError:
        return node
    return node.holding(located(made, node.span).value)
