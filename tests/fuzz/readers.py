"""Every reader of bytes that strangers write: what is given to it, and what it may do with that."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from fuzz import words
from fuzz.stages import SETTINGS, read_whole, through
from mnlint import catalogue, deploying, effective, formats, judging, reading, testing
from mnlint.inputs import DocumentError
from mnlint.model.fact import Facts
from shipped import FILES, TABLES, all_cases

TREE = Path(__file__).parents[2]
FIXTURES = TREE / "fixtures"
BICEP = b"param name string\nparam mode string = 'Disabled'\nparam rules object = {}\nparam hosts string[] = []\n"
TERRAFORM = b'variable "name" {}\nvariable "mode" {}\nvariable "rules" {\n  type = map(any)\n}\n'


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


# ── templates and their parameters ──


def _template(
    name: str, file: str, language: str, own: tuple[str, ...], beside: Mapping[str, bytes], seeds: str
) -> Reader:
    def read(data: bytes) -> object:
        formats.language_of(file, data.lower())
        return read_whole(file, data, language)

    def whole(data: bytes) -> object:
        read(data)
        return through({**beside, file: data}, {file: language})

    text = words.in_bytes(*own, *words.AZURE, *words.ODD)
    return Reader(name, file, read, whole, text, partial(_texts, name, language, seeds))


# Where there are few real ones: what else its language knows.
_SMALL: Mapping[str, tuple[bytes, ...]] = {
    "bicepparam": (
        b"using 'main.bicep'\nextends 'base.bicepparam'\nimport { a as b } from 'a.bicep'\nvar c = [for i in [1]: i]\n"
        b"param name = readEnvironmentVariable('A', 'b')\nparam rules = { ...base, a: { type: 'FQDN' } }\n",
        b"using none\nparam mode = true ? 'Disabled' : '${name}-x'\nparam hosts = ['a', loadTextContent('a.txt')]\n",
    ),
    "tfjson": (
        b'{"variable": {"mode": {"type": "string", "default": "Disabled"}}, "locals": {"a": "${var.mode}", "b": [1]},'
        b'"module": {"m": {"source": "./m", "for_each": "${toset([\\"a\\"])}", "a": "${each.key}"}}, "//": "a"}',
        b'{"resource": {"azurerm_ai_foundry": {"hub": [{"name": "a", "count": 2, "dynamic": {"managed_network": ['
        b'{"for_each": "${var.a}", "content": {"isolation_mode": "%{ if true }Disabled%{ endif }"}}]}}]}}}',
        b'{"terraform": [{"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "~> 4.0"}}}],'
        b'"provider": {"azurerm": [{"features": {}}, {"alias": "b"}]}, "output": {"a": {"value": "${1 + 2}"}}}',
    ),
    "tfvars": (
        b'mode = "Disabled"\nrules = {\n  a = { type = "FQDN", "destination" : "pypi.org" } # a\n}\nhosts = ["a", <<EOT\nb\nEOT\n]\n',
        b'name = null\nnumber = -1.5e3\nflag = true\ntext = "a $${b} %%{c} \\u00e4"\nrules = {for a in [] : a => 1}\n',
    ),
    "armparams": (
        b'{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",'
        b'"parameters": {"name": {"value": "[hub]"}, "hosts": {"value": ["a", 1, null, true, {}]}, // a\n'
        b'"rules": {"reference": {"keyVault": {"id": "a"}, "secretName": "b"}}, "mode": {"expression": "[a()]"}}}',
    ),
}


def _texts(name: str, language: str, pattern: str) -> Iterator[bytes]:
    """The fixtures with a name, and the texts of policies' cases, in a language."""
    for path in sorted(FIXTURES.rglob(pattern)):
        data = path.read_bytes()
        known = formats.language_of(path.name, data.lower())
        if known is not None and known.name == language:
            yield data
    yield from _SMALL.get(name, ())
    for case in all_cases():
        for file, text in case.files.items():
            known = formats.language_of(file, text.encode().lower()) if Path(file).match(pattern) else None
            if known is not None and known.name == language:
                yield text.encode()


# ── policies and settings: what is wrong with one is told by DocumentError ──


@cache
def _folder() -> Path:
    """Where the files of this process lie: a boundary of settings with one of each that they may name."""
    memory = Path("/dev/shm")  # a million files are written
    made = tempfile.TemporaryDirectory(prefix="mnlint-fuzz-", dir=memory if memory.is_dir() else None)
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


def _policies() -> Iterator[bytes]:
    for path in (*FILES, *sorted((FIXTURES / "own-policies").glob("*.yaml"))):
        first, _, rest = path.read_bytes().partition(b"\n---\n")
        yield first + b"\n"
        yield first + b"\n---\n" + rest[: rest.find(b"\n- name", 20)] + b"\n"


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


def _yaml_settings() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted(FIXTURES.rglob(".mnlint.yaml")))
    yield b"profile: strict\nfail-on: warning\npolicies:\n  MN001: note\n  MN004: off\nexclude: ['test/**']\n"
    yield b"baseline: base.json\npolicy-folders: [policies]\nparameters:\n  main.bicep: [a.bicepparam, [b.bicepparam]]\n"
    yield b"subscriptions:\n  11111111-1111-1111-1111-111111111111: 22222222-2222-2222-2222-222222222222\n"
    yield b"lists:\n  python-hosts:\n    extend:\n    - host: a.example.com\n      why: ours\n"
    yield b"inline-ignores: false\nallow-no-input: true\nfail-on-undecided: true\nas-of: 2024-02-13\n"


def _toml_settings() -> Iterator[bytes]:
    yield b'[project]\nname = "a"\n[tool.mnlint]\nprofile = "strict"\nfail-on = "warning"\nexclude = ["test/**"]\n'
    yield b'[tool.mnlint.policies]\nMN001 = "note"\nMN004 = "off"\n[tool.other]\na = [{b = 1}]\n'
    yield b'[tool.mnlint]\nas-of = 2024-02-13\nlists = {python-hosts = {extend = [{host = "a.example.com"}]}}\n'


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
    Reader("policy", "policy.yaml", _policy, _policy_whole, words.in_bytes(*words.POLICY, *words.ODD), _policies),
    Reader(
        "settings",
        ".mnlint.yaml",
        partial(_settings, ".mnlint.yaml"),
        partial(_settings_whole, ".mnlint.yaml"),
        words.in_bytes(*words.SETTINGS, *words.ODD),
        _yaml_settings,
    ),
    Reader(
        "pyproject",
        "pyproject.toml",
        partial(_settings, "pyproject.toml"),
        partial(_settings_whole, "pyproject.toml"),
        words.in_bytes(*words.PYPROJECT, *words.ODD),
        _toml_settings,
    ),
)
READERS = {reader.name: reader for reader in _ALL}
