"""Deep nesting: however deep a text goes, the linter says where it stopped, and nothing behind that passes unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import Result

from mnlint.model.finding import Report, Severity
from mnlint.model.settings import Settings
from mnlint.run import check
from threats import least

DEPTHS = (10, 100, 1_000, 10_000, 100_000)
OFF = "MN001"  # a network that is switched off: what is wrong in every file here
Files = Mapping[str, str]
Nested = Callable[[int], Files]

# ── Bicep ──

BICEP_HUB = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  tags: TAGS
  properties: { managedNetwork: { isolationMode: MODE } }
NESTED}
"""


def bicep(*, mode: str = "'Disabled'", tags: str = "{}", nested: str = "", before: str = "") -> Files:
    body = BICEP_HUB.replace("MODE", mode).replace("TAGS", tags).replace("NESTED", nested)
    return {"main.bicep": before + body}


def bicep_holes(depth: int) -> Files:
    return bicep(mode="'${" * depth + "'Disabled'" + "}'" * depth)


def bicep_resources(depth: int) -> Files:
    opened = "".join(f"resource r{n} 'x' = {{\nname: 'a'\n" for n in range(depth))
    return bicep(nested=opened + "}\n" * depth)


def bicep_modules(depth: int) -> Files:
    """A chain of files; since no folder has so many, a path that goes as deep."""
    if depth > 1_000:
        return {**bicep(before=f"module m '{'a/' * depth}m.bicep' = {{ name: 'm' }}\n")}
    calls = {f"m{n}.bicep": f"module m 'm{n + 1}.bicep' = {{ name: 'm' }}\n" for n in range(1, depth)}
    first = {"main.bicep": "module m 'm1.bicep' = { name: 'm' }\n"}
    return {**first, **calls, f"m{depth}.bicep": bicep()["main.bicep"]}


BICEP: Mapping[str, Nested] = {
    "arrays": lambda depth: bicep(tags="[\n" * depth + "]\n" * depth),
    "objects": lambda depth: bicep(tags="{ a:\n".replace("\n", " ") * depth + "1" + "}" * depth),
    "parentheses": lambda depth: bicep(mode="(" * depth + "'Disabled'" + ")" * depth),
    "conditions": lambda depth: bicep(mode="true ? " * depth + "'Disabled'" + " : 'x'" * depth),
    "holes": bicep_holes,
    "blocks": bicep_resources,
    "modules": bicep_modules,
}

# ── ARM ──

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
HEAD = f'{{"$schema": "{SCHEMA}",\n"contentVersion": "1.0.0.0",\n"resources": [\n'
ARM_HUB = """{"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "name": "hub",
"kind": "Hub", "properties": {"managedNetwork": {"isolationMode": "MODE"}}, "tags": TAGS, "resources": [NESTED]}"""
INNER = (
    '{"type": "Microsoft.Resources/deployments", "apiVersion": "2024-03-01", "name": "d", "properties": '
    '{"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": '
)


def arm_hub(mode: str = "Disabled", tags: str = "{}", nested: str = "") -> str:
    return ARM_HUB.replace("MODE", mode).replace("TAGS", tags).replace("NESTED", nested)


def arm(mode: str = "Disabled", tags: str = "{}", nested: str = "") -> Files:
    return {"main.json": f"{HEAD}{arm_hub(mode, tags, nested)}]}}\n"}


def arm_resources(depth: int) -> Files:
    opened = '{"type": "x", "apiVersion": "1", "name": "a", "resources": [\n'
    return arm(nested=opened * depth + "]}\n" * depth)


def arm_deployments(depth: int) -> Files:
    return {"main.json": f"{HEAD}{INNER}" * depth + f"{HEAD}{arm_hub()}]}}" + "}}]}" * depth}


ARM: Mapping[str, Nested] = {
    "arrays": lambda depth: arm(tags="[\n" * depth + "]\n" * depth),
    "objects": lambda depth: arm(tags='{"a":\n' * depth + "1" + "}\n" * depth),
    "parentheses": lambda depth: arm(mode=f"[{'concat(' * depth}'Disabled'{')' * depth}]"),
    "conditions": lambda depth: arm(mode="[" + "if(true(), " * depth + "'Disabled'" + ", 'x')" * depth + "]"),
    "holes": lambda depth: arm(mode="[" + "format('{0}', " * depth + "'Disabled'" + ")" * depth + "]"),
    "blocks": arm_resources,
    "modules": arm_deployments,
}

# ── Terraform ──

TERRAFORM_HUB = """resource "azurerm_machine_learning_workspace" "hub" {
  name = "hub"
  tags = TAGS
  managed_network {
    isolation_mode = MODE
  }
NESTED}
"""


def terraform(*, mode: str = '"Disabled"', tags: str = "{}", nested: str = "", before: str = "") -> Files:
    body = TERRAFORM_HUB.replace("MODE", mode).replace("TAGS", tags).replace("NESTED", nested)
    return {"main.tf": before + body}


def terraform_modules(depth: int) -> Files:
    if depth > 1_000:
        return terraform(before=f'module "m" {{\n  source = "./{"a/" * depth}m"\n}}\n')
    calls = {f"m{n}/main.tf": f'module "m" {{\n  source = "../m{n + 1}"\n}}\n' for n in range(1, depth)}
    first = {"main.tf": 'module "m" {\n  source = "./m1"\n}\n'}
    return {**first, **calls, f"m{depth}/main.tf": terraform()["main.tf"]}


TERRAFORM: Mapping[str, Nested] = {
    "arrays": lambda depth: terraform(tags="[\n" * depth + "]\n" * depth),
    "objects": lambda depth: terraform(tags="{ a = " * depth + "1" + "}" * depth),
    "parentheses": lambda depth: terraform(mode="(" * depth + '"Disabled"' + ")" * depth),
    "conditions": lambda depth: terraform(mode="true ? " * depth + '"Disabled"' + ' : "x"' * depth),
    "holes": lambda depth: terraform(mode='"${' * depth + '"Disabled"' + '}"' * depth),
    "blocks": lambda depth: terraform(nested="x {\n" * depth + "}\n" * depth),
    "modules": terraform_modules,
}

LANGUAGES = {"bicep": BICEP, "arm": ARM, "terraform": TERRAFORM}


def checked(files: Files, folder: Path) -> Report:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return check([folder], Settings(jobs=1))


def limits(report: Report) -> list[tuple[str, str, int]]:
    """Where limits were passed: the file, what is said, and the line; 1 of a file that is not even read."""
    said = [finding for finding in report.findings if finding.policy == "MN912"]
    spans = [finding.primary.span for finding in said]
    lines = [report.sources[s.file].line_column(s.start)[0] if s.file in report.sources else 1 for s in spans]
    return [(s.file, f.message, line) for f, s, line in zip(said, spans, lines, strict=True)]


# The line on which too many levels are reached, for each shape.
PASSED: Mapping[str, Mapping[str, int]] = {
    "bicep": {"arrays": 103, "objects": 4, "parentheses": 5, "conditions": 5, "holes": 5, "blocks": 104, "modules": 1},
    "arm": {"arrays": 102, "objects": 102, "parentheses": 5, "conditions": 5, "holes": 5, "blocks": 53, "modules": 76},
    "terraform": {
        "arrays": 202,
        "objects": 3,
        "parentheses": 5,
        "conditions": 5,
        "holes": 5,
        "blocks": 206,
        "modules": 1,
    },
}


def test_there_are_as_many_as_promised() -> None:
    assert sum(map(len, LANGUAGES.values())) * len(DEPTHS) + len(OTHERS) * len(DEPTHS) >= least("T3")


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(("language", "shape"), [(la, sh) for la, shapes in LANGUAGES.items() for sh in shapes])
def test_deep_texts_end_at_a_limit(
    language: str, shape: str, depth: int, tmp_path: Path, tried: Callable[[str, int], None]
) -> None:
    report = checked(LANGUAGES[language][shape](depth), tmp_path)
    tried("T3", 1)
    policies = {finding.policy for finding in report.findings}
    passed = limits(report)
    stopped = [one for one in report.findings if one.policy == "MN912" and one.severity is Severity.ERROR]
    waiting = {policy for doubt in report.doubts for policy, _ in doubt.judgements}
    assert not report.notices, "no fault of ours"
    assert "MN911" not in policies, "nothing is wrong with the text"
    assert OFF in policies or OFF in waiting or stopped, "nothing passes unseen"
    if depth == 10:
        assert OFF in policies
        assert not passed
    if depth >= 1_000:
        assert passed or "MN913" in policies
    for _, message, line in passed:
        if "nested too deeply" in message:
            assert line == PASSED[language][shape]
            break


# ── what is no template, or one in YAML ──

YAML_HUB = """$schema: https://azuremlschemas.azureedge.net/latest/workspace.schema.json
name: hub
managed_network:
  isolation_mode: disabled
tags: """


def yaml_blocks(depth: int) -> str:
    """Each level on a line of its own, as far as its indentation does not make the file too large by itself."""
    lines = min(depth, 1_500)
    return (
        "\n" + "".join(f"{' ' * (n + 1)}a:\n" for n in range(lines)) + " " * (lines + 2) + "a: " + "[" * (depth - lines)
    )


PLAN = """{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [
{"address": "azurerm_machine_learning_workspace.hub", "mode": "managed", "type": "azurerm_machine_learning_workspace",
"name": "hub", "provider_name": "registry.terraform.io/hashicorp/azurerm", "change": {"actions": ["create"],
"before": null, "after": {"name": "hub", "managed_network": [{"isolation_mode": "Disabled"}], "tags": TAGS},
"after_unknown": {}}}]}
"""
TF_JSON = """{"resource": {"azurerm_machine_learning_workspace": {"hub": {"name": "hub",
"managed_network": {"isolation_mode": "Disabled"}, "tags": TAGS}}}}
"""

OTHERS: Mapping[str, Nested] = {
    "YAML lists": lambda depth: {"hub.yml": YAML_HUB + "[" * depth + "]" * depth + "\n"},
    "YAML maps": lambda depth: {"hub.yml": YAML_HUB + "{a: " * depth + "1" + "}" * depth + "\n"},
    "YAML dashes": lambda depth: {"hub.yml": YAML_HUB + "\n" + "- " * depth + "1\n"},
    "YAML blocks": lambda depth: {"hub.yml": YAML_HUB + yaml_blocks(depth) + "]" * (depth - 1_500) + "\n"},
    "a plan's lists": lambda depth: {"plan.json": PLAN.replace("TAGS", "[\n" * depth + "]" * depth)},
    "a plan's objects": lambda depth: {"plan.json": PLAN.replace("TAGS", '{"a":\n' * depth + "1" + "}" * depth)},
    "Terraform's JSON": lambda depth: {"main.tf.json": TF_JSON.replace("TAGS", "[\n" * depth + "]" * depth)},
}


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("shape", OTHERS)
def test_other_deep_texts_too(shape: str, depth: int, tmp_path: Path, tried: Callable[[str, int], None]) -> None:
    report = checked(OTHERS[shape](depth), tmp_path)
    tried("T3", 1)
    policies = {finding.policy for finding in report.findings}
    stopped = [one for one in report.findings if one.policy in ("MN911", "MN912") and one.severity is Severity.ERROR]
    assert not report.notices, "no fault of ours"
    assert OFF in policies or stopped, "nothing passes unseen"
    if depth >= 1_000:
        assert stopped
    if depth == 10:
        assert not stopped


DOCUMENTS = {
    "policies": ("policies/a.yaml", "id: X1\nname: x\nrequire: {0}1{1}\n", ("--policies", "policies")),
    "settings": (".mnlint.yaml", "lists: {0}1{1}\n", ()),
}


@pytest.mark.parametrize("depth", DEPTHS[1:])
@pytest.mark.parametrize("what", DOCUMENTS)
def test_deep_policies_and_settings_are_refused_with_their_place(
    what: str, depth: int, tmp_path: Path, mnlint: Callable[..., Result], tried: Callable[[str, int], None]
) -> None:
    file, text, options = DOCUMENTS[what]
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.bicep").write_text(bicep()["main.bicep"])
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text.format("[" * depth, "]" * depth))
    result = mnlint("check", *options, ".", cwd=tmp_path)
    tried("T3", 1)
    assert result.exit_code == 2
    assert Path(file).name in result.output
    assert "nested deeper than 50 levels" in result.output
    line = 3 if what == "policies" else 1
    assert f":{line}:" in result.output
