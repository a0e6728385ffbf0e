"""The line of a file that a finding is about, fit for a terminal, and the marks under it."""

from __future__ import annotations

from mnlint.model.record import dataclass
from mnlint.model.text import Source, Span
from mnlint.reports import cells, escape

WIDE = 120  # cells of an excerpt at most
MARKED = 80  # of these for what is marked


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line and the marks to print under it, both already harmless; line and column from 1, in code points."""

    number: int
    column: int
    line: str
    indent: str
    marks: str


def excerpt(source: Source, span: Span) -> Excerpt:
    """The first line of a span. A line too long for WIDE is cut around what is marked."""
    number, column = source.line_column(span.start)
    first, last = source.line_start(number), _line_end(source, number)
    start = min(span.start, last)
    end = max(start, min(span.end, last))
    # Only what can be shown at all is looked at: a line may be as long as its file.
    left, middle, right = max(first, start - WIDE), min(end, start + WIDE), min(last, end + WIDE)
    text = source.text
    before, marked, after = _harmless(text[left:start], text[start:middle], text[end:right])
    if left > first or middle < end or right < last or cells.width(before + marked + after) > WIDE:
        marked = cells.fit(marked, MARKED, more=middle < end)
        room = WIDE - cells.width(marked)
        before = cells.fit_end(before, max(room - cells.width(after), room // 2), more=left > first)
        after = cells.fit(after, room - cells.width(before), more=right < last)
    indent, marks = " " * cells.width(before), "^" * max(1, cells.width(marked))
    return Excerpt(number, column, before + marked + after, indent, marks)


def _line_end(source: Source, number: int) -> int:
    start, end = source.line_start(number), source.line_start(number + 1)
    if end == start:  # the last line: there is no next one
        return len(source.text)
    return end - 2 if source.text[end - 2 : end] == "\r\n" else end - 1


def _harmless(*parts: str) -> tuple[str, str, str]:
    """The parts of a line as a terminal may have them: escaped as one, for a phrase may begin in one part of it."""
    before, marked, after = (part.replace(cells.TAB, cells.BLANKS) for part in parts)
    line = escape.line(before + marked + after)
    at, to = len(before), len(before) + len(marked)
    return line[:at], line[at:to], line[to:]
