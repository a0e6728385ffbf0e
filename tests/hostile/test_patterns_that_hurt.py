"""T7: no pattern takes long on any text: not those of policies, nor those that the linter itself is written with."""

from __future__ import annotations

import ast
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from mnlint.policy import patterns
from threats import least

Tried = Callable[[str, int], None]
PACKAGE = Path(__file__).parents[2] / "linter/mnlint"


# ── our own: each is tried on long runs of what it is made of ──

SIZE = 10_000  # characters; what goes back to each of them takes seconds
BOUND = 0.15  # seconds of CPU; most take a thousandth of it
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
    every = "\n".join(sources().values())
    for file, source in sources().items():
        named: dict[ast.Call, str] = {}
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                named |= {c: ast.unparse(target) for c in ast.walk(node.value) if isinstance(c, ast.Call)}
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = ast.unparse(node.func)
            if name in ("pattern", "re.compile"):
                symbol = named.get(node, "")
                bound = re.search(rf"{re.escape(symbol)}\b.*= re\.compile\(.*\)\.(\w+)", source) if symbol else None
                asked = set(re.findall(rf"\b{re.escape(symbol)}\.({'|'.join(METHODS)})\b", every)) if symbol else set()
                asked |= {one for one in METHODS if bound and f"{symbol}" and re.search(rf"\)\.{one}\b", source)}
                flags = node.args[1] if len(node.args) > 1 else None
                yield file, node.args[0], flags, frozenset(asked)
            elif name in {f"re.{method}" for method in METHODS}:
                number = 3 if name == "re.sub" else 2
                flags = next((k.value for k in node.keywords if k.arg == "flags"), None)
                flags = flags or (node.args[number] if len(node.args) > number else None)
                yield file, node.args[0], flags, frozenset({name[3:]})
