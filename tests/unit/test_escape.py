"""What an input may not reach: a terminal, a build agent, a viewer's links, a page, a parser."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mnlint.reports import escape

# reason, what somebody calls their hub
HOSTILE = [
    ("clears the screen", "\x1b[2J"),
    ("a link of the terminal", "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07"),
    ("writes the clipboard", "\x1b]52;c;aGk=\x07"),
    ("the same in one byte of C1", "\x9b2J"),
    ("goes back to the line's start", "fine\rerror"),
    ("a command of GitHub's on a line of its own", "x\n::error::y"),
    ("stops GitHub's commands", "x\r\n::stop-commands::z"),
    ("GitHub's older form", "##[add-mask]x"),
    ("a command of Azure's", "x ##vso[task.setvariable variable=PATH]y"),
    ("the same after more signs", "####vso[task.complete result=Failed;]"),
    ("hidden in what is searched without it", "##\u200bvso[task.complete result=Failed;]"),
    ("hidden likewise", "#\u00ad#vso[task.complete result=Failed;]"),
    ("hidden in a mark", "##\u034fvso[task.complete result=Failed;]"),
    ("reads backwards", "\u202etxt.exe"),
    ("an isolate", "\u2066a\u2069"),
    ("a line end for some", "a\u2028::error::b"),
    ("another", "a\x85::error::b"),
    ("half a character", "a\ud800b"),
    ("letters nobody sees", "a\U000e0041b"),
    ("a link", "[click](https://evil.example)"),
    ("a link that runs a command", "x](command:workbench.action.terminal.new)"),
    ("a link that is escaped already", "\\[click\\](command:x)"),
    ("a tag", "<img src=x onerror=alert(1)>"),
    ("calls people, and other issues", "hello @everybody, see #1, https://evil.example and www.evil.example"),
    ("ends a span of code", "`` ` ``` <img src=x> `"),
    ("ends a cell of a table", "a \\| b | [x](https://evil.example)"),
    ("ends CDATA", "]]><script/>"),
    ("a placeholder", "{0} {{1}} %0A %s"),
    ("a whole book", "x" * 100_000),
]
TEXTS = [row[1] for row in HOSTILE]
each = pytest.mark.parametrize("text", TEXTS, ids=[row[0] for row in HOSTILE])


def is_command(line: str) -> bool:
    """True if a build agent would take something in the line for a command: the rules of their sources.

    actions/runner, ActionCommand.cs: `::` after the blanks at the start, `##[` anywhere. azure-pipelines-agent,
    Command.cs: `##vso[` anywhere, searched by the rules of a culture, for which what is not seen is not there.
    """
    seen = "".join(c for c in line if unicodedata.category(c) not in {"Cf", "Cc", "Mn"})
    return line.strip().startswith("::") or any("##[" in text or "##vso[" in text.lower() for text in (line, seen))


@each
def test_a_terminal_is_told_one_harmless_line(text: str) -> None:
    line = escape.terminal(text)
    assert len(line.splitlines()) == 1
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in line)
    assert not is_command("hub: " + line)
    assert len(line) <= escape.MOST + 1  # a line end takes two characters


def test_the_agents_rules_of_this_test_are_awake() -> None:
    raw = {reason for reason, text in HOSTILE if any(is_command(line) for line in text.splitlines())}
    assert raw == {
        "a command of GitHub's on a line of its own",
        "stops GitHub's commands",
        "GitHub's older form",
        "a command of Azure's",
        "the same after more signs",
        "hidden in what is searched without it",
        "hidden likewise",
        "hidden in a mark",
        "a line end for some",
        "another",
    }


def test_what_is_harmless_stays_as_it_is() -> None:
    for text in (
        "module.hub[0].azurerm_ai_foundry.hub",
        "## a heading",
        "#### [x]",
        "naïve 名前 😀",
        "a # b ## c",
        "C:\\x",
    ):
        assert escape.terminal(text) == text


def test_line_ends_can_be_seen() -> None:
    assert escape.terminal("a\nb\r\nc\rd") == "a\\nb\\nc\\nd"


@each
def test_a_line_keeps_its_length(text: str) -> None:
    assert len(escape.line(text)) == len(text)


@each
def test_a_message_has_no_link_but_ours(text: str) -> None:
    message = escape.message(text)
    assert "](" not in message
    assert not re.search(r"(?<!\\)(\\\\)*[\[\]]", message)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in message)
    ours = f"{message} [{message}](1)"
    assert re.findall(r"\]\(([^)]*)\)", ours) == ["1"]


def test_brackets_of_a_message_are_escaped_as_the_standard_says() -> None:
    assert escape.message("a[0](b) \\ c") == "a\\[0\\] (b) \\\\ c"


def tokens(page: str) -> Iterator[Token]:
    """What a page of Markdown is made of, by a parser of its own, inner tokens too."""
    for token in MarkdownIt("commonmark", {"html": True}).parse(page):
        yield token
        yield from token.children or []


@each
def test_a_page_shows_the_words(text: str) -> None:
    page = escape.markdown(text)
    assert not any(token.type in {"html_inline", "html_block", "image"} for token in tokens(page))
    assert "](" not in page.replace("\\]", "")
    assert "\n" not in page


def test_code_in_prose_stays_code() -> None:
    assert escape.markdown("Set `a_b` to *all* of\n<x> & y") == "Set `a_b` to \\*all\\* of &lt;x&gt; &amp; y"


@each
def test_a_file_is_a_relative_uri_of_its_own_bytes(text: str) -> None:
    uri = escape.uri(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9/._~-]|%[0-9A-F]{2})+", uri)
    if "\ud800" not in text:
        assert unquote_to_bytes(uri).decode() == text


def test_a_name_that_is_no_text_keeps_its_bytes() -> None:
    name = b"caf\xe9.tf".decode("utf-8", "surrogateescape")
    assert escape.uri(name) == "caf%E9.tf"


@pytest.mark.parametrize(
    ("reason", "address", "expected"),
    [
        ("as it is", "https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("encoded already", "https://a.example/%20", "https://a.example/%20"),
        ("a blank and brackets", "https://a.example/a b<c>", "https://a.example/a%20b%3Cc%3E"),
        ("a percent sign alone", "https://a.example/100%", "https://a.example/100%25"),
        ("no text", "https://a.example/\ud800", "https://a.example/?"),
        ("a command", "command:workbench.action", None),
        ("a script", "javascript:alert(1)", None),
        ("no address", "see the manual", None),
    ],
)
def test_a_link_is_a_web_page(reason: str, address: str, expected: str | None) -> None:
    assert escape.web(address) == expected, reason


@each
def test_a_document_is_ascii_and_obeyed_by_nobody(text: str) -> None:
    document = escape.document({text: [text]})
    assert document.isascii()
    assert not any(is_command(line) for line in document.splitlines())
    assert json.loads(document) == {text.replace("\ud800", "\ufffd"): [text.replace("\ud800", "\ufffd")]}


@given(st.text())
def test_a_document_gives_back_what_it_was_given(text: str) -> None:
    expected = re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert json.loads(escape.document([text]))[0] == expected


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(SCALARS, lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=20))
def test_a_document_looks_as_any_indented_json(value: object) -> None:
    assume(depth(value) <= escape.LAID_OUT)
    assert escape.document(value) == json.dumps(value, indent=2).replace("##", "#\\u0023") + "\n"


def depth(value: object) -> int:
    """How many levels of lists and objects there are in a value."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if members is None else 1 + max(map(depth, members), default=0)


def test_what_lies_deep_in_a_document_has_one_line() -> None:
    value: object = [1, {"far": [None, {"down": ()}]}]
    for _ in range(escape.LAID_OUT):
        value = [value]
    assert escape.document(value).splitlines()[escape.LAID_OUT].lstrip() == '[1, {"far": [null, {"down": []}]}]'


@pytest.mark.parametrize("value", [math.nan, [math.inf], {"a": math.nan}, [{"a": [[[[[[-math.inf]]]]]]}]])
def test_a_document_holds_no_number_that_json_has_not(value: object) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        escape.document(value)


def test_a_document_mends_halves_and_nothing_that_looks_like_them() -> None:
    assert json.loads(escape.document(["\\ud800", "\udc00\ud800", "😀\udc00"])) == [
        "\\ud800",
        "\ufffd\ufffd",
        "😀\ufffd",
    ]
