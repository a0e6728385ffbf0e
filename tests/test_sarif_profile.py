"""The profile of our SARIF: our logs keep it, and it notices each fault that validator and schema let through."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from mnlint.model.finding import Card, Coverage, Judgement, Notice, Outcome, Place, Severity, Verdict
from mnlint.model.text import Source, Span
from mnlint.model.value import Cause, Hop, HopKind, Node, Unknown
from mnlint.reports import render
from mnlint.settle import settle
from sarif_profile import problems

Json = dict[str, Any]

CARD = Card(
    id="MN001",
    name="isolation-disabled",
    title="The managed network is Disabled",
    severity=Severity.ERROR,
    why="Nothing is isolated.",
    fix="Set a mode.",
    see=("https://learn.microsoft.com/azure/ai-studio/how-to/configure-managed-network",),
    tags=("managed-network",),
    security=7.5,
    cwe=("CWE-923",),
    azure_policy=("6ddb1705-c8cf-450e-aa4b-19ad6703c440",),
)

# reason, what a file, a hub, a parameter and a value are called
NAMES = [
    ("plain", "hub"),
    ("blanks and signs of a URI", "a b#c?d&e=f%20+g"),
    ("a colon, as of a scheme", "command:x"),
    ("a drive", "C:x"),
    ("a backslash", "a\\b"),
    ("a command of GitHub's", "::error::x"),
    ("a command of Azure's", "##vso[task.complete result=Failed;]"),
    ("a link", "[click](https://evil.example)"),
    ("a link to a place", "x](1"),
    ("an escaped link", "\\[x\\](2)"),
    ("a placeholder", "{0} {x}"),
    ("control characters", "a\x1b[2J\r\n\t\x00b"),
    ("backwards", "\u202ea\u2066b"),
    ("half a character", "a\udc80b"),
    ("beyond the first 65,536", "😀 名前"),
    ("a tag", "<img src=x>"),
]


def log(name: str = "hub") -> Json:
    """The log of a finding with a way, one of its kind beside it, a doubt and notices; everything is called `name`."""
    file = name.replace("/", "_")
    source = Source(f"infra/{file}.tf", f"x = {name}\ny = {name}\n")
    places = [Span(source.file, at, at + 1) for at in (0, 4, len(name) + 5)]
    unknown = Node(Unknown(Cause.NO_VALUE, places[0], name), places[0], ())
    way = tuple(Hop(HopKind.REFERENCE, place, name) for place in places)

    def judged(verdict: Verdict, *because: Node) -> Judgement:
        words = {"subject": name, "name": name, "kind": "managedNetwork", "dialect": "azurerm"}
        told = {"message": f"{name} is open", "help": name, "because": because, "guards": (unknown,)}
        return Judgement("MN001", Severity.ERROR, **words, head=places[2], verdict=verdict, **told)  # type: ignore[arg-type]

    judgements = (
        judged(Verdict.FAIL, Node("x", places[0], way)),
        judged(Verdict.FAIL, Node("x", places[0], way[:1])),
        judged(Verdict.UNKNOWN, unknown),
    )
    notices = (
        Notice("error", "MN911", name, Place(places[1], name)),
        Notice("error", "MN910", name, Place(Span(f"gone/{file}", 0, 0), name)),
        Notice("warning", "cache", name),
    )
    outcome = Outcome("infra", judgements, notices, {source.file: source}, Coverage(1, 1))
    made: Json = json.loads(render(settle([outcome], [CARD]), "sarif"))
    return made


@pytest.mark.parametrize("name", [row[1] for row in NAMES], ids=[row[0] for row in NAMES])
def test_our_logs_keep_the_profile(name: str) -> None:
    assert problems(log(name)) == []


def test_a_log_without_findings_keeps_it_too() -> None:
    assert problems(json.loads(render(settle([], []), "sarif", category="infra"))) == []


def rule(made: Json) -> Json:
    return made["runs"][0]["tool"]["driver"]["rules"][0]  # type: ignore[no-any-return]


def result(made: Json) -> Json:
    return next(r for r in made["runs"][0]["results"] if r["ruleId"] == "MN001" and r["relatedLocations"])


def placeholder_without_argument(made: Json) -> None:
    result(made)["message"] = {"id": "default", "arguments": ["hub"], "text": result(made)["message"]["text"]}


def rules_twice(made: Json) -> None:
    rules = made["runs"][0]["tool"]["driver"]["rules"]
    rules.append(deepcopy(rules[0]))


def end_before_start(made: Json) -> None:
    place = result(made)["locations"][0]["physicalLocation"]["region"]
    place["startColumn"] = place["endColumn"] + 1


def absolute_uri(made: Json) -> None:
    result(made)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "file:///home/x/hub.tf"


def no_column_kind(made: Json) -> None:
    del made["runs"][0]["columnKind"]


def uri_that_climbs(made: Json) -> None:
    result(made)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "../hub.tf"


def link_to_nowhere(made: Json) -> None:
    result(made)["message"]["text"] += " See [it](77)."


def link_to_a_page(made: Json) -> None:
    result(made)["message"]["text"] += " [click](https://evil.example)."


def suppressions_on_one(made: Json) -> None:
    result(made)["suppressions"] = [{"kind": "inSource", "justification": "agreed"}]


def unsuccessful(made: Json) -> None:
    made["runs"][0]["invocations"][0]["executionSuccessful"] = False


def severity_in_words(made: Json) -> None:
    rule(made)["properties"]["security-severity"] = "high"


def severity_as_a_number(made: Json) -> None:
    rule(made)["properties"]["security-severity"] = 7.5


def two_runs_of_one_category(made: Json) -> None:
    made["runs"].append(deepcopy(made["runs"][0]))


def control_character(made: Json) -> None:
    result(made)["message"]["text"] += " \x1b[2J."


def rule_of_a_rule(made: Json) -> None:
    result(made)["ruleId"] = "MN001/sub"


def many_tags(made: Json) -> None:
    rule(made)["properties"]["tags"] += [f"t{n}" for n in range(21)]


def climbing_in_disguise(made: Json) -> None:
    result(made)["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a/%2E%2E/%2e%2e/hub.tf"


def uri_not_encoded(made: Json) -> None:
    result(made)["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "infra/a b.tf"


def place_nobody_links_to(made: Json) -> None:
    result(made)["message"]["text"] = "hub is open."


def command_in_markdown(made: Json) -> None:
    rule(made)["help"]["markdown"] += "\n\n[run](command:x)"


def error_notification(made: Json) -> None:
    made["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["level"] = "error"


def category_without_a_slash(made: Json) -> None:
    made["runs"][0]["automationDetails"] = {"id": "infra"}


def no_line_hash(made: Json) -> None:
    del result(made)["partialFingerprints"]["primaryLocationLineHash"]


def fingerprint_twice(made: Json) -> None:
    for one in made["runs"][0]["results"]:
        one["partialFingerprints"]["mnlint/v1"] = "0" * 16


def security_without_a_number(made: Json) -> None:
    del rule(made)["properties"]["security-severity"]


def path_of_the_machine(made: Json) -> None:
    made["runs"][0]["originalUriBaseIds"] = {"ROOT": {"uri": "file:///home/x/"}}


# The first sixteen are the fifteen of the ecosystem notes, the severity in both of its forms; validator and schema
# together let eleven of them through.
MUTATIONS: list[tuple[Callable[[Json], None], str]] = [
    (placeholder_without_argument, "message with arguments"),
    (rules_twice, "two rules have one id"),
    (end_before_start, "ends before it starts"),
    (absolute_uri, "is not relative"),
    (no_column_kind, "columnKind"),
    (uri_that_climbs, "is not plain"),
    (link_to_nowhere, "links to '77'"),
    (link_to_a_page, "links to 'https://evil.example'"),
    (suppressions_on_one, "some results have suppressions"),
    (unsuccessful, "executionSuccessful"),
    (severity_in_words, "security-severity 'high'"),
    (severity_as_a_number, "security-severity 7.5"),
    (two_runs_of_one_category, "2 runs"),
    (control_character, "cannot be seen"),
    (rule_of_a_rule, "'MN001/sub' is not that of rule 0"),
    (many_tags, "24 tags"),
    (climbing_in_disguise, "is not plain"),
    (uri_not_encoded, "is not encoded"),
    (place_nobody_links_to, "nothing links to related location 1"),
    (command_in_markdown, "help.markdown links to 'command:x'"),
    (error_notification, "level error"),
    (category_without_a_slash, "does not end in a slash"),
    (no_line_hash, "primaryLocationLineHash"),
    (fingerprint_twice, "two results have one fingerprint"),
    (security_without_a_number, "come together or not at all"),
    (path_of_the_machine, "originalUriBaseIds"),
]


@pytest.mark.parametrize(("mutate", "expected"), MUTATIONS, ids=[mutate.__name__ for mutate, _ in MUTATIONS])
def test_the_profile_notices(mutate: Callable[[Json], None], expected: str) -> None:
    made = log()
    mutate(made)
    assert [problem for problem in problems(made) if expected in problem]


REQUIRED = [
    ("$schema",),
    ("version",),
    ("runs",),
    ("runs", 0, "results"),
    *(("runs", 0, "tool", "driver", key) for key in ("name", "fullName", "semanticVersion", "informationUri")),
    *(
        ("runs", 0, "tool", "driver", "rules", 0, key)
        for key in (
            "name",
            "shortDescription",
            "fullDescription",
            "help",
            "helpUri",
            "defaultConfiguration",
            "properties",
        )
    ),
    *(
        ("runs", 0, "results", 0, key)
        for key in ("ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints")
    ),
    ("runs", 0, "invocations", 0, "executionSuccessful"),
    ("runs", 0, "results", 0, "locations", 0, "physicalLocation"),
    ("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "endColumn"),
]


@pytest.mark.parametrize("path", REQUIRED, ids=lambda path: ".".join(map(str, path)))
def test_the_profile_misses_what_is_required(path: tuple[str | int, ...]) -> None:
    made: Any = log()
    *way, last = path
    inner = made
    for step in way:
        inner = inner[step]
    del inner[last]
    assert problems(made)
