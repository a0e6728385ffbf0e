"""Which resources' bodies a place is written in, without asking every resource."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from mnlint.azure.views import View
from mnlint.model.text import Span

_NONE = -1


class Bodies:
    """The bodies of resources by file and beginning; of two, one is in the other, or neither begins in the other."""

    def __init__(self, views: Sequence[View]) -> None:
        self._order = {view: number for number, view in enumerate(views)}
        self._views: dict[Span, list[View]] = {}  # those of one place are the members of a loop or a module's instances
        for view in views:
            self._views.setdefault(view.resource.body.span, []).append(view)
        self._bodies: dict[str, list[Span]] = {}
        for body in sorted(self._views, key=lambda body: (body.start, -body.end)):
            self._bodies.setdefault(body.file, []).append(body)
        self._starts = {file: [body.start for body in bodies] for file, bodies in self._bodies.items()}
        self._outer = {file: list(_outer(bodies)) for file, bodies in self._bodies.items()}

    def around(self, place: Span, but: View) -> View | None:
        """The first resource, but for one, in whose body a place is."""
        found = []
        for body in self._covering(place):
            found += [view for view in self._views[body][:2] if view is not but][:1]
        return min(found, key=self._order.__getitem__, default=None)

    def _covering(self, place: Span) -> Iterator[Span]:
        bodies = self._bodies.get(place.file, ())
        at = bisect_right(self._starts.get(place.file, ()), place.start) - 1
        while at != _NONE:
            if bodies[at].covers(place):
                yield bodies[at]
            at = self._outer[place.file][at]


def _outer(bodies: Sequence[Span]) -> Iterator[int]:
    """For each body, in their order, the number of the next one that it is in."""
    open_ones: list[int] = []
    for number, body in enumerate(bodies):
        while open_ones and bodies[open_ones[-1]].end < body.end:
            open_ones.pop()
        yield open_ones[-1] if open_ones else _NONE
        open_ones.append(number)
