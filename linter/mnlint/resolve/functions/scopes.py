"""Functions that say where a deployment goes: not known, but the same wherever one template asks."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.digest import sha256
from mnlint.model.ids import HERE, SUBSCRIPTION, segments, subscription_of
from mnlint.model.text import Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown, form_of, literal
from mnlint.resolve.forms import call_form, deep_form
from mnlint.resolve.functions.catalogue import KIND_OF, Kind
from mnlint.resolve.scope import Scope

# What differs from one module to another, for each is a deployment of its own.
_OF_DEPLOYMENT = frozenset({"deployment"})
_PLACES = frozenset({"resourcegroup", "subscription", "managementgroup", "tenant"})
_LONGEST = 200  # characters
MANAGEMENT_GROUPS = "/providers/Microsoft.Management/managementGroups/"


def unevaluated(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """A call of a function that is not computed here: unknown, with the form of the call if it is a pure one."""
    kind = KIND_OF.get(name, Kind.SECRETS if name.startswith(("list", ".list")) else None)
    cause = _CAUSES.get(kind, Cause.FUNCTION)
    given = [*nodes, literal(scope.owner.prefix, span)] if name in _OF_DEPLOYMENT and scope.owner.prefix else nodes
    form = _place(name, nodes, span, scope) if name in _PLACES and scope.fold else call_form(name, given)
    made = Unknown(cause, span, scope.words(span), form)
    return Node(made, span, (Hop(HopKind.DECLARATION, span, scope.words(span)),))


def _place(name: str, nodes: Sequence[Node], span: Span, scope: Scope) -> str | None:
    """The form of a group, a subscription ...; which id it has is remembered.

    What lacks a part is told apart by where the template goes that says it: `resourceGroup()` is another group in a
    module that is deployed to another one.
    """
    parts = [brief(form_of(node) or deep_form(node) or "") for node in nodes]
    where = scope.owner.where
    around = ""
    if name == "resourcegroup" and len(parts) == 2:
        place = f"/subscriptions/{parts[0]}/resourceGroups/{parts[1]}"
    elif name == "resourcegroup" and parts:
        around = subscription_of(where)
        place = f"{around}/resourceGroups/{parts[0]}"
    elif name == "tenant":
        place = ""
    elif parts:
        place = ("/subscriptions/" if name == "subscription" else MANAGEMENT_GROUPS) + parts[0]
    else:
        place = around = subscription_of(where) if name == "subscription" else where
    usual = around in ("", SUBSCRIPTION if parts or name == "subscription" else HERE)
    form = call_form(name, nodes if usual else [*nodes, literal(around, span)])
    if form is not None and "" not in parts:
        scope.world.places[form] = in_words(place, scope)
    return form


def brief(form: str) -> str:
    """A form of the name of a group or subscription that may stand in many others, or its digest."""
    return form if len(form) <= _LONGEST or "{" not in form else f"{{digest:{sha256(form.encode())}}}"


def in_words(form: str, scope: Scope) -> str:
    """An id that begins with what functions say of a scope, such as `{resourcegroup().id}`, in the words of all ids."""
    parts = segments(form)
    named = _meant(parts[0], "id", scope)
    if named is not None:
        parts[:1] = segments(named)
    if len(parts) > 2 and not parts[0] and parts[1].lower() == "subscriptions":
        named = _meant(parts[2], "subscriptionid", scope)
        if named is not None:
            parts[:3] = segments(named)
    at = next((n for n, part in enumerate(parts[:5]) if part.lower() == "resourcegroups"), 0)
    group = _meant(parts[at + 1], "name", scope) if at and len(parts) > at + 1 else None
    if group is not None and subscription_of(group) == "/".join(parts[:at]):
        parts[: at + 2] = segments(group)
    return "/".join(parts)


def _meant(part: str, member: str, scope: Scope) -> str | None:
    """The id of the group or subscription whose member a hole is."""
    whole, dot, last = part[1:-1].rpartition(".")
    if not dot or last.lower() != member or part[:1] != "{":
        return None
    return scope.world.places.get(whole if whole.startswith("{") else f"{{{whole}}}")


_CAUSES: dict[Kind | None, Cause] = {
    Kind.RUNTIME: Cause.RUNTIME,
    Kind.SYMBOLIC: Cause.RUNTIME,
    Kind.SECRETS: Cause.SECRET,
}
