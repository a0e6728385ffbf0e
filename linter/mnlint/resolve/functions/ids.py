"""Resource ids made by functions: texts with holes where scope or names are not known."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.text import Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown, form_of, literal, unknown
from mnlint.resolve.forms import doubt_of
from mnlint.resolve.functions.structure import Function
from mnlint.resolve.scope import Scope

# Known only once something runs, but the same within one deployment.
RUNTIME = frozenset(
    {
        "resourcegroup",
        "subscription",
        "tenant",
        "managementgroup",
        "deployment",
        "deployer",
        "environment",
        "reference",
        "uniquestring",
        "guid",
    }
)


def _resource_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """resourceId([subscription], [resource group], type, name...)."""
    at = _type_at(nodes)
    if at is None:
        return _odd(nodes, span, scope)
    before, kind, names = nodes[:at], nodes[at], nodes[at + 1 :]
    head = "{scope}"
    if len(before) == 1:
        head = f"{{subscription}}/resourceGroups/{form_of(before[0]) or '{?}'}"
    elif len(before) == 2:
        head = f"/subscriptions/{form_of(before[0]) or '{?}'}/resourceGroups/{form_of(before[1]) or '{?}'}"
    return _id(head, kind, names, nodes, span, scope)


def _subscription_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    at = _type_at(nodes)
    if at is None:
        return _odd(nodes, span, scope)
    head = "{subscription}" if at == 0 else f"/subscriptions/{form_of(nodes[0]) or '{?}'}"
    return _id(head, nodes[at], nodes[at + 1 :], nodes, span, scope)


def _tenant_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    return _id("", nodes[0], nodes[1:], nodes, span, scope) if nodes else _odd(nodes, span, scope)


def _extension_id(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    if len(nodes) < 3:
        return _odd(nodes, span, scope)
    return _id(form_of(nodes[0]) or "{?}", nodes[1], nodes[2:], nodes, span, scope)


def _type_at(nodes: Sequence[Node]) -> int | None:
    return next((n for n, node in enumerate(nodes) if isinstance(node.value, str) and "/" in node.value), None)


def _id(head: str, kind: Node, names: Sequence[Node], nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    namespace, *types = str(kind.value).split("/") if isinstance(kind.value, str) else [""]
    forms = [form_of(n) for n in names]
    if not namespace or len(types) != len(forms) or None in forms:
        return _odd(nodes, span, scope)
    steps = "".join(f"/{t}/{f}" for t, f in zip(types, forms, strict=True))
    form = f"{head}/providers/{namespace}{steps}"
    if "{" not in form:
        return literal(form, span)
    why = doubt_of(names)
    cause, place, label = (why.cause, why.span, why.label) if why else (Cause.RUNTIME, span, scope.words(span))
    return Node(Unknown(cause, place, label, form), span, (Hop(HopKind.COMPUTED, span, scope.words(span)),))


def _odd(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    why = doubt_of(nodes)
    if why is None:
        return unknown(Cause.UNEXPECTED_TYPE, span, scope.words(span))
    return Node(Unknown(why.cause, why.span, why.label), span, (Hop(HopKind.COMPUTED, span, scope.words(span)),))


TABLE: dict[str, Function] = {
    "resourceid": _resource_id,
    "subscriptionresourceid": _subscription_id,
    "tenantresourceid": _tenant_id,
    "extensionresourceid": _extension_id,
}
