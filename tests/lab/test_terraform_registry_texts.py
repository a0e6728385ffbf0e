"""Our abridged texts of Terraform's modules against the modules themselves: every verdict and fact is the same.

`MNLINT_TERRAFORM_MODULES` is a folder with a clone or a bare clone of each repository, called as it is called on
GitHub: `terraform-azurerm-avm-res-machinelearningservices-workspace`. Modules that those call at one version are taken
from there, too, such as `terraform-azure-avm-utl-interfaces`.
"""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from registry_calls import Version, text_of

from mnlint import deploying, formats, judging, lists
from mnlint.catalogue import load_policies, shipped
from mnlint.model.expr import Op, Template
from mnlint.model.settings import Settings
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.reading import open_project

pytestmark = pytest.mark.lab

FOLDER: Final = Path(os.environ.get("MNLINT_TERRAFORM_MODULES", "-"))
TABLE: Final = shipped() / "modules" / "registry.terraform.io" / "azure"
ENTRIES: Final = sorted(TABLE.rglob("*.tf"))
# What a body of azurerm holds besides arguments, and blocks that say nothing about the resource.
META: Final = {"lifecycle", "timeouts", "depends_on", "provider", "connection", "provisioner"}


def test_no_published_version_is_left_out_between_two_texts() -> None:
    for folder in sorted({path.parent for path in ENTRIES}):
        ranges = sorted(map(range_of, folder.glob("*.tf")))
        known = [version for version in published(folder.parent.name) if ranges[0][0] <= version <= ranges[-1][1]]
        assert {end for ends in ranges for end in ends} <= set(known)
        assert [v for v in known if not any(first <= v <= last for first, last in ranges)] == [], folder
        assert all(last < first for (_, last), (first, _) in pairwise(ranges))


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_every_verdict_and_fact_is_that_of_the_module_itself(path: Path, tmp_path: Path) -> None:
    """With every version that the text is for."""
    module = path.parent.parent.name
    first, last = range_of(path)
    versions = [version for version in published(module) if first <= version <= last]
    assert versions
    for version in versions:
        text = text_of(module, version)
        ours, real = (tmp_path / f"{side} {version}" for side in ("ours", "real"))
        for folder in (ours, real):
            folder.mkdir()
            (folder / "main.tf").write_text(text)
        restore(real)
        made, wanted = seen(ours), seen(real)
        assert made
        assert made == wanted, version


@pytest.mark.parametrize("path", ENTRIES, ids=lambda path: path.relative_to(TABLE).as_posix())
def test_a_text_names_all_that_the_module_sets_on_a_resource_of_azurerm(path: Path, tmp_path: Path) -> None:
    """What it does not name would be known to be absent."""
    module = path.parent.parent.name
    first, last = range_of(path)
    own = arguments_of([path])
    for version in (version for version in published(module) if first <= version <= last):
        folder = tmp_path / str(version)
        unpack(FOLDER / f"terraform-azurerm-{module}", version, folder)
        theirs = arguments_of(sorted(folder.glob("*.tf")))
        missing = {symbol: theirs.get(symbol, frozenset({"itself"})) - names - META for symbol, names in own.items()}
        assert {symbol: names for symbol, names in missing.items() if names} == {}, version


# ── versions ──


def range_of(path: Path) -> tuple[Version, Version]:
    ends = [numbers(end) for end in path.stem.split("-")]
    return ends[0], ends[-1]


def numbers(version: str) -> Version:
    major, minor, patch = map(int, version.removeprefix("v").split("."))
    return major, minor, patch


def published(module: str, provider: str = "azurerm") -> list[Version]:
    clone = FOLDER / f"terraform-{provider}-{module}"
    if not clone.is_dir():
        pytest.fail("MNLINT_TERRAFORM_MODULES must name a folder with clones of the modules' repositories")
    tags = subprocess.run(["git", "-C", clone, "tag"], capture_output=True, text=True, check=True).stdout.split()
    return sorted(numbers(tag) for tag in tags if tag.removeprefix("v").replace(".", "").isdigit())


# ── the module itself ──


def restore(root: Path) -> None:
    """What `terraform init` would put beside a root, as far as calls name one version of what is in the folder."""
    listed = [{"Key": "", "Dir": "."}]
    called = cache(calls_of)
    todo = [("", root.resolve())]
    while todo:
        above, folder = todo.pop()
        for name, source, version in called(folder):
            key = f"{above}.{name}" if above else name
            found = (folder / source).resolve() if source.startswith(".") else fetched(root, source, version)
            if found is not None:
                listed.append({"Key": key, "Dir": found.relative_to(root.resolve()).as_posix()})
                todo.append((key, found))
    (root / ".terraform" / "modules" / "modules.json").write_text(json.dumps({"Modules": listed}))


def calls_of(folder: Path) -> list[tuple[str, str, object]]:
    """Name, source and version of each module that the files of a folder call."""
    read = (formats.read(file.name, file.read_bytes(), "terraform") for file in sorted(folder.glob("*.tf")))
    return [
        (call.symbol.removeprefix("module."), str(call.source.args[0]), call.version and call.version.args[0])
        for template in read
        for call in template.calls
        if not isinstance(call.source, Template)
    ]


def fetched(root: Path, source: str, version: object) -> Path | None:
    _, name, provider = source.split("/")
    clone = FOLDER / f"terraform-{provider}-{name}"
    if not clone.is_dir() or not isinstance(version, str) or not version.replace(".", "").isdigit():
        return None
    folder = root.resolve() / ".terraform" / "modules" / f"{name}-{version}"
    if not folder.is_dir():
        unpack(clone, numbers(version), folder)
    return folder


def unpack(clone: Path, version: Version, folder: Path) -> None:
    """The files of a version, without examples."""
    git = ["git", "-C", str(clone)]
    tags = subprocess.run([*git, "tag"], capture_output=True, text=True, check=True).stdout.split()
    tag = next(tag for tag in tags if tag.removeprefix("v") == ".".join(map(str, version)))
    packed = subprocess.run([*git, "archive", tag], capture_output=True, check=True).stdout
    folder.mkdir(parents=True)
    subprocess.run(["tar", "x", "-C", folder, "--exclude=examples", "--exclude=tests"], input=packed, check=True)


def arguments_of(files: list[Path]) -> dict[str, frozenset[str]]:
    """The names of arguments and blocks of each resource of azurerm, by its symbol."""
    found = {}
    for file in files:
        for resource in formats.read(file.name, file.read_bytes(), "terraform").resources:
            if resource.type.startswith("azurerm_") and resource.body.op is Op.OBJECT:
                found[resource.symbol] = frozenset(str(key.args[0]) for key, _ in resource.body.args)
    return found


# ── what is seen of it ──


def seen(folder: Path) -> dict[str, object]:
    """Every verdict by its policy and what it is about, every fact by its address."""
    settings = Settings(debug=True)
    tables = lists.load(shipped() / "lists")
    policies = load_policies(settings, tables)
    project = open_project([folder], settings)
    found: dict[str, object] = {}
    verdicts: dict[str, list[str]] = {}
    for root in project.plan.roots:
        read = {file: project.readers.template(file) for file in root.files}
        for bindings in root.bindings:
            _, facts = deploying.facts_of(root, bindings, read, tables, settings, project.readers)
            for judgement in judging.judge_all(policies, facts):
                key = f"{judgement.policy} {judgement.subject}"
                verdicts.setdefault(key, []).append(judgement.verdict.value)
            for address, fact in facts.by_address.items():
                found[address] = {name: plain(node) for name, node in fact.fields.entries.items()}
                found[f"{address} only if"] = sorted(map(str, map(plain, fact.guards)))
    return {**verdicts, **found}


def plain(node: Node) -> object:
    """A value without its place, way and reason for doubt."""
    value = node.value
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, Absent) or value is None:
        return None
    if isinstance(value, Choice):
        options = {str(plain(option)): plain(option) for option in value.options}
        return {"one of": sorted(options)} if len(options) > 1 else next(iter(options.values()))
    if isinstance(value, Ref):
        return f"-> {value.address} {value.rest}"
    if isinstance(value, Seq):
        return [*map(plain, value.items), *(["more"] if value.more is not None else [])]
    return "an object" if isinstance(value, Map) else value
