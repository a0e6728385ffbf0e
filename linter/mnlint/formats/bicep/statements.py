"""The order of a Bicep file: one statement after the other, and those that .bicep and .bicepparam share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mnlint.formats.bicep.expressions import (
    Decorators,
    is_secret,
    read_decorators,
    read_expression,
    read_literal,
    read_object,
)
from mnlint.formats.bicep.parser import Fault, Parser
from mnlint.formats.bicep.tokens import END, LEFT, LINE, MULTI, STRING, WORD
from mnlint.formats.bicep.types import read_type
from mnlint.model.expr import Binding, Call, Declared, Expr, Import, Input, Op, Shape
from mnlint.model.record import replace
from mnlint.model.typing import Any, TypeVar

F = TypeVar("F")
Statement = Callable[[F, int, Decorators], None]  # reads on behind a keyword, whose token it is told, into a file


def read_statements(file: F, parser: Parser, statements: Mapping[str, Statement[F]], kept: Sequence[list[Any]]) -> None:
    """Reads a whole file. A statement that cannot be read costs itself and what follows up to the next one.

    `kept` are the lists the statements add to. Where brackets do not match, what was added last is in doubt, back to
    the last statement that is not indented: those that are may have stood in it.
    """
    kinds = parser.kinds
    one, two, three, *_ = statements
    parser.lines()
    marks = before = [0] * len(kept)
    while kinds[parser.at] != END:
        begin = parser.at
        if parser.at_margin(begin):
            before, marks = marks, [len(added) for added in kept]
        since = marks
        try:
            decorators = read_decorators(parser)
            first = parser.at
            read = statements.get(parser.word(first)) if kinds[first] == WORD else None
            if read is None:
                since = before if parser.at_margin(begin) else marks  # it may be a rest of the statement before
                fault = parser.expected(f"a declaration such as {one}, {two} or {three}")
                if decorators:
                    span = decorators[0].span
                    fault = Fault("expected a declaration after this decorator", span.start, span.end, begin)
                if parser.looks_like_property(first):
                    parser.unbalanced = parser.note(fault)
                raise fault
            parser.at += 1
            read(file, first, decorators)
            if kinds[parser.at] not in (LINE, END) and kinds[parser.at - 1] != LINE:
                raise parser.expected("a new line")
        except Fault as fault:
            parser.lose_statement(fault, begin)
        if parser.unbalanced is not None:
            for added, mark in zip(kept, since, strict=True):
                added[mark:] = [_doubt(item, parser.unbalanced) for item in added[mark:]]
            parser.unbalanced = None
        parser.lines()


def _doubt(item: Input | Binding | Declared | Call, why: Expr) -> Input | Binding | Declared | Call:
    """A declaration of whose contents nobody can be sure."""
    if isinstance(item, Input):
        return replace(item, default=item.default and why)
    if isinstance(item, Binding):
        return replace(item, expr=why)
    if isinstance(item, Declared):
        return replace(item, body=why)
    return replace(item, arguments={}, arguments_object=why)


def read_name(parser: Parser, of: str) -> Binding:
    """A name and its place; the expression of the Binding is still to come."""
    at = parser.at
    name = parser.name(of)
    span = parser.span(at)
    return Binding(name, Expr(Op.OPAQUE, span, (name,)), span)


def read_value(parser: Parser, first: int) -> Expr:
    """`= <expression>`, to the end of the statement that begins at the token `first`."""
    try:
        parser.take("=")
        return read_expression(parser)
    except Fault as fault:
        return parser.lose_statement(fault, first)


def read_variable(parser: Parser, first: int) -> Binding:
    """`var name = ...`, with or without a type."""
    name = read_name(parser, "the variable")
    if parser.kinds[parser.at] == WORD or parser.kinds[parser.at] in ("[", "{", "(", STRING):
        read_type(parser)
    return Binding(name.symbol, read_value(parser, first), name.span)


def read_type_declaration(parser: Parser, decorators: Decorators) -> tuple[str, Shape]:
    """`type name = ...`."""
    name = parser.name("the type")
    parser.take("=")
    found = read_type(parser)
    return name, replace(found, secret=True) if is_secret(decorators) else found


def read_import(parser: Parser) -> list[Import]:
    """`import {a, b as c} from 'path'`, `import * as all from 'path'`."""
    kinds = parser.kinds
    if kinds[parser.at] in (STRING, LEFT):
        read_extension(parser)  # what `extension` was called before version 0.23
        return []
    names: list[tuple[str | None, Binding] | None]
    if kinds[parser.at] == "*":
        parser.at += 1
        parser.take_word("as")
        names = [(None, read_name(parser, "the namespace"))]
    else:
        if kinds[parser.at] != "{":
            raise parser.expected("{ or *")
        names = parser.members("}", lambda: _imported(parser), lambda _: None)
    parser.take_word("from")
    path = read_path(parser, "the path of a file")
    return [Import(n[1].symbol, n[0], path, n[1].span) for n in names if n is not None]


def _imported(parser: Parser) -> tuple[str | None, Binding]:
    """What a name is there and here; there it may be between quotes, if it is called something else here."""
    name = None
    if parser.kinds[parser.at] == STRING:
        there = str(read_literal(parser).args[0])
    else:
        name = read_name(parser, "what to import")
        there = name.symbol
    if parser.is_word("as"):
        parser.at += 1
        name = read_name(parser, "what to import")
    if name is None:
        raise parser.expected("as and a name")
    return there, name


def read_path(parser: Parser, what: str) -> Expr:
    """A string without holes, as a LITERAL."""
    kind = parser.kinds[parser.at]
    if kind not in (STRING, MULTI):
        raise parser.expected(f"{what} {'without ${...}' if kind == LEFT else 'between single quotes'}")
    return read_literal(parser)


def read_extension(parser: Parser) -> None:
    """What follows `extension`: nothing of it is kept."""
    if parser.kinds[parser.at] in (STRING, MULTI, LEFT):
        read_literal(parser)
    else:
        parser.name("the extension")
    skip_with(parser)
    if parser.is_word("as"):
        parser.at += 1
        parser.name("the extension here")


def skip_with(parser: Parser) -> None:
    """Over `with {...}`, if there is one."""
    if parser.is_word("with"):
        parser.at += 1
        read_object(parser)
