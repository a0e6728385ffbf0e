"""Runs the cases of any policy file: for `mnlint test`, and for our own tests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from mnlint import azure, catalogue, deploying, discover, formats, judging, lists, reading
from mnlint.documents import place_of, read_documents
from mnlint.forms import is_day
from mnlint.inputs import DocumentError, read_text
from mnlint.model.expr import Template
from mnlint.model.finding import Judgement, Verdict
from mnlint.model.hints import needles_of
from mnlint.model.past import PastNetwork
from mnlint.model.policy import Policy, types_of
from mnlint.model.record import dataclass, replace
from mnlint.model.root import Root
from mnlint.model.settings import ListChange, Settings
from mnlint.model.text import Span
from mnlint.model.typing import Any, NoReturn
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
    number: int = 0

    @property
    def title(self) -> str:
        return f"{self.policy.id} · {self.name} · {self.language}"

    @property
    def place(self) -> str:
        """Where the case is written, as `file:line:column`."""
        line, column = place_of(read_text(Path(self.policy.file)), 1, ("cases", self.number))
        return f"{self.policy.file}:{line}:{column}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a case: the deciding judgement, all of this policy, and the templates they stand in."""

    verdict: Verdict
    deciding: Judgement | None
    judgements: Sequence[Judgement]
    templates: Mapping[str, Template]
    kinds: frozenset[str] = frozenset()  # of the facts that there are


def cases_of(path: Path, tables: lists.Tables, settings: Settings | None = None) -> Iterator[Case]:
    """Every case of a policy file in every language. Raises DocumentError at a mistake in one.

    The policy may name the lists of the settings, too, and of the folders of policies that they name.
    """
    settings = settings or Settings()
    policy = catalogue.load_policy(path, tables, settings)
    documents = read_documents(path)
    listed = documents[1].get("cases") if len(documents) > 1 and isinstance(documents[1], dict) else None
    if not isinstance(listed, list) or not listed:
        raise DocumentError(str(path), 1, 1, "a second document with `cases:` is missing, behind a line `---`")
    for at, raw in enumerate(listed):
        _check(path, at, raw)
        for language in FILE_OF:
            if language in raw:
                yield _case(policy, raw, language, path, at, settings)


def _check(path: Path, at: int, raw: Any) -> None:
    """Refuses a case that is not written as one."""
    from difflib import get_close_matches

    if not isinstance(raw, dict):
        _wrong(path, at, "", "a case is keys and values: `name:`, `expect:`, and a text for each language")
    for key in raw:
        if key not in KEYS:
            near = get_close_matches(str(key), KEYS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(KEYS)}"
            _wrong(path, at, str(key), f"no such key of a case: {key}; {hint}")
    if not isinstance(raw.get("name"), str) or not raw["name"]:
        _wrong(path, at, "name", "a case has a `name:`, a few words on what it shows")
    if str(raw.get("expect")) not in VERDICTS:
        _wrong(path, at, "expect", f"`expect:` is one of {', '.join(VERDICTS)}")
    if not any(language in raw for language in FILE_OF):
        _wrong(path, at, "name", f"a case is written in at least one of {', '.join(FILE_OF)}")
    before = raw.get("before", {})
    if not isinstance(before, dict):
        _wrong(path, at, "before", "`before:` has a text for each language of the case")
    for holder, key in (*((raw, language) for language in FILE_OF), *((before, key) for key in before)):
        files = holder.get(key, "")
        texts = list(files.values()) if isinstance(files, dict) else [files]
        if not all(isinstance(text, str) for text in texts):
            _wrong(path, at, key if holder is raw else "before", "a text is expected, or file names with their texts")
    for key in ("settings", "via", "at", "cause"):
        if not _fits(key, raw.get(key)):
            _wrong(path, at, key, f"`{key}:` is {SHAPES[key]}")
        if raw["expect"] != GOES_WITH.get(key, raw["expect"]) and key in raw:
            _wrong(path, at, key, f"`{key}:` goes with `expect: {GOES_WITH[key]}`")
    for key in ("via", "at", "cause", "before"):
        for language in raw[key] if isinstance(raw.get(key), dict) and "text" not in raw[key] else ():
            if language not in raw:
                _wrong(path, at, key, f"`{key}:` names {language}, in which the case is not written")


GOES_WITH = {"via": "fail", "at": "fail", "cause": "unknown"}
SHAPES = {
    "settings": '`as-of: "2024-02-13"`, `subscriptions:` with a tenant for each, or both',
    "via": "a list of steps on the way, for all languages or by language",
    "at": "a text to be marked, `{text: …, nth: 2}`, or one of them by language",
    "cause": "words of the reason for doubt, for all languages or by language",
}


def _fits(key: str, value: Any) -> bool:
    """Whether a value has the shape of a key that is not in every case."""
    if value is None:
        return True
    if key == "settings":
        if not isinstance(value, dict) or not set(value) <= {"as-of", "subscriptions"}:
            return False
        tenants = value.get("subscriptions", {})
        if not isinstance(tenants, dict) or ("as-of" in value and not is_day(value["as-of"])):
            return False
        return all(isinstance(one, str) for one in (*tenants, *tenants.values()))
    if isinstance(value, dict) and "text" not in value:
        return set(value) <= set(FILE_OF) and all(_fits(key, one) for one in value.values())
    if key == "at" and isinstance(value, dict):
        nth = value.get("nth", 1)
        return isinstance(value["text"], str) and isinstance(nth, int) and nth > 0 and set(value) <= {"text", "nth"}
    if key == "via":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def cannot_of(path: Path) -> Mapping[str, Mapping[Verdict, str]]:
    """What no template of a language can lead a policy to, with the reason: `cannot: {azureml: {fail: why}}`."""
    documents = read_documents(path)
    declared = documents[1].get("cannot", {}) if len(documents) > 1 and isinstance(documents[1], dict) else {}
    if not isinstance(declared, dict):
        _wrong_at(path, ("cannot",), "`cannot:` names languages, each with verdicts and the reasons")
    for language, reasons in declared.items():
        if language not in FILE_OF or not isinstance(reasons, dict):
            _wrong_at(path, ("cannot", language), f"`cannot:` has verdicts for any of {', '.join(FILE_OF)}")
        for verdict, why in reasons.items():
            if verdict not in VERDICTS or not isinstance(why, str):
                _wrong_at(path, ("cannot", language, verdict), f"a reason is given for any of {', '.join(VERDICTS)}")
    return {
        language: {VERDICTS[verdict]: why for verdict, why in reasons.items()} for language, reasons in declared.items()
    }


def _case(policy: Policy, raw: Mapping[str, Any], language: str, path: Path, number: int, settings: Settings) -> Case:
    written = raw[language]
    files = written if isinstance(written, dict) else {FILE_OF[language]: written}
    at = raw.get("at")
    if isinstance(at, dict) and "text" not in at:
        at = at.get(language)
    nth = 1
    if isinstance(at, dict):
        at, nth = at["text"], at.get("nth", 1)
    if isinstance(at, str):
        times = sum(text.count(at) for text in files.values())
        if times < nth or (times > 1 and not isinstance(raw["at"], dict)):
            what = f"does not stand in the {language} files"
            if times:
                often = "once" if times == 1 else f"{times} times"
                which = f", and not {nth} times" if times < nth else ": say which with `at: {text: …, nth: 2}`"
                what = f"stands {often} in the {language} files{which}"
            _wrong(path, number, "at", f"{at!r} {what}")
    if raw["expect"] == "fail" and not isinstance(at, str):
        _wrong(path, number, "expect", f"a case that fails says with `at:` what is marked ({language})")
    via = raw.get("via") or []
    via = via.get(language) or [] if isinstance(via, dict) else via
    cause = raw.get("cause")
    cause = cause.get(language) if isinstance(cause, dict) else cause
    before = raw.get("before", {}).get(language)
    earlier = before if isinstance(before, dict) or before is None else {FILE_OF[language]: before}
    known = raw.get("settings") or {}
    settings = Settings(
        policies=settings.policies,
        lists=settings.lists,
        subscriptions=tuple((k.lower(), v) for k, v in known.get("subscriptions", {}).items()),
        as_of=known.get("as-of"),
    )
    return Case(
        policy,
        raw["name"],
        language,
        files,
        VERDICTS[raw["expect"]],
        at,
        nth,
        tuple(via),
        cause,
        settings,
        earlier,
        number,
    )


def _wrong(path: Path, case: int, key: str, what: str) -> NoReturn:
    _wrong_at(path, ("cases", case, key), what)


def _wrong_at(path: Path, where: tuple[str | int, ...], what: str) -> NoReturn:
    line, column = place_of(read_text(path), 1, where)
    raise DocumentError(str(path), line, column, what)


def run_case(case: Case, tables: lists.Tables) -> Judged:
    """A case through every stage, as `check` would; with the lists of its own day if it names one."""
    if case.settings.as_of is not None:
        tables = _tables_of(case.settings.as_of, case.settings.policies, case.settings.lists)
    past = list(past_of(case, tables)) if case.before is not None else None
    types = types_of([case.policy])
    templates, roots = read_case(case.files, types)
    judgements: list[Judgement] = []
    kinds: set[str] = set()
    for root in roots:
        for bindings in root.bindings:
            readers = reading.at_hand()
            _, facts = deploying.facts_of(root, bindings, templates, tables, case.settings, readers, past, types)
            judgements += judging.judge_all([case.policy], facts)
            kinds |= {fact.kind for fact in facts.by_address.values()}
    return replace(judged(judgements, templates), kinds=frozenset(kinds))


def past_of(case: Case, tables: lists.Tables) -> Iterator[PastNetwork]:
    """The networks of the case's base revision."""
    templates, roots = read_case(case.before or {})
    for root in roots:
        for bindings in root.bindings:
            _, facts = deploying.facts_of(root, bindings, templates, tables, case.settings, reading.at_hand())
            yield from azure.past_networks(facts, lambda span: "at the base")


@cache
def _tables_of(day: str, folders: tuple[Path, ...], changes: tuple[ListChange, ...]) -> lists.Tables:
    return catalogue.tables_of(folders, day, changes)


def read_case(files: Mapping[str, str], types: Collection[str] = ()) -> tuple[dict[str, Template], Sequence[Root]]:
    """The templates and roots of texts given by file name."""
    data = {name: text.encode() for name, text in files.items()}
    seen = discover.look(data, formats.language_of, needles_of(types))
    templates = reading.Templates(reading.Reading(data, seen.languages))
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
    notices = [notice for template in result.templates.values() for notice in template.notices]
    wrong = [f"{notice.code} {notice.message}" for notice in notices if notice.level != "warning"]
    if result.verdict is not case.expect:
        return [*wrong, f"expected {case.expect.value}, got {result.verdict.value}", *_seen(case, result)]
    if case.expect is Verdict.FAIL:
        wrong += _marks(case, result)
    if case.cause is not None:
        words = [cause_words(n) for j in result.judgements if j.verdict is Verdict.UNKNOWN for n in j.because]
        if not any(case.cause in w for w in words):
            wrong.append(f"the cause is not {case.cause!r} but {' or '.join(map(repr, words))}")
    return wrong


def _seen(case: Case, result: Judged) -> Iterator[str]:
    """What the policy said of each subject, for whoever expected something else."""
    if not result.judgements:
        of_types = f" of {' or '.join(case.policy.types)}" if case.policy.types else ""
        others = f", but {', '.join(sorted(result.kinds))}" if result.kinds else ", nor any other fact"
        yield f"there is no {case.policy.subject}{of_types} in the case{others}"
    for judgement in result.judgements:
        verdict = judgement.verdict
        where = f" at {_place(judgement.because[0].origin, result)}" if judgement.because else ""
        if verdict is Verdict.FAIL:
            yield f"{judgement.name}: fail, `{judgement.message}`{where}"
        elif verdict is Verdict.UNKNOWN:
            causes = dict.fromkeys(filter(None, map(cause_words, judgement.because)))
            yield f"{judgement.name}: unknown, since {' and '.join(causes)}{where}"
        else:
            words = "what is required holds" if verdict is Verdict.PASS else "`when` does not hold"
            yield f"{judgement.name}: {verdict.value}, {words}"


def _place(span: Span, result: Judged) -> str:
    """A place in one of a case's files."""
    template = result.templates.get(span.file)
    if template is None:
        return span.file
    line, column = template.source.line_column(span.start)
    return f"{span.file}:{line}:{column}"


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
            number = f", number {case.nth} of them" if case.nth > 1 else ""
            wrong.append(f"expected {case.at!r} to be marked{number}, got {text!r} at {_place(span, result)}")
        elif missing:
            ways = ", ".join(dict.fromkeys(map(repr, labels)))
            wrong.append(f"expected to come by way of {', '.join(map(repr, missing))}, got {ways}")
        else:
            return []
    return wrong


def _number(case: Case, result: Judged, span: Span) -> int:
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
