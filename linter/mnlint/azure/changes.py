"""What became of managed networks: today's against those remembered, matched by name, or by a plan's addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from mnlint.azure.prices import difference, in_words
from mnlint.azure.snapshots import NONE, NOTHING
from mnlint.model.change import Change, CostChange, NetworkChange, RuleChange, SettingChange
from mnlint.model.cost import Cost, Range
from mnlint.model.ids import same_text
from mnlint.model.past import PastNetwork, PastRule, Told
from mnlint.model.record import replace
from mnlint.model.tri import Tri
from mnlint.model.typing import Final

Key = Callable[[PastNetwork], str]
_DECLARED: Final = "declared here"


def by_name(network: PastNetwork) -> str:
    return f"{network.family} {(network.name or '').lower()}" if network.name and "{?}" not in network.name else ""


def by_address(network: PastNetwork) -> str:
    return f"{network.family} {network.address.lower()}"


def network_changes(
    past: Sequence[PastNetwork],
    now: Sequence[PastNetwork],
    *,
    key: Key = by_name,
    is_here: Callable[[PastNetwork], bool] = lambda one: True,
    others: Sequence[PastNetwork] = (),
    whole_before: bool = True,
    whole_now: bool = True,
) -> list[NetworkChange]:
    """How networks differ from what they were; nothing of those that do not.

    `is_here` says whether a past network was where is looked at today: what was elsewhere is not missed. `others` are
    networks of today that are not asked about. Where not all was seen before (`whole_before`), nothing is known to be
    new; where not all is seen now (`whole_now`), nothing is known to be gone.
    """
    known: dict[str, list[PastNetwork]] = {}
    for one in past:
        known.setdefault(key(one), []).append(one)
    called = {key(one) for one in (*now, *others)}
    # What is found by no name may be any of those whose name is not known whole.
    left = [one for name, ones in known.items() if name not in called or not name for one in ones]
    made: list[NetworkChange] = []
    for one in now:
        found = known.get(key(one), []) if key(one) else []
        perhaps = [] if found or key is by_address else [old for old in left if _may_be(old, one)]
        if found or perhaps:
            made += _agreed([_changed(old, one, sure=bool(found)) for old in _nearest(found or perhaps, one)])
        else:
            made.append(_added(one, whole_before))
    for old in left:
        if is_here(old):
            claimed = key is not by_address and any(_may_be(old, one) for one in (*now, *others))
            if not claimed:
                made.append(_removed(old, whole_now))
    changes = [change for change in made if _says_something(change)]
    return sorted(_once(changes), key=_order)


def _may_be(old: PastNetwork, one: PastNetwork) -> bool:
    return old.family == one.family and same_text(old.name, one.name) is Tri.UNKNOWN


def _nearest(found: Sequence[PastNetwork], one: PastNetwork) -> Sequence[PastNetwork]:
    """Of several of one name those of the same template and parameter file, or of the same parameter file, or all."""
    same = [old for old in found if (old.root, old.deployment) == (one.root, one.deployment)]
    same = same or [old for old in found if old.deployment and old.deployment == one.deployment] or list(found)
    return [old for old in same if old.address == one.address] or same


def _says_something(change: NetworkChange) -> bool:
    costs = change.cost is not None and change.cost.more != Range()
    return change.what is not Change.CHANGED or bool(change.settings or change.rules or costs)


def _order(change: NetworkChange) -> tuple[str, int, str, str]:
    place = change.place
    return (place.file, place.start, change.name, change.deployment) if place else ("\U0010ffff", 0, change.name, "")


def _once(changes: Iterable[NetworkChange]) -> Iterator[NetworkChange]:
    """The same change once, whatever templates show it; with the parameter files where those make a difference."""
    groups: dict[object, list[NetworkChange]] = {}
    for change in changes:
        groups.setdefault((change.name.lower(), change.family), []).append(change)
    for group in groups.values():
        different = {replace(one, place=None, where="", deployment=""): one for one in reversed(group)}
        for one in reversed(different.values()):
            yield one if len(different) > 1 else replace(one, deployment="")


# ── one network ──


def _added(one: PastNetwork, whole: bool) -> NetworkChange:
    rules = tuple(_rule_added(rule, open_before=False) for rule in one.rules)
    told = [(name, told) for name, told in one.settings if told.words != NONE] if one.declared else []
    settings = [SettingChange(name, None, value.words) for name, value in told]
    sure = whole and not one.only_if
    what = Change.ADDED if one.declared else Change.CHANGED
    return _network(one, what, sure, tuple(settings), rules, _cost(None, one, sure=sure))


def _removed(old: PastNetwork, whole: bool) -> NetworkChange:
    rules = tuple(_rule_removed(rule, open_now=False) for rule in old.rules)
    told = [(name, told) for name, told in old.settings if told.words != NONE] if old.declared else []
    settings = tuple(SettingChange(name, value.words, None) for name, value in told)
    sure = whole and not old.only_if
    what = Change.REMOVED if old.declared else Change.CHANGED
    made = _network(old, what, sure, settings, rules, _cost(old, None, sure=sure))
    return replace(made, place=None, where=old.where)


def _changed(old: PastNetwork, one: PastNetwork, *, sure: bool) -> NetworkChange:
    settings = list(_setting_changes(old.settings, one.settings, sure=sure))
    if old.declared is not one.declared:
        words = [_DECLARED if network.declared else "declared elsewhere" for network in (old, one)]
        settings.insert(0, SettingChange("network", words[0], words[1], sure))
    if set(old.only_if) != set(one.only_if):
        words = ["there only under a condition" if network.only_if else "there" for network in (old, one)]
        settings.insert(0, SettingChange("network", words[0], words[1], sure=False))
    if old.hidden != one.hidden:
        words = [network.hidden.words if network.hidden is not None else NONE for network in (old, one)]
        settings.append(SettingChange("other rules", words[0], words[1], sure=False))
    rules = _rule_changes(old, one)
    if not sure:
        rules = [replace(rule, sure=False) for rule in rules]
    made = _network(one, Change.CHANGED, sure, tuple(settings), tuple(rules), _cost(old, one, sure=sure))
    return replace(made, where=old.where)


def _network(
    one: PastNetwork,
    what: Change,
    sure: bool,
    settings: tuple[SettingChange, ...],
    rules: tuple[RuleChange, ...],
    cost: CostChange | None,
) -> NetworkChange:
    place = next((head for head in one.heads if not head.outside), None)
    return NetworkChange(
        one.shown,
        one.family,
        what,
        sure,
        place,
        "",
        one.deployment,
        settings,
        tuple(sorted(rules, key=_rule_order)),
        cost,
        dict(one.settings)["isolation mode"].words,
    )


def _agreed(changes: Sequence[NetworkChange]) -> list[NetworkChange]:
    """One change of the several that there may be: where they differ, nothing is known."""
    first = changes[0]
    if all(replace(one, where="") == replace(first, where="") for one in changes):
        return [first]
    settings = {change.name: replace(change, sure=False) for one in changes for change in one.settings}
    rules = {change.name.lower(): replace(change, sure=False) for one in changes for change in one.rules}
    costs = [one.cost for one in changes]
    cost = None
    if all(one is not None for one in costs):
        known = [one for one in costs if one is not None]
        more = known[0].more
        for one in known[1:]:
            more = more.hull(one.more)
        words = difference(more, known[0].currency)
        cost = replace(known[0], before=None, amount_before=None, more=more, difference=words)
    return [replace(first, sure=False, settings=tuple(settings.values()), rules=tuple(rules.values()), cost=cost)]


# ── settings ──


def _setting_changes(
    before: Sequence[tuple[str, Told]], after: Sequence[tuple[str, Told]], *, sure: bool = True
) -> Iterator[SettingChange]:
    old, new = dict(before), dict(after)
    for name in dict.fromkeys((*old, *new)):
        one, two = old.get(name), new.get(name)
        if (one or NOTHING).identity != (two or NOTHING).identity:
            known = sure and all(told is None or told.known for told in (one, two))
            yield SettingChange(name, _words(one), _words(two), known)


def _words(told: Told | None) -> str | None:
    return None if told is None or told.identity == NOTHING.identity else told.words


# ── rules ──


def _rule_changes(old: PastNetwork, one: PastNetwork) -> list[RuleChange]:
    """Rules by their names. One whose name nobody knows may be any that is not found by its own."""
    before, after = _by_key(old.rules), _by_key(one.rules)
    gone = [rule for key, rules in before.items() if key not in after for rule in rules]
    new = [rule for key, rules in after.items() if key not in before for rule in rules]
    made: list[RuleChange] = []
    for key, rules in after.items():
        if key in before:
            made += _rule_changed(before[key], rules)
    for rule in new:
        may_be = any(same_text(rule.key, other.key) is Tri.UNKNOWN for other in gone)
        made.append(_rule_added(rule, open_before=bool(old.hidden) or may_be))
    for rule in gone:
        may_be = any(same_text(rule.key, other.key) is Tri.UNKNOWN for other in new)
        made.append(_rule_removed(rule, open_now=bool(one.hidden) or may_be))
    return made


def _by_key(rules: Sequence[PastRule]) -> dict[object, list[PastRule]]:
    """Rules by their names; those whose name nobody can compare by what they open, which need not tell them apart."""
    made: dict[object, list[PastRule]] = {}
    for rule in rules:
        made.setdefault(rule.key if rule.key is not None else (rule.name, rule.opens), []).append(rule)
    return made


def _rule_changed(before: Sequence[PastRule], after: Sequence[PastRule]) -> Iterator[RuleChange]:
    if [(r.settings, r.sure) for r in before] == [(r.settings, r.sure) for r in after]:
        return
    old, new = before[0], after[0]
    alone = len(before) == len(after) == 1
    settings = tuple(_setting_changes(old.settings, new.settings, sure=alone))
    if old.sure is not new.sure:
        words = ["there" if rule.sure else "there only under a condition" for rule in (old, new)]
        settings = (*settings, SettingChange("rule", words[0], words[1], sure=False))
    if settings:
        sure = any(setting.sure for setting in settings) and old.sure and new.sure
        yield RuleChange(new.name, Change.CHANGED, old.opens, new.opens, sure, settings)


def _rule_added(rule: PastRule, *, open_before: bool) -> RuleChange:
    return RuleChange(rule.name, Change.ADDED, None, rule.opens, rule.sure and not open_before)


def _rule_removed(rule: PastRule, *, open_now: bool) -> RuleChange:
    return RuleChange(rule.name, Change.REMOVED, rule.opens, None, rule.sure and not open_now)


def _rule_order(rule: RuleChange) -> tuple[str, str]:
    return rule.name.lower(), rule.what.value


# ── cost ──


def _cost(old: PastNetwork | None, one: PastNetwork | None, *, sure: bool) -> CostChange | None:
    """What a network costs more than before; nothing of one that is not there."""
    costs = [network.cost if network is not None else None for network in (old, one)]
    there = [cost for cost in costs if cost is not None]
    networks = [network for network in (old, one) if network is not None]
    if len(there) < len(networks) or len({cost.currency for cost in there}) > 1:
        return None
    latest = there[-1]
    before, after = (cost if cost is not None else Cost((), latest.currency, ()) for cost in costs)
    more = after.minus(before)
    conditions = [network.only_if if network is not None else () for network in (old, one)]
    if more != Range() and (not sure or set(conditions[0]) != set(conditions[1])):
        more = more.hull(Range()).hull(after.total).hull(Range().minus(before.total))
    amounts = [cost.total if cost is not None else None for cost in costs]
    words = [in_words(amount, latest.currency) if amount is not None else None for amount in amounts]
    said = difference(more, latest.currency)
    basis = tuple(dict.fromkeys((*before.basis, *after.basis)))
    return CostChange(words[0], words[1], said, amounts[0], amounts[1], more, latest.currency, basis)
