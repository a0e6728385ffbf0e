"""Regular expressions as RE2 has them, in time that grows with text times pattern, whatever both are.

Only what is surely read as RE2 reads it is read; for all else PatternError, which is a doubt and no failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass, field
from mnlint.resolve.typed.scalars import FailsError

MAX_STEPS: Final = 400_000  # characters of a text times instructions of a pattern
STEPS: Final = 8  # as many cost as much as one evaluation
MAX_PATTERN: Final = 1_000
MAX_PROGRAM: Final = 4_000
MAX_NESTING: Final = 30
MAX_MADE: Final = 200_000

_DIGIT: Final = ((48, 57),)
_SPACE: Final = ((9, 10), (12, 13), (32, 32))
_WORD: Final = ((48, 57), (65, 90), (95, 95), (97, 122))
_LAST: Final = 0x10FFFF
_NAMED: Final = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "blank": ((9, 9), (32, 32)),
    "digit": _DIGIT,
    "lower": ((97, 122),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "a": "\a"}
_COUNT = pattern(r"\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}")
_GROUP = pattern(r"\(\?(?:P?<(\w+)>|([ims]*)(:|\)))", re.ASCII)
_REFERENCE = pattern(r"\$(?:(\$)|([0-9A-Za-z_]+)|\{([0-9A-Za-z_]+)\})")

Ranges = tuple[tuple[int, int], ...]


class PatternError(ValueError):
    """A pattern, or a text for it, that is not matched here."""


class Step(NamedTuple):
    """One instruction: `set` takes a character, `split` goes on at `to`, then at `other`; `save`, `at`, `done`."""

    kind: str
    to: int = 0
    other: int = 0
    ranges: Ranges = ()


@dataclass(slots=True)
class Program:
    """A pattern as instructions, with the names of its groups (empty for one without)."""

    steps: list[Step] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    folds: bool = False


class Match(NamedTuple):
    """Where a pattern fits: the whole, and each group or None."""

    start: int
    end: int
    groups: tuple[str | None, ...]


@lru_cache(maxsize=64)
def compiled(pattern: str) -> Program:
    """A pattern as a program. Raises PatternError where it is not surely read as RE2 would."""
    if len(pattern) > MAX_PATTERN or not pattern.isascii():
        raise PatternError("a long or an odd pattern")
    reader = _Reader(pattern)
    tree = reader.alternatives(0)
    if reader.at < len(pattern):
        raise PatternError("a bracket that closes nothing")
    writer = _Writer()
    writer.write(tree)
    writer.put(Step("done"))
    return Program(writer.steps, reader.groups, reader.folds)


def matches(pattern: str, text: str) -> Iterator[Match]:
    """Where a pattern fits in a text, from left to right without overlaps."""
    program = compiled(pattern)
    if program.folds and not text.isascii():
        raise PatternError("the case of these characters")
    budget = [MAX_STEPS]
    at = 0
    before = -1  # the end of the match before: nothing empty stands there
    while at <= len(text):
        found = _search(program, text, at, budget)
        if found is None:
            return
        if found.end == found.start == before:
            at += 1
            continue
        yield found
        before = found.end
        at = found.end + 1 if found.end == found.start else found.end


def captured(pattern: str, found: Match) -> object:
    """What regex() gives: the text, a list of groups, or an object of named ones."""
    groups = compiled(pattern).groups
    if any(groups):
        if not all(groups):
            raise FailsError
        return dict(zip(groups, found.groups[1:], strict=True))
    return list(found.groups[1:]) if groups else found.groups[0]


def substituted(pattern: str, text: str, put: str) -> str:
    """replace() with a pattern: `$1`, `$name` and `${name}` are groups."""
    names = compiled(pattern).groups
    made, at, size = [], 0, 0
    for found in matches(pattern, text):
        groups = found.groups

        def group(reference: re.Match[str], groups: tuple[str | None, ...] = groups) -> str:
            if reference[1]:
                return "$"
            name = reference[2] or reference[3]
            number = int(name) if name.isdecimal() and len(name) < 4 else names.index(name) + 1 if name in names else -1
            return (groups[number] or "") if 0 <= number < len(groups) else ""

        new = _REFERENCE.sub(group, put)
        made += [text[at : found.start], new]
        size += len(new)
        if size > MAX_MADE:
            raise PatternError("too large")
        at = found.end
    return "".join([*made, text[at:]])


def _search(program: Program, text: str, start: int, budget: list[int]) -> Match | None:
    """The first match from an offset on, of those there the one that RE2 prefers."""
    for at in range(start, len(text) + 1):
        found = _match(program, text, at, budget)
        if found is not None:
            return found
    return None


def _match(program: Program, text: str, start: int, budget: list[int]) -> Match | None:
    """A match at an offset: goes back, but never looks at one instruction at one place twice."""
    steps = program.steps
    seen: set[tuple[int, int]] = set()
    saved: list[int] = [-1] * (2 * len(program.groups))
    todo: list[tuple[int, int, int]] = [(0, start, -1)]  # instruction, offset; or a group's border to put back
    while todo:
        at, where, restored = todo.pop()
        if restored >= 0:
            saved[restored] = where
            continue
        while True:
            if (at, where) in seen:
                break
            seen.add((at, where))
            budget[0] -= 1
            if budget[0] < 0:
                raise PatternError("too long for this pattern")
            step = steps[at]
            if step.kind == "set":
                if where >= len(text) or not _inside(ord(text[where]), step.ranges):
                    break
                where += 1
                at += 1
            elif step.kind == "split":
                todo.append((step.other, where, -1))
                at = step.to
            elif step.kind == "jump":
                at = step.to
            elif step.kind == "save":
                todo.append((0, saved[step.to], step.to))
                saved[step.to] = where
                at += 1
            elif step.kind == "at":
                if not _holds(step.to, text, where):
                    break
                at += 1
            else:
                pairs = zip(saved[::2], saved[1::2], strict=True)
                groups = [text[a:b] if a >= 0 and b >= 0 else None for a, b in pairs]
                return Match(start, where, (text[start:where], *groups))
    return None


def _inside(code: int, ranges: Ranges) -> bool:
    return any(low <= code <= high for low, high in ranges)


_BEGIN, _END, _LINE_BEGIN, _LINE_END, _BORDER, _NO_BORDER = range(6)


def _holds(kind: int, text: str, where: int) -> bool:
    if kind in (_BORDER, _NO_BORDER):
        before = where > 0 and _inside(ord(text[where - 1]), _WORD)
        after = where < len(text) and _inside(ord(text[where]), _WORD)
        return (before is not after) is (kind == _BORDER)
    if kind in (_BEGIN, _LINE_BEGIN):
        return where == 0 or (kind == _LINE_BEGIN and text[where - 1] == "\n")
    return where == len(text) or (kind == _LINE_END and text[where] == "\n")


# ── reading: a tree of tuples ──

Tree = tuple[
    object, ...
]  # ("set", ranges) ("at", kind) ("all", trees) ("any", trees) ("group", n, tree) ("times", ...)


class _Reader:
    """A recursive descent over a pattern, with the flags that hold where it stands."""

    __slots__ = ("at", "flags", "folds", "groups", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0
        self.flags: frozenset[str] = frozenset()
        self.groups: list[str] = []
        self.folds = False

    def alternatives(self, depth: int) -> Tree:
        if depth > MAX_NESTING:
            raise PatternError("nested too deeply")
        options = [self.sequence(depth)]
        while self.pattern.startswith("|", self.at):
            self.at += 1
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else ("any", options)

    def sequence(self, depth: int) -> Tree:
        made: list[Tree] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            atom = self.atom(depth)
            if atom is not None:
                made.append(self.repeated(atom))
        return ("all", made)

    def repeated(self, atom: Tree) -> Tree:
        sign = self.pattern[self.at : self.at + 1]
        found = _COUNT.match(self.pattern, self.at)
        if sign and sign in "*+?":
            self.at += 1
            least, most = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}[sign]
        elif found:
            self.at = found.end()
            least = int(found[1])
            most = int(found[3]) if found[3] else -1 if found[2] else least
            if max(least, most) > 1000 or (most >= 0 and most < least):
                raise PatternError("so many times")
        elif sign == "{":
            raise PatternError("a brace that may be itself")
        else:
            return atom
        if atom[0] == "at":
            raise PatternError("a place several times")
        lazy = self.pattern.startswith("?", self.at)
        self.at += lazy
        if self.pattern[self.at : self.at + 1] in ("*", "+", "?", "{"):
            raise PatternError("several counts")
        return ("times", atom, least, most, lazy)

    def atom(self, depth: int) -> Tree | None:
        char = self.pattern[self.at]
        if char == "(":
            return self.group(depth)
        self.at += 1
        if char == "[":
            return ("set", self.folded(self.members()))
        if char == ".":
            return ("set", ((0, _LAST),) if "s" in self.flags else ((0, 9), (11, _LAST)))
        if char == "^":
            return ("at", _LINE_BEGIN if "m" in self.flags else _BEGIN)
        if char == "$":
            return ("at", _LINE_END if "m" in self.flags else _END)
        if char in "*+?{":
            raise PatternError("a count of nothing")
        if char != "\\":
            return ("set", self.folded(((ord(char), ord(char)),)))
        place = {"A": _BEGIN, "z": _END, "b": _BORDER, "B": _NO_BORDER}.get(self.pattern[self.at : self.at + 1])
        if place is not None:
            self.at += 1
            return ("at", place)
        return ("set", self.folded(self.escaped()))

    def group(self, depth: int) -> Tree | None:
        outer = self.flags
        number = 0
        if self.pattern.startswith("(?", self.at):
            found = _GROUP.match(self.pattern, self.at)
            if found is None:
                raise PatternError("a group that RE2 may not have")
            self.at = found.end()
            if found[1]:
                if found[1] in self.groups:
                    raise PatternError("a name twice")
                self.groups.append(found[1])
                number = len(self.groups)
            else:
                self.flags |= frozenset(found[2])
                self.folds = self.folds or "i" in self.flags
                if found[3] == ")":  # from here to the end of the group around
                    return None
        else:
            self.at += 1
            self.groups.append("")
            number = len(self.groups)
        inner = self.alternatives(depth + 1)
        if not self.pattern.startswith(")", self.at):
            raise PatternError("a group that is not closed")
        self.at += 1
        self.flags = outer
        return ("group", number, inner) if number else inner

    def escaped(self) -> Ranges:
        """What a backslash and the characters behind it stand for."""
        char = self.pattern[self.at : self.at + 1]
        self.at += 1
        kind = {"d": _DIGIT, "s": _SPACE, "w": _WORD}.get(char.lower()) if char else None
        if kind is not None:
            return kind if char.islower() else _others(kind)
        char = _ESCAPED.get(char, char)
        if not char or char.isalnum():
            raise PatternError("an escape that is not read here")
        return ((ord(char), ord(char)),)

    def members(self) -> Ranges:
        """The characters of a class, from behind its bracket."""
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        made: list[tuple[int, int]] = []
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise PatternError("a class that is not closed")
            first = False
            if self.pattern.startswith("[:", self.at):
                name, _, _ = self.pattern[self.at + 2 :].partition(":]")
                if name.removeprefix("^") not in _NAMED:
                    raise PatternError("a class that is not known")
                self.at += len(name) + 4
                known = _NAMED[name.removeprefix("^")]
                made += _others(known) if name.startswith("^") else known
                continue
            low = self.one()
            one = len(low) == 1 and low[0][0] == low[0][1]
            if one and self.pattern.startswith("-", self.at) and not self.pattern.startswith("-]", self.at):
                self.at += 1
                high = self.one()
                if len(high) != 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
                    raise PatternError("a range that is none")
                low = ((low[0][0], high[0][0]),)
            made += low
        self.at += 1
        if negated:
            return _others(self.folded(tuple(made)))
        return tuple(made)

    def one(self) -> Ranges:
        char = self.pattern[self.at : self.at + 1]
        self.at += 1
        if not char:
            raise PatternError("a class that is not closed")
        return self.escaped() if char == "\\" else ((ord(char), ord(char)),)

    def folded(self, ranges: Ranges) -> Ranges:
        """Characters in both cases, where that is asked for; texts are ASCII then."""
        if "i" not in self.flags:
            return ranges
        made = list(ranges)
        for low, high in ranges:
            for begin, end, by in ((65, 90, 32), (97, 122, -32)):
                if max(low, begin) <= min(high, end):
                    made.append((max(low, begin) + by, min(high, end) + by))
        return tuple(made)


def _others(ranges: Ranges) -> Ranges:
    made, at = [], 0
    for low, high in sorted(ranges):
        if at < low:
            made.append((at, low - 1))
        at = max(at, high + 1)
    return (*made, (at, _LAST)) if at <= _LAST else tuple(made)


class _Writer:
    """Instructions of a tree, in order."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def put(self, step: Step) -> int:
        if len(self.steps) >= MAX_PROGRAM:
            raise PatternError("a large pattern")
        self.steps.append(step)
        return len(self.steps) - 1

    def write(self, tree: Tree) -> None:
        match tree:
            case ("set", tuple() as ranges):
                self.put(Step("set", ranges=ranges))
            case ("at", int() as kind):
                self.put(Step("at", kind))
            case ("all", list() as parts):
                for part in parts:
                    self.write(part)
            case ("any", list() as parts):
                ends = []
                for part in parts[:-1]:
                    fork = self.put(Step("split"))
                    self.write(part)
                    ends.append(self.put(Step("jump")))
                    self.steps[fork] = Step("split", fork + 1, len(self.steps))
                self.write(parts[-1])
                for end in ends:
                    self.steps[end] = Step("jump", len(self.steps))
            case ("group", int() as number, tuple() as inner):
                self.put(Step("save", 2 * number - 2))
                self.write(inner)
                self.put(Step("save", 2 * number - 1))
            case ("times", tuple() as inner, int() as least, int() as most, bool() as lazy):
                self.times(inner, least, most, lazy)

    def times(self, inner: Tree, least: int, most: int, lazy: bool) -> None:
        for _ in range(least):
            before = len(self.steps)
            self.write(inner)
            if len(self.steps) == before:
                break  # nothing, however often
        if most < 0:
            fork = self.put(Step("split"))
            self.write(inner)
            self.put(Step("jump", fork))
            self.fork(fork, lazy)
        forks = []
        for _ in range(most - least if most >= 0 else 0):
            forks.append(self.put(Step("split")))
            self.write(inner)
        for fork in forks:
            self.fork(fork, lazy)

    def fork(self, at: int, lazy: bool) -> None:
        """A split into the instruction behind it and the one to come; a lazy one leaves first."""
        ways = (at + 1, len(self.steps))
        self.steps[at] = Step("split", *(reversed(ways) if lazy else ways))
