"""Expressions made to cost much, in every language and through the whole program: each ends soon, and doubt is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import Program
from mnlint.model import limits
from threats import least

MOST = 10.0  # seconds of a slow machine's processor; here the dearest takes one
# An ordinary run takes a fifth of the limit, and so of the time; a long run, what a user has.
HOW_MANY = pytest.mark.parametrize("most", ["100000", pytest.param("500000", marks=pytest.mark.lab)])
RANGE = "range(0, 9999)"
HUB = "Microsoft.MachineLearningServices/workspaces"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

# What each language declares besides, and the isolation mode: a text that nobody can tell without the bomb.
BICEP = {
    "a text that doubles": ("", "reduce(range(0, 60), 'a', (c, n) => '${c}${c}')"),
    "variables that double": (
        "var v0 = 'ab'\n" + "".join(f"var v{n} = '${{v{n - 1}}}${{v{n - 1}}}'\n" for n in range(1, 60)),
        "v59",
    ),
    "lists that double": (
        "var v0 = ['ab']\n" + "".join(f"var v{n} = concat(v{n - 1}, v{n - 1})\n" for n in range(1, 60)),
        "string(length(v59))",
    ),
    "a loop over a billion": ("var v = [for i in range(0, 1000000000): i]", "string(length(v))"),
    "loops in loops": (
        "",
        f"string(length(map({RANGE}, i => map({RANGE}, j => map({RANGE}, k => k)))))",
    ),
    "a function that calls itself": ("func f(n int) string => '${f(n + 1)}x'", "f(0)"),
    "functions that call each other twice": (
        "func f(n int) string => '${g(n)}${g(n + 1)}'\nfunc g(n int) string => '${f(n)}${f(n + 1)}'",
        "f(0)",
    ),
    "functions of functions": (
        "func f0(n int) string => 'x${n}'\n"
        + "".join(f"func f{k}(n int) string => '${{f{k - 1}(n)}}${{f{k - 1}(n + 1)}}'\n" for k in range(1, 40)),
        "f39(0)",
    ),
    "variables in a circle": ("var a = '${b}x'\nvar b = '${c}y'\nvar c = '${a}z'", "a"),
    "many slow variables": (
        "".join(f"var v{k} = length(map(range(0, 9999), i => '${{i}}-${{i + {k}}}'))\n" for k in range(60)),
        "string(" + " + ".join(f"v{k}" for k in range(60)) + ")",
    ),
    "a chain of 400 variables": (
        "var v0 = 'Disabled'\n" + "".join(f"var v{n} = toLower(v{n - 1})\n" for n in range(1, 400)),
        "v399",
    ),
}
ARM: dict[str, tuple[dict[str, Any], str]] = {
    "texts that double": (
        {"v0": "ab", **{f"v{n}": f"[concat(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 60)}},
        "[variables('v59')]",
    ),
    "lists that double": (
        {
            "v0": ["ab"],
            **{f"v{n}": f"[concat(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 60)},
        },
        "[string(variables('v59'))]",
    ),
    "a list of lists that doubles": (
        {
            "v0": ["ab"],
            **{f"v{n}": f"[createArray(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 60)},
        },
        "[string(variables('v59'))]",
    ),
    "a copy of a billion": (
        {"copy": [{"name": "v", "count": 1_000_000_000, "input": "[copyIndex('v')]"}]},
        "[string(length(variables('v')))]",
    ),
    "a range of a billion": ({}, "[string(length(range(0, 1000000000)))]"),
    "lambdas in lambdas": (
        {},
        f"[string(length(map({RANGE}, lambda('i', map({RANGE}, lambda('j', map({RANGE}, lambda('k', 1))))))))]",
    ),
    "variables in a circle": (
        {"a": "[concat(variables('b'), 'x')]", "b": "[concat(variables('a'), 'y')]"},
        "[variables('a')]",
    ),
    "a wide format": ({}, "[format('{0,2147483647}', 'x')]"),
    "a chain of 400 variables": (
        {"v0": "Disabled", **{f"v{n}": f"[toLower(variables('v{n - 1}'))]" for n in range(1, 400)}},
        "[variables('v399')]",
    ),
}
TERRAFORM = {
    "texts that double": (
        'locals {\n  v0 = "ab"\n'
        + "".join(f'  v{n} = "${{local.v{n - 1}}}${{local.v{n - 1}}}"\n' for n in range(1, 60))
        + "}",
        "local.v59",
    ),
    "lists that double": (
        'locals {\n  v0 = ["ab"]\n'
        + "".join(f"  v{n} = concat(local.v{n - 1}, local.v{n - 1})\n" for n in range(1, 60))
        + "}",
        "tostring(length(local.v59))",
    ),
    "a loop over a billion": ("locals {\n  v = [for i in range(0, 1000000000) : i]\n}", "tostring(length(local.v))"),
    "a loop over 1,024": (  # range() takes no more
        "locals {\n  v = [for i in range(1024) : [for j in range(1024) : [for k in range(1024) : k]]]\n}",
        "tostring(length(flatten(local.v)))",
    ),
    "a product of sets": (
        "locals {\n  v = setproduct(range(1000), range(1000), range(1000))\n}",
        "tostring(length(local.v))",
    ),
    "locals in a circle": ('locals {\n  a = "${local.b}x"\n  b = "${local.a}y"\n}', "local.a"),
    "a chain of 400 locals": (
        'locals {\n  v0 = "Disabled"\n' + "".join(f"  v{n} = lower(local.v{n - 1})\n" for n in range(1, 400)) + "}",
        "local.v399",
    ),
    "a text that is joined": (
        'locals {\n  v = join(format("%9999s", "x"), [for i in range(1000) : "x"])\n}',
        "local.v",
    ),
    "a pattern that goes back": (
        'locals {\n  v = regex("^(a+)+$", format("%s!", join("", [for i in range(1000) : "aaaaa"])))\n}',
        "local.v[0]",
    ),
}
# Declarations that exist too often, with the files beside them.
HUBS = f"resource hub '{HUB}@2024-10-01' = [for i in range(0, %s): {{"
MANY = "\n  name: 'hub${i}'\n  kind: 'Hub'\n  properties: { managedNetwork: { isolationMode: 'Disabled' } }\n}]\n"
EVERY = """resource "azurerm_machine_learning_workspace" "hub" {
  %s
  name = "hub"
  kind = "Hub"
  managed_network {
    isolation_mode = "Disabled"
  }
}
"""
MODULES = "param n int\nmodule m '%s.bicep' = [for i in range(0, 199): { name: 'm${n}-${i}', params: { n: n + i } }]\n"
COPY: dict[str, Any] = {
    "type": HUB,
    "apiVersion": "2024-10-01",
    "name": "[format('hub{0}', copyIndex())]",
    "kind": "Hub",
    "copy": {"name": "hubs", "count": 1_000_000_000},
    "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
}
OFTEN = {
    "Bicep: a billion resources": {"main.bicep": HUBS % "1000000000" + MANY},
    "ARM: a billion resources": {"main.json": json.dumps({"$schema": SCHEMA, "resources": [COPY]})},
    "Terraform: a billion by count": {"main.tf": EVERY % "count = 1000000000"},
    "Terraform: a million by for_each": {
        "main.tf": EVERY % 'for_each = toset([for n in setproduct(range(1000), range(1000)) : join("-", n)])'
    },
    "Bicep: modules in loops of modules": {
        "main.bicep": MODULES.replace("param n int", "var n = 0") % "a",
        "a.bicep": MODULES % "b",
        "b.bicep": MODULES % "c",
        "c.bicep": f"param n int\nresource hub '{HUB}@2024-10-01' = {{\n  name: 'hub${{n}}'\n  kind: 'Hub'\n}}\n",
    },
}


def in_bicep(declared: str, mode: str) -> tuple[str, str]:
    hub = f"{{\n  name: 'hub'\n  kind: 'Hub'\n  properties: {{ managedNetwork: {{ isolationMode: {mode} }} }}\n}}"
    return "main.bicep", f"{declared}\nresource hub '{HUB}@2024-10-01' = {hub}\n"


def in_arm(declared: dict[str, Any], mode: str) -> tuple[str, str]:
    properties = {"managedNetwork": {"isolationMode": mode}}
    hub = {"type": HUB, "apiVersion": "2024-10-01", "name": "hub", "kind": "Hub", "properties": properties}
    made = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "variables": declared, "resources": [hub]}
    return "main.json", json.dumps(made)


def in_terraform(declared: str, mode: str) -> tuple[str, str]:
    inside = f'  name = "hub"\n  kind = "Hub"\n  managed_network {{\n    isolation_mode = {mode}\n  }}\n'
    return "main.tf", f'{declared}\nresource "azurerm_machine_learning_workspace" "hub" {{\n{inside}}}\n'


BOMBS: dict[str, tuple[str, str]] = {
    **{f"Bicep: {name}": in_bicep(*parts) for name, parts in BICEP.items()},
    **{f"ARM: {name}": in_arm(*arm) for name, arm in ARM.items()},
    **{f"Terraform: {name}": in_terraform(*parts) for name, parts in TERRAFORM.items()},
}

# Why the mode is not known. Most often it is a limit; a circle is one, and some are what the language stops at.
LIMIT = {"LIMIT"}
CAUSES = {
    "Bicep: variables in a circle": {"CYCLE"},
    "ARM: variables in a circle": {"CYCLE"},
    "Terraform: locals in a circle": {"CYCLE"},
    "ARM: a wide format": {"UNEXPECTED_TYPE"},
    "Terraform: a loop over a billion": {"UNEXPECTED_TYPE"},  # range() makes 1,024 numbers at most
    "Terraform: a text that is joined": {"UNEXPECTED_TYPE"},  # join() makes none of so many characters
    "Terraform: a pattern that goes back": {"UNEXPECTED_TYPE"},  # it does not match
}


def checked(mnlint: Program, folder: Path, files: Mapping[str, str], most: str) -> dict[str, Any]:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    begun = time.process_time()
    done = mnlint("check", "--max-evaluations", most, "--output", "json", ".", cwd=folder)
    spent = time.process_time() - begun
    assert done.exit_code in (0, 1), done.output
    assert spent < MOST
    said: dict[str, Any] = json.loads(done.stdout)
    limits = [finding["message"] for finding in said["findings"] if finding["policy"] == "MN912"]
    assert len(limits) == len(set(limits)) <= 3, "each limit is told once"
    assert done.exit_code == int(any(finding["severity"] == "error" for finding in said["findings"]))
    return said


@HOW_MANY
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_soon_in_a_doubt_that_is_told(
    bomb: str, most: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    said = checked(mnlint, tmp_path, dict([BOMBS[bomb]]), most)
    causes = {doubt["cause"] for doubt in said["doubts"] if "MN001" in {j["policy"] for j in doubt["judgements"]}}
    assert causes == CAUSES.get(bomb, LIMIT)
    tried("T6", 1)


@HOW_MANY
@pytest.mark.parametrize("bomb", OFTEN)
def test_what_exists_too_often_is_seen_once_or_is_undecided(
    bomb: str, most: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    said = checked(mnlint, tmp_path, OFTEN[bomb], most)
    policies = {finding["policy"] for finding in said["findings"]}
    if bomb == "Bicep: modules in loops of modules":
        assert "MN912" in policies
        assert {doubt["cause"] for doubt in said["doubts"]} <= {"LIMIT"}
    else:
        assert "MN001" in policies, "one stands for all"
    tried("T6", 1)


def test_a_long_run_has_the_limit_of_users() -> None:
    assert limits.EVALUATIONS == 500_000


def test_there_are_as_many_as_the_page_promises() -> None:
    assert len(BOMBS) + len(OFTEN) >= least("T6")
