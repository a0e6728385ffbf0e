"""JSON as the platform reads it: single quotes, comments and commas at the end are no mistakes."""

from __future__ import annotations

import json
import re

from mnlint.model.pattern import pattern
from mnlint.model.typing import Any
from mnlint.resolve.functions.strings import Plain, from_base64, text

MAX_NESTING = 100
_SPACE = pattern(r"(?:[ \t\r\n\ufeff]|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+")
_TEXT = pattern(r'"((?:[^"\\]|\\.)*+)"|\'((?:[^\'\\]|\\.)*+)\'', re.DOTALL)
_NUMBER = pattern(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?(?:[eE][+-]?[0-9]{1,3})?")
_WORD = pattern(r"[A-Za-z_$][\w$]*+", re.ASCII)
_WORDS = {"true": True, "false": False, "null": None}


def parse(source: str) -> Any:
    """The value that a JSON text is. Raises ValueError where it is none, or nested too deeply."""
    if source.count("[") + source.count("{") <= MAX_NESTING:
        try:
            return json.loads(source, parse_constant=_refuse)
        except ValueError:
            pass
    return _Reader(source).whole()


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


class _Reader:
    """A recursive descent over a text."""

    __slots__ = ("at", "source")

    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0

    def whole(self) -> Any:
        made = self.value(0)
        self.space()
        if self.at < len(self.source):
            raise ValueError("more than one value")
        return made

    def space(self) -> None:
        found = _SPACE.match(self.source, self.at)
        self.at = found.end() if found else self.at

    def took(self, sign: str) -> bool:
        self.space()
        if not self.source.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def value(self, depth: int) -> Any:
        if depth > MAX_NESTING:
            raise ValueError("nested too deeply")
        if self.took("{"):
            return self.members(depth)
        if self.took("["):
            items: list[Any] = []
            while not self.took("]"):
                items.append(self.value(depth + 1))
                if not self.took(","):
                    self.need("]")
                    break
            return items
        self.space()
        number = _NUMBER.match(self.source, self.at)
        if number is not None:
            self.at = number.end()
            return json.loads(number[0])
        word = _WORD.match(self.source, self.at)
        if word is not None:
            self.at = word.end()
            if word[0] not in _WORDS:
                raise ValueError("a word that is none of JSON")
            return _WORDS[word[0]]
        return self.string()

    def members(self, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not self.took("}"):
            self.space()
            word = _WORD.match(self.source, self.at)
            self.at = word.end() if word is not None else self.at
            key = word[0] if word is not None else self.string()
            self.need(":")
            made[key] = self.value(depth + 1)
            if not self.took(","):
                self.need("}")
                break
        return made

    def string(self) -> str:
        self.space()
        found = _TEXT.match(self.source, self.at)
        if found is None:
            raise ValueError("a value was expected")
        self.at = found.end()
        inner = found[1] if found[1] is not None else found[2].replace("\\'", "'").replace('"', '\\"')
        return str(json.loads(f'"{inner}"', strict=False))

    def need(self, sign: str) -> None:
        if not self.took(sign):
            raise ValueError(f"{sign} was expected")


def _json(value: Any) -> Any:
    return parse(text(value))


def _base64_json(value: Any) -> Any:
    return parse(from_base64(value))


TABLE: dict[str, Plain] = {"json": _json, "base64tojson": _base64_json}
