"""A million inputs for one reader, found by atheris; the exit code is 1 if one of them was a failure.

    python tests/fuzz bicep --runs 1000000

Each input goes through the reader, and each `--every`th through all stages and all policies. A failure is an exception,
a place outside of the file, more than 2 s of the processor or more than 256 MiB for one input. The run goes on after
one: the smallest input of each is kept in `--found`, and what came of it is said at the end. atheris needs Linux; see
`make lab`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import atheris

if TYPE_CHECKING:
    from fuzz.readers import Reader

TREE = Path(__file__).parents[2]
sys.path[:0] = [str(TREE / "tests"), str(TREE / "linter")]

SECONDS = 2.0  # for one input, of the processor: others may use the machine, too
MEMORY = 256 * 1024  # more than before it, in KiB
HANGS = 120  # seconds of the clock for one input, after which libFuzzer ends a run
RSS = 1024  # MiB of a whole run, with all that atheris remembers
MEMORY_DISK = Path("/dev/shm")  # noqa: S108  (where a million files can be written one after another)
# What shall tell atheris which ways an input has taken; everything else runs at its full speed.
FOLLOWED = {
    "policy": ("mnlint.policy",),
    "settings": ("mnlint.settings_file", "mnlint.settings_forms", "mnlint.forms", "mnlint.list_forms"),
    "modules": ("mnlint.discover",),
    "baseline": ("mnlint.settle",),
    "aliases": ("mnlint.formats", "mnlint.registry"),
    "pyproject": ("mnlint.settings_file", "mnlint.settings_forms", "mnlint.forms", "mnlint.list_forms"),
}
TEMPLATES = ("mnlint.formats",)


def follow(names: tuple[str, ...]) -> None:
    """Imports modules, and those below them, so that atheris sees where inputs lead in them."""
    for name in ("mnlint.model.expr", "mnlint.model.finding", "mnlint.documents", "mnlint.inputs"):
        importlib.import_module(name)
    with atheris.instrument_imports(include=["mnlint"]):
        for name in names:
            module = importlib.import_module(name)
            for found in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{name}."):
                importlib.import_module(found.name)


class Run:
    """One run: what was given to the reader, and the smallest input of each failure."""

    def __init__(self, reader: Reader, every: int, found: Path) -> None:
        self.reader, self.every, self.found = reader, every, found
        self.given = self.whole = 0
        self.slowest = 0.0
        self.failures: dict[str, bytes] = {}

    def one(self, data: bytes) -> None:
        self.given += 1
        to_the_end = self.given % self.every == 0
        self.whole += to_the_end
        before, at = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        try:
            (self.reader.whole if to_the_end else self.reader.read)(data)
        except Exception as error:  # noqa: BLE001  (what was raised is what is looked for)
            self.keep(signature(error), data, traceback.format_exc())
        took = time.process_time() - at
        self.slowest = max(self.slowest, took)
        if took > SECONDS:
            self.keep("slow", data, f"took {took:.1f} s\n")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        if grown > MEMORY:
            self.keep("memory", data, f"took {grown // 1024} MiB\n")

    def keep(self, what: str, data: bytes, words: str) -> None:
        if what in self.failures and len(self.failures[what]) <= len(data):
            return
        self.failures[what] = data
        number = list(self.failures).index(what)
        (self.found / f"{self.reader.name}-{number}-{Path(self.reader.file).name}").write_bytes(data)
        (self.found / f"{self.reader.name}-{number}.txt").write_text(words, "utf-8")

    def told(self) -> dict[str, object]:
        return {
            "reader": self.reader.name,
            "given": self.given,
            "whole": self.whole,
            "slowest": round(self.slowest, 3),
            "failures": {what: len(data) for what, data in self.failures.items()},
        }


def signature(error: BaseException) -> str:
    """What tells one failure from others: its type, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    last = next((frame for frame in reversed(frames) if "/mnlint/" in frame.filename), frames[-1])
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("reader")
    options.add_argument("--runs", type=int, default=1_000_000)
    options.add_argument("--seconds", type=int, default=0, help="at most; 0 for as long as it takes")
    options.add_argument("--max-len", type=int, default=1024, help="bytes of an input")
    options.add_argument("--every", type=int, default=20, help="which of them go through all stages")
    options.add_argument("--seed", type=int, default=8)
    options.add_argument("--found", type=Path, default=TREE / ".fuzz", help="where inputs of failures are kept")
    options.add_argument("--corpus", type=Path, help="where inputs that lead somewhere new are kept")
    given = options.parse_args()

    follow(FOLLOWED.get(given.reader, TEMPLATES))
    from fuzz.mutations import mutated
    from fuzz.readers import READERS

    reader = READERS[given.reader]
    run = Run(reader, given.every, given.found)
    words = reader.words

    def change(data: bytes, size: int, seed: int) -> bytes:
        """One input made of another one: by the words of the language, or bit by bit as libFuzzer does."""
        random = Random(seed)
        if random.random() < 0.5:
            return atheris.Mutate(data, size)
        for _ in range(random.choice((1, 1, 2, 4))):
            data = mutated(random, data, words)
        return data[:size]

    made = tempfile.TemporaryDirectory(prefix="mnlint-fuzz-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None)
    tempfile.tempdir = made.name  # also for what readers write
    seeds = Path(made.name) / "seeds"
    seeds.mkdir()
    for number, data in enumerate(dict.fromkeys(reader.seeds())):
        if len(data) <= given.max_len:
            (seeds / f"{number:05}").write_bytes(data)
    kept = given.corpus or Path(made.name) / "corpus"
    for folder in (kept, given.found):
        folder.mkdir(parents=True, exist_ok=True)
    ends = time.monotonic() + given.seconds if given.seconds else None

    def one(data: bytes) -> None:
        run.one(data)
        if run.given >= given.runs or (ends is not None and run.given % 100 == 0 and time.monotonic() > ends):
            made.cleanup()
            told = json.dumps(run.told())
            (given.found / f"{reader.name}.json").write_text(f"{told}\n", "utf-8")
            print(told, flush=True)
            os._exit(1 if run.failures else 0)  # as libFuzzer would, but with our exit code

    arguments = [
        *(f"-max_len={given.max_len}", f"-seed={given.seed}", f"-timeout={HANGS}", f"-rss_limit_mb={RSS}"),
        *(f"-artifact_prefix={given.found}/{given.reader}-", "-verbosity=0", str(kept), str(seeds)),
    ]
    atheris.Setup([sys.argv[0], *arguments], one, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
