"""Lists and sets of mixed values as Terraform makes them: members of one kind, sets in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mnlint.model.tri import Tri
from mnlint.model.value import Node, Ref, Seq, Unknown
from mnlint.resolve.forms import deep_form
from mnlint.resolve.functions.outcome import reason, unseen
from mnlint.resolve.functions.terraform.conversions import as_text
from mnlint.resolve.functions.terraform.equality import same
from mnlint.resolve.scope import Scope

MAX_OBJECTS: Final = 200  # of a set that are compared with each other


def is_scalar(node: Node) -> bool:
    return isinstance(node.value, bool | int | float | str)


def texted(node: Node) -> Node:
    """A number or a truth as text; anything else as it is."""
    return node.holding(as_text(node.value)) if isinstance(node.value, bool | int | float) else node


def unified(items: Sequence[Node]) -> list[Node]:
    """Members of one kind: where one is a text, numbers and truths are texts too."""
    kinds = {isinstance(item.value, str) for item in items if is_scalar(item)}
    return [texted(item) for item in items] if len(kinds) > 1 else list(items)


def as_set(items: Sequence[Node], more: Unknown | None, scope: Scope, form: str | None = None) -> Seq:
    """The members of a set in Terraform's order. Of those not known nobody knows whether they are one of the others."""
    if len(items) == 1:
        return Seq(tuple(items), more, form, is_set=True)
    known: dict[tuple[bool, object], Node] = {}
    others: list[Node] = []
    seen: set[str] = set()
    for item in unified(items):
        if is_scalar(item):
            known.setdefault((isinstance(item.value, bool), item.value), item)
        elif isinstance(item.value, Ref) and item.value.rest == ("id",):
            if item.value.address not in seen:
                others.append(item)
            seen.add(item.value.address)
        elif isinstance(item.value, Unknown | Ref):
            more = more or unseen(reason(item, scope))
        elif _is_new(item, others, seen):
            others.append(item)  # objects: in which order Terraform has them is not told
        elif len(others) >= MAX_OBJECTS or not any(same(item, o, of_one_type=True) is Tri.TRUE for o in others):
            more = more or unseen(reason(item, scope))
    texts = sorted((n for n in known.values() if isinstance(n.value, str)), key=lambda n: str(n.value))
    numbers = sorted((n for n in known.values() if isinstance(n.value, int | float)), key=_size)
    return Seq((*texts, *numbers, *others), more, form if more is not None else None, is_set=True)


def _is_new(item: Node, others: Sequence[Node], seen: set[str]) -> bool:
    """Whether an object is surely none of the others, by its text if all of it is known."""
    form = deep_form(item)
    if form is None or form in seen:
        return False
    seen.add(form)
    return len(others) < MAX_OBJECTS and all(same(item, o, of_one_type=True) is Tri.FALSE for o in others)


def _size(node: Node) -> float:
    return float(node.value) if isinstance(node.value, int | float) else 0.0
