"""Which arguments a block has, told without a parser where its text is plain: nothing can be wrong in such a block.

A text that is not plain may be good all the same. One that is plain is never refused by python-hcl2, nor by us when we
make expressions of it. So only what is not plain has to be parsed for the sake of what may be wrong in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mnlint.formats.terraform_signs import bad_escape
from mnlint.formats.tfblocks import DIRECTIVE, TEXT, Block, Part
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.typing import Final

DEEPEST: Final = 80  # brackets, operators and steps inside each other: what is made of them must not be too deep

_WORD: Final = r"[A-Za-z_][\w-]*+"
_NUMBER: Final = r"\d{1,15}+(?:\.\d{1,15}+)?+(?![\w.])"
_TOKEN = re.compile(
    rf"[ \t]*+(?:(\n)|({_WORD})((?:\.{_WORD}){{0,10}}+)|\"[^\"$]*+(\"|\$\{{)|({_NUMBER})"
    rf"|(\.(?:{_WORD}|\d{{1,9}}+(?!\.\d|[\w-])))|(=>|[=!<>]=|&&|\|\||\.\.\.|\[\*\]|\.\*|%(?!\{{)|[-+*/<>!?:,=()\[\]{{}}]))",
    re.ASCII,
).match
_NEWLINE, _NAMED, _STRING, _DIGITS, _STEP, _SIGN = 1, 3, 4, 5, 6, 7  # which of its groups is the last
_LABELS: Final = rf"(?:[ \t]*+(?:\"[^\"\\$%\n]*+\"|{_WORD}))*+"
_ITEM = re.compile(
    rf"([ \t\n]*+)(?:({_WORD})(?:[ \t]*+=(?![=>])|({_LABELS})[ \t]*+\{{)|(\}}))", re.ASCII
).match  # of a block
_ELEMENT = re.compile(
    rf"([ \t\n]*+)(?:(?:({_WORD})(?:\.{_WORD}){{0,9}}+|\"[^\"$]*+\")[ \t]*+(?:=(?![=>])|:(?!:))|(\}})"
    rf"|(?=[(\"]|{_WORD}\())",
    re.ASCII,
).match  # of an object
_HEAD = re.compile(rf"{_WORD}({_LABELS})[ \t]*+\{{", re.ASCII).match
_ASSIGNS = pattern(rf"{_WORD}[ \t]*+=(?![=>])", re.ASCII)
_SHORT = re.compile(  # the value of an argument, in most cases
    rf"[ \t]*+(?:\"[^\"$]*+\"|({_WORD})((?:\.{_WORD}){{0,10}}+)|{_NUMBER})(?=[ \t]*+[\n}}])", re.ASCII
).match
_FOR = re.compile(rf"[ \t]*+for[ \t]++({_WORD})(?:[ \t]*+,[ \t]*+({_WORD}))?+[ \t]++in(?![\w-])", re.ASCII).match
_GOES_ON = pattern(r"[^\"$]*+(\"|\$\{)")
_CALLED = re.compile(rf"(?:(?:::{_WORD}){{2}})?+[ \t]*+\(", re.ASCII).match
_LABEL = re.compile(r'"').finditer
_KEYWORDS: Final = frozenset(("if", "in", "for", "for_each", "else", "endif", "endfor"))
_LITERALS: Final = frozenset(("true", "false", "null"))
_NOT_NAMES: Final = _KEYWORDS - {"for_each"}
_OF_DYNAMIC: Final = frozenset(("for_each", "iterator", "labels"))
_FOR_PARTS: Final = frozenset(((":", 0), ("=>", 1), ("...", 2)))
_OPERATORS: Final = frozenset(("==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "%"))

# What is open: the body of a block or of a `dynamic`, an object, a list, a call, other round brackets, an index, `${`,
# a for expression of a list or an object, all of it.
_BODY, _DYNAMIC, _OBJECT, _LIST, _CALL, _PAREN, _INDEX, _VALUE, _FOR_LIST, _FOR_OBJECT, _WHOLE = range(11)
# What is expected: an item, an operand or the end, an operand, an operand without a sign, what follows one, the end.
_AN_ITEM, _MAYBE, _WANTED, _SIGNED, _AFTER, _THE_END = range(6)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a block, in offsets into the file."""

    start: int
    value: int  # where the text behind `=` begins
    end: int


def outline(block: Block, text: str) -> Mapping[str, Argument | None] | None:
    """The arguments of a plain block by name, None for the names of blocks inside of it; None if it is not plain.

    `text` is that of the file.
    """
    head = _HEAD(block.text)
    if head is None or not _is_plain(block, text) or _complex(block, head.start(1), head.end(1)):
        return None
    reading = _Plain(block, text)
    return reading.found if reading.body(head.end()) else None


def is_plain(block: Block, text: str) -> bool:
    """Whether an assignment is plain."""
    head = _ASSIGNS.match(block.text)
    return head is not None and _is_plain(block, text) and _Plain(block, text).value(head.end())


def _is_plain(block: Block, text: str) -> bool:
    """Whether nothing is in a block that the pattern of tokens knows nothing about."""
    return (
        block.fault is None
        and not block.signs
        and all(_is_good(part, start, text) for start, parts in block.templates.items() for part in parts)
    )


def _is_good(part: Part, start: int, text: str) -> bool:
    if part.kind == TEXT:
        return text[start] != '"' or bad_escape(text, part.start, part.end) is None
    return part.kind != DIRECTIVE


def _complex(block: Block, start: int, end: int) -> bool:
    """Whether a label is more than plain text."""
    by = block.span.start
    return bool(block.templates) and any(m.start() + by in block.templates for m in _LABEL(block.text, start, end))


class _Open:
    """Something not yet closed, and what was met in it so far."""

    __slots__ = ("begun", "choices", "deep", "high", "kind", "names", "own", "part", "spread_out")

    def __init__(self, kind: int, names: set[str] | None = None) -> None:
        self.kind = kind
        self.names = names  # of a body: its arguments
        self.own = 0  # operators and steps of an expression in it: each may stand inside of all the others
        self.high = 0  # the height of what was closed in that expression
        self.deep = 0  # the height of the expressions before it
        self.choices = 0  # `?` that have no `:` yet
        self.begun = 0  # items or elements so far
        self.spread_out = False  # of a body: its items have lines of their own; of an object: a `,` was there
        self.part = 0  # of a for expression: 0 its collection, 1 and 2 its values, 3 `...`, 4 its condition; of an
        # object: 1 in a key that is more than a word

    def height(self) -> int:
        return max(self.deep, self.own + self.high) + 2


class _Plain:
    """One reading of a block's text: a loop with a stack of its own. What it does not expect is not plain."""

    def __init__(self, block: Block, written: str) -> None:
        self.block, self.text, self.written = block, block.text, written
        self.stack: list[_Open] = []
        self.top = _Open(_WHOLE)
        self.found: dict[str, Argument | None] = {}
        self.argument = ("", 0, 0)

    def body(self, at: int) -> bool:
        """Whether a body is plain whose `{` ends at an offset: then its arguments are found."""
        self.push(_BODY)
        return self.read(at, _AN_ITEM)

    def value(self, at: int) -> bool:
        """Whether the rest of the text is an expression, and plain."""
        return self.read(at, _WANTED)

    def push(self, kind: int) -> None:
        self.stack.append(self.top)
        self.top = _Open(kind, set() if kind in (_BODY, _DYNAMIC) else None)

    def pop(self) -> None:
        closed = self.top
        self.top = self.stack.pop()
        self.top.high = max(self.top.high, closed.height())

    def ended(self) -> None:
        """One of several expressions is at its end."""
        top = self.top
        top.deep, top.own, top.high = max(top.deep, top.own + top.high), 0, 0

    def read(self, at: int, expected: int) -> bool:
        """Reads to the end of the text; whether all of it is plain."""
        text = self.text
        goes_on = True  # whether a step may follow: behind a name or a bracket, not behind a literal
        while True:
            top = self.top
            if expected == _AN_ITEM:
                if top.kind == _OBJECT:
                    found = self.element(at)
                else:
                    found = self.item(at)
                if found is None:
                    return False
                at, expected = found
                goes_on = False
                if not self.stack and expected == _AN_ITEM:
                    return self.is_end(at)
                continue
            token = _TOKEN(text, at)
            if token is None:
                return expected == _AFTER and not self.stack and not top.choices and self.is_end(at)
            kind, before, at = token.lastindex, at, token.end()
            if expected in (_AFTER, _THE_END):
                sign = token[7] if kind == _SIGN else ""
                in_key = top.kind == _OBJECT and top.part == 1
                if in_key and (sign in _OPERATORS or sign == "?"):
                    return False
                if sign == "-" and text[at : at + 1].isdigit():  # to python-hcl2 the key of another element, perhaps
                    return False
                if expected == _AFTER and sign in _OPERATORS:
                    top.own += 1
                    expected = _WANTED
                elif kind == _NEWLINE or sign == "}":
                    if top.kind in (_BODY, _DYNAMIC, _OBJECT):
                        if top.choices or top.part or expected == _THE_END:
                            return False
                        self.ended()
                        if len(self.stack) == 1:
                            name, start, value = self.argument
                            by = self.block.span.start
                            self.found[name] = Argument(start + by, value + by, before + by)
                        at, expected = before, _AN_ITEM
                        continue
                    if kind == _NEWLINE or top.choices:
                        return False
                    if top.kind == _VALUE and expected == _AFTER:
                        rest = _GOES_ON.match(text, at)
                        if rest is None:
                            return False
                        at = rest.end()
                        self.ended()
                        if rest[1] != '"':
                            expected = _WANTED
                            continue
                    elif top.kind != _FOR_OBJECT or top.part < 2:
                        return False
                    self.pop()
                    expected, goes_on = _AFTER, False
                elif sign == ")" or sign == "]":
                    if top.choices or not self.closes(sign, expected):
                        return False
                    self.pop()
                    expected, goes_on = _AFTER, True
                elif kind == _NAMED:
                    if token[2] != "if" or token[3] or top.choices or top.kind not in (_FOR_LIST, _FOR_OBJECT):
                        return False
                    if top.part != 1 + (top.kind == _FOR_OBJECT) and top.part != 3:
                        return False
                    top.part, expected = 4, _WANTED
                elif expected == _THE_END:
                    return False
                elif kind == _STEP or sign == "[" or sign == "[*]" or sign == ".*":
                    if not goes_on or text[before] in " \t":
                        return False
                    top.own += 1
                    if sign == "[":
                        self.push(_INDEX)
                        expected = _WANTED
                elif sign == "?":
                    if top.kind in (_FOR_LIST, _FOR_OBJECT) and top.part == 0:
                        return False
                    top.own += 1
                    top.choices += 1
                    expected = _WANTED
                elif sign == ":" and top.choices:
                    top.choices -= 1
                    expected = _WANTED
                elif top.choices:
                    return False
                elif sign == ",":
                    self.ended()
                    if top.kind == _OBJECT and not top.part:
                        top.spread_out, expected = True, _AN_ITEM
                    elif top.kind in (_LIST, _CALL):
                        expected = _MAYBE
                    else:
                        return False
                elif in_key and sign in (":", "="):
                    top.part, expected = 0, _WANTED
                elif (sign, top.part) in _FOR_PARTS and top.kind in (_FOR_LIST, _FOR_OBJECT):
                    if sign != ":" and top.kind == _FOR_LIST:
                        return False
                    top.part += 1
                    expected = _THE_END if sign == "..." else _WANTED
                elif sign == "..." and top.kind == _CALL:
                    expected = _THE_END
                else:
                    return False
                continue
            # An operand is expected.
            if kind == _NAMED:
                word = token[2]
                if word in _KEYWORDS or (word in _LITERALS and token[3]):
                    return False
                goes_on = word not in _LITERALS
                expected = _AFTER
                call = _CALLED(text, at)
                if call is not None:
                    if token[3] or not goes_on:
                        return False
                    at = call.end()
                    self.push(_CALL)
                    expected = _MAYBE
            elif kind == _STRING:
                expected, goes_on = _AFTER, False
                if token[4] != '"':
                    self.push(_VALUE)
                    expected = _WANTED
            elif kind == _DIGITS:
                expected, goes_on = _AFTER, False
            elif kind != _SIGN:
                return False
            elif token[7] in "-!":
                if expected == _SIGNED:
                    return False
                top.own += 1
                expected = _SIGNED
            elif token[7] == "(":
                self.push(_PAREN)
                expected = _WANTED
            elif token[7] == "[" or token[7] == "{":
                loop = _FOR(text, at)
                if loop is not None:
                    if not _KEYWORDS.isdisjoint(loop.groups()) or not _LITERALS.isdisjoint(loop.groups()):
                        return False
                    at = loop.end()
                    self.push(_FOR_LIST if token[7] == "[" else _FOR_OBJECT)
                    expected = _WANTED
                else:
                    self.push(_LIST if token[7] == "[" else _OBJECT)
                    expected = _MAYBE if token[7] == "[" else _AN_ITEM
            elif expected == _MAYBE and (token[7], top.kind) in (("]", _LIST), (")", _CALL)):
                self.pop()
                expected, goes_on = _AFTER, True
            else:
                return False

    def is_end(self, at: int) -> bool:
        return not self.text[at:].strip(" \t") and self.top.height() <= DEEPEST

    def closes(self, sign: str, expected: int) -> bool:
        """Whether what is open ends with a sign, an operand or `...` being the last thing in it."""
        kind, part = self.top.kind, self.top.part
        if sign == ")":
            return kind == _CALL or (kind == _PAREN and expected == _AFTER)
        if kind == _FOR_LIST:
            return part in (1, 4)
        return kind in (_LIST, _INDEX)

    def item(self, at: int) -> tuple[int, int] | None:
        """The next argument or block of a body, or its end: the offset behind that, and what is expected there."""
        top, found = self.top, _ITEM(self.text, at)
        if found is None or top.names is None:
            return None
        apart = "\n" in found[1]
        if found[4]:
            if top.begun and apart is not top.spread_out:
                return None
            if top.kind == _DYNAMIC and not ("for_each" in top.names and "{content" in top.names):
                return None
            self.pop()
            self.ended()
            return found.end(), _AN_ITEM
        start, end = (offset + self.block.span.start for offset in found.span(2))
        name, labels = self.written[start:end], found[3]
        if name in _NOT_NAMES or (top.begun and not (apart and top.spread_out)):
            return None
        if not top.begun:
            top.spread_out = apart
        top.begun += 1
        if labels is None:
            if name in top.names or f"{{{name}" in top.names or (top.kind == _DYNAMIC and name not in _OF_DYNAMIC):
                return None
            top.names.add(name)
            short = _SHORT(self.text, found.end())
            if short is not None and short[1] not in _KEYWORDS and (not short[2] or short[1] not in _LITERALS):
                if len(self.stack) == 1:
                    self.found[name] = Argument(
                        start, found.end() + self.block.span.start, short.end() + self.block.span.start
                    )
                return short.end(), _AN_ITEM
            if len(self.stack) == 1:
                self.argument = (name, found.start(2), found.end())
            return found.end(), _WANTED
        if not top.spread_out or _complex(self.block, found.start(3), found.end(3)):
            return None
        if top.kind == _DYNAMIC and (name != "content" or labels.strip()):
            return None
        dynamic = name == "dynamic" and labels.strip()
        if dynamic and len(labels.split()) != 1:
            return None
        made = dynamic.strip('"') if dynamic else name
        if made in top.names:  # an argument and blocks of one name
            return None
        top.names.add(f"{{{made}")
        if len(self.stack) == 1:
            self.found[made] = None
        self.push(_DYNAMIC if dynamic else _BODY)
        return found.end(), _AN_ITEM

    def element(self, at: int) -> tuple[int, int] | None:
        """The next element of an object, or its end: the offset behind that, and what is expected there."""
        top, found = self.top, _ELEMENT(self.text, at)
        if found is None:
            return None
        if found[3]:
            self.pop()
            return found.end(), _AFTER
        if top.begun and not top.spread_out and "\n" not in found[1]:
            return None
        top.begun, top.spread_out = 1, False
        top.part = int(found.end() == found.end(1))  # a key in brackets, or with a `${}`
        return found.end(), _WANTED
