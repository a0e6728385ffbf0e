"""Bicep's types, and the little of them that matters: the literals a value may be, and whether it may be null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mnlint.formats.bicep.parser import Parser
from mnlint.formats.bicep.tokens import LEFT, LINE, MULTI, NUMBER, STRING, WORD
from mnlint.model.expr import Expr, Op


@dataclass(frozen=True, slots=True)
class Type:
    """What a type says of a value. `literals`: it is one of these; None if it may be something else."""

    literals: tuple[Expr, ...] | None = None
    nullable: bool = False
    array: bool = False
    alias: str = ""  # its name, if it is no more than that of another type
    secret: bool = False


def read_type(parser: Parser) -> Type:
    """Any type, also `resource` as parameters and outputs may have it."""
    at = parser.at
    if parser.is_word("resource") and parser.kinds[at + 1] != "<":
        parser.at += 2 if parser.kinds[at + 1] in (STRING, MULTI) else 1
        return Type()
    return _union(parser)


def _union(parser: Parser) -> Type:
    _pipe(parser)
    found = _member(parser)
    if not _pipe(parser):
        return found
    members = [found, _member(parser)]
    while _pipe(parser):
        members.append(_member(parser))
    closed = all(member.literals is not None for member in members)
    literals = tuple(literal for member in members for literal in member.literals or ())
    return Type(literals if closed else None, any(member.nullable for member in members))


def _pipe(parser: Parser) -> bool:
    """Over a `|`, on this line or the next one, if there is one."""
    at = parser.at + (parser.kinds[parser.at] == LINE)
    if parser.kinds[at] != "|":
        return False
    parser.at = at + 1
    return True


def _member(parser: Parser) -> Type:
    kinds = parser.kinds
    if kinds[parser.at] in ("-", "!"):
        parser.at += 1
        found = replace(_primary(parser), literals=None)
    else:
        found = _primary(parser)
    while True:
        kind = kinds[parser.at]
        if kind == "[":
            found = _indexed(parser)
        elif kind == ".":
            parser.at += 1
            if kinds[parser.at] == "*":
                parser.at += 1
            else:
                parser.name("a property")
                _type_arguments(parser)
            found = Type()
        elif kind == "?":
            parser.at += 1
            found = replace(found, nullable=True)
        elif kind == "!":
            parser.at += 1
            found = replace(found, nullable=False)
        else:
            return found


def _indexed(parser: Parser) -> Type:
    """`[]` makes an array; `[*]` and `[0]` take a part out of one."""
    parser.at += 1
    kind = parser.kinds[parser.at]
    if kind == "*":
        parser.at += 1
    elif kind != "]":
        parser.expression()
    parser.take("]")
    return Type(array=kind == "]")


def _primary(parser: Parser) -> Type:
    kind, at = parser.kinds[parser.at], parser.at
    if kind in (STRING, MULTI, NUMBER):
        return Type((parser.literal(),))
    if kind == LEFT:
        parser.literal()
        return Type()
    if kind == "{":
        parser.members("}", lambda: _property(parser), _lost)
        return Type()
    if kind == "[":
        parser.members("]", lambda: _item(parser), _lost)
        return Type(array=True)
    if kind == "(":
        parser.enter(")")
        parser.at += 1
        parser.lines()
        found = _union(parser)
        parser.lines()
        parser.take(")")
        parser.leave()
        return found
    if kind != WORD:
        raise parser.expected("a type")
    name = parser.word(at)
    if name in ("true", "false"):
        return Type((parser.literal(),))
    parser.at += 1
    if name == "null":
        return Type((), nullable=True)
    if _type_arguments(parser):
        return Type()
    return Type(array=name == "array", alias=name)


def _type_arguments(parser: Parser) -> bool:
    """Over `<...>`, if there is one."""
    if parser.kinds[parser.at] != "<":
        return False
    parser.enter(">")
    parser.at += 1
    parser.lines()
    while parser.kinds[parser.at] != ">":
        _union(parser)
        parser.lines()
        if parser.kinds[parser.at] != ">":
            parser.take(",", "a comma or >")
            parser.lines()
    parser.at += 1
    parser.leave()
    return True


def _property(parser: Parser) -> None:
    parser.decorators()
    kind = parser.kinds[parser.at]
    if kind in (WORD, "*"):
        parser.at += 1
    elif kind in (STRING, LEFT, MULTI):
        parser.literal()
    else:
        raise parser.expected("the name of a property")
    parser.take(":", ": after the name of a property")
    _union(parser)


def _item(parser: Parser) -> None:
    parser.decorators()
    _union(parser)


def _lost(_: Expr) -> None:
    """What a type says of its parts is not kept."""


def allowed(found: Type) -> Expr | None:
    """The literals of a type as an ARRAY at their place; None if there are none."""
    if not found.literals:
        return None
    first, last = found.literals[0].span, found.literals[-1].span
    return Expr(Op.ARRAY, replace(first, end=last.end), found.literals)


def resolve(aliases: Mapping[str, Type]) -> dict[str, Type]:
    """What the types of a file are once those that are only names of others are followed; circles mean anything."""
    known: dict[str, Type] = {}
    for first in aliases:
        name = first
        way: list[str] = []
        while name in aliases and name not in known:
            known[name] = Type()  # should the way lead back here
            way.append(name)
            name = aliases[name].alias
        for step in reversed(way):
            known[step] = named(aliases[step], known)
    return known


def named(found: Type, known: Mapping[str, Type]) -> Type:
    """A type with what the one it is a name of says."""
    meant = known.get(found.alias)
    if meant is None:
        return found
    return replace(meant, nullable=found.nullable or meant.nullable, secret=found.secret or meant.secret)
