"""Terraform's JSON syntax (.tf.json, .tfvars.json): which members are blocks, and which strings hold expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from mnlint.formats import remarks
from mnlint.formats.armjson import parse
from mnlint.formats.terraform import template
from mnlint.formats.terraform_reader import MAX_BLOCK, MAX_PARSED, Reader
from mnlint.formats.tfblocks import MAX_PIECES, Block, cut
from mnlint.model.expr import Binding, Expr, Op, Template
from mnlint.model.finding import Notice, Place
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final

# How many names stand above a block's body; other words (moved, import, check ...) say nothing about what is deployed.
_NAMES: Final = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
# Members that Terraform takes as they are written: names of things, not values.
_PLAIN: Final = ("depends_on", "lifecycle", "provider", "providers", "provisioner", "connection", "source", "version")
_COMMENT: Final = "//"
_EACH: Final = 20  # of the characters that may be parsed in a file: what a text takes, be it plain
_END: Final = "MNLINT_TEMPLATE"  # the word that ends the heredoc which a string is read as
_CHARACTER = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.|[^\\]", re.DOTALL).finditer


def read(source: Source, left: int = MAX_PARSED) -> Template:
    """Reads a .tf.json file, already without byte order mark. Mistakes are notices; what can be read is there.

    Where python-hcl2 has to parse more than `left` characters, the other expressions are OPAQUE.
    """
    document = parse(source)
    reader = Reader(source, left)
    reader.notices.extend(document.notices)
    blocks = list(islice((b for root in _several(document.root) for b in _blocks_of(root, reader)), MAX_PIECES + 1))
    if len(blocks) > MAX_PIECES:
        message = f"too large: the rest, after {MAX_PIECES:,} blocks, is not read"
        reader.notices.append(Notice("error", "MN912", message, Place(blocks.pop().span, "here")))
    return template(reader, blocks, (*document.comments, *remarks.of_terraform(document.root, source.text)))


def read_variables(source: Source) -> Template:
    """Reads a .tfvars.json file: `names` are its members, whose values are literals; `${` means nothing there."""
    document = parse(source)
    names = [Binding(str(key.args[0]), value, key.span) for key, value in _members(document.root)]
    notices = document.notices
    if document.root.op not in (Op.OBJECT, Op.OPAQUE):
        notices = (*notices, _notice(document.root.span, "an object of variables was expected"))
    return Template(source, "terraform", names=tuple(names), comments=document.comments, notices=notices)


def _notice(span: Span, message: str) -> Notice:
    return Notice("error", "MN911", message, Place(span, "here"))


def _members(value: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The members of an object that could be read, without comments."""
    for key, one in value.args if value.op is Op.OBJECT else ():
        if key.op is Op.LITERAL and key.args[0] != _COMMENT:
            yield key, one


def _several(value: Expr) -> Sequence[Expr]:
    """Blocks: one, or a list of them at any level."""
    return [item for item in value.args if item.op is not Op.SPREAD] if value.op is Op.ARRAY else [value]


# ── blocks ──


def _blocks_of(root: Expr, reader: Reader) -> Iterator[Block]:
    if root.op not in (Op.OBJECT, Op.OPAQUE):
        reader.reject(_notice(root.span, "an object of blocks was expected"))
    for key, value in _members(root):
        if key.args[0] in _NAMES:
            yield from _blocks(str(key.args[0]), key, value, (), reader)


def _blocks(word: str, head: Expr, value: Expr, labels: tuple[str, ...], reader: Reader) -> Iterator[Block]:
    for one in _several(value):
        if one.op not in (Op.OBJECT, Op.OPAQUE):
            reader.reject(_notice(one.span, f"an object was expected under `{head.args[0]}`"))
        elif len(labels) < _NAMES[word]:
            for key, inner in _members(one):
                yield from _blocks(word, key, inner, (*labels, str(key.args[0])), reader)
        else:
            body = _Lowering(reader).block(word, one)
            text = reader.source.cut(one.span)
            yield Block(one.span, word, labels, head.span, one.span.start, text, {}, {}, None, body)


class _Lowering:
    """The values of one block: strings that hold `${}` or `%{}` are read as Terraform's templates."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def block(self, word: str, body: Expr) -> Expr:
        """A block's body as the reader of HCL would give it."""
        open_end = body.op is Op.OBJECT and any(key.op is Op.SPREAD for key, _ in body.args)
        if body.op is Op.OPAQUE or (open_end and word not in ("resource", "data", "provider")):
            return Expr(Op.OPAQUE, body.span, ("text that could not be read",))
        if word == "variable":
            return self.variable(body)
        if word == "terraform":
            return self.entries(body, lambda key, value: _listed(value) if key == "required_providers" else value)
        if word == "locals":
            return self.entries(body, lambda key, value: self.value(value))
        return self.body(body)

    def entries(self, body: Expr, lower: Callable[[str, Expr], Expr]) -> Expr:
        made = [(key, lower(str(key.args[0]), value)) for key, value in _members(body)]
        return Expr(Op.OBJECT, body.span, tuple(made))

    def variable(self, body: Expr) -> Expr:
        """A variable: its default is a literal, its type an expression in quotes."""

        def lower(key: str, value: Expr) -> Expr:
            if key == "validation":
                return _listed(self.value(value))
            written = value.args[0] if value.op is Op.LITERAL else None
            if key == "type" and isinstance(written, str) and "optional(" in written:
                return self.parsed(value, "x = (", written, ")\n")
            return value

        return self.entries(body, lower)

    def body(self, body: Expr) -> Expr:
        """A block's arguments and blocks; what stands in `dynamic` is spliced into the blocks of its type."""
        if body.op is not Op.OBJECT:
            return self.value(body)
        made: dict[str, tuple[Expr, Expr]] = {}
        broken: list[tuple[Expr, Any]] = [(key, value) for key, value in body.args if key.op is Op.SPREAD]
        for key, value in _members(body):
            name = str(key.args[0])
            if name == "dynamic" and _is_dynamic(value):
                for kind, blocks in self.dynamics(value):
                    before = made.get(str(kind.args[0]))
                    items = (*(_several(before[1]) if before else ()), *blocks)
                    made[str(kind.args[0])] = (before[0] if before else kind, Expr(Op.ARRAY, kind.span, tuple(items)))
            elif name in made and made[name][1].op is Op.ARRAY:  # blocks of a `dynamic` that stands before these
                items = (*made[name][1].args, *_several(self.value(value)))
                made[name] = (key, Expr(Op.ARRAY, value.span, items))
            else:
                made[name] = (key, value if name in _PLAIN else self.value(value))
        return Expr(Op.OBJECT, body.span, (*made.values(), *broken))

    def dynamics(self, value: Expr) -> Iterator[tuple[Expr, list[Expr]]]:
        for group in _several(value):
            for kind, specs in _members(group):
                yield kind, [self.dynamic(str(kind.args[0]), spec) for spec in _several(specs)]

    def dynamic(self, kind: str, spec: Expr) -> Expr:
        """The blocks that a `dynamic` makes, as HCL's reader gives them."""
        given = {str(key.args[0]): value for key, value in _members(spec)}
        iterator = given["iterator"].args[0] if "iterator" in given and given["iterator"].op is Op.LITERAL else kind
        content = _several(given["content"]) if "content" in given else ()
        if "for_each" not in given or len(content) != 1:
            words = "a dynamic block without for_each or content"
            return Expr(Op.SPREAD, spec.span, (Expr(Op.OPAQUE, spec.span, (words,)),))
        names = (f"{iterator}.key", f"{iterator}.value")
        made = (names, self.value(given["for_each"]), None, self.body(content[0]), None, False)
        return Expr(Op.SPREAD, spec.span, (Expr(Op.FOR, spec.span, made),))

    def value(self, expr: Expr) -> Expr:
        """A value with the templates in it read; recursion is bounded by the depth of the JSON text."""
        if expr.op is Op.LITERAL:
            written = expr.args[0]
            return self.template(expr, written) if isinstance(written, str) and _has_template(written) else expr
        if expr.op is Op.ARRAY:
            return Expr(expr.op, expr.span, tuple([self.value(item) for item in expr.args]))
        if expr.op is Op.OBJECT:
            if any(key.args[:1] == ("dynamic",) and _is_dynamic(value) for key, value in expr.args):
                return self.body(expr)
            entries = [(k, v) if k.op is Op.SPREAD else (self.value(k), self.value(v)) for k, v in expr.args]
            return Expr(expr.op, expr.span, tuple(entries))
        return expr

    def template(self, expr: Expr, written: str) -> Expr:
        """A string as a template; one that is nothing but a `${}` is what stands in it."""
        if len(written) > MAX_BLOCK:
            message = f"longer than {MAX_BLOCK:,} characters: not read"
            self.reader.reject(Notice("error", "MN912", message, Place(expr.span, "here")))
            return Expr(Op.OPAQUE, expr.span, (message,))
        if _END in written:
            return Expr(Op.OPAQUE, expr.span, ("text that could not be read",))
        made = self.parsed(expr, f"x = <<{_END}\n", written, f"\n{_END}\n")
        if made.op is Op.LITERAL:
            return Expr(Op.LITERAL, expr.span, (str(made.args[0]).removesuffix("\n"),))
        if made.op is not Op.TEXT:
            return made
        *parts, last = made.args
        if last.op is Op.LITERAL:  # with the end of the heredoc's last line
            text = str(last.args[0]).removesuffix("\n")
            parts += [Expr(Op.LITERAL, last.span, (text,))] if text else []
        else:
            parts.append(last)
        return parts[0] if len(parts) == 1 else Expr(Op.TEXT, expr.span, tuple(parts))

    def parsed(self, expr: Expr, before: str, written: str, after: str) -> Expr:
        """What HCL makes of the text of a JSON string, every part at its place in the file."""
        source = Source(expr.span.file, f"{before}{written}{after}")
        inner = Reader(source, self.reader.left - _EACH)
        value = inner.value if inner.left >= 0 else inner.parsed  # which says that it is too much
        made = [value(block) for block in cut(source, assignments=True).blocks]
        for one in made:
            _ = one.op  # read now: what is wrong with it is a notice
        self.reader.left = inner.left
        places = _places(self.reader.source.cut(expr.span), len(written))

        def place(span: Span) -> Span:
            start, end = (min(max(at - len(before), 0), len(written)) for at in (span.start, span.end))
            if places is None:
                return expr.span
            return Span(span.file, expr.span.start + places[start], expr.span.start + places[max(end, start)])

        told = {notice.message for notice in self.reader.notices if notice.code == "MN912"}
        for notice in inner.notices:
            if notice.message not in told and notice.place is not None:
                moved = Place(place(notice.place.span), notice.place.says)
                self.reader.reject(Notice(notice.level, notice.code, notice.message, moved))
        if len(made) != 1:
            return Expr(Op.OPAQUE, expr.span, ("text that could not be read",))
        whole = made[0]
        return Expr(whole.op, expr.span, _moved(whole.args, place)) if whole.op is Op.TEXT else _moved(whole, place)


def _listed(value: Expr) -> Expr:
    return value if value.op is Op.ARRAY else Expr(Op.ARRAY, value.span, (value,))


def _is_dynamic(value: Expr) -> bool:
    """Whether a member called `dynamic` has the shape of blocks made from a collection; in a map it may be any name."""
    specs = [spec for group in _several(value) for _, found in _members(group) for spec in _several(found)]
    return bool(specs) and all({"for_each", "content"} <= {str(k.args[0]) for k, _ in _members(s)} for s in specs)


def _has_template(text: str) -> bool:
    return "${" in text or "%{" in text


def _places(written: str, length: int) -> Sequence[int] | None:
    """Where each character of a JSON string's text stands in what is written, and its end; None if nobody can say."""
    inner = written[1:-1]
    if len(inner) == length:
        return range(1, length + 2)
    starts = [found.start() + 1 for found in _CHARACTER(inner)]
    return [*starts, len(inner) + 1] if len(starts) == length else None


def _moved(thing: Any, place: Callable[[Span], Span]) -> Any:
    """An expression, or the arguments of one, with other places."""
    if isinstance(thing, Expr):
        return Expr(thing.op, place(thing.span), _moved(thing.args, place))
    return tuple([_moved(part, place) for part in thing]) if isinstance(thing, tuple) else thing
