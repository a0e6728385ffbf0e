"""Every difference between the day of the article and today, each shown by a template, and that there is no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from mnlint import article, azure, catalogue, deploying, judging, lists, reading, run, testing
from mnlint.model.expr import Template
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.policy import Policy
from mnlint.model.record import dataclass, replace
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from shipped import FILES, TABLES, by_language, cases_of

COVERAGE = article.load()
ARTICLE = COVERAGE.date
LISTS = catalogue.shipped() / "lists"
DATED = lists.dated(LISTS)
POLICIES = {path.stem[:5]: catalogue.load_policy(path, TABLES) for path in FILES}
DATED_POLICIES = {name: policy for name, policy in POLICIES.items() if policy.since or policy.until}
CHANGED = {name for change in COVERAGE.changes for name in change.policies}
FIXTURES = Path(__file__).parents[1] / "fixtures"

Files = Mapping[str, str]
Day = str | None  # None is today


@cache
def tables_of(day: Day) -> lists.Tables:
    return lists.load(LISTS, day)


def without_dates(tables: lists.Tables) -> lists.Tables:
    return {name: [e for e in table if not {"since", "until"} & e.keys()] for name, table in tables.items()}


@cache
def policies_of(day: Day) -> list[Policy]:
    return catalogue.load_policies(Settings(as_of=day), tables_of(day))


@lru_cache(2)  # a case's own files and those before, read once for all of its days
def read(files: tuple[tuple[str, str], ...]) -> tuple[Mapping[str, Template], Sequence[Root]]:
    return testing.read_case(dict(files))


def judge(
    files: Files, before: Files | None, settings: Settings, tables: lists.Tables, policies: Sequence[Policy]
) -> list[Judgement]:
    """Every judgement of these files on the day of the settings, as `check` comes to it."""
    past = []
    for root_files, history in ((before or {}, None), (files, past)):
        templates, roots = read(tuple(root_files.items()))
        judgements: list[Judgement] = []
        for root in roots:
            for bindings in root.bindings:
                _, facts = deploying.facts_of(
                    root, bindings, templates, tables, settings, reading.at_hand(), history or ()
                )
                if history is None:
                    past += azure.past_networks(facts, lambda span: "at the base")
                else:
                    judgements += judging.judge_all(policies, facts)
    return judgements


def verdict(policy: str, files: Files, before: Files | None, day: Day) -> Verdict:
    """What a policy says of a template on a day; nothing where it is not in force."""
    templates, _ = read(tuple(files.items()))
    assert not [notice.message for template in templates.values() for notice in template.notices]
    found = [p for p in policies_of(day) if p.id == policy]
    settings = Settings(as_of=day)
    return testing.judged(judge(files, before, settings, tables_of(day), found), {}).verdict


# ── each entry, by a template of its own ──

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2025-12-01' = {{
  name: 'hub'
  kind: 'Hub'
  properties: {{
    {more}
    managedNetwork: {{
      isolationMode: '{mode}'
      {sku}
      outboundRules: {{
        {rules}
      }}
    }}
  }}
}}
"""
ACCOUNT = """\
resource account 'Microsoft.CognitiveServices/accounts@2025-12-01' = {{
  name: 'account'
  kind: 'AIServices'
}}
resource network 'Microsoft.CognitiveServices/accounts/managedNetworks@2025-12-01' = {{
  parent: account
  name: 'default'
  properties: {{
    managedNetwork: {{
      isolationMode: '{mode}'
      outboundRules: {{
        {rules}
      }}
    }}
  }}
}}
"""
ENDPOINT = (
    "data: {{ type: 'PrivateEndpoint', destination: {{ serviceResourceId: '{id}', subresourceTarget: '{sub}' }} }}"
)
TAG = (
    "tag1: {{ type: 'ServiceTag', "
    "destination: {{ serviceTag: '{tag}', protocol: '{protocol}', portRanges: '{ports}' }} }}"
)
ID = "/subscriptions/s/resourceGroups/rg/providers/{type}/data"
MODES = {"from": "AllowOnlyApprovedOutbound", "to": "AllowOnlyApprovedOutbound"}


@dataclass(frozen=True)
class Sample:
    """A template that an entry makes a difference to: what a policy says of it with the entry, and without."""

    policy: str
    files: Files
    there: Verdict
    missing: Verdict
    before: Files | None = None


def network(entry: Mapping[str, Any], rules: Sequence[str] = (), mode: str = MODES["to"], **more: str) -> Files:
    """A network of the entry's family with some rules."""
    text = ACCOUNT if entry["families"] == ["foundry"] else HUB
    return {"main.bicep": text.format(mode=mode, rules="\n        ".join(rules), **{"more": "", "sku": "", **more})}


def target(entry: Mapping[str, Any]) -> Sample:
    rule = ENDPOINT.format(id=ID.format(type=entry["type"]), sub=entry["subresources"][0])
    return Sample("MN020", network(entry, [rule]), Verdict.PASS, Verdict.FAIL)


def required(entry: Mapping[str, Any]) -> Sample:
    if entry["kind"] == "exception":
        rule = (
            f"data: {{ type: 'PrivateEndpoint', destination: {{ serviceResourceId: resourceId('{entry['type']}', 'hub')"
        )
        rule += f", subresourceTarget: '{entry['subresources'][0]}' }} }}"
        made = network(entry, [rule], more="ipAllowlist: ['203.0.113.7']")
        return Sample("MN014", made, Verdict.PASS, Verdict.FAIL)
    if entry["kind"] == "private-endpoint":
        rule = ENDPOINT.format(id=ID.format(type=entry["type"]), sub=entry["subresources"][0])
        return Sample("MN014", network(entry, [rule]), Verdict.PASS, Verdict.PASS)
    rule = TAG.format(tag=entry["tag"], **entry["seen"][0])
    return Sample("MN014", network(entry, [rule]), Verdict.FAIL, Verdict.PASS)


def scenario(entry: Mapping[str, Any]) -> Sample:
    """All other hosts that the scenario ever had; or the entry's alone, where that is what begins the scenario."""
    listed = [*(d.entry for d in DATED if d.name == "scenario-hosts"), *TABLES["scenario-hosts"]]
    mine = [e for e in listed if e["scenario"] == entry["scenario"]]
    others = sorted({e["host"] for e in mine} - {entry["host"]} - set(entry.get("or", ())))
    begins = {e["host"] for e in mine if not e.get("general")}
    alone = begins == {entry["host"]} or "misspelling_of" in entry
    hosts = [entry["host"]] if alone else others
    rules = [f"host{at}: {{ type: 'FQDN', destination: '{host}' }}" for at, host in enumerate(hosts)]
    return Sample("MN034", network(entry, rules), Verdict.FAIL, Verdict.PASS)


def price(entry: Mapping[str, Any]) -> Sample:
    made = network(
        {"families": ["workspace"]},
        ["host: { type: 'FQDN', destination: 'pypi.org' }"],
        sku=f"firewallSku: '{entry['sku']}'",
    )
    return Sample("MN037", made, Verdict.PASS, Verdict.FAIL)


def transition(entry: Mapping[str, Any]) -> Sample:
    policy = "MN005" if entry["to"] == "Disabled" else "MN006"
    made = network(entry, mode=entry["to"])
    return Sample(policy, made, Verdict.FAIL, Verdict.SKIP, network(entry, mode=entry["from"]))


def private_ai(entry: Mapping[str, Any]) -> Sample:
    """A hub with a connection that has the id of a closed resource."""
    category = next(e["category"] for e in TABLES["connection-categories"] if e["type"] == entry["type"])
    text = f"""
    resource used '{entry["type"]}@2023-11-01' = {{
      name: 'used'
      properties: {{ publicNetworkAccess: 'Disabled' }}
    }}
    resource link 'Microsoft.MachineLearningServices/workspaces/connections@2025-12-01' = {{
      parent: hub
      name: 'link'
      properties: {{
        category: '{category}'
        target: 'https://used'
        authType: 'AAD'
        metadata: {{ ResourceId: used.id }}
      }}
    }}
    """
    made = network({"families": ["workspace"]})["main.bicep"] + text
    return Sample("MN027", {"main.bicep": made}, Verdict.FAIL, Verdict.PASS)


SAMPLES: dict[str, Callable[[Mapping[str, Any]], Sample]] = {
    "pe-targets": target,
    "required-rules": required,
    "scenario-hosts": scenario,
    "prices": price,
    "isolation-transitions": transition,
    "private-ai": private_ai,
}


def named(dated: lists.Dated) -> str:
    return " ".join(
        str(dated.entry.get(k, "")) for k in ("type", "scenario", "host", "sku", "from", "to", "tag", "families")
    )


def change_of(dated: lists.Dated) -> article.Statement:
    (found,) = [change for change in COVERAGE.changes if change.is_about(dated.name, dated.entry)]
    return found


def eve(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


entries = pytest.mark.parametrize("dated", DATED, ids=named)


@entries
def test_an_entry_makes_the_difference_that_is_told(dated: lists.Dated) -> None:
    """On the days before it comes or goes and on that day; and on the day of the article and today."""
    sample, entry = SAMPLES[dated.name](dated.entry), dated.entry
    seen = change_of(dated).because is None

    def told(day: Day) -> bool:
        return lists.holds(entry.get("since"), entry.get("until"), day)

    days: list[Day] = [ARTICLE, None, *(d for day in dated.days for d in (eve(day), day))]
    said = {day: verdict(sample.policy, sample.files, sample.before, day) for day in days}
    if seen:
        assert said == {day: sample.there if told(day) else sample.missing for day in days}
        assert said[ARTICLE] is not said[None]
    else:
        assert said[ARTICLE] is said[None]


@pytest.mark.parametrize("name", DATED_POLICIES)
def test_a_policy_with_a_date_is_in_force_on_its_days_only(name: str) -> None:
    """A template that it objects to is none of its business on other days."""
    policy = DATED_POLICIES[name]
    case = next(c for c in cases_of(Path(policy.file)) if c.expect is Verdict.FAIL)
    for day in (policy.since, policy.until):
        if day is not None:
            held = {d: verdict(name, case.files, case.before, d) is Verdict.FAIL for d in (eve(day), day)}
            assert held == {eve(day): day == policy.until, day: day == policy.since}
    assert lists.holds(policy.since, policy.until, ARTICLE) is not lists.holds(policy.since, policy.until, None)


# ── the table of changes ──


@entries
def test_an_entry_belongs_to_one_change(dated: lists.Dated) -> None:
    assert all(day > ARTICLE for day in dated.days), "older than the article: no date is needed"
    assert dated.sources
    assert change_of(dated)


def test_a_policy_with_a_date_belongs_to_a_change() -> None:
    assert DATED_POLICIES.keys() <= CHANGED


@pytest.mark.parametrize("change", COVERAGE.changes, ids=lambda change: change.says)
def test_a_change_is_told_by_dates_or_cannot_be_seen(change: article.Statement) -> None:
    """One that policies show has a date somewhere; one that they do not says why, and who says so."""
    for chosen in change.entries:
        alone = replace(change, entries=(chosen,))
        assert any(alone.is_about(d.name, d.entry) for d in DATED), chosen
    known = [name for name in change.policies if name in POLICIES]  # that each of them exists is test_coverage's
    assert change.entries or change.sources
    assert change.entries or change.because or not known or known[0] in DATED_POLICIES


# ── no other difference ──


def lines(judgements: Sequence[Judgement]) -> dict[str, Counter[tuple[str, ...]]]:
    """What is told, by policy: the subject, the verdict, and of a fault its severity and message."""
    said: dict[str, Counter[tuple[str, ...]]] = {}
    for j in judgements:
        fault = (j.severity.level, j.message) if j.verdict is Verdict.FAIL else ()
        said.setdefault(j.policy, Counter())[j.subject, j.verdict.value, *fault] += 1
    return said


def compare(files: Files, before: Files | None, settings: Settings) -> set[str]:
    """Which policies without a date say another thing on the day of the article than today.

    Of lists without what has a date, all of them say the same.
    """
    timeless = [policy for policy in POLICIES.values() if policy.id not in DATED_POLICIES]
    days = [replace(settings, as_of=day) for day in (ARTICLE, None)]
    then, now = (lines(judge(files, before, s, tables_of(s.as_of), timeless)) for s in days)
    differ = {name for name in then.keys() | now.keys() if then.get(name) != now.get(name)}
    if differ:
        then, now = (lines(judge(files, before, s, without_dates(tables_of(s.as_of)), timeless)) for s in days)
        assert then == now
    return differ


by_each_policy = pytest.mark.parametrize("cases", by_language().values(), ids=by_language().keys())


@by_each_policy
def test_no_case_differs_but_by_what_has_a_date(cases: list[testing.Case]) -> None:
    """Every second one: whichever policy a case is of, all policies are asked."""
    differ_by_dates(cases[::2])


@pytest.mark.lab
@by_each_policy
def test_no_other_case_either(cases: list[testing.Case]) -> None:
    differ_by_dates(cases[1::2])


def differ_by_dates(cases: Sequence[testing.Case]) -> None:
    """What rests on schemas and reports alone holds at every date: the service and the providers see to it."""
    for case in cases:
        differ = compare(case.files, case.before, case.settings)
        assert differ <= CHANGED, case.title
        assert not [name for name in differ if set(POLICIES[name].card.basis) <= {"api", "field"}], case.title


FOLDERS = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_fixture_differs_but_by_what_has_a_date(folder: Path) -> None:
    said = []
    for day in (ARTICLE, None):
        report = run.check([folder], Settings(boundary=folder, as_of=day, allow_no_input=True))
        told = {(f.policy, f.primary.span, f.message) for f in report.findings}
        said.append(told | {(name, d.place.span, d.remedy) for d in report.doubts for name, _ in d.judgements})
    assert {policy for policy, _, _ in said[0] ^ said[1]} <= CHANGED


def test_what_azurerm_refuses_is_refused_on_every_day() -> None:
    """By the policy of the service's own list where that does not have the target, and else by the provider's."""
    rule = (
        'resource "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint" "rule" {\n'
        '  name = "data"\n  workspace_id = azurerm_ai_foundry.hub.id\n  sub_resource_target = "Gateway"\n'
        "  service_resource_id = azurerm_api_management.api.id\n}\n"
        'resource "azurerm_api_management" "api" {\n  name = "api"\n}\n'
        'resource "azurerm_ai_foundry" "hub" {\n  name = "hub"\n'
        '  managed_network { isolation_mode = "AllowOnlyApprovedOutbound" }\n}\n'
    )
    said = {
        day: {name for name in ("MN020", "MN029") if verdict(name, {"main.tf": rule}, None, day) is Verdict.FAIL}
        for day in (ARTICLE, None)
    }
    assert said == {ARTICLE: {"MN020"}, None: {"MN029"}}
