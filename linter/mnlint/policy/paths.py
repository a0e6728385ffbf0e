"""A field path as policies write it, parsed by jsonpath-ng and lowered to plain steps."""

from __future__ import annotations

from functools import cache

Steps = tuple[str | int, ...]


@cache
def steps(path: str) -> Steps:
    """The steps of a path of names, indexes and `[*]` (as "*"); ValueError for anything else."""
    if path.replace(".", "").replace("_", "").isalnum() and ".." not in path and not path.startswith("."):
        return tuple(path.split("."))
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.jsonpath import Child, Fields, Index, JSONPath, Root, Wildcard
    from jsonpath_ng.parser import parse

    def lower(node: JSONPath) -> Steps:
        if isinstance(node, Child):
            return lower(node.left) + lower(node.right)
        if isinstance(node, Root):
            return ()
        if isinstance(node, Fields) and len(node.fields) == 1:
            return (node.fields[0],)
        if isinstance(node, Index) and len(node.indices) == 1:
            return (node.indices[0],)
        if isinstance(node, Wildcard):
            return ("*",)
        raise ValueError("only names, indexes and [*] may stand in a path: filters are written with `where`")

    try:
        return lower(parse(path))
    except JSONPathError as error:
        raise ValueError(f"not a path: {error}") from error
