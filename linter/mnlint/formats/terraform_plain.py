"""What a plain text is as expressions: read by itself, as python-hcl2 and the reader of its tree would, but at once.

Only for texts that are known to be plain (see terraform_outline): what would be wrong in others is not looked for.
"""

from __future__ import annotations

import re

from mnlint.formats.terraform_expr import LITERALS, LONG_ROOTS, Lowering, Names, array, signed_by
from mnlint.formats.terraform_signs import number_of
from mnlint.formats.tfblocks import VALUE, Block
from mnlint.model.expr import Expr, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final, cast

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*+").match
_NUMBER = re.compile(r"[0-9]++(?:\.[0-9]++)?+").match
_BLANK = re.compile(r"[ \t]*+")
_GAP = re.compile(r"[ \t\n]*+")
_PARTED = re.compile(r"[ \t\n,]*+")
_SIGN = re.compile(r"[ \t]*+(\|\||&&|[=!<>]=|[<>+*/%-])").match
_STEP = re.compile(r"\.(?:([A-Za-z_][A-Za-z0-9_-]*+)|([0-9]++)|\*)|\[(\*\])?").match
_FOR = re.compile(r"[ \t]*+for[ \t]++([\w-]++)(?:[ \t]*+,[ \t]*+([\w-]++))?+[ \t]++in(?![\w-])", re.ASCII).match
_CALL = re.compile(r"((?:::[A-Za-z_][A-Za-z0-9_-]*+){2})?[ \t]*+\(").match
_IF = pattern(r"[ \t]*+if(?![\w-])", re.ASCII)
_LABEL = re.compile(r"[ \t]*+(\"[^\"]*+\"|[A-Za-z_][A-Za-z0-9_-]*+)").match
_LEVELS: Final = {
    **dict.fromkeys(("||",), 1),
    **dict.fromkeys(("&&",), 2),
    **dict.fromkeys(("==", "!="), 3),
    **dict.fromkeys(("<", ">", "<=", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%"), 6),
}


class OddError(Exception):
    """The text is not what it was thought to be: somebody else has to read it."""


@dataclass(frozen=True, slots=True)
class _Made:
    """An expression, and from where to where it stands with the brackets around it, in the block's text."""

    expr: Expr
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Step:
    """What stands behind a term: a `.name`, an `[index]`, a `.0`, or one of the splats `.*` and `[*]`."""

    sign: str
    start: int
    end: int
    name: str = ""
    number: Expr | None = None


def plain_body(block: Block, source: Source) -> Expr:
    """The OBJECT of a plain block. Raises OddError."""
    reader = _Reader(source, block)
    return reader.inside(block.inside - block.span.start, 0, frozenset())[0]


def plain_value(block: Block, source: Source) -> Expr:
    """What a plain assignment assigns. Raises OddError."""
    reader = _Reader(source, block)
    made = reader.expression(block.inside - block.span.start, frozenset())
    if reader.source[made.end :].strip():
        raise OddError
    return made.expr


class _Texts(Lowering):
    """Puts templates together whose parts are read already."""

    def expr(self, node: Any, names: Names, depth: int) -> Expr:
        return cast("Expr", node)


class _Reader:
    """A descent through the text; it is known to be no deeper than Python's own stack allows."""

    def __init__(self, source: Source, block: Block) -> None:
        self.file, self.text, self.source = source.file, source.text, block.text
        self.offset, self.templates = block.span.start, block.templates
        self.texts = _Texts(source, block, lambda text: None)

    def place(self, start: int, end: int) -> Span:
        return Span(self.file, start + self.offset, end + self.offset)

    def skip(self, pattern: re.Pattern[str], at: int) -> int:
        """The offset behind what a pattern takes."""
        found = pattern.match(self.source, at)
        return found.end() if found else at

    def behind(self, sign: str, at: int) -> int:
        """The offset behind a sign, blanks before it aside."""
        at = self.skip(_BLANK, at)
        if not self.source.startswith(sign, at):
            raise OddError
        return at + len(sign)

    def meets(self, sign: str, at: int) -> bool:
        return self.source.startswith(sign, self.skip(_BLANK, at))

    # ── blocks ──

    def inside(self, at: int, start: int, names: Names) -> tuple[Expr, int]:
        """The body whose `{` ends at an offset, of a block that begins at `start`; and the offset behind it."""
        entries: list[tuple[Expr, Expr | list[Expr]]] = []
        blocks: dict[str, list[Expr]] = {}
        while True:
            at = self.skip(_GAP, at)
            if self.source.startswith("}", at):
                end = at + 1
                break
            word, begun = self.word(at), at
            kind, key = word, self.place(at, at + len(word))
            at += len(word)
            if self.meets("=", at):
                made = self.expression(self.behind("=", at), names)
                entries.append((Expr(Op.LITERAL, key, (kind,)), made.expr))
                at = made.end
                continue
            labels = []
            while (label := _LABEL(self.source, at)) is not None:
                labels.append(label[1].strip('"'))
                at = label.end()
            head = self.place(begun, at)
            at = self.behind("{", at)
            if kind == "dynamic" and labels:
                kind = labels[0]
                one, at = self.dynamic(at, begun, kind, names)
            else:
                one, at = self.inside(at, begun, names)
            if kind not in blocks:
                blocks[kind] = []
                entries.append((Expr(Op.LITERAL, head, (kind,)), blocks[kind]))
            blocks[kind].append(one)
        made_of = tuple((k, array(v) if isinstance(v, list) else v) for k, v in entries)
        return Expr(Op.OBJECT, self.place(start, end), made_of), end

    def dynamic(self, at: int, start: int, kind: str, names: Names) -> tuple[Expr, int]:
        over = content = None
        iterator, begun = kind, 0
        while True:
            at = self.skip(_GAP, at)
            if self.source.startswith("}", at):
                break
            word, begun = self.word(at), at
            at += len(word)
            if word == "content":
                content = (self.behind("{", at), begun)
                _, at = self.inside(content[0], begun, names)
                continue
            at = self.behind("=", at)
            made = self.expression(at, names)
            if word == "for_each":
                over = made.expr
            elif word == "iterator":
                iterator = self.source[made.start : made.end]
            at = made.end
        if over is None or content is None:
            raise OddError
        value, _ = self.inside(*content, names - {iterator})
        variables = (f"{iterator}.key", f"{iterator}.value")
        span = self.place(start, at + 1)
        return Expr(Op.SPREAD, span, (Expr(Op.FOR, span, (variables, over, None, value, None, False)),)), at + 1

    def word(self, at: int) -> str:
        """The word at an offset, as the file has it: there it may have other letters than ASCII."""
        found = _WORD(self.source, at)
        if found is None:
            raise OddError
        return self.text[at + self.offset : found.end() + self.offset]

    # ── expressions ──

    def expression(self, at: int, names: Names) -> _Made:
        test = self.binary(at, 1, names)
        if not self.meets("?", test.end):
            return test
        yes = self.expression(self.behind("?", test.end), names)
        no = self.expression(self.behind(":", yes.end), names)
        parts = (test.expr, yes.expr, no.expr)
        return _Made(Expr(Op.COND, self.place(test.start, no.end), parts), test.start, no.end)

    def binary(self, at: int, level: int, names: Names) -> _Made:
        left = self.unary(at, names)
        while (sign := _SIGN(self.source, left.end)) is not None and _LEVELS[sign[1]] >= level:
            right = self.binary(sign.end(), _LEVELS[sign[1]] + 1, names)
            made = Expr(Op.CALL, self.place(left.start, right.end), (sign[1], (left.expr, right.expr)))
            left = _Made(made, left.start, right.end)
        return left

    def unary(self, at: int, names: Names) -> _Made:
        at = self.skip(_BLANK, at)
        sign = self.source[at : at + 1]
        if sign not in ("-", "!"):
            return self.term(at, names)
        made = self.term(self.skip(_BLANK, at + 1), names)
        return _Made(signed_by(sign, made.expr, self.place(at, made.end)), at, made.end)

    def term(self, at: int, names: Names) -> _Made:
        sign = self.source[at : at + 1]
        if sign == '"':
            return self.quoted(at, names)
        number = _NUMBER(self.source, at)
        if number is not None:
            span, value = self.place(*number.span()), number_of(number[0])
            if value is None:
                raise OddError
            return _Made(Expr(Op.LITERAL, span, (value,)), at, number.end())
        if sign == "(":
            inner = self.expression(at + 1, names)
            return self.followed(_Made(inner.expr, at, self.behind(")", inner.end)), names)
        if sign == "[":
            return self.followed(self.listed(at, names), names)
        if sign == "{":
            return self.mapped(at, names)
        word = self.word(at)
        end = at + len(word)
        call = _CALL(self.source, end)
        if call is not None:
            given, close = self.given(call.end(), ")", names)
            name = call.end(1) if call[1] else end
            made = Expr(Op.CALL, self.place(at, close), (self.text[at + self.offset : name + self.offset], given))
            return self.followed(_Made(made, at, close), names)
        if word in LITERALS:
            return _Made(Expr(Op.LITERAL, self.place(at, end), (LITERALS[word],)), at, end)
        return self.named(at, end, word, names)

    def given(self, at: int, close: str, names: Names) -> tuple[tuple[Expr, ...], int]:
        """Expressions with commas between them, up to a closing bracket; and the offset behind that."""
        made: list[Expr] = []
        while not self.meets(close, at):
            one = self.expression(at, names)
            made.append(one.expr)
            at = one.end
            if self.meets("...", at):
                made[-1] = Expr(Op.SPREAD, one.expr.span, (one.expr,))
                at = self.behind("...", at)
            elif self.meets(",", at):
                at = self.behind(",", at)
            elif not self.meets(close, at):
                raise OddError
        return tuple(made), self.behind(close, at)

    def listed(self, at: int, names: Names) -> _Made:
        loop = _FOR(self.source, at + 1)
        if loop is not None:
            return self.loop(at, loop, names)
        given, end = self.given(at + 1, "]", names)
        return _Made(Expr(Op.ARRAY, self.place(at, end), given), at, end)

    def loop(self, start: int, intro: re.Match[str], names: Names) -> _Made:
        by = self.offset
        own = tuple(self.text[a + by : b + by] for a, b in (intro.span(1), intro.span(2)) if a >= 0)
        over = self.expression(intro.end(), names)
        inner = names | set(own)
        value = self.expression(self.behind(":", over.end), inner)
        key, at = None, value.end
        grouped = False
        if self.source[start] == "{":
            key = value.expr
            value = self.expression(self.behind("=>", at), inner)
            at = value.end
            grouped = self.meets("...", at)
            at = self.behind("...", at) if grouped else at
        condition, tested = None, _IF.match(self.source, at)
        if tested is not None:
            test = self.expression(tested.end(), inner)
            condition, at = test.expr, test.end
        end = self.behind("}" if self.source[start] == "{" else "]", at)
        args = (own, over.expr, key, value.expr, condition, grouped)
        return _Made(Expr(Op.FOR, self.place(start, end), args), start, end)

    def mapped(self, start: int, names: Names) -> _Made:
        loop = _FOR(self.source, start + 1)
        if loop is not None:
            return self.loop(start, loop, names)
        entries = []
        at = start + 1
        while True:
            at = self.skip(_PARTED, at)
            if self.source.startswith("}", at):
                break
            word = _WORD(self.source, at)
            bare = (
                word is not None
                and not self.source.startswith(".", word.end())
                and _CALL(self.source, word.end()) is None
            )
            if word is not None and bare:
                key = _Made(Expr(Op.LITERAL, self.place(*word.span()), (self.word(at),)), at, word.end())
            else:
                key = self.term(at, names)
            at = self.behind("=" if self.meets("=", key.end) else ":", key.end)
            value = self.expression(at, names)
            entries.append((key.expr, value.expr))
            at = value.end
        return _Made(Expr(Op.OBJECT, self.place(start, at + 1), tuple(entries)), start, at + 1)

    def quoted(self, start: int, names: Names) -> _Made:
        parts = self.templates.get(start + self.offset)
        if parts is None:
            end = self.source.index('"', start + 1) + 1
            text = self.text[start + self.offset + 1 : end + self.offset - 1]
            return _Made(Expr(Op.LITERAL, self.place(start, end), (text,)), start, end)
        inner, at = [], start + 1
        for part in parts:
            if part.kind == VALUE:
                value = self.expression(part.start - self.offset + 2, names)
                inner.append(value.expr)
                at = self.behind("}", value.end)
        end = self.source.index('"', at) + 1
        made = self.texts.joined(self.place(start, end), parts, inner, names, 0)
        return _Made(made, start, end)

    # ── names and what follows them ──

    def named(self, at: int, end: int, word: str, names: Names) -> _Made:
        steps = self.steps(end, names)
        length = 1 if word in names else 3 if word in LONG_ROOTS else 2
        words, last = [word], end
        for step in steps[: length - 1]:
            if not step.name:
                break
            words.append(step.name)
            last = step.end
        root = Expr(Op.NAME, self.place(at, last), (".".join(words),))
        return _Made(self.behind_it(root, steps[len(words) - 1 :]), at, steps[-1].end if steps else end)

    def followed(self, made: _Made, names: Names) -> _Made:
        """A term in brackets, or a call, with all that follows it."""
        steps = self.steps(made.end, names)
        return _Made(self.behind_it(made.expr, steps), made.start, steps[-1].end) if steps else made

    def steps(self, at: int, names: Names) -> list[_Step]:
        made: list[_Step] = []
        while (found := _STEP(self.source, at)) is not None:
            start, at = found.span()
            if found[1]:
                made.append(_Step(".", start, at, self.text[start + 1 + self.offset : at + self.offset]))
            elif found[2]:
                span = self.place(found.start(2), at)
                made.append(_Step("0", start, at, number=Expr(Op.LITERAL, span, (int(found[2]),))))
            elif found[0] in (".*", "[*]"):
                made.append(_Step(found[0], start, at))
            else:
                index = self.expression(at, names)
                at = self.behind("]", index.end)
                made.append(_Step("[", start, at, number=index.expr))
        return made

    def behind_it(self, made: Expr, steps: list[_Step]) -> Expr:
        """`made` and its steps. `[*]` takes all steps behind it, `.*` only the names."""
        for number, step in enumerate(steps):
            span = Span(self.file, made.span.start, step.end + self.offset)
            if step.sign == ".":
                made = Expr(Op.MEMBER, span, (made, step.name, False))
            elif step.number is not None:
                made = Expr(Op.INDEX, span, (made, step.number, False))
            else:
                taken = steps[number + 1 :]
                if step.sign == ".*":
                    others = (n for n, one in enumerate(taken) if one.sign not in (".", "0"))
                    taken = taken[: next(others, len(taken))]
                made = self.each_of(made, step, taken)
                return self.behind_it(made, steps[number + 1 + len(taken) :])
        return made

    def each_of(self, over: Expr, step: _Step, taken: list[_Step]) -> Expr:
        sign = self.place(step.start, step.end)
        member = f"<splat{sign.start}>"
        value = self.behind_it(Expr(Op.NAME, sign, (member,)), taken)
        span = Span(self.file, over.span.start, max(sign.end, value.span.end))
        return Expr(Op.FOR, span, ((member,), over, None, value, None, False))
