"""Which of many texts with holes may be one, without a question for every pair of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from mnlint.model.record import dataclass, field
from mnlint.model.typing import Final

_LOOKED_AT: Final = 48  # letters at an end: as many as tell most texts apart

Texts = Sequence[str] | None  # what something is called, or may be; None if nobody knows at all


def ends_of(text: str) -> tuple[str, str]:
    """What stands before the first hole of a text, and behind its last one."""
    return text.partition("{")[0], text.rpartition("}")[2]


@dataclass(slots=True, eq=False)
class _Begun:
    """Numbered things by how their texts begin, of which each may go on in any way."""

    _with: dict[str, list[int]] = field(default_factory=dict)  # by everything that they begin with
    _short: dict[str, list[int]] = field(default_factory=dict)  # by their whole beginning

    def add(self, head: str, number: int) -> None:
        if len(head) < _LOOKED_AT:
            self._short.setdefault(head, []).append(number)
        for end in range(min(len(head), _LOOKED_AT) + 1):
            self._with.setdefault(head[:end], []).append(number)

    def near(self, head: str) -> list[list[int]]:
        """Those whose beginning goes on as another one does, as far as both are known."""
        most = head[:_LOOKED_AT]
        found = [self._with.get(most, []), *(self._short.get(most[:end], []) for end in range(len(most)))]
        return [some for some in found if some]


@dataclass(slots=True, eq=False)
class _Holed:
    """Numbered things by both ends of their texts: those that nobody can tell apart begin and end alike."""

    _heads: _Begun = field(default_factory=_Begun)
    _tails: _Begun = field(default_factory=_Begun)

    def add(self, text: str, number: int) -> None:
        head, tail = ends_of(text)
        self._heads.add(head, number)
        self._tails.add(tail[::-1], number)

    def near(self, text: str) -> list[list[int]]:
        """Those that begin like a text, or those that end like it: whichever are fewer."""
        head, tail = ends_of(text)
        return min(self._heads.near(head), self._tails.near(tail[::-1]), key=lambda found: sum(map(len, found)))


class Alike:
    """Things by their texts, each by its number: whole texts by what they are, those with holes by their ends."""

    def __init__(self, texts: Mapping[int, Texts]) -> None:
        self._texts = texts
        self.unknown = [number for number, own in texts.items() if own is None]
        self._named = [(number, text) for number, own in texts.items() for text in own or ()]
        self._whole: dict[str, list[int]] = {}
        self._holed = _Holed()
        self._all: _Holed | None = None  # only a text with holes asks for it
        for number, text in self._named:
            if "{" in text:
                self._holed.add(text, number)
            else:
                self._whole.setdefault(text, []).append(number)

    def near(self, texts: Texts) -> Iterable[int]:
        """Those that may have one of some texts in common; among them may be some that have not."""
        return self._texts if texts is None else set(chain.from_iterable(self.lists(texts)))

    def lists(self, texts: Texts) -> list[Collection[int]]:
        """The same in lists, each in the order in which all were given; one number may be in several."""
        if texts is None:
            return [self._texts.keys()]
        found: list[Collection[int]] = [self.unknown]
        for text in texts:
            found += self._like(text) if "{" in text else (self._whole.get(text, ()), *self._holed.near(text))
        return found

    def _like(self, text: str) -> list[list[int]]:
        """Those that a text with holes may be."""
        if self._all is None:
            self._all = _Holed()
            for number, own in self._named:
                self._all.add(own, number)
        return self._all.near(text)
