"""Modules of registries: which text a name stands for, and that no name leads out of the folders that were given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mnlint import catalogue, discover, formats, registry
from mnlint.model.expr import Template
from mnlint.registry import Text

WORKSPACE = "avm/res/machine-learning-services/workspace"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
COMPILED = f'{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "resources": []}}'.encode()
TABLE = catalogue.shipped() / "modules"


def restore(root: Path, *parts: str, content: bytes = COMPILED) -> Path:
    """A folder laid out as Bicep's cache, with one module in it."""
    folder = root.joinpath(*parts)
    folder.mkdir(parents=True)
    (folder / "main.json").write_bytes(content)
    return root


def answer(source: str, restored: Path | None = None, caller: str = "main.bicep", **data: bytes) -> Text | str:
    files = {name.replace("__", "/").replace("_json", ".json"): content for name, content in data.items()}
    return registry.texts(TABLE, restored, files, 100_000)(caller, source)


# ── well-known modules ──


@pytest.mark.parametrize(
    ("source", "known"),
    [
        (f"br/public:{WORKSPACE}:0.5.0", True),
        (f"br:mcr.microsoft.com/bicep/{WORKSPACE}:0.5.0", True),  # what `public` stands for
        (f"br:MCR.Microsoft.com/bicep/{WORKSPACE}:0.5.0", True),  # a host has no case
        (f"br/public:{WORKSPACE}:0.14.0", True),  # the last one known
        (f"br/public:{WORKSPACE}:0.14.1", False),  # newer: nobody has looked
        (f"br/public:{WORKSPACE}:latest", False),
        (f"br/public:{WORKSPACE}@sha256:{'0' * 64}", False),  # any version may be behind it
        (f"br/other:{WORKSPACE}:0.5.0", False),  # an alias that nobody declares
        (f"br:example.azurecr.io/bicep/{WORKSPACE}:0.5.0", False),  # somebody else's
        (f"./{WORKSPACE}/main.bicep", False),
    ],
)
def test_well_known_modules(source: str, known: bool) -> None:
    assert isinstance(answer(source), Text) is known


def test_versions_are_compared_as_numbers() -> None:
    """0.10.0 comes after 0.9.0: connections are read there, which 0.6.0 does not have."""
    newer, older = answer(f"br/public:{WORKSPACE}:0.10.0"), answer(f"br/public:{WORKSPACE}:0.6.0")
    assert isinstance(newer, Text)
    assert isinstance(older, Text)
    assert b"param connections" in newer.data
    assert b"param connections" not in older.data


def test_an_unknown_version_says_which_are_known() -> None:
    assert answer(f"br/public:{WORKSPACE}:9.0.0") == "known here from version 0.1.0 to 0.14.0"


# ── names ──

HOSTILE = [
    "br:../../../etc/x:1",
    "br:mcr.microsoft.com/../../x:1.0.0",
    "br/public:../../x:1.0.0",
    "br/public:avm/..:1.0.0",
    "br/public:avm//x:1.0.0",
    "br/public:/etc/x:1.0.0",
    "br/public:avm\\..\\x:1.0.0",
    "br/public:avm/x:../../1.0.0",
    "br/public:avm/x:..",
    "br/public:avm/x@sha256:../../0",
    "br/public:avm/x\0:1.0.0",
    "br/public:avm/x:1.0.0\n",
    "br:mcr.microsoft.com:1.0.0",
    "br:",
    "br/:",
    "br/public:",
    "ts:../../x/y:1",
    "ts:sub/../name:1",
    "ts:sub/group/name:..",
    "ts:sub/group:1",
    "br/public:" + "a/" * 100_000 + "x:1.0.0",
    "br/public:" + "a-" * 200 + ":1.0.0",
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_means_nothing(source: str, tmp_path: Path) -> None:
    restore(tmp_path, "x", "1.0.0$")
    inside = tmp_path / "inside"
    inside.mkdir()
    assert registry.parse(source, {}) is None
    assert isinstance(answer(source, inside), str)


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    outside = restore(tmp_path / "outside", "1.0.0$")
    given = tmp_path / "given"
    (given / "br" / "example.azurecr.io").mkdir(parents=True)
    (given / "br" / "example.azurecr.io" / "hub").symlink_to(outside)
    assert answer("br:example.azurecr.io/hub:1.0.0", given) == ""
    assert isinstance(answer("br:example.azurecr.io/hub:1.0.0", outside), str)


def test_a_device_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "br" / "example.azurecr.io" / "hub" / "1.0.0$"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "main.json")
    assert answer("br:example.azurecr.io/hub:1.0.0", tmp_path) == ""


# ── restored modules ──


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("br:example.azurecr.io/hubs/main:v1", ("br", "example.azurecr.io", "hubs$main", "v1$")),
        ("br:Example.azurecr.io/hubs/main:V1", ("br", "example.azurecr.io", "hubs$main", "V1$1")),  # V is a capital
        ("br:localhost:5000/hub:1.0.0", ("br", "localhost$5000", "hub", "1.0.0$")),
        (f"br:x.io/hub@sha256:{'a' * 64}", ("br", "x.io", "hub", f"sha256#{'a' * 64}")),
        ("br/public:avm/res/x/y:1.0.0", ("br", "mcr.microsoft.com", "bicep$avm$res$x$y", "1.0.0$")),
        ("ts:0000-00/RG/Hub:V1", ("ts", "0000-00", "rg", "hub", "v1")),
    ],
)  # fmt: skip
def test_a_restored_module_is_found_where_bicep_puts_it(source: str, parts: tuple[str, ...], tmp_path: Path) -> None:
    found = answer(source, restore(tmp_path, *parts))
    assert isinstance(found, Text)
    assert (found.data, found.language) == (COMPILED, "arm")
    assert isinstance(answer(source), str), "nothing is read from a folder that was not given"


def test_a_restored_module_comes_before_ours(tmp_path: Path) -> None:
    parts = ("br", "mcr.microsoft.com", "bicep$" + WORKSPACE.replace("/", "$"), "0.5.0$")
    found = answer(f"br/public:{WORKSPACE}:0.5.0", restore(tmp_path, *parts))
    assert isinstance(found, Text)
    assert found.data == COMPILED


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not a template", "the restored one is no template"),
        (COMPILED + b" " * 100_000, "the restored one is larger than 100000 bytes"),
        (COMPILED[:-1], "the restored one cannot be read: "),
    ],
)
def test_a_restored_module_that_cannot_be_read_is_none(content: bytes, why: str, tmp_path: Path) -> None:
    """Ours must not step in: what was restored is what would be deployed."""
    parts = ("br", "mcr.microsoft.com", "bicep$" + WORKSPACE.replace("/", "$"), "0.5.0$")
    texts = registry.texts(TABLE, restore(tmp_path, *parts, content=content), {}, 100_000)
    found = registry.modules(texts)("main.bicep", f"br/public:{WORKSPACE}:0.5.0")
    assert isinstance(found, str)
    assert found.startswith(why)


# ── aliases ──

CONFIG = b"""{
  // where our modules are
  "moduleAliases": {
    "br": { "ours": { "registry": "example.azurecr.io", "modulePath": "hubs/v2", }, "plain": { "registry": "x.io" } },
    "ts": { "specs": { "subscription": "sub", "resourceGroup": "Group" } }
  }
}"""


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("br/ours:main:1.0.0", ("br", "example.azurecr.io", "hubs$v2$main", "1.0.0$")),
        ("br/plain:main:1.0.0", ("br", "x.io", "main", "1.0.0$")),
        ("ts/specs:hub:1", ("ts", "sub", "group", "hub", "1")),
    ],
)
def test_aliases_of_the_nearest_bicepconfig(source: str, parts: tuple[str, ...], tmp_path: Path) -> None:
    restored = restore(tmp_path, *parts)
    assert isinstance(answer(source, restored, "deploy/main.bicep", bicepconfig_json=CONFIG), Text)
    assert isinstance(answer(source, restored, "deploy/main.bicep", deploy__bicepconfig_json=CONFIG), Text)
    nearer = {"bicepconfig_json": CONFIG, "deploy__bicepconfig_json": b"{}"}
    assert isinstance(answer(source, restored, "deploy/main.bicep", **nearer), str), "only the nearest one counts"
    assert isinstance(answer(source, restored, "deploy/main.bicep", other__bicepconfig_json=CONFIG), str)


def test_public_can_be_somebody_elses() -> None:
    """Then ours says nothing of it."""
    config = b'{"moduleAliases": {"br": {"public": {"registry": "example.azurecr.io", "modulePath": "bicep"}}}}'
    assert isinstance(answer(f"br/public:{WORKSPACE}:0.5.0", bicepconfig_json=config), str)


@pytest.mark.parametrize(
    "config",
    [
        b"{",
        b"\xff\xff",
        b'{"moduleAliases": {"br": {"public": {"registry": "..", "modulePath": "../.."}}}}',
        b'{"moduleAliases": {"br": {"public": {"registry": 7}}}}',
        b'{"moduleAliases": {"br": {"public": []}}}',
    ],
)
def test_an_odd_bicepconfig_makes_its_alias_unknown(config: bytes) -> None:
    assert isinstance(answer(f"br/public:{WORKSPACE}:0.5.0", bicepconfig_json=config), str)


@pytest.mark.parametrize("config", [b"[]", b'{"moduleAliases": 7}', b'{"moduleAliases": {"br": [1]}}'])
def test_a_bicepconfig_without_aliases_leaves_public_as_it_is(config: bytes) -> None:
    assert isinstance(answer(f"br/public:{WORKSPACE}:0.5.0", bicepconfig_json=config), Text)


# ── which files matter ──


def test_a_file_leads_to_what_its_modules_hold() -> None:
    data = {
        "hub.bicep": f"module hub 'br/public:{WORKSPACE}:0.5.0' = {{}}".encode(),
        "ai.bicep": b"module ai 'br/public:avm/ptn/ai-platform/baseline:0.8.0' = {}",
        "utf16.bicep": "module ai 'br/public:avm/ptn/ai-platform/baseline:0.8.0' = {}".encode("utf-16"),
        "data.bicep": b"module data 'br/public:avm/res/storage/storage-account:0.20.0' = {}",
        "other.bicep": b"module other 'br/public:avm/res/network/virtual-network:0.20.0' = {}",
        "main.tf": b"source = 'br/public:avm/ptn/ai-platform/baseline:0.8.0'",
    }
    texts = registry.texts(TABLE, None, data, 100_000)
    assert registry.leading(looked_at(data), texts, [b"machine-learning"]) == {"hub.bicep", "ai.bicep", "utf16.bicep"}


SCHEMA = b'{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", '


def looked_at(data: dict[str, bytes]) -> discover.Seen:
    return discover.look(data, formats.language_of, [])


def test_what_files_name_and_nobody_can_read() -> None:
    linked = SCHEMA + b'"x": {"templateLink": {"id": "/subscriptions/0/templateSpecs/hub"}}}'
    data = {
        "known.bicep": f"module hub 'br/public:{WORKSPACE}:0.5.0' = {{}}".encode(),
        "own.bicep": b"module hub 'br:example.azurecr.io/hub:1.0.0' = {}\nmodule here 'hub.bicep' = {}",
        "main.tf": b'module "m" {}\nsource = "git::https://example.com/hub.git"\nsource = "hashicorp/azurerm"',
        "main.json": linked,
        "notes.md": b"'br:example.azurecr.io/other:1.0.0'",
    }
    found = registry.unread(looked_at(data), registry.texts(TABLE, None, data, 100_000))
    link = '"id": "/subscriptions/0/templateSpecs/hub"'
    assert found == {"br:example.azurecr.io/hub:1.0.0", "git::https://example.com/hub.git", link}


def test_every_read_is_made_once(tmp_path: Path) -> None:
    modules = registry.modules(registry.texts(TABLE, None, {}, 100_000))
    first = modules("a.bicep", f"br/public:{WORKSPACE}:0.5.0")
    assert isinstance(first, Template)
    assert modules("b.bicep", f"br:mcr.microsoft.com/bicep/{WORKSPACE}:0.5.0") is first
