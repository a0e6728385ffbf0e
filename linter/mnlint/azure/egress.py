"""What the destinations of FQDN and service-tag rules are worth, by the lists: derived fields of every rule."""

from __future__ import annotations

from functools import partial

from mnlint.azure import hosts
from mnlint.azure.covering import join_covering
from mnlint.azure.draft import Draft, Drafts, Tables, once, said
from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.azure.texts import HOLE, shown, text_of, told
from mnlint.model.tri import Tri, both, either
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import ABSENT, Cause, Choice, Node, Ref, Seq, Unknown, choice, doubt

if TYPE_CHECKING:
    from mnlint.azure.tags import Tags


def judge_destinations(drafts: Drafts) -> None:
    """The derived fields of every rule."""
    broad = _broad(drafts.tables)
    endings = [str(e["ending"]) for e in drafts.tables.get("storage-hosts", ()) if e.get("environment")]
    known = partial(_tags, drafts.tables)  # most rules have no tag
    for rule in drafts.of("outboundRule"):
        rule.fields["hostFault"] = told(rule["host"], hosts.fault, endings)
        rule.fields["hostOpens"] = told(rule["host"], broad.opens, endings)
        rule.fields["storageHost"] = told(rule["host"], broad.storage, endings)
        rule.fields["tag"] = tag = _tag(drafts, rule)
        by_azurerm = is_text(rule["dialect"], "azurerm") is Tri.TRUE
        fault = (lambda text: known().azurerm_fault(text)) if by_azurerm else (lambda text: known().fault(text))
        rule.fields["tagFault"] = told(tag, fault)
        rule.fields["tagOpens"] = told(tag, lambda text: known().opens(text))
        rule.fields["tagDirection"] = told(tag, lambda text: known().direction(text))
        rule.fields.update(_traffic(rule, exact=by_azurerm))
        rule.fields["opened"] = _opened(rule)
    for network in drafts.of("managedNetwork"):
        network.fields["openedTo"] = said(_opened_to(drafts, network), network.head, "counted")
    join_covering(drafts, broad)


NAMED = 5  # destinations that a message names


def _opened(rule: Draft) -> Node:
    """What a user's active rule opens outside of the network, whatever it is, at its place."""
    kind = rule["type"]
    outside = is_text(kind, "FQDN", "ServiceTag")
    services = is_text(rule["category"], "Required", "Recommended", "Dependency")
    active = is_text(rule["status"], "Inactive").negated()
    tri = both(outside, services.negated(), active)
    if tri is Tri.UNKNOWN:
        why = next((found for name in ("type", "category", "status") if (found := doubt(rule[name]))), None)
        why = why or Unknown(Cause.RUNTIME, kind.origin, "what the rule opens")
        return kind.holding(Unknown(why.cause, why.span, why.label))
    if tri is Tri.FALSE:
        return kind.holding(ABSENT)
    by_host = is_text(kind, "FQDN") is Tri.TRUE
    places = [rule[name] for name in (("host",) if by_host else ("tag", "addressPrefixes")) if not missing(rule[name])]
    return _named(places[0] if places else kind)


def _named(node: Node) -> Node:
    """A destination in words; of one that nobody knows, what it is called."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_named(option) for option in value.options], value.why, node)
    text = text_of(node)
    if text is None:
        return node.holding("address prefixes" if isinstance(value, Seq) else "something that is not named")
    why = doubt(node)
    return node.holding(why.label if why is not None and text == HOLE else shown(text))


def _opened_to(drafts: Drafts, network: Draft) -> str:
    """The destinations of a network's rules in words."""
    rules = network["rules"].value
    items = rules.items if isinstance(rules, Seq) else ()
    opened = [drafts.by_address[item.value.address]["opened"] for item in items if isinstance(item.value, Ref)]
    names = list(dict.fromkeys(name for node in opened if (name := _in_words(node))))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _in_words(node: Node) -> str:
    value = node.value
    if isinstance(value, Choice):
        return " or ".join(dict.fromkeys(filter(None, map(_in_words, value.options))))
    return value if isinstance(value, str) else ""


@once
def _broad(tables: Tables) -> hosts.Broad:
    entries = tables.get("broad-destinations", ())
    return hosts.Broad(
        suffixes={str(e["suffix"]): str(e["opens"]) for e in entries if "suffix" in e},
        hosts={str(e["host"]): str(e["opens"]) for e in entries if "host" in e},
        closed=frozenset(str(e["closed"]) for e in entries if "closed" in e),
        documented=frozenset(str(e["host"]).lower() for e in tables.get("scenario-hosts", ())),
        storage_hosts=frozenset(
            f"{service}.{e['ending']}" for e in tables.get("storage-hosts", ()) for service in e["services"]
        ),
    )


def _traffic(rule: Draft, *, exact: bool) -> dict[str, Node]:
    """What is wrong with a rule's protocol and with its ports, and both in words."""
    protocol = told(rule["protocol"], partial(_protocol_fault, exact=exact))
    ports = _ports(rule["ports"])
    both_wrong = isinstance(protocol.value, str) and isinstance(ports.value, str)
    said = protocol.holding(f"{protocol.value}; {ports.value}") if both_wrong else protocol
    return {
        "protocolFault": protocol,
        "portsFault": ports,
        "trafficFault": ports if missing(protocol) else said,
    }


def _protocol_fault(text: str, *, exact: bool) -> str | None:
    from mnlint.azure.tags import protocol_fault

    return protocol_fault(text, exact=exact)


def _ports_fault(text: str) -> str | None:
    from mnlint.azure.tags import ports_fault

    return ports_fault(text)


def _ports(node: Node) -> Node:
    value = node.value
    if isinstance(value, Choice):
        return choice([_ports(option) for option in value.options], value.why, node)
    if isinstance(value, Seq):
        return node.holding("the ports are a list, where one text such as '80, 443' is expected")
    return told(node, _ports_fault)


@once
def _tags(tables: Tables) -> Tags:
    from mnlint.azure import tags

    made = (
        tags.Tag(str(e["tag"]), str(e.get("direction", "")), e.get("azurerm") is True)
        for e in tables.get("service-tags", ())
    )
    approved = frozenset(str(e["tag"]).lower() for e in tables.get("service-tags", ()) if e.get("approved"))
    broad = [e for e in tables.get("broad-destinations", ()) if "tag" in e]
    return tags.Tags(
        known={tag.name.lower(): tag for tag in made},
        broad={str(e["tag"]): str(e["opens"]) for e in broad},
        in_any_region=frozenset(str(e["tag"]) for e in broad if e["forms"] == "any"),
        approved=approved,
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
