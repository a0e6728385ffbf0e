"""Regular expressions that are compiled when they are first used: most runs need a few of them only."""

from __future__ import annotations

__all__ = ["pattern"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as pattern
else:

    class pattern:  # noqa: N801  (as the function that it stands for)
        """What `re.compile` makes, later."""

        def __init__(self, text, flags=0):
            self._written = text, flags

        def __getattr__(self, name):
            import re

            made = re.compile(*self._written)
            for method in ("match", "fullmatch", "search", "findall", "finditer", "sub", "split", "pattern"):
                setattr(self, method, getattr(made, method))
            return getattr(made, name)
