"""Less knowledge of the new ground gives less, not something else; and resolvers that are wrong on purpose are seen.

New ground: functions, imports, parameter files, modules of registries, copies, nested deployments, secrets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest
import test_functions_blur

import stands_for
from functions import value_of
from mnlint import catalogue, registry, resolve, testing
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Call, Declared
from mnlint.model.record import replace
from mnlint.model.text import Span
from mnlint.model.value import ABSENT, Choice, Map, Node, Unknown, literal
from mnlint.resolve import bindings, loops, modules
from mnlint.resolve.functions import lambdas, logic, objects
from mnlint.resolve.scope import Instance, Scope

Patch = pytest.MonkeyPatch
Files = Mapping[str, str]
HUB = "Microsoft.MachineLearningServices/workspaces"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
MODULE = "br/public:avm/res/machine-learning-services/workspace:0.12.0"


def it(properties: str) -> str:
    return f"resource it '{HUB}@2024-10-01' = {{ name: 'it', kind: 'Hub', properties: {properties} }}\n"


def arm(**sections: Any) -> Files:
    return {"main.json": json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **sections})}


def copied(count: object) -> Files:
    hub = {"type": HUB, "apiVersion": "2024-10-01", "name": "[concat('it', copyIndex())]", "kind": "Hub"}
    return arm(parameters={"count": {"type": "int"}}, resources=[{**hub, "copy": {"name": "all", "count": count}}])


def nested(condition: object) -> Files:
    hub = {"type": HUB, "apiVersion": "2024-10-01", "name": "it", "kind": "Hub", "properties": {}}
    inner = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [hub]}
    deployment = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "inner",
        "condition": condition,
        "properties": {"mode": "Incremental", "template": inner},
    }
    return arm(parameters={"wanted": {"type": "bool"}}, resources=[deployment])


def given(value: str) -> Files:
    return {
        "main.bicep": "param mode string\n" + it("{ mode: mode, isGood: mode == 'Good' }"),
        "main.bicepparam": f"using 'main.bicep'\nparam mode = {value}\n",
    }


IMPORTING = "import { mode } from 'shared.bicep'\n" + it("{ mode: mode ?? 'none', isGood: mode == 'Good' }")
# What is known in one, and not in the other, which is the same otherwise.
PAIRS: dict[str, tuple[Files, Files]] = {
    "a value of a parameter file": (given("'Good'"), given("'#{MODE}#'")),
    "a value of a parameter file, from the environment": (given("'Good'"), given("readEnvironmentVariable('MODE')")),
    "a file that is imported from": (
        {"main.bicep": IMPORTING, "shared.bicep": "@export()\nvar mode = 'Good'\n"},
        {"main.bicep": IMPORTING},
    ),
    "the count of a copy": (copied(2), copied("[parameters('count')]")),
    "the condition of a deployment of outer scope, false": (nested(False), nested("[parameters('wanted')]")),
    "the condition of a deployment of outer scope, true": (nested(True), nested("[parameters('wanted')]")),
    "a value before a fallback": (
        {"main.bicep": "param o object = {mode: 'Good'}\n" + it("{ mode: o.?mode ?? 'Disabled' }")},
        {"main.bicep": "param o object\n" + it("{ mode: o.?mode ?? 'Disabled' }")},
    ),
    "a value that may be its own fallback": (
        {"main.bicep": "param o object = {}\n" + it("{ same: (o.?mode ?? 'none') == o.?mode }")},
        {"main.bicep": "param o object\n" + it("{ same: (o.?mode ?? 'none') == o.?mode }")},
    ),
    "what a filter hangs on": (
        {"main.bicep": "param x string = 'a'\n" + it("{ n: filter(['a', 'b'], m => m == x) }")},
        {"main.bicep": "param x string\n" + it("{ n: filter(['a', 'b'], m => m == x) }")},
    ),
    "an object below another one": (
        {"main.bicep": "param o object = {a: 'x', b: 'y'}\n" + it("{ all: union({a: 'z'}, o) }")},
        {"main.bicep": "param o object\n" + it("{ all: union({a: 'z'}, o) }")},
    ),
    "an object in an object": (
        {"main.bicep": "param o object = {a: {y: 'y'}}\n" + it("{ all: union(o, {a: {x: 'x'}}) }")},
        {"main.bicep": "param o object\n" + it("{ all: union(o, {a: {x: 'x'}}) }")},
    ),
}


def deployed(files: Files) -> Deployment:
    templates, roots = testing.read_case(files)
    assert not [notice.message for one in templates.values() for notice in one.notices]
    found = registry.modules(registry.texts(catalogue.shipped() / "modules", None, {}, 2**20))
    (root,) = [root for root in roots if root.entry.startswith("main.")]
    return resolve.resolve(templates, root, root.bindings[0], found)


def contradictions(sharp: Deployment, less: Deployment) -> Iterator[str]:
    """What the deployment of which less is known says, and the other one does not."""
    here = {resource.address: resource for resource in sharp.resources}
    there = {resource.address for resource in less.resources}
    for resource in less.resources:
        other = here.get(resource.address)
        if other is None and not resource.guards:
            yield f"{resource.address} is there"
        elif other is not None and not stands_for.stands_for(resource.body, other.body):
            yield f"{resource.address} is {value_of(resource.body)}, not {value_of(other.body)}"
    if not any(resource.symbolic for resource in less.resources):
        yield from (f"{address} is gone" for address in here if address not in there)


def pairs_that_break() -> list[str]:
    return [
        f"{name}: {w}" for name, (sharp, less) in PAIRS.items() for w in contradictions(deployed(sharp), deployed(less))
    ]


def texts_that_break() -> list[str]:
    return [
        fault
        for language, text in test_functions_blur.texts()[::9]
        for fault in test_functions_blur.faults(language, text)
    ]


def unlisted_that_is_told() -> list[str]:
    """What our abridged text of a module leaves out must not be known to be absent."""
    call = f"module hub '{MODULE}' = {{ name: 'm', params: {{ name: 'it' }} }}\n"
    (made,) = [r for r in deployed({"main.bicep": call}).resources if r.type == HUB]
    return [] if isinstance(made.body.value, Map) and made.body.value.more is not None else ["it is a closed object"]


def secrets_that_are_shown() -> list[str]:
    files = {"main.bicep": "@secure()\nparam key string = 'hunter2'\n" + it("{ key: key }")}
    return [str(value_of(r.body)) for r in deployed(files).resources if "hunter2" in str(value_of(r.body))]


@pytest.mark.parametrize("name", PAIRS)
def test_less_knowledge_is_no_other_knowledge(name: str) -> None:
    sharp, less = map(deployed, PAIRS[name])
    assert not list(contradictions(sharp, less))
    assert sharp.resources or less.resources


# ── resolvers that are wrong on purpose ──


def takes_placeholders_for_texts(patch: Patch) -> None:
    patch.setattr(bindings, "_text", lambda node, text, name, path: node)


def takes_lost_imports_for_null(patch: Patch) -> None:
    right = Scope._imported

    def imported(self: Scope, found: Any, name: str, span: Span) -> Node:
        node = right(self, found, name, span)
        return literal(None, span) if isinstance(node.value, Unknown) else node

    patch.setattr(Scope, "_imported", imported)


def takes_unlisted_for_absent(patch: Patch) -> None:
    patch.setattr(modules, "_unlisted", lambda source, templates, caller: {"unlisted": literal(ABSENT, source.span)})


def takes_unknown_counts_for_none(patch: Patch) -> None:
    right = loops._members
    patch.setattr(loops, "_members", lambda *given: [member for member in right(*given) if not member[3]])


def drops_conditions(keep: bool) -> Callable[[Patch], None]:
    """The condition of a deployment of outer scope is taken to hold, or not to hold, where it is not known."""

    def patch(patch: Patch) -> None:
        right = loops.instances_of

        def instances_of(declared: Declared | Call, at: Scope) -> list[Instance]:
            made = right(declared, at)
            if not isinstance(declared, Call) or not declared.shares:
                return made
            return [replace(one, guards=()) for one in made] if keep else [one for one in made if not one.guards]

        patch.setattr(import_module("mnlint.resolve"), "instances_of", instances_of)

    return patch


def takes_fallbacks(patch: Patch) -> None:
    """`a ?? b` is b where a is not known."""
    patch.setattr(logic, "_or_else", lambda node, other, span: other if isinstance(node.value, Unknown) else node)


def takes_no_fallbacks(patch: Patch) -> None:
    """`a ?? b` is a, whatever that is."""
    patch.setattr(logic, "_may_be_null", lambda node: False)


def shows_secrets(patch: Patch) -> None:
    right = Scope._value_of
    patch.setattr(Scope, "_value_of", lambda self, wanted: right(self, replace(wanted, secret=False)))


def filters_what_it_does_not_know(patch: Patch) -> None:
    patch.setattr(lambdas, "reason", lambda node, at: None)


def closes_what_is_merged(patch: Patch) -> None:
    """What lies below something unknown is taken for what comes out."""
    patch.setattr(objects, "_unsure", lambda node, why: node)
    patch.setattr(objects, "_of_merge", lambda node, key, whole, scope: node)


def closes_what_is_merged_deeper(patch: Patch) -> None:
    patch.setattr(objects, "_opened", lambda node, why, left: node)


def takes_the_first_option(patch: Patch) -> None:
    """A function of one of two values is that of the first."""
    functions = import_module("mnlint.resolve.functions")
    right = functions.apply

    def apply(name: str, nodes: list[Node], span: Span, at: Scope) -> Node:
        return right(name, [n.value.options[0] if isinstance(n.value, Choice) else n for n in nodes], span, at)

    patch.setattr(functions, "apply", apply)


Check = Callable[[], list[str]]
WRONG: dict[str, tuple[Callable[[Patch], None], Check]] = {
    "placeholders are texts": (takes_placeholders_for_texts, pairs_that_break),
    "lost imports are null": (takes_lost_imports_for_null, pairs_that_break),
    "unlisted is absent": (takes_unlisted_for_absent, unlisted_that_is_told),
    "unknown counts are none": (takes_unknown_counts_for_none, pairs_that_break),
    "conditions of deployments hold": (drops_conditions(keep=True), pairs_that_break),
    "conditions of deployments do not hold": (drops_conditions(keep=False), pairs_that_break),
    "fallbacks are taken": (takes_fallbacks, pairs_that_break),
    "fallbacks are not taken": (takes_no_fallbacks, pairs_that_break),
    "secrets are shown": (shows_secrets, secrets_that_are_shown),
    "what a filter does not know is out": (filters_what_it_does_not_know, pairs_that_break),
    "unknown objects on top change nothing": (closes_what_is_merged, pairs_that_break),
    "nor do they deeper": (closes_what_is_merged_deeper, pairs_that_break),
    "functions take the first option": (takes_the_first_option, texts_that_break),
}


@pytest.mark.parametrize("check", sorted({check for _, check in WRONG.values()}, key=lambda check: check.__name__))
def test_the_right_resolver_breaks_nothing(check: Check) -> None:
    assert check() == []


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_resolver_is_seen(wrong: str, monkeypatch: Patch) -> None:
    patch, check = WRONG[wrong]
    patch(monkeypatch)
    found = check()
    print(f"{wrong}: {len(found)} breaks")
    assert found
