"""Every case of every policy that comes along, in every language it is written in."""

import pytest

from mnlint import testing
from shipped import TABLES, by_language

CASES = by_language()


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    """Those of a policy in a language: four thousand tests would be more work for pytest than for the linter."""
    wrong = {case.title: testing.problems(case, testing.run_case(case, TABLES)) for case in CASES[name]}
    assert not {title: problems for title, problems in wrong.items() if problems}
