"""A repository full of what Python, its tools, git and we ourselves might pick up: nothing of it runs or decides."""

from __future__ import annotations

import py_compile
import subprocess
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from conftest import Program, Shell
from mnlint.model.settings import keys
from threats import least

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
# Only the grammar of Terraform reads this, which is what wakes all that we need from others.
TERRAFORM = """\
resource "azurerm_ai_foundry" "hub" {
  name = "%{ if true }hub%{ endif }"
  managed_network { isolation_mode = "Disabled" }
}
"""
# Modules that are imported somewhere on the way, ours, others' and Python's own.
MODULES = (
    *("mnlint/__init__", "mnlint/__main__", "mnlint/start", "mnlint/cli", "linter/__init__", "linter/mnlint/__init__"),
    *("yaml", "yaml/__init__", "click", "hcl2", "lark", "jsonpath_ng", "ply", "regex", "_yaml", "atomicwrites"),
    *("re", "os", "sys", "json", "typing", "enum", "pathlib", "functools", "tomllib", "decimal", "hashlib", "string"),
    *("sitecustomize", "usercustomize", "conftest", "setup", "noxfile", "__init__", "__main__", "encodings/__init__"),
    *(".pythonrc", "startup", "site", "_distutils_hack", "pkg_resources", "antigravity", "ctypes/__init__"),
)
CODE = "open(ROOT + '/ran', 'a').write(__file__ + '\\n')\nraise SystemExit('code of the checked repository ran')\n"
# What tools read, by its path: RUN is a program that leaves a file behind.
FILES = {
    "mnlint.pth": "import os; open('ROOT/ran', 'a')\n",
    "site-packages/x.pth": "import os; open('ROOT/ran', 'a')\n",
    "lib/python3.11/site-packages/x.pth": "import os; open('ROOT/ran', 'a')\n",
    "pyvenv.cfg": "home = ROOT\ninclude-system-site-packages = true\n",
    "python._pth": "ROOT\nimport site\n",
    "python311._pth": "ROOT\nimport site\n",
    "setup.cfg": "[tool:pytest]\naddopts = -p conftest\n[options.entry_points]\nconsole_scripts = mnlint = click:x\n",
    "tox.ini": "[pytest]\naddopts = -p conftest\n",
    "x.egg-info/entry_points.txt": "[mnlint]\nx = click:x\n[console_scripts]\nmnlint = click:x\n",
    "mnlint-0.1.dist-info/entry_points.txt": "[console_scripts]\nmnlint = click:x\n",
    ".python-version": "ROOT/run\n",
    ".env": "PYTHONPATH=ROOT\nPYTHONSTARTUP=ROOT/startup.py\nMNLINT_FAIL_ON=never\n",
    ".envrc": "RUN\n",
    ".pdbrc": "import os;; os.system('RUN')\n",
    ".mnlint/config.yaml": "policies: {MN001: off}\n",
    ".config/mnlint/config.yaml": "policies: {MN001: off}\n",
    "mnlint.toml": '[tool.mnlint]\nfail-on = "never"\n',
    "mnlint.yaml": "fail-on: never\n",
    "infra/.mnlint.yaml": "fail-on: never\n",
    "_policies/compiled.jsonl": '{"policies": []}\n',
    "_policies/rules.jsonl": '{"id": "MN001"}\n',
    "policies/managed-network/MN001-isolation-disabled.yaml": "id: MN001\n",
    ".cache/mnlint/outcomes-x.json": "{}\n",
    ".lark_cache.bin": "cos\nsystem\n(S'RUN'\ntR.",
    "hcl2.lark": "start: \n",
    "locale/de/LC_MESSAGES/messages.mo": "x",
    "bash": "RUN\n",
    ".git/hooks/post-checkout": "#!/bin/sh\nRUN\n",
    ".git/config": "[core]\n\tfsmonitor = RUN\n",
    ".mnlint-baseline.json": '{"version": 1, "findings": [{"policy": "MN001", "fingerprint": "*"}]}\n',
}
PROGRAMS = ("git", "python", "python3", "bin/git", "bin/python3", ".venv/bin/python", "az", "bicep", "terraform")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile") / "repo"
    (root / ".git").mkdir(parents=True)
    run = f"#!/bin/sh\ntouch '{root}/ran'\n"
    for name, text in {**FILES, **dict.fromkeys(PROGRAMS, run), "run": run}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.replace("RUN", f"{root}/run").replace("ROOT", str(root)), "utf-8")
    for name in (*PROGRAMS, "run", ".git/hooks/post-checkout"):
        (root / name).chmod(0o755)
    for name in MODULES:
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CODE.replace("ROOT", repr(str(root))), "utf-8")
        py_compile.compile(str(path), doraise=True)
        py_compile.compile(str(path), cfile=f"{path}c", doraise=True)
    (root / "main.bicep").write_text(HUB, "utf-8")
    (root / "infra" / "main.tf").write_text(TERRAFORM, "utf-8")
    return root


COMMANDS = {
    ("check", "."): (1, "error MN001"),
    ("check", "infra", "main.bicep"): (1, "infra/main.tf:"),
    ("check", "--isolated", "--no-cache", "--jobs", "2", "."): (1, "error MN001"),
    ("check", "--base", "HEAD", "."): (2, "--base HEAD"),
    ("facts", "infra"): (0, "isolationMode = 'Disabled'"),
    ("rules",): (0, "MN001"),
    ("explain", "MN001"): (0, "MN001"),
    ("config", "show"): (0, "fail-on"),
    ("new", "OUR001", "--help"): (0, "Usage"),
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_of_it_runs(
    command: tuple[str, ...], repository: Path, shell: Shell, tried: Callable[[str, int], None]
) -> None:
    code, says = COMMANDS[command]
    more = ("--output", "concise") if command[0] == "check" else ()
    cache = str(repository.parent / "cache")
    done = shell(*command, *more, cwd=repository, PYTHONDONTWRITEBYTECODE="1", XDG_CACHE_HOME=cache)
    assert not (repository / "ran").exists()
    assert (done.returncode, says in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert "ran" not in done.stderr
    assert "Traceback" not in done.stderr
    if command[0] == "check" and code == 1:
        assert done.stdout.count("error MN001") == 2
    tried("T15", len(MODULES) + len(FILES) + len(PROGRAMS) if command == ("check", ".") else 1)


def test_at_least_as_many_as_are_promised() -> None:
    assert len(MODULES) + len(FILES) + len(PROGRAMS) + len(LOOSE) >= least("T15")


def test_what_is_planted_would_run(repository: Path) -> None:
    """By whoever puts the current folder first on the path of modules, as `python -m` does."""
    program = f"import sys; sys.path[0] = {str(repository)!r}; import click"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "code of the checked repository ran\n")
    assert "click.py" in (repository / "ran").read_text("utf-8")
    (repository / "ran").unlink()
    assert Path(cache_from_source(str(repository / "click.py"))).exists()


# ── its settings ──

# Every key, with what a branch that has something to hide would write.
LOOSE = {
    "profile": "default",
    "policies": "{MN001: off, MN005: note}",
    "policy-folders": "[ours]",
    "exclude": "['**']",
    "parameters": "{main.bicep: [p.json]}",
    "subscriptions": "{11111111-1111-1111-1111-111111111111: 22222222-2222-2222-2222-222222222222}",
    "lists": "{service-tags: {replace: []}}",
    "fail-on": "never",
    "fail-on-undecided": "false",
    "allow-no-input": "true",
    "baseline": "b.json",
    "inline-ignores": "true",
}
ADDS = {"policy-folders"}  # what only adds may be set under a lock
LOCK = "locked: all\nprofile: strict\nfail-on: warning\nfail-on-undecided: true\ninline-ignores: false\n"


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / ".git").mkdir(parents=True)
    own = Path(__file__).parents[2] / "fixtures" / "own-policies" / "OWN001-endpoint-missing.yaml"
    (root / "ours").mkdir()
    (root / "ours" / own.name).write_text(own.read_text("utf-8"), "utf-8")
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
    (root / "p.json").write_text(f'{{"$schema": "{schema}", "parameters": {{}}}}', "utf-8")
    (root / "b.json").write_text('{"version": 1, "findings": []}', "utf-8")
    (root / "main.bicep").write_text(HUB, "utf-8")
    (root.parent / "lock.yaml").write_text(LOCK, "utf-8")
    return root


def test_every_key_is_tried() -> None:
    assert set(LOOSE) == set(keys())


@pytest.mark.parametrize("key", LOOSE)
def test_a_locked_key_is_refused(key: str, loose: Path, mnlint: Program, tried: Callable[[str, int], None]) -> None:
    (loose / ".mnlint.yaml").write_text(f"{key}: {LOOSE[key]}\n", "utf-8")
    done = mnlint("check", "--policy-lock", "../lock.yaml", cwd=loose)
    if key in ADDS:
        assert (done.exit_code, "error[MN001]" in done.stdout) == (1, True), done.output
    else:
        assert done.exit_code == 2, done.output
        assert done.stderr.startswith("mnlint: .mnlint.yaml:1:"), done.stderr
        assert "locked" in done.stderr
    tried("T15", 1)


def test_all_keys_at_once_are_refused_or_not_read(loose: Path, mnlint: Program) -> None:
    (loose / ".mnlint.yaml").write_text("".join(f"{key}: {value}\n" for key, value in LOOSE.items()), "utf-8")
    done = mnlint("check", "--policy-lock", "../lock.yaml", cwd=loose)
    assert (done.exit_code, done.stdout) == (2, "")
    refused = {line.split("`")[1] for line in done.stderr.splitlines() if "` is locked" in line}
    assert refused == set(LOOSE) - ADDS - {"policies"}, "the policies of a branch are looked at once those are loaded"
    done = mnlint("check", "--isolated", cwd=loose)
    assert (done.exit_code, "error[MN001]" in done.stdout) == (1, True)
