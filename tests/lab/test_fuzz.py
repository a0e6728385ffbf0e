"""A million inputs for each reader, or as many as FUZZ_RUNS says, by atheris. What fails is kept in `.fuzz`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz.readers import READERS

pytestmark = pytest.mark.lab

TREE = Path(__file__).parents[2]
RUNS = int(os.environ.get("FUZZ_RUNS", "1000000"))


@pytest.mark.parametrize("name", READERS)
def test_no_input_is_a_failure(name: str, tried: Callable[[str, int], None]) -> None:
    command = [sys.executable, "tests/fuzz", name, "--runs", str(RUNS), "--found", TREE / ".fuzz"]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TREE / "linter"), str(TREE / ".real" / "python")])}
    done = subprocess.run(command, cwd=TREE, env=known, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-8000:]
    told = json.loads(done.stdout.splitlines()[-1])
    print(told)
    assert told["given"] >= RUNS
    tried("T1", told["given"])
