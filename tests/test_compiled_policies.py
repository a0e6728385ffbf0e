"""What comes along is compiled once: to what a fresh reading of every file gives, whatever is asked of it."""

from __future__ import annotations

import json
from pathlib import Path
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


# ── what is in a wheel ──


def kept(tmp_path: Path, **changes: Any) -> Path:
    """A folder with the file of a wheel in it, and no policy."""
    made = {**catalogue.compile_all(FOLDER), **changes}
    (tmp_path / compiled.FILE).write_text(compiled.text(made), encoding="utf-8")
    return tmp_path


def fail(folder: Path) -> Any:
    raise AssertionError("nothing has to be compiled")


def test_a_wheel_is_read_and_nothing_else(tmp_path: Path) -> None:
    made = compiled.load(kept(tmp_path), fail, fail)
    assert [p.id for p in made.policies] == [path.name[:5] for path in FILES]
    assert made.newest == TABLES
    assert made.documents == lists.documents(FOLDER / "lists")


def wrong(tmp_path: Path) -> list[Path]:
    """Folders with a file that is not to be taken."""
    good = catalogue.compile_all(FOLDER)
    table = {**good["policies"], "rows": good["policies"]["rows"][:-1]}
    changed = [
        {**good, "version": "0.0"},
        {**good, "policies": {}},
        {**good, "policies": encode(1)},
        {**good, "policies": encode((1,))},
        {**good, "policies": {**table, "given": 1}},
        {**good, "lists": {"a": 1}},
        {**good, "lists": None},
        {"version": good["version"]},
        [],
        None,
    ]
    texts = [*map(json.dumps, changed), "", "{", "[" * 100_000]
    folders = [tmp_path / str(number) for number in range(len(texts))]
    for folder, text in zip(folders, texts, strict=True):
        folder.mkdir()
        (folder / compiled.FILE).write_text(text, encoding="utf-8")
    return folders


def test_what_is_not_ours_or_of_another_version_is_compiled_afresh(tmp_path: Path) -> None:
    good = catalogue.compile_all(FOLDER)
    for folder in wrong(tmp_path):
        asked: list[Path] = []

        def made(one: Path, asked: list[Path] = asked) -> Any:
            asked.append(one)
            return good

        assert compiled.load(folder, str, made).newest == TABLES
        assert asked


def test_what_json_cannot_say_is_in_no_wheel() -> None:
    with pytest.raises(ValueError, match="not for JSON"):
        compiled.text({"lists": {"a": {1: "a"}}})


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
