"""The members of Terraform's sets: none twice, and in the order in which cty goes through them."""

from __future__ import annotations

from collections.abc import Sequence

from mnlint.model.record import replace
from mnlint.model.tri import Tri
from mnlint.model.typing import Final
from mnlint.model.value import Cause, Map, Node, Ref, Seq, Type, Unknown
from mnlint.resolve.forms import deep_doubt, deep_form
from mnlint.resolve.typed.equality import same_members
from mnlint.resolve.typed.scalars import general

MAX_OBJECTS: Final = 200  # of a set that are compared with each other
_ESCAPES: Final = {'"': '"', "\\": "\\", "\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
MAX_DIGITS: Final = 10  # of a number, where sets are put in order


def as_set(items: Sequence[Node], more: Unknown | None, kind: Type | None, form: str | None = None) -> Seq:
    """The members of a set, which are of one type. Of those not known nobody knows whether they are one of the others.

    `form` is that of the set where there may be other members.
    """
    if len(items) == 1:
        return Seq(tuple(items), more, form, is_set=True, of=kind)
    known: dict[tuple[bool, object], Node] = {}
    others: list[Node] = []
    nothing: list[Node] = []
    seen: set[str] = set()
    for item in items:
        if isinstance(item.value, bool | int | float | str):
            known.setdefault((isinstance(item.value, bool), item.value), item)
        elif item.value is None:
            nothing = nothing or [item]
        elif isinstance(item.value, Ref) and item.value.rest == ("id",):
            if item.value.address not in seen:
                others.append(item)
            seen.add(item.value.address)
        elif isinstance(item.value, Unknown | Ref):
            more = more or _reason(item)
        elif _is_new(item, others, seen):
            others.append(item)
        elif len(others) >= MAX_OBJECTS or not any(same_members(item, other) is Tri.TRUE for other in others):
            more = more or _reason(item)
    texts = sorted((n for n in known.values() if isinstance(n.value, str)), key=lambda n: str(n.value))
    numbers = sorted((n for n in known.values() if isinstance(n.value, int | float)), key=_size)
    members = (*texts, *numbers, *_in_order(others), *nothing)
    return Seq(members, more, form if more is not None else None, is_set=True, of=kind)


def order_in_doubt(value: Seq) -> Unknown | None:
    """Why nobody knows in which order the members of a set are gone through; None where that is known, or no set."""
    others = [item for item in value.items if not isinstance(item.value, bool | int | float | str | None)]
    if not value.is_set or len(value.items) < 2 or all(_text(item) is not None for item in others):
        return None
    return _reason(others[0])


def _reason(item: Node) -> Unknown:
    """Why a set may have other members, without a form: they are not those of what the reason is about."""
    why = deep_doubt([item]) or Unknown(Cause.UNEXPECTED_TYPE, item.span, "a member of a set")
    return replace(why, form=None)


def _is_new(item: Node, others: Sequence[Node], seen: set[str]) -> bool:
    """Whether an object is surely none of the others, by its text if all of it is known."""
    form = deep_form(item)
    if form is None or form in seen:
        return False
    seen.add(form)
    return len(others) < MAX_OBJECTS and all(same_members(item, other) is Tri.FALSE for other in others)


def _size(node: Node) -> float:
    return float(node.value) if isinstance(node.value, int | float) else 0.0


def _in_order(members: list[Node]) -> list[Node]:
    """Lists and objects in the order of their texts; as they are where one of those is not told."""
    texts = {id(member): _text(member) for member in members}
    if None in texts.values():
        return members
    return sorted(members, key=lambda member: (texts[id(member)] or "").encode())


def _text(node: Node) -> str | None:
    """A value as cty writes it to compare it; None where that is not told."""
    value = node.value
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, int | float):
        return general(value, MAX_DIGITS)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Seq) and value.more is None:
        return _joined([_text(item) for item in value.items], "<>" if value.of is None else "[]")
    if isinstance(value, Map) and value.more is None:
        names = sorted(value.entries)
        texts = [_text(value.entries[name]) for name in names]
        if value.of is None:
            return _joined(texts, "<>")
        return _joined([text and f"{_quoted(name)}:{text}" for name, text in zip(names, texts, strict=True)], "{}")
    return None


def _quoted(text: str) -> str:
    """A text in quotes as Go's %q writes it."""
    return '"' + "".join(char if char.isprintable() and char not in '"\\' else _escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _joined(texts: Sequence[str | None], around: str) -> str | None:
    known = [text for text in texts if text is not None]
    return None if len(known) < len(texts) else f"{around[0]}{''.join(f'{text};' for text in known)}{around[1]}"
