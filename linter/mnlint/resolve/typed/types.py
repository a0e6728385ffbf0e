"""Types of Terraform: which of them become which, and the one that several have in common, as cty finds it.

Source: https://github.com/zclconf/go-cty/tree/dcb5db6917182028fab2819852b7cdc72e2b7ec9/cty/convert
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mnlint.model.typing import Final
from mnlint.model.value import Type

STRING: Final = Type("string")
NUMBER: Final = Type("number")
BOOL: Final = Type("bool")
ANY: Final = Type("any")  # of a null that is written, and in a constraint whatever there is
UNSURE: Final = Type("")  # nobody knows
IF_THERE: Final = Type("if there")  # no type, but the mark of a value that is there only if some resource is

_SCALARS: Final = ("string", "number", "bool")
_ONE_FOR_ALL: Final = ("list", "set", "map")
MAX_TYPES: Final = 200  # that are held against each other at once


def list_of(member: Type) -> Type:
    return Type("list", (member,))


def set_of(member: Type) -> Type:
    return Type("set", (member,))


def map_of(member: Type) -> Type:
    return Type("map", (member,))


def tuple_of(members: Sequence[Type]) -> Type:
    return Type("tuple", tuple(members))


def object_of(members: Mapping[str, Type], optional: frozenset[str] = frozenset()) -> Type:
    names = tuple(sorted(members))
    return Type("object", tuple(members[name] for name in names), names, optional)


def plain_type(kind: Type) -> Type:
    """A type of values, of which no part may be left out."""
    if not kind.parts:
        return kind
    return Type(kind.word, tuple(map(plain_type, kind.parts)), kind.names)


def is_sure(kind: Type) -> bool:
    """Whether a type is known to its last part."""
    return kind is not UNSURE and kind.word != "" and all(map(is_sure, kind.parts))


def becomes(given: Type, wanted: Type) -> bool:
    """Whether there is a conversion, which may still fail for a value."""
    if given == wanted or not given.word or wanted.word in ("", "any") or given.word == "any":
        return True
    if given.word in _SCALARS or wanted.word in _SCALARS:
        texts = {given.word, wanted.word}
        return given.word in _SCALARS and wanted.word in _SCALARS and "string" in texts
    if wanted.word in ("list", "set") and given.word in ("list", "set", "tuple"):
        return _all_become(given, wanted.parts[0])
    if wanted.word == "map" and given.word in ("map", "object"):
        return _all_become(given, wanted.parts[0])
    if wanted.word == "tuple" == given.word and len(given.parts) == len(wanted.parts):
        return all(map(becomes, given.parts, wanted.parts))
    if wanted.word == "object" and given.word in ("map", "object"):
        return _become_object(given, wanted)
    return False


def _all_become(given: Type, member: Type) -> bool:
    if member.word == "any" and given.word in ("tuple", "object") and given.parts:
        common = unified(given.parts)
        if common is None:
            return False
        if common is ANY and given.word == "tuple":
            return all(part in (ANY, UNSURE) for part in given.parts)
        member = common
    return all(becomes(part, member) for part in given.parts)


def _become_object(given: Type, wanted: Type) -> bool:
    known = dict(zip(given.names, given.parts, strict=False))
    for name, kind in zip(wanted.names, wanted.parts, strict=True):
        if given.word == "map":
            if name not in wanted.optional and not becomes(given.parts[0], kind):
                return False
        elif (name not in known and name not in wanted.optional) or not becomes(known.get(name, kind), kind):
            return False
    return True


def unified(types: Sequence[Type]) -> Type | None:
    """The type that values of these types can all become; None if there is none, UNSURE where nobody can tell."""
    distinct = list(dict.fromkeys(types))
    if len(distinct) == 1:
        return distinct[0]
    if len(distinct) > MAX_TYPES:
        return UNSURE
    sure = [kind for kind in distinct if kind != UNSURE]
    if len(sure) < len(distinct):
        # Of the types that nobody knows one may be that of texts, which numbers and truths become.
        return STRING if sure and unified(sure) == STRING else UNSURE
    return _unified(distinct) if distinct else None


def _unified(types: list[Type]) -> Type | None:
    words = {kind.word for kind in types}
    dynamic = "any" in words
    words.discard("any")
    if len(words) == 1 and words <= {"list", "set", "map", "object", "tuple"}:
        if dynamic:
            return ANY
        word = words.pop()
        if word in _ONE_FOR_ALL:
            member = unified([kind.parts[0] for kind in types])
            return None if member is None else Type(word, (member,))
        return _of_one_form(word, types)
    for whole, parts, merged in (("map", "object", _as_map), ("list", "tuple", _as_list)):
        if words == {whole, parts}:
            one = merged([kind for kind in types if kind.word == parts])
            found = unified([one if kind.word == parts else kind for kind in types]) if one is not None else None
            if found is not None and (found.word == whole or found == UNSURE):
                return found
    if {"object", "tuple"} <= words:
        return None
    return next((kind for kind in _by_preference(types) if all(becomes(other, kind) for other in types)), None)


def _of_one_form(word: str, types: list[Type]) -> Type | None:
    """Of objects with the same names, or tuples as long as each other, one like them; else a map or a list."""
    first = types[0]
    if any(kind.names != first.names or len(kind.parts) != len(first.parts) for kind in types):
        return _as_map(types) if word == "object" else _as_list(types)
    parts = [unified([kind.parts[at] for kind in types]) for at in range(len(first.parts))]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    made = Type(word, tuple(known), first.names)
    if all(becomes(kind, made) for kind in types):
        return made
    return _as_map(types) if word == "object" else _as_list(types)


def _as_map(types: list[Type]) -> Type | None:
    return _gathered("map", types)


def _as_list(types: list[Type]) -> Type | None:
    return _gathered("list", types)


def _gathered(word: str, types: list[Type]) -> Type | None:
    """One type for the members of all of them."""
    parts = [part for kind in types for part in kind.parts]
    member = unified(parts) if parts else None
    if member is None:
        return None
    made = Type(word, (member,))
    return made if all(becomes(kind, made) for kind in types) else None


def _by_preference(types: list[Type]) -> list[Type]:
    """The most general first: each before those that it is more general than, else in the order given."""
    left = [sum(_compared(other, kind) < 0 for other in types) for kind in types]
    made = [at for at, count in enumerate(left) if count == 0]
    for at in made:
        for other in range(len(types)):
            if _compared(types[at], types[other]) < 0:
                left[other] -= 1
                if left[other] == 0:
                    made.append(other)
    return [types[at] for at in made]


def _compared(a: Type, b: Type) -> int:
    """-1 where `a` is the more general one, 1 where `b` is, 0 where neither is."""
    if a.word == b.word:
        return _compared_parts(a, b)
    general = {("string", "number"), ("string", "bool"), ("list", "set"), ("tuple", "set"), ("list", "tuple")}
    general |= {("map", "object")}
    if b.word == "any" or (a.word, b.word) in general:
        return -1
    if a.word == "any" or (b.word, a.word) in general:
        return 1
    return 0


def _compared_parts(a: Type, b: Type) -> int:
    if a.names != b.names or len(a.parts) != len(b.parts):
        return 0
    found = set(map(_compared, a.parts, b.parts)) - {0}
    return found.pop() if len(found) == 1 else 0
