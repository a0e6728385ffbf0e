"""What is wrong with a rule's name, and whether it or the category says that the service made the rule itself."""

from __future__ import annotations

from mnlint.azure.draft import Draft, Drafts
from mnlint.azure.kleene import is_text
from mnlint.model.tri import Tri
from mnlint.model.value import ABSENT, Cause, Choice, Node, Unknown, choice, doubt, form_of

# `^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$`: the pattern of `ruleName` in the service's REST reference.
_FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_LATER = _FIRST | {"_", "-"}
_SHORTEST, _LONGEST = 3, 33
_HOLE = "\0"


def name_fault(name: Node) -> Node:
    """What is wrong with a name, in words; absent if nothing is. Of a part, what is wrong whatever the rest."""
    value = name.value
    if isinstance(value, Choice):
        return choice([name_fault(option) for option in value.options], value.why, name)
    form = form_of(name)
    if form is None:
        return name.holding(ABSENT if doubt(name) is None else _open(name))
    text = _with_holes(form)
    fault = _fault(text)
    if fault:
        return name.holding(fault)
    return name.holding(ABSENT) if _HOLE not in text else name.holding(_open(name))


def _fault(text: str) -> str:
    known = text.replace(_HOLE, "")
    if not text:
        return "is empty"
    for char in known:
        if char not in _LATER:
            return f"has {_called(char)} in it"
    if text[0] != _HOLE and text[0] not in _FIRST:
        return f"begins with {_called(text[0])}"
    if len(known) > _LONGEST or (known == text and len(text) < _SHORTEST):
        least = "" if known == text else "at least "
        return f"has {least}{len(known)} character{'' if len(known) == 1 else 's'}"
    return ""


def _called(char: str) -> str:
    char = {"⦃": "{", "⦄": "}"}.get(char, char)  # as forms spell the braces of a text
    return "a blank" if char.isspace() else f"`{char}`" if char.isprintable() else "a control character"


def system_made(drafts: Drafts, draft: Draft) -> Node:
    """What says that the service makes this rule itself, in words: its category, else its name; absent if nothing."""
    prefixes = [
        str(entry["prefix"])
        for entry in drafts.tables.get("required-rules", ())
        if entry["kind"] == "name" and entry["reserved"] and is_text(draft["family"], *entry["families"]) is Tri.TRUE
    ]
    return _by_category(draft["category"], _by_name(draft["name"], prefixes))


def _by_category(category: Node, by_name: Node) -> Node:
    value = category.value
    if isinstance(value, Choice):
        return choice([_by_category(option, by_name) for option in value.options], value.why, category)
    tri = is_text(category, "Required", "Recommended")
    if tri is Tri.TRUE:
        return category.holding(f"category {value}")
    return by_name if tri is Tri.FALSE or isinstance(by_name.value, str) else category.holding(_open(category))


def _by_name(name: Node, prefixes: list[str]) -> Node:
    value = name.value
    if isinstance(value, Choice):
        return choice([_by_name(option, prefixes) for option in value.options], value.why, name)
    form = form_of(name)
    if form is None:
        return name.holding(ABSENT if doubt(name) is None else _open(name))
    head, hole, _ = _with_holes(form).partition(_HOLE)
    for prefix in prefixes:
        if head.lower().startswith(prefix.lower()):
            return name.holding(f"a name that begins with {prefix}")
    may_be = hole and any(prefix.lower().startswith(head.lower()) for prefix in prefixes)
    return name.holding(_open(name)) if may_be else name.holding(ABSENT)


def _open(node: Node) -> Unknown:
    """Why a value is not known; one that is part of a resource is so only after deployment."""
    why = doubt(node)
    return Unknown(Cause.RUNTIME, node.origin, "this value") if why is None else Unknown(why.cause, why.span, why.label)


def _with_holes(form: str) -> str:
    """A form with one NUL for each of its holes."""
    made, depth = [], 0
    for char in form:
        if char == "{":
            made += [_HOLE] if depth == 0 else []
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif depth == 0:
            made.append(char)
    return "".join(made)
