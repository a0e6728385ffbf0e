"""Terraform's functions by name: over values some of which may be in doubt, over known ones, and special ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.model.text import Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown
from mnlint.resolve.forms import FAILED, call_form
from mnlint.resolve.functions.catalogue import Kind
from mnlint.resolve.functions.outcome import Function, doubtful
from mnlint.resolve.functions.strings import Plain
from mnlint.resolve.functions.terraform import (
    dates,
    encodings,
    fallbacks,
    files,
    filesets,
    lists,
    maps,
    networks,
    numbers,
    patterns,
    texts,
    verbs,
)
from mnlint.resolve.functions.terraform.catalogue import KIND_OF
from mnlint.resolve.functions.terraform.conversions import FailsError
from mnlint.resolve.functions.terraform.fails import failed
from mnlint.resolve.scope import Scope

__all__ = ["OVER_KNOWN", "OVER_NODES", "SPECIAL", "FailsError", "failed", "meant", "settled", "unevaluated"]

SPECIAL = fallbacks.TABLE
OVER_NODES: Mapping[str, tuple[Function, int, int]] = {
    **lists.TABLE,
    **maps.TABLE,
    **files.TABLE,
    **filesets.TABLE,
    "format": (verbs.formatted, 1, lists.MANY),
    "formatlist": (verbs.format_list, 1, lists.MANY),
    "jsonencode": (encodings.JSON_ENCODE, 1, 1),
}
OVER_KNOWN: Mapping[str, tuple[Plain, int, int]] = {
    **numbers.TABLE,
    **texts.TABLE,
    **networks.TABLE,
    **dates.TABLE,
    **encodings.TABLE,
}
_CAUSES = {Kind.SYMBOLIC: Cause.RUNTIME, Kind.SECRETS: Cause.SECRET}
_PATTERNS = frozenset({"regex", "regexall", "replace"})


def meant(name: str, count: int) -> tuple[Function | None, Plain | None]:
    """The function of a name that takes so many arguments, over nodes or over known values."""
    over_nodes = OVER_NODES.get(name)
    if over_nodes is not None:
        function, least, most = over_nodes
        return (function if least <= count <= most else None), None
    over_known = OVER_KNOWN.get(name)
    if over_known is not None:
        plain, least, most = over_known
        return None, (plain if least <= count <= most else None)
    return None, None


def settled(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node | None:
    """What a call is worth whatever its function: it fails if an argument does; None if that is not enough to tell."""
    if any(isinstance(node.value, Unknown) and node.value.form == FAILED for node in nodes):
        return failed(span, scope)
    if name == "jsondecode" and len(nodes) == 1:
        return encodings.JSON_DECODE(nodes, span, scope)
    if name in _PATTERNS and len(nodes) > 1:
        sizes = [len(node.value) if isinstance(node.value, str) else 1 for node in nodes[:2]]
        scope.world.fuel -= min(sizes[0] * sizes[1], 400_000) // patterns.STEPS
    if name in KIND_OF and meant(name, len(nodes)) == (None, None) and KIND_OF[name] is Kind.EVALUATED:
        return doubtful(nodes, span, scope, name)
    return None


def unevaluated(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A call of a function that is not computed here: unknown, with the form of the call if it is a pure one."""
    cause = _CAUSES.get(KIND_OF.get(name, Kind.LATER), Cause.FUNCTION)
    made = Unknown(cause, span, scope.words(span), call_form(name, nodes))
    return Node(made, span, (Hop(HopKind.DECLARATION, span, scope.words(span)),))
