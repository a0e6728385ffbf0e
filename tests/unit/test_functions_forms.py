"""What is not known has one form, however it is spelled and in whichever language; and different values have not."""

# ruff: noqa: E501  (an example is one line)

from __future__ import annotations

import pytest

from functions import arm, bicep, value_of
from mnlint.model.value import Choice, Node, Seq, Unknown
from mnlint.resolve.forms import deep_form

# Bicep, and the ARM JSON that its compiler writes for it or that means the same.
SAME = [
    ("p == 'a'", "equals(parameters('p'), 'a')"),
    ("p != 'a'", "not(equals(parameters('p'), 'a'))"),
    ("p =~ 'a'", "equals(toLower(parameters('p')), toLower('a'))"),
    ("p !~ 'a'", "not(equals(toLower(parameters('p')), toLower('a')))"),
    ("!b", "not(parameters('b'))"),
    ("!(!b)", "parameters('b')"),
    ("b && empty(p) && n > 3", "and(and(parameters('b'), empty(parameters('p'))), greater(parameters('n'), 3))"),
    ("b && empty(p) && n > 3", "and(parameters('b'), empty(parameters('p')), greater(parameters('n'), 3))"),
    ("b || empty(p)", "or(parameters('b'), empty(parameters('p')))"),
    ("b && true", "parameters('b')"),
    ("o.?x ?? 'd'", "coalesce(tryGet(parameters('o'), 'x'), 'd')"),
    ("o.?x.y", "tryGet(parameters('o'), 'x', 'y')"),
    ("o.?x ?? o.?y ?? 'd'", "coalesce(coalesce(tryGet(parameters('o'), 'x'), tryGet(parameters('o'), 'y')), 'd')"),
    ("o.?x ?? o.?y ?? 'd'", "coalesce(tryGet(parameters('o'), 'x'), tryGet(parameters('o'), 'y'), 'd')"),
    ("o.x.y", "parameters('o').x.y"),
    ("o['x']", "parameters('o')['x']"),
    ("'${p}'", "parameters('p')"),
    ("'${p}-${q}'", "format('{0}-{1}', parameters('p'), parameters('q'))"),
    ("'${p}-${q}'", "concat(parameters('p'), '-', parameters('q'))"),
    ("'${p}-${q}'", "join(createArray(parameters('p'), parameters('q')), '-')"),
    ("'${p}-${true}'", "concat(parameters('p'), '-', 'True')"),
    ("'${p}-${n}'", "format('{0}-{1}', parameters('p'), parameters('n'))"),
    ("b ? 'x' : 'y'", "if(parameters('b'), 'x', 'y')"),
    ("[b ? p : 'y']", "createArray(if(parameters('b'), parameters('p'), 'y'))"),
    ("n + 1", "add(parameters('n'), 1)"),
    ("n - 1", "sub(parameters('n'), 1)"),
    ("n * 2 / 3 % 4", "mod(div(mul(parameters('n'), 2), 3), 4)"),
    ("-n", "sub(0, parameters('n'))"),
    ("n <= 3", "lessOrEquals(parameters('n'), 3)"),
    ("length(a)", "length(parameters('a'))"),
    ("toLower(p)", "ToLower(parameters('p'))"),
    ("first(a)", "first(parameters('a'))"),
    ("uniqueString(resourceGroup().id, p)", "uniqueString(resourceGroup().id, parameters('p'))"),
    (
        "take('${p}${uniqueString(q)}', 24)",
        "take(format('{0}{1}', parameters('p'), uniqueString(parameters('q'))), 24)",
    ),
    ("split(p, ',')[0]", "split(parameters('p'), ',')[0]"),
    ("map(a, x => x.name)", "map(parameters('a'), lambda('x', lambdaVariables('x').name))"),
    ("map(a, x => x.name)", "map(parameters('a'), lambda('other', lambdaVariables('other').name))"),
    ("filter(a, (x, i) => i > 1)", "filter(parameters('a'), lambda('y', 'j', greater(lambdaVariables('j'), 1)))"),
    (
        "reduce(a, 0, (x, y) => x + y)",
        "reduce(parameters('a'), 0, lambda('s', 't', add(lambdaVariables('s'), lambdaVariables('t'))))",
    ),
    (
        "map(a, x => map(x, y => [x, y]))",
        "map(parameters('a'), lambda('k', map(lambdaVariables('k'), lambda('l', createArray(lambdaVariables('k'), lambdaVariables('l'))))))",
    ),
    ("contains(a, p)", "contains(parameters('a'), parameters('p'))"),
    ("union(o, a)", "union(parameters('o'), parameters('a'))"),
    ("json(p)", "json(parameters('p'))"),
    ("string(o)", "string(parameters('o'))"),
    ("guid(p, 'a')", "guid(parameters('p'), 'a')"),
    (
        "resourceId('My.Rp/a', p)",
        "resourceId(subscription().subscriptionId, resourceGroup().name, 'My.Rp/a', parameters('p'))",
    ),
    (
        "resourceId(q, 'My.Rp/a', p)",
        "resourceId(subscription().subscriptionId, parameters('q'), 'My.Rp/a', parameters('p'))",
    ),
    ("resourceId('My.Rp/a', p)", "extensionResourceId(resourceGroup().id, 'My.Rp/a', parameters('p'))"),
    ("subscriptionResourceId('My.Rp/a', p)", "extensionResourceId(subscription().id, 'My.Rp/a', parameters('p'))"),
    (
        "subscriptionResourceId('My.Rp/a', p)",
        "subscriptionResourceId(subscription().subscriptionId, 'My.Rp/a', parameters('p'))",
    ),
    ("resourceGroup().location", "resourceGroup().location"),
    ("createdIn", "resourceGroup().location"),
]

DIFFERENT = [
    ("uniqueString('a', 'b,c')", "uniqueString('a,b', 'c')", "commas in a text"),
    ("uniqueString(p, 'a')", "uniqueString('a', p)", "the order of arguments"),
    ("p == '1'", "p == 1", "a text is no number"),
    ("p == 'null'", "p == null", "nor is it nothing"),
    ("p == 'true'", "p == true", "nor a truth"),
    ("guid('{param:p}')", "guid(p)", "a text that looks like a hole"),
    ("map(a, x => x.name)", "map(a, x => x.id)", "what the lambda makes"),
    ("map(a, x => map(a, y => x))", "map(a, x => map(a, y => y))", "whose member it is"),
    ("string({x: p, y: q})", "string({y: q, x: p})", "the order of members in a text"),
    ("contains(a, p)", "contains(a, q)", "what is looked for"),
    ("'${p}${q}'", "'${q}${p}'", "the order of parts"),
    ("format('{0:D3}', n)", "format('{0}', n)", "how a number is written"),
]


def form(node: Node) -> str:
    made = deep_form(node)
    assert made is not None, value_of(node)
    return made


@pytest.mark.parametrize(("in_bicep", "in_arm"), SAME)
def test_one_form(in_bicep: str, in_arm: str) -> None:
    before = "var createdIn = resourceGroup().location"
    left, right = bicep(in_bicep, before=before), arm(in_arm)
    assert isinstance(left.value, Unknown | Choice) or "{" in form(left), "all of these are in doubt"
    assert form(left) == form(right)


@pytest.mark.parametrize(("one", "other", "reason"), DIFFERENT, ids=[row[2] for row in DIFFERENT])
def test_other_forms(one: str, other: str, reason: str) -> None:
    assert form(bicep(one)) != form(bicep(other)), reason


@pytest.mark.parametrize("text", ["newGuid()", "utcNow()", "guid(utcNow())", "map(a, x => newGuid())"])
def test_what_differs_each_time_has_no_form(text: str) -> None:
    assert deep_form(bicep(text)) is None


def test_a_text_around_it_is_like_no_other() -> None:
    """It keeps what is known of it, so that a resource's type may be told; yet it equals nothing but itself."""
    made = bicep("['${p}${newGuid()}', '${p}${newGuid()}']")
    assert isinstance(made.value, Seq)
    first, second = map(form, made.value.items)
    assert first is not None
    assert first != second


# What is in doubt, what comes of it, and why.
DOUBT = [
    ("contains(['a', p], 'a')", True, "one known member is enough"),
    ("contains(['b', p], 'a')", "?{contains(['b',{param:p}],'a')}", "the other may be it"),
    ("contains({a: p}, 'a')", True, "the key is there, whatever its value"),
    ("[p] == [p]", True, "equal forms are equal values"),
    ("[p, 1] == [q, 2]", False, "one member differs for sure"),
    ("[p] == ['a', 'b']", False, "so does their number"),
    ("[p] == [q]", "?{==([{param:p}],[{param:q}])}", "nobody knows"),
    ("p == null", "?{==({param:p},null)}", "a parameter may be null"),
    ("1 == true", False, "a number is no truth"),
    ("1 == '1'", False, "nor a text"),
    ("'A' == 'a'", False, "the case counts"),
    ("'A' =~ 'a'", True, "but not here"),
    ("length([p, q])", 2, "they are two, whatever they are"),
    ("first([p, q])", "?{param:p}", "the first is the first"),
    ("'a${p}' == ''", False, "there is a letter in it"),
    ("'${p}${q}' == ''", "?{==('{param:p}{param:q}','')}", "nobody knows"),
    ("resourceId('Microsoft.Storage/storageAccounts', p) == ''", False, "an id is never empty"),
    ("empty('a${p}')", False, "there is a letter in it"),
    ("empty(p)", "?{empty({param:p})}", "nobody knows"),
    ("empty([p])", False, "there is one"),
    ("empty(union({a: p}, o))", False, "there is one at least"),
    ("union(o, {a: {c: 1}}).a", {"c": 1, "…": "?"}, "it may lie on an object that nobody sees"),
    ("union({...o, a: {c: 1}}, {b: 1}).a", {"c": 1}, "what stands beside a spread is whole"),
    ("union({...o, a: {c: 1}}, {a: {d: 1}}).a", {"c": 1, "d": 1}, "and so is what is laid over it"),
    ("union({...o, a: {c: 1}}, {b: {d: 1}}).b", {"d": 1, "…": "?"}, "but not beside it"),
    ("intersection(['a', p], ['a'])", ["a", "…"], "the other may be `a`, too"),
    ("b ? 'x' : 'y'", {"?": ["x", "y"]}, "one of two"),
    ("toUpper(b ? 'x' : 'y')", {"?": ["X", "Y"]}, "of each option"),
    (
        "'${b ? 'x' : 'y'}-${b ? 'z' : 'w'}'",
        {"?": ["x-z", "x-w", "y-z", "y-w"]},
        "more than there are, but all of them",
    ),
    ("false && b", False, "one decides"),
    ("b || true", True, "one decides"),
    ("nulls.null1 ?? p", "?{param:p}", "the first is null"),
    ("(b ? null : 'x') ?? p", {"?": ["?{param:p}", "x"]}, "null in one option"),
    ("sort([p, 'b'], (x, y) => x < y)", ["?{param:p}", "b", "…"], "their order is open"),
    ("sort(['a-b', 'ab'], (x, y) => x < y)", ["a-b", "ab", "…"], "hyphens are for a culture to order"),
    ("toObject([{k: p}], x => x.k)", {"…": "?"}, "a key nobody knows"),
    ("map([p], x => '${x}!')", ["?{param:p}!"], "of each member"),
    ("any(p)", "?{param:p}", "any() changes nothing"),
    ("array(p)", "?{array({param:p})}", "it may be one already"),
    ("take([p, q], 1)", ["?{param:p}"], "the first of two"),
    ("skip(a, 1)", "?{skip({param:a},1)}", "nobody knows them"),
    ("9223372036854775807 + 1", "?{+(9223372036854775807,1)}", "more than 64 bits"),
    ("-7 / 2", -3, "towards zero"),
    ("-7 % 2", -1, "with the sign of the dividend"),
    ("7 / 0", "?{/(7,0)}", "no number"),
    ("9007199254740993 / 1", 9007199254740993, "without a detour over floats"),
    ("bool('yes')", "?{bool('yes')}", "no truth"),
    ("int('4.5')", "?{int('4.5')}", "no whole number"),
    ("bool('1')", "?{bool('1')}", "not written down that it is one"),
    ("string(true)", "True", "as .NET writes it"),
    ("length('😀')", 2, "as .NET counts"),
    ("substring('😀b', 1)", "?{substring('😀b',1)}", "half a character"),
    ("toLower('İ')", "İ", "one character stays one"),
    ("'a-b' < 'ab'", "?{<('a-b','ab')}", "hyphens are for a culture to order"),
    ("padLeft('1234', 3, '0')", "1234", "nothing to pad"),
    ("split('a--b', '-')", ["a", "", "b"], "an empty part is a part"),
    ("format('{0,5}|{1,-4}|{2:D3}|{3:X}|{4:00}', 'ab', 'c', 7, 255, 3)", "   ab|c   |007|FF|03", "widths and shapes"),
    ("format('{0:C}', 3)", "?{format('⦃0:C⦄',3)}", "a culture's currency"),
    ("format('{5}', 'a')", "?{format('⦃5⦄','a')}", "there is no sixth"),
    ("json('{\"a\": [1, 2.5, null, true]}')", {"a": [1, 2.5, None, True]}, "every kind"),
    ("json('{a: 1, /* b */ \\'c\\': [2,],}')", {"a": 1, "c": [2]}, "as the platform's reader takes it"),
    ("json('{')", "?{json('⦃')}", "no JSON"),
    ("range(0, -1)", "?None", "no number of members"),
    ("range(2147483647, 1)", "?None", "beyond 32 bits"),
    ("cidrSubnet('10.0.0.0/24', 16, 0)", "?{cidrsubnet('10.0.0.0/24',16,0)}", "larger than the network"),
    ("parseCidr('10.0.0.1')", "?{parsecidr('10.0.0.1')}", "no range"),
    ("unheardOf(p)", "?{unheardof({param:p})}", "no function of this name"),
]


@pytest.mark.parametrize(("text", "expected", "reason"), DOUBT, ids=[row[0] for row in DOUBT])
def test_doubt_is_kept_and_no_more(text: str, expected: object, reason: str) -> None:
    assert value_of(bicep(text)) == expected, reason


def test_members_nobody_sees_are_not_those_of_the_reason() -> None:
    for text in (
        "toObject([{k: o}], x => x.k).b",
        "mapValues(union({a: 1}, o), x => 1).b",
        "groupBy([o], x => x.k).b",
        "intersection(union({a: 1}, o), {c: 1}).b",
        "{'${p}': 1}.b",
    ):
        found = bicep(text).value
        assert isinstance(found, Unknown), text
        assert found.form not in ("{param:o.b}", "{{param:o.k}.b}", "{param:o.k.b}", "{param:p.b}"), text


def test_a_member_keeps_its_place() -> None:
    """Whatever passes a member on, the place to mend is where it was written."""
    for text in (
        "first(['MARK'])",
        "last(concat(['x'], ['MARK']))",
        "union({a: 1}, {b: 'MARK'}).b",
        "filter(['MARK', 'y'], x => x != 'y')[0]",
        "map([{n: 'MARK'}], x => x.n)[0]",
        "items({k: 'MARK'})[0].value",
        "toObject(['MARK'], x => 'k').k",
        "groupBy(['MARK'], x => 'k').k[0]",
        "mapValues({a: 'MARK'}, x => x).a",
        "reduce(['MARK'], '', (x, y) => y)",
        "intersection(['MARK'], ['MARK'])[0]",
        "skip(['x', 'MARK'], 1)[0]",
        "flatten([['MARK']])[0]",
        "shallowMerge([{a: 'MARK'}]).a",
        "null ?? 'MARK'",
    ):
        node = bicep(text)
        assert node.value == "MARK", text
        assert node.origin.end - node.origin.start == len("'MARK'"), text
