"""Hints about the tenant of a resource: its own tenantId, its Terraform provider, its subscription."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mnlint.azure.index import Index
from mnlint.azure.kleene import missing
from mnlint.azure.views import AZAPI_CALLER, View
from mnlint.model.deployment import Deployment
from mnlint.model.ids import Id, same_text, segments
from mnlint.model.pattern import pattern
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Cause, Choice, Node, Ref, Seq, Unknown, doubt, form_of, member

# Two ways to say the tenant of the deployment itself; all its subscriptions are in that one.
OWN: Final = pattern(r"\{+(?:tenant\(\)|subscription\(.*\)\}?)\.tenantid\}", re.IGNORECASE)
CALLERS: Final = ("azurerm_client_config", AZAPI_CALLER)
# Where a resource says its own tenant.
WRITTEN: Final[dict[str, tuple[str, ...]]] = {
    "microsoft.keyvault/vaults": ("properties", "tenantId"),
    "microsoft.machinelearningservices/workspaces": ("identity", "tenantId"),
    "azurerm_key_vault": ("tenant_id",),
}


def tenant_of(view: View, deployment: Deployment, index: Index, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant a resource is said to be in, known or not; None if nothing hints at one."""
    if view.untyped is not None and any(view.may_be(kind) and not missing(view.at(*WRITTEN[kind])) for kind in WRITTEN):
        return view.untyped
    way = WRITTEN.get(view.terraform or view.type.lower())
    if way is not None and view.known:
        written = view.at(*way)
        if not missing(written):
            return _of_caller(written, deployment, index, subscriptions)
    return _of_provider(view, deployment, subscriptions) or _of_scope(view, subscriptions)


def tenant_of_id(node: Node, found: Id | None, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant of the subscription in an id, if the user's map has it or nobody knows the subscription."""
    return _in_path(node, found.scope, subscriptions) if found is not None and found.root is None else None


def _of_caller(node: Node, deployment: Deployment, index: Index, subscriptions: Mapping[str, str]) -> Node:
    """A tenant as written; where that is the one Terraform runs in, what the provider says."""
    value = node.value
    view = index.by_address.get(value.address) if isinstance(value, Ref) and value.rest == ("tenant_id",) else None
    if view is None or view.resource.type not in CALLERS:
        return node
    found = _of_provider(view, deployment, subscriptions)
    form = f"{{tenant of provider {view.resource.provider}}}"
    return found or node.holding(Unknown(Cause.RUNTIME, node.origin, view.address, form))


def _of_provider(view: View, deployment: Deployment, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant that the configuration of a resource's provider says, or that of its subscription."""
    provider = deployment.providers.get(view.resource.provider) if view.resource.provider else None
    if provider is None or isinstance(provider.value, Seq):
        return None
    tenant, subscription = (member(provider, name, fold=False) for name in ("tenant_id", "subscription_id"))
    if not missing(tenant):
        return tenant
    return None if missing(subscription) else _mapped(subscription, form_of(subscription) or "{?}", subscriptions)


def _of_scope(view: View, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant of the subscription that the scope of an existing resource, or the id of a parent, names."""
    if view.parent_id is not None:
        return _in_path(view.parent_id, form_of(view.parent_id) or "", subscriptions)
    if view.known or view.terraform:
        return None
    place, scope = view.place or "", view.at("scope")
    node = view.name if missing(scope) else scope  # a module's scope may say it, too
    return _mapped(node, "{?}", subscriptions) if place.startswith("{place:") else _in_path(node, place, subscriptions)


def _in_path(node: Node, path: str, subscriptions: Mapping[str, str]) -> Node | None:
    parts = segments(path)
    named = len(parts) > 2 and not parts[0] and parts[1].lower() == "subscriptions"
    return _mapped(node, parts[2], subscriptions) if named else None


def _mapped(node: Node, subscription: str, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant of a subscription by the user's map; a subscription nobody knows is a hint only if there is a map."""
    if "{" not in subscription:
        tenant = subscriptions.get(subscription.lower())
        return node.holding(tenant) if tenant else None
    if not subscriptions:
        return None
    why = doubt(node) or Unknown(Cause.RUNTIME, node.origin, "the subscription")
    return node.holding(Unknown(why.cause, why.span, why.label, f"{{tenant of {subscription}}}"))


def differs(target: Node | None, network: Node | None) -> Tri | None:
    """Whether two tenants differ; None if there is no hint about one of them."""
    if target is None or network is None:
        return None
    for node, other in ((target, network), (network, target)):
        if isinstance(node.value, Choice):
            answers = {differs(option, other) for option in node.value.options}
            return answers.pop() if len(answers) == 1 else Tri.UNKNOWN
    return same_text(_form(target), _form(network)).negated()


def _form(tenant: Node) -> str | None:
    form = form_of(tenant)
    return "{tenant().tenantid}" if form is not None and OWN.fullmatch(form) else form
