"""How a repository, an editor and a shell take mnlint up: init, standard input, completion, progress, quiet."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from conftest import Program
from mnlint import progress
from mnlint.cli import program
from mnlint.cli_adopt import SHELLS

MNLINT = str(Path(sys.executable).with_name("mnlint"))
WRONG = """\
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: { managedNetwork: { isolationMode: 'Disabled' } }
}
"""
CLEAN = WRONG.replace("Disabled", "AllowOnlyApprovedOutbound")
FILES = [".mnlint.yaml", ".pre-commit-config.yaml"]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.bicep").write_text(WRONG, "utf-8")
    return tmp_path


def written(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


# --- init


def test_a_repository_is_set_up(mnlint: Program, repo: Path) -> None:
    done = mnlint("init", "--yes", cwd=repo)
    assert (done.exit_code, done.stderr) == (0, "")
    made = {*FILES, ".github/workflows/mnlint.yml", ".mnlint-baseline.json", "main.bicep"}
    assert written(repo) == made
    assert "run `pre-commit install`" in done.stdout
    for name in made - {"main.bicep", ".mnlint-baseline.json"}:
        yaml.safe_load((repo / name).read_text("utf-8"))
    check = mnlint("check", cwd=repo)
    assert (check.exit_code, "1 in the baseline" in check.stdout) == (0, True)
    (repo / "new.bicep").write_text(WRONG, "utf-8")
    assert mnlint("check", cwd=repo).exit_code == 1


def test_a_folder_below_is_of_the_same_repository(mnlint: Program, repo: Path) -> None:
    (repo / "infra").mkdir()
    assert mnlint("init", "--yes", cwd=repo / "infra").exit_code == 0
    assert (repo / ".mnlint.yaml").is_file()


def test_what_is_there_is_not_touched(mnlint: Program, repo: Path) -> None:
    (repo / ".pre-commit-config.yaml").write_text("repos: []\n", "utf-8")
    (repo / ".mnlint.yaml").symlink_to(repo / "elsewhere.yaml")
    done = mnlint("init", "--yes", "--ci", "none", cwd=repo)
    assert (repo / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    assert not (repo / "elsewhere.yaml").exists()
    assert "add under `repos:`" in done.stdout
    assert "  - repo: local\n" in done.stdout


@pytest.mark.parametrize("link", [".github", ".mnlint-baseline.json", ".mnlint.yaml"])
def test_nothing_is_written_through_a_link_out_of_it(link: str, mnlint: Program, tmp_path: Path) -> None:
    repo, outside = tmp_path / "repo", tmp_path / "outside"
    for folder in (repo / ".git", outside):
        folder.mkdir(parents=True)
    (repo / "main.bicep").write_text(WRONG, "utf-8")
    (repo / link).symlink_to(outside if link == ".github" else outside / "file")
    done = mnlint("init", "--yes", cwd=repo)
    assert (done.exit_code, list(outside.iterdir())) == (2 if link == ".github" else 0, [])
    assert ("a link out of the repository" in done.stderr) is (link == ".github")


@pytest.mark.parametrize(
    ("file", "text", "hint"),
    [
        (".mnlint.yaml", "fail-on: note", "name it in .mnlint.yaml, as `baseline: .mnlint-baseline.json`"),
        (".mnlint.yaml", "{fail-on: note}\n", "name it in .mnlint.yaml, as `baseline: .mnlint-baseline.json`"),
        (".mnlint.yaml", "baseline: old.json\n", "look at what is not in the baseline"),
        ("pyproject.toml", "[tool.mnlint]\n", 'name it in pyproject.toml, as `baseline = ".mnlint-baseline.json"`'),
    ],
)
def test_settings_that_are_there_stay_as_they_are(file: str, text: str, hint: str, mnlint: Program, repo: Path) -> None:
    (repo / file).write_text(text, "utf-8")
    (repo / "old.json").write_text('{"version": 1, "findings": []}', "utf-8")
    (repo / "below").mkdir()
    done = mnlint("init", "--yes", cwd=repo / "below")
    assert (done.exit_code, (repo / file).read_text("utf-8"), hint in done.stdout) == (0, text, True)
    assert mnlint("check", cwd=repo).exit_code == 1


def test_a_second_time_nothing_remains(mnlint: Program, repo: Path) -> None:
    mnlint("init", "--yes", cwd=repo)
    before = {name: (repo / name).read_bytes() for name in written(repo)}
    done = mnlint("init", "--yes", cwd=repo)
    assert {name: (repo / name).read_bytes() for name in written(repo)} == before
    assert "all that is found here is silenced: no baseline is needed" in done.stdout
    assert "remains" not in done.stdout


def test_nothing_is_written_without_a_yes(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    done = CliRunner().invoke(program, ["init"], input="n\nn\nn\nn\n", prog_name="mnlint")
    assert (done.exit_code, written(repo)) == (0, {"main.bicep"})
    assert "write .mnlint.yaml, settings? [Y/n]: n" in done.stdout
    assert CliRunner().invoke(program, ["init"], input="", prog_name="mnlint").exit_code == 1
    assert written(repo) == {"main.bicep"}


@pytest.mark.parametrize(
    ("sign", "expected"),
    [
        (".github/dependabot.yml", ".github/workflows/mnlint.yml"),
        ("azure-pipelines.yml", ".azure-pipelines/mnlint.yml"),
        (".gitlab-ci.yml", ".gitlab/mnlint.yml"),
        ("README.md", ".github/workflows/mnlint.yml"),
    ],
)
def test_the_build_service_in_use(sign: str, expected: str, mnlint: Program, repo: Path) -> None:
    (repo / sign).parent.mkdir(exist_ok=True)
    (repo / sign).write_text("", "utf-8")
    mnlint("init", "--yes", cwd=repo)
    assert expected in written(repo)


def test_where_nothing_is_found_there_is_no_baseline(mnlint: Program, repo: Path) -> None:
    mode = WRONG.replace("isolationMode: 'Disabled'", "isolationMode: 'AllowOnlyApprovedOutbound'")
    (repo / "main.bicep").write_text(mode.replace("2024-10-01", "2023-10-01"), "utf-8")
    done = mnlint("init", "--yes", cwd=repo)
    assert "nothing is found here: no baseline is needed" in done.stdout
    assert ".mnlint-baseline.json" not in written(repo)


def test_where_there_is_no_template_yet(repo: Path) -> None:
    (repo / "main.bicep").unlink()
    done = CliRunner().invoke(program, ["init", str(repo)], input="n\nn\nn\n", prog_name="mnlint")
    assert (done.exit_code, "no template is here yet" in done.stdout) == (0, True)


# --- standard input


def stdin(folder: Path, text: str, *options: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [MNLINT, "check", "-", "--stdin-filename", *options], cwd=folder, input=text, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def test_a_text_is_judged_in_the_place_of_its_file(repo: Path) -> None:
    assert stdin(repo, CLEAN, "main.bicep", "--fail-on", "error")[0] == 0
    code, said, _ = stdin(repo, WRONG, "new/other.bicep", "--output", "concise")
    assert (code, said.splitlines()[0].startswith("new/other.bicep:4:50: error MN001")) == (1, True)
    assert not (repo / "new").exists()


def test_a_module_is_judged_with_its_callers(repo: Path) -> None:
    (repo / "main.bicep").write_text("module hub 'hub.bicep' = { name: 'x', params: { mode: 'Disabled' } }\n", "utf-8")
    (repo / "hub.bicep").write_text("", "utf-8")
    module = "param mode string\n" + WRONG.replace("'Disabled'", "mode")
    code, said, _ = stdin(repo, module, "hub.bicep", "--output", "concise")
    assert (code, said.startswith("main.bicep:1:")) == (1, True)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", ["../outside.bicep", "--boundary", "."], "not inside of"),
        ("x" * (5 * 1024 * 1024 + 1), ["main.bicep"], "larger than 5242880 bytes"),
    ],
)
def test_a_text_that_is_not_taken(text: str, options: list[str], message: str, repo: Path) -> None:
    code, said, wrong = stdin(repo, text, *options)
    assert (code, said) == (2, "")
    assert message in wrong


def test_a_text_without_a_name(mnlint: Program, repo: Path) -> None:
    done = mnlint("check", "-", cwd=repo)
    assert (done.exit_code, "the path `-` needs --stdin-filename" in done.stderr) == (2, True)
    code, _, wrong = stdin(repo, WRONG, "main.txt")
    assert (code, "must end like a template" in wrong) == (2, True)


# --- manners


def test_quiet_is_findings_or_nothing(mnlint: Program, repo: Path) -> None:
    assert mnlint("check", "-q", cwd=repo).stdout.splitlines()[-1].endswith("= docs: mnlint explain MN001")
    assert mnlint("check", "-q", "--fail-on", "never", cwd=repo).stdout.startswith("error[MN001]")
    (repo / "main.bicep").write_text("param mode string\n" + WRONG.replace("'Disabled'", "mode"), "utf-8")
    done = mnlint("check", "-q", cwd=repo)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes(shell: str, mnlint: Program, tmp_path: Path) -> None:
    assert "_MNLINT_COMPLETE" in mnlint("completions", shell, cwd=tmp_path).stdout


def test_what_bash_is_given() -> None:
    environment = {
        **os.environ,
        "_MNLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": "mnlint check --out",
        "COMP_CWORD": "2",
    }
    done = subprocess.run([MNLINT], env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["plain,--output"]


def test_every_option_of_check_stands_under_a_heading(mnlint: Program, tmp_path: Path) -> None:
    said = mnlint("check", "--help", cwd=tmp_path).stdout
    assert [line[:-1] for line in said.splitlines() if line.endswith(":") and not line.startswith(" ")] == [
        "Input",
        "Policies",
        "Output",
        "Gate",
        "Limits",
        "Other",
    ]
    assert said.partition("\nOther:\n")[2].split()[:4] == ["-v,", "--verbose", "Show", "the"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("name", "variables", "stream", "expected"),
    [
        ("at a terminal", {}, Terminal, True),
        ("in a file", {}, io.StringIO, False),
        ("in CI", {"CI": "true"}, Terminal, False),
        ("at a dumb one", {"TERM": "dumb"}, Terminal, False),
    ],
)
def test_progress(
    name: str,
    variables: dict[str, str],
    stream: type[io.StringIO],
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("CI", "TERM"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    terminal = stream()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "AFTER", 0)
    with progress.Progress(shown=True) as told:
        told(3, 40)
    assert terminal.getvalue() == ("\r\x1b[Kmnlint: 3 of 40 deployments\r\x1b[K" if expected else ""), name


def test_a_short_run_says_nothing_of_its_progress(repo: Path) -> None:
    leader, follower = os.openpty()
    done = subprocess.run([MNLINT, "check", "-q"], cwd=repo, stdout=subprocess.DEVNULL, stderr=follower)
    os.close(follower)
    os.set_blocking(leader, False)
    assert done.returncode == 1
    with pytest.raises(OSError):  # nothing was written
        os.read(leader, 10)
    os.close(leader)


# --- what changed, as a comment on a pull request


def test_a_comment_says_what_changed(mnlint: Program, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    (tmp_path / "main.bicep").write_text(CLEAN, "utf-8")
    git("add", "--all")
    git("commit", "--quiet", "--message", "x")
    (tmp_path / "main.bicep").write_text(WRONG, "utf-8")
    page = mnlint("check", "--base", "HEAD", "--output", "markdown", "--exit-zero", cwd=tmp_path).stdout
    lines = page.splitlines()
    assert lines[2] == "#### Changed: 1 managed network"
    assert lines[4] == "- `~` **`hub`** at `main.bicep:1:1`"
    assert "isolation mode: AllowOnlyApprovedOutbound -> Disabled" in lines[5]
    report = json.loads(mnlint("check", "--base", "HEAD", "--output", "json", "--exit-zero", cwd=tmp_path).stdout)
    assert report["changes"][0]["network"] == "hub"
