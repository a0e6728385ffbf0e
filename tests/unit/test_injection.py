"""What strangers write, at every place of a report and in every format: nobody obeys it.

The readers of each format are here by their own rules: GitHub's runner and Azure's agent (as in test_escape), JSON,
XML, and Markdown by a parser of its own.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from report_samples import CARD, at_module, judged, node, outcome
from test_escape import TEXTS, is_command, tokens

from mnlint.model.finding import Card, Coverage, Judgement, Notice, Place, Report, Suppression, Verdict
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.model.value import Cause, HopKind, Node, Unknown
from mnlint.reports import RENDERERS, render
from mnlint.settle import settle

FILE = Source("main.tf", 'mode = "Disabled"\n')
MODE = Span("main.tf", 7, 17)


def _settled(*judgements: Judgement, source: Source = FILE, card: Card = CARD, **others: object) -> Report:
    return settle([outcome(*judgements, sources=(source,), **others)], [card])  # type: ignore[arg-type]


def _one(text: str = "Disabled", at: Span = MODE, says: str = "written here", **others: object) -> Judgement:
    said = {"head": at, **others}
    return judged(node(text, (HopKind.LITERAL, at, says), (HopKind.REFERENCE, at, says)), **said)  # type: ignore[arg-type]


def _of_file(text: str) -> Report:
    name = f"{text}.tf"
    return _settled(_one(at=Span(name, 0, 4)), source=Source(name, f"mode = {text}\n"))


def _of_way(text: str) -> Report:
    way = node("x", (HopKind.LITERAL, MODE, text), (HopKind.ARGUMENT, Span("main.tf", 0, 4), text))
    return _settled(replace(at_module(), because=(way,)))


def _of_doubt(text: str) -> Report:
    unknown = Node(Unknown(Cause.NO_VALUE, MODE, text), MODE, ())
    return _settled(judged(unknown, head=MODE, verdict=Verdict.UNKNOWN, name=text))


def _of_suppressed(text: str) -> Report:
    made = _settled(_one())
    quiet = Suppression(text, Place(MODE, text))
    return replace(made, findings=tuple(replace(finding, suppressed=quiet) for finding in made.findings))


SOURCES: dict[str, Callable[[str], Report]] = {
    "a resource's name": lambda text: _settled(_one(subject=text, name=text, message=f"{text}: is Disabled")),
    "a name that is a message alone": lambda text: _settled(_one(message=text)),
    "a file's name": _of_file,
    "a folder's name": lambda text: _settled(_one(at=Span(f"{text}/main.tf", 0, 0))),
    "a step of the way": _of_way,
    "a help text": lambda text: _settled(replace(_one(), help=f"paste\n{text}\n::error::x")),
    "a value without value": _of_doubt,
    "a notice on an input": lambda text: _settled(notices=(Notice("error", "MN911", text, Place(MODE, text)),)),
    "a notice on the run": lambda text: _settled(notices=(Notice("warning", "cache", text, Place(MODE, text)),)),
    "a reason why files are skipped": lambda text: _settled(coverage=Coverage(1, 1, {text: 1}, 1)),
    "a reason of a suppression": _of_suppressed,
    "a policy of one's own": lambda text: _settled(
        _one(), card=replace(CARD, name=text, title=text, why=text, fix=text, see=(text,), tags=(text,), cwe=(text,))
    ),
}


def test_there_are_enough() -> None:
    assert len(TEXTS) * len(SOURCES) * len(RENDERERS) >= 1440


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", RENDERERS)
def test_nobody_obeys_it(name: str, source: str, tried: Callable[[str, int], None]) -> None:
    tried("T13", len(TEXTS))
    for text in TEXTS:
        made = SOURCES[source](text)
        written = render(made, name)
        READERS[name](written, made, text)


# --- the readers


def _is_plain(written: str) -> None:
    """What a terminal would do with it: print it."""
    bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not [c for c in written if unicodedata.category(c) in bad and c != "\n"]


def _log(written: str, made: Report, text: str) -> None:
    _is_plain(written)
    assert [line for line in written.split("\n") if is_command(line)] == []


def _github(written: str, made: Report, text: str) -> None:
    _is_plain(written)
    lines = written.split("\n")[:-1]
    standing = [finding for finding in made.findings if finding.suppressed is None]
    assert len(lines) == len(standing) + bool(made.doubts) + len(made.notices)
    for line in lines:
        kind, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        assert kind in {"error", "warning", "notice"}
        assert [pair.partition("=")[0] for pair in properties.split(",")] in (
            ["title"],
            ["file", "title"],
            ["file", "line", "endLine", "title"],
            ["file", "line", "endLine", "col", "endColumn", "title"],
        )
        assert not is_command("x" + message)


def _azure(written: str, made: Report, text: str) -> None:
    _is_plain(written)
    for line in written.split("\n"):
        if not line.startswith("##vso["):
            assert not is_command(line)
            continue
        command, properties, message = re.fullmatch(r"##vso\[(\S+) ([^\]]*)\](.*)", line).groups()  # type: ignore[union-attr]
        assert not is_command(message)
        keys = [pair.partition("=")[0] for pair in properties.rstrip(";").split(";")]
        assert (command, keys) in [
            ("task.complete", ["result"]),
            ("task.logissue", ["type", "sourcepath", "code"]),
            ("task.logissue", ["type", "sourcepath", "linenumber", "columnnumber", "code"]),
        ]


def _json(written: str, made: Report, text: str) -> None:
    assert written.isascii()
    json.loads(written)
    _log(written, made, text)


def _junit(written: str, made: Report, text: str) -> None:
    assert written.isascii()
    _log(written, made, text)
    suite = ElementTree.fromstring(written)
    assert {element.tag for element in suite.iter()} <= {"testsuite", "testcase", "failure", "skipped", "error"}
    assert len(suite) == len(made.cards) + sum(notice.level == "error" for notice in made.notices)


def _markdown(written: str, made: Report, text: str) -> None:
    _is_plain(written)
    known = {card.see[0] for card in made.cards if card.see} | {text}
    for token in tokens(written):
        assert token.type not in {"html_block", "image", "fence", "code_block", "blockquote_open", "hr"}
        assert token.type != "html_inline" or token.content == "<br>"
        assert token.type != "link_open" or token.attrs["href"] in known
        # Outside of code GitHub makes links of these by rules of its own.
        assert token.type != "text" or not re.search(r"(?<!\w)@\w|https?://|(?<!\w)#\d", token.content)


READERS: dict[str, Callable[[str, Report, str], None]] = {
    "text": _log,
    "concise": _log,
    "json": _json,
    "sarif": _json,  # its links and messages: test_sarif_report
    "github": _github,
    "azure": _azure,
    "gitlab": _json,
    "junit": _junit,
    "markdown": _markdown,
}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("text", "x\n::error::y\n"),
        ("concise", "a.tf:1:1: ##vso[task.complete result=Failed;]\n"),
        ("github", "::error file=a::b,title=x::y\n::stop-commands::z\n"),
        ("azure", "##vso[task.setvariable variable=PATH]x\n"),
        ("json", '["\x1b[2J"]\n'),
        ("junit", '<testsuite><testcase name="x"/><script/></testsuite>'),
        ("markdown", "- [x](command:y)\n"),
        ("markdown", "- <img src=x>\n"),
        ("markdown", "- hello @everybody\n"),
    ],
)
def test_the_readers_of_this_test_are_awake(name: str, wrong: str) -> None:
    with pytest.raises((AssertionError, AttributeError, ValueError)):
        READERS[name](wrong, _settled(_one()), "x")
