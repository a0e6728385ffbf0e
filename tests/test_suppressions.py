"""Comments that silence: where they count and where not, in every language, and what is wrong with the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from conftest import Program
from mnlint.model.finding import Report
from mnlint.model.settings import Settings
from mnlint.run import check
from mnlint.settle.suppress import MOST

TODAY = "2026-06-30"


def checked(folder: Path, files: dict[str, str], **settings: object) -> Report:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8", newline="")
    return check([folder], Settings(boundary=folder, today=TODAY, debug=True, **settings))  # type: ignore[arg-type]


def told(report: Report) -> list[str]:
    """Every finding's id, with `-` before those that are silenced."""
    return sorted(f"{'-' if finding.suppressed else ''}{finding.policy}" for finding in report.findings)


def bicep(*, file: str = "", head: str = "", mode: str = "", behind: str = "", value: str = "'Disabled'") -> str:
    """A hub whose mode is Disabled, with something before the file, the hub and the mode, and behind the mode."""
    lines = [
        file,
        head,
        "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {",
        "  name: 'hub'",
        "  kind: 'Hub'",
        "  properties: {",
        "    managedNetwork: {",
        mode,
        f"      isolationMode: {value} {behind}",
        "    }",
        "  }",
        "}",
        "",
    ]
    return "\n".join(line for line in lines if line or lines.index(line) > 1)


def terraform(*, head: str = "", mode: str = "", behind: str = "", value: str = '"Disabled"') -> str:
    return dedent(f"""\
        {head}
        resource "azurerm_ai_foundry" "hub" {{
          name = "hub"
          managed_network {{
            {mode}
            isolation_mode = {value} {behind}
          }}
        }}
        """)


def arm(*, resource: str = "", template: str = "", comment: str = "") -> str:
    return dedent(f"""\
        {{
          "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          "contentVersion": "1.0.0.0",
          {template}
          "resources": [
            {{
              "type": "Microsoft.MachineLearningServices/workspaces",
              "apiVersion": "2024-10-01",
              "name": "hub",
              "kind": "Hub",
              {resource}
              "properties": {{ "managedNetwork": {{
                {comment}
                "isolationMode": "Disabled"
              }} }}
            }}
          ]
        }}
        """)


def yaml(*, head: str = "", behind: str = "") -> str:
    return dedent(f"""\
        $schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json
        {head}
        name: lab
        managed_network:
          isolation_mode: disabled {behind}
        """)


def terraform_json(*, file: str = "", resource: str = "") -> str:
    hub = {
        "//": f"mnlint: {resource}" if resource else "the lab",
        "name": "hub",
        "managed_network": {"isolation_mode": "Disabled"},
    }
    return json.dumps(
        {"//": f"mnlint: {file}" if file else "ours", "resource": {"azurerm_ai_foundry": {"hub": hub}}}, indent=2
    )


IGNORE = "mnlint: ignore[MN001] a lab without data"
SILENCED = {
    "Bicep: the line before": ("main.bicep", bicep(mode=f"// {IGNORE}")),
    "Bicep: behind the value": ("main.bicep", bicep(behind=f"// {IGNORE}")),
    "Bicep: before the resource": ("main.bicep", bicep(head=f"// {IGNORE}")),
    "Bicep: in slashes and stars": ("main.bicep", bicep(mode=f"/* {IGNORE} */")),
    "Bicep: before the value on its line": ("main.bicep", bicep(value=f"/* {IGNORE} */ 'Disabled'")),
    "Bicep: over several lines": ("main.bicep", bicep(mode=f"/*\n * {IGNORE},\n * says the owner\n */")),
    "Bicep: other comments between": ("main.bicep", bicep(mode=f"// {IGNORE}\n\n// and more\n/* more */")),
    "Bicep: the compiler's directive": ("main.bicep", bicep(mode="#disable-next-line MN001 // a lab without data")),
    "Bicep: the directive with others' codes": (
        "main.bicep",
        bicep(mode="#disable-next-line no-unused-params MN001 BCP037 // a lab without data"),
    ),
    "Bicep: the file": ("main.bicep", bicep(file="// mnlint: ignore-file[MN001] a lab without data")),
    "Bicep: the file, below a licence": (
        "main.bicep",
        bicep(file="/* (c) */\n// licence\n\n// mnlint: ignore-file[MN001] a lab without data"),
    ),
    "Bicep: small letters": ("main.bicep", bicep(mode="// mnlint: ignore[mn001] a lab")),
    "Bicep: several ids": ("main.bicep", bicep(head="// mnlint: ignore[MN001, MN002] a lab")),
    "Bicep: until today": ("main.bicep", bicep(mode=f"// {IGNORE} until={TODAY}")),
    "Bicep: until a day, then the reason": (
        "main.bicep",
        bicep(mode="// mnlint: ignore[MN001] until=2027-01-01 a lab"),
    ),
    "Bicep: line ends of Windows": ("main.bicep", bicep(mode=f"// {IGNORE}").replace("\n", "\r\n")),
    "Bicep: with a byte order mark": ("main.bicep", "\ufeff" + bicep(file="// mnlint: ignore-file[MN001] a lab")),
    "Terraform: the line before": ("main.tf", terraform(mode=f"# {IGNORE}")),
    "Terraform: two slashes": ("main.tf", terraform(mode=f"// {IGNORE}")),
    "Terraform: behind the value": ("main.tf", terraform(behind=f"# {IGNORE}")),
    "Terraform: before the resource": ("main.tf", terraform(head=f"/* {IGNORE} */")),
    "Terraform: the file": ("main.tf", terraform(head="# mnlint: ignore-file[MN001] a lab without data")),
    "ARM: of the resource": ("main.json", arm(resource='"metadata": {"mnlint": "ignore[MN001] a lab"},')),
    "ARM: a list": ("main.json", arm(resource='"metadata": {"mnlint": ["ignore[MN001] a lab"]},')),
    "ARM: of the template": ("main.json", arm(template='"metadata": {"mnlint": "ignore-file[MN001] a lab"},')),
    "ARM: a comment": ("main.json", arm(comment=f"// {IGNORE}")),
    "Terraform JSON: of the resource": (
        "main.tf.json",
        terraform_json(resource="ignore[MN001] a lab"),
    ),
    "Terraform JSON: the file": (
        "main.tf.json",
        terraform_json(file="ignore-file[MN001] a lab"),
    ),
    "YAML: behind the value": ("workspace.yml", yaml(behind=f"# {IGNORE}")),
    "YAML: the file, before the first document": (
        "workspace.yml",
        "# mnlint: ignore-file[MN001] a lab\n---\n" + yaml(),
    ),
    "YAML: the file, below three dashes": ("workspace.yml", "---\n# mnlint: ignore-file[MN001] a lab\n" + yaml()),
    "YAML: the file": ("workspace.yml", "# mnlint: ignore-file[MN001] a lab\n" + yaml()),
}


@pytest.mark.parametrize("name", SILENCED)
def test_it_silences(name: str, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    tried("T22", 1)
    file, text = SILENCED[name]
    report = checked(tmp_path, {file: text})
    assert told(report) == (["-MN001", "MN902"] if "several ids" in name else ["-MN001"])
    (finding,) = (finding for finding in report.findings if finding.policy == "MN001")
    assert finding.suppressed is not None
    assert finding.suppressed.reason.startswith("a lab")


NOT_SILENCED = {
    "Bicep: in a string": bicep(value=f"'Disabled' /* */ \n      other: '// {IGNORE}'"),
    "Bicep: in a string of several lines": bicep(mode=f"      note: '''\n// {IGNORE}\n'''"),
    "Bicep: in an interpolation": bicep(mode=f"      note: '${{ '// {IGNORE}' }}'"),
    "Bicep: a line too early": bicep(head=f"// {IGNORE}\nvar x = 1"),
    "Bicep: a line too late": bicep(behind=f"\n// {IGNORE}\n      firewallSku: 'Basic'"),
    "Bicep: another policy": bicep(mode="// mnlint: ignore[MN003] a lab"),
    "Bicep: no ids": bicep(mode="// mnlint: ignore a lab"),
    "Bicep: empty brackets": bicep(mode="// mnlint: ignore[] a lab"),
    "Bicep: another word": bicep(mode="// mnlint: disable[MN001] a lab"),
    "Bicep: not at the beginning": bicep(mode=f"// see {IGNORE}"),
    "Bicep: a directive in the middle of a line": bicep(behind="#disable-next-line MN001"),
    "Bicep: the file, too late": bicep(mode="// mnlint: ignore-file[MN001] a lab"),
    "Bicep: at the end of the file": bicep() + f"// {IGNORE}\n",
    "Bicep: until yesterday": bicep(mode=f"// {IGNORE} until=2026-06-29"),
    "Bicep: until no day": bicep(mode=f"// {IGNORE} until=31.12.2030"),
    "Bicep: until a day that is none": bicep(mode=f"// {IGNORE} until=2030-13-01"),
    "Terraform: in a heredoc": terraform(mode=f"note = <<-X\n# {IGNORE}\nX"),
    "Terraform: in a string": terraform(mode=f'note = "# {IGNORE}"'),
    "ARM: in a value": arm(resource='"tags": {"mnlint": "ignore[MN001] a lab"},'),
    "ARM: in metadata of another name": arm(resource='"metadata": {"lint": "ignore[MN001] a lab"},'),
    "ARM: the file, in a resource": arm(resource='"metadata": {"mnlint": "ignore-file[MN001] a lab"},'),
    "YAML: in a value": yaml(head=f'description: "# {IGNORE}"'),
    "YAML: in a block of text": yaml(head=f"description: |\n          # {IGNORE}"),
}


@pytest.mark.parametrize("name", NOT_SILENCED)
def test_it_does_not(name: str, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    tried("T22", 1)
    file = {"B": "main.bicep", "T": "main.tf", "A": "main.json", "Y": "workspace.yml"}[name[0]]
    report = checked(tmp_path, {file: NOT_SILENCED[name]})
    # A directive in the middle of a line is a mistake of its own, and what it stands behind is undecided.
    assert ("MN911" if "directive" in name else "MN001") in told(report)
    assert not any(policy.startswith("-") for policy in told(report))


def test_there_are_enough_placements() -> None:
    assert len(SILENCED) + len(NOT_SILENCED) >= 50


MODULE = 'variable "mode" {}\n' + terraform(value="var.mode")
CALLS = dedent("""\
    module "lab" {
      source = "./hub"
      # mnlint: ignore[MN001] a lab
      mode   = "Disabled"
    }
    module "prod" {
      source = "./hub"
      mode   = "Disabled"
    }
    """)


def test_a_caller_excuses_itself_only(tmp_path: Path) -> None:
    report = checked(tmp_path, {"main.tf": CALLS, "hub/main.tf": MODULE})
    assert [(f.primary.span.start > CALLS.index("prod"), f.suppressed is None) for f in report.findings] == [
        (False, False),
        (True, True),
    ]


def test_a_caller_that_excuses_itself_is_no_news_of_another(tmp_path: Path) -> None:
    module = 'module "hub_NAME" {\n  source = "./hub"\n}\n'
    text = module.replace("NAME", "a") + module.replace("NAME", "b")
    hub = terraform(value="var.mode")
    files = {"main.tf": text, "hub/main.tf": 'variable "mode" {\n  default = "Disabled"\n}\n' + hub}
    (before,) = checked(tmp_path, files).findings
    after = checked(tmp_path, {**files, "main.tf": f"# {IGNORE}\n{text}"}).findings
    assert [finding.fingerprint for finding in after if finding.suppressed is None] == [before.fingerprint]
    assert len({finding.fingerprint for finding in after}) == 2


@pytest.mark.parametrize("line", ["module ", "  mode ", 'variable "mode"', "    isolation_mode", "resource "])
def test_it_counts_anywhere_on_the_way(line: str, tmp_path: Path) -> None:
    files = {"main.tf": 'module "lab" {\n  source = "./hub"\n  mode   = "Disabled"\n}\n', "hub/main.tf": MODULE}
    files = {name: text.replace(line, f"# {IGNORE}\n{line}", 1) for name, text in files.items()}
    assert told(checked(tmp_path, files)) == (["MN001", "MN902"] if line.startswith("var") else ["-MN001"])


def test_a_parameter_file_may_hold_it(tmp_path: Path) -> None:
    files = {
        "main.bicep": "param mode string\n" + bicep(value="mode"),
        "main.bicepparam": f"using 'main.bicep'\n// {IGNORE}\nparam mode = 'Disabled'\n",
    }
    assert told(checked(tmp_path, files)) == ["-MN001"]


WRONG = [
    (
        "no reason",
        bicep(mode="// mnlint: ignore[MN001]"),
        ["MN001", "MN900"],
        "MN001: this suppression gives no reason, so it silences nothing",
    ),
    ("over", bicep(mode=f"// {IGNORE} until=2026-06-29"), ["MN001", "MN901"], "this suppression ended with 2026-06-29"),
    ("no day", bicep(mode=f"// {IGNORE} until=soon"), ["MN001", "MN901"], "`until=soon` is no day such as 2027-03-31"),
    (
        "unused",
        bicep(value="'AllowOnlyApprovedOutbound'", mode=f"// {IGNORE}"),
        ["MN902"],
        "MN001: nothing is found here",
    ),
    (
        "unknown",
        bicep(mode="// mnlint: ignore[MN0O1] x"),
        ["MN001", "MN902"],
        "MN0O1 is the id of no policy; did you mean MN",
    ),
    (
        "too many",
        bicep(mode=f"// mnlint: ignore[{', '.join(f'MN{number}' for number in range(101))}] x"),
        ["MN001", "MN902"],
        "it names more than 100 policies",
    ),
    (
        "no brackets",
        bicep(mode="// mnlint: ignore MN001 x"),
        ["MN001", "MN902"],
        "it is written as `mnlint: ignore[MN001]",
    ),
    (
        "late",
        bicep(mode="// mnlint: ignore-file[MN001] x"),
        ["MN001", "MN902"],
        "counts before the first line of code only",
    ),
    (
        "refused",
        bicep(mode="// mnlint: ignore[MN911] x"),
        ["MN001", "MN903"],
        "MN911 syntax-error cannot be suppressed",
    ),
]


@pytest.mark.parametrize(("name", "text", "expected", "message"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_with_it(name: str, text: str, expected: list[str], message: str, tmp_path: Path) -> None:
    report = checked(tmp_path, {"main.bicep": text})
    assert told(report) == expected
    (own,) = (finding for finding in report.findings if finding.policy.startswith("MN90"))
    assert message in own.message
    assert "mnlint:" in report.sources["main.bicep"].cut(own.primary.span)


def test_what_waits_for_a_value_is_not_unused(tmp_path: Path) -> None:
    text = "param mode string\n" + bicep(value="mode", mode=f"// {IGNORE}")
    assert told(checked(tmp_path, {"main.bicep": text})) == []


def test_what_holds_on_another_day_is_not_unused(tmp_path: Path) -> None:
    text = bicep(value="'AllowOnlyApprovedOutbound'", mode="// mnlint: ignore[MN006] agreed")
    assert told(checked(tmp_path, {"main.bicep": text}, as_of="2024-02-13")) == []


def test_a_suppression_of_a_suppression(tmp_path: Path) -> None:
    file = "// mnlint: ignore-file[MN900] we talk about it elsewhere"
    assert told(checked(tmp_path, {"main.bicep": bicep(file=file, mode="// mnlint: ignore[MN001]")})) == [
        "-MN900",
        "MN001",
    ]


def test_a_syntax_error_stays(tmp_path: Path) -> None:
    text = bicep(file="// mnlint: ignore-file[MN911] we know") + "resource x = {\n"
    assert set(told(checked(tmp_path, {"main.bicep": text}))) == {"MN001", "MN903", "MN911"}


def test_a_policy_that_cannot_be_suppressed(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "ACME001-approved.yaml").write_text(
        dedent("""\
            id: ACME001
            name: approved-only
            title: Every network is approved only
            severity: error
            suppressible: false
            added: "1"
            for: managedNetwork
            require: {field: effectiveMode, equals: AllowOnlyApprovedOutbound}
            message: "{name} is {effectiveMode}"
            why: So we agreed.
            fix: Change it.
            see: []
            """),
        "utf-8",
    )
    text = bicep(head="// mnlint: ignore[MN001, ACME001] please")
    report = checked(tmp_path / "code", {"main.bicep": text}, policies=(policies,))
    assert told(report) == ["-MN001", "ACME001", "MN903"]


def test_comments_may_be_told_not_to_count(tmp_path: Path) -> None:
    assert told(checked(tmp_path, {"main.bicep": bicep(mode=f"// {IGNORE}")}, inline=False)) == ["MN001"]
    assert told(checked(tmp_path, {"main.bicep": bicep(mode="// mnlint: ignore[MN001]")}, inline=False)) == ["MN001"]


def test_a_file_of_comments_ends(tmp_path: Path) -> None:
    text = f"#disable-next-line MN001\n// {IGNORE}\n" * 20_000 + bicep()
    report = checked(tmp_path, {"main.bicep": text})
    assert len([finding for finding in report.findings if finding.policy == "MN900"]) <= MOST


def test_ids_that_are_none_end(tmp_path: Path) -> None:
    line = "// mnlint: ignore[" + ",".join(f"{'MN' * 40}{number}" for number in range(100)) + "] x\n"
    report = checked(tmp_path, {"main.bicep": line * 100 + bicep()})
    assert len([finding for finding in report.findings if "is the id of no policy" in finding.message]) == 100 * 100


def test_the_command_line(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(bicep(mode=f"// {IGNORE} until={date.max.isoformat()}"), "utf-8")
    done = mnlint("check", cwd=tmp_path)
    assert done.exit_code == 0
    assert done.stdout.endswith("; no findings, 1 suppressed\n")
    assert mnlint("check", "--no-inline-ignores", cwd=tmp_path).exit_code == 1
    (finding,) = json.loads(mnlint("check", "--output", "json", cwd=tmp_path).stdout)["findings"]
    assert (finding["suppressed"]["reason"], finding["suppressed"]["until"]) == ("a lab without data", "9999-12-31")


def test_what_a_lock_names_stays(mnlint: Program, tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(bicep(mode=f"// {IGNORE}"), "utf-8")
    lock = tmp_path / "lock.yaml"
    lock.write_text("locked: [MN001]\n", "utf-8")
    done = mnlint("check", "--policy-lock", lock, "--output", "concise", cwd=tmp_path)
    assert done.exit_code == 1
    assert [line.split()[2] for line in done.stdout.splitlines()[:2]] == ["MN903", "MN001"]
    lock.write_text("inline-ignores: false\nlocked: [inline-ignores]\n", "utf-8")
    (tmp_path / ".mnlint.yaml").write_text("inline-ignores: true\n", "utf-8")
    done = mnlint("check", "--policy-lock", lock, cwd=tmp_path)
    assert (done.exit_code, "`inline-ignores` is locked by lock.yaml: only false is taken" in done.stderr) == (2, True)
    (tmp_path / ".mnlint.yaml").write_text("inline-ignores: false\n", "utf-8")
    assert mnlint("check", cwd=tmp_path).exit_code == 1
