"""Resources of one name in several groups are several: what a module's or a resource's scope says decides joins."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mnlint import catalogue, testing
from mnlint.model.deployment import Resource
from mnlint.model.finding import Verdict
from mnlint.model.settings import Settings
from mnlint.model.value import form_of, member
from mnlint.resolve import resolve
from shipped import FILES, TABLES

POLICIES = {path.name[:5]: catalogue.load_policy(path, TABLES) for path in FILES}
HUB = "Microsoft.MachineLearningServices/workspaces"
AI = "Microsoft.CognitiveServices/accounts"  # of a type whose names are not taken in all of Azure
RULES = "networkAcls: { virtualNetworkRules: [{ id: '/subscriptions/s/x/subnets/n' }] }"
F, U, P = Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS

# An account that a subnet is let into by a service endpoint, and one that is not.
OPEN = f"resource ai '{AI}@2024-10-01' = {{ name: 'ai', properties: {{ {RULES} }} }}\noutput id string = ai.id\n"
SHUT = f"resource ai '{AI}@2024-10-01' = {{ name: 'ai', properties: {{ }} }}\noutput id string = ai.id\n"


def hub(target: str, more: str = "") -> str:
    """A hub with a private endpoint to the target, which MN024 finds wrong if it has a service endpoint, too."""
    return f"""{more}
resource hub '{HUB}@2024-10-01' = {{
  name: 'hub'
  kind: 'Hub'
  properties: {{
    managedNetwork: {{
      isolationMode: 'AllowOnlyApprovedOutbound'
      outboundRules: {{
        ai: {{ type: 'PrivateEndpoint', destination: {{ serviceResourceId: {target}, subresourceTarget: 'account' }} }}
      }}
    }}
  }}
}}
"""


def call(symbol: str, scope: str = "", params: str = "") -> str:
    said = f"  scope: {scope}\n" if scope else ""
    return f"module {symbol} '{symbol}.bicep' = {{\n  name: '{symbol}'\n{said}  params: {{ {params} }}\n}}\n"


def existing(scope: str) -> str:
    return f"resource old '{AI}@2024-10-01' existing = {{ name: 'ai', scope: {scope} }}\n"


HERE = f"resourceId('{AI}', 'ai')"
SUBSCRIPTION, MANAGEMENT = "targetScope = 'subscription'\n", "targetScope = 'managementGroup'\n"
GROUP = f"{SUBSCRIPTION}resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = {{ name: 'rg1' }}\n"
CHOSEN = (
    f"{SUBSCRIPTION}param name string\nparam env string\n"
    "resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = "
    "{ name: !empty(name) ? name : 'rg-${env}' }\n"
)

ENDPOINTS: list[tuple[Verdict, dict[str, str], str]] = [
    (F, {"main": hub(HERE, OPEN)}, "one group, one name: the account is meant"),
    (P, {"main": hub(HERE, SHUT) + call("b", "resourceGroup('rg2')"), "b": OPEN}, "the open one is in another group"),
    (
        P,
        {
            "main": call("a", "resourceGroup('rg1')") + call("b", "resourceGroup('rg2')"),
            "a": hub(HERE, SHUT),
            "b": OPEN,
        },
        "two groups, the hub with the shut one",
    ),
    (
        F,
        {
            "main": call("b", "resourceGroup('rg2')") + call("a", "resourceGroup('rg1')"),
            "a": hub(HERE, OPEN),
            "b": SHUT,
        },
        "two groups, the hub with the open one",
    ),
    (
        F,
        {"main": call("b", "resourceGroup('rg2')") + hub("b.outputs.id", SHUT), "b": OPEN},
        "an output says which one it is",
    ),
    (
        F,
        {"main": call("b", "resourceGroup('rg2')") + hub(f"resourceId('rg2', '{AI}', 'ai')", SHUT), "b": OPEN},
        "an id in another group is that of the module's resource there",
    ),
    (
        F,
        {
            "main": call("b", "resourceGroup('s2', 'rg2')") + hub(f"resourceId('s2', 'rg2', '{AI}', 'ai')", SHUT),
            "b": OPEN,
        },
        "and one in another subscription, too",
    ),
    (
        U,
        {"main": "param g string\n" + call("b", "resourceGroup(g)") + hub(HERE), "b": OPEN},
        "nobody knows whether the module's group is the hub's",
    ),
    (
        F,
        {
            "main": "param g string = resourceGroup().name\n" + call("b", "resourceGroup(g)") + hub(HERE),
            "b": OPEN,
        },
        "it is the hub's own group, in other words",
    ),
    (
        F,
        {
            "main": "param g string\n" + call("b", "resourceGroup(g)") + call("a", "resourceGroup(g)"),
            "a": hub(HERE),
            "b": OPEN,
        },
        "a group that nobody knows is one group all the same",
    ),
    (
        F,
        {"main": GROUP + call("a", "rg"), "a": hub(HERE, OPEN)},
        "all in the group that a deployment to the subscription makes",
    ),
    (
        F,
        {
            "main": GROUP + call("b", "rg") + call("a", "rg", "target: b.outputs.id"),
            "a": hub("target", "param target string\n"),
            "b": OPEN,
        },
        "azd: one module gives the other its id",
    ),
    (
        F,
        {"main": GROUP + call("b", "resourceGroup('rg1')") + call("a", "rg"), "a": hub(HERE), "b": OPEN},
        "a group by its symbol and by its name",
    ),
    (
        F,
        {"main": CHOSEN + call("b", "rg") + call("a", "rg"), "a": hub(HERE), "b": OPEN},
        "azd: a group with one of two names",
    ),
    (
        F,
        {"main": GROUP + call("c", "rg"), "c": call("a") + call("b"), "a": hub(HERE), "b": OPEN},
        "a module without a scope is deployed to where its caller is",
    ),
    (
        P,
        {
            "main": GROUP + call("c", "rg"),
            "c": call("a") + call("b", "resourceGroup('rg2')"),
            "a": hub(HERE, SHUT),
            "b": OPEN,
        },
        "and below it one with a scope to another one",
    ),
    (
        F,
        {
            "main": MANAGEMENT + call("c", "subscription('s1')"),
            "c": SUBSCRIPTION + call("a", "resourceGroup('rg1')") + call("b", "resourceGroup('rg1')"),
            "a": hub(HERE),
            "b": OPEN,
        },
        "from a management group by a subscription to one group",
    ),
    (
        P,
        {
            "main": MANAGEMENT + call("c", "subscription('s1')") + call("d", "subscription('s2')"),
            "c": SUBSCRIPTION + call("a", "resourceGroup('rg1')"),
            "d": SUBSCRIPTION + call("b", "resourceGroup('rg1')"),
            "a": hub(HERE, SHUT),
            "b": OPEN,
        },
        "groups of one name in two subscriptions",
    ),
    (
        U,
        {"main": call("b", "resourceGroup('rg2')") + hub("old.id", SHUT + existing("resourceGroup('rg3')")), "b": OPEN},
        "what an existing one of a third group is like, only Azure knows",
    ),
    (
        F,
        {
            "main": call("b", "resourceGroup('rg2')") + hub("old.id", SHUT + existing("resourceGroup('rg2')")),
            "b": OPEN,
        },
        "an existing one is what a module makes in that group",
    ),
    (
        F,
        {
            "main": call("b", "resourceGroup('rg2')")
            + hub(
                "old.id",
                "resource g 'Microsoft.Resources/resourceGroups@2024-03-01' existing = "
                "{ name: 'rg2', scope: subscription() }\n" + existing("g"),
            ),
            "b": OPEN,
        },
        "the same by the group's symbol",
    ),
    (
        F,
        {
            "main": call("b", "resourceGroup('rg2')")
            + hub("kv.id", "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = { name: 'kv' }\n"),
            "b": f"resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{ name: 'kv', properties: {{ {RULES} }} }}\n",
        },
        "names of vaults are taken in all of Azure: whatever the group, it is one",
    ),
    (
        U,
        {
            "main": call("b", "rg")
            + hub(HERE)
            + "resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' existing = { name: 'x', scope: rg }\n",
            "b": OPEN,
        },
        "a group that stands in itself ends in doubt",
    ),
]


def verdict_of(policy: str, language: str, files: dict[str, str]) -> Verdict:
    case = testing.Case(POLICIES[policy], "", language, files, P, None, 1, (), None, Settings())
    return testing.run_case(case, TABLES).verdict


def bicep(files: dict[str, str]) -> dict[str, str]:
    return {f"{name}.bicep": text for name, text in files.items()}


@pytest.mark.parametrize(("verdict", "files", "reason"), ENDPOINTS, ids=[row[2] for row in ENDPOINTS])
def test_an_id_means_a_resource_of_its_own_group(verdict: Verdict, files: dict[str, str], reason: str) -> None:
    assert verdict_of("MN024", "bicep", bicep(files)) is verdict, reason


# ── the same in ARM JSON ──


def account(*, shut: bool) -> dict[str, Any]:
    acls = {} if shut else {"networkAcls": {"virtualNetworkRules": [{"id": "/subscriptions/s/x/subnets/n"}]}}
    return {"type": AI, "apiVersion": "2024-10-01", "name": "ai", "properties": acls}


def json_hub(target: str) -> dict[str, Any]:
    destination = {"serviceResourceId": target, "subresourceTarget": "account"}
    rules = {"ai": {"type": "PrivateEndpoint", "destination": destination}}
    network = {"isolationMode": "AllowOnlyApprovedOutbound", "outboundRules": rules}
    properties = {"managedNetwork": network}
    return {"type": HUB, "apiVersion": "2024-10-01", "name": "hub", "kind": "Hub", "properties": properties}


def nested(*resources: Any, outer: bool = False, **where: str) -> dict[str, Any]:
    scope = "outer" if outer else "inner"
    template = arm(*resources)
    properties = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": scope}, "template": template}
    made = {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": f"in-{len(str(resources))}"}
    return {**made, "properties": properties, **where}


def arm(*resources: Any) -> dict[str, Any]:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return {"$schema": schema, "contentVersion": "1.0.0.0", "resources": list(resources)}


def existing_in(**where: str) -> dict[str, Any]:
    """An account as compilers write an existing one in a template whose resources have symbols."""
    return {"existing": True, "type": AI, "apiVersion": "2024-10-01", "name": "ai", **where}


OURS = f"[resourceId('{AI}', 'ai')]"
IN_TWO = f"[resourceId('rg2', '{AI}', 'ai')]"
IN_SUBSCRIPTION = f"[resourceId('s2', 'rg2', '{AI}', 'ai')]"
WRITTEN_OUT = f"/subscriptions/s2/resourceGroups/rg2/providers/{AI}/ai"

DEPLOYMENTS: list[tuple[Verdict, list[dict[str, Any]], str]] = [
    (F, [json_hub(OURS), account(shut=False)], "one group, one name"),
    (P, [json_hub(OURS), account(shut=True), nested(account(shut=False), resourceGroup="rg2")], "in another group"),
    (F, [json_hub(IN_TWO), account(shut=True), nested(account(shut=False), resourceGroup="rg2")], "of another group"),
    (U, [json_hub(OURS), nested(account(shut=False), resourceGroup="[parameters('g')]")], "nobody knows the group"),
    (F, [json_hub(OURS), nested(account(shut=False))], "a deployment without a group has its parent's"),
    (
        F,
        [
            json_hub(IN_SUBSCRIPTION),
            account(shut=True),
            nested(account(shut=False), resourceGroup="rg2", subscriptionId="s2"),
        ],
        "of another subscription",
    ),
    (
        F,
        [
            json_hub(WRITTEN_OUT),
            account(shut=True),
            nested(account(shut=False), resourceGroup="rg2", subscriptionId="s2"),
        ],
        "an id that is written out",
    ),
    (
        P,
        [
            nested(json_hub(OURS), account(shut=True), resourceGroup="rg1"),
            nested(account(shut=False), resourceGroup="rg2"),
        ],
        "two groups, the hub with the shut one",
    ),
    (
        U,
        [nested(json_hub(OURS), account(shut=False), outer=True, resourceGroup="rg2")],
        "what is evaluated outside means the group outside, which may be that one",
    ),
]


def in_json(*resources: Any) -> dict[str, str]:
    return {"main.json": json.dumps({**arm(*resources), "parameters": {"g": {"type": "string"}}})}


@pytest.mark.parametrize(("verdict", "resources", "reason"), DEPLOYMENTS, ids=[row[2] for row in DEPLOYMENTS])
def test_the_same_in_arm_json(verdict: Verdict, resources: list[dict[str, Any]], reason: str) -> None:
    assert verdict_of("MN024", "arm", in_json(*resources)) is verdict, reason


@pytest.mark.parametrize(
    ("verdict", "where", "reason"),
    [
        (F, {"resourceGroup": "rg2", "subscriptionId": "s2"}, "where the deployment goes"),
        (U, {"resourceGroup": "rg3", "subscriptionId": "s2"}, "another group"),
        (U, {"resourceGroup": "rg2"}, "the same group of a subscription that may be another one"),
    ],
)
def test_existing_ones_of_arm_json(verdict: Verdict, where: dict[str, str], reason: str) -> None:
    resources = {
        "old": existing_in(**where),
        "hub": json_hub("[resourceInfo('old').id]"),
        "b": nested(account(shut=False), resourceGroup="rg2", subscriptionId="s2"),
    }
    files = {"main.json": json.dumps({**arm(), "languageVersion": "2.0", "resources": resources})}
    assert verdict_of("MN024", "arm", files) is verdict, reason


# ── children, extensions, groups as values ──

CHILD = f"""
resource old '{HUB}@2024-10-01' existing = {{ name: 'hub' }}
resource network '{HUB}/managedNetworks@2024-10-01' = {{
  parent: old
  name: 'default'
  properties: {{ managedNetwork: {{ isolationMode: 'Disabled' }} }}
}}
"""
PLAIN = f"""
resource hub '{HUB}@2024-10-01' = {{
  name: 'hub'
  kind: 'Hub'
  properties: {{ managedNetwork: {{ isolationMode: 'AllowOnlyApprovedOutbound' }} }}
}}
"""


def judged(policy: str, files: dict[str, str]) -> list[tuple[str, str]]:
    case = testing.Case(POLICIES[policy], "", "bicep", files, P, None, 1, (), None, Settings())
    return sorted((j.verdict.value, j.name) for j in testing.run_case(case, TABLES).judgements)


def test_a_child_of_an_existing_hub_is_that_of_the_declared_one_of_the_same_group() -> None:
    assert judged("MN001", bicep({"main": PLAIN + CHILD})) == [("fail", "hub")]


def test_a_child_of_a_hub_in_another_group_changes_nothing_here() -> None:
    files = {
        "main": call("a", "resourceGroup('rg1')") + call("c", "resourceGroup('rg2')"),
        "a": PLAIN,
        "c": CHILD,
    }
    assert ("pass", "hub") in judged("MN001", bicep(files))


def test_a_child_by_its_name_is_that_of_its_own_group() -> None:
    child = {
        "type": f"{HUB}/managedNetworks",
        "apiVersion": "2024-10-01",
        "name": "hub/default",
        "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
    }
    open_hub = json_hub(OURS)
    apart = in_json(nested(open_hub, resourceGroup="rg1"), nested(child, resourceGroup="rg2"))
    together = in_json(nested(open_hub, resourceGroup="rg1"), nested(child, resourceGroup="rg1"))
    maybe = in_json(open_hub, nested(child, resourceGroup="rg2"))
    found = [verdicts("MN001", files) for files in (apart, together, maybe)]
    assert [("pass" in each, "fail" in each) for each in found] == [(True, True), (False, True), (False, True)]


def verdicts(policy: str, files: dict[str, str]) -> list[str]:
    case = testing.Case(POLICIES[policy], "", "arm", files, P, None, 1, (), None, Settings())
    return sorted(j.verdict.value for j in testing.run_case(case, TABLES).judgements)


def test_an_extension_is_deployed_to_what_it_extends() -> None:
    text = (
        SHUT
        + "resource lock 'Microsoft.Authorization/locks@2020-05-01' = { name: 'l', scope: ai }\n"
        + "resource other 'Microsoft.Authorization/locks@2020-05-01' = { name: 'l' }\n"
    )
    found = {r.symbol: r.scope for r in deployed({"main": text})}
    assert found == {"ai": "{scope}", "lock": "{ref:ai.id}", "other": "{scope}"}


def test_a_group_is_another_one_in_a_module_that_goes_elsewhere() -> None:
    said = (
        "resource x 'A.B/c@2020-01-01' = { name: 'x', location: resourceGroup().location, tags: subscription().id }\n"
    )
    main = said + call("a", "resourceGroup('rg1')") + call("b", "resourceGroup('rg1')") + call("c", "subscription('s')")
    found = {r.address: r for r in deployed({"main": main, "a": said, "b": said, "c": said})}
    here, a, b, c = (
        [form_of(member(found[f"{prefix}x"].body, name, fold=True)) for name in ("location", "tags")]
        for prefix in ("", "module.a.", "module.b.", "module.c.")
    )
    assert here[0] != a[0] == b[0] != c[0] != here[0]
    assert here[1] == a[1] == b[1] != c[1]


def deployed(files: dict[str, str]) -> tuple[Resource, ...]:
    templates, roots = testing.read_case(bicep({**files, "main": f"// {HUB}\n{files['main']}"}))
    (root,) = roots
    return resolve(templates, root).resources
