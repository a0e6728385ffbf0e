"""What is kept from one run for the next changes no byte of a report, whatever happens to files or to its folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Program
from mnlint import cache, formats, judging, kept
from mnlint.cache import folder as stores

START = (sys.executable, "-c", "from mnlint.start import main; main()")
FIXTURES = Path(__file__).parents[1] / "fixtures"
TREES = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir())
HUB = """param mode string = 'AllowOnlyApprovedOutbound'
param hosts array = loadJsonContent('hosts.json')
resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {
  name: 'hub'
  kind: 'Hub'
  properties: {
    managedNetwork: {
      isolationMode: mode
      outboundRules: { pypi: { type: 'FQDN', destination: hosts[0], category: 'UserDefined' } }
    }
  }
}
"""
MAIN = "module hub 'hub.bicep' = { name: 'hub' }\n"
TERRAFORM = """variable "mode" {}
resource "azurerm_ai_foundry" "hub" {
  name = "hub"
  managed_network { isolation_mode = var.mode }
}
locals { names = fileset("${path.module}/hosts", "*.txt") }
resource "azurerm_machine_learning_workspace_network_outbound_rule_fqdn" "one" {
  for_each         = local.names
  name             = each.key
  workspace_id     = azurerm_ai_foundry.hub.id
  destination_fqdn = each.key
}
"""
TREE = {
    "main.bicep": MAIN,
    "hub.bicep": HUB,
    "hosts.json": '["pypi.org"]',
    "tf/main.tf": TERRAFORM,
    "tf/terraform.tfvars": 'mode = "Disabled"\n',
    "tf/hosts/a.org.txt": "",
    "other.bicep": "param x string\n",
    "own/ACME001-hub-name.yaml": """id: ACME001
name: hub-name
title: A hub has a name of ours
severity: warning
for: workspace
require: {field: name, matches: "acme-.*"}
message: "{name} is no name of ours"
why: Names tell who pays.
fix: Begin the name with acme-.
see: []
added: "1.0"
""",
}
# What may happen to a tree between two runs, each of which the second one must see.
CHANGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda tree: None,
    "the hub": lambda tree: write(tree, "hub.bicep", HUB.replace("AllowOnlyApprovedOutbound", "Disabled")),
    "a line above": lambda tree: write(tree, "hub.bicep", "// one more\n" + HUB),
    "its caller": lambda tree: write(
        tree, "main.bicep", MAIN.replace("{ name", "{\n  params: { mode: 'Disabled' }\n  name")
    ),
    "a text that it loads": lambda tree: write(tree, "hosts.json", '["*.pypi.org"]'),
    "the text is gone": lambda tree: (tree / "hosts.json").unlink(),
    "a parameter file": lambda tree: write(tree, "tf/terraform.tfvars", 'mode = "AllowInternetOutbound"\n'),
    "another parameter file": lambda tree: write(tree, "tf/x.auto.tfvars", 'mode = "AllowInternetOutbound"\n'),
    "a file in a folder that is listed": lambda tree: write(tree, "tf/hosts/b.org.txt", ""),
    "what cannot matter": lambda tree: write(tree, "other.bicep", "param y string\n"),
    "a new root": lambda tree: write(tree, "new.bicep", HUB),
    "a module is gone": lambda tree: (tree / "hub.bicep").unlink(),
    "a comment that silences": lambda tree: write(
        tree, "hub.bicep", HUB.replace("  name:", "  // mnlint: ignore[MN014] a lab\n  name:")
    ),
    "settings": lambda tree: write(tree, ".mnlint.yaml", "policies: {MN014: off}\n"),
    "a policy of one's own": lambda tree: write(tree, ".mnlint.yaml", "policy-folders: [own]\n"),
    "a tool has put modules there": lambda tree: write(
        tree, "tf/.terraform/modules/modules.json", '{"Modules": [{"Key": "", "Dir": "."}]}'
    ),
    "a registry's alias": lambda tree: write(tree, "bicepconfig.json", '{"moduleAliases": {}}'),
    "moved": lambda tree: shutil.move(tree / "hub.bicep", tree / "tf" / "hub.bicep"),
}


def write(tree: Path, name: str, text: str) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(text, "utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    (made / ".git").mkdir(parents=True)
    for name, text in TREE.items():
        write(made, name, text)
    return made


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where this process keeps things during a test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    cache.switch(on=True)
    yield tmp_path / "caches" / "mnlint"


def report(mnlint: Program, path: Path, *options: str) -> tuple[str, str, str, int]:
    """All that a run says in three formats, and its exit code."""
    done = mnlint("check", *options, "--output", "json", "--output", "sarif", "--output", "text", path, cwd=path)
    assert done.exit_code in (0, 1), done.output
    return done.output, done.stdout, done.stderr, done.exit_code


def fresh(mnlint: Program, path: Path, *options: str) -> tuple[str, str, str, int]:
    cache.switch(on=False)
    made = report(mnlint, path, *options)
    cache.switch(on=True)
    return made


@pytest.mark.parametrize("name", TREES)
def test_every_fixture_twice(name: str, mnlint: Program, folder: Path) -> None:
    options = () if name != "plans" else ("--fail-on", "never")
    first = report(mnlint, FIXTURES / name, *options)
    assert report(mnlint, FIXTURES / name, *options) == first
    assert fresh(mnlint, FIXTURES / name, "--jobs", "8", *options) == first, "nothing kept, by eight processes"
    assert any(folder.glob("folder-*.json"))


def test_the_second_run_judges_nothing(
    mnlint: Program, folder: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = report(mnlint, tree)
    assert len(list(folder.glob("root-*.json"))) == 2, "Bicep's root and Terraform's"

    def judged(*_: object) -> object:
        raise AssertionError("judged again")

    monkeypatch.setattr(judging, "lint", judged)
    assert report(mnlint, tree) == first


LABS = """variable "labs" {
  default = []
}
module "lab" {
  source   = "./lab"
  for_each = toset(var.labs)
}
"""
LAB = """resource "azurerm_ai_foundry" "lab" {
  name = "lab"
  managed_network { isolation_mode = "Disabled" }
}
"""
# What may happen to a module of which there is no instance: whether it is judged again, and whether the report tells.
UNASKED: dict[str, tuple[str, str, bool, bool]] = {
    "another value": ("labs/lab/main.tf", LAB.replace("Disabled", "AllowInternetOutbound"), False, False),
    "a line above": ("labs/lab/main.tf", f"\n{LAB}", False, False),
    "a word of ours": ("labs/lab/main.tf", f"# mnlint: ignore[MN001] a lab\n{LAB}", True, True),
    "what is no Terraform": ("labs/lab/main.tf", f"{LAB}resource {{", True, True),
    "an instance": ("labs/main.tf", LABS.replace("[]", '["one"]'), True, True),
}


@pytest.mark.parametrize("change", UNASKED)
def test_what_nobody_asked_for_is_looked_at_no_further(
    change: str, mnlint: Program, folder: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tree, "labs/main.tf", LABS)
    write(tree, "labs/lab/main.tf", LAB)
    before = report(mnlint, tree)
    judged, lint = [], judging.lint
    monkeypatch.setattr(judging, "lint", lambda *args: judged.append(args[0]) or lint(*args))
    file, text, again, told = UNASKED[change]
    write(tree, file, text)
    after = report(mnlint, tree)
    assert [root.entry for root in judged] == ["labs"] * again
    assert after == fresh(mnlint, tree)
    assert report(mnlint, tree) == after
    assert (after != before) is told, "else the change would tell nothing"
    write(tree, "labs/main.tf", LABS)
    write(tree, "labs/lab/main.tf", LAB)
    assert report(mnlint, tree) == before


def test_what_another_process_has_read_is_not_read_again(
    mnlint: Program, folder: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tree, "labs/main.tf", LABS)
    write(tree, "labs/lab/main.tf", LAB)
    first = report(mnlint, tree, "--jobs", "2")

    def read(*_: object) -> object:
        raise AssertionError("read again")

    monkeypatch.setattr(formats, "read", read)
    assert report(mnlint, tree) == first


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_seen(change: str, mnlint: Program, folder: Path, tree: Path) -> None:
    before = report(mnlint, tree)
    CHANGES[change](tree)
    after = report(mnlint, tree)
    assert after == fresh(mnlint, tree)
    assert report(mnlint, tree) == after
    blind = ("nothing", "what cannot matter", "a tool has put modules there")
    assert (after == before) is (change in blind), "else the change would tell nothing"


def test_what_files_look_like_is_written_again_once_much_is_new(mnlint: Program, folder: Path, tree: Path) -> None:
    report(mnlint, tree)
    (written,) = folder.glob("folder-*.json")
    first = written.read_bytes()
    for at in range(3):
        write(tree, "hub.bicep", f"// {at}\n{HUB}")
        assert report(mnlint, tree) == fresh(mnlint, tree)
    assert written.read_bytes() == first
    (tree / "other.bicep").unlink()
    write(tree, "hub.bicep", "//" + "-" * kept.LITTLE + "\n" + HUB)
    assert report(mnlint, tree) == fresh(mnlint, tree)
    second = written.read_bytes()
    assert b"other.bicep" in first
    assert b"other.bicep" not in second
    assert second != first


def test_a_file_of_variables_that_fits_nothing_is_told(mnlint: Program, folder: Path, tree: Path) -> None:
    write(tree, "tf/prod.tfvars", "other = 1\n")
    write(tree, "tf/prod.tfvars.json", '{"another": 1}\n')
    for file in ("tf/prod.tfvars", "tf/prod.tfvars.json"):
        words = ("--parameters", str(tree / file))
        found = report(mnlint, tree, *words)
        assert "no template here takes" in found[0]
        assert found == fresh(mnlint, tree, *words) == report(mnlint, tree, *words)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="names are Unicode there")
def test_a_name_that_is_no_text(mnlint: Program, folder: Path, tmp_path: Path) -> None:
    """A place in a file of such a name has its line, from what is kept as well."""
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(tmp_path / "tree") + b"/m\xfe.bicep")).write_text(
        HUB.replace("AllowOnlyApprovedOutbound", "Disabled").replace("loadJsonContent('hosts.json')", "['a.org']")
    )
    expected = fresh(mnlint, tmp_path / "tree")
    assert '"line": 1,' in expected[0]
    for _ in range(2):
        assert report(mnlint, tmp_path / "tree") == expected
    write(tmp_path / "tree", "other.bicep", HUB)
    assert report(mnlint, tmp_path / "tree") == fresh(mnlint, tmp_path / "tree")


def test_another_day_and_profile_are_other_questions(mnlint: Program, folder: Path, tree: Path) -> None:
    for options in ((), ("--as-of", "2024-02-13"), ("--profile", "strict"), ("--policies", str(tree / "own")), ()):
        assert report(mnlint, tree, *options) == fresh(mnlint, tree, *options)


def test_a_plan_is_still_one_on_another_day(mnlint: Program, folder: Path) -> None:
    """Of its file all is kept by then, and of what was judged nothing holds any more."""
    path = FIXTURES / "triplets" / "older-versions"
    report(mnlint, path, "--as-of", "2024-02-13")
    found = report(mnlint, path)
    assert found == fresh(mnlint, path)
    assert "plan.json" in found[0], "else this would tell nothing"


def test_a_part_of_the_tree_after_the_whole(mnlint: Program, folder: Path, tree: Path) -> None:
    report(mnlint, tree)
    assert report(mnlint, tree / "tf") == fresh(mnlint, tree / "tf")


def test_a_base_revision_is_asked_each_time(mnlint: Program, folder: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    for name, text in TREE.items():
        write(work, name, text)
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(work))
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    report(mnlint, work)
    write(work, "hub.bicep", HUB.replace("AllowOnlyApprovedOutbound", "Disabled"))
    found = report(mnlint, work, "--base", "HEAD")
    assert found == fresh(mnlint, work, "--base", "HEAD")
    assert "MN002" in found[0]


def test_another_version_takes_nothing(
    mnlint: Program, folder: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(mnlint, tree)
    count = len(list(folder.iterdir()))
    monkeypatch.setattr(kept, "program", lambda: "another one")
    report(mnlint, tree)
    assert len(list(folder.iterdir())) == count + 4, "its own two roots, its own folder and plan"


def test_another_version_of_a_package_is_another_program(tmp_path: Path) -> None:
    """What is kept was made with parsers that somebody may have renewed since."""
    packages = tmp_path / "site-packages"
    (packages / "parser-1.0.dist-info").mkdir(parents=True)
    elsewhere = tmp_path / "scripts"
    elsewhere.mkdir()

    def program() -> str:
        code = "import sys; sys.path += sys.argv[1:]; from mnlint import cache; print(cache.program())"
        words = [sys.executable, "-c", code, packages, elsewhere]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout

    first = program()
    (elsewhere / "parser.txt").touch()
    assert program() == first
    (packages / "parser-1.0.dist-info").rename(packages / "parser-1.1.dist-info")
    assert program() != first


def test_a_text_from_standard_input_is_judged_as_it_is(mnlint: Program, folder: Path, tree: Path) -> None:
    report(mnlint, tree)
    text = HUB.replace("AllowOnlyApprovedOutbound", "Disabled")
    for on in (True, False, True):
        cache.switch(on=on)
        done = subprocess.run(
            [*START, "check", "-", "--stdin-filename", "hub.bicep"],
            cwd=tree, input=text, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert "MN001" in done.stdout, done.stderr


# ── the folder ──


def each_kept(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.json"))
    assert len(found) >= 3
    return found


def forged(kind: str, key: str, value: object) -> bytes:
    body = json.dumps(value).encode()
    return stores._seal(kind, key, body) + b"\n" + body


def nested(depth: int) -> object:
    made: object = []
    for _ in range(depth):
        made = [made]
    return made


OTHERS = {"read": {}, "listed": {}, "sources": []}
POISON: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda path: b"",
    "cut": lambda path: path.read_bytes()[:-20],
    "cut in its head": lambda path: path.read_bytes()[:10],
    "a bit": lambda path: path.read_bytes()[:-2] + bytes([path.read_bytes()[-2] ^ 1]) + path.read_bytes()[-1:],
    "of another": lambda path: next(p for p in path.parent.iterdir() if p != path).read_bytes(),
    "words": lambda path: b"words\nwords",
    "deep": lambda path: forged(*path.stem.split("-", 1), nested(500)),
    "true": lambda path: forged(*path.stem.split("-", 1), True),
    "a list": lambda path: forged(*path.stem.split("-", 1), [1, 2]),
    "no table": lambda path: forged(*path.stem.split("-", 1), {"outcome": {}, **OTHERS}),
    "another class": lambda path: forged(
        *path.stem.split("-", 1),
        {"outcome": {"names": ["text.Span"], "given": 0, "rows": ["a", 1, [9, 0, 1, 1]]}, **OTHERS},
    ),
}  # fmt: skip


@pytest.mark.parametrize("poison", POISON)
def test_what_is_not_ours_is_not_taken(
    poison: str, mnlint: Program, folder: Path, tree: Path, tried: Callable[[str, int], None]
) -> None:
    tried("T18", 1)
    write(tree, "labs/main.tf", LABS)
    write(tree, "labs/lab/main.tf", LAB)
    first = report(mnlint, tree)
    assert any(folder.glob("asked-*.json"))
    for path in each_kept(folder):
        if not path.name.startswith("policies"):
            path.write_bytes(POISON[poison](path))
    assert report(mnlint, tree) == first
    assert report(mnlint, tree) == first, "and it is kept anew"


def test_a_kept_link_is_not_followed(mnlint: Program, folder: Path, tree: Path) -> None:
    first = report(mnlint, tree)
    for path in each_kept(folder):
        path.rename(path.with_suffix(".there"))
        path.symlink_to(path.with_suffix(".there"))
    assert report(mnlint, tree) == first


def test_nobody_else_may_look(mnlint: Program, folder: Path, tree: Path) -> None:
    report(mnlint, tree)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="modes say nothing there")
@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
def test_a_folder_of_everybody_is_not_used(mode: int, mnlint: Program, folder: Path, tree: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(mode)
    said = report(mnlint, tree)
    assert "is not yours alone" in said[2]
    assert said[1] == fresh(mnlint, tree)[1]
    assert not list(folder.iterdir())


def test_a_folder_that_is_a_link_is_not_used(mnlint: Program, folder: Path, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    assert "is not yours alone" in report(mnlint, tree)[2]
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("home", ["", "relative/folder", "FILE/no/such/folder"])
def test_where_nothing_can_be_kept_nothing_is(
    home: str, mnlint: Program, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, home.replace("FILE", str(tmp_path / "file")))
    cache.switch(on=True)
    assert cache.store().folder is None
    assert report(mnlint, tree) == fresh(mnlint, tree)


def test_a_file_in_place_of_the_folder(mnlint: Program, folder: Path, tree: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("mine")
    assert report(mnlint, tree)[1] == fresh(mnlint, tree)[1]
    assert folder.read_text() == "mine"


SETTINGS = {
    "none": "# nothing yet\n",
    "words": "profile: strict\nfail-on: 'never'\nallow-no-input: yes\n",
    "all kinds": """policies:
  MN014: error  # a comment
  "MN005": off
policy-folders: [own]
exclude: ["größe/**", "a: b", "\\U0001F600"]
max-file-size: 1M
lists:
  - add-to: service-tags
    entries: [{tag: Ours, direction: outbound}]
""",
    "a wrong value": "fail-on: sometimes\npolicies: {MN014: loud}\n",
    "a wrong key": "polices: {}\n",
    "no mapping": "[1, 2]\n",
    "no YAML": "fail-on: [\n",
    "twice": "fail-on: never\nfail-on: error\n",
}


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings_are_those_of_the_file(settings: str, mnlint: Program, folder: Path, tree: Path) -> None:
    write(tree, ".mnlint.yaml", SETTINGS[settings])
    cache.switch(on=False)
    fresh = mnlint("config", "show", cwd=tree)
    cache.switch(on=True)
    first, again = (mnlint("config", "show", cwd=tree) for _ in range(2))
    assert {(one.exit_code, one.output) for one in (first, again)} == {(fresh.exit_code, fresh.output)}
    kept = list(folder.glob("settings-*.json"))
    assert len(kept) == (settings not in ("no YAML", "twice"))
    for path in kept:
        path.write_text(path.read_text().replace("strict", "normal"))
    assert mnlint("config", "show", cwd=tree).output == fresh.output, "what somebody else has written is none"
    write(tree, ".mnlint.yaml", "fail-on: warning\n")
    assert "warning" in mnlint("config", "show", cwd=tree).output


def test_no_cache(mnlint: Program, folder: Path, tree: Path) -> None:
    write(tree, ".mnlint.yaml", "fail-on: warning\n")
    first = report(mnlint, tree, "--no-cache")
    assert not folder.exists()
    assert first == report(mnlint, tree, "--no-cache")


def test_what_was_used_the_longest_ago_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MOST", 10_000)
    monkeypatch.setattr(stores, "KEPT", 7_500)
    made = cache.store()
    for number in range(12):
        made.put("root", f"{number:02}", "x" * 1000)
        os.utime(folder / f"root-{number:02}.json", (1000 + number, 1000 + number))
    assert made.get("root", "00") is not None, "now it was used just now"
    made.close()
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["root-00.json", *(f"root-{number:02}.json" for number in range(6, 12))]


def test_eight_at_once(folder: Path, tree: Path) -> None:
    command = [*START, "check", "--exit-zero", "--output", "sarif", str(tree)]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
    said = {process.communicate(timeout=120) for process in several}
    assert len(said) == 1
    (out, err), *_ = said
    assert not err
    alone = subprocess.run([*command, "--no-cache"], capture_output=True, timeout=60, check=True)
    assert alone.stdout == out
    assert not [path for path in folder.iterdir() if path.suffix != ".json"], "nothing half-written is left"
