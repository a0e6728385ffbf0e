"""azapi's locks: of resources that share one, the provider works on one at a time; and its retries, which may do."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.azure.kleene import missing
from mnlint.azure.views import View
from mnlint.model.record import dataclass, field
from mnlint.model.value import Cause, Choice, Seq, Unknown, doubt, form_of, member

_Lock = tuple[str, str]  # the provider that knows it, and its text to the letter


@dataclass(slots=True, eq=False)
class Locks:
    """The locks of some resources, which are numbered as bits."""

    _views: Sequence[View | None]
    _held: list[frozenset[_Lock]] = field(default_factory=list)
    _why: list[Unknown | None] = field(default_factory=list)  # there may be others
    _by_lock: dict[_Lock, int] = field(default_factory=dict)
    _any: dict[str, int] = field(default_factory=dict)  # by provider, those that have locks, or may have
    _holes: dict[str, int] = field(default_factory=dict)  # those of whose locks nobody knows the text
    _doubt: Unknown | None = None  # the first one
    _retried: int = 0  # those that azapi tries again where Azure refuses them: it may refuse all that come at once

    @classmethod
    def of(cls, views: Sequence[View | None]) -> Locks:
        made = cls(views)
        for number, view in enumerate(views):
            held, why = _locks_of(view)
            made._held.append(held)
            made._why.append(why)
            made._doubt = made._doubt or why
            made._retried |= (1 << number) * _is_retried(view)
            for lock in held:
                made._by_lock[lock] = made._by_lock.get(lock, 0) | 1 << number
            provider = view.resource.provider if view is not None else ""
            if held or why is not None:
                made._any[provider] = made._any.get(provider, 0) | 1 << number
            if why is not None or any("{" in text for _, text in held):
                made._holes[provider] = made._holes.get(provider, 0) | 1 << number
        return made

    def shared(self, number: int) -> tuple[int, int, Unknown | None]:
        """With which others a resource shares a lock, with which it may share one, and why nobody knows."""
        view, sure = self._views[number], 0
        for lock in self._held[number]:
            sure |= self._by_lock[lock]
        provider = view.resource.provider if view is not None else ""
        retried = self._retried if self._retried >> number & 1 else 0
        why = self._why[number] or self._doubt
        if retried and view is not None:
            why = why or Unknown(Cause.RUNTIME, view.resource.head, "whether `retry` is enough")
        if not self._any.get(provider, 0) >> number & 1:
            return 0, retried, why
        holes = self._holes.get(provider, 0)
        maybe = self._any[provider] if holes >> number & 1 else holes
        return sure, (maybe | retried) & ~sure, why

    def one_for_all(self, number: int, loop: str) -> bool | Unknown:
        """Whether all that a loop makes of a resource share a lock."""
        same = any(f"@{loop}" not in text for _, text in self._held[number])
        return same or self.shared(number)[2] or False


def _is_retried(view: View | None) -> bool:
    return view is not None and view.dialect == "azapi" and not missing(member(view.resource.body, "retry", fold=False))


def _locks_of(view: View | None) -> tuple[frozenset[_Lock], Unknown | None]:
    """The locks of a resource, and why there may be others."""
    if view is None or view.dialect != "azapi":
        return frozenset(), None
    node = member(view.resource.body, "locks", fold=False)
    if missing(node):
        return frozenset(), None
    if not isinstance(node.value, Seq):
        return frozenset(), doubt(node) or Unknown(Cause.UNEXPECTED_TYPE, node.origin, "the locks")
    why, held = node.value.more, set()
    for item in node.value.items:
        form = form_of(item)
        if form is None or isinstance(item.value, Choice):
            why = why or doubt(item) or Unknown(Cause.UNEXPECTED_TYPE, item.origin, "a lock")
        else:
            held.add((view.resource.provider, form))
    return frozenset(held), why
