"""What is in doubt for want of a value is decided once the value is there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import pytest

from mnlint import deploying, formats, judging, reading, resolve, testing
from mnlint.azure.schema import SCHEMA
from mnlint.model.expr import Input, Op, Template
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.value import Cause, Choice, Map, Node, Seq, Unknown
from shipped import TABLES, by_language

VAULT = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
MACHINE = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm"
WORKSPACES = "Microsoft.MachineLearningServices/workspaces"
ONLY_AZURE = (Cause.RUNTIME, Cause.UNDECLARED)  # what it waits for, no value of an input tells
# Values by what they are; which of these an input is for, nobody says: the right one is that which decides.
VALUES: dict[str, dict[str, list[Any]]] = {
    "bool": {"truths": [True, False]},
    "int": {"numbers": [0, 1, 2]},
    "string": {
        "modes": list(SCHEMA.kinds["managedNetwork"]["isolationMode"].values),
        "rule types": list(SCHEMA.kinds["outboundRule"]["type"].values),
        "ids": [VAULT, MACHINE],
        "types": ["Microsoft.KeyVault/vaults", "Microsoft.Compute/virtualMachines"],
        "types of azapi": [f"{WORKSPACES}@2024-10-01", "Microsoft.KeyVault/vaults@2023-07-01"],
        "words": ["vault", "Default", "Project", "pypi.org"],
    },
    "array": {"lists": [[], ["Disabled"], ["AllowOnlyApprovedOutbound"]]},
    "object": {"objects": [{}, {"isolationMode": "Disabled"}, {"managedNetwork": {"isolationMode": "Disabled"}}]},
}
KINDS = {
    "securestring": "string", "number": "int", "list": "array", "set": "array", "tuple": "array", "map": "object",
    "any": "",
}  # fmt: skip


def doubts(judgements: Sequence[Judgement]) -> Iterator[Unknown]:
    for judgement in judgements:
        for node in judgement.because if judgement.verdict is Verdict.UNKNOWN else ():
            found = why(node)
            if found is not None:
                yield found


def why(node: Node) -> Unknown | None:
    value = node.value
    if isinstance(value, Unknown):
        return value
    return value.why if isinstance(value, Choice) else value.more if isinstance(value, Map | Seq) else None


def missing_inputs(case: testing.Case, templates: Mapping[str, Template], root: Root) -> dict[str, tuple[Input, str]]:
    """The inputs of a root that have no value, each with the text of its declaration."""
    bound = {name.symbol.lower() for files in root.bindings for file in files for name in templates[file].names}
    own = [t for f, t in templates.items() if t.language != "terraform" or f.endswith(".tf")]
    return {
        given.name: (given, declaration(template, given))
        for template in own
        if is_entry(template, root)
        for given in template.inputs
        if given.default is None and not given.secret and not given.nullable and given.name.lower() not in bound
    }


def names_in(templates: Mapping[str, Template], root: Root) -> list[str]:
    """The names of a root's resources that are known."""
    found = resolve.resolve(templates, root, root.bindings[0]).resources
    return sorted({one.name.value for one in found if isinstance(one.name.value, str)})


def is_entry(template: Template, root: Root) -> bool:
    folder = template.file.rpartition("/")[0]
    return folder == root.entry if root.language == "terraform" else template.file == root.entry


def declaration(template: Template, given: Input) -> str:
    text = template.source.text
    return text[given.span.start : text.find("}", given.span.end) + 1 or len(text)]


def values_of(given: Input, declared: str, names: Sequence[str]) -> dict[str, list[Any]]:
    """The values to try for an input: those allowed, else some of its kind, else some of every kind."""
    if given.allowed is not None and given.allowed.op is Op.ARRAY:
        return {"allowed": [item.args[0] for item in given.allowed.args]}
    found = re.search(r'param\s+\w+\s+(\w+)|"type"\s*:\s*"(\w+)"|\btype\s*=\s*(\w+)', declared)
    kind = next((word.lower() for word in found.groups() if word), "") if found else ""
    kinds = [KINDS.get(kind, kind)] if KINDS.get(kind, kind) in VALUES else list(VALUES)
    return {
        **{name: values for kind in kinds for name, values in VALUES[kind].items()},
        **({"names of resources here": list(names)} if "string" in kinds and names else {}),
    }


def bicep_value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {bicep_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(bicep_value(one) for one in value) + "]"
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def binding(root: Root, given: Mapping[str, Any]) -> tuple[str, str, str]:
    """A parameter file that gives values: its path, its text, its language."""
    if root.language == "bicep":
        lines = [f"using '{root.entry}'", *(f"param {name} = {bicep_value(value)}" for name, value in given.items())]
        return "sharp.bicepparam", "\n".join(lines), "bicepparam"
    if root.language == "arm":
        schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
        values = {name: {"value": value} for name, value in given.items()}
        return "sharp.parameters.json", json.dumps({"$schema": schema, "parameters": values}), "armparams"
    lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
    return "sharp.auto.tfvars", "\n".join(lines), "tfvars"


def judged(case: testing.Case, templates: Mapping[str, Template], root: Root, given: Mapping[str, Any]) -> list[Any]:
    """The judgements of a root with one more parameter file."""
    path, text, language = binding(root, given)
    template = formats.read(path, text.encode(), language)
    assert not template.notices, f"{text}: {template.notices}"
    read = {**templates, path: template}
    bound = replace(root, files=(*root.files, path), bindings=tuple((*files, path) for files in root.bindings))
    return [
        judgement
        for files in bound.bindings
        for judgement in judging.judge_all(
            [case.policy], deploying.facts_of(bound, files, read, TABLES, case.settings, reading.at_hand())[1]
        )
    ]


UNDECIDED = {
    name: found
    for name, cases in by_language().items()
    if (found := [case for case in cases if case.expect is Verdict.UNKNOWN])
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_a_value_decides(name: str, record_property: Callable[[str, object], None]) -> None:
    for case in UNDECIDED[name]:
        is_decided_by_a_value(case, record_property)


def is_decided_by_a_value(case: testing.Case, record_property: Callable[[str, object], None]) -> None:
    templates, roots = testing.read_case(case.files)
    causes = list(doubts(testing.run_case(case, TABLES).judgements))
    assert causes, f"{case.title}: an undecided case says why"
    places = {(cause.span.file, cause.span.start) for cause in causes}
    for root in roots:
        missing = missing_inputs(case, templates, root)
        wanted = {(given.span.file, given.span.start) for given, _ in missing.values()}
        if any(cause.cause is not Cause.NO_VALUE for cause in causes) or not places <= wanted:
            continue  # waits for something else than a parameter of this root
        choices = [values_of(given, declared, names_in(templates, root)) for given, declared in missing.values()]
        undecided: dict[tuple[str, ...], list[Unknown]] = {}  # by the kinds of the values
        for kinds in product(*choices):
            decided = 0
            left: list[Unknown] = []
            for values in product(*(choice[kind] for choice, kind in zip(choices, kinds, strict=True))):
                given = dict(zip(missing, values, strict=True))
                found = list(doubts(judged(case, templates, root, given)))
                assert not any(d.cause is Cause.NO_VALUE for d in found), f"{case.title}: {given} still leaves one"
                decided += not found
                left += found
            if decided and all(doubt.cause in ONLY_AZURE for doubt in left):
                return
            undecided[kinds] = left
        # What is left waits for Azure, whatever the value: an id of something that is not declared here.
        only_azure = [left for left in undecided.values() if all(doubt.cause in ONLY_AZURE for doubt in left)]
        what = {k: {f"{d.label} {d.cause.says}" for d in left} for k, left in undecided.items()}
        assert only_azure, f"{case.title}: {what}"
        record_property("undecided cases that wait for Azure whatever the value", 1)
