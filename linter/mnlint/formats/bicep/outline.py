"""Which statements a Bicep file has and where, told without a parser where its text is plain: nothing is wrong in them.

A text that is not plain may be good all the same. Of one that is plain the parser has nothing to tell, so that nobody
has to parse a statement that nobody asks for. Each token becomes one letter. Then a bracket with nothing but plain text
in it becomes a letter, from the inside out, until what is left of a statement is a word of a small grammar. Most
statements are alike when they are spelled so, and each is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate

from mnlint.formats.bicep.tokens import MAX_TOKENS
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Comment, Source, Span
from mnlint.model.typing import Final, TypeVar

T = TypeVar("T")
Part = tuple[int, int]  # of a text: from here to there

DEEPEST: Final = 14  # brackets inside each other: with the most that stands at each level, far from the parser's limit
DEEPEST_IN_TEXT: Final = 4
_DIGITS: Final = 19
MOST: Final = 500_000  # characters of a file: of a larger one the parser reads no more than its limit
# What is remembered: statements and brackets, as spelled by letters, and tokens; of each, those that are no longer.
_KNOWN, _LONG = 5_000, 2_000
_WORDS, _LONG_WORD = 10_000, 60

# Every alternative begins with characters of its own and is possessive; what is none of them is one character, and
# makes the text around it no plain one. Lines are taken with the comments at their ends and between them.
_TOKEN: Final = pattern(
    r"""(?:
      [A-Za-z_][A-Za-z0-9_]*+
    | (?: //[^\r\n]*+ | [\r\n][ \t\r\n]*+ (?: //[^\r\n]*+ | /\*(?:[^*]++|\*(?!/))*+\*/ [ \t]*+
        | \#(?:disable-next-line|disable-diagnostics|restore-diagnostics)[ \t]++[^\s/](?:[^\r\n/]|/(?![/*]))*+ )?+ )++
    | '''(?:[^']++|'{1,2}+(?!'))*+'{3,}+
    | '(?!'')(?: [^'\\$\r\n]++ | \\[^\r\n] | \$(?!\{)
        | \$\{(?: [^'{}\r\n]++ | '(?:[^'\\$\r\n]++|\\[^\r\n]|\$(?!\{))*+' )*+\} )*+'
    | [0-9]++
    | \?\? | :: | =[=~>] | ![=~] | [<>]= | && | \|\| | \.\.\.
    | .
    )[ \t]*+""",
    re.VERBOSE | re.DOTALL,
)
_HOLE: Final = pattern(r"\$\{((?:[^'{}]++|'(?:[^'\\]++|\\.)*+')*+)\}")
_ESCAPES: Final = pattern(r"(?:[^\\]++|\\[nrt\\'$])*+")
_REMARK: Final = pattern(r"//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/|\#(?:[^\r\n/]|/(?![/*]))*+")

# ── letters ──
# w: a word, f: for, I: in, F: if, j: as, m: from, 0: a number or true, false, null, s: a text, i: a text with holes,
# n: the end of a line (N: before one that is not indented; c, C: with a comment), o: an operator, a: =>, d: ..., q: ::,
# X: anything else; other signs are themselves. Of brackets:
# A: (one expression), G: one that is a type, too, P: (a type), l: (a word), M: two words, L: more, U: none, B: others;
# R: [one expression], S: an array, V: a loop of objects, T: [?...], Z: [], Y: [*];
# O: an object, K: an object of types, D: both, H: names to import.
_LETTERS: Final = {
    **dict.fromkeys(("==", "=~", "!~", "!=", "<=", ">=", "&&", "||", "??", "+", "%"), "o"),
    **{sign: sign for sign in "()[]{},:.?!-=|@<>*/"},
    "=>": "a",
    "...": "d",
    "::": "q",
    "for": "f",
    "in": "I",
    "if": "F",
    "as": "j",
    "from": "m",
    "true": "0",
    "false": "0",
    "null": "0",
}
_PLAIN_LINES: Final = str.maketrans("cC", "nN")
_GIVEN: Final = "[AGlBMLU]"
_STEP: Final = rf"(?:\.\??w{_GIVEN}?+|qw{_GIVEN}?+|[RT]|!)"
_OPERAND: Final = rf"[!-]?+(?:w{_GIVEN}?+|[0siAGlRSVZOD]){_STEP}*+"
_SUM: Final = rf"{_OPERAND}(?:[o*/<>-]{_OPERAND})*+"
_EXPR: Final = rf"(?:[wlMLU]a){{0,3}}{_SUM}(?:n?\?{_SUM}n?:{_SUM})*+"
_NAMED: Final = r"w(?:<s>)?+"
_MEMBER: Final = rf"[!-]?+(?:{_NAMED}|[0sGPlKD])(?:[ZY?!]|\.(?:{_NAMED}|\*))*+"
_TYPE: Final = rf"(?:n?\|)?{_MEMBER}(?:n?\|{_MEMBER})*+"
_DECORATORS: Final = rf"(?:@w(?:\.w)?+{_GIVEN}n)*+"
_DECORATION: Final = pattern(_DECORATORS)
_BODY: Final = r"(?:(?:F[AGl])?[OD]|V)"
_WITH_OBJECTS: Final = ("module", "resource")


def _several(one: str) -> str:
    """Members on lines of their own or between commas."""
    return rf"n?(?:{one}(?:[,n]{one})*+[,n]?)?"


_ARGUMENTS: Final = pattern(rf"n?(?:{_EXPR}(?:,n?{_EXPR})*+n?)?")
_ONE: Final = pattern(_EXPR)
_ONE_TYPE: Final = pattern(rf"n?{_TYPE}n?")
_SAFE: Final = pattern(rf"\?{_EXPR}")
_ARRAY: Final = pattern(_several(rf"d?{_EXPR}"))
_LOOP: Final = pattern(rf"n?f(?:w|M)I{_EXPR}:(?:(?P<object>(?:F[AGl])?[OD])|(?:F[AGl])?{_EXPR})n?")
_OBJECT: Final = pattern(_several(rf"(?:[wfIFjmsi]:{_EXPR}|d{_EXPR})"))
_TYPES: Final = pattern(_several(rf"{_DECORATORS}[wfIFjms*]:{_TYPE}"))
_NAMES: Final = pattern(_several("w(?:jw)?"))
_INNER: Final = pattern(r"\([^()\[\]{}]*+\)|\[[^()\[\]{}]*+\]|\{[^()\[\]{}]*+\}")
_REMARKED: Final = pattern("[cC]")
_BEGINS: Final = pattern(r"(?:^|N)(?=[@w])")
_STATEMENTS: Final = {
    "param": pattern(rf"{_DECORATORS}ww{_TYPE}(?:={_EXPR})?"),
    "var": pattern(rf"{_DECORATORS}ww={_EXPR}"),
    "output": pattern(rf"{_DECORATORS}ww{_TYPE}={_EXPR}"),
    "type": pattern(rf"{_DECORATORS}ww={_TYPE}"),
    "metadata": pattern(rf"{_DECORATORS}ww={_EXPR}"),
    "resource": pattern(rf"{_DECORATORS}wwsw?={_BODY}"),
    "import": pattern(rf"{_DECORATORS}w(?:H|\*jw)ms"),
    "targetScope": pattern("w=s"),
    "module": pattern(rf"{_DECORATORS}wws={_BODY}"),
}


def _remembered(answer: Callable[[str], T]) -> Callable[[str], T]:
    """The same, asked once for each text that is not long."""
    known = lru_cache(_KNOWN)(answer)
    return lambda text: known(text) if len(text) <= _LONG else answer(text)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement from its first token, or decorator, to its last: its keyword, and the tokens from that on.

    `plain` says that nothing is wrong in it. `head` are the places of the keyword and of up to four tokens behind it,
    `until` is where the last token ends before the `=`, or before the end of the statement. Of what is declared in a
    loop or under a condition, `loop` is what stands before the condition or the object, `condition` what stands there.
    """

    keyword: str
    start: int
    end: int
    plain: bool
    head: tuple[tuple[int, int], ...]
    until: int
    loop: Part | None = None
    condition: Part | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands in a file: its statements and its comments."""

    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]


def outline_of(source: Source) -> Outline | None:
    """The statements of a file; None if it is not even clear where they begin."""
    text = source.text
    if len(text) > MOST:
        return None
    words = _TOKEN.findall(text)
    if len(words) + text.count("${") * 10 >= MAX_TOKENS:
        return None
    letters = "".join(map(_SPELLED.__getitem__, words))
    if "X" in letters or "/*" in letters:  # a comment between other words
        return None
    starts = [0, *accumulate(map(len, words))]
    comments = [
        Comment(Span(source.file, start, start + len(said)), said)
        for line in _REMARKED.finditer(letters)
        for found in _REMARK.finditer(text, starts[line.start()], starts[line.end()])
        for start, said in ((found.start(), found[0].rstrip() if found[0][0] == "#" else found[0]),)
    ]
    letters = letters.translate(_PLAIN_LINES)
    begins = [found.end() for found in _BEGINS.finditer(letters)]
    first = len(letters) - len(letters.lstrip("nN"))
    if (begins[0] if begins else len(letters)) != first:
        return None
    made: list[Statement] = []
    decorated: int | None = None
    for at, end in zip(begins, [*begins[1:], len(letters)], strict=False):
        begin = at if decorated is None else decorated
        if letters[at] == "@":
            if not _is_decoration(letters[at:end]):
                return None
            decorated = begin
            continue
        decorated = None
        made.append(_statement(words, starts, letters, begin, at, end))
    return Outline(tuple(made), tuple(comments)) if decorated is None else None


def _statement(words: Sequence[str], starts: Sequence[int], letters: str, begin: int, at: int, end: int) -> Statement:
    """The statement of the tokens from `begin`, or behind its decorators from `at`, to the lines before `end`."""
    while letters[end - 1] in "nN":
        end -= 1

    def place(number: int) -> Part:
        return starts[number], starts[number] + len(words[number].rstrip(" \t"))

    keyword = words[at].rstrip()
    plain = keyword in _STATEMENTS and _STATEMENTS[keyword].fullmatch(_whole(letters[begin:end])) is not None
    assigned = letters.find("=", at, end)
    head = tuple([place(number) for number in range(at, min(at + 4, end))])
    until = place((assigned if assigned > at else end) - 1)[1]
    loop = condition = None
    if plain and keyword in _WITH_OBJECTS and letters[assigned + 1] != "{":
        tests, opens = _test_and_object(letters, assigned + 1)
        if tests < opens:
            condition = starts[tests], place(opens - 1)[1]
        if letters[assigned + 1] == "[":
            loop = starts[assigned + 1], place(tests - 1)[1]
    return Statement(keyword, starts[begin], place(end - 1)[1], plain, head, until, loop, condition)


def _test_and_object(letters: str, at: int) -> tuple[int, int]:
    """Where the condition and the object of a loop, or of a condition alone, begin in a statement that is plain; both
    are the object if there is no condition."""
    if letters[at] == "[":
        depth = conditions = 0  # those of `a ? b : c`, whose `:` is not the loop's
        while letters[at] != ":" or depth > 1 or conditions:
            depth += (letters[at] in "([{") - (letters[at] in ")]}")
            if depth == 1 and letters[at] in "?:":
                conditions += -1 if letters[at] == ":" else letters[at - 1] != "."
            at += 1
        at += 1
    if letters[at] != "F":
        return at, at
    opens, depth = at + 2, 1
    while depth:
        depth += (letters[opens] in "([{") - (letters[opens] in ")]}")
        opens += 1
    return at, opens


# ── how a token is spelled ──


class _Spelled(dict[str, str]):
    """The letters of tokens, each found once as long as there are not too many of them."""

    def __missing__(self, word: str) -> str:
        letter = _letter(word)
        if len(word) <= _LONG_WORD:
            if len(self) >= _WORDS:
                self.clear()
            self[word] = letter
        return letter


_SPELLED: Final = _Spelled()


def _letter(word: str) -> str:
    written = word.rstrip(" \t")
    known = _LETTERS.get(written)
    if known is not None:
        return known
    first = word[0]
    if first in "\r\n" or written.startswith("//"):
        remarked = not word.isspace()
        return ("C" if remarked else "N") if word[-1] in "\r\n" else "c" if remarked else "n"
    if first.isascii() and (first.isalpha() or first == "_"):
        return "w"
    if first.isdecimal() and first.isascii():
        return "0" if len(written) <= _DIGITS else "X"
    return _letter_of_text(written) if first == "'" and len(written) > 1 else "X"


def _letter_of_text(written: str) -> str:
    if written.startswith("'''"):
        return "s"
    holes = _HOLE.findall(written) if "${" in written else []
    rest = _HOLE.sub("", written) if holes else written
    if _ESCAPES.fullmatch(rest) is None or not all(map(_is_plain_hole, holes)):
        return "X"
    return "i" if holes else "s"


@_remembered
def _is_plain_hole(written: str) -> bool:
    letters = "".join(map(_letter, _TOKEN.findall(written.lstrip(" \t"))))
    whole = _without_brackets(letters, DEEPEST_IN_TEXT)
    return "n" not in letters and "N" not in letters and _ONE.fullmatch(whole) is not None


# ── what is plain ──


@_remembered
def _whole(letters: str) -> str:
    """A statement with a letter for each bracket."""
    return _without_brackets(letters.replace("N", "n"), DEEPEST)


@_remembered
def _is_decoration(letters: str) -> bool:
    """Whether decorators are all that there is: a keyword may be indented."""
    whole = _without_brackets(letters.replace("N", "n").rstrip("n") + "n", DEEPEST)
    return _DECORATION.fullmatch(whole) is not None


def _without_brackets(letters: str, deepest: int) -> str:
    """The same with a letter for each bracket, but for those that are too deep."""
    for _ in range(deepest):
        made = _INNER.sub(_bracket, letters)
        if made == letters:
            break
        letters = made
    return letters


def _bracket(found: re.Match[str]) -> str:
    return _letter_of_bracket(found[0])


@_remembered
def _letter_of_bracket(letters: str) -> str:
    inside = letters[1:-1]
    if letters[0] == "(":
        return _letter_of_round(inside)
    if letters[0] == "{":
        of_values, of_types = _OBJECT.fullmatch(inside), _TYPES.fullmatch(inside)
        if of_values or of_types:
            return "D" if of_values and of_types else "O" if of_values else "K"
        return "H" if _NAMES.fullmatch(inside) else "X"
    if inside in ("", "*"):
        return "Y" if inside else "Z"
    if _ONE.fullmatch(inside):
        return "R"
    loop = _LOOP.fullmatch(inside)
    if loop is not None:
        return "V" if loop["object"] else "S"
    return "T" if _SAFE.fullmatch(inside) else "S" if _ARRAY.fullmatch(inside) else "X"


def _letter_of_round(inside: str) -> str:
    if not inside.strip("w,"):
        names = inside.split(",") if inside else []
        if all(name == "w" for name in names):
            return ("U", "l", "M")[len(names)] if len(names) < 3 else "L"
    of_types = _ONE_TYPE.fullmatch(inside)
    if _ONE.fullmatch(inside):
        return "G" if of_types else "A"
    return "P" if of_types else "B" if _ARGUMENTS.fullmatch(inside) else "X"
