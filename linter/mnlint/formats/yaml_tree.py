"""YAML of users as a tree with places: of a broken file, what can be read is read, and mistakes are notices."""

from __future__ import annotations

import yaml

from mnlint.documents import LOADER, NESTED_TOO_DEEPLY
from mnlint.inputs import MAX_BYTES
from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.model.text import Span
from mnlint.model.typing import Any

MAX_NODES = 20_000  # scalars, lists and mappings of a document, those behind aliases counted each time
MAX_LEVELS = 100  # lists and mappings inside each other
_TOO_DEEP = f"nested too deeply: more than {MAX_LEVELS} levels"
MAX_NOTICES = 20  # mistakes told of one document
MAX_DIGITS = 400  # of a number: far beyond any real one, far below what makes int() slow

_YAML = "tag:yaml.org,2002:"
_RESOLVER: Any = yaml.resolver.Resolver()
_NUMBERS = yaml.constructor.SafeConstructor()
_NOT_YAML = pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


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
        for event in yaml.parse(text, Loader=LOADER):
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
        problem = getattr(error, "problem", None) or "not YAML"
        deep = problem == NESTED_TOO_DEEPLY
        builder.note(start, start + 1, _TOO_DEEP if deep else problem, "MN912" if deep else "MN911")
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
            self.refuse(deep, start, _TOO_DEEP, "MN912")
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
        self.refuse(deep, start, _TOO_DEEP, "MN912")
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
