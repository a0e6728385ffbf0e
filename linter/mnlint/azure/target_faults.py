"""What a rule lacks for its target, and rules that are written in a way that does not hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure import arm
from mnlint.azure.draft import Draft, Drafts, Tables, once
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.azure.network_settings import Setting, may_add, settings_of
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import Final
from mnlint.model.value import ABSENT, Cause, Node, Ref, Seq, Unknown, doubt, literal, member

UPDATE: Final = "azapi_update_resource"
Answer = tuple[Tri, Node, str, Unknown | None]  # whether it is so, at which place, in words, why nobody knows
Sku = tuple[Tri, Node, Unknown | None]  # whether an update writes it, which, and why nobody knows


def judge_targets(drafts: Drafts) -> None:
    """outboundRule.targetFault: the first fault; without one, the first doubt; without that, nothing."""
    gateways = _gateways(drafts.tables)
    skus = {network.address: _sku_update(settings_of(drafts, network)) for network in drafts.of("managedNetwork")}
    updates = [Setting(arm.network_settings(view), view) for view in drafts.index.views if may_add(view)]
    anywhere = _sku_update(updates)
    for rule in drafts.of("outboundRule"):
        relation = rule["network"].value
        network = drafts.by_address[relation.address] if isinstance(relation, Ref) else None
        answers = [_hosts(rule, *gateways), _spark(rule, network), *_updates(rule, network, skus, anywhere)]
        rule.fields["targetFault"] = _first(rule, answers)


def _first(rule: Draft, answers: Sequence[Answer]) -> Node:
    tri, node, words, why = max(answers, key=lambda answer: answer[0])  # the first of several
    if tri is Tri.UNKNOWN:
        why = why or Unknown(Cause.RUNTIME, node.origin, "what the rule leads to")
        return node.holding(Unknown(why.cause, why.span, why.label))
    return node.holding(words if tri is Tri.TRUE else ABSENT)


@once
def _gateways(tables: Tables) -> tuple[list[str], list[str]]:
    """The types of targets that are ways to hosts, and the subresources that others have and they have not."""
    listed = tables.get("pe-targets", ())
    others = dict.fromkeys(str(name) for e in listed if not e.get("needs_fqdns") for name in e["subresources"])
    return [str(e["type"]) for e in listed if e.get("needs_fqdns")], list(others)


def _hosts(rule: Draft, gateways: Sequence[str], others: Sequence[str]) -> Answer:
    """An Application Gateway is a way to hosts, which the rule has to name; it has no other type's subresources."""
    of_gateway = both(is_text(rule["targetType"], *gateways), is_text(rule["subresource"], *others).negated())
    endpoint = both(is_text(rule["type"], "PrivateEndpoint"), of_gateway)
    given = _has_members(rule["fqdns"])
    words = "leads to an Application Gateway and has no fqdns: the hosts that are reached through it"
    asked = ("type", "targetType", "subresource", "fqdns")
    why = next((d for d in (doubt(rule[name]) for name in asked) if d is not None), None)
    return both(endpoint, given.negated()), rule["target"], words, why


def _has_members(listed: Node) -> Tri:
    value = listed.value
    if isinstance(value, Seq):
        return either(Tri.FALSE if value.more is None else Tri.UNKNOWN, *(is_there(item) for item in value.items))
    return is_there(listed) if missing(listed) else Tri.UNKNOWN


def _spark(rule: Draft, network: Draft | None) -> Answer:
    """Where the network is made ready for Spark, a storage rule has to let Spark in."""
    storage = both(is_text(rule["type"], "PrivateEndpoint"), is_text(rule["targetType"], arm.STORAGE))
    ready = network["sparkReady"] if network is not None else rule["network"]
    enabled = rule["sparkEnabled"]
    node = rule["target"] if missing(enabled) else enabled
    workspace = is_text(rule["family"], "workspace")
    tri = both(storage, workspace, is_text(ready, "true"), is_text(enabled, "true").negated())
    words = "leads to storage and has no sparkEnabled, while the network is made ready for Spark"
    asked = (rule["type"], rule["targetType"], ready, enabled)
    return tri, node, words, next((d for d in map(doubt, asked) if d is not None), None)


def _updates(rule: Draft, network: Draft | None, skus: Mapping[str, Sku | None], anywhere: Sku | None) -> list[Answer]:
    """Rules, or the firewall's SKU that FQDN rules need, written by a block that loses them again."""
    view = rule.view
    if view is not None and view.resource.type == UPDATE:
        head = literal(UPDATE, view.resource.head)
        return [(Tri.TRUE, head, f"is written by an {UPDATE}, which is not reliable for outbound rules", None)]
    # Of a workspace that is not declared here, any update may be.
    own = Tri.TRUE if network is not None and network.view is not None else Tri.UNKNOWN
    sku = skus.get(network.address) if network is not None and own is Tri.TRUE else anywhere
    if sku is None:
        return []
    written, node, why = sku
    words = f"needs the firewall whose SKU an {UPDATE} writes, which is not reliable for it"
    tri = both(own, written, is_text(rule["type"], "FQDN"))
    return [(tri, node, words, doubt(rule["network"]) or why or doubt(rule["type"]))]


def _sku_update(settings: Sequence[Setting]) -> Sku | None:
    """Whether it is an update that writes the firewall's SKU to a workspace which something else declares."""
    found: Sku | None = None
    for setting in settings:
        sku = member(setting.node, "firewallSku", fold=True)
        if setting.view.resource.type != UPDATE or missing(sku):
            continue
        tri = both(setting.sure, is_there(sku), Tri.TRUE if setting.why is None else Tri.UNKNOWN)
        if found is None or tri > found[0]:
            found = tri, sku, setting.why or doubt(sku)
    return found
