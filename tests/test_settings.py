"""The settings file: what it may say, what comes of it, what it must not, and that its page and schema are right."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import Program
from mnlint import catalogue, list_forms, lists, run
from mnlint.documents import parse_plain, read_documents
from mnlint.effective import effective
from mnlint.forms import Amount, Day, Either, Fields, Form, ListOf, MapOf, OneOf, Truth
from mnlint.inputs import DocumentError
from mnlint.model.settings import ListChange, Settings, keys
from mnlint.schemas import settings_schema
from mnlint.settings_forms import FORMS
from sarif_profile import problems

ROOT = Path(__file__).parents[1]
LISTS = catalogue.shipped() / "lists"
SHIPPED = catalogue.load_policies(Settings(), lists.load(LISTS))
SCHEMA = settings_schema()

HUB = """\
param mode string = 'MODE'
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: mode, outboundRules: { RULES } } }
}
"""
WRONG = HUB.replace("MODE", "Disabled").replace("RULES", "")  # MN001, an error
OPEN = HUB.replace("MODE", "AllowInternetOutbound").replace("RULES", "")  # MN004, a note
CLEAN = HUB.replace("MODE", "AllowOnlyApprovedOutbound").replace("RULES", "")
TERRAFORM = """\
variable "mode" {}
variable "name" {}
resource "azurerm_ai_foundry" "hub" {
  name = var.name
  managed_network { isolation_mode = var.mode }
}
"""
ME, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
POLICY = """\
id: OUR001
name: host-not-ours
title: An FQDN rule for a host that is not on our list
severity: warning
added: "0.1"
for: outboundRule
when: {field: type, equals: FQDN}
require: {field: host, in: {list: our-hosts, take: host}}
message: "{name}: {host} is not ours"
why: So that somebody has looked at it.
fix: Ask for it.
see: []
---
cases:
- name: one of ours
  expect: pass
  bicep: |
    resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
      name: 'hub'
      properties: {
        managedNetwork: {
          isolationMode: 'AllowOnlyApprovedOutbound'
          outboundRules: { a: { type: 'FQDN', destination: 'a.example.com' } }
        }
      }
    }
"""


def rule(kind: str, destination: str) -> str:
    """An approved-only hub with one outbound rule."""
    return CLEAN.replace(
        "outboundRules: {  }", f"outboundRules: {{ r: {{ type: '{kind}', destination: {destination} }} }}"
    )


def fqdn(*hosts: str) -> str:
    rules = "\n".join(f"r{at}: {{ type: 'FQDN', destination: '{host}' }}" for at, host in enumerate(hosts))
    return CLEAN.replace("outboundRules: {  }", f"outboundRules: {{\n{rules}\n}}")


def tag(name: str) -> str:
    return rule("ServiceTag", f"{{ serviceTag: '{name}', protocol: 'TCP', portRanges: '443' }}")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A git repository with one template whose isolation is off."""
    folder = tmp_path / "repo"
    (folder / ".git").mkdir(parents=True)  # all that is asked for
    (folder / "main.bicep").write_text(WRONG)
    return folder


def with_a_policy(folder: Path) -> None:
    """A folder of policies with one in it, of which nothing is said."""
    folder.mkdir()
    own = Path(__file__).parents[1] / "fixtures" / "own-policies" / "OWN001-endpoint-missing.yaml"
    (folder / own.name).write_text(own.read_text("utf-8"), "utf-8")


def write(repo: Path, text: str, name: str = ".mnlint.yaml") -> None:
    (repo / name).parent.mkdir(parents=True, exist_ok=True)
    (repo / name).write_text(text)


def found(mnlint: Program, repo: Path, *arguments: str | Path) -> dict[str, str]:
    """The policies that are violated, with the severity of each."""
    done = mnlint("check", "--output", "json", "--exit-zero", *arguments, cwd=repo)
    assert done.exit_code == 0, done.output
    return {one["policy"]: one["severity"] for one in json.loads(done.stdout)["findings"]}


# ── mistakes ──


def test_three_mistakes_are_told_at_once_each_with_its_place_and_the_nearest_word(mnlint: Program, repo: Path) -> None:
    write(repo, "profil: strict\npolicies:\n  MN300: off\n  MN004: eror\n")
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "mnlint: .mnlint.yaml:1:1: no such setting: profil; did you mean profile?",
        "mnlint: .mnlint.yaml:3:3: no such policy: MN300; did you mean MN003?",
        "mnlint: .mnlint.yaml:4:10: no such severity: eror; did you mean error?",
    ]
    assert not done.stdout


MISTAKES = [
    ("[a]", "1:1: keys and values are expected here"),
    ("profile: strickt", "1:10: no such profile: strickt; did you mean strict?"),
    ("profile: [strict]", "1:10: one of default, strict is expected here"),
    ("policies: {MN001: false}", "1:19: one of off, note, warning, error is expected here"),
    ("policies: {isolation-disable: off}", "1:12: no such policy: isolation-disable; did you mean isolation-disabled?"),
    ("policies: {MN911: off}", "1:12: MN911 is about what could be read, and cannot be set"),
    ("policies: [MN001]", "1:11: keys and values are expected here"),
    ("exclude: examples", "1:10: a list is expected here"),
    ("exclude:\n- '!keep'", "2:3: a pattern with `!`"),
    ("exclude: [../x]", "1:11: a pattern with `..`"),
    ("exclude: ['{a,b}']", "1:11: a pattern with '{'"),
    ("policy-folders: [nowhere]", "1:18: there is no nowhere"),
    ("policy-folders: [main.bicep]", "1:18: main.bicep is no folder"),
    ("policy-folders: ['a\\b']", "1:18: a path is written with `/`"),
    ("parameters: {none.bicep: []}", "1:26: there is no none.bicep"),
    ("parameters: {main.bicep: [none.bicepparam]}", "1:27: there is no none.bicepparam"),
    ("parameters: {main.bicep: [[.]]}", "1:28: . is no file"),
    ("parameters: {main.bicep: main.bicepparam}", "1:26: a list is expected here"),
    (f"subscriptions: {{{ME}: contoso}}", "1:55: 'contoso' is not <tenant id>"),
    (f"subscriptions: {{mine: {ME}}}", "1:17: 'mine' is not <subscription id>"),
    ("fail-on: high", "1:10: no such severity: high; there are note, warning, error, never"),
    ("fail-on-undecided: yes", "1:20: true or false is expected here"),
    ("lists: [x]", "1:8: keys and values are expected here"),
    ("lists: {service-tag: {extend: []}}", "1:9: no such list: service-tag; did you mean service-tags?"),
    ("lists: {service-tags: {extent: []}}", "1:24: no such key: extent; did you mean extend?"),
    ("lists: {service-tags: {extend: [], replace: []}}", "1:23: one of extend, replace, new is expected here"),
    ("lists: {service-tags: {new: []}}", "1:9: service-tags comes along: write `extend` or `replace`"),
    ("lists: {required-rules: {replace: []}}", "1:9: required-rules cannot be changed"),
    ("lists: {service-tags: {extend: [{tga: A}]}}", "1:34: no such key: tga; did you mean tag?"),
    ("lists: {service-tags: {extend: [{tag: A, direction: up}]}}", "1:53: no such word: up; there are inbound"),
    ("lists: {service-tags: {extend: [{tag: Storage, since: soon}]}}", "1:55: a date such as 2024-02-13"),
    ("lists: {prices: {extend: [{item: firewall}]}}", "1:27: `currency` is missing"),
    ("lists: {prices: {extend: [{item: firewall, sku: Basic, usd_month: 1e3}]}}", "1:67: an amount such as 912.50"),
    ("lists: {broad-destinations: {extend: [{tag: A, opens: b}]}}", "1:39: `forms` is missing"),
    ("lists: {broad-destinations: {extend: [{hots: a.b, opens: b}]}}", "1:40: no such key: hots; did you mean host?"),
    ("lists: {our-hosts: {new: [{host: {a: b}}]}}", "1:34: "),
    ("lists: {our-hosts: {new: [{host: a.b, until: soon}]}}", "1:46: a date such as 2024-02-13"),
    ("lists: {our-hosts: {new: ours.yaml}}", "1:26: there is no ours.yaml"),
    ("locked: all", "1:1: `locked` is for the file of --policy-lock"),
    ("output: x.sarif", "1:1: no such setting: output"),
    ("profile: default\nprofile: strict", "2:1: 'profile' is written twice"),
    ("profile: &a strict\nfail-on: *a", "1:10: anchors and aliases are not taken here"),
    ("profile: !!python/object/apply:os.system [id]", "1:10: tags are not taken here"),
    ("profile: !!str strict", "1:10: tags are not taken here"),
    ("<<: {profile: strict}", "1:1: merge keys are not taken here"),
    ("profile: strict\n---\nprofile: strict", "2:1: "),
    ("profile: [", "2:1: "),
    ("? [a, b]\n: c", "1:1: no such setting: "),
]


@pytest.mark.parametrize(("text", "says"), MISTAKES, ids=[text.replace("\n", " / ")[:60] for text, _ in MISTAKES])
def test_a_mistake_is_told_with_its_place(text: str, says: str, mnlint: Program, repo: Path) -> None:
    write(repo, text)
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2, done.output
    assert f"mnlint: .mnlint.yaml:{says}" in done.stderr, done.stderr
    assert not done.stdout


def test_a_policy_of_a_folder_of_ones_own_is_known(mnlint: Program, repo: Path) -> None:
    write(repo, POLICY, "ours/OUR001-host-not-ours.yaml")
    text = "policy-folders: [ours]\nlists: {our-hosts: {new: [{host: a.example.com}]}}\npolicies: {NAME: error}\n"
    (repo / "main.bicep").write_text(fqdn("b.example.com"))
    write(repo, text.replace("NAME", "host-not-ours"))
    assert found(mnlint, repo)["OUR001"] == "error"
    write(repo, text.replace("NAME", "OUR010"))
    done = mnlint("check", cwd=repo)
    assert done.stderr == "mnlint: .mnlint.yaml:3:12: no such policy: OUR010; did you mean OUR001?\n"


def test_toml_says_the_key(mnlint: Program, repo: Path) -> None:
    toml = '[project]\nname = "x"\n[tool.mnlint]\nprofile = "strikt"\n[tool.mnlint.policies]\nMN001 = "of"\n'
    write(repo, toml, "pyproject.toml")
    assert mnlint("check", cwd=repo).stderr.splitlines() == [
        "mnlint: pyproject.toml:4:1: [tool.mnlint.profile] no such profile: strikt; did you mean strict?",
        "mnlint: pyproject.toml:6:1: [tool.mnlint.policies.MN001] no such severity: of; did you mean off?",
    ]
    write(repo, toml.replace("strikt", "strict").replace('"of"', '"off"'), "pyproject.toml")
    assert "MN001" not in found(mnlint, repo)
    write(repo, toml + "x = [", "pyproject.toml")
    assert mnlint("check", cwd=repo).stderr.startswith("mnlint: pyproject.toml:7:1: ")


def test_a_pyproject_that_does_not_name_us_is_none_of_our_business(mnlint: Program, repo: Path) -> None:
    write(repo, "this is no TOML", "pyproject.toml")
    assert "MN001" in found(mnlint, repo)
    write(repo, '[project]\ndependencies = ["mnlint"]\n', "pyproject.toml")
    assert "MN001" in found(mnlint, repo)


def test_two_files_are_one_too_many(mnlint: Program, repo: Path) -> None:
    write(repo, "[tool.mnlint]\n", "pyproject.toml")
    write(repo, "")
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2
    assert "pyproject.toml has [tool.mnlint], too: keep one of the two" in done.stderr


def test_a_file_with_the_other_ending_is_not_passed_over(mnlint: Program, repo: Path) -> None:
    write(repo, "policies: {MN001: off}", ".mnlint.yml")
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2
    assert "rename this file" in done.stderr


# ── where it is read ──


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}\n", "---\n"])
def test_an_empty_file_sets_nothing(text: str, mnlint: Program, repo: Path) -> None:
    write(repo, text)
    assert found(mnlint, repo) == {"MN001": "error"}


def test_it_is_read_at_the_top_of_the_repository_only(mnlint: Program, repo: Path) -> None:
    (repo / "infra").mkdir()
    (repo / "main.bicep").rename(repo / "infra/main.bicep")
    write(repo, "policies: {MN001: off}", "infra/.mnlint.yaml")
    assert "MN001" in found(mnlint, repo, "infra")
    assert "MN001" in found(mnlint, repo / "infra")
    write(repo, "policies: {MN001: off}")
    assert "MN001" not in found(mnlint, repo / "infra")
    assert "MN001" not in found(mnlint, repo.parent, repo / "infra")
    # Above the repository is somebody else's.
    (repo / ".mnlint.yaml").rename(repo.parent / ".mnlint.yaml")
    assert "MN001" in found(mnlint, repo)


def test_it_is_read_at_the_boundary(mnlint: Program, repo: Path) -> None:
    write(repo, "policies: {MN001: off}")
    write(repo, WRONG, "infra/main.bicep")
    assert "MN001" in found(mnlint, repo, "--boundary", "infra", "infra")
    write(repo, "policies: {MN001: note}", "infra/.mnlint.yaml")
    assert found(mnlint, repo, "--boundary", "infra", "infra")["MN001"] == "note"


def test_isolated_reads_none_and_config_another(mnlint: Program, repo: Path) -> None:
    write(repo, "policies: {MN001: off}")
    assert "MN001" in found(mnlint, repo, "--isolated")
    write(repo, "policies: {MN001: note}", "ci/strict.yaml")
    assert found(mnlint, repo, "--config", "ci/strict.yaml")["MN001"] == "note"
    write(repo, '[tool.mnlint.policies]\nMN001 = "warning"\n', "ci/settings.toml")
    assert found(mnlint, repo, "--config", "ci/settings.toml")["MN001"] == "warning"
    assert mnlint("check", "--config", "ci/strict.yaml", "--isolated", cwd=repo).exit_code == 2
    write(repo, "[tool]\n", "ci/other.toml")
    assert "there is no [tool.mnlint] in it" in mnlint("check", "--config", "ci/other.toml", cwd=repo).stderr


def test_isolated_does_not_mind_a_broken_file(mnlint: Program, repo: Path) -> None:
    write(repo, "profile: [")
    assert mnlint("check", cwd=repo).exit_code == 2
    assert mnlint("check", "--isolated", cwd=repo).exit_code == 1


def test_the_file_itself_is_no_template(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").unlink()
    write(repo, "profile: strict")
    assert mnlint("check", cwd=repo).exit_code == 3


# ── what comes of it ──


def test_options_win(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(OPEN)
    write(repo, "fail-on: note\nfail-on-undecided: true\n")
    assert mnlint("check", cwd=repo).exit_code == 1
    assert mnlint("check", "--fail-on", "error", cwd=repo).exit_code == 0
    write(repo, "fail-on-undecided: true\n")
    (repo / "main.bicep").write_text(OPEN.replace(" = 'AllowInternetOutbound'", ""))
    assert mnlint("check", cwd=repo).exit_code == 1
    assert mnlint("check", "--no-fail-on-undecided", cwd=repo).exit_code == 0
    write(repo, "profile: strict")
    (repo / "main.bicep").write_text(OPEN)
    assert found(mnlint, repo) == {"MN004": "error"}
    assert found(mnlint, repo, "--profile", "default") == {"MN004": "note"}


def test_no_input_may_be_fine(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").unlink()
    write(repo, "allow-no-input: true")
    assert mnlint("check", cwd=repo).exit_code == 0
    assert mnlint("check", "--no-allow-no-input", cwd=repo).exit_code == 3


@pytest.mark.parametrize(
    ("policies", "severity"),
    [
        ("MN001: note", "note"),
        ("mn001: warning", "warning"),
        ("isolation-disabled: error", "error"),
        ("MN001: off", None),
    ],
)
def test_the_severity_of_a_policy(policies: str, severity: str | None, mnlint: Program, repo: Path) -> None:
    write(repo, f"policies: {{{policies}}}")
    assert found(mnlint, repo).get("MN001") == severity
    listed = mnlint("rules", cwd=repo).stdout
    assert re.search(rf"^MN001  {severity or 'off'} ", listed, re.MULTILINE)
    assert mnlint("explain", "MN001", cwd=repo).exit_code == 0


def test_what_is_off_is_said(mnlint: Program, repo: Path) -> None:
    write(repo, "policies: {MN001: off}\nlists: {storage-hosts: {replace: []}}\nexclude: [old]\n")
    write(repo, WRONG, "old/main.bicep")
    done = mnlint("check", cwd=repo)
    assert "note[settings]: by .mnlint.yaml, MN001 is off; the list storage-hosts is changed\n" in done.stdout
    assert "1 skipped: 1 excluded" in done.stdout
    assert "note[settings]" not in mnlint("check", "--isolated", cwd=repo).stdout


def test_every_report_says_what_is_off(mnlint: Program, repo: Path) -> None:
    write(repo, "policies: {MN001: off}")
    said = json.loads(mnlint("check", "--output", "json", cwd=repo).stdout)["notices"]
    assert [(one["code"], one["message"]) for one in said] == [("settings", "by .mnlint.yaml, MN001 is off")]
    sarif = json.loads(mnlint("check", "--output", "sarif", cwd=repo).stdout)
    assert not problems(sarif)
    assert "by .mnlint.yaml, MN001 is off" in json.dumps(sarif)


def test_a_name_that_is_off_obeys_nobody(mnlint: Program, repo: Path) -> None:
    """Names of files and policies come from the repository, and so does what is said of them."""
    write(repo, POLICY.replace("{list: our-hosts, take: host}", "[a]"), "ours/x.yaml")
    write(repo, 'policy-folders: [ours]\npolicies: {"OUR001\\u001b[2J": off}\n')
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2
    assert "\x1b" not in done.output


def test_the_strict_profile_raises_what_the_catalogue_marks() -> None:
    strict = {p.id: p.card.severity for p in catalogue.load_policies(Settings(profile="strict"), lists.load(LISTS))}
    usual = {p.id: p.card.severity for p in SHIPPED}
    raised = {id_ for id_ in usual if strict[id_] > usual[id_]}
    assert raised == {"MN002", "MN004", "MN032", "MN041", "MN050"}
    assert {strict[id_].level for id_ in raised} == {"error"}


def test_a_policy_of_its_own_wins_over_the_profile(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(OPEN)
    write(repo, "profile: strict\npolicies: {MN004: warning}")
    assert found(mnlint, repo) == {"MN004": "warning"}


PATTERNS = [
    ("examples", "examples/a/main.bicep", True),
    ("examples", "infra/examples/main.bicep", True),
    ("examples/", "examples/main.bicep", True),
    ("/examples", "infra/examples/main.bicep", False),
    ("./examples", "examples/main.bicep", True),
    ("infra/old", "infra/old/main.bicep", True),
    ("infra/old", "other/infra/old/main.bicep", False),
    ("infra/old", "infra/older/main.bicep", False),
    ("*.old.bicep", "infra/a.old.bicep", True),
    ("*.bicep", "infra/main.tf", False),
    ("**/test-?/*.tf", "a/b/test-1/main.tf", True),
    ("**/test-?/*.tf", "test-1/main.tf", True),
    ("**/test-?/*.tf", "a/test-1/b/main.tf", False),
    ("infra/**", "infra/a/b/main.tf", True),
    ("infra/**/main.tf", "infra/main.tf", True),
    ("infra/*", "other/main.tf", False),
    ("v[12]", "v2/main.tf", True),
    ("Examples", "examples/main.tf", False),
    ("**", "a/main.tf", True),
]


@pytest.mark.parametrize(("pattern", "file", "excluded"), PATTERNS)
def test_what_a_pattern_excludes(pattern: str, file: str, excluded: bool, mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").unlink()
    terraform = TERRAFORM.replace("var.mode", '"Disabled"')
    write(repo, terraform if file.endswith(".tf") else WRONG, file)
    write(repo, json.dumps({"exclude": [pattern]}))
    done = mnlint("check", cwd=repo)
    assert done.exit_code == (3 if excluded else 1), done.output
    if excluded:
        assert "but 1 excluded" in done.stderr


def test_stars_by_the_dozen_take_no_time(mnlint: Program, repo: Path) -> None:
    write(repo, json.dumps({"exclude": ["**/" * 150 + "*a" * 120 + "b", "*a*" * 120]}))
    write(repo, WRONG, "a" * 200 + ".bicep")
    assert mnlint("check", cwd=repo).exit_code == 1


def test_what_is_excluded_calls_nobody_and_is_called_by_nobody(mnlint: Program, repo: Path) -> None:
    """The module that only an excluded file calls is deployed as it is; one that is excluded is not looked into."""
    (repo / "main.bicep").unlink()
    write(repo, OPEN, "hub.bicep")
    write(repo, "module hub '../hub.bicep' = { name: 'hub', params: { mode: 'Disabled' } }", "tests/main.bicep")
    assert found(mnlint, repo) == {"MN001": "error"}
    write(repo, "exclude: [tests]")
    assert found(mnlint, repo) == {"MN004": "note"}
    write(repo, "exclude: [hub.bicep]")
    assert "1 excluded" in mnlint("check", cwd=repo).stdout


def commit(repo: Path) -> None:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "first"]):
        subprocess.run(["git", *who, *arguments], cwd=repo, check=True)


def test_parameter_files_of_a_template(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(WRONG.replace(" = 'Disabled'", ""))
    for name, mode in (("good", "AllowOnlyApprovedOutbound"), ("bad", "Disabled"), ("open", "AllowInternetOutbound")):
        write(repo, f"using '../main.bicep'\nparam mode = '{mode}'\n", f"env/{name}.bicepparam")
    assert set(found(mnlint, repo)) == {"MN001", "MN004"}, "all that name it"
    write(repo, "parameters: {main.bicep: [env/good.bicepparam]}")
    assert found(mnlint, repo) == {}
    write(repo, "parameters: {main.bicep: [env/good.bicepparam, env/bad.bicepparam]}")
    assert found(mnlint, repo) == {"MN001": "error"}
    assert set(found(mnlint, repo, "--parameters", "env/open.bicepparam")) == {"MN004"}, "options win"
    commit(repo)
    (repo / "env/bad.bicepparam").rename(repo / "env/worse.bicepparam")
    write(repo, "parameters: {main.bicep: [env/good.bicepparam, env/worse.bicepparam]}")
    assert set(found(mnlint, repo, "--base", "HEAD")) <= {"MN001", "MN005", "MN006"}, "and the base has the other file"


def test_parameter_files_of_a_folder_of_terraform(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").unlink()
    write(repo, TERRAFORM, "tf/main.tf")
    write(repo, 'name = "hub"\n', "vars/common.tfvars")
    write(repo, 'mode = "Disabled"\n', "vars/bad.tfvars")
    write(repo, "parameters: {tf: [[vars/common.tfvars, vars/bad.tfvars]]}")
    done = mnlint("check", cwd=repo)
    assert "error[MN001]: hub: " in done.stdout
    assert "vars/bad.tfvars:1:8" in done.stdout
    write(repo, TERRAFORM, "main.tf")
    write(repo, "parameters: {.: [vars/bad.tfvars]}", ".mnlint.yaml")
    assert "main.tf" in mnlint("check", "main.tf", cwd=repo).stdout


def test_parameter_files_that_are_not_taken_are_told(mnlint: Program, repo: Path) -> None:
    write(repo, "using 'hub.bicep'\nparam mode = 'Disabled'\n", "hub.bicepparam.txt")
    (repo / "main.bicep").rename(repo / "hub.bicep")
    write(repo, "module hub 'hub.bicep' = { name: 'hub', params: { mode: 'Disabled' } }", "main.bicep")
    write(repo, '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",\n'
        ' "contentVersion": "1.0.0.0", "parameters": {"mode": {"value": "Disabled"}}}', "p.json")  # fmt: skip
    write(repo, "parameters: {hub.bicep: [p.json]}")
    assert (
        "hub.bicep is a module of others, so that its parameter files are not taken" in mnlint("check", cwd=repo).stdout
    )
    write(repo, "parameters: {p.json: [p.json]}")
    assert "nothing is deployed at p.json" in mnlint("check", cwd=repo).stdout
    write(repo, "parameters: {hub.bicep: [hub.bicepparam.txt]}")
    done = mnlint("check", cwd=repo)
    assert (done.exit_code, "no file that can be read" in done.stderr) == (2, True)


def test_the_tenant_of_a_subscription(mnlint: Program, repo: Path) -> None:
    case = next(p for p in (ROOT / "policies/managed-network").glob("MN023-*.yaml"))
    cases = [c for c in read_documents(case)[1]["cases"] if c.get("settings", {}).get("subscriptions")]
    chosen = next(c for c in cases if c["expect"] == "fail" and isinstance(c.get("bicep"), str))
    known = chosen["settings"]["subscriptions"]
    text = chosen["bicep"]
    ids = {name: f"{at:08d}-0000-0000-0000-000000000000" for at, name in enumerate({*known, *known.values()})}
    for name, id_ in ids.items():
        text = text.replace(name, id_)
    (repo / "main.bicep").write_text(text)
    assert "MN023" not in found(mnlint, repo)
    write(repo, json.dumps({"subscriptions": {ids[name]: ids[tenant] for name, tenant in known.items()}}))
    assert "MN023" in found(mnlint, repo)
    other = [f"--tenant-of={ids[name]}={OTHER}" for name in known]
    assert len(set(known.values())) == 1 or "MN023" not in found(mnlint, repo, *other), "options win"


# ── lists ──


def change(repo: Path, name: str, how: str, *entries: dict[str, Any]) -> None:
    write(repo, json.dumps({"lists": {name: {how: entries}}}))


@pytest.mark.parametrize(
    ("written", "approved", "silent"),
    [
        ("Storage", "Storage", True),
        ("Storage", "storage", True),
        ("AzureCloud.WestEurope", "AzureCloud", True),
        ("Storage", "Sql", False),
        ("Internet", "Storage", False),
    ],
)
def test_an_approved_tag_is_not_too_broad(
    written: str, approved: str, silent: bool, mnlint: Program, repo: Path
) -> None:
    (repo / "main.bicep").write_text(tag(written))
    assert "MN041" in found(mnlint, repo)
    change(repo, "service-tags", "extend", {"tag": approved, "approved": True})
    assert ("MN041" not in found(mnlint, repo)) is silent
    assert ("MN041" not in found(mnlint, repo, "--as-of", "2024-02-13")) is silent, "at every date"
    change(repo, "service-tags", "extend", {"tag": approved, "approved": False})
    assert "MN041" in found(mnlint, repo)


def test_an_approved_tag_keeps_what_else_is_known_of_it(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").unlink()
    write(repo, """\
resource "azurerm_machine_learning_workspace_network_outbound_rule_service_tag" "r" {
  name         = "r"
  workspace_id = azurerm_ai_foundry.hub.id
  service_tag  = "Storage"
  protocol     = "TCP"
  port_ranges  = "443"
}
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = "AllowOnlyApprovedOutbound" }
}
""", "main.tf")  # fmt: skip
    before = found(mnlint, repo)
    change(repo, "service-tags", "extend", {"tag": "storage", "approved": True})
    assert {**found(mnlint, repo), "MN041": "warning"} == before


def test_broad_hosts_of_ones_own(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(fqdn("*.rented.example.com"))
    assert "MN032" not in found(mnlint, repo)
    change(repo, "broad-destinations", "extend", {"suffix": "rented.example.com", "opens": "what anybody rents"})
    assert "what anybody rents" in mnlint("check", cwd=repo).stdout
    assert "MN032" in found(mnlint, repo, "--as-of", "2024-02-13")
    (repo / "main.bicep").write_text(fqdn("*.blob.core.windows.net"))
    assert "MN032" in found(mnlint, repo), "the others stay"
    change(repo, "broad-destinations", "replace", {"suffix": "rented.example.com", "opens": "what anybody rents"})
    assert "MN032" not in found(mnlint, repo)


def test_an_entry_that_ends_is_gone(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(fqdn("*.blob.core.windows.net"))
    change(repo, "broad-destinations", "extend", {"suffix": "blob.core.windows.net", "until": "2025-01-01"})
    assert "MN032" not in found(mnlint, repo)
    assert "MN032" in found(mnlint, repo, "--as-of", "2024-06-01")


def test_scenarios_of_ones_own(mnlint: Program, repo: Path) -> None:
    hosts = ("a.tools.example.com", "b.tools.example.com")
    (repo / "main.bicep").write_text(fqdn(hosts[0], "*.github.io"))
    assert set(found(mnlint, repo)) & {"MN034", "MN032"} == {"MN032"}
    change(
        repo, "scenario-hosts", "extend", *({"scenario": "our-tools", "host": host} for host in (*hosts, "*.github.io"))
    )
    done = mnlint("check", cwd=repo)
    assert "our-tools lacks b.tools.example.com" in done.stdout
    assert "MN032" not in done.stdout, "a documented host is never too broad"


def test_prices_of_ones_own(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(fqdn("pypi.org"))
    before = mnlint("check", cwd=repo).stdout
    assert "USD 912.50 a month (list price of" in before
    write(repo, "lists: {prices: {extend: [{item: firewall, sku: standard, usd_month: 700.00}]}}")
    done = mnlint("check", cwd=repo).stdout
    assert "USD 700.00 a month (your own price)" in done, "and of no day that was given for another one"
    assert "912.50" not in done


def test_a_list_in_a_file_of_its_own(mnlint: Program, repo: Path) -> None:
    (repo / "main.bicep").write_text(tag("Storage"))
    write(repo, "lists: {service-tags: {extend: our/tags.yaml}}")
    write(repo, "entries:\n- {tag: Storage, approved: true}\n", "our/tags.yaml")
    assert "MN041" not in found(mnlint, repo)
    write(repo, "entries:\n- {tag: Storage, aproved: true}\n", "our/tags.yaml")
    done = mnlint("check", cwd=repo)
    assert done.stderr == "mnlint: our/tags.yaml:2:18: no such key: aproved; did you mean approved?\n"
    write(repo, "- {tag: Storage}\n", "our/tags.yaml")
    assert mnlint("check", cwd=repo).stderr == "mnlint: our/tags.yaml:1:1: a list needs `entries:`\n"
    write(repo, "entries: [", "our/tags.yaml")
    assert mnlint("check", cwd=repo).stderr.startswith("mnlint: our/tags.yaml:2:1: ")


def test_a_list_that_is_new_is_for_policies_of_ones_own(mnlint: Program, repo: Path) -> None:
    write(repo, POLICY, "ours/OUR001-host-not-ours.yaml")
    write(repo, "policy-folders: [ours]\nlists: {our-hosts: {new: [{host: [a.example.com, c.example.com]}]}}\n")
    (repo / "main.bicep").write_text(fqdn("c.example.com", "b.example.com"))
    done = mnlint("check", cwd=repo)
    assert "b.example.com is not ours" in done.stdout
    assert "c.example.com is not ours" not in done.stdout
    assert mnlint("test", "ours", cwd=repo).stdout == "1 cases hold, 0 do not\n"
    assert mnlint("facts", cwd=repo).exit_code == 0
    write(repo, "policy-folders: [ours]\n")
    assert "no such list: our-hosts" in mnlint("check", cwd=repo).stderr


OPENED = [name for name in lists.names(LISTS) if lists.is_open(LISTS, name)]


def as_written(value: Any) -> Any:
    """A shipped value as a user's file would have it."""
    if isinstance(value, dict):
        return {str(key): as_written(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_written(one) for one in value]
    return value if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("name", OPENED)
def test_entries_that_come_along_have_their_list_s_form(name: str) -> None:
    document = read_documents(LISTS / f"{name}.yaml")[0]
    form = list_forms.entry_form(LISTS, name)
    for entry in document["entries"]:
        wrong: list[Any] = []
        form.read(as_written(entry), (), wrong)
        assert not wrong, entry
    identities = [tuple(str(e.get(k)) for k in lists.key(LISTS, name)) for e in document["entries"] if "until" not in e]
    assert not lists.key(LISTS, name) or len(set(identities)) == len(identities), "else a user's one takes both places"


def test_the_lists_are_called_as_their_files() -> None:
    assert {read_documents(LISTS / f"{name}.yaml")[0]["list"] for name in lists.names(LISTS)} == set(lists.names(LISTS))


def sample(form: Form, full: bool) -> Any:
    """Something that a form takes: as little as it does, or as much."""
    if isinstance(form, Fields):
        kept = [key for key in form.fields if key in form.required or (full and key not in ("since", "until"))]
        return {key: sample(form.fields[key], full) for key in kept}
    if isinstance(form, ListOf):
        return [sample(form.member, full)] if full else []
    if isinstance(form, Either):
        return sample(form.forms[0], full)
    words: dict[type, Any] = {Truth: True, Amount: "1", Day: "2024-01-01", MapOf: {"x": "y"}}
    if isinstance(form, OneOf):
        return form.words[0]
    return words.get(type(form), "4.15.0" if "version" in form.says else "Microsoft.MachineLearningServices/workspaces")


@pytest.mark.parametrize("name", OPENED)
def test_no_list_of_a_user_s_can_make_us_fail(name: str, repo: Path) -> None:
    (repo / "main.bicep").write_text(fqdn("pypi.org", "*.blob.core.windows.net"))
    (repo / "tag.bicep").write_text(tag("Storage").replace("hub", "other"))
    write(repo, TERRAFORM, "tf/main.tf")
    form = list_forms.entry_form(LISTS, name)
    for one in form.forms if isinstance(form, Either) else [form]:
        for how, raw in (("replace", []), ("replace", [sample(one, False)]), ("extend", [sample(one, True)])):
            wrong: list[Any] = []
            entries = list_forms.own_entries(LISTS, name, how, raw, (), wrong)
            assert not wrong
            made = Settings(boundary=repo, lists=(ListChange(name, how, entries),), debug=True)
            try:
                run.check([repo], made)
            except DocumentError as error:
                assert "no such entry" in error.what


# ── the lock ──

LOCKED = [
    # the lock, the repository's file, what is said ("" for nothing)
    (
        "policies: {MN001: error}",
        "policies: {MN001: off}",
        "1:12: MN001 is locked: it is error, and can be raised only",
    ),
    ("policies: {MN001: error}", "policies: {isolation-disabled: note}", "1:12: MN001 is locked"),
    ("policies: {isolation-disabled: error}", "policies: {mn001: note}", "1:12: MN001 is locked"),
    ("policies: {MN001: warning}", "policies: {MN001: error}", ""),
    ("policies: {MN001: error}", "policies: {MN004: off}", ""),
    ("locked: [MN004]", "policies: {MN004: off}", "1:12: MN004 is locked: it is note"),
    ("locked: [MN004]", "policies: {MN004: error}", ""),
    ("locked: [internet-outbound-open]", "policies: {MN004: off}", "1:12: MN004 is locked"),
    ("locked: [policies]", "policies: {MN004: off}", "1:12: MN004 is locked"),
    ("locked: all", "policies: {MN002: note}", "1:12: MN002 is locked: it is warning"),
    ("locked: all\nprofile: strict", "policies: {MN002: warning}", "1:12: MN002 is locked: it is error"),
    ("policies: {MN004: off}\nlocked: all", "policies: {MN004: note}", ""),
    ("locked: all", "exclude: [x]", "1:1: `exclude` is locked by ../lock.yaml, and cannot be set here"),
    ("locked: [exclude]", "exclude: [x]", "1:1: `exclude` is locked"),
    ("exclude: [x]", "exclude: [y]", "1:1: `exclude` is locked"),
    ("locked: [MN001]", "exclude: [x]", ""),
    ("locked: all", "lists: {storage-hosts: {replace: []}}", "1:1: `lists` is locked"),
    ("locked: all", "lists: {our-hosts: {new: [{host: a}]}}", ""),
    ("locked: all", "parameters: {main.bicep: []}", "1:1: `parameters` is locked"),
    ("locked: all", f"subscriptions: {{{ME}: {OTHER}}}", "1:1: `subscriptions` is locked"),
    ("locked: all", "policy-folders: [ours]", ""),
    ("locked: all", "profile: strict", ""),
    ("profile: strict", "profile: default", "1:1: `profile` is locked by ../lock.yaml: only `strict` is taken"),
    ("fail-on: warning", "fail-on: error", "1:1: `fail-on` is locked by ../lock.yaml: only a lower severity"),
    ("fail-on: warning", "fail-on: never", "1:1: `fail-on` is locked"),
    ("fail-on: warning", "fail-on: note", ""),
    ("locked: all", "fail-on: never", "1:1: `fail-on` is locked"),
    ("fail-on-undecided: true", "fail-on-undecided: false", "1:1: `fail-on-undecided` is locked"),
    ("locked: all", "fail-on-undecided: true", ""),
    ("locked: all", "allow-no-input: true", "1:1: `allow-no-input` is locked"),
    ("locked: all", "allow-no-input: false", ""),
]


@pytest.mark.parametrize(("lock", "text", "says"), LOCKED, ids=[f"{lock} | {text}" for lock, text, _ in LOCKED])
def test_what_is_locked_can_be_tightened_only(lock: str, text: str, says: str, mnlint: Program, repo: Path) -> None:
    with_a_policy(repo / "ours")
    (repo.parent / "lock.yaml").write_text(lock)
    write(repo, text)
    done = mnlint("check", "--policy-lock", "../lock.yaml", cwd=repo)
    if says:
        assert done.exit_code == 2, done.output
        assert f"mnlint: .mnlint.yaml:{says}" in done.stderr
    else:
        assert done.exit_code in (0, 1), done.output
        assert not done.stderr


def test_a_lock_holds_without_a_settings_file_and_under_one(mnlint: Program, repo: Path) -> None:
    lock = repo.parent / "lock.yaml"
    lock.write_text("policies: {MN001: warning}\nfail-on: warning\n")
    assert found(mnlint, repo, "--policy-lock", lock) == {"MN001": "warning"}
    assert mnlint("check", "--policy-lock", lock, "--isolated", cwd=repo).exit_code == 1
    assert mnlint("check", "--policy-lock", lock, "--fail-on", "error", cwd=repo).exit_code == 0, "options win"
    write(repo, "policies: {MN001: error}")
    assert found(mnlint, repo, "--policy-lock", lock) == {"MN001": "error"}


def test_a_lock_has_mistakes_of_its_own(mnlint: Program, repo: Path) -> None:
    lock = repo.parent / "lock.yaml"
    lock.write_text("locked: [MN0001, exclud]\n")
    done = mnlint("check", "--policy-lock", lock, cwd=repo)
    assert done.stderr.splitlines() == [
        "mnlint: ../lock.yaml:1:10: no such setting or policy: MN0001; did you mean MN001?",
        "mnlint: ../lock.yaml:1:18: no such setting or policy: exclud; did you mean exclude?",
    ]


def test_a_lock_names_what_lies_beside_itself(mnlint: Program, repo: Path) -> None:
    lock = repo.parent / "org/lock.yaml"
    (lock.parent / "policies").mkdir(parents=True)
    text = POLICY.replace("{list: our-hosts, take: host}", "[a.example.com]")
    (lock.parent / "policies/OUR001-host-not-ours.yaml").write_text(text)
    (repo / "main.bicep").write_text(fqdn("b.example.com"))
    lock.write_text("policy-folders: [policies]\nlocked: [OUR001]\n")
    assert "OUR001" in found(mnlint, repo, "--policy-lock", lock)
    write(repo, "policies: {OUR001: off}")
    done = mnlint("check", "--policy-lock", lock, cwd=repo)
    assert "OUR001 is locked" in done.stderr
    lock.write_text("policy-folders: [../repo]\n")
    assert "leads out of the folder" in mnlint("check", "--policy-lock", lock, cwd=repo).stderr
    lock.write_text("parameters: {policies: []}\n")
    assert "policies is not in the checked folder" in mnlint("check", "--policy-lock", lock, cwd=repo).stderr


# ── files of strangers ──

CANARY = "kanarienvogel"


@pytest.fixture
def secret(repo: Path) -> Path:
    """Something outside of the repository."""
    folder = repo.parent / "secret"
    folder.mkdir()
    (folder / "OUR001-x.yaml").write_text(f"{CANARY}: 1\n")
    (folder / "list.yaml").write_text(f"entries: [{{tag: {CANARY}, {CANARY}: x}}]\n")
    (folder / "p.tfvars").write_text(f'mode = "{CANARY}"\n')
    return folder


@pytest.mark.parametrize(
    "text",
    [
        "policy-folders: [../secret]",
        "policy-folders: [PATH]",
        "policy-folders: [link]",
        "policy-folders: [ours]",
        "policy-folders: [ours/../../secret]",
        "lists: {service-tags: {extend: ../secret/list.yaml}}",
        "lists: {service-tags: {extend: PATH/list.yaml}}",
        "lists: {service-tags: {extend: link/list.yaml}}",
        "lists: {service-tags: {extend: link.yaml}}",
        "lists: {our-hosts: {new: link.yaml}}",
        "parameters: {main.bicep: [../secret/p.tfvars]}",
        "parameters: {main.bicep: [link/p.tfvars]}",
        "parameters: {../secret: []}",
        "policy-folders: ['~']",
        "policy-folders: ['C:/x']",
        "policy-folders: ['//server/x']",
        'policy-folders: ["a\\0b"]',
        "policy-folders: [" + "a" * 900 + "]",
        "policy-folders: [loop]",
        "lists: {service-tags: {extend: pipe}}",
        "lists: {service-tags: {extend: /dev/zero}}",
    ],
)
def test_nothing_outside_is_opened(text: str, mnlint: Program, repo: Path, secret: Path) -> None:
    (repo / "link").symlink_to(secret)
    (repo / "link.yaml").symlink_to(secret / "list.yaml")
    (repo / "loop").symlink_to(repo / "loop")
    with_a_policy(repo / "ours")
    (repo / "ours/OUR001-x.yaml").symlink_to(secret / "OUR001-x.yaml")
    os.mkfifo(repo / "pipe")
    write(repo, text.replace("PATH", secret.as_posix()))
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2, done.output
    assert done.stderr.startswith("mnlint: ")
    assert CANARY not in done.output


def test_a_settings_file_that_is_none(mnlint: Program, repo: Path, secret: Path) -> None:
    path = repo / ".mnlint.yaml"
    path.symlink_to(secret / "OUR001-x.yaml")
    done = mnlint("check", cwd=repo)
    assert (done.exit_code, CANARY in done.output) == (2, False)
    assert "leads out" in done.stderr
    path.unlink()
    path.symlink_to(path)
    assert mnlint("check", cwd=repo).exit_code == 2
    path.unlink()
    os.mkfifo(path)
    assert "not a regular file" in mnlint("check", cwd=repo).stderr
    path.unlink()
    path.mkdir()
    assert "not a regular file" in mnlint("check", cwd=repo).stderr


HOSTILE = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\n" + "c: [*b, *b]\n",
    "deep": "[" * 60_000,
    "deep keys": "\n".join(" " * at + "a:" for at in range(900)),
    "large": "# " + "x" * 300_000,
    "many keys": "policies:\n" + "".join(f"  X{at}: off\n" for at in range(3000)),
    "many entries": "exclude: [" + "a, " * 3000 + "b]",
    "long number": "fail-on: " + "9" * 6000,
    "a day that is none": "fail-on: 2024-99-99",
    "nul": "profile: \x00",
    "half a character": 'profile: "\\ud800"',
    "binary": "profile: !!binary x",
    "escape": 'profile: "\\e[31m\\n::error::x"',
    "escape in a key": '"\\r::set-output name=x::y\\x9b31m": 1',
    "agent": '"##vso[task.setvariable variable=x]y": 1',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_refused(name: str, mnlint: Program, repo: Path) -> None:
    (repo / ".mnlint.yaml").write_bytes(HOSTILE[name].encode("utf-8", "surrogatepass"))
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2, done.output[:500]
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith("mnlint: .mnlint.yaml:") for line in lines)
    assert len(lines) <= 20
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]|##vso\\[", done.stderr)


@pytest.mark.parametrize("text", ["\xff\xfe", "profile: \xe9"])
def test_what_is_not_utf_8_is_refused(text: str, mnlint: Program, repo: Path) -> None:
    (repo / ".mnlint.yaml").write_bytes(text.encode("latin-1"))
    assert mnlint("check", cwd=repo).stderr == "mnlint: .mnlint.yaml:1:1: not UTF-8\n"


@pytest.mark.parametrize(
    "text",
    [
        "[tool.mnlint]\nexclude = " + "[" * 2000 + "]" * 2000,
        "[tool.mnlint]\n" + ".".join("a" * 2000) + " = 1",
        "[tool.mnlint]\n" + "x = {a = " * 2000,
        "[tool.mnlint]\n# " + "x" * 300_000,
        "[tool]\nmnlint = 1",
        "[[tool.mnlint]]\nprofile = 'strict'",
        "[tool.mnlint]\nprofile = 2024-02-13",
        "[tool.mnlint]\nprofile = nan",
        '[tool.mnlint]\npolicy-folders = ["\\u0000"]',
        "[tool.mnlint]\npolicies.MN001 = false",
    ],
    ids=lambda text: text[14:40],
)
def test_hostile_toml_is_refused(text: str, mnlint: Program, repo: Path) -> None:
    write(repo, text, "pyproject.toml")
    done = mnlint("check", cwd=repo)
    assert done.exit_code == 2, done.output[:500]
    assert all(line.startswith("mnlint: pyproject.toml:") for line in done.stderr.splitlines())


NAMES = st.sampled_from(
    [*FORMS, "locked", "extend", "replace", "new", *OPENED, "MN001", "tag", "host", "opens", "x", ME]
)
VALUES = st.recursive(
    st.sampled_from(["strict", "off", "error", "main.bicep", ".", "", "Storage", "all", ME]) | st.text(max_size=4)
    | st.none() | st.booleans() | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(NAMES, VALUES, max_size=4))
@example({"exclude": [0]})
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_is_taken_or_refused(repo: Path, document: dict[str, Any]) -> None:
    write(repo, json.dumps(document, ensure_ascii=True))
    try:
        effective([repo], {})
    except DocumentError as error:
        assert all(one.line > 0 for one in error.errors)
        return
    # What the reader takes, the schema takes. A number in a list, such as the pattern `0`, is a text to the reader.
    jsonschema.Draft7Validator(SCHEMA).validate(as_texts(document))


def as_texts(value: Any, listed: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: as_texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_texts(one, listed=True) for one in value]
    return str(value) if listed and isinstance(value, int) and not isinstance(value, bool) else value


# ── showing, and the page ──


def test_config_show_says_what_holds_and_why(mnlint: Program, repo: Path) -> None:
    write(repo, "profile: strict\npolicies:\n  MN004: off\nexclude: ['a b', on]\nfail-on: note\n")
    lock = repo.parent / "lock.yaml"
    lock.write_text("fail-on-undecided: true\n")
    done = mnlint("config", "show", "--policy-lock", lock, "--fail-on", "never", "--as-of", "2024-02-13", cwd=repo)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        f"# settings for {repo}",
        "# read from ../lock.yaml, .mnlint.yaml",
        "profile: strict  # .mnlint.yaml:1:1",
        "policies:",
        "  MN004: off  # .mnlint.yaml:3:3",
        "policy-folders: []  # default",
        'exclude: ["a b", "on"]  # .mnlint.yaml:4:1',
        "parameters: {}  # default",
        "subscriptions: {}  # default",
        "lists: {}  # default",
        "fail-on: never  # an option",
        "fail-on-undecided: true  # ../lock.yaml:1:1, the lock",
        "allow-no-input: false  # default",
        "# baseline: none  # default",
        "inline-ignores: true  # default",
        '# --as-of: "2024-02-13"',
    ]
    shown = repo / "shown.yaml"
    shown.write_text(done.stdout)
    assert mnlint("config", "show", "--config", shown, cwd=repo).exit_code == 0, "it can be taken as it is"


def test_config_show_tells_mistakes(mnlint: Program, repo: Path) -> None:
    write(repo, "policy-folders: [ours]\npolicies: {MN404: off}\n")
    with_a_policy(repo / "ours")
    done = mnlint("config", "show", cwd=repo)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "2:12: no such policy: MN404" in done.stderr


def test_the_schema_is_one_and_says_every_key(mnlint: Program, tmp_path: Path) -> None:
    printed = json.loads(mnlint("schema", "settings", cwd=tmp_path).stdout)
    assert printed == SCHEMA
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == {*FORMS, "locked"}
    assert all(one.get("description") for one in SCHEMA["properties"].values())
    assert set(keys()) == set(FORMS)


# What only the reader sees: names of policies, what an entry that is changed has already, what lies on the disk, and
# YAML's own faults.
UNSEEN = (
    "no such policy",
    "cannot be set",
    "there is no",
    "is no ",
    "a path is",
    "a pattern",
    "`locked`",
    "keys and",
    "is missing",
)
FAULTS = ("twice", "anchors", "tags are", "merge", "2:1: ", "1:11: ", "no such setting: ")


@pytest.mark.parametrize("text", [t for t, says in MISTAKES if not any(word in says for word in (*UNSEEN, *FAULTS))])
def test_the_schema_sees_the_mistakes_that_the_reader_sees(text: str) -> None:
    assert not jsonschema.Draft7Validator(SCHEMA).is_valid(parse_plain(text, "x"))


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/settings.md").read_text(), re.DOTALL)


def test_the_samples_of_the_page_hold(mnlint: Program, repo: Path) -> None:
    sample_file, lock = blocks()
    with_a_policy(repo / "our-policies")
    for name in ("infra", "terraform", "lists"):
        (repo / name).mkdir()
    (repo / "main.bicep").rename(repo / "infra/main.bicep")
    write(repo, TERRAFORM, "terraform/main.tf")
    for name, mode in (("prod", "AllowOnlyApprovedOutbound"), ("dev", "Disabled")):
        write(repo, f"using 'main.bicep'\nparam mode = '{mode}'\n", f"infra/{name}.bicepparam")
    write(repo, 'name = "hub"\n', "common.tfvars")
    write(repo, 'mode = "AllowOnlyApprovedOutbound"\n', "prod.tfvars")
    write(repo, "entries:\n- {suffix: rented.example.com, opens: what anybody rents}\n", "lists/broad.yaml")
    write(repo, sample_file)
    (repo.parent / "lock.yaml").write_text(lock)
    done = mnlint("check", cwd=repo)
    assert (done.exit_code, done.stderr) == (1, ""), "the hub of dev is not isolated"
    assert "by way of infra/dev.bicepparam" in done.stdout or "infra/dev.bicepparam:2" in done.stdout
    jsonschema.Draft7Validator(SCHEMA).validate(parse_plain(sample_file, "x"))
    jsonschema.Draft7Validator(SCHEMA).validate(parse_plain(lock, "x"))
    assert yaml.safe_load(lock)["locked"] == "all"
    assert "is locked" in mnlint("check", "--policy-lock", "../lock.yaml", cwd=repo).stderr
