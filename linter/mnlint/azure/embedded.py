"""Templates inside of resources: Terraform has Azure deploy them, nobody here looks into them, and that is told."""

from __future__ import annotations

from collections.abc import Iterator

from mnlint.azure.kleene import missing
from mnlint.model.deployment import Deployment, Resource
from mnlint.model.finding import Notice, Place
from mnlint.model.typing import Final
from mnlint.model.value import Node, member

# The argument with the template, by azurerm's type.
_TEMPLATE_OF: Final = {
    "azurerm_management_group_template_deployment": "template_content",
    "azurerm_resource_group_template_deployment": "template_content",
    "azurerm_subscription_template_deployment": "template_content",
    "azurerm_template_deployment": "template_body",
    "azurerm_tenant_template_deployment": "template_content",
}
_DEPLOYMENT: Final = "microsoft.resources/deployments"  # as azapi makes one


def unseen(deployment: Deployment) -> Iterator[Notice]:
    """A notice for each template that a resource holds, at its text."""
    for resource in deployment.resources:
        template = _template(resource)
        if template is not None and not missing(template):
            what = f"the template that {resource.symbol} deploys is not looked into: what it declares is not seen"
            yield Notice("note", "MN913", what, Place(template.origin, "the template"))


def _template(resource: Resource) -> Node | None:
    if resource.type in _TEMPLATE_OF:
        return member(resource.body, _TEMPLATE_OF[resource.type], fold=False)
    if not resource.type.startswith("azapi_"):
        return None
    kind = member(resource.body, "type", fold=False).value
    if not isinstance(kind, str) or kind.partition("@")[0].lower() != _DEPLOYMENT:
        return None
    body = member(resource.body, "body", fold=False)
    return member(member(body, "properties", fold=True), "template", fold=True)
