"""Deployment in, Facts out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from mnlint.azure.accounts import make_accounts
from mnlint.azure.barren import beginnings, is_barren, unasked
from mnlint.azure.before import past_networks, remember
from mnlint.azure.computes import make_computes
from mnlint.azure.dependencies import make_connections, make_dependencies
from mnlint.azure.draft import Drafts, Tables, TooManyError, once
from mnlint.azure.embedded import unseen
from mnlint.azure.index import Index
from mnlint.azure.networks import join_projects, make_workspaces
from mnlint.azure.priced import make_costs
from mnlint.azure.reach import join_reach
from mnlint.azure.resources import make_resources
from mnlint.azure.rules import make_rules
from mnlint.azure.scenarios import join_scenarios
from mnlint.azure.views import views_of
from mnlint.azure.waiting import make_waiting
from mnlint.azure.written import make_written
from mnlint.model.deployment import Deployment
from mnlint.model.fact import Facts
from mnlint.model.limits import FACTS
from mnlint.model.record import deferred
from mnlint.model.typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mnlint.model.past import PastNetwork

__all__ = [
    "TooManyError",
    "arm_types",
    "beginnings",
    "extract",
    "is_barren",
    "past_networks",
    "unasked",
    "unseen",
]

BEFORE_PLAN: Final = "before this plan"


def extract(
    deployment: Deployment,
    tables: Tables,
    subscriptions: Mapping[str, str] | None = None,
    past: Sequence[PastNetwork] | None = None,
    types: Collection[str] = (),
    most: int = FACTS,
) -> Facts:
    """The facts of a deployment. Raises TooManyError.

    `tables` are the dated lists, `subscriptions` maps a subscription to its tenant, and `past` are the networks of a
    base revision, if there is one. What a plan says of the time before comes first. `types` are those of which each
    resource is a fact. There may be so many facts at `most`.
    """
    index = Index.of(views_of(deployment.resources, partial(arm_types, tables)))
    drafts = Drafts(deployment, tables, index, subscriptions or {}, most)
    make_workspaces(drafts)
    make_accounts(drafts)
    join_projects(drafts)
    make_rules(drafts)
    if drafts.of("outboundRule"):
        _judge_rules(drafts)
    join_scenarios(drafts)
    make_written(drafts)
    make_waiting(drafts)
    make_connections(drafts)
    make_computes(drafts)
    make_dependencies(drafts)
    join_reach(drafts)
    if drafts.of("outboundRule"):
        from mnlint.azure.target_faults import judge_targets

        judge_targets(drafts)
    make_resources(drafts, types)
    costs = make_costs(drafts)
    before = None
    if deployment.before is not None:
        from mnlint.azure.snapshots import to_be_replaced

        found = past_networks(extract(deployment.before, tables, subscriptions, most=most), lambda span: BEFORE_PLAN)
        before = tuple(to_be_replaced(one) if one.address in deployment.replaced else one for one in found)
        # A resource in place of another one was not there before.
        past = [one for one in before if one.address not in deployment.replaced]
    remember(drafts, past, costs, by_address=before is not None)
    made = {address: draft.fact() for address, draft in drafts.by_address.items()}

    def whole() -> Facts:
        from mnlint.azure.snapshots import snapshots

        costs()
        return Facts(made, snapshots(drafts), before)

    return deferred(Facts, whole, by_address=made, before=before)


def _judge_rules(drafts: Drafts) -> None:
    """What most templates have nothing for, so that it is imported only now."""
    from mnlint.azure.egress import judge_destinations
    from mnlint.azure.required import make_required_twins
    from mnlint.azure.twins import make_twins

    judge_destinations(drafts)
    make_twins(drafts)
    make_required_twins(drafts)


@once
def arm_types(tables: Tables) -> dict[str, str]:
    """The ARM type of every azurerm type that is known by one: what a resource is does not depend on the day."""
    made = {
        name: f"{e['namespace']}/{kind}" for e in tables.get("azurerm-types", ()) for name, kind in e["types"].items()
    }
    return made | {name: e["type"] for e in tables.get("pe-targets", ()) for name in e.get("azurerm", ())}
