"""The price list: what is billed by the month, at whose prices and of which day, and amounts of money in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from mnlint.azure.draft import Tables, once
from mnlint.model.cost import ZERO, Range
from mnlint.model.record import dataclass
from mnlint.model.typing import Any, Final
from mnlint.model.value import Choice, Node

FIREWALL: Final = "firewall"
ENDPOINT: Final = "private-endpoint"
_NAMES: Final = {FIREWALL: "firewall", ENDPOINT: "private endpoints"}
_NOT_IN_IT: Final = "charges for data come on top"


@dataclass(frozen=True, slots=True)
class Price:
    """One line of the list: the price of a month, `sku` in lower case, and whether a network takes that (`usable`)."""

    item: str
    sku: str
    month: Decimal
    currency: str
    region: str
    date: str
    source: str
    usable: bool
    own: bool = False  # by a user's own settings

    @property
    def words(self) -> str:
        """Such as `USD 912.50 a month (list price of 2026-08-08)`."""
        whose = "your own price" if self.own else "list price"
        return f"{money(self.month, self.currency)} a month ({whose}{f' of {self.date}' if self.date else ''})"


@once
def prices_of(tables: Tables) -> Mapping[tuple[str, str], Price]:
    """The prices of the list by item and SKU; of two for the same thing, the later one: users add theirs at the end."""
    made = (_price(entry) for entry in tables.get("prices", ()) if entry.get("verified") is not False)
    return {(price.item, price.sku): price for price in made if price is not None}


def _price(entry: Mapping[str, Any]) -> Price | None:
    month = _amount(entry.get("usd_month"))
    if month is None:
        hour, hours = _amount(entry.get("usd_hour")), _amount(entry.get("hours_month"))
        month = hour * hours if hour is not None and hours is not None else None
    if month is None:
        return None
    source = entry.get("source") or ()
    return Price(
        item=str(entry.get("item", "")),
        sku=str(entry.get("sku", "")).lower(),
        month=month,
        currency=str(entry.get("currency", "USD")),
        region=str(entry.get("region", "")),
        date=str(entry.get("date", "")),
        source=", ".join(map(str, [source] if isinstance(source, str) else source)),
        usable=entry.get("usable") is not False,
        own=entry.get("own") is True,
    )


def _amount(written: object) -> Decimal | None:
    """An amount as the list writes it, or None if it is none: users write their own."""
    try:
        made = Decimal(str(written)) if isinstance(written, str | int | float) else None
    except InvalidOperation:
        return None
    return made if made is not None and made.is_finite() and ZERO <= made < 10**12 else None


def of_firewall(sku: Node, prices: Mapping[tuple[str, str], Price]) -> list[Price]:
    """The prices that a firewall may have; of a SKU that is not known, or not taken, those of all that are."""
    value = sku.value
    options = value.options if isinstance(value, Choice) else (sku,)
    named = {option.value.lower() if isinstance(option.value, str) else None for option in options}
    usable = [price for price in prices.values() if price.item == FIREWALL and price.usable]
    found = [price for price in usable if price.sku in named]
    return found if len(found) == len(named) else usable


def firewall_price(sku: Node, tables: Tables) -> str:
    """The price of a firewall in words; of an undecided SKU, the prices that it may have."""
    found = sorted(of_firewall(sku, prices_of(tables)), key=lambda price: price.month)
    return " or ".join(price.words for price in found) or "a price that the list does not have"


def basis(used: Iterable[Price]) -> tuple[str, ...]:
    """Whose prices those are, of which day and place."""
    said: dict[str, None] = {}
    for price in used:
        where = f" in {price.region}" if price.region not in ("", "global") else ""
        source = price.source.partition(",")[0]
        by = f" by {source}" if source else ""
        day = f" of {price.date}" if price.date else ""
        own = "your own price of " if price.own else ""
        said[f"{own}{_NAMES.get(price.item, price.item)}{day}{where}{by}"] = None
    return tuple(said)


# ── words ──


def basis_in_words(parts: Iterable[str]) -> str:
    """The prices of a sum, and what is not among them."""
    return f"list prices ({', '.join(parts)}); {_NOT_IN_IT}"


def money(amount: Decimal, currency: str) -> str:
    return f"{currency} {abs(amount):,.2f}"


def in_words(cost: Range, currency: str) -> str:
    """What something costs: `USD 7.30 a month`, `USD 7.30 to 14.60 a month`, `at least USD 7.30 a month`."""
    low, high = cost.low or ZERO, cost.high
    if low == high == ZERO:
        return "nothing"
    if high is None:
        return f"at least {money(low, currency)} a month" if low else "an unknown amount a month"
    if low == high:
        return f"{money(low, currency)} a month"
    if not low:
        return f"up to {money(high, currency)} a month"
    return f"{money(low, currency)} to {high:,.2f} a month"


def difference(more: Range, currency: str) -> str:
    """How much more something costs: `USD 7.30 a month more`, `up to USD 7.30 a month less`, `the same`."""
    low, high = more.low, more.high
    if low == high == ZERO:
        return "the same"
    if low is not None and low >= ZERO:
        return f"{in_words(more, currency)} more"
    if high is not None and high <= ZERO:
        return f"{in_words(Range().minus(more), currency)} less"
    if low is None or high is None:
        return "perhaps more, perhaps less"
    return f"between {money(low, currency)} less and {money(high, currency)} more a month"
