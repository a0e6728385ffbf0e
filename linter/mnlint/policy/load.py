"""YAML to Policy; every mistake with its file, line, column and the nearest good word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from mnlint.model.fact import Field, Schema
from mnlint.model.finding import Card, Severity
from mnlint.model.policy import Condition, Lookup, Policy
from mnlint.policy.judge import PLACEHOLDER
from mnlint.policy.operators import NODE_OPERATORS, OPERATORS, pattern
from mnlint.policy.paths import Steps, steps

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Where = tuple[str | int, ...]

REQUIRED = ("id", "name", "title", "severity", "for", "require", "message", "why", "fix", "see", "added")
OPTIONAL = (
    "when", "mark", "tags", "since", "until", "seed", "dialects", "security", "cwe", "azure-policy", "mcsb", "was",
    "retired", "precision", "basis", "strict", "suppressible",
)  # fmt: skip
LISTS = ("allOf", "anyOf")
MEMBERS = ("some", "every", "none", "count")
# What a policy rests on: the article, later documentation, a schema of the service or a provider, what users reported.
BASES = ("seed", "doc", "api", "field")


class PolicyError(Exception):
    """A policy that cannot be taken: where in the document (a path of keys), and what is wrong."""

    def __init__(self, where: Where, what: str) -> None:
        super().__init__(what)
        self.where, self.what = where, what


def load(document: Any, schema: Schema, tables: Tables, file: str) -> Policy:
    """One policy from the first document of its file. Raises PolicyError at the first mistake."""
    raw = _mapping(document, ())
    _keys(raw, (*REQUIRED, *OPTIONAL), ())
    for key in REQUIRED:
        if key not in raw:
            raise PolicyError((), f"`{key}:` is missing")
    if not re.fullmatch(r"[A-Z]{2,}[0-9]{3,}", _text(raw["id"], ("id",))):
        raise PolicyError(("id",), "an id is letters and at least three digits, such as MN001")
    subject = _text(raw["for"], ("for",))
    if subject not in schema.kinds:
        _unknown("kind of fact", subject, schema.kinds, ("for",))
    load_condition = _Conditions(schema, tables)
    severities = _severities(raw["severity"], load_condition, subject)
    message = _text(raw["message"], ("message",))
    for found in PLACEHOLDER.finditer(message):
        load_condition.field(found[1], subject, ("message",))
    mark = load_condition.field(raw["mark"], subject, ("mark",))[0] if "mark" in raw else ()
    card = Card(
        id=raw["id"],
        name=_text(raw["name"], ("name",)),
        title=_text(raw["title"], ("title",)),
        severity=severities[-1][1],
        why=_prose(raw["why"], ("why",)),
        fix=_prose(raw["fix"], ("fix",)),
        see=_texts(raw["see"], ("see",)),
        tags=_texts(raw.get("tags", []), ("tags",)),
        added=_text(raw["added"], ("added",)),
        seed=raw.get("seed"),
        basis=_bases(raw.get("basis", [])),
        security=raw.get("security"),
        cwe=_texts(raw.get("cwe", []), ("cwe",)),
        azure_policy=_texts(raw.get("azure-policy", []), ("azure-policy",)),
        mcsb=_texts(raw.get("mcsb", []), ("mcsb",)),
        precision=raw.get("precision", "very-high"),
        suppressible=_yes_or_no(raw.get("suppressible", True), ("suppressible",)),
    )
    return Policy(
        card=card,
        subject=subject,
        require=load_condition(raw["require"], subject, ("require",)),
        when=load_condition(raw["when"], subject, ("when",)) if "when" in raw else None,
        message=message,
        severities=severities,
        strict=_severity(raw["strict"], ("strict",)) if "strict" in raw else None,
        mark=mark,
        dialects=_texts(raw.get("dialects", []), ("dialects",)),
        since=_date(raw, "since"),
        until=_date(raw, "until"),
        file=file,
    )


def _bases(raw: Any) -> tuple[str, ...]:
    bases = _texts(raw, ("basis",))
    for at, word in enumerate(bases):
        if word not in BASES:
            _unknown("basis", word, BASES, ("basis", at))
    return bases


def _date(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is not None and not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        raise PolicyError((key,), "a date is written as 2024-02-13, in quotation marks")
    return value


def _severities(raw: Any, load_condition: _Conditions, subject: str) -> tuple[tuple[Condition | None, Severity], ...]:
    """A word, or a list of {when, is} that ends with {is}."""
    if isinstance(raw, str):
        return ((None, _severity(raw, ("severity",))),)
    if not isinstance(raw, list) or not raw:
        raise PolicyError(("severity",), "a severity is error, warning or note, or a list of {when, is}")
    made: list[tuple[Condition | None, Severity]] = []
    for at, entry in enumerate(raw):
        where: Where = ("severity", at)
        _keys(_mapping(entry, where), ("when", "is"), where)
        condition = load_condition(entry["when"], subject, (*where, "when")) if "when" in entry else None
        made.append((condition, _severity(entry.get("is"), (*where, "is"))))
    if made[-1][0] is not None:
        raise PolicyError(("severity", len(raw) - 1), "the last severity has no `when`: it is what holds otherwise")
    return tuple(made)


def _severity(raw: Any, where: Where) -> Severity:
    words = {s.level: s for s in Severity}
    return words[raw] if raw in words else _unknown("severity", raw, words, where)


class _Conditions:
    """Conditions checked against a schema and the lists there are."""

    def __init__(self, schema: Schema, tables: Tables) -> None:
        self.schema, self.tables = schema, tables

    def __call__(self, raw: Any, kind: str, where: Where) -> Condition:
        condition = _mapping(raw, where)
        words = [w for w in (*LISTS, "not", *MEMBERS, "field") if w in condition]
        if len(words) != 1:
            good = (*LISTS, "not", *MEMBERS, "field")
            for key in condition:
                if not words and key not in good:
                    _unknown("condition", key, good, (*where, key))
            raise PolicyError(where, f"a condition is one of {', '.join(good)}")
        word = words[0]
        if word in LISTS:
            _keys(condition, (word,), where)
            return Condition(word, tuple(self._parts(condition[word], kind, (*where, word))))
        if word == "not":
            _keys(condition, ("not",), where)
            return Condition("not", (self(condition["not"], kind, (*where, "not")),))
        return self._test(condition, kind, where) if word == "field" else self._list(condition, word, kind, where)

    def _parts(self, raw: Any, kind: str, where: Where) -> Iterable[Condition]:
        if not isinstance(raw, list) or not raw:
            raise PolicyError(where, "a list of conditions is expected")
        return [self(part, kind, (*where, at)) for at, part in enumerate(raw)]

    def field(self, raw: Any, kind: str, where: Where) -> tuple[Steps, Field]:
        """A field path, which may pass to-one relations, and the field it ends at."""
        try:
            path = steps(_text(raw, where))
        except ValueError as error:
            raise PolicyError(where, str(error)) from error
        for at, step in enumerate(path):
            fields = self.schema.kinds[kind]
            if step not in fields:
                _unknown(f"field of {kind}", step, fields, where)
            found = fields[str(step)]
            if at == len(path) - 1:
                return path, found
            if found.kind != "one":
                raise PolicyError(where, f"`{step}` leads to no single other fact, so that nothing can follow it")
            kind = found.to
        raise PolicyError(where, "an empty path")

    def _list(self, raw: Mapping[str, Any], word: str, kind: str, where: Where) -> Condition:
        extra = ("atLeast", "atMost") if word == "count" else ()
        _keys(raw, (word, "where", *extra), where)
        path, found = self.field(raw[word], kind, (*where, word))
        if found.kind not in ("many", "list"):
            raise PolicyError((*where, word), f"`{found.name}` is no list")
        if "where" in raw and found.kind != "many":
            raise PolicyError((*where, "where"), f"members of `{found.name}` have no fields to ask for")
        parts = (self(raw["where"], found.to, (*where, "where")),) if "where" in raw else ()
        return Condition(word, parts, path, at_least=raw.get("atLeast"), at_most=raw.get("atMost"))

    def _test(self, raw: Mapping[str, Any], kind: str, where: Where) -> Condition:
        path, found = self.field(raw["field"], kind, (*where, "field"))
        rest = [key for key in raw if key not in ("field", "case")]
        good = (*OPERATORS, *NODE_OPERATORS)
        if len(rest) != 1:
            raise PolicyError(where, f"one operator is expected beside `field`: {', '.join(good)}")
        name, argument = rest[0], raw[rest[0]]
        at = (*where, name)
        if name not in good:
            _unknown("operator", name, good, at)
        if raw.get("case", "exact") != "exact":
            raise PolicyError((*where, "case"), "`case:` can only be exact")
        checks: dict[str, Callable[[], object]] = {
            "exists": lambda: _bool(argument, at),
            "isResourceId": lambda: _bool(argument, at),
            "matches": lambda: _pattern(argument, at),
            "in": lambda: self._several(argument, found, kind, at),
            "notIn": lambda: self._several(argument, found, kind, at),
        }
        value = checks[name]() if name in checks else _member(argument, found, at)
        return Condition("test", path=path, operator=name, argument=value, exact="case" in raw)

    def _several(self, raw: Any, found: Field, kind: str, where: Where) -> object:
        if isinstance(raw, list):
            return tuple(_member(member, found, (*where, at)) for at, member in enumerate(raw))
        spec = _mapping(raw, where)
        _keys(spec, ("list", "take", "at", "key", "where"), where)
        name = _text(spec.get("list"), (*where, "list"))
        if name not in self.tables:
            _unknown("list", name, self.tables, (*where, "list"))
        take = _text(spec.get("take"), (*where, "take"))
        wanted = spec.get("where", {})
        entries = [e for e in self.tables[name] if all(e.get(k) == v for k, v in wanted.items())]
        if self.tables[name] and not any(take in e for e in self.tables[name]):
            _unknown(f"entry of {name}", take, {k for e in self.tables[name] for k in e}, (*where, "take"))
        if "at" not in spec:
            return Lookup(None, tuple(value for e in entries for value in _values(e.get(take))))
        path, _ = self.field(spec["at"], kind, (*where, "at"))
        key = _text(spec.get("key"), (*where, "key"))
        values: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            for one in _values(entry.get(key)):
                values[one.casefold()] = values.get(one.casefold(), ()) + _values(entry.get(take))
        return Lookup(values, (), path)


def _values(raw: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in raw) if isinstance(raw, list) else () if raw is None else (str(raw),)


def _member(raw: Any, found: Field, where: Where) -> Any:
    if not isinstance(raw, str | bool | int | float):
        raise PolicyError(where, "a text, a number or a truth is expected")
    if found.kind == "enum" and raw not in found.values:
        _unknown(f"value of {found.name}", raw, found.values, where)
    if found.kind == "bool" and not isinstance(raw, bool):
        raise PolicyError(where, f"{found.name} is true or false")
    return raw


def _pattern(raw: Any, where: Where) -> str:
    try:
        pattern(_text(raw, where), False)
    except (ValueError, re.error) as error:
        raise PolicyError(where, f"this pattern is not taken: {error}") from error
    return str(raw)


def _mapping(raw: Any, where: Where) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise PolicyError(where, "keys and values are expected here")
    return raw


def _keys(raw: Mapping[str, Any], good: Iterable[str], where: Where) -> None:
    for key in raw:
        if key not in good:
            _unknown("key", key, good, (*where, key))


def _text(raw: Any, where: Where) -> str:
    if not isinstance(raw, str) or not raw:
        raise PolicyError(where, "a text is expected")
    return raw


def _yes_or_no(raw: Any, where: Where) -> bool:
    if not isinstance(raw, bool):
        raise PolicyError(where, "true or false is expected")
    return raw


def _prose(raw: Any, where: Where) -> str:
    return " ".join(_text(raw, where).split())


def _texts(raw: Any, where: Where) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise PolicyError(where, "a list of texts is expected")
    return tuple(_text(member, (*where, at)) for at, member in enumerate(raw))


def _bool(raw: Any, where: Where) -> bool:
    if not isinstance(raw, bool):
        raise PolicyError(where, "true or false is expected")
    return raw


def _unknown(what: str, word: object, good: Iterable[str], where: Where) -> NoReturn:
    near = get_close_matches(str(word), [str(g) for g in good], 1, 0.5)
    hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(str(g) for g in good))}"
    raise PolicyError(where, f"no such {what}: {word}{hint}")
