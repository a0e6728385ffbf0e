"""What comes along is compiled once: to what a fresh reading of every file gives, whatever is asked of it."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from mnlint import catalogue, compiled, lists
from mnlint.cache.records import encode
from mnlint.model.settings import ListChange, Settings
from shipped import FILES, TABLES

FOLDER = catalogue.shipped()
DAYS = sorted({day for one in lists.dated(FOLDER / "lists") for day in one.days})
EXTENDED = ListChange(
    "pe-targets", "extend", ({"type": "Acme.Things/things", "subresources": ["a"], "verified": True},)
)
REPLACED = ListChange("endpoint-skus", "replace", ())
SETTINGS = [
    Settings(),
    *(Settings(as_of=day) for day in ("2020-01-01", *DAYS)),
    Settings(lists=(EXTENDED,)),
    Settings(lists=(EXTENDED, REPLACED), as_of="2024-02-13"),
    Settings(profile="strict"),
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: f"{s.as_of} {s.profile} {len(s.lists)}")
def test_policies_are_what_their_files_say(settings: Settings) -> None:
    tables = catalogue.tables_of((), settings.as_of, settings.lists)
    assert tables == lists.load(FOLDER / "lists", settings.as_of, settings.lists)
    fresh = {p.id: p for p in (catalogue.load_policy(path, tables, settings) for path in FILES)}
    expected = [p for _, p in sorted(catalogue._as_set(fresh, settings).items())]
    made = catalogue.every_policy(settings, tables)
    assert made == expected
    assert list(map(repr, made)) == list(map(repr, expected)), "true is not 1"


def test_some_of_the_days_change_what_policies_are_compiled_to() -> None:
    """The test above would see no difference if they did not."""
    files = [path for path in FILES if "list:" in path.read_text("utf-8")]
    then = lists.load(FOLDER / "lists", DAYS[0])
    assert any(catalogue.load_policy(path, then) != catalogue.load_policy(path, TABLES) for path in files)


def test_a_policy_says_which_lists_it_looks_into() -> None:
    named = {made.id: made.lists for made in catalogue.every_policy(Settings(), TABLES)}
    assert named["MN029"] == ("azurerm", "pe-targets")
    assert named["MN001"] == ()


def test_ids_and_names_are_those_of_the_files() -> None:
    ids = {path.name[:5] for path in FILES}
    assert {one for one in catalogue.identifiers(Settings()) if not one.startswith("MN9")} == ids
    assert ids <= set(catalogue.shipped_names())


def test_lists_that_nobody_changes_are_those_that_are_compiled() -> None:
    newest = catalogue.ours().newest
    assert catalogue.tables_of() is catalogue.tables_of([FOLDER / "modules"]) is newest
    assert not any(catalogue.tables_of((), *asked) is newest for asked in (["2024-02-13"], [None, [EXTENDED]]))


# ── what is in a wheel ──

GOOD = catalogue.compile_all(FOLDER)
HEAD, *LISTS = GOOD.splitlines()


def kept(folder: Path, text: str) -> Path:
    """A folder with the file of a wheel in it, and no policy."""
    folder.mkdir()
    (folder / compiled.FILE).write_text(text, encoding="utf-8")
    return folder


def head(**changes: Any) -> str:
    return "".join(f"{line}\n" for line in (json.dumps({**json.loads(HEAD), **changes}), *LISTS))


def fail(folder: Path) -> Any:
    raise AssertionError("nothing has to be compiled")


def test_a_wheel_is_read_and_nothing_else(tmp_path: Path) -> None:
    made = compiled.load(kept(tmp_path / "a", GOOD), fail, fail)
    assert [p.id for p in made.policies] == [path.name[:5] for path in FILES]
    assert made.newest == TABLES
    assert made.documents == lists.documents(FOLDER / "lists")
    assert made.made_from == catalogue.made_from(FOLDER)


def test_a_list_is_read_when_somebody_asks_for_it() -> None:
    asked: list[str] = []
    made = compiled.ByNeed(("a", "b"), lambda name: asked.append(name) or name)  # type: ignore[func-returns-value]
    assert "a" in made
    assert "c" not in made
    assert [*made, len(made), made.get("c")] == ["a", "b", 2, None]
    assert asked == []
    assert [made["b"], made["b"]] == ["b", "b"]
    assert asked == ["b"]


def wrong() -> dict[str, str]:
    """Texts that are not to be taken."""
    policies = json.loads(HEAD)["policies"]
    names = json.loads(HEAD)["lists"]
    return {
        "another version": head(version="0.0"),
        "no table": head(policies={}),
        "a number": head(policies=encode(1)),
        "no policy": head(policies=encode((1,))),
        "a row less": head(policies={**policies, "rows": policies["rows"][:-1]}),
        "more given": head(policies={**policies, "given": 1}),
        "a list less": head(lists=names[1:]),
        "a list more": head(lists=[*names, "a"]),
        "a list twice": head(lists=[names[1], *names[1:]]),
        "no lists": head(lists=None),
        "no digest": head(**{"made-from": 1}),
        "nothing but a version": json.dumps({"version": json.loads(HEAD)["version"]}) + "\n",
        "cut off": GOOD[:-1],
        "cut off in a list": GOOD[:-2000],
        "cut off after the policies": HEAD + "\n",
        "cut off in the policies": HEAD[:-2000],
        "a list of none": "[]\n",
        "null": "null\n",
        "nothing": "",
        "half a brace": "{",
        "deep": "[" * 100_000,
        "half a character": "\x80",
    }


@pytest.mark.parametrize("name", wrong())
def test_what_is_not_ours_or_of_another_version_is_compiled_afresh(name: str, tmp_path: Path) -> None:
    asked: list[Path] = []
    folder = kept(tmp_path / "a", "")
    (folder / compiled.FILE).write_bytes(wrong()[name].encode("latin-1"))

    def made(one: Path) -> str:
        asked.append(one)
        return GOOD

    assert compiled.load(folder, lambda one: f"{one} {name}", made).newest == TABLES
    assert asked


@pytest.mark.parametrize(
    "line",
    [
        LISTS[0][:-1],
        LISTS[1],
        LISTS[0].replace('"entries":[', '"entries":[1,'),
        LISTS[0].replace('"entries":', '"others":'),
        '{"list":"address-prefixes","entries":{}}',
        *("{}", "[]", "1", "null", "", "[" * 100_000),
    ],
    ids=lambda line: line[-20:],
)
def test_a_list_that_is_none_is_read_from_its_file(line: str, tmp_path: Path) -> None:
    folder = kept(tmp_path / "a", "\n".join((HEAD, line, *LISTS[1:], "")))
    copytree(FOLDER / "lists", folder / "lists")
    made = compiled.load(folder, fail, fail)
    assert made.newest == TABLES
    assert made.documents == lists.documents(FOLDER / "lists")


def test_what_cannot_be_read_again_is_in_no_wheel() -> None:
    with pytest.raises(ValueError, match="not for JSON"):
        compiled.text([], {"a": {"list": "a", "entries": [{1: "a"}]}}, "")
    with pytest.raises(ValueError, match="the file of the list b is called a"):
        compiled.text([], {"a": {"list": "b", "entries": []}}, "")


def test_the_digest_is_another_one_with_every_file_and_every_source(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "a.yaml").write_text("a", encoding="utf-8")
    first = catalogue.made_from(tmp_path)
    (tmp_path / "a.yaml").write_text("b", encoding="utf-8")
    second = catalogue.made_from(tmp_path)
    (tmp_path / "lists" / "a.yaml").write_text("b", encoding="utf-8")
    assert len({first, second, catalogue.made_from(tmp_path)}) == 3
    package = Path(compiled.__file__).parent
    assert all(list(package.glob(pattern)) for pattern in compiled.SOURCES)
