"""Every kind of mistake in a policy, a case or a list: the place it is told at, and the nearest good word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from mnlint import catalogue, lists, testing
from mnlint.azure.schema import SCHEMA
from mnlint.documents import parse_documents
from mnlint.inputs import DocumentError
from mnlint.model.settings import Settings
from mnlint.policy.load import load
from mnlint.policy.mistakes import PolicyError
from shipped import TABLES

RULE = """\
id: ACME001
name: own-hosts
title: A host that nobody approved
severity: warning
added: "1"
for: outboundRule
when: {field: type, equals: FQDN}
require:
  anyOf:
  - {field: host, in: {list: own-hosts, take: host, where: {open: true}}}
  - {field: network.effectiveMode, equals: Disabled}
  - some: sameNameBefore
mark: host
message: "{name}: {host} of {network.name}"
why: So.
fix: So.
see: [https://example.com]
---
cases:
- name: one
  expect: fail
  at: evil.example
  bicep: |
    // evil.example
"""
NETWORK = """\
id: ACME002
name: own-network
title: A network
severity:
- {when: {field: effectiveMode, equals: Disabled}, is: error}
- {is: note}
added: "1"
for: managedNetwork
require:
  allOf:
  - every: rules
    where: {field: host, notEquals: evil.example}
  - {count: rules, where: {field: type, in: [FQDN]}, atMost: 3}
  - {field: provisionNow, equals: true}
message: "{name}"
why: So.
fix: So.
see: []
"""
RESOURCE = """\
id: ACME003
name: own-search
title: A search service
severity: note
added: "1"
for: resource
types: [Provider.Search/services, azurerm_search_service]
require:
  arm: {field: $.properties.access, equals: closed}
  azurerm: {every: '$.rule[*]', where: {field: $.open, equals: false}}
message: "{name} {$.sku.name}"
why: So.
fix: So.
see: []
"""
LIST = """\
list: own-hosts
entries:
- {host: pypi.org, open: true}
- {host: example.org, open: false, since: "2024-01-01"}
"""
# What is changed, what stands at the place that is told, and the words.
POLICIES: list[tuple[str, str, str, str, str]] = [
    # keys
    (RULE, "title:", "titel:", "titel:", "no such key: titel; did you mean title?"),
    (RULE, "title: A host that nobody approved\n", "", "id:", "`title:` is missing"),
    (RULE, "for: outboundRule\n", "", "id:", "`for:` is missing"),
    (RULE, "for:", "fore:", "fore:", "no such key: fore; did you mean for?"),
    (RULE, "see:", "zzz: 1\nsee:", "zzz:", "no such key: zzz; there are added, azure-policy, basis, cwe, dialects,"),
    (RULE, "see:", "types: [a.b/c]\nsee:", "types:", "`types:` goes with `for: resource` only"),
    (RULE, "title:", "id: X001\ntitle:", "id:", "'id' is written twice"),
    (RULE, "---\ncases:", "cases:", "cases:", "a document of their own: a line `---` stands before `cases:`"),
    # YAML's own words, with what has mostly been done
    (RULE, "when: {", " when: {", ": {", "are not allowed in this context: the line is indented wrongly, or a text"),
    (RULE, "fix: So.", "fix: So: it is", ": it", "a text with `: ` in it needs quotation marks"),
    (RULE, "field: type,", "field: $.a[0].b,", "[0].b", "a text with brackets, braces or commas in it needs quotation"),
    (RULE, "fix: So.", "fix: @me", "@me", "cannot start any token: a text that begins so needs quotation marks"),
    (RULE, "fix: So.", "fix", "see:", "a key stands without its colon, or a line is indented wrongly"),
    # words that are written freely
    (RULE, "id: ACME001", "id: acme1", "id:", "an id is capital letters and at least three digits, such as ACME001"),
    (RULE, "name: own-hosts", "name: Own_Hosts", "name:", "a name is small letters, digits and hyphens"),
    (RULE, "title: A host that nobody approved", "title: no", "no", "`no` is a truth to YAML: write it in"),
    (RULE, "title: A host that nobody approved", "title: true", "title:", "without quotation marks, this is true"),
    (RULE, 'added: "1"', "added: 1.0", "added:", "a text is expected: write it in quotation marks"),
    (RULE, "see: [https://example.com]", "see: https://example.com", "see:", "a list of texts is expected"),
    (RULE, "fix: So.", "fix: [So]", "fix:", "a text is expected"),
    (RULE, "see:", "security: high\nsee:", "security:", "a number from 0 to 10 is expected"),
    (RULE, "see:", "security: 11\nsee:", "security:", "a number from 0 to 10 is expected"),
    (RULE, "see:", "precision: hihg\nsee:", "precision:", "no such precision: hihg; did you mean high?"),
    (RULE, "see:", "dialects: [bicpe]\nsee:", "bicpe]", "no such dialect: bicpe; did you mean bicep?"),
    (RULE, "see:", "dialects: [terraform]\nsee:", "terraform]", "no such dialect: terraform; did you mean azurerm?"),
    (RULE, "see:", 'since: "2024-02-30"\nsee:', "since:", "a date is written as 2024-02-13, in quotation marks"),
    (RULE, "see:", "since: 2024-02-13\nsee:", "since:", "a date is written as 2024-02-13, in quotation marks"),
    (RULE, "see:", 'since: "2024-02-13"\nuntil: "2024-01-01"\nsee:', "until:", "`until:` is a day after `since:`"),
    # severities
    (RULE, "severity: warning", "severity: warnig", "severity:", "no such severity: warnig; did you mean warning?"),
    (RULE, "severity: warning", "severity: 3", "severity:", "a severity is error, warning or note, or a list"),
    (NETWORK, "is: error", "is: eror", "is:", "no such severity: eror; did you mean error?"),
    (NETWORK, "is: error", "iss: error", "iss:", "no such key: iss; did you mean is?"),
    (NETWORK, "- {is: note}\n", "", "{when:", "the last severity has no `when`: it is what holds otherwise"),
    (
        NETWORK,
        "{when: {field: effectiveMode, equals: Disabled}, is: error}",
        "{is: error}",
        "{is:",
        "`when:` is missing",
    ),
    # kinds and fields
    (
        RULE,
        "for: outboundRule",
        "for: outboundRules",
        "for:",
        "no such kind of fact: outboundRules; did you mean outboundRule",
    ),
    (RULE, "field: type", "field: typ", "field:", "no such field of outboundRule: typ; did you mean type?"),
    (RULE, "field: type", "field: Type", "field:", "no such field of outboundRule: Type; did you mean type?"),
    (RULE, "field: network.effectiveMode", "field: effectiveMode", "field:", "did you mean network.effectiveMode?"),
    (
        RULE,
        "network.effectiveMode",
        "network.efectiveMode",
        "field:",
        "managedNetwork: efectiveMode; did you mean effectiveMode?",
    ),
    (
        RULE,
        "network.effectiveMode",
        "networks.effectiveMode",
        "field:",
        "outboundRule: networks; did you mean network?",
    ),
    (RULE, "network.effectiveMode", "type.effectiveMode", "field:", "`type` leads to no single other fact"),
    (
        NETWORK,
        "field: provisionNow",
        "field: rules.host",
        "field:",
        "`rules` leads to no single other fact: ask its members with",
    ),
    (
        RULE,
        "network.effectiveMode",
        "network..effectiveMode",
        "field:",
        "only names, indexes and [*] may stand in a path",
    ),
    (RULE, "network.effectiveMode", "network.", "field:", "not a path"),
    (RULE, "network.effectiveMode", "'network[?(@.a)]'", "field:", "filters are written with `where`"),
    (RULE, "network.effectiveMode", "$.properties", "field:", "only `for: resource` has a body"),
    (RULE, "mark: host", "mark: hots", "mark:", "no such field of outboundRule: hots; did you mean host?"),
    # conditions
    (RULE, "anyOf:", "anyof:", "anyof:", "no such condition: anyof; did you mean anyOf?"),
    (RULE, "when: {field: type, equals: FQDN}", "when: [a]", "when:", "one condition is expected: several stand under"),
    (RULE, "when: {field: type, equals: FQDN}", "when: a", "when:", "keys and values are expected here"),
    (RULE, "equals: FQDN", "equals: [FQDN]", "equals:", "`equals` compares with one value: with several, `in` does"),
    (RULE, "host, in: {list: own-hosts, take: host, where: {open: true}}", "host, regex: x", "regex:", "mean matches?"),
    (
        RULE,
        "when: {field: type, equals: FQDN}",
        "when: {not: {}}",
        "not:",
        "a condition is one of allOf, anyOf, not, some",
    ),
    (RULE, "when: {field: type, equals: FQDN}", "when: {anyOf: []}", "anyOf:", "a list of conditions is expected"),
    (
        RULE,
        "when: {field: type, equals: FQDN}",
        "when: {field: type, some: sameNameBefore}",
        "when:",
        "not some and field at once",
    ),
    (
        RULE,
        "when: {field: type, equals: FQDN}",
        "when: {arm: {field: type, equals: FQDN}}",
        "arm:",
        "no such condition: arm",
    ),
    # operators
    (RULE, "equals: FQDN", "eqals: FQDN", "eqals:", "no such operator: eqals; did you mean equals?"),
    (RULE, "equals: FQDN", "Equals: FQDN", "Equals:", "no such operator: Equals; did you mean equals?"),
    (
        RULE,
        ", equals: FQDN",
        "",
        "when:",
        "one operator is expected beside `field`: equals, notEquals, in, notIn, exists",
    ),
    (RULE, "equals: FQDN", "equals: FQDN, exists: true", "when:", "one operator is expected beside `field`"),
    (
        RULE,
        "equals: FQDN",
        'matches: "F.*"',
        "matches:",
        "`matches` is not asked of type, one of a few words: equals, notEquals",
    ),
    (NETWORK, "equals: true", 'matches: "t.*"', "matches:", "`matches` is not asked of provisionNow, true or false"),
    (
        NETWORK,
        "field: provisionNow",
        "field: rules",
        "field:",
        "`rules` is a list: ask its members with some, every, none, count",
    ),
    (
        RULE,
        "field: network.effectiveMode, equals: Disabled",
        "field: network, equals: Disabled",
        "equals:",
        "`equals` is not asked of network",
    ),
    (RULE, "equals: FQDN", "equals: FQDN, case: folded", "case:", "`case:` can only be exact"),
    (RULE, "equals: FQDN", "exists: true, case: exact", "case:", "`case:` means nothing beside `exists`"),
    # arguments
    (RULE, "equals: FQDN", "equals: FQND", "equals:", "no such value of type: FQND; did you mean FQDN?"),
    (
        RULE,
        "equals: Disabled",
        "equals: AllowInternetOutbond",
        "equals:",
        "effectiveMode: AllowInternetOutbond; did you mean AllowInternetOutbound?",
    ),
    (
        RULE,
        "equals: Disabled",
        "in: [Disabled, Opened]",
        "Opened]",
        "no such value of effectiveMode: Opened; there are AllowInternetOutbound,",
    ),
    (RULE, "equals: Disabled", "in: Disabled", "in:", "a list of values is expected, or {list: …, take: …}"),
    (RULE, "equals: Disabled", "in: []", "in:", "a list with at least one value is expected"),
    (RULE, "equals: Disabled", "exists: sure", "exists:", "true or false is expected"),
    (
        NETWORK,
        "notEquals: evil.example",
        "notEquals: on",
        "on}",
        "`on` is a truth to YAML: write it in quotation marks, or true or false",
    ),
    (
        NETWORK,
        "notEquals: evil.example",
        "notEquals: 1.5",
        "notEquals:",
        "a text is expected: write it in quotation marks",
    ),
    (NETWORK, "equals: true", 'equals: "yes"', "equals:", "provisionNow is true or false"),
    (NETWORK, "equals: true", "equals: 1", "equals:", "provisionNow is true or false"),
    # lists of values
    (RULE, "list: own-hosts", "list: own-host", "list:", "no such list: own-host; did you mean own-hosts?"),
    (RULE, "take: host", "take: hots", "take:", "no such column of the list own-hosts: hots; did you mean host?"),
    (RULE, "take: host, ", "", "in:", "a text is expected"),
    (RULE, "take: host", "taek: host", "taek:", "no such key: taek; did you mean take?"),
    (
        RULE,
        "where: {open: true}",
        "where: {opne: true}",
        "opne:",
        "no such column of the list own-hosts: opne; did you mean open?",
    ),
    (
        RULE,
        "where: {open: true}",
        "at: host",
        "in:",
        "`at:` (a field) and `key:` (the column to find it in) go together",
    ),
    (RULE, "where: {open: true}", "at: host, key: hots", "key:", "no such column of the list own-hosts: hots"),
    (
        RULE,
        "where: {open: true}",
        "at: hosst, key: host",
        "at:",
        "no such field of outboundRule: hosst; did you mean host?",
    ),
    # members
    (NETWORK, "every: rules", "every: rulse", "every:", "no such field of managedNetwork: rulse; did you mean rules?"),
    (NETWORK, "every: rules", "every: effectiveMode", "every:", "`effectiveMode` is no list: ask with `field:`"),
    (NETWORK, "field: host", "field: hosts", "field:", "no such field of outboundRule: hosts; did you mean host?"),
    (
        NETWORK,
        "\n    where: {field: host, notEquals: evil.example}",
        "",
        "every:",
        "`where:` is missing: what is so of every member",
    ),
    (NETWORK, "atMost: 3", "atMots: 3", "atMots:", "no such key: atMots; did you mean atMost?"),
    (NETWORK, "atMost: 3", "atMost: many", "atMost:", "a whole number is expected"),
    (NETWORK, ", atMost: 3", "", "{count:", "`count` goes with `atLeast:`, `atMost:` or both"),
    (
        RULE,
        "some: sameNameBefore",
        "some: sameNameBefore\n    where: {field: name, exists: true}",
        "where:",
        "members of `sameNameBefore` have no fields",
    ),
    # placeholders
    (RULE, "{host} of", "{hots} of", "message:", "no such field of outboundRule: hots; did you mean host?"),
    (
        RULE,
        "{host} of",
        "{ host } of",
        "message:",
        "{ host } is no placeholder: a field stands in braces, such as {name}",
    ),
    (RULE, "{host} of", "{host of", "message:", "{host of  is no placeholder"),
    (RULE, "{host} of", "host} of", "message:", "} is no placeholder"),
    (RULE, "{host} of", "{$.host} of", "message:", "only `for: resource` has a body"),
    # patterns
    (NETWORK, "notEquals: evil.example", 'matches: "a**"', "matches:", "a repetition is not repeated again"),
    (NETWORK, "notEquals: evil.example", "matches: 'a(?=b)'", "matches:", "looks neither ahead nor back"),
    (NETWORK, "notEquals: evil.example", "matches: '(a)\\1'", "matches:", "`\\1` means nothing here"),
    (NETWORK, "notEquals: evil.example", "matches: '[b-a]'", "matches:", "goes from a lower to a higher character"),
    # resources
    (RESOURCE, "types: [Provider.Search/services, azurerm_search_service]\n", "", "id:", "`types:` is missing"),
    (
        RESOURCE,
        "Provider.Search/services,",
        "Provider.Search/services@2024-01-01,",
        "Provider.Search/services@202",
        "a type stands without its version: Provider.Search/services",
    ),
    (
        RESOURCE,
        "Provider.Search/services,",
        "azapi_resource,",
        "azapi_resource,",
        "a resource of azapi is of the ARM type that it says",
    ),
    (
        RESOURCE,
        "Provider.Search/services,",
        "searchServices,",
        "searchServices,",
        "searchServices is neither a type of ARM, Provider.Name/type, nor one of azurerm",
    ),
    (
        RESOURCE,
        "Provider.Search/services,",
        "azurerm_search_service,",
        "azurerm_search_service]",
        "azurerm_search_service is written twice",
    ),
    (
        RESOURCE,
        "[Provider.Search/services, azurerm_search_service]",
        "[]",
        "types:",
        "a list with at least one type is expected",
    ),
    (RESOURCE, "Provider.Search/services, ", "", "arm:", "none of the `types:` is written in arm's words"),
    (
        RESOURCE,
        "  arm: {field: $.properties.access, equals: closed}\n",
        "",
        "require:",
        "`arm:` is missing: some of the `types:`",
    ),
    (RESOURCE, "$.properties.access", "properties.access", "field:", "begins with `$`: $.properties.access"),
    (RESOURCE, "$.properties.access", "nmae", "field:", "no such field of resource: nmae; did you mean name?"),
    (RESOURCE, "$.properties.access", "'$.rules[*].open'", "field:", "[*] stands for several values: ask with some"),
    (RESOURCE, "$.properties.access", "$..access", "field:", "only names, indexes and [*] may stand in a path"),
    (RESOURCE, "$.properties.access", "'$.rules[1:2]'", "field:", "only names, indexes and [*] may stand in a path"),
    (RESOURCE, "$.properties.access", "'$.rules[-1]'", "field:", "only names, indexes and [*] may stand in a path"),
    (RESOURCE, "$.properties.access", "$", "field:", "`$` alone is the whole body"),
    (RESOURCE, "$.properties.access", "a.$", "field:", "`$` stands at the beginning of a path"),
    (
        RESOURCE,
        "{field: $.open",
        "{field: open",
        "field:",
        "a path in `where:` begins with `$`, which is the member: $.open",
    ),
    (RESOURCE, "azurerm: {every", "azurm: {every", "azurm:", "no such key: azurm; did you mean azurerm?"),
    (RESOURCE, "see:", "existing: sometimes\nsee:", "existing:", "true or false is expected"),
]
CASES: list[tuple[str, str, str, str]] = [
    ("- name: one\n  expect", "- one\n- expect", "one", "a case is keys and values"),
    ("name: one", "nam: one", "nam:", "no such key of a case: nam; did you mean name?"),
    ("name: one", "name: 1", "name:", "a case has a `name:`"),
    ("expect: fail", "expect: fial", "expect:", "`expect:` is one of pass, fail, unknown, skip"),
    ("bicep: |\n    // evil.example", "via: []", "name:", "a case is written in at least one of bicep, arm"),
    ("bicep: |\n    // evil.example", "bicep: 5", "bicep:", "a text is expected, or file names with their texts"),
    ("bicep: |\n    // evil.example", "bicep: {a.bicep: 5}", "bicep:", "a text is expected, or file names"),
    ("at: evil.example", "at: [x]", "at:", "`at:` is a text to be marked"),
    ("at: evil.example", "at: evil", "22:3", ""),
    ("at: evil.example", "at: good.example", "at:", "'good.example' does not stand in the bicep files"),
    ("at: evil.example", "at: {text: evil.example, nth: 2}", "at:", "stands once in the bicep files, and not 2 times"),
    ("at: evil.example", "at: {text: e, nth: 9}", "at:", "'e' stands 3 times in the bicep files, and not 9 times"),
    ("at: evil.example", "at: e", "at:", "'e' stands 3 times in the bicep files: say which with `at: {text: …, nth"),
    ("at: evil.example", "at: {bicep: evil.example, arm: x}", "at:", "names arm, in which the case is not written"),
    ("at: evil.example", "at: evil.example\n  cause: x", "cause:", "`cause:` goes with `expect: unknown`"),
    ("at: evil.example", "at: evil.example\n  before: {arm: x}", "before:", "`before:` names arm, in which the"),
    ("at: evil.example", 'at: evil.example\n  settings: {as-of: "now"}', "settings:", "`settings:` is `as-of: "),
    ("at: evil.example", "at: {text: evil.example, nth: first}", "at:", "`at:` is a text to be marked"),
    ("at: evil.example", "at: {bicpe: x}", "at:", "`at:` is a text to be marked"),
    ("  at: evil.example\n", "", "expect:", "a case that fails says with `at:` what is marked (bicep)"),
    ("at: evil.example", "at: evil.example\n  via: here", "via:", "`via:` is a list of steps on the way"),
    ("at: evil.example", "at: evil.example\n  cause: 3", "cause:", "`cause:` is words of the reason for doubt"),
    (
        "at: evil.example",
        "at: evil.example\n  settings: {asof: x}",
        "settings:",
        '`settings:` is `as-of: "2024-02-13"`',
    ),
    (
        "at: evil.example",
        "at: evil.example\n  before: x",
        "before:",
        "`before:` has a text for each language of the case",
    ),
    ("cases:\n", "case:\n", "id:", "a second document with `cases:` is missing, behind a line `---`"),
]
LISTS: list[tuple[str, str, str, str]] = [
    ("list: own-hosts\n", "", "entries:", "a list needs `list:` with its name and `entries:`"),
    ("list: own-hosts", "list: 3", "list:", "the name of a list is a text"),
    ("entries:", "entry:", "list:", "a list needs `list:` with its name and `entries:`"),
    ("- {host: pypi.org, open: true}", "- pypi.org", "pypi.org", "an entry is keys and values"),
    ('since: "2024-01-01"', 'since: "1.1.2024"', "since:", "a date is written as 2024-02-13, in quotation marks"),
    ('since: "2024-01-01"', 'until: "2024-02-30"', "until:", "a date is written as 2024-02-13, in quotation marks"),
    ('since: "2024-01-01"', "since: 2024-01-01", "since:", "a date is written as 2024-02-13, in quotation marks"),
]


def folder(path: Path, texts: Mapping[str, str]) -> Path:
    """A folder of policies with its lists."""
    (path / "lists").mkdir()
    for name, text in {"lists/own-hosts.yaml": LIST, **texts}.items():
        (path / name).write_text(text)
    return path


def told(path: Path, own: Path, *, cases: bool = False) -> str:
    """What is said of a wrong policy file: `line:column: words`."""
    with pytest.raises(DocumentError) as caught:
        tables = {**TABLES, **lists.load(own / "lists")}
        if cases:
            list(testing.cases_of(path, tables, Settings(policies=(own,))))
        else:
            catalogue.load_policy(path, tables, Settings(policies=(own,)))
    return str(caught.value).removeprefix(f"{caught.value.file}:")


def check(said: str, text: str, place: str, words: str) -> None:
    """That a mistake is told in these words, at the place where this stands."""
    line, column, what = said.split(":", 2)
    there = text.splitlines()[int(line) - 1][int(column) - 1 :]
    assert (there.startswith(place), words in what) == (True, True), (there, said)


@pytest.mark.parametrize("text", [RULE, NETWORK, RESOURCE], ids=["rule", "network", "resource"])
def test_what_is_changed_here_is_right(text: str, tmp_path: Path) -> None:
    own = folder(tmp_path, {"a.yaml": text})
    assert catalogue.load_policy(own / "a.yaml", {**TABLES, **lists.load(own / "lists")}, Settings(policies=(own,)))


@pytest.mark.parametrize(("text", "old", "new", "place", "words"), POLICIES, ids=[row[4][:60] for row in POLICIES])
def test_a_mistake_in_a_policy(text: str, old: str, new: str, place: str, words: str, tmp_path: Path) -> None:
    assert text.count(old) >= 1
    changed = text.replace(old, new, 1)
    own = folder(tmp_path, {"a.yaml": changed})
    check(told(own / "a.yaml", own), changed, place, words)


@pytest.mark.parametrize(("old", "new", "place", "words"), CASES, ids=[f"{row[1]!r}"[:60] for row in CASES])
def test_a_mistake_in_a_case(old: str, new: str, place: str, words: str, tmp_path: Path) -> None:
    assert RULE.count(old) >= 1
    changed = RULE.replace(old, new)
    own = folder(tmp_path, {"a.yaml": changed})
    if not words:  # no mistake: a part of a text stands once, too
        assert list(
            testing.cases_of(own / "a.yaml", {**TABLES, **lists.load(own / "lists")}, Settings(policies=(own,)))
        )
        return
    check(told(own / "a.yaml", own, cases=True), changed, place, words)


@pytest.mark.parametrize(("old", "new", "place", "words"), LISTS, ids=[row[1] or "no name" for row in LISTS])
def test_a_mistake_in_a_list(old: str, new: str, place: str, words: str, tmp_path: Path) -> None:
    changed = LIST.replace(old, new)
    own = folder(tmp_path, {"lists/own-hosts.yaml": changed})
    check(told(own / "a.yaml", own), changed, place, words)


def test_a_list_takes_no_name_of_ours(tmp_path: Path) -> None:
    own = folder(tmp_path, {"lists/own-hosts.yaml": LIST.replace("list: own-hosts", "list: service-tags")})
    with pytest.raises(DocumentError, match=r"own-hosts.yaml:1:1: the name service-tags is taken by .*service-tags"):
        catalogue.tables_of([own])


def test_a_column_may_be_of_another_day(tmp_path: Path) -> None:
    """A list that has no such entry yet is no mistake: `--as-of` judges by what was so."""
    text = RULE.replace("where: {open: true}", "where: {strict: true}")
    later = LIST.replace("open: false", "strict: true")
    own = folder(tmp_path, {"a.yaml": text, "lists/own-hosts.yaml": later})
    assert catalogue.load_policy(own / "a.yaml", catalogue.tables_of([own], "2023-01-01"), Settings(policies=(own,)))


@pytest.mark.parametrize("name", ["id", "name"])
def test_an_id_and_a_name_are_given_once(name: str, tmp_path: Path) -> None:
    other = RULE.replace("ACME001", "ACME009") if name == "name" else RULE.replace("name: own-hosts", "name: other")
    own = folder(tmp_path, {"a.yaml": RULE, "b.yaml": other})
    with pytest.raises(DocumentError, match=f"b.yaml:[12]:1: the {name} .* is taken by .*a.yaml"):
        catalogue.load_policies(Settings(policies=(own,)), catalogue.tables_of([own]))


def test_a_folder_without_a_policy_is_told(tmp_path: Path) -> None:
    own = folder(tmp_path, {".hidden.yaml": RULE, "README.md": ""})
    with pytest.raises(DocumentError, match="no policy is in this folder"):
        catalogue.policy_files(own)


# ── whatever stands where something else belongs: told, never a fault of ours ──

ODD = ([], {}, [[]], ["x"], {"x": 1}, {1: 2}, 1, -1.5, True, None, "", "$", "{", "x" * 600, ["x"] * 3)


def replaced(document: Any, odd: Any) -> Iterator[Any]:
    """A document with each of its values, in turn, replaced."""
    yield odd
    if isinstance(document, dict):
        for key, value in document.items():
            yield from ({**document, key: made} for made in replaced(value, odd))
            yield {**{k: v for k, v in document.items() if k != key}, str(odd)[:20]: value}
    elif isinstance(document, list):
        for at, value in enumerate(document):
            yield from ([*document[:at], made, *document[at + 1 :]] for made in replaced(value, odd))


@pytest.mark.parametrize("text", [RULE, NETWORK, RESOURCE], ids=["rule", "network", "resource"])
def test_no_value_of_a_policy_is_a_fault_of_ours(text: str) -> None:
    tables = {**TABLES, "own-hosts": parse_documents(LIST, "list")[0]["entries"]}
    told = 0
    for odd in ODD:
        for document in replaced(parse_documents(text, "a.yaml")[0], odd):
            try:
                load(document, SCHEMA, tables, "a.yaml")
            except PolicyError as error:
                assert error.what
                told += 1
    assert told > 500


def test_no_value_of_a_case_is_a_fault_of_ours(tmp_path: Path) -> None:
    head, good = RULE.split("---\n")
    more = "  via: [x]\n  cause: y\n  settings: {as-of: '2024-01-01', subscriptions: {a: b}}\n  before: {bicep: x}\n"
    own = folder(tmp_path, {})
    tables = {**TABLES, **lists.load(own / "lists")}
    told = 0
    for odd in ODD:
        for document in replaced(yaml.safe_load(good + more), odd):
            (own / "a.yaml").write_text(f"{head}---\n{yaml.safe_dump(document)}")
            try:
                list(testing.cases_of(own / "a.yaml", tables, Settings(policies=(own,))))
            except DocumentError as error:
                assert error.line
                told += 1
    assert told > 200
