"""Terraform's functions over paths and files: what lies inside of the boundary is read, nothing else is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Any, Final
from mnlint.model.value import Cause, Hop, HopKind, Map, Node, Unknown, form_of, literal
from mnlint.resolve.forms import call_form
from mnlint.resolve.functions.outcome import Function, doubtful
from mnlint.resolve.functions.terraform.encodings import DIGESTS, text_of_bytes
from mnlint.resolve.plain import located
from mnlint.resolve.scope import Scope
from mnlint.resolve.surroundings import PATH, root_folder
from mnlint.resolve.typed.scalars import as_text

MAX_BYTES: Final = 1_000_000
MAX_TEMPLATE: Final = 60_000
_HOLE = pattern(re.escape(PATH) + r"([^{}]*)\}(/[^{}⦃⦄]*)?")


class WrongError(Exception):
    """What keeps a file or a folder from being had, in words that follow `the file x, which`."""


def file_of(node: Node, scope: Scope) -> str | None:
    """The path from the boundary that a path means; None if nobody knows. Raises WrongError outside of it."""
    value = node.value
    if isinstance(value, str):
        folder, path = root_folder(scope), str(value)
    else:
        found = _HOLE.fullmatch(form_of(node) or "")
        if found is None:
            return None
        folder, path = found[1], (found[2] or "").lstrip("/")
    made = posixpath.normpath(posixpath.join(folder, path))
    if path.startswith(("/", "~")) or "\\" in path or "\0" in path or made.split("/")[0] == "..":
        raise WrongError("is outside of the checked folder")
    return made


def _content(node: Node, scope: Scope) -> tuple[str, bytes] | None:
    file = file_of(node, scope)
    if file is None:
        return None
    data = scope.world.content(file)
    if data is None:
        raise WrongError("cannot be read here")
    if len(data) > MAX_BYTES:
        raise WrongError(f"is larger than {MAX_BYTES} bytes")
    return file, data


def unread(name: str, error: WrongError, nodes: Sequence[Node], span: Span, scope: Scope, what: str = "file") -> Node:
    """What a function gives of a file or folder that cannot be had."""
    label = f"the {what} {scope.words(nodes[0].span, 80)}, which {error},"
    hop = Hop(HopKind.COMPUTED, span, f"{name}(…)")
    return Node(Unknown(Cause.FILE, span, label, call_form(name, nodes)), span, (hop,))


def _reading(name: str, made: Callable[[bytes], str]) -> Function:
    """A function of a file's content."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        try:
            found = _content(nodes[0], scope)
            if found is None:
                return doubtful(nodes, span, scope, name)
            scope.world.fuel -= len(found[1]) // 1_000
            return literal(made(found[1]), span, f"read from {found[0]}")
        except UnicodeDecodeError:
            return unread(name, WrongError("is not text in UTF-8"), nodes, span, scope)
        except WrongError as error:
            return unread(name, error, nodes, span, scope)

    return function


def _exists(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """fileexists(): what cannot be read may be there nevertheless."""
    try:
        return doubtful(nodes, span, scope, "fileexists") if _content(nodes[0], scope) is None else literal(True, span)
    except WrongError as error:
        return unread("fileexists", error, nodes, span, scope)


def _template_file(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """templatefile(path, variables): the file's text with its own holes filled in."""
    try:
        found = _content(nodes[0], scope)
        if found is None:
            return doubtful(nodes, span, scope, "templatefile")
        return _filled("templatefile", found[1].decode("utf-8"), nodes, span, scope)
    except UnicodeDecodeError:
        return unread("templatefile", WrongError("is not text in UTF-8"), nodes, span, scope)
    except WrongError as error:
        return unread("templatefile", error, nodes, span, scope)


def _template_string(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """templatestring(text, variables)."""
    value = nodes[0].value
    if not isinstance(value, str):
        return doubtful(nodes, span, scope, "templatestring")
    return _filled("templatestring", str(value), nodes, span, scope)


def _filled(name: str, text: str, nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    given = nodes[1].value
    if not isinstance(given, Map) or given.more is not None or len(text) > MAX_TEMPLATE:
        return doubtful(nodes, span, scope, name)
    key = (text, tuple(sorted(given.entries)), span)
    if key not in scope.world.parsed:
        scope.world.fuel -= len(text)
        scope.world.parsed[key] = scope.world.template_of(text, frozenset(given.entries), span)
    parsed = scope.world.parsed[key]
    if parsed is None:
        return doubtful(nodes, span, scope, name)
    inner = Scope(scope.world, (), "terraform", prefix=scope.prefix, callers=scope.top.callers, local=given.entries)
    made = scope.world.evaluate(parsed, inner)
    value = made.value if not isinstance(made.value, Map) else None
    return Node(value, span, (Hop(HopKind.COMPUTED, span, f"{name}(…)"),))


def _on_path(name: str, change: Callable[[str], str]) -> Function:
    """A function of a path's text."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        value: Any = nodes[0].value
        if not isinstance(value, str) or "\\" in value:
            return doubtful(nodes, span, scope, name)
        try:
            return located(change(as_text(value)), span)
        except ValueError:
            return doubtful(nodes, span, scope, name)

    return function


def _base(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _directory(path: str) -> str:
    """Go's: cleaned, and `.` where there is none."""
    return posixpath.normpath(path.rpartition("/")[0] or ("/" if path.startswith("/") else "."))


def _expanded(path: str) -> str:
    if path.startswith("~"):
        raise ValueError("a folder of whoever runs it")
    return path


TABLE: dict[str, tuple[Function, int, int]] = {
    **{f"file{name}": (_reading(f"file{name}", made), 1, 1) for name, made in DIGESTS.items()},
    "basename": (_on_path("basename", _base), 1, 1),
    "dirname": (_on_path("dirname", _directory), 1, 1),
    "file": (_reading("file", lambda data: data.decode("utf-8")), 1, 1),
    "filebase64": (_reading("filebase64", text_of_bytes), 1, 1),
    "fileexists": (_exists, 1, 1),
    "pathexpand": (_on_path("pathexpand", _expanded), 1, 1),
    "templatefile": (_template_file, 2, 2),
    "templatestring": (_template_string, 2, 2),
}
