"""Resources of the types that policies name, as facts with their whole body: for what has no fact of its own yet."""

from __future__ import annotations

from collections.abc import Collection

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import missing
from mnlint.azure.updates import updates_of
from mnlint.azure.versions import version_of
from mnlint.azure.views import View, constant, laid_over
from mnlint.model.expr import Mode
from mnlint.model.ids import may_be_type
from mnlint.model.policy import ROOT
from mnlint.model.record import replace
from mnlint.model.typing import Final
from mnlint.model.value import Cause, Hop, HopKind, Map, Node, Unknown, choice, doubt, member


def make_resources(drafts: Drafts, types: Collection[str]) -> None:
    """A fact for each resource of the types, and for one of azapi's that may be of them."""
    wanted = {kind.lower() for kind in types}
    for view in drafts.index.views if wanted else ():
        if view.updates or view.dialect == "azureml":
            continue
        kind = view.terraform or view.type
        if kind.lower() in wanted:
            _add(drafts, view, constant(kind, view, kind))
        elif view.dialect == "azapi" and not kind and view.resource.mode is Mode.DECLARED:
            written = member(view.resource.body, "type", fold=False)
            if any(may_be_type(written, one) for one in wanted):
                _unsure(drafts, view, written)


def _unsure(drafts: Drafts, view: View, written: Node) -> None:
    """A resource of which nobody knows whether it is of a type: it stands for one that need not be there."""
    why = doubt(written) or Unknown(Cause.UNEXPECTED_TYPE, written.origin, "the type of the resource")
    open_type = written.holding(Unknown(why.cause, why.span, why.label))
    draft = _add(drafts, view, written)
    draft.unseen = open_type


def _add(drafts: Drafts, view: View, kind: Node) -> Draft:
    address = f"{view.address} resource"
    draft = drafts.add(Draft("resource", address, view.resource.head, view.dialect, {}, view, view.guards))
    draft.fields.update(
        name=view.own_name,
        dialect=constant(view.dialect, view, view.dialect),
        type=kind,
        declared=constant(view.known, view, "declared here" if view.known else "not declared here"),
        apiVersion=version_of(drafts, view),
    )
    draft.fields[ROOT] = _body(drafts, view)
    return draft


# What azapi's provider gives a resource that does not say it, in whole or in part.
_DEFAULTS: Final = {"default_location": "location", "default_tags": "tags"}


def _with_defaults(drafts: Drafts, view: View) -> Node:
    """The body as written; what the provider adds to it is not looked into."""
    value = view.body.value
    provider = drafts.deployment.providers.get(view.resource.provider)
    if view.dialect != "azapi" or provider is None or not isinstance(value, Map):
        return view.body
    entries = dict(value.entries)
    for name, field in _DEFAULTS.items():
        given = member(provider, name, fold=False)
        if not missing(given):
            why = Unknown(Cause.RUNTIME, given.origin, f"{name} of the provider with what {view.resource.symbol} says")
            entries[field] = given.holding(why)
    return view.body.holding(replace(value, entries=entries))


def _body(drafts: Drafts, view: View) -> Node:
    """The body as its language writes it, with what azapi's updates write over it.

    What they write to a resource of azurerm is said in ARM's words: nobody knows then what its arguments come to.
    """
    made = _with_defaults(drafts, view)
    for update in updates_of(drafts, view):
        if view.terraform:
            head = update.view.resource.head
            why = Unknown(Cause.RUNTIME, head, f"what {update.view.resource.symbol} writes to {view.resource.symbol}")
            over = Node(why, head, (Hop(HopKind.DECLARATION, head, why.label),))
            made = choice([over, made], update.why or why, over)
        else:
            over = laid_over(made, update.view.body)
            made = over if update.why is None else choice([over, made], update.why, over)
    return made
