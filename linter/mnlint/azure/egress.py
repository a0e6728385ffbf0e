"""What the destinations of FQDN and service-tag rules are worth, by the lists: derived fields of every rule."""

from __future__ import annotations

from functools import partial

from mnlint.azure import hosts, tags
from mnlint.azure.covering import join_covering
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.azure.texts import told
from mnlint.model.tri import Tri, both, either
from mnlint.model.value import ABSENT, Cause, Choice, Node, Seq, Unknown, choice, doubt


def judge_destinations(drafts: Drafts) -> None:
    """The derived fields of every rule."""
    broad = _broad(drafts)
    endings = [str(e["ending"]) for e in drafts.tables.get("storage-hosts", ()) if e.get("environment")]
    known = _tags(drafts)
    for rule in drafts.of("outboundRule"):
        rule.fields["hostFault"] = told(rule["host"], hosts.fault, endings)
        rule.fields["hostOpens"] = told(rule["host"], broad.opens, endings)
        rule.fields["storageHost"] = told(rule["host"], broad.storage, endings)
        rule.fields["tag"] = tag = _tag(drafts, rule)
        by_azurerm = is_text(rule["dialect"], "azurerm") is Tri.TRUE
        rule.fields["tagFault"] = told(tag, known.azurerm_fault if by_azurerm else known.fault)
        rule.fields["tagOpens"] = told(tag, known.opens)
        rule.fields["tagDirection"] = told(tag, known.direction)
        rule.fields.update(_traffic(rule, exact=by_azurerm))
    join_covering(drafts, broad)


def _broad(drafts: Drafts) -> hosts.Broad:
    entries = drafts.tables.get("broad-destinations", ())
    return hosts.Broad(
        suffixes={str(e["suffix"]): str(e["opens"]) for e in entries if "suffix" in e},
        hosts={str(e["host"]): str(e["opens"]) for e in entries if "host" in e},
        closed=frozenset(str(e["closed"]) for e in entries if "closed" in e),
        documented=frozenset(str(e["host"]).lower() for e in drafts.tables.get("scenario-hosts", ())),
        storage_hosts=frozenset(
            f"{service}.{e['ending']}" for e in drafts.tables.get("storage-hosts", ()) for service in e["services"]
        ),
    )


def _traffic(rule: Draft, *, exact: bool) -> dict[str, Node]:
    """What is wrong with a rule's protocol and with its ports, and both in words."""
    protocol = told(rule["protocol"], partial(tags.protocol_fault, exact=exact))
    ports = _ports(rule["ports"])
    both_wrong = isinstance(protocol.value, str) and isinstance(ports.value, str)
    said = protocol.holding(f"{protocol.value}; {ports.value}") if both_wrong else protocol
    return {
        "protocolFault": protocol,
        "portsFault": ports,
        "trafficFault": ports if missing(protocol) else said,
    }


def _ports(node: Node) -> Node:
    value = node.value
    if isinstance(value, Choice):
        return choice([_ports(option) for option in value.options], value.why, node)
    if isinstance(value, Seq):
        return node.holding("the ports are a list, where one text such as '80, 443' is expected")
    return told(node, tags.ports_fault)


def _tags(drafts: Drafts) -> tags.Tags:
    made = (
        tags.Tag(str(e["tag"]), str(e.get("direction", "")), e.get("azurerm") is True)
        for e in drafts.tables.get("service-tags", ())
    )
    broad = [e for e in drafts.tables.get("broad-destinations", ()) if "tag" in e]
    return tags.Tags(
        known={tag.name.lower(): tag for tag in made},
        broad={str(e["tag"]): str(e["opens"]) for e in broad},
        in_any_region=frozenset(str(e["tag"]) for e in broad if e["forms"] == "any"),
    )


def _tag(drafts: Drafts, rule: Draft) -> Node:
    """The service tag in effect: none where address prefixes take its place."""
    written, prefixes = rule["serviceTag"], rule["addressPrefixes"]
    replaced = both(_has_members(prefixes), _takes_prefixes(drafts, rule))
    if replaced is not Tri.UNKNOWN:
        return written.holding(ABSENT) if replaced is Tri.TRUE else written
    version = rule.view.api_version if rule.view is not None else None
    why = doubt(prefixes) or (doubt(version) if version is not None else None)
    why = why or Unknown(Cause.RUNTIME, prefixes.origin, "what this API version makes of addressPrefixes")
    return choice([written, written.holding(ABSENT)], Unknown(why.cause, why.span, why.label), written)


def _has_members(listed: Node) -> Tri:
    value = listed.value
    if missing(listed):
        return Tri.FALSE
    if not isinstance(value, Seq):
        return Tri.UNKNOWN
    return either(Tri.FALSE if value.more is None else Tri.UNKNOWN, *(is_there(item) for item in value.items))


def _takes_prefixes(drafts: Drafts, rule: Draft) -> Tri:
    """Whether address prefixes count at the API version that a rule is written at; older ones only give them back."""
    version = rule.view.api_version if rule.view is not None else None
    if version is None or is_text(rule["family"], "foundry") is Tri.TRUE:
        return Tri.TRUE
    for entry in drafts.tables.get("address-prefixes", ()):
        tri = is_text(version, *entry["versions"])
        if tri is not Tri.FALSE:
            return tri if entry["writable"] is True else tri.negated()
    return Tri.UNKNOWN
