"""A plain block is one in which nothing can be wrong, and it is read as python-hcl2 would read it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from hcl_syntax import REFUSED, RICH, TAKEN, fixtures, mixed, own_texts
from mnlint.formats import terraform
from mnlint.formats.terraform_expr import MAX_DEPTH
from mnlint.formats.terraform_outline import DEEPEST, is_plain, outline
from mnlint.formats.terraform_plain import plain_body, plain_value
from mnlint.formats.terraform_reader import Reader
from mnlint.formats.tfblocks import Block, cut
from mnlint.model.expr import Expr, Op
from mnlint.model.finding import Notice
from mnlint.model.text import Source

TREE = Path(__file__).parents[2]
# Words that mean something to python-hcl2 in some places, in every place where Terraform takes them as names.
WORDS = ("if", "in", "for", "for_each", "else", "endif", "endfor", "true", "false", "null")
PLACES = (
    *(
        "a = {{\n{0} = 1\n{0}x = 2\n}}",
        "a = {{ b = 1, {0} : 2 }}",
        "a = {0}::b::c(d)",
        "a = b::{0}::c(d)",
        "a = {{ {0} = 1 }}",
    ),
    *("a = b.{0}", "a = b.{0}.c[0].{0}", "a = b[0].{0}", "a = [for x in y.{0} : x.{0} if z.{0}]", 'a = "${{b.{0}}}"'),
    *("a = {{ x.{0} = 1, b = 2 }}", "a = {{ {0} = 1, c = 2 }}", "a = b[*].{0}", "a = f(b.{0}, c.{0}...)", "{0} = 1"),
    *("a = b.{0} ? c.{0} : d.{0}", "b {{\n{0} = 1\n}}", "{0} {{\na = 1\n}}", "b {0} {{\na = 1\n}}", "a = b.*.{0}"),
    *("a = [for {0} in b : c]", "a = {{ for {0}, d in b : c => d.{0}... }}", "a = {{\nb.{0} = 1\n{0} : 2\n}}"),
)


def parts(text: str) -> Iterator[tuple[Block, bool]]:
    """The blocks of a text, and whether each is an assignment: those of `locals` stand for it."""
    source = Source("a.tf", text)
    for block in cut(source).blocks:
        if block.fault is not None:
            continue
        if block.word == "locals":
            end = block.span.end - (text[block.span.end - 1] == "}")
            inner = cut(source, block.inside, end, assignments=True).blocks
            yield from ((local, True) for local in inner if local.fault is None)
        else:
            yield block, False


def parsed(block: Block, text: str, *, assigns: bool) -> tuple[Expr, list[Notice]]:
    """What python-hcl2 makes of a block, and what is wrong with it."""
    reader = Reader(Source("a.tf", text))
    return (reader.parsed(block) if assigns else reader.parsed_body(block)), reader.notices


def check(text: str) -> tuple[int, int]:
    """How many blocks of a text are plain, of how many. Each that is has to be as good as a parser finds it."""
    plain = whole = 0
    for block, assigns in parts(text):
        whole += 1
        found = outline(block, text) if not assigns else None
        if not (is_plain(block, text) if assigns else found is not None):
            continue
        plain += 1
        made, notices = parsed(block, text, assigns=assigns)
        assert notices == [], block.text
        source = Source("a.tf", text)
        assert (plain_value if assigns else plain_body)(block, source) == made, block.text
        if assigns:
            continue
        reader = Reader(source)
        entries = {str(key.args[0]): value for key, value in made.args}
        assert found is not None
        assert entries.keys() == found.keys(), block.text
        given = reader.given(block, [name for name, argument in found.items() if argument is not None])
        assert given.plain
        assert given.entries == {name: value for name, value in entries.items() if found[name] is not None}, block.text
        assert given.body == made
    return plain, whole


def test_fixtures_are_plain() -> None:
    counts = [check(text) for text in fixtures(TREE)[::3]]
    plain, whole = (sum(column) for column in zip(*counts, strict=True))
    assert whole > 200
    assert plain > 0.95 * whole


@pytest.mark.parametrize("seed", range(4))
def test_what_is_mixed_is_plain_only_where_it_is_good(seed: int) -> None:
    drawn, texts = random.Random(seed), own_texts(TREE)
    counts = [check(mixed(drawn, texts)) for _ in range(250)]
    assert sum(plain for plain, _ in counts) > 500


@pytest.mark.lab
def test_what_is_mixed_at_length() -> None:
    drawn, texts = random.Random(2026), own_texts(TREE)
    for _ in range(50_000):
        check(mixed(drawn, texts))


@pytest.mark.parametrize("text", [row[0] for row in REFUSED])
def test_what_is_refused_is_said_although_plain_blocks_wait(text: str) -> None:
    check(text)
    assert terraform.read(Source("a.tf", text)).notices


@pytest.mark.parametrize("text", [*TAKEN, RICH])
def test_what_is_taken_may_be_plain(text: str) -> None:
    check(text)


@pytest.mark.parametrize("word", WORDS)
def test_words_of_the_grammar(word: str) -> None:
    for place in PLACES:
        written = place.format(word)
        check(f"locals {{\n{written}\n}}\n")
        check(f'resource "t" "n" {{\n{written}\n}}\n')


PLAIN = (
    *(
        "1",
        "-1",
        "- b",
        "!b",
        "b - 1",
        "1.5",
        '""',
        '"é"',
        '"${b}"',
        '"a${b}c${d}"',
        "[]",
        "{}",
        "[b, c,]",
        "b.c.d[0].e",
    ),
    *(
        "b ? c : d",
        "b ? c : d ? e : f",
        "b == c && !d || e >= 1",
        "(b)",
        "(b).c",
        "f()",
        "f(b, c,)",
        "f(b...)",
        "f(b)[0].c",
    ),
    *(
        "b[*].c",
        "b.*.c",
        "b.0",
        "b.0.c",
        "[for x in y : x]",
        "[for x, z in y : x if z]",
        "{ for x in y : x => x... if x }",
    ),
    *(
        "{ b = 1, c : 2 }",
        "{ (b) = 1 }",
        '{ "b" = 1, "${c}" = 2 }',
        "{\n b = 1\n c = {\n d = 2\n }\n}",
        "<<E\n b ${c}\nE",
    ),
    *(
        "b == {} ? {\n c = 1\n } : d",
        "{ b.c = d.e }",
        "b::c::d(e).f",
        "f (b)",
        "{ f(b) = c, (d).e : 1 }",
        '"\\n \\" $${b} %%{c} 5%"',
    ),
)


@pytest.mark.parametrize("value", PLAIN)
def test_what_is_plain(value: str) -> None:
    assert check(f"locals {{\n  a = {value}\n}}\n") == (1, 1)
    assert check(f'resource "t" "n" {{\n  a = {value}\n}}\n') == (1, 1)


NOT_PLAIN = (
    *(
        "b c",
        "b.0.1",
        "- -1",
        "b +",
        "b ? c",
        "b : c",
        "f(,)",
        "[,]",
        "{ b = 1 c = 2 }",
        "{ b }",
        "()",
        "b[",
    ),
    *(
        '"%{ if b }c%{ endif }"',
        '"\\q"',
        "{ b = 1,, c = 2 }",
        "f(b..., c)",
        "[for x : x]",
        "{ for x in y : x }",
        "b = c",
    ),
    *(
        "{\n b = 1\n || c\n}",
        "1a",
        "b. c",
        "for",
        "[b] c",
        '"b" "c"',
        "{ b = }",
        "b ?? c",
        "b & c",
        "{ for x in y : x =>}",
    ),
)


@pytest.mark.parametrize("value", NOT_PLAIN)
def test_what_is_not_plain(value: str) -> None:
    assert check(f"locals {{\n  a = {value}\n}}\n")[0] == 0
    assert check(f'resource "t" "n" {{\n  a = {value}\n}}\n')[0] == 0


def test_what_is_deep_is_not_plain_before_it_is_too_deep() -> None:
    """Each form that is inside of itself, so often that we refuse it, and at the limit."""
    forms = (("f(", ")"), ("[", "]"), ("b[", "]"), ('"${', '}"'), ("{ a = ", " }"), ("!f(", ")"), ("1 + ", ""))
    for begin, end in (*forms, ("", ".b()"), ("b ? c : ", ""), ("[for x in ", " : x]")):
        plain_at = 0
        for times in range(1, MAX_DEPTH + 20):
            text = f"locals {{\n  a = {begin * times}f(b){end * times}\n}}\n"
            if check(text)[0]:
                plain_at = times
        assert 0 <= plain_at < MAX_DEPTH, (begin, end)
    assert DEEPEST < MAX_DEPTH


def test_an_argument_is_not_parsed_with_its_block() -> None:
    text = 'module "m" {\n  source   = "./m"\n  for_each = local.x.y\n  name     = upper(each.key)\n}\n'
    call = terraform.read(Source("a.tf", text)).calls[0]
    assert call.source == Expr(Op.LITERAL, call.source.span, ("./m",))
    assert text[call.source.span.start : call.source.span.end] == '"./m"'
    assert call.loop is not None
    assert call.loop.collection.op is Op.MEMBER
    name = call.arguments["name"]
    assert text[name.span.start : name.span.end] == "upper(each.key)"
