"""A glimpse says what a whole check says, or nothing: the short way never knows less."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mnlint import glimpse
from mnlint.model.settings import Settings
from mnlint.reading import SUFFIXES

START = (sys.executable, "-c", "from mnlint.start import main; main()")
STORAGE = "resource st 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'st' }\n"
HUB = "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: 'hub' }\n"
SCHEMA = (
    '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}'
)
PLAIN: dict[str, dict[str, str]] = {
    "Bicep": {"main.bicep": STORAGE},
    "several": {"main.bicep": STORAGE, "b/other.bicep": STORAGE, "package.json": "{}", "a.yaml": "name: x\n"},
    "a module that is here": {"main.bicep": "module m 'm/st.bicep' = { name: 'm' }\n", "m/st.bicep": STORAGE},
    "a module above": {"a/main.bicep": "module m '../m/st.bicep' = { name: 'm' }\n", "m/st.bicep": STORAGE},
    "a text that is here": {"main.bicep": "var x = loadJsonContent('x.json')\n", "x.json": "{}"},
    "Terraform": {"main.tf": 'resource "azurerm_storage_account" "st" { name = "st" }\n', "x.tfvars": 'a = "b"\n'},
    "a provider": {"main.tf": 'terraform {\n required_providers {\n x = { source = "hashicorp/azurerm" }\n }\n}\n'},
    "a folder that is here": {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": 'variable "a" {}\n'},
    "a folder above": {"a/main.tf": 'module "m" {\n  source = "../"\n}\n', "main.tf": 'variable "a" {}\n'},
    "JSON alone": {"package.json": '{"name": "x"}'},
    "YAML alone": {"deploy.yml": "kind: Deployment\nmetadata: {}\n"},
    "what nobody looks into": {"main.bicep": STORAGE, "node_modules/x/main.bicep": HUB, ".git/hub.bicep": HUB},
    "what is no template": {"main.bicep": STORAGE, "notes.md": HUB},
    "settings of another folder": {"main.bicep": STORAGE, "x/.mnlint.yaml": "fail-on: warning\n"},
    "a settings file of another tool": {"main.bicep": STORAGE, "pyproject.toml": "[tool.ruff]\n"},
}
NOT_PLAIN: dict[str, dict[str, str]] = {
    "a hub": {"main.bicep": HUB},
    "a hub elsewhere": {"main.bicep": STORAGE, "a/b/hub.bicep": HUB},
    "in UTF-16": {"main.bicep": "\0"},
    "a module that is not here": {"main.bicep": "module m 'm/st.bicep' = { name: 'm' }\n"},
    "a folder that is not here": {"main.tf": 'module "m" {\n  source = "./m"\n}\n'},
    "a module that a reader must tell": {"main.bicep": "module m './st.txt' = { name: 'm' }\n"},
    "a folder that a reader must tell": {
        "main.tf": 'module "m" {\n  source = ("./m")\n}\n',
        "m/main.tf": "locals {}\n",
    },
    "letters as numbers": {"main.bicep": "var x = '\\u{61}'\n"},
    "letters as numbers in YAML": {"a.yml": 'x: "\\x61"\n'},
    "azapi": {"main.tf": 'resource "azapi_resource" "x" {\n  type = var.t\n}\n'},
    "a registry": {"main.bicep": "module m 'br/public:avm/res/storage/account:1.0.0' = { name: 'm' }\n"},
    "Terraform's registry": {"main.tf": 'module "m" {\n  source = "Azure/avm-res-x/azurerm"\n}\n'},
    "ARM": {"azuredeploy.json": SCHEMA},
    "a workspace in YAML": {"ws.yml": "name: ws\nmanaged_network:\n  isolation_mode: disabled\n"},
    "settings": {"main.bicep": STORAGE, ".mnlint.yaml": "fail-on: warning\n"},
    "misnamed settings": {"main.bicep": STORAGE, ".mnlint.yml": "fail-on: warning\n"},
    "settings in TOML": {"main.bicep": STORAGE, "pyproject.toml": '[tool.mnlint]\nfail-on = "warning"\n'},
    "restored modules": {"main.tf": 'variable "a" {}\n', ".terraform/modules/modules.json": "{}"},
    "nothing": {"notes.md": "words"},
}


def written(folder: Path, files: dict[str, str]) -> Path:
    (folder / ".git").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def whole(paths: list[str]) -> str:
    """What the whole program says, by its longer way: with an option that a glimpse does not know."""
    done = subprocess.run([*START, "check", "--color=never", *paths], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("tree", PLAIN)
def test_a_glimpse_says_what_the_whole_program_says(tree: str, tmp_path: Path) -> None:
    paths = [str(written(tmp_path, PLAIN[tree]))]
    said = glimpse.report(paths)
    assert said is not None
    assert said == whole(paths)


def test_of_some_files_only(tmp_path: Path) -> None:
    written(tmp_path, PLAIN["several"])
    for paths in ([tmp_path / "b"], [tmp_path / "main.bicep", tmp_path / "a.yaml"], [tmp_path / "b" / "other.bicep"]):
        words = list(map(str, paths))
        said = glimpse.report(words)
        assert said is not None
        assert said == whole(words)


@pytest.mark.parametrize("tree", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_those_who_know(tree: str, tmp_path: Path) -> None:
    assert glimpse.report([str(written(tmp_path, NOT_PLAIN[tree]))]) is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_left_to_those_who_know(tmp_path: Path) -> None:
    written(tmp_path, PLAIN["Bicep"])
    (tmp_path / "other.bicep").symlink_to("main.bicep")
    assert glimpse.report([str(tmp_path)]) is None


def test_a_file_that_is_too_large_is_left_to_those_who_know(tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": STORAGE + "//" + "x" * (5 * 1024 * 1024)})
    assert glimpse.report([str(tmp_path)]) is None


def test_it_knows_the_suffixes_of_all_languages() -> None:
    assert {*glimpse.TEMPLATES, *glimpse.OTHERS} == set(SUFFIXES)


def test_it_knows_the_limits_of_settings() -> None:
    assert min(Settings().most_bytes(f"main{suffix}") for suffix in SUFFIXES) == glimpse.MOST_OF_ONE
    assert {*glimpse.SKIPPED, ".terraform", ".mnlint.yaml"} == set(Settings().excludes)


@pytest.mark.parametrize("words", [["."], ["--exit-zero"], ["--allow-no-input", "--", "."]])
def test_the_program_takes_the_short_way(words: list[str], tmp_path: Path) -> None:
    """Told by what is imported, not by a clock."""
    written(tmp_path, PLAIN["several"])
    program = "import sys\nfrom mnlint.start import main\ntry:\n    main()\nfinally:\n    print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program, "check", *words], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("checked 4 files (0 read, 4 skipped: 2 not a template, 2 not relevant)")
    assert "'mnlint.glimpse'" in done.stdout
    heavy = ("click", "yaml", "typing", "pathlib", "re", "enum", "mnlint.run")
    assert [name for name in heavy if f"'{name}'" in done.stdout] == []


PIECES = [
    *(
        b"module",
        b"source",
        b"'",
        b'"',
        b"''",
        b".bicep",
        b".json",
        b".Bicep'",
        b"br:",
        b"br/",
        b"ts:",
        b"x",
        b"./",
        b"\\",
    ),
    *(b'"source"', b" ", b"\n", b"=", b":", b"/*", b"//", b"m", b"var.x", b"{", b"}", b"("),
]


@pytest.mark.parametrize("suffix", glimpse.CALLS)
def test_what_has_no_word_of_calls_has_none(suffix: str) -> None:
    """Nothing that is looked for by an expression is there without one of the words that are looked for first."""
    draw = random.Random(suffix)
    patterns = [re.compile(one) for one in (*glimpse.ODD[suffix], glimpse.CALLS[suffix], glimpse.MODULES[suffix])]
    found = 0
    for _ in range(20_000):
        text = b"".join(draw.choices(PIECES, k=draw.randint(1, 12)))
        if any(pattern.search(text) or pattern.search(text.lower()) for pattern in patterns):
            assert any(word in text.lower() for word in glimpse.WORDS[suffix]), text
            found += 1
    assert found > 100
