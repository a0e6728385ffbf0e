"""Terraform's ranges of IP addresses; host bits in a prefix are cut off, as Go does."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from mnlint.model.typing import Any
from mnlint.resolve.typed.scalars import FailsError, as_text, whole

Plain = Callable[..., Any]
Network = IPv4Network | IPv6Network
_MAPPED = IPv6Network("::ffff:0:0/96")
MAX_NEW_BITS = 32


def _network(value: Any) -> Network:
    text = as_text(value)
    if "/" not in text or len(text) > 60 or not text.rpartition("/")[2].isdecimal():
        raise ValueError("no range of addresses")
    return ip_network(text, strict=False)


def _address(number: int, network: Network) -> str:
    if isinstance(network, IPv4Network):
        return str(IPv4Address(number))
    made = IPv6Address(number)
    if made in _MAPPED:
        raise ValueError("written as Go does, which is not told here")
    return str(made)


def _host(prefix: Any, number: Any) -> str:
    """cidrhost(prefix, number): a negative one counts from the end."""
    network, at = _network(prefix), whole(number)
    size = network.num_addresses
    if not -size <= at < size:
        raise FailsError
    return _address(int(network.network_address) + (at if at >= 0 else size + at), network)


def _netmask(prefix: Any) -> str:
    network = _network(prefix)
    if isinstance(network, IPv6Network):
        raise FailsError
    return str(network.netmask)


def _subnet(prefix: Any, new_bits: Any, number: Any) -> str:
    network, bits, at = _network(prefix), whole(new_bits), whole(number)
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= at < 2**bits:
        raise ValueError("no such subnet")
    return f"{_address(int(network.network_address) + (at << (network.max_prefixlen - length)), network)}/{length}"


def _subnets(prefix: Any, *new_bits: Any) -> list[str]:
    """cidrsubnets(prefix, bits...): one behind the other, each at a border of its own size."""
    network = _network(prefix)
    last, made = int(network.network_address) - 1, []
    for given in new_bits:
        bits = whole(given)
        length = network.prefixlen + bits
        if not 1 <= bits <= MAX_NEW_BITS or length > network.max_prefixlen:
            raise FailsError
        shift = network.max_prefixlen - length
        first = ((last >> shift) + 1) << shift
        last = first + (1 << shift) - 1
        if last > int(network.broadcast_address):
            raise FailsError
        made.append(f"{_address(first, network)}/{length}")
    return made


TABLE: dict[str, tuple[Plain, int, int]] = {
    "cidrhost": (_host, 2, 2),
    "cidrnetmask": (_netmask, 1, 1),
    "cidrsubnet": (_subnet, 3, 3),
    "cidrsubnets": (_subnets, 1, 1_000),
}
