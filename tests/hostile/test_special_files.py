"""What is no file, or none any more: nobody waits for it, follows it or fails on it, and a diagnostic says so."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import Program, Shell
from threats import least
from watching import watch

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files")

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: MODE } }
}
"""
CLEAN = HUB.replace("MODE", "'AllowOnlyApprovedOutbound'")
PARAMETER = "param mode string\n" + HUB.replace("MODE", "mode")
LOADING = HUB.replace("MODE", "loadTextContent('it')")
VARIABLE = """\
variable "mode" {}
resource "azurerm_ai_foundry" "hub" {
  managed_network { isolation_mode = var.mode }
}
"""
POLICY = (Path(__file__).parents[2] / "fixtures" / "own-policies" / "OWN001-endpoint-missing.yaml").read_text("utf-8")


@pytest.fixture(autouse=True)
def _no_wait() -> Iterator[None]:
    """Whoever waits for ever is woken, past all that catches exceptions."""

    def wake(*_: object) -> None:
        pytest.fail("the linter waits for something")

    before = signal.signal(signal.SIGALRM, wake)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


# ── what stands there ──


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listener(path: Path) -> None:
    """A socket in the file system; its name may not be longer than that of none of our temporary folders."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)


def folder(path: Path) -> None:
    path.mkdir()
    (path / "other.txt").write_text("", "utf-8")


def itself(path: Path) -> None:
    path.symlink_to(path.name)


def each_other(path: Path) -> None:
    path.symlink_to("other")
    (path.parent / "other").symlink_to(path.name)


def nowhere(path: Path) -> None:
    path.symlink_to("gone")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def nothing(path: Path) -> None:
    path.symlink_to(os.devnull)


def process(path: Path) -> None:
    path.symlink_to("/proc/self/environ")


KINDS = (pipe, listener, folder, itself, each_other, nowhere, endless, nothing, process)
TOLD = (pipe, listener, endless, nothing, process)  # others are nothing that would be deployed


class Role(NamedTuple):
    """What a file is for: its name, what stands beside it, what is asked, and whether a run can do without."""

    name: str
    files: Mapping[str, str]
    options: tuple[str, ...] = ()
    needed: bool = False


OURS = {"main.bicep": CLEAN, "ours/OWN001-x.yaml": POLICY}
ROLES = {
    "Bicep": Role("it.bicep", {"main.bicep": CLEAN}),
    "Terraform": Role("it.tf", {"main.bicep": CLEAN}),
    "Terraform in JSON": Role("it.tf.json", {"main.bicep": CLEAN}),
    "parameters": Role("main.bicepparam", {"main.bicep": CLEAN}),
    "variables": Role("terraform.tfvars", {"main.tf": VARIABLE}),
    "settings": Role(".mnlint.yaml", {"main.bicep": CLEAN}, (), True),
    "settings of Python": Role("pyproject.toml", {"main.bicep": CLEAN}),
    "an alias": Role("bicepconfig.json", {"main.bicep": CLEAN + "module m 'br/x:y:1.0.0' = { name: 'm' }\n"}),
    "a text": Role("it", {"main.bicep": LOADING}),
    "a module": Role("m/it.bicep", {"main.bicep": CLEAN + "module m 'm/it.bicep' = { name: 'm' }\n", "m/x.txt": ""}),
    "a list of modules": Role(".terraform/modules/modules.json", {"main.tf": VARIABLE}),
    "settings that are named": Role("x.yaml", {"main.bicep": CLEAN}, ("--config", "x.yaml"), True),
    "a lock": Role("x.yaml", {"main.bicep": CLEAN}, ("--policy-lock", "x.yaml"), True),
    "parameters that are named": Role("p.json", {"main.bicep": PARAMETER}, ("--parameters", "p.json"), True),
    "a baseline": Role("b.json", {"main.bicep": CLEAN}, ("--baseline", "b.json"), True),
    "a policy": Role("ours/it.yaml", OURS, ("--policies", "ours"), True),
    "a list": Role("ours/lists/it.yaml", OURS, ("--policies", "ours"), True),
    "a list of settings": Role(
        "l.yaml", {"main.bicep": CLEAN, ".mnlint.yaml": "lists: {service-tags: {extend: l.yaml}}\n"}, (), True
    ),
}  # fmt: skip
TEMPLATES = ("Bicep", "Terraform", "Terraform in JSON", "parameters", "variables", "a module")


def tree(role: Role, root: Path) -> Path:
    (root / ".git").mkdir(parents=True)
    for name, text in role.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (root / role.name).parent.mkdir(parents=True, exist_ok=True)
    return root / role.name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", ROLES)
def test_it_is_not_waited_for(
    name: str, kind: Callable[[Path], None], mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    role = ROLES[name]
    path = tree(role, tmp_path / "root")
    kind(path)
    done = mnlint("check", "--output", "concise", *role.options, cwd=tmp_path / "root")
    assert "please report" not in done.output
    if role.needed:  # a folder of policies may have folders in it, whatever they are called
        assert done.exit_code == 2 or (kind is folder and "--policies" in role.options), done.output
        assert path.name in done.stderr or done.exit_code == 0
    elif name in TEMPLATES and kind in TOLD:
        assert done.exit_code == 1, done.output
        assert f"{role.name}: error MN910" in done.stdout, done.stdout
    else:
        assert done.exit_code in (0, 1), done.output
    tried("T11", 1)


def test_at_least_as_many_as_are_promised() -> None:
    assert len(ROLES) * len(KINDS) + len(SWAPS) + len(OUTPUTS) >= least("T11")


# ── what changes between being found and being read ──


def gone(path: Path) -> None:
    path.unlink()


def replaced(kind: Callable[[Path], None]) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        path.unlink()
        kind(path)

    return act


def grown(path: Path) -> None:
    with path.open("ab") as stream:
        stream.truncate(6 * 1024 * 1024)


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parents[1] / "secret.bicep")


SWAPS: dict[str, Callable[[Path], None]] = {
    "gone": gone,
    "grown": grown,
    "a link": linked,
    **{f"a {kind.__name__}": replaced(kind) for kind in KINDS},
}


@pytest.mark.parametrize("swap", SWAPS)
def test_what_takes_its_place_is_not_read(
    swap: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    path = tree(Role("it.bicep", {"it.bicep": CLEAN, "main.bicep": CLEAN}), tmp_path / "root")
    (tmp_path / "secret.bicep").write_text(CLEAN.replace("'hub'", "'secret'"), "utf-8")
    watch.just_before(str(path), lambda: SWAPS[swap](path))
    done = mnlint("check", "--output", "concise", cwd=tmp_path / "root")
    assert done.exit_code == 1, done.output
    assert "it.bicep: error MN910 this file cannot be read: " in done.stdout
    assert "secret" not in done.stdout
    assert not [path for path in watch.opened() if path.endswith("secret.bicep")]
    tried("T11", 1)


@pytest.mark.parametrize("command", [("check",), ("facts",), ("check", "--changed-since", "HEAD")], ids=" ".join)
def test_what_is_gone_at_the_second_look(command: tuple[str, ...], mnlint: Program, tmp_path: Path) -> None:
    """Files are read again if there are too many to hold."""
    root = tmp_path / "root"
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / f"{name}.bicep").write_text(CLEAN + f"// {'x' * 1_500_000}\n", "utf-8")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=root, check=True)
    path = root / "a.bicep"
    watch.just_before(str(root / "c.bicep"), path.unlink)
    done = mnlint(*command, cwd=root)
    assert "please report" not in done.output, done.output
    assert "a.bicep" in done.output
    assert done.exit_code in ((1, 2) if command[0] == "check" else (0, 1, 2))


def test_a_folder_that_goes_is_told(mnlint: Program, tmp_path: Path) -> None:
    path = tree(Role("m/it.bicep", {"m/it.bicep": CLEAN, "main.bicep": CLEAN}), tmp_path / "root")
    watch.just_before(f"{path.parent}", lambda: shutil.rmtree(path.parent))
    done = mnlint("check", "--output", "concise", "--no-prefilter", cwd=tmp_path / "root")
    assert (done.exit_code, "m: error MN910 this folder cannot be listed: " in done.stdout) == (1, True), done.output


# ── trees ──


@pytest.mark.parametrize(
    ("name", "depth"),
    [("d" * 255, 20), pytest.param("d", 10_000, marks=pytest.mark.lab)],
    ids=["long names", "ten thousand"],
)
def test_folders_deeper_than_any_path(name: str, depth: int, mnlint: Program, shell: Shell, tmp_path: Path) -> None:
    """What lies where no path leads is not read, and that is told."""
    signal.alarm(0 if depth > 1000 else 30)  # such a tree is slow to make and to remove
    root = tmp_path / "root"
    root.mkdir()
    (root / "main.bicep").write_text(CLEAN, "utf-8")
    at = os.open(root, os.O_RDONLY)
    try:
        for _ in range(depth):
            os.mkdir(name, dir_fd=at)
            below = os.open(name, os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
        with os.fdopen(os.open("hub.bicep", os.O_WRONLY | os.O_CREAT, dir_fd=at), "w") as stream:
            stream.write(HUB.replace("MODE", "'Disabled'"))
        one, other = mnlint("check", ".", cwd=root), shell("check", ".", cwd=root)
        assert (one.exit_code, other.returncode) == (1, 1)
        for said in (one.stdout, other.stdout):
            assert said.count("error[MN910]: this folder cannot be listed: File name too long") == 1
        assert mnlint("check", "--exclude", f"{name}/**", ".", cwd=root).exit_code == 0
    finally:
        os.close(at)
        subprocess.run(["rm", "-rf", root], check=True)


def test_folders_in_circles(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "main.bicep").write_text(CLEAN, "utf-8")
    for name, to in (("a/b/up", ".."), ("a/b/self", "self"), ("a/b/here", "."), ("a/x", "y"), ("a/y", "x")):
        (tmp_path / name).symlink_to(to)
    done = mnlint("check", "--boundary", ".", cwd=tmp_path)
    assert (done.exit_code, "checked 1 file (1 read)" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize("suffix", [".bicep", ".tf", ".json", ".bicepparam"])
def test_a_name_as_long_as_names_are(suffix: str, mnlint: Program, tmp_path: Path) -> None:
    name = "x" * (255 - len(suffix)) + suffix
    (tmp_path / name).write_text(CLEAN if suffix == ".bicep" else "{", "utf-8")
    outputs = ("--output", f"json={'j' * 255}", "--output", f"sarif={'s' * 255}")
    done = mnlint("check", "--boundary", ".", *outputs, cwd=tmp_path)
    assert done.exit_code in (0, 1), done.output
    for letter in "js":
        assert json.loads((tmp_path / (letter * 255)).read_text("utf-8"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((name, "j" * 255, "s" * 255))


# ── where reports go ──

OUTPUTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe that nobody reads": (pipe, "cannot write"),
    "a socket": (listener, "cannot write"),
    "a folder": (folder, ""),
    "itself": (itself, ""),
    "a full disk": (lambda path: path.symlink_to("/dev/full"), "cannot write"),
    "a folder that is not there": (lambda path: path.symlink_to("gone/gone"), ""),
}


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("option", ["--output=json=it", "--write-baseline=it"])
def test_a_report_that_cannot_be_written(
    option: str, name: str, mnlint: Program, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    make, says = OUTPUTS[name]
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (root / "main.bicep").write_text(CLEAN, "utf-8")
    make(root / "it")
    done = mnlint("check", option, cwd=root)
    assert "please report" not in done.output
    if option.startswith("--output"):
        assert done.exit_code == (2 if says or name == "a folder" else 0), done.output
        assert says in done.stderr
    else:
        assert done.exit_code in (0, 2), done.output
    assert sorted(path.name for path in root.iterdir() if path.name.startswith(".mnlint")) == []
    tried("T11", 1)


def test_a_pipe_that_somebody_reads_gets_its_report(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(CLEAN, "utf-8")
    os.mkfifo(tmp_path / "it")
    reader = os.open(tmp_path / "it", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert mnlint("check", "--boundary", ".", "--output=json=it", cwd=tmp_path).exit_code == 0
        assert json.loads(os.read(reader, 1 << 16))
    finally:
        os.close(reader)
