"""A baseline: written, compared, pruned, and what it does not hold back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Program

HUB = """\
resource NAME 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'NAME'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: MODE } }
}
"""


def hub(name: str, mode: str = "'Disabled'") -> str:
    return HUB.replace("NAME", name).replace("MODE", mode)


def written(folder: Path, files: dict[str, str]) -> None:
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture
def begun(mnlint: Program, tmp_path: Path) -> Path:
    """A repository with two hubs whose violations are in the baseline."""
    written(tmp_path, {"a.bicep": hub("first") + hub("second"), "b/b.bicep": hub("third")})
    done = mnlint("check", "--write-baseline", "base.json", cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("no findings, 3 in the baseline\n")
    return tmp_path


def rows(folder: Path) -> list[dict[str, object]]:
    return json.loads((folder / "base.json").read_text("utf-8"))["findings"]  # type: ignore[no-any-return]


def last(mnlint: Program, folder: Path, *arguments: str) -> tuple[int, str]:
    done = mnlint("check", "--baseline", "base.json", "--output", "concise", *arguments, cwd=folder)
    return done.exit_code, done.stdout.splitlines()[-1].partition("; ")[2]


def test_what_is_in_it(begun: Path) -> None:
    assert rows(begun) == [
        {"policy": "MN001", "path": path, "address": f"{address} network", "property": "isolationMode", "count": 1}
        for path, address in (("a.bicep", "first"), ("a.bicep", "second"), ("b/b.bicep", "third"))
    ]


def test_what_was_there_is_no_finding_and_what_is_new_is(mnlint: Program, begun: Path) -> None:
    assert last(mnlint, begun) == (0, "no findings, 3 in the baseline")
    written(begun, {"c.bicep": hub("fourth")})
    assert last(mnlint, begun) == (1, "1 error, 3 in the baseline")


def test_lines_order_and_values_may_change(mnlint: Program, begun: Path) -> None:
    moved = "// a word\n\n\nparam mode string = 'Disabled'\n" + hub("second", "mode") + hub("first")
    written(begun, {"a.bicep": moved})
    assert last(mnlint, begun) == (0, "no findings, 3 in the baseline")


def test_one_more_of_the_same_is_new(mnlint: Program, tmp_path: Path) -> None:
    loop = hub("hub", "mode").replace("= {", "= [for mode in MODES: {").replace("\n}\n", "\n}]\n")
    written(tmp_path, {"a.bicep": loop.replace("MODES", "[\n  'Disabled'\n]")})
    assert mnlint("check", "--write-baseline", "base.json", cwd=tmp_path).exit_code == 0
    written(tmp_path, {"a.bicep": loop.replace("MODES", "[\n  'Disabled'\n  'DISABLED'\n]")})
    assert last(mnlint, tmp_path) == (1, "1 error, 1 in the baseline")


def test_what_is_gone_is_told_and_pruned(mnlint: Program, begun: Path) -> None:
    written(begun, {"a.bicep": hub("first") + hub("second", "'AllowOnlyApprovedOutbound'")})
    (begun / "b/b.bicep").unlink()
    done = mnlint("check", "--baseline", "base.json", cwd=begun)
    assert "note[baseline]: 2 findings of the baseline are gone: --prune-baseline takes out what is gone" in done.stdout
    assert len(rows(begun)) == 3
    assert last(mnlint, begun, "--prune-baseline") == (0, "no findings, 1 in the baseline")
    assert [row["address"] for row in rows(begun)] == ["first network"]
    written(begun, {"a.bicep": hub("first") + hub("second")})
    assert last(mnlint, begun) == (1, "1 error, 1 in the baseline")


def test_what_was_not_looked_at_stays(mnlint: Program, begun: Path) -> None:
    (begun / "b/b.bicep").unlink()
    assert last(mnlint, begun, "--prune-baseline", "a.bicep") == (0, "no findings, 2 in the baseline")
    assert len(rows(begun)) == 3


def test_what_waits_for_a_value_stays(mnlint: Program, begun: Path) -> None:
    written(begun, {"a.bicep": "param mode string\n" + hub("first", "mode") + hub("second")})
    last(mnlint, begun, "--prune-baseline")
    assert len(rows(begun)) == 3


@pytest.mark.parametrize(
    "arguments",
    [["--config", "off.yaml"], ["--exclude", "b/**"], ["--as-of", "2023-01-01"], ["a.bicep"]],
    ids=lambda arguments: str(arguments[0]),
)
def test_what_a_run_leaves_out_stays(arguments: list[str], mnlint: Program, begun: Path) -> None:
    (begun / "off.yaml").write_text("policies: {MN001: off}\n", "utf-8")
    before = rows(begun)
    last(mnlint, begun, "--prune-baseline", *arguments)
    assert rows(begun) == before


def test_a_file_that_is_not_read_any_more_stays(mnlint: Program, begun: Path) -> None:
    before = rows(begun)
    (begun / "b/b.bicep").write_text(hub("third") + "//" + "x" * 6_000_000, "utf-8")
    (begun / "a.bicep").rename(begun / "a.txt")
    (begun / "a.bicep").symlink_to("a.txt")
    last(mnlint, begun, "--prune-baseline")
    assert rows(begun) == before


def test_what_another_caller_makes_of_a_module_stays(mnlint: Program, tmp_path: Path) -> None:
    call = "module m '../hub.bicep' = {\n  name: 'm'\n  params: {\n    mode: 'MODE'\n  }\n}\n"
    files = {
        "x/a.bicep": call.replace("MODE", "AllowOnlyApprovedOutbound"),
        "y/b.bicep": call.replace("MODE", "Disabled"),
    }
    written(tmp_path, {"hub.bicep": "param mode string\n" + hub("hub", "mode"), **files})
    mnlint("check", "--write-baseline", "base.json", cwd=tmp_path)
    before = rows(tmp_path)
    last(mnlint, tmp_path, "--prune-baseline", "x")
    assert rows(tmp_path) == before


def test_a_part_that_is_written_leaves_the_rest(mnlint: Program, begun: Path) -> None:
    before = rows(begun)
    mnlint("check", "b", "--write-baseline", "base.json", cwd=begun)
    assert rows(begun) == before


def test_a_large_one_is_read(mnlint: Program, begun: Path) -> None:
    entry = {"policy": "MN001", "address": "x", "property": "y"}
    listed = [{**entry, "path": f"gone/{number}.bicep"} for number in range(40_000)]
    (begun / "base.json").write_text(json.dumps({"version": 1, "findings": listed}, indent=2), "utf-8")
    assert last(mnlint, begun) == (1, "3 errors")


def noted(folder: Path, **notes: str) -> None:
    document = json.loads((folder / "base.json").read_text("utf-8"))
    document["findings"][0] |= notes
    (folder / "base.json").write_text(json.dumps(document), "utf-8")


def test_notes_stay(mnlint: Program, begun: Path) -> None:
    noted(begun, reason="moves in May", until="2999-01-01")
    (begun / "b/b.bicep").unlink()
    last(mnlint, begun, "--prune-baseline")
    assert rows(begun)[0]["reason"] == "moves in May"
    assert mnlint("check", "--write-baseline", "base.json", cwd=begun).exit_code == 0
    assert (rows(begun)[0]["reason"], rows(begun)[0]["until"]) == ("moves in May", "2999-01-01")
    report = json.loads(mnlint("check", "--baseline", "base.json", "--output", "json", cwd=begun).stdout)
    assert report["findings"][0]["suppressed"] == {"reason": "moves in May", "until": "2999-01-01", "place": None}


def test_time_that_has_passed(mnlint: Program, begun: Path) -> None:
    noted(begun, until="2024-01-01")
    done = mnlint("check", "--baseline", "base.json", cwd=begun)
    assert done.exit_code == 1
    assert (
        "warning[baseline]: the time that the baseline gives has passed: MN001 of first network in a.bicep"
        in done.stdout
    )


def test_what_cannot_be_suppressed_is_not_in_it(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"a.bicep": hub("first") + "resource {\n"})
    done = mnlint("check", "--write-baseline", "base.json", cwd=tmp_path)
    assert (done.exit_code, [row["policy"] for row in rows(tmp_path)]) == (1, ["MN001"])


def test_a_comment_goes_before_it(mnlint: Program, begun: Path) -> None:
    written(begun, {"a.bicep": "// mnlint: ignore-file[MN001] labs\n" + hub("first") + hub("second")})
    assert last(mnlint, begun, "--prune-baseline") == (0, "no findings, 2 suppressed, 1 in the baseline")
    assert [row["address"] for row in rows(begun)] == ["third network"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "this is no JSON document"),
        ("[" * 100_000, "this is no JSON document"),
        ("[]", "this is no baseline: it has no `version`"),
        ('{"version": 2, "findings": []}', "version 2 is not known; this mnlint reads 1"),
        ('{"version": 1}', "`findings` must be a list"),
        ('{"version": 1, "findings": [1]}', "findings[0] must be an object"),
        ('{"version": 1, "findings": [{"polcy": "x"}]}', "findings[0] has the unknown key 'polcy'"),
        ('{"version": 1, "findings": [{"policy": "x"}]}', "findings[0].path must be a text"),
        (
            '{"version": 1, "findings": [{"policy": "x", "path": "", "address": "", "property": "", "count": 0}]}',
            "findings[0].count must be a number from 1",
        ),
        ('{"version": true, "findings": []}', "version True is not known"),
        (
            '{"version": 1, "findings": [{"policy": "x", "path": "", "address": "", "property": "", "count": 9%s}]}'
            % ("9" * 4000),
            "findings[0].count must be a number from 1 to 1000000",
        ),
        (
            '{"version": 1, "findings": [{"policy": "x", "path": "", "address": "", "property": "", "until": "soon"}]}',
            "findings[0].until must be a day such as 2027-03-31",
        ),
    ],
)
def test_what_is_no_baseline(text: str, message: str, mnlint: Program, begun: Path) -> None:
    (begun / "base.json").write_text(text, "utf-8")
    done = mnlint("check", "--baseline", "base.json", cwd=begun)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--prune-baseline"], "--prune-baseline needs the --baseline that it prunes"),
        (["--baseline", "base.json", "--write-baseline", "other.json"], "it goes without --baseline"),
        (["--write-baseline", "nowhere/base.json"], "cannot write nowhere/base.json"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], message: str, mnlint: Program, begun: Path) -> None:
    done = mnlint("check", *arguments, cwd=begun)
    assert done.exit_code == 2
    assert message in done.stderr


def test_the_settings_may_name_it(mnlint: Program, begun: Path) -> None:
    (begun / ".mnlint.yaml").write_text("baseline: base.json\n", "utf-8")
    assert mnlint("check", cwd=begun).exit_code == 0
    assert mnlint("check", "--no-baseline", cwd=begun).exit_code == 1
    (begun / ".mnlint.yaml").write_text("baseline: ../base.json\n", "utf-8")
    done = mnlint("check", cwd=begun)
    assert (done.exit_code, "leads out of the folder" in done.stderr) == (2, True)


def test_a_resource_in_front_of_others_in_json_changes_nothing(mnlint: Program, tmp_path: Path) -> None:
    def template(*names: str) -> str:
        kind = {"type": "Microsoft.MachineLearningServices/workspaces", "apiVersion": "2024-10-01", "kind": "Hub"}
        network = {"managedNetwork": {"isolationMode": "Disabled"}}
        schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
        resources = [{**kind, "name": name, "properties": network} for name in names]
        return json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": resources})

    written(tmp_path, {"main.json": template("first", "second")})
    assert mnlint("check", "--write-baseline", "base.json", cwd=tmp_path).exit_code == 0
    written(tmp_path, {"main.json": template("new", "first", "second")})
    assert last(mnlint, tmp_path) == (1, "1 error, 2 in the baseline")
    assert "error[MN001]: new: " in mnlint("check", "--baseline", "base.json", cwd=tmp_path).stdout
    written(tmp_path, {"main.json": template("new", "first")})
    assert last(mnlint, tmp_path) == (1, "1 error, 1 in the baseline")
