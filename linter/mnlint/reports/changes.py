"""What became of managed networks, as sentences and as plain data; whoever shows them escapes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mnlint.model.change import Change, CostChange, NetworkChange, RuleChange, SettingChange
from mnlint.model.cost import Range
from mnlint.model.record import dataclass
from mnlint.model.text import Source
from mnlint.model.typing import Final
from mnlint.reports import cells

RULES: Final = 30  # that are told of one network
NAME: Final = 60  # cells of a network's name
VALUE: Final = 100  # cells of one value in a sentence
_SIGNS: Final = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~"}
_PERHAPS: Final = {Change.ADDED: "may be new", Change.REMOVED: "may be gone", Change.CHANGED: "may have changed"}
_NETWORK: Final = {Change.ADDED: "new", Change.REMOVED: "gone"}

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and its sign: `+` new, `-` gone, `~` changed, `?` perhaps, or none."""

    sign: str
    words: str


def headline(change: NetworkChange) -> Line:
    """What became of a network as a whole."""
    what, name = change.what, cells.fit(change.name, NAME)
    if what is Change.CHANGED:
        told = not change.mode or any(setting.name == "isolation mode" for setting in change.settings)
        return Line("~" if change.sure else "?", name if told else f"{name} ({cells.fit(change.mode, NAME)})")
    words = _NETWORK[what] if change.sure else _PERHAPS[what]
    return Line(_SIGNS[what] if change.sure else "?", f"{name}: {words}")


def lines(change: NetworkChange) -> Iterator[Line]:
    """What is new of a network, setting by setting and rule by rule, and what that costs."""
    for setting in change.settings:
        yield Line("" if setting.sure else "?", _setting(setting, change.what))
    for rule in change.rules[:RULES]:
        yield Line(_SIGNS[rule.what] if rule.sure else "?", _rule(rule))
    if len(change.rules) > RULES:
        yield Line("", f"and {len(change.rules) - RULES} more rules")
    if change.cost is not None and change.cost.more != Range():
        yield Line("", _cost(change.cost))


def _setting(setting: SettingChange, of: Change) -> str:
    if of is Change.ADDED:
        return f"{setting.name}: {_value(setting.after)}"
    if of is Change.REMOVED:
        return f"{setting.name}: was {_value(setting.before)}"
    changed = "" if setting.sure else f" {_PERHAPS[Change.CHANGED]}"
    return f"{setting.name}{changed}: {_value(setting.before)} -> {_value(setting.after)}"


def _rule(rule: RuleChange) -> str:
    name = f"rule {cells.fit(rule.name, NAME)}"
    perhaps = "" if rule.sure else f" {_PERHAPS[rule.what]}"
    if rule.what is not Change.CHANGED:
        return f"{name}{perhaps}: {_value(rule.after if rule.after is not None else rule.before)}"
    parts = [f"{one.name} {_value(one.before)} -> {_value(one.after)}" for one in rule.settings]
    return f"{name}{perhaps}: {'; '.join(parts) or f'{_value(rule.before)} -> {_value(rule.after)}'}"


def _cost(cost: CostChange) -> str:
    before, after = cost.amount_before, cost.amount_after
    open_ended = any(amount is not None and amount.high is None for amount in (before, after))
    if open_ended or (cost.before is None and cost.after is None):
        return f"cost: {cost.difference}"
    if cost.after is None:
        return f"cost: was {cost.before}"
    if cost.before is None:
        return f"cost: {cost.after}"
    return f"cost: {cost.before} -> {cost.after} ({cost.difference})"


def _value(words: str | None) -> str:
    return "not set" if words is None else cells.fit(words, VALUE)


# ── plain data ──


def data(change: NetworkChange, sources: Mapping[str, Source], shown: Callable[[str], str] = str) -> Json:
    """A change as JSON has it, every text of it as `shown` makes it. Amounts are texts, so that they stay exact."""

    def text(words: str | None) -> str | None:
        return None if words is None else shown(words)

    def settings(listed: tuple[SettingChange, ...]) -> list[Json]:
        return [
            {"name": shown(one.name), "before": text(one.before), "after": text(one.after), "sure": one.sure}
            for one in listed
        ]

    place, cost = change.place, change.cost
    source = sources.get(place.file) if place is not None else None
    return {
        "network": shown(change.name),
        "family": change.family,
        "change": change.what.value,
        "sure": change.sure,
        "mode": shown(change.mode),
        "file": shown(place.file) if place is not None else None,
        "line": source.line_column(place.start)[0] if place is not None and source is not None else None,
        "before": shown(change.where),
        "parameters": shown(change.deployment) or None,
        "settings": settings(change.settings),
        "rules": [
            {
                "name": shown(rule.name),
                "change": rule.what.value,
                "sure": rule.sure,
                "before": text(rule.before),
                "after": text(rule.after),
                "settings": settings(rule.settings),
            }
            for rule in change.rules
        ],
        "monthlyCost": None
        if cost is None
        else {
            "before": _range(cost.amount_before),
            "after": _range(cost.amount_after),
            "more": _range(cost.more),
            "currency": shown(cost.currency),
            "says": shown(cost.difference),
            "basis": [shown(part) for part in cost.basis],
        },
    }


def _range(amount: Range | None) -> Json | None:
    if amount is None:
        return None
    low, high = (None if bound is None else f"{bound:.2f}" for bound in (amount.low, amount.high))
    return {"low": low, "high": high}
