"""The order of texts and numbers as the platform sees it; no answer where that depends on a culture's tables."""

from __future__ import annotations

from mnlint.model.typing import Any


def precedes(left: Any, right: Any) -> bool:
    """Whether `left` comes before `right`. Raises TypeError for mixed types, ValueError where nobody can tell.

    Texts are ordered by letters first and by case then, small before capital: `a` < `A` < `b`. For other characters
    than ASCII letters and digits .NET asks the culture, and so they are not told here.
    """
    if isinstance(left, bool) or isinstance(right, bool):
        raise TypeError("truths have no order")
    if isinstance(left, str) and isinstance(right, str):
        if left == right:
            return False
        if not ((left + right).isascii() and (left + "a").isalnum() and (right + "a").isalnum()):
            raise ValueError("the order of these texts depends on a culture")
        return (left.lower(), left.swapcase()) < (right.lower(), right.swapcase())
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left < right
    raise TypeError("texts and numbers have no order")


def key_order(key: str) -> str:
    """What the members of an object are sorted by."""
    return key.upper()
