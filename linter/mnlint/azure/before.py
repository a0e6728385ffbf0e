"""What a managed network was before: by a base revision, matched by its own name, or by what a plan says is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial

from mnlint.azure.draft import Draft, Drafts, said
from mnlint.azure.kleene import is_text
from mnlint.model.fact import Facts
from mnlint.model.ids import same_text
from mnlint.model.record import deferred, replace
from mnlint.model.text import Span
from mnlint.model.tri import Tri
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import ABSENT, Cause, Hop, HopKind, Node, Unknown, doubt, form_of, literal

if TYPE_CHECKING:
    from mnlint.model.past import PastNetwork


def past_networks(facts: Facts, where: Callable[[Span], str]) -> Iterable[PastNetwork]:
    """The networks of a deployment as somebody remembers them; `where` puts a place into words."""
    return (replace(network, where=where(network.mode.origin)) for network in facts.networks)


def remember(
    drafts: Drafts, past: Sequence[PastNetwork] | None, costs: Callable[[], None], *, by_address: bool = False
) -> None:
    """Fills in what every network was before; absent where it was not there, or (None) nobody asked.

    `costs` is what to call before a cost is asked for.
    """
    networks = drafts.of("managedNetwork")
    called = {network.address: _key(network, by_address) for network in networks}
    by_key: dict[str, list[PastNetwork]] = {}
    for one in past or ():
        if one.declared:
            by_key.setdefault((one.address if by_address else one.name or "").lower(), []).append(one)
    # What is found by no name may be any of those whose name is not known whole.
    left = [one for key, ones in by_key.items() if key not in called.values() for one in ones]
    for network in networks:
        key = called[network.address]
        found = by_key.get(key, []) if key else []
        perhaps = (
            [] if by_address or found else [one for one in left if same_text(key or None, one.name) is Tri.UNKNOWN]
        )
        own = [one for one in (found or perhaps) if is_text(network["family"], one.family) is Tri.TRUE]
        network.fields["beforeMode"] = _mode(network, own, sure=bool(found))
        network.fields["beforePlace"] = literal(own[0].where if own else ABSENT, network.head, "before")
        change = cache(partial(_price_change, costs, network, own if past is not None else (), sure=bool(found)))
        network.fields["priceChange"] = deferred(Node, partial(_changed, network, change))
        network.fields["billed"] = deferred(Node, partial(_billed, network, change))


def _key(network: Draft, by_address: bool) -> str:
    if by_address:
        return network.view.address.lower() if network.view is not None else ""
    return (form_of(network["name"]) or "").lower()


def _mode(network: Draft, past: Sequence[PastNetwork], *, sure: bool) -> Node:
    """The mode of those that a network was, at its own head: no file of today says it."""
    if not past:
        return literal(ABSENT, network.head, "not there before")
    modes = [one.mode.value for one in past]
    first = past[0]
    if sure and len({str(mode) for mode in modes}) == 1 and all(isinstance(mode, str) for mode in modes):
        words = f"was {first.mode.value}"
        return Node(first.mode.value, network.head, (Hop(HopKind.REFERENCE, network.head, words),))
    why = doubt(first.mode) or Unknown(Cause.RUNTIME, network.head, "which network it was before")
    label = f"the isolation mode before ({why.label})" if doubt(first.mode) is not None else why.label
    return Node(Unknown(why.cause, network.head, label), network.head, (Hop(HopKind.DECLARATION, network.head, label),))


def _price_change(costs: Callable[[], None], network: Draft, past: Sequence[PastNetwork], *, sure: bool) -> str:
    """How much more a network costs than before, in words; empty if there is no price, or nothing is known of it."""
    costs()
    cost = network.cost
    if cost is None or not past:
        return ""
    from mnlint.azure.prices import difference
    from mnlint.model.cost import Range

    changes = [cost.minus(one.cost) for one in past if one.cost is not None and one.cost.currency == cost.currency]
    if len(changes) < len(past):
        return ""
    more = changes[0] if sure else changes[0].hull(cost.total)
    for one in changes[1:]:
        more = more.hull(one)
    words = difference(more, cost.currency)
    return f"{words} as before" if more == Range() else f"{words} than before"


def _changed(network: Draft, change: Callable[[], str]) -> Node:
    return literal(change() or ABSENT, network.head, "before")


def _billed(network: Draft, change: Callable[[], str]) -> Node:
    """What a network costs, and how much more than before."""
    from mnlint.azure.prices import in_words

    more = change()
    cost = network.cost
    price = in_words(cost.total, cost.currency) if cost is not None else "not in the price list"
    if is_text(network["effectiveMode"], "Disabled") is Tri.TRUE:
        price = f"{price} while it is Disabled"
    elif is_text(network["effectiveMode"], "AllowInternetOutbound") is Tri.TRUE:
        price = f"{price} while its mode takes no such rule"
    return said(f"{price}, {more}" if more else price, network.head, "by the price list")
