"""What the documentation says is so: its commands run, its generated pages are fresh, its links lead somewhere."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MNLINT = str(Path(sys.executable).with_name("mnlint"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *(ROOT / "docs" / name for name in ("policies/index.md", "settings.md", "as-of.md", "writing-policies.md")),
]


def commands() -> list[list[str]]:
    """Every `mnlint ...` line of the README's shell blocks, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("mnlint ")]
    return [shlex.split(line, comments=True) for line in lines]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in which the README's commands make sense."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.bicep").write_text(
        "param mode string\n"
        "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {\n"
        "  name: 'hub'\n  properties: { managedNetwork: { isolationMode: mode } }\n}\n"
    )
    (tmp_path / "prod.bicepparam").write_text("using 'infra/main.bicep'\nparam mode = 'AllowOnlyApprovedOutbound'\n")
    (tmp_path / ".bicep").mkdir()
    (tmp_path / "our-policies").mkdir()
    shipped = ROOT / "policies/managed-network/MN001-isolation-disabled.yaml"
    text = (
        shipped.read_text().replace("id: MN001", "id: OUR001").replace("name: isolation-disabled", "name: our-own", 1)
    )
    (tmp_path / "our-policies/OUR001-our-own.yaml").write_text(text)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "first"]):
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True)
    return tmp_path


def test_the_readme_has_commands() -> None:
    assert len(commands()) >= 5


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_a_command_of_the_readme_runs(command: list[str], project: Path) -> None:
    done = subprocess.run([MNLINT, *command[1:]], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


def test_the_example_of_the_readme_is_what_the_tool_prints(tmp_path: Path) -> None:
    shown = re.search(r"```text\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    (tmp_path / "main.bicep").write_text(
        "param mode string = 'Disabled'\n"
        "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {\n"
        "  name: 'hub'\n  kind: 'Hub'\n  properties: { managedNetwork: { isolationMode: mode } }\n}\n"
    )
    done = subprocess.run([MNLINT, "check", "."], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == shown[1]


def test_generated_pages_are_fresh() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.stale() == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_files_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), link
