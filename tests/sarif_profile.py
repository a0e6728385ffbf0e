"""What a SARIF log of ours must be beyond the schema, so that every known consumer takes it and shows what it says.

The standard's validator and its schema let most of this through; code scanning refuses some of it, and hides the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

LEVELS = {"none", "note", "warning", "error"}
PRECISIONS = {"very-high", "high", "medium", "low"}
PROBLEMS = {"error", "warning", "recommendation"}
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]\\])*)\]\(([^)]*)\)")
BARE = re.compile(r"\]\(([^)]*)\)")
ALERT = "becomes an alert all the same"
HASH = re.compile(r"[0-9a-f]{1,16}:[1-9][0-9]*")

Json = dict[str, Any]


def problems(sarif: Json, *, undecided: bool = False) -> list[str]:
    """Every breach of the profile in a parsed log, each with the place it is at; empty if there is none.

    With `undecided` results of kind `open` were asked for, for consumers that know them.
    """
    found = list(_log(sarif))
    return [problem for problem in found if not (undecided and problem.endswith(ALERT))]


def _log(sarif: Json) -> Iterator[str]:
    if "sarif-2.1.0" not in str(sarif.get("$schema")) and "sarif-schema-2.1.0" not in str(sarif.get("$schema")):
        yield "log: $schema does not name the schema of 2.1.0"
    if sarif.get("version") != "2.1.0":
        yield "log: version is not 2.1.0"
    runs = sarif.get("runs") or []
    if len(runs) != 1:
        yield f"log: {len(runs)} runs, expected one: code scanning takes one for each tool and category"
    yield from (f"{path}: a character that cannot be seen" for path, text in _texts(sarif) if _unseen(path, text))
    for number, run in enumerate(runs):
        yield from _run(run, f"runs[{number}]")


def _run(run: Json, at: str) -> Iterator[str]:
    driver, results = run["tool"]["driver"], run.get("results")
    yield from _driver(driver, f"{at}.driver")
    if results is None:
        yield f"{at}: no results"
        results = []
    if run.get("columnKind") != "utf16CodeUnits":
        yield f"{at}: columnKind is not utf16CodeUnits"
    if "originalUriBaseIds" in run:
        yield f"{at}: originalUriBaseIds holds a path of the machine"
    if len(results) > 5000:
        yield f"{at}: {len(results)} results, code scanning keeps 5000"
    category = run.get("automationDetails", {}).get("id")
    if category is not None and not category.endswith("/"):
        yield f"{at}: automationDetails.id {category!r} does not end in a slash, so it is no category"
    for key in ("suppressions", "baselineState"):
        if 0 < sum(result.get(key) is not None for result in results) < len(results):
            yield f"{at}: some results have {key} and some have none"
    fingerprints = [result.get("partialFingerprints", {}).get("mnlint/v1") for result in results]
    if len(set(fingerprints)) != len(fingerprints):
        yield f"{at}: two results have one fingerprint"
    for number, result in enumerate(results):
        yield from _result(result, driver["rules"], f"{at}.results[{number}]")
    for number, invocation in enumerate(run.get("invocations") or [{}]):
        yield from _invocation(invocation, f"{at}.invocations[{number}]")


def _driver(driver: Json, at: str) -> Iterator[str]:
    for key in ("name", "fullName", "semanticVersion", "informationUri"):
        if not driver.get(key):
            yield f"{at}: no {key}"
    rules = driver.get("rules") or []
    if not rules:
        yield f"{at}: no rules"
    if len({rule["id"] for rule in rules}) != len(rules):
        yield f"{at}: two rules have one id"
    for number, rule in enumerate(rules):
        yield from _rule(rule, f"{at}.rules[{number}]")


def _rule(rule: Json, at: str) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z]{2,5}[0-9]{3,4}", rule["id"]):
        yield f"{at}: id {rule['id']!r} is not of the usual form"
    if not 0 < len(rule.get("name", "")) <= 255:
        yield f"{at}: no name, or a long one"
    for key in ("shortDescription", "fullDescription"):
        if not 0 < len(rule.get(key, {}).get("text", "")) <= 1024:
            yield f"{at}: no {key}, or a long one"
    if not rule.get("help", {}).get("text"):
        yield f"{at}: no help.text"
    if not rule.get("help", {}).get("markdown"):
        yield f"{at}: no help.markdown"
    if not rule.get("helpUri", "").startswith(("https://", "http://")):
        yield f"{at}: helpUri is no web page"
    if rule.get("defaultConfiguration", {}).get("level") not in LEVELS - {"none"}:
        yield f"{at}: no default level"
    for target in BARE.findall(rule.get("help", {}).get("markdown", "")):
        if not target.startswith("https://"):
            yield f"{at}: help.markdown links to {target!r}"
    yield from _rule_properties(rule.get("properties", {}), at)


def _rule_properties(properties: Json, at: str) -> Iterator[str]:
    tags = properties.get("tags", [])
    if len(tags) > 10:
        yield f"{at}: {len(tags)} tags, code scanning keeps 10 and refuses 21"
    if len(set(tags)) != len(tags):
        yield f"{at}: a tag twice"
    if properties.get("precision") not in PRECISIONS:
        yield f"{at}: no precision"
    severity = properties.get("security-severity")
    if ("security" in tags) != (severity is not None):
        yield f"{at}: the tag security and security-severity come together or not at all"
    if severity is None and properties.get("problem.severity") not in PROBLEMS:
        yield f"{at}: neither security-severity nor problem.severity"
    if severity is not None and not (isinstance(severity, str) and _is_score(severity)):
        yield f"{at}: security-severity {severity!r} is not a number above 0 and up to 10, written as a string"


def _is_score(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)) and 0 < float(text) <= 10


def _result(result: Json, rules: list[Json], at: str) -> Iterator[str]:
    index, name = result.get("ruleIndex"), result.get("ruleId")
    if not isinstance(index, int) or not 0 <= index < len(rules) or rules[index]["id"] != name:
        yield f"{at}: ruleId {name!r} is not that of rule {index!r}"
    if result.get("level") not in LEVELS:
        yield f"{at}: no level"
    if result.get("kind", "fail") != "fail":
        yield f"{at}: kind {result['kind']!r} {ALERT}"
    if len(result.get("locations") or []) != 1:
        yield f"{at}: {len(result.get('locations') or [])} locations, only the first is shown"
    for number, location in enumerate(result.get("locations") or []):
        yield from _location(location, f"{at}.locations[{number}]")
    prints = result.get("partialFingerprints", {})
    if not HASH.fullmatch(prints.get("primaryLocationLineHash", "")):
        yield f"{at}: no primaryLocationLineHash of GitHub's form"
    if not re.fullmatch(r"[0-9a-f]{16}", prints.get("mnlint/v1", "")):
        yield f"{at}: no fingerprint mnlint/v1"
    related = result.get("relatedLocations", [])
    numbers = [location.get("id") for location in related]
    if len(set(numbers)) != len(numbers) or None in numbers:
        yield f"{at}: related locations without an id each"
    for number, location in enumerate(related):
        yield from _location(location, f"{at}.relatedLocations[{number}]")
        yield from _message(location.get("message", {}), [], f"{at}.relatedLocations[{number}]")
    yield from _message(result.get("message", {}), numbers, at)
    linked = {target for _, target in LINK.findall(result.get("message", {}).get("text", ""))}
    yield from (f"{at}: nothing links to related location {n}" for n in numbers if str(n) not in linked)


def _message(message: Json, ids: list[Any], at: str) -> Iterator[str]:
    text = message.get("text", "")
    if not text:
        yield f"{at}: no message.text"
    if "id" in message or "arguments" in message:
        yield f"{at}: a message with arguments: placeholders could come from an input"
    if "markdown" in message:
        yield f"{at}: message.markdown, which viewers render with its links"
    known = {str(number) for number in ids}
    # BARE is how a reader sees it that knows no escapes.
    for target in {*BARE.findall(text), *(target for _, target in LINK.findall(text))} - known:
        yield f"{at}: the message links to {target!r}, which is no related location"


def _location(location: Json, at: str) -> Iterator[str]:
    physical = location.get("physicalLocation", {})
    uri, region = physical.get("artifactLocation", {}).get("uri", ""), physical.get("region", {})
    if not uri or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/", uri):
        yield f"{at}: uri {uri!r} is not relative"
    if any(part in {"", ".", ".."} for part in unquote(uri).split("/")):
        yield f"{at}: uri {uri!r} is not plain"
    if re.search(r"[^A-Za-z0-9/%._~-]|%(?![0-9A-F]{2})", uri):
        yield f"{at}: uri {uri!r} is not encoded"
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    if not all(isinstance(region.get(key), int) and region[key] >= 1 for key in keys):
        yield f"{at}: the region does not say where it starts and ends"
    elif (region["endLine"], region["endColumn"]) < (region["startLine"], region["startColumn"]):
        yield f"{at}: the region ends before it starts"


def _invocation(invocation: Json, at: str) -> Iterator[str]:
    notifications = invocation.get("toolExecutionNotifications", [])
    if invocation.get("executionSuccessful") is not True:
        yield f"{at}: executionSuccessful is not true, which fails the upload"
    if any(said.get("level") == "error" for said in notifications):
        yield f"{at}: a notification of level error, which means that the run failed"
    for number, said in enumerate(notifications):
        where = f"{at}.toolExecutionNotifications[{number}]"
        if said.get("level") not in LEVELS:
            yield f"{where}: no level"
        yield from _message(said.get("message", {}), [], where)
        for location in said.get("locations", []):
            yield from _location(location, where)


def _texts(value: object, path: str = "log") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _texts(member, f"{path}.{key}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _texts(member, f"{path}[{number}]")


def _unseen(path: str, text: str) -> bool:
    # Help has paragraphs.
    return bool(UNSEEN.search(text.replace("\n", "") if ".help." in path else text))
