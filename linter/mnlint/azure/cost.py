"""What a managed network's firewall costs a month by the price list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mnlint.model.value import Choice, Node

Prices = Mapping[str, str]


def firewall_prices(entries: Sequence[Mapping[str, Any]]) -> Prices:
    """SKU in lower case to words such as `USD 912.50 a month (list price of 2026-08-08)`."""
    return {
        str(e["sku"]).lower(): f"{e['currency']} {e['usd_month']} a month ({_by(e)})"
        for e in entries
        if e.get("item") == "firewall" and e.get("verified") and "usd_month" in e and "sku" in e
    }


def _by(entry: Mapping[str, Any]) -> str:
    """Whose price it is, in words."""
    whose = "your own price" if entry.get("own") else "list price"
    return f"{whose} of {entry['date']}" if "date" in entry else whose


def firewall_price(sku: Node, prices: Prices) -> str:
    """The price in words; of an undecided SKU, the range of all."""
    value = sku.value
    if isinstance(value, Choice):
        named = {str(o.value).lower() for o in value.options}
    else:
        named = {str(value).lower()} if isinstance(value, str) else set()
    known = [price for name, price in prices.items() if name in named]
    usable = known or [price for name, price in prices.items() if name in ("basic", "standard")]
    return " or ".join(sorted(usable))
