"""Relations between facts: which resource an id means, open where a reference or a condition is in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mnlint.azure.kleene import excluded, implied, unsure
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.value import (
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
    doubt,
    literal,
    negated,
)


class Members:
    """A list being put together: members known to be in it, and the first reason why there may be others.

    `hidden` is why there may be some that nobody was asked to add.
    """

    def __init__(self) -> None:
        self.items: list[Node] = []
        self.more: Unknown | None = None
        self.hidden: Unknown | None = None

    def add(self, node: Node, tri: Tri, why: Unknown | None, guards: Sequence[Node], by: Sequence[Node]) -> None:
        """Take in a member that belongs here with truth `tri`, if its guards hold wherever those of `by` do."""
        if tri is Tri.FALSE or excluded(tuple(guards), tuple(by)):
            return
        if tri is Tri.UNKNOWN:
            self._doubt(why or doubt(node) or Unknown(Cause.RUNTIME, node.origin, "a reference"))
        elif not implied(tuple(guards), tuple(by)):
            self._doubt(unsure(tuple(guards), tuple(by)))
        else:
            self.items.append(node)

    def open(self, why: Unknown | None) -> None:
        """There may be members that nobody sees."""
        self.hidden = self.hidden or why
        self._doubt(why)

    def _doubt(self, why: Unknown | None) -> None:
        self.more = self.more or why

    def node(self, head: Span, label: str) -> Node:
        """The list as a value at `head`, which is its place if it is empty."""
        return literal(Seq(tuple(self.items), self.more), head, label)


def reference(address: str, span: Span, label: str) -> Node:
    """A relation's member: a Ref to a fact."""
    return Node(Ref(address), span, (Hop(HopKind.REFERENCE, span, label),))


def entries_of(node: Node) -> tuple[list[tuple[str, Node, tuple[Node, ...]]], Unknown | None]:
    """The named members of an object with the guards under which they exist, and why there may be others.

    A member that only some options of a Choice have exists under a guard; so does one that may be null.
    """
    value = node.value
    if isinstance(value, Map):
        found: list[tuple[str, Node, tuple[Node, ...]]] = []
        for key, child in value.entries.items():
            found.extend(_entry(key, child))
        return found, value.more
    if isinstance(value, Choice):
        options = [entries_of(option) for option in value.options]
        why = next((more for _, more in options if more is not None), None)
        return list(_common([{k: (n, g) for k, n, g in entries} for entries, _ in options], value, node)), why
    if isinstance(value, Unknown):
        return [], value
    if isinstance(value, Ref):
        return [], Unknown(Cause.RUNTIME, node.origin, value.address)
    return [], None


def _entry(key: str, child: Node) -> Iterable[tuple[str, Node, tuple[Node, ...]]]:
    value = child.value
    options = value.options if isinstance(value, Choice) else (child,)
    there = [o for o in options if isinstance(o.value, Map | Unknown | Ref)]
    if not there:
        return
    unsure = next((o.value for o in there if isinstance(o.value, Unknown)), None)
    if unsure is not None and not isinstance(value, Choice):  # it may be null
        yield key, child, (Node(Unknown(unsure.cause, unsure.span, unsure.label), child.span, child.trail),)
        return
    if isinstance(value, Choice) and (len(there) < len(options) or unsure is not None):
        form = _side(options, there, value)
        yield key, choice(there, _of_these(value, len(there)), child), (_guard(value, child, form),)
    else:
        yield key, child, ()


def _common(
    options: list[dict[str, tuple[Node, tuple[Node, ...]]]], value: Choice, node: Node
) -> Iterable[tuple[str, Node, tuple[Node, ...]]]:
    for key in dict.fromkeys(key for option in options for key in option):
        holders = [n for n, option in enumerate(options) if key in option]
        made = choice([options[n][key][0] for n in holders], _of_these(value, len(holders)), node)
        guards = tuple(guard for n in holders for guard in options[n][key][1])
        if len(holders) < len(options):
            form = None
            if len(options) == 2 and value.why.form is not None:
                form = value.why.form if holders == [0] else negated(value.why.form)
            guards = (*guards, _guard(value, node, form))
        # Where every option has it, the member is marked where its first option writes it.
        yield key, made if isinstance(made.value, Choice) else options[holders[0]][key][0], guards


def _side(options: Sequence[Node], there: Sequence[Node], value: Choice) -> str | None:
    form = value.why.form
    if form is None or len(options) != 2 or len(there) != 1:
        return None
    return form if there[0] is options[0] else negated(form)


def _of_these(value: Choice, count: int) -> Unknown:
    """Why nobody knows which of the options it is; of some of them, the condition does not tell."""
    return value.why if count == len(value.options) else replace(value.why, form=None)


def _guard(value: Choice, node: Node, form: str | None) -> Node:
    why = value.why
    return Node(Unknown(why.cause, why.span, why.label, form), node.span, node.trail)
