"""AVM's modules of what a workspace uses, and its older workspaces: what is judged of a call, and where it is shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from conftest import Program

SUBNET: Final = 'resource "azurerm_subnet" "work" {\n  name = "work"\n}\n'
BASIC: Final = '  name = "made"\n  location = "westeurope"\n'
GROUP: Final = '  resource_group_name = "group"\n'
PARENT: Final = '  parent_id = "/subscriptions/s/resourceGroups/group"\n'
STORAGE: Final = "avm-res-storage-storageaccount"
VAULT: Final = "avm-res-keyvault-vault"
REGISTRY: Final = "avm-res-containerregistry-registry"
SEARCH: Final = "avm-res-search-searchservice"
ACCOUNT: Final = "avm-res-cognitiveservices-account"
WORKSPACE: Final = "avm-res-machinelearningservices-workspace"


def module(name: str, version: str, arguments: str, symbol: str = "it") -> str:
    return f'module "{symbol}" {{\n  source = "Azure/{name}/azurerm"\n  version = "{version}"\n{arguments}}}\n'


def hub(uses: str, mode: str = "AllowOnlyApprovedOutbound") -> str:
    network = f'managed_network {{ isolation_mode = "{mode}" }}'
    return f'resource "azurerm_ai_foundry" "hub" {{\n  name = "hub"\n  {uses}\n  {network}\n}}\n'


def rule(subresource: str, target: str = "module.it.resource_id") -> str:
    return (
        'resource "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint" "rule" {\n'
        f'  name = "rule"\n  workspace_id = azurerm_ai_foundry.hub.id\n  service_resource_id = {target}\n'
        f'  sub_resource_target = "{subresource}"\n}}\n'
    )


@dataclass
class Seen:
    """Findings as policy and marked text; doubts as policy and the text of the place that is shown for them."""

    findings: list[tuple[str, str]]
    doubts: list[tuple[str, str]]

    def of(self, policy: str) -> list[str]:
        return [marked for name, marked in self.findings if name == policy]

    def undecided(self, policy: str) -> list[str]:
        return [marked for name, marked in self.doubts if name == policy]


def check(mnlint: Program, folder: Path, text: str) -> Seen:
    (folder / "main.tf").write_text(text)
    done = mnlint("check", ".", "--output", "json", "--fail-on", "never", cwd=folder)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)

    def marked(place: dict[str, Any]) -> str:
        assert place["file"] == "main.tf"
        return text.splitlines()[place["line"] - 1][place["column"] - 1 : place["endColumn"] - 1]

    doubts = [(j["policy"], marked(doubt["place"])) for doubt in report["doubts"] for j in doubt["judgements"]]
    return Seen([(f["policy"], marked(f["place"])) for f in report["findings"]], doubts)


def fields(mnlint: Program, folder: Path, text: str, kind: str) -> dict[str, str]:
    """The fields of the only fact of a kind that belongs to the module."""
    (folder / "main.tf").write_text(text)
    said = mnlint("facts", ".", cwd=folder).output
    (block,) = re.findall(rf"^  {kind} module\.it\..*\n((?:    .*\n)+)", said, re.MULTILINE)
    return dict(re.findall(r"^    (\w+) = (.*?)  \(", block, re.MULTILINE))


# ── service endpoints ──

SUBNETS: Final = "virtual_network_subnet_ids = [azurerm_subnet.work.id]"
NETWORK: Final = "virtual_network = [{ subnet_id = azurerm_subnet.work.id }]"
LISTED: Final = 'default_action = "Deny", virtual_network_rules = [{ subnet_id = azurerm_subnet.work.id }]'
# module, version, its arguments, what the hub says of it
LET_IN: Final = [
    *(
        (STORAGE, version, f"{group}  network_rules = {{ {SUBNETS} }}\n", f"storage_account_id = module.it.{output}")
        for version, group, output in (
            ("0.1.1", GROUP, "id"),
            ("0.1.3", GROUP, "resource_id"),
            ("0.2.2", GROUP, "resource_id"),
            ("0.6.9", GROUP, "resource_id"),
            ("0.7.0", PARENT, "resource_id"),
            ("0.9.0", PARENT, "resource_id"),
        )
    ),
    (
        STORAGE,
        "0.2.0",
        f"{GROUP}  use_nested_nacl = true\n  network_rules = {{ {SUBNETS} }}\n",
        "storage_account_id = module.it.resource_id",
    ),
    *(
        (
            VAULT,
            version,
            f'{GROUP}  tenant_id = "0000"\n  network_acls = {{ {SUBNETS} }}\n',
            f"key_vault_id = module.it.{output}",
        )
        for version, output in (("0.1.0", "resource.id"), ("0.5.3", "resource.id"), ("0.11.0", "resource_id"))
    ),
    *(
        (
            REGISTRY,
            version,
            f"{GROUP}  network_rule_set = {{ {NETWORK} }}\n",
            "container_registry_id = module.it.resource_id",
        )
        for version in ("0.1.0", "0.3.1")
    ),
]


@pytest.mark.parametrize(("name", "version", "arguments", "uses"), LET_IN, ids=[f"{row[0]} {row[1]}" for row in LET_IN])
def test_a_subnet_in_an_argument_is_marked(
    name: str, version: str, arguments: str, uses: str, mnlint: Program, tmp_path: Path
) -> None:
    seen = check(mnlint, tmp_path, SUBNET + module(name, version, BASIC + arguments) + hub(uses))
    assert seen.of("MN024") == ["azurerm_subnet.work.id"]
    assert not seen.undecided("MN024")
    without = re.sub(r"  network_\w+ = .*\n", "", arguments)
    seen = check(mnlint, tmp_path, SUBNET + module(name, version, BASIC + without) + hub(uses))
    assert not seen.of("MN024")
    assert not seen.undecided("MN024")


@pytest.mark.parametrize("kind", ["AIServices", "OpenAI"])
@pytest.mark.parametrize("version", ["0.1.1", "0.5.0", "0.7.0", "0.9.0", "0.10.1", "0.10.3", "0.11.1"])
def test_a_rule_leads_to_an_account_that_lets_a_subnet_in(
    kind: str, version: str, mnlint: Program, tmp_path: Path
) -> None:
    group = PARENT if version in ("0.10.3", "0.11.1") else GROUP
    arguments = f'{BASIC}{group}  kind = "{kind}"\n  sku_name = "S0"\n'
    text = (
        SUBNET + module(ACCOUNT, version, f"{arguments}  network_acls = {{ {LISTED} }}\n") + hub("") + rule("account")
    )
    seen = check(mnlint, tmp_path, text)
    assert seen.of("MN024") == ["azurerm_subnet.work.id"]
    seen = check(mnlint, tmp_path, SUBNET + module(ACCOUNT, version, arguments) + hub("") + rule("account"))
    assert not seen.of("MN024")
    assert not seen.undecided("MN024")


@pytest.mark.parametrize(
    ("name", "constraint"),
    [
        (STORAGE, "~> 0.9"),  # admits what is not published yet
        (STORAGE, ">= 0.2.0"),
        (STORAGE, ">= 0.6.0, < 0.8.0"),  # two texts
        (VAULT, "0.0.1"),  # a published version that nobody has looked at
        (VAULT, "~> 0.9"),
    ],
)
def test_a_version_that_is_not_known_leaves_it_undecided(
    name: str, constraint: str, mnlint: Program, tmp_path: Path
) -> None:
    role, rules = ("storage_account", "network_rules") if name == STORAGE else ("key_vault", "network_acls")
    arguments = f'{BASIC}{GROUP}{PARENT}  tenant_id = "0000"\n  {rules} = {{ {SUBNETS} }}\n'
    seen = check(
        mnlint, tmp_path, SUBNET + module(name, constraint, arguments) + hub(f"{role}_id = module.it.resource_id")
    )
    assert not seen.of("MN024")
    assert seen.undecided("MN024") == ["module.it.resource_id"]


@pytest.mark.parametrize(
    ("name", "constraint"),
    [(STORAGE, "~> 0.6.1"), (STORAGE, ">= 0.7.0, < 0.9.0"), (VAULT, "~> 0.9.1"), (VAULT, ">= 0.6.0, <= 0.11.0")],
)
def test_versions_of_one_text_are_one(name: str, constraint: str, mnlint: Program, tmp_path: Path) -> None:
    role, rules = ("storage_account", "network_rules") if name == STORAGE else ("key_vault", "network_acls")
    arguments = f'{BASIC}{GROUP}{PARENT}  tenant_id = "0000"\n  {rules} = {{ {SUBNETS} }}\n'
    seen = check(
        mnlint, tmp_path, SUBNET + module(name, constraint, arguments) + hub(f"{role}_id = module.it.resource_id")
    )
    assert seen.of("MN024") == ["azurerm_subnet.work.id"]


def test_an_argument_that_nobody_knows_is_undecided(mnlint: Program, tmp_path: Path) -> None:
    made = module(STORAGE, "0.9.0", f"{BASIC}{PARENT}  network_rules = var.rules\n")
    seen = check(mnlint, tmp_path, 'variable "rules" {}\n' + made + hub("storage_account_id = module.it.resource_id"))
    assert not seen.of("MN024")
    assert seen.undecided("MN024") == ['variable "rules"']


def test_a_customers_endpoint_that_a_module_makes(mnlint: Program, tmp_path: Path) -> None:
    """In internet mode nothing else gives an open account a private endpoint."""
    endpoints = (
        '  private_endpoints = { a = { subnet_resource_id = azurerm_subnet.work.id, subresource_name = "blob" } }\n'
    )
    arguments = f"{BASIC}{PARENT}  public_network_access_enabled = true\n  network_rules = {{ {SUBNETS} }}\n"
    uses = hub("storage_account_id = module.it.resource_id", "AllowInternetOutbound")
    assert not check(mnlint, tmp_path, SUBNET + module(STORAGE, "0.9.0", arguments) + uses).of("MN024")
    seen = check(mnlint, tmp_path, SUBNET + module(STORAGE, "0.9.0", arguments + endpoints) + uses)
    assert seen.of("MN024") == ["azurerm_subnet.work.id"]


# ── what else policies look at ──

DEFAULTS: Final = [
    (STORAGE, "0.1.0", GROUP, "storage_account_id = module.it.id", "Disabled"),
    (STORAGE, "0.6.9", GROUP, "storage_account_id = module.it.resource_id", "Disabled"),
    (STORAGE, "0.9.0", PARENT, "storage_account_id = module.it.resource_id", "Disabled"),
    (VAULT, "0.1.0", GROUP, "key_vault_id = module.it.resource.id", "Enabled"),
    (VAULT, "0.5.3", GROUP, "key_vault_id = module.it.resource.id", "Enabled"),
    (VAULT, "0.11.0", GROUP, "key_vault_id = module.it.resource_id", "Enabled"),
    (REGISTRY, "0.1.0", GROUP, "container_registry_id = module.it.resource_id", "Enabled"),
    (REGISTRY, "0.3.0", GROUP, "container_registry_id = module.it.resource_id", "Enabled"),
    (REGISTRY, "0.8.0", GROUP, "container_registry_id = module.it.resource_id", "Enabled"),
]


@pytest.mark.parametrize(("name", "version", "group", "uses", "access"), DEFAULTS)
def test_public_access_is_the_modules_default(
    name: str, version: str, group: str, uses: str, access: str, mnlint: Program, tmp_path: Path
) -> None:
    made = fields(mnlint, tmp_path, module(name, version, BASIC + group) + hub(uses), "dependency")
    assert (made["name"], made["publicAccess"]) == ("'made'", f"'{access}'")
    opposite = f"  public_network_access_enabled = {'true' if access == 'Disabled' else 'false'}\n"
    if (name, version) != (VAULT, "0.1.0"):  # which had no such argument yet
        made = fields(mnlint, tmp_path, module(name, version, BASIC + group + opposite) + hub(uses), "dependency")
        assert made["publicAccess"] == ("'Enabled'" if access == "Disabled" else "'Disabled'")


@pytest.mark.parametrize("version", ["0.1.0", "0.1.5", "0.3.0"])
def test_a_rule_to_a_search_service(version: str, mnlint: Program, tmp_path: Path) -> None:
    made = module(SEARCH, version, BASIC + GROUP)
    seen = check(mnlint, tmp_path, made + hub("") + rule("searchService"))
    assert seen == Seen([("MN029", "module.it.resource_id")], []), "azurerm's rule does not take it, which it is told"
    assert check(mnlint, tmp_path, made + hub("") + rule("search")).of("MN021") == ['"search"']
    known = fields(mnlint, tmp_path, made + hub("") + rule("searchService"), "dependency")
    assert known["type"] == "'Microsoft.Search/searchServices'"
    assert known["publicAccess"] == "'Enabled'"


def test_vaults_of_two_tenants(mnlint: Program, tmp_path: Path) -> None:
    own = module(VAULT, "0.11.0", f'{BASIC}{GROUP}  tenant_id = "1111"\n', "own")
    text = own + hub("key_vault_id = module.own.resource_id") + rule("vault")
    for tenant, expected in (("1111", []), ("2222", ["module.it.resource_id"])):
        other = module(VAULT, "0.11.0", f'{BASIC.replace("made", "other")}{GROUP}  tenant_id = "{tenant}"\n')
        assert check(mnlint, tmp_path, text + other).of("MN023") == expected


@pytest.mark.parametrize(("version", "group"), [("0.10.0", GROUP), ("0.10.3", PARENT), ("0.11.1", PARENT)])
def test_an_account_with_a_network_of_microsofts(version: str, group: str, mnlint: Program, tmp_path: Path) -> None:
    into = '  network_injections = { subnet_id = "", scenario = "agent", microsoft_managed_network_enabled = true }\n'
    arguments = f'{BASIC}{group}  kind = "AIServices"\n  sku_name = "S0"\n'
    text = module(ACCOUNT, version, arguments + into)
    assert fields(mnlint, tmp_path, text, "managedNetwork")["family"] == "'foundry'"
    (tmp_path / "main.tf").write_text(module(ACCOUNT, version, arguments))
    assert "managedNetwork" not in mnlint("facts", ".", cwd=tmp_path).output
    (tmp_path / "main.tf").write_text(text.replace("AIServices", "OpenAI"))  # where the module does not pass it on
    assert "managedNetwork" not in mnlint("facts", ".", cwd=tmp_path).output


# ── older workspaces ──

SCOPE: Final = "/subscriptions/s/resourceGroups/g/providers"
TAKEN: Final = f"""\
  storage_account    = {{ create_new = false, resource_id = "{SCOPE}/Microsoft.Storage/storageAccounts/st" }}
  key_vault          = {{ create_new = false, resource_id = "{SCOPE}/Microsoft.KeyVault/vaults/kv" }}
  container_registry = {{ create_new = false, resource_id = "{SCOPE}/Microsoft.ContainerRegistry/registries/cr" }}
"""
LATER: Final = [
    "0.2.0",
    "0.2.1",
    "0.3.0",
    "0.3.1",
    "0.3.2",
    "0.3.3",
    "0.3.4",
    "0.3.5",
    "0.3.7",
    "0.3.8",
    "0.4.0",
    "0.4.1",
]
NULL_RULES: Final = ["0.3.1", "0.3.2"]  # they loop over `outbound_rules`, whose default is null


@pytest.mark.parametrize("version", LATER)
def test_a_workspace_without_a_mode_is_disabled(version: str, mnlint: Program, tmp_path: Path) -> None:
    arguments = f'{BASIC}{GROUP}  kind = "Hub"\n{TAKEN}'
    if version in NULL_RULES:
        # Terraform refuses the default: "A null value cannot be used as the collection in a 'for' expression."
        left = check(mnlint, tmp_path, module(WORKSPACE, version, arguments))
        assert not left.of("MN001")
        assert left.undecided("MN001")
        arguments += "  outbound_rules = {}\n"
    assert check(mnlint, tmp_path, module(WORKSPACE, version, arguments)).of("MN001") == ['module "it"']
    off = '  workspace_managed_network = { isolation_mode = "Disabled" }\n'
    assert check(mnlint, tmp_path, module(WORKSPACE, version, arguments + off)).of("MN001") == ['"Disabled"']
    on = off.replace("Disabled", "AllowInternetOutbound")
    assert not check(mnlint, tmp_path, module(WORKSPACE, version, arguments + on)).of("MN001")


@pytest.mark.parametrize("version", ["0.1.0", "0.1.1"])
def test_the_first_workspaces_are_open(version: str, mnlint: Program, tmp_path: Path) -> None:
    arguments = f'{BASIC}  resource_group = {{ id = "{SCOPE}", name = "g" }}\n{TAKEN}'
    made = fields(mnlint, tmp_path, module(WORKSPACE, version, arguments), "managedNetwork")
    assert (made["name"], made["isolationMode"]) == ("'aml-made'", "'AllowInternetOutbound'")


def test_the_first_hubs_have_a_network_if_they_are_private(mnlint: Program, tmp_path: Path) -> None:
    arguments = f'{BASIC}  resource_group = {{ id = "{SCOPE}", name = "g" }}\n{TAKEN}  kind = "hub"\n'
    assert check(mnlint, tmp_path, module(WORKSPACE, "0.1.2", arguments)).of("MN002") == ['module "it"']
    private = module(WORKSPACE, "0.1.2", f"{arguments}  is_private = true\n")
    assert fields(mnlint, tmp_path, private, "managedNetwork")["isolationMode"] == "'AllowInternetOutbound'"


@pytest.mark.parametrize("version", ["0.3.1", "0.3.3", "0.3.4", "0.3.6", "0.3.7", "0.3.11", "0.4.0", "0.4.1"])
def test_a_rule_in_an_argument_of_an_older_workspace(version: str, mnlint: Program, tmp_path: Path) -> None:
    machine = f"{SCOPE}/Microsoft.Compute/virtualMachines/vm"
    arguments = f"""{BASIC}{GROUP}{TAKEN}\
  workspace_managed_network = {{ isolation_mode = "AllowOnlyApprovedOutbound" }}
  outbound_rules = {{ vm = {{ resource_id = "{machine}", sub_resource_target = "blob" }} }}
"""
    assert check(mnlint, tmp_path, module(WORKSPACE, version, arguments)).of("MN020") == [f'"{machine}"']


def test_what_an_older_workspace_makes_is_looked_at_as_far_as_its_version_is_known(
    mnlint: Program, tmp_path: Path
) -> None:
    """The vault is of ~> 0.9.1, which is one text here; the storage of ~> 0.1, which may be anything."""
    arguments = f"""{BASIC}{GROUP}  kind = "Hub"\n  is_private = true
  workspace_managed_network = {{ isolation_mode = "AllowOnlyApprovedOutbound" }}
"""
    text = module(WORKSPACE, "0.3.8", arguments)
    made = fields(mnlint, tmp_path, text, "dependency")
    assert (made["name"], made["publicAccess"], made["role"]) == ("'kv-made'", "'Disabled'", "'key vault'")
    seen = check(mnlint, tmp_path, text)
    assert not seen.findings
    assert seen.undecided("MN024") == ['module "it"'], "and is shown where we call it"


@pytest.mark.parametrize("version", ["0.4.1", "0.9.0"])
def test_the_vault_of_a_workspace_is_found_though_its_id_is_written_in_other_letters(
    version: str, mnlint: Program, tmp_path: Path
) -> None:
    vault = f'resource "azurerm_key_vault" "kv" {{\n  name = "kv"\n  network_acls {{\n    {SUBNETS}\n  }}\n}}\n'
    arguments = f"""{BASIC}{GROUP}  kind = "Hub"
{TAKEN.replace(f'"{SCOPE}/Microsoft.KeyVault/vaults/kv"', "azurerm_key_vault.kv.id")}\
  workspace_managed_network = {{ isolation_mode = "AllowOnlyApprovedOutbound" }}
"""
    seen = check(mnlint, tmp_path, SUBNET + vault + module(WORKSPACE, version, arguments))
    assert seen.of("MN024") == ["azurerm_subnet.work.id"]
