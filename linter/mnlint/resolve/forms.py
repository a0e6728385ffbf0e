"""Normal forms of what is not known, so that equal unknowns are recognised as equal."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.value import ABSENT, Cause, Choice, Map, Node, Ref, Seq, Unknown, form_of

# What may differ between two evaluations has no form.
IMPURE = frozenset({"newguid", "utcnow", "uuid", "timestamp", "plantimestamp", "bcrypt"})
LONGEST = 2_000


def call_form(name: str, args: Sequence[Node]) -> str | None:
    """The form of a call, None if it is not pure or an argument has no form."""
    if name.lower() in IMPURE:
        return None
    forms = [deep_form(arg) for arg in args]
    if None in forms:
        return None
    made = f"{{{name}({','.join(f or '' for f in forms)})}}"
    return made if len(made) <= LONGEST else None


def deep_form(node: Node) -> str | None:
    """The form of any value, containers too."""
    value = node.value
    if value is None or value is ABSENT:
        return "null"
    if isinstance(value, Map):
        if value.more is not None:
            return None
        members = [(key, deep_form(child)) for key, child in value.entries.items()]
        return None if any(f is None for _, f in members) else "<" + ",".join(f"{k}:{f}" for k, f in members) + ">"
    if isinstance(value, Seq):
        items = [deep_form(child) for child in value.items]
        return None if value.more is not None or None in items else "[" + ",".join(f or "" for f in items) + "]"
    if isinstance(value, Choice):
        test, options = value.why.form, [deep_form(o) for o in value.options]
        return None if test is None or None in options else f"{{?({test};{';'.join(o or '' for o in options)})}}"
    return form_of(node)


def text_form(parts: Sequence[Node]) -> str | None:
    """The form of parts put together as text."""
    forms = [form_of(part) for part in parts]
    made = None if None in forms else "".join(f or "" for f in forms)
    return made if made is not None and len(made) <= LONGEST else None


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
