"""What is huge: files, lines, resources, folders, findings. A run ends, says what it left out, and stays small."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from threats import least

MEMORY = 1024  # MiB
HUB = "Microsoft.MachineLearningServices/workspaces"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
RUN = """
import json, resource, subprocess, sys
program = [sys.executable, "-c", "from mnlint.start import main; main()", "check", "--no-cache", "-q"]
code = subprocess.run([*program, *sys.argv[1:]], timeout=1500).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_maxrss, used.ru_utime + used.ru_stime]))
"""


@dataclass(frozen=True)
class Done:
    """What came out of a run, and what it took."""

    code: int
    results: list[dict[str, Any]]
    notes: list[str]
    memory: int  # MiB, of the largest process
    seconds: float  # of processors

    def limits(self) -> list[tuple[str, str]]:
        found = [one for one in self.results if one["ruleId"] == "MN912"]
        uris = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in found]
        return [(uri, one["message"]["text"]) for uri, one in zip(uris, found, strict=True)]


def checked(folder: Path, *options: str) -> Done:
    log = folder.parent / f"{folder.name}.sarif"
    words = [f"--output=sarif={log}", *options, "."]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], cwd=folder, capture_output=True, text=True, timeout=1600, check=True
    )
    code, memory, seconds = json.loads(done.stdout.splitlines()[-1])
    assert done.stderr == ""
    (run,) = json.loads(log.read_text("utf-8"))["runs"]
    said = run["invocations"][0].get("toolExecutionNotifications", [])
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    made = Done(code, run["results"], [one["message"]["text"] for one in said], memory // unit, seconds)
    print(f"{folder.name}: exit code {code}, {made.memory} MiB, {seconds:.1f} s, {len(made.results)} results")
    assert made.memory <= MEMORY
    assert code in (0, 1)
    return made


def hub(name: str, symbol: str = "hub") -> str:
    network = "managedNetwork: { isolationMode: 'Disabled' }"
    return f"resource {symbol} '{HUB}@2024-10-01' = {{ name: '{name}', kind: 'Hub', properties: {{ {network} }} }}\n"


def template_of(folder: Path, size: int) -> None:
    """One ARM template of so many bytes."""
    one = json.dumps({"type": HUB, "apiVersion": "2024-10-01", "name": "hub", "kind": "Hub", "properties": {}})
    text = f'{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", "resources": [{one}'
    more = f", {one}" * ((size - len(text)) // (len(one) + 2) + 1)
    (folder / "main.json").write_text(f"{text}{more}]}}", "utf-8")


def resources_of(folder: Path, count: int) -> None:
    """One Bicep file of so many resources, in the fewest bytes, a hub last."""
    many = "".join(f"resource r{n} 'A.B/c@2024-01-01'={{name:'x'}}\n" for n in range(count))
    (folder / "main.bicep").write_text(many + hub("hub"), "utf-8")


def copies_of(folder: Path, count: int) -> None:
    """One ARM template of so many resources, a hub last."""
    one = json.dumps({"type": "A.B/c", "apiVersion": "2024-01-01", "name": "x"})
    last = json.dumps({"type": HUB, "apiVersion": "2024-10-01", "name": "hub", "kind": "Hub", "properties": {}})
    listed = ", ".join([one] * count + [last])
    (folder / "main.json").write_text(f'{{"$schema": "{SCHEMA}", "resources": [{listed}]}}', "utf-8")


def files_of(folder: Path, count: int) -> None:
    """So many roots, each in a folder of its own: of all languages, and a hub in every tenth."""
    for n in range(count):
        (folder / f"d{n}").mkdir()
        text = hub("hub") if n % 10 == 0 else f"resource r{n} 'A.B/c@2024-01-01' = {{ name: 'x' }}\n"
        (folder / f"d{n}/main.bicep").write_text(text, "utf-8")


def line_of(folder: Path, size: int) -> None:
    """Lines of so many characters: in JSON a hub is at its end."""
    (folder / "main.bicep").write_text(f"var x = '{'x' * size}' // {'y' * size}\n{hub('hub')}", "utf-8")
    (folder / "one.json").write_text(
        json.dumps(
            {
                "$schema": SCHEMA,
                "variables": {"x": "x" * size},
                "resources": [
                    {
                        "type": HUB,
                        "apiVersion": "2024-10-01",
                        "name": "hub",
                        "kind": "Hub",
                        "properties": {"managedNetwork": {"isolationMode": "Disabled"}},
                    }
                ],
            }
        ),
        "utf-8",
    )


def findings_of(folder: Path, files: int, each: int) -> None:
    """So many findings: comments that give no reason."""
    comments = "".join(f"// {n} mnlint: ignore[MN001]\nvar v{n} = 1 // mnlint: ignore[MN002]\n" for n in range(each))
    for n in range(files):
        (folder / f"main{n}.bicep").write_text(comments + hub("hub"), "utf-8")


def made(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def test_a_template_of_50_mb_is_left_out_and_told(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    folder = made(tmp_path, "template")
    template_of(folder, 50_000_000)
    done = checked(folder)
    words = "this file is larger than 5242880 bytes (--max-file-size), so that it is left out."
    assert done.limits() == [("main.json", words)]
    assert (done.code, done.memory < 100) == (1, True)
    tried("T17", 1)


def test_a_line_of_a_megabyte(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    folder = made(tmp_path, "line")
    line_of(folder, 1_000_000)
    done = checked(folder)
    assert [one["ruleId"] for one in done.results if one["level"] == "error"] == ["MN001", "MN001"]
    assert len(json.dumps(done.results)) < 20_000, "no line is in a report as a whole"
    tried("T17", 2)


def test_500_files_and_6_400_findings(tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    folder = made(tmp_path, "files")
    files_of(folder, 500)
    done = checked(folder)
    assert [one["ruleId"] for one in done.results].count("MN001") == 50
    folder = made(tmp_path, "findings")
    findings_of(folder, 8, 400)
    done = checked(folder)
    assert len(done.results) == 5_000
    assert any("findings are left out" in words for words in done.notes)
    tried("T17", 2)


def test_there_are_as_many_as_the_page_promises() -> None:
    """A template, two files with a line, folders, and findings."""
    assert least("T17") <= 5


@pytest.mark.lab
def test_a_hundred_thousand_resources(tmp_path: Path) -> None:
    for name, write, count in (
        ("bicep", resources_of, 100_000),
        ("arm", copies_of, 60_000),
        ("arm-10k", copies_of, 11_000),
    ):
        folder = made(tmp_path, name)
        write(folder, count)
        done = checked(folder)
        assert done.code == 1
        assert len(done.limits()) == 1, done.limits()


@pytest.mark.lab
def test_a_large_template_that_is_allowed(tmp_path: Path) -> None:
    folder = made(tmp_path, "allowed")
    template_of(folder, 50_000_000)
    done = checked(folder, "--max-file-size", "100M")
    assert done.limits()


@pytest.mark.lab
def test_twenty_thousand_files(tmp_path: Path) -> None:
    folder = made(tmp_path, "folders")
    files_of(folder, 20_000)
    done = checked(folder)
    assert [one["ruleId"] for one in done.results].count("MN001") == 2_000


@pytest.mark.lab
def test_a_hundred_thousand_findings(tmp_path: Path) -> None:
    folder = made(tmp_path, "many")
    findings_of(folder, 130, 400)
    done = checked(folder)
    assert len(done.results) == 5_000
    assert any("findings are left out" in words for words in done.notes)
