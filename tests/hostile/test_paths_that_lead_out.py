"""Whatever way a path leads out of the boundary: nothing is opened there or said of it, and a place is named."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from canary import CANARY
from conftest import Program
from threats import least
from watching import watch

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: MODE } }
}
"""
PARAMETER = "param mode string\n" + HUB.replace("MODE", "mode")
AZURERM = """\
variable "mode" {
  type = string
}
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network {
    isolation_mode = MODE
  }
}
"""
VARIABLE = AZURERM.replace("MODE", "var.mode")
ARM_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
GIVEN_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
WORKSPACE = {
    "type": "Microsoft.MachineLearningServices/workspaces",
    "apiVersion": "2024-10-01",
    "name": CANARY,
    "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
}
POLICY = f"""\
id: OUR001
name: {CANARY}
title: {CANARY}
severity: error
added: "0.1"
for: workspace
require: {{field: name, matches: "{CANARY}"}}
message: "{CANARY}"
why: {CANARY}
fix: {CANARY}
see: []
"""
# What lies outside, beside the root.
OUT: dict[str, str] = {
    "secret.txt": f"{CANARY}\n",
    "secret.json": json.dumps({"mode": CANARY, CANARY: 1}),
    "secret.yaml": f"mode: {CANARY}\n{CANARY}: 1\n",
    "secret.tftpl": f"{CANARY}${{x}}",
    "hub.bicep": HUB.replace("'hub'", f"'{CANARY}'").replace("MODE", "'Disabled'"),
    "types.bicep": f"@export()\nvar mode = '{CANARY}'\n@export()\ntype kind = '{CANARY}'\n",
    "tf/main.tf": AZURERM.replace('"hub" {\n  name = "hub"', f'"hub" {{\n  name = "{CANARY}"').replace("MODE", '"x"'),
    "tf/terraform.tfvars": f'mode = "{CANARY}"\n',
    "hub.json": json.dumps({"$schema": ARM_SCHEMA, "resources": [WORKSPACE]}),
    "given.json": json.dumps({"$schema": GIVEN_SCHEMA, "parameters": {"mode": {"value": CANARY}}}),
    "p.bicepparam": f"using '../root/main.bicep'\nparam mode = '{CANARY}'\n",
    "base.bicepparam": f"using none\nparam mode = '{CANARY}'\n",
    "policies/OUR001-x.yaml": POLICY,
    "policies/lists/x.yaml": f"list: {CANARY}\nentries: [{{{CANARY}: x}}]\n",
    "list.yaml": f"entries: [{{tag: {CANARY}, {CANARY}: x}}]\n",
    "baseline.json": json.dumps({"version": 1, "findings": [{"policy": CANARY}]}),
    "settings.yaml": f"policies: {{{CANARY}: off}}\n",
    "settings.toml": f'[tool.mnlint]\nprofile = "{CANARY}"\n',
    "bicepconfig.json": json.dumps({"moduleAliases": {"br": {"x": {"registry": f"{CANARY}.azurecr.io"}}}}),
    "ws.yml": f"$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json\nname: {CANARY}\n"
    "managed_network:\n  isolation_mode: disabled\n",
    "br/h.io/m/1.0.0$/main.json": json.dumps({"$schema": ARM_SCHEMA, "resources": [WORKSPACE]}),
}


class Row(NamedTuple):
    """A tree: its files, its links by where they lead, what is asked, and where the report says something."""

    files: Mapping[str, str]
    says: str = ""  # how a line begins, of the concise report or of stderr
    links: Mapping[str, str] = {}
    options: tuple[str, ...] = ()
    exits: tuple[int, ...] = (0, 1)


def bicep(expression: str, before: str = "") -> Row:
    return Row({"main.bicep": f"{before}var mode = {expression}\n{HUB.replace('MODE', 'mode')}"}, "main.bicep:")


def azurerm(expression: str, after: str = "") -> Row:
    return Row({"main.tf": AZURERM.replace("MODE", expression) + after}, "main.tf:")


def module(path: str) -> Row:
    return Row(
        {"main.bicep": f"module m '{path}' = {{ name: 'm' }}\n{HUB.replace('MODE', 'm.outputs.mode')}"}, "main.bicep:"
    )


def source(path: str) -> Row:
    return azurerm("module.m.mode", f'module "m" {{\n  source = "{path}"\n}}\n')


def linked(**link: str) -> Row:
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "m",
        "properties": {"mode": "Incremental", "templateLink": link},
    }
    mode = {"managedNetwork": {"isolationMode": "[reference('m').outputs.mode.value]"}}
    resources = [nested, {**WORKSPACE, "name": "hub", "properties": mode}]
    return Row({"main.json": json.dumps({"$schema": ARM_SCHEMA, "resources": resources})}, "main.json:")


def given(text: str) -> Row:
    return Row({"main.bicep": PARAMETER, "p.bicepparam": text}, "p.bicepparam:")


def settings(text: str, **files: str) -> Row:
    return Row({"main.bicep": PARAMETER, ".mnlint.yaml": text, **files}, "mnlint: .mnlint.yaml:1:", exits=(2,))


def manifest(folder: str) -> Row:
    listed = json.dumps({"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "h/x/y", "Dir": folder}]})
    return Row({**source("h/x/y").files, ".terraform/modules/modules.json": listed}, "main.tf:")


def restored(name: str, to: str) -> Row:
    return module("br:h.io/m:1.0.0")._replace(links={f"r/{name}": to}, options=("--restored-modules", "r"))


OURS = {"ours/OUR002-x.yaml": POLICY.replace(CANARY, "x")}


ROWS: dict[str, Row] = {
    # Bicep's modules
    "module": module("../out/hub.bicep"),
    "module by a detour": module("a/b/../../../out/hub.bicep"),
    "module far above": module("../../../../../../../../../../../../OUT/hub.bicep"),
    "module absolute": module("OUT/hub.bicep"),
    "module file://": module("file://OUT/hub.bicep"),
    "module of a share": module("//server/share/hub.bicep"),
    "module of a share, backwards": module(r"\\\\server\\share\\hub.bicep"),
    "module backwards": module(r"..\\out\\hub.bicep"),
    "module of a drive": module("C:/out/hub.bicep"),
    "module of a drive, backwards": module(r"C:..\\out\\hub.bicep"),
    "module in percents": module("%2e%2e/out/hub.bicep"),
    "module in percents, twice": module("..%252fout/hub.bicep"),
    "module in a wide dot": module("\uff0e\uff0e/out/hub.bicep"),
    "module by a device": module("//?/OUT/hub.bicep"),
    "module with NUL": module("../out/hub.bicep\\u{0}.bicep"),
    "module br:": module("br:h.io/../../out/hub:1.0.0"),
    "module br/public:": module("br/public:../../../out/hub:1.0.0"),
    "module ts:": module("ts:../../../out/hub/x:1.0.0"),
    "module https": module("https://example.com/hub.bicep"),
    "module in capitals": module("../OUT/HUB.BICEP"),
    "module by a linked file": module("hub.bicep")._replace(links={"hub.bicep": "../out/hub.bicep"}),
    "module by a linked folder": module("m/hub.bicep")._replace(links={"m": "../out"}),
    "module by a chain of links": module("a.bicep")._replace(
        links={"a.bicep": "b.bicep", "b.bicep": "m/hub.bicep", "m": "../out"}
    ),
    "a linked template alone": Row({"x.bicep": PARAMETER}, "hub.bicep", {"hub.bicep": "../out/hub.bicep"}, exits=(1,)),
    "a chain of links alone": Row(
        {"x.bicep": PARAMETER}, "a.bicep", {"a.bicep": "m/hub.bicep", "m": "../out"}, exits=(1,)
    ),
    "import": bicep("other", "import { mode as other } from '../out/types.bicep'\n"),
    "import of all": bicep("t.mode", "import * as t from 'OUT/types.bicep'\n"),
    # what Bicep loads
    "loadTextContent": bicep("loadTextContent('../out/secret.txt')"),
    "loadTextContent absolute": bicep("loadTextContent('OUT/secret.txt')"),
    "loadTextContent backwards": bicep(r"loadTextContent('..\\out\\secret.txt')"),
    "loadTextContent of the system": bicep("loadTextContent('/etc/passwd')"),
    "loadTextContent of a process": bicep("loadTextContent('/proc/self/environ')"),
    "loadTextContent by a link": bicep("loadTextContent('link.txt')")._replace(links={"link.txt": "../out/secret.txt"}),
    "loadTextContent below a link": bicep("loadTextContent('m/secret.txt')")._replace(links={"m": "../out"}),
    "loadTextContent above a link": bicep("loadTextContent('m/../secret.txt')")._replace(links={"m": "../out/tf"}),
    "loadJsonContent": bicep("loadJsonContent('../out/secret.json').mode"),
    "loadJsonContent of a part": bicep("loadJsonContent('../out/secret.json', 'mode')"),
    "loadYamlContent": bicep("loadYamlContent('../out/secret.yaml').mode"),
    "loadFileAsBase64": bicep("loadFileAsBase64('../out/secret.txt')"),
    "loadDirectoryFileInfo": bicep("loadDirectoryFileInfo('../out', '*')[0].baseName"),
    # Terraform
    "source": source("../out/tf"),
    "source absolute": source("OUT/tf"),
    "source file://": source("file://OUT/tf"),
    "source git::": source("git::file://OUT/tf"),
    "source https": source("https://example.com/tf.zip"),
    "source of a drive": source(r"C:\\out\\tf"),
    "source backwards": source(r"..\\out\\tf"),
    "source by a linked folder": source("./m")._replace(links={"m": "../out/tf"}),
    "source of a linked file": Row(
        {**source("./m").files, "m/x.tf": 'variable "a" {}\n'}, "m/main.tf", {"m/main.tf": "../../out/tf/main.tf"}
    ),
    "file": azurerm('file("../out/secret.txt")'),
    "file by path.module": azurerm('file("${path.module}/../out/secret.txt")'),
    "file by path.root": azurerm('file("${path.root}/../out/secret.txt")'),
    "file absolute": azurerm('file("OUT/secret.txt")'),
    "file by a link": azurerm('file("link.txt")')._replace(links={"link.txt": "../out/secret.txt"}),
    "file below a link": azurerm('file("m/secret.txt")')._replace(links={"m": "../out"}),
    "file of a process": azurerm('file("/proc/self/environ")'),
    "fileexists": azurerm('fileexists("../out/secret.txt") ? "Disabled" : "AllowInternetOutbound"'),
    "filebase64": azurerm('filebase64("../out/secret.txt")'),
    "filesha256": azurerm('filesha256("../out/secret.txt")'),
    "filemd5": azurerm('filemd5("OUT/secret.txt")'),
    "filebase64sha512": azurerm('filebase64sha512("../out/secret.txt")'),
    "templatefile": azurerm('templatefile("../out/secret.tftpl", { x = 1 })'),
    "jsondecode": azurerm('jsondecode(file("../out/secret.json")).mode'),
    "fileset": azurerm('tolist(fileset("../out", "*"))[0]'),
    "fileset by its pattern": azurerm('tolist(fileset(".", "../out/*"))[0]'),
    "fileset of a link": azurerm('tolist(fileset("m", "*"))[0]')._replace(links={"m": "../out"}),
    "fileset with a link in it": azurerm('tolist(fileset(".", "m/*"))[0]')._replace(links={"m": "../out"}),
    "linked tfvars": azurerm("var.mode")._replace(
        links={"terraform.tfvars": "../out/tf/terraform.tfvars"}, says="terraform.tfvars", exits=(1,)
    ),
    "linked tfvars of each run": azurerm("var.mode")._replace(
        links={"x.auto.tfvars": "../out/tf/terraform.tfvars"}, says="x.auto.tfvars", exits=(1,)
    ),
    "a list of modules": manifest("../out/tf"),
    "a list of modules, absolute": manifest("OUT/tf"),
    "a list of modules, backwards": manifest("..\\out\\tf"),
    "a list of modules, by a link": manifest(".terraform/m")._replace(links={".terraform/m": "../../out/tf"}),
    "a linked list of modules": source("h/x/y")._replace(
        links={".terraform/modules/modules.json": "../../../out/secret.json"}
    ),
    "a linked .terraform": source("h/x/y")._replace(links={".terraform": "../out"}),
    # parameter files
    "using": given("using '../out/hub.bicep'\n")._replace(says="main.bicep:"),
    "using absolute": given("using 'OUT/hub.bicep'\n")._replace(says="main.bicep:"),
    "extends": given("using 'main.bicep'\nextends '../out/base.bicepparam'\n"),
    "import in parameters": given(
        "using 'main.bicep'\nimport { mode as m } from '../out/types.bicep'\nparam mode = m\n"
    ),
    "loads in parameters": given("using 'main.bicep'\nparam mode = loadTextContent('../out/secret.txt')\n"),
    "linked parameters": Row({"main.bicep": PARAMETER}, "p.bicepparam", {"p.bicepparam": "../out/p.bicepparam"}),
    "parameters that are asked for": Row(
        {"main.bicep": PARAMETER},
        "mnlint: ../out/given.json:1:1: no file",
        {},
        ("--parameters", "../out/given.json"),
        (2,),
    ),
    "linked parameters that are asked for": Row(
        {"main.bicep": PARAMETER},
        "mnlint: g.json:1:1: no file",
        {"g.json": "../out/given.json"},
        ("--parameters", "g.json"),
        (2,),
    ),
    # ARM, Azure ML
    "templateLink relative": linked(relativePath="../out/hub.json"),
    "templateLink backwards": linked(relativePath="..\\out\\hub.json"),
    "templateLink file://": linked(uri="file://OUT/hub.json"),
    "templateLink absolute": linked(relativePath="OUT/hub.json"),
    "templateLink https": linked(uri="https://example.com/hub.json"),
    "templateLink id": linked(id="../../out/hub.json"),
    "a linked template of ARM": linked(relativePath="hub.json")._replace(links={"hub.json": "../out/hub.json"}),
    "a linked workspace": Row({"main.bicep": PARAMETER}, "ws.yml", {"ws.yml": "../out/ws.yml"}),
    # settings
    "policy-folders": settings("policy-folders: [../out/policies]"),
    "policy-folders by a link": settings("policy-folders: [ours]")._replace(links={"ours": "../out/policies"}),
    "a linked policy": settings("policy-folders: [ours]")._replace(
        links={"ours/OUR001-x.yaml": "../../out/policies/OUR001-x.yaml"},
        says="mnlint: ROOT/ours/OUR001-x.yaml:1:1: a link",
    ),
    "a linked list of policies": settings("policy-folders: [ours]", **OURS)._replace(
        links={"ours/lists/x.yaml": "../../../out/list.yaml"},
        says="mnlint: ROOT/ours/lists/x.yaml:1:1: a link that leads out",
    ),
    "a linked folder of lists": settings("policy-folders: [ours]", **OURS)._replace(
        links={"ours/lists": "../../out/policies/lists"}, says="mnlint: ROOT/ours/lists:1:1: a link that leads out"
    ),
    "baseline": settings("baseline: ../out/baseline.json"),
    "baseline by a link": settings("baseline: b.json")._replace(links={"b.json": "../out/baseline.json"}),
    "lists": settings("lists: {service-tags: {extend: ../out/list.yaml}}"),
    "lists by a link": settings("lists: {service-tags: {extend: l.yaml}}")._replace(
        links={"l.yaml": "../out/list.yaml"}
    ),
    "parameters of settings": settings("parameters: {main.bicep: [../out/given.json]}"),
    "linked settings": settings("")._replace(
        files={"x.bicep": PARAMETER}, links={".mnlint.yaml": "../out/settings.yaml"}
    ),
    "linked settings of Python": Row({"main.bicep": PARAMETER}, "", {"pyproject.toml": "../out/settings.toml"}),
    # registries
    "a linked alias": module("br/x:hub:1.0.0")._replace(links={"bicepconfig.json": "../out/bicepconfig.json"}),
    "an alias to a folder": Row(
        {
            **module("br/x:hub:1.0.0").files,
            "bicepconfig.json": '{"moduleAliases": {"br": {"x": {"registry": "../../out", "modulePath": ".."}}}}',
        },
        "main.bicep:",
    ),
    **{
        f"a linked file that is named, {option}": Row(
            {"main.bicep": PARAMETER},
            f"mnlint: {name}:1:1: a link",
            {name: f"../out/{to}"},
            (f"--{option}", name),
            (2,),
        )
        for option, name, to in (
            ("config", "s.yaml", "settings.yaml"),
            ("policy-lock", "s.yaml", "settings.yaml"),
            ("baseline", "b.json", "baseline.json"),
            ("policies", "ours", "policies"),
            ("restored-modules", "r", ""),
        )
    },
    "restored modules by a linked host": restored("br/h.io", "../../../out/br/h.io"),
    "restored modules by a linked scheme": restored("br", "../../out/br"),
    "a restored module that is a link": restored("br/h.io/m/1.0.0$", "../../../../../out/br/h.io/m/1.0.0$"),
    "a restored template that is a link": restored(
        "br/h.io/m/1.0.0$/main.json", "../../../../../../out/br/h.io/m/1.0.0$/main.json"
    ),
}
FORMATS = ("text", "json", "sarif", "gitlab", "github", "azure", "junit", "markdown", "concise")
SECRET = f"{CANARY}\n".encode()
LEAKS = [
    CANARY,
    base64.b64encode(SECRET).decode()[:20],
    *(hashlib.new(name, SECRET).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")),
    base64.b64encode(hashlib.sha512(SECRET).digest()).decode()[:20],
    "root:x:0:0",  # of /etc/passwd
]


def tree(row: Row, folder: Path) -> Path:
    """The root, with what lies outside beside it."""
    for name, text in OUT.items():
        (folder / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "out" / name).write_text(text, "utf-8")
    root = folder / "root"
    for name, text in row.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.replace("OUT", str(folder / "out")), "utf-8")
    for name, to in row.links.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(to)
    return root


@pytest.mark.parametrize("name", ROWS)
def test_nothing_outside_is_opened(
    name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    row = ROWS[name]
    root = tree(row, tmp_path)
    (root / ".git").mkdir()
    outputs = [word for form in FORMATS for word in ("--output", f"{form}=../said/{form}")]
    (tmp_path / "said").mkdir()
    done = mnlint("check", *row.options, *outputs, cwd=root)
    facts = mnlint("facts", *([] if "--baseline" in row.options else row.options), cwd=root)
    assert done.exit_code in row.exits, done.output
    written = {path.name: path.read_text("utf-8") for path in (tmp_path / "said").iterdir()}
    assert [leak for leak in LEAKS if leak in "".join((done.output, facts.output, *written.values()))] == []
    inside = (f"{root}/", f"{tmp_path}/said")
    assert [path for path in watch.opened() if not f"{path}/".startswith(inside)] == []
    lines = (written.get("concise", "") + done.stderr).replace(str(root), "ROOT").splitlines()
    assert any(line.startswith(row.says) for line in lines), lines
    tried("T8", 1)


def test_at_least_as_many_as_are_promised() -> None:
    assert len(ROWS) >= least("T8")


def test_a_parameter_file_opens_nothing_around_it(mnlint: Program, tmp_path: Path) -> None:
    """Without a repository, too: a link opens nothing, and no file the whole disk."""
    root = tree(ROWS["linked parameters that are asked for"], tmp_path)
    for file in ("g.json", "/dev/null"):
        done = mnlint("check", "--parameters", file, cwd=root)
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        assert f"mnlint: {file}:1:1: no file that can be read inside of {root}" in done.stderr
    assert {path for path in watch.opened() if not path.startswith(f"{root}/")} <= {str(root)}


READABLE = [
    *("module", "module by a detour", "loadTextContent", "loadJsonContent", "loadYamlContent", "source", "file"),
    *("templatefile", "jsondecode", "extends", "templateLink relative", "import", "loads in parameters"),
]


@pytest.mark.parametrize("name", READABLE)
def test_inside_of_the_boundary_it_is_read(name: str, mnlint: Program, tmp_path: Path) -> None:
    """Else nothing would be shown by not finding it."""
    root = tree(ROWS[name], tmp_path)
    with pytest.raises(AssertionError, match=CANARY):
        mnlint("facts", "--boundary", "..", cwd=root)
