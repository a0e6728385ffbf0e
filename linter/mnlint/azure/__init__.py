"""Deployment in, Facts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.azure.before import past_networks, remember
from mnlint.azure.computes import make_computes
from mnlint.azure.dependencies import make_connections, make_dependencies
from mnlint.azure.draft import Drafts, Tables, once
from mnlint.azure.egress import judge_destinations
from mnlint.azure.index import Index
from mnlint.azure.needles import NEEDLES
from mnlint.azure.networks import join_projects, make_accounts, make_workspaces
from mnlint.azure.required import make_required_twins
from mnlint.azure.rules import make_rules
from mnlint.azure.scenarios import join_scenarios
from mnlint.azure.schema import SCHEMA
from mnlint.azure.twins import make_twins
from mnlint.azure.views import views_of
from mnlint.azure.written import make_written
from mnlint.model.deployment import Deployment
from mnlint.model.fact import Facts
from mnlint.model.past import PastNetwork

__all__ = ["NEEDLES", "SCHEMA", "arm_types", "extract", "past_networks"]


def extract(
    deployment: Deployment,
    tables: Tables,
    subscriptions: Mapping[str, str] | None = None,
    past: Sequence[PastNetwork] = (),
) -> Facts:
    """The facts of a deployment.

    `tables` are the dated lists, `subscriptions` maps a subscription to its tenant, and `past` are the networks of a
    base revision. What a plan says of the time before comes first.
    """
    index = Index.of(views_of(deployment.resources, arm_types(tables)))
    drafts = Drafts(deployment, tables, index, subscriptions or {})
    make_workspaces(drafts)
    make_accounts(drafts)
    join_projects(drafts)
    make_rules(drafts)
    judge_destinations(drafts)
    join_scenarios(drafts)
    make_written(drafts)
    make_twins(drafts)
    make_required_twins(drafts)
    make_connections(drafts)
    make_computes(drafts)
    make_dependencies(drafts)
    if deployment.before is not None:
        before = extract(deployment.before, tables, subscriptions)
        remember(drafts, list(past_networks(before, lambda span: "before this plan")), by_address=True)
    else:
        remember(drafts, past)
    return Facts({address: draft.fact() for address, draft in drafts.by_address.items()})


@once
def arm_types(tables: Tables) -> dict[str, str]:
    """The ARM type of every azurerm type that is known by one: what a resource is does not depend on the day."""
    made = {
        name: f"{e['namespace']}/{kind}" for e in tables.get("azurerm-types", ()) for name, kind in e["types"].items()
    }
    return made | {name: e["type"] for e in tables.get("pe-targets", ()) for name in e.get("azurerm", ())}
