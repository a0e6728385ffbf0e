"""Conditions as policies write them, checked against the schema and the lists there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from mnlint.model.fact import Field, Schema
from mnlint.model.policy import ROOT, Condition, Lookup
from mnlint.model.typing import Any, Final
from mnlint.policy import mistakes, patterns
from mnlint.policy.mistakes import PolicyError, Where
from mnlint.policy.operators import ALL, TAKEN, VALUE, WITH_CASE
from mnlint.policy.paths import EACH, Steps, steps

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Columns = Callable[[str], Collection[str]]

LISTS: Final = ("allOf", "anyOf")
MEMBERS: Final = ("some", "every", "none", "count")
BODIES: Final = ("arm", "azurerm")  # what is asked of a resource's body, by the words it is written in
WORDS: Final = (*LISTS, "not", *MEMBERS, "field")
RESOURCE: Final = "resource"
MEMBER: Final = "member of a body"  # the kind of what `where` asks about inside a body
SEVERAL: Final = {"equals": "in", "notEquals": "notIn"}  # operators of one value, and those of several
LOOKUP: Final = ("list", "take", "at", "key", "where")


class Questions:
    """Conditions on one kind of fact and what it leads to; `bodies` are the languages of a resource's types.

    `columns` says what a list has at any date: at one day, no entry need have it.
    """

    def __init__(self, schema: Schema, tables: Tables, columns: Columns, bodies: Sequence[str] = ()) -> None:
        self.schema, self.tables, self.columns, self.bodies = schema, tables, columns, bodies
        self.lists: set[str] = set()  # those that were looked into

    def __call__(self, raw: Any, kind: str, where: Where) -> Condition:
        if isinstance(raw, list):
            raise PolicyError(where, "one condition is expected: several stand under `allOf:` or `anyOf:`")
        condition = mistakes.mapping(raw, where)
        good = (*WORDS, *BODIES) if kind in (RESOURCE, MEMBER) else WORDS
        words = [w for w in good if w in condition]
        if words and set(words) <= set(BODIES):
            return self._bodies(condition, kind, where)
        if len(words) != 1:
            for key in condition:
                if not words and key not in good:
                    mistakes.unknown("condition", key, good, (*where, str(key)))
            found = f", not {' and '.join(words)} at once" if words else ""
            raise PolicyError(where, f"a condition is one of {', '.join(good)}{found}")
        word = words[0]
        if word in LISTS:
            mistakes.keys(condition, (word,), where)
            return Condition(word, tuple(self._parts(condition[word], kind, (*where, word))))
        if word == "not":
            mistakes.keys(condition, ("not",), where)
            return Condition("not", (self(condition["not"], kind, (*where, "not")),))
        return self._test(condition, kind, where) if word == "field" else self._list(condition, word, kind, where)

    def _bodies(self, raw: Mapping[str, Any], kind: str, where: Where) -> Condition:
        """What is asked of each language's body: all that the types are written in, and no other."""
        mistakes.keys(raw, BODIES, where)
        for word in BODIES:
            if word in raw and word not in self.bodies:
                raise PolicyError((*where, word), f"none of the `types:` is written in {word}'s words")
            if word not in raw and word in self.bodies:
                raise PolicyError(where, f"`{word}:` is missing: some of the `types:` are written in its words")
        made = {word: self(raw[word], kind, (*where, word)) for word in raw}
        return Condition("body", tuple(made.get(word, next(iter(made.values()))) for word in BODIES))

    def _parts(self, raw: Any, kind: str, where: Where) -> Iterable[Condition]:
        if not isinstance(raw, list) or not raw:
            raise PolicyError(where, "a list of conditions is expected")
        return [self(part, kind, (*where, at)) for at, part in enumerate(raw)]

    def field(self, raw: Any, kind: str, where: Where) -> tuple[Steps, Field]:
        """A field path, which may pass to-one relations, and the field it ends at."""
        made, found = self._path(raw, kind, where)
        if EACH in made:
            raise PolicyError(where, f"[*] stands for several values: ask with {', '.join(MEMBERS)}, and `where:`")
        return made, found

    def _path(self, raw: Any, kind: str, where: Where) -> tuple[Steps, Field]:
        try:
            path = steps(mistakes.text(raw, where))
        except ValueError as error:
            raise PolicyError(where, str(error)) from error
        if path[0] == ROOT:
            return self._into_body(path, str(raw), kind, where)
        if kind == MEMBER:
            raise PolicyError(where, f"a path in `where:` begins with `$`, which is the member: $.{raw}")
        for at, step in enumerate(path):
            fields = self.schema.kinds[kind]
            if step not in fields:
                self._no_such_field(kind, path, at, where)
            found = fields[str(step)]
            if at == len(path) - 1:
                return path, found
            if found.kind != "one":
                many = found.kind == "many"
                members = f": ask its members with {', '.join(MEMBERS)}, and `where:`" if many else ""
                raise PolicyError(where, f"`{step}` leads to no single other fact{members}")
            kind = found.to
        raise PolicyError(where, "an empty path")

    def _into_body(self, path: Steps, written: str, kind: str, where: Where) -> tuple[Steps, Field]:
        if kind not in (RESOURCE, MEMBER):
            fields = ", ".join(self.schema.kinds[kind])
            raise PolicyError(where, f"only `for: {RESOURCE}` has a body; a field of {kind} is one of {fields}")
        if len(path) == 1 and kind != MEMBER:
            raise PolicyError(where, "`$` alone is the whole body: say what in it, such as $.properties")
        return path, Field(written, VALUE, "")

    def _no_such_field(self, kind: str, path: Steps, at: int, where: Where) -> None:
        """Refuses a step; if a fact that this one leads to has such a field, that path is the nearest good word."""
        fields, step = self.schema.kinds[kind], path[at]
        if kind == RESOURCE:
            if len(path) == 1 and mistakes.nearest(step, fields):
                mistakes.unknown(f"field of {kind}", step, fields, where)
            body = f"$.{'.'.join(map(str, path))}"
            raise PolicyError(where, f"no such field of {kind}: {step}; what is in its body begins with `$`: {body}")
        ways = [f"{f.name}.{step}" for f in fields.values() if f.kind == "one" and step in self.schema.kinds[f.to]]
        if ways:
            begin = "".join(f"{one}." for one in path[:at])
            raise PolicyError(where, f"no such field of {kind}: {step}; did you mean {begin}{ways[0]}?")
        mistakes.unknown(f"field of {kind}", step, fields, where)

    def _list(self, raw: Mapping[str, Any], word: str, kind: str, where: Where) -> Condition:
        extra = ("atLeast", "atMost") if word == "count" else ()
        mistakes.keys(raw, (word, "where", *extra), where)
        path, found = self._path(raw[word], kind, (*where, word))
        if found.kind not in ("many", "list", VALUE):
            raise PolicyError((*where, word), f"`{found.name}` is no list: ask with `field:`")
        if "where" in raw and found.kind == "list":
            raise PolicyError((*where, "where"), f"members of `{found.name}` have no fields to ask for")
        if word == "every" and "where" not in raw:
            raise PolicyError(where, "`where:` is missing: what is so of every member")
        if found.kind == VALUE and path[-1] != EACH:
            path = (*path, EACH)
        inside = found.to if found.kind == "many" else MEMBER
        parts = (self(raw["where"], inside, (*where, "where")),) if "where" in raw else ()
        bounds = [self._bound(raw, key, where) for key in ("atLeast", "atMost")]
        if word == "count" and bounds == [None, None]:
            raise PolicyError(where, "`count` goes with `atLeast:`, `atMost:` or both")
        return Condition(word, parts, path, at_least=bounds[0], at_most=bounds[1])

    def _bound(self, raw: Mapping[str, Any], key: str, where: Where) -> int | None:
        value = raw.get(key)
        if key in raw and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise PolicyError((*where, key), "a whole number is expected")
        return value

    def _test(self, raw: Mapping[str, Any], kind: str, where: Where) -> Condition:
        path, found = self.field(raw["field"], kind, (*where, "field"))
        rest = [key for key in raw if key not in ("field", "case")]
        taken = TAKEN[found.kind]
        for name in rest:
            if name not in ALL:
                mistakes.unknown("operator", name, taken or ALL, (*where, str(name)))
        if not taken:
            words = ", ".join(MEMBERS)
            raise PolicyError((*where, "field"), f"`{found.name}` is a list: ask its members with {words}")
        if len(rest) != 1:
            raise PolicyError(where, f"one operator is expected beside `field`: {', '.join(taken)}")
        name, argument = rest[0], raw[rest[0]]
        at = (*where, name)
        if name not in taken:
            raise PolicyError(at, f"`{name}` is not asked of {found.name}, {_KIND[found.kind]}: {', '.join(taken)} are")
        if "case" in raw and (raw["case"] != "exact" or name not in WITH_CASE):
            what = "`case:` can only be exact" if raw["case"] != "exact" else f"`case:` means nothing beside `{name}`"
            raise PolicyError((*where, "case"), what)
        if isinstance(argument, list) and name in SEVERAL:
            raise PolicyError(at, f"`{name}` compares with one value: with several, `{SEVERAL[name]}` does")
        checks: dict[str, Callable[[], object]] = {
            "exists": lambda: mistakes.truth(argument, at),
            "isResourceId": lambda: mistakes.truth(argument, at),
            "refersTo": lambda: mistakes.text(argument, at),
            "matches": lambda: _pattern(argument, at),
            "in": lambda: self._several(argument, found, kind, at),
            "notIn": lambda: self._several(argument, found, kind, at),
        }
        value = checks[name]() if name in checks else _scalar(argument, found, at)
        return Condition("test", path=path, operator=name, argument=value, exact="case" in raw)

    def _several(self, raw: Any, found: Field, kind: str, where: Where) -> object:
        if isinstance(raw, list):
            if not raw:
                raise PolicyError(where, "a list with at least one value is expected")
            return tuple(_scalar(member, found, (*where, at)) for at, member in enumerate(raw))
        if not isinstance(raw, dict):
            raise PolicyError(where, "a list of values is expected, or {list: …, take: …}")
        mistakes.keys(raw, LOOKUP, where)
        name = mistakes.text(raw.get("list"), (*where, "list"))
        if name not in self.tables:
            mistakes.unknown("list", name, self.tables, (*where, "list"))
        self.lists.add(name)
        take = self._column(name, raw.get("take"), (*where, "take"))
        wanted = mistakes.mapping(raw.get("where", {}), (*where, "where"))
        for column in wanted:
            self._column(name, column, (*where, "where", column))
        entries = [e for e in self.tables[name] if all(e.get(k) == v for k, v in wanted.items())]
        if ("at" in raw) is not ("key" in raw):
            raise PolicyError(where, "`at:` (a field) and `key:` (the column to find it in) go together")
        if "at" not in raw:
            return Lookup(None, tuple(value for e in entries for value in _values(e.get(take))))
        path, _ = self.field(raw["at"], kind, (*where, "at"))
        key = self._column(name, raw["key"], (*where, "key"))
        values: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            for one in _values(entry.get(key)):
                values[one.casefold()] = values.get(one.casefold(), ()) + _values(entry.get(take))
        return Lookup(values, (), path)

    def _column(self, name: str, raw: Any, where: Where) -> str:
        column = mistakes.text(raw, where)
        if not any(column in entry for entry in self.tables[name]):
            there = {*self.columns(name), *(key for entry in self.tables[name] for key in entry)}
            if column not in there:
                mistakes.unknown(f"column of the list {name}", column, there, where)
        return column


_KIND: Final = {
    "text": "a text",
    "enum": "one of a few words",
    "bool": "true or false",
    "number": "a number",
    "object": "an object",
    "one": "which leads to another fact",
}


def _values(raw: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in raw) if isinstance(raw, list) else () if raw is None else (str(raw),)


def _scalar(raw: Any, found: Field, where: Where) -> Any:
    """A value that a field can be compared with."""
    if found.kind == "bool" and not isinstance(raw, bool):
        raise PolicyError(where, f"{found.name} is true or false")
    if found.kind == "number" and (isinstance(raw, bool) or not isinstance(raw, int | float)):
        raise PolicyError(where, f"{found.name} is a number")
    if found.kind in ("text", "enum") and raw != "":
        mistakes.text(raw, where)
    if found.kind == "enum" and raw not in found.values:
        mistakes.unknown(f"value of {found.name}", raw, found.values, where)
    if not isinstance(raw, str | bool | int | float):
        raise PolicyError(where, "a text, a number or a truth is expected")
    return raw


def _pattern(raw: Any, where: Where) -> str:
    try:
        patterns.compiled(mistakes.text(raw, where))
    except patterns.PatternError as error:
        raise PolicyError(where, f"this pattern is not taken: {error}") from error
    return str(raw)
