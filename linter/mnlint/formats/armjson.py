"""JSON as Azure takes it (comments, trailing commas, strings over several lines), as an expression tree with places."""

from __future__ import annotations

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # no stub has it, the reason to be fast

from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Any, Final

MAX_DEPTH: Final = 100  # objects and arrays inside each other; real templates reach 31
MAX_VALUES: Final = 64_000  # values and comments of a file; real templates reach 43,000
MAX_DIGITS: Final = 400  # of a number: far beyond any real one, far below what makes int() slow
MAX_NOTICES: Final = 20  # mistakes told of one file; after that it is some other language

SPACE = re.compile(r"\s*+").match
_KEY = re.compile(r'"([^"\\]*+)"\s*+:\s*+').match  # the usual case, in one step
COMMA = re.compile(r"\s*+(,?+)\s*+").match
_COMMENT = pattern(r"//[^\r\n]*+|/\*.*?\*/", re.DOTALL)
_STRING = pattern(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*+)((?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)(?![\w.+-])")
_BARE = pattern(r"[^\s,:\[\]{}\"/]++")  # a run of text that stands where a value should
_BARE_KEY = pattern(r"(?:[A-Za-z_$][\w$.-]*+|'[^'\"\\\r\n]*+')(?=\s*+:)")  # as JavaScript takes it
_LUMP = pattern(r'(?:[^"/\[\]{}]++|"(?:[^"\\]++|\\.)*+"|//[^\r\n]*+|/\*.*?\*/|/(?![/*]))*+', re.DOTALL)
_BRACKETS = pattern(r"(?P<open>[\[{]++)|(?P<close>[\]}]++)")
_LONE_SURROGATE = pattern("[\ud800-\udfff]")
_INFINITE: Final = float("inf")
_WORDS: Final = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON text: its value as LITERAL, OBJECT and ARRAY (a key written twice is there twice), and what stood around.

    A value that could not be read is OPAQUE. A container that could not be read to its end closes with a SPREAD of an
    OPAQUE: there may be members nobody can see.
    """

    root: Expr
    comments: tuple[Comment, ...]
    notices: tuple[Notice, ...]


def parse(source: Source) -> Document:
    """Reads a JSON text, its byte order mark already gone. Mistakes are notices; what can be read is there anyway."""
    reader = Reader(source)
    root = reader.document()
    return Document(root, tuple(reader.comments), tuple(reader.notices))


class _Broken(Exception):  # noqa: N818  (it never leaves this module)
    """From `span` on the text makes no sense any more."""

    def __init__(self, span: Span, message: str, code: str = "MN911") -> None:
        super().__init__(message)
        self.span, self.message, self.code = span, message, code


@dataclass(slots=True)
class _Open:
    """An object or array whose end has not come yet; `key` is that of the member being read."""

    op: Op
    start: int
    closer: str
    members: list[Any] = field(default_factory=list)
    key: Expr | None = None

    def add(self, value: Expr) -> None:
        self.members.append(value if self.key is None else (self.key, value))
        self.key = None


class Reader:
    """The state of one reading: a loop with a stack of its own, so that no nesting can exhaust Python's."""

    __slots__ = ("comments", "file", "left", "notices", "stack", "text")

    def __init__(self, source: Source) -> None:
        self.file, self.text = source.file, source.text
        self.comments: list[Comment] = []
        self.notices: list[Notice] = []
        self.stack: list[_Open] = []
        self.left = MAX_VALUES

    def document(self) -> Expr:
        try:
            root, at = self.value()
        except _Broken as broken:
            self.notices.append(_notice(broken.span, broken.message, broken.code))
            return self.unfinished(broken.span.start)
        try:
            at = self.gap(at)
            if at < len(self.text):
                raise _Broken(self.mark(at), "the JSON value ended before this, nothing more was expected")
        except _Broken as broken:
            self.notices.append(_notice(broken.span, broken.message, broken.code))
        return root

    def value(self) -> tuple[Expr, int]:
        """The one value of the text, and the offset behind it."""
        text, file, stack = self.text, self.file, self.stack
        closer = "nothing is open"
        at = self.gap(0)
        while True:
            char = text[at : at + 1]
            if char == closer:
                done = stack.pop()
                at += 1
                if closer == "}" and len({key.args[0] for key, _ in done.members}) != len(done.members):
                    self.twice(done.members)
                made = Expr(done.op, Span(file, done.start, at), tuple(done.members))
            elif char == "," and stack:
                self.note(self.mark(at), "a comma with nothing before it")
                at = self.gap(at + 1)
                continue
            else:
                if closer == "}":
                    stack[-1].key, at = self.key(at)
                    char = text[at : at + 1]
                if char == '"':
                    made, at = self.string(at)
                elif char == "{" or char == "[":
                    if len(stack) < MAX_DEPTH:
                        closer = "}" if char == "{" else "]"
                        stack.append(_Open(Op.OBJECT if char == "{" else Op.ARRAY, at, closer))
                        at = self.gap(at + 1)
                        continue
                    made, at = self.too_deep(at)
                else:
                    made, at = self.scalar(at)
            if not stack:
                return made, at
            around = stack[-1]
            around.add(made)
            closer = around.closer
            self.left -= 1
            if self.left < 0:
                raise self.too_large(at)
            at = self.comma(at, closer)

    def twice(self, members: list[tuple[Expr, Expr]]) -> None:
        """Tells of keys that are written twice, with both places: who reads the first one is misled."""
        first: dict[Any, Expr] = {}
        for key, _ in members:
            before = first.setdefault(key.args[0], key)
            if before is not key and len(self.notices) < MAX_NOTICES:
                line, _ = Source(self.file, self.text[: before.span.start]).line_column(before.span.start)
                what = f"`{_short(str(key.args[0]))}` is written twice: what line {line} says has no effect"
                self.notices.append(Notice("warning", "MN911", what, Place(key.span, "here")))

    def comma(self, at: int, closer: str) -> int:
        """The offset of what follows a member, its comma passed."""
        text = self.text
        found = COMMA(text, at)
        if found is not None and found[1] and not text.startswith("/", found.end()):
            return found.end()
        at = self.gap(at)
        char = text[at : at + 1]
        if char == ",":
            return self.gap(at + 1)
        if char != closer:
            if char != '"' and (closer == "}" or not (char in ("{", "[") or _BARE.match(text, at))):
                raise self.unexpected(at, f"`,` or `{closer}`")
            self.note(self.mark(at), "a comma was expected before this")
        return at

    def key(self, at: int) -> tuple[Expr, int]:
        """A key, and the offset of its value."""
        found = _KEY(self.text, at)
        if found is not None and not self.text.startswith("/", found.end()):
            return Expr(Op.LITERAL, Span(self.file, at, found.end(1) + 1), (found[1],)), found.end()
        if self.text.startswith('"', at):
            key, at = self.string(at)
        else:
            found = _BARE_KEY.match(self.text, at)
            if found is None:
                raise self.unexpected(at, "a key in double quotes or `}`")
            at, span = found.end(), Span(self.file, at, found.end())
            self.note(span, "a key in double quotes was expected here")
            key = Expr(Op.LITERAL, span, (found[0].strip("'"),))
        at = self.gap(at)
        if not self.text.startswith(":", at):
            raise self.unexpected(at, "`:` after the key")
        return key, self.gap(at + 1)

    def gap(self, at: int) -> int:
        """The offset of the next character that is neither space nor comment."""
        text = self.text
        while True:
            at = SPACE(text, at).end()  # type: ignore[union-attr]  # it matches nothing at all, too
            if not text.startswith("/", at):
                return at
            found = _COMMENT.match(text, at)
            if found is None:
                raise self.unexpected(at, "a comment, `//` or `/* */`, that ends")
            self.comments.append(Comment(Span(self.file, at, found.end()), found.group()))
            self.left -= 1
            if self.left < 0:
                raise self.too_large(at)
            at = found.end()

    def string(self, at: int) -> tuple[Expr, int]:
        text = self.text
        try:
            value, end = scanstring(text, at + 1, False)
        except JSONDecodeError as error:
            found = _STRING.match(text, at)
            if found is None:
                raise _Broken(self.mark(at), "this string never ends") from None
            self.note(Span(self.file, error.pos, error.pos + 2), "no escape that JSON knows")
            return self.opaque(at, found.end()), found.end()
        if len(value) != end - at - 2 and not value.isascii():  # there are escapes: half of a pair stands for nothing
            value = _LONE_SURROGATE.sub("\ufffd", value)
        return Expr(Op.LITERAL, Span(self.file, at, end), (value,)), end

    def scalar(self, at: int) -> tuple[Expr, int]:
        found = _NUMBER.match(self.text, at)
        value: float | bool | None
        if found is not None:
            end, digits = found.end(), found.group()
            if len(digits) > MAX_DIGITS:
                self.note(Span(self.file, at, end), f"a number of more than {MAX_DIGITS} digits", "MN912")
                return self.opaque(at, end), end
            value = float(digits) if found.group(1) else int(digits)
            if isinstance(value, float) and abs(value) == _INFINITE:
                self.note(Span(self.file, at, end), "a number too large for JSON")
                return self.opaque(at, end), end
        else:
            found = _BARE.match(self.text, at)
            if found is None:
                raise self.unexpected(at, "a value")
            end = found.end()
            if found.group() not in _WORDS:
                self.note(Span(self.file, at, end), f"`{_short(found.group())}` is not a JSON value")
                return self.opaque(at, end), end
            value = _WORDS[found.group()]
        return Expr(Op.LITERAL, Span(self.file, at, end), (value,)), end

    def too_deep(self, at: int) -> tuple[Expr, int]:
        """Steps over a container that is not read, whatever is in it."""
        text, end, depth = self.text, at, 0
        while True:
            run = _BRACKETS.match(text, end)
            if run is None:
                raise _Broken(self.mark(at), "nested too deeply, and never closed", "MN912")
            length = run.end() - end
            if run.lastgroup == "open":
                depth += length
            elif depth <= length:
                end += depth
                break
            else:
                depth -= length
            self.left -= 1
            if self.left < 0:
                raise self.too_large(end)
            end = _LUMP.match(text, run.end()).end()  # type: ignore[union-attr]  # it matches nothing at all, too
        self.note(self.mark(at), f"nested too deeply: more than {MAX_DEPTH} levels", "MN912")
        return Expr(Op.OPAQUE, Span(self.file, at, end), ("something nested too deeply",)), end

    def unfinished(self, at: int) -> Expr:
        """What was read until the text broke; every container that was still open stays open."""
        end = len(self.text)
        made = self.opaque(min(at, end), end)
        while self.stack:
            left = self.stack.pop()
            if left.key is not None:
                left.add(made)
            rest = Expr(Op.SPREAD, made.span, (self.opaque(min(at, end), end),))
            left.members.append((rest, None) if left.op is Op.OBJECT else rest)
            made = Expr(left.op, Span(self.file, left.start, end), tuple(left.members))
            if self.stack and self.stack[-1].op is Op.ARRAY:
                self.stack[-1].add(made)
        return made

    def unexpected(self, at: int, wanted: str) -> _Broken:
        if at < len(self.text):
            found = _BARE.match(self.text, at)
            there = _short(found.group()) if found else self.text[at]
            return _Broken(self.mark(at), f"{wanted} was expected, not `{there}`")
        if self.stack:
            return _Broken(self.mark(self.stack[-1].start), f"never closed: the text ends where {wanted} was expected")
        return _Broken(self.mark(max(at - 1, 0)), f"the text ends where {wanted} was expected")

    def too_large(self, at: int) -> _Broken:
        return _Broken(self.mark(at), f"too large: the rest, after {MAX_VALUES} values, is not read", "MN912")

    def note(self, span: Span, message: str, code: str = "MN911") -> None:
        if len(self.notices) >= MAX_NOTICES:
            raise _Broken(span, f"the rest, after {MAX_NOTICES} mistakes, is not read")
        self.notices.append(_notice(span, message, code))

    def mark(self, at: int) -> Span:
        return Span(self.file, at, min(at + 1, len(self.text)))

    def opaque(self, start: int, end: int) -> Expr:
        return Expr(Op.OPAQUE, Span(self.file, start, end), ("text that could not be read",))


def _notice(span: Span, message: str, code: str) -> Notice:
    return Notice("error", code, message, Place(span, "here"))


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"
