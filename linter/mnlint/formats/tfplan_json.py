"""The parts of a plan's JSON: members by name as written, items, texts; whatever has another type is not there."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.model.expr import Expr, Op

Members = Mapping[str, tuple[Expr, Expr]]  # name to key and value


def members(value: Expr | None) -> Members:
    """The members of an object by name; of a name written twice the last one. Empty if it is no object."""
    if value is None or value.op is not Op.OBJECT:
        return {}
    return {str(key.args[0]): (key, one) for key, one in value.args if key.op is Op.LITERAL}


def get(found: Members, name: str) -> Expr | None:
    """The value of a member, None if there is none."""
    return found[name][1] if name in found else None


def items(value: Expr | None) -> tuple[Expr, ...]:
    """The members of a list without what could not be read; none if it is no list."""
    return tuple(i for i in value.args if i.op is not Op.SPREAD) if value is not None and value.op is Op.ARRAY else ()


def text(value: Expr | None) -> str | None:
    """A literal's text, None if it is something else."""
    if value is None or value.op is not Op.LITERAL or not isinstance(value.args[0], str):
        return None
    return value.args[0]
