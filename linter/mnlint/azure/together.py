"""Which facts a change has to do with: those that come by a changed line, and all that are one network with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mnlint.model.fact import Fact, Facts
from mnlint.model.text import Span
from mnlint.model.value import Choice, Map, Node, Ref, Seq


def untouched(facts: Facts, is_changed: Callable[[Span], bool]) -> frozenset[str]:
    """The addresses of the facts that a change has nothing to do with."""
    beside: dict[str, set[str]] = {address: set() for address in facts.by_address}
    waiting = []
    for address, fact in facts.by_address.items():
        found = False
        for node in _nodes(fact):
            found = found or any(is_changed(span) for span in (node.span, *(hop.span for hop in node.trail)))
            if isinstance(node.value, Ref) and node.value.address in beside:
                beside[address].add(node.value.address)
                beside[node.value.address].add(address)
        if found or any(is_changed(span) for span in (fact.head, *fact.callers)):
            waiting.append(address)
    left = set(facts.by_address)
    while waiting:
        address = waiting.pop()
        if address in left:
            left.discard(address)
            waiting.extend(beside[address])
    return frozenset(left)


def _nodes(fact: Fact) -> Iterator[Node]:
    """Every value of a fact, inner ones too."""
    waiting = [*fact.fields.entries.values(), *fact.guards]
    while waiting:
        node = waiting.pop()
        yield node
        value = node.value
        if isinstance(value, Map):
            waiting.extend(value.entries.values())
        elif isinstance(value, Seq):
            waiting.extend(value.items)
        elif isinstance(value, Choice):
            waiting.extend(value.options)
