"""Bicep's types, and the little of them that matters: the literals a value may be, whether it may be null or secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mnlint.formats.bicep.expressions import is_secret, read_decorators, read_expression, read_literal
from mnlint.formats.bicep.parser import MAX_NESTING, Parser
from mnlint.formats.bicep.tokens import LEFT, LINE, MULTI, NUMBER, STRING, WORD
from mnlint.model.expr import Expr, Op, Shape
from mnlint.model.record import replace
from mnlint.model.typing import Final

_ANY: Final = Shape()
_Part = tuple[str, Shape]  # of an object or a tuple; its name is empty if it could not be read


def read_type(parser: Parser) -> Shape:
    """Any type, also `resource` as parameters and outputs may have it."""
    at = parser.at
    if parser.is_word("resource") and parser.kinds[at + 1] != "<":
        parser.at += 2 if parser.kinds[at + 1] in (STRING, MULTI) else 1
        return Shape()
    return _union(parser)


def _union(parser: Parser) -> Shape:
    _pipe(parser)
    found = _member(parser)
    if not _pipe(parser):
        return found
    members = [found, _member(parser)]
    while _pipe(parser):
        members.append(_member(parser))
    nullable = any(member.nullable for member in members)
    if all(member.literals is not None for member in members):
        return Shape(tuple(literal for member in members for literal in member.literals or ()), nullable)
    return Shape(nullable=nullable, options=tuple(members))


def _pipe(parser: Parser) -> bool:
    """Over a `|`, on this line or the next one, if there is one."""
    at = parser.at + (parser.kinds[parser.at] == LINE)
    if parser.kinds[at] != "|":
        return False
    parser.at = at + 1
    return True


def _member(parser: Parser) -> Shape:
    kinds, first = parser.kinds, parser.at
    if kinds[first] in ("-", "!"):
        parser.at += 1
        found = _primary(parser)
        found = Shape((parser.node(Op.CALL, first, kinds[first], found.literals),)) if found.literals else Shape()
    else:
        found = _primary(parser)
    while True:
        kind = kinds[parser.at]
        if kind == "[":
            found = _indexed(parser, found)
        elif kind == ".":
            parser.at += 1
            if kinds[parser.at] == "*":
                parser.at += 1
                found = _part(found, "*")
            else:
                found = _part(found, parser.name("a property"))
                found = Shape() if _type_arguments(parser) else found
        elif kind == "?":
            parser.at += 1
            found = replace(found, nullable=True)
        elif kind == "!":
            parser.at += 1
            found = replace(found, nullable=False)
        else:
            return found


def _indexed(parser: Parser, whole: Shape) -> Shape:
    """`[]` makes an array; `[*]` and `[0]` take a part out of one."""
    parser.at += 1
    kind = parser.kinds[parser.at]
    if kind == "]":
        found = Shape(array=True, members={"[*]": whole})
    elif kind == "*":
        parser.at += 1
        found = _part(whole, "[*]")
    else:
        index = read_expression(parser)
        found = _part(whole, str(index.args[0]) if index.op is Op.LITERAL else "")
    parser.take("]")
    return found


def _part(whole: Shape, name: str) -> Shape:
    """A part of a type, found at once or left for later."""
    if len(whole.alias) >= MAX_NESTING:
        return _ANY
    if whole.alias and whole.alias != ("sys",):
        return Shape(alias=(*whole.alias, name))
    return Shape(alias=(name,), array=name == "array") if whole.alias else whole.members.get(name, _ANY)


def _primary(parser: Parser) -> Shape:
    kind, at = parser.kinds[parser.at], parser.at
    if kind in (STRING, MULTI, NUMBER):
        return Shape((read_literal(parser),))
    if kind == LEFT:
        read_literal(parser)
        return Shape()
    if kind == "{":
        return Shape(members=_named(parser.members("}", lambda: _property(parser), _lost)))
    if kind == "[":
        items = parser.members("]", lambda: _item(parser), _lost)
        return Shape(array=True, members=_named((str(at), shape) for at, (_, shape) in enumerate(items)))
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
        return Shape((read_literal(parser),))
    parser.at += 1
    if name == "null":
        return Shape((), nullable=True)
    if _type_arguments(parser):
        return Shape()
    return Shape(array=name == "array", alias=(name,))


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


def _property(parser: Parser) -> _Part:
    secret = is_secret(read_decorators(parser))
    kind = parser.kinds[parser.at]
    if kind in (WORD, "*"):
        name = parser.word(parser.at)
        parser.at += 1
    elif kind in (STRING, LEFT, MULTI):
        name = str(read_literal(parser).args[0])
    else:
        raise parser.expected("the name of a property")
    parser.take(":", ": after the name of a property")
    return name, _secret(_union(parser), secret)


def _item(parser: Parser) -> _Part:
    secret = is_secret(read_decorators(parser))
    return "item", _secret(_union(parser), secret)


def _secret(shape: Shape, secret: bool) -> Shape:
    return replace(shape, secret=True) if secret else shape


def _lost(_: Expr) -> _Part:
    """What could not be read says nothing."""
    return "", Shape()


def _named(parts: Iterable[_Part]) -> Mapping[str, Shape]:
    """The parts that say anything at all."""
    return {name: shape for name, shape in parts if name and shape != _ANY}


def allowed(found: Shape) -> Expr | None:
    """The literals of a type as an ARRAY at their place; None if there are none."""
    if not found.literals:
        return None
    first, last = found.literals[0].span, found.literals[-1].span
    return Expr(Op.ARRAY, replace(first, end=last.end), found.literals)


def resolve(aliases: Mapping[str, Shape]) -> dict[str, Shape]:
    """What the types of a file are once those that are only names of others are followed; circles mean anything."""
    known: dict[str, Shape] = {}
    for name in aliases:
        follow(name, aliases, known)
    return known


def follow(name: str, aliases: Mapping[str, Shape], known: dict[str, Shape]) -> None:
    """Adds to those that are `known` what one of them is, and all that it is a name of, whichever is asked for first:
    each type of a circle means anything."""
    way: dict[str, None] = {}
    while name in aliases and name not in known and name not in way:
        way[name] = None
        name = ".".join(aliases[name].alias)
    circle = name in way
    for step in reversed(way):
        known[step] = Shape() if circle else named(aliases[step], known)
        circle = circle and step != name


def named(found: Shape, known: Mapping[str, Shape]) -> Shape:
    """A type with what the one it is a name of says."""
    meant = known.get(found.alias[0]) if len(found.alias) == 1 else None
    if meant is None:
        return found
    return replace(meant, nullable=found.nullable or meant.nullable, secret=found.secret or meant.secret)
