"""Where the blocks of an HCL text begin and end, and the text of each in the form that python-hcl2 can read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from mnlint.model.expr import Expr
from mnlint.model.finding import Notice, Place
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Final

MAX_OPEN: Final = 200  # brackets, strings and interpolations inside each other; real files reach 20
MAX_PIECES: Final = 15_000  # blocks and comments of a text; real files reach 3,000
MAX_SIGNS: Final = 150_000  # brackets, line ends and parts of strings in it; real files reach 7,000
MAX_FAULTS: Final = 1_000  # of a text; after that it is some other language

# Parts of a template, that is of a quoted string or a heredoc.
TEXT: Final = "text"
VALUE: Final = "${"
DIRECTIVE: Final = "%{"

# The patterns are possessive or end at the line: no text is looked at more than twice, however odd.
_GAP: Final = r"(?:[ \t]++|/\*(?:[^*]++|\*(?!/))*+\*/)*+"
_WIDE_GAP: Final = r"(?:\s++|(?:\#|//)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+"
_SPACE = pattern(r"(?:[ \t\n]|\r\n)*+")
_STOP = re.compile(r'["#{}()\[\]\n]|//|/\*|<<|[!-](?=[ \t]*+[!-])|\r(?!\n)|[^\x00-\x7f]++').search
_SIMPLE = re.compile(r'"[^"\\$%\r\n]*+"').match
_QUOTED = pattern(r'(?:[^"\\$%\r\n]++|\\[^\n]|\$\$\{|%%\{|[$%](?!\{))*+')
_FLOWING = pattern(r"(?:[^$%]++|\$\$\{|%%\{|[$%](?!\{))*+")
_HEREDOC = pattern(r"<<-?((?!\d)\w[\w-]*+)\r?\n")
_LONE_WORD = pattern(r"^[ \t]*+([\w-]++)[ \t\r]*+$", re.MULTILINE)
_SIGNS = pattern(r"(?:!(?!=)|-)(?:[ \t]*+(?:!(?!=)|-))*+")
_FOR = re.compile(r"\{" + _WIDE_GAP + r"for(?![\w-])" + _WIDE_GAP + r"(?![=:])").match
_BRACE = re.compile(r"[ \t\r\n]*+\{").match
_ASSIGNS = re.compile(r"[\w-]++" + _GAP + r"=(?![=>])").match
_NAME = re.compile(r"([\w-]++)()[ \t\r\n]*+=").match
_HEAD = re.compile(r'([\w-]++)((?:[ \t]*+(?:"[^"]*+"|[\w-]++))*+)[ \t\r\n]*+\{').match
_LABEL = re.compile(r'"[^"]*+"|[\w-]++').finditer
# What at the beginning of a line tells that a bracket before it was forgotten; asked only where one was.
_BLOCK_BEGINS = pattern(
    r"^(?:action|check|data|ephemeral|import|locals|module|moved|output|provider|removed|resource|terraform|variable)"
    r"(?![\w-])[^\n={]*+\{",
    re.MULTILINE,
)
_NAME_BEGINS = pattern(r"^[\w-]++[ \t]*+=(?![=>])", re.MULTILINE)
_CLOSER: Final = {"(": ")", "[": "]", "{": "}", "for": "}", VALUE: "}", DIRECTIVE: "}"}
_SHOWN: Final = {"for": "{", '"': "quotation mark", "<<": "heredoc"}
_BEFORE_A_SIGN: Final = "([{,:?=<>&|+*%"  # a `-` after one of these is no subtraction


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a template: TEXT as written, or a VALUE or DIRECTIVE with its delimiters; offsets into the file."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A block `word "label" ... { }`, or an assignment `word = ...`.

    `text` is what python-hcl2 gets, as long as the span. Comments are blank there, and line ends that mean nothing,
    the `~` of strip marks, and of several signs in a row all but the last, whose offset leads to the others in `signs`.
    Templates that are more than plain text, heredocs too, are quoted strings of `x` and interpolations; `templates`
    has their parts by their offset. Other letters than ASCII are `x` in names: what a name is, the file tells.
    """

    span: Span
    word: str  # empty if it is not what was asked for
    labels: tuple[str, ...]
    head: Span  # from the word to the last label
    inside: int  # the offset behind `{` or `=`
    text: str
    templates: Mapping[int, tuple[Part, ...]]
    signs: Mapping[int, tuple[int, ...]]
    fault: Notice | None = None  # what makes it unreadable
    ready: Expr | None = None  # what it holds, where that is read already: from JSON


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in blocks, in order, and its comments, those inside of blocks too."""

    blocks: tuple[Block, ...]
    comments: tuple[Comment, ...]


def cut(source: Source, start: int = 0, end: int | None = None, *, assignments: bool = False) -> Cut:
    """The blocks between two offsets of an HCL text; with `assignments`, each should be a `name = value`.

    Takes time in proportion to the text, whatever is in it. What is wrong is the fault of one block.
    """
    cutter = _Cutter(source, len(source.text) if end is None else end, assignments)
    cutter.run(start)
    return Cut(tuple(cutter.blocks), tuple(cutter.comments))


@dataclass(slots=True)
class _Open:
    """Something not yet closed: a bracket, `for` (the brace of a for expression), a template, or an interpolation."""

    kind: str
    start: int
    limit: int  # where it has to end: all inside of a heredoc ends before its last line
    parts: list[Part] | None = None  # of a template
    close: int = 0  # of a heredoc: the offset behind its last word
    edits: int = 0  # how many edits came before


class _Cutter:
    """The state of one cutting: a loop with a stack of its own, so that no nesting can exhaust Python's."""

    def __init__(self, source: Source, end: int, assignments: bool) -> None:
        self.file, self.text, self.end = source.file, source.text, end
        self.assignments = assignments
        self.begins = _NAME_BEGINS if assignments else _BLOCK_BEGINS
        self.mending = False  # a bracket was never closed: look out for lines that begin a block
        self.last_words: dict[str, list[tuple[int, int]]] | None = None
        self.blocks: list[Block] = []
        self.comments: list[Comment] = []
        self.left = MAX_SIGNS
        self.clear()

    def clear(self) -> None:
        """Forgets what belongs to one block."""
        self.edits: list[tuple[int, int, str]] = []  # from, to, what each character becomes
        self.templates: dict[int, tuple[Part, ...]] = {}
        self.signs: dict[int, tuple[int, ...]] = {}
        self.fault: Notice | None = None

    def run(self, at: int) -> None:
        faults = 0
        while (at := self.skip(_SPACE, at, self.end)) < self.end:
            self.clear()
            if len(self.blocks) + len(self.comments) >= MAX_PIECES or faults >= MAX_FAULTS:
                self.too_much(at, "blocks, comments or mistakes")
            elif self.text.startswith(("#", "//", "/*"), at):
                at = self.comment(at, self.end)
            else:
                before = self.blocks[-1] if self.blocks else None
                if before is not None and "\n" not in self.text[before.span.end : at]:
                    self.complain(at, at + 1, f"`{self.text[at]}` cannot stand here; expected a new line")
                at = self.block(at)
                faults += self.fault is not None
                continue
            if self.fault:  # nothing comes after this
                span = Span(self.file, at, at)
                self.blocks.append(Block(span, "", (), span, at, "", {}, {}, self.fault))
                return

    def skip(self, pattern: re.Pattern[str], at: int, limit: int) -> int:
        """The offset behind what a pattern takes."""
        found = pattern.match(self.text, at, limit)
        return found.end() if found else at

    def block(self, start: int) -> int:
        """Adds the block that begins at `start`; the offset behind it."""
        assigns = _ASSIGNS(self.text, start, self.end) is not None
        comments = len(self.comments)
        end = self.scan(start, assigns)
        if end is None:
            self.mending = True
            self.clear()
            del self.comments[comments:]
            end = self.scan(start, assigns) or self.end
        text = self.prepared(start, end).rstrip()
        found = (_NAME if assigns else _HEAD)(text)
        names = [found.span(1), *(m.span() for m in _LABEL(text, *found.span(2)))] if found else [(0, 0)]
        word, *labels = (self.text[start + a : start + b].strip('"') for a, b in names)
        span = Span(self.file, start, start + len(text))
        for begin, parts in self.templates.items():
            if begin >= start + names[-1][1]:
                continue
            if any(part.kind != TEXT or "\\" in self.text[part.start : part.end] for part in parts):
                self.complain(begin, begin + 1, "a label is a plain text or a name")
        if not assigns and found and "\n" in self.text[start + names[-1][1] : start + found.end()]:
            self.complain(start, start + names[-1][1], "expected `{` on the same line")
        if assigns is not self.assignments or not found:
            wanted = "`name = value`" if self.assignments else 'a block, as in `resource "type" "name" { }`'
            what = f"`{word} =`" if assigns else f"`{self.text[start]}`" if not found else f"a block `{word}`"
            self.complain(start, start + max(names[-1][1], 1), f"{what} cannot stand here; expected {wanted}")
            word = ""
        self.blocks.append(
            Block(
                span,
                word,
                tuple(labels),
                Span(self.file, start, start + names[-1][1]),
                start + (found.end() if found else 0),
                text,
                self.templates,
                self.signs,
                self.fault,
            )
        )
        return end

    def prepared(self, start: int, end: int) -> str:
        """The text between two offsets with its edits."""
        pieces: list[str] = []
        at = start
        for begin, stop, char in self.edits:
            pieces += (self.text[at:begin], char * (stop - begin))
            at = stop
        return "".join((*pieces, self.text[at:end]))

    def complain(self, start: int, end: int, message: str, code: str = "MN911", level: str = "") -> None:
        """Keeps what is wrong with this block, the first thing only."""
        level = level or ("error" if code == "MN911" else "note")
        self.fault = self.fault or Notice(level, code, message, Place(Span(self.file, start, end), "here"))

    def too_much(self, at: int, of: str) -> None:
        self.complain(at, at + 1, f"too many {of}: not read from here on", "MN912", "error")

    def scan(self, start: int, assigns: bool) -> int | None:
        """The offset where the block ends; None if the text ends first and it was not yet looked for the reason."""
        text, at = self.text, start
        stack: list[_Open] = []
        while True:
            self.left -= 1
            if self.left < 0:
                self.too_much(at, "brackets, lines or parts of strings")
                return self.end
            top = stack[-1] if stack else None
            if top is not None and top.parts is not None:
                at = self.template(at, top, top.parts, stack)
                continue
            limit = top.limit if top else self.end
            found = _STOP(text, at, limit)
            if found is None:
                if limit < self.end:  # a heredoc ends inside of an interpolation
                    self.never_closed(stack)
                    while stack[-1].kind != "<<" or stack[-1].limit != limit:
                        stack.pop()
                elif top and not self.mending:
                    return None
                else:
                    self.never_closed(stack)
                    return limit
                at = limit
                continue
            sign, at, after = found[0], found.start(), found.end()
            if sign == "\n":
                done = self.edits[-1][1] if self.edits else start
                if text[at - 1] == "\r" and at > done:  # no blank to python-hcl2 before 8.1.3
                    self.edits.append((at - 1, at, " "))
                if top is None and (assigns or not _BRACE(text, at, limit)):
                    return at
                if top is None or top.kind != "{":
                    self.edits.append((at, after, " "))
                if self.mending and self.begins.match(text, after, limit):
                    self.never_closed(stack)
                    return after
            elif sign == '"':
                simple = _SIMPLE(text, at, limit)
                if simple:
                    after = simple.end()
                else:
                    stack.append(_Open(sign, at, limit, []))
            elif sign in "{([":
                kind = "for" if sign == "{" and _FOR(text, at, limit) else sign
                stack.append(_Open(kind, at, limit))
            elif sign in "})]":
                self.close(sign, at, stack)
                if not stack and not assigns:
                    return after
            elif sign == "<<":
                after = self.heredoc(at, limit, stack)
            elif sign in ("#", "//", "/*"):
                after = self.comment(at, limit)
            elif sign == "\r":
                self.complain(at, after, "a carriage return without a line feed")
                self.edits.append((at, after, " "))
            elif sign in "!-":
                after = self.several_signs(at, limit)
            elif ("a" + sign).isidentifier():
                self.edits.append((at, after, "x"))
            if len(stack) > MAX_OPEN:
                self.complain(at, after, f"nested too deeply: more than {MAX_OPEN} levels", "MN912")
                begins = self.begins.search(text, after, self.end)
                return begins.start() if begins else self.end
            at = after

    def never_closed(self, stack: list[_Open]) -> None:
        if stack:
            last = stack[-1]
            shown = f"`{_SHOWN.get(last.kind, last.kind)}`"
            self.complain(last.start, last.start + len(shown) - 2, f"{shown} is never closed")

    def close(self, sign: str, at: int, stack: list[_Open]) -> None:
        """Closes what a closing bracket closes; if that is not the last one opened, the one before it."""
        fits = [opened for opened in stack[-2:] if _CLOSER.get(opened.kind) == sign]
        if not fits:
            expected = f"; expected `{_CLOSER[stack[-1].kind]}`" if stack else ""
            self.complain(at, at + 1, f"`{sign}` closes nothing{expected}")
            return
        opened = fits[-1]
        if opened is not stack[-1]:
            self.never_closed(stack)
            stack.pop()
        stack.pop()
        if opened.kind in (VALUE, DIRECTIVE):
            if self.text[at - 1] == "~" and at - 1 > opened.start + 2:
                self.edits.append((at - 1, at, " "))
            if opened.kind == DIRECTIVE:
                del self.edits[opened.edits :]
                self.edits.append((opened.start, at + 1, "x"))
            template = stack[-1].parts if stack else None
            if template is not None:
                template.append(Part(opened.kind, opened.start, at + 1))

    def template(self, at: int, opened: _Open, parts: list[Part], stack: list[_Open]) -> int:
        """Goes on in a template, to its end or into its next interpolation."""
        text, quoted = self.text, opened.kind == '"'
        begin, at = at, self.skip(_QUOTED if quoted else _FLOWING, at, opened.limit)
        if at > begin:
            parts.append(Part(TEXT, begin, at))
            self.edits.append((begin, at, "x"))
        if at < opened.limit and text[at] in "$%":
            stack.append(_Open(text[at : at + 2], at, opened.limit, edits=len(self.edits)))
            if text[at + 2 : at + 3] != "~":
                return at + 2
            self.edits.append((at + 2, at + 3, " "))
            return at + 3
        if not quoted:
            self.edits += ((at, opened.close - 1, "x"), (opened.close - 1, opened.close, '"'))
            at = opened.close
        elif at < opened.limit and text[at] == '"':
            at += 1
        else:
            self.complain(opened.start, at, 'this string is not closed; expected `"` on the same line')
        self.templates[opened.start] = tuple(parts)
        stack.pop()
        return at

    def heredoc(self, at: int, limit: int, stack: list[_Open]) -> int:
        """Opens a heredoc; the offset of its first line. What only looks like one is passed over."""
        found = _HEREDOC.match(self.text, at, limit)
        if found is None:
            return at + 2
        if self.last_words is None:  # where each word stands alone on a line, once for the whole text
            self.last_words = {}
            for m in _LONE_WORD.finditer(self.text, found.end(), self.end):
                self.last_words.setdefault(m[1], []).append((m.start(), m.end(1)))
        lines = self.last_words.get(found[1], [])
        number = bisect_left(lines, (found.end(), 0))
        if number == len(lines) or lines[number][1] > limit:
            self.complain(at, found.end(1), f"this heredoc is not closed; expected a line `{found[1]}`")
            return found.end(1)
        last_line, close = lines[number]
        self.edits += ((at, at + 1, '"'), (at + 1, found.end(), "x"))
        stack.append(_Open("<<", at, last_line, [], close))
        return found.end()

    def comment(self, at: int, limit: int) -> int:
        """Keeps a comment; the offset behind it."""
        if self.text[at : at + 2] == "/*":
            end = self.text.find("*/", at + 2, limit) + 2
            if end == 1:
                end = limit
                self.complain(at, at + 2, "this comment is not closed; expected `*/`")
        else:
            end = self.text.find("\n", at, limit)
            end = limit if end < 0 else end
            end -= self.text[end - 1] == "\r"
        self.comments.append(Comment(Span(self.file, at, end), self.text[at:end]))
        self.edits.append((at, end, " "))
        return end

    def several_signs(self, at: int, limit: int) -> int:
        """Notes `!!` and the like, where python-hcl2 takes one sign only; the offset behind the signs."""
        text = self.text
        found = _SIGNS.match(text, at, limit)
        end = found.end() if found else at + 1
        before = text[max(at - 64, 0) : at].rpartition("\n")[2]
        if before and (before[-1].isalnum() or before[-1] in "_-"):  # a name with dashes
            return end
        signs = [n for n in range(at, end) if text[n] in "!-"]
        if text[at] == "-" and before.strip()[-1:] not in tuple(_BEFORE_A_SIGN):
            del signs[0]  # a subtraction
        if len(signs) > 1:
            self.signs[signs[-1]] = tuple(signs[:-1])
            self.edits += ((n, n + 1, " ") for n in signs[:-1])
        return end
