"""The order of a Bicep file: one statement after the other, and those that .bicep and .bicepparam share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mnlint.formats.bicep.parser import Fault, Parser
from mnlint.formats.bicep.tokens import END, LEFT, LINE, MULTI, STRING, WORD
from mnlint.formats.bicep.types import Type, read_type
from mnlint.model.expr import Binding, Call, Declared, Expr, Input, Op

Decorators = tuple[Expr, ...]
Statement = Callable[[int, Decorators], None]  # reads on behind a keyword, whose token it is told


def read_statements(parser: Parser, statements: Mapping[str, Statement], kept: Sequence[list[Any]]) -> None:
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
            decorators = parser.decorators()
            first = parser.at
            read = statements.get(parser.word(first)) if kinds[first] == WORD else None
            if read is None:
                since = before if parser.at_margin(begin) else marks  # it may be a rest of the statement before
                fault = parser.expected(f"a declaration such as {one}, {two} or {three}")
                if parser.looks_like_property(first):
                    parser.unbalanced = parser.note(fault)
                raise fault
            parser.at += 1
            read(first, decorators)
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


def arguments_of(decorators: Decorators, name: str) -> tuple[Expr, ...] | None:
    """The arguments of the decorator of that name; None if there is none."""
    for decorator in decorators:
        if decorator.op is Op.CALL and decorator.args[0] == name:
            args: tuple[Expr, ...] = decorator.args[1]
            return args
    return None


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
        return parser.expression()
    except Fault as fault:
        return parser.lose_statement(fault, first)


def read_variable(parser: Parser, first: int) -> Binding:
    """`var name = ...`, with or without a type."""
    name = read_name(parser, "the variable")
    if parser.kinds[parser.at] == WORD or parser.kinds[parser.at] in ("[", "{", "(", STRING):
        read_type(parser)
    return Binding(name.symbol, read_value(parser, first), name.span)


def read_type_declaration(parser: Parser, decorators: Decorators) -> tuple[str, Type]:
    """`type name = ...`."""
    name = parser.name("the type")
    parser.take("=")
    found = read_type(parser)
    return name, Type(found.literals, found.nullable, found.array, found.alias, is_secret(decorators))


def is_secret(decorators: Decorators) -> bool:
    return arguments_of(decorators, "secure") is not None


def read_import(parser: Parser) -> list[Binding]:
    """`import {a, b as c} from 'path'`, `import * as all from 'path'`: names whose values nobody knows here."""
    kinds = parser.kinds
    if kinds[parser.at] in (STRING, LEFT):
        read_extension(parser)  # what `extension` was called before version 0.23
        return []
    if kinds[parser.at] == "*":
        parser.at += 1
        parser.take_word("as")
        names: list[Binding | None] = [read_name(parser, "the namespace")]
    else:
        if kinds[parser.at] != "{":
            raise parser.expected("{ or *")
        names = parser.members("}", lambda: _imported(parser), lambda _: None)
    parser.take_word("from")
    path = read_path(parser, "the path of a file")
    why = f"imported from {path.args[0]}"
    return [Binding(n.symbol, Expr(Op.OPAQUE, n.span, (why,)), n.span) for n in names if n is not None]


def _imported(parser: Parser) -> Binding:
    quoted = parser.kinds[parser.at] == STRING
    if quoted:
        parser.at += 1
    name = None if quoted else read_name(parser, "what to import")
    if parser.is_word("as"):
        parser.at += 1
        name = read_name(parser, "what to import")
    if name is None:
        raise parser.expected("as and a name")
    return name


def read_path(parser: Parser, what: str) -> Expr:
    """A string without holes, as a LITERAL."""
    kind = parser.kinds[parser.at]
    if kind not in (STRING, MULTI):
        raise parser.expected(f"{what} {'without ${...}' if kind == LEFT else 'between single quotes'}")
    return parser.literal()


def read_extension(parser: Parser) -> None:
    """What follows `extension`: nothing of it is kept."""
    if parser.kinds[parser.at] in (STRING, MULTI, LEFT):
        parser.literal()
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
        parser.read_object()
