"""Every fact in lines of text: for `mnlint facts`, which is how one finds out what a policy may ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from mnlint import catalogue, deploying, reading
from mnlint.model.expr import Template
from mnlint.model.fact import Fact
from mnlint.model.pattern import pattern
from mnlint.model.policy import ROOT
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.typing import StrPath
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown

RESOURCE = "resource"  # the kind of fact whose body is shown
_PLAIN = pattern(r"[A-Za-z_][A-Za-z0-9_]*")


def dump(paths: Sequence[StrPath], settings: Settings, types: Collection[str] = ()) -> Iterator[str]:
    """A line for each fact, one for each of its fields: value, place, way. Each resource of `types` is a fact."""
    tables = catalogue.tables_of((), settings.as_of, settings.lists)
    project = reading.open_project(paths, settings, types)
    for root in project.plan.roots:
        read = {file: project.readers.template(file) for file in root.files}
        for bindings in root.bindings:
            yield f"root {root.entry or '.'}" + (f" with {', '.join(bindings)}" if bindings else "")
            _, facts = deploying.facts_of(root, bindings, read, tables, settings, project.readers, types=types)
            for fact in facts.by_address.values():
                address = fact.address.removesuffix(f" {RESOURCE}") if fact.kind == RESOURCE else fact.address
                yield f"  {fact.kind} {address}  ({_place(fact.head, read)})"
                for guard in fact.guards:
                    yield f"    only if {_value(guard)}  ({_place(guard.span, read)})"
                for name, node in _fields(fact):
                    way = "".join(f"  < {hop.label}" for hop in node.trail if hop.span != node.span)
                    yield f"    {name} = {_value(node)}  ({_place(node.origin, read)}){way}"


def _fields(fact: Fact) -> Iterator[tuple[str, Node]]:
    """Every field with its name; of a body every value, with the path that a policy asks for."""
    for name, node in fact.fields.entries.items():
        if name != ROOT:
            yield name, node
        else:
            yield from _body(ROOT, node, top=True)


def _body(path: str, node: Node, *, top: bool = False) -> Iterator[tuple[str, Node]]:
    value = node.value
    if isinstance(value, Map) and (value.entries or top):
        for name, child in value.entries.items():
            yield from _body(f"{path}.{name}" if _PLAIN.fullmatch(name) else f"{path}['{name}']", child)
        if value.more is not None:
            yield f"{path}.*", node.holding(value.more)
    elif isinstance(value, Seq) and any(isinstance(item.value, Map) for item in value.items):
        for at, child in enumerate(value.items):
            yield from _body(f"{path}[{at}]", child)
    else:
        yield path, node


def _place(span: Span, read: Mapping[str, Template]) -> str:
    template = read.get(span.file)
    if template is None:
        return span.file
    line, column = template.source.line_column(span.start)
    return f"{span.file}:{line}:{column}"


def _value(node: Node) -> str:
    value = node.value
    if isinstance(value, Unknown):
        return f"? ({value.label} {value.cause.says})"
    if isinstance(value, Choice):
        return "one of " + ", ".join(_value(option) for option in value.options)
    if isinstance(value, Ref):
        return "-> " + ".".join((value.address, *value.rest))
    if isinstance(value, Seq):
        items = ", ".join(_value(item) for item in value.items)
        return f"[{items}{' and perhaps more' if value.more else ''}]"
    if isinstance(value, Map):
        return "{…}"
    if isinstance(value, bool):
        return str(value).lower()  # as a policy writes it
    return "not set" if value is None or isinstance(value, Absent) else repr(value)
