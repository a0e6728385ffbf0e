"""What Bicep text is made of: its tokens, the comments between them, and which characters are neither."""

from __future__ import annotations

import re

from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Final

# Kinds of tokens. A sign (`{`, `==`, `...`) is a kind of its own.
WORD: Final = "word"
NUMBER: Final = "number"
STRING: Final = "string"  # '...' without a hole
MULTI: Final = "multi"  # '''...''' without a hole, with any number of $ in front
LEFT: Final = "left"  # '...${
MIDDLE: Final = "middle"  # }...${
RIGHT: Final = "right"  # }...'
LINE: Final = "line"  # the end of a line, and empty lines after it
END: Final = "end"  # of the file
BAD: Final = "bad"

MAX_TOKENS: Final = 100_000  # and comments of a file; real ones reach 15,000

CLOSER: Final = {"(": ")", "[": "]", "{": "}", LEFT: RIGHT}
OPENER: Final = {closer: opener for opener, closer in CLOSER.items()}

# Every alternative begins with characters of its own and is possessive, and the last one takes whatever is left:
# no text is looked at more than twice, however odd. Blanks after a token belong to its match, not to the token.
_TOKEN: Final = pattern(
    r"""(?:
      (?P<word>    [A-Za-z_][A-Za-z0-9_]*+ )
    | (?P<line>    [\r\n][ \t\r\n]*+ )
    | (?P<number>  [0-9]++ )
    | (?P<quotes>  \$*+'''  )
    | '[^'\\$\r\n]*+ (?: (?: \\[^\r\n] | \$(?!\{) ) [^'\\$\r\n]*+ )*+
      (?: (?P<string> ' ) | (?P<left> \$\{ ) | (?P<torn> [^\r\n]*+ ) )
    | (?P<comment> //[^\r\n]*+ )
    | (?P<block>   /\* )
    | (?P<sign>    \?\? | :: | =[=~>] | ![=~] | [<>]= | && | \|\| | \.\.\. | [{}()\[\]@,.?:+\-%*/^!<>=|] )
    | (?P<pragma>  \#(?:disable-next-line|disable-diagnostics|restore-diagnostics)(?![\w-])
                   (?: [^\r\n/] | /(?![/*]) )*+ )
    | (?P<bad>     [^A-Za-z0-9_ \t\r\n'{}()\[\]@,.?:+\-%*/^!<>=|&]++ | . )
    )[ \t]*+""",
    re.VERBOSE | re.DOTALL,
)
_REST: Final = pattern(
    r"""[^'\\$\r\n]*+ (?: (?: \\[^\r\n] | \$(?!\{) ) [^'\\$\r\n]*+ )*+
      (?: (?P<right> ' ) | (?P<middle> \$\{ ) | (?P<torn> [^\r\n]*+ ) )""",
    re.VERBOSE,
)
_MULTI_MARK: Final = pattern(r"'{3,}+|\$++\{?")
_BLANK: Final = pattern(r"[ \t]*+")

_TORN: Final = "this string is not closed: expected ' on the same line"
_TORN_MULTI: Final = "this multi-line string is not closed: expected '''"
_NO_CODES: Final = "expected the code of a diagnostic"
_TORN_BLOCK: Final = "this comment is not closed: expected */"
_TOO_MANY: Final = f"too large: the rest, after {MAX_TOKENS} words and signs, is not read"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a file as parallel lists, ending in one END: `kinds`, and the `starts` and `ends` of their texts.

    A run of line ends is one LINE of no width. `faults` says of a BAD token, by its number, what is wrong and where
    the characters to mark end, `odd` what is wrong, from where to where, without costing a token.
    """

    kinds: list[str]
    starts: list[int]
    ends: list[int]
    comments: tuple[Comment, ...]
    faults: dict[int, tuple[str, int]]
    odd: list[tuple[str, int, int]]
    whole: bool = True  # else the last one before END stands for all that was too much


def tokens(source: Source, part: tuple[int, int] | None = None) -> Tokens:
    """Cuts a file, or a part of it, into tokens. Never fails: what is no token is BAD, with its fault."""
    text = source.text
    begin, size = part or (0, len(text))
    kinds: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    comments: list[Comment] = []
    faults: dict[int, tuple[str, int]] = {}
    odd: list[tuple[str, int, int]] = []
    holes: list[list[int]] = []  # for each ${ that is open: the $ its string begins with, and the { open in it

    def add(kind: str, start: int, end: int) -> None:
        kinds.append(kind)
        starts.append(start)
        ends.append(end)

    def fail(message: str, start: int, marked: int, end: int) -> None:
        faults[len(kinds)] = (message, marked)
        add(BAD, start, end)

    def comment(start: int, end: int) -> None:
        comments.append(Comment(Span(source.file, start, end), text[start:end]))

    begin += text.startswith("\ufeff", begin)
    at = fresh = _skip_blanks(text, begin)  # `fresh`: the first character of a line
    may_be_many = size - at >= MAX_TOKENS
    while at < size:
        # Most tokens come from one scan. What ends elsewhere than the pattern says begins a new one, at `at`.
        for found in _TOKEN.finditer(text, at, size):
            kind = found.lastgroup or BAD
            start, end = found.span(kind)
            if may_be_many and len(kinds) + len(comments) >= MAX_TOKENS:
                fail(_TOO_MANY, found.start(), found.start() + 1, size)
                add(END, size, size)
                return Tokens(kinds, starts, ends, tuple(comments), faults, odd, whole=False)
            if kind == WORD:  # as most of them
                pass
            elif kind == "sign":
                kind = text[start:end]
                if holes and kind == "{":
                    holes[-1][1] += 1
                elif holes and kind == "}" and holes[-1][1]:
                    holes[-1][1] -= 1
                elif holes and kind == "}":
                    dollars = holes[-1][0]
                    kind, at = _rest(text, end) if not dollars else _multi_rest(text, end, dollars)
                    if kind == BAD:
                        fail(_TORN_MULTI if dollars else _TORN, start, end if dollars else at, at)
                    else:
                        add(kind, start, at)
                    if kind != MIDDLE:
                        holes.pop()
                    break
            elif kind == LINE:
                if holes:
                    fail(_TORN, start, start, start)
                    holes.clear()
                fresh = found.end()
                if kinds and kinds[-1] == LINE:
                    continue
                end = start
            elif kind == STRING:
                start = found.start()
            elif kind == LEFT:
                start = found.start()
                holes.append([0, 0])
            elif kind == "comment":
                comment(start, end)
                continue
            elif kind == "block":
                at = text.find("*/", end) + 2
                if at > 1:
                    comment(start, at)
                else:
                    at = size
                    fail(_TORN_BLOCK, start, end, at)
                break
            elif kind == "quotes":
                dollars = end - start - 3
                kind, at = _multi_rest(text, end, dollars)
                if kind == BAD:
                    fail(_TORN_MULTI, start, end, at)
                else:
                    add(MULTI if kind == RIGHT else LEFT, start, at)
                if kind == MIDDLE:
                    holes.append([dollars, 0])
                break
            elif kind == "pragma" and start == fresh:
                end = start + len(text[start:end].rstrip())
                comment(start, end)
                if " " not in text[start:end] and "\t" not in text[start:end]:
                    odd.append((_NO_CODES, end, end))
                continue
            elif kind == "torn":
                fail(_TORN, found.start(), end, end)
                continue
            elif kind in (BAD, "pragma"):
                fail(_stray(text[start]), start, start + 1, end)
                continue
            kinds.append(kind)
            starts.append(start)
            ends.append(end)
        else:
            break
        at = _skip_blanks(text, at)
    if holes:
        fail(_TORN, size, size, size)
    add(END, size, size)
    return Tokens(kinds, starts, ends, tuple(comments), faults, odd)


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at) if text.startswith((" ", "\t"), at) else None
    return found.end() if found else at


def _rest(text: str, at: int) -> tuple[str, int]:
    """The kind of what goes on at `at`, behind a hole of a string on one line, and where it ends."""
    found = _REST.match(text, at)
    if found is None or found.lastgroup == "torn":
        return BAD, found.end() if found else at
    return found.lastgroup or BAD, found.end()


def _multi_rest(text: str, at: int, dollars: int) -> tuple[str, int]:
    """The kind of what goes on at `at`, in a multi-line string with so many `$` in front, and where it ends."""
    for mark in _MULTI_MARK.finditer(text, at):
        start, end = mark.span()
        if text[start] == "'":
            return RIGHT, end
        if dollars and text[end - 1] == "{" and end - start > dollars:
            return MIDDLE, end
    return BAD, len(text)


def _stray(character: str) -> str:
    if character == '"':
        return 'unexpected ": strings stand between single quotes'
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return f"unexpected {shown}"


class Brackets:
    """The brackets that are open where tokens are skipped: those that `closers` were to close, and what is met."""

    def __init__(self, closers: list[str]) -> None:
        self.open = [OPENER[closer] for closer in closers if closer in OPENER]
        self._count = {opener: self.open.count(opener) for opener in CLOSER}

    def pass_over(self, kind: str) -> bool:
        """Counts a token in; False if it closes what was open before. A bracket closes those opened after its own."""
        if kind in CLOSER:
            self.open.append(kind)
            self._count[kind] += 1
            return True
        opener = LEFT if kind == MIDDLE else OPENER.get(kind)
        if opener is None:
            return True
        if not self._count[opener]:
            return False
        while self.open[-1] != opener:
            self._count[self.open.pop()] -= 1
        if kind != MIDDLE:
            self._count[self.open.pop()] -= 1
        return True
