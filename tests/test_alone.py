"""A root alone gives what it gives in its tree: nothing of one leaks into another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mnlint import judging
from mnlint.cache.records import encode
from mnlint.catalogue import load_policies, tables_of
from mnlint.model.finding import Verdict
from mnlint.model.record import replace
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.policy import judge
from mnlint.reading import Project, open_project

FIXTURES = Path(__file__).parents[1] / "fixtures"
TREES = ("triplets", "scenarios", "demo", "broken")
TABLES = tables_of()
POLICIES = load_policies(Settings(), TABLES)


def outcome(root: Root, project: Project) -> Any:
    """Everything about a root, as data."""
    made = judging.lint(root, project.readers, POLICIES, TABLES, Settings(), judge=judge)
    return encode(replace(made, sources={}))


def loaded(root: Root, project: Project, tree: Path) -> list[str]:
    """What is no template in the part of a tree where a root lies: templates may load it."""
    part = tree / root.entry.split("/")[0]
    files = [path.relative_to(tree).as_posix() for path in part.rglob("*") if path.is_file()]
    return [file for file in files if file not in project.sizes]


@pytest.mark.parametrize("tree", TREES)
def test_a_root_alone_is_what_it_is_in_its_tree(tree: str, tmp_path: Path) -> None:
    project = open_project([FIXTURES / tree], Settings(boundary=FIXTURES / tree))
    assert len(project.plan.roots) > 1
    for number, root in enumerate(project.plan.roots):
        folder = tmp_path / str(number)
        for file in [*root.files, *loaded(root, project, FIXTURES / tree)]:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes((FIXTURES / tree / file).read_bytes())
        alone = open_project([folder], Settings(boundary=folder))
        (same,) = [one for one in alone.plan.roots if one.entry == root.entry]
        assert replace(same, compiled_from=root.compiled_from) == root
        assert outcome(root, alone) == outcome(root, project), root.entry


@pytest.mark.parametrize("tree", TREES)
def test_a_report_has_what_is_judged_but_for_what_holds(tree: str) -> None:
    project = open_project([FIXTURES / tree], Settings(boundary=FIXTURES / tree))
    silent = 0
    for root in project.plan.roots:
        told = judging.lint(root, project.readers, POLICIES, TABLES, Settings())
        judged = judging.lint(root, project.readers, POLICIES, TABLES, Settings(), judge=judge)
        kept = tuple(one for one in judged.judgements if one.verdict in (Verdict.FAIL, Verdict.UNKNOWN))
        silent += len(judged.judgements) - len(kept)
        assert encode(replace(told, sources={})) == encode(replace(judged, judgements=kept, sources={})), root.entry
    assert silent > 0
