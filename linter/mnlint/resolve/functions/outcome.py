"""What every function may come out with beside its value: a doubt with a form, a limit, a wrong type."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import Absent, Cause, Hop, HopKind, Node, Seq, Unknown, unknown
from mnlint.resolve.forms import call_form, deep_doubt
from mnlint.resolve.scope import Scope

Function = Callable[[Sequence[Node], Span, Scope], Node]
MAX_SIZE = 100_000  # characters of a text, members of a list, that a function may make


def items_of(node: Node) -> list[Node] | None:
    """The members of a closed list, None if there may be others."""
    value = node.value
    return list(value.items) if isinstance(value, Seq) and value.more is None else None


def nothing(node: Node) -> bool:
    """Known to be null, or not there."""
    return node.value is None or isinstance(node.value, Absent)


def doubtful(nodes: Sequence[Node], span: Span, scope: Scope, name: str, cause: Cause = Cause.UNEXPECTED_TYPE) -> Node:
    """A call that cannot be told: unknown for the reason of its arguments, else for the `cause`, with the form of the
    call."""
    why = deep_doubt(nodes) or Unknown(cause, span, scope.words(span))
    trail = (Hop(HopKind.COMPUTED, span, f"{name}(…)"), *(nodes[0].trail if nodes else ()))
    return Node(Unknown(why.cause, why.span, why.label, call_form(name, nodes)), span, trail)


def reason(node: Node, scope: Scope) -> Unknown:
    """Why a value is not what a function needs."""
    return deep_doubt([node]) or Unknown(Cause.UNEXPECTED_TYPE, node.span, scope.words(node.span))


def unseen(why: Unknown | None) -> Unknown | None:
    """Why an object may have other members, without a form: they are not those of what the reason is about."""
    return None if why is None else replace(why, form=None)


def too_large(span: Span, scope: Scope) -> Node:
    """A result past a limit."""
    return unknown(Cause.LIMIT, span, scope.words(span))
