"""The pipeline on one screen: the only module that knows all stages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from mnlint import azure, discover, formats, lists, policy
from mnlint.documents import DocumentError, place_of, read_first, read_text
from mnlint.model.deployment import Deployment
from mnlint.model.expr import Template
from mnlint.model.fact import Facts
from mnlint.model.finding import Coverage, Judgement, Notice, Outcome, Place, Report, Verdict
from mnlint.model.policy import Policy
from mnlint.model.root import Root
from mnlint.model.settings import Settings
from mnlint.model.text import Span
from mnlint.model.value import Absent, Choice, HopKind, Node, Unknown, doubt
from mnlint.resolve import resolve
from mnlint.settle import settle

SUFFIXES = tuple(suffix for language in formats.LANGUAGES for suffix in language.suffixes)
SETTINGS_OF = {"managedNetwork": ("effectiveMode",), "outboundRule": ("type", "host", "target", "serviceTag")}
RECURSION = 20_000  # our evaluators count their own depth; Python's guard must not come first


class NoInputError(Exception):
    """Not one file with a known suffix under the given paths."""


def check(paths: Sequence[Path], settings: Settings) -> Report:
    """Everything about the files under `paths`. Raises DocumentError for a wrong policy, NoInputError for none."""
    tables = lists.load(shipped() / "lists")
    policies = load_policies(settings, tables)
    plan, files = find_roots(paths, settings)
    if plan.seen == 0 and not files.notices and not settings.allow_no_input:
        raise NoInputError
    templates = reader(files.data, plan.languages)
    entries = {root.entry for root in plan.roots}
    outcomes = [
        replace(lint(root, templates, policies, tables, settings), compiled_from=_compiled_from(root, entries, files))
        for root in plan.roots
    ]
    looked_at = Outcome("", (), tuple(files.notices), {}, _looked_at(plan, files))
    return settle([*outcomes, looked_at], [p.card for p in policies])


def find_roots(paths: Sequence[Path], settings: Settings) -> tuple[discover.Plan, discover.Files]:
    """The roots under the paths, and the files found; all paths are relative to the boundary."""
    boundary = discover.boundary_of(paths, settings)
    files = discover.collect(boundary, settings, SUFFIXES)
    asked = [_relative(path, boundary) for path in paths]
    given = tuple(_parameters(path, boundary, files) for path in settings.parameters)

    def under(file: str) -> bool:
        return any(folder in ("", ".", file) or file.startswith(folder + "/") for folder in asked)

    files.notices = [n for n in files.notices if n.place is not None and under(n.place.span.file)]
    plan = discover.plan(files.data, under, formats.language_of, azure.NEEDLES, given)
    taken = {file for root in plan.roots for bindings in root.bindings for file in bindings}
    unused = [Notice("warning", "parameters", f"no template here takes {file}") for file in given if file not in taken]
    files.notices += unused
    return plan, files


def _parameters(path: Path, boundary: Path, files: discover.Files) -> str:
    """A parameter file that was asked for. Raises DocumentError if it is none, since all would be judged without it."""
    file = _relative(path, boundary)
    if file not in files.data:
        raise DocumentError(str(path), 1, 1, f"no file that can be read inside of {boundary}")
    language = formats.language_of(file, files.data[file].replace(b"\0", b"").lower())
    if language is None or language.name not in formats.PARAMETERS:
        what = "a .bicepparam, a .tfvars, or JSON whose $schema is that of deploymentParameters.json"
        raise DocumentError(str(path), 1, 1, f"no parameter file: {what} was expected")
    return file


def lint(
    root: Root,
    templates: Callable[[str], Template],
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
) -> Outcome:
    """Everything about one deployment root; no state is shared with any other. A fault of ours is a notice."""
    try:
        return _lint(root, templates, policies, tables, settings)
    except Exception as error:
        if settings.debug:
            raise
        place = Place(Span(root.files[0], 0, 0), "the root")
        what = f"mnlint failed on {root.entry or 'this folder'} ({type(error).__name__}); please report it"
        return Outcome(root.entry, (), (Notice("error", "crash", what, place),), {}, Coverage())


def _lint(
    root: Root,
    templates: Callable[[str], Template],
    policies: Sequence[Policy],
    tables: lists.Tables,
    settings: Settings,
) -> Outcome:
    read = {file: templates(file) for file in root.files}
    judgements: list[Judgement] = []
    notices = [notice for template in read.values() for notice in template.notices]
    coverage = Coverage()
    for bindings in root.bindings:
        deployment, facts = facts_of(root, bindings, read, tables, settings)
        found = judge_all(policies, facts)
        judgements += found
        notices += _worth_saying(deployment.notices, found, read)
        coverage = _add(coverage, facts)
    sources = {file: template.source for file, template in read.items()}
    return Outcome(root.entry, tuple(judgements), tuple(notices), sources, coverage)


def _compiled_from(root: Root, entries: set[str], files: discover.Files) -> str:
    """The Bicep file beside a JSON template that its compiler wrote."""
    source = root.entry.removesuffix(".json") + ".bicep"
    ours = root.language == "arm" and source in entries
    return source if ours and b'"_generator"' in files.data[root.entry] else ""


def facts_of(
    root: Root,
    bindings: Sequence[str],
    templates: Mapping[str, Template],
    tables: lists.Tables,
    settings: Settings,
) -> tuple[Deployment, Facts]:
    """The deployment of a root with one set of parameter files, and its facts."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    deployment = resolve(templates, root, bindings)
    return deployment, azure.extract(deployment, tables, dict(settings.subscriptions))


def judge_all(policies: Sequence[Policy], facts: Facts) -> list[Judgement]:
    """Every policy's verdict on every fact it is about."""
    return [
        policy.judge(p, fact, facts)
        for p in policies
        for fact in facts.of(p.subject)
        if not p.dialects or fact.dialect in p.dialects
    ]


def reader(data: Mapping[str, bytes], languages: Mapping[str, str]) -> Callable[[str], Template]:
    """A file as a Template, each read once."""

    @cache
    def template(file: str) -> Template:
        return formats.read(file, data[file], languages[file])

    return template


# ── policies ──


def shipped() -> Path:
    """The folder of the policies that come along: inside the wheel, or beside the sources."""
    inside = Path(__file__).parent / "_policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


def policy_files(folder: Path) -> list[Path]:
    """The policy files of a folder and below; its `lists` are none."""
    return [p for p in sorted(folder.rglob("*.yaml")) if "lists" not in p.relative_to(folder).parts]


def load_policies(settings: Settings, tables: lists.Tables) -> list[Policy]:
    """Every policy, ours and those of the user's folders. Raises DocumentError with the place of a mistake."""
    loaded: dict[str, Policy] = {}
    for folder in (shipped(), *settings.policies):
        for path in policy_files(folder):
            made = load_policy(path, tables)
            if made.id in loaded:
                raise DocumentError(str(path), 1, 1, f"the id {made.id} is taken by {loaded[made.id].file}")
            loaded[made.id] = made
    return [loaded[key] for key in sorted(loaded)]


def load_policy(path: Path, tables: lists.Tables) -> Policy:
    document = read_first(path)
    try:
        return policy.load(document, azure.SCHEMA, tables, str(path))
    except policy.PolicyError as error:
        line, column = place_of(read_text(path), 0, error.where)
        raise DocumentError(str(path), line, column, error.what) from error


# ── what was looked at ──


def _looked_at(plan: discover.Plan, files: discover.Files) -> Coverage:
    skipped = {**plan.skipped, **files.skipped}
    return Coverage(plan.seen, plan.seen - sum(plan.skipped.values()), skipped)


def _add(coverage: Coverage, facts: Facts) -> Coverage:
    nodes = [
        fact.fields.entries[name] for kind, names in SETTINGS_OF.items() for fact in facts.of(kind) for name in names
    ]
    given = [node for node in nodes if not _absent(node)]
    undecided = [node for node in given if isinstance(node.value, Unknown | Choice)]
    by_default = [n for n in given if any(hop.kind is HopKind.PLATFORM_DEFAULT for hop in n.trail)]
    return replace(
        coverage,
        networks=coverage.networks + len(list(facts.of("managedNetwork"))),
        decided=coverage.decided + len(given) - len(undecided) - len(by_default),
        by_default=coverage.by_default + len(by_default),
        undecided=coverage.undecided + len(undecided),
    )


def _absent(node: Node) -> bool:
    return node.value is None or isinstance(node.value, Absent)


def _worth_saying(
    notices: Iterable[Notice], judgements: Sequence[Judgement], templates: Mapping[str, Template]
) -> list[Notice]:
    """A module nobody can read is worth a word only if a setting waits for it, or its name says it is about ours."""
    waiting = {
        (why.span.file, why.span.start)
        for j in judgements
        if j.verdict is Verdict.UNKNOWN
        for node in j.because
        if (why := doubt(node)) is not None
    }
    kept = []
    for notice in notices:
        span = notice.place.span if notice.place else None
        if notice.code == "MN913" and span is not None:
            words = templates[span.file].source.cut(span).lower().encode()
            ours = b"://" not in words and any(n in words for n in azure.NEEDLES)
            if (span.file, span.start) not in waiting and not ours:
                continue
        kept.append(notice)
    return kept


def _relative(path: Path, boundary: Path) -> str:
    resolved = path.resolve()
    try:
        made = resolved.relative_to(boundary).as_posix()
    except ValueError:
        return "\0"  # outside of the boundary: no file is under it
    return "" if made == "." else made
