"""What an expression becomes: the value, and the way it came, in each of the languages."""

from __future__ import annotations

import pytest

from functions import arm, bicep, terraform
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown


def told(node: Node) -> object:
    """A value in words: `@` a part of a resource, `?` what nobody knows, why and in which form, `or` one of several."""
    value = node.value
    if isinstance(value, Unknown):
        return f"?{value.cause.name} {value.label} {value.form}"
    if isinstance(value, Ref):
        return "@" + ".".join((value.address, *value.rest))
    if isinstance(value, Choice):
        return {
            "or": [told(o) for o in value.options],
            "why": f"{value.why.cause.name} {value.why.label} {value.why.form}",
        }
    if isinstance(value, Map):
        made: dict[str, object] = {name: told(child) for name, child in value.entries.items()}
        more = {"...": f"{value.more.cause.name} {value.more.label}"} if value.more else {}
        return {**made, **more, **({"hidden": [name for name, _ in value.hidden]} if value.hidden else {})}
    if isinstance(value, Seq):
        return [*map(told, value.items), *([f"...{value.more.cause.name} {value.more.label}"] if value.more else [])]
    return "nothing" if isinstance(value, Absent) else value


def way(node: Node) -> list[str]:
    return [f"{hop.kind.value} {hop.label}" for hop in node.trail]


NET = """
resource net 'Microsoft.Network/virtualNetworks@2024-05-01' = {
 name: 'net'
 location: 'x'
 resource work 'subnets' = {
  name: 'work'
 }
}
"""
MAYBE = """
resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = if (b) {
 name: 'sa'
 location: 'x'
}
resource never 'Microsoft.Storage/storageAccounts@2023-01-01' = if (false) {
 name: 'no'
}
"""
LOOP = """
resource each 'Microsoft.Storage/storageAccounts@2023-01-01' = [for i in range(0, 2): {
 name: 'sa${i}'
}]
resource some 'Microsoft.Storage/storageAccounts@2023-01-01' = [for i in range(0, 2): if (i == 1) {
 name: 'sb${i}'
}]
"""
RG = """
resource "azurerm_resource_group" "rg" {
 name = "rg"
 location = upper("x")
}
"""
SA = """
resource "azurerm_storage_account" "sa" {
 name = "sa"
 count = 2
 network_rules {
  default_action = "Deny"
  private_link_access {
   tenant = "t"
  }
 }
 tags = { a = 1 }
 ips = ["x"]
}
"""
ONE = """
resource "azurerm_storage_account" "one" {
 name = "one"
 network_rules {
  default_action = "Deny"
 }
 ips = ["x"]
}
data "azurerm_client_config" "me" {
 x = "y"
}
"""
MAY = """
resource "azurerm_storage_account" "may" {
 count = var.b ? 1 : 0
 name = "may"
}
"""
API = """
resource "azapi_resource" "api" {
 type = "Microsoft.Foo/bars@2020-01-01"
 name = "api"
 body = { a = 1 }
 tags = ["x"]
}
"""

BICEP = [  # an expression, what is declared beside it, what it is, by which way
    ("'a${p}b'", "", "?NO_VALUE parameter p a{param:p}b", ["computed put together here"]),
    ("'${p}'", "", "?NO_VALUE parameter p {param:p}", ["reference p", "declaration parameter p"]),
    ("'${n}'", "", "?NO_VALUE parameter n {param:n}", ["reference n", "declaration parameter n"]),
    ("'${b ? 'x' : 'y'}'", "", {"or": ["x", "y"], "why": "NO_VALUE parameter b {param:b}"}, ["computed depends on b"]),
    (
        "'${b ? p : 1}'",
        "",
        {"or": ["?NO_VALUE parameter p {param:p}", "1"], "why": "NO_VALUE parameter b {param:b}"},
        ["literal written here"],
    ),
    ("'${true}-${1}'", "", "True-1", ["computed put together here"]),
    ("'${newGuid()}x'", "", "?FUNCTION newGuid() {hole:1}x", ["computed put together here"]),
    (
        "'${newGuid()}x' == '${newGuid()}x'",
        "",
        "?FUNCTION newGuid() {==('{hole:1}x','{hole:2}x')}",
        ["computed ==(…)", "computed put together here"],
    ),
    ("net.id", NET, "@net.id", ["reference net.id", "literal net.id"]),
    ("net.name", NET, "net", ["reference net.name", "literal written here"]),
    ("net.NAME", NET, "net", ["reference net.NAME", "literal written here"]),
    ("net.type", NET, "Microsoft.Network/virtualNetworks", ["reference net.type", "literal written here"]),
    ("net.Type", NET, "Microsoft.Network/virtualNetworks", ["reference net.Type", "literal written here"]),
    ("net.apiVersion", NET, "2024-05-01", ["reference net.apiVersion", "literal written here"]),
    ("net.location", NET, "@net.location", ["reference net.location", "literal net.location"]),
    ("net.properties.x", NET, "@net.properties.x", ["reference net.properties.x", "literal net.properties.x"]),
    ("net::work.name", NET, "work", ["reference net::work.name", "literal written here"]),
    ("net.properties['x']", NET, "@net.properties.x", ["reference net.properties['x']", "literal net.properties['x']"]),
    ("'${net.id}'", NET, "@net.id", ["reference net.id", "literal net.id"]),
    (
        "sa.?id",
        MAYBE,
        {"or": ["@sa.id", "nothing"], "why": "NO_VALUE parameter b {param:b}"},
        ["literal it is not deployed"],
    ),
    ("sa.id", MAYBE, "@sa.id", ["reference sa.id", "literal sa.id"]),
    ("never.?id", MAYBE, "nothing", ["literal it is not deployed"]),
    ("never.id", MAYBE, "@never.id", ["reference never.id", "literal never.id"]),
    ("sa.properties.?x", MAYBE, "@sa.properties.x", ["reference sa.properties.?x", "literal sa.properties.?x"]),
    ("net.?id", NET, "@net.id", ["reference net.?id", "literal net.?id"]),
    ("each[0].name", LOOP, "sa0", ["reference each[0].name", "computed put together here"]),
    ("each[1].id", LOOP, "@each[1].id", ["reference each[1].id", "literal each[1].id"]),
    ("each[5].name", LOOP, "nothing", ["reference each[5].name", "declaration no name here"]),
    ("some[0].id", LOOP, "@some[0].id", ["reference some[0].id", "literal some[0].id"]),
    ("some[1].name", LOOP, "sb1", ["reference some[1].name", "computed put together here"]),
    (
        "each[n].name",
        LOOP,
        "?NO_VALUE parameter n {{[]([{ref:each[0]},{ref:each[1]}],{param:n})}.name}",
        ["reference each[n].name", "literal each"],
    ),
    ("each[?0].id", LOOP, "@each[0].id", ["reference each[?0].id", "literal each[?0].id"]),
    ("abc.one", "", "a", ["reference abc.one", "literal written here"]),
    ("abc.none", "", "nothing", ["declaration no none here"]),
    ("abc.?none", "", "nothing", ["declaration no none here"]),
    ("abc['one']", "", "a", ["reference abc['one']", "literal written here"]),
    ("abc.ONE", "", "a", ["reference abc.ONE", "literal written here"]),
    ("o.x", "", "?NO_VALUE parameter o {param:o.x}", ["reference o.x", "declaration parameter o"]),
    ("o.x.y", "", "?NO_VALUE parameter o {param:o.x.y}", ["reference o.x.y", "declaration parameter o"]),
    ("a[0]", "", "?NO_VALUE parameter a {[]({param:a},0)}", ["reference a", "declaration parameter a"]),
    ("words[0]", "", "one", ["element words[0]", "reference words", "literal written here"]),
    ("words[2]", "", "three", ["element words[2]", "reference words", "literal written here"]),
    ("words[3]", "", "nothing", ["literal no such member"]),
    ("words[?3]", "", "nothing", ["literal no such member"]),
    ("words[^1]", "", "three", ["element words[^1]", "reference words", "literal written here"]),
    ("words[^3]", "", "one", ["element words[^3]", "reference words", "literal written here"]),
    ("words[?^4]", "", "nothing", ["literal no such member"]),
    ("words[?-1]", "", "nothing", ["literal no such member"]),
    (
        "words[n]",
        "",
        "?NO_VALUE parameter n {[](['one','two','three'],{param:n})}",
        ["reference words", "literal written here"],
    ),
    (
        "words[b ? 0 : 1]",
        "",
        {"or": ["one", "two"], "why": "NO_VALUE parameter b {param:b}"},
        ["reference words", "literal written here"],
    ),
    (
        "(b ? words : ['q'])[0]",
        "",
        {"or": ["one", "q"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    (
        "(b ? words : ['q'])[^1]",
        "",
        {"or": ["three", "q"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    ("words['x']", "", "nothing", ["reference words['x']", "declaration no x here"]),
    (
        "abc[p]",
        "",
        "?NO_VALUE parameter p {[](<'one':'a','two':'b','three':'c'>,{param:p})}",
        ["reference abc", "literal written here"],
    ),
    ("dogs[0].name", "", "Evie", ["reference dogs[0].name", "literal written here"]),
    ("'text'.x", "", "nothing", ["reference 'text'.x", "declaration no x here"]),
    ("'text'[0]", "", "nothing", ["literal no such member"]),
    ("(b ? abc : azc).two", "", {"or": ["b", "z"], "why": "NO_VALUE parameter b {param:b}"}, ["computed depends on b"]),
    ("b ? 1 : 2", "", {"or": [1, 2], "why": "NO_VALUE parameter b {param:b}"}, ["computed depends on b"]),
    ("true ? 1 : 2", "", 1, ["branch because true is true", "literal written here"]),
    ("false ? 1 : 2", "", 2, ["branch because false is false", "literal written here"]),
    ("p ? 1 : 2", "", {"or": [1, 2], "why": "NO_VALUE parameter p {param:p}"}, ["computed depends on p"]),
    ("'x' ? 1 : 2", "", {"or": [1, 2], "why": "UNEXPECTED_TYPE 'x' None"}, ["computed depends on 'x'"]),
    (
        "b ? (n == 1 ? 1 : 2) : 3",
        "",
        {"or": [1, 2, 3], "why": "NO_VALUE parameter b {?[{param:b};{==({param:n},1)}:0,1;:2]}"},
        ["computed depends on b"],
    ),
    ("[1, ...words]", "", [1, "one", "two", "three"], ["literal written here"]),
    ("[...a, 1]", "", [1, "...NO_VALUE parameter a"], ["literal written here"]),
    ("[...null, 1]", "", [1], ["literal written here"]),
    ("[...p]", "", ["...NO_VALUE parameter p"], ["literal written here"]),
    ("[...'text']", "", ["...UNEXPECTED_TYPE ...'text'"], ["literal written here"]),
    ("{a: 1, a: 2}", "", {"a": 2, "hidden": ["a"]}, ["literal written here"]),
    ("{a: 1, A: 2}", "", {"A": 2, "hidden": ["A"]}, ["literal written here"]),
    ("{a: 1, ...abc, b: 2}", "", {"a": 1, "one": "a", "two": "b", "three": "c", "b": 2}, ["literal written here"]),
    ("{...o, b: 2}", "", {"b": 2, "...": "NO_VALUE parameter o"}, ["literal written here"]),
    ("{'${p}': 1, a: 2}", "", {"a": 2, "...": "NO_VALUE parameter p"}, ["literal written here"]),
    (
        "{a: 2, '${p}': 1}",
        "",
        {"a": "?NO_VALUE parameter p {{shallowmerge(<'a':2>,{object({param:p},1)})}.a}", "...": "NO_VALUE parameter p"},
        ["literal written here"],
    ),
    ("{'1': 2}", "", {"1": 2}, ["literal written here"]),
    ("{...abc, one: 'x'}", "", {"one": "x", "two": "b", "three": "c"}, ["literal written here"]),
    (
        "listKeys('x', '2023-01-01').key",
        "",
        "?SECRET listKeys('x', '2023-01-01') {listkeys('x','2023-01-01').key}",
        ["reference listKeys('x', '2023-01-01').key", "declaration listKeys('x', '2023-01-01')"],
    ),
    (
        "sa.listKeys().keys[0].value",
        MAYBE,
        "?SECRET sa.listKeys() {{[]({{listkeys({ref:sa.id},'2023-01-01')}.keys},0)}.value}",
        ["reference sa.listKeys().keys[0].value", "declaration sa.listKeys()"],
    ),
    (
        "net.listKeys('2020-01-01')",
        NET,
        "?SECRET net.listKeys('2020-01-01') {listkeys({ref:net.id},'2020-01-01')}",
        ["declaration net.listKeys('2020-01-01')"],
    ),
    (
        "listKeys(net.id, net.apiVersion)",
        NET,
        "?SECRET listKeys(net.id, net.apiVersion) {listkeys({ref:net.id},'2024-05-01')}",
        ["declaration listKeys(net.id, net.apiVersion)"],
    ),
    ("unknownFn(1)", "", "?FUNCTION unknownFn(1) {unknownfn(1)}", ["declaration unknownFn(1)"]),
    (
        "{a: 1, '${p}': 2, ...abc}",
        "",
        {
            "a": "?NO_VALUE parameter p {{shallowmerge(<'a':1>,{object({param:p},2)},<'one':'a','two':'b','three':'c'>)}.a}",
            "one": "a",
            "two": "b",
            "three": "c",
            "...": "NO_VALUE parameter p",
        },
        ["literal written here"],
    ),
    (
        "{'${p}': {x: 1}}.a",
        "",
        "?NO_VALUE parameter p {{object({param:p},<'x':1>)}.a}",
        ["reference {'${p}': {x: 1}}.a", "literal written here"],
    ),
    ("{true: 1}", "", {"true": 1}, ["literal written here"]),
    ("[1, 2, ...(b ? ['x'] : [])]", "", [1, 2, "...NO_VALUE parameter b"], ["literal written here"]),
    ("'${b ? null : 'x'}'", "", {"or": ["", "x"], "why": "NO_VALUE parameter b {param:b}"}, ["literal written here"]),
    ("'${[1]}'", "", "[1]", ["computed put together here"]),
    ("'${abc.none}'", "", "", ["computed put together here", "declaration no none here"]),
    (
        "words[b ? 5 : 0]",
        "",
        {"or": ["nothing", "one"], "why": "NO_VALUE parameter b {param:b}"},
        ["reference words", "literal written here"],
    ),
    (
        "(b ? words : ['q'])[b ? 0 : 1]",
        "",
        {
            "or": ["one", "q", "two", "nothing"],
            "why": "NO_VALUE parameter b {?[{param:b};{param:b}:0,1;{param:b}:2,3]}",
        },
        ["computed depends on b"],
    ),
    (
        "(b ? words : ['q'])[^2]",
        "",
        {"or": ["two", "nothing"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    ("[...a, 'x'][0]", "", "?NO_VALUE parameter a None", ["literal written here"]),
    ("[...a, 'x'][n]", "", "?NO_VALUE parameter a None", ["literal written here"]),
    ("dogs[9].name", "", "nothing", ["reference dogs[9].name", "declaration no name here"]),
    ("p[0]", "", "?NO_VALUE parameter p {[]({param:p},0)}", ["reference p", "declaration parameter p"]),
    ("null[0]", "", "nothing", ["literal no such member"]),
    ("null.x", "", "nothing", ["reference null.x", "declaration no x here"]),
    (
        "b ? {} : p",
        "",
        {"or": [{}, "?NO_VALUE parameter p {param:p}"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    (
        "b ? (n == 1 ? (n == 2 ? 1 : 2) : 3) : (n == 3 ? (n == 4 ? 5 : 6) : (n == 5 ? 7 : 8))",
        "",
        {
            "or": [1, 2, 3, 5, 6, 7, 8],
            "why": "NO_VALUE parameter b {?[{param:b};{?[{==({param:n},1)};{==({param:n},2)}:0,1;:2]}:0,1,2;{?[{==({param:n},3)};{==({param:n},4)}:0,1;{==({param:n},5)}:2,3]}:3,4,5,6]}",
        },
        ["computed depends on b"],
    ),
    ("{a: {b: 1}}.a.b", "", 1, ["reference {a: {b: 1}}.a.b", "literal written here"]),
    ("'x${b}y${n}'", "", "?NO_VALUE parameter b x{param:b}y{param:n}", ["computed put together here"]),
    ("{...p}", "", {"...": "NO_VALUE parameter p"}, ["literal written here"]),
    ("{...null, a: 1}", "", {"a": 1}, ["literal written here"]),
    ("{a: 1, b: 2, A: 3}", "", {"b": 2, "A": 3, "hidden": ["A"]}, ["literal written here"]),
    (
        "listAccountSas('x', '2020', {a: p})",
        "",
        "?SECRET listAccountSas('x', '2020', {a: p}) {listaccountsas('x','2020',<'a':{param:p}>)}",
        ["declaration listAccountSas('x', '2020', {a: p})"],
    ),
    (
        "(1 == 1) ? p : 1",
        "",
        "?NO_VALUE parameter p {param:p}",
        ["branch because 1 == 1 is true", "reference p", "declaration parameter p"],
    ),
]

ARM = [  # an expression, what is declared beside it, what it is, by which way
    ("variables('abc').one", "", "a", ["reference variables('abc').one", "literal written here"]),
    ("variables('ABC').ONE", "", "a", ["reference variables('ABC').ONE", "literal written here"]),
    ("tryGet(variables('abc'), 'one')", "", "a", ["reference tryGet(variables('abc'), 'one')", "literal written here"]),
    (
        "tryGet(variables('words'), 1)",
        "",
        "two",
        ["element tryGet(variables('words'), 1)", "reference variables('words')", "literal written here"],
    ),
    (
        "tryGet(variables('dogs'), 0, 'name')",
        "",
        "Evie",
        ["reference tryGet(variables('dogs'), 0, 'name')", "literal written here"],
    ),
    ("tryGet(variables('abc'), 'none')", "", "nothing", ["declaration no none here"]),
    (
        "tryGet(variables('abc'))",
        "",
        "?FUNCTION tryGet(variables('abc')) {tryget(<'one':'a','two':'b','three':'c'>)}",
        ["declaration tryGet(variables('abc'))"],
    ),
    ("TRYGET(variables('abc'), 'two')", "", "b", ["reference TRYGET(variables('abc'), 'two')", "literal written here"]),
    (
        "listKeys('sa', '2020-01-01')",
        "",
        "?SECRET listKeys('sa', '2020-01-01') {listkeys('sa','2020-01-01')}",
        ["declaration listKeys('sa', '2020-01-01')"],
    ),
    (
        "LISTKEYS('sa', '2020-01-01').a",
        "",
        "?SECRET LISTKEYS('sa', '2020-01-01') {listkeys('sa','2020-01-01').a}",
        ["reference LISTKEYS('sa', '2020-01-01').a", "declaration LISTKEYS('sa', '2020-01-01')"],
    ),
    ("list('x','y')", "", "?SECRET list('x','y') {list('x','y')}", ["declaration list('x','y')"]),
    (
        "if(parameters('b'), 1, 2)",
        "",
        {"or": [1, 2], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on parameters('b')"],
    ),
    ("if(true(), 1, 2)", "", 1, ["branch because true() is true", "literal written here"]),
    (
        "variables('words')[1]",
        "",
        "two",
        ["element variables('words')[1]", "reference variables('words')", "literal written here"],
    ),
    (
        "parameters('o').x",
        "",
        "?NO_VALUE parameter o {param:o.x}",
        ["reference parameters('o').x", "declaration parameter o"],
    ),
    ("concat(parameters('p'), 'x')", "", "?NO_VALUE parameter p {param:p}x", ["computed put together here"]),
]

TERRAFORM = [  # an expression, what is declared beside it, what it is, by which way
    ("azurerm_resource_group.rg.name", RG, "rg", ["reference azurerm_resource_group.rg.name", "literal written here"]),
    (
        "azurerm_resource_group.rg.location",
        RG,
        "X",
        ["reference azurerm_resource_group.rg.location", "literal written here"],
    ),
    (
        "azurerm_resource_group.rg.id",
        RG,
        "@azurerm_resource_group.rg.id",
        ["reference azurerm_resource_group.rg.id", "literal azurerm_resource_group.rg.id"],
    ),
    (
        "azurerm_resource_group.rg.other",
        RG,
        "@azurerm_resource_group.rg.other",
        ["reference azurerm_resource_group.rg.other", "literal azurerm_resource_group.rg.other"],
    ),
    (
        "azurerm_resource_group.rg.NAME",
        RG,
        "@azurerm_resource_group.rg.NAME",
        ["reference azurerm_resource_group.rg.NAME", "literal azurerm_resource_group.rg.NAME"],
    ),
    (
        "azurerm_resource_group.rg",
        RG,
        "@azurerm_resource_group.rg",
        ["reference azurerm_resource_group.rg", "literal azurerm_resource_group.rg"],
    ),
    (
        "azurerm_storage_account.sa[0].name",
        SA,
        "sa",
        ["reference azurerm_storage_account.sa[0].name", "literal written here"],
    ),
    (
        "azurerm_storage_account.sa[0].network_rules[0].default_action",
        SA,
        "Deny",
        ["reference azurerm_storage_account.sa[0].network_rules[0].default_acti…", "literal written here"],
    ),
    (
        "azurerm_storage_account.sa[0].network_rules",
        SA,
        [
            {
                "default_action": "Deny",
                "private_link_access": [{"tenant": "t", "...": "RUNTIME azurerm_storage_account.sa[0].network_rules"}],
                "...": "RUNTIME azurerm_storage_account.sa[0].network_rules",
            }
        ],
        ["reference azurerm_storage_account.sa[0].network_rules", "literal written here"],
    ),
    (
        "azurerm_storage_account.one.network_rules[0].default_action",
        ONE,
        "Deny",
        ["reference azurerm_storage_account.one.network_rules[0].default_action", "literal written here"],
    ),
    (
        "azurerm_storage_account.one.network_rules[0].private_link",
        ONE,
        "?RUNTIME azurerm_storage_account.one.network_rules None",
        [
            "reference azurerm_storage_account.one.network_rules[0].private_link",
            "element azurerm_storage_account.one.network_rules[0]",
            "literal written here",
        ],
    ),
    (
        "azurerm_storage_account.one.network_rules",
        ONE,
        [{"default_action": "Deny", "...": "RUNTIME azurerm_storage_account.one.network_rules"}],
        ["reference azurerm_storage_account.one.network_rules", "literal written here"],
    ),
    (
        "azurerm_storage_account.one.ips",
        ONE,
        ["x"],
        ["reference azurerm_storage_account.one.ips", "literal written here"],
    ),
    (
        "azurerm_storage_account.one.ips[0]",
        ONE,
        "x",
        [
            "element azurerm_storage_account.one.ips[0]",
            "reference azurerm_storage_account.one.ips",
            "literal written here",
        ],
    ),
    (
        "data.azurerm_client_config.me.x",
        ONE,
        "@data.azurerm_client_config.me.x",
        ["reference data.azurerm_client_config.me.x", "literal data.azurerm_client_config.me.x"],
    ),
    (
        "azurerm_storage_account.may[0].name",
        MAY,
        "may",
        ["reference azurerm_storage_account.may[0].name", "literal written here"],
    ),
    (
        "azurerm_storage_account.may[0].id",
        MAY,
        "@azurerm_storage_account.may[0].id",
        ["reference azurerm_storage_account.may[0].id", "literal azurerm_storage_account.may[0].id"],
    ),
    ("azapi_resource.api.body.a", API, 1, ["reference azapi_resource.api.body.a", "literal written here"]),
    ("azapi_resource.api.tags", API, ["x"], ["reference azapi_resource.api.tags", "literal written here"]),
    (
        "azapi_resource.api.type",
        API,
        "Microsoft.Foo/bars@2020-01-01",
        ["reference azapi_resource.api.type", "literal written here"],
    ),
    ('["a", "b"][0]', "", "a", ['element ["a", "b"][0]', "literal written here"]),
    ('["a", "b"]["1"]', "", "b", ['element ["a", "b"]["1"]', "literal written here"]),
    ('["a", "b"][2]', "", "nothing", ["literal no such member"]),
    ('["a", "b"]["x"]', "", "nothing", ['reference ["a", "b"]["x"]', "declaration no x here"]),
    ('["a", "b"][-1]', "", "nothing", ["literal no such member"]),
    (
        '["a", "b"]["0000000001"]',
        "",
        "nothing",
        ['reference ["a", "b"]["0000000001"]', "declaration no 0000000001 here"],
    ),
    ('["a", "b"]["000000001"]', "", "b", ['element ["a", "b"]["000000001"]', "literal written here"]),
    ('["a"]["²"]', "", "nothing", ['reference ["a"]["²"]', "declaration no ² here"]),
    ('{a = 1}["a"]', "", 1, ['reference {a = 1}["a"]', "literal written here"]),
    ('{"1" = 2}[1]', "", 2, ['reference {"1" = 2}[1]', "literal written here"]),
    ('{"true" = 2}[true]', "", 2, ['reference {"true" = 2}[true]', "literal written here"]),
    ('{"1.5" = 2}[1.5]', "", 2, ['reference {"1.5" = 2}[1.5]', "literal written here"]),
    ("{a = 1}.b", "", "nothing", ["declaration no b here"]),
    ('{a = 1}["b"]', "", "nothing", ["declaration no b here"]),
    ('toset(["a"])[0]', "", "nothing", ["literal no such member: a set has no numbers"]),
    ('"text"[0]', "", "nothing", ["literal no such member"]),
    ("5[0]", "", "nothing", ["literal no such member"]),
    ("var.p[0]", "", "?NO_VALUE variable p {[]({param:p},0)}", ["reference var.p", "declaration variable p"]),
    ("var.o.x", "", "?NO_VALUE variable o {param:o.x}", ["reference var.o.x", "declaration variable o"]),
    ("var.b ? 1 : 2", "", {"or": [1, 2], "why": "NO_VALUE variable b {param:b}"}, ["computed depends on var.b"]),
    ("true ? 1 : 2", "", 1, ["branch because true is true", "literal written here"]),
    ('false ? 1 : "2"', "", "2", ["branch because false is false", "literal written here"]),
    ("null ? 1 : 2", "", "?UNEXPECTED_TYPE null ? 1 : 2 {failed}", ["declaration null ? 1 : 2"]),
    ('"true" ? 1 : 2', "", 1, ['branch because "true" is true', "literal written here"]),
    ('"x" ? 1 : 2', "", '?UNEXPECTED_TYPE "x" ? 1 : 2 {failed}', ['declaration "x" ? 1 : 2']),
    ("var.b ? {} : 1", "", "?UNEXPECTED_TYPE var.b ? {} : 1 {failed}", ["declaration var.b ? {} : 1"]),
    (
        'var.b ? [1] : ["x"]',
        "",
        {"or": [["1"], ["x"]], "why": "NO_VALUE variable b {param:b}"},
        ["computed depends on var.b"],
    ),
    (
        "(var.b ? true : false) ? 1 : 2",
        "",
        {"or": [1, 2], "why": "NO_VALUE variable b {?({param:b};true;false)}"},
        ["computed depends on var.b ? true : false"],
    ),
    (
        "(var.b ? true : null) ? 1 : 2",
        "",
        {"or": [1, 2], "why": "NO_VALUE variable b {?({param:b};true;null)}"},
        ["computed depends on var.b ? true : null"],
    ),
    (
        '(var.b ? "true" : "x") ? 1 : 2',
        "",
        {"or": [1, '?UNEXPECTED_TYPE (var.b ? "true" : "x") ? 1 : 2 {failed}'], "why": "NO_VALUE variable b {param:b}"},
        ["computed depends on var.b"],
    ),
    ('"a${var.p}"', "", "?NO_VALUE variable p a{param:p}", ["computed put together here"]),
    ('"${var.p}"', "", "?NO_VALUE variable p {param:p}", ["reference var.p", "declaration variable p"]),
    ('"${1}-${true}"', "", "1-true", ["computed put together here"]),
    ('"${uuid()}x"', "", "?FUNCTION uuid() {hole:1}x", ["computed put together here"]),
    ("1.0", "", 1, ["literal written here"]),
    ("1.50", "", 1.5, ["literal written here"]),
    ("10000000000000000000000", "", 10000000000000000000000, ["literal written here"]),
    ("{a = 1, a = 2}", "", {"a": 2, "hidden": ["a"]}, ["literal written here"]),
    ("{(var.p) = 1, a = 2}", "", {"a": 2, "...": "NO_VALUE variable p"}, ["literal written here"]),
    (
        "{a = 2, (var.p) = 1}",
        "",
        {"a": "?NO_VALUE variable p {{shallowmerge(<'a':2>,{object({param:p},1)})}.a}", "...": "NO_VALUE variable p"},
        ["literal written here"],
    ),
    ("{(1) = 2}", "", {"1": 2}, ["literal written here"]),
    ("{(true) = 2}", "", {"...": "UNEXPECTED_TYPE true"}, ["literal written here"]),
    ("{(1.5) = 2}", "", {"1.5": 2}, ["literal written here"]),
    ("[for x in [1, 2]: x]", "", [1, 2], ["literal written here"]),
    ("[var.p]", "", ["?NO_VALUE variable p {param:p}"], ["literal written here"]),
    ("{a = 1, A = 2}", "", {"a": 1, "A": 2}, ["literal written here"]),
    ("nofn(1)", "", "?FUNCTION nofn(1) {nofn(1)}", ["declaration nofn(1)"]),
    (
        "azurerm_storage_account.may",
        MAY,
        {"or": [["@azurerm_storage_account.may[0]"], []], "why": "DYNAMIC var.b ? 1 : 0 {param:b}"},
        ["reference azurerm_storage_account.may", "literal azurerm_storage_account.may"],
    ),
    (
        "azurerm_storage_account.may[*].name",
        MAY,
        {"or": [["may"], []], "why": "DYNAMIC var.b ? 1 : 0 {param:b}"},
        ["reference azurerm_storage_account.may", "literal azurerm_storage_account.may"],
    ),
    (
        "azurerm_storage_account.sa[1].tags.a",
        SA,
        1,
        ["reference azurerm_storage_account.sa[1].tags.a", "literal written here"],
    ),
    (
        "azurerm_storage_account.sa[2].name",
        SA,
        "nothing",
        ["reference azurerm_storage_account.sa[2].name", "declaration no name here"],
    ),
    (
        "azurerm_storage_account.sa[var.n].name",
        SA,
        "?NO_VALUE variable n {{[]([{ref:azurerm_storage_account.sa[0]},{ref:azurerm_storage_account.sa[1]}],{param:n})}.name}",
        ["reference azurerm_storage_account.sa[var.n].name", "literal azurerm_storage_account.sa"],
    ),
    (
        "azurerm_storage_account.sa[0].ips",
        SA,
        ["x"],
        ["reference azurerm_storage_account.sa[0].ips", "literal written here"],
    ),
    (
        "azurerm_storage_account.sa[0].network_rules[0].private_link_access[0].tenant",
        SA,
        "t",
        ["reference azurerm_storage_account.sa[0].network_rules[0].private_link…", "literal written here"],
    ),
    (
        "azurerm_storage_account.sa[0].network_rules[0].private_link_access[0].other",
        SA,
        "?RUNTIME azurerm_storage_account.sa[0].network_rules None",
        [
            "reference azurerm_storage_account.sa[0].network_rules[0].private_link…",
            "element azurerm_storage_account.sa[0].network_rules[0].private_link…",
            "literal written here",
        ],
    ),
    ("azurerm_storage_account.sa[0].tags.b", SA, "nothing", ["declaration no b here"]),
    (
        "azurerm_storage_account.one.name.x",
        ONE,
        "nothing",
        ["reference azurerm_storage_account.one.name.x", "declaration no x here"],
    ),
    ('["a"]["1234567890"]', "", "nothing", ['reference ["a"]["1234567890"]', "declaration no 1234567890 here"]),
    ('["a", "b"][var.n]', "", "?NO_VALUE variable n {[](['a','b'],{param:n})}", ["literal written here"]),
    ("{a = 1}[var.p]", "", "?NO_VALUE variable p {[](<'a':1>,{param:p})}", ["literal written here"]),
    ("[1, 2][var.b ? 0 : 1]", "", {"or": [1, 2], "why": "NO_VALUE variable b {param:b}"}, ["literal written here"]),
    (
        '(var.b ? ["x"] : ["y"])[0]',
        "",
        {"or": ["x", "y"], "why": "NO_VALUE variable b {param:b}"},
        ["computed depends on var.b"],
    ),
    ("[for x in var.a: x][0]", "", "?NO_VALUE variable a None", ["literal written here"]),
    ('concat(["x"], var.a)[0]', "", "?NO_VALUE variable a {[]({concat(['x'],{param:a})},0)}", ["literal written here"]),
    ('concat(var.a, ["x"])[0]', "", "?NO_VALUE variable a {[]({concat({param:a},['x'])},0)}", ["literal written here"]),
    ("tomap({a = 1}).b", "", "nothing", ["declaration no b here"]),
    ('tolist(["a"])[true]', "", "nothing", ["literal no such member"]),
    ("var.p ? 1 : 2", "", {"or": [1, 2], "why": "NO_VALUE variable p {param:p}"}, ["computed depends on var.p"]),
    (
        "var.n == 1 ? var.p : var.q",
        "",
        {
            "or": ["?NO_VALUE variable p {param:p}", "?NO_VALUE variable q {param:q}"],
            "why": "NO_VALUE variable n {==({param:n},1)}",
        },
        ["computed depends on var.n == 1"],
    ),
    (
        "true ? var.p : 1",
        "",
        "?NO_VALUE variable p {param:p}",
        ["branch because true is true", "reference var.p", "declaration variable p"],
    ),
    (
        '(var.n == 1 ? null : true) ? "a" : "b"',
        "",
        {"or": ["a", "b"], "why": "NO_VALUE variable n {?({==({param:n},1)};null;true)}"},
        ["computed depends on var.n == 1 ? null : true"],
    ),
    ('"%{ if true }x%{ endif }"', "", "x", ["branch because true is true", "literal written here"]),
    ('"${[1]}"', "", [1], ["literal written here"]),
    ('"${null}"', "", None, ["literal written here"]),
    ('{for k in ["x"]: k => 1}.x', "", 1, ['reference {for k in ["x"]: k => 1}.x', "literal written here"]),
    ("{a = {b = 1}}.a.b", "", 1, ["reference {a = {b = 1}}.a.b", "literal written here"]),
    ("{a = 1}.a.b", "", "nothing", ["reference {a = 1}.a.b", "declaration no b here"]),
]


@pytest.mark.parametrize(("text", "before", "value", "hops"), BICEP, ids=[row[0] for row in BICEP])
def test_bicep(text: str, before: str, value: object, hops: list[str]) -> None:
    made = bicep(text, before=before)
    assert (told(made), way(made)) == (value, hops)


@pytest.mark.parametrize(("text", "before", "value", "hops"), ARM, ids=[row[0] for row in ARM])
def test_arm(text: str, before: str, value: object, hops: list[str]) -> None:
    made = arm(text)
    assert (told(made), way(made)) == (value, hops)


@pytest.mark.parametrize(("text", "before", "value", "hops"), TERRAFORM, ids=[row[0] for row in TERRAFORM])
def test_terraform(text: str, before: str, value: object, hops: list[str]) -> None:
    made = terraform(text, before=before)
    assert (told(made), way(made)) == (value, hops)
