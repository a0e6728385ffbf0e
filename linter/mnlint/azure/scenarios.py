"""Which documented scenarios the FQDN rules of a network begin, and which of their hosts have no rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure.draft import Draft, Drafts, Tables, once
from mnlint.azure.join import Members
from mnlint.azure.kleene import is_text
from mnlint.model.record import dataclass
from mnlint.model.tri import Tri
from mnlint.model.typing import Any
from mnlint.model.value import Choice, Hop, HopKind, Node, Ref, Seq, Unknown, doubt

FAMILIES = ("workspace", "foundry")  # of a user's own scenario that does not say whose it is


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario of a family: the hosts that begin it, and those it needs, each with others that do as well."""

    name: str
    family: str
    beginning: frozenset[str]
    needed: Mapping[str, tuple[str, ...]]
    all_hosts: frozenset[str]

    def missing(self, given: Sequence[str]) -> list[str]:
        """The needed hosts that no given one takes in."""
        from mnlint.azure.hosts import covers

        return [
            host
            for host, others in self.needed.items()
            if not any(covers(pattern, one) for pattern in given for one in (host, *others))
        ]


def join_scenarios(drafts: Drafts) -> None:
    """managedNetwork.incompleteScenarios: those that are begun and lack hosts, in words, at the host that begins it."""
    scenarios = _scenarios(drafts.tables)
    for network in drafts.of("managedNetwork"):
        given, why = _given(drafts, network)
        texts = [host for host, _ in given]
        members = Members()
        members.open(why)
        for scenario in scenarios if given else ():
            if is_text(network["family"], scenario.family) is not Tri.TRUE:
                continue
            begun = next((node for host, node in given if _begins(scenario, host)), None)
            missing = scenario.missing(texts) if begun is not None else []
            if begun is not None and missing:
                words = f"{scenario.name} lacks {', '.join(missing)}"
                at = Node(words, begun.span, (*begun.trail[:-1], Hop(HopKind.REFERENCE, begun.origin, scenario.name)))
                members.add(at, Tri.TRUE if why is None else Tri.UNKNOWN, why, (), ())
        network.fields["incompleteScenarios"] = members.node(network.head, "no scenario lacks a host")


def _begins(scenario: Scenario, host: str) -> bool:
    from mnlint.azure.hosts import covers  # for a network that has rules with hosts

    return any(covers(pattern, host) for pattern in scenario.beginning)


def _given(drafts: Drafts, network: Draft) -> tuple[list[tuple[str, Node]], Unknown | None]:
    """The hosts that a network's active FQDN rules open, and why nobody knows all of them."""
    value = network["rules"].value
    given: list[tuple[str, Node]] = []
    why = doubt(network["rules"])
    for item in value.items if isinstance(value, Seq) else ():
        rule = drafts.by_address[item.value.address] if isinstance(item.value, Ref) else None
        if (
            rule is None
            or is_text(rule["type"], "FQDN") is Tri.FALSE
            or is_text(rule["status"], "Inactive") is Tri.TRUE
        ):
            continue
        from mnlint.azure.hosts import hosts_in
        from mnlint.azure.texts import HOLE, text_of

        host = rule["host"]
        text = None if isinstance(host.value, Choice) else text_of(host)
        unsure = doubt(rule["type"]) or doubt(rule["status"]) or doubt(host)
        if text is not None and HOLE not in text and unsure is None:
            given += [(one, host) for one in hosts_in(text)]
        why = why or unsure
    return given, why


@once
def _scenarios(tables: Tables) -> list[Scenario]:
    """The scenarios of the list. One whose hosts another one has, too, is told by that one."""
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in tables.get("scenario-hosts", ()):
        for family in entry.get("families", FAMILIES):
            rows.setdefault((family, str(entry["scenario"])), []).append(entry)
    made = [_scenario(family, name, listed) for (family, name), listed in rows.items()]
    return [
        one for one in made if not any(one.family == other.family and one.all_hosts < other.all_hosts for other in made)
    ]


def _scenario(family: str, name: str, entries: Sequence[Mapping[str, Any]]) -> Scenario:
    named = [(str(entry["host"]).lower(), entry) for entry in entries]
    return Scenario(
        name,
        family,
        frozenset(host for host, entry in named if not entry.get("general")),
        {
            host: tuple(str(other).lower() for other in entry.get("or", ()))
            for host, entry in named
            if not entry.get("optional") and "misspelling_of" not in entry
        },
        frozenset(host for host, _ in named),
    )
