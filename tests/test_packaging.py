"""The wheel holds what it should, runs from any folder, and finds the same policies as the checkout does."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from mnlint import catalogue, compiled, ready
from test_cold_start import BICEP, start

TREE = Path(__file__).parents[1]
SOURCES = TREE / "linter" / "mnlint"

ALLOWED = re.compile(
    r"""mnlint/(\w+/)*\w+\.py
      | mnlint/py\.typed
      | mnlint/starters/[\w-]+\.(?:yml|yaml|json)
      | mnlint/_coverage\.yaml
      | mnlint/_policies/([\w-]+/)*[\w.-]+\.yaml
      | mnlint/_policies/(compiled|rules)\.jsonl
      | mnlint/_policies/modules/([\w.-]+/)*[\d.-]+\.(?:bicep|tf)
      | mnlint-[\d.]+\.dist-info/(METADATA|RECORD|WHEEL|entry_points\.txt|licenses/LICENSE)
    """,
    re.VERBOSE,
)


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with nothing of our own environment but what every program needs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR") if name in os.environ}
    env = {**kept, "HOME": str(cwd), "PYTHONUTF8": "1", **environment}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=300)


def succeed(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = run(*command, cwd=cwd, **environment)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def console_script(python: Path) -> Path:
    found = shutil.which("mnlint", path=str(python.parent))
    assert found, f"no mnlint beside {python}"
    return Path(found)


def build(tree: Path, out: Path, *what: str) -> None:
    succeed(sys.executable, "-m", "build", "--no-isolation", *what, "--outdir", out, tree, cwd=out)


def one(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build(TREE, out, "--wheel")
    return one(out, "mnlint-*.whl")


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment into which only the wheel is installed.

    The packages that mnlint needs are those of the environment that runs this test: a line in a .pth file adds its
    folder behind the new one's own. The editable mnlint stays out of sight: .pth files in such a folder are not read.
    """
    home = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    scheme = {"base": str(home), "platbase": str(home)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=scheme))
    python = Path(sysconfig.get_path("scripts", "venv", vars=scheme)) / Path(sys.executable).name
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    succeed(*pip, "install", "--no-index", "--no-deps", wheel, cwd=home)
    (packages / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    found = succeed(python, "-I", "-c", "import mnlint; print(mnlint.__file__)", cwd=home).strip()
    assert Path(found).is_relative_to(packages), "the test would look at the checkout instead of the wheel"
    return python


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not ALLOWED.fullmatch(name)] == []


def test_the_wheel_holds_every_module_and_every_policy(wheel: Path) -> None:
    files = [*SOURCES.rglob("*.py"), *(SOURCES / "starters").iterdir()]
    modules = {f"mnlint/{path.relative_to(SOURCES).as_posix()}" for path in files}
    policies = {
        f"mnlint/_policies/{path.relative_to(TREE / 'policies').as_posix()}"
        for path in (TREE / "policies").rglob("*.*")
        if path.is_file()
    }
    assert policies, "a linter without policies"
    kinds = (".py", ".yaml", ".yml", ".json", ".jsonl", ".bicep", ".tf", ".typed")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(kinds)}
    compiled_ones = {f"mnlint/_policies/{file}" for file in (compiled.FILE, ready.FILE)}
    made = {"mnlint/py.typed", "mnlint/_coverage.yaml", *compiled_ones}
    assert held == modules | policies | made


def test_the_wheel_holds_what_its_own_policies_are_compiled_to(wheel: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(wheel, tmp_path, "zip")
    folder = tmp_path / "mnlint" / "_policies"
    held, rules = ((folder / file).read_text("utf-8") for file in (compiled.FILE, ready.FILE))
    assert compiled.in_wheel(folder) == held
    (folder / compiled.FILE).unlink()
    code = "from mnlint.catalogue import compile_all, shipped; print(compile_all(shipped()), end='')"
    assert succeed(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(tmp_path)) == held
    made = compiled.read(folder, held)
    assert made.made_from == catalogue.made_from(catalogue.shipped()), "the tree and the wheel are not of one mind"
    assert ready.text(made) == rules


def test_rules_that_a_wheel_has_ready_are_those_that_are_made(wheel: Path, tmp_path: Path) -> None:
    """Whatever is in their file: a report is that of a checkout."""
    shutil.unpack_archive(wheel, tmp_path, "zip")
    shutil.copytree(TREE / "fixtures" / "demo", tmp_path / "demo")
    run = (sys.executable, "-m", "mnlint.start", "check", "--exit-zero", "--no-cache", "--output", "sarif", "demo")
    expected = succeed(*run, cwd=tmp_path, PYTHONPATH=str(SOURCES.parent))
    file = tmp_path / "mnlint" / "_policies" / ready.FILE
    good = file.read_text("utf-8")
    for text in (good, good.replace('"MN001"', '"MN002"'), good[: len(good) // 2], good[:-1], ""):
        file.write_text(text, encoding="utf-8")
        assert succeed(*run, cwd=tmp_path, PYTHONPATH=str(tmp_path)) == expected


def test_the_source_archive_is_enough_to_build_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    build(TREE, tmp_path)  # the archive from the tree, the wheel from the archive
    assert one(tmp_path, "mnlint-*.whl").read_bytes() == wheel.read_bytes()
    with tarfile.open(one(tmp_path, "mnlint-*.tar.gz")) as archive:
        tops = {Path(name).parts[1] for name in archive.getnames()}
    assert {"linter", "policies", "fixtures", "tests", "README.md", "LICENSE", "pyproject.toml"} <= tops


def test_the_installed_wheel_says_what_the_checkout_says(fresh: Path, tmp_path: Path) -> None:
    shutil.copytree(TREE / "fixtures" / "demo", tmp_path / "demo")
    check = ["check", "--exit-zero", "demo"]
    installed = succeed(console_script(fresh), *check, cwd=tmp_path)
    assert "MN001" in installed
    assert installed == succeed(console_script(Path(sys.executable)), *check, cwd=tmp_path)


@pytest.mark.parametrize("more", [[], ["--output", "sarif=found.sarif"]], ids=" ".join)
def test_the_installed_wheel_needs_nothing_heavy_for_bicep(more: list[str], fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(BICEP)
    code, imported = start(tmp_path, "check", *more, ".", python=fresh)
    assert code == 1, "the isolation is switched off"
    assert not imported & {"yaml", "jsonpath_ng", "pathlib", "typing", "fnmatch", "urllib.parse", "ipaddress"}


@pytest.mark.parametrize("command", [["rules"], ["rules", "--coverage"]], ids=" ".join)
def test_the_policies_are_found_wherever_mnlint_lives(command: list[str], fresh: Path, tmp_path: Path) -> None:
    wheel = succeed(console_script(fresh), *command, cwd=tmp_path)
    editable = succeed(console_script(Path(sys.executable)), *command, cwd=tmp_path)
    checkout = succeed(console_script(fresh), *command, cwd=tmp_path, PYTHONPATH=str(SOURCES.parent))
    assert "MN001" in wheel
    assert wheel == editable == checkout
