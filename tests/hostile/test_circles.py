"""Modules, imports, types and values in circles come to an end that is told; what is called often is entered once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import Program
from threats import least

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: MODE } }
}
"""
CLEAN = HUB.replace("MODE", "'AllowOnlyApprovedOutbound'")
AZURERM = """\
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = "AllowOnlyApprovedOutbound" }
}
"""
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
WORKSPACE = {
    "type": "Microsoft.MachineLearningServices/workspaces",
    "apiVersion": "2024-10-01",
    "name": "hub",
    "properties": {"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}},
}


def bicep(*paths: str) -> str:
    return "".join(f"module m{at} '{path}' = {{ name: 'm{at}' }}\n" for at, path in enumerate(paths))


def terraform(*paths: str) -> str:
    return "".join(f'module "m{at}" {{\n  source = "{path}"\n}}\n' for at, path in enumerate(paths))


def deployment(at: int, **properties: object) -> dict[str, object]:
    given = {"mode": "Incremental", **properties}
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": f"m{at}",
        "properties": given,
    }


def arm(*paths: str, more: tuple[object, ...] = ()) -> str:
    calls = [deployment(at, templateLink={"relativePath": path}) for at, path in enumerate(paths)]
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [*calls, *more]})


NESTED = deployment(
    0, template={"$schema": SCHEMA, "resources": [deployment(1, templateLink={"relativePath": "b.json"})]}
)
LOOP = {"copy": {"name": "c", "count": 3}}
# Files, and how the circle is told: the files in the order in which they call each other.
CIRCLES: dict[str, tuple[Mapping[str, str], str]] = {
    "Bicep, itself": ({"a.bicep": bicep("a.bicep") + CLEAN}, "a.bicep > a.bicep"),
    "Bicep, itself by a detour": ({"x/a.bicep": bicep("../x/./a.bicep") + CLEAN}, "x/a.bicep > x/a.bicep"),
    "Bicep, two": ({"a.bicep": bicep("b.bicep"), "b.bicep": bicep("a.bicep") + CLEAN}, "a.bicep > b.bicep > a.bicep"),
    "Bicep, three": (
        {"a.bicep": bicep("b.bicep"), "b.bicep": bicep("c.bicep"), "c.bicep": bicep("a.bicep") + CLEAN},
        "a.bicep > b.bicep > c.bicep > a.bicep",
    ),
    "Bicep, entered": (
        {"main.bicep": bicep("a.bicep"), "a.bicep": bicep("b.bicep"), "b.bicep": bicep("a.bicep") + CLEAN},
        "a.bicep > b.bicep > a.bicep",
    ),
    "Bicep, in a loop": (
        {"a.bicep": "module m 'a.bicep' = [for x in range(0, 3): { name: 'm${x}' }]\n" + CLEAN},
        "a.bicep > a.bicep",
    ),
    "Bicep, each twice": (
        {"a.bicep": bicep("b.bicep", "b.bicep"), "b.bicep": bicep("a.bicep", "a.bicep") + CLEAN},
        "a.bicep > b.bicep > a.bicep",
    ),
    "Bicep, twenty": (
        {f"{at:02}.bicep": bicep(f"{(at + 1) % 20:02}.bicep") + (CLEAN if at == 9 else "") for at in range(20)},
        "00.bicep > 01.bicep > 02.bicep > 14 others > 17.bicep > 18.bicep > 19.bicep > 00.bicep",
    ),
    "Bicep and ARM": (
        {"a.bicep": bicep("b.json") + CLEAN, "b.json": arm("a.json"), "a.json": arm("b.json")},
        "b.json > a.json",
    ),
    "Terraform, itself": ({"main.tf": terraform("./.") + AZURERM}, "main.tf > main.tf"),
    "Terraform, two": (
        {"main.tf": terraform("./m") + AZURERM, "m/main.tf": terraform("../")},
        "main.tf > m/main.tf > main.tf",
    ),
    "Terraform, three": (
        {"a/x.tf": terraform("../b") + AZURERM, "b/x.tf": terraform("../c"), "c/x.tf": terraform("../a")},
        "a/x.tf > b/x.tf > c/x.tf > a/x.tf",
    ),
    "Terraform, count": (
        {"main.tf": 'module "m" {\n  source = "./m"\n  count  = 2\n}\n' + AZURERM, "m/main.tf": terraform("../")},
        "main.tf > m/main.tf > main.tf",
    ),
    "ARM, itself": ({"a.json": arm("a.json", more=(WORKSPACE,))}, "a.json > a.json"),
    "ARM, two": ({"a.json": arm("b.json", more=(WORKSPACE,)), "b.json": arm("a.json")}, "a.json > b.json > a.json"),
    "ARM, three": (
        {"a.json": arm("b.json", more=(WORKSPACE,)), "b.json": arm("c.json"), "c.json": arm("a.json")},
        "a.json > b.json > c.json > a.json",
    ),
    "ARM, in a nested one": ({"a.json": arm(more=(NESTED, WORKSPACE)), "b.json": arm("a.json")}, "b.json > a.json"),
    "ARM, in a loop": (
        {"a.json": arm(more=({**deployment(0, templateLink={"relativePath": "a.json"}), **LOOP}, WORKSPACE))},
        "a.json > a.json",
    ),
}


def written(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


@pytest.mark.parametrize("name", CIRCLES)
def test_a_circle_of_modules_is_told(
    name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    files, way = CIRCLES[name]
    written(tmp_path, files)
    done = mnlint("check", "--boundary", ".", "--output", "concise", cwd=tmp_path)
    told = [line for line in done.stdout.splitlines() if "error MN912 this module calls itself, " in line]
    assert (done.exit_code, len(told) > 0) == (1, True), done.output
    assert any(way in line for line in told), told
    assert len(told) == len(set(told))
    tried("T16", 1)


# ── what is no module ──

EXPORTED = "@export()\nvar {} = {}\n"
# Files, and what is said: a doubt with its cause, or nothing where the circle says nothing of the setting.
OTHERS: dict[str, tuple[Mapping[str, str], str]] = {
    "variables": ({"a.bicep": "var x = y\nvar y = x\n" + HUB.replace("MODE", "x")}, "refers to itself"),
    "a variable": ({"a.bicep": "var x = x\n" + HUB.replace("MODE", "x")}, "refers to itself"),
    "defaults": (
        {"a.bicep": "param x string = y\nparam y string = x\n" + HUB.replace("MODE", "x")},
        "refers to itself",
    ),
    "functions": ({"a.bicep": "func f(n int) string => f(n)\n" + HUB.replace("MODE", "f(1)")}, "a.bicep:"),
    "functions of each other": (
        {"a.bicep": "func f(n int) string => g(n)\nfunc g(n int) string => f(n)\n" + HUB.replace("MODE", "f(1)")},
        "a.bicep:",
    ),
    "imports": (
        {
            "a.bicep": "import { x } from 'b.bicep'\n" + EXPORTED.format("y", "x") + HUB.replace("MODE", "x"),
            "b.bicep": "import { y } from 'a.bicep'\n" + EXPORTED.format("x", "y"),
        },
        "refers to itself",
    ),
    "an import of itself": (
        {"a.bicep": "import { x as y } from 'a.bicep'\n" + EXPORTED.format("x", "y") + HUB.replace("MODE", "x")},
        "a.bicep:",
    ),
    "imports in a circle of three": (
        {
            "a.bicep": "import { v as w } from 'b.bicep'\n" + EXPORTED.format("v", "w") + HUB.replace("MODE", "w"),
            "b.bicep": "import { v as w } from 'c.bicep'\n" + EXPORTED.format("v", "w"),
            "c.bicep": "import { v as w } from 'a.bicep'\n" + EXPORTED.format("v", "w"),
        },
        "refers to itself",
    ),
    "types": ({"a.bicep": "type a = b\ntype b = a\nparam p a\n" + HUB.replace("MODE", "p")}, "has no value"),
    "a type": ({"a.bicep": "type a = { next: a? }\nparam p a\n" + HUB.replace("MODE", "p.next.mode")}, "a.bicep:"),
    "types of files": (
        {
            "a.bicep": "import { b } from 'b.bicep'\n@export()\ntype a = b\nparam p a\n" + HUB.replace("MODE", "p"),
            "b.bicep": "import { a } from 'a.bicep'\n@export()\ntype b = a\n",
        },
        "has no value",
    ),
    "parameter files": (
        {
            "main.bicep": "param p string\n" + HUB.replace("MODE", "p"),
            "a.bicepparam": "using 'main.bicep'\nextends 'b.bicepparam'\n",
            "b.bicepparam": "using 'main.bicep'\nextends 'a.bicepparam'\n",
        },
        "has no value",
    ),
    "outputs": (
        {
            "main.bicep": "module m 'm.bicep' = { name: 'm', params: { p: m.outputs.o } }\n"
            + HUB.replace("MODE", "m.outputs.o"),
            "m.bicep": "param p string\noutput o string = p\n",
        },
        "refers to itself",
    ),
    "locals": (
        {
            "a.tf": AZURERM.replace('"AllowOnlyApprovedOutbound"', "local.x")
            + "locals {\n  x = local.y\n  y = local.x\n}\n"
        },
        "refers to itself",
    ),
    "outputs of Terraform": (
        {
            "main.tf": AZURERM.replace('"AllowOnlyApprovedOutbound"', "module.m.o")
            + 'module "m" {\n  source = "./m"\n  p = module.m.o\n}\n',
            "m/main.tf": 'variable "p" {}\noutput "o" {\n  value = var.p\n}\n',
        },
        "refers to itself",
    ),
    "variables of ARM": (
        {
            "a.json": json.dumps(
                {
                    "$schema": SCHEMA,
                    "variables": {"x": "[variables('y')]", "y": "[variables('x')]"},
                    "resources": [
                        {**WORKSPACE, "properties": {"managedNetwork": {"isolationMode": "[variables('x')]"}}}
                    ],
                }
            )
        },
        "refers to itself",
    ),
    "a link to itself": (
        {"a.bicep": "var x = loadTextContent('self')\n" + HUB.replace("MODE", "x")},
        "cannot be read here",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_circle_of_others_is_a_doubt(
    name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    files, says = OTHERS[name]
    written(tmp_path, files)
    if "link" in name:
        (tmp_path / "self").symlink_to("self")
    done = mnlint("check", "--boundary", ".", "--output", "concise", cwd=tmp_path)
    assert "please report" not in done.output, done.output
    assert done.exit_code in (0, 1)
    assert any(
        ("undecided MN001" in line or "error MN9" in line) and says in line for line in done.stdout.splitlines()
    ), done.stdout
    tried("T16", 1)


def test_at_least_as_many_as_are_promised() -> None:
    assert len(CIRCLES) + len(OTHERS) + len(DIAMONDS) >= least("T16")


def test_a_link_to_itself_is_another_name_for_nobody(mnlint: Program, tmp_path: Path) -> None:
    """Links are not followed, so that no circle begins; what is called by one is told not to be here."""
    written(tmp_path, {"a.bicep": bicep("self.bicep") + CLEAN, "m/main.tf": terraform("./self") + AZURERM})
    (tmp_path / "self.bicep").symlink_to("a.bicep")
    (tmp_path / "m" / "self").symlink_to(".")
    done = mnlint("check", "--boundary", ".", "--output", "concise", cwd=tmp_path)
    told = [line.split(":")[0] for line in done.stdout.splitlines() if "note MN913 " in line]
    assert (done.exit_code, told) == (0, ["a.bicep", "m/main.tf"]), done.output


# ── diamonds ──

LEVELS = 30
WRONG = HUB.replace("MODE", "'Disabled'")
ENDS = {"bicep": WRONG, "tf": AZURERM.replace("AllowOnlyApprovedOutbound", "Disabled")}
DIAMONDS: dict[str, Callable[[int], tuple[str, str]]] = {
    "Bicep": lambda at: (f"{at:02}.bicep", bicep(*[f"{at + 1:02}.bicep"] * 2) if at < LEVELS else WRONG),
    "Bicep in loops": lambda at: (
        f"{at:02}.bicep",
        f"module m '{at + 1:02}.bicep' = [for x in range(0, 2): {{ name: 'm${{x}}' }}]\n" if at < LEVELS else WRONG,
    ),
    "Bicep with arguments": lambda at: (
        f"{at:02}.bicep",
        "param p string = 'p'\n"
        + "".join(
            f"module m{x} '{at + 1:02}.bicep' = {{ name: 'm{x}', params: {{ p: '${{p}}{x % 1}' }} }}\n"
            for x in range(2)
        )
        if at < LEVELS
        else "param p string\n" + WRONG,
    ),
    "Terraform": lambda at: (f"m{at:02}/main.tf", terraform(*[f"../m{at + 1:02}"] * 2) if at < LEVELS else ENDS["tf"]),
    "Terraform with counts": lambda at: (
        f"m{at:02}/main.tf",
        f'module "m" {{\n  source = "../m{at + 1:02}"\n  count  = 2\n}}\n' if at < LEVELS else ENDS["tf"],
    ),
    "ARM": lambda at: (
        f"{at:02}.json",
        arm(*[f"{at + 1:02}.json"] * 2)
        if at < LEVELS
        else arm(more=({**WORKSPACE, "properties": {"managedNetwork": {"isolationMode": "Disabled"}}},)),
    ),
    "imports": lambda at: (
        f"{at:02}.bicep",
        f"import {{ v as a }} from '{at + 1:02}.bicep'\nimport {{ v as b }} from '{at + 1:02}.bicep'\n"
        "@export()\nvar v = a == b ? a : b\n" + (HUB.replace("MODE", "v") if at == 0 else "")
        if at < LEVELS
        else EXPORTED.format("v", "'Disabled'"),
    ),
    "variables": lambda at: (
        "main.bicep" if at == 0 else f"note{at}.md",
        "".join(f"var v{n} = v{n + 1} == v{n + 1} ? v{n + 1} : v{n + 1}\n" for n in range(LEVELS))
        + f"var v{LEVELS} = 'Disabled'\n"
        + HUB.replace("MODE", "v0")
        if at == 0
        else "",
    ),
}


@pytest.mark.parametrize("name", DIAMONDS)
def test_a_diamond_costs_its_height(
    name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    """A thousand million ways to the one workspace at its end, which is judged."""
    written(tmp_path, dict(DIAMONDS[name](at) for at in range(LEVELS + 1)))
    before = time.process_time()
    done = mnlint("check", "--boundary", ".", "--output", "concise", cwd=tmp_path)
    spent = time.process_time() - before
    assert (done.exit_code, "error MN001" in done.stdout) == (1, True), done.output
    assert spent < 5, "about a fifth of a second is usual"
    tried("T16", 1)
