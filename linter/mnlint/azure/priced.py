"""What a managed network costs, as fields that are made when somebody asks for one: few policies do."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from mnlint.azure.draft import Draft, Drafts, Tables, said
from mnlint.model.record import deferred
from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import ABSENT, Node

if TYPE_CHECKING:
    from mnlint.model.cost import Cost


def make_costs(drafts: Drafts) -> Callable[[], None]:
    """The cost of every network, and its fields in words: made once somebody asks for one, or calls what this gives."""

    @cache
    def made() -> None:
        from mnlint.azure.cost import fill

        fill(drafts)

    for network in drafts.of("managedNetwork"):
        for name, words in (("monthlyPrice", _price), ("priceBasis", _basis)):
            network.fields[name] = deferred(Node, partial(_in_words, made, network, words))
    return made


def _in_words(made: Callable[[], None], network: Draft, words: Callable[[Cost], str]) -> Node:
    made()
    if network.cost is None:
        return said("", network.head, "no price in the list").holding(ABSENT)
    return said(words(network.cost), network.head, "by the price list")


def _price(cost: Cost) -> str:
    from mnlint.azure.prices import in_words

    return in_words(cost.total, cost.currency)


def _basis(cost: Cost) -> str:
    from mnlint.azure.prices import basis_in_words

    return basis_in_words(cost.basis)


def firewall_price(sku: Node, tables: Tables, head: Span) -> Node:
    """The price of a firewall in words, by its SKU."""

    def made() -> Node:
        from mnlint.azure.prices import firewall_price

        return said(firewall_price(sku, tables), head, "by the price list")

    return deferred(Node, made)
