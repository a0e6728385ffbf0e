"""Which rules are deployed at once: chains of any length, locks, what is in doubt, and the words for the reader."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import blur
from mnlint import azure, testing
from mnlint.model.deployment import Deployment, Step
from mnlint.model.fact import Fact
from mnlint.model.record import replace
from mnlint.model.value import ABSENT, Choice, Node, Seq
from mnlint.resolve import resolve
from shipped import TABLES, all_cases

RULE = "Microsoft.MachineLearningServices/workspaces/outboundRules@2024-10-01"
HUB = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound' } }
}
"""
TF_HUB = 'resource "azurerm_ai_foundry" "hub" {\n  name = "hub"\n}\n'
FQDN = "azurerm_machine_learning_workspace_network_outbound_rule_fqdn"


def rule(name: str, rest: str = "") -> str:
    properties = f"type: 'FQDN', destination: '{name}.example.com'"
    return (
        f"resource {name} '{RULE}' = {{\n  parent: hub\n  name: '{name}'\n  properties: {{ {properties} }}\n{rest}}}\n"
    )


def tf_rule(name: str, rest: str = "") -> str:
    return f'resource "{FQDN}" "{name}" {{\n  name = "{name}"\n  workspace_id = azurerm_ai_foundry.hub.id\n{rest}}}\n'


def azapi_rule(name: str, rest: str = "") -> str:
    parent = "  parent_id = azurerm_ai_foundry.hub.id\n"
    return f'resource "azapi_resource" "{name}" {{\n  type = "{RULE}"\n  name = "{name}"\n{parent}{rest}}}\n'


def deployed(files: str | Mapping[str, str]) -> Deployment:
    templates, roots = testing.read_case({"main.bicep": files} if isinstance(files, str) else files)
    return resolve(templates, roots[0])


def network(files: str | Mapping[str, str]) -> Fact:
    (found,) = azure.extract(deployed(files), TABLES).of("managedNetwork")
    return found


def said(files: str | Mapping[str, str], name: str = "serialisedBy") -> object:
    return network(files).fields.entries[name].value


# ── chains ──

MANY = 600  # more than may call each other, each by way of another one


@pytest.mark.parametrize("step", [-1, 1])
def test_a_chain_may_be_as_long_as_the_template(step: int) -> None:
    names = range(MANY)
    waits = {n: f"  dependsOn: [ r{n + step} ]\n" if n + step in names else "" for n in names}
    assert said(HUB + "".join(rule(f"r{n}", waits[n]) for n in names), "parallelNames") is ABSENT
    waits[MANY // 2] = ""
    assert said(HUB + "".join(rule(f"r{n}", waits[n]) for n in names), "parallelNames") is not ABSENT


def test_a_circle_comes_to_an_end() -> None:
    text = HUB + rule("a", "  dependsOn: [ b ]\n") + rule("b", "  dependsOn: [ a ]\n")
    assert said(text, "parallelNames") is ABSENT


def test_not_all_rules_are_told() -> None:
    found = network(HUB + "".join(rule(f"r{n:03}") for n in range(100))).fields.entries
    assert found["parallelNames"].value == "r000, r001, r002 and 97 more"
    assert isinstance(found["parallelRules"].value, Seq)
    assert [item.value for item in found["parallelRules"].value.items[:2]] == ["r001", "r000"]
    assert len(found["parallelRules"].value.items) == 20


# ── what to write ──

LOOP = f"resource rules '{RULE}' = [for n in [ 'a', 'b' ]: {{\n  parent: hub\n  name: n\n  properties: {{}}\n}}]\n"
MODULE = "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' existing = { name: 'hub' }\n" + rule(
    "x"
)
IN_AZURERM = "what `for_each` and `count` make cannot wait for each other"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"main.bicep": HUB + rule("one") + rule("two")}, "write `dependsOn: [ one ]` into two"),
        ({"main.bicep": HUB + LOOP}, "write `@batchSize(1)` above rules"),
        (
            {"main.bicep": HUB + "module m 'm.bicep' = [for n in [ 1, 2 ]: { name: 'm${n}' }]", "m.bicep": MODULE},
            "write `@batchSize(1)` above m",
        ),
        (
            {"main.bicep": HUB + "module m 'm.bicep' = { name: 'm' }\n" + rule("one"), "m.bicep": MODULE},
            "write `dependsOn: [ m ]` into one",
        ),
        ({"main.tf": TF_HUB + tf_rule("one") + tf_rule("two")}, f"write `depends_on = [{FQDN}.one]` into {FQDN}.two"),
        ({"main.tf": TF_HUB + tf_rule("one", "  count = 2\n")}, IN_AZURERM),
        (
            {"main.tf": TF_HUB + tf_rule("one") + azapi_rule("two")},
            f"write `depends_on = [{FQDN}.one]` into azapi_resource.two",
        ),
        (
            {"main.tf": TF_HUB + azapi_rule("one") + azapi_rule("two")},
            "write `locks = [azurerm_ai_foundry.hub.id]` into each",
        ),
        (
            {"main.tf": TF_HUB + azapi_rule("one", "  count = 2\n")},
            "write `locks = [azurerm_ai_foundry.hub.id]` into each",
        ),
    ],
)
def test_what_is_to_be_written(files: Mapping[str, str], words: str) -> None:
    networks = azure.extract(deployed(files), TABLES).of("managedNetwork")
    (found,) = (text for fact in networks if isinstance(text := fact.fields.entries["serialisedBy"].value, str))
    assert found.startswith(words)


# ── locks ──


@pytest.mark.parametrize(
    ("one", "two", "at_once"),
    [
        ('["a"]', '["a"]', False),
        ('["a"]', '["b", "a"]', False),
        ('["a"]', '["A"]', True),
        ('["a"]', "[]", True),
        ('["a"]', "null", True),
        ('["a"]', "var.all", None),
        ("var.all", "var.all", None),
        ("[var.one]", "[var.one]", False),
        ("[var.one]", '["a"]', None),
        ('["a", var.one]', '["a"]', False),
        ('concat(["a"], var.all)', '["a"]', False),
        ('concat(["a"], var.all)', '["b"]', None),
    ],
)
def test_locks(one: str, two: str, at_once: bool | None) -> None:
    text = 'variable "all" { type = list(string) }\nvariable "one" { type = string }\n' + TF_HUB
    text += azapi_rule("one", f"  locks = {one}\n") + azapi_rule("two", f"  locks = {two}\n")
    value = said({"main.tf": text}, "parallelNames")
    assert value == "one and two" if at_once else (value is ABSENT) is (at_once is False)


# ── doubt ──


def less_known(deployment: Deployment) -> list[tuple[str, Deployment, Deployment]]:
    """Deployments that know less of what waits for what, and another one that each stands for, too."""
    found = []

    def changed(address: str, step: Step) -> Deployment:
        return replace(deployment, steps={**deployment.steps, address: step})

    for address, step in deployment.steps.items():
        for at, node in enumerate(step.waits_for):
            before, after = step.waits_for[:at], step.waits_for[at + 1 :]
            without = changed(address, replace(step, waits_for=(*before, *after)))
            perhaps = node.holding(Choice((node, node.holding(ABSENT)), blur.why(node)))
            for less in (node.holding(blur.why(node)), perhaps):
                blurred = changed(address, replace(step, waits_for=(*before, less, *after)))
                found += [(f"{address} {at}", blurred, without)]
        head = deployment.resources[0].head
        nothing = Node(blur.why(Node(None, head, ())), head, ())
        anything = changed(address, replace(step, waits_for=(*step.waits_for, nothing)))
        found.append((f"{address} anything", anything, deployment))
        if step.loop:
            for size in (1, 2):
                other = changed(address, replace(step, batch=nothing.holding(size)))
                found.append((f"{address} batch", changed(address, replace(step, batch=nothing)), other))
    return found


def test_doubt_of_what_waits_decides_nothing() -> None:
    tried, wrong = 0, []
    for case in [case for case in all_cases() if case.policy.id == "MN018" and case.language in ("bicep", "terraform")]:
        templates, roots = testing.read_case(case.files)
        for sharp in blur.deployments(templates, roots):
            for what, blurred, other in less_known(sharp) if sharp.resources else ():
                after = blur.judge(case, blurred, TABLES)
                for one in (sharp, other):
                    tried += 1
                    wrong += [
                        f"{case.title} {what}: {w}"
                        for w in blur.flips(blur.judge(case, one, TABLES), after, hidden=False)
                    ]
    assert tried > 500
    assert not wrong
