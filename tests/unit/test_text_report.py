"""The text report: what stands where, to the letter, and what no input may do to it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from report_samples import (
    BROKEN,
    CARD,
    HUB,
    MAIN,
    NOTICE,
    at_module,
    doubted,
    judged,
    node,
    one_line,
    outcome,
    report,
    span,
)
from test_escape import TEXTS, is_command

from mnlint.model.finding import Coverage, Notice, Place, Report, Suppression, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.model.value import Cause, HopKind, Node, Unknown
from mnlint.reports import RENDERERS, cells, render
from mnlint.settle import settle

HEAD = span(HUB, 'resource "azurerm_ai_foundry" "hub"')
SEEN = Coverage(12, 9, {"not relevant": 3}, 2, 14, 0, 1)


def text(made: Report, **options: object) -> str:
    return render(made, "text", **options)


def marked(source: Source, mark: str) -> list[str]:
    """The three lines of the excerpt for a finding on a text of a source."""
    lines = text(one_line(source, mark)).splitlines()
    at = next(number for number, line in enumerate(lines) if "-->" in line)
    return lines[at + 1 : at + 4]


def test_a_whole_report() -> None:
    made = report(at_module(), doubted(), doubted("MN004", "lab"), notices=(NOTICE,), coverage=SEEN)
    assert text(made) == (
        """\
error[MN001]: hub: managed network isolation is Disabled
  --> main.tf:3:12
   |
 3 |   mode   = "Disabled"
   |            ^^^^^^^^^^
   = by way of var.mode                        hub/main.tf:2:14
   = by way of local.m                         hub/main.tf:5:38
   = in module.hub.azurerm_ai_foundry.hub      hub/main.tf:3:1
   = help: Set the isolation mode to AllowInternetOutbound or
   |       AllowOnlyApprovedOutbound. Plan the outbound rules first.
   = docs: mnlint explain MN001

not decided: 2 checks wait for 1 value
  --> hub/main.tf:1:1  parameter mode has no value  MN001 (hub), MN004 (lab)
   = help: give it one: a default, or a parameter file with --parameters

warning[cache]: the cache could not be written

checked 12 files (9 read, 3 skipped: 3 not relevant), 2 managed networks: 14 settings decided, 1 undecided; 1 error
"""
    )


@pytest.mark.parametrize(
    ("reason", "coverage", "expected"),
    [
        ("nothing given", Coverage(), "checked no files, no managed network was seen"),
        (
            "nothing of ours",
            Coverage(1, 0, {"not relevant": 1}),
            "checked 1 file (0 read, 1 skipped: 1 not relevant), no managed network was seen",
        ),
        (
            "nothing wrong",
            Coverage(2, 2, {}, 1, 1, 1),
            "checked 2 files (2 read), 1 managed network: 1 setting decided, 1 by default only, 0 undecided",
        ),
        (
            "several reasons",
            Coverage(5, 2, {"too large": 1, "not relevant": 2}),
            "checked 5 files (2 read, 3 skipped: 2 not relevant, 1 too large), no managed network was seen",
        ),
    ],
)
def test_silence_says_what_was_looked_at(reason: str, coverage: Coverage, expected: str) -> None:
    assert text(report(coverage=coverage)) == expected + "; no findings\n", reason


def test_the_last_line_counts_by_severity() -> None:
    limit = Notice("note", "MN912", "the loop has too many members", BROKEN.place)
    second = replace(BROKEN, message="expected = here")
    made = report(at_module(), notices=(BROKEN, second, limit))
    assert text(made).splitlines()[-1].endswith("; 3 errors, 1 note")


def test_what_is_suppressed_is_counted_and_not_shown() -> None:
    made = report(at_module())
    quiet = replace(
        made,
        findings=(replace(made.findings[0], suppressed=Suppression("agreed", Place(span(MAIN, "source"), "here"))),),
    )
    assert text(quiet).splitlines() == [text(quiet).strip()]
    assert text(quiet).endswith("; no findings, 1 suppressed\n")


# --- excerpts


def test_tabs_are_four_blanks_and_the_mark_stands_right() -> None:
    assert marked(Source("a.tf", '\tx\t= "Disabled"\n'), '"Disabled"') == [
        "   |",
        ' 1 |     x    = "Disabled"',
        "   |            ^^^^^^^^^^",
    ]


def test_wide_characters_take_two_columns_and_marks_on_them_none() -> None:
    assert marked(Source("a.tf", "名 = é 前後\n"), "前後") == [
        "   |",
        " 1 | 名 = é 前後",
        "   |        ^^^^",
    ]
    assert marked(Source("a.tf", "e\u0301 = x\n"), "x")[2] == "   |     ^"


def test_the_margin_is_as_wide_as_the_number() -> None:
    lines = text(one_line(Source("a.tf", "\n" * 99 + "x = 1\n"), "1")).splitlines()
    assert lines[1:5] == ["    --> a.tf:100:5", "     |", " 100 | x = 1", "     |     ^"]


def test_of_a_place_with_several_lines_the_first_is_marked() -> None:
    assert marked(Source("a.tf", "a {\n  b\n}\n"), "{\n  b\n}") == ["   |", " 1 | a {", "   |   ^"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_not_marked(end: str) -> None:
    assert marked(Source("a.tf", f"a b{end}c"), f"b{end}c") == ["   |", " 1 | a b", "   |   ^"]


@pytest.mark.parametrize("at", [0, 3, 4, 5, 99])
def test_an_empty_place_has_one_mark(at: int) -> None:
    source = Source("a.tf", "a b\r\n")
    made = report(judged(node("x", (HopKind.LITERAL, Span("a.tf", at, at), "here")), head=HEAD), sources=(source, HUB))
    assert text(made).count("^") == 1


@pytest.mark.parametrize(
    ("reason", "before", "after"),
    [("mark first", 0, 900), ("mark last", 900, 0), ("mark amid", 900, 900), ("a little before", 50, 900)],
)
def test_a_long_line_is_cut_around_the_mark(reason: str, before: int, after: int) -> None:
    line, marks = marked(Source("a.tf", "a" * before + '"Disabled"' + "b" * after), '"Disabled"')[1:]
    shown = line.removeprefix(" 1 | ")
    assert cells.width(shown) == 120, reason
    assert shown.startswith("…") == (before > 50)
    assert shown.endswith("…") == (after > 0)
    at = marks.index("^")
    assert line[at : at + 10] == '"Disabled"'
    assert marks[at:] == "^" * 10


def test_a_cut_shows_also_where_the_rest_would_have_room() -> None:
    narrow = "e\u0301" * 500
    for before, after in ((narrow, ""), ("", narrow)):
        shown = marked(Source("a.tf", f"{before} x {after}"), "x")[1].removeprefix(" 1 | ")
        assert shown.startswith("…") == bool(before)
        assert shown.endswith("…") == bool(after)
    assert marked(Source("a.tf", narrow), narrow)[1].endswith("…")


def test_a_long_mark_is_cut_too() -> None:
    line, marks = marked(Source("a.tf", "a" * 200 + "名" * 500 + "b" * 200), "名" * 500)[1:]
    assert cells.width(line) <= 125
    assert marks.count("^") == cells.width("…" + "名" * 39)
    assert "…a" in line
    assert "名…b" in line
    assert line.endswith("b…")


def test_a_line_of_120_columns_is_whole() -> None:
    line = "a" * 119 + "x"
    assert marked(Source("a.tf", line), "x")[1] == " 1 | " + line


def test_a_file_in_one_line_takes_no_time() -> None:
    source = Source("a.json", '{"a": 1}, ' * 200_000)
    places = [Span("a.json", 10 * n, 10 * n + 8) for n in range(2000)]
    made = report(*(judged(node("x", (HopKind.LITERAL, at, "here")), head=at) for at in places), sources=(source,))
    assert text(made).count("^^^^^^^^") == 2000


# --- help


def test_the_help_of_the_finding_comes_before_the_cards() -> None:
    made = report(replace(at_module(), help='Write isolation_mode = "AllowOnlyApprovedOutbound".'))
    assert '   = help: Write isolation_mode = "AllowOnlyApprovedOutbound".\n   = docs' in text(made)


def test_help_of_several_lines_stays_as_it_is_for_it_is_to_be_pasted() -> None:
    made = report(replace(at_module(), help="Add:\n\n  pypi: {\n\ttype: 'FQDN'\n  }\n"))
    help_lines = text(made).split("= help: ")[1].split("   = docs")[0]
    assert help_lines == "Add:\n   |\n   |         pypi: {\n   |           type: 'FQDN'\n   |         }\n"


def test_prose_is_wrapped_at_80_columns_by_what_it_takes() -> None:
    made = report(replace(at_module(), help="名前 " * 40 + "x" * 100 + " the end"))
    lines = text(made).split("= help: ")[1].split("   = docs")[0].splitlines()
    assert [line.removeprefix("   |       ") for line in lines[-2:]] == ["x" * 100, "the end"]
    # 69 columns are left, and a word of four with its blank takes five.
    assert [line.count("名前") for line in lines[:-2]] == [14, 14, 12]


@pytest.mark.parametrize(("most", "expected"), [(8, ["aaaa", "bbbb"]), (9, ["aaaa bbbb"]), (3, ["aaaa", "bbbb"])])
def test_the_blank_between_words_counts(most: int, expected: list[str]) -> None:
    assert cells.wrap(" aaaa\n bbbb ", most) == expected


def test_of_a_long_fix_the_first_sentences_are_enough() -> None:
    card = replace(CARD, fix="Do this first. " + "Then do that, and be careful. " * 20)
    made = settle([outcome(at_module())], [card])
    shown = " ".join(text(made).split("= help:")[1].split("= docs")[0].replace("|", "").split())
    assert shown.startswith("Do this first. Then do that")
    assert len(shown) <= 160


def test_a_finding_of_several_instances_says_so() -> None:
    assert "   = instances: 3\n" in text(report(at_module(instances=3)))


# --- doubts


def test_one_check_and_several_values() -> None:
    ats = [span(HUB, "var.mode"), span(HUB, "local.m")]
    nodes = [Node(Unknown(Cause.RUNTIME, at, "this"), at, ()) for at in ats]
    made = report(judged(*nodes, head=HEAD, verdict=Verdict.UNKNOWN))
    assert "not decided: 1 check waits for 2 values\n" in text(made)


def test_of_many_that_wait_some_are_named() -> None:
    made = report(*(doubted(policy, f"hub{n}") for n in range(9) for policy in ("MN004", "MN001")))
    assert "MN001 MN004 (hub0), MN001 MN004 (hub1)," in text(made)
    assert "MN001 MN004 (hub5) and 3 more\n" in text(made)


# --- colour


def test_colour_only_if_asked_for() -> None:
    made = report(at_module(), notices=(NOTICE,))
    assert "\x1b" not in text(made)
    coloured = text(made, color=True)
    assert coloured.startswith("\x1b[1;31merror[MN001]\x1b[0m: hub")
    assert "\x1b[1;31m^^^^^^^^^^\x1b[0m\n" in coloured
    assert "\x1b[1;33mwarning[cache]\x1b[0m: " in coloured
    for code in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == text(made)


# --- terminals


@pytest.mark.parametrize("color", [False, True])
def test_a_terminal_gets_lines_that_fit(color: bool) -> None:
    long = at_module(message="hub: " + "some words on what is wrong " * 8)
    made = report(long, doubted(), doubted("MN004", "a" * 60), coverage=SEEN)
    wide = text(made, color=color, wide=60)
    plain = [re.sub("\x1b\\[[0-9;]*m", "", line) for line in wide.splitlines()]
    assert all(cells.width(line) <= 60 for line in plain if " " in line.strip() and "|" not in line)
    assert plain[0].startswith("error[MN001]: hub: some words")
    assert plain[1].startswith("    ")
    words = " ".join(" ".join(plain).split())
    assert words == " ".join(text(made).split()), "nothing is lost"
    assert ("\x1b[1;31merror[MN001]\x1b[0m: hub" in wide) == color


@pytest.mark.parametrize("name", TEXTS, ids=[repr(name[:20]) for name in TEXTS])
def test_no_input_is_obeyed_at_a_terminal(name: str) -> None:
    for wide in (20, 41, 60, 80):
        lines = text(everywhere(f"{name} ::error::x {name}"), wide=wide).split("\n")
        assert [line for line in lines if is_command(line)] == []


# --- what inputs may not do


def everywhere(name: str) -> Report:
    """A report with a name from an input wherever one can stand."""
    file = Source(f"{name}.tf", f"a = {name} # b\n")
    at = Span(file.file, 0, len(file.text))
    unknown = Unknown(Cause.NO_VALUE, at, name)
    way = ((HopKind.LITERAL, at, name), (HopKind.REFERENCE, Span(file.file, 0, 1), name))
    return report(
        judged(node("x", *way), head=at, message=name, subject=name, name=name),
        judged(node("x", *way), head=at, message=f"::error::{name}"),
        replace(judged(node("x", *way), head=at, message="help"), help=f"a\n{name}\n::error::b"),
        replace(judged(node("x", *way), head=at, message="wrapped"), help="a " * 40 + f"::error:: {name}"),
        judged(Node(unknown, at, ()), head=at, verdict=Verdict.UNKNOWN, name=name),
        sources=(file,),
        notices=(
            Notice("warning", "cache", name, Place(at, name)),
            Notice("error", "MN910", name, Place(Span(f"gone/{name}", 0, 0), name)),
        ),
        coverage=Coverage(1, 1, {name: 1}, 1),
    )


@pytest.mark.parametrize("name", TEXTS, ids=[repr(name[:20]) for name in TEXTS])
def test_no_input_is_obeyed(name: str) -> None:
    lines = text(everywhere(name)).split("\n")
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for line in lines for c in line)
    assert [line for line in lines if is_command(line)] == []
    assert all(len(line) < 4000 for line in lines)
    starts = ("error[", "warning[", "note[", "not decided:", "checked ", "-->", "|", "=", "1 |", "")
    assert all(line.strip().startswith(starts[:-1]) or not line for line in lines)


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_of_the_table_is_there(name: str) -> None:
    assert "MN001" in render(report(at_module()), name)


def test_a_file_that_is_not_at_hand_has_no_excerpt() -> None:
    gone = Notice("error", "MN910", "not UTF-8", Place(Span("a.bicep", 0, 0), "here"))
    assert text(report(notices=(gone,))).startswith("error[MN910]: not UTF-8\n  --> a.bicep\n   = help:")
