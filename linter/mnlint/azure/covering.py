"""Which FQDN rule of a network opens all that another one opens, and more: that one is redundant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mnlint.azure import hosts
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import excluded, implied, is_text
from mnlint.azure.texts import HOLE, text_of
from mnlint.model.record import dataclass, field
from mnlint.model.tri import Tri, both
from mnlint.model.value import ABSENT, Cause, Choice, Node, Ref, Unknown, choice, doubt

LONGEST = 253  # characters of a host name; a longer text is none
Texts = tuple[str, ...]  # a destination, or each that it may be


@dataclass(slots=True, eq=False)
class Rules:
    """The rules of one network: by each host that they name, and those of which nobody knows what they open."""

    by_host: dict[str, dict[Texts, list[Draft]]] = field(default_factory=dict)
    unclear: list[Draft] = field(default_factory=list)

    def add(self, rule: Draft) -> None:
        if is_text(rule["type"], "FQDN") is Tri.FALSE:
            return
        texts = _texts(rule["host"])
        if any(HOLE in text for text in texts):
            self.unclear.append(rule)
        for host in {host for text in texts for host in hosts.hosts_in(text)}:
            self.by_host.setdefault(host, {}).setdefault(texts, []).append(rule)

    def perhaps(self, text: str) -> Iterator[tuple[Texts, Sequence[Draft]]]:
        """Those that have a pattern which takes in the first host of a text, by their destination."""
        host = hosts.hosts_in(text)[0]
        name = host.removeprefix("*")
        ends = range(len(name) + 1 if len(name) <= LONGEST else 0)
        for pattern in dict.fromkeys([host, *(f"*{name[at:]}" for at in ends)]):
            yield from self.by_host.get(pattern, {}).items()


def join_covering(drafts: Drafts, broad: hosts.Broad) -> None:
    """outboundRule.coveredBy: the rule that makes another one redundant."""
    networks: dict[str, Rules] = {}
    for rule in drafts.of("outboundRule"):
        address = _network(rule)
        if address is not None:
            networks.setdefault(address, Rules()).add(rule)
    for rule in drafts.of("outboundRule"):
        rule.fields["coveredBy"] = _covering(drafts, networks, rule, rule["host"], broad)


def _network(rule: Draft) -> str | None:
    relation = rule["network"].value
    return relation.address if isinstance(relation, Ref) else None


def _covering(drafts: Drafts, networks: dict[str, Rules], rule: Draft, host: Node, broad: hosts.Broad) -> Node:
    value = host.value
    if isinstance(value, Choice):
        made = [_covering(drafts, networks, rule, option, broad) for option in value.options]
        return choice(made, value.why, host)
    text = text_of(host)
    if text is None or not _may_be_redundant(text, broad):
        return host.holding(ABSENT)
    address = _network(rule)
    if HOLE in text or address is None:
        return _unknown(host, doubt(host) or doubt(rule["network"]), "what another rule opens")
    rules = networks[address]
    unsure: Unknown | None = None
    for texts, others in rules.perhaps(text):
        larger = _takes_in(texts, text, broad)
        for other in others if larger is not Tri.FALSE else ():
            tri = Tri.FALSE if other is rule else both(larger, _is_there(other, rule))
            if tri is Tri.TRUE:
                return other["host"].holding(Ref(other.address))
            if tri is Tri.UNKNOWN:
                unsure = unsure or _why(other)
    network = drafts.by_address[address]
    unsure = unsure or next((_why(other) for other in rules.unclear if _may_be_there(other, rule)), None)
    unsure = unsure or network.hidden
    if unsure is None and network["declared"].value is False:  # it may have rules elsewhere
        unsure = doubt(network["isolationMode"]) or Unknown(Cause.RUNTIME, network.head, network.address)
    return host.holding(ABSENT) if unsure is None else _unknown(host, unsure, "")


def _may_be_redundant(text: str, broad: hosts.Broad) -> bool:
    """Not so of a text that is wrong or too broad itself, or that a documented scenario asks for."""
    if hosts.fault(text) or broad.opens(text):
        return False
    return not all(host in broad.documented for host in hosts.hosts_in(text))


def _texts(host: Node) -> Texts:
    options = host.value.options if isinstance(host.value, Choice) else (host,)
    return tuple("" if (text := text_of(option)) is None else text for option in options)


def _is_there(other: Draft, rule: Draft) -> Tri:
    """Whether another rule is there and active whenever a rule is."""
    if excluded(other.guards, rule.guards):
        return Tri.FALSE
    single = other.view is None or not other.view.resource.symbolic
    sure = Tri.TRUE if single and implied(other.guards, rule.guards) and other.unseen is None else Tri.UNKNOWN
    active = is_text(other["status"], "Inactive").negated()
    return both(sure, active, is_text(other["type"], "FQDN"))


def _may_be_there(other: Draft, rule: Draft) -> bool:
    return other is not rule and _is_there(other, rule) is not Tri.FALSE


def _takes_in(texts: Texts, text: str, broad: hosts.Broad) -> Tri:
    """Whether the hosts of another rule take in all of a text, and more than that."""
    answers = {_more_than(larger, text, broad) for larger in texts}
    return answers.pop() if len(answers) == 1 else Tri.UNKNOWN


def _more_than(larger: str, text: str, broad: hosts.Broad) -> Tri:
    if HOLE in larger:
        return Tri.UNKNOWN
    if hosts.fault(larger) or broad.opens(larger):
        return Tri.FALSE  # that one has to be mended first
    ours, theirs = hosts.hosts_in(text), hosts.hosts_in(larger)
    return Tri.of(_all_covered(ours, theirs) and not _all_covered(theirs, ours))


def _all_covered(few: Sequence[str], many: Sequence[str]) -> bool:
    return all(any(hosts.covers(pattern, host) for pattern in many) for host in few)


def _why(other: Draft) -> Unknown:
    """Why nobody knows whether another rule takes in hosts: its hosts, its type, its condition."""
    nodes = (other["host"], other["type"], other["status"], *other.guards)
    why = next((found for found in map(doubt, nodes) if found is not None), None)
    return why or Unknown(Cause.RUNTIME, other.head, f"what {other.address} opens")


def _unknown(node: Node, why: Unknown | None, label: str) -> Node:
    why = why or Unknown(Cause.RUNTIME, node.origin, label)
    return node.holding(Unknown(why.cause, why.span, why.label))
