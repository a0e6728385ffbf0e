"""The names that annotations are written with: those of `typing` to a type checker, next to nothing when they run.

Importing `typing` takes as long as reading and judging a small template, and no annotation of ours is evaluated.
"""

from __future__ import annotations

__all__ = ["TYPE_CHECKING", "Any", "ClassVar", "Final", "NoReturn", "Protocol", "Self", "StrPath", "TypeVar", "cast"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from typing import Any, ClassVar, Final, NoReturn, Protocol, Self, TypeVar, cast

    StrPath = str | os.PathLike[str]
else:
    Any = Protocol = object  # what aliases and base classes are made of
    ClassVar = Final = NoReturn = Self = StrPath = None  # they stand in annotations alone

    def TypeVar(name, **bounds):  # noqa: N802
        """A name for annotations."""
        return name

    def cast(kind, value):
        """The value, of which a type checker cannot know the type."""
        return value
