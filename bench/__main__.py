"""`python -m bench [--trees FOLDER] [PART ...]`: measures, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import growth, page, starts, tools, trees
from bench.alternate import Effort


def main() -> None:
    """Every part that is asked for, into the page; the others stay in it as they are."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--trees", type=Path, help="the folder with the checkouts of public trees")
    parser.add_argument("--patience", type=float, default=60, help="seconds after which a run is ended, and shown so")
    parser.add_argument("--rounds", type=int, default=99, help="rounds at most, for a first look")
    parser.add_argument(
        "--only", nargs="+", default=[], help="words in the names of what grows: only those, and no page"
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="default: all")
    asked = parser.parse_args()
    effort = Effort(asked.patience, asked.rounds)
    parts: dict[str, Callable[[], str]] = {
        "starting": partial(starts.starting, effort),
        "one-file": partial(starts.one_file, effort),
        "made": partial(trees.generated, effort),
        **{tree.name: partial(trees.public, tree, asked.trees, effort) for tree in trees.TREES},
        "growth": partial(growth.part, effort, asked.only),
    }
    unknown = set(asked.parts) - set(parts)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: not among {', '.join(parts)}")
    if not Path(tools.MNLINT).exists():
        sys.exit("the linter is not installed in .bench: `make bench` does that")
    texts = []
    for name in asked.parts or parts:
        texts.append(parts[name]())
        print(texts[-1], flush=True)
        if not asked.only:
            page.write(texts, trees.how_to_fetch())
    if not asked.parts and not asked.only:
        page.write(texts, trees.how_to_fetch(), whole=True)  # in this order, and nothing of an older page


if __name__ == "__main__":
    main()
