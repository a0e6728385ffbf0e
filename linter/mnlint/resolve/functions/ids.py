"""Resource ids made by functions: texts with holes where scope or names are not known."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.ids import subscription_of
from mnlint.model.text import Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown, form_of, literal
from mnlint.resolve.forms import doubt_of
from mnlint.resolve.functions.outcome import MAX_SIZE, Function, doubtful
from mnlint.resolve.functions.scopes import MANAGEMENT_GROUPS, brief, in_words
from mnlint.resolve.scope import Scope


def _resource_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """resourceId([subscription], [resource group], type, name...)."""
    at = _type_at(nodes)
    if at is None or at > 2:
        return doubtful(nodes, span, scope, "resourceid")
    before = [form_of(node) for node in nodes[:at]]
    head: str | None = scope.owner.where
    if None in before:
        head = None
    elif len(before) == 1:
        head = f"{subscription_of(scope.owner.where)}/resourceGroups/{brief(before[0] or '')}"
    elif len(before) == 2:
        head = f"/subscriptions/{brief(before[0] or '')}/resourceGroups/{brief(before[1] or '')}"
    return _id("resourceid", head, at, nodes, span, scope)


def _subscription_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    here = subscription_of(scope.owner.where)
    return _scoped("subscriptionresourceid", here, "/subscriptions/", nodes, span, scope)


def _management_group_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    where = scope.owner.where
    here = where if where.startswith(MANAGEMENT_GROUPS) else MANAGEMENT_GROUPS + "{managementgroup().name}"
    return _scoped("managementgroupresourceid", here, MANAGEMENT_GROUPS, nodes, span, scope)


def _scoped(name: str, here: str, path: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """([scope], type, name...): in the scope of that name, or where the deployment goes."""
    at = _type_at(nodes)
    if at is None or at > 1:
        return doubtful(nodes, span, scope, name)
    form = form_of(nodes[0]) if at else None
    head = here if not at else None if form is None else path + form
    return _id(name, head, at, nodes, span, scope)


def _tenant_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _id("tenantresourceid", "", 0, nodes, span, scope)


def _extension_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """extensionResourceId(id of what is extended, type, name...)."""
    return _id("extensionresourceid", form_of(nodes[0]), 1, nodes, span, scope)


def _type_at(nodes: Sequence[Node]) -> int | None:
    return next((n for n, node in enumerate(nodes) if isinstance(node.value, str) and "/" in node.value), None)


def _id(name: str, head: str | None, at: int, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The id of the type at a position and the names behind it, below a head; None if that has no form."""
    names, kind = nodes[at + 1 :], nodes[at].value
    namespace, *types = str(kind).strip("/").split("/") if isinstance(kind, str) else [""]
    forms = [form_of(node) for node in names]
    if head is None or not namespace or len(types) != len(forms) or None in forms:
        return doubtful(nodes, span, scope, name)
    steps = "".join(f"/{t}/{f}" for t, f in zip(types, forms, strict=True))
    form = f"{in_words(head, scope)}/providers/{namespace}{steps}"
    if "{" not in form:
        return literal(form, span)
    why = doubt_of([*nodes[:at], *names])
    cause, place, label = (why.cause, why.span, why.label) if why else (Cause.RUNTIME, span, scope.words(span))
    return Node(Unknown(cause, place, label, form), span, (Hop(HopKind.COMPUTED, span, scope.words(span)),))


TABLE: dict[str, tuple[Function, int, int]] = {
    "extensionresourceid": (_extension_id, 3, MAX_SIZE),
    "managementgroupresourceid": (_management_group_id, 2, MAX_SIZE),
    "resourceid": (_resource_id, 2, MAX_SIZE),
    "subscriptionresourceid": (_subscription_id, 2, MAX_SIZE),
    "tenantresourceid": (_tenant_id, 2, MAX_SIZE),
}
