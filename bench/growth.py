"""Measures how time grows with a deployment: each shape at one size and at twice that size, in one run.

Twice as much of something may cost twice as much, and a little more; four times as much is a question for every pair.
It is the processor's time in the program that counts, and what it takes to start is not counted.
"""

import sys
import tempfile
from pathlib import Path

from large import LANGUAGES, SHAPES, text
from run import MNLINT, measure

ROUNDS = 3
LINEAR = 2.5  # more than that for twice as much, and somebody should look
SIZES = {"hubs": 75, "closed storage": 500}
MOST = {("inline fqdn rules", "azapi"): 200, ("inline fqdn rules", "azurerm"): 200}  # one block is not read if larger
SIZE = 250


def seconds(folder: Path, language: str, shape: str, count: int) -> float:
    """The least of some runs: whatever else the machine does only adds to it."""
    name, content = text(language, shape, count)
    folder.mkdir()
    (folder / name).write_text(content, "utf-8")
    command = [MNLINT, "check", "--exit-zero", "--boundary", str(folder), str(folder)]
    return min(measure(command).user for _ in range(ROUNDS))


def main() -> None:
    """Prints a Markdown table; with words, only of shapes and languages that have one of them in their name."""
    wanted = sys.argv[1:]
    print("| shape | language | size | seconds | of twice that | ratio |\n|---|---|---|---|---|---|")
    for shape in SHAPES:
        for language in LANGUAGES:
            if wanted and not any(word in f"{shape} {language}" for word in wanted):
                continue
            size = MOST.get((shape, language), SIZES.get(shape, SIZE))
            with tempfile.TemporaryDirectory() as root:
                start, once, twice = (
                    seconds(Path(root, str(count)), language, shape, count) for count in (1, size, 2 * size)
                )
            ratio = (twice - start) / (once - start)
            look = " !" if ratio > LINEAR else ""
            print(f"| {shape} | {language} | {size:,} | {once:.2f} | {twice:.2f} | {ratio:.1f}{look} |", flush=True)


if __name__ == "__main__":
    main()
