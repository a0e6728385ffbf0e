"""The JSON report, version 1: every key, and code points as columns."""

from __future__ import annotations

import json

import pytest
from report_samples import BROKEN, HUB, NOTICE, at_module, doubted, judged, one_line, report, span
from test_escape import TEXTS, is_command
from test_text_report import SEEN, everywhere

import mnlint
from mnlint.model.finding import Notice, Place, Suppression
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.reports import render


def test_a_whole_report() -> None:
    made = report(at_module(), doubted(), notices=(NOTICE,), coverage=replace(SEEN, by_default=3))

    def place(file: str, line: int, column: int, end_column: int, says: str) -> dict[str, object]:
        return {
            "file": file,
            "line": line,
            "column": column,
            "endLine": line,
            "endColumn": end_column,
            "says": says,
        }

    assert json.loads(render(made, "json")) == {
        "version": 1,
        "tool": {"name": "mnlint", "version": mnlint.__version__},
        "findings": [
            {
                "policy": "MN001",
                "name": "isolation-disabled",
                "severity": "error",
                "message": "hub: managed network isolation is Disabled",
                "help": None,
                "subject": "module.hub.azurerm_ai_foundry.hub",
                "place": place("main.tf", 3, 12, 22, "written here"),
                "related": [
                    place("hub/main.tf", 2, 14, 22, "by way of var.mode"),
                    place("hub/main.tf", 5, 38, 45, "by way of local.m"),
                    place("hub/main.tf", 3, 1, 36, "in module.hub.azurerm_ai_foundry.hub"),
                ],
                "fingerprint": made.findings[0].fingerprint,
                "instances": 1,
                "suppressed": None,
            }
        ],
        "doubts": [
            {
                "cause": "NO_VALUE",
                "label": "parameter mode",
                "says": "parameter mode has no value",
                "remedy": "give it one: a default, or a parameter file with --parameters",
                "place": place("hub/main.tf", 1, 1, 16, "parameter mode has no value"),
                "judgements": [{"policy": "MN001", "subject": "hub"}],
            }
        ],
        "notices": [{"level": "warning", "code": "cache", "message": "the cache could not be written", "place": None}],
        "coverage": {
            "files_seen": 12,
            "files_read": 9,
            "files_skipped": {"not relevant": 3},
            "networks": 2,
            "decided": 14,
            "by_default": 3,
            "undecided": 1,
        },
        "changes": None,
    }


def test_columns_count_code_points() -> None:
    (finding,) = json.loads(render(one_line(Source("a.tf", "😀 = 名前 x"), "x"), "json"))["findings"]
    assert (finding["place"]["column"], finding["place"]["endColumn"]) == (8, 9)


def test_a_file_that_is_not_at_hand_has_no_line() -> None:
    gone = Notice("error", "MN910", "not UTF-8", Place(Span("a.bicep", 0, 0), "here"))
    (finding,) = json.loads(render(report(notices=(gone,)), "json"))["findings"]
    assert finding["place"] == {
        "file": "a.bicep",
        "line": None,
        "column": None,
        "endLine": None,
        "endColumn": None,
        "says": "here",
    }


def test_why_a_finding_is_kept_quiet() -> None:
    made = report(notices=(BROKEN,))
    quiet = Suppression("agreed", Place(span(HUB, "local.m"), "here"), until="2027-03-31")
    shown = json.loads(render(replace(made, findings=(replace(made.findings[0], suppressed=quiet),)), "json"))
    suppressed = shown["findings"][0]["suppressed"]
    assert (suppressed["reason"], suppressed["until"], suppressed["place"]["line"]) == ("agreed", "2027-03-31", 5)


def test_the_form_of_the_document() -> None:
    text = render(report(judged(head=span(HUB, "local.m"), message="naïve 😀")), "json")
    assert text.isascii()
    assert text.startswith('{\n  "version": 1,\n')
    assert text.endswith("}\n")


@pytest.mark.parametrize("name", TEXTS, ids=[repr(name[:20]) for name in TEXTS])
def test_no_input_breaks_the_document_or_is_obeyed(name: str) -> None:
    text = render(everywhere(name), "json")
    assert not any(is_command(line) for line in text.splitlines())
    assert {finding["message"] for finding in json.loads(text)["findings"]} >= {name.replace("\ud800", "\ufffd")}
