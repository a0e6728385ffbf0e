"""What the page of security tests promises of each threat: how many inputs an ordinary run tries, at least."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[1] / "docs/threats"


@cache
def least(threat: str) -> int:
    """How many inputs an ordinary run promises to try against a threat, such as T3."""
    row = yaml.safe_load((FOLDER / f"T{int(threat[1:]):02}.yaml").read_text(encoding="utf-8"))
    promised: int = row["least"]
    return promised
