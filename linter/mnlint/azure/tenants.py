"""Hints about the tenant of a resource: its own tenantId, its Terraform provider, its subscription."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.azure.views import View
from mnlint.model.deployment import Deployment
from mnlint.model.ids import Id, same_text, segments
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Absent, Node, Seq, form_of, member


def tenant_of(view: View, deployment: Deployment, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant a declared resource says that it is in; None if nothing hints at one."""
    own = view.at("tenant_id") if view.terraform == "azurerm_key_vault" else view.at("properties", "tenantId")
    if view.known and isinstance(own.value, str):
        return own
    identity = view.at("identity", "tenantId") if not view.terraform else own.holding(ABSENT)
    if view.known and isinstance(identity.value, str):
        return identity
    provider = _provider(view, deployment)
    if provider is not None:
        for name in ("tenant_id", "subscription_id"):
            found = member(provider, name, fold=False)
            if isinstance(found.value, str):
                return found if name == "tenant_id" else _mapped(found, found.value, subscriptions)
    return None


def tenant_of_id(node: Node, found: Id | None, subscriptions: Mapping[str, str]) -> Node | None:
    """The tenant of the subscription in an id, if the user's map has it."""
    if found is None or found.root is not None:
        return None
    parts = segments(found.scope)
    if len(parts) < 3 or parts[1].lower() != "subscriptions":
        return None
    return _mapped(node, parts[2], subscriptions)


def _mapped(node: Node, subscription: str, subscriptions: Mapping[str, str]) -> Node | None:
    tenant = subscriptions.get(subscription.lower())
    return node.holding(tenant) if tenant else None


def _provider(view: View, deployment: Deployment) -> Node | None:
    """The configuration of the provider that makes this resource."""
    found = deployment.providers.get(view.resource.provider) if view.resource.provider else None
    return None if found is not None and isinstance(found.value, Seq) else found


def differs(target: Node | None, network: Node | None) -> Tri | None:
    """Whether two tenants differ; None if there is no hint about one of them."""
    if target is None or network is None or isinstance(target.value, Absent):
        return None
    same = same_text(form_of(target), form_of(network))
    return same.negated()
