"""Whether an ARM template is free of what its reader tells as a mistake, seen on plain data, before anything is read.

What is not sure counts as a mistake. Of a template without one nothing has to be read that nobody asks for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from mnlint.formats import armexpr
from mnlint.model.expr import Expr, Op
from mnlint.model.pattern import pattern
from mnlint.model.record import dataclass
from mnlint.model.text import Source, Span
from mnlint.model.typing import Any, Final

MAX_RESOURCES: Final = 10_000  # of a file; Azure takes 800 of a template
MAX_WAITS: Final = 800  # resources that one waits for

# A quote behind a backslash begins no text of JSON, and a text that begins is looked through once.
_EXPRESSIONS: Final = re.compile(r'"(\[(?<!\\"\[)(?!\[)[^"\\]*+(?:\\.[^"\\]*+)*+)(?<=\])"', re.DOTALL).findall
_HIDDEN: Final = "\\u005"  # a square bracket may be written so
_VARIABLE: Final = pattern(r"\[\s*variables\(\s*'([^']*)'\s*\)\s*\]", re.IGNORECASE)
_READINGS: Final = 2  # of one text, where a link may go by a variable: as it stands, and for where the link leads
_KNOWN: Final = 20_000  # expressions that are remembered: a module's stand in every template that it went into
_HELD: Final = 100  # templates out of variables, each of which is looked at for every deployment that it is for
_GIVEN: Final = frozenset(("value", "reference", "expression"))

_Members = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sound:
    """What is known of a template without a mistake; see `Template.namespaces`."""

    namespaces: frozenset[str] | None


def sound(root: object, text: str) -> Sound | None:
    """What there is to know if no mistake is in a template, `root` as Python reads its `text`; None if one may be."""
    walk = _Walk()
    if walk.is_sound(root) and _has_sound_expressions(text, _READINGS if walk.links else 1, walk.words):
        return Sound(frozenset(walk.namespaces) if walk.whole else None)
    return None


# ── expressions ──


def _has_sound_expressions(text: str, readings: int, more: int) -> bool:
    """Whether all of them are, read so many times, and not too many with `more` words of others."""
    if _HIDDEN in text:
        return False
    words = longest = 0
    for written, times in Counter(_EXPRESSIONS(text)).items():
        found = _words(json.loads(f'"{written}"', strict=False) if "\\" in written else written)
        if found is None:
            return False
        words += found * times
        longest = max(longest, len(written))
    return readings * words + more + longest <= armexpr.MAX_TOKENS


@lru_cache(_KNOWN)
def _words(text: str) -> int | None:
    """How many tokens an expression has; None if it is none."""
    made = _lowered(text)
    return None if made.notice is not None else made.tokens


@lru_cache(_KNOWN)
def _makes_value(text: str) -> bool:
    """True for an expression that an assignment may consist of: what it makes is no text and no list."""
    return armexpr.is_expression(text) and _lowered(text).expr.op not in (Op.OBJECT, Op.ARRAY, Op.LITERAL)


def _lowered(text: str) -> armexpr.Lowered:
    return armexpr.lower(Expr(Op.LITERAL, Span("", 0, len(text) + 2), (text,)), Source("", ""))


# ── what is declared ──


class _Walk:
    """The templates of one file, those in others among them, and how many resources they have."""

    __slots__ = ("held", "left", "links", "namespaces", "todo", "whole", "words")

    def __init__(self) -> None:
        self.left = MAX_RESOURCES
        self.links = False  # whether any deployment may be of a template in another file
        self.whole = True  # whether nothing is deployed that stands elsewhere
        self.namespaces: set[str] = set()
        self.words = 0  # of the expressions of templates out of variables, for each deployment
        self.held = _HELD
        self.todo: list[tuple[object, tuple[_Members, ...]]] = []  # each with the variables that may be meant in it

    def is_sound(self, root: object) -> bool:
        self.todo.append((root, ()))
        while self.todo:
            if not self.has_sound_sections(*self.todo.pop()):
                return False
        return True

    def has_sound_sections(self, template: object, around: tuple[_Members, ...]) -> bool:
        sections = _members(template)
        if sections is None or not ("$schema" in sections or "resources" in sections):
            return False
        if not all(isinstance(sections.get(name, {}), dict) for name in ("parameters", "variables", "outputs")):
            return False
        if not all(isinstance(one, dict) for one in sections.get("parameters", {}).values()):
            return False
        spaces = sections.get("functions", [])
        if not isinstance(spaces, list):
            return False
        for space in map(_members, spaces):
            if space is None or not isinstance(space.get("members", {}), dict):
                return False
        variables = _members(sections.get("variables", {}))
        if variables is None:
            return False
        return self.are_sound(sections.get("resources", []), (*around, variables), in_loop=False)

    def are_sound(self, resources: object, variables: tuple[_Members, ...], *, in_loop: bool) -> bool:
        if isinstance(resources, dict):
            resources = list(resources.values())
        if not isinstance(resources, list):
            return False
        self.left -= len(resources)
        return self.left >= 0 and all(self.is_sound_resource(one, variables, in_loop=in_loop) for one in resources)

    def is_sound_resource(self, whole: object, variables: tuple[_Members, ...], *, in_loop: bool) -> bool:
        inside = _members(whole)
        if inside is None or "type" not in inside or (in_loop and "copy" in inside):
            return False
        waits = inside.get("dependson", [])
        if isinstance(waits, list) and len(waits) > MAX_WAITS:
            return False
        kind = inside["type"]
        self.note(kind)
        deploys = isinstance(kind, str) and kind.lower().endswith("deployments")
        if deploys and not self.is_sound_deployment(inside, variables):
            return False
        return self.are_sound(inside.get("resources", []), variables, in_loop=in_loop or "copy" in inside)

    def note(self, kind: object) -> None:
        """Keeps the namespace of a type; a child's may be its parent's."""
        namespace, inside, _ = kind.lower().partition("/") if isinstance(kind, str) else ("", "", "")
        if "." in namespace or "[" in namespace or not isinstance(kind, str):
            self.namespaces.add(namespace if inside and "[" not in namespace else "")

    def is_sound_deployment(self, inside: _Members, variables: tuple[_Members, ...]) -> bool:
        properties = _members(inside.get("properties", {}))
        if properties is None:
            return False
        template = properties.get("template")
        self.links = self.links or "templatelink" in properties
        if isinstance(template, str):
            named = _VARIABLE.fullmatch(template)
            held = [found[named[1].lower()] for found in variables if named[1].lower() in found] if named else [None]
            if not all(isinstance(one, dict) and self.is_sound_when_held(one, variables) for one in held):
                return False
            self.whole = self.whole and bool(held)
        elif "template" in properties:
            options = _members(properties.get("expressionevaluationoptions")) or {}
            self.todo.append((template, () if str(options.get("scope")).lower() == "inner" else variables))
        else:
            self.whole = False
        given = properties.get("parameters", {})
        if not isinstance(given, dict):
            return True
        return all(_is_sound_assignment(value) for value in given.values())

    def is_sound_when_held(self, template: object, variables: tuple[_Members, ...]) -> bool:
        """Of a template that a variable holds: texts with doubled brackets are its expressions."""
        self.held -= 1
        found: list[str] = []
        self.todo.append((_evaluated(template, found), ()))  # whatever its options say, it has names of its own
        counts = [_words(one) for one in found]
        self.words += sum(one for one in counts if one is not None)
        return self.held >= 0 and None not in counts


def _evaluated(value: Any, found: list[str]) -> Any:
    """A value with its doubled brackets made single. Recursion is bounded by the depth of the JSON text."""
    if isinstance(value, dict):
        return {_evaluated(name, found): _evaluated(one, found) for name, one in value.items()}
    if isinstance(value, list):
        return [_evaluated(one, found) for one in value]
    if not isinstance(value, str) or value[:2] != "[[" or value[-1:] != "]":
        return value
    if armexpr.is_expression(value[1:]):
        found.append(value[1:])
    return value[1:]


def _is_sound_assignment(value: object) -> bool:
    if isinstance(value, dict):
        return any(key.lower() in _GIVEN for key in value) or _makes_values(value.get("copy"))
    return isinstance(value, str) and _makes_value(value)


def _makes_values(copy: object) -> bool:
    """True for a `copy` that makes a member `value`."""
    loops = [_members(one) for one in copy] if isinstance(copy, list) else []
    names = [one.get("name") for one in loops if one is not None and "count" in one and "input" in one]
    texts = [name.lower() for name in names if isinstance(name, str)]
    return "value" in texts and len(texts) == len(loops)


def _members(value: object) -> _Members | None:
    """The members of an object by name in lower case; None for anything else, and where two names differ in case."""
    if not isinstance(value, dict):
        return None
    found = {name.lower(): one for name, one in value.items()}
    return found if len(found) == len(value) else None
