"""Where something stands: offsets into a file, and lines and columns once somebody asks."""

from __future__ import annotations

import codecs
from array import array
from bisect import bisect_right
from collections.abc import Callable, MutableSequence
from itertools import accumulate

from mnlint.model.record import Deferrable, dataclass, deferred, field
from mnlint.model.typing import Final

# How the name of a text begins that lies in no checked folder: a module of a registry. No path from the boundary does.
OUTSIDE: Final = "//"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, `start` to `end`, in `file` (relative to the boundary, with `/`)."""

    file: str
    start: int
    end: int

    def covers(self, other: Span) -> bool:
        """True if `other` lies inside this span."""
        return self.file == other.file and self.start <= other.start and other.end <= self.end

    @property
    def outside(self) -> bool:
        """True if it lies in a module of a registry: nothing there can be shown or mended here."""
        return self.file.startswith(OUTSIDE)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its delimiters, from the token stream.

    In JSON that has none it is a text in the place of one, and `about` the object that holds it.
    """

    span: Span
    text: str
    about: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Source(Deferrable):
    """One file's decoded text. Line ends are `\\n`, `\\r\\n` or a lone `\\r`, each one line end."""

    file: str
    text: str
    _found: MutableSequence[int] = field(
        init=False, repr=False, default_factory=lambda: array("q")
    )  # where lines start, once somebody asks

    @property
    def _starts(self) -> MutableSequence[int]:
        if not self._found:
            self._find()
        return self._found

    def _find(self) -> None:
        starts, text = self._found, self.text
        if "\r" in text:  # of the same length, with `\n` wherever a line ends
            text = text.replace("\r\n", " \n").replace("\r", "\n")
        starts.extend(accumulate(map((1).__add__, map(len, text.split("\n"))), initial=0))
        starts.pop()  # the end of the last line begins none

    def line_column(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1, the column in code points."""
        offset = min(max(offset, 0), len(self.text))
        starts = self._starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, from 1, without its line end; empty past the end."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r\n")

    def line_start(self, number: int) -> int:
        """The offset at which a line, from 1, begins."""
        return self._starts[min(max(number, 1), len(self._starts)) - 1]

    def cut(self, span: Span) -> str:
        """The text a span of this file covers."""
        return self.text[span.start : span.end]


def source_later(file: str, text: Callable[[], str]) -> Source:
    """A source whose text is asked for when somebody looks at it."""
    return deferred(Source, lambda: Source(file, text()), file=file, _found=array("q"))


def decode(data: bytes) -> str | None:
    """The text of UTF-8 or UTF-16 bytes without byte order mark; None if they are neither."""
    encoding = "utf-8"
    if data.startswith(codecs.BOM_UTF32_LE):  # its mark begins as that of UTF-16 does
        return None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif data[1:2] == b"\0" and data[:1] != b"\0":
        encoding = "utf-16-le"
    elif data[:1] == b"\0" and data[1:2] != b"\0":
        encoding = "utf-16-be"
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeDecodeError:
        return None
