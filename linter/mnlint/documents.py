"""YAML with limits and places: the only module that reads YAML, for policies and lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 50

# A line that ends a document; none is at the very beginning, where it would begin one.
_END = re.compile(r"(?<=\n)---[ \t]*(?:#.*)?\r?\n")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DocumentError(Exception):
    """A YAML file that cannot be taken, with the place in it: `file:line:column: what`."""

    def __init__(self, file: str, line: int, column: int, what: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {what}")
        self.file, self.line, self.column, self.what = file, line, column, what


def read_documents(path: Path) -> list[Any]:
    """Every YAML document of a file as plain values; DocumentError if it cannot be read or goes past a limit."""
    return parse_documents(read_text(path), str(path))


def read_first(path: Path) -> Any:
    """The first document of a file; what stands below its end is not even parsed. None if the file is empty."""
    parts = _END.split(read_text(path), maxsplit=2)
    only_comments = all(not line.strip() or line.lstrip().startswith("#") for line in parts[0].splitlines())
    # Line numbers in messages must be those of the file, so that what stands above stays.
    first = "---\n".join(parts[:2]) if only_comments else parts[0]
    documents = parse_documents(first, str(path))
    return documents[0] if documents else None


def read_text(path: Path) -> str:
    """A file's text; DocumentError if it cannot be read, is too large, or is not UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), 1, 1, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise DocumentError(str(path), 1, 1, f"larger than {MAX_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(str(path), 1, 1, "not UTF-8") from error


def parse_documents(text: str, file: str) -> list[Any]:
    """The same, of a text."""
    try:
        _guard(text, file)
        return list(yaml.load_all(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DocumentError(file, line, column, str(error.problem or "not YAML")) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(file, 1, 1, str(error).splitlines()[0]) from error


def _guard(text: str, file: str) -> None:
    """Refuses what can make loading slow or surprising: aliases, deep nesting, a key written twice."""
    depth = 0
    keys: list[set[str] | None] = []
    wants_key: list[bool] = []
    for event in yaml.parse(text, Loader=_LOADER):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DocumentError(file, *place, "anchors and aliases are not taken here")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            _value_seen(wants_key)
            depth += 1
            if depth > MAX_DEPTH:
                raise DocumentError(file, *place, f"nested deeper than {MAX_DEPTH} levels")
            is_map = isinstance(event, yaml.MappingStartEvent)
            keys.append(set() if is_map else None)
            wants_key.append(is_map)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
            keys.pop()
            wants_key.pop()
        elif isinstance(event, yaml.ScalarEvent):
            seen = keys[-1] if keys else None
            if seen is not None and wants_key[-1]:
                if event.value in seen:
                    raise DocumentError(file, *place, f"{event.value!r} is written twice")
                if event.value == "<<":
                    raise DocumentError(file, *place, "merge keys are not taken here")
                seen.add(event.value)
                wants_key[-1] = False
            else:
                _value_seen(wants_key)


def _value_seen(wants_key: list[bool]) -> None:
    """In a mapping a key comes next."""
    if wants_key:
        wants_key[-1] = True


def place_of(text: str, document: int, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Line and column, from 1, of the key or member at a path; of the nearest one that is there."""
    nodes = list(yaml.compose_all(text, Loader=_LOADER))
    if document >= len(nodes) or nodes[document] is None:
        return 1, 1
    node = nodes[document]
    mark = node.start_mark
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
        else:
            break
    return mark.line + 1, mark.column + 1
