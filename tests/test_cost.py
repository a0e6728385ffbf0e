"""What a network costs a month: whatever is not known of it, the range holds what it costs once that is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

import blur
from mnlint import azure, deploying, judging, reading, resolve, testing
from mnlint.azure import cost
from mnlint.model.cost import ZERO, Cost, Item, Range
from mnlint.model.deployment import Deployment
from mnlint.model.past import PastNetwork
from mnlint.model.settings import Settings
from mnlint.model.tri import Tri
from mnlint.model.value import Node, Seq
from shipped import TABLES, all_cases

ENDPOINT, STANDARD, BASIC = Decimal("7.30"), Decimal("912.50"), Decimal("288.35")
TRIPLETS = Path(__file__).parents[1] / "fixtures" / "triplets"

HUB = """\
param mode string = 'AllowOnlyApprovedOutbound'
resource st 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'data'
  properties: { publicNetworkAccess: 'Disabled' }
}
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = { name: 'vault' }
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: {
    storageAccount: st.id
    keyVault: kv.id
    managedNetwork: { isolationMode: mode, REST }
  }
}
"""
PYPI = "pypi: { type: 'FQDN', destination: 'pypi.org' }"
TABLE = "table: { type: 'PrivateEndpoint', destination: { serviceResourceId: st.id, subresourceTarget: 'table' } }"
BLOB = TABLE.replace("table", "blob")


def hub(*rules: str, rest: str = "", more: str = "") -> str:
    inner = ", ".join([*([rest] if rest else []), f"outboundRules: {{ {', '.join(rules)} }}"])
    return more + HUB.replace("REST", inner)


Tables = Mapping[str, Sequence[Mapping[str, object]]]


def networks(files: Mapping[str, str], tables: Tables = TABLES) -> list[PastNetwork]:
    templates, roots = testing.read_case(files)
    assert not [notice for template in templates.values() for notice in template.notices], files
    deployed = [resolve.resolve(templates, root, binding) for root in roots for binding in root.bindings]
    return [network for one in deployed for network in azure.extract(one, tables).networks]


def total(text: str) -> Range:
    (network,) = networks({"main.bicep": text})
    assert network.cost is not None
    return network.cost.total


def exactly(amount: Decimal) -> Range:
    return Range(amount, amount)


def is_(endpoints: int, firewall: Decimal = ZERO) -> Range:
    return exactly(endpoints * ENDPOINT + firewall)


APPROVED, INTERNET = "'AllowOnlyApprovedOutbound'", "'AllowInternetOutbound'"
UNTYPED = TABLE.replace("'PrivateEndpoint'", "kind")
TO_A_PART = TABLE.replace("'table'", "part")
GIVEN = HUB.replace("storageAccount: st.id", "storageAccount: id").replace("REST", "") + "param id string\n"
EITHER = is_(4, BASIC).hull(is_(4, STANDARD))


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        (hub(), is_(4), "itself, blob, file and vault"),
        (hub(PYPI), is_(4, STANDARD), "a host, so a firewall"),
        (hub(PYPI, PYPI.replace("pypi", "conda")), is_(4, STANDARD), "one firewall for all hosts"),
        (hub(PYPI, rest="firewallSku: 'Basic'"), is_(4, BASIC), "the cheap one"),
        (hub(TABLE), is_(5), "one for a rule"),
        (hub(BLOB), is_(4), "which the service makes anyway"),
        (hub(TABLE, TABLE.replace("table:", "other:")), is_(5), "twice the same"),
        (hub(PYPI, TABLE).replace(APPROVED, "'Disabled'"), is_(0), "nothing is built"),
        (hub(TABLE).replace(APPROVED, INTERNET), is_(3), "the storage alone is closed"),
        (hub(PYPI, rest="firewallSku: sku", more="param sku string\n"), EITHER, "a SKU that nobody gave"),
        (hub(PYPI, rest="firewallSku: 'Premium'"), EITHER, "a SKU that is refused"),
        (hub(PYPI).replace(f" = {APPROVED}", ""), is_(0).hull(is_(4, STANDARD)), "a mode that nobody gave"),
        (hub(UNTYPED, more="param kind string\n"), is_(4).hull(is_(5, STANDARD)), "a type that nobody gave"),
        (hub(TO_A_PART, more="param part string\n"), is_(4).hull(is_(5)), "it may be blob"),
        (HUB.replace("REST", "outboundRules: r") + "param r object\n", Range(4 * ENDPOINT, None), "rules not seen"),
        (GIVEN, is_(2).hull(is_(4)), "a storage that may be none"),
    ],
)
def test_what_it_costs(text: str, expected: Range, reason: str) -> None:
    assert total(text) == expected, reason


RULE = """
resource rule 'Microsoft.MachineLearningServices/workspaces/outboundRules@2024-10-01' = START{
  parent: hub
  name: NAME
  properties: { type: 'PrivateEndpoint', destination: { serviceResourceId: st.id, subresourceTarget: 'table' } }
}END
"""


def beside(start: str = "", name: str = "'table'", end: str = "") -> str:
    return RULE.replace("START", start).replace("NAME", name).replace("END", end)


def connection(target: str) -> str:
    return f"""
resource search 'Microsoft.Search/searchServices@2023-11-01' = {{ name: 'search' }}
resource to 'Microsoft.MachineLearningServices/workspaces/connections@2024-10-01' = {{
  parent: hub
  name: 'to'
  properties: {{ category: 'AzureBlob', target: 'https://x', metadata: {{ resourceId: {target} }} }}
}}
"""


@pytest.mark.parametrize(
    ("more", "low", "high", "reason"),
    [
        (beside(), 5, 5, "beside the hub"),
        (beside("if (built) ") + "param built bool\n", 4, 5, "a condition that nobody knows"),
        (beside("if (false) "), 4, 4, "a condition that fails"),
        (beside("[for n in names: ", "n", "]") + "param names array\n", 4, None, "one for each of something unknown"),
        (connection("search.id"), 5, 5, "for what a connection leads to"),
        (connection("search.id") + connection("search.id").partition("\n\n")[0].replace(" to ", " two "), 5, 5, "once"),
        (connection("st.id"), 4, 5, "the service has blob and file already, but a connection may want more"),
        (connection("id") + "param id string\n", 4, 5, "wherever that leads"),
        (connection("'x'"), 4, 4, "the id of nothing"),
    ],
)
def test_what_comes_with_other_resources(more: str, low: int, high: int | None, reason: str) -> None:
    assert total(hub() + more) == Range(low * ENDPOINT, None if high is None else high * ENDPOINT), reason


def in_file(file: Path) -> list[tuple[str, Range]]:
    """What the networks of a file, with the modules it calls, cost by their names."""
    project = reading.open_project([file], Settings(boundary=file.parent))
    (root,) = project.plan.roots
    read = {name: project.readers.template(name) for name in root.files}
    facts = [deploying.facts_of(root, files, read, TABLES, Settings(), project.readers)[1] for files in root.bindings]
    found = [network for one in facts for network in one.networks if network.declared]
    return sorted((n.shown, n.cost.total) for n in found if n.cost is not None)


@pytest.mark.parametrize("name", sorted(folder.name for folder in TRIPLETS.iterdir()))
def test_a_network_costs_the_same_in_every_language(name: str) -> None:
    bicep, *others = (in_file(TRIPLETS / name / file) for file in ("main.bicep", "main.json", "azapi/main.tf"))
    assert [[price for _, price in other] for other in others] == [[price for _, price in bicep]] * 2
    # Azure ML YAML says less: what it does not name, the command line makes.
    if (TRIPLETS / name / "main.yml").exists():
        for _, wide in in_file(TRIPLETS / name / "main.yml"):
            assert any(wide.holds(price) for _, price in bicep)


# ── doubt ──


def costs(deployment: Deployment, case: testing.Case) -> dict[str, Cost]:
    facts = azure.extract(deployment, TABLES, dict(case.settings.subscriptions))
    return {f"{n.family} {n.address}": n.cost for n in facts.networks if n.cost is not None}


def breaks(case: testing.Case, most: int) -> Iterator[tuple[str, int]]:
    """Each variant of a case that knows less, and how many networks' ranges do not hold what they cost if one knows."""
    templates, roots = testing.read_case(case.files)
    for deployment in blur.deployments(templates, roots):
        sharp = costs(deployment, case)
        for variant in blur.sample(list(blur.variants(deployment)), most, case.title):
            blurred = costs(variant.make(), case)
            sides = [sharp, *([costs(variant.other(), case)] if variant.other is not None else [])]
            for side in sides:
                wrong = [k for k, one in side.items() if k in blurred and not blurred[k].total.holds(one.total)]
                yield f"{case.title}: {variant.what}: {wrong}", len(wrong)


def groups() -> dict[str, list[testing.Case]]:
    found: dict[str, list[testing.Case]] = {}
    for case in all_cases():
        found.setdefault(case.policy.id, []).append(case)
    return found


GROUPS = groups()


@pytest.mark.parametrize("policy", GROUPS)
def test_a_range_holds_what_it_stands_for(policy: str, record_property: Callable[[str, object], None]) -> None:
    check(GROUPS[policy][::2], record_property, most=1)  # all of them, and of each all: make lab


@pytest.mark.lab
@pytest.mark.parametrize("policy", GROUPS)
def test_every_range_holds_what_it_stands_for(policy: str, record_property: Callable[[str, object], None]) -> None:
    check(GROUPS[policy], record_property, most=1_000_000)


def check(cases: Sequence[testing.Case], record_property: Callable[[str, object], None], *, most: int) -> None:
    found = [one for case in cases for one in breaks(case, most)]
    record_property("ranges of costs against what they stand for", len(found))
    assert len(found) >= len(cases) / 2, "too little was tried for this to mean anything"
    assert not [what for what, number in found if number]


# ── costs that are wrong on purpose: the test above must see each of them ──


def forgets_what_is_unseen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cost, "_unseen", lambda network: None)


def takes_conditions_for_true(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cost, "implied", lambda guards, by: True)


def closes_lists_of_twins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cost, "_some", lambda node: Tri.of(isinstance(node.value, Seq) and node.value.items))


def takes_one_of_the_firewalls(patch: pytest.MonkeyPatch) -> None:
    right = cost.of_firewall
    patch.setattr(cost, "of_firewall", lambda sku, listed: right(sku, listed)[-1:])


WRONG = [forgets_what_is_unseen, takes_conditions_for_true, closes_lists_of_twins, takes_one_of_the_firewalls]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_cost_is_seen(wrong: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(monkeypatch)
    cases = [case for case in (*GROUPS["MN030"], *GROUPS["MN037"], *GROUPS["MN014"]) if case.language == "bicep"]
    assert any(number for case in cases for _, number in breaks(case, 40))


# Two days of one template: what differs between them costs what every value of the parameters says it costs.
DAYS = [
    (hub(PYPI), hub()),
    (hub(TABLE), hub(PYPI, TABLE)),
    (hub(TABLE.replace("'table'", "part"), more="param part string\n"), hub(TABLE)),
    (hub(PYPI, rest="firewallSku: sku", more="param sku string\n"), hub(PYPI)),
    (hub(UNTYPED, more="param kind string\n"), hub(PYPI, TABLE)),
    (hub(UNTYPED, more="param kind string\n"), hub(UNTYPED, BLOB, PYPI, more="param kind string\n")),
]
VALUES = {
    "mode": ("Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"),
    "sku": ("Basic", "Standard"),
    "part": ("blob", "table", "dfs"),
    "kind": ("FQDN", "PrivateEndpoint"),
}


def known(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = re.sub(rf"param {name} string.*", f"param {name} string = '{value}'", text)
    return text


@pytest.mark.parametrize("days", DAYS, ids=range(len(DAYS)))
def test_a_difference_holds_what_it_stands_for(days: tuple[str, str]) -> None:
    for before, after in (days, days[::-1], (days[0], days[0])):
        texts = [day.replace(" = 'AllowOnlyApprovedOutbound'", "") for day in (before, after)]
        old, new = (networks({"main.bicep": text})[0].cost for text in texts)
        assert old is not None
        assert new is not None
        names = [name for name in VALUES if any(f"param {name} " in text for text in texts)]
        for values in product(*(VALUES[name] for name in names)):
            given = dict(zip(names, values, strict=True))
            one, two = (total(known(text, given)) for text in texts)
            assert new.minus(old).holds(two.minus(one)), given
        if before == after:
            assert new.minus(old) == Range(), "the same doubt is no difference"


# ── the list ──


def with_prices(*entries: Mapping[str, object]) -> dict[str, Sequence[Mapping[str, object]]]:
    return {**TABLES, "prices": [*TABLES["prices"], *entries]}


def words(text: str, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> Mapping[str, Node]:
    templates, roots = testing.read_case({"main.bicep": text})
    facts = azure.extract(resolve.resolve(templates, roots[0], roots[0].bindings[0]), tables)
    (network,) = facts.of("managedNetwork")
    return network.fields.entries


def test_it_says_of_which_day_and_whose_the_prices_are() -> None:
    told = words(hub(PYPI), TABLES)
    assert told["monthlyPrice"].value == "USD 941.70 a month"
    basis = str(told["priceBasis"].value)
    for price in TABLES["prices"]:
        if price.get("sku") == "Standard" or price["item"] == "private-endpoint":
            assert price["date"] in basis
            assert price["source"][0] in basis
    assert "charges for data come on top" in basis


def test_prices_of_ones_own_come_instead() -> None:
    own: dict[str, object] = {"item": "firewall", "sku": "standard", "usd_month": "100", "date": "2027-01-01"}
    (network,) = networks({"main.bicep": hub(PYPI)}, with_prices(own))
    assert network.cost is not None
    assert network.cost.total == exactly(100 + 4 * ENDPOINT)
    assert "firewall of 2027-01-01" in network.cost.basis
    hourly = {"item": "private-endpoint", "usd_hour": 0.02, "hours_month": 730}
    (network,) = networks({"main.bicep": hub()}, with_prices(hourly))
    assert network.cost is not None
    assert network.cost.total == exactly(8 * ENDPOINT)


@pytest.mark.parametrize("wrong", ["abc", "NaN", "-1", "1e400", "", None, [1], True])
def test_what_is_no_price_is_none(wrong: object) -> None:
    (network,) = networks({"main.bicep": hub(PYPI)}, with_prices({"item": "private-endpoint", "usd_month": wrong}))
    assert network.cost is not None
    assert network.cost.total == exactly(STANDARD + 4 * ENDPOINT)


def test_amounts_in_several_currencies_are_no_sum() -> None:
    euros = {"item": "private-endpoint", "usd_month": "6.50", "currency": "EUR"}
    (network,) = networks({"main.bicep": hub(PYPI)}, with_prices(euros))
    assert network.cost is None
    assert words(hub(PYPI), {**TABLES, "prices": []})["firewallPrice"].value == "a price that the list does not have"


CHILD = """\
resource rule 'Microsoft.MachineLearningServices/workspaces/outboundRules@2024-10-01' = {
  PARENT
  properties: { type: 'FQDN', destination: 'pypi.org' }
}
"""


@pytest.mark.parametrize(
    ("text", "firewall"),
    [
        (hub(PYPI), "Standard"),
        (hub(PYPI, rest="firewallSku: sku", more="param sku string\n"), "parameter sku"),
        (CHILD.replace("PARENT", "name: 'hub/pypi'"), "SKU not known here"),
        (CHILD.replace("PARENT", "name: 'pypi'\n  parent: elsewhere"), "SKU not known here"),
    ],
)
def test_the_firewall_is_said_by_its_sku(text: str, firewall: str) -> None:
    (policy,) = {case.policy.id: case.policy for case in all_cases() if case.policy.id == "MN030"}.values()
    templates, roots = testing.read_case({"main.bicep": text})
    facts = azure.extract(resolve.resolve(templates, roots[0], roots[0].bindings[0]), TABLES)
    (judgement,) = judging.judge_all([policy], facts)
    assert f"an Azure Firewall ({firewall}) for this network" in judgement.message


def test_sums_and_differences() -> None:
    one, open_end = Range(Decimal(1), Decimal(3)), Range(Decimal(2), None)
    assert one.plus(open_end) == Range(Decimal(3), None)
    assert one.minus(open_end) == Range(None, Decimal(1))
    assert one.hull(open_end) == Range(Decimal(1), None)
    assert open_end.holds(exactly(Decimal(9)))
    assert not one.holds(open_end)
    doubted = Item("a", one, ("mode",))
    assert Cost((doubted,), "USD", ()).minus(Cost((doubted,), "USD", ())) == Range()
    other = Item("a", one, ("sku",))
    assert Cost((doubted,), "USD", ()).minus(Cost((other,), "USD", ())) == Range(Decimal(-2), Decimal(2))
