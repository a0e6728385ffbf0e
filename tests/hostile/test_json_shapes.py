"""JSON that readers disagree about, or that is made to be costly: read as Azure does, or refused where it stands."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from mnlint.formats import armplain
from mnlint.formats.arm import read as read_arm
from mnlint.formats.arm import read_parameters
from mnlint.formats.armjson import parse
from mnlint.formats.tfjson import read as read_tfjson
from mnlint.formats.tfplan import read as read_plan
from mnlint.model.text import Source
from threats import least

Program = Callable[..., Result]
Tried = Callable[[str, int], None]
SECONDS = 10.0  # each takes a tenth of that; what is quadratic takes minutes

ARM = """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
"contentVersion": "1.0.0.0", "resources": [
{"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "hub", "kind": "Hub",
"properties": {"managedNetwork": {"isolationMode": "Disabled"}},
"tags":
HERE
}]}
"""
PARAMETERS = """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
"contentVersion": "1.0.0.0",
"parameters": {"a":
{"value":

HERE
}}}
"""
PLAN = """{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [
{"address": "azurerm_machine_learning_workspace.hub", "mode": "managed", "type": "azurerm_machine_learning_workspace",
"name": "hub", "provider_name": "registry.terraform.io/hashicorp/azurerm", "change": {"actions": ["create"],
"before": null, "after": {"name": "hub", "managed_network": [{"isolation_mode": "Disabled"}], "tags":
{"a":
HERE
}}, "after_unknown": {}}}]}
"""
TF_JSON = """{"resource": {"azurerm_machine_learning_workspace": {"hub": {"name": "hub",
"managed_network": {"isolation_mode": "Disabled"},


"tags":
HERE
}}}}
"""
READERS = {
    "arm": (read_arm, ARM),
    "parameters": (read_parameters, PARAMETERS),
    "plan": (read_plan, PLAN),
    "terraform": (read_tfjson, TF_JSON),
}
LINE = 6  # on which `HERE` stands, in all of them
SHAPES: Mapping[str, tuple[str, str, str]] = {  # what is written, the code, a word of what is said
    "5,000 digits": ("1" * 5_000, "MN912", "more than 400 digits"),
    "5,000 digits behind the point": ("0." + "1" * 5_000, "MN912", "more than 400 digits"),
    "not a number": ("NaN", "MN911", "`NaN` is not a JSON value"),
    "infinity": ("Infinity", "MN911", "`Infinity` is not a JSON value"),
    "less than all": ("-Infinity", "MN911", "`-Infinity` is not a JSON value"),
    "too large a number": ("1e999", "MN911", "too large"),
    "octal": ("010", "MN911", "`010` is not a JSON value"),
    "hexadecimal": ("0x10", "MN911", "`0x10` is not a JSON value"),
    "a sign": ("+1", "MN911", "`+1` is not a JSON value"),
    "single quotes": ("'a'", "MN911", "not a JSON value"),
    "an odd escape": ('"\\x41"', "MN911", "no escape"),
    "half an escape": ('"\\u12"', "MN911", "no escape"),
    "a word": ("undefined", "MN911", "not a JSON value"),
    "nothing before a comma": ("[,]", "MN911", "a comma with nothing before it"),
    "a key twice": ('{"a": 1, "b": 2, "a": 3}', "MN911", "`a` is written twice: what line 6 says has no effect"),
    "1,000 deep": ("[" * 1_000 + "]" * 1_000, "MN912", "nested too deeply"),
    "100,000 deep": ("[" * 100_000 + "]" * 100_000, "MN912", ""),
}
FINE: Mapping[str, str] = {
    "a comment": "/* a */ 1 // b",
    "a comma at the end": "[1, 2,]",
    "a text over lines": '"a\n\nb"',
    "half a character": '"\\ud800"',
    "both halves": '"\\ud834\\udd1e"',
    "an empty key": '{"": 1}',
    "keys in two cases": '{"a": 1, "A": 2}',
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_no_json_is_told_on_its_line(shape: str, reader: str, tried: Tried) -> None:
    read, text = READERS[reader]
    written, code, says = SHAPES[shape]
    begun = time.process_time()
    source = Source("a.json", text.replace("HERE", written))
    made = read(source)
    assert time.process_time() - begun < SECONDS
    told = [notice for notice in made.notices if notice.code == code and says in notice.message]
    assert told, made.notices
    assert told[0].place is not None
    assert source.line_column(told[0].place.span.start)[0] == LINE
    assert told[0].level == ("warning" if shape == "a key twice" else "error")
    tried("T5", 1)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("shape", FINE)
def test_what_azure_takes_is_taken(shape: str, reader: str, tried: Tried) -> None:
    read, text = READERS[reader]
    assert not read(Source("a.json", text.replace("HERE", FINE[shape]))).notices
    tried("T5", 1)


def test_both_places_of_a_key_are_told() -> None:
    text = '{\n"a": {"x": 1},\n"b": 2,\n\n"a": 3, "b": 4}'
    assert armplain.parse(Source("a.json", text)) is None, "the fast reader has no words for it"
    told = [(n.message, n.place.span.start if n.place else 0) for n in parse(Source("a.json", text)).notices]
    assert told == [
        ("`a` is written twice: what line 2 says has no effect", text.rindex('"a"')),
        ("`b` is written twice: what line 3 says has no effect", text.rindex('"b"')),
    ]


@pytest.mark.parametrize(
    "pieces", [('"k{n}": 0,', 1_000_000), ('"k": 0,', 200_000), ("0,", 1_000_000), ("/**/", 500_000)]
)
def test_a_million_members_end_at_the_limit(pieces: tuple[str, int], tried: Tried) -> None:
    one, number = pieces
    many = "".join(one.replace("{n}", str(n)) for n in range(number)) if "{n}" in one else one * number
    text = "[" + many + "0]" if one == "0," else "{" + many + '"z": 0}'
    begun = time.process_time()
    document = parse(Source("a.json", text))
    assert time.process_time() - begun < SECONDS
    assert document.notices[-1].code == "MN912" or document.notices[0].code == "MN912"
    tried("T5", 1)


def test_a_text_of_50_megabytes_is_left_out_with_a_word(tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.json").write_text(ARM.replace("HERE", '"' + "x" * 50_000_000 + '"'))
    result = mnlint("check", "--output", "json", ".", cwd=tmp_path)
    (found,) = json.loads(result.stdout)["findings"]
    assert (result.exit_code, found["policy"]) == (1, "MN912")
    tried("T5", 1)


# ── files that are no templates ──

BAD_JSON: Mapping[str, bytes] = {
    "deep": b"[" * 100_000,
    "deep and closed": b"[" * 5_000 + b"]" * 5_000,
    "not a number": b'{"version": NaN, "findings": []}',
    "many digits": b'{"version": ' + b"1" * 5_000 + b', "findings": []}',
    "too large a number": b'{"version": 1e999, "findings": []}',
    "a list": b"[]",
    "a text": b'"x"',
    "nothing": b"",
    "UTF-16": '{"version": 1}'.encode("utf-16"),
    "NUL": b'{"version": \0}',
    "half a character": b'{"version": 1, "findings": [{"policy": "\\ud800"}]}',
    "another shape": b'{"version": 1, "findings": {"a": 1}, "runs": {"a": 1}, "Modules": {"a": 1}}',
    "odd members": b'{"version": 1, "findings": [1], "runs": [1], "$schema": 1, "Modules": [1, null, {"Key": 1}]}',
}


@pytest.mark.parametrize("shape", BAD_JSON)
def test_a_baseline_that_is_none(shape: str, tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    (tmp_path / "main.bicep").write_text("param a string\n")
    (tmp_path / "base.json").write_bytes(BAD_JSON[shape])
    result = mnlint("check", "--baseline", "base.json", ".", cwd=tmp_path)
    assert (result.exit_code, "base.json" in result.output, "fault of mnlint" in result.output) == (2, True, False)
    tried("T5", 1)


@pytest.mark.parametrize("shape", BAD_JSON)
def test_a_log_that_is_none(shape: str, tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    (tmp_path / "a.sarif").write_bytes(BAD_JSON[shape])
    result = mnlint("merge", "a.sarif", cwd=tmp_path)
    assert (result.exit_code, "a.sarif" in result.output, "fault of mnlint" in result.output) == (2, True, False)
    tried("T5", 1)


HUB = """resource "azurerm_machine_learning_workspace" "hub" {
  name = "hub"
  managed_network {
    isolation_mode = "Disabled"
  }
}
"""


@pytest.mark.parametrize("file", ["bicepconfig.json", ".terraform/modules/modules.json"])
@pytest.mark.parametrize("shape", BAD_JSON)
def test_what_tools_have_left_behind(file: str, shape: str, tmp_path: Path, mnlint: Program, tried: Tried) -> None:
    """It only says where modules are: without it they are out of reach, and all else is judged."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".terraform/modules").mkdir(parents=True)
    (tmp_path / file).write_bytes(BAD_JSON[shape])
    (tmp_path / "main.tf").write_text(HUB + 'module "m" {\n  source = "x/ai-workspace/y"\n}\n')
    (tmp_path / "main.bicep").write_text("module m 'br/x:machine-learning:1' = { name: 'm' }\n")
    result = mnlint("check", "--output", "json", ".", cwd=tmp_path)
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    assert (result.exit_code, "MN001" in {one["policy"] for one in found}) == (1, True), result.output
    assert not [one for one in found if one["policy"] in ("MN910", "MN911", "MN912")]
    tried("T5", 1)


def test_there_are_as_many_as_promised() -> None:
    assert (len(SHAPES) + len(FINE)) * len(READERS) + 4 * len(BAD_JSON) >= least("T5")
