"""T7: no pattern takes long on any text: not those of policies, nor those that the linter itself is written with."""

from __future__ import annotations

import ast
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from mnlint.model import hints
from mnlint.policy import patterns
from threats import least

Tried = Callable[[str, int], None]
PACKAGE = Path(__file__).parents[2] / "linter/mnlint"


# ── our own: each is tried on long runs of what it is made of ──

SIZE = 6_000  # characters; what goes back to each of them takes seconds
BOUND = 0.06  # seconds of CPU; most take a thousandth of it
AT_EVERY_PLACE = ("search", "finditer", "findall", "sub", "split")
METHODS = ("match", "fullmatch", *AT_EVERY_PLACE)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stops what takes longer, by the CPU's time."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@cache
def sources() -> dict[str, str]:
    files = sorted(PACKAGE.rglob("*.py"))
    return {file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8") for file in files}


def written() -> Iterator[tuple[str, ast.expr, ast.expr | None, frozenset[str]]]:
    """Each regular expression of the package: its file, its text and flags as they are written, how it is asked."""
    uses: dict[str, set[str]] = {}
    for name, method in re.findall(rf"(\w+)\.({'|'.join(METHODS)})\b", "\n".join(sources().values())):
        uses.setdefault(name, set()).add(method)
    for file, source in sources().items():
        if "re." not in source and "pattern(" not in source:
            continue
        tree = ast.parse(source)
        bound = {id(node.value): node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        named = {
            id(node.value): ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign)
        }
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = ast.unparse(call.func)
            flags = next((keyword.value for keyword in call.keywords if keyword.arg == "flags"), None)
            if name in ("pattern", "re.compile"):
                asked = {bound[id(call)]} if id(call) in bound else set()
                if not asked and id(call) in named:
                    asked = uses.get(named[id(call)], set())
                yield file, call.args[0], flags or next(iter(call.args[1:2]), None), frozenset(asked or {"search"})
            elif name in {f"re.{method}" for method in METHODS}:
                at = 4 if name in ("re.sub", "re.split") else 2
                yield file, call.args[0], flags or next(iter(call.args[at : at + 1]), None), frozenset({name[3:]})


def expressions() -> list[tuple[str, re.Pattern[str] | re.Pattern[bytes], bool]]:
    """Each of them as it is when the package runs, and whether it is asked for at every place of a text."""
    made: list[tuple[str, re.Pattern[str] | re.Pattern[bytes], bool]] = []
    for file, text, flags, asked in written():
        name = "mnlint." + file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        place = f"{file}:{ast.unparse(text)}"
        if place in MADE_THERE or (file == "settings_file.py" and "re.escape(" in place):
            continue
        known = vars(import_module(name))
        values = [eval(ast.unparse(one), known) if one is not None else 0 for one in (text, flags)]  # noqa: S307
        made.append((place, re.compile(*values), not asked.isdisjoint(AT_EVERY_PLACE)))
    hinted = {name: value for name, value in vars(hints).items() if name in HINTS}
    return made + [(f"model/hints.py:{name}", re.compile(value), True) for name, value in hinted.items()]


HINTS = ("BICEP_CALLS", "TERRAFORM_CALLS", "TERRAFORM_JSON_CALLS", "BICEP_MODULES", "TERRAFORM_MODULES")
MADE_THERE = {  # where the text is known only where it is used: each is one of the others, or looked at here
    "model/pattern.py:*self._written": "what `pattern(...)` was given",
    "discover/scan.py:pattern": "HINTS",
    "glimpse.py:MODULES[suffix]": "HINTS",
    "glimpse.py:CALLS[suffix]": "HINTS",
    "forms.py:self.pattern": "versions and ids, of texts that are no longer than forms.LONGEST",
    "formats/azureml.py:b'^' + indented[1]": "so many spaces",
    # settings_file.py: a name of a setting, in a line of the settings
    "formats/azureml.py:pattern": "the value that was written there, character by character",
}
BOUNDED = {  # asked of a few characters only
    "formats/armschema.py:'([a-z]+)\\\\.json#?$'": 100,
}


def made_of(text: str | bytes, flags: int) -> tuple[list[str], list[str]]:
    """The characters that an expression names, one for each class; and the words."""
    chars: dict[str, None] = {}
    words: dict[str, None] = {}

    def look(parts: Iterable[tuple[object, object]]) -> None:
        word = ""
        for kind, of in [*parts, (None, None)]:
            if str(kind) == "LITERAL":
                word += chr(of)  # type: ignore[arg-type]
                continue
            words.update(dict.fromkeys([word] if len(word) > 1 else []))
            chars.update(dict.fromkeys(word[:1]))
            word = ""
            if str(kind) == "IN":
                within(of)  # type: ignore[arg-type]
            elif str(kind) in ("ANY", "NOT_LITERAL"):
                chars.update(dict.fromkeys("a b"))
            elif str(kind) == "BRANCH":
                for one in of[1]:  # type: ignore[index]
                    look(one)
            elif kind is not None and str(kind) != "AT" and str(kind) != "GROUPREF":
                look(of if str(kind) == "ATOMIC_GROUP" else of[-1])  # type: ignore[index,arg-type]

    def within(members: list[tuple[object, object]]) -> None:
        negated = str(members[0][0]) == "NEGATE"
        found = []
        for kind, of in members:
            if str(kind) == "LITERAL":
                found.append(chr(of))  # type: ignore[arg-type]
            elif str(kind) == "RANGE":
                found.append(chr(of[0]))  # type: ignore[index]
            else:
                found += {"CATEGORY_SPACE": " \n", "CATEGORY_DIGIT": "5", "CATEGORY_WORD": "a"}.get(str(of), "-")
        chars.update(dict.fromkeys(one for one in ("a -" if negated else found[:4])))
        chars.update(dict.fromkeys(found[:2]))

    look(re._parser.parse(text, flags))  # type: ignore[attr-defined]
    return list(chars)[:10], list(words)[:6]


@pytest.mark.parametrize(("place", "made", "anywhere"), [pytest.param(*row, id=row[0][:80]) for row in expressions()])
def test_none_of_our_own_takes_long(
    place: str, made: re.Pattern[str] | re.Pattern[bytes], anywhere: bool, tried: Tried
) -> None:
    """Runs of each character and word, and of two of them, behind each beginning: at most a moment for each."""
    chars, words = made_of(made.pattern, made.flags & ~re.UNICODE if isinstance(made.pattern, bytes) else made.flags)
    size = BOUNDED.get(place, SIZE)
    units = [*chars, *words, *(one + other for one in chars[:4] for other in chars[:4] if one != other)]
    begins = ["", *words[:3], *chars[:3]]
    texts = [begin + unit * (size // len(unit)) + end for unit in units for begin in begins for end in ("", "\x01")]
    ask = made.search if anywhere else made.match
    for text in texts:
        hurting = text if isinstance(made.pattern, str) else text.encode("utf-8", "surrogatepass")
        with at_most(BOUND):
            ask(hurting)  # type: ignore[arg-type]
    tried("T7", len(texts))
