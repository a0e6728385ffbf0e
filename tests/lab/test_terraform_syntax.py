"""Our reader against `terraform fmt` for many thousands of texts, cut and mixed at random."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.lab

TREE = Path(__file__).parents[2]


@pytest.mark.parametrize("first", range(1_000, 9_000, 2_000))
def test_what_is_refused_and_what_is_taken(first: int) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "TERRAFORM"))}
    command = [sys.executable, "tests/lab/terraform_syntax.py", str(first), str(first + 2_000)]
    done = subprocess.run(
        command, cwd=TREE, env={**known, "PYTHONPATH": str(TREE / ".real" / "python")}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
