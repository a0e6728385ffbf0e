"""The plans in the fixtures are those that terraform makes: it makes them again, and they are the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

TREE = Path(__file__).parents[2]
PLANS = [*TREE.glob("fixtures/*/*/plan.json"), *TREE.glob("fixtures/triplets/*/azapi/plan.json")]
FOLDERS = sorted(path.parent.relative_to(TREE).as_posix() for path in PLANS)


def test_there_are_plans() -> None:
    assert len(FOLDERS) >= 55


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_plan_is_what_terraform_makes(folder: str) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    given = {**known, "PYTHONPATH": str(TREE / ".real" / "python")}
    command = [sys.executable, "tests/lab/plans.py", "--check", folder]
    done = subprocess.run(command, cwd=TREE, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
