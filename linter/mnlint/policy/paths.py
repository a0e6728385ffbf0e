"""A field path as policies write it, parsed by jsonpath-ng and lowered to plain steps."""

from __future__ import annotations

from functools import cache

from mnlint.model.policy import ROOT
from mnlint.model.typing import Final

Steps = tuple[str | int, ...]

EACH: Final = "*"  # every member
LONGEST: Final = 500  # the parser's tree is as deep as a path is long
_ONLY: Final = "only names, indexes and [*] may stand in a path: filters are written with `where`"


@cache
def steps(path: str) -> Steps:
    """The steps of a path of names, indexes and `[*]` (as EACH), after ROOT if it begins with `$`.

    ValueError for anything else.
    """
    if len(path) > LONGEST:
        raise ValueError(f"a path is no longer than {LONGEST} characters")
    names = path.split(".")
    if path.isascii() and all(map(str.isidentifier, names)):
        return tuple(names)
    if any(sign in path for sign in "|&?`"):  # what they mean is refused anyway
        raise ValueError(_ONLY)
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.jsonpath import Child, Fields, Index, JSONPath, Root, Wildcard
    from jsonpath_ng.parser import parse

    def lower(node: JSONPath) -> Steps:
        if isinstance(node, Child):
            return lower(node.left) + lower(node.right)
        if isinstance(node, Root):
            return (ROOT,)
        if isinstance(node, Wildcard):
            return (EACH,)
        if isinstance(node, Fields) and len(node.fields) == 1:
            return (node.fields[0],)
        if isinstance(node, Index) and len(node.indices) == 1 and node.indices[0] >= 0:
            return (node.indices[0],)
        raise ValueError(_ONLY)

    try:
        made = lower(parse(path))
    except JSONPathError as error:
        raise ValueError(f"not a path: {error}") from error
    if ROOT in made[1:]:
        raise ValueError("`$` stands at the beginning of a path, if at all")
    return made
