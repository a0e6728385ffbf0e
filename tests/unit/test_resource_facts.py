"""`for: resource`: which resources are asked, and what a path into their body finds, by what is known of it."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mnlint import deploying, judging, reading, testing
from mnlint.azure.schema import SCHEMA
from mnlint.documents import parse_documents
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.policy import types_of
from mnlint.model.settings import Settings
from mnlint.policy.load import load
from shipped import TABLES

P, F, U, S = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.SKIP
POLICY = """\
id: ACME001
name: some-fault
title: A fault
severity: warning
added: "1"
for: resource
types: TYPES
require: REQUIRE
message: "{name} {$.sku.name}"
why: So.
fix: So.
see: []
EXTRA
"""
BOTH = "[Microsoft.Search/searchServices, azurerm_search_service]"
sys.setrecursionlimit(deploying.RECURSION)


def judgements(
    require: str, text: str, file: str = "main.bicep", types: str = BOTH, extra: str = ""
) -> tuple[list[Judgement], Any]:
    """What a policy on resources says of each subject of a template, and the templates."""
    written = POLICY.replace("TYPES", types).replace("REQUIRE", require).replace("EXTRA", extra)
    made = load(parse_documents(written, "p.yaml")[0], SCHEMA, TABLES, "p.yaml")
    templates, roots = testing.read_case({file: text}, made.types)
    found: list[Judgement] = []
    for root in roots:
        for bindings in root.bindings:
            _, facts = deploying.facts_of(
                root, bindings, templates, TABLES, Settings(), reading.at_hand(), types=types_of([made])
            )
            found += judging.judge_all([made], facts)
    return found, templates


def verdict(require: str, text: str, file: str = "main.bicep", types: str = BOTH, extra: str = "") -> Verdict:
    found, templates = judgements(require, text, file, types, extra)
    assert not [notice for template in templates.values() for notice in template.notices]
    return testing.judged(found, templates).verdict


def bicep(body: str, *, before: str = "") -> str:
    return f"{before}\nresource s 'Microsoft.Search/searchServices@2023-11-01' = {{ name: 's', {body} }}\n"


def azurerm(body: str, *, before: str = "") -> str:
    return f'{before}\nresource "azurerm_search_service" "s" {{\n  name = "s"\n{body}\n}}\n'


def azapi(
    body: str, *, before: str = "", kind: str = '"Microsoft.Search/searchServices@2023-11-01"', name: str = "s"
) -> str:
    return (
        f'{before}\nresource "azapi_resource" "s" {{\n  type = {kind}\n  name = "{name}"\n'
        f'  parent_id = "/subscriptions/0/resourceGroups/rg"\n  body = {{ {body} }}\n}}\n'
    )


RULES = "properties: { rules: [ { v: 'a' }, { v: 'b' } ] }"
NESTED = "properties: { groups: [ { rules: [ { v: 'a' } ] }, { rules: [ { v: 'b' } ] } ] }"
# What is required, of which body, and what is said: one row for each thing that a path can meet.
BODIES = [
    ("{field: $.properties.access, equals: 'off'}", bicep("properties: { access: 'off' }"), P, "a value"),
    ("{field: $.properties.access, equals: 'off'}", bicep("properties: { access: 'on' }"), F, "another value"),
    ("{field: $.PROPERTIES.Access, equals: 'OFF'}", bicep("properties: { access: 'off' }"), P, "ARM knows no case"),
    ("{field: $.properties.access, equals: 'off'}", bicep("properties: {}"), F, "not there"),
    ("{field: $.properties.access, equals: 'off'}", bicep("location: 'x'"), F, "nor what would hold it"),
    ("{field: $.properties.access, exists: false}", bicep("properties: { access: null }"), P, "null is nothing"),
    ("{field: $.properties.a.b, exists: false}", bicep("properties: { a: null }"), P, "and has no members"),
    (
        "{field: $.properties.access, equals: 'off'}",
        bicep("properties: { access: x }", before="param x string"),
        U,
        "no value",
    ),
    (
        "{field: $.properties.access, equals: 'off'}",
        bicep("properties: x", before="param x object"),
        U,
        "nor what holds it",
    ),
    (
        "{field: $.properties.b, exists: false}",
        bicep("properties: { a: 1, ...x }", before="param x object"),
        U,
        "an open object",
    ),
    (
        "{field: $.properties.a, equals: 1}",
        bicep("properties: { ...x, a: 1 }", before="param x object"),
        P,
        "what is seen in it",
    ),
    (
        "{field: $.properties.a, equals: 'on'}",
        bicep("properties: { a: x ? 'on' : 'off' }", before="param x bool"),
        U,
        "two ways",
    ),
    (
        "{field: $.properties.a, in: ['on', 'off']}",
        bicep("properties: { a: x ? 'on' : 'off' }", before="param x bool"),
        P,
        "both right",
    ),
    (
        "{field: $.properties.a, equals: 'yes'}",
        bicep("properties: { a: x ? 'on' : 'off' }", before="param x bool"),
        F,
        "both wrong",
    ),
    ("{field: $.properties.a, in: ['off', false]}", bicep("properties: { a: false }"), P, "words of two kinds"),
    ("{field: $.properties.a, in: ['off', false]}", bicep("properties: { a: 'OFF' }"), P, "the other kind"),
    ("{field: $.properties.a, in: ['off', false]}", bicep("properties: { a: 7 }"), U, "a third kind is odd"),
    ("{field: $.properties.port, equals: 443}", bicep("properties: { port: 443 }"), P, "a number"),
    ("{field: '$.tags[''cost center'']', exists: true}", bicep("tags: { 'cost center': '1' }"), P, "any name"),
    ("{field: '$.properties.rules[1].v', equals: b}", bicep(RULES), P, "an index"),
    ("{field: '$.properties.rules[2].v', exists: false}", bicep(RULES), P, "beyond the end"),
    ("{field: $.properties.rules.v, equals: a}", bicep(RULES), U, "a list has no names in ARM"),
    ("{field: '$.properties.a[0]', equals: a}", bicep("properties: { a: 'a' }"), U, "nor a text members"),
    ("{field: $.properties.a.b, exists: false}", bicep("properties: { a: 'a' }"), U, "nor names"),
    (
        "{field: '$.properties.rules[0].v', equals: a}",
        bicep("properties: { rules: concat(x, [ { v: 'a' } ]) }", before="param x array"),
        U,
        "what nobody sees may stand before",
    ),
    ("{some: '$.properties.rules', where: {field: $.v, equals: b}}", bicep(RULES), P, "a member"),
    ("{some: '$.properties.rules[*]', where: {field: $.v, equals: b}}", bicep(RULES), P, "written with a star"),
    ("{none: '$.properties.rules', where: {field: $.v, equals: b}}", bicep(RULES), F, "no member"),
    ("{every: '$.properties.rules', where: {field: $.v, in: [a, b]}}", bicep(RULES), P, "every member"),
    ("{count: '$.properties.rules', atMost: 1}", bicep(RULES), F, "how many"),
    (
        "{count: '$.properties.rules', where: {field: $.v, equals: a}, atLeast: 1, atMost: 1}",
        bicep(RULES),
        P,
        "of those",
    ),
    ("{some: $.properties.rules}", bicep("properties: { rules: [] }"), F, "an empty list"),
    ("{some: $.properties.rules}", bicep("properties: {}"), F, "no list is an empty one"),
    (
        "{none: $.properties.rules}",
        bicep("properties: { rules: x }", before="param x array"),
        U,
        "a list of which nothing is known",
    ),
    (
        "{some: $.properties.rules, where: {field: $.v, equals: a}}",
        bicep("properties: { rules: concat(x, [ { v: 'a' } ]) }", before="param x array"),
        P,
        "one good member decides",
    ),
    (
        "{every: $.properties.rules, where: {field: $.v, equals: a}}",
        bicep("properties: { rules: concat(x, [ { v: 'a' } ]) }", before="param x array"),
        U,
        "there may be others",
    ),
    ("{some: $.properties.rules}", bicep("properties: { rules: 'x' }"), U, "a text where a list belongs"),
    ("{count: '$.properties.groups[*].rules[*]', atLeast: 2}", bicep(NESTED), P, "members of members"),
    (
        "{some: $.properties.groups, where: {some: $.rules, where: {field: $.v, equals: b}}}",
        bicep(NESTED),
        P,
        "where in where",
    ),
    ("{every: $.zones, where: {field: $, in: ['1', '2']}}", bicep("zones: [ '1', '3' ]"), F, "a member that is a text"),
    (
        "{some: $.properties.rules, where: {field: $.v, equals: a}}",
        bicep("properties: { rules: { x: { v: 'a' } } }"),
        P,
        "an object's members",
    ),
    ("{field: dialect, equals: bicep}", bicep("location: 'x'"), P, "a field of the fact"),
    ("{field: apiVersion, equals: '2023-11-01'}", bicep("location: 'x'"), P, "the version"),
    ("{field: $.tags.owner, exists: true}", azurerm('  tags = { owner = "me" }'), P, "one condition for both"),
    ("{field: $.Access, exists: true}", azurerm("  access = true"), F, "Terraform knows case"),
    ("{field: $.identity.type, equals: X}", azurerm('  identity {\n    type = "X"\n  }'), P, "the only block"),
    ("{field: '$.identity[0].type', equals: X}", azurerm('  identity {\n    type = "X"\n  }'), P, "by its number"),
    ("{field: $.identity.type, exists: false}", azurerm("  access = true"), P, "no block"),
    (
        "{field: $.rule.v, equals: a}",
        azurerm('  rule {\n    v = "a"\n  }\n  rule {\n    v = "b"\n  }'),
        U,
        "which of two",
    ),
    (
        "{every: $.rule, where: {field: $.v, in: [a, b]}}",
        azurerm('  rule {\n    v = "a"\n  }\n  rule {\n    v = "b"\n  }'),
        P,
        "each",
    ),
    (
        "{none: $.rule, where: {field: $.v, equals: b}}",
        azurerm(
            '  dynamic "rule" {\n    for_each = var.x\n    content {\n      v = "a"\n    }\n  }',
            before='variable "x" {}',
        ),
        U,
        "blocks that nobody counts",
    ),
    (
        "{field: $.properties.access, equals: 'off'}",
        azapi('properties = { Access = "off" }'),
        P,
        "azapi's body is ARM's",
    ),
]


@pytest.mark.parametrize(("require", "text", "expected", "reason"), BODIES, ids=[row[3] for row in BODIES])
def test_a_path_into_a_body(require: str, text: str, expected: Verdict, reason: str) -> None:
    assert verdict(require, text, "main.tf" if '"azurerm_' in text or '"azapi_' in text else "main.bicep") is expected


OFF = "{field: $.properties.access, equals: 'off'}"
ON, WRONG = 'properties = { access = "off" }', 'properties = { access = "on" }'
UPDATE = (
    'resource "azapi_update_resource" "u" {{\n  type = "Microsoft.Search/searchServices@2023-11-01"\n'
    "  resource_id = {}\n  body = {{ properties = {{ access = {} }} }}\n}}\n"
)
CHILD = """\
resource a 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'a'
  resource b 'blobServices' = { name: 'default', properties: { deleteRetentionPolicy: { enabled: false } } }
}
"""
OWNER = "{field: $.tags.owner, exists: true}"
TAGGED = 'provider "azapi" {\n  default_tags = { owner = "me" }\n}'
SUBJECTS = [
    (
        OFF,
        bicep("properties: { access: 'on' }").replace("= {", "existing = {", 1),
        "main.bicep",
        BOTH,
        "",
        S,
        "an existing one",
    ),
    (
        "{field: name, matches: 'acme-.*'}",
        "resource s 'Microsoft.Search/searchServices@2023-11-01' existing = { name: 's' }",
        "main.bicep",
        BOTH,
        "existing: true",
        F,
        "an existing one, where the policy says so",
    ),
    (
        OFF,
        "resource s 'Microsoft.Search/searchServices@2023-11-01' existing = { name: 's' }",
        "main.bicep",
        BOTH,
        "existing: true",
        U,
        "of whose body nothing is known",
    ),
    (OFF, 'data "azurerm_search_service" "s" { name = "s" }', "main.tf", BOTH, "", S, "a data source"),
    (
        OFF,
        azurerm("  access = 1"),
        "main.tf",
        "[Microsoft.Search/searchServices]",
        "",
        S,
        "azurerm's, of a policy on ARM's",
    ),
    (OFF, azapi(WRONG), "main.tf", "[azurerm_search_service]", "", S, "azapi's, of a policy on azurerm's"),
    (OFF, azapi(WRONG), "main.tf", "[microsoft.search/SEARCHSERVICES]", "", F, "the case of a type"),
    (OFF, azapi(WRONG), "main.tf", "[Microsoft.Search/searchServices/x]", "", S, "another type"),
    (OFF, bicep("properties: { access: 'on' }"), "main.bicep", BOTH, "dialects: [arm]", S, "another language"),
    (
        OFF,
        azapi(WRONG, kind="var.t", before='variable "t" {} # microsoft.search'),
        "main.tf",
        BOTH,
        "",
        U,
        "a type that nobody knows",
    ),
    (
        OFF,
        azapi(ON, kind="var.t", before='variable "t" {} # microsoft.search'),
        "main.tf",
        BOTH,
        "",
        P,
        "which is right in any case",
    ),
    (
        OFF,
        azapi(WRONG, kind='"Microsoft.Search/${var.t}@2023-11-01"', before='variable "t" {} # microsoft.search'),
        "main.tf",
        BOTH,
        "",
        U,
        "a type that may be it",
    ),
    (
        OFF,
        azapi(WRONG, kind='"Microsoft.Web/${var.t}@2023-11-01"', before='variable "t" {} # microsoft.search'),
        "main.tf",
        BOTH,
        "",
        S,
        "a type that cannot be it",
    ),
    (
        OFF,
        azapi(WRONG) + UPDATE.format("azapi_resource.s.id", '"off"'),
        "main.tf",
        BOTH,
        "",
        P,
        "an update puts it right",
    ),
    (OFF, azapi(ON) + UPDATE.format("azapi_resource.s.id", '"on"'), "main.tf", BOTH, "", F, "or wrong"),
    (OWNER, azapi(ON, before=TAGGED), "main.tf", BOTH, "", U, "the provider has tags for all"),
    (
        OWNER,
        azapi(ON).replace("name =", 'tags = { owner = "me" }\n  name ='),
        "main.tf",
        BOTH,
        "",
        P,
        "tags beside the body",
    ),
    (OWNER, azapi(ON), "main.tf", BOTH, "", F, "no tags"),
    (OFF, azapi(ON) + 'variable "i" {}\n' + UPDATE.format("var.i", '"on"'), "main.tf", BOTH, "", U, "or perhaps"),
    (
        OFF,
        azapi(ON) + 'variable "v" {}\n' + UPDATE.format("azapi_resource.s.id", "var.v"),
        "main.tf",
        BOTH,
        "",
        U,
        "or nobody knows how",
    ),
    (
        "{arm: {field: $.x, exists: true}, azurerm: {field: $.public_network_access_enabled, equals: false}}",
        azurerm("  public_network_access_enabled = true") + UPDATE.format("azurerm_search_service.s.id", '"off"'),
        "main.tf",
        BOTH,
        "",
        U,
        "what azapi writes to a resource of azurerm, nobody can say in its words",
    ),
    (
        OFF,
        bicep("properties: { access: 'on' }")
        .replace("= {", "= if (x) {", 1)
        .replace("resource", "param x bool\nresource", 1),
        "main.bicep",
        BOTH,
        "",
        F,
        "whenever it is there, it is wrong",
    ),
    (
        OFF,
        bicep("properties: { access: 'on' }").replace("= {", "= if (false) {", 1),
        "main.bicep",
        BOTH,
        "",
        S,
        "never there",
    ),
    (
        "{field: $.properties.deleteRetentionPolicy.enabled, equals: true}",
        CHILD,
        "main.bicep",
        "[Microsoft.Storage/storageAccounts/blobServices]",
        "",
        F,
        "a child that is written in its parent",
    ),
    (
        OFF,
        "name: w\n# Microsoft.MachineLearningServices\n",
        "main.yml",
        "[Microsoft.MachineLearningServices/workspaces]",
        "",
        S,
        "Azure ML YAML declares no resource in ARM's words",
    ),
]


@pytest.mark.parametrize(
    ("require", "text", "file", "types", "extra", "expected", "reason"), SUBJECTS, ids=[row[6] for row in SUBJECTS]
)
def test_which_resources_are_asked(
    require: str, text: str, file: str, types: str, extra: str, expected: Verdict, reason: str
) -> None:
    assert verdict(require, text, file, types, extra) is expected


def test_each_of_a_loop_is_asked() -> None:
    text = bicep("properties: { access: 'on' }").replace("= {", "= [for n in ['a', 'b']: {", 1).replace("'s'", "n")
    found, _ = judgements(OFF, text.rstrip() + "]\n")
    assert [(one.name, one.verdict) for one in found] == [("a", F), ("b", F)]


PLACES = [
    (OFF, "properties: { access: 'on' }", "'on'", "the value"),
    (OFF, "properties: { a: 1 }", "properties", "the head of what would hold it, not all of its lines"),
    ("{field: $.properties, exists: false}", "properties: { a: 1 }", "properties", "of an object, only its head"),
    (
        "{none: $.properties.r, where: {field: $.v, equals: b}}",
        "properties: { r: [ { v: 'a' }, { v: 'b' } ] }",
        "'b'",
        "the member",
    ),
]


@pytest.mark.parametrize(("require", "body", "marked", "reason"), PLACES, ids=[row[3] for row in PLACES])
def test_what_is_marked(require: str, body: str, marked: str, reason: str) -> None:
    (found,), templates = judgements(require, bicep(body))
    span = found.because[0].origin
    assert (found.verdict, templates[span.file].source.cut(span)) == (F, marked)


def test_a_message_may_say_what_stands_in_the_body() -> None:
    (found,), _ = judgements(OFF, bicep("sku: { name: 'standard' }, properties: {}"))
    assert found.message == "s standard"


@pytest.mark.parametrize("kind", ["locks", "Locks"])
def test_a_policy_may_be_about_what_nobody_else_asks_for(kind: str) -> None:
    text = f"resource l 'Microsoft.Authorization/{kind}@2020-05-01' = {{ name: 'l', properties: {{ level: LEVEL }} }}\n"
    types, require = "[Microsoft.Authorization/locks]", "{ field: $.properties.level, equals: CanNotDelete }"
    assert verdict(require, text.replace("LEVEL", "'CanNotDelete'"), types=types) is P
    assert verdict(require, text.replace("LEVEL", "'ReadOnly'"), types=types) is F
