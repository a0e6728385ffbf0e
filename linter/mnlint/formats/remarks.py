"""Where JSON, which has no comments, says something to mnlint: in `metadata` in ARM, under `//` in Terraform."""

from __future__ import annotations

from collections.abc import Iterator

from mnlint.model.expr import Expr, Op
from mnlint.model.text import Comment, Span

OURS = "mnlint"


def of_arm(root: Expr, text: str) -> tuple[Comment, ...]:
    """`"metadata": {"mnlint": "ignore[MN001] reason"}`, or a list of such, of a resource or of the whole template."""
    if f'"{OURS}"' not in text:
        return ()
    found: list[Comment] = []
    for holder in _objects(root):
        for metadata in _under(holder, "metadata"):
            for said in _under(metadata, OURS):
                found += _texts(said, holder.span, f"{OURS}: ")
    return tuple(found)


def of_terraform(root: Expr, text: str) -> tuple[Comment, ...]:
    """`"//": "mnlint: ignore[MN001] reason"`, or a list of such, in a block or at the top of the file."""
    if '"//"' not in text or OURS not in text:
        return ()
    return tuple(c for holder in _objects(root) for said in _under(holder, "//") for c in _texts(said, holder.span))


def _objects(root: Expr) -> Iterator[Expr]:
    waiting = [root]
    while waiting:
        expr = waiting.pop()
        if expr.op is Op.OBJECT:
            yield expr
            waiting += [value for _, value in expr.args if value is not None]
        elif expr.op is Op.ARRAY:
            waiting += expr.args


def _under(holder: Expr, name: str) -> Iterator[Expr]:
    for key, value in holder.args if holder.op is Op.OBJECT else ():
        if key.op is Op.LITERAL and str(key.args[0]).lower() == name and value is not None:
            yield value


def _texts(said: Expr, about: Span, before: str = "") -> list[Comment]:
    texts = [one for one in (said.args if said.op is Op.ARRAY else (said,)) if one.op is Op.LITERAL]
    return [Comment(one.span, before + one.args[0], about) for one in texts if isinstance(one.args[0], str)]
