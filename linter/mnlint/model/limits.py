"""The limits that a user may move: what each is without a word, and the least and the most that an option takes."""

from __future__ import annotations

from collections.abc import Mapping

from mnlint.model.record import dataclass
from mnlint.model.typing import Final

FILE_BYTES: Final = 5 * 1024 * 1024
SLOW: Final = (".tf", ".tfvars")  # of these a fifth: reading them takes longer
SLOWER: Final = 5
EVALUATIONS: Final = 500_000  # a second, or two of the dearest
MODULES: Final = 1_000
MODULE_DEPTH: Final = 32
FACTS: Final = 1_000  # two seconds; the largest deployments that we know have a tenth
SECONDS: Final = 600
RESULTS: Final = 5_000  # code scanning keeps so many of a SARIF file

UNITS: Final[Mapping[str, int]] = {"K": 1024, "M": 1024 * 1024}
DIGITS: Final = 15  # so many are no number that fits any limit

# By what each is called in the settings, or among what is asked of a run.
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "max_file_bytes": (1, 1024 * 1024 * 1024),
    "max_evaluations": (1, 1_000_000_000),
    "max_modules": (1, 100_000),
    "max_module_depth": (1, 100),
    "max_facts": (1, 100_000),
    "timeout": (1, 86_400),
    "max_results": (1, 1_000_000),
}


def size(text: str) -> int | None:
    """A number of bytes as one writes it, such as 5M, 500K or 20000, within its range; None if it is none."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS else (text, "")
    return whole(number, "max_file_bytes", UNITS.get(unit, 1))


def whole(text: str, name: str, unit: int = 1) -> int | None:
    """A number within the range of a limit; None if it is none."""
    least, most = RANGES[name]
    if not (text.isascii() and text.isdigit() and len(text) < DIGITS):
        return None
    return number if least <= (number := int(text) * unit) <= most else None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one deployment may take to evaluate."""

    evaluations: int = EVALUATIONS
    modules: int = MODULES
    module_depth: int = MODULE_DEPTH
