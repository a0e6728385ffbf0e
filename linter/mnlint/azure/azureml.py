"""What the keys of an Azure ML workspace YAML mean in ARM's words, as the CLI and SDK v2 load them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mnlint.azure.kleene import is_text, is_there, missing
from mnlint.model.pattern import pattern
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import (
    ABSENT,
    Absent,
    Choice,
    Map,
    Node,
    Seq,
    Unknown,
    choice,
    doubt,
    member,
)

WORKSPACE: Final = "Microsoft.MachineLearningServices/workspaces"

# The loader brings a word into this form before it looks it up; source: azure-ai-ml, `StringTransformedEnum`.
_MODES: Final = {
    "disabled": "Disabled",
    "allow_internet_outbound": "AllowInternetOutbound",
    "allow_only_approved_outbound": "AllowOnlyApprovedOutbound",
}
_SKUS: Final = {"standard": "Standard", "basic": "Basic"}
_ACCESS: Final = {"enabled": "Enabled", "disabled": "Disabled"}
_TYPES: Final = {"fqdn": "FQDN", "private_endpoint": "PrivateEndpoint", "service_tag": "ServiceTag"}
_HUMP = pattern(r"(.)([A-Z][a-z]+)")
_LATER_HUMP = pattern(r"([a-z0-9])([A-Z])")

Turn = Callable[[Node], Node]


def as_arm(body: Node) -> Node:
    """A workspace's body in ARM's shape; values keep their places, unknown keys are ignored as the loader does."""
    value = body.value
    if isinstance(value, Choice):
        return choice([as_arm(option) for option in value.options], value.why, body)
    if not isinstance(value, Map):
        return body
    outer = _renamed(body, {"name": ("name", _same), "kind": ("kind", _same), "location": ("location", _same)})
    inner = _renamed(body, _PROPERTIES)
    if not isinstance(outer.value, Map):
        return body
    return body.holding(Map({**outer.value.entries, "properties": inner}, value.head, value.more))


def _same(node: Node) -> Node:
    return node


def _renamed(node: Node, names: Mapping[str, tuple[str, Turn]]) -> Node:
    """An object with the known members only, under other names."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_renamed(option, names) for option in value.options], value.why, node)
    if not isinstance(value, Map):
        return node
    entries = {names[key][0]: names[key][1](child) for key, child in value.entries.items() if key in names}
    hidden = tuple((names[key][0], names[key][1](child)) for key, child in value.hidden if key in names)
    return node.holding(Map(entries, value.head, value.more, hidden))


def _word(words: Mapping[str, str]) -> Turn:
    """One of the words that the loader takes, as Azure spells it; any other as it is written."""

    def turned(node: Node) -> Node:
        value = node.value
        if isinstance(value, Choice):
            return choice([turned(option) for option in value.options], value.why, node)
        return node.holding(words.get(_snake(value), value)) if isinstance(value, str) else node

    return turned


def _snake(text: str) -> str:
    """`AllowInternetOutbound` as `allow_internet_outbound`, the way the loader does it."""
    return _LATER_HUMP.sub(r"\1_\2", _HUMP.sub(r"\1_\2", text)).lower()


def _network(node: Node) -> Node:
    return _renamed(node, _NETWORK)


# ── outbound rules ──


def _rules(node: Node) -> Node:
    """The rules by name. They are a list; older versions took a mapping."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_rules(option) for option in value.options], value.why, node)
    if isinstance(value, Map):
        entries = {key: _rule(child) for key, child in value.entries.items()}
        return node.holding(Map(entries, value.head, value.more, value.hidden))
    if not isinstance(value, Seq):
        return node
    by_name: dict[str, Node] = {}
    hidden: list[tuple[str, Node]] = []
    later: Unknown | None = None  # why a rule behind may have any name
    for at in reversed(range(len(value.items))):
        item = value.items[at]
        name = member(item, "name", fold=False)
        known = name.value if isinstance(name.value, str) else f"rule {at + 1}"
        if known in by_name:  # the last one counts
            hidden.append((known, _rule(item)))
            continue
        why = doubt(name)
        replaced = later or (why if by_name else None)
        made = _rule(item)
        by_name[known] = made if replaced is None else choice([made, made.holding(ABSENT)], _formless(replaced), made)
        later = later or why
    entries = {key: by_name[key] for key in reversed(by_name)}
    return node.holding(Map(entries, node.span, value.more, tuple(reversed(hidden))))


def _formless(why: Unknown) -> Unknown:
    return Unknown(why.cause, why.span, why.label)


def _rule(node: Node) -> Node:
    """A rule in ARM's shape: the shape of its destination decides of what type it is, whatever its `type` says."""
    value = node.value
    if isinstance(value, Choice):
        return choice([_rule(option) for option in value.options], value.why, node)
    if not isinstance(value, Map):
        return node
    destination, written = (member(node, name, fold=False) for name in ("destination", "type"))
    entries = {"type": _type(destination, written), "destination": _renamed(destination, _DESTINATION)}
    entries |= {name: member(node, name, fold=False) for name in ("name", "fqdns")} | {"typeWritten": written}
    kept = {key: child for key, child in entries.items() if not isinstance(child.value, Absent)}
    return node.holding(Map(kept, value.head, value.more))


def _type(destination: Node, written: Node) -> Node:
    value = destination.value
    if isinstance(value, Choice):
        return choice([_type(option, written) for option in value.options], value.why, destination)
    if isinstance(value, str) or (isinstance(value, Unknown) and is_there(destination) is Tri.TRUE):
        return _as(written, "fqdn", destination)  # a text, known whole or in part
    if isinstance(value, Map):
        for kind, keys in (("private_endpoint", _ENDPOINT), ("service_tag", ("service_tag",))):
            if any(not missing(member(destination, key, fold=False)) for key in keys if key in value.entries):
                return _as(written, kind, destination)
    why = doubt(destination)
    # What will stand there may be a host or an object.
    return destination.holding(_formless(why)) if why is not None else _word(_TYPES)(written)


def _as(written: Node, kind: str, destination: Node) -> Node:
    """A type at the place where it is written; where that says something else, at the destination that decides."""
    said = is_text(written, *_spellings(kind)) is Tri.TRUE
    return (written if said else destination).holding(_TYPES[kind])


def _spellings(kind: str) -> tuple[str, str]:
    return kind, _TYPES[kind]


_ENDPOINT: Final = ("service_resource_id", "subresource_target")
_DESTINATION: Final[Mapping[str, tuple[str, Turn]]] = {
    "service_resource_id": ("serviceResourceId", _same),
    "subresource_target": ("subresourceTarget", _same),
    "spark_enabled": ("sparkEnabled", _same),
    "service_tag": ("serviceTag", _same),
    "protocol": ("protocol", _same),
    "port_ranges": ("portRanges", _same),
    "address_prefixes": ("addressPrefixes", _same),
}
_NETWORK: Final[Mapping[str, tuple[str, Turn]]] = {
    "isolation_mode": ("isolationMode", _word(_MODES)),
    "outbound_rules": ("outboundRules", _rules),
    "firewall_sku": ("firewallSku", _word(_SKUS)),
}
_ACLS: Final[Mapping[str, tuple[str, Turn]]] = {
    "default_action": ("defaultAction", _same),
    "ip_rules": ("ipRules", _same),
}
_PROPERTIES: Final[Mapping[str, tuple[str, Turn]]] = {
    "managed_network": ("managedNetwork", _network),
    "provision_network_now": ("provisionNetworkNow", _same),
    "public_network_access": ("publicNetworkAccess", _word(_ACCESS)),
    "network_acls": ("networkAcls", lambda node: _renamed(node, _ACLS)),
    "storage_account": ("storageAccount", _same),
    "key_vault": ("keyVault", _same),
    "container_registry": ("containerRegistry", _same),
    "application_insights": ("applicationInsights", _same),
    "image_build_compute": ("imageBuildCompute", _same),
    "system_datastores_auth_mode": ("systemDatastoresAuthMode", _same),
    "workspace_hub": ("hubResourceId", _same),
    "hub_id": ("hubResourceId", _same),
}
