"""The cutter of HCL texts: where blocks begin and end, what is a comment, what python-hcl2 gets to see."""

from __future__ import annotations

import pytest

from mnlint.formats import tfblocks
from mnlint.formats.tfblocks import DIRECTIVE, TEXT, VALUE, Block, cut
from mnlint.model.text import Source


def blocks(text: str, *, assignments: bool = False) -> tuple[Block, ...]:
    return cut(Source("a.tf", text), assignments=assignments).blocks


def texts(text: str, *, assignments: bool = False) -> list[str]:
    source = Source("a.tf", text)
    return [source.cut(block.span) for block in cut(source, assignments=assignments).blocks]


def faults(text: str, *, assignments: bool = False) -> list[tuple[str, int]]:
    """What is wrong, and on which line."""
    source = Source("a.tf", text)
    found = [block.fault for block in cut(source, assignments=assignments).blocks if block.fault]
    return [(n.message, source.line_column(n.place.span.start)[0]) for n in found if n.place]


@pytest.mark.parametrize(
    ("text", "word", "labels", "head"),
    [
        ("locals {}", "locals", (), "locals"),
        ('variable "x" {}', "variable", ("x",), 'variable "x"'),
        ('resource "t" "n" {\n}', "resource", ("t", "n"), 'resource "t" "n"'),
        ("resource t n {}", "resource", ("t", "n"), "resource t n"),  # labels need no quotes
        ('resource"t""n"{}', "resource", ("t", "n"), 'resource"t""n"'),  # nor blanks between
        ('module /* why */ "m" /* so */ {}', "module", ("m",), 'module /* why */ "m"'),
        ('variable "größe" {}', "variable", ("größe",), 'variable "größe"'),
        ('  variable "x" { }  ', "variable", ("x",), 'variable "x"'),
    ],
)
def test_heads(text: str, word: str, labels: tuple[str, ...], head: str) -> None:
    (block,) = blocks(text)
    assert (block.word, block.labels, Source("a.tf", text).cut(block.head)) == (word, labels, head)
    assert block.fault is None


@pytest.mark.parametrize(
    "block",
    [
        "locals { a = { b = [1] } }",
        'locals { a = "}" }',
        'locals { a = "\\"}" }',  # an escaped quotation mark does not end the string
        'locals { a = "\\\\" }',  # an escaped backslash does not escape the quotation mark
        'locals { a = "${"}"}" }',  # a string in an interpolation in a string
        'locals { a = "${ { b = "}" }.b }" }',  # a brace in an interpolation
        'locals { a = "%{ if x == "}" }y%{ endif }" }',  # a directive
        'locals { a = "$${" }',  # no interpolation
        'locals { a = "%%{" }',  # no directive
        'locals { a = "$$$${" }',
        'locals { a = "100%" }',
        "locals { # }\n}",
        "locals { // }\n}",
        "locals { /* } */ }",
        'locals { a = "#" }',
        'locals { a = "/*" }',
        "locals {\n a = <<EOT\n}\nEOT\n}",
        "locals {\n a = <<-EOT\n  }\n  EOT\n}",
        "locals {\n a = <<EOT\n EOT \n}",  # white space around the last word
        "locals {\n a = <<EOT\nEOTS\nEOT.\nEOT\n}",  # longer words do not end it
        "locals {\n a = <<EOT\n${<<IN\n}\nIN\n}\nEOT\n}",  # a heredoc in a heredoc
        'locals {\n a = <<EOT\n${"}"} "\nEOT\n}',  # quotation marks mean something in interpolations only
        "locals {\r\n a = <<EOT\r\n}\r\nEOT\r\n}",
    ],
)
def test_what_does_not_end_a_block(block: str) -> None:
    text = f"{block}\nlocals {{}}\n"
    assert texts(text) == [block, "locals {}"]
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a = 1\nb = 2", ["a = 1", "b = 2"]),
        ("a = {\n b = 1\n}\nc = 3", ["a = {\n b = 1\n}", "c = 3"]),
        ("a = [ # one\n 1,\n 2 ] # two\nb = 1", ["a = [ # one\n 1,\n 2 ]", "b = 1"]),
        ("a = <<E\nx\nE\nb = 1", ["a = <<E\nx\nE", "b = 1"]),
        ("a /* = */ = 1", ["a /* = */ = 1"]),
        ("a = b == c ? 1 : 2", ["a = b == c ? 1 : 2"]),
    ],
)
def test_assignments_end_with_their_line(text: str, names: list[str]) -> None:
    assert texts(text, assignments=True) == names
    assert faults(text, assignments=True) == []


def test_comments_with_their_delimiters_and_places() -> None:
    text = '# one\r\nlocals { // two\n a = "# no" /* three\n */\n b = <<E\n# no\nE\n}\n/* four */ # five'
    source = Source("a.tf", text)
    comments = cut(source).comments
    assert [c.text for c in comments] == ["# one", "// two", "/* three\n */", "/* four */", "# five"]
    assert [source.cut(c.span) for c in comments] == [c.text for c in comments]


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("locals { a = 1 } # c", "locals { a = 1 }"),
        ("locals { a = /* c */ 1 }", "locals { a =         1 }"),
        ("locals { # c\n a = 1 }", "locals {    \n a = 1 }"),
        ("locals { a = (\n b\n + c) }", "locals { a = (  b  + c) }"),
        ("locals { a = [ # c\n b] }", "locals { a = [      b] }"),
        ("locals { a = {\n b = 1\n} }", "locals { a = {\n b = 1\n} }"),  # line ends that mean something
        ("locals { a = {\n for\n b in c : b => d } }", "locals { a = {  for  b in c : b => d } }"),
        ("locals { a = {\n for = 1\n} }", "locals { a = {\n for = 1\n} }"),
        ('locals { a = "${~ b ~}" }', 'locals { a = "${  b  }" }'),
        ('locals { a = "x\\"y ${b} $${c}" }', 'locals { a = "xxxxx${b}xxxxxx" }'),
        ('locals { a = "%{ if b }${c}%{ endif }" }', 'locals { a = "xxxxxxxxx${c}xxxxxxxxxx" }'),
        ('locals { a = <<E\n${b} "\nE\n}', 'locals { a = "xxx${b}xxx"\n}'),
        ("locals { a = !!b }", "locals { a =  !b }"),
        ("locals { a = b - -c }", "locals { a = b - -c }"),  # a subtraction and a sign: nothing to do
        ("locals { a = b - - -c }", "locals { a = b -   -c }"),
        ("locals { a = - -c }", "locals { a =   -c }"),
        ("locals { a = b--c }", "locals { a = b--c }"),  # a name
        ("locals { a = b---c }", "locals { a = b---c }"),
        ("locals { größe = 1 }", "locals { grxxe = 1 }"),
        ('locals { a = "größe" }', 'locals { a = "größe" }'),
    ],
)
def test_what_the_parser_gets(text: str, prepared: str) -> None:
    (block,) = blocks(text)
    assert block.text == prepared
    assert len(block.text) == block.span.end - block.span.start


def test_parts_of_templates() -> None:
    text = 'locals { a = "x${y}%{ if z }" }'
    (block,) = blocks(text)
    assert list(block.templates) == [text.index('"')]
    assert [(p.kind, text[p.start : p.end]) for p in block.templates[text.index('"')]] == [
        (TEXT, "x"),
        (VALUE, "${y}"),
        (DIRECTIVE, "%{ if z }"),
    ]


def test_signs_lead_from_the_last_to_the_others() -> None:
    text = "locals { a = ! !!b }"
    (block,) = blocks(text)
    first = text.index("!")
    assert block.signs == {first + 3: (first, first + 2)}


NEXT = '\nvariable "next" {}\n'


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('locals {\n a = "x\n}', 'this string is not closed; expected `"` on the same line', 2),
        ('locals {\n a = "x\\\n}', 'this string is not closed; expected `"` on the same line', 2),
        ('locals {\n a = "${x"\n}', 'this string is not closed; expected `"` on the same line', 2),
        ("locals {\n a = [1\n}", "`[` is never closed", 2),
        ("locals {\n a = (1]\n}", "`]` closes nothing; expected `)`", 2),
        ("locals {\n a = {\n}", "`{` is never closed", 1),
        ("locals {\n a = <<E\nx\n}", "this heredoc is not closed; expected a line `E`", 2),
        ("locals {\n a = <<E\n${x\nE\n}", "`${` is never closed", 3),
        ("}", "`}` closes nothing", 1),
        ("a = 1", '`a =` cannot stand here; expected a block, as in `resource "type" "name" { }`', 1),
        ("a b", '`a` cannot stand here; expected a block, as in `resource "type" "name" { }`', 1),
        ('"a" {}', '`"` cannot stand here; expected a block, as in `resource "type" "name" { }`', 1),
        ("locals " + "{" * 300, "nested too deeply: more than 200 levels", 1),
    ],
)
def test_a_mistake_costs_one_block(text: str, message: str, line: int) -> None:
    whole = 'variable "before" {}\n' + text + NEXT
    for written in (whole, whole.replace("\n", "\r\n")):
        assert faults(written) == [(message, line + 1)]
        found = blocks(written)
        assert [found[0].labels, found[-1].labels] == [("before",), ("next",)]
        assert all(len(block.text) == block.span.end - block.span.start for block in found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("b = [1,", "`[` is never closed"),
        ("b {}", "a block `b` cannot stand here; expected `name = value`"),
        ("b", "`b` cannot stand here; expected `name = value`"),
        ('b = "x', 'this string is not closed; expected `"` on the same line'),
    ],
)
def test_a_mistake_costs_one_assignment(text: str, message: str) -> None:
    whole = f"a = 1\n{text}\nc = 3"
    assert faults(whole, assignments=True) == [(message, 2)]
    found = blocks(whole, assignments=True)
    assert [found[0].word, found[-1].word] == ["a", "c"]


def test_an_open_comment_takes_the_rest() -> None:
    text = 'variable "a" {}\n/* variable "b" {}'
    assert faults(text) == [("this comment is not closed; expected `*/`", 2)]
    assert [b.labels for b in blocks(text)] == [("a",), ()]


def test_a_forgotten_brace_does_not_take_the_other_blocks() -> None:
    text = 'resource "a" "b" {\n  x {\n}\n' + 'resource "c" "d" {\n}\n' * 3
    assert [b.labels for b in blocks(text)] == [("a", "b"), *[("c", "d")] * 3]
    assert faults(text) == [("`{` is never closed", 1)]


def test_blocks_of_blocks_are_cut_only_where_a_brace_was_forgotten() -> None:
    text = 'check "a" {\ndata "b" "c" {\n}\n}\n'
    assert texts(text) == [text.rstrip()]


@pytest.mark.parametrize(("piece", "most"), [("}\n", tfblocks.MAX_FAULTS), ("#\n", tfblocks.MAX_PIECES)])
def test_a_flood_ends_early(piece: str, most: int) -> None:
    found = cut(Source("a.tf", piece * (most + 10)))
    assert len(found.blocks) + len(found.comments) == most + 1
    last = found.blocks[-1].fault
    assert last is not None
    assert (last.code, last.level) == ("MN912", "error"), "nobody knows what stands behind it"


@pytest.mark.parametrize("piece", ["(", "()", "\n", '"${a}"'])
def test_a_flood_in_one_block_ends_it_there(piece: str) -> None:
    text = "a {\n  b = [" + piece * tfblocks.MAX_SIGNS + "]\n}\nc {\n}\n"
    a = cut(Source("a.tf", text)).blocks[0]
    assert a.fault is not None
    assert a.fault.code == "MN912"
    if piece != "(":  # that is too deep before it is too much
        assert a.fault.level == "error", "nobody knows what stands behind it"
        assert a.fault.message == "too many brackets, lines or parts of strings: not read from here on"


@pytest.mark.parametrize(
    "piece",
    [
        *(
            '"',
            '"\n',
            'a = "\n',
            "{",
            "(]",
            "([)]",
            "${",
            'a = "${"',
            "%{",
            "}",
            "{for ",
            "$${",
            "!!",
            "- ",
            "/*",
            "{/*",
        ),
        *("a = <<A\n", "a = <<A\n${ { /*\nA\n", "resource {\n", "resource {\n x = [\n"),
        *("\\", "é", "\0", "\r", "a\r\n", " "),
    ],
)
def test_odd_texts_come_to_an_end(piece: str) -> None:
    """What is looked at twice for each piece would take minutes here."""
    text = piece * (50_000 // len(piece))
    for assignments in (False, True):
        at = 0
        for block in blocks(text, assignments=assignments):
            assert at <= block.span.start <= block.span.end <= len(text)
            at = block.span.end
