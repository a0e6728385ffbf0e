"""A graph of our own records as plain data for JSON, and back: what is shared stays shared, and nothing is trusted.

A table of rows in which a part stands before the whole, whose last row is the whole. A scalar is a row that stands for
itself; anything else is a list: its tag, and the numbers of the rows of its parts. The first numbers are those of the
objects that both sides are `given`. Behind the tags of `_MAKERS` come those of classes of the model, in the order of
their `names`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import cache
from importlib import import_module
from operator import attrgetter

from mnlint.model.typing import Any, Final
from mnlint.model.value import ABSENT, Absent

MODEL: Final = "mnlint.model."
# What taking apart data raises that is none of ours, be it no table at all.
NONE_OF_OURS: Final = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
_SCALARS: Final = frozenset((str, int, float, bool, type(None)))
# The tags of what is no class of the model; _TEXT is that of a text that is none to JSON: it has halves of characters.
_TUPLE, _LIST, _DICT, _FROZENSET, _SET, _DECIMAL, _BYTES, _TEXT = range(8)
_LISTED: Final[dict[type, int]] = {tuple: _TUPLE, list: _LIST, frozenset: _FROZENSET, set: _SET}
_HALVES: Final = "surrogatepass"
_MOST_BITS: Final = 14_000  # of a number: Python writes and reads none that is much longer

Made = tuple[int, Iterable[Any]]  # a tag, and the parts


def encode(value: object, given: Sequence[object] = ()) -> dict[str, Any]:
    """The table of a value. TypeError if anything in it is not ours, or holds itself."""
    return _Table(given).of(value)


def decode(table: object, given: Sequence[object] = ()) -> Any:
    """What a table is of, with the objects that were given when it was made. ValueError if it is none of ours."""
    try:
        return _decoded(table, given)
    except Exception as error:
        raise ValueError(f"no table of records: {error}") from error


class _Table:
    """The rows made so far, and the numbers of what they stand for."""

    def __init__(self, given: Sequence[object]) -> None:
        self.given = len(given)
        self.rows: list[Any] = []
        self.numbers: dict[int, int] = {id(one): number for number, one in enumerate(given)}
        self.scalars: dict[tuple[type, object], int] = {}
        self.classes: dict[type, tuple[int, Callable[[Any], Iterable[Any]]]] = {}

    def of(self, root: object) -> dict[str, Any]:
        if id(root) in self.numbers:
            raise TypeError("there is nothing to write of what is given")
        if type(root) in _SCALARS:
            self.scalar(root)
        else:
            self.compound(root)
        names = [f"{cls.__module__.removeprefix(MODEL)}.{cls.__qualname__}" for cls in self.classes]
        return {"names": names, "given": self.given, "rows": self.rows}

    def compound(self, root: object) -> None:
        """Writes everything below a value, and then the value. Trees may be deeper than Python would follow."""
        numbers, rows = self.numbers, self.rows
        begun: dict[int, Made] = {}
        stack = [root]
        while stack:
            value = stack[-1]
            key = id(value)
            if key in numbers:
                stack.pop()
                continue
            if key not in begun:
                begun[key] = tag, parts = self.parts(value)
                below = [p for p in parts if type(p) not in _SCALARS and id(p) not in numbers]
                if below:
                    if any(id(part) in begun for part in below):
                        raise TypeError(f"this {type(value).__name__} holds itself")
                    stack.extend(reversed(below))
                    continue
            tag, parts = begun.pop(key)
            row = [tag]
            row += [self.scalar(part) if type(part) in _SCALARS else numbers[id(part)] for part in parts]
            numbers[key] = len(rows) + self.given
            rows.append(row)
            stack.pop()

    def parts(self, value: Any) -> Made:
        """The tag of a value, and what it is made of."""
        kind = type(value)
        if kind is tuple or kind is list:
            return _LISTED[kind], value
        if kind is dict:
            return _DICT, [_key(one) if not at else one for pair in value.items() for at, one in enumerate(pair)]
        if kind is frozenset or kind is set:
            # Texts have no order of their own in a set, and what is written should not be another one every time.
            members = list(map(_key, value))
            return _LISTED[kind], sorted(members) if all(type(one) is str for one in members) else members
        if kind is bytes:
            return _BYTES, (value.hex(),)
        known = self.classes.get(kind)
        if known is None:
            if _is_decimal(kind):
                return _DECIMAL, (str(value),)
            known = self.classes[kind] = len(_MAKERS) + len(self.classes), _parts_of(kind)
        tag, get = known
        return tag, get(value)

    def scalar(self, value: Any) -> int:
        """The number of a scalar's row."""
        kind = type(value)
        key = kind, repr(value) if kind is float else value  # 0.0 is not -0.0
        number = self.scalars.get(key)
        if number is None:
            if kind is int and value.bit_length() > _MOST_BITS:
                raise TypeError("a number that is too long")
            if kind is str and not _is_text(value):
                written = self.scalar(value.encode("utf-8", _HALVES).hex())
                value = [_TEXT, written]
            number = self.scalars[key] = len(self.rows) + self.given
            self.rows.append(value)
        return number


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key(value: Any) -> Any:
    """A key of a dict or a member of a set, if it is a scalar or made of nothing else: the hash of a deep one may take
    for ever, and what is nobody's equal cannot be found again."""
    kind: Any = type(value)
    if kind in _SCALARS or kind is bytes or _is_decimal(kind) or isinstance(value, Enum):
        return value
    plain = kind is tuple or kind is frozenset
    if not plain and (not _is_ours(kind) or kind.__hash__ in (None, object.__hash__)):
        raise TypeError(f"{kind.__name__} as a key")
    parts = value if plain else [getattr(value, name) for name in kind.__record_fields__]
    if not all(type(part) in _SCALARS for part in parts):
        raise TypeError(f"{kind.__name__} as a key, with more than scalars in it")
    return value


def _is_decimal(kind: type) -> bool:
    """Told by its name: few runs have one, and need the module."""
    return kind.__module__ == "decimal" and kind.__name__ == "Decimal"


# ── classes of the model ──


def _fields(cls: Any) -> tuple[str, ...]:
    """The fields that a record is made of."""
    return tuple(cls.__match_args__)


def _is_ours(cls: Any) -> bool:
    module, name = getattr(cls, "__module__", ""), getattr(cls, "__qualname__", "")
    return (
        isinstance(cls, type)
        and module.startswith(MODEL)
        and _is_name(f"{module.removeprefix(MODEL)}.{name}")
        and ("__record_fields__" in cls.__dict__ or issubclass(cls, Enum))
    )


def _is_name(text: str) -> bool:
    """Whether it is of the form `module.Class`, in letters alone."""
    module, _, own = text.partition(".")
    return text.isascii() and module.isalpha() and module.islower() and own.isalpha()


def _parts_of(cls: Any) -> Callable[[Any], Iterable[Any]]:
    """What takes an object of a class apart."""
    if not _is_ours(cls):
        raise TypeError(f"{cls.__module__}.{cls.__qualname__} is no record of the model")
    if issubclass(cls, Enum):
        return lambda member: (member.name,)
    names = _fields(cls)
    return attrgetter(*names) if len(names) > 1 else lambda record: [getattr(record, name) for name in names]


def _class_of(name: str) -> Any:
    if not _is_name(name):
        raise ValueError("a name that no class has")
    module, _, own = name.partition(".")
    cls = getattr(import_module(MODEL + module), own)
    if not _is_ours(cls) or cls.__module__ != MODEL + module:
        raise ValueError(f"{name} is no record of the model")
    return cls


# ── back ──

Maker = Callable[..., Any]


def _decoded(table: Any, given: Sequence[object]) -> Any:
    if table["given"] != len(given):
        raise ValueError("not what was given when it was made")
    makers = dict(enumerate((*_MAKERS, *map(_maker, table["names"]))))
    rows = table["rows"]
    made = list(given)
    append = made.append
    for row in rows:
        kind = type(row)
        if kind is list:
            make, most = makers[row[0]]
            if most == 4:  # spans and expressions, which are most of all
                _, one, two, three = row
                if one < 0 or two < 0 or three < 0:
                    raise ValueError("the number of no row")
                append(make(made[one], made[two], made[three]))
                continue
            if min(row) < 0:
                raise ValueError("the number of no row")
            if most is None:
                append(make([made[at] for at in row[1:]]))
            elif len(row) == most:
                append(make(*[made[at] for at in row[1:]]))
            else:
                raise ValueError("a record with too many parts, or not enough")
        elif kind in _SCALARS:
            append(row)
        else:
            raise ValueError("a row that is neither scalar nor list")
    if not rows:
        raise ValueError("nothing in it")
    return made[-1]


@cache
def _maker(name: str) -> tuple[Maker, int | None]:
    """What makes the objects of a class out of their parts, and how long their rows are."""
    cls = _class_of(name)
    if issubclass(cls, Enum):
        return cls.__members__.__getitem__, 2
    if cls is Absent:  # everybody asks whether a value is the one that there is
        return lambda: ABSENT, 1
    return cls, 1 + len(_fields(cls))


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def _dict(parts: list[Any]) -> dict[Any, Any]:
    if len(parts) % 2:
        raise ValueError("a key without its value")
    return {_key(key): value for key, value in zip(parts[::2], parts[1::2], strict=True)}


# In the order of their tags; None for rows of any length, whose parts come as one list.
_MAKERS: Final[tuple[tuple[Maker, int | None], ...]] = (
    (tuple, None),
    (lambda parts: parts, None),
    (_dict, None),
    (lambda parts: frozenset(map(_key, parts)), None),
    (lambda parts: set(map(_key, parts)), None),
    (_decimal, 2),
    (bytes.fromhex, 2),
    (lambda text: bytes.fromhex(text).decode("utf-8", _HALVES), 2),
)
