"""What became of each network since a git revision, or by a plan: settings, rules, cost; no claim without knowledge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import Program
from sarif_profile import problems
from test_base import TERRAFORM, Commit, commit, repository, write

__all__ = ["commit", "repository"]  # fixtures

PLANS = Path(__file__).parents[1] / "fixtures" / "plans"
PYPI = "    pypi: { type: 'FQDN', destination: 'pypi.org' }\n"
TO = "{ serviceTag: 'AzureMonitor', protocol: 'TCP', portRanges: '443, 80' }"
TAG = f"    tag: {{ type: 'ServiceTag', destination: {TO} }}\n"
DATA = "    data: { type: 'PrivateEndpoint', destination: { serviceResourceId: st.id, subresourceTarget: 'blob' } }\n"
STORAGE = "resource st 'Microsoft.Storage/storageAccounts@2023-05-01' = { name: 'data' }\n"
CHILD = """
param x string
resource rule 'Microsoft.MachineLearningServices/workspaces/outboundRules@2024-10-01' = {
  parent: hub
  name: '${x}-pypi'
  properties: { type: 'FQDN', destination: 'pypi.org' }
}
"""


def hub(*rules: str, mode: str = "'AllowOnlyApprovedOutbound'", name: str = "'team-hub'", more: str = "") -> str:
    listed = "".join(rules)
    return f"""\
{STORAGE}{more}resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {{
  name: {name}
  properties: {{ managedNetwork: {{
    isolationMode: {mode}
    outboundRules: {{
{listed}    }}
  }} }}
}}
"""


def changes(mnlint: Program, folder: Path, *options: str) -> Any:
    done = mnlint("check", "--output", "json", *options, cwd=folder)
    assert done.exit_code in (0, 1), done.stderr
    return json.loads(done.stdout)["changes"]


def block(mnlint: Program, folder: Path, *options: str) -> str:
    """The summary in the text report."""
    done = mnlint("check", *options, cwd=folder)
    assert done.exit_code in (0, 1), done.stderr
    blocks = [part for part in done.stdout.split("\n\n") if part.startswith("changed: ")]
    assert len(blocks) <= 1
    return blocks[0] if blocks else ""


def told(listed: Sequence[Mapping[str, Any]]) -> list[str]:
    """What JSON says of networks, one line for each thing."""
    lines = []
    for one in listed:
        lines.append(f"{one['network']} {one['change']}{'' if one['sure'] else '?'}")
        lines += [f"{s['name']}{'' if s['sure'] else '?'} {s['before']} {s['after']}" for s in one["settings"]]
        lines += [f"rule {rule['name']} {rule['change']}{'' if rule['sure'] else '?'}" for rule in one["rules"]]
        if one["monthlyCost"] and one["monthlyCost"]["more"] != {"low": "0.00", "high": "0.00"}:
            lines.append(one["monthlyCost"]["says"])
    return lines


def test_a_summary_that_a_stranger_understands(repository: Path, commit: Commit, mnlint: Program) -> None:
    other = hub(name="'lab-hub'", mode="'AllowInternetOutbound'")
    base = commit({"main.bicep": hub(PYPI, TAG, DATA), "lab.bicep": other})
    after = hub(DATA.replace("'blob'", "'dfs'"), TAG, PYPI.replace("pypi", "conda"), mode="'AllowInternetOutbound'")
    commit({"main.bicep": after, "lab.bicep": None, "new.bicep": hub(PYPI, name="'new-hub'")})
    text = block(mnlint, repository, "--base", base[:10], ".")
    assert (
        text
        == f"""\
changed: 3 managed networks
  ~ team-hub  --> main.bicep:2:1
  |     isolation mode: AllowOnlyApprovedOutbound -> AllowInternetOutbound
  |     firewall: Standard -> none
  |   + rule conda: FQDN conda.org
  |   ~ rule data: subresource blob -> dfs
  |   - rule pypi: FQDN pypi.org
  |     cost: USD 927.10 a month -> USD 7.30 a month (USD 919.80 a month less)
  + new-hub: new  --> new.bicep:2:1
  |     isolation mode: AllowOnlyApprovedOutbound
  |     firewall: Standard
  |   + rule pypi: FQDN pypi.org
  |     cost: USD 919.80 a month
  - lab-hub: gone  was at {base[:10]}:lab.bicep:5
  |     isolation mode: was AllowInternetOutbound
  = cost: list prices without charges for data: firewall of 2026-08-08 in
  |       eastus2 by retail-2026-08, private endpoints of 2026-09-17 by
  |       retail-2026-09"""
    )
    assert all(len(line) <= 80 for line in text.splitlines())


def test_nothing_is_said_where_nothing_changed(repository: Path, commit: Commit, mnlint: Program) -> None:
    base = commit(
        {
            "main.bicep": hub(PYPI),
            "main.tf": TERRAFORM % "Disabled",
            "p.bicep": hub(mode="m", more="param m string\n", name="'p'"),
        }
    )
    assert block(mnlint, repository, "--base", base, ".") == ""
    assert changes(mnlint, repository, "--base", base, ".") == []
    assert changes(mnlint, repository, ".") is None, "nothing to compare with"


@pytest.mark.parametrize(
    ("before", "after", "expected", "reason"),
    [
        ({"a.bicep": hub(PYPI)}, {"a.bicep": None, "b/c.bicep": hub(PYPI)}, [], "a file that was renamed"),
        (
            {"a.bicep": hub(DATA)},
            {"a.bicep": hub(DATA).replace("st.id", "x.id").replace(" st ", " x ").replace(" hub ", " ws ")},
            [],
            "symbols that were renamed",
        ),
        ({"a.bicep": hub(TAG)}, {"a.bicep": hub(TAG.replace("443, 80", "80,443"))}, [], "the order of ports is none"),
        ({"a.bicep": hub(PYPI)}, {"a.bicep": hub(PYPI.replace("pypi:", "PyPI:"))}, [], "rules' names have no case"),
        (
            {"a.bicep": hub()},
            {"a.bicep": None, "main.tf": TERRAFORM % "AllowOnlyApprovedOutbound"},
            [],
            "in another language now",
        ),
        (
            {"a.bicep": hub()},
            {"a.bicep": hub(mode="m", more="param m string\n")},
            [
                "team-hub changed",
                "isolation mode? AllowOnlyApprovedOutbound not known (parameter m)",
                "up to USD 7.30 a month less",
            ],
            "a mode that nobody knows",
        ),
        (
            {"a.bicep": hub(PYPI)},
            {"a.bicep": hub(PYPI.replace("'FQDN'", "kind"), more="param kind string\n")},
            [
                "team-hub changed",
                "firewall? Standard perhaps one (Standard)",
                "rule pypi changed?",
                "between USD 912.50 less and USD 7.30 more a month",
            ],
            "a type that nobody knows",
        ),
        (
            {"a.bicep": hub(PYPI, DATA)},
            {"a.bicep": hub(more="param r object\n").replace("outboundRules: {\n    }", "outboundRules: r")},
            [
                "team-hub changed",
                "firewall? Standard perhaps one (Standard)",
                "other rules? none not known (parameter r)",
                "rule data removed?",
                "rule pypi removed?",
                "perhaps more, perhaps less",
            ],
            "rules that nobody sees",
        ),
        (
            {"a.bicep": hub(PYPI)},
            {"a.bicep": hub() + CHILD},
            ["team-hub changed", "rule named by parameter x added?", "rule pypi removed?"],
            "a rule's name that nobody knows",
        ),
        (
            {"a.bicep": hub(PYPI)},
            {"a.bicep": hub(PYPI, name="n", more="param n string\n")},
            [],
            "a network's name that nobody knows: perhaps it is the same",
        ),
        (
            {"a.bicep": hub(PYPI)},
            {"a.bicep": hub(name="n", more="param n string\n")},
            [
                "hub changed?",
                "firewall? Standard none",
                "rule pypi removed?",
                "between USD 919.80 less and USD 7.30 more a month",
            ],
            "or another one",
        ),
        (
            {"a.bicep": hub()},
            {"a.bicep": hub().replace("10-01' = {\n  name", "10-01' = if (c) {\n  name") + "param c bool\n"},
            ["team-hub changed", "network? there there only under a condition"],
            "a network under a condition",
        ),
        (
            {"a.bicep": hub()},
            {"a.bicep": hub(name="'other'")},
            [
                "other added",
                "isolation mode None AllowOnlyApprovedOutbound",
                "USD 7.30 a month more",
                "team-hub removed",
                "isolation mode AllowOnlyApprovedOutbound None",
                "USD 7.30 a month less",
            ],
            "another name is another network",
        ),
        (
            {"a.bicep": hub(), "z.bicep": "module m 'br/x:hub:1' = { name: 'm' }\n"},
            {"a.bicep": None},
            ["team-hub removed", "isolation mode AllowOnlyApprovedOutbound None", "USD 7.30 a month less"],
            "what could not be read before either hides nothing new",
        ),
        (
            {"a.bicep": hub()},
            {"a.bicep": None, "z.bicep": "module m 'br/x:hub:1' = { name: 'm' }\n"},
            ["team-hub removed?", "isolation mode AllowOnlyApprovedOutbound None", "up to USD 7.30 a month less"],
            "it may be in a module that cannot be read",
        ),
        (
            {"a.bicep": hub(), "z.bicep": "resource { // managedNetwork"},
            {"a.bicep": hub(), "z.bicep": hub(name="'z'")},
            ["z added?", "isolation mode None AllowOnlyApprovedOutbound", "up to USD 7.30 a month more"],
            "it may have been in what could not be read",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_said(
    before: Mapping[str, str],
    after: Mapping[str, str | None],
    expected: list[str],
    reason: str,
    repository: Path,
    commit: Commit,
    mnlint: Program,
) -> None:
    base = commit(before)
    commit(after)
    assert told(changes(mnlint, repository, "--base", base, ".")) == expected, reason


def test_what_is_not_looked_at_is_not_missed(repository: Path, commit: Commit, mnlint: Program) -> None:
    base = commit({"one/a.bicep": hub(name="'one'"), "two/b.bicep": hub(name="'two'"), "two/c.bicep": hub(name="'c'")})
    commit({"two/c.bicep": None})
    assert changes(mnlint, repository, "--base", base, "one") == []
    assert told(changes(mnlint, repository, "--base", base, "two"))[0] == "c removed?", "it may be elsewhere now"
    assert told(changes(mnlint, repository, "--base", base, "."))[0] == "c removed"


def test_parameter_files_are_compared_each_with_itself(repository: Path, commit: Commit, mnlint: Program) -> None:
    files = {
        "main.bicep": hub(mode="mode", more="param mode string\n"),
        "dev.bicepparam": "using 'main.bicep'\nparam mode = 'Disabled'\n",
        "prod.bicepparam": "using 'main.bicep'\nparam mode = 'AllowOnlyApprovedOutbound'\n",
    }
    base = commit(files)
    assert changes(mnlint, repository, "--base", base, ".") == []
    write(repository, {"dev.bicepparam": "using 'main.bicep'\nparam mode = 'AllowInternetOutbound'\n"})
    (change,) = changes(mnlint, repository, "--base", base, ".")
    assert told([change]) == ["team-hub changed", "isolation mode Disabled AllowInternetOutbound"]


def test_the_cost_policy_says_the_difference(repository: Path, commit: Commit, mnlint: Program) -> None:
    base = commit({"main.bicep": hub()})
    write(repository, {"main.bicep": hub(PYPI)})
    done = mnlint("check", "--base", base, ".", cwd=repository)
    price = "about USD 912.50 a month (list price of 2026-08-08), the whole network: USD 919.80 a month"
    assert f"{price}, USD 912.50 a month more than before" in done.stdout
    assert "before" not in mnlint("check", ".", cwd=repository).stdout


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (
            "update",
            [
                "hub changed",
                "isolation mode AllowOnlyApprovedOutbound AllowInternetOutbound",
                "firewall Standard none",
                "USD 919.80 a month less",
            ],
        ),
        ("no-op", []),
        ("moved", []),
        ("rule-added", ["hub changed", "rule pypi added"]),
        ("delete", ["hub changed", "rule pypi removed"]),  # in a mode that takes no such rule
        ("create", ["hub added", "isolation mode None Disabled", "rule pypi added"]),
        (
            "replace",
            [
                "hub-two changed",
                "resource the one that is there a new one in its place",
                "isolation mode AllowOnlyApprovedOutbound Disabled",
                "firewall Standard none",
                "USD 941.70 a month less",
            ],
        ),
        (
            "sensitive",
            ["hub added", "isolation mode None not known (a sensitive value)", "up to USD 29.20 a month more"],
        ),
    ],
)
@pytest.mark.parametrize("alone", [False, True], ids=["beside its sources", "alone"])
def test_a_plan_carries_its_own_before(
    plan: str, expected: list[str], *, alone: bool, mnlint: Program, tmp_path: Path
) -> None:
    folder = PLANS / plan
    if alone:
        (tmp_path / "plan.json").write_bytes((folder / "plan.json").read_bytes())
        folder = tmp_path
    made = changes(mnlint, folder, "--boundary", ".", "plan.json")
    assert told(made) == expected


def test_a_plan_beside_a_base_is_told_once(repository: Path, commit: Commit, mnlint: Program) -> None:
    plan, sources = ((PLANS / "update" / name).read_text("utf-8") for name in ("plan.json", "main.tf"))
    base = commit({"main.tf": sources})
    write(repository, {"plan.json": plan})
    made = changes(mnlint, repository, "--base", base, ".")
    assert [one["network"] for one in made] == ["hub"], "the sources are as they were"


def test_no_report_obeys_a_name(repository: Path, commit: Commit, mnlint: Program) -> None:
    name = "'a##vso[task.complete]\\u{1b}[31m\\u{202e}](javascript:x)'"
    rule = f"    {name}: {{ type: 'FQDN', destination: {name} }}\n"
    base = commit({"main.bicep": "param x string\n"})
    write(repository, {"main.bicep": hub(rule, name=name)})
    text = block(mnlint, repository, "--base", base, ".")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "##vso" not in text
    assert all(line.startswith(("changed: ", "  + ", "  | ", "  = ")) for line in text.splitlines())
    done = mnlint("check", "--base", base, "--output", "sarif", ".", cwd=repository)
    log = json.loads(done.stdout)
    assert problems(log) == []
    (change,) = log["runs"][0]["properties"]["networkChanges"]
    assert change["change"] == "added"
    assert "##" not in done.stdout


def test_many_rules_are_counted(repository: Path, commit: Commit, mnlint: Program) -> None:
    rules = [PYPI.replace("pypi", f"host_{number:02}") for number in range(40)]
    base = commit({"main.bicep": hub()})
    write(repository, {"main.bicep": hub(*rules)})
    text = block(mnlint, repository, "--base", base, ".")
    assert text.count("+ rule host_") == 30
    assert "and 10 more rules" in text
    (change,) = changes(mnlint, repository, "--base", base, ".")
    assert len(change["rules"]) == 40, "a program is told all of them"
