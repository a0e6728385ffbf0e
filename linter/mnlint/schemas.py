"""JSON Schemas of what users write, made from the same declarations as the loaders: an editor completes by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mnlint import testing
from mnlint.azure.schema import SCHEMA
from mnlint.model.fact import Field
from mnlint.model.finding import Severity
from mnlint.model.typing import Any, Final
from mnlint.policy import operators, questions
from mnlint.policy.load import (
    ARM_TYPE,
    AZURERM_TYPE,
    BASES,
    DAY,
    ID,
    NAME,
    OF_RESOURCES,
    PRECISIONS,
    REQUIRED,
    dialects_of,
)
from mnlint.settings_forms import form_of_file

Json = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
DEEPEST: Final = 3  # steps of a path that are spelled out; the loader takes longer ones, too

_TEXT: Final[Json] = {"type": "string", "minLength": 1}
_TEXTS: Final[Json] = {"type": "array", "items": _TEXT}
_DAY: Final[Json] = {"type": "string", "pattern": f"^{DAY}$"}
_SCALAR: Final[Json] = {"type": ["string", "number", "boolean"]}
_INTO_BODY: Final[Json] = {"type": "string", "pattern": r"^\$(\.|\[)"}


def settings_schema() -> Json:
    """The schema of .mnlint.yaml, and of the file of --policy-lock. Draft 7 is what editors for YAML know."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Settings of mnlint (.mnlint.yaml)"}
    return {**head, **form_of_file(lock=True).schema()}


def policy_schema() -> Json:
    """The schema of both documents of a policy file: the policy, and its cases."""
    return {
        "$schema": DRAFT,
        "title": "A policy of mnlint and its cases",
        "if": {"type": "object", "required": ["cases"]},
        "then": {"$ref": "#/$defs/cases"},
        "else": {"$ref": "#/$defs/policy"},
        "$defs": {
            "policy": _policy(),
            "cases": _cases(),
            "lookup": _lookup(),
            **{kind: _condition(kind) for kind in (*SCHEMA.kinds, questions.MEMBER)},
        },
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name.replace(' ', '%20')}"}


def _policy() -> Json:
    kinds = [{"const": kind, "description": about} for kind, about in SCHEMA.about.items()]
    severity = {"enum": [s.level for s in reversed(Severity)]}
    properties: Json = {
        "id": {"type": "string", "pattern": f"^{ID}$", "description": "Never used twice, such as ACME001."},
        "name": {"type": "string", "pattern": f"^{NAME}$", "description": "The fault, after which it is called."},
        "title": _TEXT,
        "severity": {"anyOf": [severity, {"type": "array", "minItems": 1}]},
        "for": {"oneOf": kinds, "description": "The kind of fact that the policy is asked of."},
        "message": {**_TEXT, "description": "One line, with fields in braces: {name}."},
        "dialects": {"type": "array", "items": {"enum": list(dialects_of(SCHEMA))}},
        "security": {"type": "number", "minimum": 0, "maximum": 10},
        "precision": {"enum": list(PRECISIONS)},
        "basis": {"type": "array", "items": {"enum": list(BASES)}, "description": "What it rests on."},
        "strict": {**severity, "description": "What the profile `strict` makes of its severity."},
        "suppressible": {"type": "boolean", "description": "Whether a comment or a baseline may silence it."},
        "since": _DAY,
        "until": _DAY,
        **dict.fromkeys(("why", "fix", "added", "seed", "retired"), _TEXT),
        **dict.fromkeys(("see", "tags", "cwe", "azure-policy", "mcsb", "was"), _TEXTS),
        "when": True,
        "require": True,
        "mark": True,
    }
    of_resources: Json = {
        "types": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "pattern": f"^({ARM_TYPE}|{AZURERM_TYPE})$"},
            "description": "ARM's types for Bicep, ARM JSON and azapi, azurerm's for Terraform.",
        },
        "existing": {"type": "boolean", "description": "Whether resources count that are declared elsewhere."},
    }
    return {
        "type": "object",
        "properties": {**properties, **of_resources},
        "additionalProperties": False,
        "required": list(REQUIRED),
        "allOf": [
            {"if": {"properties": {"for": {"const": kind}}}, "then": _asking(kind, severity)} for kind in SCHEMA.kinds
        ],
    }


def _asking(kind: str, severity: Json) -> Json:
    """What a policy for one kind of fact may ask."""
    conditional = {
        "type": "object",
        "properties": {"when": _ref(kind), "is": severity},
        "required": ["is"],
        "additionalProperties": False,
    }
    fields = [_fields([path for path, _ in _paths(kind)])]
    of_resources = kind == questions.RESOURCE
    return {
        "properties": {
            "when": _ref(kind),
            "require": _ref(kind),
            "mark": {"anyOf": [*fields, *([_INTO_BODY] if of_resources else [])]},
            "severity": {"anyOf": [severity, {"type": "array", "minItems": 1, "items": conditional}]},
            **({} if of_resources else dict.fromkeys(OF_RESOURCES, False)),
        },
        **({"required": ["types"]} if of_resources else {}),
    }


def _paths(kind: str, deepest: int = DEEPEST) -> Iterator[tuple[str, Field]]:
    """Every path of a kind of fact with the field it ends at."""
    for field in SCHEMA.kinds.get(kind, {}).values():
        yield field.name, field
        if field.kind == "one" and deepest > 1:
            yield from ((f"{field.name}.{path}", end) for path, end in _paths(field.to, deepest - 1))


def _fields(names: Sequence[str]) -> Json:
    return {"enum": list(names)}


def _condition(kind: str) -> Json:
    """A condition on a kind of fact: one of the words there are."""
    parts = {"type": "array", "minItems": 1, "items": _ref(kind)}
    forms = [
        *(_form({word: parts}) for word in questions.LISTS),
        _form({"not": _ref(kind)}),
        *_tests(kind),
        *_member_forms(kind),
    ]
    if kind in (questions.RESOURCE, questions.MEMBER):
        forms.append({**_form({body: _ref(kind) for body in questions.BODIES}), "required": [], "minProperties": 1})
    return {"type": "object", "anyOf": forms}


def _form(required: Json, optional: Mapping[str, Any] | None = None) -> Json:
    return {"properties": {**required, **(optional or {})}, "required": list(required), "additionalProperties": False}


def _tests(kind: str) -> Iterator[Json]:
    """`field:` with an operator, for each group of fields that take the same ones."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for path, field in _paths(kind):
        groups.setdefault((field.kind, field.values), []).append(path)
    for (of_kind, values), names in groups.items():
        if operators.TAKEN[of_kind]:
            yield _test(_fields(names), of_kind, values)
    if kind == questions.RESOURCE:
        yield _test(_INTO_BODY, operators.VALUE, ())
    if kind == questions.MEMBER:
        yield _test({"type": "string", "pattern": r"^\$"}, operators.VALUE, ())


def _test(field: Json, kind: str, values: Sequence[str]) -> Json:
    taken = operators.TAKEN[kind]
    asked = {name: _argument(name, kind, values) for name in taken}
    cased = [name for name in taken if name in operators.WITH_CASE]
    optional = {**asked, **({"case": {"const": "exact"}} if cased else {})}
    return {
        **_form({"field": field}, optional),
        "oneOf": [{"required": [name]} for name in taken],
        **({"dependentSchemas": {"case": {"anyOf": [{"required": [name]} for name in cased]}}} if cased else {}),
    }


def _argument(name: str, kind: str, values: Sequence[str]) -> Json:
    """What an operator takes beside a field of a kind."""
    if name in ("exists", "isResourceId"):
        return {"type": "boolean"}
    if name in ("matches", "refersTo"):
        return _TEXT
    one = {"enum": list(values)} if values else _ONE.get(kind, _SCALAR)
    if name not in ("in", "notIn"):
        return one
    return {"anyOf": [{"type": "array", "minItems": 1, "items": one}, _ref("lookup")]}


_ONE: Final[Mapping[str, Json]] = {
    "text": {"type": "string"},
    "bool": {"type": "boolean"},
    "number": {"type": "number"},
}


def _member_forms(kind: str) -> Iterator[Json]:
    """`some`, `every`, `none` and `count`, for each kind that a list leads to."""
    groups: dict[str, list[str]] = {}
    for path, field in _paths(kind):
        if field.kind in ("many", "list"):
            groups.setdefault(field.to, []).append(path)
    asked: list[tuple[Json, str]] = [(_fields(names), to) for to, names in groups.items()]
    if kind in (questions.RESOURCE, questions.MEMBER):
        asked.append(({"type": "string", "pattern": r"^\$"}, questions.MEMBER))
    bound = {"type": "integer", "minimum": 0}
    for field_of, to in asked:
        where = {"where": _ref(to)} if to else {}
        for word in questions.MEMBERS:
            if word == "count":
                form = _form({word: field_of}, {**where, "atLeast": bound, "atMost": bound})
                yield {**form, "anyOf": [{"required": ["atLeast"]}, {"required": ["atMost"]}]}
            elif word != "every":
                yield _form({word: field_of}, where)
            elif to:
                yield _form({word: field_of, **where})


def _lookup() -> Json:
    texts = {key: _TEXT for key in questions.LOOKUP if key != "where"}
    return {
        "type": "object",
        "properties": {**texts, "where": {"type": "object"}},
        "required": ["list", "take"],
        "dependentRequired": {"at": ["key"], "key": ["at"]},
        "additionalProperties": False,
        "description": "The column `take` of a list; of the entry whose `key` is what the field `at` says.",
    }


def _cases() -> Json:
    files = {"anyOf": [_TEXT, {"type": "object", "additionalProperties": {"type": "string"}}]}
    by_language: Json = dict.fromkeys(testing.FILE_OF, True)

    def each(one: Json) -> Json:
        """For all languages, or by language."""
        by = {"type": "object", "properties": dict.fromkeys(by_language, one), "additionalProperties": False}
        return {"anyOf": [one, by]}

    numbered = {
        "type": "object",
        "properties": {"text": {"type": "string"}, "nth": {"type": "integer", "minimum": 1}},
        "required": ["text"],
        "additionalProperties": False,
    }
    reasons = {
        "type": "object",
        "properties": dict.fromkeys(testing.VERDICTS, _TEXT),
        "additionalProperties": False,
    }
    settings = {"as-of": _DAY, "subscriptions": {"type": "object", "additionalProperties": _TEXT}}
    case = {
        "type": "object",
        "properties": {
            "name": _TEXT,
            "expect": {"enum": list(testing.VERDICTS)},
            "at": each({"anyOf": [{"type": "string"}, numbered]}),
            "via": each(_TEXTS),
            "cause": each(_TEXT),
            "settings": {"type": "object", "properties": settings, "additionalProperties": False},
            "before": {
                "type": "object",
                "properties": dict.fromkeys(by_language, files),
                "additionalProperties": False,
            },
            **dict.fromkeys(by_language, files),
        },
        "required": ["name", "expect"],
        "anyOf": [{"required": [name]} for name in by_language],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "cases": {"type": "array", "minItems": 1, "items": case},
            "cannot": {
                "type": "object",
                "properties": dict.fromkeys(by_language, reasons),
                "additionalProperties": False,
                "description": "What no template of a language can lead to, and why.",
            },
        },
        "required": ["cases"],
        "additionalProperties": False,
    }
