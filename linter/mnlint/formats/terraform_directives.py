"""What `%{ if }` and `%{ for }` make of the pieces of a template."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from mnlint.model.expr import Expr, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.model.text import Span
from mnlint.model.typing import Final

_DIRECTIVE = pattern(r"%\{~?\s*+(if|else|endif|for|endfor)(?![\w-])")
_VARIABLES = pattern(r"\s*+([\w-]++)\s*+(?:,\s*+([\w-]++)\s*+)?in(?![\w-])")
MAX_OPEN: Final = 40  # directives inside each other


@dataclass(frozen=True, slots=True)
class Directive:
    """One `%{ }`: of an `if` the test, of a `for` the collection and what its members are called."""

    kind: str
    names: tuple[str, ...] = ()
    expr: Expr | None = None


Piece = tuple[Span, str | Expr | Directive]


@dataclass(slots=True)
class _Open:
    directive: Directive
    span: Span
    parts: list[Piece] = field(default_factory=list)
    yes: Expr | None = None  # of an `if` whose `else` was met


def header(text: str, start: int, end: int) -> tuple[str, tuple[str, ...], int, int] | None:
    """The word of a directive, the variables of a `for`, and from where to where its expression stands."""
    found = _DIRECTIVE.match(text, start, end)
    if found is None:
        return None
    at = found.end()
    names: tuple[str, ...] = ()
    close = end - 2 if text[end - 2] == "~" and end - 2 > at else end - 1
    if found[1] == "for":
        variables = _VARIABLES.match(text, at, close)
        if variables is None:
            return None
        at, names = variables.end(), tuple(name for name in variables.groups() if name)
    if found[1] in ("else", "endif", "endfor") and text[at:close].strip():
        return None
    return found[1], names, at, close


def folded(pieces: Iterable[Piece], span: Span) -> list[Expr]:
    """The parts of a template in order, with each `if` as COND and each `for` as the joined texts of its members."""
    stack = [_Open(Directive(""), span)]
    for place, piece in pieces:
        if not isinstance(piece, Directive):
            stack[-1].parts.append((place, piece))
            continue
        top = stack[-1]
        if piece.kind in ("if", "for"):
            if len(stack) > MAX_OPEN:
                return [_opaque(span)]
            stack.append(_Open(piece, place))
        elif piece.kind == "else" and top.directive.kind == "if" and top.yes is None:
            top.yes, top.parts = _text(top.parts, top.span), []
        elif top.directive.kind and piece.kind == f"end{top.directive.kind}":
            stack.pop()
            whole = Span(place.file, top.span.start, place.end)
            stack[-1].parts.append((whole, _closed(top, whole)))
        else:
            return [_opaque(span)]
    return _parts(stack[0].parts) if len(stack) == 1 else [_opaque(span)]


def _closed(opened: _Open, span: Span) -> Expr:
    directive, last = opened.directive, _text(opened.parts, opened.span)
    expr = directive.expr or _opaque(span)
    if directive.kind == "if":
        yes, no = (last, Expr(Op.LITERAL, span, ("",))) if opened.yes is None else (opened.yes, last)
        return Expr(Op.COND, span, (expr, yes, no))
    every = Expr(Op.FOR, span, (directive.names, expr, None, last, None, False))
    return Expr(Op.CALL, span, ("join", (Expr(Op.LITERAL, span, ("",)), every)))


def _text(pieces: list[Piece], span: Span) -> Expr:
    parts = _parts(pieces)
    if not parts:
        return Expr(Op.LITERAL, span, ("",))
    if len(parts) == 1 and parts[0].op is Op.LITERAL and isinstance(parts[0].args[0], str):
        return parts[0]
    # With an empty text beside it, a single value is made a text.
    return Expr(Op.TEXT, parts[0].span, (*parts, Expr(Op.LITERAL, span, ("",))))


def _parts(pieces: list[Piece]) -> list[Expr]:
    """Expressions, with the texts between them joined; those that are empty are left out."""
    made: list[Expr] = []
    for is_text, run in groupby(pieces, lambda piece: isinstance(piece[1], str)):
        places, some = zip(*run, strict=True)
        if is_text:
            some = (Expr(Op.LITERAL, Span(places[0].file, places[0].start, places[-1].end), ("".join(some),)),)
        made.extend(value for value in some if value.args != ("",))
    return made


def _opaque(span: Span) -> Expr:
    return Expr(Op.OPAQUE, span, ("a template directive",))
