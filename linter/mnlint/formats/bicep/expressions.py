"""Bicep's expressions: what stands for a value, and how tightly its operators bind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mnlint.formats.bicep.parser import Fault, Parser
from mnlint.formats.bicep.tokens import END, LEFT, LINE, MIDDLE, MULTI, NUMBER, RIGHT, STRING, WORD
from mnlint.model.expr import Expr, Op
from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Final, TypeVar

T = TypeVar("T")
Decorators = tuple[Expr, ...]

# https://learn.microsoft.com/azure/azure-resource-manager/bicep/operators#operator-precedence-and-associativity
_RANK: Final = {
    "*": 7, "/": 7, "%": 7,
    "+": 6, "-": 6,
    "<": 5, "<=": 5, ">": 5, ">=": 5,
    "==": 4, "!=": 4, "=~": 4, "!~": 4,
    "&&": 3, "||": 2, "??": 1,
}  # fmt: skip
_ONE: Final = "expected one expression between ( and ), all on one line"
_NAMESPACES: Final = ("az", "sys")
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}

_ESCAPE: Final = pattern(r"\\(?:u\{([0-9A-Fa-f]++)\}|(.?))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}


def read_expression(parser: Parser) -> Expr:
    """Any expression. Chains of operators and of conditions are loops here, however long."""
    first = parser.at
    test = _operators(parser)
    if not _asks(parser):
        return test
    waiting = []
    while _asks(parser):
        parser.lines()
        parser.enter("?")
        parser.at += 1
        yes = read_expression(parser)
        if parser.kinds[parser.at] == LINE and parser.kinds[parser.at + 1] == ":":
            parser.at += 1
        parser.take(":")
        parser.leave()
        waiting.append((first, test, yes))
        first = parser.at
        test = _operators(parser)
    for first, condition, yes in reversed(waiting):
        test = parser.node(Op.COND, first, condition, yes, test)
    return test


def _asks(parser: Parser) -> bool:
    kind = parser.kinds[parser.at]
    return kind == "?" or (kind == LINE and parser.kinds[parser.at + 1] == "?")


def _operators(parser: Parser) -> Expr:
    kinds = parser.kinds
    waiting: list[tuple[int, Expr, str]] = []  # left operands with their first token and the operator after them
    while True:
        first = parser.at
        right = _operand(parser)
        sign = kinds[parser.at]
        rank = _RANK.get(sign, 0)
        while waiting and _RANK[waiting[-1][2]] >= rank:
            first, left, operator = waiting.pop()
            right = parser.node(Op.CALL, first, operator, (left, right))
        if not rank:
            return right
        waiting.append((first, right, sign))
        parser.at += 1


def _operand(parser: Parser) -> Expr:
    """An operand with the sign before it and the accesses behind it."""
    kinds, first = parser.kinds, parser.at
    begin = parser.at = first + (kinds[first] in ("!", "-"))
    read = _PRIMARY.get(kinds[begin])
    if read is None:
        raise parser.expected("an expression")
    found = read(parser)
    while (access := _ACCESS.get(kinds[parser.at])) is not None:
        found = access(parser, found, begin)
    return found if begin == first else parser.node(Op.CALL, first, kinds[first], (found,))


def read_literal(parser: Parser) -> Expr:
    """A string, a number or a word, without the signs before it and the accesses behind it."""
    read = _PRIMARY.get(parser.kinds[parser.at])
    if read is None:
        raise parser.expected("a literal")
    return read(parser)


def _member(parser: Parser, target: Expr, first: int) -> Expr:
    parser.at += 1
    safe = parser.kinds[parser.at] == "?" and parser.kinds[parser.at - 1] == "."
    parser.at += safe
    name = parser.word(parser.take(WORD, "the name of a function or property"))
    space = target.args[0] if target.op is Op.NAME else ""
    if space in parser.namespaces:
        name = f"{space}.{name}"
    if parser.kinds[parser.at] != "(":
        return parser.node(Op.NAME, first, name) if "." in name else parser.node(Op.MEMBER, first, target, name, safe)
    args = _arguments(parser)
    if space in _NAMESPACES or space in parser.namespaces:
        return parser.node(Op.CALL, first, name, args)
    return parser.node(Op.CALL, first, f".{name}", (target, *args))


def _index(parser: Parser, target: Expr, first: int) -> Expr:
    parser.enter("]")
    parser.at += 1
    safe = parser.kinds[parser.at] == "?"
    parser.at += safe
    begin = parser.at
    from_end = parser.kinds[begin] == "^"
    parser.at += from_end
    index = read_expression(parser)
    if from_end:
        index = parser.node(Op.CALL, begin, "^", (index,))
    parser.take("]")
    parser.leave()
    return parser.node(Op.INDEX, first, target, index, safe)


def _assertion(parser: Parser, target: Expr, first: int) -> Expr:
    parser.at += 1
    return target  # `x!` says that x is not null, and changes nothing


def _word(parser: Parser) -> Expr:
    first, word = parser.at, parser.word(parser.at)
    parser.at += 1
    kind = parser.kinds[parser.at]
    if word in _WORDS:
        return parser.node(Op.LITERAL, first, _WORDS[word])
    if kind == "(":
        return parser.node(Op.CALL, first, word, _arguments(parser))
    if kind == "=>":
        return _lambda(parser, first, (word,))
    return parser.node(Op.NAME, first, parser.renamed.get(word, word))


def _lambda(parser: Parser, first: int, names: tuple[str, ...]) -> Expr:
    parser.take("=>")
    parser.enter("=>")
    if parser.kinds[parser.at] == LINE and not parser.is_keyword(parser.at + 1):
        parser.at += 1
    body = read_expression(parser)
    parser.leave()
    return parser.node(Op.LAMBDA, first, names, body)


def _arguments(parser: Parser) -> tuple[Expr, ...]:
    """`(...)` with any number of expressions between commas."""
    parser.enter(")")
    parser.at += 1
    found: list[Expr] = []
    parser.lines()
    while parser.kinds[parser.at] != ")" or found:  # behind a comma there must be one more
        found.append(read_expression(parser))
        if parser.kinds[parser.at] == LINE and parser.kinds[parser.at + 1] == ")":
            parser.at += 1
        if parser.kinds[parser.at] == ")":
            break
        parser.take(",", "a comma or )")
        parser.lines()
    parser.leave()
    parser.at += 1
    return tuple(found)


def _parenthesis(parser: Parser) -> Expr:
    """`(...)` around one expression, on one line, or around the names of a lambda's parameters."""
    first, kinds = parser.at, parser.kinds
    if kinds[first + 1] == LINE and parser.begins_statement(first + 2, indented=False):
        raise Fault(_ONE, parser.starts[first], parser.ends[first], first)
    parser.enter(")")
    parser.at += 1
    found: list[Expr] = []
    lined = kinds[parser.at] == LINE
    parser.lines()
    while kinds[parser.at] != ")" or found:
        found.append(read_expression(parser))
        lined = lined or kinds[parser.at] == LINE
        parser.lines()
        if kinds[parser.at] == ")":
            break
        parser.take(",", "a comma or )")
        parser.lines()
    parser.leave()
    parser.at += 1
    if kinds[parser.at] == "=>":
        names = tuple(str(item.args[0]) for item in found if item.op is Op.NAME)
        if len(names) == len(found):
            return _lambda(parser, first, names)
    if lined and len(found) == 1:
        parser.note(Fault(_ONE, parser.starts[first], parser.ends[first], first))
    if len(found) != 1:
        raise Fault(_ONE, parser.starts[first], parser.ends[parser.at - 1], parser.at)
    return found[0]


def _number(parser: Parser) -> Expr:
    first, digits = parser.at, parser.word(parser.at)
    if len(digits.lstrip("0")) > 19:
        raise Fault("expected a 64-bit integer", parser.starts[first], parser.ends[first], first)
    parser.at += 1
    return parser.node(Op.LITERAL, first, int(digits))


def _string(parser: Parser) -> Expr:
    first = parser.at
    value = _unescaped(parser, parser.starts[first] + 1, parser.ends[first] - 1)
    parser.at += 1
    return parser.node(Op.LITERAL, first, value)


def _multi(parser: Parser) -> Expr:
    first = parser.at
    start = _first_character(parser, first)
    parser.at += 1
    return parser.node(Op.LITERAL, first, parser.text[start : parser.ends[first] - 3])


def _first_character(parser: Parser, token: int) -> int:
    """Where the text of a multi-line string begins: behind its quotes, and behind a line end right after them."""
    start = parser.text.index("'", parser.starts[token]) + 3
    if parser.text.startswith("\r", start):
        start += 1
    return start + parser.text.startswith("\n", start)


def _interpolated(parser: Parser) -> Expr:
    """A string with holes."""
    first = parser.at
    dollars = parser.text.index("'", parser.starts[first]) - parser.starts[first]
    parser.enter(RIGHT)
    parts: list[Expr] = []
    start = _first_character(parser, first) if dollars else parser.starts[first] + 1
    while True:
        last = parser.kinds[parser.at] == RIGHT
        end = parser.ends[parser.at] - ((3 if dollars else 1) if last else max(dollars, 1) + 1)
        if start < end:
            text = parser.text[start:end] if dollars else _unescaped(parser, start, end)
            parts.append(Expr(Op.LITERAL, Span(parser.file, start, end), (text,)))
        parser.at += 1
        if last:
            break
        parts.append(read_expression(parser))
        if parser.kinds[parser.at] not in (MIDDLE, RIGHT):
            raise parser.expected("}")
        start = parser.starts[parser.at] + 1
    parser.leave()
    return parser.node(Op.TEXT, first, *parts)


def _unescaped(parser: Parser, start: int, end: int) -> str:
    raw = parser.text[start:end]
    if "\\" not in raw:
        return raw
    parts: list[str] = []
    at = 0
    for found in _ESCAPE.finditer(raw):
        digits, letter = found[1], found[2]
        point = int(digits, 16) if digits and len(digits.lstrip("0")) <= 6 else -1
        meant = _ESCAPED.get(letter) if digits is None else chr(point) if 0 <= point <= 0x10FFFF else None
        if meant is None:
            message = r"unknown escape sequence: expected \\, \', \n, \r, \t, \$ or \u{...}"
            raise Fault(message, start + found.start(), start + found.end(), parser.at)
        parts += (raw[at : found.start()], meant)
        at = found.end()
    value = "".join((*parts, raw[at:]))
    # Halves of a character outside the first 65,536 may be written one by one; a lone one is no text.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_array(parser: Parser) -> Expr:
    """`[...]`, or `[for ...]`."""
    first = parser.at
    if is_loop(parser):
        names, collection, (value, condition) = read_loop(parser, lambda: _loop_body(parser))
        return parser.node(Op.FOR, first, names, collection, None, value, condition, False)
    return parser.node(Op.ARRAY, first, *parser.members("]", lambda: _item(parser), _spread))


def _item(parser: Parser) -> Expr:
    first = parser.at
    if parser.kinds[first] == "...":
        parser.at += 1
        return parser.node(Op.SPREAD, first, read_expression(parser))
    return read_expression(parser)


def is_loop(parser: Parser) -> bool:
    """True if the cursor is at `[for`."""
    if parser.kinds[parser.at] != "[":
        return False
    at = parser.at + 1
    at += parser.kinds[at] == LINE
    return parser.kinds[at] == WORD and parser.word(at) == "for"


def read_loop(parser: Parser, body: Callable[[], T]) -> tuple[tuple[str, ...], Expr, T]:
    """`[for x in xs: <body>]`: its names, its collection, and what `body` read."""
    first = parser.at
    names, collection = read_loop_head(parser)
    found = body()
    parser.lines()
    if parser.kinds[parser.at] != "]" and parser.left_behind(parser.at):
        parser.unclosed(first, "]")
    else:
        parser.take("]")
    parser.leave()
    return names, collection, found


def read_loop_head(parser: Parser) -> tuple[tuple[str, ...], Expr]:
    """`[for x in xs:`, and no further."""
    parser.enter("]")
    parser.at += 1
    parser.lines()
    parser.take_word("for")
    if parser.kinds[parser.at] == "(":
        parser.at += 1
        item = parser.name("the loop's item")
        parser.take(",")
        names: tuple[str, ...] = (item, parser.name("the loop's index"))
        parser.take(")")
    else:
        names = (parser.name("the loop's item"),)
    parser.take_word("in")
    collection = read_expression(parser)
    parser.take(":")
    return names, collection


def _loop_body(parser: Parser) -> tuple[Expr, Expr | None]:
    condition = read_condition(parser)
    return read_expression(parser), condition


def read_condition(parser: Parser) -> Expr | None:
    """`if (...)`, if there is one."""
    if not (parser.is_word("if") and parser.kinds[parser.at + 1] == "("):
        return None
    parser.at += 1
    return _parenthesis(parser)


def read_object(parser: Parser, nested: Callable[[], None] | None = None) -> Expr:
    """`{...}`. Where a `resource` in it is a declaration, `nested` reads it, and it is no member."""
    first = parser.at
    if parser.kinds[first] != "{":
        raise parser.expected("{")
    if nested is None:
        entries = parser.members("}", lambda: _property(parser), _hidden)
    else:
        found = parser.members("}", lambda: _property_or(parser, nested), _hidden)
        entries = [entry for entry in found if entry is not None]
    return parser.node(Op.OBJECT, first, *entries)


def _property_or(parser: Parser, nested: Callable[[], None]) -> tuple[Expr, Expr | None] | None:
    kind = parser.kinds[parser.at]
    if kind == "@" or (parser.is_word("resource") and parser.kinds[parser.at + 1] == WORD):
        nested()
        return None
    return _property(parser)


def _property(parser: Parser) -> tuple[Expr, Expr | None]:
    first, depth = parser.at, parser.depth
    kind = parser.kinds[first]
    if kind == WORD:
        parser.at += 1
        key = parser.node(Op.LITERAL, first, parser.word(first))
    elif kind in (STRING, LEFT, MULTI):
        key = read_literal(parser)
    elif kind == "...":
        parser.at += 1
        return parser.node(Op.SPREAD, first, read_expression(parser)), None
    else:
        raise parser.expected("the name of a property")
    parser.take(":", ": after the name of a property")
    begin = parser.at
    try:
        value = read_expression(parser)
        if parser.kinds[parser.at] not in (",", LINE, "}", END):
            raise parser.expected("a new line, a comma or }")
        return key, value
    except Fault as fault:
        return key, parser.lose(fault, begin, depth)


def read_decorators(parser: Parser) -> Decorators:
    """The decorators of what follows, `sys.` cut off."""
    found: list[Expr] = []
    while parser.kinds[parser.at] == "@":
        parser.at += 1
        if parser.kinds[parser.at] != WORD:
            raise parser.expected("the name of a decorator")
        found.append(_operand(parser))
        if parser.kinds[parser.at] not in (LINE, END):
            parser.note(parser.expected("a new line after a decorator"))
        parser.lines()
    return tuple(found)


_PRIMARY: Final[Mapping[str, Callable[[Parser], Expr]]] = {
    WORD: _word,
    NUMBER: _number,
    STRING: _string,
    MULTI: _multi,
    LEFT: _interpolated,
    "(": _parenthesis,
    "[": read_array,
    "{": read_object,
}


_ACCESS: Final[Mapping[str, Callable[[Parser, Expr, int], Expr]]] = {
    ".": _member,
    "::": _member,
    "[": _index,
    "!": _assertion,
}


def arguments_of(decorators: Decorators, name: str) -> tuple[Expr, ...] | None:
    """The arguments of the decorator of that name; None if there is none."""
    for decorator in decorators:
        if decorator.op is Op.CALL and decorator.args[0] == name:
            args: tuple[Expr, ...] = decorator.args[1]
            return args
    return None


def is_secret(decorators: Decorators) -> bool:
    return arguments_of(decorators, "secure") is not None


def _spread(lost: Expr) -> Expr:
    return Expr(Op.SPREAD, lost.span, (lost,))


def _hidden(lost: Expr) -> tuple[Expr, None]:
    return _spread(lost), None
