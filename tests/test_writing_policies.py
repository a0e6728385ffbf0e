"""The tutorial on policies of one's own: its files are written and its commands run, in the order of the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnlint.azure.schema import SCHEMA
from mnlint.documents import parse_documents
from mnlint.policy.load import load

PAGE = Path(__file__).parents[1] / "docs/writing-policies.md"
REST = "…"  # a line that stands for any lines
# A file with its name in front of it, or commands with what they print.
_BLOCK = re.compile(r"\*\*`([^`]+)`\*\*\n\n```\w*\n(.*?)^```|```console\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks() -> Iterator[tuple[str, str]]:
    """Names of files with their texts, and, by no name, blocks of commands."""
    for found in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        yield (found[1], found[2]) if found[1] else ("", found[3])


def commands(block: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, with the lines that it is shown to print."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *lines = part.splitlines()
        yield command, lines


def same(shown: list[str], printed: list[str]) -> bool:
    """Whether lines are as they are shown."""
    pattern = "".join("(?:[^\n]*\n)*?" if line == REST else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, list[str], list[str]]]:
    """Every command of the page with what is shown and what it printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done: list[tuple[str, list[str], list[str]]] = []
    for name, text in blocks():
        if name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            continue
        for command, shown in commands(text):
            made = subprocess.run(
                ["sh", "-c", command],
                cwd=folder,
                env={**os.environ, "PATH": path},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            done.append((command, shown, made.stdout.splitlines()))
    return done


COMMANDS = [command for name, text in blocks() if not name for command, _ in commands(text)]


@pytest.mark.parametrize("number", range(len(COMMANDS)), ids=COMMANDS)
def test_a_command_prints_what_is_shown(number: int, walked: list[tuple[str, list[str], list[str]]]) -> None:
    command, shown, printed = walked[number]
    assert command == COMMANDS[number]
    assert same(shown, printed), "\n".join(printed)


SNIPPETS = re.findall(r"(?<!\*\*\n\n)```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.splitlines()[0])
def test_a_part_of_a_policy_is_one(snippet: str) -> None:
    """A condition on a resource, or a kind with what is required of it."""
    (written,) = parse_documents(snippet, "snippet")
    if "require" not in written:
        written = {"for": "resource", "types": ["Provider.Name/type"], "require": written}
    texts = dict.fromkeys(("title", "message", "why", "fix", "added"), "x")
    whole = {"id": "ACME009", "name": "x", "severity": "note", "see": [], **texts, **written}
    assert load(whole, SCHEMA, {}, "snippet").require


def test_the_page_has_commands_and_files() -> None:
    assert len(COMMANDS) >= 8
    assert sum(1 for name, _ in blocks() if name) >= 4
    assert len(SNIPPETS) >= 2


def test_other_lines_are_not_the_same() -> None:
    assert same(["a", REST, "b"], ["a", "x", "b"])
    assert not same(["a", REST, "b"], ["a", "x", "c"])
    assert not same(["a"], ["a", "b"])
