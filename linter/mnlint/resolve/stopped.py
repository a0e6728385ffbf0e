"""What a call is worth that Terraform stops at."""

from __future__ import annotations

from mnlint.model.text import Span
from mnlint.model.value import Cause, Node, unknown
from mnlint.resolve.forms import FAILED
from mnlint.resolve.scope import Scope


def failed(span: Span, scope: Scope) -> Node:
    """What Terraform stops at."""
    return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span), FAILED)
