"""Dataclasses that cost next to nothing at start: what a class needs is made when its first object is.

The standard decorator writes and compiles half a dozen functions for every class, used or not, which is a third of the
time of a small run. For a type checker these are dataclasses; at run time they behave as those do, as far as we use
them: with slots, equality, hashes, defaults, `field`, `replace`, `fields`, `__post_init__`, matching, copying. That
nobody sets a field of a frozen one is for the type checker to see: watched at run time, it takes twice as long to make.
Of a class that is `Deferrable` there are objects of which some fields are made when the first of them is asked for.
"""

from __future__ import annotations

__all__ = ["Deferrable", "dataclass", "deferred", "field", "fields", "replace"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass, field, fields, replace
    from typing import TypeVar

    Made = TypeVar("Made", bound="Deferrable")

    class Deferrable:
        """A record of which some fields may not have been made yet; nobody who asks for one can tell."""

    def deferred(cls: type[Made], make: Callable[[], Made], **known: object) -> Made:
        """A record with the fields that are known; `make` is asked once, for one that has the others."""

else:  # names that begin and end with underscores are those of the standard decorator
    from operator import attrgetter

    MISSING = object()
    FIRST = 100  # objects that cost less than writing and compiling a function
    _FIELDS = "__record_fields__"

    class Field:
        """What a class says of one of its fields."""

        __slots__ = ("default", "default_factory", "init", "metadata", "name", "repr")

        def __init__(self, default, default_factory, init, shown, metadata):
            self.name = ""
            self.default, self.default_factory = default, default_factory
            self.init, self.repr, self.metadata = init, shown, metadata

    def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, metadata=()):  # noqa: A002
        """A field with more to say than its type: as `dataclasses.field`."""
        return Field(default, default_factory, init, repr, dict(metadata))

    def fields(record):
        """The fields of a class, or of an object's, in order."""
        return tuple(_field(name, given) for name, given in getattr(record, _FIELDS).items())

    def _field(name, given):
        """A field by what its class gives it: most are given a default or nothing, and nobody asks for more."""
        made = given if type(given) is Field else Field(given, MISSING, True, True, {})
        made.name = name
        return made

    def replace(record, /, **changes):
        """An object like another one but for some fields: as `dataclasses.replace`."""
        for name in record.__match_args__:
            if name not in changes:
                changes[name] = getattr(record, name)
        return type(record)(**changes)

    class Deferrable:
        """A record of which some fields may not have been made yet: their slots are empty until one is asked for."""

        __slots__ = ("_make",)

        def __getattr__(self, name):
            if name not in self.__slots__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            make = object.__getattribute__(self, "_make")
            made = make()
            self._make = None  # with all that it holds
            for field in self.__slots__:
                try:
                    object.__getattribute__(self, field)
                except AttributeError:
                    setattr(self, field, getattr(made, field))
            return object.__getattribute__(self, name)

    def deferred(cls, make, **known):
        """A record with the fields that are known; `make` is asked once, for one that has the others."""
        made = object.__new__(cls)
        made._make = make
        for name, value in known.items():
            setattr(made, name, value)
        return made

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """The class with its fields as slots. All of ours have slots."""
        if cls is None:
            return lambda cls: _record(cls, frozen, eq)
        return _record(cls, frozen, eq)

    def _record(cls, frozen, eq):
        space = dict(cls.__dict__)
        space.pop("__dict__", None)
        space.pop("__weakref__", None)
        own = {name: space.pop(name, MISSING) for name in space.get("__annotations__", ())}
        names = asked = tuple(own)
        if Field in map(type, own.values()):
            asked = tuple(name for name, one in own.items() if type(one) is not Field or one.init)
        space |= {
            "__slots__": names,
            "__match_args__": asked,
            _FIELDS: own,
            "__qualname__": cls.__qualname__,
            "__getstate__": _getstate,
            "__setstate__": _setstate,
        }
        space.setdefault("__repr__", _repr)
        if eq:
            get = attrgetter(*names) if names else _nothing
            space["__eq__"] = _equal(get)
            space["__hash__"] = _hash(get) if frozen else None
        made = type(cls)(cls.__name__, cls.__bases__, space)
        made.__init__ = _begun(made, own, asked)
        return made

    def _begun(cls, own, names):
        """The __init__ of a class that has no object yet, as many never have."""

        def __init__(self, *args, **named):  # noqa: N807
            cls.__init__ = _first(cls, own, names)
            cls.__init__(self, *args, **named)

        return __init__

    def _first(cls, own, names):
        """The __init__ of a class that has few objects yet: what is given is put into slots. Then one is written."""
        puts = {name: cls.__dict__[name].__set__ for name in own}
        every, number = tuple(puts.values()), len(own) if names == tuple(own) else None
        known = frozenset(names)
        given = {name: one.default if type(one) is Field else one for name, one in own.items()}
        defaults = {name: value for name, value in given.items() if value is not MISSING}
        told = {name: one for name, one in own.items() if type(one) is Field}
        makers = {name: one.default_factory for name, one in told.items() if one.default_factory is not MISSING}
        least = len(known | defaults.keys() | makers.keys())
        after = getattr(cls, "__post_init__", None)
        left = FIRST

        def __init__(self, *args, **named):  # noqa: N807
            nonlocal left
            left -= 1
            if len(args) == number and not named and left >= 0:
                for put, value in zip(every, args, strict=True):
                    put(self, value)
            else:
                given = dict(zip(names, args, strict=False)) | named
                if left < 0 or len(given) != len(args) + len(named) or not known >= given.keys():
                    cls.__init__ = _written(cls)
                    cls.__init__(self, *args, **named)  # which knows what to say of wrong ones
                    return
                for name, make in makers.items():
                    if name not in given:
                        given[name] = make()
                given = defaults | given
                if len(given) < least:
                    _written(cls)(self, *args, **named)  # which says what is missing
                for name, value in given.items():
                    puts[name](self, value)
            if after is not None:
                after(self)

        return __init__

    def _written(cls):
        space = {}
        heads, lines = [], []
        for one in fields(cls):
            value = name = one.name
            if one.default_factory is not MISSING:
                space[f"_made_{name}"], space["_MISSING"] = one.default_factory, MISSING
                value = f"_made_{name}() if {name} is _MISSING else {name}" if one.init else f"_made_{name}()"
            if one.init:
                default = ""
                if one.default_factory is not MISSING:
                    default = "=_MISSING"
                elif one.default is not MISSING:
                    space[f"_given_{name}"], default = one.default, f"=_given_{name}"
                heads.append(f"{name}{default}")
            elif one.default_factory is MISSING:
                if one.default is MISSING:
                    continue  # __post_init__ sets it
                space[f"_given_{name}"], value = one.default, f"_given_{name}"
            lines.append(f"    self.{name} = {value}")
        if hasattr(cls, "__post_init__"):
            lines.append("    self.__post_init__()")
        text = f"def __init__(self, {', '.join(heads)}):\n" + ("\n".join(lines) or "    pass")
        exec(text, space)  # noqa: S102  (names of fields and nothing else)
        made = space["__init__"]
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        return made

    def _nothing(self):
        return ()

    def _equal(get):
        def __eq__(self, other):  # noqa: N807
            if other.__class__ is not self.__class__:
                return NotImplemented
            return get(self) == get(other)

        return __eq__

    def _hash(get):
        def __hash__(self):  # noqa: N807
            return hash(get(self))

        return __hash__

    def _repr(self):
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _getstate(self):
        return [getattr(self, name) for name in self.__slots__]

    def _setstate(self, state):
        for name, value in zip(self.__slots__, state, strict=True):
            setattr(self, name, value)
