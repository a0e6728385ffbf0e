"""Computes of workspaces as facts, and the customer's subnet that they are put into."""

from __future__ import annotations

from mnlint.azure import arm, azurerm
from mnlint.azure.dependencies import list_by_network, network_of_child
from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.views import View
from mnlint.model.value import Unknown, doubt


def make_computes(drafts: Drafts) -> None:
    """A fact for each compute that is a resource of its own, led to the network of its workspace."""
    for view in drafts.index.views:
        if not view.known or view.updates:
            continue
        if view.terraform in azurerm.COMPUTES:
            fields, found = azurerm.compute(view), _workspace(drafts, view)
        elif view.type.lower() == arm.COMPUTE or view.may_be(arm.COMPUTE, *arm.OF_COMPUTES):
            fields, found = arm.compute(view), drafts.index.parent_of(view, [arm.WORKSPACE])
        else:
            continue
        workspace, why = found
        if view.untyped is not None and not drafts.index.possible_parents(view, [arm.WORKSPACE]):
            continue
        draft = drafts.add(Draft("compute", view.address, view.resource.head, view.dialect, {}, view, view.guards))
        draft.unseen = view.untyped
        draft.fields.update(name=view.own_name, **fields)
        draft.fields["network"] = network_of_child(drafts, draft, workspace, why)
    list_by_network(drafts, "compute", "computes")


def _workspace(drafts: Drafts, view: View) -> tuple[View | None, Unknown | None]:
    node = view.at(azurerm.COMPUTE_OF)
    sure = (other for other in drafts.index.meant(node) if drafts.made_of(other, "workspace") is not None)
    return next(sure, None), doubt(node)
