"""Modules of Terraform's registry: which text stands for a call, what is judged of it, and where that is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from conftest import Program
from mnlint import catalogue, discover, formats, registry
from mnlint.constraints import bounds
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.record import fields
from mnlint.model.text import Span
from mnlint.registry import Text

TABLE = catalogue.shipped() / "modules"
ENTRIES = sorted(TABLE.rglob("*.tf"))
WORKSPACE = "Azure/avm-res-machinelearningservices-workspace/azurerm"
FOUNDRY = "Azure/avm-ptn-aiml-ai-foundry/azurerm"
HEADER = re.compile(
    r"# Azure/(?P<module>[a-z0-9-]+)/azurerm, abridged: `unlisted` stands for whatever is left out\.\n"
    r"# Source: https://github\.com/Azure/terraform-azurerm-(?P=module)/blob/[0-9a-f]{40}/[a-z.]+\.tf\n"
    r"# Checked: 20\d\d-\d\d-\d\d\n\n"
)


def version_of(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def range_of(path: Path) -> tuple[tuple[int, ...], tuple[int, ...]]:
    first, *_ = ends = path.stem.split("-")
    return version_of(first), version_of(ends[-1])


# ── the table ──


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_text_reads_and_says_where_it_comes_from(path: Path) -> None:
    template = formats.read("x.tf", path.read_bytes(), "terraform")
    assert not template.notices
    header = HEADER.match(template.source.text)
    assert header, "module, source and date, each on a line"
    assert path.parent == TABLE / "registry.terraform.io" / "azure" / header["module"] / "azurerm"


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_text_leaves_what_it_makes_by_azapi_open(path: Path) -> None:
    """What a body does not list is unknown, never absent; what follows `unlisted` is known."""
    made = formats.read("x.tf", path.read_bytes(), "terraform").resources
    declared = [resource for resource in made if not resource.symbol.startswith("data.")]
    assert declared
    for resource in (resource for resource in declared if resource.type == "azapi_resource"):
        body = next(value for key, value in resource.body.args if key.args[0] == "body")
        assert body.op is Op.CALL
        name, (below, above) = body.args
        assert (name, below.args) == ("merge", ("unlisted",)), resource.symbol
        inner = next(value for key, value in above.args if key.args[0] == "properties")
        assert inner.args[1][0].args == ("unlisted",), resource.symbol


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_name_in_a_text_means_something_there(path: Path) -> None:
    """A slip of the pen would be a doubt for ever."""
    template = formats.read("x.tf", path.read_bytes(), "terraform")
    declared = (*template.inputs, *template.names, *template.resources, *template.calls)
    known = {one.symbol for one in declared}
    named = {name for name in names_in(template) if re.match(r"(var|local|module|data|az[a-z]+_[a-z_]+)\.", name)}
    assert named
    assert named - known == set()


def names_in(template: Template) -> set[str]:
    """Every name that a text's expressions say."""
    found: set[str] = set()
    todo: list[object] = [template.names, template.resources, template.calls, template.outputs]
    while todo:
        one = todo.pop()
        if isinstance(one, Expr) and one.op is Op.NAME:
            found.add(str(one.args[0]))
        elif isinstance(one, Expr):
            todo.extend(one.args)
        elif isinstance(one, Mapping):
            todo.extend(one.values())
        elif isinstance(one, tuple | list):
            todo.extend(one)
        elif hasattr(one, "__record_fields__") and not isinstance(one, Span):
            todo.extend(getattr(one, field.name) for field in fields(one))
    return found


def test_ranges_of_versions_do_not_overlap() -> None:
    for folder in {path.parent for path in ENTRIES}:
        ranges = sorted(range_of(path) for path in folder.glob("*.tf"))
        assert all(first <= last for first, last in ranges), folder
        assert all(last < first for (_, last), (first, _) in pairwise(ranges)), folder


# ── constraints ──


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("0.9.0", ((0, 9, 0), (0, 9, 1))),
        ("= v0.9", ((0, 9, 0), (0, 9, 1))),  # as written by some, and taken
        ("~> 0.9", ((0, 9, 0), (1, 0, 0))),
        ("~> 0.9.1", ((0, 9, 1), (0, 10, 0))),
        ("~> 1", ((1, 0, 0), None)),
        (">= 0.5, < 1.0", ((0, 5, 0), (1, 0, 0))),
        ("> 0.5.0, <= 0.7.0", ((0, 5, 1), (0, 7, 1))),
        (">= 0.5.0, != 0.6.0", ((0, 5, 0), None)),
        ("", ((0, 0, 0), None)),
        ("  ", ((0, 0, 0), None)),
        ("0.9.0-beta", None),
        ("latest", None),
        ("0.9.0,", None),
        ("1.2.3.4", None),
        ("9" * 30, None),
        ("=> 1", None),
        ("\u0660.\u0669.\u0660", None),  # digits elsewhere
    ],
)
def test_what_a_constraint_admits(constraint: str, expected: object) -> None:
    assert bounds(constraint) == expected


@pytest.mark.parametrize(
    ("constraint", "first"),
    [
        ("0.9.0", "0.9.0"),
        ("0.5", "0.5.0"),
        ("~> 0.5.0", "0.5.0"),  # nothing else of 0.5 was published before 0.6.0
        (">= 0.6.0, < 0.7.0", "0.6.0"),
        ("> 0.5.0, <= 0.6.0", "0.6.0"),
        ("~> 0.9.0", None),  # a 0.9.1 may be there tomorrow
        ("~> 0.9", None),
        (">= 0.5.0", None),
        (">= 0.5.0, <= 0.9.0", None),  # several texts
        ("<= 0.5.0", None),  # several texts, too, and before the first one, where nobody has looked
        ("<= 0.1.0", None),
        (">= 0.1.0, < 0.1.1", "0.1.0"),
        ("~> 0.3.8", "0.3.8"),  # up to 0.3.11
        (">= 0.3.9, < 0.3.11", "0.3.8"),
        ("~> 0.3.0", None),  # several texts
        ("> 0.5.0, < 0.6.0", None),  # nothing
        ("0.9.1", None),
        ("0.9.0-beta", None),
        ("", None),
    ],
)
def test_which_text_a_constraint_means(constraint: str, first: str | None) -> None:
    found = registry.texts(TABLE, None, {}, 100_000)("main.tf", f"tf:{WORKSPACE}:{constraint}")
    if first is None:
        assert isinstance(found, str)
        assert found == "known here from version 0.1.0 to 0.9.0"
    else:
        assert isinstance(found, Text)
        folder = TABLE / "registry.terraform.io" / WORKSPACE.lower()
        (path,) = (path for path in folder.glob("*.tf") if path.stem.split("-")[0] == first)
        assert found.data == path.read_bytes()


@pytest.mark.parametrize(
    "source",
    [
        WORKSPACE,
        f"registry.terraform.io/{WORKSPACE}",
        f"Registry.Terraform.io/{WORKSPACE}",
        f"registry.opentofu.org/{WORKSPACE}",
        WORKSPACE.lower(),
    ],
)
def test_names_of_one_module(source: str) -> None:
    assert isinstance(registry.texts(TABLE, None, {}, 100_000)("main.tf", f"tf:{source}:0.9.0"), Text)


@pytest.mark.parametrize(
    "source",
    [
        "../x",
        "./x",
        "/etc/passwd",
        "git::https://example.com/x.git",
        "https://example.com/x.zip",
        "github.com/Azure/avm-res-machinelearningservices-workspace",
        "Azure/../../x/azurerm",
        "../Azure/x/azurerm",
        "Azure/..",
        "Azure/./azurerm",
        "..\\..\\x/y/z",
        f"{WORKSPACE}//modules/x",
        f"example.com/{WORKSPACE}",
        f"registry.terraform.io/../{WORKSPACE}",
        f"{WORKSPACE}/..",
        f"{WORKSPACE}\n",
        "mcr.microsoft.com/bicep/avm/res",
        "Azure/avm\0/azurerm",
        "A" * 5_000 + "/b/c",
        "",
    ],
)
def test_what_is_no_module_of_the_registry(source: str, tmp_path: Path) -> None:
    """No file is opened for it, though there is one wherever a careless join would lead."""
    for place in ("x", "x/azurerm", "y/z", "azure/x/azurerm", f"registry.terraform.io/{WORKSPACE.lower()}/modules/x"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "0.9.0.tf").write_text("")
    table = tmp_path / "registry.terraform.io"
    table.mkdir(exist_ok=True)
    assert registry.parse_terraform(f"tf:{source}:0.9.0") is None
    assert registry.texts(table.parent, None, {}, 100_000)("main.tf", f"tf:{source}:0.9.0") == ""


# ── from end to end ──


def call(arguments: str, version: str | None = "0.9.0", module: str = WORKSPACE) -> str:
    asked = f'  version = "{version}"\n' if version is not None else ""
    return f'module "hub" {{\n  source = "{module}"\n{asked}{arguments}}}\n'


HUB = """\
  name                = "hub01"
  location            = "westeurope"
  resource_group_name = "group"
  kind                = "Hub"
  storage_account     = { resource_id = var.storage }
"""
OFF = '  workspace_managed_network = { isolation_mode = "Disabled" }\n'
MACHINE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
RULE = f"""\
  workspace_managed_network = {{
    isolation_mode = "AllowOnlyApprovedOutbound"
    outbound_rules = {{
      private_endpoint = {{ vm = {{ resource_id = "{MACHINE}", sub_resource_target = "blob" }} }}
    }}
  }}
"""


def check(mnlint: Program, folder: Path, text: str) -> list[tuple[str, int, str, list[str]]]:
    """Policy, line, marked text and what is said besides."""
    (folder / "main.tf").write_text(text)
    done = mnlint("check", ".", "--output", "json", "--fail-on", "never", cwd=folder)
    assert done.exit_code == 0, done.output
    found = []
    for finding in json.loads(done.stdout)["findings"]:
        place = finding["place"]
        assert place["file"] == "main.tf"
        line = text.splitlines()[place["line"] - 1]
        marked = line[place["column"] - 1 : place["endColumn"] - 1]
        found.append((finding["policy"], place["line"], marked, [r["says"] for r in finding["related"]]))
    return found


def of(found: list[tuple[str, int, str, list[str]]], policy: str) -> list[tuple[int, str]]:
    return [(line, marked) for name, line, marked, _ in found if name == policy]


def test_an_argument_is_marked(mnlint: Program, tmp_path: Path) -> None:
    assert of(check(mnlint, tmp_path, call(HUB + OFF)), "MN001") == [(9, '"Disabled"')]


def test_a_rule_in_an_argument_is_marked(mnlint: Program, tmp_path: Path) -> None:
    assert of(check(mnlint, tmp_path, call(HUB + RULE)), "MN020") == [(12, f'"{MACHINE}"')]


def test_the_call_is_marked_where_the_module_itself_says_so(mnlint: Program, tmp_path: Path) -> None:
    found = check(mnlint, tmp_path, call(HUB))
    ((_, line, marked, says),) = [f for f in found if f[0] == "MN001"]
    assert (line, marked) == (1, 'module "hub"')
    assert says[0].startswith("Disabled is ")
    assert says[0].endswith(f" in {WORKSPACE} 0.9.0")


@pytest.mark.parametrize("version", ["0.0.9", "~> 0.9", None, "1.0.0"])
def test_a_version_that_is_not_known_is_said(version: str | None, mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(call(HUB + OFF, version))
    done = mnlint("check", ".", "--output", "json", cwd=tmp_path)
    report: dict[str, Any] = json.loads(done.stdout)
    (found,) = report["findings"]
    assert found["policy"] == "MN913"
    assert "known here from version 0.1.0 to 0.9.0" in found["message"]


def test_a_version_that_is_no_text_is_not_known(mnlint: Program, tmp_path: Path) -> None:
    text = call(HUB + OFF).replace('"0.9.0"', "var.v")
    assert not of(check(mnlint, tmp_path, text), "MN001")


def test_a_submodule_is_not_its_module(mnlint: Program, tmp_path: Path) -> None:
    text = call(HUB + OFF, module=f"{WORKSPACE}//modules/x")
    assert not of(check(mnlint, tmp_path, text), "MN001")


def test_the_same_in_json(mnlint: Program, tmp_path: Path) -> None:
    network = {"isolation_mode": "Disabled"}
    hub = {
        "source": WORKSPACE,
        "version": "0.9.0",
        "name": "hub01",
        "kind": "Hub",
        "workspace_managed_network": network,
    }
    (tmp_path / "main.tf.json").write_text(json.dumps({"module": {"hub": hub}}))
    done = mnlint("check", ".", "--output", "json", "--fail-on", "never", cwd=tmp_path)
    assert "MN001" in {f["policy"] for f in json.loads(done.stdout)["findings"]}


def test_a_foundry_account_is_looked_at_though_its_module_says_nothing_of_networks(
    mnlint: Program, tmp_path: Path
) -> None:
    injections = 'network_injections = [{ subnetArmId = "", useMicrosoftManagedNetwork = true }]'
    arguments = f'  base_name = "b"\n  ai_foundry = {{\n    create_ai_agent_service = true\n    {injections}\n  }}\n'
    (tmp_path / "main.tf").write_text(
        call(arguments.replace("useMicrosoftManagedNetwork = true", ""), "0.11.2", FOUNDRY)
    )
    assert "managedNetwork" not in mnlint("facts", ".", cwd=tmp_path).output
    (tmp_path / "main.tf").write_text(call(arguments, "0.11.2", FOUNDRY))
    assert mnlint("facts", ".", cwd=tmp_path).output.count("  managedNetwork ") == 1


def test_what_a_file_holds_is_not_all_that_makes_it_matter() -> None:
    """The module's text holds the word, the calling file does not."""
    texts = registry.texts(TABLE, None, {}, 100_000)
    data = {
        "a.tf": call("", "0.11.2", FOUNDRY).encode(),
        "b.tf.json": json.dumps({"module": {"m": {"source": FOUNDRY}}}).encode(),
        "c.tf": b'module "x" { source = "Azure/other/azurerm" }',
        "d.bicep": call("", "0.11.2", FOUNDRY).encode(),
        "e.tf": b'terraform { required_providers { azurerm = { source = "hashicorp/azurerm" } } }',
    }
    assert registry.leading(discover.look(data, formats.language_of, []), texts, [b"usemicrosoftmanagednetwork"]) == {
        "a.tf",
        "b.tf.json",
    }


def test_what_terraform_has_restored_comes_before_our_text(mnlint: Program, tmp_path: Path) -> None:
    modules = tmp_path / ".terraform" / "modules"
    (modules / "hub").mkdir(parents=True)
    source = f"registry.terraform.io/{WORKSPACE}"  # as Terraform writes it: of another one it would fetch the module
    listed = [{"Key": "", "Dir": "."}, {"Key": "hub", "Source": source, "Dir": ".terraform/modules/hub"}]
    (modules / "modules.json").write_text(json.dumps({"Modules": listed}))
    (modules / "hub" / "main.tf").write_text('variable "workspace_managed_network" {\n  type = any\n}\n')
    assert not check(mnlint, tmp_path, call(HUB + OFF))
