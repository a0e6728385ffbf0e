"""What the host text of an FQDN rule means: its faults, its wildcards, and which hosts it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure.texts import HOLE, may_be, shown
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.typing import Final

ANY: Final = "<any>"  # in a list, one label that may be anything

_IN_ADDRESS: Final = frozenset("0123456789./")  # of version 4; one of version 6 has a colon
_FINE: Final = f"_.*-{HOLE}"  # signs in a host, beside letters and digits
_PORT = pattern(rf":(\d+|{HOLE})$")
_MISPLACED = pattern(rf"[^{HOLE}]\*")  # Azure Firewall takes an asterisk at the very left only


def hosts_in(text: str) -> list[str]:
    """The hosts of a destination, which may hold several between commas; in lower case."""
    return [host.strip().lower() for host in text.split(",")]


def fault(text: str) -> str | None:
    """What is wrong with a destination, in words: empty if nothing is, None if that hangs on what nobody knows."""
    found = [words for words in map(_fault, (host.strip() for host in text.split(","))) if words]
    if found:
        return "; ".join(found)
    return None if HOLE in text else ""


def _fault(host: str) -> str:
    if not host:
        return "an empty host"
    odd = _odd(host)
    if not odd:
        return ""
    bare = _PORT.sub("", host.partition("://")[2].partition("/")[0] or host.partition("/")[0])
    hint = f", write {bare}" if bare and bare != host and HOLE not in bare and not _odd(bare) else ""
    return f"{shown(host)} {odd}{hint}"


def _odd(host: str) -> str:
    """What no host name has, the most telling first."""
    if _is_address(host):
        return "is an IP address"
    if "://" in host:
        return "has a scheme"
    if "/" in host:
        return "has a path"
    if ":" in host and _PORT.search(host):
        return "has a port"
    if any(map(str.isspace, host)):
        return "has a blank in it"
    if host.startswith(".") or ".." in host:
        return "has an empty label"
    if "*" in host and _MISPLACED.search(host):
        return "has an asterisk elsewhere than at the very left"
    strange = next((sign for sign in host if sign.isascii() and not (sign.isalnum() or sign in _FINE)), None)
    return f"has the character {strange}" if strange is not None else ""


def _is_address(host: str) -> bool:
    bare = host.strip("[]")
    if ":" not in bare and not _IN_ADDRESS.issuperset(bare):
        return False
    from ipaddress import ip_network

    try:
        ip_network(bare, strict=False)
    except ValueError:
        return False
    return True


def covers(pattern: str, host: str) -> bool:
    """Whether a pattern takes in every name that a host or another pattern does."""
    if not pattern.startswith("*"):
        return pattern == host
    end, name = pattern[1:], host.removeprefix("*")
    # `*.pypi.org` takes in no `pypi.org`, and Azure Firewall takes the asterisk for any characters, dots too.
    return name.endswith(end) and (host.startswith("*") or len(name) > len(end) or not end.startswith("."))


@dataclass(frozen=True, slots=True)
class Broad:
    """What is known of hosts that are not the user's alone: see the list of broad destinations."""

    suffixes: Mapping[str, str]  # anybody gets a name under it: what is open then
    hosts: Mapping[str, str]  # it serves what anybody uploads
    closed: frozenset[str]  # top-level domains where nobody else gets a name
    documented: frozenset[str]  # of scenarios: never too broad
    storage_hosts: frozenset[str] = frozenset()  # what hosts of storage accounts end in

    def opens(self, text: str) -> str | None:
        """What a destination opens beside the user's own, in words; see `fault`."""
        found = [f"{host} opens {words}" for host in hosts_in(text) if (words := self._opens(host))]
        if found:
            return "; ".join(found)
        return None if HOLE in text else ""

    def is_documented(self, host: str) -> bool:
        return any(covers(pattern, host) for pattern in self.documented)

    def storage(self, text: str) -> str | None:
        """The hosts of storage accounts in a destination, but for the documented ones; see `fault`."""
        named = [host for host in hosts_in(text) if self._is_storage(host) and not self.is_documented(host)]
        # It hangs on a name that nobody knows whether it is a documented one.
        sure = [host for host in named if not any(may_be(host, other) for other in self.documented)]
        return ", ".join(map(shown, sure)) or (None if HOLE in text else "")

    def _is_storage(self, host: str) -> bool:
        name, any_name = host.removeprefix("*"), host.startswith("*")
        return any(name.endswith(f".{end}") or (any_name and name == end) for end in self.storage_hosts)

    def _opens(self, host: str) -> str:
        if HOLE in host or self.is_documented(host):
            return ""
        if not host.startswith("*"):
            return next((words for name, words in self.hosts.items() if _is_same(_labels(name), _labels(host))), "")
        end = host[1:].rstrip(".")
        if not end:
            return "every host there is"
        if self._is_open_top(end.removeprefix(".")):
            return f"every host whose name ends in {end}"
        inside = {name: words for name, words in {**self.suffixes, **self.hosts}.items() if _takes_in(end, name)}
        if inside:
            first, *more = inside.values()
            return inside.get(end.removeprefix(".")) or (f"{first} and more" if more else first)
        _, _, above = end.partition(".")
        if not end.startswith(".") and self._is_for_anybody(above):
            return f"other people's names that end so, too, such as evil{end}"
        return ""

    def _is_open_top(self, name: str) -> bool:
        return bool(name) and "." not in name and name not in self.closed

    def _is_for_anybody(self, domain: str) -> bool:
        """Whether anybody can get a name right under a domain."""
        listed = any(_is_same(_labels(name), _labels(domain)) for name in self.suffixes)
        return listed or self._is_open_top(domain)


def _labels(name: str) -> Sequence[str]:
    return name.split(".")


def _is_same(listed: Sequence[str], labels: Sequence[str]) -> bool:
    return len(listed) == len(labels) and all(a in (ANY, b) for a, b in zip(listed, labels, strict=True))


def _takes_in(end: str, name: str) -> bool:
    """Whether every name under a listed one, or itself, ends in `end`; some of them where that has a label for any."""
    if not end.startswith("."):
        return f".{name}".endswith(end)
    labels, listed = _labels(end[1:]), _labels(name)
    return len(labels) <= len(listed) and _is_same(listed[len(listed) - len(labels) :], labels)
