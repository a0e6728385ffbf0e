"""A command that was run before says the same again, or is run: whatever happened since, as a fresh run does."""

from __future__ import annotations

import ast
import fcntl
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from mnlint import again, cache, plain, regular
from mnlint.cli import program
from mnlint.model.digest import digest
from test_kept import CHANGES, HUB, START, TREE, write

Said = tuple[int, str]
CHECK = ["check", "--output", "json", "."]
PARAMETERS = "using 'main.bicep'\n"
SETTINGS = "policy-folders: [own]\nlists: {acme-names: {new: more.yaml}}\nbaseline: known.json\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository that was there for long, and a process that keeps things."""
    made = tmp_path / "above" / "tree"
    (made / ".git").mkdir(parents=True)
    for name, text in TREE.items():
        write(made, name, text)
    write(made, "notes/readme.json", '{"a": 1}')
    write(made, "calls.bicep", "module other 'other.bicep' = { name: 'other' }\n")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setattr(again, "LATELY", -3600.0)
    monkeypatch.chdir(made)
    cache.switch(on=True)
    yield made
    again._runs.clear()


def asked(words: list[str]) -> Said | None:
    """What a new process says without a run."""
    for noted in (regular.opened, regular.listed):
        noted.clear()
    said = again.said(words)
    return None if said is None else (said[0], said[2])


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> Said:
    """What it says by a run."""
    assert asked(words) is None, "else there is none"
    capsys.readouterr()
    code = plain.run(words[1:])
    if code is None:
        with pytest.raises(SystemExit) as end:
            program(words, prog_name="mnlint")
        code = int(str(end.value.code))
    return code, capsys.readouterr().out


def fresh(words: list[str], capsys: pytest.CaptureFixture[str]) -> Said:
    cache.switch(on=False)
    try:
        return run(words, capsys)
    finally:
        cache.switch(on=True)


def test_the_same_is_said_again(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(CHECK, capsys)
    assert first[0] == 1
    assert asked(CHECK) == first
    assert asked(["check", "--output", "sarif", "."]) is None, "that is another question"
    assert asked([*CHECK, "--exit-zero"]) is None


# What may happen without another answer: it is said again, with no run.
HARMLESS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda tree: None,
    "what cannot matter": CHANGES["what cannot matter"],
    "a comment in a file that calls": lambda tree: write(
        tree, "calls.bicep", "// one\nmodule other 'other.bicep' = { name: 'other' }\n"
    ),
    "everything is touched": lambda tree: [os.utime(path) for path in tree.rglob("*") if path.is_file()],
    "the same is written again": lambda tree: write(tree, "hub.bicep", HUB),
    "a file is taken away and put back": lambda tree: [
        (tree / "hub.bicep").unlink(),
        write(tree, "hub.bicep", HUB),
    ],
    "other JSON": lambda tree: write(tree, "notes/readme.json", '{"b": []}'),
}
# What must be looked at by a run, whether or not that says the same.
TELLING: dict[str, Callable[[Path], object]] = {
    **{name: change for name, change in CHANGES.items() if name not in ("nothing", "what cannot matter")},
    "what could not matter can": lambda tree: write(tree, "other.bicep", HUB),
    "a word of ours in a comment": lambda tree: write(tree, "other.bicep", "// managedNetwork\nparam x string\n"),
    "what was no template is one": lambda tree: write(
        tree, "notes/readme.json", '{"$schema": "https://schema.management.azure.com/2019/deploymentTemplate.json#"}'
    ),
    "it calls what matters": lambda tree: write(tree, "calls.bicep", "module o 'hub.bicep' = { name: 'other' }\n"),
    "it calls what is not there": lambda tree: write(tree, "calls.bicep", "module o 'no.bicep' = { name: 'other' }\n"),
    "another file that cannot matter": lambda tree: write(tree, "third.bicep", "param x string\n"),
    "one less": lambda tree: (tree / "other.bicep").unlink(),
    "a folder": lambda tree: write(tree, "more/hub.bicep", HUB),
    "too large": lambda tree: write(tree, "other.bicep", "//" + "x" * 2_000_000),
    "a link": lambda tree: [(tree / "other.bicep").unlink(), (tree / "other.bicep").symlink_to("hub.bicep")],
    "a folder in place of a file": lambda tree: [(tree / "other.bicep").unlink(), (tree / "other.bicep").mkdir()],
    "settings by a wrong name": lambda tree: write(tree, ".mnlint.yml", "profile: strict\n"),
    "settings of Python": lambda tree: write(tree, "pyproject.toml", "[tool.mnlint]\nprofile = 'strict'\n"),
    "the top of a repository is gone": lambda tree: shutil.rmtree(tree / ".git"),
    "parameters": lambda tree: write(tree, "main.bicepparam", PARAMETERS),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_nothing_asks_for_no_run(change: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(CHECK, capsys)
    HARMLESS[change](tree)
    assert asked(CHECK) == first == fresh(CHECK, capsys)


@pytest.mark.parametrize("change", TELLING)
def test_what_may_change_something_asks_for_one(change: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(CHECK, capsys)
    TELLING[change](tree)
    assert asked(CHECK) is None


# How it was before the first run, and what happens then, which is to be seen by no name of a file.
LATER: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
    "what was too large": (
        lambda tree: write(tree, "other.bicep", "//" + "x" * 6_000_000),
        lambda tree: write(tree, "other.bicep", "param x string\n"),
    ),
    "a link on the way to a text": (
        lambda tree: [
            write(tree, "texts/a/hosts.txt", '["pypi.org"]'),
            write(tree, "texts/b/hosts.txt", '["*.pypi.org"]'),
            (tree / "texts/now").symlink_to("a"),
            write(tree, "hub.bicep", HUB.replace("hosts.json", "texts/now/hosts.txt")),
        ],
        lambda tree: [(tree / "texts/now").unlink(), (tree / "texts/now").symlink_to("b")],
    ),
    "a link to the same file in another folder, which is outside": (
        lambda tree: [
            write(tree, "texts/hosts.txt", '["pypi.org"]'),
            os.link(tree / "texts/hosts.txt", tree.parent / "hosts.txt"),
            (tree / "texts/link").symlink_to("hosts.txt"),
            write(tree, "hub.bicep", HUB.replace("hosts.json", "texts/link")),
        ],
        lambda tree: [(tree / "texts/link").unlink(), (tree / "texts/link").symlink_to("../../hosts.txt")],
    ),
    "a link on the way to policies": (
        lambda tree: [
            shutil.copytree(tree / "own", tree / "policies/a"),
            shutil.copytree(tree / "own", tree / "policies/b"),
            (tree / "policies/now").symlink_to("a"),
            write(tree, ".mnlint.yaml", "policy-folders: [policies/now]\n"),
        ],
        lambda tree: [(tree / "policies/now").unlink(), (tree / "policies/now").symlink_to("b")],
    ),
    "a module that a tool has not put there yet": (
        lambda tree: [
            write(tree, "tf/main.tf", TERRAFORM_MODULE),
            write(tree, "tf/.terraform/modules/modules.json", json.dumps(MANIFEST)),
        ],
        lambda tree: write(tree, "tf/.terraform/modules/x/main.tf", TREE["tf/main.tf"]),
    ),
    "a link to a folder that is called as a template": (
        lambda tree: [(tree.parent / "x").mkdir(), (tree / "x.bicep").symlink_to("../x")],
        lambda tree: [(tree.parent / "x").rmdir(), write(tree.parent, "x", "")],
    ),
    "a link to a folder that is called as a policy": (
        lambda tree: [
            write(tree, ".mnlint.yaml", "policy-folders: [own]\n"),
            write(tree, "own/.hidden/x", TREE["own/ACME001-hub-name.yaml"].replace("ACME001", "ACME002")),
            (tree / "own/x.yaml").symlink_to(".hidden"),
        ],
        lambda tree: [(tree / "own/x.yaml").unlink(), (tree / "own/x.yaml").symlink_to(".hidden/x")],
    ),
    "a link to another folder of lists": (
        lambda tree: [
            write(tree, ".mnlint.yaml", "policy-folders: [own]\n"),
            write(tree, "own/.one/x", ""),
            write(tree, "own/.two/x.yaml", "list: x\n"),
            (tree / "own/lists").symlink_to(".one"),
        ],
        lambda tree: [(tree / "own/lists").unlink(), (tree / "own/lists").symlink_to(".two")],
    ),
}
TERRAFORM_MODULE = 'module "x" {\n  source  = "acme/managed-network/azurerm"\n  version = "1.0.0"\n}\n'
MANIFEST = {
    "Modules": [
        {"Key": "", "Source": "", "Dir": "."},
        {
            "Key": "x",
            "Source": "registry.terraform.io/acme/managed-network/azurerm",
            "Version": "1.0.0",
            "Dir": ".terraform/modules/x",
        },
    ]
}


@pytest.mark.parametrize("change", LATER)
def test_what_no_name_tells_is_seen(change: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = LATER[change]
    before(tree)
    first = run(CHECK, capsys)
    assert asked(CHECK) == first
    after(tree)
    assert asked(CHECK) is None


def test_a_name_that_no_file_can_have(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = json.dumps(MANIFEST).replace("modules/x", r"modules/\ud800")
    write(tree, "tf/.terraform/modules/modules.json", manifest)
    first = run(CHECK, capsys)
    assert asked(CHECK) == first


def test_the_folder_of_all_is_listed_as_any_other(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What lies in it decides, not when it was changed: a report that is written into it changes nothing."""
    write(tree, "main.tf", TREE["tf/main.tf"].replace("${path.module}/hosts", "${path.module}/."))
    first = run(CHECK, capsys)
    (tree / "report.txt").touch()
    (tree / "report.txt").unlink()
    assert asked(CHECK) == first == fresh(CHECK, capsys)


def test_what_is_known_is_not_read_for_another_question(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor for another answer: its digest is what it was, as long as the system says the same of it."""
    run(CHECK, capsys)
    write(tree, "hub.bicep", HUB.replace("AllowOnlyApprovedOutbound", "Disabled"))
    for words in (CHECK, [*CHECK, "--exit-zero"]):
        assert asked(words) is None
        known, names = again.unchanged(str(tree.resolve()))
        changed = {"hub.bicep"} if words == CHECK else set()
        assert set(TREE) - set(known) == {"tf/hosts/a.org.txt", *changed}
        assert known["main.bicep"][1] == len(TREE["main.bicep"])
        assert names["tf/hosts/"] == "a.org.txt/file"
        assert again.unchanged(str(tree.resolve().parent / "another")) == ({}, {})
        assert run(words, capsys) == fresh(words, capsys)


def test_only_folders_that_have_changed_are_listed(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what they say of themselves now is kept in turn, by a run that has listed one of them."""
    for number in range(3):
        write(tree, f"beside/{number}/main.bicep", "param x string\n")
    run(CHECK, capsys)
    listed: list[str] = []
    monkeypatch.setattr(os, "scandir", lambda folder: (listed.append(os.path.relpath(folder)), SCANDIR(folder))[1])
    for mode in ("Disabled", "AllowInternetOutbound"):
        write(tree, "hub.bicep", HUB.replace("AllowOnlyApprovedOutbound", mode))
        write(tree, f"beside/1/{mode}.bicep", HUB)
        run(CHECK, capsys)
        assert set(listed) == {".", "beside/1", "tf/hosts"}, "the last one is asked for by a template"
        listed.clear()
    monkeypatch.undo()


@pytest.mark.skipif(os.name == "nt", reason="links take leave there")
@pytest.mark.parametrize("sign", ["that of the link", "that of a folder"])
def test_names_that_somebody_else_has_written_lead_nowhere(
    sign: str, tree: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is kept may say of a link that it is a folder, and what is in it: nothing outside is read for that."""
    write(tmp_path / "outside", "hub.bicep", HUB.replace("AllowOnlyApprovedOutbound", "Disabled"))
    (tree / "tf" / "away").symlink_to(tmp_path / "outside")
    run(CHECK, capsys)
    table = kept()
    for row in table["looked"]:
        if row[0] == "tf/":
            row[2] += "/../folder/away/folder" if sign == "that of a folder" else "/away/folder"
            row[2] = row[2].replace("/away/link", "")
    own = again._sign(f"{tree.resolve()}/", "tf/away/")
    made = own if sign == "that of the link" else f"{own}/"
    table["looked"].append(["tf/away/", made, "hub.bicep/file", ""])
    cache.store().put("said", again.Run([]).key, table)
    write(tree, "hub.bicep", HUB.replace("AllowOnlyApprovedOutbound", "AllowInternetOutbound"))
    assert run(CHECK, capsys) == fresh(CHECK, capsys)
    assert not [path for path in regular.opened if "outside" in path or "away" in path]


def test_many_changes_are_looked_into_once(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(again.MANY):
        write(tree, f"beside/{number}.bicep", "param x string\n")
    first = run(CHECK, capsys)
    before = kept()
    HARMLESS["everything is touched"](tree)
    HARMLESS["what cannot matter"](tree)
    assert asked(CHECK) == first
    assert kept() != before
    assert [row[2] for row in kept()["looked"] if row[0] == "other.bicep"] == [
        digest((tree / "other.bicep").read_bytes())
    ]
    assert not [row for row in kept()["looked"] if again._sign(f"{tree}/", row[0]) != row[1]]
    assert asked(CHECK) == first


def kept() -> dict[str, list[list[str]]]:
    found = cache.store().get("said", again.Run([]).key)
    assert isinstance(found, dict)
    return found


def test_whatever_happens_it_is_what_a_fresh_run_says(
    tree: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Any changes, one upon the other, until all is put back with the times of changes that it had."""
    draw = random.Random(7)
    changes = {**HARMLESS, **TELLING}
    before = tmp_path / "before"
    shutil.copytree(tree, before)
    said = 0
    for number in range(60):
        if number % 4 == 3:
            for path in tree.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(before, tree, dirs_exist_ok=True)
        name = draw.choice(sorted(draw.choice((HARMLESS, changes))))
        with suppress(OSError):  # what it is about may not be there any more
            changes[name](tree)
        words = draw.choice((CHECK, CHECK, ["check", "--output", "json", "tf"]))
        found = asked(words)
        said += found is not None
        assert (found or run(words, capsys)) == fresh(words, capsys), name
    assert said >= 10


# ── settings ──

ABOUT_SETTINGS: dict[str, Callable[[Path], object]] = {
    "settings": lambda tree: write(tree, ".mnlint.yaml", SETTINGS + "profile: strict\n"),
    "no settings": lambda tree: (tree / ".mnlint.yaml").unlink(),
    "a policy": lambda tree: write(tree, "own/ACME001-hub-name.yaml", TREE["own/ACME001-hub-name.yaml"] + "# more\n"),
    "another policy": lambda tree: write(
        tree, "own/x/ACME002-hub.yaml", TREE["own/ACME001-hub-name.yaml"].replace("001", "002").replace("hub-n", "n")
    ),
    "a list": lambda tree: write(tree, "more.yaml", "entries: []\n"),
    "a list of their own": lambda tree: write(tree, "own/lists/acme.yaml", "list: acme\n"),
    "a baseline": lambda tree: write(tree, "known.json", (tree / "known.json").read_text("utf-8") + " "),
}


@pytest.mark.parametrize("change", ABOUT_SETTINGS)
def test_settings_are_looked_at(change: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tree, ".mnlint.yaml", SETTINGS)
    write(tree, "known.json", '{"version": 1, "findings": []}')
    write(tree, "more.yaml", "entries:\n  - {name: acme}\n")
    first = run(CHECK, capsys)
    assert "ACME001" in first[1]
    assert asked(CHECK) == first
    ABOUT_SETTINGS[change](tree)
    assert asked(CHECK) is None


# What is named from the current folder, and its name there; it lies among the checked files, too.
NAMED: dict[str, tuple[str, str]] = {
    "--config": ("named/settings.yaml", "profile: strict\n"),
    "--policy-lock": ("named/lock.yaml", "profile: strict\n"),
    "--baseline": ("named/known.json", '{"version": 1, "findings": []}'),
    "--policies": ("named/ACME001-hub-name.yaml", TREE["own/ACME001-hub-name.yaml"]),
}


@pytest.mark.parametrize("option", NAMED)
@pytest.mark.parametrize("way", ["", "above/link/../"])
def test_what_is_named_from_here_is_looked_at(
    option: str, way: str, tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is named: `..` behind a link is not the folder in which the link lies."""
    name, text = NAMED[option]
    write(tree, name, text)
    (tree / "above").mkdir()
    (tree / "above/link").symlink_to(tree / "tf")
    words = [*CHECK, option, way + (name if option != "--policies" else "named")]
    first = run(words, capsys)
    assert asked(words) == first
    write(tree, name, text + " ")
    assert asked(words) is None


def test_another_day_is_another_question(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(CHECK, capsys)
    monkeypatch.setattr(again, "time", SimpleNamespace(time=again.time.time, strftime=lambda _: "2031-01-01"))
    assert asked(CHECK) is None
    monkeypatch.undo()
    assert first[0] == 1


@pytest.mark.parametrize("name", ["NO_COLOR", "FORCE_COLOR"])
def test_colours_are_another_question(
    name: str, tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(CHECK, capsys)
    monkeypatch.setenv(name, "1")
    assert asked(CHECK) is None


def test_where_a_link_leads_is_a_part_of_the_question(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree.parent / "link").symlink_to(tree)
    other = tree.parent / "other"
    shutil.copytree(tree, other)
    monkeypatch.chdir(tree.parent)
    words = ["check", "--output", "json", "link"]
    run(words, capsys)
    (tree.parent / "link").unlink()
    (tree.parent / "link").symlink_to(other)
    assert asked(words) is None


def test_a_link_that_changes_meanwhile(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "link").symlink_to("tf")
    words = ["check", "--output", "json", "link"]
    assert asked(words) is None
    (tree / "link").unlink()
    (tree / "link").symlink_to("own")
    plain.run(words[1:])
    capsys.readouterr()
    assert asked(words) is None
    (tree / "link").unlink()
    (tree / "link").symlink_to("tf")
    assert asked(words) is None


def test_a_repository_around_is_another_question(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(tree / ".git")
    first = run(CHECK, capsys)
    assert asked(CHECK) == first
    (tree.parent / ".git").mkdir()
    assert asked(CHECK) is None


# ── nothing is looked at unseen ──

LOOKS = {
    *("access", "exists", "fstat", "glob", "is_dir", "is_file", "is_symlink", "isdir", "isfile", "islink", "iterdir"),
    *("lexists", "listdir", "lstat", "readlink", "rglob", "samefile", "scandir", "stat", "walk"),
    *("read_bytes", "read_text"),
}
NO_PART_OF_A_CHECK = {
    *("article.py", "changed_since.py", "cli_adopt.py", "cli_policies.py", "git.py", "glimpse.py", "init.py"),
    *("skeleton.py", "testing.py"),
    *("again.py", "cache/__init__.py", "cache/folder.py", "plain.py", "regular.py", "start.py", "writing.py"),
}
# What looks at files by another way than regular.py: one that is new has to be noted there, or to say here why not.
ELSEWHERE = {
    "catalogue.py": {
        "os.path.isdir": "the package",
        "os.walk": "each folder is listed by regular.names",
        "path.is_symlink": "each link in them is asked for",
        "(folder / 'lists').glob": "listed with the folder around it",
        "folder.rglob": "the same",
        "path.is_dir": "the same",
    },
    "compiled.py": {
        "path.read_bytes": "the package",
        "open": "the package",
        "package.glob": "the package",
    },
    "discover/files.py": {
        "os.lstat": "its folder is listed, and what is left out is noted",
        "os.stat": "again._tops, or a part of the question",
        "os.path.isdir": "it is asked for by regular.is_there",
        "os.path.islink": "the folder that it is in is listed",
        "os.path.lexists": "with such a link nothing is kept",
    },
    "effective.py": {"os.path.islink": "it was to be opened"},
    "lists.py": {"one.glob": "listed in catalogue.py", "folder.glob": "listed in catalogue.py"},
    "ready.py": {"open": "the package"},
    "registry.py": {
        "os.walk": "the package",
        "open": "the package",
        "os.listdir": "with restored modules nothing is kept",
    },
    "run.py": {"file.exists": "where a baseline is written nothing is kept"},
    "settings_file.py": {
        "(boundary / MISNAMED).is_file": "it is asked for",
        "other.is_file": "it is asked for",
        "path.is_dir": "it is asked for in settings_forms.py",
        "path.is_file": "it is asked for in settings_forms.py",
    },
    "settings_forms.py": {"path.exists": "it is asked for"},
}


def test_whatever_looks_at_files_is_noted() -> None:
    package = Path(again.__file__).parent
    found: dict[str, set[str]] = {}
    for path in package.rglob("*.py"):
        file = path.relative_to(package).as_posix()
        calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        names = {ast.unparse(one) for one in calls if isinstance(one, ast.Attribute) and one.attr in LOOKS}
        names |= {one.id for one in calls if isinstance(one, ast.Name) and one.id == "open"}
        names |= {ast.unparse(one) for one in calls if ast.unparse(one) in ("os.open", "io.open", "path.open")}
        if names - {"ast.walk"} and file not in NO_PART_OF_A_CHECK:
            found[file] = names
    assert found == {file: set(calls) for file, calls in ELSEWHERE.items()}


# ── what is not kept ──


def test_what_has_just_been_changed_is_not_trusted(
    tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may say the same of what is changed twice within a moment: what is in it counts."""
    monkeypatch.setattr(again, "LATELY", 3600.0)
    monkeypatch.setattr(again, "BEHIND", 0.0)
    first = run(CHECK, capsys)
    assert {row[1] for row in kept()["looked"] if row[0] in TREE} == {again.CHANGED}
    assert asked(CHECK) == first, "by what is in the files"
    about = (tree / "hub.bicep").stat()
    write(tree, "hub.bicep", HUB.replace("'Hub'", "'hub'"))
    os.utime(tree / "hub.bicep", ns=(about.st_atime_ns, about.st_mtime_ns))
    assert asked(CHECK) is None


# What may happen while it runs, by which nobody can tell what was read, and what is read by nobody.
MEANWHILE: dict[str, tuple[bool, Callable[[Path], object]]] = {
    "a template": (False, lambda tree: write(tree, "hub.bicep", HUB)),
    "a text that it loads": (False, lambda tree: write(tree, "hosts.json", TREE["hosts.json"])),
    "a folder": (False, lambda tree: [write(tree, "x/y", ""), shutil.rmtree(tree / "x")]),
    "what nobody reads": (True, lambda tree: write(tree, "notes/readme.json", "{}")),
    "a report": (True, lambda tree: write(tree, "out/report.json", "{}")),
}


@pytest.mark.parametrize("change", MEANWHILE)
def test_what_changes_meanwhile(
    change: str, tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "LATELY", 2.0)
    monkeypatch.setattr(again, "BEHIND", 0.0)
    words = [*CHECK, "--output", "text=out/report.txt"]
    (tree / "out").mkdir()
    assert asked(words) is None
    is_harmless, happens = MEANWHILE[change]
    happens(tree)
    plain.run(words[1:])
    assert bool(list(Path(os.environ["XDG_CACHE_HOME"]).rglob("said-*"))) is is_harmless


LINKS: dict[str, Callable[[Path], object]] = {
    "to a file outside": lambda tree: (tree / "x.bicep").symlink_to("/etc/hosts"),
    "to nowhere": lambda tree: (tree / "x.json").symlink_to("nothing"),
    "a pipe": lambda tree: os.mkfifo(tree / "x.tf"),
}


@pytest.mark.parametrize("link", LINKS)
def test_with_links_nobody_can_tell(link: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    LINKS[link](tree)
    run(CHECK, capsys)
    assert asked(CHECK) is None


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--no-cache", "."],
        ["check", "--max-evaluations", "1", "--timeout", "0.5s", "."],
    ],
)
def test_what_is_not_kept(words: list[str], tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again.said(words)
    plain.run(words[1:])
    capsys.readouterr()
    assert not list(Path(os.environ["XDG_CACHE_HOME"]).rglob("said-*"))


SCANDIR = os.scandir
POISON: dict[str, object] = {
    "true": True,
    "nothing": {},
    "no row": {"looked": [[]]},
    "no paths": {"looked": [[1, "", "", ""]]},
    "no texts": {"files": [["a"]]},
    "no number": {"code": "x"},
    "far too much": {"code": float("inf")},
    "a file that nobody has named": {"files": [["own/run.sh", ""]]},
    "no list": {"git": 7},
}


@pytest.mark.parametrize("poison", POISON)
def test_what_is_not_ours_is_not_said(poison: str, tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(CHECK, capsys)
    made = POISON[poison]
    cache.store().put("said", again.Run([]).key, {**kept(), **made} if isinstance(made, dict) and made else made)
    assert asked(CHECK) is None


def test_it_is_sealed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(CHECK, capsys)
    (path,) = Path(os.environ["XDG_CACHE_HOME"]).rglob("said-*")
    path.write_bytes(path.read_bytes().replace(b"MN0", b"MN1"))
    assert asked(CHECK) is None


# ── the whole program ──


NAMING = """import sys
from mnlint.start import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def start(*words: str, cwd: Path, report: str = "") -> tuple[int, str, set[str]]:
    """A whole run, and the modules that it has imported."""
    program = [sys.executable, "-c", NAMING]
    done = subprocess.run([*program, *words], cwd=cwd, capture_output=True, text=True, timeout=120)
    text = (cwd / report).read_text("utf-8") if report else ""
    return done.returncode, done.stdout + text, set(done.stderr.split())


@pytest.mark.skipif(os.name == "nt", reason="there is no such terminal, and nothing is said again")
def test_a_terminal_of_another_width_is_another_question(tree: Path) -> None:
    said = {}
    for columns in (60, 60, 100, 60):
        leader, follower = os.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        environment["TERM"] = "xterm"
        done = subprocess.Popen(
            [sys.executable, "-c", NAMING, "check", "."],
            cwd=tree, env=environment, stdout=follower, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        os.close(follower)
        text = b""
        with suppress(OSError):  # the end of a terminal
            while piece := os.read(leader, 65536):
                text += piece
        os.close(leader)
        modules = done.communicate(timeout=60)[1].split()
        said.setdefault(columns, []).append((text, "mnlint.run" in modules))
    assert [ran for _, ran in said[60]] == [True, False, True], "the second one is said again, the last one comes late"
    assert len({text for text, _ in said[60]}) == 1
    assert b"\x1b[" in said[60][0][0]
    assert said[100][0][0] != said[60][0][0]


def test_files_are_written_again(tree: Path) -> None:
    old = 1_600_000_000
    words = ["check", "--output", "text", "--output", "sarif=out/report.sarif", "."]
    (tree / "out").mkdir()
    for _ in range(2):  # what was there before the first run is looked at by the second
        first = start(*words, cwd=tree, report="out/report.sarif")
    (tree / "out/report.sarif").unlink()
    os.utime(tree / "out", (old, old))
    second = start(*words, cwd=tree, report="out/report.sarif")
    assert second[:2] == first[:2]
    assert first[0] == 1
    assert json.loads((tree / "out/report.sarif").read_text("utf-8"))["runs"]


def test_it_imports_nothing_that_judges(tree: Path) -> None:
    words = ["check", "."]
    first = start(*words, cwd=tree)
    second = start(*words, cwd=tree)
    assert second[:2] == first[:2]
    assert "mnlint.run" in first[2]
    assert not {"pathlib", "typing", "mnlint.run", "mnlint.reports", "mnlint.discover", "click"} & second[2]


def test_a_folder_that_cannot_be_written_is_told(tree: Path) -> None:
    """As a run does, and what is before it is written once: a pipe gives its reader all that it is given."""
    words = ["check", "--output", "text=pipe", "--output", "json=../out/report.json", "."]
    (tree.parent / "out").mkdir()
    os.mkfifo(tree / "pipe")
    reader = os.open(tree / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    said = []
    try:
        for _ in range(2):
            done = subprocess.run([*START, *words], cwd=tree, capture_output=True, text=True, timeout=120)
            said.append((done.returncode, done.stderr, os.read(reader, 1_000_000)))
            shutil.rmtree(tree.parent / "out", ignore_errors=True)
    finally:
        os.close(reader)
    assert said[0][:2] == (1, "")
    assert said[1] == (2, "mnlint: cannot write ../out/report.json: No such file or directory\n", said[0][2])


OPENING = """import sys
from mnlint.start import main
sys.addaudithook(lambda event, about: event == "open" and print(about[0], file=sys.stderr))
main()
"""


def test_nothing_is_opened_behind_a_link_that_is_new(tree: Path) -> None:
    words = [sys.executable, "-c", OPENING, "check", "."]
    seen = []
    for _ in range(2):
        seen.append(subprocess.run(words, cwd=tree, capture_output=True, text=True, timeout=120).stderr)
        if not (tree / "tf").is_symlink():
            (tree / "tf").rename(tree.parent / "elsewhere")
            write(tree.parent, "elsewhere/main.tf", "# other\n")
            (tree / "tf").symlink_to("../elsewhere")
    assert "main.tf" in seen[0]
    assert "main.tf" not in seen[1]


# Somebody changes a file after the first look at it, when it is read.
CHANGING = """import os
import sys
from mnlint.discover import files
from mnlint.start import main
files.KEPT = 0  # as if the tree were large: what was looked at is read once more
seen = []
def changed(event, about):
    if event == "open" and str(about[0]).endswith("tree/hub.bicep") and not about[2] & os.O_WRONLY:
        seen.append(about[0])
        if len(seen) == 2:
            change(about[0])
sys.addaudithook(changed)
main()
"""
OTHER = HUB.replace("AllowOnlyApprovedOutbound", "Disabled")


@pytest.mark.parametrize("change", [f"print({OTHER!r}, file=open(path, 'w'))", "os.unlink(path)"])
def test_what_is_changed_meanwhile_and_put_back(change: str, tree: Path) -> None:
    """Nothing is kept of it under the name of what it was at first sight, and is now again."""
    words = ["check", "--output", "json", "."]
    program = [sys.executable, "-c", f"def change(path):\n    {change}\n{CHANGING}"]
    first = subprocess.run([*program, *words], cwd=tree, capture_output=True, text=True, timeout=120)
    write(tree, "hub.bicep", HUB)
    second = start(*words, cwd=tree)
    assert second[:2] == start("check", "--no-cache", *words[1:], cwd=tree)[:2]
    assert first.stdout not in ("", second[1])
