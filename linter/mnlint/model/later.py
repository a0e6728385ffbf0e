"""What is read when somebody looks: an object that is made at the first question that what is known cannot answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")

_get, _set = object.__getattribute__, object.__setattr__


def later(kind: type[T], make: Callable[[], T], **known: Any) -> T:
    """An object of one of our dataclasses that answers with what is `known` of its fields, and for all others is made.

    From then on it is an object like any other. `make` must tell nobody anything but by what it returns: when it is
    called, if ever, is a matter of who looks. The last field is never known, being where `make` waits.
    """
    unread, last = _unread(cast("type", kind))
    made: Any = object.__new__(unread)
    for name, value in known.items():
        _set(made, name, value)
    _set(made, last, make)
    return cast("T", made)


@cache
def _unread(kind: type) -> tuple[type, str]:
    """A class of the same form whose objects turn into those of `kind`."""
    slots: tuple[str, ...] = kind.__dict__["__slots__"]
    last, answers = slots[-1], frozenset(slots[:-1])

    def look(self: object, name: str) -> Any:
        if name == "__class__":
            return kind
        if name in answers:
            try:
                return _get(self, name)
            except AttributeError:
                pass
        made = _get(self, last)()
        for slot in slots:
            _set(self, slot, getattr(made, slot))
        _set(self, "__class__", kind)
        return _get(self, name)

    return type(kind.__name__, (kind,), {"__slots__": (), "__getattribute__": look}), last
