"""The SARIF log: what it says of a finding, of doubt and of rules, by the schema, and in UTF-16 columns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from report_samples import (
    BROKEN,
    CARD,
    HUB,
    NOTICE,
    OTHER,
    at_module,
    doubted,
    judged,
    node,
    one_line,
    outcome,
    report,
    span,
    written,
)
from sarif_kit import validation_errors
from test_escape import TEXTS, is_command
from test_text_report import everywhere

import mnlint
from mnlint.model.finding import Card, Notice, Place, Report, Severity, Suppression
from mnlint.model.record import replace
from mnlint.model.text import Source, Span
from mnlint.model.value import HopKind
from mnlint.reports import render
from mnlint.reports.linehash import line_hashes
from mnlint.settle import settle

HEAD = span(HUB, 'resource "azurerm_ai_foundry" "hub"')


def run_of(made: Report, **options: object) -> dict[str, Any]:
    log = json.loads(render(made, "sarif", **options))
    assert validation_errors(log) == []
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return]


def rules_of(*cards: Card) -> dict[str, Any]:
    return {rule["id"]: rule for rule in run_of(settle([], cards))["tool"]["driver"]["rules"]}


def region(line: int, column: int, end_line: int, end_column: int) -> dict[str, int]:
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def at(uri: str, *numbers: int) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri}, "region": region(*numbers)}


def test_a_finding_with_its_way() -> None:
    (result,) = run_of(report(at_module()))["results"]
    fingerprint = report(at_module()).findings[0].fingerprint
    assert result == {
        "ruleId": "MN001",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "hub: managed network isolation is Disabled. By way of [var.mode](1), [local.m](2), "
            "in [module.hub.azurerm_ai_foundry.hub](3)."
        },
        "locations": [{"physicalLocation": at("main.tf", 3, 12, 3, 22)}],
        "relatedLocations": [
            {
                "id": 1,
                "message": {"text": "by way of var.mode"},
                "physicalLocation": at("hub/main.tf", 2, 14, 2, 22),
            },
            {"id": 2, "message": {"text": "by way of local.m"}, "physicalLocation": at("hub/main.tf", 5, 38, 5, 45)},
            {
                "id": 3,
                "message": {"text": "in module.hub.azurerm_ai_foundry.hub"},
                "physicalLocation": at("hub/main.tf", 3, 1, 3, 36),
            },
        ],
        "partialFingerprints": {"primaryLocationLineHash": "f230fdad8102946e:1", "mnlint/v1": fingerprint},
    }


def test_the_log_itself() -> None:
    run = run_of(report(at_module()))
    driver = run["tool"]["driver"]
    assert run["columnKind"] == "utf16CodeUnits"
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert (driver["name"], driver["semanticVersion"]) == ("mnlint", mnlint.__version__)
    assert [rule["id"] for rule in driver["rules"][:2]] == ["MN001", "MN004"]
    assert not {"originalUriBaseIds", "automationDetails", "artifacts"} & set(run)
    assert run_of(report(), category="infra")["automationDetails"] == {"id": "infra/"}


# --- places


@pytest.mark.parametrize(
    ("reason", "text", "mark"),
    [
        ("plain", 'a = "x"\n', '"x"'),
        ("a wide character is one unit", "名前 = x\n", "x"),
        ("a character beyond the first 65,536 is two", "/* 😀 */ x 😀\n", "x"),
        ("also inside the mark", "b\n😀 = '😀😀'\nc", "'😀😀'"),
        ("also on the lines before", "😀😀\n😀\nx", "x"),
        ("over several lines", "a {\r\n  😀\r\n}\r\n", "{\r\n  😀\r\n}"),
        ("carriage returns alone", "a\rb\rx", "x"),
        ("the whole file", "😀\n", "😀\n"),
    ],
)
def test_a_region_cuts_out_what_is_marked(reason: str, text: str, mark: str) -> None:
    source = Source("a.tf", text)
    (result,) = run_of(one_line(source, mark))["results"]
    assert cut_by_region(text, result["locations"][0]["physicalLocation"]["region"]) == mark, reason


def cut_by_region(text: str, place: dict[str, int]) -> str:
    """What an editor selects: lines by their ends, columns by UTF-16 units."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    units = "\n".join(lines).encode("utf-16-le")

    def offset(line: int, column: int) -> int:
        return len("\n".join([*lines[: line - 1], ""]).encode("utf-16-le")) + 2 * (column - 1)

    start, end = offset(place["startLine"], place["startColumn"]), offset(place["endLine"], place["endColumn"])
    cut = units[start:end].decode("utf-16-le")
    return cut.replace("\n", "\r\n") if "\r\n" in text else cut


def test_the_fingerprint_of_the_line_is_githubs() -> None:
    source = Source("a.tf", "x = 1\n" * 30)
    nodes = [node("1", (HopKind.LITERAL, Span("a.tf", 6 * line + 4, 6 * line + 5), "here")) for line in (2, 0, 29)]
    made = report(*(judged(one, head=Span("a.tf", 0, 0)) for one in nodes), sources=(source,))
    found = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run_of(made)["results"]]
    expected = line_hashes(source.text, [1, 3, 30])
    assert found == [expected[1], expected[3], expected[30]]
    assert found[1].endswith(":3")


def test_a_file_that_could_not_be_read_is_a_result_at_its_start() -> None:
    gone = Notice("error", "MN910", "not UTF-8", Place(Span("a b.bicep", 0, 0), "here"))
    (result,) = run_of(report(notices=(gone,)))["results"]
    assert (result["ruleId"], result["level"]) == ("MN910", "error")
    assert result["locations"] == [{"physicalLocation": at("a%20b.bicep", 1, 1, 1, 1)}]
    assert result["partialFingerprints"]["primaryLocationLineHash"] == "c129715d7a2bc9a3:1"  # of an empty file


def test_what_is_in_no_file_at_hand_is_told_in_words() -> None:
    earlier = node("x", (HopKind.LITERAL, Span("hub/main.tf@main", 3, 9), "was AllowOnlyApprovedOutbound"))
    made = report(judged(written(HUB, "local.m"), earlier, head=HEAD))
    (result,) = run_of(made)["results"]
    assert result["message"]["text"].endswith(
        "In [azurerm_ai_foundry.hub](1), was AllowOnlyApprovedOutbound (hub/main.tf@main)."
    )
    assert [location["id"] for location in result["relatedLocations"]] == [1]


def test_a_name_with_brackets_is_still_a_link() -> None:
    (result,) = run_of(report(at_module(subject='module.hub["a"].x(1)')))["results"]
    assert result["message"]["text"].endswith('in [module.hub\\["a"\\].x(1)](3).')


def test_a_message_that_ends_in_a_period_has_one() -> None:
    (result,) = run_of(report(judged(head=HEAD, message="It is Disabled.")))["results"]
    assert result["message"]["text"] == "It is Disabled."


# --- how many


def test_of_too_many_the_worst_are_kept_in_their_order_and_the_rest_is_counted() -> None:
    source = Source("a.tf", "x\n" * 5003)
    levels = [Severity.NOTE, Severity.ERROR, Severity.WARNING]
    made = report(
        *(
            judged(
                node("x", (HopKind.LITERAL, Span("a.tf", 2 * n, 2 * n + 1), "here")),
                head=Span("a.tf", 0, 0),
                severity=levels[n % 3],
            )
            for n in range(5003)
        ),
        sources=(source,),
    )
    (run,) = json.loads(render(made, "sarif"))["runs"]
    lines = [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in run["results"]]
    assert len(lines) == 5000
    assert lines == sorted(lines)
    assert set(range(1, 5004)) - set(lines) == {4996, 4999, 5002}  # the last three notes
    (said,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (said["level"], said["message"]["text"][:23]) == ("note", "3 findings are left out")


def test_a_file_in_one_line_takes_no_time() -> None:
    source = Source("a.json", '{"a😀": 1}, ' * 100_000)
    places = [Span("a.json", 11 * n, 11 * n + 9) for n in range(5000)]
    judgements = [judged(node("x", (HopKind.LITERAL, place, "here")), head=place) for place in places]
    last = json.loads(render(report(*judgements, sources=(source,)), "sarif"))["runs"][0]["results"][-1]
    assert last["locations"][0]["physicalLocation"] == at("a.json", 1, 12 * 4999 + 1, 1, 12 * 4999 + 11)


def test_what_is_suppressed_is_left_out() -> None:
    made = report(at_module())
    quiet = replace(made, findings=(replace(made.findings[0], suppressed=Suppression("agreed", None)),))
    assert run_of(quiet)["results"] == []


# --- doubt and notices


def test_doubt_is_a_notification_and_no_result() -> None:
    run = run_of(report(doubted(), doubted("MN004", "lab")))
    assert run["results"] == []
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {
                    "level": "note",
                    "descriptor": {"id": "undecided"},
                    "message": {
                        "text": "parameter mode has no value. Not decided: MN001, MN004 of hub, lab. "
                        "Remedy: give it one: a default, or a parameter file with --parameters."
                    },
                    "locations": [{"physicalLocation": at("hub/main.tf", 1, 1, 1, 16)}],
                    "properties": {"cause": "NO_VALUE", "policies": ["MN001", "MN004"]},
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("reason", "notice", "successful"),
    [
        ("a warning about the run", NOTICE, True),
        ("a template that is wrong is a result", BROKEN, True),
        ("a fault of ours", Notice("error", "crash", "an unexpected fault in hub; please report it"), False),
    ],
)
def test_only_a_fault_of_ours_fails_the_upload(reason: str, notice: Notice, successful: bool) -> None:
    assert run_of(report(notices=(notice,)))["invocations"][0]["executionSuccessful"] is successful, reason


# --- rules


def test_a_rule_about_security() -> None:
    rule = rules_of(CARD)["MN001"]
    assert rule["shortDescription"] == {"text": "The managed network is Disabled."}
    assert rule["fullDescription"] == {"text": CARD.why}
    assert rule["helpUri"] == CARD.see[0]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"] == {
        "tags": ["security", "external/cwe/cwe-1188", "external/cwe/cwe-923", "managed-network"],
        "precision": "very-high",
        "security-severity": "7.5",
    }
    assert f"**See**: <{CARD.see[0]}>" in rule["help"]["markdown"]


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "recommendation")],
)
def test_a_rule_that_is_not_about_security(severity: Severity, expected: str) -> None:
    card = replace(OTHER, severity=severity, tags=("security", "cost"))
    assert rules_of(card)["MN004"]["properties"] == {
        "tags": ["cost"],
        "precision": "very-high",
        "problem.severity": expected,
    }


def test_tags_are_at_most_ten_and_the_important_ones_stay() -> None:
    tags = rules_of(replace(CARD, tags=tuple(f"t{n}" for n in range(30))))["MN001"]["properties"]["tags"]
    assert tags == ["security", "external/cwe/cwe-1188", "external/cwe/cwe-923", *(f"t{n}" for n in range(7))]


def test_rules_refer_to_the_catalogues_outside() -> None:
    run = run_of(settle([], [CARD, OTHER]))
    entries = {name["name"]: [taxon["id"] for taxon in name["taxa"]] for name in run["taxonomies"]}
    assert entries == {
        "CWE": ["1188", "923"],
        "MCSB": ["NS-2"],
        "Azure Policy": ["6ddb1705-c8cf-450e-aa4b-19ad6703c440"],
    }
    for rule in run["tool"]["driver"]["rules"][:2]:
        for relationship in rule["relationships"]:
            component = relationship["target"]["toolComponent"]
            assert run["taxonomies"][component["index"]]["name"] == component["name"]
            assert relationship["target"]["id"] in entries[component["name"]]
    assert "taxonomies" not in run_of(settle([], []))


def test_prose_of_a_card_is_prose_and_its_links_are_web_pages() -> None:
    card = replace(CARD, why="<b>a_b</b> [x](y) `c_d`", fix="e" * 3000, see=("command:x", "https://a.example/b c"))
    rule = rules_of(card)["MN001"]
    assert rule["help"]["markdown"].startswith("&lt;b&gt;a\\_b&lt;/b&gt; \\[x\\](y) `c_d`\n\n")
    assert rule["helpUri"] == "https://a.example/b%20c"
    assert "command:" not in json.dumps(rule)
    assert all(len(rule[key]["text"]) <= 1024 for key in ("shortDescription", "fullDescription"))


# --- hostile names


@pytest.mark.parametrize("name", TEXTS, ids=[repr(name[:20]) for name in TEXTS])
def test_no_input_breaks_the_log_or_is_obeyed(name: str) -> None:
    made = everywhere(name)
    assert len(run_of(made)["results"]) == 5
    log = render(made, "sarif")
    assert log.isascii()
    assert not any(is_command(line) for line in log.splitlines())
    assert render(made, "sarif") == log


def test_one_report_gives_one_log() -> None:
    roots = [outcome(at_module(), doubted(), root=root) for root in ("a", "b")]
    assert render(settle(roots, [CARD, OTHER]), "sarif") == render(settle(roots[::-1], [OTHER, CARD]), "sarif")
