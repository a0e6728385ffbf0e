"""Runs the cases of any policy file: for `mnlint test`, and for our own tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mnlint import azure, catalogue, discover, formats, lists, reading, run
from mnlint.documents import DocumentError, place_of, read_documents
from mnlint.model.expr import Template
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.value import Node, doubt

FILE_OF = {
    "bicep": "main.bicep",
    "arm": "main.json",
    "terraform": "main.tf",
    "azapi": "main.tf",
    "azureml": "main.yml",
    "plan": "plan.json",
}
# What a policy's `dialects:` calls the resources of a language; a plan has those of both providers.
DIALECTS_OF = {
    **{language: (language,) for language in FILE_OF},
    "terraform": ("azurerm",),
    "plan": ("azurerm", "azapi"),
}
KEYS = ("name", "expect", "at", "via", "cause", "settings", "before", *FILE_OF)
VERDICTS = {verdict.value: verdict for verdict in Verdict}


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a policy in one language: its files, and what is expected of the policy."""

    policy: Policy
    name: str
    language: str
    files: Mapping[str, str]
    expect: Verdict
    at: str | None
    nth: int
    via: tuple[str, ...]
    cause: str | None
    settings: Settings
    before: Mapping[str, str] | None = None  # the files of the base revision

    @property
    def title(self) -> str:
        return f"{self.policy.id} · {self.name} · {self.language}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a case: the deciding judgement, all of this policy, and the templates they stand in."""

    verdict: Verdict
    deciding: Judgement | None
    judgements: Sequence[Judgement]
    templates: Mapping[str, Template]


def cases_of(path: Path, tables: lists.Tables) -> Iterator[Case]:
    """Every case of a policy file in every language. Raises DocumentError at a mistake in one."""
    policy = catalogue.load_policy(path, tables)
    documents = read_documents(path)
    listed = documents[1].get("cases") if len(documents) > 1 and isinstance(documents[1], dict) else None
    if not isinstance(listed, list) or not listed:
        raise DocumentError(str(path), 1, 1, "a second document with `cases:` is missing")
    for at, raw in enumerate(listed):
        for key in raw:
            if key not in KEYS:
                _wrong(path, ("cases", at, key), f"no such key of a case: {key}; there are {', '.join(KEYS)}")
        if raw.get("expect") not in VERDICTS:
            _wrong(path, ("cases", at, "expect"), f"`expect:` is one of {', '.join(VERDICTS)}")
        if not any(language in raw for language in FILE_OF):
            _wrong(path, ("cases", at, "name"), f"a case is written in at least one of {', '.join(FILE_OF)}")
        for language in FILE_OF:
            if language in raw:
                yield _case(policy, raw, language, path, at)


def cannot_of(path: Path) -> Mapping[str, Mapping[Verdict, str]]:
    """What no template of a language can lead a policy to, with the reason: `cannot: {azureml: {fail: why}}`."""
    documents = read_documents(path)
    declared = documents[1].get("cannot", {}) if len(documents) > 1 and isinstance(documents[1], dict) else {}
    if not isinstance(declared, dict):
        _wrong(path, ("cannot",), "`cannot:` names languages, each with verdicts and the reasons")
    for language, reasons in declared.items():
        if language not in FILE_OF or not isinstance(reasons, dict):
            _wrong(path, ("cannot", language), f"`cannot:` has verdicts for any of {', '.join(FILE_OF)}")
        for verdict, why in reasons.items():
            if verdict not in VERDICTS or not isinstance(why, str):
                _wrong(path, ("cannot", language, verdict), f"a reason is given for any of {', '.join(VERDICTS)}")
    return {
        language: {VERDICTS[verdict]: why for verdict, why in reasons.items()} for language, reasons in declared.items()
    }


def _case(policy: Policy, raw: Mapping[str, Any], language: str, path: Path, number: int) -> Case:
    written = raw[language]
    files = written if isinstance(written, dict) else {FILE_OF[language]: written}
    at = raw.get("at")
    if isinstance(at, dict) and "text" not in at:
        at = at.get(language)
    nth = 1
    if isinstance(at, dict):
        at, nth = at["text"], int(at.get("nth", 1))
    if isinstance(at, str):
        times = sum(text.count(at) for text in files.values())
        if times < nth or (times > 1 and not isinstance(raw["at"], dict)):
            _wrong(
                path,
                ("cases", number, "at"),
                f"{at!r} stands {times} times in the {language} files: say which with nth",
            )
    if raw["expect"] == "fail" and not isinstance(at, str):
        _wrong(path, ("cases", number, "expect"), f"a case that fails says with `at:` what is marked ({language})")
    via = raw.get("via", [])
    via = via.get(language, []) if isinstance(via, dict) else via
    cause = raw.get("cause")
    cause = cause.get(language) if isinstance(cause, dict) else cause
    before = raw.get("before", {}).get(language)
    earlier = before if isinstance(before, dict) or before is None else {FILE_OF[language]: before}
    known = raw.get("settings", {})
    settings = Settings(
        subscriptions=tuple((k.lower(), v) for k, v in known.get("subscriptions", {}).items()), as_of=known.get("as-of")
    )
    return Case(
        policy,
        str(raw["name"]),
        language,
        files,
        VERDICTS[raw["expect"]],
        at,
        nth,
        tuple(via),
        cause,
        settings,
        earlier,
    )


def _wrong(path: Path, at: tuple[str | int, ...], what: str) -> None:
    line, column = place_of(path.read_text("utf-8-sig"), 1, at)
    raise DocumentError(str(path), line, column, what)


def run_case(case: Case, tables: lists.Tables) -> Judged:
    """A case through every stage, as `check` would; with the lists of its own day, if it names one."""
    if case.settings.as_of is not None:
        tables = _tables_of(case.settings.as_of)
    past = list(past_of(case, tables))
    templates, roots = read_case(case.files)
    judgements: list[Judgement] = []
    for root in roots:
        for bindings in root.bindings:
            _, facts = run.facts_of(root, bindings, templates, tables, case.settings, reading.at_hand(), past)
            judgements += run.judge_all([case.policy], facts)
    return judged(judgements, templates)


def past_of(case: Case, tables: lists.Tables) -> Iterator[PastNetwork]:
    """The networks of the case's base revision."""
    templates, roots = read_case(case.before or {})
    for root in roots:
        for bindings in root.bindings:
            _, facts = run.facts_of(root, bindings, templates, tables, case.settings, reading.at_hand())
            yield from azure.past_networks(facts, lambda span: "at the base")


@cache
def _tables_of(day: str) -> lists.Tables:
    return lists.load(catalogue.shipped() / "lists", day)


def read_case(files: Mapping[str, str]) -> tuple[dict[str, Template], Sequence[Root]]:
    """The templates and roots of texts given by file name."""
    data = {name: text.encode() for name, text in files.items()}
    seen = discover.look(data, formats.language_of, azure.NEEDLES)
    templates = reading.reader(data, seen.languages)
    plan = discover.plan(data, seen, lambda file: True, templates)
    return {file: templates(file) for root in plan.roots for file in root.files}, plan.roots


def judged(judgements: Sequence[Judgement], templates: Mapping[str, Template]) -> Judged:
    """The verdict of several judgements: a fail before a doubt, a doubt before a pass, a pass before a skip."""
    for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS):
        found = [j for j in judgements if j.verdict is verdict]
        if found:
            return Judged(verdict, found[0], judgements, templates)
    return Judged(Verdict.SKIP, None, judgements, templates)


def problems(case: Case, result: Judged) -> list[str]:
    """What is not as the case says; empty if all is."""
    wrong = [f"{notice.code} {notice.message}" for template in result.templates.values() for notice in template.notices]
    if result.verdict is not case.expect:
        why = "; ".join(cause_words(node) for j in result.judgements for node in j.because if cause_words(node))
        wrong.append(f"expected {case.expect.value}, got {result.verdict.value}{f' ({why})' if why else ''}")
        return wrong
    if case.expect is Verdict.FAIL:
        wrong += _marks(case, result)
    if case.cause is not None:
        words = [cause_words(n) for j in result.judgements if j.verdict is Verdict.UNKNOWN for n in j.because]
        if not any(case.cause in w for w in words):
            wrong.append(f"the cause is not {case.cause!r} but {words}")
    return wrong


def _marks(case: Case, result: Judged) -> list[str]:
    """Whether one of the violations marks the text, by the way, that the case says."""
    wrong = []
    for judgement in (j for j in result.judgements if j.verdict is Verdict.FAIL):
        span = judgement.because[0].origin
        source = result.templates[span.file].source
        text = _bare(source.cut(span))
        labels = [hop.label for node in judgement.because for hop in node.trail] + [
            _bare(result.templates[n.origin.file].source.cut(n.origin)) for n in judgement.because
        ]
        missing = [via for via in case.via if not any(via in label for label in labels)]
        if text != _bare(case.at or "") or _number(case, result, span) != case.nth:
            wrong.append(f"marked {text!r}, not {case.at!r}")
        elif missing:
            wrong.append(f"not by way of {missing}: {labels}")
        else:
            return []
    return wrong


def _number(case: Case, result: Judged, span: Any) -> int:
    """The marked occurrence's number among all of the case's files, in their order."""
    count = 0
    for file in case.files:
        text, at = result.templates[file].source.text, -1
        while (at := text.find(_bare(case.at or ""), at + 1)) >= 0:
            count += 1
            if file == span.file and span.start <= at < max(span.end, span.start + 1):
                return count
    return count


def _bare(text: str) -> str:
    """A text without the quotes around it, so that one expectation serves all languages."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def cause_words(node: Node) -> str:
    """Why a node is not known: `parameter mode has no value`; empty if it is."""
    why = doubt(node)
    return f"{why.label} {why.cause.says}" if why is not None else ""
