"""The JSON Schema of policies says what the loader takes: all of ours, and not what the loader refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mnlint import catalogue, schemas
from mnlint.documents import parse_documents, read_documents
from shipped import FILES

OWN = catalogue.policy_files(Path(__file__).parents[1] / "fixtures/own-policies")
SCHEMA = schemas.policy_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
POLICY = """\
id: ACME001
name: own-hosts
title: A host
severity: warning
added: "1"
for: outboundRule
when: {field: type, equals: FQDN}
require:
  anyOf:
  - {field: host, matches: "a.*"}
  - {field: network.effectiveMode, in: [Disabled]}
  - {not: {some: sameNameBefore}}
message: "{name}"
why: So.
fix: So.
see: []
"""
RESOURCE = """\
id: ACME002
name: own-search
title: A search service
severity: [{when: {field: $.a, exists: true}, is: error}, {is: note}]
added: "1"
for: resource
types: [Provider.Search/services, azurerm_search_service]
require:
  arm: {field: $.properties.access, equals: closed, case: exact}
  azurerm: {count: $.rule, where: {field: $.open, equals: false}, atMost: 1}
mark: $.properties
message: "{name}"
why: So.
fix: So.
see: []
"""
CASES = """\
cases:
- name: one
  expect: fail
  at: {bicep: x, arm: {text: x, nth: 2}}
  bicep: x
  arm: {main.json: x}
"""
BROKEN = [  # what is changed, and why it is wrong
    (POLICY, "title: A host\n", "", "a key is missing"),
    (POLICY, "title:", "titel:", "no such key"),
    (POLICY, "id: ACME001", "id: acme1", "an id of another form"),
    (POLICY, "name: own-hosts", "name: Own_Hosts", "a name of another form"),
    (POLICY, "severity: warning", "severity: fatal", "no such severity"),
    (POLICY, "severity: warning", "severity: []", "no severity at all"),
    (POLICY, "for: outboundRule", "for: rule", "no such kind"),
    (POLICY, "field: type", "field: typ", "no such field"),
    (POLICY, "field: type", "field: effectiveMode", "a field of another kind"),
    (POLICY, "network.effectiveMode", "network.host", "a relation leads to another kind"),
    (POLICY, "equals: FQDN", "eqals: FQDN", "no such operator"),
    (POLICY, "equals: FQDN", "equals: FQND", "no such value"),
    (POLICY, "equals: FQDN", "matches: F.*", "an operator that is not asked of it"),
    (POLICY, "equals: FQDN", "equals: FQDN, exists: true", "two operators"),
    (POLICY, ", equals: FQDN", "", "no operator"),
    (POLICY, "equals: FQDN", "exists: true, case: exact", "case of no text"),
    (POLICY, "equals: FQDN", 'exists: "sure"', "no truth"),
    (POLICY, "in: [Disabled]", "in: []", "an empty list"),
    (POLICY, "in: [Disabled]", "in: [Disabled, Open]", "no such value in a list"),
    (POLICY, "in: [Disabled]", "in: {list: x}", "no column"),
    (POLICY, "in: [Disabled]", "in: {list: x, take: y, at: host}", "at without key"),
    (POLICY, "anyOf:", "anyof:", "no such condition"),
    (POLICY, "some: sameNameBefore", "some: host", "no list"),
    (
        POLICY,
        "some: sameNameBefore",
        "some: sameNameBefore, where: {field: name, exists: true}",
        "members without fields",
    ),
    (POLICY, "some: sameNameBefore", "count: sameNameBefore", "a count without a bound"),
    (POLICY, "see: []", "types: [a.b/c]\nsee: []", "types of what is no resource"),
    (POLICY, "see: []", "dialects: [hcl]\nsee: []", "no such language"),
    (POLICY, "see: []", 'since: "today"\nsee: []', "no day"),
    (POLICY, "see: []", "mark: hots\nsee: []", "no such field to mark"),
    (POLICY, "see: []", "security: 11\nsee: []", "more than there is"),
    (RESOURCE, "types: [Provider.Search/services, azurerm_search_service]\n", "", "no types"),
    (RESOURCE, "Provider.Search/services,", "Provider.Search/services@2024-01-01,", "a type with a version"),
    (RESOURCE, "Provider.Search/services,", "azapi_resource,", "no type of azurerm's"),
    (RESOURCE, "$.properties.access", "properties.access", "a path without its beginning"),
    (RESOURCE, "{field: $.open", "{field: open", "the same in a member"),
    (RESOURCE, "azurerm: {count", "azure: {count", "no such words"),
    (RESOURCE, "is: error", "is: bad", "no such severity in a list"),
    (CASES, "expect: fail", "expect: fails", "no such verdict"),
    (CASES, "name: one", "nam: one", "no such key of a case"),
    (CASES, "bicep: x, arm: {text: x, nth: 2}", "bicpe: x", "no such language"),
    (CASES, "nth: 2", "nth: 0", "no such number"),
    (CASES, "arm: {main.json: x}", "arm: {main.json: 1}", "no text"),
    (CASES, "\n  bicep: x\n  arm: {main.json: x}", "", "no language"),
    (CASES, "cases:", "cases: []\nother:", "no cases"),
]


def document(text: str) -> Any:
    return parse_documents(text, "p.yaml")[0]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [*FILES, *OWN], ids=lambda path: path.stem)
def test_every_policy_is_as_it_says(path: Path) -> None:
    for part in read_documents(path):
        assert [error.message for error in VALIDATOR.iter_errors(part)] == []


@pytest.mark.parametrize("text", [POLICY, RESOURCE, CASES], ids=["policy", "resource", "cases"])
def test_what_is_changed_here_is_right(text: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(document(text))] == []


@pytest.mark.parametrize(("text", "old", "new", "reason"), BROKEN, ids=[row[3] for row in BROKEN])
def test_what_is_broken_is_not(text: str, old: str, new: str, reason: str) -> None:
    assert text.count(old) == 1
    assert list(VALIDATOR.iter_errors(document(text.replace(old, new))))


def test_the_command_prints_it(mnlint: Any, tmp_path: Path) -> None:
    done = mnlint("schema", "policy", cwd=tmp_path)
    assert (done.exit_code, json.loads(done.stdout)) == (0, SCHEMA)
