"""Records as data and back: the same in every part, shared where it was shared, and no table is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mnlint import formats, judging
from mnlint.cache.records import decode, encode
from mnlint.catalogue import every_policy, load_policies, tables_of
from mnlint.model.expr import Expr, Op, Template
from mnlint.model.finding import Notice, Outcome, Place, Severity
from mnlint.model.policy import types_of
from mnlint.model.record import fields
from mnlint.model.settings import Settings
from mnlint.model.text import Source, Span
from mnlint.model.value import ABSENT, Cause, Node, Unknown, literal, unknown
from mnlint.reading import open_project
from mnlint.settle import CARDS

FIXTURES = Path(__file__).parents[2] / "fixtures"
SCALARS = (str, int, float, bool, type(None))
SPAN = Span("main.bicep", 3, 9)


def again(value: Any, given: tuple[object, ...] = ()) -> Any:
    """A value after a way through JSON."""
    return decode(json.loads(json.dumps(encode(value, given))), given)


def parts(value: Any) -> list[Any]:
    """What a value is made of, every field that it has."""
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, tuple | list):
        return list(value)
    return [getattr(value, one.name) for one in fields(value)] if hasattr(value, "__record_fields__") else []


def assert_same(left: Any, right: Any) -> None:
    """Two values have the same parts of the same classes, and whatever is one object there is one object here."""
    seen: dict[int, int] = {}
    stack = [(left, right)]
    while stack:
        one, other = stack.pop()
        assert type(one) is type(other)
        if id(one) in seen or type(one) in SCALARS:
            assert type(one) in SCALARS or seen[id(one)] == id(other) or one == ()
            assert type(one) not in SCALARS or repr(one) == repr(other)
            continue
        seen[id(one)] = id(other)
        mine, theirs = parts(one), parts(other)
        assert len(mine) == len(theirs)
        if not mine:
            assert one == other
        stack += zip(mine, theirs, strict=True)


# ── what is kept ──


@cache
def templates() -> dict[str, list[Template]]:
    """The files of the fixtures, whole and broken, by their languages."""
    found: dict[str, list[Template]] = {}
    for path in sorted(path for path in FIXTURES.rglob("*") if path.is_file()):
        data, file = path.read_bytes(), path.relative_to(FIXTURES).as_posix()
        language = formats.language_of(file, data.replace(b"\0", b"").lower())
        if language is not None:
            found.setdefault(language.name, []).append(formats.read(file, data, language.name))
    return found


def outcomes() -> Iterator[Outcome]:
    tables = tables_of()
    policies = load_policies(Settings(), tables)
    for folder in ("demo", "plans", "scenarios", "broken"):
        for below in sorted(path for path in (FIXTURES / folder).iterdir() if path.is_dir()):
            project = open_project([below], Settings(boundary=below), types_of(policies))
            for root in project.plan.roots:
                yield judging.lint(root, project.readers, policies, tables, Settings())


@pytest.mark.parametrize("language", sorted(language.name for language in formats.LANGUAGES))
def test_a_template_comes_back(language: str) -> None:
    for template in templates()[language]:
        made = again(template, (template.source,))
        assert made.source is template.source
        assert made == template
        assert_same(template, made)


def test_what_a_run_says_of_a_root_comes_back() -> None:
    judged = 0
    for outcome in outcomes():
        judged += len(outcome.judgements)
        given = tuple(outcome.sources.values())
        assert_same(outcome, again(outcome, given))
    assert judged > 100


def test_a_text_that_is_not_given_comes_back_with_its_lines() -> None:
    made = again(Source("main.bicep", "a\nb\n"))
    assert made.line_column(2) == (2, 1)


def test_policies_lists_and_cards_come_back() -> None:
    tables = tables_of()
    policies = every_policy(Settings(), tables)
    assert again(policies) == policies
    assert again(dict(tables)) == dict(tables)
    assert again(CARDS) == CARDS
    assert again(Settings(fail_on="never")) == Settings(fail_on="never")


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 1, 1.0, 0.0, -0.0, 10**400, "", "\N{SNAKE}", "\ud83d", "\ud83d\ude00", b"\0\xff"),
        *((), [], {}, set(), frozenset(), (1, True, 1.0, "1"), [[], [()]], {1, "a", None}, {("a", 1): {SPAN: 2}}),
        *(Decimal("1.10"), Cause.NO_VALUE, Op.NAME, Severity.ERROR, {Op.NAME: Severity.NOTE}),
        *(float("inf"), float("nan"), frozenset({"a", "b"}), {b"k": "p", Decimal(0): [SPAN]}),
    ],
    ids=lambda value: type(value).__name__,  # what a set looks like is another one every day
)
def test_every_kind_of_value_comes_back(value: object) -> None:
    made = again(value)
    assert (made == value) if isinstance(value, set | frozenset) else (repr(made) == repr(value))
    assert type(again(value)) is type(value)


def test_what_is_shared_stays_shared() -> None:
    why = Unknown(Cause.RUNTIME, SPAN, "x")
    first, second = again((Node(why, SPAN, ()), Node(why, Span("main.bicep", 3, 9), ())))
    assert first.value is second.value
    assert first.span is not second.span, "equal is not the same"
    assert again([ABSENT])[0] is ABSENT, "everybody asks for the one that there is"


def test_a_tree_may_be_deeper_than_python_follows() -> None:
    deep = Expr(Op.LITERAL, SPAN, (1,))
    for _ in range(20_000):
        deep = Expr(Op.SPREAD, SPAN, (deep,))
    assert_same(deep, again(deep))


def test_what_is_written_does_not_depend_on_the_order_of_a_set() -> None:
    names = [f"name{number}" for number in range(50)]
    assert encode(frozenset(names)) == encode(frozenset(reversed(names)))


# ── what is refused ──


def circle() -> object:
    held: list[object] = []
    held.append((held,))
    return held


@pytest.mark.parametrize(
    "value",
    [
        *(object(), int, len, {"a": object()}, range(3), iter(()), circle(), 1j, 10**5000, memoryview(b"")),
        *({literal(1, SPAN): 1}, {((1,),): 1}, {Place(SPAN, ""): 1}),
        fields(Span)[0],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_ours_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        encode(value)


def test_what_is_given_is_not_written() -> None:
    source = Source("main.bicep", "secret")
    assert "secret" not in json.dumps(encode((source, SPAN), (source,)))
    with pytest.raises(TypeError):
        encode(source, (source,))


def sample() -> Any:
    """A table with everything in it that a table may have."""
    node = unknown(Cause.RUNTIME, SPAN, "\ud83d")
    notice = Notice("note", "x", "y", Place(SPAN, "z"))
    values = (node, notice, {1, 2}, {"k": "p"}, Decimal(1), b"x", [1.5, None], frozenset({True}), Op.NAME)
    return encode((*values, ABSENT, Source("f", "t")))


def taken(table: object) -> None:
    """Decodes a table that somebody has changed: it may mean something else now, but nothing else may happen."""
    try:
        decode(table)
    except ValueError:
        return


def test_a_table_cut_anywhere_is_refused_or_is_another_one() -> None:
    table = sample()
    assert decode(table)
    for number, row in enumerate(table["rows"]):
        for shorter in [row[:end] for end in range(len(row))] if isinstance(row, list) else []:
            taken({**table, "rows": [*table["rows"][:number], shorter, *table["rows"][number + 1 :]]})
        without = {**table, "rows": [*table["rows"][:number], *table["rows"][number + 1 :]]}
        taken(without)
        taken({**table, "rows": table["rows"][:number]})


@pytest.mark.parametrize("wrong", [-1, 10**6, 10**30, 1.5, "0", None, [0], {}, float("nan")], ids=repr)
def test_a_number_of_no_earlier_row_is_refused(wrong: object) -> None:
    table = sample()
    for number, row in enumerate(table["rows"]):
        for at in range(len(row)) if isinstance(row, list) else []:
            changed = [*row[:at], wrong, *row[at + 1 :]]
            with pytest.raises(ValueError, match="no table"):
                decode({**table, "rows": [*table["rows"][:number], changed, *table["rows"][number + 1 :]]})


def test_a_row_is_no_part_of_itself_and_of_none_before() -> None:
    table = sample()
    for number, row in enumerate(table["rows"]):
        for at in range(1, len(row)) if isinstance(row, list) else []:
            changed = [*row[:at], number, *row[at + 1 :]]
            with pytest.raises(ValueError, match="no table"):
                decode({**table, "rows": [*table["rows"][:number], changed, *table["rows"][number + 1 :]]})


def test_every_other_tag_gives_something_else_or_nothing() -> None:
    table = sample()
    for number, row in enumerate(table["rows"]):
        for tag in range(30) if isinstance(row, list) else []:
            taken({**table, "rows": [*table["rows"][:number], [tag, *row[1:]], *table["rows"][number + 1 :]]})


def test_a_record_has_all_its_parts_and_no_more() -> None:
    for record in (SPAN, Notice("note", "x", "y"), ABSENT, Op.NAME):
        table = encode(record)
        row = table["rows"][-1]
        for wrong in (row[:-1], [*row, 0]):
            with pytest.raises(ValueError, match="no table"):
                decode({**table, "rows": [*table["rows"][:-1], wrong]})


@pytest.mark.parametrize(
    "name",
    [
        *(
            "os.system",
            "text.Nothing",
            "nowhere.Span",
            "text.Final",
            "text.bisect_right",
            "record.Field",
            "value.Mapping",
        ),
        *("..text.Span", "text.Span.covers", "text", "", "text.Span\n", "mnlint.model.text.Span", "pattern.pattern"),
        *(
            "value.Node.__class__",
            "expr.Span",
            "value.Span",
            "tri.Enum",
            "finding.IntEnum",
            "value.Value",
            "value.literal",
        ),
        *(None, 1, ["text.Span"]),
    ],
)
def test_only_classes_of_the_model_are_named(name: object) -> None:
    table = encode(SPAN)
    with pytest.raises(ValueError, match="no table"):
        decode({**table, "names": [name]})


@pytest.mark.parametrize(
    "table",
    [
        *(None, [], "", 1, {}, {"rows": []}, {"names": [], "given": 0}, {"names": [], "given": 0, "rows": []}),
        *({"names": [], "given": 1, "rows": [1]}, {"names": [], "given": 0, "rows": [{}]}),
        *({"names": [], "given": 0, "rows": [[]]}, {"names": 1, "given": 0, "rows": [1]}),
        *({"names": [], "given": 0, "rows": 1}, {"names": [], "given": 0, "rows": [(0,)]}),
    ],
    ids=repr,
)
def test_what_is_no_table_is_refused(table: object) -> None:
    with pytest.raises(ValueError, match="no table"):
        decode(table)


@pytest.mark.parametrize("kind", [2, 3, 4])
def test_a_deep_key_is_never_asked_for_its_hash(kind: int) -> None:
    """Python's own would run out of its stack, or double its time with every row."""
    deep = [[0, number, number] for number in range(100_000)]
    rows = [1, *deep, [kind, len(deep), len(deep)]]
    with pytest.raises(ValueError, match="as a key"):
        decode({"names": [], "given": 0, "rows": rows})
