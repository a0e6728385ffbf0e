"""What may stand in a file of users: one declaration for checking it, for its JSON Schema, and for words about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from mnlint.model.record import dataclass, field
from mnlint.model.typing import Any, Protocol

Where = tuple[str | int, ...]

MOST_MEMBERS = 1000  # of a list or a mapping
LONGEST = 1000  # characters of a text


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake: the way to it from the document's root, what is wrong, and whether the value is (or the key)."""

    where: Where
    what: str
    in_value: bool = True
    far: bool = False  # a key that is like none of those that may be there


class Form(Protocol):
    """What a value may be. `read` gives it as it is meant; mistakes go to `problems`, and it is void then."""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any: ...

    def schema(self) -> dict[str, Any]: ...

    @property
    def says(self) -> str: ...


def nearest(word: object, good: Iterable[str]) -> str:
    """The hint behind a word that is none of the good ones."""
    from difflib import get_close_matches

    words = [str(one) for one in good]
    text = str(word)[:LONGEST]
    near = [one for one in words if sorted(one.lower()) == sorted(text.lower())]  # letters that changed places
    near = near or get_close_matches(text, words, 1, 0.5) or get_close_matches(text.lower(), words, 1, 0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(words)}"


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is not empty. `fault` says what is wrong with it, if anything."""

    words: str = "text"
    fault: Callable[[str], str] = field(default=lambda text: "")
    pattern: str = ""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, str) or not raw or len(raw) > LONGEST:
            problems.append(Problem(where, f"a text is expected here: {self.words}"))
        elif self.pattern and not re.fullmatch(self.pattern, raw):
            problems.append(Problem(where, f"{raw!r} is not {self.words}"))
        elif words := self.fault(raw):
            problems.append(Problem(where, words))
        return raw

    def schema(self) -> dict[str, Any]:
        made: dict[str, Any] = {"type": "string", "minLength": 1}
        return made | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})

    @property
    def says(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that stays as exact as it was written."""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, str) or not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", raw):
            problems.append(Problem(where, "an amount such as 912.50 is expected here"))
        return raw

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}

    @property
    def says(self) -> str:
        return "amount"


def is_day(raw: object) -> bool:
    """Whether something is a day of the calendar, written as 2024-02-13: so written, days compare as texts do."""
    if not isinstance(raw, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        return False
    from datetime import date

    try:
        date.fromisoformat(raw)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not is_day(raw):
            problems.append(Problem(where, "a date such as 2024-02-13 is expected here"))
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

    @property
    def says(self) -> str:
        return "date"


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, bool):
            problems.append(Problem(where, "true or false is expected here"))
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    @property
    def says(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several words."""

    words: Sequence[str]
    kind: str = "word"

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, str):
            problems.append(Problem(where, f"one of {', '.join(self.words)} is expected here"))
        elif raw not in self.words:
            problems.append(Problem(where, f"no such {self.kind}: {raw}{nearest(raw, self.words)}"))
        return raw

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}

    @property
    def says(self) -> str:
        return " | ".join(self.words)


@dataclass(frozen=True, slots=True)
class ListOf:
    """Several of one form."""

    member: Form

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, list):
            problems.append(Problem(where, f"a list is expected here: {self.says}"))
            return []
        if len(raw) > MOST_MEMBERS:
            problems.append(Problem(where, f"more than {MOST_MEMBERS} members"))
            return []
        return [self.member.read(one, (*where, at), problems) for at, one in enumerate(raw)]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.member.schema(), "maxItems": MOST_MEMBERS}

    @property
    def says(self) -> str:
        return f"[{self.member.says}, ...]"


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names of the user's own choice, each with a value of one form, but for names that have a form of their own."""

    name: Form
    value: Form
    known: Mapping[str, Form] = field(default_factory=dict)

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, dict):
            problems.append(Problem(where, f"keys and values are expected here: {self.says}"))
            return {}
        if len(raw) > MOST_MEMBERS:
            problems.append(Problem(where, f"more than {MOST_MEMBERS} members"))
            return {}
        made = {}
        for key, value in raw.items():
            wrong: list[Problem] = []
            name = self.name.read(key, (*where, key), wrong)
            problems += [Problem(one.where, one.what, in_value=False) for one in wrong]
            made[name] = self.known.get(key, self.value).read(value, (*where, key), problems)
        return made

    def schema(self) -> dict[str, Any]:
        name = self.name.schema()
        names = {} if set(name) <= {"type", "minLength"} else {"propertyNames": name}
        known = {"properties": {key: form.schema() for key, form in self.known.items()}} if self.known else {}
        return {"type": "object", **names, **known, "additionalProperties": self.value.schema()}

    @property
    def says(self) -> str:
        return f"{{{self.name.says}: {self.value.says}, ...}}"


@dataclass(frozen=True, slots=True)
class Fields:
    """Named fields, each with its own form; others are mistakes."""

    fields: Mapping[str, Form]
    required: frozenset[str] = frozenset()
    kind: str = "key"
    abouts: Mapping[str, str] = field(default_factory=dict)
    unsaid: frozenset[str] = frozenset()  # fields that need no word where the others are named

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        if not isinstance(raw, dict):
            problems.append(Problem(where, f"keys and values are expected here: {self.says}"))
            return {}
        made = {}
        for key, value in raw.items():
            if key in self.fields:
                made[key] = self.fields[key].read(value, (*where, key), problems)
            else:
                hint = nearest(key, self._said)
                words = f"no such {self.kind}: {key}{hint}"
                far = "did you mean" not in hint
                problems.append(Problem((*where, key), words, in_value=False, far=far))
        missing = [key for key in self.fields if key in self.required and key not in raw]
        if missing and len(made) == len(raw):  # else it may be the one that is misspelt
            problems.append(Problem((*where, missing[0]), f"`{missing[0]}` is missing"))
        return made

    def schema(self) -> dict[str, Any]:
        fields = {
            key: form.schema() | ({"description": self.abouts[key]} if key in self.abouts else {})
            for key, form in self.fields.items()
        }
        required = {"required": [key for key in self.fields if key in self.required]} if self.required else {}
        return {"type": "object", "additionalProperties": False, "properties": fields, **required}

    @property
    def says(self) -> str:
        named = (f"{key}{'' if key in self.required else '?'}: {self.fields[key].says}" for key in self._said)
        return f"{{{', '.join(named)}}}"

    @property
    def _said(self) -> list[str]:
        return [key for key in self.fields if key not in self.unsaid]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several forms: the one for what is written (a text, a list, a mapping), or the one that fits best."""

    forms: Sequence[Form]

    def read(self, raw: Any, where: Where, problems: list[Problem]) -> Any:
        tried: list[tuple[bool, bool, int, int, list[Problem]]] = []
        for form in self.forms:
            wrong: list[Problem] = []
            made = form.read(raw, where, wrong)
            if not wrong:
                return made
            # What is of the right kind and wrong inside is told before what is of another kind altogether.
            other_kind = all(len(one.where) == len(where) for one in wrong)
            far = any(one.far for one in wrong)
            tried.append((other_kind, far, len(wrong), len(tried), wrong))
        problems += min(tried)[-1]
        return raw

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [form.schema() for form in self.forms]}

    @property
    def says(self) -> str:
        return " or ".join(form.says for form in self.forms)


WORDS: Mapping[str, Form] = {
    "text": Text(),
    "amount": Amount(),
    "truth": Truth(),
    "version": Text("version such as 4.15.0", pattern=r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,2}"),
    "day": Day(),
    "words": MapOf(Text(), Text()),
}


def parsed(spec: Any) -> Form:
    """A form as lists write it: a word, `a | b` for one of several, `[form]`, or fields, those with `?` optional."""
    if isinstance(spec, list):
        return ListOf(parsed(spec[0]))
    if isinstance(spec, dict):
        return fields(spec)
    if "|" in spec:
        return OneOf(tuple(word.strip() for word in spec.split("|")))
    return WORDS[spec]


def fields(spec: Mapping[str, Any], more: Mapping[str, Form] | None = None) -> Fields:
    """Fields as lists write them, and optional ones beside them."""
    made = {key.removesuffix("?"): parsed(value) for key, value in spec.items()}
    required = frozenset(key for key in spec if not key.endswith("?"))
    return Fields({**made, **(more or {})}, required, unsaid=frozenset(more or ()))
