"""Takes a literal out of a template's text: a parameter without value stands there instead, as users write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

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
    write = {".bicep": _bicep, ".json": _arm, ".tf": _terraform}
    texts = {file: template.source.text for file, template in templates.items()}
    for file, template in templates.items():
        source, suffix = template.source, PurePath(file).suffix
        for expr, kind in places(template) if suffix in write and template.language != "arm-parameters" else ():
            made = write[suffix](source, expr, kind)
            if made is not None:
                line, column = source.line_column(expr.span.start)
                yield TextVariant(f"{file}:{line}:{column} {source.cut(expr.span)}", {**texts, file: made})


def places(template: Template) -> Iterator[tuple[Expr, str]]:
    """The literals where the language lets a parameter stand; with each of azapi's `type@version` its type."""
    for declared in template.resources:
        typed = declared.body.args if declared.type.startswith("azapi_") and declared.body.op is Op.OBJECT else ()
        types = {id(value): str(value.args[0]).partition("@")[0] for key, value in typed if key.args == ("type",)}
        for expr in literals(declared.body):
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
