"""Mutation testing: does a test see it if the linter's logic is a little wrong? `make mutants`, minutes long.

Each mutant is tried in a fork of one process that has imported and collected everything: the code of the changed
function is put into the function that is there, and the tests that run its line are run, the quickest first, up to
the first that fails. What stands outside of functions (tables, defaults) shows at import, so that is a new process.
mutants.yaml has the tests of each module, and why the mutants that survive cannot be told apart: one that is not
explained fails the run, and so does an explanation of one that is none. What the run counts is in docs/mutants.yaml.
"""

from __future__ import annotations

import ast
import importlib.abc
import inspect
import io
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
import yaml
from _pytest.runner import runtestprotocol
from mutations import Mutant, mutants

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).with_suffix(".yaml")
COUNTED = ROOT / "docs/mutants.yaml"
PATIENCE = 60  # seconds of CPU for one mutant, over which it is taken to hang
OPTIONS = ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-o", "tmp_path_retention_policy=none"]


def file_of(module: str) -> Path:
    return ROOT / "linter" / f"{module.replace('.', '/')}.py"


class Trial:
    """A plugin that runs no test itself: for each mutant of a module a fork does."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.tree = ast.parse(file_of(module).read_text(encoding="utf-8"))
        self.survived: list[Mutant] = []
        self.items: list[pytest.Item] = []
        self.order: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        durations, touched = json.loads(forked(self._measure, seconds=1_000))
        quickest = sorted(range(len(self.items)), key=durations.__getitem__)
        self.order = [self.items[number].nodeid for number in quickest]
        killers: dict[str, Counter[int]] = {}
        for mutant in mutants(file_of(self.module).read_text(encoding="utf-8")):
            if not mutant.in_body:
                continue
            before = killers.setdefault(mutant.where, Counter())
            tests = sorted(touched.get(str(mutant.line), ()), key=lambda n: (-before[n], durations[n]))
            killer = forked(lambda mutant=mutant, tests=tests: self._killer(mutant, tests))
            if killer.isdecimal():
                before[int(killer)] += 1
            elif killer == "none":
                self.survives(mutant)
        return True

    def survives(self, mutant: Mutant) -> None:
        self.survived.append(mutant)
        print(f"  {file_of(self.module).name}:{mutant.line}: {mutant.change}", file=sys.__stderr__, flush=True)

    def _measure(self) -> str:
        """How long each test takes, and which of them run a line of the module."""
        file, touched = str(file_of(self.module)), {}
        at = -1

        def each_line(frame: FrameType, event: str, argument: object) -> Any:
            touched.setdefault(frame.f_lineno, set()).add(at)
            return each_line

        def each_call(frame: FrameType, event: str, argument: object) -> Any:
            return each_line(frame, event, argument) if frame.f_code.co_filename == file else None

        durations = []
        for at in range(len(self.items)):
            begun = time.process_time()
            sys.settrace(each_call)
            passed = self._passes(at)
            sys.settrace(None)
            if not passed:
                raise AssertionError(f"{self.items[at].nodeid} fails without any change")
            durations.append(time.process_time() - begun)
        return json.dumps([durations, {line: sorted(tests) for line, tests in touched.items()}])

    def _killer(self, mutant: Mutant, tests: list[int]) -> str:
        """The number of the test that sees a mutant, or `none`."""
        code = compile(mutant.put_in(self.tree), str(file_of(self.module)), "exec")
        name = mutant.where
        made = {c.co_qualname: c for c in _codes(code)}[name]
        for function in _functions(sys.modules[self.module]):
            if function.__qualname__ == name:
                function.__code__ = made
        return next((str(number) for number in tests if not self._passes(number)), "none")

    def _passes(self, number: int) -> bool:
        """Each test as if it were the last one, so that all that it has set up is taken down."""
        reports = runtestprotocol(self.items[number], log=False, nextitem=None)
        return all(report.passed for report in reports)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods that a module has made, whatever is wrapped around them."""
    for owner in [module, *(one for one in vars(module).values() if inspect.isclass(one))]:
        for one in vars(owner).values():
            function = inspect.unwrap(getattr(one, "__func__", one))
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                yield function


def forked(ask: Callable[[], str], seconds: int = PATIENCE) -> str:
    """What a fork answers; nothing if it dies or takes too long."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        with suppress(BaseException), os.fdopen(writing, "w") as pipe:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                answer = ask()
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a change; a plugin also, by which the tests that are quickest come first."""

    def __init__(self, module: str, number: int, order: list[str]) -> None:
        source = file_of(module).read_text(encoding="utf-8")
        self.module, self.tree = module, mutants(source)[number].put_in(ast.parse(source))
        self.order = {test: place for place, test in enumerate(order)}

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(name, file_of(name), loader=self) if name == self.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, str(file_of(self.module)), "exec"), vars(module))  # noqa: S102

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.order.get(item.nodeid, 0))


def tried(module: str, tests: list[str]) -> tuple[int, list[Mutant]]:
    """How many mutants a module has, and those that no test sees."""
    trial = Trial(module)
    if pytest.main([*OPTIONS, *tests], [trial]) != pytest.ExitCode.OK:
        sys.exit(f"the tests of {module} do not run")
    every = mutants(file_of(module).read_text(encoding="utf-8"))
    for number, mutant in enumerate(every):
        if not mutant.in_body:
            again = [sys.executable, __file__, "--one", module, str(number), *tests]
            made = subprocess.run(again, input=json.dumps(trial.order), text=True, capture_output=True, check=False)
            if made.returncode == pytest.ExitCode.OK:
                trial.survives(mutant)
    return len(every), trial.survived


def main(names: list[str]) -> int:
    """Tries the modules whose names end like one of these, or all; 1 if an explanation is missing or stale."""
    listed = yaml.safe_load(LISTED.read_text(encoding="utf-8"))
    counted = yaml.safe_load(COUNTED.read_text(encoding="utf-8")) if COUNTED.exists() else {}
    wrong = 0
    for module, row in listed.items():
        if names and module.rpartition(".")[2] not in names:
            continue
        number, survived = tried(module, row["tests"])
        counted[module] = {"mutants": number, "survive": len(survived)}
        explained = {(one["in"], one["line"], one["change"]) for one in row["survive"]}
        found = {mutant.key for mutant in survived}
        print(f"{module}: {number} mutants, {len(survived)} survive, {len(found & explained)} of them explained")
        for title, keys in (("not explained", found - explained), ("explained but killed", explained - found)):
            wrong += len(keys)
            for place, line, change in sorted(keys):
                print(
                    yaml.safe_dump(
                        [{"in": place, "line": line, "change": change, "why": title}], width=1000, allow_unicode=True
                    ),
                    end="",
                )
        COUNTED.write_text(
            yaml.safe_dump({name: counted[name] for name in listed if name in counted}), encoding="utf-8"
        )
    return min(wrong, 1)


if __name__ == "__main__":
    os.chdir(ROOT)
    if sys.argv[1:2] == ["--one"]:
        changed = Changed(sys.argv[2], int(sys.argv[3]), json.load(sys.stdin))
        sys.meta_path.insert(0, changed)
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        sys.exit(pytest.main([*OPTIONS, "-x", *sys.argv[4:]], [changed]))
    sys.exit(main(sys.argv[1:]))
