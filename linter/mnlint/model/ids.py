"""The grammar of Azure resource ids, as texts that may have `{...}` holes where a part is not known."""

from __future__ import annotations

from dataclasses import dataclass

from mnlint.model.tri import Tri, both
from mnlint.model.value import Node, Ref, Unknown, form_of


@dataclass(frozen=True, slots=True)
class Id:
    """A resource id: `scope` before the last /providers/, the type, a name for each level of the type.

    `root` is the address of a resource of this deployment that the id begins with; the type then holds only the
    levels below it, and is empty if the id is that resource's own.
    """

    scope: str
    type: str
    names: tuple[str, ...]
    root: str | None = None


def segments(text: str) -> list[str]:
    """A text with holes cut at the slashes outside of holes."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth = max(depth - 1, 0)
        elif char == "/" and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return parts


def parse(form: str) -> Id | None:
    """The id that a text with holes is; None if it names no resource (a group, a subscription, any other text)."""
    parts = segments(form.rstrip("/"))
    if parts[0].startswith("{ref:") and parts[0].endswith(".id}"):
        root = parts[0][len("{ref:") : -len(".id}")]
        below = parts[1:]
        if "providers" not in (part.lower() for part in below[::2]):
            return None if len(below) % 2 else Id("", "/".join(below[::2]), tuple(below[1::2]), root)
    at = max((n for n, part in enumerate(parts) if part.lower() == "providers"), default=-1)
    rest = parts[at + 1 :]
    if at < 0 or len(rest) < 3 or len(rest) % 2 == 0 or not all(rest):
        return None
    if at and parts[0] and not parts[0].startswith("{"):
        return None
    kind = "/".join([rest[0], *rest[1::2]])
    return None if "{" in kind else Id("/".join(parts[:at]), kind, tuple(rest[2::2]))


def id_of(node: Node) -> tuple[Tri, Id | None]:
    """Whether a value is a resource id, and which."""
    value = node.value
    if isinstance(value, Ref):
        return (Tri.TRUE, parse(form_of(node) or "")) if value.rest == ("id",) else (Tri.UNKNOWN, None)
    if isinstance(value, str):
        found = parse(value)
        return Tri.of(found is not None), found
    if isinstance(value, Unknown) and value.form is not None:
        if _of_scope(value.form):
            return Tri.FALSE, None
        found = parse(value.form)
        return (Tri.TRUE, found) if found is not None else (Tri.UNKNOWN, None)
    return Tri.UNKNOWN, None


def _of_scope(form: str) -> bool:
    """Whether a form is the id of a group or subscription, as functions give it: the id of no resource."""
    name, _, rest = form.lower().partition("(")
    scope = name in ("{resourcegroup", "{subscription", "{managementgroup")
    return scope and rest.endswith(").id}") and "{" not in rest


def same_text(left: str | None, right: str | None) -> Tri:
    """Whether two forms are one text, whatever the case. Different forms with holes are neither equal nor unequal."""
    if left is None or right is None or "{?}" in left + right:
        return Tri.UNKNOWN
    if left.lower() == right.lower():
        return Tri.TRUE
    return Tri.UNKNOWN if "{" in left + right else Tri.FALSE


def same_names(left: tuple[str, ...], right: tuple[str, ...]) -> Tri:
    """Whether two resources' names are the same at every level."""
    if len(left) != len(right):
        return Tri.FALSE
    return both(Tri.TRUE, *(same_text(a, b) for a, b in zip(left, right, strict=True)))


def top_type(kind: str) -> str:
    """`Microsoft.Storage/storageAccounts` of `Microsoft.Storage/storageAccounts/blobServices`."""
    return "/".join(kind.split("/")[:2])
