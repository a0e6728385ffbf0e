"""What Bicep loads from files when it compiles: read through the World's reader, which never leaves the boundary."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Sequence

from mnlint import inputs
from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Any
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown, literal
from mnlint.resolve.forms import quoted
from mnlint.resolve.functions import jsontext
from mnlint.resolve.functions.outcome import Function, doubtful
from mnlint.resolve.plain import located
from mnlint.resolve.scope import Scope, folder_of

# The most that the compiler takes.
MAX_TEXT, MAX_DATA, MAX_BYTES = 131_072, 1_048_576, 96 * 1024
_ENCODINGS = {
    "": "utf-8-sig",
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_STEP = pattern(r"\.?([A-Za-z_][\w-]*)|\[([0-9]{1,6})\]|\['([^'\]]*)'\]", re.ASCII)


class _WrongError(Exception):
    """What keeps a file's content from being had, in words that follow `the file x`."""


def _load(name: str, path_filter: bool, read: Callable[[bytes, str], Any]) -> Function:
    """A function that loads a file: its path, the part wanted where there may be one, and the encoding."""

    def function(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
        given = [node.value for node in nodes]
        if not given or not all(isinstance(value, str) for value in given) or scope.language == "arm":
            return doubtful(nodes, span, scope, name)
        path, *rest = (str(value) for value in given)
        wanted = rest.pop(0) if path_filter and rest else ""
        encoding = rest[0].lower() if rest else ""
        key = (name, span, *given)
        if key not in scope.world.loaded:
            scope.world.loaded[key] = _content(path, wanted, encoding, span, scope)
        return scope.world.loaded[key]

    def _content(path: str, wanted: str, encoding: str, span: Span, scope: Scope) -> Node:
        file = posixpath.normpath(posixpath.join(folder_of(span.file), path))
        hop = Hop(HopKind.COMPUTED, span, f"read from {file}")
        try:
            if path.startswith("/") or "\\" in path or "\0" in path or file.split("/")[0] == "..":
                raise _WrongError("is outside of the checked folder")
            data = scope.world.content(file)
            if data is None:
                raise _WrongError("cannot be read here")
            value = read(data, encoding)
            return literal(_part(value, wanted), span) if isinstance(value, str) else _whole(value, wanted, span)
        except _WrongError as error:
            form = f"{{{name}({quoted(file)},{quoted(wanted)},{quoted(encoding)})}}"
            return Node(Unknown(Cause.FILE, span, f"the file {path[:80]}, which {error},", form), span, (hop,))

    return function


def _whole(value: Any, wanted: str, span: Span) -> Node:
    return located(_part(value, wanted), span)


def _part(value: Any, wanted: str) -> Any:
    """The part of a value at a path such as `.a.b[0]` or `$.a['b']`."""
    at = 1 if wanted.startswith("$") else 0
    while at < len(wanted):
        step = _STEP.match(wanted, at)
        if step is None:
            raise _WrongError("is asked for a part in a way that is not read here")
        at = step.end()
        name = step[1] if step[1] is not None else step[3]
        if name is not None and isinstance(value, dict) and name in value:
            value = value[name]
        elif step[2] is not None and isinstance(value, list) and int(step[2]) < len(value):
            value = value[int(step[2])]
        else:
            raise _WrongError(f"has nothing at {wanted[:40]}")
    return value


def _decoded(data: bytes, encoding: str, most: int) -> str:
    """The text of a file; the mark at its beginning counts before the encoding asked for."""
    codec = next((codec for mark, codec in _MARKS if data.startswith(mark)), _ENCODINGS.get(encoding))
    if codec is None:
        raise _WrongError(f"has an encoding that is not read here, {encoding[:20]}")
    if codec == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        codec = "utf-16-le"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise _WrongError(f"is not text in {codec}") from error
    if len(text) > most:
        raise _WrongError(f"is longer than {most} characters")
    return text


def _text(data: bytes, encoding: str) -> str:
    return _decoded(data, encoding, MAX_TEXT)


def _base64(data: bytes, encoding: str) -> str:
    if len(data) > MAX_BYTES:
        raise _WrongError(f"is larger than {MAX_BYTES} bytes")
    return base64.b64encode(data).decode()


def _json(data: bytes, encoding: str) -> Any:
    try:
        return jsontext.parse(_decoded(data, encoding, MAX_DATA))
    except ValueError as error:
        raise _WrongError("is not JSON") from error


def _yaml(data: bytes, encoding: str) -> Any:
    from mnlint import documents  # YAML is slow to import

    try:
        return documents.parse_core(_decoded(data, encoding, MAX_DATA), "")
    except inputs.DocumentError as error:
        raise _WrongError(f"is not YAML that is read here ({error.what})") from error


TABLE: dict[str, tuple[Function, int, int]] = {
    "loadfileasbase64": (_load("loadfileasbase64", False, _base64), 1, 1),
    "loadjsoncontent": (_load("loadjsoncontent", True, _json), 1, 3),
    "loadtextcontent": (_load("loadtextcontent", False, _text), 1, 2),
    "loadyamlcontent": (_load("loadyamlcontent", True, _yaml), 1, 3),
}
