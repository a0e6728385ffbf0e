"""The command line: every option, every exit code, and nothing outside of the boundary."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Program, Shell

POLICIES = Path(__file__).parents[1] / "policies" / "managed-network"
MNLINT = str(Path(sys.executable).with_name("mnlint"))

HUB = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'MODE' } }
}
"""
CLEAN = HUB.replace("MODE", "AllowOnlyApprovedOutbound")
WRONG = HUB.replace("MODE", "Disabled")  # an error, MN001
UNSET = HUB.replace("isolationMode: 'MODE'", "")  # a warning, MN002
UNDECIDED = "param mode string\n" + HUB.replace("'MODE'", "mode")
TERRAFORM = """\
variable "mode" {}
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = var.mode }
}
"""
ARM = """\
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "mode": { "type": "string" } },
  "resources": [
    {
      "type": "Microsoft.MachineLearningServices/workspaces",
      "apiVersion": "2024-10-01",
      "name": "hub",
      "properties": { "managedNetwork": { "isolationMode": "[parameters('mode')]" } }
    }
  ]
}
"""
GIVEN_IN_JSON = """\
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "mode": { "value": "Disabled" } }
}
"""
POLICY = """\
id: OUR001
name: hub-prefix
title: A hub's name begins with hub
severity: warning
added: "0.1"
for: workspace
require: {field: name, matches: "hub.*"}
message: "{name}: does not begin with hub"
why: So that everybody finds it.
fix: Give it another name.
see: []
---
cases:
- name: as it should be
  expect: pass
  bicep: |
    resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: 'hub-a' }
"""
CANARY = "kanarienvogel"


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def everything(program: Program, folder: Path, *options: str) -> str:
    """What all formats and the list of facts say together, and stderr."""
    said = [program("check", "--output", name, *options, cwd=folder) for name in ("text", "json", "sarif")]
    said.append(program("facts", *options, cwd=folder))
    return "".join(done.output for done in said)


# ── exit codes ──

EXIT_CODES = [  # options, text of the one file, exit code, why
    ((), CLEAN, 0, "nothing to say"),
    ((), WRONG, 1, "an error"),
    ((), UNSET, 0, "a warning is below the default of --fail-on"),
    (("--fail-on", "warning"), UNSET, 1, "a warning is asked for"),
    (("--fail-on", "note"), UNSET, 1, "a warning is above a note"),
    (("--fail-on", "error"), WRONG, 1, "the default, said aloud"),
    (("--fail-on", "never"), WRONG, 0, "nothing is asked for"),
    (("--fail-on", "never", "--fail-on-undecided"), UNDECIDED, 1, "two gates, each for itself"),
    (("--exit-zero",), WRONG, 0, "for jobs that only upload"),
    (("--exit-zero", "--fail-on", "note", "--fail-on-undecided"), UNDECIDED, 0, "it turns every 1 into 0"),
    ((), UNDECIDED, 0, "doubt does not fail by itself"),
    (("--fail-on-undecided",), UNDECIDED, 1, "doubt is asked for"),
    (("--fail-on-undecided",), CLEAN, 0, "no doubt"),
    ((), "param = \n", 0, "broken, but it has nothing to do with us"),
    ((), WRONG.replace("name: 'hub'", "name: 'hub"), 1, "a syntax error closes the gate"),
    (("--fail-on", "never"), WRONG.replace("name: 'hub'", "name: 'hub"), 0, "even that can be waved through"),
    (("--fail-on", "sometimes"), CLEAN, 2, "no such level"),
    (("--what",), CLEAN, 2, "no such option"),
    (("--output", "xml"), CLEAN, 2, "no such format"),
    (("--color", "red"), CLEAN, 2, "no such colour"),
    (("nowhere",), CLEAN, 2, "no such path"),
    (("--boundary", "nowhere"), CLEAN, 2, "no such folder"),
    (("--policies", "nowhere"), CLEAN, 2, "no such folder"),
    (("--parameters", "nowhere"), CLEAN, 2, "no such file"),
    (("--exit-zero", "--output", "xml"), WRONG, 2, "--exit-zero is about findings only"),
]


@pytest.mark.parametrize(("options", "text", "code", "why"), EXIT_CODES, ids=[row[3] for row in EXIT_CODES])
def test_exit_codes(options: tuple[str, ...], text: str, code: int, why: str, mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": text})
    assert mnlint("check", *options, cwd=tmp_path).exit_code == code, why


def test_the_code_is_the_same_in_every_format(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    assert {mnlint("check", "--output", name, cwd=tmp_path).exit_code for name in ("text", "json", "sarif")} == {1}


def test_no_template_at_all_is_3(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"README.md": "nothing"})
    done = mnlint("check", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (3, "")
    assert "--allow-no-input" in done.stderr


def test_wrong_options_come_before_no_template(mnlint: Program, tmp_path: Path) -> None:
    assert mnlint("check", "--output", "xml", cwd=tmp_path).exit_code == 2


def test_no_template_can_be_allowed_and_is_reported(mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("check", "--allow-no-input", "--output", "text", "--output", "sarif=out.sarif", cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "checked no files, no managed network was seen; no findings\n"
    assert json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"] == []


def test_files_that_are_none_of_ours_are_counted(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": "param x string\n", "package.json": "{}"})
    done = mnlint("check", cwd=tmp_path)
    assert done.exit_code == 0
    assert "checked 2 files (0 read, 2 skipped: 1 not a template, 1 not relevant)" in done.stdout


def test_a_path_chooses_what_is_reported(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {".git/HEAD": "", "a/main.bicep": WRONG, "b/main.bicep": CLEAN})
    assert mnlint("check", "b", cwd=tmp_path).exit_code == 0
    assert mnlint("check", "a", "b", cwd=tmp_path).exit_code == 1
    assert mnlint("check", "a/main.bicep", cwd=tmp_path).exit_code == 1
    assert mnlint("check", ".", cwd=tmp_path / "b").exit_code == 0


# ── parameters ──

PARAMETERS = [  # the template, the parameter file, where the finding is
    ("main.bicep", UNDECIDED, "prod.bicepparam", "using 'main.bicep'\nparam mode = 'Disabled'\n", (2, 14)),
    ("main.bicep", UNDECIDED, "prod.parameters.json", GIVEN_IN_JSON, (4, 38)),
    ("main.json", ARM, "prod.parameters.json", GIVEN_IN_JSON, (4, 38)),
    ("main.tf", TERRAFORM, "prod.tfvars", 'mode = "Disabled"\n', (1, 8)),
]


@pytest.mark.parametrize(
    ("template", "text", "file", "given", "place"), PARAMETERS, ids=[f"{r[0]}+{r[2]}" for r in PARAMETERS]
)
def test_parameters_decide(
    template: str, text: str, file: str, given: str, place: tuple[int, int], mnlint: Program, tmp_path: Path
) -> None:
    written(tmp_path, {template: text, f"elsewhere/{file}": given.replace("'main", "'../main")})
    undecided = json.loads(mnlint("check", "--output", "json", template, cwd=tmp_path).stdout)
    if not file.endswith(".bicepparam"):  # which names its template, so that it is found without being given
        assert (undecided["findings"], len(undecided["doubts"])) == ([], 1)
    done = mnlint("check", "--output", "json", "--parameters", f"elsewhere/{file}", template, cwd=tmp_path)
    report = json.loads(done.stdout)
    (finding,) = report["findings"]
    assert (done.exit_code, finding["policy"], report["doubts"], report["notices"]) == (1, "MN001", [], [])
    at = finding["place"]
    assert (at["file"], at["line"], at["column"]) == (f"elsewhere/{file}", *place)


def test_each_parameter_file_is_a_deployment(mnlint: Program, tmp_path: Path) -> None:
    files = {
        "main.tf": TERRAFORM,
        "dev.tfvars": 'mode = "Disabled"\n',
        "prod.tfvars": 'mode = "AllowInternetOutbound"\n',
    }
    written(tmp_path, files)
    report = json.loads(
        mnlint(
            "check", "--output", "json", "--parameters", "dev.tfvars", "--parameters", "prod.tfvars", cwd=tmp_path
        ).stdout
    )
    assert [(f["place"]["file"], f["policy"]) for f in report["findings"]] == [
        ("dev.tfvars", "MN001"),
        ("prod.tfvars", "MN004"),
    ]
    assert (report["coverage"]["networks"], report["doubts"]) == (2, [])


NO_PARAMETERS = [  # file, text, what is said
    ("prod.json", '{"parameters": {"mode": {"value": "Disabled"}}}', "no parameter file"),
    ("main.bicep", UNDECIDED, "no parameter file"),
    ("prod.yaml", "mode: Disabled\n", "no parameter file"),
    ("prod.toml", "mode = 1\n", "no file that can be read"),
    (".venv/prod.tfvars", 'mode = "Disabled"\n', "no file that can be read"),
]


@pytest.mark.parametrize(("file", "text", "says"), NO_PARAMETERS, ids=[row[0] for row in NO_PARAMETERS])
def test_what_is_no_parameter_file_is_refused(file: str, text: str, says: str, mnlint: Program, tmp_path: Path) -> None:
    """Else everything would be judged without it, and nobody would know."""
    written(tmp_path, {"main.bicep": UNDECIDED, file: text})
    done = mnlint("check", "--parameters", file, ".", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mnlint: {file}:1:1: {says}")


def test_a_parameter_file_outside_of_the_boundary_is_refused(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"in/main.tf": TERRAFORM, "prod.tfvars": f'mode = "Disabled" # {CANARY}\n'})
    done = mnlint("check", "--boundary", "in", "--parameters", "prod.tfvars", "in", cwd=tmp_path)
    assert done.exit_code == 2
    assert "prod.tfvars:1:1: no file that can be read inside of" in done.stderr
    assert CANARY not in done.output


def test_a_parameter_file_beside_the_paths_is_inside_by_default(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"infra/main.tf": TERRAFORM, "prod.tfvars": 'mode = "Disabled"\n'})
    done = mnlint("check", "--parameters", "prod.tfvars", "infra", cwd=tmp_path)
    assert (done.exit_code, "--> prod.tfvars:1:8" in done.stdout) == (1, True)


def test_a_parameter_file_that_fits_nothing_is_said(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": UNDECIDED, "prod.tfvars": 'mode = "Disabled"\n'})
    done = mnlint("check", "--parameters", "prod.tfvars", cwd=tmp_path)
    assert done.exit_code == 0
    assert "warning[parameters]: no template here takes prod.tfvars" in done.stdout


# ── policies of a user ──


def test_policies_of_a_user_are_asked_beside_ours(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG.replace("'hub'", "'lab'"), "our/OUR001.yaml": POLICY})
    report = json.loads(mnlint("check", "--policies", "our", "--output", "json", cwd=tmp_path).stdout)
    found = {f["policy"]: (f["place"]["line"], f["place"]["column"]) for f in report["findings"]}
    assert found == {"OUR001": (2, 9), "MN001": (4, 50)}
    without = json.loads(mnlint("check", "--output", "json", cwd=tmp_path).stdout)
    assert [f["policy"] for f in without["findings"]] == ["MN001"]


WRONG_POLICIES = [  # what is changed in a good policy, the place and the words of the mistake
    (("require:", "requires:"), "7:1", "no such key: requires; did you mean require?"),
    (("for: workspace", "for: workspce"), "6:1", "no such kind of fact: workspce; did you mean workspace?"),
    (("field: name", "field: nane"), "7:11", "no such field of workspace: nane; did you mean name?"),
    (("matches:", "matchs:"), "7:24", "no such operator: matchs; did you mean matches?"),
    (("severity: warning", "severity: wraning"), "4:1", "no such severity: wraning; did you mean warning?"),
    (('"{name}:', '"{nam}:'), "8:1", "no such field of workspace: nam; did you mean name?"),
    (("id: OUR001", "id: MN001"), "1:1", "the id MN001 is taken by"),
    (("title:", "title: ["), "4:", ""),
    (('"hub.*"', '"^hub"'), "7:24", "this pattern is not taken: `^` is not needed"),
    (("why: So", "why: &a So"), "9:6", "anchors and aliases are not taken here"),
]


@pytest.mark.parametrize(("change", "place", "says"), WRONG_POLICIES, ids=[row[0][1] for row in WRONG_POLICIES])
def test_a_wrong_policy_is_told_with_its_place(
    change: tuple[str, str], place: str, says: str, mnlint: Program, tmp_path: Path
) -> None:
    written(tmp_path, {"main.bicep": WRONG, "our/OUR001.yaml": POLICY.replace(*change, 1)})
    for command in (("check",), ("rules",), ("explain", "MN001")):
        done = mnlint(*command, "--policies", "our", cwd=tmp_path)
        assert (done.exit_code, done.stdout) == (2, ""), command
        (line,) = done.stderr.splitlines()
        at, _, words = line.removeprefix(f"mnlint: our{os.sep}OUR001.yaml:").partition(": ")
        assert (at.startswith(place), says in words) == (True, True), line


# ── outputs ──


def test_several_outputs_of_one_run(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    done = mnlint("check", "--output", "text", "--output", "sarif=out.sarif", "--output", "json=out.json", cwd=tmp_path)
    assert done.exit_code == 1
    assert done.stdout.startswith("error[MN001]: hub: ")
    assert json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "MN001"
    assert json.loads((tmp_path / "out.json").read_text())["findings"][0]["policy"] == "MN001"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.bicep", "out.json", "out.sarif"]


def test_an_output_replaces_what_was_there(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG, "out.json": "x" * 100_000})
    mnlint("check", "--output", "json=out.json", cwd=tmp_path)
    assert json.loads((tmp_path / "out.json").read_text())["version"] == 1
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o644


@pytest.mark.skipif(os.name == "nt", reason="no such devices")
def test_a_device_is_written_to_and_stays_one(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    (tmp_path / "null").symlink_to(os.devnull)
    assert mnlint("check", "--output", "json=null", cwd=tmp_path).exit_code == 1
    assert (tmp_path / "null").is_symlink()
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("target", ["nowhere/out.sarif", "main.bicep/out.sarif", "folder"])
def test_a_report_that_cannot_be_written_is_2(target: str, mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": CLEAN, "folder/keep.txt": ""})
    done = mnlint("check", "--output", f"sarif={target}", cwd=tmp_path)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"mnlint: cannot write {Path(target)}: ")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "keep.txt", "main.bicep"]


def test_an_unknown_format_is_told_with_the_known_ones(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    done = mnlint("check", "--output", "xml=out.xml", cwd=tmp_path)
    assert "'xml' is none of text, concise, json, sarif, github, azure, gitlab, junit, markdown" in done.stderr
    assert not (tmp_path / "out.xml").exists()


COLORS = [  # options, environment, coloured
    ((), {}, False),
    (("--color", "always"), {}, True),
    (("--color", "always"), {"NO_COLOR": "1"}, True),
    ((), {"FORCE_COLOR": "1"}, True),
    ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    (("--color", "never"), {"FORCE_COLOR": "1"}, False),
]


@pytest.mark.parametrize(("options", "environment", "colored"), COLORS)
def test_colors(
    options: tuple[str, ...],
    environment: dict[str, str],
    colored: bool,
    mnlint: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    plain = mnlint("check", "--color", "never", "--output", "text=out.txt", cwd=tmp_path)
    done = mnlint("check", *options, cwd=tmp_path)
    assert ("\x1b[" in done.stdout) is colored
    assert "\x1b[" not in (tmp_path / "out.txt").read_text()
    assert plain.stdout == ""
    assert re.sub("\x1b\\[[0-9;]*m", "", done.stdout) == (tmp_path / "out.txt").read_text()


# ── the other commands ──


def test_rules_lists_every_policy(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"our/OUR001.yaml": POLICY})
    done = mnlint("rules", "--policies", "our", cwd=tmp_path)
    today = (path for path in POLICIES.glob("*.yaml") if "\nuntil: " not in path.read_text("utf-8"))
    ours = sorted(path.name[:5] for path in today)
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [*ours, "OUR001"]
    assert "MN001  error    isolation-disabled" in done.stdout


@pytest.mark.parametrize("rule", ["MN001", "mn001", "isolation-disabled", "ISOLATION-DISABLED"])
def test_explain_by_id_and_by_name(rule: str, mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("explain", rule, cwd=tmp_path)
    assert done.exit_code == 0
    assert done.stdout.startswith("MN001 isolation-disabled (error)\n")
    assert all(
        title in done.stdout for title in ("Why:", "What to do:", "Wrong, in Bicep:", "Right, in Bicep:", "See:")
    )
    prose = done.stdout.partition("Wrong, in Bicep:")[0]
    assert max(len(line) for line in prose.splitlines()) <= 80


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("arm", '"isolationMode": "Disabled"'),
        ("terraform", 'isolation_mode = "Disabled"'),
        ("azureml", "isolation_mode:"),
    ],
)
def test_explain_shows_an_example_in_a_language(language: str, shown: str, mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("explain", "MN001", "--language", language, cwd=tmp_path)
    assert (done.exit_code, shown in done.stdout) == (0, True)


def test_explain_knows_which_languages_there_are(mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("explain", "MN001", "--language", "pulumi", cwd=tmp_path)
    assert (done.exit_code, "'pulumi' is none of bicep" in done.stderr) == (2, True)


@pytest.mark.parametrize("rule", ["MN910", "MN911", "MN912", "MN913", "syntax-error"])
def test_explain_knows_the_rules_about_our_own_work(rule: str, mnlint: Program, tmp_path: Path) -> None:
    assert mnlint("explain", rule, cwd=tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("rule", "near"), [("MN9111", "MN911"), ("isolation-disable", "isolation-disabled"), ("what", "")]
)
def test_explain_of_an_unknown_rule_names_the_nearest(rule: str, near: str, mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("explain", rule, cwd=tmp_path)
    assert done.exit_code == 2
    assert f"no such policy: {rule}" in done.stderr
    assert (f"did you mean {near}?" in done.stderr) if near else ("did you mean" not in done.stderr)


def test_the_cases_of_our_own_policies_hold(mnlint: Program, tmp_path: Path) -> None:
    """A single file of them: tests/test_cases.py runs them all."""
    done = mnlint("test", POLICIES / "MN003-isolation-mode-invalid.yaml", cwd=tmp_path)
    assert done.exit_code == 0
    assert re.fullmatch(r"[1-9][0-9]* cases hold, 0 do not\n", done.stdout)


def test_a_case_that_does_not_hold_is_1(mnlint: Program, tmp_path: Path) -> None:
    case = (
        "- name: another name\n  expect: pass\n  bicep: |\n"
        "    resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: 'lab' }\n"
    )
    written(tmp_path, {"our/OUR001.yaml": POLICY + case})
    done = mnlint("test", "our", cwd=tmp_path)
    assert done.exit_code == 1
    header, expected, seen, _ = done.stdout.splitlines()
    line = next(at for at, text in enumerate((POLICY + case).splitlines(), 1) if text == "- name: another name")
    assert header == f"our{os.sep}OUR001.yaml:{line}:3: OUR001 · another name · bicep"
    assert expected == "  expected pass, got fail"
    assert seen == "  lab: fail, `lab: does not begin with hub` at main.bicep:1:82"
    assert done.stdout.endswith("1 cases hold, 1 do not\n")


LAB = "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = { name: 'lab' }"
UNMET = [  # what a case expects, its text, and what is said of it
    ("fail\n  at: x", LAB.replace("lab", "hub-x"), ["expected fail, got pass", "hub-x: pass, what is required holds"]),
    (
        "fail\n  at: x",
        "var x = 1",
        ["expected fail, got skip", "there is no workspace in the case, nor any other fact"],
    ),
    (
        "fail\n  at: existing",
        LAB.replace("= {", "existing = {"),
        ["expected 'existing' to be marked, got 'lab' at main.bicep:1:91"],
    ),
    (
        "fail\n  at: {text: lab, nth: 3}",
        f"// lab\n{LAB} // lab",
        ["expected 'lab' to be marked, number 3 of them, got 'lab' at main.bicep:2:82"],
    ),
    (
        "fail\n  at: lab\n  via: [other]",
        LAB,
        ["expected to come by way of 'other', got 'written here', 'lab'"],
    ),
    (
        "pass",
        "param n string\n" + LAB.replace("'lab'", "n"),
        ["expected pass, got unknown", "hub: unknown, since parameter n has no value at main.bicep:1:1"],
    ),
    (
        "unknown\n  cause: other",
        "param n string\n" + LAB.replace("'lab'", "n"),
        ["the cause is not 'other' but 'parameter n has no value'"],
    ),
    ("pass", "resource hub 'Microsoft.MachineLearningServices/", ["MN911 "]),
]


@pytest.mark.parametrize(("expect", "text", "said"), UNMET, ids=[row[2][-1] for row in UNMET])
def test_a_case_says_what_was_expected_and_what_came(
    expect: str, text: str, said: list[str], mnlint: Program, tmp_path: Path
) -> None:
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    written(tmp_path, {"our/OUR001.yaml": f"{POLICY}- name: unmet\n  expect: {expect}\n  bicep: |\n{indented}"})
    done = mnlint("test", "our", cwd=tmp_path)
    header, *lines = done.stdout.splitlines()[:-1]
    assert header.startswith(f"our{os.sep}OUR001.yaml:18:3: OUR001 · unmet · bicep")
    assert len(lines) >= len(said)
    assert all(line.startswith(f"  {words}") for line, words in zip(lines, said, strict=False)), lines


WRONG_CASES = [  # what is changed in good cases, the line and the words of the mistake
    (("expect: pass", "expect: passes"), 15, "`expect:` is one of pass, fail, unknown, skip"),
    (("expect: pass", "expects: pass"), 15, "no such key of a case: expects"),
    (("bicep: |", "bicepp: |"), 16, "no such key of a case: bicepp"),
    (("expect: pass", "expect: fail"), 15, "a case that fails says with `at:` what is marked"),
    (("expect: pass", "at: nothing\n  expect: pass"), 15, "`at:` goes with `expect: fail`"),
]


@pytest.mark.parametrize(("change", "line", "says"), WRONG_CASES, ids=[row[0][1] for row in WRONG_CASES])
def test_a_wrong_case_is_told_with_its_place(
    change: tuple[str, str], line: int, says: str, mnlint: Program, tmp_path: Path
) -> None:
    written(tmp_path, {"our/OUR001.yaml": POLICY.replace(*change)})
    done = mnlint("test", "our", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"mnlint: our{os.sep}OUR001.yaml:{line}:3: {says}")


SUMMARY = """\
fail/pass/unknown/skip; - where a language cannot say it
policy    bicep  arm  terraform  azapi  azureml  plan  cases
OUR001  0/2/0/-    0          -      0        -     0      2

language   fail  pass  unknown  skip  cases
bicep         0     2        0     0      2
arm           0     0        0     0      0
terraform     0     0        0     0      0
azapi         0     0        0     0      0
azureml       0     0        0     0      0
plan          0     0        0     0      0
all           0     2        0     0      2
2 cases hold, 0 do not
"""


def test_the_cases_are_counted_by_policy_language_and_verdict(mnlint: Program, tmp_path: Path) -> None:
    limited = POLICY.replace("for: workspace", "dialects: [bicep, arm, azapi]\nfor: workspace")
    again = limited.partition("---")[2].replace("cases:\n", "").replace("as it should be", "another name")
    written(tmp_path, {"our/OUR001.yaml": limited + again + "cannot:\n  bicep: {skip: every one of them is asked}\n"})
    done = mnlint("test", "--summary", "our", cwd=tmp_path)
    assert done.exit_code == 0
    assert done.stdout == SUMMARY


def test_the_counts_of_our_own_policies_fit_a_terminal(mnlint: Program, tmp_path: Path) -> None:
    lines = mnlint("test", "--summary", POLICIES / "MN010-egress-rule-in-open-mode.yaml", cwd=tmp_path).stdout
    assert re.search(r"^MN010 +[1-9]\d*/[1-9]\d*/[1-9]\d*/[1-9]\d* ", lines, re.MULTILINE)
    assert max(map(len, lines.splitlines())) <= 100


WRONG_REASONS = [
    ("cannot: nothing\n", "1: `cannot:` names languages"),
    ("cannot:\n  bycep: {fail: no way}\n", "3: `cannot:` has verdicts for any of bicep, arm"),
    ("cannot:\n  bicep: no way\n", "3: `cannot:` has verdicts for any of bicep, arm"),
    ("cannot:\n  bicep: {fails: no way}\n", "11: a reason is given for any of pass, fail, unknown, skip"),
    ("cannot:\n  bicep: {fail: true}\n", "11: a reason is given for any of pass, fail, unknown, skip"),
]


@pytest.mark.parametrize(("added", "says"), WRONG_REASONS, ids=[added for added, _ in WRONG_REASONS])
def test_a_wrong_reason_is_told_with_its_place(added: str, says: str, mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"our/OUR001.yaml": POLICY + added})
    done = mnlint("test", "our", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    line = POLICY.count("\n") + added.count("\n")
    assert done.stderr.startswith(f"mnlint: our{os.sep}OUR001.yaml:{line}:{says}")


def test_a_policy_without_cases_is_told(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"our/OUR001.yaml": POLICY.partition("---")[0]})
    done = mnlint("test", "our", cwd=tmp_path)
    assert done.exit_code == 2
    assert "a second document with `cases:` is missing" in done.stderr


def test_facts_show_value_place_way_and_doubt(mnlint: Program, tmp_path: Path) -> None:
    written(
        tmp_path,
        {"main.bicep": "param mode string = 'Disabled'\n" + HUB.replace("'MODE'", "mode"), "main.tf": TERRAFORM},
    )
    done = mnlint("facts", cwd=tmp_path)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "root main.bicep" in lines
    assert "    isolationMode = 'Disabled'  (main.bicep:1:21)  < the default of parameter mode  < written here" in lines
    assert "    isolationMode = ? (variable mode has no value)  (main.tf:1:1)  < variable mode" in lines


def test_facts_take_parameters(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.tf": TERRAFORM, "prod.tfvars": 'mode = "AllowInternetOutbound"\n'})
    done = mnlint("facts", "--parameters", "prod.tfvars", cwd=tmp_path)
    assert "root . with prod.tfvars" in done.stdout
    assert "effectiveMode = 'AllowInternetOutbound'" in done.stdout


def test_facts_take_no_wrong_parameters(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.tf": TERRAFORM, "prod.json": "{}"})
    done = mnlint("facts", "--parameters", "prod.json", cwd=tmp_path)
    assert (done.exit_code, "prod.json:1:1: no parameter file" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", [(), ("check",), ("rules",), ("explain",), ("test",), ("facts",)], ids=" ".join)
def test_help(command: tuple[str, ...], mnlint: Program, tmp_path: Path) -> None:
    done = mnlint(*command, "--help", cwd=tmp_path)
    assert (done.exit_code, done.stdout.startswith("Usage: mnlint")) == (0, True)


# ── nothing outside of the boundary ──

OUTSIDE = f"""\
param name string
resource {CANARY} 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {{
  name: '{CANARY}'
  properties: {{ managedNetwork: {{ isolationMode: 'Disabled' }} }}
}}
"""


def test_a_module_outside_is_not_read(mnlint: Program, tmp_path: Path) -> None:
    calls = "module machinelearning '../outside/hub.bicep' = { name: 'hub', params: { name: 'hub' } }\n"
    terraform = 'module "hub" {\n  source = "../../outside"\n}\nresource "azurerm_ai_foundry" "a" {\n  name = "a"\n}\n'
    files = {"in/main.bicep": CLEAN + calls, "in/terraform/main.tf": terraform, "outside/hub.bicep": OUTSIDE}
    written(tmp_path, {**files, "outside/main.tf": TERRAFORM.replace('"hub"', f'"{CANARY}"')})
    assert CANARY in everything(mnlint, tmp_path, "--boundary", ".", "in"), "inside, it is read"
    said = everything(mnlint, tmp_path, "--boundary", "in", "in")
    assert "MN913" in said
    assert CANARY not in said
    done = mnlint("check", "--boundary", "in", "in", cwd=tmp_path)
    assert (done.exit_code, "error[" in done.stdout) == (0, False)


def test_a_path_outside_is_not_read(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"in/main.bicep": CLEAN, "outside/hub.bicep": OUTSIDE})
    assert CANARY not in everything(mnlint, tmp_path, "--boundary", "in", "outside")
    assert mnlint("check", "--boundary", "in", "outside", cwd=tmp_path).exit_code == 3


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_not_followed(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"in/main.bicep": CLEAN, "outside/hub.bicep": OUTSIDE})
    (tmp_path / "in" / "hub.bicep").symlink_to(tmp_path / "outside" / "hub.bicep")
    (tmp_path / "in" / "modules").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "circle").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "nothing.bicep").symlink_to(tmp_path / "gone")
    calls = (
        "module hub 'hub.bicep' = { name: 'a', params: { name: 'a' } }\nmodule m 'modules/hub.bicep' = { name: 'b' }\n"
    )
    (tmp_path / "in" / "calls.bicep").write_text(CLEAN + calls, encoding="utf-8")
    for options in (("in",), ("--boundary", "in", "in"), ("--boundary", "in", "in/hub.bicep", "in/modules")):
        assert CANARY not in everything(mnlint, tmp_path, *options)


@pytest.mark.parametrize("name", ["", ".git"])
def test_where_nobody_may_look_nothing_is_checked(
    name: str, mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that can be named from inside, and not from above: that nothing is seen in it is no good news."""
    written(tmp_path, {"main.bicep": CLEAN})
    stat_of = os.stat

    def refused(path: str | Path, *args: object, **more: bool) -> os.stat_result:
        if str(path) == str(tmp_path / name):
            raise PermissionError(13, "Permission denied", path)
        return stat_of(path, *args, **more)

    assert mnlint("check", cwd=tmp_path).exit_code == 0
    monkeypatch.setattr("mnlint.discover.files.os.stat", refused)
    assert mnlint("check", cwd=tmp_path).exit_code == 2


# ── odd files ──


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files")
def test_a_pipe_is_not_waited_for(shell: Shell, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    os.mkfifo(tmp_path / "x.bicep")
    done = shell("check", ".", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 not a regular file" in done.stdout
    done = shell("check", "x.bicep", cwd=tmp_path)
    assert (done.returncode, "error[MN910]: this is not a regular file" in done.stdout) == (1, True)
    assert shell("check", "--parameters", "x.bicep", cwd=tmp_path).returncode == 2


def test_a_folder_called_like_a_file_is_a_folder(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"x.tf/main.tf": TERRAFORM.replace("var.mode", '"Disabled"'), "y.bicep/main.bicep": WRONG})
    done = mnlint("check", cwd=tmp_path)
    assert (done.exit_code, done.stdout.count("error[MN001]")) == (1, 2)
    assert "--> x.tf/main.tf:4:38" in done.stdout


def test_a_file_called_like_an_option_is_a_file(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"--fail-on=x.json": ARM.replace("[parameters('mode')]", "Disabled"), "main.bicep": CLEAN})
    done = mnlint("check", "--", "--fail-on=x.json", "main.bicep", cwd=tmp_path)
    assert (done.exit_code, "--> --fail-on=x.json:10:60" in done.stdout) == (1, True)
    assert mnlint("check", ".", cwd=tmp_path).exit_code == 1


ODD_NAMES = [
    "a b.bicep",
    "ä.bicep",
    "a\nb.bicep",
    "a\x1b[31mb.bicep",
    "##vso[task.complete].bicep",
    "a:b.bicep",
    "\udcff.bicep",
]


@pytest.mark.skipif(os.name == "nt", reason="no such names")
@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_a_name_is_shown_and_never_obeyed(name: str, mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / name).write_text(WRONG, encoding="utf-8")
    done = mnlint("check", cwd=tmp_path)
    assert done.exit_code == 1
    (line,) = [line for line in done.stdout.splitlines() if "-->" in line]
    assert line.endswith(".bicep:4:50")
    assert not re.search("[\x00-\x1f\x7f]|##vso", line)
    for format_ in ("json", "sarif"):
        assert json.loads(mnlint("check", "--output", format_, cwd=tmp_path).stdout)
    assert mnlint("facts", cwd=tmp_path).exit_code == 0


def test_a_file_past_the_limit_closes_the_gate(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": CLEAN, "large.bicep": CLEAN + "\n" * (5 * 1024 * 1024)})
    done = mnlint("check", cwd=tmp_path)
    assert (done.exit_code, "error[MN912]: this file is larger than" in done.stdout) == (1, True)


# ── a process among others ──


def test_what_lies_beside_the_paths_is_not_counted(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {".git/HEAD": "", "asked/main.bicep": CLEAN, "large.json": " " * 1_000})
    options = ("--max-file-size", "900")
    assert "checked 1 file (1 read)," in mnlint("check", *options, "asked", cwd=tmp_path).stdout
    done = mnlint("check", *options, ".", cwd=tmp_path)
    assert "checked 2 files (1 read, 1 skipped: 1 too large)," in done.stdout


def test_an_encoding_that_lacks_a_character_is_no_fault(shell: Shell, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG.replace("'hub'", "'hüb'")})
    done = shell("check", ".", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (1, "")
    assert "error[MN001]: h\\xfcb: " in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": WRONG})
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as stdout:
        done = subprocess.run([MNLINT, "check", "."], cwd=tmp_path, stdout=stdout, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (-13, b""), "a shell shows 141"


def test_the_version(mnlint: Program, tmp_path: Path) -> None:
    done = mnlint("--version", cwd=tmp_path)
    assert (done.exit_code, bool(re.fullmatch(r"mnlint, version [0-9.]+\n", done.stdout))) == (0, True)


@pytest.mark.parametrize("name", ["--exit-zero", "--output=json", "-v"])
def test_a_file_that_is_called_like_an_option_is_none(name: str, tmp_path: Path) -> None:
    written(tmp_path, {name: "x", "main.bicep": WRONG})
    done = subprocess.run([MNLINT, "check", name], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "is an option and also a file here: put -- before the paths" in done.stderr
    done = subprocess.run(
        [MNLINT, "check", "--", name, "main.bicep"], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("'known'", "known"),
        ("given", "hub"),
        ("small ? 'one' : 'two'", "one or two"),
        ("small ? 'one' : given", "hub"),
    ],
)
def test_a_name_that_may_be_unknown_is_the_symbol(name: str, said: str, mnlint: Program, tmp_path: Path) -> None:
    text = "param given string\nparam small bool\n" + WRONG.replace("name: 'hub'", f"name: {name}")
    (tmp_path / "main.bicep").write_text(text, "utf-8")
    done = mnlint("check", "--output", "concise", "--boundary", ".", cwd=tmp_path)
    assert f": error MN001 {said}: the isolation mode" in done.stdout
