"""Real texts of each language, from which others are made: the fixtures, and the cases of policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mnlint import formats
from shipped import FILES, all_cases

FIXTURES = Path(__file__).parents[2] / "fixtures"

# Where there are few real ones: what else its language knows.
_SMALL: Mapping[str, tuple[str, ...]] = {
    "bicepparam": (
        """using 'main.bicep'
extends 'base.bicepparam'
import { a as b } from 'a.bicep'
var c = [for i in [1]: i]
param name = readEnvironmentVariable('A', 'b')
param rules = { ...base, a: { type: 'FQDN' } }
""",
        """using none
param mode = true ? 'Disabled' : '${name}-x'
param hosts = ['a', loadTextContent('a.txt')]
""",
    ),
    "tfjson": (
        r"""{"variable": {"mode": {"type": "string", "default": "Disabled"}}, "locals": {"a": "${var.mode}", "b": [1]},
"module": {"m": {"source": "./m", "for_each": "${toset([\"a\"])}", "a": "${each.key}"}}, "//": "a"}""",
        """{"resource": {"azurerm_ai_foundry": {"hub": [{"name": "a", "count": 2, "dynamic": {"managed_network": [
{"for_each": "${var.a}", "content": {"isolation_mode": "%{ if true }Disabled%{ endif }"}}]}}]}}}""",
        """{"terraform": [{"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "~> 4.0"}}}],
"provider": {"azurerm": [{"features": {}}, {"alias": "b"}]}, "output": {"a": {"value": "${1 + 2}"}}}""",
    ),
    "tfvars": (
        """mode = "Disabled"
rules = {
  a = { type = "FQDN", "destination" : "pypi.org" } # a
}
hosts = ["a", <<EOT
b
EOT
]
""",
        r"""name = null
number = -1.5e3
flag = true
text = "a $${b} %%{c} \u00e4"
rules = {for a in [] : a => 1}
""",
    ),
    "armparams": (
        """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
"parameters": {"name": {"value": "[hub]"}, "hosts": {"value": ["a", 1, null, true, {}]}, // a
"rules": {"reference": {"keyVault": {"id": "a"}, "secretName": "b"}}, "mode": {"expression": "[a()]"}}}""",
    ),
}


def templates(name: str, language: str, pattern: str) -> Iterator[bytes]:
    """The fixtures with a name, and the texts of policies' cases, in a language."""
    for path in sorted(FIXTURES.rglob(pattern)):
        data = path.read_bytes()
        known = formats.language_of(path.name, data.lower())
        if known is not None and known.name == language:
            yield data
    yield from (text.encode() for text in _SMALL.get(name, ()))
    for case in all_cases():
        for file, text in case.files.items():
            known = formats.language_of(file, text.encode().lower()) if Path(file).match(pattern) else None
            if known is not None and known.name == language:
                yield text.encode()


def policies() -> Iterator[bytes]:
    for path in (*FILES, *sorted((FIXTURES / "own-policies").glob("*.yaml"))):
        first, _, rest = path.read_bytes().partition(b"\n---\n")
        yield first + b"\n"
        yield first + b"\n---\n" + rest[: rest.find(b"\n- name", 20)] + b"\n"


def settings() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted(FIXTURES.rglob(".mnlint.yaml")))
    yield b"profile: strict\nfail-on: warning\npolicies:\n  MN001: note\n  MN004: off\nexclude: ['test/**']\n"
    yield b"baseline: base.json\npolicy-folders: [policies]\n"
    yield b"parameters:\n  main.bicep: [a.bicepparam, [b.bicepparam]]\n"
    yield b"subscriptions:\n  11111111-1111-1111-1111-111111111111: 22222222-2222-2222-2222-222222222222\n"
    yield b"lists:\n  python-hosts:\n    extend:\n    - host: a.example.com\n      why: ours\n"
    yield b"inline-ignores: false\nallow-no-input: true\nfail-on-undecided: true\nas-of: 2024-02-13\n"


def tables() -> Iterator[bytes]:
    yield b'[project]\nname = "a"\n[tool.mnlint]\nprofile = "strict"\nfail-on = "warning"\nexclude = ["test/**"]\n'
    yield b'[tool.mnlint.policies]\nMN001 = "note"\nMN004 = "off"\n[tool.other]\na = [{b = 1}]\n'
    yield b'[tool.mnlint]\nas-of = 2024-02-13\nlists = {python-hosts = {extend = [{host = "a.example.com"}]}}\n'


def modules() -> Iterator[bytes]:
    """What `terraform init` writes down of modules."""
    yield b"""{"Modules": [{"Key": "", "Source": "", "Dir": "."},
{"Key": "hub", "Source": "registry.terraform.io/a/hub/azurerm", "Version": "1.0.0", "Dir": ".terraform/modules/hub"},
{"Key": "hub.inner", "Source": "./inner", "Dir": ".terraform/modules/hub/inner"}]}"""


def aliases() -> Iterator[bytes]:
    """Names for registries."""
    yield b"""{"moduleAliases": {"br": {"a": {"registry": "example.azurecr.io", "modulePath": "bicep"}},
"ts": {"a": {"subscription": "11111111-1111-1111-1111-111111111111", "resourceGroup": "rg"}}}}"""


def baselines() -> Iterator[bytes]:
    """What was found on some day."""
    yield b"""{"version": 1, "findings": [{"policy": "MN001", "path": "main.bicep", "address": "hub", "summary": "a",
"count": 2, "reason": "known", "until": "2026-02-13"}]}"""
