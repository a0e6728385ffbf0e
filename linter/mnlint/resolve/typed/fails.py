"""Whether Terraform stops at a value, or may stop at it, told from what is merely not known."""

from __future__ import annotations

from mnlint.model.typing import Final
from mnlint.model.value import Absent, Choice, Map, Node, Seq, Unknown
from mnlint.resolve.forms import FAILED
from mnlint.resolve.typed.kinds import is_marked
from mnlint.resolve.typed.types import is_sure

MAX_LOOKED_AT: Final = 2_000
_LOOKED_AT = Absent | Unknown | Map | Seq


def has_failed(node: Node) -> bool:
    """Whether a value itself is what Terraform stops at."""
    return isinstance(node.value, Unknown) and node.value.form == FAILED


def fails(node: Node) -> bool:
    """Whether Terraform stops at a value: at a part of it, or at an attribute that is not there."""
    return failing_part(node) is not None


def failing_part(node: Node) -> Node | None:
    """The part of a value that Terraform stops at, or the attribute that is not there."""
    todo, looked = [node], 0
    while todo and looked < MAX_LOOKED_AT:
        node = todo.pop()
        value = node.value
        looked += 1
        if isinstance(value, Absent) or (isinstance(value, Unknown) and value.form == FAILED):
            return node
        if isinstance(value, Map):
            todo.extend(child for child in value.entries.values() if isinstance(child.value, _LOOKED_AT))
        elif isinstance(value, Seq):
            todo.extend(item for item in value.items if isinstance(item.value, _LOOKED_AT))
    return None


def may_fail(node: Node) -> bool:
    """Whether Terraform may stop at a value that is not known: at all but a variable itself or a resource."""
    todo, looked = [node], 0
    while todo:
        node = todo.pop()
        value = node.value
        looked += 1
        if looked > MAX_LOOKED_AT or is_marked(node) or (isinstance(value, Unknown) and not _is_variable(value.form)):
            return True
        if isinstance(value, Map | Seq):
            if value.of is not None and not is_sure(value.of):
                return True  # its members may have nothing in common
            if value.more is not None and not _is_variable(value.more.form):
                return True
            todo.extend(value.entries.values() if isinstance(value, Map) else value.items)
        elif isinstance(value, Choice):
            todo.extend(value.options)
    return False


def _is_variable(form: str | None) -> bool:
    """Whether a form is that of a variable as a whole: `{param:x}` or `{param:x@module.m.}`."""
    name = form[len("{param:") : -1].partition("@")[0] if form and form.startswith("{param:") else ""
    return bool(name) and not set(name).intersection("{}().")
