"""The SKU of a resource in ARM's words, with what else decides whether it can have a private endpoint."""

from __future__ import annotations

from mnlint.azure.draft import Drafts
from mnlint.azure.kleene import is_text, missing
from mnlint.azure.views import View
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Choice, Node, choice, doubt


def sku_of(drafts: Drafts, view: View) -> Node:
    """The SKU of a resource of a listed type; absent for any other type, since nothing is asked of it."""
    listed = {str(entry["type"]).lower() for entry in drafts.tables.get("endpoint-skus", ())}
    written = view.at("sku", "name")
    if view.untyped is not None and not missing(written) and (not view.known or any(map(view.may_be, listed))):
        return view.untyped
    if view.type.lower() not in listed:
        return view.name.holding(ABSENT)
    if view.terraform:
        written = view.at("sku_name") if missing(view.at("sku")) else view.at("sku")
    mode = view.at("virtual_network_type") if view.terraform else view.at("properties", "virtualNetworkType")
    return _with_network(_tier(written), mode)


def _tier(node: Node) -> Node:
    """`Developer` of azurerm's `Developer_1`."""
    if isinstance(node.value, Choice):
        return choice([_tier(option) for option in node.value.options], node.value.why, node)
    return node.holding(node.value.partition("_")[0]) if isinstance(node.value, str) else node


def _with_network(sku: Node, mode: Node) -> Node:
    """A tier, and that it is put into a virtual network, where it is; in doubt where that is."""
    inside = is_text(mode, "External", "Internal")
    if inside is Tri.FALSE or doubt(sku) is not None:
        return sku
    within = sku.holding(f"{sku.value} in a virtual network")
    why = doubt(mode)
    return choice([within, sku], why, sku) if inside is Tri.UNKNOWN and why is not None else within
