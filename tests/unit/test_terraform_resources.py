"""What Terraform's resources come to as facts: azurerm of every major version, azapi, and both about one resource."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from mnlint import azure, deploying, reading, testing
from mnlint.azure.index import Index
from mnlint.azure.views import View, views_of
from mnlint.model.fact import Fact, Facts
from mnlint.model.settings import Settings
from mnlint.model.tri import Tri
from mnlint.model.value import Absent, Choice, Node, Ref, Seq, Unknown, walk
from mnlint.resolve import resolve
from shipped import TABLES

SUBNET = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/work"


def facts(files: str | Mapping[str, str]) -> Facts:
    """The facts of the one root of some texts; a text alone is main.tf."""
    templates, (root,) = testing.read_case({"main.tf": files} if isinstance(files, str) else files)
    assert not [n.message for t in templates.values() for n in t.notices]
    _, made = deploying.facts_of(root, root.bindings[0], templates, TABLES, Settings(), reading.at_hand())
    return made


def only(made: Facts, kind: str) -> Fact:
    (fact,) = made.of(kind)
    return fact


def plain(node: Node) -> object:
    """A value to compare: `...` is not known, and at the end of a list that it is open."""
    value = node.value
    if isinstance(value, Unknown | Choice):
        return ...
    if isinstance(value, Absent):
        return None
    if isinstance(value, Seq):
        return [plain(item) for item in value.items] + ([...] if value.more is not None else [])
    return value.address if isinstance(value, Ref) else value


def hub(**uses: str) -> str:
    """A hub in approved mode that uses resources, by their Terraform names."""
    lines = "\n".join(f"  {role}_id = {name}.id" for role, name in uses.items())
    return (
        'resource "azurerm_machine_learning_workspace" "hub" {\n  name = "hub"\n'
        f'{lines}\n  managed_network {{\n    isolation_mode = "AllowOnlyApprovedOutbound"\n  }}\n}}\n'
    )


def leading_to(name: str) -> str:
    """A hub with a rule to a resource."""
    return (
        hub() + 'resource "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint" "rule" {\n'
        '  name = "rule"\n  workspace_id = azurerm_machine_learning_workspace.hub.id\n'
        f'  service_resource_id = {name}.id\n  sub_resource_target = "blob"\n}}\n'
    )


def block(kind: str, label: str, body: str) -> str:
    return f'resource "{kind}" "{label}" {{\n{body}\n}}\n'


def azapi(kind: str, label: str, arm: str, body: str, more: str = "") -> str:
    return block(kind, label, f'  type = "{arm}"\n{more}\n  body = {body}')


def used(made: Facts, address: str) -> Fact:
    return next(fact for fact in made.of("dependency") if fact.resource == address)


# ── virtual network rules ──

NAMED = '  name = "it"'
RULES = [
    ("azurerm_storage_account", f'{NAMED}\nnetwork_rules {{\nvirtual_network_subnet_ids = ["{SUBNET}"]\n}}', ""),
    (
        "azurerm_storage_account",
        NAMED,
        block(
            "azurerm_storage_account_network_rules",
            "r",
            f'storage_account_id = azurerm_storage_account.it.id\nvirtual_network_subnet_ids = ["{SUBNET}"]',
        ),
    ),
    ("azurerm_key_vault", f'{NAMED}\nnetwork_acls {{\nvirtual_network_subnet_ids = ["{SUBNET}"]\n}}', ""),
    (
        "azurerm_cognitive_account",
        f'{NAMED}\nnetwork_acls {{\nvirtual_network_rules {{\nsubnet_id = "{SUBNET}"\n}}\n}}',
        "",
    ),
    (
        "azurerm_ai_services",  # until 4
        f'{NAMED}\nnetwork_acls {{\nvirtual_network_rules {{\nsubnet_id = "{SUBNET}"\n}}\n}}',
        "",
    ),
    (
        "azurerm_container_registry",  # until 3
        f'{NAMED}\nnetwork_rule_set {{\nvirtual_network {{\nsubnet_id = "{SUBNET}"\n}}\n}}',
        "",
    ),
    (
        "azurerm_cosmosdb_account",
        f'{NAMED}\nis_virtual_network_filter_enabled = true\nvirtual_network_rule {{\nid = "{SUBNET}"\n}}',
        "",
    ),
    (
        "azurerm_eventhub_namespace",
        f'{NAMED}\nnetwork_rulesets {{\nvirtual_network_rule {{\nsubnet_id = "{SUBNET}"\n}}\n}}',
        "",
    ),
    *(
        (
            f"azurerm_{kind}_server",
            NAMED,
            block(
                f"azurerm_{kind}_virtual_network_rule",
                "r",
                f'{joined} = azurerm_{kind}_server.it.{part}\nsubnet_id = "{SUBNET}"',
            ),
        )
        for kind, joined, part in (
            ("mssql", "server_id", "id"),
            ("sql", "server_name", "name"),  # until 3
            ("postgresql", "server_name", "name"),  # until 4
            ("mysql", "server_name", "name"),  # until 3
            ("mariadb", "server_name", "name"),  # until 3
        )
    ),
]


@pytest.mark.parametrize(("kind", "body", "side"), RULES, ids=[f"{row[0]}{'+' if row[2] else ''}" for row in RULES])
def test_virtual_network_rules_of_azurerm(kind: str, body: str, side: str) -> None:
    made = facts(block(kind, "it", body) + side + leading_to(f"{kind}.it"))
    it = used(made, f"{kind}.it")
    assert plain(it.fields.entries["serviceEndpoints"]) == [SUBNET]
    assert plain(it.fields.entries["privateEndpoints"]) == [f"{kind}.it"]


@pytest.mark.parametrize(
    ("id_of_subnet", "network", "known"),
    [
        (
            "azurerm_subnet.work.id",
            block("azurerm_subnet", "work", f'{NAMED}\nservice_endpoints = ["Microsoft.Storage"]'),
            True,
        ),
        (
            "azurerm_subnet.work.id",
            block("azurerm_subnet", "work", f'{NAMED}\nservice_endpoint {{\nservice = "Microsoft.Storage"\n}}'),
            True,
        ),
        (
            "tolist(azurerm_virtual_network.net.subnet)[0].id",
            block("azurerm_virtual_network", "net", f"{NAMED}\nsubnet {{\n{NAMED}\n}}"),
            False,
        ),
        (
            "one(azurerm_virtual_network.net.subnet[*].id)",
            block("azurerm_virtual_network", "net", f"{NAMED}\nsubnet {{\n{NAMED}\n}}"),
            False,
        ),
    ],
    ids=["of its own, until 4", "of its own, in 5", "in its network", "in its network, by a splat"],
)
def test_a_subnet_in_each_form_is_let_in(id_of_subnet: str, network: str, known: bool) -> None:
    rules = f"{NAMED}\nnetwork_rules {{\nvirtual_network_subnet_ids = [{id_of_subnet}]\n}}"
    made = facts(
        network + block("azurerm_storage_account", "it", rules) + hub(storage_account="azurerm_storage_account.it")
    )
    listed = used(made, "azurerm_storage_account.it").fields.entries["serviceEndpoints"].value
    assert isinstance(listed, Seq) and (len(listed.items) == 1 if known else listed.more is not None)


STORAGE = {
    "azurerm": block("azurerm_storage_account", "it", NAMED),
    "azapi": azapi(
        "azapi_resource", "it", "Microsoft.Storage/storageAccounts@2023-05-01", "{ properties = {} }", NAMED
    ),
}
ADDRESS = {"azurerm": "azurerm_storage_account.it", "azapi": "azapi_resource.it"}
LISTING = f'{{ properties = {{ networkAcls = {{ virtualNetworkRules = [{{ id = "{SUBNET}" }}] }} }} }}'


def update(body: str, of: str, more: str = "") -> str:
    arm = "Microsoft.Storage/storageAccounts@2023-05-01"
    return azapi("azapi_update_resource", "update", arm, body, f"  resource_id = {of}\n{more}")


@pytest.mark.parametrize("by", ["azurerm", "azapi"])
def test_a_side_resource_adds_to_what_either_provider_declares(by: str) -> None:
    side = block(
        "azurerm_storage_account_network_rules",
        "r",
        f'storage_account_id = {ADDRESS[by]}.id\nvirtual_network_subnet_ids = ["{SUBNET}"]',
    )
    made = facts(STORAGE[by] + side + hub(storage_account=ADDRESS[by]))
    assert plain(used(made, ADDRESS[by]).fields.entries["serviceEndpoints"]) == [SUBNET]


@pytest.mark.parametrize("by", ["azurerm", "azapi"])
@pytest.mark.parametrize(
    ("more", "of", "expected", "reason"),
    [
        ("", "{}.id", [SUBNET], "it is this one"),
        ("", "var.unknown", [...], "nobody knows which it is"),
        ("count = var.whether ? 1 : 0", "{}.id", [...], "nobody knows whether it is there"),
        (
            "",
            '"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/other"',
            [],
            "another one",
        ),
    ],
)
def test_an_update_writes_the_rules(by: str, more: str, of: str, expected: list[object], reason: str) -> None:
    variables = 'variable "unknown" { type = string }\nvariable "whether" { type = bool }\n'
    text = variables + STORAGE[by] + update(LISTING, of.format(ADDRESS[by]), more)
    made = facts(text + hub(storage_account=ADDRESS[by]))
    assert plain(used(made, ADDRESS[by]).fields.entries["serviceEndpoints"]) == expected, reason


def test_an_update_that_lists_rules_lists_all_of_them() -> None:
    rules = f'{NAMED}\nnetwork_rules {{\nvirtual_network_subnet_ids = ["{SUBNET}"]\n}}'
    emptied = "{ properties = { networkAcls = { virtualNetworkRules = [] } } }"
    text = block("azurerm_storage_account", "it", rules) + hub(storage_account=ADDRESS["azurerm"])
    for body, expected in ((emptied, []), ("{ properties = { networkAcls = { bypass = [] } } }", [SUBNET])):
        made = facts(text + update(body, "azurerm_storage_account.it.id"))
        assert plain(used(made, "azurerm_storage_account.it").fields.entries["serviceEndpoints"]) == expected


def test_a_child_in_azapi_adds_to_a_server_in_azurerm() -> None:
    child = azapi(
        "azapi_resource",
        "rule",
        "Microsoft.Sql/servers/virtualNetworkRules@2021-11-01",
        f'{{ properties = {{ virtualNetworkSubnetId = "{SUBNET}" }} }}',
        f"{NAMED}\n  parent_id = azurerm_mssql_server.it.id",
    )
    made = facts(block("azurerm_mssql_server", "it", NAMED) + child + leading_to("azurerm_mssql_server.it"))
    assert plain(used(made, "azurerm_mssql_server.it").fields.entries["serviceEndpoints"]) == [SUBNET]


# ── access and private endpoints ──


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("azurerm_storage_account", "", "Enabled"),
        ("azurerm_storage_account", "public_network_access_enabled = false", "Disabled"),
        ("azurerm_mysql_flexible_server", "public_network_access_enabled = false", "Disabled"),  # until 4
        ("azurerm_mysql_flexible_server", 'public_network_access = "Disabled"', "Disabled"),  # in 5
        ("azurerm_ai_services", 'public_network_access = "Disabled"', "Disabled"),
        ("azurerm_data_factory", "public_network_enabled = false", "Disabled"),
        ("azurerm_managed_redis", 'public_network_access = "Disabled"', "Disabled"),
    ],
)
def test_public_access_by_each_name(kind: str, line: str, expected: str) -> None:
    made = facts(block(kind, "it", f"{NAMED}\n{line}") + leading_to(f"{kind}.it"))
    assert plain(used(made, f"{kind}.it").fields.entries["publicAccess"]) == expected


@pytest.mark.parametrize("by", ["azurerm", "azapi"])
def test_public_access_that_an_update_takes_away(by: str) -> None:
    off = '{ properties = { publicNetworkAccess = "Disabled" } }'
    text = STORAGE[by] + hub(storage_account=ADDRESS[by])
    made = facts(text + update(off, f"{ADDRESS[by]}.id"))
    assert plain(used(made, ADDRESS[by]).fields.entries["publicAccess"]) == "Disabled"
    maybe = facts('variable "it" { type = string }\n' + text + update(off, "var.it"))
    assert plain(used(maybe, ADDRESS[by]).fields.entries["publicAccess"]) is ...


@pytest.mark.parametrize(
    ("lines", "count", "reason"),
    [
        ("private_connection_resource_id = azurerm_storage_account.it.id", 1, "the usual one"),
        ("is_manual_connection = true\nprivate_connection_resource_id = azurerm_storage_account.it.id", 1, "manual"),
        ('private_connection_resource_alias = "x.guid.region.azure.privatelinkservice"', 0, "a private link service"),
    ],
)
def test_private_endpoints_of_customers(lines: str, count: int, reason: str) -> None:
    endpoint = block("azurerm_private_endpoint", "end", f"{NAMED}\nprivate_service_connection {{\n{lines}\n}}")
    open_mode = hub(storage_account="azurerm_storage_account.it").replace("AllowOnlyApproved", "AllowInternet")
    made = facts(STORAGE["azurerm"] + endpoint + open_mode)
    listed = used(made, "azurerm_storage_account.it").fields.entries["privateEndpoints"].value
    assert isinstance(listed, Seq) and len(listed.items) == count and listed.more is None, reason


# ── one workspace in two providers ──

HUB = block(
    "azurerm_ai_foundry",
    "hub",
    '  name = "hub"\n  managed_network {\n    isolation_mode = "AllowInternetOutbound"\n  }',
)
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
RULE = '{ properties = { type = "FQDN", destination = "pypi.org" } }'
MODE = '{ properties = { managedNetwork = { isolationMode = "AllowOnlyApprovedOutbound", firewallSku = "Basic" } } }'


@pytest.mark.parametrize(
    ("kind", "arm", "place"),
    [
        ("azapi_update_resource", WORKSPACE, "resource_id = azurerm_ai_foundry.hub.id"),
        ("azapi_resource_action", WORKSPACE, 'method = "PATCH"\nresource_id = azurerm_ai_foundry.hub.id'),
        ("azapi_resource", f"{WORKSPACE}/managedNetworks", 'name = "default"\nparent_id = azurerm_ai_foundry.hub.id'),
        (
            "azapi_update_resource",
            f"{WORKSPACE}/managedNetworks",
            'name = "default"\nparent_id = azurerm_ai_foundry.hub.id',
        ),
        (
            "azapi_update_resource",
            f"{WORKSPACE}/managedNetworks",
            'resource_id = "${azurerm_ai_foundry.hub.id}/managedNetworks/default"',
        ),
        (
            "azapi_update_resource",
            f"{WORKSPACE}/managedNetworks",
            'name = "default"\nparent_id = azurerm_ai_foundry.hub.id\nresource_id = null',
        ),
    ],
)
def test_a_network_that_azapi_changes(kind: str, arm: str, place: str) -> None:
    network = only(facts(HUB + azapi(kind, "it", f"{arm}@2024-10-01-preview", MODE, place)), "managedNetwork")
    assert plain(network.fields.entries["effectiveMode"]) == "AllowOnlyApprovedOutbound"
    assert plain(network.fields.entries["firewallSku"]) == "Basic"


HUB_ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/hub"


@pytest.mark.parametrize(
    ("arm", "told", "computed"),
    [
        (WORKSPACE, {"resource_id": HUB_ID}, ("name", "parent_id")),
        (f"{WORKSPACE}/managedNetworks", {"name": "default", "parent_id": HUB_ID}, ("resource_id",)),
        (WORKSPACE, {"resource_id": HUB_ID, "name": "hub", "parent_id": HUB_ID.partition("/pro")[0]}, ()),
    ],
)
def test_a_plan_says_of_one_way_to_name_what_is_updated_that_it_is_computed(
    arm: str, told: dict[str, str], computed: tuple[str, ...]
) -> None:
    mode = {"properties": {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}}}
    values = [
        ("azapi_resource", {"id": HUB_ID, "type": f"{WORKSPACE}@2024-10-01", "name": "hub", "body": {}}, ()),
        ("azapi_update_resource", {"type": f"{arm}@2024-10-01", "body": mode, **told}, computed),
    ]
    changes = [
        {"address": f"{kind}.it", "type": kind, "change": {"after": after, "after_unknown": dict.fromkeys(names, True)}}
        for kind, after, names in values
    ]
    made = facts({"plan.json": json.dumps({"format_version": "1.2", "resource_changes": changes})})
    assert plain(only(made, "managedNetwork").fields.entries["effectiveMode"]) == "AllowOnlyApprovedOutbound"


@pytest.mark.parametrize(
    ("kind", "arm", "place"),
    [
        ("azapi_resource", f"{WORKSPACE}/outboundRules", 'name = "pypi"\nparent_id = azurerm_ai_foundry.hub.id'),
        ("azapi_update_resource", f"{WORKSPACE}/outboundRules", 'name = "pypi"\nparent_id = azurerm_ai_foundry.hub.id'),
        (
            "azapi_update_resource",
            f"{WORKSPACE}/outboundRules",
            'resource_id = "${azurerm_ai_foundry.hub.id}/outboundRules/pypi"',
        ),
        (
            "azapi_resource_action",
            f"{WORKSPACE}/outboundRules",
            'method = "PUT"\nresource_id = "${azurerm_ai_foundry.hub.id}/outboundRules/pypi"',
        ),
        (
            "azapi_resource",
            f"{WORKSPACE}/managedNetworks/outboundRules",
            'name = "pypi"\nparent_id = "${azurerm_ai_foundry.hub.id}/managedNetworks/default"',
        ),
    ],
)
def test_a_rule_that_azapi_adds(kind: str, arm: str, place: str) -> None:
    made = facts(HUB + azapi(kind, "it", f"{arm}@2024-10-01-preview", RULE, place))
    assert plain(only(made, "managedNetwork").fields.entries["rules"]) == [f"{kind}.it"]
    rule = only(made, "outboundRule").fields.entries
    assert (plain(rule["name"]), plain(rule["host"])) == ("pypi", "pypi.org")
    assert plain(rule["network"]) == "azurerm_ai_foundry.hub network"


@pytest.mark.parametrize(
    ("kind", "arm", "lines"),
    [
        ("azapi_data_plane_resource", f"{WORKSPACE}@2024-10-01", 'parent_id = "x"'),
        (
            "azapi_resource_action",
            f"{WORKSPACE}@2024-10-01",
            'action = "listKeys"\nresource_id = azurerm_ai_foundry.hub.id',
        ),
        (
            "azapi_resource_action",
            f"{WORKSPACE}@2024-10-01",
            'method = "PATCH"\nwhen = "destroy"\nresource_id = azurerm_ai_foundry.hub.id',
        ),
    ],
)
def test_what_only_calls_azure_changes_nothing(kind: str, arm: str, lines: str) -> None:
    network = only(facts(HUB + azapi(kind, "it", arm, MODE, lines)), "managedNetwork")
    assert plain(network.fields.entries["effectiveMode"]) == "AllowInternetOutbound"


def test_whether_it_is_done_now_or_at_the_end_may_be_unknown() -> None:
    lines = 'method = "PATCH"\nwhen = var.when\nresource_id = azurerm_ai_foundry.hub.id'
    text = 'variable "when" { type = string }\n' + HUB
    made = facts(text + azapi("azapi_resource_action", "it", f"{WORKSPACE}@2024-10-01", MODE, lines))
    assert plain(only(made, "managedNetwork").fields.entries["effectiveMode"]) is ...


# ── azapi's body and what is sensitive of it ──

NETWORK = '{ properties = { managedNetwork = { isolationMode = "Disabled" } } }'
OPEN_MODE = '{ properties = { managedNetwork = { isolationMode = "AllowInternetOutbound" } } }'


@pytest.mark.parametrize(
    ("body", "secret", "mode", "reason"),
    [
        ('{ kind = "Hub" }', OPEN_MODE, "AllowInternetOutbound", "the whole body is both"),
        (NETWORK, OPEN_MODE, "AllowInternetOutbound", "what is sensitive comes last"),
        (OPEN_MODE, '{ properties = { managedNetwork = { firewallSku = "Basic" } } }', "AllowInternetOutbound", "both"),
        (OPEN_MODE, "null", "AllowInternetOutbound", "nothing is sensitive"),
        (OPEN_MODE, "{ properties = { managedNetwork = null } }", "Disabled", "null takes away what the body says"),
        (OPEN_MODE, "var.secret", ..., "nobody knows what else is there"),
        (OPEN_MODE, "{ properties = var.secret }", ..., "nobody knows what else is in the properties"),
        (OPEN_MODE, "{ properties = { managedNetwork = { isolationMode = var.secret } } }", ..., "it is a secret"),
        (OPEN_MODE, "{ tags = var.secret }", "AllowInternetOutbound", "it is not about the network"),
        ("var.secret", OPEN_MODE, ..., "nobody knows which kind of workspace it is"),
    ],
)
def test_a_body_is_what_is_sensitive_too(body: str, secret: str, mode: object, reason: str) -> None:
    text = 'variable "secret" {}\n' + azapi(
        "azapi_resource", "it", f"{WORKSPACE}@2024-10-01", body, f'  name = "hub"\n  sensitive_body = {secret}'
    )
    assert plain(only(facts(text), "managedNetwork").fields.entries["effectiveMode"]) == mode, reason


# ── workspaces of one name ──

GROUP = '"/subscriptions/s/resourceGroups/rg"'
ELSEWHERE = '"/subscriptions/s/resourceGroups/other"'
SAME = {
    "azurerm": block("azurerm_machine_learning_workspace", "hub", 'name = "hub"\nresource_group_name = "rg"'),
    "azapi": azapi("azapi_resource", "hub", f"{WORKSPACE}@2024-10-01", "{}", f'  name = "hub"\n  parent_id = {GROUP}'),
}
SAME_NETWORK = {"azurerm": "azurerm_machine_learning_workspace.hub network", "azapi": "azapi_resource.hub network"}


def rule_of(parent: str) -> str:
    return azapi(
        "azapi_resource", "rule", f"{WORKSPACE}/outboundRules@2024-10-01", RULE, f'name = "r"\nparent_id = {parent}'
    )


def below(group: str) -> str:
    return (
        f'"${{{group}}}/providers/{WORKSPACE}/HUB"' if group[0] != '"' else f'{group[:-1]}/providers/{WORKSPACE}/HUB"'
    )


@pytest.mark.parametrize(
    ("group", "other", "one", "reason"),
    [
        (GROUP, GROUP, True, "both are written out"),
        (GROUP, ELSEWHERE, False, "another group has another hub"),
        ("var.group", "var.group", True, "whatever the group is, it is the same"),
        ("var.group", GROUP, False, "nobody knows whether the variable says this group"),
        ("azapi_resource.rg.id", "azapi_resource.rg.id", True, "the group is of this deployment"),
        ("azapi_resource.rg.id", GROUP, False, "nobody knows in which subscription the group will be"),
    ],
)
def test_a_rule_below_an_id_that_is_put_together(group: str, other: str, one: bool, reason: str) -> None:
    text = 'variable "group" { type = string }\n'
    text += azapi("azapi_resource", "rg", "Microsoft.Resources/resourceGroups@2024-03-01", "{}", '  name = "rg"')
    text += azapi("azapi_resource", "hub", f"{WORKSPACE}@2024-10-01", "{}", f'  name = "hub"\n  parent_id = {group}')
    rule = only(facts(text + rule_of(below(other))), "outboundRule").fields.entries
    assert (plain(rule["network"]) == "azapi_resource.hub network") is one, reason


@pytest.mark.parametrize("by", ["azurerm", "azapi"])
@pytest.mark.parametrize(
    ("lines", "one"),
    [
        (f'name = "hub"\nparent_id = {GROUP}', True),
        (f'name = "hub"\nparent_id = {ELSEWHERE}', False),
        (f"resource_id = {below(ELSEWHERE)}", False),
    ],
)
def test_a_hub_that_is_looked_up(by: str, lines: str, one: bool) -> None:
    text = SAME[by] + f'data "azapi_resource" "hub" {{\ntype = "{WORKSPACE}@2024-10-01"\n{lines}\n}}\n'
    rule = only(facts(text + rule_of("data.azapi_resource.hub.id")), "outboundRule").fields.entries
    assert (plain(rule["network"]) == SAME_NETWORK[by]) is one


def test_a_hub_that_is_looked_up_by_its_id() -> None:
    text = SAME["azapi"] + f'data "azapi_resource" "hub" {{\ntype = "{WORKSPACE}@2024-10-01"\n'
    text += f"resource_id = {below(GROUP)}\n}}\n"
    rule = only(facts(text + rule_of("data.azapi_resource.hub.id")), "outboundRule").fields.entries
    assert plain(rule["network"]) == SAME_NETWORK["azapi"]


@pytest.mark.parametrize("by", ["azurerm", "azapi"])
@pytest.mark.parametrize(("group", "mode"), [(GROUP, "AllowOnlyApprovedOutbound"), (ELSEWHERE, "Disabled")])
def test_an_update_of_a_hub_by_its_name(by: str, group: str, mode: str) -> None:
    lines = f'name = "hub"\nparent_id = {group}'
    made = facts(SAME[by] + azapi("azapi_update_resource", "it", f"{WORKSPACE}@2024-10-01", MODE, lines))
    ours = next(fact for fact in made.of("managedNetwork") if fact.address == SAME_NETWORK[by])
    assert plain(ours.fields.entries["effectiveMode"]) == mode


# ── a type that nobody knows ──

UNKNOWN_TYPE = 'variable "type" { type = string }\nvariable "which" { type = bool }\n'


@pytest.mark.parametrize(
    ("kind", "body", "networks", "reason"),
    [
        ("var.type", NETWORK, 1, "the body says what it is"),
        ("var.type", "{ properties = {} }", 0, "nothing says that it is a workspace"),
        (f'"{WORKSPACE.partition("/")[0]}/${{var.type}}@2024-10-01"', "{ properties = {} }", 1, "its provider is ours"),
        (f'"{WORKSPACE}/${{var.type}}@2024-10-01"', "{ properties = {} }", 0, "a child of a workspace"),
        (
            f'var.which ? "{WORKSPACE}@2024-10-01" : "Microsoft.Storage/storageAccounts@2023-05-01"',
            NETWORK,
            1,
            "it may be one",
        ),
    ],
)
def test_a_type_that_nobody_knows(kind: str, body: str, networks: int, reason: str) -> None:
    text = UNKNOWN_TYPE + block("azapi_resource", "it", f'  type = {kind}\n  name = "it"\n  body = {body}')
    found = list(facts(text + HUB).of("managedNetwork"))
    ours = [fact for fact in found if fact.resource == "azapi_resource.it"]
    assert len(ours) == networks, reason
    assert all(fact.unseen is not None and isinstance(fact.unseen.value, Unknown) for fact in ours)
    assert [plain(f.fields.entries["effectiveMode"]) for f in found if f not in ours] == ["AllowInternetOutbound"]


def of_unknown_type(name: str, properties: str, lines: str = "") -> str:
    body = f"  body = {{ properties = {properties} }}"
    return block("azapi_resource", name, f'  type = var.type\n  name = "{name}"\n{lines}\n{body}')


PARENT = "  parent_id = azurerm_machine_learning_workspace.hub.id"
OTHER_PARENT = '  parent_id = "/subscriptions/s/resourceGroups/g"'


@pytest.mark.parametrize(
    ("properties", "parent", "relation", "kind"),
    [
        ('{ type = "FQDN", destination = "pypi.org" }', PARENT, "rules", "outboundRule"),
        ('{ category = "AzureOpenAI" }', PARENT, "connections", "connection"),
        ('{ computeType = "AmlCompute" }', PARENT, "computes", "compute"),
        ('{ size = "large" }', PARENT, "rules", ""),
        ('{ category = "AzureOpenAI" }', OTHER_PARENT, "connections", ""),
        ('{ computeType = "AmlCompute" }', OTHER_PARENT, "computes", ""),
    ],
)
def test_what_a_child_of_unknown_type_may_be(properties: str, parent: str, relation: str, kind: str) -> None:
    made = facts(UNKNOWN_TYPE + hub() + of_unknown_type("it", properties, parent))
    network = only(made, "managedNetwork").fields.entries
    assert plain(network[relation]) == ([...] if kind else [])
    found = [fact for fact in made.by_address.values() if fact.resource == "azapi_resource.it"]
    assert [fact.kind for fact in found] == ([kind] if kind else [])
    assert all(fact.unseen is not None for fact in found)


@pytest.mark.parametrize(
    ("lines", "mode"),
    [
        (f'{PARENT}\n  body = {{ properties = {{ isolationMode = "Disabled" }} }}', ...),
        (f"{PARENT}\n  body = {{ properties = {{ size = 1 }} }}", "AllowOnlyApprovedOutbound"),
        (f'{OTHER_PARENT}\n  body = {{ properties = {{ isolationMode = "Disabled" }} }}', "AllowOnlyApprovedOutbound"),
    ],
)
def test_a_child_of_unknown_type_may_say_the_mode(lines: str, mode: object) -> None:
    child = block("azapi_resource", "it", f'  type = var.type\n  name = "default"\n{lines}')
    network = only(facts(UNKNOWN_TYPE + hub() + child), "managedNetwork")
    assert plain(network.fields.entries["effectiveMode"]) == mode


@pytest.mark.parametrize(
    ("type_", "endpoints"),
    [
        ("var.type", [...]),
        ('"Microsoft.Network/${var.type}"', [...]),
        ('"${var.type}/privateEndpoints@2024-05-01"', [...]),
        ('"${var.type}/virtualNetworks@2024-05-01"', []),
        ('"Microsoft.Storage/${var.type}@2024-05-01"', []),
        (
            'var.which ? "Microsoft.Network/privateEndpoints@2024-05-01" : "Microsoft.Network/natGateways@2024-05-01"',
            [...],
        ),
        ('"Microsoft.Network/privateEndpoints@${var.type}"', ["azurerm_storage_account.data"]),
        ('"Microsoft.Network/privateEndpoints@${uuid()}"', ["azurerm_storage_account.data"]),
    ],
)
def test_what_may_be_a_private_endpoint_by_its_type(type_: str, endpoints: list[object]) -> None:
    body = "{ properties = { privateLinkServiceConnections = [{ properties = { privateLinkServiceId = %s } }] } }"
    text = UNKNOWN_TYPE + 'resource "azurerm_storage_account" "data" {\n  name = "data"\n}\n'
    text += hub(storage_account="azurerm_storage_account.data").replace("AllowOnlyApproved", "AllowInternet")
    text += block(
        "azapi_resource", "it", f'  type = {type_}\n  name = "it"\n  body = {body % "azurerm_storage_account.data.id"}'
    )
    assert plain(only(facts(text), "dependency").fields.entries["privateEndpoints"]) == endpoints


# ── Foundry accounts ──

ACCOUNT = "Microsoft.CognitiveServices/accounts"
FOUNDRY = {
    "azapi": {
        "main.tf": azapi(
            "azapi_resource",
            "account",
            f"{ACCOUNT}@2025-06-01",
            '{ properties = { networkInjections = [{ scenario = "none" }, '
            '{ scenario = "agent", useMicrosoftManagedNetwork = true }] } }',
            '  name = "acc"',
        )
        + azapi(
            "azapi_resource",
            "network",
            f"{ACCOUNT}/managedNetworks@2025-10-01-preview",
            MODE,
            '  name = "default"\n  parent_id = azapi_resource.account.id',
        )
        + azapi(
            "azapi_resource",
            "rule",
            f"{ACCOUNT}/managedNetworks/outboundRules@2025-10-01-preview",
            RULE,
            '  name = "pypi"\n  parent_id = "${azapi_resource.account.id}/managedNetworks/default"',
        )
    },
    "bicep": {
        "main.bicep": f"""
resource account '{ACCOUNT}@2025-06-01' = {{
  name: 'acc'
  properties: {{
    networkInjections: [{{ scenario: 'none' }}, {{ scenario: 'agent', useMicrosoftManagedNetwork: true }}]
  }}
}}
resource network '{ACCOUNT}/managedNetworks@2025-10-01-preview' = {{
  parent: account
  name: 'default'
  properties: {{ managedNetwork: {{ isolationMode: 'AllowOnlyApprovedOutbound', firewallSku: 'Basic' }} }}
}}
resource rule '{ACCOUNT}/managedNetworks/outboundRules@2025-10-01-preview' = {{
  parent: network
  name: 'pypi'
  properties: {{ type: 'FQDN', destination: 'pypi.org' }}
}}
"""
    },
    "arm": {
        "main.json": f"""
{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {{"type": "{ACCOUNT}", "apiVersion": "2025-06-01", "name": "acc", "properties": {{"networkInjections": [
      {{"scenario": "none"}}, {{"scenario": "agent", "useMicrosoftManagedNetwork": true}}]}}}},
    {{"type": "{ACCOUNT}/managedNetworks", "apiVersion": "2025-10-01-preview", "name": "acc/default", "properties":
      {{"managedNetwork": {{"isolationMode": "AllowOnlyApprovedOutbound", "firewallSku": "Basic"}}}}}},
    {{"type": "{ACCOUNT}/managedNetworks/outboundRules", "apiVersion": "2025-10-01-preview",
      "name": "acc/default/pypi", "properties": {{"type": "FQDN", "destination": "pypi.org"}}}}
  ]
}}
"""
    },
}


@pytest.mark.parametrize("language", FOUNDRY)
def test_a_foundry_account_is_the_same_in_every_language(language: str) -> None:
    made = facts(FOUNDRY[language])
    network = only(made, "managedNetwork").fields.entries
    said = {name: plain(network[name]) for name in ("name", "family", "effectiveMode", "firewallSku", "fqdnRules")}
    assert said == {
        "name": "acc",
        "family": "foundry",
        "effectiveMode": "AllowOnlyApprovedOutbound",
        "firewallSku": "Basic",
        "fqdnRules": "1 FQDN rule",
    }
    rule = only(made, "outboundRule").fields.entries
    assert {name: plain(rule[name]) for name in ("name", "family", "host")} == {
        "name": "pypi",
        "family": "foundry",
        "host": "pypi.org",
    }


@pytest.mark.parametrize(
    ("injections", "networks", "guards"),
    [
        ('[{ scenario = "agent", useMicrosoftManagedNetwork = true }]', 1, 0),
        (f'[{{ scenario = "agent", subnetArmId = "{SUBNET}" }}]', 0, 0),
        ('[{ scenario = "agent", useMicrosoftManagedNetwork = var.which }]', 1, 1),
        ("var.list", 1, 1),
        ("[]", 0, 0),
    ],
)
def test_where_the_agents_of_an_account_run(injections: str, networks: int, guards: int) -> None:
    body = f"{{ properties = {{ networkInjections = {injections} }} }}"
    text = UNKNOWN_TYPE + 'variable "list" { type = list(any) }\n'
    text += azapi("azapi_resource", "account", f"{ACCOUNT}@2025-06-01", body, '  name = "acc"')
    found = list(facts(text + HUB).of("managedNetwork"))
    ours = [fact for fact in found if fact.resource == "azapi_resource.account"]
    assert len(ours) == networks and all(len(fact.guards) == guards for fact in ours)


def test_an_update_puts_the_agents_of_an_account_in_azurerm_into_a_network() -> None:
    text = block("azurerm_cognitive_account", "account", '  name = "acc"') + azapi(
        "azapi_update_resource",
        "agents",
        f"{ACCOUNT}@2025-06-01",
        '{ properties = { networkInjections = [{ scenario = "agent", useMicrosoftManagedNetwork = true }] } }',
        "  resource_id = azurerm_cognitive_account.account.id",
    )
    rule = azapi(
        "azapi_resource",
        "rule",
        f"{ACCOUNT}/managedNetworks/outboundRules@2025-10-01-preview",
        RULE,
        '  name = "pypi"\n  parent_id = "${azurerm_cognitive_account.account.id}/managedNetworks/default"',
    )
    network = only(facts(text + rule), "managedNetwork").fields.entries
    assert (plain(network["name"]), plain(network["rules"])) == ("acc", ["azapi_resource.rule"])


# ── ids and types ──


def test_an_id_below_a_resource_means_the_declared_child() -> None:
    other = azapi(
        "azapi_resource",
        "other",
        f"{ACCOUNT}/managedNetworks@2025-10-01-preview",
        MODE,
        '  name = "other"\n  parent_id = azapi_resource.account.id',
    )
    unknown = azapi(
        "azapi_resource",
        "open",
        f"{ACCOUNT}/managedNetworks@2025-10-01-preview",
        MODE,
        "  name = var.type\n  parent_id = azapi_resource.account.id",
    )
    templates, (root,) = testing.read_case({"main.tf": FOUNDRY["azapi"]["main.tf"] + other + unknown + UNKNOWN_TYPE})
    index = Index.of(views_of(resolve(templates, root).resources, lambda: azure.arm_types(TABLES)))
    view = {v.address.partition(".")[2]: v for v in index.views}
    place = view["rule"].parent_id
    assert place is not None
    answers = {name: index.refers(place, v) for name, v in view.items()}
    assert answers == {
        "account": Tri.FALSE,
        "rule": Tri.FALSE,
        "network": Tri.TRUE,
        "other": Tri.FALSE,
        "open": Tri.UNKNOWN,
    }
    for one in (node for v in index.views for _, node in walk(v.resource.body)):
        every: list[tuple[View, Tri]] = [(v, t) for v in index.views if (t := index.refers(one, v)) is not Tri.FALSE]
        if isinstance(one.value, str | Ref | Unknown | Choice):
            assert index.possible(one) == every
            assert index.meant(one) == [v for v, tri in every if tri is Tri.TRUE]


def test_types_agree_with_the_list_of_targets() -> None:
    types = {
        name: f"{entry['namespace']}/{kind}"
        for entry in TABLES["azurerm-types"]
        for name, kind in entry["types"].items()
    }
    both = [(n, e["type"]) for e in TABLES["pe-targets"] for n in e["azurerm"] if n in types]
    assert len(both) > 20
    assert [(n, kind, types[n]) for n, kind in both if types[n].lower() != kind.lower()] == []


def test_what_adds_to_a_resource_is_not_that_resource() -> None:
    types = azure.arm_types(TABLES)
    sides = [place["type"] for e in TABLES["service-endpoints"] for place in e["azurerm"] if "joined_by" in place]
    assert sides and not [kind for kind in sides if kind in types]
