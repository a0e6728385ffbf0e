"""Terraform's fileset(): which files below a folder a pattern means, as the doublestar library reads patterns."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from mnlint.model.pattern import pattern
from mnlint.model.text import Span
from mnlint.model.typing import Final
from mnlint.model.value import Node, Seq, literal
from mnlint.resolve.functions.outcome import doubtful
from mnlint.resolve.functions.terraform.files import WrongError, file_of, unread
from mnlint.resolve.functions.terraform.patterns import STEPS, PatternError, matches
from mnlint.resolve.scope import Scope

# Anything else in a part between slashes is read differently by versions of the library, or is a mistake.
_PIECE: Final = pattern(
    r"(?P<stars>\*+)|(?P<one>\?)|\[(?P<not>\^?)(?P<among>(?:\w-\w|[\w.])+)\]|\{(?P<names>[\w.,-]+)\}|[^\\\[\]{}*?]"
)


def _fileset(nodes: Sequence[Node], span: Span, scope: Scope) -> Node:
    """The set of the files' paths from the folder. None at all is in doubt: they may be made before, as with a file."""
    pattern = nodes[1].value
    try:
        folder = file_of(nodes[0], scope)
        if folder is None or not isinstance(pattern, str):
            return doubtful(nodes, span, scope, "fileset")
        names = scope.world.below(folder)
        if names is None:
            raise WrongError("cannot be listed here")
        wanted = _as_regex(pattern)
        scope.world.fuel -= sum(map(len, names)) * len(wanted) // STEPS
        found = sorted(name for name in names if any(True for _ in matches(wanted, name)))
    except WrongError as error:
        return unread("fileset", error, nodes, span, scope, "folder")
    except PatternError:
        return doubtful(nodes, span, scope, "fileset")
    if not found:
        return doubtful(nodes, span, scope, "fileset")
    return literal(Seq(tuple(literal(name, span) for name in found), is_set=True), span, f"the files in {folder}")


def _as_regex(pattern: str) -> str:
    """A pattern as a regular expression for paths from the folder; PatternError if nobody is sure what it means."""
    cleaned = posixpath.normpath("./" + pattern)
    if cleaned.split("/")[0] == "..":
        raise PatternError("it leads out of the folder")
    *above, last = cleaned.split("/")
    made = "".join("(?:[^/]+/)*" if part == "**" else f"{_part(part)}/" for part in above)
    return f"^{made}{'(?:[^/]+/)*[^/]+' if last == '**' else _part(last)}$"


def _part(part: str) -> str:
    made, at = [], 0
    while at < len(part):
        found = _PIECE.match(part, at)
        if found is None:
            raise PatternError("a piece of it that is not read here")
        at = found.end()
        if found["stars"]:
            made.append("[^/]*")
        elif found["one"]:
            made.append("[^/]")
        elif found["among"]:
            made.append(f"[{found['not']}{found['among']}{'/' if found['not'] else ''}]")
        elif found["names"]:
            made.append(f"(?:{'|'.join(map(re.escape, found['names'].split(',')))})")
        else:
            made.append(re.escape(found[0]))
    return "".join(made)


TABLE = {"fileset": (_fileset, 2, 2)}
