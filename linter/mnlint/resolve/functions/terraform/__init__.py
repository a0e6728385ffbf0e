"""Terraform's functions by name: over values some of which may be in doubt, over known ones, and special ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.catalogue import Kind
from mnlint.resolve.functions.outcome import Function
from mnlint.resolve.functions.strings import Plain
from mnlint.resolve.functions.terraform import (
    dates,
    encodings,
    fallbacks,
    files,
    filesets,
    lists,
    logic,
    maps,
    networks,
    numbers,
    patterns,
    sets,
    texts,
    verbs,
)
from mnlint.resolve.functions.terraform.catalogue import KIND_OF
from mnlint.resolve.functions.terraform.signatures import SIGNATURES, Signature, taken
from mnlint.resolve.plain import located
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.fails import failing_part, has_failed, may_fail
from mnlint.resolve.typed.kinds import if_there, type_of
from mnlint.resolve.typed.scalars import FailsError, normal
from mnlint.resolve.typed.types import ANY, is_sure
from mnlint.resolve.typed.values import converted

__all__ = [
    "OVER_KNOWN",
    "OVER_NODES",
    "SPECIAL",
    "FailsError",
    "failed",
    "given",
    "known_by_name",
    "made",
    "meant",
    "unevaluated",
]

ONE = frozenset({"can", "sensitive", "nonsensitive", "ephemeralasnull", "issensitive"})  # that take one argument
SPECIAL = {**logic.TABLE, **fallbacks.TABLE}
OVER_NODES: Mapping[str, tuple[Function, int, int]] = {
    **lists.TABLE,
    **sets.TABLE,
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


def given(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> list[Node] | Node:
    """The arguments as a function takes them; or what the call is worth, where they tell that already."""
    for node in nodes:
        part = failing_part(node)
        if part is not None:  # what is to be mended is there, and not the call
            return replace(part, of=None) if has_failed(part) else failed(span, scope)
    if name == "jsondecode" and len(nodes) == 1:
        found = encodings.JSON_DECODE(nodes, span, scope)
        if found is not None:
            return found
    if name in _PATTERNS and len(nodes) > 1:
        sizes = [len(node.value) if isinstance(node.value, str) else 1 for node in nodes[:2]]
        scope.world.fuel -= min(sizes[0] * sizes[1], 400_000) // patterns.STEPS
    if name in KIND_OF and meant(name, len(nodes)) == (None, None) and KIND_OF[name] is Kind.EVALUATED:
        return failed(span, scope)  # more or fewer arguments than it takes
    arguments = taken(name, nodes)
    return failed(span, scope) if isinstance(arguments, Node) else arguments


def made(name: str, value: object, span: Span) -> Node:
    """What a function came out with, as a value of the type that it gives."""
    node = located(normal(value), span)
    signature = SIGNATURES.get(name)
    return node if signature is None else converted(node, signature.gives)


def typed(name: str, node: Node, nodes: Sequence[Node]) -> Node:
    """A result that is there only if the arguments are; one that nobody knows with the type that it has in any case."""
    signature = SIGNATURES.get(name)
    if signature is None or not isinstance(node.value, Unknown) or node.of is not None:
        return if_there(node) if any(map(may_fail, nodes)) or _may_refuse(signature, nodes) else node
    if has_failed(node):  # a function could have given anything, an operator only what it always gives
        return node if name.isidentifier() else replace(node, of=signature.gives)
    return converted(node, signature.gives)


def _may_refuse(signature: Signature | None, nodes: Sequence[Node]) -> bool:
    """Whether one of the arguments may be of another type than the function takes."""
    if signature is None:
        return False
    kinds = [parameter.kind for parameter in signature.parameters]
    kinds += [signature.others.kind] * (len(nodes) - len(kinds)) if signature.others is not None else []
    return any(kind != ANY and not is_sure(type_of(node)) for kind, node in zip(kinds, nodes, strict=False))


def unevaluated(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A call of a function that is not computed here: unknown, with the form of the call if it is a pure one."""
    cause = _CAUSES.get(KIND_OF.get(name, Kind.LATER), Cause.FUNCTION)
    made = Unknown(cause, span, scope.words(span), call_form(name, nodes))
    return Node(made, span, (Hop(HopKind.DECLARATION, span, scope.words(span)),))
