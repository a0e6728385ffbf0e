"""Evaluates one expression of Bicep, ARM JSON or Terraform through the real reader and the real evaluator."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from mnlint import formats
from mnlint.model.expr import Template
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.loops import instances_of
from mnlint.resolve.modules import scope_of
from mnlint.resolve.scope import Scope, World

DOGS = [
    {"name": "Evie", "age": 5, "interests": ["Ball", "Frisbee"]},
    {"name": "Casper", "age": 3, "interests": ["Other dogs"]},
    {"name": "Indy", "age": 2, "interests": ["Butter"]},
    {"name": "Kira", "age": 8, "interests": ["Rubs"]},
]
# What the expressions may name: variables in both languages.
NAMES: dict[str, Any] = {
    "dogs": DOGS,
    "abc": {"one": "a", "two": "b", "three": "c"},
    "azc": {"one": "a", "two": "z", "three": "c"},
    "words": ["one", "two", "three"],
    "nulls": {
        "null1": None,
        "null2": None,
        "string": "default",
        "int": 1,
        "object": {"first": "default"},
        "array": [1],
    },
    "entities": {
        "item002": {"enabled": False, "displayName": "Example item 2", "number": 200},
        "item001": {"enabled": True, "displayName": "Example item 1", "number": 300},
    },
    "cases": dict.fromkeys(["ghiKey", "defKey", "abcKey", "123Key"], 1),
}
# And parameters that nobody gives a value.
INPUTS = {"p": "string", "q": "string", "n": "int", "b": "bool", "o": "object", "a": "array"}
Content = Callable[[str], bytes | None]
Below = Callable[[str], Sequence[str] | None]


def bicep_text(value: Any) -> str:
    """A value as Bicep writes it."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"{bicep_text(k)}: {bicep_text(v)}\n" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{bicep_text(v)}\n" for v in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return json.dumps(value)


def bicep(text: str, content: Content = lambda file: None, before: str = "") -> Node:
    """What a Bicep expression is worth."""
    named = "".join(f"var {name} = {bicep_text(value)}\n" for name, value in NAMES.items())
    given = "".join(f"param {name} {kind}\n" for name, kind in INPUTS.items())
    source = f"{given}{named}{before}\noutput it object = {text}\n"
    return _evaluated(formats.read("in/main.bicep", source.encode(), "bicep"), content)


def arm(text: str, content: Content = lambda file: None) -> Node:
    """What an ARM expression, without its brackets, is worth."""
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"type": kind} for name, kind in INPUTS.items()},
        "variables": NAMES,
        "resources": [],
        "outputs": {"it": {"type": "object", "value": f"[{text}]"}},
    }
    return _evaluated(formats.read("in/main.json", json.dumps(template).encode(), "arm"), content)


def terraform(
    text: str, content: Content = lambda file: None, before: str = "", below: Below = lambda folder: None
) -> Node:
    """What an expression of Terraform is worth."""
    given = "".join(f'variable "{name}" {{}}\n' for name in INPUTS)
    hidden = 'variable "secret" {\n  sensitive = true\n}\n'
    source = f'{given}{hidden}{before}\noutput "it" {{\n  value = {text}\n}}\n'
    return _evaluated(formats.read("in/main.tf", source.encode(), "terraform"), content, below)


def _evaluated(template: Template, content: Content, below: Below = lambda folder: None) -> Node:
    assert not template.notices, [notice.message for notice in template.notices]
    read = formats.template_text
    world = World(
        {template.file: template}, evaluate, instances_of, scope_of, content=content, below=below, template_of=read
    )
    return evaluate(template.outputs[0].expr, Scope(world, [template], template.language))


def value_of(node: Node) -> Any:
    """A node as plain values; what is in doubt as `?` and its form, or as the list of options."""
    value = node.value
    if isinstance(value, Unknown):
        return f"?{value.form}"
    if isinstance(value, Ref):
        return f"?{value.address}"
    if isinstance(value, Choice):
        return {"?": [value_of(option) for option in value.options]}
    if isinstance(value, Map):
        made = {key: value_of(child) for key, child in value.entries.items()}
        return {**made, "…": "?"} if value.more else made
    if isinstance(value, Seq):
        listed = [value_of(item) for item in value.items]
        return [*listed, "…"] if value.more else listed
    return None if isinstance(value, Absent) else value
