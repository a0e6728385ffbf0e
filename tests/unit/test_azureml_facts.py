"""What the keys of an Azure ML YAML mean: the facts that come of a file."""

from __future__ import annotations

import pytest

from mnlint import azure, testing
from mnlint.model.fact import Facts
from mnlint.model.value import Absent, Node, Seq, Unknown
from mnlint.resolve import resolve
from shipped import TABLES

NETWORK = "name: hub\nkind: hub\nmanaged_network:\n"
ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sa"


def facts(text: str) -> Facts:
    templates, (root,) = testing.read_case({"main.yml": text})
    assert not [n.message for t in templates.values() for n in t.notices]
    return azure.extract(resolve(templates, root), TABLES)


def plain(node: Node) -> object:
    value = node.value
    return ... if isinstance(value, Unknown) else None if isinstance(value, Absent) else value


@pytest.mark.parametrize(
    ("line", "field", "value", "reason"),
    [
        ("isolation_mode: allow_internet_outbound", "isolationMode", "AllowInternetOutbound", "the usual spelling"),
        ("isolation_mode: AllowInternetOutbound", "isolationMode", "AllowInternetOutbound", "Azure's own"),
        ("isolation_mode: allowInternetOutbound", "isolationMode", "AllowInternetOutbound", "in camel case"),
        ("isolation_mode: ALLOW_INTERNET_OUTBOUND", "isolationMode", "AllowInternetOutbound", "in capitals"),
        ("isolation_mode: disabled", "isolationMode", "Disabled", "no isolation"),
        (
            "isolation_mode: Allow_Internet_Outbound",
            "isolationMode",
            "Allow_Internet_Outbound",
            "the loader refuses it",
        ),
        ("isolation_mode: ${MODE}", "isolationMode", ..., "to be filled in"),
        ("isolation_mode: <mode>", "effectiveMode", ..., "nor is what is in effect"),
        ("isolation_mode:", "effectiveMode", "Disabled", "nothing is the default"),
        ("isolationMode: allow_internet_outbound", "isolationMode", None, "keys in camel case are not known"),
        ("Isolation_Mode: allow_internet_outbound", "isolationMode", None, "nor are others than in lower case"),
        ("firewall_sku: basic", "firewallSku", "Basic", "a firewall"),
        ("firewall_sku: Standard", "firewallSku", "Standard", "in Azure's spelling"),
        ("status: {}", "effectiveSku", "Standard", "the default, sent always"),
    ],
)
def test_network(line: str, field: str, value: object, reason: str) -> None:
    (network,) = facts(f"{NETWORK}  {line}\n").of("managedNetwork")
    assert plain(network.fields.entries[field]) == value, reason
    assert network.dialect == "azureml"


PE = f"{{service_resource_id: {ID}, subresource_target: blob, spark_enabled: false}}"
TAG = "{service_tag: DataFactory, protocol: TCP, port_ranges: '443'}"


@pytest.mark.parametrize(
    ("kind", "destination", "made", "place", "reason"),
    [
        ("fqdn", "pypi.org", "FQDN", "fqdn", "a host"),
        ("FQDN", "pypi.org", "FQDN", "FQDN", "in Azure's spelling"),
        ("private_endpoint", PE, "PrivateEndpoint", "private_endpoint", "an endpoint"),
        ("service_tag", TAG, "ServiceTag", "service_tag", "a tag"),
        ("private_endpoint", "pypi.org", "FQDN", "pypi.org", "a text is a host, whatever the type says"),
        ("service_tag", PE, "PrivateEndpoint", PE, "keys of an endpoint, too"),
        ("fqdn", TAG, "ServiceTag", TAG, "and those of a tag"),
        ("~", "pypi.org", "FQDN", "pypi.org", "no type at all"),
        ("fqdn", "'*.${DOMAIN}'", "FQDN", "fqdn", "a text in part"),
        ("fqdn", "${TARGET}", ..., "${TARGET}", "nobody knows its shape"),
        ("private_endpoint", "{}", "PrivateEndpoint", "private_endpoint", "nothing decides but the type"),
        ("odd", "{a: b}", "odd", "odd", "nor is there a type"),
        ("${KIND}", "pypi.org", "FQDN", "pypi.org", "the type does not matter"),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_type_of_a_rule(kind: str, destination: str, made: object, place: str, reason: str, listed: bool) -> None:
    rule = f"type: {kind}\n      destination: {destination}\n"
    head = "  - name: r\n      " if listed else "    r:\n      "
    text = NETWORK + "  outbound_rules:\n" + (head.replace("  - ", "    - ") if listed else head) + rule
    (found,) = facts(text).of("outboundRule")
    node = found.fields.entries["type"]
    assert plain(node) == made, reason
    assert text[node.origin.start : node.origin.end] == place, reason
    assert plain(found.fields.entries["name"]) == "r"


def test_fields_of_rules() -> None:
    text = f"{NETWORK}  outbound_rules:\n  - {{name: a, destination: {PE}}}\n  - {{name: b, destination: {TAG}}}\n"
    one, two = facts(text).of("outboundRule")
    fields = ("target", "subresource", "targetType", "serviceTag", "protocol", "ports", "category")
    assert [plain(one.fields.entries[f]) for f in fields] == [
        ID, "blob", "Microsoft.Storage/storageAccounts", None, None, None, None
    ]  # fmt: skip
    assert [plain(two.fields.entries[f]) for f in fields] == [None, None, None, "DataFactory", "TCP", "443", None]


def test_of_two_rules_of_one_name_the_last_counts() -> None:
    text = f"{NETWORK}  outbound_rules:\n  - {{name: a, destination: x.org}}\n  - {{name: a, destination: {PE}}}\n"
    (found,) = facts(text).of("outboundRule")
    assert plain(found.fields.entries["type"]) == "PrivateEndpoint"


def test_a_rule_may_be_replaced_by_one_whose_name_nobody_knows() -> None:
    text = f"{NETWORK}  outbound_rules:\n  - {{name: a, destination: x.org}}\n  - {{name: $N, destination: {PE}}}\n"
    first, last = facts(text).of("outboundRule")
    assert first.guards and not last.guards
    assert [plain(rule.fields.entries["name"]) for rule in (first, last)] == ["a", ...]


def test_the_list_of_rules_is_closed() -> None:
    (network,) = facts(f"{NETWORK}  outbound_rules:\n  - {{name: a, destination: x.org}}\n").of("managedNetwork")
    rules = network.fields.entries["rules"].value
    assert isinstance(rules, Seq) and len(rules.items) == 1 and rules.more is None
    (network,) = facts(f"{NETWORK}  outbound_rules: $RULES\n").of("managedNetwork")
    rules = network.fields.entries["rules"].value
    assert isinstance(rules, Seq) and rules.more is not None


def test_what_a_workspace_uses() -> None:
    vault = ID.replace("Storage/storageAccounts", "KeyVault/vaults")
    text = f"name: w\nkind: default\nstorage_account: {ID}\nkey_vault: {vault}\n"
    found = {
        plain(d.fields.entries["role"]): plain(d.fields.entries["reference"]) for d in facts(text).of("dependency")
    }
    assert found["storage"] == ID and set(found) == {"storage", "key vault"}


def test_public_access() -> None:
    for written, access in (("disabled", "Disabled"), ("Enabled", "Enabled"), ("$X", ...)):
        (workspace,) = facts(f"name: w\nkind: hub\npublic_network_access: {written}\n").of("workspace")
        assert plain(workspace.fields.entries["publicAccess"]) == access


@pytest.mark.parametrize("key", ["hub_id", "workspace_hub"])
def test_a_project_leads_to_its_hub(key: str) -> None:
    hub = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/hub"
    made = facts(f"name: p\nkind: project\n{key}: {hub}\nmanaged_network:\n  isolation_mode: disabled\n")
    assert list(made.of("managedNetwork")) == [], "its hub's network counts, not what it says itself"
    (workspace,) = made.of("workspace")
    assert plain(workspace.fields.entries["kind"]) == "project"
