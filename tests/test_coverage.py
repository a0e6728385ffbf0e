"""What the documentation says has policies, or a reason for having none; and the policies say where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Program
from mnlint import article, catalogue
from mnlint.model.settings import Settings
from shipped import TABLES

COVERAGE = article.load()
PARTS = {
    "statements": COVERAGE.statements,
    "later": COVERAGE.later,
    "pitfalls": COVERAGE.pitfalls,
    "changes": COVERAGE.changes,
}
CARDS = {p.id: p.card for p in catalogue.load_policies(Settings(), TABLES)} | {
    p.id: p.card for p in catalogue.load_policies(Settings(as_of=COVERAGE.date), TABLES)
}

parts = pytest.mark.parametrize("part", PARTS)


@parts
def test_every_statement_has_policies_or_a_reason_for_having_none(part: str) -> None:
    assert PARTS[part]
    for statement in PARTS[part]:
        assert statement.says.endswith("."), statement
        assert bool(statement.policies) is not bool(statement.because), statement


@parts
def test_every_policy_that_is_named_exists(part: str) -> None:
    assert {name for statement in PARTS[part] for name in statement.policies} <= CARDS.keys()


def test_every_heading_of_the_article_has_statements_and_no_others_do() -> None:
    assert tuple(dict.fromkeys(s.under for s in COVERAGE.statements)) == COVERAGE.headings


def test_a_policy_of_the_article_stands_under_its_heading() -> None:
    named = {(name, s.under) for s in COVERAGE.statements for name in s.policies}
    assert {(card.id, card.seed) for card in CARDS.values() if card.seed} <= named


def test_a_policy_under_a_heading_of_the_article_names_one() -> None:
    named = {name for s in COVERAGE.statements for name in s.policies}
    assert not [card.id for card in CARDS.values() if card.id in named and not card.seed]


def test_every_source_is_an_address_and_is_used() -> None:
    used = {s.page for s in COVERAGE.later} | {n for p in PARTS.values() for s in p for n in s.sources}
    assert used == set(COVERAGE.sources)
    assert all(address.startswith("https://") for address in COVERAGE.sources.values())


def test_what_users_met_with_has_public_sources() -> None:
    assert all(s.sources for s in COVERAGE.pitfalls)
    names = [s.under for s in COVERAGE.pitfalls]
    assert len(names) == len(set(names))


def test_the_table_shows_every_statement_and_every_policy(mnlint: Program, tmp_path: Path) -> None:
    lines = mnlint("rules", "--coverage", cwd=tmp_path).stdout.splitlines()
    right = " ".join(line[article.COLUMN + 6 :] for line in lines if line.startswith("    "))
    for statement in (*COVERAGE.statements, *COVERAGE.later, *COVERAGE.pitfalls):
        assert statement.says in right
        assert not statement.because or f"({' '.join(statement.because.split())})" in " ".join(right.split())
    left = " ".join(line[: article.COLUMN + 6] for line in lines)
    assert all(name in left for name in CARDS)
    assert all(len(line) <= article.WIDTH or "https://" in line for line in lines)
    shown = sum(bool(s.policies) for s in COVERAGE.statements)
    counted = f"{len(COVERAGE.statements)} statements of the article: {shown} with a policy"
    assert any(line.startswith(counted) for line in lines)
