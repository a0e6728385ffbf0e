"""What was so on a day: lists and policies are cut to it, and the newest facts hold without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Program
from mnlint import lists

ARTICLE = "2024-02-13"
RULE = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {{
  name: 'hub'
  kind: 'Hub'
  properties: {{
    managedNetwork: {{
      isolationMode: 'AllowOnlyApprovedOutbound'
      outboundRules: {{
        data: {{
          type: 'PrivateEndpoint'
          destination: {{
            serviceResourceId: '/subscriptions/s/resourceGroups/rg/providers/{type}/data'
            subresourceTarget: '{subresource}'
          }}
        }}
      }}
    }}
  }}
}}
"""
POLICY = """\
id: XY001
name: of-its-day
title: What was refused for a while
severity: error
added: "1"
since: "2024-01-01"
until: "2025-01-01"
for: managedNetwork
require: {field: isolationMode, equals: Disabled}
message: "{name}: refused on that day"
why: A rule of a test.
fix: Nothing to do about it.
see: [https://example.com/]
"""


def policies(mnlint: Program, folder: Path, *options: str) -> set[str]:
    done = mnlint("check", "--boundary", ".", "--output", "json", *options, ".", cwd=folder)
    return {finding["policy"] for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize(
    ("kind", "subresource", "then", "now"),
    [
        ("Microsoft.Sql/managedInstances", "managedInstance", False, True),
        ("Microsoft.DBforPostgreSQL/flexibleServers", "postgresqlServer", True, False),
        ("Microsoft.ApiManagement/service", "Gateway", True, False),
        ("Microsoft.Network/applicationGateways", "appGwPrivateFrontendIpIPv4", True, False),
        ("Microsoft.Storage/storageAccounts", "blob", False, False),
    ],
)
def test_a_target_is_refused_on_its_days(
    kind: str, subresource: str, then: bool, now: bool, mnlint: Program, tmp_path: Path
) -> None:
    (tmp_path / "main.bicep").write_text(RULE.format(type=kind, subresource=subresource), "utf-8")
    assert ("MN020" in policies(mnlint, tmp_path, "--as-of", ARTICLE)) is then
    assert ("MN020" in policies(mnlint, tmp_path)) is now


PRIVATE = """\
resource data 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'data'
  properties: { publicNetworkAccess: 'Disabled' }
}
resource search 'Microsoft.Search/searchServices@2023-11-01' = {
  name: 'srch'
  properties: { publicNetworkAccess: 'disabled' }
}
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: {
    storageAccount: data.id
    managedNetwork: { isolationMode: 'AllowInternetOutbound' }
  }
}
resource link 'Microsoft.MachineLearningServices/workspaces/connections@2024-10-01' = {
  parent: hub
  name: 'link'
  properties: { category: 'CognitiveSearch', target: 'https://srch.search.windows.net', authType: 'AAD'{id} }
}
"""


def of_private(mnlint: Program, folder: Path, *options: str, by_id: bool) -> dict[str, str]:
    """What is said of private AI Search and storage: the level by the policy."""
    told = ", metadata: { ResourceId: search.id }" if by_id else ""
    (folder / "main.bicep").write_text(PRIVATE.replace("{id}", told), "utf-8")
    done = mnlint("check", "--boundary", ".", "--output", "json", *options, ".", cwd=folder)
    found = json.loads(done.stdout)["findings"]
    return {f["policy"]: f["severity"] for f in found if f["policy"] in ("MN025", "MN027", "MN028")}


@pytest.mark.parametrize(
    ("options", "by_id", "expected"),
    [
        (("--as-of", ARTICLE), False, {"MN027": "warning", "MN028": "note"}),
        (("--as-of", ARTICLE), True, {"MN027": "warning", "MN028": "note"}),
        (("--as-of", "2024-11-18"), True, {"MN027": "warning", "MN028": "note"}),
        (("--as-of", "2024-11-19"), True, {}),
        (("--as-of", "2024-11-19"), False, {"MN027": "note"}),
        ((), True, {}),
        ((), False, {"MN027": "note"}),
    ],
)
def test_private_ai_and_storage_on_their_days(
    options: tuple[str, ...], by_id: bool, expected: dict[str, str], mnlint: Program, tmp_path: Path
) -> None:
    assert of_private(mnlint, tmp_path, *options, by_id=by_id) == expected


def test_a_policy_that_holds_no_more_is_explained(mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("explain", "MN028", cwd=tmp_path)
    assert (done.exit_code, "holds until 2024-11-19" in done.stdout) == (0, True)
    assert "MN028" not in mnlint("rules", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--as-of", "2023-12-31"), False),
        (("--as-of", "2024-01-01"), True),
        (("--as-of", "2024-12-31"), True),
        (("--as-of", "2025-01-01"), False),
        ((), False),
    ],
)
def test_a_policy_holds_on_its_days(options: tuple[str, ...], expected: bool, mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "XY001.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "main.bicep").write_text(
        RULE.format(type="Microsoft.Storage/storageAccounts", subresource="blob"), "utf-8"
    )
    assert ("XY001" in policies(mnlint, tmp_path, "--policies", "own", *options)) is expected
    assert ("XY001" in mnlint("rules", "--policies", "own", *options, cwd=tmp_path).stdout) is expected


@pytest.mark.parametrize("day", ["2024-13-01", "yesterday", "2024", ""])
def test_what_is_no_date_is_refused(day: str, mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("check", "--as-of", day, ".", cwd=tmp_path)
    assert (done.exit_code, f"{day!r} is no date" in done.stderr) == (2, True)


def test_a_policy_with_a_wrong_date_is_refused(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "XY001.yaml").write_text(POLICY.replace('"2024-01-01"', "2024-1-1"), "utf-8")
    done = mnlint("rules", "--policies", ".", cwd=tmp_path)
    assert done.exit_code == 2
    assert "XY001.yaml:6:1: a date is written as 2024-02-13" in done.stderr


@pytest.mark.parametrize(
    ("since", "until", "day", "expected"),
    [
        (None, None, None, True),
        ("2025-01-01", None, None, True),
        (None, "2025-01-01", None, False),
        ("2025-01-01", None, "2024-12-31", False),
        ("2025-01-01", None, "2025-01-01", True),
        (None, "2025-01-01", "2025-01-01", False),
        (None, "2025-01-01", "2024-12-31", True),
    ],
)
def test_days(since: str | None, until: str | None, day: str | None, expected: bool) -> None:
    assert lists.holds(since, until, day) is expected


def test_the_age_of_every_list_is_said(mnlint: Program, tmp_path: Path) -> None:
    said = mnlint("facts-age", cwd=tmp_path).stdout.splitlines()
    assert {line.split()[0] for line in said} >= {"pe-targets", "prices", "service-tags"}
    assert all(line.endswith(" days ago") for line in said)
