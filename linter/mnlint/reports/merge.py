"""Several of our SARIF logs as one: parts of a repository that were checked apart, where a consumer takes one run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from mnlint.model.limits import RESULTS
from mnlint.model.typing import Any
from mnlint.reports import escape
from mnlint.reports.sarif import capped

Json = dict[str, Any]
_ORDER = {"error": 0, "warning": 1, "note": 2, "none": 3}


class MergeError(Exception):
    """A file that is no log of ours, and why."""


def merge(texts: Sequence[tuple[str, str]], max_results: int = RESULTS) -> str:
    """The log of all logs, each given by its name and text. One result that several have is one; of more than
    `max_results` the worst are kept, and how many are not is said.

    Raises MergeError for what is no log of one version of mnlint, or where only some have a category.
    """
    try:
        return _merged(texts, max_results)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        names = ", ".join(name for name, _ in texts)
        raise MergeError(f"{names}: one of them is not as mnlint writes it") from error


def _merged(texts: Sequence[tuple[str, str]], most: int) -> str:
    runs = [_run(name, text) for name, text in texts]
    if not runs:
        raise MergeError("nothing to merge")
    first = runs[0]
    version = first["tool"]["driver"]["semanticVersion"]
    for (name, _), run in zip(texts, runs, strict=True):
        driver = run["tool"]["driver"]
        if driver["semanticVersion"] != version:
            raise MergeError(f"{name}: made by version {driver['semanticVersion']}, the first one by {version}")
        if run.get("automationDetails") != first.get("automationDetails"):
            raise MergeError(f"{name}: its category is not that of the first one")
    rules: dict[str, Json] = {}
    for run in runs:
        for rule in run["tool"]["driver"]["rules"]:
            rules.setdefault(rule["id"], rule)
    catalogues = _catalogues(runs)
    listed = [_with_targets(rules[name], catalogues) for name in sorted(rules)]
    results, left_out = _results(runs, [rule["id"] for rule in listed], most)
    merged: Json = {**first, "results": results}
    merged["tool"] = {"driver": {**first["tool"]["driver"], "rules": listed}}
    merged["invocations"] = [_invocation(runs, left_out)]
    merged.pop("taxonomies", None)
    merged["tool"]["driver"].pop("supportedTaxonomies", None)
    if catalogues:
        names = [{"name": catalogue["name"], "index": at} for at, catalogue in enumerate(catalogues)]
        merged["tool"]["driver"]["supportedTaxonomies"] = names
        merged["taxonomies"] = catalogues
    return escape.document({"$schema": _schema(texts[0][1]), "version": "2.1.0", "runs": [merged]})


def _schema(text: str) -> str:
    return str(json.loads(text)["$schema"])


def _run(name: str, text: str) -> Json:
    try:
        document = json.loads(text)
        (run,) = document["runs"]
        driver = run["tool"]["driver"]
        ours = driver["name"] == "mnlint" and isinstance(document["$schema"], str) and "semanticVersion" in driver
        ours = ours and isinstance(run["results"], list) and isinstance(driver["rules"], list)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MergeError(f"{name}: no SARIF log of mnlint") from error
    if not ours:
        raise MergeError(f"{name}: no SARIF log of mnlint")
    made: Json = run
    return made


def _catalogues(runs: Sequence[Json]) -> list[Json]:
    """Taxonomies by name, each with all that any run names of it."""
    found: dict[str, Json] = {}
    for run in runs:
        for catalogue in run.get("taxonomies", []):
            before = found.get(catalogue["name"], {**catalogue, "taxa": []})
            taxa = {taxon["id"]: taxon for taxon in (*before["taxa"], *catalogue["taxa"])}
            found[catalogue["name"]] = {**before, "taxa": [taxa[entry] for entry in sorted(taxa)]}
    return list(found.values())


def _with_targets(rule: Json, catalogues: Sequence[Json]) -> Json:
    if "relationships" not in rule:
        return rule
    numbers = {catalogue["name"]: at for at, catalogue in enumerate(catalogues)}
    related = []
    for one in rule["relationships"]:
        component = one["target"]["toolComponent"]
        target = {**one["target"], "toolComponent": {**component, "index": numbers[component["name"]]}}
        related.append({**one, "target": target})
    return {**rule, "relationships": related}


def _results(runs: Sequence[Json], rules: Sequence[str], most: int) -> tuple[list[Json], int]:
    """Every result once, by place; of too many the worst, and how many are left out."""
    numbers = {rule: at for at, rule in enumerate(rules)}
    found: dict[str, Json] = {}
    for run in runs:
        for result in run["results"]:
            key = json.dumps([result["ruleId"], result["locations"], result["message"]], sort_keys=True)
            found.setdefault(key, {**result, "ruleIndex": numbers[result["ruleId"]]})
    worst = sorted(found.values(), key=lambda result: _ORDER.get(result.get("level", "warning"), 3))
    return _numbered(sorted(worst[:most], key=_place)), max(len(worst) - most, 0)


def _numbered(results: list[Json]) -> list[Json]:
    """Two shards may count one declaration each: a fingerprint that is taken gets a number of its own."""
    taken: set[str] = set()
    made = []
    for result in results:
        prints = dict(result["partialFingerprints"])
        base, number = prints["mnlint/v1"], 2
        while prints["mnlint/v1"] in taken:
            prints["mnlint/v1"] = hashlib.sha256(f"{base}\0{number}".encode()).hexdigest()[:16]
            number += 1
        taken.add(prints["mnlint/v1"])
        made.append({**result, "partialFingerprints": prints})
    return made


def _place(result: Json) -> tuple[str, int, int, str]:
    physical = result["locations"][0]["physicalLocation"]
    region = physical.get("region", {})
    return (
        physical["artifactLocation"]["uri"],
        region.get("startLine", 0),
        region.get("startColumn", 0),
        result["ruleId"],
    )


def _invocation(runs: Sequence[Json], left_out: int) -> Json:
    """It succeeded if all did; what each had to say is said."""
    invocations = [invocation for run in runs for invocation in run.get("invocations", [])]
    said = [note for invocation in invocations for note in invocation.get("toolExecutionNotifications", [])]
    once = list({json.dumps(note, sort_keys=True): note for note in said}.values())
    if left_out:
        once.append(capped(left_out))
    made: Json = {"executionSuccessful": all(invocation["executionSuccessful"] for invocation in invocations)}
    return made | ({"toolExecutionNotifications": once} if once else {})
