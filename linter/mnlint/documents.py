"""YAML with limits and places: the only module that reads YAML, be it policies, lists, or files of users."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.text import Span

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

    @property
    def errors(self) -> Sequence[DocumentError]:
        return (self,)


class DocumentsError(DocumentError):
    """Several of them, at least one: for who would rather mend all in one go."""

    def __init__(self, errors: Sequence[DocumentError]) -> None:
        first = errors[0]
        super().__init__(first.file, first.line, first.column, first.what)
        self._errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self._errors))

    @property
    def errors(self) -> Sequence[DocumentError]:
        return self._errors


def read_documents(path: Path) -> list[Any]:
    """Every YAML document of a file as plain values; DocumentError if it cannot be read or goes past a limit."""
    return parse_documents(read_text(path), str(path))


def read_first(path: Path) -> Any:
    """The first document of a file; what stands below its end is not even parsed. None if the file is empty."""
    parts = _END.split(read_text(path), maxsplit=2)
    only_comments = all(not line.strip() or line.lstrip().startswith("#") for line in parts[0].splitlines())
    # Line numbers in messages must be those of the file, so that what stands above stays.
    first = "---\n".join(parts[:2]) if only_comments else parts[0]
    documents = parse_documents(first, str(path), words=True)
    return documents[0] if documents else None


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """A file's text; DocumentError if it cannot be read, is no file, is too large, or is not UTF-8."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would make us wait for ever
            raise DocumentError(str(path), 1, 1, "not a regular file")
        data = path.read_bytes() if about.st_size <= limit else b""
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        raise DocumentError(str(path), 1, 1, f"cannot be read: {words}") from error
    if max(about.st_size, len(data)) > limit:
        raise DocumentError(str(path), 1, 1, f"larger than {limit} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(str(path), 1, 1, "not UTF-8") from error


def parse_documents(text: str, file: str, *, words: bool = False) -> list[Any]:
    """The same, of a text; with `words`, those that YAML alone takes for a truth are refused."""
    return list(_parsed(text, file, words))


@lru_cache(maxsize=256)
def _parsed(text: str, file: str, words: bool) -> tuple[Any, ...]:
    """Kept, because whoever checks several times in one process asks for the same lists and policies each time.

    Nobody changes what they are given.
    """
    try:
        _guard(text, file, words=words)
        return tuple(yaml.load_all(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _marked(error, file) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(file, 1, 1, str(error).splitlines()[0]) from error


def parse_core(text: str, file: str) -> Any:
    """The one document of a text by YAML 1.2: `yes` is a text, and what versions read differently an ellipsis.

    Raises DocumentError as the others do.
    """
    try:
        _guard(text, file)
        return yaml.load(text, Loader=_CoreLoader)  # noqa: S506  (it makes plain values only)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(file, 1, 1, str(error.problem or "not YAML")) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(file, 1, 1, str(error).splitlines()[0]) from error


def parse_with(text: str, file: str, scalar: Callable[[str], Any], name: Callable[[Any], str]) -> Any:
    """The one document of a text, with what `scalar` makes of each text that is not in quotes, and `name` of each key.

    Raises DocumentError as the others do, also where there is no document.
    """
    try:
        _guard(text, file)
        loader = _OtherLoader(text)
        loader.of_scalar, loader.of_name = scalar, name
        node = loader.get_single_node()
        if node is None:
            raise DocumentError(file, 1, 1, "there is no document")
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise DocumentError(file, 1, 1, str(error.problem or "not YAML")) from error
    except yaml.YAMLError as error:
        raise DocumentError(file, 1, 1, str(error).splitlines()[0]) from error


def parse_plain(text: str, file: str) -> Any:
    """The one document of a text, None if it is empty: a plain scalar is a text, but for true, false and null.

    So `off` is a word, and what looks like a number or a day is as it was written. Tags are not taken. Raises
    DocumentError with the place.
    """
    try:
        _guard(text, file, tags=False)
        loader = _OtherLoader(text)
        loader.of_scalar, loader.of_name = _plain, _plain_name
        node = loader.get_single_node()
        return None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise _marked(error, file) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(file, 1, 1, str(error).splitlines()[0]) from error


def _plain(text: str) -> Any:
    return None if text in _NULL else _PLAIN.get(text, text)


def _plain_name(key: Any) -> str:
    """A key as it was written; one that is no scalar by what it holds."""
    words: dict[bool | None, str] = {True: "true", False: "false", None: "null"}
    return words[key] if key is None or isinstance(key, bool) else str(key)


def _marked(error: yaml.MarkedYAMLError, file: str) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = str(error.problem or "not YAML")
    reason = next((f": {words}" for sign, words in _REASONS.items() if sign in problem), "")
    return DocumentError(file, line, column, f"{problem}{reason}")


# What the parser says, and what has mostly been done.
_QUOTES = "needs quotation marks"
_REASONS = {
    "mapping values are not allowed": f"the line is indented wrongly, or a text with `: ` in it {_QUOTES}",
    "expected ',' or '}'": f"between braces, a text with brackets, braces or commas in it {_QUOTES}",
    "expected ',' or ']'": f"between brackets, a text with brackets, braces or commas in it {_QUOTES}",
    "did not find expected key": "the line is indented wrongly",
    "did not find expected '-' indicator": "the line is indented wrongly",
    "could not find expected ':'": "a key stands without its colon, or a line is indented wrongly",
    "cannot start any token": f"a text that begins so {_QUOTES}",
}


class _CoreLoader(_LOADER):  # type: ignore[misc]
    """A loader that knows of plain scalars only what all readers of YAML agree about."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}


_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,18})\.[0-9]{1,18}")
_UNSURE = re.compile(r"[-+]?\.?(?:[0-9][0-9_.:oxabcdefABCDEF+-]*|inf|Inf|INF|nan|NaN|NAN)")
_PLAIN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = ("", "~", "null", "Null", "NULL")


def _scalar(loader: Any, node: yaml.ScalarNode) -> Any:
    text = str(node.value)
    if node.style:  # in quotes, or a block
        return text
    if text in _NULL:
        return None
    if text in _PLAIN:
        return _PLAIN[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return ... if _UNSURE.fullmatch(text) else text


_CoreLoader.add_constructor("tag:yaml.org,2002:str", _scalar)


class _OtherLoader(_LOADER):  # type: ignore[misc]
    """A loader that asks somebody else what plain scalars are."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}
    of_scalar: Callable[[str], Any]
    of_name: Callable[[Any], str]


def _other_scalar(loader: Any, node: yaml.ScalarNode) -> Any:
    return str(node.value) if node.style in ("'", '"') else loader.of_scalar(str(node.value))


def _other_mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    pairs = [(loader.construct_object(key, True), loader.construct_object(value, True)) for key, value in node.value]
    return {loader.of_name(key): value for key, value in pairs}


_OtherLoader.add_constructor("tag:yaml.org,2002:str", _other_scalar)
_OtherLoader.add_constructor("tag:yaml.org,2002:map", _other_mapping)


_TRUTHS = frozenset(("yes", "no", "on", "off"))  # of YAML 1.1, in any case; to everybody else they are words


def _guard(text: str, file: str, *, tags: bool = True, words: bool = False) -> None:
    """Refuses what can make loading slow or surprising: aliases, deep nesting, a key written twice, perhaps tags."""
    depth = 0
    keys: list[set[str] | None] = []
    wants_key: list[bool] = []
    for event in yaml.parse(text, Loader=_LOADER):
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise DocumentError(file, *place, "anchors and aliases are not taken here")
        if not tags and getattr(event, "tag", None) is not None:
            raise DocumentError(file, *place, "tags are not taken here")
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
            if words and not event.style and event.value.lower() in _TRUTHS:
                what = f"`{event.value}` is a truth to YAML: write it in quotation marks, or true or false"
                raise DocumentError(file, *place, what)
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


def place_of(text: str, document: int, path: tuple[str | int, ...], *, value: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of the key (or its value) or member at a path; of the nearest one that is there."""
    nodes = _composed(text)
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
    else:
        mark = node.start_mark if value else mark
    return mark.line + 1, mark.column + 1


@lru_cache(maxsize=1)
def _composed(text: str) -> list[Any]:
    return list(yaml.compose_all(text, Loader=_LOADER))


# ── files of users: a tree with places ──

MAX_NODES = 20_000  # scalars, lists and mappings of a document, those behind aliases counted each time
MAX_LEVELS = 100  # lists and mappings inside each other
MAX_NOTICES = 20  # mistakes told of one document
MAX_DIGITS = 400  # of a number: far beyond any real one, far below what makes int() slow

_YAML = "tag:yaml.org,2002:"
_RESOLVER: Any = yaml.resolver.Resolver()
_NUMBERS = yaml.constructor.SafeConstructor()
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Tree:
    """A document as LITERAL, OBJECT and ARRAY with places: a key written twice is there twice, a merge is a SPREAD.

    Plain scalars are of the type YAML 1.1 gives them; dates stay text. What an alias stands for has its anchor's
    place. A value that could not be read is OPAQUE; a container that could not be read to its end closes with a
    SPREAD of an OPAQUE. `scalars` are the offsets of keys and values, in order: no comment begins there.
    """

    root: Expr
    scalars: tuple[tuple[int, int], ...]
    notices: tuple[Notice, ...]


def parse_tree(text: str, file: str, offset: int = 0) -> Tree:
    """The first document of a YAML text that stands at `offset` of a file; mistakes are notices, never exceptions."""
    builder = _Builder(file, offset, len(text))
    try:
        builder.refuse(len(text) > MAX_BYTES, 0, f"larger than {MAX_BYTES} characters", "MN912")
        odd = _NOT_YAML.search(text)
        builder.refuse(odd is not None, odd.start() if odd else 0, "a character that YAML does not allow")
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            builder.take(event)
    except _Refused as refused:
        builder.note(refused.start, refused.start + 1, refused.message, refused.code)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        start = min(mark.index, len(text)) if mark else 0
        start = start if text[start : start + 1].strip() else len(text[:start].rstrip()) - 1
        start = max(start, 0)
        builder.note(start, start + 1, getattr(error, "problem", None) or "not YAML", "MN911")
    return Tree(builder.finished(), tuple(builder.scalars), tuple(builder.notices))


class _Refused(Exception):  # noqa: N818  (it never leaves this module)
    """From `start` on the text is not read."""

    def __init__(self, start: int, message: str, code: str) -> None:
        super().__init__(message)
        self.start, self.message, self.code = start, message, code


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; `key` is that of the member being read."""

    op: Op
    start: int
    anchor: str | None
    opaque: bool  # it has a tag nobody knows
    left: int  # how many nodes were allowed when it began
    height: int = 1  # levels from here down, those behind aliases too
    members: list[Any] = field(default_factory=list)
    merges: list[Any] = field(default_factory=list)  # what others override, wherever it stands
    key: Expr | None = None
    names: set[str] = field(default_factory=set)

    def add(self, value: Expr) -> None:
        if self.key is None:
            self.members.append(value)
        elif self.key.op is Op.SPREAD:
            values = reversed(value.args) if value.op is Op.ARRAY else (value,)
            self.merges.extend((Expr(Op.SPREAD, self.key.span, (one,)), None) for one in values)
        else:
            self.members.append((self.key, value))
        self.key = None


class _Builder:
    """Events in, expressions out: a loop with a stack of its own, so that no nesting can exhaust Python's."""

    def __init__(self, file: str, offset: int, length: int) -> None:
        self.file, self.offset, self.length = file, offset, length
        self.root: Expr | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Expr, int, int]] = {}  # what it is, how many nodes, how many levels
        self.scalars: list[tuple[int, int]] = []
        self.notices: list[Notice] = []
        self.left = MAX_NODES

    def take(self, event: Any) -> None:
        """One event of the parser. Raises _Refused at a limit."""
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.NodeEvent):
            self.left -= 1
            self.refuse(self.left < 0, start, f"too large: the rest, after {MAX_NODES} values, is not read", "MN912")
        if isinstance(event, yaml.AliasEvent):
            self.alias(str(event.anchor), start, end)
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event, start, end)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            deep = len(self.stack) >= MAX_LEVELS
            self.refuse(deep, start, f"nested too deeply: more than {MAX_LEVELS} levels", "MN912")
            op = Op.OBJECT if isinstance(event, yaml.MappingStartEvent) else Op.ARRAY
            known = event.tag in (None, "!", f"{_YAML}map", f"{_YAML}seq")
            if not known:
                self.unknown_tag(str(event.tag), start, end)
            self.stack.append(_Open(op, start, event.anchor, not known, self.left))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self.stack.pop()
            # A block ends, to the parser, where the next thing begins: to a reader, with its last scalar.
            end = end if end > start or not self.scalars else self.scalars[-1][1] - self.offset
            self.add(self.closed(done, max(end, done.start)), done.anchor, done.left - self.left + 1, done.height)

    def closed(self, done: _Open, end: int) -> Expr:
        span = self.span(done.start, end)
        if done.opaque:
            return Expr(Op.OPAQUE, span, ("a value with a tag that is not known",))
        return Expr(done.op, span, (*done.merges, *done.members))

    def scalar(self, event: Any, start: int, end: int) -> None:
        around = self.stack[-1] if self.stack else None
        is_key = around is not None and around.op is Op.OBJECT and around.key is None
        if event.style in ("|", ">"):
            end = max(start + 1, start + len(event.value)) if end <= start else end
        if end > start:
            self.scalars.append((start + self.offset, end + self.offset))
        if is_key and event.value == "<<" and event.implicit[0]:
            around.key = Expr(Op.SPREAD, self.span(start, end), ())  # type: ignore[union-attr]
            return
        span = self.span(start, end)
        if is_key:
            value: Expr = Expr(Op.LITERAL, span, (event.value,))
            if event.value in around.names:  # type: ignore[union-attr]
                self.note(start, end, f"`{event.value[:40]}` is written twice", "MN911")
            around.names.add(event.value)  # type: ignore[union-attr]
        else:
            if start == end and around is not None and around.key is not None:
                span = around.key.span  # nothing is written: the key is all there is to see
            value = self.value(event, span, start, end)
        self.add(value, event.anchor, 1)

    def value(self, event: Any, span: Span, start: int, end: int) -> Expr:
        text: str = event.value
        tag = event.tag if event.tag not in (None, "!") else None
        if tag is None:
            plain = event.implicit[0]
            tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) if plain else f"{_YAML}str"
        kind = tag.removeprefix(_YAML)
        if kind not in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value"):
            self.unknown_tag(tag, start, end)
            return Expr(Op.OPAQUE, span, ("a value with a tag that is not known",))
        if kind == "null":
            return Expr(Op.LITERAL, span, (None,))
        if kind == "bool" and text.lower() in yaml.SafeLoader.bool_values:
            return Expr(Op.LITERAL, span, (yaml.SafeLoader.bool_values[text.lower()],))
        if kind in ("int", "float"):
            return Expr(Op.LITERAL, span, (_number(kind, text),))
        return Expr(Op.LITERAL, span, (text,))

    def alias(self, name: str, start: int, end: int) -> None:
        made, weight, height = self.anchors.get(name, (None, 0, 0))
        if made is None:
            self.note(start, end, f"`*{name[:40]}` has no anchor that ends before it", "MN911")
            made = self.opaque(start, end)
        # What many aliases of aliases stand for is looked at each time.
        self.left -= weight
        self.refuse(self.left < 0, start, f"too large: its aliases stand for more than {MAX_NODES} values", "MN912")
        deep = len(self.stack) + height > MAX_LEVELS
        self.refuse(deep, start, f"nested too deeply: more than {MAX_LEVELS} levels", "MN912")
        self.add(made, None, weight, height)

    def add(self, value: Expr, anchor: str | None, weight: int, height: int = 0) -> None:
        if anchor is not None:
            self.anchors[anchor] = (value, weight, height)
        if not self.stack:
            self.root = value
            return
        around = self.stack[-1]
        around.height = max(around.height, height + 1)
        if around.op is Op.OBJECT and around.key is None:
            # A key that is no text may be any.
            around.key = value if value.op is Op.LITERAL else Expr(Op.OPAQUE, value.span, ("a key that is no text",))
        else:
            around.add(value)

    def finished(self) -> Expr:
        """The root; every container that was still open stays open."""
        if self.root is not None:
            return self.root
        made = self.opaque(0 if not self.stack else self.length, self.length)
        rest = made
        while self.stack:
            left = self.stack.pop()
            if left.key is not None:
                left.add(made)
            open_end = Expr(Op.SPREAD, rest.span, (rest,))
            left.members.append((open_end, None) if left.op is Op.OBJECT else open_end)
            made = Expr(left.op, self.span(left.start, self.length), (*left.merges, *left.members))
            if self.stack and self.stack[-1].key is None and self.stack[-1].op is Op.ARRAY:
                self.stack[-1].add(made)
        return made

    def unknown_tag(self, tag: str, start: int, end: int) -> None:
        self.note(start, end, f"`{tag[:40]}` is no tag that is known here", "MN911")

    def refuse(self, wrong: bool, start: int, message: str, code: str = "MN911") -> None:
        if wrong:
            raise _Refused(start, message, code)

    def note(self, start: int, end: int, message: str, code: str) -> None:
        if len(self.notices) < MAX_NOTICES:
            span = self.span(min(start, self.length), min(max(end, start + 1), self.length))
            self.notices.append(Notice("error", code, message, Place(span, "here")))

    def opaque(self, start: int, end: int) -> Expr:
        return Expr(Op.OPAQUE, self.span(start, end), ("text that could not be read",))

    def span(self, start: int, end: int) -> Span:
        return Span(self.file, start + self.offset, end + self.offset)


def _number(kind: str, text: str) -> float | str:
    """A number as YAML 1.1 reads it; the text itself where it is none after all, or far too long."""
    if len(text) > MAX_DIGITS:
        return text
    node = yaml.ScalarNode(f"{_YAML}{kind}", text)
    try:
        made: float = _NUMBERS.construct_yaml_int(node) if kind == "int" else _NUMBERS.construct_yaml_float(node)
    except (ValueError, OverflowError):
        return text
    return made
