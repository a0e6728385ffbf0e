"""Our dataclasses do what the standard ones do, and our patterns what compiled ones do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from pathlib import Path
from typing import Any

import mypy.api
import pytest

from mnlint.model import record
from mnlint.model.finding import Place
from mnlint.model.pattern import pattern
from mnlint.model.text import Source, Span


def made(decorators: Any) -> dict[str, Any]:
    """Classes of each form that we use, by one of the two decorators."""

    @decorators.dataclass(frozen=True, slots=True)
    class Frozen:
        first: int
        second: str = "two"
        third: tuple[str, ...] = ()

        def both(self) -> str:
            return f"{self.first}{self.second}"

    @decorators.dataclass(frozen=True, slots=True)
    class Same:
        first: int
        second: str = "two"
        third: tuple[str, ...] = ()

    @decorators.dataclass(slots=True)
    class Open:
        items: list[int] = decorators.field(default_factory=list)
        named: dict[str, int] = decorators.field(default_factory=dict)

    @decorators.dataclass(slots=True, eq=False)
    class Itself:
        value: int

    @decorators.dataclass(frozen=True, slots=True, eq=False)
    class Counted:
        text: str
        length: int = decorators.field(init=False, repr=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "length", len(self.text))

    @decorators.dataclass(frozen=True, slots=True)
    class Described:
        name: str = decorators.field(default="none", metadata={"about": "what it is called"})

    @decorators.dataclass(frozen=True, slots=True)
    class Empty:
        pass

    @decorators.dataclass(slots=True)
    class Begun:
        name: str
        number: int = decorators.field(default=1, init=False)

    found = (Frozen, Same, Open, Itself, Counted, Described, Empty, Begun)
    return {cls.__name__: cls for cls in found}


def used(classes: dict[str, Any]) -> dict[str, Any]:
    """The same once there are many objects of each, so that what makes them has been written."""
    for name, cls in classes.items():
        for number in range(record.FIRST + 1):
            cls(*[str(number)] * (name in ("Frozen", "Same", "Itself", "Counted", "Begun")))
        assert cls.__init__.__code__.co_filename == "<string>"
    return classes


OURS, THEIRS = made(record), made(dataclasses)
EACH = {"few": OURS, "many": used(made(record))}
# Each in words of its own: what it gives with our decorator is what it gives with the standard one.
QUESTIONS = {
    "positions": lambda c, m: repr(c["Frozen"](1, "b", ("c",))),
    "names": lambda c, m: repr(c["Frozen"](third=("c",), first=1)),
    "defaults": lambda c, m: repr(c["Frozen"](1)),
    "methods": lambda c, m: c["Frozen"](1).both(),
    "equal": lambda c, m: c["Frozen"](1, "x") == c["Frozen"](1, "x"),
    "not equal": lambda c, m: c["Frozen"](1, "x") == c["Frozen"](1, "y"),
    "another class": lambda c, m: c["Frozen"](1) == c["Same"](1),
    "in a set": lambda c, m: len({c["Frozen"](1), c["Frozen"](1), c["Frozen"](2)}),
    "not hashable": lambda c, m: c["Open"].__hash__,
    "itself": lambda c, m: c["Itself"](1) == c["Itself"](1),
    "itself in a set": lambda c, m: len({c["Itself"](1), c["Itself"](1)}),
    "fresh": lambda c, m: c["Open"]().items is c["Open"]().items,
    "given": lambda c, m: repr(c["Open"]([1], {"a": 2})),
    "set": lambda c, m: repr(changed(c["Open"]())),
    "after": lambda c, m: c["Counted"]("four").length,
    "not shown": lambda c, m: repr(c["Counted"]("four")),
    "replace": lambda c, m: repr(m.replace(c["Frozen"](1), second="new")),
    "replace counts again": lambda c, m: m.replace(c["Counted"]("four"), text="a").length,
    "fields": lambda c, m: [(f.name, dict(f.metadata)) for f in m.fields(c["Described"])],
    "fields of one": lambda c, m: [(f.name, f.default) for f in m.fields(c["Described"]())],
    "empty": lambda c, m: (repr(c["Empty"]()), c["Empty"]() == c["Empty"](), len({c["Empty"](), c["Empty"]()})),
    "match": lambda c, m: matched(c["Frozen"], c["Frozen"](1, "x")),
    "no dict": lambda c, m: hasattr(c["Frozen"](1), "__dict__"),
    "copy": lambda c, m: repr(copy.copy(c["Frozen"](1))),
    "deep copy": lambda c, m: repr(copy.deepcopy(c["Open"]([1]))),
    "not for init, with a default": lambda c, m: repr(c["Begun"]("a")),
    "name": lambda c, m: (c["Frozen"].__name__, c["Frozen"].__module__),
}
WRONG = {
    "too few": lambda c, m: c["Frozen"](),
    "too many": lambda c, m: c["Frozen"](1, 2, 3, 4),
    "unknown": lambda c, m: c["Frozen"](1, fourth=2),
    "not for init": lambda c, m: c["Counted"]("a", length=2),
    "no such field": lambda c, m: m.replace(c["Frozen"](1), fourth=1),
    "no such slot": lambda c, m: setattr(c["Open"](), "other", 2),
}


def changed(one: Any) -> Any:
    one.items = [2]
    return one


def matched(cls: Any, one: Any) -> Any:
    match one:
        case cls(1, second):
            return second
    return None


@pytest.mark.parametrize("objects", EACH)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_record_does_what_a_dataclass_does(question: str, objects: str) -> None:
    ours, theirs = QUESTIONS[question](EACH[objects], record), QUESTIONS[question](THEIRS, dataclasses)
    assert ours == theirs


@pytest.mark.parametrize("objects", EACH)
@pytest.mark.parametrize("question", WRONG)
def test_a_record_refuses_what_a_dataclass_refuses(question: str, objects: str) -> None:
    with pytest.raises((TypeError, AttributeError)) as theirs:
        WRONG[question](THEIRS, dataclasses)
    with pytest.raises((TypeError, AttributeError)) as ours:
        WRONG[question](EACH[objects], record)
    for kind in (TypeError, AttributeError):
        assert issubclass(theirs.type, kind) is issubclass(ours.type, kind), "an error of the same kind"


def test_the_type_checker_sees_who_sets_what_is_frozen(tmp_path: Path) -> None:
    """Nobody watches it at run time."""
    file = tmp_path / "sets.py"
    file.write_text("from mnlint.model.text import Span\n\nspan = Span('a', 0, 1)\nspan.start = 2\n", "utf-8")
    settings = Path(__file__).parents[2] / "pyproject.toml"
    told, _, code = mypy.api.run(["--config-file", str(settings), "--cache-dir", str(tmp_path / "cache"), str(file)])
    assert code == 1
    assert 'sets.py:4: error: Property "start" defined in "Span" is read-only' in told


def test_records_travel_between_processes() -> None:
    place = Place(Span("main.bicep", 1, 4), "the mode")
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301  (of our own making)
    source = pickle.loads(pickle.dumps(Source("a", "one\ntwo")))  # noqa: S301
    assert source.line_column(5) == (2, 2)


@pytest.mark.parametrize("method", ["match", "fullmatch", "search", "findall"])
def test_a_pattern_does_what_a_compiled_one_does(method: str) -> None:
    for text in ("abc", "xabc", "abcabc", "", "ABC"):
        ours, theirs = (getattr(make("a(b)c", re.IGNORECASE), method)(text) for make in (pattern, re.compile))
        assert (ours == theirs) if method == "findall" else ((ours and ours.span(1)) == (theirs and theirs.span(1)))


def test_a_pattern_is_compiled_once() -> None:
    one = pattern("a+")
    assert "match" not in vars(one)
    assert one.sub("b", "caat") == "cbt"
    assert "match" in vars(one)
    assert one.groups == 0


class Later(record.Deferrable):
    """Made a record below: a field that is asked for is made with the others, once."""

    first: int
    second: str
    third: tuple[str, ...]


Later = record.dataclass(frozen=True, slots=True)(Later)  # type: ignore[misc]


def later(made: list[int]) -> Any:
    def make() -> Any:
        made.append(1)
        return Later(1, "two", ("three",))

    return record.deferred(Later, make, first=1)


USES = {
    "field": lambda one: one.third == ("three",),
    "equal": lambda one: one == Later(1, "two", ("three",)) and Later(1, "two", ("three",)) == one,
    "hash": lambda one: hash(one) == hash(Later(1, "two", ("three",))),
    "shown": lambda one: repr(one) == repr(Later(1, "two", ("three",))),
    "replace": lambda one: record.replace(one, first=2) == Later(2, "two", ("three",)),
    "match": lambda one: matched(Later, one) == "two",
    "copy": lambda one: copy.copy(one) == Later(1, "two", ("three",)),
    "pickle": lambda one: pickle.loads(pickle.dumps(one)) == Later(1, "two", ("three",)),  # noqa: S301  (ours)
}


@pytest.mark.parametrize("use", USES)
def test_a_field_is_made_when_it_is_asked_for(use: str) -> None:
    made: list[int] = []
    one = later(made)
    assert one.first == 1
    assert made == [], "what is known needs nothing else"
    assert USES[use](one)
    assert (one.second, one.third) == ("two", ("three",))
    assert made == [1], "once for all of them"


def test_a_field_that_there_is_not_is_none_of_those_to_be_made() -> None:
    made: list[int] = []
    with pytest.raises(AttributeError, match="fourth"):
        _ = later(made).fourth
    assert made == []


def test_what_fails_to_be_made_fails_again() -> None:
    def make() -> Any:
        raise ValueError("no")

    one = record.deferred(Later, make)
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            _ = one.first
