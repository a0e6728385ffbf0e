"""The documentation's own examples of the functions of Bicep and ARM JSON, a row each, in both languages.

Sources: https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions and
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions, one page for each kind; for the
newest functions and for conversions the tests of the compiler itself, which run its deployment engine.
"""

# ruff: noqa: E501  (an example is one line)

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest

from functions import DOGS, arm, bicep, value_of
from mnlint.resolve.functions import OVER_KNOWN, OVER_NODES, SPECIAL
from mnlint.resolve.functions.catalogue import FUNCTIONS, KIND_OF, Kind

SAME = "the same text in both languages"
ONLY = "there is nothing like it in the other language"

EVIE, CASPER, INDY, KIRA = DOGS
JSON_TEXT = "{\\'one\\': \\'a\\', \\'two\\': \\'b\\'}"

# function, Bicep, ARM, what it is worth
ROWS: list[tuple[str, str, str, Any]] = [
    ("any", "any('x')", ONLY, "x"),
    ("array", "array(1)", SAME, [1]),
    ("array", "array('efgh')", SAME, ["efgh"]),
    ("array", "array({a: 'b', c: 'd'})", "array(createObject('a', 'b', 'c', 'd'))", [{"a": "b", "c": "d"}]),
    ("base64", "base64('one, two, three')", SAME, "b25lLCB0d28sIHRocmVl"),
    ("base64ToString", "base64ToString(base64('one, two, three'))", SAME, "one, two, three"),
    ("base64ToJson", f"base64ToJson(base64('{JSON_TEXT}'))", ONLY, {"one": "a", "two": "b"}),
    ("base64ToJson", ONLY, "base64ToJson(base64('{''one'': ''a'', ''two'': ''b''}'))", {"one": "a", "two": "b"}),
    ("bool", "bool('true')", SAME, True),
    ("bool", "bool('trUe')", SAME, True),
    ("bool", "bool('false')", SAME, False),
    ("bool", "bool('falSe')", SAME, False),
    ("bool", "bool(2)", SAME, True),
    ("bool", "bool(1)", SAME, True),
    ("bool", "bool(-1)", SAME, True),
    ("bool", "bool(0)", SAME, False),
    (
        "cidrHost",
        "[for i in range(0, 3): cidrHost('10.144.3.0/24', i)]",
        ONLY,
        ["10.144.3.1", "10.144.3.2", "10.144.3.3"],
    ),
    ("cidrHost", "cidrHost('10.144.3.0/24', 4)", SAME, "10.144.3.5"),
    ("cidrHost", "cidrHost('fdad:3236:5555:3000::/52', 4)", SAME, "fdad:3236:5555:3000::5"),
    ("cidrSubnet", "cidrSubnet('10.144.0.0/20', 24, 0)", SAME, "10.144.0.0/24"),
    ("cidrSubnet", "cidrSubnet('10.144.0.0/20', 24, 4)", SAME, "10.144.4.0/24"),
    ("cidrSubnet", "cidrSubnet('fdad:3236:5555::/48', 52, 0)", SAME, "fdad:3236:5555::/52"),
    ("cidrSubnet", "cidrSubnet('fdad:3236:5555::/48', 52, 3)", SAME, "fdad:3236:5555:3000::/52"),
    (
        "parseCidr",
        "parseCidr('10.144.0.0/20')",
        SAME,
        {
            "network": "10.144.0.0",
            "netmask": "255.255.240.0",
            "broadcast": "10.144.15.255",
            "firstUsable": "10.144.0.1",
            "lastUsable": "10.144.15.254",
            "cidr": 20,
        },
    ),
    (
        "parseCidr",
        "parseCidr('fdad:3236:5555::/48')",
        SAME,
        {
            "network": "fdad:3236:5555::",
            "netmask": "ffff:ffff:ffff::",
            "firstUsable": "fdad:3236:5555::",
            "lastUsable": "fdad:3236:5555:ffff:ffff:ffff:ffff:ffff",
            "cidr": 48,
        },
    ),
    (
        "coalesce",
        "nulls.null1 ?? nulls.null2 ?? nulls.string",
        "coalesce(variables('nulls').null1, variables('nulls').null2, variables('nulls').string)",
        "default",
    ),
    ("coalesce", "coalesce(nulls.null1, nulls.int)", "coalesce(variables('nulls').null1, variables('nulls').int)", 1),
    (
        "coalesce",
        "nulls.null1 ?? nulls.object",
        "coalesce(variables('nulls').null1, variables('nulls').object)",
        {"first": "default"},
    ),
    ("coalesce", "nulls.null1 ?? nulls.array", "coalesce(variables('nulls').null1, variables('nulls').array)", [1]),
    (
        "coalesce",
        "empty(nulls.null1 ?? nulls.null2)",
        "empty(coalesce(variables('nulls').null1, variables('nulls').null2))",
        True,
    ),
    (
        "concat",
        "concat(['1-1', '1-2'], ['2-1'])",
        "concat(createArray('1-1', '1-2'), createArray('2-1'))",
        ["1-1", "1-2", "2-1"],
    ),
    ("concat", "concat('prefix', '-', 5)", SAME, "prefix-5"),
    ("contains", "contains('OneTwoThree', 'e')", SAME, True),
    ("contains", "contains('OneTwoThree', 'z')", SAME, False),
    ("contains", "contains(abc, 'one')", "contains(variables('abc'), 'one')", True),
    ("contains", "contains(abc, 'ONE')", "contains(variables('abc'), 'ONE')", True),
    ("contains", "contains(abc, 'a')", "contains(variables('abc'), 'a')", False),
    ("contains", "contains(words, 'three')", "contains(variables('words'), 'three')", True),
    ("contains", "contains(words, 'four')", "contains(variables('words'), 'four')", False),
    ("contains", "contains('FOOBAR', 'foo')", SAME, False),
    ("contains", "contains(['FOO', 'BAR'], 'foo')", "contains(createArray('FOO', 'BAR'), 'foo')", False),
    ("contains", "contains(['FOO', 'BAR'], false)", "contains(createArray('FOO', 'BAR'), false())", False),
    ("createArray", ONLY, "createArray('a', 'b', 'c')", ["a", "b", "c"]),
    ("createArray", ONLY, "createArray(1, 2, 3)", [1, 2, 3]),
    ("createArray", ONLY, "createArray()", []),
    ("createArray", ONLY, "createArray(variables('words'))", [["one", "two", "three"]]),
    (
        "createObject",
        ONLY,
        "createObject('intProp', 1, 'boolProp', true(), 'nullProp', null())",
        {"intProp": 1, "boolProp": True, "nullProp": None},
    ),
    ("createObject", ONLY, "createObject()", {}),
    ("dataUri", "dataUri('Hello')", SAME, "data:text/plain;charset=utf8;base64,SGVsbG8="),
    ("dataUriToString", "dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", SAME, "Hello, World!"),
    ("dateTimeAdd", "dateTimeAdd('2023-01-31T00:00:00Z', 'P1M')", SAME, "2023-03-02T00:00:00Z"),
    ("dateTimeAdd", "dateTimeAdd('2024-01-31T00:00:00Z', 'P1M')", SAME, "2024-03-01T00:00:00Z"),
    ("dateTimeAdd", "dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y', 'yyyy-MM-dd')", SAME, "2023-04-07"),
    ("dateTimeAdd", "dateTimeAdd('2020-04-07 14:53:14Z', '-P9D', 'yyyy-MM-dd')", SAME, "2020-03-29"),
    ("dateTimeAdd", "dateTimeAdd('2020-04-07 14:53:14Z', 'PT1H', 'HH:mm:ss')", SAME, "15:53:14"),
    (
        "dateTimeAdd",
        "dateTimeAdd('2020-04-07 14:53:14Z', 'PT1H')",
        SAME,
        "?{datetimeadd('2020-04-07 14:53:14Z','PT1H')}",
    ),
    ("dateTimeFromEpoch", "dateTimeFromEpoch(1683040573)", SAME, "2023-05-02T15:16:13Z"),
    ("dateTimeToEpoch", "dateTimeToEpoch('2023-05-02T15:16:13Z')", SAME, 1683040573),
    (
        "distinct",
        "distinct(['a', 'b', 'a', 'c', 'b'])",
        "distinct(createArray('a', 'b', 'a', 'c', 'b'))",
        ["a", "b", "c"],
    ),
    ("distinct", "distinct([1, 2, 3, 1, 2, 4])", "distinct(createArray(1, 2, 3, 1, 2, 4))", [1, 2, 3, 4]),
    (
        "distinct",
        "distinct([{a: 1}, {a: 1}, {b: 2}])",
        "distinct(createArray(createObject('a', 1), createObject('a', 1), createObject('b', 2)))",
        [{"a": 1}, {"b": 2}],
    ),
    ("empty", "empty([])", "empty(createArray())", True),
    ("empty", "empty({})", "empty(createObject())", True),
    ("empty", "empty('')", SAME, True),
    ("empty", "empty(words)", "empty(variables('words'))", False),
    ("empty", "empty(json('null'))", SAME, True),
    ("endsWith", "endsWith('abcdef', 'ef')", SAME, True),
    ("endsWith", "endsWith('abcdef', 'F')", SAME, True),
    ("endsWith", "endsWith('abcdef', 'e')", SAME, False),
    ("equals", "1 == 1", "equals(1, 1)", True),
    ("equals", "'a' == 'a'", "equals('a', 'a')", True),
    ("equals", "['a', 'b'] == ['a', 'b']", "equals(createArray('a', 'b'), createArray('a', 'b'))", True),
    ("equals", "{a: 'b'} == {a: 'b'}", "equals(createObject('a', 'b'), createObject('a', 'b'))", True),
    ("not", "!(1 == 2)", "not(equals(1, 2))", True),
    ("not", "1 != 2", "not(equals(1, 2))", True),
    ("not", "!true", "not(true())", False),
    ("and", "bool('true') && bool('false')", "and(bool('true'), bool('false'))", False),
    ("or", "bool('true') || bool('false')", "or(bool('true'), bool('false'))", True),
    ("if", "'a' == 'a' ? 'yes' : 'no'", "if(equals('a', 'a'), 'yes', 'no')", "yes"),
    ("if", "'a' == 'b' ? 'yes' : 'no'", "if(equals('a', 'b'), 'yes', 'no')", "no"),
    ("if", ONLY, "if(equals('a', 'a'), json('{\"test\": \"value1\"}'), json('null'))", {"test": "value1"}),
    ("true", "true", "true()", True),
    ("false", "false", "false()", False),
    ("null", "null", "null()", None),
    ("null", ONLY, "empty(null())", True),
    (
        "filter",
        "filter(dogs, dog => dog.age >= 5)",
        "filter(variables('dogs'), lambda('dog', greaterOrEquals(lambdaVariables('dog').age, 5)))",
        [EVIE, KIRA],
    ),
    (
        "filter",
        "filter(range(0, 10), i => i > 5)",
        "filter(range(0, 10), lambda('i', greater(lambdaVariables('i'), 5)))",
        [6, 7, 8, 9],
    ),
    (
        "filter",
        "filter(range(0, 10), i => 0 == i % 2)",
        "filter(range(0, 10), lambda('i', equals(0, mod(lambdaVariables('i'), 2))))",
        [0, 2, 4, 6, 8],
    ),
    (
        "filter",
        "filter(['a', 'b', 'c', 'd'], (item, i) => i % 2 == 0)",
        "filter(createArray('a', 'b', 'c', 'd'), lambda('item', 'i', equals(mod(lambdaVariables('i'), 2), 0)))",
        ["a", "c"],
    ),
    (
        "filter",
        "filter([], foo => 'def' == foo)",
        "filter(createArray(), lambda('foo', equals('def', lambdaVariables('foo'))))",
        [],
    ),
    ("first", "first(words)", "first(variables('words'))", "one"),
    ("first", "first('One Two Three')", SAME, "O"),
    (
        "flatten",
        "flatten([['one', 'two'], ['three'], ['four', 'five']])",
        "flatten(createArray(createArray('one', 'two'), createArray('three'), createArray('four', 'five')))",
        ["one", "two", "three", "four", "five"],
    ),
    ("flatten", "flatten([])", "flatten(createArray())", []),
    (
        "format",
        "format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)",
        SAME,
        "Hello, User. Formatted number: 8,175,133",
    ),
    (
        "format",
        "format('objectToFormat: {0}', {prop: 'value'})",
        "format('objectToFormat: {0}', createObject('prop', 'value'))",
        "objectToFormat: {'prop':'value'}",
    ),
    (
        "format",
        "'>${false}<>${12948}<>${'hello!'}<>${{a: 'b', '!c': 2}}<>${[true, 2893, 'abc']}<'",
        ONLY,
        ">False<>12948<>hello!<>{'a':'b','!c':2}<>[true,2893,'abc']<",
    ),
    ("format", ONLY, "format('{{{0}{{0}}{1}}}', 123, true())", "{123{0}True}"),
    ("greater", "1 > 2", "greater(1, 2)", False),
    ("greater", "'A' > 'a'", "greater('A', 'a')", True),
    ("greaterOrEquals", "1 >= 2", "greaterOrEquals(1, 2)", False),
    ("greaterOrEquals", "'A' >= 'a'", "greaterOrEquals('A', 'a')", True),
    ("less", "1 < 2", "less(1, 2)", True),
    ("less", "'A' < 'a'", "less('A', 'a')", False),
    ("lessOrEquals", "1 <= 2", "lessOrEquals(1, 2)", True),
    ("lessOrEquals", "'A' <= 'a'", "lessOrEquals('A', 'a')", False),
    (
        "groupBy",
        "groupBy([{type: 'a', value: 123}, {type: 'b', value: 456}, {type: 'a', value: 789}], arg => arg.type, arg => arg.value)",
        "groupBy(createArray(createObject('type', 'a', 'value', 123), createObject('type', 'b', 'value', 456), createObject('type', 'a', 'value', 789)), lambda('arg', lambdaVariables('arg').type), lambda('arg', lambdaVariables('arg').value))",
        {"a": [123, 789], "b": [456]},
    ),
    ("groupBy", "groupBy([{type: 'a', value: 1}], arg => arg.type)", ONLY, {"a": [{"type": "a", "value": 1}]}),
    ("guid", "guid('hello', 'world')", SAME, "?{guid('hello','world')}"),
    ("guid", "guid('world', 'hello')", SAME, "?{guid('world','hello')}"),
    ("guid", "guid(subscription().subscriptionId)", SAME, "?{guid({subscription().subscriptionId})}"),
    ("guid", "guid(resourceGroup().id, deployment().name)", SAME, "?{guid({resourcegroup().id},{deployment().name})}"),
    ("uniqueString", "uniqueString(resourceGroup().id)", SAME, "?{uniquestring({resourcegroup().id})}"),
    (
        "concat",
        "'prefix-${uniqueString(resourceGroup().id)}'",
        "concat('prefix-', uniqueString(resourceGroup().id))",
        "?prefix-{uniquestring({resourcegroup().id})}",
    ),
    ("newGuid", "newGuid()", SAME, "?None"),
    ("utcNow", "utcNow('d')", SAME, "?None"),
    ("indexFromEnd", ONLY, "indexFromEnd(variables('words'), 1)", "three"),
    ("indexFromEnd", "words[^1]", ONLY, "three"),
    ("tryIndexFromEnd", ONLY, "tryIndexFromEnd(variables('words'), 4)", None),
    ("tryIndexFromEnd", ONLY, "tryIndexFromEnd(variables('words'), 3)", "one"),
    ("indexOf", "indexOf('test', 't')", SAME, 0),
    ("indexOf", "indexOf('abcdef', 'CD')", SAME, 2),
    ("indexOf", "indexOf('abcdef', 'z')", SAME, -1),
    ("indexOf", "indexOf(words, 'one')", "indexOf(variables('words'), 'one')", 0),
    ("indexOf", "indexOf([4, 5, 6], 6)", "indexOf(createArray(4, 5, 6), 6)", 2),
    (
        "indexOf",
        "indexOf([words, [4, 5, 6]], [4, 5, 6])",
        "indexOf(createArray(variables('words'), createArray(4, 5, 6)), createArray(4, 5, 6))",
        1,
    ),
    ("indexOf", "indexOf([1, 2, 3, 1], 1)", "indexOf(createArray(1, 2, 3, 1), 1)", 0),
    ("lastIndexOf", "lastIndexOf('test', 't')", SAME, 3),
    ("lastIndexOf", "lastIndexOf('abcdef', 'AB')", SAME, 0),
    ("lastIndexOf", "lastIndexOf(words, 'two')", "lastIndexOf(variables('words'), 'two')", 1),
    ("lastIndexOf", "lastIndexOf(words, 'Three')", "lastIndexOf(variables('words'), 'Three')", -1),
    ("lastIndexOf", "lastIndexOf([4, 5, 6], '5')", "lastIndexOf(createArray(4, 5, 6), '5')", -1),
    ("lastIndexOf", "lastIndexOf([1, 2, 3, 1], 1)", "lastIndexOf(createArray(1, 2, 3, 1), 1)", 3),
    ("int", "int('4')", SAME, 4),
    ("float", ONLY, "float('3.0')", 3.0),
    ("float", ONLY, "float(3)", 3.0),
    (
        "intersection",
        "intersection(abc, azc)",
        "intersection(variables('abc'), variables('azc'))",
        {"one": "a", "three": "c"},
    ),
    (
        "intersection",
        "intersection(words, ['two', 'three'])",
        "intersection(variables('words'), createArray('two', 'three'))",
        ["two", "three"],
    ),
    (
        "intersection",
        "intersection([1, 2, 3, 4], [3, 2, 1], [4, 1, 3, 2])",
        "intersection(createArray(1, 2, 3, 4), createArray(3, 2, 1), createArray(4, 1, 3, 2))",
        [1, 2, 3],
    ),
    (
        "intersection",
        "intersection([3, 2, 1], [4, 1, 3, 2], [1, 2, 3, 4])",
        "intersection(createArray(3, 2, 1), createArray(4, 1, 3, 2), createArray(1, 2, 3, 4))",
        [3, 2, 1],
    ),
    (
        "items",
        "map(items(entities), e => e.key)",
        "map(items(variables('entities')), lambda('e', lambdaVariables('e').key))",
        ["item001", "item002"],
    ),
    (
        "items",
        "items(entities)[0]",
        "items(variables('entities'))[0]",
        {"key": "item001", "value": {"enabled": True, "displayName": "Example item 1", "number": 300}},
    ),
    ("items", "[for item in items(cases): item.key]", ONLY, ["123Key", "abcKey", "defKey", "ghiKey"]),
    ("join", "join(words, ',')", "join(variables('words'), ',')", "one,two,three"),
    ("join", "join(words, ';')", "join(variables('words'), ';')", "one;two;three"),
    ("join", "join(['I', 'love', 'Bicep'], ' ')", "join(createArray('I', 'love', 'Bicep'), ' ')", "I love Bicep"),
    ("json", "json('{\\'a\\': \\'b\\'}')", "json('{''a'': ''b''}')", {"a": "b"}),
    ("json", "json('\\'test\\'')", "json('''test''')", "test"),
    ("json", "json('true')", SAME, True),
    ("json", "json('3')", SAME, 3),
    ("json", "json('[1,2,3]')", SAME, [1, 2, 3]),
    ("json", "json(concat('{\"a\": \"', 'demo value', '\"}'))", SAME, {"a": "demo value"}),
    ("last", "last(words)", "last(variables('words'))", "three"),
    ("last", "last('One Two Three')", SAME, "e"),
    ("length", "length(words)", "length(variables('words'))", 3),
    ("length", "length('One Two Three')", SAME, 13),
    ("length", "length(abc)", "length(variables('abc'))", 3),
    ("like", "like('abc', 'abc')", SAME, True),
    ("like", "like('abcdef', 'a*c*')", SAME, True),
    ("like", "like('abcabc', '*abc')", SAME, True),
    ("like", "like('aXaYa', 'a*a')", SAME, True),
    ("like", "like('', '***')", SAME, True),
    ("like", "like('a', 'b')", SAME, False),
    ("like", "like('abc**def', '*def')", SAME, True),
    ("like", "like('aXbYa', 'a*b*a')", SAME, True),
    (
        "map",
        "map(dogs, dog => dog.name)",
        "map(variables('dogs'), lambda('dog', lambdaVariables('dog').name))",
        ["Evie", "Casper", "Indy", "Kira"],
    ),
    (
        "map",
        "map(dogs, dog => 'Hello ${dog.name}!')",
        "map(variables('dogs'), lambda('dog', format('Hello {0}!', lambdaVariables('dog').name)))",
        ["Hello Evie!", "Hello Casper!", "Hello Indy!", "Hello Kira!"],
    ),
    (
        "map",
        "map(range(0, 2), i => {i: i, dog: dogs[i].name, greeting: 'Ahoy, ${dogs[i].name}!'})",
        "map(range(0, 2), lambda('i', createObject('i', lambdaVariables('i'), 'dog', variables('dogs')[lambdaVariables('i')].name, 'greeting', format('Ahoy, {0}!', variables('dogs')[lambdaVariables('i')].name))))",
        [{"i": 0, "dog": "Evie", "greeting": "Ahoy, Evie!"}, {"i": 1, "dog": "Casper", "greeting": "Ahoy, Casper!"}],
    ),
    (
        "map",
        "map(words, (word, i) => '${i}${word}')",
        "map(variables('words'), lambda('word', 'i', format('{0}{1}', lambdaVariables('i'), lambdaVariables('word'))))",
        ["0one", "1two", "2three"],
    ),
    (
        "map",
        "flatten(map(range(1, 3), i => [i * 2, (i * 2) + 1]))",
        "flatten(map(range(1, 3), lambda('i', createArray(mul(lambdaVariables('i'), 2), add(mul(lambdaVariables('i'), 2), 1)))))",
        [2, 3, 4, 5, 6, 7],
    ),
    (
        "mapValues",
        "mapValues({a: 123, b: 456}, val => val * 2)",
        "mapValues(createObject('a', 123, 'b', 456), lambda('val', mul(lambdaVariables('val'), 2)))",
        {"a": 246, "b": 912},
    ),
    ("max", "max([0, 3, 2, 5, 4])", "max(createArray(0, 3, 2, 5, 4))", 5),
    ("max", "max(0, 3, 2, 5, 4)", SAME, 5),
    ("min", "min([0, 3, 2, 5, 4])", "min(createArray(0, 3, 2, 5, 4))", 0),
    ("min", "min(0, 3, 2, 5, 4)", SAME, 0),
    ("add", "5 + 3", "add(5, 3)", 8),
    ("sub", "7 - 3", "sub(7, 3)", 4),
    ("mul", "5 * 3", "mul(5, 3)", 15),
    ("div", "8 / 3", "div(8, 3)", 2),
    ("mod", "7 % 3", "mod(7, 3)", 1),
    ("nameof", "nameof(words)", ONLY, "words"),
    ("nameof", "nameof(nulls.object.first)", ONLY, "first"),
    ("objectKeys", "objectKeys({b: 1, a: 2})", "objectKeys(createObject('b', 1, 'a', 2))", ["a", "b"]),
    ("padLeft", "padLeft('123', 10, '0')", SAME, "0000000123"),
    ("padLeft", "padLeft(7, 3)", SAME, "  7"),
    ("range", "range(5, 3)", SAME, [5, 6, 7]),
    (
        "reduce",
        "reduce(map(dogs, dog => dog.age), 0, (cur, next) => cur + next)",
        "reduce(map(variables('dogs'), lambda('dog', lambdaVariables('dog').age)), 0, lambda('cur', 'next', add(lambdaVariables('cur'), lambdaVariables('next'))))",
        18,
    ),
    ("reduce", "reduce(map(dogs, dog => dog.age), 1, (cur, next) => cur + next)", ONLY, 19),
    (
        "reduce",
        "reduce([{foo: 123}, {bar: 456}, {baz: 789}], {}, (cur, next) => union(cur, next))",
        "reduce(createArray(createObject('foo', 123), createObject('bar', 456), createObject('baz', 789)), createObject(), lambda('cur', 'next', union(lambdaVariables('cur'), lambdaVariables('next'))))",
        {"foo": 123, "bar": 456, "baz": 789},
    ),
    (
        "reduce",
        "reduce(['abc', 'def', 'ghi'], '', (cur, next, i) => i % 2 == 0 ? concat(cur, next) : cur)",
        "reduce(createArray('abc', 'def', 'ghi'), '', lambda('cur', 'next', 'i', if(equals(mod(lambdaVariables('i'), 2), 0), concat(lambdaVariables('cur'), lambdaVariables('next')), lambdaVariables('cur'))))",
        "abcghi",
    ),
    ("reduce", "reduce(range(1, 5), 1, (cur, next) => cur * next)", ONLY, 120),
    ("replace", "replace('123-123-1234', '-', '')", SAME, "1231231234"),
    ("replace", "replace('123-123-1234', '1234', 'xxxx')", SAME, "123-123-xxxx"),
    (
        "shallowMerge",
        "shallowMerge([{a: 123}, {b: 456}])",
        "shallowMerge(createArray(createObject('a', 123), createObject('b', 456)))",
        {"a": 123, "b": 456},
    ),
    (
        "shallowMerge",
        "{...abc, two: 'x'}",
        "shallowMerge(createArray(variables('abc'), createObject('two', 'x')))",
        {"one": "a", "two": "x", "three": "c"},
    ),
    ("skip", "skip(words, 2)", "skip(variables('words'), 2)", ["three"]),
    ("skip", "skip('one two three', 4)", SAME, "two three"),
    (
        "sort",
        "sort(dogs, (a, b) => a.age < b.age)",
        "sort(variables('dogs'), lambda('a', 'b', less(lambdaVariables('a').age, lambdaVariables('b').age)))",
        [INDY, CASPER, EVIE, KIRA],
    ),
    (
        "sort",
        "sort([8, 3, 10, -13, 5], (x, y) => x < y)",
        "sort(createArray(8, 3, 10, -13, 5), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))",
        [-13, 3, 5, 8, 10],
    ),
    ("sort", "sort(['ghi', 'abc', 'def'], (x, y) => x > y)", ONLY, ["ghi", "def", "abc"]),
    ("sort", "sort([], (x, y) => int(x) < int(y))", ONLY, []),
    ("split", "split('one,two,three', ',')", SAME, ["one", "two", "three"]),
    (
        "split",
        "split('one;two,three', [',', ';'])",
        "split('one;two,three', createArray(',', ';'))",
        ["one", "two", "three"],
    ),
    ("startsWith", "startsWith('abcdef', 'ab')", SAME, True),
    ("startsWith", "startsWith('abcdef', 'A')", SAME, True),
    ("startsWith", "startsWith('abcdef', 'e')", SAME, False),
    (
        "string",
        "string({valueA: 10, valueB: 'Example Text'})",
        "string(createObject('valueA', 10, 'valueB', 'Example Text'))",
        '{"valueA":10,"valueB":"Example Text"}',
    ),
    ("string", "string(['a', 'b', 'c'])", "string(createArray('a', 'b', 'c'))", '["a","b","c"]'),
    ("string", "string(['\\'a\\'', '\"b\"', '\\\\c\\\\'])", ONLY, '["\'a\'","\\"b\\"","\\\\c\\\\"]'),
    ("string", "string(5)", SAME, "5"),
    ("string", "string('foo')", SAME, "foo"),
    ("substring", "substring('one two three', 4, 3)", SAME, "two"),
    ("substring", "substring('one two three', 8)", SAME, "three"),
    ("substring", "substring('1234567890', 0, 11)", SAME, "?{substring('1234567890',0,11)}"),
    ("take", "take(words, 2)", "take(variables('words'), 2)", ["one", "two"]),
    ("take", "take('one two three', 2)", SAME, "on"),
    ("toLower", "toLower('One Two Three')", SAME, "one two three"),
    ("toUpper", "toUpper('One Two Three')", SAME, "ONE TWO THREE"),
    (
        "toObject",
        "toObject(dogs, entry => entry.name)",
        "toObject(variables('dogs'), lambda('entry', lambdaVariables('entry').name))",
        {dog["name"]: dog for dog in DOGS},
    ),
    (
        "toObject",
        "toObject(dogs, entry => entry.name, entry => entry.age)",
        "toObject(variables('dogs'), lambda('entry', lambdaVariables('entry').name), lambda('entry', lambdaVariables('entry').age))",
        {"Evie": 5, "Casper": 3, "Indy": 2, "Kira": 8},
    ),
    ("trim", "trim('    one two three   ')", SAME, "one two three"),
    ("tryGet", "abc.?two", "tryGet(variables('abc'), 'two')", "b"),
    ("tryGet", "abc.?four", "tryGet(variables('abc'), 'four')", None),
    ("tryGet", "words[?1]", "tryGet(variables('words'), 1)", "two"),
    ("tryGet", "words[?9]", "tryGet(variables('words'), 9)", None),
    (
        "union",
        "union({one: 'a', two: 'b', three: 'c1'}, {three: 'c2', four: 'd', five: 'e'})",
        "union(createObject('one', 'a', 'two', 'b', 'three', 'c1'), createObject('three', 'c2', 'four', 'd', 'five', 'e'))",
        {"one": "a", "two": "b", "three": "c2", "four": "d", "five": "e"},
    ),
    (
        "union",
        "union(words, ['three', 'four', 'two'])",
        "union(variables('words'), createArray('three', 'four', 'two'))",
        ["one", "two", "three", "four"],
    ),
    (
        "union",
        "union({property: {one: 'a', three: 'c1'}, nestedArray: [1, 2]}, {property: {three: 'c2', four: 'd'}, nestedArray: [3, 4]})",
        ONLY,
        {"property": {"one": "a", "three": "c2", "four": "d"}, "nestedArray": [3, 4]},
    ),
    (
        "union",
        "union([['one', 'two'], ['three']], [['three'], ['four', 'two']])",
        ONLY,
        [["one", "two"], ["three"], ["four", "two"]],
    ),
    ("uri", "uri('http://contoso.org/firstpath', 'myscript.sh')", SAME, "http://contoso.org/myscript.sh"),
    ("uri", "uri('http://contoso.org/firstpath/', 'myscript.sh')", SAME, "http://contoso.org/firstpath/myscript.sh"),
    (
        "uri",
        "uri('http://contoso.org/firstpath/azuredeploy.json', 'myscript.sh')",
        SAME,
        "http://contoso.org/firstpath/myscript.sh",
    ),
    (
        "uri",
        "uri('http://contoso.org/firstpath/azuredeploy.json/', 'myscript.sh')",
        SAME,
        "http://contoso.org/firstpath/azuredeploy.json/myscript.sh",
    ),
    (
        "uri",
        "uri('http://contoso.com/resources/', 'nested/azuredeploy.json')",
        SAME,
        "http://contoso.com/resources/nested/azuredeploy.json",
    ),
    (
        "uriComponent",
        "uriComponent('http://contoso.com/resources/nested/azuredeploy.json')",
        SAME,
        "http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json",
    ),
    (
        "uriComponentToString",
        "uriComponentToString('http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json')",
        SAME,
        "http://contoso.com/resources/nested/azuredeploy.json",
    ),
    (
        "extensionResourceId",
        "extensionResourceId('/subscriptions/s/resourceGroups/g', 'My.Rp/parent/child', 'p', 'c')",
        SAME,
        "/subscriptions/s/resourceGroups/g/providers/My.Rp/parent/p/child/c",
    ),
    (
        "managementGroupResourceId",
        "managementGroupResourceId('mg', 'My.Rp/parent', 'p')",
        SAME,
        "/providers/Microsoft.Management/managementGroups/mg/providers/My.Rp/parent/p",
    ),
    ("resourceId", "resourceId('My.Rp/parent/child', 'p', 'c')", SAME, "?{scope}/providers/My.Rp/parent/p/child/c"),
    (
        "resourceId",
        "resourceId('otherGroup', 'My.Rp/parent', 'p')",
        SAME,
        "?{subscription}/resourceGroups/otherGroup/providers/My.Rp/parent/p",
    ),
    (
        "resourceId",
        "resourceId('11111111-1111', 'otherGroup', 'My.Rp/parent', 'p')",
        SAME,
        "/subscriptions/11111111-1111/resourceGroups/otherGroup/providers/My.Rp/parent/p",
    ),
    (
        "resourceId",
        "resourceId(subscription().subscriptionId, resourceGroup().name, 'My.Rp/parent', 'p')",
        SAME,
        "?{scope}/providers/My.Rp/parent/p",
    ),
    (
        "subscriptionResourceId",
        "subscriptionResourceId('My.Rp/parent', 'p')",
        SAME,
        "?{subscription}/providers/My.Rp/parent/p",
    ),
    (
        "subscriptionResourceId",
        "subscriptionResourceId('s', 'My.Rp/parent', 'p')",
        SAME,
        "/subscriptions/s/providers/My.Rp/parent/p",
    ),
    ("tenantResourceId", "tenantResourceId('My.Rp/parent/child', 'p', 'c')", SAME, "/providers/My.Rp/parent/p/child/c"),
    ("deployment", "deployment().name", SAME, "?{deployment().name}"),
    ("environment", "environment().suffixes.storage", SAME, "?{environment().suffixes.storage}"),
    ("managementGroup", "managementGroup().id", SAME, "?{managementgroup().id}"),
    ("resourceGroup", "resourceGroup().location", SAME, "?{resourcegroup().location}"),
    ("subscription", "subscription().subscriptionId", SAME, "?{subscription().subscriptionId}"),
    ("tenant", "tenant().tenantId", SAME, "?{tenant().tenantId}"),
    ("deployer", "deployer().objectId", SAME, "?{deployer().objectId}"),
    (
        "pickZones",
        "pickZones('Microsoft.Compute', 'virtualMachines', 'westus2')",
        SAME,
        "?{pickzones('Microsoft.Compute','virtualMachines','westus2')}",
    ),
    ("providers", "providers('Microsoft.Web', 'sites')", SAME, "?{providers('Microsoft.Web','sites')}"),
    ("toLogicalZone", "toLogicalZone('s', 'westus2', 'z')", SAME, "?{tologicalzone('s','westus2','z')}"),
    (
        "toLogicalZones",
        "toLogicalZones('s', 'westus2', ['z'])",
        "toLogicalZones('s', 'westus2', createArray('z'))",
        "?{tologicalzones('s','westus2',['z'])}",
    ),
    ("toPhysicalZone", "toPhysicalZone('s', 'westus2', '1')", SAME, "?{tophysicalzone('s','westus2','1')}"),
    (
        "toPhysicalZones",
        "toPhysicalZones('s', 'westus2', ['1'])",
        "toPhysicalZones('s', 'westus2', createArray('1'))",
        "?{tophysicalzones('s','westus2',['1'])}",
    ),
    ("roleDefinitions", "roleDefinitions('Contributor').id", ONLY, "?{roledefinitions('Contributor').id}"),
    ("fail", "fail('no')", SAME, "?{fail('no')}"),
    (
        "buildUri",
        "buildUri({scheme: 'https', host: 'a.b'})",
        "buildUri(createObject('scheme', 'https', 'host', 'a.b'))",
        "?{builduri(<'scheme':'https','host':'a.b'>)}",
    ),
    ("parseUri", "parseUri('https://a.b/c')", SAME, "?{parseuri('https://a.b/c')}"),
    ("listKeys", "listKeys('id', '2020-01-01').key1", SAME, "?{listkeys('id','2020-01-01').key1}"),
    ("reference", ONLY, "reference('id', '2020-01-01').x", "?{reference('id','2020-01-01').x}"),
]

TEXTS = [
    pytest.param(language, text, expected, id=f"{name} · {language} · {text[:60]}")
    for name, in_bicep, in_arm, expected in ROWS
    for language, text in (("bicep", in_bicep), ("arm", in_bicep if in_arm is SAME else in_arm))
    if text is not ONLY
]


@pytest.mark.parametrize(("language", "text", "expected"), TEXTS)
def test_the_documented_example(language: str, text: str, expected: Any) -> None:
    assert value_of((bicep if language == "bicep" else arm)(text)) == expected


# What has its own tests: test_functions_files.py, and readers' tests for what no call is left of.
ELSEWHERE = {
    *("loadFileAsBase64", "loadJsonContent", "loadTextContent", "loadYamlContent", "loadDirectoryFileInfo"),
    *("lambda", "lambdaVariables", "parameters", "variables", "copyIndex", "resourceInfo", "references", "extensions"),
    *("getSecret", "listAccountSas", "listSecrets", "externalInput", "readCliArg", "readEnvironmentVariable"),
}


def test_every_function_has_a_row() -> None:
    names = {name for names in FUNCTIONS.values() for name in names}
    assert names - {row[0] for row in ROWS} == ELSEWHERE


@pytest.mark.parametrize("table", [OVER_NODES, OVER_KNOWN, SPECIAL])
def test_every_function_is_in_the_table_of_its_module(table: Mapping[str, str]) -> None:
    for module in set(table.values()):
        names = {name for name, other in table.items() if other == module}
        assert names == set(import_module(f"mnlint.resolve.functions.{module}").TABLE), module


def test_the_catalogue_is_what_the_tables_have() -> None:
    tables = {*OVER_NODES, *OVER_KNOWN, *SPECIAL}
    signs = {name for name in tables if not name.isalnum()}
    spelled = {name for name, kind in KIND_OF.items() if kind is Kind.EVALUATED}
    by_sign = {"add", "sub", "mul", "div", "mod", "less", "lessorequals", "greater", "greaterorequals"}
    assert spelled - by_sign == tables - signs
    assert len(KIND_OF) == sum(map(len, FUNCTIONS.values())), "a function is of one kind"
