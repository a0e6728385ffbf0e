"""The grammar of Azure resource ids, as texts that may have `{...}` holes where a part is not known."""

from __future__ import annotations

from functools import lru_cache

from mnlint.model.record import dataclass
from mnlint.model.tri import Tri, both
from mnlint.model.typing import Final
from mnlint.model.value import Choice, Node, Ref, Unknown, form_of

HERE: Final = "{scope}"  # what a root is deployed to: mostly a resource group
SUBSCRIPTION: Final = "{subscription}"  # the subscription it is deployed to
_LETTERS: Final = ("lower", "upper", "tolower", "toupper")  # functions that change nothing but letters' case
REMEMBERED: Final = 4_096  # texts whose parts are kept: relations ask about the same ones again and again


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
    return list(_cut(text)) if "{" in text else text.split("/")


@lru_cache(REMEMBERED)
def _cut(text: str) -> tuple[str, ...]:
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
    return tuple(parts)


@lru_cache(REMEMBERED)
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
        form = _but_for_case(value.form)
        if _of_scope(form) or form[:1] not in ("/", "{"):
            return Tri.FALSE, None  # an id begins with a slash, whatever comes behind it
        found = parse(form)
        return (Tri.TRUE, found) if found is not None else (Tri.UNKNOWN, None)
    return Tri.UNKNOWN, None


@lru_cache(REMEMBERED)
def _but_for_case(form: str) -> str:
    """What a form is made of by changing letters' case alone, which leaves an id what it is."""
    inner: str | None = form
    while inner is not None:
        form = inner[1:-1].replace("''", "'") if inner[:1] == inner[-1:] == "'" else inner
        inner = _changed_by_letters(form)
    return form


def _changed_by_letters(form: str) -> str | None:
    """The argument of a call that changes letters' case alone; None if a form is no such call."""
    name, _, inside = form.removeprefix("{").partition("(")
    inner = inside.removesuffix(")}")
    if len(form) - len(inner) < len(name) + 4 or not _closed(inner):
        return None
    if name.lower() in _LETTERS:
        return inner
    first, _, new = inner.rpartition(",'")
    first, _, old = first.rpartition(",'")
    quoted = new[-1:] == "'" and "'" not in old[:-1] + new[:-1]
    if name.lower() != "replace" or not first or not quoted or old.lower() != new.lower():
        return None
    # What stands between two slashes is a pattern to Terraform.
    return None if len(old) > 2 and old[0] == old[-2] == "/" else first


def _closed(text: str) -> bool:
    """Whether every brace in a text belongs to a hole that begins and ends in it."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def _of_scope(form: str) -> bool:
    """Whether a form is the id of a group or subscription, as functions give it: the id of no resource."""
    scope = form.lower().lstrip("{").startswith(("resourcegroup(", "subscription(", "managementgroup("))
    return scope and form.lower().endswith((").id}", ")}.id}")) and len(segments(form)) == 1 and form[0] == "{"


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


def subscription_of(place: str) -> str:
    """The subscription of a place, both ids with holes; a hole of its own where the place does not tell."""
    parts = segments(place)
    if parts[0] == SUBSCRIPTION or place == HERE:
        return SUBSCRIPTION
    if len(parts) > 2 and not parts[0] and parts[1].lower() == "subscriptions":
        return "/".join(parts[:3])
    return f"{{subscription of {place}}}"


def same_place(left: str | None, right: str | None) -> Tri:
    """Whether resources are deployed to one place; None is where a language has no word for it: there is only one."""
    if left is None or right is None or left.lower() == right.lower():
        return Tri.TRUE
    one, two = _group_of(left), _group_of(right)
    if one is None or two is None:
        return Tri.UNKNOWN
    if bool(one[1]) is not bool(two[1]):
        return Tri.FALSE  # a group is no subscription
    return same_names(one, two)


def _group_of(place: str) -> tuple[str, str] | None:
    """The subscription and the group, of which either may be empty or have holes; None of any other place."""
    subscription = subscription_of(place)
    rest = segments(place)[len(segments(subscription)) :]
    if not place.startswith(subscription) or (rest and (len(rest) != 2 or rest[0].lower() != "resourcegroups")):
        return None
    return subscription, rest[1] if rest else ""


def top_type(kind: str) -> str:
    """`Microsoft.Storage/storageAccounts` of `Microsoft.Storage/storageAccounts/blobServices`."""
    return "/".join(kind.split("/")[:2])


def may_be_type(kind: Node, wanted: str) -> bool:
    """Whether a type, written as such or as `type@version`, is or may be a certain one, given in lower case."""
    options = kind.value.options if isinstance(kind.value, Choice) else (kind,)
    known = [(form_of(option) or "{").lower().partition("@")[0] for option in options]
    return any(one == wanted or ("{" in one and wanted.startswith(one.partition("{")[0])) for one in known)
