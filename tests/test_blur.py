"""Doubt never turns a verdict: what is decided of a deployment of which less is known is so of the sharp one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from zlib import crc32

import pytest

import blur
from mnlint import testing
from mnlint.azure import (
    accounts,
    arm,
    at_once,
    covering,
    dependencies,
    egress,
    index,
    join,
    kleene,
    locks,
    network_settings,
    networks,
    order,
    required,
    rule_parts,
    rule_targets,
    rules,
    same,
    tenants,
    texts,
    twins,
    views,
    waiting,
    written,
)
from mnlint.model import ids
from mnlint.model.finding import Verdict
from mnlint.model.record import replace
from mnlint.model.tri import Answer, Tri
from mnlint.model.value import Choice, Map, Node, Unknown, choice, member
from mnlint.policy import conditions
from shipped import TABLES, all_cases, by_language

AZURE = (
    *(accounts, arm, at_once, covering, dependencies, egress, index, join, kleene, locks, network_settings, networks),
    *(order, required, rule_parts, rule_targets, rules, same, tenants, texts, twins, views, waiting, written),
)
CASES = by_language()
# How many variants of a case are tried in an ordinary run: of its values; of its text, by language, since hcl2 is slow.
# So few values see each of the evaluators below that are wrong on purpose, most of them in one case of ten; `make lab`
# tries all.
VALUES, TEXTS = 3, {"bicep": 2, "arm": 2, "terraform": 1, "azapi": 1, "azureml": 2, "plan": 2}
ALL = 1_000_000

Patch = pytest.MonkeyPatch
Record = Callable[[str, object], None]


@pytest.mark.parametrize("name", CASES)
def test_values_and_texts(name: str, record_property: Record) -> None:
    check(CASES[name], record_property, values=VALUES, texts=TEXTS[name.split()[1]])


@pytest.mark.lab
@pytest.mark.parametrize("name", CASES)
def test_all_values(name: str, record_property: Record) -> None:
    check(CASES[name], record_property, values=ALL)


@pytest.mark.lab
@pytest.mark.parametrize("name", CASES)
def test_all_texts(name: str, record_property: Record) -> None:
    check(CASES[name], record_property, texts=ALL)


@pytest.mark.lab
@pytest.mark.parametrize("name", CASES)
def test_pairs_of_values(name: str, record_property: Record) -> None:
    check(CASES[name], record_property, pairs=200)


def check(
    cases: Sequence[testing.Case], record_property: Record, *, values: int = 0, texts: int = 0, pairs: int = 0
) -> None:
    kinds = (
        (blur.blur_case, values, blur.Result()),
        (blur.blur_pairs, pairs, blur.Result()),
        (blur.blur_texts, texts, blur.Result()),
    )
    for case in cases:
        sharp = blur.sharpest(case)
        for tries, most, result in kinds:
            if most:
                tries(case, sharp, TABLES, most, result)
    # conftest.py prints the sum
    record_property("variants of deployments that were blurred", sum(result.tried for _, _, result in kinds))
    for _, most, result in kinds:
        assert not most or result.tried >= len(cases) / 2, "too little was tried for this to mean anything"
        assert not result.wrong


# ── evaluators that are wrong on purpose: the test above must see each of them ──


def decides_unknown(tri: Tri) -> Callable[[Patch], None]:
    """An unknown value is taken for a yes, or for a no."""

    def patch(patch: Patch) -> None:
        right = conditions.answer

        def answer(node: Node, operator: str, argument: object, *, exact: bool = False) -> Answer:
            made = right(node, operator, argument, exact=exact)
            return Answer(tri, made.because) if isinstance(node.value, Unknown) else made

        patch.setattr(conditions, "answer", answer)

    return patch


def closes_lists(patch: Patch) -> None:
    """`some` and `every` forget that there may be members nobody sees."""
    right = conditions._members

    def members(condition: object, subject: object) -> object:
        answers, _, node = right(condition, subject)  # type: ignore[arg-type]
        return answers, None, node

    patch.setattr(conditions, "_members", members)


def closes_maps(patch: Patch) -> None:
    """What is not seen in an open object is taken for not there."""

    def closed(node: Node, name: str, *, fold: bool, label: str | None = None) -> Node:
        value = node.value
        if isinstance(value, Map):
            node = node.holding(replace(value, more=None))
        if isinstance(value, Choice):
            return choice([closed(o, name, fold=fold, label=label) for o in value.options], value.why, node)
        return member(node, name, fold=fold, label=label)

    for module in AZURE:
        if hasattr(module, "member"):
            patch.setattr(module, "member", closed)


def takes_the_first_branch(patch: Patch) -> None:
    """A Choice is its first option."""
    right = conditions.answer

    def answer(node: Node, operator: str, argument: object, *, exact: bool = False) -> Answer:
        first = node.value.options[0] if isinstance(node.value, Choice) else node
        return right(first, operator, argument, exact=exact)

    patch.setattr(conditions, "answer", answer)


def skips_unknown_when(patch: Patch) -> None:
    """A policy of which nobody knows whether it applies is not asked."""
    judging = import_module("mnlint.policy.judge")  # the package calls its function by the same name
    right = judging._verdict

    def verdict(when: Answer, require: Answer) -> object:
        return (Verdict.SKIP, ()) if when.tri is Tri.UNKNOWN else right(when, require)

    patch.setattr(judging, "_verdict", verdict)


def takes_the_first_candidate(patch: Patch) -> None:
    """A reference that may mean a resource is taken to mean it."""
    right = index.Index.refers

    def refers(self: index.Index, node: Node, view: views.View, *, lift: bool = False) -> Tri:
        tri = right(self, node, view, lift=lift)
        return Tri.TRUE if tri is Tri.UNKNOWN else tri

    patch.setattr(index.Index, "refers", refers)


def closes_relations(patch: Patch) -> None:
    """A relation forgets that there may be members nobody sees."""
    patch.setattr(join.Members, "open", lambda self, why: None)


def tells_forms_apart(patch: Patch) -> None:
    """Two texts of which a part is not known are taken for different because they are written differently."""
    right = ids.same_text

    def same_text(left: str | None, right_: str | None) -> Tri:
        tri = right(left, right_)
        return Tri.FALSE if tri is Tri.UNKNOWN else tri

    for module in (ids, *AZURE):
        if hasattr(module, "same_text"):
            patch.setattr(module, "same_text", same_text)


def takes_unknown_for_missing(patch: Patch) -> None:
    """A value that nobody knows counts as not given, so that the platform's default is taken."""
    right = kleene.is_there

    def is_there(node: Node) -> Tri:
        return Tri.FALSE if isinstance(node.value, Unknown) else right(node)

    for module in AZURE:
        if hasattr(module, "is_there"):
            patch.setattr(module, "is_there", is_there)


def forgets_guards(patch: Patch) -> None:
    """What may not exist is taken for there."""
    for module in AZURE:
        if hasattr(module, "implied"):
            patch.setattr(module, "implied", lambda guards, by: True)


WRONG = {
    "unknown is no": decides_unknown(Tri.FALSE),
    "unknown is yes": decides_unknown(Tri.TRUE),
    "open lists are closed": closes_lists,
    "open objects are closed": closes_maps,
    "the first branch is taken": takes_the_first_branch,
    "an unknown when is skipped": skips_unknown_when,
    "the first candidate is taken": takes_the_first_candidate,
    "open relations are closed": closes_relations,
    "different forms are different": tells_forms_apart,
    "unknown is missing": takes_unknown_for_missing,
    "conditions hold": forgets_guards,
}


SEEN_BY = {"different forms are different": "MN014"}  # the others are seen by the first cases of all


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_evaluator_is_seen(wrong: str, monkeypatch: Patch) -> None:
    WRONG[wrong](monkeypatch)
    cases = [case for case in all_cases() if case.policy.id == SEEN_BY.get(wrong, case.policy.id)]
    assert breaks(cases, most=VALUES, enough=1)


@pytest.mark.lab
@pytest.mark.parametrize("wrong", WRONG)
def test_how_often_a_wrong_evaluator_is_seen(wrong: str, monkeypatch: Patch) -> None:
    WRONG[wrong](monkeypatch)
    found = breaks(all_cases(), most=40, enough=ALL)
    print(f"{wrong}: {found} breaks")
    assert found > 0


def about_lists_first(case: testing.Case) -> tuple[bool, int]:
    """An order in which whatever can break does so soon: relations matter to few policies."""
    asked = repr((case.policy.when, case.policy.require))
    return not any(f"word='{word}'" in asked for word in ("some", "every", "none", "count")), crc32(case.title.encode())


def breaks(cases: Sequence[testing.Case], most: int, enough: int) -> int:
    """How many variants answer wrongly; it stops at `enough`."""
    result = blur.Result()
    for case in sorted(cases, key=about_lists_first):
        blur.blur_case(case, blur.sharpest(case), TABLES, most, result)
        if len(result.wrong) >= enough:
            break
    return len(result.wrong)
