"""Ranges of IP addresses: parseCidr, cidrSubnet and cidrHost."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from mnlint.model.typing import Any
from mnlint.resolve.functions.strings import Plain, text, whole

Network = IPv4Network | IPv6Network


def _network(value: Any) -> Network:
    if "/" not in text(value) or len(value) > 60:
        raise ValueError("no range of addresses")
    return ip_network(value, strict=True)


def _parse(value: Any) -> dict[str, Any]:
    network = _network(value)
    made: dict[str, Any] = {"network": str(network.network_address), "netmask": str(network.netmask)}
    if isinstance(network, IPv6Network):
        made |= {"firstUsable": str(network.network_address), "lastUsable": str(network.broadcast_address)}
    elif network.prefixlen > 30:
        raise ValueError("no usable address is documented")
    else:
        made["broadcast"] = str(network.broadcast_address)
        made |= {"firstUsable": str(network.network_address + 1), "lastUsable": str(network.broadcast_address - 1)}
    return {**made, "cidr": network.prefixlen}


def _subnet(value: Any, prefix: Any, index: Any) -> str:
    network = _network(value)
    bits = whole(prefix) - network.prefixlen
    if bits < 0 or prefix > network.max_prefixlen or not 0 <= whole(index) < 2**bits:
        raise ValueError("no such subnet")
    first = network.network_address + (index << (network.max_prefixlen - prefix))
    return f"{first}/{prefix}"


def _host(value: Any, index: Any) -> str:
    """The address of that number among those a host may have."""
    network = _network(value)
    if network.max_prefixlen - network.prefixlen < 2 or not 0 <= whole(index) <= network.num_addresses - 3:
        raise ValueError("no such address")
    return str(network.network_address + 1 + index)


TABLE: dict[str, Plain] = {"parsecidr": _parse, "cidrsubnet": _subnet, "cidrhost": _host}
