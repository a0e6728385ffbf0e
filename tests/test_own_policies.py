"""Policies of a user's own, written with nothing but the tutorial: one asks a relation, two a list, one resources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import blur
from mnlint import cache, catalogue, testing
from mnlint.inputs import DocumentError
from mnlint.model.finding import Verdict
from mnlint.model.record import replace
from mnlint.model.settings import ListChange, Settings
from mnlint.model.value import Choice, Map, Node
from mnlint.policy import body
from shipped import FILES
from shipped import TABLES as SHIPPED

FOLDER = Path(__file__).parents[1] / "fixtures/own-policies"
TABLES = catalogue.tables_of([FOLDER])
CASES = [
    case
    for path in catalogue.policy_files(FOLDER)
    for case in testing.cases_of(path, TABLES, Settings(policies=(FOLDER,)))
]
VALUES, ALL = 16, 1_000_000  # variants of a case that are tried in an ordinary run, and in a long one
LANGUAGES = {
    "OWN001": {"bicep", "arm", "terraform", "azapi", "azureml", "plan"},
    "OWN002": {"bicep", "arm", "terraform", "azapi", "azureml", "plan"},
    "OWN004": {"bicep", "arm", "terraform", "azapi", "azureml", "plan"},
    "OWN003": {"bicep", "arm", "terraform", "azapi", "plan"},  # Azure ML YAML declares workspaces only
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_case_holds(case: testing.Case) -> None:
    assert not testing.problems(case, testing.run_case(case, TABLES))


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.PASS, Verdict.UNKNOWN])
@pytest.mark.parametrize("policy", LANGUAGES)
def test_every_language_has_every_verdict(policy: str, verdict: Verdict) -> None:
    found = {case.language for case in CASES if case.policy.id == policy and case.expect is verdict}
    assert found == LANGUAGES[policy]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
@pytest.mark.parametrize(("values", "texts"), [(VALUES, 2), pytest.param(ALL, ALL, marks=pytest.mark.lab)])
def test_doubt_never_turns_a_verdict(case: testing.Case, values: int, texts: int, record_property: Any) -> None:
    result, sharp = blur.Result(), blur.sharpest(case)
    blur.blur_case(case, sharp, TABLES, values, result)
    blur.blur_texts(case, sharp, TABLES, texts, result)
    record_property("variants of deployments that were blurred", result.tried)
    assert not result.wrong


def forgets_what_is_hidden(patch: pytest.MonkeyPatch) -> None:
    """A list of which not all is seen is taken for the whole."""
    right = body._members
    patch.setattr(body, "_members", lambda node: (right(node)[0], []))


def takes_the_first_branch(patch: pytest.MonkeyPatch) -> None:
    """What is one of several is taken for the first of them."""
    right = body._step

    def step(node: Node, at: str | int, *, fold: bool) -> Node:
        value = node.value
        return right(value.options[0] if isinstance(value, Choice) else node, at, fold=fold)

    patch.setattr(body, "_step", step)


def closes_objects(patch: pytest.MonkeyPatch) -> None:
    """What nobody sees in an open object is taken for not there."""
    right = body.member

    def member(node: Node, name: str, *, fold: bool) -> Node:
        value = node.value
        return right(node.holding(replace(value, more=None)) if isinstance(value, Map) else node, name, fold=fold)

    patch.setattr(body, "member", member)


@pytest.mark.parametrize("wrong", [forgets_what_is_hidden, takes_the_first_branch, closes_objects])
def test_a_wrong_reader_of_bodies_is_seen(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong(monkeypatch)
    result = blur.Result()
    for case in CASES:
        if case.policy.types and not result.wrong:
            blur.blur_case(case, blur.sharpest(case), TABLES, VALUES, result)
    assert result.wrong


def test_the_command_says_that_they_hold(mnlint: Any, tmp_path: Path) -> None:
    done = mnlint("test", str(FOLDER), cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (0, f"{len(CASES)} cases hold, 0 do not\n")


def test_one_file_finds_its_lists(mnlint: Any, tmp_path: Path) -> None:
    done = mnlint("test", str(FOLDER / "OWN002-tag-not-approved.yaml"), cwd=tmp_path)
    assert (done.exit_code, done.stdout.endswith(" cases hold, 0 do not\n")) == (0, True)


@pytest.mark.parametrize("rule", [*LANGUAGES, "search-reachable"])
def test_they_are_explained(rule: str, mnlint: Any, tmp_path: Path) -> None:
    done = mnlint("explain", rule, "--policies", str(FOLDER), cwd=tmp_path)
    assert done.exit_code == 0
    for part in ("Why:", "What to do:", "Wrong, in Bicep:", "Right, in Bicep:", "since mnlint 1"):
        assert part in done.stdout


def test_what_a_policy_names_is_read(mnlint: Any, tmp_path: Path) -> None:
    """A file that holds nothing of ours is read for a policy on its resources, and for no other reason."""
    (tmp_path / "main.bicep").write_text(
        "resource search 'Microsoft.Search/searchServices@2023-11-01' = {\n"
        "  name: 'search'\n  properties: { publicNetworkAccess: 'enabled' }\n}\n"
    )
    alone = mnlint("check", cwd=tmp_path)
    assert "checked 1 file (0 read, 1 skipped: 1 not relevant)" in alone.stdout
    done = mnlint("check", "--policies", str(FOLDER), cwd=tmp_path)
    assert done.exit_code == 1
    assert "error[OWN003]: search: everybody can reach it\n  --> main.bicep:3:38" in done.stdout


def test_whoever_forgets_their_folder_is_told(mnlint: Any, tmp_path: Path) -> None:
    done = mnlint("explain", "OWN001", cwd=tmp_path)
    assert (done.exit_code, "One of your own is found with --policies." in done.stderr) == (2, True)


def test_facts_show_the_body(mnlint: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "open" {}\nresource "azurerm_search_service" "s" {\n  name = "s"\n'
        '  public_network_access_enabled = var.open\n  identity {\n    type = "X"\n  }\n'
        '  tags = { "cost center" = 1 }\n}\n'
    )
    assert "resource" not in mnlint("facts", cwd=tmp_path).stdout
    shown = mnlint("facts", "--type", "azurerm_search_service", cwd=tmp_path).stdout
    for line in (
        "  resource azurerm_search_service.s  (main.tf:2:1)",
        "    $.public_network_access_enabled = ? (variable open has no value)  (main.tf:1:1)",
        "    $.identity[0].type = 'X'  (main.tf:6:12)",
        "    $.tags['cost center'] = 1  (main.tf:8:28)",
    ):
        assert line in shown


def test_they_are_listed(mnlint: Any, tmp_path: Path) -> None:
    done = mnlint("rules", "--policies", str(FOLDER), cwd=tmp_path)
    assert {line.split()[0] for line in done.stdout.splitlines()} > set(LANGUAGES)


def test_an_entry_of_a_list_holds_on_its_day(mnlint: Any, tmp_path: Path) -> None:
    """`Storage` was approved until 2025: the same template, before and after."""
    (tmp_path / "main.bicep").write_text(
        "resource hub 'Microsoft.MachineLearningServices/workspaces@2024-10-01' = {\n"
        "  name: 'hub'\n"
        "  properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound', outboundRules: {\n"
        "    data: { type: 'ServiceTag', destination: { serviceTag: 'Storage', protocol: 'TCP', portRanges: '443' } }\n"
        "  } } }\n}\n"
    )
    for day, found in ((("--as-of", "2024-06-01"), False), ((), True)):
        done = mnlint("check", "--policies", str(FOLDER), "--fail-on", "never", *day, cwd=tmp_path)
        assert ("error[OWN002]: data: nobody approved the service tag Storage" in done.stdout) is found


# ── compiled once ──


def test_own_policies_are_kept_as_a_fresh_reading_gives_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnlint: Any
) -> None:
    """With lists of their own, with lists of ours that settings change, and on another day."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    changed = ListChange("pe-targets", "extend", ({"type": "Acme.Things/things", "subresources": ["a"]},))
    texts = {path.name: path.read_text("utf-8") for path in FILES}
    own = tmp_path / "own"
    (own / "below").mkdir(parents=True)
    for at, (name, text) in enumerate(texts.items()):
        named = re.sub(r"^name: ", "name: own-", text.replace("MN0", "ACME0"), flags=re.MULTILINE)
        (own / ("below" if at % 2 else ".") / name.replace("MN0", "ACME0")).write_text(named, "utf-8")
    for settings in (Settings(), Settings(as_of="2024-02-13"), Settings(lists=(changed,))):
        asked = replace(settings, policies=(own,))
        tables = catalogue.tables_of(asked.policies, asked.as_of, asked.lists)
        cache.switch(on=False)
        expected = catalogue.every_policy(asked, tables)
        assert len(expected) == 2 * len(FILES)
        for _ in range(2):
            cache.switch(on=True)
            made = catalogue.every_policy(asked, tables)
            assert made == expected
            assert list(map(repr, made)) == list(map(repr, expected)), "true is not 1"
    files = sorted((tmp_path / "caches/mnlint").glob("policies-*.json"))
    assert len(files) >= 3
    for path in files:
        path.write_bytes(path.read_bytes()[:-1])
    assert list(map(repr, catalogue.every_policy(asked, tables))) == list(map(repr, expected)), "and not if it is cut"


def test_a_changed_policy_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mnlint: Any) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    cache.switch(on=True)
    own = tmp_path / "own"
    own.mkdir()
    text = FILES[0].read_text("utf-8").replace("MN0", "ACME0").replace("\nname: ", "\nname: own-")
    for title in ("One", "Another"):
        (own / "ACME001-x.yaml").write_text(re.sub(r"^title: .*", f"title: {title}", text, flags=re.MULTILINE), "utf-8")
        made = catalogue.every_policy(Settings(policies=(own,)), SHIPPED)
        assert [p.card.title for p in made if p.id.startswith("ACME")] == [title]
    (own / "ACME001-x.yaml").write_text(text.replace("severity:", "severities:"), "utf-8")
    for _ in range(2):
        with pytest.raises(DocumentError):
            catalogue.every_policy(Settings(policies=(own,)), SHIPPED)
