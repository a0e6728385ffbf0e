"""`terraform fmt` refuses what we say is wrong, and takes what we read; also of texts made at random."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

TREE = Path(__file__).parents[2]


def test_our_reader_and_terraform_take_and_refuse_the_same() -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "TERRAFORM"))}
    command = [sys.executable, "tests/lab/terraform_syntax.py", "0", "1000"]
    done = subprocess.run(
        command, cwd=TREE, env={**known, "PYTHONPATH": str(TREE / ".real" / "python")}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
