"""What the documentation says is so: its commands run, its generated pages are fresh, its links lead somewhere."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mnlint.cli import check
from mnlint.cli_options import GROUPS

ROOT = Path(__file__).parents[1]
MNLINT = str(Path(sys.executable).with_name("mnlint"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *(
        ROOT / "docs" / name
        for name in (
            *("policies/index.md", "settings.md", "as-of.md", "writing-policies.md"),
            *("benchmarks.md", "security-tests.md", "limits.md"),
        )
    ),
]


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


def test_every_limit_that_may_be_moved_is_promised() -> None:
    said = (ROOT / "SECURITY.md").read_text("utf-8")
    for name in (option for option in GROUPS["Limits"]):
        (option,) = [param.opts[0] for param in check.params if param.name == name]
        assert f"`{option}`" in said, option
