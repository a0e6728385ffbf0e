"""What an expression becomes: the value, and the way it came, in each of the languages."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from functions import arm, bicep, terraform
from mnlint import formats, testing
from mnlint.model.expr import Template
from mnlint.model.limits import Limits
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.value import Absent, Cause, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.resolve import resolve
from mnlint.resolve.budget import CHARACTERS, TOO_DEEP
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.loops import instances_of
from mnlint.resolve.modules import scope_of
from mnlint.resolve.scope import MAX_DEPTH, Scope, World


def told(node: Node) -> object:
    """A value in words: `@` a part of a resource, `?` what nobody knows, why and in which form, `or` one of several."""
    value = node.value
    if node.of is not None:
        return {"of": node.of.word, "is": told(Node(value, node.span, node.trail))}
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Unknown):
        return f"?{value.cause.name} {value.label} {value.form}"
    if isinstance(value, Ref):
        return "@" + ".".join((value.address, *value.rest))
    if isinstance(value, Choice):
        by = [f"{option.trail[0].kind.value} {option.trail[0].label}" for option in value.options]
        why = f"{value.why.cause.name} {value.why.label} {value.why.form}"
        return {"or": [told(option) for option in value.options], "by": by, "why": why}
    if isinstance(value, Map | Seq) and value.of is not None:
        return {"all": value.of.word, "is": told(node.holding(replace(value, of=None)))}
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
 id = "written"
 chosen = var.b ? [{ a = 1 }] : []
 made = [{ for k in ["x"] : k => 1 if var.b }]
 mixed = [var.b ? { a = 1 } : { a = 2 }]
 keyed = [{ (var.p) = 1 }]
 tagged = var.b ? { a = 1 } : { a = 2 }
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
 things = [{ a = 1 }]
 identity {
  type = "t"
 }
}
"""
GUARDED = """
resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = if (b) {
 name: 'sa'
 resource blob 'blobServices' = if (n == 1) {
  name: 'x'
 }
}
var part = sa.properties
"""
ALIAS = """
var alias = abc
"""
MODULE = """
module m 'm.bicep' = {
 name: 'm'
}
module maybe 'm.bicep' = if (b) {
 name: 'q'
}
"""
CALLED = """
module "m" {
 source = "./m"
}
module "maybe" {
 source = "./m"
 count = var.b ? 1 : 0
}
"""
FOR_EACH = """
resource "azurerm_storage_account" "by" {
 for_each = toset(["a"])
 name = each.key
}
"""
OWN = """
func tryGet(x object, y string) string => 'mine'
func listThings(x string) string => x
"""
ODD = """
resource cased 'Microsoft.Foo/bars@2020-01-01' = {
 Name: 'c'
}
resource nameless 'Microsoft.Foo/bars@2020-01-01' = {
 location: 'c'
}
"""
DATA = """
resource "terraform_data" "t" {
 input = [{ a = 1 }]
}
"""
TWO = """
resource two 'Microsoft.Storage/storageAccounts@2023-01-01' = [for i in range(0, 2): if (b) {
 name: 'x${i}'
}]
"""
TYPED = """
variable "t" {
 type = bool
 nullable = false
}
"""

BICEP = [  # an expression, what is declared beside it, what it is, by which way
    ("'a${p}b'", "", "?NO_VALUE parameter p a{param:p}b", ["computed put together here"]),
    ("'${p}'", "", "?NO_VALUE parameter p {param:p}", ["reference p", "declaration parameter p"]),
    ("'${n}'", "", "?NO_VALUE parameter n {param:n}", ["reference n", "declaration parameter n"]),
    (
        "'${b ? 'x' : 'y'}'",
        "",
        {"or": ["x", "y"], "by": ["branch if b", "branch unless b"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    (
        "'${b ? p : 1}'",
        "",
        {
            "or": ["?NO_VALUE parameter p {param:p}", "1"],
            "by": ["computed put together here", "computed put together here"],
            "why": "NO_VALUE parameter b {param:b}",
        },
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
        {
            "or": ["@sa.id", "nothing"],
            "by": ["reference sa.?id", "literal it is not deployed"],
            "why": "NO_VALUE parameter b {param:b}",
        },
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
        {
            "or": ["one", "two"],
            "by": ["element words[b ? 0 : 1]", "element words[b ? 0 : 1]"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["reference words", "literal written here"],
    ),
    (
        "(b ? words : ['q'])[0]",
        "",
        {
            "or": ["one", "q"],
            "by": ["element (b ? words : ['q'])[0]", "element (b ? words : ['q'])[0]"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["computed depends on b"],
    ),
    (
        "(b ? words : ['q'])[^1]",
        "",
        {
            "or": ["three", "q"],
            "by": ["element (b ? words : ['q'])[^1]", "element (b ? words : ['q'])[^1]"],
            "why": "NO_VALUE parameter b {param:b}",
        },
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
    (
        "(b ? abc : azc).two",
        "",
        {
            "or": ["b", "z"],
            "by": ["reference (b ? abc : azc).two", "reference (b ? abc : azc).two"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["computed depends on b"],
    ),
    (
        "b ? 1 : 2",
        "",
        {"or": [1, 2], "by": ["branch if b", "branch unless b"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    ("true ? 1 : 2", "", 1, ["branch because true is true", "literal written here"]),
    ("false ? 1 : 2", "", 2, ["branch because false is false", "literal written here"]),
    (
        "p ? 1 : 2",
        "",
        {"or": [1, 2], "by": ["branch if p", "branch unless p"], "why": "NO_VALUE parameter p {param:p}"},
        ["computed depends on p"],
    ),
    (
        "'x' ? 1 : 2",
        "",
        {"or": [1, 2], "by": ["branch if 'x'", "branch unless 'x'"], "why": "UNEXPECTED_TYPE 'x' None"},
        ["computed depends on 'x'"],
    ),
    (
        "b ? (n == 1 ? 1 : 2) : 3",
        "",
        {
            "or": [1, 2, 3],
            "by": ["branch if n == 1", "branch unless n == 1", "branch unless b"],
            "why": "NO_VALUE parameter b {?[{param:b};{==({param:n},1)}:0,1;:2]}",
        },
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
        "{a: 1, '${p}': 2, b: 3}",
        "",
        {
            "a": "?NO_VALUE parameter p {{shallowmerge(<'a':1>,{object({param:p},2)},<'b':3>)}.a}",
            "b": 3,
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
    (
        "'${b ? null : 'x'}'",
        "",
        {
            "or": ["", "x"],
            "by": ["computed put together here", "computed put together here"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["literal written here"],
    ),
    ("'${[1]}'", "", "[1]", ["computed put together here"]),
    ("'${abc.none}'", "", "", ["computed put together here", "declaration no none here"]),
    (
        "words[b ? 5 : 0]",
        "",
        {
            "or": ["nothing", "one"],
            "by": ["literal no such member", "element words[b ? 5 : 0]"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["reference words", "literal written here"],
    ),
    (
        "(b ? words : ['q'])[b ? 0 : 1]",
        "",
        {
            "or": ["one", "q", "two", "nothing"],
            "by": [
                "element (b ? words : ['q'])[b ? 0 : 1]",
                "element (b ? words : ['q'])[b ? 0 : 1]",
                "element (b ? words : ['q'])[b ? 0 : 1]",
                "literal no such member",
            ],
            "why": "NO_VALUE parameter b {?[{param:b};{param:b}:0,1;{param:b}:2,3]}",
        },
        ["computed depends on b"],
    ),
    (
        "(b ? words : ['q'])[^2]",
        "",
        {
            "or": ["two", "nothing"],
            "by": ["element (b ? words : ['q'])[^2]", "literal no such member"],
            "why": "NO_VALUE parameter b {param:b}",
        },
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
        {
            "or": [{}, "?NO_VALUE parameter p {param:p}"],
            "by": ["branch if b", "branch unless b"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["computed depends on b"],
    ),
    (
        "b ? (n == 1 ? 1 : 2) : (n == 3 ? 5 : 6)",
        "",
        {
            "or": [1, 2, 5, 6],
            "by": ["branch if n == 1", "branch unless n == 1", "branch if n == 3", "branch unless n == 3"],
            "why": "NO_VALUE parameter b {?[{param:b};{==({param:n},1)}:0,1;{==({param:n},3)}:2,3]}",
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
    ("sa::blob.?id", GUARDED, "@blob.id", ["reference sa::blob.?id", "literal sa::blob.?id"]),
    ("sa::blob.id", GUARDED, "@blob.id", ["reference sa::blob.id", "literal sa::blob.id"]),
    ("part.?x", GUARDED, "@sa.properties.x", ["reference part.?x", "literal part.?x"]),
    ("part.x", GUARDED, "@sa.properties.x", ["reference part.x", "literal part.x"]),
    ("alias.one", ALIAS, "a", ["reference alias.one", "reference abc", "literal written here"]),
    (
        "net.properties.name",
        NET,
        "@net.properties.name",
        ["reference net.properties.name", "literal net.properties.name"],
    ),
    (
        "net.properties.type",
        NET,
        "@net.properties.type",
        ["reference net.properties.type", "literal net.properties.type"],
    ),
    ("m.name", MODULE, "@m.name", ["reference m.name", "literal m.name"]),
    ("m.outputs", MODULE, "@m.outputs", ["reference m.outputs", "literal m.outputs"]),
    ("m.outputs.x", MODULE, "?MODULE m.outputs.x {out:m.x}", ["reference m.outputs.x", "declaration m.outputs.x"]),
    ("m.OUTPUTS.x", MODULE, "?MODULE m.OUTPUTS.x {out:m.x}", ["reference m.OUTPUTS.x", "declaration m.OUTPUTS.x"]),
    (
        "maybe.outputs.x",
        MODULE,
        "?MODULE maybe.outputs.x {out:maybe.x}",
        ["reference maybe.outputs.x", "declaration maybe.outputs.x"],
    ),
    (
        "maybe.?outputs.x",
        MODULE,
        {
            "or": ["?MODULE maybe.?outputs.x {out:maybe.x}", "nothing"],
            "by": ["reference maybe.?outputs.x", "reference maybe.?outputs.x"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["literal it is not deployed"],
    ),
    (
        "m.outputs.x.value",
        MODULE,
        "?MODULE m.outputs.x {out:m.x.value}",
        ["reference m.outputs.x.value", "declaration m.outputs.x"],
    ),
    (
        "m.outputs.x.y",
        MODULE,
        "?MODULE m.outputs.x {out:m.x.y}",
        ["reference m.outputs.x.y", "declaration m.outputs.x"],
    ),
    ("'${true}-${newGuid()}'", "", "?FUNCTION newGuid() True-{hole:1}", ["computed put together here"]),
    ("'${newGuid()}-${p}'", "", "?FUNCTION newGuid() {hole:1}-{param:p}", ["computed put together here"]),
    ("map([['q']], each => each[0])", LOOP, ["q"], ["literal written here"]),
    ("each[5].id", LOOP, "nothing", ["reference each[5].id", "declaration no id here"]),
    ("sa[0].id", MAYBE, "?RUNTIME sa {{[]({ref:sa},0)}.id}", ["reference sa[0].id", "literal sa"]),
    (
        "words[^(b ? 1 : 2)]",
        "",
        {
            "or": ["three", "two"],
            "by": ["element words[^(b ? 1 : 2)]", "element words[^(b ? 1 : 2)]"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["reference words", "literal written here"],
    ),
    ("words['0']", "", "nothing", ["reference words['0']", "declaration no 0 here"]),
    ("{'1': 2}[1]", "", "nothing", ["literal no such member"]),
    ("words[?^0]", "", "nothing", ["literal no such member"]),
    ("tryGet(abc, 'one')", OWN, "mine", ["reference tryGet(abc, 'one')", "literal written here"]),
    ("listThings('q')", OWN, "q", ["reference listThings('q')", "reference x", "literal written here"]),
    ("tryGet(abc, 'one')", "", "a", ["reference tryGet(abc, 'one')", "literal written here"]),
    ("listKeys()", "", "?SECRET listKeys() {listkeys()}", ["declaration listKeys()"]),
    ("ListKeys('x', 'y')", "", "?SECRET ListKeys('x', 'y') {listkeys('x','y')}", ["declaration ListKeys('x', 'y')"]),
    (
        "listKeys(net.location, '2020')",
        NET,
        "?SECRET listKeys(net.location, '2020') {listkeys({ref:net.location},'2020')}",
        ["declaration listKeys(net.location, '2020')"],
    ),
    ("m.listKeys()", MODULE, "?SECRET m.listKeys() {listkeys({ref:m.id})}", ["declaration m.listKeys()"]),
    (
        "b ? (n == 1 ? {} : 'x') : p",
        "",
        {
            "or": [{}, "x", "?NO_VALUE parameter p {param:p}"],
            "by": ["branch if n == 1", "branch unless n == 1", "branch unless b"],
            "why": "NO_VALUE parameter b {?[{param:b};{==({param:n},1)}:0,1;:2]}",
        },
        ["computed depends on b"],
    ),
    (
        "two[0].?id",
        TWO,
        {
            "or": ["@two[0].id", "nothing"],
            "by": ["reference two[0].?id", "literal it is not deployed"],
            "why": "NO_VALUE parameter b {param:b}",
        },
        ["literal it is not deployed"],
    ),
    (
        "ListKeys(net)",
        NET,
        "?SECRET ListKeys(net) {listkeys({ref:net.id},'2024-05-01')}",
        ["declaration ListKeys(net)"],
    ),
    ("string(x => x)", "", "?FUNCTION x => x None", ["computed string(…)", "declaration x => x"]),
    ("[x => x]", "", ["?FUNCTION x => x None"], ["literal written here"]),
    (
        "some[0].listKeys()",
        LOOP,
        "?SECRET some[0].listKeys() {listkeys({ref:some[0].id})}",
        ["declaration some[0].listKeys()"],
    ),
    ("cased.name", ODD, "c", ["reference cased.name", "literal written here"]),
    ("nameless.name", ODD, "@nameless.name", ["reference nameless.name", "literal nameless.name"]),
    ("'each'[0]", LOOP, "nothing", ["literal no such member"]),
    ("{A: 1, a: 2}", "", {"a": 2, "hidden": ["a"]}, ["literal written here"]),
    (
        "contains(abc.three, p) && contains(abc.one, q) ? 1 : 2",
        "",
        {
            "or": [1, 2],
            "by": [
                "branch if contains(abc.three, p) && contains(abc.…",
                "branch unless contains(abc.three, p) && contains(abc.…",
            ],
            "why": "NO_VALUE parameter p {&&({contains('c',{param:p})},{contains('a',{param:q})})}",
        },
        ["computed depends on contains(abc.three, p) && contains(abc.…"],
    ),
    (
        "'a text that is longer than forty characters' ? 1 : 2",
        "",
        {
            "or": [1, 2],
            "by": [
                "branch if 'a text that is longer than forty chara…",
                "branch unless 'a text that is longer than forty chara…",
            ],
            "why": "UNEXPECTED_TYPE 'a text that is longer than forty chara… None",
        },
        ["computed depends on 'a text that is longer than forty chara…"],
    ),
    (
        "b ? 1 : 1",
        "",
        {"or": [1, 1], "by": ["branch if b", "branch unless b"], "why": "NO_VALUE parameter b {param:b}"},
        ["computed depends on b"],
    ),
    ("[...[...a], 1]", "", [1, "...NO_VALUE parameter a"], ["literal written here"]),
    ("[...[...a], ...words]", "", ["one", "two", "three", "...NO_VALUE parameter a"], ["literal written here"]),
    ("[...abc.none]", "", [], ["literal written here"]),
    ("[...a, ...p]", "", ["...NO_VALUE parameter a"], ["literal written here"]),
    ("[...a, ...[...o.x]]", "", ["...NO_VALUE parameter a"], ["literal written here"]),
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
        {
            "or": [1, 2],
            "by": ["branch if parameters('b')", "branch unless parameters('b')"],
            "why": "NO_VALUE parameter b {param:b}",
        },
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
        {
            "all": "",
            "is": [
                {
                    "default_action": "Deny",
                    "private_link_access": {
                        "all": "",
                        "is": [{"tenant": "t", "...": "RUNTIME azurerm_storage_account.sa[0].network_rules"}],
                    },
                    "...": "RUNTIME azurerm_storage_account.sa[0].network_rules",
                }
            ],
        },
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
        {"all": "", "is": [{"default_action": "Deny", "...": "RUNTIME azurerm_storage_account.one.network_rules"}]},
        ["reference azurerm_storage_account.one.network_rules", "literal written here"],
    ),
    (
        "azurerm_storage_account.one.ips",
        ONE,
        {"all": "", "is": ["x"]},
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
        {"of": "if there", "is": "may"},
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
    (
        "var.b ? 1 : 2",
        "",
        {
            "or": [{"of": "if there", "is": 1}, {"of": "if there", "is": 2}],
            "by": ["branch if var.b", "branch unless var.b"],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["computed depends on var.b"],
    ),
    ("true ? 1 : 2", "", 1, ["branch because true is true", "literal written here"]),
    ('false ? 1 : "2"', "", "2", ["branch because false is false", "literal written here"]),
    ("null ? 1 : 2", "", "?UNEXPECTED_TYPE null ? 1 : 2 {failed}", ["declaration null ? 1 : 2"]),
    ('"true" ? 1 : 2', "", 1, ['branch because "true" is true', "literal written here"]),
    ('"x" ? 1 : 2', "", '?UNEXPECTED_TYPE "x" ? 1 : 2 {failed}', ['declaration "x" ? 1 : 2']),
    ("var.b ? {} : 1", "", "?UNEXPECTED_TYPE var.b ? {} : 1 {failed}", ["declaration var.b ? {} : 1"]),
    (
        'var.b ? [1] : ["x"]',
        "",
        {
            "or": [{"of": "if there", "is": ["1"]}, {"of": "if there", "is": ["x"]}],
            "by": ["branch if var.b", "branch unless var.b"],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["computed depends on var.b"],
    ),
    (
        "(var.b ? true : false) ? 1 : 2",
        "",
        {
            "or": [{"of": "if there", "is": 1}, {"of": "if there", "is": 2}],
            "by": ["branch if var.b ? true : false", "branch unless var.b ? true : false"],
            "why": "NO_VALUE variable b {?({param:b};true;false)}",
        },
        ["computed depends on var.b ? true : false"],
    ),
    (
        "(var.b ? true : null) ? 1 : 2",
        "",
        {
            "or": [{"of": "if there", "is": 1}, {"of": "if there", "is": 2}],
            "by": ["branch if var.b ? true : null", "branch unless var.b ? true : null"],
            "why": "NO_VALUE variable b {?({param:b};true;null)}",
        },
        ["computed depends on var.b ? true : null"],
    ),
    (
        '(var.b ? "true" : "x") ? 1 : 2',
        "",
        {
            "or": [1, '?UNEXPECTED_TYPE (var.b ? "true" : "x") ? 1 : 2 {failed}'],
            "by": ["literal written here", 'declaration (var.b ? "true" : "x") ? 1 : 2'],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["computed depends on var.b"],
    ),
    ('"a${var.p}"', "", {"of": "string", "is": "?NO_VALUE variable p a{param:p}"}, ["computed put together here"]),
    ('"${var.p}"', "", "?NO_VALUE variable p {param:p}", ["reference var.p", "declaration variable p"]),
    ('"${1}-${true}"', "", "1-true", ["computed put together here"]),
    ('"${uuid()}x"', "", {"of": "string", "is": "?FUNCTION uuid() {hole:1}x"}, ["computed put together here"]),
    ("1.0", "", 1, ["literal written here"]),
    ("1.50", "", "1.5", ["literal written here"]),
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
        {
            "or": [["@azurerm_storage_account.may[0]"], []],
            "by": ["literal azurerm_storage_account.may", "literal azurerm_storage_account.may"],
            "why": "DYNAMIC var.b ? 1 : 0 {param:b}",
        },
        ["reference azurerm_storage_account.may", "literal azurerm_storage_account.may"],
    ),
    (
        "azurerm_storage_account.may[*].name",
        MAY,
        {
            "or": [[{"of": "if there", "is": "may"}], []],
            "by": ["literal written here", "literal written here"],
            "why": "DYNAMIC var.b ? 1 : 0 {param:b}",
        },
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
        "azurerm_storage_account.sa[0].ips",
        SA,
        {"all": "", "is": ["x"]},
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
    (
        "[1, 2][var.b ? 0 : 1]",
        "",
        {
            "or": [1, 2],
            "by": ["element [1, 2][var.b ? 0 : 1]", "element [1, 2][var.b ? 0 : 1]"],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["literal written here"],
    ),
    (
        '(var.b ? ["x"] : ["y"])[0]',
        "",
        {
            "or": [{"of": "if there", "is": "x"}, {"of": "if there", "is": "y"}],
            "by": ['element var.b ? ["x"] : ["y"])[0]', 'element var.b ? ["x"] : ["y"])[0]'],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["computed depends on var.b"],
    ),
    ("[for x in var.a: x][0]", "", "?NO_VALUE variable a None", ["literal written here"]),
    ('concat(["x"], var.a)[0]', "", "?NO_VALUE variable a {[]({concat(['x'],{param:a})},0)}", ["literal written here"]),
    ('concat(var.a, ["x"])[0]', "", "?NO_VALUE variable a {[]({concat({param:a},['x'])},0)}", ["literal written here"]),
    ("tomap({a = 1}).b", "", "nothing", ["declaration no b here"]),
    ('tolist(["a"])[true]', "", "nothing", ["literal no such member"]),
    (
        "var.p ? 1 : 2",
        "",
        {
            "or": [{"of": "if there", "is": 1}, {"of": "if there", "is": 2}],
            "by": ["branch if var.p", "branch unless var.p"],
            "why": "NO_VALUE variable p {param:p}",
        },
        ["computed depends on var.p"],
    ),
    (
        "var.n == 1 ? var.p : var.q",
        "",
        {
            "or": [
                {"of": "", "is": "?NO_VALUE variable p {param:p}"},
                {"of": "", "is": "?NO_VALUE variable q {param:q}"},
            ],
            "by": ["branch if var.n == 1", "branch unless var.n == 1"],
            "why": "NO_VALUE variable n {==({param:n},1)}",
        },
        ["computed depends on var.n == 1"],
    ),
    (
        "true ? var.p : 1",
        "",
        {"of": "", "is": "?NO_VALUE variable p {param:p}"},
        ["branch because true is true", "reference var.p", "declaration variable p"],
    ),
    (
        '(var.n == 1 ? null : true) ? "a" : "b"',
        "",
        {
            "or": [{"of": "if there", "is": "a"}, {"of": "if there", "is": "b"}],
            "by": ["branch if var.n == 1 ? null : true", "branch unless var.n == 1 ? null : true"],
            "why": "NO_VALUE variable n {?({==({param:n},1)};null;true)}",
        },
        ["computed depends on var.n == 1 ? null : true"],
    ),
    ('"%{ if true }x%{ endif }"', "", "x", ["branch because true is true", "literal written here"]),
    ('"${[1]}"', "", [1], ["literal written here"]),
    ('"${null}"', "", None, ["literal written here"]),
    ('{for k in ["x"]: k => 1}.x', "", 1, ['reference {for k in ["x"]: k => 1}.x', "literal written here"]),
    ("{a = {b = 1}}.a.b", "", 1, ["reference {a = {b = 1}}.a.b", "literal written here"]),
    ("{a = 1}.a.b", "", "nothing", ["reference {a = 1}.a.b", "declaration no b here"]),
    (
        "azurerm_storage_account.one.id",
        ONE,
        "@azurerm_storage_account.one.id",
        ["reference azurerm_storage_account.one.id", "literal azurerm_storage_account.one.id"],
    ),
    (
        "azurerm_storage_account.one.chosen",
        ONE,
        {
            "or": [
                {"all": "", "is": [{"a": 1, "...": "RUNTIME azurerm_storage_account.one.chosen"}]},
                {"all": "", "is": []},
            ],
            "by": ["branch if var.b", "branch unless var.b"],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["reference azurerm_storage_account.one.chosen", "computed depends on var.b"],
    ),
    (
        "azurerm_storage_account.one.chosen[0].b",
        ONE,
        {
            "or": ["?RUNTIME azurerm_storage_account.one.chosen None", "nothing"],
            "by": [
                "reference azurerm_storage_account.one.chosen[0].b",
                "reference azurerm_storage_account.one.chosen[0].b",
            ],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["reference azurerm_storage_account.one.chosen", "computed depends on var.b"],
    ),
    (
        "azurerm_storage_account.one.tagged",
        ONE,
        {
            "or": [{"of": "if there", "is": {"a": 1}}, {"of": "if there", "is": {"a": 2}}],
            "by": ["branch if var.b", "branch unless var.b"],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["reference azurerm_storage_account.one.tagged", "computed depends on var.b"],
    ),
    (
        "azurerm_storage_account.one.tagged.b",
        ONE,
        {
            "or": ["nothing", "nothing"],
            "by": ["declaration no b here", "declaration no b here"],
            "why": "NO_VALUE variable b {param:b}",
        },
        ["reference azurerm_storage_account.one.tagged", "computed depends on var.b"],
    ),
    (
        "azapi_resource.api.identity",
        API,
        {"all": "", "is": [{"type": "t", "...": "RUNTIME azapi_resource.api.identity"}]},
        ["reference azapi_resource.api.identity", "literal written here"],
    ),
    (
        "azapi_resource.api.identity[0].other",
        API,
        "?RUNTIME azapi_resource.api.identity None",
        [
            "reference azapi_resource.api.identity[0].other",
            "element azapi_resource.api.identity[0]",
            "literal written here",
        ],
    ),
    ("module.m", CALLED, "@module.m", ["reference module.m", "literal module.m"]),
    ("module.m.x", CALLED, "?MODULE module.m.x {out:module.m.x}", ["reference module.m.x", "declaration module.m.x"]),
    (
        "module.m.outputs",
        CALLED,
        "?MODULE module.m.outputs {out:module.m.outputs}",
        ["reference module.m.outputs", "declaration module.m.outputs"],
    ),
    (
        "module.maybe[0].x",
        CALLED,
        "?MODULE module.maybe[0].x {out:module.maybe[0].x}",
        ["reference module.maybe[0].x", "declaration module.maybe[0].x"],
    ),
    (
        "module.m.value",
        CALLED,
        "?MODULE module.m.value {out:module.m.value}",
        ["reference module.m.value", "declaration module.m.value"],
    ),
    (
        "module.m.x.value",
        CALLED,
        "?MODULE module.m.x {out:module.m.x.value}",
        ["reference module.m.x.value", "declaration module.m.x"],
    ),
    (
        '"${true}-${uuid()}"',
        "",
        {"of": "string", "is": "?FUNCTION uuid() true-{hole:1}"},
        ["computed put together here"],
    ),
    (
        '"${uuid()}-${var.p}"',
        "",
        {"of": "string", "is": "?FUNCTION uuid() {hole:1}-{param:p}"},
        ["computed put together here"],
    ),
    ("1.25", "", "1.25", ["literal written here"]),
    (
        'azurerm_storage_account.by["a"].name',
        FOR_EACH,
        "a",
        [
            'reference azurerm_storage_account.by["a"].name',
            "reference each.key",
            "element member 'a'",
            "literal written here",
        ],
    ),
    (
        'azurerm_storage_account.by["b"].name',
        FOR_EACH,
        "nothing",
        ['reference azurerm_storage_account.by["b"].name', "declaration no name here"],
    ),
    ('["a", "b", "c", "d"]["٣"]', "", "nothing", ['reference ["a", "b", "c", "d"]["٣"]', "declaration no ٣ here"]),
    ('list("a", "b")', "", "?RUNTIME list(\"a\", \"b\") {list('a','b')}", ['declaration list("a", "b")']),
    (
        'tryget({ a = 1 }, "a")',
        "",
        "?FUNCTION tryget({ a = 1 }, \"a\") {tryget(<'a':1>,'a')}",
        ['declaration tryget({ a = 1 }, "a")'],
    ),
    ('{ "1" = 2 }[1.0]', "", 2, ['reference { "1" = 2 }[1.0]', "literal written here"]),
    ('toset(["a"])["a"]', "", "nothing", ["literal no such member: a set has no numbers"]),
    ("terraform_data.t.input[0].b", DATA, "nothing", ["declaration no b here"]),
    (
        "var.t ? 1 : 2",
        TYPED,
        {"or": [1, 2], "by": ["branch if var.t", "branch unless var.t"], "why": "NO_VALUE variable t {param:t}"},
        ["computed depends on var.t"],
    ),
    (
        "azurerm_storage_account.one.made[0].y",
        ONE,
        "?NO_VALUE variable b None",
        [
            "reference azurerm_storage_account.one.made[0].y",
            "element azurerm_storage_account.one.made[0]",
            "literal written here",
        ],
    ),
    (
        "azurerm_storage_account.one.mixed[0].b",
        ONE,
        {
            "or": [
                "?RUNTIME azurerm_storage_account.one.mixed None",
                "?RUNTIME azurerm_storage_account.one.mixed None",
            ],
            "by": [
                "reference azurerm_storage_account.one.mixed[0].b",
                "reference azurerm_storage_account.one.mixed[0].b",
            ],
            "why": "NO_VALUE variable b {param:b}",
        },
        [
            "element azurerm_storage_account.one.mixed[0]",
            "reference azurerm_storage_account.one.mixed",
            "computed depends on var.b",
        ],
    ),
    (
        "azurerm_storage_account.one.keyed",
        ONE,
        {"all": "", "is": [{"...": "NO_VALUE variable p"}]},
        ["reference azurerm_storage_account.one.keyed", "literal written here"],
    ),
    ("azapi_resource.api.things[0].b", API, "nothing", ["declaration no b here"]),
    ('{ "1" = 2 }["1"]', "", 2, ['reference { "1" = 2 }["1"]', "literal written here"]),
    ("{ a = 1 }.b ? 1 : 2", "", "?UNEXPECTED_TYPE { a = 1 }.b ? 1 : 2 {failed}", ["declaration { a = 1 }.b ? 1 : 2"]),
    (
        "var.n == 1 ? 1 : 2",
        "",
        {
            "or": [{"of": "if there", "is": 1}, {"of": "if there", "is": 2}],
            "by": ["branch if var.n == 1", "branch unless var.n == 1"],
            "why": "NO_VALUE variable n {==({param:n},1)}",
        },
        ["computed depends on var.n == 1"],
    ),
    (
        "(var.p == var.q) ? 1 : 2",
        "",
        {
            "or": [{"of": "if there", "is": 1}, {"of": "if there", "is": 2}],
            "by": ["branch if var.p == var.q", "branch unless var.p == var.q"],
            "why": "NO_VALUE variable p {==({param:p},{param:q})}",
        },
        ["computed depends on var.p == var.q"],
    ),
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


OUTPUTS_BICEP = [  # an expression beside a module, what it is, by which way
    ("m.outputs.Mode", "on", ["reference m.outputs.Mode", "literal written here"]),
    ("m.outputs.mode", "on", ["reference m.outputs.mode", "literal written here"]),
    ("m.outputs.MODE", "on", ["reference m.outputs.MODE", "literal written here"]),
    ("maybe.outputs.Mode", "on", ["reference maybe.outputs.Mode", "literal written here"]),
    ("m.Outputs.Mode", "on", ["reference m.Outputs.Mode", "literal written here"]),
    (
        "m.outputs.none",
        "?UNREADABLE m.outputs.none {out:m.none}",
        ["reference m.outputs.none", "declaration m.outputs.none"],
    ),
    ("m.outputs.Obj.value", 1, ["reference m.outputs.Obj.value", "literal written here"]),
    ("m.outputs.Obj.Value", 1, ["reference m.outputs.Obj.Value", "literal written here"]),
    ("m.name", "@m.name", ["reference m.name", "literal m.name"]),
    ("m.outputs", "@m.outputs", ["reference m.outputs", "literal m.outputs"]),
    ("m.outputs.Mode.value", "nothing", ["reference m.outputs.Mode.value", "declaration no value here"]),
    ("m.other.x", "?RUNTIME m.other.x None", ["reference m.other.x", "declaration m.other.x"]),
]

OUTPUTS_TERRAFORM = [  # an expression beside a module, what it is, by which way
    ("module.m.mode", "on", ["reference module.m.mode", "literal written here"]),
    (
        "module.m.Mode",
        "?UNREADABLE module.m.Mode {out:module.m.Mode}",
        ["reference module.m.Mode", "declaration module.m.Mode"],
    ),
    (
        "module.m.none",
        "?UNREADABLE module.m.none {out:module.m.none}",
        ["reference module.m.none", "declaration module.m.none"],
    ),
    ("module.m.value", {"value": 1}, ["reference module.m.value", "literal written here"]),
    ("module.m.value.value", 1, ["reference module.m.value.value", "literal written here"]),
    (
        "module.maybe[0].mode",
        {"of": "if there", "is": "on"},
        ["reference module.maybe[0].mode", "literal written here"],
    ),
    (
        "module.maybe[0].none",
        "?UNREADABLE module.maybe[0].none {out:module.maybe[0].none}",
        ["reference module.maybe[0].none", "declaration module.maybe[0].none"],
    ),
    ("module.m", "@module.m", ["reference module.m", "literal module.m"]),
]

OUTPUTS_ARM = [  # an expression beside a module, what it is, by which way
    (
        "reference('m').outputs.Mode.value",
        "on",
        ["reference reference('m').outputs.Mode.value", "literal written here"],
    ),
    (
        "reference('m').outputs.mode.VALUE",
        "on",
        ["reference reference('m').outputs.mode.VALUE", "literal written here"],
    ),
    (
        "reference('m').outputs.Obj.value.value",
        1,
        ["reference reference('m').outputs.Obj.value.value", "literal written here"],
    ),
    (
        "reference('m').outputs.none.value",
        "?UNREADABLE reference('m').outputs.none.value {out:resources[0].none}",
        ["reference reference('m').outputs.none.value", "declaration reference('m').outputs.none.value"],
    ),
    (
        "reference('m').outputs.Mode",
        "@resources[0].outputs.Mode",
        ["reference reference('m').outputs.Mode", "literal reference('m').outputs.Mode"],
    ),
    ("reference('m').name", "@resources[0].name", ["reference reference('m').name", "literal reference('m').name"]),
    (
        "reference('m').outputs.Mode.type",
        "?RUNTIME reference('m').outputs.Mode.type None",
        ["reference reference('m').outputs.Mode.type", "declaration reference('m').outputs.Mode.type"],
    ),
    (
        "reference('m').other.x.value",
        "?RUNTIME reference('m').other.x None",
        ["reference reference('m').other.x.value", "declaration reference('m').other.x"],
    ),
]

OUTPUTS_ARM2 = [  # an expression beside a module, what it is, by which way
    (
        "listKeys('sa', '2020-01-01')",
        "?SECRET listKeys('sa', '2020-01-01') {listkeys({ref:sa.id},'2020-01-01')}",
        ["declaration listKeys('sa', '2020-01-01')"],
    ),
    (
        "listKeys('many', '2020-01-01')",
        "?SECRET listKeys('many', '2020-01-01') {listkeys('many','2020-01-01')}",
        ["declaration listKeys('many', '2020-01-01')"],
    ),
    ("listKeys('sa')", "?SECRET listKeys('sa') {listkeys({ref:sa.id})}", ["declaration listKeys('sa')"]),
    (
        "listKeys('other', '2020-01-01')",
        "?SECRET listKeys('other', '2020-01-01') {listkeys('other','2020-01-01')}",
        ["declaration listKeys('other', '2020-01-01')"],
    ),
    (
        "listKeys(resourceId('a', 'b'))",
        "?SECRET listKeys(resourceId('a', 'b')) {listkeys({resourceid('a','b')})}",
        ["declaration listKeys(resourceId('a', 'b'))"],
    ),
    (
        "reference('bare').apiVersion",
        "@bare.properties.apiVersion",
        ["reference reference('bare').apiVersion", "literal reference('bare').apiVersion"],
    ),
    (
        "reference('bare', '2020-01-01', 'Full').apiVersion",
        "@bare.apiVersion",
        [
            "reference reference('bare', '2020-01-01', 'Full').apiVersion",
            "literal reference('bare', '2020-01-01', 'Full').apiVersion",
        ],
    ),
]


SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
OUTPUTS = {"Mode": {"type": "string", "value": "on"}, "Obj": {"type": "object", "value": {"value": 1}}}


def beside_a_module(text: str) -> Node:
    files = {
        "main.bicep": f"param b bool\nmodule m './m.bicep' = {{\n name: 'm'\n}}\nmodule maybe './m.bicep' = if (b) {{\n"
        f" name: 'n'\n}}\nresource it 'Microsoft.Foo/bars@2020-01-01' = {{\n"
        f" name: 'it'\n v: {text}\n}}\n",
        "m.bicep": "output Mode string = 'on'\noutput Obj object = { value: 1 }\n",
    }
    return _member(files, "bicep")


def beside_a_call(text: str) -> Node:
    files = {
        "main.tf": 'variable "b" {}\nmodule "m" {\n source = "./m"\n}\nmodule "maybe" {\n source = "./m"\n'
        f' count = var.b ? 1 : 0\n}}\nresource "azurerm_machine_learning_workspace" "it" {{\n v = {text}\n}}\n',
        "m/main.tf": 'output "mode" {\n value = "on"\n}\noutput "value" {\n value = { value = 1 }\n}\n',
    }
    templates, (root,) = testing.read_case(files)
    (it,) = (one for one in resolve(templates, root, root.bindings[0]).resources if one.symbol.endswith("it"))
    assert isinstance(it.body.value, Map)
    return it.body.value.entries["v"]


def beside_a_deployment(text: str) -> Node:
    nested = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [], "outputs": OUTPUTS}
    deployment = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "m",
        "properties": {"mode": "Incremental", "template": nested},
    }
    return _member({"main.json": json.dumps(_template([deployment, _it(text)]))}, "arm")


def beside_symbols(text: str) -> Node:
    account = {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01"}
    loop = {**account, "name": "[format('s{0}', copyIndex())]", "copy": {"name": "c", "count": 2}}
    resources = {"sa": {**account, "name": "sa"}, "many": loop, "it": _it(text)}
    resources["bare"] = {"type": "Microsoft.Baz/bares", "name": "bare"}
    return _member({"main.json": json.dumps({"languageVersion": "2.0", **_template(resources)})}, "arm")


def _template(resources: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources}


def _it(text: str) -> dict[str, str]:
    return {"type": "Microsoft.Foo/bars", "apiVersion": "2020-01-01", "name": "it", "v": f"[{text}]"}


def _member(files: dict[str, str], language: str) -> Node:
    read: dict[str, Template] = {file: formats.read(file, text.encode(), language) for file, text in files.items()}
    made = resolve(read, Root(next(iter(files)), language, tuple(files)), ())
    (it,) = (one for one in made.resources if one.type == "Microsoft.Foo/bars")
    assert isinstance(it.body.value, Map)
    return it.body.value.entries["v"]


@pytest.mark.parametrize(
    ("evaluated", "text", "value", "hops"),
    [
        *((beside_a_module, *row) for row in OUTPUTS_BICEP),
        *((beside_a_call, *row) for row in OUTPUTS_TERRAFORM),
        *((beside_a_deployment, *row) for row in OUTPUTS_ARM),
        *((beside_symbols, *row) for row in OUTPUTS_ARM2),
    ],
)
def test_beside_others(evaluated: Callable[[str], Node], text: str, value: object, hops: list[str]) -> None:
    made = evaluated(text)
    assert (told(made), way(made)) == (value, hops)


def test_what_is_marked_of_a_written_attribute() -> None:
    made = terraform("azurerm_storage_account.sa[0].tags.b", before=SA)
    assert made.span.end - made.span.start == len("tags")


def test_what_is_marked_of_an_object_and_of_a_block() -> None:
    made = bicep("{a: 1}")
    assert isinstance(made.value, Map)
    assert (made.value.head.start, made.value.head.end) == (made.span.start, made.span.start + 1)
    blocks = terraform("azapi_resource.api.identity", before=API).value
    assert isinstance(blocks, Seq)
    (block,) = blocks.items
    assert isinstance(block.value, Map)
    assert block.value.head.end - block.value.head.start == len("identity")


def nested(leaves: int) -> str:
    inner = "".join(f"(n == {number} ? {number} : " for number in range(1, leaves - 1))
    return f"b ? 0 : {inner}{leaves - 1}{')' * (leaves - 2)}"


def test_one_of_too_many_is_not_known() -> None:
    assert isinstance(bicep(nested(16)).value, Choice)
    made = bicep(nested(17))
    assert (told(made), way(made)) == ("?NO_VALUE parameter b None", ["reference b", "declaration parameter b"])


def test_a_number_is_one_in_terraform_however_it_is_written() -> None:
    terraform_json = formats.read("main.tf.json", b'{"output": {"it": {"value": 1.0}}}', "terraform")
    arm_json = {**_template([]), "outputs": {"it": {"type": "object", "value": 1.0}}}
    for template, expected in (
        (terraform_json, 1),
        (formats.read("main.json", json.dumps(arm_json).encode(), "arm"), "1.0"),
    ):
        world = World({template.file: template}, evaluate, instances_of, scope_of)
        made = evaluate(template.outputs[0].expr, Scope(world, [template], template.language))
        assert (told(made), type(told(made))) == (expected, type(expected))


def test_what_hangs_on_two_conditions_is_there_if_both_hold() -> None:
    text = """param b bool
param n int
resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = if (b) {
  name: 'sa'
  resource blob 'blobServices' = if (n == 1) {
    name: 'x'
  }
  resource file 'fileServices' = {
    name: 'y'
    v: blob.?id
  }
}
"""
    template = formats.read("main.bicep", text.encode(), "bicep")
    made = resolve({template.file: template}, Root("main.bicep", "bicep", (template.file,)), ())
    (file,) = (one for one in made.resources if one.type.endswith("fileServices"))
    assert isinstance(file.body.value, Map)
    found = told(file.body.value.entries["v"])
    assert isinstance(found, dict)
    assert (found["or"], found["why"]) == (
        ["@blob.id", "nothing"],
        "NO_VALUE parameter b {&&({param:b},{==({param:n},1)})}",
    )


# ── limits ──


def limited(text: str, fuel: int, depth: int = 0) -> tuple[Node, World]:
    template = formats.read("main.bicep", f"output it object = {text}\n".encode(), "bicep")
    world = World({template.file: template}, evaluate, instances_of, scope_of, fuel=fuel, depth=depth)
    return evaluate(template.outputs[0].expr, Scope(world, [template], "bicep")), world


@pytest.mark.parametrize(
    ("text", "fuel", "depth", "expected", "left"),
    [
        ("1", 1, 0, 1, 0),
        ("1", 0, 0, "?LIMIT 1 None", 0),
        ("1", 1, MAX_DEPTH - 1, 1, 0),
        ("1", 1, MAX_DEPTH, "?LIMIT 1 None", 1 - TOO_DEEP),
        ("[1, 2, 3]", 3, 0, [1, 2, "?LIMIT 3 None"], 0),
        ("[1, 2, 3]", 9, 0, [1, 2, 3], 5),
        (f"'{'x' * 2 * CHARACTERS}${{1}}'", 9, 0, "x" * 2 * CHARACTERS + "1", 4),
        ("[1, [2]]", 29, MAX_DEPTH - 2, [1, ["?LIMIT 2 None"]], 26 - TOO_DEEP),
        ("[[1], 2]", 29, MAX_DEPTH - 2, [["?LIMIT 1 None"], 2], 26 - TOO_DEEP),
        ("{a: {b: 1}}", 29, MAX_DEPTH - 1, {"...": "LIMIT a"}, 28 - 2 * TOO_DEEP),
    ],
)
def test_no_more_than_fuel_and_depth_allow(text: str, fuel: int, depth: int, expected: object, left: int) -> None:
    made, world = limited(text, fuel, depth)
    assert (told(made), world.fuel, world.depth) == (expected, left, depth)


@pytest.mark.parametrize(("depth", "cause"), [(0, Cause.LIMIT), (1, Cause.MODULE)])
def test_an_output_of_a_module_that_is_left_out_is_beyond_a_limit(depth: int, cause: Cause) -> None:
    text = b"module m 'm.bicep' = { name: 'm' }\noutput it string = m.outputs.x\n"
    template = formats.read("main.bicep", text, "bicep")
    limits = Limits(module_depth=depth)
    world = World({template.file: template}, evaluate, instances_of, scope_of, limits=limits)
    made = evaluate(template.outputs[0].expr, Scope(world, [template], "bicep")).value
    assert isinstance(made, Unknown)
    assert made.cause is cause
