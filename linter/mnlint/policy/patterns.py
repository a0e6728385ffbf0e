"""The patterns of `matches`: a small dialect, matched against a whole text in time that grows with text times pattern.

A pattern becomes an automaton whose states are its own characters and classes. All states that are possible are
followed at once, so that no way is ever tried again, whatever is repeated: as the bits of a number, eight at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache

from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.typing import Final

MAX_LENGTH: Final = 1_000
MAX_STATES: Final = 400
MAX_READ: Final = 2_000  # parts, each as often as it is repeated: empty ones are no states
MAX_NESTING: Final = 20
LONGEST: Final = 2_000  # characters of a text that is asked about

_DIGIT, _SPACE = (("0", "9"),), (("\t", "\r"), (" ", " "))
_WORD = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
_CLASSES: Final = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_COUNT: Final = pattern(r"\{([0-9]{1,3})(?:(,)([0-9]{1,3})?)?\}")
_SIGNS: Final = frozenset("\\.[](){}*+?|^$/-")

Ranges = tuple[tuple[str, str], ...]


class PatternError(ValueError):
    """A text that is no pattern of the dialect."""


@dataclass(frozen=True, slots=True)
class Class:
    """What one character may be."""

    ranges: Ranges
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """An automaton: what each state takes, which begin and end, and if nothing fits, too. Sets of states are bits.

    `edges` are the characters at which it changes who takes one, `within` the states whose ranges have the characters
    from there on, `negated` those that take what is in none of their ranges. `follow` has for each eight states
    who may come after which of them.
    """

    takes: tuple[Class, ...]
    first: int
    last: int
    empty: bool
    edges: tuple[int, ...]
    within: tuple[int, ...]
    negated: int
    follow: tuple[list[int], ...]

    def fits(self, text: str, *, exact: bool) -> bool:
        """Whether the whole text is as the pattern says."""
        if not text:
            return self.empty
        states = 0
        for states in self.ways(text, exact=exact):
            if not states:
                return False
        return bool(states & self.last)

    def ways(self, text: str, *, exact: bool) -> Iterator[int]:
        """The states that are possible after each character: never more than there are."""
        taking = {char: self._taking(char, exact=exact) for char in set(text)}
        near = self.first
        for char in text:
            states = near & taking[char]
            yield states
            near = self._after(states)

    def _taking(self, char: str, *, exact: bool) -> int:
        """The states that take a character, or, if not `exact`, this one in another case."""
        made = 0
        for form in (char,) if exact else (char, char.lower(), char.upper()):
            if len(form) == 1:
                made |= self.within[bisect_right(self.edges, ord(form))]
        return made ^ self.negated

    def _after(self, states: int) -> int:
        made = 0
        for after, bits in zip(self.follow, states.to_bytes(len(self.follow), "little"), strict=True):
            made |= after[bits]
        return made


@cache
def compiled(text: str) -> Pattern:
    """A pattern as an automaton. Raises PatternError with what is wrong."""
    if len(text) > MAX_LENGTH:
        raise PatternError(f"it is longer than {MAX_LENGTH} characters")
    reader = _Reader(text)
    whole = reader.alternatives(0)
    if reader.at < len(text):
        raise PatternError("a `)` closes nothing")
    takes = tuple(reader.takes)
    follow = [_bits(after) for after in reader.follow]
    eights = tuple(_unions(follow[at : at + 8]) for at in range(0, len(follow), 8))
    negated = _bits(state for state, taken in enumerate(takes) if taken.negated)
    return Pattern(takes, _bits(whole.first), _bits(whole.last), whole.empty, *_ranges(takes), negated, eights)


def _bits(states: Iterable[int]) -> int:
    return sum(1 << state for state in states)


def _unions(follow: list[int]) -> list[int]:
    """Who may follow which of a few states, by their bits."""
    made = [0]
    for after in follow:
        made += [before | after for before in made]
    return made


def _ranges(takes: tuple[Class, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The edges of all ranges, and the states that have what is before the first, and what is behind each."""
    states: dict[Ranges, int] = {}
    for state, taken in enumerate(takes):
        states[taken.ranges] = states.get(taken.ranges, 0) | 1 << state
    changes: dict[int, int] = {}
    for ranges, having in states.items():
        end = 0
        for low, high in sorted((ord(low), ord(high)) for low, high in ranges):
            if high < end:
                continue
            for edge in (max(low, end), high + 1):
                changes[edge] = changes.get(edge, 0) ^ having
            end = high + 1
    edges = sorted(changes)
    within = [0]
    for edge in edges:
        within.append(within[-1] ^ changes[edge])
    return tuple(edges), tuple(within)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: whether it may be empty, and the states that begin and end it."""

    empty: bool
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()


class _Reader:
    """Text to states, with the position reached."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.read = text, 0, 0
        self.takes: list[Class] = []
        self.follow: list[set[int]] = []
        self.classes: dict[int, tuple[Class, int]] = {}  # by where they begin, with where they end

    def alternatives(self, depth: int) -> _Part:
        if depth > MAX_NESTING:
            raise PatternError(f"groups are nested deeper than {MAX_NESTING} levels")
        made = self.sequence(depth)
        while self.next() == "|":
            self.at += 1
            other = self.sequence(depth)
            made = _Part(made.empty or other.empty, made.first | other.first, made.last | other.last)
        return made

    def sequence(self, depth: int) -> _Part:
        made = _Part(empty=True)
        while self.next() not in ("", "|", ")"):
            made = self.joined(made, self.repeated(depth))
        return made

    def repeated(self, depth: int) -> _Part:
        start = self.at
        made = self.atom(depth)
        sign = self.next()
        if sign and sign in "*+?":
            self.at += 1
            if sign != "?":
                self.loops(made)
            made = _Part(made.empty or sign != "+", made.first, made.last)
        elif sign == "{":
            made = self.counted(made, start, depth)
        if self.next() and self.next() in "*+?{":
            raise PatternError("a repetition is not repeated again, nor lazy or possessive")
        return made

    def counted(self, made: _Part, start: int, depth: int) -> _Part:
        """`{n}`, `{n,}` and `{n,m}`: what is repeated is read once more for each time."""
        found = _COUNT.match(self.text, self.at)
        if found is None:
            raise PatternError("a `{` begins a count such as {3} or {3,24}; a `{` itself is written \\{")
        least, most = int(found[1]), int(found[3] or found[1])
        endless = found[2] is not None and found[3] is None
        if most < least or not most:
            raise PatternError("a count goes from a smaller to a larger number")
        parts = [made]
        for _ in range(1, most):
            self.at = start
            parts.append(self.atom(depth))
        self.at = found.end()
        if endless:
            self.loops(parts[-1])
        whole = _Part(empty=True)
        for number, part in enumerate(parts):
            optional = number >= least
            whole = self.joined(whole, _Part(part.empty or optional, part.first, part.last))
        return whole

    def joined(self, left: _Part, right: _Part) -> _Part:
        for state in left.last:
            self.follow[state] |= right.first
        first = left.first | right.first if left.empty else left.first
        last = left.last | right.last if right.empty else right.last
        return _Part(left.empty and right.empty, first, last)

    def loops(self, part: _Part) -> None:
        for state in part.last:
            self.follow[state] |= part.first

    def atom(self, depth: int) -> _Part:
        self.read += 1
        if self.read > MAX_READ:
            raise PatternError(f"it comes to more than {MAX_READ} parts")
        char = self.next()
        self.at += 1
        if char == "(":
            return self.group(depth)
        if char == "[":
            return self.state(self.char_class())
        if char == ".":
            return self.state(Class((("\n", "\n"),), negated=True))
        if char == "\\":
            return self.state(self.escaped())
        if char in "^$":
            raise PatternError(
                f"`{char}` is not needed: the whole text is compared; a `{char}` itself is written \\{char}"
            )
        if char in "*+?{":
            raise PatternError(f"`{char}` repeats nothing; a `{char}` itself is written \\{char}")
        return self.state(Class(((char, char),)))

    def group(self, depth: int) -> _Part:
        if self.next() == "?":
            if not self.text.startswith("?:", self.at):
                raise PatternError(
                    "a group is written (...) or (?:...): it has no name, and looks neither ahead nor back"
                )
            self.at += 2
        made = self.alternatives(depth + 1)
        if self.next() != ")":
            raise PatternError("a `(` is not closed")
        self.at += 1
        return made

    def escaped(self) -> Class:
        char = self.next()
        self.at += 1
        if char and char.lower() in _CLASSES:
            return Class(_CLASSES[char.lower()], negated=char.isupper())
        if char not in _SIGNS:
            raise PatternError(
                f"`\\{char}` means nothing here: there are \\d, \\w, \\s, \\D, \\W, \\S and signs such as \\."
            )
        return Class(((char, char),))

    def char_class(self) -> Class:
        """What stands in brackets, which is read once however often it is repeated."""
        start = self.at
        if start not in self.classes:
            made = self.new_class()
            self.classes[start] = made, self.at
        made, self.at = self.classes[start]
        return made

    def new_class(self) -> Class:
        negated = self.next() == "^"
        self.at += negated
        ranges: list[tuple[str, str]] = []
        while self.next() != "]":
            low = self.class_member()
            if isinstance(low, Class):
                ranges += low.ranges
                continue
            high: str | Class = low
            if self.next() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.class_member()
            if isinstance(high, Class) or high < low:
                raise PatternError("a range in a class goes from a lower to a higher character")
            ranges.append((low, high))
        self.at += 1
        if not ranges:
            raise PatternError("a class is empty")
        return Class(tuple(ranges), negated)

    def class_member(self) -> str | Class:
        char = self.next()
        if not char:
            raise PatternError("a `[` is not closed")
        self.at += 1
        if char != "\\":
            return char
        made = self.escaped()
        if made.negated:
            raise PatternError("no negated class stands in another one")
        return made if len(made.ranges) > 1 or made.ranges[0][0] != made.ranges[0][1] else made.ranges[0][0]

    def state(self, taken: Class) -> _Part:
        if len(self.takes) >= MAX_STATES:
            raise PatternError(f"it comes to more than {MAX_STATES} characters")
        self.takes.append(taken)
        self.follow.append(set())
        only = frozenset((len(self.takes) - 1,))
        return _Part(empty=False, first=only, last=only)

    def next(self) -> str:
        return self.text[self.at : self.at + 1]
