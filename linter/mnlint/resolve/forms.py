"""Normal forms of what is not known, so that equal unknowns are recognised as equal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mnlint.model.digest import sha256
from mnlint.model.pattern import pattern
from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, Value, form_of

# What may differ between two evaluations has no form.
IMPURE = frozenset(
    {"newguid", "utcnow", "uuid", "timestamp", "plantimestamp", "bcrypt", ".exists", ".existingresource"}
)
FAILED = "{failed}"  # what Terraform stops at: try() goes on to its next argument
LONGEST = 4_000  # characters of a form; a longer one is known by its digest
DIGESTED = 20_000  # characters of the longest form that has a digest; what is longer has no form
DEEPEST = 100

# Functions of ARM JSON by the sign that Bicep has for them: one value has one form, however it is spelled.
SIGNS = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "mod": "%",
    "equals": "==",
    "less": "<",
    "lessorequals": "<=",
    "greater": ">",
    "greaterorequals": ">=",
    "coalesce": "??",
    "and": "&&",
    "or": "||",
    "not": "!",
}


_BRACE = pattern("[{}]")


class _TooLong(Exception):  # noqa: N818  (it never leaves this module)
    pass


def call_form(name: str, args: Sequence[Node]) -> str | None:
    """The form of a call, None if it is not pure or an argument has no form."""
    name = SIGNS.get(name.lower(), name)
    if name.lower() in IMPURE:
        return None
    left = [DIGESTED]
    try:
        forms = [_deep(arg, left, 0) for arg in args]
    except _TooLong:
        return None
    return None if None in forms else _short(f"{{{name}({','.join(f or '' for f in forms)})}}")


def _short(form: str) -> str:
    """A form, or its digest: two long forms are equal if their digests are, and nobody reads them."""
    return form if len(form) <= LONGEST else f"{{digest:{sha256(form.encode())}}}"


def deep_form(node: Node) -> str | None:
    """The form of any value, containers too; texts are quoted, so that no two values have one form."""
    try:
        form = _deep(node, [DIGESTED], 0)
    except _TooLong:
        return None
    return None if form is None else _short(form)


def _deep(node: Node, left: list[int], depth: int) -> str | None:
    """The form of a node, its length taken off what is left."""
    value = node.value
    if depth > DEEPEST or left[0] < 0:
        raise _TooLong
    made: str | None
    if value is None or value is ABSENT:
        made = "null"
    elif isinstance(value, str):
        made = quoted(form_of(node) or "")
    elif isinstance(value, Unknown):
        made = value.form if value.form is None or _is_hole(value.form) else quoted(value.form)
    elif isinstance(value, Map):
        return None if value.more is not None else _members(value, left, depth)
    elif isinstance(value, Seq):
        if value.more is None:
            return _joined(value.items, "[", ",", "]", left, depth)
        made = value.form
    elif isinstance(value, Choice):
        test = value.why.form
        return None if test is None else _joined(value.options, f"{{?({test};", ";", ")}", left, depth)
    else:
        made = form_of(node)
    left[0] -= len(made or "") + 1
    return made


def _members(value: Map, left: list[int], depth: int) -> str | None:
    made: list[str] = []
    for key, child in value.entries.items():
        form = _deep(child, left, depth + 1)
        if form is None:
            return None
        left[0] -= len(key) + 1
        made.append(f"{quoted(key)}:{form}")
    left[0] -= 2
    return f"<{','.join(made)}>"


def _joined(nodes: Sequence[Node], opens: str, by: str, closes: str, left: list[int], depth: int) -> str | None:
    made: list[str] = []
    left[0] -= len(opens) + len(closes)
    for node in nodes:
        form = _deep(node, left, depth + 1)
        if form is None:
            return None
        made.append(form)
    return f"{opens}{by.join(made)}{closes}"


def quoted(form: str) -> str:
    """A text's form as one among others: `a,b` is one text, not two."""
    return "'" + form.replace("'", "''") + "'"


def _is_hole(form: str) -> bool:
    """Whether a form is one hole from end to end: any value, not a text that has holes."""
    if form[:1] != "{" or form[-1:] != "}":
        return False
    depth = 0
    for brace in _BRACE.finditer(form):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end() == len(form)
    return False


def counted_of(form: str) -> str | None:
    """The form of the list whose numbers a form is, as `range(0, length(list))`; None for anything else."""
    head, tail = "{range(0,{length(", ")})}"
    inside = form[len(head) : -len(tail)]
    whole = form.startswith(head) and form.endswith(tail) and _is_hole(f"{{{inside}}}")
    return inside if whole and _is_one(inside) else None


def length_of(form: str) -> str | None:
    """The form of the list whose length a form is; None for anything else."""
    inside = form[len("{length(") : -len(")}")]
    whole = form.startswith("{length(") and form.endswith(")}") and _is_hole(form)
    return inside if whole and _is_one(inside) else None


def _is_one(form: str) -> bool:
    """Whether a form is one hole, or a list or an object from end to end."""
    return _is_hole(form) or form[:1] + form[-1:] in ("[]", "<>")


# What no resource and no deployment is without.
_AROUND = pattern(
    r"\{(resourcegroup|subscription|tenant|managementgroup|deployment|environment)\(.*\)"
    r"(\.(id|name|type|location|subscriptionid|tenantid|displayname))?\}",
    re.DOTALL | re.IGNORECASE,
)


def may_be_null(value: Value) -> bool:
    """Whether a value that is not known may turn out to be null: a text that has holes may not."""
    if isinstance(value, Ref):
        return value.may_be_null
    if not isinstance(value, Unknown):
        return value is None or value is ABSENT
    form = value.form
    return form is None or (_is_hole(form) and _AROUND.fullmatch(form) is None)


def text_form(parts: Sequence[Node], truth: Sequence[str] = ("true", "false")) -> str | None:
    """The form of parts put together as text; `truth` are the language's words for true and false."""
    made: list[str] = []
    for part in parts:
        if isinstance(part.value, bool):
            made.append(truth[0] if part.value else truth[1])
        elif part.value is None or part.value is ABSENT:
            made.append("")
        else:
            form = form_of(part) if isinstance(part.value, str | int | float | Unknown | Ref) else deep_form(part)
            if form is None:
                return None
            made.append(form)
    form = "".join(made)
    return _short(form) if len(form) <= DIGESTED else None


def doubt_of(nodes: Sequence[Node]) -> Unknown | None:
    """The first reason why any of these scalars is not known; None if all are."""
    for node in nodes:
        value = node.value
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Choice):
            return value.why
        if isinstance(value, Ref):
            return Unknown(Cause.RUNTIME, node.span, value.address, form_of(node))
        if isinstance(value, Map | Seq) and value.more is not None:
            return value.more
    return None


def deep_doubt(nodes: Sequence[Node]) -> Unknown | None:
    """The first reason why any of these values, or of their members, is not known; looks at 2,000 of them."""
    todo, looked = list(reversed(nodes)), 0
    while todo and looked < 2_000:
        node = todo.pop()
        looked += 1
        why = doubt_of([node])
        if why is not None:
            return why
        if isinstance(node.value, Map):
            todo.extend(node.value.entries.values())
        elif isinstance(node.value, Seq):
            todo.extend(node.value.items)
    return None
