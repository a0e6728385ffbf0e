"""What the host text of an FQDN rule means: its faults, its wildcards, and which hosts it covers."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Final

HOLE: Final = "\0"  # a part of a text that nobody knows: it may be empty, and it may hold commas

_ODD = re.compile(r"(?![\w.*-])[\x01-\x7f]", re.ASCII)
_PORT = re.compile(rf":(\d+|{HOLE})$")
_MISPLACED = re.compile(rf"[^{HOLE}]\*")  # Azure Firewall takes an asterisk at the very left only


def hosts_in(text: str) -> list[str]:
    """The hosts of a destination, which may hold several between commas; in lower case."""
    return [host.strip().lower() for host in text.split(",")]


def shown(text: str) -> str:
    """A text as messages show it."""
    return text.replace(HOLE, "…")


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
    if _PORT.search(host):
        return "has a port"
    if re.search(r"\s", host):
        return "has a blank in it"
    if host.startswith(".") or ".." in host:
        return "has an empty label"
    if _MISPLACED.search(host):
        return "has an asterisk elsewhere than at the very left"
    strange = _ODD.search(host)
    return f"has the character {strange[0]}" if strange else ""


def _is_address(host: str) -> bool:
    try:
        ip_network(host.strip("[]"), strict=False)
    except ValueError:
        return False
    return True
