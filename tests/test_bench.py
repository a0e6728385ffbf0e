"""Benchmarks tell the truth: what they make is as they say, what they run is timed, what they read is understood."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from bench import doubtful, floor, growth, made, page, tools
from bench.alternate import Effort, Job, Measured, Ratio, alternate, ratio
from bench.page import Goal
from bench.process import KILLED, Run, measure

from conftest import Program
from mnlint.model.hints import NEEDLES
from mnlint.reading import SUFFIXES


def report_of(mnlint: Program, tree: Path, *options: str) -> str:
    done = mnlint("check", "--exit-zero", "--boundary", str(tree), "--output", "json", *options, tree, cwd=tree)
    assert done.exit_code == 0, done.output
    return done.stdout


# ── what is made ──


def test_the_tree_is_the_same_whoever_makes_it(tmp_path: Path) -> None:
    for name in ("one", "two"):
        made.write(tmp_path / name, projects=2, beside=1)
    one, two = (
        {path.relative_to(top): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        for top in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two
    assert {Path(made.OUTSIDE), Path(made.INSIDE)} <= one.keys()


def test_the_tree_holds_what_it_says(tmp_path: Path, mnlint: Program) -> None:
    expected = made.write(tmp_path, projects=2, beside=1)
    printed = report_of(mnlint, tmp_path)
    seen = tools.seen_by_mnlint(printed)
    assert (seen.files, seen.failures, seen.networks) == (expected.files, 0, expected.networks)
    findings = [one["place"] for one in json.loads(printed)["findings"] if one["policy"] == "MN001"]
    assert len({(place["file"], place["line"]) for place in findings}) == expected.disabled == 4
    assert {place["file"] for place in findings} == {
        f"{language}/project1/main.{suffix}"
        for language, suffix in (("bicep", "bicep"), ("arm", "json"), ("azurerm", "tf"), ("azapi", "tf"))
    }


def test_one_file_of_the_tree_matters_and_the_other_does_not(tmp_path: Path, mnlint: Program) -> None:
    made.write(tmp_path, projects=1, beside=1)
    for file, networks in ((made.OUTSIDE, 0), (made.INSIDE, made.FAN_OUT**made.DEPTH)):
        done = mnlint("check", "--exit-zero", "--boundary", ".", "--output", "json", file, cwd=tmp_path)
        assert tools.seen_by_mnlint(done.stdout).networks == networks


@pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name, axis in growth.AXES.items() for language in axis.languages]
)
def test_what_grows_is_read_whole(name: str, language: str, tmp_path: Path, mnlint: Program) -> None:
    for path, text in growth.AXES[name].files(language, 2).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    printed = report_of(mnlint, tmp_path)
    assert tools.seen_by_mnlint(printed).networks
    assert not [one for one in json.loads(printed)["findings"] if one["policy"].startswith("MN91")]


def test_policies_of_ones_own_are_good_ones(tmp_path: Path, mnlint: Program) -> None:
    (tmp_path / "OWN001.yaml").write_text(growth.POLICY.format(number=1), "utf-8")
    done = mnlint("rules", "--policies", tmp_path, cwd=tmp_path)
    assert done.exit_code == 0, done.output
    assert "OWN001" in done.output


def test_ratios_are_without_the_first_one() -> None:
    assert growth.growth_of(0.5 + 6, 0.5 + 13, start=0.5, count=7) == pytest.approx(2)
    assert growth.growth_of(0.5 + 6**2, 0.5 + 13**2, start=0.5, count=7) == pytest.approx(2 * 13 / 6)
    assert growth.growth_of(0.51, 2.5, start=0.5, count=7) is None


# ── what is run ──


def test_the_floor_reads_what_the_linter_would_read(tmp_path: Path) -> None:
    assert set(floor.SUFFIXES) == {"." + suffix.rpartition(".")[2] for suffix in SUFFIXES}
    assert set(NEEDLES) <= set(floor.WORDS)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/hub.BICEP").write_bytes(b"resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01'")
    (tmp_path / "main.tf").write_bytes(b"# nothing")
    (tmp_path / "readme.md").write_bytes(b"machine_learning")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/x.json").write_bytes(b"managedNetwork")
    assert floor.scan(str(tmp_path)) == (2, 79, 1)


def python(code: str, name: str = "it") -> tools.Tool:
    return tools.Tool(name, lambda _tree, _out: [sys.executable, "-c", code], lambda printed: tools.Seen(int(printed)))


def test_a_process_is_measured_by_itself(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    code = "import os; bytearray(50 << 20); print(os.environ['XDG_CACHE_HOME']); raise SystemExit(3)"
    out = tmp_path / "out"
    run = measure([sys.executable, "-c", code], out=out, cwd=tmp_path, cache=cache)
    assert (run.status, out.read_text()) == (3, f"{cache}\n")
    assert 50 < run.memory < 90
    assert run.cpu > 0
    small = measure([sys.executable, "-S", "-c", "pass"], out=out, cwd=tmp_path, cache=cache)
    assert small.memory < 30  # not that of whoever measures


def test_what_is_over_the_time_is_ended_and_what_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.alternate.WORK", tmp_path)
    jobs = [
        Job(python("print(7)"), tmp_path, tmp_path / "cache"),
        Job(python("import time; time.sleep(60)", "slow"), tmp_path, tmp_path / "cache"),
        Job(python("raise SystemExit(2)", "wrong"), tmp_path, tmp_path / "cache"),
        Job(python("print('words')", "odd"), tmp_path, tmp_path / "cache"),
        Job(python("", "none"), tmp_path, tmp_path / "cache", absent="not here"),
    ]
    good, slow, wrong, odd, none = alternate(jobs, 2, Effort(patience=1))
    assert (good.seen.files, len(good.runs), good.fault) == (7, 2, "")
    assert slow.over
    assert [run.status for run in slow.runs] == [KILLED]
    assert page.times(slow)[1].startswith("> 1.")
    assert wrong.fault == "failed with exit code 2"
    assert odd.fault == "left no report that can be read (ValueError)"
    assert none.fault == "not measured: not here"
    assert page.times(none)[0] == "not measured: not here"


# ── what is said of it ──


def taken(*cpu: float, over: bool = False) -> Measured:
    return Measured("it", tuple(Run(1, seconds, 10, 0) for seconds in cpu), over=over)


def test_ratios_are_of_rounds_side_by_side() -> None:
    found = ratio(taken(2, 30, 8), taken(1, 10, 2))
    assert found == Ratio(3)
    assert ratio(taken(2), Measured("not measured", fault="not measured")) is None
    assert str(ratio(taken(60, over=True), taken(1, 1))) == "≥ 60"
    assert str(ratio(taken(1), taken(60, over=True))) == "≤ 0.017"


@pytest.mark.parametrize(
    ("goal", "verdict"),
    [
        (Goal("", Ratio(2.0), most=2), "met"),
        (Goal("", Ratio(2.1), most=2), "**missed**"),
        (Goal("", Ratio(2.1, least=True), most=2), "**missed**"),
        (Goal("", Ratio(1.9, least=True), most=2), "not known"),
        (Goal("", Ratio(60, least=True), least=50), "met"),
        (Goal("", Ratio(40, least=True), least=50), "not known"),
        (Goal("", Ratio(40), least=50), "**missed**"),
        (Goal("", Ratio(40, most=True), least=50), "**missed**"),
        (Goal("", Ratio(60, most=True), least=50), "not known"),
        (Goal("", 0.0, most=0), "met"),
        (Goal("", 3.0, most=0), "**missed**"),
        (Goal("", None, most=0), "not measured"),
    ],
)
def test_a_goal_is_met_only_if_it_is_known_to_be(goal: Goal, verdict: str) -> None:
    assert goal.verdict == verdict


def test_a_part_is_renewed_alone(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    page.write(["## One\n\n1\n", "## Two\n\n2\n"], "the trees", file)
    page.write(["## One\n\n3\n", "## Three\n\n4\n"], "the trees", file)
    text = file.read_text("utf-8")
    assert text.startswith("# Benchmarks\n")
    assert "the trees" in text
    assert text.endswith("\n\n## One\n\n3\n\n## Two\n\n2\n\n## Three\n\n4\n")
    page.write(["## Two\n\n5\n"], "the trees", file, whole=True)
    assert file.read_text("utf-8").endswith("--only rules`.\n\n## Two\n\n5\n")


# ── what others print ──

CHECKOV = {  # version 3.3.30, of a hub and a file that it cannot read; what is not looked at is left out
    "check_type": "bicep",
    "results": {
        "passed_checks": [
            {"check_id": "CKV_AZURE_35", "file_path": "/hub.bicep", "resource": "Microsoft.Storage/storageAccounts.s"},
        ],
        "failed_checks": [
            {
                "check_id": "CKV_AZURE_243",
                "file_path": "/hub.bicep",
                "file_line_range": [9, 24],
                "resource": "Microsoft.MachineLearningServices/workspaces.hub",
            },
            {
                "check_id": "CKV2_AZURE_49",
                "file_path": "/hub.bicep",
                "file_line_range": [9, 24],
                "resource": "Microsoft.MachineLearningServices/workspaces.hub",
            },
        ],
        "skipped_checks": [],
        "parsing_errors": ["/it/broken.bicep"],
    },
    "summary": {"passed": 1, "failed": 2, "skipped": 0, "parsing_errors": 1, "resource_count": 7},
}
NOTHING = {
    "passed": 0,
    "failed": 0,
    "skipped": 0,
    "parsing_errors": 0,
    "resource_count": 0,
    "checkov_version": "3.3.30",
}
SEMGREP = {  # version 1.185.0
    "version": "1.185.0",
    "results": [{"check_id": "bench.workspace-not-isolated", "path": "main.tf", "start": {"line": 1, "col": 1}}],
    "errors": [],
    "paths": {"scanned": ["main.tf", "variables.tf"]},
}


def test_what_peers_print_is_understood() -> None:
    assert tools.seen_by_checkov(json.dumps(CHECKOV)) == tools.Seen(None, 1, 1, 2)
    assert tools.seen_by_checkov(json.dumps([CHECKOV, CHECKOV | {"check_type": "arm"}])) == tools.Seen(None, 2, 1, 4)
    assert tools.seen_by_checkov(json.dumps(NOTHING)) == tools.Seen(None, 0, 0, 0)
    assert tools.seen_by_semgrep(json.dumps(SEMGREP)) == tools.Seen(2, 0, None, 1)
    assert tools.seen_by_tfparse("1883 2 7\n") == tools.Seen(1883, 2, 7)


def test_what_we_print_is_understood(tmp_path: Path, mnlint: Program) -> None:
    blocks = [
        f'resource "azurerm_ai_foundry" "{name}" {{\n  name {sign} "x"\n}}\n'
        for name, sign in (("a", "="), ("b", "=="))
    ]
    (tmp_path / "main.tf").write_text("".join(blocks))
    (tmp_path / "b.bicep").write_bytes(b"// managedNetwork \xff")
    assert tools.seen_by_mnlint(report_of(mnlint, tmp_path))[:3] == (2, 2, 2)


# ── what must not grow ──


@pytest.mark.parametrize(
    ("shape", "networks"),
    [("rules of a workspace nobody knows", 4 + 1), ("rules of as many workspaces nobody knows", 4)],
)
def test_rules_that_name_one_workspace_are_of_one_network(
    shape: str, networks: int, tmp_path: Path, mnlint: Program
) -> None:
    (tmp_path / "main.bicep").write_text(doubtful.SHAPES[shape](4), "utf-8")
    assert tools.seen_by_mnlint(report_of(mnlint, tmp_path)).networks == networks
