"""The reports for build services and merge requests: each to the letter, what they leave out, and where they end."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from report_samples import BROKEN, HUB, MAIN, NOTICE, at_module, doubted, judged, report, span, written

from mnlint.model.finding import Notice, Place, Report, Severity, Suppression
from mnlint.model.record import replace
from mnlint.reports import render

ERROR = Notice("error", "crash", "mnlint failed on main.tf; please report it")
# What a problem matcher searches each line with: file, line, column, severity, code, message.
MATCHER = re.compile(r"^(.+):(\d+):(\d+): (error|warning|note) (MN\d{3}) (.*)$")


def sample() -> Report:
    """Two findings, the lesser one first, a doubt and a notice."""
    source = written(MAIN, '"./hub"')
    said = {"policy": "MN004", "message": "100% open; a: b, c]", "severity": Severity.NOTE}
    note = judged(source, head=span(MAIN, "source"), **said)  # type: ignore[arg-type]
    return report(note, at_module(), doubted(), notices=(NOTICE,))


def quiet(made: Report) -> Report:
    """The same with everything suppressed."""
    return replace(
        made,
        findings=tuple(
            replace(f, suppressed=Suppression("agreed", Place(span(MAIN, "source"), "here"))) for f in made.findings
        ),
    )


EXPECTED = sorted((Path(__file__).parent / "reports").glob("*.txt"))


@pytest.mark.parametrize("file", EXPECTED, ids=lambda file: file.stem)
def test_a_whole_report(file: Path) -> None:
    assert render(sample(), file.stem) == file.read_text("utf-8")


def test_a_code_quality_report() -> None:
    assert json.loads(render(sample(), "gitlab")) == [
        {
            "description": message,
            "check_name": policy,
            "fingerprint": finding.fingerprint,
            "severity": severity,
            "location": {"path": "main.tf", "lines": {"begin": line}},
        }
        for message, policy, severity, line, finding in (
            ("hub: managed network isolation is Disabled", "MN001", "critical", 3, sample().findings[1]),
            ("100% open; a: b, c]", "MN004", "info", 2, sample().findings[0]),
        )
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("github", ""),
        ("azure", ""),
        ("gitlab", "[]\n"),
        (
            "concise",
            "checked 2 files (2 read), 1 managed network: 1 setting decided, 0 undecided; no findings, 1 suppressed\n",
        ),
        (
            "markdown",
            """\
### mnlint: managed networks

`checked 2 files (2 read), 1 managed network: 1 setting decided, 0 undecided; no findings, 1 suppressed`
""",
        ),
    ],
)
def test_what_is_suppressed_is_left_out(name: str, expected: str) -> None:
    assert render(quiet(report(at_module())), name) == expected


def test_what_waits_for_a_value_has_not_passed() -> None:
    suite = ElementTree.fromstring(render(report(doubted("MN004")), "junit"))
    (skipped,) = suite.iterfind("testcase[@name='MN004 internet-outbound-open']/skipped")
    assert skipped.get("message") == "not decided: hub/main.tf:1:1 parameter mode has no value"
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("11", "0", "1")


def test_a_fault_of_our_own_is_an_error_everywhere() -> None:
    made = report(notices=(ERROR,))
    assert render(made, "github").startswith("::error title=mnlint crash::mnlint failed on main.tf")
    suite = ElementTree.fromstring(render(made, "junit"))
    assert (suite.get("errors"), len(list(suite.iterfind("testcase/error")))) == ("1", 1)
    assert "error crash mnlint failed" in render(made, "azure")
    assert "**error** `crash: mnlint failed" in render(made, "markdown")


def test_a_file_that_is_not_at_hand_has_no_line() -> None:
    made = report(notices=(replace(BROKEN, code="MN910", place=None),), sources=())
    assert render(made, "github").startswith("::error file=main.tf,title=MN910 file-unreadable::")
    assert ";sourcepath=main.tf;code=MN910;]" in render(made, "azure")
    assert json.loads(render(made, "gitlab"))[0]["location"] == {"path": "main.tf", "lines": {"begin": 1}}


def test_a_finding_of_several_lines_has_no_columns() -> None:
    made = report(judged(head=span(HUB, 'hub"\n  managed_network')), sources=(HUB,))
    assert "file=hub/main.tf,line=4,endLine=5,title=" in render(made, "github")


def many(number: int) -> Report:
    """So many notes, and then one error."""
    said = {"head": span(MAIN, "source"), "policy": "MN004", "severity": Severity.NOTE}
    notes = [judged(message=f"note {at}", subject=f"s{at}", **said) for at in range(number)]  # type: ignore[arg-type]
    return report(*notes, judged(written(MAIN, '"./hub"'), head=span(MAIN, "source"), message="the error"))


def test_github_shows_ten_and_says_how_many_more() -> None:
    lines = render(many(30), "github").splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("::error ")
    assert lines[-1] == "::notice title=mnlint::21 more findings: the log and the other reports have them"


def test_a_page_has_an_end() -> None:
    page = render(many(2000), "markdown")
    assert 50_000 < len(page) < 60_000
    assert page.index("the error") < page.index("note 0")
    kept = page.count("\n- ")
    assert f"… and {2001 - kept} more findings: they are in the other reports." in page
    assert page.rstrip().endswith("1 error, 2000 notes`")


def test_a_problem_matcher_reads_every_finding() -> None:
    found = [MATCHER.fullmatch(line) for line in render(sample(), "concise").splitlines()]
    assert [match[5] for match in found if match] == ["MN004", "MN001"]
