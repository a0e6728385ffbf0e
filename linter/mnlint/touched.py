"""Which places and which loaded files a change has to do with: lines of files, asked by spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mnlint.discover import Content
from mnlint.model.finding import Outcome
from mnlint.model.text import Source, Span
from mnlint.model.typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mnlint.discover.changed import Change


def on_lines(changed: Change, sources: Mapping[str, Source]) -> Callable[[Span], bool]:
    """Whether a place is on a line that has changed, in a file that was read."""

    def is_changed(span: Span) -> bool:
        source = sources.get(span.file)
        new = changed.lines(span.file) if source is not None else ()
        if source is None or not new:
            return False
        first, last = source.line_column(span.start)[0], source.line_column(span.end)[0]
        return first in new or (last > first and any(first <= line <= last for line in new))

    return is_changed


def in_any(changed: Change, outcomes: Iterable[Outcome]) -> Callable[[Span], bool]:
    """The same for all files that any root has read."""
    return on_lines(changed, {file: source for outcome in outcomes for file, source in outcome.sources.items()})


def noting(content: Content, loaded: set[str]) -> Content:
    """Who reads what templates load, with a note of each file."""

    def noted(file: str) -> bytes | None:
        loaded.add(file)
        return content(file)

    return noted
