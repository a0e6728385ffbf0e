"""Each limit that a user may move: it is told at the place where it was passed, by the option and by its name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from conftest import Program
from mnlint import cache, kept, plain, pool
from mnlint.deadline import Deadline, OutOfTimeError
from mnlint.model import limits
from mnlint.model.record import fields, replace
from mnlint.model.settings import Settings

# An alarm may come while garbage is collected, where hypothesis listens: that one is lost, and the next one comes.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

HUB = """resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
TERRAFORM = 'resource "azurerm_machine_learning_workspace" "hub" {\n  name = "hub"\n  kind = "Hub"\n}\n'
CALL = "module {0} '{1}.bicep' = {{\n  name: '{0}'\n}}\n"
CHAIN = {f"m{n}.bicep": CALL.format("next", f"m{n + 1}") for n in range(4)} | {"m4.bicep": HUB}
MANY = {"main.bicep": "".join(CALL.format(f"hub{n}", "hub") for n in range(5)), "hub.bicep": HUB}
NAMES = [f"v{n}" for n in range(400)]
# Half a minute of evaluations, if there may be so many.
SLOW = "".join(f"var {name} = map(range(0, 9999), i => '${{i}}-${{i + 1}}')\n" for name in NAMES) + HUB.replace(
    "'Disabled'", f"string([{', '.join(f'length({name})' for name in NAMES)}])"
)
IN_A_SECOND = ("--timeout", "1", "--max-evaluations", "1000000000")
# Options, files, and what is said where.
PASSED: dict[str, tuple[tuple[str, ...], dict[str, str], str, str]] = {
    "a file": (
        ("--max-file-size", "100"),
        {"main.bicep": HUB},
        "main.bicep:None:None",
        "this file is larger than 100 bytes (--max-file-size), so that it is left out",
    ),
    "a file of Terraform's": (
        ("--max-file-size", "500"),
        {"main.tf": TERRAFORM + "#" * 50},
        "main.tf:None:None",
        "this file is larger than 100 bytes (--max-file-size), so that it is left out",
    ),
    "a size in KiB": (
        ("--max-file-size", "1K"),
        {"main.bicep": HUB + "//" + "x" * 1024},
        "main.bicep:None:None",
        "this file is larger than 1024 bytes (--max-file-size), so that it is left out",
    ),
    "evaluations": (
        ("--max-evaluations", "3"),
        {"main.bicep": HUB},
        "main.bicep:3:3",
        "more than 3 evaluations (--max-evaluations): what comes from here on is not decided",
    ),
    "modules": (
        ("--max-modules", "3"),
        MANY,
        "main.bicep:10:1",
        "more than 3 modules in one deployment (--max-modules): from here on they are not looked into",
    ),
    "modules inside each other": (
        ("--max-module-depth", "2"),
        CHAIN,
        "m2.bicep:1:1",
        "more than 2 modules inside each other (--max-module-depth): deeper ones are not looked into",
    ),
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def limits_of(output: str) -> list[tuple[str, str]]:
    """What is said of limits: where, and in which words."""
    found = [finding for finding in json.loads(output)["findings"] if finding["policy"] == "MN912"]
    places = [finding["place"] for finding in found]
    return [
        (f"{at['file']}:{at['line']}:{at['column']}", one["message"]) for at, one in zip(places, found, strict=True)
    ]


@pytest.mark.parametrize("limit", PASSED)
def test_it_is_told_once_where_it_was_passed(limit: str, mnlint: Program, tmp_path: Path) -> None:
    options, files, place, words = PASSED[limit]
    written(tmp_path, files)
    done = mnlint("check", *options, "--output", "json", ".", cwd=tmp_path)
    # Values that are not known are undecided, and no alarm; what is not looked into may have had networks in it.
    assert done.exit_code == (0 if limit == "evaluations" else 1)
    assert limits_of(done.stdout) == [(place, words)]
    assert "MN912" not in mnlint("check", ".", cwd=tmp_path).stdout, "without the option it is not passed"


@pytest.mark.parametrize("limit", PASSED)
def test_a_plain_command_line_says_the_same(
    limit: str, mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options, files, _, _ = PASSED[limit]
    written(tmp_path, files)
    by_click = mnlint("check", *options, "--timeout=500", "--max-results", "7", "--output", "sarif", ".", cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()
    code = plain.run([*options, "--timeout=500", "--max-results", "7", "--output", "sarif", "."])
    assert (code, capsys.readouterr().out) == (by_click.exit_code, by_click.stdout)


@pytest.mark.parametrize(
    "words",
    [
        *(("--max-file-size", size) for size in ("0", "-1", "5G", "1.5M", "M", "", "٣", "2000M", "9" * 5000)),
        *((f"--max-{what}", n) for what in ("evaluations", "modules", "module-depth", "results") for n in ("0", "x")),
        *(("--timeout", seconds) for seconds in ("0", "-1", "1.5", "86401", "9" * 5000)),
        *(("--max-evaluations", "1000000001"), ("--max-modules", "100001"), ("--max-module-depth", "101")),
    ],
    ids=lambda words: " ".join(words)[:40],
)
def test_what_is_no_limit_is_refused(words: tuple[str, str], mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": HUB})
    assert plain._read([*words, "."]) is None
    done = mnlint("check", *words, ".", cwd=tmp_path)
    assert done.exit_code == 2
    assert f"'{words[0]}'" in done.stderr


def test_a_value_behind_a_limit_is_undecided_for_it(mnlint: Program, tmp_path: Path) -> None:
    chain = {
        f"m{n}.bicep": CALL.format("next", f"m{n + 1}") + "output mode string = next.outputs.mode\n" for n in range(4)
    }
    leaf = {"m4.bicep": "output mode string = 'Disabled'\n"}
    top = {"main.bicep": CALL.format("m", "m0") + HUB.replace("'Disabled'", "m.outputs.mode")}
    written(tmp_path, chain | leaf | top)
    done = mnlint("check", "--output", "json", "main.bicep", cwd=tmp_path)
    assert [finding["policy"] for finding in json.loads(done.stdout)["findings"]][:1] == ["MN001"]
    done = mnlint("check", "--max-module-depth", "3", "--output", "json", "main.bicep", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert [finding["policy"] for finding in said["findings"]] == ["MN912"]
    causes = {doubt["cause"]: doubt["remedy"] for doubt in said["doubts"]}
    assert list(causes) == ["LIMIT"]
    assert "MN912 names an option" in causes["LIMIT"]


def test_a_limit_in_a_module_that_many_call_is_told_once_for_a_deployment(mnlint: Program, tmp_path: Path) -> None:
    calls = "".join(CALL.format(f"m{n}", "m") for n in range(50))
    written(tmp_path, {"main.bicep": calls, "m.bicep": CALL.format("n", "n"), "n.bicep": HUB})
    done = mnlint("check", "--max-modules", "4", "--max-module-depth", "1", "--output", "json", ".", cwd=tmp_path)
    assert [place for place, _ in limits_of(done.stdout)] == ["m.bicep:1:1", "main.bicep:7:1"]


def test_too_many_resources_are_told(mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["mnlint.resolve.collect"], "MAX_RESOURCES", 3)
    written(tmp_path, {"main.bicep": "".join(HUB.replace("hub", f"hub{n}") for n in range(5))})
    done = mnlint("check", "--output", "json", ".", cwd=tmp_path)
    words = "more than 3 resources in one deployment: from here on they are not seen"
    assert limits_of(done.stdout) == [("main.bicep:16:1", words)]


def test_sarif_holds_as_many_results_as_are_asked_for(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": "".join(HUB.replace("hub", f"hub{n}") for n in range(5))})
    done = mnlint("check", "--max-results", "2", "--output", "sarif", ".", cwd=tmp_path)
    (run,) = json.loads(done.stdout)["runs"]
    said = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(run["results"]) == 2
    assert [words for words in said if "left out" in words] == [
        "3 findings are left out: those written are the worst ones (--max-results)."
    ]


def test_so_does_one_made_of_several(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {f"{part}.bicep": "".join(HUB.replace("hub", f"{part}{n}") for n in range(3)) for part in "ab"})
    for part in "ab":
        mnlint("check", "--output", f"sarif={part}.sarif", f"{part}.bicep", cwd=tmp_path)
    for most, left in (("2", ["4"]), ("6", [])):
        done = mnlint("merge", "--max-results", most, "a.sarif", "b.sarif", cwd=tmp_path)
        (run,) = json.loads(done.stdout)["runs"]
        said = run["invocations"][0].get("toolExecutionNotifications", [])
        assert len(run["results"]) == int(most)
        assert [note["message"]["text"].split()[0] for note in said] == left


@pytest.mark.parametrize("words", ["deploymentTemplate.json", '"planned_values"', "deploymentParameters.json"])
def test_a_large_file_that_is_ours_is_told_wherever_it_says_so(words: str, mnlint: Program, tmp_path: Path) -> None:
    """Spaces in front of it, or a piece's end within it, hide nothing."""
    for before in (5_000, 1024 * 1024 - 5, 2_000_000):
        text = "{" + " " * before + f'"$schema": "https://schema.management.azure.com/schemas/2019-04-01/{words}#"}}'
        written(
            tmp_path, {"main.json": text.replace("2019-04-01/" + '"', '"'), "other.json": "[" + "1," * 9_000 + "1]"}
        )
        done = mnlint("check", "--max-file-size", "4K", "--output", "json", ".", cwd=tmp_path)
        assert [place for place, _ in limits_of(done.stdout)] == ["main.json:None:None"]


def test_no_settings_file_moves_a_limit(mnlint: Program, tmp_path: Path) -> None:
    for key in ("max-file-size", "max-evaluations", "timeout", "max_modules"):
        written(tmp_path, {"main.bicep": HUB, ".mnlint.yaml": f"{key}: 5\n"})
        done = mnlint("check", ".", cwd=tmp_path)
        assert done.exit_code == 2
        assert f".mnlint.yaml:1:1: no such setting: {key}" in done.stderr


def test_what_limits_move_is_kept_apart() -> None:
    moved = {name: {name: 7} for name in limits.RANGES if name != "max_results"}
    keys = {kept.settings_key(replace(Settings(), **change), ()) for change in moved.values()}
    assert len({*keys, kept.settings_key(Settings(), ())}) == len(moved), "all but the time, by which nothing is kept"
    assert {one.name for one in fields(Settings)} >= set(moved)


# ── time ──


def test_who_is_in_a_loop_is_stopped() -> None:
    begun = time.monotonic()

    def endless() -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:  # noqa: BLE001, S112  (that is how a reader makes notices of faults)
                continue

    with pytest.raises(OutOfTimeError), Deadline(1, begun + 0.2).watching():
        endless()
    assert time.monotonic() - begun < 10


def test_who_comes_too_late_does_not_begin() -> None:
    with pytest.raises(OutOfTimeError), Deadline(1, time.monotonic() - 1).watching():
        raise AssertionError("begun")


def test_who_is_in_time_is_left_alone_ever_after() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with Deadline(1, time.monotonic() + 0.3).watching():
        assert signal.getsignal(signal.SIGALRM) != before
    time.sleep(0.6)
    assert signal.getsignal(signal.SIGALRM) == before


def test_another_thread_finishes_what_it_has_begun() -> None:
    done: list[bool] = []

    def work() -> None:
        with Deadline(1, time.monotonic() + 0.1).watching():
            time.sleep(0.3)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


def test_what_was_not_judged_in_time_is_told_and_the_rest_is_judged(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"a/main.bicep": HUB, "b/main.bicep": SLOW, "c/main.bicep": HUB})
    begun = time.process_time()
    done = mnlint("check", *IN_A_SECOND, "--jobs", "1", "--output", "json", ".", cwd=tmp_path)
    assert done.exit_code == 1
    assert time.process_time() - begun < 10
    late = {place.partition(":")[0]: words for place, words in limits_of(done.stdout)}
    assert "b/main.bicep" in late
    assert late["b/main.bicep"] == "b/main.bicep was not judged: the check took more than 1 s (--timeout)"
    found = {f["place"]["file"] for f in json.loads(done.stdout)["findings"] if f["policy"] == "MN001"}
    assert found | late.keys() == {"a/main.bicep", "b/main.bicep", "c/main.bicep"}


def test_a_plain_command_line_ends_in_time(tmp_path: Path) -> None:
    written(tmp_path, {f"r{n}/main.bicep": SLOW for n in range(6)})
    command = [sys.executable, "-c", "from mnlint.start import main; main()", "check", *IN_A_SECOND, "--output"]
    for jobs in ((), ("--jobs", "3")):
        done = subprocess.run(
            [*command, "json", *jobs, "--no-cache", "."], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (1, "")
        assert len(limits_of(done.stdout)) >= 4


def test_what_is_late_is_not_kept_for_the_next_run(
    mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    cache.switch(on=True)
    tree = written(tmp_path / "tree", {"main.bicep": SLOW})
    first = mnlint("check", *IN_A_SECOND, "--output", "json", ".", cwd=tree)
    assert [place for place, _ in limits_of(first.stdout)] == ["main.bicep:None:None"]
    assert not list((tmp_path / "caches").rglob("root-*.json"))
    mnlint("check", "--max-evaluations", "1000", "--output", "json", ".", cwd=tree)
    assert len(list((tmp_path / "caches").rglob("root-*.json"))) == 1, "what a limit of ours cuts short is kept"


def test_if_there_is_no_time_to_look_at_files_that_is_told_of_what_was_asked_for(
    mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnlint.run.Deadline.after", lambda seconds: Deadline(seconds, time.monotonic() - 1))
    written(tmp_path, {"a/main.bicep": HUB, "b/main.bicep": HUB})
    words = "nothing below was judged: the check took more than 600 s (--timeout)"
    for form in ("json", "sarif", "text", "github", "gitlab", "junit", "markdown", "azure", "concise"):
        done = mnlint("check", "--output", form, "a", "b", cwd=tmp_path)
        assert done.exit_code == 1, done.output
        assert words in done.stdout
    done = mnlint("check", "--output", "json", "a", "b", cwd=tmp_path)
    assert limits_of(done.stdout) == [("a:None:None", words), ("b:None:None", words)]


def test_no_baseline_is_made_of_half_a_run(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": SLOW})
    done = mnlint("check", *IN_A_SECOND, "--write-baseline", "baseline.json", ".", cwd=tmp_path)
    assert done.exit_code == 2
    assert "no baseline is written" in done.stderr
    assert not (tmp_path / "baseline.json").exists()


def test_what_is_not_judged_prunes_no_baseline(mnlint: Program, tmp_path: Path) -> None:
    written(tmp_path, {"main.bicep": HUB})
    mnlint("check", "--write-baseline", "baseline.json", ".", cwd=tmp_path)
    before = (tmp_path / "baseline.json").read_text()
    written(tmp_path, {"main.bicep": SLOW})
    options = ("--baseline", "baseline.json", "--prune-baseline")
    done = mnlint("check", *IN_A_SECOND, *options, ".", cwd=tmp_path)
    assert done.exit_code == 1
    assert (tmp_path / "baseline.json").read_text() == before


def asleep(number: int) -> bytes:
    if number == 1:
        time.sleep(60)
    return b"done"


def test_a_process_that_does_not_come_back_is_ended() -> None:
    begun = time.monotonic()
    assert dict(pool.done([[0, 1], [2]], asleep, begun + 0.1)) == {0: b"done", 2: b"done"}
    assert time.monotonic() - begun < 30
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_the_end_of_memory_is_told_of_a_root(
    error: type[Exception], mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr("mnlint.judging.facts_of", failing)
    written(tmp_path, {"a/main.bicep": HUB})
    done = mnlint("check", "--output", "json", ".", cwd=tmp_path)
    ((place, words),) = limits_of(done.stdout)
    assert (done.exit_code, place) == (1, "a/main.bicep:None:None")
    assert words.startswith("a/main.bicep was not judged: it ")


def test_a_fault_of_ours_is_no_traceback_in_facts_either(
    mnlint: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("mnlint.deploying.facts_of", failing)
    written(tmp_path, {"main.bicep": HUB})
    done = mnlint("facts", ".", cwd=tmp_path)
    assert (done.exit_code, "a fault of mnlint itself (RecursionError)" in done.stderr) == (2, True)


def test_the_deepest_modules_and_the_most_evaluations_that_may_be_asked_for(mnlint: Program, tmp_path: Path) -> None:
    """No limit of Python's comes first."""
    call = CALL.replace("\n}}", "\n  params: {{ mode: mode }}\n}}")
    given = "param mode string\n"
    chain = {f"m{n}.bicep": given + call.format("next", f"m{n + 1}") for n in range(1, 99)}
    ends = {
        "m0.bicep": given.replace("\n", " = 'Disabled'\n") + call.format("next", "m1"),
        "m99.bicep": given + HUB.replace("'Disabled'", "mode"),
    }
    written(tmp_path, chain | ends)
    most = ("--max-module-depth", "100", "--max-modules", "100000", "--max-evaluations", "1000000000")
    done = mnlint("check", *most, "--output", "json", ".", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert {finding["policy"] for finding in said["findings"]} <= {"MN001", "MN912"}
    assert said["coverage"]["networks"] == 1
    assert "--max-module-depth" not in done.stdout


def test_modules_are_looked_into_when_nothing_is_evaluated_any_more(mnlint: Program, tmp_path: Path) -> None:
    """Else networks would be hidden."""
    written(tmp_path, {"main.bicep": HUB + CALL.format("m", "m0"), "m0.bicep": HUB})
    done = mnlint("check", "--max-evaluations", "3", "--output", "json", ".", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert said["coverage"]["networks"] == 2
    assert [(finding["policy"], finding["severity"]) for finding in said["findings"]] == [("MN912", "note")]
    assert {doubt["cause"] for doubt in said["doubts"]} == {"LIMIT"}
