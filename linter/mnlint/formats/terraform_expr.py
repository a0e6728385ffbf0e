"""How python-hcl2's tree of a block becomes expressions with places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from mnlint.formats.terraform_directives import Directive, Piece, folded, header
from mnlint.formats.terraform_signs import bad_escape, badly_closed, number_of, unescaped, unindent
from mnlint.formats.tfblocks import TEXT, VALUE, Block, Part
from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.text import Source, Span
from mnlint.model.typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lark import Token, Tree

    Branch = Tree[Token]
    Parse = Callable[[Source], tuple[Branch, Block] | None]  # of a text that is one assignment

MAX_DEPTH: Final = 100  # expressions and blocks inside each other

LITERALS: Final = {"true": True, "false": False, "null": None}
LONG_ROOTS: Final = ("data", "ephemeral")  # names of three words; all others have two
_CHAIN: Final = ("index_expr_term", "get_attr_expr_term", "attr_splat_expr_term", "full_splat_expr_term")
_BARE_KEYS: Final = ("identifier", "literal_value", "int_lit", "float_lit")
_LINE = pattern(r"[^\n]*+\n|[^\n]++")

Names = frozenset[str]  # of the for expressions around


def body_of(tree: Branch, block: Block, source: Source, parse: Parse) -> tuple[Expr, Notice | None]:
    """The OBJECT of the block that `tree` is of, and what was wrong inside."""
    lowering = Lowering(source, block, parse)
    made = lowering.body(_trees(lowering.items(_trees(tree)[0])[0])[-1], block.span, frozenset(), 0)
    return made, lowering.notice


def value_of(
    tree: Branch, block: Block, source: Source, parse: Parse, names: Names = frozenset()
) -> tuple[Expr, Notice | None]:
    """What the assignment that `tree` is of assigns, and what was wrong inside."""
    lowering = Lowering(source, block, parse)
    made = lowering.expr(_trees(lowering.items(_trees(tree)[0])[0])[-1], names, 0)
    return made, lowering.notice


def _trees(node: Branch) -> list[Branch]:
    """The children of a node that are not mere signs or line ends."""
    return [c for c in node.children if not isinstance(c, str) and c.data != "new_line_or_comment"]


def _has(node: Branch, sign: str) -> bool:
    return any(isinstance(c, str) and c.type == sign for c in node.children)


class Lowering:
    """The expressions of one block; `depth` counts how far inside of it an expression stands."""

    def __init__(self, source: Source, block: Block, parse: Parse) -> None:
        self.file, self.text, self.block, self.parse = source.file, source.text, block, parse
        self.offset = block.span.start
        self.notice: Notice | None = None

    # ── places ──

    def span(self, node: Branch) -> Span:
        """The place of a node, without the line ends that python-hcl2 may count to its end."""
        start, end, text = node.meta.start_pos, node.meta.end_pos, self.block.text
        while end > len(text) or text[end - 1].isspace():
            end -= 1
        start += self.offset
        return Span(self.file, self.block.signs.get(start, (start,))[0], end + self.offset)

    def written(self, node: Branch) -> str:
        return self.text[node.meta.start_pos + self.offset : node.meta.end_pos + self.offset]

    def too_deep(self, span: Span) -> Expr:
        message = f"nested too deeply: more than {MAX_DEPTH} levels"
        self.notice = self.notice or Notice("note", "MN912", message, Place(span, "here"))
        return Expr(Op.OPAQUE, span, ("something nested too deeply",))

    def refuse(self, span: Span, message: str) -> None:
        """Notes what Terraform refuses and python-hcl2 does not: the first thing only."""
        self.notice = self.notice or Notice("error", "MN911", message, Place(span, "here"))

    def is_apart(self, before: Branch, after: Branch, signs: str = "\n") -> bool:
        """Whether one of these signs stands between two nodes."""
        between = self.block.text[self.span(before).end - self.offset : after.meta.start_pos]
        return any(sign in between for sign in signs)

    # ── blocks ──

    def items(self, body: Branch, around: Span | None = None) -> list[Branch]:
        """The attributes and blocks of a body, each of which has to begin on a line of its own.

        `around` is the block whose body it is: one on a single line holds one attribute.
        """
        found = _trees(body)
        for before, item in pairwise(found):
            if not self.is_apart(before, item):
                name = _trees(item)[0]
                self.refuse(self.span(name), f"`{self.written(name)}` cannot stand here; expected a new line")
        names: set[str] = set()
        for item in found:
            name = _trees(item)[0]
            if item.data == "attribute" and self.written(name) in names:
                self.refuse(self.span(name), f"`{self.written(name)}` is set twice")
            names.add(self.written(name) if item.data == "attribute" else "")
        if found and around is not None:
            size = len(found) if found[0].data == "attribute" else 2
            self.notice = self.notice or badly_closed(
                self.block.text, around, self.span(found[0]), self.span(found[-1]), size, self.offset
            )
        return found

    def body(self, node: Branch, span: Span, names: Names, depth: int) -> Expr:
        """An OBJECT of attributes and blocks; the blocks of one type are one ARRAY, at the place of the first."""
        if depth > MAX_DEPTH:
            return self.too_deep(span)
        entries: list[tuple[Expr, Expr | list[Expr]]] = []
        blocks: dict[str, list[Expr]] = {}
        for item in self.items(node, span):
            first, *labels, last = _trees(item)
            kind, place = self.written(first), self.span(first)
            if item.data == "attribute":
                entries.append((Expr(Op.LITERAL, place, (kind,)), self.expr(last, names, depth + 1)))
                continue
            for label in labels:
                if re.search(r"[$%]\{|\\", self.written(label)):
                    self.refuse(self.span(label), "a label is a plain text or a name")
            behind = self.span(labels[-1] if labels else first).end - self.offset
            if "\n" in self.block.text[behind : self.block.text.find("{", behind)]:
                self.refuse(place, "expected `{` on the same line")
            if kind == "dynamic" and labels:
                kind = self.written(labels[0]).strip('"')
                made = self.dynamic(item, last, kind, names, depth + 1)
            else:
                made = self.body(last, self.span(item), names, depth + 1)
            if kind not in blocks:
                blocks[kind] = []
                head = Span(self.file, place.start, self.span(labels[-1]).end if labels else place.end)
                entries.append((Expr(Op.LITERAL, head, (kind,)), blocks[kind]))
            blocks[kind].append(made)
        return Expr(Op.OBJECT, span, tuple((k, array(v) if isinstance(v, list) else v) for k, v in entries))

    def dynamic(self, block: Branch, body: Branch, kind: str, names: Names, depth: int) -> Expr:
        """The blocks that a `dynamic` block makes, to be spliced in."""
        span = self.span(block)
        given = [(self.written(_trees(item)[0]), item) for item in self.items(body, span)]
        parts = {name: item for name, item in given if (item.data == "attribute") is (name != "content")}
        if "for_each" not in parts or "content" not in parts:
            return Expr(Op.SPREAD, span, (Expr(Op.OPAQUE, span, ("a dynamic block without for_each or content",)),))
        iterator = self.written(_trees(parts["iterator"])[-1]) if "iterator" in parts else kind
        over = self.expr(_trees(parts["for_each"])[-1], names, depth + 1)
        content = parts["content"]
        value = self.body(_trees(content)[-1], self.span(content), names - {iterator}, depth + 1)
        variables = (f"{iterator}.key", f"{iterator}.value")
        return Expr(Op.SPREAD, span, (Expr(Op.FOR, span, (variables, over, None, value, None, False)),))

    # ── expressions ──

    def expr(self, node: Branch, names: Names, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            return self.too_deep(self.span(node))
        while node.data == "expr_term":  # a term is its one part; parentheses add nothing
            node = _trees(node)[0]
        lower = _LOWER.get(node.data)
        return lower(self, node, names, depth) if lower else Expr(Op.OPAQUE, self.span(node), ("an unknown form",))

    def each(self, nodes: Iterable[Branch], names: Names, depth: int) -> tuple[Expr, ...]:
        return tuple([self.expr(node, names, depth + 1) for node in nodes])

    def on_one_line(self, nodes: Sequence[Branch]) -> None:
        """Looks for a new line between parts of an expression: outside of brackets, it ends there."""
        for before, after in pairwise(nodes):
            if self.is_apart(before, after):
                self.refuse(self.span(after), "a new line cannot stand before this")

    def conditional(self, node: Branch, names: Names, depth: int) -> Expr:
        self.on_one_line(_trees(node))
        return Expr(Op.COND, self.span(node), self.each(_trees(node), names, depth))

    def binary(self, node: Branch, names: Names, depth: int) -> Expr:
        left, term = _trees(node)
        operator, right = _trees(term)
        self.on_one_line((left, operator, right))
        sign = str(operator.children[0]).strip()
        return Expr(Op.CALL, self.span(node), (sign, self.each((left, right), names, depth)))

    def unary(self, node: Branch, names: Names, depth: int) -> Expr:
        start = node.meta.start_pos + self.offset
        made = self.expr(_trees(node)[0], names, depth + 1)
        return self.signed(start, signed_by(self.text[start], made, Span(self.file, start, self.span(node).end)), depth)

    def signed(self, start: int, made: Expr, depth: int) -> Expr:
        """`made` with the signs before it that python-hcl2 did not see."""
        signs = self.block.signs.get(start, ())
        if depth + len(signs) > MAX_DEPTH:
            return self.too_deep(made.span)
        for at in reversed(signs):
            made = signed_by(self.text[at], made, Span(self.file, at, made.span.end))
        return made

    def number(self, node: Branch, names: Names, depth: int) -> Expr:
        start, digits = node.meta.start_pos + self.offset, self.written(node)
        span = Span(self.file, start, start + len(digits))
        value = number_of(digits)
        if value is None:
            return Expr(Op.OPAQUE, span, ("a number that is not kept as it is written",))
        return self.signed(start, Expr(Op.LITERAL, span, (value,)), depth)

    def array(self, node: Branch, names: Names, depth: int) -> Expr:
        return Expr(Op.ARRAY, self.span(node), self.each(_trees(node), names, depth))

    def mapping(self, node: Branch, names: Names, depth: int) -> Expr:
        entries = []
        elements = _trees(node)
        for before, element in pairwise(elements):
            if not self.is_apart(before, element, ",\n"):
                self.refuse(self.span(element), "this cannot stand here; expected `,` or a new line")
        for element in elements:
            key, value = _trees(element)
            entries.append((self.key(key, names, depth + 1), self.expr(value, names, depth + 1)))
        return Expr(Op.OBJECT, self.span(node), tuple(entries))

    def key(self, node: Branch, names: Names, depth: int) -> Expr:
        """The key of an object: a bare word stands for itself."""
        term = _trees(node)[0]
        inner = term.children[0]
        if term.data == "keyword" or (not isinstance(inner, str) and inner.data in _BARE_KEYS):
            return Expr(Op.LITERAL, self.span(node), (self.written(node),))
        return self.expr(term, names, depth)

    def call(self, node: Branch, names: Names, depth: int) -> Expr:
        parts = _trees(node)
        words = [self.written(part) for part in parts if part.data == "identifier"]
        given: list[Expr] = []
        if parts[-1].data == "arguments":
            given.extend(self.each(_trees(parts[-1]), names, depth))
            if _has(parts[-1], "ELLIPSIS"):
                given[-1] = Expr(Op.SPREAD, given[-1].span, (given[-1],))
        return Expr(Op.CALL, self.span(node), ("::".join(words), tuple(given)))

    def loop(self, node: Branch, names: Names, depth: int) -> Expr:
        """A for expression, of a list or of an object."""
        intro, *made = _trees(node)
        *variables, collection = _trees(intro)
        own = tuple(self.written(v) for v in variables)
        over = self.expr(collection, names, depth + 1)
        inner = names | set(own)
        condition = self.expr(_trees(made.pop())[0], inner, depth + 1) if made[-1].data == "for_cond" else None
        *key, value = self.each(made, inner, depth)
        args = (own, over, key[0] if key else None, value, condition, _has(node, "ELLIPSIS"))
        return Expr(Op.FOR, self.span(node), args)

    # ── names and what follows them ──

    def name(self, node: Branch, names: Names, depth: int) -> Expr:
        word = self.written(node)
        if word in LITERALS:  # names to python-hcl2 8.1.0
            return Expr(Op.LITERAL, self.span(node), (LITERALS[word],))
        return Expr(Op.NAME, self.span(node), (word,))

    def chain(self, node: Branch, names: Names, depth: int) -> Expr:
        """A term with all that follows it: `.name`, `[index]`, `.0`, `[*]`, `.*`."""
        whole = node
        steps: list[Branch] = []
        while node.data in _CHAIN or (node.data == "expr_term" and not isinstance(node.children[0], str)):
            if node.data == "expr_term":
                node = _trees(node)[0]
                continue
            node, last = _trees(node)
            steps.extend(reversed(_trees(last)) if last.data in ("attr_splat", "full_splat") else ())
            steps.append(last)
        steps.reverse()
        if depth + len(steps) > MAX_DEPTH:
            return self.too_deep(self.span(whole))
        if node.data != "identifier":
            return self.follow(self.expr(node, names, depth + len(steps)), steps, names, depth)
        words, end = [self.written(node)], self.span(node).end
        length = 1 if words[0] in names else 3 if words[0] in LONG_ROOTS else 2
        for step in steps[: length - 1]:
            if step.data != "get_attr":
                break
            words.append(self.member(step))
            end = self.span(step).end
        root = Expr(Op.NAME, Span(self.file, self.span(node).start, end), (".".join(words),))
        return self.follow(root, steps[len(words) - 1 :], names, depth)

    def member(self, step: Branch) -> str:
        return self.written(_trees(step)[0])

    def follow(self, made: Expr, steps: Sequence[Branch], names: Names, depth: int) -> Expr:
        """`made` and its steps. `[*]` takes all steps behind it, `.*` only the names."""
        for at, step in enumerate(steps):
            place = self.span(step)
            span = Span(self.file, made.span.start, place.end)
            if at and step.data == "short_index" == steps[at - 1].data:
                self.refuse(place, "a number cannot stand behind a number; write it in brackets")
            if step.data == "get_attr":
                made = Expr(Op.MEMBER, span, (made, self.member(step), False))
            elif step.data == "braces_index":
                made = Expr(Op.INDEX, span, (made, self.expr(_trees(step)[0], names, depth + 1), False))
            elif step.data == "short_index":
                digits = str(step.children[-1])
                number = Expr(Op.LITERAL, Span(self.file, place.end - len(digits), place.end), (int(digits),))
                made = Expr(Op.INDEX, span, (made, number, False))
            else:
                taken = list(steps[at + 1 :])
                if step.data == "attr_splat":
                    others = (n for n, s in enumerate(taken) if s.data not in ("get_attr", "short_index"))
                    del taken[next(others, len(taken)) :]
                made = self.splat(made, place.start, taken, names, depth)
                return self.follow(made, steps[at + 1 + len(taken) :], names, depth)
        return made

    def splat(self, over: Expr, start: int, steps: Sequence[Branch], names: Names, depth: int) -> Expr:
        """`over[*]` with the steps for each member, as a for expression over a name that nobody can write."""
        sign = Span(self.file, start, start + (3 if self.text[start] == "[" else 2))
        member = f"<splat{start}>"
        value = self.follow(Expr(Op.NAME, sign, (member,)), steps, names, depth)
        span = Span(self.file, over.span.start, max(sign.end, value.span.end))
        return Expr(Op.FOR, span, ((member,), over, None, value, None, False))

    # ── strings ──

    def string(self, node: Branch, names: Names, depth: int) -> Expr:
        """A quoted string or a heredoc. One that is nothing but a `${}` is what stands in it."""
        start, end = node.meta.start_pos + self.offset, node.meta.end_pos + self.offset
        span = Span(self.file, start, end)
        parts = self.block.templates.get(start)
        if parts is None:
            return Expr(Op.LITERAL, span, (self.text[start + 1 : end - 1],))
        inner = [_trees(c)[0] for p in _trees(node) for c in _trees(p) if c.data == "interpolation"]
        return self.joined(span, parts, inner, names, depth)

    def joined(self, span: Span, parts: Sequence[Part], inner: Sequence[Any], names: Names, depth: int) -> Expr:
        """A template of some parts, of which the values are these."""
        if len(parts) == 1 and len(inner) == 1:
            return self.expr(inner[0], names, depth + 1)
        pieces = self.pieces(parts, iter(inner), names, depth, quoted=self.text[span.start] == '"')
        if self.text.startswith("<<-", span.start):
            unindent(pieces)
        joined = folded(pieces, span)
        if any(part.op is Op.OPAQUE for part in joined):
            self.refuse(span, "a directive in this text has no end, or no beginning")
        if not inner and all(part.op is Op.LITERAL for part in joined):
            return Expr(Op.LITERAL, span, joined[0].args if joined else ("",))
        return Expr(Op.TEXT, span, tuple(joined))

    def pieces(
        self, parts: Sequence[Part], inner: Iterator[Branch], names: Names, depth: int, *, quoted: bool
    ) -> list[Piece]:
        """The lines, values and directives of a template; what stands beside a `~` is trimmed."""
        made: list[Piece] = []
        trim = False
        around: list[Names] = []  # the names outside of each `for` that is open
        for part in parts:
            kind, start, end = part.kind, part.start, part.end
            if kind == TEXT:
                bad = bad_escape(self.text, start, end) if quoted else None
                if bad is not None:
                    self.refuse(Span(self.file, *bad), f"`{self.text[slice(*bad)]}` is no escape sequence")
                for line in _LINE.finditer(self.text, start, end):
                    plain = unescaped(line[0], quoted=quoted)
                    made.append((Span(self.file, *line.span()), plain.lstrip() if trim else plain))
                    trim = False
                continue
            if self.text[start + 2] == "~" and made and isinstance(made[-1][1], str):
                made[-1] = (made[-1][0], made[-1][1].rstrip())
            span = Span(self.file, start, end)
            if kind == VALUE:
                made.append((span, self.expr(next(inner), names, depth + 1)))
            else:
                found = self.directive(span, names, depth)
                if isinstance(found, Directive) and found.kind == "for":
                    around.append(names)
                    names |= set(found.names)
                elif isinstance(found, Directive) and found.kind == "endfor" and around:
                    names = around.pop()
                made.append((span, found))
            trim = self.text[end - 2] == "~"
        return made

    def directive(self, span: Span, names: Names, depth: int) -> Directive | Expr:
        """A `%{ }`; what it holds is read as a text of its own, since python-hcl2 knows no directives."""
        found = header(self.text, span.start, span.end)
        if found is None:
            self.refuse(span, "a directive that cannot be read; expected `if`, `else`, `endif`, `for` or `endfor`")
            return Expr(Op.OPAQUE, span, ("a template directive",))
        kind, variables, start, end = found
        if kind not in ("if", "for"):
            return Directive(kind)
        opening = "_=("
        fragment = Source(self.file, f"{opening}{self.text[start:end]})")
        read = self.parse(fragment)
        if depth > MAX_DEPTH - 1:
            return self.too_deep(span)
        if read is None:
            self.refuse(span, "a directive that cannot be read; expected an expression in it")
            return Expr(Op.OPAQUE, span, ("a template directive",))
        tree, block = read
        lowering = Lowering(fragment, block, self.parse)
        made = lowering.expr(_trees(lowering.items(_trees(tree)[0])[0])[-1], names, depth + 1)
        self.notice = self.notice or lowering.notice
        return Directive(kind, variables, moved(made, start - len(opening)))


def moved(value: Any, by: int) -> Any:
    """An expression, or a part of one, so many characters further on."""
    if isinstance(value, Expr):
        span = Span(value.span.file, value.span.start + by, value.span.end + by)
        return Expr(value.op, span, moved(value.args, by))
    return tuple(moved(part, by) for part in value) if isinstance(value, tuple) else value


def signed_by(sign: str, value: Expr, span: Span) -> Expr:
    """A sign before an expression; a minus before a number is part of the number."""
    number = value.args[0] if sign == "-" and value.op is Op.LITERAL else None
    if isinstance(number, int | float) and not isinstance(number, bool):
        return Expr(Op.LITERAL, span, (-number,))
    return Expr(Op.CALL, span, (sign, (value,)))


def array(blocks: list[Expr]) -> Expr:
    first, last = blocks[0].span, blocks[-1].span
    return Expr(Op.ARRAY, Span(first.file, first.start, last.end), tuple(blocks))


_LOWER: Final[Mapping[str, Callable[[Lowering, Branch, Names, int], Expr]]] = {
    "conditional": Lowering.conditional,
    "binary_op": Lowering.binary,
    "unary_op": Lowering.unary,
    "int_lit": Lowering.number,
    "float_lit": Lowering.number,
    "string": Lowering.string,
    "tuple": Lowering.array,
    "object": Lowering.mapping,
    "function_call": Lowering.call,
    "for_tuple_expr": Lowering.loop,
    "for_object_expr": Lowering.loop,
    "identifier": Lowering.name,
    "literal_value": Lowering.name,
    **dict.fromkeys(_CHAIN, Lowering.chain),
}
