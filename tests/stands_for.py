"""One expression under many parameters: what it is worth when they are given, and whether a doubt stands for that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from functions import INPUTS, NAMES, bicep_text
from mnlint import formats
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.text import Span
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown
from mnlint.resolve.evaluate import evaluate
from mnlint.resolve.loops import instances_of
from mnlint.resolve.modules import scope_of
from mnlint.resolve.plain import located
from mnlint.resolve.scope import Scope, World

_BICEP = "output it object = "
_ARM = '{"outputs": {"it": {"type": "object", "value": "['
_SPAN = Span("given", 0, 1)


@dataclass(frozen=True, slots=True)
class Written:
    """A literal, a list or an object in an expression: where it stands there, and of what type it is."""

    start: int
    end: int
    kind: type
    is_key: bool = False


def bicep(text: str, before: str = "") -> Template:
    """A template whose output is a Bicep expression over INPUTS and NAMES."""
    named = "".join(f"var {name} = {bicep_text(value)}\n" for name, value in NAMES.items() if name in text)
    given = "".join(f"param {name} {kind}\n" for name, kind in INPUTS.items())
    return formats.read("main.bicep", f"{_BICEP}{text}\n{before}\n{given}{named}".encode(), "bicep")


def arm(text: str) -> Template:
    """The same of an ARM expression without its brackets."""
    rest = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"type": kind} for name, kind in INPUTS.items()},
        "variables": {name: value for name, value in NAMES.items() if name in text},
        "resources": [],
    }
    source = f'{_ARM}{json.dumps(text, ensure_ascii=False)[1:-1]}]"}}}}, {json.dumps(rest)[1:]}'
    return formats.read("main.json", source.encode(), "arm")


def written(template: Template) -> Iterator[Written]:
    """The parts of the output that stand alone, so that a parameter may stand there, too; but the output itself."""
    offset = len(_BICEP if template.language == "bicep" else _ARM)
    whole = template.outputs[0].expr
    for expr, is_key in _parts(whole):
        cut = template.source.cut(expr.span)
        kind = _kind(expr, cut, is_key)
        if kind is not None and expr is not whole:
            yield Written(expr.span.start - offset, expr.span.end - offset, kind, is_key)


def _kind(expr: Expr, cut: str, is_key: bool) -> type | None:
    if expr.op is Op.LITERAL:
        quoted = len(cut) > 1 and cut[0] == cut[-1] == "'" and not cut.startswith("'''")
        plain = not is_key and cut in (json.dumps(expr.args[0]), f"{json.dumps(expr.args[0])}()")
        return type(expr.args[0]) if quoted or plain else None
    if expr.op is Op.CALL:
        return {"createarray": list, "createobject": dict}.get(expr.args[0].lower())
    return {Op.ARRAY: list, Op.OBJECT: dict}.get(expr.op)


def _parts(expr: Expr) -> Iterator[tuple[Expr, bool]]:
    """The literals and all else in an expression, keys of objects too, which come with True."""
    if expr.op is not Op.LITERAL or isinstance(expr.args[0], str | int | bool):
        yield expr, False
    if expr.op is Op.OBJECT:
        for key, value in expr.args:
            if key.op is Op.LITERAL:
                yield key, True
            yield from _parts(key.args[0] if key.op is Op.SPREAD else value)
    elif expr.op is Op.LAMBDA:
        yield from _parts(expr.args[1])
    elif expr.op is not Op.TEXT:
        for part in expr.args:
            for one in part if isinstance(part, tuple) else (part,):
                if isinstance(one, Expr):
                    yield from _parts(one)


def value(template: Template, given: Mapping[str, Any]) -> Node:
    """What the output is worth where some of the parameters are given, as plain values or as nodes."""
    nodes = {name: one if isinstance(one, Node) else located(one, _SPAN) for name, one in given.items()}
    world = World({template.file: template}, evaluate, instances_of, scope_of)
    return evaluate(template.outputs[0].expr, Scope(world, [template], template.language, given=nodes.get))


def stands_for(less: Node, sharp: Node) -> bool:
    """Whether a value of which less is known may be the other one. What is not known of that may be anything."""
    a, b = less.value, sharp.value
    if isinstance(a, Unknown | Ref) or isinstance(b, Unknown | Ref):
        return True
    if isinstance(b, Choice):
        return any(stands_for(less, option) for option in b.options)
    if isinstance(a, Choice):
        return any(stands_for(option, sharp) for option in a.options)
    if isinstance(a, Map) and isinstance(b, Map):
        return _objects(a, b)
    if isinstance(a, Seq) and isinstance(b, Seq):
        return _lists(a, b)
    a, b = (None if isinstance(one, Absent) else one for one in (a, b))
    return type(a) is type(b) and not isinstance(a, Map | Seq) and a == b


def _objects(a: Map, b: Map) -> bool:
    if a.more is None and b.more is None and len(a.entries) != len(b.entries):
        return False
    for key, child in a.entries.items():
        other = b.find(key, fold=True)
        if other is None:
            if b.more is None:
                return False
        elif not stands_for(child, other):
            return False
    return a.more is not None or all(a.find(key, fold=True) is not None for key in b.entries)


def _lists(a: Seq, b: Seq) -> bool:
    if a.more is None and b.more is None:
        return len(a.items) == len(b.items) and all(map(stands_for, a.items, b.items))
    if a.more is None:  # what is seen of the other one
        return len(b.items) <= len(a.items)
    return b.more is not None or all(any(stands_for(item, other) for other in b.items) for item in a.items)
