"""Every reader of bytes that strangers write: what is given to it, and what it may do with that."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from zlib import crc32

from fuzz import seeds, words
from fuzz.seeds import FIXTURES
from fuzz.stages import SETTINGS, is_valid, read_whole, through
from mnlint import catalogue, deploying, effective, formats, judging, reading, registry, testing
from mnlint.discover import restored
from mnlint.inputs import DocumentError
from mnlint.model.fact import Facts
from mnlint.model.settings import Settings
from mnlint.settle import baseline
from shipped import TABLES

BICEP = b"param name string\nparam mode string = 'Disabled'\nparam rules object = {}\nparam hosts string[] = []\n"
TERRAFORM = b'variable "name" {}\nvariable "mode" {}\nvariable "rules" {\n  type = map(any)\n}\n'
MODULES = ".terraform/modules/modules.json"
CALLER = b'module "hub" {\n  source = "example/hub/azurerm"\n  name   = "hub"\n}\n'
REPORTED = 10  # one in so many of the inputs that go through all stages has all of its reports made


@dataclass(frozen=True)
class Reader:
    """A reader: `read` gives it bytes and asks for all that it makes of them, `whole` goes through every stage.

    Both raise what is a failure, and nothing else.
    """

    name: str
    file: str  # what a file that it reads is called
    read: Callable[[bytes], object]
    whole: Callable[[bytes], object]
    words: tuple[bytes, ...]
    seeds: Callable[[], Iterator[bytes]]  # real texts of any size
    options: tuple[str, ...] = ()  # with which `check` reads the file, where it is not asked for otherwise


# ── templates and their parameters ──


def _template(
    name: str, file: str, language: str, own: tuple[str, ...], beside: Mapping[str, bytes], pattern: str
) -> Reader:
    def read(data: bytes) -> object:
        formats.language_of(file, data.lower())
        return read_whole(file, data, language)

    def whole(data: bytes) -> object:
        read(data)
        report = through({**beside, file: data}, {file: language})
        if crc32(data) % REPORTED == 0:
            is_valid(report)
        return report

    text = words.in_bytes(*own, *words.AZURE, *words.ODD)
    return Reader(name, file, read, whole, text, partial(seeds.templates, name, language, pattern))


# ── policies and settings: what is wrong with one is told by DocumentError ──


@cache
def _folder() -> Path:
    """Where the files of this process lie: a boundary of settings with one of each that they may name."""
    made = tempfile.TemporaryDirectory(prefix="mnlint-fuzz-")
    _KEPT.append(made)
    return Path(made.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []  # until the process ends


@cache
def _facts() -> tuple[Facts, ...]:
    """What policies are asked about: the facts of a few templates."""
    names = ("hub-and-project", "private-targets", "hosts-by-hand")
    files = {f"{name}.bicep": (FIXTURES / "triplets" / name / "main.bicep").read_text("utf-8") for name in names}
    templates, roots = testing.read_case(files)
    return tuple(
        deploying.facts_of(root, bindings, templates, TABLES, SETTINGS, reading.at_hand())[1]
        for root in roots
        for bindings in root.bindings
    )


def _policy(data: bytes) -> object:
    path = _folder() / "policy.yaml"
    path.write_bytes(data)
    made = None
    with suppress(DocumentError):
        made = catalogue.load_policy(path, TABLES)
    with suppress(DocumentError):
        list(testing.cases_of(path, TABLES))
    return made


def _policy_whole(data: bytes) -> object:
    path = _folder() / "policy.yaml"
    path.write_bytes(data)
    with suppress(DocumentError):
        made = catalogue.load_policy(path, TABLES)
        for facts in _facts():
            judging.judge_all([made], facts)
    with suppress(DocumentError):
        for case in list(testing.cases_of(path, TABLES))[:3]:
            testing.run_case(case, TABLES)
    return None


def _settings(name: str, data: bytes) -> object:
    (_folder() / name).write_bytes(data)
    with suppress(DocumentError):
        return effective.effective([_folder()], {}, config=_folder() / name)
    return None


def _settings_whole(name: str, data: bytes) -> object:
    with suppress(DocumentError):
        made = _settings(name, data)
        if isinstance(made, effective.Effective):
            tables = catalogue.tables_of(made.settings.policies, made.settings.as_of, made.settings.lists)
            return catalogue.load_policies(made.settings, tables)
    return None


# ── what stands beside templates: of what is wrong with it, nobody is told but for a baseline ──


def _modules(data: bytes) -> object:
    return restored.calls_of("", data)


def _modules_whole(data: bytes) -> object:
    folder = _folder() / "terraform"
    file = folder / MODULES
    file.parent.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_bytes(CALLER)
    file.write_bytes(data)
    return reading.open_project([folder], Settings(boundary=folder, debug=True)).plan


def _aliases(data: bytes) -> object:
    texts = registry.texts(catalogue.shipped() / "modules", None, {"bicepconfig.json": data}, len(data))
    return [texts("main.bicep", source) for source in ("br/a:b:1", "ts/a:b:1", "br/public:avm/res/a/b:1")]


def _baseline(data: bytes) -> object:
    with suppress(baseline.BaselineError, UnicodeDecodeError):
        return baseline.parse(data.decode())
    return None


_ALL = (
    _template("bicep", "main.bicep", "bicep", words.BICEP, {}, "*.bicep"),
    _template("bicepparam", "main.bicepparam", "bicepparam", words.BICEP, {"main.bicep": BICEP}, "*.bicepparam"),
    _template("terraform", "main.tf", "terraform", words.TERRAFORM, {}, "*.tf"),
    _template("tfjson", "main.tf.json", "terraform", words.TERRAFORM_JSON, {}, "*.tf.json"),
    _template("tfvars", "terraform.tfvars", "tfvars", words.TERRAFORM, {"main.tf": TERRAFORM}, "*.tfvars"),
    _template("arm", "main.json", "arm", words.ARM, {}, "*.json"),
    _template("armparams", "main.parameters.json", "armparams", words.ARM, {"main.bicep": BICEP}, "*.json"),
    _template("plan", "plan.json", "tfplan", words.PLAN, {}, "*.json"),
    _template("azureml", "main.yml", "azureml", words.AZUREML, {}, "*.y*ml"),
    Reader(
        "policy",
        "policies/policy.yaml",
        _policy,
        _policy_whole,
        words.in_bytes(*words.POLICY, *words.ODD),
        seeds.policies,
        ("--policies", "policies"),
    ),
    Reader(
        "settings",
        ".mnlint.yaml",
        partial(_settings, ".mnlint.yaml"),
        partial(_settings_whole, ".mnlint.yaml"),
        words.in_bytes(*words.SETTINGS, *words.ODD),
        seeds.settings,
    ),
    Reader(
        "pyproject",
        "pyproject.toml",
        partial(_settings, "pyproject.toml"),
        partial(_settings_whole, "pyproject.toml"),
        words.in_bytes(*words.PYPROJECT, *words.ODD),
        seeds.tables,
    ),
    Reader("modules", MODULES, _modules, _modules_whole, words.in_bytes(*words.BESIDE, *words.ODD), seeds.modules),
    Reader("aliases", "bicepconfig.json", _aliases, _aliases, words.in_bytes(*words.BESIDE, *words.ODD), seeds.aliases),
    Reader(
        "baseline",
        "baseline.json",
        _baseline,
        _baseline,
        words.in_bytes(*words.BESIDE, *words.ODD),
        seeds.baselines,
        ("--baseline", "baseline.json"),
    ),
)
READERS = {reader.name: reader for reader in _ALL}
