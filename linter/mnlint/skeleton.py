"""A new policy as it is before anybody has filled it in: it loads, and its cases say what to write next."""

from __future__ import annotations

import json
from pathlib import Path

from mnlint import catalogue
from mnlint.azure.schema import SCHEMA
from mnlint.documents import parse_documents
from mnlint.inputs import DocumentError
from mnlint.model.settings import Settings
from mnlint.model.typing import Final
from mnlint.policy.load import load
from mnlint.policy.mistakes import PolicyError

_POLICY: Final = """\
id: {id}
name: {name}
title: TODO what is wrong, in one line
severity: warning               # error, warning or note
added: "1"

for: {kind}{types}
# when: {{field: name, exists: true}}   # where it applies, if not everywhere
require: {require}   # TODO what must hold

message: "{{name}}: TODO what is wrong here"
why: >
  TODO why that matters.
fix: >
  TODO what to do.
see: []                         # links
---
# A case is written in any of bicep, arm, terraform, azapi, azureml and plan: `mnlint explain MN030 --language azapi`
# shows a template in each. Where `when` is used, one more case is to be skipped: `expect: skip`.
cases:
- name: TODO the least that is wrong
  expect: fail
  at: TODO                      # the very text that is marked
  bicep: |
    // TODO a template that is wrong
  terraform: |
    # TODO the same in Terraform

- name: TODO the same, put right
  expect: pass
  bicep: |
    // a template that is right
  terraform: |
    # the same in Terraform

- name: TODO what decides has no value
  expect: unknown
  bicep: |
    param x string
  terraform: |
    variable "x" {{}}
"""
_RESOURCE: Final = "resource"


def write_new(folder: Path, name: str, fault: str, kind: str) -> Path:
    """Writes the file of a new policy. DocumentError if a word is no good one, or if it is taken."""
    path = folder / f"{name}-{fault}.yaml"
    of_resources = kind == _RESOURCE
    body = "{field: $.properties.todo, equals: TODO}" if of_resources else "{field: name, exists: true}"
    types = "\ntypes: [Provider.Name/type]      # TODO ARM's types, azurerm's, or both" if of_resources else ""
    words = {"id": name, "name": fault, "kind": kind}
    text = _POLICY.format(**{key: _word(word) for key, word in words.items()}, require=body, types=types)
    try:
        load(parse_documents(text, str(path))[0], SCHEMA, {}, str(path))
    except PolicyError as error:
        raise DocumentError(str(path), 1, 1, error.what) from error
    own = [folder] if folder.is_dir() and catalogue.holds_policies(folder) else []
    tables = catalogue.tables_of(own)
    for made in catalogue.load_policies(Settings(policies=tuple(own)), tables):
        if name == made.id or fault == made.card.name:
            what = f"the {'id' if name == made.id else 'name'} is taken by {made.file}"
            raise DocumentError(str(path), 1, 1, what)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise DocumentError(str(path), 1, 1, f"cannot be written: {error.strerror}") from error
    return path


def _word(word: str) -> str:
    """A word of the command line as YAML takes it for a text, whatever it is."""
    plain = word.replace("-", "").isalnum() and word.isascii()
    return word if plain and parse_documents(word, "")[0] == word else json.dumps(word)
