"""Managed networks and their rules in words that can be compared with another day's, whatever they were called then."""

from __future__ import annotations

from collections.abc import Iterator

from mnlint.azure.cost import identity
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import excluded, implied, is_text, missing
from mnlint.azure.one_resource import GLOBAL_NAMES
from mnlint.azure.same import ports_of
from mnlint.azure.views import View
from mnlint.model.ids import id_of
from mnlint.model.past import PastNetwork, PastRule, Told
from mnlint.model.record import replace
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Choice, HopKind, Map, Node, Ref, Seq, Unknown, doubt, form_of

NOTHING: Final = Told("nothing", "")
NONE: Final = "none"
_OLD: Final = Told("the one that is there", "old")
_NEW: Final = Told("a new one in its place", "new")
# The settings of a rule that matter to readers, by our fields.
_PARTS: Final = {
    "destination": "host",
    "service tag": "serviceTag",
    "address prefixes": "addressPrefixes",
    "protocol": "protocol",
    "ports": "ports",
}


def snapshots(drafts: Drafts) -> tuple[PastNetwork, ...]:
    """Every network of a deployment as it is to be remembered."""
    by_network: dict[str, list[Draft]] = {}
    for rule in drafts.of("outboundRule"):
        relation = rule["network"].value
        if isinstance(relation, Ref):
            by_network.setdefault(relation.address, []).append(rule)
    return tuple(
        _network(drafts, network, by_network.get(network.address, ())) for network in drafts.of("managedNetwork")
    )


def to_be_replaced(network: PastNetwork) -> PastNetwork:
    """A network that a plan puts a new one in the place of."""
    return replace(network, settings=(("resource", _OLD), *network.settings))


def _network(drafts: Drafts, network: Draft, related: list[Draft] | tuple[()]) -> PastNetwork:
    view = network.view
    declared = is_text(network["declared"], "true") is Tri.TRUE
    listed = list(_rules(drafts, network, related))
    rules = [rule for rule in listed if rule.unseen is None]
    unseen = [doubt(rule.unseen) for rule in listed if rule.unseen is not None]
    settings = [("isolation mode", _mode(network["effectiveMode"]))]
    if view is not None and view.address in drafts.deployment.replaced:
        settings.insert(0, ("resource", _NEW))
    settings.append(("firewall", _firewall(network)))
    return PastNetwork(
        family=str(network["family"].value),
        address=view.address if view is not None else network.address,
        name=form_of(network["name"]) if view is not None else network.address,
        mode=network["effectiveMode"],
        where="",
        declared=declared,
        shown=_called(network),
        settings=tuple(settings),
        rules=tuple(_rule(drafts, rule, network) for rule in rules),
        hidden=_unknown(network.hidden or next(iter(unseen), None)),
        only_if=tuple(identity(guard) or "" for guard in (*network.guards, *_nodes(network.unseen))),
        cost=network.cost,
        heads=(network.head, *(view.resource.callers if view is not None else network.callers)),
    )


def _nodes(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else (node,)


def _firewall(network: Draft) -> Told:
    """The firewall by its SKU, be it there or not."""
    sku = scalar(network["effectiveSku"])
    if network.firewall is Tri.TRUE:
        return sku
    if network.firewall is Tri.UNKNOWN:
        return Told(f"perhaps one ({sku.words})", f"perhaps {sku.identity}", known=False)
    written = scalar(network["firewallSku"])
    if written is NOTHING:
        return Told(NONE, NONE)
    return Told(f"{NONE} (SKU {written.words})", f"{NONE} {written.identity}", written.known)


def _unknown(why: Unknown | None) -> Told | None:
    return None if why is None else Told(f"not known ({why.label})", identity(why) or "", known=False)


def _called(network: Draft) -> str:
    """What readers call a network: by its name, or by the symbol of its resource where nobody knows that."""
    name = network["name"].value
    if isinstance(name, str):
        return name
    return network.view.resource.symbol if network.view is not None else "a workspace that is not declared here"


def _rules(drafts: Drafts, network: Draft, related: list[Draft] | tuple[()]) -> Iterator[Draft]:
    """The rules of a network: those that are related to it, and of one that is not declared, those that name it."""
    listed = network["rules"].value
    items = listed.items if isinstance(listed, Seq) else ()
    own = [drafts.by_address[item.value.address] for item in items if isinstance(item.value, Ref)]
    for rule in dict.fromkeys((*own, *related)):
        if not excluded(rule.guards, network.guards):
            yield rule


def _rule(drafts: Drafts, rule: Draft, network: Draft) -> PastRule:
    name = rule["name"].value
    key = form_of(rule["name"])
    symbolic = rule.view is not None and rule.view is not network.view and rule.view.resource.symbolic
    settings = list(_settings(drafts, rule))
    return PastRule(
        name=name if isinstance(name, str) else _named(rule),
        key=None if key is None or "{?}" in key else key.lower(),
        opens=_opens(settings),
        settings=tuple(settings),
        sure=implied(rule.guards, network.guards) and not symbolic,
    )


def _named(rule: Draft) -> str:
    why = doubt(rule["name"])
    return f"named by {why.label}" if why is not None else rule.address


def _settings(drafts: Drafts, rule: Draft) -> Iterator[tuple[str, Told]]:
    """What a rule says that is said at all; of one whose type is known, what that type takes."""
    yield "type", scalar(rule["type"])
    kind = rule["type"]
    if is_text(kind, "PrivateEndpoint") is not Tri.FALSE:
        yield "target", _target(drafts, rule["target"])
        yield "subresource", scalar(rule["subresource"])
    for words, name in _PARTS.items():
        of = "FQDN" if name == "host" else "ServiceTag"
        if is_text(kind, of) is Tri.FALSE or (is_text(kind, of) is Tri.UNKNOWN and isinstance(rule[name].value, Map)):
            continue
        yield words, _ports(rule[name]) if name == "ports" else scalar(rule[name])


def _opens(settings: list[tuple[str, Told]]) -> str:
    """Such as `FQDN pypi.org` and `ServiceTag AzureMonitor, TCP, 443`."""
    first, *others = [told.words for _, told in settings if told.words != NOTHING.words] or [NOTHING.words]
    return f"{first} {', '.join(others)}" if others else first


def _mode(mode: Node) -> Told:
    told = scalar(mode)
    by_default = any(hop.kind is HopKind.PLATFORM_DEFAULT for hop in mode.trail)
    return Told(f"{told.words} (by default)", told.identity, told.known) if by_default else told


def scalar(node: Node) -> Told:
    """A value in words, whatever it is."""
    value = node.value
    if missing(node):
        return NOTHING
    if isinstance(value, Choice):
        options = [scalar(option) for option in value.options]
        words = " or ".join(dict.fromkeys(option.words for option in options))
        return Told(words, f"{identity(node.holding(value.why))}: {'|'.join(o.identity for o in options)}", known=False)
    if isinstance(value, bool | int | float | str):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Told(text, text.strip().lower())
    if isinstance(value, Seq) and value.more is None and all(isinstance(item.value, str) for item in value.items):
        texts = sorted(str(item.value) for item in value.items)
        return Told(", ".join(texts) or NOTHING.words, ",".join(texts).lower())
    if isinstance(value, Ref):
        return Told(".".join((value.address, *value.rest)), form_of(node) or "", known=False)
    return _unknown(doubt(node)) or Told("an object", "an object", known=False)


def _ports(node: Node) -> Told:
    """Ports, of which neither blanks nor the order matter."""
    value = node.value
    if isinstance(value, str | int):
        return Told(str(value), ",".join(sorted(ports_of(value))))
    return scalar(node)


def _target(drafts: Drafts, node: Node) -> Told:
    """The resource that an id leads to, by its type and name: what refers to it may have been called otherwise."""
    value = node.value
    if isinstance(value, Choice):
        options = [_target(drafts, option) for option in value.options]
        words = " or ".join(dict.fromkeys(option.words for option in options))
        return Told(words, f"{identity(node.holding(value.why))}: {'|'.join(o.identity for o in options)}", known=False)
    _, found = id_of(node)
    if found is None:
        return scalar(node)
    view = drafts.index.by_address.get(found.root or "")
    if found.root is not None and view is None:
        return scalar(node)
    kind = drafts.index.type_of(found)
    names = (*(view.names if view is not None else ()), *found.names)
    known = bool(kind) and not any("{" in name for name in names)
    everywhere = kind.lower() in GLOBAL_NAMES
    place = "" if everywhere or view is not None else found.scope.lower()
    told = f"{kind.rpartition('/')[2]} {'/'.join(names)}" if known else _symbol(view, node)
    # A name alone, without its resource group, tells two resources apart only if it is taken everywhere.
    sure = known and "{" not in place and (everywhere or view is None)
    return Told(told, f"{place}|{kind}|{'/'.join(names)}".lower(), sure)


def _symbol(view: View | None, node: Node) -> str:
    return view.resource.symbol if view is not None else scalar(node).words
