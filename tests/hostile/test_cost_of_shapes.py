"""What a large file costs: in the lab the largest, with the whole program; in every run, four times as much.

The table is made by `PYTHONPATH=. python tests/hostile/test_cost_of_shapes.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import large_shapes
import pytest
from bench.process import Run, measure

from mnlint import formats
from mnlint.formats.armschema import is_parameters

MIB = 2**20
SECONDS, MEMORY = 2.0, 256  # of processor time and MiB over the start: what SECURITY.md promises of a file
LINTER = Path(formats.__file__).parents[2]
PROGRAM = f"import sys; sys.path.insert(0, {str(LINTER)!r}); from mnlint.start import main; main()"
SHAPES = [(reader, shape) for reader, (_, shapes) in large_shapes.FILES.items() for shape in shapes]


def whole_program(reader: str, shape: str, size: int, folder: Path) -> Run:
    tree = folder / "tree"
    (tree / ".git").mkdir(parents=True)
    for name, text in large_shapes.written(reader, shape, size).items():
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    command = [sys.executable, "-P", "-c", PROGRAM, "check", "--no-cache", "."]
    return measure(command, out=folder / "out", cwd=tree, cache=folder / "cache", timeout=120)


@pytest.mark.lab
@pytest.mark.parametrize(("reader", "shape"), SHAPES)
def test_the_largest_file_of_a_shape(reader: str, shape: str, tmp_path: Path) -> None:
    small = whole_program(reader, shape, 2_000, tmp_path / "small")
    large = whole_program(reader, shape, large_shapes.largest(reader), tmp_path / "large")
    assert large.status in (0, 1, 2, 3)
    assert large.cpu <= SECONDS
    assert large.memory - small.memory <= MEMORY


# In each of these, something once took a square of the text, or more memory than there was.
GROWING = [
    ("bicep", "nested resources"),
    ("bicep", "resource {"),
    ("bicep", "chain"),
    ("bicep", "{"),
    ("arm", "chain"),
    ("arm", "keys twice"),
    ("arm", "copies"),
    ("terraform", "heredocs of one end"),
    ("terraform", "a {"),
    ("yaml", "half placeholders"),
    ("yaml", "documents"),
    ("bicepparam", "variables"),
]


def steps(work: Callable[[], object]) -> int:
    """How many functions are called: the same on every machine, however loaded."""
    count = 0

    def seen(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(("reader", "shape"), GROWING)
def test_four_times_the_text_takes_no_square_of_the_steps(reader: str, shape: str) -> None:
    name, shapes = large_shapes.FILES[reader]
    texts = [shapes[shape](size).encode() for size in (10_000, 10_000, 40_000)]
    language = formats.language_of(name, texts[0].lower())
    assert language is not None or is_parameters(texts[0])
    assert language is not None
    _, once, more = [steps(lambda text=text: formats.read(name, text, language.name)) for text in texts]  # type: ignore[misc]
    assert more <= 8 * once, "a square would be 16 times as many"


if __name__ == "__main__":
    import tempfile

    for reader, shape in SHAPES:
        if not sys.argv[1:] or reader in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as folder:
                run = whole_program(reader, shape, large_shapes.largest(reader), Path(folder))
                print(f"{reader:10} {shape:26} {run.cpu:6.2f} s {run.memory:6.0f} MiB  exit {run.status}", flush=True)
