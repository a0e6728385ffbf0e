"""Functions of known values: what they are computed with, and what is said where that makes no sense."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.text import Span
from mnlint.model.typing import TYPE_CHECKING, Any
from mnlint.model.value import Cause, Hop, HopKind, Node
from mnlint.resolve.functions.outcome import doubtful
from mnlint.resolve.plain import NotKnownError, TooLargeError, located, plain
from mnlint.resolve.scope import Scope
from mnlint.resolve.stopped import failed
from mnlint.resolve.typed.scalars import FailsError

if TYPE_CHECKING:
    from mnlint.resolve.functions.strings import Plain


def computed(name: str, function: Plain, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A function of known values; where one is not known or makes no sense, unknown with the form of the call."""
    try:
        value = function(*[plain(node) for node in nodes])
    except FailsError:
        return failed(span, scope)
    except TooLargeError:
        return doubtful(nodes, span, scope, name, Cause.LIMIT)
    except (NotKnownError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        return doubtful(nodes, span, scope, name)
    made = _made(name, value, span, scope)
    # A function of one value only dresses it up: the place to mend is where that value was written.
    if len(nodes) == 1 and nodes[0].trail and not span.covers(nodes[0].origin):
        return Node(made.value, span, (Hop(HopKind.COMPUTED, span, f"{name}(…)"), *nodes[0].trail))
    return made


def _made(name: str, value: Any, span: Span, scope: Scope) -> Node:
    if scope.language != "terraform":
        return located(value, span)
    from mnlint.resolve.functions import terraform

    return terraform.made(name, value, span)
