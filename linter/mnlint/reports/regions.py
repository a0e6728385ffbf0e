"""Spans as SARIF has them: relative URIs, and lines and columns that count UTF-16 units as editors do."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from mnlint.model.record import dataclass, field
from mnlint.model.text import Source, Span
from mnlint.reports import escape

Json = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Places in these sources. What takes two units is looked up once a file: a line may be as long as its file."""

    sources: Mapping[str, Source]
    _wide: dict[str, list[int]] = field(default_factory=dict)
    _known: dict[Span, Json] = field(default_factory=dict)  # one place may be on the way of many findings

    def location(self, span: Span) -> Json:
        """The physicalLocation of a span; of a file that is not at hand, its first place."""
        known = self._known.get(span)
        if known is None:
            known = self._known[span] = self._location(span)
        return known

    def _location(self, span: Span) -> Json:
        source = self.sources.get(span.file)
        line, column = (1, 1) if source is None else self.at(source, span.start)
        end_line, end_column = (1, 1) if source is None else self.at(source, span.end)
        region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
        return {"artifactLocation": {"uri": escape.uri(span.file)}, "region": region}

    def at(self, source: Source, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both from 1, the column in UTF-16 units."""
        line, column = source.line_column(offset)
        wide = self._wide.get(source.file)
        if wide is None:
            wide = self._wide[source.file] = _wide(source.text)
        if not wide:
            return line, column
        start = source.line_start(line)
        return line, column + bisect_left(wide, start + column - 1) - bisect_left(wide, start)


def _wide(text: str) -> list[int]:
    """The offsets of characters that take two units."""
    return [] if text.isascii() else [found.start() for found in re.finditer("[\U00010000-\U0010ffff]", text)]
