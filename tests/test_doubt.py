"""Templates in which doubt is easily lost: what is not known here must not be taken for known.

Each was a fault once, or is the twin of one that the blur test found.
"""

from __future__ import annotations

import pytest

from mnlint import catalogue, testing
from mnlint.model.finding import Verdict
from mnlint.model.settings import Settings
from shipped import FILES, TABLES

POLICIES = {path.name[:5]: catalogue.load_policy(path, TABLES) for path in FILES}
HUB = "Microsoft.MachineLearningServices/workspaces"

ROWS: list[tuple[str, str, str | dict[str, str], Verdict, str]] = [
    (
        "MN030",
        "terraform",
        """
        variable "none" {}
        variable "more" {}
        resource "azurerm_ai_foundry" "hub" {
          name = "hub"
          managed_network { isolation_mode = "AllowOnlyApprovedOutbound" }
        }
        resource "azurerm_machine_learning_workspace_network_outbound_rule_fqdn" "r" {
          for_each         = var.none ? {} : merge({}, var.more)
          name             = each.key
          workspace_id     = azurerm_ai_foundry.hub.id
          destination_fqdn = each.value
        }
        """,
        Verdict.UNKNOWN,
        "one branch is an object of which some members cannot be seen",
    ),
    (
        "MN002",
        "bicep",
        {
            "main.bicep": """
            param wanted bool
            param isolate bool
            module hub './hub.bicep' = if (wanted) { name: 'hub', params: { isolate: isolate } }
            """,
            "hub.bicep": f"""
            param isolate bool
            resource hub '{HUB}@2024-10-01-preview' = {{ name: 'hub', kind: 'Hub', properties: {{}} }}
            resource network '{HUB}/managedNetworks@2024-10-01-preview' = if (isolate) {{
              parent: hub
              name: 'default'
              properties: {{ managedNetwork: {{ isolationMode: 'AllowOnlyApprovedOutbound' }} }}
            }}
            """,
        },
        Verdict.UNKNOWN,
        "the child needs one condition more than its parent",
    ),
    (
        "MN001",
        "bicep",
        f"""
        param name string
        resource hub '{HUB}@2024-10-01-preview' = {{
          name: 'hub'
          kind: 'Hub'
          properties: {{ managedNetwork: {{ isolationMode: 'AllowOnlyApprovedOutbound' }} }}
        }}
        resource network '{HUB}/managedNetworks@2024-10-01-preview' = {{
          name: name
          properties: {{ managedNetwork: {{ isolationMode: 'AllowInternetOutbound' }} }}
        }}
        """,
        Verdict.PASS,
        "whosever network it is, none of the modes is wrong",
    ),
    (
        "MN001",
        "bicep",
        f"""
        param name string
        resource hub '{HUB}@2024-10-01-preview' = {{
          name: 'hub'
          kind: 'Hub'
          properties: {{ managedNetwork: {{ isolationMode: 'Disabled' }} }}
        }}
        resource network '{HUB}/managedNetworks@2024-10-01-preview' = {{
          name: name
          properties: {{ managedNetwork: {{ isolationMode: 'AllowInternetOutbound' }} }}
        }}
        """,
        Verdict.UNKNOWN,
        "a child whose name nobody knows may be this hub's, and turn its mode into a good one",
    ),
    (
        "MN001",
        "terraform",
        """
        variable "version" {}
        resource "azapi_resource" "hub" {
          type = "Microsoft.MachineLearningServices/workspaces@${var.version}"
          name = "hub"
          body = {
            kind       = "Hub"
            properties = { managedNetwork = { isolationMode = "Disabled" } }
          }
        }
        """,
        Verdict.FAIL,
        "of azapi's type only the version is not known",
    ),
    (
        "MN001",
        "terraform",
        """
        variable "isolate" {}
        resource "azurerm_ai_foundry" "hub" {
          name = "hub"
          dynamic "managed_network" {
            for_each = var.isolate ? ["AllowOnlyApprovedOutbound"] : ["Disabled"]
            content { isolation_mode = managed_network.value }
          }
        }
        """,
        Verdict.UNKNOWN,
        "one of two blocks",
    ),
    (
        "MN030",
        "bicep",
        f"""
        param rules object
        resource hub '{HUB}@2024-10-01' = {{
          name: 'hub'
          kind: 'Hub'
          properties: {{
            managedNetwork: {{ isolationMode: 'AllowOnlyApprovedOutbound', outboundRules: {{ pypi: rules.pypi }} }}
          }}
        }}
        """,
        Verdict.UNKNOWN,
        "a rule that may be null, and of any type",
    ),
]


@pytest.mark.parametrize(("policy", "language", "text", "verdict", "reason"), ROWS, ids=[row[4] for row in ROWS])
def test_doubt(policy: str, language: str, text: str | dict[str, str], verdict: Verdict, reason: str) -> None:
    files = text if isinstance(text, dict) else {testing.FILE_OF[language]: text}
    case = testing.Case(POLICIES[policy], reason, language, files, verdict, None, 1, (), None, Settings())
    result = testing.run_case(case, TABLES)
    assert not [notice for template in result.templates.values() for notice in template.notices]
    assert result.verdict is verdict
