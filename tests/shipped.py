"""The policies that come along, and their cases, each read once."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from mnlint import catalogue, deploying, lists, testing

sys.setrecursionlimit(deploying.RECURSION)  # as `check` does before it evaluates anything

TABLES = lists.load(catalogue.shipped() / "lists")
FILES = catalogue.policy_files(catalogue.shipped())


@cache
def cases_of(path: Path) -> tuple[testing.Case, ...]:
    """Every case of a policy file, in every language it is written in."""
    return tuple(testing.cases_of(path, TABLES))


def all_cases() -> list[testing.Case]:
    return [case for path in FILES for case in cases_of(path)]


def by_language() -> dict[str, list[testing.Case]]:
    """The cases by policy and language, `MN001 bicep`."""
    found: dict[str, list[testing.Case]] = {}
    for case in all_cases():
        found.setdefault(f"{case.policy.id} {case.language}", []).append(case)
    return found
