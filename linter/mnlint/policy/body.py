"""A JSONPath into a resource's body: what is there, what is not, and what nobody can see."""

from __future__ import annotations

from mnlint.model.record import dataclass, replace
from mnlint.model.typing import Final
from mnlint.model.value import (
    ABSENT,
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
    absent,
    carried,
    choice,
    member,
)
from mnlint.policy.paths import EACH, Steps

ODD: Final = "this value"


@dataclass(frozen=True, slots=True)
class Found:
    """The members that a path leads to, those that nobody can see as nodes that say why, and what holds them all."""

    items: tuple[Node, ...]
    hidden: tuple[Node, ...]
    holder: Node


def value_at(node: Node, path: Steps, *, fold: bool) -> Node:
    """The value at a path of names and indexes, an object at the little of it that is marked."""
    for step in path:
        node = _step(node, step, fold=fold)
    return _at_head(node)


def members_at(node: Node, path: Steps, *, fold: bool) -> Found:
    """Every member at a path in which `[*]` may stand anywhere."""
    nodes, hidden, holder = [node], list[Node](), node
    for step in path:
        if step != EACH:
            nodes = [_step(one, step, fold=fold) for one in nodes]
            continue
        holder = nodes[0] if len(nodes) == 1 else holder
        made: list[Node] = []
        for one in nodes:
            items, unseen = _members(one)
            made += items
            hidden += unseen
        nodes = made
    return Found(tuple(nodes), tuple(hidden), _at_head(holder))


def _step(node: Node, step: str | int, *, fold: bool) -> Node:
    """One step further; `fold` where names are ARM's, whose case does not count and whose lists are no blocks."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_step(option, step, fold=fold) for option in value.options], value.why, node)
    if value is None or isinstance(value, Absent):
        return node.holding(ABSENT)
    if isinstance(step, int):
        return _item(node, step)
    if isinstance(value, Seq) and not fold:
        block = _only_block(node, step)
        return block if block is not None else _odd(node)
    return member(node, step, fold=fold) if isinstance(value, Map | Unknown | Ref) else _odd(node)


def _only_block(node: Node, step: str) -> Node | None:
    """A member of Terraform's only block of a type, which it writes as a list; None if there are several."""
    value = node.value
    if not isinstance(value, Seq):
        return None
    if value.more is not None:
        return node.holding(value.more)
    if not value.items:
        return node.holding(ABSENT)
    return _step(carried(value.items[0], node), step, fold=False) if len(value.items) == 1 else None


def _item(node: Node, at: int) -> Node:
    value = node.value
    if isinstance(value, Ref):
        return member(node, str(at), fold=False)
    if isinstance(value, Unknown):
        return node.holding(replace(value, form=None))
    if not isinstance(value, Seq):
        return _odd(node)
    if value.more is not None:  # what nobody sees may stand before it
        return node.holding(value.more)
    if at >= len(value.items):
        return absent(node.span, f"no member {at} here")
    if value.is_set and len(value.items) > 1:
        return _odd(node)
    return carried(value.items[at], node)


def _members(node: Node) -> tuple[list[Node], list[Node]]:
    """The members of a list or an object, and why there may be others."""
    value = node.value
    if value is None or isinstance(value, Absent):
        return [], []
    if isinstance(value, Unknown | Choice):
        return [], [node]
    if not isinstance(value, Seq | Map):
        return [], [_odd(node)]
    items = value.items if isinstance(value, Seq) else tuple(value.entries.values())
    return [carried(item, node) for item in items], [] if value.more is None else [node.holding(value.more)]


def _odd(node: Node) -> Node:
    return node.holding(Unknown(Cause.UNEXPECTED_TYPE, node.origin, ODD))


def _at_head(node: Node) -> Node:
    value = node.value
    if not isinstance(value, Map):
        return node
    return Node(value, value.head, (*node.trail[:-1], Hop(HopKind.LITERAL, value.head, "written here")))
