"""Encodings: whatever a file is saved as, a fault in it is found, at the line and column that editors count."""

from __future__ import annotations

import codecs
import json
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from threats import least

Program = Callable[..., Result]
Tried = Callable[[str, int], None]

# Each is wrong at `Disabled`, in quotes; `BEFORE` is what stands before it in its line, in a comment or a name.
TEMPLATES: Mapping[str, tuple[str, str]] = {
    "bicep": (
        "main.bicep",
        """// above
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { /* BEFORE */ isolationMode: 'Disabled' } }
}
""",
    ),
    "arm": (
        "main.json",
        """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{ "type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "hub",
    "kind": "Hub", "properties": { "managedNetwork": { /* BEFORE */ "isolationMode": "Disabled" } } }]
}
""",
    ),
    "terraform": (
        "main.tf",
        """# above
resource "azurerm_machine_learning_workspace" "hub" {
  name = "hub"
  managed_network {
    isolation_mode = /* BEFORE */ "Disabled"
  }
}
""",
    ),
    "yaml": (
        "hub.yml",
        """# above
$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json
name: hub
managed_network:
  { "BEFORE": 1, isolation_mode: disabled }
""",
    ),
}

Encode = Callable[[str], bytes]
LETTERS = "é\u00fc"
OUTSIDE = "\U0001d11e\U0001f600"  # two UTF-16 units each
GOOD: Mapping[str, tuple[str, Encode]] = {
    "UTF-8": (LETTERS, lambda text: text.encode()),
    "UTF-8 with its mark": (LETTERS, lambda text: text.encode("utf-8-sig")),
    "UTF-16 LE with its mark": (LETTERS, lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le")),
    "UTF-16 BE with its mark": (LETTERS, lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be")),
    "UTF-16 LE": (LETTERS, lambda text: text.encode("utf-16-le")),
    "UTF-16 BE": (LETTERS, lambda text: text.encode("utf-16-be")),
    "characters of two units": (OUTSIDE, lambda text: text.encode()),
    "the same in UTF-16": (OUTSIDE, lambda text: text.encode("utf-16")),
    "CRLF": ("x", lambda text: text.replace("\n", "\r\n").encode()),
    "both line ends": ("x", lambda text: text.replace("\n", "\r\n", 2).encode()),
    "letters in two parts": (unicodedata.normalize("NFD", LETTERS), lambda text: text.encode()),
    "no-break spaces": ("\u00a0\u2003", lambda text: text.encode()),
    "marks of direction": ("\u200e\u200f", lambda text: text.encode()),
}
# To YAML some of these end a line, and so a comment; the others it refuses.
IN_COMMENTS: Mapping[str, tuple[str, Encode]] = {
    "a paragraph separator": ("\u2029", lambda text: text.encode()),
    "a line separator": ("\u2028", lambda text: text.encode()),
    "form feed": ("\f", lambda text: text.encode()),
    "vertical tab": ("\v", lambda text: text.encode()),
    "next line": ("\x85", lambda text: text.encode()),
    "DEL and C1": ("\x7f\x9b", lambda text: text.encode()),
    "a mark inside": ("\ufeff", lambda text: text.encode()),
    "NUL": ("\0", lambda text: text.encode()),
}
REORDERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BAD: Mapping[str, Encode] = {
    "Latin-1": lambda text: text.replace("BEFORE", LETTERS).encode("latin-1"),
    "half a character in UTF-8": lambda text: text.replace("BEFORE", "\ud800").encode("utf-8", "surrogatepass"),
    "half a character in UTF-16": lambda text: text.replace("BEFORE", "\ud800").encode("utf-16", "surrogatepass"),
    "too long a form": lambda text: text.encode().replace(b"BEFORE", b"\xc0\xaf"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "cut in a character": lambda text: text.encode() + "é".encode()[:1],
}


def sarif(data: bytes, name: str, folder: Path, mnlint: Program) -> tuple[int, list[dict[str, Any]]]:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    result = mnlint("check", "--output", "sarif", ".", cwd=folder)
    assert not result.stderr, "no fault of ours"
    (run,) = json.loads(result.stdout)["runs"]
    return result.exit_code, run["results"]


def at(result: Mapping[str, Any]) -> tuple[int, int]:
    region = result["locations"][0]["physicalLocation"].get("region", {})
    return region.get("startLine", 0), region.get("startColumn", 0)


def units(text: str, word: str) -> tuple[int, int]:
    """Line and column of a word in a text, in UTF-16 units; the end of a line is what editors and git take for one."""
    before = text[: text.index(word)].replace("\r\n", "\n").replace("\r", "\n")
    line = before.rpartition("\n")[2]
    return before.count("\n") + 1, len(line.encode("utf-16-le", "surrogatepass")) // 2 + 1


def check_place(language: str, before: str, encode: Encode, folder: Path, mnlint: Program) -> None:
    name, template = TEMPLATES[language]
    text = template.replace("BEFORE", before)
    code, results = sarif(encode(text), name, folder, mnlint)
    found = [result for result in results if result["ruleId"] == "MN001"]
    assert (code, len(found)) == (1, 1), results
    word = {"bicep": "'Disabled'", "yaml": "disabled"}.get(language, '"Disabled"')
    assert at(found[0]) == units(text, word)
    assert not [
        result["ruleId"] for result in results if result["ruleId"].startswith("MN9") and result["level"] == "error"
    ]


@pytest.mark.parametrize("language", TEMPLATES)
@pytest.mark.parametrize("how", GOOD)
def test_a_fault_is_where_editors_count_it(
    how: str, language: str, tmp_path: Path, mnlint: Program, tried: Tried
) -> None:
    check_place(language, *GOOD[how], tmp_path, mnlint)
    tried("T12", 1)


@pytest.mark.parametrize("language", ["bicep", "arm", "terraform"])
@pytest.mark.parametrize("how", IN_COMMENTS)
def test_odd_characters_in_a_comment_move_nothing(
    how: str, language: str, tmp_path: Path, mnlint: Program, tried: Tried
) -> None:
    check_place(language, *IN_COMMENTS[how], tmp_path, mnlint)
    tried("T12", 1)


@pytest.mark.parametrize("language", TEMPLATES)
@pytest.mark.parametrize("how", BAD)
def test_what_is_no_text_is_said_to_be_none(
    how: str, language: str, tmp_path: Path, mnlint: Program, tried: Tried
) -> None:
    name, template = TEMPLATES[language]
    code, results = sarif(BAD[how](template), name, tmp_path, mnlint)
    assert [result["ruleId"] for result in results if result["level"] == "error"] in (["MN910"], ["MN911"]), results
    assert code == 1
    tried("T12", 1)


@pytest.mark.parametrize("language", TEMPLATES)
def test_what_shows_in_another_order_is_told_where_it_stands(
    language: str, tmp_path: Path, mnlint: Program, tried: Tried
) -> None:
    name, template = TEMPLATES[language]
    for character in REORDERING:
        text = template.replace("BEFORE", f"\U0001f600{character}x").replace("hub'", f"hub{character}'")
        _, results = sarif(text.encode(), name, tmp_path, mnlint)
        told = [result for result in results if result["ruleId"] == "MN914"]
        assert [result["level"] for result in told] == ["warning"] * text.count(character)
        assert at(told[0])[0] == units(text, character)[0]
        assert units(text, character) in [at(one) for one in told]
        assert character not in json.dumps(results, ensure_ascii=False)
    tried("T12", len(REORDERING))


def test_yaml_of_the_old_version_ends_lines_where_others_do_not(tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    name, template = TEMPLATES["yaml"]
    code, results = sarif(template.replace("BEFORE", "\u2028").encode(), name, tmp_path, mnlint)
    assert (code, {result["ruleId"] for result in results}) == (1, {"MN911"})
    tried("T12", 1)


def test_a_lone_carriage_return_ends_a_line(tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    for language in ("bicep", "arm", "yaml"):
        check_place(language, "x", lambda text: text.replace("\n", "\r").encode(), tmp_path, mnlint)
        (tmp_path / TEMPLATES[language][0]).unlink()
    name, template = TEMPLATES["terraform"]  # to which it is no line end
    code, results = sarif(template.replace("\n", "\r").encode(), name, tmp_path, mnlint)
    assert code == 1
    assert "MN911" in {result["ruleId"] for result in results}
    tried("T12", 4)


@pytest.mark.parametrize("end", ["\r", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_workspace_is_one_whatever_ends_its_lines(
    end: str, mark: str, tmp_path: Path, mnlint: Program, tried: Tried
) -> None:
    """The reader that deploys it takes these for line ends, so that there are keys behind them."""
    text = f"{mark}kind: hub\nname: hub\nmanaged_network:\n  isolation_mode: disabled\n---\nname: other\n"
    code, results = sarif(text.replace("\n", end).encode(), "hub.yml", tmp_path, mnlint)
    assert (code, [result["ruleId"] for result in results if result["level"] == "error"]) == (1, ["MN001"])
    tried("T12", 1)


def test_there_are_as_many_as_promised() -> None:
    made = len(GOOD) * len(TEMPLATES) + len(IN_COMMENTS) * 3 + len(BAD) * len(TEMPLATES) + len(REORDERING)
    assert made >= least("T12") - 50  # the others: test_hidden_words.py
