"""Every fact in lines of text: for `mnlint facts`, which is how one finds out what a policy may ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mnlint import catalogue, lists, reading, run
from mnlint.model.expr import Template
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.value import Absent, Choice, Map, Node, Ref, Seq, Unknown


def dump(paths: Sequence[Path], settings: Settings) -> Iterator[str]:
    """A line for each fact, one for each of its fields: value, place, way."""
    tables = lists.load(catalogue.shipped() / "lists", settings.as_of, settings.lists)
    project = reading.open_project(paths, settings)
    for root in project.plan.roots:
        read = {file: project.readers.template(file) for file in root.files}
        for bindings in root.bindings:
            yield f"root {root.entry or '.'}" + (f" with {', '.join(bindings)}" if bindings else "")
            _, facts = run.facts_of(root, bindings, read, tables, settings, project.readers)
            for fact in facts.by_address.values():
                yield f"  {fact.kind} {fact.address}  ({_place(fact.head, read)})"
                for guard in fact.guards:
                    yield f"    only if {_value(guard)}  ({_place(guard.span, read)})"
                for name, node in fact.fields.entries.items():
                    way = "".join(f"  < {hop.label}" for hop in node.trail if hop.span != node.span)
                    yield f"    {name} = {_value(node)}  ({_place(node.origin, read)}){way}"


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
    return "not set" if value is None or isinstance(value, Absent) else repr(value)
