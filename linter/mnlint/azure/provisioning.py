"""When a managed network is built: ahead of the first compute, or only with it."""

from __future__ import annotations

from mnlint.azure.draft import Drafts
from mnlint.azure.kleene import excluded, is_text, missing, unsure
from mnlint.azure.updates import or_else, with_updates
from mnlint.azure.versions import has_setting
from mnlint.azure.views import View
from mnlint.model.tri import Tri, both
from mnlint.model.value import Cause, Node, Unknown, doubt, literal, member

_PROPERTY = ("properties", "provisionNetworkNow")
_ARGUMENT = ("managed_network", "provision_on_creation_enabled")
_ACTION = "provisionManagedNetwork"


def can_provision(drafts: Drafts, view: View) -> Node:
    """Whether the workspace has a setting, at its version, that builds the network ahead."""
    return has_setting(drafts, view, _ARGUMENT if view.terraform else _PROPERTY)


def provision_now(drafts: Drafts, view: View) -> Node:
    """Whether the network is built ahead: by the workspace's own setting, or by an action that the template takes."""
    own = view.at(*(_ARGUMENT if view.terraform else _PROPERTY))
    own = with_updates(drafts, view, own, *_PROPERTY)
    acts, why = _provisioned(drafts, view)
    if acts is Tri.TRUE:
        return own.holding(True)
    if acts is Tri.UNKNOWN and why is not None and is_text(own, "true") is not Tri.TRUE:
        return own.holding(why)
    return or_else(own, literal(False, own.span, "only with the first compute")) if missing(own) else own


def _provisioned(drafts: Drafts, view: View) -> tuple[Tri, Unknown | None]:
    """Whether azapi calls the action that builds a workspace's network, and why nobody knows."""
    found, why = Tri.FALSE, None
    for resource in drafts.deployment.resources:
        if resource.type != "azapi_resource_action":
            continue
        action = is_text(member(resource.body, "action", fold=False), _ACTION)
        target = member(resource.body, "resource_id", fold=False)
        if excluded(resource.guards, view.guards):
            continue
        there = unsure(resource.guards, view.guards)
        answer = both(action, drafts.index.refers(target, view), Tri.TRUE if there is None else Tri.UNKNOWN)
        if answer > found:
            found = answer
            why = there or doubt(target) or Unknown(Cause.RUNTIME, target.origin, "what the action provisions")
    return found, why
