"""Plans as terraform prints them: what is declared, known, referred to and hidden; and plans that are none."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from mnlint.formats import language_of, read
from mnlint.model.deployment import Deployment, Resource
from mnlint.model.expr import Mode
from mnlint.model.root import Root
from mnlint.model.value import ABSENT, Cause, Map, Node, Ref, Seq, Unknown, member
from mnlint.resolve import resolve

HUB, RULE = "a_hub.hub", "a_rule.rule"
RAN_OUT = 60  # seconds of work; far above what any of these takes

NO: dict[str, Any] = {}


def change(address: str, after: Any, **more: Any) -> dict[str, Any]:
    """An entry of `resource_changes`, with no more in it than is asked for."""
    about = {"address": address, "type": address.split(".")[-2].split("[")[0], "mode": more.pop("mode", "managed")}
    return {**about, "change": {"after": after, **more}}


def document(*changes: Any, **more: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "resource_changes": list(changes), **more}


def deployed(plan: Any, encoding: str = "utf-8") -> Deployment:
    text = plan if isinstance(plan, str) else json.dumps(plan)
    template = read("plan.json", text.encode(encoding), "tfplan")
    assert template.notices == ()
    return resolve({"plan.json": template}, Root("plan.json", "tfplan", ("plan.json",)))


def by_address(deployment: Deployment | None) -> dict[str, Resource]:
    return {r.address: r for r in deployment.resources} if deployment is not None else {}


def at(resource: Resource, *path: str) -> Node:
    node = resource.body
    for step in path:
        node = node.value.items[int(step)] if isinstance(node.value, Seq) else member(node, step, fold=False)
    return node


def notices(plan: Any) -> list[str]:
    text = plan if isinstance(plan, str) else json.dumps(plan)
    return [f"{n.code} {n.message}" for n in read("plan.json", text.encode(), "tfplan").notices]


# ── which files are plans ──


@pytest.mark.parametrize(
    ("text", "is_plan", "reason"),
    [
        ('{"format_version":"1.2","planned_values":{}}', True, "what every plan has"),
        ('{"resource_changes":[],"format_version":"1.2"}', True, "in any order, as jq sorts it"),
        ('{"format_version":"1.0","values":{}}', False, "a state, not a plan"),
        ('{"format_version":"1.0","provider_schemas":{}}', False, "schemas"),
        ('{"plan":{"format_version":"1.2","planned_values":{}}}', False, "wrapped by another tool"),
        ('{"format_version":"1.2","x":{"planned_values":1}}', False, "deeper is another thing"),
        ('{"x":"\\"format_version\\" planned_values","format_version":"1"}', False, "in a text"),
        ('["format_version","planned_values"]', False, "no object"),
        ('{"format_version":', False, "broken before anything tells"),
    ],
)
def test_recognition(text: str, is_plan: bool, reason: str) -> None:
    found = language_of("x.json", text.encode().lower())
    assert (found is not None and found.name == "tfplan") is is_plan, reason
    assert language_of("x.txt", text.encode().lower()) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    made = by_address(deployed(document(change(HUB, {"name": "hüb"})), encoding))
    assert made[HUB].name.value == "hüb"


# ── what is declared ──


@pytest.mark.parametrize(
    ("entry", "there", "before", "reason"),
    [
        (change(HUB, {"n": 1}, actions=["create"], before=None), True, False, "created"),
        (change(HUB, {"n": 1}, actions=["update"], before={"n": 0}), True, True, "updated"),
        (change(HUB, {"n": 1}, actions=["delete", "create"], before={"n": 0}), True, True, "replaced by a new one"),
        (
            change(HUB, {"n": 1}, actions=["create", "delete"], before={"n": 0}),
            True,
            True,
            "replaced by one made first",
        ),
        (change(HUB, {"n": 1}, actions=["no-op"], before={"n": 1}), True, True, "left as it is"),
        (change(HUB, None, actions=["delete"], before={"n": 0}), False, True, "deleted"),
        (change(HUB, None, actions=["forget"], before={"n": 0}), False, True, "no longer terraform's"),
        (change(HUB, None, actions=["create"], after_unknown=True), True, False, "all of it unknown"),
        ({**change(HUB, {"n": 1}), "deposed": "ab12"}, False, False, "what is left of a replacement"),
    ],
)
def test_actions(entry: dict[str, Any], there: bool, before: bool, reason: str) -> None:
    made = deployed(document(entry))
    assert (HUB in by_address(made), HUB in by_address(made.before)) == (there, before), reason
    assert made.replaced == ({HUB} if reason.startswith("replaced") else set()), reason


def test_before_holds_what_is_there_now() -> None:
    made = deployed(document(change(HUB, {"mode": "b"}, before={"mode": "a"}), change(RULE, {"x": 1})))
    assert at(by_address(made)[HUB], "mode").value == "b"
    assert at(by_address(made.before)[HUB], "mode").value == "a"
    assert RULE not in by_address(made.before)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("azurerm_x.y", "azurerm_x.y"),
        ("azurerm_x.y[0]", "azurerm_x.y[0]"),
        ('azurerm_x.y["a b"]', 'azurerm_x.y["a b"]'),
        ('azurerm_x.y["a.b[0]"]', 'azurerm_x.y["a.b[0]"]'),
        ('azurerm_x.y["\\"q\\""]', 'azurerm_x.y[""q""]'),
        ('module.m["k"].module.n[1].azurerm_x.y', 'module.m["k"].module.n[1].azurerm_x.y'),
    ],
)
def test_addresses_are_those_of_the_sources(written: str, address: str) -> None:
    entry = {"address": written, "type": "azurerm_x", "change": {"after": {"name": "n"}}}
    assert list(by_address(deployed(document(entry)))) == [address]


def test_data_sources() -> None:
    state = {"values": {"root_module": {"child_modules": [{"resources": [
        {"address": "module.m.data.a_hub.old", "mode": "data", "type": "a_hub", "values": {"id": "/x"}},
        {"address": "module.m.a_hub.other", "mode": "managed", "type": "a_hub", "values": {"id": "/y"}},
    ]}]}}}  # fmt: skip
    reading = change("data.a_hub.new", {"name": "new"}, actions=["read"], mode="data", after_unknown={"id": True})
    made = by_address(deployed(document(reading, prior_state=state)))
    assert {address: r.mode for address, r in made.items()} == {
        "data.a_hub.new": Mode.DATA,
        "module.m.data.a_hub.old": Mode.DATA,
    }


def test_values_planned_of_what_no_change_tells_of() -> None:
    values = {"root_module": {"resources": [{"address": HUB, "mode": "managed", "type": "a_hub", "values": {"n": 1}}]}}
    (made,) = deployed({"format_version": "1.2", "planned_values": values}).resources
    assert at(made, "n").value == 1
    assert isinstance(at(made, "m").value, Unknown), "what is not known is left out of these"


def test_deferred_changes_are_there() -> None:
    put_off = {"reason": "instance_count_unknown", "resource_change": change(HUB, {"n": 1})}
    assert HUB in by_address(deployed(document(deferred_changes=[put_off])))


# ── what is known ──


@pytest.mark.parametrize(
    ("parts", "path", "cause", "reason"),
    [
        ({"after": {}, "after_unknown": {"m": True}}, ("m",), Cause.RUNTIME, "known after apply"),
        ({"after": {"b": [{}]}, "after_unknown": {"b": [{"m": True}]}}, ("b", "0", "m"), Cause.RUNTIME, "in a block"),
        ({"after": {"l": [None, 1]}, "after_unknown": {"l": [True, False]}}, ("l", "0"), Cause.RUNTIME, "in a list"),
        ({"after": {"b": [{}]}, "after_unknown": {"b": True}}, ("b",), Cause.RUNTIME, "the whole block"),
        ({"after": {"m": "s"}, "after_sensitive": {"m": True}}, ("m",), Cause.SECRET, "sensitive"),
        ({"after": {"b": [{"m": 1}]}, "after_sensitive": {"b": True}}, ("b",), Cause.SECRET, "a sensitive block"),
        ({"after": {"m": "s"}, "after_sensitive": True}, (), Cause.SECRET, "all of it sensitive"),
        ({"after": {}, "after_unknown": {"m": True}, "after_sensitive": {"m": True}}, ("m",), Cause.SECRET, "both"),
    ],
)
def test_what_is_not_known(parts: dict[str, Any], path: tuple[str, ...], cause: Cause, reason: str) -> None:
    (made,) = deployed(document(change(HUB, **parts))).resources
    value = at(made, *path).value
    assert isinstance(value, Unknown) and value.cause is cause, reason


@pytest.mark.parametrize(
    ("parts", "path", "value", "reason"),
    [
        ({"after": {"m": "a"}, "after_unknown": {"m": False}}, ("m",), "a", "a mark that says no"),
        ({"after": {"m": None}}, ("m",), None, "null"),
        ({"after": {"m": "a"}, "after_unknown": {"b": [{}]}}, ("b",), ABSENT, "a mark without a value"),
        ({"after": {"l": [0, 1]}, "after_unknown": {"l": [True, False]}}, ("l", "1"), 1, "the other of a list"),
        ({"after": {"m": "a"}, "after_unknown": {"id": True}}, ("id",), ABSENT, "an id as in a source"),
        ({"after": {"m": "a"}, "after_unknown": "odd", "after_sensitive": 7}, ("m",), "a", "marks of a wrong type"),
    ],
)
def test_what_is_known(parts: dict[str, Any], path: tuple[str, ...], value: object, reason: str) -> None:
    (made,) = deployed(document(change(HUB, **parts))).resources
    assert at(made, *path).value is value or at(made, *path).value == value, reason


def test_places_are_those_of_values_and_keys() -> None:
    text = json.dumps(document(change(HUB, {"mode": "a", "b": [{"c": 1}]}, after_unknown={"late": True})))
    (made,) = deployed(text).resources

    def cut(node: Node) -> str:
        return text[node.origin.start : node.origin.end]

    assert cut(at(made, "mode")) == '"a"'
    assert cut(at(made, "late")) == '"late"'
    assert cut(at(made, "b", "0", "c")) == "1"
    assert text[made.head.start : made.head.end] == f'"{HUB}"'


def test_two_unknowns_are_not_one() -> None:
    unknown = {"one": True, "two": True}
    (made,) = deployed(document(change(HUB, {}, after_unknown=unknown))).resources
    one, two = at(made, "one").value, at(made, "two").value
    assert isinstance(one, Unknown) and isinstance(two, Unknown)
    assert one.form != two.form


def test_a_sensitive_value_is_taken_out_of_the_text() -> None:
    parts = {
        "before": {"key": "hush-1"},
        "before_sensitive": {"key": True},
        "after_sensitive": {"key": True, "n": True},
    }
    plan = document(
        change(HUB, {"key": "hush-2", "n": 4711, "open": "seen"}, **parts), variables={"k": {"value": "hush-2"}}
    )
    text = json.dumps(plan)
    shown = read("plan.json", text.encode(), "tfplan").source.text
    assert len(shown) == len(text)
    assert "hush" not in shown and "4711" not in shown
    assert "seen" in shown


@pytest.mark.parametrize(
    ("body", "mode", "reason"),
    [
        ({"properties": {"mode": "a"}}, "a", "azapi 2"),
        ('{"properties":{"mode":"a"}}', "a", "azapi 1: JSON text"),
    ],
)
def test_bodies_of_azapi(body: Any, mode: str, reason: str) -> None:
    (made,) = deployed(document(change("azapi_resource.hub", {"body": body}))).resources
    assert at(made, "body", "properties", "mode").value == mode, reason


def test_a_body_that_is_no_json_stays_a_text() -> None:
    (made,) = deployed(document(change("azapi_resource.hub", {"body": "{oops"}))).resources
    assert at(made, "body").value == "{oops"


@pytest.mark.parametrize(
    ("after", "expressions", "there"),
    [
        ({"sensitive_body": None}, {"sensitive_body": {"references": ["var.secret"]}}, True),
        ({}, {"sensitive_body": {"references": ["var.secret"]}}, True),
        ({"sensitive_body": None}, {}, False),
    ],
)
def test_what_is_sensitive_of_a_body_is_in_no_plan(after: Any, expressions: Any, there: bool) -> None:
    module = {"resources": [{"address": "azapi_resource.hub", "expressions": expressions}]}
    plan = document(change("azapi_resource.hub", {"body": {}, **after}), configuration={"root_module": module})
    (made,) = deployed(plan).resources
    assert isinstance(at(made, "sensitive_body").value, Unknown) is there


# ── references ──


def referring(references: list[Any], **module: Any) -> dict[str, Any]:
    """A plan of two hubs and a rule whose `hub_id` is unknown, and made of references."""
    rule = {"address": RULE, "expressions": {"hub_id": {"references": references}}}
    changes = [
        change(f"{HUB}[0]", {"name": "zero"}, after_unknown={"id": True, "late": True}),
        change(f"{HUB}[1]", {"name": "one"}, after_unknown={"id": True}),
        change("module.m.a_hub.in", {"name": "in"}, after_unknown={"id": True}),
        change(RULE, {}, after_unknown={"hub_id": True}),
    ]
    return document(*changes, configuration={"root_module": {"resources": [rule], **module}})


HUB_0 = [f"{HUB}[0].id", f"{HUB}[0]", HUB]
OUT = {"outputs": {"id": {"expression": {"references": ["a_hub.in.id", "a_hub.in"]}}}}


@pytest.mark.parametrize(
    ("references", "module", "address", "reason"),
    [
        (HUB_0, NO, f"{HUB}[0]", "an id, and what terraform lists after it"),
        ([*HUB_0, "each.key", "count.index", "path.module"], NO, f"{HUB}[0]", "what is known adds nothing"),
        (["var.prefix", *HUB_0], NO, f"{HUB}[0]", "a variable of the root is known"),
        ([*HUB_0, f"{HUB}[1].name", f"{HUB}[1]", HUB], NO, f"{HUB}[0]", "a name that is known adds nothing"),
        (["module.m.id", "module.m"], {"module_calls": {"m": {"module": OUT}}}, "module.m.a_hub.in", "an output"),
        ([*HUB_0, f"{HUB}[1].id", f"{HUB}[1]", HUB], NO, None, "one of two, nobody knows which"),
        ([HUB, "each.key"], NO, None, "one by a key that is not written down"),
        ([HUB], NO, None, "all of them"),
        ([f"{HUB}[0].late", f"{HUB}[0]", HUB], NO, None, "something else that is not known"),
        ([*HUB_0, "local.x"], NO, None, "a local may be anything"),
        ([*HUB_0, "each.value"], NO, None, "so may a member of a collection"),
        (["a_hub.gone.id", "a_hub.gone"], NO, None, "no resource of this plan"),
        (["module.n.id", "module.n"], NO, None, "no module of this configuration"),
        (["module.m.id", "module.m"], {"module_calls": {"m": {"module": NO}}}, None, "no such output"),
        ([], NO, None, "nothing"),
        ([7], NO, None, "no text"),
        ([""], NO, None, "no name"),
    ],
)
def test_references(references: list[Any], module: dict[str, Any], address: str | None, reason: str) -> None:
    value = at(by_address(deployed(referring(references, **module)))[RULE], "hub_id").value
    if address is None:
        assert isinstance(value, Unknown) and value.cause is Cause.RUNTIME, reason
    else:
        assert isinstance(value, Ref) and (value.address, value.rest) == (address, ("id",)), reason


def test_a_module_is_given_an_id() -> None:
    inner = {"resources": [{"address": RULE, "expressions": {"hub_id": {"references": ["var.hub"]}}}]}
    call = {"expressions": {"hub": {"references": [f"{HUB}.id", HUB]}}, "module": inner}
    for key in ("", '["k"]'):
        plan = document(
            change(HUB, {}, after_unknown={"id": True}),
            change(f"module.m{key}.{RULE}", {}, after_unknown={"hub_id": True}),
            configuration={"root_module": {"module_calls": {"m": call}}},
        )
        value = at(by_address(deployed(plan))[f"module.m{key}.{RULE}"], "hub_id").value
        assert isinstance(value, Ref) and value.address == HUB


def test_only_ids_are_taken_for_ids() -> None:
    plan = referring(HUB_0)
    plan["resource_changes"][-1]["change"]["after_unknown"] = {"label": True}
    plan["configuration"]["root_module"]["resources"][0]["expressions"] = {"label": {"references": HUB_0}}
    assert isinstance(at(by_address(deployed(plan))[RULE], "label").value, Unknown)


def test_references_that_go_round_end() -> None:
    module = {"outputs": {"id": {"expression": {"references": ["module.m.id"]}}}, "module_calls": NO}
    module["module_calls"] = {"m": {"module": {"outputs": {"id": {"expression": {"references": ["var.x"]}}}}}}
    module["module_calls"]["m"]["expressions"] = {"x": {"references": ["module.m.id", "module.m.id"] * 3}}
    started = process_time()
    value = at(by_address(deployed(referring(["module.m.id"], **module)))[RULE], "hub_id").value
    assert isinstance(value, Unknown)
    assert process_time() - started < RAN_OUT


# ── providers ──


def test_providers() -> None:
    guid = "11111111-2222-3333-4444-555555555555"
    expressions = {"tenant_id": {"constant_value": guid}, "subscription_id": {"references": ["var.sub"]}}
    config = {"azurerm": {"name": "azurerm", "version_constraint": "~> 4.0", "expressions": expressions}}
    plan = document(
        change(HUB, {}),
        variables={"sub": {"value": guid}},
        configuration={
            "provider_config": config,
            "root_module": {"resources": [{"address": HUB, "provider_config_key": "azurerm.eu"}]},
        },
    )
    made = deployed(plan)
    assert made.resources[0].provider == "azurerm.eu"
    assert made.requires["azurerm"].value == "~> 4.0"
    body = made.providers["azurerm"].value
    assert isinstance(body, Map)
    assert {name: node.value for name, node in body.entries.items()} == {"tenant_id": guid, "subscription_id": guid}


# ── plans that are none ──


@pytest.mark.parametrize(
    ("plan", "words", "reason"),
    [
        ([], "an object", "no object"),
        ({"format_version": "2.0"}, "format 2.0", "another major version"),
        ({"format_version": 1}, "format unknown", "no text"),
        ({}, "format unknown", "no version"),
        ({**document(), "errored": True}, "ended in an error", "not whole"),
        ({**document(), "resource_changes": {}}, "`resource_changes` is a list", "another type"),
        (document("x"), "an entry of `resource_changes`", "an entry that is a text"),
        (document({}), "an `address`, a `type`", "an empty entry"),
        (document({"address": 1, "type": "t", "change": {}}), "an `address`, a `type`", "an address that is a number"),
        (document({"address": "a.b", "type": "a", "change": 1}), "an `address`, a `type`", "a change that is a number"),
        (document(change(HUB, "x")), "the values of a_hub.hub are an object", "values that are a text"),
        ("{", "never closed", "cut off"),
        ('{"format_version":"1.2","resource_changes":[{"address":"a.b",', "never closed", "cut off in an entry"),
    ],
)
def test_what_is_wrong_is_said(plan: Any, words: str, reason: str) -> None:
    assert any(words in notice for notice in notices(plan)), reason


WRONG: list[Any] = [None, True, 7, "x", [], {}, [None], {"x": {}}, [[]]]


def parts_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(way for key, inner in items for way in parts_of(inner, (*path, key)))]


def test_no_wrong_type_anywhere_is_a_crash() -> None:
    plan = referring(["module.m.id", "module.m"], module_calls={"m": {"module": OUT, "expressions": NO}})
    plan["variables"] = {"x": {"value": 1}}
    plan["configuration"]["provider_config"] = {"a": {"name": "a", "expressions": {"b": {"references": ["var.x"]}}}}
    plan["configuration"]["root_module"]["resources"][0]["depends_on"] = [HUB]
    plan["planned_values"] = plan["prior_state"] = {"root_module": {"resources": [{"address": "x"}]}}
    for way in parts_of(plan)[1:]:
        for wrong in WRONG:
            broken = json.loads(json.dumps(plan))
            holder = broken
            for step in way[:-1]:
                holder = holder[step]
            holder[way[-1]] = wrong
            template = read("plan.json", json.dumps(broken).encode(), "tfplan")
            resolve({"plan.json": template}, Root("plan.json", "tfplan", ("plan.json",)))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"format_version":"1.2","resource_changes":' + "[" * 5_000, "lists without end"),
        ('{"format_version":"1.2","planned_values":' + '{"root_module":{"child_modules":[' * 2_000, "modules, too"),
        (json.dumps(document(change(HUB, json.loads("[" * 90 + "]" * 90)))), "as deep as is read"),
        (json.dumps(document(*(change(f"a_b.c[{n}]", {"n": n}) for n in range(12_000)))), "more than anybody has"),
        (json.dumps(document(change("module.m." * 3_000 + HUB, {}, after_unknown={"x_id": True}))), "a long address"),
        ("[" * 50_000, "brackets alone"),
    ],
)
def test_hostile_plans_end_in_a_notice_or_a_value(text: str, reason: str) -> None:
    started = process_time()
    template = read("plan.json", text.encode(), "tfplan")
    resolve({"plan.json": template}, Root("plan.json", "tfplan", ("plan.json",)))
    assert process_time() - started < RAN_OUT, reason
