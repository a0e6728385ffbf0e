"""What every policy and every list that comes along must bring."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from mnlint import catalogue, testing
from mnlint.documents import read_documents
from mnlint.model.finding import Verdict
from mnlint.model.settings import Settings
from shipped import FILES, TABLES, all_cases, cases_of

# Fixed for ever: users' suppressions and baselines name them. A policy is never deleted, and no id is used twice.
POLICIES = {
    "MN001": "isolation-disabled",
    "MN002": "isolation-not-set",
    "MN003": "isolation-mode-invalid",
    "MN004": "internet-outbound-open",
    "MN005": "isolation-turned-off",
    "MN006": "isolation-loosened",
    "MN007": "project-own-network",
    "MN008": "api-version-too-old",
    "MN009": "network-provisioned-late",
    "MN010": "egress-rule-in-open-mode",
    "MN011": "rule-without-isolation",
    "MN012": "duplicate-rule-name",
    "MN013": "duplicate-rule-destination",
    "MN014": "rule-repeats-required",
    "MN015": "rule-name-invalid",
    "MN016": "rule-incomplete",
    "MN017": "system-rule-written",
    "MN018": "parallel-child-rules",
    "MN019": "inline-and-child-rules",
    "MN020": "private-endpoint-target-unsupported",
    "MN021": "private-endpoint-subresource-invalid",
    "MN022": "private-endpoint-target-not-an-id",
    "MN023": "private-endpoint-other-tenant",
    "MN024": "private-and-service-endpoint",
    "MN025": "private-target-without-rule",
    "MN026": "connection-target-not-an-id",
    "MN027": "private-ai-services-or-search",
    "MN028": "private-storage-add-your-data",
    "MN029": "azurerm-private-endpoint-limits",
    "MN030": "fqdn-rule-cost",
    "MN031": "fqdn-invalid",
    "MN032": "fqdn-too-broad",
    "MN033": "exfiltration-guard-weakened",
    "MN034": "scenario-hosts-incomplete",
    "MN035": "fqdn-redundant",
    "MN036": "fqdn-to-storage",
    "MN037": "firewall-sku-misused",
    "MN038": "private-endpoint-sku-unsupported",
    "MN039": "private-endpoint-rule-incomplete-for-target",
    "MN040": "service-tag-unknown",
    "MN041": "service-tag-too-broad",
    "MN042": "service-tag-protocol-or-ports",
    "MN043": "service-tag-inbound-only",
    "MN050": "foundry-network-mode-not-set",
    "MN051": "compute-in-customer-subnet",
    "MN052": "registry-build-needs-compute",
}
# What a plan says beside its sources, test_triplets.py and test_plans.py show with plans that terraform made.
SOURCES = [language for language in testing.FILE_OF if language != "plan"]

policies = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
lists = pytest.mark.parametrize(
    "path", sorted((catalogue.shipped() / "lists").glob("*.yaml")), ids=lambda path: path.stem
)


def raw(path: Path) -> dict[str, Any]:
    """The first document of a policy file, as written."""
    made = read_documents(path)[0]
    assert isinstance(made, dict)
    return made


def test_the_policies_are_those_that_users_name() -> None:
    loaded = catalogue.every_policy(Settings(), TABLES)
    assert {p.id: p.card.name for p in loaded} == POLICIES


@policies
def test_a_file_is_called_like_its_policy(path: Path) -> None:
    assert path.stem == f"{raw(path)['id']}-{raw(path)['name']}"


@policies
def test_texts_are_there(path: Path) -> None:
    card = catalogue.load_policy(path, TABLES).card
    assert all(len(text.split()) > 5 for text in (card.why, card.fix))
    assert card.title and not card.title.endswith(".")
    assert all(re.fullmatch(r"[a-z][a-z-]*", tag) for tag in card.tags) and card.tags
    assert card.basis, "say what the policy rests on: `basis:`"
    assert card.seed or "seed" not in card.basis, "say under which heading of the article: `seed:`"


@policies
def test_a_policy_with_a_date_rests_on_pages(path: Path) -> None:
    """What the service or a provider checks itself, and what users met with, holds at every date."""
    dated = raw(path).keys() & {"since", "until"}
    assert not (dated and {"api", "field"} & set(raw(path)["basis"]))


@policies
def test_links_lead_to_https_pages(path: Path) -> None:
    see = catalogue.load_policy(path, TABLES).card.see
    assert see and all(re.fullmatch(r"https://[\w.-]+/\S+", link) for link in see)


def languages_of(path: Path) -> set[str]:
    """The languages that a policy is for."""
    dialects = raw(path).get("dialects")
    return {name for name in SOURCES if dialects is None or set(testing.DIALECTS_OF[name]) & set(dialects)}


@policies
def test_every_verdict_has_a_case_in_every_language_that_can_say_it(path: Path) -> None:
    """A policy that never fires in a language is none there, and one that is never in doubt was never asked."""
    wanted = {(language, verdict) for language in languages_of(path) for verdict in Verdict}
    wanted -= {(language, verdict) for language, reasons in testing.cannot_of(path).items() for verdict in reasons}
    missing = wanted - {(case.language, case.expect) for case in cases_of(path)}
    assert not missing, "write such a case, or say under `cannot:` why there can be none"


@policies
def test_what_cannot_be_said_is_nowhere_said(path: Path) -> None:
    cannot = testing.cannot_of(path)
    assert set(cannot) <= languages_of(path), "`dialects:` says it already"
    assert all(len(why.split()) > 5 for reasons in cannot.values() for why in reasons.values())
    said = {(case.language, case.expect) for case in cases_of(path)}
    assert not said & {(language, verdict) for language, reasons in cannot.items() for verdict in reasons}


def test_no_two_cases_have_one_title() -> None:
    titles = [case.title for case in all_cases()]
    assert len(titles) == len(set(titles))


@lists
def test_a_list_says_where_it_comes_from(path: Path) -> None:
    table = raw(path)
    assert table["list"] == path.stem
    assert table["about"] and re.fullmatch(r"\d{4}-\d\d-\d\d", table["checked"])
    assert table["sources"] and table["entries"]


@lists
def test_an_entry_has_a_source_or_says_that_it_has_none(path: Path) -> None:
    table = raw(path)
    for entry in table["entries"]:
        named = entry.get("source", [])
        assert set(named) <= set(table["sources"]), f"a source that is not listed: {entry}"
        assert named or entry.get("verified") is False, f"neither a source nor `verified: false`: {entry}"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["checked"]), f"when somebody looked: {entry}"


@lists
def test_dates_are_in_order(path: Path) -> None:
    for entry in raw(path)["entries"]:
        dates = [entry.get("since", "0000-00-00"), entry.get("until", "9999-99-99")]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for date in dates), entry
        assert dates == sorted(dates), entry


@lists
def test_every_source_is_used(path: Path) -> None:
    table = raw(path)
    used = {name for entry in table["entries"] for name in entry.get("source", [])}
    assert set(table["sources"]) <= used


def test_modes_of_the_schema_are_those_of_the_list() -> None:
    from mnlint.azure.defaults import MODES

    assert [entry["mode"] for entry in TABLES["isolation-modes"]] == list(MODES)


def test_azurerm_takes_no_tag_that_is_for_inbound_traffic_only() -> None:
    """So that MN043 has nothing to say there: MN040 has."""
    tags = TABLES["service-tags"]
    assert not [e["tag"] for e in tags if e.get("direction") == "inbound" and e["azurerm"]]


def test_no_tag_begins_with_another_one() -> None:
    """So that what follows a tag behind a dot is a region."""
    tags = [e["tag"] for e in TABLES["service-tags"]]
    assert not [(a, b) for a in tags for b in tags if b.startswith(f"{a}.")]


def test_broad_tags_are_known_tags() -> None:
    tags = {e["tag"] for e in TABLES["service-tags"]}
    assert {e["tag"] for e in TABLES["broad-destinations"] if "tag" in e} <= tags
