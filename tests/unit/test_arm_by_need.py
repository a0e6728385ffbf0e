"""ARM templates that are read where somebody looks: the same declarations and the same mistakes as read at once.

A comment behind a template changes nothing in it but that it is no plain JSON any more, so that all of it is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from as_data import said
from mnlint.formats import armexpr, armjson, armplain
from mnlint.formats.arm import MAX_RESOURCES, MAX_WAITS, read
from mnlint.formats.armjson import MAX_DEPTH, MAX_DIGITS, MAX_VALUES
from mnlint.formats.armschema import is_template
from mnlint.formats.armsound import sound
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.text import Source

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
FIXTURES = Path(__file__).parents[2] / "fixtures"
TEMPLATES = [
    text
    for file in sorted(FIXTURES.glob("**/*.json"))
    if is_template(text := file.read_text("utf-8-sig", "replace")) and armplain.parse(Source("", text)) is not None
]


def by_need(text: str) -> Template:
    return read(Source("main.json", text))


def at_once(text: str) -> Template:
    made = read(Source("main.json", text + "\n//"))
    assert made.comments[0].text == "//"
    return made


def assert_same(text: str) -> None:
    one, two = by_need(text), at_once(text)
    assert one.notices == two.notices
    assert one.comments == two.comments[1:]
    for part in ("inputs", "names", "resources", "calls", "outputs", "scope", "language"):
        assert said(getattr(one, part)) == said(getattr(two, part)), part


def is_read_by_need(text: str) -> bool:
    plain = armplain.parse(Source("main.json", text))
    return plain is not None and sound(plain.value, text) is not None


def whole(**sections: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA, **sections}


def deployment(**properties: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2025-04-01",
        "name": "d",
        "properties": properties,
    }


INNER = {"scope": "inner"}


def given_to(assignment: Any) -> dict[str, Any]:
    inner = whole(parameters={"p": {"type": "int"}})
    return whole(
        resources=[deployment(expressionEvaluationOptions=INNER, template=inner, parameters={"p": assignment})]
    )


HELD = {"$schema": SCHEMA, "parameters": {"p": {"type": "string", "defaultValue": "[[resourceGroup().location]"}}}
SOUND = {
    "nothing": whole(),
    "an expression, and text that begins with a bracket": whole(variables={"a": "[1]", "b": "[[1", "c": "[x"}),
    "escapes in an expression": whole(variables={"a": "[concat('\u00e4\"\\', '\t')]", "b": "[concat('\ud83d\ude00')]"}),
    "a deployment in a deployment": whole(
        resources=[
            deployment(
                expressionEvaluationOptions=INNER,
                parameters={"p": {"value": "[1]"}, "q": "[if(true(), createObject('value', 1), null())]"},
                template=whole(
                    parameters={"p": {"type": "int"}, "q": {"type": "int"}},
                    resources=[deployment(template=whole(outputs={"o": {"value": "[parameters('p')]"}}))],
                ),
            )
        ]
    ),
    "a copy that makes a value": given_to({"copy": [{"name": "value", "count": 2, "input": "[copyIndex('value')]"}]}),
    "a template that a variable holds": whole(
        variables={"t": HELD}, resources=[deployment(template="[variables('t')]", parameters={"p": {"value": 1}})]
    ),
    "resources by symbol": whole(
        languageVersion="2.0", resources={"a": {"type": "A.B/c", "dependsOn": ["b"]}, "b": {"type": "A.B/d"}}
    ),
    "a function": whole(
        functions=[{"namespace": "n", "members": {"f": {"parameters": [], "output": {"value": "[1]"}}}}]
    ),
}
MISTAKEN = {
    "no template": {"a": 1},
    "a list": [],
    "no sections": whole(parameters=[], variables=1, outputs="x", functions={}, resources=1),
    "members of functions that are none": whole(functions=[{"members": []}]),
    "a parameter that is none": whole(parameters={"p": "string"}),
    "a resource that is none": whole(resources=[1]),
    "a resource without a type": whole(resources=[{"name": "x"}]),
    "a child without a type": whole(resources=[{"type": "A.B/c", "resources": [{}]}]),
    "no list of children": whole(resources=[{"type": "A.B/c", "resources": None}]),
    "a loop in a loop": whole(
        resources=[
            {
                "type": "A.B/c",
                "copy": {"name": "l", "count": 2},
                "resources": [{"type": "d", "copy": {"name": "m", "count": 2}}],
            }
        ]
    ),
    "too many to wait for": whole(resources=[{"type": "A.B/c", "dependsOn": ["x"] * (MAX_WAITS + 1)}]),
    "too many resources": whole(resources=[{"type": "A.B/c"}] * (MAX_RESOURCES + 1)),
    "an assignment without a value": given_to({"valu": 1}),
    "a null for a value": given_to("[null()]"),
    "a copy that makes another member": given_to({"copy": [{"name": "x", "count": 1, "input": 1}]}),
    "a mistake in a deployment": whole(
        resources=[deployment(expressionEvaluationOptions=INNER, template=whole(resources=[{}]))]
    ),
    "a broken expression": whole(variables={"a": "[concat('x']"}),
    "a broken expression as a name": whole(variables={"a": {"[concat(]": 1}}),
    "a broken expression with escapes": whole(variables={"a": '[concat("x")]'}),
    "an expression that is too deep": whole(variables={"a": f"[{'f(' * 101}{')' * 101}]"}),
    "an expression that is too long": whole(variables={"a": f"['{'x' * 30_001}']"}),
    "a broken expression in a template that a variable holds": whole(
        variables={"t": {**HELD, "outputs": {"o": {"value": "[[concat(]"}}}},
        resources=[deployment(template="[variables('t')]")],
    ),
    "no template in a variable": whole(variables={"t": {}}, resources=[deployment(template="[variables('t')]")]),
    "no template in a member of a variable": whole(
        variables={"t": {"u": {}}}, resources=[deployment(template="[variables('t').u]")]
    ),
}


ODD = {
    "an empty list for a template": whole(resources=[deployment(template=[])]),
    "a template for very many": whole(variables={"t": HELD}, resources=[deployment(template="[variables('t')]")] * 101),
    "an expression for a template": whole(resources=[deployment(template="[json('{}')]")]),
    "names that differ in case": {"$schema": SCHEMA, "Resources": [], "resources": [{"type": "A.B/c"}]},
    "text that is no expression where none is read": whole(metadata={"a": "[x]"}),
}


@pytest.mark.parametrize("template", ODD.values(), ids=ODD)
def test_what_may_be_a_mistake_is_read_at_once(template: Any) -> None:
    text = json.dumps(template)
    assert not is_read_by_need(text)
    assert by_need(text).notices == ()
    assert_same(text)


@pytest.mark.parametrize("template", SOUND.values(), ids=SOUND)
def test_a_template_without_a_mistake_is_read_by_need(template: Any) -> None:
    for text in (json.dumps(template), json.dumps(template, indent=2, ensure_ascii=False)):
        assert is_read_by_need(text)
        assert by_need(text).notices == ()
        assert_same(text)


@pytest.mark.parametrize("template", MISTAKEN.values(), ids=MISTAKEN)
def test_mistakes_are_told_whoever_looks(template: Any) -> None:
    text = json.dumps(template)
    assert not is_read_by_need(text)
    assert by_need(text).notices != ()
    assert_same(text)


@pytest.mark.parametrize("written", [r"\u005bf(]", r"[f(\u005d", r"\u005Bf(\u005D", r"[f(\"\\]", "[f(\\u0027]"])
def test_mistakes_behind_escapes_are_told(written: str) -> None:
    text = json.dumps(whole(variables={"a": "HERE"})).replace("HERE", written)
    assert len(by_need(text).notices) == 1
    assert_same(text)


def test_words_count_as_often_as_they_are_read() -> None:
    long = f"[concat({','.join('1' * 2_000)})]"
    much = whole(variables={"s": long}, outputs={f"o{n}": {"value": long} for n in range(30)})
    assert is_read_by_need(json.dumps(much))
    assert_same(json.dumps(much))
    linked = {**much, "resources": [deployment(templateLink={"uri": "[variables('s')]"})]}
    assert not is_read_by_need(json.dumps(linked)), "a link may read all of it once more"
    held = {**HELD, "outputs": {"o": {"value": f"[{long}"}}}
    uses = [deployment(template="[variables('t')]")] * (armexpr.MAX_TOKENS // 4_000)
    text = json.dumps(whole(variables={"t": held}, resources=uses))
    assert not is_read_by_need(text)
    assert_same(text)


def test_most_templates_of_the_fixtures_are_read_by_need() -> None:
    assert len(TEMPLATES) > 40
    assert sum(map(is_read_by_need, TEMPLATES)) > len(TEMPLATES) * 0.9


@pytest.mark.parametrize("text", TEMPLATES)
def test_fixtures_are_read_the_same(text: str) -> None:
    assert_same(text)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value in its document: the container and the key."""
    for key, one in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(one, dict | list):
            yield from places(one)


INSTEAD = (None, True, 7, "x", "[", "[]", "[f(]", "[[f(]", "[parameters('p')]", "[variables('v')]", [], {}, [[]], [{}])
NAMES = ("type", "TYPE", "copy", "resources", "parameters", "variables", "template", "existing", "value", "dependsOn")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([*TEMPLATES, *map(json.dumps, SOUND.values())]), st.data())
def test_mistakes_anywhere_are_told_the_same(text: str, data: st.DataObject) -> None:
    document = json.loads(text, strict=False)
    for _ in range(data.draw(st.integers(1, 3))):
        found = list(places(document))
        holder, key = found[data.draw(st.integers(0, len(found) - 1))] if found else (document, "type")
        new = deepcopy(data.draw(st.sampled_from(INSTEAD)))
        change = data.draw(st.sampled_from(["replace", "remove", "rename", "add"]))
        if change == "replace" or not isinstance(holder, dict):
            holder[key] = new
        elif change == "add":
            holder[data.draw(st.sampled_from(NAMES))] = new
        else:
            old = holder.pop(key, None)
            if change == "rename":
                holder[data.draw(st.sampled_from(NAMES))] = old
    assert_same(json.dumps(document, indent=data.draw(st.sampled_from([None, 1, 2]))))


# ── plain JSON ──


def data_of(expr: Expr) -> Any:
    if expr.op is Op.OBJECT:
        return {data_of(key): data_of(value) for key, value in expr.args}
    return [data_of(item) for item in expr.args] if expr.op is Op.ARRAY else expr.args[0]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(VALUES, max_size=3) | st.dictionaries(st.text(max_size=4), VALUES, max_size=3), st.booleans())
def test_plain_json_is_the_same_tree_with_the_same_places(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=2 if ascii_only else None, ensure_ascii=ascii_only)
    source = Source("a.json", text)
    plain = armplain.parse(source)
    assert plain is not None
    assert plain.value == value
    assert said(plain.root) == said(armjson.parse(source).root)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet='{}[]",:\\/ \n*01e.-tnul\ud800', max_size=30))
@example('{"a": "\\ud800", "b": "\n"}')
@example("[1e400]")
@example('{"a": 1, "a": 2}')
@example("[NaN]")
@example('["]"]')
@example("[1]//")
@example("[}")
@example("]")
@example("[1\u00a0]")
def test_what_python_reads_and_nobody_complains_of_is_plain(text: str) -> None:
    source = Source("a.json", text)
    plain, document = armplain.parse(source), armjson.parse(source)
    if plain is not None:
        assert document.notices == () and document.comments == ()
        assert said(plain.root) == said(document.root)


@pytest.mark.parametrize(
    "text",
    [
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 200_000,
        f"[{'1' * (MAX_DIGITS + 1)}]",
        f"[{'1,' * MAX_VALUES}1]",
        f"[0.{'1' * MAX_DIGITS}]",
        "1",
        "",
    ],
)
def test_what_is_too_much_or_no_container_is_not_plain(text: str) -> None:
    assert armplain.parse(Source("a.json", text)) is None


LARGE = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "{}" + " " * LARGE,
        "{}" + "x" * LARGE,
        "{" + " " * LARGE + '"' + "a" * LARGE,
        "{" + '\\"' * LARGE,
        '["' + '\\"[' * LARGE + '"]',
        '["' + '\\"[]' * LARGE,
        "[" + '"[",' * (LARGE // 10) + "1]",
        "[" + '"[[",' * (LARGE // 10) + '""]' + " " * LARGE,
    ],
    ids=range(8),
)
def test_no_text_is_looked_at_many_times(text: str) -> None:
    plain = armplain.parse(Source("a.json", text))
    assert plain is None or sound(plain.value, text) is None


def test_as_deep_as_it_may_be_is_plain() -> None:
    assert armplain.parse(Source("a.json", "[" * MAX_DEPTH + "]" * MAX_DEPTH)) is not None
