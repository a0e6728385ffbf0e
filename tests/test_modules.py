"""Modules of registries from end to end: what they hold is judged, and shown at the call and its arguments."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conftest import Program
from mnlint import catalogue, formats, registry
from mnlint.model.expr import Op
from mnlint.registry import Text

TABLE = catalogue.shipped() / "modules"
ENTRIES = sorted(TABLE.rglob("*.bicep"))
WORKSPACE = "avm/res/machine-learning-services/workspace"
HEADER = re.compile(
    r"// br/public:(?P<module>[a-z0-9/-]+), abridged: `unlisted` stands for whatever is left out\.\n"
    r"// Source: https://github\.com/Azure/bicep-registry-modules/blob/[0-9a-f]{40}/(?P=module)/main\.bicep\n"
    r"// Checked: 20\d\d-\d\d-\d\d\n\n"
)


def hub(version: str, arguments: str, module: str = WORKSPACE) -> str:
    params = f"{{ name: 'hub', {arguments} }}"
    return f"module hub 'br/public:{module}:{version}' = {{\n  name: 'hub'\n  params: {params}\n}}\n"


def check(mnlint: Program, folder: Path, *options: str | Path, **files: str) -> dict[str, Any]:
    for name, text in files.items():
        (folder / f"{name}.bicep").write_text(text)
    done = mnlint("check", ".", "--output", "json", "--fail-on", "never", *options, cwd=folder)
    assert done.exit_code == 0, done.output
    report: dict[str, Any] = json.loads(done.stdout)
    for found in report["findings"]:
        place = found["place"]
        line = (folder / place["file"]).read_text().splitlines()[place["line"] - 1]
        found["marked"] = line[place["column"] - 1 : place["endColumn"] - 1]
    return report


def findings(report: dict[str, Any], *policies: str) -> list[tuple[str, str, int, str]]:
    """Policy, subject's name, line and marked text; those of some policies only."""
    return [
        (f["policy"], f["message"].split(":")[0], f["place"]["line"], f["marked"])
        for f in report["findings"]
        if not policies or f["policy"] in policies
    ]


# ── the table ──


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_text_reads_and_says_where_it_comes_from(path: Path) -> None:
    template = formats.read("x.bicep", path.read_bytes(), "bicep")
    assert not template.notices
    header = HEADER.match(template.source.text)
    assert header, "module, source and date, each on a line"
    assert path.parent == TABLE / "mcr.microsoft.com" / "bicep" / header["module"]
    assert {"name", "resourceId"} <= {o.symbol for o in template.outputs} or "/ptn/" in header["module"]


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_text_leaves_its_resources_open(path: Path) -> None:
    """What a text does not list is unknown, never absent: `...unlisted` comes first, so that what follows is known."""
    template = formats.read("x.bicep", path.read_bytes(), "bicep")
    for resource in template.resources:
        if not resource.type.endswith("/connections"):
            key, _ = resource.body.args[0]
            assert key.op is Op.SPREAD, resource.symbol
            assert key.args[0].args == ("unlisted",), resource.symbol


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_module_that_a_text_calls_is_known(path: Path) -> None:
    texts = registry.texts(TABLE, None, {}, 100_000)
    for call in formats.read("x.bicep", path.read_bytes(), "bicep").calls:
        assert isinstance(texts("//x", call.source.args[0]), Text), call.source.args[0]  # type: ignore[union-attr]


def test_ranges_of_versions_do_not_overlap() -> None:
    for folder in {path.parent for path in ENTRIES}:
        ranges = sorted(
            [[tuple(map(int, end.split("."))) for end in p.stem.split("-")] for p in folder.glob("*.bicep")]
        )
        ends = [(found[0], found[-1]) for found in ranges]
        assert all(first <= last for first, last in ends), folder
        assert all(last < first for (_, last), (first, _) in pairwise(ends)), folder


# ── where findings are shown ──


def test_an_argument_is_marked(mnlint: Program, tmp_path: Path) -> None:
    text = hub("0.10.1", "kind: 'Hub', managedNetworkSettings: { isolationMode: 'Disabled' }")
    assert findings(check(mnlint, tmp_path, main=text), "MN001") == [("MN001", "hub", 3, "'Disabled'")]


def test_a_rule_in_an_argument_is_marked(mnlint: Program, tmp_path: Path) -> None:
    rule = "pypi: { type: 'FQDN', destination: 'pypi.org' }"
    mode = "isolationMode: 'AllowOnlyApprovedOutbound'"
    text = hub("0.10.1", f"managedNetworkSettings: {{ {mode}, outboundRules: {{ {rule} }} }}")
    report = check(mnlint, tmp_path, main=text)
    assert findings(report, "MN030") == [("MN030", "hub", 3, "'FQDN'")]


def test_the_call_is_marked_where_an_argument_is_missing(mnlint: Program, tmp_path: Path) -> None:
    report = check(mnlint, tmp_path, main=hub("0.10.1", "kind: 'Hub'"))
    (found,) = [f for f in report["findings"] if f["policy"] == "MN002"]
    assert (found["place"]["file"], found["place"]["line"]) == ("main.bicep", 1)
    assert [place["says"] for place in found["related"]] == [f"no isolationMode in br/public:{WORKSPACE}:0.10.1"]


def test_the_call_is_marked_where_the_module_itself_says_so(mnlint: Program, tmp_path: Path) -> None:
    module = "avm/ptn/azd/ml-ai-environment"
    text = hub("0.1.0", "hubName: 'hub', projectName: 'project'", module).replace("name: 'hub', ", "")
    report = check(mnlint, tmp_path, main=text)
    (found,) = [f for f in report["findings"] if f["policy"] == "MN001"]
    assert (found["message"].split(":")[0], found["place"]["line"]) == ("hub", 1)
    assert [place["says"] for place in found["related"]] == [f"Disabled is written in br/public:{module}:0.1.0"]


def test_every_report_is_made_of_files_that_are_there(mnlint: Program, tmp_path: Path) -> None:
    text = hub("0.10.1", "kind: 'Hub'") + hub("0.8.0", "", "avm/ptn/ai-platform/baseline").replace("hub '", "ai '")
    check(mnlint, tmp_path, main=text)
    for output in ("text", "sarif", "json"):
        done = mnlint("check", ".", "--output", output, cwd=tmp_path)
        assert done.exit_code == 0
        places = done.output.replace(f"br/public:{WORKSPACE}", "").replace("'br/public:", "")
        assert "//br/" not in places


def test_two_calls_are_two_findings(mnlint: Program, tmp_path: Path) -> None:
    one = hub("0.10.1", "kind: 'Hub'")
    report = check(mnlint, tmp_path, main=one, other=one.replace("0.10.1", "0.10.2"))
    found = [f for f in report["findings"] if f["policy"] == "MN002"]
    assert [f["place"]["file"] for f in found] == ["main.bicep", "other.bicep"]
    assert len({f["fingerprint"] for f in found}) == 2


def test_a_fingerprint_outlives_an_update_of_the_module(mnlint: Program, tmp_path: Path) -> None:
    before = check(mnlint, tmp_path, main=hub("0.9.0", "kind: 'Hub'"))
    after = check(mnlint, tmp_path, main=hub("0.10.2", "kind: 'Hub'"))
    assert [f["fingerprint"] for f in before["findings"]] == [f["fingerprint"] for f in after["findings"]]


# ── versions ──


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.2.0", ["MN002"]),  # has no managed network, whatever it is given
        ("0.3.0", ["MN002"]),
        ("0.4.0", ["MN001"]),
        ("0.14.0", ["MN001"]),
        ("0.15.0", ["MN913"]),  # nobody has looked at it
    ],
)
def test_what_a_version_does(version: str, expected: list[str], mnlint: Program, tmp_path: Path) -> None:
    text = hub(version, "managedNetworkSettings: { isolationMode: 'Disabled' }")
    report = check(mnlint, tmp_path, main=text)
    assert [policy for policy, *_ in findings(report, "MN001", "MN002", "MN913")] == expected


# ── what is not listed ──


def test_a_parameter_without_value_is_a_doubt(mnlint: Program, tmp_path: Path) -> None:
    text = "param mode string\n" + hub("0.10.1", "managedNetworkSettings: { isolationMode: mode }")
    report = check(mnlint, tmp_path, main=text)
    assert {(d["place"]["file"], d["place"]["line"]) for d in report["doubts"]} == {("main.bicep", 1)}


STORAGE = """\
module data 'br/public:avm/res/storage/storage-account:VERSION' = {
  name: 'data'
  params: {
    name: 'data'
    networkAcls: { virtualNetworkRules: [{ id: subnet }] }
    privateEndpoints: [{ service: 'blob', subnetResourceId: subnet }]
  }
}
var subnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s'
"""
USES = hub(
    "0.10.1",
    "associatedStorageAccountResourceId: data.outputs.resourceId, "
    "managedNetworkSettings: { isolationMode: 'AllowInternetOutbound' }",
)


def test_a_dependency_that_another_module_makes(mnlint: Program, tmp_path: Path) -> None:
    report = check(mnlint, tmp_path, main=USES + STORAGE.replace("VERSION", "0.20.0"))
    assert findings(report, "MN024") == [("MN024", "data", 13, f"'{STORAGE.split(chr(39))[-2]}'")]


def test_a_dependency_that_an_unknown_version_makes(mnlint: Program, tmp_path: Path) -> None:
    report = check(mnlint, tmp_path, main=USES + STORAGE.replace("VERSION", "99.0.0"))
    assert not findings(report, "MN024")
    assert [d for d in report["doubts"] if "MN024" in {j["policy"] for j in d["judgements"]}]


def test_a_foundry_account_with_a_managed_network(mnlint: Program, tmp_path: Path) -> None:
    """By what a pattern's name is, nobody would look into the file: what the module holds counts."""
    arguments = "kind: 'AIServices', networkInjections: { scenario: 'agent', useMicrosoftManagedNetwork: true }"
    assert facts(mnlint, tmp_path, hub("0.13.0", arguments, "avm/res/cognitive-services/account")) == 1
    assert facts(mnlint, tmp_path, hub("0.12.0", arguments, "avm/res/cognitive-services/account")) == 0


def facts(mnlint: Program, folder: Path, text: str) -> int:
    (folder / "main.bicep").write_text(text)
    done = mnlint("facts", ".", cwd=folder)
    assert done.exit_code == 0, done.output
    return done.output.count("  managedNetwork ")


# ── restored modules ──

COMPILED = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"mode": {"type": "string", "defaultValue": "Disabled"}},
    "resources": [
        {
            "type": "Microsoft.MachineLearningServices/workspaces",
            "apiVersion": "2024-10-01",
            "name": "hub",
            "kind": "Hub",
            "properties": {"managedNetwork": {"isolationMode": "[parameters('mode')]"}},
        }
    ],
}
CALL = "module hub 'br:example.azurecr.io/hub:1.0.0' = {\n  name: 'hub'\n  params: { }\n}\n"


@pytest.fixture
def restored(tmp_path: Path) -> Path:
    folder = tmp_path / "cache" / "br" / "example.azurecr.io" / "hub" / "1.0.0$"
    folder.mkdir(parents=True)
    (folder / "main.json").write_text(json.dumps(COMPILED))
    return tmp_path / "cache"


def test_a_restored_module_is_judged(restored: Path, mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    report = check(mnlint, tmp_path / "src", "--restored-modules", restored, main=CALL)
    (found,) = report["findings"]
    assert (found["policy"], found["place"]["line"]) == ("MN001", 1)
    says = "Disabled is the default of parameter mode in br:example.azurecr.io/hub:1.0.0"
    assert [place["says"] for place in found["related"]] == [says]
    text = CALL.replace("{ }", "{ mode: 'Disabled' }")
    report = check(mnlint, tmp_path / "src", "--restored-modules", restored, main=text)
    assert findings(report) == [("MN001", "hub", 3, "'Disabled'")]


def test_nothing_is_restored_that_was_not_given(restored: Path, mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    assert not check(mnlint, tmp_path / "src", main=CALL)["findings"]


def test_a_doubt_inside_a_restored_module_is_shown_at_the_call(restored: Path, mnlint: Program, tmp_path: Path) -> None:
    file = next(restored.rglob("main.json"))
    file.write_text(file.read_text().replace(', "defaultValue": "Disabled"', ""))
    (tmp_path / "src").mkdir()
    report = check(mnlint, tmp_path / "src", "--restored-modules", restored, main=CALL)
    assert {(d["place"]["file"], d["place"]["line"]) for d in report["doubts"]} == {("main.bicep", 1)}


def test_an_alias_of_a_checked_bicepconfig(restored: Path, mnlint: Program, tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    config = {"moduleAliases": {"br": {"ours": {"registry": "example.azurecr.io"}}}}
    (source / "bicepconfig.json").write_text(json.dumps(config))
    text = CALL.replace("br:example.azurecr.io/", "br/ours:")
    report = check(mnlint, source, "--restored-modules", restored, main=text)
    assert [policy for policy, *_ in findings(report)] == ["MN001"]


def test_a_restored_module_inside_of_the_checked_folder_is_no_root(
    restored: Path, mnlint: Program, tmp_path: Path
) -> None:
    text = CALL.replace("{ }", "{ mode: 'AllowOnlyApprovedOutbound' }")
    assert not findings(check(mnlint, tmp_path, "--restored-modules", restored, main=text))
    assert findings(check(mnlint, tmp_path, main=text), "MN001"), "without the option it is a template like any other"


def test_a_folder_of_restored_modules_must_be_there(mnlint: Program, tmp_path: Path) -> None:
    assert mnlint("check", ".", "--restored-modules", tmp_path / "none", cwd=tmp_path).exit_code == 2
