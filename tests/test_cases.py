"""Every case of every policy that comes along, in every language it is written in."""

import pytest

from mnlint import testing
from shipped import TABLES, all_cases


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.title)
def test_case(case: testing.Case) -> None:
    assert not testing.problems(case, testing.run_case(case, TABLES))
