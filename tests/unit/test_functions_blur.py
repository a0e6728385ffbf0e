"""Doubt passes through every function: a result is known only if it is the same for every value of what is not known.

Each literal of the documentation's examples becomes a parameter. Without a value, and as one of two values, the result
must stand for the results with each of many values.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from test_functions_documented import ONLY, ROWS, SAME

import stands_for
from functions import value_of
from mnlint.model.expr import Template
from mnlint.model.text import Span
from mnlint.model.value import Cause, Unknown, choice, literal
from mnlint.resolve.plain import NotKnownError, located, plain

READ = {"bicep": stands_for.bicep, "arm": stands_for.arm}
NAME_OF = {str: "q", int: "n", bool: "b", list: "a", dict: "o"}
OTHERS = {
    str: ["", "a", "A", "zz", "b", "one", "1", "true", "a-b", "{0}", "10.0.0.0/8", "2020-01-01T00:00:00Z", "W10="],
    int: [0, 1, -1, 2, 3, 7, 300],
    bool: [True, False],
    list: [[], ["a"], ["a", "b", "a"], [1, 2], [[], [1]], [{"a": 1, "one": "x"}], ["one", "two", 3]],
    dict: [{}, {"a": 1}, {"one": {"a": 1, "x": {}}, "a": [1]}, {"One": "b", "b": None, "null1": "x"}],
}
AT, OTHER = Span("blur", 0, 1), Span("blur", 2, 3)


def texts() -> list[tuple[str, str]]:
    found = [("bicep", row[1]) for row in ROWS]
    found += [("arm", row[1] if row[2] == SAME else row[2]) for row in ROWS]
    return [(language, text) for language, text in found if text != ONLY]


def blurred(language: str, text: str) -> Iterator[tuple[str, Template, str, list[object]]]:
    """The text with a parameter instead of each of its parts, as a template; the parameter, and what it may be."""
    sharp = READ[language](text)
    assert not sharp.notices, text
    for one in stands_for.written(sharp):
        name = NAME_OF[one.kind]
        inside = name if language == "bicep" else f"parameters('{name}')"
        less = text[: one.start] + (f"'${{{name}}}'" if one.is_key else inside) + text[one.end :]
        template, original = READ[language](less), READ[language](text[one.start : one.end])
        if not template.notices and not original.notices:
            try:
                own = [plain(stands_for.value(original, {}))]
            except NotKnownError:
                own = []
            yield less, template, name, own + [other for other in OTHERS[one.kind] if other not in own]


def faults(language: str, text: str) -> Iterator[str]:
    for less, template, name, others in blurred(language, text):
        sharp = [stands_for.value(template, {name: other}) for other in others]
        unknown = stands_for.value(template, {})
        for other, known in zip(others, sharp, strict=True):
            if not stands_for.stands_for(unknown, known):
                yield f"{less}: {value_of(unknown)} without {name}, {value_of(known)} of {other!r}"
        for other, known in zip(others[1:], sharp[1:], strict=True):
            options = [located(other, AT), located(others[0], OTHER)]
            either = choice(options, Unknown(Cause.NO_VALUE, AT, "blur", "{param:blur}"), literal(None, AT))
            doubt = stands_for.value(template, {name: either})
            for one in (sharp[0], known):
                if not stands_for.stands_for(doubt, one):
                    yield f"{less}: {value_of(doubt)} of {others[0]!r} or {other!r}, {value_of(one)} of one of them"


@pytest.mark.parametrize("language", READ)
def test_an_unknown_argument_stands_for_any(language: str) -> None:
    own = [text for known, text in texts() if known == language]
    assert len(own) > 200
    assert not [fault for text in own for fault in faults(language, text)]
