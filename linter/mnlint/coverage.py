"""How much was looked at: files, networks, and how many of their settings are decided."""

from __future__ import annotations

from collections import Counter

from mnlint import discover
from mnlint.model.finding import Coverage
from mnlint.model.record import replace
from mnlint.model.typing import TYPE_CHECKING
from mnlint.model.value import Absent, Choice, HopKind, Node, Unknown

if TYPE_CHECKING:
    from mnlint.model.fact import Facts

SETTINGS_OF = {"managedNetwork": ("effectiveMode",), "outboundRule": ("type", "host", "target", "serviceTag")}


def of_files(plan: discover.Plan, files: discover.Files) -> Coverage:
    """What was seen, what was read, and why the rest was not."""
    skipped = Counter(plan.skipped) + Counter(files.skipped.values()) + Counter(excluded=len(files.excluded))
    read = plan.seen - sum(plan.skipped.values())
    return Coverage(read + skipped.total(), read, dict(skipped))


def with_facts(coverage: Coverage, facts: Facts) -> Coverage:
    """What was looked at so far, and these facts."""
    nodes = [
        (name, fact.fields.entries[name])
        for kind, names in SETTINGS_OF.items()
        for fact in facts.of(kind)
        for name in names
    ]
    given = [(name, node) for name, node in nodes if not _absent(node)]
    undecided = [node for name, node in given if _is_open(name, node)]
    by_default = [n for _, n in given if any(hop.kind is HopKind.PLATFORM_DEFAULT for hop in n.trail)]
    return replace(
        coverage,
        networks=coverage.networks + len(list(facts.of("managedNetwork"))),
        decided=coverage.decided + len(given) - len(undecided) - len(by_default),
        by_default=coverage.by_default + len(by_default),
        undecided=coverage.undecided + len(undecided),
    )


def _is_open(name: str, node: Node) -> bool:
    """Whether nobody can say what a setting is. A mode is a text: a list is none, nor what only Azure can answer."""
    return isinstance(node.value, Unknown | Choice) or (name == "effectiveMode" and not isinstance(node.value, str))


def _absent(node: Node) -> bool:
    return node.value is None or isinstance(node.value, Absent)
