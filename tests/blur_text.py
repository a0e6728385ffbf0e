"""Takes a literal out of a template's text: a parameter without value stands there instead, as users write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from mnlint.formats import armjson
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.text import Source, Span

NAME = "blur1"


@dataclass(frozen=True, slots=True)
class TextVariant:
    """A case's files with one literal less, and where that stood."""

    what: str
    files: Mapping[str, str]


def variants(templates: Mapping[str, Template]) -> Iterator[TextVariant]:
    """Every way to write a parameter instead of one string or truth of a template."""
    write = {".bicep": _bicep, ".json": _arm, ".tf": _terraform, ".yml": _azureml}
    texts = {file: template.source.text for file, template in templates.items()}
    for file, template in templates.items():
        source, suffix = template.source, PurePath(file).suffix
        for expr, kind in places(template) if suffix in write and template.language != "armparams" else ():
            plan = suffix == ".json" and template.language == "terraform"
            made = (_plan if plan else write[suffix])(source, expr, kind)
            if made is not None:
                line, column = source.line_column(expr.span.start)
                yield TextVariant(f"{file}:{line}:{column} {source.cut(expr.span)}", {**texts, file: made})


def places(template: Template) -> Iterator[tuple[Expr, str]]:
    """The literals where the language lets a parameter stand; with each of azapi's `type@version` its type."""
    for declared in template.resources:
        typed = declared.body.args if declared.type.startswith("azapi_") and declared.body.op is Op.OBJECT else ()
        types = {id(value): str(value.args[0]).partition("@")[0] for key, value in typed if key.args == ("type",)}
        each = [rf"\b{re.escape(name)}\b" for name in (declared.loop.names if declared.loop else ())]
        for expr in literals(declared.body):
            # A text made of a loop's variable differs for each member, and a parameter would not.
            if expr.op is not Op.TEXT or not any(re.search(name, template.source.cut(expr.span)) for name in each):
                yield expr, types.get(id(expr), "")
        for part in (declared.condition, declared.loop.collection if declared.loop else None):
            yield from ((expr, "") for expr in (literals(part) if part else ()))
    wholes = [value for call in template.calls for value in call.arguments.values()]
    wholes += [declared.body for declared in template.providers]
    wholes += [name.expr for name in (*template.names, *template.outputs) if name.expr.op is not Op.LAMBDA]
    if template.language != "terraform":  # there, a default is a constant
        wholes += [given.default for given in template.inputs if given.default is not None]
    for whole in wholes:
        yield from ((expr, "") for expr in literals(whole))


def literals(expr: Expr) -> Iterator[Expr]:
    """The strings and truths in an expression, interpolated strings as wholes; keys are none."""
    if expr.op is Op.TEXT or (expr.op is Op.LITERAL and isinstance(expr.args[0], str | bool)):
        yield expr
    elif expr.op is Op.OBJECT:
        for key, value in expr.args:
            yield from literals(key.args[0] if key.op is Op.SPREAD else value)
    elif expr.op is not Op.LITERAL:
        for part in expr.args:
            for one in part if isinstance(part, tuple) else (part,):
                if isinstance(one, Expr):
                    yield from literals(one)


def _kind(expr: Expr) -> str:
    return "bool" if expr.op is Op.LITERAL and isinstance(expr.args[0], bool) else "string"


def _put(text: str, span: Span, words: str) -> str:
    return text[: span.start] + words + text[span.end :]


def _quoted(written: str, quote: str) -> bool:
    return len(written) > 1 and written[0] == written[-1] == quote and written[:3] != quote * 3 and "\n" not in written


def _bicep(source: Source, expr: Expr, _: str) -> str | None:
    written = source.cut(expr.span)
    if not _quoted(written, "'") and written not in ("true", "false"):
        return None
    return f"{_put(source.text, expr.span, NAME)}\nparam {NAME} {_kind(expr)}\n"


def _terraform(source: Source, expr: Expr, azapi: str) -> str | None:
    written = source.cut(expr.span)
    if not _quoted(written, '"') and written not in ("true", "false"):
        return None
    words = f'"{azapi}@${{var.{NAME}}}"' if azapi else f"var.{NAME}"
    return f'{_put(source.text, expr.span, words)}\nvariable "{NAME}" {{}}\n'


def _azureml(source: Source, expr: Expr, _: str) -> str | None:
    written = source.cut(expr.span)
    # The schema and the kind tell that it is a workspace at all.
    if written.startswith(("http", "&", "*")) or "\n" in written or source.text[: expr.span.start].endswith("kind: "):
        return None
    return _put(source.text, expr.span, f'"${{{NAME}}}"')


def _plan(source: Source, expr: Expr, azapi: str) -> str | None:
    """The value is known only after apply: it stands in `after_unknown`, and no longer in `after`."""
    path = next((way for way, value in _ways(armjson.parse(source).root, ()) if value.span == expr.span), ())
    if azapi or "after" not in path or path[-1] == "id":  # its type azapi must know; an unknown id is that of a new one
        return None
    document = json.loads(source.text)
    at = path.index("after")
    holder = document
    for step in path[:at]:
        holder = holder[step]
    known, unknown = holder["after"], holder.setdefault("after_unknown", {})
    for step, below in pairwise(path[at + 1 :]):
        known = known[step]
        fresh: Any = [{}] * len(known) if isinstance(below, int) else {}
        if isinstance(unknown, list):
            unknown[step] = fresh
            unknown = fresh
        else:
            unknown = unknown.setdefault(step, fresh)
    unknown[path[-1]] = True
    known[path[-1]] = None
    if isinstance(known, dict):
        del known[path[-1]]
    return json.dumps(document)


def _ways(value: Expr, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Expr]]:
    """Every value of a JSON text with the way to it."""
    yield path, value
    if value.op in (Op.OBJECT, Op.ARRAY):
        entries = value.args if value.op is Op.OBJECT else enumerate(value.args)
        for key, inner in entries:
            yield from _ways(inner, (*path, key.args[0] if isinstance(key, Expr) else key))


def _arm(source: Source, expr: Expr, _: str) -> str | None:
    written = source.cut(expr.span)
    inner = _quoted(written, "'")
    if not inner and not _quoted(written, '"') and written not in ("true", "false"):
        return None
    text = _put(source.text, expr.span, f"parameters('{NAME}')" if inner else f"\"[parameters('{NAME}')]\"")
    root = armjson.parse(Source(source.file, text)).root
    declared = f'"{NAME}": {{"type": "{_kind(expr)}"}}'
    section = next((value for key, value in root.args if key.args == ("parameters",)), None)
    if section is None:
        at, words = root.span.start + 1, f'"parameters": {{{declared}}},'
    else:
        at, words = section.span.start + 1, f"{declared}{',' if section.args else ''}"
    return text[:at] + words + text[at:]
