"""What a managed network costs a month by the price list: its firewall, and the private endpoints that come with it.

An endpoint is counted for each rule that asks for one, for each connection to a resource that takes one, and for those
that the service makes itself. That of a rule with Spark, which may come twice, counts once: no page says more of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from mnlint.azure.defaults import MODES
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import excluded, implied, is_text, missing
from mnlint.azure.network_settings import is_addition, settings_of
from mnlint.azure.prices import ENDPOINT, Price, basis, of_firewall, prices_of
from mnlint.azure.required import FIELD as REQUIRED_TWINS
from mnlint.azure.required import Made, made_endpoints, own_resources
from mnlint.azure.rule_targets import target_type
from mnlint.azure.rules import doubles
from mnlint.azure.twins import BY_DESTINATION, BY_NAME
from mnlint.model.cost import ZERO, Cost, Item, Range
from mnlint.model.record import dataclass, field
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Final
from mnlint.model.value import Choice, Node, Ref, Seq, Unknown, doubt, form_of

Prices = Mapping[tuple[str, str], Price]
_Mine = tuple[Draft, Tri, tuple[Node | Unknown | None, ...]]  # a fact of a network, whether it is, and why
_TWINS: Final = (BY_NAME, BY_DESTINATION, REQUIRED_TWINS)
_UNSEEN: Final = "rules and connections that are not seen"


@dataclass(frozen=True, slots=True)
class _Count:
    """How many of something there are, from `low` to `high` (None: nobody knows), and what that hangs on."""

    name: str
    low: int
    high: int | None
    doubts: tuple[str, ...]


_Bill = tuple[Item, ...]  # without those that cost nothing whatever is so


def fill(drafts: Drafts) -> None:
    """The cost of every network."""
    prices = prices_of(drafts.tables)
    rules, connections = _Own(drafts, "outboundRule"), _Own(drafts, "connection")
    for network in drafts.of("managedNetwork"):
        network.cost = _cost(drafts, network, prices, rules, connections)


def _cost(drafts: Drafts, network: Draft, prices: Prices, rules: _Own, connections: _Own) -> Cost | None:
    """What a network costs; None if the list lacks a price, or has them in several currencies."""
    mode = network["effectiveMode"]
    managed = is_text(mode, *MODES[1:])
    if managed is Tri.FALSE and is_text(mode, MODES[0]) is not Tri.TRUE:
        managed = Tri.UNKNOWN  # a mode that there is not is refused: what is there then, nobody knows
    unseen, groups = _unseen(network), rules.groups(network)
    # Where the mode takes no rule for a host, such a rule is refused, and nothing is built for it.
    taken = both(managed, either(is_text(mode, MODES[2]), is_text(mode, *MODES).negated()))
    network.firewall = _is_built([group.names_a_host(managed) for group in groups], taken, unseen)
    endpoint, firewalls = prices.get((ENDPOINT, "")), of_firewall(network["effectiveSku"], prices)
    if endpoint is None or not firewalls or len({p.currency for p in (endpoint, *firewalls)}) > 1:
        return None
    firewall = _firewall(network, groups, firewalls, unseen)
    led = [(draft, sure, why, _led_to(draft)) for draft, sure, why in connections.of(network)]
    around = _around(drafts, network, groups) if led or any(group.hangs for group in groups) else ""
    own = [one for group in groups for one in group.under(managed)] if led else []
    more = []
    if unseen is not None and managed is not Tri.FALSE:
        more.append(_Count(_UNSEEN, 0, None, (*unseen, *_forms([mode]))))
    bills = [
        _billed([firewall]),
        _items(_automatic(drafts, network), endpoint),
        *(group.bill(managed, mode, around, endpoint) for group in groups),
        _items(_of_connections(drafts, network, managed, led, own, around), endpoint),
        _items(more, endpoint),
    ]
    used = [*(firewalls if firewall.range.high != ZERO else ()), endpoint]
    return Cost(tuple(chain.from_iterable(bills)), endpoint.currency, basis(used))


def _items(counts: Iterable[_Count], endpoint: Price) -> _Bill:
    items = []
    for count in counts:
        if count.high != 0:
            high = None if count.high is None else endpoint.month * count.high
            cost = Range(endpoint.month * count.low, high)
            items.append(Item(count.name, cost, () if cost.exact else count.doubts))
    return _billed(items)


def _billed(items: Iterable[Item]) -> _Bill:
    return tuple(item for item in items if item.range != Range())


# ── the firewall ──


def _is_built(named: Sequence[Tri], taken: Tri, unseen: tuple[str, ...] | None) -> Tri:
    """Whether there is a firewall: if any rule names a host, and the network takes such rules."""
    there = max(named, default=Tri.FALSE)
    return both(there if unseen is None else either(there, Tri.UNKNOWN), taken)


def _firewall(
    network: Draft, groups: Sequence[_Group], prices: Sequence[Price], unseen: tuple[str, ...] | None
) -> Item:
    months = [price.month for price in prices]
    sku = _forms([network["effectiveSku"]])
    if network.firewall is not Tri.UNKNOWN:
        known = Range(min(months), max(months)) if network.firewall is Tri.TRUE else Range()
        return Item("firewall", known, sku)
    # It hangs on which rules name a host, under which conditions.
    hosts = sorted(chain.from_iterable(group.hosts for group in groups))
    doubts = (told(network["effectiveMode"]), *sku, *hosts, *(unseen or ()))
    return Item("firewall", Range(ZERO, max(months)), doubts)


# ── endpoints ──


def _automatic(drafts: Drafts, network: Draft) -> Iterator[_Count]:
    """The endpoints that come by themselves: of several entries for one thing, one for each mode, at most one holds."""
    by_target: dict[str, list[Made]] = {}
    for made in made_endpoints(drafts, network):
        by_target.setdefault(made.name, []).append(made)
    mode = network["effectiveMode"]
    for name, entries in by_target.items():
        asked = [(both(is_text(mode, made.mode), made.there), made) for made in entries]
        low = max((made.number for sure, made in asked if sure is Tri.TRUE), default=0)
        high = max((made.number for sure, made in asked if sure is not Tri.FALSE), default=0)
        when = [f"{made.mode} {made.there.name} {' '.join(_forms(made.because))}" for made in entries]
        yield _Count(f"endpoint to its own {name}", low, high, (told(mode), *when))


def _of_rule(draft: Draft, sure: Tri, why: tuple[Node | Unknown | None, ...], around: str) -> _Count:
    """One for a rule that asks for one, but for a second rule that says the same, or what the service makes itself."""
    again = _again(draft)
    tri = both(sure, is_text(draft["type"], "PrivateEndpoint"), again.negated())
    twins = [draft[name] for name in _TWINS]
    doubts = (told(draft["type"]), again.name, *_forms([*why, *twins]), *([around] if again is Tri.UNKNOWN else []))
    return _counted("rule", draft, tri, doubts)


def _again(rule: Draft) -> Tri:
    """Whether another rule says the same, or the service."""
    return either(Tri.FALSE, *(_some(rule[name]) for name in _TWINS))


def _counted(what: str, draft: Draft, tri: Tri, doubts: tuple[str, ...]) -> _Count:
    """The endpoint of a rule or a connection, if it has one; those of a loop's unknown members may be any number."""
    symbolic = _is_symbolic(draft)
    high = 0 if tri is Tri.FALSE else None if symbolic else 1
    key = form_of(draft["name"]) or draft.address
    return _Count(f"endpoint by {what} {key.lower()}", int(tri is Tri.TRUE and not symbolic), high, doubts)


def _of_connections(
    drafts: Drafts,
    network: Draft,
    managed: Tri,
    found: Sequence[tuple[Draft, Tri, tuple[Node | Unknown | None, ...], Node]],
    own: Sequence[_Mine],
    around: str,
) -> Iterator[_Count]:
    """One for each resource that connections lead to, if its type takes one; another rule may have made it already."""
    listed = {str(e["type"]): len(e.get("subresources", ())) for e in drafts.tables.get("pe-targets", ())}
    if not found:
        return
    from mnlint.azure.targets import Targets

    targets = Targets(drafts.index, [*(target for _, _, _, target in found), *(rule["target"] for rule, _, _ in own)])
    before: dict[int, Tri] = {}
    ruled = {
        number: both(seen, is_text(rule["type"], "PrivateEndpoint"))
        for number, (rule, seen, _) in enumerate(own, len(found))
    }
    for at, (draft, sure, why, target) in enumerate(found):
        if missing(target):
            continue
        kind = target_type(drafts, target)
        there = both(managed, sure, is_text(kind, *listed))
        if there is Tri.FALSE:
            continue
        again = targets.any_of(at, before)
        single = is_text(kind, *(name for name, number in listed.items() if number == 1))
        made = either(targets.any_of(at, ruled), _is_own(drafts, network, target))
        # A rule to another subresource is not the endpoint of a connection.
        perhaps = both(made, single if single is Tri.TRUE else Tri.UNKNOWN)
        tri = both(there, either(again, perhaps).negated())
        before[at] = there
        doubts = (told(network["effectiveMode"]), told(target), told(kind), *_forms(why), around)
        yield _counted("connection", draft, tri, doubts)


def _around(drafts: Drafts, network: Draft, groups: Sequence[_Group]) -> str:
    """What a doubt whether two endpoints are one hangs on: all that leads anywhere, as far as it is known."""
    texts = [*chain.from_iterable(group.told for group in groups), *map(told, own_resources(drafts, network))]
    return "; ".join(sorted(texts))


def _led_to(connection: Draft) -> Node:
    return connection["resourceId"] if not missing(connection["resourceId"]) else connection["target"]


def _is_own(drafts: Drafts, network: Draft, target: Node) -> Tri:
    """Whether a connection leads to what the service makes an endpoint to anyway."""
    from mnlint.azure.same import same_target

    own = own_resources(drafts, network)
    return either(Tri.FALSE, *(same_target(drafts.index, target, node) for node in own))


# ── whose ──


@dataclass(slots=True, eq=False)
class _Group:
    """Rules that are, or may be, of the same networks: what follows from them is worked out once for all of these."""

    members: Sequence[_Mine]
    hangs: bool = False  # whether it matters what else leads anywhere
    told: Sequence[str] = ()  # what each says, as far as it is known
    hosts: Sequence[str] = ()  # of those that may name a host
    ends: Sequence[_Mine] = ()  # those that may be private endpoints
    _named: dict[Tri, Tri] = field(default_factory=dict)
    _bills: dict[tuple[Tri, str | None, str], _Bill] = field(default_factory=dict)

    @classmethod
    def of(cls, members: Sequence[_Mine]) -> _Group:
        hangs = any(_again(draft) is Tri.UNKNOWN for draft, _, _ in members)
        parts = [[draft[name] for name in ("name", "type", "target", "subresource")] for draft, _, _ in members]
        texts = [" ".join(map(told, nodes)) for nodes in parts]
        asked = [(draft, why) for draft, _, why in members if is_text(draft["type"], "FQDN") is not Tri.FALSE]
        hosts = [f"{told(draft['type'])} if {' '.join(_forms(why))}" for draft, why in asked]
        ends = [one for one in members if is_text(one[0]["type"], "PrivateEndpoint") is not Tri.FALSE]
        return cls(members, hangs, texts, hosts, ends)

    def under(self, managed: Tri) -> list[_Mine]:
        """The rules of a network that is, or may be, managed."""
        return [(draft, both(managed, sure), why) for draft, sure, why in self.members]

    def names_a_host(self, managed: Tri) -> Tri:
        """Whether any of them names a host."""
        if managed not in self._named:
            asked = (both(managed, sure, is_text(draft["type"], "FQDN")) for draft, sure, _ in self.members)
            self._named[managed] = max(asked, default=Tri.FALSE)
        return self._named[managed]

    def bill(self, managed: Tri, mode: Node, around: str, endpoint: Price) -> _Bill:
        """What their endpoints cost in a network."""
        key = managed, identity(mode), around if self.hangs else ""
        if key not in self._bills:
            counts = (_of_rule(draft, both(managed, sure), (mode, *why), around) for draft, sure, why in self.ends)
            self._bills[key] = _items(counts, endpoint)
        return self._bills[key]


class _Own:
    """The facts of a kind by the network that they are, or may be, a part of."""

    def __init__(self, drafts: Drafts, kind: str) -> None:
        self._drafts = drafts
        self._by_network: dict[str | None, list[Draft]] = {}
        self._anybodys: dict[str, _Group] = {}
        for draft in drafts.of(kind):
            untyped = draft.view is not None and draft.view.untyped is not None
            if draft.unseen is None or untyped:  # what nobody sees is counted by its network
                relation = draft["network"].value
                key = relation.address if isinstance(relation, Ref) else None
                self._by_network.setdefault(key, []).append(draft)

    def of(self, network: Draft) -> Iterator[_Mine]:
        """Those of a network, whether they are its own and there, and why nobody may know."""
        yield from self._sure(network)
        yield from self._perhaps(network, self._by_network.get(None, ()))
        yield from self._perhaps(network, self._others(network))

    def groups(self, network: Draft) -> list[_Group]:
        """The same in groups: that of which nobody knows whose it is may be of any network, and is asked about once."""
        found = [
            _Group.of([*self._sure(network)]),
            self._anybodys_of(network),
            _Group.of([*self._perhaps(network, self._others(network))]),
        ]
        return [group for group in found if group.members]

    def _anybodys_of(self, network: Draft) -> _Group:
        family = form_of(network["family"])
        known = self._anybodys.get(family) if family is not None and not network.guards else None
        if known is None:
            known = _Group.of([*self._perhaps(network, self._by_network.get(None, ()))])
            if family is not None and not network.guards:
                self._anybodys[family] = known
        return known

    def _sure(self, network: Draft) -> Iterator[_Mine]:
        for draft in self._by_network.get(network.address, ()):
            if not excluded(draft.guards, network.guards):
                sure = Tri.TRUE if implied(draft.guards, network.guards) and draft.unseen is None else Tri.UNKNOWN
                yield draft, sure, (draft.unseen, *draft.guards) if sure is Tri.UNKNOWN else ()

    def _others(self, network: Draft) -> list[Draft]:
        """Those of networks of which nobody knows whether they are this one."""
        perhaps: list[Draft] = []
        for address in doubles(self._drafts, network):
            perhaps += self._by_network.get(address, ())
        for setting in settings_of(self._drafts, network):
            # What nobody knows to be of this network has one of its own.
            stranger = self._drafts.made_of(setting.view, "managedNetwork") if setting.sure is not Tri.TRUE else None
            perhaps += self._by_network.get(stranger.address, ()) if stranger is not None else ()
        return perhaps

    def _perhaps(self, network: Draft, drafts: Iterable[Draft]) -> Iterator[_Mine]:
        for draft in drafts:
            family = draft.fields.get("family")
            apart = family is not None and is_text(network["family"], str(family.value)) is Tri.FALSE
            if not apart and not excluded(draft.guards, network.guards):
                yield draft, Tri.UNKNOWN, (draft["network"], draft.unseen, *draft.guards)


def _unseen(network: Draft) -> tuple[str, ...] | None:
    """Why a network may have rules that are in no file here; None if it has not."""
    view = network.view
    if view is None or not view.known or is_addition(view):
        return (f"declared elsewhere: {network.address}",)
    why: list[Node | Unknown | None] = [*network.unlisted]
    why += [network.unseen] if network.unseen is not None else []
    return _forms(why) if why else None


def _is_symbolic(draft: Draft) -> bool:
    """Whether a fact stands for those of all members of a loop, however many: each of the loop's networks has one."""
    inline = draft.kind == "outboundRule" and is_text(draft["written"], "inline") is Tri.TRUE
    return draft.view is not None and draft.view.resource.symbolic and not inline


def _some(node: Node) -> Tri:
    """Whether a list has members that are known."""
    value = node.value
    if isinstance(value, Seq):
        return Tri.TRUE if value.items else Tri.FALSE if value.more is None else Tri.UNKNOWN
    return Tri.FALSE if missing(node) else Tri.UNKNOWN


def _forms(nodes: Sequence[Node | Unknown | None]) -> tuple[str, ...]:
    """What an amount hangs on, in texts that are equal for equal doubts at any revision."""
    return tuple(sorted({text for node in nodes if (text := identity(node)) is not None}))


def told(node: Node) -> str:
    """What is known of a value, or the doubt about it."""
    return identity(node) or str(form_of(node)).lower()


def identity(node: Node | Unknown | None) -> str | None:
    """A text for the doubt about a value, equal where nobody could tell the doubts apart; None if there is none."""
    if isinstance(node, Node) and isinstance(node.value, Choice):
        options = ",".join(identity(one) or str(form_of(one)) for one in node.value.options)
        return f"{identity(node.value.why)} of {options}"
    why = doubt(node) if isinstance(node, Node) else node
    return f"{why.cause.name} {why.label} {why.form}" if why is not None else None
