"""The values of an ARM template: members by name whatever their case, expressions read, `copy` members as loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from mnlint.formats import armexpr
from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.record import Deferrable, deferred
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final, TypeVar

T = TypeVar("T", bound=Deferrable)

MAX_NOTICES: Final = 50  # mistakes told of one template

Members = Mapping[str, tuple[Expr, Expr]]  # name in lower case to key and value


def pairs(value: Expr | None) -> Iterator[tuple[Expr, Expr]]:
    """The entries of an object literal, without what could not be read."""
    if value is not None and value.op is Op.OBJECT:
        yield from (entry for entry in value.args if entry[0].op is not Op.SPREAD)


def members(value: Expr | None) -> Members:
    """The members of an object literal by name; of a name written twice the last one, which is Azure's choice too."""
    return {str(key.args[0]).lower(): (key, one) for key, one in pairs(value) if key.op is Op.LITERAL}


def items(value: Expr | None) -> tuple[Expr, ...]:
    """The members of an array literal, without what could not be read."""
    return tuple(i for i in value.args if i.op is not Op.SPREAD) if value is not None and value.op is Op.ARRAY else ()


def get(found: Members, name: str) -> Expr | None:
    """The value of a member, None if there is none."""
    return found[name][1] if name in found else None


def text(value: Expr | None) -> str | None:
    """The text of a literal, None if it is something else."""
    if value is None or value.op is not Op.LITERAL or not isinstance(value.args[0], str):
        return None
    return value.args[0]


def word(value: Expr | None) -> str:
    """The text of a literal in lower case, empty if it is something else: for names and choices."""
    return (text(value) or "").lower()


def is_true(value: Expr | None) -> bool:
    return value is not None and value.op is Op.LITERAL and value.args[0] is True


def is_open(value: Expr) -> bool:
    """True if members may be missing because the text broke."""
    if value.op is Op.ARRAY:
        return any(item.op is Op.SPREAD for item in value.args)
    return value.op is Op.OBJECT and any(entry[0].op is Op.SPREAD for entry in value.args)


def is_copy(value: Expr) -> bool:
    """True for what makes a member `copy` a loop: an array of objects with a name, a count and an input."""
    found = [members(item) for item in items(value)]
    return bool(found) and all("count" in m and "input" in m and text(get(m, "name")) is not None for m in found)


def opaque(span: Span, says: str) -> Expr:
    """What could not be read, in words."""
    return Expr(Op.OPAQUE, span, (says,))


class Lowering:
    """Values of one file as expressions; what is wrong with them gathers in `notices`.

    If nothing is wrong with them, they need not be read `at_once`, but when somebody looks.
    """

    __slots__ = ("at_once", "known", "left", "notices", "source")

    def __init__(self, source: Source, *, at_once: bool = True) -> None:
        self.source = source
        self.at_once = at_once
        self.notices: list[Notice] = []
        self.left = armexpr.MAX_TOKENS
        self.known: dict[int, Expr] = {}  # by id(): of texts that are read more than once

    def value(self, expr: Expr, index: str | None = None) -> Expr:
        """JSON with its `"[...]"` strings and `copy` members read; the same object if there are none.

        `index` is what a bare copyIndex() stands for. Recursion is bounded by the depth of the JSON text.
        """
        op = expr.op
        if op is Op.LITERAL:
            written = expr.args[0]
            if not isinstance(written, str) or written[:1] != "[" or written[-1:] != "]":
                return expr
            if not armexpr.is_expression(written):  # its first bracket is doubled: just text
                return Expr(Op.LITERAL, expr.span, (written[1:],))
            return self.made(Expr, partial(self.expression, expr, index))
        if op is Op.ARRAY or op is Op.OBJECT:
            return self.made(Expr, partial(self.container, expr, index), op=op, span=expr.span)
        return expr

    def made(self, kind: type[T], make: Callable[[], T], **known: Any) -> T:
        """What `make` gives, now or when somebody asks for more than is `known`."""
        return make() if self.at_once else deferred(kind, make, **known)

    def container(self, expr: Expr, index: str | None) -> Expr:
        if expr.op is Op.ARRAY:
            made = tuple([self.value(item, index) for item in expr.args])
            changed = any(new is not old for new, old in zip(made, expr.args, strict=True))
            return Expr(Op.ARRAY, expr.span, made) if changed else expr
        entries: list[tuple[Expr, Expr | None]] = []
        changed = False
        for entry in expr.args:
            key, written = entry
            if key.op is Op.SPREAD:
                entries.append(entry)
                continue
            if key.op is Op.LITERAL and key.args[0].lower() == "copy" and is_copy(written):
                entries.extend(self.copies(written, index))
                changed = True
                continue
            new_key, new = self.value(key, index), self.value(written, index)
            same = new is written and new_key is key
            entries.append(entry if same else (new_key, new))
            changed = changed or not same
        return Expr(Op.OBJECT, expr.span, tuple(entries)) if changed else expr

    def maybe(self, expr: Expr | None, index: str | None = None) -> Expr | None:
        return None if expr is None else self.value(expr, index)

    def again(self, written: Expr) -> Expr:
        """The value of a text outside of any loop, for those that many places may ask for."""
        found = self.known.get(id(written))
        if found is None:
            found = self.known[id(written)] = self.value(written)
        return found

    def expression(self, expr: Expr, index: str | None) -> Expr:
        made = armexpr.lower(expr, self.source, index, self.left if self.at_once else armexpr.MAX_TOKENS)
        self.left -= made.tokens
        if made.notice is not None:
            self.keep(made.notice)
        return made.expr

    def copies(self, copy: Expr, index: str | None) -> Iterator[tuple[Expr, Expr | None]]:
        """The members that a `copy` array stands for: each its name and a FOR."""
        for one in items(copy):
            name = members(one)["name"][1]
            yield name, self.repeated(one, name.args[0], index)
        if is_open(copy):
            yield Expr(Op.SPREAD, copy.span, (opaque(copy.span, "loops that could not be read"),)), None

    def repeated(self, copy: Expr, name: str, index: str | None) -> Expr:
        """`{count, input}` as a FOR over the numbers up to the count."""
        found = members(copy)
        count, made = get(found, "count"), get(found, "input")
        if count is None or made is None:
            return opaque(copy.span, "a copy without a count or an input")
        number = f"copyIndex:{name.lower()}"
        zero = Expr(Op.LITERAL, count.span, (0,))
        numbers = Expr(Op.CALL, count.span, ("range", (zero, self.value(count, index))))
        return Expr(Op.FOR, copy.span, ((number,), numbers, None, self.value(made, index or number), None, False))

    def note(self, span: Span, message: str, code: str = "MN911", level: str = "error") -> None:
        self.keep(Notice(level, code, message, Place(span, "here")))

    def keep(self, notice: Notice) -> None:
        if len(self.notices) < MAX_NOTICES and notice not in self.notices:
            self.notices.append(notice)
